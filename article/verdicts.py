"""Picture of the verdicts: how many claims of the article are judged how, in three ways."""

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
    make_table,
    palette,
)
from contre_enquete.charts.plots import draw_tiles
from contre_enquete.charts.words import write_words

ROW = 0.27  # inches per verdict
NAMES = 1.75  # inches, on a phone
JUDGEMENTS = {  # the heading, the verdicts and their colours, by the attribute of a claim
    "figure": ("The figure", FIGURE_VERDICTS, (palette.BLUE, palette.GREEN, palette.VERMILION, palette.RED, palette.FRAME_GREY)),
    "wording": ("The words", WORDING_VERDICTS, (palette.GREEN, palette.VERMILION, palette.RED, palette.FRAME_GREY, palette.BLUE, palette.MIDDLE_GREY)),
    "unit": ("Speaks of", UNITS, (palette.VIOLET, palette.RED, palette.GREEN, palette.MIDDLE_GREY)),
}  # fmt: skip


def verdicts(survey: Survey) -> Chart:
    """Return the claims of the article as tiles, a row for each verdict, with its tally.

    From the judgements of `claims.judge_claims`. The table has the tallies: the claims stand below, as cards.
    """
    say = survey.language.say
    claims = pd.DataFrame([vars(claim) for claim in judge_claims(survey)])
    cells: list[tuple[str, int, str]] = []  # a row of the table: judgment, number of claims, reference
    rows, tallies = [], {}  # a row is a name, a number of tiles and their colour; a tally, the words for it
    for judged, (heading, names, colours) in JUDGEMENTS.items():
        rows.append((say(heading), 0, palette.INK))
        counts = claims[judged].value_counts()
        given = [(verdict, colour) for verdict, colour in zip(names, colours, strict=True) if verdict in counts]
        rows += [(capitalise(say(names[verdict])), int(counts[verdict]), colour) for verdict, colour in given]
        counted = [(say(names[v]), int(counts[v]), f"count.claims.{judged}.{v.replace(' ', '-')}") for v, _ in given]
        tallies[judged] = ", ".join(f"[{verdict} {count}](#{reference})" for verdict, count, reference in counted)
        cells += [(f"{say(heading)}{say(': ')}{verdict}", count, reference) for verdict, count, reference in counted]
    words = write_words(
        survey,
        title="Of the article’s [{number} percentages](#count.percents), [{number}](#count.percents.confirmed) are also read elsewhere, [{number}](#count.percents.differs) differs and [{number}](#count.percents.alone) are in the article alone",
        subtitle="Claims of the article: the figure each rests on, its words, and whom it speaks of",
        note="One tile for each claim, once for its figure, once for its words, once for whom it speaks of.",
        source="Source: claims.csv, in the edition’s data; reasons and rules stand under each claim.",
        alternative="Tiles, one for each claim, in rows by verdict. Figures: {figure}. Words: {wording}. Speaks of: {unit}.",
        **tallies,
    )
    row_names, numbers, tiles = map(list, zip(*rows, strict=True))

    def draw(axes: Axes) -> None:
        draw_tiles(axes, pd.Series(numbers, row_names), tiles, survey.language, NAMES)

    judgments, counts, references = zip(*cells, strict=True)
    table = make_table(survey.language, "Judgment", judgments, {"Claims": counts})
    frame = Frame(row_names, ROW * len(row_names), line=NAMES)
    return Chart(
        "verdicts", words, table, frame, draw, survey.language, references=pd.DataFrame({"Claims": references})
    )
