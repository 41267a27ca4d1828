"""Compare percentages of which only the limits are known with percentages of which only the rounded value is known."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from .inference import wilson

CONFIDENCE_LEVEL = 0.95  # of the limits that are given
HALF_POINT = 0.5  # points that a printed percent may hide
MAX_DF = 10_000  # above which Student's distribution is the normal one to three digits
FARTHEST = 1e6  # standard errors
BISECTIONS = 50
LEAST_P = 1e-12  # p-values below it are given as it


@dataclass(frozen=True)
class Measured:
    """A percent with its 95 % limits, as a survey of one's own has them; `df`, the degrees of freedom, may be NaN."""

    percent: float
    lower: float
    upper: float
    df: float = math.nan


def find_difference_limits(
    measured: Measured, printed: float, n: float, deff: float = 1, level: float = CONFIDENCE_LEVEL
) -> tuple[float, float]:
    """Return the limits of a percent less one that is printed in whole numbers, with the chance of both.

    Parameters
    ----------
    measured : Measured
        The percent, from 0 to 100, and its 95 % limits.
    printed : float
        The percent that is printed, from 0 to 100, rounded to a whole number.
    n : float
        People behind the printed percent, above 0; the fewest, if they are not known.
    deff : float
        Design effect of the printed percent, at least 1.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    lowest, highest : float
        Limits of the difference, in points.

    Raises
    ------
    ValueError
        `printed`, `n`, `deff` or `level` is outside its limits.

    Notes
    -----
    The limits are those of Newcombe's method for any two intervals (Zou and Donner, Statistics in Medicine 27, 2008),
    with Wilson's for the printed percent, at the end of its rounding box where the difference is smallest. Limits of
    the percent at other levels have the same shape: Student's on the scale of the logit and, at 0 and 100 %, Clopper
    and Pearson's of as many people as the given limit stands for.

    Examples
    --------
    >>> lowest, highest = find_difference_limits(Measured(46.5, 38.4, 54.8, 151), 35, 2202, 2)
    >>> print(f"{lowest:.1f} to {highest:.1f}")
    2.4 to 20.7
    """
    return _find_limits(measured, printed, n, deff, _find_student(1 - level, measured.df))


def find_difference_p(measured: Measured, printed: float, n: float, deff: float = 1) -> float:
    """Return the two-sided p-value of a difference: one less the level at which its limits reach 0.

    Parameters
    ----------
    measured, printed, n, deff
        As `find_difference_limits` takes them.

    Returns
    -------
    float
        From 1e-12, for anything less, to 1, where the percent rounds to the printed one.

    Raises
    ------
    ValueError
        `printed`, `n` or `deff` is outside its limits.

    Examples
    --------
    >>> print(f"{find_difference_p(Measured(46.5, 38.4, 54.8, 151), 35, 2202, 2):.3f}")
    0.012
    """
    if abs(measured.percent - printed) <= HALF_POINT:
        return 1.0
    side, sign = (0, -1) if measured.percent > printed else (1, 1)
    student = _find_root(lambda value: sign * _find_limits(measured, printed, n, deff, value)[side])
    return _find_tail(student, measured.df)


Limited = tuple[float, float, float]  # an estimate, its lower and its upper limit


def move_difference(first: Limited, second: Limited) -> tuple[float, float]:
    """Return the limits of a difference, second minus first, from the limits of both, which are independent.

    Parameters
    ----------
    first, second : tuple of float
        Each a value with its lower and its upper limit, in the same unit and at the same level.

    Notes
    -----
    MOVER, the method of variance estimates recovery (Zou and Donner, Statistics in Medicine 27, 2008); of Wilson's
    limits it is Newcombe's method 10.

    Examples
    --------
    >>> lower, upper = move_difference((29, 27.97, 30.04), (35, 33.14, 36.9))
    >>> print(f"{lower:.1f} to {upper:.1f}")
    3.9 to 8.2
    """
    (value, lower, upper), (other, low, high) = first, second
    difference = other - value
    return difference - math.hypot(other - low, upper - value), difference + math.hypot(high - other, value - lower)


def move_ratio(first: Limited, second: Limited) -> tuple[float, float]:
    """Return the limits of a ratio, second over first, from the limits of both, which are independent.

    Parameters
    ----------
    first, second : tuple of float
        Each a value of at least 0 with its lower and its upper limit, at the same level.

    Returns
    -------
    lower, upper : float
        The upper one is infinite where the first may be 0.

    Notes
    -----
    MOVER of a ratio (Donner and Zou, Statistical Methods in Medical Research 21, 2012); the fraction of the lower limit
    is extended by its conjugate, so that nothing is divided by 0.

    Examples
    --------
    >>> lower, upper = move_ratio((29, 27.97, 30.04), (35, 33.14, 36.9))
    >>> print(f"{lower:.2f} to {upper:.2f}")
    1.13 to 1.29
    """
    (value, lower, upper), (other, low, high) = first, second
    product, low, lower = value * other, max(0.0, low), max(0.0, lower)
    least = low * (2 * other - low)
    below = product + math.sqrt(max(0.0, product**2 - least * upper * (2 * value - upper)))
    most = lower * (2 * value - lower)
    above = product + math.sqrt(max(0.0, product**2 - high * (2 * other - high) * most))
    return least / below if below else 0.0, above / most if most else math.inf


def _find_limits(measured: Measured, printed: float, n: float, deff: float, student: float) -> tuple[float, float]:
    """Return the limits of the difference at the level at which Student's t is a value."""
    high, low = min(100.0, printed + HALF_POINT), max(0.0, printed - HALF_POINT)
    tail = _find_tail(student, measured.df)
    lower, upper = _move_limits(measured, student / _find_student(1 - CONFIDENCE_LEVEL, measured.df), tail)
    above = 100 * float(wilson(high / 100, n, deff, 1 - tail)[1]) - high
    below = low - 100 * float(wilson(low / 100, n, deff, 1 - tail)[0])
    return (
        measured.percent - high - math.hypot(measured.percent - lower, above),
        measured.percent - low + math.hypot(upper - measured.percent, below),
    )


def _move_limits(measured: Measured, ratio: float, tail: float) -> tuple[float, float]:
    """Return the limits at another level: as many times as wide on the scale of the logit, or of another tail."""
    share = measured.percent / 100
    limits = []
    for limit in (measured.lower / 100, measured.upper / 100):
        if not 0 < share < 1:  # P(no yes) = (1 - limit)**n is the tail
            power = math.log(tail / 2) / math.log((1 - CONFIDENCE_LEVEL) / 2)
            limits.append(1 - (1 - limit) ** power if share == 0 else limit**power)
        elif 0 < limit < 1:
            middle, end = (math.log(value / (1 - value)) for value in (share, limit))
            limits.append(_expit(middle + ratio * (end - middle)))
        else:
            limits.append(limit)
    return 100 * limits[0], 100 * limits[1]


def _expit(value: float) -> float:
    return (1 + math.tanh(value / 2)) / 2


@cache
def _find_student(tail: float, df: float) -> float:
    """Return the value that Student's t exceeds, on both sides together, with a probability."""
    return _find_root(lambda value: tail - _find_tail(value, df))


def _find_root(function: Callable[[float], float]) -> float:
    """Return where a function of a value of Student's t rises above 0, by bisection; `FARTHEST` if it does not."""
    low, high = 0.0, FARTHEST
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if function(middle) > 0 else (middle, high)
    return high


def _find_tail(value: float, df: float) -> float:
    """Return the probability that Student's t exceeds a value, on both sides together.

    Notes
    -----
    The finite sums of Abramowitz and Stegun, 26.7.3 and 26.7.4. SciPy has it, but pages are built without SciPy.
    """
    if not df <= MAX_DF:
        return min(max(math.erfc(value / math.sqrt(2)), LEAST_P), 1 - LEAST_P)
    angle = math.atan2(value, math.sqrt(df))
    cosine = math.cos(angle)
    if df % 2:
        steps = np.arange(2, df - 1, 2)
        terms = np.cumprod(np.concatenate(([cosine], steps / (steps + 1) * cosine**2)))
        inside = 2 / math.pi * (angle + math.sin(angle) * float(terms.sum()) * (df > 1))
    else:
        steps = np.arange(1, df - 2, 2)
        inside = math.sin(angle) * float(np.cumprod(np.concatenate(([1], steps / (steps + 1) * cosine**2))).sum())
    return min(max(1 - inside, LEAST_P), 1 - LEAST_P)
