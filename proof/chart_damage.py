"""Ways to make a chart show what is not so, whatever code draws it: its drawn objects, words or table are changed.

Each raises LookupError if the chart has nothing like that.
"""

import functools
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import combinations
from typing import Any

from matplotlib.artist import Artist
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.text import Text


def by_one(text: str) -> str:
    """Return a text with its last number one higher."""
    changed = re.sub(r"\d+(?!.*\d)", lambda match: str(int(match[0]) + 1), text, count=1, flags=re.DOTALL)
    if changed == text:
        raise LookupError("no number")
    return changed


def first(values: Sequence) -> Any:
    """Return the first of some values; raise LookupError if there is none."""
    return values[0]


def exchange(artists: Sequence[Artist], name: str) -> None:
    """Exchange a property of the first two artists that differ in it."""
    looks = [(artist, getattr(artist, f"get_{name}")()) for artist in artists]
    pairs = [pair for pair in combinations(looks, 2) if str(pair[0][1]) != str(pair[1][1])]
    (one, look), (other, other_look) = first(pairs)
    getattr(one, f"set_{name}")(other_look)
    getattr(other, f"set_{name}")(look)


def collect(figure: Figure, kind: type) -> list[Any]:
    return [artist for axes in figure.axes for artist in axes.collections if isinstance(artist, kind)]


def bars(figure: Figure) -> list[Any]:
    return [bar for axes in figure.axes for container in axes.containers for bar in container]


def labels(figure: Figure) -> list[Text]:
    return [text for axes in figure.axes for text in axes.texts if text.get_text()]


def move_dot(figure: Figure, column: int, by: float) -> None:
    """Move the first dot by so much, of a collection that has the most dots, along x (0) or y (1)."""
    dots = max(collect(figure, PathCollection), key=lambda dots: len(dots.get_offsets()), default=None)
    if dots is None:
        raise LookupError("no dot")
    offsets = dots.get_offsets().copy()
    offsets[0, column] += by
    dots.set_offsets(offsets)


def widen_bar(figure: Figure) -> None:
    bar = first(bars(figure))
    bar.set_width(bar.get_width() + 3)


def lengthen_line(figure: Figure) -> None:
    lines = first(collect(figure, LineCollection))
    segments = [segment.copy() for segment in lines.get_segments()]
    segments[0][-1, 0] += 3
    lines.set_segments(segments)


def hide_mark(figure: Figure) -> None:
    """Leave out the first bar, or the last dot of the first collection."""
    if marks := bars(figure):
        marks[0].remove()
        return
    dots = first(collect(figure, PathCollection))
    dots.set_offsets(dots.get_offsets()[:-1])


def change_label(figure: Figure) -> None:
    label = first([text for text in labels(figure) if re.search(r"\d", text.get_text())])
    label.set_text(by_one(label.get_text()))


def exchange_ticks(figure: Figure) -> None:
    axes = figure.axes[0]
    axes.set_yticks(axes.get_yticks(), turned([label.get_text() for label in axes.get_yticklabels()]))


def exchange_names(figure: Figure) -> None:
    exchange(first([axes.get_legend() for axes in figure.axes if axes.get_legend()]).get_texts(), "text")


def turn_markers(figure: Figure) -> None:
    """Exchange the shapes of two collections of dots, or of two dots in one."""
    dots = collect(figure, PathCollection)
    shapes = {str(path.vertices.tolist()): path for marks in dots for path in marks.get_paths()}
    one, other, *_ = [*shapes.values(), None, None]
    if other is None:
        raise LookupError("one shape")
    turned = {id(one): other, id(other): one}
    for marks in dots:
        paths = [shapes[str(path.vertices.tolist())] for path in marks.get_paths()]
        marks.set_paths([turned.get(id(path), path) for path in paths])


def cut_axis(figure: Figure) -> None:
    """Begin the x axis at a fifth of what it shows, so that bars look shorter than they are."""
    low, high = figure.axes[0].get_xlim()
    figure.axes[0].set_xlim(low + (high - low) / 5, high)


def turn_axis(figure: Figure) -> None:
    figure.axes[0].invert_yaxis()


def renumber_axis(figure: Figure) -> None:
    axes = figure.axes[0]
    ticks = [tick.get_text() for tick in axes.get_xticklabels()]
    place = first([place for place, tick in enumerate(ticks) if re.search(r"\d", tick)])
    axes.set_xticks(axes.get_xticks(), [*ticks[:place], by_one(ticks[place]), *ticks[place + 1 :]])


def mislead_mark(figure: Figure) -> None:
    """Give the first linked mark the address of the last one."""
    artists = [artist for axes in figure.axes for artist in (*axes.collections, *axes.texts, *bars(figure))]
    for artist in artists:
        urls = artist.get_urls() if isinstance(artist, PathCollection) else [artist.get_url()]
        if any(urls):
            changed = [url and f"{url}x" for url in urls]
            artist.set_urls(changed) if isinstance(artist, PathCollection) else artist.set_url(changed[0])
            return
    raise LookupError("no linked mark")


PICTURES: dict[str, Callable[[Figure], None]] = {
    "chart: bar longer": widen_bar,
    "chart: bars exchanged": lambda figure: exchange(bars(figure), "width"),
    "chart: colours of bars exchanged": lambda figure: exchange(bars(figure), "facecolor"),
    "chart: dot shifted": lambda figure: move_dot(figure, 0, 3),
    "chart: dot in another row": lambda figure: move_dot(figure, 1, 1),
    "chart: dots exchanged": lambda figure: exchange(collect(figure, PathCollection), "offsets"),
    "chart: colours of dots exchanged": lambda figure: exchange(collect(figure, PathCollection), "facecolor"),
    "chart: shapes of dots exchanged": turn_markers,
    "chart: line longer": lengthen_line,
    "chart: mark left out": hide_mark,
    "chart: label by one": change_label,
    "chart: labels exchanged": lambda figure: exchange(labels(figure), "text"),
    "chart: label left out": lambda figure: first(labels(figure)).set_text(""),
    "chart: colours of labels exchanged": lambda figure: exchange(labels(figure), "color"),
    "chart: names of rows exchanged": exchange_ticks,
    "chart: names in the legend exchanged": exchange_names,
    "chart: axis cut": cut_axis,
    "chart: axis turned": turn_axis,
    "chart: axis numbered otherwise": renumber_axis,
    "chart: link of a mark": mislead_mark,
}


def redraw(chart: Any, change: Callable[[Figure], None]) -> Any:
    """Return a chart that is changed after each drawing, where there is something to change."""

    def draw(axes: Any) -> None:
        chart.draw(axes)
        with suppress(LookupError):
            change(axes.figure)

    return replace(chart, draw=draw)


def reword(chart: Any, part: str, change: Callable[[str], str]) -> Any:
    """Return a chart with one of its texts changed."""
    text = getattr(chart.words, part)
    if (changed := change(text)) == text:
        raise LookupError(f"no {part}")
    return replace(chart, words=replace(chart.words, **{part: changed}))


def change_cell(chart: Any) -> Any:
    """Return a chart with the last number of its table one higher."""
    table = chart.table.astype(object).copy()
    for row, column in reversed([(row, column) for row in range(table.shape[0]) for column in range(table.shape[1])]):
        cell = table.iat[row, column]
        if isinstance(cell, str) and re.search(r"\d", cell):
            table.iat[row, column] = by_one(cell)
        elif not isinstance(cell, str) and cell == cell and cell is not None:
            table.iat[row, column] = cell + 1
        else:
            continue
        return replace(chart, table=table)
    raise LookupError("no number")


def turned(values: Any) -> list:
    """Return values of which the first two that differ are exchanged."""
    changed = list(values)
    one, other = first([pair for pair in combinations(range(len(changed)), 2) if changed[pair[0]] != changed[pair[1]]])
    changed[one], changed[other] = changed[other], changed[one]
    return changed


def rename_columns(chart: Any) -> Any:
    return replace(chart, table=chart.table.set_axis(turned(chart.table.columns), axis="columns"))


def rename_rows(chart: Any) -> Any:
    index = chart.table.index
    return replace(chart, table=chart.table.set_axis(type(index)(turned(index), name=index.name), axis="index"))


def mislead_cell(chart: Any) -> Any:
    """Return a chart of which two cells lead to the figures of each other."""
    if chart.references is None:
        raise LookupError("no reference")
    references = chart.references.copy()
    column = first([column for column in references if references[column].nunique() > 1])
    references[column] = turned(references[column])
    return replace(chart, references=references)


DAMAGES: dict[str, Callable[[Any], Any]] = {
    **{kind: functools.partial(redraw, change=change) for kind, change in PICTURES.items()},
    **{
        f"chart: {part} {kind}": functools.partial(reword, part=part, change=change)
        for part in ("title", "subtitle", "note", "source", "alternative")
        for kind, change in (("by one", by_one), ("left out", lambda text: ""))
    },
    "chart: cell of the table by one": change_cell,
    "chart: columns of the table exchanged": rename_columns,
    "chart: rows of the table exchanged": rename_rows,
    "chart: link of a cell": mislead_cell,
}


def list_damages(chart: Any) -> Iterator[str]:
    """Yield the kind of each damage that a chart has something for."""
    figure = chart.drawn()
    for kind, damage in DAMAGES.items():
        with suppress(LookupError):
            if kind in PICTURES:
                PICTURES[kind](figure)
            else:
                damage(chart)
            yield kind


def damage_function(function: Callable, kind: str) -> Callable:
    """Return a function of the article whose chart is damaged, and put it into its module in place of the first."""

    @functools.wraps(function)
    def damaged(*arguments: Any, **settings: Any) -> Any:
        chart = function(*arguments, **settings)
        with suppress(LookupError):  # of another survey
            chart = DAMAGES[kind](chart)
        return chart

    setattr(sys.modules[function.__module__], function.__name__, damaged)
    return damaged


def damage_figures(figures: Sequence[Callable], name: str, kind: str) -> tuple[Callable, ...]:
    """Return the functions of an article, of which one draws a damaged chart."""
    return tuple(damage_function(draw, kind) if draw.__name__ == name else draw for draw in figures)
