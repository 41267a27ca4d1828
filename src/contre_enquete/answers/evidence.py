"""What the guess of a codebook rests on: the summary of the file, the part that each column plays, what people said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..errors import DataError
from ..text.language import Language
from .bands import get_least, parse_band
from .codebook import DESIGN
from .draft import OpenQuestion, Option
from .hints import HINTS, Tool, WhoRule, fold
from .kinds import MAX_CODE, guess_kind
from .people import are_people
from .published import PublishedNames
from .scales import find_stated_direction, find_word_scale
from .stems import NamePart, find_label, make_titles, pair_titles
from .summary import ColumnSummary, FileSummary
from .values import drop_missing

OTHER = re.compile(r"(other|autre)s?\b")
MAX_BREAKDOWN_GROUPS = 12
LIGHTEST, HEAVIEST = 30, 400  # of people, in kilograms or pounds
MIN_LARGEST = 200  # people in the largest band of employers: no age is as high
Given = Mapping[str, Mapping[str, str]]  # the choice of each option, by the key of an open question


@dataclass(frozen=True)
class Evidence:
    """What is known of a file."""

    summary: FileSummary
    kinds: Mapping[str, str]  # of values, by column
    titles: Mapping[str, str]  # what each column is about: its label, or its name without what all names have
    pairs: Mapping[str, NamePart]  # each column's title in two
    published: PublishedNames
    given: Given
    language: Language

    @classmethod
    def weigh(
        cls,
        summary: FileSummary,
        published: PublishedNames,
        given: Given,
        language: Language,
        labels: Mapping[str, str] = MappingProxyType({}),
    ) -> Evidence:
        """Return what a summary shows; `labels` are those that the file gives columns."""
        titles = make_titles(list(summary.columns), labels)
        kinds = {name: _guess_kind(column, titles[name]) for name, column in summary.columns.items()}
        return cls(summary, kinds, titles, pair_titles(titles), published, given, language)

    @property
    def tool(self) -> Tool | None:
        """The tool that wrote the file, None if none is known."""
        headers = list(self.summary.columns), list(self.titles.values())
        return next((tool for tool in HINTS.tools if any(map(tool.has_written, headers))), None)

    def plays(self, part: str, name: str) -> bool:
        """Return whether a column may play a part, by its name or its title."""
        return HINTS.plays(part, name) or HINTS.plays(part, self.titles[name])

    def find_rule(self, name: str) -> WhoRule | None:
        """Return the rule by which a column says who counts, None if it does not."""
        names = fold(name), fold(self.titles[name])
        rules = [rule for rule in HINTS.who.values() if any(map(rule.columns.search, names))]
        values = self.summary.columns[name].counts or ()
        known = [rule for rule in rules if not rule.keep or any(map(rule.counts, values))]
        return next(iter(known or rules), None)

    def is_own_label(self, name: str, value: str) -> bool:
        """Return whether a value is what its column is called, as a tick that tools write out is."""
        title = self.titles[name]
        labels = self.pairs[name].label, find_label(title), title, name
        return fold(value) in {fold(re.sub(r" \(\d+\)$", "", label)) for label in labels} | set(map(fold, labels))

    def ask(
        self,
        key: str,
        text: str,
        options: Mapping[str, Option],
        choices: Mapping[str, str],
        guesses: Mapping[str, str],
    ) -> OpenQuestion:
        """Return an open question with what people said, or else what is guessed. Raises DataError for no choice."""
        given = self.given.get(key, {})
        for option, choice in given.items():
            if option not in options:
                raise DataError(f"{key}: found {option!r}; expected one of {', '.join(map(repr, options))}")
            if choices and choice not in choices:
                raise DataError(f"{key}: found {choice!r}; expected one of {', '.join(map(repr, choices))}")
            if not choices and not (choice.isdecimal() and int(choice) > 0):
                raise DataError(f"{key}: found {choice!r}; expected a whole number of at least 1")
        return OpenQuestion(key, text, options, choices, {**guesses, **given}, bool(given))


def _guess_kind(column: ColumnSummary, title: str) -> str:
    """Return what a column holds: a count, of which 0 is a value, is a number and no scale."""
    kind = guess_kind(column)
    is_count = kind == "scale" and column.is_numeric and "0" in (column.counts or ()) and HINTS.plays("quantity", title)
    return "number" if is_count and not find_stated_direction(title) else kind


def assign_parts(evidence: Evidence) -> dict[str, str]:
    """Return the part that each column plays, by name.

    That is one of `DESIGN`, "segment", "breakdown", "who", "personal", "identifying", "clerical", "replicate", or its
    kind of values.
    """
    parts = {name: _find_part(evidence, column) for name, column in evidence.summary.columns.items()}
    for role in DESIGN:
        parts |= _find_design(evidence, parts, role)
    segment = _find_segment(evidence, parts)
    if segment:
        parts[segment] = "segment"
    for name, part in parts.items():
        if part in ("one", "codes", "scale") and evidence.plays("breakdown", name) and not evidence.pairs[name].label:
            values = drop_missing(evidence.summary.columns[name].values)
            # An opinion about a city or a service has words such as "satisfied", a group of people has none.
            if 1 < len(values) <= MAX_BREAKDOWN_GROUPS and not find_word_scale(values):
                parts[name] = "breakdown"
    return parts


def _find_part(evidence: Evidence, column: ColumnSummary) -> str:
    """Return the part that a column plays by itself, or the kind of its values."""
    name, kind = column.name, evidence.kinds[column.name]
    if _plays_who(evidence, column, kind):
        return "who"
    if evidence.plays("identifying", name) and kind not in ("tick", "codes", "empty"):
        return "identifying"
    if _is_personal(evidence, name, kind):
        return "personal"
    if evidence.plays("clerical", name) and kind not in ("tick", "codes", "cell"):
        return "clerical"
    return "replicate" if column.is_numeric and _is_replicate(evidence, name) else kind


def _is_replicate(evidence: Evidence, name: str) -> bool:
    """Return whether a column is a replicate of a weight, by its name, as "PWGTP1" beside "PWGTP"."""
    numbered = re.fullmatch(r"(.+?)_?\d+", name)
    is_of_weight = bool(numbered and numbered[1] in evidence.summary.columns and evidence.plays("weight", numbered[1]))
    return is_of_weight or evidence.plays("replicate", name)


def _plays_who(evidence: Evidence, column: ColumnSummary, kind: str) -> bool:
    """Return whether a column says which rows count; one whose values all count may be a question."""
    rule = evidence.find_rule(column.name)
    if not rule:
        return False
    values = column.counts or {}
    if rule.filled or kind in ("constant", "empty") or len(values) == 1:
        return True
    return kind in ("tick", "codes", "one", "number", "scale") and (
        bool(rule.keep) or not all(map(rule.counts, values))
    )


def _is_personal(evidence: Evidence, name: str, kind: str) -> bool:
    """Return whether a column holds text of people, by its name or values; a tick is none, whatever its name."""
    column, pair = evidence.summary.columns[name], evidence.pairs[name]
    if kind in ("personal", "text"):
        return kind == "personal" or not evidence.plays("clerical", name)
    is_typed = evidence.plays("typed", name) or bool(OTHER.match(fold(pair.label or find_label(evidence.titles[name]))))
    if kind == "cell":
        is_people = evidence.plays("personal", name) and are_people(column.counts or {}, is_about_people=True)
        return is_people or (is_typed and bool(pair.label or evidence.plays("typed", name)))
    if kind in ("tick", "codes", "number", "scale", "empty", "clerical"):
        return False
    if kind == "constant" and all(evidence.is_own_label(name, value) for value in column.counts or {}):
        return False
    return is_typed or evidence.plays("personal", name)


def _find_design(evidence: Evidence, parts: Mapping[str, str], role: str) -> dict[str, str]:
    """Return the first column whose name and values fit a role of the design, with that role."""
    for name, column in evidence.summary.columns.items():
        if parts[name] in (*DESIGN, "replicate") or not evidence.plays(role, name) or not column.filled:
            continue
        if role == "weight" and (evidence.plays("measured", name) or _weighs_bodies(column)):
            continue
        if column.is_numeric or role in ("stratum", "cluster"):
            return {name: role}
    return {}


def _weighs_bodies(column: ColumnSummary) -> bool:
    """Return whether numbers may be kilograms or pounds: whole ones, none of them as small as most weights are."""
    values = list(column.counts or {})
    whole = bool(values) and all(re.fullmatch(r"\d+(\.0)?", value) for value in values)
    return whole and min(map(column.read, values)) >= LIGHTEST and column.greatest <= HEAVIEST


def _find_segment(evidence: Evidence, parts: Mapping[str, str]) -> str:
    """Return the column that says how large each person's employer is, "" if none does."""
    found = {}
    for name, part in parts.items():
        column = evidence.summary.columns[name]
        values = drop_missing(column.values)
        if part not in ("one", "codes", "number", "scale", "tick") or (evidence.pairs[name].label and part == "tick"):
            continue
        if evidence.plays("measured", name):
            continue
        sized = sum(bool(parse_band(value) or evidence.published.find_group(value)) for value in values)
        is_sized = bool(values) and sized * 2 >= len(values)
        is_number = holds_numbers(column, part)
        if evidence.plays("segment", name) and (is_number or 1 < len(values) <= MAX_BREAKDOWN_GROUPS):
            found[name] = 2 + is_sized
        elif evidence.plays("staff", name) and (is_number or (is_sized and 1 < len(values) <= MAX_BREAKDOWN_GROUPS)):
            found[name] = 1
        elif part == "one" and len(values) > 1 and all(map(_is_staff_band, values)):
            found[name] = max(map(get_least, values)) >= MIN_LARGEST and 1
    found = {name: strength for name, strength in found.items() if strength}
    return max(found, key=found.__getitem__, default="")


def holds_numbers(column: ColumnSummary, kind: str) -> bool:
    """Return whether a column holds numbers of people rather than codes."""
    return kind == "number" or (column.is_numeric and column.greatest > MAX_CODE)


def _is_staff_band(value: str) -> bool:
    """Return whether a value may be a band of people, and not of money or shares."""
    return parse_band(value) is not None and not re.search(r"[$€£%]", value)
