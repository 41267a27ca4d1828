"""Picture of a survey of one's own beside the published figures. The table that ships is invented, and says so."""

import pandas as pd
from matplotlib.axes import Axes

from contre_enquete import (
    Chart,
    DataError,
    Frame,
    Style,
    Survey,
    capitalise,
    compare_own_survey,
    name_own_survey,
    palette,
)
from contre_enquete.charts.axes import (
    NAME_ON_PHONE,
    draw_heading,
    draw_label,
    draw_legend,
    make_dot,
    set_item_axis,
    set_percent_axis,
)
from contre_enquete.charts.plots import draw_intervals
from contre_enquete.charts.words import Words, join_rows, write_words

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
    say, language, rows = survey.language.say, survey.language, _list_rows(survey)
    known, items = rows[rows["verdict"] != "withheld"], rows.groupby(["question", "item"], sort=False)
    names = list(items["name"].first())
    groups = zip((*survey.article.compared, survey.article.everybody), STYLES, strict=True)
    styles = {group: style for group, style in groups if group in set(rows["segment"])}
    labels = {group: capitalise(survey.segment_label(group)) for group in styles}
    questions = rows.groupby("question", sort=False)["y"].min().rename(lambda name: survey.question(name)["label"])
    several, height = len(questions) > 1, rows["y"].max() + 1
    line = LONG_NAME if several else NAME_ON_PHONE

    def draw(axes: Axes) -> None:
        for row in rows.itertuples():  # published figures are hollow dots, one's own full ones with their percents
            style = styles[row.segment]
            axes.scatter(
                row.printed, row.y, 62, facecolors=palette.PAPER, edgecolors=style.colour, linewidths=1.4, zorder=2
            )
            if row.label:
                axes.scatter(row.percent, row.y, 26, color=style.colour, zorder=3)
                draw_label(axes, row.label, (row.end, row.y), 8, color=style.ink)
        intervals = known.rename(columns={"y": "row", "segment": "group"})
        draw_intervals(axes, intervals, styles, palette.LINE_GREY)
        marks = {labels[group]: make_dot("o", style.colour, size=6) for group, style in styles.items()}
        marks[capitalise(say("your survey"))] = make_dot("o", palette.GREY, size=6)
        marks["2013"] = make_dot("o", palette.PAPER, palette.GREY, 6)
        draw_legend(axes, marks, handletextpad=0.3, borderaxespad=0.8, labelcolor=palette.INK)
        axes.set_ylim(height - 0.4, -0.6)
        axes.set_yticks(items["y"].mean(), names)
        set_percent_axis(axes, language)
        axes.grid(visible=False)
        set_item_axis(axes, line=line)
        for question, y in questions.items() if several else ():
            draw_heading(axes, question, y - 1)

    values = [*zip(known["end"], known["label"], strict=True), (100, language.percent(100))]
    frame = Frame(names, ROW * height, head=KEY * ((len(styles) + 3) // 2) + 0.22, line=line, values=values)
    heads = [f"{survey.question(question)['label']}{say(': ')}" * several for question, _ in items.groups]
    table = pd.DataFrame(
        index=pd.Index([head + name for head, name in zip(heads, names, strict=True)], name=say("Answer"))
    )
    for group in styles:
        cells = rows[rows["segment"] == group].set_index(["question", "item"]).reindex(list(items.groups))
        table[f"{labels[group]}, {say('your survey')}"] = list(cells["own"].fillna("–"))
        table[f"{labels[group]}, 2013"] = list(cells["published"].fillna("–"))
    return Chart("own-answers", _write_words(survey, rows), table, frame, draw, language)


def _list_rows(survey: Survey) -> pd.DataFrame:
    """Return a row for each item and group: what `Difference` has, its place in the chart, and its texts."""
    say, language = survey.language.say, survey.language
    rows = pd.DataFrame([vars(difference) for difference in compare_own_survey(survey)])
    if rows.empty:
        raise DataError(
            "data/yours.csv: found no item and group that data/survey.csv has too; "
            "expected at least one, under the names of data/codebook"
        )
    questions, _ = pd.factorize(rows["question"])
    rows["y"] = rows.index + (questions.max() > 0) * (questions + 1)  # each of several questions has a heading
    rows["name"] = [survey.item_label(*item) for item in zip(rows["question"], rows["item"], strict=True)]
    rows["end"] = rows[["upper", "printed"]].max(axis=1)
    rows["published"] = rows["printed"].map(language.percent)
    rows["label"], rows["own"], rows["cited"] = "", say("hidden"), ""
    for n, row in enumerate(rows.itertuples()):
        group = survey.segment_label(row.segment)
        own = f"{group} ({say('hidden')})"
        if row.verdict != "withheld":
            rows.loc[n, "label"] = percent = language.percent(row.percent, 1)
            low, high = (language.number(limit, 1) for limit in (row.lower, row.upper))
            rows.loc[n, "own"] = say("{percent} ({low} to {high})", percent=percent, low=low, high=high)
            own = f"[{group} {percent}](#yours.{row.question}.{row.item}.{row.segment})"
        printed = f"[{group} {row.published}](#{row.question}.{row.item}.{row.segment})"
        rows.loc[n, "cited"] = say("{own}, in 2013 {printed}", own=own, printed=printed)
    return rows


def _write_words(survey: Survey, rows: pd.DataFrame) -> Words:
    """Return the words of the chart, each figure of its rows in a link."""
    questions = rows["question"].unique()
    items = rows.groupby(["question", "item"], sort=False)
    return write_words(
        survey,
        title="{name}: [{number}](#count.yours.beyond) of [{number} differences](#count.yours) from 2013 beyond chance",
        subtitle="{measure}, in %. Base: those who answered, in each group",
        note="Line: margin of error of your survey, at [95%](#rule.level). The table below also allows for the chance of 2013, as if each group had been drawn at random. What is hidden to protect answers is not drawn.",
        source="Source: {name}; Microsoft for 2013.",
        alternative="Dot plot. {rows}.",
        name=name_own_survey(survey),
        measure=survey.language.say("Share of respondents")
        if len(questions) > 1
        else survey.question(questions[0])["measure"],
        rows=join_rows(survey.language, zip(items["name"].first(), items["cited"].agg(", ".join), strict=True), ". "),
    )
