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
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path

from ..article import ROOM
from ..errors import EditionError

LEDGER = ".cache/build.json"
OPENING_PAGE = "site/index.html"
METHOD = "data/README.md"
DRAWN_WITH = "figures/drawn-with.json"
OURS = ("figures", "notebooks", "site")  # where the build writes
PACKAGE = Path(__file__).parents[1]
SKELETON = "skeleton"  # of the package: another edition, with which nothing of this one is made
PAGES = ("edition/pages.py", "templates")  # of the package: what pages are made with, and nothing else
SIGNAL_ASKS = os.name == "posix"  # signal 0 asks whether a process runs; on Windows it ends the process

Files = dict[str, bytes]  # path from the project's folder -> content
Step = tuple[str, list[bytes | None], Callable[[], Files]]  # name, inputs, what makes its files


class WriteError(EditionError):
    """A file cannot be written; the message names it and says why."""


def build(project: Path, report: Callable[[str], None] = print, site: str = "") -> int:
    """Makes every stale step of the edition and returns how many there were.

    `report` is given a line for each stale step once it is made. `site` is the address that the pages are
    published at, the data package's homepage unless told. Raises DataError, NotebookError,
    PageError or MissingTranslation, and then has changed no file; WriteError when the disk refuses one.
    """
    bench = Workbench(project, report)
    notebooks = bench.files("notebooks/*/*.ipynb")
    article = [path for path in bench.files(f"{ROOM}/**/*") if not path.endswith(".pyc")]
    foundation = [bench.read(path) for path in [*bench.files("data/**/*"), *article, "requirements.lock"]]
    package = [path for path in sorted(PACKAGE.rglob("*")) if path.is_file() and path.suffix != ".pyc"]
    package = [path for path in package if path.relative_to(PACKAGE).parts[0] != SKELETON]
    of_pages = [path for path in package if path.relative_to(PACKAGE).as_posix().startswith(PAGES)]
    foundation += [path.read_bytes() for path in package if path not in of_pages]
    bench.steps([("data", foundation, partial(_checked, project))])  # what is wrong is said before anything starts
    languages = sorted({path.split("/")[1] for path in notebooks})
    drawn = [(f"figures/{language}", foundation, partial(_figures, project, language)) for language in languages]
    executed = [
        (path, [*foundation, _source(bench.read(path))], partial(_executed, project, path)) for path in notebooks
    ]
    bench.steps([*drawn, *executed])
    if bench.changes("figures/*/*") or not bench.read(DRAWN_WITH):
        bench.made[DRAWN_WITH] = _drawn_with()
    around = [
        *(path.read_bytes() for path in of_pages),
        site.encode(),
        *(_title(bench.read(path)) for path in notebooks),
    ]  # a page links to its neighbours
    for path in notebooks:
        notebook = bench.read(path)
        bench.steps([(_page(path), [*foundation, *around, notebook], partial(_html, project, path, notebook, site))])
    results = {path: bench.read(path) for path in notebooks}
    copies = {path: bench.read(path) for path in bench.files("data/**/*") + bench.files("figures/*/*")}
    inputs = [*foundation, *around, *results.values(), *copies.values()]
    bench.steps([(OPENING_PAGE, inputs, partial(_front, project, results, copies, site))])
    bench.finish()
    return bench.stale


class Workbench:
    """An overlay of newly made files over those on disk. Nothing is written until `finish()`."""

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
        return sorted(
            path for path in disk - self.gone() | made if not any(part.startswith(".") for part in path.split("/"))
        )

    def gone(self) -> set[str]:
        """Files that the steps taken so far made before and make no more."""
        before = {path for name in self.after for path in self.before.get(name, {}).get("results", {})}
        return before - {path for entry in self.after.values() for path in entry["results"]}

    def read(self, path: str) -> bytes | None:
        """Content of a file, None if there is none."""
        file = self.project / path
        return self.made[path] if path in self.made else file.read_bytes() if file.is_file() else None

    def changes(self, pattern: str) -> bool:
        """Whether a file that matches a pattern is made so far and is not what is on disk."""
        on_disk = {path: self.project / path for path in self.made if Path(path).match(pattern)}
        return any(not file.is_file() or file.read_bytes() != self.made[path] for path, file in on_disk.items())

    def steps(self, steps: list[Step]) -> None:
        """Makes, side by side, the files of each step whose inputs or results are not as they were."""
        digests = {name: _digest(*inputs) for name, inputs, _ in steps}
        stale = [(name, make) for name, _, make in steps if not self._fresh(name, digests[name])]
        with ThreadPoolExecutor(min(len(stale), os.cpu_count() or 1) or 1) as pool:
            tasks = {pool.submit(make): name for name, make in stale}
            try:
                for task in as_completed(tasks):
                    task.result()
                    self.report(tasks[task])
            finally:
                pool.shutdown(cancel_futures=True)
        for task, name in tasks.items():
            files = task.result()
            self.made |= files
            results = {path: _digest(content) for path, content in files.items()}
            self.after[name] = {"inputs": digests[name], "results": results}
        self.stale += len(stale)

    def _fresh(self, name: str, digest: str) -> bool:
        entry = self.before.get(name)
        if entry is None or entry["inputs"] != digest:
            return False
        self.after[name] = entry
        return all(_digest(self.read(path)) == was for path, was in entry["results"].items())

    def finish(self) -> None:
        """Replaces the changed files; removes what no step makes any more, and what a killed build left."""
        for path, content in self.made.items():
            replace(self.project / path, content)
        kept = {path for entry in self.after.values() for path in entry["results"]}
        for path in {path for entry in self.before.values() for path in entry["results"]} - kept:
            if path.startswith(("site/", "figures/")):
                (self.project / path).unlink(missing_ok=True)
        for folder in OURS:
            for path in (self.project / folder).rglob(".*.part"):
                if not _running(int(path.suffixes[-2][1:])):
                    path.unlink(missing_ok=True)
        if self.after != self.before:
            replace(self.project / LEDGER, json.dumps(self.after, indent=1, sort_keys=True).encode())


def _running(process: int) -> bool:
    """Whether a process runs, as far as that can be asked without harm; taken to run where it cannot."""
    if not SIGNAL_ASKS:
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def replace(path: Path, content: bytes) -> None:
    """Gives a file this content in one move; a file that has it already is not touched."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            told = (
                f"{path.name} cannot be written ({error.strerror}); no file is half-written, and the next run goes on"
            )
            raise WriteError(told) from None
        raise


def _checked(project: Path) -> Files:
    from ..survey.package import read_package

    read_package(project)
    return {}


def _figures(project: Path, language: str) -> Files:
    from ..notebooks import run  # isort: skip  # first, as `_executed` does: imports in another order would wait for each other
    from .drawing import drawn_figures

    drawn = run.warm.aside(drawn_figures, project, language)
    files = {f"figures/{language}/{name}": content for name, content in drawn.items()}
    return files | {f"site/social/{language}.png": run.warm.aside(_card, project, language)}


def _card(project: Path, language: str) -> bytes:
    from ..article import load_figures
    from ..survey.model import load_survey

    return load_figures(project).social_card(load_survey(language, project))


def _drawn_with() -> bytes:
    from .drawing import drawn_with

    return (json.dumps(drawn_with(), indent=1) + "\n").encode()


def _executed(project: Path, path: str) -> Files:
    from ..notebooks.run import notebook_bytes, run_notebook

    return {path: notebook_bytes(run_notebook(project / path))}


def _html(project: Path, path: str, notebook: bytes, site: str) -> Files:
    from .pages import notebook_page

    return {_page(path): notebook_page(notebook, project / path, site)}


def _front(project: Path, notebooks: Files, copies: Files, site: str) -> Files:
    """Make everything around the notebook pages: an opening page in each language, the description of the data, downloads, sitemap.xml, robots.txt."""
    from ..charts.spreadsheet import defused
    from .pages import document_page, opening_address, opening_page, robots, sitemap

    twins: dict[str, dict[str, str]] = {}
    for path in notebooks:
        _, language, name = path.split("/")
        twins.setdefault(name, {})[language] = _page(path).removeprefix("site/")
    languages = sorted({path.split("/")[1] for path in notebooks})
    openings = {language: opening_address(language) for language in languages}
    files = {f"site/{path}": defused(content) if path.endswith(".csv") else content for path, content in copies.items()}
    for language, address in openings.items():
        own = {
            address[language]: notebooks[f"notebooks/{language}/{name}"]
            for name, address in twins.items()
            if language in address
        }
        files[f"site/{address}"] = opening_page(project, language, own, site)
    if METHOD in copies:
        files["site/data/index.html"] = document_page(project, "data/index.html", copies[METHOD].decode(), site)
    files["site/sitemap.xml"] = sitemap([openings, *twins.values()], project, site)
    files["site/robots.txt"] = robots(project, site)
    return files


def _page(notebook: str) -> str:
    return f"site/{notebook.removesuffix('.ipynb')}.html"


def _source(notebook: bytes) -> bytes:
    """What a notebook's results depend on: the texts and tags of its cells, however the file is laid out."""
    try:
        cells = json.loads(notebook)["cells"]
        told = [[c.get("id"), c["cell_type"], "".join(c["source"]), c["metadata"].get("tags")] for c in cells]
    except (ValueError, KeyError, TypeError, AttributeError):
        return notebook
    return json.dumps(told).encode()


def _title(notebook: bytes) -> bytes:
    """The first line of a notebook, which its neighbours show."""
    try:
        return "".join(json.loads(notebook)["cells"][0]["source"]).split("\n")[0].encode()
    except (ValueError, KeyError, TypeError, IndexError):
        return notebook


def _digest(*contents: bytes | None) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(content or b"").digest() for content in contents)).hexdigest()
