"""Draw the percentages of a question, with their words, table, links, legend and paper for phones.

An author names a question and one of dots, bars, stacks and panels, and may give a style for each group. Any other
chart is a `Chart` with a function of one's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import ceil, inf
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.markers import MarkerStyle

from ..errors import DataError
from ..survey.margins import MARGIN_LEVEL
from ..survey.model import Survey
from ..survey.precision import describe_bases, find_precision
from ..survey.reference import Reference
from ..text.language import Language, capitalize
from ..text.links import strip_links
from ..text.numbers import PERCENT
from .axes import (
    MARGIN,
    NAME_LINE,
    PHONE,
    WIDTH,
    draw_label,
    draw_legend,
    is_phone,
    link_marks,
    make_dot,
    measure_paper,
    measure_text,
    round_up,
    set_amount_axis,
    set_item_axis,
    set_percent_axis,
    wrap,
)
from .chart import Chart, Frame
from .palette import (
    BLUE,
    GREEN,
    GREY,
    GRID_GREY,
    INK,
    LINE_GREY,
    MIDDLE_GREY,
    PAPER,
    RED,
    VERMILION,
    VERMILION_TEXT,
    VIOLET,
)
from .shares import KEY_MARK, PART_COLOURS, draw_panels, draw_stacks, measure_panels, measure_stacks
from .table import make_table
from .words import Words, add_name, format_reference, write_question_words

DOT_ROW = 0.33  # inches, the height of a row of dots
DENSE_ROW = 0.72  # inches, where some of their labels may stand above and below them
LABEL_GAP = 3  # points, between labels that stand side by side
BAR = 0.28  # inches, the height of a bar with the space around it
MATRIX_ROW = 0.27  # inches, the height of a row of a matrix
LEGEND_ROW = 0.2  # inches, of a legend with two names in a row, as on a phone
PAIR_DISTANCE = 8  # points of paper, within which two dots would lie on each other
PAIR_SHIFT = 0.14  # rows that such dots stand above and below their row
LEAD_LIMIT = 50  # percent, up to which there is room for a lead on the right of its dots
TILE_ROW = 0.27  # inches per row of tiles
TILE_NAME = 1.75  # inches, of a line of its name on a phone
TALLY = 3  # tiles wide, for the number at the end of a row of tiles
TEXT_SIZE = 8.5  # points, of texts in columns
TEXT_LINE = 0.165  # inches, the height of a line of such a text
TEXT_HEAD = 0.3  # inches, for the heads of such columns
BACKGROUND = {"facecolor": PAPER, "linewidth": 0, "pad": 0.5}  # behind labels, so that no grid line crosses them


@dataclass(frozen=True)
class Style:
    """How charts show a group: the colours of its marks and of its text, the shape of its dots and their area.

    `marker` is one of matplotlib's, such as "o"; `area` is in square points.
    """

    colour: str
    ink: str
    marker: str = "o"
    area: float = 48


GROUP_STYLES = (
    Style(BLUE, BLUE),
    Style(GREY, GREY, "s"),
    Style(VERMILION, VERMILION_TEXT, "D"),
    Style(GREEN, GREEN, "^"),
    Style(VIOLET, VIOLET, "v"),
    Style(RED, RED, "P"),
    Style(MIDDLE_GREY, GREY, "X"),
    Style(INK, INK, "*"),
)


def choose_styles(survey: Survey, *questions: str) -> dict[str, Style]:
    """Return a style for each group that some questions have figures of, in the codebook's order.

    Everybody, unions and the groups of other breakdowns are left out, unless there are no others. Raises DataError for
    more groups than there are styles.

    >>> list(choose_styles(getfixture("invented_survey"), "commute"))
    ['town', 'suburb', 'village']
    """
    article = survey.article
    known = {group for name in questions for group in survey.shown(name).dropna(subset="percent")["segment"]}
    groups = [group for group in survey.groups() if group in known]
    elsewhere = {*article.unions, *(group for others in article.breakdowns.values() for group in others)}
    groups = [group for group in groups if group not in elsewhere] or groups or sorted(known)
    if len(groups) > len(GROUP_STYLES):
        raise DataError(
            f"chart of {questions[0]}: found {len(groups)} groups; expected at most {len(GROUP_STYLES)}, or `styles` for some"
        )
    return dict(zip(groups, GROUP_STYLES, strict=False))


@dataclass(frozen=True, repr=False)
class Percentages:
    """Percentages of a question in some groups, ready to be drawn.

    Attributes
    ----------
    survey
        Where the question and its figures are.
    question
        The question, by its identifier.
    styles
        A style for each group, in the order of the chart; other groups are left out. By default, each group has one.
    items
        The identifiers of the items, in the order of the chart; by default all that have a percentage in one of the
        groups, as the codebook orders them.
    name
        The name of the figure, as files have it; by default that of the question.

    Examples
    --------
    >>> survey = getfixture("invented_survey")
    >>> styles = {"town": Style("#0B4F8A", "#0B4F8A"), "suburb": Style("#595959", "#595959", "D")}
    >>> commute = Percentages(survey, "commute", styles)
    >>> commute
    Percentages of commute: 4 items in 2 groups, town, suburbs
    To draw them: .dots, .bars, .stacks or .panels, each of (title, alternative)
    >>> chart = commute.dots("How people go to work", "Dot plot. {values}.")
    >>> chart.table.loc["Bicycle"].to_dict()
    {'Town (%)': 34.0, 'Suburbs (%)': 21.0}
    >>> chart.references.loc["bicycle"].to_list()
    ['commute.bicycle.town', 'commute.bicycle.suburb']
    """

    survey: Survey
    question: str
    styles: Mapping[str, Style] = field(default_factory=dict)
    items: Sequence[str] = ()
    name: str = ""

    def __post_init__(self) -> None:
        if not self.styles:
            object.__setattr__(self, "styles", choose_styles(self.survey, self.question))

    def __repr__(self) -> str:
        items, groups = self.wide.shape
        return (
            f"Percentages of {self.question}: {items} items in {groups} groups, {', '.join(self.groups.values())}\n"
            "To draw them: .dots, .bars, .stacks or .panels, each of (title, alternative)"
        )

    @property
    def language(self) -> Language:
        """The language of names and numbers."""
        return self.survey.language

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The figures, one row for each item and group, with the columns of `Survey.shown`."""
        rows = self.survey.shown(self.question)
        rows = rows[rows["segment"].isin(self.styles)].dropna(subset="percent").set_index("item", drop=False)
        if (rows["percent"] < 0).any():
            lowest = self.survey.write(self.question, rows["percent"].min())
            raise DataError(
                f"chart of {self.question}: found {lowest}; expected values of at least 0, since its axis begins there"
            )
        return (rows.loc[list(self.items)] if self.items else rows).reset_index(drop=True)

    @cached_property
    def wide(self) -> pd.DataFrame:
        """The percentages, one row for each item and one column for each group."""
        groups = [group for group in self.styles if group in set(self.rows["segment"])]
        return self.rows.pivot(index="item", columns="segment", values="percent").reindex(
            index=self.rows["item"].unique(), columns=groups
        )

    @property
    def _keys(self) -> list[tuple[str, str, str]]:
        return list(zip(self.rows["question"], self.rows["item"], self.rows["segment"], strict=True))

    @cached_property
    def _texts(self) -> pd.DataFrame:
        """Each value of `wide` as its source prints it, with its unit; NaN where there is none."""
        rows = self.rows.assign(text=[self.survey.write_shown(*key) for key in self._keys])
        return rows.pivot(index="item", columns="segment", values="text").reindex_like(self.wide)

    @property
    def groups(self) -> dict[str, str]:
        """The name of each group, as it stands within a sentence."""
        return {group: self.survey.segment_label(group) for group in self.wide}

    @property
    def item_labels(self) -> list[str]:
        """The name of each item."""
        return list(self.rows.drop_duplicates("item")["item_label"])

    def dots(
        self, title: str, alternative: str, *, highlight: str = "", intervals: bool = False, **words: Any
    ) -> Chart:
        """Return a chart with a row of dots for each item, a dot for each group, and the percentages beside them.

        Dots that would hide each other stand a little apart. The name of the item `highlight` is bold; of two groups,
        the lead of one stands beside its dots. With `intervals`, a line behind each dot shows its limits at 95 percent,
        from the margins of error and numbers of respondents that are published. `title`, `alternative` and `words` are
        those of `write_question_words`.
        """
        wide, styles = self.wide, {group: self.styles[group] for group in self.wide}
        ends = self._find_ends(with_limits=intervals)

        def draw(axes: Axes) -> None:
            rows = range(len(wide))
            shifts, marks, points = self._shifts(axes), {}, self._measure_unit(axes)
            shift = PAIR_SHIFT * 72 * axes.get_position().height * axes.figure.figure.get_figheight() / len(wide)
            if intervals:
                self._draw_limits(axes, ends, shifts)
            else:
                axes.hlines(rows, wide.min(axis=1), wide.max(axis=1), color=LINE_GREY, linewidth=2, zorder=1)
            sides = [_place_labels(wide.loc[item], self._texts.loc[item], points) for item in wide.index]
            for group, style in styles.items():
                dots = axes.scatter(
                    wide[group], shifts[group], style.area, style.colour, marker=style.marker,
                    edgecolors="w", linewidths=0.08 * style.area**0.5, zorder=2,
                )  # fmt: skip
                link_marks(dots, *self._references[group])
                marks[self.groups[group]] = dots
                for row, (text, side) in enumerate(zip(self._texts[group], sides, strict=True)):
                    if group in side:
                        distance, height = side[group]
                        if shifts[wide.columns[0]][row] != row:  # the dots around it stand off the row
                            height += np.sign(height) * shift
                        end = ends.loc[(wide.index[row], group), np.sign(distance)]
                        draw_label(axes, text, (end, row), distance, height, color=style.ink)
            draw_legend(
                axes, marks, ncols=self._count_columns(axes), handletextpad=0,
                borderaxespad=0.3 if len(styles) == 2 else 0.8,  # above labels that stand above their dots
                labelcolor=[style.ink for style in styles.values()], prop={"weight": "bold"},
            )  # fmt: skip
            self._set_axis(axes)
            axes.grid(visible=False)  # every dot has its number
            set_item_axis(axes, self.item_labels)
            if highlight:
                self._highlight(axes, highlight)

        frame = Frame(
            self.item_labels,
            (DOT_ROW if len(styles) <= 3 else DENSE_ROW) * len(wide),
            head=0.34 + 0.07 * (len(styles) > 2) + LEGEND_ROW * (ceil(len(styles) / self._count_columns()) - 1),
            tail=measure_text(self._number(0)),
            values=[
                *(
                    (self._share(percent), text)
                    for percent, text in zip(wide.stack(), self._texts.stack(), strict=True)
                ),
                (100, self._number(self._top)),
            ],
        )
        chart_words = self._write(title, alternative, words)
        if intervals:
            pairs = [(Reference("", *key[:2], segment=key[2]),) for key in self._keys]
            sentence, bases = (
                "Lines: limits at [{level}](#rule.level), from {bases}.",
                describe_bases(self.survey, pairs),
            )
            lines = self.language.say(sentence, level=self.language.percent(MARGIN_LEVEL), bases=bases)
            chart_words = replace(chart_words, note=f"{chart_words.note} {lines}".lstrip())
        return self._chart(draw, frame, chart_words)

    def bars(self, title: str, alternative: str, *, row: float = 0, **words: Any) -> Chart:
        """Return a chart with a bar for each percentage, which stands at its end.

        Bars of several groups stand together by item, and the first ones name their groups. If there is one item, its
        groups are the rows; if there is one group, its items. `row` is the height of a row in inches. `title`,
        `alternative` and `words` are those of `write_question_words`.

        >>> survey = getfixture("invented_survey")
        >>> styles = {group: Style("#0B4F8A", "#0B4F8A") for group in survey.article.compared}
        >>> chart = Percentages(survey, "helmet", styles).bars("Who wears a helmet", "Bar chart. {values}.")
        >>> chart.table["Share (%)"].to_dict()
        {'Town': 44.0, 'Villages': 58.0}
        """
        wide, grouped = self.wide, len(self.wide) > 1 and len(self.groups) > 1
        names, room = self._rows, 0.8 / len(self.groups)  # of a row, for a bar among others
        thickness = 0.94 * room if grouped else 0.66
        texts = {
            group: [add_name(text, name) if grouped and not place else text
                    for place, text in enumerate(self._texts[group].dropna())]
            for group, name in self.groups.items()
        }  # fmt: skip

        def draw(axes: Axes) -> None:
            for place, (group, percents) in enumerate(wide.items()):
                shift = (place - (len(wide.columns) - 1) / 2) * room if grouped else place
                rows = np.flatnonzero(percents.notna()) + shift
                bars = axes.barh(rows, percents.dropna(), thickness, color=self.styles[group].colour)
                axes.bar_label(
                    bars, texts[group], padding=5, color=self.styles[group].ink, weight="bold", bbox=BACKGROUND
                )
                for bar, cited in zip(bars, filter(None, self._references[group]), strict=True):
                    link_marks(bar, cited)
            self._set_axis(axes)
            set_item_axis(axes, names)

        row = row or (1.3 * BAR * len(self.groups) if grouped else BAR)
        values = [
            pair for group in wide for pair in zip(map(self._share, wide[group].dropna()), texts[group], strict=True)
        ]
        frame = Frame(names, row * len(names), values=[*values, (100, self._number(self._top))])
        return self._chart(draw, frame, self._write(title, alternative, words), small=not grouped)

    def stacks(self, title: str, alternative: str, **words: Any) -> Chart:
        """Return a chart with a bar for each group, whose parts are the shares of the items.

        Parts with room for it have their number. `title`, `alternative` and `words` are those of
        `write_question_words`. Raises DataError unless people gave one answer each, and every share is known.

        >>> commute = Percentages(getfixture("invented_survey"), "commute", items=("bicycle", "bus"))
        >>> chart = commute.stacks("Ways to work", "Bars. {values}.")
        >>> [text.get_text() for text in chart.figure.axes[0].get_legend().get_texts()]
        ['Bicycle', 'Bus']
        """
        self._check_parts()
        shares, texts, references = (self._name(table).T for table in (self.wide, self._texts, self._references))
        names, parts = list(shares.index), list(shares)

        def draw(axes: Axes) -> None:
            self._set_axis(axes)
            axes.set_xlim(0, max(100.0, float(shares.sum(axis=1).max())))  # rounded shares may add up to 101
            draw_stacks(axes, shares, texts, references)

        desk, phone = (measure_stacks(names, parts, paper) for paper in (WIDTH, PHONE))
        frame = Frame(names, desk, on_phone=phone, values=[(100, self._number(self._top))])
        return self._chart(draw, frame, self._write(title, alternative, words))

    def panels(self, title: str, alternative: str, **words: Any) -> Chart:
        """Return a chart of small multiples: a panel of bars for each group, on a phone one below the other.

        `title`, `alternative` and `words` are those of `write_question_words`.

        >>> chart = Percentages(getfixture("invented_survey"), "commute").panels("Ways to work", "Bars. {values}.")
        >>> [len(panel.patches) for panel in chart.figure.axes]
        [4, 4, 4]
        """
        values, texts, references = map(self._name, (self.wide, self._texts, self._references))
        names, groups = list(values.index), list(values)
        styles = [self.styles[group] for group in self.wide]
        colours = {name: (style.colour, style.ink) for name, style in zip(groups, styles, strict=True)}

        def draw(axes: Axes) -> None:
            draw_panels(axes, values, texts, references, colours, self._top)

        desk, phone = (measure_panels(groups, names, paper) for paper in (WIDTH, PHONE))
        return self._chart(draw, Frame(names, desk, on_phone=phone), self._write(title, alternative, words))

    def _name(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return a table of items and groups under the names that readers see."""
        groups = map(capitalize, self.groups.values())
        return table.set_axis(pd.Index(self.item_labels), axis="index").set_axis(pd.Index(groups), axis="columns")

    def _check_parts(self) -> None:
        """Raise DataError unless the shares of each group are parts of a whole that colours can tell apart."""
        place = f"chart of {self.question}"
        if self._unit != PERCENT:
            raise DataError(f"{place}: found the unit {self._unit}; expected percent, of which 100 make a whole")
        if len(self.wide) > len(PART_COLOURS):
            raise DataError(f"{place}: found {len(self.wide)} items; expected at most {len(PART_COLOURS)} parts")
        step = 10.0 ** -int(self.rows["decimals"].max())
        for group, shares in self.wide.items():
            if shares.isna().any():
                missing = shares.index[shares.isna()][0]
                raise DataError(f"{place}: found no figure of {missing} for {group}; expected one for each part")
            if shares.sum() > 100 + step * len(shares) / 2:
                raise DataError(
                    f"{place}: found {shares.sum():g}% in all for {group}; expected 100%, as of one answer each: draw .panels or .bars"
                )

    @property
    def _unit(self) -> str:
        return self.survey.unit(self.question)

    def _number(self, value: float) -> str:
        return self.survey.write(self.question, value)

    @cached_property
    def _top(self) -> float:
        """Where the axis ends: at 100 percent, or at a round number above the highest amount and limit."""
        if self._unit == PERCENT:
            return 100
        limits = [find_precision(self.survey, Reference("", *key[:2], segment=key[2])) for key in self._keys]
        return round_up(max(float(self.wide.max(axis=None)), *(limit.upper for limit in limits if limit), 0.0))

    def _share(self, value: float) -> float:
        """Return where a value stands on the axis, in percent of its length."""
        return 100 * value / self._top

    def _set_axis(self, axes: Axes) -> None:
        if self._unit == PERCENT:
            set_percent_axis(axes, self.language)
        else:
            set_amount_axis(axes, self.language, self._top, self._unit)

    @property
    def _rows(self) -> list[str]:
        """The names of the rows: of the items, or of the groups if there is one item."""
        return list(map(capitalize, self.groups.values())) if len(self.wide) == 1 else self.item_labels

    @cached_property
    def _references(self) -> pd.DataFrame:
        """The reference of each percentage of `wide`, "" where there is none."""
        cited = self.rows.assign(reference=[format_reference(row) for row in self.rows.itertuples()])
        wide = cited.pivot(index="item", columns="segment", values="reference")
        return wide.reindex_like(self.wide).where(self.wide.notna(), "")

    def _write(self, title: str, alternative: str, words: Mapping[str, Any]) -> Words:
        return write_question_words(self.survey, self.rows, title, alternative, **words)

    def _chart(self, draw: Callable[[Axes], None], frame: Frame, words: Words, *, small: bool = False) -> Chart:
        """Return the chart of a drawing, with its table and the reference of each cell."""
        say, wide, cells = self.language.say, self.wide, self._references
        if len(wide) == 1:
            wide, cells = wide.T, cells.T
        unit = self.language.unit_name(self._unit)
        heads = [f"{capitalize(g)} ({unit})" if unit else capitalize(g) for g in self.groups.values()]
        if len(wide.columns) == 1:
            heads = [
                say("Share (%)") if self._unit == PERCENT else f"{say('Value')} ({unit})" if unit else say("Value")
            ]
        index = pd.Index(self._rows, name=say("Respondents" if len(self.wide) == 1 else "Item"))
        if self.rows["decimals"].any():  # numbers that keep their decimals, as 38.0 does
            printed = self.rows.assign(printed=[self.survey.printed(*key) for key in self._keys])
            cells_of_table = printed.pivot(index="item", columns="segment", values="printed").reindex_like(self.wide)
            wide = cells_of_table.T if len(self.wide) == 1 else cells_of_table
        table = wide.set_axis(index, axis="index").set_axis(heads, axis="columns")
        is_pair = tuple(self.wide) == self.survey.article.pair and len(heads) > 1
        if is_pair and self._unit == PERCENT:
            first, second = self.groups.values()
            name = say("{first} minus {second} (points)", first=capitalize(first), second=second)
            table[name] = table[heads[0]] - table[heads[1]]
            gaps = [f"gap.{self.question}.{item}" for item in self.wide.index]
            cells = cells.assign(gap=pd.Series(gaps, cells.index).where(table[name].notna().array, ""))
        name = self.name or self.question.replace("@", "-")
        return Chart(name, words, table, frame, draw, self.language, small=small, references=cells)

    def _shifts(self, axes: Axes) -> dict[str, list[float]]:
        """Return where the dots of each group stand: in their row, or a little off where two would hide each other."""
        nearest = self.wide.apply(lambda row: min(row.dropna().sort_values().diff().min(), self._top), axis=1)
        points = nearest * self._measure_unit(axes)
        last = max(len(self.groups) - 1, 1)
        return {
            group: [
                row + (2 * place / last - 1) * PAIR_SHIFT * (near < PAIR_DISTANCE) for row, near in enumerate(points)
            ]
            for place, group in enumerate(self.wide)
        }

    def _find_ends(self, *, with_limits: bool) -> pd.DataFrame:
        """Return each value (0) by item and group, between its limits (-1 and 1), or thrice without them.

        Raises DataError for limits of a value of which nothing is published.
        """
        ends = {}
        for question, item, group in self._keys:
            reference = Reference("", question, item, segment=group)
            value, limits = self.survey.percent(*reference.key), find_precision(self.survey, reference)
            if with_limits and limits is None:
                raise DataError(
                    f"chart of {question}: found neither margin nor n of {reference}; expected one in data/margins.csv"
                )
            low, high = (limits.lower, limits.upper) if with_limits and limits else (value, value)
            ends[item, group] = {-1: max(0.0, low), 0: value, 1: min(high, self._top)}
        return pd.DataFrame.from_dict(ends, orient="index")

    def _draw_limits(self, axes: Axes, ends: pd.DataFrame, shifts: Mapping[str, Sequence[float]]) -> None:
        """Draw a line from the lower to the upper limit of each value."""
        places = {item: place for place, item in enumerate(self.wide.index)}
        for (item, group), (low, _, high) in zip(ends.index, ends.itertuples(index=False), strict=True):
            colour = self.styles[group].colour
            axes.hlines(shifts[group][places[item]], low, high, color=colour, linewidth=3, alpha=0.45, zorder=1)

    def _measure_unit(self, axes: Axes) -> float:
        """Return how wide one unit of the scale is, in points."""
        return axes.get_position().width * measure_paper(axes) / self._top * 72

    def _count_columns(self, axes: Axes | None = None) -> int:
        """Return the columns of the legend, as many as there is room for and filled alike; on a phone at most two."""
        widths = [KEY_MARK + measure_text(name, weight="bold") for name in self.groups.values()]
        if axes is None or is_phone(axes):
            return 2 if 2 * max(widths) < PHONE else 1
        room, count = axes.get_position().width * measure_paper(axes), len(widths)
        fitting = count if sum(widths) < room else max(1, int(room / max(widths)))
        return ceil(count / ceil(count / fitting))

    def _highlight(self, axes: Axes, item: str) -> None:
        """Write the name of an item in bold, and beside its two dots by how many points one leads."""
        row, percents = list(self.wide.index).index(item), self.wide.loc[item]
        axes.get_yticklabels()[row].set_fontweight("bold")
        if len(percents) != 2 or self._unit != PERCENT:
            return
        low, high = percents.min(), percents.max()
        place, distance = (high, 34) if high <= LEAD_LIMIT else (low, -34)
        text = f"+{self.language.points(high - low)}"
        lead = draw_label(
            axes, text, (place, row), distance, size=10, weight="bold", color=self.styles[percents.idxmax()].ink
        )
        link_marks(lead, f"gap.{self.question}.{item}")


def draw_style_legend(axes: Axes, styles: Mapping[str, Style]) -> None:
    """Name the groups of a chart of dots above its axes.

    Parameters
    ----------
    axes
        Where the dots stand.
    styles
        The style of each group, by the name that readers see.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> draw_style_legend(axes, {"In town": Style("#0B4F8A", "#0B4F8A")})
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['In town']
    """
    marks = {capitalize(name): make_dot(style.marker, style.colour) for name, style in styles.items()}
    draw_legend(
        axes, marks, labelcolor=[style.ink for style in styles.values()],
        handletextpad=0.3, borderaxespad=0.8, prop={"weight": "bold"},
    )  # fmt: skip


def _place_labels(values: pd.Series, texts: pd.Series, points: float) -> dict[str, tuple[float, float]]:
    """Return where the label of each group's dot stands, in points right of it and above.

    The lowest stands left, the highest right; others above, or below where the one before is too near, farther off if
    they reach over one of the two. One that has room at neither place has no label: its number is in the
    table. `points` is the width of one unit of the scale.
    """
    *lower, highest = values.dropna().sort_values(kind="stable").index
    places = dict.fromkeys(lower[:1], (-7.0, 0.0)) | {highest: (7.0, 0.0)}
    ends = {6.0: -inf, -6.0: -inf}  # where the last label above and the last one below end
    for group in lower[1:]:
        width = 72 * measure_text(texts[group], 9) + LABEL_GAP
        start = values[group] * points - width / 2
        if (side := next((side for side, end in ends.items() if start >= end), None)) is not None:
            is_beside = start < values[lower[0]] * points - 4 or start + width > values[highest] * points + 4
            places[group], ends[side] = (0.0, 1.5 * side if is_beside else side), start + width
    return places


def draw_intervals(axes: Axes, intervals: pd.DataFrame, styles: Mapping[str, Style], colour: str = "") -> None:
    """Draw a line from the lower to the upper limit of each interval, and a mark at its value, if there are values.

    Parameters
    ----------
    axes
        Where the intervals are drawn; its scale is left to the author (`set_percent_axis`, `set_difference_axis`).
    intervals
        One row for each interval, with the columns `row` (its place, 0 on top; several may share a row of the chart,
        such as 0.8, 1 and 1.2), `lower` and `upper`, in the units of the x axis, and `group`. There may be `value`, in
        the same units, with the `reference` of its figure.
    styles
        A style for each group.
    colour
        The colour of all lines; without one, that of their groups.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure().add_subplot()
    >>> limits = pd.DataFrame({"row": [0, 1], "lower": [31, 8.5], "upper": [37.2, 15], "group": ["town", "village"]})
    >>> draw_intervals(axes, limits, {"town": Style("#0B4F8A", "#0B4F8A"), "village": Style("#D55E00", "#A8470B")})
    >>> [path.vertices.tolist() for path in axes.collections[0].get_paths()]
    [[[31.0, 0.0], [37.2, 0.0]], [[8.5, 1.0], [15.0, 1.0]]]
    """
    colours = [colour or styles[group].colour for group in intervals["group"]]
    axes.hlines(intervals["row"], intervals["lower"], intervals["upper"], color=colours, linewidth=3, zorder=1)
    if "value" in intervals:
        dots = draw_dots(axes, intervals["value"], intervals["row"], [styles[group] for group in intervals["group"]])
        link_marks(dots, *intervals["reference"])


def draw_dots(axes: Axes, across: Sequence[float], down: Sequence[float], styles: Sequence[Style]) -> PathCollection:
    """Draw dots, each in a style of its own, with a thin white edge, and return them.

    Parameters
    ----------
    axes
        Where the dots are drawn.
    across, down
        The place of each dot, in the units of the axes.
    styles
        The style of each dot.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> styles = [Style("#0B4F8A", "#0B4F8A"), Style("#D55E00", "#A8470B", "D")]
    >>> dots = draw_dots(Figure().add_subplot(), [34, 12], [0, 1], styles)
    >>> dots.get_offsets().tolist(), dots.get_sizes().tolist()
    ([[34.0, 0.0], [12.0, 1.0]], [48, 48])
    """
    areas, markers = [style.area for style in styles], [MarkerStyle(style.marker) for style in styles]
    edge = 0.08 * float(np.percentile(areas, 10)) ** 0.5
    colours = [style.colour for style in styles]
    dots = axes.scatter(across, down, areas, colours, edgecolors="w", linewidths=edge, zorder=2)
    dots.set_paths([marker.get_path().transformed(marker.get_transform()) for marker in markers])
    return dots


def set_matrix(
    name: str, words: Words, cells: pd.DataFrame, columns: Mapping[str, str], head: str, language: Language
) -> Chart:
    """Return a chart of short texts in a table, each on its colour and in a link to its figure.

    Parameters
    ----------
    name
        The name of the figure, as files have it.
    words
        The words around the chart.
    cells
        One row for each cell, in the order of the rows of the chart: `row` and `column`, its `text` (bold if it begins
        with "≠", since it must not be missed), the `colour` behind it, and the `reference` of its figure or "".
    columns
        The columns in their order, by the short name above each: the name that the data table has.
    head
        What the rows are, in English, as the catalogues have it.
    language
        The language of the texts.

    Examples
    --------
    >>> words = Words("Who prints what", "Two pages", "", "", "Matrix.")
    >>> cells = [("Bicycle", "R1", "34", "#DCE6F0", "commute.bicycle.town"), ("Car", "R2", "≠ 61", "#F6C9A8", "")]
    >>> cells = pd.DataFrame(cells, columns=["row", "column", "text", "colour", "reference"])
    >>> chart = set_matrix("matrix", words, cells, {"R1": "Report", "R2": "Copy"}, "Item", Language("en"))
    >>> chart.table.loc["Car"].to_list()
    ['–', '≠ 61']
    >>> [(text.get_text(), text.get_url(), text.get_weight()) for text in chart.figure.axes[0].texts]
    [('34', '#commute.bicycle.town', 'normal'), ('≠ 61', None, 'bold')]
    """
    wide = cells.pivot(index="row", columns="column")
    names = list(cells["row"].unique())
    texts, colours, references = (
        wide[part].reindex(index=names, columns=list(columns)).fillna("") for part in ("text", "colour", "reference")
    )

    def draw(axes: Axes) -> None:
        _draw_matrix(axes, texts, colours, references)

    table = texts.replace("", "–").set_axis(list(columns.values()), axis="columns").rename_axis(language.say(head))
    frame = Frame(names, MATRIX_ROW * len(names), head=0.3)
    return Chart(name, words, table, frame, draw, language, references=references)


def _draw_matrix(axes: Axes, texts: pd.DataFrame, colours: pd.DataFrame, references: pd.DataFrame) -> None:
    """Draw the texts of a matrix, its lines, the names of its columns above and of its rows on the left."""
    height, width = texts.shape
    room = 0.86 * axes.get_position().width * measure_paper(axes) / width
    axes.set(xlabel="", ylabel="", xlim=(0, width), ylim=(height, 0))
    for colour in dict.fromkeys(filter(None, colours.stack())):
        cells = np.argwhere(colours == colour)
        squares = [[(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)] for y, x in cells]
        axes.add_collection(PolyCollection(squares, facecolor=colour, edgecolor="none"))
        for y, x in cells:
            text = texts.iat[y, x]
            weight = "bold" if text.startswith("≠") else "normal"
            size = 8 * min(1, room / measure_text(text, 8, weight))
            cell = axes.text(x + 0.5, y + 0.5, text, size=size, weight=weight, ha="center", va="center")
            link_marks(cell, references.iat[y, x])
    axes.hlines(range(height + 1), 0, width, color=GRID_GREY, linewidth=1)
    axes.vlines(range(width + 1), 0, height, color=GRID_GREY, linewidth=1)
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", length=0)
    axes.set_xticks(np.arange(width) + 0.5, texts.columns, size=7.5 if is_phone(axes) else 9)
    axes.set_yticks(np.arange(height) + 0.5, texts.index)
    axes.grid(visible=False)
    set_item_axis(axes)


def set_texts(name: str, words: Words, texts: pd.DataFrame, inks: Sequence[str], language: Language) -> Chart:
    """Return a chart of short texts in columns, such as what each page has on a subject.

    Parameters
    ----------
    name
        The name of the figure, as files have it.
    words
        The words around the chart.
    texts
        A text for each cell, which may have links; a column is headed by its name, a row by the index.
    inks
        The colour of the text in the last column, for each row; it is bold.
    language
        The language of the texts.

    Examples
    --------
    >>> words = Words("What the article changed", "Two pages", "", "", "Table.")
    >>> texts = pd.DataFrame({"Report": ["[34%](#commute.bicycle.town)"], "Article": ["“a third”"]}, ["Bicycle"])
    >>> set_texts("copy", words, texts, ["#0B4F8A"], Language("en")).table.loc["Bicycle"].to_list()
    ['34%', '“a third”']
    """
    table, count = texts.map(strip_links), len(texts.columns)

    def measure(paper: float) -> tuple[float, list[list[list[str]]], list[float]]:
        """Return the width of a column, the lines of each text and the height of each row, all lengths in inches."""
        width = (paper - 3 * MARGIN) / count
        lines = [[wrap(text, width - 0.12, TEXT_SIZE, "bold") for text in row] for row in table.itertuples(index=False)]
        return width, lines, [0.3 + TEXT_LINE * max(map(len, row)) for row in lines]

    def draw(axes: Axes) -> None:
        paper, place = measure_paper(axes), axes.get_position()
        width, lines, heights = measure(paper)
        room, top = paper - 2 * MARGIN, TEXT_HEAD
        axes.set_position((MARGIN / paper, place.y0, room / paper, place.height))
        axes.set(xlim=(0, room), ylim=(sum(heights) + TEXT_HEAD, 0), xticks=[], yticks=[])
        axes.grid(visible=False)
        for column, head in enumerate(table):
            axes.text(column * width, 0.15, head, weight="bold", va="center", size=9.5)
        for subject, row, height, ink in zip(table.index, lines, heights, inks, strict=True):
            axes.hlines(top, 0, room, color=GRID_GREY, linewidth=1)
            axes.text(0, top + 0.13, subject, color=GREY, va="center", size=TEXT_SIZE)
            for column, text in enumerate(row):
                weight, colour = ("bold", ink) if column == count - 1 else ("normal", INK)
                axes.text(
                    column * width, top + 0.26, "\n".join(text), va="top", size=TEXT_SIZE, weight=weight, color=colour,
                    linespacing=NAME_LINE,
                )  # fmt: skip
            top += height

    desk, phone = (sum(measure(paper)[2]) + TEXT_HEAD for paper in (WIDTH, PHONE))
    return Chart(name, words, table, Frame([""], desk, on_phone=phone), draw, language)


def set_tiles(name: str, words: Words, rows: pd.DataFrame, heads: tuple[str, str], language: Language) -> Chart:
    """Return a chart of so many tiles in each row, with their number at its end.

    Parameters
    ----------
    name
        The name of the figure, as files have it.
    words
        The words around the chart.
    rows
        The rows from top to bottom: the `name` of each, the `number` and `colour` of its tiles, its `label` in the data
        table and the `reference` of its figure. A row of no tiles is a heading, and is not in the table.
    heads
        What the rows and the tiles of the table are, in English, as the catalogues have them.
    language
        The language of the numbers.

    Examples
    --------
    >>> words = Words("One of two", "Figures", "", "", "Tiles.")
    >>> rows = [("The figure", 0, "#1A1A1A", "", ""), ("Confirmed", 2, "#0B4F8A", "confirmed", "count.confirmed")]
    >>> rows = pd.DataFrame(rows, columns=["name", "number", "colour", "label", "reference"])
    >>> chart = set_tiles("verdicts", words, rows, ("Judgment", "Claims"), Language("en"))
    >>> axes = chart.figure.axes[0]
    >>> axes.collections[0].get_offsets().tolist(), [text.get_text() for text in axes.texts]
    ([[0.0, 1.0], [1.0, 1.0]], ['2'])
    >>> chart.table.to_dict()
    {'Claims': {'confirmed': 2}}
    """
    names, tallied = list(rows["name"]), rows[rows["number"] > 0]

    def draw(axes: Axes) -> None:
        across = rows["number"].max() + TALLY
        side = min(72 * 0.82 * axes.get_position().width * measure_paper(axes) / across, 15)
        for tiles in tallied.itertuples():
            axes.scatter(
                range(tiles.number), [tiles.Index] * tiles.number, side**2, tiles.colour, marker="s", linewidth=0
            )
            draw_label(
                axes, language.number(tiles.number), (tiles.number - 0.4, tiles.Index), 3, size=10, weight="bold"
            )
        axes.set(xlabel="", ylabel="", xticks=[], xlim=(-0.6, across - 0.6))
        axes.grid(visible=False)
        set_item_axis(axes, names, TILE_NAME)
        for label, count in zip(axes.get_yticklabels(), rows["number"], strict=True):
            label.set_fontweight("normal" if count else "bold")

    table = make_table(language, heads[0], tallied["label"], {heads[1]: tallied["number"]})
    references = tallied[["reference"]].set_axis(table.columns, axis="columns")
    frame = Frame(names, TILE_ROW * len(names), line=TILE_NAME)
    return Chart(name, words, table, frame, draw, language, references=references)
