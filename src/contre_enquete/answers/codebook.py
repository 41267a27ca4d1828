"""Read a codebook: which column of a file of answers is what, and which of its values say yes.

A codebook is TOML, as `contre-enquete codebook` proposes it:

    source = "Our survey of 2026"   # what the table and its charts name it; the file of the codebook if left out

    [file]                          # for CSV; leave out what is as here
    delimiter = ","
    decimal = "."
    encoding = "utf-8"

    [design]                        # columns; leave out what the survey has not
    weight = "poids"                # a number of at least 0
    stratum = "strate"
    cluster = "établissement"
    population = "N"                # how many clusters, or people if there are none, the stratum has

    [segment]
    column = "taille"
    groups.sme = ["1-99", "100-499"]
    groups.large = ["500 +"]        # or, if all are of one group and no column says so: group = "sme" alone

    [breakdowns.region]             # the same answers grouped otherwise too; as many as there are, each with its name
    column = "région"               # also one that another breakdown has, or the segment
    groups.north = ["Nord"]
    groups.south = ["Sud", "Sud-Est"]
    missing = ["NSP"]               # values of those who are in none, as an empty cell

    [questions.tools]               # several answers: a column for each item
    kind = "several"
    columns = { email = "Q1_1", blogs = "Q1_2" }
    yes = ["1"]
    no = ["2", ""]                  # "" where an empty cell says no; else it is a missing answer
    missing = ["9"]

    [questions.size]                # one answer: a column, and the values of each item
    kind = "one"
    column = "Q2"
    items = { small = ["1"], large = ["2", "3"] }

    [questions.agree]               # a scale: its values from the lowest, of which the highest say yes
    kind = "scale"
    columns = { agree = "Q3" }
    values = ["1", "2", "3", "4", "5"]
    top = 2
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import DataError

DESIGN = ("weight", "stratum", "cluster", "population")
FILE = {"delimiter": ",", "decimal": ".", "encoding": "utf-8"}
SIGNS = {"delimiter": [",", ";", "\t", "|"], "decimal": [".", ","]}
KINDS = {
    "one": {"column", "items"},
    "several": {"columns", "yes", "no"},
    "scale": {"columns", "values", "top"},
}
TOTAL = "total"  # the group of everybody


@dataclass(frozen=True)
class Column:
    """A column of answers: the values of each code, from 0, and those of a missing answer, which "" always is but in a code."""

    name: str
    codes: tuple[frozenset[str], ...]
    missing: frozenset[str]

    def code(self, value: str) -> int | None:
        """Return the code of a value, None if the answer is missing. Raises LookupError if the codebook lacks it."""
        for code, values in enumerate(self.codes):
            if value in values:
                return code
        if value in self.missing:
            return None
        raise LookupError


@dataclass(frozen=True)
class Breakdown:
    """What groups people, by its key: a column, of which each group is a code, in order."""

    key: str
    column: Column
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """What a row of the table counts: those whose answer to a column, given by its place, has a code."""

    question: str
    item: str
    column: int
    code: int


@dataclass(frozen=True)
class Codebook:
    """What a codebook says. Columns of the design that the survey has not are "".

    The first of the breakdowns is that of the segment, if there is one. `group` is the one that everybody is of, if all are of one, else "".
    """

    source: str
    delimiter: str
    decimal: str
    encoding: str
    weight: str
    stratum: str
    cluster: str
    population: str
    breakdowns: tuple[Breakdown, ...]
    group: str
    columns: tuple[Column, ...]
    items: tuple[Item, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of all breakdowns, one breakdown after the other."""
        return tuple(group for breakdown in self.breakdowns for group in breakdown.groups)

    def named(self) -> dict[str, str]:
        """Return the columns that the codebook names, each with the key that names it."""
        names = {getattr(self, role): f"design.{role}" for role in DESIGN}
        names |= {breakdown.column.name: f"{breakdown.key}.column" for breakdown in self.breakdowns}
        names |= {self.columns[item.column].name: f"questions.{item.question}" for item in self.items}
        return {name: key for name, key in names.items() if name}


def read_codebook(path: Path) -> Codebook:
    """Read a codebook. Raises DataError, which names file and key, where it cannot be used."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DataError(
            f"{path.name}: {error.strerror}; expected a codebook, as contre-enquete codebook proposes it"
        ) from None
    except UnicodeDecodeError:
        raise DataError(f"{path.name}: not UTF-8; expected a codebook saved as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{path.name}: not TOML ({error})") from None
    return _Reader(path.name).codebook(told)


class _Reader:
    """Reads the parts of a codebook, each told with its key, and says of each fault where it is."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.keys: dict[str, str] = {}  # of each column
        self.groups: dict[str, str] = {}  # with the key of each

    def fault(self, key: str, expected: str) -> DataError:
        return DataError(f"{self.file}, {key}: expected {expected}")

    def table(self, told: object, key: str, allowed: Collection[str]) -> dict[str, Any]:
        """Return a table that has no other keys than some."""
        if not isinstance(told, dict):
            raise self.fault(key, "a table")
        if unknown := sorted(set(told) - set(allowed)):
            raise self.fault(f"{key}.{unknown[0]}".lstrip("."), f"no such key, but {', '.join(sorted(allowed))}")
        return told

    def named(self, told: object, key: str, least: int, expected: str) -> dict[str, Any]:
        """Return a table whose keys are names of one's own, at least so many."""
        if not isinstance(told, dict) or len(told) < least or "" in told:
            raise self.fault(key, expected)
        return told

    def values(self, told: object, key: str, least: int = 1) -> tuple[str, ...]:
        """Return a list of texts."""
        if not isinstance(told, list) or not all(isinstance(value, str) for value in told):
            raise self.fault(key, 'a list of values, each in quotes, as ["1", "2"]')
        if len(told) < least or len(set(told)) < len(told):
            some = "at least one value" if least == 1 else f"at least {least} values"
            raise self.fault(key, f"{some}, none twice" if least else "no value twice")
        return tuple(told)

    def column(self, told: object, key: str, shared: Collection[str] = ()) -> str:
        """Return the name of a column, which no other key may use but for some that are shared."""
        if not isinstance(told, str) or not told:
            raise self.fault(key, "the name of a column")
        if self.keys.setdefault(told, key) != key and told not in shared:
            raise self.fault(key, f"a column of its own, not that of {self.keys[told]}")
        return told

    def coded(self, names: list[str], codes: list[tuple[str, ...]], missing: object, key: str) -> list[Column]:
        """Return columns with the same codes. A value may stand once among them and those of missing answers."""
        absent = self.values(missing, f"{key}.missing", 0)
        every = [value for values in [*codes, absent] for value in values]
        if len(set(every)) < len(every):
            raise self.fault(key, "each value in one list only")
        sets = tuple(frozenset(values) for values in codes)
        return [Column(name, sets, frozenset({"", *absent})) for name in names]

    def codebook(self, told: dict[str, Any]) -> Codebook:
        self.table(told, "", ("source", "file", "design", "segment", "breakdowns", "questions"))
        source = told.get("source", Path(self.file).stem)
        if not isinstance(source, str) or not source.strip():
            raise self.fault("source", "the name of the survey")
        file = {**FILE, **self.table(told.get("file", {}), "file", FILE)}
        for key, signs in SIGNS.items():
            if file[key] not in signs:
                raise self.fault(f"file.{key}", "one of " + " ".join(map(repr, signs)))
        if not _is_encoding(file["encoding"]):
            raise self.fault("file.encoding", 'the name of an encoding, as "utf-8", "latin-1" or "cp1252"')
        design = self.table(told.get("design", {}), "design", DESIGN)
        roles = {role: self.column(design[role], f"design.{role}") if role in design else "" for role in DESIGN}
        breakdowns: list[Breakdown] = []
        group = self.segment(told["segment"], breakdowns) if "segment" in told else ""
        if "breakdowns" in told:
            expected = "at least one breakdown with a name, as [breakdowns.region]"
            for name, described in self.named(told["breakdowns"], "breakdowns", 1, expected).items():
                self.breakdown(described, f"breakdowns.{name}", breakdowns)
        columns: list[Column] = []
        items: list[Item] = []
        questions = self.named(told.get("questions"), "questions", 1, "at least one question, as [questions.tools]")
        for question, described in questions.items():
            self.question(question, described, columns, items)
        return Codebook(
            source,
            **file,
            **roles,
            breakdowns=tuple(breakdowns),
            group=group,
            columns=tuple(columns),
            items=tuple(items),
        )

    def segment(self, told: object, breakdowns: list[Breakdown]) -> str:
        """Add the breakdown of the segment, or return the group of everybody, "" if there is none."""
        if not isinstance(told, dict) or "group" not in told:
            self.breakdown(told, "segment", breakdowns)
            return ""
        group = self.table(told, "segment", ("group",))["group"]
        if not isinstance(group, str) or group in ("", TOTAL):
            raise self.fault("segment.group", "the name of a group")
        self.groups[group] = "segment.group"
        return group

    def breakdown(self, told: object, key: str, breakdowns: list[Breakdown]) -> None:
        """Add a breakdown. Another may have the same column, but no group of the same name."""
        found = self.table(told, key, ("column", "groups", "missing"))
        name = self.column(found.get("column"), f"{key}.column", {breakdown.column.name for breakdown in breakdowns})
        groups = self.named(found.get("groups"), f"{key}.groups", 1, "values for each group")
        for group in groups:
            if group == TOTAL:
                raise self.fault(f"{key}.groups.{group}", "another name, for everybody has that")
            if (other := self.groups.setdefault(group, f"{key}.groups")) != f"{key}.groups":
                raise self.fault(f"{key}.groups.{group}", f"another name, for one of {other} has that")
        codes = [self.values(values, f"{key}.groups.{group}") for group, values in groups.items()]
        (column,) = self.coded([name], codes, found.get("missing", []), key)
        breakdowns.append(Breakdown(key, column, tuple(groups)))

    def question(self, question: str, told: object, columns: list[Column], items: list[Item]) -> None:
        """Add the columns and items of a question."""
        key = f"questions.{question}"
        kind = told.get("kind") if isinstance(told, dict) else None
        if not isinstance(kind, str) or kind not in KINDS:
            raise self.fault(f"{key}.kind", "one of " + ", ".join(KINDS))
        found = self.table(told, key, {*KINDS[kind], "kind", "missing"})
        if kind == "one":
            names = [self.column(found.get("column"), f"{key}.column")]
            listed = self.named(found.get("items"), f"{key}.items", 2, "values for each of at least two items")
            codes = [self.values(values, f"{key}.items.{item}") for item, values in listed.items()]
            items += [Item(question, item, len(columns), code) for code, item in enumerate(listed)]
        else:
            listed = self.named(found.get("columns"), f"{key}.columns", 1, "a column for each item")
            names = [self.column(name, f"{key}.columns.{item}") for item, name in listed.items()]
            codes = self.no_yes(kind, found, key)
            items += [Item(question, item, column, 1) for column, item in enumerate(listed, len(columns))]
        columns += self.coded(names, codes, found.get("missing", []), key)

    def no_yes(self, kind: str, told: dict[str, Any], key: str) -> list[tuple[str, ...]]:
        """Return the values that say no and those that say yes, of several answers or of a scale."""
        if kind == "several":
            return [self.values(told.get(name), f"{key}.{name}") for name in ("no", "yes")]
        values, top = self.values(told.get("values"), f"{key}.values", 2), told.get("top", 2)
        if type(top) is not int or not 0 < top < len(values):
            raise self.fault(f"{key}.top", "how many of the values, from the last, say yes, but not all of them")
        return [values[:-top], values[-top:]]


def _is_encoding(name: object) -> bool:
    try:
        return isinstance(name, str) and "".encode(name) is not None
    except (LookupError, ValueError):
        return False
