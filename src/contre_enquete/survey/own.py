"""Set a survey of one's own beside the published figures: each difference, and whether it is beyond chance.

The table `yours` of the data package is what `contre-enquete tabulate` makes of answers; the one shipped is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, isnan
from typing import Any  # a row of a table: pandas ships no types

from ..statistics.inference import wilson
from .estimates import DEFFS, count_respondents, has_share
from .model import Survey, remember

INVENTED = "invented"  # the source of a table that shows nothing observed
TOTAL = "total"  # its group of everybody
HALF_POINT = 0.5  # points that a printed percentage may hide


@dataclass(frozen=True)
class Difference:
    """An item of one's own survey beside the published figure of the same group.

    `percent` with its limits `lower` and `upper` is one's own, NaN if it is withheld, of `base` people who answered;
    `printed` the published one. `lowest` and `highest` are the limits of the difference, one's own less the published,
    in points, with a cautious share of chance for both; `verdict` is "beyond" if they are on one side of 0, "maybe" if
    only one's own limits are, "within" if neither, "withheld" if there is no percent.
    """

    question: str
    item: str
    segment: str
    percent: float
    lower: float
    upper: float
    base: float
    printed: float
    lowest: float
    highest: float
    verdict: str

    @property
    def reference(self) -> str:
        """What texts cite the percent of one's own survey by."""
        return f"yours.{self.question}.{self.item}.{self.segment}"


def name_own_survey(survey: Survey) -> str:
    """Return the name of one's own survey, as its table gives it, or that it is invented; "" if there is none.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> name_own_survey(load_survey("en"))
    'Invented example'
    """
    names = list(dict.fromkeys(survey.yours["source"]))
    return survey.language.say("Invented example") if names == [INVENTED] else ", ".join(names)


@remember
def compare_own_survey(survey: Survey) -> tuple[Difference, ...]:
    """Return a difference for each item and group of both one's own table and the published figures, by codebook.

    Notes
    -----
    The limits are those of Newcombe's method for any two intervals (Zou and Donner 2008). For the published figure:
    Wilson's, as if drawn at random, with the smallest group that the totals allow, the largest of the design effects
    tried, and the rounding at its worst. Each is judged alone, at 95%.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> difference, *_ = compare_own_survey(load_survey("en"))
    >>> difference.reference, difference.printed, difference.verdict
    ('yours.tools.email.sme', 93.0, 'withheld')
    """
    rows_by_key = {(row.question, row.item, row.segment): row for row in survey.yours.itertuples()}
    groups = {segment: segment for segment in survey.article.compared} | {survey.article.everybody: TOTAL}
    differences = []
    shown = survey.shown_percents()
    for question, item in survey.item_keys():
        for segment, group in groups.items():
            key = question, item, segment
            if (question, item, group) in rows_by_key and key in shown:
                differences.append(_compare_percent(survey, key, rows_by_key[question, item, group], shown[key]))
    return tuple(differences)


def _compare_percent(survey: Survey, key: tuple[str, str, str], row: Any, printed: float) -> Difference:
    percent, lower, upper, base = row.percent, row.lower, row.upper, row.base
    if isnan(percent) or isnan(lower):
        return Difference(*key, percent, lower, upper, base, printed, float("nan"), float("nan"), "withheld")
    least = _find_min_group_size(survey, key[2])
    low_printed, high_printed = max(0.0, printed - HALF_POINT), min(100.0, printed + HALF_POINT)
    lowest = highest = float("nan")
    if least:
        above = 100 * float(wilson(high_printed / 100, least, DEFFS[-1])[1]) - high_printed
        below = low_printed - 100 * float(wilson(low_printed / 100, least, DEFFS[-1])[0])
        lowest = percent - high_printed - hypot(percent - lower, above)
        highest = percent - low_printed + hypot(upper - percent, below)
    if lowest > 0 or highest < 0:
        verdict = "beyond"
    elif lower > low_printed or upper < high_printed:
        verdict = "maybe"
    else:
        verdict = "within"
    return Difference(*key, percent, lower, upper, base, printed, lowest, highest, verdict)


def _find_min_group_size(survey: Survey, segment: str) -> int:
    """Return the smallest number of respondents that a group of the published survey may have; 0 if unknown."""
    everybody = int(survey.number_of("respondents"))
    if segment == survey.article.everybody:
        return everybody
    if not has_share(survey):
        return 0
    first = count_respondents(survey)
    return first.start if segment == survey.article.compared[0] else everybody - (first.stop - 1)
