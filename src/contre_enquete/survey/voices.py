"""Who prints a figure, counted by voice: pages that copy one text are one voice.

An independent voice passes the survey on by another way than the article; it is never another survey.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any  # a row of a table: pandas ships no types

from .contradictions import find_contradictions
from .model import Survey, remember
from .reference import Reference

ItemOfDivision = tuple[str, str, tuple[str, ...]]  # question, item, the groups of a breakdown
FIGURE_VERDICTS = {  # how a figure that a claim rests on is printed, in words
    "source": "as in the source itself",
    "confirmed": "borne out by an independent voice",
    "alone": "printed by the article alone",
    "differs": "printed differently elsewhere",
    "none": "no figure found",
}


@dataclass(frozen=True)
class Printing:
    """How a figure that a claim rests on is printed elsewhere.

    Attributes
    ----------
    judgement
        One of `FIGURE_VERDICTS`; "source" if a page of the survey's own client prints it so.
    same, otherwise
        Sources of other voices that print it as the article does, or otherwise.
    exchanged
        Those that print it with the groups exchanged, which neither confirm nor differ.
    """

    judgement: str
    same: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
    exchanged: tuple[str, ...] = ()


@remember
def find_printing(survey: Survey, reference: Reference, leader: str = "") -> Printing:
    """Return how a figure is printed by other voices than the article's.

    What is compared depends on the reference: the percent of a group; for a pair, which group leads (the
    `leader` of the claim, if it names one); for `ahead` and `first`, the order of items; for a fact of the sample, the
    number as far as the article rounds it, or the words.
    """
    voices = survey.voice_of()
    statements = _find_statements(survey, reference, leader)
    ours = {source: says for source, says in statements.items() if voices[source] == voices[survey.article.source]}
    others = {source: says for source, says in statements.items() if source not in ours}
    exchanging = _find_exchanging(survey, reference)
    exchanged = tuple(source for source in others if source in exchanging)
    claimed = ours.get(survey.article.source, True if reference.kind in ("ahead", "first") or leader else None)
    same: list[str] = []
    otherwise: list[str] = []
    for source, says in others.items():
        if source not in exchanged:
            (same if claimed is None or _confirms(reference, claimed, says) else otherwise).append(source)
    primary = set(survey.sources[survey.sources["kind"] == "primary"]["source"])
    if primary & set(same):
        judgement = "source"
    elif same:
        judgement = "confirmed"
    elif otherwise:
        judgement = "differs"
    else:
        judgement = "alone" if ours else "none"
    return Printing(judgement, tuple(same), tuple(otherwise), exchanged)


def combine_printings(printings: list[Printing]) -> str:
    """Return the worst judgement of several figures: differs > alone > none > confirmed > source."""
    judgements = {printing.judgement for printing in printings}
    return (
        next((weakest for weakest in ("differs", "alone", "none", "confirmed") if weakest in judgements), "source")
        if printings
        else "none"
    )


def _find_statements(survey: Survey, reference: Reference, leader: str) -> Mapping[str, str | float]:
    """Return what each source prints of a figure: a percent, a fact, or whether its order is that of the claim."""
    if reference.kind == "sample":
        rows = survey.sample[survey.sample["fact"] == reference.item]
        return {row.source: row.words if math.isnan(row.number) else row.number for row in rows.itertuples()}
    rows = survey.printed_rows().get(reference.question, ())
    if reference.kind in ("ahead", "first"):
        return _find_orders([row for row in rows if row.segment == reference.segment], reference)
    if reference.is_pair:
        leads = find_leaders(survey, reference.question, reference.item, leader)
        leading = {leader, *survey.article.unions.get(leader, ())}
        return {source: group in leading if leader else True for source, group in leads.items()}
    return {
        row.source: row.percent
        for row in rows
        if (row.item, row.segment, row.words) == (reference.item, reference.segment, "") and not math.isnan(row.percent)
    }


def find_leaders(survey: Survey, question: str, item: str, group: str = "") -> Mapping[str, str]:
    """Return the group that each source puts ahead for an item, by its percents or in words.

    It is one of the main division or, if `group` is of another breakdown, one of those beside it.
    """
    return _index_leaders(survey).get((question, item, survey.article.list_siblings(group)), {})


@remember
def _index_leaders(survey: Survey) -> Mapping[ItemOfDivision, Mapping[str, str]]:
    ahead: dict[ItemOfDivision, dict[str, str]] = {}
    percents: dict[tuple[ItemOfDivision, str], dict[str, float]] = {}
    for row in survey.figures.itertuples():
        if row.segment in survey.groups():
            key = row.question, row.item, survey.article.list_siblings(row.segment)
            if row.direction == "higher":
                ahead.setdefault(key, {})[row.source] = row.segment
            if not math.isnan(row.percent) and row.segment not in survey.article.unions:
                percents.setdefault((key, row.source), {})[row.segment] = row.percent
    for (key, source), of_groups in percents.items():
        highest = [group for group, percent in of_groups.items() if percent == max(of_groups.values())]
        if len(of_groups) > 1 and len(highest) == 1:
            ahead.setdefault(key, {})[source] = highest[0]
    return ahead


def _find_orders(rows: Iterable[Any], reference: Reference) -> dict[str, bool]:
    """Return whether each source orders the items as a reference of kind "ahead" or "first" does, if it orders them."""
    sources: dict[str, list[Any]] = {}
    for row in rows:
        sources.setdefault(row.source, []).append(row)
    orders = {}
    for source, printed in sources.items():
        percents = {row.item: row.percent for row in printed if not math.isnan(row.percent)}
        highest = {row.item for row in printed if row.direction == "highest"}
        if {reference.item, reference.next_item} <= set(percents):  # only the kind "ahead" has two
            orders[source] = percents[reference.item] > percents[reference.next_item]
        elif reference.kind == "first" and highest:
            orders[source] = reference.item in highest
        elif reference.kind == "first" and reference.item in percents and len(percents) > 1:
            orders[source] = percents[reference.item] > max(
                percents[item] for item in percents if item != reference.item
            )
    return orders


def _find_exchanging(survey: Survey, reference: Reference) -> set[str]:
    """Return the sources that print the percents of the reference's item with the groups exchanged."""
    if not reference.segment:
        return set()
    return {
        source
        for contradiction in find_contradictions(survey)
        if (contradiction.kind, contradiction.question, contradiction.item)
        == ("swapped", reference.question, reference.item)
        for source in contradiction.sources
    }


def _confirms(reference: Reference, claimed: str | float, says: str | float) -> bool:
    if reference.kind == "sample" and not isinstance(claimed, str) and not isinstance(says, str):
        return is_rounded(says, claimed)
    return claimed == says


def is_rounded(published: float, said: float) -> bool:
    """Return True if `said` is `published` rounded to its first two digits: 10,000 for 9,908, not for 14,999."""
    unit = 10 ** max(0, len(f"{said:.0f}") - 2)
    return published == said or round(published / unit) * unit == said
