"""Run a notebook in a kernel of its own and return it in the form in which it is committed."""

from __future__ import annotations

import asyncio
import atexit
import copy
import json
import os
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from ..errors import DataError, EditionError
from ..files import parse_json, read_text_file
from ..project import ARTICLE, SESSION, NoProject, find_project, list_sources
from ..reads import note
from . import warm
from .form import KERNEL, LANGUAGE_INFO, strip_saved_state

ANSI_COLOUR = re.compile(r"\x1b\[[\d;]*m")
ARTICLE_LINE = re.compile(rf"[\\/]{ARTICLE}[\\/](\w+\.py):(\d+)")  # as a traceback of IPython names it
MAX_ATTEMPTS = 3  # at starting a kernel: two kernels may have been given the same port
QUIET_OPTIONS = [
    "--IPKernelApp.log_level=40",
    "--HistoryManager.enabled=False",
]  # warnings of the kernel program are not results


class NotebookError(EditionError):
    """A notebook cannot be read or run; the message names notebook, cell and error."""


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Return the notebook in a file. Raises NotebookError if it is not one, or a cell has no id of its own."""
    try:
        text = read_text_file(path, path.name, "a notebook")
        ids = Counter(cell.get("id") for cell in parse_json(text, path.name, "a notebook")["cells"])
        # nbformat would mend them in silence
        if shared := [str(id) for id, count in ids.items() if count > 1 or not id]:
            raise NotebookError(
                f"{path.name}: cells with the id {', '.join(shared)}; expected an id of its own in each"
            )
        if not ids:
            raise NotebookError(f"{path.name}: no cell; expected a title, a question and an answer in the first one")
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
    except DataError as error:
        raise NotebookError(str(error)) from None
    except EditionError:
        raise
    except Exception as error:  # of nbformat: a dozen types, and none that they share
        reason = str(error).partition("\n")[0][:80]
        raise NotebookError(f"{path.name}: not a notebook ({type(error).__name__}: {reason})") from None
    return notebook


def run_notebook(path: Path, environment: Mapping[str, str] | None = None) -> nbformat.NotebookNode:
    """Run the notebook at `path` from top to bottom in a new, warm kernel of this environment, and return the result.

    The kernel is given the variables of `environment` besides those of this process. The file is left as it is. In the
    result, execution counts start at 1 and nothing depends on the machine or the run: no times, no version of Python,
    no path, no live control. Notes what files of the project the kernel reads. Raises NotebookError if the file is not
    a notebook, a cell fails or the kernel stops.
    """
    os.environ.setdefault(warm.PROVISIONER_VARIABLE, warm.PROVISIONER_NAME)
    source = read_notebook(path)
    for attempt in range(1, MAX_ATTEMPTS + 1):
        notebook = copy.deepcopy(source)
        try:
            _execute(notebook, path, environment or {})
            break
        except CellExecutionError as error:
            raise NotebookError(f"{path.name}, {_describe_failure(notebook, error)}") from None
        except (DeadKernelError, RuntimeError, TimeoutError) as error:
            if attempt == MAX_ATTEMPTS or any(cell.get("execution_count") for cell in notebook.cells):
                raise NotebookError(f"{path.name}: the kernel stopped ({error})") from None
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE_INFO})
    return strip_saved_state(notebook)


def extract_results(notebook: nbformat.NotebookNode) -> bytes:
    """Return the results of a notebook's cells of code as JSON, in their order, without any text."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    cells = [{"execution_count": cell.execution_count, "outputs": cell.outputs} for cell in code]
    return json.dumps({"cells": cells}).encode()


def insert_results(path: Path, results: bytes) -> nbformat.NotebookNode:
    """Return the notebook at `path` as `run_notebook` does, with the results of a run of the same cells of code.

    Raises NotebookError if the file is not a notebook.
    """
    notebook = read_notebook(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell, kept in zip(code, json.loads(results)["cells"], strict=True):
        cell.update(nbformat.from_dict(kept))
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE_INFO})
    return strip_saved_state(notebook)


def _execute(notebook: nbformat.NotebookNode, path: Path, environment: Mapping[str, str]) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.execution_count = None
    with TemporaryDirectory(ignore_cleanup_errors=True) as own:  # not what somebody has at home, if there is a home
        client = NotebookClient(
            notebook,
            kernel_name=KERNEL["name"],
            startup_timeout=30,
            record_timing=False,
            extra_arguments=[*QUIET_OPTIONS, f"--IPKernelApp.ipython_dir={own}"],
            resources={"metadata": {"path": str(path.parent)}},
        )
        client.create_kernel_manager().connection_file = f"{own}/kernel.json"
        try:
            given = {SESSION: str(path.resolve()), warm.READS: f"{own}/reads"}
            asyncio.run(client.async_execute(env=os.environ | environment | given))
            note(*_list_reads(path, Path(own) / "reads"))
        finally:
            atexit.unregister(client._cleanup_kernel)  # which a kernel that never started would trip over


def _list_reads(path: Path, log: Path) -> list[str]:
    """Return what a kernel has read of its project, all sources if it kept no log, as one that was not forked."""
    if log.is_file():
        return log.read_text(encoding="utf-8").splitlines()
    try:
        return list_sources(find_project(path.parent))
    except NoProject:
        return []


def _describe_failure(notebook: nbformat.NotebookNode, error: CellExecutionError) -> str:
    """Return which cell failed, with its error and the last line of `article/` in the traceback."""
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                lines = ARTICLE_LINE.findall(ANSI_COLOUR.sub("", "\n".join(output.traceback)))
                place = f" ({ARTICLE}/{lines[-1][0]}, line {lines[-1][1]})" if lines else ""
                return f"cell {number}: {output.ename}: {' '.join(output.evalue.splitlines())}{place}"
    return f"cell ?: {error.ename}: {error.evalue}"


def encode_notebook(notebook: nbformat.NotebookNode) -> bytes:
    """Return a notebook as the bytes of its file."""
    return (nbformat.writes(notebook, version=4) + "\n").encode()
