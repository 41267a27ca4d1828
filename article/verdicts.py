"""Picture of the verdicts: each claim of the article, paragraph by paragraph, judged three times."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from contre_enquete import (
    FIGURE_VERDICTS,
    UNITS,
    WORDING_VERDICTS,
    Chart,
    Frame,
    Survey,
    capitalise,
    judge_claims,
    palette,
    strip_links,
    write_words,
)
from contre_enquete.charts.plots import draw_tiles

ROW = 0.27  # inches per verdict
NAMES = 1.75  # inches, on a phone
FIGURE_COLOURS = (palette.BLUE, palette.GREEN, palette.VERMILION, palette.RED, palette.FRAME_GREY)
WORDING_COLOURS = (
    palette.GREEN, palette.VERMILION, palette.RED, palette.FRAME_GREY, palette.BLUE, palette.MIDDLE_GREY
)  # fmt: skip
UNIT_COLOURS = (palette.VIOLET, palette.RED, palette.GREEN, palette.MIDDLE_GREY)
JUDGEMENTS = {  # the heading, the verdicts and their colours, by the attribute of a claim
    "figure": ("The figure", FIGURE_VERDICTS, dict(zip(FIGURE_VERDICTS, FIGURE_COLOURS, strict=True))),
    "wording": ("The words", WORDING_VERDICTS, dict(zip(WORDING_VERDICTS, WORDING_COLOURS, strict=True))),
    "unit": ("Speaks of", UNITS, dict(zip(UNITS, UNIT_COLOURS, strict=True))),
}


def verdicts(survey: Survey) -> Chart:
    """Return the claims of the article as tiles, a row for each verdict, with its tally.

    From the judgements of `claims.judge_claims`; in the article's order. The cells of the table lead to the claims.
    """
    say, number = survey.language.say, survey.language.number
    claims = pd.DataFrame([vars(claim) for claim in judge_claims(survey)])
    rows, tallies = [], {}  # a row is a name, a number of tiles and their colour; a tally, the words for it
    for judged, (heading, names, colours) in JUDGEMENTS.items():
        counts = claims[judged].value_counts()
        given = [verdict for verdict in names if verdict in counts]
        rows.append((say(heading), 0, palette.INK))
        rows += [(capitalise(say(names[verdict])), int(counts[verdict]), colours[verdict]) for verdict in given]
        tallies[judged] = ", ".join(
            f"[{say(names[verdict])} {number(int(counts[verdict]))}]"
            f"(#count.claims.{judged}.{verdict.replace(' ', '-')})"
            for verdict in given
        )
    words = write_words(
        survey,
        title="Of the article’s [{number} percentages](#count.percents), [{number}](#count.percents.confirmed) are also read elsewhere, [{number}](#count.percents.differs) differs and [{number}](#count.percents.alone) are in the article alone",
        subtitle="Claims of the article: the figure each rests on, its words, and whom it speaks of",
        note="One tile for each claim, once for its figure, once for its words, once for whom it speaks of.",
        source="Source: the edition’s table of claims; reasons and rules stand next to each judgment.",
        alternative="Tiles, one for each claim, in rows by verdict. Figures: {figure}. Words: {wording}. Speaks of: {unit}.",
        **tallies,
    )
    row_names, numbers, tiles = map(list, zip(*rows, strict=True))

    def draw(axes: Axes) -> None:
        draw_tiles(axes, pd.Series(numbers, row_names), tiles, survey.language, NAMES)

    table = pd.DataFrame(
        {say("Claim"): claims["text"].map(strip_links)}
        | {say(heading): claims[judged].map(names).map(say) for judged, (heading, names, _) in JUDGEMENTS.items()}
    ).set_axis(pd.Index(map(number, claims["paragraph"]), name=say("Paragraph")), axis="index")
    references = pd.DataFrame({"claim": "claim-" + claims["claim"]} | dict.fromkeys(JUDGEMENTS, ""))
    frame = Frame(row_names, ROW * len(row_names), line=NAMES)
    return Chart("verdicts", words, table, frame, draw, survey.language, references=references)
