"""Names and places of a project's files, and how they are found, digested and replaced."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import DataError, EditionError
from .files import read_bytes
from .reads import leave_out

DESCRIPTOR = "data/datapackage.json"
OWN_TABLE = "data/yours.csv"  # a survey of one's own
VALUE = "-value-"  # in `yours`, between the item of a scale and the number of one of its values, from the lowest
OWN_DIFFERENCES = "data/yours-differences.csv"  # between its groups, if there are any
DIFFERENCE_NUMBERS = ["difference", "standard_error", "lower", "upper", "f", "df_numerator", "df", "p", "p_holm"]
DIFFERENCE_COLUMNS = ["question", "item", "breakdown", "group_a", "group_b", *DIFFERENCE_NUMBERS, "withheld"]
METHOD = "data/README.md"  # how the data was read, in the language of the edition's own words
DATA = "data"
ARTICLE = "article"  # what is this article's alone
DECLARATION = f"{ARTICLE}/article.toml"
CATALOGUES = f"{ARTICLE}/locale"  # the words of the article, by language
SUMMARY = f"{ARTICLE}/summary.{{}}.md"  # the article on one page; the language stands for the braces
NOTEBOOKS = "notebooks/[!.]*/*.ipynb"  # by language; without the hidden folders that Jupyter keeps
DRAWN_WITH = "figures/drawn-with.json"  # fonts, libraries and processor that drew the figures
CHANGES = "CHANGELOG.md"  # the versions of the edition
OPENING_PAGE = "site/index.html"
UNFINISHED = ".cache/build.unfinished"  # there while a build replaces files, and after one that was killed then
RUNS = ".cache/runs"  # the results of notebooks, without their texts
LEDGER = ".cache/build.json"  # digests of what the last build read and made
SESSION = "JPY_SESSION_NAME"  # set by whoever starts a kernel, Jupyter's server or our runner: its notebook's path
PACKAGE = Path(__file__).parent  # the engine
SIGNAL_ASKS = os.name == "posix"  # signal 0 asks whether a process runs; on Windows it ends the process
SKELETON = "skeleton"  # a folder of the engine: the edition of an invented article


class WriteError(EditionError):
    """A file cannot be written; the message names it and gives the reason."""


class NoProject(DataError):
    """There is no edition in a folder or above it; the message says what was looked for."""


def find_project(start: Path | None = None) -> Path:
    """Return the folder that holds `data/datapackage.json`.

    Looks in `start` (by default the current folder), then in each folder above it. Raises NoProject if there is none:
    a command never takes another project for the one that it was asked about.
    """
    here = Path(start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / DESCRIPTOR).is_file():
            return folder
    raise NoProject(f"{DESCRIPTOR}: not found in {here.name or here} or in any folder above it")


def digest_files(project: Path, *names: str) -> bytes:
    """Return one digest of the names and contents of a project's files; a folder's name stands for all its files."""
    paths = [path for name in names for path in (project / name, *sorted((project / name).rglob("*")))]
    files = [path for path in paths if path.is_file()]
    digest = hashlib.sha256()
    for path in files:
        name = path.relative_to(project).as_posix()
        digest.update(name.encode() + hashlib.sha256(read_bytes(path, name, "a file that can be read")).digest())
    return digest.digest()


def digest_each(project: Path, paths: Iterable[str]) -> dict[str, str]:
    """Return a digest of each of some files of a project, "" for one that cannot be read."""
    digests = {}
    with leave_out():
        for path in paths:
            try:
                digests[path] = hashlib.sha256((project / path).read_bytes()).hexdigest()
            except OSError:
                digests[path] = ""
    return digests


def list_sources(project: Path) -> list[str]:
    """Return the paths of the files of data and article, which results are made from."""
    found = (path for folder in (DATA, ARTICLE) for path in (project / folder).rglob("*") if path.is_file())
    return sorted(path.relative_to(project).as_posix() for path in found if path.suffix != ".pyc")


def digest_contents(*contents: bytes | None) -> str:
    """Return one digest of several contents; None counts as empty."""
    return hashlib.sha256(b"".join(hashlib.sha256(content or b"").digest() for content in contents)).hexdigest()


def is_running(process: int) -> bool:
    """Return whether a process runs; True where asking might end it, as on Windows."""
    if not SIGNAL_ASKS:
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def replace_file(path: Path, content: bytes) -> None:
    """Replace the content of a file in one move, unless it has this content already.

    Raises WriteError if the file cannot be written; the old content is then still there.
    """
    move_parts(write_parts({path: content}))


def write_parts(files: Mapping[Path, bytes]) -> dict[Path, Path]:
    """Write the contents of files beside them, in hidden parts, and return the part of each that is to be replaced.

    Raises WriteError if one cannot be written, as on a full disk; then no part is left.
    """
    parts: dict[Path, Path] = {}
    path = Path()
    try:
        for path, content in files.items():
            if path.is_file() and path.read_bytes() == content:
                continue
            if path.exists() and not path.is_file():
                kind = "a folder" if path.is_dir() else "no ordinary file"
                raise WriteError(f"{path.name} cannot be written: {kind} is in its place; no file is changed")
            path.parent.mkdir(parents=True, exist_ok=True)
            parts[path] = path.with_name(f".{path.name}.{os.getpid()}.part")
            parts[path].write_bytes(content)
    except BaseException as error:
        _remove_parts(parts)
        if isinstance(error, OSError):
            raise WriteError(
                f"{path.name} cannot be written ({error.strerror}); no file is changed, and the next run goes on"
            ) from None
        raise
    return parts


def move_parts(parts: Mapping[Path, Path]) -> None:
    """Replace each file by its part. Raises WriteError if one cannot be replaced; those before it are."""
    path = Path()
    try:
        for path, part in parts.items():
            part.replace(path)
    except BaseException as error:
        _remove_parts(parts)
        if isinstance(error, OSError):
            raise WriteError(
                f"{path.name} cannot be replaced ({error.strerror}); no file is half-written, and the next run goes on"
            ) from None
        raise


def _remove_parts(parts: Mapping[Path, Path]) -> None:
    for part in parts.values():
        with suppress(OSError):  # a disk that may only be read: then there is no part
            part.unlink(missing_ok=True)


@contextmanager
def hold_alone(folder: Path) -> Iterator[None]:
    """Run the block while no other process runs one with the same folder, where the system can lock folders."""
    descriptor = None
    with suppress(ImportError, OSError):  # Windows has no fcntl, and some disks lock nothing
        import fcntl

        descriptor = os.open(folder, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)
