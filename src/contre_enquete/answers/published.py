"""The names of a published survey, which the same questions, items and groups of one's own get."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..article import read_article
from .bands import parse_band
from .codebook import TOTAL
from .hints import fold
from .table import Row

SMALL_WORDS = {"and", "et", "or", "ou", "the", "of", "le", "la", "les", "de", "des", "du", "d", "l", "a"}


@dataclass(frozen=True)
class PublishedNames:
    """The names of a published survey, by their labels as `normalize_words` has them."""

    items: Mapping[str, list[tuple[str, str]]]  # question and item of each label
    segments: Mapping[str, str]  # the group of each label
    compared: tuple[str, ...] = ()  # the groups that the survey compares
    by_size: bool = False  # whether these are sizes, smaller ones first
    smallest: float = 0  # the least size of which anybody was asked, 0 if it is not known
    labels: Mapping[tuple[str, str], str] = field(default_factory=dict)  # of each group in each language

    @classmethod
    def read(cls, project: Path) -> PublishedNames:
        """Read the names of a project's codebook, in each of its languages."""
        items: dict[str, list[tuple[str, str]]] = {}
        segments: dict[str, str] = {}
        article, sizes = read_article(project), []
        rows = list(_read_labels(project / "data/codebook/items.csv"))
        several = Counter(question for question, _ in {(row["question"], row["item"]) for row, _ in rows})
        for row, label in rows:
            key = (row["question"], row["item"])
            names = [normalize_words(label)]
            if several[row["question"]] > 1:
                names.append(normalize_words(row["item"]))  # as forms that are built of short names have them
            for name in dict.fromkeys(names):
                if key not in items.setdefault(name, []):
                    items[name].append(key)
            if row["question"] == article.size_classes and (band := parse_band(label)):
                sizes.append(band[0])
        labels: dict[tuple[str, str], str] = {}
        for row, label in _read_labels(project / "data/codebook/segments.csv"):
            segments[normalize_words(label)] = row["segment"]
            labels |= {
                (row["segment"], name.removeprefix("label_")): text
                for name, text in row.items()
                if name.startswith("label_")
            }
        return cls(items, segments, article.compared, bool(article.size_classes), min(sizes, default=0), labels)

    def find_label(self, group: str, language: str) -> str:
        """Return the label of a group in a language, its name if there is none."""
        return self.labels.get((group, language), group)

    def find_group(self, value: str) -> str:
        """Return the group whose label a value is, or begins; "" if there is none or more than one."""
        words = normalize_words(value)
        groups = {name for label, name in self.segments.items() if words and f"{label} ".startswith(f"{words} ")}
        return groups.pop() if len(groups) == 1 else ""

    def count_rows(self, rows: Iterable[Row]) -> int:
        """Return how many rows of a table are of an item and a group that the survey compares, or of everybody."""
        items = {item for items in self.items.values() for item in items}
        groups = {*self.compared, TOTAL}
        return sum((row["question"], row["item"]) in items and row["segment"] in groups for row in rows)

    def find_question(self, labels: Iterable[str], kind: str) -> tuple[str, dict[str, str]]:
        """Return the question that most of some labels are items of, and the item of each label; "" if there is none.

        A scale is never a question of several items, for people were asked which of those apply.
        """
        candidates = {label: self.items.get(normalize_words(label), []) for label in labels}
        if kind == "scale":
            counts = Counter(question for question, _ in {item for items in self.items.values() for item in items})
            candidates = {
                label: [(question, item) for question, item in items if counts[question] == 1]
                for label, items in candidates.items()
            }
        votes = Counter(question for items in candidates.values() for question, _ in items)
        if not votes:
            return "", {}
        winner = max(votes, key=votes.__getitem__)
        return winner, {label: dict(items)[winner] for label, items in candidates.items() if winner in dict(items)}


NO_NAMES = PublishedNames({}, {})


def normalize_words(text: str) -> str:
    """Return the words of a text in lower case, without accents, plurals, articles, "and", and what brackets add.

    >>> normalize_words("Wikis et blogues (internes)"), normalize_words("Large companies")
    ('wiki blogue', 'large company')
    """
    words = re.findall(r"[a-z0-9]+", re.sub(r"(?<=\w)\s*\(.*?\)", "", fold(text)))
    kept = [word for word in words if word not in SMALL_WORDS] or words
    return " ".join(re.sub(r"ies$", "y", word).rstrip("s") for word in kept)


def _read_labels(path: Path) -> Iterator[tuple[dict[str, str], str]]:
    """Yield each row of a table of the published codebook with each of its labels."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for column, text in row.items():
                if column.startswith("label_"):
                    yield row, text
