"""Rules of protection: exclusive answers, dominance, missing answers, the time limit, and what is said of them."""

import itertools
import time

import numpy as np
import pandas as pd
import pytest

from answers.attack import COUNTS, Attack, narrow, scipy, withheld_counts  # noqa: F401
from conftest import PROJECT, slow_after
from contre_enquete.answers.protect import Protection, describe_protection
from contre_enquete.answers.suppression import Rules, choose_suppressions
from contre_enquete.answers.table import read_table
from contre_enquete.answers.tabulate import tabulate
from contre_enquete.text.language import Language

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB
CODEBOOK = """
{design}
[segment]
column = "g"
groups = {{ {groups} }}
[questions.q]
kind = "several"
yes = ["1"]
no = ["0"]
columns = {{ {columns} }}
"""


def make_table(folder, rows, items, design="", **options):
    """The table and what is told of it: each row is a group, answers to the items, and a weight."""
    lines = [("g", *items, "w"), *rows]
    groups = ", ".join(f'{group} = ["{group}"]' for group in sorted({line[0] for line in lines[1:]} - {""}))
    (folder / "answers.csv").write_text("\n".join(",".join(map(str, line)) for line in lines) + "\n")
    columns = ", ".join(f'{item} = "{item}"' for item in items)
    (folder / "answers.toml").write_text(CODEBOOK.format(design=design, groups=groups, columns=columns))
    made = tabulate(
        folder / "answers.csv", folder / "answers.toml", folder / "table.csv", protection=Protection(**options)
    )
    return made, read_table(folder / "table.csv").set_index(["segment", "item"])


def list_dummies(**groups):
    """People of groups who each chose one of several items, one column of 0 and 1 for each."""
    for group, counts in groups.items():
        for place, count in enumerate(counts):
            yield from [(group, *(int(place == item) for item in range(len(counts))), 1)] * count


def test_exclusive_answers_in_columns_of_their_own_are_not_had_by_subtraction(engine, tmp_path):
    made, table = make_table(tmp_path, list_dummies(a=(20, 15, 5), b=(30, 18, 12)), ["x", "y", "z"])
    assert made.count.exclusive == ["q"]
    for group in "ab":
        assert table["percent"][group].isna().sum() != 1


def test_answers_of_which_somebody_gave_two_are_not_exclusive(engine, tmp_path):
    rows = [*list_dummies(a=(20, 15, 5), b=(30, 18, 12)), ("a", 1, 1, 0, 1)]
    made, table = make_table(tmp_path, rows, ["x", "y", "z"])
    assert made.count.exclusive == [] and table["percent"].notna().any()


def choose_exclusive(groups, time_limit):
    """Cells of a question of several columns, of which each person of each group chose one, and what is withheld."""
    items = "xyz"[: len(groups[0])]
    rows = [
        ("g", "q", item, f"g {number}", counts[place], sum(counts))
        for place, item in enumerate(items)
        for number, counts in enumerate(groups)
    ]
    rows += [
        ("", "q", item, "total", sum(counts[place] for counts in groups), sum(map(sum, groups)))
        for place, item in enumerate(items)
    ]
    cells = pd.DataFrame(rows, columns=COUNTS)
    return cells, choose_suppressions(cells, Rules(exclusive={"q"}, time_limit=time_limit)).flags


def attack_alone(cells, flags):
    """The counts that readers can narrow: who gave no answer, and each reader who gave one, of other groups."""
    counts = list(withheld_counts(cells, flags))
    narrowed = narrow(Attack(cells, flags, ["q"]), counts)
    for row in cells[cells["table"] != ""].itertuples():
        for kind, people in (("yes", row.yes), ("no", row.base - row.yes)):
            attack = Attack(cells, flags, ["q"])
            attack.low[kind, *Attack.key(row)] = min(1, people)
            others = [count for count in counts if count[3] == row.item and count[4] not in (row.group, "total")]
            narrowed |= narrow(attack, others)
    return narrowed


GROUPS = [(20, 15, 5), (30, 18, 12), (40, 40, 40)]
ALL_THE_SAME = [(0, 100), (11, 0), (50, 50), (50, 50)]  # whoever is one of the eleven knows of one fewer elsewhere
RANDOM_GROUPS = [
    pytest.param(
        [tuple(map(int, row)) for row in np.random.default_rng(seed).integers(0, 40, (4, 3))],
        marks=[pytest.mark.slow, pytest.mark.thorough],
    )
    for seed in range(8)
]


@pytest.mark.parametrize("time_limit", slow_after(1, [60, 0]))
@pytest.mark.parametrize("groups", [GROUPS, ALL_THE_SAME, *RANDOM_GROUPS])
def test_no_reader_narrows_an_exclusive_answer_by_either_method(groups, time_limit):
    cells, flags = choose_exclusive(groups, time_limit)
    assert flags["percent"].any()
    assert attack_alone(cells, flags) == {}


def test_the_attack_of_a_reader_who_answered_finds_what_that_of_another_does_not():
    cells, _ = choose_exclusive(ALL_THE_SAME, 60)
    flags = pd.DataFrame({"n": False, "percent": cells["group"].isin(["g 0", "g 1"])})
    assert narrow(Attack(cells, flags, ["q"]), withheld_counts(cells, flags)) == {}
    assert attack_alone(cells, flags)


@pytest.mark.parametrize("time_limit", [60, 0])
def test_who_answered_as_the_whole_group_narrows_no_other_one_by_either_method(time_limit):
    counts = [(0, 100), (11, 11), (50, 100), (50, 100)]
    rows = [("g", "q", "x", f"g {number}", *of) for number, of in enumerate(counts)]
    cells = pd.DataFrame([*rows, ("", "q", "x", "total", 111, 311)], columns=COUNTS)
    flags = choose_suppressions(cells, Rules(time_limit=time_limit)).flags
    attack = Attack(cells, flags)
    attack.low["yes", "g", "q", "x", "g 1"] = 1
    assert attack.width("yes", "g", "q", "x", "g 0") > 10


def list_weighted(heavy, light=1):
    """Thirty people of a group, the first of whom has another weight, and sixty of another group."""
    yield from (("a", int(place < 14), heavy if not place else light) for place in range(30))
    yield from (("b", int(place < 30), 1) for place in range(60))


@pytest.mark.parametrize("heavy, is_withheld", [(60, True), (1, False)])
def test_the_minimum_holds_for_the_effective_size(engine, tmp_path, heavy, is_withheld):
    made, table = make_table(tmp_path, list_weighted(heavy), ["x"], '[design]\nweight = "w"')
    assert pd.isna(table["percent"]["a", "x"]) == is_withheld
    assert ("effective size" in made.protected.rules) == is_withheld


@pytest.mark.parametrize("k, is_withheld", [(20.0, True), (40.0, False)])
def test_a_group_is_withheld_where_its_largest_weights_dominate(engine, tmp_path, k, is_withheld):
    made, table = make_table(tmp_path, list_weighted(10), ["x"], '[design]\nweight = "w"', dominance=(1, k), minimum=3)
    assert pd.isna(table["percent"]["a", "x"]) == is_withheld
    assert made.protected.rules.get("dominance", 0) == int(is_withheld)


@pytest.mark.parametrize("missing, is_withheld", [(9, True), (10, False)])
def test_few_missing_answers_are_not_told(engine, tmp_path, missing, is_withheld):
    rows = [("a", "" if place < missing else place % 2, 1, 1) for place in range(60)]
    rows += [("b", place % 2, 1, 1) for place in range(60)]
    _, table = make_table(tmp_path, rows, ["x", "z"])
    for group in ("a", "total"):
        assert table[["n", "missing"]].isna().loc[group].to_numpy().all() == is_withheld
    assert table["base"]["b"].notna().all()


@pytest.mark.parametrize("missing", [{"a": 3, "b": 27, "c": 0}, {"a": 0, "b": 12, "c": 12, "": 4}])
def test_few_missing_answers_are_not_had_by_subtraction(engine, tmp_path, missing):
    """Everybody less the groups that are printed is the group that is not; people in no group are one more."""
    rows = [
        (group, "" if place < few else place % 2, 1, 1) for group, few in missing.items() for place in range(few + 40)
    ]
    _, table = make_table(tmp_path, rows, ["x", "z"])
    people = table["n"].groupby("segment").max()
    assert people["total"] == len(rows) and table["missing"]["total", "x"] == sum(missing.values())
    assert people.reindex(list(missing)).isna().sum() > 1


@pytest.mark.parametrize("people, left_out", [(19, ["segment"]), (20, [])])
def test_people_in_no_group_are_left_out_if_fewer_than_twice_the_minimum(engine, tmp_path, people, left_out):
    rows = [(group, place % 2, 1) for group, size in {"a": 60, "b": 60, "": people}.items() for place in range(size)]
    made, _ = make_table(tmp_path, rows, ["x"])
    assert made.count.grouped_only == left_out


def test_halves_of_weighted_percents_are_rounded_up(engine, tmp_path):
    rows = [(group, int(place < yes), 2) for group, yes in {"a": 25, "b": 100}.items() for place in range(400)]
    _, table = make_table(tmp_path, rows, ["x"], '[design]\nweight = "w"')
    assert table["percent"]["a", "x"] == 6.3  # of 6.25


def test_rows_are_counted_by_rule_and_by_breakdown(engine, tmp_path):
    made, table = make_table(tmp_path, list_dummies(a=(4, 46), b=(40, 110)), ["x", "y"])
    assert sum(made.protected.rules.values()) == table["percent"].isna().sum()
    (cost,) = made.protected.costs
    assert (cost.breakdown, cost.withheld, cost.rows) == ("segment", table["percent"][["a", "b"]].isna().sum(), 4)


@pytest.mark.parametrize("time_limit, left", [(600, "4"), (0, "at least 2")])
def test_the_message_says_what_joining_the_smallest_groups_would_leave(engine, tmp_path, time_limit, left):
    """6 of 20, 6 of 22 and 5 of 158 people chose x: joined, two groups have 12, beside the 5 of the other."""
    made, _ = make_table(tmp_path, list_dummies(a=(6, 14), b=(6, 16), c=(5, 153)), ["x", "y"], time_limit=time_limit)
    (line,) = [
        line for line in describe_protection(made.count, made.protected, Language("en")) if "rows hidden" in line
    ]
    assert line == f"segment: 6 of its 6 rows hidden; joining its groups a and b would leave {left}"


def test_without_time_the_coarse_method_is_told_and_protects():
    rows = [("size", "q", "i", "x", 4, 50), ("size", "q", "i", "y", 40, 150), ("", "q", "i", "total", 44, 200)]
    cells = pd.DataFrame(rows, columns=COUNTS)
    chosen = choose_suppressions(cells, Rules(time_limit=0))
    assert not chosen.is_exact and chosen.flags["percent"].tolist()[:2] == [True, True]
    assert choose_suppressions(cells, Rules()).is_exact


@pytest.mark.parametrize("time_limit, method", [(60, "yes"), (0, "coarse")])
def test_the_table_says_by_which_method_figures_are_withheld(engine, tmp_path, time_limit, method):
    _, table = make_table(tmp_path, list_dummies(a=(4, 46), b=(40, 110)), ["x", "y"], time_limit=time_limit)
    is_withheld = table["percent"].isna()
    assert is_withheld.any() and (table["withheld"][is_withheld] == method).all()


def test_a_slow_machine_makes_the_same_table(monkeypatch):
    rows = [("size", "q", "i", group, 4 + 9 * place, 50 + place) for place, group in enumerate("vwxyz")]
    rows.append(("", "q", "i", "total", 110, 260))
    cells = pd.DataFrame(rows, columns=COUNTS)
    idle = choose_suppressions(cells, Rules())
    ticks = itertools.count(step=1000.0)
    for clock in ("process_time", "monotonic", "perf_counter", "time"):
        monkeypatch.setattr(time, clock, lambda: next(ticks))
    busy = choose_suppressions(cells, Rules())
    assert busy.is_exact and busy.seconds == idle.seconds > 0
    pd.testing.assert_frame_equal(busy.flags, idle.flags)


def test_the_example_of_the_page_on_disclosure_prints_what_it_says(capsys):
    page = (PROJECT / "docs/disclosure.md").read_text(encoding="utf-8")
    code = page.split("```python\n")[1].split("```")[0]
    exec(compile(code, "docs/disclosure.md", "exec"), {})
    assert capsys.readouterr().out.strip() == code.rsplit("# ", 1)[1].strip()
