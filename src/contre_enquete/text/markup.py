"""Check addresses, and take out of HTML whatever is not on a list of what is allowed.

Texts and results of an edition may be anybody's. A page or a notebook that shows them must not run, load or submit
anything, nor lead anywhere by itself.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import zip_longest

SITE_ADDRESS = "an address such as https://example.org/"  # what error messages ask for
SCHEMES = {"http", "https", "mailto"}
EMBEDDED = {"href": "data:text/csv", "src": "data:image/"}  # instead of leading to it: tables and pictures
ATTRIBUTES = {
    "*": {"aria-label", "class", "id", "lang", "title"},
    "a": {"download", "href"},
    "div": {"align", "role", "style", "tabindex"},
    "figure": {"style"},
    "img": {"alt", "height", "src", "style", "width"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "summary": {"style"},
    "td": {"colspan", "rowspan", "style"},
    "th": {"colspan", "rowspan", "scope", "style"},
}
TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "div", "dl", "dt", "em"),
    *("figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre", "q"),
    *(
        "s",
        "section",
        "small",
        "span",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
    ),
    *("tr", "ul"),
}
DOUBTFUL = re.compile("<[!?]|</?[A-Za-z](?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+(?!>)")  # a comment, a tag that never closes
ALLOWED_STYLES = {"cursor", "display", "height", "margin", "max-width", "overflow-x", "text-align"}


def is_web_address(address: str) -> bool:
    """Return whether an address is one of the web that stands on its own.

    >>> is_web_address("https://a.example/b"), is_web_address("javascript:alert(1)//"), is_web_address("b.html")
    (True, False, False)
    """
    return bool(re.fullmatch(r"https?://[^\s/?#\\@\[\]]+([/?#]\S*)?", address, re.IGNORECASE))


def is_site_address(address: str) -> bool:
    """Return whether the addresses of a site's pages may begin with an address.

    >>> is_site_address("https://a.example/b"), is_site_address("https://a.example/?b")
    (True, False)
    """
    return is_web_address(address) and not set("?#") & set(address)


def sanitize_html(html: str) -> str:
    """Return HTML with the elements, attributes, styles and addresses that are allowed, and the words of the others.

    Links are relative, or lead to the web or to mail; pictures, and tables to download, are embedded.

    >>> sanitize_html('<p onclick="x()">Read <a href="javascript:x()">on</a>.<script>x()</script></p>')
    '<p>Read <a>on</a>.</p>'
    """
    import nh3

    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_filter_attribute,
        filter_style_properties=ALLOWED_STYLES,
        link_rel=None,
        url_schemes=SCHEMES | {"data"},
    )
    return clean.replace("&nbsp;", "\xa0")


def _filter_attribute(tag: str, name: str, value: str) -> str | None:
    """Return the value of an attribute, None if it is an address that is not allowed, or a style that may load one."""
    if name == "style":
        return None if re.search(r"[(\\]", value) else value
    if name not in ("href", "src"):
        return value
    address = re.sub(r"[\0-\x20]", "", value).lower()  # as browsers read it
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", address)
    if name == "src" or (scheme and scheme[1] == "data"):
        allowed = address.startswith(EMBEDDED[name])
    elif scheme:
        allowed = scheme[1] in SCHEMES
    else:
        allowed = not re.match(r"[/\\]{2}", address)  # another host, in the scheme of the page
    return value if allowed else None


def find_unsafe_html(html: str) -> str:
    """Return the start of the first thing in HTML that `sanitize_html` would take out, "" if there is none.

    >>> find_unsafe_html("<p>Fine: 1 < 2 &amp; <b>so</b> on"), find_unsafe_html('<p>Not: <img src=x onerror="x()">')
    ('', '<img src=x onerror="x()">')
    """
    if doubtful := DOUBTFUL.search(html):
        return html[doubtful.start() :][:80]
    before, after = _Parts(html), _Parts(sanitize_html(html))
    for parts in zip_longest(before.tags + before.words, after.tags + after.words, fillvalue=("", "")):
        if parts[0][0] != parts[1][0]:
            return (parts[0][1] or parts[1][1])[:80]
    return ""


class _Parts(HTMLParser):
    """The start tags and comments of some HTML, and the words of its texts; each in one spelling, then as written."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[object, str]] = []
        self.text = ""
        self.feed(html)
        self.close()
        self.words: list[tuple[object, str]] = [(word, word) for word in self.text.split()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Add a start tag; how its attributes are ordered and its styles are spaced says nothing."""
        values = sorted((name, re.sub(r"\s|;$", "", value or "")) for name, value in attrs)
        self.tags.append(((tag, values), self.get_starttag_text() or ""))

    def handle_data(self, data: str) -> None:
        """Add a piece of a text."""
        self.text += data

    def handle_comment(self, data: str) -> None:
        """Add a comment: where it ends, a browser and a parser may disagree."""
        self.tags.append((("!", data), f"<!--{data}"))

    def handle_decl(self, decl: str) -> None:
        """Add a declaration, as a comment."""
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        """Add a processing instruction, as a comment."""
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        """Add a section of characters, as a comment."""
        self.handle_comment(data)
