"""Begins the edition of another article: a small invented one, built and proven, to be changed bit by bit."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from ..errors import EditionError
from .build import PACKAGE, SKELETON, build

RENAMED = {"gitignore": ".gitignore", "github/check.yml": ".github/workflows/check.yml"}  # hidden where they are used


class NewError(EditionError):
    """An edition cannot begin in a folder; the message names it and says why."""


def new(folder: Path, report: Callable[[str], None] = print) -> None:
    """Make the edition of an invented article in a folder that is empty or not there, and build it.

    The environment that this runs in is linked as `.venv`. `report` is given a line for each step of
    the build. Raises NewError if the folder holds anything or is in another edition, and then changes nothing.
    """
    folder = folder.resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NewError(f"{folder.name}: there already, and not an empty folder; expected a new one")
    if inside := next((above for above in folder.parents if (above / "data/datapackage.json").is_file()), None):
        raise NewError(f"{folder.name}: inside another edition, {inside.name}; expected a folder outside it")
    skeleton = PACKAGE / SKELETON
    for path in sorted(skeleton.rglob("*")):
        name = path.relative_to(skeleton).as_posix()
        if path.is_file() and "__pycache__" not in name:
            target = folder / RENAMED.get(name, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    if sys.prefix != sys.base_prefix:
        (folder / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    build(folder, report)
