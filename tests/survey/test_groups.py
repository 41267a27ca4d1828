"""Rules judge every group that is shown, or the two that a reference names; figures exist of each pair of groups."""

from dataclasses import replace

import pandas as pd
import pytest

from contre_enquete.display.tables import Tables
from contre_enquete.edition.new import copy_skeleton
from contre_enquete.edition.outline import Outline, apply_outline
from contre_enquete.edition.tracing import trace_text
from contre_enquete.errors import DataError
from contre_enquete.figures.figure import UnknownFigure
from contre_enquete.figures.registry import index_figures
from contre_enquete.survey.claims import judge_claims
from contre_enquete.survey.contradictions import find_contradictions
from contre_enquete.survey.model import load_survey
from contre_enquete.survey.totals import check_totals, find_group_shares


def judge(survey, rule, leader, about):
    """Return how a claim with this rule, leader and references is judged."""
    row = survey.claims.iloc[[0]].assign(rule=rule, leader=leader, about=about)
    (claim,) = judge_claims(replace(survey, claims=row))
    return claim.wording


@pytest.mark.parametrize(
    ("rule", "leader", "about", "wording"),
    [
        ("more", "town", "commute.bicycle", "fits"),
        ("more", "village", "commute.bicycle", "reverses"),
        ("more", "suburb", "commute.car", "reverses"),  # ahead of town, behind villages
        ("more", "suburb", "gap.commute.car.town.suburb", "fits"),
        ("more", "suburb", "gap.commute.car.suburb.town", "fits"),
        ("plain", "village", "commute.car commute.bicycle", "reverses"),
        ("lowest", "village", "commute.bicycle", "fits"),
        ("lowest", "suburb", "commute.bicycle", "reverses"),
        ("rises", "", "commute.car", "fits"),
        ("rises", "", "commute.bicycle", "reverses"),
        ("falls", "", "commute.bicycle", "fits"),
        ("much", "town", "commute.bicycle", "fits"),
        ("much", "town", "commute.bus", "overstates"),  # far ahead of villages alone
        ("much", "town", "gap.commute.bus.town.village", "fits"),
        ("much", "village", "commute.bus", "reverses"),
        ("majority", "", "commute.car", "reverses"),  # 38, 62 and 87
        ("majority", "", "helmet.agree", "reverses"),
        ("minority", "", "commute.bicycle", "fits"),
        ("minority", "", "commute.car", "reverses"),
        ("more", "village", "helmet.agree", "fits"),  # of two groups, which are all that is shown
    ],
)
def test_each_rule_asks_every_group_that_is_shown(rule, leader, about, wording, invented_survey):
    assert judge(invented_survey, rule, leader, about) == wording


@pytest.mark.parametrize(("rule", "leader"), [("more", "suburb"), ("lowest", "town"), ("rises", ""), ("falls", "")])
def test_what_rounding_leaves_open_is_not_judged(rule, leader, invented_survey):
    survey = invented_survey
    for group in ("town", "suburb", "village"):
        survey = survey.with_figure(f"commute.bicycle.{group}", 30)
    assert judge(survey, rule, leader, "commute.bicycle") == "not judged"


@pytest.mark.parametrize(
    ("leader", "about", "column"),
    [
        ("village", "gap.commute.car.town.suburb", "leader: found 'village'; expected one of town, suburb"),
        ("all", "commute.car", "leader: found 'all'; expected one of town, suburb, village"),
        ("town", "gap.commute.car.town.town", "about: found 'gap.commute.car.town.town'; expected "),
        ("town", "gap.commute.car.town.country", "about: found 'gap.commute.car.town.country'; expected "),
        ("suburb", "helmet.agree", "leader: found 'suburb'; expected one of town, village"),
    ],
)
def test_a_group_that_is_not_compared_is_refused(leader, about, column, invented_survey):
    with pytest.raises(DataError, match=rf"^data/claims.csv, row 2, column {column}"):
        judge(invented_survey, "more", leader, about)


def test_each_pair_of_groups_has_its_gap(invented_survey):
    figures = index_figures(invented_survey)
    gap = figures["gap.commute.car.town.suburb"]
    assert (gap.value, gap.unit, gap.segment) == (24, "points", "suburb")
    assert gap.from_figures == ("commute.car.town", "commute.car.suburb")
    assert [figures[f"gap-{end}.commute.car.suburb.village"].value for end in ("low", "high")] == [24, 26]
    for reference in ("gap.commute.car.suburb.town", "gap.helmet.agree.town.village", "gap.commute.car.town.all"):
        with pytest.raises(UnknownFigure):
            figures[reference]


def declare(survey, **parts):
    """Return a survey whose article declares other groups."""
    return replace(survey, article=replace(survey.article, **parts))


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """The survey of an edition with four age groups, of which all are compared, and their totals."""
    folder = tmp_path_factory.mktemp("four")
    copy_skeleton(folder / "poll")
    apply_outline(folder / "poll", Outline("en", ("18-29", "30-49", "50-64", "65+")))
    return load_survey("en", folder / "poll")


def test_all_groups_are_compared_where_none_are_named(four):
    assert four.article.compared == ("18-29", "30-49", "50-64", "65-plus")
    figures = index_figures(four)
    assert "gap.commute.bicycle" not in figures and "count.pairs.commute" in figures
    assert figures["gap.helmet.agree.18-29.65-plus"].value == 14
    pairs = [reference for reference in figures if reference.startswith("gap.commute.bus.")]
    assert len(pairs) == 6


@pytest.mark.parametrize(
    ("leader", "wording"), [("18-29", "fits"), ("50-64", "reverses"), ("65-plus", "reverses"), ("under-50", "fits")]
)
def test_no_verdict_leaves_a_group_out(four, leader, wording):
    """A union is not compared with its own parts, nor are its parts where it leads."""
    survey = declare(add_group(four, "under-50", 31), unions={"under-50": ("18-29", "30-49")})
    assert survey.list_groups("commute", "bicycle") == ("18-29", "30-49", "50-64", "65-plus")
    assert judge(survey, "more", leader, "commute.bicycle") == wording


def test_groups_of_another_breakdown_are_compared_among_themselves(four):
    survey = add_group(add_group(four, "women", 99), "men", 98)
    survey = declare(survey, breakdowns={"sex": ("women", "men")})
    assert judge(survey, "more", "18-29", "commute.bicycle") == "fits"  # against ages alone
    assert [judge(survey, "more", leader, "commute.bicycle") for leader in ("women", "men")] == [
        "fits",
        "reverses",
    ]
    assert "gap.commute.bicycle.women.men" in index_figures(survey)
    assert "gap.commute.bicycle.18-29.men" not in index_figures(survey)


def test_each_rule_judges_the_breakdown_of_its_leader(four):
    survey = declare(add_group(add_group(four, "women", 98), "men", 99), breakdowns={"sex": ("women", "men")})
    assert judge(survey, "majority", "women", "commute.bicycle") == "fits"  # no age has half
    assert judge(survey, "rises", "women", "commute.bicycle") == "fits"  # from age to age they fall
    rows = [("B2", group, 9000, "page 2", "read") for group in ("women", "men")]
    margins = pd.DataFrame(rows, columns=["source", "segment", "n", "locator", "certainty"])
    empty = {column: "" for column in ("question", "item", "wave")} | {"margin": float("nan"), "deff": float("nan")}
    claims = survey.claims.iloc[[0]].assign(rule="more", leader="men", about="commute.bicycle")
    (claim,) = judge_claims(replace(survey, claims=claims, margins=margins.assign(**empty, level=95.0)))
    assert "from the published numbers of respondents" in claim.wording_reason


@pytest.mark.parametrize("rule", ["more", "plain", "lowest", "much", "rises"])
def test_a_leader_that_no_group_stands_beside_is_refused(rule, four):
    survey = declare(add_group(four, "women", 99), breakdowns={"sex": ("women", "men")})
    with pytest.raises(DataError, match=r"column leader: found 'women'; expected one of 18-29, 30-49, 50-64, 65-plus"):
        judge(survey, rule, "women", "commute.bicycle")


def add_group(survey, group, value):
    """Return a survey with another group, and a value of it for each item of the first question."""
    rows = survey.figures[(survey.figures["question"] == "commute") & (survey.figures["segment"] == "18-29")]
    figures = pd.concat([survey.figures, rows.assign(segment=group, percent=float(value))], ignore_index=True)
    segments = pd.concat([survey.segments, survey.segments.iloc[[0]].assign(segment=group)], ignore_index=True)
    return replace(survey, figures=figures, segments=segments)


@pytest.mark.parametrize(("value", "is_between"), [(34, True), (27, True), (34.4, True), (35.6, False), (26, False)])
def test_a_union_lies_between_its_parts(four, value, is_between):
    """18-29 are 34, 30-49 are 27: what rounding allows is let pass."""
    survey = add_group(four, "under-50", value)
    survey = replace(
        survey,
        figures=survey.figures[(survey.figures["item"] == "bicycle") | (survey.figures["segment"] != "under-50")],
    )
    survey = declare(survey, unions={"under-50": ("18-29", "30-49")})
    if is_between:
        check_totals(survey)
        return
    with pytest.raises(
        DataError, match=rf"found {value:g} for commute.bicycle.under-50; expected 27 to 34, since under-50"
    ):
        check_totals(survey)
    survey = declare(survey, outside=("commute.bicycle.under-50",))
    check_totals(survey)
    assert [(c.kind, c.says, c.others[0][0]) for c in find_contradictions(survey)][-1] == (
        "total",
        f"{value:g}",
        "27 / 34",
    )


def test_the_total_of_all_lies_between_them(four):
    survey = declare(four.with_figure("commute.car.all", 30), mixture=True)
    with pytest.raises(DataError, match=r"found 30 for commute.car.all; expected 38 to 87, since all"):
        check_totals(survey)
    check_totals(declare(survey, compared=("18-29", "65-plus")))  # picked from among others
    with pytest.raises(
        DataError, match=r"groups.outside: found 'commute.car.al'; expected .*; the nearest is 'commute.car.all'"
    ):
        check_totals(declare(survey, outside=("commute.car.al",)))


def test_rules_of_order_need_groups_with_an_order(four):
    with pytest.raises(
        DataError, match=r"column rule: found 'rises'; expected groups that have an order: ordered = true"
    ):
        judge(declare(four, ordered=False), "rises", "", "commute.car")


def test_totals_bound_the_shares_of_more_than_two_groups(four):
    """Two items, three quarters in the oldest group: what a search of all shares on a grid finds lies within."""
    survey = four
    values = {"18-29": (10, 60), "30-49": (30, 50), "50-64": (40, 20), "65-plus": (80, 10), "all": (52, 26)}
    for group, percents in values.items():
        for item, percent in zip(("bicycle", "car"), percents, strict=True):
            rows = survey.figures["segment"].eq(group) & survey.figures["item"].eq(item)
            survey = replace(
                survey, figures=survey.figures.assign(percent=survey.figures["percent"].mask(rows, percent))
            )
    keep = survey.figures["item"].isin(["bicycle", "car"]) | (survey.figures["segment"] != "all")
    totals = survey.figures[survey.figures["item"].eq("car") & survey.figures["segment"].eq("all")]
    added = totals.assign(item="bicycle", percent=52.0)
    without = survey.figures[keep & ~(survey.figures["item"].eq("bicycle") & survey.figures["segment"].eq("all"))]
    survey = replace(survey, figures=pd.concat([without, added], ignore_index=True))
    shares = find_group_shares(survey, "commute")
    grid = [
        (a, b, c, 100 - a - b - c)
        for a in range(0, 101, 4)
        for b in range(0, 101 - a, 4)
        for c in range(0, 101 - a - b, 4)
    ]
    parts = [values[group] for group in shares]
    fitting = [
        weights
        for weights in grid
        if all(
            sum(w * (part[n] - 0.5) for w, part in zip(weights, parts, strict=True)) / 100 < values["all"][n] + 0.5
            and sum(w * (part[n] + 0.5) for w, part in zip(weights, parts, strict=True)) / 100 > values["all"][n] - 0.5
            for n in (0, 1)
        )
    ]
    assert fitting
    for n, (low, high) in enumerate(shares.values()):
        found = [weights[n] for weights in fitting]
        assert low <= min(found) <= low + 8 and high - 8 <= max(found) <= high
    figures = index_figures(survey)
    assert figures["share-high.commute.65-plus"].value == round(shares["65-plus"][1], 1)
    assert find_group_shares(survey.with_figure("commute.car.all", 55), "commute") == {}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("By bicycle, town leads suburbs by [13 points](#gap.commute.bicycle.town.suburb).", ""),
        ("By bicycle, town leads by [13 points](#gap.commute.bicycle.town.suburb).", ""),
        ("By bicycle, town leads villages by [13 points](#gap.commute.bicycle.town.suburb).", "names: villages; "),
        ("By bicycle, [34% of town](#commute.bicycle.town), [21% of suburbs](#commute.bicycle.suburb), [12% of villages](#commute.bicycle.village): [13 points](#gap.commute.bicycle.town.suburb).", ""),
    ],
)  # fmt: skip
def test_a_gap_of_two_groups_told_of_another_fails(text, fault, invented_survey):
    faults = [problem.fault for problem in trace_text(text, invented_survey).problems]
    assert bool(faults) == bool(fault) and all(found.startswith(fault) for found in faults)


@pytest.mark.parametrize(
    ("groups", "words"), [(2, "more than in the other group"), (4, "more than in the other groups")]
)
def test_a_source_that_only_says_who_leads_leads_all_groups_shown(groups, words, four):
    figures = four.figures.assign(direction="")
    figures.loc[figures.index[0], ["percent", "direction"]] = [float("nan"), "higher"]
    shown = list(four.groups())[:groups]
    survey = replace(
        four, figures=figures[figures["segment"].isin(shown)], article=replace(four.article, compared=tuple(shown))
    )
    cells = Tables(survey).printed_rows("commute").frame.to_numpy().ravel().tolist()
    assert words in cells
