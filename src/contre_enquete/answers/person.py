"""What the engine knows of each person: design, group, weight in units, and answers as codes."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from .codebook import Codebook, Column
from .tally import DIGITS, HEAVIEST

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

OF_STRATUM = {  # what a query says of the people of each record, for Tally.note
    "rows": "COUNT(*)",
    "valid": "COUNT(valid)",
    "greatest": "MAX(valid)",
    "smallest": "MIN(CASE WHEN positive = 1 THEN units END)",
    "given": "COUNT(population)",
    "least": "MIN(population)",
    "most": "MAX(population)",
}


def person(answers: ibis.Table, codebook: Codebook, digits: int, grouped: Collection[int]) -> dict[str, ir.Value]:
    """Return columns that every query needs.

    `stratum`, `cluster` and `population`; a code for each breakdown, as `segment0`; `valid`, the weight, null if it is none;
    `positive`, 1 if there is any; `units`, the weight as a whole number of 1/10**digits, and its `square`. Who is in no group
    of the breakdowns in `grouped`, given by their places, has a weight of 0.
    """
    import ibis

    columns: dict[str, ir.Value] = {
        role: numbered(answers[name]) if (name := getattr(codebook, role)) else ibis.literal(0, type="int32")
        for role in ("stratum", "cluster")
    }
    for place, breakdown in enumerate(codebook.breakdowns):
        columns[f"segment{place}"] = coded(answers[breakdown.column.name], breakdown.column)
    columns["population"] = (
        number(answers[codebook.population], codebook.decimal)
        if codebook.population
        else ibis.literal(None, type="float64")
    )
    valid: ir.NumericValue = ibis.literal(1, type="float64")
    units: ir.IntegerValue = ibis.literal(1, type="int64")
    if codebook.weight:
        w = number(answers[codebook.weight], codebook.decimal)
        valid = ibis.ifelse((w >= 0) & (w <= HEAVIEST) & ~w.isnan(), w, None)
        scaled = valid * 10.0**digits
        units = ibis.ifelse(scaled < 10.0 ** (DIGITS + 1), (scaled + 0.5).floor(), None).cast("int64")
    counts: ir.BooleanValue = valid > 0
    for place in sorted(grouped):
        counts &= columns[f"segment{place}"] < len(codebook.breakdowns[place].groups)
        units = ibis.ifelse(counts, units, 0)
    square = units.cast("decimal(30, 0)") * units.cast("decimal(30, 0)")
    positive = ibis.ifelse(counts, 1, None)
    return columns | {"valid": valid, "positive": positive, "units": units, "square": square}


def numbered(column: ir.Column) -> ir.Column:
    """Return a column, null where it is a float that is no number."""
    import ibis

    return ibis.ifelse(column.isnan(), None, column) if column.type().is_floating() else column


def number(column: ir.Column, decimal: str) -> ir.FloatingColumn:
    """Return a column as floats, null where it is empty or no number."""
    if not column.type().is_string():
        return column.cast("float64")
    column = column.replace("_", "?")  # which DuckDB takes for a sign between thousands
    if decimal != ".":
        column = column.replace(".", "?").replace(decimal, ".")
    return column.try_cast("float64")


def coded(column: ir.Column, told: Column) -> ir.IntegerColumn:
    """Return a column as the codes of its values, with one more for missing answers and the last for what is not listed."""
    import ibis

    codes = enumerate((*told.codes, told.missing))
    return ibis.cases(*((_among(column, values), code) for code, values in codes), else_=len(told.codes) + 1)


def _among(column: ir.Column, values: Iterable[str]) -> ir.BooleanValue:
    """Return whether a value is one of some, which are read as what the column holds; "" is an empty cell."""
    import ibis

    kind = column.type()
    if kind.is_string():
        found = column.isin(sorted(values))
        return found | column.isnull() if "" in values else found
    read = {"true": True, "false": False}.get if kind.is_boolean() else _float
    listed = sorted({value for text in values if (value := read(text)) is not None})
    if kind.is_integer():
        listed = [int(value) for value in listed if value == int(value)]
    found = column.isin(listed) if listed else ibis.literal(False)
    empty = column.isnull() | column.isnan() if kind.is_floating() else column.isnull()
    return found | empty if "" in values else found & ~empty


def _float(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
