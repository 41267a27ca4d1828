"""Read a file as text, JSON, a table or a number: each error is one line with place, finding and expectation.

`toml_reader`, catalogues, notebooks and the data package read their files through these functions.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import DataError, format_value

if TYPE_CHECKING:  # which nothing but a table needs
    import pandas as pd

UNSIGNED_NUMBER = r"([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?"
NUMBER = re.compile("-?" + UNSIGNED_NUMBER)
MAX_NUMBER = 1e15  # in size: beyond it, a float no longer tells whole numbers apart


def read_bytes(path: Path, name: str, expected: str) -> bytes:
    """Return the content of an ordinary file, which error messages call `name`.

    `expected` describes the file. Raises DataError if it cannot be read, or is a folder, a device or a pipe.
    """
    try:
        if path.exists() and not path.is_file():
            kind = "a folder" if path.is_dir() else "no ordinary file"
            raise DataError(f"{name}: {kind}; expected {expected}")
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{name}: not found; expected {expected}") from None
    except OSError as error:
        raise DataError(f"{name}: {error.strerror}; expected {expected}") from None


def read_text_file(path: Path, name: str, expected: str) -> str:
    r"""Return a text file, which error messages call `name`, with "\n" at each end of a line and without a BOM.

    `expected` describes the file. Raises DataError if it cannot be read, or is not UTF-8.
    """
    return decode_text(read_bytes(path, name, expected), name, expected)


def decode_text(content: bytes, name: str, expected: str) -> str:
    r"""Return the text of a file, which error messages call `name`, with "\n" at each end of a line and without a BOM.

    `expected` describes the file. Raises DataError if it is not UTF-8.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise DataError(f"{name}, line {line}: not UTF-8; expected {expected}, saved as UTF-8") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise DataError(f"{name}, line {line}: found a sign that is none (NUL); expected {expected}, saved as UTF-8")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_json_file(path: Path, name: str, expected: str) -> Any:
    """Return the content of a JSON file, which error messages call `name`.

    `expected` describes the file. Raises DataError if it cannot be read, is not JSON, or has a key twice.
    """
    return parse_json(read_text_file(path, name, expected), name, expected)


def parse_json(text: str, name: str, expected: str) -> Any:
    """Return the content of a text of JSON, which error messages call `name`.

    `expected` describes it. Raises DataError if it is not JSON, has a key twice, or half of a letter (a surrogate).
    """
    try:
        content = json.loads(text, object_pairs_hook=_make_object, parse_constant=_reject_constant)
        json.dumps(content, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        found = f"line {error.lineno}, column {error.colno}: not JSON ({error.msg})"
        raise DataError(f"{name}, {found}; expected {expected}") from None
    except UnicodeEncodeError:
        raise DataError(f"{name}: found half of a letter (a lone surrogate); expected {expected}") from None
    except RecursionError:
        raise DataError(f"{name}: found lists in lists without end; expected {expected}") from None
    except ValueError as error:
        raise DataError(f"{name}: not JSON ({error}); expected {expected}") from None
    return content


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} twice")
    return content


def _reject_constant(name: str) -> None:
    raise ValueError(f"the number {name}")


def read_csv_rows(path: Path, name: str) -> Iterator[list[str]]:
    """Yield the cells of each row of a CSV file, which error messages call `name`.

    Raises DataError if it is no text, or a quotation mark stays open.
    """
    text = read_text_file(path, name, "a CSV file")
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    number = 1
    try:
        for row in csv.reader(io.StringIO(text), strict=True):
            yield row
            number += 1
    except csv.Error:
        problem = 'found a quotation mark that does not close, or one within a text; expected "" for it'
        raise DataError(f"{name}, row {number}: {problem}") from None


def read_csv_table(path: Path, name: str, columns: Sequence[str], numbers: Collection[str], kind: str) -> pd.DataFrame:
    """Return a table that this engine has written as CSV, with floats in the columns `numbers`, NaN for empty cells.

    Error messages call the file `name` and say that it is no `kind`. Raises DataError if it has other columns, or a
    cell of a column of numbers that is none.
    """
    import pandas as pd

    header, *rows = [*read_csv_rows(path, name)] or [[]]
    if header != [*columns]:
        raise DataError(f"{name}: no {kind}; expected the columns {','.join(columns)}")
    for place, row in enumerate(rows, 2):
        if len(row) != len(columns):
            raise DataError(f"{name}, row {place}: found {len(row)} cells; expected {len(columns)}")
        for column, cell in zip(columns, row, strict=True):
            if column in numbers and cell and math.isnan(parse_number(cell)):
                raise DataError(f"{name}, row {place}, column {column}: found {format_value(cell)}; expected a number")
    table = pd.DataFrame(rows, columns=[*columns], dtype=str)
    for column in numbers:
        table[column] = table[column].map(parse_number).astype(float)
    return table


def parse_number(text: str, decimal: str = ".") -> float:
    """Return the number that a text is, NaN if it is none: every number of a file is read by this rule.

    Digits 0 to 9, with one decimal sign at most, perhaps a power of ten of at most two digits as programs write it,
    and "-" before a number below 0. No other sign, space or separator, no name; at most 10**15 in size.

    >>> [parse_number(text) for text in ("35", "-1.5", ".5", "1e+05")]
    [35.0, -1.5, 0.5, 100000.0]
    >>> [parse_number(text) for text in ("1_0", "+93", " 93", "-0", "９３", "inf", "1e-400")]
    [nan, nan, nan, nan, nan, nan, nan]
    >>> parse_number("0,5", ","), parse_number("0.5", ",")
    (0.5, nan)
    """
    if decimal != ".":
        text = text.replace(".", "?").replace(decimal, ".")
    value = float(text) if NUMBER.fullmatch(text) else math.nan
    return math.nan if abs(value) > MAX_NUMBER or (value == 0 and text.startswith("-")) else value
