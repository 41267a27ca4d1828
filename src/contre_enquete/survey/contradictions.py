"""Where the copies of the survey disagree, found from the table alone.

Five kinds: `value` (two sources print different percentages for the same group), `swapped` (a source
prints the pair of another source with the groups exchanged), `direction` (a source gives the lead to
the group that others put behind), `unit` (a source tells of other respondents than the survey's
method page, or counts something else), `total` (the figure of a group that is made up of others does not
lie between theirs), `margin` (a source prints a margin of error that so many respondents do not have). Of numbers that
a source prints in words, "more than 40" is compared,
as what lies above it; "a third" or "about 60" are not. Sources are counted, to find the usual side, by voice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from ..text.numbers import PERCENT
from ..text.units import DIRECTION
from .model import Survey, count_decimals, remember
from .precision import MARGIN, RESPONDENTS, find_allowed_margin, write_margin
from .totals import find_outside

CONTRADICTION_KINDS = ("direction", "swapped", "value", "unit", "total", "margin")
MORE_THAN = "more than "
TOLERANCE = 1e-9  # of decimals as computers add them
ITEM_OF_GROUP = ("question", "item", "segment")
OF_MARGIN = ("question", "item", "wave", "segment", "level")
Percents = dict[tuple[str, str], dict[str, dict[str, float]]]  # of groups, by (question, item) and source
Pair = tuple[float, float]


@dataclass(frozen=True)
class Contradiction:
    """Sources that cannot both be right: what each side says, about which figure.

    `others` are what the other side says, each with the sources that say so. Of a fact about the sample the question is
    "sample", and `of` the question that the fact is of, "" for all.
    """

    kind: str
    question: str
    item: str
    segment: str
    sources: tuple[str, ...]
    says: str
    others: tuple[tuple[str, tuple[str, ...]], ...]
    of: str = ""


@remember
def find_contradictions(survey: Survey) -> tuple[Contradiction, ...]:
    """Return every contradiction between sources, in the codebook's order.

    Parameters
    ----------
    survey
        The survey whose sources are compared.

    Returns
    -------
    tuple
        First those on which group is ahead, then groups exchanged, percents that differ, and facts about the sample.

    Examples
    --------
    >>> contradiction, *_ = find_contradictions(getfixture("invented_survey"))
    >>> contradiction.kind, contradiction.sources, contradiction.says, contradiction.others
    ('value', ('B2',), '31', (('32', ('B1',)),))
    """
    percents = _index_percents(survey)
    swapped = _find_swapped(survey, percents)
    values = _find_values(survey, swapped)
    facts = (*_find_units(survey), *_find_totals(survey), *_find_margins(survey))
    return (*_find_directions(survey, percents), *swapped, *values, *facts)


def _find_totals(survey: Survey) -> list[Contradiction]:
    """Return the figures that do not lie between those of the groups that they are of."""
    return [
        Contradiction(
            "total",
            *row.whole.key,
            (survey.shown_source(row.whole.question, row.whole.segment),),
            f"{survey.percent(*row.whole.key):g}",
            ((f"{row.least:g} / {row.most:g}", (survey.shown_source(row.lowest.question, row.lowest.segment),)),),
        )
        for row in find_outside(survey)
    ]


def _index_percents(survey: Survey) -> Percents:
    """Return the percents of the groups compared, by (question, item) and by source that prints several of them."""
    percents: Percents = {}
    exact = survey.figures[(survey.figures["words"] == "") & survey.figures["percent"].notna()]
    for row in exact[exact["segment"].isin(survey.article.compared)].itertuples():
        percents.setdefault((row.question, row.item), {}).setdefault(row.source, {})[row.segment] = row.percent
    return {key: percents[key] for key in survey.item_keys() if key in percents}


def _find_swapped(survey: Survey, percents_by_item: Percents) -> list[Contradiction]:
    contradictions: list[Contradiction] = []
    for key, percents in percents_by_item.items():
        for groups in combinations(survey.article.compared, 2):
            pairs = {
                source: (of_groups[groups[0]], of_groups[groups[1]])
                for source, of_groups in sorted(percents.items())
                if {*groups} <= of_groups.keys()
            }
            contradictions += _find_swapped_pairs(survey, *key, pairs)
    return contradictions


def _find_swapped_pairs(survey: Survey, question: str, item: str, pairs: dict[str, Pair]) -> list[Contradiction]:
    """Return the contradictions of sources that print the same percents of two groups, the groups exchanged."""
    exchanged = {
        source
        for first, second in combinations(pairs, 2)
        if pairs[first] == pairs[second][::-1] != pairs[second]
        for source in (first, second)
    }
    if not exchanged:
        return []
    # The side with fewer voices is taken as the exchanged one; of equal sides, the one that is not shown.
    shown = survey.question(question)["shown"]
    sides = {
        source: survey.count_voices([other for other, pair in pairs.items() if _is_same_side(pairs[source], pair)])
        for source in exchanged
    }
    source = min(exchanged, key=lambda source: (sides[source], source == shown, source))
    others: dict[str, list[str]] = {}
    for other, pair in pairs.items():
        if not _is_same_side(pairs[source], pair):
            others.setdefault(_write_pair(survey, question, pair), []).append(other)
    against = tuple((says, tuple(sources)) for says, sources in others.items())
    return [
        Contradiction("swapped", question, item, "", (copy,), _write_pair(survey, question, pair), against)
        for copy, pair in pairs.items()
        if _is_same_side(pairs[source], pair)
    ]


def _is_same_side(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return (one[0] - one[1]) * (other[0] - other[1]) > 0


def _write_pair(survey: Survey, question: str, pair: tuple[float, float]) -> str:
    return " / ".join(_write_number(survey, question, value, count_decimals(value, 0)) for value in pair)


def _find_values(survey: Survey, swapped: list[Contradiction]) -> list[Contradiction]:
    exchanged = {(c.question, c.item, source) for c in swapped for source in c.sources}
    rows = survey.figures
    rows = rows[[key not in exchanged for key in zip(rows["question"], rows["item"], rows["source"], strict=True)]]

    def write(key: tuple, value: float, decimals: float) -> str:
        return _write_number(survey, key[0], value, decimals)

    sides_by_key = _group_sides(rows, ITEM_OF_GROUP, survey.count_voices)
    usual = {key: sides.usual.write(write, key) for key, sides in sides_by_key.items()}
    places = {item: place for place, item in enumerate(survey.item_keys())}
    ranks = {segment: rank for rank, segment in enumerate(survey.segments["segment"])}
    differing = sorted(
        find_differing(rows, ITEM_OF_GROUP, survey.count_voices, write),
        key=lambda side: (places[side[0][:2]], ranks[side[0][2]]),
    )
    contradictions = []
    for (question, item, segment), says, sources, other, others in differing:
        pair = survey.article.pair
        of_the_other = segment in pair and usual.get((question, item, pair[segment == pair[0]])) == says
        kind = "swapped" if of_the_other else "value"
        contradictions.append(Contradiction(kind, question, item, segment, sources, says, ((other, others),)))
    return contradictions


Write = Callable[[tuple, float, float], str]  # of a figure's key, a value and its decimals


class Printed(NamedTuple):
    """A value as sources print it, with its decimals and the words that stand for it, such as "more than 40"."""

    value: float
    words: str
    decimals: float

    def write(self, write: Write, key: tuple) -> str:
        """Return the words or the number, as readers see it."""
        return self.words or write(key, self.value, self.decimals)


@dataclass(frozen=True)
class Sides:
    """The values that sources print of one figure, with the sources; `usual` has most voices."""

    printed: Mapping[Printed, tuple[str, ...]]
    usual: Printed


def _group_sides(
    rows: pd.DataFrame, key: Sequence[str], count_voices: Callable[[Iterable[str]], int]
) -> dict[tuple, Sides]:
    rows = rows[_is_comparable(rows["words"])].dropna(subset="percent")
    rows = rows.assign(decimals=list(map(count_decimals, rows["percent"], rows.get("decimals", [0] * len(rows)))))
    printed: dict[tuple, dict[Printed, tuple[str, ...]]] = {}
    for (*of, value, words, decimals), group in rows.groupby([*key, "percent", "words", "decimals"], sort=False):
        printed.setdefault(tuple(of), {})[Printed(value, words, decimals)] = tuple(group["source"])
    return {
        of: Sides(
            values,
            max(
                [value for value in values if not value.words] or values,
                key=lambda value: (count_voices(values[value]), len(values[value])),
            ),
        )
        for of, values in printed.items()
    }


def find_differing(
    rows: pd.DataFrame,
    key: Sequence[str],
    count_voices: Callable[[Iterable[str]], int],
    write: Write = lambda key, value, decimals: f"{value:g}",
) -> Iterator[tuple[tuple, str, tuple[str, ...], str, tuple[str, ...]]]:
    """Yield each value that sources print of a figure and that cannot be the usual one.

    `rows` have the columns percent, words and source, perhaps decimals; `key` are the columns that say which figure a
    row is of. Yields the figure's key, the value and its sources, the usual value and its sources.
    """
    for of, sides in _group_sides(rows, key, count_voices).items():
        for value, sources in sides.printed.items():
            if not _can_agree(value, sides.usual):
                yield of, value.write(write, of), sources, sides.usual.write(write, of), sides.printed[sides.usual]


def _is_comparable(words: pd.Series) -> pd.Series:
    return (words == "") | words.str.startswith(MORE_THAN)


def _can_agree(one: Printed, other: Printed) -> bool:
    """Return True if two values are equal, equal once one is rounded, or "more than N" and a value above N."""
    low, high = sorted((one, other), key=lambda printed: not printed.words)
    if low.words:
        return bool(high.words) or high.value > low.value
    coarse = min(low.decimals, high.decimals)
    is_rounded = low.decimals != high.decimals and abs(low.value - high.value) <= 0.5 * 10**-coarse + TOLERANCE
    return low.value == high.value or is_rounded


def _write_number(survey: Survey, question: str, value: float, decimals: float) -> str:
    """Return a printed value: a percent without its sign, as all numbers of the column are, else with its unit."""
    if survey.unit(question) in (PERCENT, DIRECTION):
        return survey.language.number(value, int(decimals))
    return survey.write(question, value, decimals)


def _find_directions(survey: Survey, percents_by_item: Percents) -> list[Contradiction]:
    leaders_by_item: dict[tuple[str, str], dict[str, str]] = {}
    for row in survey.figures[survey.figures["direction"] == "higher"].itertuples():
        leaders_by_item.setdefault((row.question, row.item), {})[row.source] = row.segment
    for key, percents in percents_by_item.items():
        for source, of_groups in sorted(percents.items()):
            highest = [group for group, percent in of_groups.items() if percent == max(of_groups.values())]
            if len(of_groups) == len(survey.article.compared) and len(highest) == 1 and key in leaders_by_item:
                leaders_by_item[key].setdefault(source, highest[0])
    contradictions = []
    for question, item in survey.item_keys():
        leads = leaders_by_item.get((question, item), {})
        sides = {group: tuple(s for s in leads if leads[s] == group) for group in survey.article.compared}
        sides = {group: sources for group, sources in sides.items() if sources}
        if len(sides) > 1:
            segment = min(sides, key=lambda group: (survey.count_voices(sides[group]), len(sides[group])))
            others = tuple((group, sources) for group, sources in sides.items() if group != segment)
            contradictions.append(Contradiction("direction", question, item, segment, sides[segment], segment, others))
    return contradictions


def _find_units(survey: Survey) -> list[Contradiction]:
    contradictions = []
    answered = survey.sample[survey.sample["fact"] == "who-answered"]
    method = answered[answered["source"] == survey.article.method]["words"].tolist()
    same = {*method, *(survey.article.people if set(method) & set(survey.article.people) else ())}
    right = tuple(answered[answered["words"].isin(method)]["source"])
    for words, rows in answered[~answered["words"].isin(same)].groupby("words", sort=False) if method else ():
        contradictions.append(
            Contradiction("unit", "sample", "who-answered", "", tuple(rows["source"]), words, ((method[0], right),))
        )
    countries = survey.sample[survey.sample["fact"] == "countries"]
    counted = countries[countries["source"] == survey.article.method]["number"].tolist()
    right = tuple(countries[countries["number"].isin(counted)]["source"])
    for number, rows in countries[~countries["number"].isin(counted)].groupby("number", sort=False) if counted else ():
        against = ((f"{counted[0]:g}", right),)
        contradictions.append(
            Contradiction("value", "sample", "countries", "", tuple(rows["source"]), f"{number:g}", against)
        )
    return contradictions


def _find_margins(survey: Survey) -> list[Contradiction]:
    """Return where sources differ in numbers of respondents or margins, and margins that their n does not allow."""
    return [*_find_differing_margins(survey), *_find_impossible_margins(survey)]


def _find_differing_margins(survey: Survey) -> Iterator[Contradiction]:
    def write_number(key: tuple, value: float, decimals: float) -> str:
        return survey.language.number(value)

    def write(key: tuple, value: float, decimals: float) -> str:
        return write_margin(survey, key[0], value, decimals)

    for column, writer in ((RESPONDENTS, write_number), (MARGIN, write)):
        rows = survey.margins.assign(percent=survey.margins[column], words="")
        rows = rows if column == MARGIN else rows.drop(columns="decimals", errors="ignore")
        for key, says, sources, other, others in find_differing(rows, OF_MARGIN, survey.count_voices, writer):
            question, segment = key[0], key[3]
            yield Contradiction("value", "sample", column, segment, sources, says, ((other, others),), question)


def _find_impossible_margins(survey: Survey) -> Iterator[Contradiction]:
    for row in survey.margins.itertuples():
        if allowed := find_allowed_margin(survey, row):
            says = write_margin(survey, row.question, row.margin, row.decimals)
            count = survey.language.number(row.n)
            against = survey.language.say("{margin} for {count} respondents", margin=allowed, count=count)
            sources = (row.source,)
            yield Contradiction(
                "margin", "sample", MARGIN, row.segment, sources, says, ((against, sources),), row.question
            )
