"""From a file of answers and its codebook to a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DataError
from ..project import move_parts, write_parts
from .codebook import TOTAL, Codebook, read_codebook
from .count import count_answers, encode_answers, select_counted
from .differences import (
    GroupDifference,
    adjust_for_many,
    compare_groups,
    name_differences,
    protect_differences,
    render_differences,
)
from .faults import reraise_as_data_error
from .means import iterate_means, iterate_quantiles, protect_means, protect_quantiles
from .person import weigh_people
from .profiles import choose_known_design, count_profiles, find_exclusive_questions, sum_largest_weights
from .protect import Counted, Protected, Protection, empty_small_missing, is_simple_sample, protect_rows
from .quantities import count_quantities
from .source import Answers, open_answers
from .table import Row, render_csv
from .tally import Tally
from .variance import estimate

if TYPE_CHECKING:
    import ibis

DEFAULT_PROTECTION = Protection()
FIGURES = ("percent", "standard_error", "lower", "upper", "df", "yes")
EXACT_DECIMALS = 15  # of a percent that is not rounded
DESIGN_DECIMALS = 1  # where a design is protected: unrounded weighted sums and standard errors reveal their parts


@dataclass(frozen=True)
class Tabulation:
    """The rows of a table, and the differences of its groups."""

    rows: list[Row]
    differences: list[GroupDifference]
    count: Counted
    protected: Protected
    renamed: tuple[str, ...] = ()  # columns that have a name of their own because the file gives two the same


def tabulate(
    path: Path,
    codebook: Path,
    output: Path,
    backend: str = "",
    protection: Protection = DEFAULT_PROTECTION,
    decimals: int | None = None,
) -> Tabulation:
    r"""Write the table of a file of answers, and return its rows.

    Parameters
    ----------
    path
        The answers: CSV, a workbook, SPSS, Stata or Parquet, also packed; one row for each person.
    codebook
        What the columns hold, as `write_codebook` writes it.
    output
        The CSV file to write; `read_table` reads it. The differences of groups are written beside it, as
        `name_differences` names the file.
    backend
        The address of an engine that Ibis knows; DuckDB, embedded, if it is empty.
    protection
        The fewest people of whom a figure may tell: figures that could reveal answers of fewer are suppressed. Also how
        long that may take, and the rule against dominance.
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
    compared = name_differences(output)
    for written in (output, compared):
        if any(written.resolve() == other.resolve() for other in (path, codebook)):
            raise DataError(f"{written.name}: holds the answers or their codebook; expected another file for the table")
    definition = read_codebook(codebook)
    if protection.minimum and not is_simple_sample(definition):
        definition = definition.leave_values_out()  # nothing protects them beside that share
    answers = Answers(
        path,
        definition.delimiter,
        definition.encoding,
        definition.decimal,
        definition.sheet,
        definition.header_rows,
    )
    count = count_file(answers, definition, backend, protection)
    rows = list(iterate_estimates(count.tally, definition))
    means = list(iterate_means(count.tally, definition))
    quantiles = list(iterate_quantiles(count.tally, definition))
    protected = Protected()
    if protection.minimum and decimals is None and not is_simple_sample(definition):
        decimals = DESIGN_DECIMALS
    places = EXACT_DECIMALS if decimals is None else decimals
    if protection.minimum:
        protected = protect_rows(rows, count, definition, protection, places)
        protect_means(means, rows, count.tally, definition, protection.minimum)
        protect_quantiles(quantiles, means, count.tally, protection.minimum)
        empty_small_missing([*rows, *means, *quantiles], count.tally, definition, protection.minimum)
    rows = _add_scales(rows, definition) + means + quantiles
    if definition.group:
        rows = [row | {"segment": definition.group} if row["segment"] == TOTAL else row for row in rows]
    printed = rows if decimals is None else [round_row(row, decimals) for row in rows]
    differences = compare_groups(count.tally, definition)
    if protection.minimum:
        differences = protect_differences(differences, printed, definition, protected.uncompared, places)
    differences = adjust_for_many(differences, definition)
    files = {output: render_csv(definition.words.describe(row) | row for row in printed)}
    if definition.breakdowns:
        files[compared] = render_differences([row if decimals is None else row.round(decimals) for row in differences])
    move_parts(write_parts(files))  # both, or neither where one cannot be written
    if not definition.breakdowns:
        compared.unlink(missing_ok=True)  # of a table that had groups
    renamed = () if answers.is_parquet or not path.exists() else answers.header.repeated
    return Tabulation(rows, differences, count, protected, renamed)


def count_file(answers: Answers, codebook: Codebook, backend: str, protection: Protection) -> Counted:
    """Return the sums of a file of answers, and what else its protection needs.

    People in no group of a breakdown are left out where the total, less the groups, would reveal what so few answered:
    else the groups themselves had to be suppressed. Raises DataError, which names line and column of the first fault.
    """
    grouped: set[int] = set()
    profiles, exclusive, largest = None, [], []
    known = codebook  # of which a reader knows strata and clusters
    with reraise_as_data_error(answers, codebook), open_answers(answers, backend) as opened:
        table = select_counted(opened, codebook)
        uncounted = 0 if table is opened else _count_rows(opened) - _count_rows(table)
        with encode_answers(table, codebook) as people:
            tally, cells = count_answers(people, codebook)
            while small := tally.find_small_remainders(codebook, protection.minimum):
                grouped |= small
                tally, cells = count_answers(people, codebook, grouped)
            weighed = weigh_people(people, codebook, tally.digits, grouped)
            tally.quantities = count_quantities(weighed, codebook, tally, protection.minimum)
            if protection.minimum:
                counted = weighed.filter(weighed.positive == 1)
                exclusive = find_exclusive_questions(counted, codebook)
                if len(codebook.breakdowns) > 1 or codebook.stratum or codebook.cluster:
                    known = choose_known_design(cells, codebook)
                    profiles = count_profiles(cells, known)
                if protection.dominance and codebook.weight:
                    largest = sum_largest_weights(counted, codebook, protection.dominance[0])
    left_out = [codebook.breakdowns[place].key for place in sorted(grouped)]
    return Counted(
        tally, profiles, exclusive, largest, left_out, uncounted, known == codebook and not codebook.cluster_population
    )


def _count_rows(table: ibis.Table) -> int:
    return int(table.count().to_pyarrow().as_py())


def iterate_estimates(tally: Tally, codebook: Codebook) -> Iterator[Row]:
    """Yield the rows of the table, item by item, each group and then everybody."""
    breakdowns = [(group, part.key.split(".")[-1]) for part in codebook.breakdowns for group in part.groups]
    for place, item in enumerate(codebook.items):
        for (segment, breakdown), group_sums in zip([*breakdowns, (TOTAL, "")], tally.sums, strict=True):
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
                "breakdown": breakdown,
            }


def _add_scales(rows: Sequence[Row], codebook: Codebook) -> list[Row]:
    """Return rows with one for each scale without a share of its highest values: its name and base, and no figure.

    It stands before the rows of the first value, one for each group.
    """
    scales = {(item.question, item.item): item.scale for item in codebook.items if item.single_answer != item.question}
    named, complete = set[tuple[str, str]](), list[Row]()
    for key, of_item in groupby(rows, key=lambda row: (str(row["question"]), str(row["item"]))):
        values = list(of_item)
        scale = key[0], scales.get(key, "")
        if scale[1] and scale not in named:
            named.add(scale)
            complete += [row | dict.fromkeys(FIGURES) | {"item": scale[1], "withheld": ""} for row in values]
        complete += values
    return complete


def round_row(row: Row, decimals: int) -> Row:
    """Return a row with its floats rounded."""
    return {name: round(value, decimals) if isinstance(value, float) else value for name, value in row.items()}


def _to_percent(share: Fraction | float | None) -> float | None:
    return None if share is None else float(100 * share)
