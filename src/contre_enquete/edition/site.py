"""Render the pages around notebooks: openings, figures, summaries, log, description of the data; sitemap, downloads."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from markupsafe import Markup

from ..article import locate_method
from ..charts.parts import ChartParts, render_chart
from ..charts.spreadsheet import escape_formulas
from ..display.claim_review import claim_anchor
from ..files import decode_text, read_text_file
from ..project import SUMMARY
from ..survey.claims import WORDING_VERDICTS, judge_claims
from ..survey.model import load_survey
from ..survey.voices import FIGURE_VERDICTS
from ..text.language import Language, uncapitalise
from ..text.links import strip_links
from .html import (
    PageRenderer,
    estimate_reading_minutes,
    read_title,
    render_markdown,
    resolve_figure_links,
    strip_emphasis,
    summarise,
)
from .imprint import (
    RULES_OF_FIGURE,
    Publication,
    locate_page,
    make_style,
    render_linked_data,
    render_template,
)
from .log import render_feed, render_log_page
from .outputs import embedded_height, list_pictures, read_anchors, read_charts, render_alone


def render_site(
    project: Path, notebooks: dict[str, bytes], copies: dict[str, bytes], site: str = ""
) -> dict[str, bytes]:
    """Return all files of the site but the notebook pages, by address.

    That is, in each language, an opening page, a page for each figure, a summary if the article has one, a log of
    corrections and a feed, the description of the data; downloads, sitemap.xml and robots.txt.
    `notebooks` are the executed notebooks by the address of their page, such as
    "notebooks/en/1-article.html"; `copies` the files of data and figures by path. Returns files by address.
    """
    publication = Publication(project, site)
    twins: dict[str, dict[str, str]] = {}
    for address in notebooks:
        _, code, name = address.split("/")
        twins.setdefault(name, {})[code] = address
    codes = sorted({address.split("/")[1] for address in notebooks})
    openings = {code: publication.locate_opening_page(code) for code in codes}
    logs = {code: locate_page(code, "corrections") for code in codes}
    texts = {code: project / SUMMARY.format(code) for code in codes}
    summaries = {code: locate_page(code, "summary") for code in codes if texts[code].is_file()}
    texts_of_method = {code: locate_method(project, code) for code in (publication.source_language, *codes)}
    methods = {code: copies[path] for code, path in texts_of_method.items() if path in copies}
    described = {code: publication.locate_method_page(code) for code in methods}
    files = {
        path: escape_formulas(content, path) if path.endswith(".csv") else content for path, content in copies.items()
    }
    for code in codes:
        notebook_pages = {
            addresses[code]: nbformat.reads(notebooks[addresses[code]].decode(), as_version=4)
            for addresses in twins.values()
            if code in addresses
        }
        files[openings[code]] = render_opening_page(publication, code, notebook_pages, summaries)
        files |= render_figure_pages(publication, code, notebook_pages)
        files[logs[code]] = render_log_page(publication, code, logs)
        files[locate_page(code, "feed", "xml")] = render_feed(publication, code)
        if code in summaries:
            files[summaries[code]] = render_summary_page(
                publication, code, read_text_file(texts[code], texts[code].name, "a summary"), notebook_pages, summaries
            )
    for code, content in methods.items():
        files[described[code]] = render_document_page(
            publication, code, decode_text(content, texts_of_method[code], "a description of the data"), described
        )
    files["sitemap.xml"] = render_sitemap([openings, summaries, logs, *twins.values()], publication)
    files["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {publication.site}sitemap.xml\n".encode()
    return files


def render_opening_page(
    publication: Publication, language: str, notebooks: dict[str, nbformat.NotebookNode], summaries: dict[str, str]
) -> bytes:
    """Return the page whose doors lead to the notebooks of a language; it shows the first chart of the first one.

    Notebooks behind no door have a card each, after the doors. `notebooks` maps the address of each page to its
    notebook, `summaries` each language to the address of its summary.
    """
    spoken = publication.language(language)
    twins = {code: publication.locate_opening_page(code) for code in publication.languages}
    chart = next(iter(read_charts(next(iter(notebooks.values())))), None)
    description = spoken.say(publication.words.description)
    style = make_style(_list_drawings(chart))
    page = publication.describe_page(spoken, twins[language], publication.words.name, description, twins, style)
    cards = {Path(address).stem: _describe_card(address, notebook) for address, notebook in notebooks.items()}
    doors = [
        {
            "title": spoken.say(door.title),
            "words": spoken.say(door.words),
            "cards": [cards.pop(name) for name in door.notebooks if name in cards],
        }
        for door in publication.article.doors
    ]
    graph = [
        publication.describe_article(page, twins) | {"@type": "WebSite", "name": page["title"]},
        publication.describe_dataset(spoken),
    ]
    page |= {"linked_data": render_linked_data(graph), "opening": spoken.say(publication.words.opening)}
    page |= {"summary": summaries.get(language)}
    context = {"doors": doors, "cards": list(cards.values()), "chart": _render_first(chart, spoken)}
    return render_template("opening.html.j2", page=page, **context)


def _describe_card(address: str, notebook: nbformat.NotebookNode) -> dict[str, str | int]:
    """Return what the opening page says of a notebook: its title, its question, and how long it takes to read."""
    first = notebook.cells[0].source
    return {
        "address": address,
        "title": read_title(first),
        "question": strip_emphasis(strip_links(first).split("\n\n")[1]),
        "minutes": estimate_reading_minutes(notebook),
    }


def render_figure_pages(
    publication: Publication, language: str, notebooks: dict[str, nbformat.NotebookNode]
) -> dict[str, bytes]:
    """Return the page of each figure of a language's notebooks, to share or embed, by its address."""
    spoken, pages = publication.language(language), {}
    for place, content in notebooks.items():
        for chart in read_charts(content):
            name, title = chart["name"], chart["title"]
            twins = {code: f"figures/{code}/{name}.html" for code in publication.languages}
            style = make_style([chart["narrow"]["svg"]], rules=RULES_OF_FIGURE)
            page = publication.describe_page(spoken, twins[language], title, chart["subtitle"], twins, style)
            page["card"] = f"{publication.site}social/{language}/{name}.png"
            page["card_words"] = title
            page["linked_data"] = render_linked_data(
                [publication.describe_article(page, twins) | {"@type": "CreativeWork"}]
            )
            pages[twins[language]] = render_template(
                "figure.html.j2",
                page=page,
                name=name,
                chart=Markup(render_alone(chart)),
                height=embedded_height(chart),
                place=f"{place}#figure-{name}",
            )
    return pages


def render_summary_page(
    publication: Publication,
    language: str,
    text: str,
    notebooks: dict[str, nbformat.NotebookNode],
    twins: dict[str, str],
) -> bytes:
    """Return the article on one page: the finding, the first chart, verdicts on some claims, the rest of `text`.

    `text` is in Markdown: a title, the finding, and parts with headings of their own, before which chart and verdicts
    stand. `notebooks` and `twins` map the addresses of pages to notebooks, and languages to the addresses of this page.
    """
    spoken, survey = publication.language(language), load_survey(language, publication.project)
    say, chart = spoken.say, next(iter(read_charts(next(iter(notebooks.values())))), None)
    style = make_style(_list_drawings(chart))
    page = publication.describe_page(spoken, twins[language], read_title(text), summarise(text, 1), twins, style)
    rows, claims = _map_anchors(notebooks), {claim.claim: claim for claim in judge_claims(survey)}
    verdicts = [
        {
            "claim": strip_links(claim.text),
            "address": rows.get(claim_anchor(claim)),
            "anchor": claim_anchor(claim),
            "figure": say(FIGURE_VERDICTS[claim.figure]),
            "wording": uncapitalise(say(WORDING_VERDICTS[claim.wording])),
        }
        for claim in map(claims.__getitem__, survey.article.summary)
    ]
    finding, *parts = re.split(r"(?m)^(?=## )", resolve_figure_links(text, rows))
    page |= {
        "linked_data": render_linked_data(
            [publication.describe_article(page, twins), publication.describe_dataset(spoken)]
        )
    }
    return render_template(
        "summary.html.j2",
        page=page,
        finding=Markup(_render_text(finding, spoken)),
        chart=_render_first(chart, spoken),
        verdicts=verdicts,
        parts=Markup(_render_text("".join(parts), spoken)),
    )


def render_document_page(publication: Publication, language: str, text: str, twins: dict[str, str]) -> bytes:
    """Return a document of the project, given in Markdown, as a page. `twins` are its addresses by language."""
    spoken = publication.language(language)
    page = publication.describe_page(spoken, twins[language], read_title(text), summarise(text, 1), twins)
    page |= {
        "linked_data": render_linked_data(
            [publication.describe_article(page, twins), publication.describe_dataset(spoken)]
        )
    }
    return render_template("document.html.j2", page=page, text=Markup(_render_text(text, spoken)))


def render_sitemap(pages: list[dict[str, str]], publication: Publication) -> bytes:
    """Return `sitemap.xml`. Each of `pages` maps languages to the addresses of a page."""
    tagged = [
        {
            publication.language(code).tag: publication.site + address.removesuffix("index.html")
            for code, address in twins.items()
        }
        for twins in pages
    ]
    return render_template("sitemap.xml.j2", pages=tagged)


def _map_anchors(notebooks: dict[str, nbformat.NotebookNode]) -> dict[str, str]:
    """Return the address of the first page that holds the row of each figure, by reference."""
    pages: dict[str, str] = {}
    for address, notebook in notebooks.items():
        pages = dict.fromkeys(read_anchors(notebook), address) | pages
    return pages


def _list_drawings(chart: ChartParts | None) -> list[str]:
    """Return the pictures of a chart, if there is one, as SVG."""
    return [picture["svg"] for picture in list_pictures([chart] if chart else [])]


def _render_first(chart: ChartParts | None, language: Language) -> Markup:
    """Return a notebook's first chart as HTML for a page at the site's root, without links to cards."""
    return Markup(render_chart(chart, language, "") if chart else "")


def _render_text(text: str, language: Language) -> str:
    return render_markdown(text, PageRenderer(language))
