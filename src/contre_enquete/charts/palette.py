"""The colours of charts and pages, and what they become on a dark screen.

The first three hues are apart for colour-blind eyes and in print without colour, 3:1 on white at least;
`_TEXT` marks the darker of two shades, which is meant for letters, 4.5:1 at least.
"""

from __future__ import annotations

PAPER, INK, GREY = "#FFFFFF", "#1A1A1A", "#595959"
VERMILION, VERMILION_TEXT, BLUE = "#D55E00", "#A8470B", "#0B4F8A"
MIDDLE_GREY, FRAME_GREY, BAND_GREY, LINE_GREY, GRID_GREY = "#767676", "#8C8C8C", "#9A9A9A", "#B5B5B5", "#E3E3E3"
PALE_BLUE, LIGHT_BLUE, MIDDLE_BLUE, PALE_VERMILION = "#DCE6F0", "#A9C6E2", "#5B93C7", "#F6C9A8"
GREEN, PALE_GREEN, VIOLET, RED = "#1B7837", "#5AAE61", "#6A3D9A", "#B2182B"

ON_DARK = {
    PAPER: "#15171A",
    INK: "#ECEAE6",
    GREY: "#B4B2AD",
    MIDDLE_GREY: "#9D9B97",
    FRAME_GREY: "#8F8D89",
    BAND_GREY: "#8F8D89",
    LINE_GREY: "#74726E",
    GRID_GREY: "#33373C",
    VERMILION: "#F58634",
    VERMILION_TEXT: "#FFA866",
    BLUE: "#79B5EE",
    PALE_BLUE: "#24384C",
    LIGHT_BLUE: "#2F5070",
    MIDDLE_BLUE: "#3D6994",
    PALE_VERMILION: "#623512",
    GREEN: "#58B56D",
    PALE_GREEN: "#8FD396",
    VIOLET: "#B894E0",
    RED: "#FF7B80",
}


BACKGROUNDS = (PAPER, PALE_BLUE, LIGHT_BLUE, MIDDLE_BLUE, PALE_VERMILION)  # what other marks stand on
DISTINCT_COLOURS = (VERMILION, VERMILION_TEXT)  # where a system leaves two colours


def render_style_rules(pictures: str | None = None) -> str:
    """Return the CSS rules of the colours of some pictures, given as SVG, or of all.

    They give the colours of a page names, and replace those of its pictures on a dark screen and where the system
    chooses the colours (forced-colors).
    """
    names = {"paper": PAPER, "ink": INK, "quiet": GREY, "link": BLUE}
    light = " ".join(f"--{name}: {colour.lower()};" for name, colour in names.items())
    dark = " ".join(f"--{name}: {ON_DARK[colour].lower()};" for name, colour in names.items())
    darkened = [
        _rule(part, colour, on_dark)
        for part in ("fill", "stroke")
        for colour, on_dark in ON_DARK.items()
        if pictures is None or f'{part}="{colour.lower()}"' in pictures
    ]
    forced = [
        "svg [fill] { fill: CanvasText; }",
        'svg [fill="none"] { fill: none; }',
        *(_rule("fill", colour, "Canvas") for colour in BACKGROUNDS),
        *(_rule("fill", colour, "LinkText") for colour in DISTINCT_COLOURS),
        "svg [stroke] { stroke: CanvasText; }",
        _rule("stroke", GRID_GREY, "GrayText"),
        _rule("stroke", PAPER, "Canvas"),
    ]
    return (
        f":root {{ {light} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} {' '.join(darkened)} }}\n"
        f"@media (forced-colors: active) {{ {' '.join(forced)} }}\n"
    )


def _rule(part: str, colour: str, becomes: str) -> str:
    becomes = becomes.lower() if becomes.startswith("#") else becomes
    return f'svg [{part}="{colour.lower()}"] {{ {part}: {becomes}; }}'
