"""A chart of lines shows each value where it is, links it, and fits its labels, on a desk and on a phone."""

from dataclasses import replace
from itertools import combinations

import pandas as pd
import pytest

from conftest import slow_after
from contre_enquete import Style, palette
from contre_enquete.charts.axes import PHONE, WIDTH
from contre_enquete.charts.lines import Trend
from contre_enquete.errors import DataError
from contre_enquete.survey.model import load_survey

STYLES = {group: Style(palette.BLUE, palette.BLUE) for group in ("town", "suburb", "village", "all")}


@pytest.fixture(scope="module")
def survey(waves_project):
    return load_survey("en", waves_project)


@pytest.mark.parametrize("item", slow_after(1, ["bicycle", "car", "walk"]))
@pytest.mark.parametrize("paper", [PHONE, WIDTH])
def test_each_mark_is_a_value_and_no_label_leaves_the_paper_or_lies_on_another(survey, item, paper):
    figure = Trend(survey, "commute", item, STYLES).lines("Title", "Lines. {values}.").drawn(paper)
    (axes,) = figure.axes
    marks = {
        url: offset[1]
        for dots in axes.collections
        for url, offset in zip(dots.get_urls(), dots.get_offsets().tolist(), strict=False)
        if url
    }
    shown = {
        f"#commute@{wave}.{item}.{group}": survey.percent(f"commute@{wave}", item, group)
        for wave in ("2015", "2017")
        for group in STYLES
        if (f"commute@{wave}", item, group) in survey.shown_values()
    }
    assert marks == shown
    boxes = [text.get_window_extent() for text in axes.texts]
    assert len(boxes) == len(shown)
    assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes)
    assert not [1 for one, other in combinations(boxes, 2) if one.shrunk(1, 0.8).overlaps(other.shrunk(1, 0.8))]


def test_an_item_without_waves_is_refused_with_the_nearest(survey):
    with pytest.raises(
        DataError, match=r"item with waves 'commute\.bycicle': not found; the nearest is 'commute\.bicycle'"
    ):
        Trend(survey, "commute", "bycicle", STYLES).lines("Title", "Lines.")


@pytest.mark.parametrize("paper", [PHONE, WIDTH])
def test_a_label_sets_a_name_with_digits_in_brackets(survey, paper):
    segments = survey.segments.replace({"town": "1 person", "ville": "1 personne"})
    segments["segment"] = survey.segments["segment"]
    named = replace(survey, segments=segments)
    (axes,) = Trend(named, "commute", "bicycle").lines("Title", "Lines. {values}.").drawn(paper).axes
    labels = {text.get_text().replace("\n", " ") for text in axes.texts}
    assert {"42% (1 person)", "29% suburbs"} <= labels


def test_values_below_0_stand_below_a_line(survey):
    net = replace(survey, questions=survey.questions.assign(unit="points"))
    charts = [Trend(each, "commute", "bicycle", STYLES).lines("Title", "Lines.") for each in (net, fall_below_0(net))]
    zeros = [[line for line in chart.figure.axes[0].collections if is_zero_line(line)] for chart in charts]
    assert [len(lines) for lines in zeros] == [0, 1]


def fall_below_0(survey):
    return survey.with_figure("commute@2017.bicycle.village", -12)


def is_zero_line(lines):
    return [path.vertices[:, 1].tolist() for path in lines.get_paths()] == [[0.0, 0.0]]


def test_a_margin_of_an_item_is_in_its_unit_in_each_wave(survey):
    """Questions have another name in each wave, and margins that of the question."""
    row = {"source": "B2", "segment": "town", "question": "commute", "item": "bicycle", "margin": 2.0, "wave": "2017"}
    margins = pd.DataFrame([row]).reindex(columns=survey.margins.columns)
    margins = margins.assign(level=95.0, locator="table 2", certainty="read", decimals=0)
    questions = survey.questions.assign(unit="minutes", shown="B2")
    chart = Trend(replace(survey, margins=margins, questions=questions), "commute", "bicycle").lines("Title", "Lines.")
    assert "±2 minutes" in chart.words.plain.note.replace("\u00a0", " ")
