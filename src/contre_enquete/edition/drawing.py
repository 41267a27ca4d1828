"""Draw the pictures of a language, describe the environment that draws them, and compare two drawings."""

from __future__ import annotations

import hashlib
import io
import platform
import re
from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from ..charts.fonts import FILES
from ..charts.svg import strip_font
from ..errors import DataError
from ..files import read_json_file
from ..project import DRAWN_WITH, digest_each, list_sources
from ..reads import collect, note

if TYPE_CHECKING:
    from ..charts.chart import Chart
    from ..charts.room import Room
    from ..survey.model import Survey

CARDS = "social/"  # where the cards are among what is drawn
PROCESSOR = "processor"
EXCERPT_LENGTH = 60  # characters of what differs


def draw_figures(project: Path, language: str, with_cards: bool = False, room: Room | None = None) -> dict[str, bytes]:
    """Draw each figure of the article as SVG and PNG, with its table as CSV, and return the files: name -> content.

    With cards, which networks show with a link, there is a "social/{figure}.png" too, of the same drawing. What is in
    the `room` is not drawn again, and what is drawn is kept there. Raises DataError, also if two figures have one name,
    and ArticleError. Imports matplotlib only when called.
    """
    from ..charts.chart import Chart
    from ..plugin import call_checked, list_modules, load_figures, locate_definition, reraise_as_article_error
    from ..survey.model import load_survey

    before = digest_each(project, list_sources(project))  # before anything is loaded
    survey, module, files = load_survey(language, project), load_figures(project), dict[str, bytes]()
    for draw in module.FIGURES:
        with collect(project):
            chart, place = call_checked(draw, survey, Chart, "a Chart"), locate_definition(draw)
            with reraise_as_article_error(
                place, f"a Chart that can be drawn for a phone too, and saved as {chart.name}"
            ):
                drawn = _draw_figure(survey, chart, before, list_modules(module, draw), room, with_cards)
        if again := files.keys() & drawn.keys():
            name = min(again, key=len).rpartition(".")[0]
            raise DataError(f"article/: two figures have the name {name}; expected a name of its own for each")
        files |= drawn
    return files


def _draw_figure(
    survey: Survey, chart: Chart, before: dict[str, str], modules: list[str], room: Room | None, with_cards: bool
) -> dict[str, bytes]:
    """Return the files of a chart, taken from the room, or drawn and kept there."""
    from ..charts.spreadsheet import BOM

    key = room.make_key(survey, chart) if room else ""
    if room and (drawing := room.find(survey, chart, key)):
        return drawing.files
    with collect() as read:
        note(*modules)
        files = {
            f"{chart.name}.svg": chart.svg().encode(),
            f"{chart.name}.png": chart.png(),
            f"{chart.name}.csv": (BOM + chart.csv()).encode(),
        }
        if with_cards:
            files[f"{CARDS}{chart.name}.png"] = chart.card(survey.article.words.name)
        if room:
            room.keep(survey, chart, key, files, before, read)
    return files


def draw_own_figures(project: Path, language: str, room: Room | None = None) -> dict[str, bytes]:
    """Draw the questions of the survey of one's own as SVG and PNG, with tables as CSV, and return the files.

    What is in the `room` is not drawn again, and what is drawn is kept there. Raises DataError. Imports matplotlib only
    when called.
    """
    from ..charts.own import draw_own_questions
    from ..survey.model import load_survey

    before, files = digest_each(project, list_sources(project)), dict[str, bytes]()
    with collect(project):
        survey = load_survey(language, project)
        for chart in draw_own_questions(survey):
            files |= _draw_figure(survey, chart, before, [], room, with_cards=False)
    return files


def describe_environment() -> dict[str, str]:
    """Return the fonts, libraries and processor that a picture's bytes depend on, by name."""
    import brotli
    import fontTools
    import matplotlib
    import numpy
    import PIL
    from matplotlib import ft2font
    from PIL import features

    extensions = numpy.show_config(mode="dicts")["SIMD Extensions"]
    return {
        **{file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12] for file in FILES.values()},
        "matplotlib": matplotlib.__version__,
        "FreeType": ft2font.__freetype_version__,
        "raqm": ft2font.__libraqm_version__,
        "numpy": numpy.__version__,
        "Pillow": PIL.__version__,
        "zlib": features.version("zlib_ng") or features.version("zlib"),
        "fontTools": fontTools.version,
        "Brotli": brotli.__version__,
        PROCESSOR: " ".join([platform.machine(), *extensions.get("found", [])]),
    }


def likely_cause(project: Path, differences: Iterable[str] = ()) -> str:
    """Return in one line the fonts, libraries or processor that differ from when the kept pictures were drawn.

    `differences` are lines of `rerun`. The processor is named only if one of them is of pixels: it rounds those, and
    nothing else.
    """
    try:
        kept = read_json_file(project / DRAWN_WITH, DRAWN_WITH, "what drew the pictures")
        here = describe_environment()
        changed = [
            f"{name} {kept.get(name, 'unknown')}, here {here[name]}"
            for name in here
            if kept.get(name) != here[name] and (name != PROCESSOR or any(" pixels differ" in d for d in differences))
        ]
    except (DataError, AttributeError):
        return f"{DRAWN_WITH} cannot be read, so nothing is known of what drew the pictures; make writes it anew"
    if changed:
        return f"likely cause of other pictures: they were drawn with {'; '.join(changed)}"
    return "what drew the pictures is as it was: data, code, results or the files themselves were changed"


def diff_pictures(kept: bytes, drawn: bytes) -> str:
    """Return in one line how two different drawings of a picture, PNG or SVG, differ: in bytes, pixels or elements."""
    if drawn.startswith(b"\x89PNG"):
        return _diff_pixels(kept, drawn)
    return _diff_elements(kept.decode(errors="replace"), drawn.decode())


def _diff_pixels(kept: bytes, drawn: bytes) -> str:
    import numpy as np
    from PIL import Image

    try:
        old, new = (np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), dtype=int) for png in (kept, drawn))
    except (OSError, ValueError, SyntaxError):
        return "not a picture that can be read"
    if old.shape != new.shape:
        return "{1} by {0} pixels, drawn here {3} by {2}".format(*old.shape[:2], *new.shape[:2])
    different = abs(old - new).max(axis=2)
    if not different.any():
        return "other bytes, the same pixels"
    rows, columns = different.any(axis=1).nonzero()[0], different.any(axis=0).nonzero()[0]
    count = int((different > 0).sum())
    return (
        f"{count} of {different.size} pixels differ, by up to {different.max()} of 255, "
        f"from ({columns[0]}, {rows[0]}) to ({columns[-1]}, {rows[-1]})"
    )


def _diff_elements(kept: str, drawn: str) -> str:
    tags, drawn_tags = (re.findall(r"<[^<]*", strip_font(svg)) for svg in (kept, drawn))
    different = [pair for pair in zip_longest(tags, drawn_tags, fillvalue="") if pair[0] != pair[1]]
    if not different:
        return f"{'another font inside' if '@font-face' in kept else 'other bytes'}, the same elements"
    there, here = excerpt_difference(*different[0])
    return f"{len(different)} of {len(tags)} tags differ, the first {there!r}, here {here!r}"


def excerpt_difference(one: str, other: str) -> tuple[str, str]:
    """Return an excerpt of each of two texts, both from a little before the place where the texts begin to differ."""
    pairs = enumerate(zip(one, other, strict=False))
    common = next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
    start = max(0, common - EXCERPT_LENGTH // 3)
    return one[start : start + EXCERPT_LENGTH], other[start : start + EXCERPT_LENGTH]
