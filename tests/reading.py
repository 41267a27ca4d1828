"""The pages of the edition, and what a test asks of one."""

import json
import re
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

from conftest import PROJECT, relative

PAGES = [
    "corrections.en.html",
    "corrections.fr.html",
    "data/index.fr.html",
    "data/index.html",
    "index.en.html",
    "index.html",
    *(path.replace(".ipynb", ".html") for path in relative(PROJECT, "notebooks/[!.]*/*.ipynb")),
    "summary.en.html",
    "summary.fr.html",
]
FIGURE_PAGES = [path.replace(".svg", ".html") for path in relative(PROJECT, "figures/*/*.svg")]
NOTEBOOK_PAGES = [page for page in PAGES if page.startswith("notebooks/")]
CHARTLESS = [page for page in NOTEBOOK_PAGES if page.endswith(("/6-exercises.html", "/7-answers.html"))]


def language(name: str) -> str:
    """Return the language of a page."""
    return "en" if re.search(r"[/.]en[/.]", name) or name == "data/index.html" else "fr"


def template(name: str) -> str:
    """Return the kind of a page: its folder or name, and whether charts are in it. One template makes all of a kind."""
    if name in CHARTLESS:
        return "notebooks, without a chart"
    return re.match(r"(notebooks|figures|data|\w+)", name)[0]


def template_and_language(name: str) -> tuple[str, str]:
    """Return the kind of a page and its language."""
    return template(name), language(name)


class Page(HTMLParser):
    """What a test asks of a page: its elements, its text as read, its style and its data for machines."""

    def __init__(self, html):
        super().__init__()
        self.html, self.elements, self.text, self.style, self.data = html, [], "", "", ""
        self.inside = ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.inside = tag if tag in ("style", "script") else ""

    def handle_endtag(self, tag):
        self.inside = ""
        self.text += "\n" if tag in ("p", "td", "th", "li", "h1", "h2", "caption") else ""

    def handle_data(self, data):
        if self.inside == "style":
            self.style += data
        elif self.inside == "script":
            self.data += data
        else:
            self.text += data

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]

    def graph(self, kind):
        return [node for node in json.loads(self.data)["@graph"] if node["@type"] == kind]

    def twins(self):
        """The page in each language, by its tag."""
        return {link["hreflang"]: link["href"] for link in self.all("link") if "hreflang" in link}


class Tree(HTMLParser):
    """The elements of a page as a tree. An element that does not end where it should is an error."""

    VOID = frozenset(("br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))

    def __init__(self, html):
        super().__init__()
        self.builder, self.open = TreeBuilder(), []
        self.feed(html)
        self.close()
        assert not self.open, self.open
        self.root = self.builder.close()

    def handle_starttag(self, tag, attributes):
        self.builder.start(tag, {key: value or "" for key, value in attributes})
        self.open.append(tag)
        if tag in self.VOID:
            self.handle_endtag(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, (tag, self.open, self.getpos())
        self.builder.end(tag)

    def handle_data(self, data):
        if self.open:
            self.builder.data(data)


def text(element: Element) -> str:
    """What an element says, each run of white space as one space."""
    return " ".join("".join(element.itertext()).split())
