"""Means and quartiles of what people wrote as numbers, by group, with their errors by design, and which may be printed.

A mean is a ratio as a share is, of the weighted sum of the numbers to that of the weights, and has its variance
(`variance`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from .codebook import TOTAL, Codebook, Quantity
from .table import Row
from .tally import ItemSums, Position, QuantityCount, Tally
from .variance import CONFIDENCE, add_strata, estimate_covariance

PRECISION = ["standard_error", "lower", "upper", "df"]
QUANTILES = (25, 50, 75)  # percent
QUANTILE = "quantile"  # the kind of their rows
MEAN_COLUMNS = ["mean", "n", "missing", "base", "weighted_base", *PRECISION]


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
    if tally.is_whole(strata):
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
    quantile = count.quantiles[percent]
    share = estimate_mean(quantile.shares.sums[group], tally, 1)
    position = quantile.positions[group]
    if position is None:
        return MeanEstimate(None, share.weight)
    lower, upper = (None if limit is None else limit.number for limit in quantile.limits[group])
    error = None
    if lower is not None and upper is not None and share.df:
        from scipy.special import stdtrit

        error = float((upper - lower) / (2 * stdtrit(share.df, (1 + CONFIDENCE) / 2)))
    return MeanEstimate(Fraction(position.number), share.weight, error, lower, upper, share.df)


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


def protect_means(means: Sequence[Row], rows: Sequence[Row], tally: Tally, codebook: Codebook, minimum: int) -> None:
    """Empty the rows of means that could tell what fewer people than the minimum wrote (`quantities.choose_groups`).

    Standard errors are kept where they do not tell how far the number of one person is from the others, and where there
    are neither strata nor clusters, since else they depend on what people of small ones wrote.
    """
    unsized = {row["segment"] for row in rows if row["base"] is None}
    size = len(codebook.groups) + 1
    names = [*codebook.groups, TOTAL]
    for place, count in enumerate(tally.quantities):
        kept = count.kept
        for group, row in enumerate(means[size * place : size * (place + 1)]):
            if group not in kept or unsized & {names[group] for group in kept}:
                row.update(dict.fromkeys(MEAN_COLUMNS), withheld="yes")
            elif codebook.stratum or codebook.cluster:
                row.update(dict.fromkeys(PRECISION), withheld="yes")
            elif not count.has_precision:
                row.update(dict.fromkeys(PRECISION[:-1]), withheld="yes")  # the degrees of freedom follow from the base


def protect_quantiles(quantiles: Sequence[Row], means: Sequence[Row], tally: Tally, minimum: int) -> None:
    """Empty the rows of quantiles that could show what one person wrote, or few.

    A quantile is the number that a person wrote. It is kept where the mean of the group is, and where at least the
    minimum wrote that very number, as many less and as many more. So it is with each of its limits, else both are left
    out.
    """
    size = len(tally.sums)
    for place, row in enumerate(quantiles):
        number, group = divmod(place, size)
        quantity, percent = divmod(number, len(QUANTILES))
        count, mean = tally.quantities[quantity], means[size * quantity + group]
        quantile, people = count.quantiles[QUANTILES[percent]], count.sums[group].base
        row.update(n=mean["n"], missing=mean["missing"])
        if mean["mean"] is None or not _is_common(quantile.positions[group], people, minimum):
            row.update(dict.fromkeys(MEAN_COLUMNS), withheld="yes")
        elif mean["df"] is None or not all(_is_common(limit, people, minimum) for limit in quantile.limits[group]):
            row.update(dict.fromkeys(PRECISION), withheld="yes")


def _is_common(position: Position | None, people: int, minimum: int) -> bool:
    """Return whether at least so many people wrote a number, as many a smaller one and as many a greater one."""
    if position is None:
        return False
    return min(position.people, position.below, people - position.below - position.people) >= minimum
