"""Read a codebook: which column of a file of answers is what, and which of its values say yes.

A codebook is TOML, as `contre-enquete codebook` proposes it:

    source = "Our survey of 2026"   # what the table and its charts name it; the file of the codebook if left out

    [file]                          # leave out what is as here
    delimiter = ","                 # of CSV, as the next two
    decimal = "."
    encoding = "utf-8"
    header_rows = 1                 # 2 or 3 are joined to one name, "question [choice]"
    sheet = ""                      # of a workbook; "" is the first one half as large as the largest
    only = { consent = ["Yes"] }    # who counts: in each of these columns one of these values
    except = { submitted = [""] }   # who does not: in any of these columns one of these values, "" if it is empty

    [design]                        # columns; leave out what the survey has not
    weight = "poids"                # a number of at least 0, taken as fixed, even if it was adjusted to known totals;
                                    # replicate weights are not read: give stratum and cluster
    stratum = "strate"
    cluster = "établissement"
    population = "N"                # how many clusters, or people if there are none, the stratum has; with
                                    # clusters, only if everybody in each of them was asked, or with the next line
    cluster_population = "M"        # how many people the cluster has, of whom some were drawn
    lonely = "adjust"               # of a stratum with one cluster, or one person; left out: that is an error

    [segment]
    column = "taille"
    groups.sme = ["1-99", "100-499"]
    groups.large = ["500 +"]        # or, if all are of one group and no column says so: group = "sme" alone

    [segment]                       # the same where the column holds numbers: the least and the greatest of each group
    column = "effectif"
    limits = { sme = [1, 499], large = [500, 1000000] }

    [breakdowns.region]             # the same answers grouped otherwise too; as many as there are, each with its name
    column = "région"               # also one that another breakdown has, or the segment
    groups.north = ["Nord"]
    groups.south = ["Sud", "Sud-Est"]
    missing = ["NSP"]               # values of those who are in none, as an empty cell
    labels = { south = "The south" }  # what readers see; left out: the only value of a group, or its name

    [questions.tools]               # several answers: a column for each item
    kind = "several"
    columns = { email = "Q1_1", blogs = "Q1_2" }
    yes = ["1"]
    no = ["2", ""]                  # "" where an empty cell says no; else it is a missing answer
    missing = ["9"]
    unasked = "missing"             # where all these columns are empty, nobody was asked; left out: as `no` says

    label = "Which tools do you use?"    # what readers see; left out: what the columns share
    labels = { blogs = "Blogs, wikis" }  # left out: the rest of the column, or the only value of an item

    [questions.topics]              # several answers in one cell
    kind = "several"
    column = "Q4"
    separator = ";"                 # spaces around it do not matter, nor does one at the end
    items = { pay = ["Pay"], hours = ["Hours, shifts"] }  # their labels, of which the longest are found first
    other = ["None"]                # labels of answers that are no item; "any" takes whatever else is written
    unasked = "no"                  # an empty cell says no; left out: it is a missing answer

    [questions.size]                # one answer: a column, and the values of each item
    kind = "one"
    column = "Q2"
    items = { small = ["1"], large = ["2", "3"] }
    other = "other"                 # the item of every other value, as people typed it; left out: all are listed

    [questions.agree]               # a scale: its values from the lowest, of which the highest say yes
    kind = "scale"
    columns = { agree = "Q3" }
    values = ["1", "2", "3", "4", "5"]
    top = 2                         # 0: each value has a share of its own, as an answer to a question of one answer

    [questions.minutes]             # a number: a column for each item
    kind = "number"
    columns = { minutes = "Q5" }
    unit = "minutes"
    missing = ["999"]
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from ..files import MAX_NUMBER, parse_number
from ..project import VALUE
from ..toml_reader import TomlTable, read_toml
from .labels import Labels
from .wording import TableWords

DESIGN = ("weight", "stratum", "cluster", "population")
FILE_DEFAULTS = {"delimiter": ",", "decimal": ".", "encoding": "utf-8"}
FILE_SEPARATORS = {"delimiter": [",", ";", "\t", "|"], "decimal": [".", ","]}
ENCODING = 'the name of an encoding, as "utf-8", "latin-1" or "cp1252"'
QUESTION_KINDS = ("one", "several", "scale", "number")
MAX_HEADER_ROWS = 5
UNASKED = ("missing", "no")
ANY = "any"
SPACE_BEFORE_UNIT = "[ \u00a0\u202f]"
UNIT_OF_NUMBER = (
    f"^[$€£]{SPACE_BEFORE_UNIT}?|{SPACE_BEFORE_UNIT}?[$€£%]$"  # that people or a spreadsheet write beside a number
)
BAND = "two numbers of at least 0, the least and the greatest, and none of them in another group"
# The squared deviation from the mean of the sample, the mean of what other strata add, or nothing.
LONELY = ("adjust", "average", "certainty")
YES_CODE = 1  # of a column that says yes or no; no is 0
TOTAL = "total"  # the group of everybody


class Thousands(NamedTuple):
    """Regular expressions of the signs that may stand between thousands, and of a number that has some."""

    sign: str
    number: str

    @classmethod
    def before(cls, decimal: str) -> Thousands:
        """Return those of numbers with a decimal sign: a comma groups where a point stands before decimals."""
        sign = f"[ \u00a0\u202f'’{',' if decimal == '.' else '.'}]"
        return cls(sign, rf"[0-9]{{1,3}}({sign}[0-9]{{3}})+([{decimal}][0-9]+)?")


@dataclass(frozen=True)
class Column:
    """An answer of each person: what a column of the file holds, read as a code.

    A column that holds numbers has `limits` instead of values, and one of several answers in a cell has `labels`.
    """

    name: str
    codes: tuple[frozenset[str], ...]  # the values of each code, from 0
    missing: frozenset[str]  # the values of a missing answer; "" is one of them unless it has a code
    limits: tuple[tuple[float, float], ...] = ()  # the least and the greatest number of each code
    labels: Labels | None = None  # code 1 if a cell has one of them, else 0
    rest: int | None = None  # the code of every value that is not listed
    asked: tuple[str, ...] = ()  # columns that are all empty where nobody was asked, which is a missing answer

    def find_code(self, cells: Mapping[str, str], decimal: str = ".") -> int | None:
        """Return the code of a person, None if the answer is missing. Raises LookupError if the codebook lacks it.

        `person.encode_column` applies the same rule in the engine; `faults` uses this one to find the line at fault.
        """
        value = cells[self.name]
        if self.labels:
            return self.labels.find_code(value)
        if self.asked and not any(cells[name] for name in self.asked):
            return None
        for code, values in enumerate(self.codes):
            if value in values:
                return code
        if value in self.missing:
            return None
        number = parse_quantity(value, decimal)
        for code, (least, greatest) in enumerate(self.limits):
            if least <= number <= greatest:
                return code
        if self.rest is None:
            raise LookupError
        return self.rest


@dataclass(frozen=True)
class Quantity:
    """A row of the table for each group: what people wrote as a number."""

    question: str
    item: str
    name: str  # of the column
    missing: frozenset[str]  # the values of a missing answer, "" among them
    unit: str


@dataclass(frozen=True)
class Condition:
    """Values of a column by which people count, or do not."""

    name: str
    values: frozenset[str]


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
    scale: str = ""  # of a value of a scale: the item of the scale
    has_top: bool = False  # whether that item has the share of the highest values; the value stands beside it then

    @property
    def single_answer(self) -> str:
        """The name of the question for single answers: each scale without a share of its highest values is one."""
        return f"{self.question}{VALUE}{self.scale}" if self.scale and not self.has_top else self.question


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
    quantities: tuple[Quantity, ...] = ()
    lonely: str = ""  # what a stratum of one cluster adds to a variance: one of `LONELY`; "" if it is an error
    cluster_population: str = ""  # a column too
    header_rows: int = 1
    sheet: str = ""
    only: tuple[Condition, ...] = ()  # of which all hold for whoever counts
    excluded: tuple[Condition, ...] = ()  # of which one holds for whoever does not
    words: TableWords = field(default_factory=TableWords, hash=False)  # how readers know its names

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of all breakdowns, one breakdown after the other."""
        return tuple(group for breakdown in self.breakdowns for group in breakdown.groups)

    @property
    def blocks(self) -> list[range]:
        """The indices in `groups` of the groups of each breakdown."""
        ends = accumulate((len(breakdown.groups) for breakdown in self.breakdowns), initial=0)
        return [range(first, end) for first, end in pairwise(ends)]

    def find_tables(self) -> dict[int, list[int]]:
        """Return the indices of the items of each question of one answer, by its column: rows of contingency tables."""
        places: dict[int, list[int]] = {}
        for place, item in enumerate(self.items):
            if not item.has_top:
                places.setdefault(item.column, []).append(place)
        return {column: of_column for column, of_column in places.items() if len(of_column) > 1}

    def leave_values_out(self) -> Codebook:
        """Return the codebook with the share of the highest values alone of each scale that has one."""
        return replace(self, items=tuple(item for item in self.items if not item.has_top))

    def find_scales(self) -> dict[int, tuple[list[int], list[int]]]:
        """Return the items of scales that have a share of the highest values, by their indices.

        Each comes with the items of its values that say no, and yes.
        """
        places = {(item.question, item.item): place for place, item in enumerate(self.items)}
        scales: dict[int, tuple[list[int], list[int]]] = {}
        for place, item in enumerate(self.items):
            if item.has_top:
                whole = places[item.question, item.scale]
                yes = self.columns[self.items[whole].column].codes[YES_CODE]
                says_yes = self.columns[item.column].codes[item.code] <= yes
                scales.setdefault(whole, ([], []))[says_yes].append(place)
        return scales

    def counts_person(self, cells: Mapping[str, str]) -> bool:
        """Return whether a person with these cells counts; `person.select_counted` is the same rule in the engine."""
        is_counted = all(cells[condition.name] in condition.values for condition in self.only)
        return is_counted and not any(cells[condition.name] in condition.values for condition in self.excluded)

    def list_columns(self) -> dict[str, str]:
        """Return the columns that the codebook names, each with the key that names it."""
        names = {condition.name: "file.only" for condition in self.only}
        names |= {condition.name: "file.except" for condition in self.excluded}
        names |= {getattr(self, role): f"design.{role}" for role in DESIGN}
        names |= {self.cluster_population: "design.cluster_population"}
        names |= {breakdown.column.name: f"{breakdown.key}.column" for breakdown in self.breakdowns}
        names |= {self.columns[item.column].name: f"questions.{item.question}" for item in self.items}
        names |= {quantity.name: f"questions.{quantity.question}" for quantity in self.quantities}
        return {name: key for name, key in names.items() if name}


def read_codebook(path: Path) -> Codebook:
    """Return a codebook. Raises DataError, which names file and key, where it cannot be used."""
    declared = read_toml(path, path.name, "a codebook, as contre-enquete codebook proposes it")
    source = declared.text("source", path.stem, "the name of the survey")
    if not source.strip():
        raise declared.error("source", "the name of the survey")
    file = _read_file(declared.table("file"))
    names = _Names()
    design = declared.table("design")
    cluster_population = names.claim_column(design, "cluster_population") if "cluster_population" in design else ""
    lonely = design.choice("lonely", LONELY, "") if "lonely" in design else ""
    for name in design.values:
        if name.startswith("rep"):
            raise design.error(name, "no replicate weights, which are not read: give stratum and cluster instead")
    file |= {role: names.claim_column(design, role) if role in design else "" for role in DESIGN}
    if cluster_population and not (file["cluster"] and file["population"]):
        raise design.error("cluster_population", "it beside cluster and population", "it alone")
    breakdowns, group = _read_breakdowns(declared, names, file["stratum"])
    content = _Content()
    questions = declared.named("questions", 1, "at least one question, as [questions.tools]")
    for question in questions.values:
        table = questions.table(question)
        _read_question(question, table, names, content)
        names.words.read_question(question, table)
    if not content.items:
        raise declared.error("questions", "a question with answers to choose from beside them", "numbers alone")
    declared.reject_unknown_keys()
    return Codebook(
        source, **file, lonely=lonely, cluster_population=cluster_population, breakdowns=tuple(breakdowns), group=group,
        columns=tuple(content.columns), items=tuple(content.items), quantities=tuple(content.quantities), words=names.words,
    )  # fmt: skip


def _read_file(file: TomlTable) -> dict[str, Any]:
    """Return how a file is written, and who in it counts, by the names of fields of `Codebook`."""
    found: dict[str, Any] = {
        name: file.choice(name, FILE_SEPARATORS[name], FILE_DEFAULTS[name]) for name in FILE_SEPARATORS
    }
    found["encoding"] = file.text("encoding", FILE_DEFAULTS["encoding"], ENCODING)
    if not _is_encoding(found["encoding"]):
        raise file.error("encoding", ENCODING)
    rows = file.values["header_rows"] if "header_rows" in file else 1
    if type(rows) is not int or not 1 <= rows <= MAX_HEADER_ROWS:
        raise file.error("header_rows", f"a whole number from 1 to {MAX_HEADER_ROWS}")
    found |= {"header_rows": rows, "sheet": file.text("sheet", "", "the name of a sheet")}
    for name, part in (("only", "only"), ("except", "excluded")):
        columns = file.named(name, 0, 'a column and its values, as { consent = ["Yes"] }')
        found[part] = tuple(Condition(column, frozenset(_read_values(columns, column))) for column in columns.values)
    return found


def _read_breakdowns(declared: TomlTable, names: _Names, stratum: str) -> tuple[list[Breakdown], str]:
    """Return the breakdowns, the segment first, and the group of everybody, "" if no key says that it is one."""
    breakdowns: list[Breakdown] = []
    group = ""
    if "segment" in declared:
        segment = declared.table("segment")
        if "group" in segment.values:
            group = segment.text("group", expected="the name of a group")
            names.claim_group(segment, group, "group")
        else:
            breakdowns.append(_read_breakdown(segment, names, {stratum}))
    if "breakdowns" in declared:
        described = declared.named("breakdowns", 1, "at least one breakdown with a name, as [breakdowns.region]")
        for name in described.values:
            shared = {stratum, *(breakdown.column.name for breakdown in breakdowns)}
            breakdowns.append(_read_breakdown(described.table(name), names, shared))
    return breakdowns, group


class _Names:
    """The columns and groups that a codebook has named so far, each with its key."""

    def __init__(self) -> None:
        self.columns: dict[str, str] = {}
        self.groups: dict[str, str] = {}
        self.words = TableWords()

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


@dataclass
class _Content:
    """What the questions that were read so far ask the engine for."""

    columns: list[Column] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)

    def add(self, question: str, items: Collection[str], columns: Collection[Column]) -> None:
        """Add the items of a question, with a column that says yes or no for each."""
        self.items += [Item(question, item, place, YES_CODE) for place, item in enumerate(items, len(self.columns))]
        self.columns += columns

    def add_values(self, question: str, scales: Collection[str], columns: Collection[Column], has_top: bool) -> None:
        """Add an item for each value of some scales, which have a column each."""
        for scale, column in zip(scales, columns, strict=True):
            for code in range(len(column.codes)):
                self.items.append(Item(question, f"{scale}{VALUE}{code + 1}", len(self.columns), code, scale, has_top))
            self.columns.append(column)


def _read_breakdown(table: TomlTable, names: _Names, shared: Collection[str]) -> Breakdown:
    """Return a breakdown. It may share a column with another one or with the strata, but no name of a group."""
    name = names.claim_column(table, "column", shared)
    if "limits" in table:
        groups = table.named("limits", 1, "the least and the greatest number of each group")
        bands = tuple(_read_band(groups, group) for group in groups.values)
        for (_, greatest), (least, _) in pairwise(sorted(bands)):
            if least <= greatest:
                raise table.error("limits", BAND)
        (column,) = _make_columns(table, [name], [()] * len(bands), limits=bands)
    else:
        groups = table.named("groups", 1, "values for each group")
        (column,) = _make_columns(table, [name], [_read_values(groups, group) for group in groups.values])
    for group in groups.values:
        names.claim_group(groups, group, group)
    names.words.read_groups(table, groups.values)
    return Breakdown(table.path, column, tuple(groups.values))


def _read_band(groups: TomlTable, group: str) -> tuple[float, float]:
    """Return the least and the greatest number of a group."""
    match groups.values[group]:
        case [int() | float() as least, int() | float() as greatest] if 0 <= least <= greatest <= MAX_NUMBER:
            return float(least), float(greatest)
    raise groups.error(group, BAND)


def _read_question(question: str, table: TomlTable, names: _Names, content: _Content) -> None:
    """Add the columns and items of a question."""
    kind = table.choice("kind", QUESTION_KINDS)
    if kind == "one":
        _read_one_answer(question, table, names, content)
    elif kind == "several" and "separator" in table:
        _read_labels(question, table, names, content)
    else:
        listed = table.named("columns", 1, "a column for each item")
        by_item = {item: names.claim_column(listed, item) for item in listed.values}
        if kind == "number":
            unit, missing = table.text("unit", ""), frozenset({"", *_read_values(table, "missing", 0)})
            content.quantities += [Quantity(question, item, name, missing, unit) for item, name in by_item.items()]
        elif kind == "several" or _read_top(table):
            content.add(question, by_item, _read_no_yes_columns(kind, table, tuple(by_item.values())))
        if kind == "scale":
            if reserved := [item for item in by_item if VALUE in item]:
                raise listed.error(reserved[0], f"a name without {VALUE}")
            values = [(value,) for value in _read_values(table, "values", 2)]
            content.add_values(question, by_item, _make_columns(table, by_item.values(), values), _read_top(table) > 0)
            names.words.read_values(question, table, by_item)


def _read_no_yes_columns(kind: str, table: TomlTable, used: tuple[str, ...]) -> list[Column]:
    """Return the columns of several answers or of a scale: code 0 says no, code 1 yes."""
    codes = _read_no_yes(table, kind)
    unasked = table.choice("unasked", UNASKED, "") if kind == "several" and "unasked" in table else ""
    if unasked == "no" and "" not in codes[0]:
        codes[0] = (*codes[0], "")
    return _make_columns(table, used, codes, asked=used if unasked == "missing" else ())


def _read_one_answer(question: str, table: TomlTable, names: _Names, content: _Content) -> None:
    """Add the items of a question of one answer."""
    listed = table.named("items", 2, "values for each of at least two items")
    used = [names.claim_column(table, "column")]
    values = {item: _read_values(listed, item) for item in listed.values}
    other = table.text("other", expected="the name of an item for every other value") if "other" in table else ""
    if other:
        values.setdefault(other, ())
    content.items += [Item(question, item, len(content.columns), code) for code, item in enumerate(values)]
    rest = list(values).index(other) if other else None
    content.columns += _make_columns(table, used, list(values.values()), rest=rest)


def _read_labels(question: str, table: TomlTable, names: _Names, content: _Content) -> None:
    """Add the items of a question whose answers all stand in one cell."""
    name = names.claim_column(table, "column")
    separator = table.text("separator", expected="what stands between two answers, as ;")
    listed = table.named("items", 1, "labels for each item")
    items = [_read_values(listed, item) for item in listed.values]
    takes_any = table.values.get("other") == ANY
    others = () if takes_any and "other" in table else _read_values(table, "other", 0)
    (column,) = _make_columns(table, [name], [*items, others])  # which checks that no label stands twice
    empty = {""} if table.choice("unasked", UNASKED, "missing") == "no" else set()
    missing, listed_labels = column.missing - empty, frozenset().union(*items, others, column.missing - {""})
    content.add(
        question,
        listed.values,
        [
            Column(name, (frozenset(), frozenset()), missing, labels=labels)
            for labels in (Labels(separator, frozenset(own), listed_labels, missing, takes_any) for own in items)
        ],
    )


def _read_no_yes(table: TomlTable, kind: str) -> list[tuple[str, ...]]:
    """Return the values that say no and those that say yes, of several answers or of a scale."""
    if kind == "several":
        return [_read_values(table, name) for name in ("no", "yes")]
    values, top = _read_values(table, "values", 2), _read_top(table)
    return [values[:-top], values[-top:]]


def _read_top(table: TomlTable) -> int:
    """Return how many values of a scale, from the last, say yes; 0 where each value has a share of its own alone."""
    top = table.values["top"] if "top" in table else 2
    if type(top) is not int or not 0 <= top < len(_read_values(table, "values", 2)):
        raise table.error("top", "how many of the values, from the last, say yes, but not all; 0 for shares of each")
    return top


def _read_values(table: TomlTable, name: str, minimum: int = 1) -> tuple[str, ...]:
    """Return a list of different values, at least so many; none is required if the minimum is 0."""
    values = table.texts(name, None if minimum else (), 'a list of values, each in quotes, as ["1", "2"]')
    if len(values) < minimum or len(set(values)) < len(values):
        raise table.error(name, f"at least {minimum} different values" if minimum else "no value twice")
    return values


def _make_columns(
    table: TomlTable,
    names: Collection[str],
    codes: Sequence[tuple[str, ...]],
    limits: tuple[tuple[float, float], ...] = (),
    rest: int | None = None,
    asked: tuple[str, ...] = (),
) -> list[Column]:
    """Return columns with the same codes. Raises DataError for a value that stands in two of their lists."""
    missing = _read_values(table, "missing", 0)
    counts = Counter(value for values in [*codes, missing] for value in values)
    if counts and (most := counts.most_common(1)[0])[1] > 1:
        raise table.error("", "each value in one list only", f"{most[0]!r} in two lists")
    sets = tuple(frozenset(values) for values in codes)
    return [Column(name, sets, frozenset({"", *missing}), limits, rest=rest, asked=asked) for name in names]


def parse_quantity(text: str, decimal: str) -> float:
    """Return the number that a text is, with or without signs between thousands and a unit; NaN if it is none.

    >>> parse_quantity("$1,200", "."), parse_quantity("1 200,5", ","), parse_quantity("env. 200", ".")
    (1200.0, 1200.5, nan)
    """
    text, thousands = re.sub(UNIT_OF_NUMBER, "", text), Thousands.before(decimal)
    return parse_number(re.sub(thousands.sign, "", text) if re.fullmatch(thousands.number, text) else text, decimal)


def _is_encoding(name: str) -> bool:
    try:
        return "".encode(name) is not None
    except (LookupError, ValueError):
        return False
