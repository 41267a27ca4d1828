"""Figures of what the edition finds: contradictions, verdicts, estimates, comparisons, a survey of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..statistics.rounding import Interval
from ..survey.claims import count_disclosures, judge_claims
from ..survey.estimates import (
    STRENGTHS,
    Gap,
    count_respondents,
    estimate_gaps,
    find_common_share,
    find_sizes,
    has_share,
    list_items_with_total,
    list_witness_shares,
    reconcile_totals,
)
from ..survey.model import Survey, remember
from ..survey.official import list_near_comparisons
from ..survey.own import compare_own_survey
from ..survey.reference import Reference
from ..survey.voices import find_printing
from .kind import Key, ListKeys, Make
from .questions import compute_from_pair

SUBJECTS = ("article", "edition")  # whose disclosure is scored
LEVELS = ("met", "partial", "missing")


def list_once(survey: Survey) -> Iterator[Key]:
    """Yield the one key of a kind without parts."""
    yield ()


def list_if(condition: Callable[[Survey], object]) -> ListKeys:
    """Return a function that lists the one key of a kind without parts, for surveys that fulfil a condition."""
    return lambda survey: [()] if condition(survey) else []


CountIn = Callable[[Survey], int]  # counts something in a survey
Sorts = Mapping[str, str] | Callable[[Survey], Mapping[str, str]]  # words by sort, perhaps by what an edition declares


def _get_sorts(sorts: Sorts, survey: Survey) -> Mapping[str, str]:
    return sorts(survey) if callable(sorts) else sorts


def list_sorts(sorts: Sorts) -> ListKeys:
    """Return a function that lists the key of all, and of each sort."""
    return lambda survey: [(), *((sort.replace(" ", "-"),) for sort in _get_sorts(sorts, survey))]


def count_sorts(sorts: Sorts, list_found: Callable[[Survey], list[str]]) -> Make:
    """Return a maker of how many were found in all, or of one sort, whose words the details then have."""

    def make(survey: Survey, sort: str = "") -> int | dict[str, Any]:
        found = list_found(survey)
        if not sort:
            return len(found)
        words = _get_sorts(sorts, survey)
        name = next(name for name in words if name.replace(" ", "-") == sort)
        return {"value": found.count(name), "details": (words[name],)}

    return make


def list_readings(survey: Survey) -> Iterator[Key]:
    """Yield the key of each number that was counted in the sources and is in no table."""
    return ((name,) for name in survey.article.constants)


def make_reading(survey: Survey, name: str) -> dict[str, Any]:
    """Return a number that was counted in the sources, in the words of the declaration."""
    constant = survey.article.constants[name]
    return {"value": constant.value, "words": constant.words, "certainty": "read"}


def list_disclosures(survey: Survey) -> Iterator[Key]:
    """Yield the key of each subject and level of disclosure."""
    return ((subject, level) for subject in SUBJECTS for level in LEVELS)


def make_disclosure_count(survey: Survey, subject: str, level: str) -> dict[str, Any]:
    """Return how many items of disclosure the article or the edition meets, meets in part or misses."""
    return {"value": count_disclosures(survey, subject)[level], "details": (subject, level)}


def list_certainties(survey: Survey) -> Iterator[Key]:
    """Yield the key of each certainty of links of the chain of pages, the most frequent first."""
    return ((certainty,) for certainty in survey.chain["certainty"].value_counts().index)


def make_certainty_count(survey: Survey, certainty: str) -> dict[str, Any]:
    """Return how many links of the chain of pages have a certainty."""
    return {"value": int((survey.chain["certainty"] == certainty).sum()), "details": (certainty,)}


@remember
def index_gaps(survey: Survey) -> Mapping[Key, Gap]:
    """Return the gaps of all families, by (question, item), where there are sizes of groups to compute with."""
    families = [questions for questions in survey.article.families.values() if find_sizes(survey, questions)]
    return {(gap.question, gap.item): gap for questions in families for gap in estimate_gaps(survey, questions)}


def make_estimate(find_value: Callable[[Gap], float | None]) -> Make:
    """Return a maker of a number that a gap has; there is no figure where it is None."""
    return lambda survey, *key: compute_from_pair(survey, *key, value=find_value(index_gaps(survey)[key]))


def _list_gaps_of_family(survey: Survey, family: str) -> list[Gap]:
    questions = survey.article.families[family]
    return [gap for gap in index_gaps(survey).values() if gap.question in questions]


def list_families(survey: Survey) -> Iterator[Key]:
    """Yield the key of each family of questions."""
    return ((family,) for family in survey.article.families)


def list_family_strengths(survey: Survey) -> Iterator[Key]:
    """Yield the key of each family of questions, alone and with each strength."""
    for family in survey.article.families:
        yield (family,)
        yield from ((family, strength) for strength in STRENGTHS)


def count_family_gaps(survey: Survey, family: str, strength: str = "") -> int | dict[str, Any]:
    """Return how many gaps of a family there are, or have a strength."""
    strengths = [gap.strength for gap in _list_gaps_of_family(survey, family)]
    return {"value": strengths.count(strength), "details": (strength,)} if strength else len(strengths)


def count_gaps_alone(survey: Survey, family: str) -> int:
    """Return how many robust gaps of a family the article alone prints."""
    robust = [gap for gap in _list_gaps_of_family(survey, family) if gap.strength == "robust"]
    judgements = [find_printing(survey, Reference("", gap.question, gap.item)).judgement for gap in robust]
    return judgements.count("alone")


def has_respondents(survey: Survey) -> bool:
    """Return True if the totals allow some number of respondents in the first group."""
    return bool(list_items_with_total(survey) and count_respondents(survey))


def has_common_share(survey: Survey) -> bool:
    """Return True if there are totals, and all of them allow some share of the first group."""
    return bool(list_items_with_total(survey)) and not find_common_share(survey).is_empty


def list_voiced_claims(survey: Survey) -> Iterator[Key]:
    """Yield the key of each claim whose figures other voices print too."""
    return ((claim.claim,) for claim in judge_claims(survey) if claim.voices)


def count_claim_voices(survey: Survey, name: str) -> int:
    """Return how many voices besides the article's print the figures of a claim."""
    return next(claim.voices for claim in judge_claims(survey) if claim.claim == name)


def has_exchanged(survey: Survey) -> bool:
    """Return True if an item is printed with the groups exchanged, and the totals leave a share to compute with."""
    return bool(list_items_with_total(survey) and survey.article.swapped_item and has_share(survey))


def has_mirrored(survey: Survey) -> bool:
    """Return True if some share of the first group is possible with the item beside it exchanged as well."""
    return has_exchanged(survey) and not reconcile_totals(survey).mirrored.is_empty


@remember
def index_witness_shares(survey: Survey) -> Mapping[Key, Interval]:
    """Return the shares of the first group that the witness allows, by (question, item, printed total)."""
    exchanged = survey.article.swapped_item
    if not exchanged or not has_exchanged(survey):
        return {}
    return {(*exchanged.control, f"{total:g}"): share for total, share in list_witness_shares(survey)}


def word_count_of_offices(name: str, count: CountIn) -> Make:
    """Return a maker of a count of what offices found, in the edition's words; of nothing where it has none."""

    def make(survey: Survey) -> dict[str, object] | None:
        official = survey.article.official_figures
        words = official.counts.get(name) if official else None
        return {"value": count(survey), "words": words} if words else None

    return make


def count_against(part: str) -> CountIn:
    """Return a function that counts the comparisons near the survey with a size that plays a part."""
    return lambda survey: sum(
        comparison.against == getattr(survey.article.official_figures, part)
        for comparison in list_near_comparisons(survey)
    )


def list_own_percents(survey: Survey) -> Iterator[Key]:
    """Yield the key of each percent of one's own survey that is set beside a published one."""
    return ((row.question, row.item, row.segment) for row in compare_own_survey(survey) if row.verdict != "withheld")


def get_own_percent(survey: Survey, *key: str) -> float:
    """Return the percent of one's own survey."""
    return next(row.percent for row in compare_own_survey(survey) if (row.question, row.item, row.segment) == key)


def count_own(*verdicts: str) -> Make:
    """Return a maker of how many differences of one's own survey have one of some verdicts."""
    return lambda survey: sum(row.verdict in verdicts for row in compare_own_survey(survey))
