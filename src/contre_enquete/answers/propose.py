"""Guess a codebook from what is in a file of answers: a draft, with what only people can answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from ..errors import DataError
from ..project import replace_file
from ..text.language import ENGLISH, Language
from .asking import ask_best, ask_breakdowns, ask_names, ask_published, ask_segment, ask_unasked, ask_who, ask_yes
from .codebook import DESIGN, FILE_DEFAULTS
from .codebook_text import render_codebook
from .draft import MAX_OPEN, Draft, DraftItem, DraftQuestion, OpenQuestion
from .evidence import Evidence, Given, assign_parts
from .grouping import MAX_ORDERS, draft_question, group_columns
from .header import IMPORT_ID
from .hints import HINTS
from .kinds import CLERICAL_VALUE
from .lists import find_orders
from .names import make_names
from .published import NO_NAMES, PublishedNames
from .remarks import FEW_ROWS, list_remarks
from .source import Answers, detect_file
from .stems import find_label
from .summary import NUMBER_TEXT, Source

MAX_GUESSED_HEADER_ROWS = 3
MIN_BAR, MAX_BAR = 20, 7  # people of each value of a scale, and values, for a bar of all values
MAX_COMPARED = 30  # columns, in which people who ticked nothing may have left the answer out too
PROGRAM_NAME = re.compile(r"[A-Za-z_][\w./-]*")  # a name as programs give one, without spaces
PERCENT_TEXT = re.compile(r"[\d.,\s]+%$")
PART_ORDER = (
    "who",
    "names",
    "size",
    "limit",
    "yes",
    "best",
    "unasked",
    "published",
    "groups",
)  # of open questions, the gravest first


def reject_existing(output: Path) -> None:
    """Raise DataError if there is a file already where a codebook is to be written."""
    if output.exists():
        raise DataError(f"{output.name}: is there already; expected a new file: --output names another")


def write_codebook(draft: Draft, output: Path) -> None:
    r"""Write a draft as a codebook, which `tabulate` reads.

    Raises DataError if there is a file at `output` already, or for a survey of numbers alone.

    Examples
    --------
    >>> import tempfile
    >>> answers = Path(tempfile.mkdtemp()) / "answers.csv"
    >>> _ = answers.write_text("Tools [email]\n" + "Yes\nNo\n" * 20)
    >>> write_codebook(guess_codebook(answers), answers.with_suffix(".toml"))
    >>> print(answers.with_suffix(".toml").read_text().partition("[questions")[2].strip())
    .tools-email]
    kind = "several"
    columns.tools-email = "Tools [email]"
    yes = ["Yes"]
    no = ["No"]
    """
    reject_existing(output)
    if all(question.kind == "number" for question in draft.questions.values()):
        raise DataError(
            f"{draft.name}: found numbers alone; expected a question with answers to choose from beside them"
        )
    replace_file(output, render_codebook(draft).encode(errors="backslashreplace"))


def guess_codebook(
    path: Path,
    given: Given | None = None,
    language: Language | None = None,
    backend: str = "",
    published: PublishedNames = NO_NAMES,
) -> Draft:
    """Return what is guessed of a file of answers; nothing is written.

    Values are listed of questions with answers to choose from. What people wrote in their own words is left out.

    Parameters
    ----------
    path
        The answers, one row for each person.
    given
        What people answered to open questions: the choice of each option, by the key of the question.
    language
        The language of the draft's texts; English if it is None.
    backend
        The address of an engine that Ibis knows; DuckDB, embedded, if it is empty.
    published
        The names of a published survey, which the same items and groups get.

    Raises
    ------
    DataError
        If the answers cannot be read, are no answers, or if `given` has a choice that there is not.
    """
    return draft_codebook(open_source(path, backend), given or {}, language or Language(ENGLISH), published)


def open_source(path: Path, backend: str = "") -> Source:
    """Return a file of answers as `draft_codebook` reads it, any number of times. Raises DataError if it is no file."""
    return Source(detect_header(path), backend)


def draft_codebook(source: Source, given: Given, language: Language, published: PublishedNames) -> Draft:
    """Return what is guessed of a source of answers, as `guess_codebook` does of a file."""
    summary = source.summarize()
    labels = source.answers.read_labels()
    evidence = Evidence.weigh(summary, published, given, language, labels)
    _reject_results(source.answers, evidence)
    asked, excluded = ask_who(evidence, assign_parts(evidence))
    if excluded:
        source = source.leave_out(excluded)
        evidence = Evidence.weigh(source.summarize(), published, given, language, labels)
        evidence = replace(evidence, kinds={**evidence.kinds, **dict.fromkeys(excluded, "constant")})
    if evidence.summary.rows < 2:
        found = "one person alone" if evidence.summary.rows else "nobody"
        raise DataError(f"{source.answers.name}: found {found} who counts; expected a row for each of several people")
    draft = _draft_codebook(source, evidence, asked)
    return replace(draft, excluded_rows=summary.rows - draft.rows)


def _draft_codebook(source: Source, evidence: Evidence, asked: list[OpenQuestion]) -> Draft:
    about_names, parts = ask_names(evidence, assign_parts(evidence))
    summary = evidence.summary
    segment_column = next((name for name, part in parts.items() if part == "segment"), "")
    about_segment, segment = ask_segment(evidence, segment_column) if segment_column else ([], None)
    if segment and not (segment.groups or segment.limits):  # people said that it is no size
        parts[segment_column], segment = evidence.kinds[segment_column], None
    columns = [name for name, part in parts.items() if part == "breakdown"]
    about_groups, breakdowns, questioned = ask_breakdowns(evidence, columns, bool(segment))
    parts |= {name: evidence.kinds[name] for name in questioned}
    questions = [draft_question(evidence, group) for group in group_columns(evidence, parts)]
    questions = _tell_apart([question for question in questions if _has_answers(question)])
    if not questions:
        raise DataError(f"{source.answers.name}: found no question; expected columns with answers to choose from")
    about_yes, questions = ask_yes(evidence, questions)
    about_best, questions = ask_best(evidence, questions)
    questions = _count_blank(source, questions)
    about_unasked, questions = ask_unasked(evidence, questions, _guess_unasked(source, questions))
    about_published, named = _name_questions(evidence, questions)
    used = {column for question in questions for column in question.list_columns()}
    asked = [
        *asked,
        *about_names,
        *about_segment,
        *about_groups,
        *about_yes,
        *about_best,
        *about_unasked,
        *about_published,
    ]
    asked.sort(key=lambda question: PART_ORDER.index(question.key))
    weighted = next((name for name, part in parts.items() if part == "weight"), "")
    design = {part: name for name, part in parts.items() if part in DESIGN}
    if design:
        published = {name for items in evidence.published.items.values() for name, _ in items}
        named = {
            name: question if name in published else _choose_shares(evidence, question)
            for name, question in named.items()
        }
    left_out = _explain_left_out(evidence, {name: part for name, part in parts.items() if name not in used})
    return Draft(
        name=source.answers.name,
        tool=evidence.tool.name if evidence.tool else "",
        rows=summary.rows,
        excluded_rows=0,
        columns=len(summary.columns),
        file=_describe_file(source.answers, evidence, parts),
        excluded={name: tuple(values) for name, values in source.excluded.items()},
        design=design,
        segment=segment,
        breakdowns={
            name: grouping for name, grouping in make_names(breakdowns, lambda grouping: grouping.label).items()
        },
        questions=named,
        left_out=left_out,
        warnings=(
            *_remark_on_sheet(source.answers, evidence.language),
            *list_remarks(evidence, segment, named, weighted),
            *_describe_guesses(evidence, asked[MAX_OPEN:]),
        ),
        open_questions=tuple(asked[:MAX_OPEN]),
    )


def _tell_apart(questions: Sequence[DraftQuestion]) -> list[DraftQuestion]:
    """Return questions of which no two have one label."""
    taken: set[str] = set()
    apart = []
    for question in questions:
        label, number = question.label, 2
        while label in taken:
            label, number = f"{question.label} ({number})", number + 1
        taken.add(label)
        apart.append(replace(question, label=label))
    return apart


def _has_answers(question: DraftQuestion) -> bool:
    """Return whether a codebook can have a question: somebody said yes, or there are two answers to choose from."""
    if question.is_ranking and sum(len(item.values) for item in question.items.values()) > MAX_ORDERS:
        return False
    if question.kind in ("one", "several"):
        return bool(question.yes) or (bool(question.column) and len(question.items) > 1)
    return any(item.base for item in question.items.values())


def _count_blank(source: Source, questions: Sequence[DraftQuestion]) -> list[DraftQuestion]:
    """Return questions with how many people ticked nothing, where an empty cell says no."""
    ticks = {question.label: question.list_columns() for question in questions if question.no == ("",)}
    counts = source.count_blank_rows(ticks)
    return [replace(question, blank=counts.get(question.label, question.blank)) for question in questions]


def _guess_unasked(source: Source, questions: Sequence[DraftQuestion]) -> dict[str, str]:
    """Return what it means, by question, that people ticked nothing.

    That is "missing" if most of them left another question empty too, which most other people answered.
    """
    asked = {question.label: question for question in questions if question.blank}
    columns = [column for question in questions if not question.blank for column in question.list_columns()]
    columns = columns[:MAX_COMPARED] if asked else []
    everybody = [column for question in questions for column in question.list_columns()]
    empty = source.count_blank_rows({"": everybody, **{column: [column] for column in columns}} if asked else {})
    both = source.count_blank_rows(
        {
            f"{label}\0{column}": [*question.list_columns(), column]
            for label, question in asked.items()
            for column in columns
        }
    )
    guesses = {}
    for label, question in asked.items():
        is_lone = not question.column and len(question.items) == 1
        shared = (2 * both[f"{label}\0{column}"] >= max(question.blank, empty[column]) for column in columns)
        is_silent = 2 * empty[""] >= question.blank or any(shared)
        guesses[label] = "missing" if is_silent and not is_lone else "no"
    return guesses


def _name_questions(
    evidence: Evidence, questions: Sequence[DraftQuestion]
) -> tuple[list[OpenQuestion], dict[str, DraftQuestion]]:
    """Return the question which ones are published, and all questions by name, their items too."""
    published = evidence.published
    found = {
        question.label: published.find_question(
            [find_label(item.label) for item in question.items.values()], question.kind
        )
        for question in questions
        if question.kind != "number"
    }
    found = {label: names for label, names in found.items() if names[0]}
    people = {question.label: max((item.base for item in question.items.values()), default=0) for question in questions}
    titles = {label: name for label, (name, _) in found.items()}
    firsts = {name: label for label, name in reversed(titles.items())}  # two questions cannot both be the same one
    sure = {label: firsts[name] == label for label, name in titles.items()}
    about, same = ask_published(evidence, titles, sure, people)
    named = make_names(
        questions,
        lambda question: question.label,
        lambda question: titles[question.label] if question.label in same else "",
    )
    return about, {
        name: _name_items(question, found[question.label][1] if question.label in same else {})
        for name, question in named.items()
    }


def _choose_shares(evidence: Evidence, question: DraftQuestion) -> DraftQuestion:
    """Return a question of a sample with a design; a scale has shares of its values there, or one of the highest.

    Nothing protects both together. The highest have one where so few people gave some value that it would be hidden,
    and where the scale has more values than a bar can show.
    """
    counts = [evidence.summary.columns[name].counts or {} for name in question.list_columns()]
    least = min((of.get(value, 0) for of in counts for value in question.values), default=0)
    is_bar = question.kind == "scale" and not question.is_ranking and len(question.values) <= MAX_BAR
    return replace(question, has_bare_values=is_bar and least >= MIN_BAR)


def _name_items(question: DraftQuestion, published: Mapping[str, str]) -> DraftQuestion:
    def make_label(item: DraftItem) -> str:
        is_code = re.fullmatch(r"[A-Z]{0,3}\d+", item.label) and item.label != question.label
        return f"{question.label} {item.label}" if is_code else item.label

    items = make_names(question.items.values(), make_label, lambda item: published.get(find_label(item.label), ""))
    return replace(question, items=items)


def _explain_left_out(evidence: Evidence, parts: Mapping[str, str]) -> dict[str, str]:
    """Return why columns are no questions, by column."""
    say = evidence.language.say
    reasons = {
        "empty": say("empty"),
        "clerical": say("noted by the tool or by whoever sent it"),
        "replicate": say("a replicate weight, which is not read: give stratum and cluster"),
        "personal": say("text of people"),
        "identifying": say("could tell who somebody is"),
        "text": say("text of people"),
        "constant": say("one value alone"),
        "who": say("says who counts"),
    }
    used = (*DESIGN, "segment", "breakdown")
    rankings = [
        name
        for name, part in parts.items()
        if part == "cell" and find_orders(evidence.summary.columns[name].counts or {})
    ]
    reasons_of = dict.fromkeys(rankings, say("a ranking of too many answers"))
    return {
        name: reasons_of.get(name) or reasons.get(part, say("the same answers as in other columns"))
        for name, part in parts.items()
        if part not in used
    }


def _describe_file(answers: Answers, evidence: Evidence, parts: Mapping[str, str]) -> dict[str, object]:
    """Return the keys of [file] that are not as they are where nothing is said."""
    numbers = [
        evidence.summary.columns[name] for name, part in parts.items() if part in ("weight", "population", "number")
    ]
    has_comma = any(column.decimal == "," for column in numbers)
    has_point = any(column.decimal == "." and any("." in value for value in column.counts or ()) for column in numbers)
    file = {
        "delimiter": answers.delimiter,
        "decimal": "," if has_comma and not has_point else ".",
        "encoding": answers.encoding,
        "header_rows": answers.header_rows,
        "sheet": answers.sheet,
    }
    usual = {**FILE_DEFAULTS, "header_rows": 1, "sheet": ""}
    if answers.format != "csv":
        usual |= {"delimiter": answers.delimiter, "encoding": answers.encoding}
    return {} if answers.is_parquet else {key: value for key, value in file.items() if value != usual[key]}


def _remark_on_sheet(answers: Answers, language: Language) -> tuple[str, ...]:
    """Return which sheet of a workbook is read, if there are several."""
    if not answers.sheet:
        return ()
    return (language.say("Of the workbook, only the sheet “{sheet}” is read", sheet=answers.sheet),)


def _describe_guesses(evidence: Evidence, questions: Sequence[OpenQuestion]) -> tuple[str, ...]:
    """Return what is guessed instead of asked, since enough is asked already."""
    return tuple(
        f"{question.text} "
        + "; ".join(
            f"{option.label}: {question.choices.get(question.answers[name], question.answers[name])}"
            for name, option in question.options.items()
        )
        for question in questions
    )


def detect_header(path: Path) -> Answers:
    """Return a file with its delimiter, its encoding and how many header rows it has, guessed from its first lines."""
    answers = detect_file(path)
    if answers.is_parquet or not path.exists():
        return answers
    rows = [row for _, row in islice(answers.iterate_rows(), 1 + MAX_GUESSED_HEADER_ROWS)]
    return replace(answers, header_rows=count_header_rows(rows, answers.header.nameless))


def count_header_rows(rows: Sequence[Sequence[str]], nameless: Collection[str]) -> int:
    """Return how many of the first rows are a header: as many as it takes until each column has a name.

    A row that a tool is known by is one too, and Qualtrics ends its header with a row of keys. `nameless` are columns,
    as the first row calls them, without a name.
    """
    for place, row in enumerate(rows):
        if any(cell.startswith(IMPORT_ID) for cell in row):
            return place + 1
    written = (place for place, row in enumerate(rows) if any(tool.has_written(row) for tool in HINTS.tools))
    count = max(written, default=0) + 1
    unnamed = {place for place, name in enumerate(rows[0] if rows else ()) if name in nameless}
    unnamed = {place for place in unnamed if any(row[place] for row in rows[1:])}
    while unnamed and count < len(rows) and not any(map(_is_datum, rows[count])):
        unnamed = {place for place in unnamed if not rows[count][place]}
        count += 1
    if (
        1 < count < len(rows) - 1
        and len(set(rows[count])) == len(rows[count])
        and all(map(PROGRAM_NAME.fullmatch, rows[count]))
    ):
        count += 1  # a last row of the columns' keys
    return count


def _is_datum(cell: str) -> bool:
    """Return whether a cell is a number or a date, which no header has."""
    return bool(re.search(NUMBER_TEXT, cell) or CLERICAL_VALUE.search(cell))


def _reject_results(answers: Answers, evidence: Evidence) -> None:
    """Raise DataError for a table of results, and for a file with a row for each answer instead of each person."""
    summary = evidence.summary
    percents = [
        name
        for name, column in summary.columns.items()
        if column.counts and all(map(PERCENT_TEXT.match, column.counts))
    ]
    if summary.rows < 10 * FEW_ROWS and percents and len(percents) * 3 >= len(summary.columns):
        raise DataError(
            f"{answers.name}: {summary.rows} rows of percentages, a table of results; expected one row for each person"
        )
    names = list(summary.columns)
    repeats = any(
        evidence.plays("clerical", name) and 1 < summary.columns[name].distinct * 1.2 < summary.columns[name].filled
        for name in names[:2]
    )
    if repeats and all(any(evidence.plays(part, name) for name in names) for part in ("long_question", "long_answer")):
        raise DataError(
            f"{answers.name}: a row for each answer, since {names[0]!r} repeats; "
            "expected one row for each person, as a pivot table makes them"
        )
