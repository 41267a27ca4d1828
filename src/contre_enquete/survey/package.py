"""Check the data package against its own description and read its tables."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError
from ..project import DESCRIPTOR, digest_files

if TYPE_CHECKING:  # data that was read before is not read again, and needs no frictionless
    import frictionless
    import pandas as pd

    Fault = tuple[str, frictionless.Schema, Any]  # file, schema, an error, whose attributes depend on its type

CORRECTIONS = "corrections"  # the table that may be empty: nothing may have been corrected
MAX_CELL_LENGTH = 2_000  # characters in a cell
VISIBLE_SPACES = "\u00a0\u202f"  # those of French typography, which are no signs of control
_cached_tables: dict[bytes, dict[str, pd.DataFrame]] = {}  # tables by what their files hold


def read_package(project: Path) -> dict[str, pd.DataFrame]:
    """Return every table of the data package, by name, checked and typed.

    Frictionless checks types, keys, foreign keys, allowed values and limits as `data/datapackage.json` describes them;
    besides, no table but the log of corrections may be empty, no text may hold what cannot be seen, and each row of
    `survey` must have a percent or a direction. Percentages are floats from 0 to 100, NaN where the source prints none;
    absent texts are ""; `attrs["file"]` of a table is its file. Raises DataError, which describes the first fault and
    counts the others. Data whose bytes have been checked before is not checked again.
    """
    content = digest_files(project, "data")
    if content not in _cached_tables:
        _cached_tables[content] = _read_tables(project)
    return {name: table.copy(deep=False) for name, table in _cached_tables[content].items()}


def _read_tables(project: Path) -> dict[str, pd.DataFrame]:
    import frictionless  # half a second: only those who read data pay for it

    try:
        package = frictionless.Package(str(project / DESCRIPTOR))
        report = package.validate()
    except (frictionless.FrictionlessException, UnicodeDecodeError) as error:
        raise DataError(f"{DESCRIPTOR}: not a data package ({error})") from None
    files = {resource.name: f"data/{resource.path}" for resource in package.resources}
    faults: list[Fault] = [(DESCRIPTOR, frictionless.Schema(), error) for error in report.errors]
    for task in report.tasks:
        schema = package.get_resource(task.name).schema
        faults += [(files[task.name], schema, error) for error in task.errors]
    if faults:
        raise DataError(_describe_fault(*faults[0]) + _count_other_rows(faults))
    tables = {name: _read_table(package.get_table_resource(name)) for name in files}
    for name, table in tables.items():
        if table.empty and name != CORRECTIONS:
            raise DataError(f"{files[name]}: no rows; expected at least one row under the header")
        table.attrs["file"] = files[name]
        _check_texts(table)
    silent = tables["survey"].query("percent.isna() and direction == ''").index
    if len(silent):
        raise DataError(
            f"{files['survey']}, row {silent[0] + 2}, columns percent and direction: both empty; expected a percent, a direction, or both"
        )
    return tables


def _read_table(resource: frictionless.resources.TableResource) -> pd.DataFrame:
    """Return a table with numbers as floats, absent texts as "" and dates as they are."""
    import pandas as pd

    frame = pd.DataFrame([row.to_dict() for row in resource.read_rows()], columns=resource.schema.field_names)
    for field in resource.schema.fields:
        if field.type in ("number", "integer"):
            frame[field.name] = frame[field.name].astype(float)
        elif field.type == "string":
            frame[field.name] = frame[field.name].fillna("").astype(str)
    return frame


def _check_texts(table: pd.DataFrame) -> None:
    """Raise DataError unless each text can be read as it stands: visible, not of spaces alone, and not endless."""
    for column, texts in table.select_dtypes(exclude="number").items():
        for row, text in ((row, text) for row, text in enumerate(texts, 2) if isinstance(text, str)):
            place = f"{table.attrs['file']}, row {row}, column {column}"
            if text and not text.strip():
                raise DataError(f"{place}: found spaces only; expected a text, or nothing")
            if len(text) > MAX_CELL_LENGTH:
                raise DataError(f"{place}: found {len(text)} characters; expected at most {MAX_CELL_LENGTH}")
            if hidden := next((sign for sign in text if not (sign.isprintable() or sign in VISIBLE_SPACES)), ""):
                name = unicodedata.name(hidden, "no letter")
                raise DataError(f"{place}: found U+{ord(hidden):04X} ({name}); expected visible characters only")


def _describe_fault(file: str, schema: frictionless.Schema, error: Any) -> str:
    """Return in one line where a fault is, what was found there and what was expected."""
    row, column = getattr(error, "row_number", None), getattr(error, "field_name", None)
    place = file + (f", row {row}" if row else "") + (f", column {column}" if column else "")
    match error.type:
        case "type-error" | "constraint-error":
            found = repr(error.cell) if error.cell not in ("", "None") else "nothing"
            return f"{place}: found {found}; expected {_describe_field(schema.get_field(error.field_name))}"
        case "missing-label" | "incorrect-label" | "extra-label" | "duplicate-label" | "blank-label" | "blank-header":
            found = f"found {error.label!r}" if getattr(error, "label", "") else "not in the header"
            return f"{place}: {found}; expected the columns {','.join(schema.field_names)}"
        case "missing-cell" | "extra-cell":
            return (
                f"{place}: {error.type.replace('-', ' ')}; expected {len(schema.field_names)} cells separated by commas"
            )
        case "primary-key":
            key = ", ".join(schema.primary_key)
            return f"{file}, row {row}, columns {key}: {error.note}; expected one row for each {key}"
        case "foreign-key":
            name, keys = error.reference_name, error.reference_field_names
            column = (
                "column " + error.field_names[0]
                if len(error.field_names) == 1
                else "columns " + ", ".join(error.field_names)
            )
            found = ", ".join(repr(value) for value in error.field_cells)
            return (
                f"{file}, row {row}, {column}: found {found}; expected a value listed under {', '.join(keys)} in {name}"
            )
        case "encoding-error":
            return f"{file}: not UTF-8 ({error.note}); expected a file saved as UTF-8"
        case "scheme-error":
            return f"{file}: cannot be read ({error.note.split(':')[0]}); expected a CSV file"
        case "source-error":
            return f"{file}: {error.note}; expected a header and rows"
        case "blank-row":
            return f"{place}: an empty row; expected none"
        case _:
            return f"{place}: {error.message}"


def _describe_field(field: frictionless.Field) -> str:
    """Return what values a field accepts, from its description in the data package."""
    rules = field.constraints
    kind = {"number": "a number", "integer": "a whole number", "date": "a date as YYYY-MM-DD"}.get(field.type, "a text")
    if "enum" in rules:
        return "one of " + ", ".join(map(str, rules["enum"]))
    if "pattern" in rules:
        kind += f" of the form {rules['pattern']}"
    if "minimum" in rules and "maximum" in rules:
        kind += f" from {rules['minimum']} to {rules['maximum']}, with a point for decimals and no sign or unit"
    elif "minimum" in rules:
        kind += f" of at least {rules['minimum']}"
    return kind


def _count_other_rows(faults: list[Fault]) -> str:
    """Return how many rows have faults besides that of the first fault, in parentheses; "" if none."""
    rows = {(file, getattr(error, "row_number", None)) for file, _, error in faults}
    more = len(rows) - 1
    return f" (and {more} more {'row' if more == 1 else 'rows'} with faults)" if more else ""
