"""CSV that is safe to open in a spreadsheet: a text stays a text, whatever it begins with."""

from __future__ import annotations

import csv
import io
import re

BOM = "\ufeff"  # tells spreadsheets that what follows is UTF-8
FORMULA = re.compile(r"[=+@\t\r]|-(?!\d*[.,]?\d+$)")  # what a spreadsheet would calculate; a negative number is data


def as_text(cell: object) -> str:
    """A cell as CSV holds it: no value is empty, and what would be a formula is preceded by an apostrophe.

    After the advice of OWASP on CSV injection.
    """
    text = "" if cell is None or cell != cell else f"{cell:g}" if isinstance(cell, float) else str(cell)
    return f"'{text}" if FORMULA.match(text) else text


def defused(content: bytes) -> bytes:
    """A CSV file in UTF-8 whose cells are all texts or numbers; one without formulas comes back as it was."""
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    safe = [[as_text(cell) for cell in row] for row in rows]
    if safe == rows:
        return content
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(safe)
    return buffer.getvalue().encode()
