"""An ensemble of witnesses: data sets that all print the published table, of which the reader cannot tell the true one.

A count is safe if it differs enough between data sets of the ensemble. Each reader knows their own answer, and so may
rule some of them out: it must differ enough between those that are left to each. The truth is the first of them. Others
are vertices of the polytope of all data sets that print the same, in random directions, as whole numbers (HiGHS); one
serves many counts at once. The bounds of a cell of a published table are found likewise by Dobra and Fienberg, "Bounds
for cell entries in contingency tables given marginal totals", PNAS 97 (2000).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .clock import Clock
from .knowledge import Cell, Counts, SizeDeviations
from .witness import SOLVER_MARGIN, solve_programme

FLOAT_MARGIN = 1e-9  # in people
AIMS = 6  # counts that one search moves at once
STALE_ROUNDS = 3  # without a newly safe count, after which a search ends
NOISE = 0.05  # of a direction, beside 1 for a count that is to move
VERTEX_SECONDS = 1.0  # at most
VERTEX_GAP = 0.3  # how much less far than the farthest data set one may be, as a share


class TimeIsUp(Exception):
    """The solver found no witness in its time."""


class Bounded(NamedTuple):
    """A sum of finest counts that what is printed bounds, in deviations from the truth."""

    places: NDArray[np.int64]
    factors: NDArray[np.float64]
    low: float
    high: float


class Ensemble:
    """The data sets found so far that print the same, by their counts of yes in the finest cells."""

    def __init__(self, finest: Sequence[Counts], parts: Mapping[Cell, Collection[Counts]], is_single_answer: bool):
        self.places = {row.cell: place for place, row in enumerate(finest)}
        self.parts = {cell: self.find_places(rows) for cell, rows in parts.items()}
        self.parts |= {row.cell: np.array([place]) for place, row in enumerate(finest) if row.cell not in parts}
        self.yes = np.array([row.yes for row in finest])
        self.base = np.array([row.base for row in finest])
        self.sizes = [row.base_size for row in finest]
        # What readers know of, at the least: their own answers.
        self.own_yes, self.own_no = np.minimum(self.yes, 1), np.minimum(self.base - self.yes, 1)
        self.weights = np.array([float(row.mean_weight) for row in finest])
        people: dict[Any, int] = {}
        self.people = np.array([people.setdefault((row.cell.table, row.cell.group), len(people)) for row in finest])
        self.own: dict[Cell, NDArray[np.int64]] = {}  # readers inside of each cell
        self.is_single_answer = is_single_answer
        self.random = np.random.default_rng(len(finest))  # the same each time
        self.witnesses = self.yes[None, :]
        self.contradicted = self._contradict(self.witnesses)

    def start_anew(self) -> Ensemble:
        """Return an ensemble of the truth alone."""
        other = copy(self)
        other.witnesses, other.contradicted = self.witnesses[:1], self.contradicted[:1]
        return other

    def resize(self, sizes: SizeDeviations, target: Cell | None = None) -> Ensemble:
        """Return an ensemble of the data set of other sizes that is nearest to the truth and contradicts no reader.

        Readers in the target may be contradicted: of it they learn one answer, which is their own.
        """
        other = copy(self)
        is_free = np.zeros(len(self.yes), bool)
        if target is not None:
            is_free[self.parts[target]] = True
        other.own_yes, other.own_no = (np.where(is_free, 0, of) for of in (self.own_yes, self.own_no))
        other.base = self.base + np.array([sizes.get(size, 0) for size in self.sizes])
        other.yes = np.clip(self.yes, other.own_yes, other.base - other.own_no)
        return other

    def find_places(self, rows: Iterable[Counts]) -> NDArray[np.int64]:
        """Return the places of rows among the finest."""
        return np.array([self.places[row.cell] for row in rows])

    def add(self, deviations: Mapping[Cell, int]) -> None:
        """Add a data set that prints the same, by its deviations from the truth, of all cells."""
        self.append(self.yes + np.array([deviations[cell] for cell in self.places]))

    def append(self, yes: NDArray[np.int64]) -> None:
        """Add a data set that prints the same, or several, by its counts of yes."""
        yes = np.atleast_2d(yes)
        self.witnesses = np.vstack([self.witnesses, yes])
        self.contradicted = np.vstack([self.contradicted, self._contradict(yes)])

    def drop_others(self, bounded: Sequence[Bounded]) -> None:
        """Drop the data sets of which a sum is not within its bounds."""
        factors = np.zeros((len(self.yes), len(bounded)))
        for number, of in enumerate(bounded):
            np.add.at(factors[:, number], of.places, of.factors)
        sums = (self.witnesses - self.yes) @ factors
        low, high = (np.array([getattr(of, end) for of in bounded]) for end in ("low", "high"))
        # Kept by a margin above any error of floats, but the truth, a deviation of 0, always is.
        is_same = (sums >= np.minimum(-FLOAT_MARGIN, low + SOLVER_MARGIN)) & (
            sums <= np.maximum(FLOAT_MARGIN, high - SOLVER_MARGIN)
        )
        self.witnesses, self.contradicted = (of[is_same.all(axis=1)] for of in (self.witnesses, self.contradicted))

    def _contradict(self, witnesses: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return, for people of each finest cell who said yes and who said no, whether a witness has none of them."""
        yes = (self.yes > 0) & (witnesses == 0)
        no = (self.yes < self.base) & (witnesses == self.base)
        return np.hstack([yes, no])

    def is_safe(self, cell: Cell, width: int) -> bool:
        """Return whether a count may differ by the width, for each reader outside of the cell and their own answer."""
        return not self.list_unsafe({cell: width})

    def list_unsafe(self, targets: Mapping[Cell, int]) -> dict[Cell, int]:
        """Return those of some counts, each with a width, that are not safe."""
        if not targets:
            return {}
        values = np.array([self.witnesses[:, self.parts[cell]].sum(axis=1) for cell in targets])
        highest, lowest = values.argmax(axis=1), values.argmin(axis=1)
        unsafe = {}
        for (cell, width), of, high, low in zip(targets.items(), values, highest, lowest, strict=True):
            if of[high] - of[low] < width or not self._is_safe_for_readers(cell, width, of, (high, low)):
                unsafe[cell] = width
        return unsafe

    def _is_safe_for_readers(
        self, cell: Cell, width: int, values: NDArray[np.int64], ends: tuple[np.intp, np.intp]
    ) -> bool:
        """Return whether a count differs enough between the witnesses that each reader outside of the cell is left."""
        contradicted = self.contradicted[ends[0]] | self.contradicted[ends[1]]
        contradicted[self._find_own(cell)] = False
        return self._differs_for(np.flatnonzero(contradicted), width, values)

    def is_safe_within(self, cell: Cell, width: int) -> bool:
        """Return whether a count may differ by the width for each reader in the cell, and their own answer."""
        values = self.witnesses[:, self.parts[cell]].sum(axis=1)
        return self._differs_for(self._find_own(cell), width, values)

    def _find_own(self, cell: Cell) -> NDArray[np.int64]:
        """Return the readers inside of a cell."""
        if cell not in self.own:
            own = np.flatnonzero(np.isin(self.people, self.people[self.parts[cell]]))
            self.own[cell] = np.concatenate([own, own + len(self.yes)])
        return self.own[cell]

    def _differs_for(self, readers: NDArray[np.int64], width: int, values: NDArray[np.int64]) -> bool:
        """Return whether a count, given for each witness, differs enough between those that each reader is left."""
        if not len(readers):
            return True
        order = values.argsort(kind="stable")
        highest, lowest = (values[self._find_first_possible(readers, of)] for of in (order[::-1], order))
        return bool((highest - lowest >= width).all())

    def _find_first_possible(self, readers: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the first witness, in some order, that does not contradict each of some readers: the truth at last."""
        first = np.zeros(len(readers), int)
        left = np.arange(len(readers))
        for witness in order:  # few, for most of the readers are contradicted by few witnesses
            first[left] = witness
            left = left[self.contradicted[witness, readers[left]]]
            if not len(left):
                break
        return first

    def explore(
        self, targets: Mapping[Cell, int], bounded: Sequence[Bounded], clock: Clock, seconds: float
    ) -> dict[Cell, int]:
        """Add witnesses until counts differ by the widths given, or no more are found; return those that do not.

        Raises TimeIsUp if the solver finds no witness at all.
        """
        unsafe = self.list_unsafe(targets)
        if not unsafe:
            return unsafe
        end = clock.spent + seconds
        constraints = self._make_constraints(bounded)
        stale = number = 0
        while unsafe and stale < STALE_ROUNDS and clock.spent < end:
            # A few at a time, so that few readers are contradicted.
            share = AIMS / len(unsafe)
            aims = [cell for cell in unsafe if self.random.random() < share] or [next(iter(unsafe))]
            direction = NOISE * self.random.normal(size=len(self.yes))
            for cell in aims:
                direction[self.parts[cell]] += self.random.choice((-1, 1))
            bounds = self._list_bounds(aims)
            for sign in (1, -1):
                witness = self._find_vertex(sign * direction, bounds, constraints, clock)
                if witness is not None:
                    self.append(witness)
                elif not number:
                    raise TimeIsUp
            before = len(unsafe)
            unsafe = self.list_unsafe(unsafe)
            stale = 0 if len(unsafe) < before else stale + 1
            number += 1
        return unsafe

    def _list_bounds(self, aims: Collection[Cell]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return bounds of the counts, which keep one person of each answer, but not in the cells aimed at."""
        is_free = np.zeros(len(self.yes), bool)
        for cell in aims:
            is_free[self.parts[cell]] = True
        return (
            np.where(is_free, 0, np.minimum(self.yes, 1)),
            np.where(is_free, self.base, self.base - np.minimum(self.base - self.yes, 1)),
        )

    def _make_constraints(self, bounded: Sequence[Bounded]) -> tuple[Any, NDArray[np.float64], NDArray[np.float64]]:
        """Return the sums that are to stay within bounds: published ones, and one answer for each person."""
        from scipy import sparse

        rows: list[int] = []
        columns: list[int] = []
        factors: list[float] = []
        bounds: list[tuple[float, float]] = []
        for places, weights, low, high in bounded:
            rows += [len(bounds)] * len(weights)
            columns += list(places)
            factors += list(weights)
            # Bounds are kept by a margin above any error of floats, but the truth, a deviation of 0, always keeps them.
            bounds.append((min(0, low + SOLVER_MARGIN), max(0, high - SOLVER_MARGIN)))
        if self.is_single_answer:
            for people in range(self.people.max() + 1):
                places = np.flatnonzero(self.people == people)
                rows += [len(bounds)] * len(places)
                columns += list(places)
                factors += [1] * len(places)
                bounds.append((0, 0))
        matrix = sparse.csr_array((factors, (rows, columns)), shape=(len(bounds), len(self.yes)))
        lows, highs = np.array(bounds).reshape(-1, 2).T
        return matrix, lows, highs

    def _find_vertex(
        self,
        direction: NDArray[np.float64],
        bounds: tuple[NDArray[np.int64], NDArray[np.int64]],
        constraints: tuple[Any, NDArray[np.float64], NDArray[np.float64]],
        clock: Clock,
    ) -> NDArray[np.int64] | None:
        """Return a data set that prints the same, far in a direction; None if the solver finds none in time."""
        from scipy import optimize

        matrix, low, high = constraints
        solution = solve_programme(
            clock,
            VERTEX_SECONDS,
            -direction,
            VERTEX_GAP,
            integrality=np.ones(len(direction)),
            bounds=optimize.Bounds(bounds[0] - self.yes, bounds[1] - self.yes),
            constraints=optimize.LinearConstraint(matrix, low, high),
        )
        if solution.x is None:
            return None
        moves = np.rint(solution.x).astype(int)
        witness = self.yes + moves
        sums = matrix @ moves
        is_valid = (witness >= 0).all() and (witness <= self.base).all()
        is_same = (sums >= low - FLOAT_MARGIN).all() and (sums <= high + FLOAT_MARGIN).all()
        return witness if is_valid and is_same else None
