"""Picture of the verdicts: how many claims of the article are judged how, in three ways."""

import pandas as pd

from contre_enquete import FIGURE_VERDICTS, UNITS, WORDING_VERDICTS, Chart, Survey, capitalize, judge_claims, palette
from contre_enquete.charts.plots import set_tiles
from contre_enquete.charts.words import write_words

JUDGEMENTS = {  # the heading, the verdicts and their colours, by the attribute of a claim
    "figure": ("The figure", FIGURE_VERDICTS, (palette.BLUE, palette.GREEN, palette.VERMILION, palette.RED, palette.FRAME_GREY)),
    "wording": ("The words", WORDING_VERDICTS, (palette.GREEN, palette.VERMILION, palette.RED, palette.FRAME_GREY, palette.BLUE, palette.MIDDLE_GREY)),
    "unit": ("Speaks of", {"companies": "companies, where employees answered"} | UNITS, (palette.VIOLET, palette.RED, palette.GREEN, palette.MIDDLE_GREY)),
}  # fmt: skip


def verdicts(survey: Survey) -> Chart:
    """Return the claims of the article as tiles, a row for each verdict, with its tally.

    From the judgements of `claims.judge_claims`. The table has the tallies: the claims stand below, as cards.
    """
    say, rows, tallies = survey.language.say, [], {}  # tallies are the words for the rows of each kind
    claims = pd.DataFrame([vars(claim) for claim in judge_claims(survey)])
    for judged, (heading, names, colours) in JUDGEMENTS.items():
        counts = claims[judged].value_counts()
        given = [
            (say(name), int(counts[verdict]), colour, f"count.claims.{judged}.{verdict.replace(' ', '-')}")
            for (verdict, name), colour in zip(names.items(), colours, strict=True)
            if verdict in counts
        ]
        tallies[judged] = ", ".join(f"[{name} {count}](#{reference})" for name, count, _, reference in given)
        rows.append((say(heading), 0, palette.INK, "", ""))
        rows += [
            (capitalize(name), count, colour, f"{say(heading)}{say(': ')}{name}", reference)
            for name, count, colour, reference in given
        ]
    words = write_words(
        survey,
        title="Of the article’s [{number} percentages](#count.percents), [{number}](#count.percents.confirmed) are also read elsewhere, [{number}](#count.percents.differs) differs and [{number}](#count.percents.alone) are in the article alone",
        subtitle="Claims of the article: the figure each rests on, its words, and whom it speaks of",
        note="One tile for each claim, once for its figure, once for its words, once for whom it speaks of.",
        source="Source: claims.csv, in the edition’s data; reasons and rules stand under each claim.",
        alternative="Tiles, one for each claim, in rows by verdict. Figures: {figure}. Words: {wording}. Speaks of: {unit}.",
        **tallies,
    )
    tiles = pd.DataFrame(rows, columns=["name", "number", "colour", "label", "reference"])
    return set_tiles("verdicts", words, tiles, ("Judgment", "Claims"), survey.language)
