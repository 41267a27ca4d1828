"""Make the names of columns: header rows become one name each, and no name stands twice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

IMPORT_ID = '{"ImportId"'  # what the last header row of Qualtrics holds
KEY = re.compile(r"[\w./\[\]-]+")  # a name as programs give columns
SELECTED = "Selected Choice"  # what Qualtrics adds to a question that has a field for text too
# What SurveyMonkey sets under a question of one answer.
NO_CHOICE = ("response", "open-ended response", "réponse", "réponse ouverte")


@dataclass(frozen=True)
class Header:
    """The names of the columns of a file."""

    names: tuple[str, ...]  # all different, but for capitals too
    nameless: frozenset[str]  # which the file gives no name
    repeated: tuple[str, ...]  # which the file gives another column too

    @classmethod
    def make(cls, rows: Sequence[Sequence[str]]) -> Header:
        """Return the header that one row makes, or several together.

        >>> Header.make([["Size", "Tools", "", ""], ["", "Email", "Blogs", ""]]).names
        ('Size', 'Tools [Email]', 'Tools [Blogs]', 'column 4')
        >>> Header.make([["Email", "email", "Email"]]).names
        ('Email', 'email (2)', 'Email (3)')
        """
        names = list(rows[0]) if len(rows) == 1 else _merge_rows(rows)
        taken: set[str] = set()
        unique, nameless, repeated = [], set(), []
        for place, name in enumerate(names, 1):
            text = name if name.strip() else f"column {place}"
            number = 1
            while (candidate := text if number == 1 else f"{text} ({number})").casefold() in taken:
                number += 1
            taken.add(candidate.casefold())
            unique.append(candidate)
            if not name.strip():
                nameless.add(candidate)
            elif number > 1:
                repeated.append(candidate)
        return cls(tuple(unique), frozenset(nameless), tuple(repeated))


def _merge_rows(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a name for each column, "question [choice]" where lower rows tell columns of a question apart."""
    columns = [[cell.strip() for cell in column] for column in zip(*rows, strict=True)]
    if any(column[-1].startswith(IMPORT_ID) for column in columns):
        return _merge_qualtrics(columns)
    if all(len(set(row)) == len(row) and all(row) for row in rows):  # each names all columns, one of them as people do
        texts = [list(row) for row in rows if not all(map(KEY.fullmatch, row))]
        if len(texts) == 1:
            return texts[0]
    question = ""
    names, keys = [], []
    for first, *lower in columns:
        choices = [text for text in lower if text and text.casefold() not in NO_CHOICE]
        question = first or (question if any(lower) else "")
        names.append(_join_header(question, choices[0] if len(choices) == len(lower) else "") if choices else question)
        keys.append(_join_header(question, choices[-1]) if choices else question)
    # A last row of the columns' keys is a part of the name only where nothing else tells them apart.
    return [key if names.count(name) > 1 else name for name, key in zip(names, keys, strict=True)]


def _merge_qualtrics(columns: Sequence[Sequence[str]]) -> list[str]:
    """Return the names of Qualtrics' columns, of which the first row has keys as Q2_1, and the second one texts."""
    families: dict[str, list[str]] = defaultdict(list)
    for key, text, *_ in columns:
        families[key.partition("_")[0]].append(text)
    names = []
    for key, text, *_ in columns:
        family = families[key.partition("_")[0]]
        question, dash, _ = _find_common_beginning(family).rpartition(" - ")
        if len(family) > 1 and dash:
            choice = re.sub(f"^{SELECTED}( - |$)", "", text[len(question + dash) :])
            names.append(_join_header(question.removesuffix(f" - {SELECTED}"), choice))
        else:
            names.append(text.removesuffix(f" - {SELECTED}") or key)
    return names


def _find_common_beginning(texts: Sequence[str]) -> str:
    return "".join(signs[0] for signs in takewhile(lambda signs: len(set(signs)) == 1, zip(*texts, strict=False)))


def _join_header(question: str, choice: str) -> str:
    return f"{question} [{choice}]" if question and choice else question or choice
