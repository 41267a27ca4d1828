"""Open a file of answers, as a table of the engine and, to locate a error, line by line."""

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
from .progress import report_progress

if TYPE_CHECKING:
    import ibis

MAX_LINE = 1_000_000  # characters in a line
CHUNK_BYTES = 1 << 20
PARQUET_SUFFIXES = (".parquet", ".pq")
MEMORY_LIMIT = "1GB"  # for the embedded engine, which goes to disk beyond it
ZIP_SIGNATURE = "PK\x03\x04"  # what a workbook begins with

Rows = Iterator[tuple[int, list[str]]]  # the number of the first line of each row, or of the row, and its cells


@dataclass(frozen=True)
class Answers:
    """A file of answers, CSV (as it is or gzipped) or Parquet, or a table of the engine."""

    path: Path
    delimiter: str = ","
    encoding: str = "utf-8"

    @property
    def name(self) -> str:
        """The name of the file, as messages show it."""
        return self.path.name

    @property
    def is_parquet(self) -> bool:
        """Whether the file is Parquet, by its name."""
        return self.path.suffix.lower() in PARQUET_SUFFIXES

    @property
    def is_utf8(self) -> bool:
        """Whether the encoding is UTF-8, by whichever name."""
        return codecs.lookup(self.encoding).name == "utf-8"

    def open_file(self) -> BinaryIO:
        """Return the file, open to read its bytes without gzip."""
        return cast(BinaryIO, gzip.open(self.path)) if self.path.suffix.lower() == ".gz" else self.path.open("rb")

    def iterate_lines(self) -> Iterator[tuple[int, str]]:
        """Yield each line of a CSV file with its number. Raises DataError for one that is no text or too long."""
        number = 0
        encoding = "utf-8-sig" if self.is_utf8 else self.encoding
        with io.TextIOWrapper(self.open_file(), encoding, errors="surrogateescape", newline="") as text:
            try:
                while line := text.readline(MAX_LINE + 1):
                    number += 1
                    if number == 1 and line.startswith(ZIP_SIGNATURE):
                        raise DataError(f"{self.name}: a workbook or an archive; expected it saved as CSV (UTF-8)")
                    if len(line) > MAX_LINE:
                        raise self.error(number, f"a line of more than {MAX_LINE:,} characters; expected a shorter one")
                    if not line.isascii() and any("\ud800" <= sign <= "\udfff" for sign in line):
                        raise self.error(number, f"not {self.encoding}; expected that, or the encoding in the codebook")
                    if "\0" in line:
                        raise self.error(number, "a sign that is none (NUL); expected text")
                    yield number, line
            except (EOFError, gzip.BadGzipFile, zlib.error):
                problem = "the gzip file ends or breaks after this line; expected the whole file"
                raise self.error(number, problem) if number else DataError(f"{self.name}: no gzip file") from None
            except UnicodeError:
                raise self.error(
                    number + 1, f"not {self.encoding}; expected that, or the encoding in the codebook"
                ) from None

    def iterate_rows(self) -> Rows:
        """Yield the rows of a CSV file, the header first, without empty ones."""
        reached = 0

        def lines() -> Iterator[str]:
            nonlocal reached
            for number, line in self.iterate_lines():
                reached = number
                yield line

        rows = csv.reader(lines(), delimiter=self.delimiter, strict=True)
        csv.field_size_limit(MAX_LINE)
        begun, width = 1, 0
        while True:
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error:
                problem = 'a quotation mark that does not close; expected "" for one within a text'
                raise self.error(begun, problem) from None
            width = width or len(row)
            if row and len(row) != width:
                raise self.error(
                    begun, f"{len(row)} cells; expected {width}, as in the header, separated by {self.delimiter!r}"
                )
            if row:
                yield begun, row
            begun = reached + 1

    def read_header(self) -> list[str]:
        """Return the names of the columns of a CSV file. Raises DataError if it has none, or a name twice."""
        _, names = next(self.iterate_rows(), (0, []))
        if not names:
            raise DataError(f"{self.name}: empty; expected a header and rows")
        for place, name in enumerate(names, 1):
            if not name:
                raise DataError(f"{self.name}, line 1, cell {place}: empty; expected the name of a column")
            if name.casefold() in [earlier.casefold() for earlier in names[: place - 1]]:
                problem = "a name that the header has already, but for capitals; expected another"
                raise DataError(f"{self.name}, line 1, cell {place}: {problem}")
        return names

    def error(self, line: int, problem: str) -> DataError:
        """Return the error of a line, or of a row of a Parquet file."""
        return DataError(f"{self.name}, {'row' if self.is_parquet else 'line'} {line}: {problem}")


@contextmanager
def open_answers(answers: Answers, backend: str = "") -> Iterator[ibis.Table]:
    """Open answers in embedded DuckDB, or in the engine of an address that Ibis knows; CSV is read as text.

    Of an engine that is neither DuckDB nor Spark, the table of that name is opened. Raises DataError if answers cannot
    be read.
    """
    try:
        import ibis
    except ModuleNotFoundError as error:
        raise EditionError(
            f"{error.name} is not installed; to tabulate answers: pip install 'contre-enquete[answers]'"
        ) from None

    with TemporaryDirectory(prefix="contre-enquete-") as folder:
        con = _connect(backend) if backend else ibis.duckdb.connect(memory_limit=MEMORY_LIMIT, temp_directory=folder)
        if con.name == "pyspark":
            con._session.sparkContext.setLogLevel("OFF")  # what it logs quotes lines
        if con.name == "duckdb":
            # So that it counts what it has read, but prints nothing: `progress` says why.
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
            names = answers.read_header()
            path = answers.path
            if path.suffix.lower() == ".gz" or not answers.is_utf8:
                path = Path(folder, "answers.csv")
                _write_utf8(answers, path)
            table = con.read_csv(path, **_make_csv_options(con.name, answers.delimiter, names))
            rows = _estimate_rows(path)
        with report_progress(con, rows):
            yield table


def _connect(backend: str) -> Any:
    """Return Ibis' connection to an engine. Errors show only the kind of its address, which may hold a password."""
    import ibis

    try:
        return ibis.connect(backend)
    except Exception as error:
        kind = backend.split(":")[0]
        raise DataError(
            f"backend {kind}: cannot be reached ({type(error).__name__}); "
            "expected the address of an engine that is installed, as pyspark://"
        ) from None


def _estimate_rows(path: Path) -> int:
    """Return how many lines a file has, if all are as long as the first ones."""
    with path.open("rb") as file:
        lines = file.read(CHUNK_BYTES)
    return path.stat().st_size * lines.count(b"\n") // max(1, len(lines))


def _write_utf8(answers: Answers, target: Path) -> None:
    """Write a copy of a CSV file without gzip and in UTF-8, which every engine reads in the same way.

    Engines differ in the encodings that they know, and may not notice that a gzip file is cut.
    """
    try:
        with answers.open_file() as source, target.open("wb") as copy:
            if answers.is_utf8:
                shutil.copyfileobj(source, copy, CHUNK_BYTES)
            text = io.TextIOWrapper(source, answers.encoding, newline="")
            while chunk := text.read(CHUNK_BYTES):
                copy.write(chunk.encode())
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeError):
        for _ in answers.iterate_lines():
            pass  # raises the error of the first line that cannot be read
        raise


def _make_csv_options(engine: str, delimiter: str, names: list[str]) -> dict[str, Any]:
    """Return an engine's options to read a CSV file: everything as text, nothing guessed, nothing left out."""
    quotes = {"header": True, "quote": '"', "escape": '"'}
    match engine:
        case "duckdb":
            text = dict.fromkeys(names, "VARCHAR")
            return {**quotes, "delim": delimiter, "auto_detect": False, "columns": text, "max_line_size": MAX_LINE}
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
