"""A figure is written, traced and judged in the unit of its question; what no unit knows is refused in one line."""

from dataclasses import replace

import pytest

from conftest import copy_invented, replace_text, slow_after
from contre_enquete.charts.plots import Percentages, Style
from contre_enquete.edition.tracing import trace_text
from contre_enquete.errors import DataError
from contre_enquete.figures.registry import index_figures
from contre_enquete.figures.table import parse_reference
from contre_enquete.prose.datum import Datum
from contre_enquete.prose.tracing import check_text
from contre_enquete.prose.vocabulary import Vocabulary
from contre_enquete.survey.claims import judge_claims
from contre_enquete.survey.model import load_survey
from contre_enquete.text.language import Language
from contre_enquete.text.units import AMOUNTS


@pytest.fixture
def in_unit(invented_survey):
    """Return the invented survey with its figures of the ways to work in a unit."""
    return lambda unit: replace(
        invented_survey,
        questions=invented_survey.questions.assign(
            unit=invented_survey.questions["unit"].mask(invented_survey.questions["question"] == "commute", unit)
        ),
    )


@pytest.mark.parametrize(
    ("language", "locale", "unit", "value", "text"),
    [
        ("en", "", "minutes", 38, "38 minutes"),
        ("en", "", "minutes", 1, "1 minute"),
        ("fr", "", "minutes", 1.5, "1,5 minute"),
        ("fr", "", "hours", 2, "2 heures"),
        ("en", "", "dollars", 1500, "$1,500"),
        ("en", "", "dollars", 12.5, "$12.50"),
        ("fr", "", "dollars", 1500, "1 500 $"),
        ("en", "en_GB", "pounds", 3, "£3"),
        ("fr", "fr_FR", "euros", 3.25, "3,25 €"),
        ("en", "", "kilometres", 7, "7 kilometers"),
        ("en", "en_CA", "kilometres", 7, "7 kilometres"),
        ("en", "", "count", 1502, "1,502"),
        ("en", "", "points", 1, "1 point"),
        ("fr", "", "points", -2.5, "−2,5 points"),
        ("en", "", "per-1000", 4.2, "4.2 per 1,000"),
        ("fr", "", "per-1000", 4.2, "4,2 pour 1000"),
        ("fr", "", "per-100000", 12, "12 pour 100 000"),
        ("en", "", "per-million", 3, "3 per million"),
        ("fr", "", "score", 6.8, "6,8"),
        ("en", "", "dollars", -12, "−$12"),
        ("en", "", "percent", 38, "38%"),
    ],
)
def test_each_unit_is_written_as_its_language_does(language, locale, unit, value, text):
    said = Language(language, locale=locale).quantity(value, unit)
    assert said.replace("\u00a0", " ").replace("\u202f", " ") == text


@pytest.mark.parametrize("unit", AMOUNTS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_unit_has_a_name_that_is_read_again(language, unit):
    language = Language(language)
    name, written = language.unit_name(unit), language.quantity(3, unit)
    assert name.replace("\u00a0", " ") in written.replace("\u00a0", " ") and (name or unit in ("count", "score"))
    if (language.code, unit) == ("fr", "miles"):
        return  # text2num takes "milles" for 1000
    figures = {"a.b": Datum("a.b", 3, unit)}
    assert check_text(f"[{written}](#a.b)", figures, Vocabulary(language.code)).problems == ()


@pytest.mark.parametrize("unit", ["minutes", "dollars", "count"])
def test_figures_gaps_and_reasons_are_in_the_unit_of_the_question(unit, in_unit):
    survey = in_unit(unit)
    figures = index_figures(survey)
    assert {figures[f"{kind}commute.car.town{end}"].unit for kind, end in (("", ""), ("gap.", ".village"))} == {unit}
    assert figures["gap.commute.car.town.village"].value == 49
    low, high = (figures[f"gap-{end}.commute.car.town.village"].value for end in ("low", "high"))
    assert (low, high) == ((49, 49) if unit == "count" else (48, 50))
    assert "gap.commute.car" not in figures and "ratio-high.commute.car" not in figures  # of shares
    more = judge_claims(survey)[0]
    assert more.wording == "fits" and survey.language.quantity(34, unit) in more.wording_reason


@pytest.mark.parametrize("rule", ["first", "before", "mostly"])
def test_a_rule_of_shares_judges_no_amounts(rule, in_unit):
    about = {"first": "first.commute.car.town", "before": "ahead.commute.car.bus.town", "mostly": "commute.car.town"}
    survey = in_unit("minutes")
    row = survey.claims.iloc[[0]].assign(rule=rule, leader="", about=about[rule])
    with pytest.raises(DataError, match=r"^data/claims.csv, row 2, column about: found .* with a percent shown"):
        judge_claims(replace(survey, claims=row))


@pytest.mark.parametrize("about", ["helmet.agree.town", "commute.car.village", "commute.bus.town commute.car.town"])
def test_a_reason_cites_no_figure_of_other_items(about, invented_survey):
    """Some answers of a question are not all of them, of which alone there are figures for at least one."""
    row = invented_survey.claims.iloc[[0]].assign(rule="mostly", leader="", about=about)
    (claim,) = judge_claims(replace(invented_survey, claims=row))
    assert trace_text(claim.wording_reason, invented_survey).problems == ()
    assert "at least one" not in claim.wording_reason


def test_money_may_be_below_0_and_has_no_ratio_there(in_unit):
    survey = in_unit("dollars").with_figure("commute.car.town", -38)
    assert survey.write_shown("commute", "car", "town") == "−$38"
    assert all(parse_reference(reference) for reference in index_figures(survey))
    row = survey.claims.iloc[[1]].assign(about="gap.commute.car.village.town", leader="village")
    with pytest.raises(DataError, match="nothing below 0"):
        judge_claims(replace(survey, claims=row))
    text = r"[−\$38 in town](#commute.car.town)."
    assert trace_text(text, survey).problems == ()
    assert len(trace_text(text.replace("−", ""), survey).problems) == 1


@pytest.mark.parametrize("locale", ["en_GB", "en_ZA", "en_IN", "fr_CA", "fr_CH", "fr_FR", "fr_LU"])
@pytest.mark.parametrize("value", slow_after(1, [1234.5, 38.5, 1502]))
def test_texts_are_read_as_their_region_writes_numbers(locale, value, in_unit):
    survey = replace(in_unit("minutes"), language=Language(locale[:2], locale=locale))
    survey = survey.with_figure("commute.car.town", value)
    text = f"[{survey.language.quantity(value, 'minutes')}](#commute.car.town)"
    assert [str(problem) for problem in trace_text(text, survey).problems] == []
    wrong = f"[{survey.language.quantity(value + 1, 'minutes')}](#commute.car.town)"
    assert len(trace_text(wrong, survey).problems) == 1


@pytest.mark.parametrize(
    ("language", "unit", "text", "fault"),
    [
        ("en", "minutes", "[38 minutes in town](#commute.car.town)", ""),
        ("en", "minutes", "[38% in town](#commute.car.town)", "found percent; expected minutes"),
        ("en", "minutes", "[38 hours in town](#commute.car.town)", "found hours; expected minutes"),
        ("en", "minutes", "[39 minutes in town](#commute.car.town)", "commute.car.town is 38"),
        ("en", "minutes", "In town, [49 minutes less](#gap.commute.car.town.village)", ""),
        (
            "en",
            "minutes",
            "[49 points more in villages](#gap.commute.car.town.village)",
            "found percentage points; expected minutes",
        ),
        ("en", "per-1000", "[38 per 1,000](#commute.car.town)", ""),
        ("en", "per-1000", "[38](#commute.car.town) per thousand people", ""),
        ("en", "per-1000", "[38 per 100,000](#commute.car.town)", "found per-100000; expected per-1000"),
        ("en", "per-1000", "[38](#commute.car.town) per 1,000,000", "found per-million; expected per-1000"),
        ("en", "per-1000", "[38%](#commute.car.town)", "found percent; expected per-1000"),
        ("en", "per-100000", "[38](#commute.car.town) per 1,000 people", "found per-1000; expected per-100000"),
        ("fr", "per-1000", "[38 pour 1000](#commute.car.town)", ""),
        ("fr", "per-1000", "[38 ‰](#commute.car.town)", ""),
        ("fr", "per-1000", "[38 pour 100](#commute.car.town)", "found percent; expected per-1000"),
        ("fr", "per-100000", "[38](#commute.car.town) pour 100 000 habitants", ""),
        ("fr", "minutes", "[38 pour 1000](#commute.car.town)", "found per-1000; expected minutes"),
        ("en", "points", "[38%](#commute.car.town)", "found percent; expected percentage points"),
        ("en", "points", "[38 points](#commute.car.town)", ""),
        ("en", "score", "[38%](#commute.car.town)", "found percent; expected score"),
        ("en", "minutes", "[38](#commute.car.town)%", "found percent; expected minutes"),
        ("en", "minutes", "[38](#commute.car.town) per cent", "found percent; expected minutes"),
        ("en", "minutes", "**[38](#commute.car.town)**%", "found percent; expected minutes"),
        ("en", "minutes", "[**38**%](#commute.car.town)", "found percent; expected minutes"),
        ("en", "minutes", "_[38](#commute.car.town)_ %", "found percent; expected minutes"),
        ("en", "minutes", "([38](#commute.car.town)) %", "found percent; expected minutes"),
        ("en", "minutes", "[38\\%](#commute.car.town)", "found percent; expected minutes"),
        ("en", "minutes", "[38](#commute.car.town)&percnt;", "found percent; expected minutes"),
        ("en", "minutes", "[38\uff05](#commute.car.town)", "found percent; expected minutes"),
        ("en", "minutes", "[38 pct](#commute.car.town)", "found percent; expected minutes"),
        ("fr", "minutes", "[38 pourcents](#commute.car.town)", "found percent; expected minutes"),
        ("en", "count", "[38](#commute.car.town)%", "found percent; expected number"),
        ("en", "minutes", "**[38](#commute.car.town)** minutes", ""),
        ("en", "minutes", "[38 points](#commute.car.town)", "found percentage points; expected minutes"),
        ("en", "dollars", "[€38](#commute.car.town)", "found euros; expected dollars"),
    ],
)
def test_a_text_that_gives_another_unit_is_refused(language, unit, text, fault, in_unit):
    survey = replace(in_unit(unit), language=Language(language))
    trace = trace_text(text, survey)
    assert [fault in str(problem) for problem in trace.problems] == [True] * bool(fault), trace.problems
    assert trace.total == 1


@pytest.mark.parametrize("unit", ["points", "score"])
def test_what_may_be_below_zero_has_no_ratio_and_no_axis_from_zero(unit, in_unit):
    survey = in_unit(unit).with_figure("commute.bicycle.village", -12)
    assert index_figures(survey)["gap.commute.bicycle.town.village"].value == 46
    with pytest.raises(DataError, match=r"row 2, column about: .* in a unit that has ratios"):
        judge_claims(replace(survey, claims=survey.claims.iloc[[1]]))
    style = Style("#0B4F8A", "#0B4F8A")
    with pytest.raises(DataError, match=r"^chart of commute: found −12.*; expected values of at least 0"):
        Percentages(survey, "commute", {"village": style}).bars("Title", "{values}")
    with pytest.raises(DataError, match=r"expected a number of at least 0, in minutes"):
        in_unit("minutes").with_figure("commute.bicycle.village", -12)


@pytest.fixture
def changed(tmp_path):
    """Return what reading the invented data says after a change of one of its files."""

    def read(file, old, new):
        copy_invented(tmp_path, "article", "data")
        replace_text(tmp_path / file, old, new)
        with pytest.raises(DataError) as raised:
            load_survey("en", tmp_path)
        return str(raised.value)

    return read


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "data/codebook/questions.csv",
            "percent,invented,B1,B2",
            "bananas,invented,B1,B2",
            "row 2, column unit: found 'bananas'; expected one of percent, direction, count, points, score, per-1000, ",
        ),
        (
            "data/survey.csv",
            "B1,commute,car,town,38",
            "B1,commute,car,town,380",
            "data/survey.csv, row 8: found 380; expected a number from 0 to 100, since commute is in percent",
        ),
        (
            "data/codebook/questions.csv",
            "percent,invented,B1,B2",
            "minutes,invented,B1,B2",
            "article/article.toml, families.article: found 'commute', in minutes; expected a question in percent",
        ),
        (
            "article/article.toml",
            'respondents = { words = "Respondents" }',
            'respondents = { words = "Respondents", unit = "bananas" }',
            "article/article.toml, facts.respondents.unit: found 'bananas'; expected one of percent, count, points",
        ),
    ],
)
def test_what_a_unit_cannot_be_is_refused(file, old, new, message, changed):
    assert message in changed(file, old, new)
