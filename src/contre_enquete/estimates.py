"""What the survey's printed figures allow to say: the share of SME employees, and what each gap is worth.

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

from .data import DataError
from .inference import break_even_deff, break_even_n, cohens_h, gap_strength, newcombe, newcombe_envelope
from .rounding import (
    Interval,
    feasible_rho,
    feasible_share,
    feasible_shares,
    least_misprint,
    matches_size_classes,
    share_to_respondents,
    unclassified_share,
)
from .survey import SEGMENTS, Survey, remembered

ARTICLE_QUESTIONS = ("productivity", "barriers", "restrictions")
DEFFS = (1, 1.5, 2)
STRENGTHS = ("robust", "depends", "never")


@dataclass(frozen=True)
class Gap:
    """A printed gap and what it is worth, if each segment had been a simple random sample.

    Percents as printed; `lower` and `upper` are the limits of Newcombe's interval with its rounding
    envelope over the feasible shares, in points, large companies minus SMEs, at a design effect of 1;
    `least_n` the smallest number of SME employees at which the gap would be significant in the worst
    rounding (None: at none); `deff` the largest design effect that it survives at every feasible share;
    `risk_ratio` the printed percent of large companies over that of SMEs (None: over 0).
    """

    question: str
    item: str
    sme: float
    large: float
    lower: float
    upper: float
    strength: str
    least_n: int | None
    deff: float
    risk_ratio: float | None
    cohens_h: float


@remembered
def items_with_total(survey: Survey) -> Mapping[tuple[str, str], tuple[Fraction, Fraction, Fraction]]:
    """The items of the article that a total is known for, as printed: (SMEs, large companies, everybody)."""
    items = {}
    for question in ARTICLE_QUESTIONS:
        shown = survey.shown(question).pivot(index="item", columns="segment", values="percent")
        if "all" in shown:
            for item, row in shown.reindex(survey.shown(question)["item"].unique()).dropna().iterrows():
                items[question, item] = tuple(Fraction(str(row[segment])) for segment in (*SEGMENTS, "all"))
    return MappingProxyType(items)


def feasible(survey: Survey) -> dict[tuple[str, str], Interval]:
    """The shares of SME employees that each item allows."""
    return {key: feasible_share(*item) for key, item in items_with_total(survey).items()}


@remembered
def common_share(survey: Survey) -> Interval:
    """The shares of SME employees that all items together allow."""
    return feasible_shares(items_with_total(survey).values())


def has_share(survey: Survey) -> bool:
    """Whether the totals leave a share of SME employees to compute with, above 0 and below 1."""
    share = common_share(survey)
    return not share.is_empty and share.lower > 0 and share.upper < 1


def exchanged_share(survey: Survey, question: str, item: str) -> Interval:
    """The same, if the labels of one item were exchanged."""
    items = items_with_total(survey)
    sme, large, total = items[question, item]
    return feasible_shares((items | {(question, item): (large, sme, total)}).values())


def reconciliation(survey: Survey, source: str) -> tuple[int | None, Fraction, Fraction]:
    """What it would take for the totals to agree with security as `source` prints it, groups exchanged.

    One of three: printed integers off by so many units in all (None: by more than four); a share of
    respondents in no segment above the second value; SME employees asked about barriers more than the
    third value times as often as others. Raises DataError if the source does not print both groups.
    """
    rows = survey.figures[
        (survey.figures[["source", "question", "item"]] == [source, "barriers", "security"]).all(axis=1)
    ]
    printed = dict(zip(rows["segment"], rows["percent"], strict=True))
    if not set(SEGMENTS) <= set(printed):
        raise DataError(
            f"data/survey.csv: barriers, security from {source}; expected one row for each of {', '.join(SEGMENTS)}"
        )
    items = items_with_total(survey)
    productivity = items["productivity", "agree"]
    security = (*(Fraction(str(printed[segment])) for segment in SEGMENTS), items["barriers", "security"][-1])
    asked = feasible_rho(feasible_share(*productivity), feasible_share(*security))
    both = [productivity, security]
    return least_misprint(both), unclassified_share(both).lower, asked.lower


def respondents(survey: Survey) -> range:
    """How many SME employees there may be among the respondents."""
    return share_to_respondents(common_share(survey), int(survey.fact("respondents")))


def size_classes(survey: Survey) -> list[tuple[str, bool]]:
    """The size classes, smallest employers first, and whether SMEs may be all classes up to each."""
    rows = survey.shown("employer-size")
    return list(zip(rows["item"], matches_size_classes(common_share(survey), rows["percent"]), strict=True))


@remembered
def gaps(survey: Survey, questions: tuple[str, ...]) -> tuple[Gap, ...]:
    """The gaps of some questions, one family for Holm's correction, in the codebook's order.

    Raises DataError when the totals leave no share of SME employees to compute with.
    """
    total, share = int(survey.fact("respondents")), common_share(survey)
    if not has_share(survey):
        raise DataError(
            f"data/survey.csv: percentages and totals of {', '.join(ARTICLE_QUESTIONS)} allow the shares {share} of SME "
            "employees; expected an interval inside (0, 1)"
        )
    pairs = {}
    for question in questions:
        wide = survey.shown(question).pivot(index="item", columns="segment", values="percent")
        for item, row in wide.reindex(survey.shown(question)["item"].unique()).dropna(subset=list(SEGMENTS)).iterrows():
            pairs[question, item] = (row["sme"], row["large"])
    strengths, _ = gap_strength(list(pairs.values()), total, share, DEFFS)
    ends = np.array([float(share.lower), float(share.midpoint), float(share.upper)])
    sizes = total * ends, total * (1 - ends)
    found = []
    for ((question, item), (sme, large)), strength in zip(pairs.items(), strengths, strict=True):
        lower, upper = newcombe_envelope(sme, sizes[0], large, sizes[1])
        found.append(
            Gap(
                question,
                item,
                sme,
                large,
                lower=100 * float(lower.min()),
                upper=100 * float(upper.max()),
                strength=strength,
                least_n=break_even_n(sme, large, total=total),
                deff=float(break_even_deff(sme, sizes[0], large, sizes[1]).min()),
                risk_ratio=large / sme if sme else None,
                cohens_h=float(cohens_h(sme / 100, large / 100)),
            )
        )
    return tuple(found)


def article_gaps(survey: Survey) -> tuple[Gap, ...]:
    """The gaps that the article prints."""
    return gaps(survey, ARTICLE_QUESTIONS)


def tool_gaps(survey: Survey) -> tuple[Gap, ...]:
    """The gaps of the missing chart."""
    return gaps(survey, ("tools",))


def interval_at(gap: Gap, total: int, share: float, deff: float) -> tuple[float, float]:
    """Newcombe's interval of a gap, in points, at one share of SME employees and one design effect."""
    lower, upper = newcombe(gap.sme / 100, total * share, gap.large / 100, total * (1 - share), deff)
    return 100 * float(lower), 100 * float(upper)
