"""The pages of the edition, and what a test asks of one."""

import json
import re
from functools import cached_property
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
# The charts of one's own survey stand one below the other, without a page each.
FIGURE_PAGES = [path.replace(".svg", ".html") for path in relative(PROJECT, "figures/*/*.svg") if "/own-" not in path]
NOTEBOOK_PAGES = [page for page in PAGES if page.startswith("notebooks/")]
PARTS = "application/vnd.contre-enquete.parts+json"  # under which an output carries its chart, table or cards as data
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
    """A page, or a piece of one, as a tree of elements in `root`, its text as read, its style and data for machines.

    `faults` lists the tags that do not end where they should.
    """

    VOID = frozenset(("br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))
    BLOCKS = frozenset(("p", "td", "th", "li", "h1", "h2", "caption", "text"))

    def __init__(self, html):
        super().__init__()
        self.html, self.builder, self.open, self.faults = html, TreeBuilder(), [], []
        self.handle_starttag("page", ())
        self.feed(html)
        self.close()
        self.handle_endtag("page")
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
        if self.open[-1] != tag:
            self.faults.append((tag, *self.open, self.getpos()))
        if tag in self.open:
            while (closed := self.open.pop()) != tag:
                self.builder.end(closed)
            self.builder.end(tag)

    def handle_data(self, data):
        self.builder.data(data)

    @property
    def elements(self):
        return [(element.tag, element.attrib) for element in self.root.iter()]

    @cached_property
    def text(self):
        return self.read()

    def read(self, is_left_out=lambda element: False):
        """Return the text as read, with x for each element that a function finds."""

        def parts(element):
            if is_left_out(element):
                yield "x"
            elif element.tag not in ("style", "script"):
                yield element.text or ""
                for part in element:
                    yield from parts(part)
                    yield "\n" * (part.tag in self.BLOCKS) + (part.tail or "")

        return "".join(parts(self.root))

    def values(self, *names):
        """Return the values of attributes of these names."""
        return [value for _, attributes in self.elements for name, value in attributes.items() if name in names]

    @property
    def style(self):
        return "".join(style.text for style in self.root.iter("style"))

    @property
    def data(self):
        return "".join(script.text for script in self.root.iter("script"))

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]

    def graph(self, kind):
        return [node for node in json.loads(self.data)["@graph"] if node["@type"] == kind]


def text(element: Element) -> str:
    """What an element says, each run of white space as one space."""
    return " ".join("".join(element.itertext()).split())


TYPOGRAPHIC_FAULTS = {  # of French in Quebec, after the OQLF
    r"[^\u00a0(\n]%": "no-break space before %",
    r"[^\u00a0\s\d]:|\d:(?!\d)| :": "no-break space before :",
    r"«[^\u00a0]|[^\u00a0]»": "no-break spaces inside guillemets",
    r"[ \u00a0][;!?]": "no space before ; ! ?",
    r"\d[ .]\d{3}\b": "no-break space in thousands",
    r"\w'\w": "typographic apostrophe",
}


def list_typographic_faults(text):
    """Return each typographic fault of a French text, with the words around it."""
    return [
        f"{rule}: {text[max(0, fault.start() - 40) : fault.end() + 20]!r}"
        for pattern, rule in TYPOGRAPHIC_FAULTS.items()
        for fault in re.finditer(pattern, text)
    ]
