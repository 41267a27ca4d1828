"""What changed between two waves of a survey, and what rounding allows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType

from .bounds import bound_difference, get_printed
from .model import Survey, remember
from .reference import Reference
from .waves import AT, split_wave

ChangeKey = tuple[str, ...]  # question, item, group, earlier wave, later wave


@dataclass(frozen=True)
class WaveChange:
    """The figures of two waves that a change lies between.

    Attributes
    ----------
    question, item, group
        What changed: the question without its wave.
    earlier, later
        References to the two figures.
    before, after
        Their values, in the unit of the question.
    lower, upper
        The ends of the change before rounding, in points or in the unit of an amount.
    """

    question: str
    item: str
    group: str
    earlier: Reference
    later: Reference
    before: float
    after: float
    lower: float
    upper: float

    @property
    def difference(self) -> float:
        """The later value less the earlier one, as printed."""
        return float(f"{self.after - self.before:.10g}")

    @property
    def percent(self) -> float | None:
        """The change in percent of the earlier value; None if that is not above 0."""
        return 100 * (self.after - self.before) / self.before if self.before > 0 else None


@remember
def index_changes(survey: Survey) -> Mapping[ChangeKey, WaveChange]:
    """Return the change of each shown value between each two waves, by question, item, group and waves, in order.

    Examples
    --------
    >>> index_changes(getfixture("invented_survey"))  # it was asked once
    mappingproxy({})
    """
    waves: dict[tuple[str, str, str], list[str]] = {}
    for question, item in survey.item_keys():
        name, wave = split_wave(question)
        for group in survey.segments["segment"] if wave else ():
            if (question, item, group) in survey.shown_values():
                waves.setdefault((name, item, group), []).append(wave)
    return MappingProxyType(
        {
            (*key, earlier, later): _make_change(survey, key, earlier, later)
            for key, of_key in waves.items()
            for earlier, later in combinations(sorted(of_key, key=survey.article.waves.order.index), 2)
        }
    )


def _make_change(survey: Survey, key: tuple[str, str, str], *waves: str) -> WaveChange:
    question, item, group = key
    earlier, later = (Reference("", f"{question}{AT}{wave}", item, segment=group) for wave in waves)
    box = bound_difference(survey, earlier, later)
    before, after = (float(get_printed(survey, reference)) for reference in (earlier, later))
    return WaveChange(question, item, group, earlier, later, before, after, float(box.lower), float(box.upper))
