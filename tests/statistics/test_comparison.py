"""Percentages with limits beside printed ones: p-values, and how often chance alone is taken for a difference."""

import math

import numpy as np
import pytest

from contre_enquete.statistics.comparison import Measured, find_difference_limits, find_difference_p
from contre_enquete.statistics.inference import newcombe, wilson

ALPHA = 0.05
QUANTILES = {1: 12.706204736174694, 4: 2.7764451051977934, 7: 2.3646242515927849, 200: 1.9718962236316}  # at 95 %


def measure(yes, n):
    lower, upper = wilson(yes / n, n)
    return Measured(100 * yes / n, 100 * float(lower), 100 * float(upper))


@pytest.mark.parametrize(
    ("df", "value", "p"),
    [(1, 12.706204736174694, 0.05), (4, 4.604094871349992, 0.01), (7, 5.407882520691, 0.001), (200, 3.339835404, 1e-3)],
)
def test_p_values_are_students(df, value, p):
    """Published quantiles, around a printed percentage taken as certain."""
    error = 0.01  # a point hundredfold: so little that the scale of the logit is a straight line
    reach, percent = QUANTILES[df] * error, 50.5 + value * error
    found = find_difference_p(Measured(percent, percent - reach, percent + reach, df), 50, 1e15)
    assert found == pytest.approx(p, rel=1e-4)


@pytest.mark.parametrize("df", [3, 80, float("nan")])
def test_the_p_value_is_one_less_the_level_whose_limits_reach_0(df):
    for percent, side in ((56, 0), (43, 1)):
        measured = Measured(percent, percent - 4, percent + 4.2, df)
        p = find_difference_p(measured, 50, 2202, 2)
        assert find_difference_limits(measured, 50, 2202, 2, 1 - p)[side] == pytest.approx(0, abs=1e-6)
    assert find_difference_p(Measured(50.4, 46, 54, df), 50, 2202, 2) == 1


def test_limits_are_newcombes_at_the_worst_rounding():
    found = find_difference_limits(measure(90, 300), 25, 2202, 2)
    low, _ = newcombe(0.255, 2202 / 2, 0.3, 300)
    _, high = newcombe(0.245, 2202 / 2, 0.3, 300)
    assert found == pytest.approx((100 * float(low), 100 * float(high)))


@pytest.mark.parametrize(("percent", "lower", "upper"), [(0, 0, 3.6), (100, 96.4, 100)])
def test_nobody_and_everybody_have_p_values(percent, lower, upper):
    """At a printed share taken as certain, p is twice the chance that nobody says yes, of so many."""
    n = math.log(0.025) / math.log(1 - 0.036)
    found = find_difference_p(Measured(percent, lower, upper), abs(percent - 6), 1e15)
    assert found == pytest.approx(2 * (1 - 0.055) ** n, rel=1e-3)


def count_probabilities(n, share):
    """The probability of each number of yes among n people drawn at random."""
    yes = np.arange(n + 1)
    combinations = math.lgamma(n + 1) - np.array([math.lgamma(k + 1) + math.lgamma(n - k + 1) for k in yes])
    return np.exp(combinations + yes * math.log(share) + (n - yes) * math.log1p(-share))


def find_false_alarms(n, share, deff, level=0.95):
    """The exact probability that a difference is beyond chance where there is none.

    The published group has 2,202 people, drawn at random or worth half as many, and its percentage is rounded.
    """
    ours, people = count_probabilities(n, share), 2202 // deff
    printed = np.round(100 * np.arange(people + 1) / people)
    alarms = 0.0
    for percent in np.unique(printed):
        weight = count_probabilities(people, share)[printed == percent].sum()
        if weight > 1e-7:
            above = find_first(n, lambda yes, of=percent: limits(yes, n, of, level)[0] > 0)
            below = find_first(n, lambda yes, of=percent: limits(yes, n, of, level)[1] >= 0)
            alarms += weight * (ours[above:].sum() + ours[:below].sum())
    return alarms


def limits(yes, n, percent, level):
    return find_difference_limits(measure(yes, n), float(percent), 2202, 2, level)


def find_first(n, condition):
    """The first number up to n for which a condition holds, as it does for all above it; n + 1 if there is none."""
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if condition(middle) else (middle + 1, high)
    return low


LARGE = [(2_000, 0.1), (10_000, 0.1), (10_000, 0.35)]


@pytest.mark.parametrize("deff", [1, 2])
@pytest.mark.parametrize(
    ("n", "share"), [(30, 0.1), (150, 0.35), *(pytest.param(*case, marks=pytest.mark.slow) for case in LARGE)]
)
def test_chance_alone_is_seldom_taken_for_a_difference(n, share, deff):
    """Without any difference, at most one comparison in twenty is perhaps or surely beyond chance, at any size."""
    alarms = find_false_alarms(n, share, deff)
    assert 0 < alarms <= ALPHA


def test_chance_alone_is_seldom_beyond_chance_among_many():
    """Without any difference, at most one survey of 20 items in twenty has a single yes: Holm's first step."""
    assert 20 * find_false_alarms(2_000, 0.35, 2, 1 - ALPHA / 20) <= ALPHA
