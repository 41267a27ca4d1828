"""Differences between the groups of a survey: where R has no value, and what a protected table tells of them."""

import math
from itertools import product

import numpy as np
import pytest

from conftest import read_differences, slow_after
from contre_enquete.answers.differences import find_student_limits, name_differences
from contre_enquete.answers.protect import Protection
from contre_enquete.answers.table import read_table
from contre_enquete.answers.tabulate import tabulate

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
QUESTION = '[questions.q]\nkind = "several"\nyes = ["1"]\nno = ["0"]\ncolumns = { q = "q" }\n'
GROUPS = '[segment]\ncolumn = "g"\ngroups = { a = ["a"], b = ["b"] }\n'
NUMBERS = ["difference", "standard_error", "lower", "upper", "df", "p", "p_holm"]


def read_rows(table):
    """The rows of the file beside a table, by item and groups."""
    rows = read_differences(table).to_dict("records")
    return {(row["item"], row["group_a"], row["group_b"]): row for row in rows}


def write_answers(counts):
    """Answers of groups: how many said yes and how many no."""
    return "g,q\n" + "".join(f"{group},1\n" * yes + f"{group},0\n" * no for group, (yes, no) in counts.items())


@pytest.mark.slow
def test_where_nobody_says_yes_the_limits_are_newcombes(tabulated):
    _, _, table = tabulated(write_answers({"a": (0, 20), "b": (10, 20)}), GROUPS + QUESTION)
    row = read_rows(table)["q", "a", "b"]
    groups = read_table(table).set_index("segment")
    reach = math.hypot(groups["percent"]["b"] - groups["lower"]["b"], groups["upper"]["a"])
    assert row["lower"] == pytest.approx(groups["percent"]["b"] - reach)
    assert row["lower"] > 0 and row["p"] < 0.05
    _, _, table = tabulated(write_answers({"a": (0, 20), "b": (2, 20)}), GROUPS + QUESTION)
    row = read_rows(table)["q", "a", "b"]
    assert row["lower"] < 0 < row["upper"] and 0.05 < row["p"] < 1
    _, _, table = tabulated(write_answers({"a": (0, 20), "b": (0, 20)}), GROUPS + QUESTION)
    assert read_rows(table)["q", "a", "b"]["p"] == 1


def test_a_group_without_an_answer_has_no_difference(tabulated):
    _, _, table = tabulated("g,q\na,1\na,0\nb,\n", GROUPS + QUESTION)
    rows = read_rows(table)
    assert all(math.isnan(rows["q", *pair][name]) for pair in [("", ""), ("a", "b")] for name in NUMBERS)


def test_p_values_are_adjusted_by_breakdown(tabulated):
    codebook = '[segment]\ncolumn = "g"\ngroups = { a = ["a"], b = ["b"], c = ["c"] }\n' + QUESTION
    _, _, table = tabulated(write_answers({"a": (10, 30), "b": (20, 20), "c": (21, 19)}), codebook)
    rows = read_rows(table)
    pairs = sorted((row["p"], row["p_holm"]) for key, row in rows.items() if key[1])
    assert [adjusted / p for p, adjusted in pairs] == pytest.approx([3, 2, 1])
    assert rows["q", "", ""]["p"] == rows["q", "", ""]["p_holm"] > 0


def test_yes_and_no_are_one_comparison(tabulated):
    counts = {"a": (10, 30), "b": (20, 20), "c": (21, 19)}
    codebook = '[segment]\ncolumn = "g"\ngroups = { a = ["a"], b = ["b"], c = ["c"] }\n' + (
        '[questions.q]\nkind = "one"\ncolumn = "q"\nitems = { yes = ["1"], no = ["0"] }\n'
    )
    _, _, table = tabulated(write_answers(counts), codebook)
    rows = read_rows(table)
    pairs = sorted((row["p"], row["p_holm"]) for key, row in rows.items() if key[0] == "yes" and key[1])
    assert [adjusted / p for p, adjusted in pairs] == pytest.approx([3, 2, 1])
    for key in [("a", "b"), ("a", "c"), ("b", "c"), ("", "")]:
        assert rows["no", *key]["p_holm"] == rows["yes", *key]["p_holm"] > 0
    assert ("", "", "") not in rows  # the test of the question is that of either answer


@pytest.mark.slow
def test_a_question_of_three_answers_has_a_test_of_its_own(tmp_path, engine):
    answers = "g,q\n" + "a,x\na,y\na,z\n" * 20 + "b,x\nb,x\nb,y\nb,z\nb,z\nb,z\n" * 15
    (tmp_path / "answers.csv").write_text(answers, encoding="utf-8")
    codebook = GROUPS + '[questions.q]\nkind = "one"\ncolumn = "q"\nitems = { x = ["x"], y = ["y"], z = ["z"] }\n'
    found = {}
    for design, text in {"": codebook, "strata": f'[design]\nstratum = "g"\n{codebook}'}.items():
        (tmp_path / "answers.toml").write_text(text, encoding="utf-8")
        tabulate(tmp_path / "answers.csv", tmp_path / "answers.toml", tmp_path / "table.csv")
        found[design] = read_rows(tmp_path / "table.csv")["", "", ""]
    from scipy.stats import chi2_contingency

    p = chi2_contingency([[20, 20, 20], [30, 15, 45]], correction=False).pvalue
    assert found[""]["p"] == pytest.approx(p, rel=0.1) and found[""]["withheld"] == ""
    assert (
        math.isnan(found["strata"]["p"]) and found["strata"]["withheld"] == "yes"
    )  # it depends on more than is printed


def test_a_table_without_groups_leaves_no_differences_of_an_earlier_one(tabulated):
    _, _, table = tabulated(write_answers({"a": (10, 30), "b": (20, 20)}), GROUPS + QUESTION)
    assert name_differences(table).exists()
    tabulated(write_answers({"a": (10, 30), "b": (20, 20)}), QUESTION)
    assert not name_differences(table).exists()


def protect(folder, people, codebook):
    """The table that is protected by default, and its differences."""
    answers, path = folder / "answers.csv", folder / "answers.toml"
    answers.write_text("\n".join(",".join(map(str, row)) for row in [("g", "s", "w", "q"), *people]) + "\n")
    path.write_text(codebook + GROUPS + QUESTION)
    tabulate(answers, path, folder / "table.csv")
    return read_table(folder / "table.csv").set_index("segment"), read_rows(folder / "table.csv")


def test_nothing_is_told_of_a_withheld_row(engine, tmp_path):
    people = [("a", "", "", int(place < 4)) for place in range(50)]
    people += [("b", "", "", int(place < 40)) for place in range(150)]
    table, differences = protect(tmp_path, people, "")
    assert np.isnan(table["percent"][["a", "b"]]).all()
    for row in differences.values():
        assert row["withheld"] == "yes" and all(math.isnan(row[name]) for name in NUMBERS)


def test_with_weights_differences_follow_from_what_is_printed(engine, tmp_path):
    people = [
        (group, "", 1 + place % 3 / 7, int(place % 5 < k)) for group, k in (("a", 2), ("b", 3)) for place in range(97)
    ]
    table, differences = protect(tmp_path, people, '[design]\nweight = "w"\n')
    row = differences["q", "a", "b"]
    assert row["difference"] == round(table["percent"]["b"] - table["percent"]["a"], 1)
    assert row["standard_error"] == round(math.hypot(*table["standard_error"][["a", "b"]]), 1)
    assert row["lower"] < row["difference"] < row["upper"] and row["p"] < 0.05
    assert differences["q", "", ""]["withheld"] == "yes"  # a test of all groups depends on more than is printed


STRATA = {  # of each group, people and how many say yes by stratum, the last of which is small
    "one yes": {"a": ((30, 2), (14, 1)), "b": ((30, 2), (12, 0))},
    "nobody": {"a": ((28, 3), (15, 0)), "b": ((33, 1), (16, 0))},
    "all": {"a": ((25, 2), (10, 2)), "b": ((30, 3), (14, 3))},
}


@pytest.mark.parametrize("design", slow_after(1, STRATA))
@pytest.mark.slow
def test_a_difference_does_not_give_a_small_stratum_away(engine, tmp_path, design):
    """All answers that print the same rows and the same error of the difference are enumerated."""
    groups = STRATA[design]
    people = [
        (group, f"s{stratum}", "", int(place < yes[stratum]))
        for group, (sizes, yes) in groups.items()
        for stratum, n in enumerate(sizes)
        for place in range(n)
    ]
    table, differences = protect(tmp_path, people, '[design]\nstratum = "s"\n')
    sizes = np.array([sizes for sizes, _ in groups.values()])
    answers = np.array(list(product(*(range(n + 1) for n in sizes.ravel())))).reshape(-1, 2, 2)
    is_alike = np.ones(len(answers), bool)
    for name, weights in (("a", (1, 0)), ("b", (0, 1)), ("total", (1, 1))):
        figures = enumerate_row(answers, sizes, np.array(weights))
        for figure, values in figures.items():
            is_alike &= np.isnan(table[figure][name]) | (np.abs(values - table[figure][name]) <= 0.05 + 1e-9)
    printed = differences["q", "a", "b"]["standard_error"]
    if not math.isnan(printed):
        is_alike &= np.abs(enumerate_errors(answers, sizes) - printed) <= 0.05 + 1e-9
    truth = np.array([yes for _, yes in groups.values()])
    assert (answers[is_alike] == truth).all(axis=(1, 2)).any()
    small = answers[is_alike][:, :, 1].sum(axis=1)
    assert {0, sizes[:, 1].sum()} <= set(small)


def linearize(answers, sizes, weights):
    """The totals over strata of linearized values of people, and their squares, of some groups together."""
    yes, n = (answers * weights[:, None]).sum(axis=1), (sizes * weights[:, None]).sum(axis=0)
    share = (yes.sum(axis=1) / n.sum())[:, None]
    return (yes - n * share) / n.sum(), (yes * (1 - share) ** 2 + (n - yes) * share**2) / n.sum() ** 2


def enumerate_row(answers, sizes, weights):
    totals, squares = linearize(answers, sizes, weights)
    n = sizes.sum(axis=0)
    variance = (n / (n - 1) * (squares - totals**2 / n)).sum(axis=1)
    people = (sizes * weights[:, None]).sum()
    percent = 100 * (answers * weights[:, None]).sum(axis=(1, 2)) / people
    return {"percent": percent, "standard_error": 100 * np.sqrt(np.maximum(variance, 0))}


def enumerate_errors(answers, sizes):
    """The standard errors of the difference of both groups: of the difference of their linearized values."""
    n = sizes.sum(axis=0)
    (totals, squares), (others, other_squares) = (linearize(answers, sizes, np.array(of)) for of in ((1, 0), (0, 1)))
    variance = (n / (n - 1) * (squares + other_squares - (totals - others) ** 2 / n)).sum(axis=1)
    return 100 * np.sqrt(np.maximum(variance, 0))


def test_the_error_of_a_difference_is_the_true_one_where_others_print_it_too(engine, tmp_path):
    """Groups that share strata have a covariance, so that it does not follow from the errors of both."""
    sizes, yes = {"a": (21, 28, 40, 3), "b": (31, 34, 39, 1)}, {"a": (10, 12, 27, 3), "b": (18, 23, 12, 1)}
    people = [
        (group, f"s{stratum}", (1.7, 5.1, 5.1, 1.7)[stratum], int(place < yes[group][stratum]))
        for group in sizes
        for stratum, n in enumerate(sizes[group])
        for place in range(n)
    ]
    table, differences = protect(tmp_path, people, '[design]\nstratum = "s"\nweight = "w"\n')
    row = differences["q", "a", "b"]
    tabulate(tmp_path / "answers.csv", tmp_path / "answers.toml", tmp_path / "open.csv", protection=Protection(0))
    exact = read_rows(tmp_path / "open.csv")["q", "a", "b"]
    assert row["standard_error"] == round(exact["standard_error"], 1)
    assert abs(math.hypot(*table["standard_error"][["a", "b"]]) - exact["standard_error"]) > 0.05
    # The difference is that of the printed percents, which are whole for so few people.
    assert abs(row["difference"] - exact["difference"]) <= 1
    _, p = find_student_limits(row["difference"], row["standard_error"], int(row["df"]))
    assert row["p"] == pytest.approx(p, abs=1e-6) and row["withheld"] == ""
