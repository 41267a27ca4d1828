"""A kind of figure: how references of it are written, what it is in words, and how one is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..survey.estimates import STRENGTHS
from ..survey.model import Survey, remember
from .figure import Figure

NUMBER_PART = r"-?\d+(?:\.\d+)?"
PATTERNS = {
    "value": NUMBER_PART,
    "total": NUMBER_PART,
    "strength": "|".join(STRENGTHS),
}  # of the parts that are no identifiers
TEMPLATE_PART = re.compile(r"\{(\w+)\}")
SHARED = ("question", "item", "segment", "measure", "year", "size")  # parts that are fields of the figure too

Key = tuple[str, ...]  # the parts of one reference, in the order of its template
ListKeys = Callable[[Survey], Iterable[Key]]
Make = Callable[..., Mapping[str, Any] | float | None]


@dataclass(frozen=True)
class Kind:
    """A kind of figure.

    Attributes
    ----------
    template
        How a reference is written: "gap.{question}.{item}". What stands in brackets may be absent.
    unit
        The unit of its figures, as `Figure` has it.
    words
        What its figures are, in English, which the catalogues translate; nothing for figures as published.
    list_keys
        Function that takes a survey and returns the parts of each reference, in order.
    make
        Function that takes a survey and the parts of one reference, and returns the value of its figure or, if more
        is known than the value, its fields; None if these data have no such figure. Parts in `SHARED` are fields too.
    is_end
        Whether its figures are ends of intervals.
    is_rounded
        Whether a text may round its figures to whole numbers.
    needs_group
        Whether a text that cites one must name the group that the figure is of.
    """

    template: str
    unit: str
    words: str
    list_keys: ListKeys
    make: Make
    is_end: bool = False
    is_rounded: bool = False
    needs_group: bool = True

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The names of its parts."""
        return tuple(TEMPLATE_PART.findall(self.template))

    @cached_property
    def literals(self) -> int:
        """The number of fixed words in the template: of two that fit a reference, the one with more is meant."""
        return len(re.findall(r"[\w-]+", TEMPLATE_PART.sub("", self.template)))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The regular expression that its references match, with a named group for each part."""
        optional = self.template.replace(".", r"\.").replace("[", "(?:").replace("]", ")?")
        return re.compile(TEMPLATE_PART.sub(lambda part: f"(?P<{part[1]}>{PATTERNS.get(part[1], '[^.]+')})", optional))

    def parse(self, reference: str) -> Key | None:
        """Return the parts of a reference of this kind; None if it is of another."""
        match = self.pattern.fullmatch(reference)
        return match and tuple(part for part in match.groups() if part is not None)

    def write(self, key: Key) -> str:
        """Return the reference with these parts."""
        template = re.sub(r"\[.*\]", "", self.template) if len(key) < len(self.parts) else self.template
        parts = iter(key)
        return TEMPLATE_PART.sub(lambda _: next(parts), template.replace("[", "").replace("]", ""))

    def keys(self, survey: Survey) -> Mapping[Key, None]:
        """Return the parts of every reference of this kind, in order."""
        return _list_keys(survey, self.list_keys)

    def figure(self, survey: Survey, key: Key) -> Figure | None:
        """Return the figure of the reference with these parts, or None if these data have none."""
        made = self.make(survey, *key) if key in self.keys(survey) else None
        if made is None:
            return None
        fields: Mapping[str, Any] = made if isinstance(made, Mapping) else {"value": made}
        of_parts = {part: value for part, value in zip(self.parts, key, strict=False) if part in SHARED}
        return Figure(**{"reference": self.write(key), "unit": self.unit, "words": self.words} | of_parts | {**fields})


@remember
def _list_keys(survey: Survey, list_keys: ListKeys) -> Mapping[Key, None]:
    return dict.fromkeys(list_keys(survey))
