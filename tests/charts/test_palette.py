"""What is drawn stands out from the paper, by day and by night."""

import json
import re

import pytest

from conftest import PROJECT
from contre_enquete.charts import palette
from contre_enquete.charts.palette import render_style_rules
from reading import PARTS, Page

# Lines of a grid, grounds of cells, rings around dots, parts of bars between others: they say nothing alone.
FAINT = {"#ffffff", "#e3e3e3", "#b5b5b5", "#dce6f0", "#a9c6e2", "#f6c9a8", "#424242", "#9a9a9a", "#5aae61"}


def night_colours():
    """What each colour of the charts becomes in the dark, by the attribute that has it."""
    style = render_style_rules()
    dark = style[style.index("prefers-color-scheme: dark") : style.index("forced-colors")]
    rules = re.findall(r'svg \[(fill|stroke)="(#\w+)"\] \{ \1: (#\w+); \}', dark)
    return {(attribute, colour): night for attribute, colour, night in rules}


def test_hues_are_apart_by_night_as_by_day():
    hues = (palette.VERMILION, palette.BLUE, palette.GREEN, palette.PALE_GREEN, palette.VIOLET, palette.RED)
    assert len({palette.ON_DARK[hue] for hue in hues}) == len(hues)


@pytest.fixture(scope="module")
def pictures():
    """The pictures of all notebooks, for desks and for phones, as trees."""
    cells = [cell for path in PROJECT.glob("notebooks/*/*.ipynb") for cell in json.loads(path.read_bytes())["cells"]]
    parts = [output["data"].get(PARTS, {}) for cell in cells for output in cell.get("outputs", [])]
    charts = [part["chart"] for part in parts if "chart" in part]
    drawn = [chart[size] for chart in charts for size in ("wide", "narrow") if chart[size]]
    return [Page(picture["svg"]).root for picture in drawn]


def coloured(picture):
    """The colours of a picture, each with the attribute that has it."""
    pairs = [(name, element.get(name, "")) for element in picture.iter() for name in ("fill", "stroke")]
    return {(name, colour) for name, colour in pairs if colour.startswith("#")}


def test_every_colour_of_a_chart_has_its_own_in_the_dark(pictures):
    assert len(pictures) > 60
    assert set().union(*map(coloured, pictures)) <= set(night_colours())


def test_no_mark_keeps_a_colour_that_the_dark_does_not_reach(pictures):
    """A rule for what is in a picture does not match what `use` shows of a definition."""
    assert not [defined for picture in pictures for defined in picture.iter("defs") if coloured(defined)]


def luminance(colour):
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def coloured_texts(element, colour="#000000"):
    """Each text of a picture with its colour, its own or that of its group."""
    colour = element.get("fill", colour)
    if element.tag == "text":
        yield element.text, colour
    for part in element:
        yield from coloured_texts(part, colour)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_texts_and_marks_stand_out(dark, pictures):
    colours = night_colours() if dark else {key: key[1] for key in night_colours()}
    paper = colours["fill", "#ffffff"]
    for text, fill in {pair for picture in pictures for pair in coloured_texts(picture)}:
        assert contrast(colours.get(("fill", fill), fill), paper) >= 4.5, (text, fill)
    for (attribute, colour), shown in colours.items():
        assert colour in FAINT or contrast(shown, paper) >= 3, (attribute, colour)
