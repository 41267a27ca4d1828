"""Runs a notebook in its own kernel and gives it back in the one form that is committed."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from .errors import EditionError

NOTEBOOKS = "notebooks/[!.]*/*.ipynb"  # by language; not what Jupyter keeps in hidden folders
LANGUAGE_INFO = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


WIDGET = "application/vnd.jupyter.widget-view+json"
QUIET = ["--IPKernelApp.log_level=40"]  # warnings of the kernel program are not results


class NotebookError(EditionError):
    """A notebook cannot be read or run; the message names notebook, cell and error."""


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """A notebook from a file. Raises NotebookError if it is not one."""
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
    except (OSError, ValueError, AttributeError, nbformat.ValidationError) as error:
        raise NotebookError(
            f"{path.name}: not a notebook ({type(error).__name__}: {str(error).splitlines()[0]})"
        ) from None
    return notebook


def run_notebook(path: Path) -> nbformat.NotebookNode:
    """The notebook at `path`, run from top to bottom in a new kernel of this environment.

    The file is left as it is. In the result, execution counts start at 1 and nothing depends on
    the machine or the run: no times, no version of Python, no path, no live control. Raises
    NotebookError when a cell fails.
    """
    notebook = copy.deepcopy(read_notebook(path))
    client = NotebookClient(
        notebook,
        kernel_name=KERNEL["name"],
        record_timing=False,
        extra_arguments=QUIET,
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        number = next(
            (
                n
                for n, cell in enumerate(notebook.cells, 1)
                if any(o.output_type == "error" for o in cell.get("outputs", []))
            ),
            "?",
        )
        raise NotebookError(f"{path.name}, cell {number}: {error.ename}: {error.evalue}") from None
    except (DeadKernelError, RuntimeError, TimeoutError) as error:
        raise NotebookError(f"{path.name}: the kernel stopped ({error})") from None
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        output.get("data", {}).pop(
            WIDGET, None
        )  # a live control has another number at each run; what stands in for it stays
    notebook.metadata = nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE_INFO})
    return notebook


def notebook_bytes(notebook: nbformat.NotebookNode) -> bytes:
    """A notebook as the bytes of its file."""
    return (nbformat.writes(notebook, version=4) + "\n").encode()
