"""Figures of what the edition finds: contradictions, verdicts, estimates, comparisons, a survey of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from ..statistics.rounding import Interval
from ..survey.claims import UNITS, WORDING_VERDICTS, count_disclosures, judge_claims, judge_percents
from ..survey.contradictions import CONTRADICTION_KINDS, find_contradictions
from ..survey.estimates import (
    STRENGTHS,
    Gap,
    count_respondents,
    estimate_all_gaps,
    find_common_share,
    find_disputed_percents,
    has_share,
    list_items_with_total,
    list_witness_shares,
    reconcile_totals,
)
from ..survey.model import Survey, remember
from ..survey.official import filter_ahead, find_differing_copies, list_middle_comparisons, list_near_comparisons
from ..survey.own import compare_own_survey
from ..survey.reference import Reference
from ..survey.voices import FIGURE_VERDICTS, find_printing
from .kind import Key, ListKeys, Make

SUBJECTS = ("article", "edition")  # whose disclosure is scored
LEVELS = ("met", "partial", "missing")


def list_once(survey: Survey) -> Iterator[Key]:
    """Yield the one key of a kind without parts."""
    yield ()


def list_if(condition: Callable[[Survey], object]) -> ListKeys:
    """Return a function that lists the one key of a kind without parts, for surveys that fulfil a condition."""
    return lambda survey: [()] if condition(survey) else []


def count(value: Callable[[Survey], float | None]) -> Make:
    """Return a maker of the figure whose value a function computes."""
    return lambda survey: {"value": value(survey)}


def list_sorts(sorts: Mapping[str, str]) -> ListKeys:
    """Return a function that lists the key of all, and of each sort."""
    return lambda survey: [(), *((sort.replace(" ", "-"),) for sort in sorts)]


def count_sorts(sorts: Mapping[str, str], list_found: Callable[[Survey], list[str]]) -> Make:
    """Return a maker of how many were found in all, or of one sort, which the details then name."""

    def make(survey: Survey, sort: str = "") -> dict[str, Any]:
        found = list_found(survey)
        if not sort:
            return {"value": len(found)}
        name = next(name for name in sorts if name.replace(" ", "-") == sort)
        return {"value": found.count(name), "details": (sorts[name],)}

    return make


CONTRADICTIONS = dict(zip(CONTRADICTION_KINDS, CONTRADICTION_KINDS, strict=True))
GAPS = dict(zip(STRENGTHS, STRENGTHS, strict=True))
make_contradiction_count = count_sorts(CONTRADICTIONS, lambda survey: [c.kind for c in find_contradictions(survey)])
make_figure_verdict_count = count_sorts(
    FIGURE_VERDICTS, lambda survey: [claim.figure for claim in judge_claims(survey)]
)
make_wording_verdict_count = count_sorts(
    WORDING_VERDICTS, lambda survey: [claim.wording for claim in judge_claims(survey)]
)
make_unit_count = count_sorts(UNITS, lambda survey: [claim.unit for claim in judge_claims(survey)])
make_percent_verdict_count = count_sorts(FIGURE_VERDICTS, lambda survey: list(judge_percents(survey).values()))


def count_article_contradictions(survey: Survey) -> int:
    """Return how many contradictions have the article among the sources on their lesser side."""
    return sum(survey.article.source in contradiction.sources for contradiction in find_contradictions(survey))


def list_readings(survey: Survey) -> Iterator[Key]:
    """Yield the key of each number that was counted in the sources and is in no table."""
    return ((name,) for name in survey.article.constants)


def make_reading(survey: Survey, name: str) -> dict[str, Any]:
    """Return a number that was counted in the sources, in the words of the declaration."""
    counted = survey.article.constants[name]
    return {"value": counted.value, "words": counted.words, "certainty": "read"}


def list_disclosures(survey: Survey) -> Iterator[Key]:
    """Yield the key of each subject and level of disclosure."""
    return ((subject, level) for subject in SUBJECTS for level in LEVELS)


def make_disclosure_count(survey: Survey, subject: str, level: str) -> dict[str, Any]:
    """Return how many items of disclosure the article or the edition meets, meets in part or misses."""
    return {"value": count_disclosures(survey, subject)[level], "details": (subject, level)}


def list_links(survey: Survey) -> Iterator[Key]:
    """Yield the key of each certainty of links of the chain of pages, the most frequent first."""
    return ((certainty,) for certainty in survey.chain["certainty"].value_counts().index)


def make_link_count(survey: Survey, certainty: str) -> dict[str, Any]:
    """Return how many links of the chain of pages have a certainty."""
    return {"value": int((survey.chain["certainty"] == certainty).sum()), "details": (certainty,)}


@remember
def estimated_gaps(survey: Survey) -> Mapping[Key, Gap]:
    """Return the gaps of all families, by (question, item), if the totals leave a share to compute with."""
    return {(gap.question, gap.item): gap for gap in (estimate_all_gaps(survey) if has_share(survey) else ())}


make_gap_count = count_sorts(GAPS, lambda survey: [gap.strength for gap in estimated_gaps(survey).values()])


def _gaps_of_family(survey: Survey, family: str) -> list[Gap]:
    questions = survey.article.families[family]
    return [gap for gap in estimated_gaps(survey).values() if gap.question in questions]


def list_families(survey: Survey) -> Iterator[Key]:
    """Yield the key of each family of questions."""
    return ((family,) for family in survey.article.families)


def list_family_strengths(survey: Survey) -> Iterator[Key]:
    """Yield the key of each family of questions, alone and with each strength."""
    for family in survey.article.families:
        yield (family,)
        yield from ((family, strength) for strength in STRENGTHS)


def make_family_gap_count(survey: Survey, family: str, strength: str = "") -> dict[str, Any]:
    """Return how many gaps of a family there are, or have a strength."""
    strengths = [gap.strength for gap in _gaps_of_family(survey, family)]
    if not strength:
        return {"value": len(strengths)}
    return {"value": strengths.count(strength), "details": (strength,)}


def make_alone_count(survey: Survey, family: str) -> dict[str, Any]:
    """Return how many robust gaps of a family the article alone prints."""
    robust = [gap for gap in _gaps_of_family(survey, family) if gap.strength == "robust"]
    judgements = [find_printing(survey, Reference("", gap.question, gap.item)).judgement for gap in robust]
    return {"value": judgements.count("alone")}


def _knows_respondents(survey: Survey) -> bool:
    return bool(list_items_with_total(survey) and count_respondents(survey))


def _knows_share(survey: Survey) -> bool:
    return bool(list_items_with_total(survey)) and not find_common_share(survey).is_empty


list_if_respondents, list_if_share = list_if(_knows_respondents), list_if(_knows_share)


def list_estimated_gaps(survey: Survey) -> Iterator[Key]:
    """Yield the key of each gap that is estimated."""
    yield from estimated_gaps(survey)


def make_deff(survey: Survey, question: str, item: str) -> dict[str, Any]:
    """Return the largest design effect that a gap survives."""
    return _of_gap(survey, question, item, estimated_gaps(survey)[question, item].deff)


def make_least_n(survey: Survey, question: str, item: str) -> dict[str, Any] | None:
    """Return the smallest number of the first group at which a gap would count; None if there is none."""
    least_n = estimated_gaps(survey)[question, item].least_n
    return _of_gap(survey, question, item, least_n) if least_n else None


def make_bias(survey: Survey, question: str, item: str) -> dict[str, Any] | None:
    """Return the bias up to which a gap stays robust; None if it is not."""
    bias = estimated_gaps(survey)[question, item].bias
    return _of_gap(survey, question, item, bias) if bias else None


def _of_gap(survey: Survey, question: str, item: str, value: float) -> dict[str, Any]:
    return {"value": value, "from_figures": tuple(f"{question}.{item}.{g}" for g in survey.article.compared)}


@remember
def _claim_voices(survey: Survey) -> Mapping[str, int]:
    return {claim.claim: claim.voices for claim in judge_claims(survey) if claim.voices}


def list_voiced_claims(survey: Survey) -> Iterator[Key]:
    """Yield the key of each claim whose figures other voices print too."""
    return ((claim,) for claim in _claim_voices(survey))


def make_claim_voices(survey: Survey, claim: str) -> dict[str, Any]:
    """Return how many voices besides the article's print the figures of a claim."""
    return {"value": _claim_voices(survey)[claim]}


list_if_disputed = list_if(lambda survey: survey.article.disputed)
make_disputed_of_article = count(lambda survey: find_disputed_percents(survey)[0])
make_disputed_of_others = count(lambda survey: find_disputed_percents(survey)[1])


def _has_exchanged(survey: Survey) -> bool:
    return bool(list_items_with_total(survey) and survey.article.exchanged and has_share(survey))


@remember
def _reconciliation(survey: Survey) -> tuple[int | None, Fraction, Fraction, Interval]:
    return reconcile_totals(survey)


list_if_exchanged = list_if(_has_exchanged)
list_if_mirrored = list_if(lambda survey: _has_exchanged(survey) and not _reconciliation(survey)[3].is_empty)
make_units = count(lambda survey: _reconciliation(survey)[0])
make_unclassified = count(lambda survey: 100 * float(_reconciliation(survey)[1]))
make_asked = count(lambda survey: float(_reconciliation(survey)[2]))
make_mirrored_low = count(lambda survey: 100 * float(_reconciliation(survey)[3].lower))
make_mirrored_high = count(lambda survey: 100 * float(_reconciliation(survey)[3].upper))


@remember
def _shares_by_total(survey: Survey) -> Mapping[Key, Interval]:
    """Return the shares of the first group that the witness allows, by (question, item, printed total)."""
    exchanged = survey.article.exchanged
    if not exchanged or not _has_exchanged(survey):
        return {}
    question, item = exchanged.control
    return {(question, item, f"{total:g}"): share for total, share in list_witness_shares(survey)}


def list_witnesses(survey: Survey) -> Iterator[Key]:
    """Yield the key of each total that is printed of the witness."""
    yield from _shares_by_total(survey)


def make_witness_low(survey: Survey, *key: str) -> dict[str, Any]:
    """Return the lowest share of the first group that a total allows."""
    return {"value": 100 * float(_shares_by_total(survey)[key].lower)}


def make_witness_high(survey: Survey, *key: str) -> dict[str, Any]:
    """Return the highest share of the first group that a total allows."""
    return {"value": 100 * float(_shares_by_total(survey)[key].upper)}


list_if_offices = list_if(lambda survey: survey.article.official)


def _middle(survey: Survey) -> str:
    """Return the size of medium-sized companies."""
    return survey.article.official.middle if survey.article.official else ""


def _near_with_middle(survey: Survey) -> list:
    middle = list_middle_comparisons(survey)
    return [comparison for comparison in list_near_comparisons(survey) if comparison in middle]


def count_ahead(survey: Survey) -> int:
    """Return in how many comparisons near the survey the largest companies are ahead."""
    return len(filter_ahead(list_near_comparisons(survey)))


def count_places(survey: Survey) -> int:
    """Return how many places are compared near the survey."""
    return len({comparison.place for comparison in list_near_comparisons(survey)})


def count_middle_behind(survey: Survey) -> int:
    """Return in how many comparisons medium-sized companies are behind the largest."""
    return len(filter_ahead(list_middle_comparisons(survey), _middle(survey)))


def count_middle_near(survey: Survey) -> int:
    """Return how many comparisons near the survey have medium-sized companies."""
    return len(_near_with_middle(survey))


def count_middle_near_behind(survey: Survey) -> int:
    """Return in how many comparisons near the survey medium-sized companies are behind the largest."""
    return len(filter_ahead(_near_with_middle(survey), _middle(survey)))


def count_differing(survey: Survey) -> int:
    """Return how many figures of companies two pages print differently."""
    return len(find_differing_copies(survey))


def count_against(part: str) -> Make:
    """Return a maker of how many comparisons near the survey are with a size that plays a part in the declaration."""

    def make(survey: Survey) -> dict[str, Any]:
        size = getattr(survey.article.official, part)
        return {"value": sum(comparison.against == size for comparison in list_near_comparisons(survey))}

    return make


def list_own_percents(survey: Survey) -> Iterator[Key]:
    """Yield the key of each percent of one's own survey that is set beside a published one."""
    return ((row.question, row.item, row.segment) for row in compare_own_survey(survey) if row.verdict != "withheld")


def make_own_percent(survey: Survey, question: str, item: str, segment: str) -> dict[str, Any]:
    """Return the percent of one's own survey."""
    key = question, item, segment
    return {"value": next(r.percent for r in compare_own_survey(survey) if (r.question, r.item, r.segment) == key)}


list_if_own = list_if(compare_own_survey)


def count_own(verdict: str) -> Make:
    """Return a maker of how many differences of one's own survey have a verdict."""
    return count(lambda survey: sum(row.verdict == verdict for row in compare_own_survey(survey)))


make_own_count = count(lambda survey: sum(row.verdict != "withheld" for row in compare_own_survey(survey)))
make_claim_count = count(lambda survey: len(judge_claims(survey)))
