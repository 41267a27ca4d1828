"""The table that answers become: written, and read back. Nothing here needs the engine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..edition.workbench import replace
from ..errors import DataError

if TYPE_CHECKING:
    import pandas as pd

TEXTS = ["question", "item", "segment"]
COUNTS = ["n", "missing", "base", "yes"]
FLOATS = ["weighted_base", "standard_error", "lower", "upper"]
COLUMNS = [
    "question", "item", "segment", "percent", "standard_error", "lower", "upper", "df",
    "n", "missing", "base", "yes", "weighted_base",
]  # fmt: skip
Row = dict[str, str | int | float | None]


def write_table(path: Path, rows: Iterable[Row]) -> None:
    """Write rows of COLUMNS as CSV, in one move; None is an empty cell. Raises WriteError if that is not possible."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    replace(path, text.getvalue().encode())


def read_table(path: Path) -> pd.DataFrame:
    """Return a table of answers, one row for each item and group, in the order of the codebook, `all` last.

    `question`, `item` and `segment` are texts; `percent`, `standard_error`, `lower` and `upper` are floats, in percent
    (points of it for the error), and NaN where nobody answered or where they are withheld; so are `n`, the people of the group, `missing`, those of them
    who did not answer, `base`, those who did, `yes`, those who gave the answer, all unweighted, `weighted_base`, the sum of the
    weights of the base, and `df`, the degrees of freedom. Raises DataError if the file is no such table.
    """
    import pandas as pd

    try:
        table = pd.read_csv(
            path, dtype=dict.fromkeys(TEXTS, str), keep_default_na=False, na_values={name: [""] for name in COLUMNS[3:]}
        )
    except (ValueError, UnicodeDecodeError):
        raise DataError(f"{path.name}: no table of answers; expected the columns {','.join(COLUMNS)}") from None
    if list(table.columns) != COLUMNS or not all(table[name].dtype.kind in "fi" for name in COLUMNS[3:]):
        raise DataError(f"{path.name}: no table of answers; expected the columns {','.join(COLUMNS)}")
    return table.astype(dict.fromkeys(COLUMNS[3:], float))
