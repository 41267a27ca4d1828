"""What the survey's figures allow to say, against the worked values of the method."""

from dataclasses import replace
from fractions import Fraction as F

import pytest

from conftest import PROJECT
from contre_enquete.errors import DataError
from contre_enquete.statistics.rounding import Interval
from contre_enquete.survey import estimates
from contre_enquete.survey.model import load_survey


@pytest.fixture(scope="module")
def survey():
    return load_survey("en", PROJECT)


def with_percent(survey, percent, **keys):
    chosen = (survey.figures[list(keys)] == list(keys.values())).all(axis=1)
    assert chosen.sum() == 1
    figures = survey.figures.assign(percent=survey.figures["percent"].mask(chosen, percent))
    return replace(survey, figures=figures)


def test_the_share_that_we_did_not_find(survey):
    feasible = estimates.find_feasible_shares(survey)
    assert feasible["productivity", "agree"] == Interval(F(2, 9), F(4, 9))
    assert feasible["barriers", "security"] == Interval(F(1, 10), F(3, 10))
    assert estimates.find_common_share(survey) == Interval(F(2, 9), F(3, 10))
    people = estimates.count_respondents(survey)
    assert (people[0], people[-1]) == (2202, 2972)


@pytest.mark.slow
def test_seventy_one_for_seventy(survey):
    other = estimates.replace_disputed_percent(survey)
    assert estimates.find_disputed_percents(survey) == (70, 71)
    assert estimates.find_common_share(other) == Interval(F(2, 9), F(4, 11))
    people = estimates.count_respondents(other)
    assert (people[0], people[-1]) == (2202, 3602)
    strengths = [gap.strength for gap in estimates.estimate_all_gaps(other)]
    assert [strengths.count(word) for word in ("robust", "depends", "never")] == [8, 7, 2]
    typed = with_percent(survey, 71, source="S01", question="barriers", item="security", segment="large")
    assert estimates.find_common_share(typed) == estimates.find_common_share(other)
    assert estimates.replace_disputed_percent(typed) is typed and estimates.find_disputed_percents(typed) == (71, 71)
    alone = survey.figures.query(
        "not (question == 'barriers' and item == 'security' and segment == 'large') or source == 'S01'"
    )
    with pytest.raises(DataError, match=r"barriers\.security\.large: no other voice prints it; expected one"):
        estimates.replace_disputed_percent(replace(survey, figures=alone))


def test_exchanged_labels_leave_no_share(survey):
    assert estimates.exchange_groups(survey) == {("barriers", "security"): (71, 60, 68)}
    assert estimates.find_exchanged_share(survey).is_empty


def test_what_would_reconcile_the_exchanged_labels(survey):
    assert estimates.reconcile_totals(survey) == (2, F(19, 911), F(35, 16), Interval(F(7, 11), F(7, 9)))


def test_what_the_same_source_says_of_the_share(survey):
    """With the release's total, its own line excludes its labels; with the other total, those of the article."""
    assert estimates.list_witness_shares(survey) == [(31, Interval(0, F(1, 2))), (33, Interval(F(1, 2), 1))]
    with_release, with_other = (share for _, share in estimates.list_witness_shares(survey))
    mirrored = estimates.reconcile_totals(survey)[-1]
    assert with_release.upper < mirrored.lower and with_other.lower < mirrored.lower < mirrored.upper < with_other.upper
    assert estimates.find_common_share(survey).upper < with_other.lower


def test_a_witness_without_one_of_its_groups_is_told(survey):
    figures = survey.figures
    rest = figures[
        ~((figures["source"] == "S03") & (figures["question"] == "own-money") & (figures["segment"] == "large"))
    ]
    with pytest.raises(DataError, match="own-money, agree from S03; expected one row for each of sme, large"):
        estimates.list_witness_shares(replace(survey, figures=rest))


def test_the_same_people(survey):
    """McNemar's z, over sizes, roundings and every overlap that the shares allow."""
    sme, large = estimates.compare_same_people(survey, "barriers", "security", "productivity-loss")
    assert (sme.group, sme.lead, round(sme.weakest, 2), round(sme.strongest, 1)) == ("sme", 1, 0, 7.7)
    assert (large.group, large.lead) == ("large", 12)
    assert (round(large.weakest, 1), round(large.strongest, 1)) == (10.8, 31.7)


def test_break_evens_answer_the_question_of_the_word(survey):
    """Robust is what survives the greatest design effect, and bears a bias then; also where a gap survives another."""
    item = {"source": "S01", "question": "restrictions", "item": "internal-social-networks", "segment": "large"}
    between = with_percent(survey, 25, **item)
    assert any(1 <= gap.deff < max(estimates.DEFFS) for gap in estimates.estimate_all_gaps(between))
    for gap in (*estimates.estimate_all_gaps(survey), *estimates.estimate_all_gaps(between)):
        assert (gap.strength == "robust") == (gap.deff >= max(estimates.DEFFS)) == (gap.bias > 0)


def test_size_classes_that_fit(survey):
    assert [fits for _, fits in estimates.match_size_classes(survey)] == [False, True, False, False, False, False]


def test_gaps_of_the_article(survey):
    strengths = {gap.item: gap.strength for gap in estimates.estimate_family_gaps(survey, "article")}
    assert strengths == {
        "agree": "robust",
        "security": "robust",
        "productivity-loss": "never",
        "external-social-networks": "robust",
        "microblogs": "robust",
        "internal-social-networks": "robust",
    }


def test_gaps_follow_the_data(survey):
    changed = with_percent(survey, 41, source="S01", question="productivity", item="agree", segment="large")
    with pytest.raises(DataError, match="allow the shares ∅"):  # 46 in all cannot be a mixture of 40 and 41
        estimates.estimate_family_gaps(changed, "article")
    changed = with_percent(
        survey, 21, source="S01", question="restrictions", item="internal-social-networks", segment="large"
    )
    strengths = {gap.item: gap.strength for gap in estimates.estimate_family_gaps(changed, "article")}
    assert strengths["internal-social-networks"] == "never"


@pytest.mark.parametrize(("agree", "security", "share"), [(49, 70, "[0, "), (40, 60, ", 1)"), (30, 68, "∅")])
def test_a_group_of_nobody_or_of_everybody_leaves_nothing_to_compute_with(agree, security, share, survey):
    changed = with_percent(survey, agree, source="S30", question="productivity", item="agree", segment="all")
    changed = with_percent(changed, security, source="S27", question="barriers", item="security", segment="all")
    assert share in str(estimates.find_common_share(changed)) and not estimates.has_share(changed)
    assert estimates.has_share(survey)
    with pytest.raises(DataError, match=r"expected an interval inside \(0, 1\)"):
        estimates.estimate_family_gaps(changed, "article")


def test_others_print_what_they_print(survey):
    """Only the article's percent is changed."""
    now, then = estimates.replace_disputed_percent(survey).figures, survey.figures
    assert list(then.index[now["percent"].fillna(-1) != then["percent"].fillna(-1)]) == list(
        then.index[(then[["source", "item", "segment"]] == ["S01", "security", "large"]).all(axis=1)]
    )


def test_a_witness_that_prints_a_direction_is_told(survey):
    changed = with_percent(survey, None, source="S03", question="own-money", item="agree", segment="large")
    with pytest.raises(DataError, match="own-money, agree from S03; expected one row for each of sme, large"):
        estimates.list_witness_shares(changed)


def test_the_same_people_at_the_edge(survey):
    """Everybody names the one: at most 7,706 of the group, of whom 44.5 % do not name the other."""
    changed = with_percent(survey, 100, source="S04", question="tools", item="email", segment="large")
    _, large = estimates.compare_same_people(changed, "tools", "email", "instant-messaging")
    assert round(large.strongest, 1) == 58.6


def test_the_interval_of_a_gap(survey):
    """By hand, at a quarter: 10 points, more or less 1.96 times the root of 0.6 * 0.4 / 2,477 + 0.7 * 0.3 / 7,431."""
    gap = next(gap for gap in estimates.estimate_family_gaps(survey, "article") if gap.item == "security")
    assert [round(end, 1) for end in estimates.compute_interval(gap, 9908, 0.25, 1)] == [-12.2, -7.8]
    assert [round(end, 1) for end in (gap.lower, gap.upper)] == [-13.3, -6.7]  # and a point of rounding
    assert round(gap.cohens_h, 3) == -0.21  # twice the difference of the arcsines of the roots


def test_every_interval_holds_its_gap(survey):
    for gap in estimates.estimate_all_gaps(survey):
        assert gap.lower < gap.first - gap.second < gap.upper
        assert (gap.strength == "robust") == (gap.lower > 0 or gap.upper < 0) or gap.strength == "depends"
        low, high = estimates.compute_interval(gap, 9908, 0.25, 1)
        assert gap.lower < low < high < gap.upper
