"""Turns data and notebooks into figures, executed notebooks and the site; makes only what is stale.

A step is fresh when its inputs and its results are byte for byte what they were after its last
run. Stale steps are made in memory first, then each changed file is replaced in one move: an error
leaves everything as it was, and an interruption leaves no half-written file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

LEDGER = ".cache/build.json"
OPENING_PAGE = "site/index.html"
PACKAGE = Path(__file__).parent

Files = dict[str, bytes]  # path from the project's folder -> content


def build(project: Path, report: Callable[[str], None] = print) -> int:
    """Makes every stale step of the edition and returns how many there were.

    `report` is given a line as each stale step begins. Raises DataError, NotebookError or
    MissingTranslation, and then has changed no file.
    """
    bench = Workbench(project, report)
    notebooks = bench.files("notebooks/*/*.ipynb")
    foundation = [bench.read(path) for path in [*bench.files("data/**/*"), "requirements.lock"]]
    foundation += [path.read_bytes() for path in sorted(PACKAGE.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    for language in sorted({path.split("/")[1] for path in notebooks}):
        bench.step(f"figures/{language}", foundation, partial(_figures, project, language))
    for path in notebooks:
        bench.step(path, [*foundation, _source(bench.read(path))], partial(_executed, project, path))
    for path in notebooks:
        bench.step(_page(path), [*foundation, bench.read(path)], partial(_html, path, bench.read(path)))
    copies = {f"site/{path}": bench.read(path) for path in bench.files("data/**/*") + bench.files("figures/*/*")}
    opening = [bench.read(path) for path in notebooks]
    bench.step(OPENING_PAGE, [*foundation, *opening, *copies.values()], lambda: _opening(notebooks, opening) | copies)
    bench.finish()
    return bench.stale


class Workbench:
    """The project's files as they will be: those made so far, over those on disk."""

    def __init__(self, project: Path, report: Callable[[str], None]) -> None:
        self.project, self.report = project, report
        self.made: Files = {}
        self.stale = 0
        self.before = json.loads(self.read(LEDGER) or "{}")
        self.after: dict[str, dict] = {}

    def files(self, pattern: str) -> list[str]:
        """Paths that match a pattern, in order; hidden files and folders left out."""
        disk = {path.relative_to(self.project).as_posix() for path in self.project.glob(pattern) if path.is_file()}
        made = {path for path in self.made if Path(path).match(pattern)}
        return sorted(path for path in disk | made if not any(part.startswith(".") for part in path.split("/")))

    def read(self, path: str) -> bytes | None:
        """Content of a file, None if there is none."""
        file = self.project / path
        return self.made[path] if path in self.made else file.read_bytes() if file.is_file() else None

    def step(self, name: str, inputs: list[bytes | None], make: Callable[[], Files]) -> None:
        """Makes the step's files unless inputs and results are as they were."""
        digest = _digest(*inputs)
        entry = self.before.get(name)
        if (
            entry is None
            or entry["inputs"] != digest
            or any(_digest(self.read(path)) != was for path, was in entry["results"].items())
        ):
            self.report(name)
            self.stale += 1
            files = make()
            self.made |= files
            entry = {"inputs": digest, "results": {path: _digest(content) for path, content in files.items()}}
        self.after[name] = entry

    def finish(self) -> None:
        """Replaces the changed files, and removes figures, pages and copies that no step makes any more."""
        for path, content in self.made.items():
            replace(self.project / path, content)
        kept = {path for entry in self.after.values() for path in entry["results"]}
        for path in {path for entry in self.before.values() for path in entry["results"]} - kept:
            if path.startswith(("site/", "figures/")):
                (self.project / path).unlink(missing_ok=True)
        if self.after != self.before:
            replace(self.project / LEDGER, json.dumps(self.after, indent=1, sort_keys=True).encode())


def replace(path: Path, content: bytes) -> None:
    """Gives a file this content in one move; a file that has it already is not touched."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _figures(project: Path, language: str) -> Files:
    from .figures import FIGURES
    from .survey import load_survey

    survey = load_survey(language, project)
    files = {}
    for draw in FIGURES:
        chart = draw(survey)
        files[f"figures/{language}/{chart.name}.svg"] = chart.svg().encode()
        files[f"figures/{language}/{chart.name}.png"] = chart.png()
    return files


def _executed(project: Path, path: str) -> Files:
    from .notebooks import notebook_bytes, run_notebook

    return {path: notebook_bytes(run_notebook(project / path))}


def _html(path: str, notebook: bytes) -> Files:
    from .pages import notebook_page

    return {_page(path): notebook_page(notebook, language=path.split("/")[1], root="../../")}


def _opening(paths: list[str], notebooks: list[bytes]) -> Files:
    from .pages import opening_page

    return {
        OPENING_PAGE: opening_page(
            {_page(path).removeprefix("site/"): notebook for path, notebook in zip(paths, notebooks, strict=True)}
        )
    }


def _page(notebook: str) -> str:
    return f"site/{notebook.removesuffix('.ipynb')}.html"


def _source(notebook: bytes) -> bytes:
    """What a notebook's results depend on: its cells without their outputs."""
    try:
        cells = json.loads(notebook)["cells"]
    except (ValueError, KeyError, TypeError):
        return notebook
    return json.dumps(
        [{key: cell[key] for key in cell if key not in ("outputs", "execution_count")} for cell in cells]
    ).encode()


def _digest(*contents: bytes | None) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(content or b"").digest() for content in contents)).hexdigest()
