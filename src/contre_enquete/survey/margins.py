"""The table `margins.csv`: numbers of respondents and margins of error that sources publish, by source and group.

What a row leaves empty (question, item, wave) is of all; the table may lack these columns, `level` and `deff`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any  # a row of a table: pandas ships no types

import pandas as pd

from ..article import Article
from ..errors import DataError, suggest_name
from ..text.numbers import PERCENT

MARGIN_LEVEL = 95.0  # percent: of intervals, and of a margin that says nothing else
LEAST_LEVEL = 50.0  # percent; a level below it is a share written for a percent
MOST_RESPONDENTS = 10_000_000
MOST_DEFF = 100
MARGINS = "margins"

MarginFault = tuple[str, object, str]  # column, what was found there, what was expected


def check_margins(tables: Mapping[str, pd.DataFrame], article: Article) -> None:
    """Raise DataError for the first row of margins that says nothing, or what cannot be."""
    table = tables[MARGINS]
    for number, row in enumerate(table.itertuples(), 2):
        for column, value, expected in (*_list_name_faults(row, tables, article), *_list_number_faults(row, tables)):
            found = (
                repr(value)
                if isinstance(value, str) and value
                else "nothing"
                if value in ("", None) or value != value
                else f"{value:g}"
            )
            raise DataError(f"{table.attrs['file']}, row {number}, column {column}: found {found}; expected {expected}")


def _list_name_faults(row: Any, tables: Mapping[str, pd.DataFrame], article: Article) -> Iterator[MarginFault]:
    """Yield what a row names that the data do not have."""
    items = tables["items"]
    known = {
        "question": list(tables["questions"]["question"]),
        "item": list(items[items["question"] == row.question]["item"]),
        "wave": list(article.waves.order),
    }
    for column, names in known.items():
        if (value := getattr(row, column)) and value not in names:
            yield column, value, f"one of {', '.join(names)}{suggest_name(value, names)}" if names else "nothing"


def _list_number_faults(row: Any, tables: Mapping[str, pd.DataFrame]) -> Iterator[MarginFault]:
    """Yield what a row says that cannot be."""
    units = dict(zip(tables["questions"]["question"], tables["questions"]["unit"], strict=True))
    if isnan(row.n) and isnan(row.margin):
        yield "n", row.n, "a number of respondents, a margin of error, or both"
    if not isnan(row.n) and not (1 <= row.n <= MOST_RESPONDENTS and row.n.is_integer()):
        yield "n", row.n, f"a number of respondents, from 1 to {MOST_RESPONDENTS:,}"
    most = 50 if units.get(row.question, PERCENT) == PERCENT else float("inf")
    if not isnan(row.margin) and not 0 < row.margin <= most:
        yield "margin", row.margin, "a margin of error above 0" + ("" if most > 50 else ", of at most 50 points")
    if not isnan(row.level) and not LEAST_LEVEL <= row.level < 100:
        yield "level", row.level, f"a confidence level from {LEAST_LEVEL:g} to under 100 percent, such as 95"
    if not isnan(row.deff) and not 0 < row.deff <= MOST_DEFF:
        yield "deff", row.deff, f"a design effect above 0, of at most {MOST_DEFF}"
