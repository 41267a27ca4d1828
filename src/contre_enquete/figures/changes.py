"""Figures of what changed between two waves: in points or the unit of an amount, in percent, and before rounding."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from ..statistics.rounding import Interval
from ..survey.bounds import bound_difference
from ..survey.changes import WaveChange, index_changes
from ..survey.model import Survey
from ..survey.precision import BASES_OF_LIMITS, find_precisions, widen_difference
from ..text.numbers import PERCENT
from ..text.units import AMOUNTS
from .kind import Key, Make


def make_change(find_value: Callable[[WaveChange], float], unit: str = "") -> Make:
    """Return a maker of a number that a change has, in a unit, by default points or that of its amount."""
    return lambda survey, *key: _describe_change(survey, key, find_value(index_changes(survey)[key]), unit)


def _describe_change(survey: Survey, key: Key, value: float, unit: str = "") -> dict[str, Any]:
    """Return the fields of a number that is computed of a change."""
    change = index_changes(survey)[key]
    own_unit = survey.unit(change.later.question)
    fields = {
        "value": value,
        "question": change.later.question,
        "waves": key[-2:],
        "from_figures": (str(change.earlier), str(change.later)),
    }
    return fields | ({"unit": unit or own_unit} if unit or own_unit in AMOUNTS else {})


def list_relative_changes(survey: Survey) -> Iterator[Key]:
    """Yield the key of each change from a value above 0, which alone has a percent."""
    return (key for key, change in index_changes(survey).items() if change.percent is not None)


def list_precise_changes(survey: Survey) -> Iterator[Key]:
    """Yield the key of each change between two figures whose precision is published."""
    for key, change in index_changes(survey).items():
        if find_precisions(survey, change.earlier, change.later):
            yield key


def make_change_limit(get_limit: Callable[[Interval], float | Fraction]) -> Make:
    """Return a maker of one limit of a change at 95 percent, rounding and chance allowed for."""

    def make(survey: Survey, *key: str) -> dict[str, Any]:
        change = index_changes(survey)[key]
        figures = (change.earlier, change.later)
        limits = widen_difference(survey, bound_difference(survey, *figures), *figures)
        bases = dict.fromkeys(BASES_OF_LIMITS[row.basis] for row in find_precisions(survey, *figures))
        return _describe_change(survey, key, round(float(get_limit(limits)), 1)) | {"details": tuple(bases)}

    return make


MAKE_DIFFERENCE = make_change(lambda change: change.difference)
MAKE_LOWER, MAKE_UPPER = make_change(lambda change: change.lower), make_change(lambda change: change.upper)
MAKE_PERCENT = make_change(lambda change: change.percent or 0.0, PERCENT)
MAKE_LEAST, MAKE_MOST = make_change_limit(lambda limits: limits.lower), make_change_limit(lambda limits: limits.upper)
