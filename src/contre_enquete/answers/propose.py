"""Propose a codebook from what is in a file of answers: a draft for whoever knows the questionnaire."""

from __future__ import annotations

import codecs
import csv
import gzip
import json
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, takewhile
from pathlib import Path

from ..article import read_article
from ..errors import DataError
from ..project import replace_file
from .codebook import DESIGN, FILE_DEFAULTS, SEPARATORS, TOTAL
from .faults import faults_told
from .person import numbered
from .source import CHUNK, Answers, opened
from .table import Row

FEW = 12  # different values that answers to a question have at most
SHORT = 60  # letters that they have at most
YES = {"1", "oui", "yes", "true", "vrai", "x", "coché", "checked", "selected"}
NO = {"0", "2", "non", "no", "false", "faux", "not selected", "unchecked"}
MISSING = {
    "9",
    "99",
    "nsp",
    "nrp",
    "nsp/nrp",
    "dk",
    "dk/na",
    "na",
    "n/a",
    "s.o.",
    "ne sait pas",
    "don't know",
    "don’t know",
}
SCALES = """
pas du tout d'accord | plutôt pas d'accord | ni d'accord ni en désaccord | plutôt d'accord | tout à fait d'accord
fortement en désaccord | en désaccord | neutre | d'accord | fortement d'accord
très insatisfait | insatisfait | neutre | satisfait | très satisfait
pas du tout | un peu | moyennement | beaucoup | énormément
jamais | rarement | parfois | souvent | toujours
strongly disagree | disagree | neither agree nor disagree | agree | strongly agree
strongly disagree | somewhat disagree | neutral | somewhat agree | strongly agree
very dissatisfied | dissatisfied | neutral | satisfied | very satisfied
never | rarely | sometimes | often | always
"""  # from the lowest; as people are asked in French and in English
ROLES = {  # a column whose name has this, without accents, is proposed as that
    "weight": r"^(poids|pond|weight|wt|pw)",
    "stratum": r"strat",
    "cluster": r"grappe|cluster|psu|\bupe",
    "population": r"^(fpc|popul)",
    "segment": r"taille|size|segment|groupe?\b|employ|effectif",
}
BREAKDOWN = r"region|province|secteur|sector|industr|langue|language|genre|gender|sexe|\bsex\b|\bage\b"


@dataclass(frozen=True)
class Published:
    """The names of a published survey, by what people call them: of items with their question, and of groups; those compared."""

    items: Mapping[str, list[tuple[str, str]]]
    segments: Mapping[str, str]
    compared: tuple[str, ...] = ()

    @classmethod
    def of(cls, project: Path) -> Published:
        """Read the names of a project's codebook, in each of its languages."""
        items: dict[str, list[tuple[str, str]]] = {}
        segments: dict[str, str] = {}
        for row, label in _labels(project / "data/codebook/items.csv"):
            items.setdefault(label, []).append((row["question"], row["item"]))
        for row, label in _labels(project / "data/codebook/segments.csv"):
            segments[label] = row["segment"]
        return cls(items, segments, read_article(project).compared)

    def group(self, value: str) -> str:
        """Return the name of the group that a value calls, or begins to call; "" if it is not one alone."""
        found = {name for label, name in self.segments.items() if f"{label} ".startswith(f"{_words(value)} ")}
        return found.pop() if len(found) == 1 else ""

    def count(self, rows: Iterable[Row]) -> int:
        """Return how many rows of a table are of an item and a group that the survey compares, or of everybody."""
        items = {named for of_label in self.items.values() for named in of_label}
        groups = {*self.compared, TOTAL}
        return sum((row["question"], row["item"]) in items and row["segment"] in groups for row in rows)

    def question(self, columns: list[str], kind: str) -> tuple[str, dict[str, str]]:
        """Return the question that most of some columns are items of, with the item of each that is one; "" if none is.

        A scale is none of the questions of several items, of which people named those that they meant.
        """
        called = {column: self.items.get(_words(_label(column)), []) for column in columns}
        if kind == "scale":
            items = Counter(question for question, _ in {named for found in self.items.values() for named in found})
            called = {column: [of for of in found if items[of[0]] == 1] for column, found in called.items()}
        votes = Counter(question for named in called.values() for question, _ in named)
        if not votes:
            return "", {}
        most = max(votes, key=votes.__getitem__)
        return most, {column: dict(named)[most] for column, named in called.items() if most in dict(named)}


NOTHING_PUBLISHED = Published({}, {})


def propose(path: Path, output: Path, backend: str = "", published: Published = NOTHING_PUBLISHED) -> None:
    """Write a codebook that `tabulate` reads for a file of answers. Raises DataError if it cannot be read, or is there.

    What the published survey names too gets its name. Values are listed of columns with few different ones; a column of words that nearly everybody wrote otherwise is left out.
    """
    if output.exists():
        raise DataError(f"{output.name}: is there already; expected a new file: --output names another")
    answers = _guessed(path)
    with faults_told(answers):
        rows, values, decimal = _values(answers, backend)
    replace_file(output, _written(answers, rows, values, decimal, published).encode())


def _guessed(path: Path) -> Answers:
    """Return a file with its delimiter and encoding, as its beginning tells them."""
    answers = Answers(path)
    if answers.is_parquet or not path.exists():
        return answers
    try:
        with answers.opened() as file:
            beginning = file.read(CHUNK)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise DataError(f"{answers.name}: no gzip file, or one that is cut; expected the whole file") from None
    except OSError as error:
        raise DataError(f"{answers.name}: {error.strerror}; expected a file of answers") from None
    encoding = "utf-8"
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    else:
        try:
            beginning[: beginning.rfind(b"\n") + 1 or None].decode()
        except UnicodeDecodeError:
            encoding = "cp1252"
    first = next(Answers(path, encoding=encoding).lines(), (1, ""))[1]
    return Answers(
        path, max(SEPARATORS["delimiter"], key=lambda sign: len(next(csv.reader([first], delimiter=sign)))), encoding
    )


def _values(answers: Answers, backend: str) -> tuple[int, dict[str, list[str] | None], str]:
    """Return how many rows there are, the values of each column ("" for none), None if they are many, and the decimal sign."""
    with opened(answers, backend) as table:
        texts = {name: numbered(table[name]).cast("string").nullif("") for name in table.columns}
        counts = {f"n{place}": text.approx_nunique() for place, text in enumerate(texts.values())}
        long = {f"l{place}": text.length().max() for place, text in enumerate(texts.values())}
        told = {f"t{place}": text.count() for place, text in enumerate(texts.values())}
        commas = {f"c{place}": text.re_search(r"^[0-9]+,[0-9]+$").any() for place, text in enumerate(texts.values())}
        found = table.aggregate(rows=table.count(), **counts, **long, **told, **commas).to_pyarrow().to_pylist()[0]
        few = [
            place
            for place in range(len(texts))
            if found[f"n{place}"] <= min(FEW + 3, max(2, found[f"t{place}"] / 2)) and (found[f"l{place}"] or 0) <= SHORT
        ]
        names = list(texts)
        lists = {f"v{place}": texts[names[place]].collect(distinct=True) for place in few}
        listed = table.aggregate(**lists).to_pyarrow().to_pylist()[0] if few else {}
    values: dict[str, list[str] | None] = dict.fromkeys(names)
    for place in few:
        several = sorted(filter(None, listed[f"v{place}"] or []), key=_order)
        empty = found[f"t{place}"] < found["rows"]
        values[names[place]] = [*several, ""] if empty else several
        if len(several) > FEW:
            values[names[place]] = None
    comma = any(found[f"c{place}"] for place in range(len(names))) and answers.delimiter != ","
    return found["rows"], values, "," if comma else "."


def _order(text: str) -> tuple[bool, float, str]:
    """Return what sorts numbers as numbers, before words."""
    try:
        return False, float(text), text
    except ValueError:
        return True, 0, text


def _written(
    answers: Answers, rows: int, values: dict[str, list[str] | None], decimal: str, published: Published
) -> str:
    """Return the text of a codebook."""
    roles: dict[str, str] = {}
    for role, pattern in ROLES.items():
        for name in values:
            fits = role != "segment" or 1 < len(_several(values[name])) <= FEW
            if role not in roles and name not in roles.values() and fits and re.search(pattern, _plain(name)):
                roles[role] = name
    lines = [
        f"# Proposed from {answers.name}: {rows} answers, {len(values)} columns. Guesses: read each, mend or delete it.",
        "# question and item are yours to name: with the names of another survey, both can be set side by side.",
        f"source = {_quoted(re.sub(r'[.].*', '', answers.name))}  # the name of your survey, as charts will show it",
        "",
    ]
    file = {"delimiter": answers.delimiter, "decimal": decimal, "encoding": answers.encoding}
    if not answers.is_parquet and file != FILE_DEFAULTS:
        lines += ["[file]", *(f"{key} = {_quoted(value)}" for key, value in file.items()), ""]
    if design := [role for role in DESIGN if role in roles]:
        lines += ["[design]", *(f"{role} = {_quoted(roles[role])}" for role in design), ""]
    if "segment" in roles:
        groups = _named(_several(values[roles["segment"]]), published.group)
        lines += ["[segment]", f"column = {_quoted(roles['segment'])}"]
        if published.compared and not groups.keys() & set(published.compared):
            names = " or ".join(published.compared)
            lines += [f"# To be compared, a group is called {names}, and lists all values that belong to it."]
        lines += [f"groups.{name} = {_list([value])}" for name, value in groups.items()] + [""]
    else:
        lines += [
            "# If all work for employers of one group, and no column says so:",
            '# [segment]\n# group = "sme"',
            "",
        ]
    for name in values:
        if name not in roles.values() and 1 < len(_several(values[name])) <= FEW and re.search(BREAKDOWN, _plain(name)):
            roles[f"breakdowns.{next(iter(_named([name])))}"] = name
            lines += _breakdown(name, values[name])
    items = {name: found for name, found in values.items() if name not in roles.values() and len(_several(found)) > 0}
    same = groupby(
        items, lambda name: (_kind(items[name]), tuple(_several(items[name])), _stem(name), _alone(name, items))
    )
    questions = [list(columns) for _, columns in same]
    known = {_shared(columns): published.question(columns, _kind(items[columns[0]])) for columns in questions}
    named = _named(map(_shared, questions), lambda shared: known.get(shared, ("",))[0])
    for name, columns in zip(named, questions, strict=True):
        lines += [*_question(name, columns, items[columns[0]], known[_shared(columns)][1]), ""]
    if left := [name for name in values if name not in roles.values() and name not in items]:
        lines += ["# Left out, for what they hold is many things or none: " + ", ".join(map(_quoted, left))]
    return "\n".join(lines).rstrip() + "\n"


def _breakdown(column: str, values: list[str] | None) -> list[str]:
    """Return the lines of a breakdown, as comments: to group answers in more ways is to withhold more of them."""
    known = [value for value in _several(values) if value.lower() not in MISSING]
    missing = [value for value in _several(values) if value.lower() in MISSING]
    lines = [f"[breakdowns.{next(iter(_named([column])))}]", f"column = {_quoted(column)}"]
    lines += [f"groups.{name} = {_list([value])}" for name, value in _named(known).items()]
    lines += [f"missing = {_list(missing)}"] if missing else []
    told = "# To group the same answers by it as well, take the # of these lines away. More has to be withheld then."
    return [told, "", *(f"# {line}" for line in lines), ""]


def _several(values: list[str] | None) -> list[str]:
    return [value for value in values or [] if value]


def _kind(values: list[str] | None) -> str:
    """Return the kind of a question whose answers have these values."""
    known = {value.lower() for value in _several(values)} - MISSING
    if known & YES and known <= YES | NO:
        return "several"
    return "scale" if _scale(_several(values)) else "one"


def _scale(values: list[str]) -> list[str]:
    """Return the values of a scale from the lowest, as their numbers or words tell it; none if they are no scale."""
    known = [value for value in values if value.lower() not in MISSING]
    if len(known) < 3:
        return []
    numbers = {value: int(begun[1]) for value in known if (begun := re.match(r"(\d+)(?:\s*[-–:.)=]\s*\D.*)?$", value))}
    if len(numbers) == len(known) == len(set(numbers.values())):
        return sorted(known, key=numbers.__getitem__)
    places = [{_plain(value): place for place, value in enumerate(scale.split(" | "))} for scale in SCALES.split("\n")]
    for place in places:
        if all(_plain(value) in place for value in known):
            return sorted(known, key=lambda value: place[_plain(value)])
    return []


def _alone(name: str, values: dict[str, list[str] | None]) -> str:
    """Return what keeps a column from sharing its question: its name, if people gave one answer."""
    return name if _kind(values[name]) == "one" else ""


def _stem(name: str) -> str:
    """Return the part of a column's name that the items of a question share."""
    return re.split(r"[\W_]*\d+\W*$|[\[(:]|_", _plain(name))[0] or _plain(name)


def _shared(columns: list[str]) -> str:
    """Return what the names of a question's columns begin with."""
    if len(columns) == 1:
        return columns[0]
    letters = takewhile(lambda letters: len(set(letters)) == 1, zip(*columns, strict=False))
    return "".join(letter for letter, *_ in letters).rstrip("0123456789")


def _question(question: str, columns: list[str], given: list[str] | None, published: Mapping[str, str]) -> list[str]:
    """Return the lines of a question with some columns of the same values; `published` names those that it knows."""
    known = [value for value in _several(given) if value.lower() not in MISSING]
    missing = [value for value in _several(given) if value.lower() in MISSING]
    kind = _kind(given)
    if kind == "one" and len(known) < 2:
        return ["# Left out, for all say the same: " + ", ".join(map(_quoted, columns))]
    lines = [f"[questions.{question}]", f'kind = "{kind}"']
    if kind == "one":
        lines += [f"column = {_quoted(columns[0])}"]
        lines += [f"items.{name} = {_list([value])}" for name, value in _named(known).items()]
    else:
        names = _named(columns, lambda column: published.get(column, ""))
        lines += [f"columns.{name} = {_quoted(column)}" for name, column in names.items()]
    if kind == "several":
        no = [value for value in known if value.lower() in NO]
        lines += [f"yes = {_list(value for value in known if value.lower() in YES)}"]
        lines += [f"no = {_list(no)}" if no else 'no = [""]  # only what was ticked is there: an empty cell says no']
    if kind == "scale":
        lines += [
            f"values = {_list(_scale(known))}  # from the lowest",
            "top = 2  # how many of them, from the last, say yes",
        ]
    return lines + ([f"missing = {_list(missing)}"] if missing else [])


def _named(texts: Iterable[str], known: Callable[[str], str] = lambda text: "") -> dict[str, str]:
    """Return texts by a short name for each, the known one if there is one."""
    named: dict[str, str] = {}
    for text in texts:
        name = known(text) or re.sub(r"[^a-z0-9]+", "-", _plain(text)).strip("-")[:40].rstrip("-") or "item"
        while name in named or name == TOTAL:
            name += "-2"
        named[name] = text
    return named


def _labels(path: Path) -> Iterator[tuple[dict[str, str], str]]:
    """Give each row of a codebook's table with each of its labels, as `_words` has it."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for column, text in row.items():
                if column.startswith("label_"):
                    yield row, _words(text)


def _label(column: str) -> str:
    """Return what a column's name says of its item: what stands in brackets or after a colon, or else all of it."""
    told = re.search(r"\[(.+)\]|:\s*(\S.*)", column)
    return (told[1] or told[2]) if told else column


def _words(text: str) -> str:
    """Return the words of a text in small letters, without accents and without their last s."""
    return " ".join(word.rstrip("s") for word in re.findall(r"[a-z0-9]+", _plain(text)))


def _plain(text: str) -> str:
    """Return a text in small letters without accents."""
    text = text.lower().replace("’", "'")
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"
