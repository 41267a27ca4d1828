"""Sums of a survey without clusters, from how many are in each cell.

A cell is what somebody said in a bundle of a few columns: each person is in one cell of each bundle. One query counts, for
each stratum, group and cell, the people in it, and adds up their weights and the squares of these. What is known of a
column or an item is the sum over its cells: so an engine has few sums to make for each person, however many items there are.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from .codebook import Codebook, Column
from .person import OF_STRATUM, coded, person
from .tally import Group, Segments, Stratum, Tally, listed

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

CELLS = 64  # of a bundle, unless one column has more: fewer are more bundles to count, more are more cells to keep
SUMS = {
    "n": "COUNT(positive)",
    "weight": "CAST(SUM(CAST(units AS DECIMAL(15, 0))) AS VARCHAR)",
    "squares": "CAST(SUM(square) AS VARCHAR)",
}
Counted = dict[tuple[int, int], list[int]]  # by column and code: people, the sum of their weights, that of the squares


def by_cell(answers: ibis.Table, codebook: Codebook, digits: int, grouped: Collection[int]) -> Tally:
    """Return the sums of answers. Raises FaultyAnswers if some have values that cannot be used."""
    result = Tally.empty(codebook, digits)
    counted: dict[tuple[Any, Group], Counted] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    meanings = _meanings(codebook.columns)
    for batch in _query(answers, codebook, digits, grouped).to_pyarrow_batches():
        for record in batch.to_pylist():
            result.note(record, codebook)
            stratum, segments = record["stratum"], _codes(record["segments"], codebook)
            groups = result.groups(segments, codebook)
            sums = record["n"], int(record["weight"] or 0), int(record["squares"] or 0)
            for column, code in meanings[record["cell"]]:
                listed(codebook.columns[column], code)
                if column == 0:
                    result.clusters[stratum] = result.clusters.get(stratum, 0) + record["rows"]
                for group in groups:
                    of_code = counted[stratum, group][column, code]
                    of_code[:] = map(sum, zip(of_code, sums, strict=True))
    for (stratum, group), of_codes in counted.items():
        answered = [_total(of_codes, place, len(told.codes)) for place, told in enumerate(codebook.columns)]
        n, _, _ = _total(of_codes, 0, _values(codebook.columns[0]))
        for item, known in zip(codebook.items, result.of(group), strict=True):
            base, b, bb = answered[item.column]
            yes, a, aa = of_codes[item.column, item.code]
            known.add(n, base, yes, bb, stratum, Stratum(a, b, aa, aa, bb, base))
    return result


def _codes(segments: int, codebook: Codebook) -> Segments:
    """Return the code of each breakdown, of which one number was made."""
    codes = []
    for breakdown in reversed(codebook.breakdowns):
        segments, code = divmod(segments, _values(breakdown.column))
        codes.append(code)
    return tuple(reversed(codes))


def _total(counted: Counted, place: int, codes: int) -> list[int]:
    """Return people, weights and squares of those with any of the first so many codes of a column."""
    return [sum(sums) for sums in zip(*(counted[place, code] for code in range(codes)), strict=True)]


def _query(answers: ibis.Table, codebook: Codebook, digits: int, grouped: Collection[int]) -> ibis.Table:
    """Return the query. Ibis has no word for grouping by one cell, and again by another, so that part is SQL."""
    import ibis

    cells: dict[str, ir.IntegerValue] = {}
    first = 0
    for bundle in _bundles(codebook.columns):
        cell: ir.IntegerValue = ibis.literal(0, type="int32")
        for told in (codebook.columns[place] for place in bundle):
            cell = cell * _values(told) + coded(answers[told.name], told)
        cells[f"cell{len(cells)}"] = (cell + first).cast("int32")
        first += math.prod(_values(codebook.columns[place]) for place in bundle)
    sums = ", ".join(f"{sql} AS {name}" for name, sql in (OF_STRATUM | SUMS).items())
    columns = person(answers, codebook, digits, grouped)
    segments: ir.IntegerValue = ibis.literal(0, type="int64")
    for place, breakdown in enumerate(codebook.breakdowns):
        segments = segments * _values(breakdown.column) + columns.pop(f"segment{place}")
    sets = ", ".join(f"(stratum, segments, {name})" for name in cells)
    select = f"SELECT stratum, segments, COALESCE({', '.join(cells)}) AS cell, {sums}"
    people = answers.select(**columns, segments=segments, **cells).alias("people")
    return people.sql(f"{select} FROM people GROUP BY GROUPING SETS ({sets})", dialect="duckdb")


def _bundles(columns: Sequence[Column]) -> list[list[int]]:
    """Return the places of columns, in bundles that have not many cells."""
    found: list[list[int]] = []
    cells = math.inf
    for place, told in enumerate(columns):
        cells *= _values(told)
        if cells > CELLS:
            found.append([])
            cells = _values(told)
        found[-1].append(place)
    return found


def _meanings(columns: Sequence[Column]) -> list[list[tuple[int, int]]]:
    """Return what each cell means, by its number: places of columns, each with a code."""
    return [
        list(zip(bundle, codes, strict=True))
        for bundle in _bundles(columns)
        for codes in product(*(range(_values(columns[place])) for place in bundle))
    ]


def _values(told: Column) -> int:
    return len(told.codes) + 2  # missing, not listed
