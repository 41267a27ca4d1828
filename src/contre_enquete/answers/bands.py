"""Read the sizes that people chose from: bands of numbers in words of French or English."""

from __future__ import annotations

import math
import re

from .hints import fold

GROUPED_NUMBER = re.compile(r"\d{1,3}(?:[ ,.\u00a0\u202f']\d{3})+(?!\d)|\d+")
OPEN_ABOVE = re.compile(
    r"\+|et plus|ou plus|and more|or more|and over|and up|ou davantage|au moins|at least|≥|>=|minimum"
)
BEYOND = re.compile(r"plus de|more than|over|above|>")
BELOW = re.compile(r"moins de|less than|fewer than|under|below|<")
UP_TO = re.compile(r"jusqu'a|up to|at most|au plus|≤|<=|maximum|or fewer|or less|ou moins|et moins|and under")
MAX_SIZE = 100_000_000  # what a band without an end goes to, in people

Band = tuple[float, float]  # the least and the greatest number


def parse_band(text: str) -> Band | None:
    """Return the least and the greatest number of a band, None if a text is none. A number alone is none.

    >>> parse_band("250 à 499 employés"), parse_band("1 000 employés et plus"), parse_band("Fewer than 10")
    ((250, 499), (1000, inf), (0, 9))
    >>> parse_band("12"), parse_band("Grande entreprise")
    (None, None)
    """
    words = fold(re.split(r"\s+[/|]\s+", text)[0])  # of two languages, the first
    numbers = [int(re.sub(r"\D", "", number)) for number in GROUPED_NUMBER.findall(words)]
    if len(numbers) == 2 and numbers[0] <= numbers[1]:
        return numbers[0], numbers[1]
    if len(numbers) != 1:
        return None
    (number,) = numbers
    if UP_TO.search(words):
        return 0, number
    if OPEN_ABOVE.search(words):
        return number, math.inf
    if BELOW.search(words):
        return 0, number - 1
    if BEYOND.search(words):
        return number + 1, math.inf
    return (number, number) if re.search(r"\d\s+[a-z]", words) else None


def get_least(text: str) -> float:
    """Return the least number of a band, -1 of a text that is none: by it, bands come in the order of their numbers."""
    band = parse_band(text)
    return band[0] if band else -1
