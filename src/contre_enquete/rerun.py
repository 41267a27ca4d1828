"""Runs every notebook and draws every figure again, and names what differs from what is committed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from nbformat import NotebookNode

from .clean import cleaned, flaws
from .figures import figure_files
from .language import languages
from .notebooks import NOTEBOOKS, NotebookError, read_notebook, run_notebook
from .warm import aside

SHOWN = 60  # characters of what differs


def rerun(project: Path, report: Callable[[str], None] = print) -> list[str]:
    """What is committed and not what a fresh run gives, one line each: file, cell, what is there, what was expected.

    Notebooks run in kernels of their own, as many at a time as there are processors. `report` is
    given a line for each notebook and folder of figures that has been compared. Nothing is changed.
    Raises DataError when the data cannot be used.
    """
    notebooks = sorted(project.glob(NOTEBOOKS))
    jobs = {f"figures/{language}": partial(redrawn, project, language) for language in languages()}
    jobs |= {path.relative_to(project).as_posix(): partial(differences, path) for path in notebooks}
    found = [*strays(project)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        tasks = {name: pool.submit(job) for name, job in jobs.items()}
        try:
            for name, task in tasks.items():
                found += [f"{name}{line}" for line in task.result()]
                report(name)
        finally:
            pool.shutdown(cancel_futures=True)
    return found


def strays(project: Path) -> list[str]:
    """Notebooks that nothing runs and pictures that nothing draws: each with where it would belong."""
    folders = [path for path in project.iterdir() if path.name != "site" and not path.name.startswith(".")]
    files = [path for folder in folders for path in (folder.rglob("*") if folder.is_dir() else [folder])]
    paths = sorted(path.relative_to(project) for path in files if path.is_file())
    own = {(folder, language) for folder in ("notebooks", "figures") for language in languages()}
    found = []
    for path in paths:
        hidden = any(part.startswith(".") for part in path.parts)
        if not hidden and path.parts[:-1] not in own:
            if path.suffix == ".ipynb":
                found.append(f"{path.as_posix()}: run by nothing; expected in {_folders('notebooks')}")
            elif path.parts[0] == "figures":
                found.append(f"{path.as_posix()}: drawn by nothing; expected pictures in {_folders('figures')}")
    return found


def _folders(name: str) -> str:
    return " or ".join(f"{name}/{language}" for language in languages())


def differences(path: Path) -> list[str]:
    """What the notebook at `path` holds and should not, and what a fresh run gives otherwise: one line each."""
    try:
        committed = read_notebook(path)
        found = [f", {flaw}" if flaw.startswith("cell") else f": {flaw}" for flaw in flaws(committed)]
        fresh = run_notebook(path)
    except NotebookError as error:
        return [str(error).removeprefix(path.name)]
    return found + [f", {line}" for line in unlike(cleaned(committed), fresh)]


def unlike(committed: NotebookNode, fresh: NotebookNode) -> list[str]:
    """Where the results of two runs of a notebook differ, one line each with the cell."""
    return [
        f"cell {number} ({now.id}): {line}"
        for number, (was, now) in enumerate(zip(committed.cells, fresh.cells, strict=True), 1)
        for line in _outputs(was, now)
    ]


def _outputs(was: NotebookNode, now: NotebookNode) -> Iterator[str]:
    one, other = was.get("outputs", []), now.get("outputs", [])
    if len(one) != len(other):
        yield f"{len(one)} outputs; a fresh run gives {len(other)}"
    for committed, fresh in zip(one, other, strict=False):
        one, other = _parts(committed), _parts(fresh)
        for kind in sorted({*one, *other}):
            if one.get(kind) != other.get(kind):
                yield _unlike(kind, one.get(kind, "nothing"), other.get(kind, "nothing"))


def _parts(output: NotebookNode) -> dict[str, str]:
    """What an output holds, by kind."""
    rest = {key: value for key, value in output.items() if key not in ("data", "execution_count")}
    data = {
        kind: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        for kind, value in output.get("data", {}).items()
    }
    return {**data, "output": json.dumps(rest, sort_keys=True, ensure_ascii=False)}


def _unlike(kind: str, was: str, now: str) -> str:
    """Both texts from a little before where they begin to differ."""
    pairs = enumerate(zip(was, now, strict=False))
    common = next((place for place, (one, other) in pairs if one != other), min(len(was), len(now)))
    start = max(0, common - SHOWN // 3)
    return f"{kind} {was[start : start + SHOWN]!r}; a fresh run gives {now[start : start + SHOWN]!r}"


def redrawn(project: Path, language: str) -> list[str]:
    """The pictures of a language's figures that are not byte for byte what is drawn from the data. Raises DataError."""
    folder = project / "figures" / language
    drawn = aside(figure_files, project, language)
    kept = {path.name: path.read_bytes() for path in folder.glob("[!.]*")}
    found = []
    for name in sorted({*drawn, *kept}):
        if name not in kept:
            found.append(f"/{name}: missing; make draws it")
        elif name not in drawn:
            found.append(f"/{name}: drawn by nothing; expected no such file")
        elif drawn[name] != kept[name]:
            found.append(f"/{name}: not what is drawn from the data; make draws it")
    return found
