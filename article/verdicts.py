"""Picture of the verdicts: the article's paragraphs, each claim coloured and marked by its verdict."""

from __future__ import annotations

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from contre_enquete.charts.chart import Chart, Frame, Words, item_axis
from contre_enquete.charts.palette import BLUE, FRAME_GREY, GREEN, INK, MIDDLE_GREY, PALE_GREEN, RED, VERMILION, VIOLET
from contre_enquete.survey.claims import VERDICTS, judged_claims
from contre_enquete.survey.model import Survey
from contre_enquete.text.links import plain

ROW = 0.31  # inches per paragraph
COLOURS = dict(zip(VERDICTS, [GREEN, PALE_GREEN, MIDDLE_GREY, RED, VERMILION, VIOLET, FRAME_GREY, BLUE], strict=True))
MARKERS = dict(zip(VERDICTS, ["o", "p", "d", "X", "v", "s", "P", "*"], strict=True))


def verdicts(survey: Survey) -> Chart:
    """The claims of the article by paragraph, one mark per claim, its verdict by shape, colour and word.

    From the verdicts that `claims.judged_claims` computes.
    """
    say, number = survey.language.say, survey.language.number
    claims = pd.DataFrame([vars(claim) for claim in judged_claims(survey)])
    claims["place"] = claims.groupby("paragraph").cumcount()
    paragraphs = list(range(int(claims["paragraph"].max()) + 1))
    names = [say("Title"), *(say("Paragraph\u00a0{number}", number=number(paragraph)) for paragraph in paragraphs[1:])]
    count = claims["verdict"].value_counts()
    present = [verdict for verdict in VERDICTS if verdict in count]
    words = Words(
        title=say(
            "Of [{all} claims](#count.claims), [{supported}](#count.claims.supported) are supported by the figures",
            all=number(len(claims)),
            supported=number(int(count.get("supported", 0))),
        ),
        subtitle=say("Claims of the article, paragraph by paragraph, with the verdict computed for each"),
        note="",
        source=say("Source: the edition’s table of claims; rules and figures stand next to each verdict."),
        alternative=say(
            "Chart of paragraphs with a mark for each claim. Verdicts: {counts}.",
            counts=", ".join(
                f"[{say(verdict)} {number(int(count[verdict]))}](#count.claims.{verdict.replace(' ', '-')})"
                for verdict in present
            ),
        ),
    )

    def draw(axes: Axes) -> None:
        sns.scatterplot(
            claims, x="place", y="paragraph", hue="verdict", style="verdict", palette=COLOURS, markers=MARKERS,
            s=60, linewidth=0, legend=False, zorder=2, ax=axes,
        )  # fmt: skip
        for claim in claims.itertuples():
            place = (claim.place, claim.paragraph)
            axes.annotate(
                say(claim.verdict),
                place,
                (6, 0),
                textcoords="offset points",
                va="center",
                size=8,
                color=INK,
                bbox={"facecolor": "white", "linewidth": 0, "pad": 1},
            )
        axes.set(
            xlabel="",
            ylabel="",
            xticks=[],
            xlim=(-0.15, claims["place"].max() + 0.95),
            ylim=(paragraphs[-1] + 0.5, -0.5),
        )
        axes.set_yticks(paragraphs, names)
        axes.grid(axis="x", visible=False)
        axes.grid(axis="y")
        item_axis(axes)

    frame = Frame(names, ROW * len(paragraphs), head=0.08)
    table = pd.DataFrame(
        {say("Claim"): claims["text"].map(plain), say("Verdict"): claims["verdict"].map(say)},
    ).set_axis(pd.Index([names[paragraph] for paragraph in claims["paragraph"]], name=say("Paragraph")), axis="index")
    return Chart("verdicts", words, table, frame, draw, survey.language)
