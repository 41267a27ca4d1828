"""Protect the answers to a question, or to one item of it: whose counts of yes sums link."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from .codebook import TOTAL
from .ensemble import Bounded, Ensemble, TimeIsUp
from .exchange import Exchanges, Margins
from .knowledge import (
    TOTAL_TABLE,
    Cell,
    Counts,
    Size,
    SizeDeviations,
    Table,
    YesDeviations,
    bound_weighted_yes,
    group_rows,
    iterate_mean_weight_sums,
    iterate_sums,
    prints_same_percent,
)
from .pattern import Pattern
from .precision import PrintedDifference, PrintedRow, Sample, has_other_data_sets
from .sizes import TRUE_SIZES, SizeWitnesses
from .witness import SOLVER_MARGIN, UNCHANGED, Bounds, WitnessProblem

EXCHANGES = 6  # pairs of witnesses made by exchange, from which each reader is to be left with enough
MANY_UNSAFE = 0.2  # of the secret counts, for which the coarse method suppresses a whole table
MAX_SEARCH = 3.0  # seconds
EASY_CELLS = 24  # of weighted answers, among which the cheapest witnesses are found in time


class Component:
    """The rows of a question, or of one item of it, whose counts of yes are linked by sums."""

    def __init__(self, pattern: Pattern, rows: list[Counts], seconds: float) -> None:
        self.pattern, self.rows = pattern, rows
        self.seconds, self.begun = seconds, pattern.clock.spent  # for all of it
        self.sums = list(iterate_sums(rows))
        self.is_weighted = pattern.decimals is not None
        self.finest_sums = list(iterate_mean_weight_sums(rows))
        self.percents = self.finest_sums if self.is_weighted else []
        self.is_single_answer = rows[0].cell.question in pattern.single_answer
        # Without a crosstab each table divides everybody, into its groups.
        has_crosstab = any(row.cell.is_finest for row in rows)
        finest = [row for row in rows if row.cell.is_finest or not (has_crosstab or row.cell.table == TOTAL_TABLE)]
        parts = {whole.cell: of for whole, of in self.finest_sums}
        self.ensemble = Ensemble(finest or rows, parts, self.is_single_answer)
        self.proven: set[Cell] = set()  # safe by witnesses that are not in the ensemble
        self.exchanges = None if self.is_single_answer or not has_crosstab else self._make_exchanges()

    def protect(self, witnesses: Mapping[Size, SizeWitnesses]) -> None:
        """Suppress what protects the secret counts of yes; also a size, where too few people were asked."""
        self._agree_with_sizes(witnesses)
        done: set[Cell] = set()
        while True:
            if tiny := [row for row in self._list_secrets() if self._is_tiny(row) and row.cell not in done]:
                done.add(tiny[0].cell)
                if not self._protect_tiny(tiny[0], witnesses):
                    return
            elif unsafe := self._explore():
                for cell, width in unsafe.items():
                    if not self.ensemble.is_safe(cell, width):
                        printed = len(self._list_printed())
                        self._protect_row(self.pattern.rows[cell], width, witnesses)
                        if not self.pattern.clock.is_exact and len(self._list_printed()) < printed:
                            break  # what is no longer printed may protect the rest
            else:
                return

    def _list_secrets(self) -> list[Counts]:
        return [row for row in self.rows if self.pattern.is_secret(row)]

    def _list_printed(self) -> list[Counts]:
        return [row for row in self.rows if row.base and row.is_published and row.cell not in self.pattern.cells]

    def _is_tiny(self, row: Counts) -> bool:
        """Return whether so few answered that their number must differ too; those of a crosstab are known instead."""
        return row.cell.is_printable and row.base <= self.pattern.minimum

    def _list_targets(self) -> dict[Cell, int]:
        """Return the secret counts of yes, each with the width by which it must differ at the true sizes."""
        width = self.pattern.minimum + 1
        # A count that is never printed: of few people it is safe if it may be any number of them.
        return {
            row.cell: width if row.cell.is_printable else min(width, row.base)
            for row in self._list_secrets()
            if not self._is_tiny(row) and row.cell not in self.proven
        }

    def _agree_with_sizes(self, witnesses: Mapping[Size, SizeWitnesses]) -> None:
        """Suppress what does not agree with the witnesses of sizes: other sizes must allow answers, too."""
        for pair in witnesses.values():
            touches = any(sizes.get(row.base_size) for sizes in pair for row in self.rows)
            if touches and not self._suppress_for(pair):
                self._suppress_all()

    def _protect_tiny(self, row: Counts, witnesses: Mapping[Size, SizeWitnesses]) -> bool:
        """Protect the answers of few people. Return False if a size was suppressed for it, so that all begins anew."""
        if row.base_size not in witnesses:
            # So few people cannot differ by more than the minimum, unless their number may differ as well.
            self.pattern.suppress_sizes([row.base_size])
            return False
        if not self._suppress_with_sizes(row, witnesses):
            self._suppress_all()
        return True

    def _suppress_with_sizes(self, row: Counts, witnesses: Mapping[Size, SizeWitnesses]) -> bool:
        """Suppress what protects a count while its size differs; return False if nothing does."""
        sizes, width = witnesses.get(row.base_size), self.pattern.minimum + 1
        # If the size differs, that yes differs enough does not make no differ enough: each needs its own witnesses.
        return sizes is not None and all(self._suppress_for(sizes, row.cell, width, sign) for sign in (1, -1))

    def _protect_row(self, row: Counts, width: int, witnesses: Mapping[Size, SizeWitnesses]) -> None:
        """Suppress other rows until the count of yes of a row may differ by the width."""
        clock = self.pattern.clock
        clock.check()
        if clock.is_exact or not self.is_weighted or len(self.ensemble.yes) <= EASY_CELLS:
            if self._suppress_for(TRUE_SIZES, row.cell, width) and self.ensemble.is_safe(row.cell, width):
                return
            if row.cell.is_printable and self._suppress_with_sizes(row, witnesses):
                self.proven.add(row.cell)
                return
        if clock.is_exact:
            self._suppress_all()
        else:
            self._suppress_next(row.cell)

    def _explore(self) -> dict[Cell, int]:
        """Return the secret counts that are not protected by other data sets that print the same.

        None is left where nothing is printed.
        """
        clock = self.pattern.clock
        clock.check()
        if clock.is_over:
            self._suppress_all()
        while not clock.is_exact and self._count_tables() > 1 and len(self._list_printed()) >= self.pattern.crowded:
            self._suppress_last_table()
        while self._list_printed():
            targets = self._list_targets()
            unsafe = self._exchange(self.ensemble.list_unsafe(targets))
            if not self._is_hopeless(len(unsafe), len(targets)):
                try:
                    return self.ensemble.explore(unsafe, self._list_bounded(), clock, min(self.seconds / 2, MAX_SEARCH))
                except TimeIsUp:
                    return unsafe
            if self._count_tables() > 1:
                self.pattern.crowded = len(self._list_printed())
            self._suppress_last_table()
        return {}

    def _count_tables(self) -> int:
        return len({row.cell.table for row in self._list_printed()} - {TOTAL_TABLE})

    def _is_hopeless(self, unsafe: int, targets: int) -> bool:
        """Return whether the coarse method suppresses a whole table: for many weighted counts, or as its time is up."""
        if self.pattern.clock.is_exact or not self.is_weighted or not unsafe:
            return False
        is_late = self.pattern.clock.spent - self.begun > self.seconds
        return is_late or (self._count_tables() > 1 and unsafe > MANY_UNSAFE * targets)

    def find_revealing_precision(self, sample: Sample) -> tuple[set[Cell], set[Cell]]:
        """Return the rows whose standard error and limits might give a small stratum or cluster away.

        Then those of which the error of a difference might. Errors of differences are hidden first, then those of
        groups, last those of everybody. Of the answers to a single-answer question none is sought.
        """
        targets = {
            row.cell: min(self.pattern.minimum + 1, row.base)
            for row in self.rows
            if not row.cell.is_printable and row.cell.has_design and self.pattern.is_small(row)
        }
        printed = self._list_printed()
        if not targets or not printed:
            return set(), set()
        cells = {row.cell for row in printed}
        if self.is_single_answer or self.pattern.clock.is_over:
            return cells, cells
        profiles = [self.pattern.rows[cell] for cell in self.ensemble.places]
        rows = [PrintedRow(row, profiles, sample, self.ensemble.parts[row.cell]) for row in printed]
        groups = [tuple(of for table, of in cell.pairs if isinstance(table, str)) for cell in self.ensemble.places]
        numbers = {of: number for number, of in enumerate(dict.fromkeys(groups))}
        alike = np.array([numbers[of] for of in groups])
        everybody = {row.cell for row in printed if row.cell.table == TOTAL_TABLE}
        pairs = combinations([pair for pair in zip(printed, rows, strict=True) if pair[0].cell not in everybody], 2)
        differences = [PrintedDifference(a, b) for (one, a), (other, b) in pairs if one.cell.table == other.cell.table]
        for kept, compared in dict.fromkeys(
            [(frozenset(cells), tuple(differences)), (frozenset(cells), ()), (frozenset(everybody), ())]
        ):
            for row, printed_row in zip(printed, rows, strict=True):
                printed_row.show(row.cell in kept)
            if has_other_data_sets(self.ensemble, targets, [*rows, *compared], alike):
                return cells - kept, set() if compared else cells
        return cells, cells

    def _make_exchanges(self) -> Exchanges:
        """Return the finest cells by their groups in printed tables, strata and clusters."""
        cells = [dict(cell.pairs) for cell in self.ensemble.places]
        self.tables: list[Table] = [table for table in cells[0] if isinstance(table, str) or len(table or ()) == 1]
        codes: list[dict[object, int]] = [{} for _ in self.tables]
        groups = [
            np.array([code.setdefault(groups[table], len(code)) for groups in cells])
            for table, code in zip(self.tables, codes, strict=True)
        ]
        self.group_codes: dict[Table, dict[object, int]] = dict(zip(self.tables, codes, strict=True))
        return Exchanges(groups, self.ensemble.yes, self.ensemble.base, self.ensemble.weights)

    def _list_margins(self) -> list[Margins]:
        """Return what each table prints, and at last everybody's row, as bounds of weighted deviations."""
        everybody: dict[object, int] = {TOTAL: 0}
        margins = []
        for codes in [*self.group_codes.values(), everybody]:
            margins.append(Margins(np.full(len(codes), -np.inf), np.full(len(codes), np.inf)))
        places = {table: place for place, table in enumerate(self.tables)} | {TOTAL_TABLE: len(self.tables)}
        for row in self._list_printed():
            codes = self.group_codes.get(row.cell.table, everybody)
            low, high = self._bound_row(row)
            margin, group = margins[places[row.cell.table]], codes[row.cell.group]
            margin.low[group], margin.high[group] = low, high
        return margins

    def _bound_row(self, row: Counts) -> tuple[float, float]:
        """Return the bounds of the deviation of a printed row's weighted count of yes; the truth always keeps them."""
        if not self.is_weighted:
            return -SOLVER_MARGIN, SOLVER_MARGIN
        assert self.pattern.decimals is not None  # there are weights
        low, high = bound_weighted_yes(row, [], {}, self.pattern.decimals)
        margin = SOLVER_MARGIN * row.mean_weight
        return float(min(0, low * row.mean_weight + margin)), float(max(0, high * row.mean_weight - margin))

    def _exchange(self, targets: Mapping[Cell, int]) -> dict[Cell, int]:
        """Return the counts that no exchange of answers protects; those that it does stay protected."""
        if self.exchanges is None:
            return dict(targets)
        margins = self._list_margins()
        unsafe = {}
        clock = self.pattern.clock
        end = clock.spent + self.seconds / 2
        for cell, width in targets.items():
            if clock.spent > end and not clock.is_exact:
                unsafe[cell] = width
                continue
            witnesses = self.ensemble.start_anew()
            for _ in range(EXCHANGES):
                for sign in (1, -1):
                    clock.count_exchange()
                    deviations = self.exchanges.move(self.ensemble.parts[cell], sign, width, margins)
                    witnesses.append(self.ensemble.yes + deviations)
                if witnesses.is_safe(cell, width):
                    self.proven.add(cell)
                    break
            else:
                unsafe[cell] = width
        return unsafe

    def _list_bounded(self) -> list[Bounded]:
        """Return the sums of the finest counts of yes that what is printed bounds, in deviations from the truth."""
        bounded = []
        for whole, parts in self.finest_sums:
            places = self.ensemble.find_places(parts)
            if whole.cell in self.pattern.cells or not whole.base:
                continue
            if not self.is_weighted:
                bounded.append(Bounded(places, np.ones(len(places)), 0, 0))
                continue
            assert self.pattern.decimals is not None  # there are weights
            low, high = bound_weighted_yes(whole, [], {}, self.pattern.decimals)
            weights = np.array([float(row.mean_weight / whole.mean_weight) for row in parts])
            bounded.append(Bounded(places, weights, float(low), float(high)))
        totals: dict[Cell, NDArray[np.int64]] = {}
        for whole, parts in self.finest_sums:
            if whole.cell.table == TOTAL_TABLE:  # of several tables without a crosstab, all have the same
                second = self.ensemble.find_places(parts)
                first = totals.setdefault(whole.cell, second)
                if first is not second:
                    signs = np.concatenate([np.ones(len(first)), -np.ones(len(second))])
                    bounded.append(Bounded(np.concatenate([first, second]), signs, 0, 0))
        return bounded

    def _suppress_next(self, cell: Cell) -> None:
        """Suppress the smallest row of the table of a cell, or around a cell of several tables; else a whole table."""
        table, around = cell.table, set(cell.pairs)
        rows = [
            row
            for row in self._list_printed()
            if row.cell.table != TOTAL_TABLE and (row.cell.table == table or (row.cell.table, row.cell.group) in around)
        ]
        if rows:
            self.pattern.cells.add(min(rows, key=lambda row: row.base).cell)
        else:
            self._suppress_last_table()

    def _suppress_last_table(self) -> None:
        """Suppress the rows of the last table that has printed ones; that of everybody is the last to go."""
        printed = self._list_printed()
        tables = [row.cell.table for row in printed if row.cell.table != TOTAL_TABLE] or [TOTAL_TABLE]
        self.pattern.cells |= {row.cell for row in printed if row.cell.table == tables[-1]}

    def _suppress_all(self) -> None:
        """Publish no answer at all, where people are too few for witnesses."""
        self.pattern.cells |= {row.cell for row in self.rows}

    def _suppress_for(self, sizes: SizeWitnesses, target: Cell | None = None, width: int = 0, sign: int = 1) -> bool:
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
            if not self.is_weighted:
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
        if self.is_single_answer and any(witness.get(row.base_size) for witness in sizes for row in self.rows):
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
            is_free = self.is_weighted or row.cell in self.pattern.cells
            problem.add_count(row.cell, limits[row.cell], row.base, () if is_free else UNCHANGED)
        # Yes adds up; no then does too, for the sizes do.
        for whole, parts in self.sums:
            problem.add_equation({whole.cell: -1} | {row.cell: 1 for row in parts})
        if self.is_single_answer:
            for answers in group_rows(self.rows, lambda cell: (cell.table, cell.group)).values():
                size = max(answers, key=lambda row: row.base).base_size
                problem.add_equation({row.cell: 1 for row in answers}, [witness.get(size, 0) for witness in sizes])
        for number, (whole, parts) in enumerate(self.percents):
            if whole.cell not in self.pattern.cells:
                assert self.pattern.decimals is not None  # there are percents with weights only
                bounds = [bound_weighted_yes(whole, parts, witness, self.pattern.decimals) for witness in sizes]
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
        assert self.pattern.decimals is not None  # there are percents with weights only
        is_suppressed = whole.cell in self.pattern.cells
        return is_suppressed or prints_same_percent(whole, parts, answers, sizes, self.pattern.decimals)
