"""Render the outputs of notebooks for pages: charts, tables, and cards with links back to the text."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import nbformat
from markupsafe import escape

from ..charts.parts import (
    PARTS,
    ChartParts,
    OutputParts,
    PictureParts,
    RegisterParts,
    TableParts,
    render_cards,
    render_chart,
    render_filters,
    render_notes,
    render_picture,
    render_series,
    render_table,
)
from ..notebooks.form import FOLD_TAG, HIDE_TAG
from ..text.language import Language
from ..text.links import find_references
from ..text.markup import sanitize_html
from .html import Citations, PageRenderer, render_markdown

HEADING = re.compile(r"## ")  # of a part
ESCAPED_IN_CSS = re.compile(r"[^\w-]")  # to be escaped in a name in CSS


def render_register(register: RegisterParts, citations: Citations, language: Language) -> str:
    """Return the cards of a register under its caption, each with links back to the sentences that cite it."""
    caption = escape(register["caption"])
    items = "".join(
        f'<li id="{card["reference"]}">{card["html"]}{render_back_links(citations.places[card["reference"]], language)}</li>'
        for card in register["cards"]
    )
    return (
        f'<details class="all" id="cited"><summary>{caption}</summary></details>'
        f'<ul class="cards" aria-label="{caption}">{items}</ul>'
    )


def render_back_links(places: list[str], language: Language) -> str:
    """Return the links from a card to the sentences that cite it, or one that closes the card."""
    if not places:
        return f'<p class="back"><a href="#cited">{escape(language.say("Close"))}</a></p>'
    links = " ".join(f'<a href="#{place}">{number}</a>' for number, place in enumerate(places, 1))
    return f'<p class="back">{escape(language.say("Back to the text: "))}{links}</p>'


def read_parts(notebook: nbformat.NotebookNode) -> Iterator[tuple[str, OutputParts]]:
    """Yield the parts of each output of a notebook that has any, after the id of its cell."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if parts := output.get("data", {}).get(PARTS):
                yield cell.id, parts


def read_charts(notebook: nbformat.NotebookNode) -> list[ChartParts]:
    """Return the charts that a notebook shows."""
    return [parts["chart"] for _, parts in read_parts(notebook) if "chart" in parts]


def read_all_charts(notebook: nbformat.NotebookNode) -> list[ChartParts]:
    """Return the charts that a notebook shows, those in series too, which have no page of their own."""
    series = [parts["series"] for _, parts in read_parts(notebook) if "series" in parts]
    return read_charts(notebook) + [entry["chart"] for one in series for entry in one["entries"]]


def leave_out_empty_parts(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return a notebook without the parts whose tables are all empty, from their headings to the next ones.

    The cards of figures that only these parts cite go too, and so does a register that is left without a card.
    """
    notebook = copy.deepcopy(notebook)
    kept: list[nbformat.NotebookNode] = []
    empty: list[nbformat.NotebookNode] = []
    for part in _split_parts(notebook.cells):
        (empty if _is_empty(part) else kept).extend(part)
    gone = _find_cited(empty) - _find_cited(kept)
    for output in (output for cell in kept for output in cell.get("outputs", [])):
        if register := output.get("data", {}).get(PARTS, {}).get("register"):
            register["cards"] = [card for card in register["cards"] if card["reference"] not in gone]
    notebook.cells = [cell for part in _split_parts(kept) if not (gone and _is_empty(part)) for cell in part]
    return notebook


def _split_parts(cells: list[nbformat.NotebookNode]) -> Iterator[list[nbformat.NotebookNode]]:
    """Yield the cells before the first heading of a part, then those of each part."""
    starts = [n for n, cell in enumerate(cells) if cell.cell_type == "markdown" and HEADING.match(cell.source)]
    for start, end in pairwise([0, *starts, len(cells)]):
        yield cells[start:end]


def _find_cited(cells: list[nbformat.NotebookNode]) -> set[str]:
    """Return the figures that texts cite."""
    return set(find_references("\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")))


def _is_empty(cells: list[nbformat.NotebookNode]) -> bool:
    """Return whether cells show tables or a register, and none with a row or a card."""
    shown = [output.get("data", {}).get(PARTS, {}) for cell in cells for output in cell.get("outputs", [])]
    contents = [
        parts["table"]["rows"] if "table" in parts else parts["register"]["cards"] if "register" in parts else [parts]
        for parts in shown
    ]
    return bool(contents) and not any(contents)


def read_cards(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the references of the figures that have a card in a notebook."""
    registers = [parts["register"] for _, parts in read_parts(notebook) if "register" in parts]
    return [card["reference"] for register in registers for card in register["cards"]]


def read_anchors(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the ids of the cards and rows of a notebook, where links to figures and claims lead."""
    tables = [parts["table"] for _, parts in read_parts(notebook) if "table" in parts]
    return read_cards(notebook) + [anchor for table in tables for anchor in table["anchors"]]


def render_outputs(
    notebook: nbformat.NotebookNode, language: Language, method: str, root: str
) -> nbformat.NotebookNode:
    """Return a notebook whose texts and parts are HTML for its page, with links both ways between text and cards.

    A chart links to the figures that have a card or a row in the notebook. A part whose heading is tagged "fold" is
    folded under it; the last cell of such a part says so in its metadata.
    """
    notebook = copy.deepcopy(notebook)
    folds = _mark_folds([cell for cell in notebook.cells if HIDE_TAG not in cell.metadata.get("tags", [])])
    citations, linked = Citations(read_cards(notebook)), set(read_anchors(notebook))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            renderer = PageRenderer(language, method=method, citations=citations, anchor=cell.id)
            html = render_markdown(cell.source, renderer)
            cell.source = _open_fold(html) if cell.id in folds else html
        for output in cell.get("outputs", []):
            parts = output.get("data", {}).get(PARTS, {})
            if parts and "register" not in parts:
                output.data[PARTS] = _render_parts(parts, cell.id, language, root, citations, linked)
            elif "text/html" in output.get("data", {}) and not parts:  # a reader's own
                output.data["text/html"] = sanitize_html(output.data["text/html"])
    for cell in notebook.cells:  # last: the cards lead back to every text
        for output in cell.get("outputs", []):
            parts = output.get("data", {}).get(PARTS, {})
            if "register" in parts:
                output.data[PARTS] = render_register(parts["register"], citations, language)
    return notebook


def _render_parts(
    parts: OutputParts, name: str, language: Language, root: str, citations: Citations, linked: set[str]
) -> str:
    """Return the chart, charts or table of the cell `name` as HTML."""
    if "chart" in parts:
        return render_chart(parts["chart"], language, root, linked)
    if "series" in parts:
        return render_series(parts["series"], language, root)
    return f"\n{_render_rows(parts['table'], language, name, citations)}\n"


def _render_rows(table: TableParts, language: Language, name: str, citations: Citations) -> str:
    """Return a table, or its cards under their filters, whose ids begin with `name`; links are numbered citations."""
    if "filters" not in table:
        return render_table(table, render_cell=citations.number_links)
    return render_filters(table, language, name) + render_cards(table, render_cell=citations.number_links)


def _open_fold(html: str) -> str:
    """Return the text that heads a folded part, its heading as the summary; the page ends the fold."""
    heading, end, text = html.partition("</h2>")
    return f'<details class="fold"><summary>{heading}{end}</summary>{text}'


def _mark_folds(cells: list[nbformat.NotebookNode]) -> set[str]:
    """Return the ids of the headings of folded parts; mark the last cell of each part."""
    starts = [n for n, cell in enumerate(cells) if cell.cell_type == "markdown" and cell.source.startswith("## ")]
    folds = set()
    for start, end in pairwise([*starts, len(cells)]):
        if FOLD_TAG in cells[start].metadata.get("tags", []):
            folds.add(cells[start].id)
            cells[end - 1].metadata["ends_fold"] = True
    return folds


def filter_css(notebook: nbformat.NotebookNode) -> str:
    """Return CSS that hides on screen the cards which a chosen filter leaves out, but for one that a link leads to."""
    hidden = [
        f":root:has(#{cell}-{number}-{choice}:checked) .claims>li:not(.f{number}-{choice},:target)"
        for cell, parts in read_parts(notebook)
        for number, row_filter in enumerate(parts.get("table", {}).get("filters", []))
        for choice in range(len(row_filter["choices"]))
    ]
    return f"@media screen{{{','.join(hidden)}{{display:none}}}}" if hidden else ""


def highlight_css(cards: Iterable[str], pictures: Iterable[PictureParts]) -> str:
    """Return CSS that highlights every link to the figure whose card is open, if pictures have a mark for it.

    Rules and no script, so the page keeps its policy; a browser that lacks `:has()` shows the card alone.
    """
    marks = {reference for picture in pictures for reference, _ in picture["marks"]}
    names = {card: ESCAPED_IN_CSS.sub(r"\\\g<0>", card) for card in cards if card in marks}
    if not names:
        return ""
    lit = ",".join(f':root:has(#{name}:target) [href="#{card}"]' for card, name in names.items())
    return (
        f"{lit}{{background:var(--mark);color:inherit;"
        ">use,>path{stroke:var(--ink);stroke-width:2.5px}>text{fill:var(--ink);text-decoration:underline}}"
    )


def list_pictures(charts: Iterable[ChartParts]) -> list[PictureParts]:
    """Return the pictures of some charts, for desks and phones."""
    return [picture for chart in charts for picture in (chart["wide"], chart["narrow"]) if picture]


def render_alone(chart: ChartParts) -> str:
    """Return a chart as its own page shows it: drawn for a phone, without links."""
    caption = f"<figcaption>{escape(chart['subtitle'])}</figcaption>"
    return f"<figure>{caption}{render_picture(chart['narrow'])}{render_notes(chart)}</figure>"


def embedded_height(chart: ChartParts) -> int:
    """Return the height of a chart's own page in pixels, for those who embed it."""
    width, height = map(float, chart["narrow"]["box"].split()[2:])
    return round(540 * height / width) + 320
