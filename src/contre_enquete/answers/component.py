"""Protect the answers to a question, or to one item of it: whose counts of yes sums link.

Witnesses are sought where they cost least first. Local search (with weights) and exchange (without) find those of
many counts and suppress nothing. For a count that has none then, the exact method finds the pair of witnesses that
suppresses least; the coarse method suppresses a row or a few, and begins again.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from .ensemble import Bounded, Ensemble, TimeIsUp
from .exchange import Exchanges
from .knowledge import (
    TOTAL_TABLE,
    Cell,
    Counts,
    Size,
    SizeDeviations,
    bound_weighted_yes,
    iterate_mean_weight_sums,
)
from .pattern import Pattern
from .programme import AnswerProblem
from .search import LocalSearch
from .sizes import TRUE_SIZES, SizeWitnesses

NO_DEVIATIONS: SizeDeviations = {}
MAX_SEARCH = 3.0  # seconds
SEARCHES = 3  # that the time of a component is enough for
FACTOR_UNITS = 2**36  # in a person: sums of such factors are exact, in any order, so that machines agree
TRIAL_SECONDS = 1.0  # for the witnesses of one row more
LAST_SECONDS = 0.3  # for the row of everybody, once the time is up, but no more than a share of it
SHARE_OF_LAST = 0.25
EASY_CELLS = 24  # of weighted answers, among which the cheapest witnesses are found in time
MANY_UNSAFE = 25  # secret counts without witnesses, for each of which the coarse method suppresses one more row


class Component:
    """The rows of a question, or of one item of it, whose counts of yes are linked by sums."""

    def __init__(self, pattern: Pattern, rows: list[Counts]) -> None:
        self.pattern, self.rows = pattern, rows
        self.seconds = self.end = 0.0  # of the clock, for all of it
        self.is_late = False
        self.finest_sums = list(iterate_mean_weight_sums(rows))
        # Without a crosstab each table divides everybody, into its groups.
        self.has_crosstab = any(row.cell.is_finest for row in rows)
        finest = [row for row in rows if row.cell.is_finest or not (self.has_crosstab or row.cell.table == TOTAL_TABLE)]
        parts = {whole.cell: of for whole, of in self.finest_sums}
        self.ensemble = Ensemble(finest or rows, parts, rows[0].cell.question in pattern.single_answer)
        self.problem = AnswerProblem(pattern, rows, self.ensemble)
        self.proven: set[Cell] = set()  # safe by witnesses that are not in the ensemble
        self.tried: set[Cell] = set()  # to protect, of few people
        self.agreed: set[Size] = set()  # of whose witnesses data sets print the same
        self.bounds: dict[tuple[int, frozenset[tuple[Size, int]]], tuple[NDArray[np.float64], float, float]] = {}
        can_exchange = self.has_crosstab and not pattern.is_weighted and not self.ensemble.is_single_answer
        self.exchanges = Exchanges(self.ensemble, pattern.clock) if can_exchange else None

    def protect(self, witnesses: Mapping[Size, SizeWitnesses], seconds: float) -> None:
        """Suppress what protects the secret counts of yes, in about so many seconds.

        Also a size, where too few people were asked. Called again, it keeps the witnesses that it has.
        """
        self.seconds, self.end = (
            seconds,
            self.pattern.clock.spent + seconds - min(LAST_SECONDS, SHARE_OF_LAST * seconds),
        )
        while True:
            if unsafe := self._find_unsafe():
                self._protect_unsafe(unsafe, witnesses)
            elif self.list_printed() and (sizes := witnesses.keys() - self.agreed):
                self._agree_with(next(size for size in witnesses if size in sizes), witnesses)
            elif tiny := [row for row in self._list_secrets() if self._is_tiny(row) and row.cell not in self.tried]:
                if not self._protect_tiny(tiny[0], witnesses):
                    return
                self.tried.add(tiny[0].cell)
            else:
                return

    def print_again(self, witnesses: Mapping[Size, SizeWitnesses], seconds: float) -> None:
        """Print again, one after the other, rows that hid more than need be, in about so many seconds.

        The largest come first. Each is printed only if all that is suppressed has witnesses that print it too.
        """
        end = self.pattern.clock.spent + seconds
        for row in sorted(self.list_unneeded(), key=lambda row: -row.base):
            left = end - self.pattern.clock.spent
            if left <= 0:
                return
            kept = self.ensemble.witnesses, self.ensemble.contradicted, self.proven
            self.pattern.cells.remove(row.cell)
            self.ensemble.drop_others(self._list_bounded())
            self.proven = set()
            if not self._has_witnesses(witnesses, min(left, TRIAL_SECONDS)):
                self.pattern.cells.add(row.cell)
                self.ensemble.witnesses, self.ensemble.contradicted, self.proven = kept

    def list_unneeded(self) -> list[Counts]:
        """Return the rows that are suppressed to protect others alone."""
        rows = [row for row in self.rows if row.base and row.is_published and row.cell in self.pattern.cells]
        return [row for row in rows if not self.pattern.is_small(row) and not self.pattern.is_unsized(row)]

    def _has_witnesses(self, witnesses: Mapping[Size, SizeWitnesses], seconds: float) -> bool:
        """Return whether all that is suppressed has witnesses, which are searched for anew; suppress nothing."""
        if self._search_witnesses(seconds):
            return False
        for pair in witnesses.values():
            touches = any(sizes.get(row.base_size) for sizes in pair for row in self.rows)
            if touches and not self._finds_data_sets(pair):
                return False
        return all(
            row.base_size in witnesses and self._finds_data_sets(witnesses[row.base_size], row, sign)
            for row in self._list_secrets()
            if self._is_tiny(row)
            for sign in (1, -1)
        )

    def list_printed(self) -> list[Counts]:
        """Return the rows whose percent is printed."""
        return [row for row in self.rows if row.base and row.is_published and row.cell not in self.pattern.cells]

    def count_secrets(self) -> int:
        """Return how many counts of yes must be protected."""
        return len(self._list_secrets())

    def _list_secrets(self) -> list[Counts]:
        return [row for row in self.rows if self.pattern.is_secret(row)]

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

    def _agree_with(self, size: Size, witnesses: Mapping[Size, SizeWitnesses]) -> None:
        """Suppress what does not agree with the witnesses of a size: other sizes must allow answers, too."""
        self.agreed.add(size)
        pair = witnesses[size]
        touches = any(sizes.get(row.base_size) for sizes in pair for row in self.rows)
        if touches and not self._finds_data_sets(pair) and not self.problem.suppress_for(pair):
            self._suppress_all()

    def _finds_data_sets(self, pair: SizeWitnesses, target: Counts | None = None, sign: int = 1) -> bool:
        """Return whether local search finds data sets of the sizes of both witnesses that print the same.

        In the first, the target's count of yes is higher than in the second, by more than the minimum; with a sign of
        -1, its count of no.
        """
        if not (self.pattern.is_weighted and self.has_crosstab) or self.ensemble.is_single_answer:
            return False
        aims = [0, 0] if target is None else self._choose_aims(pair, target, sign)
        for sizes, aim in zip(pair, aims, strict=True):
            resized = self.ensemble.resize(sizes, target.cell if target else None)
            bounded = self._list_bounded(sizes, resized.yes - self.ensemble.yes)
            if target is not None:
                places = self.ensemble.parts[target.cell]
                left = aim - int(resized.yes[places].sum())
                bounded.append(Bounded(places, np.ones(len(places)), left - 0.5, left + 0.5))
            if not LocalSearch(resized, bounded, self.pattern.clock).finds_data_set():
                return False
        return True

    def _choose_aims(self, pair: SizeWitnesses, target: Counts, sign: int) -> list[int]:
        """Return two counts of yes of the target, as far apart as they must be and near its share of yes."""
        width = self.pattern.minimum + 1
        first, second = (target.base + sizes.get(target.base_size, 0) for sizes in pair)
        answers = target.yes if sign > 0 else target.no
        least = max(0, min(second, first - width, round(answers / target.base * (first - width))))
        return [least + width, least] if sign > 0 else [first - least - width, second - least]

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
        return sizes is not None and all(
            self._finds_data_sets(sizes, row, sign) or self.problem.suppress_for(sizes, row.cell, width, sign)
            for sign in (1, -1)
        )

    def _find_unsafe(self) -> dict[Cell, int]:
        """Return the secret counts for which no witnesses are found that print the same, with their widths.

        Where nothing is printed, none is unsafe.
        """
        clock = self.pattern.clock
        clock.check()
        if clock.spent >= self.end and not clock.is_exact:
            self._suppress_groups()
        return self._search_witnesses(self.seconds / SEARCHES) if self.list_printed() else {}

    def _search_witnesses(self, seconds: float) -> dict[Cell, int]:
        """Search for witnesses that print the same; return the secret counts that have none, with their widths."""
        clock = self.pattern.clock
        targets = self.ensemble.list_unsafe(self._list_targets())
        bounded = self._list_bounded()
        if self.exchanges is not None:
            printed = [row.cell for row in self.list_printed()]
            unsafe = self.exchanges.find_unsafe(targets, printed, seconds)
            self.proven |= targets.keys() - unsafe.keys()
        elif self.has_crosstab and self.pattern.is_weighted:
            unsafe = LocalSearch(self.ensemble, bounded, clock).add_witnesses(targets, seconds)
        else:
            unsafe = targets
        if self.has_crosstab and self.pattern.is_weighted and len(self.ensemble.yes) > EASY_CELLS:
            return unsafe  # a vertex among so many weights takes too long
        try:
            return self.ensemble.explore(unsafe, bounded, clock, min(seconds, MAX_SEARCH))
        except TimeIsUp:
            return unsafe

    def _protect_unsafe(self, unsafe: Mapping[Cell, int], witnesses: Mapping[Size, SizeWitnesses]) -> None:
        """Suppress rows until counts without witnesses have some; the coarse method suppresses a few rows at a time."""
        clock = self.pattern.clock
        if clock.is_exact or not self.pattern.is_weighted or len(self.ensemble.yes) <= EASY_CELLS:
            printed = len(self.list_printed())
            for cell, width in unsafe.items():
                if self.ensemble.is_safe(cell, width):
                    continue
                if not clock.is_exact and clock.spent >= self.end:
                    return  # what is left is suppressed at once
                if not self._suppress_cheapest(self.pattern.rows[cell], width, witnesses):
                    self._suppress_around({cell: width})
                if not clock.is_exact and len(self.list_printed()) < printed:
                    return  # what is no longer printed may protect the rest
        else:
            self._suppress_around(unsafe)

    def _suppress_cheapest(self, row: Counts, width: int, witnesses: Mapping[Size, SizeWitnesses]) -> bool:
        """Suppress the rows that the cheapest pair of witnesses changes; return False if no pair is found."""
        self.pattern.clock.check()
        if self.problem.suppress_for(TRUE_SIZES, row.cell, width) and self.ensemble.is_safe(row.cell, width):
            return True
        if row.cell.is_printable and self._suppress_with_sizes(row, witnesses):
            self.proven.add(row.cell)
            return True
        return False

    def _suppress_around(self, unsafe: Mapping[Cell, int]) -> None:
        """Suppress the rows of groups that hold most of the counts without witnesses; the smallest, of as many.

        The row of everybody is the last to go. They are few at a time, but more in the second half of the time, in
        which as large a share of them goes as has passed.
        """
        printed = self.list_printed()
        rows = [row for row in printed if row.cell.table != TOTAL_TABLE] or printed
        people = Counter(place for cell in unsafe for place in self.ensemble.parts[cell].tolist())
        held = {row.cell: sum(people[place] for place in self.ensemble.parts[row.cell].tolist()) for row in rows}
        rows.sort(key=lambda row: (-held[row.cell], row.base))
        left = (self.end - self.pattern.clock.spent) / self.seconds if self.seconds else 0.0
        kept = math.floor(len(rows) * max(0.0, min(1.0, 2 * left)))
        self.pattern.cells |= {row.cell for row in rows[: max(1 + len(unsafe) // MANY_UNSAFE, len(rows) - kept)]}

    def _suppress_groups(self) -> None:
        """Suppress all but the row of everybody, for which there is a little time left; or that too, later on."""
        groups = {row.cell for row in self.list_printed() if row.cell.table != TOTAL_TABLE}
        if not groups and self.is_late:
            self._suppress_all()
        self.is_late = True
        self.pattern.cells |= groups
        self.seconds, self.end = LAST_SECONDS, self.pattern.clock.spent + LAST_SECONDS

    def _suppress_all(self) -> None:
        """Publish no answer at all, where people are too few for witnesses."""
        self.pattern.cells |= {row.cell for row in self.rows}

    def _bound_weighted(self, number: int, sizes: SizeDeviations) -> tuple[NDArray[np.float64], float, float]:
        """Return the weights of the parts of a printed percent, and its bounds; they are kept, since they take long."""
        key = number, frozenset(sizes.items())
        if key not in self.bounds:
            whole, parts = self.finest_sums[number]
            low, high = (float(end) for end in bound_weighted_yes(whole, parts, sizes))
            weights = np.array(
                [round(row.mean_weight / whole.mean_weight * FACTOR_UNITS) / FACTOR_UNITS for row in parts]
            )
            self.bounds[key] = weights, low, high
        return self.bounds[key]

    def _list_bounded(
        self, sizes: SizeDeviations = NO_DEVIATIONS, start: NDArray[np.int64] | None = None
    ) -> list[Bounded]:
        """Return the sums of the finest counts of yes that what is printed bounds, in deviations from the truth.

        With other sizes, in deviations from a start, which is given by its own deviations from the truth.
        """
        bounded = []
        for number, (whole, parts) in enumerate(self.finest_sums):
            if whole.cell in self.pattern.cells or not whole.base:
                continue
            places = self.ensemble.find_places(parts)
            if not self.pattern.is_weighted:
                bounded.append(Bounded(places, np.ones(len(places)), 0, 0))
                continue
            weights, low, high = self._bound_weighted(number, sizes)
            moved = 0.0 if start is None else float(weights @ start[places])
            bounded.append(Bounded(places, weights, low - moved, high - moved))
        # Of several tables without a crosstab, all have the same total.
        totals: dict[Cell, NDArray[np.int64]] = {}
        for whole, parts in self.finest_sums:
            if whole.cell.table == TOTAL_TABLE:
                second = self.ensemble.find_places(parts)
                first = totals.setdefault(whole.cell, second)
                if first is not second:
                    signs = np.concatenate([np.ones(len(first)), -np.ones(len(second))])
                    bounded.append(Bounded(np.concatenate([first, second]), signs, 0, 0))
        return bounded
