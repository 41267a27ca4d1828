"""Set the axes of a chart, and what stands on them: scale, names, key, labels, and links from marks to their figures.

All lengths are in inches, all sizes of letters in points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from math import floor, log10
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.lines import Line2D
from matplotlib.text import Annotation
from matplotlib.textpath import text_to_path

from ..text.language import Language
from . import fonts
from .palette import INK

WIDTH = 7.2  # inches, the text width of a letter page
PHONE = 3.9  # inches: drawn at this width, letters keep their size on a phone
NAME_ON_PHONE = 1.2  # inches, for the name of an item
NAME_LINE = 1.45  # line height in such a name: matplotlib sets a line closer to one without descenders
MARGIN = 0.16  # inches

HERE = Path(__file__).parent
for file in fonts.FILES.values():
    font_manager.fontManager.addfont(file)


def set_percent_axis(axes: Axes, language: Language) -> None:
    """Give axes the x scale of every chart of shares, from 0 to 100 percent, its unit on the last tick.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure((WIDTH, 3)).add_subplot()
    >>> set_percent_axis(axes, Language("en"))
    >>> [label.get_text() for label in axes.get_xticklabels()]
    ['0', '25', '50', '75', '100%']
    """
    axes.set_xlim(0, 100)
    ticks = [0, 50, 100] if is_phone(axes) else [0, 25, 50, 75, 100]
    axes.set_xticks(ticks, [language.number(tick) for tick in ticks[:-1]] + [language.percent(ticks[-1])])
    axes.set(xlabel="", ylabel="")


def set_amount_axis(axes: Axes, language: Language, top: float, unit: str) -> None:
    """Give axes an x scale of amounts, from 0 to a round number, with the unit on the last tick.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure((WIDTH, 3)).add_subplot()
    >>> set_amount_axis(axes, Language("en"), 60, "minutes")
    >>> [label.get_text().replace(chr(160), " ") for label in axes.get_xticklabels()]
    ['0', '30', '60 minutes']
    """
    axes.set_xlim(0, top)
    axes.set_xticks([0, top / 2, top], ["0", language.number(top / 2), language.quantity(top, unit)])
    axes.set(xlabel="", ylabel="")


def round_up(value: float) -> float:
    """Return the least number with one or two digits, of which a half is round, that is not below a value.

    >>> round_up(38), round_up(104_900), round_up(0)
    (40.0, 120000.0, 1.0)
    """
    power = 10.0 ** floor(log10(value)) if value > 0 else 1.0
    return next(step * power for step in (1, 1.2, 1.6, 2, 3, 4, 6, 8, 10) if step * power >= value)


def set_difference_axis(axes: Axes, language: Language, limits: tuple[float, float], ticks: Sequence[float]) -> None:
    """Give axes an x scale of differences between groups, each number with its sign, and a line at zero.

    Parameters
    ----------
    axes
        Where the differences are drawn.
    language
        The language of the numbers.
    limits
        Lowest and highest value of the scale, in percentage points.
    ticks
        Where numbers stand, in percentage points; those beyond the limits are left out.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> set_difference_axis(axes, Language("en"), (-7, 12), [-10, -5, 0, 5, 10])
    >>> [label.get_text() for label in axes.get_xticklabels()]
    ['−5', '0', '+5', '+10']
    """
    lowest, highest = limits
    shown = [tick for tick in ticks if lowest <= tick <= highest]
    axes.axvline(0, color=INK, linewidth=1, zorder=0)
    axes.set(xlabel="", ylabel="", xlim=limits)
    axes.set_xticks(shown, list(map(language.signed, shown)))


def set_item_axis(axes: Axes, names: Sequence[str] = (), line: float = NAME_ON_PHONE) -> None:
    """Set the names of items on the y axis flush with the title, on the left.

    Parameters
    ----------
    axes
        Where the items are drawn.
    names
        The names of the items, one in a row, the first on top; without any, those that the axes have.
    line
        On a phone, names break into lines of so many inches.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> set_item_axis(axes, ["Bicycle", "Car"])
    >>> axes.get_yticks().tolist(), [float(limit) for limit in axes.get_ylim()]
    ([0, 1], [1.5, -0.5])
    """
    if names:
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
    place, paper = axes.get_position(), measure_paper(axes)
    if is_phone(axes):
        shown = [label.get_text() for label in axes.get_yticklabels()]
        axes.set_yticks(axes.get_yticks(), ["\n".join(wrap(name, line, weight="bold")) for name in shown])
    for label in axes.get_yticklabels():
        label.set(ha="left", x=(MARGIN / paper - place.x0) / place.width, linespacing=NAME_LINE)
    axes.tick_params(axis="y", pad=0, length=0)


def split_axes(axes: Axes, count: int) -> list[Axes]:
    """Return axes of equal width in place of one, side by side, for small multiples; the first are those given.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> panels = split_axes(Figure().add_axes((0.1, 0.1, 0.9, 0.8)), 3)
    >>> [round(float(panel.get_position().x0), 2) for panel in panels]
    [0.1, 0.4, 0.7]
    """
    place = axes.get_position()
    width = place.width / count
    boxes = [(place.x0 + n * width, place.y0, 0.94 * width, place.height) for n in range(count)]
    axes.set_position(boxes[0])
    return [axes, *map(axes.figure.add_axes, boxes[1:])]


def link_marks(artist: Artist, *references: str) -> None:
    """Give an artist the reference of the figure that it shows, or a collection one for each of its marks.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> marks = axes.scatter([34, 12], [0, 1])
    >>> link_marks(marks, "commute.bicycle.town", "commute.bicycle.village")
    >>> marks.get_urls()
    ['#commute.bicycle.town', '#commute.bicycle.village']
    """
    addresses = [f"#{reference}" if reference else None for reference in references]
    if isinstance(artist, Collection):
        artist.set_urls(addresses)
    else:
        artist.set_url(addresses[0])


def draw_legend(axes: Axes, marks: Mapping[str, Artist], **look: Any) -> None:
    """Name the marks of a chart above its axes, two in a row.

    Parameters
    ----------
    axes
        Where the marks stand.
    marks
        A mark, such as `make_dot("o", BLUE)`, by what readers see beside it.
    look
        Other settings of matplotlib's `Axes.legend`, such as `labelcolor`.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> draw_legend(axes, {"In town": make_dot("o", "#0B4F8A"), "In villages": make_dot("D", "#D55E00")})
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['In town', 'In villages']
    """
    usual: dict[str, Any] = {
        "loc": "lower left",
        "bbox_to_anchor": (find_legend_edge(axes), 1),
        "ncols": 2,
        "frameon": False,
        "borderpad": 0,
    }
    axes.legend(list(marks.values()), list(marks), **usual | look)


def make_dot(marker: str, colour: str, edge: str = "", size: float = 7, **look: Any) -> Line2D:
    """Return a mark for a legend: a dot of a colour, `size` points wide, with an edge of its own colour or another.

    Examples
    --------
    >>> hollow = make_dot("s", "#FFFFFF", "#0B4F8A", 11)
    >>> hollow.get_marker(), hollow.get_markersize(), hollow.get_markeredgecolor()
    ('s', 11.0, '#0B4F8A')
    """
    return Line2D(
        [], [], linestyle="", marker=marker, markersize=size,
        markerfacecolor=colour, markeredgecolor=edge or colour, **look,
    )  # fmt: skip


def draw_label(
    axes: Axes, text: str, mark: tuple[float, float], right: float, up: float = 0, **look: Any
) -> Annotation:
    """Write a text beside a mark, so many points to the right of it (or left, if negative) and above it (or below).

    Parameters
    ----------
    axes
        Where the mark stands.
    text
        What is written.
    mark
        The place of the mark, in the units of the axes.
    right, up
        Distance from the mark to the text, in points.
    look
        Other settings of matplotlib's `Axes.annotate`, such as `color` and `weight`.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> text = draw_label(axes, "34%", (34, 0), 7, weight="bold")
    >>> text.get_text(), text.xy, text.get_ha()
    ('34%', (34, 0), 'left')
    """
    across = "left" if right > 0 else "right" if right < 0 else "center"
    upwards = "bottom" if up > 0 else "top" if up < 0 else "center"
    usual: dict[str, Any] = {"ha": across, "va": upwards, "size": 9}
    return axes.annotate(text, mark, (right, up), textcoords="offset points", **usual | look)


def find_legend_edge(axes: Axes) -> float:
    """Return where a key begins, as x in axes coordinates: at the scale, or on a phone at the names."""
    place, paper = axes.get_position(), measure_paper(axes)
    return (MARGIN / paper - place.x0) / place.width if is_phone(axes) else 0


def is_phone(axes: Axes) -> bool:
    """Return whether axes are drawn for a phone.

    >>> from matplotlib.figure import Figure
    >>> [is_phone(Figure((paper, 3)).add_subplot()) for paper in (PHONE, WIDTH)]
    [True, False]
    """
    return measure_paper(axes) < WIDTH


def measure_paper(axes: Axes) -> float:
    """Return the width of the paper that axes are drawn on, in inches.

    >>> from matplotlib.figure import Figure
    >>> measure_paper(Figure((7.5, 3)).add_subplot())
    7.5
    """
    return float(axes.figure.figure.get_figwidth())


@cache  # a third of the work of drawing: the same words are measured for each width and form of a chart
def measure_text(text: str, size: float = 10, weight: str = "normal") -> float:
    """Return the width of a line of text in the charts' font, in inches. `size` is in points.

    >>> measure_text("wide") < measure_text("wide", weight="bold") < measure_text("wide", size=12)
    True
    """
    font = font_manager.FontProperties(family=fonts.FAMILY, size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] / 72


def wrap(text: str, width: float, size: float = 10, weight: str = "normal") -> list[str]:
    """Return a text as lines of at most `width` inches, broken at spaces and never at a no-break space.

    >>> wrap("A name of several words", 0.9)
    ['A name of', 'several words']
    """
    lines: list[str] = []
    free = 0.0
    space = measure_text("n n", size, weight) - measure_text("nn", size, weight)
    for word in text.split(" "):
        needed = measure_text(word, size, weight)
        if lines and space + needed <= free:
            lines[-1] += f" {word}"
            free -= space + needed
        else:
            lines.append(word)
            free = width - needed
    return lines


@contextmanager
def apply_style() -> Iterator[None]:
    """Give matplotlib the settings of every chart, whatever the reader's are, within a `with` block."""
    with matplotlib.rc_context():
        dict.update(matplotlib.rcParams, _read_style())  # each was checked when it was read
        yield


@cache
def _read_style() -> dict[Any, Any]:
    """Return the settings of every chart: matplotlib's, but for the backend, and ours in place of some."""
    ours = matplotlib.rc_params_from_file(HERE / "style.mplstyle", use_default_template=False)
    settings = {key: value for key, value in (*matplotlib.rcParamsDefault.items(), *ours.items())}
    del settings["backend"]
    return settings
