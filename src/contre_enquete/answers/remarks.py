"""Say of a draft what people should look at before they believe it, a line each."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from .bands import parse_band
from .draft import DraftQuestion, Grouping
from .evidence import Evidence

MIN_GAP = 5  # between numbers and a code for no answer
FEW_ROWS = 5  # fewer are no survey
MIN_PEOPLE = 20  # from which numbers that repeat are those of people
DATED = re.compile(r"\d{1,2}-[^\W\d]{3,5}\.?|[^\W\d]{3,5}\.?-\d{1,2}")  # "5-9" and "10-49" after a spreadsheet
AMBIGUOUS_CODES = ("97", "98", "99", "997", "998", "999", "9998", "9999")  # for no answer, or numbers like others


def list_remarks(
    evidence: Evidence, segment: Grouping | None, questions: Mapping[str, DraftQuestion], weighted: str
) -> tuple[str, ...]:
    """Return what a person should look at, a line each."""
    say = evidence.language.say
    lines = []
    if weighted:
        lines.append(say("These percentages are without the weights of “{column}”", column=weighted))
    if evidence.summary.rows < FEW_ROWS:
        lines.append(say("{number} people: is this a table of results, and not answers?", number=evidence.summary.rows))
    for question in questions.values():
        if question.is_ranking:
            lines.append(
                say("{question}: a ranking, of which only what people put first is counted", question=question.label)
            )
        codes = [value for value in question.missing if re.fullmatch(r"-?\d+(\.0)?", value)]
        if codes:
            lines.append(
                say("{question}: {values} is taken for no answer", question=question.label, values=", ".join(codes))
            )
        if question.other:
            lines.append(say("{question}: what people typed themselves is in no list", question=question.label))
    lines += _remark_on_numbers(evidence, questions)
    lines += _remark_on_repeats(evidence)
    lines += [
        say("{question}: numbered columns with the same answers; are they ranks or mentions?", question=stem)
        for stem in _find_mentions(evidence, questions)
    ]
    names = evidence.summary.columns
    for name in names:
        if (match := re.match(r"(.+) \(\d+\)$", name)) and match[1] in names:
            lines.append(
                say("{column}: two columns have this name; the second is called {name}", column=match[1], name=name)
            )
    lines += _remark_on_segment(evidence, segment) if segment else []
    return tuple(lines)


def _remark_on_numbers(evidence: Evidence, questions: Mapping[str, DraftQuestion]) -> Iterator[str]:
    """Yield a line for each question of numbers of which the greatest may be codes for no answer."""
    for question in questions.values():
        if question.kind == "number":
            columns = [evidence.summary.columns[item.column] for item in question.items.values()]
            values = [(column, value) for column in columns for value in column.values if value not in question.missing]
            numbers = {value: column.read(value) for column, value in values}
            codes = [value for value in numbers if value in AMBIGUOUS_CODES]
            greatest = max((number for value, number in numbers.items() if value not in codes), default=math.inf)
            codes = [code for code in codes if int(code) > greatest + MIN_GAP]
            if codes:
                yield evidence.language.say(
                    "{question}: {values} is counted as a number; if it means no answer, list it under missing",
                    question=question.label,
                    values=", ".join(codes),
                )


def _remark_on_repeats(evidence: Evidence) -> Iterator[str]:
    """Yield a line for each column of addresses, or of numbers of people, of which some stand in several rows."""
    for name, column in evidence.summary.columns.items():
        counts = column.counts or {}
        repeats = sum(people - 1 for people in counts.values())
        is_address = bool(counts) and sum("@" in value for value in counts) * 2 > len(counts) > 1
        if not repeats or not (is_address or evidence.plays("respondent", name)):
            continue
        if 2 * len(counts) > column.filled:
            yield evidence.language.say(
                "{column}: {number} rows repeat an address or a number of a person; did people answer twice?",
                column=name,
                number=evidence.language.number(repeats),
            )
        elif not is_address and len(counts) > MIN_PEOPLE:
            yield evidence.language.say(
                "{column}: each person seems to have several rows, which are counted as so many people", column=name
            )


def _find_mentions(evidence: Evidence, questions: Mapping[str, DraftQuestion]) -> list[str]:
    """Return the stems of columns that differ by a number alone, and have the same answers to choose one from."""
    answers: dict[str, list[set[str]]] = {}
    for question in questions.values():
        pair = evidence.pairs.get(question.column)
        if question.kind == "one" and pair and pair.label.isdecimal():
            answers.setdefault(pair.stem, []).append(set(question.items))
    return [
        stem for stem, of in answers.items() if len(of) > 1 and 2 * len(set.intersection(*of)) > len(set.union(*of))
    ]


def _remark_on_segment(evidence: Evidence, segment: Grouping) -> list[str]:
    """Return a line if some sizes are smaller than any of which the published survey asked anybody."""
    smallest = evidence.published.smallest
    values = [*(value for of in segment.groups.values() for value in of), *segment.missing]
    if dates := [value for value in values if DATED.fullmatch(value)]:
        return [
            evidence.language.say(
                "{values}: a size that a spreadsheet took for a date; correct it in the file, or it counts as none",
                values=", ".join(dates),
            )
        ]
    below = [value for value in values if (band := parse_band(value)) and band[1] < smallest]
    if not below:
        return []
    return [
        evidence.language.say(
            "{values}: the published survey asked nobody in an employer of fewer than {number} people",
            values=", ".join(below),
            number=evidence.language.number(smallest),
        )
    ]
