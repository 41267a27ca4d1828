"""Count what people wrote as numbers: their sums, and those of the numbers at quantiles and their limits.

There may be as many different numbers as people. So the engine keeps them, by cell (`cells`), and hands them over in
batches, in the order of clusters for sums and in that of the numbers for quantiles: memory holds a batch, and sums. All
sums are whole numbers here too.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .cells import Ints, Objects, join_batches, join_words, list_keys
from .codebook import Codebook
from .means import QUANTILES, estimate_mean
from .tally import (
    EXPECTED_NUMBER,
    AnswersError,
    ItemSums,
    PairSums,
    Position,
    QuantileCount,
    QuantityCount,
    Stage,
    StratumSums,
    Tally,
)
from .variance import add_strata

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

BIG = "decimal(38, 0)"  # for sums of weights, in whole units
BATCH_ROWS = 100_000
DOMINANCE = Fraction(1, 10)  # of the greatest number, by which the second greatest may not know it: the p% rule
DOMINANCE_OF_SQUARES = (1 + float(DOMINANCE)) ** 2 - 1  # the same of how far it is from the mean, in squares
ONE_STAGE = Stage(1, 0.0)
FLOAT_DECIMALS = 15  # up to which powers of 10 and quotients by them are exact to the last digit of a float
MAX_FLOAT = 2.0**50  # below which a float times such a power is the nearest whole number once rounded
Floats = NDArray[np.float64]
ChooseValues = Callable[[Floats, int], Objects]  # of numbers, of people of a group
Totals = dict[int, list[int]]  # of a cluster, by group: y, x, people, and the sums of yy, xy and xx of people


def count_quantities(people: ibis.Table, codebook: Codebook, tally: Tally, minimum: int) -> list[QuantityCount]:
    """Return the sums of each quantity, of people with weights as the tally counts them (`person.weigh_people`).

    If figures are protected, groups are chosen whose means tell of no fewer people than the minimum. Raises
    AnswersError for a cell that holds neither a number from 0 to 10**15 nor a value listed as missing.
    """
    return [_count_quantity(people, place, codebook, tally, minimum) for place in range(len(codebook.quantities))]


def _count_quantity(people: ibis.Table, place: int, codebook: Codebook, tally: Tally, minimum: int) -> QuantityCount:
    sums = people.group_by([*list_keys(codebook), people[f"number{place}"].name("number")]).aggregate(
        people=people.positive.count().cast(BIG),
        weight=people.units.cast(BIG).sum().cast(BIG).fill_null(0),
        square=people.square.cast(BIG).sum().cast(BIG).fill_null(0),
        heaviest=people.units.cast(BIG).max().fill_null(0),
        faults=people[f"fault{place}"].sum(),
    )
    with sums.cache() as numbers:
        if numbers.faults.sum().to_pyarrow().as_py():
            raise AnswersError(codebook.quantities[place].name, EXPECTED_NUMBER)
        decimals = _find_decimals(numbers)
        (count,) = _sum_values(numbers, [lambda of, _: scale_numbers(of, decimals)], codebook, tally)
        count.scale = 10**decimals
        spreads = _list_spreads(count, codebook)
        _add_quantiles(count, numbers, spreads, codebook, tally)
        left_out = _list_left_out(spreads, count, minimum)
        _add_limits(count, numbers, left_out, codebook, tally)
        _choose_groups(spreads, left_out, count, minimum)
    return count


def _find_decimals(numbers: ibis.Table) -> int:
    """Return how many decimals the numbers have that people wrote."""
    decimals = 0
    different = numbers.filter(numbers.number.notnull()).select("number").distinct()
    for batch in different.to_pyarrow_batches(chunk_size=BATCH_ROWS):
        decimals = count_most_decimals(batch["number"].to_numpy(zero_copy_only=False), decimals)
    return decimals


def count_most_decimals(numbers: Floats, least: int = 0) -> int:
    """Return the most decimals that one of some numbers has, as written with the fewest digits; at least so many.

    >>> count_most_decimals(np.array([3.0, 0.25, 1e22, 12.5]))
    2
    """
    most = least
    for decimals in range(least, FLOAT_DECIMALS + 1):
        has_no_more = _is_whole(numbers, decimals)
        if has_no_more.any():
            most = decimals
        numbers = numbers[~has_no_more]
        if not len(numbers):
            return most
    exponents = (Decimal(repr(number)).normalize().as_tuple().exponent for number in numbers.tolist())
    return max(most, *(-int(exponent) for exponent in exponents))


def scale_numbers(numbers: Floats, decimals: int) -> Objects:
    """Return numbers of so many decimals at most as whole numbers of the last one.

    >>> scale_numbers(np.array([3.0, 0.25, 1e22]), 2).tolist()
    [300, 25, 1000000000000000000000000]
    """
    is_whole = _is_whole(numbers, decimals)
    scaled = np.rint(np.where(is_whole, numbers, 0) * 10.0**decimals).astype(np.int64).astype(object)
    for place in np.flatnonzero(~is_whole):
        scaled[place] = int(Decimal(repr(float(numbers[place]))).scaleb(decimals))
    return scaled


def _is_whole(numbers: Floats, decimals: int) -> NDArray[np.bool_]:
    """Return which numbers are whole numbers of the last of so many decimals, as far as floats can tell."""
    if decimals > FLOAT_DECIMALS:
        return np.zeros(len(numbers), bool)
    with np.errstate(over="ignore"):
        scaled = np.rint(numbers * 10.0**decimals)
    return (scaled < MAX_FLOAT) & (scaled / 10.0**decimals == numbers)


class _Batch:
    """Some rows of the numbers: people who are alike in their groups and in the number that they wrote."""

    def __init__(self, batch: pa.RecordBatch, codebook: Codebook) -> None:
        self.numbers: Floats = batch["number"].to_numpy(zero_copy_only=False)
        self.people: Ints = join_words(batch["people"]).astype(np.int64)
        self.weights, self.squares, self.heaviest = (join_words(batch[of]) for of in ("weight", "square", "heaviest"))
        self.codes = [batch[f"segment{place}"].to_numpy() for place in range(len(codebook.breakdowns))]
        self.blocks = codebook.blocks

    def iterate_groups(self) -> Iterator[tuple[int, Ints]]:
        """Yield the index of each group, the last of which is everybody, and its rows."""
        for codes, block in zip(self.codes, self.blocks, strict=True):
            for code, group in enumerate(block):
                yield group, np.flatnonzero(codes == code)
        yield sum(map(len, self.blocks)), np.arange(len(self.people))


def _sum_values(
    numbers: ibis.Table, choices: Sequence[ChooseValues], codebook: Codebook, tally: Tally
) -> list[QuantityCount]:
    """Return the sums of values that are chosen for each number, for each choice."""
    keys = list_keys(codebook)
    summers = [_Summer(choose, codebook, tally) for choose in choices]
    for batch in numbers.order_by(keys).to_pyarrow_batches(chunk_size=BATCH_ROWS):
        rows = _Batch(batch, codebook)
        clusters = list(zip(batch["stratum"].to_pylist(), batch["cluster"].to_pylist(), strict=True))
        for summer in summers:
            summer.add(rows, clusters)
    for summer in summers:
        summer.end_cluster()
    return [summer.count for summer in summers]


class _Summer:
    """Adds values up of people who come in the order of their clusters."""

    def __init__(self, choose: ChooseValues, codebook: Codebook, tally: Tally) -> None:
        groups = len(codebook.groups) + 1
        self.choose, self.codebook, self.stages = choose, codebook, tally.stages
        self.count = QuantityCount([ItemSums() for _ in range(groups)], [0] * groups)
        self.cluster: tuple[Any, Any] | None = None
        self.totals: Totals = {}  # of that cluster

    def add(self, batch: _Batch, clusters: Sequence[tuple[Any, Any]]) -> None:
        """Add the rows of a batch."""
        firsts = [place for place in range(len(clusters)) if not place or clusters[place] != clusters[place - 1]]
        runs = np.searchsorted(firsts, np.arange(len(clusters)), side="right") - 1
        totals: list[Totals] = [{} for _ in firsts]
        for group, rows in batch.iterate_groups():
            self.count.sums[group].n += int(batch.people[rows].sum())
            rows = rows[~np.isnan(batch.numbers[rows]) & (batch.people[rows] > 0)]
            if len(rows):
                self._add_group(group, batch, rows, runs, totals)
        for first, of in zip(firsts, totals, strict=True):
            if clusters[first] != self.cluster:
                self.end_cluster()
                self.cluster = clusters[first]
            for group, sums in of.items():
                self.totals[group] = list(map(sum, zip(self.totals.get(group, [0] * len(sums)), sums, strict=True)))

    def end_cluster(self) -> None:
        """Add the totals of the cluster whose people have come, each of whom is a cluster unless there are clusters."""
        if self.cluster is None:
            return
        name, _ = self.cluster
        stage = self.stages.get(self.cluster, ONE_STAGE)
        for group, (y, x, people, *of_people) in self.totals.items():
            yy, xy, xx = of_people or (0, 0, 0)
            stratum = self.count.sums[group].strata.setdefault(name, StratumSums())
            stratum.y, stratum.x = stratum.y + y, stratum.x + x
            if self.codebook.cluster:
                stratum.add_within(stage, (y, x), (yy, xy, xx))
                yy, xy, xx, people = y * y, x * y, x * x, 1
            stratum.yy, stratum.xy, stratum.xx = stratum.yy + yy, stratum.xy + xy, stratum.xx + xx
            stratum.clusters += people
        if self.codebook.cluster:
            self._add_pairs(name, stage)
        self.totals = {}

    def _add_group(self, group: int, batch: _Batch, rows: Ints, runs: Ints, totals: Sequence[Totals]) -> None:
        """Add the people of a group, and their totals to those of the clusters, whose numbers are the runs."""
        numbers, people = batch.numbers[rows], batch.people[rows]
        weights, squares = batch.weights[rows], batch.squares[rows]
        values = self.choose(numbers, group)
        of_group = self.count.sums[group]
        of_group.base += int(people.sum())
        of_group.squares += squares.sum()
        self.count.numbers[group] += (values * people).sum()
        added = [values * weights, weights, people.astype(object)]
        if self.stages or not self.codebook.cluster:
            added += [values * values * squares, values * squares, squares]
        starts = np.flatnonzero(np.diff(runs[rows], prepend=-1))
        sums = zip(*(np.add.reduceat(of, starts).tolist() for of in added), strict=True)
        for run, of_run in zip(runs[rows[starts]].tolist(), sums, strict=True):
            totals[run][group] = list(of_run)

    def _add_pairs(self, name: Any, stage: Stage) -> None:
        """Add the products of the totals of two groups in the cluster."""
        for number, block in enumerate(self.codebook.blocks):
            present = [group for group in block if group in self.totals]
            if present:
                self.count.answered[number][name] += 1
            for a, b in combinations(present, 2):
                pair = self.count.pairs[a, b].setdefault(name, PairSums())
                (y, x), (v, w) = self.totals[a][:2], self.totals[b][:2]
                pair.yy, pair.yx, pair.xy, pair.xx = pair.yy + y * v, pair.yx + y * w, pair.xy + x * v, pair.xx + x * w
                pair.clusters += 1
                pair.add_within(stage, (y, x), (v, w))


def _add_quantiles(
    count: QuantityCount, numbers: ibis.Table, spreads: Sequence[_Spread], codebook: Codebook, tally: Tally
) -> None:
    """Add the numbers at the quantiles of each group, and the sums of who wrote no greater one."""
    groups = range(len(count.sums))
    weights = [add_strata(sums)[1] for sums in count.sums]
    wanted: dict[tuple[int, ...], tuple[int, Fraction]] = {
        (percent, group): (group, Fraction(percent, 100) * weights[group]) for percent in QUANTILES for group in groups
    }
    found = _find_positions(numbers, wanted, spreads, codebook)
    positions = [[found.get((percent, group)) for group in groups] for percent in QUANTILES]
    shares = _sum_values(numbers, [_choose_not_above(of) for of in positions], codebook, tally)
    for percent, of, share in zip(QUANTILES, positions, shares, strict=True):
        count.quantiles[percent] = QuantileCount(of, share)


def _choose_not_above(positions: Sequence[Position | None]) -> ChooseValues:
    """Return what gives 1 for each number that is not above that of a group."""

    def is_not_above(numbers: Floats, group: int) -> Objects:
        position = positions[group]
        assert position is not None  # somebody wrote a number
        return (numbers <= position.number).astype(np.int64).astype(object)

    return is_not_above


def _add_limits(
    count: QuantityCount, numbers: ibis.Table, spreads: Sequence[_Spread], codebook: Codebook, tally: Tally
) -> None:
    """Add the limits of quantiles: the numbers at those of the share that is not above, if they are from 0 to 1."""
    wanted: dict[tuple[int, ...], tuple[int, Fraction]] = {}
    for percent, quantile in count.quantiles.items():
        for group, sums in enumerate(quantile.shares.sums):
            share = estimate_mean(sums, tally, 1)
            for end, limit in enumerate((share.lower, share.upper)):
                if limit is not None and 0 <= limit <= 1:
                    wanted[percent, group, end] = group, Fraction(limit) * add_strata(sums)[1]
    found = _find_positions(numbers, wanted, spreads, codebook)
    for percent, quantile in count.quantiles.items():
        groups = range(len(quantile.positions))
        quantile.limits = [(found.get((percent, group, 0)), found.get((percent, group, 1))) for group in groups]


def _find_positions(
    numbers: ibis.Table,
    wanted: Mapping[tuple[int, ...], tuple[int, Fraction]],
    spreads: Sequence[_Spread],
    codebook: Codebook,
) -> dict[tuple[int, ...], Position]:
    """Return, by key, the least number at which the weights of a group's people in order add up to what is wanted.

    For a share of all the weights it is that of the default rule of R's `svyquantile`. Nothing is found in a group
    where nobody wrote a number. The spreads are shown all people in order.
    """
    groups: dict[int, _Course] = defaultdict(_Course)
    for key, (group, weight) in wanted.items():
        groups[group].wanted[key] = weight
    for batch in _iterate_in_order(numbers, codebook):
        for group, rows in batch.iterate_groups():
            if len(rows) and group in groups:
                groups[group].add(batch.numbers[rows], batch.people[rows], batch.weights[rows])
        for spread in spreads:
            spread.add(batch)
    return {key: position for course in groups.values() for key, position in course.positions.items()}


def _iterate_in_order(numbers: ibis.Table, codebook: Codebook) -> Iterator[_Batch]:
    """Yield people who wrote a number in the order of the numbers, none of which is in two batches."""
    answered = numbers.filter(numbers.number.notnull(), numbers.people > 0)
    keys = [f"segment{place}" for place in range(len(codebook.breakdowns))]
    sums = answered.group_by([*keys, "number"]).aggregate(
        people=answered.people.sum().cast(BIG),
        weight=answered.weight.sum().cast(BIG),
        square=answered.square.sum().cast(BIG),
        heaviest=answered.heaviest.max().cast(BIG),
    )
    left: pa.RecordBatch | None = None
    for batch in sums.order_by("number").to_pyarrow_batches(chunk_size=BATCH_ROWS):
        joined = batch if left is None else join_batches(left, batch)
        values = joined["number"].to_numpy(zero_copy_only=False)
        last = int(np.searchsorted(values, values[-1]))
        left = joined.slice(last)
        if last:
            yield _Batch(joined.slice(0, last), codebook)
    if left is not None:
        yield _Batch(left, codebook)


@dataclass
class _Course:
    """The people of a group, who come in the order of their numbers."""

    wanted: dict[tuple[int, ...], Fraction] = field(default_factory=dict)  # sums of weights
    positions: dict[tuple[int, ...], Position] = field(default_factory=dict)  # where they were reached
    weight: int = 0
    people: int = 0

    def add(self, numbers: Floats, people: Ints, weights: Objects) -> None:
        """Add people."""
        reached = self.weight + np.cumsum(weights)
        for key, weight in list(self.wanted.items()):
            if reached[-1] >= weight:
                number = numbers[np.searchsorted(reached, np.array(math.ceil(weight), object))]
                first, end = np.searchsorted(numbers, number), np.searchsorted(numbers, number, side="right")
                below = self.people + int(people[:first].sum())
                self.positions[key] = Position(float(number), below, int(people[first:end].sum()))
                del self.wanted[key]
        self.weight = reached[-1]
        self.people += int(people.sum())


@dataclass
class _Spread:
    """How the numbers of some people are spread: of those of some groups of the first breakdown, or of all others."""

    count: QuantityCount
    groups: Sequence[int]
    are_inside: bool = True
    people: int = 0
    different: int = 0  # numbers
    most: int = 0  # who wrote the same number
    fewest: float = math.inf  # who did
    greatest: list[float] = field(default_factory=list)  # two numbers
    heaviest: list[float] = field(default_factory=list)  # the two greatest numbers times their weights
    farthest: list[float] = field(default_factory=list)  # the two greatest distances from the mean times their weights
    squares: float = 0.0  # of such distances, summed over all

    def __post_init__(self) -> None:
        y, x = (self._add_up([add_strata(sums)[place] for sums in self.count.sums]) for place in (0, 1))
        self.total, self.weight = y, x
        self.mean = float(Fraction(y, x * self.count.scale)) if x else 0.0

    def add(self, batch: _Batch) -> None:
        """Add those people of a batch, all of whose numbers are greater than those before."""
        codes = batch.codes[0] if batch.codes else np.zeros(len(batch.numbers), int)
        is_chosen = np.isin(codes, self.groups, invert=not self.are_inside)
        numbers, people = batch.numbers[is_chosen], batch.people[is_chosen]
        if len(numbers):
            starts = np.flatnonzero(np.diff(numbers, prepend=-1))
            self.people += int(people.sum())
            alike = np.add.reduceat(people, starts)
            self.different += len(starts)
            self.most, self.fewest = max(self.most, int(alike.max())), min(self.fewest, int(alike.min()))
            weights, distances = batch.heaviest[is_chosen].astype(float), np.abs(numbers - self.mean)
            self.greatest = _keep_greatest(self.greatest, numbers, people)
            self.heaviest = _keep_greatest(self.heaviest, weights * numbers, people)
            self.farthest = _keep_greatest(self.farthest, weights * distances, people)
            self.squares += float(batch.squares[is_chosen].astype(float) @ distances**2)

    def is_safe(self, minimum: int) -> bool:
        """Return whether their mean tells of no fewer people than the minimum.

        So many wrote another number than the most frequent one, their weights are worth so many people (Kish), and
        beside the two greatest numbers there is a tenth of the greatest, so that who wrote the second does not know the
        first (the p% rule): as they are, and times their weights.
        """
        if not self.people or self.people < minimum or self.people - self.most < minimum:
            return False
        square = self._add_up([sums.squares for sums in self.count.sums])
        number, scale = self._add_up(self.count.numbers), self.count.scale
        greatest = [Fraction(Decimal(repr(of))) * scale for of in self.greatest]
        heaviest = [Fraction(of) * scale for of in self.heaviest]
        return self.weight**2 >= minimum * square and all(
            total - sum(two) >= DOMINANCE * two[-1] for total, two in ((number, greatest), (self.total, heaviest))
        )

    def is_precise(self, minimum: int) -> bool:
        """Return whether the standard error of their mean tells neither how few wrote a number nor how far one is.

        It gives the sum of squares of the distances from the mean, times weights. Together with the mean, that may
        leave a single way in which a few numbers, such as those of a scale, can have been written: so each was written
        by the minimum, or there are twice as many different ones. The sum of the distances of those who did not write
        the farthest is known to whoever did, so that what remains is how these vary among themselves: as much as the
        farthest distance squared changes when it grows by a tenth.
        """
        if self.people < 3 or (self.fewest < minimum and self.different < 2 * minimum):
            return False
        second, first = self.farthest
        among_others = self.squares - first**2 - second**2 - (first + second) ** 2 / (self.people - 2)
        return among_others >= DOMINANCE_OF_SQUARES * first**2

    def _add_up(self, sums: Sequence[int]) -> int:
        """Return the sum over these people of sums of each group, the last of which is everybody."""
        of_groups = sum(sums[group] for group in self.groups)
        return of_groups if self.are_inside else sums[-1] - of_groups


def _keep_greatest(greatest: Sequence[float], values: Floats, people: Ints) -> list[float]:
    """Return the two greatest of values, each of so many people, and of those kept so far."""
    return sorted([*greatest, *np.sort(np.repeat(values, np.minimum(people, 2)))[-2:].tolist()])[-2:]


def _list_spreads(count: QuantityCount, codebook: Codebook) -> list[_Spread]:
    """Return the spreads of everybody and of each group of the first breakdown, of nobody so far."""
    groups = range(len(codebook.breakdowns[0].groups)) if codebook.breakdowns else range(0)
    return [_Spread(count, [], are_inside=False), *(_Spread(count, [group]) for group in groups)]


def _list_left_out(spreads: Sequence[_Spread], count: QuantityCount, minimum: int) -> list[_Spread]:
    """Return spreads, of nobody so far, of those outside of all groups that are safe, then of all but the smallest.

    There are none where everybody is not safe.
    """
    everybody, *of_groups = spreads
    if not everybody.is_safe(minimum):
        return []
    safe = sorted((of for of in of_groups if of.is_safe(minimum)), key=lambda of: of.people)
    groups = [group for of in safe for group in of.groups]
    return [_Spread(count, groups[place:], are_inside=False) for place in range(len(groups) + 1)]


def _choose_groups(spreads: Sequence[_Spread], left_out: Sequence[_Spread], count: QuantityCount, minimum: int) -> None:
    """Set the groups whose means are kept, everybody's among them, and whether their standard errors are.

    Groups of the first breakdown have nobody in common, so that what can be computed from them is the sum over the
    people of all groups left out, taken together, and of those in no group. They must be safe as a group must; else
    more groups are left out, the smallest first. Their standard error can be computed likewise: all are kept, or none.
    """
    for left in left_out:
        if not left.groups or not left.people or left.is_safe(minimum):
            count.kept = {*left.groups, len(count.sums) - 1}
            printed = [of for of in spreads if set(of.groups) <= set(left.groups)]
            count.has_precision = all(of.is_precise(minimum) for of in (*printed, left) if of.people)
            return
