"""A drawing is used again only for what it was drawn of; whatever else lies in its place is as if it were not there."""

import hashlib
import json
import shutil
from dataclasses import replace

import pytest

from conftest import slow_after
from contre_enquete.charts.chart import Chart, Frame
from contre_enquete.charts.room import Room, recall_pictures
from contre_enquete.charts.table import make_table
from contre_enquete.charts.words import Words
from contre_enquete.project import PACKAGE, SKELETON, digest_each, list_sources
from contre_enquete.reads import collect
from contre_enquete.survey.model import load_survey

LANGUAGE, ROOM = "en", Room(".cache/drawings", "key")


def commute(survey):
    """Returns a chart that shows one figure."""
    share = survey.percent("commute", "bicycle", "town")
    table = make_table(survey.language, "Item", ["Bicycle"], {"Share (%)": [share]})
    words = Words(f"{share:g}%", "In %", "", "", f"{share:g}%.")
    return Chart(
        "commute", words, table, Frame(["Bicycle"], 0.3), lambda axes: axes.barh(["Bicycle"], [share]), survey.language
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A project of the invented article, whose chart is kept."""
    project = tmp_path_factory.mktemp("room") / "project"
    for name in ("article", "data", "notebooks"):
        shutil.copytree(PACKAGE / SKELETON / name, project / name)
    before, survey = digest_each(project, list_sources(project)), load_survey(LANGUAGE, project)
    with collect(project) as read:
        ROOM.keep(survey, commute, commute(survey), {"commute.svg": b"svg"}, before, read)
    assert "data/survey.csv" in read
    return project


@pytest.fixture
def room(template, tmp_path, monkeypatch):
    """Returns a copy of that project, and the room where its chart is kept."""
    for name, value in ROOM.to_environment().items():
        monkeypatch.setenv(name, value)
    return shutil.copytree(template, tmp_path / "project"), ROOM


def entry(project):
    (path,) = (project / ".cache/drawings").rglob("*.json")
    return path


def test_what_was_drawn_is_found_and_shown(room):
    project, kept = room
    drawing = kept.find(project, LANGUAGE, commute)
    assert drawing.files == {"commute.svg": b"svg"}
    survey = load_survey(LANGUAGE, project)
    chart = recall_pictures(commute(survey), commute, survey)
    assert vars(chart)["wide"] == commute(survey).wide
    assert vars(chart)["narrow"] == commute(survey).narrow


def test_whoever_uses_a_drawing_has_read_what_it_is_of(room):
    project, kept = room
    with collect() as read:
        kept.find(project, LANGUAGE, commute)
    assert "data/survey.csv" in read


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
    assert kept.find(project, LANGUAGE, commute) is None


def sign(body):
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def test_one_of_another_version_or_of_other_data_is_not_found(room):
    project, kept = room
    assert replace(kept, key="another engine").find(project, LANGUAGE, commute) is None
    survey = project / "data/survey.csv"
    before = survey.read_text(encoding="utf-8")
    survey.write_text(before.replace(",34,", ",35,"), encoding="utf-8")
    assert kept.find(project, LANGUAGE, commute) is None
    survey.write_text(before, encoding="utf-8")
    assert kept.find(project, LANGUAGE, commute)


def test_one_is_found_while_each_table_that_it_was_drawn_from_is_there(room):
    project, kept = room
    read = kept.find(project, LANGUAGE, commute).read
    assert {"data/survey.csv", "data/codebook/questions.csv", "data/codebook/segments.csv"} <= read.keys()
    assert "data/sources.csv" not in read  # no value of the chart is of it
    for path in list_sources(project):
        content = (project / path).read_bytes()
        (project / path).unlink()
        assert bool(kept.find(project, LANGUAGE, commute)) == (path not in read)
        (project / path).write_bytes(content)


def test_another_value_than_that_of_the_data_is_drawn(room):
    project, _ = room
    survey = load_survey(LANGUAGE, project).with_figure("commute.bicycle.town", 50)
    assert "wide" not in vars(recall_pictures(commute(survey), commute, survey))


def test_what_changes_while_it_is_drawn_is_not_kept(room):
    project, kept = room
    content = json.loads(entry(project).read_bytes().partition(b"\n")[2])
    entry(project).unlink()
    survey = load_survey(LANGUAGE, project)
    before = {path: digest + "0" for path, digest in content["read"].items()}
    kept.keep(survey, commute, commute(survey), {}, before, content["read"])
    assert not list((project / ".cache/drawings").rglob("*.json"))


def test_functions_of_one_name_are_never_taken_for_each_other(room):
    project, kept = room
    assert kept.find(project, LANGUAGE, lambda survey: None) is None
