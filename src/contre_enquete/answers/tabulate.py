"""From a file of answers and its codebook to a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pandas as pd

from ..errors import DataError
from .codebook import DESIGN, TOTAL, Codebook, Item, read_codebook
from .count import count
from .faults import faults_told
from .progress import said
from .source import Answers, opened
from .table import Row, write_table
from .tally import Sums, Tally
from .variance import estimate

MINIMUM = 10  # people, of whom a figure may tell
EXACT = 15  # decimals of a percent that is not rounded
ROUNDED = 1  # where a design is guarded: unrounded, weighted sums and standard errors tell of whom they are made
TOLD_BY = {  # the columns that give each figure away
    "n": ["n", "missing", "base", "yes", "df"],
    "weighted_n": ["weighted_base"],
    "percent": ["percent", "yes"],
    "precision": ["standard_error", "lower", "upper"],
}


@dataclass(frozen=True)
class Tabulated:
    """The rows of a table, and the breakdowns, by key, in no group of which people are left out, so that nothing tells of them."""

    rows: list[Row]
    left_out: list[str]


def tabulate(
    path: Path, codebook: Path, output: Path, backend: str = "", minimum: int = MINIMUM, decimals: int | None = None
) -> Tabulated:
    """Write the table of a file of answers; return its rows.

    Figures that would tell what fewer people than the minimum answered are withheld; with 0 none is. With `decimals`,
    numbers are rounded to so many, as they are to one where figures are guarded of a sample that is not simple. Raises DataError for the first fault of the answers or the codebook, WriteError if the
    table cannot be written; then nothing is.
    """
    if any(output.resolve() == other.resolve() for other in (path, codebook)):
        raise DataError(f"{output.name}: holds the answers or their codebook; expected another file for the table")
    told = read_codebook(codebook)
    sums, left_out = counted(Answers(path, told.delimiter, told.encoding), told, backend, minimum)
    rows = list(estimates(sums, told))
    if minimum:
        decimals = ROUNDED if decimals is None and not _is_simple(told) else decimals
        with said("finding what would tell of few people; many groups and items take minutes"):
            withhold(rows, sums, told, minimum, EXACT if decimals is None else decimals)
    if told.group:
        rows = [row | {"segment": told.group} if row["segment"] == TOTAL else row for row in rows]
    write_table(output, rows if decimals is None else [rounded(row, decimals) for row in rows])
    return Tabulated(rows, left_out)


def counted(answers: Answers, codebook: Codebook, backend: str = "", minimum: int = 0) -> tuple[Tally, list[str]]:
    """Return the sums of a file of answers, and the breakdowns, by key, in no group of which people are left out.

    That is where the total, less the groups, would tell what fewer than the minimum answered: else it is the groups that had
    to be withheld. Raises DataError, which names line and column of the first fault.
    """
    grouped: set[int] = set()
    with faults_told(answers, codebook), opened(answers, backend) as table:
        sums = count(table, codebook)
        while telling := sums.telling(codebook, minimum):
            grouped |= telling
            sums = count(table, codebook, grouped)
    return sums, [codebook.breakdowns[place].key for place in sorted(grouped)]


def estimates(tally: Tally, codebook: Codebook) -> Iterator[Row]:
    """Give the rows of the table, item by item, each group and then everybody."""
    for place, item in enumerate(codebook.items):
        for segment, sums in zip((*codebook.groups, TOTAL), tally.sums, strict=True):
            known = sums[place]
            found = estimate(known, tally)
            yield {
                "source": codebook.source,
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
                "withheld": "",
            }


def withhold(rows: list[Row], tally: Tally, codebook: Codebook, minimum: int, decimals: int) -> None:
    """Empty the cells of a table from which one could learn what fewer than `minimum` people answered."""
    from .suppression import suppress

    tables = {group: breakdown.key for breakdown in codebook.breakdowns for group in breakdown.groups}
    cells = pd.DataFrame(rows)[["question", "item", "segment", "yes", "base", "n"]]
    cells = cells.rename(columns={"segment": "group", "n": "people"})
    cells["table"] = cells["group"].map(tables).fillna("")
    if codebook.weight:
        known = [_weighted(sums[place]) for place in range(len(codebook.items)) for sums in tally.sums]
        for name in known[0]:
            cells[name] = pd.Series([of[name] for of in known], dtype=object)
    single = {item.question for item in codebook.items if len(_items(item.column, codebook)) > 1}
    crossed = _crossed(tally, codebook)
    flags = suppress(
        cells,
        minimum,
        single_answer=single,
        decimals=decimals,
        simple_sample=_is_simple(codebook),
        crosstab=crossed,
    )
    for row, flag in zip(rows, flags.itertuples(), strict=True):
        for figure, names in TOLD_BY.items():
            if getattr(flag, figure):
                row.update(dict.fromkeys(names), withheld="yes")
        if codebook.weight:
            row["yes"] = None  # with the weighted percent it would tell whose answers these are


def _crossed(tally: Tally, codebook: Codebook) -> pd.DataFrame | None:
    """Return what is known of who is in the same group of each breakdown, as `suppress` reads it; None if there is only one."""
    if not tally.crossed:
        return None
    return pd.DataFrame(
        {"question": item.question, "item": item.item, "yes": known.yes, "base": known.base, "people": known.n}
        | _weighted(known)
        | {
            breakdown.key: breakdown.groups[code] if code < len(breakdown.groups) else None
            for breakdown, code in zip(codebook.breakdowns, segments, strict=True)
        }
        for segments, sums in sorted(tally.crossed.items())
        for item, known in zip(codebook.items, sums, strict=True)
    )


def _weighted(sums: Sums) -> dict[str, int]:
    """Return the sums of weights, in units, of who gave the answer and of who answered."""
    return {
        "weighted_yes": sum(of.a for of in sums.strata.values()),
        "weighted_base": sum(of.b for of in sums.strata.values()),
    }


def rounded(row: Row, decimals: int) -> Row:
    return {name: round(value, decimals) if isinstance(value, float) else value for name, value in row.items()}


def _is_simple(codebook: Codebook) -> bool:
    """Return whether all people are drawn alike, so that errors follow from counts."""
    return not any(getattr(codebook, role) for role in DESIGN)


def _items(column: int, codebook: Codebook) -> list[Item]:
    return [item for item in codebook.items if item.column == column]


def _percent(share: Fraction | float | None) -> float | None:
    return None if share is None else float(100 * share)
