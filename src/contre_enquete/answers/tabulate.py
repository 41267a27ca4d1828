"""From a file of answers and its codebook to a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pandas as pd

from ..errors import DataError
from .codebook import DESIGN, TOTAL, Codebook, read_codebook
from .count import count_answers
from .faults import reraise_as_data_error
from .progress import status_line
from .source import Answers, open_answers
from .table import Row, write_table
from .tally import ItemSums, Tally
from .variance import estimate

MINIMUM = 10  # people of whom a figure may tell
EXACT_DECIMALS = 15  # of a percent that is not rounded
DESIGN_DECIMALS = 1  # where a design is protected: unrounded weighted sums and standard errors reveal their parts
REVEALING_COLUMNS = {  # the columns that give each figure of `suppress` away
    "n": ["n", "missing", "base", "yes", "df"],
    "weighted_n": ["weighted_base"],
    "percent": ["percent", "yes"],
    "precision": ["standard_error", "lower", "upper"],
}


@dataclass(frozen=True)
class Tabulation:
    """The rows of a table."""

    rows: list[Row]
    grouped_only: list[str]  # the breakdowns, by key, whose people in no group are left out because they are few


def tabulate(
    path: Path, codebook: Path, output: Path, backend: str = "", minimum: int = MINIMUM, decimals: int | None = None
) -> Tabulation:
    r"""Write the table of a file of answers, and return its rows.

    Parameters
    ----------
    path
        The answers: CSV, gzipped CSV or Parquet, one row for each person.
    codebook
        What the columns hold, as `propose` proposes it.
    output
        The CSV file to write; `read_table` reads it.
    backend
        The address of an engine that Ibis knows; DuckDB, embedded, if it is empty.
    minimum
        The fewest people of whom a figure may tell; figures that could reveal answers of fewer are suppressed. 0
        suppresses none.
    decimals
        To which numbers are rounded. By default they are not, except to one decimal where figures are protected of a
        sample that is not simple.

    Returns
    -------
    Tabulation
        The rows as written.

    Raises
    ------
    DataError
        For the first fault of the answers or the codebook; then nothing is written.
    WriteError
        If the table cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> answers, codebook = folder / "answers.csv", folder / "answers.toml"
    >>> _ = answers.write_text("tool\n" + "Yes\n" * 30 + "No\n" * 20)
    >>> _ = codebook.write_text('''
    ... [questions.tools]
    ... kind = "several"
    ... columns.email = "tool"
    ... yes = ["Yes"]
    ... no = ["No"]
    ... ''')
    >>> row, = tabulate(answers, codebook, folder / "table.csv").rows
    >>> row["item"], row["percent"], row["base"]
    ('email', 60.0, 50)
    """
    if any(output.resolve() == other.resolve() for other in (path, codebook)):
        raise DataError(f"{output.name}: holds the answers or their codebook; expected another file for the table")
    definition = read_codebook(codebook)
    answers = Answers(path, definition.delimiter, definition.encoding)
    sums, grouped_only = count_file(answers, definition, backend, minimum)
    rows = list(iterate_estimates(sums, definition))
    if minimum:
        decimals = DESIGN_DECIMALS if decimals is None and not is_simple_sample(definition) else decimals
        with status_line("finding what could reveal answers of few people; many groups and items take minutes"):
            suppress_rows(rows, sums, definition, minimum, EXACT_DECIMALS if decimals is None else decimals)
    if definition.group:
        rows = [row | {"segment": definition.group} if row["segment"] == TOTAL else row for row in rows]
    write_table(output, rows if decimals is None else [round_row(row, decimals) for row in rows])
    return Tabulation(rows, grouped_only)


def count_file(answers: Answers, codebook: Codebook, backend: str = "", minimum: int = 0) -> tuple[Tally, list[str]]:
    """Return the sums of a file of answers, and the breakdowns, by key, whose people in no group are left out.

    They are left out where the total, less the groups, would reveal what so few answered: else the groups themselves
    had to be suppressed. Raises DataError, which names line and column of the first fault.
    """
    grouped: set[int] = set()
    with reraise_as_data_error(answers, codebook), open_answers(answers, backend) as table:
        tally = count_answers(table, codebook)
        while small := tally.find_small_remainders(codebook, minimum):
            grouped |= small
            tally = count_answers(table, codebook, grouped)
    return tally, [codebook.breakdowns[place].key for place in sorted(grouped)]


def iterate_estimates(tally: Tally, codebook: Codebook) -> Iterator[Row]:
    """Yield the rows of the table, item by item, each group and then everybody."""
    for place, item in enumerate(codebook.items):
        for segment, group_sums in zip((*codebook.groups, TOTAL), tally.sums, strict=True):
            sums = group_sums[place]
            result = estimate(sums, tally)
            yield {
                "source": codebook.source,
                "question": item.question,
                "item": item.item,
                "segment": segment,
                "percent": _to_percent(result.share),
                "standard_error": _to_percent(result.standard_error),
                "lower": _to_percent(result.lower),
                "upper": _to_percent(result.upper),
                "df": result.df,
                "n": sums.n,
                "missing": sums.n - sums.base,
                "base": sums.base,
                "yes": sums.yes,
                "weighted_base": float(result.weight),
                "withheld": "",
            }


def suppress_rows(rows: list[Row], tally: Tally, codebook: Codebook, minimum: int, decimals: int) -> None:
    """Empty the cells of a table that could reveal answers of fewer than `minimum` people."""
    from .suppression import suppress

    tables = {group: breakdown.key for breakdown in codebook.breakdowns for group in breakdown.groups}
    cells = pd.DataFrame(rows)[["question", "item", "segment", "yes", "base", "n"]]
    cells = cells.rename(columns={"segment": "group", "n": "people"})
    cells["table"] = cells["group"].map(tables).fillna("")
    if codebook.weight:
        weights = [_sum_weights(sums[place]) for place in range(len(codebook.items)) for sums in tally.sums]
        for name in weights[0]:
            cells[name] = pd.Series([of_cell[name] for of_cell in weights], dtype=object)
    flags = suppress(
        cells,
        minimum,
        single_answer=_find_single_answer_questions(codebook),
        decimals=decimals,
        simple_sample=is_simple_sample(codebook),
        crosstab=_make_crosstab(tally, codebook),
    )
    for row, flag in zip(rows, flags.itertuples(), strict=True):
        for figure, names in REVEALING_COLUMNS.items():
            if getattr(flag, figure):
                row.update(dict.fromkeys(names), withheld="yes")
        if codebook.weight:
            row["yes"] = None  # beside the weighted percent it would reveal whose answers these are


def _find_single_answer_questions(codebook: Codebook) -> set[str]:
    """Return the questions of which several items are codes of one column."""
    columns = [item.column for item in codebook.items]
    return {item.question for item in codebook.items if columns.count(item.column) > 1}


def _make_crosstab(tally: Tally, codebook: Codebook) -> pd.DataFrame | None:
    """Return the counts of people who are in the same group of each breakdown, for `suppress`; None without several."""
    if not tally.crosstab:
        return None
    return pd.DataFrame(
        {"question": item.question, "item": item.item, "yes": sums.yes, "base": sums.base, "people": sums.n}
        | _sum_weights(sums)
        | {
            breakdown.key: breakdown.groups[code] if code < len(breakdown.groups) else None
            for breakdown, code in zip(codebook.breakdowns, codes, strict=True)
        }
        for codes, item_sums in sorted(tally.crosstab.items())
        for item, sums in zip(codebook.items, item_sums, strict=True)
    )


def _sum_weights(sums: ItemSums) -> dict[str, int]:
    """Return the sums of weights, in units, of people who gave the answer and who answered."""
    return {
        "weighted_yes": sum(stratum.y for stratum in sums.strata.values()),
        "weighted_base": sum(stratum.x for stratum in sums.strata.values()),
    }


def round_row(row: Row, decimals: int) -> Row:
    """Return a row with its floats rounded."""
    return {name: round(value, decimals) if isinstance(value, float) else value for name, value in row.items()}


def is_simple_sample(codebook: Codebook) -> bool:
    """Return whether all people are drawn alike, so that errors follow from counts."""
    return not any(getattr(codebook, role) for role in DESIGN)


def _to_percent(share: Fraction | float | None) -> float | None:
    return None if share is None else float(100 * share)
