"""What the survey's printed figures allow to say: the share of the first group, and what each gap is worth.

Joins the table with the exact bounds of `rounding` and the scenarios of `inference`. All of it rests on
assumptions that the notebook prints: two segments make up the sample, totals are not weighted, everybody
was asked; and, for the gaps, each segment a simple random sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from ..errors import DataError
from ..statistics.inference import break_even_deff, break_even_n, cohens_h, gap_strength, newcombe, newcombe_envelope
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
from .model import Survey, remembered

DEFFS = (1, 1.5, 2)
STRENGTHS = ("robust", "depends", "never")


@dataclass(frozen=True)
class Gap:
    """A printed gap and what it is worth, if each segment had been a simple random sample.

    Percents as printed; `lower` and `upper` are the limits of Newcombe's interval with its rounding
    envelope over the feasible shares, in points, the second group minus the first, at a design effect of 1;
    `least_n` the smallest number of the first group at which the gap would be significant in the worst
    rounding (None: at none); `deff` the largest design effect that it survives at every feasible share;
    `risk_ratio` the printed percent of the second group over that of the first (None: over 0).
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
    risk_ratio: float | None
    cohens_h: float


def article_questions(survey: Survey) -> tuple[str, ...]:
    """The questions whose gaps the article prints: its first family."""
    return next(iter(survey.article.families.values()), ())


@remembered
def items_with_total(survey: Survey) -> Mapping[tuple[str, str], tuple[Fraction, Fraction, Fraction]]:
    """The items of the article that a total is known for, as printed: (first group, second group, everybody)."""
    items, groups = {}, (*survey.article.compared, survey.article.everybody)
    for question in article_questions(survey) if survey.article.mixture else ():
        shown = survey.shown(question).pivot(index="item", columns="segment", values="percent")
        if groups[-1] in shown:
            for item, row in shown.reindex(survey.shown(question)["item"].unique()).dropna().iterrows():
                items[question, item] = tuple(Fraction(str(row[segment])) for segment in groups)
    return MappingProxyType(items)


def feasible(survey: Survey) -> dict[tuple[str, str], Interval]:
    """Return the shares of the first group that each item allows."""
    return {key: feasible_share(*item) for key, item in items_with_total(survey).items()}


@remembered
def common_share(survey: Survey) -> Interval:
    """Return the shares of the first group that all items together allow."""
    return feasible_shares(items_with_total(survey).values())


def has_share(survey: Survey) -> bool:
    """Whether the totals leave a share of the first group to compute with, above 0 and below 1."""
    share = common_share(survey)
    return not share.is_empty and share.lower > 0 and share.upper < 1


def exchanged_share(survey: Survey, question: str, item: str) -> Interval:
    """Return the shares of the first group that remain possible if the two group labels of one item are exchanged."""
    items = items_with_total(survey)
    first, second, total = items[question, item]
    return feasible_shares((items | {(question, item): (second, first, total)}).values())


def reconciliation(survey: Survey) -> tuple[int | None, Fraction, Fraction]:
    """What it would take for the totals to agree with an item as a source prints it, groups exchanged.

    Item, source, and the item beside it are those that the article declares under `exchanged`.

    One of three: printed integers off by so many units in all (None: by more than four); a share of
    respondents in no segment above the second value; the first group asked about barriers more than the
    third value times as often as others. Raises DataError if the source does not print both groups.
    """
    exchanged = survey.article.exchanged
    key = [exchanged.source, *exchanged.item]
    rows = survey.figures[(survey.figures[["source", "question", "item"]] == key).all(axis=1)]
    printed = dict(zip(rows["segment"], rows["percent"], strict=True))
    if not set(survey.article.compared) <= set(printed):
        raise DataError(
            f"data/survey.csv: {', '.join(exchanged.item)} from {exchanged.source}; "
            f"expected one row for each of {', '.join(survey.article.compared)}"
        )
    items = items_with_total(survey)
    beside = items[exchanged.beside]
    swapped = (*(Fraction(str(printed[group])) for group in survey.article.compared), items[exchanged.item][-1])
    asked = feasible_rho(feasible_share(*beside), feasible_share(*swapped))
    both = [beside, swapped]
    return least_misprint(both), unclassified_share(both).lower, asked.lower


def respondents(survey: Survey) -> range:
    """How many of the first group there may be among the respondents."""
    return share_to_respondents(common_share(survey), int(survey.fact("respondents")))


def size_classes(survey: Survey) -> list[tuple[str, bool]]:
    """The size classes, smallest employers first, and whether the first group may be all classes up to each."""
    rows = survey.shown(survey.article.size_classes)
    return list(zip(rows["item"], matches_size_classes(common_share(survey), rows["percent"]), strict=True))


@remembered
def gaps(survey: Survey, questions: tuple[str, ...]) -> tuple[Gap, ...]:
    """The gaps of some questions, one family for Holm's correction, in the codebook's order.

    Raises DataError when the totals leave no share of the first group to compute with.
    """
    total, share = int(survey.fact("respondents")), common_share(survey)
    if not has_share(survey):
        raise DataError(
            f"data/survey.csv: percentages and totals of {', '.join(article_questions(survey))} allow the shares {share} of the first "
            "group; expected an interval inside (0, 1)"
        )
    pairs, groups = {}, survey.article.compared
    for question in questions:
        wide = survey.shown(question).pivot(index="item", columns="segment", values="percent")
        for item, row in wide.reindex(survey.shown(question)["item"].unique()).dropna(subset=list(groups)).iterrows():
            pairs[question, item] = tuple(row[group] for group in groups)
    strengths, _ = gap_strength(list(pairs.values()), total, share, DEFFS)
    ends = np.array([float(share.lower), float(share.midpoint), float(share.upper)])
    sizes = total * ends, total * (1 - ends)
    found = []
    for ((question, item), (first, second)), strength in zip(pairs.items(), strengths, strict=True):
        lower, upper = newcombe_envelope(first, sizes[0], second, sizes[1])
        found.append(
            Gap(
                question,
                item,
                first,
                second,
                lower=100 * float(lower.min()),
                upper=100 * float(upper.max()),
                strength=strength,
                least_n=break_even_n(first, second, total=total),
                deff=float(break_even_deff(first, sizes[0], second, sizes[1]).min()),
                risk_ratio=second / first if first else None,
                cohens_h=float(cohens_h(first / 100, second / 100)),
            )
        )
    return tuple(found)


def family_gaps(survey: Survey, family: str) -> tuple[Gap, ...]:
    """The gaps of a family that the article declares, by its name."""
    return gaps(survey, survey.article.families[family])


def all_gaps(survey: Survey) -> tuple[Gap, ...]:
    """The gaps of every family that the article declares, one family after the other."""
    return tuple(gap for family in survey.article.families.values() for gap in gaps(survey, family))


def interval_at(gap: Gap, total: int, share: float, deff: float) -> tuple[float, float]:
    """Newcombe's interval of a gap, in points, at one share of the first group and one design effect."""
    lower, upper = newcombe(gap.first / 100, total * share, gap.second / 100, total * (1 - share), deff)
    return 100 * float(lower), 100 * float(upper)
