"""The one figure of an invented article."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from contre_enquete import Chart, Frame, Survey, Words, item_axis, palette, percent_axis

MARKERS = {"town": "o", "suburb": "s", "village": "D"}
COLOURS = {"town": palette.BLUE, "suburb": palette.GREY, "village": palette.VERMILION_TEXT}


def commute(survey: Survey) -> Chart:
    """How people go to work, by where they live, in percent of respondents; a mark for each group."""
    say, percent = survey.language.say, survey.language.percent
    rows = survey.shown("commute").query("segment in @MARKERS")
    names, question = list(rows["item_label"].unique()), survey.question("commute")
    words = Words(
        title=say(
            "By bicycle: [{town} in town](#commute.bicycle.town), [{village} in villages](#commute.bicycle.village)",
            **{group: percent(survey.percent("commute", "bicycle", group)) for group in survey.article.compared},
        ),
        subtitle=f"{question['measure']} ({question['base']})",
        note=say("Everything here is invented."),
        source=survey.citation(survey.article.source),
        alternative=say(
            "Dot plot of ways to work. {values}.",
            values="; ".join(
                f"{row.item_label}, [{row.segment_label} {percent(row.percent)}](#commute.{row.item}.{row.segment})"
                for row in rows.itertuples()
            ),
        ),
    )
    groups = rows.drop_duplicates("segment")

    def draw(axes: Axes) -> None:
        axes.set_yticks(range(len(names)), names)
        sns.scatterplot(
            rows.assign(row=rows["item_label"].map(names.index)), x="percent", y="row", hue="segment", style="segment",
            markers=MARKERS, palette=COLOURS, s=60, ax=axes,
        )  # fmt: skip
        marks = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
        axes.legend(
            [marks[group] for group in groups["segment"]],
            groups["segment_label"],
            loc="lower left",
            bbox_to_anchor=(0, 1),
            ncols=len(groups),
            frameon=False,
            borderaxespad=0,
        )
        axes.set_ylim(len(names) - 0.5, -0.5)
        percent_axis(axes, survey.language)
        item_axis(axes)

    frame = Frame(names, 0.45 * len(names), head=0.4, values=[(100, percent(100))])
    table = rows.pivot(index="item_label", columns="segment_label", values="percent").reindex(names)
    table = pd.DataFrame(table.to_numpy(), pd.Index(names, name=question["label"]), list(table.columns))
    return Chart("commute", words, table, frame, draw, survey.language)


def social_card(survey: Survey) -> bytes:
    """The figure itself."""
    return commute(survey).png()


FIGURES = (commute,)
