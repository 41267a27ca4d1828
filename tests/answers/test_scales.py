"""The values of a scale beside the share of its highest ones: what is printed, and what a reader can compute of it."""

import itertools
import random

import pandas as pd
import pytest

from contre_enquete.answers.protect import Protection
from contre_enquete.answers.table import read_table
from contre_enquete.answers.tabulate import tabulate
from contre_enquete.errors import DataError

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
MINIMUM = 2
CODEBOOK = """
{design}
[segment]
column = "g"
groups = {{ a = ["a"], b = ["b"] }}
[questions.q]
kind = "scale"
columns.s = "s"
values = [{values}]
top = {top}
{breakdown}
"""
BREAKDOWN = '[breakdowns.x]\ncolumn = "h"\ngroups = { x = ["x"], y = ["y"] }'


def tabulate_scale(folder, profiles, top=1, design="", breakdown="", minimum=MINIMUM):
    """The table of people of whom so many in each profile, as `ax`, chose each value."""
    lines = [
        f"{profile[0]},{profile[1]},v{value},1"
        for profile, counts in profiles.items()
        for value, count in enumerate(counts, 1)
        for _ in range(count)
    ]
    (folder / "answers.csv").write_text("\n".join(["g,h,s,w", *lines]) + "\n")
    values = ", ".join(f'"v{number}"' for number in range(1, len(next(iter(profiles.values()))) + 1))
    (folder / "answers.toml").write_text(CODEBOOK.format(design=design, values=values, top=top, breakdown=breakdown))
    table = folder / "table.csv"
    tabulate(folder / "answers.csv", folder / "answers.toml", table, protection=Protection(minimum))
    return read_table(table).set_index(["segment", "item"])


def list_values(number, top):
    """The items of a scale of so many values, each with the values that it counts."""
    singles = {f"s-value-{place + 1}": {place} for place in range(number)}
    return {"s": set(range(number - top, number))} | singles


def count_items(profiles, top):
    """How many people of each profile, each group and of all gave each answer, and how many there are."""
    names = "abxy" if len(profiles) > 2 else "ab"
    groups = {name: [profile for profile in profiles if name in profile] for name in names}
    groups |= {"total": list(profiles)} | ({profile: [profile] for profile in profiles} if names == "abxy" else {})
    items = list_values(len(next(iter(profiles.values()))), top)
    return {
        (group, item): sum(profiles[profile][value] for profile in parts for value in values)
        for group, parts in groups.items()
        for item, values in items.items()
    }


def share_out(people, values):
    """All ways in which so many people can choose one of so many values."""
    if values == 1:
        return [(people,)]
    return [(first, *rest) for first in range(people + 1) for rest in share_out(people - first, values - 1)]


def find_narrow(table, profiles, top):
    """The counts of few people, or not printed, that vary too little over all data sets that print the same.

    They vary by more than the minimum, or from nobody to all who may have chosen the value: those on its side, where
    the share of the highest is printed, else all of the group.
    """
    truth = count_items(profiles, top)
    printed = {key for key in truth if key in table.index and table["percent"].notna()[key]}
    low, high = dict(truth), dict(truth)
    sizes = [sum(counts) for counts in profiles.values()]
    number = len(next(iter(profiles.values())))
    for answers in itertools.product(*(share_out(size, number) for size in sizes)):
        counts = count_items(dict(zip(profiles, answers, strict=True)), top)
        if all(counts[key] == truth[key] for key in printed):
            low = {key: min(low[key], count) for key, count in counts.items()}
            high = {key: max(high[key], count) for key, count in counts.items()}
    highest = list_values(number, top)["s"]
    narrow = set()
    for (group, item), count in truth.items():
        value = min(list_values(number, top)[item])
        of = sum(truth[group, f"s-value-{place + 1}"] for place in range(number))
        side = highest if value in highest else set(range(number)) - highest
        if item != "s" and len(side) == 1:
            continue  # as the share, or what is left of it
        if item != "s" and (group, "s") in printed:
            of = sum(truth[group, f"s-value-{place + 1}"] for place in side)
        is_few = min(count, of - count) < MINIMUM
        if (is_few or (group, item) not in printed) and high[group, item] - low[group, item] < min(of, MINIMUM + 1):
            narrow.add((group, item))
    return narrow


def draw_profiles(seed):
    draw = random.Random(seed)
    if seed % 3:
        return {f"{group}x": draw.choice(share_out(people, 3 + seed % 2)) for group, people in (("a", 8), ("b", 7))}
    return {
        profile: draw.choice(share_out(people, 3))
        for profile, people in zip(("ax", "ay", "bx", "by"), (4, 3, 3, 4), strict=True)
    }


SHOWN = {"ax": (4, 3, 4), "bx": (3, 4, 3)}
IN_PART = {"ax": (1, 4, 3, 3), "bx": (2, 3, 3, 3)}
CROSSED = {"ax": (1, 1, 1), "ay": (2, 2, 2), "bx": (2, 2, 2), "by": (1, 1, 1)}


@pytest.mark.parametrize(
    ("profiles", "top"),
    [
        (SHOWN, 1),
        *(pytest.param(profiles, 2 - len(profiles) // 4, marks=pytest.mark.slow) for profiles in (IN_PART, CROSSED)),
        *(
            pytest.param(
                draw_profiles(seed), 1 + seed % 2, marks=pytest.mark.slow if seed < 4 else pytest.mark.thorough
            )
            for seed in range(30)
        ),
    ],
)
def test_no_count_of_a_scale_is_had_back(profiles, top, engine, tmp_path):
    breakdown = BREAKDOWN if len(profiles) > 2 else ""
    table = tabulate_scale(tmp_path, profiles, top, breakdown=breakdown)
    assert find_narrow(table, profiles, top) == set()


def test_values_are_printed_beside_the_share_of_the_highest_which_stays(engine, tmp_path):
    table = tabulate_scale(tmp_path, SHOWN)
    assert table["percent"].notna().all() and table["yes"]["total"].tolist() == [7, 7, 7, 7]
    assert table["kind"]["a"].tolist() == ["scale", "value", "value", "value"]
    assert table["item_label"]["a"].tolist() == ["s", "v1", "v2", "v3"]
    assert table["counted"]["a"].tolist() == ["v3", "", "", "v3"]
    partly = tabulate_scale(tmp_path, IN_PART, 2)["percent"]
    assert partly.xs("s", level=1).notna().all() and 0 < partly.isna().sum() < len(partly)


@pytest.mark.parametrize(
    ("profiles", "design"),
    [
        ({"ax": (20, 30, 20, 30), "bx": (30, 20, 20, 20)}, '[design]\nweight = "w"'),
        ({"ax": (20, 30, 20, 30), "bx": (30, 20, 0, 1)}, ""),
    ],
    ids=["weights", "a share withheld"],
)
def test_elsewhere_the_share_of_the_highest_is_printed_alone(profiles, design, engine, tmp_path):
    table = tabulate_scale(tmp_path, profiles, 2, design)
    values = table[table["kind"] == "value"]
    assert values[["percent", "yes", "standard_error", "lower", "upper"]].isna().all(axis=None)
    assert set(values["withheld"]) == (set() if design else {"yes"})
    assert tabulate_scale(tmp_path, profiles, 2, design, minimum=0)["percent"].notna().all()


def test_values_are_printed_of_the_first_of_several_breakdowns(engine, tmp_path):
    profiles = {profile: (20, 30, 30, 40) for profile in ("ax", "ay", "bx", "by")}
    table = tabulate_scale(tmp_path, profiles, 2, breakdown=BREAKDOWN)
    printed = table[table["kind"] == "value"]["percent"].notna().groupby("segment").all()
    assert printed.to_dict() == {"a": True, "b": True, "total": True, "x": False, "y": False}


DESIGNED = """
[design]
weight = "w"
stratum = "h"
[breakdowns.g]
column = "g"
groups = {{ a = ["a"], b = ["b"] }}
{questions}
"""
BARE = """
[questions.q]
kind = "scale"
columns = { s = "s", t = "t" }
values = ["v1", "v2", "v3"]
top = 0
"""
SINGLE = """
[questions.{0}]
kind = "one"
column = "{0}"
items = {{ v1 = ["v1"], v2 = ["v2"], v3 = ["v3"] }}
"""


@pytest.mark.slow
def test_values_without_a_share_of_the_highest_are_protected_as_single_answers(engine, tmp_path):
    random.seed(6)
    answers, path = tmp_path / "answers.csv", tmp_path / "answers.toml"
    rows = [
        f"{random.choice('aab')},{stratum},{weight},{random.choice(['v1', 'v2', 'v2', 'v3'])},v{random.randint(1, 3)}"
        for stratum, weight, people in (("x", 1, 60), ("x", 2.5, 40), ("y", 0.5, 50))
        for _ in range(people)
    ] + ["b,y,3,v1,v3"]
    answers.write_text("\n".join(["g,h,w,s,t", *rows]) + "\n")
    tables, differences = [], []
    for questions in (BARE, SINGLE.format("s") + SINGLE.format("t")):
        path.write_text(DESIGNED.format(questions=questions))
        tabulate(answers, path, tmp_path / "table.csv")
        tables.append(read_table(tmp_path / "table.csv"))
        differences.append(pd.read_csv(tmp_path / "table-differences.csv"))
    named = tables[0][tables[0]["kind"] == "scale"]
    assert named["item"].tolist() == ["s", "s", "s", "t", "t", "t"] and set(named["withheld"]) == {""}
    assert named["base"].tolist() == tables[1]["base"][[0, 1, 2, 9, 10, 11]].tolist()
    assert named[["percent", "yes", "standard_error", "lower", "upper", "df"]].isna().all(axis=None)
    words = ["question", "item", "kind", "question_label", "item_label"]
    values, single = tables[0][tables[0]["kind"] == "value"].reset_index(drop=True), tables[1]
    assert values["item_label"].unique().tolist() == ["v1", "v2", "v3"] and 0 < values["percent"].isna().sum() < 18
    pd.testing.assert_frame_equal(values.drop(columns=words), single.drop(columns=words))
    is_test = [of["group_a"].isna() for of in differences]
    for rows in (pd.Series.__invert__, pd.Series):  # pairs, and tests of one item or all
        first, second = (
            of[rows(test)].drop(columns=["question", "item"]).reset_index(drop=True)
            for of, test in zip(differences, is_test, strict=True)
        )
        pd.testing.assert_frame_equal(first, second)
    assert {"s", "t"} <= set(differences[0]["item"]) and {"s", "t"} & set(differences[1]["item"].dropna()) == set()


@pytest.mark.parametrize("top", [-1, 3, True])
def test_a_share_of_values_that_there_are_not_is_refused(top, tmp_path):
    with pytest.raises(DataError, match=r"questions.q.top: found .*; expected how many .* but not all; 0 for shares"):
        tabulate_scale(tmp_path, SHOWN, str(top).lower())


def test_no_value_alone_is_compared(engine, tmp_path):
    tabulate_scale(tmp_path, SHOWN)
    assert set(pd.read_csv(tmp_path / "table-differences.csv")["item"]) == {"s"}
