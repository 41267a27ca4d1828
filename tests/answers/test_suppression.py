"""Attacks on tables of answers: what is withheld cannot be had back, from the figures around it or by who answered."""

from fractions import Fraction as F
from itertools import product

import numpy as np
import pandas as pd
import pytest

from answers.attack import COUNTS, Attack, narrow, narrow_crossed, scipy, weighted_narrow, withheld_counts  # noqa: F401
from contre_enquete.answers.suppression import SUPPRESSED_COLUMNS, suppress
from contre_enquete.statistics.rounding import Interval, feasible_share, rounding_box, share_to_respondents

CROSSED = ["question", "item", "size", "region", "yes", "base", "people"]


def cells(*rows):
    return pd.DataFrame(rows, columns=COUNTS)


def table(*groups, question="q", item="i", name="size"):
    """The rows of one item: (yes, base) of each group, then the total."""
    rows = [(name, question, item, f"{name} {number}", *counts) for number, counts in enumerate(groups)]
    return [*rows, ("", question, item, "total", *map(sum, zip(*groups, strict=True)))]


def survey(seed, n):
    """An invented survey: two tables, a question of several answers and one of a single answer; some did not answer,
    some have no group.

    Gives its cells, and those of who is in the same group of both tables.
    """
    random = np.random.default_rng(seed)
    tables = {
        name: random.choice(len(shares), n, p=shares)
        for name, shares in (("size", [0.3, 0.7]), ("region", [0.4, 0.33, 0.23, 0.04]))
    }
    if seed % 3 == 0:
        tables["size"][random.random(n) < 0.08] = -1
    chosen = random.choice(4, n, p=[0.5, 0.3, 0.15, 0.05])
    answers = {("several", f"{p}"): random.random(n) < p for p in (0.95, 0.5, 0.25, 0.1, 0.02)}
    answers |= {("single", f"{number}"): chosen == number for number in range(4 - seed % 2)}
    asked = {"several": np.full(n, True), "single": random.random(n) < (0.95 if seed % 4 == 0 else 1)}
    rows, crossed = [], []
    for (question, item), yes in answers.items():
        who = asked[question]
        for size, region in sorted(set(zip(tables["size"], tables["region"], strict=True))):
            both = (tables["size"] == size) & (tables["region"] == region)
            names = None if size < 0 else f"size {size}", f"region {region}"
            crossed.append((question, item, *names, (yes & who & both).sum(), (who & both).sum(), both.sum()))
        rows.append(("", question, item, "total", (yes & who).sum(), who.sum(), n))
        for name, groups in tables.items():
            for group in range(groups.max() + 1):
                there = who & (groups == group)
                counts = (yes & there).sum(), there.sum(), (groups == group).sum()
                rows.append((name, question, item, f"{name} {group}", *counts))
    return pd.DataFrame(rows, columns=[*COUNTS, "people"]), pd.DataFrame(crossed, columns=CROSSED)


SURVEYS = [  # of which most is withheld at 60 people
    pytest.param(seed, n, id=f"{seed}-{n}", marks=[pytest.mark.slow, *([] if n == 60 else [pytest.mark.thorough])])
    for seed, n in enumerate((30, 60, 120, 200, 400, 1000))
]


@pytest.fixture(scope="module")
def published():
    """Invented surveys with what is withheld of them, each made once."""
    made = {}

    def published(seed, n):
        if (seed, n) not in made:
            answers, crossed = survey(seed, n)
            made[seed, n] = answers, crossed, suppress(answers, single_answer=["single"], crosstab=crossed)
        return made[seed, n]

    return published


@pytest.mark.parametrize("seed, n", SURVEYS)
@pytest.mark.slow
def test_each_withheld_count_may_differ_by_more_than_the_minimum(published, seed, n):
    answers, crossed, withheld = published(seed, n)
    assert withheld["percent"].any()
    attack = Attack(answers, withheld, ["single"], crossed)
    assert narrow(attack, withheld_counts(answers, withheld)) == {}
    assert narrow_crossed(attack, crossed) == {}


@pytest.mark.parametrize("seed, n", SURVEYS[1:])
@pytest.mark.slow
def test_the_attack_finds_counts_where_only_small_ones_are_withheld(published, seed, n):
    answers, crossed, withheld = published(seed, n)
    primary = withheld.assign(
        **{name: withheld[name] & (withheld["suppressed"] == "primary") for name in SUPPRESSED_COLUMNS}
    )
    attack = Attack(answers, primary, ["single"], crossed)
    assert any(attack.width(*count) == 0 for count in withheld_counts(answers, primary))


@pytest.mark.parametrize("seed, n", SURVEYS)
@pytest.mark.slow
def test_who_answered_learns_of_other_groups_no_more_and_of_the_own_one_answer(published, seed, n):
    answers, crossed, withheld = published(seed, n)
    counts = list(withheld_counts(answers, withheld))
    people = [row for row in answers.itertuples() if row.group != "total" and row.item == "0.1"]
    for row in people:
        attack = Attack(answers, withheld, ["single"], crossed)
        own = Attack.key(row)
        for kind, who in (("yes", row.yes), ("no", row.base - row.yes)):
            attack.low[kind, *own] = min(1, who)
        near = [count for count in counts if len(count) > 3 and count[2:3] == (row.question,) and count[3] == row.item]
        assert narrow(attack, [count for count in near if count[4] != row.group]) == {}
        assert narrow(attack, [count for count in near if count[4] == row.group], 8) == {}


@pytest.mark.parametrize("seed, n", SURVEYS)
@pytest.mark.slow
def test_who_knows_how_many_answered_learns_no_answer_of_more_than_the_minimum(published, seed, n):
    answers, crossed, withheld = published(seed, n)
    attack = Attack(answers, withheld, ["single"], crossed)
    sizes = {Attack.key(row): row.base for row in answers.itertuples()}
    attack.fixed |= {("base", *key): size for key, size in sizes.items()}
    large = [count for count in withheld_counts(answers, withheld) if count[0] == "yes" and sizes[count[1:]] > 10]
    assert narrow(attack, large) == {}


@pytest.mark.parametrize("kind", ["yes", "no"])
@pytest.mark.slow
def test_who_answered_as_everybody_in_a_group_narrows_no_other_group(kind):
    counts = [(0, 100), (11, 11), (50, 100), (50, 100)]
    answers = cells(*table(*(counts if kind == "yes" else [(base - yes, base) for yes, base in counts])))
    withheld = suppress(answers)
    attack = Attack(answers, withheld)
    attack.low[kind, "size", "q", "i", "size 1"] = 1
    assert attack.width("yes", "size", "q", "i", "size 0") > 10


def test_who_is_alone_in_a_group_learns_nothing_of_the_others():
    answers = cells(*table((1, 1), (7, 40), (30, 60), (20, 45)), *table((0, 1), (30, 40), (5, 60), (20, 45), item="j"))
    withheld = suppress(answers)
    attack = Attack(answers, withheld)
    for item, yes in (("i", 1), ("j", 0)):
        attack.fixed["yes", "size", "q", item, "size 0"] = yes
        attack.fixed["base", "size", "q", item, "size 0"] = 1
    counts = [count for count in withheld_counts(answers, withheld) if count[4] != "size 0"]
    assert narrow(attack, counts) == {}


@pytest.mark.parametrize(
    "yes, base, small",
    [
        (9, 40, True),
        (10, 40, False),
        (30, 40, False),
        (31, 40, True),
        (0, 40, True),
        (40, 40, True),
        (5, 9, True),
        (0, 0, False),
    ],
)
def test_few_yes_few_no_nobody_and_everybody_are_withheld(yes, base, small):
    withheld = suppress(cells(*table((yes, base), (100, 200), (100, 200), (100, 200))))
    assert withheld["suppressed"][0] == ("primary" if small else "")
    assert withheld["percent"][0] == small
    assert withheld["n"][0] == (0 < base < 10)


def test_a_higher_minimum_withholds_more():
    answers = cells(*table((15, 40), (100, 200), (100, 200)))
    assert not suppress(answers)["percent"].any()
    assert suppress(answers, 16)["suppressed"].tolist().count("primary") == 1
    assert narrow(Attack(answers, suppress(answers, 16)), [("yes", "size", "q", "i", "size 0")], 16) == {}


def test_a_table_without_small_counts_is_published_whole():
    withheld = suppress(cells(*table((20, 40), (30, 60))))
    assert not withheld[SUPPRESSED_COLUMNS].to_numpy().any()
    assert (withheld["suppressed"] == "").all()


def test_each_row_says_why_and_keeps_its_index():
    answers = cells(*table((3, 40), (30, 60), (40, 90)))
    answers.index = ["a", "b", "c", "all"]
    withheld = suppress(answers, simple_sample=True)
    assert withheld["suppressed"].to_dict() == {"a": "primary", "b": "secondary", "c": "", "all": ""}
    assert list(withheld.columns) == ["suppressed", *SUPPRESSED_COLUMNS]


def test_the_other_answer_of_a_single_answer_question_is_withheld_too():
    rows = [
        row
        for item, yes in (("yes", (5, 60, 50)), ("no", (75, 60, 50)), ("perhaps", (20, 80, 60)))
        for row in table(*zip(yes, (100, 200, 160), strict=True), item=item)
    ]
    answers = cells(*rows)
    first = answers["group"] == "size 0"
    assert suppress(answers)["percent"][first].sum() == 1
    withheld = suppress(answers, single_answer=["q"])
    assert withheld["percent"][first].sum() > 1
    assert narrow(Attack(answers, withheld, ["q"]), withheld_counts(answers, withheld)) == {}


def test_an_answer_that_is_not_tabulated_is_protected_too():
    answers = cells(
        *(
            row
            for item, yes in (("a", (47, 90)), ("b", (50, 100)))
            for row in table(*zip(yes, (100, 200), strict=True), item=item)
        )
    )
    withheld = suppress(answers, single_answer=["q"])  # three of the first group gave another answer
    assert withheld["percent"][answers["group"] == "size 0"].any()
    assert (withheld["suppressed"][withheld["percent"]] == "secondary").all()


def test_people_in_no_group_are_protected_too():
    rows = table((50, 100), (80, 200))
    rows[-1] = ("", "q", "i", "total", 132, 303)  # two of three without a group said yes
    answers = cells(*rows)
    withheld = suppress(answers)
    assert withheld["n"].any()
    assert Attack(answers, withheld).width("yes", "size", "q", "i", "none") > 10


def test_a_table_that_shares_its_totals_gives_nothing_back():
    shared = table((5, 30), (4, 60), (30, 70))
    other = table((20, 80), (19, 80), name="region")
    answers = cells(*shared, *other)
    total = answers["group"] == "total"
    withheld = suppress(answers)
    # Were the total alone withheld, the other table would give it back.
    if withheld["percent"][total].any():
        assert withheld["percent"][answers["table"] == "region"].any()
    assert narrow(Attack(answers, withheld), withheld_counts(answers, withheld)) == {}


def crossing(counts, item="i"):
    """Two tables of one item, and who is in both of their groups: yes and base for each size and region."""
    crossed = [("q", item, f"size {g}", f"region {h}", *two, two[1]) for (g, h), two in counts.items()]
    crossed = pd.DataFrame(crossed, columns=CROSSED)
    sums = [("q", item, "total", "", *crossed[["yes", "base"]].sum())]
    for name in ("size", "region"):
        sums += [("q", item, group, name, *of[["yes", "base"]].sum()) for group, of in crossed.groupby(name)]
    return pd.DataFrame(sums, columns=["question", "item", "group", "table", "yes", "base"])[COUNTS], crossed


@pytest.mark.parametrize(
    "counts",
    [
        {(0, 0): (90, 195), (0, 1): (3, 5), (1, 1): (60, 200)},  # all of a region are of one size, which has five more
        {(0, 0): (90, 195), (0, 1): (3, 5), (1, 1): (60, 200), (1, 2): (40, 90)},
        {(0, 0): (90, 195), (0, 1): (40, 80), (0, 2): (2, 20), (1, 2): (60, 200)},  # two of whose twenty said yes
    ],
)
@pytest.mark.slow
def test_what_two_tables_differ_by_is_not_had_by_subtraction(counts):
    answers, crossed = crossing(counts)
    alone = suppress(answers)
    assert not alone[SUPPRESSED_COLUMNS].to_numpy().any()
    assert narrow_crossed(Attack(answers, alone, (), crossed), crossed)
    withheld = suppress(answers, crosstab=crossed)
    attack = Attack(answers, withheld, (), crossed)
    assert narrow(attack, withheld_counts(answers, withheld)) == narrow_crossed(attack, crossed) == {}


def test_groups_within_a_group_give_nothing_back():
    """Of three sizes, two are together a group of the other table: its percent would tell the small one's."""
    answers, crossed = crossing({(0, 0): (40, 90), (0, 1): (3, 30), (1, 2): (60, 150)})
    assert suppress(answers)["percent"][answers["group"] == "size 0"].sum() == 0
    withheld = suppress(answers, crosstab=crossed)
    attack = Attack(answers, withheld, (), crossed)
    assert narrow(attack, withheld_counts(answers, withheld)) == {}
    assert withheld["percent"][answers["group"] == "region 1"].all()


def test_what_crosses_two_tables_adds_up_to_them():
    answers, crossed = crossing({(0, 0): (40, 90), (0, 1): (23, 60), (1, 1): (60, 150)})
    crossed["yes"] += [1, 0, -1]
    with pytest.raises(ValueError, match="size, q, i, size 0: expected those in it, by their groups of other tables"):
        suppress(answers, crosstab=crossed)


@pytest.mark.slow
def test_the_same_people_asked_another_question_do_not_give_their_number_back():
    answers = cells(*table((3, 8), (30, 60), (40, 90)), *table((4, 8), (20, 60), (50, 90), question="other"))
    withheld = suppress(answers)
    assert withheld["n"][:3].tolist() == withheld["n"][4:7].tolist()
    assert withheld["n"].sum() >= 4
    # Alone, the second question would be cheaper to protect by the third group, of which the first tells the number.
    answers = cells(*table((3, 8), (15, 30), (25, 60)), *table((3, 8), (40, 90), (25, 60), question="other"))
    withheld = suppress(answers)
    assert narrow(Attack(answers, withheld), withheld_counts(answers, withheld)) == {}


@pytest.mark.parametrize(
    "rows",
    [
        [("", "q", "a", "total", 3, 5, 5)],
        [("", "q", "a", "total", 254, 508, 508), ("", "q", "b", "total", 4, 8, 508)],
        [
            *(
                ("size", "q", "a", "x", 30, 60, 60),
                ("size", "q", "a", "y", 41, 81, 81),
                ("", "q", "a", "total", 71, 141, 141),
            ),
            *(("size", "q", "b", "x", 0, 0, 60), ("size", "q", "b", "y", 1, 1, 81), ("", "q", "b", "total", 1, 1, 141)),
        ],
    ],
)
def test_what_too_few_answered_for_any_doubt_is_withheld_whole(rows):
    cells = pd.DataFrame(rows, columns=[*COUNTS, "people"])
    found = suppress(cells, simple_sample=True)
    few = cells.base < 10
    assert found.loc[few & (cells.base > 0), SUPPRESSED_COLUMNS].all(axis=None)
    assert not found.loc[~few, SUPPRESSED_COLUMNS].any(axis=None)


def test_a_group_of_one_who_did_not_answer_is_not_shown():
    rows = [("size", "q", "a", "x", 0, 0, 1), ("size", "q", "a", "y", 30, 60, 60), ("", "q", "a", "total", 30, 60, 61)]
    assert suppress(pd.DataFrame(rows, columns=[*COUNTS, "people"]), simple_sample=True).n[0]


@pytest.mark.slow
def test_a_group_of_few_people_is_protected_though_fewer_answered():
    answers = cells(*table((3, 8), (30, 59), (40, 90)), *table((4, 8), (20, 60), (25, 50), item="j"))
    answers["people"] = [9, 60, 90, 159] * 2
    withheld = suppress(answers)
    assert narrow(Attack(answers, withheld), [("people", "size", "size 0")]) == {}
    assert narrow(Attack(answers, withheld), withheld_counts(answers, withheld)) == {}


def printed(yes, base):
    return int(F(100 * yes, base) + F(1, 2))


def test_a_percent_would_give_its_count_back_and_is_withheld_with_it():
    answers = cells(*table((4, 57), (50, 143)))
    box = rounding_box(printed(4, 57))
    assert share_to_respondents(Interval(box.lower / 100, box.upper / 100, True), 57) == range(4, 5)
    assert suppress(answers)["percent"][:2].all()


def test_percents_would_give_a_small_group_back_and_are_withheld_with_its_size():
    answers = cells(*table((8, 9), (30, 191)), *table((1, 9), (150, 191), item="j"))
    withheld = suppress(answers)
    for first in (0, 3):
        percents = [printed(*answers.loc[first + i, ["yes", "base"]]) for i in range(3)]
        found = share_to_respondents(feasible_share(*percents), 200)
        assert 9 in found and len(found) < 10
        assert withheld["percent"][first : first + 2].all() and withheld["n"][first : first + 2].all()


WEIGHTS = F(9137, 10**4), F(15291, 10**4), F(7013, 10**4), F(11117, 10**4)
CLOSE = F(1), F(109, 100), F(95, 100), F(104, 100)


def weighted(counts, weights):
    """A table of which each answer has the weight of its group, in millionths."""
    rows = cells(*table(*counts))
    for name, column in (("weighted_yes", "yes"), ("weighted_base", "base")):
        parts = [int(10**6 * weight * count) for weight, count in zip(weights, rows[column][:-1], strict=False)]
        rows[name] = [*parts, sum(parts)]
    return rows


def prints(rows, decimals):
    return [
        int(F(100 * 10**decimals * yes, base) + F(1, 2))
        for yes, base in zip(rows["weighted_yes"], rows["weighted_base"], strict=True)
    ]


@pytest.mark.parametrize("decimals", [0, 1, 2])
@pytest.mark.parametrize(
    "counts", [((4, 50), (40, 150)), ((4, 50), (40, 150), (30, 60)), ((6, 20), (3, 25), (12, 24), (40, 80))]
)
@pytest.mark.slow
def test_a_weighted_total_gives_no_withheld_count_back(counts, decimals):
    answers = weighted(counts, WEIGHTS)
    withheld = suppress(answers, decimals=decimals)
    groups = answers[answers["group"] != "total"].rename(columns={"group": "size"}).reset_index()
    assert withheld["percent"].any()
    assert weighted_narrow(answers, withheld, groups, decimals) == {}
    primary = withheld.assign(percent=withheld["percent"] & (withheld["suppressed"] == "primary"))
    assert weighted_narrow(answers, primary, groups, 2)


def test_a_finer_weighted_percent_is_withheld_where_a_coarse_one_is_not():
    answers = weighted(((4, 50), (40, 150)), WEIGHTS)
    assert not suppress(answers, decimals=0)["percent"].iloc[-1]
    assert suppress(answers, decimals=6)["percent"].iloc[-1]


LINKED = {
    "each with each": {(0, 0): (2, 20), (0, 1): (30, 70), (1, 0): (2, 30), (1, 1): (40, 80)},
    "three": {(g, h): (2 + 9 * h, 20 + 15 * h + 10 * g) for g in range(2) for h in range(3)},
    "nested": {(0, 0): (71, 143), (0, 1): (3, 62), (1, 2): (38, 128), (1, 3): (6, 127)},
}


def weigh(answers, crossed, weights):
    """Give each region a weight, in millionths."""
    regions = sorted(crossed["region"].unique())
    weights = crossed["region"].map(dict(zip(regions, (round(10**6 * weight) for weight in weights), strict=False)))
    for name in ("yes", "base"):
        crossed[f"weighted_{name}"] = of = crossed[name] * weights
        sums = (
            {"total": of.sum()}
            | of.groupby(crossed["size"]).sum().to_dict()
            | of.groupby(crossed["region"]).sum().to_dict()
        )
        answers[f"weighted_{name}"] = [int(sums[group]) for group in answers["group"]]


@pytest.mark.parametrize("weights", [WEIGHTS, CLOSE], ids=["far apart", "close"])
@pytest.mark.parametrize("decimals", [1, *(pytest.param(n, marks=pytest.mark.thorough) for n in (0, 3))])
@pytest.mark.parametrize("linked", LINKED)
@pytest.mark.slow
def test_weighted_percents_of_a_table_give_no_count_of_another_back(linked, decimals, weights):
    """Who knows the weight of each region reckons what its counts make of the weighted total, and of sizes made of
    regions.
    """
    answers, crossed = crossing(LINKED[linked])
    weigh(answers, crossed, weights)
    withheld = suppress(answers, decimals=decimals, crosstab=crossed)
    assert withheld["percent"].any()
    assert weighted_narrow(answers, withheld, crossed, decimals) == {}


def test_a_group_of_which_nobody_answered_tells_nothing():
    answers, crossed = crossing({(0, 0): (4, 60), (0, 1): (30, 70), (1, 2): (0, 0), (1, 3): (0, 0)})
    crossed["people"] += 30
    answers = answers.assign(people=[250, 190, 60, 90, 100, 30, 30])
    weigh(answers, crossed, WEIGHTS)
    withheld = suppress(answers, decimals=1, crosstab=crossed).set_index(answers["group"])
    assert withheld["percent"]["region 0"] and not withheld["n"].any()


@pytest.mark.slow
def test_what_is_withheld_of_a_group_goes_with_the_weights_and_errors_of_other_tables():
    answers, crossed = crossing({(g, h): (2 + 20 * h, 4 + 50 * h + 10 * g) for g in range(2) for h in range(3)})
    weigh(answers, crossed, WEIGHTS)
    assert answers.set_index("group").base["region 0"] == 18
    withheld = suppress(answers, 20, decimals=1, crosstab=crossed).set_index(answers["group"])
    assert withheld["n"]["region 0"] and not withheld["n"][["total", "size 0", "size 1"]].any()
    assert withheld[["weighted_n", "precision"]].loc[["total", "size 0", "size 1"]].all(axis=None)
    plain = suppress(answers.drop(columns=["weighted_yes", "weighted_base"]), crosstab=crossed, simple_sample=True)
    assert not plain["precision"][answers["table"] == "size"].any()


def test_the_weighted_number_of_everybody_goes_where_a_group_size_does():
    withheld = suppress(weighted(((4, 8), (40, 150), (30, 60)), WEIGHTS))
    assert not withheld["n"].iloc[-1] and withheld["weighted_n"].iloc[-1]
    assert not suppress(cells(*table((4, 8), (40, 150), (30, 60))))["weighted_n"].iloc[-1]


def test_a_standard_error_by_strata_would_give_counts_back_and_is_withheld():
    sizes, counts = (50, 150), (4, 40)
    answers = cells(*table(*zip(counts, sizes, strict=True)))

    def error(*yes):
        n = sum(sizes)
        variance = sum(
            (base / n) ** 2 * y / base * (1 - y / base) / (base - 1) for y, base in zip(yes, sizes, strict=True)
        )
        return round(100 * variance**0.5, 2)

    alike = [
        pair
        for pair in product(*(range(size + 1) for size in sizes))
        if sum(pair) == sum(counts) and error(*pair) == error(*counts)
    ]
    assert alike == [counts]
    withheld = suppress(answers)
    assert withheld["precision"].all() and not withheld["percent"].iloc[-1]
    assert not suppress(answers, simple_sample=True)["precision"].iloc[-1]


@pytest.mark.parametrize(
    "change, told",
    [
        (
            lambda rows: rows.assign(yes=rows["base"] + 1),
            "size, q, i, size 0: expected whole counts, yes from 0 to base and base to people",
        ),
        (
            lambda rows: rows.assign(yes=rows["yes"] / 2),
            "size, q, i, size 0: expected whole counts, yes from 0 to base and base to people",
        ),
        (lambda rows: rows.iloc[:-1], "size, q, i, size 0: expected a row of the group 'total' too"),
        (lambda rows: pd.concat([rows, rows.iloc[:1].assign(yes=0)]), "size, q, i, size 0: given twice, differently"),
        (
            lambda rows: rows.assign(yes=[20, 40, 50]),
            "size, q, i: expected parts that add up to no more than the whole",
        ),
    ],
)
def test_counts_that_contradict_each_other_are_refused_by_cell_and_without_a_count(change, told):
    with pytest.raises(ValueError) as error:
        suppress(change(cells(*table((20, 47), (38, 83)))))
    assert str(error.value) == f"cells: {told}"


def test_a_single_answer_question_asks_the_same_people_for_each_answer():
    answers = cells(*table((20, 47), (38, 83)), *table((20, 46), (38, 83), item="j"))
    with pytest.raises(ValueError, match="size, q, size 0: expected the same people asked"):
        suppress(answers, single_answer=["q"])


@pytest.mark.parametrize("minimum", [0, 2.5, True, None])
def test_the_minimum_is_a_whole_number(minimum):
    with pytest.raises(ValueError, match=r"minimum: found .*; expected a whole number of at least 1"):
        suppress(cells(*table((20, 47), (38, 83))), minimum)
