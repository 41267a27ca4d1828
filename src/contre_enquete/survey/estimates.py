"""What the survey's printed figures allow to say: the share of the first group, and what each gap is worth.

Joins the table with the exact bounds of `rounding` and the scenarios of `inference`. All of it rests on
assumptions that the notebook prints: two segments make up the sample, totals are not weighted, everybody
was asked; and, for the gaps, each segment a simple random sample.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from ..article import SwappedItem
from ..errors import DataError, unknown_name
from ..project import DECLARATION
from ..statistics.inference import (
    break_even_biases,
    break_even_deffs,
    break_even_ns,
    cohens_h,
    gap_strength,
    mcnemar_range,
    newcombe,
    newcombe_envelope,
)
from ..statistics.rounding import (
    Interval,
    feasible_rho,
    feasible_share,
    feasible_shares,
    least_misprint,
    matches_size_classes,
    share_to_respondents,
    unclassified_share,
)
from .model import Survey, read_decimal, remember
from .precision import find_precision
from .reference import Reference
from .voices import find_printing

DEFFS = (1, 1.5, 2)
PercentTriple = tuple[Decimal, Decimal, Decimal]  # percents of the first group, the second group and everybody
STRENGTHS = ("robust", "depends", "never")


@dataclass(frozen=True)
class Gap:
    """A printed gap and what it is worth, if each segment had been a simple random sample.

    One test decides `strength`, `least_n`, `deff` and `bias`: that of two proportions, with Holm's correction.

    Attributes
    ----------
    first, second
        Percents of the two groups, as printed.
    lower, upper
        Limits of Newcombe's interval of first minus second, in points, widened by rounding and by the feasible shares,
        at a design effect of 1.
    strength
        "robust" (significant at every feasible share up to the largest of `DEFFS`), "depends" or "never".
    least_n
        Smallest size of the first group at which the gap is significant in the worst rounding; None if there is none.
    deff
        Largest design effect at which the gap is significant at every feasible share.
    bias
        Points of bias, more in one group than in the other, up to which the gap stays robust.
    cohens_h
        Cohen's h of the two percents, positive where the first is the higher.
    """

    question: str
    item: str
    first: float
    second: float
    lower: float
    upper: float
    strength: str
    least_n: int | None
    deff: float
    bias: float
    cohens_h: float


def list_article_questions(survey: Survey) -> tuple[str, ...]:
    """Return the questions whose gaps the article prints: its first family."""
    return next(iter(survey.article.families.values()), ())


@remember
def list_items_with_total(survey: Survey) -> Mapping[tuple[str, str], PercentTriple]:
    """Return the printed percents of each item with a known total: (first group, second group, everybody)."""
    items: dict[tuple[str, str], PercentTriple] = {}
    groups = (*survey.article.pair, survey.article.everybody)
    for question in list_article_questions(survey) if survey.article.mixture and survey.article.pair else ():
        shown = survey.shown(question).pivot(index="item", columns="segment", values="percent")
        if groups[-1] in shown:
            for item, _ in shown.reindex(survey.shown(question)["item"].unique()).dropna().iterrows():
                first, second, everybody = (survey.printed(question, item, segment) for segment in groups)
                items[question, item] = first, second, everybody
    return MappingProxyType(items)


def find_feasible_shares(survey: Survey) -> dict[tuple[str, str], Interval]:
    """Return the shares of the first group that each item allows, by question and item.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> print(find_feasible_shares(load_survey("en"))["productivity", "agree"])
    (2/9, 4/9)
    """
    return {key: feasible_share(*item) for key, item in list_items_with_total(survey).items()}


@remember
def find_common_share(survey: Survey) -> Interval:
    """Return the shares of the first group, from 0 to 1, that the printed totals of all items together allow.

    The totals are taken as unweighted, and everybody as asked. The interval is empty if the totals contradict each
    other, and [0, 1] where the article declares no mixture of groups.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> print(find_common_share(load_survey("en")))
    (2/9, 3/10)
    """
    return feasible_shares(list_items_with_total(survey).values())


def has_share(survey: Survey) -> bool:
    """Return True if the totals allow only shares of the first group above 0 and below 1."""
    share = find_common_share(survey)
    return share.lower > 0 and share.upper < 1


def find_disputed_reference(survey: Survey) -> Reference:
    """Return the reference to the percent that the article prints otherwise than other voices.

    Raises DataError if the article declares none.
    """
    if not survey.article.disputed_percent:
        raise DataError(f"{DECLARATION}, disputed: found nothing; expected an item and a group")
    question, item = survey.article.disputed_percent.item
    return Reference("", question, item, segment=survey.article.disputed_percent.group)


def find_disputed_percents(survey: Survey) -> tuple[float, float]:
    """Return the disputed percent as the article prints it, and as most other voices do.

    Raises DataError as `replace_disputed_percent` does.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> find_disputed_percents(load_survey("en"))
    (70.0, 71.0)
    """
    key = find_disputed_reference(survey).key
    return survey.percent(*key), replace_disputed_percent(survey).percent(*key)


@remember
def replace_disputed_percent(survey: Survey) -> Survey:
    """Return the survey with the disputed percent of the article as most other voices print it.

    What follows from the percent is given both ways, which are one once every other voice prints what the article does.
    Raises DataError if the article declares none, or no other voice prints it.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> changed = replace_disputed_percent(load_survey("en"))
    >>> changed.percent(*find_disputed_reference(changed).key)
    71.0
    """
    reference = find_disputed_reference(survey)
    figures = survey.figures
    rows = (figures[["question", "item", "segment"]] == list(reference.key)).all(axis=1)
    printed_elsewhere = find_printing(survey, reference)
    if printed_elsewhere.same and not printed_elsewhere.otherwise:
        return survey
    others = figures[rows & figures["source"].isin(printed_elsewhere.otherwise)]
    if others.empty:
        raise DataError(f"data/survey.csv: {reference}: no other voice prints it; expected one")
    value = others.groupby("percent")["source"].agg(survey.count_voices).idxmax()
    printed = rows & (figures["source"] == survey.article.source)
    return survey.with_table("figures", figures.assign(percent=figures["percent"].mask(printed, value)))


def find_exchanged_share(survey: Survey) -> Interval:
    """Return the shares of the first group that all items allow if one is taken as a source exchanges its groups.

    Raises DataError as `exchange_groups` does.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> print(find_exchanged_share(load_survey("en")))
    ∅
    """
    return feasible_shares({**list_items_with_total(survey), **exchange_groups(survey)}.values())


def exchange_groups(survey: Survey) -> dict[tuple[str, str], PercentTriple]:
    """Return the item that a source prints with the groups exchanged, as it prints it, and the total of the item.

    Item and source are those that the article declares under `exchanged`. Raises DataError if the source does not
    print both groups.
    """
    exchanged = _get_swapped_item(survey)
    key = [exchanged.source, *exchanged.item]
    rows = survey.figures[(survey.figures[["source", "question", "item"]] == key).all(axis=1)].dropna(subset="percent")
    printed = {row.segment: read_decimal(row.percent, row.decimals) for row in rows.itertuples()}
    if not set(survey.article.compared) <= set(printed):
        raise DataError(
            f"data/survey.csv: {', '.join(exchanged.item)} from {exchanged.source}; "
            f"expected one row for each of {', '.join(survey.article.compared)}"
        )
    first, second = (printed[group] for group in survey.article.require_pair())
    return {exchanged.item: (first, second, list_items_with_total(survey)[exchanged.item][-1])}


def _get_swapped_item(survey: Survey) -> SwappedItem:
    if not survey.article.swapped_item:
        raise DataError(f"{DECLARATION}, exchanged: found nothing; expected a source and its items")
    return survey.article.swapped_item


class Reconciliation(NamedTuple):
    """What would make the totals agree with an item as a source prints it, groups exchanged: one of four.

    Attributes
    ----------
    units
        Printed integers are off by so many units in all; None for more than four.
    unclassified
        More than this share of respondents is in no segment.
    asked
        The first group was asked about the item more than this times as often as others.
    mirrored
        The item beside it is printed with the groups exchanged as well; then the first group has such a share.
    """

    units: int | None
    unclassified: Fraction
    asked: Fraction
    mirrored: Interval


@remember
def reconcile_totals(survey: Survey) -> Reconciliation:
    """Return what would make the totals agree with the exchanged item. Raises DataError as `exchange_groups` does."""
    (swapped,) = exchange_groups(survey).values()
    beside = list_items_with_total(survey)[_get_swapped_item(survey).conflict]
    asked = feasible_rho(feasible_share(*beside), feasible_share(*swapped))
    mirrored = feasible_shares([swapped, (beside[1], beside[0], beside[2])])
    unclassified = unclassified_share([beside, swapped]).lower
    return Reconciliation(least_misprint([beside, swapped]), unclassified, asked.lower, mirrored)


def list_witness_shares(survey: Survey) -> list[tuple[float, Interval]]:
    """Return the shares of the first group that the item `exchanged.control` allows, for each total printed of it.

    The source that exchanges the groups of another item prints this one too; its totals are those of other
    sources, by the number of sources that print them, most first.
    """
    exchanged, figures = _get_swapped_item(survey), survey.figures
    rows = figures[(figures[["question", "item"]] == list(exchanged.control)).all(axis=1) & figures["percent"].notna()]
    of_source = rows[rows["source"] == exchanged.source]
    percents = {row.segment: read_decimal(row.percent, row.decimals) for row in of_source.itertuples()}
    if not set(survey.article.compared) <= set(percents):
        raise DataError(
            f"data/survey.csv: {', '.join(exchanged.control)} from {exchanged.source}; "
            f"expected one row for each of {', '.join(survey.article.compared)}"
        )
    first, second = (percents[group] for group in survey.article.require_pair())
    totals = rows[rows["segment"] == survey.article.everybody]["percent"].value_counts()
    return [(float(total), feasible_share(first, second, Fraction(str(total)))) for total in totals.index]


@dataclass(frozen=True)
class SamePeople:
    """Two items of one question, answered by the same people of one group, and what McNemar's z may be.

    `lead` is that of the first item in points, as printed; `weakest` and `strongest` the limits of z over the feasible
    sizes of the group, all roundings, and every number of people who may have named just one of the two.
    """

    question: str
    item: str
    next_item: str
    group: str
    lead: float
    weakest: float
    strongest: float


@remember
def compare_same_people(survey: Survey, question: str, item: str, next_item: str) -> tuple[SamePeople, ...]:
    """Return how sure the order of two items of a question is in each group compared, for the same people."""
    share, total = find_common_share(survey), survey.number_of("respondents")
    orders = []
    for place, group in enumerate(survey.article.require_pair()):
        ends = [float(end) for end in (share.lower, share.upper)]
        sizes = total * np.array(ends if place == 0 else [1 - end for end in ends])
        first, second = (survey.percent(question, name, group) for name in (item, next_item))
        corners = [
            mcnemar_range(np.clip(second - half, 0, 100) / 100, np.clip(first + half, 0, 100) / 100, sizes)
            for half in (-0.5, 0.5)
        ]
        z = np.array(corners)
        orders.append(SamePeople(question, item, next_item, group, first - second, float(z.min()), float(z.max())))
    return tuple(orders)


def count_respondents(survey: Survey) -> range:
    """Return how many respondents may be of the first group."""
    return share_to_respondents(find_common_share(survey), int(survey.number_of("respondents")))


def match_size_classes(survey: Survey) -> list[tuple[str, bool]]:
    """Return each size class, smallest first, and whether the first group may be all classes up to it.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> [size for size, fits in match_size_classes(load_survey("en")) if fits]
    ['250-499']
    """
    rows = survey.shown(survey.article.size_classes)
    return list(zip(rows["item"], matches_size_classes(find_common_share(survey), rows["percent"]), strict=True))


class Sizes(NamedTuple):
    """How many respondents two groups have together, which shares of them the first may have, and design effects."""

    total: int
    share: Interval
    deffs: tuple[float, ...]


@remember
def find_sizes(survey: Survey, questions: tuple[str, ...]) -> Sizes | None:
    """Return the sizes of the two groups in a family of questions: as published, else as the totals allow; or None.

    Published ones count if they are the same for all items. A margin or a design effect that is published takes the
    place of the design effects that are tried.
    """
    groups = survey.article.pair
    published = [
        [find_precision(survey, Reference("", question, item, segment=group)) for group in groups]
        for question, item in list_pairs(survey, questions)
    ]
    known = [pair for pair in published if all(row and not math.isnan(row.n) for row in pair)]
    sizes = {tuple(row.n for row in pair if row) for pair in known}
    if published and len(known) == len(published) and len(sizes) == 1:
        first, second = next(iter(sizes))
        share = Fraction(first) / (Fraction(first) + Fraction(second))
        has_effect = all(row.has_effect for row in known[0] if row)
        return Sizes(round(first + second), Interval(share, share, True, True), (1,) if has_effect else DEFFS)
    return Sizes(int(survey.number_of("respondents")), find_common_share(survey), DEFFS) if has_share(survey) else None


def list_pairs(survey: Survey, questions: tuple[str, ...]) -> dict[tuple[str, str], tuple[float, float]]:
    """Return the percents of the two groups compared, by question and item, in the codebook's order."""
    pairs: dict[tuple[str, str], tuple[float, float]] = {}
    if not survey.article.pair:
        return pairs
    first, second = survey.article.pair
    for question in questions:
        wide = survey.shown(question).pivot(index="item", columns="segment", values="percent")
        wide = wide.reindex(index=survey.shown(question)["item"].unique(), columns=[first, second]).dropna()
        pairs |= {(question, item): (float(row[first]), float(row[second])) for item, row in wide.iterrows()}
    return pairs


@remember
def estimate_gaps(survey: Survey, questions: tuple[str, ...]) -> tuple[Gap, ...]:
    """Return the gaps of some questions, one family for Holm's correction, in the codebook's order.

    Raises DataError where no sizes of the groups are published, and the totals leave no share of the first group.
    """
    sizes_of_groups, pairs = find_sizes(survey, questions), list_pairs(survey, questions)
    if sizes_of_groups is None:
        raise DataError(
            f"data/survey.csv: percentages and totals of {', '.join(list_article_questions(survey))} allow the shares "
            f"{find_common_share(survey)} of the first group; expected an interval inside (0, 1)"
        )
    total, share, deffs = sizes_of_groups
    strengths, _ = gap_strength(list(pairs.values()), total, share, deffs)
    ends = np.array([float(share.lower), float(share.midpoint), float(share.upper)])
    sizes = total * ends, total * (1 - ends)
    percents, gaps = list(pairs.values()), []
    worth = zip(
        strengths,
        break_even_ns(percents, total),
        break_even_deffs(percents, total, ends),
        break_even_biases(percents, total, ends, max(deffs)),
        strict=True,
    )
    for ((question, item), (first, second)), (strength, least_n, deff, bias) in zip(pairs.items(), worth, strict=True):
        lower, upper = newcombe_envelope(second, sizes[1], first, sizes[0])
        gaps.append(
            Gap(
                question,
                item,
                first,
                second,
                lower=100 * float(lower.min()),
                upper=100 * float(upper.max()),
                strength=strength,
                least_n=least_n,
                deff=float(deff),
                bias=float(bias),
                cohens_h=float(cohens_h(second / 100, first / 100)),
            )
        )
    return tuple(gaps)


def estimate_family_gaps(survey: Survey, family: str) -> tuple[Gap, ...]:
    """Return the gaps of a family of questions that the article declares, with what each is worth.

    Parameters
    ----------
    survey
        The survey whose totals give the sizes of the groups.
    family
        Name of a family under `[families]` of article.toml; Holm's correction is for all its gaps.

    Raises
    ------
    DataError
        For an unknown family, or totals that leave no share of the first group to compute with.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> gap, *_ = estimate_family_gaps(load_survey("en"), "article")
    >>> gap.question, gap.item, gap.strength, gap.least_n
    ('productivity', 'agree', 'robust', 233)
    """
    if family not in survey.article.families:
        raise unknown_name("family", family, survey.article.families)
    return estimate_gaps(survey, survey.article.families[family])


def estimate_all_gaps(survey: Survey) -> tuple[Gap, ...]:
    """Return the gaps of every family that the article declares, family by family.

    Raises DataError if the totals leave no share of the first group to compute with.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> len(estimate_all_gaps(load_survey("en")))
    17
    """
    return tuple(gap for family in survey.article.families.values() for gap in estimate_gaps(survey, family))


def compute_interval(gap: Gap, total: int, share: float, deff: float) -> tuple[float, float]:
    """Return the limits of Newcombe's interval of first minus second, if the groups were simple random samples.

    Parameters
    ----------
    gap
        A gap as `estimate_family_gaps` returns it.
    total
        Number of respondents in both groups.
    share
        Share of respondents in the first group, from 0 to 1.
    deff
        Design effect, from 1.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> gap, *_ = estimate_family_gaps(load_survey("en"), "article")
    >>> [round(limit, 1) for limit in compute_interval(gap, 9908, 0.25, deff=1)]
    [-11.2, -6.7]
    """
    lower, upper = newcombe(gap.second / 100, total * (1 - share), gap.first / 100, total * share, deff)
    return 100 * float(lower), 100 * float(upper)
