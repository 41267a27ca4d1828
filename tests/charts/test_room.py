"""A drawing is used again only for what it was drawn of; whatever else lies in its place is as if it were not there."""

import copy
import hashlib
import io
import shutil
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from conftest import PROJECT, copy_invented, slow_after
from contre_enquete import load_edition
from contre_enquete.charts.chart import Chart, Frame
from contre_enquete.charts.room import Room, recall_pictures
from contre_enquete.charts.table import make_table
from contre_enquete.charts.words import Words
from contre_enquete.edition.drawing import draw_own_figures
from contre_enquete.project import digest_each, list_sources
from contre_enquete.reads import collect
from contre_enquete.survey.model import load_survey

LANGUAGE, SEGMENTS, ROOM = "en", "data/codebook/segments.csv", Room(".cache/drawings", "key")


def commute(survey, held=None):
    """Returns a chart that shows one figure, and reads the name of its group as it is drawn."""
    share = survey.percent("commute", "bicycle", "town")
    table = make_table(survey.language, "Item", ["Bicycle"], {"Share (%)": [share]})
    words = Words(f"{share:g}%", "In %", "", "", f"{share:g}%.")

    def draw(axes):
        assert held is not survey
        axes.barh([survey.segment_label("town")], [share])

    return Chart("commute", words, table, Frame(["Bicycle"], 0.3), draw, survey.language)


def keep(survey, room, chart, before=None):
    """Keeps a chart as builds do."""
    key = room.make_key(survey, chart)
    before = before or digest_each(survey.project, list_sources(survey.project))
    with collect(survey.project) as read:
        assert chart.svg()
        room.keep(survey, chart, key, {"commute.svg": b"svg"}, before, read)
    return read


def find(project, room):
    """Returns the drawing of the chart of the data as it is."""
    survey = load_survey(LANGUAGE, project)
    return room.find(survey, chart := commute(survey), room.make_key(survey, chart))


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A project of the invented article, whose chart is kept."""
    project = copy_invented(tmp_path_factory.mktemp("room"), "article", "data", "notebooks")
    survey = load_survey(LANGUAGE, project)
    assert keep(survey, ROOM, commute(survey)) == {SEGMENTS}
    return project


@pytest.fixture
def room(template, tmp_path, monkeypatch):
    """Returns a project of the invented article, and a room where its chart is kept."""
    for name, value in ROOM.to_environment().items():
        monkeypatch.setenv(name, value)
    return shutil.copytree(template, tmp_path / "project"), ROOM


def entry(project):
    (path,) = (project / ".cache/drawings").rglob("*.json")
    return path


@pytest.mark.slow
def test_what_was_drawn_is_found_and_shown(room):
    project, kept = room
    assert find(project, kept).files == {"commute.svg": b"svg"}
    survey = load_survey(LANGUAGE, project)
    chart = recall_pictures(commute(survey), survey)
    assert vars(chart)["wide"] == commute(survey).wide
    assert vars(chart)["narrow"] == commute(survey).narrow


def test_whoever_uses_a_drawing_has_read_what_was_read_as_it_was_drawn(room):
    project, kept = room
    survey = load_survey(LANGUAGE, project)
    key = kept.make_key(survey, chart := commute(survey))
    with collect() as read:
        kept.find(survey, chart, key)
    assert read == {SEGMENTS}


@pytest.mark.parametrize(
    "damage",
    slow_after(
        3,
        [
            lambda content: content[: len(content) // 2],
            lambda content: b"",
            lambda content: content.replace(b"34%", b"99%"),
            lambda content: b"\xff" + content,
            lambda content: content.partition(b"\n")[2],
            lambda content: sign(b"[]"),
            lambda content: sign(b'{"key": "key", "read": {}, "files": {}}'),
            lambda content: sign(b'{"key": "key", "read": 1, "files": 1, "pictures": 1}'),
            lambda content: sign(b"[" * 100_000),
        ],
    ),
)
def test_one_that_is_damaged_is_not_found(damage, room):
    project, kept = room
    path = entry(project)
    path.write_bytes(damage(path.read_bytes()))
    assert find(project, kept) is None


def sign(body):
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def test_one_of_another_version_or_of_another_value_is_not_found(room):
    project, kept = room
    assert find(project, replace(kept, key="another engine")) is None
    survey = project / "data/survey.csv"
    before = survey.read_text(encoding="utf-8")
    survey.write_text(before.replace(",34,", ",35,"), encoding="utf-8")
    assert find(project, kept) is None
    survey.write_text(before, encoding="utf-8")
    assert find(project, kept)


def test_one_of_the_same_value_is_found_though_others_of_its_table_change(room):
    project, kept = room
    survey = project / "data/survey.csv"
    lines = survey.read_text(encoding="utf-8").splitlines(keepends=True)
    shown = next(line for line in lines if ",34," in line)
    survey.write_text("".join([lines[0], shown, *(line for line in lines[1:] if line != shown)]), encoding="utf-8")
    assert find(project, kept)


def test_one_is_not_found_once_a_table_changes_that_was_read_as_it_was_drawn(room):
    project, kept = room
    segments = project / SEGMENTS
    lines = segments.read_text(encoding="utf-8").splitlines(keepends=True)
    segments.write_text("".join([lines[0], *reversed(lines[1:])]), encoding="utf-8")
    assert find(project, kept) is None


@pytest.mark.parametrize("held", [object(), io.BytesIO(), iter([1])], ids=["object", "file", "iterator"])
def test_one_of_a_chart_of_which_nobody_knows_what_it_holds_is_not_kept(held, room):
    project, kept = room
    entry(project).unlink()
    survey = load_survey(LANGUAGE, project)
    keep(survey, kept, chart := commute(survey, held))
    assert kept.find(survey, chart, kept.make_key(survey, chart)) is None
    assert not list((project / ".cache/drawings").rglob("*.json"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2], [1, 3]),
        ({"a": 1}, {"a": 2}),
        ({1, 2}, {1, 3}),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1.0]})),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})),
        (pd.Series([1], [0]), pd.Series([1], [1])),
        (np.array([1.0, 0.1 + 0.2]), np.array([1.0, 0.3])),
        (partial(round, ndigits=1), partial(round, ndigits=2)),
        ("a".upper, "b".upper),
        ("1", 1),
    ],
)
def test_charts_that_hold_something_else_are_never_taken_for_each_other(one, other, room):
    project, kept = room
    survey = load_survey(LANGUAGE, project)
    keys = [kept.make_key(survey, commute(survey, held)) for held in (one, copy.deepcopy(one), other)]
    assert keys[0] == keys[1] != keys[2]


def test_another_survey_than_that_of_the_data_is_drawn(room):
    project, _ = room
    survey = load_survey(LANGUAGE, project).with_figure("commute.bicycle.suburb", 50)
    assert "wide" not in vars(recall_pictures(commute(survey), survey))


@pytest.mark.slow
def test_a_survey_of_ones_own_is_drawn_once(tmp_path, monkeypatch):
    room = Room(str(tmp_path), "key")
    files = draw_own_figures(PROJECT, LANGUAGE, room)
    monkeypatch.setenv(*room.to_environment().popitem())
    (chart,) = load_edition(LANGUAGE, PROJECT).own.questions().charts
    assert {"wide", "narrow", "image"} <= {*vars(chart)}
    monkeypatch.delattr(Chart, "drawn")
    assert draw_own_figures(PROJECT, LANGUAGE, room) == files


def test_what_changes_while_it_is_drawn_is_not_kept(room):
    project, kept = room
    entry(project).unlink()
    survey = load_survey(LANGUAGE, project)
    keep(survey, kept, commute(survey), before={SEGMENTS: "another"})
    assert not list((project / ".cache/drawings").rglob("*.json"))
