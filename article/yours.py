"""Pictures of a survey of one's own beside the published figures.

As in `printed`, each takes a `Survey` and returns a `Chart`. The table that ships is invented, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from pandas import DataFrame, Index

from contre_enquete import (
    Chart,
    DataError,
    Difference,
    Frame,
    Style,
    Survey,
    Words,
    capitalise,
    compare_own_survey,
    name_own_survey,
    palette,
    write_words,
)
from contre_enquete.charts.axes import NAME_ON_PHONE, dot, heading, item_axis, label, legend, percent_axis
from contre_enquete.charts.plots import draw_intervals

ROW = 0.27  # inches for each group of an item
KEY = 0.2  # inches for each line of the key
LONG_NAME = 1.5  # inches for the names of items on a phone, where each may have one row only
STYLES = (  # of the groups compared, and of everybody
    Style(palette.VERMILION, palette.VERMILION_TEXT),
    Style(palette.BLUE, palette.BLUE),
    Style(palette.INK, palette.INK),
)


def own_answers(survey: Survey) -> Chart:
    """Return each item of one's own survey, with its limits, beside the published figure, for each group."""
    say, language = survey.language.say, survey.language
    rows = compare_own_survey(survey)
    if not rows:
        raise DataError(
            "data/yours.csv: found no item and group that data/survey.csv has too; "
            "expected at least one, under the names of data/codebook"
        )
    names = {(row.question, row.item): survey.item_label(row.question, row.item) for row in rows}
    groups = [group for group in _styles(survey) if group in {row.segment for row in rows}]
    questions = {row.question: survey.question(row.question)["label"] for row in rows}
    line = NAME_ON_PHONE if len(questions) == 1 else LONG_NAME
    headings, middles, places, height = _laid_out(rows, several=len(questions) > 1)

    def draw(axes: Axes) -> None:
        _draw_rows(axes, survey, rows, places)
        _name_groups(axes, survey, groups)
        axes.set_ylim(height - 0.4, -0.6)
        axes.set_yticks([middles[item] for item in names], list(names.values()))
        percent_axis(axes, language)
        axes.grid(visible=False)
        item_axis(axes, line=line)
        for question, y in headings.items():
            heading(axes, questions[question], y)

    ends = [(max(row.upper, row.printed), _label(survey, row)) for row in rows if row.verdict != "withheld"]
    head = KEY * ((len(groups) + 3) // 2) + 0.22
    values = [*ends, (100, language.percent(100))]
    frame = Frame(list(names.values()), ROW * height, head=head, line=line, values=values)
    cells = {(row.question, row.item, row.segment): row for row in rows}
    columns = {}
    for group in groups:
        shown = [cells.get((*item, group)) for item in names]
        name = capitalise(survey.segment_label(group))
        columns[f"{name}, {say('your survey')}"] = [own_percent(survey, row) if row else "–" for row in shown]
        columns[f"{name}, 2013"] = [language.percent(row.printed) if row else "–" for row in shown]
    headers = [f"{questions[of]}{say(': ')}" * (len(questions) > 1) + name for (of, _), name in names.items()]
    table = DataFrame(columns, index=Index(headers, name=say("Answer")))
    return Chart("own-answers", _words(survey, rows), table, frame, draw, language)


def _words(survey: Survey, rows: Sequence[Difference]) -> Words:
    """Return the words of the chart, each figure of its rows in a link."""
    say = survey.language.say
    figures: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        figures.setdefault((row.question, row.item), []).append(_told(survey, row))
    questions = {question for question, _ in figures}
    return write_words(
        survey,
        title="{name}: [{number}](#count.yours.beyond) of [{number} differences](#count.yours) from 2013 beyond chance",
        subtitle="{measure}, in %. Base: those who answered, in each group",
        note="Line: what chance allows of your survey, at [95%](#rule.level). The table below counts in the chance of 2013, as if each group had been drawn at random. What is withheld to protect answers is not drawn.",
        source="Source: {name}; Microsoft for 2013.",
        alternative="Dot plot. {rows}.",
        name=name_own_survey(survey),
        measure=say("Share of respondents") if len(questions) > 1 else survey.question(questions.pop())["measure"],
        rows=". ".join(f"{survey.item_label(*item)}{say(': ')}{', '.join(texts)}" for item, texts in figures.items()),
    )


def _styles(survey: Survey) -> dict[str, Style]:
    """Return the style of each group that the article has."""
    return dict(zip((*survey.article.compared, survey.article.everybody), STYLES, strict=True))


def _draw_rows(axes: Axes, survey: Survey, rows: Sequence[Difference], places: dict[str, int]) -> None:
    """Draw the published figures as hollow dots, one's own as full ones with their limits and percents."""
    styles = _styles(survey)
    for row in rows:
        y, style = places[row.reference], styles[row.segment]
        axes.scatter(
            [row.printed], [y], 62, facecolors=palette.PAPER, edgecolors=style.colour, linewidths=1.4, zorder=2
        )
        if row.verdict != "withheld":
            axes.scatter([row.percent], [y], 26, color=style.colour, zorder=3)
            label(axes, _label(survey, row), (max(row.upper, row.printed), y), 8, color=style.ink)
    limits = [(places[row.reference], row.lower, row.upper, row.segment) for row in rows if row.verdict != "withheld"]
    draw_intervals(axes, DataFrame(limits, columns=["row", "lower", "upper", "group"]), styles, palette.LINE_GREY)


def _name_groups(axes: Axes, survey: Survey, groups: Sequence[str]) -> None:
    """Name the groups above the axes, and what full and hollow dots are."""
    styles = _styles(survey)
    marks = [
        *(dot("o", styles[group].colour, size=6) for group in groups),
        dot("o", palette.GREY, size=6),
        dot("o", palette.PAPER, palette.GREY, 6),
    ]
    names = [*map(survey.segment_label, groups), survey.language.say("your survey"), "2013"]
    legend(axes, marks, list(map(capitalise, names)), handletextpad=0.3, borderaxespad=0.8, labelcolor=palette.INK)


def _laid_out(
    rows: Sequence[Difference], *, several: bool
) -> tuple[dict[str, int], dict[tuple[str, str], float], dict[str, int], int]:
    """Return the lines of questions, if there are several; the middles of items; the lines of rows; how many lines."""
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
    """Return a percent of one's own with its limits, or that it is withheld."""
    if row.verdict == "withheld":
        return survey.language.say("withheld")
    low, high = (survey.language.number(limit, 1) for limit in (row.lower, row.upper))
    return survey.language.say("{percent} ({low} to {high})", percent=_label(survey, row), low=low, high=high)


def _label(survey: Survey, row: Difference) -> str:
    return survey.language.percent(row.percent, 1)


def _told(survey: Survey, row: Difference) -> str:
    """Return a row in words: what was found, and the published figure, each in a link to it."""
    say, language = survey.language.say, survey.language
    group = survey.segment_label(row.segment)
    printed = f"[{group} {language.percent(row.printed)}](#{row.question}.{row.item}.{row.segment})"
    own = f"[{group} {_label(survey, row)}](#{row.reference})"
    if row.verdict == "withheld":
        own = f"{group} {say('withheld')}"
    return say("{own}, in 2013 {printed}", own=own, printed=printed)
