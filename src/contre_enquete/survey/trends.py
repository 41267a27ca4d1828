"""How words of change stand to the figures of two waves: up, down, unchanged, doubled and halved, before rounding."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from ..statistics.rounding import POSITIVE, Interval
from ..text.units import WITHOUT_RATIO
from .bounds import bound_difference, bound_quotient, grade_answer
from .changes import WaveChange, index_changes
from .model import Survey
from .precision import widen_difference
from .reference import Reference
from .waves import AT

Grade = Callable[[Survey, WaveChange], str]  # one of `WORDING_VERDICTS`
ABOVE_ONE, BELOW_ONE = Interval(Fraction(1), math.inf), Interval(Fraction(0), Fraction(1), lower_closed=True)


def list_groups_of_change(survey: Survey, reference: Reference) -> tuple[str, ...]:
    """Return the groups whose change a reference is of: the one that it names, else all that either wave shows."""
    if reference.segment:
        return (reference.segment,)
    questions = (f"{reference.question}{AT}{wave}" for wave in (reference.earlier, reference.later))
    return tuple(dict.fromkeys(group for name in questions for group in survey.list_groups(name, reference.item)))


def find_changes(survey: Survey, reference: Reference) -> list[WaveChange | None]:
    """Return the change of each group that a reference is of; None of a group that one of the waves does not show."""
    waves = (reference.earlier, reference.later)
    groups = list_groups_of_change(survey, reference)
    return [index_changes(survey).get((reference.question, reference.item, group, *waves)) for group in groups]


def is_change(survey: Survey, reference: Reference) -> bool:
    """Return True if a reference is of a change of some group."""
    return reference.kind == "change" and any(find_changes(survey, reference))


def is_change_of_ratio(survey: Survey, reference: Reference) -> bool:
    """Return True if a reference is of changes in a unit with ratios, between values of which none is below 0."""
    if survey.unit(f"{reference.question}{AT}{reference.later}") in WITHOUT_RATIO:
        return False
    changes = [change for change in find_changes(survey, reference) if change]
    return bool(changes) and all(min(change.before, change.after) >= 0 for change in changes)


def grade_rise(survey: Survey, change: WaveChange) -> str:
    """Return how "up" stands to a change."""
    return grade_answer(_bound(survey, change.earlier, change.later).within(POSITIVE))


def grade_fall(survey: Survey, change: WaveChange) -> str:
    """Return how "down" stands to a change."""
    return grade_answer(_bound(survey, change.later, change.earlier).within(POSITIVE))


def _bound(survey: Survey, earlier: Reference, later: Reference) -> Interval:
    """Return the changes that rounding leaves and, where the precision of both waves is published, chance allows."""
    return widen_difference(survey, bound_difference(survey, earlier, later), earlier, later)


def grade_steadiness(survey: Survey, change: WaveChange) -> str:
    """Return how "unchanged" stands to a change: it fits equal figures; what may be equal before rounding is open."""
    if not change.difference:
        return "fits"
    return "not judged" if 0 in _bound(survey, change.earlier, change.later) else "reverses"


def grade_doubling(survey: Survey, change: WaveChange) -> str:
    """Return how "doubled" stands to a change: it fits what may be twice as much, or is more."""
    ratio = bound_quotient(survey, change.earlier, change.later)
    if Fraction(2) in ratio or ratio.lower >= 2:
        return "fits"
    return "overstates" if ratio.within(ABOVE_ONE) is not False else "reverses"


def grade_halving(survey: Survey, change: WaveChange) -> str:
    """Return how "halved" stands to a change: it fits what may be half as much, or is less."""
    ratio = bound_quotient(survey, change.earlier, change.later)
    if Fraction(1, 2) in ratio or ratio.upper <= Fraction(1, 2):
        return "fits"
    return "overstates" if ratio.within(BELOW_ONE) is not False else "reverses"


def write_changes(survey: Survey, reference: Reference) -> str:
    """Return an item and the linked figures of both waves of each group: "Bicycle: [34% (town, 2015)](#…), then …"."""
    say = survey.language.say
    texts = [
        say("{before}, then {after}", before=_link(survey, change.earlier), after=_link(survey, change.later))
        for change in filter(None, find_changes(survey, reference))
    ]
    item = survey.item_label(f"{reference.question}{AT}{reference.later}", reference.item)
    return f"{item}{say(': ')}{'; '.join(texts)}"


def _link(survey: Survey, reference: Reference) -> str:
    """Return a value with its group and wave, linked."""
    value, wave = survey.write_shown(*reference.key), survey.wave_label(reference.question.partition(AT)[2])
    return f"[{value} ({survey.segment_label(reference.segment)}, {wave})](#{reference})"
