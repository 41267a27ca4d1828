"""Whether the figure of a group that is made up of others lies between theirs, as a weighted mean of them must."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..article import Article
from ..errors import DataError, suggest_name
from ..project import DECLARATION
from ..statistics.mixtures import MAX_GROUPS, bound_shares
from ..statistics.rounding import POSITIVE, rounding_box
from ..text.numbers import COUNT, PERCENT
from .bounds import bound_difference, get_printed
from .model import Survey, remember
from .reference import Reference


@dataclass(frozen=True)
class Outside:
    """A figure that does not lie between those of the groups that it is of.

    `lowest` and `highest` are the figures of the parts between which it was to lie, `least` and `most` their values, in
    the unit of the question; of counts, at most the sum.
    """

    whole: Reference
    lowest: Reference
    highest: Reference
    least: float
    most: float


def list_parts(article: Article, segments: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Return each group that is made up of others, with these: declared unions and, of each division, everybody."""
    named = {article.everybody, *article.unions, *(name for groups in article.breakdowns.values() for name in groups)}
    division = tuple(group for group in segments if group not in named)
    is_mixture = article.mixture and {*division} == {*article.compared}  # not of groups picked from among others
    divisions = [*article.breakdowns.values(), *([division] if is_mixture else [])]
    return [*article.unions.items(), *((article.everybody, groups) for groups in divisions if len(groups) > 1)]


@remember
def find_outside(survey: Survey) -> tuple[Outside, ...]:
    """Return the figures shown that cannot lie between those of their parts, whatever the rounding.

    Examples
    --------
    >>> find_outside(getfixture("invented_survey"))
    ()
    """
    wholes = list_parts(survey.article, survey.segments["segment"].tolist())
    return tuple(
        outside
        for question, item in survey.item_keys()
        for whole, parts in wholes
        if all((question, item, group) in survey.shown_values() for group in (whole, *parts))
        for outside in _find_outside_item(survey, Reference("", question, item), whole, parts)
    )


def _find_outside_item(survey: Survey, pair: Reference, whole: str, parts: tuple[str, ...]) -> Iterator[Outside]:
    references = sorted(map(pair.of, parts), key=lambda reference: get_printed(survey, reference))
    lowest, highest, total = references[0], references[-1], pair.of(whole)
    values = [float(get_printed(survey, reference)) for reference in references]
    value, most = float(get_printed(survey, total)), values[-1]
    if survey.unit(pair.question) == COUNT:
        lowest, most = highest, sum(values)
        is_outside = not values[-1] <= value <= most
    else:
        steps = ((total, lowest), (highest, total))
        is_outside = any(bound_difference(survey, *step).within(POSITIVE) for step in steps)
    if is_outside:
        yield Outside(total, lowest, highest, float(get_printed(survey, lowest)), most)


@remember
def find_group_shares(survey: Survey, question: str) -> Mapping[str, tuple[float, float]]:
    """Return the least and the largest percent of respondents in each group that the totals of a question allow.

    None where there are two groups compared (`find_common_share` has theirs), more than can be bounded, no total of an
    item with all groups, or totals that no shares explain. Totals are taken as unweighted, items as asked of everybody.

    Examples
    --------
    >>> find_group_shares(getfixture("invented_survey"), "commute")
    mappingproxy({})
    """
    article, shown = survey.article, survey.shown_values()
    wholes = dict(list_parts(article, survey.segments["segment"].tolist()))
    groups = article.compared if article.everybody in wholes else ()
    items = [
        [Reference("", question, item, segment=group) for group in (*groups, article.everybody)]
        for name, item in survey.item_keys()
        if name == question and all((name, item, group) in shown for group in (*groups, article.everybody))
    ]
    if not items or not 2 < len(groups) <= MAX_GROUPS or survey.unit(question) != PERCENT:
        return MappingProxyType({})
    boxes = [[rounding_box(get_printed(survey, reference)) for reference in item] for item in items]
    ends = [[(float(box.lower), float(box.upper)) for box in item] for item in boxes]
    bounds = bound_shares([item[:-1] for item in ends], [item[-1] for item in ends])
    if bounds is None:
        return MappingProxyType({})
    return MappingProxyType(
        {group: (100 * float(low), 100 * float(high)) for group, low, high in zip(groups, *bounds, strict=True)}
    )


def check_totals(survey: Survey) -> None:
    """Raise DataError unless the figures that do not lie between those of their parts are those that are declared."""
    outside = {str(row.whole): row for row in find_outside(survey)}
    for reference in survey.article.outside:
        if reference not in outside:
            nearest = suggest_name(reference, outside)
            expected = f"a figure that does not lie between those of its parts{nearest}"
            raise DataError(f"{DECLARATION}, groups.outside: found {reference!r}; expected {expected}")
    for reference, row in outside.items():
        if reference not in survey.article.outside:
            value = survey.percent(*row.whole.key)
            raise DataError(
                f"data/survey.csv: found {value:g} for {reference}; expected {row.least:g} to {row.most:g}, since "
                f"{row.whole.segment} is made up of the groups from {row.lowest.segment} to {row.highest.segment}; "
                f"if a source does print it, name it in {DECLARATION}, groups.outside"
            )
