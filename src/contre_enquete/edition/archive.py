"""Unpack the zip archive of an edition: none that is broken, locked or a bomb, and nothing outside its folder."""

from __future__ import annotations

import zlib
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from ..errors import EditionError, format_value
from ..project import DESCRIPTOR

MAX_MEMBERS = 20_000
MAX_BYTES = 300_000_000  # of all members, unpacked
MAX_DEPTH = 30  # folders in folders
ENCRYPTED = 1  # a bit among the flags of a member
EXPECTED_ARCHIVE = f"the zip archive of an edition, with {DESCRIPTOR}"


class ArchiveError(EditionError):
    """An archive cannot be unpacked; the message names it, gives the reason and what was expected."""


def unpack_archive(path: Path, name: str, target: Path) -> None:
    """Unpack a zip archive, which error messages call `name`, into a folder, which is made.

    Raises ArchiveError if it holds no edition, cannot be read, or is larger than any edition, which it tells before it
    writes a file.
    """
    target.mkdir()
    member = None
    try:
        with ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members, name)
            for member in members:
                archive.extract(member, target)  # which leaves out ".." and makes no links
        if not any(PurePosixPath(member.filename).name == PurePosixPath(DESCRIPTOR).name for member in members):
            raise ArchiveError(f"{name}: {'no edition' if members else 'nothing'} in it; expected {EXPECTED_ARCHIVE}")
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error) as error:
        place = f"{name}, {format_value(member.filename)}" if member else name
        reason = getattr(error, "strerror", None) or _name_fault(error, of_member=bool(member))
        raise ArchiveError(f"{place}: cannot be unpacked ({reason}); expected {EXPECTED_ARCHIVE}") from None


def _name_fault(error: Exception, of_member: bool) -> str:
    """Return in words what is wrong with an archive, or with a member of it."""
    match error:
        case BadZipFile() if str(error).startswith("Bad CRC"):
            return "wrong checksum"
        case BadZipFile() | EOFError() | zlib.error() if of_member:
            return "cut or damaged in the archive"
        case NotImplementedError():
            return "packed in a way that is not known"
        case BadZipFile() | EOFError() | zlib.error():
            return "no zip archive, or one that is cut or damaged"
    return type(error).__name__


def _check_members(members: list[ZipInfo], name: str) -> None:
    """Raise ArchiveError unless the members are few and small enough, and not locked."""
    paths = [PurePosixPath(member.filename) for member in members]
    size = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS:
        raise ArchiveError(f"{name}: {len(members):,} files; expected at most {MAX_MEMBERS:,}")
    if size > MAX_BYTES:
        megabytes = f"{size // 1_000_000:,} MB when unpacked; expected at most {MAX_BYTES // 1_000_000:,} MB"
        raise ArchiveError(f"{name}: {megabytes}")
    for member, path in zip(members, paths, strict=True):
        if len(path.parts) > MAX_DEPTH:
            raise ArchiveError(f"{name}: {len(path.parts):,} folders in one another; expected at most {MAX_DEPTH}")
        if member.flag_bits & ENCRYPTED:
            raise ArchiveError(f"{name}, {format_value(member.filename)}: locked by a password; expected none")
