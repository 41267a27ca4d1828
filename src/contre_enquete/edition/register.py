"""The table at the end of a notebook in which each linked number finds its source."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from markupsafe import Markup

from ..charts.table import Table
from ..notebooks.run import read_notebook
from ..survey.citable import Figure, registry
from ..survey.model import Survey, remembered
from ..survey.official import BASES, CERTAINTIES, labels
from ..survey.package import find_project
from ..text.links import references


def register(survey: Survey, notebook: str, *shown: Table) -> Table:
    """The figures that a notebook of the survey's language cites, and those they are computed from.

    One row per figure, where the links to it land: value and base, question, every source that prints
    it, what others print instead, how sure. `notebook` is the notebook's name without folder and
    ending, such as "1-article"; `shown` are tables of the notebook that cite figures too. Raises
    NotebookError if there is no such notebook. A reference that is no figure is left out;
    `contre-enquete check` reports it.
    """
    path = find_project() / "notebooks" / survey.language.code / f"{notebook}.ipynb"
    texts = [cell.source for cell in read_notebook(path).cells if cell.cell_type == "markdown"]
    texts += [table.cited for table in shown]
    frame, anchors = _rows(survey, tuple(references("\n\n".join(texts))))
    caption = survey.language.say("{count} figures cited in this notebook", count=len(frame))
    return Table(frame.copy(deep=False), caption, survey.language, anchors=anchors)


@remembered
def _rows(survey: Survey, cited: tuple[str, ...]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows of the register, and the reference of each."""
    figures = registry(survey)
    known = [figures[reference] for reference in cited if reference in figures]
    needed = {figure.reference for figure in known} | {r for figure in known for r in figure.from_figures}
    rows = [figure for figure in figures.values() if figure.reference in needed]
    say = survey.language.say
    frame = pd.DataFrame(
        {
            say("Question"): [_question(figure, survey) for figure in rows],
            say("Printed by"): [_printed_by(figure, figures, survey) for figure in rows],
            say("Printed differently"): [_otherwise(figure, survey) for figure in rows],
            say("Certainty"): [say(CERTAINTIES.get(figure.certainty, figure.certainty)) for figure in rows],
        },
        index=pd.Index([_value(figure, survey) for figure in rows], name=say("Figure")),
    )
    return frame, tuple(figure.reference for figure in rows)


def told(figure: Figure, survey: Survey) -> str:
    """Return what a figure is about, and whom it is of."""
    return ", ".join(filter(None, [_question(figure, survey), _of(figure, survey)]))


def _value(figure: Figure, survey: Survey) -> str:
    """A value and whom it is of; of a lead, who is ahead."""
    language, of = survey.language, _of(figure, survey)
    if figure.value is None:
        return of or language.say("neither")
    number = figure.written(language)
    return f"{number}, {of}" if of else number


def _of(figure: Figure, survey: Survey) -> str:
    """The base of a percent, or else the group or size that a figure is of."""
    say = survey.language.say
    if figure.size:
        size = labels(survey, "sizes")[figure.size]
        told = figure.base in ("", "companies", "users")  # the last by the name of what was asked
        return size if told else f"{size} ({say(BASES[figure.base])})"
    if figure.segment and figure.unit == "percent":
        rows = survey.segments
        return survey.localised(rows[rows["segment"] == figure.segment], "respondents").iloc[0]
    if figure.segment:
        return survey.segment_label(figure.segment)
    return say("respondents of the country") if figure.place and figure.unit == "percent" else ""


def _question(figure: Figure, survey: Survey) -> str:
    say = survey.language.say
    if figure.question == "sample":
        return say(survey.article.facts[figure.item].words)
    first = survey.segment_label(survey.article.compared[0])
    kind = ", ".join(say(words, group=first) for words in (figure.kind, *figure.details) if words)
    question = survey.question(figure.question)["label"] if figure.question else ""
    if figure.measure:
        question = labels(survey, "measures")[figure.measure]
    item = survey.item_label(figure.question, figure.item) if figure.item else ""
    return ", ".join(filter(None, [question, item, kind, figure.place, figure.year]))


def _printed_by(figure: Figure, figures: Mapping[str, Figure], survey: Survey) -> str:
    """The publishers that print a figure, or the figures that it is computed from."""
    if figure.from_figures:
        link = Markup('<a href="#{}">{}</a>').format
        told = [link(reference, _value(figures[reference], survey)) for reference in figure.from_figures]
        return Markup(survey.language.say("computed from {figures}")).format(figures=Markup("; ").join(told))
    return "; ".join(dict.fromkeys(map(survey.publisher, figure.printed_by))) or "–"


def _otherwise(figure: Figure, survey: Survey) -> str:
    return "; ".join(f"{survey.publisher(source)}\u00a0{said}" for source, said in figure.otherwise) or "–"
