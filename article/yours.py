"""Pictures of a survey of one's own beside the published figures.

As in `printed`, each takes a `Survey` and returns a `Chart`. The table that ships is invented, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from pandas import DataFrame, Index

from contre_enquete import (
    NAME_ON_PHONE,
    Chart,
    DataError,
    Difference,
    Frame,
    Survey,
    Words,
    capitalise,
    compare_own_survey,
    dot,
    fill_numbers,
    heading,
    item_axis,
    label,
    legend,
    name_own_survey,
    palette,
    percent_axis,
)

ROW = 0.27  # inches for each group of an item
KEY = 0.2  # inches for each line of the key
LONG_NAME = 1.5  # inches for the names of items on a phone, where each may have one row only
COLOURS = (palette.VERMILION, palette.BLUE, palette.INK)
INKS = (palette.VERMILION_TEXT, palette.BLUE, palette.INK)


def own_answers(survey: Survey) -> Chart:
    """Each item of one's own survey, with its limits, beside the published figure, for each group."""
    # Over 60 lines: words, intervals and table of one chart share its rows.
    say, language = survey.language.say, survey.language
    rows = compare_own_survey(survey)
    if not rows:
        raise DataError(
            "data/yours.csv: found no item and group that data/survey.csv has too; "
            "expected at least one, under the names of data/codebook"
        )
    asked = list(dict.fromkeys(row.question for row in rows))
    items = list(dict.fromkeys((row.question, row.item) for row in rows))
    everyone = (*survey.article.compared, survey.article.everybody)
    groups = [segment for segment in everyone if segment in {row.segment for row in rows}]
    colours, inks = (dict(zip(everyone, of, strict=True)) for of in (COLOURS, INKS))
    labels = {segment: survey.segment_label(segment) for segment in groups}
    names = [survey.item_label(*item) for item in items]
    questions = {question: survey.question(question)["label"] for question in asked}
    line = NAME_ON_PHONE if len(asked) == 1 else LONG_NAME
    headings, middles, places, height = _laid_out(rows, several=len(asked) > 1)
    title = fill_numbers(
        survey,
        "{name}: [{number}](#count.yours.beyond) of [{number} differences](#count.yours) from 2013 beyond chance",
        name=name_own_survey(survey),
    )
    words = Words(
        title=title,
        subtitle=say(
            "{measure}, in %. Base: those who answered, in each group",
            measure=survey.question(asked[0])["measure"] if len(asked) == 1 else say("Share of respondents"),
        ),
        note=say(
            "Line: what chance allows of your survey, at [95%](#rule.level). The table below counts in the chance of 2013, as if each group had been "
            "drawn at random. What is withheld to protect answers is not drawn.",
        ),
        source=say("Source: {name}; Microsoft for 2013.", name=name_own_survey(survey)),
        alternative=say(
            "Dot plot. {rows}.",
            rows=". ".join(
                f"{name}{say(': ')}" + ", ".join(_told(survey, row) for row in rows if (row.question, row.item) == item)
                for item, name in zip(items, names, strict=True)
            ),
        ),
    )

    def draw(axes: Axes) -> None:
        for row in rows:
            y, colour, ink = places[row.reference], colours[row.segment], inks[row.segment]
            axes.scatter([row.printed], [y], 62, facecolors=palette.PAPER, edgecolors=colour, linewidths=1.4, zorder=2)
            if row.verdict == "withheld":
                continue
            axes.hlines(y, row.lower, row.upper, color=palette.LINE_GREY, linewidth=3, zorder=1)
            axes.scatter([row.percent], [y], 26, color=colour, zorder=3)
            text, end = _label(survey, row), max(row.upper, row.printed)
            label(axes, text, (end, y), 8, color=ink)
        keys = [
            *((colours[group], colours[group], capitalise(labels[group])) for group in groups),
            (palette.GREY, palette.GREY, capitalise(say("your survey"))),
            (palette.PAPER, palette.GREY, "2013"),
        ]
        marks = [dot("o", face, edge, 6) for face, edge, _ in keys]
        names_of_marks = [name for *_, name in keys]
        legend(axes, marks, names_of_marks, handletextpad=0.3, borderaxespad=0.8, labelcolor=palette.INK)
        axes.set_ylim(height - 0.4, -0.6)
        axes.set_yticks([middles[item] for item in items], names)
        percent_axis(axes, language)
        axes.grid(visible=False)
        item_axis(axes, line)
        for question, y in headings.items():
            heading(axes, questions[question], y)

    ends = [(max(row.upper, row.printed), _label(survey, row)) for row in rows if row.verdict != "withheld"]
    head = KEY * ((len(groups) + 3) // 2) + 0.22
    frame = Frame(names, ROW * height, head=head, line=line, values=[*ends, (100, language.percent(100))])
    cells = {(row.question, row.item, row.segment): row for row in rows}
    told = (
        names
        if len(asked) == 1
        else [f"{questions[of]}{say(': ')}{name}" for (of, _), name in zip(items, names, strict=True)]
    )
    table = DataFrame(
        {
            f"{capitalise(labels[segment])}, {of}": [
                cell(cells[(*item, segment)]) if (*item, segment) in cells else "–" for item in items
            ]
            for segment in groups
            for of, cell in (
                (say("your survey"), lambda row: own_percent(survey, row)),
                ("2013", lambda row: language.percent(row.printed)),
            )
        },
        index=Index(told, name=say("Answer")),
    )
    return Chart("own-answers", words, table, frame, draw, language)


def _laid_out(
    rows: Sequence[Difference], *, several: bool
) -> tuple[dict[str, int], dict[tuple[str, str], float], dict[str, int], int]:
    """Return the lines of questions, if there are several; the middles of items; the lines of rows, by reference; how many lines."""
    headings: dict[str, int] = {}
    lines: dict[tuple[str, str], list[int]] = {}
    places: dict[str, int] = {}
    for row in rows:
        if several and row.question not in headings:
            headings[row.question] = len(headings) + len(places)
        places[row.reference] = len(headings) + len(places)
        lines.setdefault((row.question, row.item), []).append(places[row.reference])
    return headings, {item: sum(of) / len(of) for item, of in lines.items()}, places, len(headings) + len(places)


def own_percent(survey: Survey, row: Difference) -> str:
    """A percent of one's own with its limits, or that it is withheld."""
    if row.verdict == "withheld":
        return survey.language.say("withheld")
    low, high = (survey.language.number(limit, 1) for limit in (row.lower, row.upper))
    return survey.language.say("{percent} ({low} to {high})", percent=_label(survey, row), low=low, high=high)


def _label(survey: Survey, row: Difference) -> str:
    return survey.language.percent(row.percent, 1)


def _told(survey: Survey, row: Difference) -> str:
    """A row in words: what was found, and the published figure, each in a link to it."""
    say, language = survey.language.say, survey.language
    group = survey.segment_label(row.segment)
    printed = f"[{group} {language.percent(row.printed)}](#{row.question}.{row.item}.{row.segment})"
    own = f"[{group} {_label(survey, row)}](#{row.reference})"
    if row.verdict == "withheld":
        own = f"{group} {say('withheld')}"
    return say("{own}, in 2013 {printed}", own=own, printed=printed)
