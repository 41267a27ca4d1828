"""The figures that a notebook cites, each with its source: cards in a page, a table elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

import pandas as pd
from markupsafe import Markup, escape

from ..charts.table import PAGE, Table, without_style
from ..errors import DataError
from ..notebooks.run import read_notebook
from ..project import find_project
from ..survey.citable import Figure, registry
from ..survey.model import Survey, remembered
from ..survey.official import BASES, CERTAINTIES, labels
from ..text.language import uncapitalise
from ..text.links import find_references

ROW = re.compile(r'<tr id="([^"]+)"><th')
LINKED_PAGES = 2  # on a card; the data have the address of every page


@dataclass(frozen=True)
class Register:
    """The figures that a notebook cites: `table` for JupyterLab, `cards` as HTML for a page."""

    table: Table
    cards: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str | dict]:
        html = ROW.sub(_with_slug, without_style(self.table.html()))
        return self.table._repr_mimebundle_() | {"text/html": html, PAGE: self.cards}


def _with_slug(row: re.Match) -> str:
    """Return the start of a row with a second id: VS Code writes what a link in Markdown leads to in small letters, without dots."""
    return f'{row[0]} id="{row[1].replace(".", "").lower()}"'


def register(survey: Survey, notebook: str, *shown: Table) -> Register:
    """The figures that a notebook of the survey's language cites, and those they are computed from.

    One row or card per figure, where the links to it land: value and base, question, every source that prints
    it, what others print instead, how sure. `notebook` is the notebook's name without folder and
    ending, such as "1-article"; `shown` are tables of the notebook that cite figures too. Raises
    NotebookError if there is no such notebook. A reference that is no figure is left out;
    `contre-enquete check` reports it.
    """
    path = find_project() / "notebooks" / survey.language.code / f"{notebook}.ipynb"
    texts = [cell.source for cell in read_notebook(path).cells if cell.cell_type == "markdown"]
    texts += [table.cited for table in shown]
    cited = tuple(find_references("\n\n".join(texts)))
    frame, anchors = _rows(survey, cited)
    caption = survey.language.say("{count} figures cited in this notebook", count=len(frame))
    table = Table(frame.copy(deep=False), caption, survey.language, anchors=anchors)
    return Register(table, _cards(survey, anchors, caption))


@remembered
def _cards(survey: Survey, shown: tuple[str, ...], caption: str) -> str:
    """The cards as a list that is folded under its caption; a page shows a card of it where a link leads to it."""
    figures = registry(survey)
    cards = "".join(_card(figures[reference], figures, survey) for reference in shown)
    return (
        f'<details class="all" id="cited"><summary>{escape(caption)}</summary></details>'
        f'<ul class="cards" aria-label="{escape(caption)}">{cards}</ul>'
    )


def _card(figure: Figure, figures: Mapping[str, Figure], survey: Survey) -> str:
    """A figure as a list item, with room for the links back that only a page knows."""
    say, certainty = survey.language.say, CERTAINTIES.get(figure.certainty, figure.certainty)
    lines = [_pages(figure, survey) if not figure.from_figures else _printed_by(figure, figures, survey)]
    if figure.otherwise:
        lines.append(say("Printed differently: {values}", values=_otherwise(figure, survey)))
    if certainty not in ("read", "computed"):
        lines.append(say("Certainty: {certainty}", certainty=say(certainty)))
    told = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    head = Markup("<strong>{}</strong><br>{}").format(amount(figure, survey), subject(figure, survey))
    return f'<li id="{figure.reference}">{head}{told}</li>'


def _pages(figure: Figure, survey: Survey) -> Markup:
    """The pages that print a figure: of the first ones a link, date, the place in it and the words there; the others by name."""
    say = survey.language.say
    told: list[Markup] = []
    places = figure.places or (("", ""),) * len(figure.printed_by)
    for source, (locator, words) in islice(zip(figure.printed_by, places, strict=True), LINKED_PAGES):
        quoted = say("“{words}”", words=say(words)) if words else ""
        parts = filter(None, [survey.published(source), say(locator) if locator else "", quoted])
        link = Markup('<a href="{}">{}</a>').format(survey.address(source), survey.publisher(source))
        told.append(Markup(", ").join([link, *parts]))
    if rest := list(dict.fromkeys(map(survey.publisher, figure.printed_by[LINKED_PAGES:]))):
        told.append(escape(say("also {names}", names=survey.language.series(rest))))
    return Markup("; ").join(told)


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
            say("Question"): [subject(figure, survey) for figure in rows],
            say("Printed by"): [_printed_by(figure, figures, survey) for figure in rows],
            say("Printed differently"): [_otherwise(figure, survey) for figure in rows],
            say("Certainty"): [say(CERTAINTIES.get(figure.certainty, figure.certainty)) for figure in rows],
        },
        index=pd.Index([amount(figure, survey) for figure in rows], name=say("Figure")),
    )
    return frame, tuple(figure.reference for figure in rows)


def told(figure: Figure, survey: Survey) -> str:
    """Return what a figure is about, and whom it is of."""
    return ", ".join(filter(None, [subject(figure, survey), _of(figure, survey)]))


def amount(figure: Figure, survey: Survey) -> str:
    """Return the value of a figure and whom it is of; of a lead, who is ahead."""
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


def subject(figure: Figure, survey: Survey) -> str:
    """Return what a figure is about: question, item, what was computed, place and year."""
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
        told = [link(reference, amount(figures[reference], survey)) for reference in figure.from_figures]
        return Markup(survey.language.say("computed from {figures}")).format(figures=Markup("; ").join(told))
    return "; ".join(dict.fromkeys(map(survey.publisher, figure.printed_by))) or "–"


def _otherwise(figure: Figure, survey: Survey) -> str:
    return "; ".join(f"{survey.publisher(source)}\u00a0{said}" for source, said in figure.otherwise) or "–"


@dataclass(frozen=True)
class Listed:
    """A short list, a line each, as every viewer of notebooks shows it."""

    lines: tuple[str, ...]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        items = "".join(f"<li>{escape(line)}</li>" for line in self.lines)
        return {"text/html": f"<ul>{items}</ul>", "text/plain": "\n".join(self.lines)}


def listed(*values: object) -> Listed:
    """Return values as a list, each in the words that `print` would give."""
    return Listed(tuple(map(str, values)))


def cited(survey: Survey, *by: str) -> Listed:
    """Return the figures that texts cite by these references, such as "gap.tools.email", in the survey's language.

    Raises DataError for a reference that no text may cite: it is misspelled, or nothing follows from these data.
    """
    figures = registry(survey)
    if unknown := [reference for reference in by if reference not in figures]:
        raise DataError(f"#{unknown[0]}: found no such figure in these data; expected one that texts may cite")
    told = [(amount(figures[reference], survey), subject(figures[reference], survey)) for reference in by]
    return Listed(tuple(f"{value}{survey.language.say(': ')}{uncapitalise(about)}" for value, about in told))
