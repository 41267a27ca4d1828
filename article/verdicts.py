"""Picture of the verdicts: each claim of the article, paragraph by paragraph, judged twice."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from contre_enquete import (
    FIGURE_VERDICTS,
    UNITS,
    WORDING_VERDICTS,
    Chart,
    Frame,
    Survey,
    Words,
    capitalise,
    item_axis,
    judge_claims,
    judge_percents,
    palette,
    paper_width,
    strip_links,
)

ROW = 0.27  # inches per verdict
NAMES = 1.75  # inches, on a phone
TALLY = 3  # tiles wide, for the number at the end of a row
FIGURE_MARKS = dict(
    zip(FIGURE_VERDICTS, [palette.BLUE, palette.GREEN, palette.VERMILION, palette.RED, palette.FRAME_GREY], strict=True)
)
WORDING_MARKS = dict(
    zip(
        WORDING_VERDICTS,
        [palette.GREEN, palette.VERMILION, palette.RED, palette.FRAME_GREY, palette.BLUE, palette.MIDDLE_GREY],
        strict=True,
    )
)
UNIT_MARKS = dict(zip(UNITS, [palette.VIOLET, palette.RED, palette.GREEN, palette.MIDDLE_GREY], strict=True))


def verdicts(survey: Survey) -> Chart:
    """The claims of the article as tiles, a row for each verdict on the figure and each on the words, with its tally.

    From the judgements of `claims.judge_claims`; in the article's order. The cells of the table lead to the claims.
    """
    # Over 60 lines: words, tiles and table of one chart share its tallies.
    say, number = survey.language.say, survey.language.number
    claims = pd.DataFrame(
        [
            {
                "claim": c.claim,
                "text": c.text,
                "paragraph": c.paragraph,
                "figure": c.figure,
                "wording": c.wording,
                "unit": c.unit,
            }
            for c in judge_claims(survey)
        ]
    )
    tallies = {kind: claims[kind].value_counts() for kind in ("figure", "wording", "unit")}

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
        subtitle=say("Claims of the article: the figure each rests on, its words, and whom it speaks of"),
        note=say("One tile for each claim, once for its figure, once for its words, once for whom it speaks of."),
        source=say("Source: the edition’s table of claims; reasons and rules stand next to each judgment."),
        alternative=say(
            "Tiles, one for each claim, in rows by verdict. Figures: {figures}. Words: {words}. Speaks of: {units}.",
            figures=told("figure", FIGURE_VERDICTS),
            words=told("wording", WORDING_VERDICTS),
            units=told("unit", UNITS),
        ),
    )

    blocks = (
        ("figure", say("The figure"), FIGURE_VERDICTS, FIGURE_MARKS),
        ("wording", say("The words"), WORDING_VERDICTS, WORDING_MARKS),
        ("unit", say("Speaks of"), UNITS, UNIT_MARKS),
    )
    rows: list[
        tuple[str, pd.Series]
    ] = []  # a name, and the claims of a verdict; none in the row that names a judgement
    colours = []
    for kind, title, vocabulary, marks in blocks:
        rows.append((title, pd.Series(dtype=str)))
        colours.append(palette.INK)
        for sort in vocabulary:
            if sort in tallies[kind]:
                rows.append((capitalise(say(vocabulary[sort])), claims["claim"][claims[kind] == sort]))
                colours.append(marks[sort])
    names = [name for name, _ in rows]
    most = max(len(found) for _, found in rows)

    def draw(axes: Axes) -> None:
        tiles = axes.get_position().width * paper_width(axes) / (most + TALLY)
        for row, ((_, found), colour) in enumerate(zip(rows, colours, strict=True)):
            if found.empty:
                continue
            frame = pd.DataFrame({"place": range(len(found)), "row": row})
            side = min(72 * 0.82 * tiles, 15)
            sns.scatterplot(
                frame, x="place", y="row", color=colour, marker="s", s=side**2, linewidth=0, legend=False, ax=axes
            )
            end = (len(found) - 0.4, row)
            axes.annotate(number(len(found)), end, (3, 0), textcoords="offset points", va="center", weight="bold")
        axes.set(xlabel="", ylabel="", xticks=[], xlim=(-0.6, most + TALLY - 0.6), ylim=(len(rows) - 0.5, -0.5))
        axes.set_yticks(range(len(rows)), names)
        axes.grid(visible=False)
        item_axis(axes, NAMES)
        for label, (_, found) in zip(axes.get_yticklabels(), rows, strict=True):
            label.set_fontweight("bold" if found.empty else "normal")

    table = pd.DataFrame(
        {
            say("Claim"): claims["text"].map(strip_links),
            say("The figure"): claims["figure"].map(lambda sort: say(FIGURE_VERDICTS[sort])),
            say("The words"): claims["wording"].map(lambda sort: say(WORDING_VERDICTS[sort])),
            say("Speaks of"): claims["unit"].map(lambda sort: say(UNITS[sort])),
        },
    ).set_axis(pd.Index(map(number, claims["paragraph"]), name=say("Paragraph")), axis="index")
    references = pd.DataFrame({"claim": "claim-" + claims["claim"], "figure": "", "words": "", "unit": ""})
    return Chart(
        "verdicts",
        words,
        table,
        Frame(names, ROW * len(names), line=NAMES),
        draw,
        survey.language,
        references=references,
    )


def _percents(survey: Survey) -> dict[str, int]:
    """How many percents the article prints, and of each sort."""
    judged = list(judge_percents(survey).values())
    return {"all": len(judged), **{sort: judged.count(sort) for sort in ("confirmed", "differs", "alone")}}
