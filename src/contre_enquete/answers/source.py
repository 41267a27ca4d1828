"""Open a file of answers, as a table of the engine and, to say where a fault is, line by line."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from ..errors import DataError, EditionError
from .progress import progress

if TYPE_CHECKING:
    import ibis

LONGEST = 1_000_000  # characters in a line
CHUNK = 1 << 20
PARQUET = (".parquet", ".pq")
MEMORY = "1GB"  # for the engine that is embedded; beyond it goes to disk
ZIPPED = "PK\x03\x04"  # what a workbook begins with

Rows = Iterator[tuple[int, list[str]]]  # the number of the first line of each row, or of the row, and its cells


@dataclass(frozen=True)
class Answers:
    """A file of answers, CSV (as it is or gzipped) or Parquet, or a table of the engine."""

    path: Path
    delimiter: str = ","
    encoding: str = "utf-8"

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def is_parquet(self) -> bool:
        return self.path.suffix.lower() in PARQUET

    @property
    def is_utf8(self) -> bool:
        return codecs.lookup(self.encoding).name == "utf-8"

    def opened(self) -> BinaryIO:
        return cast(BinaryIO, gzip.open(self.path)) if self.path.suffix.lower() == ".gz" else self.path.open("rb")

    def lines(self) -> Iterator[tuple[int, str]]:
        """Give each line of a CSV file with its number. Raises DataError for one that is no text or too long."""
        number = 0
        encoding = "utf-8-sig" if self.is_utf8 else self.encoding
        with io.TextIOWrapper(self.opened(), encoding, errors="surrogateescape", newline="") as text:
            try:
                while line := text.readline(LONGEST + 1):
                    number += 1
                    if number == 1 and line.startswith(ZIPPED):
                        raise DataError(f"{self.name}: a workbook or an archive; expected it saved as CSV (UTF-8)")
                    if len(line) > LONGEST:
                        raise self.fault(number, f"a line of more than {LONGEST:,} characters; expected a shorter one")
                    if not line.isascii() and any("\ud800" <= sign <= "\udfff" for sign in line):
                        raise self.fault(number, f"not {self.encoding}; expected that, or the encoding in the codebook")
                    if "\0" in line:
                        raise self.fault(number, "a sign that is none (NUL); expected text")
                    yield number, line
            except (EOFError, gzip.BadGzipFile, zlib.error):
                told = "the gzip file ends or breaks after this line; expected the whole file"
                raise self.fault(number, told) if number else DataError(f"{self.name}: no gzip file") from None
            except UnicodeError:
                raise self.fault(
                    number + 1, f"not {self.encoding}; expected that, or the encoding in the codebook"
                ) from None

    def rows(self) -> Rows:
        """Give the rows of a CSV file, the header first, without those that are empty."""
        reached = 0

        def lines() -> Iterator[str]:
            nonlocal reached
            for number, line in self.lines():
                reached = number
                yield line

        rows = csv.reader(lines(), delimiter=self.delimiter, strict=True)
        csv.field_size_limit(LONGEST)
        begun, width = 1, 0
        while True:
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error:
                told = 'a quotation mark that does not close; expected "" for one within a text'
                raise self.fault(begun, told) from None
            width = width or len(row)
            if row and len(row) != width:
                raise self.fault(
                    begun, f"{len(row)} cells; expected {width}, as in the header, separated by {self.delimiter!r}"
                )
            if row:
                yield begun, row
            begun = reached + 1

    def header(self) -> list[str]:
        """Return the names of the columns of a CSV file. Raises DataError if it has none, or a name twice."""
        _, names = next(self.rows(), (0, []))
        if not names:
            raise DataError(f"{self.name}: empty; expected a header and rows")
        for place, name in enumerate(names, 1):
            if not name:
                raise DataError(f"{self.name}, line 1, cell {place}: empty; expected the name of a column")
            if name.casefold() in [other.casefold() for other in names[: place - 1]]:
                told = "a name that the header has already, but for capitals; expected another"
                raise DataError(f"{self.name}, line 1, cell {place}: {told}")
        return names

    def fault(self, line: int, told: str) -> DataError:
        return DataError(f"{self.name}, {'row' if self.is_parquet else 'line'} {line}: {told}")


@contextmanager
def opened(answers: Answers, backend: str = "") -> Iterator[ibis.Table]:
    """Open answers in DuckDB, embedded, or in the engine of an address that Ibis knows, all of it as text if it is CSV.

    An engine that is neither DuckDB nor Spark is asked for a table of that name. Raises DataError if it cannot be read.
    """
    try:
        import ibis
    except ModuleNotFoundError as error:
        raise EditionError(
            f"{error.name} is not installed; to tabulate answers: pip install 'contre-enquete[answers]'"
        ) from None

    with TemporaryDirectory(prefix="contre-enquete-") as folder:
        con = _connected(backend) if backend else ibis.duckdb.connect(memory_limit=MEMORY, temp_directory=folder)
        if con.name == "pyspark":
            con._session.sparkContext.setLogLevel("OFF")  # what it logs quotes lines
        if con.name == "duckdb":
            con.raw_sql("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
        if not answers.path.exists():
            if backend and answers.name in con.list_tables():
                yield con.table(answers.name)
                return
            raise DataError(f"{answers.name}: not found")
        if not answers.path.is_file():
            raise DataError(f"{answers.name}: a folder; expected a file of answers")
        if answers.is_parquet:
            table = con.read_parquet(answers.path)
            rows = int(table.count().to_pyarrow().as_py())
        else:
            names = answers.header()
            path = answers.path
            if path.suffix.lower() == ".gz" or not answers.is_utf8:
                path = Path(folder, "answers.csv")
                _unpack(answers, path)
            table = con.read_csv(path, **_reading(con.name, answers.delimiter, names))
            rows = _about_rows(path)
        with progress(con, rows):
            yield table


def _connected(backend: str) -> Any:
    """Return Ibis' connection to an engine by its address, of which only the kind may be told: it may hold a password."""
    import ibis

    try:
        return ibis.connect(backend)
    except Exception as error:
        kind = backend.split(":")[0]
        raise DataError(
            f"backend {kind}: cannot be reached ({type(error).__name__}); expected the address of an engine that is installed, as pyspark://"
        ) from None


def _about_rows(path: Path) -> int:
    """Return how many lines a file has if all are as long as those it begins with."""
    with path.open("rb") as file:
        lines = file.read(CHUNK)
    return path.stat().st_size * lines.count(b"\n") // max(1, len(lines))


def _unpack(answers: Answers, target: Path) -> None:
    """Write a CSV file as it is without gzip and in UTF-8: engines know other encodings, and notice less of a gzip file that is cut."""
    try:
        with answers.opened() as source, target.open("wb") as copy:
            if answers.is_utf8:
                shutil.copyfileobj(source, copy, CHUNK)
            text = io.TextIOWrapper(source, answers.encoding, newline="")
            while chunk := text.read(CHUNK):
                copy.write(chunk.encode())
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeError):
        for _ in answers.lines():
            pass  # until the line is found
        raise


def _reading(engine: str, delimiter: str, names: list[str]) -> dict[str, Any]:
    """Return how an engine is told to read a CSV file: everything as text, nothing guessed, nothing left out."""
    quotes = {"header": True, "quote": '"', "escape": '"'}
    match engine:
        case "duckdb":
            text = dict.fromkeys(names, "VARCHAR")
            return {**quotes, "delim": delimiter, "auto_detect": False, "columns": text, "max_line_size": LONGEST}
        case "pyspark":
            columns = ", ".join("`" + name.replace("`", "``") + "` STRING" for name in names)
            return {
                **quotes,
                "sep": delimiter,
                "schema": columns,
                "inferSchema": False,
                "multiLine": True,
                "mode": "FAILFAST",
            }
    raise DataError(f"the engine {engine} reads no file here; expected duckdb or pyspark, or the name of a table in it")
