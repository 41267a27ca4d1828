"""Keep charts, tables and registers as data beside the outputs of notebooks, and render them as HTML.

A notebook keeps the parts of each under the MIME type `PARTS`. Pages are rendered from the parts and checks read
them, so nothing parses finished HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from html import unescape
from typing import NotRequired, TypedDict

from markupsafe import escape

from ..text.language import Language

PARTS = "application/vnd.contre-enquete.parts+json"
LINKED_DATA = "application/ld+json"
LEFT = '<div align="left">'  # GitHub takes styles away, but leaves this
SCROLLS = ' style="overflow-x:auto"'
HTML_TAG = re.compile("<[^>]*>")
LINK_TAG = re.compile("</?a\\b[^>]*>")
FOLDED = ' style="display:list-item;cursor:pointer"'  # of a summary, or nbviewer shows no triangle


class FilterParts(TypedDict):
    """A way to filter rows: its label, its choices, and for each row the place of its choice."""

    label: str
    choices: list[str]
    rows: list[int]


class TableParts(TypedDict):
    """A table. Cells are HTML: text and links.

    The first column has the row headers. `anchors` are the ids of the rows, and `references` the figures that each
    row's other cells show, both empty where there are none. A table with `filters` is shown as cards, the first filter
    on each of them.
    """

    caption: str
    columns: list[str]
    rows: list[list[str]]
    anchors: list[str]
    references: list[list[str]]
    filters: NotRequired[list[FilterParts]]


class PictureParts(TypedDict):
    """A picture as SVG, its `viewBox`, and its marks: the reference of a figure, and the shape that shows it."""

    svg: str
    box: str
    marks: list[list[str]]


class FigureParts(TypedDict):
    """A chart without its picture: name, words and table."""

    name: str
    title: str
    subtitle: str
    notes: list[str]
    table: TableParts


class ChartParts(FigureParts):
    """A chart with its pictures for desks and phones; a small chart has only the latter."""

    wide: PictureParts | None
    narrow: PictureParts


class CardParts(TypedDict):
    """A card of a register: the reference of its figure, and its content as HTML."""

    reference: str
    html: str


class RegisterParts(TypedDict):
    """A register, which pages show as cards."""

    caption: str
    cards: list[CardParts]


class SeriesEntry(TypedDict):
    """A chart of a series, and the tables that belong to it."""

    chart: ChartParts
    tables: list[TableParts]


class SeriesParts(TypedDict):
    """Charts one after the other, and the words that head their list of contents."""

    contents: str
    entries: list[SeriesEntry]


class OutputParts(TypedDict):
    """The content of one output: a chart, charts in a series, a table or a register."""

    chart: NotRequired[ChartParts]
    series: NotRequired[SeriesParts]
    table: NotRequired[TableParts]
    register: NotRequired[RegisterParts]


def render_table(
    table: TableParts,
    *,
    styled: bool = True,
    linked: Collection[str] = (),
    render_cell: Callable[[str], str] = str,
    slug: Callable[[str], str] | None = None,
) -> str:
    """Return a table as HTML, in a group that the keyboard can scroll.

    `styled` says whether a page's style is there; elsewhere cells carry their alignment, which JupyterLab and others
    would set to the right. Cells link to the figures that are `linked`. `render_cell` is applied to each cell, and
    `slug` gives each row with an anchor a second id.
    """

    def cell(tag: str, html: str) -> str:
        return f"<{tag}>{html if styled else f'{LEFT}{html}</div>'}</{tag.split()[0]}>"

    head = "".join(cell('th scope="col"', column) for column in map(escape, table["columns"]))
    rows = []
    for number, (header, *values) in enumerate(table["rows"]):
        anchor = table["anchors"][number] if table["anchors"] else ""
        ids = f' id="{escape(anchor)}"' if anchor else ""
        second = f' id="{slug(anchor)}"' if anchor and slug else ""
        references = table["references"][number] if table["references"] else [""] * len(values)
        cells = "".join(
            cell("td", f'<a href="#{reference}">{value}</a>' if reference in linked else render_cell(value))
            for value, reference in zip(values, references, strict=True)
        )
        named = cell(f'th{second} scope="row"', render_cell(header))
        rows.append(f"<tr{ids}>{named}{cells}</tr>")
    html = (
        f"<table><caption>{escape(table['caption'])}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    return render_scroller(html, table["caption"], "table", "" if styled else SCROLLS)


def render_cards(table: TableParts, *, styled: bool = True, render_cell: Callable[[str], str] = str) -> str:
    """Return a table as cards: each shows its row header, its choice of the first filter and its first cell.

    The other cells are folded. Nothing in a summary may be a link, so the first cell loses its own. `styled` and
    `render_cell` are as for `render_table`.
    """
    first, items = table["filters"][0], []
    for number, (header, title, *cells) in enumerate(table["rows"]):
        verdict, words = escape(first["choices"][first["rows"][number]]), LINK_TAG.sub("", title)
        places = enumerate(row_filter["rows"][number] for row_filter in table["filters"])
        kinds = " ".join(f"f{place}-{choice}" for place, choice in places)
        rest = "".join(
            f"<dt>{escape(column)}</dt><dd>{render_cell(cell)}</dd>"
            for column, cell in zip(table["columns"][2:], cells, strict=True)
        )
        items.append(
            f'<li id="{escape(table["anchors"][number])}" class="{kinds}"><details>'
            f"<summary{'' if styled else FOLDED}>{header}. <strong>{verdict}.</strong> {words}</summary>"
            f"<dl>{rest}</dl></details></li>"
        )
    caption = escape(table["caption"])
    return f'{"" if styled else f"<p>{caption}</p>"}<ul class="claims" aria-label="{caption}">{"".join(items)}</ul>'


def render_filters(table: TableParts, language: Language, name: str) -> str:
    """Return radio buttons that filter the cards of a table on a page: for all of them, and for each choice.

    Their ids begin with `name`. They need no script; see `filter_css`.
    """

    def button(place: str, label: str, count: int, checked: str = "") -> str:
        return (
            f'<label><input type="radio" name="{name}-shown" id="{name}-{place}"{checked}> '
            f"{escape(label)}\u00a0({language.number(count)})</label> "
        )

    groups = [button("every", language.say("All"), len(table["rows"]), " checked")]
    for number, row_filter in enumerate(table["filters"]):
        counted = [(n, label, row_filter["rows"].count(n)) for n, label in enumerate(row_filter["choices"])]
        buttons = "".join(button(f"{number}-{n}", label, count) for n, label, count in counted)
        groups.append(f"<fieldset><legend>{escape(row_filter['label'])}</legend>{buttons}</fieldset>")
    return f'<fieldset class="filter"><legend>{escape(language.say("Show"))}</legend>{"".join(groups)}</fieldset>'


def render_figure(chart: FigureParts, picture: str, fold: str, folded: str, *, width: int = 0) -> str:
    """Return a chart as HTML: caption, picture, notes, and the HTML `folded` under the words `fold`.

    A viewer of notebooks has no style of ours: it is given the `width` of the picture, in pixels.
    """
    figure_style, summary_style = (f' style="margin:0;max-width:{width}px"', FOLDED) if width else ("", "")
    return (
        f'<figure id="figure-{chart["name"]}"{figure_style}>'
        f"<figcaption><strong>{escape(chart['title'])}</strong><br>{escape(chart['subtitle'])}</figcaption>"
        f"{picture}{render_notes(chart)}<details><summary{summary_style}>{escape(fold)}</summary>{folded}</details></figure>"
    )


def render_notes(chart: FigureParts) -> str:
    """Return the notes under a chart as HTML."""
    return "".join(f'<p class="note">{escape(note)}</p>' for note in chart["notes"])


def render_chart(
    chart: ChartParts, language: Language, root: str, linked: Collection[str] | None = None, *, shared: bool = True
) -> str:
    """Return a chart as HTML for a page, whose style and font it needs.

    `root` leads from the page to the site's own address. Marks and cells link to the figures that are `linked`;
    without these, the picture has no marks. A chart that is `shared` has a page of its own.
    """
    say, narrow = language.say, render_picture(chart["narrow"], linked)
    if chart["wide"] is None:
        picture = f'<div class="picture small">{narrow}</div>'
    else:
        wide = render_scroller(render_picture(chart["wide"], linked), say("Chart"), "picture wide")
        picture = f'{wide}<div class="picture narrow">{narrow}</div>'
    address = f"{root}figures/{language.code}/{chart['name']}"
    files = [f'<a download href="{address}.{kind}">{kind.upper()}</a>' for kind in ("svg", "png", "csv")]
    if shared:
        files.append(f'<a href="{address}.html">{escape(say("Page of the figure, to share or embed"))}</a>')
    folded = f"{render_table(chart['table'], linked=linked or ())}<p>{', '.join(files)}</p>"
    return render_figure(chart, picture, say("Data and sharing") if shared else say("Data"), folded)


def render_series(series: SeriesParts, language: Language, root: str) -> str:
    """Return the charts of a series as HTML for a page, each with its tables folded under it, after their contents."""
    titles = [
        f'<li><a href="#figure-{entry["chart"]["name"]}">{escape(entry["chart"]["title"])}</a></li>'
        for entry in series["entries"]
    ]
    label = escape(series["contents"])
    contents = f'<nav class="series" aria-label="{label}"><ol>{"".join(titles)}</ol></nav>' if len(titles) > 1 else ""
    sections = []
    for entry in series["entries"]:
        folded = "".join(
            f"<details><summary>{escape(table['caption'])}</summary>{render_table(table)}</details>"
            for table in entry["tables"]
        )
        sections.append(f"{render_chart(entry['chart'], language, root, shared=False)}{folded}")
    return contents + "".join(sections)


def render_picture(picture: PictureParts, linked: Collection[str] | None = None) -> str:
    """Return a picture and, to lie upon it, its marks, which lead a pointer to the figures that are `linked`.

    Nothing inside a picture may be a link; the table of the chart has these links for everybody.
    """
    if linked is None or not picture["marks"]:
        return picture["svg"]
    marks = "".join(
        f'<a href="#{reference}" tabindex="-1">{shape}</a>'
        for reference, shape in picture["marks"]
        if reference in linked
    )
    return f'{picture["svg"]}<svg class="marks" aria-hidden="true" viewBox="{picture["box"]}" fill="none">{marks}</svg>'


def render_scroller(content: str, label: str, kind: str, style: str = "") -> str:
    """Return HTML in a named group that the keyboard can scroll where the content is wider than the page."""
    return f'<div class="{kind}"{style} role="group" tabindex="0" aria-label="{escape(label)}">{content}</div>'


def read_text(cell: str) -> str:
    """Return the words of a cell, without its links."""
    return unescape(HTML_TAG.sub("", cell))
