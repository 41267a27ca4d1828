"""Attacks on samples with strata and clusters: by enumeration of all answers that print the same row."""

from itertools import product

import numpy as np
import pytest

from contre_enquete.answers.table import read_table
from contre_enquete.answers.tabulate import tabulate
from contre_enquete.answers.variance import find_limits

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
FIGURES = ["percent", "standard_error", "lower", "upper", "yes"]
STRATA = {  # sizes in the sample, sizes in the population, answers yes
    "two": ((38, 2), (400, 200), (12, 1)),
    "of three one said nothing but no": ((40, 30, 3), (800, 500, 60), (14, 9, 0)),
    "three": ((60, 50, 4), (3000, 900, 40), (20, 18, 2)),
    "alike": ((60, 30, 6), (600, 300, 60), (20, 14, 3)),
    "four": ((22, 15, 12, 3), (900, 400, 300, 50), (12, 6, 5, 1)),
    "five": ((12, 11, 11, 4, 3), (300, 240, 200, 80, 50), (7, 5, 6, 1, 2)),
}


def write_survey(folder, people, codebook):
    answers, path = folder / "answers.csv", folder / "answers.toml"
    answers.write_text("\n".join(",".join(map(str, row)) for row in [("s", "c", "w", "N", "q"), *people]) + "\n")
    path.write_text(codebook + '[questions.q]\nkind = "several"\nyes = ["1"]\nno = ["0"]\ncolumns = { q = "q" }\n')
    tabulate(answers, path, folder / "table.csv")
    return read_table(folder / "table.csv").iloc[0]


def list_strata(sizes, population, yes):
    for stratum, (n, size, said) in enumerate(zip(sizes, population, yes, strict=True)):
        yield from ((f"s{stratum}", "", size / n, size, int(place < said)) for place in range(n))


def enumerate_strata(sizes, population, row, is_weighted):
    """Return the answers by stratum, of all that there may be, that print the figures of a row."""
    yes = np.array(list(product(*(range(n + 1) for n in sizes))))
    n = np.array(sizes)
    weights = np.array(population) / n if is_weighted else np.ones(len(n))
    everybody = (n * weights).sum()
    share = (yes * weights).sum(axis=1) / everybody
    within = (
        n
        / (n - 1)
        * (yes * (1 - share[:, None]) ** 2 + (n - yes) * share[:, None] ** 2 - (yes - n * share[:, None]) ** 2 / n)
    )
    free = 1 - n / np.array(population) if is_weighted else 1
    error = np.sqrt(np.maximum(0, free * within * weights**2).sum(axis=1)) / everybody
    # One of fewer than 1,000 people changes a weighted percent, which is whole then, and so are its limits.
    return select_alike(yes, yes.sum(axis=1), (share, error, n.sum() - len(n)), row, 0.5 if is_weighted else 0.05)


def select_alike(answers, yes, share_error_df, row, half=0.05):
    """Return those of many answers that print what a row prints. The share is rounded by up to half, in percent."""
    share, error, df = share_error_df
    with np.errstate(all="ignore"):
        lower, upper = find_limits(share, error, df)
    figures = dict(zip(FIGURES, (100 * share, 100 * error, 100 * lower, 100 * upper, yes), strict=True))
    is_alike = np.ones(len(answers), bool)
    halves = {"yes": 0, "standard_error": 0.05 + 1e-9}
    for name, values in figures.items():
        if not np.isnan(row[name]):
            is_alike &= np.abs(values - row[name]) <= halves.get(name, half + 1e-9)
    return answers[is_alike]


@pytest.mark.parametrize("is_weighted", [True, False], ids=["weighted", "unweighted"])
@pytest.mark.parametrize("design", STRATA)
@pytest.mark.slow
def test_a_small_stratum_may_have_given_any_answers(engine, tmp_path, design, is_weighted):
    sizes, population, yes = STRATA[design]
    codebook = '[design]\nstratum = "s"\n' + ('weight = "w"\npopulation = "N"\n' if is_weighted else "")
    row = write_survey(tmp_path, list_strata(sizes, population, yes), codebook)
    if row[FIGURES].isna().all():
        return
    possible = enumerate_strata(sizes, population, row, is_weighted)
    assert (possible == yes).all(axis=1).any()
    for stratum, n in enumerate(sizes):
        if n < 10:
            assert set(possible[:, stratum]) >= {0, n}
    # Were the standard error printed, it would tell.
    assert np.isnan(row["standard_error"]) or len(possible) > n


@pytest.mark.parametrize(
    "sizes, population, yes, is_weighted",
    [((141, 4), (2538, 40), (67, 0), False), ((226, 2), (1130, 24), (70, 2), True)],
    ids=["all no", "both yes"],
)
@pytest.mark.slow
def test_who_is_in_a_small_stratum_does_not_learn_what_the_others_answered(
    engine, tmp_path, sizes, population, yes, is_weighted
):
    """Where all said yes, that nobody did is no other data set for one of them: there must be a third."""
    codebook = '[design]\nstratum = "s"\n' + ('weight = "w"\npopulation = "N"\n' if is_weighted else "")
    row = write_survey(tmp_path, list_strata(sizes, population, yes), codebook)
    small = set(enumerate_strata(sizes, population, row, is_weighted)[:, -1].tolist())
    assert small >= ({0, sizes[-1] - 1} if not yes[-1] else {1, sizes[-1]})


@pytest.mark.parametrize("seed", range(24))
@pytest.mark.thorough
def test_neither_outsiders_nor_members_narrow_a_small_stratum_of_a_random_design(engine, tmp_path, seed):
    """The first stratum is small; its members know their own answer, and so that it is not the one of nobody."""
    random = np.random.default_rng(seed)
    sizes = [int(random.integers(2, 10)), *map(int, random.integers(40, 160, 1 + seed % 2))]
    population = [n * int(random.integers(2, 20)) for n in sizes]
    yes = [seed // 2 % 2 * sizes[0], *(int(random.binomial(n, 0.4)) for n in sizes[1:])]
    is_weighted = seed % 3 == 0
    codebook = '[design]\nstratum = "s"\n' + ('weight = "w"\npopulation = "N"\n' if is_weighted else "")
    row = write_survey(tmp_path, list_strata(sizes, population, yes), codebook)
    possible = enumerate_strata(sizes, population, row, is_weighted)
    assert (possible == yes).all(axis=1).any()
    small = set(possible[:, 0].tolist())
    assert small >= {0, sizes[0], 1 if yes[0] else sizes[0] - 1}


@pytest.mark.parametrize("design", ["of three one said nothing but no", "five"])
def test_the_enumeration_finds_the_answers_where_precision_is_printed(engine, tmp_path, design, monkeypatch):
    monkeypatch.setattr("contre_enquete.answers.suppression.find_revealing_precision", lambda *_: (set(), set()))
    sizes, population, yes = STRATA[design]
    row = write_survey(tmp_path, list_strata(sizes, population, yes), '[design]\nstratum = "s"\n')
    possible = enumerate_strata(sizes, population, row, False)
    small = [stratum for stratum, n in enumerate(sizes) if n < 10]
    assert any(set(possible[:, stratum]) < set(range(sizes[stratum] + 1)) for stratum in small)


def test_precision_of_large_strata_is_printed(engine, tmp_path):
    design = (100, 100, 100), (1000, 1000, 1000), (30, 40, 50)
    row = write_survey(tmp_path, list_strata(*design), '[design]\nstratum = "s"\nweight = "w"\n')
    assert row["standard_error"] == 2.8 and row["withheld"] == ""


def list_clusters(sizes, yes):
    for cluster, (n, said) in enumerate(zip(sizes, yes, strict=True)):
        yield from (("", f"c{cluster}", 1, "", int(place < said)) for place in range(n))


@pytest.mark.parametrize(
    "sizes, yes", [((20, 18, 4), (8, 9, 1)), ((15, 14, 13, 3), (6, 9, 5, 3)), ((12, 11, 9, 8, 7), (6, 4, 5, 3, 2))]
)
@pytest.mark.slow
def test_a_small_cluster_may_have_given_any_answers(engine, tmp_path, sizes, yes):
    row = write_survey(tmp_path, list_clusters(sizes, yes), '[design]\ncluster = "c"\n')
    possible = np.array(list(product(*(range(n + 1) for n in sizes))))
    n, k = np.array(sizes), len(sizes)
    share = possible.sum(axis=1) / n.sum()
    error = np.sqrt(k / (k - 1) * ((possible - share[:, None] * n) ** 2).sum(axis=1)) / n.sum()
    possible = select_alike(possible, possible.sum(axis=1), (share, error, k - 1), row)
    assert (possible == yes).all(axis=1).any()
    for cluster, size in enumerate(sizes):
        if size < 10:
            assert set(possible[:, cluster]) >= {0, size}


@pytest.mark.slow
def test_precision_of_many_small_clusters_is_printed(engine, tmp_path):
    """Among many clusters each of a few people may have answered anything while the standard error stays."""
    random = np.random.default_rng(2013)
    sizes = random.integers(6, 14, 40)
    row = write_survey(tmp_path, list_clusters(sizes, random.binomial(sizes, 0.45)), '[design]\ncluster = "c"\n')
    assert row["standard_error"] > 0
