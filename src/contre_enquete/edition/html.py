"""Markdown and HTML of notebooks, made fit for a page: titles, summaries, addresses, pictures and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nbformat
from markupsafe import escape

from ..charts.table import PAGE, scroller
from ..errors import EditionError
from ..text.language import Language
from ..text.links import plain


class PageError(EditionError):
    """A notebook cannot become a page; the message says which and why."""


def heading(text: str) -> str:
    """The title at the head of a Markdown text, without links to figures. Raises PageError if there is none."""
    if not (match := re.match(r"#\s+(.*)", text)):
        raise PageError(f"a notebook begins with {text[:40]!r}; expected a title, as in '# Title'")
    return plain(match[1])


def summary(text: str, paragraph: int = 2) -> str:
    """What a text says first: the sentences of a paragraph under its title, until they are of some length.

    The second paragraph of a notebook gives its answer.
    """
    paragraphs = [heading(text), *(bare(part) for part in plain(text).split("\n\n")[1:])]
    said, *rest = re.split(r"(?<=[.?])\s+", paragraphs[min(paragraph, len(paragraphs) - 1)])
    for sentence in rest:
        if len(said) < 60:
            said += f" {sentence}"
    return said


def anchored(html: str, anchor: str) -> str:
    """A Markdown cell as HTML whose first heading, or else the cell, has an address of its own.

    Links to the description of the data lead to its page.
    """
    html = html.replace("data/README.md", "data/index.html")
    found = re.subn(r"<h([1-6])>", rf'<h\1 id="{escape(anchor)}">', html, count=1)
    return found[0] if found[1] else f'<div id="{escape(anchor)}">{html}</div>'


def with_tables(html: str, language: Language) -> str:
    """A Markdown cell as HTML whose tables have header cells for columns and stand in groups that the keyboard can scroll."""
    html = html.replace("<th>", '<th scope="col">')
    label = language.say("Table")
    return re.sub(r"<table>.*?</table>", lambda match: scroller(match[0], label, "table"), html, flags=re.DOTALL)


def shown_outputs(notebook: nbformat.NotebookNode) -> Iterator[str]:
    """Yield the HTML that a page shows of each output of a notebook that has any."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if html := data.get(PAGE) or data.get("text/html"):
                yield html


def best_chart(notebook: bytes) -> str:
    """The HTML of the first chart of a notebook, or nothing."""
    shown = shown_outputs(nbformat.reads(notebook.decode(), as_version=4))
    return next((html for html in shown if html.startswith("<figure")), "")


def bare(text: str) -> str:
    """A paragraph without marks of emphasis and without the bold words it begins with."""
    return re.sub(r"[*_`]", "", re.sub(r"^\*\*[^*]+\*\*\s*", "", text)).replace("\n", " ")
