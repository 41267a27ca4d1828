"""Find the answers in cells that hold several, and the orders in which cells have them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .values import is_missing

MAX_OPTIONS = 60  # of one question
MAX_ANSWER = 200  # characters of an answer that a questionnaire offers
MIN_JOINED = 5  # people who gave two parts of a cell, always together, from which they are one label
SEPARATORS = (";", "\n", "|", ",", "/", " ")


@dataclass(frozen=True)
class Split:
    """The answers that the cells of a column hold several of."""

    separator: str
    labels: Mapping[str, int]  # people by answer
    typed: int  # people who wrote something that nobody else did: it is never listed


def split_cells(counts: Mapping[str, int], is_list: bool = False) -> Split | None:
    """Return the answers in cells that hold several each, None if they hold one.

    A sign separates answers if the parts come in more combinations than there are parts, or if it ends each cell.
    `is_list` says that the tool writes lists, so that fewer combinations will do.

    >>> split_cells({"Wikis, blogs, Email": 3, "Email": 4, "Wikis, blogs": 2, "Chat, Email": 2, "Chat": 2}).labels
    {'Wikis, blogs': 5, 'Email': 9, 'Chat': 4}
    """
    cells = {cell: people for cell, people in counts.items() if not is_missing(cell)}
    for separator in SEPARATORS:
        parted = {cell: _split_cell(cell, separator) for cell in cells}
        if not any(len(parts) > 1 for parts in parted.values()):
            continue
        ends = all(cell.rstrip().endswith(separator) for cell in cells) and separator != " "
        parted = _join_parts(parted, cells, separator)
        split = _count_labels(parted, cells, separator)
        if split and _is_list(split, parted, is_list or ends):
            return split
    return None


def find_orders(counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Return cells with people by the label that comes first, if each cell has all labels in an order of its own.

    >>> find_orders({"Price;Pace;Care;": 5, "Care;Price;Pace;": 4, "Price;Care;Pace;": 4})["Care"]
    {'Care;Price;Pace;': 4}
    """
    split = split_cells(counts, is_list=True)
    cells = {cell: people for cell, people in counts.items() if not is_missing(cell)}
    if not split or len(cells) < 2 or len(split.labels) < 3 or set(split.labels.values()) != {sum(cells.values())}:
        return {}
    orders: dict[str, dict[str, int]] = {label: {} for label in split.labels}
    for cell, people in cells.items():
        orders[max(filter(cell.startswith, orders), key=len)][cell] = people
    return {label: of for label, of in orders.items() if of}


def _split_cell(cell: str, separator: str) -> list[str]:
    if separator == " ":
        return cell.split() if re.fullmatch(r"[\w.-]+( [\w.-]+)*", cell.strip()) else [cell]
    if separator == "/":
        return [part.strip() for part in cell.split(" / ") if part.strip()]
    pattern = r",(?!\d)\s+|,(?=[^\s\d])" if separator == "," else re.escape(separator)
    if separator == ";" and cell.endswith(";") and not cell.endswith(" ;"):  # Microsoft Forms sets no space after it
        pattern = r";(?! )"
    return [part.strip() for part in re.split(pattern, cell) if part.strip()]


def _join_parts(parted: Mapping[str, list[str]], cells: Mapping[str, int], separator: str) -> dict[str, list[str]]:
    """Return parts of cells, joined where a label holds the separator: within brackets, or never without each other."""
    if separator != ",":
        return dict(parted)
    joined = {cell: _join_brackets(parts) for cell, parts in parted.items()}
    while True:
        singles, pairs = Counter[str](), Counter[tuple[str, str]]()
        for cell, parts in joined.items():
            singles.update(dict.fromkeys(parts, cells[cell]))
            pairs.update(dict.fromkeys(pairwise(parts), cells[cell]))
        found = next(
            (
                pair
                for pair, people in pairs.items()
                if people == singles[pair[1]] == singles[pair[0]] and (pair[1][:1].islower() or people >= MIN_JOINED)
            ),
            None,
        )
        if not found:
            return joined
        joined = {cell: _join_pair(parts, found) for cell, parts in joined.items()}


def _join_brackets(parts: Sequence[str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and joined[-1].count("(") > joined[-1].count(")"):
            joined[-1] += f", {part}"
        else:
            joined.append(part)
    return joined


def _join_pair(parts: Sequence[str], pair: tuple[str, str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and (joined[-1], part) == pair:
            joined[-1] = ", ".join(pair)
        else:
            joined.append(part)
    return joined


def _count_labels(parted: Mapping[str, list[str]], cells: Mapping[str, int], separator: str) -> Split | None:
    """Return the labels with people, without what one person alone wrote at the end of a cell."""
    people, last = Counter[str](), Counter[str]()
    for cell, parts in parted.items():
        if len(set(parts)) < len(parts):
            return None
        people.update(dict.fromkeys(parts, cells[cell]))
        last[parts[-1] if parts else ""] += cells[cell]
    typed = {label for label, count in people.items() if count == 1 and last[label] == 1}
    labels = {label: count for label, count in people.items() if label not in typed}
    writers = sum(cells[cell] for cell, parts in parted.items() if typed & set(parts))
    return Split(separator, labels, writers)


def _is_list(split: Split, parted: Mapping[str, list[str]], is_sure: bool) -> bool:
    labels = split.labels
    if len(labels) < 2 or len(labels) > MAX_OPTIONS or max(map(len, labels)) > MAX_ANSWER:
        return False
    total = sum(len(parts) for parts in parted.values())
    known = sum(label in labels for parts in parted.values() for label in parts)
    if known * 2 < total:
        return False
    if split.separator == " " and any(label != label.lower() for label in labels):  # words of a phrase, and no codes
        return False
    several = sum(len(parts) > 1 for parts in parted.values())
    return is_sure or (len(parted) > len(labels) and several >= 2)
