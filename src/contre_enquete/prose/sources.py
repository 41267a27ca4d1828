"""Figures from a CSV file, a table in memory, or the outputs of a notebook's own cells."""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite
from pathlib import Path
from typing import Any

from ..errors import DataError
from ..files import parse_number, read_text_file
from ..text.numbers import PERCENT
from .datum import Datum

MIME = "application/vnd.contre-enquete.figures+json"  # of the figures in a notebook's output
FIGURE_COLUMNS = ("reference", "value", "unit", "decimals", "group", "item", "year", "words")
YEAR_COLUMN = re.compile(r"year|ann[ée]e|año|jahr", re.IGNORECASE)
FIGURES_CELL = re.compile(r"^figures\s*=", re.MULTILINE)  # of a cell that declares what its notebook may cite
FigureRow = Mapping[str, Any]


class Figures(dict[str, Datum]):
    """Figures by reference. A notebook's cell that ends with them shows a table, and carries them in its output."""

    def __repr__(self) -> str:
        return "\n".join(f"{reference}: {datum.shown_value}" for reference, datum in self.items()) or "no figures"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        rows = "".join(
            f"<tr><th>{escape(reference)}</th><td>{escape(datum.shown_value)}</td></tr>"
            for reference, datum in self.items()
        )
        carried = [
            {key: value for key, value in vars(datum).items() if value not in ("", None, {})} for datum in self.values()
        ]
        return {"text/plain": repr(self), "text/html": f"<table>{rows}</table>", MIME: carried}


def figures_from(
    frame: Any,
    index: Sequence[str] = (),
    value: str | Sequence[str] = (),
    unit: str = "",
    name: str = "",
    decimals: int | None = 0,
) -> Figures:
    """Return the figures of a table: one for each row and column of values.

    Parameters
    ----------
    frame
        A pandas DataFrame or Series, or rows as dictionaries.
    index
        The columns, or levels of the frame's index, that tell rows apart, such as city and year. Their names in lower
        case, with hyphens, joined by dots, are a figure's reference, and texts may name them. By default, the columns
        of words and of years.
    value
        The column of values, or several, whose names then end the references; by default, every column of numbers.
    unit
        "percent" (0 to 100), "share" (0 to 1, written as percent), "points", "count", "minutes" or another; by default
        no unit is compared.
    name
        What references begin with.
    decimals
        The fewest decimals that a text shows; None: a whole number must be the value itself.

    Raises
    ------
    DataError
        If a column is missing, a value is no number, or two rows have one reference.

    Examples
    --------
    >>> rows = [{"city": "Paris", "year": 2021, "share": 0.34}, {"city": "New York", "year": 2021, "share": 0.29}]
    >>> figures_from(rows, index=["city", "year"], value="share", unit="share", name="use")
    use.paris.2021: 34 percent
    use.new-york.2021: 29 percent
    """
    rows = _list_rows(frame, index)
    axis = getattr(getattr(frame, "columns", None), "name", None)  # what the columns of a pivot table are names of
    columns = list(dict.fromkeys(column for row in rows for column in row))
    values = [value] if isinstance(value, str) else list(value)
    if not values:
        values = [column for column in columns if column not in index and _holds_values(column, rows)]
    if not values:
        raise DataError("columns: found none with numbers alone; expected one, or the name of one as `value`")
    index = list(index) or [column for column in columns if column not in values and _tells_apart(column, rows)]
    for column in (*index, *values):
        if column not in columns:
            raise DataError(f"column {column!r}: not found; expected one of {', '.join(columns)}")
    figures = Figures()
    for number, row in enumerate(rows, 1):
        parts = {column: _write_name(row[column]) for column in index if _write_name(row.get(column))}
        for column in values:
            held = _read_value(row.get(column), f"row {number}, column {column}")
            if held is None:
                continue
            ends = [column] if len(values) > 1 else []
            of = parts | {str(axis): str(column)} if axis and ends else parts
            reference = ".".join(make_slug(part) for part in (*filter(None, [name]), *parts.values(), *ends))
            if reference in figures:
                raise DataError(f"row {number}: found {reference!r} again; expected columns that tell rows apart")
            held = round(held * 100, 10) if unit == "share" else held
            kept = PERCENT if unit == "share" else unit
            figures[reference] = Datum(reference, held, kept, decimals, of, column)
    return figures


def make_slug(name: str) -> str:
    """Return a name as references have it.

    >>> make_slug("New York"), make_slug("18 to 29"), make_slug("use.2021")
    ('new-york', '18-to-29', 'use.2021')
    """
    return re.sub(r"[^\w.]+", "-", name.strip().lower()).strip("-")


@dataclass(frozen=True)
class FigureFile:
    """A CSV file of figures: any table, or one with the columns reference and value."""

    path: str
    index: tuple[str, ...] = ()
    value: tuple[str, ...] = ()
    unit: str = ""
    name: str | None = None  # what references begin with; by default the file's own name
    decimals: int | None = 0


def read_figures(root: Path, file: FigureFile) -> Figures:
    """Return the figures of a CSV file in a project. Raises DataError, which names file and row, if it cannot."""
    text = read_text_file(root / file.path, file.path, "a CSV file of figures")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = [dict(row) for row in csv.DictReader(text.splitlines(), delimiter=delimiter)]
    if delimiter == ";":  # as where the comma is the decimal sign
        rows = [{key: _read_comma(cell or "") for key, cell in row.items()} for row in rows]
    if not rows:
        raise DataError(f"{file.path}: found no row; expected a header and a row for each figure")
    try:
        if {"reference", "value"} <= set(rows[0]) and not file.index:
            return _read_listed_figures(rows, file)
        name = Path(file.path).stem if file.name is None else file.name
        return figures_from(rows, file.index, file.value, file.unit, name, file.decimals)
    except DataError as error:
        raise DataError(f"{file.path}, {error}") from None


def read_outputs(cells: Iterable[Mapping[str, Any]]) -> tuple[Figures, list[str]]:
    """Return the figures that a notebook's cells carry in their outputs, and a fault for each that carries none.

    A cell declares them by `figures = …` and shows them at its end; a plain dictionary of numbers will do.
    """
    figures, faults = Figures(), []
    for number, cell in enumerate(cells, 1):
        if cell.get("cell_type") != "code":
            continue
        carried = [
            carried
            for output in cell.get("outputs", [])
            if (carried := _read_bundle(output.get("data", {}))) is not None
        ]
        for of_output in carried:
            figures |= of_output
        if not carried and FIGURES_CELL.search(_join_cell(cell.get("source", ""))):
            faults.append(
                f"cell {number}: declares figures, and its output has none; expected `figures` as the last line, and a run"
            )
    return figures, faults


def _read_bundle(data: Mapping[str, Any]) -> Figures | None:
    """Return the figures of an output, or None if it carries none."""
    if MIME in data:
        return Figures({entry["reference"]: Datum(**entry) for entry in data[MIME]})
    text = _join_cell(data.get("text/plain", ""))
    if not text.startswith("{"):
        return None
    try:
        values = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    numbers = isinstance(values, dict) and all(isinstance(value, int | float) for value in values.values())
    named = {_write_reference(str(key)): value for key, value in values.items()} if numbers else {}
    return Figures({name: Datum(name, value, decimals=0) for name, value in named.items()}) if numbers else None


def _join_cell(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _list_rows(frame: Any, index: Sequence[str]) -> list[FigureRow]:
    if hasattr(frame, "to_frame") and not hasattr(frame, "columns"):  # a Series, as of a mean by group
        frame = frame.to_frame(frame.name or "value")
    if hasattr(frame, "to_dict"):  # a DataFrame: pandas is no dependency
        levels = [name for name in getattr(frame.index, "names", []) if name is not None]
        frame = frame.reset_index() if levels and (not index or set(levels) & set(index)) else frame
        written = json.dumps(frame.to_dict("records"), default=str)
        return json.loads(written, parse_constant=lambda _: None)  # NaN is an empty cell
    return list(frame)


def _read_listed_figures(rows: list[dict[str, str]], file: FigureFile) -> Figures:
    """Return the figures of a table with the columns reference and value, and perhaps others of `FIGURE_COLUMNS`."""
    figures = Figures()
    for number, row in enumerate(rows, 2):
        reference, value = _write_reference(row["reference"]), _read_value(row["value"], f"row {number}, column value")
        if value is None or not reference or reference in figures:
            found = repr(reference) if value is not None else "no value"
            raise DataError(f"row {number}: found {found}; expected a value and a reference of its own")
        unit = row.get("unit") or file.unit
        value, unit = (value * 100, PERCENT) if unit == "share" else (value, unit)
        decimals = int(row["decimals"]) if row.get("decimals") else file.decimals
        parts = {part: row[part] for part in ("group", "item", "year") if row.get(part)}
        figures[reference] = Datum(reference, value, unit, decimals, parts, row.get("words") or "")
    return figures


def _write_reference(name: str) -> str:
    """Return a name as the address of a link can hold it, which has no spaces."""
    return "-".join(name.split())


def _read_comma(cell: str) -> str:
    """Return a cell with a decimal point, and without spaces between thousands, if it is a number.

    >>> _read_comma("1 250,5"), _read_comma("Lyon, 2021")
    ('1250.5', 'Lyon, 2021')
    """
    is_number = re.fullmatch(r"-?\d[\d \u00a0\u202f]*(?:,\d+)?", cell.strip())
    return re.sub(r"\s", "", cell).replace(",", ".") if is_number else cell


def _holds_values(column: str, rows: list[FigureRow]) -> bool:
    """Return whether a column holds numbers that are no years."""
    cells = [row.get(column) for row in rows if row.get(column) not in (None, "")]
    return bool(cells) and all(_is_number(cell) for cell in cells) and not YEAR_COLUMN.fullmatch(str(column).strip())


def _tells_apart(column: str, rows: list[FigureRow]) -> bool:
    """Return whether a column holds words or years."""
    return not all(_is_number(row.get(column)) for row in rows) or bool(YEAR_COLUMN.fullmatch(str(column).strip()))


def _is_number(cell: object) -> bool:
    return not isinstance(cell, bool) and isfinite(parse_number(str(cell).strip().removesuffix("%").strip()))


def _read_value(cell: object, place: str) -> float | None:
    """Return the number in a cell, None if it is empty. Raises DataError if it holds anything else."""
    text = str("" if cell is None else cell).strip().removesuffix("%").strip()
    if text.lower() in ("", "nan", "none", "<na>", "na"):
        return None
    if not _is_number(text):
        raise DataError(f"{place}: found {cell!r}; expected a number, such as 34.5")
    return parse_number(text)


def _write_name(cell: object) -> str:
    """Return a cell as a name: a year without decimals."""
    text = str("" if cell is None else cell).strip()
    return re.sub(r"^(\d+)\.0$", r"\1", text) if text.lower() != "nan" else ""
