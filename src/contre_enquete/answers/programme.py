"""Find, by programming, the pair of witnesses for one count that suppresses least of a question or an item."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from .ensemble import Ensemble
from .knowledge import (
    Cell,
    Counts,
    SizeDeviations,
    YesDeviations,
    bound_weighted_yes,
    group_rows,
    iterate_mean_weight_sums,
    iterate_sums,
    prints_same_percent,
)
from .pattern import Pattern
from .sizes import SizeWitnesses
from .witness import UNCHANGED, Bounds, WitnessProblem


class AnswerProblem:
    """The counts of yes of a component, and the sums and percents that link them."""

    def __init__(self, pattern: Pattern, rows: Sequence[Counts], ensemble: Ensemble) -> None:
        self.pattern, self.rows, self.ensemble = pattern, rows, ensemble
        self.sums = list(iterate_sums(rows))
        self.percents = list(iterate_mean_weight_sums(rows)) if pattern.is_weighted else []

    def suppress_for(self, sizes: SizeWitnesses, target: Cell | None = None, width: int = 0, sign: int = 1) -> bool:
        """Suppress the figures that the cheapest pair of witnesses changes; return False if there is none.

        In the first witness the count of yes of the target is higher by the width than in the second; with a sign of
        -1, its count of no. The sizes of both witnesses are given.
        """
        own = self._list_own_cells(target)
        limits = {row.cell: self._limit(row, sizes, own) for row in self.rows}
        if target:
            size = self.pattern.rows[target].base_size
            # The count of no is the size minus that of yes: what the size differs by is part of the width already.
            width -= sizes[0].get(size, 0) - sizes[1].get(size, 0) if sign < 0 else 0
            # A shortcut: if the limits are narrower than the width, there are no witnesses.
            first, second = limits[target]
            if max(first[1] - second[0], second[1] - first[0]) < width:
                return False
        unchanged = dict.fromkeys(limits, 0)
        if not target and self._is_unchanged_possible(sizes, limits, unchanged):
            witnesses: Sequence[YesDeviations] | None = [unchanged, unchanged]
        else:
            witnesses = self._find_witnesses(sizes, limits, target, width, sign)
        if witnesses is None:
            return False
        for answers, changed_sizes in zip(witnesses, sizes, strict=True):
            if not any(any(witness.values()) for witness in sizes):
                self.ensemble.add(answers)
            if not self.pattern.is_weighted:
                self.pattern.cells |= {row.cell for row in self.rows if answers[row.cell]}
            self.pattern.cells |= {
                whole.cell
                for whole, parts in self.percents
                if not self._prints_same(whole, parts, answers, changed_sizes)
            }
        return True

    def _list_own_cells(self, target: Cell | None) -> set[Cell]:
        """Return the cells whose people all are people of the target: the target itself, and finest cells within it."""
        if target is None:
            return set()
        people = set(self.ensemble.people[self.ensemble.parts[target]])
        size = self.pattern.rows[target].base_size
        finest = zip(self.ensemble.places, self.ensemble.people, strict=True)
        return {cell for cell, of in finest if of in people} | {row.cell for row in self.rows if row.base_size == size}

    @staticmethod
    def _limit(row: Counts, sizes: SizeWitnesses, own: Collection[Cell]) -> list[Bounds]:
        """Return the limits of a row's deviation in each witness: counts of yes and of no are no less than known.

        A reader who gave an answer knows of one person who did. Only of the target's own people does that not count:
        they learn one answer, which is their own.
        """
        own_yes, own_no = (0, 0) if row.cell in own else (row.own_yes, row.own_no)
        return [(own_yes - row.yes, row.no + witness.get(row.base_size, 0) - own_no) for witness in sizes]

    def _is_unchanged_possible(
        self, sizes: SizeWitnesses, limits: Mapping[Cell, list[Bounds]], unchanged: YesDeviations
    ) -> bool:
        """Return whether the true answers agree with the sizes of both witnesses, so that no solver is needed."""
        # The answers to a single-answer question add up to the size.
        if self.ensemble.is_single_answer and any(witness.get(row.base_size) for witness in sizes for row in self.rows):
            return False
        if any(low > 0 or high < 0 for bounds in limits.values() for low, high in bounds):
            return False
        return all(
            self._prints_same(whole, parts, unchanged, witness) for whole, parts in self.percents for witness in sizes
        )

    def _find_witnesses(
        self, sizes: SizeWitnesses, limits: Mapping[Cell, list[Bounds]], target: Cell | None, width: int, sign: int
    ) -> Sequence[YesDeviations] | None:
        """Return the cheapest pair of witnesses within the limits, in which the target differs by the width."""
        problem = WitnessProblem(self.pattern.clock)
        for row in self.rows:
            # Without weights the reader knows the count of yes of a published row; with weights its percent bounds it.
            is_free = self.pattern.is_weighted or row.cell in self.pattern.cells
            problem.add_count(row.cell, limits[row.cell], row.base, () if is_free else UNCHANGED)
        # Yes adds up; no then does too, for the sizes do.
        for whole, parts in self.sums:
            problem.add_equation({whole.cell: -1} | {row.cell: 1 for row in parts})
        if self.ensemble.is_single_answer:
            for answers in group_rows(self.rows, lambda cell: (cell.table, cell.group)).values():
                size = max(answers, key=lambda row: row.base).base_size
                problem.add_equation({row.cell: 1 for row in answers}, [witness.get(size, 0) for witness in sizes])
        for number, (whole, parts) in enumerate(self.percents):
            if whole.cell not in self.pattern.cells:
                bounds = [bound_weighted_yes(whole, parts, witness) for witness in sizes]
                # No numerator moves by more: all of its people, as far again for bounds outside of 0 to 100 %, and
                # those by whom sizes may differ. A smaller one could only miss witnesses.
                big_m = 2 * whole.base + 4 * (self.pattern.minimum + 1)
                problem.add_percent(number, [(float(low), float(high)) for low, high in bounds], whole.base, big_m)
                # The numerator, in mean weights of the row.
                weights = {row.cell: float(row.mean_weight / whole.mean_weight) for row in parts}
                problem.add_equation({number: -1} | weights)
        return problem.solve(target, width, sign)

    def _prints_same(
        self, whole: Counts, parts: Collection[Counts], answers: YesDeviations, sizes: SizeDeviations
    ) -> bool:
        return whole.cell in self.pattern.cells or prints_same_percent(whole, parts, answers, sizes)
