"""Propose a codebook from what is in a file of answers: a draft for whoever knows the questionnaire."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from ..article import read_article
from ..errors import DataError
from ..project import replace_file
from ..toml_reader import read_toml
from .codebook import DESIGN, FILE_DEFAULTS, TOTAL
from .faults import reraise_as_data_error
from .person import replace_nan
from .source import Answers, detect_file, open_answers
from .table import Row

if TYPE_CHECKING:
    import ibis

MAX_VALUES = 12  # different ones, of a column of answers
MAX_PROPOSED = 3_000  # columns: more take minutes, and nobody would read the codebook
COLUMNS_AT_ONCE = 100  # in a query: in one of thousands, the engine needs gigabytes
MAX_LENGTH = 60  # of a value, in characters
ColumnValues = Mapping[str, list[str] | None]  # different values by column; None where they are many
PARTS = (*DESIGN, "segment", "breakdown")  # that a column may play
WORD_LISTS = Path(__file__).with_name("wordlists.toml")


@dataclass(frozen=True)
class WordLists:
    """The words by which columns are guessed: values, scales from the lowest value, and patterns of columns' names."""

    yes: frozenset[str]
    no: frozenset[str]
    missing: frozenset[str]
    scales: tuple[tuple[str, ...], ...]
    parts: Mapping[str, str]

    @classmethod
    def read(cls, path: Path = WORD_LISTS) -> WordLists:
        """Read the lists. Raises DataError, which names file and key, where they cannot be used."""
        declared = read_toml(path, path.name, "lists of words")
        values = {name: frozenset(map(str.lower, declared.texts(name))) for name in ("yes", "no", "missing")}
        parts, scales = declared.table("parts"), declared.named("scales")
        lists = cls(
            **values,
            scales=tuple(scales.texts(name) for name in scales.values),
            parts={name: "|".join(map(_make_pattern, parts.texts(name))) for name in PARTS},
        )
        declared.reject_unknown_keys()
        return lists


def _make_pattern(text: str) -> str:
    r"""Return a regular expression for a part of a column's name: ^ is its beginning, a space the edge of a word.

    >>> _make_pattern("^fpc"), _make_pattern(" sex "), _make_pattern("region")
    ('^fpc', '\\bsex\\b', 'region')
    """
    before = "^" if text.startswith("^") else r"\b" if text.startswith(" ") else ""
    return before + re.escape(text.strip("^ ")) + (r"\b" if text.endswith(" ") else "")


WORDS = WordLists.read()


@dataclass(frozen=True)
class PublishedNames:
    """The names of a published survey, by their labels as `_normalize_words` has them."""

    items: Mapping[str, list[tuple[str, str]]]  # question and item of each label
    segments: Mapping[str, str]  # the group of each label
    compared: tuple[str, ...] = ()  # the groups that the survey compares

    @classmethod
    def read(cls, project: Path) -> PublishedNames:
        """Read the names of a project's codebook, in each of its languages."""
        items: dict[str, list[tuple[str, str]]] = {}
        segments: dict[str, str] = {}
        for row, label in _read_labels(project / "data/codebook/items.csv"):
            items.setdefault(label, []).append((row["question"], row["item"]))
        for row, label in _read_labels(project / "data/codebook/segments.csv"):
            segments[label] = row["segment"]
        return cls(items, segments, read_article(project).compared)

    def find_group(self, value: str) -> str:
        """Return the group whose label a value is, or begins; "" if there is none or more than one."""
        groups = {
            name for label, name in self.segments.items() if f"{label} ".startswith(f"{_normalize_words(value)} ")
        }
        return groups.pop() if len(groups) == 1 else ""

    def count_rows(self, rows: Iterable[Row]) -> int:
        """Return how many rows of a table are of an item and a group that the survey compares, or of everybody."""
        items = {item for items in self.items.values() for item in items}
        groups = {*self.compared, TOTAL}
        return sum((row["question"], row["item"]) in items and row["segment"] in groups for row in rows)

    def find_question(self, columns: list[str], kind: str) -> tuple[str, dict[str, str]]:
        """Return the question that most of some columns are items of, and the item of each column; "" if there is none.

        A scale is never a question of several items, for people were asked which of those apply.
        """
        candidates = {column: self.items.get(_normalize_words(_extract_label(column)), []) for column in columns}
        if kind == "scale":
            counts = Counter(question for question, _ in {item for items in self.items.values() for item in items})
            candidates = {
                column: [(question, item) for question, item in items if counts[question] == 1]
                for column, items in candidates.items()
            }
        votes = Counter(question for items in candidates.values() for question, _ in items)
        if not votes:
            return "", {}
        winner = max(votes, key=votes.__getitem__)
        return winner, {column: dict(items)[winner] for column, items in candidates.items() if winner in dict(items)}


NO_NAMES = PublishedNames({}, {})


def propose(path: Path, output: Path, backend: str = "", published: PublishedNames = NO_NAMES) -> None:
    r"""Write a codebook for a file of answers, which `tabulate` reads: a draft for whoever knows the questionnaire.

    Values are listed of columns with few different ones. A column in which nearly everybody wrote something else is
    left out.

    Parameters
    ----------
    path
        The answers: CSV, a workbook, SPSS, Stata or Parquet, also packed; one row for each person.
    output
        The codebook to write, as TOML.
    backend
        The address of an engine that Ibis knows; DuckDB, embedded, if it is empty.
    published
        The names of a published survey, which the same items and groups get.

    Raises
    ------
    DataError
        If the answers cannot be read, or if there is a file at `output` already.

    Examples
    --------
    >>> import tempfile
    >>> answers = Path(tempfile.mkdtemp()) / "answers.csv"
    >>> _ = answers.write_text("Tools [email]\n" + "Yes\nNo\n" * 20)
    >>> propose(answers, answers.with_suffix(".toml"))
    >>> print(answers.with_suffix(".toml").read_text().partition("[questions")[2].strip())
    .tools-email]
    kind = "several"
    columns.tools-email = "Tools [email]"
    yes = ["Yes"]
    no = ["No"]
    """
    if output.exists():
        raise DataError(f"{output.name}: is there already; expected a new file: --output names another")
    answers = detect_file(path)
    with reraise_as_data_error(answers):
        rows, values, decimal = _list_values(answers, backend)
    replace_file(output, _render_codebook(answers, rows, values, decimal, published).encode())


def _list_values(answers: Answers, backend: str) -> tuple[int, ColumnValues, str]:
    """Return the number of rows, the values of each column ("" for an empty cell), and the decimal sign."""
    rows, comma = 0, False
    values: dict[str, list[str] | None] = {}
    with open_answers(answers, backend) as table:
        if len(table.columns) > MAX_PROPOSED:
            found = f"{len(table.columns):,} columns; expected at most {MAX_PROPOSED:,}"
            raise DataError(f"{answers.name}: {found} to propose a codebook: take out those that are no answers")
        for start in range(0, len(table.columns), COLUMNS_AT_ONCE):
            rows, listed, has_comma = _list_some_values(table, table.columns[start : start + COLUMNS_AT_ONCE])
            values |= listed
            comma = comma or has_comma
    return rows, values, "," if comma and answers.delimiter != "," else "."


def _list_some_values(table: ibis.Table, names: Sequence[str]) -> tuple[int, ColumnValues, bool]:
    """Return the number of rows, the values of some columns, and whether a number in them has a decimal comma."""
    texts = [replace_nan(table[name]).cast("string").nullif("") for name in names]
    counts = {f"n{place}": text.approx_nunique() for place, text in enumerate(texts)}
    long = {f"l{place}": text.length().max() for place, text in enumerate(texts)}
    filled = {f"t{place}": text.count() for place, text in enumerate(texts)}
    commas = {f"c{place}": text.re_search(r"^[0-9]+,[0-9]+$").any() for place, text in enumerate(texts)}
    stats = table.aggregate(rows=table.count(), **counts, **long, **filled, **commas).to_pyarrow().to_pylist()[0]
    few = [
        place
        for place in range(len(names))
        if stats[f"n{place}"] <= min(MAX_VALUES + 3, max(2, stats[f"t{place}"] / 2))
        and (stats[f"l{place}"] or 0) <= MAX_LENGTH
    ]
    lists = {f"v{place}": texts[place].collect(distinct=True) for place in few}
    listed = table.aggregate(**lists).to_pyarrow().to_pylist()[0] if few else {}
    values: dict[str, list[str] | None] = dict.fromkeys(names)
    for place in few:
        several = sorted(filter(None, listed[f"v{place}"] or []), key=_sort_key)
        empty = stats[f"t{place}"] < stats["rows"]
        values[names[place]] = [*several, ""] if empty else several
        if len(several) > MAX_VALUES:
            values[names[place]] = None
    return stats["rows"], values, any(stats[f"c{place}"] for place in range(len(names)))


def _sort_key(text: str) -> tuple[bool, float, str]:
    """Return a sort key that puts numbers, in their order, before words."""
    try:
        return False, float(text), text
    except ValueError:
        return True, 0, text


def _render_codebook(answers: Answers, rows: int, values: ColumnValues, decimal: str, published: PublishedNames) -> str:
    """Return the text of a codebook."""
    parts = _assign_parts(values)
    breakdowns = [name for name in values if name not in parts.values() and _is_breakdown(name, values[name])]
    left = [name for name in values if name not in parts.values() and name not in breakdowns]
    items = {name: values[name] for name in left if _drop_empty(values[name])}
    lines = [
        f"# Proposed from {answers.name}: {rows} answers, {len(values)} columns. Guesses: read each, mend or delete it.",
        "# question and item are yours to name: with the names of another survey, both can be set side by side.",
        f"source = {_quote(re.sub(r'[.].*', '', answers.name))}  # the name of your survey, as charts will show it",
        "",
    ]
    file = {"delimiter": answers.delimiter, "decimal": decimal, "encoding": answers.encoding}
    if not answers.is_parquet and file != FILE_DEFAULTS:
        lines += ["[file]", *(f"{key} = {_quote(value)}" for key, value in file.items()), ""]
    if design := [part for part in DESIGN if part in parts]:
        lines += ["[design]", *(f"{part} = {_quote(parts[part])}" for part in design), ""]
    lines += _render_segment(parts.get("segment", ""), values, published)
    for name in breakdowns:
        lines += _render_breakdown(name, values[name])
    lines += _render_questions(items, published)
    if omitted := [name for name in left if name not in items]:
        lines += ["# Left out, for what they hold is many things or none: " + ", ".join(map(_quote, omitted))]
    return "\n".join(lines).rstrip() + "\n"


def _assign_parts(values: ColumnValues) -> dict[str, str]:
    """Return the column of each part of the design, and of the segment, where one has a name of that part."""
    parts: dict[str, str] = {}
    for part in (*DESIGN, "segment"):
        for name in values:
            fits = part != "segment" or _has_few_values(values[name])
            is_free = part not in parts and name not in parts.values()
            if is_free and fits and re.search(WORDS.parts[part], _remove_accents(name)):
                parts[part] = name
    return parts


def _is_breakdown(name: str, values: list[str] | None) -> bool:
    return _has_few_values(values) and bool(re.search(WORDS.parts["breakdown"], _remove_accents(name)))


def _has_few_values(values: list[str] | None) -> bool:
    """Return whether a column can group people."""
    return 1 < len(_drop_empty(values)) <= MAX_VALUES


def _render_segment(column: str, values: ColumnValues, published: PublishedNames) -> list[str]:
    """Return the lines of the segment, as comments if no column is known to hold it."""
    if not column:
        hint = "# If all work for employers of one group, and no column says so:"
        return [hint, '# [segment]\n# group = "sme"', ""]
    groups = _make_names(_drop_empty(values[column]), published.find_group)
    lines = ["[segment]", f"column = {_quote(column)}"]
    if published.compared and not groups.keys() & set(published.compared):
        names = " or ".join(published.compared)
        lines += [f"# To be compared, a group is called {names}, and lists all values that belong to it."]
    return lines + [f"groups.{name} = {_render_list([value])}" for name, value in groups.items()] + [""]


def _render_questions(items: ColumnValues, published: PublishedNames) -> list[str]:
    """Return the lines of all questions; neighbours of one kind, with the same values, are items of one question."""

    def question_key(name: str) -> tuple[str, tuple[str, ...], str, str]:
        kind = _guess_kind(items[name])
        # A column of one answer is a question of its own.
        return kind, tuple(_drop_empty(items[name])), _extract_stem(name), name if kind == "one" else ""

    lines = []
    questions = [list(columns) for _, columns in groupby(items, question_key)]
    known = {
        _common_prefix(columns): published.find_question(columns, _guess_kind(items[columns[0]]))
        for columns in questions
    }
    names = _make_names(map(_common_prefix, questions), lambda prefix: known.get(prefix, ("",))[0])
    for name, columns in zip(names, questions, strict=True):
        lines += [*_render_question(name, columns, items[columns[0]], known[_common_prefix(columns)][1]), ""]
    return lines


def _render_breakdown(column: str, values: list[str] | None) -> list[str]:
    """Return the lines of a breakdown, as comments: grouped in more ways, more of the answers have to be suppressed."""
    known = [value for value in _drop_empty(values) if value.lower() not in WORDS.missing]
    missing = [value for value in _drop_empty(values) if value.lower() in WORDS.missing]
    lines = [f"[breakdowns.{next(iter(_make_names([column])))}]", f"column = {_quote(column)}"]
    lines += [f"groups.{name} = {_render_list([value])}" for name, value in _make_names(known).items()]
    lines += [f"missing = {_render_list(missing)}"] if missing else []
    hint = "# To group the same answers by it as well, delete the # at the start of these lines. More figures will be hidden."
    return [hint, "", *(f"# {line}" for line in lines), ""]


def _drop_empty(values: list[str] | None) -> list[str]:
    return [value for value in values or [] if value]


def _guess_kind(values: list[str] | None) -> str:
    """Return the kind of a question from the values of its answers."""
    known = {value.lower() for value in _drop_empty(values)} - WORDS.missing
    if known & WORDS.yes and known <= WORDS.yes | WORDS.no:
        return "several"
    return "scale" if _sort_scale(_drop_empty(values)) else "one"


def _sort_scale(values: list[str]) -> list[str]:
    """Return the values of a scale from the lowest, by their numbers or words; an empty list if they are no scale."""
    known = [value for value in values if value.lower() not in WORDS.missing]
    if len(known) < 3:
        return []
    numbers = {value: int(begun[1]) for value in known if (begun := re.match(r"(\d+)(?:\s*[-–:.)=]\s*\D.*)?$", value))}
    if len(numbers) == len(known) == len(set(numbers.values())):
        return sorted(known, key=numbers.__getitem__)
    for scale in WORDS.scales:
        place = {_remove_accents(value): place for place, value in enumerate(scale)}
        if all(_remove_accents(value) in place for value in known):
            return sorted(known, key=lambda value: place[_remove_accents(value)])
    return []


def _extract_stem(name: str) -> str:
    """Return the part of a column's name that the items of a question have in common."""
    return re.split(r"[\W_]*\d+\W*$|[\[(:]|_", _remove_accents(name))[0] or _remove_accents(name)


def _common_prefix(columns: list[str]) -> str:
    """Return the beginning that the names of a question's columns have in common."""
    if len(columns) == 1:
        return columns[0]
    letters = takewhile(lambda letters: len(set(letters)) == 1, zip(*columns, strict=False))
    return "".join(letter for letter, *_ in letters).rstrip("0123456789")


def _render_question(
    question: str, columns: list[str], given: list[str] | None, published: Mapping[str, str]
) -> list[str]:
    """Return the lines of a question with columns of the same values; `published` has the names of some columns."""
    known = [value for value in _drop_empty(given) if value.lower() not in WORDS.missing]
    missing = [value for value in _drop_empty(given) if value.lower() in WORDS.missing]
    kind = _guess_kind(given)
    if kind == "one" and len(known) < 2:
        return ["# Left out, for all say the same: " + ", ".join(map(_quote, columns))]
    lines = [f"[questions.{question}]", f'kind = "{kind}"']
    if kind == "one":
        lines += [f"column = {_quote(columns[0])}"]
        lines += [f"items.{name} = {_render_list([value])}" for name, value in _make_names(known).items()]
    else:
        names = _make_names(columns, lambda column: published.get(column, ""))
        lines += [f"columns.{name} = {_quote(column)}" for name, column in names.items()]
    if kind == "several":
        no = [value for value in known if value.lower() in WORDS.no]
        lines += [f"yes = {_render_list(value for value in known if value.lower() in WORDS.yes)}"]
        lines += [
            f"no = {_render_list(no)}" if no else 'no = [""]  # only what was ticked is there: an empty cell says no'
        ]
    if kind == "scale":
        lines += [
            f"values = {_render_list(_sort_scale(known))}  # from the lowest",
            "top = 2  # how many of them, from the last, say yes",
        ]
    return lines + ([f"missing = {_render_list(missing)}"] if missing else [])


def _make_names(texts: Iterable[str], known: Callable[[str], str] = lambda text: "") -> dict[str, str]:
    """Return texts by a short name of each, the known one if there is one."""
    named: dict[str, str] = {}
    for text in texts:
        name = known(text) or re.sub(r"[^a-z0-9]+", "-", _remove_accents(text)).strip("-")[:40].rstrip("-") or "item"
        while name in named or name == TOTAL:
            name += "-2"
        named[name] = text
    return named


def _read_labels(path: Path) -> Iterator[tuple[dict[str, str], str]]:
    """Yield each row of a table of the published codebook with each of its labels, as `_normalize_words` has it."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for column, text in row.items():
                if column.startswith("label_"):
                    yield row, _normalize_words(text)


def _extract_label(column: str) -> str:
    """Return the label of an item from a column's name: the part in brackets or after a colon, or else all of it.

    >>> _extract_label("Tools [email]"), _extract_label("Tools: email"), _extract_label("email")
    ('email', 'email', 'email')
    """
    match = re.search(r"\[(.+)\]|:\s*(\S.*)", column)
    return (match[1] or match[2]) if match else column


def _normalize_words(text: str) -> str:
    """Return the words of a text in lower case, without accents and without the s of a plural."""
    return " ".join(word.rstrip("s") for word in re.findall(r"[a-z0-9]+", _remove_accents(text)))


def _remove_accents(text: str) -> str:
    """Return a text in lower case, without accents."""
    text = text.lower().replace("’", "'")
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _render_list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quote, texts))}]"
