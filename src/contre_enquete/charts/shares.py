"""Draw several bars for each group: as the parts of a whole, and as small multiples, a panel for each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from .axes import (
    MARGIN,
    NAME_LINE,
    NAME_ON_PHONE,
    PHONE,
    draw_label,
    draw_legend,
    link_marks,
    measure_paper,
    measure_text,
    set_item_axis,
    wrap,
)
from .palette import (
    BLUE,
    FRAME_GREY,
    GREY,
    INK,
    LINE_GREY,
    MIDDLE_BLUE,
    PALE_BLUE,
    PALE_VERMILION,
    PAPER,
    VERMILION_TEXT,
)

PART_COLOURS = (BLUE, MIDDLE_BLUE, PALE_BLUE, PALE_VERMILION, VERMILION_TEXT, GREY)
DARK = (BLUE, VERMILION_TEXT, GREY)  # on which letters are light
PART_SIZE = 8.5  # points, of the number in a part
STACK_ROW = 0.34  # inches, the height of a bar of several parts with the space around it
KEY_LINE, KEY_MARK = 0.2, 0.5  # inches, of a line of the key; of its mark with the room around it
PANEL_ROW = 0.25  # inches, of a bar in a panel with the space around it
PANEL = 1.25  # inches, the least width of a panel
NAME_ROW = 0.17  # inches, of a line of a name
LABEL_PAD = 5  # points, between a bar and its number


def arrange_key(names: Sequence[str], paper: float) -> tuple[int, list[str], float]:
    """Return the columns of a key on paper of a width, its names broken into lines, and its height; lengths in inches.

    >>> arrange_key(["Bicycle", "Car"], 7.2)[:2], round(arrange_key(["A name of several words"] * 3, 2)[2], 2)
    ((2, ['Bicycle', 'Car']), 1.28)
    """
    room = paper - 2 * MARGIN
    lines = [wrap(name, room - KEY_MARK) for name in names]
    widest = max(measure_text(line) for name in lines for line in name) + KEY_MARK
    columns = max(1, min(len(names), int(room / widest)))
    rows = [max(map(len, lines[first : first + columns])) for first in range(0, len(lines), columns)]
    return columns, ["\n".join(name) for name in lines], sum(rows) * KEY_LINE + 0.08


def order_key(count: int, columns: int) -> list[int]:
    """Return the places of names for a legend, which fills its columns, so that they are read along its rows.

    >>> order_key(4, 3), order_key(5, 2)
    ([0, 3, 1, 2], [0, 2, 4, 1, 3])
    """
    return sorted(range(count), key=lambda place: (place % columns, place))


def measure_name_row(names: Sequence[str], paper: float, least: float) -> float:
    """Return the height of a row, at least so many inches, that has room for each name at the left of it."""
    if paper > PHONE:
        return least
    return max(least, NAME_ROW * max(len(wrap(name, NAME_ON_PHONE, weight="bold")) for name in names) + 0.08)


def measure_stacks(groups: Sequence[str], parts: Sequence[str], paper: float) -> float:
    """Return the height of a chart of bars of several parts, with its key, on paper of a width in inches."""
    return arrange_key(parts, paper)[2] + len(groups) * measure_name_row(groups, paper, STACK_ROW)


def draw_stacks(axes: Axes, shares: pd.DataFrame, texts: pd.DataFrame, references: pd.DataFrame) -> None:
    """Draw a bar for each row of shares, of a part for each column, with the key of the parts above.

    Parameters
    ----------
    axes
        Where the bars are drawn, as high as `measure_stacks` says; its scale is left to the author.
    shares
        The size of each part, in the units of the x axis; rows and columns have the names that readers see.
    texts, references
        Of each part, what is written on it if there is room, and the reference of its figure or "".

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> axes = Figure((7.2, 2)).add_subplot()
    >>> shares = pd.DataFrame({"Bicycle": [34, 12], "Car": [60, 81]}, ["Town", "Villages"])
    >>> draw_stacks(axes, shares, shares.map("{}%".format), shares.map(str))
    >>> [float(bar.get_x()) for bar in axes.patches]
    [0.0, 0.0, 34.0, 12.0]
    """
    paper, place = measure_paper(axes), axes.get_position()
    columns, names, key = arrange_key(list(shares), paper)
    unit = place.width * paper / np.diff(axes.get_xlim())[0]  # inches
    colours, lefts = pick_part_colours(len(names)), shares.cumsum(axis=1) - shares
    rows = range(len(shares))
    for column, colour in zip(shares, colours, strict=True):
        sizes = shares[column]
        bars = axes.barh(rows, sizes, 0.72, lefts[column], color=colour, edgecolor=PAPER, linewidth=0.8)
        for row, bar in enumerate(bars):
            link_marks(bar, references[column].iloc[row])
            text = texts[column].iloc[row]
            if measure_text(text, PART_SIZE) + 0.06 < sizes.iloc[row] * unit:
                middle = lefts[column].iloc[row] + sizes.iloc[row] / 2
                ink = PAPER if colour in DARK else INK
                axes.text(middle, row, text, size=PART_SIZE, color=ink, ha="center", va="center")
    axes.grid(visible=False)
    set_item_axis(axes, list(shares.index))
    height = place.height * axes.figure.figure.get_figheight()
    axes.set_ylim(len(shares) - 0.5, -0.5 - key / (height - key) * len(shares))
    marks = {
        names[place]: Patch(facecolor=colours[place], edgecolor=FRAME_GREY) for place in order_key(len(names), columns)
    }
    edge = (MARGIN / paper - place.x0) / place.width
    draw_legend(
        axes, marks, ncols=columns, loc="upper left", bbox_to_anchor=(edge, 1), handlelength=1, handleheight=1,
        handletextpad=0.4, columnspacing=1.2, borderaxespad=0, labelcolor=INK,
    )  # fmt: skip


def pick_part_colours(count: int) -> list[str]:
    """Return so many colours for the parts of a whole, at most six, the first and the last one dark.

    >>> pick_part_colours(2) == [BLUE, VERMILION_TEXT], pick_part_colours(6) == list(PART_COLOURS)
    (True, True)
    """
    if count == len(PART_COLOURS):
        return list(PART_COLOURS)
    scale = PART_COLOURS[:-1]
    places = {1: (0,), 2: (0, 4), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4)}[count]
    return [scale[place] for place in places]


class Panels(NamedTuple):
    """How many panels stand in a row; in inches, the width of each, and the height of a bar and of a head."""

    columns: int
    width: float
    row: float
    head: float


def arrange_panels(groups: Sequence[str], names: Sequence[str], paper: float) -> Panels:
    """Return how the panels of some groups, with a bar for each name, are arranged on paper of a width in inches."""
    lines = [
        line for name in names for line in (wrap(name, NAME_ON_PHONE, weight="bold") if paper <= PHONE else [name])
    ]
    left = 2.5 * MARGIN + max(measure_text(line, weight="bold") for line in lines)
    room = paper - MARGIN - min(left, 0.6 * paper)
    columns = 1 if paper <= PHONE else max(1, min(len(groups), int(room / PANEL)))
    width = 0.94 * room / columns
    head = max(len(wrap(group, width, weight="bold")) for group in groups) * NAME_ROW + 0.17
    return Panels(columns, width, measure_name_row(names, paper, PANEL_ROW), head)


def measure_panels(groups: Sequence[str], names: Sequence[str], paper: float) -> float:
    """Return the height of the panels of some groups, with a bar for each name, on paper of a width in inches."""
    panels = arrange_panels(groups, names, paper)
    return -(-len(groups) // panels.columns) * (panels.head + len(names) * panels.row)


def draw_panels(
    axes: Axes,
    values: pd.DataFrame,
    texts: pd.DataFrame,
    references: pd.DataFrame,
    colours: Mapping[str, tuple[str, str]],
    top: float,
) -> None:
    """Draw a panel for each column of values, with a bar for each row: side by side, on a phone one below the other.

    Parameters
    ----------
    axes
        The room for the panels, as high as `measure_panels` says; it becomes the first of them.
    values
        The length of each bar; rows and columns have the names that readers see.
    texts, references
        Of each bar, what is written at its end, and the reference of its figure or "".
    colours
        For each column, the colour of its bars and that of its letters.
    top
        The end of the scale, which all panels share.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure((7.2, 2))
    >>> values = pd.DataFrame({"Town": [34, 60], "Villages": [12, 81]}, ["Bicycle", "Car"])
    >>> colours = {"Town": (BLUE, BLUE), "Villages": (GREY, GREY)}
    >>> draw_panels(figure.add_subplot(), values, values.map("{}%".format), values.map(str), colours, 100)
    >>> [[float(bar.get_width()) for bar in panel.patches] for panel in figure.axes]
    [[34.0, 60.0], [12.0, 81.0]]
    """
    paper, place, figure = measure_paper(axes), axes.get_position(), axes.figure.figure
    names, total = list(values.index), axes.figure.figure.get_figheight()
    panels = arrange_panels(list(values), names, paper)
    across, block = place.width / panels.columns, panels.head + len(names) * panels.row
    label = max(measure_text(text, weight="bold") for text in texts.stack()) + LABEL_PAD / 72
    limit = top / max(0.3, 1 - label / panels.width)
    for number, (group, shown) in enumerate(values.items()):
        down, column = divmod(number, panels.columns)
        panel = axes if number == 0 else figure.add_axes((0, 0, 1, 1))
        y = place.y1 - ((down + 1) * block) / total
        panel.set_position((place.x0 + column * across, y, 0.94 * across, len(names) * panels.row / total))
        bars = panel.barh(range(len(names)), shown.fillna(0), 0.66, color=colours[str(group)][0])
        for bar, text, cited in zip(bars, texts[group], references[group], strict=True):
            link_marks(bar, cited)
            if cited:
                end = bar.get_width(), bar.get_y() + bar.get_height() / 2
                draw_label(panel, text, end, LABEL_PAD, color=colours[str(group)][1], weight="bold")
        panel.axvline(0, color=LINE_GREY, linewidth=1)
        panel.set(xlabel="", ylabel="", xlim=(0, limit), xticks=[])
        panel.grid(visible=False)
        set_item_axis(panel, names)
        if column:
            panel.set_yticks([])
        head = "\n".join(wrap(str(group), panels.width, weight="bold"))
        panel.annotate(
            head, (0, 1), (0, 4), xycoords="axes fraction", textcoords="offset points", weight="bold",
            color=colours[str(group)][1], va="bottom", linespacing=NAME_LINE - 0.2,
        )  # fmt: skip
