"""Choose which cells of a table of answers to suppress, so that nobody learns what a few people answered.

Cell suppression, as in Hundepool et al., *Statistical Disclosure Control* (2012), chapter 4. A *small cell*, of which
fewer people than the minimum said yes, said no or were asked, is suppressed first (primary suppression); zeros too,
since 0 % and 100 % reveal what each person of a group answered. Other cells follow so that a small one cannot be
computed from sums (secondary suppression). `knowledge` lists what the reader is taken to know; each suppressed count is
proven safe by two witnesses (`witness`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Integral

import numpy as np
import pandas as pd

from .codebook import TOTAL
from .knowledge import (
    CROSSTAB,
    TOTAL_TABLE,
    Cell,
    Counts,
    Size,
    SizeDeviations,
    YesDeviations,
    add_remainders,
    bound_weighted_yes,
    check_crosstab,
    find_linked_sizes,
    group_rows,
    is_weighted,
    iterate_cells,
    iterate_mean_weight_sums,
    iterate_sums,
    prints_same_percent,
    read_counts,
    read_crosstab,
)
from .witness import UNCHANGED, Bounds, WitnessProblem

FIGURE_COLUMNS = ["n", "weighted_n", "percent", "precision"]
SizeWitnesses = tuple[SizeDeviations, SizeDeviations]
TRUE_SIZES: SizeWitnesses = ({}, {})


def suppress(
    cells: pd.DataFrame,
    minimum: int = 10,
    *,
    single_answer: Collection[str] = (),
    decimals: int = 0,
    simple_sample: bool = False,
    crosstab: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return which figures of a table of answers must be suppressed, and why.

    Parameters
    ----------
    cells
        One row for each question, item and group: `table` (what groups people), `question`, `item`, `group`; `yes` and
        `base`, the unweighted counts of people who gave the answer and who gave any; `people`, the size of the group,
        if that is published too. The groups of a table have nobody in common. The group "total" is everybody; its rows
        are those of all tables, however often they are given. If answers are weighted, `weighted_yes` and
        `weighted_base` (ints or Fractions, in any unit).
    minimum
        The fewest people of whom a figure may tell; at least 1.
    single_answer
        The questions to which each person gives one answer.
    decimals
        Of the weighted percents that are printed. With weights, no counts of yes are printed.
    simple_sample
        Whether standard errors and limits follow from n and percent alone. If not, those of everybody and of the groups
        of other tables are suppressed where the percent of a group is, since they may give it back.
    crosstab
        One row for each question, item and set of people who are in the same group of each table: `question`, `item`,
        `yes`, `base`, `people`, weighted counts if there are any, and for each table a column with the group, None for
        people in none. Cells of nobody may be left out. Without a crosstab, each group of a table is taken to have
        people in common with each group of another.

    Returns
    -------
    DataFrame
        With the index of `cells`, a column `suppressed` ("", "primary" or "secondary") and, True if suppressed, `n`
        (base and people), `weighted_n`, `percent` and `precision` (standard error and limits). What else reveals n,
        such as missing answers or degrees of freedom, must be suppressed with it.

    Raises
    ------
    ValueError
        For counts that are impossible or contradict each other; it names the cell and no count.

    Notes
    -----
    The pattern of suppressions is found step by step, each step as Fischetti and Salazar (Management Science 47, 2001)
    find the whole: it is safe, but may be larger than the smallest one.

    Examples
    --------
    Few of the small group said yes. The other group's percent is suppressed too, or subtraction would give it back.

    >>> import pandas as pd
    >>> cells = pd.DataFrame(
    ...     [("size", "tools", "email", "small", 4, 50),
    ...      ("size", "tools", "email", "large", 40, 150),
    ...      ("", "tools", "email", "total", 44, 200)],
    ...     columns=["table", "question", "item", "group", "yes", "base"],
    ... )
    >>> suppress(cells).assign(group=cells["group"])[["group", "suppressed", "n", "percent"]]
       group suppressed      n  percent
    0  small    primary  False     True
    1  large  secondary  False     True
    2  total  secondary  False    False
    """
    if isinstance(minimum, bool) or not isinstance(minimum, Integral) or minimum < 1:
        raise ValueError(f"minimum: found {minimum!r}; expected a whole number of at least 1")
    rows = read_counts(cells)
    weighted = is_weighted(cells)
    cross_rows = {} if crosstab is None else read_crosstab(crosstab, weighted)
    completed = add_remainders(rows | cross_rows, single_answer)
    check_crosstab(completed)
    pattern = _Pattern(completed, set(single_answer), int(minimum), decimals if weighted else None)
    pattern.suppress()
    exposed = pattern.find_exposed_tables()
    flags = []
    for cell in iterate_cells(cells):
        everybody = rows[Cell(TOTAL_TABLE, cell.question, cell.item, TOTAL)]
        percents, sizes = exposed[cell.question, cell.item]
        # What is known of everybody is known of all groups of any table together: a row that has everybody's people is
        # exposed by its own table too, another row by the other tables only.
        own = set() if rows[cell].base == everybody.base else {cell.table}
        flags.append(_flag(rows[cell], pattern, not simple_sample and bool(percents - own), bool(sizes - own)))
    return pd.DataFrame(flags, cells.index, ["suppressed", *FIGURE_COLUMNS]).astype(
        {"suppressed": object} | dict.fromkeys(FIGURE_COLUMNS, bool)
    )


def _flag(
    row: Counts, pattern: _Pattern, has_exposed_percents: bool, has_exposed_sizes: bool
) -> tuple[str, bool, bool, bool, bool]:
    """Return the reason of a row's suppressions, and which of its figures are suppressed."""
    n, percent = pattern.is_unsized(row), row.cell in pattern.cells
    # A sum of weights, over groups whose mean weights are known, gives a suppressed size of another table back; a
    # standard error, which depends on how people are spread over strata, may give a suppressed percent back.
    weighted_n = n or (pattern.decimals is not None and has_exposed_sizes)
    precision = percent or has_exposed_percents
    is_suppressed = n or weighted_n or percent or precision
    reason = "primary" if pattern.is_small(row) else "secondary" if is_suppressed else ""
    return reason, n, weighted_n, percent, precision


@dataclass
class _Pattern:
    """The suppression pattern so far, which only grows."""

    rows: dict[Cell, Counts]
    single_answer: set[str]
    minimum: int
    decimals: int | None  # of weighted percents; None without weights
    cells: set[Cell] = field(default_factory=set)  # whose count of yes and percent are suppressed
    sizes: set[Size] = field(default_factory=set)  # that are suppressed

    def suppress(self) -> None:
        """Add the primary suppressions, then secondary ones until each suppressed count is protected."""
        rows = self.rows.values()
        self.cells |= {cell for cell, row in self.rows.items() if self.is_small(row) or not row.is_published}
        self.sizes |= {row.base_size for row in rows if 0 < row.base < self.minimum}
        self.sizes |= {row.group_size for row in rows if 0 < row.people < self.minimum}
        components = group_rows(rows, self.component_key).values()
        before = -1
        # To protect an answer may take the suppression of a size, which is then to be protected in its turn.
        while len(self.sizes) > before:
            before = len(self.sizes)
            witnesses = _protect_sizes(self)
            for component in components:
                _Component(self, component).protect(witnesses)

    def component_key(self, cell: Cell) -> tuple[str | None, ...]:
        """Return the key of the cells whose counts of yes sums link, once sizes are known.

        All items of a single-answer question; else one item, since nothing links what people say of two items.
        """
        return (cell.question,) if cell.question in self.single_answer else (cell.question, cell.item)

    def is_small(self, row: Counts) -> bool:
        """Return whether too few people said yes or no; where nobody was asked there is nobody to protect."""
        return row.base > 0 and min(row.yes, row.no) < self.minimum

    def is_secret(self, row: Counts) -> bool:
        """Return whether the count of yes must be protected; that of a large remainder is unprinted, but no secret."""
        return row.base > 0 and row.cell in self.cells and (row.is_published or self.is_small(row))

    def is_unsized(self, row: Counts) -> bool:
        """Return whether the size of the base or of the group is suppressed."""
        return row.base_size in self.sizes or row.group_size in self.sizes

    def find_exposed_tables(self) -> dict[tuple[str, str | None], tuple[set[str | None], set[str | None]]]:
        """Return, by question and item, the tables with a suppressed percent of a group, and with a suppressed size."""
        exposed: dict[tuple[str, str | None], tuple[set[str | None], set[str | None]]]
        exposed = defaultdict(lambda: (set(), set()))
        for (table, question, item, _), row in self.rows.items():
            percents, sizes = exposed[question, item]
            if self.is_secret(row) and table not in (TOTAL_TABLE, CROSSTAB):
                percents.add(table)
            if self.is_unsized(row) and table != TOTAL_TABLE:
                sizes.add(table)
        return exposed

    def suppress_sizes(self, sizes: Iterable[Size]) -> None:
        """Suppress sizes, and the counts of yes of all rows that have them."""
        self.sizes |= set(sizes)
        self.cells |= {cell for cell, row in self.rows.items() if self.is_unsized(row)}


def _protect_sizes(pattern: _Pattern) -> dict[Size, SizeWitnesses]:
    """Protect the suppressed sizes, and return the two witnesses of each."""
    rows = pattern.rows.values()
    cost: dict[Size, int] = defaultdict(int)  # the people in figures that go if a size is suppressed
    for row in rows:
        cost[row.base_size] += row.base
        cost[row.group_size] += row.base
    least = _count_known_people(pattern)
    sums = {
        (getattr(whole, kind), tuple(getattr(part, kind) for part in parts)): None
        for whole, parts in iterate_sums(rows)
        for kind in ("base_size", "group_size")
    }
    absent = {(row.base_size, row.group_size): row.people - row.base for row in rows if row.people > row.base}

    def find_witnesses(target: Size, may_be_alone: bool) -> Sequence[SizeDeviations] | None:
        problem = WitnessProblem()
        for size in cost:
            # The reader may be the only person of a group, and then knows its size.
            is_alone = size.people == 1 and size.table is not CROSSTAB and size != target
            # No witness needs more: the target differs by minimum + 1, and a size that makes up for it in several
            # sums by a few times that. More room would only slow the solver; less could only miss witnesses.
            room = 0 if not size.people or (may_be_alone and is_alone) else 4 * (pattern.minimum + 1)
            # No smaller than the people whom readers in the group know to be there.
            limits = (max(least[size] - size.people, -room), room)
            problem.add_count(size, [limits] * 2, cost[size], () if size in pattern.sizes else UNCHANGED)
        for whole, parts in sums:
            problem.add_equation({whole: -1} | dict.fromkeys(parts, 1))
        # The people of a group are those who answered and those who did not, of whom there are not fewer than none.
        for (base, group), people in absent.items():
            problem.add_count((base, group), [(-people, np.inf)] * 2, 0)
            problem.add_equation({base: 1, (base, group): 1, group: -1})
        # More than the minimum, so that at least minimum + 1 values remain possible.
        return problem.solve(target, pattern.minimum + 1)

    found: dict[Size, SizeWitnesses] = {}
    while left := [size for size in cost if size.people and size in pattern.sizes and size not in found]:
        size = left[0]
        witnesses = find_witnesses(size, size.table is not CROSSTAB)
        if witnesses is None:
            # Too few people for any doubt: suppress every size that sums link to this one, so that nothing is
            # published of them, and each person alone in a group may stay unknown.
            pattern.suppress_sizes(find_linked_sizes(size, sums))
            witnesses = find_witnesses(size, False) or TRUE_SIZES
        found[size] = (witnesses[0], witnesses[1])
        pattern.suppress_sizes(other for witness in witnesses for other, by in witness.items() if by and other in cost)
    return found


def _count_known_people(pattern: _Pattern) -> dict[Size, int]:
    """Return how many people of each base readers know to be there: whoever gave an answer, one for each answer."""
    known: dict[Size, int] = defaultdict(int)
    rows = pattern.rows.values()
    for parts in group_rows(rows, lambda cell: (*pattern.component_key(cell), cell.table, cell.group)).values():
        # Of an item alone, yes and no are two answers; of a single-answer question, each item is one.
        answers = sum(row.own_yes for row in parts) + (0 if len(parts) > 1 else parts[0].own_no)
        known[parts[0].base_size] = max(known[parts[0].base_size], answers)
    return known


class _Component:
    """The rows of a question, or of one item of it, whose counts of yes are linked by sums."""

    def __init__(self, pattern: _Pattern, rows: list[Counts]) -> None:
        self.pattern, self.rows = pattern, rows
        self.sums = list(iterate_sums(rows))
        self.is_weighted = pattern.decimals is not None
        self.percents = list(iterate_mean_weight_sums(rows)) if self.is_weighted else []
        self.is_single_answer = rows[0].cell.question in pattern.single_answer
        self.spans: dict[Cell, tuple[int, int]] = {}  # of the deviations in witnesses so far that change no size

    def protect(self, witnesses: dict[Size, SizeWitnesses]) -> None:
        """Suppress what protects the secret counts of yes; also a size, where too few people were asked."""
        self._agree_with_sizes(witnesses)
        done: set[Cell] = set()
        while left := [row for row in self.rows if self.pattern.is_secret(row) and row.cell not in done]:
            done.add(left[0].cell)
            if not self._protect_row(left[0], witnesses):
                return

    def _agree_with_sizes(self, witnesses: dict[Size, SizeWitnesses]) -> None:
        """Suppress what does not agree with the witnesses of sizes: other sizes must allow answers, too."""
        for size, pair in witnesses.items():
            if size.table is CROSSTAB:
                continue  # its answers are protected whatever their number
            touches = any(sizes.get(row.base_size) for sizes in pair for row in self.rows)
            if touches and not self._suppress_for(pair):
                self._suppress_all()

    def _protect_row(self, row: Counts, witnesses: dict[Size, SizeWitnesses]) -> bool:
        """Protect the count of yes of a row. Return False if a size was suppressed for it, so that all begins anew."""
        minimum, is_crosstab = self.pattern.minimum, row.cell.table is CROSSTAB
        # A count of the crosstab is never printed: of few people it is safe if it may be any number of them.
        width = min(minimum + 1, row.base) if is_crosstab else minimum + 1
        low, high = self.spans.get(row.cell, (0, 0))
        if high - low >= width or self._suppress_for(TRUE_SIZES, row.cell, width):
            return True
        sizes = None if is_crosstab else witnesses.get(row.base_size)
        if not is_crosstab and not sizes and row.base <= minimum:
            # So few people cannot differ by more than the minimum, unless their number may differ as well.
            self.pattern.suppress_sizes([row.base_size])
            return False
        # If the size differs, that yes differs enough does not make no differ enough: each needs its own witnesses.
        if not sizes or not all(self._suppress_for(sizes, row.cell, width, sign) for sign in (1, -1)):
            self._suppress_all()
        return True

    def _suppress_all(self) -> None:
        """Publish no answer at all, where people are too few for witnesses."""
        self.pattern.cells |= {row.cell for row in self.rows}

    def _suppress_for(self, sizes: SizeWitnesses, target: Cell | None = None, width: int = 0, sign: int = 1) -> bool:
        """Suppress the figures that the cheapest pair of witnesses changes; return False if there is none.

        In the first witness the count of yes of the target is higher by the width than in the second; with a sign of
        -1, its count of no. The sizes of both witnesses are given.
        """
        limits = {row.cell: self._limit(row, sizes, target) for row in self.rows}
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
                self._widen_spans(answers)
            if not self.is_weighted:
                self.pattern.cells |= {row.cell for row in self.rows if answers[row.cell]}
            self.pattern.cells |= {
                whole.cell
                for whole, parts in self.percents
                if not self._prints_same(whole, parts, answers, changed_sizes)
            }
        return True

    def _limit(self, row: Counts, sizes: SizeWitnesses, target: Cell | None) -> list[Bounds]:
        """Return the limits of a row's deviation in each witness: counts of yes and of no are no less than known.

        A reader who gave an answer knows of one person who did. Only of the target's own group does that not count:
        its people learn one answer, which is their own.
        """
        is_own = target is not None and row.base_size == self.pattern.rows[target].base_size
        own_yes, own_no = (0, 0) if is_own else (row.own_yes, row.own_no)
        return [(own_yes - row.yes, row.no + witness.get(row.base_size, 0) - own_no) for witness in sizes]

    def _widen_spans(self, answers: YesDeviations) -> None:
        """Remember how far a witness moves each count for which it is a witness as well.

        So it is if it contradicts no reader, or only readers in the count's own group.
        """
        contradicted = {
            row.base_size for row in self.rows if not row.own_yes - row.yes <= answers[row.cell] <= row.no - row.own_no
        }
        for row in self.rows:
            if contradicted <= {row.base_size}:
                low, high = self.spans.get(row.cell, (0, 0))
                self.spans[row.cell] = (min(low, answers[row.cell]), max(high, answers[row.cell]))

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
        problem = WitnessProblem()
        for row in self.rows:
            # Without weights the reader knows the count of yes of a published row; with weights its percent bounds it.
            is_free = self.is_weighted or row.cell in self.pattern.cells
            problem.add_count(row.cell, limits[row.cell], row.base, () if is_free else UNCHANGED)
        # Yes adds up; no then does too, for the sizes do.
        for whole, parts in self.sums:
            problem.add_equation({whole.cell: -1} | {row.cell: 1 for row in parts})
        if self.is_single_answer:
            for answers in group_rows(self.rows, lambda cell: (cell.table, cell.group)).values():
                size = answers[0].base_size
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
