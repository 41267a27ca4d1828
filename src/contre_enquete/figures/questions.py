"""Figures that are computed of a question's percents: gaps and their ends, ratios, leads, counts, at least one item."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import combinations
from typing import Any

from ..survey.bounds import bound_at_least_one, bound_difference, get_pair, get_printed
from ..survey.model import Survey, remember
from ..survey.reference import Reference
from ..survey.totals import find_group_shares
from ..survey.voices import find_leaders
from ..text.units import AMOUNTS
from .kind import Key, Make
from .published import countries_by_item


@remember
def index_named_pairs(survey: Survey) -> Mapping[Key, tuple[Decimal, Decimal]]:
    """Return the values of two groups by (question, item, group, group), of amounts and of items with three groups."""
    return {
        (question, item, first, second): (
            get_printed(survey, Reference("", question, item, segment=first)),
            get_printed(survey, Reference("", question, item, segment=second)),
        )
        for question, item in survey.item_keys()
        for first, second in _list_pairs(survey, question, item)
    }


def _list_pairs(survey: Survey, question: str, item: str) -> Iterator[tuple[str, str]]:
    """Yield each two groups of an item that can be set side by side: of one division, and neither part of the other."""
    unions, shown = survey.article.unions, survey.shown_values()
    groups = [group for group in survey.groups() if (question, item, group) in shown]
    if len(groups) < 3 and {*groups} == {*survey.article.pair} and survey.unit(question) not in AMOUNTS:
        return  # their gap is that of the item
    for first, second in combinations(groups, 2):
        is_division = survey.article.list_siblings(first) == survey.article.list_siblings(second)
        if is_division and not {*unions.get(first, (first,))} & {*unions.get(second, (second,))}:
            yield first, second


def make_named_gap(survey: Survey, *key: str) -> dict[str, Any]:
    """Return the gap between two groups, in points, and the one that leads."""
    question, item, *pair = key
    first, second = index_named_pairs(survey)[key]
    leader = pair[second > first] if first != second else ""
    fields: dict[str, Any] = {"value": float(abs(second - first)), "segment": leader, "groups": tuple(pair)}
    if survey.unit(question) in AMOUNTS:
        fields["unit"] = survey.unit(question)
    return fields | {"from_figures": tuple(f"{question}.{item}.{group}" for group in pair)}


def bound_named_gap(end: int) -> Make:
    """Return a maker of the lower (0) or upper (1) end of the gap between two groups before rounding."""
    return lambda survey, *key: (
        make_named_gap(survey, *key) | {"value": _bound_named_pair(survey, *key)[end], "segment": ""}
    )


def _bound_named_pair(survey: Survey, question: str, item: str, *pair: str) -> tuple[float, float]:
    """Return the ends of the gap between two groups before rounding, whichever leads."""
    references = [Reference("", question, item, segment=group) for group in pair]
    lower, higher = sorted(references, key=lambda reference: get_printed(survey, reference))
    box = bound_difference(survey, lower, higher)
    return max(0.0, float(box.lower)), float(box.upper)


def list_group_shares(survey: Survey) -> Iterator[Key]:
    """Yield the key of each question whose totals bound the shares of its groups, with each group."""
    for question in survey.questions["question"]:
        yield from ((question, group) for group in find_group_shares(survey, question))


def bound_group_share(end: int) -> Make:
    """Return a maker of the least (0) or largest (1) share of a group that the totals of a question allow."""
    return lambda survey, question, segment: round(find_group_shares(survey, question)[segment][end], 1)


def list_questions(survey: Survey) -> Iterator[Key]:
    """Yield the key of each question."""
    return ((question,) for question in survey.questions["question"])


def list_groups_of_questions(survey: Survey) -> Iterator[Key]:
    """Yield the key of each question and group."""
    return ((q, segment) for q in survey.questions["question"] for segment in survey.segments["segment"])


def count_items(survey: Survey, question: str) -> int:
    """Return how many items of a question are shown."""
    return survey.shown(question)["item"].nunique()


def count_named(survey: Survey, question: str, segment: str) -> int:
    """Return how many items are ascribed to a group without a number."""
    shown = survey.shown(question)
    return int(((shown["segment"] == segment) & shown["percent"].isna()).sum())


@remember
def index_pairs(survey: Survey) -> Mapping[Key, tuple[float, float]]:
    """Return the percents of the two groups compared, by (question, item), where there are two and both are shown."""
    shown, pair = survey.shown_percents(), survey.article.pair
    return {
        key: (shown[*key, pair[0]], shown[*key, pair[1]])
        for key in survey.item_keys()
        if pair and all((*key, group) in shown for group in pair)
    }


def find_leader(survey: Survey, question: str, item: str) -> str:
    """Return the group with the higher percent; "" if they are equal."""
    first, second = index_pairs(survey)[question, item]
    return survey.article.pair[int(second > first)] if first != second else ""


def compute_from_pair(survey: Survey, question: str, item: str, **fields: Any) -> dict[str, Any] | None:
    """Return the fields of a figure that is computed from the percents of both groups; None if its value is None."""
    references = tuple(f"{question}.{item}.{group}" for group in survey.article.pair)
    return None if fields["value"] is None else fields | {"from_figures": references}


def make_gap(survey: Survey, question: str, item: str) -> dict[str, Any] | None:
    """Return the gap between the two groups, in points, and the group that leads."""
    first, second = index_pairs(survey)[question, item]
    leader = find_leader(survey, question, item)
    return compute_from_pair(survey, question, item, value=abs(second - first), segment=leader)


def make_lead(survey: Survey, question: str, item: str) -> dict[str, Any]:
    """Return the group that leads."""
    return {**(make_gap(survey, question, item) or {}), "value": None}


def bound(find_ends: Callable[[Decimal, Decimal], tuple[float, float | None]], end: int) -> Make:
    """Return a maker of the lower (0) or upper (1) end of what rounding allows; no figure where there is no end."""

    def make(survey: Survey, question: str, item: str) -> dict[str, Any] | None:
        ends = find_ends(*get_pair(survey, Reference("", question, item)))
        return compute_from_pair(survey, question, item, value=ends[end])

    return make


def count_pairs(survey: Survey, question: str) -> int:
    """Return how many items have a percent for both groups."""
    return sum(pair[0] == question for pair in index_pairs(survey))


def list_leads(survey: Survey) -> Iterator[Key]:
    """Yield the key of each question with pairs and each group compared."""
    for question in dict.fromkeys(question for question, _ in index_pairs(survey)):
        yield from ((question, group) for group in survey.article.pair)


def count_leads(survey: Survey, question: str, segment: str) -> int:
    """Return for how many items of a question a group leads."""
    return sum(pair[0] == question and find_leader(survey, *pair) == segment for pair in index_pairs(survey))


@remember
def index_values(survey: Survey) -> Mapping[Key, tuple[str, ...]]:
    """Return the sources that print each value: by question, item, group and percent."""
    rows = survey.figures[survey.figures["words"] == ""]
    values = rows.groupby(["question", "item", "segment", "percent"], sort=False)["source"]
    return {(*key, f"{percent:g}"): tuple(sources) for (*key, percent), sources in values}


@remember
def index_leading_pages(survey: Survey) -> Mapping[Key, tuple[str, ...]]:
    """Return the pages other than the article and the one shown that put a group ahead, by (question, item, group)."""
    pages: dict[Key, tuple[str, ...]] = {}
    for question, item in survey.item_keys():
        left_out = survey.article.source, survey.question(question)["shown"]
        leaders = {s: group for s, group in find_leaders(survey, question, item).items() if s not in left_out}
        for segment in survey.article.compared:
            if sources := tuple(source for source, group in leaders.items() if group == segment):
                pages[question, item, segment] = sources
    return pages


SourcesByKey = Callable[[Survey], Mapping[Key, tuple[str, ...]]]


def count_sources(index_sources: SourcesByKey) -> Make:
    """Return a maker of how many sources an index has of a key."""
    return lambda survey, *key: {
        "value": len(index_sources(survey)[key]),
        "printed_by": index_sources(survey)[key],
    }


def count_voices(index_sources: SourcesByKey) -> Make:
    """Return a maker of how many voices the sources are that an index has of a key."""
    return lambda survey, *key: {
        "value": survey.count_voices(index_sources(survey)[key]),
        "printed_by": index_sources(survey)[key],
    }


@remember
def index_answer_sets(survey: Survey) -> Mapping[Key, list[Reference]]:
    """Return the percents shown of each question and group, in the codebook's order, where there are several."""
    references: dict[Key, list[Reference]] = {
        (question, group): [] for question in survey.questions["question"] for group in survey.article.compared
    }
    for question, item in survey.item_keys():
        for group in survey.article.compared:
            if (question, item, group) in survey.shown_percents():
                references[question, group].append(Reference("", question, item, segment=group))
    return {key: of_group for key, of_group in references.items() if len(of_group) > 1}


def bound_any(end: str) -> Make:
    """Return a maker of the "lower" or "upper" percent of a group that has at least one item, before rounding."""

    def make(survey: Survey, *key: str) -> dict[str, Any]:
        references = index_answer_sets(survey)[key]
        percents = bound_at_least_one(survey, references)
        return {"value": float(getattr(percents, end)), "from_figures": tuple(map(str, references))}

    return make


def list_mixes(survey: Survey) -> Iterator[Key]:
    """Yield the key of each item with a gap and countries that differ."""
    for key, rows in countries_by_item(survey).items():
        if key in index_pairs(survey) and rows["percent"].max() > rows["percent"].min():
            yield key


def make_mix(survey: Survey, question: str, item: str) -> dict[str, Any]:
    """Return the part of one group that, answering from the highest country and not the lowest, would make the gap."""
    rows = countries_by_item(survey)[question, item]
    first, second = index_pairs(survey)[question, item]
    gap, spread = abs(second - first), rows["percent"].max() - rows["percent"].min()
    return {"value": 100 * gap / spread, "printed_by": tuple(dict.fromkeys(rows["source"]))}
