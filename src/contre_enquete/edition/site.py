"""Render the pages around notebooks: openings, figures, summaries, description of the data; and the map of the site."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import nbformat
from markupsafe import Markup

from ..article import locate_method
from ..charts.parts import ChartParts, render_chart
from ..files import read_text_file
from ..project import SUMMARY
from ..text.language import Language, uncapitalize
from ..text.links import strip_links
from .html import (
    PageRenderer,
    estimate_reading_minutes,
    read_title,
    render_markdown,
    resolve_figure_links,
    strip_emphasis,
    summarize,
)
from .imprint import (
    RULES_OF_FIGURE,
    Publication,
    make_style,
    render_linked_data,
    render_template,
)
from .outputs import embedded_height, list_pictures, read_anchors, read_charts, render_alone


def render_opening_page(publication: Publication, language: str, notebooks: dict[str, bytes]) -> bytes:
    """Return the page whose doors lead to the notebooks of a language; it shows the first chart of the first one.

    Notebooks behind no door have a card each, after the doors. `notebooks` maps the address of each page, such as
    "notebooks/en/1-article.html", to its executed notebook.
    """
    spoken, parsed = publication.language(language), _parse_notebooks(notebooks)
    twins = {code: publication.locate_opening_page(code) for code in publication.languages}
    chart = next(iter(read_charts(next(iter(parsed.values())))), None)
    description = spoken.say(publication.words.description)
    style = make_style(_list_drawings(chart))
    page = publication.describe_page(spoken, twins[language], publication.words.name, description, twins, style)
    cards = {Path(address).stem: _describe_card(address, notebook) for address, notebook in parsed.items()}
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
    page |= {"summary": publication.summaries.get(language)}
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


def render_figure_pages(publication: Publication, language: str, place: str, notebook: bytes) -> dict[str, bytes]:
    """Return the page of each figure of a notebook, to share or embed, by its address; `place` is the notebook's own.

    They show nothing of its texts.
    """
    spoken, pages = publication.language(language), {}
    for chart in read_charts(_parse_notebook(notebook)):
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


def render_summary_page(publication: Publication, language: str, notebooks: dict[str, bytes]) -> bytes:
    """Return the article on one page: the finding, the first chart, verdicts on some claims, the rest of its summary.

    The summary is in Markdown: a title, the finding, and parts with headings of their own, before which chart and
    verdicts stand. `notebooks` maps the addresses of pages to notebooks, of whose texts nothing is shown.
    """
    from ..display.claim_review import claim_anchor
    from ..survey.claims import WORDING_VERDICTS, judge_claims
    from ..survey.model import load_survey
    from ..survey.voices import FIGURE_VERDICTS

    spoken, survey = publication.language(language), load_survey(language, publication.project)
    file, twins = publication.project / SUMMARY.format(language), publication.summaries
    text, parsed = read_text_file(file, file.name, "a summary"), _parse_notebooks(notebooks)
    say, chart = spoken.say, next(iter(read_charts(next(iter(parsed.values())))), None)
    style = make_style(_list_drawings(chart))
    page = publication.describe_page(spoken, twins[language], read_title(text), summarize(text, 1), twins, style)
    rows, claims = _map_anchors(parsed), {claim.claim: claim for claim in judge_claims(survey)}
    verdicts = [
        {
            "claim": strip_links(claim.text),
            "address": rows.get(claim_anchor(claim)),
            "anchor": claim_anchor(claim),
            "figure": say(FIGURE_VERDICTS[claim.figure]),
            "wording": uncapitalize(say(WORDING_VERDICTS[claim.wording])),
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


def render_method_page(publication: Publication, language: str) -> bytes:
    """Return the description of the data in a language as a page."""
    spoken, twins, path = (
        publication.language(language),
        publication.methods,
        locate_method(publication.project, language),
    )
    text = read_text_file(publication.project / path, path, "a description of the data")
    page = publication.describe_page(spoken, twins[language], read_title(text), summarize(text, 1), twins)
    page |= {
        "linked_data": render_linked_data(
            [publication.describe_article(page, twins), publication.describe_dataset(spoken)]
        )
    }
    return render_template("document.html.j2", page=page, text=Markup(_render_text(text, spoken)))


def render_sitemap(publication: Publication, notebooks: Iterable[str]) -> bytes:
    """Return `sitemap.xml`: the openings, summaries, logs and the pages of notebooks, given by their addresses."""
    codes = sorted(publication.languages)
    openings = {code: publication.locate_opening_page(code) for code in codes}
    twins: dict[str, dict[str, str]] = {}
    for address in notebooks:
        _, code, name = address.split("/")
        twins.setdefault(name, {})[code] = address
    pages = [openings, publication.summaries, publication.logs, *twins.values()]
    tagged = [
        {
            publication.language(code).tag: publication.site + address.removesuffix("index.html")
            for code, address in twins.items()
        }
        for twins in pages
    ]
    return render_template("sitemap.xml.j2", pages=tagged)


def render_robots(publication: Publication) -> bytes:
    """Return `robots.txt`, which leads to the map of the site."""
    return f"User-agent: *\nAllow: /\nSitemap: {publication.site}sitemap.xml\n".encode()


def _parse_notebooks(notebooks: dict[str, bytes]) -> dict[str, nbformat.NotebookNode]:
    return {address: _parse_notebook(content) for address, content in notebooks.items()}


def _parse_notebook(content: bytes) -> nbformat.NotebookNode:
    return nbformat.reads(content.decode(), as_version=4)


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
