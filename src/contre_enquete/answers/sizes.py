"""Protect the sizes of small groups: how many people they have, and how many of them answered."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from .knowledge import (
    DESIGN_COLUMNS,
    Size,
    SizeDeviations,
    find_linked_sizes,
    group_rows,
    iterate_sums,
)
from .pattern import Pattern
from .witness import UNCHANGED, WitnessProblem

SizeWitnesses = tuple[SizeDeviations, SizeDeviations]
TRUE_SIZES: SizeWitnesses = ({}, {})
Sum = tuple[Size, tuple[Size, ...]]  # a size, and those that add up to it


class SizeProblem:
    """All sizes and the sums that link them.

    A base that lacks a few answers of its group shares one deviation with the group: in a witness as many answers are
    missing as in truth. That leaves fewer witnesses, but each of them is one.
    """

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        rows = pattern.rows.values()
        self.shared: dict[Size, Size] = {}
        for row in rows:
            is_near = row.base and row.people - row.base < pattern.minimum
            self.shared[row.base_size] = self.shared[row.group_size] = row.group_size
            if not is_near:
                self.shared[row.base_size] = row.base_size
        self.shared |= {row.group_size: row.group_size for row in rows}
        known = _count_known_people(pattern)
        self.cost: dict[Size, int] = defaultdict(int)  # the people in figures that go if a size is suppressed
        self.least: dict[Size, int] = {}  # deviation
        for row in rows:
            for size in (row.base_size, row.group_size):
                self.cost[self.shared[size]] += row.base
                least = known[size] - size.people
                self.least[self.shared[size]] = max(least, self.least.get(self.shared[size], least))
        self.sums: dict[Sum, None] = {
            (self.shared[getattr(whole, kind)], tuple(self.shared[getattr(part, kind)] for part in parts)): None
            for whole, parts in iterate_sums(rows)
            for kind in ("base_size", "group_size")
        }
        self.absent = {
            (self.shared[row.base_size], row.group_size): row.people - row.base
            for row in rows
            if self.shared[row.base_size] != row.group_size
        }

    def find_witnesses(self, target: Size, may_be_alone: bool) -> SizeWitnesses | None:
        """Return the deviations of two witnesses, between which the target differs by more than the minimum."""
        target = self.shared[target]
        suppressed = {self.shared[size] for size in self.pattern.sizes}
        problem = WitnessProblem(self.pattern.clock)
        for size, cost in self.cost.items():
            problem.add_count(
                size, [self._limit(size, target, may_be_alone)] * 2, cost, () if size in suppressed else UNCHANGED
            )
        for whole, parts in self.sums:
            problem.add_equation({whole: -1} | dict.fromkeys(parts, 1))
        # The people of a group are those who answered and those who did not, of whom there are not fewer than none.
        for (base, group), people in self.absent.items():
            problem.add_count((base, group), [(-people, np.inf)] * 2, 0)
            problem.add_equation({base: 1, (base, group): 1, group: -1})
        # More than the minimum, so that at least minimum + 1 values remain possible.
        found = problem.solve(target, self.pattern.minimum + 1)
        if found is None:
            return None
        first, second = (
            {size: witness[shared] for size, shared in self.shared.items() if witness[shared]} for witness in found
        )
        return first, second

    def _limit(self, size: Size, target: Size, may_be_alone: bool) -> tuple[int, int]:
        """Return the least and the greatest deviation of a size."""
        # The reader knows the size of each stratum and cluster, and may be the only person of a group.
        is_known = isinstance(size.table, tuple) and set(size.table) <= set(DESIGN_COLUMNS)
        is_alone = size.people == 1 and isinstance(size.table, str) and size != target
        if not size.people or is_known or (may_be_alone and is_alone):
            return 0, 0
        # No witness needs more: the target differs by minimum + 1, and a size that makes up for it in several sums by
        # a few times that. More room would only slow the solver; less could only miss witnesses.
        room = 4 * (self.pattern.minimum + 1)
        # No smaller than the people whom readers in the group know to be there.
        return max(self.least[size], -room), room


def protect_sizes(pattern: Pattern, protected: dict[Size, SizeWitnesses]) -> None:
    """Protect the suppressed sizes of tables that are printed, and add the two witnesses of each to those protected.

    Those of strata, clusters and profiles are not printed, and known to the reader.
    """
    sizes = list(dict.fromkeys(size for row in pattern.rows.values() for size in (row.base_size, row.group_size)))
    sizes = [size for size in sizes if size.people and isinstance(size.table, str)]
    if not pattern.sizes:
        return
    problem = SizeProblem(pattern)
    while left := [size for size in sizes if size in pattern.sizes and size not in protected]:
        witnesses = problem.find_witnesses(left[0], True)
        if witnesses is None:
            # Too few people for any doubt: suppress every size that sums link to this one, so that nothing is
            # published of them, and each person alone in a group may stay unknown.
            linked = find_linked_sizes(problem.shared[left[0]], problem.sums)
            pattern.suppress_sizes(size for size, shared in problem.shared.items() if shared in linked)
            witnesses = problem.find_witnesses(left[0], False) or TRUE_SIZES
        protected[left[0]] = witnesses
        pattern.suppress_sizes(size for witness in witnesses for size in witness)


def _count_known_people(pattern: Pattern) -> dict[Size, int]:
    """Return how many people of each base readers know to be there: whoever gave an answer, one for each answer."""
    known: dict[Size, int] = defaultdict(int)
    rows = pattern.rows.values()
    for parts in group_rows(rows, lambda cell: (*pattern.component_key(cell), cell.table, cell.group)).values():
        # Of an item alone, yes and no are two answers; of a single-answer question, each item is one.
        answers = sum(row.own_yes for row in parts) + (0 if len(parts) > 1 else parts[0].own_no)
        known[parts[0].base_size] = max(known[parts[0].base_size], answers)
    return known
