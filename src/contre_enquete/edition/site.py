"""Make what surrounds the notebook pages: opening pages, summaries, the description of the data, downloads, maps for robots."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from markupsafe import Markup

from ..charts.parts import ChartParts, render_chart
from ..charts.spreadsheet import escape_formulas
from ..display.claim_review import claim_anchor
from ..figures.numbers import fill_opening_numbers
from ..project import SUMMARY, method_file
from ..survey.claims import WORDING_VERDICTS, judge_claims
from ..survey.model import load_survey
from ..survey.voices import FIGURE_VERDICTS
from ..text.language import ENGLISH, Language, uncapitalise
from ..text.links import strip_links
from .html import (
    PageRenderer,
    heading,
    reading_minutes,
    render_markdown,
    resolve_figure_links,
    strip_emphasis,
    summary,
)
from .imprint import (
    RULES_OF_FIGURE,
    Edition,
    address_in,
    linked_data,
    method_address,
    opening_address,
    page_style,
    rendered,
)
from .log import feed, log_page
from .outputs import embedded_height, list_pictures, read_anchors, read_charts, render_alone, thumbnail


def around(project: Path, notebooks: dict[str, bytes], copies: dict[str, bytes], site: str = "") -> dict[str, bytes]:
    """Make everything around the notebook pages.

    That is, in each language, an opening page, a page for each figure, a summary if the article has one, a log of
    corrections and a feed, the description of the data; downloads, sitemap.xml and robots.txt.
    `notebooks` are the executed notebooks by the address of their page, such as
    "notebooks/en/1-article.html"; `copies` the files of data and figures by path. Returns files by address.
    """
    edition = Edition(project, site)
    twins: dict[str, dict[str, str]] = {}
    for address in notebooks:
        _, code, name = address.split("/")
        twins.setdefault(name, {})[code] = address
    codes = sorted({address.split("/")[1] for address in notebooks})
    openings = {code: opening_address(code) for code in codes}
    logs = {code: address_in(code, "corrections") for code in codes}
    texts = {code: project / SUMMARY.format(code) for code in codes}
    summaries = {code: address_in(code, "summary") for code in codes if texts[code].is_file()}
    methods = {code: copies[path] for code in (ENGLISH, *codes) if (path := method_file(code)) in copies}
    described = {code: method_address(code) for code in methods}
    files = {path: escape_formulas(content) if path.endswith(".csv") else content for path, content in copies.items()}
    for code in codes:
        own = {
            addresses[code]: nbformat.reads(notebooks[addresses[code]].decode(), as_version=4)
            for addresses in twins.values()
            if code in addresses
        }
        files[openings[code]] = opening_page(edition, code, own, summaries)
        files |= figure_pages(edition, code, own)
        files[logs[code]] = log_page(edition, code, logs)
        files[address_in(code, "feed", "xml")] = feed(edition, code)
        if code in summaries:
            files[summaries[code]] = summary_page(
                edition, code, texts[code].read_text(encoding="utf-8"), own, summaries
            )
    for code, content in methods.items():
        files[described[code]] = document_page(edition, code, content.decode(), described)
    files["sitemap.xml"] = sitemap([openings, summaries, logs, *twins.values()], edition)
    files["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {edition.site}sitemap.xml\n".encode()
    return files


def opening_page(
    edition: Edition, language: str, notebooks: dict[str, nbformat.NotebookNode], summaries: dict[str, str]
) -> bytes:
    """Return the page that leads to the notebooks of a language and shows the first chart of the first one.

    `notebooks` maps the address of each page to its notebook, `summaries` each language to the address of its summary.
    Raises DataError if the article declares the number of a notebook that is no figure.
    """
    spoken, twins = edition.language(language), {code: opening_address(code) for code in edition.languages}
    charts = [next(iter(read_charts(notebook)), None) for notebook in notebooks.values()]
    thumbnails = [thumbnail(chart) if chart else "" for chart in charts]
    description = spoken.say(edition.words.description)
    style = page_style(_pictures(charts[0]) + thumbnails)
    page = edition.page(spoken, twins[language], edition.words.name, description, twins, style)
    survey, rows = load_survey(language, edition.project), _rows(notebooks)
    numbers = fill_opening_numbers(survey)
    cards = []
    for (address, notebook), small in zip(notebooks.items(), thumbnails, strict=True):
        first = notebook.cells[0].source
        question, answer = (strip_emphasis(text) for text in strip_links(first).split("\n\n")[1:3])
        number = numbers.get(Path(address).stem)
        cards.append(
            {
                "address": address,
                "title": heading(first),
                "question": question,
                "answer": answer,
                "thumbnail": Markup(small),
                "number": number
                and Markup(_html(resolve_figure_links(number, rows | _rows({address: notebook})), spoken)),
                "minutes": reading_minutes(notebook),
            }
        )
    graph = [
        edition.article(page, twins) | {"@type": "WebSite", "name": page["title"]},
        edition.dataset(spoken),
    ]
    page |= {"linked_data": linked_data(graph), "opening": spoken.say(edition.words.opening)}
    page |= {"summary": summaries.get(language)}
    return rendered("opening.html.j2", page=page, cards=cards, chart=_render_first(charts[0], spoken))


def figure_pages(edition: Edition, language: str, notebooks: dict[str, nbformat.NotebookNode]) -> dict[str, bytes]:
    """Return the page of each figure of a language's notebooks, to share or embed, by its address."""
    spoken, pages = edition.language(language), {}
    for place, content in notebooks.items():
        for chart in read_charts(content):
            name, title = chart["name"], chart["title"]
            twins = {code: f"figures/{code}/{name}.html" for code in edition.languages}
            style = page_style([chart["narrow"]["svg"]], rules=RULES_OF_FIGURE)
            page = edition.page(spoken, twins[language], title, chart["subtitle"], twins, style)
            page["card"] = f"{edition.site}social/{language}/{name}.png"
            page["card_words"] = title
            page["linked_data"] = linked_data([edition.article(page, twins) | {"@type": "CreativeWork"}])
            pages[twins[language]] = rendered(
                "figure.html.j2",
                page=page,
                name=name,
                chart=Markup(render_alone(chart)),
                height=embedded_height(chart),
                place=f"{place}#figure-{name}",
            )
    return pages


def summary_page(
    edition: Edition,
    language: str,
    text: str,
    notebooks: dict[str, nbformat.NotebookNode],
    twins: dict[str, str],
) -> bytes:
    """Return the article on one page: the finding, the first chart, verdicts of some claims, what else `text` says.

    `text` is in Markdown: a title, the finding, and parts with headings of their own, before which chart and verdicts
    stand. `notebooks` and `twins` map the addresses of pages to notebooks, and languages to the addresses of this page.
    """
    spoken, survey = edition.language(language), load_survey(language, edition.project)
    say, chart = spoken.say, next(iter(read_charts(next(iter(notebooks.values())))), None)
    style = page_style(_pictures(chart))
    page = edition.page(spoken, twins[language], heading(text), summary(text, 1), twins, style)
    rows, claims = _rows(notebooks), {claim.claim: claim for claim in judge_claims(survey)}
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
    page |= {"linked_data": linked_data([edition.article(page, twins), edition.dataset(spoken)])}
    return rendered(
        "summary.html.j2",
        page=page,
        finding=Markup(_html(finding, spoken)),
        chart=_render_first(chart, spoken),
        verdicts=verdicts,
        parts=Markup(_html("".join(parts), spoken)),
    )


def document_page(edition: Edition, language: str, text: str, twins: dict[str, str]) -> bytes:
    """Return a document of the project, given in Markdown, as a page. `twins` are its addresses by language."""
    spoken = edition.language(language)
    page = edition.page(spoken, twins[language], heading(text), summary(text, 1), twins)
    page |= {"linked_data": linked_data([edition.article(page, twins), edition.dataset(spoken)])}
    return rendered("document.html.j2", page=page, text=Markup(_html(text, spoken)))


def sitemap(pages: list[dict[str, str]], edition: Edition) -> bytes:
    """Return `sitemap.xml`. Each of `pages` maps languages to the addresses of a page."""
    tagged = [
        {Language(code).tag: edition.site + address.removesuffix("index.html") for code, address in twins.items()}
        for twins in pages
    ]
    return rendered("sitemap.xml.j2", pages=tagged)


def _rows(notebooks: dict[str, nbformat.NotebookNode]) -> dict[str, str]:
    """Return the address of the first page that holds the row of each figure, by reference."""
    pages: dict[str, str] = {}
    for address, notebook in notebooks.items():
        pages = dict.fromkeys(read_anchors(notebook), address) | pages
    return pages


def _pictures(chart: ChartParts | None) -> list[str]:
    """Return the pictures of a chart as SVG; none of no chart."""
    return [picture["svg"] for picture in list_pictures([chart] if chart else [])]


def _render_first(chart: ChartParts | None, language: Language) -> Markup:
    """Return a notebook's first chart as HTML for a page at the site's root, without links to cards."""
    return Markup(render_chart(chart, language, "") if chart else "")


def _html(text: str, language: Language) -> str:
    return render_markdown(text, PageRenderer(language))
