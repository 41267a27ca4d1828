"""List everything that an edition says and that a change of its data may change.

`python -m contre_enquete.edition.statements` prints it as JSON, of the project that the current folder is in;
`corrections` runs this for each of two editions, whose code need not be the same.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import nbformat

from ..charts.chart import Chart
from ..charts.parts import TableParts, read_text
from ..charts.table import Table
from ..display.claim_review import claim_anchor
from ..display.register import topic_label, value_label
from ..errors import EditionError
from ..figures.figure import Figure
from ..figures.registry import index_figures
from ..figures.table import parse_reference
from ..plugin import call_checked, load_figures, locate_definition, reraise_as_article_error
from ..project import METHOD, find_project
from ..survey.claims import WORDING_VERDICTS, judge_claims
from ..survey.model import Survey, load_survey
from ..survey.voices import FIGURE_VERDICTS
from ..text.language import ENGLISH, Language
from ..text.links import LINK, strip_links
from ..text.numbers import split_sentences
from .build import executed_notebooks
from .check import README
from .corrections import KINDS, Statement
from .imprint import Edition, opening_address
from .outputs import read_anchors, read_charts, read_parts
from .tracing import check_text

DATA = "data/datapackage.json"  # the address of what no page says in words


def describe_edition(project: Path) -> dict:
    """Return what an edition says: its version, date and address, and by language a list of its statements.

    Raises EditionError if the edition cannot be read.
    """
    edition = Edition(project)
    notebooks = {
        Path(path): nbformat.reads(content.decode(), as_version=4)
        for path, content in executed_notebooks(project).items()
    }
    return {
        "version": edition.package["version"],
        "date": edition.package["created"][:10],
        "site": edition.site,
        "languages": {code: list(map(asdict, _statements(project, code, notebooks))) for code in edition.languages},
    }


def _statements(project: Path, code: str, notebooks: Mapping[Path, nbformat.NotebookNode]) -> Iterator[Statement]:
    """Everything that an edition says in a language: opening, notebooks, charts, claims, figures, documents, data."""
    survey, opening = load_survey(code, project), opening_address(code)
    figures, say = index_figures(survey), survey.language.say
    for name in ("description", "opening", "dataset", "card"):
        yield Statement("sentence", opening, name, say(getattr(survey.article.words, name)))
    pages: dict[str, str] = {}  # by figure and claim: where links to it lead first
    charts: dict[str, str] = {}  # by chart: the page that shows it
    for path, notebook in notebooks.items():
        if path.parent.name != code:
            continue
        page, section = _page(path), ""
        for cell in (cell for cell in notebook.cells if cell.cell_type == "markdown"):
            section = cell.source if cell.source.startswith("#") else f"{section}\n\n{cell.source}"
            yield from _sentences(page, cell.id, cell.source, section, survey, figures)
        pages = dict.fromkeys(read_anchors(notebook), page) | pages
        charts |= {chart["name"]: page for chart in read_charts(notebook)}
        for cell, parts in read_parts(notebook):
            if "table" in parts and not parts["table"]["anchors"]:  # else its rows are claims
                yield from _rows(page, cell, parts["table"], survey.language)
    for draw in load_figures(project).FIGURES:
        chart = call_checked(draw, survey, Chart, "a Chart")
        with reraise_as_article_error(locate_definition(draw), f"texts as the words of {chart.name}"):
            context = "\n\n".join(vars(chart.words).values())
        page = charts.get(chart.name, opening)
        for part, text in vars(chart.words).items():
            kind = part if part in KINDS else "caption"
            yield _checked(Statement(kind, page, f"figure-{chart.name}", text, part), context, survey, figures)
        table = Table(chart.table, chart.words.subtitle, survey.language).parts()
        yield from _rows(page, f"figure-{chart.name}", table, survey.language)
    for claim in judge_claims(survey):
        place, name = claim_anchor(claim), strip_links(claim.text)
        page = pages.get(place, opening)
        yield Statement("figure verdict", page, place, say(FIGURE_VERDICTS[claim.figure]), name)
        yield Statement("wording verdict", page, place, say(WORDING_VERDICTS[claim.wording]), name)
        texts = (claim.text, claim.figure_reason, claim.wording_reason, claim.offices)
        for text in texts:
            yield from _sentences(page, place, text, "\n\n".join(texts), survey, figures)
    for reference, figure in figures.items():
        kind = "interval" if parse_reference(reference)[0].is_end else "figure"
        yield Statement(
            kind, pages.get(reference, DATA), reference, value_label(figure, survey), topic_label(figure, survey)
        )
    if code == ENGLISH:
        for page, name in (("data/index.html", METHOD), (README, README)):
            if (project / name).is_file():
                text = (project / name).read_text(encoding="utf-8")
                yield from _sentences(page, "", text, text, survey, figures)
    yield from _data(project)


def _page(notebook: Path) -> str:
    """The address of the page of a notebook."""
    return f"notebooks/{notebook.parent.name}/{notebook.stem}.html"


def _sentences(
    page: str, place: str, text: str, context: str, survey: Survey, figures: Mapping[str, Figure]
) -> Iterator[Statement]:
    """Each sentence of a text; `context` is what stands around it."""
    for sentence in split_sentences(text):
        one_line = re.sub(r"[ \t]*\n[ \t]*", " ", sentence)
        yield _checked(Statement("sentence", page, place, one_line), context, survey, figures)


def _checked(statement: Statement, context: str, survey: Survey, figures: Mapping[str, Figure]) -> Statement:
    """A statement with what is wrong with its linked numbers; `context` is the text that it stands in."""
    if LINK.search(statement.text):
        problems, *_ = check_text(statement.text, survey, figures, context)
        statement.faults.extend(problem.words for problem in problems)
    return statement


def _rows(page: str, place: str, table: TableParts, language: Language) -> Iterator[Statement]:
    """The rows of a table, each named by its header."""
    for row in table["rows"]:
        header, *cells = map(read_text, row)
        named = zip(table["columns"][1:], cells, strict=True)
        yield Statement(
            "row", page, place, "\n".join(f"{column}{language.say(': ')}{cell}" for column, cell in named), header
        )


def _data(project: Path) -> Iterator[Statement]:
    """The rows of the data package as they are written, each named by its key."""
    for resource in Edition(project).package["resources"]:
        keys = resource["schema"].get("primaryKey", [])
        with (project / "data" / resource["path"]).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                lines = [f"{column}: {value}" for column, value in row.items() if column not in keys]
                yield Statement("data", DATA, resource["path"], "\n".join(lines), ", ".join(row[key] for key in keys))


if __name__ == "__main__":
    try:
        print(json.dumps(describe_edition(find_project())))
    except EditionError as error:
        sys.exit(str(error))
