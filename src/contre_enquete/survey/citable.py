"""Every figure that a text may cite, by the reference that it is cited with.

Published figures have the references `question.item.segment` (the one that the edition shows) and
`question.item.segment.source`; facts about the sample `sample.fact` and `sample.fact.source`.
Derived figures begin with what they are: `gap.question.item`, `lead.question.item`,
`count.items.question`, `count.lead.question.segment`, `count.named.question.segment`,
`count.printed.question.item.segment.value`,
`gap-low.question.item` and `gap-high.question.item` (the ends of the gap before rounding),
`ratio-high.question.item`, `ahead.question.item.next item.segment`, and counts of what the edition
found: `share.low`, `share.high`, `reconcile.…`, `deff.question.item`, `least-n.question.item`, `count.gaps.strength`,
`count.contradictions.kind`, `count.claims.verdict`, `count.disclosure.subject.level`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import isnan
from types import MappingProxyType

from .claims import VERDICTS, disclosure_score, gap_ends, judged_claims, ratio_high
from .contradictions import KINDS, contradictions
from .estimates import STRENGTHS, all_gaps, common_share, has_share, items_with_total, reconciliation, respondents
from .model import Survey, remembered


@dataclass(frozen=True)
class Figure:
    """A figure and what a reader may ask of it.

    `value` is in the unit `percent` (of respondents), `points` (percentage points) or `count`; None
    for the unit `lead`, which says which segment has the higher figure. `printed_by` are the
    sources that print the value, `otherwise` what others print instead, as (source, words).
    """

    reference: str
    value: float | None
    unit: str
    question: str = ""
    item: str = ""
    segment: str = ""
    printed_by: tuple[str, ...] = ()
    otherwise: tuple[tuple[str, str], ...] = ()
    certainty: str = "computed"
    from_figures: tuple[str, ...] = ()


@remembered
def registry(survey: Survey) -> Mapping[str, Figure]:
    """Every figure that a text may cite, by reference."""
    figures = [*_published(survey), *_sample(survey), *_derived(survey), *_found(survey)]
    return MappingProxyType({figure.reference: figure for figure in figures})


def _published(survey: Survey) -> list[Figure]:
    figures = []
    printed: dict[tuple[str, str, str], list] = {}
    for row in survey.figures.itertuples():
        rows = printed.setdefault((row.question, row.item, row.segment), [])
        if not isnan(row.percent):
            rows.append(row)
    for (question, item, segment), rows in printed.items():
        shown_source = survey.question(question)["shown_total" if segment == survey.article.everybody else "shown"]
        for row in rows:
            figure = Figure(
                reference=f"{question}.{item}.{segment}.{row.source}",
                value=row.percent,
                unit="percent",
                question=question,
                item=item,
                segment=segment,
                printed_by=tuple(o.source for o in rows if o.percent == row.percent),
                otherwise=tuple(
                    (o.source, o.words or survey.language.percent(o.percent)) for o in rows if o.percent != row.percent
                ),
                certainty=row.certainty,
            )
            figures.append(figure)
            if row.source == shown_source:
                figures.append(replace(figure, reference=f"{question}.{item}.{segment}"))
    return figures


def _sample(survey: Survey) -> list[Figure]:
    figures = []
    for fact, rows in survey.sample[survey.sample["number"].notna()].groupby("fact", sort=False):
        rows = list(rows.itertuples())
        for position, row in enumerate(rows):
            figure = Figure(
                reference=f"sample.{fact}.{row.source}",
                value=row.number,
                unit=survey.article.facts[fact].unit,
                question="sample",
                item=fact,
                printed_by=tuple(o.source for o in rows if o.number == row.number),
                otherwise=tuple((o.source, survey.language.number(o.number)) for o in rows if o.number != row.number),
                certainty=row.certainty,
            )
            figures += [figure] if position else [figure, replace(figure, reference=f"sample.{fact}")]
    return figures


def _derived(survey: Survey) -> list[Figure]:
    figures, groups = [], survey.article.compared
    for question in survey.questions["question"]:
        shown = survey.shown(question)
        figures.append(Figure(f"count.items.{question}", shown["item"].nunique(), "count", question))
        for segment in survey.segments["segment"]:
            named = (shown["segment"] == segment) & shown["percent"].isna()
            figures.append(
                Figure(f"count.named.{question}.{segment}", int(named.sum()), "count", question, segment=segment)
            )
        pairs = shown.pivot(index="item", columns="segment", values="percent")
        pairs = pairs.reindex(shown["item"].unique(), columns=list(groups)).dropna()
        for item, pair in pairs.iterrows():
            both = tuple(f"{question}.{item}.{segment}" for segment in groups)
            gap = pair[groups[1]] - pair[groups[0]]
            leader = groups[int(gap > 0)] if gap else ""
            figures.append(Figure(f"gap.{question}.{item}", abs(gap), "points", question, item, from_figures=both))
            figures.append(Figure(f"lead.{question}.{item}", None, "lead", question, item, leader, from_figures=both))
            exact = [Fraction(str(pair[segment])) for segment in groups]
            low, high = gap_ends(*exact)
            figures.append(Figure(f"gap-low.{question}.{item}", low, "points", question, item, from_figures=both))
            figures.append(Figure(f"gap-high.{question}.{item}", high, "points", question, item, from_figures=both))
            if (ratio := ratio_high(*exact)) is not None:
                figures.append(
                    Figure(f"ratio-high.{question}.{item}", ratio, "count", question, item, from_figures=both)
                )
        for first, second in pairwise(pairs.index):
            for segment in groups:
                ahead = pairs.loc[first, segment] - pairs.loc[second, segment]
                both = (f"{question}.{first}.{segment}", f"{question}.{second}.{segment}")
                reference = f"ahead.{question}.{first}.{second}.{segment}"
                figures.append(Figure(reference, abs(ahead), "points", question, first, segment, from_figures=both))
        if len(pairs):
            for leader, other in (groups, groups[::-1]):
                leads = int((pairs[leader] > pairs[other]).sum())
                figures.append(Figure(f"count.lead.{question}.{leader}", leads, "count", question, segment=leader))
    for (question, item, segment, percent), rows in survey.figures[survey.figures["words"] == ""].groupby(
        ["question", "item", "segment", "percent"], sort=False
    ):
        reference = f"count.printed.{question}.{item}.{segment}.{percent:g}"
        figures.append(Figure(reference, len(rows), "count", question, item, segment, printed_by=tuple(rows["source"])))
    return figures


def _found(survey: Survey) -> list[Figure]:
    """Counts of what the edition found: contradictions, verdicts, items of disclosure."""
    counts = {"rule.much": survey.article.much, "rule.just": survey.article.just, "count.sources": len(survey.sources)}
    kinds = [contradiction.kind for contradiction in contradictions(survey)]
    verdicts = [claim.verdict for claim in judged_claims(survey)]
    counts |= {"count.contradictions": len(kinds), "count.claims": len(verdicts)}
    counts |= {f"count.contradictions.{kind}": kinds.count(kind) for kind in KINDS}
    counts |= {f"count.claims.{verdict.replace(' ', '-')}": verdicts.count(verdict) for verdict in VERDICTS}
    for subject in ("article", "edition"):
        for level, count in disclosure_score(survey, subject).items():
            counts[f"count.disclosure.{subject}.{level}"] = count
    counts["count.disclosure"] = len(survey.disclosure)
    counts |= {f"count.links.{certainty}": int(n) for certainty, n in survey.chain["certainty"].value_counts().items()}
    estimates = all_gaps(survey) if has_share(survey) else ()
    strengths = [gap.strength for gap in estimates]
    counts |= {"count.gaps": len(strengths)} | {f"count.gaps.{s}": strengths.count(s) for s in STRENGTHS}
    totals = items_with_total(survey)
    if totals and (employees := respondents(survey)):
        counts |= {"share.respondents.low": employees[0], "share.respondents.high": employees[-1]}
    figures = [Figure(reference, count, "count") for reference, count in counts.items()]
    figures.append(Figure("rule.level", 95, "percent"))
    share = common_share(survey)
    if totals and not share.is_empty:
        figures.append(Figure("share.low", 100 * float(share.lower), "percent"))
        figures.append(Figure("share.high", 100 * float(share.upper), "percent"))
    if totals and not share.is_empty and survey.article.exchanged:
        units, unclassified, asked = reconciliation(survey)
        figures.append(Figure("reconcile.units", units, "count"))
        figures.append(Figure("reconcile.unclassified", 100 * float(unclassified), "percent"))
        figures.append(Figure("reconcile.asked", float(asked), "count"))
    for gap in estimates:
        both = tuple(f"{gap.question}.{gap.item}.{segment}" for segment in survey.article.compared)
        key = f"{gap.question}.{gap.item}"
        figures.append(Figure(f"deff.{key}", gap.deff, "count", gap.question, gap.item, from_figures=both))
        if gap.least_n:
            figures.append(Figure(f"least-n.{key}", gap.least_n, "count", gap.question, gap.item, from_figures=both))
    return figures
