"""Find labels in cells that hold several answers, one by one or in the engine.

A label may contain the separator ("Wikis, blogs" between commas), so a cell is not cut at each one. Instead, cell and
labels are written so that two marks stand for each separator and one at each end of a label, "|Wikis||blogs|". Then the
longest labels are taken out first, and no label is found in a part of another one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

MARK = "\x1f"  # which texts do not hold: ASCII has it to separate units
SPACES = r"[ \t\r\n]*"
MISSING = 2  # codes; 0 and 1 are those of a column that says no or yes
UNLISTED = 3


@dataclass(frozen=True)
class Labels:
    """The labels of one item, and all those that may stand beside them."""

    separator: str
    own: frozenset[str]
    listed: frozenset[str]  # also those of other items, and those that are no item
    missing: frozenset[str]  # whole cells that are missing answers, "" unless an empty cell says no
    takes_any: bool  # whether a cell may also hold what is not listed

    @cached_property
    def pattern(self) -> str:
        """A regular expression of separators in a row, with the spaces around them."""
        if sign := self.separator.strip():
            return f"{SPACES}(?:{re.escape(sign)}{SPACES})+"
        return rf"{SPACES}[\r\n]{SPACES}" if "\n" in self.separator else r"[ \t\r\n]+"

    @cached_property
    def cell_pattern(self) -> str:
        """A regular expression of a marked cell that has listed labels alone, or nothing."""
        tokens = "|".join(re.escape(self.mark_label(label)) for label in _sort(self.listed))
        return f"{MARK}(?:{tokens})*{MARK}"

    @cached_property
    def taken_first(self) -> dict[str, list[str]]:
        """The marked labels that are longer than each of the item's own, and may share some of a cell with it."""
        return {label: self._list_longer(label) for label in _sort(self.own)}

    def find_code(self, cell: str) -> int | None:
        """Return 1 if a cell has a label of the item, else 0, None if the answer is missing.

        Raises LookupError if the cell has a label that is not listed.
        """
        marked = self.mark_cell(cell)
        if marked in map(self.mark_cell, self.missing):
            return None
        if not self.takes_any and not re.fullmatch(self.cell_pattern, marked):
            raise LookupError
        for label, longer in self.taken_first.items():
            rest = marked
            for token in longer:
                rest = rest.replace(token, MARK)
            if self.mark_label(label) in rest:
                return 1
        return 0

    def encode_cells(self, column: ir.StringColumn) -> ir.IntegerColumn:
        """Return a column as codes: `find_code` in the engine, `MISSING` for None and `UNLISTED` for LookupError."""
        import ibis

        padded = self.separator + column.fill_null("") + self.separator
        marked = padded.re_replace(self.pattern, 2 * MARK)
        is_own: ir.BooleanValue = ibis.literal(False)
        for label, longer in self.taken_first.items():
            rest = marked
            for token in longer:
                rest = rest.replace(token, MARK)
            is_own |= rest.contains(self.mark_label(label))
        cases = [(marked.isin(sorted(map(self.mark_cell, self.missing))), MISSING)] if self.missing else []
        if not self.takes_any:
            cases.append((~marked.re_search(rf"\A{self.cell_pattern}\z"), UNLISTED))
        return ibis.cases(*cases, (is_own, 1), else_=0)

    def mark_cell(self, cell: str) -> str:
        """Return a cell with two marks at each separator, at its beginning and at its end."""
        return re.sub(self.pattern, 2 * MARK, f"{self.separator}{cell}{self.separator}")

    def mark_label(self, label: str) -> str:
        """Return a label as a marked cell has it, between two marks."""
        return self.mark_cell(label)[1:-1]

    def _list_longer(self, label: str) -> list[str]:
        """Return marked labels, the longest first, that are linked to a label by words between separators."""
        linked, grown = set[str](), {label}
        while grown != linked:
            linked = grown
            parts = set().union(*(self._split(text) for text in linked))
            grown = {text for text in self.listed if parts & self._split(text)}
        order = [text for text in _sort(linked) if text not in self.own or text == label]
        return [self.mark_label(text) for text in order[: order.index(label)]]

    def _split(self, label: str) -> set[str]:
        return set(filter(None, self.mark_label(label).split(MARK)))


def _sort(labels: Collection[str]) -> list[str]:
    """Return labels, the longest first."""
    return sorted(labels, key=lambda label: (-len(label), label))
