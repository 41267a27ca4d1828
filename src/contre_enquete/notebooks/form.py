"""Check what a notebook of the edition holds, and bring it into the form in which it is committed.

When Jupyter's programs save a notebook, they add times, what is folded, the exact version of Python, how many runs
came before. These do not concern the results; `strip_saved_state`, which `make` and `make lab` call, removes them, and
`add_saved_state` puts back what JupyterLab would add by itself. Anything else that an author would not write on purpose
is a flaw.
"""

from __future__ import annotations

import ast
import copy
import re
import sys
from collections.abc import Iterator

import nbformat
from nbformat import NotebookNode

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}
SAVED_LANGUAGE = {"codemirror_mode": {"name": "ipython", "version": 3}, "nbconvert_exporter": "python"}
CONTROLS = "widgets"  # the key of the state of live controls
SAVED_CELL_METADATA = re.compile(  # folded, run at, trusted: key and value
    r"(collapsed|scrolled|trusted|editable|deletable) (True|False|auto)"
    r"|jupyter \{('(source|outputs)_hidden': (True|False),? ?)+\}"
    r"|execution \{('(iopub|shell)\.[a-z_.]+': '[0-9T:.Z+-]+',? ?)+\}"
)
PYTHON_VERSION = re.compile(r"3\.(1[1-9]|[2-9]\d)\b.*")
WIDGET = "application/vnd.jupyter.widget-view+json"
HIDE_TAG = "hide"  # the tag of the cell that readers need not see
FOLD_TAG = "fold"  # the tag of the heading of a part that pages fold
VERSION_KEY = "edition"  # in the metadata of the first cell, by `make`: the version of the edition
NOTEBOOK_VERSION = re.compile(r"\d+\.\d+\.\d+")
CHECK_DIRECTIVE = re.compile(r"nbval|nbmake|pytest|noqa|skip", re.IGNORECASE)  # what a comment to a check would say
PRIVATE_PATH = re.compile(r"(/home/|/Users/|/root/|\b[A-Z]:\\)\S*")
FORBIDDEN_MODULES = {
    "io",
    "os",
    "pathlib",
    "random",
    "requests",
    "shutil",
    "socket",
    "subprocess",
    "sys",
    "time",
    "urllib",
    "warnings",
}
FORBIDDEN_BUILTINS = {"__import__", "breakpoint", "compile", "eval", "exec", "exit", "input", "open", "print", "quit"}
MAX_CELL_LINES = 10  # lines of a cell


def strip_saved_state(notebook: NotebookNode) -> NotebookNode:
    """Return a copy of a notebook as it is committed, without what Jupyter's programs add when they save it.

    Code cells that were run are numbered in their order, as in one run from top to bottom.
    """
    notebook = copy.deepcopy(notebook)
    notebook.metadata.pop(CONTROLS, None)
    if not list(_check_language(notebook)):
        notebook.metadata.update(nbformat.from_dict({"kernelspec": KERNEL, "language_info": LANGUAGE_INFO}))
    for cell in notebook.cells:
        for key in [key for key, value in cell.metadata.items() if _is_saved_metadata(key, value)]:
            del cell.metadata[key]
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)  # another number at each run; what stands in for it stays
    for count, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
        if cell.execution_count:
            cell.execution_count = count
        for output in cell.outputs:
            if output.get("execution_count"):
                output.execution_count = count
    return notebook


def add_saved_state(notebook: NotebookNode) -> NotebookNode:
    """Return a copy of a notebook with the language that JupyterLab would write into it on opening.

    It is what a kernel of this Python says of itself. A notebook in another language is left as it is.
    """
    notebook = copy.deepcopy(notebook)
    if not list(_check_language(notebook)):
        notebook.metadata.language_info = nbformat.from_dict(
            LANGUAGE_INFO | SAVED_LANGUAGE | {"version": sys.version.split()[0]}
        )
    return notebook


def find_flaws(notebook: NotebookNode) -> list[str]:
    """Return what no notebook of the edition may hold, one line for each flaw. Runs nothing."""
    lines = list(_check_language(notebook))
    if others := set(notebook.metadata) - {"kernelspec", "language_info", CONTROLS}:
        lines.append(f"metadata {', '.join(sorted(others))}; expected kernelspec and language_info alone")
    count = 0
    for number, cell in enumerate(notebook.cells, 1):
        count += cell.cell_type == "code"
        cell_flaws = [
            *_check_cell(cell, number == 1),
            *(_check_results(cell, count) if cell.cell_type == "code" else ()),
        ]
        lines += [f"cell {number}: {line}" for line in cell_flaws]
    return lines


def _check_language(notebook: NotebookNode) -> Iterator[str]:
    """Yield the flaws of the notebook's kernel and language."""
    kernel = notebook.metadata.get("kernelspec", {})
    if (kernel.get("name"), kernel.get("language", "python")) != (KERNEL["name"], KERNEL["language"]):
        yield f"kernel {kernel.get('name')!r}, language {kernel.get('language')!r}; expected {KERNEL['name']!r}, 'python'"
    elif set(kernel) - set(KERNEL) or not re.fullmatch(r"Python 3\b[^/\\]*", kernel.get("display_name", "")):
        yield f"kernelspec {dict(kernel)}; expected {KERNEL}"
    language = dict(notebook.metadata.get("language_info", {}))
    version = language.pop("version", "3.11")
    if not PYTHON_VERSION.fullmatch(version):
        yield f"language version {version!r}; expected 3.11 or newer"
    if {key: value for key, value in language.items() if SAVED_LANGUAGE.get(key) != value} != LANGUAGE_INFO:
        yield f"language_info {language}; expected {LANGUAGE_INFO}"


def _is_saved_metadata(key: str, value: object) -> bool:
    """Return whether an entry of a cell's metadata is one that Jupyter adds when it saves."""
    value = dict(value) if isinstance(value, dict) else value
    return bool(SAVED_CELL_METADATA.fullmatch(f"{key} {value}"))


def _check_cell(cell: NotebookNode, first: bool) -> Iterator[str]:
    """Yield the flaws of any cell: its type, text, metadata and tags."""
    if cell.cell_type not in ("markdown", "code"):
        yield f"a {cell.cell_type} cell; expected Markdown or code"
    if not cell.source.strip():
        yield "empty; expected text or code"
    others = {key for key, value in cell.metadata.items() if key != "tags" and not _is_saved_metadata(key, value)}
    if first and NOTEBOOK_VERSION.fullmatch(str(cell.metadata.get(VERSION_KEY))):
        others.remove(VERSION_KEY)
    if others:
        yield f"metadata {', '.join(sorted(others))}; expected tags at most"
    tags = cell.metadata.get("tags", [])
    heads_part = cell.cell_type == "markdown" and cell.source.startswith("## ")
    allowed = [FOLD_TAG] if heads_part else [HIDE_TAG] if cell.cell_type == "code" and not cell.outputs else []
    if tags and tags != allowed:
        expected = f"none, {HIDE_TAG} on code without results, or {FOLD_TAG} on the heading of a part"
        yield f"tags {', '.join(map(str, tags))}; expected {expected}"
    if path := PRIVATE_PATH.search(cell.source):
        yield f"names {path[0]!r}; expected no place on somebody's machine"
    if cell.get("attachments"):
        yield "attachments; expected none: a picture comes from code"


def _check_results(cell: NotebookNode, count: int) -> Iterator[str]:
    """Yield the flaws of a code cell, which is the `count`th of its notebook."""
    if cell.execution_count != count:
        yield f"execution count {cell.execution_count}; expected {count}, as in one run from top to bottom"
    for output in cell.outputs:
        if output.output_type != "execute_result":
            text = output.get("evalue") or output.get("text") or ""
            yield f"output {output.output_type} {text[:80]!r}; expected what the last line shows, and no warning"
    yield from _check_code(cell.source)


def _check_code(source: str) -> Iterator[str]:
    """Yield the flaws of the code of a cell."""
    if len(source.splitlines()) > MAX_CELL_LINES:
        yield f"{len(source.splitlines())} lines; expected at most {MAX_CELL_LINES}: the rest belongs in the package"
    for comment in re.findall(r"#.*", source):
        if CHECK_DIRECTIVE.search(comment):
            yield f"{comment!r}; expected no word to a check"
    try:
        nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.expr | ast.stmt)]
    except SyntaxError:
        yield "not Python alone; expected no command of the shell and no magic"
        return
    for node in nodes:
        if flaw := _find_node_flaw(node):
            yield f"line {node.lineno} {flaw}"


def _find_node_flaw(node: ast.expr | ast.stmt) -> str:
    """Return what is wrong with an expression or a statement, "" if nothing is."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() | ast.Lambda():
            return "defines; expected definitions in the package"
        case ast.Try() | ast.TryStar() | ast.With() | ast.Delete():
            return "hides or takes away; expected neither try, with nor del"
        case ast.Import() | ast.ImportFrom() if modules := FORBIDDEN_MODULES & set(_imported_packages(node)):
            return f"imports {', '.join(sorted(modules))}; expected nothing that reaches out of the notebook"
        case ast.Attribute(attr=name) if name.startswith(("to_", "write", "system")):
            return f"writes ({name}); expected that a notebook changes nothing"
        case ast.Name(id=name) if name in FORBIDDEN_BUILTINS:
            return f"uses {name}; expected nothing that reaches out of the notebook"
        case ast.Constant(value=str(text)) if re.search(r"[/\\]", text):
            return f"names the path {text!r}; expected none"
    return ""


def _imported_packages(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Return the top-level packages that a statement imports."""
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return [name.split(".")[0] for name in names]
