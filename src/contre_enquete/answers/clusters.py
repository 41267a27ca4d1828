"""Sums of a survey in clusters: totals of each cluster first, then their squares and products over a stratum.

The variance of a share needs the sum, over the clusters of a stratum, of products of cluster totals (`variance`). A
product may have more digits than an engine keeps. So each total is kept in two parts, an upper one of ten millions of
units and a lower one, and the products of the parts are added up apart: with a total t = u·P + l, the product of two is
t·t' = (u·u'·P + u·l' + l·u')·P + l·l'.
Totals of many clusters, each with those of many items, take more room than an engine has on disk when memory is short.
So it is asked for a few items at a time, of answers that are read once and kept as codes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from .codebook import Codebook
from .person import STRATUM_SUMS, encode_column, make_person_columns
from .tally import AnswersError, Record, StratumSums, Tally, check_code

if TYPE_CHECKING:
    import ibis

PART_UNITS = 10**7  # P: weights have 14 digits, so each part of one has 7, and the parts of a total stay below 64 bits
ITEMS_PER_QUERY = 8


def count_by_cluster(answers: ibis.Table, codebook: Codebook, digits: int, grouped: Collection[int]) -> Tally:
    """Return the sums of answers. Raises AnswersError if some have values that cannot be used."""
    tally = Tally.make_empty(codebook, digits)
    columns = make_person_columns(answers, codebook, digits, grouped)
    upper = (columns["units"] // PART_UNITS).cast("int64")
    columns |= {"upper": upper, "lower": columns["units"] - upper * PART_UNITS}
    codes = {
        f"code{place}": encode_column(answers, column, codebook.decimal)
        for place, column in enumerate(codebook.columns)
    }
    with answers.select(**columns, **codes).cache() as people:
        for first in range(0, len(codebook.items), ITEMS_PER_QUERY):
            items = range(first, min(first + ITEMS_PER_QUERY, len(codebook.items)))
            for record in _query_strata(people, codebook, items):
                _add_stratum(record, items, codebook, tally)
    return tally


def _add_stratum(record: Record, items: range, codebook: Codebook, tally: Tally) -> None:
    """Add a record of the engine: the sums of some items in a stratum, of one group or of everybody."""
    stratum = record["stratum"]
    tally.add_record(record, codebook)
    if record["no_cluster"]:
        raise AnswersError(codebook.cluster, "a value in each line")
    group = first = 0
    for place, breakdown in enumerate(codebook.breakdowns):
        code = record[f"segment{place}"]
        if code is not None:
            if check_code(breakdown.column, code) == len(breakdown.groups):
                return  # people in no group of this breakdown
            group = first + code
            break
        first += len(breakdown.groups)
    else:
        tally.clusters[stratum] = record["clusters"]
        group = len(codebook.groups)
    for item in items:
        check_code(codebook.columns[codebook.items[item].column], record[f"code{item}"])
        y, x = f"yes{item}", f"base{item}"
        sums = StratumSums(
            _read_total(record, y),
            _read_total(record, x),
            _read_product(record, y, y),
            _read_product(record, y, x),
            _read_product(record, x, x),
            record[f"clusters{item}"],
        )
        squares = int(record[f"squares{item}"] or 0)
        tally.sums[group][item].add(record["n"], record[x], record[y], squares, stratum, sums)


def _read_total(record: Record, name: str) -> int:
    """Return the sum over clusters of a total, from its parts."""
    return (record[f"{name}_upper"] or 0) * PART_UNITS + (record[f"{name}_lower"] or 0)


def _read_product(record: Record, a: str, b: str) -> int:
    """Return the sum over clusters of the product of two of their totals, from the products of parts."""
    upper, mixed, lower = (int(record[f"{a}_{b}_{part}"] or 0) for part in ("upper", "mixed", "lower"))
    return (upper * PART_UNITS + mixed) * PART_UNITS + lower


def _query_strata(people: ibis.Table, codebook: Codebook, items: range) -> Iterator[Record]:
    """Yield the sums over clusters, by stratum and the code of each breakdown, and by stratum alone.

    This is SQL, which Ibis translates for the engine, for Ibis cannot group in two ways at once.
    """
    totals = {
        "clusters": "COUNT(*)",
        "no_cluster": "COUNT(CASE WHEN cluster IS NULL OR CAST(cluster AS VARCHAR) = '' THEN 1 END)",
        "greatest": "MAX(greatest)",
        "smallest": "MIN(smallest)",
        "least": "MIN(least)",
        "most": "MAX(most)",
    }
    of_cluster = STRATUM_SUMS | {"n": "COUNT(positive)"}
    totals |= _write_sums("rows", "valid", "given", "n")
    for place in items:
        item = codebook.items[place]
        code, yes, base = f"code{item.column}", f"yes{place}", f"base{place}"
        answered = f"{code} < {len(codebook.columns[item.column].codes)}"
        # The greatest code shows a value that is not listed. A cluster counts for an item if anybody in it has weight.
        of_cluster |= {f"code{place}": f"MAX({code})", f"squares{place}": f"SUM(CASE WHEN {answered} THEN square END)"}
        of_cluster |= _write_totals(yes, f"{code} = {item.code}") | _write_totals(base, answered)
        totals |= {
            f"code{place}": f"MAX(code{place})",
            f"squares{place}": f"CAST(SUM(squares{place}) AS VARCHAR)",
            f"clusters{place}": f"COUNT(CASE WHEN {base}_upper + {base}_lower > 0 THEN 1 END)",
        }
        for name in (yes, base):
            totals |= _write_sums(name, f"{name}_upper", f"{name}_lower") | _write_products(yes, name)
        totals |= _write_products(base, base)
    segments = [f"segment{place}" for place in range(len(codebook.breakdowns))]
    sets = ", ".join(["(stratum, cluster)", *(f"(stratum, cluster, {segment})" for segment in segments)])
    keys = ", ".join(["stratum", *segments])
    clusters = f"SELECT {keys}, cluster, {_write_columns(of_cluster)} FROM people GROUP BY GROUPING SETS ({sets})"
    strata = f"SELECT {keys}, {_write_columns(totals)} FROM ({clusters}) AS clusters GROUP BY {keys}"
    for batch in people.alias("people").sql(strata, dialect="duckdb").to_pyarrow_batches():
        yield from batch.to_pylist()


def _write_totals(name: str, condition: str) -> dict[str, str]:
    """Return the totals of some people of a cluster: how many have a weight, and both parts of their weights."""
    parts = {
        f"{name}_{part}": f"CAST(SUM(CASE WHEN {condition} THEN {part} END) AS BIGINT)" for part in ("upper", "lower")
    }
    return {name: f"COUNT(CASE WHEN {condition} THEN positive END)", **parts}


def _write_sums(*names: str) -> dict[str, str]:
    return {name: f"CAST(SUM({name}) AS BIGINT)" for name in names}


def _write_products(a: str, b: str) -> dict[str, str]:
    """Return the sums of the products of the parts of two totals: of upper parts, of one of each, of lower parts."""
    pairs = {
        "upper": [("upper", "upper")],
        "mixed": [("upper", "lower"), ("lower", "upper")],
        "lower": [("lower", "lower")],
    }
    return {
        f"{a}_{b}_{name}": "CAST(SUM("
        + " + ".join(f"CAST({a}_{x} AS DECIMAL(19, 0)) * CAST({b}_{y} AS DECIMAL(19, 0))" for x, y in of)
        + ") AS VARCHAR)"
        for name, of in pairs.items()
    }


def _write_columns(columns: dict[str, str]) -> str:
    return ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
