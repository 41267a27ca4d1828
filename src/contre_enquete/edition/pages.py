"""Make an executed notebook into the page that people read: one HTML file without script or request.

`EditionExporter` is an nbconvert exporter, so that `make`, `jupyter nbconvert --to contre-enquete` and
JupyterLab's menu give the same page.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import CodeType
from typing import Any

import nbformat
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from nbconvert import Exporter, HTMLExporter
from traitlets import Unicode, default
from traitlets.config import Config

from ..charts.parts import LINKED_DATA
from ..errors import EditionError
from ..files import decode_text
from ..project import CATALOGUES, DECLARATION, NoProject, find_project
from ..text.language import list_languages
from ..text.links import strip_links
from .any_notebook import render_any_notebook
from .html import PageError, read_title, summarize
from .imprint import TEMPLATES, Publication, make_style, render_linked_data
from .outputs import (
    filter_css,
    highlight_css,
    leave_out_empty_parts,
    list_pictures,
    read_all_charts,
    read_cards,
    render_outputs,
)


class CompiledTemplates(BytecodeCache):
    """The templates of notebooks' pages, each compiled once for all pages, and again when its file changes."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template its code, if it was compiled before."""
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        self.codes[bucket.key, bucket.checksum] = bucket.code


COMPILED = CompiledTemplates()


class EditionExporter(HTMLExporter):
    """Export a notebook as one HTML file without script or request.

    One in `notebooks/<language>/` of an edition becomes a page of its site: the words around it are in its language,
    and links lead to the notebooks beside it and to its translations. Any other becomes a page of its own. Cells tagged
    "hide" are left out.
    """

    export_from_notebook = "Contre-enquête"
    language = Unicode(help="Language of a notebook that is of no edition; by default as it or its folder says.").tag(
        config=True
    )
    site = Unicode(help="Address of the published edition; by default the data package's homepage.").tag(config=True)

    @default("template_name")
    def _template_name(self) -> str:
        return "contre-enquete"

    @default("extra_template_basedirs")
    def _extra_template_basedirs(self) -> list[str]:
        return [str(TEMPLATES)]

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        environment.bytecode_cache = COMPILED
        return environment

    @property
    def default_config(self) -> Config:
        """The configuration of HTMLExporter, with cells tagged "hide" left out."""
        config = Config({"TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": {"hide"}}})
        config.merge(super().default_config)
        return config

    def from_notebook_node(  # type: ignore[override]  # as HTMLExporter's own: the page is a text
        self, nb: nbformat.NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of a notebook and its resources. Raises PageError or DataError.

        The given `resources` hold under "metadata" the notebook's `name`, and its folder as `path`.
        """
        metadata = (resources or {}).get("metadata", {})
        folder = Path(metadata.get("path") or ".").resolve()
        if not is_of_edition(folder):
            kept, used = Exporter.from_notebook_node(self, nb, resources, **kwargs)
            return render_any_notebook(kept, metadata.get("name", "notebook"), folder, self.language), used
        nb = leave_out_empty_parts(nb)
        page = make_page_context(nb, metadata.get("name", "notebook"), folder, self.site)
        self.exclude_anchor_links = True
        # Not HTMLExporter's own: it would parse the page and write it anew, to add what ours have.
        rendered = render_outputs(nb, page["language"], page["method"]["address"], page["root"])
        body, used = super(HTMLExporter, self).from_notebook_node(
            rendered, {**(resources or {}), "page": page}, **kwargs
        )
        if "<meta" in body.partition("</head>")[2].lower():  # which may lead elsewhere, and no policy stops it
            raise PageError(
                f"{metadata.get('name')}.ipynb: found <meta in a chart or table; expected none: run make again"
            )
        return body, used


class CommandExporter(EditionExporter):
    """Export as `EditionExporter` does, under the name of the command: `jupyter nbconvert --to contre-enquete`.

    JupyterLab can ask only for names without a hyphen, so its menu does not show this exporter but `contre_enquete`.
    """

    @default("enabled")
    def _enabled(self) -> bool:
        return "jupyter_server" not in sys.modules


def render_notebook_page(notebook: bytes, path: Path, site: str = "", language: str = "") -> bytes:
    """Return the page of a notebook whose file is, or will be, at `path`. Raises PageError or DataError.

    `language` is that of a notebook of no edition, by default as it or its folder says.
    """
    resources = {"metadata": {"name": path.stem, "path": str(path.parent)}}
    expected = "a notebook as Jupyter writes it, with results as make makes them"
    try:
        node = nbformat.reads(decode_text(notebook, path.name, "a notebook"), as_version=4)
        nbformat.validate(node)
        json.dumps(node, ensure_ascii=False).encode()  # which half of a letter would not be
        body, _ = EditionExporter(site=site, language=language).from_notebook_node(node, resources)
    except (EditionError, OSError, MemoryError):
        raise
    except Exception as error:  # of nbformat and nbconvert: a dozen types, and none that they share
        keys = list(getattr(error, "relative_path", ()))  # to the first fault in its form
        place = f", cell {keys[1] + 1}{''.join(f', {key}' for key in keys[2:])}" if keys[1:] else ""
        fault = str(error).partition("\n")[0][:100]
        raise PageError(
            f"{path.name}{place}: not a notebook that a page can show ({fault or type(error).__name__}); "
            f"expected {expected}"
        ) from error
    return body.encode()


def is_of_edition(folder: Path) -> bool:
    """Return whether a folder is that of an edition's notebooks in one language."""
    try:
        project = find_project(folder)
    except NoProject:
        return False
    is_language = folder.parent == project / "notebooks" and folder.name in list_languages(project / CATALOGUES)
    return is_language and (project / DECLARATION).is_file()


def make_page_context(notebook: nbformat.NotebookNode, name: str, folder: Path, site: str) -> dict:
    """Return the context of the template of a notebook: addresses, neighbours, contents, colophon, linked data.

    Raises PageError if the notebook has no title.
    """
    publication = Publication(find_project(folder), site)
    language = publication.language(folder.name)
    address = f"notebooks/{folder.name}/{name}.html"
    names = sorted(path.stem for path in folder.glob("[!.]*.ipynb"))
    place = names.index(name) if name in names else len(names)
    twins = {
        code: f"notebooks/{code}/{name}.html"
        for code in publication.languages
        if (folder.parent / code / f"{name}.ipynb").is_file()
    } | {folder.name: address}
    first = notebook.cells[0].source
    pictures = list_pictures(read_all_charts(notebook))
    style = make_style(
        [picture["svg"] for picture in pictures], highlight_css(read_cards(notebook), pictures) + filter_css(notebook)
    )
    page = publication.describe_page(
        language, address, read_title(first), summarize(first), dict(sorted(twins.items())), style
    )
    graph = [publication.describe_article(page, twins), *_complete_claim_reviews(notebook, publication, page)]
    return page | {
        "contents": _list_contents(notebook),
        "previous": _describe_neighbour(folder, names[place - 1]) if 0 < place <= len(names) and names else None,
        "next": _describe_neighbour(folder, names[place + 1]) if place + 1 < len(names) else None,
        "linked_data": render_linked_data(graph),
    }


def _list_contents(notebook: nbformat.NotebookNode) -> list[tuple[str, str]]:
    """Return the contents of a notebook: anchor and heading of each cell that begins with a heading of level 2."""
    parts = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (match := re.match(r"##\s+(.*)", cell.source)):
            parts.append((cell.id, re.sub(r"[*_]", "", strip_links(match[1]))))
    return parts


def _describe_neighbour(folder: Path, name: str) -> dict[str, str]:
    """Return the address and title of another notebook in the folder."""
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    return {"address": f"{name}.html", "title": read_title(notebook.cells[0].source)}


def _complete_claim_reviews(notebook: nbformat.NotebookNode, publication: Publication, page: dict) -> list[dict]:
    """Return the linked data of a notebook's outputs, with the address, author and date that only the page knows."""
    graphs = [
        output.data.get(LINKED_DATA, {})
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    common = {"author": publication.author, "datePublished": page["date"], "inLanguage": page["tag"]}
    nodes = [node for graph in graphs for node in graph.get("@graph", [])]
    return [
        node | common | {"url": page["canonical"] + node["url"]} if node["@type"] == "ClaimReview" else node
        for node in nodes
    ]
