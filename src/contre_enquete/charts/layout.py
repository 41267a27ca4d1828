"""Find the texts of a picture that nobody can read: they overlap, leave it, or are too small."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from matplotlib.figure import Figure
from matplotlib.text import Text

from .axes import apply_style

MIN_SIZE = 6  # points


def find_illegible_texts(figure: Figure) -> list[str]:
    """Return what is wrong with each text of a figure, as it is saved: it overlaps another, leaves, is too small.

    Examples
    --------
    >>> figure = Figure((2, 2))
    >>> [find_illegible_texts(figure) for _ in [figure.text(0.1, 0.5, "one")]]
    [[]]
    >>> figure.text(0.12, 0.5, "two").set_size(3)
    >>> find_illegible_texts(figure)
    ['“two” is too small: 3 points; expected 6', '“one” overlaps “two”']
    """
    with apply_style():
        figure.canvas.draw()
        texts = [(text, text.get_window_extent()) for text in _list_texts(figure)]
    faults = []
    for text, box in texts:
        if not (box.x0 >= 0 and box.y0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1):
            faults.append(f"“{text.get_text()}” leaves the picture")
        if float(text.get_fontsize()) < MIN_SIZE:
            faults.append(f"“{text.get_text()}” is too small: {text.get_fontsize():g} points; expected {MIN_SIZE}")
    for (one, first), (other, second) in combinations(texts, 2):
        if first.x0 < second.x1 and second.x0 < first.x1 and first.y0 < second.y1 and second.y0 < first.y1:
            faults.append(f"“{one.get_text()}” overlaps “{other.get_text()}”")
    return faults


def _list_texts(figure: Figure) -> Iterator[Text]:
    """Yield the texts of a figure that are seen: its words, and names, labels, ticks and keys of its axes."""
    texts = [*figure.texts, *(text for legend in figure.legends for text in legend.get_texts())]
    for axes in figure.axes:
        ticks = [tick for axis in (axes.xaxis, axes.yaxis) for tick in axis.get_major_ticks()]
        texts += [*(label for tick in ticks for label in (tick.label1, tick.label2))]
        texts += [text for text in axes.get_children() if isinstance(text, Text)]  # labels, and titles
        texts += [axes.xaxis.label, axes.yaxis.label]
        legend = axes.get_legend()
        texts += [*legend.get_texts(), legend.get_title()] if legend else []
    yield from (text for text in texts if text.get_visible() and text.get_text().strip())
