"""The edition that a notebook opens: everything by name, a clear word for an unknown name, completion, what if."""

import re

import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from conftest import PROJECT
from contre_enquete import DataError, load_edition


@pytest.fixture(scope="module")
def edition():
    return load_edition("en", PROJECT)


@pytest.mark.parametrize(
    ("look_up", "message"),
    [
        (lambda edition: edition.charts["tols"], "chart 'tols': not found; the nearest is 'tools'"),
        (lambda edition: edition.questions["tool"], "question 'tool': not found; the nearest is 'tools'"),
        (lambda edition: edition.figures["gap.tools.emial"], "the nearest is 'gap.tools.email'"),
        (lambda edition: edition.cite("gap.tools.emial"), "the nearest is 'gap.tools.email'"),
        (lambda edition: edition.having("tools.emial.sme", 3), "the nearest is 'tools.email.sme'"),
        (lambda edition: edition.tables.printed_rows("tool"), "the nearest is 'tools'"),
        (lambda edition: edition.tables.printed_rows("tools", "emial"), "the nearest is 'tools.email'"),
        (
            lambda edition: edition.tables.offices("polic"),
            "measure 'polic': not found; the nearest is 'policy'",
        ),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(edition, look_up, message):
    with pytest.raises(DataError, match=re.escape(message)) as caught:
        look_up(edition)
    assert "\n" not in str(caught.value)


def test_a_chart_is_found_by_the_name_of_its_files(edition):
    assert {name: edition.charts[name].name for name in edition.charts} == {name: name for name in edition.charts}


OFFERED = {
    'edition.charts["too': "tools",
    'edition.questions["barr': "barriers",
    'edition.figures["gap.tools.em': "gap.tools.email",
    "edition.hav": "having",
    "edition.tables.verd": "verdicts",
}


@pytest.mark.slow
def test_tab_offers_charts_questions_and_figures(edition, tmp_path, monkeypatch):
    monkeypatch.setattr("jedi.settings.cache_directory", str(tmp_path))  # its own is at home, where there may be none
    shell = InteractiveShell()
    shell.user_ns["edition"] = edition
    for typed, offered in OFFERED.items():
        with provisionalcompleter():  # as Jupyter's kernel asks
            completions = list(shell.Completer.completions(typed, len(typed)))
        assert [completion.text.rpartition('["')[2] for completion in completions] == [offered]


@pytest.mark.slow
def test_another_value_changes_what_follows_from_it_and_nothing_else(edition):
    changed = edition.difference(edition.having("tools.email.sme", 92))
    assert changed.loc["gap.tools.email"].to_list() == ["1 point, large companies", "2 points, large companies"]
    assert changed.loc["count.printed.tools.email.sme.92"].to_list() == ["–", "1, SMEs"]
    assert "gap.tools.blogs" not in changed.index
    assert edition.difference(edition.having("tools.email.sme", 93)).empty
    assert edition.figures["tools.email.sme"].value == 93


def test_tables_and_questions_are_data_frames(edition):
    assert isinstance(edition.questions["tools"], pd.DataFrame)
    assert isinstance(edition.tables.verdicts().frame, pd.DataFrame)
    assert len(edition.contradictions) == edition.figures["count.contradictions"].value


def test_each_object_shows_itself_in_a_few_lines(edition):
    parts = (edition.charts, edition.figures, edition.questions, edition.tables, edition.figures["gap.tools.email"])
    for value in (edition, *parts):
        assert len(repr(value)) < 700 and len(repr(value).splitlines()) <= 8
    assert 'edition.charts["tools"]' in edition._repr_mimebundle_()["text/html"].replace("&quot;", '"')
