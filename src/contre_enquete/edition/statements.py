"""Tell everything that an edition says and that a change of its data may change.

`python -m contre_enquete.edition.statements` tells it of the project that the current folder is in, as JSON;
`corrections` asks this of each of two editions, whose code need not be the same.
"""

from __future__ import annotations

import ast
import csv
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from html import unescape
from pathlib import Path

import nbformat

from ..charts.chart import Chart
from ..charts.table import Table
from ..display.claim_review import claim_anchor
from ..display.register import Register, topic_label, value_label
from ..errors import EditionError
from ..figures.figure import Figure
from ..figures.registry import registry
from ..figures.table import parse_reference
from ..notebooks.run import read_notebook
from ..plugin import call_checked, load_figures, locate_definition, reraise_as_article_error
from ..project import METHOD, NOTEBOOKS, SESSION, find_project
from ..survey.claims import WORDING_VERDICTS, judged_claims
from ..survey.model import Survey, load_survey
from ..survey.voices import FIGURE_VERDICTS
from ..text.language import ENGLISH
from ..text.links import LINK, strip_links
from ..text.numbers import split_sentences
from .check import README, shown_figures
from .corrections import KINDS, Statement
from .imprint import Edition, opening_address
from .tracing import check_text

DATA = "data/datapackage.json"  # the address of what no page says in words


def told(project: Path) -> dict:
    """Return what an edition says: its version, date and address, and by language a list of its statements.

    Raises EditionError if the edition cannot be read.
    """
    edition = Edition(project)
    return {
        "version": edition.package["version"],
        "date": edition.package["created"][:10],
        "site": edition.site,
        "languages": {code: list(map(asdict, _statements(project, code))) for code in edition.languages},
    }


def _statements(project: Path, code: str) -> Iterator[Statement]:
    """Everything that an edition says in a language: opening, notebooks, charts, claims, figures, documents, data."""
    survey, opening = load_survey(code, project), opening_address(code)
    figures, say = registry(survey), survey.language.say
    notebooks = {path: read_notebook(path) for path in sorted(project.glob(NOTEBOOKS)) if path.parent.name == code}
    for name in ("description", "opening", "dataset", "card"):
        yield Statement("sentence", opening, name, say(getattr(survey.article.words, name)))
    pages: dict[str, str] = {}  # of the row that links to each figure and claim lead to first
    for path, notebook in notebooks.items():
        page, section = _page(path), ""
        for cell in (cell for cell in notebook.cells if cell.cell_type == "markdown"):
            section = cell.source if cell.source.startswith("#") else f"{section}\n\n{cell.source}"
            yield from _sentences(page, cell.id, cell.source, section, survey, figures)
        for cell, table in _tables(path, notebook):
            pages = dict.fromkeys(table.anchors, page) | pages
            if not table.anchors:  # else its rows are figures or claims
                yield from _rows(page, cell, table)
    shown = shown_figures(list(notebooks))
    for draw in load_figures(project).FIGURES:
        chart = call_checked(draw, survey, Chart, "a Chart")
        with reraise_as_article_error(locate_definition(draw), f"texts as the words of {chart.name}"):
            context = "\n\n".join(vars(chart.words).values())
        page = _page(Path(code, shown[chart.name])) if chart.name in shown else opening
        for part, text in vars(chart.words).items():
            kind = part if part in KINDS else "caption"
            yield _checked(Statement(kind, page, f"figure-{chart.name}", text, part), context, survey, figures)
        yield from _rows(page, f"figure-{chart.name}", Table(chart.table, chart.words.subtitle, survey.language))
    for claim in judged_claims(survey):
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


def _tables(path: Path, notebook: nbformat.NotebookNode) -> Iterator[tuple[str, Table]]:
    """The tables that a notebook shows, each with its cell, computed from the data as it is now."""
    names: dict = {}
    os.environ[SESSION] = str(path.resolve())
    for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
        with reraise_as_article_error(f"{path.parent.name}/{path.name}, cell {cell.id}", "code that runs"):
            *before, last = ast.parse(cell.source).body
            if not isinstance(last, ast.Expr):
                before.append(last)
            exec(compile(ast.Module(before, []), path.name, "exec"), names)
            shown = eval(compile(ast.Expression(last.value), path.name, "eval"), names) if isinstance(last, ast.Expr) else None  # fmt: skip
        if isinstance(shown, Register):
            shown = shown.table
        if isinstance(shown, Table):
            yield cell.id, shown


def _rows(page: str, place: str, table: Table) -> Iterator[Statement]:
    for item, row in zip(table.frame.index, table.frame.itertuples(index=False), strict=True):
        cells = [unescape(re.sub("<[^>]*>", "", table.cell(value))) for value in row]
        named = zip(table.frame.columns, cells, strict=True)
        lines = [f"{column}{table.language.say(': ')}{cell}" for column, cell in named]
        yield Statement("row", page, place, "\n".join(lines), str(item))


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
        print(json.dumps(told(find_project())))
    except EditionError as error:
        sys.exit(str(error))
