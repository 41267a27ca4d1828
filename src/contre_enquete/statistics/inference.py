"""Compute what gaps between two groups would be worth if each group had been a simple random sample.

An online panel is no such sample. Every limit, p-value and "significant" below holds on the condition that each group
had been a simple random sample, or worth as much as one of n / deff people (`deff`, the design effect, is 1 or more).

Arguments named p are shares from 0 to 1. Those named percent are printed percents from 0 to 100, and stand for their
rounding boxes [percent - 1/2, percent + 1/2), cut to [0, 100]. Group sizes n are above 0 and need not be whole. `level`
is that of confidence, between 0 and 1. Groups come in the order first, second; differences are second minus first,
ratios second over first. Arguments are numbers or arrays that broadcast together, and results have the shape to which
they broadcast. An argument that is not a number within its limits raises ValueError, which names it.
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

Floats = NDArray[np.float64]
ROUNDINGS = ("as printed", "narrow corner", "wide corner")


def wilson(p: ArrayLike, n: ArrayLike, deff: ArrayLike = 1, level: ArrayLike = 0.95) -> tuple[Floats, Floats]:
    """Return the lower and the upper limit of Wilson's score interval of a share p among n people, as shares.

    Without continuity correction; the lower limit is exactly 0 for p = 0, the upper exactly 1 for p = 1. Wilson 1927.
    Raises ValueError unless p is from 0 to 1, n above 0, deff at least 1 and level between 0 and 1.
    """
    return _wilson(_share("p", p), _size("n", n) / _deff(deff), _critical(1 - _inside("level", level)))


def newcombe(
    p1: ArrayLike, n1: ArrayLike, p2: ArrayLike, n2: ArrayLike, deff: ArrayLike = 1, level: ArrayLike = 0.95
) -> tuple[Floats, Floats]:
    """Return the lower and the upper limit of Newcombe's interval of the difference p2 - p1, from -1 to 1.

    Made from the Wilson intervals of the two shares, without continuity correction. Newcombe 1998, method 10. Raises
    ValueError unless shares are from 0 to 1, sizes above 0, deff at least 1 and level between 0 and 1.
    """
    effect, z = _deff(deff), _critical(1 - _inside("level", level))
    return _newcombe(_share("p1", p1), _size("n1", n1) / effect, _share("p2", p2), _size("n2", n2) / effect, z)


def newcombe_envelope(
    percent1: ArrayLike, n1: ArrayLike, percent2: ArrayLike, n2: ArrayLike, deff: ArrayLike = 1, level: ArrayLike = 0.95
) -> tuple[Floats, Floats]:
    """Return the lowest and the highest limit that Newcombe's interval has in the rounding boxes, from -1 to 1.

    The lowest is that of the true percents (percent1 + 1/2, percent2 - 1/2), the highest that of the opposite corner
    of the boxes. For a gap above 0, the first is the narrow corner and the second the wide one; below 0, the reverse.
    Raises ValueError unless percents are from 0 to 100, sizes above 0, deff at least 1 and level between 0 and 1.
    """
    printed1, printed2 = _percent("percent1", percent1), _percent("percent2", percent2)
    effect, z = _deff(deff), _critical(1 - _inside("level", level))
    size1, size2 = _size("n1", n1) / effect, _size("n2", n2) / effect
    lower, _ = _newcombe(_moved(printed1, 0.5), size1, _moved(printed2, -0.5), size2, z)
    _, upper = _newcombe(_moved(printed1, -0.5), size1, _moved(printed2, 0.5), size2, z)
    return lower, upper


def pooled_z(p1: ArrayLike, n1: ArrayLike, p2: ArrayLike, n2: ArrayLike, deff: ArrayLike = 1) -> tuple[Floats, Floats]:
    """Return the z statistic of p2 - p1 with the pooled variance, and its two-sided p-value.

    Where both shares are 0 or both are 1, z is 0 and the p-value 1. Raises ValueError unless shares are from 0 to 1,
    sizes above 0 and deff at least 1.
    """
    return _pooled_z(_share("p1", p1), _size("n1", n1), _share("p2", p2), _size("n2", n2), _deff(deff))


def holm(p_values: ArrayLike, axis: int = -1) -> Floats:
    """Return Holm's adjusted p-values, in the shape of `p_values`, whose families lie along `axis`.

    A single number is a family of one. An adjusted p-value is at most alpha if and only if Holm's procedure rejects
    at the level alpha. Holm 1979. Raises ValueError for a p-value that is not from 0 to 1.
    """
    shape = np.shape(p_values)
    p_values = np.atleast_1d(_numbers("p_values", p_values, "a p-value from 0 to 1", lambda p: (p >= 0) & (p <= 1)))
    ordered = np.moveaxis(p_values, axis, -1)
    order = np.argsort(ordered, axis=-1, kind="stable")
    steps = np.take_along_axis(ordered, order, -1) * np.arange(ordered.shape[-1], 0, -1)
    adjusted = np.empty_like(ordered)
    np.put_along_axis(adjusted, order, np.minimum(np.maximum.accumulate(steps, axis=-1), 1), -1)
    return np.moveaxis(adjusted, -1, axis).reshape(shape)


def cohens_h(p1: ArrayLike, p2: ArrayLike) -> Floats:
    """Return Cohen's effect size h, 2 arcsin sqrt(p2) - 2 arcsin sqrt(p1), from -pi to pi. Cohen 1988.

    Raises ValueError unless shares are from 0 to 1.
    """
    p1, p2 = _share("p1", p1), _share("p2", p2)
    return 2 * np.arctan2(np.sqrt(p2), np.sqrt(1 - p2)) - 2 * np.arctan2(np.sqrt(p1), np.sqrt(1 - p1))


def break_even_deffs(gaps: ArrayLike, total: float, shares: ArrayLike, alpha: float = 0.05) -> Floats:
    """Return the largest design effect with which each gap of a family is still found, in the worst rounding and share.

    That is the deff, the same for the whole family, up to which Holm's procedure rejects at the level `alpha`, with
    the pooled z test, two-sided, at the narrow corner of every gap and at each of `shares`. Below 1, it does not even
    if each group had been a simple random sample; 0 if rounding alone can explain the gap. Takes printed percents of
    shape (gaps, 2), the number of respondents and shares of the first group; returns one number a gap. Raises ValueError
    as `adjusted_p_values` does.
    """
    z = _narrow_z(gaps, total, shares)
    order = np.argsort(-z, axis=0, kind="stable")
    deffs = (np.take_along_axis(z, order, 0) / _steps(len(z), alpha)) ** 2
    found = np.empty_like(z)
    np.put_along_axis(found, order, np.minimum.accumulate(deffs, axis=0), 0)
    return found.min(axis=1)


def break_even_ns(gaps: ArrayLike, total: int, alpha: float = 0.05) -> list[int | None]:
    """Return the smallest first group with which each gap of a family is found, in the worst rounding.

    As `break_even_deffs`, at a deff of 1: the smallest whole n of the first group, the second group being the rest of
    `total`, for which Holm's procedure rejects. None where no n does. Neighbours of one family may share an n, since an
    adjusted p-value is never below that of a clearer gap.
    """
    _numbers("total", total, "a whole number of at least 2", lambda n: (n >= 2) & (n < math.inf) & (n == np.floor(n)))
    sizes = np.arange(1, int(total))
    z = _narrow_z(gaps, total, sizes / total)
    order = np.argsort(-z, axis=0, kind="stable")
    passed = np.logical_and.accumulate(np.take_along_axis(z, order, 0) >= _steps(len(z), alpha), axis=0)
    found = np.empty_like(passed)
    np.put_along_axis(found, order, passed, 0)
    return [int(sizes[row.argmax()]) if row.any() else None for row in found]


def break_even_biases(gaps: ArrayLike, total: float, shares: ArrayLike, deff: float = 1, alpha: float = 0.05) -> Floats:
    """Return how many points of bias, more in one group than in the other, take each gap of a family its significance.

    A bias of that many points, taken from the percent of the group that leads, brings the gap to where Holm's
    procedure no longer rejects, at a design effect, in the worst rounding and share, the other gaps being as they are; 0 where it
    does not reject anyway. In points, to a hundredth, rounded down. Takes what `break_even_deffs` takes, and the design effect.
    """
    _narrow_z(gaps, total, shares)
    _deff(deff)
    percents = _percent("gaps", gaps)
    biases = np.zeros(len(percents))
    for row, (first, second) in enumerate(percents):
        leads, steps = int(second > first), np.arange(0, abs(second - first) + 0.01, 0.01)
        low, high = 0, len(steps)  # found at low, not found at high
        while high - low > 1:
            middle = (low + high) // 2
            moved = percents.copy()
            moved[row, leads] -= steps[middle]
            low, high = (middle, high) if break_even_deffs(moved, total, shares, alpha)[row] >= deff else (low, middle)
        biases[row] = steps[low]
    return biases


def _narrow_z(gaps: ArrayLike, total: float, shares: ArrayLike) -> Floats:
    """|z| of each gap at the narrow corner of its rounding, at each share: shape (gaps, shares)."""
    percents = _percent("gaps", gaps)
    if percents.ndim != 2 or percents.shape[1] != 2:
        raise ValueError(f"gaps: found the shape {percents.shape}; expected (gaps, 2)")
    p1, p2 = (p[:, 1:2] for p in _corners(percents[:, 0], percents[:, 1]))
    w, n = np.atleast_1d(_inside("shares", shares)), _size("total", total)
    gap, mixed = p2 - p1, w * p1 + (1 - w) * p2
    variance = mixed * (1 - mixed) / (n * w * (1 - w))
    return np.abs(gap) / np.sqrt(np.where(gap == 0, 1, variance))


def _steps(count: int, alpha: float) -> Floats:
    """The |z| that Holm's procedure asks of the clearest gap, the next one and so on, as a column."""
    return _critical(_inside("alpha", alpha) / np.arange(count, 0, -1))[:, None]


def mcnemar_range(p1: ArrayLike, p2: ArrayLike, n: ArrayLike, deff: ArrayLike = 1) -> tuple[Floats, Floats]:
    """Return the weakest and the strongest possible value of McNemar's z of p2 - p1, two shares of the same n people.

    z = (p2 - p1) sqrt(n) / sqrt(discordant), where the discordant share, of the people who gave just one of the two
    answers, is not known but lies between |p2 - p1| and min(p1 + p2, 2 - p1 - p2). Both values are 0 if the shares are
    equal. McNemar 1947, without continuity correction. Raises ValueError unless shares are from 0 to 1, n above 0 and
    deff at least 1.
    """
    p1, p2 = _share("p1", p1), _share("p2", p2)
    gap, n = p2 - p1, _size("n", n) / _deff(deff)
    most = np.minimum(p1 + p2, (1 - p1) + (1 - p2))
    weakest = gap * np.sqrt(n / np.where(gap == 0, 1, most))
    return weakest, np.sign(gap) * np.sqrt(np.abs(gap) * n)


def frechet_bounds(p: ArrayLike, axis: int = -1) -> tuple[Floats, Floats]:
    """Return the smallest and the largest possible share of people who gave at least one of several answers.

    The shares p of the answers lie along `axis`; the results are max p and min(1, sum p). Fréchet 1935. Raises
    ValueError unless there is at least one share and each is from 0 to 1.
    """
    p = np.atleast_1d(_share("p", p))
    if not p.shape[axis]:
        raise ValueError("p: found no share; expected at least one")
    return p.max(axis), np.minimum(p.sum(axis), 1)


def adjusted_p_values(gaps: ArrayLike, total: float, shares: ArrayLike, deffs: ArrayLike = (1, 1.5, 2)) -> Floats:
    """Return Holm's adjusted p-values of a family of gaps, in each scenario: shape (gaps, shares, deffs, roundings).

    `gaps` are the printed percents of both groups, of shape (gaps, 2); `total` is the number of respondents, `shares`
    are possible shares of the first group, `deffs` design effects. Roundings are those of `ROUNDINGS`: as printed,
    narrow and wide corner of the boxes. The test is `pooled_z`; the family is corrected within each scenario. Raises
    ValueError unless percents are from 0 to 100, total above 0, shares between 0 and 1, and deffs at least 1.
    """
    percents = _percent("gaps", gaps)
    if percents.ndim != 2 or percents.shape[1] != 2:
        raise ValueError(f"gaps: found the shape {percents.shape}; expected (gaps, 2)")
    p1, p2 = (p[:, None, None, :] for p in _corners(percents[:, 0], percents[:, 1]))
    w = np.atleast_1d(_inside("shares", shares))[:, None, None]
    n, effects = _size("total", total), np.atleast_1d(_deff(deffs, "deffs"))[:, None]
    return holm(_pooled_z(p1, n * w, p2, n * (1 - w), effects)[1], axis=0)


def gap_strength(
    gaps: ArrayLike, total: float, share: Interval, deffs: ArrayLike = (1, 1.5, 2), alpha: float = 0.05
) -> tuple[list[str], Floats]:
    """Return what each gap of a family is worth, as one word, and the adjusted p-values behind it.

    The word is "robust" if the gap is significant at `alpha` in every scenario of `adjusted_p_values`, "never" if in
    none, else "depends". In the scenarios, the share of the first group is at both ends and in the middle of `share`
    (see `feasible_shares`). Raises ValueError if `share` is empty or ends at 0 or 1, if alpha is not between 0 and 1,
    and as `adjusted_p_values` does.
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


def _wilson(p: Floats, n: Floats, z: Floats) -> tuple[Floats, Floats]:
    q = np.minimum(p, 1 - p)  # a share up to 1/2, so that nothing cancels
    c = z**2 / n
    upper = (2 * q + c + np.sqrt(c * (c + 4 * q * (1 - q)))) / (2 * (1 + c))
    lower = q**2 / ((1 + c) * upper)
    return np.where(p > 0.5, 1 - upper, lower)[()], np.where(p > 0.5, 1 - lower, upper)[()]


def _newcombe(p1: Floats, n1: Floats, p2: Floats, n2: Floats, z: Floats) -> tuple[Floats, Floats]:
    (lower1, upper1), (lower2, upper2) = _wilson(p1, n1, z), _wilson(p2, n2, z)
    gap = p2 - p1
    return gap - np.hypot(p2 - lower2, upper1 - p1), gap + np.hypot(upper2 - p2, p1 - lower1)


def _pooled_z(p1: Floats, n1: Floats, p2: Floats, n2: Floats, deff: Floats | float) -> tuple[Floats, Floats]:
    gap, n = p2 - p1, n1 + n2
    variance = (n1 * p1 + n2 * p2) / n * ((n1 * (1 - p1) + n2 * (1 - p2)) / n) * (1 / n1 + 1 / n2) * deff
    z = gap / np.sqrt(np.where(gap == 0, 1, variance))
    return z, _erfc(np.abs(z) / math.sqrt(2))[()]


def _corners(percent1: Floats, percent2: Floats) -> tuple[Floats, Floats]:
    """Return the shares of both groups in each of `ROUNDINGS`, which lie along a new last axis.

    At the narrow corner the gap is 1 point smaller, or 0 where the boxes touch or overlap; at the wide corner it is 1
    point larger. Between equal percents, the wide corner has the second share above the first.
    """
    gap, middle = percent2 - percent1, (percent1 + percent2) / 2
    half = np.where(gap < 0, -0.5, 0.5)
    touching = np.abs(gap) <= 1 + 1e-9  # 4.4 - 3.4 is a bit more than 1

    def corners(percent: Floats, inwards: Floats) -> Floats:
        narrow, wide = np.where(touching, middle, percent + inwards), percent - inwards
        return _moved(np.stack(np.broadcast_arrays(percent, narrow, wide), axis=-1), 0)

    return corners(percent1, half), corners(percent2, -half)


def _moved(percent: Floats, points: float) -> Floats:
    """Return percents as shares, moved by a number of points but not out of [0, 100]."""
    return np.clip(percent + points, 0, 100) / 100


@np.vectorize(otypes=[float])
def _float(value: object) -> float:
    try:
        return float(value) if isinstance(value, (Real, Decimal)) and not isinstance(value, bool) else math.nan
    except OverflowError:
        return math.nan


_erfc = np.vectorize(math.erfc, otypes=[float])  # accurate in the far tail
_critical = np.vectorize(lambda alpha: -NormalDist().inv_cdf(alpha / 2), otypes=[float])  # |z| at a two-sided alpha


def _numbers(name: str, value: ArrayLike, expected: str, valid: Callable[[Floats], NDArray[np.bool]]) -> Floats:
    """Return a value as an array of floats. Raises ValueError unless all of it are numbers that are `valid`."""
    try:
        given = np.asarray(value)
    except ValueError:  # rows of unequal length
        raise ValueError(f"{name}: found {as_found(value)}; expected {expected}, or an array of such") from None
    numbers = given.astype(float) if given.dtype.kind in "iuf" else _float(given)
    wrong = ~valid(numbers)
    if wrong.any():
        raise ValueError(f"{name}: found {as_found(given[wrong].tolist()[0])}; expected {expected}")
    return numbers


def _share(name: str, value: ArrayLike) -> Floats:
    return _numbers(name, value, "a share from 0 to 1", lambda p: (p >= 0) & (p <= 1))


def _inside(name: str, value: ArrayLike) -> Floats:
    return _numbers(name, value, "a share above 0 and below 1", lambda p: (p > 0) & (p < 1))


def _percent(name: str, value: ArrayLike) -> Floats:
    return _numbers(name, value, "a percent from 0 to 100", lambda p: (p >= 0) & (p <= 100))


def _size(name: str, value: ArrayLike) -> Floats:
    return _numbers(name, value, "a finite number above 0", lambda n: (n > 0) & (n < math.inf))


def _deff(value: ArrayLike, name: str = "deff") -> Floats:
    return _numbers(name, value, "a finite number of at least 1", lambda deff: (deff >= 1) & (deff < math.inf))
