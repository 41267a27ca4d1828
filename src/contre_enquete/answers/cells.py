"""Sums of a survey without clusters, from how many are in each cell.

A cell is what somebody said in a bundle of a few columns: each person is in one cell of each bundle. One query counts, for
each stratum, group and cell, the people in it, and adds up their weights and the squares of these. What is known of a
column or an item is the sum over its cells: so an engine has few sums to make for each person, however many items there are.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from .codebook import Codebook, Column
from .person import OF_STRATUM, coded, person
from .tally import Stratum, Tally, listed

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


def by_cell(answers: ibis.Table, codebook: Codebook, digits: int, *, grouped: bool) -> Tally:
    """Return the sums of answers. Raises FaultyAnswers if some have values that cannot be used."""
    everybody = len(codebook.groups)
    result = Tally.empty(codebook, digits)
    counted: dict[tuple[Any, int], Counted] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    meanings = _meanings(codebook.columns)
    for batch in _query(answers, codebook, digits, grouped).to_pyarrow_batches():
        for record in batch.to_pylist():
            result.note(record, codebook)
            stratum, segment = record["stratum"], listed(codebook.segment, record["segment"])
            sums = record["n"], int(record["weight"] or 0), int(record["squares"] or 0)
            for column, code in meanings[record["cell"]]:
                listed(codebook.columns[column], code)
                if column == 0:
                    result.clusters[stratum] = result.clusters.get(stratum, 0) + record["rows"]
                for group in {segment, everybody}:  # the same where it is missing
                    of_code = counted[stratum, group][column, code]
                    of_code[:] = map(sum, zip(of_code, sums, strict=True))
    for (stratum, group), of_codes in counted.items():
        answered = [_total(of_codes, place, len(told.codes)) for place, told in enumerate(codebook.columns)]
        n, _, _ = _total(of_codes, 0, _values(codebook.columns[0]))
        for item, known in zip(codebook.items, result.sums[group], strict=True):
            base, b, bb = answered[item.column]
            yes, a, aa = of_codes[item.column, item.code]
            known.add(n, base, yes, bb, stratum, Stratum(a, b, aa, aa, bb, base))
    return result


def _total(counted: Counted, place: int, codes: int) -> list[int]:
    """Return people, weights and squares of those with any of the first so many codes of a column."""
    return [sum(sums) for sums in zip(*(counted[place, code] for code in range(codes)), strict=True)]


def _query(answers: ibis.Table, codebook: Codebook, digits: int, grouped: bool) -> ibis.Table:
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
    sets = ", ".join(f"(stratum, segment, {name})" for name in cells)
    select = f"SELECT stratum, segment, COALESCE({', '.join(cells)}) AS cell, {sums}"
    people = answers.select(**person(answers, codebook, digits, grouped=grouped), **cells).alias("people")
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
