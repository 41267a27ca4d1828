"""Find which columns are the answers of one question: those whose names begin alike, up to a bracket, colon or dash."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

BRACKETED = re.compile(r"(.*\S)\s*(?:\((?:choice|choix|option)\s*=\s*(.+)\)|\[([^\[\]]+)\])\s*$", re.S)
NUMBERED = re.compile(r"(.*\w)[\s_.(-]+(\d{1,3})\)?$|(.*[^\W\d_]{3})(\d{1,3})$|(.*\d)([a-z])$", re.S)
QUESTION_NUMBER = re.compile(r"(q|question|var|variable|v)$", re.I)  # what a number after this counts is no answer
SEPARATOR = re.compile(
    r"\s*:\s+|:(?=\S)|\s+[-–—>|]+\s+|(?<=\w)/(?=\w)|\.(?=\S*[^\d\s])(?!\s)|(?<=[^\W_])_+(?=[^\W_])|(?<=\w)-(?=\w)"
)
SELECTED = re.compile(r"\s*-\s*(selected choice|choix sélectionné|sélection)\s*(?=-|$)", re.I)


@dataclass(frozen=True)
class NamePart:
    """A column's name in two: the question, and the answer that the column is for."""

    stem: str
    label: str


def pair_columns(names: Sequence[str]) -> dict[str, NamePart]:
    """Return the question and answer of each column: split where most of the beginning is that of another column too.

    A name that shares no beginning is a question alone, with an empty label.

    >>> pair_columns(["Tools: email", "Tools: chat (Slack: paid)", "Age"])["Tools: chat (Slack: paid)"]
    NamePart(stem='Tools', label='chat (Slack: paid)')
    """
    splits = {name: list(iterate_splits(name)) for name in names}
    shared = Counter(stem for parts in splits.values() for stem in {part.stem for part in parts})
    pairs = {}
    for name, parts in splits.items():
        fitting = [part for part in parts if shared[part.stem] > 1]
        pairs[name] = max(fitting, key=lambda part: len(part.stem), default=NamePart(name, ""))
    return pairs


def iterate_splits(name: str) -> Iterator[NamePart]:
    """Yield the ways in which a column's name may be a question and an answer."""
    text = SELECTED.sub(" ", name.strip())
    if match := BRACKETED.match(text):
        yield NamePart(match[1], (match[2] or match[3]).strip())
        return
    for match in SEPARATOR.finditer(text):
        stem, label = text[: match.start()].strip(), text[match.end() :].strip()
        if stem and label:
            yield NamePart(stem, label)
    if match := NUMBERED.match(text):
        stem, label = filter(None, match.groups())
        if not QUESTION_NUMBER.match(stem := stem.rstrip(" _-.:(")):
            yield NamePart(stem, label)


def find_label(name: str) -> str:
    """Return the part of a name that stands in brackets or after a colon; else all of it.

    >>> find_label("Tools [email]"), find_label("Tools: email"), find_label("email")
    ('email', 'email', 'email')
    """
    parts = list(iterate_splits(name)) if re.search(r"\[.+\]$|:\s", name) else []
    return parts[0].label if parts else name


def find_shared_words(names: Collection[str]) -> str:
    """Return the words with which all of some names begin, without signs at the end."""
    words = [name.split() for name in names]
    shared = []
    for place in zip(*words, strict=False):
        if len(set(place)) > 1:
            break
        shared.append(place[0])
    return " ".join(shared).rstrip(" :-–—[(/_")
