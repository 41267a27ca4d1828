"""What is known of tools and questionnaires: the words and signatures of `guess.toml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..toml_reader import TomlTable, read_toml
from .codebook import DESIGN

COLUMN_PARTS = (
    *DESIGN,
    "segment",
    "measured",
    "staff",
    "breakdown",
    "typed",
    "identifying",
    "quantity",
    "personal",
    "people",
    "clerical",
    "respondent",
    "replicate",
    "long_question",
    "long_answer",
)
FILE = Path(__file__).with_name("guess.toml")


def fold(text: str) -> str:
    """Return a text in lower case without accents, feminine endings and outer spaces, with plain apostrophes.

    >>> fold(" Très satisfait(e) "), fold("N’a pas d’ACCORD"), fold("☑")
    ('tres satisfait', "n'a pas d'accord", '☑')
    """
    text = re.sub(r"\(e\)|[·.]e\b", "", text.casefold()).replace("’", "'").replace("œ", "oe")
    letters = unicodedata.normalize("NFKD", text)
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


@dataclass(frozen=True)
class WhoRule:
    """A column that says which rows count: the folded values that stay, or those that go, or that it is filled."""

    columns: re.Pattern[str]
    keep: frozenset[str]
    drop: frozenset[str]
    filled: bool
    refusals: tuple[str, ...]  # beginnings of values that go

    def counts(self, value: str) -> bool:
        """Return whether a row with this value of the column counts."""
        if self.filled:
            return bool(value.strip())
        if self.keep:
            return fold(value) in self.keep
        return fold(value) not in self.drop and not fold(value).startswith(self.refusals)


@dataclass(frozen=True)
class Tool:
    """A tool that makes exports, and lists of columns of which one is whole in each header."""

    name: str
    signatures: tuple[tuple[re.Pattern[str], ...], ...]
    ticks_two: bool  # whether it writes 2 for a tick and 1 for none

    def has_written(self, header: Collection[str]) -> bool:
        """Return whether a header is of this tool."""
        folded = [fold(name) for name in header]
        return any(
            all(any(column.search(name) for name in folded) for column in signature) for signature in self.signatures
        )


@dataclass(frozen=True)
class Hints:
    """All that `guess.toml` holds; values and words are folded."""

    yes: frozenset[str]
    no: frozenset[str]
    missing: frozenset[str]
    missing_codes: frozenset[str]
    parts: Mapping[str, re.Pattern[str]]
    who: Mapping[str, WhoRule]
    totals: frozenset[str]
    tests: frozenset[str]
    places: frozenset[str]
    given_names: frozenset[str]
    scales: tuple[Mapping[str, int], ...]  # the place of each value, from the lowest
    bilingual_scales: tuple[tuple[Mapping[str, int], Mapping[str, int]], ...]  # the same scale in two languages
    degrees: tuple[Mapping[str, int], ...]  # the place of what stands before the word
    tools: tuple[Tool, ...]

    @classmethod
    def read(cls, path: Path = FILE) -> Hints:
        """Read the hints. Raises DataError, which names file and key, where they cannot be used."""
        declared = read_toml(path, path.name, "hints at what columns hold")
        parts, scales = declared.table("parts"), declared.named("scales")
        who, tools = declared.named("who"), declared.named("signatures")
        of_scale = {name: _read_scale(scales.texts(name)) for name in scales.values}
        degrees = declared.named("degrees")
        hints = cls(
            yes=_read_folded(declared, "yes"),
            no=_read_folded(declared, "no"),
            missing=_read_folded(declared, "missing"),
            missing_codes=_read_folded(declared, "missing_codes"),
            parts={name: _compile(parts.texts(name)) for name in COLUMN_PARTS},
            who={name: _read_rule(who.table(name)) for name in who.values},
            totals=_read_folded(declared, "totals"),
            tests=_read_folded(declared, "tests"),
            places=_read_folded(declared, "places"),
            given_names=frozenset(declared.text("given_names", expected="names, with spaces between them").split()),
            scales=tuple(of_scale.values()),
            bilingual_scales=tuple(_pair_languages(of_scale)),
            degrees=tuple(_read_scale(degrees.texts(name)) for name in degrees.values),
            tools=tuple(_read_tool(tools.table(name)) for name in tools.values),
        )
        declared.reject_unknown_keys()
        return hints

    def plays(self, part: str, name: str) -> bool:
        """Return whether a column of this name may play a part."""
        return bool(self.parts[part].search(fold(name)))


def _read_folded(table: TomlTable, name: str) -> frozenset[str]:
    return frozenset(map(fold, table.texts(name, ())))


def _read_rule(table: TomlTable) -> WhoRule:
    words = _read_folded(table, "keep"), _read_folded(table, "drop")
    refusals = tuple(map(fold, table.texts("refusals", ())))
    return WhoRule(_compile(table.texts("columns")), *words, table.flag("filled", False), refusals)


def _read_scale(places: Collection[str]) -> dict[str, int]:
    return {fold(word): place for place, words in enumerate(places) for word in words.split("|")}


def _pair_languages(scales: Mapping[str, Mapping[str, int]]) -> Iterator[tuple[Mapping[str, int], Mapping[str, int]]]:
    """Yield each scale that is named in French and in English and has as many places in both."""
    for name, french in scales.items():
        english = scales.get(re.sub("-fr$", "-en", name), {}) if name.endswith("-fr") else {}
        if english and max(french.values()) == max(english.values()):
            yield french, english


def _read_tool(table: TomlTable) -> Tool:
    signatures = (
        tuple(_compile([name if "$" in name or "^" in name else f"^{name}$"]) for name in names.split("|"))
        for names in table.texts("columns")
    )
    ticks_two = table.flag("ticks_two", False)
    return Tool(table.text("name", expected="the name of a tool"), tuple(signatures), ticks_two)


def _compile(texts: Collection[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(_make_pattern, texts)))


def _make_pattern(text: str) -> str:
    r"""Return a regular expression for a part of a column's name.

    ^ is the beginning of the name, $ its end, a space at either side the edge of a word.

    >>> _make_pattern("^fpc"), _make_pattern(" sex "), _make_pattern("size$")
    ('^fpc', '\\bsex\\b', 'size$')
    """
    before = "^" if text.startswith("^") else r"\b" if text.startswith(" ") else ""
    after = "$" if text.endswith("$") else r"\b" if text.endswith(" ") else ""
    return before + re.escape(fold(text.strip("^ $"))) + after


HINTS = Hints.read()
