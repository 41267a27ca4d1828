"""Write a draft as a codebook: TOML, with comments that record what was asked, answered and left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping

from .draft import Draft, DraftQuestion, Grouping, OpenQuestion
from .names import make_names
from .stems import pair_columns

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def render_codebook(draft: Draft) -> str:
    """Return the text of a codebook. It holds the answers that a questionnaire offers, and no text of people."""
    lines = [
        f"# {_write_comment(draft.name)}: {draft.rows} people, {draft.columns} columns{f', {draft.tool}' if draft.tool else ''}.",
        "# Proposed by contre-enquete: read it, and correct what is wrong. Names of questions and answers are yours to choose;",
        "# with the names of a published survey, both can be compared.",
        *(line for question in draft.open_questions for line in _render_answers(question)),
        *(f"# {_write_comment(warning)}" for warning in draft.warnings),
        f"source = {quote(re.sub(r'[.].*', '', draft.name))}  # the name of your survey, as charts will show it",
        "",
        *_render_file(draft),
    ]
    if draft.design:
        lines += ["[design]", *(f"{role} = {quote(column)}" for role, column in draft.design.items()), ""]
    lines += _render_segment(draft.segment)
    for name, grouping in draft.breakdowns.items():
        lines += [f"[breakdowns.{_write_key(name)}]", *_render_grouping(grouping, name), ""]
    for name, question in draft.questions.items():
        lines += [f"[questions.{_write_key(name)}]", *_render_question(question), ""]
    lines += [f"# Left out, {reason}: {', '.join(columns)}" for reason, columns in _list_left_out(draft.left_out)]
    return "\n".join(lines).rstrip() + "\n"


def _render_answers(question: OpenQuestion) -> Iterator[str]:
    """Yield what was asked and answered, or guessed, as comments."""
    said = "; ".join(
        f"{option.label}: {question.choices.get(question.answers[name], question.answers[name])}"
        for name, option in question.options.items()
    )
    yield f"# {_write_comment(question.text)} {_write_comment(said)}{'' if question.is_answered else ' [?]'}"


def _render_file(draft: Draft) -> list[str]:
    keys = [f"{key} = {quote(value) if isinstance(value, str) else value}" for key, value in draft.file.items()]
    if draft.excluded:
        columns = ", ".join(f"{quote(name)} = {_render_list(values)}" for name, values in draft.excluded.items())
        keys.append(f"except = {{ {columns} }}  # rows that do not count")
    return ["[file]", *keys, ""] if keys else []


def _render_segment(segment: Grouping | None) -> list[str]:
    """Return the lines of the segment, as comments if no column is known to hold it."""
    if not segment:
        return ["# If all work for employers of one group, and no column says so:", '# [segment]\n# group = "sme"', ""]
    return ["[segment]", *_render_grouping(segment, ""), ""]


def _render_grouping(grouping: Grouping, name: str) -> Iterator[str]:
    """Yield the lines of a breakdown; its groups begin with `name`, for no two breakdowns may share one."""
    yield f"column = {quote(grouping.column)}"
    if grouping.limits:
        limits = ", ".join(f"{group} = [{low:.0f}, {high:.0f}]" for group, (low, high) in grouping.limits.items())
        yield f"limits = {{ {limits} }}"
    for group, label in make_names(grouping.groups, lambda group: f"{name} {group}".strip()).items():
        yield f"groups.{_write_key(group)} = {_render_list(grouping.groups[label])}"
    if grouping.missing:
        yield f"missing = {_render_list(grouping.missing)}"


def _render_question(question: DraftQuestion) -> Iterator[str]:
    yield from _render_words(question)
    yield f"kind = {quote(question.kind)}"
    if question.column:
        yield f"column = {quote(question.column)}"
        if question.separator:
            yield f"separator = {quote(question.separator)}"
        for name, item in question.items.items():
            yield f"items.{_write_key(name)} = {_render_list(item.values)}" if item.values else f"other = {quote(name)}"
    else:
        yield from (f"columns.{_write_key(name)} = {quote(item.column)}" for name, item in question.items.items())
    if question.kind == "several" and not question.column:
        yield f"yes = {_render_list(question.yes)}"
        yield f"no = {_render_list(question.no)}" + ("  # an empty cell says no" if question.no == ("",) else "")
    if question.kind == "scale":
        yield f"values = {_render_list(question.values)}  # from the lowest"
        top = 0 if question.has_bare_values else question.top
        yield f"top = {top}  # how many of them, from the last, say yes; 0: each has a share of its own instead"
    if question.missing:
        yield f"missing = {_render_list(question.missing)}"
    if question.other:
        yield f"other = {quote(question.other)}  # what people typed themselves"
    if question.unasked:
        yield f"unasked = {quote(question.unasked)}  # what it means that all is empty"


def _render_words(question: DraftQuestion) -> Iterator[str]:
    """Yield the labels of a question and its items, where `wording` would not find them in the names of columns."""
    if question.column:
        default = question.column
        labels = {name: next(iter(item.values), "") for name, item in question.items.items()}
    else:
        parts = pair_columns(question.list_columns())
        stems = {part.stem for part in parts.values()}
        default = stems.pop() if len(stems) == 1 else ""
        labels = {name: parts[item.column].label or parts[item.column].stem for name, item in question.items.items()}
    if question.label != default:
        yield f"label = {quote(question.label)}"
    for name, item in question.items.items():
        if item.label != labels[name]:
            yield f"labels.{_write_key(name)} = {quote(item.label)}"


def _list_left_out(left_out: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    for reason in dict.fromkeys(left_out.values()):
        yield reason, [_write_comment(quote(name)) for name, why in left_out.items() if why == reason]


def _write_key(name: str) -> str:
    return name if BARE_KEY.fullmatch(name) else quote(name)


def _write_comment(text: str) -> str:
    """Return a text on one line, without signs that a comment of TOML may not hold."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def quote(text: str) -> str:
    """Return a text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _render_list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(quote, texts))}]"
