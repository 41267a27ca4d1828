"""The table that answers become: written, and read back. Nothing here needs the engine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DataError
from ..project import replace_file

if TYPE_CHECKING:
    import pandas as pd

TEXTS = ["source", "question", "item", "segment", "withheld"]
NUMBERS = [
    "percent", "standard_error", "lower", "upper", "df", "n", "missing", "base", "yes", "weighted_base",
]  # fmt: skip
COLUMNS = [*TEXTS[:4], *NUMBERS, TEXTS[4]]
Row = dict[str, str | int | float | None]


def write_table(path: Path, rows: Iterable[Row]) -> None:
    """Write rows of COLUMNS as CSV, in one move; None is an empty cell. Raises WriteError if that is not possible."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    replace_file(path, text.getvalue().encode())


def read_table(path: Path) -> pd.DataFrame:
    """Return a table of answers, one row for each item and group, in the order of the codebook, `total` last.

    `source` is the name of the survey; it, `question`, `item` and `segment` are texts, and `withheld` is "yes" where some figures are withheld, else "". The others are floats, NaN
    where they are withheld or nobody answered: `percent` with its `standard_error` (in points) and limits `lower` and `upper`,
    from 0 to 100, `df`, the degrees of freedom; unweighted, `n`, the people of the group, `missing`, those who did not
    answer, `base`, those who did, `yes`, those who gave the answer (empty where weighted figures are guarded); and `weighted_base`, the sum of the weights of the base.
    Raises DataError if the file is no such table.
    """
    import pandas as pd

    try:
        table = pd.read_csv(
            path,
            dtype=dict.fromkeys(TEXTS, str) | dict.fromkeys(NUMBERS, float),
            keep_default_na=False,
            na_values={name: [""] for name in NUMBERS},
        )
    except ValueError:
        table = pd.DataFrame()
    if list(table.columns) != COLUMNS:
        raise DataError(f"{path.name}: no table of answers; expected the columns {','.join(COLUMNS)}")
    return table
