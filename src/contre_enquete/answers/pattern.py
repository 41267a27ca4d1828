"""The suppression pattern: which figures of a table are suppressed so far. It only grows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from .clock import Clock
from .knowledge import TOTAL_TABLE, Cell, Counts, Size, TableName


@dataclass
class Pattern:
    """The suppression pattern so far, which only grows."""

    rows: dict[Cell, Counts]
    single_answer: set[str]
    minimum: int
    is_weighted: bool  # whether percents are, each with its decimals
    clock: Clock
    dominance: float | None = None  # percent
    cells: set[Cell] = field(default_factory=set)  # whose count of yes and percent are suppressed
    sizes: set[Size] = field(default_factory=set)  # that are suppressed
    rules: dict[Cell, str] = field(default_factory=dict, repr=False)  # by which counts are small, as found so far

    def suppress_small(self) -> None:
        """Add the primary suppressions."""
        self.cells |= {cell for cell, row in self.rows.items() if self.is_small(row) or not row.is_published}
        rows = [row for row in self.rows.values() if row.cell.is_printable]
        # The answers of no more than the minimum can differ by more only if their number differs, too.
        self.sizes |= {row.base_size for row in rows if 0 < row.base <= self.minimum}
        self.sizes |= {row.group_size for row in rows if 0 < row.people < self.minimum}

    def component_key(self, cell: Cell) -> tuple[str | None, ...]:
        """Return the key of the cells whose counts of yes sums link, once sizes are known.

        All items of a single-answer question; else one item, since nothing links what people say of two items.
        """
        return (cell.question,) if cell.question in self.single_answer else (cell.question, cell.item)

    def find_rule(self, row: Counts) -> str:
        """Return the rule by which a count is small: "minimum", "effective size" or "dominance"; "" if it is not.

        Where nobody was asked there is nobody to protect. A cluster is small if it has few members: they are drawn
        together, and are seldom a group that somebody knows.
        """
        if row.cell not in self.rules:
            self.rules[row.cell] = self._apply_rules(row)
        return self.rules[row.cell]

    def _apply_rules(self, row: Counts) -> str:
        if not row.base:
            return ""
        if (row.base if row.cell.has_cluster else min(row.yes, row.no)) < self.minimum:
            return "minimum"
        # Kish's effective size, as if all weights were equal: the square of their sum by the sum of their squares.
        if row.weighted_base**2 < self.minimum * row.squares_base and row.cell.is_printable:
            return "effective size"
        if self.dominance is not None and 100 * row.largest > self.dominance * row.weighted_base:
            return "dominance"
        return ""

    def is_small(self, row: Counts) -> bool:
        """Return whether a count tells of too few people."""
        return bool(self.find_rule(row))

    def is_secret(self, row: Counts) -> bool:
        """Return whether the count of yes must be protected; that of a large remainder is unprinted, but no secret."""
        return row.base > 0 and row.cell in self.cells and (row.is_published or self.is_small(row))

    def is_unsized(self, row: Counts) -> bool:
        """Return whether the size of the base or of the group is suppressed."""
        return row.base_size in self.sizes or row.group_size in self.sizes

    def find_exposed_tables(self) -> dict[tuple[str, str | None], tuple[set[TableName], set[TableName]]]:
        """Return, by question and item, the tables with a suppressed percent of a group, and with a suppressed size."""
        exposed: dict[tuple[str, str | None], tuple[set[TableName], set[TableName]]]
        exposed = defaultdict(lambda: (set(), set()))
        for cell, row in self.rows.items():
            percents, sizes = exposed[cell.question, cell.item]
            if cell.table == TOTAL_TABLE or not cell.is_printable:
                continue
            if self.is_secret(row):
                percents.add(cell.table)
            if self.is_unsized(row):
                sizes.add(cell.table)
        return exposed

    def suppress_sizes(self, sizes: Iterable[Size]) -> None:
        """Suppress sizes, and the counts of yes of all rows that have them."""
        self.sizes |= set(sizes)
        self.cells |= {cell for cell, row in self.rows.items() if self.is_unsized(row)}
