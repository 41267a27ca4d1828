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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from math import isnan
from types import MappingProxyType

from .claims import VERDICTS, disclosure_score, gap_ends, judged_claims, ratio_high
from .contradictions import KINDS, contradictions
from .estimates import STRENGTHS, all_gaps, common_share, has_share, items_with_total, reconciliation, respondents
from .model import Survey, remembered

DISCLOSURE = "items of survey disclosure"


@dataclass(frozen=True)
class Figure:
    """A figure and what a reader may ask of it.

    `value` is in the unit `percent` (of respondents), `points` (percentage points) or `count`; None
    for the unit `lead`, which says which segment has the higher figure. `printed_by` are the
    sources that print the value, `otherwise` what others print instead, as (source, words). `kind` says
    in English words what was computed, of what `details` name; nothing for a figure as published.
    {group} in it stands for the label of the first group compared.
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
    kind: str = ""
    details: tuple[str, ...] = ()


@remembered
def registry(survey: Survey) -> Mapping[str, Figure]:
    """Every figure that a text may cite, by reference. Raises DataError for a question or a claim that cannot be used."""
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
    """What is computed from the figures of each question: gaps and their ends, who leads, counts."""
    figures, groups = [], survey.article.compared
    for question in survey.questions["question"]:
        shown = survey.shown(question)
        count = partial(Figure, unit="count", question=question)
        figures.append(count(f"count.items.{question}", shown["item"].nunique(), kind="number of items"))
        for segment in survey.segments["segment"]:
            named = int(((shown["segment"] == segment) & shown["percent"].isna()).sum())
            kind = "items ascribed to the group without a number"
            figures.append(count(f"count.named.{question}.{segment}", named, segment=segment, kind=kind))
        pairs = shown.pivot(index="item", columns="segment", values="percent")
        pairs = pairs.reindex(shown["item"].unique(), columns=list(groups)).dropna()
        for item, pair in pairs.iterrows():
            figures += _of_pair(question, item, groups, tuple(pair))
        for first, second in pairwise(pairs.index):
            for segment in groups:
                figures.append(
                    Figure(
                        f"ahead.{question}.{first}.{second}.{segment}",
                        abs(pairs.loc[first, segment] - pairs.loc[second, segment]),
                        "points",
                        question,
                        first,
                        segment,
                        from_figures=(f"{question}.{first}.{segment}", f"{question}.{second}.{segment}"),
                        kind="lead over the next item",
                    )
                )
        if len(pairs):
            for leader, other in (groups, groups[::-1]):
                leads = int((pairs[leader] > pairs[other]).sum())
                kind = "items for which the group leads"
                figures.append(count(f"count.lead.{question}.{leader}", leads, segment=leader, kind=kind))
    for (question, item, segment, percent), rows in survey.figures[survey.figures["words"] == ""].groupby(
        ["question", "item", "segment", "percent"], sort=False
    ):
        reference = f"count.printed.{question}.{item}.{segment}.{percent:g}"
        figures.append(
            Figure(
                reference,
                len(rows),
                "count",
                question,
                item,
                segment,
                printed_by=tuple(rows["source"]),
                kind="sources that print this value",
            )
        )
    return figures


def _of_pair(question: str, item: str, groups: tuple[str, str], percents: tuple[float, float]) -> Iterator[Figure]:
    """What is computed from the percents of the two groups compared, for one item."""
    both = tuple(f"{question}.{item}.{segment}" for segment in groups)
    of_both = partial(Figure, question=question, item=item, from_figures=both)
    key, gap = f"{question}.{item}", percents[1] - percents[0]
    leader = groups[int(gap > 0)] if gap else ""
    exact = [Fraction(str(percent)) for percent in percents]
    low, high = gap_ends(*exact)
    yield of_both(f"gap.{key}", abs(gap), "points", kind="gap between the groups")
    yield of_both(f"lead.{key}", None, "lead", segment=leader, kind="group with the higher figure")
    yield of_both(f"gap-low.{key}", low, "points", kind="smallest gap before rounding")
    yield of_both(f"gap-high.{key}", high, "points", kind="largest gap before rounding")
    if (ratio := ratio_high(*exact)) is not None:
        yield of_both(f"ratio-high.{key}", ratio, "count", kind="largest ratio before rounding")


def _found(survey: Survey) -> list[Figure]:
    """Counts of what the edition found: contradictions, verdicts, items of disclosure; thresholds and estimates."""
    article = survey.article
    kinds = [contradiction.kind for contradiction in contradictions(survey)]
    verdicts = [claim.verdict for claim in judged_claims(survey)]
    estimates = all_gaps(survey) if has_share(survey) else ()
    figures = [
        Figure("rule.much", article.much, "count", kind="ratio from which a difference is called great"),
        Figure(
            "rule.just",
            article.just,
            "count",
            kind="points from which an item no longer comes just before the next",
        ),
        Figure("count.sources", len(survey.sources), "count", kind="sources of the edition"),
        *_counts("contradictions", kinds, KINDS, "contradictions between sources"),
        *_counts("claims", verdicts, VERDICTS, "claims of the article"),
    ]
    for subject in ("article", "edition"):
        for level, count in disclosure_score(survey, subject).items():
            reference = f"count.disclosure.{subject}.{level}"
            figures.append(Figure(reference, count, "count", kind=DISCLOSURE, details=(subject, level)))
    for certainty, count in survey.chain["certainty"].value_counts().items():
        kind = "links of the chain of pages"
        figures.append(Figure(f"count.links.{certainty}", int(count), "count", kind=kind, details=(certainty,)))
    figures += [
        Figure("count.disclosure", len(survey.disclosure), "count", kind=DISCLOSURE),
        *_counts("gaps", [gap.strength for gap in estimates], STRENGTHS, "gaps tested"),
        Figure("rule.level", 95, "percent", kind="level of the intervals"),
    ]
    if items_with_total(survey):
        figures += _of_totals(survey)
    for gap in estimates:
        key = f"{gap.question}.{gap.item}"
        both = tuple(f"{key}.{segment}" for segment in article.compared)
        of_both = partial(Figure, unit="count", question=gap.question, item=gap.item, from_figures=both)
        figures.append(of_both(f"deff.{key}", gap.deff, kind="largest design effect that the gap survives"))
        if gap.least_n:
            kind = "smallest number of respondents in {group} at which the gap would count"
            figures.append(of_both(f"least-n.{key}", gap.least_n, kind=kind))
    return figures


def _counts(name: str, found: list[str], possible: tuple[str, ...], kind: str) -> Iterator[Figure]:
    """How many were found in all, and of each possible sort."""
    yield Figure(f"count.{name}", len(found), "count", kind=kind)
    for sort in possible:
        reference = f"count.{name}.{sort.replace(' ', '-')}"
        yield Figure(reference, found.count(sort), "count", kind=kind, details=(sort,))


def _of_totals(survey: Survey) -> Iterator[Figure]:
    """What the totals allow to say of the share of the first group, and what would reconcile an exchanged item."""
    if counts := respondents(survey):
        for end, count, kind in (
            ("low", counts[0], "fewest respondents in {group} that the totals allow"),
            ("high", counts[-1], "most respondents in {group} that the totals allow"),
        ):
            yield Figure(f"share.respondents.{end}", count, "count", kind=kind)
    share = common_share(survey)
    if share.is_empty:
        return
    for end, limit, kind in (
        ("low", share.lower, "lowest share of respondents in {group} that the totals allow"),
        ("high", share.upper, "highest share of respondents in {group} that the totals allow"),
    ):
        yield Figure(f"share.{end}", 100 * float(limit), "percent", kind=kind)
    if survey.article.exchanged:
        units, unclassified, asked = reconciliation(survey)
        kind = "units by which printed integers would have to be off"
        yield Figure("reconcile.units", units, "count", kind=kind)
        kind = "share of respondents that would have to be in no group"
        yield Figure("reconcile.unclassified", 100 * float(unclassified), "percent", kind=kind)
        kind = "how many times as often respondents in {group} would have to be asked"
        yield Figure("reconcile.asked", float(asked), "count", kind=kind)
