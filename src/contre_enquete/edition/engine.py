"""The engine of an edition: a wheel and a lock in its own folder, and how another wheel takes their place.

An edition builds with the engine that it holds, wherever the checkout is that made it. The wheel is packed from the
files of the package that runs, in a checkout or installed, and is the same to the byte from both.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from ..errors import EditionError
from ..files import read_bytes
from ..project import PACKAGE, SKELETON, hold_alone, replace_file

WHEEL_FOLDER = "engine"  # the folder of the wheel
LOCK = "requirements.txt"  # of the wheel and of the libraries that it needs, each with its digests
INSTALL = f"{WHEEL_FOLDER}/install"
KEPT = ".cache/engine"  # wheels that others have replaced, in folders named by their digests
METADATA_FILES = ("entry_points.txt", "METADATA", "WHEEL")  # and licenses/
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the date of every file: the first that a zip archive can say
MODE = 0o100644 << 16
PUBLISHED_KINDS = {  # what an upgrade may change
    "pages": ("site/**/*.html",),
    "pictures": ("figures/**/*.svg", "figures/**/*.png"),
    "notebooks": ("notebooks/*/*.ipynb",),
}
MAX_CHANGED = 20  # of the changed files of a kind

Digests = dict[str, dict[str, bytes]]  # by kind, then by path


@dataclass(frozen=True)
class Wheel:
    """The engine in one file: its name, which says the version, and its content."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()

    def list_files(self) -> dict[str, bytes]:
        """Return the files of an edition that belong to its engine: the wheel, what installs it, and the lock."""
        with ZipFile(io.BytesIO(self.content)) as archive:
            install, lock = (archive.read(f"{PACKAGE.name}/{SKELETON}/{name}") for name in (INSTALL, LOCK))
        own = f"./{WHEEL_FOLDER}/{self.name} \\\n    --hash=sha256:{self.digest}\n".encode()
        return {f"{WHEEL_FOLDER}/{self.name}": self.content, INSTALL: install, LOCK: own + lock}


def pack_engine() -> Wheel:
    """Return the package that runs as a wheel. Raises EditionError where it is not installed, as a copy of its files.

    Files stand in the order of their names, of one date and not compressed, for libraries that compress differ.
    """
    try:
        package = distribution("contre-enquete")
    except PackageNotFoundError:
        raise EditionError("contre-enquete: not installed, so no wheel of it; expected pip install, or make") from None
    metadata = f"{PACKAGE.name}-{package.version}.dist-info"
    files = dict(sorted([*_list_package_files(), *_list_metadata(package, metadata)]))
    record = f"{metadata}/RECORD"
    lines = [f"{name},sha256={_encode_digest(content)},{len(content)}\n" for name, content in files.items()]
    files[record] = "".join([*lines, f"{record},,\n"]).encode()
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, content in files.items():
            entry = ZipInfo(name, EARLIEST)
            entry.create_system, entry.external_attr = 3, MODE
            archive.writestr(entry, content)
    return Wheel(f"{PACKAGE.name}-{package.version}-py3-none-any.whl", packed.getvalue())


def _list_package_files() -> Iterator[tuple[str, bytes]]:
    for path in PACKAGE.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"{PACKAGE.name}/{path.relative_to(PACKAGE).as_posix()}", path.read_bytes()


def _list_metadata(package: Distribution, folder: str) -> Iterator[tuple[str, bytes]]:
    """Yield the files that describe a package, without those that say how and where it was installed."""
    for path in package.files or ():
        inner = path.relative_to(folder) if path.is_relative_to(folder) else None
        if inner and (inner.parts[0] == "licenses" or str(inner) in METADATA_FILES):
            yield path.as_posix(), Path(str(path.locate())).read_bytes()


def _encode_digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


def read_wheel(path: Path) -> Wheel:
    """Return a wheel of the engine that can be an edition's. Raises EditionError if a file is none."""
    wheel = Wheel(path.name, read_bytes(path, str(path), "a wheel of contre-enquete"))
    try:
        wheel.list_files()
    except (BadZipFile, KeyError):
        raise EditionError(f"{path}: found no wheel of contre-enquete with a lock for editions") from None
    return wheel


def upgrade_engine(project: Path, path: Path) -> list[str]:
    """Build an edition with another engine, and return what changed in its pages, pictures and notebooks, in lines.

    These are compared with those that are there, as the last build left them; the engine before need build nothing.
    The engine before is kept in `.cache`, and put back if the other one cannot be installed or builds no edition.
    Raises EditionError.
    """
    wheel, before = read_wheel(path), _find_wheel(project)
    if wheel.content == before.content:
        return [f"Nothing to do: {wheel.name} is the engine of this edition"]
    kept = project / KEPT / before.digest[:12] / before.name
    old_files = {name: read_bytes(project / name, name, "a file") for name in before.list_files()}
    results = _digest_results(project)
    kept.parent.mkdir(parents=True, exist_ok=True)
    replace_file(kept, before.content)
    try:
        _replace_files(project, old_files, wheel.list_files())
        _make(project)
    except BaseException:
        _replace_files(project, wheel.list_files(), old_files)
        raise
    return [
        *_describe_changes(results, _digest_results(project)),
        f"To go back: contre-enquete upgrade {kept.relative_to(project).as_posix()}",
    ]


def _find_wheel(project: Path) -> Wheel:
    """Return the wheel that an edition holds. Raises EditionError unless there is exactly one."""
    paths = sorted((project / WHEEL_FOLDER).glob("*.whl"))
    if len(paths) != 1:
        raise EditionError(f"{WHEEL_FOLDER}/: found {len(paths)} wheels; expected one, as contre-enquete new writes it")
    return read_wheel(paths[0])


def _replace_files(project: Path, old: dict[str, bytes], new: dict[str, bytes]) -> None:
    """Write the files of an engine in place of those of another one."""
    with hold_alone(project):
        for name, content in new.items():
            replace_file(project / name, content)
        for name in old.keys() - new.keys():
            (project / name).unlink(missing_ok=True)


def _make(project: Path) -> None:
    """Install the engine that an edition holds, if it is not, and build. Raises EditionError if that fails."""
    # PYTHONPATH may name the checkout that runs.
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "MAKE"))}
    if subprocess.run(["make", "--no-print-directory", "build"], cwd=project, env=settings).returncode:
        raise EditionError("make: failed, as it says above; the engine is the one that was there before")


def _digest_results(project: Path) -> Digests:
    """Return a digest of each file that an engine makes."""
    return {
        kind: {
            path.relative_to(project).as_posix(): hashlib.sha256(path.read_bytes()).digest()
            for pattern in patterns
            for path in sorted(project.glob(pattern))
        }
        for kind, patterns in PUBLISHED_KINDS.items()
    }


def _describe_changes(before: Digests, after: Digests) -> list[str]:
    """Return a line for each kind of file: how many changed, and their names.

    >>> _describe_changes({"pages": {"a": b"1", "b": b"1"}}, {"pages": {"a": b"2", "b": b"1", "c": b"1"}})
    ['pages: 2 of 3 changed: a, c (new)']
    """
    lines = []
    for kind, results in after.items():
        old = before[kind]
        names = [name if name in old else f"{name} (new)" for name in results if old.get(name) != results[name]]
        names += [f"{name} (gone)" for name in old.keys() - results.keys()]
        more = f" and {len(names) - MAX_CHANGED} more" if len(names) > MAX_CHANGED else ""
        named = f": {', '.join(names[:MAX_CHANGED])}{more}" if names else ""
        lines.append(f"{kind}: {len(names) or 'none'} of {len(old.keys() | results.keys())} changed{named}")
    return lines
