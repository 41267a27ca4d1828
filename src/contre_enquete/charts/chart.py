"""Make the charts of the edition: words, frame, picture and table."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any
from urllib.parse import quote

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ..text.language import Language
from .axes import MARGIN, NAME_ON_PHONE, PHONE, WIDTH, apply_style, measure_text, wrap
from .palette import GREY, INK
from .parts import PARTS, ChartParts, FigureParts, PictureParts, render_figure, render_table
from .spreadsheet import BOM, format_cell
from .svg import embed_font, tidy
from .table import Table
from .words import Words

CARD = 12, 6.3  # inches; at 100 dots per inch, 1200 by 630 pixels, what networks ask for
PRINT = 300  # dots per inch, on paper
COMPRESSION = 3  # of zlib: as small as 6 for charts, in half the time
CARD_TITLE = 4.2  # inches, for the title of a card
LINE = 1.32  # line height, in font sizes
PAD = 0.1  # between a mark and its label
TICK_SPACE = 0.42  # between axes and notes


@dataclass(frozen=True)
class Frame:
    """The room that a chart needs around and in its axes, on paper of any width.

    `names` stand on the y axis, left of it; on a phone, in lines of `line` inches. `height` is that of the axes, on a
    phone `on_phone` if given, `head` additional room above them and `tail` additional room between names and axes, in
    inches. `values` are the labels at marks, as (percent, text): a scale from 0 to 100 is drawn as wide as lets them
    all fit.
    """

    names: Sequence[str]
    height: float
    head: float = 0.12
    tail: float = 0
    line: float = NAME_ON_PHONE
    on_phone: float = 0
    values: Sequence[tuple[float, str]] = ()


@dataclass(frozen=True, repr=False)
class Chart:
    """A figure: its words, its data table, and the function that draws it on axes.

    `table` has one row per item, and its columns hold the values that the picture shows. A notebook displays the
    chart as an image with its alternative text, and the table folded under it. A page holds the chart as wide as
    its text and as wide as a phone; one that is `small`, only as wide as a phone. `references` has the shape of the
    table and holds the reference of the figure in each cell, or "": the table of a page links to them, as do the marks
    that `draw` gave an address (`link_marks`).

    Examples
    --------
    >>> words = Words("Few cycle", "Ways to work, in %", "", "", "One bar: bicycle, 34%.")
    >>> table = pd.DataFrame({"Share (%)": [34]}, pd.Index(["Bicycle"], name="Item"))
    >>> frame = Frame(["Bicycle"], height=0.3)
    >>> chart = Chart("commute", words, table, frame, lambda axes: axes.barh(["Bicycle"], [34]), Language("en"))
    >>> print(chart.csv())
    Item,Share (%)
    Bicycle,34
    <BLANKLINE>
    >>> chart
    Chart commute: Few cycle
    Data: .table, 1 x 1. Files: .svg(), .png(), .csv(). Picture for matplotlib: .figure
    """

    name: str
    words: Words
    table: pd.DataFrame
    frame: Frame
    draw: Callable[[Axes], None]
    language: Language
    small: bool = False
    references: pd.DataFrame | None = None

    def __repr__(self) -> str:
        rows, columns = self.table.shape
        return (
            f"Chart {self.name}: {self.words.plain.title}\n"
            f"Data: .table, {rows} x {columns}. Files: .svg(), .png(), .csv(). Picture for matplotlib: .figure"
        )

    @cached_property
    def figure(self) -> Figure:
        """The picture with its words, on paper of the usual width."""
        return self.drawn()

    def drawn(self, width: float = WIDTH) -> Figure:
        """Return the picture with its words, on paper of a width in inches."""
        with apply_style():
            figure, axes = _frame_figure(self.words.plain, self.frame, width)
            self.draw(axes)
        return figure

    def svg(self) -> str:
        """Return the picture with its words as SVG: text selectable, font inside, no date and no program version."""
        return embed_font(self._tidy(_save_svg(self.figure), self.name, self.words.plain.title)["svg"])

    def picture(self, *, phone: bool = False) -> PictureParts:
        """Return the picture without the words around it, to stand between caption and notes in a page.

        Its font is not inside: a page holds it once for all its pictures. With `phone`, it is as wide as a phone.
        """
        drawn = self.drawn(PHONE) if phone else self.figure
        box = _measure_picture(drawn) if phone else self._box
        with hide_words(drawn) as figure:
            plot = Bbox([[0, box.y0 - MARGIN / 2], [figure.get_figwidth(), box.y1 + MARGIN / 2]])
            return self._tidy(_save_svg(figure, plot), f"{self.name}-phone" if phone else self.name)

    def png(self) -> bytes:
        """Return the picture with its words as PNG for print, 300 dots per inch."""
        information = PngInfo()
        information.add_text("Title", self.words.plain.title)
        return _encode(self._print, pnginfo=information, dpi=(PRINT, PRINT))

    def card(self, name: str) -> bytes:
        """Return the picture beside its title as PNG of 1200 by 630 pixels, which networks show with a link.

        `name` is that of the edition.
        """
        with apply_style():
            figure = Figure(figsize=CARD, dpi=100)
            FigureCanvasAgg(figure)
            fitting = (
                size for size in range(34, 10, -2) if _measure_title(self.words.plain.title, size) < 0.8 * CARD[1]
            )
            size = next(fitting, 10)
            title = "\n".join(wrap(self.words.plain.title, CARD_TITLE, size, "bold"))
            figure.text(0.03, 0.93, title, size=size, weight="bold", color=INK, va="top", linespacing=1.2)
            figure.text(0.03, 0.06, name, size=20, weight="bold", color=GREY)
        box = Bbox.intersection(self._box.padded(0.08), self.figure.bbox_inches) or self._box
        card = _render(figure, 100)
        scale = 100 * min((CARD[0] - CARD_TITLE - 0.9) / box.width, (CARD[1] - 0.5) / box.height)
        top = self._print.height - PRINT * box.y1
        place = PRINT * box.x0, top, PRINT * box.x1, top + PRINT * box.height
        image = self._print.resize(
            (round(scale * box.width), round(scale * box.height)), Image.Resampling.LANCZOS, place
        )
        card.paste(image, (card.width - image.width - 30, (card.height - image.height) // 2))
        return _encode(card)

    def csv(self) -> str:
        """Return the table as CSV, of which no spreadsheet takes a cell for a formula."""
        buffer = io.StringIO()
        rows = csv.writer(buffer, lineterminator="\n")
        rows.writerow(map(format_cell, [self.table.index.name, *self.table.columns]))
        rows.writerows(map(format_cell, row) for row in self.table.itertuples())
        return buffer.getvalue()

    @cached_property
    def _box(self) -> Bbox:
        return _measure_picture(self.figure)

    @cached_property
    def _print(self) -> Image.Image:
        return _render(self.figure, PRINT)

    @cached_property
    def wide(self) -> PictureParts:
        """The picture for a desk, without the words around it."""
        return self.picture()

    @cached_property
    def narrow(self) -> PictureParts:
        """The picture for a phone, without the words around it."""
        return self.picture(phone=True)

    @cached_property
    def image(self) -> str:
        """The picture for a desk as SVG with its font inside, which any viewer of notebooks can show."""
        return embed_font(self.wide["svg"])

    @cached_property
    def _figure_parts(self) -> FigureParts:
        words = self.words.plain
        return {
            "name": self.name,
            "title": words.title,
            "subtitle": words.subtitle,
            "notes": [note for note in (words.note, words.source) if note],
            "table": Table(self.table, words.subtitle, self.language, references=self.references).parts(),
        }

    def parts(self) -> ChartParts:
        """Return the chart as data, its pictures drawn for a desk and for a phone, with the figures of their marks."""
        wide = None if self.small else self.wide
        return {**self._figure_parts, "wide": wide, "narrow": self.narrow}

    def html(self) -> str:
        """Return the chart as HTML for any viewer of notebooks: the picture as an image, its font inside."""
        figure, picture, say = self._figure_parts, self.wide, self.language.say
        width, height = (round(float(size) * 4 / 3) for size in picture["box"].split()[2:])
        encoded = base64.b64encode(self.image.encode()).decode()
        image = (
            f'<img alt="{escape(self.words.plain.alternative)}" width="{width}" height="{height}" '
            f'style="max-width:100%;height:auto" src="data:image/svg+xml;base64,{encoded}">'
        )
        address = f"data:text/csv;charset=utf-8,{_escape_address(BOM + self.csv())}"
        download = f'<a download="{self.name}.csv" href="{address}">{escape(say("Download the table (CSV)"))}</a>'
        folded = f"{render_table(figure['table'], styled=False)}<p>{download}</p>"
        return render_figure(figure, image, say("Data of the chart"), folded, width=width)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str | dict]:
        return {PARTS: {"chart": self.parts()}, "text/html": self.html(), "text/plain": self.words.plain.alternative}

    def _tidy(self, svg: str, name: str, title: str = "") -> PictureParts:
        def measure(text: str, size: float, bold: bool) -> float:
            return 72 * measure_text(text, size, "bold" if bold else "normal")

        return tidy(svg, name, measure=measure, label=self.words.plain.alternative, title=title)


def _escape_address(text: str) -> str:
    """Return a text as the end of a `data:` address in an attribute: letters stay, all that could end it is escaped."""
    return re.sub(r"[^\w.,;:()/-]", lambda match: quote(match[0]), text)


def _save(figure: Figure, kind: str, **look: Any) -> bytes:
    buffer = io.BytesIO()
    with apply_style():
        figure.savefig(buffer, format=kind, **look)
    return buffer.getvalue()


def _save_svg(figure: Figure, box: Bbox | None = None) -> str:
    """Return a figure, or a box of it, as matplotlib's SVG."""
    return _save(figure, "svg", metadata={"Date": None, "Creator": None}, bbox_inches=box).decode()


def _render(figure: Figure, dpi: int) -> Image.Image:
    """Return a figure as an image of so many dots per inch."""
    pixels, width = _save(figure, "rgba", dpi=dpi), int(figure.get_figwidth() * dpi)
    return Image.frombytes("RGBA", (width, len(pixels) // (4 * width)), pixels).convert("RGB")


def _encode(image: Image.Image, **information: Any) -> bytes:
    """Return an image as PNG."""
    buffer = io.BytesIO()
    image.save(buffer, "png", compress_level=COMPRESSION, **information)
    return buffer.getvalue()


@contextmanager
def hide_words(figure: Figure) -> Iterator[Figure]:
    """Give a figure empty room in place of the words around its axes, in the style of charts, within a `with` block."""
    shown = [text for text in figure.texts if text.get_visible()]  # none within another such block
    for text in shown:
        text.set_visible(False)
    try:
        with apply_style():
            yield figure
    finally:
        for text in shown:
            text.set_visible(True)


def _measure_picture(figure: Figure) -> Bbox:
    """Return what a picture takes of its paper without the words around it, in inches."""
    with hide_words(figure):
        return figure.get_tightbbox()


def _frame_figure(words: Words, frame: Frame, paper: float) -> tuple[Figure, Axes]:
    """Return a figure on paper of a width in inches with its words, and the axes between them.

    Changes nothing outside the figure: it uses no pyplot.
    """
    names, height = list(frame.names), frame.height
    if paper < WIDTH:
        wrapped = [wrap(name, frame.line, weight="bold") for name in names]
        height = frame.on_phone or max(1.3 * height, len(names) * (0.17 * max(map(len, wrapped)) + 0.08))
        names = [line for lines in wrapped for line in lines]
    room = paper - 2 * MARGIN
    above = [
        (wrap(words.title, room, 13.5, "bold"), 13.5, "bold", INK),
        (wrap(words.subtitle, room), 10, "normal", GREY),
    ]
    below = [(wrap(text, room, 8), 8, "normal", GREY) for text in (words.note, words.source) if text]
    top = MARGIN + sum(_measure_paragraph(lines, size) for lines, size, *_ in above) + frame.head
    foot = TICK_SPACE + sum(_measure_paragraph(lines, size) for lines, size, *_ in below) + MARGIN / 2
    total = top + height + foot
    figure = Figure(figsize=(paper, total))
    FigureCanvasAgg(figure)
    for texts, y in ((above, total - MARGIN), (below, foot - TICK_SPACE)):
        for lines, size, weight, color in texts:
            figure.text(
                MARGIN / paper,
                y / total,
                "\n".join(lines),
                size=size,
                weight=weight,
                color=color,
                va="top",
                linespacing=LINE,
            )
            y -= _measure_paragraph(lines, size)
    left = 2.5 * MARGIN + max(measure_text(name, weight="bold") for name in names) + frame.tail
    left = min(left, 0.6 * paper)  # a name may be longer than any paper
    free = paper - left - MARGIN
    fitting = [
        (free - measure_text(text, weight="bold") - PAD) / max(percent / 100, 0.01) for percent, text in frame.values
    ]
    width = max(0.1 * paper, min([free, *fitting]))
    return figure, figure.add_axes((left / paper, foot / total, width / paper, height / total))


def _measure_title(title: str, size: float) -> float:
    """Return the height of a card's title, in inches."""
    return len(wrap(title, CARD_TITLE, size, "bold")) * size * 1.25 / 72


def _measure_paragraph(lines: list[str], size: float) -> float:
    """Return the height of a paragraph with the space after it, in inches."""
    return (len(lines) * LINE + 0.35) * size / 72
