"""The page that people read: an executed notebook as one HTML file, without script or request.

`EditionExporter` is an nbconvert exporter, so `make`, `jupyter nbconvert --to contre-enquete` and
JupyterLab's menu give the same page.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import nbformat
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from traitlets import Unicode, default
from traitlets.config import Config

from .. import __version__
from ..article import CATALOGUES, read_article
from ..charts.fonts import font_faces
from ..charts.svg import letters, without_font
from ..charts.table import LINKED_DATA
from ..errors import EditionError
from ..survey.package import DESCRIPTOR, find_project
from ..text.language import ENGLISH, Language, languages
from ..text.links import plain

TEMPLATES = Path(__file__).parents[1] / "templates"
PAGES = TEMPLATES / "contre-enquete"
STYLE = (PAGES / "page.css").read_text(encoding="utf-8").strip()
ICON = "data:image/svg+xml," + quote(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#0b4f8a" d="M1 2h14v10H6l-3 3v-3H1z"/>'
    '<path fill="#fff" d="M4 5h6v2H4zm0 3h8v2H4z"/></svg>',
    safe="",
)
PICTURE = re.compile(r'data:image/svg\+xml;base64,([^"]*)"')


class PageError(EditionError):
    """A notebook cannot become a page; the message says which and why."""


class EditionExporter(HTMLExporter):
    """One HTML file for a notebook in `notebooks/<language>/` of a project that has a data package.

    Furniture is in the notebook's language; links lead to the neighbouring notebooks and to the same
    notebook in other languages. Cells tagged "hide" are left out.
    """

    export_from_notebook = "Contre-enquête"
    site = Unicode(help="Address of the published edition; the data package's homepage unless told.").tag(config=True)

    @default("template_name")
    def _template_name(self) -> str:
        return "contre-enquete"

    @default("extra_template_basedirs")
    def _extra_template_basedirs(self) -> list[str]:
        return [str(TEMPLATES)]

    @property
    def default_config(self) -> Config:
        config = Config({"TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": {"hide"}}})
        config.merge(super().default_config)
        return config

    def default_filters(self):
        yield from super().default_filters()
        yield from (("anchored", anchored), ("embedded", embedded), ("plain", plain))

    def from_notebook_node(self, nb, resources=None, **kwargs):
        """The page of a notebook, as (text, resources). Raises PageError or DataError.

        `resources` say under "metadata" the notebook's `name`, and its folder as `path`.
        """
        where = (resources or {}).get("metadata", {})
        folder = Path(where.get("path") or ".").resolve()
        page = page_context(nb, where.get("name", "notebook"), folder, self.site)
        self.exclude_anchor_links = True
        # Not HTMLExporter's own: it would parse the page and write it anew, to add what ours have.
        return super(HTMLExporter, self).from_notebook_node(nb, {**(resources or {}), "page": page}, **kwargs)


class CommandExporter(EditionExporter):
    """The same, as `jupyter nbconvert --to contre-enquete`.

    JupyterLab can ask only for names without a hyphen: its menu shows the other, `contre_enquete`.
    """

    @default("enabled")
    def _enabled(self) -> bool:
        return "jupyter_server" not in sys.modules


def notebook_page(notebook: bytes, path: Path, site: str = "") -> bytes:
    """The page of a notebook whose file is, or will be, at `path`."""
    where = {"metadata": {"name": path.stem, "path": str(path.parent)}}
    body, _ = EditionExporter(site=site).from_notebook_node(nbformat.reads(notebook.decode(), as_version=4), where)
    return body.encode()


def page_context(notebook: nbformat.NotebookNode, name: str, folder: Path, site: str) -> dict:
    """What the template says around a notebook: addresses, neighbours, contents, colophon, data for machines."""
    if folder.name not in languages():
        raise PageError(
            f"{name}.ipynb: in the folder {folder.name!r}; expected a folder named for its language: {', '.join(languages())}"
        )
    edition = Edition(find_project(folder), site)
    language = edition.language(folder.name)
    address = f"notebooks/{folder.name}/{name}.html"
    names = sorted(path.stem for path in folder.glob("[!.]*.ipynb"))
    place = names.index(name) if name in names else len(names)
    twins = {
        code: f"notebooks/{code}/{name}.html"
        for code in languages()
        if (folder.parent / code / f"{name}.ipynb").is_file()
    } | {folder.name: address}
    first = notebook.cells[0].source
    shown = "".join(_html_outputs(notebook))
    page = edition.page(language, address, heading(first), summary(first), dict(sorted(twins.items())), shown)
    graph = [edition.article(page, twins), edition.dataset(language), *_claim_reviews(notebook, edition, page)]
    return page | {
        "contents": _contents(notebook),
        "previous": _neighbour(folder, names[place - 1]) if 0 < place <= len(names) and names else None,
        "next": _neighbour(folder, names[place + 1]) if place + 1 < len(names) else None,
        "linked_data": linked_data(graph),
    }


class Edition:
    """What every page says of the edition: where it is published, its version, its data, how to cite it."""

    def __init__(self, project: Path, site: str = "") -> None:
        self.project, self.words = project, read_article(project).words
        self.package = json.loads((project / DESCRIPTOR).read_text(encoding="utf-8"))
        self.site = (site or self.package["homepage"]).rstrip("/") + "/"
        self.languages = [code for code in languages() if any((project / "notebooks" / code).glob("[!.]*.ipynb"))]
        self.checksum = hashlib.sha256((project / "data/survey.csv").read_bytes()).hexdigest()

    def language(self, code: str) -> Language:
        """Return a language with the article's own words."""
        return Language(code, self.project / CATALOGUES)

    def page(
        self, language: Language, address: str, title: str, description: str, twins: dict[str, str], shown: str = ""
    ) -> dict:
        """Return the context of one page.

        `twins` are the addresses of the page in each language, its own included; `shown` is the HTML
        whose pictures the page shows, for the letters of their font.
        """
        style = STYLE + font_faces(letters(map(_decoded, PICTURE.findall(shown))))
        released = date.fromisoformat(self.package["created"][:10])
        return {
            "title": title,
            "description": description,
            "language": language,
            "tag": language.tag,
            "say": language.say,
            "root": "../" * address.count("/"),
            "home": opening_address(language.code if language.code in self.languages else self.languages[0]),
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
            "edition": __version__,
            "data": self.package["version"],
            "checksum": self.checksum,
            "date": released.isoformat(),
            "day": language.date(released),
            "name": self.words.name,
            "card_words": language.say(self.words.card),
            "citation": f"{self.words.name} ({released.year}). {title}. "
            + language.say("Edition {edition}.", edition=__version__)
            + f" {self.site}{address.removesuffix('index.html')}",
            "licence": self.package["licenses"][0],
            "site": self.site,
            "style": Markup(style),
            "policy": policy(style),
            "icon": ICON,
        }

    def article(self, page: dict, twins: dict[str, str]) -> dict:
        """The page as a schema.org Article."""
        others = [self.site + twin for code, twin in twins.items() if code != page["language"].code]
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
            **({"workTranslation": others} if others else {}),
        }

    def dataset(self, language: Language) -> dict:
        """The data package as a schema.org Dataset."""
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
    def author(self) -> dict:
        return {"@type": "Organization", "name": self.package["contributors"][0]["title"], "url": self.site}


def opening_address(language: str) -> str:
    """The address of a language's opening page; that of the first language is the site's own."""
    return "index.html" if language == languages()[0] else f"index.{language}.html"


def opening_page(project: Path, language: str, notebooks: dict[str, bytes], site: str = "") -> bytes:
    """The page that leads to the notebooks of a language, with the first chart of the first one.

    `notebooks` maps the address of each page to its notebook.
    """
    edition = Edition(project, site)
    spoken = edition.language(language)
    twins = {code: opening_address(code) for code in edition.languages}
    description = spoken.say(edition.words.description)
    best = best_chart(next(iter(notebooks.values())))
    page = edition.page(spoken, twins[language], edition.words.name, description, twins, best)
    pages = []
    for address, content in notebooks.items():
        first = nbformat.reads(content.decode(), as_version=4).cells[0].source
        question, answer = (_bare(text) for text in plain(first).split("\n\n")[1:3])
        pages.append({"address": address, "title": heading(first), "question": question, "answer": answer})
    graph = [
        edition.article(page, twins) | {"@type": "WebSite", "name": page["title"]},
        edition.dataset(spoken),
    ]
    chart = Markup(embedded(best, spoken))
    page |= {"linked_data": linked_data(graph), "opening": spoken.say(edition.words.opening)}
    return _rendered("opening.html.j2", page=page, pages=pages, chart=chart)


def document_page(project: Path, address: str, text: str, site: str = "") -> bytes:
    """An English document of the project, in Markdown, as a page at `address`."""
    edition = Edition(project, site)
    language = edition.language(ENGLISH)
    page = edition.page(language, address, heading(text), summary(text, 1), {ENGLISH: address})
    graph = [edition.article(page, {}), edition.dataset(language)]
    html = MarkdownWithMath(IPythonRenderer(escape=False, exclude_anchor_links=True)).render(text)
    return _rendered(
        "document.html.j2", page=page | {"linked_data": linked_data(graph)}, text=Markup(embedded(html, language))
    )


def sitemap(pages: list[dict[str, str]], project: Path, site: str = "") -> bytes:
    """`sitemap.xml`; each of `pages` gives its addresses by language."""
    site = Edition(project, site).site
    tagged = [
        {Language(code).tag: site + address.removesuffix("index.html") for code, address in twins.items()}
        for twins in pages
    ]
    return _rendered("sitemap.xml.j2", pages=tagged)


def robots(project: Path, site: str = "") -> bytes:
    """`robots.txt`: everything may be read."""
    return f"User-agent: *\nAllow: /\nSitemap: {Edition(project, site).site}sitemap.xml\n".encode()


def policy(style: str) -> str:
    """Return the content policy of a page: its own style, images and fonts that it holds, nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    held = "img-src data:; font-src data:" if "@font-face" in style else "img-src data:"
    return f"default-src 'none'; style-src 'sha256-{digest}'; {held}; base-uri 'none'; form-action 'none'"


def linked_data(graph: list[dict]) -> Markup:
    """JSON-LD for a script element, in which no text can end the element."""
    text = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False)
    return Markup(text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}))


def heading(text: str) -> str:
    """The title at the head of a Markdown text, without links to figures. Raises PageError if there is none."""
    if not (match := re.match(r"#\s+(.*)", text)):
        raise PageError(f"a notebook begins with {text[:40]!r}; expected a title, as in '# Title'")
    return plain(match[1])


def summary(text: str, paragraph: int = 2) -> str:
    """What a text says first: the sentences of a paragraph under its title, until they are of some length.

    The second paragraph of a notebook gives its answer.
    """
    paragraphs = [heading(text), *(_bare(part) for part in plain(text).split("\n\n")[1:])]
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


def embedded(html: str, language: Language) -> str:
    """The HTML of an output for a page: pictures as elements of the page, no style that its policy forbids.

    Wide pictures and tables stand in groups that the keyboard can scroll, with a name.
    """
    chart, table = language.say("Chart"), language.say("Table")

    def picture(match: re.Match) -> str:
        phone, wide = (without_font(_decoded(data or "")) for data in match.groups())
        shown = _scroller(wide, chart, "picture wide" if phone else "picture")
        return shown + (f'<div class="picture narrow">{phone}</div>' if phone else "")

    html = re.sub(
        r'<picture>(?:<source [^>]*srcset="data:image/svg\+xml;base64,([^"]*)">)?'
        r'<img [^>]*src="data:image/svg\+xml;base64,([^"]*)"></picture>',
        picture,
        html,
    )
    html = html.replace("<th>", '<th scope="col">')
    html = re.sub(
        r"<table>(<caption>(.*?)</caption>)?.*?</table>",
        lambda match: _scroller(match[0], match[2] or table, "table"),
        html,
        flags=re.DOTALL,
    )
    return re.sub(r'(<figure[^>]*) style="[^"]*"', r"\1", html)


def _rendered(template: str, **context) -> bytes:
    environment = Environment(loader=FileSystemLoader(PAGES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template(template).render(context).encode()


def best_chart(notebook: bytes) -> str:
    """The HTML of the first chart of a notebook, or nothing."""
    shown = _html_outputs(nbformat.reads(notebook.decode(), as_version=4))
    return next((html for html in shown if html.startswith("<figure")), "")


def _html_outputs(notebook: nbformat.NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield output.get("data", {}).get("text/html", "")


def _decoded(picture: str) -> str:
    return base64.b64decode(picture).decode()


def _scroller(content: str, label: str, kind: str) -> str:
    return f'<div class="{kind}" role="group" tabindex="0" aria-label="{label}">{content}</div>'


def _bare(text: str) -> str:
    """A paragraph without marks of emphasis and without the bold words it begins with."""
    return re.sub(r"[*_`]", "", re.sub(r"^\*\*[^*]+\*\*\s*", "", text)).replace("\n", " ")


def _contents(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """The parts of a notebook: anchor and heading of each cell that begins with one of the second level."""
    parts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (match := re.match(r"##\s+(.*)", cell.source)):
            parts.append((cell.id, re.sub(r"[*_]", "", plain(match[1]))))
    return parts


def _neighbour(folder: Path, name: str) -> dict[str, str]:
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    return {"address": f"{name}.html", "title": heading(notebook.cells[0].source)}


def _claim_reviews(notebook: nbformat.NotebookNode, edition: Edition, page: dict) -> list[dict]:
    """What the notebook's outputs say of themselves, with the addresses and dates that only a page knows."""
    said = [
        output.data.get(LINKED_DATA, {})
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    common = {"author": edition.author, "datePublished": page["date"], "inLanguage": page["tag"]}
    return [
        node | common | {"url": page["canonical"] + node["url"]} for graph in said for node in graph.get("@graph", [])
    ]
