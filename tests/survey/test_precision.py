"""Published numbers of respondents and margins of error: intervals, verdicts, charts, figures and contradictions."""

import shutil
from dataclasses import replace
from math import sqrt

import pytest

from conftest import add_margins, copy_invented, replace_text, slow_after, slow_rows_after
from contre_enquete.charts.plots import Percentages, Style
from contre_enquete.display.tables import Tables
from contre_enquete.edition.tracing import trace_text
from contre_enquete.errors import DataError
from contre_enquete.figures.registry import index_figures
from contre_enquete.statistics.comparison import move_difference, move_ratio
from contre_enquete.statistics.inference import newcombe, wilson
from contre_enquete.survey.claims import judge_claims
from contre_enquete.survey.contradictions import find_contradictions
from contre_enquete.survey.estimates import find_sizes
from contre_enquete.survey.model import load_survey
from contre_enquete.survey.precision import find_precision
from contre_enquete.survey.reference import Reference

TOWN, VILLAGE = (Reference.parse(f"commute.bicycle.{group}") for group in ("town", "village"))
HEADER = "source,segment,n,margin,locator,certainty"


@pytest.fixture
def with_margins(tmp_path):
    """Return the survey of the invented data with rows of margins, their columns named in the first."""

    def load(*rows, header=HEADER, language="en", unit="percent"):
        copy_invented(tmp_path, "article", "data")
        add_margins(tmp_path, header, *rows)
        for file, old, new in (
            ("data/codebook/questions.csv", "percent,invented,B1,B2", f"{unit},invented,B1,B2"),
            *([("article/article.toml", 'article = ["commute"]', 'article = ["helmet"]')] * (unit != "percent")),
        ):
            replace_text(tmp_path / file, old, new)
        return load_survey(language, tmp_path)

    return load


def rows_of(n, margin="", groups=("town", "suburb", "village")):
    return [f"B2,{group},{n},{margin},page 2,read" for group in groups]


def test_nothing_is_said_where_nothing_is_published(invented_survey):
    assert find_precision(replace(invented_survey, margins=invented_survey.margins.iloc[:0]), TOWN) is None


def test_a_number_of_respondents_gives_wilsons_interval(with_margins):
    precision = find_precision(with_margins(*rows_of(300)), TOWN)
    assert (precision.basis, precision.lower, precision.upper) == ("n", *(100 * limit for limit in wilson(0.34, 300)))


def test_a_table_of_respondents_needs_no_column_of_margins(with_margins):
    rows = [f"B2,{group},300,page 2,read" for group in ("town", "suburb")]
    survey = with_margins(*rows, header="source,segment,n,locator,certainty")
    assert find_precision(survey, TOWN).basis == "n"


@pytest.mark.parametrize("levels", slow_after(1, [("95", "99"), ("99", "95"), ("99", ""), ("90", "99")]))
def test_of_several_levels_limits_and_the_figure_of_the_group_take_the_same(levels, with_margins):
    rows = [f"{row},{level}" for level, margin in zip(levels, ("5", "7"), strict=True) for row in rows_of(300, margin)]
    survey = with_margins(*rows, header=f"{HEADER},level")
    taken = next((place for place, level in enumerate(levels) if level in ("95", "")), 0)
    assert index_figures(survey)["margin.town.B2"].value == (5, 7)[taken] == find_precision(survey, TOWN).row.margin


def test_a_design_effect_divides_the_respondents(with_margins):
    header = f"{HEADER},deff"
    precision = find_precision(with_margins(*(f"{row},1.5" for row in rows_of(300)), header=header), TOWN)
    assert precision.lower == 100 * wilson(0.34, 200)[0]


@pytest.mark.parametrize(("level", "z"), slow_rows_after(2, [("", 1.959964), ("90", 1.644854), ("99", 2.575829)]))
def test_a_margin_goes_before_the_number_of_respondents(level, z, with_margins):
    rows = [f"{row},{level}" for row in rows_of(300, "8")]
    precision = find_precision(with_margins(*rows, header=f"{HEADER},level"), TOWN)
    worth = (z * 50 / 8) ** 2  # ±8 at 50 percent
    assert precision.basis == "margin" and precision.n == pytest.approx(worth, rel=1e-6)
    assert precision.lower == pytest.approx(100 * wilson(0.34, worth)[0], rel=1e-6)


@pytest.mark.parametrize(
    ("rows", "lower"),
    slow_rows_after(
        1,
        [
            (["B2,town,,,300,5,95,1,p,read", "B2,town,commute,,300,9,95,1,p,read"], "question"),
            (["B2,town,commute,,300,9,95,1,p,read", "B2,town,,,300,5,95,1,p,read"], "question"),
            (["B2,town,helmet,,300,9,95,1,p,read", "B2,town,,,300,5,95,1,p,read"], "all"),
            (["B2,town,commute,bicycle,,4,95,,p,read", "B2,town,commute,,300,9,95,1,p,read"], "item"),
        ],
    ),
)
def test_the_row_that_says_most_precisely_what_it_is_of_counts(rows, lower, with_margins):
    survey = with_margins(*rows, header="source,segment,question,item,n,margin,level,deff,locator,certainty")
    worth = {"question": (1.959964 * 50 / 9) ** 2, "all": (1.959964 * 50 / 5) ** 2}
    expected = 30 if lower == "item" else 100 * wilson(0.34, worth[lower])[0]
    assert find_precision(survey, TOWN).lower == pytest.approx(expected, rel=1e-6)


@pytest.mark.slow
def test_an_amount_has_an_interval_from_its_own_margin_alone(with_margins):
    header = f"{HEADER},question"
    survey = with_margins(*(f"{row}," for row in rows_of(300, "5.7")), header=header, unit="minutes")
    assert find_precision(survey, TOWN) is None
    assert "low.commute.bicycle.town" not in index_figures(survey)
    survey = with_margins(*(f"{row},commute" for row in rows_of(300, "2.5")), header=header, unit="minutes")
    figures = index_figures(survey)
    assert [figures[f"{end}.commute.bicycle.town"].write(survey.language) for end in ("low", "high")] == [
        "31.5\xa0minutes",
        "36.5\xa0minutes",
    ]
    assert figures["margin.commute.bicycle.town"].write(survey.language) == "2.5\xa0minutes"
    assert judge_claims(survey)[0].wording == "fits"


def test_a_margin_of_no_question_is_of_percentages_alone(with_margins):
    """Its n is of the group, whatever was asked; its margin, in points, says nothing of minutes."""
    survey = with_margins(*rows_of(300, "5.7"), "B2,all,,3,page 2,read", unit="minutes")
    note = (
        Percentages(survey, "commute", {"town": Style("#0B4F8A", "#0B4F8A")}).bars("Title", "{values}").words.plain.note
    )
    assert "Respondents, as published: town\xa0300." in note and "Margins" not in note
    figures = index_figures(survey)
    assert figures["margin.helmet.agree.town"].unit == "points"
    found = {f"{kind}.commute.bicycle.{group}" for kind in ("n", "margin") for group in ("town", "all")} & {*figures}
    assert found == {"n.commute.bicycle.town"}


def test_limits_of_differences_are_newcombes():
    limits = [(100 * share, *(100 * limit for limit in wilson(share, n))) for share, n in ((0.29, 743), (0.35, 247))]
    assert move_difference(*limits) == pytest.approx([100 * limit for limit in newcombe(0.29, 743, 0.35, 247)])


def test_limits_of_ratios_follow_the_printed_formula():
    (v1, l1, u1), (v2, l2, u2) = first, second = (29.0, 25.0, 34.0), (35.0, 28.0, 41.0)
    below = v1 * v2 - sqrt((v1 * v2) ** 2 - l2 * u1 * (2 * v2 - l2) * (2 * v1 - u1))
    above = v1 * v2 + sqrt((v1 * v2) ** 2 - u2 * l1 * (2 * v2 - u2) * (2 * v1 - l1))
    assert move_ratio(first, second) == pytest.approx((below / (u1 * (2 * v1 - u1)), above / (l1 * (2 * v1 - l1))))
    assert move_ratio((0, 0, 3), (5, 2, 8))[1] == float("inf") and move_ratio((5, 2, 8), (0, 0, 3))[0] == 0


@pytest.mark.parametrize(
    ("rule", "leader", "about", "n", "wording"),
    slow_rows_after(
        4,
        [
            ("more", "town", "commute.bus", 2000, "fits"),  # 41, 32 and 9
            ("more", "town", "commute.bus", 100, "not judged"),
            ("more", "town", "gap.commute.bus.town.village", 100, "fits"),
            ("more", "suburb", "commute.bus", 2000, "reverses"),
            ("more", "suburb", "commute.bus", 100, "not judged"),
            ("lowest", "village", "commute.walk", 5000, "fits"),  # 27, 11 and 8
            ("lowest", "village", "commute.walk", 100, "not judged"),
            ("falls", "", "commute.walk", 5000, "fits"),
            ("falls", "", "commute.walk", 100, "not judged"),
            ("rises", "", "commute.walk", 5000, "reverses"),
            ("much", "town", "gap.commute.bicycle.town.suburb", 5000, "fits"),  # 34 and 21, 1.62 times
            ("much", "town", "gap.commute.bicycle.town.suburb", 100, "not judged"),
            ("much", "town", "gap.commute.bus.town.suburb", 100, "not judged"),
            ("much", "town", "gap.commute.bus.town.suburb", 5000, "overstates"),
        ],
    ),
)
def test_a_verdict_allows_for_the_chance_that_is_published(rule, leader, about, n, wording, with_margins):
    survey = with_margins(*rows_of(n))
    row = survey.claims.iloc[[0]].assign(rule=rule, leader=leader, about=about)
    (claim,) = judge_claims(replace(survey, claims=row))
    assert claim.wording == wording
    assert claim.wording_reason.endswith("from the published numbers of respondents.")
    assert (
        "published" not in judge_claims(replace(survey, claims=row, margins=survey.margins.iloc[:0]))[0].wording_reason
    )


@pytest.mark.parametrize(
    ("rule", "about"),
    [
        ("first", "first.commute.bus.town"),
        ("before", "ahead.commute.bus.bicycle.town"),
        ("mostly", "commute.bus.town"),
    ],
)
def test_a_rule_that_does_not_allow_for_published_chance_says_so(rule, about, with_margins):
    survey = with_margins(*rows_of(50))
    row = survey.claims.iloc[[0]].assign(rule=rule, leader="", about=about)
    (claim,) = judge_claims(replace(survey, claims=row))
    assert claim.wording_reason.endswith("The verdict allows for rounding alone; chance is not judged.")
    (claim,) = judge_claims(replace(survey, claims=row, margins=survey.margins.iloc[:0]))
    assert "alone" not in claim.wording_reason


def test_a_pair_is_judged_by_chance_only_if_both_are_published(with_margins):
    survey = with_margins(*rows_of(20, groups=("town",)))
    assert judge_claims(survey)[0].wording == "fits" and "chance" not in judge_claims(survey)[0].wording_reason


@pytest.mark.slow
def test_gaps_are_tested_with_published_sizes(with_margins):
    assert "least-n.commute.bicycle" not in index_figures(with_margins(*rows_of(20, groups=("town",))))
    survey = with_margins(*rows_of(20))
    assert find_sizes(survey, ("commute",))[::2] == (40, (1, 1.5, 2))
    assert index_figures(survey)["count.gaps.robust"].value < 4
    assert find_sizes(with_margins(*rows_of(600, "4")), ("commute",))[::2] == (1200, (1,))
    assert index_figures(with_margins(*rows_of(600, "4")))["count.gaps.robust"].value == 4


@pytest.mark.parametrize(
    ("row", "says"),
    slow_rows_after(
        2,
        [
            ("B2,town,1502,2.5,,", None),
            ("B2,town,1502,2.6,,", None),  # rounded up
            ("B2,town,1502,3,,", None),
            ("B2,town,1502,2.9,,1.3", None),  # 2.88
            ("B2,town,1502,2.9,,", None),  # a design effect that nobody printed
            ("B2,town,1502,2.4,,", "±2.5 points for 1,502 respondents"),
            ("B2,town,1502,4.5,,", "±4.4 points for 1,502 respondents"),  # with a design effect of 3
            ("B2,town,1502,2.5,,1.3", "±2.9 points for 1,502 respondents"),
            ("B2,town,1502,2.9,,1", "±2.5 points for 1,502 respondents"),
            ("B2,town,1502,2.1,90,", None),
            ("B2,town,1502,2.5,90,1", "±2.1 points for 1,502 respondents"),
            ("B2,town,150,2.5,,", "±8 points for 150 respondents"),
        ],
    ),
)
def test_a_margin_that_its_respondents_do_not_have_is_a_contradiction(row, says, with_margins):
    survey = with_margins(f"{row},page 2,read", header="source,segment,n,margin,level,deff,locator,certainty")
    found = [row for row in find_contradictions(survey) if row.kind == "margin"]
    assert [row.others[0][0].replace(".0 ", " ") for row in found] == ([says] if says else [])
    if says:
        assert ("margin", "Margin of error, town") in Tables(survey).contradictions().frame["About"].items()
        assert index_figures(survey)["count.contradictions.margin"].value == 1


def test_of_a_margin_and_an_n_that_contradict_each_other_fewer_count(with_margins):
    assert find_precision(with_margins(*rows_of(300, "2.7")), TOWN).n == 300


def test_sources_that_differ_in_n_or_margin_contradict_each_other(with_margins):
    survey = with_margins("B1,town,310,5.6,paragraph 2,read", *rows_of(300, "5.7"))
    found = {(row.item, row.says, row.others[0][0]) for row in find_contradictions(survey) if row.question == "sample"}
    assert found == {("n", "310", "300"), ("margin", "±5.6 points", "±5.7 points")} or found == {
        ("n", "300", "310"),
        ("margin", "±5.7 points", "±5.6 points"),
    }


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("In town, [300 people](#n.town)", ""),
        ("In town, [301 people](#n.town)", "n.town is 300"),
        ("[300 people in villages](#n.town)", "names: villages"),
        ("[±5.70 points in town](#margin.town)", "margin.town is 5.7"),
        ("[±5.7 points in town](#margin.town)", ""),
        ("[±5.7% in town](#margin.town)", "found percent; expected percentage points"),
        ("In town, [5.7 points](#margin.commute.bicycle.town) for the bicycle", ""),
        ("In town, from [29%](#low.commute.bicycle.town) to [39%](#high.commute.bicycle.town) by bicycle", "is 39.6"),
        ("In town, from [29%](#low.commute.bicycle.town) to [40%](#high.commute.bicycle.town) by bicycle", ""),
    ],
)
def test_texts_cite_what_is_published(text, fault, with_margins):
    problems = [str(problem) for problem in trace_text(text, with_margins(*rows_of(300, "5.7"))).problems]
    assert [fault in problem for problem in problems] == [True] * bool(fault), problems


def test_a_chart_says_what_is_published_and_draws_its_limits(with_margins):
    survey, style = with_margins(*rows_of(300, "5.7")), Style("#0B4F8A", "#0B4F8A")
    percentages = Percentages(survey, "commute", {"town": style, "village": style})
    note = percentages.bars("Title", "{values}").words.plain.note
    assert "Margins of error, as published: town\xa0±5.7 points, villages\xa0±5.7 points." in note
    assert "Respondents, as published: town\xa0300, villages\xa0300." in note
    chart = percentages.dots("Title", "{values}", intervals=True)
    assert chart.words.plain.note.endswith("Lines: limits at 95%, from the published margins of error.")
    limits = find_precision(survey, VILLAGE)
    ends = [tuple(path.vertices[:, 0]) for row in chart.figure.axes[0].collections for path in row.get_paths()]
    assert (limits.lower, limits.upper) in ends
    half = with_margins(*rows_of(300, groups=("town",)))
    with pytest.raises(DataError, match=r"^chart of commute: found neither margin nor n of commute.bicycle.village"):
        Percentages(half, "commute", {"town": style, "village": style}).dots("Title", "{values}", intervals=True)


@pytest.mark.parametrize(
    ("row", "message"),
    slow_rows_after(
        2,
        [
            (
                "B9,town,,,300,,,,p,read",
                "row 2, column source: found 'B9'; expected a value listed under source in sources",
            ),
            (
                "B2,towm,,,300,,,,p,read",
                "row 2, column segment: found 'towm'; expected a value listed under segment in segments",
            ),
            (
                "B2,town,comute,,300,,,,p,read",
                "row 2, column question: found 'comute'; expected one of commute, helmet",
            ),
            ("B2,town,,bicycle,300,,,,p,read", "row 2, column item: found 'bicycle'; expected nothing"),
            (
                "B2,town,,,,,,,p,read",
                "row 2, column n: found nothing; expected a number of respondents, a margin of error",
            ),
            ("B2,town,,,30.5,,,,p,read", "row 2, column n: found 30.5; expected a number of respondents, from 1 to "),
            ("B2,town,,,300,0,,,p,read", "row 2, column margin: found 0; expected a margin of error above 0"),
            (
                "B2,town,,,300,57,,,p,read",
                "row 2, column margin: found 57; expected a margin of error above 0, of at most 50",
            ),
            (
                "B2,town,,,300,5,0.95,,p,read",
                "row 2, column level: found 0.95; expected a confidence level from 50 to under",
            ),
            ("B2,town,,,300,5,95,0,p,read", "row 2, column deff: found 0; expected a design effect above 0"),
            (
                "B2,town,,,300,,,,p,read\nB2,town,,,301,,,,p,read",
                "row 3, columns source, segment, question, item, level: ",
            ),
        ],
    ),
)
def test_a_row_of_margins_that_cannot_be_is_refused(row, message, with_margins):
    with pytest.raises(DataError) as raised:
        with_margins(row, header="source,segment,question,item,n,margin,level,deff,locator,certainty")
    assert str(raised.value).startswith("data/margins.csv, ") and message in str(raised.value)


def test_each_wave_has_the_margin_that_is_of_it(waves_project, tmp_path):
    folder = shutil.copytree(waves_project, tmp_path / "edition")
    rows = (
        "B2,town,2015,300,5.7,table 1,read",
        "B2,town,2017,1200,2.9,table 1,read",
        "B2,town,,600,4.0,table 1,read",  # of all other questions and waves
    )
    add_margins(folder, "source,segment,wave,n,margin,locator,certainty", *rows)
    survey = load_survey("en", folder)
    figures = index_figures(survey)
    assert [figures[f"n.commute@{wave}.bicycle.town"].value for wave in ("2015", "2017")] == [300, 1200]
    assert figures["n.helmet.agree.town"].value == figures["n.town"].value == 600
    row = survey.claims.iloc[[0]].assign(
        rule="up", leader="", reading="", figures="", about="change.commute.bicycle.town.2015.2017"
    )
    (claim,) = judge_claims(replace(survey, claims=row))  # 34, then 42
    assert claim.wording == "fits" and claim.wording_reason.endswith("from the published margins of error.")
    add_margins(folder, "source,segment,wave,n,margin,locator,certainty", "B2,town,2016,300,5.7,table 1,read")
    with pytest.raises(
        DataError, match=r"^data/margins.csv, row 2, column wave: found '2016'; expected one of 2015, 2017"
    ):
        load_survey("en", folder)
