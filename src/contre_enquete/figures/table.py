"""The table of the kinds of figures, in chapters, in the order in which registers list them.

To add a kind, add its row, with the two functions that list its references and make one figure, and write the page
`docs/reference/figures.md` again (`page`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import groupby

from ..survey.bounds import bound_gap, bound_ratio
from ..survey.changes import index_changes
from ..survey.claims import WORDING_VERDICTS, judge_claims, judge_percents, list_units
from ..survey.contradictions import CONTRADICTION_KINDS, find_contradictions
from ..survey.estimates import (
    STRENGTHS,
    count_respondents,
    find_common_share,
    find_disputed_percents,
    reconcile_totals,
    replace_disputed_percent,
)
from ..survey.model import Survey
from ..survey.official import (
    filter_ahead,
    filter_near,
    find_differing_copies,
    list_middle_behind,
    list_middle_comparisons,
    list_near_comparisons,
)
from ..survey.own import compare_own_survey
from ..survey.voices import FIGURE_VERDICTS
from . import analysis, changes, precision, published, questions
from .analysis import CountIn, count_sorts, list_if, list_once, list_sorts
from .figure import Figure
from .kind import Key, Kind, ListKeys

OTHERWISE = "as other voices print it"  # of what follows from the disputed percent
GAP_WORDS = "gap in favour of the group named"
CHANGE, CHANGE_PERCENT = "change from {earlier} to {later}", "change from {earlier} to {later}, in percent of the first"
CHANGE_LEAST = "lower limit at 95% of the change from {earlier} to {later}"
CHANGE_MOST = "upper limit at 95% of the change from {earlier} to {later}"
CHANGE_LOW = "lower end of the change from {earlier} to {later}, before rounding"
CHANGE_HIGH = "upper end of the change from {earlier} to {later}, before rounding"
VOICES, LEADING_VOICES = "voices that print this value", "other voices that put the group ahead"
LEAST_N = "smallest number of respondents in {group} at which the gap would hold, at a design effect of 1"
BIAS = "bias, more in one group than in the other, up to which the gap stays robust"
ALONE = "robust gaps of one family that the article alone prints"
MIX = "part of one group that, answering from the highest country and not the lowest, would make the gap"
BOTH_EXCHANGED = "share of respondents in {group} if the item beside it is exchanged as well"
WITNESS = "share of respondents in {group} that this total allows"

CONTRADICTIONS = {kind: kind for kind in CONTRADICTION_KINDS}
ESTIMATE_STRENGTHS = {strength: strength for strength in STRENGTHS}

LIST_IF_RESPONDENTS = list_if(analysis.has_respondents)
LIST_IF_COMMON_SHARE = list_if(analysis.has_common_share)
LIST_IF_DISPUTED = list_if(lambda survey: survey.article.disputed_percent)
LIST_IF_EXCHANGED, LIST_IF_MIRRORED = list_if(analysis.has_exchanged), list_if(analysis.has_mirrored)
LIST_IF_OFFICES = list_if(lambda survey: survey.article.official_figures)
LIST_IF_OWN = list_if(compare_own_survey)

End = partial(Kind, is_end=True)
Limit = partial(Kind, is_end=True, is_rounded=True)
AnyGroup = partial(Kind, needs_group=False)


@dataclass(frozen=True)
class Chapter:
    """Kinds of figures of one subject, whose references are listed by the first `nested` of their parts."""

    title: str
    kinds: tuple[Kind, ...]
    nested: int = 0

    def list_references(self, survey: Survey) -> Iterator[tuple[Kind, Key]]:
        """Yield kind and key of each reference; kinds in a row with the same keys take turns."""
        rows = [
            (kind, key)
            for list_keys, kinds in ((f, list(ks)) for f, ks in groupby(self.kinds, key=lambda kind: kind.list_keys))
            for key in kinds[0].keys(survey)
            for kind in kinds
        ]
        places = {key[: self.nested]: place for place, (_, key) in reversed(list(enumerate(rows)))}
        yield from sorted(rows, key=lambda row: places[row[1][: self.nested]])


@cache
def _list_keys_otherwise(list_keys: ListKeys) -> ListKeys:
    return lambda survey: list_keys(replace_disputed_percent(survey)) if survey.article.disputed_percent else ()


def _replace_disputed(kind: Kind) -> Kind:
    """Return the kind of what would follow if the disputed percent were as other voices print it."""

    def make(survey: Survey, *key: str) -> dict | None:
        figure = kind.figure(replace_disputed_percent(survey), key)
        if figure is None:
            return None
        return vars(replace(figure, reference=f"{figure.reference}.other", details=(*figure.details, OTHERWISE)))

    return replace(kind, template=f"{kind.template}.other", list_keys=_list_keys_otherwise(kind.list_keys), make=make)


PUBLISHED = Chapter(
    "Percents of the survey",
    (
        Kind(
            "{question}.{item}.{segment}[.{source}]",
            "percent",
            "",
            published.list_published_percents,
            published.make_percent,
        ),
    ),
)
SAMPLE = Chapter(
    "Facts about the sample",
    (Kind("sample.{fact}[.{source}]", "count", "", published.list_facts, published.make_fact),),
)
QUESTIONS = Chapter(
    "Gaps, ratios and counts of a question",
    (
        Kind("count.items.{question}", "count", "number of items", questions.list_questions, questions.count_items),
        Kind("count.named.{question}.{segment}", "count", "items ascribed to the group without a number", questions.list_groups_of_questions, questions.count_named),
        AnyGroup("gap.{question}.{item}", "points", GAP_WORDS, questions.index_pairs, questions.make_gap),
        Kind("lead.{question}.{item}", "lead", "group with the higher figure", questions.index_pairs, questions.make_lead),
        End("gap-low.{question}.{item}", "points", "smallest gap before rounding", questions.index_pairs, questions.bound(bound_gap, 0)),
        End("gap-high.{question}.{item}", "points", "largest gap before rounding", questions.index_pairs, questions.bound(bound_gap, 1)),
        End("ratio-low.{question}.{item}", "count", "smallest ratio before rounding", questions.index_pairs, questions.bound(bound_ratio, 0)),
        End("ratio-high.{question}.{item}", "count", "largest ratio before rounding", questions.index_pairs, questions.bound(bound_ratio, 1)),
        AnyGroup("gap.{question}.{item}.{first}.{second}", "points", GAP_WORDS, questions.index_named_pairs, questions.make_named_gap),
        End("gap-low.{question}.{item}.{first}.{second}", "points", "smallest gap before rounding", questions.index_named_pairs, questions.bound_named_gap(0)),
        End("gap-high.{question}.{item}.{first}.{second}", "points", "largest gap before rounding", questions.index_named_pairs, questions.bound_named_gap(1)),
        End("share-low.{question}.{segment}", "percent", "lowest share of the group among respondents that the totals allow", questions.list_group_shares, questions.bound_group_share(0)),
        End("share-high.{question}.{segment}", "percent", "highest share of the group among respondents that the totals allow", questions.list_group_shares, questions.bound_group_share(1)),
        Kind("count.pairs.{question}", "count", "items with a percent for both groups", questions.list_questions, questions.count_pairs),
        Kind("count.lead.{question}.{segment}", "count", "items for which the group leads", questions.list_leads, questions.count_leads),
    ),
    nested=1,
)  # fmt: skip
CHANGES_CHAPTER = Chapter(
    "Changes between two waves",
    (
        Kind("change.{question}.{item}.{segment}.{earlier}.{later}", "points", CHANGE, index_changes, changes.MAKE_DIFFERENCE),
        Kind("change-percent.{question}.{item}.{segment}.{earlier}.{later}", "percent", CHANGE_PERCENT, changes.list_relative_changes, changes.MAKE_PERCENT),
        Limit("low.change.{question}.{item}.{segment}.{earlier}.{later}", "points", CHANGE_LEAST, changes.list_precise_changes, changes.MAKE_LEAST),
        Limit("high.change.{question}.{item}.{segment}.{earlier}.{later}", "points", CHANGE_MOST, changes.list_precise_changes, changes.MAKE_MOST),
        End("change-low.{question}.{item}.{segment}.{earlier}.{later}", "points", CHANGE_LOW, index_changes, changes.MAKE_LOWER),
        End("change-high.{question}.{item}.{segment}.{earlier}.{later}", "points", CHANGE_HIGH, index_changes, changes.MAKE_UPPER),
    ),
    nested=3,
)  # fmt: skip
PRECISION_CHAPTER = Chapter(
    "How precise published figures are",
    (
        Kind("n.{segment}[.{source}]", "count", "respondents", precision.LIST_OF_GROUPS["n"], precision.make_published("n")),
        Kind("margin.{segment}[.{source}]", "points", "margin of error", precision.LIST_OF_GROUPS["margin"], precision.make_published("margin")),
        Kind("n.{question}.{item}.{segment}", "count", "respondents", precision.LIST_OF_VALUES["n"], precision.make_published("n")),
        Kind("margin.{question}.{item}.{segment}", "points", "margin of error", precision.LIST_OF_VALUES["margin"], precision.make_published("margin")),
        Limit("low.{question}.{item}.{segment}", "percent", "lower limit at 95%", precision.index_precisions, precision.make_limit(lambda limits: limits.lower)),
        Limit("high.{question}.{item}.{segment}", "percent", "upper limit at 95%", precision.index_precisions, precision.make_limit(lambda limits: limits.upper)),
    ),
)  # fmt: skip
PRINTED = Chapter(
    "Who prints a value",
    (
        Kind("count.printed.{question}.{item}.{segment}.{value}", "count", "sources that print this value", questions.index_values, questions.count_sources(questions.index_values)),
        AnyGroup("count.voices.{question}.{item}.{segment}.{value}", "count", VOICES, questions.index_values, questions.count_voices(questions.index_values)),
        Kind("count.leads.{question}.{item}.{segment}", "count", "other pages that put the group ahead", questions.index_leading_pages, questions.count_sources(questions.index_leading_pages)),
        AnyGroup("count.leading-voices.{question}.{item}.{segment}", "count", LEADING_VOICES, questions.index_leading_pages, questions.count_voices(questions.index_leading_pages)),
    ),
)  # fmt: skip
ANSWER_SETS = Chapter(
    "At least one of several answers",
    (
        End("any-low.{question}.{segment}", "percent", "fewest with at least one, before rounding", questions.index_answer_sets, questions.bound_any("lower")),
        End("any-high.{question}.{segment}", "percent", "most with at least one, before rounding", questions.index_answer_sets, questions.bound_any("upper")),
    ),
)  # fmt: skip
COUNTRIES = Chapter(
    "Countries",
    (
        Kind("national-low.{question}.{item}", "percent", "lowest country", published.countries_by_item, published.find_extreme("idxmin")),
        Kind("national-high.{question}.{item}", "percent", "highest country", published.countries_by_item, published.find_extreme("idxmax")),
        Kind("national.{question}.{item}.{country}", "percent", "country", published.list_countries, published.make_country),
        Kind("mix.{question}.{item}", "percent", MIX, questions.list_mixes, questions.make_mix),
    ),
    nested=2,
)  # fmt: skip
VERDICTS = Chapter(
    "Thresholds, sources, contradictions and verdicts",
    (
        Kind("rule.much", "count", "ratio from which a difference is called great", list_once, lambda survey: survey.article.least_great_ratio),
        Kind("rule.level", "percent", "level of the intervals", list_once, lambda survey: 95),
        Kind("rule.alpha", "percent", "level of the tests", list_once, lambda survey: 5),
        Kind("count.sources", "count", "sources of the edition", list_once, lambda survey: len(survey.sources)),
        Kind("count.contradictions[.{sort}]", "count", "contradictions between sources", list_sorts(CONTRADICTIONS), count_sorts(CONTRADICTIONS, lambda survey: [row.kind for row in find_contradictions(survey)])),
        Kind("count.contradictions.article", "count", "contradictions between sources that concern the article", list_once, lambda survey: sum(survey.article.source in row.sources for row in find_contradictions(survey))),
        Kind("count.claims.figure[.{sort}]", "count", "claims of the article, by their figures", list_sorts(FIGURE_VERDICTS), count_sorts(FIGURE_VERDICTS, lambda survey: [claim.figure for claim in judge_claims(survey)])),
        Kind("count.claims.wording[.{sort}]", "count", "claims of the article, by their words", list_sorts(WORDING_VERDICTS), count_sorts(WORDING_VERDICTS, lambda survey: [claim.wording for claim in judge_claims(survey)])),
        Kind("count.claims.unit[.{sort}]", "count", "claims of the article, by whom they speak of", list_sorts(list_units), count_sorts(list_units, lambda survey: [claim.unit for claim in judge_claims(survey)])),
        Kind("count.percents[.{sort}]", "count", "percents that the article prints", list_sorts(FIGURE_VERDICTS), count_sorts(FIGURE_VERDICTS, lambda survey: list(judge_percents(survey).values()))),
        Kind("count.claims", "count", "claims of the article", list_once, lambda survey: len(judge_claims(survey))),
        Kind("read.{name}", "count", "", analysis.list_readings, analysis.make_reading),
        Kind("count.disclosure.{subject}.{level}", "count", "items of survey disclosure", analysis.list_disclosures, analysis.make_disclosure_count),
        Kind("count.links.{certainty}", "count", "links of the chain of pages", analysis.list_certainties, analysis.make_certainty_count),
        Kind("count.disclosure", "count", "items of survey disclosure", list_once, lambda survey: len(survey.disclosure)),
    ),
)  # fmt: skip
GAPS = Chapter(
    "Gaps tested",
    (
        Kind(
            "count.gaps[.{strength}]",
            "count",
            "gaps tested",
            list_sorts(ESTIMATE_STRENGTHS),
            count_sorts(
                ESTIMATE_STRENGTHS, lambda survey: [gap.strength for gap in analysis.index_gaps(survey).values()]
            ),
        ),
    ),
)
FAMILIES = Chapter(
    "Gaps tested, by family",
    (
        Kind("count.gaps.{family}[.{strength}]", "count", "gaps of one family", analysis.list_family_strengths, analysis.count_family_gaps),
        Kind("count.gaps.{family}.robust.alone", "count", ALONE, analysis.list_families, analysis.count_gaps_alone),
    ),
    nested=1,
)  # fmt: skip
ESTIMATES = Chapter(
    "What the totals allow, and what each gap is worth",
    (
        End("share.respondents.low", "count", "fewest respondents in {group} that the totals allow", LIST_IF_RESPONDENTS, lambda survey: count_respondents(survey)[0]),
        End("share.respondents.high", "count", "most respondents in {group} that the totals allow", LIST_IF_RESPONDENTS, lambda survey: count_respondents(survey)[-1]),
        End("share.low", "percent", "lowest share of respondents in {group} that the totals allow", LIST_IF_COMMON_SHARE, lambda survey: 100 * float(find_common_share(survey).lower)),
        End("share.high", "percent", "highest share of respondents in {group} that the totals allow", LIST_IF_COMMON_SHARE, lambda survey: 100 * float(find_common_share(survey).upper)),
        Kind("deff.{question}.{item}", "count", "largest design effect that the gap survives", analysis.index_gaps, analysis.make_estimate(lambda gap: gap.deff)),
        Kind("least-n.{question}.{item}", "count", LEAST_N, analysis.index_gaps, analysis.make_estimate(lambda gap: gap.least_n or None)),
        Kind("bias.{question}.{item}", "points", BIAS, analysis.index_gaps, analysis.make_estimate(lambda gap: gap.bias or None)),
    ),
)  # fmt: skip
CLAIMS = Chapter(
    "Voices of a claim, and the disputed percent",
    (
        Kind("count.claim-voices.{claim}", "count", "voices besides the article’s", analysis.list_voiced_claims, analysis.count_claim_voices),
        Kind("disputed.article", "percent", "disputed percent, as the article prints it", LIST_IF_DISPUTED, lambda survey: find_disputed_percents(survey)[0]),
        Kind("disputed.other", "percent", "disputed percent, as other voices print it", LIST_IF_DISPUTED, lambda survey: find_disputed_percents(survey)[1]),
    ),
)  # fmt: skip
OTHERWISE_CHAPTERS = tuple(
    replace(chapter, title=f"{chapter.title}, {OTHERWISE}", kinds=tuple(map(_replace_disputed, chapter.kinds)))
    for chapter in (GAPS, FAMILIES, ESTIMATES)
)
EXCHANGED = Chapter(
    "What would reconcile an exchanged item",
    (
        Kind("reconcile.units", "count", "units by which printed integers would have to be off", LIST_IF_EXCHANGED, lambda survey: reconcile_totals(survey).units),
        Kind("reconcile.unclassified", "percent", "share of respondents that would have to be in no group", LIST_IF_EXCHANGED, lambda survey: 100 * float(reconcile_totals(survey).unclassified)),
        Kind("reconcile.asked", "count", "how many times as often respondents in {group} would have to be asked", LIST_IF_EXCHANGED, lambda survey: float(reconcile_totals(survey).asked)),
        End("reconcile.both.low", "percent", BOTH_EXCHANGED, LIST_IF_MIRRORED, lambda survey: 100 * float(reconcile_totals(survey).mirrored.lower)),
        End("reconcile.both.high", "percent", BOTH_EXCHANGED, LIST_IF_MIRRORED, lambda survey: 100 * float(reconcile_totals(survey).mirrored.upper)),
        End("witness.{question}.{item}.{total}.low", "percent", WITNESS, analysis.index_witness_shares, lambda survey, *key: 100 * float(analysis.index_witness_shares(survey)[key].lower)),
        End("witness.{question}.{item}.{total}.high", "percent", WITNESS, analysis.index_witness_shares, lambda survey, *key: 100 * float(analysis.index_witness_shares(survey)[key].upper)),
    ),
)  # fmt: skip


def _count_offices(name: str, count: CountIn) -> Kind:
    """Return the kind of a count of what offices found, in the words of the edition."""
    words = f"what `official.counts.{name}` says"
    make = analysis.word_count_of_offices(name, count)
    return Kind(f"count.official.{name}", "count", words, LIST_IF_OFFICES, make)


OFFICES = Chapter(
    "What statistical offices found",
    (
        Kind("official.{place}.{year}.{measure}.{size}[.{source}]", "percent", "", published.list_office_percents, published.make_office_percent),
        _count_offices("comparisons", lambda survey: len(list_near_comparisons(survey))),
        _count_offices("ahead", lambda survey: len(filter_ahead(list_near_comparisons(survey)))),
        Kind("count.official.places", "count", "places compared, near the survey", LIST_IF_OFFICES, lambda survey: len({comparison.place for comparison in list_near_comparisons(survey)})),
        _count_offices("middle", lambda survey: len(list_middle_comparisons(survey))),
        _count_offices("middle-behind", lambda survey: len(list_middle_behind(survey))),
        _count_offices("middle-near", lambda survey: len(filter_near(survey, list_middle_comparisons(survey)))),
        _count_offices("middle-near-behind", lambda survey: len(filter_near(survey, list_middle_behind(survey)))),
        _count_offices("differing", lambda survey: len(find_differing_copies(survey))),
        _count_offices("smallest", analysis.count_against("smallest")),
        _count_offices("everybody", analysis.count_against("everybody")),
    ),
)  # fmt: skip
OWN = Chapter(
    "A survey of one’s own",
    (
        Kind("yours.{question}.{item}.{segment}", "percent", "in your own survey", analysis.list_own_percents, analysis.get_own_percent),
        Kind("count.yours", "count", "differences of your own survey from the published one", LIST_IF_OWN, analysis.count_own("beyond", "maybe", "within")),
        Kind("count.yours.beyond", "count", "differences of your own survey that are beyond chance", LIST_IF_OWN, analysis.count_own("beyond")),
        Kind("count.yours.maybe", "count", "differences of your own survey that may be beyond chance", LIST_IF_OWN, analysis.count_own("maybe")),
        Kind("count.yours.within", "count", "differences of your own survey within chance", LIST_IF_OWN, analysis.count_own("within")),
        Kind("count.yours.withheld", "count", "figures of your own survey hidden because too few people answered", LIST_IF_OWN, analysis.count_own("withheld")),
    ),
)  # fmt: skip

FIGURE_CHAPTERS = (
    PUBLISHED, SAMPLE, PRECISION_CHAPTER, QUESTIONS, CHANGES_CHAPTER, PRINTED, ANSWER_SETS, COUNTRIES, VERDICTS, GAPS, FAMILIES, ESTIMATES, CLAIMS,
    *OTHERWISE_CHAPTERS, EXCHANGED, OFFICES, OWN,
)  # fmt: skip
FIGURE_KINDS = tuple(kind for chapter in FIGURE_CHAPTERS for kind in chapter.kinds)
BY_LITERALS = sorted(FIGURE_KINDS, key=lambda kind: -kind.literals)  # of kinds that fit a reference, the first is meant


def parse_reference(reference: str) -> tuple[Kind, Key]:
    """Return the kind of a reference, and its parts. Raises ValueError if it is of none."""
    for kind in BY_LITERALS:
        if (key := kind.parse(reference)) is not None:
            return kind, key
    raise ValueError(f"{reference!r}: found no kind of figure that is written so")


def names_group(figure: Figure) -> bool:
    """Return True if a text that cites a figure must name the group that it is of."""
    return parse_reference(figure.reference)[0].needs_group
