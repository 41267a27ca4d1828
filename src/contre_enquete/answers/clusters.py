"""Sums of a survey in clusters: totals of each cluster first, then their squares and products over a stratum.

The variance of a share, and the covariance of those of two groups, need the sums, over the clusters of a stratum, of
products of cluster totals (`variance`). The engine adds up the totals; their products, which may have more digits than
an engine keeps, are made here. For that each total is split in three parts of at most ten million: products of parts,
and their sums, are exact in whole numbers of 64 bits, and are put together as whole numbers of any size.
Totals of many clusters, each with those of many items, take more room than an engine has on disk when memory is short.
So it is asked for some items at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .codebook import Codebook
from .person import STRATUM_SUMS
from .tally import AnswersError, GroupPair, PairSums, Record, Stage, StratumSums, Tally, check_code

if TYPE_CHECKING:
    import ibis

PART = 10**7  # weights have 14 digits, so two parts of one, and the total of a cluster three
MAX_TOTALS = 4_000_000  # that the engine keeps at a time
MAX_CLUSTERS = 20_000  # whose products are added up at a time: far fewer than overflow
KEYS = ("stratum", "cluster")
Ints = NDArray[np.int64]
Objects = NDArray[np.object_]  # whole numbers of any size


def count_by_cluster(people: ibis.Table, codebook: Codebook, digits: int) -> Tally:
    """Return the sums of people. Raises AnswersError if some have values that cannot be used."""
    tally = Tally.make_empty(codebook, digits)
    upper = (people.units // PART).cast("int64")
    people = people.mutate(upper=upper, lower=people.units - upper * PART)
    for record in _query_strata(people, codebook):
        _add_stratum(record, codebook, tally)
    products = _Products(codebook, list(tally.clusters))
    step = max(1, MAX_TOTALS // max(1, sum(tally.clusters.values()) * (1 + len(codebook.groups))))
    for first in range(0, len(codebook.items), step):
        items = range(first, min(first + step, len(codebook.items)))
        for batch in _read_clusters(people, codebook, items):
            products.add_clusters(batch, items)
    products.move_to(tally)
    if codebook.cluster_population:
        _add_second_stage(people, codebook, tally)
    return tally


def _add_second_stage(people: ibis.Table, codebook: Codebook, tally: Tally) -> None:
    """Set what the people drawn in each cluster count for, and add what varies between them to the sums."""
    for record in _query_stages(people):
        drawn, size = record["drawn"], record["most"]
        if record["given"] < drawn or not record["least"] == size == int(size) >= drawn:
            raise AnswersError(codebook.cluster_population, "one whole number for each cluster, of at least its lines")
        if drawn == 1 < size:
            raise AnswersError(codebook.cluster_population, "1 in a cluster with one line, or more lines")
        stratum = record["stratum"]
        share = tally.clusters[stratum] / tally.population[stratum]
        factor = share * (1 - drawn / size) * drawn / (drawn - 1) if drawn < size else 0.0
        tally.stages[stratum, record["cluster"]] = Stage(drawn, factor)
    key: tuple[Any, Any] | None = None
    members: dict[int, Record] = {}
    for record in _query_squares(people, codebook):
        if key != (key := (record["stratum"], record["cluster"])):
            members = {}
        group = _find_group(record, codebook)
        if group is not None:
            members[group] = record
            _add_within(record, (group, members), codebook, tally)


def _add_within(record: Record, place: tuple[int, dict[int, Record]], codebook: Codebook, tally: Tally) -> None:
    """Add what varies within a cluster: of a group, and between it and each group before it in the same breakdown."""
    group, members = place
    stratum = record["stratum"]
    stage = tally.stages[stratum, record["cluster"]]
    for item in range(len(codebook.items)):
        y, x, yy, xx = (record[f"{name}{item}"] for name in ("y", "x", "yy", "xx"))
        sums = tally.sums[group][item].strata[stratum]
        sums.add_within(stage, (y, x), (yy, yy, xx))
        for other, before in members.items():
            pair = tally.pairs.get(GroupPair(item, min(other, group), max(other, group)), {}).get(stratum)
            if other != group and pair:
                totals = (before[f"y{item}"], before[f"x{item}"]), (y, x)
                pair.add_within(stage, *(totals if other < group else reversed(totals)))


def _add_stratum(record: Record, codebook: Codebook, tally: Tally) -> None:
    """Add a record of the engine: how many people are in a stratum, of one group or of everybody."""
    stratum = record["stratum"]
    tally.add_record(record, codebook)
    if record["no_cluster"]:
        raise AnswersError(codebook.cluster, "a value in each line")
    group = _find_group(record, codebook)
    if group is None:
        return
    if group == len(codebook.groups):
        tally.clusters[stratum] = record["clusters"]
    for place, item in enumerate(codebook.items):
        check_code(codebook.columns[item.column], record[f"code{item.column}"])
        counts = record[f"base{item.column}"], record[f"yes{place}"], int(record[f"squares{item.column}"] or 0)
        tally.sums[group][place].add(record["n"], *counts, stratum, StratumSums())


def _find_group(record: Record, codebook: Codebook) -> int | None:
    """Return the index of the group of a record, None for people in no group of its breakdown."""
    first = 0
    for place, breakdown in enumerate(codebook.breakdowns):
        code = record[f"segment{place}"]
        if code is not None:
            return first + code if check_code(breakdown.column, code) < len(breakdown.groups) else None
        first += len(breakdown.groups)
    return first


class _Products:
    """The sums of products of the totals of clusters, by stratum: of an item's y and x in two groups of a breakdown."""

    def __init__(self, codebook: Codebook, strata: list[Any]) -> None:
        self.strata = {stratum: place for place, stratum in enumerate(strata)}
        sizes = [len(breakdown.groups) for breakdown in codebook.breakdowns] + [1]  # everybody is alone
        ends = np.cumsum(sizes)
        self.blocks = [range(end - size, end) for end, size in zip(ends.tolist(), sizes, strict=True)]
        shape = len(strata), len(codebook.items)
        self.totals = np.zeros((*shape, ends[-1], 2), object)  # of each group: y, x
        self.products = [np.zeros((*shape, len(block), 2, len(block), 2), object) for block in self.blocks]
        self.together = [np.zeros((*shape, len(block), len(block)), int) for block in self.blocks]  # clusters of both
        self.answered = np.zeros((*shape, len(self.blocks)), int)  # clusters of any group

    def add_clusters(self, batch: tuple[Objects, Ints], items: range) -> None:
        """Add clusters: the stratum of each, and their totals by part, item, group, and y or x."""
        names, parts = batch
        strata = np.array([self.strata[name] for name in names])
        for place in np.unique(strata):
            of_stratum = parts[strata == place]
            for first in range(0, len(of_stratum), MAX_CLUSTERS):
                self._add_stratum(place, of_stratum[first : first + MAX_CLUSTERS], slice(items.start, items.stop))

    def _add_stratum(self, stratum: int, parts: Ints, items: slice) -> None:
        scales = np.array([PART**power for power in range(parts.shape[1])], object)
        self.totals[stratum, items] += np.tensordot(scales, parts.sum(axis=0).astype(object), 1)
        answered = (parts[..., 1] > 0).any(axis=1).astype(int)  # cluster, item, group
        for number, block in enumerate(self.blocks):
            of_block = parts[:, :, :, block.start : block.stop]
            for a, first in enumerate(scales):
                for b, second in enumerate(scales):
                    sums = np.einsum("cigy,cihz->igyhz", of_block[:, a], of_block[:, b])
                    self.products[number][stratum, items] += first * second * sums.astype(object)
            members = answered[:, :, block.start : block.stop]
            self.together[number][stratum, items] += np.einsum("cig,cih->igh", members, members)
            self.answered[stratum, items, number] += members.any(axis=2).sum(axis=0)

    def move_to(self, tally: Tally) -> None:
        """Set the sums of the tally."""
        for stratum, row in self.strata.items():
            for number, block in enumerate(self.blocks):
                for item in range(self.totals.shape[1]):
                    self._move_block(tally, (stratum, row), (item, number), block)

    def _move_block(self, tally: Tally, stratum: tuple[Any, int], place: tuple[int, int], block: range) -> None:
        (name, row), (item, number) = stratum, place
        products, together = self.products[number][row, item], self.together[number][row, item]
        tally.answered[item, number][name] = int(self.answered[row, item, number])
        for a, group in enumerate(block):
            if name in tally.sums[group][item].strata:
                (yy, xy), (_, xx) = products[a, :, a]
                y, x = self.totals[row, item, group]
                tally.sums[group][item].strata[name] = StratumSums(y, x, yy, xy, xx, int(together[a, a]))
            for b in range(a + 1, len(block)):
                (yy, yx), (xy, xx) = products[a, :, b]
                pair = GroupPair(item, group, block[b])
                tally.pairs[pair][name] = PairSums(yy, yx, xy, xx, int(together[a, b]))


def _read_clusters(people: ibis.Table, codebook: Codebook, items: range) -> Iterator[tuple[Objects, Ints]]:
    """Yield clusters by their strata and totals: indices of cluster, part, item, group, and y or x."""
    groups = len(codebook.groups) + 1
    left: dict[str, Any] = {}
    for batch in _query_clusters(people, codebook, items):
        columns = {name: np.concatenate([left[name], of]) if left else of for name, of in batch.items()}
        starts = np.ones(len(columns["stratum"]), bool)
        starts[1:] = np.any([columns[key][1:] != columns[key][:-1] for key in KEYS], axis=0)
        last = int(np.flatnonzero(starts)[-1])  # a cluster may go on in the next batch
        left = {name: of[last:] for name, of in columns.items()}
        if last:
            yield _arrange({name: of[:last] for name, of in columns.items()}, starts[:last], items, groups)
    if left:
        starts = np.arange(len(left["stratum"])) == 0
        yield _arrange(left, starts, items, groups)


def _arrange(columns: dict[str, Any], starts: NDArray[np.bool_], items: range, groups: int) -> tuple[Objects, Ints]:
    clusters, kept = np.cumsum(starts) - 1, columns["place"] >= 0
    parts = np.zeros((clusters[-1] + 1, 3, len(items), groups, 2), np.int64)
    for place, item in enumerate(items):
        for side, name in enumerate(("yes", "base")):
            upper, lower = (columns[f"{name}{item}_{part}"][kept] for part in ("upper", "lower"))
            upper = upper + lower // PART
            values = np.stack([lower % PART, upper % PART, upper // PART], axis=1)
            parts[clusters[kept], :, place, columns["place"][kept], side] = values
    used = 3 if parts[:, 2].any() else 2 if parts[:, 1].any() else 1
    return columns["stratum"][starts], parts[:, :used]


def _query_strata(people: ibis.Table, codebook: Codebook) -> Iterator[Record]:
    """Yield how many people are in each stratum, by the code of each breakdown, and in all.

    This is SQL, which Ibis translates for the engine, for Ibis cannot group in two ways at once.
    """
    empty = "cluster IS NULL OR CAST(cluster AS VARCHAR) = ''"
    sums = STRATUM_SUMS | {
        "n": "COUNT(positive)",
        "clusters": "COUNT(DISTINCT cluster)",
        "no_cluster": f"COUNT(CASE WHEN {empty} THEN 1 END)",
    }
    for place, column in enumerate(codebook.columns):
        answered = f"code{place} < {len(column.codes)}"
        # The greatest code shows a value that is not listed.
        sums |= {
            f"code{place}": f"MAX(code{place})",
            f"base{place}": f"COUNT(CASE WHEN {answered} THEN positive END)",
            f"squares{place}": f"CAST(SUM(CASE WHEN {answered} THEN square END) AS VARCHAR)",
        }
    for place, item in enumerate(codebook.items):
        sums[f"yes{place}"] = f"COUNT(CASE WHEN code{item.column} = {item.code} THEN positive END)"
    for batch in _query_groups(people, codebook, sums, ["stratum"]):
        yield from batch.to_pylist()


def _query_clusters(people: ibis.Table, codebook: Codebook, items: range) -> Iterator[dict[str, Any]]:
    """Yield columns of clusters in their order: their keys, the index of a group, and the totals of weights in it.

    A row of people in no group has the index -1.
    """
    sums = {}
    for place in items:
        item = codebook.items[place]
        code = f"code{item.column}"
        conditions = {"yes": f"{code} = {item.code}", "base": f"{code} < {len(codebook.columns[item.column].codes)}"}
        for name, condition in conditions.items():
            for part in ("upper", "lower"):
                sums[f"{name}{place}_{part}"] = f"CAST(SUM(CASE WHEN {condition} THEN {part} ELSE 0 END) AS BIGINT)"
    for batch in _query_groups(people, codebook, sums, list(KEYS)):
        columns = {name: np.array(batch[name].to_pylist(), object) for name in KEYS}
        groups = np.full(batch.num_rows, len(codebook.groups))
        first = 0
        for number, breakdown in enumerate(codebook.breakdowns):
            codes = batch[f"segment{number}"].fill_null(-1).to_numpy().astype(np.int64)
            is_in = (codes >= 0) & (codes < len(breakdown.groups))
            groups = np.where(codes >= 0, np.where(is_in, first + codes, -1), groups)
            first += len(breakdown.groups)
        yield columns | {"place": groups} | {name: batch[name].fill_null(0).to_numpy() for name in sums}


def _query_stages(people: ibis.Table) -> Iterator[Record]:
    """Yield how many people of each cluster were drawn, and of how many."""
    sums = "COUNT(*) AS drawn, COUNT(members) AS given, MIN(members) AS least, MAX(members) AS most"
    query = f"SELECT stratum, cluster, {sums} FROM people GROUP BY stratum, cluster"
    for batch in people.alias("people").sql(query, dialect="duckdb").to_pyarrow_batches():
        yield from batch.to_pylist()


def _query_squares(people: ibis.Table, codebook: Codebook) -> Iterator[Record]:
    """Yield the totals of each cluster and the sums of the squares of its people, by group and in all, as floats."""
    sums = {}
    for place, item in enumerate(codebook.items):
        code = f"code{item.column}"
        conditions = {"y": f"{code} = {item.code}", "x": f"{code} < {len(codebook.columns[item.column].codes)}"}
        for name, condition in conditions.items():
            for column, value in ((name, "CAST(units AS DECIMAL(15, 0))"), (2 * name, "square")):
                sums[f"{column}{place}"] = f"CAST(SUM(CASE WHEN {condition} THEN {value} ELSE 0 END) AS DOUBLE)"
    for batch in _query_groups(people, codebook, sums, list(KEYS)):
        yield from batch.to_pylist()


def _query_groups(people: ibis.Table, codebook: Codebook, sums: dict[str, str], keys: list[str]) -> Iterator[Any]:
    """Yield batches of sums by some keys, and by them and the code of each breakdown, in the order of the keys."""
    segments = [f"segment{place}" for place in range(len(codebook.breakdowns))]
    sets = ", ".join(f"({', '.join(of)})" for of in [keys, *([*keys, segment] for segment in segments)])
    columns = ", ".join([*keys, *segments, *(f"{sql} AS {name}" for name, sql in sums.items())])
    query = f"SELECT {columns} FROM people GROUP BY GROUPING SETS ({sets}) ORDER BY {', '.join(keys)}"
    yield from people.alias("people").sql(query, dialect="duckdb").to_pyarrow_batches()
