"""What rounding allows of the percents that the edition shows: gaps, ratios, and at least one of several items."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from ..statistics.inference import frechet_bounds
from ..statistics.rounding import Interval, gap_box, ratio_box, rounding_box
from ..text.numbers import COUNT
from ..text.units import AMOUNTS
from .model import Survey
from .reference import Reference


def get_printed(survey: Survey, reference: Reference) -> Decimal:
    """Return the value that is shown, with the decimals that are printed. Raises DataError if there is none."""
    return survey.printed(*reference.key)


def get_pair(survey: Survey, pair: Reference) -> tuple[Decimal, Decimal]:
    """Return the percents of the two groups compared, as they are printed. Raises DataError if one is absent."""
    first, second = (get_printed(survey, pair.of(segment)) for segment in survey.article.pair)
    return first, second


def grade_answer(answer: bool | None, refuted: str = "reverses") -> str:
    """Return "fits" for True, the wording `refuted` for False, and "not judged" for None: rounding leaves it open."""
    return {True: "fits", False: refuted, None: "not judged"}[answer]


def bound_difference(survey: Survey, lower: Reference, higher: Reference) -> Interval:
    """Return the true differences, second minus first, that two printed values of one question allow.

    Each is taken as rounded to its last decimal, but for counts, which are exact.
    """
    first, second = get_printed(survey, lower), get_printed(survey, higher)
    if survey.unit(lower.question) not in AMOUNTS:
        return gap_box(first, second)
    slack = _find_slack(survey, lower) + _find_slack(survey, higher)
    difference = Fraction(second) - Fraction(first)
    return Interval(difference - slack, difference + slack, not slack, not slack)


def bound_quotient(survey: Survey, lower: Reference, higher: Reference) -> Interval:
    """Return the true ratios, second over first, that two printed values of one question allow."""
    first, second = get_printed(survey, lower), get_printed(survey, higher)
    if survey.unit(lower.question) not in AMOUNTS:
        return ratio_box(first, second)
    slacks = [_find_slack(survey, reference) for reference in (lower, higher)]
    least, most, above = Fraction(first) - slacks[0], Fraction(first) + slacks[0], Fraction(second) + slacks[1]
    low = max(Fraction(0), Fraction(second) - slacks[1]) / most if most else Fraction(0)
    return Interval(low, above / least if least > 0 else math.inf, True, least > 0)


def _find_slack(survey: Survey, reference: Reference) -> Fraction:
    """Return by how much an amount may differ from the printed one: half a unit of its last digit, a count by none."""
    exponent = int(get_printed(survey, reference).as_tuple().exponent)
    return Fraction(0) if survey.unit(reference.question) == COUNT else Fraction(1, 2) * Fraction(10) ** exponent


def bound_gap(first: Decimal, second: Decimal) -> tuple[float, float]:
    """Return the ends of the gap between two printed percents before rounding, in points, whichever group leads."""
    box = gap_box(min(first, second), max(first, second))
    return max(0.0, float(box.lower)), float(box.upper)


def bound_ratio(first: Decimal, second: Decimal) -> tuple[float, float | None]:
    """Return the limits of the ratios of the higher to the lower percent that rounding allows.

    To two decimals, each away from the printed ratio, so that no ratio that is possible lies outside. The upper one is
    None if there is none, since the lower percent may stand for 0.
    """
    box = ratio_box(min(first, second), max(first, second))
    low = math.floor(float(box.lower) * 100) / 100
    return max(1.0, low), None if box.upper == math.inf else math.ceil(float(box.upper) * 100) / 100


def bound_at_least_one(survey: Survey, references: Iterable[Reference]) -> Interval:
    """Return which percents of a group may have at least one of several items, before rounding (Fréchet 1935)."""
    boxes = [rounding_box(get_printed(survey, reference)) for reference in references]
    low, _ = frechet_bounds([float(box.lower) / 100 for box in boxes])
    _, high = frechet_bounds([float(box.upper) / 100 for box in boxes])
    return Interval(Fraction(str(round(100 * float(low), 6))), Fraction(str(round(100 * float(high), 6))), True, True)
