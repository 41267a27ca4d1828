"""What is committed is what a fresh run gives, each number is its figure, and the figure shows the table."""

import csv
import sys
from pathlib import Path

import pytest

from contre_enquete.article import list_edition_languages
from contre_enquete.edition.check import check
from contre_enquete.edition.rerun import rerun

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from article import commute  # noqa: E402
from contre_enquete import load_survey  # noqa: E402


def test_every_number_is_traced_to_its_figure():
    assert [str(report) for report in check(PROJECT) if report.problems] == []


def test_nothing_differs_from_a_fresh_run():
    assert list(rerun(PROJECT, lambda compared: None)) == []


@pytest.mark.parametrize("language", list_edition_languages(PROJECT))
def test_each_mark_is_where_the_table_says(language):
    with (PROJECT / "data/survey.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row["source"], row["question"]) == ("B1", "commute")]
    items = list(dict.fromkeys(row["item"] for row in rows))
    expected = sorted((float(row["value"]), items.index(row["item"])) for row in rows)
    (axes,) = commute(load_survey(language, PROJECT)).figure.axes
    dots = [marks for marks in axes.collections if any(marks.get_urls())]  # the others are lines between them
    drawn = [(value, round(row)) for marks in dots for value, row in marks.get_offsets().tolist()]
    assert sorted(drawn) == expected
