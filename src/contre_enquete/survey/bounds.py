"""What rounding allows of the percents that the edition shows: gaps, ratios, and at least one of several items."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from ..statistics.inference import frechet_bounds
from ..statistics.rounding import Interval, gap_box, ratio_box, rounding_box
from .model import Survey
from .reference import Reference


def get_fraction(survey: Survey, reference: Reference) -> Fraction:
    """Return the percent that is shown, exactly as it is printed. Raises DataError if there is none."""
    return Fraction(str(survey.percent(*reference.key)))


def get_pair(survey: Survey, pair: Reference) -> tuple[Fraction, Fraction]:
    """Return the percents of the two groups compared, exactly as printed. Raises DataError if one is absent."""
    first, second = (get_fraction(survey, pair.of(segment)) for segment in survey.article.compared)
    return first, second


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
