"""Render the Markdown of notebooks for pages, and read titles, summaries and reading times from it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import nbformat
from markupsafe import escape
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from ..charts.parts import render_scroller
from ..errors import EditionError
from ..project import METHOD
from ..text.language import Language
from ..text.links import LINK, strip_links
from ..text.markup import sanitize_html

WORDS_A_MINUTE = 238  # adults who read non-fiction in silence: Brysbaert 2019, doi.org/10.1016/j.jml.2019.104047
LINK_TO_CARD = re.compile(r'<a href="#([^"]+)">')


class PageError(EditionError):
    """A notebook cannot become a page; the message names it and gives the reason."""


def read_title(text: str) -> str:
    """Return the title at the head of a Markdown text, without links to figures. Raises PageError if there is none."""
    if not (match := re.match(r"#\s+(.*)", text)):
        raise PageError(f"a notebook begins with {text[:40]!r}; expected a title, as in '# Title'")
    return strip_links(match[1])


def summarize(text: str, paragraph: int = 2) -> str:
    """Return the start of a paragraph of a text: its first sentence, and further ones up to at least 60 characters.

    Paragraph 0 is the title. The default, the second one below it, gives a notebook's answer; if the text has fewer, it
    is the last. Raises PageError if there is no title.
    """
    paragraphs = [read_title(text), *(strip_emphasis(part) for part in strip_links(text).split("\n\n")[1:])]
    text, *rest = re.split(r"(?<=[.?])\s+", paragraphs[min(paragraph, len(paragraphs) - 1)])
    for sentence in rest:
        if len(text) < 60:
            text += f" {sentence}"
    return text


class Citations:
    """The citations of a page's cards, numbered in the order of the text."""

    def __init__(self, cards: Iterable[str]) -> None:
        self.places: dict[str, list[str]] = {card: [] for card in cards}
        self.count = 0

    def number_links(self, html: str) -> str:
        """Return a piece of text as HTML, each link to a card with an id for the card's link back."""
        return LINK_TO_CARD.sub(lambda link: self.open_link(link[1]), html)

    def open_link(self, reference: str) -> str:
        """Return the tag that begins a link to a figure, with the next id if the figure has a card."""
        if reference not in self.places:
            return f'<a href="#{reference}">'
        self.count += 1
        self.places[reference].append(f"t{self.count}")
        return f'<a id="t{self.count}" href="#{reference}">'


class PageRenderer(IPythonRenderer):
    """Render the Markdown of one text for a page.

    Tables and code can be scrolled by the keyboard. Links to notebooks lead to their pages, and links to the
    description of the data to its page, at `method`; links to cards are numbered as `citations`. The first heading has
    the id `anchor`.
    """

    def __init__(
        self, language: Language, *, method: str = METHOD, citations: Citations | None = None, anchor: str = ""
    ) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.language, self.method, self.citations, self.anchor = language, method, citations or Citations(()), anchor

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """Return a heading, the first one with the anchor as its id."""
        if not self.anchor:
            return super().heading(text, level, **attrs)
        anchor, self.anchor = self.anchor, ""
        return f'<h{level} id="{escape(anchor)}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Return a link that leads to a page of the site, or a numbered citation."""
        if url.startswith("#"):
            return f"{self.citations.open_link(url[1:])}{text}</a>"
        url = re.sub(r"^([\w.-]+)\.ipynb(?=#|$)", r"\1.html", url).replace(METHOD, self.method)
        return super().link(text, url, title)

    def block_code(self, code: str, info: str | None = None) -> str:
        """Return code that the keyboard can scroll."""
        return super().block_code(code, info).replace("<pre>", '<pre tabindex="0">', 1)

    def table(self, text: str) -> str:
        """Return a table in a group that the keyboard can scroll."""
        return render_scroller(f"<table>\n{text}</table>", self.language.say("Table"), "table") + "\n"

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        """Return a cell, or the header of a column."""
        tag, style = ("th", ' scope="col"') if head else ("td", "")
        style = f' style="text-align:{align}"' if align else style
        return f"  <{tag}{style}>{text}</{tag}>\n"


def render_markdown(text: str, renderer: PageRenderer) -> str:
    """Return a Markdown text as HTML that runs, loads and sends nothing.

    Without a heading, the whole text has the id that the renderer would give it.
    """
    html = sanitize_html(MarkdownWithMath(renderer).render(text))
    return f'<div id="{escape(renderer.anchor)}">{html}</div>' if renderer.anchor else html


def estimate_reading_minutes(notebook: nbformat.NotebookNode) -> int:
    """Return how many minutes it takes to read the texts of a notebook, without its charts and results; at least 1."""
    texts = [strip_links(cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]
    words = [word for word in " ".join(texts).split() if any(map(str.isalnum, word))]
    return max(1, math.ceil(len(words) / WORDS_A_MINUTE))


def resolve_figure_links(text: str, pages: Mapping[str, str], root: str = "") -> str:
    """Return a text whose links to figures lead to the pages with their rows, given by reference.

    A link to a figure without a page becomes plain words. `root` leads from the text's page to the
    site's address.
    """

    def link(match: re.Match[str]) -> str:
        words, reference = match.groups()
        return f"[{words}]({root}{pages[reference]}#{reference})" if reference in pages else words

    return LINK.sub(link, text)


def strip_emphasis(text: str) -> str:
    """Return a paragraph on one line, without marks of emphasis and without the bold words that it begins with."""
    return re.sub(r"[*_`]", "", re.sub(r"^\*\*[^*]+\*\*\s*", "", text)).replace("\n", " ")
