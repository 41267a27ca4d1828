"""Checks every number of every text of the edition against the data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from ..article import defined_in, drawn, faults_told, load_figures
from ..notebooks.run import NOTEBOOKS, read_notebook
from ..survey.citable import registry
from ..survey.claims import judged_claims
from ..survey.model import Survey, load_survey
from .tracing import Problem, check_text

FIGURE = re.compile(r'<figure id="figure-([^"]+)"')  # as a Chart shows itself


@dataclass
class Report:
    """What was found in one document: how many numbers, how many of them traced, and each problem with its place."""

    document: str
    traced: int = 0
    total: int = 0
    problems: list[tuple[str, Problem | str]] = field(default_factory=list)

    def add(self, place: str, text: str, survey: Survey, figures: dict, context: str = "") -> None:
        """Checks one more text of the document; `context` is what stands around it."""
        problems, traced, total = check_text(text, survey, figures, context)
        self.traced += traced
        self.total += total
        self.problems += [(place, problem) for problem in problems]

    def __str__(self) -> str:
        lines = [f"{self.document}{place}: {problem}" for place, problem in self.problems]
        return "\n".join([*lines, f"{self.document}: {self.traced} of {self.total} numbers traced"])


def check(project: Path, notebooks: list[Path] | None = None) -> list[Report]:
    """A report on each of the notebooks, or, if none is named, on every text and figure of the edition.

    A notebook's language is the name of its folder. Raises DataError or NotebookError.
    """
    everything = not notebooks
    notebooks = [path.resolve() for path in notebooks] if notebooks else sorted(project.glob(NOTEBOOKS))
    reports = []
    for language in sorted({path.parent.name for path in notebooks} | ({"en"} if everything else set())):
        survey = load_survey(language, project)
        figures = registry(survey)
        chosen = [path for path in notebooks if path.parent.name == language]
        reports += [_notebook(path, project, survey, figures) for path in chosen]
        if everything:
            reports += [_charts(project, survey, figures, chosen), _claims(survey, figures)]
            if language == "en":
                reports += [_page("README.md", project, survey, figures)]
    return reports


def _notebook(path: Path, project: Path, survey: Survey, figures: dict) -> Report:
    report = Report(path.relative_to(project).as_posix() if path.is_relative_to(project) else path.name)
    section: list[str] = []
    cells = read_notebook(path).cells
    for number, cell in enumerate(cells, 1):
        if cell.cell_type != "markdown":
            continue
        if cell.source.startswith("#"):
            section = []
        section.append(cell.source)
        report.add(f", cell {number}", cell.source, survey, figures, "\n\n".join(section))
    return report


def _charts(project: Path, survey: Survey, figures: dict, notebooks: list[Path]) -> Report:
    """A report on the words of every figure, and on which figures the notebooks of the language show, if it has any."""
    from ..charts.chart import Chart  # matplotlib: only those who draw pay for it

    report = Report(f"charts ({survey.language.code})")
    shown = _shown(notebooks)
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


def _shown(notebooks: list[Path]) -> dict[str, str]:
    """Return which figures stand in the results of notebooks, and in which one, by name."""
    return {
        name: path.name
        for path in notebooks
        for cell in read_notebook(path).cells
        for output in cell.get("outputs", [])
        for name in FIGURE.findall(output.get("data", {}).get("text/html", ""))
    }


def _claims(survey: Survey, figures: dict) -> Report:
    report = Report(f"claims ({survey.language.code})")
    for claim in judged_claims(survey):
        for part, text in (("claim", claim.text), ("reason", claim.reason)):
            report.add(f", {claim.claim}, {part}", text, survey, figures, f"{claim.text}\n\n{claim.reason}")
    return report


def _page(name: str, project: Path, survey: Survey, figures: dict) -> Report:
    report = Report(name)
    report.add("", (project / name).read_text(encoding="utf-8"), survey, figures)
    return report
