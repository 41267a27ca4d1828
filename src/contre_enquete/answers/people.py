"""Find columns that name people."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .hints import HINTS, fold
from .lists import split_cells
from .values import drop_missing

MIN_NAMED = 5  # people for each answer of a list whose answers look like names
MANY_NAMES = 12  # different ones, from which capitals alone make a column doubtful
INITIAL = re.compile(r"[A-ZÀ-Þ]\.(-?[A-ZÀ-Þ]\.)*")
# Two to four words with capitals, as "Marie-Ève de la Roy", "ROY, M." and "O’Neil Anne".
FULL_NAME = re.compile(
    r"(?![Ss](?:ain)?te?[ .-])[A-ZÀ-Þ][\w’'.-]*,?( (?:(?:de|du|des|la|le|van|von|der|den|el|al|ben|bin|di|da|dos) )*"
    r"[A-ZÀ-Þ][\w’'.-]*,?){1,3}"
)


def are_people(counts: Mapping[str, int], is_about_people: bool) -> bool:
    """Return whether most values of a column name people: by given names or, where few gave each, by their capitals.

    `is_about_people` says that the column's name speaks of people: then capitals are enough.

    >>> are_people({"Marie Roy": 9, "Roy, J.": 8}, False), are_people({"Grand Nord": 40, "Bas Canada": 35}, False)
    (True, False)
    """
    values = drop_missing(counts)
    split = None if any(map(_is_person, values)) else split_cells(counts)
    values = values if split is None else list(split.labels)
    shaped = [value for value in values if FULL_NAME.fullmatch(value)]
    named = [value for value in values if _is_person(value)]
    is_rare = len(values) > MANY_NAMES and sum(counts.values()) < MIN_NAMED * len(values)
    return len(values) > 1 and (
        2 * len(named) > len(values) or (10 * len(shaped) > 9 * len(values) and (is_about_people or is_rare))
    )


def _is_person(value: str) -> bool:
    """Return whether a value is a given name, or a full one that has a known given name or an initial."""
    words = [word for part in value.replace(",", " ").split() for word in (part, part.split("-")[0])]
    folded = set(map(fold, words))
    if folded & HINTS.places:
        return False
    is_known = bool(folded & HINTS.given_names)
    if len(value.split()) == 1:
        return is_known
    return bool(FULL_NAME.fullmatch(value)) and (is_known or any(INITIAL.fullmatch(word) for word in words))
