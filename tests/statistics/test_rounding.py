"""What printed percents allow: no true survey is ever ruled out, and whatever is allowed has a witness."""

import inspect
import math
import random
import re
from decimal import Decimal
from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from conftest import slow_after
from contre_enquete.statistics import rounding
from contre_enquete.statistics.rounding import (
    EMPTY,
    POSITIVE,
    UNIT,
    Interval,
    feasible_rho,
    feasible_share,
    feasible_shares,
    gap_at_share,
    gap_box,
    least_misprint,
    matches_size_classes,
    ratio_box,
    rounding_box,
    share_to_respondents,
    size_class_boxes,
    unclassified_share,
)
from properties import several

PRODUCTIVITY, SECURITY, LOSS = (40, 49, 46), (60, 70, 68), (59, 58, 58)
EXCHANGED = (71, 60, 68)  # security as one source labels it
CLASSES = [15, 13, 12, 14, 10, 34]

percents = st.integers(0, 100) | st.fractions(0, 100, max_denominator=4)
shares = st.fractions(0, 1, max_denominator=60)


def printed(count, of):
    """A share as a whole percent, half a point up."""
    return (200 * count + of) // (2 * of)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([PRODUCTIVITY], "(2/9, 4/9)"),
        ([SECURITY], "(1/10, 3/10)"),
        ([PRODUCTIVITY, SECURITY], "(2/9, 3/10)"),
        ([PRODUCTIVITY, (60, 71, 68)], "(2/9, 4/11)"),
        ([EXCHANGED], "(7/11, 9/11)"),
        ([PRODUCTIVITY, EXCHANGED], "∅"),
        ([LOSS], "[0, 1)"),
        ([PRODUCTIVITY, SECURITY, LOSS], "(2/9, 3/10)"),
        ([], "[0, 1]"),
        ([(40, 40, 40)], "[0, 1]"),
        ([(40, 40, 41)], "∅"),
        ([(40, 40, 40.5)], "[0, 1]"),  # boxes that are half a point apart still overlap
        ([(40, 50, 60)], "∅"),
        ([(40, 50, 51)], "∅"),
        ([(40, 50, 50)], "[0, 1/10)"),
        ([(40, 50, 40)], "(9/10, 1]"),
        ([(40, 41, 42)], "∅"),
        ([(0, 10, 0)], "(18/19, 1]"),  # cut at 0: without the cut, from 9/10
        ([(0, 10, 3)], "(12/19, 4/5)"),
        ([(100, 90, 100)], "(18/19, 1]"),
        ([(0, 100, 50)], "(98/199, 101/199)"),
        ([(0, 0, 0)], "[0, 1]"),
        ([(100, 100, 99)], "∅"),
    ],
)
def test_feasible_shares(items, expected):
    assert str(feasible_shares(items)) == expected


@settings(several, max_examples=100)
@given(st.integers(1, 99), st.integers(1, 99), st.integers(1, 99))
@pytest.mark.slow
def test_feasible_share_is_the_published_formula_where_no_box_is_cut(sme, large, total):
    gap = large - sme
    if gap == 0:
        expected = UNIT if large == total else EMPTY
    else:
        expected = Interval(*sorted([F(large - total - 1, gap), F(large - total + 1, gap)])).intersection(UNIT)
    assert feasible_share(sme, large, total) == expected


def witness(share, sme, large, total):
    """True percents of SME and large that print as told and so does their mixture, or None."""
    boxes = [rounding_box(percent) for percent in (sme, large, total)]
    tiny = F(1, 10**12)
    low = [box.lower for box in boxes]
    high = [box.upper - tiny for box in boxes]
    bottom, top = (share * ends[0] + (1 - share) * ends[1] for ends in (low, high))
    aim = max(bottom, low[2])
    if aim > min(top, high[2]):
        return None
    step = (aim - bottom) / (top - bottom)
    return tuple(low[i] + step * (high[i] - low[i]) for i in (0, 1))


@several
@given(percents, percents, percents, shares)
def test_every_feasible_share_has_a_witness_and_no_other_has(sme, large, total, share):
    feasible = feasible_share(sme, large, total)
    just_inside = []
    if not feasible.is_empty:
        near = (feasible.upper - feasible.lower) / 10**6
        just_inside = [feasible.lower + near, feasible.midpoint, feasible.upper - near]
    for w in (share, F(0), F(1), feasible.lower, feasible.upper, *just_inside):
        found = witness(w, sme, large, total)
        assert (found is not None) == (w in feasible), w
        if found:
            a, b = found
            assert a in rounding_box(sme) and b in rounding_box(large)
            assert w * a + (1 - w) * b in rounding_box(total)


def survey(draw):
    """One question asked of two segments, one of a part of them: true share, both items, true share in the part."""
    n1, n2 = draw(1, 300), draw(1, 300)
    asked1, asked2 = draw(1, n1), draw(1, n2)
    items = []
    for a, b in ((n1, n2), (asked1, asked2)):
        yes1, yes2 = draw(0, a), draw(0, b)
        items.append([printed(yes, of) for yes, of in ((yes1, a), (yes2, b), (yes1 + yes2, a + b))])
    items[1].append(F(asked1 * n2, asked2 * n1))
    return F(n1, n1 + n2), items, F(asked1, asked1 + asked2)


@pytest.mark.slow
def test_ten_thousand_surveys_are_covered():
    draw = random.Random(9908).randint
    for n in range(10_000):
        share, items, _ = survey(draw)
        item = items[n % 2]  # every other one is about the question asked of a part
        assert share in feasible_share(*item), item


@several
@given(st.data())
def test_any_survey_is_covered(data):
    share, items, part = survey(lambda low, high: data.draw(st.integers(low, high)))
    assert share in feasible_shares(items)
    assert part in feasible_share(*items[1][:3])
    assert items[1][3] in feasible_rho(feasible_share(*items[0]), feasible_share(*items[1][:3]))


@several
@given(percents, percents, percents)
def test_exchanged_labels_are_the_mirror_image(sme, large, total):
    share, mirror = feasible_share(sme, large, total), feasible_share(large, sme, total)
    assert share.is_empty == mirror.is_empty
    if not share.is_empty:
        assert mirror == Interval(1 - share.upper, 1 - share.lower, share.upper_closed, share.lower_closed)


@several
@given(st.tuples(percents, percents, percents), st.fractions(F(1, 9), 9, max_denominator=9), shares)
def test_part_base_multiplies_the_odds(item, rho, share):
    part = rho * share / (rho * share + 1 - share)
    assert (share in feasible_share(*item, rho)) == (part in feasible_share(*item))
    assert (share in feasible_share(*item, rho=1 / rho)) == (
        share / (share + rho * (1 - share)) in feasible_share(*item)
    )


def test_part_base_worked():
    assert str(feasible_share(*PRODUCTIVITY, 2)) == "(1/8, 2/7)"
    assert str(feasible_share(*PRODUCTIVITY, 0.5)) == "(4/11, 8/13)"
    assert feasible_share(40, 50, 50, 3) == Interval(0, F(1, 28), True, False)


def test_rho_that_reconciles_the_exchanged_labels():
    rho = feasible_rho(feasible_share(*PRODUCTIVITY), feasible_share(*EXCHANGED))
    assert rho == Interval(F(35, 16), F(63, 4))
    assert round(float(rho.lower), 2) == 2.19
    assert feasible_shares([PRODUCTIVITY, (*EXCHANGED, F(35, 16))]).is_empty  # the bound itself is not enough
    assert not feasible_shares([PRODUCTIVITY, (*EXCHANGED, F(35, 16) + F(1, 10**9))]).is_empty


@several
@given(st.tuples(percents, percents, percents), st.tuples(percents, percents, percents), st.fractions(F(1, 30), 30))
@pytest.mark.slow
def test_rho_is_feasible_if_and_only_if_the_items_agree(whole, part, rho):
    feasible = feasible_rho(feasible_share(*whole), feasible_share(*part))
    for value in {rho, feasible.lower, feasible.upper} - {0, math.inf}:
        assert (value in feasible) == (not feasible_shares([whole, (*part, value)]).is_empty)


@pytest.mark.parametrize(
    ("whole", "part", "expected"),
    [
        (UNIT, UNIT, "(0, ∞)"),
        (Interval(0, F(1, 2), True), Interval(0, F(1, 3), True), "(0, ∞)"),
        (Interval(F(1, 2), 1, False, True), Interval(F(1, 3), 1, False, True), "(0, ∞)"),
        (Interval(0, 0, True, True), Interval(F(1, 3), 1, False, True), "∅"),
        (Interval(F(1, 2), F(1, 2), True, True), Interval(F(1, 3), F(2, 3), True), "[1/2, 2)"),
        (Interval(F(1, 4), F(1, 2)), Interval(0, F(1, 2), True), "(0, 3)"),
        (Interval(0, F(1, 2)), Interval(F(1, 2), F(2, 3)), "(1, ∞)"),
        (Interval(F(1, 4), 1), Interval(F(1, 2), F(2, 3)), "(0, 6)"),
        (Interval(0, 0, True, True), UNIT, "(0, ∞)"),
        (UNIT, Interval(1, 1, True, True), "(0, ∞)"),
        (Interval(F(1, 4), F(1, 2)), Interval(F(1, 3), F(2, 3), True, True), "(1/2, 6)"),
        (Interval(F(1, 4), F(1, 2), True, True), Interval(F(1, 3), F(2, 3)), "(1/2, 6)"),
        (EMPTY, UNIT, "∅"),
        (UNIT, EMPTY, "∅"),
    ],
)
def test_feasible_rho_at_the_ends(whole, part, expected):
    assert str(feasible_rho(whole, part)) == expected


def test_misprint_that_reconciles_the_exchanged_labels():
    assert least_misprint([PRODUCTIVITY, EXCHANGED]) == 2
    assert not feasible_shares([(40, 49, 45), (71, 60, 67)]).is_empty
    assert least_misprint([PRODUCTIVITY, EXCHANGED], most=1) is None
    assert least_misprint([PRODUCTIVITY, SECURITY]) == 0
    assert least_misprint([]) == 0
    assert least_misprint([(40, 50, 60)]) is None
    assert least_misprint([(40.5, 50.5, 52.5)]) == 2
    assert least_misprint([(0, 0, 2)], most=2) == 2
    assert least_misprint([PRODUCTIVITY, (*EXCHANGED, 2)]) == 1
    assert least_misprint([PRODUCTIVITY, (*EXCHANGED, 3)]) == 0


@settings(several, max_examples=10)
@given(st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=2, max_size=2))
def test_misprint_is_the_least_of_all_changes(items):
    def agree(change):
        changed = [value + by for value, by in zip((*items[0], *items[1]), change, strict=True)]
        return min(changed) >= 0 and not feasible_shares([changed[:3], changed[3:]]).is_empty

    changes = (change for change in product((-2, -1, 0, 1, 2), repeat=6) if sum(map(abs, change)) <= 2)
    expected = min((sum(map(abs, change)) for change in changes if agree(change)), default=None)
    assert least_misprint(items, most=2) == expected


def test_unclassified_share_that_reconciles_the_exchanged_labels():
    unclassified = unclassified_share([PRODUCTIVITY, EXCHANGED])
    assert unclassified == Interval(F(19, 911), 1, False, True)
    assert 0.02 < unclassified.lower < 0.021
    assert unclassified_share([PRODUCTIVITY, SECURITY]) == UNIT
    assert unclassified_share([]) == UNIT
    assert unclassified_share([(40, 50, 60)]) == Interval(F(18, 99), 1, False, True)
    assert unclassified_share([(40, 40, 41)]) == Interval(0, 1, False, True)  # boxes that just miss each other


@several
@given(st.lists(st.tuples(percents, percents, percents), min_size=1, max_size=3))
def test_unclassified_share_is_the_least_over_all_shares(items):
    boxes = [[(float(box.lower), float(box.upper)) for box in map(rounding_box, item)] for item in items]

    def needed(w):  # the share in no segment that one w asks for, item by item
        for sme, large, (lower, upper) in boxes:
            least, most = (w * a + (1 - w) * b for a, b in zip(sme, large, strict=True))
            yield 1 - upper / least if least > upper else 0
            yield (lower - most) / (100 - most) if most < lower else 0

    least = min(max(needed(n / 200)) for n in range(201))
    found = unclassified_share(items)
    assert found.lower_closed == (not feasible_shares(items).is_empty)
    assert least - 0.02 < found.lower <= least + 1e-12


@several
@given(st.data())
def test_unclassified_share_covers(data):
    sizes = [data.draw(st.integers(1, 60)) for _ in range(3)]
    items = []
    for _ in range(2):
        yes = [data.draw(st.integers(0, size)) for size in sizes]
        items.append([printed(y, n) for y, n in ((yes[0], sizes[0]), (yes[1], sizes[1]), (sum(yes), sum(sizes)))])
    assert F(sizes[2], sum(sizes)) in unclassified_share(items)


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        (rounding_box(40), "[79/2, 81/2)"),
        (rounding_box(40.5), "[40, 41)"),
        (rounding_box(F(1, 3)), "[0, 5/6)"),
        (rounding_box(0), "[0, 1/2)"),
        (rounding_box(100), "[199/2, 100]"),
        (rounding_box(99.5), "[99, 100)"),
        (gap_box(40, 49), "(8, 10)"),
        (gap_box(59, 58), "(-2, 0)"),
        (gap_box(40, 40), "(-1, 1)"),
        (gap_box(0, 5), "(4, 11/2)"),
        (gap_box(40, 100), "(59, 121/2]"),
        (gap_box(100, 40), "[-121/2, -59)"),
        (gap_box(100, 100), "[-1/2, 1/2]"),
        (ratio_box(40, 49), "(97/81, 99/79)"),
        (ratio_box(49, 40), "(79/99, 81/97)"),
        (ratio_box(0, 3), "(5, ∞)"),
        (ratio_box(0.5, 3), "(5/2, ∞)"),
        (ratio_box(1, 3), "(5/3, 7)"),
        (ratio_box(3, 0), "[0, 1/5)"),
        (ratio_box(100, 0), "[0, 1/199)"),
        (ratio_box(100, 50), "[99/200, 101/199)"),
        (ratio_box(50, 100), "(199/101, 200/99]"),
    ],
)
def test_boxes(box, expected):
    assert str(box) == expected


@several
@given(st.fractions(0, 100), st.fractions(0, 100))
def test_boxes_cover(first, second):
    printed1, printed2 = (printed(true.numerator, 100 * true.denominator) for true in (first, second))
    assert first in rounding_box(printed1)
    assert second - first in gap_box(printed1, printed2)
    if first:
        assert second / first in ratio_box(printed1, printed2)


def test_respondents():
    assert share_to_respondents(feasible_shares([PRODUCTIVITY, SECURITY]), 9908) == range(2202, 2973)
    assert share_to_respondents(feasible_shares([PRODUCTIVITY, (60, 71, 68)]), 9908) == range(2202, 3603)
    assert share_to_respondents(UNIT, 9908.0) == range(0, 9909)
    assert share_to_respondents(Interval(0, 1), 3) == range(1, 3)
    assert len(share_to_respondents(EMPTY, 9908)) == 0
    assert len(share_to_respondents(Interval(F(1, 4), F(1, 3)), 5)) == 0


@several
@given(shares, shares, st.booleans(), st.booleans(), st.integers(1, 70))
def test_respondents_are_those_whose_share_is_in(lower, upper, lower_closed, upper_closed, n):
    share = Interval(lower, upper, lower_closed, upper_closed)
    assert list(share_to_respondents(share, n)) == [k for k in range(n + 1) if F(k, n) in share]


def test_size_classes():
    share = feasible_shares([PRODUCTIVITY, SECURITY])
    assert matches_size_classes(share, CLASSES) == [False, True, False, False, False, False]
    assert matches_size_classes(EMPTY, CLASSES) == [False] * 6
    assert matches_size_classes(share, []) == []
    boxes = [str(box) for box in size_class_boxes(CLASSES)]
    assert boxes == [
        "[29/200, 31/200)",
        "[27/100, 29/100)",
        "[77/200, 83/200)",
        "[13/25, 14/25)",
        "[123/200, 133/200)",
        "[19/20, 1]",
    ]
    assert matches_size_classes(Interval(F(31, 200), F(27, 100)), CLASSES)[:2] == [False, False]
    assert matches_size_classes(Interval(F(31, 200), F(27, 100), True, True), CLASSES)[:2] == [False, True]
    assert [str(box) for box in size_class_boxes([100, 0])] == ["[199/200, 1]", "[199/200, 1]"]


@several
@given(st.lists(st.integers(0, 500), min_size=1, max_size=7).filter(any))
def test_size_classes_cover(counts):
    boxes = size_class_boxes([printed(count, sum(counts)) for count in counts])
    for n, box in enumerate(boxes, 1):
        assert F(sum(counts[:n]), sum(counts)) in box


intervals = st.builds(Interval, *[st.fractions(-2, 2, max_denominator=3)] * 2, st.booleans(), st.booleans())


@several
@given(intervals, intervals, st.fractions(-2, 2, max_denominator=6))
def test_intersection_holds_what_is_in_both(one, other, value):
    both = one.intersection(other)
    assert (value in both) == (value in one and value in other)
    assert both == other.intersection(one)
    assert one.intersection(one) == one
    assert one.is_empty == (one == EMPTY)
    if not one.is_empty:
        assert one.lower <= one.midpoint <= one.upper
        assert (one.lower in one) == one.lower_closed and (one.upper in one) == one.upper_closed


def test_interval_up_to_infinity():
    ray = Interval(F(1, 2), math.inf, True, True)
    assert str(ray) == "[1/2, ∞)" and not ray.is_empty
    assert 10**30 in ray and 0.4 not in ray
    assert ray.intersection(Interval(0, 3, True, True)) == Interval(F(1, 2), 3, True, True)
    with pytest.raises(ValueError, match="two ends"):
        ray.midpoint  # noqa: B018


@pytest.mark.parametrize("kind", [float, np.float64, np.float32, np.int64, np.int8, F, lambda number: number])
def test_numbers_of_any_kind(kind):
    item = [kind(percent) for percent in PRODUCTIVITY]
    share = feasible_share(*item)
    assert share == Interval(F(2, 9), F(4, 9))
    assert type(share.lower.numerator) is int
    assert feasible_share(*item, kind(2)) == feasible_share(*PRODUCTIVITY, 2)


def test_floats_are_read_as_decimals():
    assert rounding_box(40.1) == rounding_box(F(401, 10))
    assert 0.3 in Interval(F(3, 10), 1, True)
    assert 0.3 not in Interval(F(3, 10), 1)


BAD_PERCENTS = [-1, 101, 100.5, math.nan, math.inf, -math.inf, "40", None, True, 1 + 2j]
BAD_NUMBERS = [math.nan, math.inf, "1", None, True]
BAD_INPUT = {
    rounding_box: [("percent", [bad]) for bad in BAD_PERCENTS],
    gap_box: [("first", [bad, 40]) for bad in BAD_PERCENTS] + [("second", [40, bad]) for bad in BAD_PERCENTS],
    ratio_box: [("first", [bad, 40]) for bad in BAD_PERCENTS] + [("second", [40, bad]) for bad in BAD_PERCENTS],
    feasible_share: [("first", [bad, 49, 46]) for bad in BAD_PERCENTS]
    + [("second", [40, bad, 46]) for bad in BAD_PERCENTS]
    + [("total", [40, 49, bad]) for bad in BAD_PERCENTS]
    + [("rho", [40, 49, 46, bad]) for bad in (0, -1, *BAD_NUMBERS)],
    gap_at_share: [("first", [bad, 49, 46, F(1, 4)]) for bad in BAD_PERCENTS]
    + [("second", [40, bad, 46, F(1, 4)]) for bad in BAD_PERCENTS]
    + [("total", [40, 49, bad, F(1, 4)]) for bad in BAD_PERCENTS]
    + [("share", [40, 49, 46, bad]) for bad in (0, 1, -1, *BAD_NUMBERS)],
    feasible_shares: [("total", [[PRODUCTIVITY, (60, 70, bad)]]) for bad in BAD_PERCENTS]
    + [("rho", [[(*PRODUCTIVITY, 0)]])],
    feasible_rho: [
        ("whole", [Interval(0, 2), UNIT]),
        ("whole", [Interval(-1, F(1, 2)), UNIT]),
        ("part", [UNIT, Interval(F(1, 2), math.inf)]),
    ],
    least_misprint: [("first", [[PRODUCTIVITY, (bad, 70, 68)]]) for bad in BAD_PERCENTS]
    + [("most", [[PRODUCTIVITY], bad]) for bad in (-1, 1.5, *BAD_NUMBERS)],
    unclassified_share: [("total", [[PRODUCTIVITY, (60, 70, bad)]]) for bad in BAD_PERCENTS]
    + [("rho", [[(*PRODUCTIVITY, 2)]])],
    share_to_respondents: [("n", [UNIT, bad]) for bad in (0, -5, 10.5, *BAD_NUMBERS)],
    size_class_boxes: [("percents[1]", [[15, bad]]) for bad in BAD_PERCENTS],
    matches_size_classes: [("percents[0]", [UNIT, [bad]]) for bad in BAD_PERCENTS],
    Interval: [("lower", [bad, 1]) for bad in BAD_NUMBERS]
    + [("upper", [0, bad]) for bad in (math.nan, -math.inf, "1")],
}


@pytest.mark.parametrize("function", BAD_INPUT, ids=lambda function: function.__name__)
def test_bad_input_is_refused_by_name_and_value(function):
    for name, arguments in BAD_INPUT[function]:
        with pytest.raises(ValueError, match=rf"\A{re.escape(name)}: found .*; expected .*\Z"):
            function(*arguments)


def test_bad_input_message():
    with pytest.raises(ValueError, match=r"^first: found 140; expected a percent from 0 to 100$"):
        feasible_share(140, 49, 46)
    with pytest.raises(ValueError, match=r"^first: found nan; expected a percent from 0 to 100$"):
        feasible_share(np.float64("nan"), 49, 46)
    with pytest.raises(ValueError, match=r"^value: found nan; expected a number$"):
        math.nan in UNIT  # noqa: B015
    with pytest.raises(ValueError, match="found ∅; expected one with two ends"):
        EMPTY.midpoint  # noqa: B018


def test_every_public_function_refuses_bad_input():
    functions = inspect.getmembers(rounding, lambda m: inspect.isfunction(m) and m.__module__ == rounding.__name__)
    public = {function for name, function in functions if not name.startswith("_")}
    assert public == set(BAD_INPUT) - {Interval}
    assert all(inspect.getdoc(function) for function in public)


@pytest.mark.parametrize("value", [40, 40.0, F(40), Decimal("40"), np.float64(40), np.int16(40)])
def test_numbers_of_every_kind_are_numbers(value):
    assert rounding_box(value) == Interval(F(79, 2), F(81, 2), True)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: rounding_box("40"), "percent: found '40'; expected a percent from 0 to 100"),
        (lambda: rounding_box(np.array(40)), "percent: found array(40); expected a percent"),
        (lambda: rounding_box(Decimal("nan")), "percent: found NaN; expected a percent"),
        (lambda: feasible_shares((40, 49, 46)), "items: found 40; expected (first, second, total)"),
        (lambda: feasible_shares([(40, 49)]), "items: found (40, 49); expected (first, second, total)"),
        (lambda: feasible_shares(["404946"]), "items: found '404946'; expected (first, second, total)"),
        (lambda: least_misprint((40, 49, 46)), "items: found 40;"),
        (lambda: least_misprint([(40, 49, 46)], "1"), "most: found '1'; expected a whole number"),
        (lambda: unclassified_share((40, 49, 46)), "items: found 40;"),
        (lambda: share_to_respondents((0.2, 0.3), 9908), "interval: found (0.2, 0.3); expected an Interval"),
        (lambda: feasible_rho((0.2, 0.3), UNIT), "whole: found (0.2, 0.3); expected an Interval"),
        (lambda: matches_size_classes((0.2, 0.3), [10]), "interval: found (0.2, 0.3); expected an Interval"),
        (lambda: size_class_boxes(10), "percents: found 10; expected the percents"),
        (lambda: UNIT.intersection((0, 1)), "other: found (0, 1); expected an Interval"),
    ],
)
def test_what_is_no_number_interval_or_item_is_told_as_what_it_is(call, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        call()


def test_within_is_all_some_or_none():
    assert gap_box(40, 49).within(POSITIVE) is True
    assert gap_box(49, 40).within(POSITIVE) is False
    assert gap_box(40, 40).within(POSITIVE) is None
    assert [Interval(0, 1).within(UNIT), UNIT.within(Interval(0, 1))] == [True, None]
    assert [Interval(1, 2).within(UNIT), Interval(1, 2, True).within(UNIT)] == [False, None]


@pytest.mark.parametrize(
    "item", slow_after(2, [(40, 49, 46), (100, 0, 30), (60, 70, 68), (60, 71, 68), (59, 58, 58), (0, 100, 80)])
)
def test_gaps_at_a_share_are_those_of_brute_force(item):
    """Every pair of true percents on a grid, whose mixture at that share rounds to the total."""
    first, second, total = item
    share = feasible_share(*item)
    for w in (share.lower + (share.upper - share.lower) * F(n, 8) for n in (1, 4, 7)):
        interval = gap_at_share(*item, w)
        grid = [F(n, 40) for n in range(-20, 20)]
        found = [
            (second + b) - (first + a)
            for a in grid
            for b in grid
            if 0 <= first + a <= 100 and 0 <= second + b <= 100
            and total - F(1, 2) <= w * (first + a) + (1 - w) * (second + b) < total + F(1, 2)
        ]  # fmt: skip
        assert found and interval.lower <= min(found) and max(found) <= interval.upper
        assert min(found) - interval.lower < F(1, 5) and interval.upper - max(found) < F(1, 5)


def test_gaps_at_a_share_worked():
    assert gap_at_share(40, 49, 46, F(2, 9)) == Interval(9, 9, True, True)
    assert gap_at_share(40, 49, 46, F(3, 10)) == Interval(8, 10, True, True)
    assert gap_at_share(60, 70, 68, F(2, 9)) == Interval(9, 11, True, True)
    assert gap_at_share(60, 70, 68, F(3, 10)) == Interval(10, 10, True, True)
    assert gap_at_share(60, 71, 68, F(4, 11)) == Interval(11, 11, True, True)
    assert gap_at_share(40, 49, 46, F(9, 10)).is_empty
    for bad in (0, 1, 2, math.nan, "0.2"):
        with pytest.raises(ValueError, match="share: found"):
            gap_at_share(40, 49, 46, bad)
