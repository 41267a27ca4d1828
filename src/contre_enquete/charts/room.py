"""Keep what was drawn of each chart, so that a chart is drawn once for all that shows it and while nothing changes it.

A drawing is a JSON file below a digest of it. It holds the digest of each file of the project that was read as it was
drawn, and a key: the digest of what the chart holds, and of all else that drawings depend on: engine, languages, fonts,
libraries. One that is damaged, or of other files or another key, is as if it were not there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..project import WriteError, digest_contents, digest_each, replace_file
from ..reads import note

if TYPE_CHECKING:  # a build that finds nothing stale imports no pandas
    from ..survey.model import Survey
    from .chart import Chart

ROOM = "CONTRE_ENQUETE_DRAWINGS"  # set for the kernels of a build: key and folder of its room, a space between
PICTURES = ("wide", "narrow", "image")  # properties of a chart that a notebook shows


@dataclass(frozen=True)
class Drawing:
    """What was drawn of a chart: its pictures in notebooks, its files by name, the digests of the files it is of."""

    key: str
    read: dict[str, str]
    pictures: dict[str, Any]
    files: dict[str, bytes]


@dataclass(frozen=True)
class Room:
    """A folder of drawings, as a path from the project's folder, and the key of all else that they depend on."""

    folder: str
    key: str

    @classmethod
    def from_environment(cls) -> Room | None:
        """Return the room of the build that runs this kernel, None outside of one."""
        key, _, folder = os.environ.get(ROOM, "").partition(" ")
        return cls(folder, key) if folder else None

    def to_environment(self) -> dict[str, str]:
        """Return what tells a kernel of the room."""
        return {ROOM: f"{self.key} {self.folder}"}

    def make_key(self, survey: Survey, chart: Chart) -> str:
        """Return the key of the drawing of a chart of a survey, before it is drawn; "" if it cannot be kept."""
        from .contents import digest_chart  # which loads pandas, of which nobody who builds nothing has need

        content = digest_chart(chart, survey)
        return content and digest_contents(self.key.encode(), content.encode())

    def find(self, survey: Survey, chart: Chart, key: str) -> Drawing | None:
        """Return the drawing of a chart, if there is one of this key and of the files as they are.

        Notes the files that were read as it was drawn.
        """
        drawing = _read_drawing(self._locate(survey, chart)) if key else None
        if not drawing or drawing.key != key or digest_each(survey.project, drawing.read) != drawing.read:
            return None
        note(*drawing.read)
        return drawing

    def keep(
        self, survey: Survey, chart: Chart, key: str, files: Mapping[str, bytes],
        before: Mapping[str, str], paths: Collection[str],
    ) -> None:  # fmt: skip
        """Keep what was drawn of a chart, if it has a key, where the folder can be written.

        `paths` are the files that were read as it was drawn. If one of them is not what it was `before`, nothing is
        kept.
        """
        read = digest_each(survey.project, paths)
        if not key or any(before.get(path, "") != digest for path, digest in read.items()):
            return
        pictures = {picture: getattr(chart, picture) for picture in PICTURES}
        encoded = {file: base64.b64encode(content).decode() for file, content in files.items()}
        content = {"key": key, "read": read, "pictures": pictures, "files": encoded}
        body = json.dumps(content, ensure_ascii=False).encode()
        path = self._locate(survey, chart)
        with suppress(WriteError):  # a disk that is full or may only be read
            replace_file(path, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)

    def _locate(self, survey: Survey, chart: Chart) -> Path:
        return survey.project / self.folder / survey.language.code / f"{digest_contents(chart.name.encode())[:32]}.json"


def recall_pictures(chart: Chart, survey: Survey) -> Chart:
    """Return a chart of a survey, with the pictures that the running build has drawn of it.

    Without them, as with other values than those of the data, the chart draws its pictures itself.
    """
    from ..survey.model import load_survey

    room = Room.from_environment()
    is_of_data = room and survey is load_survey(survey.language.code, survey.project)
    if room and is_of_data and (drawing := room.find(survey, chart, room.make_key(survey, chart))):
        vars(chart).update(drawing.pictures)
    return chart


def _read_drawing(path: Path) -> Drawing | None:
    """Return a drawing, None if there is none or it is damaged."""
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
        if digest != hashlib.sha256(body).hexdigest().encode():
            return None
        content = json.loads(body)
        files = {file: base64.b64decode(encoded) for file, encoded in content["files"].items()}
        pictures = {picture: content["pictures"][picture] for picture in PICTURES}
        return Drawing(content["key"], dict(content["read"]), pictures, files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
