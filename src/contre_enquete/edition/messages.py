"""The reference page of error messages: collected from the source of the engine, explained by where they arise.

A message is a text of the source that says what was found or expected, or that stands where an error is raised.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ENGINE_SOURCE = Path(__file__).resolve().parents[1]
SPOKEN = re.compile(r"\bexpected\b|: not found|: found no |is not linked to|^unreviewed claim")
INSTRUCTION = re.compile(r"\bexpected\b|not found|try: |pip install|; make |then run|puts .* back")
JUDGES = re.compile(r"fault|diff_|flaw|_write_span|_find_tries")  # functions that give back messages
OF_COLUMNS = ("AnswersError", "ColumnError")  # which say of which column, and what was expected
HOLE = "…"


@dataclass(frozen=True)
class Message:
    """A message of the engine: the module that has it, and its text with "…" where a place or a value stands."""

    module: str
    text: str


MESSAGE_CHAPTERS = {  # title: the modules whose messages it has, what they mean, and what to do
    "The data": (
        ("descriptor", "survey/", "figures/corrected", "edition/log"),
        "A table of `data/`, `datapackage.json` or two of them together do not hold: a cell of the wrong kind, a name "
        "that no codebook lists, a total outside of its parts, a wave or margin of something that is not there. Row 1 "
        "is the header, as in a spreadsheet. Mend the cell that the message names, from the page that you read; "
        "[tables and columns](tables.md) says what each may hold, [rules](rules.md) which references a claim takes.",
    ),
    "The declaration": (
        ("article", "toml_reader"),
        "`article/article.toml`, or another file of settings, says something that it may not. The place is the table "
        "and the key. [Its keys](article.md).",
    ),
    "Sentences and languages": (
        ("text/", "edition/translation"),
        "A sentence lacks its translation, or a language how it writes numbers. Write what is missing into the "
        "catalogue that the message names; `contre-enquete translate` begins one.",
    ),
    "Numbers and claims of texts": (
        ("prose/tracing", "edition/check"),
        "A number of a text is not the figure that its link names, or a sentence has not been read against the "
        "sources. Correct the number or the link; `contre-enquete figures PART` lists what can be cited, "
        "`check --write` writes changed numbers in, and `check --read` records that you read a sentence.",
    ),
    "Notebooks": (
        ("notebooks/", "edition/html", "edition/pages", "display/"),
        "A notebook holds what [notebooks](notebooks.md) may not, or it does not run. The place is the number of the "
        "cell, and 1 is the first. Change the cell, then `make`.",
    ),
    "Code and charts": (
        ("plugin", "charts/", "edition/drawing"),
        "The code in `article/` stops, or draws what cannot be shown. The place is the last line of yours that ran. "
        "[Charts](python.md#charts).",
    ),
    "Names": (
        ("errors", "figures/", "__init__"),
        "A call names a chart, table, question, group or figure that the edition does not have. Take the nearest name "
        "that the message gives, or one of the list of [figures](figures.md).",
    ),
    "Numbers of calls": (
        ("statistics/",),
        "A function of statistics was given what its method is not defined for. The message names the argument.",
    ),
    "Building and running again": (
        ("edition/build", "edition/rerun", "edition/layout", "edition/browser", "warm_start"),
        "What is saved is not what a fresh run gives, or a page cannot be read on some screen. Run `make` and look at "
        "what `git status` lists, before you commit it.",
    ),
    "Beginning, moving and comparing editions": (
        ("edition/new", "edition/outline", "edition/engine", "edition/shelf", "edition/archive", "edition/corrections"),
        "`new`, `wheel`, `upgrade`, `shelf` and `corrections` stop before they change anything.",
    ),
    "Files": (
        ("files", "project", "reads"),
        "A file is not there, is not what its name says, or cannot be written. Nothing is lost or half-written: free "
        "the disk or the folder, or save the file as the message asks, and run the command again.",
    ),
    "The command line": (
        ("__main__", "pytest_plugin"),
        "An option does not fit. `contre-enquete COMMAND --help` lists those of a command; an unknown one is refused "
        "by `argparse`, Python’s own reader of options, in its words.",
    ),
    "Numbers of any text": (
        ("prose/", "edition/any_notebook"),
        "A project without an edition has its numbers checked, and its settings or figures cannot be read. "
        "[Numbers in prose](../numbers-in-prose.md).",
    ),
    "A survey of your own": (
        ("answers/", "survey/own", "display/own"),
        "The file of answers or its codebook cannot be tabulated. [Your own survey](../own-survey.md).",
    ),
}

DAMAGED = "Take a whole copy of the archive."
STOPPED = "Run the cell in JupyterLab (`make lab`): it shows the whole error."
NOTEBOOK = "Open it in JupyterLab and save it again, or take it back from git."
REDRAWN = "Look at the picture, run `make`, and commit what it writes; if only another machine drew it, say so."
WRITING = "Free the disk or the folder, and run the command again."
NAMES = "Name the group, item or source of the figure, or link to the one that the sentence names."
NOTES = {  # what to do, where the message does not say it
    "module … has no attribute …": "[The public names](python.md).",
    "…: not a notebook (…)": NOTEBOOK,
    "…: not a notebook (…: …)": NOTEBOOK,
    "…: not a notebook of format 4 (…: …)": NOTEBOOK,
    "a change beyond its cell": "Write the number by hand: its sentence goes on in another cell.",
    "wrong checksum": DAMAGED,
    "cut or damaged in the archive": DAMAGED,
    "packed in a way that is not known": "Pack it again, as a zip archive.",
    "no zip archive, or one that is cut or damaged": DAMAGED,
    "…: its code does not end within … seconds": "Run `make` in that edition to see where it waits.",
    "not a picture that can be read": "Take it back from git, or run `make`.",
    "other bytes, the same pixels": REDRAWN,
    "… of … pixels differ, by up to … of 255, from (…, …) to (…, …)": REDRAWN,
    "…, the same elements": REDRAWN,
    "… of … tags differ, the first …, here …": REDRAWN,
    "/…: not what is drawn here: …": REDRAWN,
    "… outputs; a fresh run gives …": "Run `make`, read what changed, and commit it.",
    "… …; a fresh run gives …": "Run `make`, read what changed, and commit it.",
    "make: failed, as it says above; the engine is the one that was there before": "Mend that first, then `upgrade` again.",
    "the key … twice": "Keep one of the two.",
    "the number …": "JSON has no such number: write a finite one, or leave the cell empty.",
    "…: the kernel stopped (…)": STOPPED,
    "… cannot be written: … is in its place; no file is changed": "Move that away.",
    "… cannot be written (…); no file is changed, and the next run goes on": WRITING,
    "… cannot be replaced (…); no file is half-written, and the next run goes on": WRITING,
    "names: …; … is …": NAMES,
    "no … is named": NAMES,
    "no … is named in the link, and … in the sentence; … is of: …": NAMES,
    "direction: found …; … is …": "Turn the words round, or link to the other change.",
    "…: no … file, or one that is cut": "Get the file again, and look at its ending: it should say what the file is.",
    "…: found no wheel of contre-enquete with a lock for editions": "Name one that `contre-enquete wheel` has made.",
    "…: found no kind of figure that is written so": "[The kinds of figures](figures.md).",
    "…: found no percent with this reference…": "`contre-enquete figures` lists the references there are.",
    "number is not linked to a figure": "Put it into a link to its figure, or write it in words. What is no figure, as an age in “adults 18 and over”, is declared under `names` in `article/article.toml`.",
    "data/datapackage.json: not a data package (…)": "[The one of the tutorial](../tutorial.md) is whole.",
}


def list_messages() -> list[Message]:
    """Return every message of the engine, module by module, each text once in a module."""
    sources = {
        path.relative_to(ENGINE_SOURCE).with_suffix("").as_posix(): ast.parse(path.read_bytes())
        for path in sorted(ENGINE_SOURCE.rglob("*.py"))
        if "skeleton" not in path.parts and path != Path(__file__)
    }
    constants = {name: value for tree in sources.values() for name, value in _list_constants(tree)}
    texts = [(module, text) for module, tree in sources.items() for text in _Collector(constants).collect(tree)]
    return [Message(module, text) for module, text in dict.fromkeys(texts)]


def _list_constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the texts that a module gives a name, such as that of a file, which messages fill in."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield from ((name.id, node.value.value) for name in node.targets if isinstance(name, ast.Name))


class _Collector(ast.NodeVisitor):
    """Collects the messages of a module: texts in their words, and what errors and functions that judge are given."""

    def __init__(self, constants: dict[str, str]) -> None:
        self.constants = constants
        self.texts: list[str] = []
        self.is_judge = False

    def collect(self, tree: ast.Module) -> list[str]:
        self.visit(tree)
        return self.texts

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        before, self.is_judge = self.is_judge, bool(JUDGES.search(node.name))
        self.generic_visit(node)
        self.is_judge = before

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring
            self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        if isinstance(node.exc, ast.Call):
            name = ast.unparse(node.exc.func)
            head = "" if name.endswith("Error") else f"{HOLE}: found {HOLE}; expected "
            for given in (
                node.exc.args if name.endswith("Error") else node.exc.args[:2]
            ):  # a third one is what was found
                self._add(given, f"{HOLE}, column {HOLE}: expected " if name in OF_COLUMNS else head)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        name = ast.unparse(node.func)
        if name == "unknown_name":
            self.texts.append(f"{self._write(node.args[0])} {HOLE}: not found; the nearest is {HOLE}")
        elif self.is_judge and name.endswith(".append"):
            self._add(node.args[0])
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        if self.is_judge:
            self._add(node.value)
        self.generic_visit(node)

    def visit_Yield(self, node: ast.Yield) -> None:
        if self.is_judge and isinstance(node.value, ast.Tuple):  # column, what was found, what was expected
            self._add(node.value.elts[-1], f"{HOLE}, row {HOLE}, column {HOLE}: found {HOLE}; expected ")
        elif self.is_judge:
            self._add(node.value)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if SPOKEN.search(self._write(node)):
            self.texts.append(self._write(node))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        if SPOKEN.search(self._write(node)):
            self.texts.append(self._write(node))

    def _add(self, node: ast.expr | None, head: str = "") -> None:
        """Keep a text in words, after a head unless it says itself what is expected."""
        branches = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
        for text in map(self._write, branches):
            if re.search(r"[a-z]{2,}\W+\w", text) and not SPOKEN.search(text):
                self.texts.append(f"{head}{text}")

    def _write(self, node: ast.expr | None) -> str:
        """Return a text with a hole for each value; "" of what is no text."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else ""
        if isinstance(node, ast.FormattedValue):
            return self.constants.get(ast.unparse(node.value), HOLE)
        return re.sub(f"{HOLE}+", HOLE, "".join(map(self._write, getattr(node, "values", ()))))


def find_chapter(module: str) -> str:
    """Return the chapter of a module's messages: of the one whose name is the longest beginning of the module's.

    >>> find_chapter("survey/own"), find_chapter("survey/waves")
    ('A survey of your own', 'The data')
    """
    fitting = [
        (len(name), title)
        for title, (names, _) in MESSAGE_CHAPTERS.items()
        for name in names
        if module.startswith(name)
    ]
    return max(fitting)[1]


def render_errors(project: Path) -> str:
    """Return the page of error messages."""
    lines = [
        "# Error messages",
        "",
        "A message is one line: the place, what was found there, what was expected. The place is a file of the edition, with",
        "its row, key, cell or line. “…” stands here for what differs from case to case. A message without an expectation",
        "has what to do beside it. To find one, search this page for words of it.",
    ]
    messages = list_messages()
    for title, (_, words) in MESSAGE_CHAPTERS.items():
        texts = dict.fromkeys(message.text for message in messages if find_chapter(message.module) == title)
        lines += ["", f"## {title}", "", words, "", *map(_render_message, texts)]
    return "\n".join([*lines, ""])


def _render_message(text: str) -> str:
    code = f"`` {text} ``" if "`" in text else f"`{text.strip()}`"
    return f"- {code}" + (f" {NOTES[text]}" if text in NOTES else "")
