"""Keep what was drawn of each chart, so that a chart is drawn once for all that shows it and while nothing changes it.

A drawing is a JSON file below a digest of it. It holds the digest of each file of the project that it was drawn from,
and the key of all else that it depends on: engine, languages, fonts, libraries. One that is damaged, or of other files
or another key, is as if it were not there.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..project import WriteError, digest_each, replace_file
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

    def find(self, project: Path, language: str, draw: Callable[..., object]) -> Drawing | None:
        """Return the drawing of the chart that a function draws, if it is of this key and of the files as they are.

        Notes the files that it was drawn from.
        """
        drawing = _read_drawing(self._locate(project, language, draw))
        if not drawing or drawing.key != self.key or digest_each(project, drawing.read) != drawing.read:
            return None
        note(*drawing.read)
        return drawing

    def keep(
        self, survey: Survey, draw: Callable[..., object], chart: Chart, files: Mapping[str, bytes],
        before: Mapping[str, str], paths: Collection[str],
    ) -> None:  # fmt: skip
        """Keep what was drawn of a chart, where the folder can be written.

        `paths` are the files that it was drawn from. If one of them is not what it was `before`, nothing is kept.
        """
        read = digest_each(survey.project, paths)
        if any(before.get(path, "") != digest for path, digest in read.items()):
            return
        pictures = {picture: getattr(chart, picture) for picture in PICTURES}
        encoded = {file: base64.b64encode(content).decode() for file, content in files.items()}
        content = {"key": self.key, "read": read, "pictures": pictures, "files": encoded}
        body = json.dumps(content, ensure_ascii=False).encode()
        path = self._locate(survey.project, survey.language.code, draw)
        with suppress(WriteError):  # a disk that is full or may only be read
            replace_file(path, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)

    def _locate(self, project: Path, language: str, draw: Callable[..., object]) -> Path:
        return project / self.folder / language / f"{name_function(draw)}.json"


def name_function(draw: Callable[..., object]) -> str:
    """Return module and name of a function, such as "article.printed.tools"; "" if others may be called so too."""
    name = f"{getattr(draw, '__module__', '')}.{getattr(draw, '__qualname__', '<')}"
    return "" if "<" in name else name


def recall_pictures(chart: Chart, draw: Callable[..., object], survey: Survey) -> Chart:
    """Return the chart that a function made of a survey, with the pictures that the running build has drawn of it.

    Without them, as with other values than those of the data, the chart draws its pictures itself.
    """
    from ..survey.model import load_survey

    room, project, language = Room.from_environment(), survey.project, survey.language.code
    if room and survey is load_survey(language, project) and (drawing := room.find(project, language, draw)):
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
