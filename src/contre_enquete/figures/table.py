"""The table of the kinds of figures, in chapters, in the order in which registers list them.

To add a kind, add its row, with the two functions that list its references and make one figure, and write the page
`docs/reference/figures.md` again (`page`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import groupby

from ..survey.claims import judge_claims
from ..survey.estimates import count_respondents, find_common_share, replace_disputed_percent
from ..survey.model import Survey
from ..survey.official import list_middle_comparisons, list_near_comparisons
from . import analysis, published, questions
from .analysis import count, list_if_offices, list_if_own, list_once, list_sorts
from .figure import Figure
from .kind import Key, Kind, ListKeys

OTHERWISE = "as other voices print it"  # of what follows from the disputed percent
GAP = "gap in favour of the group named"
VOICES, LEADING_VOICES = "voices that print this value", "other voices that put the group ahead"
LEAST_N = "smallest number of respondents in {group} at which the gap would count, at a design effect of 1"
BIAS = "bias, more in one group than in the other, up to which the gap stays robust"
ALONE = "robust gaps of one family that the article alone prints"
MIX = "part of one group that, answering from the highest country and not the lowest, would make the gap"
BOTH_EXCHANGED = "share of respondents in {group} if the item beside it is exchanged as well"
WITNESS = "share of respondents in {group} that this total allows"
BEHIND = "comparisons in which medium-sized companies are behind the largest"
BEHIND_NEAR = "comparisons in which medium-sized companies are behind the largest, near the survey"
WITH_MIDDLE = "comparisons of the largest companies with medium-sized ones"
WITH_MIDDLE_NEAR = "comparisons of the largest companies with medium-sized ones, near the survey"

End = partial(Kind, is_end=True)
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
def _keys_otherwise(list_keys: ListKeys) -> ListKeys:
    return lambda survey: list_keys(replace_disputed_percent(survey)) if survey.article.disputed else ()


def _otherwise(kind: Kind) -> Kind:
    """Return the kind of what would follow if the disputed percent were as other voices print it."""

    def make(survey: Survey, *key: str) -> dict | None:
        figure = kind.figure(replace_disputed_percent(survey), key)
        if figure is None:
            return None
        return vars(replace(figure, reference=f"{figure.reference}.other", details=(*figure.details, OTHERWISE)))

    return replace(kind, template=f"{kind.template}.other", list_keys=_keys_otherwise(kind.list_keys), make=make)


PUBLISHED = Chapter(
    "Percents of the survey",
    (Kind("{question}.{item}.{segment}[.{source}]", "percent", "", published.list_percents, published.make_percent),),
)
SAMPLE = Chapter(
    "Facts about the sample",
    (Kind("sample.{fact}[.{source}]", "count", "", published.list_facts, published.make_fact),),
)
QUESTIONS = Chapter(
    "Gaps, ratios and counts of a question",
    (
        Kind("count.items.{question}", "count", "number of items", questions.list_questions, questions.make_item_count),
        Kind("count.named.{question}.{segment}", "count", "items ascribed to the group without a number", questions.list_groups_of_questions, questions.make_named_count),
        AnyGroup("gap.{question}.{item}", "points", GAP, questions.list_pairs, questions.make_gap),
        Kind("lead.{question}.{item}", "lead", "group with the higher figure", questions.list_pairs, questions.make_lead),
        End("gap-low.{question}.{item}", "points", "smallest gap before rounding", questions.list_pairs, questions.make_gap_low),
        End("gap-high.{question}.{item}", "points", "largest gap before rounding", questions.list_pairs, questions.make_gap_high),
        End("ratio-low.{question}.{item}", "count", "smallest ratio before rounding", questions.list_pairs, questions.make_ratio_low),
        End("ratio-high.{question}.{item}", "count", "largest ratio before rounding", questions.list_pairs, questions.make_ratio_high),
        Kind("count.pairs.{question}", "count", "items with a percent for both groups", questions.list_questions, questions.make_pair_count),
        Kind("count.lead.{question}.{segment}", "count", "items for which the group leads", questions.list_leads, questions.make_lead_count),
    ),
    nested=1,
)  # fmt: skip
PRINTED = Chapter(
    "Who prints a value",
    (
        Kind("count.printed.{question}.{item}.{segment}.{value}", "count", "sources that print this value", questions.list_values, questions.make_printing_count),
        AnyGroup("count.voices.{question}.{item}.{segment}.{value}", "count", VOICES, questions.list_values, questions.make_printing_voices),
        Kind("count.leads.{question}.{item}.{segment}", "count", "other pages that put the group ahead", questions.list_leading_pages, questions.make_leading_page_count),
        AnyGroup("count.leading-voices.{question}.{item}.{segment}", "count", LEADING_VOICES, questions.list_leading_pages, questions.make_leading_voices),
    ),
)  # fmt: skip
ANSWER_SETS = Chapter(
    "At least one of several answers",
    (
        End("any-low.{question}.{segment}", "percent", "fewest with at least one, before rounding", questions.list_answer_sets, questions.make_any_low),
        End("any-high.{question}.{segment}", "percent", "most with at least one, before rounding", questions.list_answer_sets, questions.make_any_high),
    ),
)  # fmt: skip
COUNTRIES = Chapter(
    "Countries",
    (
        Kind("national-low.{question}.{item}", "percent", "lowest country", published.countries_by_item, published.make_lowest_country),
        Kind("national-high.{question}.{item}", "percent", "highest country", published.countries_by_item, published.make_highest_country),
        Kind("national.{question}.{item}.{country}", "percent", "country", published.list_countries, published.make_country),
        Kind("mix.{question}.{item}", "percent", MIX, questions.list_mixes, questions.make_mix),
    ),
    nested=2,
)  # fmt: skip
VERDICTS = Chapter(
    "Thresholds, sources, contradictions and verdicts",
    (
        Kind("rule.much", "count", "ratio from which a difference is called great", list_once, count(lambda survey: survey.article.much)),
        Kind("rule.level", "percent", "level of the intervals", list_once, count(lambda survey: 95)),
        Kind("rule.alpha", "percent", "level of the tests", list_once, count(lambda survey: 5)),
        Kind("count.sources", "count", "sources of the edition", list_once, count(lambda survey: len(survey.sources))),
        Kind("count.contradictions[.{sort}]", "count", "contradictions between sources", list_sorts(analysis.CONTRADICTIONS), analysis.make_contradiction_count),
        Kind("count.contradictions.article", "count", "contradictions between sources that concern the article", list_once, count(analysis.count_article_contradictions)),
        Kind("count.claims.figure[.{sort}]", "count", "claims of the article, by their figures", list_sorts(analysis.FIGURE_VERDICTS), analysis.make_figure_verdict_count),
        Kind("count.claims.wording[.{sort}]", "count", "claims of the article, by their words", list_sorts(analysis.WORDING_VERDICTS), analysis.make_wording_verdict_count),
        Kind("count.claims.unit[.{sort}]", "count", "claims of the article, by whom they speak of", list_sorts(analysis.UNITS), analysis.make_unit_count),
        Kind("count.percents[.{sort}]", "count", "percents that the article prints", list_sorts(analysis.FIGURE_VERDICTS), analysis.make_percent_verdict_count),
        Kind("count.claims", "count", "claims of the article", list_once, count(lambda survey: len(judge_claims(survey)))),
        Kind("read.{name}", "count", "", analysis.list_readings, analysis.make_reading),
        Kind("count.disclosure.{subject}.{level}", "count", "items of survey disclosure", analysis.list_disclosures, analysis.make_disclosure_count),
        Kind("count.links.{certainty}", "count", "links of the chain of pages", analysis.list_links, analysis.make_link_count),
        Kind("count.disclosure", "count", "items of survey disclosure", list_once, count(lambda survey: len(survey.disclosure))),
    ),
)  # fmt: skip
GAPS = Chapter(
    "Gaps tested",
    (Kind("count.gaps[.{strength}]", "count", "gaps tested", list_sorts(analysis.GAPS), analysis.make_gap_count),),
)
FAMILIES = Chapter(
    "Gaps tested, by family",
    (
        Kind("count.gaps.{family}[.{strength}]", "count", "gaps of one family", analysis.list_family_strengths, analysis.make_family_gap_count),
        Kind("count.gaps.{family}.robust.alone", "count", ALONE, analysis.list_families, analysis.make_alone_count),
    ),
    nested=1,
)  # fmt: skip
ESTIMATES = Chapter(
    "What the totals allow, and what each gap is worth",
    (
        End("share.respondents.low", "count", "fewest respondents in {group} that the totals allow", analysis.list_if_respondents, count(lambda survey: count_respondents(survey)[0])),
        End("share.respondents.high", "count", "most respondents in {group} that the totals allow", analysis.list_if_respondents, count(lambda survey: count_respondents(survey)[-1])),
        End("share.low", "percent", "lowest share of respondents in {group} that the totals allow", analysis.list_if_share, count(lambda survey: 100 * float(find_common_share(survey).lower))),
        End("share.high", "percent", "highest share of respondents in {group} that the totals allow", analysis.list_if_share, count(lambda survey: 100 * float(find_common_share(survey).upper))),
        Kind("deff.{question}.{item}", "count", "largest design effect that the gap survives", analysis.list_estimated_gaps, analysis.make_deff),
        Kind("least-n.{question}.{item}", "count", LEAST_N, analysis.list_estimated_gaps, analysis.make_least_n),
        Kind("bias.{question}.{item}", "points", BIAS, analysis.list_estimated_gaps, analysis.make_bias),
    ),
)  # fmt: skip
CLAIMS = Chapter(
    "Voices of a claim, and the disputed percent",
    (
        Kind("count.claim-voices.{claim}", "count", "voices besides the article’s", analysis.list_voiced_claims, analysis.make_claim_voices),
        Kind("disputed.article", "percent", "disputed percent, as the article prints it", analysis.list_if_disputed, analysis.make_disputed_of_article),
        Kind("disputed.other", "percent", "disputed percent, as other voices print it", analysis.list_if_disputed, analysis.make_disputed_of_others),
    ),
)  # fmt: skip
OTHERWISE_CHAPTERS = tuple(
    replace(chapter, title=f"{chapter.title}, {OTHERWISE}", kinds=tuple(map(_otherwise, chapter.kinds)))
    for chapter in (GAPS, FAMILIES, ESTIMATES)
)
EXCHANGED = Chapter(
    "What would reconcile an exchanged item",
    (
        Kind("reconcile.units", "count", "units by which printed integers would have to be off", analysis.list_if_exchanged, analysis.make_units),
        Kind("reconcile.unclassified", "percent", "share of respondents that would have to be in no group", analysis.list_if_exchanged, analysis.make_unclassified),
        Kind("reconcile.asked", "count", "how many times as often respondents in {group} would have to be asked", analysis.list_if_exchanged, analysis.make_asked),
        End("reconcile.both.low", "percent", BOTH_EXCHANGED, analysis.list_if_mirrored, analysis.make_mirrored_low),
        End("reconcile.both.high", "percent", BOTH_EXCHANGED, analysis.list_if_mirrored, analysis.make_mirrored_high),
        End("witness.{question}.{item}.{total}.low", "percent", WITNESS, analysis.list_witnesses, analysis.make_witness_low),
        End("witness.{question}.{item}.{total}.high", "percent", WITNESS, analysis.list_witnesses, analysis.make_witness_high),
    ),
)  # fmt: skip
OFFICES = Chapter(
    "What offices found of companies",
    (
        Kind("official.{place}.{year}.{measure}.{size}[.{source}]", "percent", "", published.list_office_percents, published.make_office_percent),
        Kind("count.official.comparisons", "count", "comparisons of the largest companies with others, near the survey", list_if_offices, count(lambda survey: len(list_near_comparisons(survey)))),
        Kind("count.official.ahead", "count", "comparisons in which the largest companies are ahead, near the survey", list_if_offices, count(analysis.count_ahead)),
        Kind("count.official.places", "count", "places compared, near the survey", list_if_offices, count(analysis.count_places)),
        Kind("count.official.middle", "count", WITH_MIDDLE, list_if_offices, count(lambda survey: len(list_middle_comparisons(survey)))),
        Kind("count.official.middle-behind", "count", BEHIND, list_if_offices, count(analysis.count_middle_behind)),
        Kind("count.official.middle-near", "count", WITH_MIDDLE_NEAR, list_if_offices, count(analysis.count_middle_near)),
        Kind("count.official.middle-near-behind", "count", BEHIND_NEAR, list_if_offices, count(analysis.count_middle_near_behind)),
        Kind("count.official.differing", "count", "figures of companies that two pages print differently", list_if_offices, count(analysis.count_differing)),
        Kind("count.official.smallest", "count", "comparisons of the largest companies with small ones, near the survey", list_if_offices, analysis.count_against("smallest")),
        Kind("count.official.everybody", "count", "comparisons of the largest companies with all, near the survey", list_if_offices, analysis.count_against("everybody")),
    ),
)  # fmt: skip
OWN = Chapter(
    "A survey of one’s own",
    (
        Kind("yours.{question}.{item}.{segment}", "percent", "in your own survey", analysis.list_own_percents, analysis.make_own_percent),
        Kind("count.yours", "count", "differences of your own survey from the published one", list_if_own, analysis.make_own_count),
        Kind("count.yours.beyond", "count", "differences of your own survey that are beyond chance", list_if_own, analysis.count_own("beyond")),
        Kind("count.yours.maybe", "count", "differences of your own survey that may be beyond chance", list_if_own, analysis.count_own("maybe")),
        Kind("count.yours.within", "count", "differences of your own survey within chance", list_if_own, analysis.count_own("within")),
        Kind("count.yours.withheld", "count", "figures of your own survey withheld for too few people", list_if_own, analysis.count_own("withheld")),
    ),
)  # fmt: skip

CHAPTERS = (
    PUBLISHED, SAMPLE, QUESTIONS, PRINTED, ANSWER_SETS, COUNTRIES, VERDICTS, GAPS, FAMILIES, ESTIMATES, CLAIMS,
    *OTHERWISE_CHAPTERS, EXCHANGED, OFFICES, OWN,
)  # fmt: skip
KINDS = tuple(kind for chapter in CHAPTERS for kind in chapter.kinds)
BY_LITERALS = sorted(KINDS, key=lambda kind: -kind.literals)  # of kinds that fit a reference, the first is meant


def parse_reference(reference: str) -> tuple[Kind, Key]:
    """Return the kind of a reference, and its parts. Raises ValueError if it is of none."""
    for kind in BY_LITERALS:
        if (key := kind.parse(reference)) is not None:
            return kind, key
    raise ValueError(f"{reference!r}: found no kind of figure that is written so")


def names_group(figure: Figure) -> bool:
    """Return True if a text that cites a figure must name the group that it is of."""
    return parse_reference(figure.reference)[0].needs_group
