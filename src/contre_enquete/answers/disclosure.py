"""Withhold the figures of a table of answers that would tell what a few people answered.

A count of yes, of no or of people asked that is under the minimum is withheld (primary); zeros too, since 0 % and 100 %
tell what each person of a group answered. Others are withheld so that it cannot be had back (secondary).

Each withheld count is proven safe by two witnesses: two tables of whole counts that both print every published figure as
it is, and between which the count differs by more than the minimum. Witnesses are found by mixed-integer programming
(HiGHS), at the least people in figures withheld for them, after Fischetti and Salazar, "Solving the Cell Suppression
Problem on Tabular Data with Linear Constraints", Management Science 47 (2001); whether they print the same is
then reckoned exactly, so that no tolerance of the solver counts. Withholding more leaves earlier witnesses valid.

What the reader of the table is taken to know, beyond what is printed:

- of each published figure, without weights, the counts of yes and of no themselves, whatever is printed of them;
- that the groups of a table make up everybody, and the answers of a single-answer question all who were asked, with those
  not tabulated as one more group or answer, which is never printed and is protected as if withheld;
- which counts of people asked are equal: where as many of a group answered two questions, they are the same people;
- of tables of the same answers, how many are in the same group of each, and that some groups share nobody, as one within
  another. What few of these answered is never printed, and is a secret too: it may differ by more than the minimum or, of
  fewer people, be any number of them. How few they are is a secret where numbers of people alone would tell;
- one person's own answers, whoever that is: of other groups the reader then learns no more, of that group one answer;
- how many answered in each group, to learn the answers of one where more than the minimum did;
- with weights, the mean weight of each group, or of those who are in the same group of each table, which each of their
  answers is taken to have: of each row what its printed percent allows. The counts of yes must then not be printed, for a
  count and a weighted percent tell together what neither does.

Not covered: who knows the weight of each person; several people who tell each other their answers; questions asked only of
those who said yes to another; what the standard error of a group tells of how its people are spread over another table, of
which nothing is withheld; and who reasons about why a figure was chosen. Do not publish the reason: "primary" tells that a count is
under the minimum. Tables of the same answers must be given together: two calls do not know of each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from numbers import Integral
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd

FIGURES = ["n", "weighted_n", "percent", "precision"]
CELL = ["table", "question", "item", "group"]
WEIGHTED = ["weighted_yes", "weighted_base"]
EVERYBODY = ""  # the table of the total, which all tables share
CROSSED = None  # the table of all tables at once, which is never printed
MARGIN = 1e-6  # in people, by which the solver stays within what is published
Key = TypeVar("Key", bound=Hashable)
Place = tuple[str | None, Any]  # a table and a group of it
Group = str | tuple[Place, ...] | None  # of a table, or those of each of them
OTHER = None  # the group of those in no group, and the answer of those whose answer is not tabulated


class Cell(NamedTuple):
    table: str | None
    question: str
    item: str | None
    group: Group


class Base(NamedTuple):
    """How many of a group answered, or are in it: one count, for however many items."""

    table: str | None
    group: Group
    size: int


@dataclass(frozen=True)
class Counts:
    cell: Cell
    yes: int
    base: int
    people: int
    weighted_yes: Fraction
    weighted_base: Fraction
    published: bool = True

    @property
    def no(self) -> int:
        return self.base - self.yes

    @property
    def asked(self) -> Base:
        return Base(self.cell.table, self.cell.group, self.base)

    @property
    def present(self) -> Base:
        return Base(self.cell.table, self.cell.group, self.people)

    @property
    def weight(self) -> Fraction:
        return self.weighted_base / self.base if self.base else Fraction(1)

    @property
    def known_yes(self) -> int:
        """How many said yes, to the knowledge of one who did."""
        return min(1, self.yes)

    @property
    def known_no(self) -> int:
        return min(1, self.no)


Bases = dict[Base, int]  # by how much each differs from the truth
Deviations = dict[Cell, int]
Limits = dict[Cell, list[tuple[int, int]]]  # of the deviations in either witness


def suppress(
    cells: pd.DataFrame,
    minimum: int = 10,
    *,
    single: Collection[str] = (),
    total: str = "total",
    decimals: int = 0,
    simple: bool = False,
    crossed: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return which figures of a table of answers must be withheld, and why.

    `cells` has one row for each figure: `table` (what groups it), `question`, `item`, `group`, `yes` and `base`, the
    unweighted counts of those who gave the answer and of those who gave any, and `people`, of those in the group, if
    that is published too. The groups of a table
    share nobody; rows of the group `total` count everybody and are those of all tables, however often they are given.
    `weighted_yes` and `weighted_base` (ints or Fractions, in any unit) are there if answers are weighted. The
    questions in `single` let each person give one answer. Weighted percents are printed with `decimals`, and no counts of yes. With
    `simple`, standard errors and limits follow from n and percent alone, as in a simple random sample; otherwise those
    of everybody, and of the groups of other tables, are withheld where a group's percent is, since they may give it back.

    `crossed` has one row for each figure of those who are in the same group of each table: `question`, `item`, `yes`, `base`
    and `people`, weights if there are any, and for each table a column with the group, None for those who are in none. It need
    not have who is nobody.
    Without it each group of a table is taken to share people with each of another.

    The result has the index of `cells`, a column `suppressed` ("", "primary" or "secondary") and, True if withheld,
    `n` (base and people), `weighted_n`, `percent` and `precision` (standard error and limits). What else tells n, such
    as missing answers or degrees of freedom, must be withheld with it.

    Raises ValueError for counts that are none or contradict each other; it names the cell and no count.
    """
    if isinstance(minimum, bool) or not isinstance(minimum, Integral) or minimum < 1:
        raise ValueError(f"minimum: found {minimum!r}; expected a whole number of at least 1")
    weighted = set(WEIGHTED) <= set(cells.columns)
    rows = _read(cells, total, weighted)
    crossing = {} if crossed is None else _read_crossed(crossed, WEIGHTED if weighted else ["yes", "base"])
    completed = _completed(rows | crossing, single)
    _check_crossed(completed)
    work = _Suppression(completed, set(single), int(minimum), decimals if weighted else None)
    work.run()
    # The tables, by question and item, of which the percent of a group is withheld, and those of which its size is.
    split: dict[tuple[str, str | None], set[str | None]] = defaultdict(set)
    resized: dict[tuple[str, str | None], set[str | None]] = defaultdict(set)
    for (table, *of, _), row in work.rows.items():
        if table != EVERYBODY:
            split[*of] |= {table} if work.is_secret(row) and table is not CROSSED else set()
            resized[*of] |= {table} if work.is_unsized(row) else set()
    found = []
    for cell in _cells(cells, total):
        row = rows[cell]
        n, percent = work.is_unsized(row), cell in work.hidden
        # What is known of everybody, or of all groups of another table, is known of this table's together.
        is_all = row.base == rows[Cell(EVERYBODY, cell.question, cell.item, total)].base
        own = set() if is_all else {cell.table}
        weighted_n = n or (weighted and bool(resized[cell[1:3]] - own))
        precision = percent or (not simple and bool(split[cell[1:3]] - own))
        primary = work.is_small(row)
        why = "primary" if primary else "secondary" if n or weighted_n or percent or precision else ""
        found.append((why, n, weighted_n, percent, precision))
    return pd.DataFrame(found, cells.index, ["suppressed", *FIGURES]).astype(
        {"suppressed": object} | dict.fromkeys(FIGURES, bool)
    )


def _cells(cells: pd.DataFrame, total: str) -> Iterator[Cell]:
    for table, question, item, group in cells[CELL].itertuples(index=False):
        yield Cell(EVERYBODY if group == total else table, question, item, group)


def _read(cells: pd.DataFrame, total: str, weighted: bool) -> dict[Cell, Counts]:
    rows: dict[Cell, Counts] = {}
    people = "people" if "people" in cells else "base"
    columns = ["yes", "base", people, *(WEIGHTED if weighted else ("yes", "base"))]
    for cell, (*counts, weighted_yes, weighted_base) in zip(
        _cells(cells, total), zip(*(cells[name] for name in columns), strict=True), strict=True
    ):
        yes, base, there = counts
        if not all(isinstance(count, Integral) for count in counts) or not 0 <= yes <= base <= there:
            raise _wrong(cell, "expected whole counts, yes from 0 to base and base to people")
        if not 0 <= weighted_yes <= weighted_base or (base and not weighted_base):
            raise _wrong(cell, "expected weighted counts above 0, yes up to base")
        row = Counts(cell, int(yes), int(base), int(there), Fraction(weighted_yes), Fraction(weighted_base))
        if rows.setdefault(cell, row) != row:
            raise _wrong(cell, "given twice, differently")
    for cell in rows:
        if Cell(EVERYBODY, cell.question, cell.item, total) not in rows:
            raise _wrong(cell, f"expected a row of the group {total!r} too")
    return rows


def _read_crossed(crossed: pd.DataFrame, weights: list[str]) -> dict[Cell, Counts]:
    tables = [name for name in crossed.columns if name not in ("question", "item", "yes", "base", "people", *WEIGHTED)]
    rows = {}
    for row in crossed[crossed["people"] > 0].to_dict("records"):
        groups = tuple((table, OTHER if pd.isna(row[table]) else row[table]) for table in tables)
        cell = Cell(CROSSED, row["question"], row["item"], groups)
        yes, base = (Fraction(row[name]) for name in weights)
        rows[cell] = Counts(cell, row["yes"], row["base"], row["people"], yes, base, published=False)
    return rows


def _wrong(cell: Cell, told: str) -> ValueError:
    return ValueError(f"cells: {', '.join(str(part) for part in cell if part)}: {told}")


def _completed(rows: dict[Cell, Counts], single: Collection[str]) -> dict[Cell, Counts]:
    """Return the rows with what is left of each whole, if anything: answers not tabulated, people in no group."""
    completed = dict(rows)
    answers = _grouped(
        (row for row in rows.values() if row.cell.question in single), lambda cell: cell._replace(item=OTHER)
    )
    others = {}
    for cell, parts in answers.items():
        first = parts[0]
        if any(
            (row.asked, row.present, row.weighted_base) != (first.asked, first.present, first.weighted_base)
            for row in parts
        ):
            raise _wrong(cell, "expected the same people asked for every answer of a single-answer question")
        others[cell] = replace(
            first,
            cell=cell,
            yes=first.base - sum(row.yes for row in parts),
            weighted_yes=first.weighted_base - sum(row.weighted_yes for row in parts),
            published=False,
        )
    told = {cell.question for cell, row in others.items() if row.yes}
    completed |= {cell: row for cell, row in others.items() if cell.question in told}
    for whole, parts in list(_wholes(completed.values())):
        left = {
            name: getattr(whole, name) - sum(getattr(row, name) for row in parts)
            for name in ("yes", "base", "people", *WEIGHTED)
        }
        others[parts[0].cell._replace(group=OTHER)] = Counts(
            parts[0].cell._replace(group=OTHER), **left, published=False
        )
    for cell, row in others.items():
        if not 0 <= row.yes <= row.base <= row.people or not 0 <= row.weighted_yes <= row.weighted_base:
            raise _wrong(cell, "expected parts that add up to no more than the whole")
        if cell.group is OTHER and row.people:
            completed[cell] = row
    return completed


def _check_crossed(rows: dict[Cell, Counts]) -> None:
    for cell, parts in _crossings(rows.values()):
        if cell not in rows or any(
            getattr(rows[cell], name) != sum(getattr(row, name) for row in parts) for name in ("yes", "base", "people")
        ):
            raise _wrong(cell, "expected those in it, by their groups of other tables, to add up to it")


def _grouped(rows: Iterable[Counts], key: Callable[[Cell], Key]) -> dict[Key, list[Counts]]:
    groups: dict[Key, list[Counts]] = defaultdict(list)
    for row in rows:
        groups[key(row.cell)].append(row)
    return groups


@dataclass
class _Suppression:
    """What is withheld so far, which only grows; `decimals` is None without weights."""

    rows: dict[Cell, Counts]
    single: set[str]
    minimum: int
    decimals: int | None
    hidden: set[Cell] = field(default_factory=set)
    bases: set[Base] = field(default_factory=set)

    def is_small(self, row: Counts) -> bool:
        """Return whether the row tells of too few; where nobody was asked there is nobody to protect."""
        return row.base > 0 and min(row.yes, row.no) < self.minimum

    def run(self) -> None:
        self.hidden |= {cell for cell, row in self.rows.items() if self.is_small(row) or not row.published}
        self.bases |= {row.asked for row in self.rows.values() if 0 < row.base < self.minimum}
        self.bases |= {row.present for row in self.rows.values() if 0 < row.people < self.minimum}
        components = _grouped(self.rows.values(), self._asked_together).values()
        before = -1
        while len(self.bases) > before:
            before = len(self.bases)
            witnesses = self._protect_bases()
            for component in components:
                _Answers(self, component).protect(witnesses)

    def _asked_together(self, cell: Cell) -> tuple[str | None, ...]:
        """What answers have in common that can tell of each other, where it is known how many were asked."""
        return (cell.question,) if cell.question in self.single else (cell.question, cell.item)

    def is_secret(self, row: Counts) -> bool:
        """Return whether nobody must know the count of yes: those in no group may be many, and then are no secret."""
        return row.base > 0 and row.cell in self.hidden and (row.published or self.is_small(row))

    def is_unsized(self, row: Counts) -> bool:
        """Return whether it is withheld how many answered."""
        return row.asked in self.bases or row.present in self.bases

    def withhold(self, bases: Iterable[Base]) -> None:
        self.bases |= set(bases)
        self.hidden |= {cell for cell, row in self.rows.items() if self.is_unsized(row)}

    def _protect_bases(self) -> dict[Base, tuple[Bases, Bases]]:
        """Protect how many were asked: return the two witnesses of each base that is withheld."""
        rows = self.rows.values()
        cost: dict[Base, int] = defaultdict(int)
        known: dict[Base, int] = defaultdict(int)
        for row in rows:
            cost[row.asked] += row.base
            cost[row.present] += row.base
        for parts in _grouped(rows, lambda cell: (*self._asked_together(cell), cell.table, cell.group)).values():
            sayers = sum(row.known_yes for row in parts) + (0 if len(parts) > 1 else parts[0].known_no)
            known[parts[0].asked] = max(known[parts[0].asked], sayers)
        sums = {
            (getattr(whole, size), tuple(getattr(part, size) for part in parts)): None
            for whole, parts in _sums(self.rows.values())
            for size in ("asked", "present")
        }
        missing = {(row.asked, row.present): row.people - row.base for row in rows if row.people > row.base}

        def solved(target: Base, alone_known: bool) -> list[Bases] | None:
            problem = _Problem()
            for base in cost:
                is_alone = base.size == 1 and base.table is not CROSSED and base != target
                fixed = not base.size or (alone_known and is_alone)
                room = 0 if fixed else 4 * (self.minimum + 1)
                limits = (max(known[base] - base.size, -room), room)
                problem.add(base, [limits] * 2, None if base in self.bases else [(0, 0)] * 2, cost[base])
            for whole, parts in sums:
                problem.equate({whole: -1} | dict.fromkeys(parts, 1))
            for (asked, present), absent in missing.items():
                problem.add((asked, present), [(-absent, np.inf)] * 2, None, 0)
                problem.equate({asked: 1, (asked, present): 1, present: -1})
            return problem.solve({target: 1}, self.minimum + 1)

        found: dict[Base, tuple[Bases, Bases]] = {}
        while left := [base for base in cost if base.size and base in self.bases and base not in found]:
            witnesses = solved(left[0], left[0].table is not CROSSED)
            if witnesses is None:  # too few people: nothing of them is published, so that each alone may stay unknown
                self.withhold(_linked(left[0], sums))
                witnesses = solved(left[0], False) or [{}, {}]
            found[left[0]] = (witnesses[0], witnesses[1])
            self.withhold(base for witness in witnesses for base, by in witness.items() if by and base in cost)
        return found


def _wholes(rows: Iterable[Counts]) -> Iterator[tuple[Counts, list[Counts]]]:
    """Give each row that counts everybody with the rows of the groups of each table."""
    rows = list(rows)
    wholes = {(row.cell.question, row.cell.item): row for row in rows if row.cell.table == EVERYBODY}
    tables = _grouped((row for row in rows if row.cell.table != EVERYBODY), lambda cell: cell[:3])
    for (_, question, item), parts in tables.items():
        yield wholes[question, item], parts


def _crossings(rows: Iterable[Counts]) -> Iterable[tuple[Cell, list[Counts]]]:
    """Return the cell of each group with the rows of those in it, by the groups of other tables that they are in."""
    parts: dict[Cell, list[Counts]] = defaultdict(list)
    for row in rows:
        for table, group in _groups(row.cell):
            parts[row.cell._replace(table=table, group=group)].append(row)
    return parts.items()


def _sums(rows: Iterable[Counts]) -> Iterator[tuple[Counts, list[Counts]]]:
    """Give each row with the rows that add up to it, as often as some do."""
    by_cell = {row.cell: row for row in rows}
    yield from _wholes(by_cell.values())
    for cell, parts in _crossings(by_cell.values()):
        yield by_cell[cell], parts


def _groups(cell: Cell) -> tuple[Place, ...]:
    """Return the groups of all tables, each with its table, that a cell of those who are in them has; none for another cell."""
    return cell.group if isinstance(cell.group, tuple) else ()


def _alike(rows: Iterable[Counts]) -> Iterator[tuple[Counts, list[Counts]]]:
    """Give each row with the finest rows that add up to it, whose weights are known: of who is in the same group of each table."""
    rows = list(rows)
    if any(row.cell.table is CROSSED for row in rows):
        yield from ((whole, parts) for whole, parts in _sums(rows) if parts[0].cell.table is CROSSED)
        return
    yield from _wholes(rows)
    yield from ((row, [row]) for row in rows if row.cell.table != EVERYBODY)


def _linked(base: Base, sums: Iterable[tuple[Base, tuple[Base, ...]]]) -> set[Base]:
    linked: set[Base] = set()
    grown = {base}
    while grown != linked:
        linked = grown
        grown = linked.union(*({whole, *parts} for whole, parts in sums if linked & {whole, *parts}))
    return linked


class _Answers:
    """The answers to a question, or to one item of it, and what protects them."""

    def __init__(self, of: _Suppression, rows: list[Counts]) -> None:
        self.of, self.rows = of, rows
        self.wholes = list(_sums(rows))
        self.is_weighted = of.decimals is not None
        self.alike = list(_alike(rows)) if self.is_weighted else []
        self.is_single = rows[0].cell.question in of.single
        self.spans: dict[Cell, tuple[int, int]] = {}  # of the witnesses so far that change no base

    def protect(self, witnesses: dict[Base, tuple[Bases, Bases]]) -> None:
        """Withhold what it takes; also how many were asked, where these are too few for an answer to be unknown."""
        minimum, done = self.of.minimum, set()
        for base, pair in witnesses.items():
            if base.table is CROSSED:
                continue  # of whom answers are protected whatever their number
            touched = any(by.get(row.asked) for by in pair for row in self.rows)
            if touched and not self._withhold(pair):
                self._withhold_all()
        while left := [row for row in self.rows if self.of.is_secret(row) and row.cell not in done]:
            row = left[0]
            done.add(row.cell)
            is_crossed = row.cell.table is CROSSED
            width = min(minimum + 1, row.base) if is_crossed else minimum + 1
            low, high = self.spans.get(row.cell, (0, 0))
            if high - low >= width or self._withhold(({}, {}), row.cell, width):
                continue
            resized = None if is_crossed else witnesses.get(row.asked)
            if not is_crossed and not resized and row.base <= minimum:
                self.of.withhold([row.asked])
                return
            if not resized or not all(self._withhold(resized, row.cell, width, sign) for sign in (1, -1)):
                self._withhold_all()

    def _withhold_all(self) -> None:
        """Publish no answer at all, where people are too few for witnesses."""
        self.of.hidden |= {row.cell for row in self.rows}

    def _withhold(self, bases: tuple[Bases, Bases], target: Cell | None = None, width: int = 0, sign: int = 1) -> bool:
        """Withhold what the cheapest pair of witnesses changes; False if there is none.

        In the first witness the count of yes (or with -1 of no) of the target is higher by the width than in the second; in
        both the people asked differ from the truth by `bases`.
        """
        by = {row.cell: [deviations.get(row.asked, 0) for deviations in bases] for row in self.rows}
        limits = {}
        for row in self.rows:
            own = target is not None and row.asked == self.of.rows[target].asked
            known_yes, known_no = (0, 0) if own else (row.known_yes, row.known_no)
            limits[row.cell] = [(known_yes - row.yes, row.no + more - known_no) for more in by[row.cell]]
        pair = by[target] if target else (0, 0)
        width -= pair[0] - pair[1] if sign < 0 else 0
        if target and max(limits[target][which][1] - limits[target][1 - which][0] for which in (0, 1)) < width:
            return False
        witnesses = self._unmoved(by, limits) if not target else None
        witnesses = witnesses or self._solved(by, limits, {target: sign} if target else {}, width)
        if witnesses is None:
            return False
        for which, witness in enumerate(witnesses):
            contradicted = {
                row.asked
                for row in self.rows
                if not row.known_yes - row.yes <= witness[row.cell] <= row.no - row.known_no
            }
            for row in self.rows:
                if not any(bases) and contradicted <= {row.asked}:
                    low, high = self.spans.get(row.cell, (0, 0))
                    self.spans[row.cell] = (min(low, witness[row.cell]), max(high, witness[row.cell]))
                if witness[row.cell] and not self.is_weighted:
                    self.of.hidden.add(row.cell)
            self.of.hidden |= {
                whole.cell for whole, parts in self.alike if not self._prints(whole, parts, witness, by, which)
            }
        return True

    def _unmoved(self, by: dict[Cell, list[int]], limits: Limits) -> list[Deviations] | None:
        """Return two witnesses in which nobody answers otherwise, if there are such; this spares the solver."""
        if self.is_single and any(any(more) for more in by.values()):
            return None
        unmoved = dict.fromkeys(limits, 0)
        if any(low > 0 or high < 0 for of_cell in limits.values() for low, high in of_cell):
            return None
        if all(self._prints(whole, parts, unmoved, by, which) for whole, parts in self.alike for which in (0, 1)):
            return [unmoved, unmoved]
        return None

    def _solved(
        self, by: dict[Cell, list[int]], limits: Limits, target: dict[Cell, int], width: int
    ) -> list[Deviations] | None:
        problem = _Problem()
        for row in self.rows:
            free = self.is_weighted or row.cell in self.of.hidden
            problem.add(row.cell, limits[row.cell], None if free else [(0, 0)] * 2, row.base)
        for whole, parts in self.wholes:
            problem.equate({whole.cell: -1} | {row.cell: 1 for row in parts})
        if self.is_single:
            for answers in _grouped(self.rows, lambda cell: (cell.table, cell.group)).values():
                problem.equate({row.cell: 1 for row in answers}, by[answers[0].cell])
        for number, (whole, parts) in enumerate(self.alike):
            if whole.cell not in self.of.hidden:
                told = [self._allowed(whole, parts, by, which) for which in (0, 1)]
                most = 2 * whole.base + 4 * (self.of.minimum + 1)
                problem.add(number, None, [(float(low), float(high)) for low, high in told], whole.base, most)
                problem.equate({number: -1} | {row.cell: float(row.weight / whole.weight) for row in parts})
        return problem.solve(target, width)

    def _prints(
        self, whole: Counts, parts: list[Counts], witness: Deviations, by: dict[Cell, list[int]], which: int
    ) -> bool:
        """Return whether a row that is published prints the same percent in a witness: exactly, whatever the solver's tolerance."""
        moved = sum((row.weight * witness[row.cell] for row in parts), Fraction(0)) / whole.weight
        if whole.cell in self.of.hidden or not (moved or any(by[row.cell][which] for row in parts)):
            return True
        low, high = self._allowed(whole, parts, by, which)
        return low < moved < high

    def _allowed(
        self, whole: Counts, parts: list[Counts], by: dict[Cell, list[int]], which: int
    ) -> tuple[Fraction, Fraction]:
        """Return between what the weighted yes may differ, in mean weights, for the same percent to be printed."""
        if not whole.base:
            return Fraction(0), Fraction(0)
        assert self.of.decimals is not None
        unit = Fraction(1, 100 * 10**self.of.decimals)
        printed = (whole.weighted_yes / whole.weighted_base + unit / 2) // unit * unit
        asked = whole.weighted_base + sum((row.weight * by[row.cell][which] for row in parts), Fraction(0))
        low, high = ((printed + half) * asked - whole.weighted_yes for half in (-unit / 2, unit / 2))
        return low / whole.weight, high / whole.weight


class _Problem:
    """Two deviations from the truth that leave all but the cheapest figures as published."""

    def __init__(self) -> None:
        self.names: dict[Hashable, int] = {}
        self.limits: list[list[tuple[float, float]]] = []
        self.soft: list[list[tuple[float, float]]] = []
        self.costs: list[float] = []
        self.most: list[int] = []
        self.integer: list[bool] = []
        self.equations: list[tuple[dict[int, float], Sequence[float]]] = []

    def add(
        self,
        name: Hashable,
        limits: Sequence[tuple[float, float]] | None,
        published: Sequence[tuple[float, float]] | None,
        cost: int,
        most: int = 0,
    ) -> None:
        """Add a deviation: whole if it has limits. Beyond those of what is published it costs: as much for each, or once for up to `most`."""
        self.names[name] = len(self.names)
        self.limits.append([(-np.inf, np.inf)] * 2 if limits is None else list(limits))
        self.integer.append(limits is not None)
        self.soft.append([(min(0, low + MARGIN), max(0, high - MARGIN)) for low, high in published or ()])
        self.costs.append(cost)
        self.most.append(most)

    def equate(self, terms: Mapping[Any, float], to: Sequence[float] = (0, 0)) -> None:
        self.equations.append(({self.names[name]: factor for name, factor in terms.items()}, to))

    def solve(self, target: Mapping[Any, int], width: int) -> list[dict[Any, int]] | None:
        """Return the two deviations, between which the target differs by the width; None if there are none."""
        from scipy import optimize, sparse  # only who tabulates answers has it

        n = len(self.names)
        entries: list[tuple[int, int, float]] = []
        bounds: list[tuple[float, float]] = []

        def constrain(terms: Iterable[tuple[int, float]], low: float, high: float) -> None:
            entries.extend((len(bounds), column, factor) for column, factor in terms)
            bounds.append((low, high))

        for which in (0, 1):
            for terms, to in self.equations:
                constrain(((which * n + i, factor) for i, factor in terms.items()), to[which], to[which])
            for i, soft in enumerate(self.soft):
                if soft:
                    beyond = self.most[i] or 1
                    constrain([(which * n + i, 1), (2 * n + i, -beyond)], -np.inf, soft[which][1])
                    constrain([(which * n + i, 1), (2 * n + i, beyond)], soft[which][0], np.inf)
        for name, sign in target.items():
            i = self.names[name]
            constrain([(i, sign), (n + i, -sign)], width, np.inf)
        lows, highs = zip(*(limits[which] for which in (0, 1) for limits in self.limits), strict=True)
        if any(low > high for low, high in zip(lows, highs, strict=True)):
            return None
        row, column, factor = zip(*entries, strict=True) if entries else ((), (), ())
        low, high = zip(*bounds, strict=True) if bounds else ((), ())
        found = optimize.milp(
            [0] * 2 * n + self.costs,
            integrality=[*self.integer, *self.integer, *map(bool, self.most)],
            bounds=optimize.Bounds([*lows, *[0] * n], [*highs, *(1 if most else np.inf for most in self.most)]),
            constraints=optimize.LinearConstraint(
                sparse.csr_array((factor, (row, column)), shape=(len(bounds), 3 * n)), low, high
            ),
        )
        if found.x is None:
            return None
        whole = [i for i in range(n) if self.integer[i]]
        deviations = [{i: round(found.x[which * n + i]) for i in whole} for which in (0, 1)]
        named = [{name: by[i] for name, i in self.names.items() if i in by} for by in deviations]
        met = all(
            sum(factor * by[i] for i, factor in terms.items()) == to[which]
            for which, by in enumerate(deviations)
            for terms, to in self.equations
            if by.keys() >= terms.keys()
        ) and all(
            self.limits[i][which][0] <= by[i] <= self.limits[i][which][1]
            for which, by in enumerate(deviations)
            for i in whole
        )
        wide = sum(sign * (named[0][name] - named[1][name]) for name, sign in target.items()) >= width
        return named if met and (wide or not target) else None
