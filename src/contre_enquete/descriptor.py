"""What `data/datapackage.json` says of an edition's data, with what the engine knows of each table.

An edition names its tables and their files. Their columns are declared in `tables.toml`, once for all editions; a table
that comes with a schema of its own has that one instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from .errors import DataError, format_value, suggest_name
from .files import read_bytes, read_csv_rows, read_json_file
from .project import DESCRIPTOR, PACKAGE
from .text.markup import SITE_ADDRESS, is_site_address, is_web_address
from .toml_reader import TomlTable, read_toml

TABLES_FILE = "tables.toml"
NUMBER_TYPES = ("number", "integer")
VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
TABLE_FILE = re.compile(r"[^/\\:][^\\:]*\.csv")  # inside `data/`: no address, and no place of a machine
PACKAGE_PROFILES = ("tabular-data-package", "data-package")  # any other could be an address, which would be asked
RESOURCE_VALUES = {  # what keys of a table may be: a file in UTF-8 with commas, as it lies there
    "profile": ("tabular-data-resource", "data-resource"),
    "encoding": ("utf-8",),
    "dialect": ({"delimiter": ","}, {}),
    "compression": (),
    "data": (),
    "extrapaths": (),
}
FIELD_TYPES = ("string", "number", "integer", "date")
OWN_COLUMN = "note"  # a column that any table may have, which the engine does not read
EACH_LANGUAGE = "_*"  # the end of the name of a column that each language has


@dataclass(frozen=True)
class ColumnSchema:
    """A column of a table.

    Attributes
    ----------
    name
        Its name; one that ends in "_*" stands for a column in each language.
    type
        "string", "number", "integer" or "date".
    empty
        Whether its cells may be empty; then it may be left out.
    description
        What is in it, one sentence.
    rules
        What else its cells must obey: `pattern`, `enum`, `minimum`, `maximum`.
    """

    name: str
    type: str
    empty: bool
    description: str
    rules: dict[str, Any]

    def matches(self, name: str) -> bool:
        """Return whether a name in a header is that of this column.

        >>> ColumnSchema("label_*", "string", False, "", {}).matches("label_en")
        True
        """
        stem = self.name.removesuffix(EACH_LANGUAGE)
        return self.name == name or (stem != self.name and bool(re.fullmatch(rf"{stem}_[a-z]{{2,3}}", name)))

    def in_language(self, language: str) -> str:
        """Return its name in a language."""
        return self.name.removesuffix("*") + language if self.name.endswith(EACH_LANGUAGE) else self.name

    def make_field(self, name: str) -> dict[str, Any]:
        """Return the field of a data package for this column, under the name that a header has."""
        constraints = {} if self.empty else {"required": True}
        field = {"name": name, "type": self.type, "description": self.description}
        return field | {"constraints": constraints | self.rules}


@dataclass(frozen=True)
class TableSchema:
    """A table of the data package, as the engine knows it.

    Attributes
    ----------
    needed
        Whether every edition has it.
    key
        The columns that tell its rows apart.
    foreign
        Columns whose values another table lists: the columns, that table, its columns.
    """

    name: str
    title: str
    needed: bool
    key: tuple[str, ...]
    foreign: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...]
    columns: tuple[ColumnSchema, ...]

    def make_schema(self, header: Sequence[str], file: str) -> dict[str, Any]:
        """Return the schema of a file with this header.

        Raises DataError if a column is unknown, stands there twice, or is missing.
        """
        fields, missing = [], [column for column in self.columns if not column.empty]
        names = ", ".join(column.name for column in self.columns)
        for name in header:
            column = next((column for column in self.columns if column.matches(name)), None)
            if column is None and name != OWN_COLUMN:
                nearest = suggest_name(name, [column.name for column in self.columns])
                raise DataError(f"{file}, row 1: found the column {format_value(name)}; expected {names}{nearest}")
            if header.count(name) > 1:
                raise DataError(f"{file}, row 1: found the column {format_value(name)} twice; expected it once")
            missing = [needed for needed in missing if needed is not column]
            fields.append(column.make_field(name) if column else {"name": name, "type": "string"})
        if missing:
            raise DataError(f"{file}, row 1: no column {missing[0].name!r}; expected {names}")
        keys = [
            {"fields": [*columns], "reference": {"resource": table, "fields": [*key]}}
            for columns, table, key in self.foreign
            if {*columns} <= {*header}
        ]
        primary = [name for name in self.key if name in header]
        return {"fields": fields, "primaryKey": primary} | ({"foreignKeys": keys} if keys else {})


@cache
def list_tables() -> dict[str, TableSchema]:
    """Return every table that an edition may have, by name."""
    content = read_toml(PACKAGE / TABLES_FILE, TABLES_FILE, "the tables of an edition").values
    return {name: _make_table(name, entry) for name, entry in content.items()}


def _make_table(name: str, entry: dict[str, Any]) -> TableSchema:
    columns = []
    for column, rules in entry["columns"].items():
        rest = {key: value for key, value in rules.items() if key not in ("type", "empty", "words")}
        columns.append(
            ColumnSchema(column, rules.get("type", "string"), rules.get("empty", False), rules["words"], rest)
        )
    foreign = [
        (tuple(key["columns"]), key["table"], tuple(key.get("key", key["columns"]))) for key in entry.get("foreign", ())
    ]
    return TableSchema(
        name, entry["title"], entry.get("needed", False), tuple(entry["key"]), tuple(foreign), tuple(columns)
    )


def read_descriptor(project: Path) -> dict[str, Any]:
    """Return what `data/datapackage.json` of a project says.

    A table without a schema has the columns of its file, as the engine knows them. Raises DataError if it cannot be
    read, or lacks what the engine asks of it: texts, a version, a day, tables with their columns, each in a file of its
    own inside `data/`.
    """
    content = read_json_file(project / DESCRIPTOR, DESCRIPTOR, "the description of the data package")
    if not isinstance(content, dict):
        raise DataError(f"{DESCRIPTOR}: found no object; expected the description of the data package")
    package = TomlTable(DESCRIPTOR, content)
    for name in ("name", "title", "homepage"):
        package.text(name)
    if not VERSION.fullmatch(package.text("version")):
        raise package.error("version", "three numbers, such as '1.0.0'")
    package.choice("profile", PACKAGE_PROFILES, PACKAGE_PROFILES[0])
    try:
        date.fromisoformat(package.text("created")[:10])
    except ValueError:
        raise package.error("created", "a date such as '2012-05-14'") from None
    for name, keys in {"contributors": ("title",), "licenses": ("name", "path", "title")}.items():
        for table in package.tables_of(name):
            for key in keys:
                table.text(key)
    _check_addresses(package)
    return content | {"resources": _complete_resources(project, package.tables_of("resources"))}


def _complete_resources(project: Path, tables: list[TomlTable]) -> list[dict[str, Any]]:
    """Return the tables of a data package, each with its columns. Raises DataError if one cannot be used."""
    names, resources = set(), []
    for resource in tables:
        if not TABLE_FILE.fullmatch(resource.text("path")) or ".." in resource.text("path"):
            raise resource.error("path", "the path of a CSV file inside data/")
        resource.values = _complete_resource(project, resource.values)
        _check_resource(resource)
        if resource.text("name") in names:
            raise resource.error("name", "a name of its own for each table")
        names.add(resource.text("name"))
        resources.append(resource.values)
    return resources


def publish_descriptor(project: Path) -> bytes:
    """Return the description of a data package for those who have no engine: with the columns of every table."""
    content = read_bytes(project / DESCRIPTOR, DESCRIPTOR, "the description of the data package")
    whole = read_descriptor(project)
    if whole == json.loads(content):
        return content
    return (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode()


def _complete_resource(project: Path, resource: dict[str, Any]) -> dict[str, Any]:
    """Return a table of the data package with what the engine knows of it, if it has no schema of its own."""
    name = resource.get("name")
    if "schema" in resource or not isinstance(name, str) or name not in list_tables():
        return resource
    table, file = list_tables()[name], f"data/{resource['path']}"
    header = next(read_csv_rows(project / file, file), [])
    return {
        "title": table.title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **resource,
        "schema": table.make_schema(header, file),
    }


def _check_addresses(package: TomlTable) -> None:
    """Raise DataError unless pages may link to the homepage, to the licences, and to whoever answers for the data."""
    if not is_site_address(package.text("homepage")):
        raise package.error("homepage", SITE_ADDRESS)
    for table in (*package.tables_of("licenses"), *package.tables_of("contributors")):
        if "path" in table and not is_web_address(table.text("path")):
            raise table.error("path", SITE_ADDRESS)


def _check_resource(resource: TomlTable) -> None:
    """Raise DataError unless a table of the data package has a file inside `data/` and columns of known types."""
    for key in ("title", "mediatype"):
        resource.text(key)
    for key, values in RESOURCE_VALUES.items():
        if key in resource and resource.values[key] not in values:
            raise resource.error(key, " or ".join(map(repr, values)) or "no such key")
    if "schema" in resource and isinstance(resource.values["schema"], dict):
        fields = resource.table("schema").tables_of("fields")
        if len({field.text("name") for field in fields}) < len(fields):
            raise resource.error("schema", "a name of its own for each column", "a column twice")
        for field in fields:
            field.choice("type", FIELD_TYPES)
        for name in ("primaryKey", "missingValues"):
            resource.table("schema").texts(name, ())
    else:
        raise resource.error("schema", "a table with the columns")


def edition_version(project: Path) -> str:
    """Return the version of a project's data, texts and pages, such as "1.0.0". Raises DataError."""
    return read_descriptor(project)["version"]
