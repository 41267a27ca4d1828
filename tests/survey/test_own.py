"""A survey of one's own beside the published one: which differences are beyond chance."""

from dataclasses import replace
from math import isnan

import pandas as pd
import pytest

from contre_enquete.answers.table import NUMBER_COLUMNS, TABLE_COLUMNS
from contre_enquete.errors import DataError
from contre_enquete.figures.registry import index_figures
from contre_enquete.project import DIFFERENCE_COLUMNS
from contre_enquete.statistics.comparison import Measured, find_difference_limits
from contre_enquete.statistics.inference import newcombe, wilson
from contre_enquete.survey.model import load_survey
from contre_enquete.survey.own import compare_own_survey, list_own_questions, name_own_survey, read_own_differences

NAN = float("nan")


def own(survey, *rows):
    """The survey with a table of one's own of these rows: question, item, group, percent, limits, base."""
    names = ["question", "item", "segment", "percent", "lower", "upper", "base"]
    table = pd.DataFrame(rows, columns=names).assign(source="Ours")
    texts, numbers = (
        dict.fromkeys([name for name in columns if name not in table], value)
        for columns, value in ((set(TABLE_COLUMNS) - set(NUMBER_COLUMNS), ""), (NUMBER_COLUMNS, NAN))
    )
    return replace(survey, yours=table.assign(**texts, **numbers))


def verdict(survey, percent, lower, upper, segment="sme"):
    (found,) = compare_own_survey(own(survey, ("tools", "email", segment, percent, lower, upper, 200)))
    return found.verdict


@pytest.fixture
def survey():
    return load_survey("en")


@pytest.mark.slow
def test_a_difference_is_judged_by_its_limits(survey):
    printed = survey.percent("tools", "email", "sme")
    assert verdict(survey, printed - 20, printed - 24, printed - 16) == "beyond"
    assert verdict(survey, printed - 3, printed - 5, printed - 0.1) == "within"  # only if 2013 had no chance
    assert verdict(survey, printed, printed - 4, printed + 4) == "within"
    assert verdict(survey, printed + 4, printed + 3, printed + 4.7) == "beyond"
    assert verdict(survey, NAN, NAN, NAN) == "withheld" == verdict(survey, printed, NAN, NAN)


@pytest.mark.slow
def test_a_difference_among_many_must_be_clearer(survey):
    """What is beyond chance alone is not always so among others that are not."""
    items = survey.shown("tools").query("segment == 'sme'").set_index("item")["percent"]
    rows = [("tools", item, "sme", percent, percent - 5, percent + 5, 200) for item, percent in items.items()]
    rows[1] = ("tools", rows[1][1], "sme", rows[1][3] + 8, rows[1][3] + 2.7, rows[1][3] + 13, 200)
    alone = compare_own_survey(own(survey, rows[1]))
    among = compare_own_survey(own(survey, *rows))
    assert [row.verdict for row in alone] == ["beyond"] and among[1].p == alone[0].p < 0.05
    assert [row.verdict for row in among] == ["within", "maybe"] + ["within"] * (len(rows) - 2)


def test_without_the_size_of_the_published_group_nothing_is_beyond_chance(survey):
    """No share of the groups is possible any more, so that the published percentage is taken as certain."""
    changed = survey.with_figure("barriers.security.all", 20)
    (difference,) = compare_own_survey(own(changed, ("tools", "email", "sme", 50, 45, 55, 200)))
    assert isnan(difference.lowest) and difference.p < 1e-9 and difference.verdict == "maybe"


@pytest.mark.parametrize("points", [-15.0, 5.0])
def test_with_the_limits_of_wilson_it_is_newcombes_interval(points, survey):
    """For everybody, whose number is known, at the worst rounding of what is printed."""
    printed = survey.percent("productivity", "agree", "all")
    percent, people = printed + points, 300
    lower, upper = (100 * float(limit) for limit in wilson(percent / 100, people))
    (found,) = compare_own_survey(own(survey, ("productivity", "agree", "total", percent, lower, upper, people)))
    everybody = survey.number_of("respondents") / 2  # the largest design effect tried halves them
    near, far = (printed + half for half in (0.5, -0.5))
    low, _ = newcombe(near / 100, everybody, percent / 100, people)
    _, high = newcombe(far / 100, everybody, percent / 100, people)
    assert (found.lowest, found.highest) == pytest.approx((100 * float(low), 100 * float(high)), abs=1e-9)


@pytest.mark.parametrize(("segment", "least"), [("sme", 2202), ("large", 9908 - 3602)])
def test_the_smallest_groups_that_either_printing_allows_are_taken(segment, least, survey):
    """With the 70 of the article or the 71 of others, which allows more SME employees."""
    printed = survey.percent("tools", "email", segment)
    (difference,) = compare_own_survey(own(survey, ("tools", "email", segment, 50, 45, 55, 200)))
    expected = find_difference_limits(Measured(50, 45, 55), printed, least, 2)
    assert (difference.lowest, difference.highest) == expected


def test_only_what_both_have_is_compared(survey):
    rows = [("tools", "email", "sme", 50, 45, 55, 200), ("tools", "fax", "sme", 50, 45, 55, 200),
            ("tools", "email", "total", 50, 45, 55, 200), ("ours", "email", "sme", 50, 45, 55, 200)]  # fmt: skip
    found = compare_own_survey(own(survey, *rows))
    assert [row.reference for row in found] == ["yours.tools.email.sme"]
    figures = index_figures(own(survey, *rows))
    assert figures["yours.tools.email.sme"].value == 50 and figures["count.yours"].value == 1
    assert [figures[f"count.yours.{verdict}"].value for verdict in ("beyond", "maybe", "within", "withheld")] == [
        1,
        0,
        0,
        0,
    ]


def test_an_invented_survey_is_named_so(survey):
    assert set(survey.yours["source"]) == {"invented"}
    assert name_own_survey(survey) == "Invented example" and name_own_survey(load_survey("fr")) == "Exemple inventé"
    assert name_own_survey(own(survey, ("tools", "email", "sme", 50, 45, 55, 200))) == "Ours"


@pytest.mark.slow
def test_without_a_survey_of_ones_own_nothing_is_cited(survey):
    empty = replace(survey, yours=survey.yours.iloc[:0])
    assert compare_own_survey(empty) == () and name_own_survey(empty) == ""
    assert not [reference for reference in index_figures(empty) if "yours" in reference]


def test_what_is_withheld_is_no_figure(survey):
    withheld = own(survey, ("tools", "email", "sme", NAN, NAN, NAN, NAN))
    figures = index_figures(withheld)
    assert "yours.tools.email.sme" not in figures and figures["count.yours"].value == 0
    assert isnan(compare_own_survey(withheld)[0].percent) and figures["count.yours.withheld"].value == 1


def test_a_question_has_the_words_of_the_published_survey_or_its_own(survey):
    """Also a group: `large` is that of the published survey only where the question is."""
    rows = [("tools", "email", "large", 50, 45, 55, 200), ("trips", "by-bus", "large", 50, 45, 55, 200)]
    changed = own(survey, *rows)
    table = changed.yours.assign(breakdown="segment", question_label=["ours", "Trips?"], segment_label="Large families")
    tools, trips = list_own_questions(replace(changed, yours=table))
    assert (tools.name, *tools.rows[["item_name", "group_name"]].iloc[0]) == (
        "Tools used for work", "Email", "large companies",
    )  # fmt: skip
    assert (trips.name, *trips.rows[["item_name", "group_name"]].iloc[0]) == ("Trips?", "By bus", "Large families")
    unnamed = replace(changed, yours=table.assign(segment_label="", item_label="Trips?"))
    _, trips = list_own_questions(unnamed)
    assert trips.rows[["item_name", "group_name"]].iloc[0].tolist() == ["By bus", "large companies"]
    assert tools.rows["printed"].tolist() == [94] and isnan(trips.rows["printed"].iloc[0])


@pytest.mark.parametrize(("counted", "name"), [("4 / 5", "4 / 5"), ("", "L’aimez-vous?")])
def test_the_only_answer_goes_by_what_counts_or_by_its_question(counted, name, survey):
    """As where a codebook was guessed: its name is that of the question, without accents or signs."""
    changed = own(survey, ("l-aimez-vous", "l-aimez-vous", "total", 50, 45, 55, 200))
    words = {"question_label": "L’aimez-vous?", "item_label": "L’aimez-vous?", "counted": counted}
    (question,) = list_own_questions(replace(changed, yours=changed.yours.assign(**words)))
    assert question.rows["item_name"].tolist() == [name]


def test_differences_between_groups_are_read_beside_the_table(survey, tmp_path):
    there = replace(survey, project=tmp_path)
    assert read_own_differences(there).empty
    (tmp_path / "data").mkdir()
    head = ",".join(DIFFERENCE_COLUMNS) + "\n"
    near, far = (
        "tools,email,segment,sme,large,3,2,-1,7,,,90,0.2,0.4,\n",
        "tools,blogs,segment,sme,large,9,2,5,13,,,90,0.01,0.02,\n",
    )
    hidden = "tools,wikis,segment,sme,large,,,,,,,,,,yes\n"
    (tmp_path / "data/yours-differences.csv").write_text(head + near + far + hidden)
    assert read_own_differences(replace(survey, project=tmp_path))["item"].tolist() == ["blogs", "email"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("question,item\n", ": no differences of groups; expected the columns question,item,breakdown"),
        ("{head}q,i,b,x,y,3 points,,,,,,,,,\n", ", row 2, column difference: found '3 points'; expected a number"),
        ("{head}q,i,b,x,y,3,,,,,,,,\n", ", row 2: found 14 cells; expected 15"),
        ('{head}q,i,b,"x,y,3,,,,,,,\n', ", row 2: found a quotation mark that does not close"),
    ],
)
def test_a_faulty_table_of_differences_is_told(content, fault, survey, tmp_path):
    head = ",".join(DIFFERENCE_COLUMNS) + "\n"
    (tmp_path / "data").mkdir()
    (tmp_path / "data/yours-differences.csv").write_text(content.format(head=head))
    with pytest.raises(DataError) as error:
        read_own_differences(replace(survey, project=tmp_path))
    assert str(error.value).startswith(f"data/yours-differences.csv{fault}")


def test_quartiles_have_names_and_hidden_ones_are_left_out(survey):
    rows = [("wait", item, "total", NAN, NAN, NAN, 200) for item in ("minutes", "minutes-p50", "minutes-p75")]
    table = own(survey, *rows).yours.assign(kind=["number", "quantile", "quantile"], mean=[34.2, 35.0, NAN])
    (question,) = list_own_questions(replace(survey, yours=table))
    assert question.kind == "number" and list(question.rows["item_name"]) == ["Mean", "Median"]
    another = table[:2].assign(item=["hours", "hours-p50"])
    (question,) = list_own_questions(replace(survey, yours=pd.concat([table, another])))
    assert list(question.rows["item_name"]) == ["Minutes, mean", "Minutes, median", "Hours, mean", "Hours, median"]
