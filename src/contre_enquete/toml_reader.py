"""Read a TOML file and check its values, or those of JSON: each error names file, key, value and what was expected."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

from .errors import DataError, format_value
from .files import MAX_NUMBER, read_text_file

MAX_PARTS = 100  # of a dotted name: tomllib takes time by the square of their number
LONG_NAME = re.compile(rf"""(?<![\w-])(?:["']?[\w-]++["']?[ \t]*+\.[ \t]*+){{{MAX_PARTS}}}""")


def read_toml(path: Path, name: str, expected: str) -> TomlTable:
    """Return the top table of a TOML file, which error messages call `name`.

    `expected` describes the file. Raises DataError if the file cannot be read or is not TOML.
    """
    text = read_text_file(path, name, expected)
    if long := LONG_NAME.search(text):
        line = text.count("\n", 0, long.start()) + 1
        raise DataError(f"{name}, line {line}: found a name of over {MAX_PARTS} parts; expected {expected}")
    try:
        return TomlTable(name, _parse_toml(text))
    except RecursionError:
        raise DataError(f"{name}: found lists in lists without end; expected {expected}") from None
    except ValueError as error:  # tomllib's own, or Python's for a number of thousands of digits
        raise DataError(f"{name}: not TOML ({error}); expected {expected}") from None


@lru_cache(maxsize=8)  # by content: each page of a site reads the declaration of its article a dozen times
def _parse_toml(text: str) -> dict[str, Any]:
    """Return the values of a TOML file, which nobody changes."""
    return tomllib.loads(text)


class TomlTable:
    """A table of a TOML file, or an object of a JSON file, and the keys of it that were read.

    Each method reads one key. It raises DataError if the value is of another kind, or if it is absent and has no
    default.
    """

    def __init__(self, file: str, values: dict[str, Any], path: str = "") -> None:
        self.file, self.values, self.path = file, values, path
        self.known: set[str] = set()
        self.tables: list[TomlTable] = []

    def __contains__(self, name: str) -> bool:
        self.known.add(name)
        return name in self.values

    def error(self, name: str, expected: str, found: str = "") -> DataError:
        """Return the error of a key; an empty name is that of the table itself."""
        key = ".".join(filter(None, (self.path, name)))
        value = self.values.get(name) if name else self.values
        if not found:
            found = "nothing" if value is None else "a table" if isinstance(value, dict) else format_value(value)
        return DataError(f"{self.file}, {key}: found {found}; expected {expected}")

    def table(self, name: str) -> TomlTable:
        """Return the table of a key, an empty one if it is absent."""
        value = self.values[name] if name in self else {}
        if not isinstance(value, dict):
            raise self.error(name, "a table")
        self.tables.append(TomlTable(self.file, value, ".".join(filter(None, (self.path, name)))))
        return self.tables[-1]

    def tables_of(self, name: str) -> list[TomlTable]:
        """Return the tables of a list, at least one."""
        value = self.values[name] if name in self else []
        if not isinstance(value, list) or not value or not all(isinstance(entry, dict) for entry in value):
            raise self.error(name, "a list of tables, at least one")
        path = ".".join(filter(None, (self.path, name)))
        return [TomlTable(self.file, entry, f"{path}[{place}]") for place, entry in enumerate(value, 1)]

    def named(self, name: str, minimum: int = 0, expected: str = "") -> TomlTable:
        """Return the table of a key whose own keys its author chose, at least `minimum` and none empty."""
        value = self.values[name] if name in self else {}
        if not isinstance(value, dict) or len(value) < minimum or "" in value:
            raise self.error(name, expected or "a name for each value")
        table = self.table(name)
        table.known.update(value)
        return table

    def text(self, name: str, default: str | None = None, expected: str = "a text") -> str:
        """Return a text; one that is required is not empty."""
        value = self.values[name] if name in self else default
        if not isinstance(value, str) or (not value and default is None):
            raise self.error(name, expected)
        return value

    def choice(self, name: str, choices: Collection[str], default: str | None = None) -> str:
        """Return a text that is one of the choices."""
        expected = "one of " + ", ".join(map(repr, choices))
        value = self.text(name, default, expected)
        if value not in choices:
            raise self.error(name, expected)
        return value

    def texts(
        self, name: str, default: Collection[str] | None = None, expected: str = "a list of texts"
    ) -> tuple[str, ...]:
        """Return a list of texts; one that is required is not empty."""
        value = list(default or ()) if name not in self else self.values[name]
        is_list = isinstance(value, list) and all(isinstance(text, str) for text in value)
        if not is_list or (not value and default is None):
            raise self.error(name, expected)
        return tuple(value)

    def number(self, name: str, default: float | None = None) -> float:
        """Return a number above 0."""
        value = self.values[name] if name in self else default
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MAX_NUMBER:
            raise self.error(name, "a number above 0")
        return value

    def flag(self, name: str, default: bool) -> bool:
        """Return true or false."""
        value = self.values[name] if name in self else default
        if not isinstance(value, bool):
            raise self.error(name, "true or false")
        return value

    def reject_unknown_keys(self) -> None:
        """Raise DataError for the first key, here or in a table that was read, that nothing has asked for."""
        for name in self.values:
            if name not in self.known:
                raise self.error(name, "one of the keys " + ", ".join(sorted(self.known)))
        for table in self.tables:
            table.reject_unknown_keys()
