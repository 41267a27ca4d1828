"""The tutorial is run as it stands: its commands, its files, and the damages that it tells the reader to try."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from conftest import PROJECT, make_once
from contre_enquete.__main__ import main
from contre_enquete.edition.check import check
from contre_enquete.edition.layout import check_pages, check_pictures

pytestmark = pytest.mark.slow

STEP = re.compile(r"^(?:`(?P<file>[^`\n]+)`:\n\n)?```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def run_tutorial(folder, monkeypatch):
    """Do what the tutorial says, in a folder beside which a checkout would stand. Commands run in this process."""
    (folder / "checkout").mkdir(parents=True)
    monkeypatch.chdir(folder / "checkout")
    for step in STEP.finditer((PROJECT / "docs/tutorial.md").read_text(encoding="utf-8")):
        if step["file"]:
            Path(step["file"]).write_text(step["text"], encoding="utf-8")
        else:
            assert step["kind"] == "sh"
            for line in step["text"].splitlines():
                run_line(shlex.split(line), monkeypatch)


def run_line(words, monkeypatch):
    match words:
        case ["cd", place]:
            monkeypatch.chdir(place)
        case ["rm", *names]:
            for name in names:
                Path(name).unlink()
        case ["make", *target]:
            assert main(target or ["build"]) == 0, words
        case [".venv/bin/contre-enquete", *arguments]:
            assert main(arguments) == 0, words


@pytest.fixture(scope="module")
def tutorial(shared):
    """The edition that the tutorial makes, built once."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        return make_once(shared / "tutorial", lambda folder: run_tutorial(folder, monkeypatch)) / "podcasts"


@pytest.fixture
def edition(tutorial, tmp_path, monkeypatch):
    """A copy of it to damage."""
    folder = shutil.copytree(tutorial, tmp_path / "podcasts")
    monkeypatch.chdir(folder)
    return folder


def problems(folder):
    return [f"{report.name}{place}: {problem}" for report in check(folder) for place, problem in report.problems]


def test_it_makes_an_edition_in_which_nothing_is_left_to_mend(tutorial):
    assert problems(tutorial) == []
    page = (tutorial / "site/notebooks/en/1-podcasts.html").read_text(encoding="utf-8")
    words = ("52 minutes (18-29)", "56% (18-29)", "Everybody listens more", "13%")
    assert [phrase for phrase in words if phrase not in page.replace("\u00a0", " ")] == []
    assert not re.search(r"\b(?:bicycle|commute|invented)\b", page)


def test_its_pages_can_be_read_on_a_desk_and_on_a_phone(tutorial, browser):
    assert [*check_pictures(tutorial), *check_pages(tutorial, browser)] == []


NOTEBOOK = "notebooks/en/1-podcasts.ipynb"
DAMAGES = {
    "a value in a text": (NOTEBOOK, "[56% (18-29)]", "[57% (18-29)]", "listen@2025.podcasts.18-29 is 56"),
    "a value in the data": ("data/survey.csv", "P1,listen,podcasts,18-29,2025,56", "P1,listen,podcasts,18-29,2025,65", "is 65"),
    "a year": (NOTEBOOK, "In 2025, [56%", "In 2023, [56%", "2023"),
    "a unit": (NOTEBOOK, "[52 minutes (18-29)]", "[52% (18-29)]", "minutes"),
    "a group": (NOTEBOOK, "[12% (65+)]", "[12% (50-64)]", "50-64"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        pytest.param(*damage, id=name, marks=[] if name in ("a value in the data", "a year") else pytest.mark.thorough)
        for name, damage in DAMAGES.items()
    ],
)
def test_a_damage_is_found_and_gone_once_it_is_corrected(file, old, new, told, edition):
    path = edition / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert [problem for problem in problems(edition) if told in problem]
    path.write_text(text, encoding="utf-8")
    assert problems(edition) == []
