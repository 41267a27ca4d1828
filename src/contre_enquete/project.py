"""Names and places of a project's files, and how they are found, digested and replaced."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

from .errors import DataError, EditionError
from .text.language import ENGLISH

DESCRIPTOR = "data/datapackage.json"
METHOD = "data/README.md"  # how the data was read, in English
ARTICLE = "article"  # what is this article's alone
DECLARATION = f"{ARTICLE}/article.toml"
CATALOGUES = f"{ARTICLE}/locale"  # the words of the article, by language
SUMMARY = f"{ARTICLE}/summary.{{}}.md"  # the article on one page; the language stands for the braces
NOTEBOOKS = "notebooks/[!.]*/*.ipynb"  # by language; without the hidden folders that Jupyter keeps
DRAWN_WITH = "figures/drawn-with.json"  # fonts, libraries and processor that drew the figures
CHANGES = "CHANGELOG.md"  # the versions of the edition
OPENING_PAGE = "site/index.html"
LEDGER = ".cache/build.json"  # digests of what the last build read and made
SESSION = "JPY_SESSION_NAME"  # set by whoever starts a kernel, Jupyter's server or our runner: its notebook's path
PACKAGE = Path(__file__).parent  # the engine
SKELETON = "skeleton"  # a folder of the engine: the edition of an invented article


class WriteError(EditionError):
    """A file cannot be written; the message names it and gives the reason."""


def method_file(language: str) -> str:
    """Return the path of the description of data and method in a language."""
    return METHOD if language == ENGLISH else METHOD.replace(".md", f".{language}.md")


def find_project(start: Path | None = None) -> Path:
    """Return the folder that holds `data/datapackage.json`.

    Looks in `start` (by default the current folder), then in each folder above it. Raises DataError if there is none:
    a command never takes another project for the one that it was asked about.
    """
    here = Path(start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / DESCRIPTOR).is_file():
            return folder
    raise DataError(f"{DESCRIPTOR}: not found in {here.name or here} or in any folder above it")


def edition_version(project: Path) -> str:
    """Return the version of a project's data, texts and pages, from its data package.

    Raises DataError if the version is not of the form 1.0.0.
    """
    version = json.loads((project / DESCRIPTOR).read_text(encoding="utf-8")).get("version")
    if not re.fullmatch(r"\d+\.\d+\.\d+", str(version)):
        raise DataError(f"{DESCRIPTOR}, version: found {version!r}; expected three numbers, such as '1.0.0'")
    return version


def digest_files(project: Path, *names: str) -> bytes:
    """Return one digest of the names and contents of a project's files; a folder's name stands for all its files."""
    paths = [path for name in names for path in (project / name, *sorted((project / name).rglob("*")))]
    files = [path for path in paths if path.is_file()]
    entries = (
        path.relative_to(project).as_posix().encode() + hashlib.sha256(path.read_bytes()).digest() for path in files
    )
    return hashlib.sha256(b"".join(entries)).digest()


def replace_file(path: Path, content: bytes) -> None:
    """Replace the content of a file in one move, unless it has this content already.

    Raises WriteError if the file cannot be written; the old content is then still there.
    """
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
            raise WriteError(
                f"{path.name} cannot be written ({error.strerror}); no file is half-written, and the next run goes on"
            ) from None
        raise
