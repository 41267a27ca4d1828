"""Means and quartiles of what people wrote as numbers, by group, with their errors by design, and which may be printed.

A mean is a ratio as a share is, of the weighted sum of the numbers to that of the weights, and has its variance
(`variance`). The engine counts people by number, group, stratum and cluster, so that sums are whole numbers here too.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

from .cells import list_keys
from .codebook import TOTAL, Codebook, Quantity
from .table import Row
from .tally import EXPECTED_NUMBER, AnswersError, ItemSums, PairSums, QuantityCount, Record, Stage, StratumSums, Tally
from .variance import CONFIDENCE, add_strata, estimate_covariance

if TYPE_CHECKING:
    import ibis

BIG = "decimal(38, 0)"  # for sums of weights, in whole units
DOMINANCE = Fraction(1, 10)  # of the greatest number, by which the second greatest may not know it: the p% rule
ONE_STAGE = Stage(1, 0.0)
PRECISION = ["standard_error", "lower", "upper", "df"]
QUANTILES = (25, 50, 75)  # percent
QUANTILE = "quantile"  # the kind of their rows
FIGURES = ["mean", "n", "missing", "base", "weighted_base", *PRECISION]
Totals = dict[int, list[int]]  # of a cluster, by group: y, x, and the sums of yy, xy and xx of people


def count_quantities(people: ibis.Table, codebook: Codebook, tally: Tally) -> list[QuantityCount]:
    """Return the sums of each quantity, of people with weights as the tally counts them (`person.weigh_people`).

    Raises AnswersError for a cell that holds neither a number of at least 0 nor a value listed as missing.
    """
    return [_count_quantity(people, place, codebook, tally) for place in range(len(codebook.quantities))]


def _count_quantity(people: ibis.Table, place: int, codebook: Codebook, tally: Tally) -> QuantityCount:
    records = list(_query_numbers(people, place, codebook))
    if any(record["faults"] for record in records):
        raise AnswersError(codebook.quantities[place].name, EXPECTED_NUMBER)
    numbers = {record["number"] for record in records if record["number"] is not None}
    decimals = max((-int(Decimal(repr(number)).normalize().as_tuple().exponent) for number in numbers), default=0)
    scale = 10 ** max(0, decimals)
    scaled = {number: int(Fraction(Decimal(repr(number))) * scale) for number in numbers}
    count = _add_records(records, lambda _, number: scaled[number], codebook, tally)
    count.scale = scale
    for percent in QUANTILES:
        values = [find_quantile(weights, Fraction(percent, 100)) for weights in count.weights]

        def is_below(group: int, number: float, values: Sequence[float | None] = values) -> int:
            value = values[group]
            return int(value is not None and number <= value)

        count.quantiles[percent] = values, _add_records(records, is_below, codebook, tally)
    return count


def find_quantile(weights: Counter[float], share: Fraction) -> float | None:
    """Return the least number that at least a share of the weights is not above; None if there is none.

    It is the default rule of R's `svyquantile`.

    >>> find_quantile(Counter({10.0: 3, 20.0: 1, 30.0: 4}), Fraction(1, 2))
    20.0
    """
    wanted, reached = share * weights.total(), 0
    for number in sorted(weights):
        reached += weights[number]
        if weights[number] and reached >= wanted:
            return number
    return None


def _add_records(
    records: Sequence[Record], get_value: Callable[[int, float], int], codebook: Codebook, tally: Tally
) -> QuantityCount:
    """Return the sums of a whole number for each person, which depends on the group and on the number written."""
    groups = len(codebook.groups) + 1
    count = QuantityCount(
        [ItemSums() for _ in range(groups)],
        values=[Counter() for _ in range(groups)],
        weights=[Counter() for _ in range(groups)],
    )
    clusters: dict[tuple[Any, Any], Totals] = defaultdict(lambda: defaultdict(lambda: [0] * 5))
    for record in records:
        codes = tuple(record[f"segment{place}"] for place in range(len(codebook.breakdowns)))
        for group in tally.list_groups(codes, codebook):
            count.sums[group].n += record["people"]
            if record["number"] is not None and record["people"]:
                value = get_value(group, record["number"])
                _add_people(count, group, record, value)
                if codebook.cluster:
                    weight, squares = int(record["weight"]), int(record["squares"])
                    added = (value * weight, weight, value**2 * squares, value * squares, squares)
                    totals = clusters[record["stratum"], record["cluster"]][group]
                    totals[:] = map(sum, zip(totals, added, strict=True))
    if codebook.cluster:
        pairs = [pair for block in codebook.blocks for pair in combinations(block, 2)]
        _multiply_totals(count, clusters, pairs, tally.stages)
        for number, block in enumerate(codebook.blocks):
            strata = (name for (name, _), totals in clusters.items() if any(group in totals for group in block))
            count.answered[number] = dict(Counter(strata))
    return count


def _query_numbers(people: ibis.Table, place: int, codebook: Codebook) -> Iterator[Record]:
    """Yield how many people wrote each number of a quantity, and the sums of their weights, by cell (`cells`)."""
    sums = people.group_by([*list_keys(codebook), people[f"number{place}"].name("number")]).aggregate(
        people=people.positive.count(),
        weight=people.units.cast(BIG).sum().cast("string"),
        squares=people.square.cast(BIG).sum().cast("string"),
        faults=people[f"fault{place}"].sum(),
    )
    for batch in sums.to_pyarrow_batches():
        yield from batch.to_pylist()


def _add_people(count: QuantityCount, group: int, record: Record, value: int) -> None:
    """Add people of a group who wrote one number, each of whom is a cluster unless there are clusters."""
    weight, squares = int(record["weight"]), int(record["squares"])
    sums = count.sums[group]
    stratum = sums.strata.setdefault(record["stratum"], StratumSums())
    sums.base += record["people"]
    sums.squares += squares
    stratum.y += value * weight
    stratum.x += weight
    stratum.yy += value * value * squares
    stratum.xy += value * squares
    stratum.xx += squares
    stratum.clusters += record["people"]
    count.values[group][record["number"]] += record["people"]
    count.weights[group][record["number"]] += weight


def _multiply_totals(
    count: QuantityCount,
    clusters: dict[tuple[Any, Any], Totals],
    pairs: Sequence[tuple[int, int]],
    stages: Mapping[tuple[Any, Any], Stage],
) -> None:
    """Set the sums of products to those of the totals of clusters, and what varies within these in two stages."""
    for sums in count.sums:
        for stratum in sums.strata.values():
            stratum.yy = stratum.xy = stratum.xx = stratum.clusters = 0
    for (name, cluster), totals in clusters.items():
        stage = stages.get((name, cluster), ONE_STAGE)
        for group, (y, x, yy, xy, xx) in totals.items():
            stratum = count.sums[group].strata[name]
            stratum.yy += y * y
            stratum.xy += y * x
            stratum.xx += x * x
            stratum.clusters += x > 0
            stratum.add_within(stage, (y, x), (yy, xy, xx))
        for a, b in pairs:
            if a in totals and b in totals:
                pair = count.pairs[a, b].setdefault(name, PairSums())
                (y, x), (v, w) = totals[a][:2], totals[b][:2]
                pair.yy, pair.yx, pair.xy, pair.xx = pair.yy + y * v, pair.yx + y * w, pair.xy + x * v, pair.xx + x * w
                pair.clusters += 1
                pair.add_within(stage, (y, x), (v, w))


@dataclass(frozen=True)
class MeanEstimate:
    """A mean and its precision, in its unit; None where nobody answered, or nothing is known of the error."""

    mean: Fraction | None
    weight: Fraction
    standard_error: float | None = None
    lower: float | None = None
    upper: float | None = None
    df: int | None = None


def estimate_mean(sums: ItemSums, tally: Tally, scale: int) -> MeanEstimate:
    """Return the estimate of a mean, with Student's limits at 95 %, as R's `svymean` and `confint` with `degf`."""
    y, x = add_strata(sums)
    weight = x / Fraction(10) ** tally.digits
    if not x:
        return MeanEstimate(None, weight)
    mean = Fraction(y, x * scale)
    strata = {name: stratum for name, stratum in sums.strata.items() if stratum.x}
    df = sum(stratum.clusters for stratum in strata.values()) - len(strata)
    if all(tally.population.get(name) == tally.clusters[name] for name in strata):
        return MeanEstimate(mean, weight, 0.0, float(mean), float(mean), df)
    if not df:
        return MeanEstimate(mean, weight, df=df)
    from scipy.special import stdtrit

    error = math.sqrt(estimate_covariance(sums, sums, tally)) / scale
    reach = float(stdtrit(df, (1 + CONFIDENCE) / 2)) * error
    return MeanEstimate(mean, weight, error, float(mean) - reach, float(mean) + reach, df)


def estimate_quantile(count: QuantityCount, percent: int, group: int, tally: Tally) -> MeanEstimate:
    """Return the estimate of a quantile: the limits are the numbers at the limits of the share that is not above it.

    So it is in Woodruff (Journal of the American Statistical Association 47, 1952), and by default in R's
    `svyquantile`, which has no limit either where that of the share is below 0 or above 1.
    """
    values, below = count.quantiles[percent]
    share = estimate_mean(below.sums[group], tally, 1)
    value = values[group]
    if value is None:
        return MeanEstimate(None, share.weight)
    limits = [
        None if limit is None or not 0 <= limit <= 1 else find_quantile(count.weights[group], Fraction(limit))
        for limit in (share.lower, share.upper)
    ]
    lower, upper = limits
    error = None
    if lower is not None and upper is not None and share.df:
        from scipy.special import stdtrit

        error = float((upper - lower) / (2 * stdtrit(share.df, (1 + CONFIDENCE) / 2)))
    return MeanEstimate(Fraction(value), share.weight, error, lower, upper, share.df)


def iterate_means(tally: Tally, codebook: Codebook) -> Iterator[Row]:
    """Yield the rows of the table of the mean of each quantity, each group and then everybody."""
    for quantity, count in zip(codebook.quantities, tally.quantities, strict=True):
        results = [estimate_mean(sums, tally, count.scale) for sums in count.sums]
        yield from _make_rows((quantity.item, "number"), quantity, count, results, codebook)


def iterate_quantiles(tally: Tally, codebook: Codebook) -> Iterator[Row]:
    """Yield the rows of the quartiles of each quantity, the median in the middle, each group and then everybody."""
    for quantity, count in zip(codebook.quantities, tally.quantities, strict=True):
        for percent in QUANTILES:
            results = [estimate_quantile(count, percent, group, tally) for group in range(len(count.sums))]
            name = f"{quantity.item}-p{percent}", QUANTILE
            yield from _make_rows(name, quantity, count, results, codebook)


def _make_rows(
    name: tuple[str, str], quantity: Quantity, count: QuantityCount, results: Sequence[MeanEstimate], codebook: Codebook
) -> Iterator[Row]:
    """Yield the rows of a mean or a quantile, which is named by its item and kind, each group and then everybody."""
    breakdowns = [(group, part.key.split(".")[-1]) for part in codebook.breakdowns for group in part.groups]
    for (segment, breakdown), sums, result in zip([*breakdowns, (TOTAL, "")], count.sums, results, strict=True):
        yield {
            "source": codebook.source,
            "question": quantity.question,
            "item": name[0],
            "segment": segment,
            "mean": None if result.mean is None else float(result.mean),
            "standard_error": result.standard_error,
            "lower": result.lower,
            "upper": result.upper,
            "df": result.df,
            "n": sums.n,
            "missing": sums.n - sums.base,
            "base": sums.base,
            "weighted_base": float(result.weight),
            "withheld": "",
            "kind": name[1],
            "breakdown": breakdown,
            "unit": quantity.unit,
            "item_label": codebook.words.items.get((quantity.question, quantity.item), ""),
        }


@dataclass(frozen=True)
class _People:
    """Some people who wrote numbers: how many wrote each, the sum of their weights and that of the squares."""

    values: Counter[float]
    weight: int
    squares: int

    def subtract(self, other: _People) -> _People:
        return _People(self.values - other.values, self.weight - other.weight, self.squares - other.squares)

    def is_safe(self, minimum: int) -> bool:
        """Return whether their mean tells of no fewer people than the minimum.

        So many wrote another number than the most frequent one, their weights are worth so many people (Kish), and
        beside the two greatest numbers there is a tenth of the greatest, so that who wrote the second does not know the
        first (the p% rule).
        """
        people = self.values.total()
        if people < minimum or people - max(self.values.values()) < minimum or self.weight**2 < minimum * self.squares:
            return False
        numbers = sorted(self.values.elements())
        return math.fsum(numbers[:-2]) >= DOMINANCE * numbers[-1]


def protect_means(means: Sequence[Row], rows: Sequence[Row], tally: Tally, codebook: Codebook, minimum: int) -> None:
    """Empty the rows of means that could tell what fewer people than the minimum wrote.

    A mean is kept of everybody, and of the groups of the first breakdown: they have nobody in common, so that what can
    be computed from them is the sum over the people of all groups left out, taken together, and of those in no group.
    They must be safe as a group must; else more groups are left out. Standard errors are kept where there are neither
    strata nor clusters, since else they depend on what people of small ones wrote.
    """
    unsized = {row["segment"] for row in rows if row["base"] is None}
    size = len(codebook.groups) + 1
    names = [*codebook.groups, TOTAL]
    for place, count in enumerate(tally.quantities):
        kept = _choose_groups(count, codebook, minimum)
        for group, row in enumerate(means[size * place : size * (place + 1)]):
            if group not in kept or unsized & {names[group] for group in kept}:
                row.update(dict.fromkeys(FIGURES), withheld="yes")
            elif codebook.stratum or codebook.cluster:
                row.update(dict.fromkeys(PRECISION), withheld="yes")
    few = {row["segment"] for row in means if isinstance(row["missing"], int) and 0 < row["missing"] < minimum}
    for row in (*means, *rows):
        if row["segment"] in few:  # each row of the group would give the number of those who did not answer back
            row.update(n=None, missing=None)


def protect_quantiles(quantiles: Sequence[Row], means: Sequence[Row], tally: Tally, minimum: int) -> None:
    """Empty the rows of quantiles that could show what one person wrote, or few.

    A quantile is the number that a person wrote. It is kept where the mean of the group is, and where at least the
    minimum wrote that very number, as many less and as many more. So it is with each of its limits, else both are left
    out.
    """
    size = len(tally.sums)
    for place, row in enumerate(quantiles):
        number, group = divmod(place, size)
        quantity = number // len(QUANTILES)
        values, mean = tally.quantities[quantity].values[group], means[size * quantity + group]
        row.update(n=mean["n"], missing=mean["missing"])
        shown = {name: row[name] for name in ("mean", "lower", "upper")}
        if mean["mean"] is None or not _is_common(values, shown["mean"], minimum):
            row.update(dict.fromkeys(FIGURES), withheld="yes")
        elif mean["standard_error"] is None or not all(
            _is_common(values, shown[name], minimum) for name in ("lower", "upper")
        ):
            row.update(dict.fromkeys(PRECISION), withheld="yes")


def _is_common(values: Counter[float], number: Any, minimum: int) -> bool:
    """Return whether at least so many people wrote a number, as many a smaller one and as many a greater one."""
    if number is None:
        return False
    below = sum(people for value, people in values.items() if value < number)
    return min(values[number], below, values.total() - below - values[number]) >= minimum


def _choose_groups(count: QuantityCount, codebook: Codebook, minimum: int) -> set[int]:
    """Return the indices of the groups whose means are kept, everybody's among them."""
    people = [
        _People(values, add_strata(sums)[1], sums.squares)
        for values, sums in zip(count.values, count.sums, strict=True)
    ]
    if not people[-1].is_safe(minimum):
        return set()
    groups = range(len(codebook.breakdowns[0].groups)) if codebook.breakdowns else range(0)
    kept = [group for group in groups if people[group].is_safe(minimum)]
    kept.sort(key=lambda group: people[group].values.total())
    while kept:
        left = people[-1]
        for group in kept:
            left = left.subtract(people[group])
        if not left.values or left.is_safe(minimum):
            break
        kept.pop(0)
    return {*kept, len(people) - 1}
