"""What the log of corrections tells: the rows of `corrections.csv`, checked."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from ..errors import DataError
from ..survey.model import Survey
from .figure import Figure
from .registry import index_figures

RESULT_ADDRESS = re.compile(
    r"(?:[\w-]+/)*[\w.-]+\.(?:csv|html|json|png|svg)(?:#\S+)?"
)  # of a page, from the site's own


@dataclass(frozen=True)
class Correction:
    """What was said until a day, what is said since, and what that changes, in the survey's language.

    `figure` is what `reference` stands for; None where it is the address of a page.
    """

    day: datetime.date
    reference: str
    figure: Figure | None
    before: str
    after: str
    changes: str


def list_corrections(survey: Survey) -> list[Correction]:
    """Return the corrections of an edition, the newest first.

    Raises DataError for a reference that is neither a figure's nor the address of a page.
    """
    figures, rows = index_figures(survey), survey.corrections
    columns = [survey.localize(rows, name) for name in ("before", "after", "changes")]
    for row, reference in enumerate(rows["reference"], 2):
        if reference not in figures and not RESULT_ADDRESS.fullmatch(reference):
            raise DataError(
                f"data/corrections.csv, row {row}, column reference: found {reference!r}; "
                "expected the reference of a figure, or the address of a page such as index.html"
            )
    corrections = [
        Correction(day, reference, figures.get(reference), *texts)
        for day, reference, *texts in zip(rows["date"], rows["reference"], *columns, strict=True)
    ]
    return sorted(corrections, key=lambda correction: correction.day, reverse=True)
