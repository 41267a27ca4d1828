"""From a file of answers and its codebook to a table."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from .codebook import ALL, Codebook, read_codebook
from .faults import faults_told
from .source import Answers, opened
from .table import Row, write_table
from .tally import Tally, tally
from .variance import estimate


def tabulate(path: Path, codebook: Path, output: Path, backend: str = "") -> int:
    """Write the table of a file of answers; return how many rows it has.

    Raises DataError for the first fault of the answers or the codebook, WriteError if the table cannot be written;
    then nothing is.
    """
    told = read_codebook(codebook)
    rows = list(estimates(counted(Answers(path, told.delimiter, told.encoding), told, backend), told))
    write_table(output, rows)
    return len(rows)


def counted(answers: Answers, codebook: Codebook, backend: str = "") -> Tally:
    """Return the sums of a file of answers. Raises DataError, which names line and column of the first fault."""
    with faults_told(answers, codebook), opened(answers, backend) as table:
        return tally(table, codebook)


def estimates(tally: Tally, codebook: Codebook) -> Iterator[Row]:
    """Give the rows of the table, item by item, each group and then everybody."""
    for place, item in enumerate(codebook.items):
        for segment, sums in zip((*codebook.groups, ALL), tally.sums, strict=True):
            known = sums[place]
            found = estimate(known, tally)
            yield {
                "question": item.question,
                "item": item.item,
                "segment": segment,
                "percent": _percent(found.share),
                "standard_error": _percent(found.standard_error),
                "lower": _percent(found.lower),
                "upper": _percent(found.upper),
                "df": found.df,
                "n": known.n,
                "missing": known.n - known.base,
                "base": known.base,
                "yes": known.yes,
                "weighted_base": float(found.weight),
            }


def _percent(share: Fraction | float | None) -> float | None:
    return None if share is None else float(100 * share)
