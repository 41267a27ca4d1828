"""Read what survey tools and spreadsheets write besides CSV and Parquet: rows of cells, as text."""

from __future__ import annotations

import gzip
import math
import zipfile
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from ..errors import DataError, EditionError

if TYPE_CHECKING:
    from types import ModuleType

MAX_UNPACKED = 1_000_000_000  # bytes of a workbook, which is read in memory
ROWS_AT_ONCE = 50_000  # of a file of SPSS or Stata
MAX_SCALE = 10  # the greatest number of a scale
MAX_TITLE_ROWS = 20  # above the table of a sheet
SIGNIFICANT_DIGITS = 15  # of a number, as spreadsheets show it
TABLES = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xlsm", ".ods", ".sav", ".zsav", ".dta", ".parquet", ".pq")
SIGNATURES = {
    b"PAR1": "parquet",
    b"$FL2": "sav",
    b"$FL3": "sav",
    b"<stata_dta>": "dta",
    b"\xd0\xcf\x11\xe0": "workbook",
}
GZIP_SIGNATURE, ZIP_SIGNATURE = b"\x1f\x8b", b"PK\x03\x04"
SUFFIXES = {".parquet": "parquet", ".pq": "parquet", ".sav": "sav", ".zsav": "sav", ".dta": "dta"}
KNOWN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
WORKBOOK_PARTS = ("xl/", "content.xml")  # in the archive that a workbook is
Rows = Iterator[tuple[int, list[str]]]  # the number of the first line of each row, or of the row, and its cells


def find_format(path: Path, name: str) -> tuple[str, str, str]:
    """Return how a file is packed ("gzip", "zip" or ""), the member of the archive, and its format.

    Formats are "csv", "parquet", "workbook", "sav" and "dta", by the first bytes or else the name. Raises DataError for
    an archive that does not hold one table.
    """
    try:
        with path.open("rb") as file:
            beginning = file.read(16)
    except OSError:  # which whoever reads the file tells
        beginning = b""
    packing, member = "", path.name
    if beginning.startswith(GZIP_SIGNATURE) or path.suffix.lower() == ".gz":
        packing, member = "gzip", path.stem if path.suffix.lower() == ".gz" else path.name
    elif beginning.startswith(ZIP_SIGNATURE):
        with _open_zip(path, name) as archive:
            if any(entry.filename.startswith(WORKBOOK_PARTS) for entry in archive.infolist()):
                return "", "", "workbook"
            packing, member = "zip", _find_table(archive, name)
    if packing:
        try:
            with open_unpacked(path, packing, member) as file:
                beginning = file.read(16)
                if beginning.startswith(ZIP_SIGNATURE):
                    return packing, member, "workbook"
        except (EOFError, OSError, zipfile.BadZipFile, RuntimeError):
            beginning = b""
    for signature, format_ in SIGNATURES.items():
        if beginning.startswith(signature):
            return packing, member, format_
    return packing, member, SUFFIXES.get(Path(member).suffix.lower(), "csv")


def open_unpacked(path: Path, packing: str, member: str) -> BinaryIO:
    """Return a file, or the member of an archive, open to read its bytes."""
    match packing:
        case "gzip":
            return cast(BinaryIO, gzip.open(path))
        case "zip":
            return cast(BinaryIO, zipfile.ZipFile(path).open(member))
    return path.open("rb")


def _open_zip(path: Path, name: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError):
        raise DataError(f"{name}: no archive or workbook, or one that is cut; expected the whole file") from None


def _find_table(archive: zipfile.ZipFile, name: str) -> str:
    """Return the name of the only table in an archive."""
    entries = [
        entry
        for entry in archive.infolist()
        if Path(entry.filename).suffix.lower() in TABLES
        and not entry.filename.startswith("__MACOSX/")
        and not Path(entry.filename).name.startswith(".")
    ]
    tables = [entry for entry in entries if Path(entry.filename).suffix.lower() != ".txt"]
    entries = tables if len(tables) == 1 else entries  # the others say what it is
    if len(entries) != 1:
        raise DataError(f"{name}: an archive of {len(entries)} tables; expected one, as {', '.join(TABLES[:5])}")
    if entries[0].flag_bits & 1:
        raise DataError(f"{name}: needs a password; expected an archive without one")
    if entries[0].compress_type not in KNOWN_METHODS:
        raise DataError(f"{name}: packed in a way that is not known; expected a zip archive as systems make it")
    return entries[0].filename


def iterate_workbook(file: BinaryIO, name: str, sheet: str, decimal: str) -> Rows:
    """Yield the rows of a sheet, by default the largest, each with its number, from the first one that has a value."""
    workbook = _open_workbook(file, name)
    sheets = workbook.sheet_names
    if sheet and sheet not in sheets:
        listed = ", ".join(map(repr, sheets))
        raise DataError(f"{name}: found no sheet {sheet!r}; expected one of {listed}, in [file] of the codebook")
    for title in [sheet] if sheet else _list_tables(workbook)[:1]:
        rows = workbook.get_sheet_by_name(title).to_python(skip_empty_area=False)
        first = _find_first_row(rows)
        cells = ([format_answer(value, decimal) for value in row] for row in rows[first:])
        yield from dropwhile(lambda row: not any(row[1]), enumerate(cells, first + 1))


def _find_first_row(rows: Sequence[Sequence[Any]]) -> int:
    """Return where the table of a sheet begins: under an empty row, if nothing but lines of text stand above it."""
    filled = [sum(cell != "" for cell in row) for row in rows[:MAX_TITLE_ROWS]]
    titles = list(takewhile(lambda cells: cells < 2, filled))
    return len(titles) - titles[::-1].index(0) if 0 in titles and len(titles) < len(filled) else 0


def list_sheets(file: BinaryIO, name: str) -> list[str]:
    """Return the names of the sheets of a workbook that hold a table, first the one that is read."""
    return _list_tables(_open_workbook(file, name))


def _list_tables(workbook: Any) -> list[str]:
    """Return the names of the sheets of two columns or more, first the first one that is half as large as the largest.

    Before that of the answers may be one of results, after it one of codes. If no sheet has two columns, a text may be
    meant: it is the only name.
    """
    sheets = {title: workbook.get_sheet_by_name(title) for title in workbook.sheet_names}
    cells = {title: sheet.height * sheet.width for title, sheet in sheets.items() if sheet.height}
    tables = [title for title in cells if sheets[title].width > 1]
    most = max((cells[title] for title in tables), default=0)
    return sorted(tables, key=lambda title: 2 * cells[title] < most) or list(cells)[:1]


def _open_workbook(file: BinaryIO, name: str) -> Any:
    """Return a workbook of calamine's. Raises DataError if it cannot be read."""
    calamine = _import("python_calamine")
    _check_size(file, name)
    try:
        return calamine.CalamineWorkbook.from_filelike(file)
    except calamine.PasswordError:
        raise DataError(f"{name}: needs a password; expected a workbook without one") from None
    except Exception as error:  # calamine's own, and those of the archive
        problem = f"no workbook, or one that is cut ({type(error).__name__}); expected the whole file"
        raise DataError(f"{name}: {problem}") from None


def _check_size(file: BinaryIO, name: str) -> None:
    """Raise DataError for a workbook that would need too much memory."""
    try:
        size = sum(entry.file_size for entry in zipfile.ZipFile(file).infolist())
    except (zipfile.BadZipFile, OSError):  # an old workbook, or none
        size = 0
    file.seek(0)
    if size > MAX_UNPACKED:
        found = f"a workbook of {size // 1_000_000:,} MB when unpacked"
        raise DataError(
            f"{name}: {found}; expected at most {MAX_UNPACKED // 1_000_000:,} MB, or the sheet saved as CSV"
        )


def iterate_statistics(file: BinaryIO, name: str, format_: str, decimal: str) -> Rows:
    """Yield the names of the variables of a file of SPSS or Stata, then its rows, with labels for their values."""
    first = 0
    labels: list[dict[Any, str]] = []
    while True:
        columns, metadata = _read_statistics(file, name, format_, row_offset=first, row_limit=ROWS_AT_ONCE)
        if not first:
            yield 0, list(metadata.column_names)
            given = metadata.variable_value_labels
            labels = [_make_labels(given.get(column, {}), set(columns[column])) for column in metadata.column_names]
        cells = [
            [of_value.get(value) or format_answer(value, decimal) for value in columns[column]]
            for column, of_value in zip(metadata.column_names, labels, strict=True)
        ]
        rows = 0
        for rows, row in enumerate(zip(*cells, strict=True), 1):
            yield first + rows, list(row)
        first += rows
        if rows < ROWS_AT_ONCE:
            return


def read_labels(file: BinaryIO, name: str, format_: str) -> dict[str, str]:
    """Return the labels of the variables of a file of SPSS or Stata that have one."""
    _, metadata = _read_statistics(file, name, format_, metadataonly=True)
    return {column: label for column, label in metadata.column_names_to_labels.items() if label}


def _read_statistics(file: BinaryIO, name: str, format_: str, **options: Any) -> tuple[dict[str, Any], Any]:
    pyreadstat = _import("pyreadstat")
    read = pyreadstat.read_sav if format_ == "sav" else pyreadstat.read_dta
    file.seek(0)
    try:
        columns, metadata = read(file, output_format="dict", **options)
    except Exception as error:  # pyreadstat's own
        kind = "SPSS" if format_ == "sav" else "Stata"
        problem = f"no file of {kind}, or one that is cut ({type(error).__name__}); expected the whole file"
        raise DataError(f"{name}: {problem}") from None
    return columns, metadata


def _make_labels(labels: dict[Any, str], values: Collection[Any]) -> dict[Any, str]:
    """Return the labels of values, with the value behind one that another value has too.

    Of a scale of which only some values have a label, such as its ends, the value stands before it.
    """
    scale = {value for value in labels if isinstance(value, float | int) and 0 <= value <= MAX_SCALE}
    between = {value for value in values if isinstance(value, float | int) and value not in scale}
    if scale and min(scale) + 1 not in scale and any(min(scale) < value < max(scale) for value in between):
        return {value: f"{value:g} - {label}" if value in scale else label for value, label in labels.items()}
    texts = list(labels.values())
    return {
        value: f"{label} [{format_answer(value, '.')}]" if texts.count(label) > 1 else label
        for value, label in labels.items()
    }


def format_answer(value: Any, decimal: str) -> str:
    """Return a value as a spreadsheet shows it, dates in the order of ISO 8601, and "" for none.

    >>> [format_answer(value, ",") for value in (1.0, 0.1 + 0.2, True, None, float("nan"), date(2026, 5, 1))]
    ['1', '0,3', 'true', '', '', '2026-05-01']
    """
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            if math.isnan(value):
                return ""
            whole = math.isfinite(value) and value == int(value) and abs(value) < 10**SIGNIFICANT_DIGITS
            return str(int(value)) if whole else f"{value:.{SIGNIFICANT_DIGITS}g}".replace(".", decimal)
        case datetime():
            return value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
    return str(value)


def _import(name: str) -> ModuleType:
    """Return a library that reads files. Raises EditionError if it is not installed."""
    from importlib import import_module

    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise EditionError(
            f"{error.name} is not installed; to read this file: pip install 'contre-enquete[answers]'"
        ) from None
