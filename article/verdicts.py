"""Picture of the verdicts: each claim of the article, paragraph by paragraph, judged twice."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from contre_enquete.charts.chart import NAME_LINE, Chart, Frame, Words, item_axis, paper_width, wrap
from contre_enquete.charts.palette import BLUE, FRAME_GREY, GREEN, MIDDLE_GREY, RED, VERMILION, VIOLET
from contre_enquete.survey.claims import FIGURES, WORDINGS, judged_claims, printed_percents
from contre_enquete.survey.model import Survey
from contre_enquete.text.language import capitalised
from contre_enquete.text.links import plain

ROW = 0.27  # inches per paragraph
LEGEND = 0.21  # inches per line of a key
FIGURE_MARKS = dict(
    zip(FIGURES, [("H", BLUE), ("o", GREEN), ("s", VERMILION), ("X", RED), ("P", FRAME_GREY)], strict=True)
)
WORDING_MARKS = dict(
    zip(
        WORDINGS,
        [("o", GREEN), ("^", VERMILION), ("v", RED), ("D", VIOLET), ("P", FRAME_GREY), ("*", BLUE), (".", MIDDLE_GREY)],
        strict=True,
    )
)


def verdicts(survey: Survey) -> Chart:
    """The claims of the article by paragraph, a mark for the figure and a mark for the words of each, by shape and colour.

    From the judgements of `claims.judged_claims`; on the left the figures, on the right the words, in one order.
    """
    say, number = survey.language.say, survey.language.number
    claims = pd.DataFrame(
        [
            {"text": c.text, "paragraph": c.paragraph, "figure": c.figure, "wording": c.wording}
            for c in judged_claims(survey)
        ]
    )
    claims["place"] = claims.groupby("paragraph").cumcount()
    paragraphs = sorted(claims["paragraph"].unique())
    claims["row"] = claims["paragraph"].map(paragraphs.index)
    names = [say("Paragraph\u00a0{number}", number=number(paragraph)) for paragraph in paragraphs]
    tallies = {kind: claims[kind].value_counts() for kind in ("figure", "wording")}

    def told(kind: str, words: Mapping[str, str]) -> str:
        return ", ".join(
            f"[{say(words[sort])} {number(int(tallies[kind][sort]))}](#count.claims.{kind}.{sort.replace(' ', '-')})"
            for sort in words
            if sort in tallies[kind]
        )

    words = Words(
        title=say(
            "Of the article’s [{all} percentages](#count.percents), [{confirmed}](#count.percents.confirmed) are also read elsewhere, [{differs}](#count.percents.differs) differs and [{alone}](#count.percents.alone) are in the article alone",
            **{name: number(count) for name, count in _percents(survey).items()},
        ),
        subtitle=say("Claims of the article, paragraph by paragraph: the figure each rests on, and its words"),
        note=say("In each paragraph, the claims stand in the same order on both sides."),
        source=say("Source: the edition’s table of claims; reasons and rules stand next to each judgment."),
        alternative=say(
            "Chart of paragraphs with two marks for each claim. Figures: {figures}. Words: {words}.",
            figures=told("figure", FIGURES),
            words=told("wording", WORDINGS),
        ),
    )

    def draw(axes: Axes) -> None:
        place = axes.get_position()
        width = place.width * 0.47
        right = axes.figure.add_axes((place.x1 - width, place.y0, width, place.height))
        axes.set_position((place.x0, place.y0, width, place.height))
        for panel, kind, marks, vocabulary, title in (
            (axes, "figure", FIGURE_MARKS, FIGURES, say("The figure")),
            (right, "wording", WORDING_MARKS, WORDINGS, say("The words")),
        ):
            sns.scatterplot(
                claims, x="place", y="row", hue=kind, style=kind, palette={k: c for k, (_, c) in marks.items()},
                markers={k: m for k, (m, _) in marks.items()}, s=62, linewidth=0, legend=False, zorder=2, ax=panel,
            )  # fmt: skip
            present = [sort for sort in vocabulary if sort in tallies[kind]]
            room = panel.get_position().width * paper_width(axes) - 0.3
            key = panel.legend(
                [Line2D([], [], linestyle="", marker=marks[s][0], color=marks[s][1], markersize=7, markeredgewidth=0) for s in present],
                [
                    "\n".join(wrap(f"{capitalised(say(vocabulary[sort]))} ({number(int(tallies[kind][sort]))})", room, 8.5))
                    for sort in present
                ],
                title=title, loc="lower left", bbox_to_anchor=(-0.02, 1), frameon=False, handletextpad=0.3, borderpad=0,
                borderaxespad=0.3, alignment="left", fontsize=8.5, title_fontproperties={"weight": "bold", "size": 9.5},
            )  # fmt: skip
            for text in key.get_texts():
                text.set_linespacing(NAME_LINE)
            panel.set(
                xlabel="", ylabel="", xticks=[], xlim=(-0.5, claims["place"].max() + 0.5), ylim=(len(names) - 0.5, -0.5)
            )
            panel.set_yticks(range(len(names)), names if panel is axes else [""] * len(names))
            panel.tick_params(axis="y", length=0)
            panel.grid(axis="x", visible=False)
            panel.grid(axis="y")
        item_axis(axes)

    table = pd.DataFrame(
        {
            say("Claim"): claims["text"].map(plain),
            say("The figure"): claims["figure"].map(lambda sort: say(FIGURES[sort])),
            say("The words"): claims["wording"].map(lambda sort: say(WORDINGS[sort])),
        },
    ).set_axis(pd.Index([names[row] for row in claims["row"]], name=say("Paragraph")), axis="index")
    frame = Frame(names, ROW * len(names), head=LEGEND * (len(WORDINGS) + 2))
    return Chart("verdicts", words, table, frame, draw, survey.language)


def _percents(survey: Survey) -> dict[str, int]:
    """How many percents the article prints, and of each sort."""
    judged = list(printed_percents(survey).values())
    return {"all": len(judged), **{sort: judged.count(sort) for sort in ("confirmed", "differs", "alone")}}
