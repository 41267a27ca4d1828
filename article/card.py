"""The picture that social networks show beside a link to the edition."""

from __future__ import annotations

import io

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from contre_enquete import Survey, palette, styled, wrap

from .printed import STYLES, tools

SIZE = 12, 6.3  # inches; at 100 dots per inch, 1200 by 630 pixels, what networks ask for
QUESTION, ITEM = "tools", "external-social-networks"


def social_card(survey: Survey) -> bytes:
    """The card as PNG."""
    buffer = io.BytesIO()
    with styled():
        card(survey).savefig(buffer, format="png", dpi=100, metadata={"Software": None})
    return buffer.getvalue()


def card(survey: Survey) -> Figure:
    """The headline of the first figure and its two bars, in percent of respondents."""
    percents = [survey.percent(QUESTION, ITEM, segment) for segment in survey.article.compared]
    with styled():
        figure = Figure(figsize=SIZE, dpi=100)
        FigureCanvasAgg(figure)
        title = "\n".join(wrap(tools(survey).words.plain.title, 10.6, 34, "bold"))
        figure.text(0.055, 0.92, title, size=34, weight="bold", color=palette.INK, va="top", linespacing=1.2)
        figure.text(0.055, 0.06, survey.article.words.name, size=20, weight="bold", color=palette.GREY)
        axes = figure.add_axes((0.055, 0.16, 0.89, 0.3))
        bars = axes.barh(
            [0, 1], percents, height=0.78, color=[STYLES[segment].colour for segment in survey.article.compared]
        )
        labels = [
            f"{survey.language.percent(percent)} {survey.segment_label(segment)}"
            for percent, segment in zip(percents, survey.article.compared, strict=True)
        ]
        for text, segment in zip(
            axes.bar_label(bars, labels, padding=12, size=26, weight="bold"), survey.article.compared, strict=True
        ):
            text.set_color(STYLES[segment].ink)
        axes.set(xlim=(0, max(100, *percents)), ylim=(1.5, -0.5), xticks=[], yticks=[])
        axes.grid(visible=False)
    return figure
