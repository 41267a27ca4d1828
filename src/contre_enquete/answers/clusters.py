"""Sums of a survey in clusters: within each cluster first, then over the clusters of a stratum.

The square of the total of a cluster may have more digits than an engine keeps. So weights are added up in two parts, of
units and of ten millions of units, and what their products are made of is added up each for itself.
Totals of many clusters, each with those of many items, are more than an engine can put aside when memory is short. So it is
asked for a few items at a time, of answers that are read once and kept as codes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from .codebook import Codebook
from .person import OF_STRATUM, coded, person
from .tally import FaultyAnswers, Record, Stratum, Tally, listed

if TYPE_CHECKING:
    import ibis

PART = 10**7  # units in the upper part of a weight
ITEMS = 8  # of a query


def by_cluster(answers: ibis.Table, codebook: Codebook, digits: int, grouped: Collection[int]) -> Tally:
    """Return the sums of answers. Raises FaultyAnswers if some have values that cannot be used."""
    result = Tally.empty(codebook, digits)
    columns = person(answers, codebook, digits, grouped)
    upper = (columns["units"] // PART).cast("int64")
    columns |= {"upper": upper, "lower": columns["units"] - upper * PART}
    codes = {f"code{place}": coded(answers[told.name], told) for place, told in enumerate(codebook.columns)}
    with answers.select(**columns, **codes).cache() as people:
        for first in range(0, len(codebook.items), ITEMS):
            items = range(first, min(first + ITEMS, len(codebook.items)))
            for record in _records(people, codebook, items):
                _add(record, items, codebook, result)
    return result


def _add(record: Record, items: range, codebook: Codebook, result: Tally) -> None:
    """Add to the sums what the engine says of some items in a stratum, in a group or in all, who have the code of no breakdown."""
    stratum = record["stratum"]
    result.note(record, codebook)
    if record["no_cluster"]:
        raise FaultyAnswers(codebook.cluster, "a value in each line")
    group = first = 0
    for place, breakdown in enumerate(codebook.breakdowns):
        code = record[f"segment{place}"]
        if code is not None:
            if listed(breakdown.column, code) == len(breakdown.groups):
                return
            group = first + code
            break
        first += len(breakdown.groups)
    else:
        result.clusters[stratum] = record["clusters"]
        group = len(codebook.groups)
    for item in items:
        listed(codebook.columns[codebook.items[item].column], record[f"code{item}"])
        a, b = f"yes{item}", f"base{item}"
        sums = Stratum(
            _whole(record, a),
            _whole(record, b),
            _product(record, a, a),
            _product(record, a, b),
            _product(record, b, b),
            record[f"clusters{item}"],
        )
        squares = int(record[f"squares{item}"] or 0)
        result.sums[group][item].add(record["n"], record[b], record[a], squares, stratum, sums)


def _whole(record: Record, name: str) -> int:
    return (record[f"{name}_upper"] or 0) * PART + (record[f"{name}_lower"] or 0)


def _product(record: Record, a: str, b: str) -> int:
    """Return the sum over clusters of the product of two of their totals."""
    upper, mixed, lower = (int(record[f"{a}_{b}_{part}"] or 0) for part in ("upper", "mixed", "lower"))
    return (upper * PART + mixed) * PART + lower


def _records(people: ibis.Table, codebook: Codebook, items: range) -> Iterator[Record]:
    """Give sums over clusters, by stratum and the code of each breakdown, and by stratum alone.

    Ibis has no word for grouping in two ways at once, so this is SQL, of which it makes that of the engine.
    """
    totals = {
        "clusters": "COUNT(*)",
        "no_cluster": "COUNT(CASE WHEN cluster IS NULL OR CAST(cluster AS VARCHAR) = '' THEN 1 END)",
        "greatest": "MAX(greatest)",
        "smallest": "MIN(smallest)",
        "least": "MIN(least)",
        "most": "MAX(most)",
    }
    of_cluster = OF_STRATUM | {"n": "COUNT(positive)"}
    totals |= _sums("rows", "valid", "given", "n")
    for place in items:
        item = codebook.items[place]
        code, yes, base = f"code{item.column}", f"yes{place}", f"base{place}"
        answered = f"{code} < {len(codebook.columns[item.column].codes)}"
        of_cluster |= {f"code{place}": f"MAX({code})", f"squares{place}": f"SUM(CASE WHEN {answered} THEN square END)"}
        of_cluster |= _weighed(yes, f"{code} = {item.code}") | _weighed(base, answered)
        totals |= {
            f"code{place}": f"MAX(code{place})",
            f"squares{place}": f"CAST(SUM(squares{place}) AS VARCHAR)",
            f"clusters{place}": f"COUNT(CASE WHEN {base}_upper + {base}_lower > 0 THEN 1 END)",
        }
        for name in (yes, base):
            totals |= _sums(name, f"{name}_upper", f"{name}_lower") | _products(yes, name)
        totals |= _products(base, base)
    segments = [f"segment{place}" for place in range(len(codebook.breakdowns))]
    sets = ", ".join(["(stratum, cluster)", *(f"(stratum, cluster, {segment})" for segment in segments)])
    keys = ", ".join(["stratum", *segments])
    clusters = f"SELECT {keys}, cluster, {_listed(of_cluster)} FROM people GROUP BY GROUPING SETS ({sets})"
    strata = f"SELECT {keys}, {_listed(totals)} FROM ({clusters}) AS clusters GROUP BY {keys}"
    for batch in people.alias("people").sql(strata, dialect="duckdb").to_pyarrow_batches():
        yield from batch.to_pylist()


def _weighed(name: str, who: str) -> dict[str, str]:
    """Return the sums of some people of a cluster: how many have a weight, and both parts of their weights."""
    parts = {f"{name}_{part}": f"CAST(SUM(CASE WHEN {who} THEN {part} END) AS BIGINT)" for part in ("upper", "lower")}
    return {name: f"COUNT(CASE WHEN {who} THEN positive END)", **parts}


def _sums(*names: str) -> dict[str, str]:
    return {name: f"CAST(SUM({name}) AS BIGINT)" for name in names}


def _products(a: str, b: str) -> dict[str, str]:
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


def _listed(columns: dict[str, str]) -> str:
    return ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
