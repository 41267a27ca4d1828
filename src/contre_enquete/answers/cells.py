"""Sums of people by cell: those who are alike in stratum, cluster and each breakdown.

One query adds the people of each cell up, item by item; all that a table needs is made of these sums. Of each column it
adds up who did not answer, who are fewer than those who did. Sums of weights, and of their squares, have more digits
than numbers of 64 bits keep: an engine keeps them as decimals, which are read here in parts of 24 bits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .codebook import Codebook
from .person import STRATUM_SUMS
from .tally import Record

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

MAX_CELLS = 50_000  # whose sums the engine keeps
MAX_SUMS = 4_000_000  # that it makes at a time, where it keeps none
BATCH_CELLS = 20_000  # read at a time
BITS = 24  # products of two parts, and sums of a hundred thousand of these, are exact in 64 bits
WEIGHT_PARTS, SQUARE_PARTS = 4, 6
Ints = NDArray[np.int64]
Objects = NDArray[np.object_]  # whole numbers of any size


@dataclass(frozen=True)
class Cells:
    """The sums of each cell, in a table of the engine, and how many cells there are."""

    table: ibis.Table
    number: int

    def list_steps(self, codebook: Codebook) -> list[range]:
        """Return the columns of answers, by their indices, in ranges of which the engine makes the sums at a time."""
        columns = len(codebook.columns)
        step = columns if self.number <= MAX_CELLS else max(1, MAX_SUMS // (6 * self.number))
        return [range(first, min(first + step, columns)) for first in range(0, columns, step)]


@dataclass(frozen=True)
class CellSums:
    """The sums of some cells, in the order of strata and clusters. The last axes are items, and y (yes) or x (base)."""

    strata: Objects
    clusters: Objects
    codes: Ints  # of each breakdown
    people: Ints
    counts: Ints
    weights: Ints  # in parts, which are the second axis
    squares: Ints  # of yes, 0 where there are clusters


def list_keys(codebook: Codebook) -> list[str]:
    """Return the columns in which people of a cell are alike."""
    return ["stratum", "cluster", *(f"segment{place}" for place in range(len(codebook.breakdowns)))]


def sum_cells(people: ibis.Table, codebook: Codebook) -> Cells:
    """Return the sums of people by cell, which the engine keeps unless there are too many.

    Weights of a sample without weights are 1, of which the sum is the number of people: it has none.
    """
    keys = list_keys(codebook)
    number = int(people.select(keys).distinct().count().to_pyarrow().as_py())
    sums = STRATUM_SUMS | _sum_where("everybody", "1 = 1", codebook)
    for place, column in enumerate(codebook.columns):
        sums |= _sum_where(f"missing{place}", f"code{place} >= {len(column.codes)}", codebook)
    for place, item in enumerate(codebook.items):
        sums |= _sum_where(f"yes{place}", f"code{item.column} = {item.code}", codebook)
    columns = ", ".join([*keys, *(f"{sql} AS {name}" for name, sql in sums.items())])
    query = f"SELECT {columns} FROM people GROUP BY {', '.join(keys)}"
    table = people.alias("people").sql(query, dialect="duckdb")
    return Cells(table.cache() if number <= MAX_CELLS else table, number)


def _sum_where(name: str, condition: str, codebook: Codebook) -> dict[str, str]:
    """Return the SQL of how many people of a cell a condition holds for, and of their weights and the squares."""
    sums = {
        "n": f"COUNT(CASE WHEN {condition} THEN positive END)",
        "weight": f"COALESCE(SUM(CASE WHEN {condition} THEN CAST(units AS DECIMAL(15, 0)) END), 0)",
        "square": f"COALESCE(SUM(CASE WHEN {condition} THEN square END), 0)",
    }
    return {f"{name}_{of}": sums[of] for of in list_sums(name, codebook)}


def list_sums(name: str, codebook: Codebook) -> list[str]:
    """Return what is summed of the people of a cell who gave an answer (`yes0`) or none, or of `everybody`.

    The squares of the weights of those who gave an answer matter only where each person is a cluster.
    """
    if not codebook.weight:
        return ["n"]
    return ["n", "weight"] if codebook.cluster and name.startswith("yes") else ["n", "weight", "square"]


def sum_strata(cells: Cells) -> Iterator[Record]:
    """Yield, of each stratum, its extremes as `Tally.add_record` takes them, and its clusters."""
    table = cells.table
    cluster = table.cluster
    is_empty = cluster.isnull() | (cluster.cast("string") == "")
    sums = table.group_by("stratum").aggregate(
        rows=table.rows.sum(),
        valid=table.valid.sum(),
        greatest=table.greatest.max(),
        smallest=table.smallest.min(),
        given=table.given.sum(),
        least=table.least.min(),
        most=table.most.max(),
        clusters=cluster.nunique(),
        no_cluster=is_empty.ifelse(1, 0).sum(),
    )
    for batch in sums.order_by("stratum").to_pyarrow_batches():
        yield from batch.to_pylist()


def read_cells(cells: Cells, codebook: Codebook, columns: Collection[int]) -> Iterator[CellSums]:
    """Yield the sums of cells of the items of some columns, of which no cluster is in two."""
    keys = list_keys(codebook)
    items = [place for place, item in enumerate(codebook.items) if item.column in columns]
    names = [f"missing{place}" for place in columns] + [f"yes{place}" for place in items]
    wanted = [*keys, *(f"{name}_{of}" for name in ("everybody", *names) for of in list_sums(name, codebook))]
    query = cells.table.select(wanted).order_by("stratum", "cluster")
    left: pa.RecordBatch | None = None
    for batch in query.to_pyarrow_batches(chunk_size=BATCH_CELLS):
        joined = batch if left is None else join_batches(left, batch)
        last = _find_last_cluster(joined)
        left = joined.slice(last)
        if last:
            yield _arrange(joined.slice(0, last), codebook, items)
    if left is not None:
        yield _arrange(left, codebook, items)


def join_batches(first: pa.RecordBatch, second: pa.RecordBatch) -> pa.RecordBatch:
    """Return the rows of two batches as one."""
    import pyarrow as pa

    (joined,) = pa.Table.from_batches([first, second]).combine_chunks().to_batches()
    return joined


def _find_last_cluster(batch: pa.RecordBatch) -> int:
    """Return the first row of the last cluster, which may go on in the next batch."""
    strata, clusters = batch["stratum"].to_pylist(), batch["cluster"].to_pylist()
    last = len(strata) - 1
    while last and (strata[last - 1], clusters[last - 1]) == (strata[-1], clusters[-1]):
        last -= 1
    return last


def _arrange(batch: pa.RecordBatch, codebook: Codebook, items: list[int]) -> CellSums:
    """Return the sums of a batch by item: of who answered, those of everybody less those of who did not."""

    def read(name: str, of: str, parts: int) -> Ints:
        column = batch[f"{name}_{of}"]
        return split_decimals(column, parts) if of != "n" else column.to_numpy().astype(np.int64)[:, None]

    def stack(of: str, parts: int) -> Ints:
        sums = np.zeros((batch.num_rows, parts, len(items), 2), np.int64)
        everybody = read("everybody", of, parts)
        for number, place in enumerate(items):
            if of in list_sums(f"yes{place}", codebook):
                sums[:, :, number, 0] = read(f"yes{place}", of, parts)
            sums[:, :, number, 1] = everybody - read(f"missing{codebook.items[place].column}", of, parts)
        return sums

    counts = stack("n", 1)
    weights, squares = counts, counts
    if codebook.weight:
        weights, squares = stack("weight", WEIGHT_PARTS), stack("square", SQUARE_PARTS)
    segments = range(len(codebook.breakdowns))
    codes = [batch[f"segment{place}"].to_numpy().astype(np.int64) for place in segments]
    return CellSums(
        np.array(batch["stratum"].to_pylist(), object),
        np.array(batch["cluster"].to_pylist(), object),
        np.reshape(codes, (len(codes), batch.num_rows)).T,
        batch["everybody_n"].to_numpy().astype(np.int64),
        counts[:, 0],
        weights,
        squares,
    )


def split_decimals(column: pa.Array, parts: int) -> Ints:
    """Return the parts of 24 bits, the lowest first, of decimals of at least 0."""
    low, high = _read_words(column)
    split = np.empty((len(low), parts), np.int64)
    for place in range(parts):
        shift = BITS * place
        if shift >= 64:
            part = high >> np.uint64(shift - 64)
        else:
            part = low >> np.uint64(shift)
            if shift + BITS > 64:
                part = part | (high << np.uint64(64 - shift))
        split[:, place] = (part & np.uint64((1 << BITS) - 1)).astype(np.int64)
    return split


def join_words(column: pa.Array) -> Objects:
    """Return decimals of at least 0 as whole numbers of any size."""
    low, high = _read_words(column)
    return low.astype(object) + (high.astype(object) << 64) if high.any() else low.astype(object)


def _read_words(column: pa.Array) -> NDArray[np.uint64]:
    """Return the lower and the upper 64 bits of decimals of at least 0."""
    words = np.frombuffer(column.buffers()[1], np.uint64).reshape(-1, 2)
    return words[column.offset : column.offset + len(column)].T


def carry(parts: Ints) -> Ints:
    """Give the parts of numbers, on the second axis, 24 bits each, but for the last; return them, changed in place."""
    for place in range(parts.shape[1] - 1):
        parts[:, place + 1] += parts[:, place] >> BITS
        parts[:, place] &= (1 << BITS) - 1
    return parts


def join_parts(parts: Ints, axis: int = 0) -> Objects:
    """Return whole numbers of any size from their parts, which are on an axis."""
    scales = np.array([1 << (BITS * place) for place in range(parts.shape[axis])], object)
    return np.asarray(np.tensordot(scales, parts.astype(object), (0, axis)), object)
