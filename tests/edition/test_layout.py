"""`contre-enquete check --layout` notices what cannot be read on a desk or on a phone, before readers do."""

import shutil

import pytest

from conftest import copy_invented
from contre_enquete.__main__ import main
from contre_enquete.charts.chart import hide_words
from contre_enquete.edition.layout import check_pages, check_pictures
from contre_enquete.plugin import load_figures
from contre_enquete.survey.model import load_survey

LEGEND = """

def commute(survey: Survey) -> Chart:
    from dataclasses import replace

    from matplotlib.patches import Patch

    chart = plain_commute(survey)

    def draw(axes):
        chart.draw(axes)
        keys = [Patch(label=f"people of a group, {number}") for number in ("one", "two", "three")]
        axes.legend(handles=keys, ncols=3, loc="lower left", bbox_to_anchor=(0, 1.1), fontsize=SIZE)

    return replace(chart, draw=draw)
"""


@pytest.fixture
def edition(tmp_path, monkeypatch):
    """The data and code of the invented edition, without pages."""
    monkeypatch.chdir(tmp_path)
    return copy_invented(tmp_path, "article", "data", "notebooks")


def plant_legend(edition, size):
    path = edition / "article/__init__.py"
    text = path.read_text(encoding="utf-8").replace("def commute(", "def plain_commute(")
    path.write_text(text.replace("\n\nFIGURES", f"{LEGEND.replace('SIZE', str(size))}\n\nFIGURES"), encoding="utf-8")


@pytest.mark.slow
def test_the_charts_of_the_invented_edition_can_be_read(edition):
    assert list(check_pictures(edition)) == []


@pytest.mark.slow
def test_a_legend_that_runs_off_a_phone_is_noticed_without_a_browser(edition):
    """On a desk, it fits; without one, only its pictures are looked at."""
    plant_legend(edition, 8)
    lines = list(check_pictures(edition))
    assert "charts.en, commute, phone: “people of a group, three” leaves the picture" in lines
    assert lines and not [line for line in lines if ", desk: " in line]


def test_letters_that_are_too_small_are_noticed(edition):
    plant_legend(edition, 4)
    small = "“people of a group, one” is too small: 4 points; expected 6"
    lines = list(check_pictures(edition))
    assert {f"charts.{code}, commute, {width}: {small}" for code in ("en", "fr") for width in ("desk", "phone")} <= {
        *lines
    }


def test_words_that_are_hidden_stay_so_in_a_block_within(edition):
    figure = load_figures(edition).commute(load_survey("en", edition)).figure
    with hide_words(figure):
        with hide_words(figure):
            pass
        assert not any(text.get_visible() for text in figure.texts)
    assert all(text.get_visible() for text in figure.texts)


@pytest.mark.slow
def test_without_pages_or_without_a_browser_it_says_so_in_a_line(edition, capsys, monkeypatch):
    assert main(["check", "--layout"]) == 1
    assert capsys.readouterr().err == "contre-enquete: site/index.html: not there; make builds it\n"
    (edition / "site").mkdir()
    (edition / "site/index.html").touch()
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(edition))
    assert main(["check", "--layout"]) == 1
    message = capsys.readouterr().err
    assert message.startswith("contre-enquete: no Chromium on the PATH; expected one, as ") and message.count("\n") == 1


def test_pages_are_looked_at_on_a_desk_and_on_a_phone(begun, tmp_path, browser):
    """A label leaves its picture on both; something is wider than a phone alone."""
    edition = shutil.copytree(begun, tmp_path / "edition")
    assert list(check_pages(edition, browser)) == []
    path = edition / "site/notebooks/en/1-commute.html"
    page = path.read_text(encoding="utf-8")
    label = '<svg aria-label="Picture" width="80" height="20"><text x="50" y="15">a label</text></svg>'
    path.write_text(page.replace("</main>", f'{label}</main><hr width="600">'), encoding="utf-8")
    lines = list(check_pages(edition, browser))
    place = "site/notebooks/en/1-commute.html"
    assert any(line.startswith(f"{place}, phone: ") and "wider than a screen of 390" in line for line in lines)
    assert f"{place}, desk: Picture… “a label” leaves the picture" in lines
    assert not any("wider than" in line for line in lines if ", desk: " in line)
