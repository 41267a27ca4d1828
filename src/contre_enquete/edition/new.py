"""Begin the edition of another article: a small invented one, built and tested, to be changed bit by bit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from ..errors import EditionError
from ..files import read_text_file
from ..project import DECLARATION, DESCRIPTOR, PACKAGE, SKELETON, replace_file
from ..text.language import list_languages
from .build import build
from .check import check
from .engine import pack_engine
from .outline import Outline, apply_outline

HIDDEN_FILES = {
    "gitignore": ".gitignore",
    "github/check.yml": ".github/workflows/check.yml",
}  # hidden where they are used


class NewError(EditionError):
    """An edition cannot begin in a folder; the message names it and gives the reason."""


def create_edition(folder: Path, report: Callable[[str], None] = print, outline: Outline | None = None) -> bool:
    """Make the edition of an invented article in a folder that is empty or does not exist, and build it.

    The engine that runs is packed into it, so that it builds where that is not. `report` is given the name of each step
    of the build. Returns False if it cannot be built yet, since the engine does not speak its language. Raises NewError
    if the folder is not empty or inside another edition, and then changes nothing, or if it cannot be written.
    """
    folder, outline = folder.resolve(), outline or Outline()
    try:
        copy_skeleton(folder)
        for name, content in pack_engine().list_files().items():
            replace_file(folder / name, content)
        apply_outline(folder, outline)
    except OSError as error:
        raise NewError(
            f"{folder.name}: cannot be made ({error.strerror}); expected a folder that can be written"
        ) from None
    if outline.language and outline.code not in list_languages():
        from .translation import prepare_translation

        for line in prepare_translation(folder, outline.language):
            report(f"  {line}")
        return False
    if outline != Outline():  # sentences about invented figures, which nobody need read against a source
        for text in check(folder):
            text.review(lambda place, sentence: True)
    build(folder, report)
    return True


def copy_skeleton(folder: Path) -> None:
    """Copy the skeleton of an edition into a folder. Raises NewError or OSError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NewError(f"{folder.name}: there already, and not an empty folder; expected a new one")
    if inside := next((above for above in folder.parents if (above / "data/datapackage.json").is_file()), None):
        raise NewError(f"{folder.name}: inside another edition, {inside.name}; expected a folder outside it")
    skeleton = PACKAGE / SKELETON
    for path in sorted(skeleton.rglob("*")):
        name = path.relative_to(skeleton).as_posix()
        if path.is_file() and "__pycache__" not in name:
            target = folder / HIDDEN_FILES.get(name, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def placeholder_lines(project: Path) -> str:
    """Return the lines of an edition's files that still describe the invented article, or "".

    These are the lines of the skeleton with "invent" in them.
    """
    places = []
    for name in (DECLARATION, DESCRIPTOR):
        lines, begun_with = (
            [line.strip() for line in read_text_file(folder / name, name, "a text").splitlines()]
            for folder in (project, PACKAGE / SKELETON)
        )
        left = [n for n, line in enumerate(lines, 1) if "invent" in line.lower() and line in begun_with]
        if left:
            places.append(f"{name}, line{'s' * (len(left) > 1)} {', '.join(map(str, left))}")
    return "; ".join(places)
