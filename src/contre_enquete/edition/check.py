"""Check each number of each text of the edition against the data, and that each claim in words was reviewed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from ..article import find_source_language, list_edition_languages, locate_method
from ..errors import EditionError
from ..figures.corrected import list_corrections
from ..figures.figure import Figure, UnknownFigure
from ..figures.registry import index_figures
from ..files import parse_number, read_text_file
from ..notebooks.run import read_notebook
from ..plugin import call_checked, load_figures, locate_definition, reraise_as_article_error
from ..project import (
    ARTICLE,
    CATALOGUES,
    DECLARATION,
    DESCRIPTOR,
    NOTEBOOKS,
    SUMMARY,
)
from ..prose.documents import read_document
from ..prose.repository import Binding, RewrittenText, write_link
from ..prose.rewriting import TRIED_VALUE
from ..prose.tracing import Problem
from ..survey.claims import judge_claims
from ..survey.model import Survey, load_survey
from ..survey.totals import check_totals
from ..text.formulas import find_formulas_of_amounts
from ..text.language import list_languages
from .outputs import read_charts
from .tracing import CitableData, make_vocabulary, trace_text
from .wording import REVIEWED_FOLDER, Ledger, find_claims, find_sentences, pair_with_quotation

README = "README.md"
# The descriptions in a JSON or TOML file.
DESCRIPTION = re.compile(r'"?\b(?:title|description|opening|dataset|card|words)"?\s*[:=]\s*"((?:[^"\\]|\\.)*)"')
DOLLARS = "“{}”: found two dollar signs, which make a formula of the words between them; expected \\$ for each"
UNREVIEWED = "unreviewed claim. Check it against the sources, then run `contre-enquete check --read`"


@dataclass
class Report:
    """The findings on one text: how many numbers it has, how many are traced, its faults and its claims in words.

    A place is written after the text's name, as in ", cell 4". With `cells`, only these cells are reported.
    """

    name: str
    survey: Survey
    figures: Mapping[str, Figure]
    ledger: Ledger
    cells: frozenset[int] = frozenset()
    traced: int = 0
    total: int = 0
    faults: list[tuple[str, Problem | str]] = field(default_factory=list)  # with the place of each
    claims: list[tuple[str, str]] = field(default_factory=list)  # place and sentence

    def trace(self, place: str, text: str, context: str = "") -> None:
        """Trace the numbers of one more piece of the text; `context` is the text around it."""
        trace = trace_text(text, self.survey, context)
        self.traced += trace.traced
        self.total += trace.total
        self.faults += [(place, problem) for problem in trace.problems]

    def add(self, place: str, text: str, context: str = "") -> None:
        """Trace the numbers of one more piece of the text, and collect its claims."""
        self.claims += [(place, sentence) for sentence in find_claims(text, self.survey)]
        if self.covers(place):
            self.trace(place, text, context)

    def covers(self, place: str) -> bool:
        """Return whether a place is reported."""
        return not self.cells or place in {f", cell {number}" for number in self.cells}

    @property
    def unreviewed(self) -> list[tuple[str, str]]:
        """The claims that are not in the ledger, each once, with their places."""
        reviewed = set(self.ledger.sentences)
        places = {sentence: place for place, sentence in reversed(self.claims) if self.covers(place)}
        return [(place, sentence) for sentence, place in reversed(places.items()) if sentence not in reviewed]

    @property
    def problems(self) -> list[tuple[str, Problem | str]]:
        """The faults, the unreviewed claims and the ledger's stale sentences, each after the full name of its place."""
        problems = [(f"{self.name}{place}", fault) for place, fault in self.faults]
        problems += [(f"{self.name}{place}", f"“{sentence}”: {UNREVIEWED}") for place, sentence in self.unreviewed]
        if not self.cells:
            sentences = {sentence for _, sentence in self.claims}
            stale = [(n, s) for n, s in enumerate(self.ledger.sentences, 1) if s not in sentences]
            message = f"reviewed sentence no longer appears in {self.name}; delete this line"
            problems += [
                (f"{self.ledger.name}, line {number}", f"“{sentence}”: {message}") for number, sentence in stale
            ]
        return problems

    def review(self, accept: Callable[[str, str], bool]) -> None:
        """Record the unreviewed claims that `accept` returns True for, and drop sentences that no longer appear.

        `accept` is called with the full name of the place and the sentence. What it accepted before an error is kept.
        """
        reviewed = set(self.ledger.sentences)
        try:
            for place, sentence in self.unreviewed:
                if accept(f"{self.name}{place}", sentence):
                    reviewed.add(sentence)
        finally:
            sentences = dict.fromkeys(sentence for _, sentence in self.claims)
            self.ledger.sentences = [sentence for sentence in sentences if sentence in reviewed]
            self.ledger.save()

    def __str__(self) -> str:
        lines = [f"{place}: {problem}" for place, problem in self.problems]
        claims = dict.fromkeys(sentence for place, sentence in self.claims if self.covers(place))
        counts = [f"{self.traced} of {self.total} numbers traced"] if self.total else []
        if claims:
            counts.append(f"{len(claims) - len(self.unreviewed)} of {len(claims)} claims reviewed")
        return "\n".join([*lines, f"{self.name}: {', '.join(counts) or 'nothing to check'}"])


@dataclass(frozen=True)
class Text:
    """A text of the edition: its name, its language, the function that reads it, the files that hold it."""

    name: str
    language: str
    read: Callable[[Report], None]
    files: tuple[str, ...] = ()  # patterns of paths in the project; its name if none

    @property
    def is_traced_file(self) -> bool:
        """Whether it is a file whose numbers are traced: a notebook, a summary or a README."""
        return self.name.endswith(".ipynb") or self.name.startswith(("README", SUMMARY.split("{")[0]))


def check(project: Path, names: Sequence[str | Path] = ()) -> list[Report]:
    """Return a report on each text of the edition, or on those that `names` selects.

    A name is the path of a file, that of a notebook with the number of a cell, as in "notebooks/fr/1-article.ipynb#4",
    or what reports call a text, as in "charts.en".
    Raise EditionError for a name that selects no text, DataError or NotebookError for what cannot be read.
    """
    texts = list_texts(project)
    selected = _select(texts, project, names) if names else dict.fromkeys([text.name for text in texts], frozenset())
    reports = []
    check_totals(load_survey(find_source_language(project), project))
    for text in texts:
        if text.name in selected:
            survey = load_survey(text.language, project)
            ledger = Ledger.load(project, text.name)
            report = Report(text.name, survey, index_figures(survey), ledger, selected[text.name])
            text.read(report)
            reports.append(report)
    return reports


def rewrite_texts(project: Path, names: Sequence[str | Path] = ()) -> list[RewrittenText]:
    """Return each notebook, summary and README of an edition with the numbers that the data have now.

    `names` selects some, as for `check`; raises EditionError as `check` does. Changes no file.
    """
    texts = list_texts(project)
    selected = _select(texts, project, names) if names else dict.fromkeys([text.name for text in texts], frozenset())
    if any(selected.values()):
        raise EditionError("--write: found the number of a cell; expected files")
    rewritten = []
    for text in texts:
        path = project / text.name
        if text.name in selected and text.is_traced_file and path.is_file():
            survey = load_survey(text.language, project)
            data = CitableData(survey, index_figures(survey))
            rewritten.append(Binding(read_document(path), text.name, data, make_vocabulary(survey)).rewrite())
    return rewritten


def list_edition_links(project: Path) -> list[str]:
    """Return the figures of an edition that have a number, each as a link in the first of its languages."""
    language = next(text.language for text in list_texts(project))
    survey = load_survey(language, project)
    data, grammar = CitableData(survey, index_figures(survey)), make_vocabulary(survey).grammar
    return [write_link(datum, grammar) for datum in data.values() if datum.value is not None]


def list_texts(project: Path) -> list[Text]:
    """Return the texts of an edition that speak of the survey, by language."""
    notebooks = sorted(project.glob(NOTEBOOKS))
    texts, languages, source = [], list_edition_languages(project), find_source_language(project)
    for language in sorted(languages):
        chosen = [path for path in notebooks if path.parent.name == language]
        texts += [
            Text(path.relative_to(project).as_posix(), language, partial(_read_notebook, path)) for path in chosen
        ]
        code = (f"{ARTICLE}/*.py", f"{CATALOGUES}/{language}.po")
        texts.append(Text(f"charts.{language}", language, partial(_read_charts, project, chosen), code))
        texts.append(Text(f"claims.{language}", language, _read_claims, ("data/claims.csv",)))
        pages = (DECLARATION, "data/corrections.csv")
        texts.append(Text(f"pages.{language}", language, partial(_read_pages, chosen), pages))
        readme = README if language == source else README.replace(".", f".{language}.")
        readers = {SUMMARY.format(language): _read_summary, readme: _read_numbers}
        readers[locate_method(project, language)] = _read_document
        if language == source:
            readers |= dict.fromkeys((DESCRIPTOR, DECLARATION), _read_document)
        texts += [
            Text(name, language, partial(read, project / name))
            for name, read in readers.items()
            if (project / name).is_file()
        ]
    # A ledger whose text is gone is that of an empty text, so that each of its sentences is reported; but one of a
    # language that the edition does not have waits for it.
    ledgers = [
        path.relative_to(project / REVIEWED_FOLDER).as_posix() for path in (project / REVIEWED_FOLDER).rglob("*.txt")
    ]
    gone = {name.removesuffix(".txt") for name in ledgers} - {text.name for text in texts}
    others = set(list_languages(project / CATALOGUES)).difference(languages)
    gone = {name for name in gone if others.isdisjoint(re.split(r"[./]", name))}
    return texts + [Text(name, source, lambda report: None) for name in sorted(gone)]


def _select(texts: list[Text], project: Path, names: Sequence[str | Path]) -> dict[str, frozenset[int]]:
    """Return the names of the texts that files or cells select, each with its selected cells, none for the whole."""
    selected: dict[str, set[int] | None] = {}
    for name in map(str, names):
        path, _, cell = name.partition("#")
        file = Path(path).resolve()
        if file.is_file():
            inside = file.relative_to(project.resolve()).as_posix() if file.is_relative_to(project.resolve()) else ""
            chosen = [
                text for text in texts if text.name == inside or any(fnmatch(inside, pattern) for pattern in text.files)
            ]
        else:
            chosen = [text for text in texts if text.name == path]  # as reports name it: charts.en
            if not chosen:
                raise EditionError(f"{path or repr(path)}: not found")
        if not chosen:
            raise EditionError(f"{path}: found no text to check; expected a notebook, or another file with sentences")
        if cell and not (cell.isascii() and cell.isdecimal() and path.endswith(".ipynb")):
            raise EditionError(f"{name}: found {cell!r}; expected a notebook and the number of a cell")
        for text in chosen:
            cells = selected.setdefault(text.name, set())
            selected[text.name] = cells | {int(cell)} if cell and cells is not None else None
    return {name: frozenset(cells or ()) for name, cells in selected.items()}


def _read_notebook(path: Path, report: Report) -> None:
    section: list[str] = []
    cells = read_notebook(path).cells
    if report.cells and not report.cells <= set(range(1, len(cells) + 1)):
        raise EditionError(f"{report.name}#{max(report.cells)}: found no such cell; expected 1 to {len(cells)}")
    for number, cell in enumerate(cells, 1):
        place = f", cell {number}"
        if cell.cell_type != "markdown":
            if report.covers(place):
                report.faults += [(place, fault) for fault in _tried_values(cell.source, report.figures)]
            continue
        if report.covers(place):
            report.faults += [(place, DOLLARS.format(words)) for words in find_formulas_of_amounts(cell.source)]
        if cell.source.startswith("#"):
            section = []
        section.append(cell.source)
        report.add(place, cell.source, "\n\n".join(section))


def _tried_values(code: str, figures: Mapping[str, Figure]) -> Iterator[str]:
    """Yield a fault for each value in a cell that differs from the data: readers may try one, an edition may not."""
    for reference, value in TRIED_VALUE.findall(code):
        try:
            figure = figures[reference]
        except UnknownFigure as error:
            yield str(error)
            continue
        if figure.value != parse_number(value):
            yield f"tries {value}; {reference} is {figure.value:g}. `make restore` puts the notebook back"


def _read_charts(project: Path, notebooks: list[Path], report: Report) -> None:
    """Read the words of every chart, and which charts the notebooks of the language show, if it has any."""
    from ..charts.chart import Chart  # matplotlib: only those who draw pay for it

    code = report.survey.language.code
    shown = shown_figures(notebooks)
    for draw in load_figures(project).FIGURES:
        chart = call_checked(draw, report.survey, Chart, "a Chart")
        with reraise_as_article_error(locate_definition(draw), f"texts as the words of {chart.name}"):
            context = "\n\n".join(vars(chart.words).values())
        for part, text in vars(chart.words).items():
            report.add(f", {chart.name}, {part}", text, context)
        if notebooks and not shown.pop(chart.name, None):
            fault = f"shown by no notebook in {code}; expected a cell that shows it, run by make"
            report.faults.append((f", {chart.name}", fault))
    for name, notebook in shown.items():
        report.faults.append((f", {name}", f"shown by {notebook}; expected its function in FIGURES, or no such cell"))


def shown_figures(notebooks: list[Path]) -> dict[str, str]:
    """Return the names of the figures in the outputs of notebooks, each with the name of its notebook's file."""
    shown: dict[str, str] = {}
    for path in notebooks:
        try:
            shown |= {chart["name"]: path.name for chart in read_charts(read_notebook(path))}
        except (KeyError, TypeError):
            raise EditionError(
                f"{path.name}: found outputs of another program; expected those that make writes"
            ) from None
    return shown


def _read_claims(report: Report) -> None:
    """Read each claim of the article beside the words that it rests on, and the reasons of its verdicts."""
    for claim in judge_claims(report.survey):
        reasons = {"figure": claim.figure_reason, "words": claim.wording_reason}
        context = "\n\n".join([claim.text, *reasons.values()])
        report.trace(f", {claim.claim}, claim", claim.text, context)
        report.claims.append((f", {claim.claim}, claim", pair_with_quotation(claim.text, claim.quotation)))
        for part, text in reasons.items():
            report.add(f", {claim.claim}, {part}", text, context)


def _read_pages(notebooks: list[Path], report: Report) -> None:
    """Read what corrections say, and look for doors without their notebooks and notebooks without a door."""
    code, names = report.survey.language.code, {path.stem for path in notebooks}
    behind = [name for door in report.survey.article.doors for name in door.notebooks]
    for name in dict.fromkeys(behind):
        if notebooks and name not in names:
            report.faults.append((f", doors, {name}", f"no notebook in {code} has this name"))
        if behind.count(name) > 1:
            report.faults.append((f", doors, {name}", "behind two doors; expected one"))
    for name in sorted(names.difference(behind)) if behind else ():
        report.faults.append((f", doors, {name}", "behind no door of article.toml; expected one"))
    for correction in list_corrections(report.survey):
        report.add(f", correction of {correction.day}", correction.changes)


def _read_text(path: Path) -> str:
    return read_text_file(path, path.name, "a text")


def _read_summary(path: Path, report: Report) -> None:
    for section in re.split(r"(?m)^(?=#)", _read_text(path)):
        report.add("", section)


def _read_numbers(path: Path, report: Report) -> None:
    """Trace the numbers of a document about the edition, whose sentences need no review."""
    report.trace("", _read_text(path))


def _read_document(path: Path, report: Report) -> None:
    """Collect each sentence of a document about the data; of one for machines, each sentence of its descriptions."""
    text = _read_text(path)
    if path.suffix in (".json", ".toml"):
        text = "\n\n".join(DESCRIPTION.findall(text))
    report.claims += [("", sentence) for sentence in find_sentences(text)]
