"""Summarize a file of answers: how many people gave each value of each column. Nothing here is written anywhere."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from ..errors import DataError
from .codebook import SPACE_BEFORE_UNIT, UNIT_OF_NUMBER, Thousands
from .faults import reraise_as_data_error
from .person import replace_nan
from .source import Answers, open_answers

if TYPE_CHECKING:
    import ibis

MAX_PROPOSED = 3_000  # columns: more take minutes, and nobody would read the codebook
COLUMNS_AT_ONCE = 100  # in a query: in one of thousands, the engine needs gigabytes
MAX_DISTINCT = 5_000  # values of a column that are counted one by one
NUMBER_TEXT = rf"^([$€£]{SPACE_BEFORE_UNIT}?)?(-?[0-9]+([.,][0-9]+)?|{Thousands.before('.').number}|{Thousands.before(',').number})({SPACE_BEFORE_UNIT}?[$€£%])?$"
THOUSANDS_AFTER_COMMA = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")


@dataclass(frozen=True)
class ColumnSummary:
    """What a column holds."""

    name: str
    counts: Mapping[str, int] | None  # people by value, without empty cells; None where the values are too many
    filled: int  # cells that are not empty
    distinct: int  # different values; approximate where they are too many
    numbers: int  # cells that hold a number

    @property
    def values(self) -> list[str]:
        """The values, numbers in their order before words."""
        return sorted(self.counts or (), key=_sort_key)

    @property
    def greatest(self) -> float:
        """The greatest number, infinite if the numbers are too many to be counted one by one."""
        return max(map(self.read, self.counts), default=0) if self.counts is not None else math.inf

    @cached_property
    def decimal(self) -> str:
        """The sign before the decimals of its numbers."""
        return find_decimal(self.counts or ())

    def read(self, value: str) -> float:
        """Return the number of one of its values that is one."""
        return read_number(value, self.decimal)

    @property
    def is_numeric(self) -> bool:
        """Whether each filled cell holds a number."""
        return bool(self.filled) and self.numbers == self.filled


@dataclass(frozen=True)
class FileSummary:
    """What a file of answers holds."""

    rows: int
    columns: Mapping[str, ColumnSummary]


@dataclass(frozen=True)
class Source:
    """A file of answers, the engine that reads it, and the values by column of rows that do not count.

    What was read of it once is kept, also for the source without some rows: a dialogue asks for the same again.
    """

    answers: Answers
    backend: str = ""
    excluded: Mapping[str, Sequence[str]] = field(default_factory=dict)
    known: dict[object, Any] = field(default_factory=dict, repr=False, compare=False)

    @contextmanager
    def open(self) -> Iterator[ibis.Table]:
        """Open the rows that count."""
        with reraise_as_data_error(self.answers), open_answers(self.answers, self.backend) as table:
            for name, values in self.excluded.items():
                table = table.filter(~_read_text(table, name).fill_null("").isin(list(values)))
            yield table

    def leave_out(self, excluded: Mapping[str, Sequence[str]]) -> Source:
        """Return the source without the rows that have one of these values, by column."""
        return replace(self, excluded=excluded)

    def summarize(self) -> FileSummary:
        """Return the summary of the rows that count. Raises DataError if they cannot be read or are too wide."""
        key = _freeze(self.excluded)
        if key not in self.known:
            self.known[key] = self._summarize()
        return cast(FileSummary, self.known[key])

    def _summarize(self) -> FileSummary:
        with self.open() as table:
            if len(table.columns) > MAX_PROPOSED:
                found = f"{len(table.columns):,} columns; expected at most {MAX_PROPOSED:,}"
                problem = f"{found} to propose a codebook: take out those that are no answers"
                raise DataError(f"{self.answers.name}: {problem}")
            rows = 0
            columns: dict[str, ColumnSummary] = {}
            for start in range(0, len(table.columns), COLUMNS_AT_ONCE):
                rows, some = _summarize_columns(table, table.columns[start : start + COLUMNS_AT_ONCE])
                columns |= some
        return FileSummary(rows, columns)

    def count_blank_rows(self, groups: Mapping[str, Sequence[str]]) -> dict[str, int]:
        """Return how many rows that count are empty in all columns of each group."""
        import ibis

        keys = {key: (_freeze(self.excluded), tuple(names)) for key, names in groups.items()}
        asked = [names for names in dict.fromkeys(keys.values()) if names not in self.known]
        if asked:
            with self.open() as table:
                sums = {
                    f"g{place}": ibis.and_(*(_read_text(table, name).isnull() for name in names)).sum()
                    for place, (_, names) in enumerate(asked)
                }
                record = table.aggregate(**sums).to_pyarrow().to_pylist()[0]
            self.known.update({names: record[f"g{place}"] or 0 for place, names in enumerate(asked)})
        return {key: cast(int, self.known[names]) for key, names in keys.items()}


def _freeze(excluded: Mapping[str, Sequence[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, tuple(values)) for name, values in excluded.items())


def _read_text(table: ibis.Table, name: str) -> ibis.Value:
    """Return a column as text, null where it is empty or blank."""
    text = replace_nan(table[name]).cast("string")
    return text.nullif("")


def _summarize_columns(table: ibis.Table, names: Sequence[str]) -> tuple[int, dict[str, ColumnSummary]]:
    """Return the number of rows, and the summaries of some columns, in two queries."""
    texts = [_read_text(table, name) for name in names]
    sums = {f"d{place}": text.approx_nunique() for place, text in enumerate(texts)}
    sums |= {f"f{place}": text.count() for place, text in enumerate(texts)}
    sums |= {f"n{place}": text.re_search(NUMBER_TEXT).sum() for place, text in enumerate(texts)}
    stats = table.aggregate(rows=table.count(), **sums).to_pyarrow().to_pylist()[0]
    few = [place for place in range(len(names)) if stats[f"d{place}"] <= MAX_DISTINCT]
    counts = _count_values(table, {place: texts[place] for place in few})
    summaries = {}
    for place, name in enumerate(names):
        distinct = len(counts[place]) if place in counts else stats[f"d{place}"]
        filled, numbers = stats[f"f{place}"], int(stats[f"n{place}"] or 0)
        summaries[name] = ColumnSummary(name, counts.get(place), filled, distinct, numbers)
    return stats["rows"], summaries


def _count_values(table: ibis.Table, texts: Mapping[int, ibis.Value]) -> dict[int, dict[str, int]]:
    """Return how many people gave each value of columns of text. It is partly SQL, for Ibis has no GROUPING SETS."""
    counts: dict[int, dict[str, int]] = {place: {} for place in texts}
    if not texts:
        return counts
    marked = {f"c{place}": text.fill_null("").cast("string") for place, text in texts.items()}
    marked = {name: f"{name[1:]}:" + text for name, text in marked.items()}
    sets = ", ".join(f"({name})" for name in marked)
    select = f"SELECT COALESCE({', '.join(marked)}) AS cell, COUNT(*) AS people"
    query = table.select(**marked).alias("texts")
    query = query.sql(f"{select} FROM texts GROUP BY GROUPING SETS ({sets})", dialect="duckdb")
    for batch in query.to_pyarrow_batches():
        for record in batch.to_pylist():
            place, _, value = record["cell"].partition(":")
            if value:
                counts[int(place)][value] = record["people"]
    return counts


def find_decimal(values: Iterable[str]) -> str:
    """Return the sign before the decimals of the numbers of a column: a point, unless a comma cannot group thousands.

    >>> find_decimal(["1,200", "950"]), find_decimal(["1,200", "0,950"]), find_decimal(["1.5", "2"])
    ('.', ',', '.')
    """
    numbers = (re.sub(UNIT_OF_NUMBER, "", value) for value in values if "," in value)
    return "." if all(map(THOUSANDS_AFTER_COMMA.fullmatch, numbers)) else ","


def read_number(text: str, decimal: str = ".") -> float:
    """Return the number of a cell that holds one, with or without signs between thousands and a unit.

    >>> read_number("$1,200"), read_number("1 200,5", ","), read_number("1,5")
    (1200.0, 1200.5, 1.5)
    """
    text, thousands = re.sub(UNIT_OF_NUMBER, "", text), Thousands.before(decimal)
    text = re.sub(thousands.sign, "", text) if re.fullmatch(thousands.number, text) else text
    return float(text.replace(",", "."))


def _sort_key(text: str) -> tuple[bool, float, str]:
    """Return a sort key that puts numbers, in their order, before words."""
    try:
        return False, float(text), text
    except ValueError:
        return True, 0, text
