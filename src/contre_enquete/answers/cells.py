"""Sums of a survey without clusters, from how many people are in each cell.

A cell is a combination of the codes of a few columns, which make a bundle: each person is in one cell of each bundle.
One query counts, for each stratum, group and cell, the people in it, and adds up their weights and the squares of
these. The sums of a column or an item are the sums over its cells: an engine makes few sums for each person, however
many items there are.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from .codebook import Codebook, Column
from .person import STRATUM_SUMS
from .tally import GroupCodes, StratumSums, Tally, check_code

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

# A smaller limit makes more bundles to count, a greater one more cells to keep in memory.
MAX_BUNDLE_CELLS = 64  # unless one column has more
CELL_SUMS = {
    "n": "COUNT(positive)",
    "weight": "CAST(SUM(CAST(units AS DECIMAL(15, 0))) AS VARCHAR)",
    "squares": "CAST(SUM(square) AS VARCHAR)",
}
CodeSums = dict[tuple[int, int], list[int]]  # by column and code: people, the sum of their weights, that of the squares


def count_by_cell(people: ibis.Table, codebook: Codebook, digits: int) -> Tally:
    """Return the sums of answers. Raises AnswersError if some have values that cannot be used."""
    tally = Tally.make_empty(codebook, digits)
    code_sums: dict[tuple[Any, int], CodeSums] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    cells = _list_cells(codebook.columns)
    for batch in _make_query(people, codebook).to_pyarrow_batches():
        for record in batch.to_pylist():
            tally.add_record(record, codebook)
            stratum, codes = record["stratum"], _split_codes(record["segments"], codebook)
            groups = tally.list_groups(codes, codebook)
            sums = record["n"], int(record["weight"] or 0), int(record["squares"] or 0)
            for column, code in cells[record["cell"]]:
                check_code(codebook.columns[column], code)
                if column == 0:  # each person has one code of the first column
                    tally.clusters[stratum] = tally.clusters.get(stratum, 0) + record["rows"]
                for group in groups:
                    of_code = code_sums[stratum, group][column, code]
                    of_code[:] = map(sum, zip(of_code, sums, strict=True))
    for (stratum, group), of_codes in code_sums.items():
        answered = [_add_codes(of_codes, place, len(column.codes)) for place, column in enumerate(codebook.columns)]
        n, _, _ = _add_codes(of_codes, 0, _count_codes(codebook.columns[0]))
        for item, item_sums in zip(codebook.items, tally.sums[group], strict=True):
            base, x, xx = answered[item.column]
            yes, y, yy = of_codes[item.column, item.code]
            # Each person is a cluster, so the product of a person's y and x, which is 0 or the weight, is y's square.
            item_sums.add(n, base, yes, xx, stratum, StratumSums(y, x, yy, yy, xx, base))
    return tally


def _split_codes(segments: int, codebook: Codebook) -> GroupCodes:
    """Return the code of each breakdown from the one number that `_make_query` makes of them."""
    codes = []
    for breakdown in reversed(codebook.breakdowns):
        segments, code = divmod(segments, _count_codes(breakdown.column))
        codes.append(code)
    return tuple(reversed(codes))


def _add_codes(code_sums: CodeSums, place: int, codes: int) -> list[int]:
    """Return people, weights and squares of people with any of the first so many codes of a column."""
    return [sum(sums) for sums in zip(*(code_sums[place, code] for code in range(codes)), strict=True)]


def _make_query(people: ibis.Table, codebook: Codebook) -> ibis.Table:
    """Return the query. It is partly SQL, for Ibis cannot group by one cell and again by another."""
    import ibis

    cells: dict[str, ir.IntegerValue] = {}
    first = 0
    for bundle in _make_bundles(codebook.columns):
        cell: ir.IntegerValue = ibis.literal(0, type="int32")
        for place in bundle:
            cell = cell * _count_codes(codebook.columns[place]) + people[f"code{place}"]
        cells[f"cell{len(cells)}"] = (cell + first).cast("int32")
        first += math.prod(_count_codes(codebook.columns[place]) for place in bundle)
    sums = ", ".join(f"{sql} AS {name}" for name, sql in (STRATUM_SUMS | CELL_SUMS).items())
    segments: ir.IntegerValue = ibis.literal(0, type="int64")
    for place, breakdown in enumerate(codebook.breakdowns):
        segments = segments * _count_codes(breakdown.column) + people[f"segment{place}"]
    sets = ", ".join(f"(stratum, segments, {name})" for name in cells)
    select = f"SELECT stratum, segments, COALESCE({', '.join(cells)}) AS cell, {sums}"
    columns = ["stratum", "population", "valid", "positive", "units", "square"]
    return (
        people.select(*columns, segments=segments, **cells)
        .alias("people")
        .sql(f"{select} FROM people GROUP BY GROUPING SETS ({sets})", dialect="duckdb")
    )


def _make_bundles(columns: Sequence[Column]) -> list[list[int]]:
    """Return the indices of columns, in bundles of at most `MAX_BUNDLE_CELLS` cells or of one column."""
    bundles: list[list[int]] = []
    cells = math.inf
    for place, column in enumerate(columns):
        cells *= _count_codes(column)
        if cells > MAX_BUNDLE_CELLS:
            bundles.append([])
            cells = _count_codes(column)
        bundles[-1].append(place)
    return bundles


def _list_cells(columns: Sequence[Column]) -> list[list[tuple[int, int]]]:
    """Return each cell, by its number, as the indices of columns with a code of each."""
    return [
        list(zip(bundle, codes, strict=True))
        for bundle in _make_bundles(columns)
        for codes in product(*(range(_count_codes(columns[place])) for place in bundle))
    ]


def _count_codes(column: Column) -> int:
    return len(column.codes) + 2  # missing, not listed
