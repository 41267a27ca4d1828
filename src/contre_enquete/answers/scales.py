"""Sort the values of scales, by their numbers or by words of French and English, from the lowest."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from .hints import HINTS
from .values import MAX_SCALE, drop_missing, read_codes, read_word

# A number and what it means: "1 = jamais", "from 1 (never)", "5 étant toujours".
STATED_END = re.compile(
    r"\b(\d{1,2})\s*(?:=|:|\(|–|—|- |étant |signifie |is |means |being )\s*([^\d,;.()=:]+?)"
    r"(?=\s+(?:et|à|to|and|–|—|-)\s+(?:de\s+)?\d|[\d,;.()=:]|$)"
)


def sort_scale(values: Sequence[str]) -> list[str]:
    """Return the values of a scale from the lowest, without codes for no answer; an empty list if they are no scale.

    Numbers that nobody gave are put in: of 1, 3 and 5 the two highest are 4 and 5. So is the lowest or highest word, if
    all values are on one side of the middle.

    >>> sort_scale(["1", "2", "4", "5", "99"]), sort_scale(["Agree", "Disagree", "Strongly agree"])
    (['1', '2', '3', '4', '5'], ['Disagree', 'Agree', 'Strongly agree'])
    """
    known = drop_missing(values)
    if len(known) < 3:
        return []
    codes = read_codes(known)
    numbers = set(codes.values())
    if len(codes) == len(known) == len(numbers) and max(numbers) <= MAX_SCALE:
        by_number = {code: value for value, code in codes.items()}
        style = ".0" if all(value.endswith(".0") for value in known) else ""
        ordered = [by_number.get(code, f"{code}{style}") for code in range(min(1, *numbers), max(numbers) + 1)]
        return ordered[::-1] if find_direction(ordered) < 0 else ordered
    scale = find_word_scale(known)
    if not scale:
        return []
    middle = max(scale.values()) / 2
    lowest, *_, highest = scale
    ordered = sorted(known, key=lambda value: scale[read_word(value)])
    first = [lowest] if scale[read_word(ordered[0])] > middle else []
    return [*first, *ordered, *([highest] if scale[read_word(ordered[-1])] <= middle else [])]


def find_direction(values: Sequence[str]) -> int:
    """Return 1 if the words after the numbers of a scale rise with it, -1 if they fall, 0 if they do not say.

    >>> find_direction(["1 - Excellent", "2", "3", "4 - Très mauvais"]), find_direction(["1", "2", "3"])
    (-1, 0)
    """
    words = [text for value in values if (text := re.sub(r"^\d*(\.0)?[\s:.)=(–—-]*", "", value).rstrip(" )"))]
    scale = find_word_scale(words) if len(words) > 1 else {}
    if not scale:
        return 0
    return 1 if scale[read_word(words[0])] < scale[read_word(words[-1])] else -1


def find_stated_direction(title: str) -> int:
    """Return 1 or -1 if a question says of two numbers what they mean, as `find_direction` does; 0 if it does not.

    >>> find_stated_direction("Accueil (1 = très satisfait, 5 = très insatisfait)")
    -1
    >>> find_stated_direction("De 0 (pas du tout d’accord) à 10 (tout à fait d’accord)")
    1
    """
    ends = STATED_END.findall(title)
    return find_direction([f"{number} - {words}" for number, words in ends]) if len(ends) == 2 else 0


def count_top(values: Sequence[str]) -> int:
    """Return how many values of a sorted scale say yes: of words those above the middle, of numbers the two highest.

    >>> count_top(["Never", "Sometimes", "Often", "Always"]), count_top(["1", "2", "3", "4", "5"])
    (2, 2)
    """
    scale = find_word_scale(values)
    if not scale:
        return 2 if len(values) > 3 else 1
    return sum(scale[read_word(value)] > max(scale.values()) / 2 for value in values)


def find_word_scale(values: Sequence[str]) -> Mapping[str, int]:
    """Return the scale that all values are words of, no two of a language at one place; an empty one if none is."""
    words = {read_word(value) for value in values}
    for scale in HINTS.scales:
        if _fits(words, scale):
            return scale
    for scales in HINTS.bilingual_scales:  # of people who answered in two languages
        whole = {**scales[0], **scales[1]}
        if words <= whole.keys() and all(_fits(words & scale.keys(), scale) for scale in scales):
            return whole
    return _find_degrees(words)


def _find_degrees(words: Collection[str]) -> Mapping[str, int]:
    """Return the scale of degrees of one word, as "peu inquiet" and "très inquiet"; an empty one if there is none."""
    for degrees in HINTS.degrees:
        for before in degrees:
            word = next(iter(words)).removeprefix(f"{before} ".lstrip())
            scale = {f"{degree} {word}".lstrip(): place for degree, place in degrees.items()}
            if _fits(words, scale):
                return scale
    return {}


def _fits(words: Collection[str], scale: Mapping[str, int]) -> bool:
    """Return whether a scale has all words, each at a place of its own."""
    return set(words) <= scale.keys() and len({scale[word] for word in words}) == len(words)
