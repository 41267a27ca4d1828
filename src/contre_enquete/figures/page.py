"""The reference page of the kinds of figures."""

from __future__ import annotations

from ..survey.model import Survey
from ..text.numbers import UNIT_NAMES
from .registry import index_figures
from .table import FIGURE_CHAPTERS, Chapter

PLACEHOLDERS = {"group": "the first group", "earlier": "one wave", "later": "another"}
HEAD = """# What a text can cite

A number in a text stands in a link to its figure: `[{number}](#{reference})`. This page lists the kinds of
figures and how their references are written: a part in braces is an identifier of the data, a part in brackets may be
left out. `edition.figures` has them all, by reference.
"""


def render_page(survey: Survey) -> str:
    """Return the page as Markdown, with an example of each kind of figure from a survey."""
    reference, figure = next(iter(index_figures(survey).items()))
    head = HEAD.format(number=figure.write(survey.language), reference=reference)
    return "\n".join([head, *(line for chapter in FIGURE_CHAPTERS for line in _render_chapter(chapter, survey))])


def _render_chapter(chapter: Chapter, survey: Survey) -> list[str]:
    examples: dict[str, str] = {}
    for kind, key in chapter.list_references(survey):
        if kind.template not in examples and (reference := kind.write(key)) in index_figures(survey):
            examples[kind.template] = reference
    rows = [
        f"| `{kind.template}` | {kind.words.format(**PLACEHOLDERS) or 'as the data have it'}{kind.is_end * ' (end of an interval)'} "
        f"| {UNIT_NAMES[kind.unit]} | `{examples.get(kind.template, '–')}` |"
        for kind in chapter.kinds
    ]
    head = ["| reference | what it is | unit | example |", "|---|---|---|---|"]
    return [f"## {chapter.title}", "", *head, *rows, ""]
