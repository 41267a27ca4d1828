"""Readers see charts in the font that they were drawn with, whatever fonts they have, and no label touches anything."""

import base64
import io
import re
import shutil
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import fontpkg_roboto
import matplotlib
import nbformat
import pytest
from fontTools.ttLib import TTFont

from conftest import PROJECT, chromium, one_of_each, relative
from contre_enquete.charts.fonts import BOLD, FAMILY, LETTER_GROUPS, NORMAL, render_font_faces
from contre_enquete.edition.layout import FIND_FAULTS
from reading import CHARTLESS, PAGES, template_and_language

pytestmark = pytest.mark.slow

FIGURES = relative(PROJECT, "figures/*/*.svg")
NOTEBOOKS = relative(PROJECT, "notebooks/[!.]*/*.ipynb")
FACE = re.compile(
    r"@font-face\{font-family:'([^']*)';font-weight:(\d+);src:url\(data:font/woff2;base64,([A-Za-z0-9+/=]*)\)\}"
)
READERS = {  # the only fonts of a reader
    "DejaVu": Path(matplotlib.get_data_path(), "fonts/ttf").glob("DejaVu*.ttf"),
    "Roboto": Path(fontpkg_roboto.__file__).parent.glob("files/*.ttf"),
}
BUDGET = 25_000  # bytes of a page


def held(text):
    """The fonts that a page or picture holds: weight -> letters."""
    faces = FACE.findall(text)
    assert text.count("@font-face") == len(faces) and {family for family, *_ in faces} <= {FAMILY}
    return {int(weight): set(TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap()) for _, weight, font in faces}


def used(pictures):
    """The letters that the texts of pictures use: weight -> letters."""
    letters = {}
    for picture in pictures:
        for text in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}text"):
            letters.setdefault(int(text.get("font-weight", "400")), set()).update(map(ord, text.text))
    return letters


def cut(letters):
    """The letters that a font is cut down to for some letters of each weight: all of a group that has one of them."""
    groups = [{*map(ord, group)} for group in LETTER_GROUPS]
    return {
        weight: found.union(*(group for group in groups if group & found)) for weight, found in letters.items() if found
    }


@pytest.mark.parametrize("name", one_of_each(PAGES, template_and_language))
def test_a_page_holds_the_letters_of_its_charts_and_no_others(name, site):
    page = (site / name).read_text(encoding="utf-8")
    assert held(page) == used(re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL))
    assert sum(len(face) for *_, face in FACE.findall(page)) < BUDGET
    assert ("font-src data:" in page) == ("@font-face" in page)


@pytest.mark.parametrize("name", FIGURES)
def test_a_picture_holds_its_font(name, project):
    picture = (project / name).read_text(encoding="utf-8")
    assert held(picture) == cut(used([picture]))


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_pictures_of_a_notebook_hold_their_font(name, project):
    outputs = [output for cell in nbformat.read(project / name, 4).cells for output in cell.get("outputs", [])]
    html = "".join(output.get("data", {}).get("text/html", "") for output in outputs)
    pictures = [base64.b64decode(found).decode() for found in re.findall(r"image/svg\+xml;base64,([^\"]*)", html)]
    assert pictures or name.replace(".ipynb", ".html") in CHARTLESS
    for picture in pictures:
        assert held(unescape(picture)) == cut(used([picture]))


def test_a_weight_without_letters_has_no_font():
    assert render_font_faces({NORMAL: set(), BOLD: set()}) == ""
    assert held(render_font_faces({NORMAL: {"œ", "≈"}, BOLD: set()})) == {NORMAL: {ord("œ"), ord("≈")}}


def test_most_pictures_share_a_cut_of_the_font(project):
    """Cutting it for each picture takes as long as saving the picture."""
    faces = [face for name in FIGURES for face in FACE.findall((project / name).read_text(encoding="utf-8"))]
    assert len(faces) > 4 * len({*faces})


@pytest.fixture(scope="module", params=["DejaVu", pytest.param("Roboto", marks=pytest.mark.thorough)])
def reader(request, tmp_path_factory):
    """A browser that has only some fonts, and those that a page brings."""
    folder = tmp_path_factory.mktemp("fonts")
    for file in READERS[request.param]:
        shutil.copy(file, folder)
    settings = folder / "fonts.conf"
    settings.write_text(f"<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir></fontconfig>")
    with chromium(FONTCONFIG_FILE=str(settings)) as browser:
        yield browser


LOADED = """async () => {
  const {fonts} = await document.fonts.ready.then(() => document)
  const texts = [...document.querySelectorAll("text")].filter(text => text.getClientRects().length)
  const weights = new Set(texts.map(text => getComputedStyle(text).fontWeight))  // others a phone may not need
  return [...fonts].every(font => font.status === "loaded" || !weights.has(font.weight))
}"""


@pytest.mark.parametrize("width", [pytest.param(1200, marks=pytest.mark.thorough), 390])
def test_no_label_touches_anything(reader, width, site, project):
    """In pages, on a desk and a phone, and in the pictures themselves, as wide as the screen."""
    page = reader.new_page(viewport={"width": width, "height": 900})
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    for address in [*(site / name for name in PAGES), *(project / name for name in FIGURES)]:
        page.goto(address.as_uri())
        if address.suffix == ".svg":
            page.evaluate("Object.assign(document.documentElement.style, {width: '100%', height: 'auto'})")
        assert page.evaluate(LOADED)
        faults = page.evaluate(FIND_FAULTS)
        if address.suffix == ".svg":  # drawn for a desk: who opens it on a phone enlarges it
            faults = [fault for fault in faults if "is too small" not in fault]
        assert faults == [], address.name
    assert complaints == []


LABEL = '<text x="10" y="30">label</text>'
FAULTS = {  # a picture of 100 by 50, with a label from x = 10, and what is said of it
    "": None,
    '<text x="16" y="30">other</text>': "touches “label”",
    '<text x="90" y="20">label</text>': "leaves the picture",
    '<text x="60" y="45" font-size="6">small</text>': "is too small: 6.0 pixels",
    '<path d="M 20 10 L 90 10 L 90 25 L 20 25 z" fill="#0b4f8a"/>': "touches the mark",
    '<path d="M 5 25 L 60 25" fill="none" stroke="#0b4f8a"/>': "touches the mark",
    '<defs><path id="dot" d="M -3 -3 L 3 -3 L 3 3 L -3 3 z"/></defs><use href="#dot" x="20" y="26" fill="#0b4f8a"/>': "touches the mark",
    '<path d="M 5 25 L 60 25" fill="none" stroke="#e3e3e3"/>': None,
    '<path d="M 0 0 L 90 0 L 90 50 L 0 50 z" fill="#ffffff"/>': None,
    '<path d="M 5 5 L 90 5 L 90 45 L 5 45 z" fill="#dce6f0"/>': "touches the mark",  # over the label
}


def find_touching(page, drawn):
    page.set_content(
        f'<svg aria-label="Picture" width="100" height="50" viewBox="0 0 100 50" font-size="10">{drawn}</svg>'
    )
    return page.evaluate(FIND_FAULTS)


def test_what_touches_is_noticed(reader):
    page = reader.new_page()
    for fault, told in FAULTS.items():
        said = find_touching(page, LABEL + fault)
        assert [line for line in said if told in line] if told else said == [], fault
    for tile, fine in (("M 2 2 L 90 2 L 90 48 L 2 48 z", True), ("M 20 2 L 90 2 L 90 48 L 20 48 z", False)):
        assert (find_touching(page, f'<path d="{tile}" fill="#dce6f0"/>{LABEL}') == []) == fine, tile
