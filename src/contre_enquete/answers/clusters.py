"""The sums of groups, from those of cells: totals of each cluster, then squares and products of these over a stratum.

The variance of a share, and the covariance of those of two groups, need the sums, over the clusters of a stratum, of
products of cluster totals (`variance`). Products may have more digits than an engine keeps, so they are made here, of
parts of the totals: products of parts, and their sums, are exact in whole numbers of 64 bits, and are put together as
whole numbers of any size. Without clusters each person is one, and the products are the squares of weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .cells import BITS, Cells, CellSums, Ints, Objects, carry, join_parts, read_cells
from .codebook import Codebook
from .tally import AnswersError, GroupPair, PairSums, Record, Stage, StratumSums, TableSums, Tally

if TYPE_CHECKING:
    import ibis

CLUSTER_KEYS = ["stratum", "cluster"]
MAX_CLUSTERS = 20_000  # whose products are added up at a time: far fewer than overflow


def add_people(cells: Cells, codebook: Codebook, tally: Tally) -> None:
    """Add the sums of cells to a tally that knows its strata, of a sample without clusters."""
    for columns in cells.list_steps(codebook):
        items = _list_items(codebook, columns)
        for sums in read_cells(cells, codebook, columns):
            _add_groups(sums, items, codebook, tally)
            runs, starts = _find_runs(sums)
            weights, squares, counts = (
                join_parts(_sum_runs(values, runs, sums, codebook), 1)
                for values in (sums.weights, sums.squares, sums.counts[:, None])
            )  # run, item, group, y or x
            for run, place, group in np.argwhere(weights[..., 1] > 0).tolist():
                (y, x), (yy, xx), (_, base) = (values[run, place, group] for values in (weights, squares, counts))
                # Each person is a cluster: the product of a person's y and x, which is 0 or the weight, is y's square.
                of_stratum = StratumSums(y, x, yy, yy, xx, base)
                tally.sums[group][items[place]].strata[sums.strata[starts[run]]] = of_stratum


def add_clusters(people: ibis.Table, cells: Cells, codebook: Codebook, tally: Tally) -> None:
    """Add the sums of cells to a tally that knows its strata, of a sample in clusters."""
    products = _Products(codebook, list(tally.clusters))
    for columns in cells.list_steps(codebook):
        items = _list_items(codebook, columns)
        for sums in read_cells(cells, codebook, columns):
            _add_groups(sums, items, codebook, tally)
            runs, starts = _find_runs(sums)
            products.add_clusters(sums.strata[starts], carry(_sum_runs(sums.weights, runs, sums, codebook)), items)
    products.move_to(tally)
    if codebook.cluster_population:
        _add_second_stage(people, codebook, tally)


def _list_items(codebook: Codebook, columns: range) -> list[int]:
    return [place for place, item in enumerate(codebook.items) if item.column in columns]


def _iterate_groups(sums: CellSums, codebook: Codebook) -> Iterator[tuple[int, Ints]]:
    """Yield the index of each group, the last of which is everybody, and its cells."""
    for place, block in enumerate(codebook.blocks):
        for code, group in enumerate(block):
            yield group, np.flatnonzero(sums.codes[:, place] == code)
    yield len(codebook.groups), np.arange(len(sums.codes))


def _add_groups(sums: CellSums, items: Sequence[int], codebook: Codebook, tally: Tally) -> None:
    """Add how many people of each group there are, who answered and who gave each answer, and squares of weights."""
    for group, cells in _iterate_groups(sums, codebook):
        n, counts = int(sums.people[cells].sum()), sums.counts[cells].sum(axis=0).tolist()
        squares = join_parts(sums.squares[cells].sum(axis=0))
        for place, item in enumerate(items):
            of_item = tally.sums[group][item]
            of_item.n += n
            of_item.yes += counts[place][0]
            of_item.base += counts[place][1]
            of_item.squares += int(squares[place, 1])


def _find_runs(sums: CellSums) -> tuple[Ints, Ints]:
    """Return the number of the cluster of each cell, and the first cell of each cluster."""
    is_first = np.ones(len(sums.strata), bool)
    is_first[1:] = (sums.strata[1:] != sums.strata[:-1]) | (sums.clusters[1:] != sums.clusters[:-1])
    return np.cumsum(is_first) - 1, np.flatnonzero(is_first)


def _sum_runs(values: Ints, runs: Ints, sums: CellSums, codebook: Codebook) -> Ints:
    """Return the sums of cells by cluster, part, item, group, and y or x."""
    added = np.zeros((runs[-1] + 1, *values.shape[1:3], len(codebook.groups) + 1, 2), np.int64)
    for group, cells in _iterate_groups(sums, codebook):
        if len(cells):
            starts = np.flatnonzero(np.diff(runs[cells], prepend=-1))
            added[runs[cells[starts]], :, :, group] = np.add.reduceat(values[cells], starts, axis=0)
    return added


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
        if factor:
            tally.subsampled.add(stratum)
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
        sums = tally.sums[group][item].strata.get(stratum)
        if sums is None:  # nobody answered
            continue
        sums.add_within(stage, (y, x), (yy, yy, xx))
        for other, before in members.items():
            pair = tally.pairs.get(GroupPair(item, min(other, group), max(other, group)), {}).get(stratum)
            if other != group and pair:
                totals = (before[f"y{item}"], before[f"x{item}"]), (y, x)
                pair.add_within(stage, *(totals if other < group else reversed(totals)))


def _find_group(record: Record, codebook: Codebook) -> int | None:
    """Return the index of the group of a record, None for people in no group of its breakdown."""
    for place, block in enumerate(codebook.blocks):
        code = record[f"segment{place}"]
        if code is not None:
            return block[code] if code < len(block) else None
    return len(codebook.groups)


class _Products:
    """The sums of products of the totals of clusters, by stratum: of an item's y and x in two groups of a breakdown."""

    def __init__(self, codebook: Codebook, strata: list[Any]) -> None:
        self.strata = {stratum: place for place, stratum in enumerate(strata)}
        everybody = len(codebook.groups)
        self.blocks = [*codebook.blocks, range(everybody, everybody + 1)]
        shape = len(strata), len(codebook.items)
        self.totals = np.zeros((*shape, everybody + 1, 2), object)  # of each group: y, x
        self.products = [np.zeros((*shape, len(block), 2, len(block), 2), object) for block in self.blocks]
        self.together = [np.zeros((*shape, len(block), len(block)), int) for block in self.blocks]  # clusters of both
        self.answered = np.zeros((*shape, len(self.blocks)), int)  # clusters of any group
        self.items = codebook.find_tables()
        self.tables = {
            (column, number): np.zeros((len(strata), *(len(items) + 1, len(block)) * 2), object)
            for column, items in self.items.items()
            for number, block in enumerate(codebook.blocks)
        }

    def add_clusters(self, names: Objects, parts: Ints, items: Sequence[int]) -> None:
        """Add clusters: the stratum of each, and their totals by part, item, group, and y or x."""
        strata = np.array([self.strata[name] for name in names])
        for place in np.unique(strata):
            of_stratum = parts[strata == place]
            for first in range(0, len(of_stratum), MAX_CLUSTERS):
                self._add_stratum(place, of_stratum[first : first + MAX_CLUSTERS], slice(items[0], items[-1] + 1))

    def _add_stratum(self, stratum: int, parts: Ints, items: slice) -> None:
        self.totals[stratum, items] += join_parts(parts.sum(axis=0))
        used = np.flatnonzero(parts.any(axis=(0, 2, 3, 4)))
        parts = parts[:, : used[-1] + 1 if len(used) else 1]
        scales = [1 << (BITS * power) for power in range(parts.shape[1])]
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
        for (column, number), products in self.tables.items():
            first, last = self.items[column][0], self.items[column][-1] + 1
            if items.start <= first < items.stop:
                block = self.blocks[number]
                of_table = parts[:, :, first - items.start : last - items.start, block.start : block.stop]
                cells = np.concatenate([of_table[..., 0], of_table[:, :, :1, :, 1]], axis=2)
                for a, one in enumerate(scales):
                    for b, other in enumerate(scales):
                        sums = np.einsum("cag,cbh->agbh", cells[:, a], cells[:, b])
                        products[stratum] += one * other * sums.astype(object)

    def move_to(self, tally: Tally) -> None:
        """Set the sums of the tally."""
        for stratum, row in self.strata.items():
            for number, block in enumerate(self.blocks):
                for item in range(self.totals.shape[1]):
                    self._move_block(tally, (stratum, row), (item, number), block)
            for (column, number), products in self.tables.items():
                items, block = self.items[column], self.blocks[number]
                of_table = self.totals[row, items, block.start : block.stop]
                totals = np.concatenate([of_table[..., 0], of_table[:1, :, 1]])
                tally.tables[column, number][stratum] = TableSums(totals, products[row])

    def _move_block(self, tally: Tally, stratum: tuple[Any, int], place: tuple[int, int], block: range) -> None:
        (name, row), (item, number) = stratum, place
        products, together = self.products[number][row, item], self.together[number][row, item]
        tally.answered[item, number][name] = int(self.answered[row, item, number])
        for a, group in enumerate(block):
            y, x = self.totals[row, item, group]
            if not x:
                continue
            (yy, xy), (_, xx) = products[a, :, a]
            tally.sums[group][item].strata[name] = StratumSums(y, x, yy, xy, xx, int(together[a, a]))
            for b in np.flatnonzero(together[a, a + 1 :]) + a + 1:
                (yy, yx), (xy, xx) = products[a, :, b]
                pair = GroupPair(item, group, block[b])
                tally.pairs[pair][name] = PairSums(yy, yx, xy, xx, int(together[a, b]))


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
    segments = [f"segment{place}" for place in range(len(codebook.breakdowns))]
    sets = ", ".join(f"({', '.join(of)})" for of in [CLUSTER_KEYS, *([*CLUSTER_KEYS, segment] for segment in segments)])
    columns = ", ".join([*CLUSTER_KEYS, *segments, *(f"{sql} AS {name}" for name, sql in sums.items())])
    query = f"SELECT {columns} FROM people GROUP BY GROUPING SETS ({sets}) ORDER BY {', '.join(CLUSTER_KEYS)}"
    for batch in people.alias("people").sql(query, dialect="duckdb").to_pyarrow_batches():
        yield from batch.to_pylist()
