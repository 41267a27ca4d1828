"""Rules judge every group that is shown, or the two that a reference names; figures exist of each pair of groups."""

from dataclasses import replace

import pytest

from contre_enquete.errors import DataError
from contre_enquete.figures.figure import UnknownFigure
from contre_enquete.figures.registry import index_figures
from contre_enquete.survey.claims import judge_claims


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
