"""The reader's knowledge: the counts behind a published table of answers, and the sums that link them.

The reader of a table (the "attacker" of the literature) is taken to know, beyond what is printed:

- without weights, the counts of yes and of no of each published figure, however it is rounded;
- that the groups of a table make up everybody, and the answers of a single-answer question all who were asked. People
  in no group, and answers that are not tabulated, are one more group or answer: never printed, and protected as if
  suppressed;
- which sizes are equal: where as many people of a group answered two questions, they are the same people;
- of tables of the same answers, how many people are in the same group of each (the crosstab), and that some groups have
  nobody in common, as when one lies within another. The few answers of a cell of the crosstab are never printed and are
  protected too; its size is known;
- the size of each stratum and cluster, which a note on methods prints. They are tables that are never printed, alone
  and crossed with each other table; a cluster is protected where it has few members, a stratum as any group;
- their own answers, whoever they are: of other groups they then learn no more, of their own group one answer;
- how many people answered in each group, to learn the answers of one where more than the minimum did;
- with weights, the mean weight of each group, or of each cell of the crosstab and each stratum and cluster in it, which
  each of its answers is taken to have; the rounded percent of each published row then bounds the counts. Counts of yes
  must not be printed beside it: a count and a weighted percent reveal together what neither does alone.

Not covered: a reader who knows the weight of each person; several people who share their answers; questions asked only
of people who said yes to another; what the standard error of a group reveals of the way its people are spread over
another table, of which nothing is suppressed; and reasoning about why a figure was chosen. Do not publish the reason:
"primary" reveals that a count is under the minimum. Tables of the same answers must be given together: two calls do not
know of each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from numbers import Integral
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from .codebook import TOTAL

CELL_COLUMNS = ["table", "question", "item", "group"]
WEIGHT_COLUMNS = ["weighted_yes", "weighted_base"]
SQUARE_COLUMNS = ["squares_yes", "squares_base"]
TOTAL_TABLE = ""  # the table of the total, which all tables share
CROSSTAB = None  # the table of all tables at once, which is never printed
REMAINDER = None  # the group of people in no group, and the answer of people whose answer is not tabulated
RowKey = TypeVar("RowKey", bound=Hashable)
DESIGN_COLUMNS = ("stratum", "cluster")  # of a crosstab: tables that are never printed
UnprintedTable = tuple[str, ...]  # by the columns that it crosses, as ("stratum",) or ("size", "stratum")
TableName = str | UnprintedTable | None
TableGroup = tuple[TableName, Any]  # a table and a group of it
Weight = int | Fraction  # the sum of some weights
GroupName = str | tuple[Any, ...] | None  # of a table, or, in the crosstab, one of each table


class Cell(NamedTuple):
    """A cell of a table of answers."""

    table: TableName
    question: str
    item: str | None
    group: GroupName

    @property
    def is_finest(self) -> bool:
        """Whether the cell is one of the crosstab."""
        return self.table is CROSSTAB

    @property
    def is_printable(self) -> bool:
        """Whether the cell is of a table that is printed, or a remainder of one."""
        return isinstance(self.table, str)

    @property
    def pairs(self) -> tuple[TableGroup, ...]:
        """The table and the group of each table that a finest cell, or one of several tables, lies in."""
        if not isinstance(self.group, tuple):
            return ()
        return self.group if self.is_finest else tuple(zip(self.table or (), self.group, strict=True))

    @property
    def has_design(self) -> bool:
        """Whether the people of the cell are of one stratum or cluster."""
        return self._has_column(*DESIGN_COLUMNS)

    @property
    def has_cluster(self) -> bool:
        """Whether the people of the cell are of one cluster."""
        return self._has_column("cluster")

    def _has_column(self, *columns: str) -> bool:
        tables = [table for table, _ in self.pairs] if self.is_finest else [self.table]
        return any(isinstance(table, tuple) and not set(columns).isdisjoint(table) for table in tables)


class Size(NamedTuple):
    """How many people of a group answered, or are in it.

    Two questions that as many people of a group answered have one size: they are the same people.
    """

    table: TableName
    group: GroupName
    people: int


YesDeviations = Mapping[Cell, int]  # of counts of yes, from the truth
SizeDeviations = Mapping[Size, int]  # of sizes, from the truth


@dataclass(frozen=True)
class Counts:
    """The counts of a cell."""

    cell: Cell
    yes: int  # gave the answer
    base: int  # answered the question
    people: int  # are in the group
    weighted_yes: Weight
    weighted_base: Weight
    is_published: bool = True
    squares_yes: int = 0  # of the weights of people who gave the answer
    squares_base: int = 0  # of those who answered
    largest: int = 0  # the sum of the largest weights of the group, for the rule against dominance
    decimals: int | None = None  # of the printed percent, where answers have weights

    def add(self, other: Counts) -> Counts:
        """Return the counts of both cells together, as those of this one."""
        return replace(
            self,
            yes=self.yes + other.yes,
            base=self.base + other.base,
            people=self.people + other.people,
            weighted_yes=self.weighted_yes + other.weighted_yes,
            weighted_base=self.weighted_base + other.weighted_base,
            squares_yes=self.squares_yes + other.squares_yes,
            squares_base=self.squares_base + other.squares_base,
        )

    @property
    def no(self) -> int:
        """The people who answered, and gave another answer."""
        return self.base - self.yes

    @property
    def base_size(self) -> Size:
        """The size of the base."""
        return Size(self.cell.table, self.cell.group, self.base)

    @property
    def group_size(self) -> Size:
        """The size of the group."""
        return Size(self.cell.table, self.cell.group, self.people)

    @cached_property
    def mean_weight(self) -> Fraction:
        """The mean weight of the people of the base."""
        return Fraction(self.weighted_base) / self.base if self.base else Fraction(1)

    @property
    def own_yes(self) -> int:
        """The count of yes that a reader who said yes knows of: their own."""
        return min(1, self.yes)

    @property
    def own_no(self) -> int:
        """The count of no that a reader who said no knows of: their own."""
        return min(1, self.no)


def is_weighted(cells: pd.DataFrame) -> bool:
    """Return whether cells have weighted counts."""
    return set(WEIGHT_COLUMNS) <= set(cells.columns)


def iterate_cells(cells: pd.DataFrame) -> Iterator[Cell]:
    """Yield the cell of each row. Cells of everybody are in one table, in whichever table they are given."""
    for table, question, item, group in cells[CELL_COLUMNS].itertuples(index=False):
        yield Cell(TOTAL_TABLE if group == TOTAL else table, question, item, group)


def read_counts(cells: pd.DataFrame, decimals: int = 0) -> dict[Cell, Counts]:
    """Return the counts of each cell. Raises ValueError, which names the cell and no count, if they are impossible.

    Weighted percents have so many decimals, unless the cells have a column of that name.
    """
    rows: dict[Cell, Counts] = {}
    people = "people" if "people" in cells else "base"
    columns = ["yes", "base", people, *(WEIGHT_COLUMNS if is_weighted(cells) else ("yes", "base"))]
    columns += [name for name in ("squares_base", "largest") if name in cells]
    values = zip(*(cells[name] for name in columns), strict=True)
    all_decimals: Iterable[int | None] = [None] * len(cells)
    if is_weighted(cells):
        all_decimals = cells["decimals"] if "decimals" in cells else [decimals] * len(cells)
    for cell, (yes, base, present, weighted_yes, weighted_base, *more), of_percent in zip(
        iterate_cells(cells), values, all_decimals, strict=True
    ):
        are_whole = all(isinstance(count, Integral) for count in (yes, base, present))
        if not are_whole or not 0 <= yes <= base <= present:
            raise _error(cell, "expected whole counts, yes from 0 to base and base to people")
        if not 0 <= weighted_yes <= weighted_base or (base and not weighted_base):
            raise _error(cell, "expected weighted counts above 0, yes up to base")
        weights = _read_weight(weighted_yes), _read_weight(weighted_base)
        row = Counts(cell, int(yes), int(base), int(present), *weights, True, 0, *more)
        row = replace(row, decimals=of_percent)
        if rows.setdefault(cell, row) != row:
            raise _error(cell, "given twice, differently")
    for cell in rows:
        if Cell(TOTAL_TABLE, cell.question, cell.item, TOTAL) not in rows:
            raise _error(cell, f"expected a row of the group {TOTAL!r} too")
    return rows


def read_crosstab(crosstab: pd.DataFrame, weighted: bool) -> dict[Cell, Counts]:
    """Return the counts of each cell of the crosstab that has people, and of the tables that are never printed."""
    known = {"question", "item", "yes", "base", "people", *WEIGHT_COLUMNS, *SQUARE_COLUMNS}
    columns = [name for name in crosstab.columns if name not in known]
    unprinted = _list_unprinted_tables(columns)
    rows: dict[Cell, Counts] = {}
    for row in crosstab[crosstab["people"] > 0].to_dict("records"):
        groups = {name: _read_group(row[name]) for name in columns}
        pairs: list[TableGroup] = [(name, groups[name]) for name in columns if name not in DESIGN_COLUMNS]
        pairs += [(table, tuple(groups[name] for name in table)) for table in unprinted]
        yes, base = (_read_weight(row[name]) for name in (WEIGHT_COLUMNS if weighted else ("yes", "base")))
        finest = Cell(CROSSTAB, row["question"], row["item"], tuple(pairs))
        squares = (int(row.get(name, 0)) for name in SQUARE_COLUMNS)
        counts = Counts(finest, row["yes"], row["base"], row["people"], yes, base, False, *squares)
        rows[finest] = counts
        for table, group in pairs:
            if isinstance(table, tuple):
                cell = Cell(table, finest.question, finest.item, group)
                rows[cell] = rows[cell].add(counts) if cell in rows else replace(counts, cell=cell)
    return rows


def _read_weight(value: Any) -> Weight:
    """Return a sum of weights as a number that is exact, a whole one if it can be: these add up much faster."""
    return int(value) if isinstance(value, Integral) else Fraction(value)


def _read_group(value: Any) -> Any:
    """Return the group of a cell of the crosstab; that of people in no group is the remainder."""
    return REMAINDER if value is None or (isinstance(value, float) and value != value) else value


def _list_unprinted_tables(columns: Collection[str]) -> list[UnprintedTable]:
    """Return what strata and clusters are crossed with: everybody, each table, and all tables without them."""
    design = [name for name in columns if name in DESIGN_COLUMNS]
    printed = [name for name in columns if name not in DESIGN_COLUMNS]
    tables: list[UnprintedTable] = [(name,) for name in design]
    tables += [(table, name) for table in printed for name in design]
    if design and len(printed) > 1:
        tables.append(tuple(printed))
    return tables


def add_remainders(
    rows: dict[Cell, Counts], single_answer: Collection[str], exclusive: Collection[str] = ()
) -> dict[Cell, Counts]:
    """Return the rows with those of answers that are not tabulated and of people in no group, where there are any.

    The reader has them by subtraction. Raises ValueError for parts that do not add up.
    """
    answers = _make_untabulated_answers(rows, single_answer, exclusive)
    questions = {cell.question for cell, row in answers.items() if row.yes}
    completed = rows | {cell: row for cell, row in answers.items() if cell.question in questions}
    remainders = dict(answers)
    for whole, parts in list(iterate_totals(completed.values())):
        remainder = {
            name: getattr(whole, name) - sum(getattr(row, name) for row in parts)
            for name in ("yes", "base", "people", *WEIGHT_COLUMNS)
        }
        cell = parts[0].cell._replace(group=REMAINDER)
        remainders[cell] = Counts(cell, **remainder, is_published=False)
    for cell, row in remainders.items():
        if not 0 <= row.yes <= row.base <= row.people or not 0 <= row.weighted_yes <= row.weighted_base:
            raise _error(cell, "expected parts that add up to no more than the whole")
        if cell.group is REMAINDER and row.people:
            completed[cell] = row
    return completed


def _make_untabulated_answers(
    rows: Mapping[Cell, Counts], single_answer: Collection[str], exclusive: Collection[str]
) -> dict[Cell, Counts]:
    """Return, for each group and single-answer question, a row of the people whose answer is not tabulated.

    Of an exclusive question of several columns, these may have answered some columns and not others.
    """
    single = (row for row in rows.values() if row.cell.question in {*single_answer, *exclusive})
    answers = {}
    for cell, parts in group_rows(single, lambda cell: cell._replace(item=REMAINDER)).items():
        first = parts[0]
        base, weighted_base = first.base, first.weighted_base
        if len({(row.base_size, row.group_size, row.weighted_base) for row in parts}) > 1:
            if cell.question not in exclusive:
                raise _error(cell, "expected the same people asked for every answer of a single-answer question")
            base, weighted_base = first.people, max(row.weighted_base for row in parts)
        yes = sum(row.weighted_yes for row in parts)
        answers[cell] = replace(
            first,
            cell=cell,
            yes=base - sum(row.yes for row in parts),
            base=base,
            weighted_yes=max(weighted_base, yes) - yes,
            weighted_base=max(weighted_base, yes),
            is_published=False,
        )
    return answers


def check_crosstab(rows: Mapping[Cell, Counts]) -> None:
    """Raise ValueError unless the cells of the crosstab add up to the groups of each table."""
    for cell, parts in _group_crosstab(rows.values()):
        names = ("yes", "base", "people")
        if cell not in rows or any(
            getattr(rows[cell], name) != sum(getattr(row, name) for row in parts) for name in names
        ):
            raise _error(cell, "expected those in it, by their groups of other tables, to add up to it")


def group_rows(rows: Iterable[Counts], key: Callable[[Cell], RowKey]) -> dict[RowKey, list[Counts]]:
    """Return rows by a key of their cells."""
    groups: dict[RowKey, list[Counts]] = defaultdict(list)
    for row in rows:
        groups[key(row.cell)].append(row)
    return groups


def iterate_totals(rows: Iterable[Counts]) -> Iterator[tuple[Counts, list[Counts]]]:
    """Yield each row of everybody with the rows of the groups of each table."""
    rows = list(rows)
    wholes = {(row.cell.question, row.cell.item): row for row in rows if row.cell.table == TOTAL_TABLE}
    tables = group_rows((row for row in rows if row.cell.table != TOTAL_TABLE), lambda cell: cell[:3])
    for (_, question, item), parts in tables.items():
        yield wholes[question, item], parts


def iterate_sums(rows: Iterable[Counts]) -> Iterator[tuple[Counts, list[Counts]]]:
    """Yield each row with rows that add up to it: groups to everybody, cells of the crosstab to groups."""
    by_cell = {row.cell: row for row in rows}
    yield from iterate_totals(by_cell.values())
    for cell, parts in _group_crosstab(by_cell.values()):
        yield by_cell[cell], parts


def iterate_mean_weight_sums(rows: Iterable[Counts]) -> Iterator[tuple[Counts, list[Counts]]]:
    """Yield each row with the finest rows that add up to it; the reader knows the mean weight of each of these."""
    rows = list(rows)
    if any(row.cell.table is CROSSTAB for row in rows):
        yield from ((whole, parts) for whole, parts in iterate_sums(rows) if parts[0].cell.table is CROSSTAB)
        return
    yield from iterate_totals(rows)
    yield from ((row, [row]) for row in rows if row.cell.table != TOTAL_TABLE)


def find_linked_sizes(size: Size, sums: Iterable[tuple[Size, tuple[Size, ...]]]) -> set[Size]:
    """Return the sizes that sums link to a size, over any number of steps."""
    linked: set[Size] = set()
    grown = {size}
    while grown != linked:
        linked = grown
        grown = linked.union(*({whole, *parts} for whole, parts in sums if linked & {whole, *parts}))
    return linked


def bound_weighted_yes(whole: Counts, parts: Iterable[Counts], sizes: SizeDeviations) -> tuple[Fraction, Fraction]:
    """Return the open interval in which the weighted yes may deviate while the printed percent stays the same.

    Parameters
    ----------
    whole
        The row whose percent is printed.
    parts
        The finest rows that add up to it.
    sizes
        By how much the bases of the parts deviate from the truth.

    Returns
    -------
    tuple of Fraction
        The ends of the interval, in mean weights of the row, that is in people.
    """
    if not whole.base:
        return Fraction(0), Fraction(0)
    assert whole.decimals is not None  # there are weights
    unit = Fraction(1, 100 * 10**whole.decimals)
    printed = (Fraction(whole.weighted_yes) / whole.weighted_base + unit / 2) // unit * unit
    moved = ((row, sizes.get(row.base_size, 0)) for row in parts) if sizes else ()
    added = sum((row.mean_weight * people for row, people in moved), Fraction(0))
    low, high = (
        (printed + half) * (whole.weighted_base + added) - whole.weighted_yes for half in (-unit / 2, unit / 2)
    )
    return low / whole.mean_weight, high / whole.mean_weight


def prints_same_percent(
    whole: Counts, parts: Collection[Counts], answers: YesDeviations, sizes: SizeDeviations
) -> bool:
    """Return whether a row prints the same percent in a witness, in exact fractions: no solver's tolerance counts."""
    moved = sum((row.mean_weight * answers[row.cell] for row in parts), Fraction(0)) / whole.mean_weight
    if not moved and not any(sizes.get(row.base_size, 0) for row in parts):
        return True
    low, high = bound_weighted_yes(whole, parts, sizes)
    return low < moved < high


def _group_crosstab(rows: Iterable[Counts]) -> Iterable[tuple[Cell, list[Counts]]]:
    """Return the cell of each group of each table with the rows of the crosstab that are in it."""
    parts: dict[Cell, list[Counts]] = defaultdict(list)
    for row in rows:
        for table, group in row.cell.group if row.cell.is_finest and isinstance(row.cell.group, tuple) else ():
            parts[Cell(table, row.cell.question, row.cell.item, group)].append(row)
    return parts.items()


def _error(cell: Cell, problem: str) -> ValueError:
    return ValueError(f"cells: {', '.join(str(part) for part in cell if part)}: {problem}")
