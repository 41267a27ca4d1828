"""Find which columns are the answers of one question: those whose names begin alike, up to a bracket, colon or dash."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

BRACKETED = re.compile(r"(.*\S)\s*(?:\((?:choice|choix|option)\s*=\s*(.+)\)|\[([^\[\]]+)\])\s*$", re.S)
PARENTHESISED = re.compile(r"(.*\S)\s+\((.*\D.*)\)$", re.S)
NUMBERED = re.compile(r"(.*\w)[\s_.(-]+(\d{1,3})\)?$|(.*[^\W\d_]{3})(\d{1,3})$|(.*\d)([a-z])$", re.S)
QUESTION_NUMBER = re.compile(r"(q|question|var|variable|v)$", re.I)  # what a number after this counts is no answer
SEPARATOR = re.compile(
    r"(?<=\?)\s+(?=[^\s:–—>|(\[-])|\s*:\s+|:(?=\S)|\s+[-–—>|]+\s+|(?<=\S)/(?=\S)|\.(?=\S*[^\d\s])(?!\s)|(?<=[^\W_])_+(?=[^\W_])|(?<=\w)-(?=\w)"
)
SELECTED_CHOICE = re.compile(r"\s*-\s*(selected choice|choix sélectionné|sélection)\s*(?=-|$)", re.I)
CODED = re.compile(r"([^\W_]\w*(?:\[\w+\])?)\. ")  # a code before a question, as LimeSurvey writes both
NAMELESS = re.compile(r"column \d+$")  # what a column is called that has no name
MIN_QUESTION = 12  # letters


@dataclass(frozen=True)
class NamePart:
    """A column's name in two: the question, and the answer that the column is for."""

    stem: str
    label: str


def make_titles(names: Sequence[str], labels: Mapping[str, str]) -> dict[str, str]:
    """Return what each column is about: its label, unless another has the same, or its name without what all have.

    All have the title of the table in front, if it stood above the header, or a code, as "Q1. " of LimeSurvey.

    >>> make_titles(["Survey [Size]", "Survey [Tools: email]"], {})
    {'Survey [Size]': 'Size', 'Survey [Tools: email]': 'Tools: email'}
    >>> make_titles(["Tools?", "column 2", "Age"], {})
    {'Tools?': 'Tools?', 'column 2': 'Tools? [column 2]', 'Age': 'Age'}
    """
    shared = Counter(labels.values())
    titles = {name: labels[name] if shared[labels.get(name, "")] == 1 else name for name in names}
    wholes = [re.match(r"(.+?) \[(.+)\]$", title, re.S) for title in titles.values()]
    if len(names) > 1 and len({match and match[1] for match in wholes}) == 1 and wholes[0]:
        return {name: match[2] if match else name for name, match in zip(names, wholes, strict=True)}
    coded = [CODED.match(title) for title in titles.values()]
    if sum(map(bool, coded)) * 5 >= len(names) * 4 and len({match[1] for match in coded if match}) > 1:
        bare = {name: CODED.sub("", title) for name, title in titles.items()}
        return bare if len(set(bare.values())) == len(bare) else titles
    question = ""
    for name, title in titles.items():
        if not NAMELESS.match(name):
            question = title
        elif question:
            titles[name] = f"{question} [{name}]"
    return titles


def pair_titles(titles: Mapping[str, str]) -> dict[str, NamePart]:
    """Return the question and answer of each column, by name.

    Where titles are answers alone, as labels of SPSS may be, the question is what the names begin with.

    >>> pair_titles({"q2_1": "Email", "q2_2": "Chat"})["q2_1"]
    NamePart(stem='q2', label='Email')
    """
    by_title, by_name = pair_columns(list(titles.values())), pair_columns(list(titles))
    pairs = {}
    for name, title in titles.items():
        pair = by_title[title]
        pairs[name] = NamePart(by_name[name].stem, title) if by_name[name].label and not pair.label else pair
    return pairs


def pair_columns(names: Sequence[str]) -> dict[str, NamePart]:
    """Return the question and answer of each column: split where most of the beginning is that of another column too.

    A name that shares no beginning is a question alone, with an empty label.

    >>> pair_columns(["Tools: email", "Tools: chat (Slack: paid)", "Age"])["Tools: chat (Slack: paid)"]
    NamePart(stem='Tools', label='chat (Slack: paid)')
    """
    splits = {name: list(iterate_splits(name)) for name in names}
    shared = Counter(stem for parts in splits.values() for stem in {part.stem for part in parts})
    ends = Counter(part.label for parts in splits.values() for part in parts if len(part.label) >= MIN_QUESTION)
    pairs = {}
    for name, parts in splits.items():
        fitting = [part for part in parts if shared[part.stem] > 1]
        # Alchemer writes the answer first, and then the question.
        turned = [NamePart(part.label, part.stem) for part in parts if ends[part.label] > 1]
        pairs[name] = max(fitting or turned, key=lambda part: len(part.stem), default=NamePart(name, ""))
    return pairs


def iterate_splits(name: str) -> Iterator[NamePart]:
    """Yield the ways in which a column's name may be a question and an answer."""
    text = SELECTED_CHOICE.sub(" ", name.strip())
    if match := BRACKETED.match(text):
        yield NamePart(match[1], (match[2] or match[3]).strip())
        return
    for match in SEPARATOR.finditer(text):
        if match[0] == "-" and " " in text:  # a hyphen of a word, not of names such as group-question
            continue
        stem, label = text[: match.start()].strip(), text[match.end() :].strip()
        if stem and label:
            yield NamePart(stem, label)
    if match := PARENTHESISED.match(text):
        yield NamePart(match[1], match[2].strip())
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
