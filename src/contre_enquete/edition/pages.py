"""The page that people read: an executed notebook as one HTML file, without script or request.

`EditionExporter` is an nbconvert exporter, so `make`, `jupyter nbconvert --to contre-enquete` and
JupyterLab's menu give the same page.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbconvert import HTMLExporter
from traitlets import Unicode, default
from traitlets.config import Config

from ..charts.table import LINKED_DATA
from ..survey.package import find_project
from ..text.language import languages
from ..text.links import plain
from .html import PageError, anchored, heading, shown_outputs, summary, with_tables
from .imprint import TEMPLATES, Edition, linked_data


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

    def default_filters(self) -> Iterator[tuple[str, Callable[..., str]]]:
        yield from super().default_filters()
        yield from (("anchored", anchored), ("with_tables", with_tables), ("plain", plain))

    def from_notebook_node(  # type: ignore[override]  # as HTMLExporter's own: the page is a text
        self, nb: nbformat.NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
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
    shown = "".join(shown_outputs(notebook))
    page = edition.page(language, address, heading(first), summary(first), dict(sorted(twins.items())), shown)
    graph = [edition.article(page, twins), edition.dataset(language), *_claim_reviews(notebook, edition, page)]
    return page | {
        "contents": _contents(notebook),
        "previous": _neighbour(folder, names[place - 1]) if 0 < place <= len(names) and names else None,
        "next": _neighbour(folder, names[place + 1]) if place + 1 < len(names) else None,
        "linked_data": linked_data(graph),
    }


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
