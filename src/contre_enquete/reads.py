"""Record which files of a project a piece of work reads, so that only a change of these makes its results stale.

Tables of a survey and modules of an article are read once and used many times, so whoever uses one notes its file. Any
other file of the project is noted as Python opens it. Nothing is recorded outside `collect` and `log_reads`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

MADE = ("figures", "notebooks", "site")  # what builds make: whoever reads it is handed it
ENGINE_FOLDER = Path(__file__).resolve().parent  # which all results depend on
_collected: ContextVar[set[str] | None] = ContextVar("collected", default=None)
_left_out: ContextVar[bool] = ContextVar("left_out", default=False)
_logged: set[str] = set()
_log: Path | None = None
_roots: list[Path] = []  # the folders of the projects whose files are noted as they are opened


def note(*paths: str) -> None:
    """Record that files were read, given by their paths from the project's folder."""
    if _left_out.get():
        return
    if (collected := _collected.get()) is not None:
        collected.update(paths)
    if _log and (new := sorted(set(paths) - _logged)):
        _logged.update(new)
        with _log.open("a", encoding="utf-8") as file:
            file.write("".join(f"{path}\n" for path in new))


@contextmanager
def collect(project: Path | None = None) -> Iterator[set[str]]:
    """Yield a set that holds, at the end of the `with` block, all that was read in it.

    With a project, that includes its files which Python opens.

    >>> with collect() as read:
    ...     note("data/survey.csv")
    >>> read
    {'data/survey.csv'}
    """
    if project:
        _watch(project)
    around, inner = _collected.get(), set[str]()
    token = _collected.set(inner)
    try:
        yield inner
    finally:
        _collected.reset(token)
        if around is not None:
            around |= inner


@contextmanager
def leave_out() -> Iterator[None]:
    """Record nothing that is read in the `with` block: who uses what was read notes it then."""
    token = _left_out.set(True)
    try:
        yield
    finally:
        _left_out.reset(token)


def log_reads(project: Path, log: Path) -> None:
    """Write each file of a project that this process reads from now on into a log, one path a line."""
    global _log
    log.touch()
    _log = log
    _watch(project)


def _watch(project: Path) -> None:
    """Note the files of a project as Python opens them, from now on."""
    if not _roots:
        sys.addaudithook(_note_opened)
    if (root := project.resolve()) not in _roots:
        _roots.append(root)


def _note_opened(event: str, arguments: tuple[object, ...]) -> None:
    if event != "open" or not isinstance(arguments[0], str | bytes | os.PathLike) or _left_out.get():
        return
    if _collected.get() is None and _log is None:
        return
    opened = Path(os.fsdecode(arguments[0])).absolute()
    for root in _roots:
        if opened.is_relative_to(root) and not opened.is_relative_to(ENGINE_FOLDER):
            first, *_ = parts = opened.relative_to(root).parts
            if first not in MADE and not any(part.startswith(".") or part == "__pycache__" for part in parts):
                note("/".join(parts))
