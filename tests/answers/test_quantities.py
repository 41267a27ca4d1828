"""Means of numbers: which of them a protected table prints, and numbers that cannot be read."""

import math
import random
from fractions import Fraction
from functools import partial
from itertools import combinations, pairwise

import numpy as np
import pytest

from answers.test_input import parquet
from conftest import read_differences, slow_after, slow_rows_after
from contre_enquete.answers import quantities
from contre_enquete.answers.propose import guess_codebook, write_codebook
from contre_enquete.answers.quantities import count_most_decimals, scale_numbers
from contre_enquete.answers.table import read_table
from contre_enquete.errors import DataError

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
QUESTIONS = """
[questions.q]
kind = "several"
yes = ["1"]
no = ["0"]
columns = { q = "q" }
[questions.n]
kind = "number"
columns = { minutes = "n" }
missing = ["x"]
unit = "minutes"
"""
GROUPS = '[segment]\ncolumn = "g"\ngroups = { a = ["a"], b = ["b"], c = ["c"] }\n'


def write_answers(numbers):
    """Answers of groups, of whom half say yes, with the numbers that they wrote."""
    lines = [f"{group},{place % 2},{number}" for group, of in numbers.items() for place, number in enumerate(of)]
    return "\n".join(["g,q,n", *lines, ""])


@pytest.fixture
def means(tabulated):
    """Runs the command with protection; gives the rows of means by group, and the whole table."""

    def run(numbers, design=""):
        answers = numbers if isinstance(numbers, str) else write_answers(numbers)
        code, said, table = tabulated(answers, design + GROUPS + QUESTIONS, "--minimum", 10)
        assert (code, said) == (0, "")
        rows = read_table(table)
        return rows[rows["kind"] == "number"].set_index("segment"), table

    return run


def spread(n):
    return [30 + place % 7 for place in range(n)]


def read_quartiles(table):
    """The printed quartiles of each group, and their lower limits, by percent."""
    rows = read_table(table)
    rows = rows[rows["kind"] == "quantile"].assign(percent=lambda of: of["item"].str[-2:])
    return {(row.segment, row.percent): (row.mean, row.lower, row.withheld) for row in rows.itertuples()}


@pytest.mark.slow
def test_a_quartile_is_printed_where_enough_people_lie_about_it(means):
    often = [20] * 30 + [30] * 80 + [40] * 30 + [50] * 30
    _, table = means({"a": often, "b": [*range(100, 150)], "c": [10] * 60 + [20] * 40})
    quartiles = read_quartiles(table)
    assert quartiles["a", "50"] == (30, 30, "")
    assert quartiles["b", "50"][2] == "yes"  # one person wrote it
    assert quartiles["c", "25"][2] == "yes"  # nobody wrote less
    for few, is_printed in {9: False, 10: True}.items():
        less = [10] * few + often[30:]
        for numbers in (less, [100 - number for number in less]):  # so many wrote less, or more
            _, table = means({"a": numbers, "b": often, "c": often})
            assert (read_quartiles(table)["a", "50"][0] > 0) == is_printed


def test_a_quartile_without_printed_limits_has_no_standard_error(means):
    wide = [10] * 5 + [20] * 9 + [30] * 12 + [35] * 9 + [50] * 5  # its limits are numbers that nine people wrote
    _, table = means({"a": wide, "b": [20] * 15 + [30] * 20 + [40] * 15, "c": spread(60)})
    rows = read_table(table).set_index(["item", "segment"])
    row = rows.loc[("minutes-p50", "a")]
    assert row["mean"] == 30 and row["withheld"] == "yes"
    assert row[["lower", "upper", "standard_error", "df"]].isna().all()


def test_means_of_enough_people_are_printed_with_their_differences(means):
    rows, table = means({"a": spread(70), "b": spread(80), "c": [*spread(90), "x"]})
    assert rows["mean"].notna().all() and rows["standard_error"].notna().all() and set(rows["unit"]) == {"minutes"}
    assert list(rows["base"]) == [70, 80, 90, 240]
    assert rows["missing"][["c", "total"]].isna().all()  # that one did not answer
    differences = read_differences(table).set_index(["item", "group_a", "group_b"])
    row = differences.loc["minutes", "a", "b"]
    assert row["difference"] == pytest.approx(rows["mean"]["b"] - rows["mean"]["a"]) and 0 < row["p"] <= row["p_holm"]


@pytest.mark.parametrize(
    ("numbers", "is_printed"),
    slow_rows_after(
        2,
        [
            ([5] * 29 + [4] * 10 + [3], False),  # which nothing else is that has their mean and standard error
            ([5] * 29 + [4] * 10, True),
            ([*range(20), *range(10)], True),
            ([*range(19), *range(11)], False),
        ],
    ),
)
def test_a_standard_error_does_not_tell_how_few_wrote_a_number(numbers, is_printed, means):
    """It is printed of all groups, or of none: that of everybody less the others would give it back."""
    rows, table = means({"a": numbers, "b": spread(70), "c": spread(80)})
    assert rows["mean"].notna().all()
    assert set(rows["standard_error"].notna()) == set(rows["lower"].notna()) == {is_printed}
    differences = read_differences(table).set_index("item").loc["minutes"]
    assert set(differences["p"].notna()) == {is_printed}


def find_alike(numbers):
    """Return the numbers of three people that have the sum and the sum of squares of those of three others."""
    total, squares = sum(numbers), sum(number**2 for number in numbers)
    for first in range(total + 1):
        rest = total - first
        root = math.isqrt(max(0, 2 * (squares - first**2) - rest**2))
        alike = sorted([first, (rest + root) // 2, (rest - root) // 2])
        if sum(number**2 for number in alike) == squares and sum(alike) == total and alike[0] >= 0:
            yield alike


@pytest.mark.slow
@pytest.mark.parametrize("most", [24, 60, 400])
def test_twenty_different_numbers_leave_open_how_many_wrote_each(most):
    """Three people could have written other numbers with the same mean and standard error."""
    draw = random.Random(most)
    numbers = draw.sample(range(most + 1), 20) + [draw.randrange(most + 1) for _ in range(10)]
    is_open = set()
    for three in combinations(sorted(numbers), 3):
        for alike in find_alike(three):
            is_open |= {number for number in three if three.count(number) != alike.count(number)}
    assert is_open == {*numbers}


def test_few_missing_answers_to_one_question_are_not_had_from_the_rows_of_another(means):
    """All of group a wrote a number, so that its mean would tell how many people it has."""
    numbers = {"a": spread(40), "b": spread(50), "c": ["x"] * 12 + spread(60)}
    answers = write_answers(numbers).replace("a,0,", "a,,", 3).replace("b,0,", "b,,", 12)
    _, table = means(answers)
    rows = read_table(table)
    assert rows["base"][rows["segment"] == "a"].nunique() == 2
    assert rows[["n", "missing"]][rows["segment"] != "total"].isna().all().all()
    assert set(rows["n"][rows["segment"] == "total"]) == {162}


@pytest.mark.parametrize(
    "few",
    slow_after(
        1,
        [
            spread(6),
            [0] * 35 + spread(5),  # of whom nearly all wrote the same
            [1] * 20 + [2] * 18 + [5000, 1],  # of whom one wrote most of the sum
        ],
    ),
)
def test_a_group_that_is_not_safe_takes_another_with_it(few, means):
    """The total less the others would give the sum of one group alone back."""
    rows, table = means({"a": few, "b": spread(50), "c": spread(60)})
    assert rows["mean"].isna()["a"] and rows["mean"].notna()["total"]
    assert rows["mean"].isna()[["a", "b", "c"]].sum() >= 2
    differences = read_differences(table).set_index(["item", "group_a", "group_b"])
    assert differences.loc["minutes"].drop(columns=["breakdown", "question", "withheld"]).isna().all().all()
    assert set(rows["withheld"][["a", "b"]]) == {"yes"}


@pytest.mark.slow
def test_what_is_left_out_is_safe_together(means):
    """Two small groups hide each other, where together they are enough people."""
    rows, _ = means({"a": spread(9), "b": spread(60), "c": spread(9)})
    assert list(rows["mean"].isna()) == [True, False, True, False]
    rows, _ = means({"a": spread(4), "b": spread(60), "c": spread(4)})
    assert list(rows["mean"].isna()) == [True, True, True, False]


def test_people_in_no_group_are_left_out_as_a_group_is(means):
    rows, _ = means({"a": spread(40), "b": spread(50), "c": spread(60), "": [0] * 30})
    assert rows["mean"].isna().sum() == 1 and rows["mean"].notna()["total"]


def bound_greatest(row, second):
    """The greatest number as who wrote the second one finds it from a mean and its standard error, at the least and
    the most: with what the others may have written between.
    """
    n, total = row["base"], row["mean"] * row["base"]
    squares = row["standard_error"] ** 2 * n * (n - 1) + total**2 / n - second**2
    left, others = total - second, n - 2
    # The others' squares are at the least those of equal numbers: x**2 + (left - x)**2 / others <= squares.
    root = np.sqrt(max(0, left**2 - (others + 1) * (left**2 - others * squares)))
    return (left + root) / (others + 1)


@pytest.mark.parametrize(
    "outlier, second, is_printed", slow_rows_after(1, [(1_000_000, 100_000, False), (90, 80, True)])
)
def test_a_standard_error_does_not_give_the_greatest_number_to_who_wrote_the_second(
    outlier, second, is_printed, means, tabulated
):
    """The mean alone may be printed: the others wrote a tenth of the greatest number together, but all nearly alike."""
    low, step = (2_200, 1) if outlier > 1_000 else (1, 1)
    numbers = {"a": [outlier, second, *(low + step * (place % 37) for place in range(50))]}
    rows, table = means(numbers | {"b": spread(70), "c": spread(70)})
    assert rows["mean"].notna()["a"] and rows["standard_error"].notna()["a"] == is_printed
    assert rows["standard_error"].notna().nunique() == 1  # one that is not would follow from the others
    assert rows["df"].notna().all()
    tests = read_differences(table).set_index(["item", "group_a", "group_b"]).loc["minutes"]
    assert tests["p"].notna().any() == is_printed
    _, _, path = tabulated(write_answers({"a": numbers["a"]}), QUESTIONS, "--minimum", 0)
    row = read_table(path).set_index("item").loc["minutes"]
    assert (bound_greatest(row, second) > 1.1 * outlier) == is_printed


@pytest.mark.slow
def test_who_weighs_much_does_not_make_the_mean_alone(tabulated):
    """Times weights, one person's number is 27 times that of all but the second together."""
    lines = ["a,1,1000,25", "a,0,1000,1", *(f"a,{place % 2},{7 + place % 6},1" for place in range(98))]
    for weight, is_printed in (("w", False), ("", True)):
        design = f'[design]\nweight = "{weight}"\n' if weight else ""
        answers = "\n".join(["g,q,n,w", *lines, ""])
        _, _, path = tabulated(answers, design + QUESTIONS, "--minimum", 10)
        row = read_table(path).set_index("item").loc["minutes"]
        assert (row["mean"] == row["mean"]) == is_printed


@pytest.mark.slow
def test_precision_is_not_printed_where_strata_are(means):
    answers = "g,q,n,s\n" + "".join(f"{'abc'[place % 3]},{place % 2},{place % 7},{place % 2}\n" for place in range(180))
    rows, _ = means(answers, '[design]\nstratum = "s"\n')
    assert rows["mean"].notna().all() and rows["standard_error"].isna().all() and rows["df"].isna().all()


@pytest.mark.parametrize("cell", slow_after(1, ["env. 200", "-3", "1_000", "1e16"]))
def test_what_is_no_number_is_told_by_its_line(cell, tabulated):
    answers = write_answers({"a": spread(20)}) + f"a,1,{cell}\n"
    code, said, _ = tabulated(answers, GROUPS + QUESTIONS)
    assert code == 1 and "line 22: column n: expected a number from 0 to 10**15" in said and cell not in said


@pytest.mark.parametrize("number", [-3.0, float("inf"), 1e16])
def test_a_typed_number_is_held_to_the_same_limits(number, tabulated, tmp_path):
    import pyarrow as pa

    table = pa.table({"g": ["a"] * 30, "q": ["1", "0"] * 15, "n": [5.0] * 29 + [number]})
    path = parquet(tmp_path / "typed.parquet", table)
    code, said, _ = tabulated(path, GROUPS + QUESTIONS)
    assert code == 1 and "row 30: column n: expected a number from 0 to 10**15" in said


def draw_numbers(people):
    """Numbers of at most one decimal, of people of three groups and of none, some of whom wrote none."""
    draw = random.Random(1)
    numbers = {group: [f"{draw.randrange(1_000) / 10:g}" for _ in range(people)] for group in "abc"}
    return numbers | {"": ["x", "0"] * 50 + numbers["a"][:100]}


@pytest.mark.slow
@pytest.mark.parametrize("design", ['weight = "w"\ncluster = "c"\n', ""])
def test_numbers_are_the_same_in_batches_of_any_size(design, tabulated, monkeypatch):
    """Batches end within a cluster and a group, but never within a number."""
    numbers = draw_numbers(2_000).items()
    lines = [f"{group},{n % 2},{number},{n % 3},{1 + n % 7}" for group, of in numbers for n, number in enumerate(of)]
    run = partial(tabulated, "\n".join(["g,q,n,c,w", *lines, ""]), f"[design]\n{design}{GROUPS}{QUESTIONS}")
    whole = {minimum: run("--minimum", minimum)[2].read_bytes() for minimum in (0, 10)}
    ends = []

    def watch(*arguments, iterate=quantities._iterate_in_order):
        for batch in iterate(*arguments):
            ends.append((batch.numbers[0], batch.numbers[-1]))
            yield batch

    monkeypatch.setattr(quantities, "_iterate_in_order", watch)
    monkeypatch.setattr(quantities, "BATCH_ROWS", 2_048)  # the least that the engine hands over
    assert {minimum: run("--minimum", minimum)[2].read_bytes() for minimum in (0, 10)} == whole
    assert len(ends) > 8 and all(last != first for (_, last), (first, _) in pairwise(ends))


def test_quartiles_are_those_of_the_numbers_in_order(tabulated):
    numbers = draw_numbers(300)
    code, _, table = tabulated(write_answers(numbers), GROUPS + QUESTIONS, "--minimum", 0)
    assert code == 0
    quartiles = read_quartiles(table)
    everybody = [number for of in numbers.values() for number in of]
    for group, of in {**{group: numbers[group] for group in "abc"}, "total": everybody}.items():
        ordered = sorted(float(number) for number in of if number != "x")
        for percent in (25, 50, 75):
            place = -(-percent * len(ordered) // 100) - 1
            assert quartiles[group, str(percent)][0] == ordered[place]


def test_decimals_are_those_of_the_shortest_spelling():
    numbers = np.array([0.1, 12.25, 3.0, 1e15, 0.30000000000000004, 123456789.123456789])
    assert [count_most_decimals(numbers[:end]) for end in (1, 2, 4, 5)] == [1, 2, 2, 17]
    assert count_most_decimals(numbers[2:3], 4) == 4
    for decimals in (17, 20):
        exact = [Fraction(repr(float(number))) * 10**decimals for number in numbers]
        assert scale_numbers(numbers, decimals).tolist() == exact


def test_numbers_without_any_other_question_are_told(tabulated, tmp_path):
    told = "found numbers alone; expected a question with answers to choose from beside them"
    _, said, _ = tabulated("n\n1\n2\n", '[questions.q]\nkind = "number"\ncolumns.n = "n"\n')
    assert said.endswith(f"questions: {told}\n")
    (tmp_path / "f.csv").write_text("Hours\n" + "".join(f"{n}\n" for n in range(40, 80)) * 2)
    with pytest.raises(DataError, match=f"^f.csv: {told}$"):
        write_codebook(guess_codebook(tmp_path / "f.csv"), tmp_path / "f.toml")
