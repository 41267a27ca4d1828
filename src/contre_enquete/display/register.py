"""The register of a notebook: the figures that it cites, each with its source; cards in a page, a table elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any  # IPython ships no types for its shell

import pandas as pd
from markupsafe import Markup, escape

from ..charts.parts import PARTS, CardParts, render_table
from ..charts.table import Table
from ..errors import DataError
from ..figures.figure import Figure
from ..figures.registry import index_figures
from ..files import read_json_file
from ..project import SESSION
from ..survey.model import Survey, remember
from ..survey.official import CERTAINTIES, list_labels, name_base
from ..survey.waves import split_wave
from ..text.language import uncapitalize
from ..text.links import find_references
from ..text.units import AMOUNTS

MAX_LINKED_PAGES = 2  # on a card; the data have the address of every page


@dataclass(frozen=True)
class Register:
    """The figures that a notebook cites: `table` for JupyterLab, `cards` for a page."""

    table: Table
    cards: list[CardParts]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str | dict]:
        html, caption = render_table(self.table.parts(), styled=False, slug=_slug), self.table.caption
        register = {"caption": caption, "cards": self.cards}
        return {"text/html": html, "text/plain": caption, PARTS: {"register": register}}


def _slug(anchor: str) -> str:
    """Return the id that VS Code makes of a link's target: small letters, without dots."""
    return anchor.replace(".", "").lower()


def build_register(survey: Survey, notebook: Path, *tables: Table, saved_last: bool = False) -> Register:
    """Return the figures that a notebook's text cites, and those that they are computed from.

    A row or a card for each figure, where the links to it land: value and base, question, every source that prints it,
    what others print instead, how sure. A reference that is no figure is left out; `contre-enquete check` reports it.

    Parameters
    ----------
    notebook
        The file of the notebook.
    tables
        Tables of the notebook that cite figures too.
    saved_last
        Whether the caption says that the notebook was read as it was last saved.
    """
    texts = [cell["source"] for cell in _read_cells(notebook) if cell["cell_type"] == "markdown"]
    texts += [table.cited for table in tables]
    citations = tuple(find_references("\n\n".join(texts)))
    frame, anchors = _rows(survey, citations)
    caption = survey.language.say("{count} figures cited in this notebook", count=len(frame))
    if saved_last:
        caption = survey.language.say("{caption}, as it was last saved", caption=caption)
    table = Table(frame.copy(deep=False), caption, survey.language, anchors=anchors)
    return Register(table, render_figure_cards(survey, anchors))


def running_notebook(project: Path) -> tuple[Path, bool]:
    """Return the file of the notebook that calls this, and whether it is known to be older than what runs.

    Jupyter tells a kernel the name of its notebook at best, and never its text: changes of text that are not saved
    cannot be seen. A cell that ran in this kernel and is not in the file shows that the file is older. Where nobody
    tells the name, it is that of the only notebook in the current folder that begins with the cells that ran.

    Raises
    ------
    DataError
        If no notebook of the project runs.
    """
    inputs = _inputs()
    path = _named_notebook()
    if path is None and inputs:
        matches = [file for file in Path.cwd().glob("*.ipynb") if _code(file)[: len(inputs)] == inputs]
        path = matches[0] if len(matches) == 1 else None
    if path is None or not path.is_file() or not path.resolve().is_relative_to(project / "notebooks"):
        found = f"{path.name}, no notebook of this edition" if path else "no notebook that runs"
        raise DataError(f"register: found {found}; expected one that is saved in {project.name}/notebooks")
    return path, not set(inputs) <= set(_code(path))


def _named_notebook() -> Path | None:
    """Return the notebook that Jupyter's server, our runner or VS Code names, if one does."""
    shell = _shell()
    name = (shell and shell.user_ns.get("__vsc_ipynb_file__")) or os.environ.get(SESSION)
    if not name:
        return None
    return Path(name) if Path(name).is_absolute() else Path.cwd() / Path(name).name  # a kernel starts in its folder


def _inputs() -> list[str]:
    """Return the cells that ran in this kernel, the one that runs included."""
    shell = _shell()
    return [cell.strip() for cell in shell.history_manager.input_hist_raw if cell.strip()] if shell else []


def _shell() -> Any:
    """Return IPython's shell if this code runs in one; whoever runs no notebook does not load IPython."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def _read_cells(notebook: Path) -> list[dict]:
    """Return the cells of a notebook, each source as one text. Raises DataError for a file that is no notebook."""
    try:
        cells = read_json_file(notebook, notebook.name, "a notebook")["cells"]
        return [cell | {"source": "".join(cell["source"])} for cell in cells]
    except (KeyError, TypeError) as error:
        raise DataError(f"{notebook.name}: not a notebook ({type(error).__name__})") from None


def _code(notebook: Path) -> list[str]:
    """Return the sources of a notebook's cells of code."""
    cells = [cell["source"].strip() for cell in _read_cells(notebook) if cell["cell_type"] == "code"]
    return [cell for cell in cells if cell]


@remember
def render_figure_cards(survey: Survey, references: tuple[str, ...]) -> list[CardParts]:
    """Return the cards of some figures."""
    figures = index_figures(survey)
    return [{"reference": ref, "html": _render_card(figures[ref], figures, survey)} for ref in references]


def _render_card(figure: Figure, figures: Mapping[str, Figure], survey: Survey) -> str:
    """Return what the card of a figure says, as HTML."""
    say, certainty = survey.language.say, CERTAINTIES.get(figure.certainty, figure.certainty)
    lines = [_render_pages(figure, survey) if not figure.from_figures else _sources_cell(figure, figures, survey)]
    if figure.otherwise:
        lines.append(say("Printed differently: {values}", values=_otherwise_cell(figure, survey)))
    if certainty not in ("read", "computed"):
        lines.append(say("Certainty: {certainty}", certainty=say(certainty)))
    body = "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    head = Markup("<strong>{}</strong><br>{}").format(value_label(figure, survey), topic_label(figure, survey))
    return f"{head}{body}"


def _render_pages(figure: Figure, survey: Survey) -> Markup:
    """Return the pages that print a figure: the first ones with link, date, place and words, the others by name."""
    say = survey.language.say
    pages: list[Markup] = []
    places = figure.places or (("", ""),) * len(figure.printed_by)
    for source, (locator, words) in islice(zip(figure.printed_by, places, strict=True), MAX_LINKED_PAGES):
        quoted = say("“{words}”", words=say(words)) if words else ""
        parts = filter(None, [survey.published(source), say(locator) if locator else "", quoted])
        link = Markup('<a href="{}">{}</a>').format(survey.address(source), survey.publisher(source))
        pages.append(Markup(", ").join([link, *parts]))
    if rest := list(dict.fromkeys(map(survey.publisher, figure.printed_by[MAX_LINKED_PAGES:]))):
        pages.append(escape(say("also {names}", names=survey.language.series(rest))))
    return Markup("; ").join(pages)


@remember
def _rows(survey: Survey, citations: tuple[str, ...]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the rows of the register, and the reference of each."""
    figures = index_figures(survey)
    known = [figures[reference] for reference in citations if reference in figures]
    needed = {figure.reference for figure in known} | {r for figure in known for r in figure.from_figures}
    rows = [figures[reference] for reference in figures.sort(needed)]
    say = survey.language.say
    frame = pd.DataFrame(
        {
            say("Question"): [topic_label(figure, survey) for figure in rows],
            say("Printed by"): [_sources_cell(figure, figures, survey) for figure in rows],
            say("Printed differently"): [_otherwise_cell(figure, survey) for figure in rows],
            say("Certainty"): [say(CERTAINTIES.get(figure.certainty, figure.certainty)) for figure in rows],
        },
        index=pd.Index([value_label(figure, survey) for figure in rows], name=say("Figure")),
    )
    return frame, tuple(figure.reference for figure in rows)


def figure_label(figure: Figure, survey: Survey) -> str:
    """Return what a figure is about, and whom it is of."""
    return ", ".join(filter(None, [topic_label(figure, survey), _base_label(figure, survey)]))


def value_label(figure: Figure, survey: Survey) -> str:
    """Return the value of a figure and whom it is of; of a lead, who is ahead."""
    language, base = survey.language, _base_label(figure, survey)
    if figure.value is None:
        return base or language.say("neither")
    number = figure.write(language)
    return f"{number}, {base}" if base else number


def _base_label(figure: Figure, survey: Survey) -> str:
    """Return the base of a percent, or else the group or size that a figure is of."""
    say = survey.language.say
    if figure.size:
        size = list_labels(survey, "sizes")[figure.size]
        official = survey.article.official_figures
        if not figure.base or official is None or figure.base in official.unsaid:
            return size
        return f"{size} ({name_base(survey, figure.base)})"
    if figure.segment and (figure.unit == "percent" or (figure.unit in AMOUNTS and not figure.words)):
        rows = survey.segments
        return survey.localize(rows[rows["segment"] == figure.segment], "respondents").iloc[0]
    if figure.segment:
        return survey.segment_label(figure.segment)
    return say("respondents of the country") if figure.place and figure.unit == "percent" else ""


def topic_label(figure: Figure, survey: Survey) -> str:
    """Return what a figure is about: question, item, what was computed, place and year."""
    say = survey.language.say
    if figure.question == "sample":
        fact, wave = split_wave(figure.item)
        return say(survey.article.facts[fact].words) + (f", {survey.wave_label(wave)}" if wave else "")
    given = {"group": survey.segment_label(survey.article.compared[0])}
    given |= dict(zip(("earlier", "later"), map(survey.wave_label, figure.waves), strict=False))
    kind = ", ".join(say(words, **given) for words in (figure.words, *figure.details) if words)
    question = survey.question(figure.question)["subject" if figure.waves else "label"] if figure.question else ""
    if figure.measure:
        question = list_labels(survey, "measures")[figure.measure]
    item = survey.item_label(figure.question, figure.item) if figure.item else ""
    return ", ".join(filter(None, [question, item, kind, figure.place, figure.year]))


def _sources_cell(figure: Figure, figures: Mapping[str, Figure], survey: Survey) -> str:
    """Return the publishers that print a figure, or links to the figures that it is computed from."""
    if figure.from_figures:
        link = Markup('<a href="#{}">{}</a>').format
        links = [link(reference, value_label(figures[reference], survey)) for reference in figure.from_figures]
        return Markup(survey.language.say("computed from {figures}")).format(figures=Markup("; ").join(links))
    return "; ".join(dict.fromkeys(map(survey.publisher, figure.printed_by))) or "–"


def _otherwise_cell(figure: Figure, survey: Survey) -> str:
    """Return what other sources print in place of a figure."""
    return "; ".join(f"{survey.publisher(source)}\u00a0{words}" for source, words in figure.otherwise) or "–"


@dataclass(frozen=True)
class BulletList:
    """A short list, a line each, as every viewer of notebooks shows it.

    Examples
    --------
    >>> print(BulletList(("one", "two"))._repr_mimebundle_()["text/html"])
    <ul><li>one</li><li>two</li></ul>
    """

    lines: tuple[str, ...]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        items = "".join(f"<li>{escape(line)}</li>" for line in self.lines)
        return {"text/html": f"<ul>{items}</ul>", "text/plain": "\n".join(self.lines)}


def list_values(*values: object) -> BulletList:
    """Return values as a bullet list, each in the words that `print` would give.

    Examples
    --------
    >>> list_values(2, "three").lines
    ('2', 'three')
    """
    return BulletList(tuple(map(str, values)))


def cite_figures(survey: Survey, *citations: str) -> BulletList:
    """Return the figures that texts cite by these references, in the survey's language.

    Raises
    ------
    UnknownFigure
        For a reference that no text may cite, with the nearest one: it is misspelled, or nothing follows from the data.
    """
    figures = index_figures(survey)
    labelled = [(value_label(figures[r], survey), topic_label(figures[r], survey)) for r in citations]
    return BulletList(tuple(f"{value}{survey.language.say(': ')}{uncapitalize(topic)}" for value, topic in labelled))
