"""Make matplotlib's SVG fit to stand inside a page: lean, without style sheet, and with ids of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape, unescape
from itertools import groupby
from xml.etree import ElementTree

from .fonts import BOLD, NORMAL, STACK, render_font_faces
from .parts import PictureParts

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
HREF = f"{{{XLINK}}}href"
LINK_ELEMENT = f"{{{SVG}}}a"
SHAPE_ATTRIBUTES = (HREF, "x", "y", "d", "transform", "font-size", "font-weight", "text-anchor")
GROUP_ATTRIBUTES = (
    "clip-path",
    "fill",
    "stroke",
    "stroke-width",
    "stroke-linecap",
    "font-size",
    "text-anchor",
)  # by a group
SHORT_TEXT = 4  # letters, whose width matters to no neighbour
FONT_ATTRIBUTE = "font-family"  # the same on every text, so written once
STYLE = re.compile(r"<style>.*?</style>")
TEXT_ELEMENT = re.compile(r"<text([^>]*)>([^<]*)")
REFERENCE = re.compile(r"(?<=#)[\w.@-]+")

ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)


def tidy(
    svg: str,
    name: str,
    *,
    measure: Callable[[str, float, bool], float],
    label: str,
    title: str = "",
) -> PictureParts:
    """Return an SVG from matplotlib with its styles as attributes, which a strict content policy allows.

    Every id begins with `name`; `label` is the alternative text; there is a title if `title` is given. Left out are
    ids that nothing refers to, groups without attributes, metadata, and decimals below a tenth of a point; what
    neighbours have in common is written once, on a group. Each text that is not short is given its width, which
    `measure` returns in points for (text, font size in points, whether bold): browsers round the widths of letters,
    and may lack or refuse the font.
    """
    root = ElementTree.fromstring(svg)
    for element in list(root.iter()):
        for part in list(element):
            if part.tag in (f"{{{SVG}}}metadata", f"{{{SVG}}}style"):
                element.remove(part)
    used = {
        match[0]
        for element in root.iter()
        for value in element.attrib.values()
        if "#" in value
        for match in REFERENCE.finditer(value)
    }
    names = {old: f"{name}-{number}" for number, old in enumerate(_list_ids(root, used), 1)}
    for element in root.iter():
        if element.tag == LINK_ELEMENT:
            element.attrib = {"href": element.attrib[HREF]}
            element.text = element.tail = None
            continue
        _rewrite_attributes(element, names)
        if element.tag == f"{{{SVG}}}text" and element.text and len(element.text) > SHORT_TEXT:
            size, bold = float(element.attrib["font-size"].removesuffix("px")), element.get("font-weight") == "700"
            element.set("textLength", f"{measure(element.text, size, bold):.1f}")
    _unwrap(root)
    _strip_definitions(root)
    links = [link for link in root.iter(LINK_ELEMENT) if link.attrib]
    marks = [_copy_shape(link) for link in links]
    for link in links:
        link.attrib = {}
    _unwrap(root)
    _group_neighbours(root)
    root.attrib = {
        "role": "img",
        "aria-label": label,
        **{key: root.attrib[key] for key in ("viewBox", "width", "height")},
        FONT_ATTRIBUTE: STACK,
        "stroke-linejoin": "round",
    }
    if title:
        element = ElementTree.Element(f"{{{SVG}}}title")
        element.text = title
        root.insert(0, element)
    return {"svg": ElementTree.tostring(root, encoding="unicode"), "box": root.attrib["viewBox"], "marks": marks}


def _copy_shape(link: ElementTree.Element) -> list[str]:
    """Return the reference of a link, and its shape alone, to lie upon the picture."""
    form = ""
    for part in link.iter():
        if (tag := part.tag.partition("}")[2]) in ("use", "path", "text"):
            attributes = [
                (key.replace(HREF, "href"), part.attrib[key]) for key in SHAPE_ATTRIBUTES if key in part.attrib
            ]
            form += f"<{tag}" + "".join(f' {key}="{value}"' for key, value in attributes)
            form += f">{escape(part.text)}</text>" if part.text else "/>"
    return [link.attrib["href"].removeprefix("#"), form]


def embed_font(svg: str) -> str:
    """Return a tidy picture with the font of its texts inside, so that it looks alike whatever fonts a reader has."""
    return re.sub(r"(?<=>)", f"<style>{render_font_faces(collect_letters([svg]))}</style>", svg, count=1)


def strip_font(svg: str) -> str:
    """Return a tidy picture without the font that `embed_font` put inside."""
    return STYLE.sub("", svg, count=1)


def collect_letters(pictures: Iterable[str]) -> dict[int, set[str]]:
    """Return the letters that the texts of tidy pictures use, by weight."""
    used: dict[int, set[str]] = {NORMAL: set(), BOLD: set()}
    for svg in pictures:
        for attributes, text in TEXT_ELEMENT.findall(svg):
            used[BOLD if 'font-weight="700"' in attributes else NORMAL] |= set(unescape(text))
    return used


def _list_ids(root: ElementTree.Element, used: set[str]) -> list[str]:
    """Return the ids in a picture that are used, in the order of their elements."""
    return [name for element in root.iter() if (name := element.get("id", "")) in used]


def _rewrite_attributes(element: ElementTree.Element, names: dict[str, str]) -> None:
    """Rewrite an element's attributes: styles as attributes, ids by their new `names`, numbers rounded."""
    written: dict[str, str] = {}
    for key, value in element.attrib.items():
        if key == "style":
            written |= dict(re.split(r":\s*", rule.strip(), maxsplit=1) for rule in value.split(";") if rule.strip())
        elif key == "id":
            written |= {"id": names[value]} if value in names else {}
        elif key in (HREF, "clip-path"):
            written[key] = REFERENCE.sub(lambda match: names[match[0]], value)
        else:
            written[key] = value
    written.pop(FONT_ATTRIBUTE, None)
    if re.match(r"rotate\(-?0[ )]", written.get("transform", "")):
        del written["transform"]
    places = 2 if "id" in written else 1  # what is defined is drawn small, and may be scaled
    element.attrib = {
        key: value if key in ("id", HREF, "clip-path") else _round(value, places) for key, value in written.items()
    }
    if "d" in element.attrib:
        element.set("d", _shorten_path(element.attrib["d"]))
    if not (element.text or "").strip():
        element.text = None
    element.tail = None


def _round(value: str, places: int) -> str:
    """Return an attribute's value with its decimals rounded to some places."""
    value = re.sub(r"-?\d+\.\d+", lambda match: f"{round(float(match[0]), places):g}", value)
    return re.sub(r"\s+", " ", value).strip()


def _shorten_path(path: str) -> str:
    """Return a path with straight lines along an axis as `H` and `V`, and no space that says nothing."""
    at, parts = ["", ""], []
    for kind, arguments in re.findall(r"([A-Za-z])([^A-Za-z]*)", path):
        numbers = arguments.split()
        if kind == "L" and numbers[0] == at[0]:
            parts.append(f"V{numbers[1]}")
        elif kind == "L" and numbers[1] == at[1]:
            parts.append(f"H{numbers[0]}")
        else:
            parts.append(kind + " ".join(numbers))
        at = numbers[-2:] or at
    return "".join(parts)


def _unwrap(element: ElementTree.Element) -> None:
    """Replace each group without attributes by its elements, and remove empty definitions."""
    parts = []
    for part in element:
        _unwrap(part)
        bare = part.tag in (f"{{{SVG}}}g", LINK_ELEMENT) and not part.attrib
        empty = part.tag == f"{{{SVG}}}defs" and not len(part)
        parts += list(part) if bare else [] if empty else [part]
    element[:] = parts


def _strip_definitions(root: ElementTree.Element) -> None:
    """Leave the colours and lines of a mark to where it is used: a page's dark colours do not reach what is defined."""
    uses = list(root.iter(f"{{{SVG}}}use"))
    for mark in (part for defined in root.iter(f"{{{SVG}}}defs") for part in defined if part.tag == f"{{{SVG}}}path"):
        used_keys = [use.attrib.keys() for use in uses if use.get(HREF) == f"#{mark.get('id')}"]
        mark.attrib = {
            key: value
            for key, value in mark.attrib.items()
            if key in ("id", "d") or not all(key in keys for keys in used_keys)
        }


def _group_neighbours(element: ElementTree.Element) -> None:
    """Put neighbours of one colour, line and size of text into a group that says so for all of them."""
    parts: list[ElementTree.Element] = []
    for shared, run in groupby(
        element, lambda part: {key: part.attrib[key] for key in GROUP_ATTRIBUTES if key in part.attrib}
    ):
        neighbours = list(run)
        if shared and len(neighbours) > 1:
            group = ElementTree.Element(f"{{{SVG}}}g", shared)
            for part in neighbours:
                part.attrib = {key: value for key, value in part.attrib.items() if key not in shared}
            group.extend(neighbours)
            neighbours = [group]
        parts += neighbours
    element[:] = parts
