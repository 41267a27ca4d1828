"""Ask the engine once for all the sums that a table needs, and keep them as whole numbers.

One grouped query gives, for each stratum, cluster and group, how many answered each column and each item, and the sums of
their weights; without clusters, where each person is one, also the sums of squares that clusters get from their totals.
Weights are counted in units so small that the greatest has 14 digits: sums of whole numbers are the same in
whatever order an engine adds them up, those of floats are not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from .codebook import TOTAL, Codebook, Column

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir

DIGITS = 14  # of the greatest weight: the squares of a thousand million such add up to less than 38 digits
PEEK = 10_000  # rows from which the unit of the weights is guessed
LONELY = "at least two clusters, or people if there are none, in each stratum; join it with one that is like it"
UNKNOWN = -1  # the code of a value that the codebook does not list
Record = dict[str, Any]


class FaultyAnswers(Exception):
    """Answers cannot be used, as their sums show: the column, and what was expected of it. Which line is not known."""

    def __init__(self, column: str, expected: str) -> None:
        super().__init__(f"column {column}: expected {expected}")


class FaultyColumn(FaultyAnswers):
    """A column is not there, or of a type that answers do not have: no line is at fault."""


@dataclass
class Stratum:
    """Sums over the clusters of a stratum: of a, the weights of who gave the answer, and b, those of who answered at all."""

    a: int = 0
    b: int = 0
    aa: int = 0
    ab: int = 0
    bb: int = 0
    clusters: int = 0  # in which somebody answered

    def add(self, a: int, b: int, aa: int, ab: int, bb: int, clusters: int) -> None:
        self.a += a
        self.b += b
        self.aa += aa
        self.ab += ab
        self.bb += bb
        self.clusters += clusters


@dataclass
class Sums:
    """What is known of one item in one group; `n` people, of whom `base` answered and `yes` gave the answer."""

    n: int = 0
    base: int = 0
    yes: int = 0
    squares: int = 0  # of the weights of those who answered
    strata: dict[Any, Stratum] = field(default_factory=dict)


@dataclass
class Tally:
    """The sums by group (its place, or the last for everybody) and item, in units of the weights of 1/10**digits."""

    sums: list[list[Sums]]
    digits: int
    greatest: float = 0  # weight
    clusters: dict[Any, int] = field(default_factory=dict)  # by stratum; people where there are no clusters
    population: dict[Any, float] = field(default_factory=dict)  # clusters in the population, by stratum


def tally(answers: ibis.Table, codebook: Codebook) -> Tally:
    """Return the sums of a table of answers. Raises FaultyAnswers if some cannot be used."""
    _check_columns(answers, codebook)
    digits = 0
    if codebook.weight:
        some = answers.limit(PEEK)
        digits = _digits(
            some.aggregate(m=number(some[codebook.weight], codebook.decimal).max()).to_pyarrow()[0][0].as_py()
        )
    while True:
        result = _collected(_query(answers, codebook, digits), codebook, digits)
        needed = _digits(result.greatest) if codebook.weight else 0
        if needed == digits:
            return _checked(result, codebook)
        digits = needed


def number(column: ir.Column, decimal: str) -> ir.FloatingColumn:
    """Return a column as floats, null where it is empty or no number."""
    if not column.type().is_string():
        return column.cast("float64")
    if decimal != ".":
        column = column.replace(".", "?").replace(decimal, ".")
    return column.try_cast("float64")


def coded(column: ir.Column, told: Column, counted: ir.BooleanValue | bool = True) -> ir.IntegerColumn:
    """Return a column as the codes of its values, UNKNOWN for those that are not listed, null for those of missing answers
    and where it is not counted."""
    import ibis

    cases = [(_among(column, values), code) for code, values in enumerate(told.codes)]
    out = [] if counted is True else [(~counted, None)]
    return ibis.cases(*out, *cases, (_among(column, told.missing), None), else_=UNKNOWN).cast("int8")


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


def _check_columns(answers: ibis.Table, codebook: Codebook) -> None:
    kinds = answers.schema()
    for name in codebook.named():
        kind = kinds.get(name)
        if kind is None:
            raise FaultyColumn(name, "a column of that name in the file, whose header has none")
        if name in (codebook.weight, codebook.population):
            if not (kind.is_string() or (kind.is_numeric() and not kind.is_boolean())):
                raise FaultyColumn(name, f"numbers or text, not {kind}")
        elif not (kind.is_string() or kind.is_integer() or kind.is_floating() or kind.is_boolean()):
            raise FaultyColumn(name, f"text, numbers or yes and no, not {kind}")


def _digits(greatest: float | None) -> int:
    """Return how many decimals of weights are kept, given the greatest weight; 0 if there is none."""
    return DIGITS - 1 - math.floor(math.log10(greatest)) if greatest and math.isfinite(greatest) and greatest > 0 else 0


def _query(answers: ibis.Table, codebook: Codebook, digits: int) -> ibis.Table:
    """Return the grouped query. Its columns: `stratum`, `cluster` and `segment`, and sums by the place of column or item."""
    import ibis

    nothing = ibis.literal(None, type="int8")
    keys = {role: answers[name] if (name := getattr(codebook, role)) else nothing for role in ("stratum", "cluster")}
    keys["segment"] = coded(answers[codebook.segment.name], codebook.segment) if codebook.groups else nothing
    used: dict[str, ir.Value] = {}
    weighed: ir.BooleanValue | bool = True
    if codebook.weight:
        w = number(answers[codebook.weight], codebook.decimal)
        valid, weighed, scaled = (w >= 0) & (w < math.inf), w > 0, w * 10.0**digits
        units = ibis.ifelse(valid & (scaled < 10.0 ** (DIGITS + 1)), (scaled + 0.5).floor(), None).cast("int64")
        square = units.cast("decimal(30, 0)") * units.cast("decimal(30, 0)")
        used |= {"w": w, "valid": valid, "units": units.cast("decimal(15, 0)"), "square": square}
    if codebook.population:
        used["population"] = number(answers[codebook.population], codebook.decimal)
    for place, told in enumerate(codebook.columns):
        used[f"code{place}"] = coded(answers[told.name], told, weighed)
    rows = answers.select(**keys, **used)
    sums: dict[str, ir.Value] = {"rows": rows.count(), "n": rows.count()}
    if codebook.weight:
        sums["n"] = rows.count(where=rows.w > 0)
        sums |= {"valid": rows.count(where=rows.valid), "greatest": rows.w.max(where=rows.valid)}
    if codebook.population:
        given = rows.population
        sums |= {"given": given.count(), "least": given.min(), "most": given.max()}

    def weigh(name: str, who: ir.BooleanColumn, squared: bool) -> None:
        if codebook.weight:
            sums[f"{name}_weight"] = (
                ibis.ifelse(who, rows.units, None).sum().cast("string")
            )  # twice as fast as a filter
        if codebook.weight and squared:
            sums[f"{name}_squares"] = ibis.ifelse(who, rows.square, None).sum().cast("string")

    for place in range(len(codebook.columns)):
        code = rows[f"code{place}"]
        sums |= {f"lowest{place}": code.min(), f"base{place}": code.count()}
        weigh(f"base{place}", code.notnull(), True)
    for place, item in enumerate(codebook.items):
        code = rows[f"code{item.column}"]
        binary = len(codebook.columns[item.column].codes) == 2 and item.code == 1
        sums[f"yes{place}"] = code.sum() if binary else rows.count(where=code == item.code)
        weigh(f"yes{place}", code == item.code, not codebook.cluster)
    return rows.group_by(list(keys)).aggregate(**sums).order_by(list(keys))


def _collected(query: ibis.Table, codebook: Codebook, digits: int) -> Tally:
    """Run the query and add its rows up. Raises FaultyAnswers if some rows have values that cannot be used."""
    everybody = len(codebook.groups)
    result = Tally([[Sums() for _ in codebook.items] for _ in (*codebook.groups, TOTAL)], digits)
    for (stratum, _), records in groupby(_records(query), lambda record: (record["stratum"], record["cluster"])):
        cluster = list(records)
        for record in cluster:
            _check(record, codebook)
            result.greatest = max(result.greatest, record.get("greatest") or 0)
        people = sum(record["rows"] for record in cluster)
        result.clusters[stratum] = result.clusters.get(stratum, 0) + (1 if codebook.cluster else people)
        if codebook.population:
            given = result.population.setdefault(stratum, cluster[0]["most"])
            if any({record["least"], record["most"]} != {given} for record in cluster):
                raise FaultyAnswers(codebook.population, "one number for each stratum")
        for group in [*((record["segment"], [record]) for record in cluster), (everybody, cluster)]:
            if group[0] is not None:
                _add(result.sums[group[0]], stratum, group[1], codebook)
    return result


def _records(query: ibis.Table) -> Iterator[Record]:
    for batch in query.to_pyarrow_batches(chunk_size=1_000):
        yield from batch.to_pylist()


def _check(record: Record, codebook: Codebook) -> None:
    for role in ("stratum", "cluster"):
        if getattr(codebook, role) and record[role] in (None, ""):
            raise FaultyAnswers(getattr(codebook, role), "a value in each line")
    if codebook.weight and record["valid"] < record["rows"]:
        raise FaultyAnswers(codebook.weight, f"{weights(codebook)} in each line")
    if codebook.population:
        least = record["least"]
        if record["given"] < record["rows"] or not (1 <= least < math.inf and least == int(least)):
            raise FaultyAnswers(codebook.population, "a whole number of at least 1 in each line")
    lowest = {told.name: record[f"lowest{place}"] for place, told in enumerate(codebook.columns)}
    for name, code in {codebook.segment.name: record["segment"], **lowest}.items():
        if code == UNKNOWN:
            raise FaultyAnswers(name, "values that the codebook lists")


def weights(codebook: Codebook) -> str:
    """Return what a weight may be, in words."""
    return f"a number of at least 0, with {codebook.decimal!r} for decimals and no sign or unit"


def _add(sums: list[Sums], stratum: Any, records: list[Record], codebook: Codebook) -> None:
    """Add the records of one cluster, or of the people of one stratum, to the sums of a group."""

    def whole(name: str, kind: str = "") -> int:
        if kind and codebook.weight:
            name += kind
        return sum(int(record[name] or 0) for record in records)

    n = whole("n")
    answered = [
        [whole(f"base{place}", kind) for kind in ("", "_weight", "_squares")] for place in range(len(codebook.columns))
    ]
    for place, (item, known) in enumerate(zip(codebook.items, sums, strict=True)):
        base, b, bb = answered[item.column]
        a = whole(f"yes{place}", "_weight")
        known.n += n
        known.base += base
        known.yes += whole(f"yes{place}")
        known.squares += bb
        inside = known.strata.setdefault(stratum, Stratum())
        if codebook.cluster:
            inside.add(a, b, a * a, a * b, b * b, 1 if b else 0)
        else:
            aa = whole(f"yes{place}", "_squares")
            inside.add(a, b, aa, aa, bb, base)


def _checked(result: Tally, codebook: Codebook) -> Tally:
    """Return the sums. Raises FaultyAnswers if they do not do for an estimate."""
    if not result.clusters:
        raise FaultyAnswers(codebook.columns[0].name, "at least one line under the header")
    unit = codebook.cluster or codebook.stratum or codebook.columns[0].name
    for stratum, clusters in result.clusters.items():
        size = result.population.get(stratum, math.inf)
        if size < clusters:
            raise FaultyAnswers(codebook.population, "at least as many as the stratum has in the file")
        if clusters == 1 and size > 1:
            raise FaultyAnswers(unit, LONELY)
    for item, sums in zip(codebook.items, result.sums[-1], strict=True):
        if not sums.strata or not sum(stratum.b for stratum in sums.strata.values()):
            raise FaultyAnswers(codebook.columns[item.column].name, "at least one answer")
    return result
