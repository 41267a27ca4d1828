"""Run every notebook and draw every figure again, and list the differences from the committed ones."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from nbformat import NotebookNode

from ..article import list_edition_languages
from ..charts.room import Room
from ..charts.svg import strip_font
from ..descriptor import edition_version
from ..files import read_bytes
from ..notebooks.form import VERSION_KEY, find_flaws, strip_saved_state
from ..notebooks.run import NotebookError, read_notebook, run_notebook
from ..notebooks.warm import run_in_worker
from ..project import DESCRIPTOR, DRAWN_WITH, NOTEBOOKS, find_project
from ..survey.checked import forget_checked
from .drawing import diff_pictures, draw_figures, draw_own_figures, excerpt_difference

EMBEDDED_SVG = re.compile(r"(?<=data:image/svg\+xml;base64,)[A-Za-z0-9+/=]+")


def rerun(
    project: Path,
    report: Callable[[str], None] = print,
    begin: Callable[[str, int], None] = lambda name, left: None,
) -> list[str]:
    """Return each difference between the committed results and a fresh run, one line each.

    A line has file and cell, what was found and what was expected. First every figure is drawn, then each notebook runs
    in a kernel of its own and shows the drawings of this run, as many at a time as there are processors. `report` is
    given the path of each notebook and folder of figures that has been compared, `begin` that of each which is going to
    be, with how many follow. Changes nothing. Raises DataError or
    ArticleError if the data or the article's code cannot be used.
    """
    forget_checked(project)
    notebooks = {path.relative_to(project).as_posix(): path for path in sorted(project.glob(NOTEBOOKS))}
    languages, lines = list_edition_languages(project), list_orphans(project)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        room = Room(folder, "of this run")
        drawing = {f"figures/{code}": partial(diff_figures, project, code, room) for code in languages}
        running = {name: partial(diff_notebook, path, room) for name, path in notebooks.items()}
        left = len(drawing) + len(running)
        announced = {
            name: partial(_announce, begin, name, left - count, job)
            for count, (name, job) in enumerate((drawing | running).items(), 1)
        }
        found = _run_jobs({name: announced[name] for name in drawing}, report)
        found |= _run_jobs({name: announced[name] for name in running}, report)
    return lines + [f"{name}{line}" for name, differences in found.items() for line in differences]


def _announce(begin: Callable[[str, int], None], name: str, left: int, job: Callable[[], list[str]]) -> list[str]:
    """Return what a job finds, after telling that it begins."""
    begin(name, left)
    return job()


def _run_jobs(jobs: Mapping[str, Callable[[], list[str]]], report: Callable[[str], None]) -> dict[str, list[str]]:
    """Return what each job finds, by its name, as many at a time as there are processors; report each once it ends."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        tasks = {pool.submit(job): name for name, job in jobs.items()}
        try:
            for task in as_completed(tasks):
                task.result()
                report(tasks[task])
        finally:
            pool.shutdown(cancel_futures=True)
    return {name: task.result() for task, name in tasks.items()}


def list_orphans(project: Path) -> list[str]:
    """Return the notebooks that nothing runs and the pictures that nothing draws, each with where it would belong.

    Leaves out the folder of another edition within the project, which has its own data package.
    """
    folders = [path for path in project.iterdir() if path.name != "site" and not path.name.startswith(".")]
    files = [path for folder in folders for path in (folder.rglob("*") if folder.is_dir() else [folder])]
    paths = sorted(path.relative_to(project) for path in files if path.is_file())
    nested = {path.parts[:-2] for path in paths if path.parts[-2:] == ("data", "datapackage.json")} - {()}
    languages = list_edition_languages(project)
    expected = {(folder, language) for folder in ("notebooks", "figures") for language in languages}
    lines = []
    for path in paths:
        hidden = any(part.startswith(".") for part in path.parts)
        elsewhere = any(path.parts[: len(folder)] == folder for folder in nested)
        if not hidden and not elsewhere and path.parts[:-1] not in expected:
            if path.suffix == ".ipynb":
                lines.append(f"{path.as_posix()}: run by nothing; expected in {_join_folders('notebooks', languages)}")
            elif path.parts[0] == "figures" and path.as_posix() != DRAWN_WITH:
                lines.append(
                    f"{path.as_posix()}: drawn by nothing; expected pictures in {_join_folders('figures', languages)}"
                )
    return lines


def _join_folders(name: str, languages: list[str]) -> str:
    return " or ".join(f"{name}/{language}" for language in languages)


def diff_notebook(path: Path, room: Room | None = None) -> list[str]:
    """Return the flaws of the notebook at `path` and the differences of a fresh run, one line each after the path.

    The run shows the drawings of the `room`, if there is one, and makes all others.
    """
    try:
        committed = read_notebook(path)
        lines = [f", {flaw}" if flaw.startswith("cell") else f": {flaw}" for flaw in find_flaws(committed)]
        fresh = run_notebook(path, room.to_environment() if room else None)
    except NotebookError as error:
        return [str(error).removeprefix(path.name)]
    lines += [f", {line}" for line in diff_outputs(strip_saved_state(committed), fresh)]
    written, version = committed.cells[0].metadata.get(VERSION_KEY), edition_version(find_project(path.parent))
    if written != version:
        lines.append(f", cell 1: edition {written!r}; expected {version!r}, that of {DESCRIPTOR}")
    return lines


def diff_outputs(committed: NotebookNode, fresh: NotebookNode) -> list[str]:
    """Return where the results of two runs of a notebook differ, one line each with the cell."""
    return [
        f"cell {number} ({fresh_cell.id}): {line}"
        for number, (cell, fresh_cell) in enumerate(zip(committed.cells, fresh.cells, strict=True), 1)
        for line in _diff_cell(cell, fresh_cell)
    ]


def _diff_cell(committed: NotebookNode, fresh: NotebookNode) -> Iterator[str]:
    """Yield the differences between the outputs of a cell and of a fresh run."""
    kept, made = committed.get("outputs", []), fresh.get("outputs", [])
    if len(kept) != len(made):
        yield f"{len(kept)} outputs; a fresh run gives {len(made)}"
    for kept_parts, made_parts in zip(map(_split_output, kept), map(_split_output, made), strict=False):
        for kind in sorted({*kept_parts, *made_parts}):
            if kept_parts.get(kind) != made_parts.get(kind):
                excerpt, fresh_excerpt = excerpt_difference(
                    *(_decode_pictures(parts.get(kind, "nothing")) for parts in (kept_parts, made_parts))
                )
                yield f"{kind} {excerpt!r}; a fresh run gives {fresh_excerpt!r}"


def _split_output(output: NotebookNode) -> dict[str, str]:
    """Return the data of an output as text by MIME type, and the rest of it, without execution count, as "output"."""
    rest = {key: value for key, value in output.items() if key not in ("data", "execution_count")}
    data = {
        kind: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        for kind, value in output.get("data", {}).items()
    }
    return {**data, "output": json.dumps(rest, sort_keys=True, ensure_ascii=False)}


def _decode_pictures(html: str) -> str:
    """Return HTML with the elements of its pictures in place of their base64."""
    return EMBEDDED_SVG.sub(lambda picture: strip_font(base64.b64decode(picture[0]).decode(errors="replace")), html)


def diff_figures(project: Path, language: str, room: Room | None = None) -> list[str]:
    """Return the differences between the committed pictures of a language and a new drawing, one line each.

    What is drawn is kept in the `room`, if there is one. Raises DataError or ArticleError.
    """
    folder = project / "figures" / language
    drawn = run_in_worker(draw_figures, project, language, False, room) | run_in_worker(
        draw_own_figures, project, language, room
    )
    kept = {
        path.name: read_bytes(path, f"figures/{language}/{path.name}", "a picture") for path in folder.glob("[!.]*")
    }
    lines = []
    for name in sorted({*drawn, *kept}):
        if name not in kept:
            lines.append(f"/{name}: missing; make draws it")
        elif name not in drawn:
            lines.append(f"/{name}: drawn by nothing; expected no such file")
        elif drawn[name] != kept[name]:
            lines.append(f"/{name}: not what is drawn here: {diff_pictures(kept[name], drawn[name])}")
    return lines
