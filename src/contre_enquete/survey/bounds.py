"""What rounding allows of the percents that the edition shows: gaps, ratios, and at least one of several items."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from ..statistics.inference import frechet_bounds
from ..statistics.rounding import Interval, gap_box, ratio_box, rounding_box
from ..text.numbers import COUNT
from ..text.units import AMOUNTS
from .model import Survey
from .reference import Reference


def get_fraction(survey: Survey, reference: Reference) -> Fraction:
    """Return the percent that is shown, exactly as it is printed. Raises DataError if there is none."""
    return Fraction(str(survey.percent(*reference.key)))


def get_pair(survey: Survey, pair: Reference) -> tuple[Fraction, Fraction]:
    """Return the percents of the two groups compared, exactly as printed. Raises DataError if one is absent."""
    first, second = (get_fraction(survey, pair.of(segment)) for segment in survey.article.compared)
    return first, second


def bound_difference(survey: Survey, lower: Reference, higher: Reference) -> Interval:
    """Return the true differences, second minus first, that two printed values of one question allow.

    An amount is taken as rounded to its last decimal; 12.50, which is read as 12.5, may be nearer than that.
    """
    first, second = get_fraction(survey, lower), get_fraction(survey, higher)
    if survey.unit(lower.question) not in AMOUNTS:
        return gap_box(first, second)
    slack = (_halve_last_digit(first) + _halve_last_digit(second)) if survey.unit(lower.question) != COUNT else 0
    return Interval(second - first - slack, second - first + slack, not slack, not slack)


def bound_quotient(survey: Survey, lower: Reference, higher: Reference) -> Interval:
    """Return the true ratios, second over first, that two printed values of one question allow."""
    first, second = get_fraction(survey, lower), get_fraction(survey, higher)
    if survey.unit(lower.question) not in AMOUNTS:
        return ratio_box(first, second)
    slacks = [0 if survey.unit(lower.question) == COUNT else _halve_last_digit(value) for value in (first, second)]
    least, most = first - slacks[0], first + slacks[0]
    low = max(Fraction(0), second - slacks[1]) / most if most else Fraction(0)
    return Interval(low, (second + slacks[1]) / least if least > 0 else math.inf, True, least > 0)


def _halve_last_digit(value: Fraction) -> Fraction:
    """Return half a unit of the last decimal that a printed number has."""
    decimals = len(f"{float(value):.10f}".rstrip("0").partition(".")[2])
    return Fraction(1, 2 * 10**decimals)


def bound_gap(first: Fraction, second: Fraction) -> tuple[float, float]:
    """Return the ends of the gap between two printed percents before rounding, in points, whichever group leads."""
    box = gap_box(min(first, second), max(first, second))
    return max(0.0, float(box.lower)), float(box.upper)


def bound_ratio(first: Fraction, second: Fraction) -> tuple[float, float | None]:
    """Return the limits of the ratios of the higher to the lower percent that rounding allows.

    To two decimals, each away from the printed ratio, so that no ratio that is possible lies outside. The upper one is
    None if there is none, since the lower percent may stand for 0.
    """
    box = ratio_box(min(first, second), max(first, second))
    low = math.floor(float(box.lower) * 100) / 100
    return max(1.0, low), None if box.upper == math.inf else math.ceil(float(box.upper) * 100) / 100


def bound_at_least_one(survey: Survey, references: Iterable[Reference]) -> Interval:
    """Return which percents of a group may have at least one of several items, before rounding (Fréchet 1935)."""
    boxes = [rounding_box(get_fraction(survey, reference)) for reference in references]
    low, _ = frechet_bounds([float(box.lower) / 100 for box in boxes])
    _, high = frechet_bounds([float(box.upper) / 100 for box in boxes])
    return Interval(Fraction(str(round(100 * float(low), 6))), Fraction(str(round(100 * float(high), 6))), True, True)
