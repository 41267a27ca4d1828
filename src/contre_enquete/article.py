"""Read what `article/article.toml` declares: which groups, sources and questions of the data play which part.

The engine knows no group, source, question or item by name; it asks the `Article`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType

from .project import DECLARATION
from .toml_reader import TomlTable, read_toml

ItemKey = tuple[str, str]  # question, item


@dataclass(frozen=True)
class Fact:
    """How texts cite a fact of `sample.csv`."""

    words: str  # its name in English
    unit: str = "count"  # "count" or "percent"


@dataclass(frozen=True)
class Constant:
    """A number that we counted or read ourselves and that is in no table."""

    value: float
    words: str  # its name in English


@dataclass(frozen=True)
class Words:
    """What pages say of the edition, in English."""

    name: str
    description: str  # one sentence about the edition
    opening: str  # the first paragraph of the opening page
    dataset: str  # describes the data
    card: str  # describes the card for social networks


@dataclass(frozen=True)
class Door:
    """A part of the opening page: a title, a sentence in English, and the notebooks behind it, in reading order."""

    title: str
    words: str
    notebooks: tuple[str, ...]


@dataclass(frozen=True)
class SwappedItem:
    """An item that a source prints with the two groups swapped."""

    source: str
    item: ItemKey
    conflict: ItemKey  # the item of other sources that contradicts the swapped one
    control: ItemKey  # an item of which the same source has the groups right: it bounds the share of the first group


@dataclass(frozen=True)
class DisputedPercent:
    """A percent that the article and other pages print differently."""

    item: ItemKey
    group: str


@dataclass(frozen=True)
class OfficialFigures:
    """Which figures of statistical offices are compared."""

    measures: tuple[str, ...]  # the first one that a page gives by size is compared
    years: tuple[int, int]  # first and last
    smallest: str  # the size classes of companies
    middle: str
    largest: str
    everybody: str  # companies of all sizes
    before: str  # a figure, as "place.year.measure.size"
    after: str  # the same measure some years later


@dataclass(frozen=True)
class Article:
    """The parts that groups, sources and questions play in an article, by their identifiers in the data.

    A part that an article does without is empty or None.
    """

    words: Words
    compared: tuple[str, str]  # the two groups that the article compares, in the order of its charts
    everybody: str  # the group of all respondents
    source: str  # the article
    method: str  # the source that says who was asked
    mixture: bool = True  # whether the two groups make up everybody, so that a total lies between them
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)  # questions tested together
    size_classes: str = ""  # the question whose items share out everybody by size of employer
    swapped_item: SwappedItem | None = None
    national: str = ""  # the question that national.csv gives figures of
    least_great_ratio: float = 1.5  # of two shares, for a claim of a great difference
    people: tuple[str, ...] = ()  # words of `sample.csv` that all mean people in a job, so that pages with them agree
    disputed_percent: DisputedPercent | None = None
    official_figures: OfficialFigures | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict, hash=False)
    constants: Mapping[str, Constant] = field(default_factory=dict, hash=False)  # texts cite them as `read.name`
    doors: tuple[Door, ...] = ()  # of the opening page, in order
    summary: tuple[str, ...] = ()  # claims whose verdicts stand in the summary
    names: tuple[str, ...] = ()  # what holds digits and is no number, such as "Python #"

    def other_group(self, group: str) -> str:
        """Return the other of the two groups compared."""
        return self.compared[group == self.compared[0]]


def read_article(project: Path) -> Article:
    """Return what `article/article.toml` of a project declares.

    Raises DataError, which names key, value and what was expected, if it cannot be read or is not as it should be.
    """
    declared = read_toml(project / DECLARATION, DECLARATION, "the declaration of the article")
    words, groups, sources = (declared.table(name) for name in ("words", "groups", "sources"))
    compared = groups.texts("compared")
    if len(compared) != 2 or len(set(compared)) != 2:
        raise groups.error("compared", "the two groups that the article compares, one other than the other")
    families, doors = declared.named("families"), declared.named("doors")
    facts, constants = declared.named("facts"), declared.named("read")
    thresholds = declared.table("thresholds")
    article = Article(
        words=Words(**{part.name: words.text(part.name) for part in fields(Words)}),
        compared=compared,
        everybody=groups.text("everybody"),
        source=sources.text("article"),
        method=sources.text("method"),
        mixture=groups.flag("mixture", Article.mixture),
        families=MappingProxyType({name: families.texts(name) for name in families.values}),
        size_classes=declared.table("size_classes").text("question", ""),
        swapped_item=_read_swapped_item(declared.table("exchanged")) if "exchanged" in declared else None,
        national=declared.table("national").text("question", ""),
        least_great_ratio=thresholds.number("much", Article.least_great_ratio),
        people=declared.table("answered").texts("people", ()),
        disputed_percent=_read_disputed_percent(declared.table("disputed")) if "disputed" in declared else None,
        official_figures=_read_official_figures(declared.table("official")) if "official" in declared else None,
        facts=MappingProxyType({name: _read_fact(facts.table(name)) for name in facts.values}),
        constants=MappingProxyType({name: _read_constant(constants.table(name)) for name in constants.values}),
        doors=tuple(_read_door(doors.table(name)) for name in doors.values),
        summary=declared.table("summary").texts("claims", ()),
        names=declared.texts("names", ()),
    )
    declared.reject_unknown_keys()
    return article


def _read_door(table: TomlTable) -> Door:
    return Door(table.text("title"), table.text("words"), table.texts("notebooks"))


def _read_swapped_item(table: TomlTable) -> SwappedItem:
    return SwappedItem(table.text("source"), *(_read_item(table, name) for name in ("item", "conflict", "control")))


def _read_disputed_percent(table: TomlTable) -> DisputedPercent:
    return DisputedPercent(_read_item(table, "item"), table.text("group"))


def _read_official_figures(table: TomlTable) -> OfficialFigures:
    years = table.table("years")
    parts = ("smallest", "middle", "largest", "everybody", "before", "after")
    return OfficialFigures(
        table.texts("measures"),
        (int(years.number("first")), int(years.number("last"))),
        **{part: table.text(part) for part in parts},
    )


def _read_fact(table: TomlTable) -> Fact:
    return Fact(table.text("words"), table.text("unit", Fact.unit))


def _read_constant(table: TomlTable) -> Constant:
    return Constant(table.number("value"), table.text("words"))


def _read_item(table: TomlTable, name: str) -> ItemKey:
    parts = table.text(name).split(".")
    if len(parts) != 2:
        raise table.error(name, "question.item")
    return parts[0], parts[1]
