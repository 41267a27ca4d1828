"""From exact sums to shares, standard errors and limits: the design-based estimate of a ratio.

A share is the ratio of two weighted sums over a group. Its variance is that of Taylor's linearisation between the clusters
of each stratum, all of which are kept, with zero where the group has nobody: n/(n-1), less the finite population
correction. Woodruff 1971; Särndal, Swensson and Wretman, "Model Assisted Survey Sampling", section 5.5; it is what
R's survey package computes for a group (`svyciprop` on a subset, with its degrees of freedom).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .tally import Sums, Tally

LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A share from 0 to 1 with its standard error, limits and degrees of freedom; None where nobody answered."""

    share: Fraction | None
    weight: Fraction  # of those who answered
    standard_error: float | None = None
    lower: float | None = None
    upper: float | None = None
    df: int | None = None


def estimate(sums: Sums, tally: Tally) -> Estimate:
    """Return what sums say of the share of yes.

    The limits are Student's at 95 % on the scale of the logit. Where the standard error is 0, as at a share of 0 or 1, they
    are those of Korn and Graubard (Survey Methodology 24, 1998), with the number of people of the same weight that would be worth
    as much (Kish); but where everybody is in the sample, there is no error of sampling, and both are the share itself.
    With 0 degrees of freedom nothing is known of the error: it is None, and they are 0 and 1.
    """
    a, b = (sum(getattr(stratum, name) for stratum in sums.strata.values()) for name in ("a", "b"))
    weight = b / Fraction(10) ** tally.digits
    if not b:
        return Estimate(None, weight)
    share = Fraction(a, b)
    inside = {name: stratum for name, stratum in sums.strata.items() if stratum.b}
    variance = math.fsum(_variance(name, sums, tally, a, b) for name in inside)
    error = math.sqrt(variance)
    df = sum(stratum.clusters for stratum in inside.values()) - len(inside)
    if all(tally.population.get(name) == tally.clusters[name] for name in inside):
        limits = float(share), float(share)
    elif not df:
        return Estimate(share, weight, None, 0.0, 1.0, df)
    elif not variance:
        limits = _korn_graubard(float(share), b * b / sums.squares, sums.base, df)
    else:
        limits = _logit(share, error, df)
    return Estimate(share, weight, error, *limits, df)


def _variance(name: Any, sums: Sums, tally: Tally, a: int, b: int) -> float:
    """Return what a stratum adds to the variance of a/b: exact but for the last division."""
    inside, n = sums.strata[name], tally.clusters[name]
    squares = inside.aa * b * b - 2 * inside.ab * a * b + inside.bb * a * a
    total = inside.a * b - inside.b * a
    size = int(tally.population.get(name, 0))
    above, below = (size - n, size) if size else (1, 1)
    return above * (n * squares - total * total) / (below * (n - 1) * b**4) if above else 0.0


def _logit(share: Fraction, error: float, df: int) -> tuple[float, float]:
    from scipy.special import expit, stdtrit

    middle = math.log(share / (1 - share))  # of the fraction, for near 1 a float has lost the rest
    reach = stdtrit(df, (1 + LEVEL) / 2) * error / float(share * (1 - share))
    return float(expit(middle - reach)), float(expit(middle + reach))


def _korn_graubard(share: float, n_effective: float, n: int, df: int) -> tuple[float, float]:
    from scipy.special import betaincinv, stdtrit

    tail = (1 - LEVEL) / 2
    n_effective *= (stdtrit(n - 1, tail) / stdtrit(df, tail)) ** 2
    yes, no = share * n_effective, (1 - share) * n_effective
    lower = float(betaincinv(yes, no + 1, tail)) if yes else 0.0
    return lower, float(betaincinv(yes + 1, no, 1 - tail)) if no else 1.0
