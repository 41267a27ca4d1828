"""The columns that the engine computes for each person: design, group, weight in units, and answers as codes."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING

from ..files import MAX_NUMBER, UNSIGNED_NUMBER, parse_number
from .codebook import UNIT_OF_NUMBER, Codebook, Column, Thousands
from .tally import MAX_WEIGHT, WEIGHT_DIGITS

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

STRATUM_SUMS = {  # over the people of each record of a query, for Tally.add_record
    "rows": "COUNT(*)",
    "valid": "COUNT(valid)",
    "greatest": "MAX(valid)",
    "smallest": "MIN(CASE WHEN positive = 1 THEN units END)",
    "given": "COUNT(population)",
    "least": "MIN(population)",
    "most": "MAX(population)",
}


def encode_people(answers: ibis.Table, codebook: Codebook) -> ibis.Table:
    """Return what is counted of each person: the columns of the design, `code0` for each column, and quantities.

    Of these, `number0` is the number written, null if it is missing; `fault0` whether a cell is none from 0 to 10**15.
    """
    columns = _make_design_columns(answers, codebook)
    for place, column in enumerate(codebook.columns):
        columns[f"code{place}"] = _encode_small(answers, column, codebook.decimal)
    for place, quantity in enumerate(codebook.quantities):
        cell = answers[quantity.name]
        number = replace_nan(parse_quantities(cell, codebook.decimal))
        is_missing = is_in(cell, quantity.missing).fill_null(True)
        columns[f"number{place}"] = is_missing.ifelse(None, number)
        columns[f"fault{place}"] = ~is_missing & ~number.between(0, MAX_NUMBER).fill_null(False)
    return answers.select(**columns)


def weigh_people(people: ibis.Table, codebook: Codebook, digits: int, grouped: Collection[int]) -> ibis.Table:
    """Return people, as `encode_people` has them, with their weights.

    `positive` is 1 if the weight is above 0, else null; `units` is the weight as a whole number of 1/10**digits, and
    `square` its square. People in no group of the breakdowns in `grouped`, given by their indices, have a weight of 0.
    """
    import ibis

    units: ir.IntegerValue = ibis.literal(1, type="int64")
    if codebook.weight:
        scaled = people.valid * 10.0**digits
        # A weight that is too great for digits taken from other people is null.
        units = ibis.ifelse(scaled < 10.0 ** (WEIGHT_DIGITS + 1), (scaled + 0.5).floor(), None).cast("int64")
    counts: ir.BooleanValue = people.valid > 0
    for place in sorted(grouped):
        counts &= people[f"segment{place}"] < len(codebook.breakdowns[place].groups)
        units = ibis.ifelse(counts, units, 0)
    square = units.cast("decimal(30, 0)") * units.cast("decimal(30, 0)")
    return people.mutate(positive=ibis.ifelse(counts, 1, None), units=units, square=square)


def _make_design_columns(answers: ibis.Table, codebook: Codebook) -> dict[str, ir.Value]:
    """Return the columns of the design: `stratum`, `cluster` and `population`, and a code for each breakdown.

    They are `segment0` and so on; then `members`, people of the cluster, and `valid`, the weight, null if impossible.
    """
    import ibis

    columns: dict[str, ir.Value] = {
        role: replace_nan(answers[name]) if (name := getattr(codebook, role)) else ibis.literal(0, type="int32")
        for role in ("stratum", "cluster")
    }
    for place, breakdown in enumerate(codebook.breakdowns):
        columns[f"segment{place}"] = _encode_small(answers, breakdown.column, codebook.decimal)
    columns["population"] = (
        parse_numbers(answers[codebook.population], codebook.decimal)
        if codebook.population
        else ibis.literal(None, type="float64")
    )
    if codebook.cluster_population:
        columns["members"] = parse_numbers(answers[codebook.cluster_population], codebook.decimal)
    columns["valid"] = ibis.literal(1, type="float64")
    if codebook.weight:
        weight = parse_numbers(answers[codebook.weight], codebook.decimal)
        columns["valid"] = ibis.ifelse((weight >= 0) & (weight <= MAX_WEIGHT) & ~weight.isnan(), weight, None)
    return columns


def _encode_small(answers: ibis.Table, definition: Column, decimal: str) -> ir.IntegerColumn:
    """Return the codes of a column in as few bytes as they need, for there are many of them."""
    return encode_column(answers, definition, decimal).cast("int8" if len(definition.codes) < 120 else "int16")


def replace_nan(column: ir.Column) -> ir.Column:
    """Return a column with null for NaN."""
    import ibis

    return ibis.ifelse(column.isnan(), None, column) if column.type().is_floating() else column


def parse_numbers(column: ir.Column, decimal: str) -> ir.FloatingColumn:
    """Return a column as floats, null where a text is empty or no number of at least 0 by the rule of `parse_number`.

    DuckDB's own rule takes an underscore between thousands, spaces, a plus and names for a number.
    """
    import ibis

    if not column.type().is_string():
        return column.cast("float64")
    if decimal != ".":
        column = column.replace(".", "?").replace(decimal, ".")
    is_number = column.re_search(rf"\A{UNSIGNED_NUMBER}\z")
    return ibis.ifelse(is_number, column, None).try_cast("float64")


def parse_quantities(column: ir.Column, decimal: str) -> ir.FloatingColumn:
    """Return a column as floats by the rule of `parse_quantity`, null where a cell is no number of at least 0."""
    import ibis

    if column.type().is_string():
        column, thousands = column.re_replace(UNIT_OF_NUMBER, ""), Thousands.before(decimal)
        joined = column.re_replace(thousands.sign, "")
        column = ibis.ifelse(column.re_search(rf"\A{thousands.number}\z"), joined, column)
    return parse_numbers(column, decimal)


def encode_column(answers: ibis.Table, definition: Column, decimal: str) -> ir.IntegerColumn:
    """Return a column as the codes of its values, then one code for missing answers and one for unlisted values.

    `Column.find_code` is the same rule for one person.
    """
    import ibis

    column = answers[definition.name]
    if definition.labels:
        return definition.labels.encode_cells(column.cast("string"))
    missing, unlisted = len(definition.codes), len(definition.codes) + 1
    cases: list[tuple[ir.BooleanValue, int]] = []
    if definition.asked:
        is_empty = (is_in(answers[name], {""}) for name in definition.asked)
        cases.append((reduce(and_, is_empty), missing))
    cases += [
        (is_in(column, values), code) for code, values in enumerate((*definition.codes, definition.missing)) if values
    ]
    if definition.limits:
        number = parse_quantities(column, decimal)
        cases += [(number.between(*band), code) for code, band in enumerate(definition.limits)]
    return ibis.cases(*cases, else_=unlisted if definition.rest is None else definition.rest)


def is_in(column: ir.Column, values: Iterable[str]) -> ir.BooleanValue:
    """Return `column.isin(values)`, with the codebook's strings cast to the column's type; "" is an empty cell."""
    import ibis

    type_ = column.type()
    if type_.is_string():
        is_listed = column.isin(sorted(values))
        return is_listed | column.isnull() if "" in values else is_listed
    parse = {"true": True, "false": False}.get if type_.is_boolean() else _parse_value
    listed = sorted({value for text in values if (value := parse(text)) is not None})
    if type_.is_integer():
        listed = [int(value) for value in listed if value == int(value)]
    is_listed = column.isin(listed) if listed else ibis.literal(False)
    is_empty = column.isnull() | column.isnan() if type_.is_floating() else column.isnull()
    return is_listed | is_empty if "" in values else is_listed & ~is_empty


def _parse_value(text: str) -> float | None:
    value = parse_number(text)
    return None if math.isnan(value) else value
