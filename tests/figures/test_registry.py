"""A figure is made when it is asked for, and answers to the reference that the table of kinds writes."""

import shutil
from dataclasses import replace
from itertools import groupby

import pytest

from conftest import PROJECT, add_margins
from contre_enquete.errors import DataError
from contre_enquete.figures.figure import Figure
from contre_enquete.figures.registry import index_figures
from contre_enquete.figures.table import FIGURE_CHAPTERS, FIGURE_KINDS, parse_reference
from contre_enquete.survey.claims import judge_claims
from contre_enquete.survey.estimates import estimate_gaps
from contre_enquete.survey.model import load_survey

EDITIONS = {"article": PROJECT, "invented": PROJECT / "src/contre_enquete/skeleton"}


@pytest.fixture
def survey():
    return load_survey("en", PROJECT)


def test_asking_for_one_figure_makes_that_one_and_what_it_needs(survey):
    changed = survey.with_figure("tools.external-social-networks.sme", 36)
    assert index_figures(changed)["gap.tools.external-social-networks"].value == 7
    assert index_figures(changed)["gap-low.tools.external-social-networks"].value == 6
    computed = {function for function, *_ in changed.results}
    assert not computed & {judge_claims.__wrapped__, estimate_gaps.__wrapped__}


def test_a_figure_is_made_once(survey):
    assert index_figures(survey)["gap.tools.email"] is index_figures(survey)["gap.tools.email"]


def test_kinds_that_differ_in_english_differ_in_french():
    say, groups = load_survey("fr", PROJECT).language.say, {"group": "PME", "earlier": "2012", "later": "2013"}
    words = {kind.words for kind in FIGURE_KINDS if kind.words and not kind.template.startswith("count.official.")}
    assert len({say(sentence, **groups) for sentence in words}) == len(words)


@pytest.mark.slow
def test_the_registry_is_a_mapping_of_every_figure(survey):
    figures = index_figures(survey)
    references = list(figures)
    assert len(figures) == len(references) == len(set(references)) > 1400
    assert "share.low" in figures and "share.lower" not in figures and None not in figures
    assert figures.get("share.low") is figures["share.low"] and figures.get("share.lower") is None
    assert all(figure.reference == reference for reference, figure in figures.items())
    assert all(isinstance(figure, Figure) for figure in figures.values())


def test_figures_come_by_chapter_and_question(survey):
    """In the order of registers: the figures of a question stand together."""
    gaps_and_counts = [r for r in index_figures(survey) if r.startswith(("gap.", "count.items."))]
    questions = [r.removeprefix("count.items.").removeprefix("gap.").split(".")[0] for r in gaps_and_counts]
    assert [question for question, _ in groupby(questions)] == list(survey.questions["question"])


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_reference_is_of_the_kind_that_writes_it(edition):
    survey = load_survey("en", EDITIONS[edition])
    for chapter in FIGURE_CHAPTERS:
        for kind, key in chapter.list_references(survey):
            assert parse_reference(kind.write(key)) == (kind, key)


@pytest.mark.slow
def test_each_kind_has_a_figure_in_some_edition(waves_project, tmp_path):
    """One of the others has margins and all groups compared, so that its totals bound their shares; one has waves."""
    shutil.copytree(EDITIONS["invented"], tmp_path / "edition")
    shutil.copytree(waves_project, tmp_path / "waves")
    for name, source in (("edition", "B2"), ("waves", "B1")):
        header = "source,segment,n,margin,locator,certainty"
        add_margins(tmp_path / name, header, f"{source},town,300,5.7,page 2,read")
    declaration = (tmp_path / "edition/article/article.toml").read_text(encoding="utf-8")
    for line in ('compared = ["town", "village"]', "mixture = false", '[families]\narticle = ["commute"]'):
        assert line in declaration
        declaration = declaration.replace(line, "")
    (tmp_path / "edition/article/article.toml").write_text(declaration, encoding="utf-8")
    seen = {
        parse_reference(reference)[0].template
        for project in (*EDITIONS.values(), tmp_path / "waves", tmp_path / "edition")
        for reference in index_figures(load_survey("en", project))
    }
    assert [kind.template for kind in FIGURE_KINDS if kind.template not in seen] == []


def test_each_template_is_of_one_kind():
    templates = [kind.template for kind in FIGURE_KINDS]
    assert len(templates) == len(set(templates))


@pytest.mark.parametrize(
    ("reference", "nearest"),
    [
        ("gap.tools.emial", "gap.tools.email"),
        ("tools.email.smes", "tools.email.sme"),
        ("tools.email.sme.S99", "tools.email.sme.S"),
        ("share.lo", "share.low"),
        ("shares", "share."),
        ("gap.tools", "gap.tools."),
        ("count.gaps.robust.others", "count.gaps.robust.other"),
    ],
)
def test_an_unknown_reference_is_answered_with_the_nearest(survey, reference, nearest):
    with pytest.raises(DataError) as error:
        index_figures(survey)[reference]
    message = str(error.value)
    assert message.startswith(f"figure {reference!r}: not found; the nearest is '{nearest}")
    assert isinstance(error.value, KeyError) and "\n" not in message


def test_an_unknown_reference_that_resembles_none_is_answered_without_a_guess(survey):
    with pytest.raises(DataError, match=r"^figure 'a b': not found$"):
        index_figures(survey)["a b"]


@pytest.mark.parametrize(
    ("reference", "is_end"),
    [
        ("gap-low.tools.email", True),
        ("ratio-high.tools.email", True),
        ("share.respondents.low", True),
        ("share.low.other", True),
        ("reconcile.both.high", True),
        ("witness.own-money.agree.31.5.low", True),
        ("gap.tools.email", False),
        ("national-low.productivity.agree", False),
        ("tools.low.high", False),
    ],
)
def test_ends_of_intervals_are_known(reference, is_end):
    assert parse_reference(reference)[0].is_end == is_end


@pytest.mark.slow
def test_what_follows_from_a_disputed_percent_is_told_both_ways(survey):
    """And once only where the article declares none."""
    assert "count.gaps.robust.other" in index_figures(survey)
    undisputed = replace(survey, article=replace(survey.article, disputed_percent=None))
    others = [r for r in index_figures(undisputed) if r.endswith(".other") and not r.startswith("official.")]
    assert others == []
