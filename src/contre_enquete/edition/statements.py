"""List the statements of an edition that a change of its data may change.

`python -m contre_enquete.edition.statements` prints them as JSON, for the project of the current folder;
`corrections` runs this for each of two editions, whose code may differ.
"""

from __future__ import annotations

import csv
import io
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
from ..figures.registry import index_figures
from ..figures.table import parse_reference
from ..files import read_text_file
from ..plugin import call_checked, load_figures, locate_definition, reraise_as_article_error
from ..project import METHOD, find_project
from ..survey.claims import WORDING_VERDICTS, judge_claims
from ..survey.model import load_survey
from ..survey.voices import FIGURE_VERDICTS
from ..text.links import LINK, strip_links
from ..text.numbers import split_sentences
from .build import execute_notebooks
from .check import README
from .corrections import STATEMENT_KINDS, Statement
from .imprint import Publication
from .outputs import read_anchors, read_charts, read_parts
from .tracing import trace_text

DATA_ADDRESS = "data/datapackage.json"  # the address of what no page says in words


def describe_edition(project: Path) -> dict:
    """Return the version, date and address of an edition, and by language a list of its statements.

    Raises EditionError if the edition cannot be read.
    """
    publication = Publication(project)
    notebooks = {
        Path(path): nbformat.reads(content.decode(), as_version=4)
        for path, content in execute_notebooks(project).items()
    }
    return {
        "version": publication.package["version"],
        "date": publication.package["created"][:10],
        "site": publication.site,
        "languages": {
            code: list(map(asdict, _StatementReader(publication, code, notebooks).read()))
            for code in publication.languages
        },
    }


class _StatementReader:
    """Read the statements of an edition in one language, from its executed notebooks by path."""

    def __init__(self, publication: Publication, code: str, notebooks: Mapping[Path, nbformat.NotebookNode]) -> None:
        self.publication, self.project, self.opening = (
            publication,
            publication.project,
            publication.locate_opening_page(code),
        )
        self.survey = load_survey(code, self.project)
        self.language, self.figures = self.survey.language, index_figures(self.survey)
        self.notebooks = {
            f"notebooks/{code}/{path.stem}.html": notebook
            for path, notebook in notebooks.items()
            if path.parent.name == code
        }
        self.pages: dict[str, str] = {}  # the first page with the card or row of a figure or claim
        for page, notebook in self.notebooks.items():
            self.pages = dict.fromkeys(read_anchors(notebook), page) | self.pages

    def read(self) -> Iterator[Statement]:
        """Yield every statement that a change of the data may change."""
        for name in ("description", "opening", "dataset", "card"):
            yield Statement("sentence", self.opening, name, self.language.say(getattr(self.survey.article.words, name)))
        yield from self.read_notebooks()
        yield from self.read_words_of_charts()
        yield from self.read_claims()
        yield from self.read_figures()
        if self.language.code == self.publication.source_language:
            yield from self.read_documents()
        yield from self.read_data()

    def read_notebooks(self) -> Iterator[Statement]:
        """Yield the sentences of notebooks, and the rows of their tables but for claims."""
        for page, notebook in self.notebooks.items():
            section = ""
            for cell in (cell for cell in notebook.cells if cell.cell_type == "markdown"):
                section = cell.source if cell.source.startswith("#") else f"{section}\n\n{cell.source}"
                yield from self.split(page, cell.id, cell.source, section)
            for cell, parts in read_parts(notebook):
                if "table" in parts and not parts["table"]["anchors"]:  # only the table of claims has anchors
                    yield from self.read_rows(page, cell, parts["table"])

    def read_words_of_charts(self) -> Iterator[Statement]:
        """Yield the words of charts and the rows of their tables."""
        pages = {chart["name"]: page for page, notebook in self.notebooks.items() for chart in read_charts(notebook)}
        for draw in load_figures(self.project).FIGURES:
            chart = call_checked(draw, self.survey, Chart, "a Chart")
            with reraise_as_article_error(locate_definition(draw), f"texts as the words of {chart.name}"):
                context = "\n\n".join(vars(chart.words).values())
            page, anchor = pages.get(chart.name, self.opening), f"figure-{chart.name}"
            for part, text in vars(chart.words).items():
                kind = part if part in STATEMENT_KINDS else "caption"
                yield self.trace(Statement(kind, page, anchor, text, part), context)
            table = Table(chart.table, chart.words.subtitle, self.language)
            yield from self.read_rows(page, anchor, table.parts())

    def read_claims(self) -> Iterator[Statement]:
        """Yield the verdicts on each claim, and the sentences that give their reasons."""
        for claim in judge_claims(self.survey):
            anchor, name = claim_anchor(claim), strip_links(claim.text)
            page = self.pages.get(anchor, self.opening)
            figure, wording = FIGURE_VERDICTS[claim.figure], WORDING_VERDICTS[claim.wording]
            yield Statement("figure verdict", page, anchor, self.language.say(figure), name)
            yield Statement("wording verdict", page, anchor, self.language.say(wording), name)
            texts = (claim.text, claim.figure_reason, claim.wording_reason, claim.offices)
            for text in texts:
                yield from self.split(page, anchor, text, "\n\n".join(texts))

    def read_figures(self) -> Iterator[Statement]:
        """Yield the value of each figure that a text may cite."""
        for reference, figure in self.figures.items():
            kind = "interval" if parse_reference(reference)[0].is_end else "figure"
            value, topic = value_label(figure, self.survey), topic_label(figure, self.survey)
            yield Statement(kind, self.pages.get(reference, DATA_ADDRESS), reference, value, topic)

    def read_documents(self) -> Iterator[Statement]:
        """Yield the sentences of the description of the data and of the README."""
        for page, name in (("data/index.html", METHOD), (README, README)):
            if (self.project / name).is_file():
                text = read_text_file(self.project / name, name, "a text")
                yield from self.split(page, "", text, text)

    def read_data(self) -> Iterator[Statement]:
        """Yield the rows of the data package as they are written, each named by its key."""
        for resource in self.publication.package["resources"]:
            keys = resource["schema"].get("primaryKey", [])
            file = f"data/{resource['path']}"
            for row in csv.DictReader(io.StringIO(read_text_file(self.project / file, file, "a CSV file"))):
                cells = "\n".join(f"{column}: {value}" for column, value in row.items() if column not in keys)
                yield Statement("data", DATA_ADDRESS, resource["path"], cells, ", ".join(row[key] for key in keys))

    def read_rows(self, page: str, anchor: str, table: TableParts) -> Iterator[Statement]:
        """Yield the rows of a table, each named by its header."""
        colon = self.language.say(": ")
        for row in table["rows"]:
            header, *cells = map(read_text, row)
            columns = zip(table["columns"][1:], cells, strict=True)
            yield Statement("row", page, anchor, "\n".join(f"{name}{colon}{cell}" for name, cell in columns), header)

    def split(self, page: str, anchor: str, text: str, context: str) -> Iterator[Statement]:
        """Yield each sentence of a text; `context` is the text around it."""
        for sentence in split_sentences(text):
            one_line = re.sub(r"[ \t]*\n[ \t]*", " ", sentence)
            yield self.trace(Statement("sentence", page, anchor, one_line), context)

    def trace(self, statement: Statement, context: str) -> Statement:
        """Add to a statement the faults of its linked numbers, and return it; `context` is the text around it."""
        if LINK.search(statement.text):
            problems = trace_text(statement.text, self.survey, context).problems
            statement.faults.extend(problem.words for problem in problems)
        return statement


if __name__ == "__main__":
    try:
        print(json.dumps(describe_edition(find_project())))
    except EditionError as error:
        sys.exit(str(error))
