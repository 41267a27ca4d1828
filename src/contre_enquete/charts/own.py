"""Draw a survey of one's own: a chart for each question, everybody and the groups of the first breakdown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, cycle
from math import isnan
from typing import Any  # a row of a table: pandas ships no types

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from ..project import VALUE
from ..survey.model import Survey
from ..survey.own import QUANTILE, OwnQuestion, is_invented, list_own_questions, name_own_survey
from ..text.language import capitalize, uncapitalize
from . import palette
from .axes import (
    NAME_LINE,
    PHONE,
    WIDTH,
    draw_label,
    draw_legend,
    is_phone,
    make_dot,
    measure_paper,
    measure_text,
    set_item_axis,
    set_percent_axis,
    wrap,
)
from .chart import Chart, Frame
from .fonts import find_missing_letter
from .plots import Style, draw_intervals
from .words import Words

PREFIX = "own-"  # of the names of these figures
NOT_IN_FILE_NAME = re.compile(r"[^a-z0-9]+")  # of files
ROW = 0.21  # inches, for each group of an item
ITEM_GAP = 0.14  # inches, between items
NAME_HEIGHT = 0.18  # inches, for each line of a name
KEY_LINE = 0.2  # inches, for each line of the key
KEY_MARK, KEY_NAME = 0.45, 3.0  # inches, for a mark of the key with the room around it, and for a name
NAME_WIDTH, NAME_ON_PHONE = 2.3, 1.35  # inches, for names of items
MAX_DRAWN_GROUPS = 6  # that colours can tell apart; more of them stand in the table alone
LEAST_PART = 7  # percent, of a part of a bar that has room for its number
COLOURS = (
    Style(palette.VERMILION, palette.VERMILION_TEXT),
    Style(palette.BLUE, palette.BLUE),
    Style(palette.GREEN, palette.GREEN),
    Style(palette.VIOLET, palette.VIOLET),
    Style(palette.RED, palette.RED),
    Style(palette.MIDDLE_GREY, palette.GREY),
)
EVERYBODY_STYLE = Style(palette.INK, palette.INK)
SCALE_STYLES = (  # of a scale, from its lowest value
    palette.VERMILION_TEXT,
    palette.PALE_VERMILION,
    palette.GRID_GREY,
    palette.MIDDLE_BLUE,
    palette.BLUE,
)
LONG_SCALE_STYLES = (  # of one of more values
    palette.VERMILION_TEXT,
    palette.VERMILION,
    palette.PALE_VERMILION,
    palette.GRID_GREY,
    palette.LIGHT_BLUE,
    palette.MIDDLE_BLUE,
    palette.BLUE,
)


def draw_own_questions(survey: Survey) -> list[Chart]:
    """Return a chart for each question of one's own survey, in the order of its table.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> chart, = draw_own_questions(load_survey("en"))
    >>> chart
    Chart own-tools: Invented example: tools used for work
    Data: .table, 11 x 5. Files: .svg(), .png(), .csv(). Picture for matplotlib: .figure
    """
    names: list[str] = []
    for question in list_own_questions(survey):
        name = PREFIX + (NOT_IN_FILE_NAME.sub("-", _strip_accents(question.question).lower()).strip("-") or "q")
        names.append(f"{name}-{names.count(name) + 1}" if name in names else name)
    questions = zip(list_own_questions(survey), names, strict=True)
    return [_Drawing(survey, question).chart(name) for question, name in questions]


def tabulate_breakdown(survey: Survey, question: OwnQuestion, breakdown: str) -> pd.DataFrame:
    """Return the figures of a question in the groups of a breakdown, and of everybody, as texts with limits and base.

    Published figures stand beside those that have one.
    """
    say, language = survey.language.say, survey.language
    rows = question.rows
    rows = rows[rows["breakdown"].isin(["", breakdown])].sort_values(
        "breakdown", key=lambda names: names != "", kind="stable"
    )
    segments = list(dict.fromkeys(rows["segment"]))
    of_groups = rows[rows["breakdown"] == breakdown]
    is_printed = rows["item"].isin(of_groups["item"][of_groups["percent"].notna()])
    is_bare = _find_bare_scales(rows)
    # Values of a scale say nothing where all groups' are hidden, beside a share of the highest.
    rows = rows[(rows["kind"] != "value") | is_printed | rows["item"].map(_find_scale).isin(rows["item"][is_bare])]
    rows = rows.sort_values("item", key=lambda items: items.map(_order_values(rows)), kind="stable")
    items = rows.drop_duplicates("item")
    wholes = dict(zip(items["item"], items["item_name"], strict=True)) if (items["kind"] == "scale").sum() > 1 else {}
    names = [
        f"{wholes[whole]}{say(': ')}{name}" if number and whole in wholes else name
        for name, (whole, number, _) in zip(
            items["item_name"], (item.partition(VALUE) for item in items["item"]), strict=True
        )
    ]
    is_shown = ~items["item"].isin(rows["item"][is_bare]).to_numpy()  # a name of a scale has no figure of its own
    items, names = items[is_shown], list(compress(names, is_shown))
    table = pd.DataFrame(index=pd.Index(_name_uniquely(names), name=say("Answer")))
    for segment in segments:
        group = rows[rows["segment"] == segment]
        cells = group.set_index("item").reindex(items["item"])
        name = capitalize(group["group_name"].iloc[0])
        table[_find_free_name(table, name)] = [_write_figure(survey, row) for row in cells.itertuples()]
        if cells["printed"].notna().any():
            printed = ["–" if isnan(percent) else language.percent(percent) for percent in cells["printed"]]
            table[_find_free_name(table, f"{name}, {find_published_year(survey)}")] = printed
    return table


def _find_scale(item: str) -> str:
    """Return the item of the scale that an item is a value of; "" if it is none."""
    scale, value, _ = item.partition(VALUE)
    return scale if value else ""


def _find_bare_scales(rows: pd.DataFrame) -> pd.Series[bool]:
    """Return for each row whether it is of a whole scale that has no share: only its values have one."""
    return (rows["kind"] == "scale") & rows["percent"].isna() & (rows["withheld"] == "")


def _order_values(rows: pd.DataFrame) -> dict[str, int]:
    """Return the place of each item of a table in which the values of a scale follow it."""
    items = list(dict.fromkeys(rows["item"]))
    wholes = [item.partition(VALUE)[0] for item in items]
    return {
        item: items.index(whole) if whole in items else place
        for place, (item, whole) in enumerate(zip(items, wholes, strict=True))
    }


def find_published_year(survey: Survey) -> str:
    """Return the year of the published survey, as that of the article's page."""
    return survey.published(survey.article.source)[-4:]


def _find_free_name(table: pd.DataFrame, name: str) -> str:
    """Return a name for a column that the table has not yet: two groups may have one label."""
    return name if name not in table else _find_free_name(table, f"{name}\u00a0")


def _name_uniquely(names: list[str]) -> list[str]:
    """Return names, those that come again with their number."""
    return [name if names.index(name) == n else f"{name} ({names[:n].count(name) + 1})" for n, name in enumerate(names)]


def _write_figure(survey: Survey, row: Any) -> str:
    """Return a figure with its limits and how many people answered, "hidden" or a dash."""
    say, language = survey.language.say, survey.language
    value, text = _write_value(survey, row)
    if isnan(value):
        return say("hidden") if row.withheld else "–"
    people = "" if isnan(row.base) else say("{count} people", count=language.number(row.base))
    if not isnan(row.lower):
        low, high = (language.number(limit, 1) for limit in (row.lower, row.upper))
        text = say("{percent} ({low} to {high})", percent=text, low=low, high=high)
    return say("{figure}, {people}", figure=text, people=people) if people else text


def _write_value(survey: Survey, row: Any) -> tuple[float, str]:
    """Return the percent or the mean of a row, and as a text."""
    if row.kind in ("number", QUANTILE):
        unit = f"\u00a0{row.unit}" if row.unit else ""
        return row.mean, "" if isnan(row.mean) else f"{survey.language.number(row.mean, 1)}{unit}"
    return row.percent, "" if isnan(row.percent) else survey.language.percent(row.percent, 1)


@dataclass(frozen=True)
class _Place:
    """Where an item stands on paper of some width: its name in lines, the heights of its rows, in inches."""

    lines: list[str]
    centre: float
    rows: list[float]


class _Drawing:
    """The chart of one question: which rows it draws, where, and its words."""

    def __init__(self, survey: Survey, question: OwnQuestion) -> None:
        self.survey, self.question, self.language = survey, question, survey.language
        self.breakdown = next(iter(question.list_breakdowns()), "")
        rows = question.rows.assign(item_name=question.rows["item_name"].map(_keep_letters))
        rows = rows.assign(group_name=rows["group_name"].map(_keep_letters))
        groups = rows[rows["breakdown"] == self.breakdown] if self.breakdown else rows[:0]
        everybody = rows[rows["breakdown"] == ""]
        self.too_many = groups["segment"].nunique() > MAX_DRAWN_GROUPS and len(everybody) > 0
        self.rows = everybody if self.too_many else pd.concat([everybody, groups])
        self.parts = values = self.rows[self.rows["kind"] == "value"]
        # Too many for colours, or all withheld: the share of the highest answers is drawn alone.
        if self.parts["item_name"].nunique() > len(LONG_SCALE_STYLES) or self.parts["percent"].isna().all():
            self.parts = self.parts[:0]
        is_bare = _find_bare_scales(self.rows)
        shown = self.rows[self.rows["kind"] == "scale"]["percent"].notna().any()
        self.is_top_alone = bool(shown and values["percent"].isna().all())
        if is_bare.any() and self.parts.empty:  # each value is drawn as an answer to a question of one answer
            scales = dict(zip(self.rows["item"], self.rows["item_name"], strict=True))
            several = self.rows["item"][is_bare].nunique() > 1
            names = [
                f"{scales[_find_scale(row.item)]}{survey.language.say(': ')}{row.item_name}"
                if several and row.kind == "value"
                else row.item_name
                for row in self.rows.itertuples()
            ]
            self.rows = self.rows.assign(item_name=names)[~is_bare]
        else:
            self.rows = self.rows[self.rows["kind"] != "value"]
        styles = cycle(COLOURS)
        self.styles = {
            segment: EVERYBODY_STYLE if not breakdown else next(styles)
            for segment, breakdown in dict(zip(self.rows["segment"], self.rows["breakdown"], strict=True)).items()
        }
        self.names = dict(zip(self.rows["segment"], map(capitalize, self.rows["group_name"]), strict=True))
        self.items = dict(zip(self.rows["item"], self.rows["item_name"], strict=True))

    def chart(self, name: str) -> Chart:
        """Return the chart under a name for its files."""
        desk, phone = (self.place_items(width) for width in (NAME_WIDTH, NAME_ON_PHONE))
        is_number = self.question.kind == "number"
        draw = self.draw_parts if len(self.parts) else self.draw_means if is_number else self.draw_shares
        values = [] if is_number else self.list_labels()
        frame = Frame(
            [line for place in desk for line in place.lines] + self.list_row_names(NAME_WIDTH),
            self.measure_height(desk),
            head=KEY_LINE * self.count_key_lines() + 0.16,
            line=NAME_ON_PHONE,
            on_phone=self.measure_height(phone),
            values=[*values, (100, self.language.percent(100))],
        )
        table = tabulate_breakdown(self.survey, self.question, self.breakdown)
        return Chart(name, self.write_words(), table, frame, draw, self.language)

    def list_row_names(self, width: float) -> list[str]:
        """Return the names that rows have on the left, where colours do not name groups: in bars of several parts."""
        return [line for name in self.names.values() for line in wrap(name, width)] if len(self.parts) else []

    def count_key_lines(self) -> int:
        """Return how many lines the key has on a phone."""
        names = [*self.names.values(), *self.published_marks()]
        if len(self.parts):
            names = [*self.list_part_names(), *[self.name_hidden_parts()] * self.has_hidden_parts()]
        return -(-len(names) // _count_key_columns(names, PHONE)) if len(names) > 1 else 0

    def list_part_names(self) -> list[str]:
        """Return the values of a scale, from the lowest."""
        return list(dict.fromkeys(self.parts["item_name"]))

    def place_items(self, width: float) -> list[_Place]:
        """Return where each item stands, its name in lines of at most so many inches."""
        places, top = [], 0.0
        for item, name in self.items.items():
            is_title = len(self.parts) and name == _keep_letters(self.question.name)
            lines = [] if is_title else wrap(name, width, weight="bold")
            figures = self.rows[self.rows["item"] == item]
            # "Hidden" is said once of an item of which nothing is shown.
            is_hidden = figures[["percent", "mean"]].isna().all(axis=None) and not any(
                map(self.list_parts, figures.itertuples())
            )
            count = 1 if is_hidden else max(1, figures["segment"].nunique())
            head = len(lines) * NAME_HEIGHT + 0.04 if len(self.parts) and lines else 0.0
            height = max(count * ROW, 0 if len(self.parts) else len(lines) * NAME_HEIGHT)
            start = top + head + (height - count * ROW) / 2
            rows = [start + (n + 0.5) * ROW for n in range(count)]
            places.append(_Place(lines, top + (head / 2 if head else height / 2), rows))
            top += head + height + ITEM_GAP
        return places

    def measure_height(self, places: Sequence[_Place]) -> float:
        """Return the height of all items, in inches."""
        last = places[-1]
        return max(last.rows[-1] + ROW / 2, last.centre + len(last.lines) * NAME_HEIGHT / 2) + ITEM_GAP / 2

    def list_labels(self) -> list[tuple[float, str]]:
        """Return the labels of shares, each with the percent that it stands beside."""
        rows = self.rows[self.rows["percent"].notna()]
        return [
            (
                100 if len(self.parts) else row.percent if isnan(row.upper) else row.upper,
                _write_value(self.survey, row)[1],
            )
            for row in rows.itertuples()
        ]

    def published_marks(self) -> dict[str, Artist]:
        """Return the mark of published figures for the key, if there are any."""
        if self.rows["printed"].isna().all():
            return {}
        return {find_published_year(self.survey): make_dot("o", palette.PAPER, palette.GREY, 6)}

    def iterate_rows(self, axes: Axes) -> list[tuple[Any, float]]:
        """Return the rows with their heights on the axes, which are given the scale of heights and the names."""
        places = self.place_items(NAME_ON_PHONE if is_phone(axes) else NAME_WIDTH)
        axes.set_ylim(self.measure_height(places), -ITEM_GAP / 2)
        line_end = " " if is_phone(axes) else "\n"  # `set_item_axis` breaks names on a phone
        axes.set_yticks([place.centre for place in places], [line_end.join(place.lines) for place in places])
        rows: list[tuple[Any, float]] = []
        for item, place in zip(self.items, places, strict=True):
            rows += zip(self.rows[self.rows["item"] == item].itertuples(), place.rows, strict=False)
        return rows

    def draw_values(self, axes: Axes, get_value: Callable[[Any], float]) -> None:
        """Draw the value of each row as a dot with its limits and its number."""
        intervals = []
        for row, y in self.iterate_rows(axes):
            style, value = self.styles[row.segment], get_value(row)
            if not isnan(row.printed):
                axes.scatter(
                    row.printed, y, 62, facecolors=palette.PAPER, edgecolors=style.colour, linewidths=1.4, zorder=2
                )
            if isnan(value):
                if row.withheld:
                    draw_label(axes, self.language.say("hidden"), (axes.get_xlim()[0], y), 4, color=palette.GREY)
                continue
            axes.scatter(value, y, 26, color=style.colour, zorder=3)
            ends = [end for end in (value, row.upper, row.printed) if not isnan(end)]
            draw_label(axes, _write_value(self.survey, row)[1], (max(ends), y), 8, color=style.ink)
            if not isnan(row.lower):
                intervals.append({"row": y, "lower": row.lower, "upper": row.upper, "group": row.segment})
        if intervals:
            draw_intervals(axes, pd.DataFrame(intervals), self.styles, palette.LINE_GREY)
        axes.grid(visible=False)
        set_item_axis(axes, line=NAME_ON_PHONE)
        marks: dict[str, Artist] = {
            self.names[segment]: make_dot("o", style.colour, size=6) for segment, style in self.styles.items()
        }
        marks |= self.published_marks()
        if len(marks) > 1:
            _draw_key(axes, marks)

    def draw_shares(self, axes: Axes) -> None:
        """Draw shares on a scale from 0 to 100 percent."""
        set_percent_axis(axes, self.language)
        self.draw_values(axes, lambda row: row.percent)

    def draw_means(self, axes: Axes) -> None:
        """Draw means on a scale that holds their limits."""
        known = self.rows[["mean", "lower", "upper"]].stack()
        low, high = (known.min(), known.max()) if len(known) else (0.0, 1.0)
        low = min(0.0, low) if low < 0.5 * high else low
        room = (high - low) or 1.0
        axes.set_xlim(low - 0.04 * room, high + 0.4 * room)
        ticks = [tick for tick in axes.get_xticks() if low - 0.04 * room <= tick <= high + 0.4 * room]
        ticks = ticks[:: 2 if is_phone(axes) else 1]
        axes.set_xticks(ticks, [self.language.number(round(float(tick), 6)) for tick in ticks])
        axes.set(xlabel="", ylabel="")
        self.draw_values(axes, lambda row: row.mean)

    def draw_parts(self, axes: Axes) -> None:
        """Draw the values of a scale as the parts of a bar for each group."""
        set_percent_axis(axes, self.language)
        names = self.list_part_names()
        colours = _spread_colours(len(names))
        rows = self.iterate_rows(axes)
        for row, y in rows:
            left = 0.0
            for name, percent in self.list_parts(row):
                colour = colours[names.index(name)] if name in names else palette.PAPER
                (bar,) = axes.barh(y, percent, 0.8 * ROW, left, color=colour, linewidth=0)
                if name not in names:
                    bar.set(edgecolor=palette.FRAME_GREY, linewidth=0.7)
                elif percent >= LEAST_PART:
                    ink = palette.PAPER if colour in (SCALE_STYLES[0], SCALE_STYLES[-1]) else palette.INK
                    text = self.language.number(percent, 0)
                    axes.text(left + percent / 2, y, text, size=8, color=ink, ha="center", va="center")
                left += percent
            if not left:
                draw_label(axes, self.language.say("hidden"), (0, y), 4, color=palette.GREY)
            if text := _write_value(self.survey, row)[1]:
                draw_label(axes, text, (100, y), 4, weight="bold", color=palette.INK)
        axes.grid(visible=False)
        headings = list(zip(axes.get_yticks(), [label.get_text() for label in axes.get_yticklabels()], strict=True))
        axes.set_yticks([y for _, y in rows], [self.names[row.segment] for row, _ in rows])
        set_item_axis(axes, line=NAME_ON_PHONE)
        for y, text in headings:
            if text:
                self.write_heading(axes, text, y)
        marks: dict[str, Artist] = {
            name: make_dot("s", colour, palette.FRAME_GREY, 7) for name, colour in zip(names, colours, strict=True)
        }
        if self.has_hidden_parts():
            marks[self.name_hidden_parts()] = make_dot("s", palette.PAPER, palette.FRAME_GREY, 7)
        _draw_key(axes, marks)

    def name_hidden_parts(self) -> str:
        """Return the name of the parts of bars for answers that are hidden."""
        return self.language.say("Hidden answers, together")

    def has_hidden_parts(self) -> bool:
        """Return whether a bar has a part for answers that are hidden."""
        return any(not name for row in self.rows.itertuples() for name, _ in self.list_parts(row))

    def list_parts(self, row: Any) -> list[tuple[str, float]]:
        """Return the names and percents of the parts of a bar; "" for the hidden ones among the highest, or the others.

        These follow the other parts of their side. Of a row that is hidden there are none.
        """
        parts = self.find_parts(row)
        if parts.empty or (isnan(row.percent) and (row.withheld or parts["percent"].isna().all())):
            return []
        if parts["percent"].notna().all():
            return list(zip(parts["item_name"], parts["percent"], strict=True))
        bar: list[tuple[str, float]] = []
        is_counted = parts["counted"] != ""
        sides = [(parts[~is_counted], 100 - row.percent), (parts[is_counted], row.percent)]
        for side, whole in [(parts, 100.0)] if isnan(row.percent) else sides:
            shown = side.dropna(subset="percent")
            bar += zip(shown["item_name"], shown["percent"], strict=True)
            if len(shown) < len(side):
                bar.append(("", max(0.0, whole - shown["percent"].sum())))
        return bar

    def find_parts(self, row: Any) -> pd.DataFrame:
        """Return the values of a scale in a group, of which a row has the share of the highest."""
        is_of_scale = self.parts["item"].str.split(VALUE).str[0] == row.item
        return self.parts[is_of_scale & (self.parts["segment"] == row.segment)]

    def write_heading(self, axes: Axes, text: str, y: float) -> None:
        """Write the name of an item above its bars."""
        x = axes.get_yticklabels()[0].get_position()[0]
        axes.text(
            x, y, text, transform=axes.get_yaxis_transform(), va="center", weight="bold", linespacing=NAME_LINE,
        )  # fmt: skip

    def write_words(self) -> Words:
        """Return the words of the chart, whose numbers are those of the table."""
        say, language = self.language.say, self.language
        rows, name = self.rows, _keep_letters(name_own_survey(self.survey))
        bases = rows["base"].dropna()
        base = ""
        if len(bases):
            least, most = (language.number(count) for count in (bases.min(), bases.max()))
            base = (
                say("{count} people", count=most)
                if least == most
                else say("{low} to {high} people", low=least, high=most)
            )
        measures = {
            "number": say("Mean and quartiles of the answers")
            if (rows["kind"] == QUANTILE).any()
            else say("Mean of the answers"),
            "scale": self.write_counted(),
        }
        if self.question.kind == "several" and len(self.items) == 1:
            measures["several"] = say("Share of people who say yes, in %")
        measure = measures.get(self.question.kind, say("Share of people who give each answer, in %"))
        notes = []
        if rows[["lower", "upper"]].notna().any(axis=None) and not len(self.parts):
            notes.append(say("Line: margin of error, at 95%."))
        if self.is_top_alone:
            notes.append(
                say(
                    "Each answer to a scale is shown only without weights, strata and clusters, where enough people "
                    "gave it and where the share of the highest is shown of every group."
                )
            )
        if self.too_many:
            notes.append(say("The groups are in the table."))
        withheld = {*rows["withheld"], *self.parts["withheld"]}
        if "coarse" in withheld:
            notes.append(
                say("Hidden by the coarse method: what would reveal the answers of a few people, and somewhat more.")
            )
        elif withheld - {""}:
            notes.append(say("Hidden: what would reveal the answers of a few people."))
        source = say("Source: {name}.", name=name)
        if rows["printed"].notna().any():
            published = self.survey.publisher(
                self.survey.shown_source(self.question.question, self.survey.article.compared[0])
            )
            year = find_published_year(self.survey)
            notes.append(say("Circle: what was published in {year}.", year=year))
            source = say("Source: {name}; {publisher} for {year}.", name=name, publisher=published, year=year)
        title = _keep_letters(self.question.name)
        title_in_sentence = title.rstrip(" \u00a0?!.:") or title
        if is_invented(self.survey):
            title = say("{name}: {question}", name=name, question=uncapitalize(title))
        return Words(
            title,
            say("{measure}. Unweighted base: {base}.", measure=measure, base=base) if base else f"{measure}.",
            " ".join(notes),
            source,
            say("Chart of {question}. {rows}.", question=title_in_sentence, rows=self.describe_rows()),
        )

    def write_counted(self) -> str:
        """Return what a share of a scale is of."""
        counted = _keep_letters(next(iter(self.rows["counted"]), ""))
        if len(self.parts):
            if not counted:
                return self.language.say("Share of each answer, in %")
            return self.language.say("Share of each answer, in %; on the right, that of “{values}”", values=counted)
        return (
            self.language.say("Share of people who answer “{values}”, in %", values=counted)
            if counted
            else self.language.say("Share of people who give one of the highest answers, in %")
        )

    def describe_rows(self) -> str:
        """Return every figure in words, item by item."""
        say, texts = self.language.say, []
        for item, name in self.items.items():
            figures = [
                f"{row.group_name} {self.describe_value(row)}"
                for row in self.rows[self.rows["item"] == item].itertuples()
            ]
            texts.append(f"{name}{say(': ')}{', '.join(figures)}")
        return ". ".join(texts)

    def describe_value(self, row: Any) -> str:
        """Return the figure of a row, with the share of each value of a scale in brackets where these are drawn."""
        value, parts, hidden = _write_value(self.survey, row)[1], self.find_parts(row), self.language.say("hidden")
        if parts["percent"].isna().all():
            return value or (hidden if row.withheld or len(parts) else "–")
        texts = (f"{part.item_name} {_write_value(self.survey, part)[1] or hidden}" for part in parts.itertuples())
        return f"{value} ({', '.join(texts)})".lstrip()


def _draw_key(axes: Axes, marks: Mapping[str, Artist]) -> None:
    """Name the marks of a chart above its axes, two in a row where there is room, long names cut."""
    columns = _count_key_columns(marks, measure_paper(axes))
    cut = {_cut_name(name): mark for name, mark in marks.items()}
    draw_legend(axes, cut, ncols=columns, handletextpad=0.3, borderaxespad=0.8, labelcolor=palette.INK)


def _count_key_columns(names: Iterable[str], paper: float) -> int:
    """Return how many names of a key stand in a row on paper of so many inches: two or one."""
    room = (paper if paper < WIDTH else 0.66 * paper) / 2 - KEY_MARK
    return 2 if max(measure_text(_cut_name(name)) for name in names) < room else 1


def _cut_name(name: str) -> str:
    """Return a name that is no longer than a key may be, cut at a space."""
    first, *rest = wrap(name, KEY_NAME)
    return f"{first}…" if rest else first


def _strip_accents(text: str) -> str:
    """Return a text without accents, as files are named."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _keep_letters(text: str) -> str:
    """Return a text without the signs that the charts' font does not have, such as emoji."""
    return " ".join("".join(letter for letter in text if letter == " " or not find_missing_letter(letter)).split())


def _spread_colours(count: int) -> list[str]:
    """Return so many colours from those of a scale, its ends the darkest."""
    colours = SCALE_STYLES if count <= len(SCALE_STYLES) else LONG_SCALE_STYLES
    if count == 1:
        return [colours[-1]]
    return [colours[round(n * (len(colours) - 1) / (count - 1))] for n in range(count)]
