"""Read the words of a codebook: how readers know its questions, answers and groups.

A question has `label`, and `labels` for its items, a breakdown `labels` for its groups. Without them, a question goes
by what its columns share, an item by the rest of its column, and an item or a group by its value if it has one alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any  # a cell of a row

from ..project import VALUE
from ..toml_reader import TomlTable
from .stems import pair_columns

TEXT_EXPECTED = "a text for a name of this table"


@dataclass(frozen=True)
class TableWords:
    """The words of a codebook: by question, by question and item, or by group; "" or absent where it has none."""

    kinds: dict[str, str] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    counted: dict[str, str] = field(default_factory=dict)  # of a scale, the values that say yes
    items: dict[tuple[str, str], str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    values: dict[tuple[str, str], tuple[str, bool]] = field(default_factory=dict)  # of scales; whether it says yes

    def describe(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the words of a row of the table, by column."""
        question, item, segment = row["question"], row["item"], row["segment"]
        kind, counted = self.kinds.get(question, ""), self.counted.get(question, "")
        label = self.items.get((question, item), "")
        if (question, item) in self.values:
            label, is_counted = self.values[question, item]
            kind, counted = "value", counted if is_counted else ""
        return {
            "kind": kind,
            "counted": counted,
            "question_label": self.questions.get(question, ""),
            "item_label": label,
            "segment_label": self.groups.get(segment, ""),
        }

    def read_groups(self, table: TomlTable, groups: Mapping[str, Collection[object]]) -> None:
        """Add the words of the groups of a breakdown. Raises DataError for what is no label of one."""
        self.groups.update(_read_labels(table, _find_only_values(groups)))

    def read_values(self, question: str, table: TomlTable, scales: Collection[str]) -> None:
        """Add the words of the values of scales, whose keys have been checked."""
        values = table.values["values"]
        least = len(values) - table.values.get("top", 2)
        for scale, (place, value) in itertools.product(scales, enumerate(values)):
            self.values[question, f"{scale}{VALUE}{place + 1}"] = value, place >= least

    def read_question(self, question: str, table: TomlTable) -> None:
        """Add the words of a question whose other keys have been checked. Raises DataError for what is no label."""
        columns = table.values.get("columns", {})
        if columns:
            parts = pair_columns(list(columns.values()))
            stems = {parts[column].stem for column in columns.values()}
            default = stems.pop() if len(stems) == 1 else ""
            labels = {item: parts[column].label or parts[column].stem for item, column in columns.items()}
        else:
            default, labels = table.values["column"], _find_only_values(table.values["items"])
            if table.values["kind"] == "one" and "other" in table:
                labels.setdefault(table.values["other"], "")
        self.kinds[question] = table.values["kind"]
        self.questions[question] = table.text("label", default)
        self.items.update({(question, item): label for item, label in _read_labels(table, labels).items()})
        if self.kinds[question] == "scale":
            values = table.values["values"]
            self.counted[question] = " / ".join(values[len(values) - table.values.get("top", 2) :])


def _find_only_values(listed: Mapping[str, Collection[object]]) -> dict[str, str]:
    """Return the value of each name that has one alone, however it is written; "" for others."""
    values = {name: list(dict.fromkeys(str(value).casefold().strip() for value in of)) for name, of in listed.items()}
    return {name: str(next(iter(of))) if len(values[name]) == 1 else "" for name, of in listed.items()}


def _read_labels(table: TomlTable, defaults: Mapping[str, str]) -> dict[str, str]:
    """Return the labels that a table gives its items or groups, or else the defaults."""
    given = table.named("labels")
    for name in given.values:
        if name not in defaults:
            raise given.error(name, f"one of {', '.join(defaults)}")
    return {name: given.text(name, default, TEXT_EXPECTED) for name, default in defaults.items()}
