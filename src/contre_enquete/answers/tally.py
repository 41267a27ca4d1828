"""The sums that a table is made of, in whole numbers, and why answers may have none.

Weights are counted in units so small that the greatest has 14 digits: sums of whole numbers are the same in
whatever order an engine adds them up, those of floats are not.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from .codebook import TOTAL, Codebook, Column

DIGITS = 14  # of the greatest weight: the squares of a thousand million such add up to less than 38 digits
HEAVIEST = 1e15  # a weight
KEPT = 1_000  # units at least in any weight but 0, so that it keeps three digits
LONELY = "at least two clusters, or people if there are none, in each stratum; join it with one that is like it"
Record = dict[str, Any]


Segments = tuple[int, ...]  # a code for each breakdown, the number of its groups for none
Group = int | Segments  # by its place, the last for everybody; or those who are in the same groups


class FaultyAnswers(Exception):
    """Answers cannot be used, as their sums show: the column, and what was expected of it. Which line is not known."""

    def __init__(self, column: str, expected: str) -> None:
        super().__init__(f"column {column}: expected {expected}")


class FaultyColumn(FaultyAnswers):
    """A column is not there, or of a type that answers do not have: no line is at fault."""


@dataclass
class Stratum:
    """Sums over the clusters of a stratum, or its people: of a, the weights of who gave the answer, and b, of who answered."""

    a: int = 0
    b: int = 0
    aa: int = 0
    ab: int = 0
    bb: int = 0
    clusters: int = 0  # in which somebody answered


@dataclass
class Sums:
    """What is known of one item in one group; `n` people, of whom `base` answered and `yes` gave the answer."""

    n: int = 0
    base: int = 0
    yes: int = 0
    squares: int = 0  # of the weights of those who answered
    strata: dict[Any, Stratum] = field(default_factory=dict)

    def add(self, n: int, base: int, yes: int, squares: int, stratum: Any, sums: Stratum) -> None:
        self.n += n
        self.base += base
        self.yes += yes
        self.squares += squares
        self.strata[stratum] = sums


@dataclass
class Tally:
    """The sums by group (its place, or the last for everybody) and item, in units of the weights of 1/10**digits.

    With several breakdowns, `crossed` has those of who is in the same groups, of which only counts of people mean anything.
    """

    sums: list[list[Sums]]
    digits: int
    crossed: dict[Segments, list[Sums]] = field(default_factory=dict)
    greatest: float = 0  # weight
    smallest: float = math.inf  # weight but 0, in units
    clusters: dict[Any, int] = field(default_factory=dict)  # by stratum; people where there are no clusters
    population: dict[Any, float] = field(default_factory=dict)  # clusters in the population, by stratum

    @classmethod
    def empty(cls, codebook: Codebook, digits: int) -> Tally:
        return cls([[Sums() for _ in codebook.items] for _ in (*codebook.groups, TOTAL)], digits)

    def groups(self, segments: Segments, codebook: Codebook) -> list[Group]:
        """Return all that people of some codes are counted in. Raises FaultyAnswers for a value that is not listed."""
        found: list[Group] = [len(codebook.groups)]
        first = 0
        for breakdown, code in zip(codebook.breakdowns, segments, strict=True):
            if listed(breakdown.column, code) < len(breakdown.groups):
                found.append(first + code)
            first += len(breakdown.groups)
        return [*found, segments] if len(segments) > 1 else found

    def of(self, group: Group) -> list[Sums]:
        """Return the sums of a group, item by item."""
        if isinstance(group, int):
            return self.sums[group]
        return self.crossed.setdefault(group, [Sums() for _ in self.sums[0]])

    def telling(self, codebook: Codebook, minimum: int) -> set[int]:
        """Return the places of the breakdowns in no group of which are so few that the total would tell of them.

        That is fewer than twice the minimum: not so many could say yes and as many no.
        """
        found = set()
        first = 0
        for place, breakdown in enumerate(codebook.breakdowns):
            groups = self.sums[first : first + len(breakdown.groups)]
            first += len(breakdown.groups)
            if 0 < self.sums[-1][0].n - sum(group[0].n for group in groups) < 2 * minimum:
                found.add(place)
        return found

    def note(self, record: Record, codebook: Codebook) -> None:
        """Keep what a record of the engine says of its stratum. Raises FaultyAnswers if that cannot be used."""
        stratum = record["stratum"]
        self.greatest = max(self.greatest, record["greatest"] or 0)
        self.smallest = min(self.smallest, math.inf if record["smallest"] is None else record["smallest"])
        if codebook.stratum and stratum in (None, ""):
            raise FaultyAnswers(codebook.stratum, "a value in each line")
        if record["valid"] < record["rows"]:
            raise FaultyAnswers(codebook.weight, f"{weights(codebook)} in each line")
        if codebook.population:
            least, most = record["least"], record["most"]
            if record["given"] < record["rows"] or not (1 <= least < math.inf and least == int(least)):
                raise FaultyAnswers(codebook.population, "a whole number of at least 1 in each line")
            if not least == most == self.population.setdefault(stratum, most):
                raise FaultyAnswers(codebook.population, "one number for each stratum")


def listed(column: Column, code: int) -> int:
    """Return a code of a column. Raises FaultyAnswers for that of a value that the codebook does not list."""
    if code > len(column.codes):
        raise FaultyAnswers(column.name, "values that the codebook lists")
    return code


def weights(codebook: Codebook) -> str:
    """Return what a weight may be, in words."""
    return f"a number from 0 to 10**15, with {codebook.decimal!r} for decimals and no sign or unit"
