"""What every chart of the edition is made of: frame, words, picture, table."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from functools import wraps
from html import escape
from pathlib import Path
from urllib.parse import quote

import matplotlib.style
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox

from ..text.language import Language
from ..text.links import plain
from . import fonts
from .spreadsheet import BOM, as_text
from .svg import tidy, with_font
from .table import Table

WIDTH = 7.2  # inches, the text width of a letter page
PHONE = 3.9  # inches: drawn at this width, letters keep their size on a phone
NAME_ON_PHONE = 1.2  # inches, for the name of an item
NAME_LINE = 1.45  # line height in such a name: matplotlib sets a line closer to one without descenders
MARGIN = 0.16
LINE = 1.32  # line height, in font sizes
PAD = 0.1  # between a mark and its label
TICKS = 0.42  # between axes and notes
INK, GREY = "#1A1A1A", "#595959"

_width: ContextVar[float] = ContextVar("width", default=WIDTH)

HERE = Path(__file__).parent
for file in fonts.FILES.values():
    font_manager.fontManager.addfont(file)


@dataclass(frozen=True)
class Words:
    """The texts around a picture: finding, measure with unit and base, remarks, where it comes from.

    And the alternative text. Each number from the survey stands in a link to its figure, as in the
    prose of the notebooks; `plain` is what is drawn.
    """

    title: str
    subtitle: str
    note: str
    source: str
    alternative: str

    @property
    def plain(self) -> Words:
        """The same texts without links."""
        return Words(*(plain(getattr(self, field.name)) for field in fields(self)))


@dataclass(frozen=True)
class Chart:
    """A drawn figure that knows its words, its alternative text and its data table.

    `table` has one row per item, and its columns are what the picture shows, from the same rows.
    Displayed in a notebook, the chart is an image with the alternative text and the table folded
    under it. `on_phone`, if there is one, draws the same figure as wide as a phone.
    """

    name: str
    words: Words
    table: pd.DataFrame
    figure: Figure
    language: Language
    on_phone: Callable[[], Figure] | None = None

    def svg(self) -> str:
        """The picture with its words as SVG, its text selectable, its font inside, without date or program version."""
        return with_font(self._tidy(self._saved("svg"), self.name, title=self.words.plain.title))

    def picture(self, *, phone: bool = False) -> str:
        """The picture without the words around it, as SVG: what stands between caption and notes in a page.

        Its font is not inside: a page holds one for all its pictures.
        """
        figure = self.on_phone() if phone else self.figure
        for text in figure.texts:
            text.set_visible(False)
        with styled():
            frame = figure.get_tightbbox()
        plot = Bbox([[0, frame.y0 - MARGIN / 2], [figure.get_figwidth(), frame.y1 + MARGIN / 2]])
        svg = self._saved("svg", figure=figure, bbox_inches=plot)
        for text in figure.texts:
            text.set_visible(True)
        return self._tidy(svg, f"{self.name}-phone" if phone else self.name)

    def png(self) -> bytes:
        """The picture as PNG for print, 300 dots per inch."""
        return self._saved("png", {"Software": None, "Title": self.words.plain.title})

    def csv(self) -> str:
        """The table as CSV, for any spreadsheet: no cell of it is taken for a formula."""
        buffer = io.StringIO()
        rows = csv.writer(buffer, lineterminator="\r\n")
        rows.writerow(map(as_text, [self.table.index.name, *self.table.columns]))
        rows.writerows(map(as_text, row) for row in self.table.itertuples())
        return buffer.getvalue()

    def html(self) -> str:
        """The picture between its caption and its notes, with the table folded under it, and the table as a download."""
        words, say = self.words.plain, self.language.say
        picture = self.picture()
        phone = ""
        if self.on_phone:
            phone = f'<source media="(max-width: 30rem)" srcset="{_data(self.picture(phone=True))}">'
        width, height = (round(float(size) * 4 / 3) for size in re.findall(r' (?:width|height)="([\d.]+)pt"', picture))
        notes = "".join(f'<p class="note">{escape(note)}</p>' for note in (words.note, words.source) if note)
        return (
            f'<figure id="{self.name}" style="margin:0;max-width:{width}px">'
            f"<figcaption><strong>{escape(words.title)}</strong><br>{escape(words.subtitle)}</figcaption>"
            f'<picture>{phone}<img alt="{escape(words.alternative)}" width="{width}" height="{height}" '
            f'style="max-width:100%;height:auto" src="{_data(picture)}"></picture>{notes}'
            f"<details><summary>{escape(say('Data of the chart'))}</summary>"
            f"{Table(self.table, words.subtitle, self.language).html()}"
            f'<p><a download="{self.name}.csv" href="data:text/csv;charset=utf-8,{quote(BOM + self.csv())}">'
            f"{escape(say('Download the table (CSV)'))}</a></p></details></figure>"
        )

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.words.plain.alternative}

    def _tidy(self, svg: bytes, name: str, title: str = "") -> str:
        def measure(text: str, size: float, bold: bool) -> float:
            return 72 * text_width(text, size, "bold" if bold else "normal")

        return tidy(svg.decode(), name, measure=measure, label=self.words.plain.alternative, title=title)

    def _saved(self, kind: str, metadata: dict | None = None, figure: Figure | None = None, **options) -> bytes:
        with styled():
            buffer = io.BytesIO()
            (figure or self.figure).savefig(
                buffer, format=kind, metadata=metadata or {"Date": None, "Creator": None}, **options
            )
        return buffer.getvalue()


def for_phones(draw: Callable[..., Chart]) -> Callable[..., Chart]:
    """The chart function, whose charts can also be drawn as wide as a phone."""

    @wraps(draw)
    def drawn(survey) -> Chart:
        def on_phone() -> Figure:
            token = _width.set(PHONE)
            try:
                return draw(survey).figure
            finally:
                _width.reset(token)

        return replace(draw(survey), on_phone=on_phone)

    return drawn


def _data(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(with_font(svg).encode()).decode()}"


@contextmanager
def framed(
    words: Words,
    names: list[str],
    height: float,
    *,
    head: float = 0.12,
    tail: float = 0,
    values: Iterable[tuple[float, str]] = (),
):
    """A figure with its words in place and axes between them, as (figure, axes), in the edition's style.

    `names` stand on the y axis, and room is left for them. `height` is that of the axes, `head` the
    room above and `tail` the room left of them, in inches. `values` are the labels at marks, as (percent, text): a scale from 0
    to 100 is drawn as wide as lets them all fit. Nothing outside the figure is changed: no pyplot
    state, no settings.
    """
    words, paper = words.plain, _width.get()
    if paper < WIDTH:
        wrapped = [wrap(name, NAME_ON_PHONE, weight="bold") for name in names]
        height = max(1.3 * height, len(names) * (0.17 * max(map(len, wrapped)) + 0.08))
        names = [line for lines in wrapped for line in lines]
    room = paper - 2 * MARGIN
    with styled():
        above = [
            (wrap(words.title, room, 13.5, "bold"), 13.5, "bold", INK),
            (wrap(words.subtitle, room), 10, "normal", GREY),
        ]
        below = [(wrap(text, room, 8), 8, "normal", GREY) for text in (words.note, words.source) if text]
        top = MARGIN + sum(_depth(lines, size) for lines, size, *_ in above) + head
        foot = TICKS + sum(_depth(lines, size) for lines, size, *_ in below) + MARGIN / 2
        total = top + height + foot
        figure = Figure(figsize=(paper, total))
        FigureCanvasAgg(figure)
        for texts, y in ((above, total - MARGIN), (below, foot - TICKS)):
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
                y -= _depth(lines, size)
        left = 2.5 * MARGIN + max(text_width(name, weight="bold") for name in names) + tail
        left = min(left, 0.6 * paper)  # a name may be longer than any paper
        free = paper - left - MARGIN
        width = max(
            0.1 * paper,
            min(
                [free]
                + [
                    (free - text_width(text, weight="bold") - PAD) / max(percent / 100, 0.01)
                    for percent, text in values
                ]
            ),
        )
        axes = figure.add_axes((left / paper, foot / total, width / paper, height / total))
        yield figure, axes


def percent_axis(axes: Axes, language: Language) -> None:
    """A scale from 0 to 100 percent, the same on every chart, its unit on the last tick."""
    axes.set_xlim(0, 100)
    ticks = [0, 25, 50, 75, 100] if axes.figure.get_figwidth() == WIDTH else [0, 50, 100]
    axes.set_xticks(ticks, [language.number(tick) for tick in ticks[:-1]] + [language.percent(ticks[-1])])
    axes.set(xlabel="", ylabel="")


def item_axis(axes: Axes) -> None:
    """Item names flush with the title, on the left; on a phone, on several lines."""
    place, paper = axes.get_position(), axes.figure.get_figwidth()
    if paper < WIDTH:
        names = [label.get_text() for label in axes.get_yticklabels()]
        axes.set_yticks(axes.get_yticks(), ["\n".join(wrap(name, NAME_ON_PHONE, weight="bold")) for name in names])
    for label in axes.get_yticklabels():
        label.set(ha="left", x=(MARGIN / paper - place.x0) / place.width, linespacing=NAME_LINE)
    axes.tick_params(axis="y", pad=0, length=0)


def key_edge(axes: Axes) -> float:
    """Where a key begins, in axes: with the scale, or on a phone with the names."""
    place, paper = axes.get_position(), axes.figure.get_figwidth()
    return 0 if paper == WIDTH else (MARGIN / paper - place.x0) / place.width


def text_width(text: str, size: float = 10, weight: str = "normal") -> float:
    """Width of a line of text, in inches, whatever font the settings name."""
    font = font_manager.FontProperties(family=fonts.FAMILY, size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] / 72


def wrap(text: str, width: float, size: float = 10, weight: str = "normal") -> list[str]:
    """The text in lines of at most `width` inches, broken at spaces and never at a no-break space."""
    lines, free = [], 0.0
    space = text_width("n n", size, weight) - text_width("nn", size, weight)
    for word in text.split(" "):
        needed = text_width(word, size, weight)
        if lines and space + needed <= free:
            lines[-1] += f" {word}"
            free -= space + needed
        else:
            lines.append(word)
            free = width - needed
    return lines


def _depth(lines: list[str], size: float) -> float:
    return (len(lines) * LINE + 0.35) * size / 72


@contextmanager
def styled():
    """The look of every chart, whatever the reader has set, for as long as it lasts."""
    with matplotlib.style.context(["default", str(HERE / "style.mplstyle")]):
        yield
