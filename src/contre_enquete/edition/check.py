"""Checks every number of every text of the edition against the data, and every sentence that says something in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..article import DECLARATION, SUMMARY, defined_in, drawn, faults_told, load_figures
from ..notebooks.run import NOTEBOOKS, read_notebook
from ..survey.citable import Figure, opening_numbers, registry
from ..survey.claims import judged_claims
from ..survey.corrected import corrections
from ..survey.model import Survey, load_survey
from ..survey.package import DESCRIPTOR, METHOD, method_file
from ..text.language import ENGLISH
from .tracing import Problem, check_text
from .wording import MARKS, READINGS, Readings, document_sentences, told_in_words

README = "README.md"
DOCUMENTS = (
    README,
    METHOD,
    "CITATION.cff",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    DESCRIPTOR,
    DECLARATION,
)  # each of their sentences is marked
FIGURE = re.compile(r'<figure id="figure-([^"]+)"')  # as a Chart shows itself
TRIED = re.compile(r'\bwith_figure\(\s*["\']([^"\']+)["\'],\s*([\d.]+)\s*\)')  # in a cell, a reference and a value
DESCRIBED = re.compile(r'"?\b(?:title|description|opening|dataset|card|words)"?\s*[:=]\s*"((?:[^"\\]|\\.)*)"')


@dataclass
class Report:
    """What was found in one document: how many numbers, how many of them traced, and each problem with its place."""

    document: str
    traced: int = 0
    total: int = 0
    problems: list[tuple[str, Problem | str]] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)  # place and sentence of what is said in words
    counts: str = ""

    def add(self, place: str, text: str, survey: Survey, figures: Mapping[str, Figure], context: str = "") -> None:
        """Checks one more text of the document; `context` is what stands around it."""
        problems, traced, total = check_text(text, survey, figures, context)
        self.traced += traced
        self.total += total
        self.problems += [(place, problem) for problem in problems]
        self.words += [(place, sentence) for sentence in told_in_words(text, survey)]

    def __str__(self) -> str:
        lines = [f"{self.document}{place}: {problem}" for place, problem in self.problems]
        return "\n".join([*lines, f"{self.document}: {self.counts or f'{self.traced} of {self.total} numbers traced'}"])


def check(project: Path, notebooks: list[Path] | None = None, *, read: bool = False) -> list[Report]:
    """Return a report on each of the notebooks, or, if none is named, on every text and figure of the edition.

    A notebook's language is the name of its folder. `read` marks every sentence that says something in words as
    read against the sources (`wording`); it needs every text. Raises DataError or NotebookError.
    """
    everything = not notebooks
    notebooks = [path.resolve() for path in notebooks] if notebooks else sorted(project.glob(NOTEBOOKS))
    reports = []
    for language in sorted({path.parent.name for path in notebooks} | ({ENGLISH} if everything else set())):
        survey = load_survey(language, project)
        figures = registry(survey)
        chosen = [path for path in notebooks if path.parent.name == language]
        found = [_notebook(path, project, survey, figures) for path in chosen]
        if everything:
            found += [_charts(project, survey, figures, chosen), _claims(survey, figures)]
            found += [_around(project, survey, figures, chosen)]
            if language == ENGLISH:
                found += [_document(project, name, survey, figures) for name in DOCUMENTS]
            elif (project / method_file(language)).is_file():
                found.append(_document(project, method_file(language), survey, figures))
        reports += found
    if everything and read:
        Readings.load(project).save(sentence for report in reports for _, sentence in report.words)
    readings = Readings.load(project)
    _check_words(reports, readings)
    return [*reports, _readings(reports, readings)] if everything else reports


def _check_words(reports: list[Report], readings: Readings) -> None:
    """Add a problem to each report for each sentence that says something in words and is not marked as read."""
    for report in reports:
        for place, sentence in report.words:
            if sentence not in readings.marks:
                told = f"“{sentence}”: says in words what no link holds, and is not marked as read in {READINGS}"
                report.problems.append((place, told))


def _readings(reports: list[Report], readings: Readings) -> Report:
    """A report on the marks: how many of each kind, and those that no text has."""
    report = Report(READINGS)
    told = {sentence for other in reports for _, sentence in other.words}
    report.problems = [
        ("", f"“{sentence}”: marked, and said nowhere") for sentence in readings.marks if sentence not in told
    ]
    report.counts = ", ".join(f"{list(readings.marks.values()).count(mark)} sentences of {mark}" for mark in MARKS)
    return report


def _notebook(path: Path, project: Path, survey: Survey, figures: Mapping[str, Figure]) -> Report:
    report = Report(path.relative_to(project).as_posix() if path.is_relative_to(project) else path.name)
    section: list[str] = []
    cells = read_notebook(path).cells
    for number, cell in enumerate(cells, 1):
        if cell.cell_type != "markdown":
            report.problems += [(f", cell {number}", told) for told in _tried(cell.source, figures)]
            continue
        if cell.source.startswith("#"):
            section = []
        section.append(cell.source)
        report.add(f", cell {number}", cell.source, survey, figures, "\n\n".join(section))
    return report


def _tried(code: str, figures: Mapping[str, Figure]) -> Iterator[str]:
    """Yield what a cell tries that the data do not say: a reader may, an edition that is published may not."""
    for reference, value in TRIED.findall(code):
        if reference not in figures:
            yield f"#{reference} is no figure"
        elif figures[reference].value != float(value):
            yield f"tries {value}; {reference} is {figures[reference].value:g}. `make restore` puts the notebook back"


def _charts(project: Path, survey: Survey, figures: Mapping[str, Figure], notebooks: list[Path]) -> Report:
    """A report on the words of every figure, and on which figures the notebooks of the language show, if it has any."""
    from ..charts.chart import Chart  # matplotlib: only those who draw pay for it

    report = Report(f"charts ({survey.language.code})")
    shown = shown_figures(notebooks)
    for draw in load_figures(project).FIGURES:
        chart = drawn(draw, survey, Chart, "a Chart")
        with faults_told(defined_in(draw), f"texts as the words of {chart.name}"):
            context = "\n\n".join(vars(chart.words).values())
        for part, text in vars(chart.words).items():
            report.add(f", {chart.name}, {part}", text, survey, figures, context)
        if notebooks and not shown.pop(chart.name, None):
            told = f"shown by no notebook in {survey.language.code}; expected a cell that shows it, run by make"
            report.problems.append((f", {chart.name}", told))
    for name, notebook in shown.items():
        report.problems.append((f", {name}", f"shown by {notebook}; expected its function in FIGURES, or no such cell"))
    return report


def shown_figures(notebooks: list[Path]) -> dict[str, str]:
    """Return which figures stand in the results of notebooks, and in which one, by name."""
    return {
        name: path.name
        for path in notebooks
        for cell in read_notebook(path).cells
        for output in cell.get("outputs", [])
        for name in FIGURE.findall(output.get("data", {}).get("text/html", ""))
    }


def _claims(survey: Survey, figures: Mapping[str, Figure]) -> Report:
    report = Report(f"claims ({survey.language.code})")
    for claim in judged_claims(survey):
        texts = {"claim": claim.text, "figure": claim.figure_reason, "words": claim.wording_reason}
        for part, text in texts.items():
            report.add(f", {claim.claim}, {part}", text, survey, figures, "\n\n".join(texts.values()))
    return report


def _around(project: Path, survey: Survey, figures: Mapping[str, Figure], notebooks: list[Path]) -> Report:
    """A report on the pages that lead to the notebooks: their numbers, the summary, and what corrections change."""
    report = Report(f"around ({survey.language.code})")
    for name, number in opening_numbers(survey).items():
        report.add(f", number of {name}", number, survey, figures)
        if notebooks and name not in {path.stem for path in notebooks}:
            report.problems.append((f", number of {name}", f"no notebook in {survey.language.code} has this name"))
    summary = project / SUMMARY.format(survey.language.code)
    for section in re.split(r"(?m)^(?=#)", summary.read_text(encoding="utf-8")) if summary.is_file() else ():
        report.add(", summary", section, survey, figures)
    for correction in corrections(survey):
        report.add(f", correction of {correction.day}", correction.changes, survey, figures)
    return report


def _document(project: Path, name: str, survey: Survey, figures: Mapping[str, Figure]) -> Report:
    """A report on a document about the edition: each of its sentences is marked, and the README's numbers are traced.

    Of a document for machines, its descriptions are.
    """
    report = Report(name)
    if (project / name).is_file():
        text = (project / name).read_text(encoding="utf-8")
        if name == README:
            report.add("", text, survey, figures)
        elif name.endswith((".json", ".toml")):
            text = "\n\n".join(DESCRIBED.findall(text))
        report.words = [("", sentence) for sentence in document_sentences(text)]
        report.counts = f"{len(report.words)} sentences"
    return report
