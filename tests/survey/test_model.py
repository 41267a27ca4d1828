"""A survey is what its files say, and nothing that is done with it changes it."""

import re
from dataclasses import FrozenInstanceError, replace
from datetime import date

import pandas as pd
import pytest

from conftest import PROJECT, copy_project
from contre_enquete.display.register import build_register, cite_figures
from contre_enquete.display.tables import Tables
from contre_enquete.edition.new import copy_skeleton
from contre_enquete.edition.tracing import trace_text
from contre_enquete.errors import DataError
from contre_enquete.figures.registry import index_figures
from contre_enquete.survey.claims import judge_claims
from contre_enquete.survey.contradictions import find_contradictions
from contre_enquete.survey.estimates import estimate_family_gaps, estimate_gaps, list_items_with_total
from contre_enquete.survey.model import load_survey

KEY = ("productivity", "agree", "sme")


@pytest.fixture
def survey():
    return load_survey("en", PROJECT)


def with_percent(survey, percent):
    keys = (survey.figures[["question", "item", "segment"]] == list(KEY)).all(axis=1)
    return replace(survey, figures=survey.figures.assign(percent=survey.figures["percent"].mask(keys, percent)))


def test_another_value_is_another_survey(survey):
    """And neither is given what was computed from the other."""
    assert survey.percent(*KEY) == index_figures(survey)[".".join(KEY)].value == 40
    changed = with_percent(survey, 42)
    assert changed.percent(*KEY) == index_figures(changed)[".".join(KEY)].value == 42
    assert "42" in Tables(changed).printed_rows("productivity").html()
    assert "42" not in Tables(survey).printed_rows("productivity").html()
    assert [gap.first for gap in estimate_gaps(changed, ("productivity",))] == [42]
    assert survey.percent(*KEY) == index_figures(survey)[".".join(KEY)].value == 40
    assert [gap.first for gap in estimate_gaps(survey, ("productivity",))] == [40]


def test_a_figure_is_tried_by_the_reference_that_texts_cite(survey):
    """Of the row that is shown or of one source's, of the survey or of offices; the figure as it is gives the survey
    itself.
    """
    for reference, percent in {
        "productivity.agree.sme": 42,
        "productivity.agree.all": 50,
        "barriers.security.large.S06": 69.5,
        "official.BR.2013.social-networks.large": 49,
        "official.NL.2013.social-networks.total.NL-CBS2013": 0,
    }.items():
        tried, name = survey.with_figure(reference, percent), "official" if "official" in reference else "figures"
        changed = getattr(tried, name)["percent"].compare(getattr(survey, name)["percent"])
        assert changed["self"].tolist() == [percent], reference
        assert tried.with_figure(reference, changed["other"].iloc[0]).percent(*KEY) == 40
        assert survey.with_figure(reference, changed["other"].iloc[0]) is survey
    assert (
        index_figures(survey.with_figure("official.BR.2013.social-networks.large", 49))["count.official.ahead"].value
        == 14
    )


def test_words_that_stood_for_a_number_go_when_another_is_tried(survey):
    told, tried = (each.shown("purpose") for each in (survey, survey.with_figure("purpose.colleagues.sme", 71)))
    rows = (told["item"] == "colleagues") & (told["segment"] == "sme")
    assert told[rows]["words"].all() and tried[rows][["percent", "words"]].to_numpy().tolist() == [[71, ""]]


@pytest.mark.parametrize(
    ("reference", "percent", "told"),
    [
        ("barriers.securty.large", 71, "barriers.securty.large: found no percent with this reference; the nearest is 'barriers.security.large'"),
        ("barriers.security.large.S99", 71, "barriers.security.large.S99: found no percent with this reference; the nearest is 'barriers.security.large'"),
        ("network-uses.customers.sme", 71, "network-uses.customers.sme: found no percent with this reference"),
        ("official.BR.2013.social-network.large", 71, "official.BR.2013.social-network.large: found no percent with this reference; the nearest is 'official.BR.2013.social-networks.large'"),
        ("barriers.security.large", 101, "barriers.security.large: found 101; expected a percent from 0 to 100"),
        ("barriers.security.large", -1, "found -1; expected a percent from 0 to 100"),
        ("barriers.security.large", float("nan"), "found nan; expected a percent from 0 to 100"),
        ("barriers.security.large", "71", "found '71'; expected a percent from 0 to 100"),
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_told(survey, reference, percent, told):
    with pytest.raises(DataError, match=re.escape(told)):
        survey.with_figure(reference, percent)


def test_what_follows_is_told_by_reference(survey):
    told = cite_figures(survey, "gap.barriers.security", "share.low")._repr_mimebundle_()
    assert told["text/plain"].splitlines()[0].startswith("10 points, large companies: barriers to")
    assert told["text/html"].startswith("<ul><li>10 points") and told["text/html"].count("<li>") == 2
    with pytest.raises(
        DataError, match=r"^figure 'gap\.barriers\.securty': not found; the nearest is 'gap\.barriers\.security'$"
    ):
        cite_figures(survey, "gap.barriers.security", "gap.barriers.securty")


def test_what_is_computed_once_may_be_asked_for_by_name(survey):
    assert survey.percent(segment="sme", question="productivity", item="agree") == survey.percent(*KEY) == 40


def test_a_fact_is_a_number_or_a_date(survey):
    assert survey.number_of("respondents") == survey.fact("respondents") == 9908
    assert survey.date_of("fieldwork-end") == survey.fact("fieldwork-end") == date(2013, 4, 24)
    with pytest.raises(DataError, match=r"found 2013-04-24 for the fact fieldwork-end; expected a number$"):
        survey.number_of("fieldwork-end")
    with pytest.raises(DataError, match=r"found 9908 for the fact respondents; expected a date$"):
        survey.date_of("respondents")
    with pytest.raises(DataError, match=r"^fact 'response-rate': not found; the nearest is 'respondents'$"):
        survey.number_of("response-rate")


def test_a_fact_is_the_method_pages_whichever_row_is_first(survey):
    """Another page's row, or that of a second wave, changes nothing before it; without it, the first is taken."""
    sample = survey.sample
    others = sample[(sample["source"] == "S01") & (sample["fact"] == "respondents")]
    later = sample[(sample["source"] == "S17") & (sample["fact"] == "fieldwork-end")].assign(
        source="S01", date=date(2014, 4, 24)
    )
    first = replace(survey, sample=pd.concat([others, later, sample.drop(others.index)], ignore_index=True))
    assert first.fact("respondents") == 9908 and first.fact("fieldwork-end") == date(2013, 4, 24)
    assert index_figures(first)["sample.respondents"] == index_figures(survey)["sample.respondents"]
    (claim,) = judge_claims(replace(first, claims=first.claims[first.claims["claim"] == "respondents"]))
    assert claim.wording == "fits" and "says [9,908](#sample.respondents)" in claim.wording_reason
    without = replace(first, sample=first.sample[first.sample["source"] != "S17"])
    assert without.fact("respondents") == index_figures(without)["sample.respondents"].value == 10000
    assert without.fact("fieldwork-end") == date(2014, 4, 24)


TABLES = {
    "figures": lambda survey: survey.figures,
    "items": lambda survey: survey.items,
    "shown": lambda survey: survey.shown("productivity"),
    "printed otherwise": lambda survey: survey.printed_otherwise("barriers"),
    "register": lambda survey: build_register(survey, PROJECT / "notebooks/en/1-article.ipynb").table.frame,
    "tables": lambda survey: Tables(survey).break_evens().frame,
}


@pytest.mark.parametrize("table", TABLES)
def test_what_a_survey_gives_is_ones_own_to_change(table, survey):
    kept = TABLES[table](survey).copy()
    given = TABLES[table](survey)
    given.iloc[0, 0] = given.iloc[-1, 0]
    given.iloc[:, -1] = None
    given["more"] = 1
    assert not given.equals(kept)
    pd.testing.assert_frame_equal(TABLES[table](survey), kept)
    assert survey.percent(*KEY) == 40


def test_a_word_of_the_codebook_changed_in_a_copy_changes_no_reading(survey):
    text = "[40% of SME employees](#productivity.agree.sme) say that social tools raise their productivity."
    assert trace_text(text, survey).problems == ()
    segments = survey.segments
    exchanged = segments["words_en"].iloc[[1, 0, *range(2, len(segments))]].to_numpy()
    segments["words_en"] = exchanged
    assert trace_text(text, survey).problems == ()
    other = replace(survey, segments=survey.segments.assign(words_en=exchanged))
    assert len(trace_text(text, other).problems) == 1


def test_an_entry_of_the_codebook_is_ones_own_too(survey):
    entry = survey.question("productivity")
    entry["base"] = "nobody"
    assert survey.question("productivity")["base"] != "nobody"


def test_nothing_else_can_be_changed(survey):
    with pytest.raises(FrozenInstanceError):
        survey.figures = survey.figures.iloc[:3]
    with pytest.raises(TypeError):
        index_figures(survey)["productivity.agree.sme"] = None
    with pytest.raises(TypeError):
        list_items_with_total(survey)["productivity", "agree"] = None
    assert {type(found) for found in (find_contradictions(survey), estimate_gaps(survey, ("tools",)))} == {tuple}


def test_the_same_data_is_the_same_survey(survey):
    assert load_survey("en", PROJECT) is survey
    assert load_survey("fr", PROJECT) is not survey


def test_changed_data_is_read_again(invented_survey, tmp_path):
    project, key = tmp_path / "copy", ("commute", "bicycle", "town")
    copy_skeleton(project)
    assert load_survey("en", project) is load_survey("en", project / "data/..") is not invented_survey
    path = project / "data/survey.csv"
    kept = path.read_bytes()
    path.write_bytes(kept.replace(b"bicycle,town,34", b"bicycle,town,42"))
    assert load_survey("en", project).percent(*key) == 42
    path.write_bytes(kept)
    assert load_survey("en", project).percent(*key) == invented_survey.percent(*key) == 34


def test_a_survey_knows_its_project(survey, tmp_path, monkeypatch):
    """Wherever one goes afterwards, and whatever is tried."""
    project = copy_project(tmp_path / "copy")
    monkeypatch.chdir(project / "data")
    copied = load_survey("en")
    monkeypatch.chdir(tmp_path)
    assert copied.project == copied.with_figure("tools.email.sme", 50).project == project
    assert survey.project == PROJECT


@pytest.mark.parametrize(
    ("look_up", "message"),
    [
        (lambda s: s.question("tolls"), "question 'tolls': not found; the nearest is 'tools'"),
        (lambda s: s.shown("tolls"), "question 'tolls': not found; the nearest is 'tools'"),
        (lambda s: s.printed_otherwise("tolls"), "question 'tolls': not found; the nearest is 'tools'"),
        (lambda s: s.percent("tolls", "email", "sme"), "question 'tolls': not found; the nearest is 'tools'"),
        (lambda s: s.percent("tools", "emial", "sme"), "item 'tools.emial': not found; the nearest is 'tools.email'"),
        (lambda s: s.percent("tools", "email", "smes"), "group 'smes': not found; the nearest is 'sme'"),
        (lambda s: s.item_label("tolls", "email"), "question 'tolls': not found; the nearest is 'tools'"),
        (lambda s: s.item_label("tools", "emial"), "item 'tools.emial': not found; the nearest is 'tools.email'"),
        (lambda s: s.segment_label("Large"), "group 'Large': not found; the nearest is 'large'"),
        (lambda s: s.publisher("S04x"), "source 'S04x': not found; the nearest is 'S04'"),
        (lambda s: s.address("NL-CBS213"), "source 'NL-CBS213': not found; the nearest is 'NL-CBS2013'"),
        (lambda s: s.published(4), "source 4: not found"),
        (lambda s: s.citation(""), "source '': not found"),
        (lambda s: s.count_voices(["S04", "S04x"]), "source 'S04x': not found; the nearest is 'S04'"),
        (lambda s: s.fact("respondent"), "fact 'respondent': not found; the nearest is 'respondents'"),
        (lambda s: s.number_of("respondent"), "fact 'respondent': not found; the nearest is 'respondents'"),
        (lambda s: estimate_family_gaps(s, "articles"), "family 'articles': not found; the nearest is 'article'"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_answered_with_the_nearest(survey, look_up, message):
    with pytest.raises(DataError) as error:
        look_up(survey)
    assert str(error.value).startswith(message) and "\n" not in str(error.value)


@pytest.mark.parametrize("project", [PROJECT, PROJECT / "src/contre_enquete/skeleton"])
def test_a_survey_shows_itself_in_a_few_lines(project):
    """Its name, the rows of its tables, its questions, and calls that can be made as they stand."""
    survey = load_survey("en", project)
    lines = repr(survey).splitlines()
    assert len(lines) <= 12 and max(map(len, lines)) <= 120
    assert survey.article.words.name in lines[0]
    for text in (f"figures {len(survey.figures)}", f"sources {len(survey.sources)}", *survey.questions["question"]):
        assert any(text in line for line in lines)
    calls = [line for line in lines if line.startswith("  survey.")]
    shown, percent, changed = (eval(call, {"survey": survey}) for call in calls)
    assert len(shown) and 0 <= percent <= 100 and changed is not survey
