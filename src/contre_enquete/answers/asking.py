"""Ask what no file says: who counts, which sizes are small, which end of a scale is the best, what no tick means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .bands import MAX_SIZE, Band, get_least, parse_band
from .draft import DraftQuestion, Grouping, OpenQuestion, Option
from .evidence import Evidence, holds_numbers
from .grouping import has_bare_numbers, make_codes, make_numbers, swap_yes, turn_scale
from .hints import HINTS, fold
from .people import are_people
from .scales import find_stated_direction
from .values import drop_missing, is_missing, merge_spellings

CHOSEN = ("one", "cell", "constant", "segment", "breakdown")  # parts of columns with answers to choose from
LIMIT = 500  # people from which an employer is large, unless somebody says otherwise
Revise = Callable[[DraftQuestion], list[DraftQuestion]]


def ask_who(evidence: Evidence, parts: Mapping[str, str]) -> tuple[list[OpenQuestion], dict[str, tuple[str, ...]]]:
    """Return the question which rows are left out, and the values by column of those that are."""
    say = evidence.language.say
    found: dict[str, tuple[str, str]] = {}
    options: dict[str, Option] = {}
    for name, part in parts.items():
        uncounted = _iterate_uncounted(evidence, name) if part == "who" else _iterate_totals(evidence, name, part)
        for value, people in uncounted:
            title = evidence.titles[name]
            label = f"{title} = {value}" if value else say("{column} is empty", column=title)
            option = f"{name}={value}"
            found[option], options[option] = (name, value), Option(label, people)
    if not options:
        return [], {}
    question = evidence.ask(
        "who",
        say("Which of these rows do not count?"),
        options,
        {"left_out": say("left out"), "counted": say("counted")},
        # Where no row would be left, the column does not mean what it seems to.
        {option: "counted" if seen.people == evidence.summary.rows else "left_out" for option, seen in options.items()},
    )
    excluded: dict[str, tuple[str, ...]] = {}
    for option, (name, value) in found.items():
        if question.answers[option] == "left_out":
            excluded[name] = (*excluded.get(name, ()), value)
    return [question], excluded


def _iterate_uncounted(evidence: Evidence, name: str) -> Iterator[tuple[str, int]]:
    """Yield the values of a column, with people, by which rows do not count."""
    summary, rule = evidence.summary, evidence.find_rule(name)
    column = summary.columns[name]
    if not rule:
        return
    values = dict(column.counts or {})
    empty = summary.rows - column.filled
    if rule.filled:
        dropped = {"": empty}
    else:
        dropped = {value: people for value, people in {**values, "": empty}.items() if not rule.counts(value)}
        if rule.keep and not any(map(rule.counts, values)):
            dropped = {}
    yield from ((value, people) for value, people in dropped.items() if people)


def _iterate_totals(evidence: Evidence, name: str, part: str) -> Iterator[tuple[str, int]]:
    """Yield the value of a row in which a spreadsheet adds all up, if a column has one, and those of who only tried."""
    for value, people in (evidence.summary.columns[name].counts or {}).items():
        is_total = people == 1 and fold(value).rstrip(" :") in HINTS.totals
        if is_total or (part == "personal" and fold(value).rstrip(".!") in HINTS.tests):
            yield value, people


def ask_names(evidence: Evidence, parts: Mapping[str, str]) -> tuple[list[OpenQuestion], dict[str, str]]:
    """Return the question whether columns hold names of people, and the parts of columns after its answer.

    Values are not shown: they may be those names.
    """
    say = evidence.language.say
    named = [name for name, part in parts.items() if part in CHOSEN and _holds_people(evidence, name)]
    if not named:
        return [], dict(parts)
    question = evidence.ask(
        "names",
        say("Do these columns name people? If so, nothing of them is shown or written."),
        {name: Option(evidence.titles[name], evidence.summary.columns[name].filled) for name in named},
        {"left_out": say("names of people, left out"), "answers": say("no, answers to choose from")},
        dict.fromkeys(named, "left_out"),
    )
    return [question], {**parts, **{name: "personal" for name in named if question.answers[name] == "left_out"}}


def _holds_people(evidence: Evidence, name: str) -> bool:
    column = evidence.summary.columns[name]
    return are_people(column.counts or {}, evidence.plays("people", name))


def ask_segment(evidence: Evidence, name: str) -> tuple[list[OpenQuestion], Grouping]:
    """Return the question which sizes are small, and the groups of people by the size of their employer."""
    column, kind = evidence.summary.columns[name], evidence.kinds[name]
    missing = tuple(value for value in column.values if is_missing(value))
    if holds_numbers(column, kind):
        return _ask_limit(evidence, name, missing)
    values = sorted((value for value in column.values if value not in missing), key=get_least)
    if not (evidence.published.compared and evidence.published.by_size):
        groups: dict[str, tuple[str, ...]] = {value: (value,) for value in values}
        return [], _count_groups(evidence, Grouping(evidence.titles[name], name, groups, missing=missing))
    say = evidence.language.say
    smaller, larger = evidence.published.compared
    guesses = {value: _guess_size(evidence, value) for value in values}
    if not any(guesses.values()):  # codes: nothing says which are small
        guesses = {value: smaller if place * 2 < len(values) else larger for place, value in enumerate(values)}
    labels = {group: evidence.published.find_label(group, evidence.language.code) for group in (smaller, larger)}
    question = evidence.ask(
        "size",
        say("Which group does each of these sizes belong to?"),
        {value: Option(value, (column.counts or {})[value]) for value in values},
        labels | {"neither": say("neither")},
        {value: guess or "neither" for value, guess in guesses.items()},
    )
    chosen = {
        group: tuple(value for value in values if question.answers[value] == group) for group in (smaller, larger)
    }
    neither = tuple(value for value in values if question.answers[value] == "neither")
    chosen = {group: listed for group, listed in chosen.items() if listed}
    is_known = all(evidence.published.find_group(value) for value in values)
    missing = (*missing, *neither)
    grouping = _count_groups(evidence, Grouping(evidence.titles[name], name, chosen, missing=missing, labels=labels))
    return [] if is_known and not question.is_answered else [question], grouping


def _ask_limit(evidence: Evidence, name: str, missing: tuple[str, ...]) -> tuple[list[OpenQuestion], Grouping]:
    say = evidence.language.say
    column = evidence.summary.columns[name]
    question = evidence.ask(
        "limit",
        say("From how many people on is an employer a large one?"),
        {"limit": Option(evidence.titles[name], column.filled)},
        {},
        {"limit": str(LIMIT)},
    )
    limit = int(question.answers["limit"])
    smaller, larger = evidence.published.compared or (f"under-{limit}", f"from-{limit}")
    limits: dict[str, Band] = {smaller: (0, limit - 1), larger: (limit, MAX_SIZE)}
    people = dict.fromkeys(limits, 0)
    for value, count in (column.counts or {}).items():
        if value not in missing:
            people[smaller if column.read(value) < limit else larger] += count
    return [question], Grouping(evidence.titles[name], name, {}, limits, missing, people)


def _guess_size(evidence: Evidence, value: str) -> str:
    """Return the group of a size, "" if it is on both sides of the limit or says nothing."""
    if group := evidence.published.find_group(value):
        return group if group in evidence.published.compared else ""
    band = parse_band(value)
    if not band:
        return ""
    smaller, larger = evidence.published.compared
    return smaller if band[1] <= LIMIT else larger if band[0] >= LIMIT else ""


def _count_groups(evidence: Evidence, grouping: Grouping) -> Grouping:
    counts = evidence.summary.columns[grouping.column].counts or {}
    people = {group: sum(counts.get(value, 0) for value in values) for group, values in grouping.groups.items()}
    return replace(grouping, people=people)


def ask_breakdowns(
    evidence: Evidence, columns: Sequence[str], has_segment: bool
) -> tuple[list[OpenQuestion], list[Grouping], list[str]]:
    """Return the question which columns break all answers down, the breakdowns, and the columns that are questions."""
    if not columns:
        return [], [], []
    say = evidence.language.say
    question = evidence.ask(
        "groups",
        say("By which of these are all answers broken down too? Each one hides more figures."),
        {name: Option(evidence.titles[name], evidence.summary.columns[name].filled) for name in columns},
        {"yes": say("broken down"), "no": say("a question like the others")},
        {name: "yes" if not has_segment and name == columns[0] else "no" for name in columns},
    )
    groupings = []
    for name in columns:
        if question.answers[name] == "yes":
            values = evidence.summary.columns[name].values
            known = drop_missing(values)
            missing = tuple(value for value in values if value not in known)
            counts = evidence.summary.columns[name].counts or {}
            groups = merge_spellings({value: counts[value] for value in sorted(known, key=get_least)})
            groupings.append(_count_groups(evidence, Grouping(evidence.titles[name], name, groups, missing=missing)))
    return [question], groupings, [name for name in columns if question.answers[name] == "no"]


@dataclass(frozen=True)
class Doubt:
    """What is doubtful of some questions: which ones it concerns, and what each choice makes of them."""

    key: str
    text: str
    choices: Mapping[str, str]
    concerns: Callable[[DraftQuestion], bool]
    guess: Callable[[DraftQuestion], str]
    changes: Mapping[str, Revise]  # choices without one change nothing


def ask_yes(evidence: Evidence, questions: list[DraftQuestion]) -> tuple[list[OpenQuestion], list[DraftQuestion]]:
    """Return the question whether 1 or 2 says yes, and the questions after its answer."""
    say = evidence.language.say
    ticks_two = bool(evidence.tool and evidence.tool.ticks_two)
    doubt = Doubt(
        "yes",
        say("What do the codes 1 and 2 mean?"),
        {"one": say("1 is yes, 2 is no"), "two": say("2 is yes, 1 is no"), "codes": say("two other answers")},
        lambda question: question.kind == "several" and {value.removesuffix(".0") for value in question.no} == {"2"},
        lambda question: "two" if ticks_two and len(question.items) > 1 else "one",
        {"two": lambda question: [swap_yes(question)], "codes": lambda question: make_codes(evidence, question)},
    )
    return _resolve(evidence, questions, doubt)


def ask_best(evidence: Evidence, questions: list[DraftQuestion]) -> tuple[list[OpenQuestion], list[DraftQuestion]]:
    """Return the question which end of a scale of numbers is the best, and the questions after its answer."""
    say = evidence.language.say
    choices = {
        "highest": say("the highest number is the best"),
        "lowest": say("the lowest number is the best"),
        "numbers": say("no scale: numbers, as of children or hours"),
        "codes": say("no scale: codes of answers"),
    }

    def guess(question: DraftQuestion) -> str:
        if any(
            value[:1].isalpha() for value in question.values
        ):  # LimeSurvey writes A1 and A2 for the answers of any list
            return "codes"
        return "numbers" if HINTS.plays("quantity", question.label) else "highest"

    doubt = Doubt(
        "best",
        say("Which end of these scales is the best?"),
        choices,
        lambda question: (
            question.kind == "scale"
            and has_bare_numbers(question)
            and not question.is_ranking
            and not find_stated_direction(question.label)
        ),
        guess,
        {
            "lowest": lambda question: [turn_scale(evidence, question)],
            "numbers": lambda question: make_numbers(evidence, question),
            "codes": lambda question: make_codes(evidence, question),
        },
    )
    return _resolve(evidence, questions, doubt)


def ask_unasked(
    evidence: Evidence, questions: list[DraftQuestion], guesses: Mapping[str, str]
) -> tuple[list[OpenQuestion], list[DraftQuestion]]:
    """Return the question what it means that people ticked nothing, and the questions after its answer."""
    say = evidence.language.say

    def treat(choice: str) -> Revise:
        return lambda question: [_set_unasked(question, choice, evidence.summary.rows)]

    doubt = Doubt(
        "unasked",
        say("Some people ticked nothing: is that a no to everything, or were they not asked?"),
        {"no": say("no to everything"), "missing": say("not asked, or no answer")},
        lambda question: question.kind == "several" and bool(question.blank),
        lambda question: guesses.get(question.label, "missing"),
        {"no": treat("no"), "missing": treat("missing")},
    )
    return _resolve(evidence, questions, doubt)


def _resolve(
    evidence: Evidence, questions: list[DraftQuestion], doubt: Doubt
) -> tuple[list[OpenQuestion], list[DraftQuestion]]:
    """Return the open question about a doubt, none where it concerns no question, and what its answers make of all."""
    asked = {question.label: question for question in questions if doubt.concerns(question)}
    if not asked:
        return [], questions
    options = {
        label: Option(_describe_question(evidence, question), _count_people(question))
        for label, question in asked.items()
    }
    guesses = {label: doubt.guess(question) for label, question in asked.items()}
    open_question = evidence.ask(doubt.key, doubt.text, options, doubt.choices, guesses)
    changed: list[DraftQuestion] = []
    for question in questions:
        change = doubt.changes.get(open_question.answers[question.label]) if question.label in asked else None
        changed += change(question) if change else [question]
    return [open_question], changed


def _set_unasked(question: DraftQuestion, choice: str, rows: int) -> DraftQuestion:
    """Return a question of ticks with the people who ticked nothing among those who said no, or not."""
    if question.column:
        missed = rows - question.blank - max((item.base for item in question.items.values()), default=0)
        base = rows - missed - (question.blank if choice == "missing" else 0)
    else:
        base = rows - (question.blank if choice == "missing" else 0)
    items = {name: replace(item, base=base) for name, item in question.items.items()}
    return replace(question, unasked=choice, items=items)


def ask_published(
    evidence: Evidence, found: Mapping[str, str], sure: Mapping[str, bool], people: Mapping[str, int]
) -> tuple[list[OpenQuestion], list[str]]:
    """Return the question which questions are those of the published survey, and these by label."""
    if not found:
        return [], []
    say = evidence.language.say
    question = evidence.ask(
        "published",
        say("Which of these are questions of the published survey, word for word?"),
        {label: Option(f"{found[label]}: {label}", people[label]) for label in found},
        {"same": say("the same question, compared"), "other": say("another question")},
        {label: "same" if sure[label] else "other" for label in found},
    )
    return [question], [label for label in found if question.answers[label] == "same"]


def _describe_question(evidence: Evidence, question: DraftQuestion) -> str:
    """Return a question with the ends of its scale, if it is one."""
    if question.kind != "scale":
        return question.label
    low, high = sorted((question.values[0], question.values[-1]))
    return evidence.language.say("{question}, from {low} to {high}", question=question.label, low=low, high=high)


def _count_people(question: DraftQuestion) -> int:
    return question.blank or max((item.base for item in question.items.values()), default=0)
