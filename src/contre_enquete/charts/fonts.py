"""Give each picture the font of its texts: a part of Arimo, under a name of its own."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

FAMILY = "Contre Enquete"  # a name that no system has: a system's font goes before one that matplotlib is given
STACK = f"'{FAMILY}', Arimo, Arial, Helvetica, 'Liberation Sans', sans-serif"  # all as wide as ours
NORMAL, BOLD = 400, 700
FONTS_FOLDER = Path(__file__).parents[1] / "fonts"
FILES = {NORMAL: FONTS_FOLDER / "ContreEnquete-Regular.ttf", BOLD: FONTS_FOLDER / "ContreEnquete-Bold.ttf"}
LETTER_GROUPS = (  # cut together, so that most pictures share a cut, which takes as long as saving a picture
    frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz’()-–:"),
    frozenset("0123456789,.%+− \u00a0"),
    frozenset("àâçéèêîôûÀÉ;«»"),
)


def find_missing_letter(text: str) -> str:
    """Return the first letter of a text that the font does not have, or "" if it has them all."""
    return next((letter for letter in text if ord(letter) not in _letters()), "")


@cache
def _letters() -> frozenset[int]:
    """Return the letters that the font has in each weight."""
    from fontTools.ttLib import TTFont

    found = []
    for file in FILES.values():
        with TTFont(file, lazy=True) as font:
            found.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*found)


def render_font_faces(letters: Mapping[int, set[str]], groups: Iterable[frozenset[str]] = LETTER_GROUPS) -> str:
    """Return CSS rules that hold the font itself, with the letters used in each weight and those of their groups.

    `letters` maps a weight, NORMAL or BOLD, to its letters; a weight without letters has no rule. Without `groups`
    there are no other letters: that weighs less, and takes longer to make.
    """
    cut = {
        weight: frozenset(used).union(*(group for group in groups if group & used))
        for weight, used in sorted(letters.items())
        if used
    }
    return "".join(
        f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};src:url({_web_font(weight, held)})}}"
        for weight, held in cut.items()
    )


@cache
def _web_font(weight: int, letters: frozenset[str]) -> str:
    """Return the font of a weight, cut down to these letters, as WOFF2 in a data: address."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    font = TTFont(FILES[weight], recalcTimestamp=False)
    options = Options(glyph_names=False)
    options.name_IDs = []
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(letters))
    subsetter.subset(font)
    font.flavor = "woff2"
    content = io.BytesIO()
    font.save(content)
    return f"data:font/woff2;base64,{base64.b64encode(content.getvalue()).decode()}"
