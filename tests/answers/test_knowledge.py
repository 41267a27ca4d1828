"""The reader's knowledge: remainders, sums, and what a printed percent allows."""

from fractions import Fraction as F

import pandas as pd
import pytest

from answers.attack import COUNTS
from contre_enquete.answers.knowledge import (
    CROSSTAB,
    REMAINDER,
    Cell,
    Counts,
    Size,
    add_remainders,
    bound_weighted_yes,
    find_linked_sizes,
    iterate_mean_weight_sums,
    iterate_sums,
    prints_same_percent,
    read_counts,
    read_crosstab,
)

SMALL, LARGE = Cell("size", "q", "i", "small"), Cell("size", "q", "i", "large")
TOTAL = Cell("", "q", "i", "total")
GROUPS = pd.DataFrame([(*SMALL, 4, 50), (*LARGE, 40, 150), (*TOTAL, 44, 200)], columns=COUNTS)


def make_row(yes, base, weight=1, cell=TOTAL, decimals=0):
    """Counts of people who all have one weight, and print a percent of so many decimals."""
    return Counts(cell, yes, base, base, F(yes * weight), F(base * weight), decimals=decimals)


def test_people_in_no_group_are_one_more_group():
    rows = add_remainders(read_counts(GROUPS.assign(yes=[4, 40, 46], base=[50, 150, 203])), ())
    rest = rows[SMALL._replace(group=REMAINDER)]
    assert (rest.yes, rest.no, rest.people, rest.is_published) == (2, 1, 3, False)


def test_answers_that_are_not_tabulated_are_one_more_answer():
    rows = add_remainders(read_counts(GROUPS), ["q"])
    assert {cell: row.yes for cell, row in rows.items() if cell.item is REMAINDER} == {
        SMALL._replace(item=REMAINDER): 46, LARGE._replace(item=REMAINDER): 110, TOTAL._replace(item=REMAINDER): 156,
    }  # fmt: skip


def test_groups_add_up_to_everybody_and_the_crosstab_to_groups():
    crosstab = pd.DataFrame(
        [("q", "i", "small", "north", 4, 50, 50), ("q", "i", "large", "north", 40, 150, 150)],
        columns=["question", "item", "size", "region", "yes", "base", "people"],
    )
    north = ("region", "q", "i", "north", 44, 200)
    rows = read_counts(pd.concat([GROUPS, pd.DataFrame([north], columns=COUNTS)])) | read_crosstab(crosstab, False)
    sums = [(whole.cell.group, [part.yes for part in parts]) for whole, parts in iterate_sums(rows.values())]
    assert sums == [
        ("total", [4, 40]), ("total", [44]), ("total", [4, 40]), ("small", [4]), ("north", [4, 40]), ("large", [40]),
    ]  # fmt: skip
    finest = [parts for _, parts in iterate_mean_weight_sums(rows.values())]
    assert all(part.cell.table is CROSSTAB for parts in finest for part in parts)


def test_as_many_people_of_a_group_are_one_size():
    assert make_row(4, 50).base_size == make_row(7, 50).base_size != make_row(4, 51).base_size


def test_linked_sizes_are_found_over_any_number_of_sums():
    a, b, c, d = (Size("t", name, 1) for name in "abcd")
    assert find_linked_sizes(a, [(c, (b,)), (b, (a,)), (d, (d,))]) == {a, b, c}


@pytest.mark.parametrize(("yes", "same"), [(0, True), (1, False), (-1, False)])
def test_one_answer_of_fifty_changes_a_percent(yes, same):
    row = make_row(20, 50, weight=3)
    assert prints_same_percent(row, [row], {TOTAL: yes}, {}) == same


@pytest.mark.parametrize(("decimals", "width"), [(0, F(2)), (1, F(1, 5))])
def test_a_percent_of_two_hundred_people_allows_two_of_them(decimals, width):
    row = make_row(44, 200, weight=3, decimals=decimals)
    low, high = bound_weighted_yes(row, [row], {})
    assert high - low == width and low == -high


def test_a_size_that_differs_moves_the_bounds():
    row = make_row(44, 200)
    assert bound_weighted_yes(row, [row], {row.base_size: 100}) == (F(215, 1000) * 300 - 44, F(225, 1000) * 300 - 44)


def test_nobody_prints_no_percent():
    row = make_row(0, 0)
    assert bound_weighted_yes(row, [row], {}) == (0, 0)


def test_half_a_percent_is_rounded_up():
    row = make_row(45, 200)
    assert bound_weighted_yes(row, [row], {}) == (0, 2)
