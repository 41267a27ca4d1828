"""Open a file of answers, as a table of the engine and, to locate an error, line by line."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import os
import re
import shutil
import stat
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile, gettempdir
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from ..errors import DataError, EditionError
from ..project import is_running
from .codebook import FILE_SEPARATORS
from .formats import Rows, find_format, iterate_statistics, iterate_workbook, list_sheets, open_unpacked, read_labels
from .header import Header
from .progress import report_progress

if TYPE_CHECKING:
    import ibis

MAX_LINE = 1_000_000  # characters in a line
MAX_COLUMNS = 10_000
MAX_COMPUTING_SECONDS = 3_600  # of all that the engine computes for a table
CHUNK_BYTES = 1 << 20
FOLDER_PREFIX = "contre-enquete-"  # of temporary folders, before the number of the process
OPEN_FILES = Path("/dev/fd")  # where the system has the open files of a process by number; Windows has none
STANDARD_INPUT = OPEN_FILES / "0"
MEMORY_LIMIT = "1GB"  # for the embedded engine, which goes to disk beyond it
PARQUET_SIGNATURE = b"PAR1"
PACKING_ERRORS = (EOFError, gzip.BadGzipFile, zlib.error, zipfile.BadZipFile)  # of a file that is cut or damaged
SAMPLE_LINES = 100  # from which the delimiter of a file is guessed
# How systems wrote accents before UTF-8, the likeliest first, and the signs by which they are told apart.
ENCODINGS = ("cp1252", "mac_roman", "cp850")
LETTERS = frozenset("àâäçéèêëîïôöùûüœÀÂÇÉÈÊËÎÏÔÙÛŒ’«»")


@dataclass(frozen=True)
class Answers:
    """A file of answers, or a table of the engine.

    A file is CSV, Parquet, a workbook, or of SPSS or Stata, as it is or in an archive.
    """

    path: Path
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    sheet: str = ""  # of a workbook; the first large one if it is empty
    header_rows: int = 1

    @property
    def name(self) -> str:
        """The name of the file, as messages show it."""
        return "standard input" if self.path.parent == OPEN_FILES else self.path.name or str(self.path)

    @cached_property
    def _packing(self) -> tuple[str, str, str]:
        return find_format(self.path, self.name)

    @property
    def is_packed(self) -> bool:
        """Whether the file is packed by gzip, or in a zip archive."""
        return bool(self._packing[0])

    @property
    def format(self) -> str:
        """The format, once unpacked: csv, parquet, workbook, sav or dta."""
        return self._packing[2]

    @property
    def is_parquet(self) -> bool:
        """Whether the file is Parquet, by its name or its first bytes."""
        return self.format == "parquet"

    @property
    def is_utf8(self) -> bool:
        """Whether the encoding is UTF-8, by whichever name."""
        return codecs.lookup(self.encoding).name == "utf-8"

    @property
    def is_plain(self) -> bool:
        """Whether an engine can read the file as it is."""
        if self.is_packed or self.is_parquet:
            return not self.is_packed
        if self.format != "csv" or not self.is_utf8 or self.header_rows > 1 or self._separator_line:
            return False
        return not re.search(r"[\r\n]", "".join(self.header.names))  # DuckDB may take it for the end of all lines

    @cached_property
    def _separator_line(self) -> str:
        """The delimiter that a first line as "sep=;" states for Excel, "" if there is none."""
        line = next(self.iterate_lines(), (1, ""))[1]
        match = re.fullmatch(r"sep=([,;\t|])[\r\n]*", line)
        return match[1] if match else ""

    @cached_property
    def header(self) -> Header:
        """The names of the columns. Raises DataError if there are none, or too many."""
        return self._read_header()[0]

    def reject_folder(self) -> None:
        """Raise DataError if the path is that of a folder or a device."""
        if not self.path.is_file():
            kind = "a folder" if self.path.is_dir() else "no ordinary file"
            raise DataError(f"{self.name}: {kind}; expected a file of answers")

    def open_file(self) -> BinaryIO:
        """Return the file, open to read its bytes once unpacked."""
        packing, member, _ = self._packing
        return open_unpacked(self.path, packing, member)

    def iterate_lines(self) -> Iterator[tuple[int, str]]:
        """Yield each line of a CSV file with its number. Raises DataError for one that is no text or too long."""
        number = 0
        encoding = "utf-8-sig" if self.is_utf8 else self.encoding
        with io.TextIOWrapper(self.open_file(), encoding, errors="surrogateescape", newline="") as text:
            try:
                while line := text.readline(MAX_LINE + 1):
                    number += 1
                    if len(line) > MAX_LINE:
                        raise self.error(number, f"a line of more than {MAX_LINE:,} characters; expected a shorter one")
                    if not line.isascii() and any("\ud800" <= sign <= "\udfff" for sign in line):
                        raise self.error(number, f"not {self.encoding}; expected that, or the encoding in the codebook")
                    if "\0" in line:
                        raise self.error(number, "a sign that is none (NUL); expected text")
                    yield number, line
            except PACKING_ERRORS:
                packing = self._packing[0]
                problem = f"the {packing} file ends or breaks after this line; expected the whole file"
                raise self.error(number, problem) if number else DataError(f"{self.name}: no {packing} file") from None
            except UnicodeError:
                raise self.error(
                    number + 1, f"not {self.encoding}; expected that, or the encoding in the codebook"
                ) from None

    def iterate_rows(self) -> Rows:
        """Yield the names of the columns, then the rows of a file that is not Parquet, up to the last with a value."""
        header, rows, _ = self._read_header()
        yield 1, list(header.names)
        empty = []
        for row in rows:
            empty.append(row)
            if any(row[1]):
                yield from empty
                empty.clear()

    def _read_header(self) -> tuple[Header, Rows, int]:
        """Return the header, the rows under it, and the line at which these begin."""
        if self.format == "csv":
            self._check_line_ends()
        rows = self._iterate_cells()
        beginning = list(islice(rows, self.header_rows + 1))
        if not beginning:
            raise DataError(f"{self.name}: empty; expected a header and rows")
        above, below = beginning[: self.header_rows], beginning[self.header_rows :]
        line, cells = above[0]
        if len(cells) > MAX_COLUMNS:
            raise self.error(
                line, f"{len(cells):,} columns; expected at most {MAX_COLUMNS:,}: keep those of the codebook"
            )
        header = Header.make([row for _, row in above])
        return header, chain(below, rows), below[0][0] if below else 0

    def _check_line_ends(self) -> None:
        beginning = [line for _, line in islice(self.iterate_lines(), 2)]
        if len(beginning) == 2 and beginning[0].endswith("\r") and beginning[1] == "\r\n":
            problem = "ends with CR twice, then LF, as a text does that Windows wrote twice; expected LF, or CR and LF"
            raise self.error(1, problem)

    def read_labels(self) -> dict[str, str]:
        """Return the labels of the variables of a file of SPSS or Stata that have one; of other files, none."""
        if self.format not in ("sav", "dta"):
            return {}
        with self.open_seekable() as file:
            return read_labels(file, self.name, self.format)

    def _iterate_cells(self) -> Rows:
        """Yield the rows as the file has them."""
        if self.format == "csv":
            yield from self._iterate_csv_rows()
            return
        with self.open_seekable() as file:
            if self.format == "workbook":
                yield from iterate_workbook(file, self.name, self.sheet, self.decimal)
            else:
                yield from iterate_statistics(file, self.name, self.format, self.decimal)

    @contextmanager
    def open_seekable(self) -> Iterator[BinaryIO]:
        """Yield the file without its packing; what was packed becomes a copy that no folder lists."""
        if not self.is_packed:
            with self.open_file() as file:
                yield file
            return
        with TemporaryFile() as copy:
            self.unpack(cast(BinaryIO, copy))
            copy.seek(0)
            yield cast(BinaryIO, copy)

    def unpack(self, copy: BinaryIO) -> None:
        """Write the file without its packing. Raises DataError if it is cut."""
        with self.open_file() as file:
            try:
                shutil.copyfileobj(file, copy, CHUNK_BYTES)
            except PACKING_ERRORS:
                raise DataError(f"{self.name}: no {self._packing[0]} file, or one that is cut") from None

    def _iterate_csv_rows(self) -> Rows:
        reached = 0

        def lines() -> Iterator[str]:
            nonlocal reached
            for number, line in self.iterate_lines():
                reached = number
                if number > 1 or not self._separator_line:
                    yield line

        delimiter = self._separator_line or self.delimiter
        rows = csv.reader(lines(), delimiter=delimiter, strict=True)
        csv.field_size_limit(MAX_LINE)
        begun, width = 1 + bool(self._separator_line), 0
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
                    begun, f"{len(row)} cells; expected {width}, as in the header, separated by {delimiter!r}"
                )
            if row:
                yield begun, row
            begun = reached + 1

    def write_utf8(self, copy: BinaryIO) -> None:
        """Write the rows as CSV in UTF-8, without packing and under one header, which every engine reads alike.

        Engines differ in the encodings that they know, and may not notice that a gzip file is cut.
        """
        header, rows, first = self._read_header()
        text = io.TextIOWrapper(copy, "utf-8", newline="", write_through=True)
        lines = islice(self.iterate_lines(), max(0, first - 2), None) if self.format == "csv" else iter([(1, "")])
        ends = re.search(r"[\r\n]+\Z", next(lines)[1])
        writer = csv.writer(text, delimiter=self.engine_delimiter, lineterminator=ends[0] if ends else "\n")
        writer.writerow([" ".join(name.split()) for name in header.names])
        if self.format != "csv":
            writer.writerows(row for _, row in rows)
        elif first:
            self._copy_lines(first, copy)
        text.detach()

    @property
    def engine_delimiter(self) -> str:
        """The delimiter of the file that the engine reads."""
        if self.format != "csv":
            return ","
        return self._separator_line or self.delimiter

    def _copy_lines(self, first: int, copy: BinaryIO) -> None:
        """Write the lines of a CSV file from a number on, in UTF-8."""
        try:
            with io.TextIOWrapper(self.open_file(), self.encoding, newline="") as text:
                for _ in range(first - 1):
                    text.readline()
                while chunk := text.read(CHUNK_BYTES):
                    copy.write(chunk.encode())
        except (*PACKING_ERRORS, UnicodeError):
            for _ in self.iterate_lines():
                pass  # raises the error of the first line that cannot be read
            raise

    def error(self, line: int, problem: str) -> DataError:
        """Return the error of a line, or of a row of a file that has none."""
        return DataError(f"{self.name}, {'line' if self.format == 'csv' else 'row'} {line}: {problem}")


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
        answers.reject_folder()
        header = Header.make([[]]) if answers.is_parquet else answers.header
        path = opened.enter_context(_open_for_engine(answers, con.name, Path(folder)))
        if answers.is_parquet:
            if not _is_whole_parquet(Path(path)):
                raise DataError(f"{answers.name}: no Parquet file, or one that is cut; expected the whole file")
            table = con.read_parquet(path)
            rows = int(table.count().to_pyarrow().as_py())
        else:
            options = _make_csv_options(con.name, answers.engine_delimiter, header.names)
            table = _drop_empty_columns(con.read_csv(path, **options), header)
            table = _drop_last_rows(table, Path(path), answers.engine_delimiter)
            rows = _estimate_rows(Path(path))
        with report_progress(con, rows):
            yield table


def detect_file(path: Path) -> Answers:
    """Return a file with the delimiter and the encoding of its first lines, or of a workbook its sheet."""
    answers = Answers(path)
    if not path.exists():  # it may be a table of an engine
        return answers
    answers.reject_folder()
    if answers.format == "workbook":
        with answers.open_seekable() as workbook:
            sheets = list_sheets(workbook, answers.name)
        return replace(answers, sheet=sheets[0]) if len(sheets) > 1 else answers
    if answers.format != "csv":
        return answers
    try:
        with answers.open_file() as file:
            beginning = file.read(CHUNK_BYTES)
    except PACKING_ERRORS:
        raise DataError(
            f"{answers.name}: no {answers._packing[0]} file, or one that is cut; expected the whole file"
        ) from None
    except OSError as error:
        raise DataError(f"{answers.name}: {error.strerror}; expected a file of answers") from None
    encoding = _detect_encoding(beginning)
    lines = [line for _, line in islice(Answers(path, encoding=encoding).iterate_lines(), SAMPLE_LINES)]
    return Answers(path, max(FILE_SEPARATORS["delimiter"], key=lambda sign: _rate_delimiter(sign, lines)), encoding)


def _detect_encoding(beginning: bytes) -> str:
    """Return the encoding of a text of which some bytes at the beginning are given."""
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    ends = max(beginning.rfind(end) for end in (b"\n", b"\r"))
    try:
        beginning[: ends + 1 or None].decode()
    except UnicodeDecodeError:
        texts = {encoding: beginning.decode(encoding, errors="replace") for encoding in ENCODINGS}
        return max(ENCODINGS, key=lambda encoding: _rate_letters(texts[encoding]))
    return "utf-8"


def _rate_letters(text: str) -> int:
    """Return how many signs of a text are letters of French or of English, less the capitals within a word."""
    return sum(sign in LETTERS for sign in text) - 2 * len(re.findall("[a-zà-ÿ][À-Þ]", text))


def _rate_delimiter(sign: str, lines: Sequence[str]) -> tuple[bool, int]:
    """Return whether a delimiter cuts all lines into as many cells, more than one, and into how many the first one."""
    if lines and re.fullmatch(rf"sep={re.escape(sign)}[\r\n]*", lines[0]):
        return True, MAX_COLUMNS
    widths = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
    is_even = len(widths) > 1 and widths[0] > 1 and len(set(widths[:-1])) == 1
    return is_even, widths[0] if widths else 0


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
    if engine == "duckdb" and OPEN_FILES.is_dir():
        with answers.path.open("rb") if answers.is_plain else TemporaryFile() as file:
            if not answers.is_plain:
                _write_copy(answers, cast(BinaryIO, file))
                file.flush()
            yield str(OPEN_FILES / str(file.fileno()))
        return
    path = folder / f"answers{'.parquet' if answers.is_parquet else '.csv'}"
    if answers.is_plain:
        path.symlink_to(answers.path.resolve())
    else:
        with path.open("wb") as file:
            _write_copy(answers, file)
    yield str(path)


@contextmanager
def _limit_time(interrupt: Callable[[], None]) -> Iterator[None]:
    """Call `interrupt` if the block takes longer than `MAX_COMPUTING_SECONDS`."""
    timer = threading.Timer(MAX_COMPUTING_SECONDS, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()  # it holds the connection: DuckDB aborts a process whose last thread frees one


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


def _write_copy(answers: Answers, copy: BinaryIO) -> None:
    """Write what an engine reads: Parquet without packing, of other files CSV in UTF-8."""
    if answers.is_parquet:
        answers.unpack(copy)
    else:
        answers.write_utf8(copy)


def _is_whole_parquet(path: Path) -> bool:
    """Return whether a file begins and ends as a Parquet file does."""
    with path.open("rb") as file:
        beginning = file.read(4)
        file.seek(max(-4, -path.stat().st_size), os.SEEK_END)
        return beginning == file.read(4) == PARQUET_SIGNATURE


def _drop_empty_columns(table: ibis.Table, header: Header) -> ibis.Table:
    """Return a table without the columns that have neither a name nor a value, as spreadsheets add them."""
    nameless = [name for name in header.names if name in header.nameless]
    counts = _count_filled(table, nameless) if nameless else []
    return table.drop(*(name for name, count in zip(nameless, counts, strict=True) if not count))


def _drop_last_rows(table: ibis.Table, path: Path, delimiter: str) -> ibis.Table:
    """Return a table without empty rows if there are some at the end of its file, as spreadsheets add them.

    If no column is filled in all the others, an empty row may be a person who ticked nothing, and it stays.
    """
    import ibis

    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, MAX_COLUMNS), os.SEEK_END)
        last = file.read().rstrip(b"\r\n").replace(b"\r", b"\n").rpartition(b"\n")[2]
    if not last or last.strip(f'"{delimiter}'.encode()):
        return table
    filled = table.filter(ibis.coalesce(*(table[name].nullif("") for name in table.columns)).notnull())
    is_identified = filled.count().to_pyarrow().as_py() in _count_filled(filled, filled.columns)
    return filled if is_identified else table


def _count_filled(table: ibis.Table, names: Sequence[str]) -> list[int]:
    """Return how many rows have a value in each of some columns."""
    counts = {f"n{place}": table[name].nullif("").count() for place, name in enumerate(names)}
    return list(table.aggregate(**counts).to_pyarrow().to_pylist()[0].values())


def _make_csv_options(engine: str, delimiter: str, names: Sequence[str]) -> dict[str, Any]:
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
