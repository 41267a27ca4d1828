"""A survey of one's own beside the published one: which differences are beyond chance."""

from dataclasses import replace
from math import isnan

import pandas as pd
import pytest

from article.yours import own_answers
from contre_enquete.errors import DataError
from contre_enquete.figures.registry import index_figures
from contre_enquete.statistics.comparison import Measured, find_difference_limits
from contre_enquete.statistics.inference import newcombe, wilson
from contre_enquete.survey.model import load_survey
from contre_enquete.survey.own import compare_own_survey, name_own_survey

NAN = float("nan")


def own(survey, *rows):
    """The survey with a table of one's own of these rows: question, item, group, percent, limits, base."""
    names = ["question", "item", "segment", "percent", "lower", "upper", "base"]
    table = pd.DataFrame(rows, columns=names).assign(source="Ours", df=NAN)
    return replace(survey, yours=table)


def verdict(survey, percent, lower, upper, segment="sme"):
    (found,) = compare_own_survey(own(survey, ("tools", "email", segment, percent, lower, upper, 200)))
    return found.verdict


@pytest.fixture
def survey():
    return load_survey("en")


def test_a_difference_is_judged_by_its_limits(survey):
    printed = survey.percent("tools", "email", "sme")
    assert verdict(survey, printed - 20, printed - 24, printed - 16) == "beyond"
    assert verdict(survey, printed - 3, printed - 5, printed - 0.1) == "within"  # only if 2013 had no chance
    assert verdict(survey, printed, printed - 4, printed + 4) == "within"
    assert verdict(survey, printed + 4, printed + 3, printed + 4.7) == "beyond"
    assert verdict(survey, NAN, NAN, NAN) == "withheld" == verdict(survey, printed, NAN, NAN)


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


def test_without_a_survey_of_ones_own_nothing_is_cited(survey):
    empty = replace(survey, yours=survey.yours.iloc[:0])
    assert compare_own_survey(empty) == () and name_own_survey(empty) == ""
    assert not [reference for reference in index_figures(empty) if "yours" in reference]


def test_what_is_withheld_is_no_figure(survey):
    withheld = own(survey, ("tools", "email", "sme", NAN, NAN, NAN, NAN))
    figures = index_figures(withheld)
    assert "yours.tools.email.sme" not in figures and figures["count.yours"].value == 0
    assert isnan(compare_own_survey(withheld)[0].percent) and figures["count.yours.withheld"].value == 1


def test_a_survey_of_one_group_is_drawn_alone(survey):
    drawn = own_answers(own(survey, ("tools", "email", "large", 50, 45, 55, 200)))
    assert list(drawn.table.columns) == ["Large companies, your survey", "Large companies, 2013"]
    assert drawn.png()


def test_each_question_is_drawn_under_its_name(survey):
    """Also those of which everybody's figure is all that is printed."""
    drawn = own_answers(
        own(
            survey,
            ("tools", "email", "large", 50, 45, 55, 200),
            ("barriers", "security", "total", 50, 45, 55, 200),
            ("barriers", "security", "sme", 50, 45, 55, 200),
            ("barriers", "bandwidth", "total", 12, 8, 17, 200),
        )
    )
    assert list(drawn.table.index) == [
        "Tools used for work: Email",
        "Barriers to the use of social tools: Security",
        "Barriers to the use of social tools: Bandwidth",
    ]
    axes = drawn.figure.axes[0]
    texts = {text.get_text(): text.get_position()[1] for text in axes.texts}
    lines = dict(zip([label.get_text() for label in axes.get_yticklabels()], axes.get_yticks(), strict=True))
    assert (
        texts["Tools used for work"] < lines["Email"] < texts["Barriers to the use of social tools"] < lines["Security"]
    )
    assert drawn.words.plain.subtitle.startswith("Share of respondents, in %")


def test_a_survey_with_nothing_to_compare_is_told(survey):
    with pytest.raises(
        DataError, match=r"data/yours.csv: found no item and group that data/survey.csv has too; expected at least one"
    ):
        own_answers(own(survey, ("tools", "fax", "sme", 50, 45, 55, 200)))
