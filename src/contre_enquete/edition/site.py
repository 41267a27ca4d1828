"""Make what surrounds the notebook pages: opening pages, the description of the data, downloads, maps for robots."""

from __future__ import annotations

from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from ..charts.spreadsheet import defused
from ..survey.package import METHOD
from ..text.language import ENGLISH, Language
from ..text.links import plain
from .html import bare, best_chart, figures_of, heading, summary, with_tables
from .imprint import FRAMES, RULES_OF_FIGURE, Edition, linked_data, opening_address


def around(project: Path, notebooks: dict[str, bytes], copies: dict[str, bytes], site: str = "") -> dict[str, bytes]:
    """Make everything around the notebook pages.

    That is an opening page in each language, a page for each figure, the description of the data, downloads, sitemap.xml
    and robots.txt.
    `notebooks` are the executed notebooks by the address of their page, such as
    "notebooks/en/1-article.html"; `copies` the files of data and figures by path. Returns files by address.
    """
    twins: dict[str, dict[str, str]] = {}
    for address in notebooks:
        _, language, name = address.split("/")
        twins.setdefault(name, {})[language] = address
    languages = sorted({address.split("/")[1] for address in notebooks})
    openings = {language: opening_address(language) for language in languages}
    files = {path: defused(content) if path.endswith(".csv") else content for path, content in copies.items()}
    for language, address in openings.items():
        own = {
            addresses[language]: notebooks[addresses[language]] for addresses in twins.values() if language in addresses
        }
        files[address] = opening_page(project, language, own, site)
        files |= figure_pages(project, language, own, site)
    if METHOD in copies:
        files["data/index.html"] = document_page(project, "data/index.html", copies[METHOD].decode(), site)
    files["sitemap.xml"] = sitemap([openings, *twins.values()], project, site)
    files["robots.txt"] = robots(project, site)
    return files


def opening_page(project: Path, language: str, notebooks: dict[str, bytes], site: str = "") -> bytes:
    """Return the page that leads to the notebooks of a language and shows the first chart of the first one.

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
        question, answer = (bare(text) for text in plain(first).split("\n\n")[1:3])
        pages.append({"address": address, "title": heading(first), "question": question, "answer": answer})
    graph = [
        edition.article(page, twins) | {"@type": "WebSite", "name": page["title"]},
        edition.dataset(spoken),
    ]
    page |= {"linked_data": linked_data(graph), "opening": spoken.say(edition.words.opening)}
    return _rendered("opening.html.j2", page=page, pages=pages, chart=Markup(best))


def figure_pages(project: Path, language: str, notebooks: dict[str, bytes], site: str = "") -> dict[str, bytes]:
    """Return the page of each figure of a language's notebooks, to share or embed, by its address."""
    edition, pages = Edition(project, site), {}
    spoken = edition.language(language)
    for place, content in notebooks.items():
        for figure in figures_of(content):
            address = f"figures/{{}}/{figure.name}.html".format
            twins = {code: address(code) for code in edition.languages}
            page = edition.page(
                spoken, twins[language], figure.title, figure.subtitle, twins, figure.body, RULES_OF_FIGURE
            )
            page["card"] = f"{edition.site}social/{language}/{figure.name}.png"
            page["card_words"] = figure.title
            page["linked_data"] = linked_data([edition.article(page, twins) | {"@type": "CreativeWork"}])
            pages[twins[language]] = _rendered(
                "figure.html.j2",
                page=page,
                name=figure.name,
                chart=Markup(figure.body),
                height=figure.height,
                place=f"{place}#figure-{figure.name}",
            )
    return pages


def document_page(project: Path, address: str, text: str, site: str = "") -> bytes:
    """Return an English document of the project, given in Markdown, as a page at `address`."""
    edition = Edition(project, site)
    language = edition.language(ENGLISH)
    page = edition.page(language, address, heading(text), summary(text, 1), {ENGLISH: address})
    graph = [edition.article(page, {}), edition.dataset(language)]
    html = MarkdownWithMath(IPythonRenderer(escape=False, exclude_anchor_links=True)).render(text)
    return _rendered(
        "document.html.j2", page=page | {"linked_data": linked_data(graph)}, text=Markup(with_tables(html, language))
    )


def sitemap(pages: list[dict[str, str]], project: Path, site: str = "") -> bytes:
    """Return `sitemap.xml`. Each of `pages` maps languages to the addresses of a page."""
    site = Edition(project, site).site
    tagged = [
        {Language(code).tag: site + address.removesuffix("index.html") for code, address in twins.items()}
        for twins in pages
    ]
    return _rendered("sitemap.xml.j2", pages=tagged)


def robots(project: Path, site: str = "") -> bytes:
    """Return `robots.txt`, by which everything may be read."""
    return f"User-agent: *\nAllow: /\nSitemap: {Edition(project, site).site}sitemap.xml\n".encode()


def _rendered(template: str, **context: object) -> bytes:
    environment = Environment(loader=FileSystemLoader(FRAMES), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template(template).render(context).encode()
