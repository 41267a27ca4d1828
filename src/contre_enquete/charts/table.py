"""Tables as readers see them: a caption, one header row, one header cell in each row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd
from markupsafe import Markup, escape

from ..text.language import Language
from .parts import LINKED_DATA, PARTS, FilterParts, TableParts, render_cards, render_table


@dataclass(frozen=True, repr=False)
class Table:
    """A table with a caption; its index holds the row headers.

    Cells are texts, numbers (written as the language does; NaN is "not published") or Markup. `anchors` are the ids
    of the rows, if links lead to them; `cited` is the text of those cells that link to figures, links included;
    `graph` has the table's content as nodes of JSON-LD; `references` has the shape of the table and holds the
    reference of the figure in each cell, or ""; `filters` are ways to filter its rows, which are then shown as cards.

    >>> Table(pd.DataFrame({"Share (%)": [34]}, ["Bicycle"]), "Ways to work", Language("en"))
    Table: Ways to work
    Data: .frame, 1 x 1. As a page has it: .html()
    """

    frame: pd.DataFrame
    caption: str
    language: Language
    anchors: tuple[str, ...] = ()
    cited: str = ""
    graph: tuple[dict, ...] = ()
    references: pd.DataFrame | None = None
    filters: tuple[FilterParts, ...] = ()

    def __repr__(self) -> str:
        rows, columns = self.frame.shape
        return f"Table: {self.caption}\nData: .frame, {rows} x {columns}. As a page has it: .html()"

    def parts(self) -> TableParts:
        """Return the table as data, each cell as HTML."""
        rows = zip(self.frame.index, self.frame.itertuples(index=False), strict=True)
        parts: TableParts = {
            "caption": self.caption,
            "columns": [str(self.frame.index.name), *map(str, self.frame.columns)],
            "rows": [[escape(header), *map(self.cell, cells)] for header, cells in rows],
            "anchors": list(self.anchors),
            "references": [] if self.references is None else self.references.to_numpy().tolist(),
        }
        return parts | {"filters": list(self.filters)} if self.filters else parts

    def html(self) -> str:
        """Return the table, or its cards, as HTML for any viewer of notebooks."""
        return (render_cards if self.filters else render_table)(self.parts(), styled=False)

    def cell(self, value: str | float | Decimal) -> Markup:
        """Return a value as the HTML of a cell, a number as the language writes it; a `Decimal` keeps its decimals."""
        if isinstance(value, str):
            return escape(value)
        if pd.isna(value):
            return escape(self.language.say("not published"))
        decimals = -int(value.as_tuple().exponent) if isinstance(value, Decimal) else None
        return escape(self.language.number(float(value), decimals))

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str | dict]:
        for_machines: dict[str, dict] = {LINKED_DATA: {"@graph": list(self.graph)}} if self.graph else {}
        return {"text/html": self.html(), "text/plain": self.caption, PARTS: {"table": self.parts()}, **for_machines}


def make_table(
    language: Language, name: str, rows: Iterable[str], columns: Mapping[str, Iterable[str | float]]
) -> pd.DataFrame:
    """Return the data table of a chart: the name of each row, and columns with their heads.

    `name`, which heads the rows, and the heads of the columns are English, translated by the catalogues.

    Examples
    --------
    >>> make_table(Language("en"), "Item", ["Bicycle"], {"Share (%)": [34]}).loc["Bicycle"].to_dict()
    {'Share (%)': 34}
    """
    index = pd.Index(list(rows), name=language.say(name))
    return pd.DataFrame({language.say(head): list(cells) for head, cells in columns.items()}, index)
