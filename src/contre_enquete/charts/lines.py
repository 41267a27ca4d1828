"""Draw how an item changed from wave to wave, a line for each group, with its words, table, links and phone drawing."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from ..article import is_date
from ..errors import unknown_name
from ..survey.changes import index_changes
from ..survey.model import Survey
from ..survey.waves import AT, split_wave
from ..text.language import capitalize
from ..text.numbers import PERCENT, POINTS
from .axes import NAME_ON_PHONE, draw_label, is_phone, link_marks, measure_paper, measure_text, round_up, wrap
from .chart import Chart, Frame
from .palette import GRID_GREY, LINE_GREY
from .plots import Style, choose_styles
from .words import SOURCE, add_name, format_reference, write_other_printings, write_precision, write_words

AXES_HEIGHT = 2.7  # inches, of the axes
LABEL_LINE = 0.17  # inches, the height of a line of a label
MARK_GAP = 0.12  # inches, between a mark and its label
NAME_AT_DESK = 2.2  # inches, for the name of a group at the end of its line


@dataclass(frozen=True, repr=False)
class Trend:
    """The figures of an item in each wave, ready to be drawn as a line for each group.

    Attributes
    ----------
    survey
        Where the waves and their figures are.
    question, item
        What was asked in each wave, by its identifiers: the question without a wave.
    styles
        A style for each group, in the order of the chart; other groups are left out. By default, each group has one.
    name
        The name of the figure, as files have it; by default question and item.

    Examples
    --------
    >>> survey = getfixture("invented_waves")
    >>> trend = Trend(survey, "commute", "bicycle", {"town": Style("#0B4F8A", "#0B4F8A")})
    >>> trend
    Trend of commute, bicycle: 2 waves, 2015 and 2017, 1 group
    To draw it: .lines(title, alternative)
    >>> chart = trend.lines("By bicycle", "Line chart. {values}.")
    >>> chart.table.loc["Town"].to_list()
    [20.0, 34.0, 14.0]
    >>> chart.references.loc["town"].to_list()
    ['commute@2015.bicycle.town', 'commute@2017.bicycle.town', 'change.commute.bicycle.town.2015.2017']
    """

    survey: Survey
    question: str
    item: str
    styles: Mapping[str, Style] = field(default_factory=dict)
    name: str = ""

    def __post_init__(self) -> None:
        if not self.styles:
            object.__setattr__(self, "styles", choose_styles(self.survey, *self._questions))

    def __repr__(self) -> str:
        waves = self.survey.language.series(list(map(self.survey.wave_label, self.wide)))
        count = len(self.wide)
        return (
            f"Trend of {self.question}, {self.item}: {len(self.wide.columns)} waves, {waves}, "
            f"{count} group{'s' * (count != 1)}\nTo draw it: .lines(title, alternative)"
        )

    @cached_property
    def _questions(self) -> list[str]:
        """The question in each wave that it was asked in."""
        names = [f"{self.question}{AT}{wave}" for wave in self.survey.article.waves.order]
        known = [name for name, item in self.survey.item_keys() if name in names and item == self.item]
        if not known:
            items = sorted({f"{split_wave(name)[0]}.{item}" for name, item in self.survey.item_keys() if AT in name})
            raise unknown_name("item with waves", f"{self.question}.{self.item}", items)
        return known

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The figures, one row for each group and wave, with the columns of `Survey.shown` and `wave`."""
        rows = pd.concat([self.survey.shown(name) for name in self._questions], ignore_index=True)
        rows = rows[(rows["item"] == self.item) & rows["segment"].isin(self.styles)].dropna(subset="percent")
        return rows.assign(wave=[split_wave(name)[1] for name in rows["question"]]).reset_index(drop=True)

    @cached_property
    def wide(self) -> pd.DataFrame:
        """The values, one row for each group and one column for each wave."""
        return self._spread("percent")

    def lines(self, title: str, alternative: str, note: str = "", source: str = SOURCE, **values: Any) -> Chart:
        """Return a chart with a line for each group, its name and last value on the right, its first on the left.

        `title`, `alternative`, `note`, `source` and `values` are those of `write_question_words`.
        """
        rows, survey, later = self.rows, self.survey, self.rows["question"].iloc[-1]
        entry = survey.question(later)
        given = {
            "measure": entry["measure"],
            "base": entry["base"],
            "values": self._describe(),
            "sources": "; ".join(survey.citation(cited) for cited in rows["source"].unique()),
        } | values
        subtitle = "{measure}, in %. Base: {base}." if entry["unit"] == PERCENT else "{measure}. Base: {base}."
        words = write_words(survey, title, subtitle, alternative, note, source, **given)
        notes = [words.note, write_other_printings(survey, rows), write_precision(survey, rows)]
        words = replace(words, note=" ".join(filter(None, notes)))
        table, cells = self._make_table(entry["unit"])
        name = self.name or f"{self.question}-{self.item}"
        height = max(AXES_HEIGHT, LABEL_LINE * 1.6 * len(self.wide))
        frame = Frame([""], height, on_phone=1.15 * height)
        return Chart(name, words, table, frame, self._draw, survey.language, references=cells)

    def _spread(self, column: str) -> pd.DataFrame:
        """Return a column of the rows, one row for each group and one column for each wave."""
        groups = [group for group in self.styles if group in set(self.rows["segment"])]
        return self.rows.pivot(index="segment", columns="wave", values=column).reindex(
            index=groups, columns=self.rows["wave"].unique()
        )

    @cached_property
    def _references(self) -> pd.DataFrame:
        """The reference of each value of `wide`, "" where there is none."""
        cited = self.rows.assign(reference=[format_reference(row) for row in self.rows.itertuples()])
        wide = cited.pivot(index="segment", columns="wave", values="reference").reindex_like(self.wide)
        return wide.where(self.wide.notna(), "")

    def _write(self, wave: str, group: str) -> str:
        return self.survey.write_shown(f"{self.question}{AT}{wave}", self.item, group)

    def _describe(self) -> str:
        """Return every value as a text, group by group, each in a link with its wave."""
        texts = []
        for group, values in self.wide.iterrows():
            named = [
                f"[{self._write(wave, str(group))} ({self.survey.wave_label(wave)})](#{self._references.at[group, wave]})"
                for wave in values.dropna().index
            ]
            texts.append(f"{self.survey.segment_label(str(group))}{self.survey.language.say(': ')}{', '.join(named)}")
        return "; ".join(texts)

    def _make_table(self, unit: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the values with the change from the first wave to the last, and the reference of each cell."""
        survey, say = self.survey, self.survey.language.say
        first, last = self.wide.columns[0], self.wide.columns[-1]
        keys = [(self.question, self.item, str(group), first, last) for group in self.wide.index]
        changes = [index_changes(survey).get(key) for key in keys]
        unit_name = survey.language.unit_name(unit)
        heads = [survey.wave_label(wave) + (f" ({unit_name})" if unit_name else "") for wave in self.wide]
        index = pd.Index(
            [capitalize(survey.segment_label(str(group))) for group in self.wide.index], name=say("Respondents")
        )
        table = self.wide.set_axis(index, axis="index").set_axis(heads, axis="columns")
        cells = self._references.copy()
        if any(changes):
            change_unit = survey.language.unit_name(POINTS if unit == PERCENT else unit)
            head = say("Change, {earlier} to {later}", earlier=survey.wave_label(first), later=survey.wave_label(last))
            table[head + (f" ({change_unit})" if change_unit else "")] = [
                change.difference if change else float("nan") for change in changes
            ]
            cells["change"] = [
                ".".join(["change", *key]) if change else "" for key, change in zip(keys, changes, strict=True)
            ]
        return table, cells

    def _draw(self, axes: Axes) -> None:
        """Draw the lines, their marks with links, and the labels at both ends."""
        wide, places = self.wide, place_waves(list(self.wide.columns))
        low, high = min(0.0, float(wide.min(axis=None))), round_up(float(wide.max(axis=None)))
        axes.set(xlabel="", ylabel="", ylim=(low - 0.04 * (high - low), high), yticks=[])
        labels = {group: self._wrap_label(axes, group, text) for group, text in self._list_ends(-1).items()}
        left = MARK_GAP + max(measure_text(text, weight="bold") for text in self._list_ends(0).values())
        right = MARK_GAP + max(measure_text(line, weight="bold") for label in labels.values() for line in label)
        width = axes.get_position().width * measure_paper(axes)
        span = (places[-1] - places[0] or 1) / max(width - left - right, 0.2 * width)
        axes.set_xlim(places[0] - left * span, places[-1] + right * span)
        self._set_wave_axis(axes, places, span)
        axes.vlines(places, low, high, color=GRID_GREY, linewidth=1, zorder=0)
        if low < 0:
            axes.hlines(0, places[0], places[-1], color=LINE_GREY, linewidth=1, zorder=0)
        for group, values in wide.iterrows():
            style, shown = self.styles[str(group)], values.dropna()
            at = [place for place, value in zip(places, values, strict=True) if value == value]
            axes.plot(at, shown, color=style.colour, linewidth=2, zorder=1)
            marks = axes.scatter(
                at, shown, style.area, style.colour, marker=style.marker,
                edgecolors="w", linewidths=0.08 * style.area**0.5, zorder=2,
            )  # fmt: skip
            link_marks(marks, *(self._references.at[group, wave] for wave in shown.index))
        self._label_ends(axes, places, labels)

    def _list_ends(self, end: int) -> dict[str, str]:
        """Return the text of each group's first (0) or last (-1) value, where the first or last wave shows it."""
        wave = self.wide.columns[end]
        return {str(group): self._write(wave, str(group)) for group in self.wide[wave].dropna().index}

    def _wrap_label(self, axes: Axes, group: str, value: str) -> list[str]:
        """Return the lines of a last value and the name of its group."""
        room = NAME_ON_PHONE if is_phone(axes) else NAME_AT_DESK
        label = add_name(value, self.survey.segment_label(group))
        return wrap(label, room + measure_text(f"{value} ", weight="bold"), weight="bold")

    def _set_wave_axis(self, axes: Axes, places: Sequence[float], span: float) -> None:
        """Name the waves below the axes: the first, the last, and of the others those that have room."""
        labels = list(map(self.survey.wave_label, self.wide))
        halves = [measure_text(label, 9) / 2 * span for label in labels]
        shown = {0, len(labels) - 1}
        for n in range(1, len(labels) - 1):
            if all(abs(places[n] - places[m]) > 1.1 * (halves[n] + halves[m]) for m in shown):
                shown.add(n)
        kept = sorted(shown)
        axes.set_xticks([places[n] for n in kept], [labels[n] for n in kept])
        axes.grid(visible=False)

    def _label_ends(self, axes: Axes, places: Sequence[float], last: Mapping[str, list[str]]) -> None:
        """Write the first value left of each line, and the last with its group on the right, none on another."""
        height = axes.get_position().height * axes.figure.figure.get_figheight()
        low, high = axes.get_ylim()
        for end, side in ((0, -1), (-1, 1)):
            labels = self._list_ends(0) if side < 0 else {group: "\n".join(lines) for group, lines in last.items()}
            wave = self.wide.columns[end]
            wanted = [height * (self.wide.at[group, wave] - low) / (high - low) for group in labels]
            heights = [LABEL_LINE * (label.count("\n") + 1) for label in labels.values()]
            for (group, label), y in zip(labels.items(), spread_labels(wanted, heights, height), strict=True):
                mark = places[end], low + y / height * (high - low)
                draw_label(
                    axes,
                    label,
                    mark,
                    side * 72 * MARK_GAP,
                    color=self.styles[group].ink,
                    weight="bold",
                    linespacing=1.25,
                )


def place_waves(waves: Sequence[str]) -> list[float]:
    """Return where waves stand: in years if all are dates, else one after the other.

    >>> place_waves(["2015", "2017-07"]), place_waves(["before", "after"])
    ([2015.0, 2017.5], [0.0, 1.0])
    """
    if not all(map(is_date, waves)):
        return [float(place) for place in range(len(waves))]
    days = [datetime.date.fromisoformat(wave + "0000-01-01"[len(wave) :]) for wave in waves]
    return [day.year + (day.month - 1) / 12 + (day.day - 1) / 366 for day in days]


def spread_labels(wanted: Sequence[float], heights: Sequence[float], room: float) -> list[float]:
    """Return the middles of labels near where they are wanted, so that none lies on another, from 0 to `room` inches.

    >>> spread_labels([1, 1.1, 2], [0.2, 0.2, 0.2], 3), spread_labels([2.95, 3], [0.2, 0.2], 3)
    ([1.0, 1.2, 2.0], [2.7, 2.9])
    """
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    middles = [0.0] * len(wanted)
    floor = 0.0
    for n in order:
        middles[n] = max(float(wanted[n]), floor + heights[n] / 2)
        floor = middles[n] + heights[n] / 2
    ceiling = room
    for n in reversed(order):
        middles[n] = min(middles[n], ceiling - heights[n] / 2)
        ceiling = middles[n] - heights[n] / 2
    return [round(middle, 6) for middle in middles]
