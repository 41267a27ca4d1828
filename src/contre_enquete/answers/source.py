"""Open a file of answers, as a table of the engine and, to locate a error, line by line."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import os
import shutil
import stat
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile, gettempdir
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from ..errors import DataError, EditionError
from ..project import is_running
from .progress import report_progress

if TYPE_CHECKING:
    import ibis

MAX_LINE = 1_000_000  # characters in a line
MAX_COLUMNS = 10_000
MAX_SECONDS = 3_600  # of all that the engine computes for a table
CHUNK_BYTES = 1 << 20
FOLDER_PREFIX = "contre-enquete-"  # of temporary folders, before the number of the process
OPEN_FILES = Path("/dev/fd")  # where the system has the open files of a process by number; Windows has none
STANDARD_INPUT = OPEN_FILES / "0"
PARQUET_SUFFIXES = (".parquet", ".pq")
MEMORY_LIMIT = "1GB"  # for the embedded engine, which goes to disk beyond it
PARQUET_SIGNATURE = b"PAR1"
GZIP_SIGNATURE = b"\x1f\x8b"
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
        return "standard input" if self.path.parent == OPEN_FILES else self.path.name

    @cached_property
    def is_parquet(self) -> bool:
        """Whether the file is Parquet, by its name or its first bytes."""
        return self.path.suffix.lower() in PARQUET_SUFFIXES or self._begins_with(PARQUET_SIGNATURE)

    @property
    def is_whole_parquet(self) -> bool:
        """Whether the file begins and ends as a Parquet file does."""
        with self.path.open("rb") as file:
            beginning = file.read(4)
            file.seek(max(-4, -self.path.stat().st_size), os.SEEK_END)
            return beginning == file.read(4) == PARQUET_SIGNATURE

    @cached_property
    def is_gzipped(self) -> bool:
        """Whether the file is packed by gzip, by its name or its first bytes."""
        return self.path.suffix.lower() == ".gz" or self._begins_with(GZIP_SIGNATURE)

    def _begins_with(self, signature: bytes) -> bool:
        try:
            with self.path.open("rb") as file:
                return file.read(len(signature)) == signature
        except OSError:
            return False

    @property
    def is_utf8(self) -> bool:
        """Whether the encoding is UTF-8, by whichever name."""
        return codecs.lookup(self.encoding).name == "utf-8"

    def open_file(self) -> BinaryIO:
        """Return the file, open to read its bytes without gzip."""
        return cast(BinaryIO, gzip.open(self.path)) if self.is_gzipped else self.path.open("rb")

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
        """Return the names of the columns of a CSV file. Raises DataError if it has none, too many, or a name twice."""
        beginning = [line for _, line in islice(self.iterate_lines(), 2)]
        if len(beginning) == 2 and beginning[0].endswith("\r") and beginning[1] == "\r\n":
            problem = "ends with CR twice, then LF, as a text does that Windows wrote twice; expected LF, or CR and LF"
            raise self.error(1, problem)
        _, names = next(self.iterate_rows(), (0, []))
        if not names:
            raise DataError(f"{self.name}: empty; expected a header and rows")
        if len(names) > MAX_COLUMNS:
            raise self.error(1, f"{len(names):,} columns; expected at most {MAX_COLUMNS:,}: keep those of the codebook")
        earlier: set[str] = set()
        for place, name in enumerate(names, 1):
            if not name:
                raise DataError(f"{self.name}, line 1, cell {place}: empty; expected the name of a column")
            if name.casefold() in earlier:
                problem = "a name that the header has already, but for capitals; expected another"
                raise DataError(f"{self.name}, line 1, cell {place}: {problem}")
            earlier.add(name.casefold())
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

    _remove_leftovers()
    with TemporaryDirectory(prefix=f"{FOLDER_PREFIX}{os.getpid()}-") as folder, ExitStack() as opened:
        con = _connect(backend) if backend else ibis.duckdb.connect(memory_limit=MEMORY_LIMIT, temp_directory=folder)
        if con.name == "pyspark":
            con._session.sparkContext.setLogLevel("OFF")  # what it logs quotes lines
        if con.name == "duckdb":
            # So that it counts what it has read, but prints nothing: `progress` says why.
            con.raw_sql("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
            opened.enter_context(_limit_time(con.con.interrupt))
        if not answers.path.exists():
            if backend and answers.name in con.list_tables():
                yield con.table(answers.name)
                return
            raise DataError(f"{answers.name}: not found")
        if not answers.path.is_file():
            kind = "a folder" if answers.path.is_dir() else "no ordinary file"
            raise DataError(f"{answers.name}: {kind}; expected a file of answers")
        names = [] if answers.is_parquet else answers.read_header()
        if answers.is_parquet and not answers.is_whole_parquet:
            raise DataError(f"{answers.name}: no Parquet file, or one that is cut; expected the whole file")
        path = opened.enter_context(_open_for_engine(answers, con.name, Path(folder)))
        if answers.is_parquet:
            table = con.read_parquet(path)
            rows = int(table.count().to_pyarrow().as_py())
        else:
            table = con.read_csv(path, **_make_csv_options(con.name, answers.delimiter, names))
            rows = _estimate_rows(Path(path))
        with report_progress(con, rows):
            yield table


@contextmanager
def hold_pipe(path: Path) -> Iterator[Path]:
    """Yield where answers can be read as often as is needed: the path itself, or of a pipe a copy without a name.

    "-" is standard input. The copy is a file that no folder lists, so nothing stays of it, however the run ends.
    """
    path = STANDARD_INPUT if path == Path("-") else path
    try:
        mode = path.stat().st_mode
    except OSError:  # which `open_answers` tells
        mode = stat.S_IFREG
    if path == STANDARD_INPUT and stat.S_ISCHR(mode):
        raise DataError("standard input: a terminal or a device; expected answers from a file or another command")
    if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        yield path
        return
    with TemporaryFile() as copy:
        with open(0, "rb", closefd=False) if path == STANDARD_INPUT else path.open("rb") as source:
            shutil.copyfileobj(source, copy, CHUNK_BYTES)
        copy.flush()
        yield OPEN_FILES / str(copy.fileno())


@contextmanager
def _open_for_engine(answers: Answers, engine: str, folder: Path) -> Iterator[str]:
    """Yield where an engine reads the very file of the answers: as it is, or else a copy in UTF-8 without gzip.

    Engines take signs in a file's name, as [ ] * ?, for a pattern of several files. So DuckDB is given the number of an
    open file, and the copy has no name. Other engines, and others' systems, are given a plain name in `folder`.
    """
    is_plain = answers.is_parquet or (answers.is_utf8 and not answers.is_gzipped)
    if engine == "duckdb" and OPEN_FILES.is_dir():
        with answers.path.open("rb") if is_plain else TemporaryFile() as file:
            if not is_plain:
                _write_utf8(answers, cast(BinaryIO, file))
                file.flush()
            yield str(OPEN_FILES / str(file.fileno()))
        return
    path = folder / f"answers{'.parquet' if answers.is_parquet else '.csv'}"
    if is_plain:
        path.symlink_to(answers.path.resolve())
    else:
        with path.open("wb") as file:
            _write_utf8(answers, file)
    yield str(path)


@contextmanager
def _limit_time(interrupt: Callable[[], None]) -> Iterator[None]:
    """Call `interrupt` if the block takes longer than `MAX_SECONDS`."""
    timer = threading.Timer(MAX_SECONDS, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _remove_leftovers() -> None:
    """Remove the folders of runs that were killed: answers that the engine kept there may be in them."""
    for folder in Path(gettempdir()).glob(f"{FOLDER_PREFIX}*-*"):
        process = folder.name.removeprefix(FOLDER_PREFIX).split("-")[0]
        if process.isdecimal() and not is_running(int(process)):
            shutil.rmtree(folder, ignore_errors=True)  # it follows no link, and others' folders refuse


def describe_resources() -> str:
    """Return what the engine needs besides a file, and how much disk there is for it."""
    folder = gettempdir()
    free = shutil.disk_usage(folder).free // 1_000_000
    return f"and memory and disk enough for it (temporary files go to {folder}, TMPDIR, with {free:,} MB free)"


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


def _write_utf8(answers: Answers, copy: BinaryIO) -> None:
    """Write a copy of a CSV file without gzip and in UTF-8, which every engine reads in the same way.

    Engines differ in the encodings that they know, and may not notice that a gzip file is cut.
    """
    try:
        with answers.open_file() as source:
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
