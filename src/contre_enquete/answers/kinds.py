"""Guess what the values of a column are: ticks, a scale, one of a few answers, many in a cell, text of people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .hints import HINTS
from .lists import MAX_ANSWER, MAX_OPTIONS, split_cells
from .scales import sort_scale
from .summary import NUMBER_TEXT, ColumnSummary, find_decimal, read_number
from .values import CODED_VALUE, MAX_SCALE, drop_missing, read_codes, read_word

MAX_CODE = 30  # beyond which a number is that of people, minutes or years, and not a code
MIN_QUANTITIES = 6  # different numbers, from which great ones are no codes
MIN_REPEATS = 3  # people for each answer, where a column has more than a few
FEW_OPTIONS = 12
MIN_TYPED = 20  # people who answered, from which an answer of one is not taken for an option
CLERICAL_VALUE = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{1,2}:\d\d|(\d{1,3}\.){3}\d{1,3}$|(uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-|R_\w{10,}$"
)
PERSONAL_VALUE = re.compile(
    r"\S@\S+\.\w|https?://|^(M\.|Mme|Mr\.?|Mrs\.?|Ms\.?|Dr)\s|\d{3}[- .]\d{3}[- .]\d{4}|^[A-Z]\d[A-Z] ?\d[A-Z]\d$", re.I
)


def guess_kind(column: ColumnSummary) -> str:
    """Return what a column holds, by its values alone.

    That is "empty", "clerical", "personal", "tick", "codes" (1 and 2, of which one says yes), "constant", "scale",
    "number", "cell" (of several answers), "one" or "text".
    """
    if not column.filled:
        return "empty"
    if column.is_numeric and _counts_rows(column):
        return "clerical"
    if column.counts is None:
        return "number" if column.is_numeric else "text"
    values = column.values
    for kind, pattern in (("clerical", CLERICAL_VALUE), ("personal", PERSONAL_VALUE)):
        if sum(bool(pattern.search(value)) for value in values) * 2 > len(values) or (
            kind == "personal" and any(map(pattern.search, values))
        ):
            return kind
    known = drop_missing(values)
    if not known:
        return "empty"
    return _guess_yes_no(known) or _guess_answers(column, known)


def _counts_rows(column: ColumnSummary) -> bool:
    """Return whether the numbers of a column are all different, and follow each other as those of rows do."""
    if column.counts is None:
        return column.distinct > 0.9 * column.filled
    codes = read_codes(column.counts).values() if column.filled == column.distinct > MAX_SCALE + 1 else ()
    return len(codes) == column.distinct and max(codes) - min(codes) < 2 * column.distinct


def _guess_yes_no(known: Sequence[str]) -> str:
    folded = {read_word(value) for value in known}
    if folded <= HINTS.yes | HINTS.no:
        return "tick"
    if folded in ({"1", "2"}, {"1.0", "2.0"}, {"2"}):
        return "codes"
    return "constant" if len(known) == 1 else ""


def _guess_answers(column: ColumnSummary, known: Sequence[str]) -> str:
    if sort_scale(known):
        return "scale"
    if all(re.search(NUMBER_TEXT, value) for value in known) and _are_quantities(known):
        return "number"
    if split_cells(column.counts or {}):
        return "cell"
    return "one" if has_options(column) else "text"


def _are_quantities(values: Sequence[str]) -> bool:
    """Return whether numbers are too many, too great or too exact to be codes of answers."""
    decimal = find_decimal(values)
    numbers = [read_number(value, decimal) for value in values]
    is_exact = any("." in value or "," in value for value in values)
    return len(values) > FEW_OPTIONS or is_exact or (len(values) >= MIN_QUANTITIES and max(numbers) > MAX_CODE)


def has_options(column: ColumnSummary) -> bool:
    """Return whether the values of a column are answers that were offered: few, or given by several people each."""
    distinct, longest = len(column.counts or ()), max(map(len, column.counts or [""]))
    if longest > MAX_ANSWER or distinct > MAX_OPTIONS:
        return False
    if distinct <= FEW_OPTIONS:
        return distinct <= max(2, column.filled / 2)
    return distinct * MIN_REPEATS <= column.filled


def list_typed(counts: Mapping[str, int]) -> list[str]:
    """Return the answers in words that one person alone gave to a question with options, if enough people answered.

    They may have been typed under "other", as text of people; an option that one person chose would be hidden anyway.
    """
    rare = [value for value, people in counts.items() if people == 1 and not CODED_VALUE.match(value)]
    return rare if len(counts) - len(rare) >= 2 and sum(counts.values()) >= MIN_TYPED else []
