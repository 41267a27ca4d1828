"""Make tables as readers see them: a caption, one header row, one header cell in each row."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup, escape

from ..text.language import Language

CELL = re.compile(r"(<t[dh]\b[^>]*>)(.*?)(</t[dh]>)", re.DOTALL)
TABLE, WIDE = '<div class="table"', ' style="overflow-x:auto"'
LEFT, END = '<div align="left">', "</div>"  # GitHub takes styles away, but leaves this
LINKED_DATA = "application/ld+json"
PAGE = "application/vnd.contre-enquete.page+html"  # what a page shows of an output, its pictures inside


@dataclass(frozen=True)
class Table:
    """A table with a caption; its index holds the row headers.

    Cells are texts, numbers (written as the language does; NaN is "not published") or Markup. `anchors` are the ids
    of the rows, if links lead to them; `cited` is the text of those cells that link to figures, links included;
    `graph` says in nodes of JSON-LD what the table says.
    """

    frame: pd.DataFrame
    caption: str
    language: Language
    anchors: tuple[str, ...] = ()
    cited: str = ""
    graph: tuple[dict, ...] = ()

    def html(self) -> str:
        """Return the table as HTML, every text escaped, in a group that the keyboard can scroll."""
        head = "".join(f'<th scope="col">{escape(text)}</th>' for text in [self.frame.index.name, *self.frame.columns])
        anchors = [Markup(' id="{}"').format(anchor) for anchor in self.anchors] or [Markup()] * len(self.frame)
        rows = "".join(
            f'<tr{anchor}><th scope="row">{escape(item)}</th>{"".join(f"<td>{self.cell(cell)}</td>" for cell in row)}</tr>'
            for anchor, item, row in zip(anchors, self.frame.index, self.frame.itertuples(index=False), strict=True)
        )
        caption = f"<caption>{escape(self.caption)}</caption>"
        table = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        return scroller(table, self.caption, "table")

    def cell(self, value: str | float) -> Markup:
        """Return a value as the text of a cell: a number as the language writes it, every sign that HTML would take escaped."""
        if isinstance(value, str):
            return escape(value)
        return escape(self.language.say("not published") if pd.isna(value) else self.language.number(value))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str | dict]:
        for_machines: dict[str, dict] = {LINKED_DATA: {"@graph": list(self.graph)}} if self.graph else {}
        return {"text/html": without_style(self.html()), "text/plain": self.caption, **for_machines}


def without_style(html: str) -> str:
    """Return tables for where a page's style is not: cells read from the left, which JupyterLab and others align to the right."""
    return CELL.sub(rf"\1{LEFT}\2{END}\3", html.replace(TABLE, f"{TABLE}{WIDE}"))


def with_style(html: str) -> str:
    """Return tables as they were before `without_style`, for a page, which has a style."""
    return CELL.sub(lambda cell: cell[0].replace(LEFT, "").replace(END, ""), html.replace(WIDE, ""))


def scroller(content: str, label: str, kind: str) -> str:
    """Return HTML in a named group that the keyboard can scroll where the content is wider than the page."""
    return f'<div class="{kind}" role="group" tabindex="0" aria-label="{escape(label)}">{content}</div>'
