"""Find the first line of a file of answers that cannot be used. Slow: it runs only after the engine has found a fault.

Messages name line, column and what was expected, never what was found: that is somebody's answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

from ..errors import DataError, EditionError
from ..files import parse_number
from .codebook import Codebook, Column, parse_quantity
from .formats import Rows, format_answer
from .source import MAX_COMPUTING_SECONDS, Answers, describe_resources
from .tally import EXPECTED_NUMBER, MAX_WEIGHT, SINGLETON_STRATUM, AnswersError, ColumnError, describe_weights

UNREADABLE = "InvalidInputException"  # what DuckDB raises for a file that it cannot read at all


@contextmanager
def reraise_as_data_error(answers: Answers, codebook: Codebook | None = None) -> Iterator[None]:
    """Raise an error of the engine or of the sums in the block as a DataError, which quotes no answer."""
    try:
        yield
    except EditionError:
        raise
    except ColumnError as error:
        raise DataError(f"{answers.name}: {error}") from None
    except Exception as error:  # of whichever engine: its message quotes a line, so it is not passed on
        if isinstance(error.__cause__, KeyboardInterrupt):  # as DuckDB reports it
            raise KeyboardInterrupt from None
        stops = type(error).__name__
        if answers.path.exists():
            _raise_first_fault(answers, codebook)
            if stops == UNREADABLE and answers.format == "csv":
                _check_line_ends(answers)
        kind = "Parquet" if answers.is_parquet else "CSV"
        problem = str(error)
        if stops == UNREADABLE and answers.is_parquet:
            problem = "no Parquet file, or a damaged one; expected the whole file"
        elif not isinstance(error, AnswersError):
            if stops == "InterruptException":
                stops = f"{MAX_COMPUTING_SECONDS:,} seconds are over"
            problem = f"the engine stops ({stops}); expected a {kind} file, {describe_resources()}"
        raise DataError(f"{answers.name}: {problem}") from None


def _raise_first_fault(answers: Answers, codebook: Codebook | None) -> None:
    """Raise DataError for the first fault of a file; return if there is none, or if the file cannot be read at all."""
    try:
        if codebook:
            check_lines(answers, codebook)
        elif not answers.is_parquet:
            for _ in answers.iterate_rows():
                pass
    except EditionError:
        raise
    except Exception:
        return


def _check_line_ends(answers: Answers) -> None:
    """Raise DataError for the first line that does not end as those before it: engines read no such file."""
    earlier = ""
    for number, line in answers.iterate_lines():
        end = line[len(line.rstrip("\r\n")) :]
        if earlier and end and end != earlier:
            raise answers.error(
                number, f"ends with {end!r}, those before it with {earlier!r}; expected the same for all"
            )
        earlier = end


def check_lines(answers: Answers, codebook: Codebook) -> None:
    """Raise DataError for the first fault of the file that can be seen line by line; return if there is none."""
    rows = _read_parquet_rows(answers, codebook) if answers.is_parquet else answers.iterate_rows()
    _, header = next(rows, (0, []))
    places = {name: header.index(name) for name in codebook.list_columns() if name in header}
    if len(places) < len(codebook.list_columns()):
        return  # `count_answers` has reported it
    strata: dict[str, tuple[int, set[str]]] = {}  # the first line of each, and its clusters
    sizes: dict[str, float] = {}
    people = ((line, {name: row[place] for name, place in places.items()}) for line, row in rows)
    people = ((line, cells) for line, cells in people if codebook.counts_person(cells))
    for line, cells in people:
        for name, expected in _find_faults(cells, codebook):
            if any(column.labels and column.name == name for column in codebook.columns):
                count = 1 + sum(name in dict(_find_faults(cells, codebook)) for _, cells in people)
                expected += f" (rows with others: {count:,})"
            raise answers.error(line, f"column {name}: expected {expected}")
        stratum = cells.get(codebook.stratum, "")
        cluster = cells[codebook.cluster] if codebook.cluster else str(line)
        _, clusters = strata.setdefault(stratum, (line, set()))
        if codebook.cluster or len(clusters) < 2:
            clusters.add(cluster)
        size = parse_number(cells[codebook.population], codebook.decimal) if codebook.population else math.inf
        if sizes.setdefault(stratum, size) != size:
            raise answers.error(line, f"column {codebook.population}: expected the same number in the whole stratum")
    for stratum, (line, clusters) in strata.items():
        if len(clusters) == 1 and sizes[stratum] > 1 and not codebook.lonely:
            unit = codebook.cluster or codebook.stratum or header[0]
            raise answers.error(line, f"column {unit}: alone; expected {SINGLETON_STRATUM}")


def _find_faults(cells: dict[str, str], codebook: Codebook) -> Iterator[tuple[str, str]]:
    """Yield each column of a line that cannot be used, with what was expected."""
    for name in (codebook.stratum, codebook.cluster):
        if name and not cells[name]:
            yield name, "a value"
    if codebook.weight and not 0 <= parse_number(cells[codebook.weight], codebook.decimal) <= MAX_WEIGHT:
        yield codebook.weight, describe_weights(codebook)
    if codebook.population:
        size = parse_number(cells[codebook.population], codebook.decimal)
        if not (1 <= size < math.inf and size == int(size)):
            yield codebook.population, "a whole number of at least 1"
    grouping = ((breakdown.column, f" in {breakdown.key}") for breakdown in codebook.breakdowns)
    for column, where in chain(grouping, ((column, "") for column in codebook.columns)):
        try:
            column.find_code(cells, codebook.decimal)
        except LookupError:
            yield column.name, _describe_values(column, where, codebook.decimal)
    for quantity in codebook.quantities:
        cell = cells[quantity.name]
        if cell not in quantity.missing and not parse_quantity(cell, codebook.decimal) >= 0:
            yield quantity.name, EXPECTED_NUMBER


def _describe_values(column: Column, where: str, decimal: str) -> str:
    """Return, in words, what a cell may hold."""
    listed = set().union(*column.codes, column.missing, column.labels.listed if column.labels else ()) - {""}
    values = ", ".join(map(repr, sorted(listed)))
    if column.limits:
        bands = " or ".join(f"from {least:.15g} to {greatest:.15g}" for least, greatest in column.limits)
        return f"a number {bands}{where}, with {decimal!r} for decimals{', or ' if values else ''}{values}"
    if column.labels:
        between = f"with {column.labels.separator!r} between two"
        return f'labels that the codebook lists{where}, letter by letter, {between}, or other = "any": {values}'
    return f"a value that the codebook lists{where}, letter by letter: {values}"


def _read_parquet_rows(answers: Answers, codebook: Codebook) -> Rows:
    """Yield the names of the columns that the codebook uses, then the values of each row as texts."""
    import pyarrow.parquet

    with answers.open_seekable() as opened, pyarrow.parquet.ParquetFile(opened) as file:
        names = [name for name in codebook.list_columns() if name in file.schema_arrow.names]
        yield 0, names
        number = 0
        for batch in file.iter_batches(batch_size=10_000, columns=names):
            for record in batch.to_pylist():
                number += 1
                yield number, [format_answer(record[name], codebook.decimal) for name in names]
