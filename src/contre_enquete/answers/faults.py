"""Find the first line of a file of answers that cannot be used. Slow, and only read when the engine has found a fault.

What is said names line, column and what was expected, never what was found: that is somebody's answer.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any

from ..errors import DataError, EditionError
from .codebook import Codebook
from .source import Answers, Rows
from .tally import HEAVIEST, LONELY, FaultyAnswers, FaultyColumn, weights


@contextmanager
def faults_told(answers: Answers, codebook: Codebook | None = None) -> Iterator[None]:
    """Raise DataError, in words of our own, for what an engine raises in the block and for what sums show to be wrong."""
    try:
        yield
    except EditionError:
        raise
    except FaultyColumn as error:
        raise DataError(f"{answers.name}: {error}") from None
    except Exception as error:  # of whichever engine: its words quote a line, which is nobody's to read
        if isinstance(error.__cause__, KeyboardInterrupt):  # as DuckDB tells it
            raise KeyboardInterrupt from None
        if answers.path.exists():
            _locate_anyhow(answers, codebook)
        kind = "Parquet" if answers.is_parquet else "CSV"
        told = str(error)
        if not isinstance(error, FaultyAnswers):
            told = (
                f"the engine stops ({type(error).__name__}); expected a {kind} file, and memory and disk enough for it"
            )
        raise DataError(f"{answers.name}: {told}") from None


def _locate_anyhow(answers: Answers, codebook: Codebook | None) -> None:
    """Raise DataError for the first fault of a file, and return if there is none or the file cannot be read at all."""
    try:
        if codebook:
            locate(answers, codebook)
        elif not answers.is_parquet:
            for _ in answers.rows():
                pass
    except EditionError:
        raise
    except Exception:
        return


def locate(answers: Answers, codebook: Codebook) -> None:
    """Raise DataError for the first fault of the file, and return if it has none that a reading line by line can see."""
    rows = _parquet_rows(answers, codebook) if answers.is_parquet else answers.rows()
    _, header = next(rows, (0, []))
    places = {name: header.index(name) for name in codebook.list_columns() if name in header}
    if len(places) < len(codebook.list_columns()):
        return  # told by the engine already
    strata: dict[str, tuple[int, set[str]]] = {}  # the first line of each, and its clusters
    sizes: dict[str, float] = {}
    for line, row in rows:
        cells = {name: row[place] for name, place in places.items()}
        for name, expected in _faults(cells, codebook):
            raise answers.fault(line, f"column {name}: expected {expected}")
        stratum = cells.get(codebook.stratum, "")
        cluster = cells[codebook.cluster] if codebook.cluster else str(line)
        _, clusters = strata.setdefault(stratum, (line, set()))
        if codebook.cluster or len(clusters) < 2:
            clusters.add(cluster)
        size = _number(cells[codebook.population], codebook.decimal) if codebook.population else math.inf
        if sizes.setdefault(stratum, size) != size:
            raise answers.fault(line, f"column {codebook.population}: expected the same number in the whole stratum")
    for stratum, (line, clusters) in strata.items():
        if len(clusters) == 1 and sizes[stratum] > 1:
            unit = codebook.cluster or codebook.stratum or header[0]
            raise answers.fault(line, f"column {unit}: alone; expected {LONELY}")


def _faults(cells: dict[str, str], codebook: Codebook) -> Iterator[tuple[str, str]]:
    """Give each column of a line that cannot be used, with what was expected."""
    for name in (codebook.stratum, codebook.cluster):
        if name and not cells[name]:
            yield name, "a value"
    if codebook.weight and not 0 <= _number(cells[codebook.weight], codebook.decimal) <= HEAVIEST:
        yield codebook.weight, weights(codebook)
    if codebook.population:
        size = _number(cells[codebook.population], codebook.decimal)
        if not (1 <= size < math.inf and size == int(size)):
            yield codebook.population, "a whole number of at least 1"
    grouping = ((breakdown.column, f" in {breakdown.key}") for breakdown in codebook.breakdowns)
    for told, where in chain(grouping, ((told, "") for told in codebook.columns)):
        try:
            told.find_code(cells[told.name])
        except LookupError:
            listed = sorted(set().union(*told.codes, told.missing) - {""})
            yield (
                told.name,
                f"a value that the codebook lists{where}, letter by letter: " + ", ".join(map(repr, listed)),
            )


def _number(text: str, decimal: str) -> float:
    """Return a text as a number, NaN if it is none."""
    text = text.replace("_", "?")
    try:
        return float(text if decimal == "." else text.replace(".", "?").replace(decimal, "."))
    except ValueError:
        return math.nan


def _parquet_rows(answers: Answers, codebook: Codebook) -> Rows:
    """Give the names of the columns that the codebook uses, then their values as texts."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(answers.path) as file:
        names = [name for name in codebook.list_columns() if name in file.schema_arrow.names]
        yield 0, names
        number = 0
        for batch in file.iter_batches(batch_size=10_000, columns=names):
            for record in batch.to_pylist():
                number += 1
                yield number, [_text(record[name], codebook.decimal) for name in names]


def _text(value: Any, decimal: str) -> str:
    """Return a value of a Parquet file as the codebook writes it."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if math.isfinite(value) and value == int(value) else str(value).replace(".", decimal)
    return str(value)
