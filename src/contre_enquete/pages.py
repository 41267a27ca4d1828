"""Turns executed notebooks into pages that open anywhere, without a network."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader
from nbconvert import HTMLExporter
from traitlets.config import Config

from .language import LOCALES, Language
from .prose import plain

TEMPLATES = Path(__file__).parent / "templates"


def notebook_page(notebook: bytes, *, language: str, root: str) -> bytes:
    """The page of an executed notebook, one file without script or request.

    `root` leads from the page to the opening page's folder. Cells tagged "hide" keep their place in
    the notebook and are left out of the page.
    """
    config = Config()
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_cell_tags = {"hide"}
    exporter = HTMLExporter(
        config=config,
        template_name="contre-enquete",
        extra_template_basedirs=[str(TEMPLATES)],
        exclude_anchor_links=True,
    )
    node = nbformat.reads(notebook.decode(), as_version=4)
    furniture = {
        "title": heading(node),
        "lang": LOCALES[language].replace("_", "-"),
        "root": root,
        "say": Language(language).say,
    }
    body, _ = exporter.from_notebook_node(node, resources={"edition": furniture})
    return body.encode()


def opening_page(notebooks: dict[str, bytes]) -> bytes:
    """The page that leads to the notebooks; `notebooks` maps the address of each page to its notebook."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "contre-enquete"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    pages = []
    for address, content in notebooks.items():
        node = nbformat.reads(content.decode(), as_version=4)
        pages.append(
            {
                "address": address,
                "title": heading(node),
                "question": _question(node),
                "lang": LOCALES[address.split("/")[1]].replace("_", "-"),
            }
        )
    return environment.get_template("opening.html.j2").render(pages=pages).encode()


def heading(notebook: nbformat.NotebookNode) -> str:
    """The title of a notebook, from its first cell, without links to figures."""
    return plain(re.match(r"#\s+(.*)", notebook.cells[0].source)[1])


def _question(notebook: nbformat.NotebookNode) -> str:
    """The first paragraph under the title, without links and marks of emphasis."""
    return re.sub(r"[*_]", "", plain(notebook.cells[0].source.split("\n\n")[1]))
