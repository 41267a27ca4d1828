"""What gaps between two groups would be worth if each had been a simple random sample.

Nothing here makes one of an online panel: every limit, every p-value and every "significant" below holds if each
group had been a simple random sample, or one that is worth as much as n / deff people drawn so (`deff`, the design
effect, is 1 or more).

Arguments named p are shares from 0 to 1. Those named percent are printed percents from 0 to 100, and stand for their
rounding boxes [percent - 1/2, percent + 1/2), cut to [0, 100]. Group sizes n are above 0 and need not be whole. Groups
come in the order first, second; differences and ratios are those of the second to the first. Arguments are numbers or
arrays that broadcast together, results have the shape that this gives. What is not a number within its limits raises
ValueError, which names the argument.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from numbers import Real
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import as_found
from .rounding import Interval

ROUNDINGS = ("as printed", "narrow corner", "wide corner")


def wilson(p: ArrayLike, n: ArrayLike, deff: ArrayLike = 1, level: ArrayLike = 0.95) -> tuple[NDArray, NDArray]:
    """Wilson's score interval of a share p among n: its lower and its upper limit, as shares.

    p is from 0 to 1, n above 0, deff at least 1 and level between 0 and 1, else ValueError. Without continuity
    correction; exactly 0 below p = 0 and exactly 1 above p = 1. Wilson 1927.
    """
    return _wilson(_share("p", p), _size("n", n) / _deff(deff), _critical(1 - _inside("level", level)))


def newcombe(
    p1: ArrayLike, n1: ArrayLike, p2: ArrayLike, n2: ArrayLike, deff: ArrayLike = 1, level: ArrayLike = 0.95
) -> tuple[NDArray, NDArray]:
    """Newcombe's interval of the difference p2 - p1: its lower and its upper limit, from -1 to 1.

    Shares are from 0 to 1, sizes above 0, deff at least 1 and level between 0 and 1, else ValueError. From the
    Wilson intervals of the two shares, without continuity correction. Newcombe 1998, method 10.
    """
    deff, z = _deff(deff), _critical(1 - _inside("level", level))
    return _newcombe(_share("p1", p1), _size("n1", n1) / deff, _share("p2", p2), _size("n2", n2) / deff, z)


def newcombe_envelope(
    percent1: ArrayLike, n1: ArrayLike, percent2: ArrayLike, n2: ArrayLike, deff: ArrayLike = 1, level: ArrayLike = 0.95
) -> tuple[NDArray, NDArray]:
    """The lowest and the highest limit of Newcombe's interval over the rounding boxes, from -1 to 1.

    The lower limit is that of the corner (percent1 + 1/2, percent2 - 1/2), the upper limit that of the opposite
    corner. For a gap above 0, the first is the narrow corner and the second the wide one; below 0, the reverse.
    Percents are from 0 to 100, sizes above 0, deff at least 1 and level between 0 and 1, else ValueError.
    """
    percent1, percent2 = _percent("percent1", percent1), _percent("percent2", percent2)
    deff, z = _deff(deff), _critical(1 - _inside("level", level))
    n1, n2 = _size("n1", n1) / deff, _size("n2", n2) / deff
    lower, _ = _newcombe(_moved(percent1, 0.5), n1, _moved(percent2, -0.5), n2, z)
    _, upper = _newcombe(_moved(percent1, -0.5), n1, _moved(percent2, 0.5), n2, z)
    return lower, upper


def pooled_z(
    p1: ArrayLike, n1: ArrayLike, p2: ArrayLike, n2: ArrayLike, deff: ArrayLike = 1
) -> tuple[NDArray, NDArray]:
    """The z statistic of p2 - p1 with the pooled variance, and its two-sided p-value.

    Shares are from 0 to 1, sizes above 0 and deff at least 1, else ValueError. Where both shares are 0 or both
    are 1, z is 0 and the p-value 1.
    """
    return _pooled_z(_share("p1", p1), _size("n1", n1), _share("p2", p2), _size("n2", n2), _deff(deff))


def holm(p_values: ArrayLike, axis: int = -1) -> NDArray:
    """Holm's adjusted p-values, of the same shape, for families that lie along `axis`; a number is a family of one. Holm 1979.

    An adjusted p-value is at most alpha if and only if Holm's procedure rejects at the level alpha. Raises
    ValueError for what is not from 0 to 1.
    """
    shape = np.shape(p_values)
    p_values = np.atleast_1d(_numbers("p_values", p_values, "a p-value from 0 to 1", lambda p: (p >= 0) & (p <= 1)))
    ordered = np.moveaxis(p_values, axis, -1)
    order = np.argsort(ordered, axis=-1, kind="stable")
    steps = np.take_along_axis(ordered, order, -1) * np.arange(ordered.shape[-1], 0, -1)
    adjusted = np.empty_like(ordered)
    np.put_along_axis(adjusted, order, np.minimum(np.maximum.accumulate(steps, axis=-1), 1), -1)
    return np.moveaxis(adjusted, -1, axis).reshape(shape)


def risk_ratio(
    p1: ArrayLike, n1: ArrayLike, p2: ArrayLike, n2: ArrayLike, deff: ArrayLike = 1, level: ArrayLike = 0.95
) -> tuple[NDArray, NDArray, NDArray]:
    """The risk ratio p2 / p1 with the lower and the upper limit of its log interval. Katz et al. 1978.

    Shares are above 0, since 0 has no log interval, and up to 1, sizes above 0, deff at least 1 and level between
    0 and 1, else ValueError.
    """
    p1, p2 = _positive_share("p1", p1), _positive_share("p2", p2)
    deviation = np.sqrt(_deff(deff) * ((1 - p1) / (p1 * _size("n1", n1)) + (1 - p2) / (p2 * _size("n2", n2))))
    ratio, factor = p2 / p1, np.exp(_critical(1 - _inside("level", level)) * deviation)
    return np.broadcast_to(ratio, factor.shape)[()], ratio / factor, ratio * factor


def cohens_h(p1: ArrayLike, p2: ArrayLike) -> NDArray:
    """Cohen's effect size h, 2 arcsin sqrt(p2) - 2 arcsin sqrt(p1), from -pi to pi. Cohen 1988.

    Shares are from 0 to 1, else ValueError.
    """
    p1, p2 = _share("p1", p1), _share("p2", p2)
    return 2 * np.arctan2(np.sqrt(p2), np.sqrt(1 - p2)) - 2 * np.arctan2(np.sqrt(p1), np.sqrt(1 - p1))


def break_even_n(
    percent1: ArrayLike,
    percent2: ArrayLike,
    *,
    total: ArrayLike | None = None,
    share: ArrayLike | None = None,
    deff: ArrayLike = 1,
    alpha: ArrayLike = 0.05,
) -> int | NDArray | None:
    """The smallest first group with which a test of the gap rejects in the worst rounding.

    That is the smallest whole n1 for which the pooled z test of the narrow corner has a two-sided p-value of at
    most `alpha`, if each group had been a simple random sample. Give either `total`, the number of respondents,
    and n2 is total - n1, at least 1; or `share`, that of the first group, and n2 is n1 (1 - share) / share. None if
    there is no such n1. Numbers give an int or None, arrays an array of them.

    Percents are from 0 to 100, total at least 2, share and alpha between 0 and 1, and deff at least 1, else ValueError.
    """
    if (total is None) == (share is None):
        raise ValueError(f"total and share: found {total} and {share}; expected one of them")
    p1, p2 = (p[..., 1] for p in _corners(_percent("percent1", percent1), _percent("percent2", percent2)))
    need, gap2 = _deff(deff) * _critical(_inside("alpha", alpha)) ** 2, (p2 - p1) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):  # no gap, no root: comparisons below are then false
        if share is not None:
            w = _inside("share", share)
            least = need * (w * p1 + (1 - w) * p2) * (w * (1 - p1) + (1 - w) * (1 - p2)) / (gap2 * (1 - w))
            most = math.inf
        else:  # the test rejects from root to root of a w^2 - b w + c, with w = n1 / total
            total = _numbers("total", total, "a number of at least 2", lambda n: (n >= 2) & (n < math.inf))
            a, b, c = gap2 * (total - need), gap2 * total - need * (p1 - p2) * (1 - 2 * p2), need * p2 * (1 - p2)
            root = b + np.sqrt(b**2 - 4 * a * c)
            least, most = total * 2 * c / root, np.minimum(total * root / (2 * a), total - 1)
        n1, most = np.broadcast_arrays(np.maximum(np.ceil(least), 1), most)
    found = np.full(n1.shape, None, dtype=object)
    possible = np.isfinite(n1) & (n1 <= most)
    found[possible] = [int(n) for n in n1[possible]]
    return found[()]


def break_even_deff(
    percent1: ArrayLike, n1: ArrayLike, percent2: ArrayLike, n2: ArrayLike, alpha: ArrayLike = 0.05
) -> NDArray:
    """The largest design effect with which a test of the gap rejects in the worst rounding.

    That is the deff for which the pooled z test of the narrow corner has a two-sided p-value of `alpha`. Below 1, it
    would not reject even if each group had been a simple random sample; 0 if rounding alone can explain the gap.
    Percents are from 0 to 100, sizes above 0 and alpha between 0 and 1, else ValueError.
    """
    p1, p2 = (p[..., 1] for p in _corners(_percent("percent1", percent1), _percent("percent2", percent2)))
    z, _ = _pooled_z(p1, _size("n1", n1), p2, _size("n2", n2), 1)
    return (z / _critical(_inside("alpha", alpha))) ** 2


def mcnemar_range(p1: ArrayLike, p2: ArrayLike, n: ArrayLike, deff: ArrayLike = 1) -> tuple[NDArray, NDArray]:
    """McNemar's z of p2 - p1, two shares of the same n people: its weakest and its strongest possible value.

    z = (p2 - p1) sqrt(n) / sqrt(discordant), where the share of people who gave just one of the two answers is
    not known but lies between |p2 - p1| and min(p1 + p2, 2 - p1 - p2). Both are 0 if the shares are equal.
    Shares are from 0 to 1, n above 0 and deff at least 1, else ValueError. McNemar 1947, without continuity correction.
    """
    p1, p2 = _share("p1", p1), _share("p2", p2)
    gap, n = p2 - p1, _size("n", n) / _deff(deff)
    most = np.minimum(p1 + p2, (1 - p1) + (1 - p2))
    weakest = gap * np.sqrt(n / np.where(gap == 0, 1, most))
    return weakest, np.sign(gap) * np.sqrt(np.abs(gap) * n)


def frechet_bounds(p: ArrayLike, axis: int = -1) -> tuple[NDArray, NDArray]:
    """The smallest and the largest possible share of people with at least one of several answers.

    Takes the shares of the answers along `axis`, at least one and each from 0 to 1, else ValueError: max p and
    min(1, sum p). Fréchet 1935.
    """
    p = np.atleast_1d(_share("p", p))
    if not p.shape[axis]:
        raise ValueError("p: found no share; expected at least one")
    return p.max(axis), np.minimum(p.sum(axis), 1)


def adjusted_p_values(gaps: ArrayLike, total: float, shares: ArrayLike, deffs: ArrayLike = (1, 1.5, 2)) -> NDArray:
    """Holm's adjusted p-values of a family of gaps, in each scenario: shape (gaps, shares, deffs, roundings).

    Takes printed percents of shape (gaps, 2); the number of respondents; the shares of the first group, above 0
    and below 1; and the design effects. Roundings are those of `ROUNDINGS`: as printed, narrow and wide corner of
    the boxes. The test is `pooled_z`; the family is corrected within each scenario. Raises ValueError for a percent
    that is not from 0 to 100, a total not above 0, a share not between 0 and 1, a deff below 1.
    """
    percents = _percent("gaps", gaps)
    if percents.ndim != 2 or percents.shape[1] != 2:
        raise ValueError(f"gaps: found the shape {percents.shape}; expected (gaps, 2)")
    p1, p2 = (p[:, None, None, :] for p in _corners(percents[:, 0], percents[:, 1]))
    w = np.atleast_1d(_inside("shares", shares))[:, None, None]
    total, deffs = _size("total", total), np.atleast_1d(_deff(deffs, "deffs"))[:, None]
    return holm(_pooled_z(p1, total * w, p2, total * (1 - w), deffs)[1], axis=0)


def gap_strength(
    gaps: ArrayLike, total: float, share: Interval, deffs: ArrayLike = (1, 1.5, 2), alpha: float = 0.05
) -> tuple[list[str], NDArray]:
    """What each gap of a family is worth, in a word, and the adjusted p-values behind it.

    "robust" if it would be significant, if each group had been a simple random sample, in every scenario of
    `adjusted_p_values`, "never" if in none, else "depends". Scenarios have the share of the first group
    at both ends and in the middle of `share`, from `feasible_shares`; it may be neither empty nor end at 0 or 1.
    Raises ValueError for that, for an alpha not between 0 and 1, and as `adjusted_p_values` does.
    """
    if not isinstance(share, Interval):
        raise ValueError(f"share: found {as_found(share)}; expected an Interval")
    if not 0 < share.lower <= share.upper < 1:
        raise ValueError(f"share: found {share}; expected an interval with both ends above 0 and below 1")
    shares = [float(value) for value in (share.lower, share.midpoint, share.upper)]
    adjusted = adjusted_p_values(gaps, total, shares, deffs)
    rejected = adjusted <= _inside("alpha", alpha)
    everywhere, anywhere = rejected.all(axis=(1, 2, 3)), rejected.any(axis=(1, 2, 3))
    words = np.where(everywhere, "robust", np.where(anywhere, "depends", "never"))
    return words.tolist(), adjusted


def _wilson(p: NDArray, n: NDArray, z: NDArray) -> tuple[NDArray, NDArray]:
    q = np.minimum(p, 1 - p)  # a share up to 1/2, so that nothing cancels
    c = z**2 / n
    upper = (2 * q + c + np.sqrt(c * (c + 4 * q * (1 - q)))) / (2 * (1 + c))
    lower = q**2 / ((1 + c) * upper)
    return np.where(p > 0.5, 1 - upper, lower)[()], np.where(p > 0.5, 1 - lower, upper)[()]


def _newcombe(p1: NDArray, n1: NDArray, p2: NDArray, n2: NDArray, z: NDArray) -> tuple[NDArray, NDArray]:
    (lower1, upper1), (lower2, upper2) = _wilson(p1, n1, z), _wilson(p2, n2, z)
    gap = p2 - p1
    return gap - np.hypot(p2 - lower2, upper1 - p1), gap + np.hypot(upper2 - p2, p1 - lower1)


def _pooled_z(p1: NDArray, n1: NDArray, p2: NDArray, n2: NDArray, deff: NDArray) -> tuple[NDArray, NDArray]:
    gap, n = p2 - p1, n1 + n2
    variance = (n1 * p1 + n2 * p2) / n * ((n1 * (1 - p1) + n2 * (1 - p2)) / n) * (1 / n1 + 1 / n2) * deff
    z = gap / np.sqrt(np.where(gap == 0, 1, variance))
    return z, _erfc(np.abs(z) / math.sqrt(2))[()]


def _corners(percent1: NDArray, percent2: NDArray) -> tuple[NDArray, NDArray]:
    """Both shares in each of `ROUNDINGS`, along a last axis.

    At the narrow corner the gap is 1 point less, or none where the boxes touch or overlap; at the wide corner it is
    1 point more. Between equal percents, the wide corner has the second share above the first.
    """
    gap, middle = percent2 - percent1, (percent1 + percent2) / 2
    half = np.where(gap < 0, -0.5, 0.5)
    touching = np.abs(gap) <= 1 + 1e-9  # 4.4 - 3.4 is a bit more than 1

    def corners(percent: NDArray, inwards: NDArray) -> NDArray:
        narrow, wide = np.where(touching, middle, percent + inwards), percent - inwards
        return _moved(np.stack(np.broadcast_arrays(percent, narrow, wide), axis=-1), 0)

    return corners(percent1, half), corners(percent2, -half)


def _moved(percent: NDArray, points: float) -> NDArray:
    """Percents moved inside [0, 100], as shares."""
    return np.clip(percent + points, 0, 100) / 100


@np.vectorize(otypes=[float])
def _float(value: object) -> float:
    try:
        return float(value) if isinstance(value, (Real, Decimal)) and not isinstance(value, bool) else math.nan
    except OverflowError:
        return math.nan


_erfc = np.vectorize(math.erfc, otypes=[float])  # accurate in the far tail
_critical = np.vectorize(lambda alpha: -NormalDist().inv_cdf(alpha / 2), otypes=[float])  # |z| at a two-sided alpha


def _numbers(name: str, value: ArrayLike, expected: str, valid: Callable[[NDArray], NDArray]) -> NDArray:
    """The value as floats. Raises ValueError unless it is made of numbers that are all valid."""
    try:
        given = np.asarray(value)
    except ValueError:  # rows of unequal length
        raise ValueError(f"{name}: found {as_found(value)}; expected {expected}, or an array of such") from None
    numbers = given.astype(float) if given.dtype.kind in "iuf" else _float(given)
    wrong = ~valid(numbers)
    if wrong.any():
        raise ValueError(f"{name}: found {as_found(given[wrong].tolist()[0])}; expected {expected}")
    return numbers


def _share(name: str, value: ArrayLike) -> NDArray:
    return _numbers(name, value, "a share from 0 to 1", lambda p: (p >= 0) & (p <= 1))


def _positive_share(name: str, value: ArrayLike) -> NDArray:
    return _numbers(name, value, "a share above 0 and up to 1", lambda p: (p > 0) & (p <= 1))


def _inside(name: str, value: ArrayLike) -> NDArray:
    return _numbers(name, value, "a share above 0 and below 1", lambda p: (p > 0) & (p < 1))


def _percent(name: str, value: ArrayLike) -> NDArray:
    return _numbers(name, value, "a percent from 0 to 100", lambda p: (p >= 0) & (p <= 100))


def _size(name: str, value: ArrayLike) -> NDArray:
    return _numbers(name, value, "a finite number above 0", lambda n: (n > 0) & (n < math.inf))


def _deff(value: ArrayLike, name: str = "deff") -> NDArray:
    return _numbers(name, value, "a finite number of at least 1", lambda deff: (deff >= 1) & (deff < math.inf))
