"""The table that answers become: written and read. Nothing here needs the engine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..files import read_csv_table

if TYPE_CHECKING:
    import pandas as pd

TABLE_COLUMNS = [
    "source", "question", "item", "segment",
    "percent", "standard_error", "lower", "upper", "df", "n", "missing", "base", "yes", "weighted_base", "withheld",
    "kind", "breakdown", "mean", "unit", "counted", "question_label", "item_label", "segment_label",
]  # fmt: skip
NUMBER_COLUMNS = [
    "percent", "standard_error", "lower", "upper", "df", "n", "missing", "base", "yes", "weighted_base", "mean",
]  # fmt: skip
LABELS = [name for name in TABLE_COLUMNS if name.endswith("_label")]
MAX_LABEL = 300  # characters, of which a page can show something
Row = dict[str, str | int | float | None]


def render_csv(rows: Iterable[Row]) -> bytes:
    """Return rows of `TABLE_COLUMNS` as CSV; None is an empty cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, TABLE_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        {name: _clean_label(value) if name in LABELS else value for name, value in row.items()} for row in rows
    )
    return text.getvalue().encode()


def _clean_label(text: Any) -> str:
    """Return a label on one line, without signs that cannot be seen, cut where it is endless."""
    visible = "".join(sign if sign.isprintable() else " " if sign.isspace() else "" for sign in str(text or ""))
    label = " ".join(visible.split())
    return label if len(label) <= MAX_LABEL else f"{label[: MAX_LABEL - 1]}…"


def read_table(path: Path) -> pd.DataFrame:
    """Return a table of answers that `contre-enquete tabulate` has written.

    Parameters
    ----------
    path
        The CSV file.

    Returns
    -------
    DataFrame
        One row for each item and group, in the order of the codebook, "total" last. Texts: `source` (the name of the
        survey), `question`, `item`, `segment` (the group), and `withheld`: if figures of the row are suppressed, "yes"
        or, where the coarse method chose them, "coarse"; else "". Further texts, as the codebook has them: `kind` (of
        the question; "value" for one value of a scale, "quantile" for a quartile), `breakdown` ("" for everybody),
        `unit` (of a mean), `counted` (the values of a scale that say yes), `question_label`, `item_label`,
        `segment_label`. Floats, NaN where suppressed or nobody answered: `percent` (0 to 100) with its `standard_error`
        (percentage points), 95 % limits `lower` and `upper`, and `df`, the degrees of freedom; unweighted counts of
        people, `n` in the group, `missing` without an answer (both empty in a group of which a few did not answer
        something), `base` with one, `yes` with this answer (empty if weighted figures are protected); `weighted_base`,
        the sum of the weights of the base; `mean` of a number, or its quartile, whose error and limits are in its unit.

    Raises
    ------
    DataError
        If the file is no such table.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "table.csv"
    >>> row = {"source": "Ours", "question": "tools", "item": "email", "segment": "total", "percent": 40}
    >>> _ = path.write_bytes(render_csv([row]))
    >>> read_table(path)[["item", "segment", "percent"]]
        item segment  percent
    0  email   total     40.0
    """
    return read_csv_table(path, path.name, TABLE_COLUMNS, NUMBER_COLUMNS, "table of answers")
