"""matplotlib's SVG, made fit to stand inside a page: lean, with no style sheet and no name that two charts share."""

from __future__ import annotations

import re
from xml.etree import ElementTree

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
HREF = f"{{{XLINK}}}href"
INHERITED = "font-family"  # the same on every text, so said once
REFERENCE = re.compile(r"(?<=#)[\w.-]+")

ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)


def tidy(svg: str, name: str, *, label: str, title: str = "") -> str:
    """The same picture, its styles written as attributes, which a strict content policy allows.

    `name` begins every id, `label` is the alternative text, `title` the title if it has one. Ids
    that nothing refers to, groups that group nothing, metadata and decimals below a hundredth of a
    point go. Texts stay texts.
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
    names = {old: f"{name}-{number}" for number, old in enumerate(_ids(root, used), 1)}
    families = [_attributes(element, names) for element in root.iter()]
    _unwrap(root)
    root.attrib = {
        "role": "img",
        "aria-label": label,
        "viewBox": root.get("viewBox"),
        "width": root.get("width"),
        "height": root.get("height"),
        INHERITED: next(filter(None, families), "sans-serif"),
        "stroke-linejoin": "round",
    }
    if title:
        element = ElementTree.Element(f"{{{SVG}}}title")
        element.text = title
        root.insert(0, element)
    return ElementTree.tostring(root, encoding="unicode")


def _ids(root: ElementTree.Element, used: set[str]) -> list[str]:
    return [element.get("id") for element in root.iter() if element.get("id") in used]


def _attributes(element: ElementTree.Element, names: dict[str, str]) -> str:
    """Writes an element's attributes anew; returns its font family, if it has one."""
    written = {}
    for key, value in element.attrib.items():
        if key == "style":
            written |= dict(re.split(r":\s*", rule.strip(), maxsplit=1) for rule in value.split(";") if rule.strip())
        elif key == "id":
            written |= {"id": names[value]} if value in names else {}
        elif key in (HREF, "clip-path"):
            written[key] = REFERENCE.sub(lambda match: names[match[0]], value)
        else:
            written[key] = value
    family = written.pop(INHERITED, "")
    if re.match(r"rotate\(-?0[ )]", written.get("transform", "")):
        del written["transform"]
    element.attrib = {
        key: value if key in ("id", HREF, "clip-path") else _rounded(value) for key, value in written.items()
    }
    if not (element.text or "").strip():
        element.text = None
    element.tail = None
    return family


def _rounded(value: str) -> str:
    value = re.sub(r"-?\d+\.\d+", lambda match: f"{round(float(match[0]), 2):g}", value)
    return re.sub(r"\s+", " ", value).strip()


def _unwrap(element: ElementTree.Element) -> None:
    """Replaces each group or definitions without attributes by what they hold, or nothing."""
    parts = []
    for part in element:
        _unwrap(part)
        bare = part.tag == f"{{{SVG}}}g" and not part.attrib
        empty = part.tag == f"{{{SVG}}}defs" and not len(part)
        parts += list(part) if bare else [] if empty else [part]
    element[:] = parts
