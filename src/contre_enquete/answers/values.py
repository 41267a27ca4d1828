"""Read the values of columns: what says nothing, which are codes, which are spellings of one answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from .hints import HINTS, fold
from .summary import find_decimal, read_number

MAX_SCALE = 10  # the highest number of a scale
MIN_RATIO = 3  # of a code for no answer to the greatest of other numbers
MIN_CODE_GAP = 4  # numbers that nobody gave, between a scale from 0 and a code for no answer
CODED_VALUE = re.compile(r"[A-Z]?(-?\d{1,9})(\.0)?$")  # LimeSurvey's begin with a letter
NAMED_NUMBER = re.compile(r"(\d{1,2})(?:\s*[-–—:.)=(]\s*\D.*)?$", re.S)


def read_word(value: str) -> str:
    """Return a value as the lists of words have it; of one in two languages, "Oui / Yes", the first.

    Nor does it have the number of an answer, as in "1. Oui".

    >>> read_word("Très satisfait(e) / Very satisfied"), read_word("n/a"), read_word("9 - NSP")
    ('tres satisfait', 'n/a', 'nsp')
    """
    word = re.sub(r"^\d{1,2}\s*[-–—:.)=]+\s*(?=[^\W\d])|(?<=\w)\s*\(\d{1,2}\)$", "", value.strip())
    return fold(re.split(r"\s+[/|]\s+", word)[0]) or fold(value)


def is_missing(value: str) -> bool:
    """Return whether a value is one of the words for no answer."""
    return read_word(value) in HINTS.missing


def drop_missing(values: Iterable[str]) -> list[str]:
    """Return the values that are answers: neither words nor codes for no answer.

    >>> drop_missing(["1", "2", "9", "n/a"])
    ['1', '2']
    """
    known = [value for value in values if not is_missing(value)]
    codes = find_missing_codes(known)
    return [value for value in known if value not in codes]


def merge_spellings(counts: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Return the answers behind values, each by its commonest spelling: spaces, capitals and accents do not matter.

    >>> merge_spellings({"Bus": 9, "bus ": 1, "Vélo": 5})
    {'Bus': ('Bus', 'bus '), 'Vélo': ('Vélo',)}
    """
    spellings: dict[str, list[str]] = {}
    for value in counts:
        spellings.setdefault(fold(value), []).append(value)
    return {max(values, key=lambda value: counts[value]): tuple(values) for values in spellings.values()}


def read_codes(values: Iterable[str]) -> dict[str, int]:
    """Return the number of each value that is a whole number, alone or before words as in "1 - Never"."""
    codes = {}
    for value in values:
        text = value.strip()
        if (match := CODED_VALUE.match(text)) or (match := NAMED_NUMBER.match(text)):
            codes[value] = int(match[1])
    return codes


def find_missing_codes(values: Sequence[str]) -> list[str]:
    """Return the values that are codes for no answer, for they lie beyond a gap.

    >>> find_missing_codes(["1", "2", "3", "4", "5", "98"]), find_missing_codes(["1", "5", "8", "9", "10"])
    (['98'], [])
    """
    codes = read_codes(values)
    if _has_mirrored(codes.values()):
        return []
    core = {code for code in codes.values() if str(code) not in HINTS.missing_codes}
    if len(core) < 2 or max(core) > MAX_SCALE or min(core) < 0:
        return []
    return [value for value, code in codes.items() if str(code) in HINTS.missing_codes and _is_beyond(code, core)]


def find_missing_numbers(values: Sequence[str]) -> list[str]:
    """Return the values that are codes for no answer among numbers of anything, for they lie far from all others.

    >>> find_missing_numbers(["0", "15", "60", "999"]), find_missing_numbers(["18", "72", "98", "99"])
    (['999'], [])
    """
    codes = [value for value in values if value.removesuffix(".0") in HINTS.missing_codes]
    decimal = find_decimal(values)
    numbers = [read_number(value, decimal) for value in values if value not in codes]
    if not numbers:
        return []
    least, greatest = min(numbers), max(numbers)
    return [code for code in codes if (number := read_number(code)) > MIN_RATIO * greatest or (number < 0 <= least)]


def _has_mirrored(codes: Iterable[int]) -> bool:
    """Return whether codes are a scale on both sides of 0, from -2 to 2 or -3 to 3."""
    numbers = set(codes)
    return bool(numbers) and -3 <= min(numbers) < 0 and numbers == set(range(min(numbers), 1 - min(numbers)))


def _is_beyond(code: int, core: set[int]) -> bool:
    """Return whether a code lies beyond the others, and so far that the scale cannot go on to it."""
    if code < 0:
        return True
    if code <= MAX_SCALE:  # 8 and 9: only after a scale whose numbers are all there
        gap = 2 if 0 not in core or core == {0, 1} else MIN_CODE_GAP
        return core == set(range(min(1, *core), max(core) + 1)) and code - max(core) >= gap
    return code > max(core) + 1
