"""The sums that a table is made of, in whole numbers, and the errors of answers that have none.

Weights are counted in units so small that the greatest has 14 digits: sums of whole numbers are the same in
whatever order an engine adds them up, those of floats are not.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .codebook import TOTAL, Codebook, Column

WEIGHT_DIGITS = 14  # of the greatest weight: the squares of a thousand million such add up to less than 38 digits
MAX_WEIGHT = 1e15
MIN_UNITS = 1_000  # of any weight but 0, so that it keeps three digits
SINGLETON_STRATUM = (
    "at least two clusters, or people if there are none, in each stratum; join it with one that is like it, or set "
    "design.lonely"
)
EXPECTED_NUMBER = "a number from 0 to 10**15, or a value that the codebook lists as missing"
Record = dict[str, Any]  # a row of the engine's result
GroupCodes = tuple[int, ...]  # a code for each breakdown; the number of its groups stands for none


class AnswersError(Exception):
    """Answers cannot be used, as their sums show; the message names the column, for the line is not known."""

    def __init__(self, column: str, expected: str) -> None:
        super().__init__(f"column {column}: expected {expected}")


class ColumnError(AnswersError):
    """A column is absent, or of a type that answers do not have: no line is at fault."""


class Stage(NamedTuple):
    """The second stage of a sample in a cluster: how many people were drawn, and what their deviations count for."""

    drawn: int
    factor: float


@dataclass
class StratumSums:
    """Sums over the clusters of a stratum, or over its people where there are no clusters.

    A share is a ratio y/x: the weights of people who gave the answer over the weights of people who answered.
    """

    y: int = 0
    x: int = 0
    yy: int = 0  # squares and products of the clusters' totals
    xy: int = 0
    xx: int = 0
    clusters: int = 0  # in which somebody answered
    within: tuple[float, float, float] = (0.0, 0.0, 0.0)  # yy, xy, xx of the second stage, about the clusters' means

    def add_within(self, stage: Stage, totals: tuple[float, float], squares: tuple[float, float, float]) -> None:
        """Add what varies within a cluster, of its totals y and x and of the sums of yy, xy and xx of its people."""
        (y, x), (yy, xy, xx), (drawn, factor) = totals, squares, stage
        a, b, c = self.within
        self.within = (
            a + factor * (yy - y * y / drawn),
            b + factor * (xy - x * y / drawn),
            c + factor * (xx - x * x / drawn),
        )


@dataclass
class PairSums:
    """Sums over the clusters of a stratum: products of the totals, y and x, of a first group and of a second."""

    yy: int = 0
    yx: int = 0
    xy: int = 0
    xx: int = 0
    clusters: int = 0  # in which somebody of each answered an item
    within: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # yy, yx, xy, xx of the second stage

    def add_within(self, stage: Stage, first: tuple[float, float], second: tuple[float, float]) -> None:
        """Add what varies within a cluster, of the totals y and x of two groups, which nobody is both in."""
        (y, x), (v, w), factor = first, second, stage.factor / stage.drawn
        a, b, c, d = self.within
        self.within = a - factor * y * v, b - factor * y * w, c - factor * x * v, d - factor * x * w


class TableSums(NamedTuple):
    """Sums over the clusters of a stratum, of a column and a breakdown: totals by answer and group, and products.

    The last answer is any; those of the codebook come before it, in its order.
    """

    totals: NDArray[np.object_]  # of answer, group
    products: NDArray[np.object_]  # of answer, group, answer, group


class GroupPair(NamedTuple):
    """Two groups of a breakdown, by their indices, and an item."""

    item: int
    first: int
    second: int


@dataclass
class ItemSums:
    """The sums of one item in one group."""

    n: int = 0  # people
    base: int = 0  # who answered
    yes: int = 0  # who gave the answer
    squares: int = 0  # of the weights of people who answered
    strata: dict[Any, StratumSums] = field(default_factory=dict)


class Position(NamedTuple):
    """A number that somebody of a group wrote, how many of the group wrote a smaller one, and how many that one."""

    number: float
    below: int
    people: int


@dataclass
class QuantileCount:
    """A quantile by group: the number, the sums of 1 for each person whose number is not above it, and its limits."""

    positions: list[Position | None]
    shares: QuantityCount
    limits: list[tuple[Position | None, Position | None]] = field(default_factory=list)


@dataclass
class QuantityCount:
    """The sums of one quantity: y of the numbers, as multiples of 1/scale, and x of the weights."""

    sums: list[ItemSums]  # by group, the last is everybody
    numbers: list[int]  # by group: the sum of the numbers, without weights
    scale: int = 1
    pairs: dict[tuple[int, int], dict[Any, PairSums]] = field(default_factory=lambda: defaultdict(dict))
    # In how many clusters somebody of any group of a breakdown wrote a number, by its index and stratum.
    answered: dict[int, dict[Any, int]] = field(default_factory=lambda: defaultdict(Counter))
    quantiles: dict[int, QuantileCount] = field(default_factory=dict)  # by percent
    kept: set[int] = field(default_factory=set)  # groups whose means tell of enough people
    has_precision: bool = False  # whether so do the standard errors of these means


@dataclass
class Tally:
    """The sums of all items in all groups, in units of the weights of 1/10**digits."""

    sums: list[list[ItemSums]]  # by group, the last is everybody, and by item
    digits: int
    lonely: str = ""  # as in the codebook
    greatest: float = 0  # weight
    smallest: float = math.inf  # weight but 0, in units
    clusters: dict[Any, int] = field(default_factory=dict)  # by stratum; people where there are no clusters
    population: dict[Any, float] = field(default_factory=dict)  # clusters in the population, by stratum
    # By stratum, where there are clusters, which may have people of several groups: the products of two groups, and in
    # how many clusters somebody of any group of a breakdown answered an item, by the indices of item and breakdown.
    pairs: dict[GroupPair, dict[Any, PairSums]] = field(default_factory=lambda: defaultdict(dict))
    answered: dict[tuple[int, int], dict[Any, int]] = field(default_factory=lambda: defaultdict(dict))
    tables: dict[tuple[int, int], dict[Any, TableSums]] = field(default_factory=lambda: defaultdict(dict))  # by column
    stages: dict[tuple[Any, Any], Stage] = field(default_factory=dict)  # by stratum and cluster
    subsampled: set[Any] = field(default_factory=set)  # strata with clusters of which some people were drawn, not all
    quantities: list[QuantityCount] = field(default_factory=list)  # in the order of the codebook

    @classmethod
    def make_empty(cls, codebook: Codebook, digits: int) -> Tally:
        """Return a tally of nobody."""
        return cls([[ItemSums() for _ in codebook.items] for _ in (*codebook.groups, TOTAL)], digits, codebook.lonely)

    def list_groups(self, codes: GroupCodes, codebook: Codebook) -> list[int]:
        """Return the indices of the groups of people with these codes, one of each breakdown; the last is everybody.

        Raises AnswersError for the code of a value that the codebook does not list.
        """
        groups = [len(codebook.groups)]
        for breakdown, block, code in zip(codebook.breakdowns, codebook.blocks, codes, strict=True):
            if check_code(breakdown.column, code) < len(block):
                groups.append(block[code])
        return groups

    def is_whole(self, strata: Iterable[Any]) -> bool:
        """Return whether everybody of some strata is in the sample, so that it has no error."""
        return all(self.population.get(name) == self.clusters[name] and name not in self.subsampled for name in strata)

    def find_small_remainders(self, codebook: Codebook, minimum: int) -> set[int]:
        """Return the indices of breakdowns whose people in no group are fewer than twice the minimum.

        The total less the groups reveals these people, and so few cannot be at least the minimum who say yes and as
        many who say no.
        """
        remainders = (self.sums[-1][0].n - sum(self.sums[group][0].n for group in block) for block in codebook.blocks)
        return {place for place, people in enumerate(remainders) if 0 < people < 2 * minimum}

    def add_record(self, record: Record, codebook: Codebook) -> None:
        """Add the engine's extremes of weights and the size of a stratum. Raises AnswersError for impossible ones."""
        stratum = record["stratum"]
        self.greatest = max(self.greatest, record["greatest"] or 0)
        self.smallest = min(self.smallest, math.inf if record["smallest"] is None else record["smallest"])
        if codebook.stratum and stratum in (None, ""):
            raise AnswersError(codebook.stratum, "a value in each line")
        if record["valid"] < record["rows"]:
            raise AnswersError(codebook.weight, f"{describe_weights(codebook)} in each line")
        if codebook.population:
            least, most = record["least"], record["most"]
            if record["given"] < record["rows"] or not (1 <= least < math.inf and least == int(least)):
                raise AnswersError(codebook.population, "a whole number of at least 1 in each line")
            if not least == most == self.population.setdefault(stratum, most):
                raise AnswersError(codebook.population, "one number for each stratum")


def check_code(column: Column, code: int) -> int:
    """Return a code of a column. Raises AnswersError for that of a value that the codebook does not list."""
    if code > len(column.codes):
        raise AnswersError(column.name, "values that the codebook lists")
    return code


def describe_weights(codebook: Codebook) -> str:
    """Return, in words, what a weight may be."""
    return f"a number from 0 to 10**15, with {codebook.decimal!r} for decimals and no sign or unit"
