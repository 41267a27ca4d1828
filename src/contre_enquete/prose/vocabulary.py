"""The words by which a text in one language names groups, items, places and years, and names that hold digits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..text.grammar import Grammar, adapt_signs, load_grammar
from ..text.links import strip_links
from ..text.numbers import read_numbers

YEAR_ALONE = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?!\d)")


@dataclass(frozen=True)
class Term:
    """A name that texts use: how messages show it, and its words; "*" at the end of one stands for any ending."""

    label: str
    words: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The words of a text's language, and those by which it names what figures are of.

    Parameters
    ----------
    language
        Code of the language, "en", "fr" or another that has a file `text/<language>.toml`.
    terms
        By dimension, such as "group", the terms by the names that figures have in their `parts`. Without a term, a name
        is its own word; years need none.
    names
        What holds digits and is no number, such as "Route 66"; "#" stands for any number, as in "Python #".
    items
        The dimensions that a paragraph may name once for all its sentences.
    times
        The dimensions that the sentence before may name, such as "year".
    headings
        Whether a link with a "#" may also lead to a heading.
    grammars
        A folder with files such as `text/<language>.toml`, of languages that the engine does not know.
    signs
        The decimal sign of the region and its sign between thousands, if they may not be those of the language.

    Examples
    --------
    >>> vocabulary = Vocabulary("en", {"group": {"young": Term("the young", ("the young", "18 to 29"))}})
    >>> vocabulary.find_names("75% of the youngest", "group"), vocabulary.find_names("75% of the young", "group")
    ([], [(7, 'young')])
    """

    language: str
    terms: Mapping[str, Mapping[str, Term]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    items: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    headings: bool = True
    grammars: Path | None = None
    signs: tuple[str, str] | None = None

    @cached_property
    def grammar(self) -> Grammar:
        """How the language writes numbers."""
        grammar = load_grammar(self.language, self.grammars)
        return adapt_signs(grammar, *self.signs) if self.signs else grammar

    def label(self, dimension: str, name: str) -> str:
        """Return a name as messages show it."""
        term = self.terms.get(dimension, {}).get(name)
        return term.label if term else name

    def pattern(self, dimension: str, name: str) -> re.Pattern[str]:
        """Return the pattern that finds a name."""
        return self._patterns[dimension][name]

    def find_names(self, text: str, dimension: str, expected: str = "") -> list[tuple[int, str]]:
        """Return the names of a dimension in a text, with their places; where two names share their words, `expected`.

        Of names that overlap, the one written whole counts, then the longest: "the youngest" is not "the young".
        """
        text = strip_links(text).replace("'", "’")
        if YEAR_ALONE.fullmatch(expected) and dimension not in self.terms:
            return [(year.start(), year[0]) for year in YEAR_ALONE.finditer(text)]
        key = (text, dimension)
        if key not in self._mentions:
            self._mentions[key] = self._find_mentions(text, dimension)
        mentions: dict[int, str] = {}
        for start, names in self._mentions[key]:
            mentions[start] = expected if expected in names else names[0]
        return list(mentions.items())

    def _find_mentions(self, text: str, dimension: str) -> list[tuple[int, list[str]]]:
        """Return the places of names in a text, each with the names that the same words stand for, in order."""
        spans: dict[tuple[int, int, bool], list[str]] = {}
        for name, pattern in self._patterns.get(dimension, {}).items():
            for match in pattern.finditer(text):
                spans.setdefault((*match.span(), match["stem"] is None), []).append(name)
        chosen: list[tuple[int, int, list[str]]] = []
        for start, end, whole in sorted(spans, key=lambda span: (not span[2], span[0] - span[1], span[0])):
            if all(end <= other or start >= stop for other, stop, _ in chosen):
                chosen.append((start, end, spans[start, end, whole]))
        return [(start, names) for start, _, names in sorted(chosen, key=lambda mention: mention[0])]

    def hide_names(self, text: str) -> str:
        """Return a text of the same length without the names that hold a number."""
        return self._digit_names.sub(lambda name: " " * len(name[0]), text) if self._digit_names else text

    @cached_property
    def _mentions(self) -> dict[tuple[str, str], list[tuple[int, list[str]]]]:
        return {}

    @cached_property
    def _patterns(self) -> dict[str, dict[str, re.Pattern[str]]]:
        return {
            dimension: {name: self._compile(term.words) for name, term in terms.items()}
            for dimension, terms in self.terms.items()
        }

    def _compile(self, words: tuple[str, ...]) -> re.Pattern[str]:
        endings = "|".join(map(re.escape, self.grammar.endings))
        whole = [word for word in words if not word.endswith("*")]
        stems = [word.removesuffix("*") for word in words if word.endswith("*")]
        # A stem that is written whole is found as such: only what follows it makes it less sure.
        parts = [rf"(?:{_escape(whole)})(?:{endings})?(?!\w)"] if whole else []
        parts += [rf"(?:{_escape(stems)})(?P<stem>\w+)?"] if stems else ["(?!)(?P<stem>)"]
        return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})", re.IGNORECASE)

    @cached_property
    def _digit_names(self) -> re.Pattern[str] | None:
        """The pattern of declared names, and of words of terms, that hold a number, and are no mere numbers."""
        words = {
            word.removesuffix("*") for terms in self.terms.values() for term in terms.values() for word in term.words
        }
        held = [word for word in words if re.search(r"\d", word) and re.search(r"[^\W\d]|[-–+<>≥≤]", word)]
        held += [word for word in words if " " in word and word not in held and read_numbers(word, self.grammar)]
        patterns = [*map(_escape_name, self.names), *([_escape(held)] if held else [])]
        return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE) if patterns else None


def _escape(words: list[str]) -> str:
    """Return the pattern of any of some words, the longest first; any space or hyphen-like sign stands for its like."""
    escaped = (re.escape(word.replace("'", "’")) for word in sorted(words, key=len, reverse=True))
    return "|".join(re.sub(r"(?:\\?[ \u00a0\u202f])+", r"\\s+", word) for word in escaped)


def _escape_name(name: str) -> str:
    """Return the pattern of a declared name, whose "#" stands for any number."""
    return r"\d+(?:[.,-]\d+)*".join(_escape([part]) if part else "" for part in name.split("#"))
