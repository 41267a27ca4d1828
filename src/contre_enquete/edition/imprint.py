"""Describe the edition for its pages: address, version, data, citation, style, linked data."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from ..article import (
    find_source_language,
    list_edition_languages,
    locate_method,
    locate_opening_page,
    open_language,
    read_article,
)
from ..charts.fonts import render_font_faces
from ..charts.palette import BLUE, PAPER, render_style_rules
from ..charts.svg import collect_letters
from ..descriptor import edition_version, read_descriptor
from ..files import read_bytes
from ..project import SUMMARY
from ..text.language import Language

TEMPLATES = Path(__file__).parents[1] / "templates"
SURVEY = "data/survey.csv"
FRAMES = TEMPLATES / "contre-enquete"
RULES, RULES_OF_FIGURE = ((FRAMES / f"{name}.css").read_text(encoding="utf-8") for name in ("page", "figure"))
PLACEHOLDER = re.compile(r"https?://[^/]*\.example(/|$)")
ICON = "data:image/svg+xml," + quote(
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="{BLUE}" d="M1 2h14v10H6l-3 3v-3H1z"/>'
    f'<path fill="{PAPER}" d="M4 5h6v2H4zm0 3h8v2H4z"/></svg>',
    safe="",
)


class Publication:
    """The edition that a project makes: where it is published, its version, its data, how to cite it.

    `site` is the address that it is published at, by default the data package's homepage. `logs`, `summaries` and
    `methods`, the descriptions of the data, are the addresses of pages by language.
    """

    def __init__(self, project: Path, site: str = "") -> None:
        self.project, self.article = project, read_article(project)
        self.words = self.article.words
        self.package = read_descriptor(project)
        self.site = (site or self.package["homepage"]).rstrip("/") + "/"
        self.released = date.fromisoformat(self.package["created"][:10])
        self.languages = list_edition_languages(project)
        self.source_language = find_source_language(project)
        codes = sorted(self.languages)
        self.logs = {code: locate_page(code, "corrections") for code in codes}
        self.summaries = {
            code: locate_page(code, "summary") for code in codes if (project / SUMMARY.format(code)).is_file()
        }
        self.methods = {
            code: self._locate_method_page(code)
            for code in dict.fromkeys([self.source_language, *codes])
            if (project / locate_method(project, code)).is_file()
        }
        self.checksum = hashlib.sha256(read_bytes(project / SURVEY, SURVEY, "a CSV file")).hexdigest()

    def language(self, code: str) -> Language:
        """Return a language with the article's own words."""
        return open_language(code, self.project)

    def home(self, language: str) -> str:
        """Return where the site opens in a language."""
        return self.site + self.locate_opening_page(language).removesuffix("index.html")

    def locate_opening_page(self, language: str) -> str:
        """Return the address of a language's opening page."""
        return locate_opening_page(self.project, language)

    def _locate_method_page(self, language: str) -> str:
        """Return the address of the description of the data in a language."""
        return "data/index.html" if language == self.source_language else f"data/index.{language}.html"

    def describe_page(
        self,
        language: Language,
        address: str,
        title: str,
        description: str,
        twins: dict[str, str],
        style: str = "",
    ) -> dict:
        """Return the context of one page for its template.

        `address` is that of the page from the site's own; `twins` are the addresses of the page in each language, its
        own included; `style` is that of a page without pictures if none is given.
        """
        style = style or make_style()
        spoken = language.code if language.code in self.languages else self.languages[0]
        method = language.code if language.code in self.methods else self.source_language
        return {
            "title": title,
            "description": description,
            "language": language,
            "tag": language.tag,
            "say": language.say,
            "root": "../" * address.count("/"),
            "home": self.locate_opening_page(spoken),
            "log": self.logs[spoken],
            "feed": locate_page(spoken, "feed", "xml"),
            "method": {"address": self._locate_method_page(method), "here": method == language.code},
            "publishers": language.series([person["title"] for person in self.package["contributors"]]),
            "contributors": self.package["contributors"],
            "published": self.published,
            "canonical": self.site + address.removesuffix("index.html"),
            "card": f"{self.site}social/{language.code}.png",
            "twins": [
                {
                    "tag": self.language(code).tag,
                    "name": self.language(code).name,
                    "address": twin,
                    "canonical": self.site + twin.removesuffix("index.html"),
                    "here": code == language.code,
                }
                for code, twin in twins.items()
            ],
            "edition": edition_version(self.project),
            "checksum": self.checksum,
            "date": self.released.isoformat(),
            "day": language.date(self.released),
            "name": self.words.name,
            "card_words": language.say(self.words.card),
            "citation": f"{self.words.name} ({self.released.year}). {title}{'' if title.endswith('?') else '.'} "
            + language.say("Edition {edition}.", edition=edition_version(self.project))
            + (f" {self.site}{address.removesuffix('index.html')}" if self.published else ""),
            "licence": self.package["licenses"][0],
            "site": self.site,
            "style": Markup(style),
            "policy": make_policy(style),
            "icon": ICON,
        }

    def describe_article(self, page: dict, twins: dict[str, str]) -> dict:
        """Return a page, given by its context, as a schema.org Article. `twins` are its addresses by language."""
        translations = [
            self.site + twin.removesuffix("index.html") for code, twin in twins.items() if code != page["language"].code
        ]
        return {
            "@type": "Article",
            "@id": page["canonical"],
            "headline": page["title"],
            "description": page["description"],
            "inLanguage": page["tag"],
            "datePublished": page["date"],
            "version": page["edition"],
            "author": self.author,
            "publisher": self.author,
            "image": page["card"],
            "license": page["licence"]["path"],
            "isPartOf": self.site,
            "isBasedOn": f"{self.site}data/datapackage.json",
            **({"workTranslation": translations} if translations else {}),
        }

    def describe_dataset(self, language: Language) -> dict:
        """Return the data package as a schema.org Dataset."""
        return {
            "@type": "Dataset",
            "@id": f"{self.site}data/datapackage.json",
            "name": language.say(self.package["title"]),
            "description": language.say(self.words.dataset),
            "version": self.package["version"],
            "identifier": f"sha256:{self.checksum}",
            "license": self.package["licenses"][0]["path"],
            "creator": self.author,
            "url": self.site,
            "isAccessibleForFree": True,
            "distribution": [
                {
                    "@type": "DataDownload",
                    "name": resource["name"],
                    "encodingFormat": resource["mediatype"],
                    "contentUrl": f"{self.site}data/{resource['path']}",
                }
                for resource in self.package["resources"]
            ],
        }

    @property
    def published(self) -> bool:
        """Whether the edition has an address: `.example` is a placeholder that nobody can visit."""
        return not PLACEHOLDER.match(self.site)

    @property
    def author(self) -> dict:
        """The first contributor of the data package as a schema.org Organization."""
        return {"@type": "Organization", "name": self.package["contributors"][0]["title"], "url": self.site}


def make_style(pictures: Iterable[str] = (), highlights: str = "", rules: str = RULES) -> str:
    """Return the CSS of a page: colours and font of its pictures (SVG), highlights, and the other rules.

    The font has no letters but theirs: a page is to weigh little.
    """
    svg = "".join(pictures)
    faces = render_font_faces(collect_letters([svg]), groups=())
    return minify_css(render_style_rules(svg) + rules) + highlights + faces


def minify_css(rules: str) -> str:
    """Return CSS without the spaces that only people need."""
    return re.sub(r"\s*([{};])\s*|(?<=[:,])\s+", r"\1", rules)


def render_template(template: str, **context: object) -> bytes:
    """Return a page, or another file of the site, from its template."""
    return _open_frames().get_template(template).render(context).encode()


@cache
def _open_frames() -> Environment:
    """Return where templates are compiled, each once and again when its file changes."""
    return Environment(loader=FileSystemLoader(FRAMES), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def locate_page(language: str, name: str, kind: str = "html") -> str:
    """Return the address of a page or other file that there is in each language, such as "summary.fr.html"."""
    return f"{name}.{language}.{kind}"


def make_policy(style: str) -> str:
    """Return the content security policy of a page: its own style, the images and fonts inside it, nothing else.

    Only the site itself may be asked: whoever audits a page asks for its robots.txt from within.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    embedded = "img-src data:; font-src data:" if "@font-face" in style else "img-src data:"
    return f"default-src 'none'; style-src 'sha256-{digest}'; {embedded}; connect-src 'self'; base-uri 'none'; form-action 'none'"


def render_linked_data(graph: list[dict]) -> Markup:
    """Return nodes as JSON-LD for a script element, in which no text can end the element."""
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}))
