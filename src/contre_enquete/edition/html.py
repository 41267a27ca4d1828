"""Make the Markdown and HTML of notebooks fit for a page: titles, summaries, anchors and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nbformat
from markupsafe import escape

from ..charts.table import PAGE, scroller
from ..errors import EditionError
from ..text.language import ENGLISH, Language
from ..text.links import plain


class PageError(EditionError):
    """A notebook cannot become a page; the message says which and why."""


def heading(text: str) -> str:
    """Return the title at the head of a Markdown text, without links to figures. Raises PageError if there is none."""
    if not (match := re.match(r"#\s+(.*)", text)):
        raise PageError(f"a notebook begins with {text[:40]!r}; expected a title, as in '# Title'")
    return plain(match[1])


def summary(text: str, paragraph: int = 2) -> str:
    """Return the start of a paragraph of a text: its first sentence, and further ones up to at least 60 characters.

    Paragraph 0 is the title. The default, the second one below it, gives a notebook's answer; if the text has fewer, it
    is the last. Raises PageError if there is no title.
    """
    paragraphs = [heading(text), *(bare(part) for part in plain(text).split("\n\n")[1:])]
    text, *rest = re.split(r"(?<=[.?])\s+", paragraphs[min(paragraph, len(paragraphs) - 1)])
    for sentence in rest:
        if len(text) < 60:
            text += f" {sentence}"
    return text


def anchored(html: str, anchor: str) -> str:
    """Return the HTML of a Markdown cell with `anchor` as the id of its first heading, or else of the whole cell.

    Links to the description of the data and to notebooks beside lead to their pages.
    """
    html = re.sub(r'(<a href="[\w.-]+)\.ipynb(?=[#"])', r"\1.html", html)
    html = re.sub(r'data/README\.md([^"]*")', rf'data/index.html\1 hreflang="{ENGLISH}"', html)
    changed, count = re.subn(r"<h([1-6])>", rf'<h\1 id="{escape(anchor)}">', html, count=1)
    return changed if count else f'<div id="{escape(anchor)}">{html}</div>'


def with_tables(html: str, language: Language) -> str:
    """Return the HTML of a Markdown text with column headers marked, and tables that the keyboard can scroll."""
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
    """Return the HTML of the first chart of a notebook, "" if it has none."""
    shown = shown_outputs(nbformat.reads(notebook.decode(), as_version=4))
    return next((html for html in shown if html.startswith("<figure")), "")


def bare(text: str) -> str:
    """Return a paragraph on one line, without marks of emphasis and without the bold words that it begins with."""
    return re.sub(r"[*_`]", "", re.sub(r"^\*\*[^*]+\*\*\s*", "", text)).replace("\n", " ")
