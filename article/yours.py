"""Pictures of a survey of one's own beside the published figures.

As in `printed`, each takes a `Survey` and returns a `Chart`. The table that ships is invented, and says so.
"""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from pandas import DataFrame, Index

from contre_enquete.charts.chart import Chart, Frame, Words, item_axis, key_edge, percent_axis
from contre_enquete.charts.palette import BLUE, GREY, INK, LINE_GREY, PAPER, VERMILION, VERMILION_TEXT
from contre_enquete.errors import DataError
from contre_enquete.survey.model import Survey
from contre_enquete.survey.own import Difference, differences, own_name
from contre_enquete.text.language import capitalised

QUESTION = "tools"
ROW = 0.27  # inches for each group of an item
COLOURS = (VERMILION, BLUE)
INKS = (VERMILION_TEXT, BLUE)


def own_tools(survey: Survey) -> Chart:
    """The tools in one's own survey, with its limits, beside the published figures, for each group."""
    say, language = survey.language.say, survey.language
    compared = survey.article.compared
    rows = [row for row in differences(survey) if row.question == QUESTION and row.segment in compared]
    if not rows:
        raise DataError(
            f"data/yours.csv: found no item of {QUESTION} for {' or '.join(compared)}; "
            "expected at least one that data/survey.csv has too, under the names of data/codebook"
        )
    items = list(dict.fromkeys(row.item for row in rows))
    groups = [segment for segment in compared if segment in {row.segment for row in rows}]
    colours, inks = (dict(zip(compared, of, strict=True)) for of in (COLOURS, INKS))
    names = [survey.item_label(QUESTION, item) for item in items]
    labels = {segment: survey.segment_label(segment) for segment in groups}
    verdicts = [row.verdict for row in differences(survey)]
    title = say(
        "{name}: [{beyond}](#count.yours.beyond) of [{all} differences](#count.yours) from 2013 are beyond chance",
        name=own_name(survey),
        beyond=language.number(verdicts.count("beyond")),
        all=language.number(len(verdicts) - verdicts.count("withheld")),
    )
    words = Words(
        title=title,
        subtitle=say("Share who use the tool for work, in %. Base: those who answered, in each group"),
        note=say(
            "Line: what chance allows of your survey, at [95%](#rule.level). The chance of 2013 is in the table, as if each group had been "
            "drawn at random. What is withheld for too few people is not drawn.",
        ),
        source=say("Source: {name}; Microsoft for 2013.", name=own_name(survey)),
        alternative=say(
            "Dot plot. {rows}.",
            rows=". ".join(
                f"{survey.item_label(QUESTION, item)}{say(': ')}"
                + ", ".join(_told(survey, row) for row in rows if row.item == item)
                for item in items
            ),
        ),
    )

    def draw(axes: Axes) -> None:
        for row in rows:
            y = _place(items, groups, row)
            colour, ink = colours[row.segment], inks[row.segment]
            axes.scatter([row.printed], [y], 62, facecolors=PAPER, edgecolors=colour, linewidths=1.4, zorder=2)
            if row.verdict == "withheld":
                continue
            axes.hlines(y, row.lower, row.upper, color=LINE_GREY, linewidth=3, zorder=1)
            axes.scatter([row.percent], [y], 26, color=colour, zorder=3)
            text, end = _label(survey, row), max(row.upper, row.printed)
            axes.annotate(text, (end, y), (8, 0), textcoords="offset points", va="center", size=9, color=ink)
        keys = [
            *((colours[group], colours[group], capitalised(labels[group])) for group in groups),
            (GREY, GREY, capitalised(say("your survey"))),
            (PAPER, GREY, "2013"),
        ]
        axes.legend(
            [
                Line2D([], [], linestyle="", marker="o", markerfacecolor=face, markeredgecolor=edge, markersize=6)
                for face, edge, _ in keys
            ],
            [name for *_, name in keys],
            loc="lower left",
            bbox_to_anchor=(key_edge(axes), 1),
            ncols=2,
            frameon=False,
            handletextpad=0.3,
            borderpad=0,
            borderaxespad=0.8,
            labelcolor=INK,
        )
        axes.set_ylim(len(items) * len(groups) - 0.4, -0.6)
        middle = (len(groups) - 1) / 2
        axes.set_yticks([place * len(groups) + middle for place in range(len(items))], names)
        percent_axis(axes, language)
        axes.grid(visible=False)
        item_axis(axes)

    ends = [(max(row.upper, row.printed), _label(survey, row)) for row in rows if row.verdict != "withheld"]
    frame = Frame(names, ROW * len(groups) * len(items), head=0.62, values=[*ends, (100, language.percent(100))])
    table = DataFrame(
        {
            f"{capitalised(labels[segment])}, {of}": [
                next((cell(row) for row in rows if (row.item, row.segment) == (item, segment)), "–") for item in items
            ]
            for segment in groups
            for of, cell in (
                (say("your survey"), lambda row: own_percent(survey, row)),
                ("2013", lambda row: language.percent(row.printed)),
            )
        },
        index=Index(names, name=say("Tool")),
    )
    return Chart("own-tools", words, table, frame, draw, language)


def own_percent(survey: Survey, row: Difference) -> str:
    """A percent of one's own with its limits, or that it is withheld."""
    if row.verdict == "withheld":
        return survey.language.say("withheld")
    low, high = (survey.language.number(round(limit, 1)) for limit in (row.lower, row.upper))
    return survey.language.say("{percent} ({low} to {high})", percent=_label(survey, row), low=low, high=high)


def _label(survey: Survey, row: Difference) -> str:
    return survey.language.percent(round(row.percent, 1))


def _place(items: list[str], groups: list[str], row: Difference) -> float:
    return items.index(row.item) * len(groups) + groups.index(row.segment)


def _told(survey: Survey, row: Difference) -> str:
    """A row in words: what was found, and the published figure, each in a link to it."""
    say, language = survey.language.say, survey.language
    group = survey.segment_label(row.segment)
    printed = f"[{group} {language.percent(row.printed)}](#{row.question}.{row.item}.{row.segment})"
    own = f"[{group} {_label(survey, row)}](#{row.reference})"
    if row.verdict == "withheld":
        own = f"{group} {say('withheld')}"
    return say("{own}, in 2013 {printed}", own=own, printed=printed)
