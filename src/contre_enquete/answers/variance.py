"""Shares, standard errors and limits from exact sums: the design-based estimate of a ratio.

A share is the ratio y/x of two weighted sums over a group. Its variance is that of Taylor's linearisation (Woodruff
1971; Särndal, Swensson and Wretman, *Model Assisted Survey Sampling*, section 5.5) between the clusters of each
stratum. All clusters of a stratum count, with zero where the group has nobody, as for any domain. R's survey package
computes the same for a group (`svyciprop` on a subset, with its degrees of freedom).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .tally import ItemSums, Tally

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A share and its precision; None where nobody answered."""

    share: Fraction | None  # from 0 to 1, as the standard error and the limits
    weight: Fraction  # of people who answered
    standard_error: float | None = None
    lower: float | None = None
    upper: float | None = None
    df: int | None = None  # degrees of freedom


def estimate(sums: ItemSums, tally: Tally) -> Estimate:
    """Return the estimate of the share of yes.

    Notes
    -----
    The limits are Student's at 95 % on the scale of the logit. Where the standard error is 0, as at a share of 0 or 1,
    they are those of Korn and Graubard (Survey Methodology 24, 1998), with Kish's effective number of people; but where
    everybody is in the sample, there is no error of sampling, and both are the share itself. With 0 degrees of freedom
    nothing is known of the error: it is None, and the limits are 0 and 1.
    """
    y, x = (sum(getattr(stratum, name) for stratum in sums.strata.values()) for name in ("y", "x"))
    weight = x / Fraction(10) ** tally.digits
    if not x:
        return Estimate(None, weight)
    share = Fraction(y, x)
    strata = {name: stratum for name, stratum in sums.strata.items() if stratum.x}  # in which the group has people
    variance = math.fsum(_estimate_stratum_variance(name, sums, tally, y, x) for name in strata)
    error = math.sqrt(variance)
    df = sum(stratum.clusters for stratum in strata.values()) - len(strata)
    if all(tally.population.get(name) == tally.clusters[name] for name in strata):
        limits = float(share), float(share)
    elif not df:
        return Estimate(share, weight, None, 0.0, 1.0, df)
    elif not variance:
        limits = _korn_graubard_limits(float(share), x * x / sums.squares, sums.base, df)
    else:
        limits = _logit_limits(share, error, df)
    return Estimate(share, weight, error, *limits, df)


def _estimate_stratum_variance(name: Any, sums: ItemSums, tally: Tally, y: int, x: int) -> float:
    """Return what a stratum adds to the variance of y/x: exact but for the last division.

    With a cluster's linearised total z = (y_c·x - x_c·y) / x², it is (1 - f)·n/(n - 1) times the sum of squares of z
    about its mean, over all n clusters of the stratum in the sample, f of those in the population.
    """
    stratum, n = sums.strata[name], tally.clusters[name]
    # Both times x⁴, so that all is in whole numbers: the sum of z², and the sum of z. Clusters where the group has
    # nobody add nothing to either, but count in n.
    squares = stratum.yy * x * x - 2 * stratum.xy * y * x + stratum.xx * y * y
    total = stratum.y * x - stratum.x * y
    size = int(tally.population.get(name, 0))
    above, below = (size - n, size) if size else (1, 1)  # 1 - f
    return above * (n * squares - total * total) / (below * (n - 1) * x**4) if above else 0.0


def find_limits(share: Any, error: Any, df: int) -> tuple[Any, Any]:
    """Return Student's limits on the scale of the logit, of arrays of shares and standard errors."""
    from scipy.special import expit, logit, stdtrit

    reach = stdtrit(df, (1 + CONFIDENCE) / 2) * error / (share * (1 - share))
    return expit(logit(share) - reach), expit(logit(share) + reach)


def _logit_limits(share: Fraction, error: float, df: int) -> tuple[float, float]:
    from scipy.special import expit, stdtrit

    middle = math.log(share / (1 - share))  # of the fraction: near 1 a float has lost the rest
    reach = stdtrit(df, (1 + CONFIDENCE) / 2) * error / float(share * (1 - share))
    return float(expit(middle - reach)), float(expit(middle + reach))


def _korn_graubard_limits(share: float, n_effective: float, n: int, df: int) -> tuple[float, float]:
    from scipy.special import betaincinv, stdtrit

    tail = (1 - CONFIDENCE) / 2
    n_effective *= (stdtrit(n - 1, tail) / stdtrit(df, tail)) ** 2
    yes, no = share * n_effective, (1 - share) * n_effective
    lower = float(betaincinv(yes, no + 1, tail)) if yes else 0.0
    return lower, float(betaincinv(yes + 1, no, 1 - tail)) if no else 1.0
