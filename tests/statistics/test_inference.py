"""Limits and tests against statsmodels, published values and brute force; bad input is refused by name."""

import inspect
import math
import re
import sys
from decimal import Decimal
from fractions import Fraction as F
from types import SimpleNamespace

import numpy as np
import pytest

from conftest import PROJECT
from contre_enquete.statistics import inference
from contre_enquete.statistics.inference import (
    adjusted_p_values,
    break_even_biases,
    break_even_deffs,
    break_even_ns,
    cohens_h,
    frechet_bounds,
    gap_strength,
    holm,
    mcnemar_range,
    newcombe,
    newcombe_envelope,
    wilson,
)
from contre_enquete.statistics.rounding import EMPTY, UNIT, Interval

ORACLE = PROJECT / ".cache/oracle"
SHARE = Interval(F(2, 9), F(3, 10))
ARTICLE = {
    "productivity": (40, 49, "robust"),
    "security": (60, 70, "robust"),
    "productivity loss": (59, 58, "never"),
    "external social networks": (25, 34, "robust"),
    "microblogs": (24, 33, "robust"),
    "internal social networks": (21, 27, "robust"),
}
TOOLS = {
    "email": (93, 94, "depends"),
    "instant messaging": (54, 56, "depends"),
    "team sites": (51, 61, "robust"),
    "video conferencing": (49, 53, "depends"),
    "news feeds": (41, 42, "never"),
    "cloud storage": (37, 30, "robust"),
    "external social networks": (35, 29, "robust"),
    "internal social networks": (22, 23, "never"),
    "blogs": (19, 16, "depends"),
    "microblogs": (19, 16, "depends"),
    "web aggregators": (16, 13, "depends"),
}
GAPS = np.array([gap[:2] for gap in (*ARTICLE.values(), *TOOLS.values())])
SHARES = np.linspace(0.01, 0.99, 10_000)

close = {"rtol": 1e-12, "atol": 0}


def pooled_z(p1, n1, p2, n2, deff=1):
    """The z test behind `adjusted_p_values`, on any numbers."""
    return inference._pooled_z(*(np.asarray(value, float) for value in (p1, n1, p2, n2, deff)))


@pytest.fixture(scope="module")
def oracle():
    """statsmodels and scipy, which are not in the environment: installed, they slow every kernel."""
    if not (ORACLE / "statsmodels").is_dir():
        pytest.fail(".cache/oracle: statsmodels is missing; run make test, which installs it", pytrace=False)
    sys.path.append(str(ORACLE))
    try:
        from scipy import special
        from statsmodels.stats import contingency_tables, multitest, proportion

        yield SimpleNamespace(special=special, tables=contingency_tables, multitest=multitest, proportion=proportion)
    finally:
        sys.path.remove(str(ORACLE))


@pytest.fixture(scope="module")
def groups():
    """Counts and sizes of 300 pairs of groups, small and large, as columns y1, n1, y2, n2."""
    random = np.random.default_rng(2013)
    n1, n2 = (np.ceil(10 ** random.uniform(0.4, 4, 300)) for _ in range(2))
    return np.column_stack([random.integers(1, n1), n1, random.integers(1, n2), n2])


def shares(groups):
    y1, n1, y2, n2 = groups.T
    return y1 / n1, n1, y2 / n2, n2


@pytest.mark.parametrize("level", [0.95, 0.5, 0.999])
@pytest.mark.slow
def test_wilson_is_that_of_statsmodels(oracle, groups, level):
    for y, n in ((groups[:, 0], groups[:, 1]), (0 * groups[:, 1], groups[:, 1]), (groups[:, 1], groups[:, 1])):
        expected = oracle.proportion.proportion_confint(y, n, alpha=1 - level, method="wilson")
        np.testing.assert_allclose(wilson(y / n, n, level=level), expected, rtol=1e-12, atol=1e-15)
        expected = oracle.proportion.proportion_confint(y / 1.5, n / 1.5, alpha=1 - level, method="wilson")
        np.testing.assert_allclose(wilson(y / n, n, 1.5, level), expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("count", "n", "limits"),
    [(81, 263, (0.2553, 0.3662)), (15, 148, (0.0624, 0.1605)), (0, 20, (0, 0.1611)), (1, 29, (0.0061, 0.1718))],
)
def test_wilson_as_published(count, n, limits):  # Newcombe 1998, Statistics in Medicine 17, 857-872, table I
    np.testing.assert_allclose(wilson(count / n, n), limits, atol=5e-5)


def test_wilson_at_the_ends_is_exact():
    n = np.array([1, 3, 10, 9908, 1e9])
    lower, upper = wilson(0, n)
    assert (lower == 0).all() and (upper > 0).all()
    z2 = 3.8414588206941254
    np.testing.assert_allclose(upper, z2 / n / (1 + z2 / n), **close)
    lower_of_all, upper_of_all = wilson(1, n)
    assert (upper_of_all == 1).all()
    np.testing.assert_allclose(lower_of_all, 1 - upper, **close)
    assert wilson(1e-300, 10)[0] >= 0


@pytest.mark.parametrize("level", [0.95, 0.8])
@pytest.mark.parametrize("deff", [1, 1.5, 2])
@pytest.mark.slow
def test_newcombe_is_that_of_statsmodels(oracle, groups, level, deff):
    expected = [
        oracle.proportion.confint_proportions_2indep(
            y2 / deff, n2 / deff, y1 / deff, n1 / deff, method="newcomb", compare="diff", alpha=1 - level
        )
        for y1, n1, y2, n2 in groups
    ]
    np.testing.assert_allclose(np.transpose(newcombe(*shares(groups), deff, level)), expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("first", "second", "limits"),
    [
        ((48, 80), (56, 70), (0.0524, 0.3339)),
        ((3, 10), (9, 10), (0.1705, 0.8090)),
        ((2, 7), (6, 7), (0.0582, 0.8062)),
        ((0, 29), (5, 56), (-0.0381, 0.1926)),
        ((0, 20), (0, 10), (-0.1611, 0.2775)),
        ((0, 10), (10, 10), (0.6075, 1)),
    ],
)
def test_newcombe_as_published(first, second, limits):  # Newcombe 1998, Statistics in Medicine 17, 873-890, table II
    (y1, n1), (y2, n2) = first, second
    np.testing.assert_allclose(newcombe(y1 / n1, n1, y2 / n2, n2), limits, atol=5e-5)


def test_envelope_is_reached_at_two_opposite_corners_and_nowhere_exceeded():
    for percent1, percent2 in [*GAPS, (0, 1), (99, 100), (40, 40), (0, 100), (0.2, 0.4)]:
        grid1, grid2 = (np.clip(np.linspace(p - 0.5, p + 0.5, 21), 0, 100) / 100 for p in (percent1, percent2))
        lower, upper = newcombe(grid1[:, None], 2500, grid2, 7408, 1.5)
        found = newcombe_envelope(percent1, 2500, percent2, 7408, 1.5)
        np.testing.assert_allclose(found, (lower.min(), upper.max()), **close)
        np.testing.assert_allclose(found, (lower[-1, 0], upper[0, -1]), **close)


@pytest.mark.slow
def test_pooled_z_is_that_of_statsmodels(oracle, groups):
    for deff in (1, 2):
        expected = [
            oracle.proportion.proportions_ztest([y2 / deff, y1 / deff], [n2 / deff, n1 / deff])
            for y1, n1, y2, n2 in groups
        ]
        z, p = np.transpose(expected)
        np.testing.assert_allclose(pooled_z(*shares(groups), deff)[0], z, rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(
            pooled_z(*shares(groups), deff)[1], p, rtol=1e-11, atol=1e-300
        )  # z^2 times the error of z


@pytest.mark.slow
def test_p_values_are_right_in_the_far_tail(oracle):
    # with p1 = 1/2 - d, p2 = 1/2 + d and n each, z is 2 d sqrt(2 n)
    z = np.linspace(0, 37, 500)
    n = 1e6
    found_z, found_p = pooled_z(0.5 - z / np.sqrt(8 * n), n, 0.5 + z / np.sqrt(8 * n), n)
    np.testing.assert_allclose(found_z, z, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(found_p, oracle.special.erfc(found_z / np.sqrt(2)), **close)
    assert found_p[-1] == pytest.approx(2 * 5.725571222524576e-300, rel=1e-9)  # Q(37)


def test_no_variance_no_difference():
    for p in (0, 1):
        assert pooled_z(p, 10, p, 20) == (0, 1)
    z, p = pooled_z([0, 0.3, 1, 0], 10, [0, 0.3, 1, 1], 20)
    np.testing.assert_array_equal(z[:3], 0)
    np.testing.assert_array_equal(p[:3], 1)
    assert z[3] == pytest.approx(math.sqrt(30))


@pytest.mark.slow
def test_holm_is_that_of_statsmodels(oracle):
    random = np.random.default_rng(1979)
    families = [random.uniform(0, 0.2, size) ** 2 for size in (1, 2, 3, 6, 17)]
    families += [
        np.array([0.01, 0.01, 0.04, 0.03]),
        np.array([0, 0, 1, 1]),
        np.array([0.02] * 5),
        np.array([1e-300, 0.5]),
    ]
    for family in families:
        expected = oracle.multitest.multipletests(family, method="holm")[1]
        np.testing.assert_allclose(holm(family), expected, **close)


def test_holm_along_an_axis():
    p = np.random.default_rng(6).uniform(0, 0.1, (4, 3, 5)) ** 2
    adjusted = holm(p, axis=0)
    for j in range(3):
        for k in range(5):
            np.testing.assert_array_equal(adjusted[:, j, k], holm(p[:, j, k]))
    assert holm([]).shape == (0,)
    assert holm(0.03) == [0.03]


@pytest.mark.slow
def test_cohens_h_is_that_of_statsmodels(oracle, groups):
    p1, _, p2, _ = shares(groups)
    expected = oracle.proportion.proportion_effectsize(p2, p1)
    np.testing.assert_allclose(cohens_h(p1, p2), expected, rtol=1e-12, atol=1e-14)
    assert cohens_h(0, 1) == math.pi and cohens_h(1, 0) == -math.pi
    assert cohens_h(0.3, 0.3) == cohens_h(0, 0) == cohens_h(1, 1) == 0
    assert cohens_h(0.25, 0.75) == pytest.approx(math.pi / 3, rel=1e-15)


def narrow(percent1, percent2):
    """Shares at the narrow corner, written out case by case."""
    if abs(percent1 - percent2) <= 1:
        return (percent1 + percent2) / 200, (percent1 + percent2) / 200
    inwards = 0.5 if percent1 < percent2 else -0.5
    return (percent1 + inwards) / 100, (percent2 - inwards) / 100


def narrow_p(gaps, total, shares, deff=1):
    """Holm's adjusted p-values at the narrow corner, as `adjusted_p_values` has them: one row a gap, one column a
    share.
    """
    return adjusted_p_values(gaps, total, shares, deff)[:, :, 0, 1]


ENDS = [2 / 9, 0.261, 0.3]
FAMILIES = [GAPS[:6], GAPS[6:], GAPS, GAPS[:1], np.array([(0, 0), (100, 98), (0, 2), (50, 49)])]


@pytest.mark.parametrize("family", FAMILIES, ids=len)
@pytest.mark.parametrize("alpha", [0.05, 0.001])
def test_break_even_deffs_are_where_holm_turns(family, alpha):
    for row, deff in enumerate(break_even_deffs(family, 9908, ENDS, alpha)):
        if deff >= 1:
            assert narrow_p(family, 9908, ENDS, max(1, deff * (1 - 1e-9)))[row].max() <= alpha
            assert narrow_p(family, 9908, ENDS, deff * (1 + 1e-9))[row].max() > alpha
        else:
            assert narrow_p(family, 9908, ENDS)[row].max() > alpha
        assert (deff == 0) == (abs(family[row][0] - family[row][1]) <= 1)


def test_break_even_deffs_worked():
    article, chart = (break_even_deffs(family, 9908, ENDS).round(2).tolist() for family in (GAPS[:6], GAPS[6:]))
    assert article == [7.68, 9.08, 0, 7.76, 7.76, 4.5]
    assert chart == [0, 0.11, 7.1, 0.83, 0, 3.61, 2.62, 0, 0.7, 0.7, 0.79]
    alone = break_even_deffs(GAPS[:1], 9908, [0.25])
    z, _ = pooled_z(0.405, 2477, 0.485, 7431)
    assert alone == pytest.approx((z / 1.959963984540054) ** 2, rel=1e-12)


@pytest.mark.parametrize("family", FAMILIES, ids=len)
@pytest.mark.parametrize("total", [9908, 700, 40, 2])
def test_break_even_ns_are_the_first_that_holm_rejects(family, total):
    sizes = np.arange(1, total)
    rejected = narrow_p(family, total, sizes / total) <= 0.05
    expected = [int(sizes[row.argmax()]) if row.any() else None for row in rejected]
    assert break_even_ns(family, total) == expected


def test_break_even_ns_worked():
    assert break_even_ns(GAPS[:6], 9908) == [233, 187, None, 233, 233, 407]
    assert break_even_ns(GAPS[6:], 9908) == [None, None, 245, 2958, None, 491, 693, None, None, None, 3297]


@pytest.mark.parametrize("family", FAMILIES[:3], ids=len)
def test_break_even_biases_are_the_last_that_holm_rejects(family):
    for row, bias in enumerate(break_even_biases(family, 9908, ENDS)):
        leads = int(family[row][1] > family[row][0])
        if bias:
            moved = family.astype(float)
            moved[row, leads] -= bias
            assert narrow_p(moved, 9908, ENDS)[row].max() <= 0.05
            moved[row, leads] -= 0.01
            assert narrow_p(moved, 9908, ENDS)[row].max() > 0.05
        else:
            assert narrow_p(family, 9908, ENDS)[row].max() > 0.05


@pytest.mark.slow
def test_mcnemar_is_that_of_statsmodels_at_both_ends(oracle):
    n = 200
    for a, b in ((120, 118), (60, 150), (150, 190), (10, 0), (0, 10), (200, 30), (200, 200), (0, 0), (77, 77)):
        weakest, strongest = mcnemar_range(a / n, b / n, n)
        found = []
        for both in range(max(0, a + b - n), min(a, b) + 1):
            table = [[both, a - both], [b - both, n - a - b + both]]
            if a + b - 2 * both:
                statistic = oracle.tables.mcnemar(table, exact=False, correction=False).statistic
                found.append(math.copysign(math.sqrt(statistic), b - a))
        if a != b:
            assert abs(weakest) == pytest.approx(min(map(abs, found)), rel=1e-12)
            assert abs(strongest) == pytest.approx(max(map(abs, found)), rel=1e-12)
            assert np.sign(weakest) == np.sign(strongest) == np.sign(b - a)
        else:
            assert weakest == strongest == 0
    np.testing.assert_allclose(mcnemar_range(0.6, 0.59, 5000, 2), mcnemar_range(0.6, 0.59, 2500), **close)


def test_mcnemar_says_nothing_about_smes():
    weakest, strongest = np.abs(mcnemar_range(0.60, 0.59, 2500))
    assert weakest < 1.96 < strongest
    weakest, _ = np.abs(mcnemar_range(0.70, 0.58, 6936))
    assert weakest > 1.96


def test_frechet_bounds_hold_and_are_reached():
    assert frechet_bounds([0.25, 0.24, 0.21]) == (0.25, pytest.approx(0.7, rel=1e-15))
    assert frechet_bounds([0.5, 0.4, 0.3]) == (0.5, 1)
    assert frechet_bounds(0.3) == (0.3, 0.3)
    answers = np.random.default_rng(1935).random((500, 40, 3)) < np.random.default_rng(7).random((500, 1, 3))
    lower, upper = frechet_bounds(answers.mean(1))
    any_of_them = answers.any(2).mean(1)
    assert (lower <= any_of_them).all() and (any_of_them <= upper + 1e-15).all()
    np.testing.assert_array_equal(frechet_bounds(answers.mean(1).T, axis=0), (lower, upper))


@pytest.mark.slow
def test_adjusted_p_values_are_those_of_statsmodels_scenario_by_scenario(oracle):
    ends, deffs = [2 / 9, 0.3], [1, 1.5]
    found = adjusted_p_values(GAPS, 9908, ends, deffs)
    assert found.shape == (17, 2, 2, 3)
    for i, share in enumerate(ends):
        for j, deff in enumerate(deffs):
            for k, outwards in enumerate((0, -1, 1)):
                p_values = []
                for percent1, percent2 in GAPS:
                    step = outwards * 0.5 * (1 if percent1 < percent2 else -1)
                    n1, n2 = 9908 * share / deff, 9908 * (1 - share) / deff
                    counts = [n1 * (percent1 - step) / 100, n2 * (percent2 + step) / 100]
                    p_values.append(oracle.proportion.proportions_ztest(counts, [n1, n2])[1])
                expected = oracle.multitest.multipletests(p_values, method="holm")[1]
                np.testing.assert_allclose(found[:, i, j, k], expected, rtol=1e-11)


def test_corners_stay_within_the_boxes():
    found = adjusted_p_values([(0, 1), (99, 100)], 9908, 0.25, 1)
    assert found.shape == (2, 1, 1, 3)
    np.testing.assert_array_equal(found[:, 0, 0, 1], 1)  # boxes that touch
    wide = pooled_z([0, 0.985], 2477, [0.015, 1], 7431)[1]
    np.testing.assert_allclose(found[:, 0, 0, 2], holm(wide), **close)


@pytest.mark.parametrize(
    "family", [ARTICLE, TOOLS, {**ARTICLE, **{f"tool: {name}": gap for name, gap in TOOLS.items()}}]
)
def test_strength_of_the_gaps(family):
    words, adjusted = gap_strength([gap[:2] for gap in family.values()], 9908, SHARE)
    assert dict(zip(family, words, strict=True)) == {name: gap[2] for name, gap in family.items()}
    assert adjusted.shape == (len(family), 3, 3, 3)
    np.testing.assert_array_equal(
        adjusted, adjusted_p_values([gap[:2] for gap in family.values()], 9908, [2 / 9, 47 / 180, 0.3])
    )


def test_strength_follows_the_scenarios():
    gaps = [(49, 53), (16, 13)]
    assert gap_strength(gaps, 9908, SHARE)[0] == ["depends", "depends"]
    assert gap_strength(gaps, 9908, SHARE, deffs=1)[0] == ["robust", "robust"]
    assert gap_strength(gaps, 9908, SHARE, deffs=50)[0] == ["never", "never"]
    assert gap_strength(gaps, 9908, SHARE, alpha=1e-9)[0] == ["never", "never"]
    assert gap_strength([(40, 50)], 2000, Interval(F(1, 1000), F(1, 2)), 1)[0] == ["depends"]


SWEEPS = {
    "wilson": lambda w: wilson(0.4, 9908 * w, 1.5),
    "newcombe": lambda w: newcombe(0.4, 9908 * w, 0.49, 9908 * (1 - w), 1.5),
    "newcombe_envelope": lambda w: newcombe_envelope(40, 9908 * w, 49, 9908 * (1 - w)),
    "pooled_z": lambda w: pooled_z(0.4, 9908 * w, 0.49, 9908 * (1 - w)),
    "cohens_h": lambda w: (cohens_h(w, 0.49),),
    "mcnemar_range": lambda w: mcnemar_range(0.6, 0.59, 9908 * w),
}


@pytest.mark.parametrize("name", SWEEPS)
def test_one_call_for_ten_thousand_shares_is_a_loop(name):
    swept = np.array(SWEEPS[name](SHARES))
    assert swept.shape[1:] == (10_000,)
    picked = slice(None) if name == "pooled_z" else slice(None, None, 25)
    looped = np.array([SWEEPS[name](float(w)) for w in SHARES[picked]]).T
    assert (looped == swept[:, picked]).all()


def test_adjusted_p_values_sweep():
    swept = adjusted_p_values(GAPS[:6], 9908, SHARES, 1.5)
    assert swept.shape == (6, 10_000, 1, 3)
    for n in range(0, 10_000, 500):
        np.testing.assert_array_equal(swept[:, n : n + 1], adjusted_p_values(GAPS[:6], 9908, SHARES[n], 1.5))


def test_arguments_broadcast():
    assert newcombe(np.full((4, 1), 0.4), 100, np.full(3, 0.5), 100, [[[1]], [[2]]])[0].shape == (2, 4, 3)
    assert pooled_z(0.4, [], 0.5, 10)[1].shape == (0,)
    for value in (
        *wilson(0.4, 10),
        *newcombe(0, 1, 1, 1),
        pooled_z(0, 1, 1, 1)[1],
        *mcnemar_range(0, 1, 1),
        cohens_h(0, 1),
    ):
        assert isinstance(value, float)


def test_fractions_and_lists_will_do():
    assert wilson(F(2, 5), 10) == wilson(0.4, 10.0)
    np.testing.assert_array_equal(newcombe([F(2, 5), F(1, 2)], 10, 0.5, 10), newcombe([0.4, 0.5], 10, 0.5, 10))


BAD = [math.nan, None, "0.4", True, 1j]
BAD_SHARES = [*BAD, -0.01, 1.01, math.inf, [0.4, math.nan]]
BAD_INSIDE = [*BAD, 0, 1]
BAD_PERCENTS = [*BAD, -1, 100.5, -math.inf]
BAD_SIZES = [*BAD, 0, -5, math.inf]
BAD_DEFFS = [*BAD, 0.99, 0, -1, math.inf]


def each(good, **bad):
    """Arguments with one of them wrong at a time, and its name."""
    return [(name, {**good, name: value}) for name, values in bad.items() for value in values]


TWO = {"p1": 0.4, "n1": 10, "p2": 0.5, "n2": 10}
BAD_TWO = {"p1": BAD_SHARES, "n1": BAD_SIZES, "p2": BAD_SHARES, "n2": BAD_SIZES}
PRINTED = {"percent1": 40, "n1": 10, "percent2": 50, "n2": 10}
BAD_PRINTED = {"percent1": BAD_PERCENTS, "n1": BAD_SIZES, "percent2": BAD_PERCENTS, "n2": BAD_SIZES}
FAMILY = {"gaps": [(40, 50)], "total": 9908}
BAD_FAMILY = {"gaps": [[(40, 101)], [(40, math.nan)], (40, 50), [(1, 2, 3)]], "total": BAD_SIZES, "deffs": BAD_DEFFS}
BAD_INPUT = {
    wilson: each({"p": 0.4, "n": 10}, p=BAD_SHARES, n=BAD_SIZES, deff=BAD_DEFFS, level=BAD_INSIDE),
    newcombe: each(TWO, **BAD_TWO, deff=BAD_DEFFS, level=BAD_INSIDE),
    newcombe_envelope: each(PRINTED, **BAD_PRINTED, deff=BAD_DEFFS, level=BAD_INSIDE),
    holm: each({}, p_values=[[0.1, bad] for bad in (math.nan, None, -0.1, 1.1, "1")]),
    cohens_h: each({"p1": 0.4, "p2": 0.5}, p1=BAD_SHARES, p2=BAD_SHARES),
    break_even_deffs: each(
        {**FAMILY, "shares": [0.25]}, gaps=BAD_FAMILY["gaps"], total=BAD_SIZES, shares=BAD_INSIDE, alpha=BAD_INSIDE
    ),
    break_even_ns: each(FAMILY, gaps=BAD_FAMILY["gaps"], total=[*BAD_SIZES, 1, 2.5], alpha=BAD_INSIDE),
    break_even_biases: each(
        {**FAMILY, "shares": [0.25]}, gaps=BAD_FAMILY["gaps"], total=BAD_SIZES, shares=BAD_INSIDE, alpha=BAD_INSIDE
    ),
    mcnemar_range: each({"p1": 0.4, "p2": 0.5, "n": 10}, p1=BAD_SHARES, p2=BAD_SHARES, n=BAD_SIZES, deff=BAD_DEFFS),
    frechet_bounds: each({}, p=[*BAD_SHARES, []]),
    adjusted_p_values: each({**FAMILY, "shares": 0.25}, **BAD_FAMILY, shares=BAD_INSIDE),
    gap_strength: each(
        {**FAMILY, "share": SHARE},
        **BAD_FAMILY,
        share=[EMPTY, UNIT, Interval(0, F(1, 2)), Interval(F(1, 2), 1), Interval(F(1, 2), math.inf)],
        alpha=BAD_INSIDE,
    ),
}


@pytest.mark.parametrize("function", BAD_INPUT, ids=lambda function: function.__name__)
def test_bad_input_is_refused_by_name_and_value(function):
    for name, arguments in BAD_INPUT[function]:
        with pytest.raises(ValueError, match=rf"\A{re.escape(name)}: found .*; expected .*\Z"):
            function(**arguments)


def test_bad_input_message():
    with pytest.raises(ValueError, match=r"^p2: found 49\.0; expected a share from 0 to 1$"):
        newcombe(0.4, 10, [0.5, 49.0, 60.0], 10)
    with pytest.raises(ValueError, match=r"^percent1: found 140; expected a percent from 0 to 100$"):
        newcombe_envelope(140, 10, 50, 10)
    with pytest.raises(ValueError, match=r"^p1: found None; expected a share from 0 to 1$"):
        newcombe([0.4, None, F(1, 2)], 10, 0.5, 10)
    with pytest.raises(ValueError, match=r"^n1: found 10+… \(401 characters\); expected a finite number above 0$"):
        newcombe(0.4, 10**400, 0.5, 10)
    with pytest.raises(ValueError, match=r"^share: found ∅; expected "):
        gap_strength([(40, 50)], 9908, EMPTY)


def test_every_public_function_refuses_bad_input():
    functions = inspect.getmembers(inference, lambda m: inspect.isfunction(m) and m.__module__ == inference.__name__)
    public = {function for name, function in functions if not name.startswith("_")}
    assert public == set(BAD_INPUT)
    assert all(inspect.getdoc(function) for function in public)


def test_decimals_are_numbers_and_texts_are_told_as_texts():
    assert wilson(Decimal("0.3"), 100) == wilson(0.3, 100)
    for value, told in (("40", "'40'"), (["40"], "'40'"), ([[0.1], [0.2, 0.3]], "[[0.1], [0.2, 0.3]]")):
        with pytest.raises(ValueError, match=re.escape(f"p: found {told}; expected a share from 0 to 1")):
            wilson(value, 100)
    with pytest.raises(ValueError, match=re.escape("share: found (0.2, 0.3); expected an Interval")):
        gap_strength([(40, 49)], 9908, (0.2, 0.3))


def test_holm_keeps_the_shape():
    for given in (0.03, np.float64(0.03), [0.03], [0.01, 0.04], [[0.01], [0.04]], np.zeros((2, 3)), []):
        assert holm(given).shape == np.shape(given)
    assert holm(0.03) == 0.03
