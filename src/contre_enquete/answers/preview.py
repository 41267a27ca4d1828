"""Show a draft in a terminal: each question with counts and first percentages, what is doubtful, what is left out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from ..text.language import Language
from .draft import Draft, DraftQuestion, OpenQuestion

LINE_WIDTH = 78  # characters of a line
LABEL_WIDTH = 48
MAX_SHOWN = 12  # answers of a question


def render_preview(draft: Draft, language: Language, with_questions: bool = False) -> str:
    """Return the text of a draft, for people who look whether it is right; with its open questions if asked for.

    Nothing that people wrote is in it.
    """
    say, number = language.say, language.number
    lines = [describe_draft(draft, language)]
    if draft.excluded_rows:
        lines.append(say("{number} rows do not count", number=number(draft.excluded_rows)))
    lines += [line for groups in list_groups(draft, language) for line in ("", *_wrap(groups))]
    for question in draft.questions.values():
        lines += ["", *_render_question(question, language)]
    lines += ["", *(line for columns in list_left_out(draft, language) for line in _wrap(columns))]
    lines += [line for warning in draft.warnings for line in _wrap(f"! {_flatten(warning)}")]
    if with_questions:
        lines += [line for question in draft.open_questions for line in ("", render_open_question(question, language))]
    return "\n".join(lines).rstrip()


def _render_question(question: DraftQuestion, language: Language) -> Iterator[str]:
    yield from _wrap(f"{_flatten(question.label)} ({describe_kind(question, language)})")
    items = list(list_items(question, language))
    for label, figure, counts in items[:MAX_SHOWN]:
        label = textwrap.shorten(_flatten(label), LABEL_WIDTH, placeholder="…")
        yield f"  {label:{LABEL_WIDTH}} {figure:>6}  {counts}"
    if len(items) > MAX_SHOWN:
        yield "  " + language.say("and {number} more", number=len(items) - MAX_SHOWN)


def describe_draft(draft: Draft, language: Language) -> str:
    """Return which tool wrote a file, if one is known, for how many people, and in how many columns."""
    return language.say(
        "{file}: {people} people, {columns} columns",
        file=draft.tool or draft.name,
        people=language.number(draft.rows),
        columns=language.number(draft.columns),
    )


def list_items(question: DraftQuestion, language: Language) -> Iterator[tuple[str, str, str]]:
    """Yield the label of each answer, the commonest first, its percentage or mean, and how many people gave it."""
    say, number = language.say, language.number
    if question.kind == "number":
        for item in question.items.values():
            if item.mean is not None:
                mean = number(float(f"{item.mean:.3g}"))
                label = say("Mean") if item.label == question.label else item.label
                yield label, mean, say("{number} people", number=number(item.base))
        return
    for item in sorted(question.items.values(), key=lambda item: -item.people):
        label = say("yes") if item.label == question.label else item.label
        counts = say("{yes} of {base}", yes=number(item.people), base=number(item.base))
        yield label, language.percent(round(item.percent)), counts


def describe_kind(question: DraftQuestion, language: Language) -> str:
    """Return what kind of answers a question has, and of a scale which of them count as yes."""
    say = language.say
    if question.kind == "scale":
        values = " / ".join(_flatten(value) for value in question.values[-question.top :])
        if question.has_bare_values:
            return say("scale; each answer is shown, here the share of “{values}”", values=values)
        return say("scale; “{values}” counts as yes", values=values)
    if question.kind == "several" and len(question.items) == 1:
        return say("yes or no")
    names = {"several": say("several answers"), "one": say("one answer"), "number": say("a number")}
    return names[question.kind]


def list_groups(draft: Draft, language: Language) -> Iterator[str]:
    """Yield a line for each column that groups people, with how many are in each group."""
    for grouping in filter(None, (draft.segment, *draft.breakdowns.values())):
        groups = ", ".join(
            f"{_flatten(grouping.labels.get(group, group))} {language.number(count)}"
            for group, count in grouping.people.items()
        )
        yield language.say("Groups by “{column}”: {groups}", column=_flatten(grouping.label), groups=groups)


def list_left_out(draft: Draft, language: Language) -> Iterator[str]:
    """Yield a line for each reason for which columns are left out."""
    for reason in dict.fromkeys(draft.left_out.values()):
        columns = ", ".join(_flatten(name) for name, why in draft.left_out.items() if why == reason)
        yield language.say("Left out ({reason}): {columns}", reason=reason, columns=columns)


def render_open_question(question: OpenQuestion, language: Language) -> str:
    """Return an open question with its options, and what is answered or guessed for each."""
    lines = _wrap(question.text)
    for place, (name, option) in enumerate(question.options.items(), 1):
        label = textwrap.shorten(_flatten(option.label), LABEL_WIDTH, placeholder="…")
        choice = question.choices.get(question.answers[name], question.answers[name])
        lines.append(f"  {place:2}. {label:{LABEL_WIDTH}} {language.number(option.people):>6}  {choice}")
    return "\n".join(lines)


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(text, LINE_WIDTH, subsequent_indent="  ", break_long_words=False) or [""]


def _flatten(text: str) -> str:
    """Return a text on one line, without signs that a terminal would obey."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
