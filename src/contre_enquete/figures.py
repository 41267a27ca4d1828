"""Every figure of the edition, in order."""

from __future__ import annotations

from pathlib import Path

from . import charts, claim_charts, gap_charts, source_charts
from .survey import load_survey

FIGURES = (
    *charts.FIGURES,
    source_charts.chain,
    source_charts.matrix,
    gap_charts.shares,
    gap_charts.gaps,
    gap_charts.scenarios,
    claim_charts.verdicts,
)


def figure_files(project: Path, language: str) -> dict[str, bytes]:
    """Each figure as the two files that are kept of it, SVG and PNG: name -> content. Raises DataError."""
    survey, files = load_survey(language, project), {}
    for draw in FIGURES:
        chart = draw(survey)
        files[f"{chart.name}.svg"] = chart.svg().encode()
        files[f"{chart.name}.png"] = chart.png()
    return files
