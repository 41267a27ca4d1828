"""Make CSV safe to open in a spreadsheet: no text in it is taken for a formula."""

from __future__ import annotations

import csv
import io
import re

from ..errors import DataError
from ..files import decode_text

BOM = "\ufeff"  # tells spreadsheets that what follows is UTF-8
FORMULA_START = re.compile(
    r"[=+@\t\r]|-(?!\d*[.,]?\d+$)"
)  # what a spreadsheet would calculate; a negative number is data


def format_cell(cell: object) -> str:
    """Return a cell as text for CSV: None and NaN as "", and what would be a formula after an apostrophe.

    After OWASP's advice on CSV injection.
    """
    text = "" if cell is None or cell != cell else f"{cell:.12g}" if isinstance(cell, float) else str(cell)
    return f"'{text}" if FORMULA_START.match(text) else text


def escape_formulas(content: bytes, path: str) -> bytes:
    """Return the content of a CSV file without formulas: its very bytes if it has none. Raises DataError."""
    try:
        rows = list(csv.reader(io.StringIO(decode_text(content, path, "a CSV file"), newline="")))
    except csv.Error as error:
        raise DataError(f"{path}: not CSV ({error}); expected a CSV file") from None
    safe = [[format_cell(cell) for cell in row] for row in rows]
    if safe == rows:
        return content
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(safe)
    return buffer.getvalue().encode()
