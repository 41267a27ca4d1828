"""Read what `article/article.toml` declares: languages, and which groups, sources and questions play which part.

The engine knows no group, source, question or item by name; it asks the `Article`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType

from .errors import DataError
from .project import CATALOGUES, DECLARATION, METHOD, NOTEBOOKS
from .text.language import ENGLISH, Language, list_languages
from .toml_reader import TomlTable, read_toml

ItemKey = tuple[str, str]  # question, item


@dataclass(frozen=True)
class Fact:
    """How texts cite a fact of `sample.csv`."""

    words: str  # its name
    unit: str = "count"  # "count" or "percent"


@dataclass(frozen=True)
class Constant:
    """A number that we counted or read ourselves and that is in no table."""

    value: float
    words: str  # its name


@dataclass(frozen=True)
class EditionWords:
    """What pages say of the edition, in the language of its own words."""

    name: str
    description: str  # one sentence about the edition
    opening: str  # the first paragraph of the opening page
    dataset: str  # describes the data
    card: str  # describes the card for social networks


@dataclass(frozen=True)
class Door:
    """A part of the opening page: a title, a sentence, and the notebooks behind it, in reading order."""

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
    smallest: str  # the size classes of those that the offices count
    middle: str
    largest: str
    everybody: str  # all sizes
    before: str  # a figure, as "place.year.measure.size"
    after: str  # the same measure some years later
    findings: Mapping[str, str] = field(
        default_factory=dict, hash=False
    )  # sentences: size, trend, nothing; captions: percents, differing
    counts: Mapping[str, str] = field(default_factory=dict, hash=False)  # words of `count.official.…`, by its last part
    bases: Mapping[str, str] = field(default_factory=dict, hash=False)  # what a percent of an office is of, in words
    unsaid: tuple[str, ...] = ()  # the bases that a figure's size or measure says, so that no card does


@dataclass(frozen=True)
class Waves:
    """When the survey was asked: the names of its waves in their order, as the data have them.

    A name is a year, a month or a day, such as "2017" or "2017-03"; one that is none of these has a label, in the
    language of the edition's own words. `shown` is the source whose figures are shown of a wave, where the codebook's
    does not print it.
    """

    order: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    shown: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Article:
    """The parts that groups, sources and questions play in an article, by their identifiers in the data.

    A part that an article does without is empty or None.
    """

    words: EditionWords
    compared: tuple[str, ...]  # the groups that the article compares, in the order of its charts
    everybody: str  # the group of all respondents
    source: str  # the article
    method: str  # the source that says who was asked
    waves: Waves = Waves()
    ordered: bool = False  # whether the groups compared have an order, that of the codebook, as ages do
    unions: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)  # groups made up of others
    breakdowns: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)  # other divisions of everybody
    outside: tuple[str, ...] = ()  # figures of unions and of everybody that do not lie between those of their parts
    mixture: bool = True  # whether the groups compared make up everybody, so that a total lies between them
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)  # questions tested together
    size_classes: str = ""  # the question whose items share out everybody by size, smallest first
    swapped_item: SwappedItem | None = None
    national: str = ""  # the question that national.csv gives figures of
    national_words: tuple[str, str] = ("National figures, and what they count", "Item")  # caption and head of its table
    least_great_ratio: float = 1.5  # of two shares, for a claim of a great difference
    people: tuple[str, ...] = ()  # words of `sample.csv` that mean the same respondents, so that pages with them agree
    speaks_of: Mapping[str, str] = field(default_factory=dict, hash=False)  # in whose place respondents answered
    disputed_percent: DisputedPercent | None = None
    official_figures: OfficialFigures | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict, hash=False)
    constants: Mapping[str, Constant] = field(default_factory=dict, hash=False)  # texts cite them as `read.name`
    doors: tuple[Door, ...] = ()  # of the opening page, in order
    summary: tuple[str, ...] = ()  # claims whose verdicts stand in the summary
    names: tuple[str, ...] = ()  # what holds digits and is no number, such as "Python #"
    languages: tuple[str, ...] = ()  # with their regions, such as "en-GB", in the order of the edition

    @property
    def pair(self) -> tuple[str, ...]:
        """The two groups compared, where there are two: gaps of items, estimates and tests are of these."""
        return self.compared if len(self.compared) == 2 else ()

    def require_pair(self) -> tuple[str, str]:
        """Return the two groups compared. Raises DataError if there are more or fewer."""
        if not self.pair:
            found = f"{len(self.compared)} groups"
            raise DataError(
                f"{DECLARATION}, groups.compared: found {found}; expected two, of which these estimates are"
            )
        return self.compared[0], self.compared[1]

    def list_siblings(self, group: str) -> tuple[str, ...]:
        """Return the breakdown that a group is of, none for one of the main division."""
        first, *_ = self.unions.get(group, (group,))
        return next((groups for groups in self.breakdowns.values() if first in groups), ())

    def with_groups(self, groups: Iterable[str]) -> Article:
        """Return the article with the groups that it compares: if it names none, all of the main division."""
        named = {self.everybody, *self.unions, *(name for division in self.breakdowns.values() for name in division)}
        compared = self.compared or tuple(group for group in groups if group not in named)
        return replace(self, compared=compared)


def list_edition_languages(project: Path) -> list[str]:
    """Return the codes of an edition's languages: those of its folders of notebooks, in the order that it declares.

    Those that it does not declare come last. Raises DataError for a folder of no language.
    """
    declared = [tag.partition("-")[0] for tag in _read_languages(_read_declaration(project))]
    folders, known = {path.parent.name for path in project.glob(NOTEBOOKS)}, list_languages(project / CATALOGUES)
    for folder in sorted(folders.difference(known)):
        raise DataError(
            f"notebooks/{folder}: found no language; expected notebooks/{' or notebooks/'.join(known)}, "
            f"or the catalogue {CATALOGUES}/{folder}.po"
        )
    found = folders or {*declared} or {ENGLISH}
    return [*(code for code in declared if code in found), *sorted(found.difference(declared))]


def find_source_language(project: Path) -> str:
    """Return the code of the language in which the edition's own words are written.

    That is English in an edition that has English notebooks, else the first of its languages.
    """
    languages = list_edition_languages(project)
    return ENGLISH if ENGLISH in languages else languages[0]


def open_language(code: str, project: Path) -> Language:
    """Return a language as an edition declares it, with the edition's own words. Raises DataError for another."""
    tags = _read_languages(_read_declaration(project))
    locale = next((tag.replace("-", "_") for tag in tags if tag.partition("-")[0] == code), "")
    return Language(code, project / CATALOGUES, locale if "_" in locale else "", find_source_language(project))


def locate_method(project: Path, code: str) -> str:
    """Return the path of the description of data and method in a language."""
    return METHOD if code == find_source_language(project) else METHOD.replace(".md", f".{code}.md")


def locate_opening_page(project: Path, code: str) -> str:
    """Return the address where the site opens in a language, "index.html" for the first one of the edition."""
    return "index.html" if code == list_edition_languages(project)[0] else f"index.{code}.html"


def _read_declaration(project: Path) -> TomlTable:
    return read_toml(project / DECLARATION, DECLARATION, "the declaration of the article")


def _read_languages(declared: TomlTable) -> tuple[str, ...]:
    """Return the languages that an article declares. Raises DataError for what is none, or one twice."""
    from babel import Locale, UnknownLocaleError

    tags, expected = declared.texts("languages", ()), "languages, each once and perhaps with a region: 'en' or 'en-GB'"
    for tag in tags:
        try:
            Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            raise declared.error("languages", expected, repr(tag)) from None
    if len({tag.partition("-")[0] for tag in tags}) < len(tags):
        raise declared.error("languages", expected)
    return tags


def read_article(project: Path) -> Article:
    """Return what `article/article.toml` of a project declares.

    Raises DataError, which names key, value and what was expected, if it cannot be read or is not as it should be.
    """
    declared = _read_declaration(project)
    words, groups, sources = (declared.table(name) for name in ("words", "groups", "sources"))
    compared, unions, breakdowns = groups.texts("compared", ()), groups.named("unions"), groups.named("breakdowns")
    if len(set(compared)) < len(compared):
        raise groups.error("compared", "the groups that the article compares, each once")
    families, doors = declared.named("families"), declared.named("doors")
    facts, constants = declared.named("facts"), declared.named("read")
    thresholds, national, speaks_of = (declared.table(name) for name in ("thresholds", "national", "speaks_of"))
    article = Article(
        words=EditionWords(**{part.name: words.text(part.name) for part in fields(EditionWords)}),
        compared=compared,
        everybody=groups.text("everybody"),
        source=sources.text("article"),
        method=sources.text("method"),
        ordered=groups.flag("ordered", Article.ordered),
        unions=MappingProxyType({name: unions.texts(name) for name in unions.values}),
        breakdowns=MappingProxyType({name: breakdowns.texts(name) for name in breakdowns.values}),
        outside=groups.texts("outside", ()),
        waves=_read_waves(declared.table("waves")),
        mixture=groups.flag("mixture", Article.mixture),
        families=MappingProxyType({name: families.texts(name) for name in families.values}),
        size_classes=declared.table("size_classes").text("question", ""),
        swapped_item=_read_swapped_item(declared.table("exchanged")) if "exchanged" in declared else None,
        national=national.text("question", ""),
        national_words=(
            national.text("caption", Article.national_words[0]),
            national.text("item", Article.national_words[1]),
        ),
        least_great_ratio=thresholds.number("much", Article.least_great_ratio),
        people=declared.table("answered").texts("people", ()),
        speaks_of=MappingProxyType({name: speaks_of.text(name) for name in speaks_of.values}),
        disputed_percent=_read_disputed_percent(declared.table("disputed")) if "disputed" in declared else None,
        official_figures=_read_official_figures(declared.table("official")) if "official" in declared else None,
        facts=MappingProxyType({name: _read_fact(facts.table(name)) for name in facts.values}),
        constants=MappingProxyType({name: _read_constant(constants.table(name)) for name in constants.values}),
        doors=tuple(_read_door(doors.table(name)) for name in doors.values),
        summary=declared.table("summary").texts("claims", ()),
        names=declared.texts("names", ()),
        languages=_read_languages(declared),
    )
    declared.reject_unknown_keys()
    return article


def _read_door(table: TomlTable) -> Door:
    return Door(table.text("title"), table.text("words"), table.texts("notebooks"))


def _read_waves(table: TomlTable) -> Waves:
    """Return the waves that an article declares. Raises DataError for a name that is no date and has no label."""
    order = table.texts("order", ())
    expected = "waves, each once: 2017, 2017-03 or another name of small letters, digits and hyphens"
    if len(set(order)) < len(order) or not all(re.fullmatch(r"[a-z0-9-]+", wave) for wave in order):
        raise table.error("order", expected)
    labels, shown = table.named("labels"), table.named("shown")
    for names in (labels, shown):
        for wave in names.values:
            if wave not in order:
                raise names.error(wave, f"one of waves.order, {', '.join(order)}, for a name", repr(wave))
    for wave in order:
        if wave not in labels.values and not is_date(wave):
            raise table.error("order", f"a year, month or day, or waves.labels.{wave}", repr(wave))
    return Waves(
        order,
        MappingProxyType({wave: labels.text(wave) for wave in labels.values}),
        MappingProxyType({wave: shown.text(wave) for wave in shown.values}),
    )


def is_date(wave: str) -> bool:
    """Return True if the name of a wave is a year, a month or a day.

    >>> is_date("2017"), is_date("2017-03"), is_date("2017-13"), is_date("before")
    (True, True, False, False)
    """
    with suppress(ValueError):
        datetime.date.fromisoformat(wave + "0000-01-01"[len(wave) :])
        return bool(re.fullmatch(r"\d{4}(-\d\d){0,2}", wave))
    return False


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
        findings=_read_words(table.table("findings")),
        counts=_read_words(table.table("counts")),
        bases=_read_words(table.table("bases")),
        unsaid=table.texts("unsaid", ()),
    )


def _read_words(table: TomlTable) -> Mapping[str, str]:
    return MappingProxyType({name: table.text(name) for name in table.values})


def _read_fact(table: TomlTable) -> Fact:
    return Fact(table.text("words"), table.text("unit", Fact.unit))


def _read_constant(table: TomlTable) -> Constant:
    return Constant(table.number("value"), table.text("words"))


def _read_item(table: TomlTable, name: str) -> ItemKey:
    parts = table.text(name).split(".")
    if len(parts) != 2:
        raise table.error(name, "question.item")
    return parts[0], parts[1]
