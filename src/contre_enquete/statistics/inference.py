"""Compute what gaps between two groups would be worth if each group had been a simple random sample.

An online panel is no such sample. Every limit, p-value and "significant" below assumes that each group was a simple
random sample, or is worth as much as one of n / deff people (`deff`, the design effect, is 1 or more).

Arguments named p are shares from 0 to 1. Those named percent are printed percents from 0 to 100, and stand for their
rounding boxes [percent - 1/2, percent + 1/2), cut to [0, 100]. Groups come in the order first, second; differences are
second minus first, ratios second over first. Arguments are numbers or arrays that broadcast together, and results have
the shape to which they broadcast. ValueError names the argument that is not a number within its limits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from numbers import Real
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..errors import format_value
from .rounding import Interval

Floats = NDArray[np.float64]


def wilson(p: ArrayLike, n: ArrayLike, deff: ArrayLike = 1, level: ArrayLike = 0.95) -> tuple[Floats, Floats]:
    """Return Wilson's score interval of a share, as its lower and upper limit.

    Parameters
    ----------
    p : array_like
        Observed share, from 0 to 1.
    n : array_like
        People who answered, above 0; need not be whole.
    deff : array_like
        Design effect, at least 1.
    level : array_like
        Confidence level, between 0 and 1.

    Returns
    -------
    lower, upper : ndarray or float
        Limits, as shares from 0 to 1. The lower is exactly 0 for p = 0, the upper exactly 1 for p = 1.

    Raises
    ------
    ValueError
        An argument is outside its limits.

    Notes
    -----
    Wilson 1927, without continuity correction.

    Examples
    --------
    >>> lower, upper = wilson(0.35, 2477)
    >>> print(f"{lower:.3f} to {upper:.3f}")
    0.331 to 0.369
    """
    return _wilson(_share("p", p), _size("n", n) / _deff(deff), _critical(1 - _inside("level", level)))


def newcombe(
    p1: ArrayLike, n1: ArrayLike, p2: ArrayLike, n2: ArrayLike, deff: ArrayLike = 1, level: ArrayLike = 0.95
) -> tuple[Floats, Floats]:
    """Return Newcombe's interval of the difference p2 - p1, as its lower and upper limit.

    Parameters
    ----------
    p1, p2 : array_like
        Observed shares of the first and of the second group, from 0 to 1.
    n1, n2 : array_like
        People who answered in each group, above 0.
    deff : array_like
        Design effect, at least 1.
    level : array_like
        Confidence level, between 0 and 1.

    Returns
    -------
    lower, upper : ndarray or float
        Limits, as differences of shares from -1 to 1.

    Raises
    ------
    ValueError
        An argument is outside its limits.

    Notes
    -----
    Newcombe 1998, method 10: made from the Wilson intervals of both shares, without continuity correction.

    Examples
    --------
    >>> lower, upper = newcombe(0.29, 7431, 0.35, 2477)
    >>> print(f"{lower:.3f} to {upper:.3f}")
    0.039 to 0.082
    """
    effect, z = _deff(deff), _critical(1 - _inside("level", level))
    return _newcombe(_share("p1", p1), _size("n1", n1) / effect, _share("p2", p2), _size("n2", n2) / effect, z)


def newcombe_envelope(
    percent1: ArrayLike, n1: ArrayLike, percent2: ArrayLike, n2: ArrayLike, deff: ArrayLike = 1, level: ArrayLike = 0.95
) -> tuple[Floats, Floats]:
    """Return the lowest and the highest limit that Newcombe's interval can have, given that both percents are rounded.

    Parameters
    ----------
    percent1, percent2 : array_like
        Printed percents of the first and of the second group, from 0 to 100.
    n1, n2 : array_like
        People who answered in each group, above 0.
    deff : array_like
        Design effect, at least 1.
    level : array_like
        Confidence level, between 0 and 1.

    Returns
    -------
    lower, upper : ndarray or float
        Limits, as differences of shares from -1 to 1.

    Raises
    ------
    ValueError
        An argument is outside its limits.

    Notes
    -----
    The lowest limit is that of the true percents (percent1 + 1/2, percent2 - 1/2), the highest that of the opposite
    corner of the rounding boxes. For a gap above 0, the first is the narrow corner and the second the wide one; below
    0, the reverse.

    Examples
    --------
    >>> lower, upper = newcombe_envelope(29, 7431, 35, 2477)
    >>> print(f"{lower:.3f} to {upper:.3f}")
    0.029 to 0.092
    """
    printed1, printed2 = _percent("percent1", percent1), _percent("percent2", percent2)
    effect, z = _deff(deff), _critical(1 - _inside("level", level))
    size1, size2 = _size("n1", n1) / effect, _size("n2", n2) / effect
    lower, _ = _newcombe(_moved(printed1, 0.5), size1, _moved(printed2, -0.5), size2, z)
    _, upper = _newcombe(_moved(printed1, -0.5), size1, _moved(printed2, 0.5), size2, z)
    return lower, upper


def holm(p_values: ArrayLike, axis: int = -1) -> Floats:
    """Return Holm's adjusted p-values, in the shape of `p_values`.

    An adjusted p-value is at most alpha if and only if Holm's procedure rejects at the level alpha.

    Parameters
    ----------
    p_values : array_like
        P-values from 0 to 1. A single number is a family of one.
    axis : int
        Axis along which the tests of one family lie.

    Returns
    -------
    ndarray
        Adjusted p-values, from 0 to 1.

    Raises
    ------
    ValueError
        A p-value is not from 0 to 1.

    Notes
    -----
    Holm 1979.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
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
    """Return Cohen's effect size h of two shares, from -pi to pi.

    Parameters
    ----------
    p1, p2 : array_like
        Shares of the first and of the second group, from 0 to 1.

    Returns
    -------
    ndarray or float
        2 arcsin sqrt(p2) - 2 arcsin sqrt(p1). Cohen calls 0.2 small, 0.5 medium and 0.8 large.

    Raises
    ------
    ValueError
        A share is not from 0 to 1.

    Notes
    -----
    Cohen 1988, chapter 6.

    Examples
    --------
    >>> round(float(cohens_h(0.29, 0.35)), 2)
    0.13
    """
    p1, p2 = _share("p1", p1), _share("p2", p2)
    return 2 * np.arctan2(np.sqrt(p2), np.sqrt(1 - p2)) - 2 * np.arctan2(np.sqrt(p1), np.sqrt(1 - p1))


def break_even_deffs(gaps: ArrayLike, total: float, shares: ArrayLike, alpha: float = 0.05) -> Floats:
    """Return the largest design effect with which each gap of a family stays significant.

    It is the design effect, the same for the whole family, up to which Holm's procedure rejects in the worst rounding
    and for the worst of the shares.

    Parameters
    ----------
    gaps : array_like
        Printed percents of both groups, from 0 to 100, of shape (gaps, 2).
    total : float
        Number of respondents, above 0.
    shares : array_like
        Possible shares of the first group among the respondents, between 0 and 1.
    alpha : float
        Level of the family, between 0 and 1.

    Returns
    -------
    ndarray
        One number a gap. Below 1, the gap is not significant even in simple random samples; 0 if rounding alone can
        explain it.

    Raises
    ------
    ValueError
        An argument is outside its limits, or `gaps` has another shape.

    Notes
    -----
    The test is the two-sided z test with the pooled variance, at the narrow corner of the rounding boxes of each gap.
    Its z falls with the root of the design effect, so the answer has a closed form.

    Examples
    --------
    >>> break_even_deffs([(40, 49), (70, 70)], 9908, [0.25]).round(1).tolist()
    [9.5, 0.0]
    """
    z = _narrow_z(gaps, total, shares)
    order = np.argsort(-z, axis=0, kind="stable")
    # Holm goes from the clearest gap down and stops at the first that it does not reject: none outlives a clearer one.
    deffs = (np.take_along_axis(z, order, 0) / _steps(len(z), alpha)) ** 2
    break_even = np.empty_like(z)
    np.put_along_axis(break_even, order, np.minimum.accumulate(deffs, axis=0), 0)
    return break_even.min(axis=1)


def break_even_ns(gaps: ArrayLike, total: int, alpha: float = 0.05) -> list[int | None]:
    """Return the smallest first group with which each gap of a family is significant in the worst rounding.

    Parameters
    ----------
    gaps : array_like
        Printed percents of both groups, from 0 to 100, of shape (gaps, 2).
    total : int
        Number of respondents in both groups, at least 2.
    alpha : float
        Level of the family, between 0 and 1.

    Returns
    -------
    list of int or None
        One whole number of people a gap, the second group being the rest of `total`; None where no number will do.
        Neighbours of one family may share a number, since an adjusted p-value is never below that of a clearer gap.

    Raises
    ------
    ValueError
        An argument is outside its limits, or `gaps` has another shape.

    Notes
    -----
    The test is that of `break_even_deffs`, at a design effect of 1.

    Examples
    --------
    >>> break_even_ns([(40, 49), (70, 70)], 9908)
    [201, None]
    """
    _numbers("total", total, "a whole number of at least 2", lambda n: (n >= 2) & (n < math.inf) & (n == np.floor(n)))
    sizes = np.arange(1, int(total))
    z = _narrow_z(gaps, total, sizes / total)
    order = np.argsort(-z, axis=0, kind="stable")
    rejected = np.logical_and.accumulate(np.take_along_axis(z, order, 0) >= _steps(len(z), alpha), axis=0)
    by_gap = np.empty_like(rejected)
    np.put_along_axis(by_gap, order, rejected, 0)
    return [int(sizes[row.argmax()]) if row.any() else None for row in by_gap]


def break_even_biases(gaps: ArrayLike, total: float, shares: ArrayLike, deff: float = 1, alpha: float = 0.05) -> Floats:
    """Return how many points of bias in one group alone make each gap of a family lose its significance.

    Parameters
    ----------
    gaps : array_like
        Printed percents of both groups, from 0 to 100, of shape (gaps, 2).
    total : float
        Number of respondents, above 0.
    shares : array_like
        Possible shares of the first group among the respondents, between 0 and 1.
    deff : float
        Design effect, at least 1.
    alpha : float
        Level of the family, between 0 and 1.

    Returns
    -------
    ndarray
        One bias a gap, in percentage points, to a hundredth, rounded down; 0 where the gap is not significant anyway.

    Raises
    ------
    ValueError
        An argument is outside its limits, or `gaps` has another shape.

    Notes
    -----
    A bias is taken from the percent of the group that leads, in the worst rounding and share, the other gaps staying as
    they are. The test is that of `break_even_deffs`.

    Examples
    --------
    >>> break_even_biases([(40, 49)], 9908, [0.25]).tolist()
    [5.75]
    """
    _narrow_z(gaps, total, shares)
    _deff(deff)
    percents = _percent("gaps", gaps)
    biases = np.zeros(len(percents))
    for row, (first, second) in enumerate(percents):
        leads, steps = int(second > first), np.arange(0, abs(second - first) + 0.01, 0.01)
        low, high = 0, len(steps)  # significant at low, not at high
        while high - low > 1:
            middle = (low + high) // 2
            moved = percents.copy()
            moved[row, leads] -= steps[middle]
            low, high = (middle, high) if break_even_deffs(moved, total, shares, alpha)[row] >= deff else (low, middle)
        biases[row] = steps[low]
    return biases


def _narrow_z(gaps: ArrayLike, total: float, shares: ArrayLike) -> Floats:
    """Return |z| of each gap at the narrow corner of its rounding, at each share, in the shape (gaps, shares)."""
    percents = _percent("gaps", gaps)
    if percents.ndim != 2 or percents.shape[1] != 2:
        raise ValueError(f"gaps: found the shape {percents.shape}; expected (gaps, 2)")
    p1, p2 = (p[:, 1:2] for p in _corners(percents[:, 0], percents[:, 1]))
    w, n = np.atleast_1d(_inside("shares", shares)), _size("total", total)
    gap, mixed = p2 - p1, w * p1 + (1 - w) * p2
    variance = mixed * (1 - mixed) / (n * w * (1 - w))
    return np.abs(gap) / np.sqrt(np.where(gap == 0, 1, variance))


def _steps(count: int, alpha: float) -> Floats:
    """Return the |z| that Holm's procedure asks of the clearest gap, of the next one and so on, as a column."""
    return _critical(_inside("alpha", alpha) / np.arange(count, 0, -1))[:, None]


def mcnemar_range(p1: ArrayLike, p2: ArrayLike, n: ArrayLike, deff: ArrayLike = 1) -> tuple[Floats, Floats]:
    """Return the weakest and the strongest possible z of McNemar's test of two shares of the same people.

    Parameters
    ----------
    p1, p2 : array_like
        Shares of the same people who gave the first and the second answer, from 0 to 1.
    n : array_like
        People who answered, above 0.
    deff : array_like
        Design effect, at least 1.

    Returns
    -------
    weakest, strongest : ndarray or float
        Values of z, of the sign of p2 - p1; both are 0 if the shares are equal.

    Raises
    ------
    ValueError
        An argument is outside its limits.

    Notes
    -----
    McNemar 1947, without continuity correction: z = (p2 - p1) sqrt(n) / sqrt(d), with d the share of people who gave
    just one of the two answers. A table of percents does not say d, which lies between |p2 - p1| and min(p1 + p2, 2 -
    p1 - p2).

    Examples
    --------
    >>> weakest, strongest = mcnemar_range(0.59, 0.60, 2477)
    >>> print(f"{weakest:.2f} to {strongest:.2f}")
    0.55 to 4.98
    """
    p1, p2 = _share("p1", p1), _share("p2", p2)
    gap, n = p2 - p1, _size("n", n) / _deff(deff)
    most = np.minimum(p1 + p2, (1 - p1) + (1 - p2))
    weakest = gap * np.sqrt(n / np.where(gap == 0, 1, most))
    return weakest, np.sign(gap) * np.sqrt(np.abs(gap) * n)


def frechet_bounds(p: ArrayLike, axis: int = -1) -> tuple[Floats, Floats]:
    """Return the smallest and the largest possible share of people who gave at least one of several answers.

    Parameters
    ----------
    p : array_like
        Shares of people who gave each answer, from 0 to 1, at least one.
    axis : int
        Axis along which the answers lie.

    Returns
    -------
    lower, upper : ndarray or float
        Bounds, as shares from 0 to 1: max(p) and min(1, sum(p)).

    Raises
    ------
    ValueError
        There is no share, or one is not from 0 to 1.

    Notes
    -----
    Fréchet 1935.

    Examples
    --------
    >>> lower, upper = frechet_bounds([0.25, 0.375])
    >>> print(lower, upper)
    0.375 0.625
    """
    p = np.atleast_1d(_share("p", p))
    if not p.shape[axis]:
        raise ValueError("p: found no share; expected at least one")
    return p.max(axis), np.minimum(p.sum(axis), 1)


def adjusted_p_values(gaps: ArrayLike, total: float, shares: ArrayLike, deffs: ArrayLike = (1, 1.5, 2)) -> Floats:
    """Return Holm's adjusted p-values of a family of gaps, in each scenario.

    Parameters
    ----------
    gaps : array_like
        Printed percents of both groups, from 0 to 100, of shape (gaps, 2).
    total : float
        Number of respondents, above 0.
    shares : array_like
        Possible shares of the first group among the respondents, between 0 and 1.
    deffs : array_like
        Design effects, at least 1.

    Returns
    -------
    ndarray
        Adjusted p-values of shape (gaps, shares, deffs, 3). Along the last axis, percents are as printed, then at the
        narrow corner of their rounding boxes, then at the wide one.

    Raises
    ------
    ValueError
        An argument is outside its limits, or `gaps` has another shape.

    Notes
    -----
    The test is the two-sided z test with the pooled variance; the family is corrected within each scenario.

    Examples
    --------
    >>> adjusted_p_values([(29, 35), (70, 70)], 9908, [0.25], [2]).shape
    (2, 1, 1, 3)
    >>> adjusted_p_values([(70, 70)], 9908, [0.25], [1])[0, 0, 0].round(2).tolist()
    [1.0, 1.0, 0.35]
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

    Parameters
    ----------
    gaps : array_like
        Printed percents of both groups, from 0 to 100, of shape (gaps, 2).
    total : float
        Number of respondents, above 0.
    share : Interval
        Possible shares of the first group among the respondents, with both ends between 0 and 1. Its ends and its
        middle are tried.
    deffs : array_like
        Design effects, at least 1.
    alpha : float
        Level of the family, between 0 and 1.

    Returns
    -------
    words : list of str
        "robust" if the gap is significant in every scenario, "never" if in none, else "depends".
    adjusted : ndarray
        The result of `adjusted_p_values`.

    Raises
    ------
    ValueError
        `share` is empty or reaches 0 or 1, another argument is outside its limits, or `gaps` has another shape.

    Examples
    --------
    >>> words, _ = gap_strength([(29, 35), (70, 70), (58, 60)], 9908, Interval(0.2, 0.3))
    >>> words
    ['robust', 'never', 'depends']
    """
    if not isinstance(share, Interval):
        raise ValueError(f"share: found {format_value(share)}; expected an Interval")
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
    """Return the z statistic of p2 - p1 with the pooled variance, and its two-sided p-value.

    Where both shares are 0 or both are 1, the variance is 0 and z too.
    """
    gap, n = p2 - p1, n1 + n2
    variance = (n1 * p1 + n2 * p2) / n * ((n1 * (1 - p1) + n2 * (1 - p2)) / n) * (1 / n1 + 1 / n2) * deff
    z = gap / np.sqrt(np.where(gap == 0, 1, variance))
    return z, _erfc(np.abs(z) / math.sqrt(2))[()]


def _corners(percent1: Floats, percent2: Floats) -> tuple[Floats, Floats]:
    """Return the shares of both groups as printed, at the narrow corner and at the wide one, along a new last axis.

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
    """Return percents as shares, moved by a number of points and clipped to [0, 100]."""
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
    """Return a value as an array of floats. Raise ValueError unless all its elements are numbers that are `valid`."""
    try:
        given = np.asarray(value)
    except ValueError:  # rows of unequal length
        raise ValueError(f"{name}: found {format_value(value)}; expected {expected}, or an array of such") from None
    numbers = given.astype(float) if given.dtype.kind in "iuf" else _float(given)
    wrong = ~valid(numbers)
    if wrong.any():
        raise ValueError(f"{name}: found {format_value(given[wrong].tolist()[0])}; expected {expected}")
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
