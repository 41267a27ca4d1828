"""Shares, standard errors and limits from exact sums: the design-based estimate of a ratio.

A share is the ratio y/x of two weighted sums over a group. Its variance is that of Taylor's linearization (Woodruff
1971; Särndal, Swensson and Wretman, *Model Assisted Survey Sampling*, section 5.5) between the clusters of each
stratum. All clusters of a stratum count, with zero where the group has nobody, as for any domain. R's survey package
computes the same for a group (`svyciprop` on a subset, with its degrees of freedom).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .tally import ItemSums, PairSums, StratumSums, TableSums, Tally

CONFIDENCE = 0.95
NO_SUMS = StratumSums()
NO_PAIR = PairSums()
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A share and its precision; None where nobody answered."""

    share: Fraction | None  # from 0 to 1, as the standard error and the limits
    weight: Fraction  # of people who answered
    standard_error: float | None = None
    lower: float | None = None
    upper: float | None = None
    df: int | None = None  # degrees of freedom


def estimate(sums: ItemSums, tally: Tally, level: float = CONFIDENCE) -> Estimate:
    """Return the estimate of the share of yes.

    Notes
    -----
    The limits are Student's on the scale of the logit. Where the standard error is 0, as at a share of 0 or 1, they are
    those of Korn and Graubard (Survey Methodology 24, 1998), with Kish's effective number of people, however alike the
    people of a cluster are; but where everybody is in the sample, there is no error of sampling, and both are the share
    itself. With 0 degrees of freedom nothing is known of the error: it is None, and the limits are 0 and 1.
    """
    y, x = add_strata(sums)
    weight = x / Fraction(10) ** tally.digits
    if not x:
        return Estimate(None, weight)
    share, tail = Fraction(y, x), (1 - level) / 2
    strata = {name: stratum for name, stratum in sums.strata.items() if stratum.x}  # in which the group has people
    variance = estimate_covariance(sums, sums, tally)
    error = math.sqrt(variance)
    df = sum(stratum.clusters for stratum in strata.values()) - len(strata)
    if tally.is_whole(strata):
        limits = float(share), float(share)
    elif not df:
        return Estimate(share, weight, None, 0.0, 1.0, df)
    elif not variance:
        limits = _korn_graubard_limits(float(share), x * x / sums.squares, sums.base, df, tail)
    else:
        limits = _logit_limits(share, error, df, tail)
    return Estimate(share, weight, error, *limits, df)


def add_strata(sums: ItemSums) -> tuple[int, int]:
    """Return y and x over all strata."""
    return sum(stratum.y for stratum in sums.strata.values()), sum(stratum.x for stratum in sums.strata.values())


def estimate_covariance(
    first: ItemSums, second: ItemSums, tally: Tally, pairs: Mapping[Any, PairSums] = MappingProxyType({})
) -> float:
    """Return the covariance of the shares of two groups of a breakdown, or the variance of one share.

    `pairs` are the products of two groups, by stratum; there are none where each person is a cluster, and so in one
    group only.
    """
    ratios = add_strata(first), add_strata(second)
    between, within = [], []
    strata = [name for name, of in first.strata.items() if of.x and name in second.strata and second.strata[name].x]
    for name in strata:
        a, b = first.strata[name], second.strata[name]
        pair = pair_with_itself(a) if first is second else pairs.get(name, NO_PAIR)
        between.append(_estimate_stratum_covariance((a, b), pair, ratios, find_factor(name, tally)))
        within.append(_estimate_covariance_within(pair, ratios))
    return math.fsum(between) * find_share_of_lonely(strata, tally) + math.fsum(within)


def pair_with_itself(of: StratumSums) -> PairSums:
    """Return the sums of one group as those of a pair."""
    yy, xy, xx = of.within
    return PairSums(of.yy, of.xy, of.xy, of.xx, of.clusters, (yy, xy, xy, xx))


@dataclass(frozen=True)
class Factor:
    """What the products of a stratum's n clusters are multiplied by: 1 - f, over n - 1; f is of those that there are.

    Those about their mean, or about 0 for a lonely stratum that is adjusted, since z adds up to 0 over the sample.
    """

    n: int
    above: int
    below: int
    is_about_mean: bool = True


def find_factor(stratum: Any, tally: Tally) -> Factor:
    """Return the factor of a stratum; 0 if it is wholly in the sample, or is lonely and not adjusted."""
    n, size = tally.clusters[stratum], int(tally.population.get(stratum, 0))
    left, whole = (size - n, size) if size else (1, 1)
    if n == 1:
        return Factor(n, left if tally.lonely == "adjust" else 0, whole, False)
    return Factor(n, left, whole * (n - 1))


def find_share_of_lonely(strata: Sequence[Any], tally: Tally) -> float:
    """Return by how much a variance is greater for lonely strata that are taken to add the mean of others; else 1."""
    others = sum(tally.clusters[name] > 1 for name in strata)
    return len(strata) / others if tally.lonely == "average" and others else 1.0


def _estimate_stratum_covariance(
    of: tuple[StratumSums, StratumSums], pair: PairSums, ratios: tuple[tuple[int, int], ...], factor: Factor
) -> float:
    """Return what the clusters of a stratum add to the covariance of two ratios y/x: exact but for the last division.

    With a cluster's linearized totals z = (y_c·x - x_c·y) / x² for both ratios, it is (1 - f)·n/(n - 1) times the sum
    of products of z about their means, over all n clusters of the stratum in the sample, f of those in the population.
    """
    (y, x), (v, w) = ratios
    # Both sums times x²·w², so that all is in whole numbers: that of products of z, and that of each z. Clusters where
    # a group has nobody add nothing to either, but count in n.
    products = pair.yy * x * w - pair.yx * x * v - pair.xy * y * w + pair.xx * y * v
    totals = (of[0].y * x - of[0].x * y) * (of[1].y * w - of[1].x * v)
    deviations = factor.n * products - totals * factor.is_about_mean
    return float(factor.above * deviations / (factor.below * (x * w) ** 2))


def _estimate_covariance_within(pair: PairSums, ratios: tuple[tuple[int, int], ...]) -> float:
    """Return what varies within the clusters of a stratum, of a sample in two stages, in floats."""
    (y, x), (v, w) = ratios
    yy, yx, xy, xx = pair.within
    p, q = y / x, v / w
    return (yy - q * yx - p * xy + p * q * xx) / (float(x) * float(w))


def estimate_total_covariances(
    groups: Sequence[ItemSums], tally: Tally, pairs: Mapping[tuple[int, int], Mapping[Any, PairSums]]
) -> Floats:
    """Return the covariances of the weighted totals y and x of groups of a breakdown, group by group.

    `pairs` are the products of two groups, by their places, and by stratum.
    """
    size = 2 * len(groups)
    covariances, covariances_within = np.zeros((size, size)), np.zeros((size, size))
    for name in tally.clusters:
        factor = find_factor(name, tally)
        sums = [group.strata.get(name, NO_SUMS) for group in groups]
        totals = np.array([total for of in sums for total in (of.y, of.x)], object)
        products = np.zeros((size, size), object)
        blocks = {(place, place): pair_with_itself(of) for place, of in enumerate(sums)}
        blocks |= {places: by_stratum.get(name, NO_PAIR) for places, by_stratum in pairs.items()}
        for (a, b), pair in blocks.items():
            first, second = slice(2 * a, 2 * a + 2), slice(2 * b, 2 * b + 2)
            products[second, first] = [[pair.yy, pair.xy], [pair.yx, pair.xx]]
            products[first, second] = [[pair.yy, pair.yx], [pair.xy, pair.xx]]
            within = np.reshape(pair.within, (2, 2))
            covariances_within[second, first] += within.T
            covariances_within[first, second] += within if a != b else 0
        deviations = factor.n * products - np.outer(totals, totals) * factor.is_about_mean
        covariances += (factor.above * deviations / factor.below).astype(float)
    strata = [name for name in tally.clusters if any(group.strata.get(name, NO_SUMS).x for group in groups)]
    return covariances * find_share_of_lonely(strata, tally) + covariances_within


def estimate_table_covariances(tables: Mapping[Any, TableSums], tally: Tally) -> Floats:
    """Return the covariances of the weighted totals of a table, row by row, from its sums by stratum."""
    parts = []
    for name, (totals, products) in tables.items():
        factor, size = find_factor(name, tally), totals.size
        sums = np.outer(totals, totals) * factor.is_about_mean
        deviations = factor.n * products.reshape(size, size) - sums
        parts.append((factor.above * deviations / factor.below).astype(float))
    strata = [name for name, table in tables.items() if table.totals.any()]
    return np.sum(parts, axis=0) * find_share_of_lonely(strata, tally)


def find_limits(share: Any, error: Any, df: int) -> tuple[Any, Any]:
    """Return Student's limits on the scale of the logit, of arrays of shares and standard errors."""
    from scipy.special import expit, logit, stdtrit

    reach = stdtrit(df, (1 + CONFIDENCE) / 2) * error / (share * (1 - share))
    return expit(logit(share) - reach), expit(logit(share) + reach)


def _logit_limits(share: Fraction, error: float, df: int, tail: float) -> tuple[float, float]:
    from scipy.special import expit, stdtrit

    middle = math.log(share / (1 - share))  # of the fraction: near 1 a float has lost the rest
    reach = -stdtrit(df, tail) * error / float(share * (1 - share))
    return float(expit(middle - reach)), float(expit(middle + reach))


def _korn_graubard_limits(share: float, n_effective: float, n: int, df: int, tail: float) -> tuple[float, float]:
    from scipy.special import betaincinv, stdtrit

    n_effective *= (stdtrit(n - 1, tail) / stdtrit(df, tail)) ** 2
    yes, no = share * n_effective, (1 - share) * n_effective
    lower = float(betaincinv(yes, no + 1, tail)) if yes else 0.0
    return lower, float(betaincinv(yes + 1, no, 1 - tail)) if no else 1.0
