"""Figures of what changed between two waves: in points or the unit of an amount, in percent, and before rounding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..survey.changes import Change, index_changes
from ..survey.model import Survey
from ..text.numbers import PERCENT
from ..text.units import AMOUNTS
from .kind import Make


def make_change(find_value: Callable[[Change], float | None], unit: str = "") -> Make:
    """Return a maker of a number that a change has, in a unit, by default points or that of its amount."""

    def make(survey: Survey, *key: str) -> dict[str, Any] | None:
        change = index_changes(survey)[key]
        value, waves = find_value(change), tuple(key[-2:])
        question, own_unit = change.later.question, survey.unit(change.later.question)
        if value is None:
            return None
        return {
            "value": value,
            "question": question,
            "waves": waves,
            "from_figures": (str(change.earlier), str(change.later)),
        } | ({"unit": unit or own_unit} if unit or own_unit in AMOUNTS else {})

    return make


MAKE_DIFFERENCE = make_change(lambda change: change.difference)
MAKE_LOWER, MAKE_UPPER = make_change(lambda change: change.lower), make_change(lambda change: change.upper)
MAKE_PERCENT = make_change(lambda change: change.percent, PERCENT)
