"""Figures that are computed of a question's percents: gaps and their ends, ratios, leads, counts, at least one item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from ..statistics.rounding import Interval
from ..survey.bounds import bound_at_least_one, bound_gap, bound_ratio
from ..survey.model import Survey, remember
from ..survey.reference import Reference
from ..survey.voices import find_leaders
from .kind import Key
from .published import countries_by_item


def list_questions(survey: Survey) -> Iterator[Key]:
    """Yield the key of each question."""
    return ((question,) for question in survey.questions["question"])


def make_item_count(survey: Survey, question: str) -> dict[str, Any]:
    """Return how many items of a question are shown."""
    return {"value": survey.shown(question)["item"].nunique()}


def list_groups_of_questions(survey: Survey) -> Iterator[Key]:
    """Yield the key of each question and group."""
    return ((q, segment) for q in survey.questions["question"] for segment in survey.segments["segment"])


def make_named_count(survey: Survey, question: str, segment: str) -> dict[str, Any]:
    """Return how many items are ascribed to a group without a number."""
    shown = survey.shown(question)
    return {"value": int(((shown["segment"] == segment) & shown["percent"].isna()).sum())}


@remember
def shown_pairs(survey: Survey) -> Mapping[Key, tuple[float, float]]:
    """Return the percents of the two groups compared, by (question, item), where both are shown."""
    shown, (first, second) = survey.shown_percents(), survey.article.compared
    return {
        key: (shown[*key, first], shown[*key, second])
        for key in survey.item_keys()
        if {(*key, first), (*key, second)} <= set(shown)
    }


def list_pairs(survey: Survey) -> Iterator[Key]:
    """Yield the key of each item with a percent for both groups compared."""
    yield from shown_pairs(survey)


def leader(survey: Survey, question: str, item: str) -> str:
    """Return the group with the higher percent; "" if they are equal."""
    first, second = shown_pairs(survey)[question, item]
    return survey.article.compared[int(second > first)] if first != second else ""


def _of_both(survey: Survey, question: str, item: str, **fields: Any) -> dict[str, Any]:
    """Return the fields of a figure that is computed from the percents of both groups."""
    return fields | {"from_figures": tuple(f"{question}.{item}.{group}" for group in survey.article.compared)}


def _exact_pair(survey: Survey, question: str, item: str) -> tuple[Fraction, Fraction]:
    first, second = shown_pairs(survey)[question, item]
    return Fraction(str(first)), Fraction(str(second))


def make_gap(survey: Survey, question: str, item: str) -> dict[str, Any]:
    """Return the gap between the two groups, in points, and the group that leads."""
    first, second = shown_pairs(survey)[question, item]
    return _of_both(survey, question, item, value=abs(second - first), segment=leader(survey, question, item))


def make_lead(survey: Survey, question: str, item: str) -> dict[str, Any]:
    """Return the group that leads."""
    return _of_both(survey, question, item, value=None, segment=leader(survey, question, item))


def make_gap_low(survey: Survey, question: str, item: str) -> dict[str, Any]:
    """Return the smallest gap before rounding."""
    return _of_both(survey, question, item, value=bound_gap(*_exact_pair(survey, question, item))[0])


def make_gap_high(survey: Survey, question: str, item: str) -> dict[str, Any]:
    """Return the largest gap before rounding."""
    return _of_both(survey, question, item, value=bound_gap(*_exact_pair(survey, question, item))[1])


def make_ratio_low(survey: Survey, question: str, item: str) -> dict[str, Any]:
    """Return the smallest ratio of the higher percent to the lower before rounding."""
    return _of_both(survey, question, item, value=bound_ratio(*_exact_pair(survey, question, item))[0])


def make_ratio_high(survey: Survey, question: str, item: str) -> dict[str, Any] | None:
    """Return the largest ratio before rounding; None if the lower percent may stand for 0."""
    _, highest = bound_ratio(*_exact_pair(survey, question, item))
    return None if highest is None else _of_both(survey, question, item, value=highest)


def make_pair_count(survey: Survey, question: str) -> dict[str, Any]:
    """Return how many items have a percent for both groups."""
    return {"value": sum(of_question == question for of_question, _ in shown_pairs(survey))}


def list_leads(survey: Survey) -> Iterator[Key]:
    """Yield the key of each question with pairs and each group compared."""
    for question in dict.fromkeys(question for question, _ in shown_pairs(survey)):
        yield from ((question, group) for group in survey.article.compared)


def make_lead_count(survey: Survey, question: str, segment: str) -> dict[str, Any]:
    """Return for how many items of a question a group leads."""
    items = [item for of_question, item in shown_pairs(survey) if of_question == question]
    return {"value": sum(leader(survey, question, item) == segment for item in items)}


@remember
def _sources_by_value(survey: Survey) -> Mapping[Key, tuple[str, ...]]:
    rows = survey.figures[survey.figures["words"] == ""]
    values = rows.groupby(["question", "item", "segment", "percent"], sort=False)["source"]
    return {(*key, f"{percent:g}"): tuple(sources) for (*key, percent), sources in values}


def list_values(survey: Survey) -> Iterator[Key]:
    """Yield the key of each percent that somebody prints: question, item, group and value."""
    yield from _sources_by_value(survey)


def make_printing_count(survey: Survey, *key: str) -> dict[str, Any]:
    """Return how many sources print a value."""
    sources = _sources_by_value(survey)[key]
    return {"value": len(sources), "printed_by": sources}


def make_printing_voices(survey: Survey, *key: str) -> dict[str, Any]:
    """Return how many voices print a value."""
    sources = _sources_by_value(survey)[key]
    return {"value": survey.count_voices(sources), "printed_by": sources}


@remember
def _leading_sources(survey: Survey) -> Mapping[Key, tuple[str, ...]]:
    """Return the pages other than the article and the one shown that put a group ahead, by (question, item, group)."""
    pages: dict[Key, tuple[str, ...]] = {}
    for question, item in survey.item_keys():
        left_out = survey.article.source, survey.question(question)["shown"]
        ahead = {s: group for s, group in find_leaders(survey, question, item).items() if s not in left_out}
        for segment in survey.article.compared:
            if sources := tuple(source for source, group in ahead.items() if group == segment):
                pages[question, item, segment] = sources
    return pages


def list_leading_pages(survey: Survey) -> Iterator[Key]:
    """Yield the key of each item and group that other pages put ahead."""
    yield from _leading_sources(survey)


def make_leading_page_count(survey: Survey, *key: str) -> dict[str, Any]:
    """Return how many other pages put a group ahead."""
    sources = _leading_sources(survey)[key]
    return {"value": len(sources), "printed_by": sources}


def make_leading_voices(survey: Survey, *key: str) -> dict[str, Any]:
    """Return how many voices the other pages are that put a group ahead."""
    sources = _leading_sources(survey)[key]
    return {"value": survey.count_voices(sources), "printed_by": sources}


@remember
def _items_of_group(survey: Survey) -> Mapping[Key, list[Reference]]:
    """Return the percents shown of a group, by (question, group), in the order of the codebook."""
    shown = survey.shown_percents()
    items: dict[Key, list[Reference]] = {
        (question, group): [] for question in survey.questions["question"] for group in survey.article.compared
    }
    for question, item in survey.item_keys():
        for group in survey.article.compared:
            if (question, item, group) in shown:
                items[question, group].append(Reference("", question, item, segment=group))
    return items


def list_answer_sets(survey: Survey) -> Iterator[Key]:
    """Yield the key of each question and group of which several items have a percent."""
    return (key for key, references in _items_of_group(survey).items() if len(references) > 1)


@remember
def _any_of(survey: Survey, question: str, segment: str) -> Interval:
    return bound_at_least_one(survey, tuple(_items_of_group(survey)[question, segment]))


def make_any_low(survey: Survey, question: str, segment: str) -> dict[str, Any]:
    """Return the smallest percent of a group that has at least one item, before rounding."""
    references = map(str, _items_of_group(survey)[question, segment])
    return {"value": float(_any_of(survey, question, segment).lower), "from_figures": tuple(references)}


def make_any_high(survey: Survey, question: str, segment: str) -> dict[str, Any]:
    """Return the largest percent of a group that has at least one item, before rounding."""
    references = map(str, _items_of_group(survey)[question, segment])
    return {"value": float(_any_of(survey, question, segment).upper), "from_figures": tuple(references)}


def list_mixes(survey: Survey) -> Iterator[Key]:
    """Yield the key of each item with a gap and countries that differ."""
    for key, rows in countries_by_item(survey).items():
        if key in shown_pairs(survey) and rows["percent"].max() > rows["percent"].min():
            yield key


def make_mix(survey: Survey, question: str, item: str) -> dict[str, Any]:
    """Return the part of one group that, answering from the highest country and not the lowest, would make the gap."""
    rows = countries_by_item(survey)[question, item]
    first, second = shown_pairs(survey)[question, item]
    gap, spread = abs(second - first), rows["percent"].max() - rows["percent"].min()
    return {"value": 100 * gap / spread, "printed_by": tuple(dict.fromkeys(rows["source"]))}
