"""Check the data package against its own description and read its tables."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from math import isnan, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..article import find_source_language
from ..descriptor import NUMBER_TYPES, list_tables, read_descriptor
from ..errors import DataError, format_value
from ..files import parse_number, read_csv_rows
from ..project import DATA, DESCRIPTOR, digest_files
from ..text.markup import SITE_ADDRESS, is_web_address

if TYPE_CHECKING:  # data that was read before is not read again, and needs no frictionless
    import frictionless
    import pandas as pd

    Faults = list[Any]  # errors of Frictionless, whose attributes depend on their type

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
VALUE_COLUMN = (
    "value"  # of `survey.csv`, in the unit of its question; `percent` in tables of older editions, and in a survey
)
PERCENT_COLUMN = "percent"
PRINTED_COLUMNS = {"survey": "percent", "margins": "margin"}  # by table, the column of which the decimals are kept
WITH_WAVES, WAVE = ("survey", "sample"), "wave"  # tables that may have this column, and then one row for each wave
CORRECTIONS = "corrections"  # the table that may be empty: nothing may have been corrected
ADDRESS_COLUMN = "url"  # in any table: pages link to it
MAX_CELL_LENGTH = 2_000  # characters in a cell
VISIBLE_SPACES = "\u00a0\u202f"  # those of French typography, which are no signs of control
_cached_tables: dict[tuple[bytes, str], dict[str, pd.DataFrame]] = {}  # by what files hold, and their language
_read_before: dict[tuple[str, bytes], tuple[pd.DataFrame | None, Faults]] = {}  # by description and what a file holds


def read_package(project: Path) -> dict[str, pd.DataFrame]:
    """Return every table of the data package, by name, checked and typed.

    Frictionless checks types, keys, foreign keys, allowed values and limits as `data/datapackage.json` describes them;
    besides, no table but the log of corrections may be empty, no text may hold what cannot be seen, and each row of
    `survey` must have a percent or a direction. Percentages are floats from 0 to 100, NaN where the source prints none,
    with the `decimals` that it prints; absent texts are ""; `attrs["file"]` of a table is its file. Raises DataError,
    which describes the first fault and counts the others. Data whose bytes have been checked before is not checked
    again.
    """
    key = digest_files(project, "data"), find_source_language(project)
    if key not in _cached_tables:
        _cached_tables[key] = _read_tables(project)
    return {name: table.copy(deep=False) for name, table in _cached_tables[key].items()}


def _read_tables(project: Path) -> dict[str, pd.DataFrame]:
    import frictionless  # half a second: only those who read data pay for it

    descriptor = read_descriptor(project)
    _check_columns(descriptor, find_source_language(project))
    _check_files(project, [resource["path"] for resource in descriptor["resources"]])
    for resource in descriptor["resources"]:
        _check_cells(project, resource)
    try:
        package = frictionless.Package(descriptor)
        read = {resource["name"]: _read_table(project, resource) for resource in descriptor["resources"]}
    except Exception as error:  # of frictionless, or of `re` where a pattern is none
        raise DataError(f"{DESCRIPTOR}: not a data package ({' '.join(str(error).split())})") from None
    files = {resource.name: f"{DATA}/{resource.path}" for resource in package.resources}
    schemas = {resource.name: resource.schema for resource in package.resources}
    if faults := [(name, fault) for name, (_, found) in read.items() for fault in found]:
        rows = {(name, getattr(fault, "row_number", None)) for name, fault in faults}
        name, first = faults[0]
        raise DataError(_describe_fault(files[name], schemas[name], first) + _count_other_rows(rows))
    tables = {name: table.copy() for name, (table, _) in read.items() if table is not None}
    _check_foreign_keys(tables, files, schemas)
    for name, table in tables.items():
        if table.empty and name != CORRECTIONS:
            raise DataError(f"{files[name]}: no rows; expected at least one row under the header")
        add_missing_columns(table, name, find_source_language(project))
        table.attrs["file"] = files[name]
    silent = tables["survey"].query("percent.isna() and direction == ''").index
    if len(silent):
        raise DataError(
            f"{files['survey']}, row {silent[0] + 2}, columns percent and direction: both empty; expected a percent, a direction, or both"
        )
    return tables


def _check_columns(descriptor: dict[str, Any], language: str) -> None:
    """Raise DataError unless the data package has each table that the engine needs, with the columns that it reads.

    Words are in columns of the language in which the edition's own are written.
    """
    schemas = {resource["name"]: resource["schema"]["fields"] for resource in descriptor["resources"]}
    known = list_tables()
    for name in WITH_WAVES:
        _check_wave_column(descriptor, name)
    if others := [name for name in schemas if name not in known]:
        raise DataError(
            f"{DESCRIPTOR}, resources: found the table {format_value(others[0])}; expected {', '.join(known)}"
        )
    needed = [name for name, table in known.items() if table.needed]
    if missing := [name for name in needed if name not in schemas]:
        raise DataError(f"{DESCRIPTOR}, resources: no table {missing[0]!r}; expected {', '.join(needed)}")
    for name, fields in schemas.items():
        types = {field["name"]: field["type"] for field in fields}
        columns = {column.in_language(language): column for column in known[name].columns}
        if name == "survey" and PERCENT_COLUMN in types:
            columns[PERCENT_COLUMN] = columns.pop(VALUE_COLUMN)
        for column, rules in columns.items():
            if column not in types and not rules.empty:
                raise DataError(f"{DESCRIPTOR}, table {name}: no column {column!r}; expected {', '.join(columns)}")
            if column in types and (types[column] in NUMBER_TYPES) != (rules.type in NUMBER_TYPES):
                expected = "number or integer" if rules.type in NUMBER_TYPES else "string or date"
                raise DataError(
                    f"{DESCRIPTOR}, table {name}, column {column}: found the type {types[column]}; expected {expected}"
                )


def _check_files(project: Path, paths: Collection[str]) -> None:
    """Raise DataError for a file that is called as a table of the engine is, and is none of the data package's."""
    for name in list_tables():
        for path in (f"{name}.csv", f"codebook/{name}.csv"):
            if path not in paths and (project / DATA / path).is_file():
                expected = f'{{"name": "{name}", "path": "{path}"}}'
                raise DataError(
                    f"{DATA}/{path}: found in no table of {DESCRIPTOR}; expected {expected} there, or no file"
                )


def _check_wave_column(descriptor: dict[str, Any], table: str) -> None:
    """Raise DataError unless the waves of a table, where it has them, are part of what a row is called by."""
    for resource in descriptor["resources"]:
        names = [field["name"] for field in resource["schema"]["fields"]]
        key = resource["schema"].get("primaryKey", [])
        if resource["name"] == table and WAVE in names and key and WAVE not in key:
            raise DataError(
                f"{DESCRIPTOR}, table {table}, primaryKey: found no {WAVE}; expected {', '.join(key)}, {WAVE}"
            )


def add_missing_columns(table: pd.DataFrame, name: str, language: str) -> None:
    """Add an empty column to a table for each that the engine reads and its file leaves out."""
    import pandas as pd

    for column in list_tables()[name].columns:
        written = PERCENT_COLUMN if (name, column.name) == ("survey", VALUE_COLUMN) else column.in_language(language)
        if written not in table:
            empty, kind = (nan, float) if column.type in NUMBER_TYPES else ("", str)
            table[written] = pd.Series([empty] * len(table), table.index, dtype=kind)


def _check_cells(project: Path, resource: dict[str, Any]) -> None:
    """Raise DataError unless each cell of a table can be read as it stands: visible, not endless, a number a number."""
    file, fields = f"{DATA}/{resource['path']}", resource["schema"]["fields"]
    missing = resource["schema"].get("missingValues", [""])
    rows = read_csv_rows(project / file, file)
    if next(rows, []) != [field["name"] for field in fields]:
        return  # of which frictionless says more
    faults = [
        (row, f"{file}, row {row}, column {field['name']}: {fault}")
        for row, cells in enumerate(rows, 2)
        for field, cell in zip(fields, cells, strict=False)  # frictionless counts the cells
        if (fault := _find_cell_fault(cell, field, missing))
    ]
    if faults:
        raise DataError(faults[0][1] + _count_other_rows({(file, row) for row, _ in faults}))


def _find_cell_fault(cell: str, field: dict[str, Any], missing: Collection[str]) -> str:
    """Return what is wrong with a cell that cannot be read as it stands, "" if nothing is."""
    if cell and not cell.strip():
        return "found spaces only; expected a text, or nothing"
    if len(cell) > MAX_CELL_LENGTH:
        return f"found {len(cell)} characters; expected at most {MAX_CELL_LENGTH}"
    if hidden := next((sign for sign in cell if not (sign.isprintable() or sign in VISIBLE_SPACES)), ""):
        return f"found U+{ord(hidden):04X} ({unicodedata.name(hidden, 'no letter')}); expected visible characters only"
    if field["name"] == ADDRESS_COLUMN and cell and not is_web_address(cell):
        return f"found {format_value(cell)}; expected {SITE_ADDRESS}"
    if cell in missing:
        return ""
    is_number, is_date = field["type"] in NUMBER_TYPES, field["type"] == "date"
    if (is_number and isnan(parse_number(cell))) or (is_date and not DATE.fullmatch(cell)):
        return f"found {format_value(cell)}; expected {_describe_field(field)}"
    return ""


def _check_foreign_keys(
    tables: Mapping[str, pd.DataFrame], files: Mapping[str, str], schemas: Mapping[str, frictionless.Schema]
) -> None:
    """Raise DataError unless what rows are of is listed in the table that the description names.

    Frictionless would read that table again for each such key.
    """
    for name, schema in schemas.items():
        for key in schema.foreign_keys:
            columns, listed = key["fields"], key["reference"]["fields"]
            other = key["reference"]["resource"] or name
            if other not in tables:
                raise DataError(f"{DESCRIPTOR}, table {name}, foreignKeys: found {other!r}; expected a table")
            known = {*tables[other][listed].itertuples(index=False, name=None)}
            cells = [*tables[name][columns].itertuples(index=False, name=None)]
            given = [any(cell == cell and cell not in ("", None) for cell in row) for row in cells]
            unknown = [place for place, row in enumerate(cells) if given[place] and row not in known]
            if unknown:
                place = f"{files[name]}, row {unknown[0] + 2}, column{'s' * (len(columns) > 1)} {', '.join(columns)}"
                found = ", ".join(map(format_value, cells[unknown[0]]))
                expected = f"expected a value listed under {', '.join(listed)} in {other}"
                others = _count_other_rows({(name, row) for row in unknown})
                raise DataError(f"{place}: found {found}; {expected}{others}")


def _read_table(project: Path, resource: dict[str, Any]) -> tuple[pd.DataFrame | None, Faults]:
    """Return a table, and what Frictionless finds wrong in it, without which it is read.

    What has the same description and the same bytes as a table that was read before is not read again.
    """
    import frictionless

    file = f"{DATA}/{resource['path']}"
    key = json.dumps(resource), digest_files(project, file)
    if key not in _read_before:
        columns = {name: value for name, value in resource["schema"].items() if name != "foreignKeys"}
        own = frictionless.Resource(resource | {"schema": columns}, basepath=str(project / DATA))
        faults: Faults = [fault for task in own.validate().tasks for fault in task.errors]
        rows = read_csv_rows(project / file, file)
        _read_before[key] = (None if faults else _type_cells(resource["name"], rows, own.schema)), faults
    return _read_before[key]


def _type_cells(name: str, rows: Iterator[list[str]], schema: frictionless.Schema) -> pd.DataFrame:
    """Return a table that has been checked, with numbers as floats, absent texts as "" and dates as they are."""
    import pandas as pd

    next(rows)
    read = [field.create_cell_reader() for field in schema.fields]
    values = [[read_cell(cell)[0] for read_cell, cell in zip(read, cells, strict=True)] for cells in rows]
    frame = pd.DataFrame(values, columns=schema.field_names)
    frame = frame.rename(columns={VALUE_COLUMN: PERCENT_COLUMN}) if name == "survey" else frame
    column = PRINTED_COLUMNS.get(name)
    if column in frame:
        frame.insert(frame.columns.get_loc(column) + 1, "decimals", frame[column].map(_count_decimals).astype(float))
    elif column:  # a table of margins that has numbers of respondents alone
        frame["decimals"] = 0.0
    for field in schema.fields:
        column = PERCENT_COLUMN if name == "survey" and field.name == VALUE_COLUMN else field.name
        if field.type in ("number", "integer"):
            frame[column] = frame[column].astype(float)
        elif field.type == "string":
            frame[column] = frame[column].fillna("").astype(str)
    return frame


def _count_decimals(value: Decimal | int | None) -> int:
    """Return how many decimals a cell shows, as 38.0 shows one."""
    return max(0, -int(value.as_tuple().exponent)) if isinstance(value, Decimal) else 0


def _describe_fault(file: str, schema: frictionless.Schema, error: Any) -> str:
    """Return in one line where a fault is, what was found there and what was expected."""
    row, column = getattr(error, "row_number", None), getattr(error, "field_name", None)
    place = file + (f", row {row}" if row else "") + (f", column {column}" if column else "")
    match error.type:
        case "type-error" | "constraint-error":
            found = format_value(error.cell) if error.cell not in ("", "None") else "nothing"
            field = schema.get_field(error.field_name)
            return f"{place}: found {found}; expected {_describe_field(field.to_descriptor())}"
        case "missing-label" | "incorrect-label" | "extra-label" | "duplicate-label" | "blank-label" | "blank-header":
            found = f"found {format_value(error.label)}" if getattr(error, "label", "") else "not in the header"
            return f"{place}: {found}; expected the columns {','.join(schema.field_names)}"
        case "missing-cell" | "extra-cell":
            return (
                f"{place}: {error.type.replace('-', ' ')}; expected {len(schema.field_names)} cells separated by commas"
            )
        case "primary-key":
            key = ", ".join(schema.primary_key)
            return f"{file}, row {row}, columns {key}: {error.note}; expected one row for each {key}"
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


def _describe_field(field: Mapping[str, Any]) -> str:
    """Return what values a column accepts, from its type, constraints and description in the data package."""
    rules = field.get("constraints", {})
    kinds = {"number": "a number", "integer": "a whole number", "date": "a date as YYYY-MM-DD"}
    kind = kinds.get(field["type"], "a text")
    if "enum" in rules:
        return "one of " + ", ".join(map(str, rules["enum"]))
    if "pattern" in rules:
        words = field.get("description", f"a text that matches {rules['pattern']}")
        return words[0].lower() + words[1:].rstrip(".")
    if "minimum" in rules and "maximum" in rules:
        kind += f" from {rules['minimum']} to {rules['maximum']}, with a point for decimals and no sign or unit"
    elif "minimum" in rules:
        kind += f" of at least {rules['minimum']}"
    return kind


def _count_other_rows(rows: set[tuple[str, int | None]]) -> str:
    """Return how many rows have faults besides that of the first fault, in parentheses; "" if none."""
    more = len(rows) - 1
    return f" (and {more} more {'row' if more == 1 else 'rows'} with faults)" if more else ""
