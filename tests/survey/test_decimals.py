"""A figure keeps the decimals that its source prints: in texts, tables, charts, boxes and contradictions."""

import pytest

from conftest import copy_invented, replace_text, slow_rows_after
from contre_enquete.charts.plots import Percentages, Style
from contre_enquete.display.tables import Tables
from contre_enquete.edition.tracing import trace_text
from contre_enquete.figures.registry import index_figures
from contre_enquete.survey.claims import judge_claims
from contre_enquete.survey.contradictions import find_contradictions
from contre_enquete.survey.model import load_survey
from contre_enquete.text.language import Language


@pytest.fixture
def read(tmp_path):
    """Return the survey of the invented data, with cells of `survey.csv` and the unit of its question replaced."""

    def load(*replacements, unit="percent", language="en"):
        copy_invented(tmp_path, "article", "data")
        path = tmp_path / "data/survey.csv"
        text = path.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
        for file, old, new in (
            ("data/codebook/questions.csv", "percent,invented,B1,B2", f"{unit},invented,B1,B2"),
            ("article/article.toml", 'article = ["commute"]', 'article = ["helmet"]'),  # gaps of amounts are not tested
        ):
            replace_text(tmp_path / file, old, new)
        return load_survey(language, tmp_path)

    return load


@pytest.mark.slow
def test_a_page_prints_as_many_decimals_as_the_source(read):
    survey = read(("bicycle,town,34,", "bicycle,town,34.0,"))
    assert index_figures(survey)["commute.bicycle.town"].write(Language("fr")) == "34,0\xa0%"
    style = Style("#0B4F8A", "#0B4F8A")
    chart = Percentages(survey, "commute", {"town": style, "village": style}).dots("Title", "{values}.")
    assert chart.csv().splitlines()[1].startswith("Bicycle,34.0,12")
    assert "34.0%" in chart.svg() and "12.0" not in chart.svg()
    assert "34.0%" in str(Tables(survey).printed_rows("commute", "bicycle").frame)
    assert "34.0%" in judge_claims(survey)[0].wording_reason


@pytest.mark.parametrize(
    ("number", "fault"),
    slow_rows_after(
        2,
        [
            ("34.0%", ""),
            ("34%", ""),
            ("34.00%", "is 34.0 percent"),
            ("12.0%", "is 12 percent"),
            ("21%", "is 20.9 percent"),
            ("20.9%", ""),
        ],
    ),
)
def test_a_text_shows_no_more_decimals_than_the_source(number, fault, read):
    survey = read(("bicycle,town,34,", "bicycle,town,34.0,"), ("bicycle,suburb,21,", "bicycle,suburb,20.9,"))
    group = {"34": "town", "12": "village"}.get(number[:2], "suburb")
    problems = trace_text(f"By bicycle, [{number}](#commute.bicycle.{group})", survey).problems
    assert [fault in str(problem) for problem in problems] == [True] * bool(fault)


@pytest.mark.parametrize(
    ("town", "village", "unit", "ends"),
    slow_rows_after(
        1,
        [
            ("34", "12", "percent", (21, 23)),
            ("34.0", "12", "percent", (21.45, 22.55)),
            ("34.0", "12.0", "percent", (21.9, 22.1)),
            ("34", "12", "minutes", (21, 23)),
            ("34.00", "12.00", "minutes", (21.99, 22.01)),
        ],
    ),
)
def test_a_gap_is_as_wide_as_the_printed_decimals_allow(town, village, unit, ends, read):
    survey = read(
        ("bicycle,town,34,", f"bicycle,town,{town},"), ("bicycle,village,12,", f"bicycle,village,{village},"), unit=unit
    )
    groups = ".town.village"
    found = [index_figures(survey)[f"gap-{end}.commute.bicycle{groups}"].value for end in ("low", "high")]
    assert found == pytest.approx(ends)


@pytest.mark.parametrize(
    ("article", "report", "unit", "says"),
    slow_rows_after(
        2,
        [
            ("34.0", "34.4", "percent", ("34.4", "34.0")),
            ("34", "34.4", "percent", None),
            ("34", "34.6", "percent", ("34.6", "34")),
            ("34.00", "34.04", "percent", ("34.04", "34.00")),
            ("34.0", "34.04", "percent", None),
            ("1250", "1300", "dollars", ("$1,300", "$1,250")),
            ("1250", "1249.6", "dollars", None),
            ("1250000", "1250001", "count", ("1,250,001", "1,250,000")),
            ("4.2", "4.3", "per-1000", ("4.3 per 1,000", "4.2 per 1,000")),
        ],
    ),
)
def test_sources_differ_where_rounding_does_not_explain_it(article, report, unit, says, read):
    survey = read(
        ("B1,commute,bicycle,town,34,", f"B1,commute,bicycle,town,{article},"),
        ("B2,commute,bicycle,town,34,", f"B2,commute,bicycle,town,{report},"),
        unit=unit,
    )
    found = [row for row in find_contradictions(survey) if (row.item, row.segment) == ("bicycle", "town")]
    assert [(row.says, row.others[0][0]) for row in found] == ([says] if says else [])


def test_another_value_has_all_its_decimals(read):
    survey = read(("bicycle,town,34,", "bicycle,town,34.0,"))
    assert str(survey.with_figure("commute.bicycle.town", 50).printed("commute", "bicycle", "town")) == "50.0"
    assert str(survey.with_figure("commute.bicycle.town", 50.25).printed("commute", "bicycle", "town")) == "50.25"
