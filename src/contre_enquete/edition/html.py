"""Make the Markdown and HTML of notebooks fit for a page: titles, summaries, anchors and tables."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

import nbformat
from markupsafe import escape

from ..charts.svg import greek
from ..charts.table import PAGE, scroller
from ..errors import EditionError
from ..project import METHOD
from ..text.language import Language
from ..text.links import LINK, strip_links

WORDS_A_MINUTE = 238  # adults who read non-fiction in silence: Brysbaert 2019, doi.org/10.1016/j.jml.2019.104047


CARD = re.compile(r'<li id="([^"]+)">')
ROW = re.compile(r'<tr id="([^"]+)">')
LINKED = re.compile(r'<a href="#([^"]+)"( tabindex="-1")?>(.*?)</a>')  # a mark, if the keyboard passes it by, or a cell
CAPTION = re.compile(r'<figure id="figure-([^"]+)".*?<strong>(.*?)</strong><br>(.*?)</figcaption>', re.DOTALL)
BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
MARKS = re.compile(r'<svg class="marks".*?</svg>')
CITING = re.compile(
    r'(?P<apart><figure .*?</figure>|<ul class="cards".*?</ul>|<nav .*?</nav>)|<a href="#(?P<card>[^"]+)">', re.DOTALL
)
NO_NAME = r"[^\w-]"


class PageError(EditionError):
    """A notebook cannot become a page; the message says which and why."""


def heading(text: str) -> str:
    """Return the title at the head of a Markdown text, without links to figures. Raises PageError if there is none."""
    if not (match := re.match(r"#\s+(.*)", text)):
        raise PageError(f"a notebook begins with {text[:40]!r}; expected a title, as in '# Title'")
    return strip_links(match[1])


def summary(text: str, paragraph: int = 2) -> str:
    """Return the start of a paragraph of a text: its first sentence, and further ones up to at least 60 characters.

    Paragraph 0 is the title. The default, the second one below it, gives a notebook's answer; if the text has fewer, it
    is the last. Raises PageError if there is no title.
    """
    paragraphs = [heading(text), *(bare(part) for part in strip_links(text).split("\n\n")[1:])]
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


def crossed(html: str, language: Language) -> str:
    """Return a page with links both ways between its sentences, its charts and the cards of its register.

    Each sentence's link to a card gets an id, and each card the links back to its sentences. Marks and cells of charts
    whose figure has no card lead nowhere: they lose their links.
    """
    cards = set(CARD.findall(html))
    known = cards | set(ROW.findall(html))

    def leading(link: re.Match) -> str:
        return link[0] if link[1] in known else "" if link[2] else link[3]

    html = re.sub(r"<figure .*?</figure>", lambda figure: LINKED.sub(leading, figure[0]), html, flags=re.DOTALL)
    back: dict[str, list[str]] = {}

    def numbered(match: re.Match) -> str:
        if match["apart"] or match["card"] not in cards:
            return match[0]
        places = back.setdefault(match["card"], [])
        places.append(f"t{sum(map(len, back.values())) + 1}")
        return f'<a id="{places[-1]}" href="#{match["card"]}">'

    html = CITING.sub(numbered, html)
    return re.sub(
        r'<li id="([^"]+)">.*?(?=</li>)', lambda card: card[0] + _way_back(back.get(card[1], []), language), html
    )


def _way_back(places: list[str], language: Language) -> str:
    """Return the links from a card to the sentences that cite it, or one that closes it."""
    if not places:
        return f'<p class="back"><a href="#cited">{escape(language.say("Close"))}</a></p>'
    links = " ".join(f'<a href="#{place}">{number}</a>' for number, place in enumerate(places, 1))
    return f'<p class="back">{escape(language.say("Back to the text: "))}{links}</p>'


def lights(shown: str) -> str:
    """Return the CSS rules by which, once a link has led to the card of a mark, every link to it stands out: in text, chart and table.

    `shown` is the HTML of a page's outputs, of which the register has the cards. Rules and no script, so the page keeps
    its policy; a browser that lacks `:has()` shows the card alone.
    """
    marks = set(re.findall(r'<a href="#([^"]+)" tabindex', shown))
    cards = [card for card in CARD.findall(shown) if card in marks]
    if not cards:
        return ""
    lit = ",".join(f':root:has(#{re.sub(NO_NAME, escaped, card)}:target) [href="#{card}"]' for card in cards)
    return (
        f"{lit}{{background:var(--mark);color:inherit;"
        ">use,>path{stroke:var(--ink);stroke-width:2.5px}>text{fill:var(--ink);text-decoration:underline}}"
    )


def escaped(match: re.Match) -> str:
    """Return a sign that no CSS name holds as it is, escaped."""
    return f"\\{match[0]}"


def shown_outputs(notebook: nbformat.NotebookNode) -> Iterator[str]:
    """Yield the HTML that a page shows of each output of a notebook that has any."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if html := data.get(PAGE) or data.get("text/html"):
                yield html


@dataclass(frozen=True)
class Shown:
    """A figure as its own page shows it: drawn for a phone, without links. `height` is in pixels, for who embeds it."""

    name: str
    title: str
    subtitle: str
    body: str
    height: int


def figures_of(notebook: nbformat.NotebookNode) -> Iterator[Shown]:
    """Yield the figures that a notebook shows."""
    for html in shown_outputs(notebook):
        if not (told := CAPTION.match(html)):
            continue
        name, title, subtitle = told.groups()
        picture = re.findall(r"<svg.*?</svg>", MARKS.sub("", html), re.DOTALL)[-1]
        notes = "".join(re.findall(r'<p class="note">.*?</p>', html))
        body = f"<figure><figcaption>{subtitle}</figcaption>{picture}{notes}</figure>"
        width, height = map(float, BOX.findall(picture)[0])
        yield Shown(name, unescape(title), unescape(subtitle), body, round(540 * height / width) + 320)


def best_chart(notebook: nbformat.NotebookNode) -> str:
    """Return the HTML of the first chart of a notebook for a page at the site's root, without links to cards; "" if it has none."""
    chart = next((html for html in shown_outputs(notebook) if html.startswith("<figure")), "")
    return LINKED.sub(r"\3", MARKS.sub("", chart)).replace("../../", "")


def thumbnail(chart: str) -> str:
    """Return the picture of a chart, given as HTML, as an ornament: without name and letters, and with ids of its own."""
    if not (picture := re.search(r"<svg.*?</svg>", chart, re.DOTALL)):
        return ""
    svg = re.sub(r' role="img"| aria-label="[^"]*"', "", greek(picture[0]))
    svg = re.sub(r'( id="|href="#|url\(#)', r"\1small-", svg)
    return svg.replace("<svg", '<svg aria-hidden="true"', 1)


def reading_minutes(notebook: nbformat.NotebookNode) -> int:
    """Return how many minutes it takes to read the texts of a notebook, without its charts and results; at least 1."""
    texts = [strip_links(cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]
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
