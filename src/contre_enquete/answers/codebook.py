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

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from ..toml_reader import TomlTable, read_toml

DESIGN = ("weight", "stratum", "cluster", "population")
FILE_DEFAULTS = {"delimiter": ",", "decimal": ".", "encoding": "utf-8"}
SEPARATORS = {"delimiter": [",", ";", "\t", "|"], "decimal": [".", ","]}
ENCODING = 'the name of an encoding, as "utf-8", "latin-1" or "cp1252"'
KINDS = ("one", "several", "scale")
YES_CODE = 1  # of a column that says yes or no; no is 0
TOTAL = "total"  # the group of everybody


@dataclass(frozen=True)
class Column:
    """A column of answers, whose values are read as codes."""

    name: str
    codes: tuple[frozenset[str], ...]  # the values of each code, from 0
    missing: frozenset[str]  # the values of a missing answer; "" is one of them unless it has a code

    def find_code(self, value: str) -> int | None:
        """Return the code of a value, None if the answer is missing. Raises LookupError if the codebook lacks it.

        `person.encode_column` applies the same rule in the engine; `faults` uses this one to find the line at fault.
        """
        for code, values in enumerate(self.codes):
            if value in values:
                return code
        if value in self.missing:
            return None
        raise LookupError


@dataclass(frozen=True)
class Breakdown:
    """A way to group people: a column, and the groups that its codes stand for."""

    key: str  # of the codebook
    column: Column
    groups: tuple[str, ...]  # in the order of the codes


@dataclass(frozen=True)
class Item:
    """A row of the table for each group: the people whose answer has one code."""

    question: str
    item: str
    column: int  # index of the column of answers
    code: int


@dataclass(frozen=True)
class Codebook:
    """The content of a codebook."""

    source: str  # the name of the survey
    delimiter: str
    decimal: str
    encoding: str
    weight: str  # columns of the design, "" for those that the survey has not
    stratum: str
    cluster: str
    population: str
    breakdowns: tuple[Breakdown, ...]  # the first one is the segment, if there is one
    group: str  # the group of everybody, if all people are of one; else ""
    columns: tuple[Column, ...]
    items: tuple[Item, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of all breakdowns, one breakdown after the other."""
        return tuple(group for breakdown in self.breakdowns for group in breakdown.groups)

    def list_columns(self) -> dict[str, str]:
        """Return the columns that the codebook names, each with the key that names it."""
        names = {getattr(self, role): f"design.{role}" for role in DESIGN}
        names |= {breakdown.column.name: f"{breakdown.key}.column" for breakdown in self.breakdowns}
        names |= {self.columns[item.column].name: f"questions.{item.question}" for item in self.items}
        return {name: key for name, key in names.items() if name}


def read_codebook(path: Path) -> Codebook:
    """Return a codebook. Raises DataError, which names file and key, where it cannot be used."""
    declared = read_toml(path, path.name, "a codebook, as contre-enquete codebook proposes it")
    source = declared.text("source", path.stem, "the name of the survey")
    if not source.strip():
        raise declared.error("source", "the name of the survey")
    file, design = declared.table("file"), declared.table("design")
    delimiter, decimal = (file.choice(name, SEPARATORS[name], FILE_DEFAULTS[name]) for name in ("delimiter", "decimal"))
    encoding = file.text("encoding", FILE_DEFAULTS["encoding"], ENCODING)
    if not _is_encoding(encoding):
        raise file.error("encoding", ENCODING)
    names = _Names()
    roles = {role: names.claim_column(design, role) if role in design else "" for role in DESIGN}
    breakdowns: list[Breakdown] = []
    group = ""
    if "segment" in declared:
        segment = declared.table("segment")
        if "group" in segment.values:
            group = segment.text("group", expected="the name of a group")
            names.claim_group(segment, group, "group")
        else:
            breakdowns.append(_read_breakdown(segment, names, breakdowns))
    if "breakdowns" in declared:
        described = declared.named("breakdowns", 1, "at least one breakdown with a name, as [breakdowns.region]")
        for name in described.values:
            breakdowns.append(_read_breakdown(described.table(name), names, breakdowns))
    columns: list[Column] = []
    items: list[Item] = []
    questions = declared.named("questions", 1, "at least one question, as [questions.tools]")
    for question in questions.values:
        _read_question(question, questions.table(question), names, columns, items)
    declared.reject_unknown_keys()
    return Codebook(
        source, delimiter, decimal, encoding, **roles,
        breakdowns=tuple(breakdowns), group=group, columns=tuple(columns), items=tuple(items),
    )  # fmt: skip


class _Names:
    """The columns and groups that a codebook has named so far, each with its key."""

    def __init__(self) -> None:
        self.columns: dict[str, str] = {}
        self.groups: dict[str, str] = {}

    def claim_column(self, table: TomlTable, name: str, shared: Collection[str] = ()) -> str:
        """Return the column that a key names. Raises DataError if another key uses it, unless it may be shared."""
        column = table.text(name, expected="the name of a column")
        key = f"{table.path}.{name}"
        if self.columns.setdefault(column, key) != key and column not in shared:
            raise table.error(name, f"a column of its own, not that of {self.columns[column]}")
        return column

    def claim_group(self, table: TomlTable, group: str, name: str) -> None:
        """Take the name of a group for the table. Raises DataError if it is taken already."""
        if group == TOTAL:
            raise table.error(name, "another name: it is that of everybody")
        if self.groups.setdefault(group, table.path) != table.path:
            raise table.error(name, f"another name: {self.groups[group]} has that group")


def _read_breakdown(table: TomlTable, names: _Names, breakdowns: Collection[Breakdown]) -> Breakdown:
    """Return a breakdown. It may share a column with another one, but no name of a group."""
    name = names.claim_column(table, "column", {breakdown.column.name for breakdown in breakdowns})
    groups = table.named("groups", 1, "values for each group")
    for group in groups.values:
        names.claim_group(groups, group, group)
    (column,) = _make_columns(table, [name], [_read_values(groups, group) for group in groups.values])
    return Breakdown(table.path, column, tuple(groups.values))


def _read_question(question: str, table: TomlTable, names: _Names, columns: list[Column], items: list[Item]) -> None:
    """Add the columns and items of a question."""
    kind = table.choice("kind", KINDS)
    if kind == "one":
        listed = table.named("items", 2, "values for each of at least two items")
        used = [names.claim_column(table, "column")]
        codes = [_read_values(listed, item) for item in listed.values]
        items += [Item(question, item, len(columns), code) for code, item in enumerate(listed.values)]
    else:
        listed = table.named("columns", 1, "a column for each item")
        used = [names.claim_column(listed, item) for item in listed.values]
        codes = _read_no_yes(table, kind)
        items += [Item(question, item, place, YES_CODE) for place, item in enumerate(listed.values, len(columns))]
    columns += _make_columns(table, used, codes)


def _read_no_yes(table: TomlTable, kind: str) -> list[tuple[str, ...]]:
    """Return the values that say no and those that say yes, of several answers or of a scale."""
    if kind == "several":
        return [_read_values(table, name) for name in ("no", "yes")]
    values = _read_values(table, "values", 2)
    top = table.values["top"] if "top" in table else 2
    if type(top) is not int or not 0 < top < len(values):
        raise table.error("top", "how many of the values, from the last, say yes, but not all of them")
    return [values[:-top], values[-top:]]


def _read_values(table: TomlTable, name: str, minimum: int = 1) -> tuple[str, ...]:
    """Return a list of different values, at least so many; none is required if the minimum is 0."""
    values = table.texts(name, None if minimum else (), 'a list of values, each in quotes, as ["1", "2"]')
    if len(values) < minimum or len(set(values)) < len(values):
        raise table.error(name, f"at least {minimum} different values" if minimum else "no value twice")
    return values


def _make_columns(table: TomlTable, names: list[str], codes: list[tuple[str, ...]]) -> list[Column]:
    """Return columns with the same codes. Raises DataError for a value that stands in two of their lists."""
    missing = _read_values(table, "missing", 0)
    counts = Counter(value for values in [*codes, missing] for value in values)
    value, count = counts.most_common(1)[0]
    if count > 1:
        raise table.error("", "each value in one list only", f"{value!r} in two lists")
    sets = tuple(frozenset(values) for values in codes)
    return [Column(name, sets, frozenset({"", *missing})) for name in names]


def _is_encoding(name: str) -> bool:
    try:
        return "".encode(name) is not None
    except (LookupError, ValueError):
        return False
