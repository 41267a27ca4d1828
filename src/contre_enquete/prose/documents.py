"""Read the texts of notebooks and Markdown files, and change parts of them while every other byte stays."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import DataError
from ..files import decode_text, parse_json, read_bytes
from .sources import Figures, read_outputs
from .tracing import hide_code

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+', re.DOTALL)
CHARACTER = re.compile(r"\\u[dD][89abAB]\w\w\\u\w{4}|\\u\w{4}|\\.|[^\\]", re.DOTALL)  # in a string of JSON
FRONT_MATTER = re.compile(r"\A\ufeff?---\r?\n.*?\n---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
CODE_DIRECTIVES = {  # of MyST; what any other holds is prose
    *("code", "code-block", "code-cell", "sourcecode", "literalinclude", "math", "mermaid", "image", "include", "raw"),
    *("toctree", "bibliography", "eval-rst", "csv-table", "embed", "iframe", "python", "r", "julia", "ojs"),
}
DIRECTIVE = re.compile(r"^\s*(?P<fence>`{3,}|:{3,}|~{3,})\s*(?:\{(?P<name>[\w:.-]+)\}.*)?$")
OPTION = re.compile(r"^[ \t]*:[\w-]+:.*$", re.MULTILINE)
EXPECTED_DOCUMENT = "a notebook or Markdown"
Edit = tuple[int, int, str]  # where a change begins and ends, and what comes in its place


@dataclass(frozen=True)
class Passage:
    """A part of a document: its text, what is around it, whether it is code, and where it stands."""

    text: str
    place: str  # "cell 3"; "" in Markdown, where the line says it
    context: str = ""
    is_code: bool = False
    start: int = 0  # in the document's text

    def describe_place(self, before: str, document: Document) -> str:
        """Return the cell, or else the line, of what stands after some part of the text."""
        return self.place or f"line {1 + document.content.count(chr(10), 0, self.start) + before.count(chr(10))}"


@dataclass(frozen=True)
class Document:
    """A notebook or a Markdown file: its content, its passages, and the figures that its own cells declare."""

    path: Path
    content: str
    passages: tuple[Passage, ...]
    language: str = ""
    figures: Figures = field(default_factory=Figures)
    faults: tuple[str, ...] = ()

    def edit(self, edits: Iterable[tuple[int, Edit]]) -> str:
        """Return the content with changes of passages, each given with the number of its passage."""
        if self.path.suffix != ".ipynb":
            changes = [(self.passages[n].start + a, self.passages[n].start + b, text) for n, (a, b, text) in edits]
        else:
            strings = _locate_sources(self.content)
            changes = [_place_edit(self.content, strings[n], edit) for n, edit in edits]
        content = self.content
        for start, end, text in sorted(changes, reverse=True):
            content = content[:start] + text + content[end:]
        return content


def read_document(path: Path, name: str = "") -> Document:
    """Return a notebook, a Markdown file or a script in cells. Raises DataError if it cannot be read.

    `name` is what messages call it.
    """
    held = read_bytes(path, name or str(path), EXPECTED_DOCUMENT)
    decode_text(held, name or str(path), EXPECTED_DOCUMENT)  # raises for what is no text
    content = held.decode()  # with the ends of its lines
    return _read_notebook(path, content, name) if path.suffix == ".ipynb" else _read_markdown(path, content)


def _read_notebook(path: Path, content: str, name: str) -> Document:
    try:
        notebook = parse_json(content, name or str(path), "a notebook")
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{name or path}: not a notebook of format 4 ({type(error).__name__}: {error})") from None
    passages: list[Passage] = []
    section: list[str] = []
    for number, (kind, source) in enumerate(cells, 1):
        if kind == "markdown":
            section = [] if source.startswith("#") else section
            section.append(source)
        context = "\n\n".join(section) if kind == "markdown" else ""
        passages.append(Passage(source, f"cell {number}", context, kind != "markdown"))
    metadata = notebook.get("metadata", {})
    language = metadata.get("language") or metadata.get("lang") or ""
    figures, faults = read_outputs(notebook["cells"])
    return Document(
        path, content, tuple(passages), language if isinstance(language, str) else "", figures, tuple(faults)
    )


def _read_markdown(path: Path, content: str) -> Document:
    """Return a Markdown file in sections, of which each begins with a heading; of a script, only its texts."""
    text = _hide_script(content) if path.suffix in (".py", ".R", ".jl") else _hide_directives(content)
    language = ""
    if head := FRONT_MATTER.match(text):
        declared = re.search(r"^lang(?:uage)?:\s*[\"']?(\w+)", head[0], re.MULTILINE)
        language = declared[1] if declared else ""
        text = _blank(head[0]) + text[head.end() :]
    headings = [heading.start() for heading in re.finditer(r"^ {0,3}#", hide_code(text), re.MULTILINE)]
    starts = [0, *(start for start in headings if start)]
    passages = []
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        passages.append(Passage(text[start:end], "", text[start:end], start=start))
    return Document(path, content, tuple(passages), language)


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _hide_directives(text: str) -> str:
    """Return a text of the same length without the fences and options of MyST around prose, as of a note."""
    lines = text.splitlines(keepends=True)
    fences: list[tuple[str, bool]] = []  # open ones, and whether each holds prose
    for number, line in enumerate(lines):
        match = DIRECTIVE.match(line)
        if not match:
            if fences and fences[-1][1] and OPTION.match(line):
                lines[number] = _blank(line)
            continue
        fence, name = match["fence"], match["name"]
        if fences and not name and fence.startswith(fences[-1][0]):
            closed = fences.pop()
            lines[number] = _blank(line) if closed[1] else line
        elif not fences or fences[-1][1]:  # code holds no directive
            is_prose = fence[0] == ":" or bool(name and name.lower() not in CODE_DIRECTIVES)
            fences.append((fence, is_prose))
            lines[number] = _blank(line) if is_prose else line
    return "".join(lines)


def _hide_script(text: str) -> str:
    """Return a script in cells, as Jupytext pairs with notebooks, with only the texts of its Markdown cells."""
    lines, is_text = text.splitlines(keepends=True), False
    for number, line in enumerate(lines):
        if line.startswith("# %%"):
            is_text = "[markdown]" in line or "[md]" in line
            lines[number] = _blank(line)
        else:
            lines[number] = re.sub(r"^# ?", lambda mark: " " * len(mark[0]), line) if is_text else _blank(line)
    return "".join(lines)


def _locate_sources(content: str) -> dict[int, list[tuple[int, int]]]:
    """Return where the strings of each cell's source stand in a notebook's JSON, without their quotes."""
    places: dict[int, list[tuple[int, int]]] = {}
    for path, start, end in _walk_strings(content):
        if len(path) >= 3 and path[0] == "cells" and path[2] == "source":
            places.setdefault(int(path[1]), []).append((start + 1, end - 1))
    return places


def _walk_strings(content: str) -> Iterator[tuple[list[str | int], int, int]]:
    """Yield each string that is a value in JSON: its keys and indexes, and where it begins and ends."""
    path: list[str | int] = []
    kinds: list[str] = []
    is_key = False
    for token in TOKEN.finditer(content):
        sign = token[0]
        if sign in "{[":
            kinds.append(sign)
            path.append("" if sign == "{" else 0)
            is_key = sign == "{"
        elif sign in "}]":
            kinds.pop()
            path.pop()
        elif sign == ",":
            is_key = kinds[-1] == "{"
            path[-1] = path[-1] + 1 if isinstance(path[-1], int) else path[-1]
        elif sign == ":":
            is_key = False
        elif sign[0] == '"':
            if is_key:
                path[-1] = json.loads(sign)
            else:
                yield path, token.start(), token.end()


def _place_edit(content: str, strings: list[tuple[int, int]], edit: Edit) -> Edit:
    """Return a change of a cell's source as one of the file: its strings are escaped, and one string may be a line."""
    start, end, text = edit
    for first, last in strings:
        raw = content[first:last]
        offsets = [0]
        for character in CHARACTER.finditer(raw):
            offsets.append(character.end())
        length = len(offsets) - 1
        if start < length or (start == length and end == length):
            written = json.dumps(text, ensure_ascii=content.isascii())[1:-1]  # as the file writes its other letters
            return first + offsets[start], first + offsets[end], written
        start, end = start - length, end - length
    raise AssertionError("a change beyond its cell")
