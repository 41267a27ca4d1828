"""Keep the tables of a data package that was checked, so that the next command need not check the same bytes again.

Checking costs a second, most of it the import of Frictionless. One JSON file holds the tables of the last check and a
key: a digest of every byte of `data/`, of the language of its words, of the code that checks and of the versions of the
libraries that it calls. Any other key, or any damage, is as if there were no file. `validate`, `build` and `rerun`
check the data themselves.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from ..article import find_source_language
from ..project import DATA, PACKAGE, WriteError, digest_contents, digest_files, replace_file
from .package import read_package

CHECKED = ".cache/checked.json"
CHECKING_CODE = (
    "descriptor.py",
    "files.py",
    "project.py",
    "survey/checked.py",
    "survey/package.py",
    "tables.toml",
    "text/markup.py",
)
LIBRARIES = ("frictionless", "pandas")


def read_checked_package(project: Path) -> dict[str, pd.DataFrame]:
    """Return every table of the data package as `read_package` does, from the last check where that was of these bytes.

    The tables are kept in `.cache`, where a build has made that folder. Raises DataError.
    """
    key = _make_key(project)
    tables = _read_checked(project / CHECKED, key)
    if tables is None:
        tables = read_package(project)
        if (project / CHECKED).parent.is_dir():
            with suppress(WriteError):  # a folder that may only be read
                replace_file(project / CHECKED, _dump_tables(tables, key))
    return tables


def forget_checked(project: Path) -> None:
    """Remove what the last check left, so that the next one reads the data."""
    with suppress(OSError):
        (project / CHECKED).unlink()


def _make_key(project: Path) -> str:
    code = [(PACKAGE / name).read_bytes() for name in CHECKING_CODE]
    texts = [find_source_language(project), *map(version, LIBRARIES)]
    return digest_contents(digest_files(project, DATA), *code, *map(str.encode, texts))


def _dump_tables(tables: dict[str, pd.DataFrame], key: str) -> bytes:
    """Return the tables as JSON below a digest of it, dates as texts and numbers that are absent as null."""
    body = json.dumps(
        {
            "key": key,
            "tables": {
                name: {
                    "file": table.attrs["file"],
                    "columns": {column: _dump_column(table[column]) for column in table},
                }
                for name, table in tables.items()
            },
        },
        ensure_ascii=False,
        allow_nan=False,
    ).encode()
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _dump_column(column: pd.Series[Any]) -> list[Any]:
    """Return the kind of a column, "number", "date" or "text", and then its values."""
    if column.dtype == float:
        return ["number", *(None if value != value else value for value in column.tolist())]
    if column.dtype == object and all(value is None or isinstance(value, date) for value in column):
        return ["date", *(value and value.isoformat() for value in column)]
    return ["text", *column]


def _read_checked(path: Path, key: str) -> dict[str, pd.DataFrame] | None:
    """Return the tables of a file that was written under this key, None if it was not, or is damaged."""
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
        if digest != hashlib.sha256(body).hexdigest().encode():
            return None
        content = json.loads(body)
    except (OSError, ValueError):
        return None
    if content["key"] != key:
        return None
    tables = {}
    for name, table in content["tables"].items():
        tables[name] = pd.DataFrame({column: _load_column(*cells) for column, cells in table["columns"].items()})
        tables[name].attrs["file"] = table["file"]
    return tables


def _load_column(kind: str, *values: Any) -> pd.Series[Any]:
    match kind:
        case "number":
            return pd.Series(values, dtype=float)
        case "date":
            return pd.Series([value and date.fromisoformat(value) for value in values], dtype=object)
        case _:
            return pd.Series(values, dtype=str)
