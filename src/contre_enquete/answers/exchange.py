"""Make witnesses by exchange: people of different groups exchange their answers, so that what is printed stays.

A person who said no moves up a count, and one who said yes moves down that of a cell of another group: if the cells are
alike in all other tables, these print the same. If the groups are printed too, two more people exchange back in another
place. These are the basic moves by which Diaconis and Sturmfels walk among all tables with the same margins, "Algebraic
algorithms for sampling from conditional distributions", Annals of Statistics 26 (1998). Where answers have weights, an
exchange must leave each printed percent as it is rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FOURS = 60  # exchanges of four cells that are alike in all printed tables
MAX_CHECKED = 64  # moves, of which one is chosen
BACK_CELLS = 8  # of the cells to exchange back with, from which one is chosen
SIGNS = np.array([1, -1, -1, 1])
WAYS = (0, 1, 1, 0)  # of each cell of a move: with its sign, or against it
NOBODY = -1
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Margins:
    """Bounds of the deviation of the weighted count of yes, by group of a table; infinite where nothing is printed."""

    low: Floats
    high: Floats

    @property
    def is_printed(self) -> NDArray[np.bool_]:
        """Whether anything of each group is printed."""
        return np.isfinite(self.high)


class Exchanges:
    """The finest cells of one item, by their groups in each table, of which some are printed."""

    def __init__(self, groups: Sequence[Ints], yes: Ints, base: Ints, weights: Floats) -> None:
        self.yes, self.base, self.weights = yes, base, weights
        self.groups = list(groups)
        self.is_weighted = bool((weights != 1).any())
        self.members = [[np.flatnonzero(of == group) for group in range(int(of.max()) + 1)] for of in groups]
        sizes = tuple(int(of.max()) + 1 for of in groups)
        place = np.full(sizes, NOBODY)
        place[tuple(groups)] = np.arange(len(yes))
        self.neighbours = []  # of each cell, by table and group: the cell that differs from it by that group alone
        for table, size in enumerate(sizes):
            coordinates = [of[:, None] for of in groups]
            coordinates[table] = np.arange(size)[None, :]
            self.neighbours.append(np.broadcast_to(place[tuple(coordinates)], (len(yes), size)))
        self.random = np.random.default_rng(len(yes))

    def move(self, target: Ints, sign: int, width: int, margins: Sequence[Margins]) -> Ints:
        """Return deviations that move the count of yes of the target's cells up or down, by the width at most.

        Other cells keep one of each answer that they have, as long as that is possible: no reader is contradicted then.
        """
        deviations = np.zeros(len(self.yes), int)
        is_target = np.zeros(len(self.yes), bool)
        is_target[target] = True
        no = self.base - self.yes
        kept_yes, kept_no = (np.where(is_target, 0, np.minimum(of, 1)) for of in (self.yes, no))
        moved = 0
        while moved < width:
            # How far each count may go with the move and against it.
            room = (no - deviations, self.yes + deviations) if sign > 0 else (self.yes + deviations, no - deviations)
            kept = (kept_no, kept_yes) if sign > 0 else (kept_yes, kept_no)
            first = target[room[0][target] > 0]
            if not len(first):
                break
            moves = self._list_moves(int(self.random.choice(first)), margins)
            moves = moves[np.where(moves == NOBODY, False, is_target[moves]) @ SIGNS == 1]
            move, step = None, 0
            for keeps in (1, 0):
                most = np.array([room[way] - keeps * kept[way] for way in WAYS])
                limits = np.where(moves == NOBODY, width, most[np.arange(4), moves]).min(axis=1, initial=width)
                limits = np.minimum(limits, width - moved)
                move, step = self._choose(moves, limits, sign, deviations, margins)
                if step:
                    break
            if move is None:
                break
            cells = move[move != NOBODY]
            deviations[cells] += sign * step * SIGNS[: len(cells)]
            moved += step
        return deviations

    def _choose(
        self, moves: Ints, limits: Ints, sign: int, deviations: Ints, margins: Sequence[Margins]
    ) -> tuple[Ints | None, int]:
        """Return one of the moves that leave what is printed as it is, and by how many people; None and 0 without any.

        Each move has a limit of people.
        """
        for step in sorted({int(limits.max(initial=0)), 2, 1}, reverse=True):
            places = np.flatnonzero(limits >= max(step, 1))
            if len(places) > MAX_CHECKED:
                places = self.random.choice(places, MAX_CHECKED, replace=False)
            if step and len(places):
                places = places[self._is_unseen(moves[places], sign * step, deviations, margins)]
                if len(places):
                    return moves[self.random.choice(places)], step
        return None, 0

    def _list_moves(self, cell: int, margins: Sequence[Margins]) -> Ints:
        """Return exchanges that begin with a cell: it, the cell to exchange with, and two to exchange back, or none."""
        alike = np.ones(len(self.yes), bool)
        for of, margin in zip(self.groups, margins, strict=False):
            alike &= (of == of[cell]) | ~(margin.is_printed[of] | margin.is_printed[of[cell]])
        alike[cell] = False
        alike = np.flatnonzero(alike)
        found = [self._stack(cell, alike, NOBODY, NOBODY)]
        if self.is_weighted and len(alike) >= 3:  # of different weights, which four balance better than two
            second, third, fourth = self.random.choice(alike, (3, FOURS))
            are_different = (second != third) & (third != fourth) & (second != fourth)
            found.append(self._stack(cell, second, third, fourth)[are_different])
        for table, neighbours in enumerate(self.neighbours):
            own = self.groups[table][cell]
            others = np.flatnonzero(neighbours[cell] != NOBODY)
            others = others[others != own]
            if not len(others):
                continue
            if self.is_weighted:
                found.append(self._stack(cell, neighbours[cell][others], NOBODY, NOBODY))
            back = self.members[table][own]
            back = self.random.choice(back, min(BACK_CELLS, len(back)), replace=False)
            back = back[back != cell]
            fourth = neighbours[back][:, others]
            row, column = np.nonzero(fourth != NOBODY)
            found.append(self._stack(cell, neighbours[cell][others][column], back[row], fourth[row, column]))
        return np.concatenate(found)

    @staticmethod
    def _stack(*cells: Ints | int) -> Ints:
        return np.stack(np.broadcast_arrays(*cells), axis=1)

    def _is_unseen(self, moves: Ints, step: int, deviations: Ints, margins: Sequence[Margins]) -> NDArray[np.bool_]:
        """Return which moves leave all that is printed as it is.

        Without weights all do: as many move up as down in each group that is printed.
        """
        is_unseen = np.ones(len(moves), bool)
        if not self.is_weighted:
            return is_unseen
        steps = step * SIGNS * (moves != NOBODY)
        weights = steps * self.weights[moves]
        weighted = deviations * self.weights
        for of, margin in zip([*self.groups, np.zeros(len(self.yes), int)], margins, strict=True):
            if not margin.is_printed.any():
                continue
            sums = np.bincount(of, weighted, len(margin.low))
            groups = np.where(steps != 0, of[moves], NOBODY)
            for place in range(4):
                group = groups[:, place]
                moved = sums[group] + (weights * (groups == group[:, None])).sum(axis=1)
                is_unseen &= ((moved >= margin.low[group]) & (moved <= margin.high[group])) | (group == NOBODY)
        return is_unseen
