"""Give JupyterLab the notebooks of an edition so that reading them changes no file and runs nothing.

`make lab` names `NotebookManager` to Jupyter's server, which asks it for files and hands it what to save.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

from ..project import NOTEBOOKS
from .form import add_saved_state, strip_saved_state
from .trust import find_reason_for_distrust


class NotebookManager(AsyncLargeFileManager):
    """Serve notebooks as JupyterLab will want them, and save them as they are committed."""

    async def get(
        self,
        path: str,
        content: bool = True,
        type: str | None = None,
        format: str | None = None,
        require_hash: bool = False,
    ) -> dict[str, Any]:
        """Return a file or folder; a notebook of the edition with all that JupyterLab would add to it."""
        model = await super().get(path, content, type, format, require_hash)
        if content and _is_notebook(model, path):
            model["content"] = add_saved_state(model["content"])
        return model

    async def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        """Save a file, a notebook of the edition without what JupyterLab adds, and return it without its content."""
        if _is_notebook(model, path):
            notebook = nbformat.from_dict(model["content"])
            trusted = self.notary.check_cells(notebook)
            model = model | {"content": strip_saved_state(notebook)}
            self.notary.mark_cells(model["content"], trusted)
        return await super().save(model, path)

    def mark_trusted_cells(self, nb: nbformat.NotebookNode, path: str = "") -> None:
        """Mark the cells of a notebook as trusted, or say in one line why they are not."""
        signed = self.notary.check_signature(nb)  # saved from JupyterLab, after all that it shows was run there
        reason = "" if signed else find_reason_for_distrust(nb, Path(self.root_dir), path.strip("/"))
        if reason:
            self.log.warning("%s is not trusted, and nothing in it runs before you run it: %s", path, reason)
        self.notary.mark_cells(nb, not reason)


def _is_notebook(model: dict[str, Any], path: str) -> bool:
    """Return whether a file is a notebook of the edition."""
    return model.get("type") == "notebook" and PurePosixPath(path.strip("/")).match(NOTEBOOKS)
