"""Read what an article declares in `article/article.toml`, and load the functions that draw its figures.

The engine knows no group, source, question or item by name. The folder `article/` beside `data/` says which
of them play a part (`read_article`), and holds those functions (`load_figures`).
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
import tomllib
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TypeVar

from .errors import DataError, EditionError
from .project import ARTICLE, DECLARATION

T = TypeVar("T")


class ArticleError(EditionError):
    """The code in `article/` cannot be used; the message names file, line, what was found and what was expected."""


@dataclass(frozen=True)
class Fact:
    """How texts cite a fact of `sample.csv`: its name in English, and its unit, "count" or "percent"."""

    words: str
    unit: str = "count"


@dataclass(frozen=True)
class Counted:
    """A number that whoever read the sources counted or read, and that no table holds: its value and its words, in English."""

    value: float
    words: str


@dataclass(frozen=True)
class Words:
    """What pages say of the edition, in English.

    Its name; one sentence about it; the first paragraph of the opening page; descriptions of its data and of its card
    for social networks.
    """

    name: str
    description: str
    opening: str
    dataset: str
    card: str


@dataclass(frozen=True)
class Exchanged:
    """An item that a source prints with the groups exchanged, as (question, item).

    `beside` is an item of other sources that it cannot be reconciled with; `witness` one that the source itself prints,
    and that says of both what share of the first group they allow.
    """

    source: str
    item: tuple[str, str]
    beside: tuple[str, str]
    witness: tuple[str, str]


@dataclass(frozen=True)
class Disputed:
    """A percent that the article prints otherwise than other pages: its item, as (question, item), and its group."""

    item: tuple[str, str]
    group: str


@dataclass(frozen=True)
class Official:
    """Which figures of statistical offices are compared: measures, first and last year, and the parts that sizes play.

    `everybody` are companies of all sizes. `before` and `after` are figures of one measure, as "place.year.measure.size",
    that say how it went on.
    """

    measures: tuple[str, ...]
    years: tuple[int, int]
    smallest: str
    middle: str
    largest: str
    everybody: str
    before: str
    after: str


@dataclass(frozen=True)
class Article:
    """The parts that groups, sources and questions play in an article, by their identifiers in the data.

    `compared` are the two groups that the article compares, in the order of its charts, `everybody` the
    group of all respondents; `mixture` says that the two make up everybody, so that a total lies between
    them. `source` is the article, `method` the source that says who was asked.
    `people` are the words of `sample.csv` for those who answered that mean people in a job, so that the pages that
    use them agree. `disputed` is a percent that texts give both ways.
    `families` are the questions whose gaps are tested together, by the name of the family; the first family is
    the article's own. `much` is the least ratio of two shares that a claim of a great difference needs, `just` the
    lead in points below which "just ahead" holds. `read` are numbers that texts cite as `read.name`. `numbers` are what
    the opening page says of each notebook, by its name: a sentence in English, in which each link that says {number}
    gets its figure. `summary` are the claims whose verdicts stand in the summary. A part that an article does without
    is empty or None.
    """

    words: Words
    compared: tuple[str, str]
    everybody: str
    source: str
    method: str
    mixture: bool = True
    families: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    size_classes: str = ""
    exchanged: Exchanged | None = None
    national: str = ""
    much: float = 1.5
    just: float = 3
    people: tuple[str, ...] = ()
    disputed: Disputed | None = None
    official: Official | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict, hash=False)
    read: Mapping[str, Counted] = field(default_factory=dict, hash=False)
    numbers: Mapping[str, str] = field(default_factory=dict, hash=False)
    summary: tuple[str, ...] = ()

    def other(self, group: str) -> str:
        """Return the other of the two groups compared."""
        return self.compared[group == self.compared[0]]

    def family(self, question: str) -> tuple[str, ...]:
        """Return the questions whose gaps are tested together with those of `question`, itself among them."""
        return next((family for family in self.families.values() if question in family), (question,))


def read_article(project: Path) -> Article:
    """Return what `article/article.toml` of a project declares.

    Raises DataError, which names key, value and what was expected, if it cannot be read or is not as it should be.
    """
    path = project / DECLARATION
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"{DECLARATION}: not found; expected the declaration of the article") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{DECLARATION}: not TOML ({error})") from None
    declared = Declared(values)
    compared = declared.texts("groups.compared")
    if len(compared) != 2:
        raise declared.fault("groups.compared", "the two groups that the article compares")
    exchanged = values.get("exchanged") and Exchanged(
        declared.text("exchanged.source"),
        declared.item("exchanged.item"),
        declared.item("exchanged.beside"),
        declared.item("exchanged.witness"),
    )
    sizes = ("smallest", "middle", "largest", "everybody", "before", "after")
    official = values.get("official") and Official(
        declared.texts("official.measures"),
        (int(declared.number("official.years.first")), int(declared.number("official.years.last"))),
        **{part: declared.text(f"official.{part}") for part in sizes},
    )
    article = Article(
        words=Words(**{part.name: declared.text(f"words.{part.name}") for part in fields(Words)}),
        compared=compared,
        everybody=declared.text("groups.everybody"),
        source=declared.text("sources.article"),
        method=declared.text("sources.method"),
        mixture=declared.truth("groups.mixture", Article.mixture),
        families=MappingProxyType({name: declared.texts(f"families.{name}") for name in values.get("families", {})}),
        size_classes=declared.text("size_classes.question", ""),
        exchanged=exchanged,
        national=declared.text("national.question", ""),
        much=declared.number("thresholds.much", Article.much),
        just=declared.number("thresholds.just", Article.just),
        people=declared.texts("answered.people") if "answered" in values else (),
        disputed=values.get("disputed") and Disputed(declared.item("disputed.item"), declared.text("disputed.group")),
        official=official,
        facts=MappingProxyType(
            {
                name: Fact(declared.text(f"facts.{name}.words"), declared.text(f"facts.{name}.unit", "count"))
                for name in values.get("facts", {})
            }
        ),
        read=MappingProxyType(
            {
                name: Counted(declared.number(f"read.{name}.value"), declared.text(f"read.{name}.words"))
                for name in values.get("read", {})
            }
        ),
        numbers=MappingProxyType({name: declared.text(f"numbers.{name}") for name in values.get("numbers", {})}),
        summary=declared.texts("summary.claims") if "summary" in values else (),
    )
    declared.nothing_else()
    return article


class Declared:
    """The values of a declaration, by key such as "groups.compared", each checked as it is read.

    `text`, `texts`, `item`, `number` and `truth` raise DataError for a value that is not of their kind, or absent
    where there is no default.
    """

    def __init__(self, values: dict) -> None:
        self.values = values
        self.asked: set[str] = set()

    def value(self, key: str, default: object = None) -> object:
        self.asked.add(key)
        value: object = self.values
        for part in key.split("."):
            if not isinstance(value, dict) or part not in value:
                return default
            value = value[part]
        return value

    def fault(self, key: str, expected: str) -> DataError:
        value = self.value(key)
        return DataError(
            f"{DECLARATION}, {key}: found {'nothing' if value is None else repr(value)}; expected {expected}"
        )

    def text(self, key: str, default: str | None = None) -> str:
        value = self.value(key, default)
        if not isinstance(value, str) or (not value and default is None):
            raise self.fault(key, "a text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.value(key)
        if not isinstance(value, list) or not value or not all(isinstance(text, str) for text in value):
            raise self.fault(key, "a list of texts")
        return tuple(value)

    def item(self, key: str) -> tuple[str, str]:
        parts = self.text(key).split(".")
        if len(parts) != 2:
            raise self.fault(key, "question.item")
        return parts[0], parts[1]

    def number(self, key: str, default: float | None = None) -> float:
        value = self.value(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise self.fault(key, "a number above 0")
        return value

    def truth(self, key: str, default: bool) -> bool:
        value = self.value(key, default)
        if not isinstance(value, bool):
            raise self.fault(key, "true or false")
        return value

    def nothing_else(self) -> None:
        """Raise DataError for a key that nothing has asked for."""
        for key in _keys(self.values):
            if key not in self.asked:
                raise self.fault(key, "no such key")


def _keys(values: dict, prefix: str = "") -> list[str]:
    keys = []
    for name, value in values.items():
        keys += _keys(value, f"{prefix}{name}.") if isinstance(value, dict) else [f"{prefix}{name}"]
    return keys


def load_figures(project: Path) -> ModuleType:
    """Return the module `article` of a project, whose `FIGURES` are the functions that draw its figures, in order.

    Each takes a Survey and returns a Chart. A module that was loaded before, from this folder or another, is returned
    again if the code in this one is the same. Raises DataError if there is no such module, and ArticleError if it
    cannot be imported or its `FIGURES` are not such functions.
    """
    folder = project / ARTICLE
    if not (folder / "__init__.py").is_file():
        raise DataError(f"{ARTICLE}/__init__.py: not found; expected the figures of the article")
    source = {path.name: path.read_bytes() for path in folder.glob("*.py")}
    loaded = sys.modules.get(ARTICLE)
    if loaded is not None and getattr(loaded, "__source__", None) == source:
        return loaded
    for name in [name for name in sys.modules if name.split(".")[0] == ARTICLE]:
        del sys.modules[name]
    spec = importlib.util.spec_from_file_location(
        ARTICLE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None  # for a file of Python there are both
    module = sys.modules[ARTICLE] = importlib.util.module_from_spec(spec)
    vars(module)["__source__"] = source
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # a project gets no file that nobody made
    try:
        with faults_told(f"{ARTICLE}/__init__.py", "code that can be imported"):
            spec.loader.exec_module(module)
        _check_figures(module)
    except BaseException:
        del sys.modules[ARTICLE]
        raise
    finally:
        sys.dont_write_bytecode = before
    return module


def _check_figures(module: ModuleType) -> None:
    """Raise ArticleError unless a module `article` has `FIGURES`, a tuple or list of functions."""
    expected = f"{ARTICLE}/__init__.py, FIGURES: found {{}}; expected a tuple of the functions that draw the figures"
    if not hasattr(module, "FIGURES"):
        raise ArticleError(expected.format("nothing"))
    if not isinstance(module.FIGURES, tuple | list):
        raise ArticleError(expected.format(_shown(module.FIGURES)))
    for place, draw in enumerate(module.FIGURES, 1):
        if not callable(draw):
            raise ArticleError(expected.format(f"{_shown(draw)} as number {place}"))


def drawn(draw: Callable[..., object], argument: object, kind: type[T], expected: str) -> T:
    """Call a function of the article and return its result.

    `expected` describes the result in messages. Raises ArticleError if the function fails or the result is not of
    the type `kind`.
    """
    name, place = getattr(draw, "__name__", repr(draw)), defined_in(draw)
    with faults_told(place, f"{expected} from {name}"):
        result = draw(argument)
    if not isinstance(result, kind):
        raise ArticleError(f"{place}: {name} gave {_shown(result)}; expected {expected}")
    return result


@contextmanager
def faults_told(place: str, expected: str) -> Iterator[None]:
    """Turn an error of the article's code into an ArticleError: file and line, type and text, what was expected.

    The line is the last one of `article/` in the traceback; `place` stands for it if there is none. An EditionError
    passes as it is.
    """
    try:
        yield
    except EditionError:
        raise
    except (Exception, SystemExit) as error:
        text = " ".join(str(error.msg if isinstance(error, SyntaxError) else error).splitlines())
        found = type(error).__name__ + (f": {text}" if text else "")
        raise ArticleError(f"{_line(error) or place}: {found}; expected {expected}") from error


def defined_in(function: Callable) -> str:
    """Return file and line where a function of the article begins; `article/__init__.py` if it is defined elsewhere."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return (code and _place(code.co_filename, code.co_firstlineno)) or f"{ARTICLE}/__init__.py"


def _line(error: BaseException) -> str:
    """Return the last file and line of the article in the traceback of an error; "" if there is none."""
    frames: list[tuple[str, int | None]] = [
        (frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    if isinstance(error, SyntaxError):
        frames.append((error.filename or "", error.lineno))
    return next(filter(None, (_place(*frame) for frame in reversed(frames))), "")


def _place(file: str, line: int | None) -> str:
    return f"{ARTICLE}/{Path(file).name}, line {line}" if Path(file).parent.name == ARTICLE else ""


def _shown(value: object) -> str:
    return repr(value) if value is None or isinstance(value, str) else f"a value of type {type(value).__name__}"
