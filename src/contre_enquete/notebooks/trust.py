"""Decide whether JupyterLab may show a notebook as it is, or without what could run in it before any cell is run.

A script in a result, or in raw HTML among the words, has all the rights of whoever opened the notebook. So only what
this project has committed or made itself is trusted, and of that only what holds nothing that could run.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode

from ..project import LEDGER, digest_contents
from ..text.markup import find_unsafe_html

INERT_OUTPUTS = {  # JupyterLab shows them as text, as a picture or not at all
    "application/ld+json",
    "application/vnd.contre-enquete.parts+json",
    "image/jpeg",
    "image/png",
    "text/plain",
}
SCRIPT_ADDRESS = re.compile(r"(?:java|vb)script:", re.IGNORECASE)


def find_reason_for_distrust(notebook: NotebookNode, project: Path, path: str) -> str:
    """Return why JupyterLab must not show a notebook as it is, "" if it may.

    `path` is that of the file that it was read from, from the project's folder.
    """
    if active := next(find_active_content(notebook), ""):
        return active
    content = (project / path).read_bytes()
    if content != _read_committed(project, path) and digest_contents(content) != _read_made(project, path):
        return "found changes; expected it as committed on this branch, or as make has made it here"
    return ""


def find_active_content(notebook: NotebookNode) -> Iterator[str]:
    """Yield what could run in a notebook as soon as it is shown, one line each with the cell."""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown" and (found := _find_in_markdown(cell.source)):
            yield f"cell {number}: found {found!r}; expected words and plain HTML"
        for output in cell.get("outputs", []):
            for kind, data in output.get("data", {}).items():
                found = find_unsafe_html(data) if kind == "text/html" else "" if kind in INERT_OUTPUTS else kind
                if found:
                    yield f"cell {number}, result: found {found!r}; expected text, pictures and plain HTML"


def _find_in_markdown(text: str) -> str:
    """Return the start of the first HTML or address in a Markdown text that could run, "" if there is none."""
    compact = re.sub(r"[\0-\x20\\]", "", html.unescape(text))  # as browsers read addresses
    address = SCRIPT_ADDRESS.search(compact)
    return find_unsafe_html(text) or (compact[address.start() :][:80] if address else "")


def _read_committed(project: Path, path: str) -> bytes | None:
    """Return a file as the last commit of this branch has it, None if it has none or there is no git."""
    command = ["git", "-C", str(project), "cat-file", "blob", f"HEAD:./{path}"]
    try:
        return subprocess.run(command, capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None


def _read_made(project: Path, path: str) -> str | None:
    """Return the digest of a file as the last build made it, None if no build made it."""
    try:
        return json.loads((project / LEDGER).read_bytes())[path]["results"][path]
    except (OSError, ValueError, KeyError, TypeError):
        return None
