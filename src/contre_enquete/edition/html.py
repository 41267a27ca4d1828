"""Make the Markdown and HTML of notebooks fit for a page: titles, summaries, anchors and tables."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

import nbformat
from markupsafe import escape

from ..charts.table import PAGE, scroller
from ..errors import EditionError
from ..survey.package import METHOD
from ..text.language import Language
from ..text.links import LINK, plain

WORDS_A_MINUTE = 238  # adults who read non-fiction in silence: Brysbaert 2019, doi.org/10.1016/j.jml.2019.104047


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


def anchored(html: str, anchor: str, method: str) -> str:
    """Return the HTML of a Markdown cell with `anchor` as the id of its first heading, or else of the whole cell.

    Links to the description of the data lead to its page, whose address is `method`, those to notebooks beside to theirs.
    """
    html = re.sub(r'(<a href="[\w.-]+)\.ipynb(?=[#"])', r"\1.html", html.replace(METHOD, method))
    changed, count = re.subn(r"<h([1-6])>", rf'<h\1 id="{escape(anchor)}">', html, count=1)
    return changed if count else f'<div id="{escape(anchor)}">{html}</div>'


def with_tables(html: str, language: Language) -> str:
    """Return the HTML of a Markdown text with column headers marked, and tables and code that the keyboard can scroll."""
    html = html.replace("<th>", '<th scope="col">').replace("<pre>", '<pre tabindex="0">')
    label = language.say("Table")
    return re.sub(r"<table>.*?</table>", lambda match: scroller(match[0], label, "table"), html, flags=re.DOTALL)


def shown_outputs(notebook: nbformat.NotebookNode) -> Iterator[str]:
    """Yield the HTML that a page shows of each output of a notebook that has any."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if html := data.get(PAGE) or data.get("text/html"):
                yield html


def best_chart(notebook: nbformat.NotebookNode) -> str:
    """Return the HTML of the first chart of a notebook, "" if it has none."""
    return next((html for html in shown_outputs(notebook) if html.startswith("<figure")), "")


def thumbnail(chart: str) -> str:
    """Return the picture of a chart, given as HTML, as an ornament: without name, and with ids of its own."""
    if not (picture := re.search(r"<svg.*?</svg>", chart, re.DOTALL)):
        return ""
    svg = re.sub(r' role="img"| aria-label="[^"]*"', "", picture[0])
    svg = re.sub(r'( id="|href="#|url\(#)', r"\1small-", svg)
    return svg.replace("<svg", '<svg aria-hidden="true"', 1)


def reading_minutes(notebook: nbformat.NotebookNode) -> int:
    """Return how many minutes it takes to read the texts of a notebook, without its charts and results; at least 1."""
    texts = [plain(cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]
    words = [word for word in " ".join(texts).split() if any(map(str.isalnum, word))]
    return max(1, math.ceil(len(words) / WORDS_A_MINUTE))


def led(text: str, pages: Mapping[str, str], root: str = "") -> str:
    """Return a text whose links to figures lead to the pages that hold their rows, given by reference.

    Those of no page are words alone. `root` is the way from the text's own page to the site's address.
    """

    def link(match: re.Match[str]) -> str:
        words, reference = match.groups()
        return f"[{words}]({root}{pages[reference]}#{reference})" if reference in pages else words

    return LINK.sub(link, text)


def bare(text: str) -> str:
    """Return a paragraph on one line, without marks of emphasis and without the bold words that it begins with."""
    return re.sub(r"[*_`]", "", re.sub(r"^\*\*[^*]+\*\*\s*", "", text)).replace("\n", " ")
