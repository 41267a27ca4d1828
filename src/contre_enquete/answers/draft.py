"""What is guessed of a file of answers before anything is written, with the questions that only people can answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_OPEN = 5  # questions that a person is asked


@dataclass(frozen=True)
class DraftItem:
    """An answer of a question: its column or its values, and how many people gave it, of how many."""

    label: str
    column: str = ""
    values: tuple[str, ...] = ()
    people: int = 0
    base: int = 0
    mean: float | None = None  # of numbers

    @property
    def percent(self) -> float:
        """The share of people who gave it, from 0 to 100, without weights; 0 if nobody answered."""
        return 100 * self.people / self.base if self.base else 0.0


@dataclass(frozen=True)
class DraftQuestion:
    """A question as the codebook will have it; its keys are those of the codebook."""

    label: str
    kind: str
    items: Mapping[str, DraftItem]
    column: str = ""
    separator: str = ""
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    values: tuple[str, ...] = ()  # of a scale, from the lowest
    top: int = 2
    has_bare_values: bool = False  # of a scale: whether each value has a share of its own, and the highest have none
    unasked: str = ""
    other: str = ""  # "any" where a cell may hold what people typed themselves
    blank: int = 0  # people whose cells are all empty
    is_ranking: bool = False  # whether people put the items in an order, of which the first one says yes

    def list_columns(self) -> list[str]:
        """Return the columns of the question."""
        return [self.column] if self.column else [item.column for item in self.items.values()]


@dataclass(frozen=True)
class Grouping:
    """A column that groups people: the values, or the limits, of each group, and what people call it."""

    label: str
    column: str
    groups: Mapping[str, tuple[str, ...]]
    limits: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    people: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)  # of groups whose name is none


@dataclass(frozen=True)
class Option:
    """What an open question is about, such as a size, and how many people it concerns."""

    label: str
    people: int


@dataclass(frozen=True)
class OpenQuestion:
    """A question that no file answers: each option gets one of the choices. Without choices, it gets a number."""

    key: str
    text: str
    options: Mapping[str, Option]
    choices: Mapping[str, str]  # in words, by name
    answers: Mapping[str, str]  # the choice of each option, a guess until a person has said it
    is_answered: bool = False


@dataclass(frozen=True)
class Draft:
    """A codebook that is not written yet, with counts and first percentages.

    Its texts are in the language in which it was asked for.
    """

    name: str  # of the file
    tool: str  # "" if none is known
    rows: int  # people who count
    excluded_rows: int
    columns: int
    file: Mapping[str, object]  # keys of [file]
    excluded: Mapping[str, tuple[str, ...]]  # values by column of those who do not count
    design: Mapping[str, str]
    segment: Grouping | None
    breakdowns: Mapping[str, Grouping]
    questions: Mapping[str, DraftQuestion]
    left_out: Mapping[str, str]  # why, by column
    warnings: tuple[str, ...]
    open_questions: tuple[OpenQuestion, ...]
