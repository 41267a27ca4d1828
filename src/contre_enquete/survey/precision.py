"""How precise a published figure is, from the margins of error and numbers of respondents that its sources publish.

A row of `margins.csv` is of one source and group, and perhaps of one question, item or wave; what it leaves empty is of
all, but a margin without a question holds of percentages alone, since its unit is points. A margin without an item is
the largest that a percent of the group has, that of 50 percent, as polls print it: it stands for so many respondents as
would have it in a simple random sample, and Wilson's interval is of these. A margin with an item, or of a question in
another unit than percent, is that of the figure itself. Without a margin, the number of respondents, divided by the
design effect where one is published, is taken instead. Nothing is assumed for a figure of which neither is published.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any  # a row of a table: pandas ships no types

from ..statistics.comparison import move_difference, move_ratio
from ..statistics.inference import wilson
from ..statistics.rounding import Interval
from ..text.numbers import PERCENT, POINTS
from .margins import MARGIN_LEVEL
from .model import Survey, count_decimals, remember
from .reference import Reference
from .waves import AT, split_wave

MAX_DEFF = 3.0  # a design effect that polls do not exceed; a margin that needs a larger one contradicts its n
MARGIN, RESPONDENTS = "margin", "n"  # what an interval rests on
BASES = {  # in words
    MARGIN: "the published margins of error",
    RESPONDENTS: "the published numbers of respondents",
}
BASES_OF_LIMITS = {
    MARGIN: "from the published margin of error",
    RESPONDENTS: "from the published number of respondents",
}

References = tuple[Reference, ...]  # that are judged together


@dataclass(frozen=True)
class Precision:
    """The limits of a published figure at 95 percent, in its unit, and what they rest on.

    Attributes
    ----------
    lower, upper
        The limits, of the value as printed.
    basis
        "margin" or "n".
    n
        The number of respondents that a percent is worth, the design effect counted; NaN for amounts.
    row
        The row of `margins.csv`.
    """

    lower: float
    upper: float
    basis: str
    n: float
    row: Any

    @property
    def has_effect(self) -> bool:
        """Whether a design effect is published, or a margin that counts it."""
        return self.basis == MARGIN or not math.isnan(self.row.deff)


@remember
def index_margins(survey: Survey) -> Mapping[str, tuple[Any, ...]]:
    """Return the rows of `margins.csv` by group, in their order."""
    rows: dict[str, list[Any]] = {}
    for row in survey.margins.itertuples():
        rows.setdefault(row.segment, []).append(row)
    return {group: tuple(of_group) for group, of_group in rows.items()}


@remember
def find_row(survey: Survey, question: str, item: str, segment: str) -> Any | None:
    """Return the row of `margins.csv` that is of a figure: the one that says most precisely what it is of.

    Of several, one with a margin, then that of the source that is shown, then that of the method page, then the one at
    95 percent, then the first.
    """
    name, wave = split_wave(question)
    known = (("question", name), ("item", item), ("wave", wave))
    rows = [
        row if row.question or survey.unit(question) == PERCENT else row._replace(margin=math.nan)
        for row in index_margins(survey).get(segment, ())
        if all(getattr(row, column) in ("", value) for column, value in known)
    ]
    rows = [row for row in rows if not (math.isnan(row.margin) and math.isnan(row.n))]
    shown = survey.shown_source(question, segment)
    return max(
        rows,
        key=lambda row: (
            *(bool(getattr(row, column)) for column, _ in reversed(known[:2])),
            bool(row.wave),
            not math.isnan(row.margin),
            row.source == shown,
            row.source == survey.article.method,
            row.level == MARGIN_LEVEL,
        ),
        default=None,
    )


def find_precision(survey: Survey, reference: Reference) -> Precision | None:
    """Return how precise a value that is shown is, from what is published; None where that says nothing of it.

    Parameters
    ----------
    reference
        The reference of a figure that is shown, "question.item.group".

    Examples
    --------
    >>> find_precision(getfixture("invented_survey"), Reference.parse("commute.bicycle.town"))  # none is published
    """
    row = find_row(survey, *reference.key) if len(survey.margins) and reference.key in survey.shown_values() else None
    if row is None:
        return None
    value, unit = survey.percent(*reference.key), survey.unit(reference.question)
    if not math.isnan(row.margin) and (row.item or (row.question and unit != PERCENT)):
        half = row.margin * _find_z(MARGIN_LEVEL) / _find_z(row.level)
        ends = (value - half, value + half) if unit != PERCENT else (max(0.0, value - half), min(100.0, value + half))
        return Precision(*ends, MARGIN, math.nan, row)
    n = find_effective_n(survey, row)
    if unit != PERCENT or math.isnan(n):
        return None
    lower, upper = wilson(value / 100, n)
    return Precision(100 * float(lower), 100 * float(upper), RESPONDENTS if math.isnan(row.margin) else MARGIN, n, row)


def find_effective_n(survey: Survey, row: Any) -> float:
    """Return how many respondents of a simple random sample a row of margins stands for; NaN where it does not say.

    That is n of margin = z · √(50 · 50 / n), in points, or the number of respondents over the design effect. Of a
    margin and an n that contradict each other, the one that stands for fewer counts.
    """
    asked = row.n / (1 if math.isnan(row.deff) else row.deff)
    if math.isnan(row.margin) or row.item:
        return asked
    worth = (_find_z(row.level) * 50 / row.margin) ** 2
    return min(worth, asked) if find_allowed_margin(survey, row) else worth


def find_largest_margin(n: float, deff: float = 1, level: float = MARGIN_LEVEL) -> float:
    """Return the margin of error of 50 percent, in points, the largest that a percent has.

    >>> round(find_largest_margin(1502), 2), round(find_largest_margin(1502, deff=1.3), 2)
    (2.53, 2.88)
    """
    return _find_z(level) * 50 * math.sqrt(deff / n)


def _find_z(level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 200)


def find_precisions(survey: Survey, *references: Reference) -> tuple[Precision, ...]:
    """Return the precision of each figure, or nothing unless all are known."""
    precisions = [find_precision(survey, reference) for reference in references]
    return tuple(precision for precision in precisions if precision) if all(precisions) else ()


def widen_difference(survey: Survey, rounded: Interval, lower: Reference, higher: Reference) -> Interval:
    """Return a difference that rounding leaves, widened by chance at 95 percent where the precision is published.

    Notes
    -----
    Limits by Newcombe's method for any two intervals (Zou and Donner, Statistics in Medicine 27, 2008).
    """
    precisions = find_precisions(survey, lower, higher)
    return (
        _join_intervals(rounded, *move_difference(*_list_limits(survey, (lower, higher), precisions)))
        if precisions
        else rounded
    )


def widen_quotient(survey: Survey, rounded: Interval, lower: Reference, higher: Reference) -> Interval:
    """Return a ratio that rounding leaves, widened by chance at 95 percent where the precision is published.

    Notes
    -----
    Limits by the same method for ratios (Donner and Zou, Statistical Methods in Medical Research 21, 2012).
    """
    precisions = find_precisions(survey, lower, higher)
    return (
        _join_intervals(rounded, *move_ratio(*_list_limits(survey, (lower, higher), precisions)))
        if precisions
        else rounded
    )


def _list_limits(
    survey: Survey, references: tuple[Reference, ...], precisions: tuple[Precision, ...]
) -> list[tuple[float, float, float]]:
    """Return value, lower and upper limit of each figure."""
    values = [survey.percent(*reference.key) for reference in references]
    return [(value, row.lower, row.upper) for value, row in zip(values, precisions, strict=True)]


def _join_intervals(rounded: Interval, lower: float, upper: float) -> Interval:
    """Return the least interval that holds what rounding leaves and what chance allows."""
    low, high = min(float(rounded.lower), lower), max(float(rounded.upper), upper)
    return Interval(
        low, high, low < rounded.lower or rounded.lower_closed, high > rounded.upper or rounded.upper_closed
    )


def widen_value(survey: Survey, rounded: Interval, reference: Reference) -> Interval:
    """Return the values that rounding leaves, widened by chance at 95 percent where the precision is published."""
    precision = find_precision(survey, reference)
    return _join_intervals(rounded, precision.lower, precision.upper) if precision else rounded


def describe_bases(survey: Survey, sets: Iterable[References]) -> str:
    """Return what is published of figures that are judged together, in words; "" unless it is of all of some set."""
    bases = {precision.basis for figures in sets for precision in find_precisions(survey, *figures)}
    return survey.language.series([survey.language.say(BASES[basis]) for basis in BASES if basis in bases])


def write_margin(survey: Survey, question: str, margin: float, decimals: float) -> str:
    """Return a margin of error as readers see it: "±2.9 points", or in the unit of the question that it is of."""
    unit = survey.base_units().get(question, PERCENT)
    text = survey.language.quantity(margin, POINTS if unit == PERCENT else unit, count_decimals(margin, decimals))
    return f"±{text}"


def find_allowed_margin(survey: Survey, row: Any) -> str:
    """Return the margin that a row's number of respondents allows, where it contradicts the one printed, or "".

    The margin is that of 50 percent at the row's level, with its design effect; without one, no less than that of a
    simple random sample, and no more than a design effect of `MAX_DEFF` makes of it. Of an item, it may be that of its
    percent. A margin may be rounded up or down.
    """
    if math.isnan(row.n) or math.isnan(row.margin) or survey.base_units().get(row.question, PERCENT) != PERCENT:
        return ""
    slack = 10.0 ** -count_decimals(row.margin, row.decimals)
    deffs = (1.0, MAX_DEFF) if math.isnan(row.deff) else (row.deff, row.deff)
    low, high = (find_largest_margin(row.n, deff, row.level) for deff in deffs)
    least = low
    question = f"{row.question}{AT}{row.wave}" if row.wave else row.question
    if percent := survey.shown_values().get((question, row.item, row.segment)):
        least = low * 2 * math.sqrt(percent / 100 * (1 - percent / 100))
    if least - slack < row.margin < high + slack:
        return ""
    return write_margin(survey, row.question, round(low if row.margin < low else high, 1), 1)
