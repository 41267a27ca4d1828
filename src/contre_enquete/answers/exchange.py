"""Make witnesses by exchange: people of different groups exchange their answers, so that what is printed stays.

A person who said no moves up a count, and one who said yes moves down that of a cell of another group: if the cells are
alike in all other tables, these print the same. If the groups are printed too, two more people exchange back in another
place. These are the basic moves by which Diaconis and Sturmfels walk among all tables with the same margins, "Algebraic
algorithms for sampling from conditional distributions", Annals of Statistics 26 (1998). They are for answers without
weights, of which each count that is printed is known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .clock import Clock
from .ensemble import Ensemble
from .knowledge import Cell, TableName

EXCHANGES = 6  # pairs of witnesses for a count, from which each reader is to be left with enough
BACK_CELLS = 8  # of the cells to exchange back with, from which one is chosen
SIGNS = np.array([1, -1, -1, 1])
WAYS = (0, 1, 1, 0)  # of each cell of a move: with its sign, or against it
NOBODY = -1
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Exchanges:
    """The finest cells of one item, by their groups in printed tables, strata and clusters."""

    def __init__(self, ensemble: Ensemble, clock: Clock) -> None:
        self.ensemble, self.clock = ensemble, clock
        self.yes, self.base = ensemble.yes, ensemble.base
        cells = [dict(cell.pairs) for cell in ensemble.places]
        tables: list[TableName] = [table for table in cells[0] if isinstance(table, str) or len(table or ()) == 1]
        self.codes: dict[TableName, dict[object, int]] = {table: {} for table in tables}
        self.groups = [
            np.array([code.setdefault(of[table], len(code)) for of in cells]) for table, code in self.codes.items()
        ]
        sizes = tuple(len(code) for code in self.codes.values())
        self.members = [
            [np.flatnonzero(of == group) for group in range(size)] for of, size in zip(self.groups, sizes, strict=True)
        ]
        place = np.full(sizes, NOBODY)
        place[tuple(self.groups)] = np.arange(len(cells))
        self.neighbours = []  # of each cell, by table and group: the cell that differs from it by that group alone
        for table, size in enumerate(sizes):
            coordinates = [of[:, None] for of in self.groups]
            coordinates[table] = np.arange(size)[None, :]
            self.neighbours.append(np.broadcast_to(place[tuple(coordinates)], (len(cells), size)))
        self.random = np.random.default_rng(len(cells))

    def find_unsafe(self, targets: Mapping[Cell, int], printed: Collection[Cell], seconds: float) -> dict[Cell, int]:
        """Return the counts that no exchange of answers protects, each with the width by which it must differ.

        Time is limited for the coarse method only.
        """
        is_printed = [np.zeros(len(code), bool) for code in self.codes.values()]
        places = {table: place for place, table in enumerate(self.codes)}
        for cell in printed:
            if cell.table in places:
                is_printed[places[cell.table]][self.codes[cell.table][cell.group]] = True
        unsafe = {}
        end = self.clock.spent + seconds
        for cell, width in targets.items():
            is_late = self.clock.spent > end and not self.clock.is_exact
            if is_late or not self._has_witnesses(cell, width, is_printed):
                unsafe[cell] = width
        return unsafe

    def _has_witnesses(self, cell: Cell, width: int, printed: Sequence[Bools]) -> bool:
        """Return whether exchanges make a count differ by the width, for each reader."""
        witnesses = self.ensemble.start_anew()
        for _ in range(EXCHANGES):
            for sign in (1, -1):
                self.clock.count_exchange()
                witnesses.append(self.yes + self.move(self.ensemble.parts[cell], sign, width, printed))
            if witnesses.is_safe(cell, width):
                return True
        return False

    def move(self, target: Ints, sign: int, width: int, printed: Sequence[Bools]) -> Ints:
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
            moves = self._list_moves(int(self._draw(first)), printed)
            moves = moves[np.where(moves == NOBODY, False, is_target[moves]) @ SIGNS == 1]
            step = 0
            for keeps in (1, 0):
                most = np.array([room[way] - keeps * kept[way] for way in WAYS])
                limits = np.where(moves == NOBODY, width, most[np.arange(4), moves]).min(axis=1, initial=width)
                step = min(int(limits.max(initial=0)), width - moved)
                if step:
                    break
            if not step:
                break
            move = moves[self._draw(np.flatnonzero(limits >= step))]
            cells = move[move != NOBODY]
            deviations[cells] += sign * step * SIGNS[: len(cells)]
            moved += step
        return deviations

    def _list_moves(self, cell: int, printed: Sequence[Bools]) -> Ints:
        """Return exchanges that begin with a cell: it, the cell to exchange with, and two to exchange back, or none."""
        alike = np.ones(len(self.yes), bool)
        for of, is_printed in zip(self.groups, printed, strict=True):
            alike &= (of == of[cell]) | ~(is_printed[of] | is_printed[of[cell]])
        alike[cell] = False
        moves = [_stack(np.flatnonzero(alike), NOBODY, NOBODY)]
        for table, neighbours in enumerate(self.neighbours):
            own = self.groups[table][cell]
            others = np.flatnonzero(neighbours[cell] != NOBODY)
            others = others[others != own]
            if not len(others):
                continue
            back = self.members[table][own]
            if len(back) > BACK_CELLS:
                back = self.random.choice(back, BACK_CELLS, replace=False)
            back = back[back != cell]
            fourth = neighbours[back][:, others]
            row, column = np.nonzero(fourth != NOBODY)
            moves.append(_stack(neighbours[cell][others][column], back[row], fourth[row, column]))
        exchanges = np.concatenate(moves)
        exchanges[:, 0] = cell
        return exchanges

    def _draw(self, among: Ints) -> np.int64:
        return among[self.random.integers(len(among))]  # many times faster than `choice`


def _stack(partners: Ints, *back: Ints | int) -> Ints:
    """Return a row of four cells for each partner, of which the first is not written."""
    exchanges = np.empty((len(partners), 4), int)
    exchanges[:, 1] = partners
    for column, cells in enumerate(back, 2):
        exchanges[:, column] = cells
    return exchanges
