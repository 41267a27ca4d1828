"""The article's claims, each judged by the figures that it rests on, the words around them and whom it speaks of.

The first judgement counts the voices that print the figures (`voices`). The second is computed by a rule
where one can (`rules`); else it is a reading of ours, and says so. The two are never mixed: words may fit figures that
the article alone prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from math import isnan
from typing import Any  # a row of a table: pandas ships no types

from ..errors import DataError, suggest_name
from ..project import DECLARATION
from ..text.language import uncapitalize
from .model import Survey, remember
from .official import FINDINGS
from .reasons import write_printing_reason
from .reference import FORMS, Reference
from .rules import (
    GROUP_PAIR,
    KNOWN,
    LEADER,
    ORDERED,
    RATIO,
    READING,
    READING_REASONS,
    RULES,
    SHARES,
    ReferenceShape,
    RuleInput,
    list_compared,
)
from .voices import combine_printings, find_leaders, find_printing
from .waves import split_wave

WORDING_VERDICTS = {  # how the words of a claim stand to the figures, in words
    "fits": "fits",
    "overstates": "overstates",
    "reverses": "contradicted",
    "not judged": "cannot be judged",
    "opinion": "an opinion",
    "none": "no words to judge",
}
UNITS = {  # whom a claim speaks of, in words; an edition adds those in whose place respondents answered
    "others": "people who were not asked",
    "asked": "those who answered",
    "none": "nobody in particular",
}


@dataclass(frozen=True)
class Claim:
    """A claim of the article and its judgements.

    Attributes
    ----------
    claim, paragraph
        Its identifier, and the paragraph of the article that makes it.
    text, quotation
        The claim in our words, and the words of the article that it rests on.
    rule
        The rule that judges its words; "reading" if the wording is a reading of ours.
    figures
        References to what it rests on.
    figure, figure_reason
        One of `FIGURE_VERDICTS`, and sentences that link their numbers to figures, as prose does.
    wording, wording_reason
        One of `WORDING_VERDICTS`, and its reason.
    unit
        One of `list_units`: whom it speaks of.
    voices
        How many voices print the figures as the article does, its own left out.
    witnesses
        Pages of other voices that print the figures, as the article does or otherwise.
    offices
        What statistical offices found, which judges neither; "" where the claim is not about that.
    """

    claim: str
    paragraph: int
    text: str
    quotation: str
    rule: str
    figures: tuple[Reference, ...]
    figure: str
    figure_reason: str
    wording: str
    wording_reason: str
    unit: str
    voices: int
    witnesses: tuple[str, ...]
    offices: str

    @property
    def reading(self) -> bool:
        """True if the wording is a reading of ours and not computed."""
        return self.rule == READING

    @property
    def percents(self) -> tuple[Reference, ...]:
        """The percents that the claim rests on, one reference for each."""
        return tuple(reference for reference in self.figures if not reference.kind and reference.segment)


@remember
def judge_claims(survey: Survey) -> tuple[Claim, ...]:
    """Return every claim of `claims.csv` with its judgements, in the article's order.

    Parameters
    ----------
    survey
        The survey, in the language of the reasons.

    Raises
    ------
    DataError
        For the first row that lacks what its rule needs.

    Examples
    --------
    >>> claim, *_ = judge_claims(getfixture("invented_survey"))
    >>> claim.claim, claim.wording
    ('bicycle-more', 'fits')
    """
    check_claims(survey)
    texts, reasons = (survey.localize(survey.claims, name) for name in ("claim", "reason"))
    return tuple(
        _judge_claim(survey, row, text, reason)
        for row, text, reason in zip(survey.claims.itertuples(), texts, reasons, strict=True)
    )


def _judge_claim(survey: Survey, row: Any, text: str, reason: str) -> Claim:
    figures = tuple(map(Reference.parse, row.figures.split()))
    about = tuple(map(Reference.parse, row.about.split())) or figures
    leader = "" if row.rule == "lowest" else row.leader  # pages say who leads, not who is last
    printings = [find_printing(survey, reference, leader) for reference in figures]
    figure = combine_printings(printings)
    wording, wording_reason = RULES[row.rule].judge(survey, RuleInput(about, row.leader, row.reading, reason))
    if row.rule != READING and reason:
        wording_reason = f"{wording_reason.removesuffix('.')}; {uncapitalize(reason)}"
    return Claim(
        claim=row.claim,
        paragraph=int(row.paragraph),
        text=text,
        quotation=row.quotation,
        rule=row.rule,
        figures=figures,
        figure=figure,
        figure_reason="" if figure == "none" else write_printing_reason(survey, row.claim, printings),
        wording=wording,
        wording_reason=wording_reason,
        unit=_find_unit(survey, row.unit),
        voices=survey.count_voices({source for printing in printings for source in printing.same}),
        witnesses=tuple(
            dict.fromkeys(
                source
                for printing in printings
                for source in (*printing.same, *printing.otherwise, *printing.exchanged)
            )
        ),
        offices=FINDINGS[row.offices](survey) if row.offices else "",
    )


def _find_unit(survey: Survey, unit: str) -> str:
    """Return whom a claim speaks of: those of `speaks_of` only if others answered for them, says the method page."""
    answered = survey.sample[survey.sample["fact"] == "who-answered"]
    words = answered[answered["source"] == survey.article.method]["words"]
    people = bool(set(words) & set(survey.article.people))
    return (unit if people or unit not in survey.article.speaks_of else "asked") or "none"


def list_units(survey: Survey) -> dict[str, str]:
    """Return whom claims may speak of, in words: those that the article declares, others, who answered, nobody.

    Examples
    --------
    >>> list(list_units(getfixture("invented_survey")))
    ['others', 'asked', 'none']
    """
    return {**survey.article.speaks_of, **UNITS}


@remember
def judge_percents(survey: Survey) -> dict[Reference, str]:
    """Return the judgement of each percent that the article prints and a claim rests on, once each.

    Parameters
    ----------
    survey
        The survey whose claims are judged.

    Returns
    -------
    dict
        One of `FIGURE_VERDICTS` by reference, in the order of the claims.

    Examples
    --------
    >>> judge_percents(getfixture("invented_survey"))  # none of its claims rests on one percent
    {}
    """
    printed = {
        (question, row.item, row.segment)
        for question, rows in survey.printed_rows().items()
        for row in rows
        if row.source == survey.article.source and not isnan(row.percent)
    }
    percents = dict.fromkeys(r for claim in judge_claims(survey) for r in claim.percents if r.key in printed)
    return {reference: find_printing(survey, reference).judgement for reference in percents}


def count_disclosures(survey: Survey, subject: str) -> dict[str, int]:
    """Return how many items of disclosure `subject` ("article" or "edition") meets, meets in part and misses."""
    counts = survey.disclosure[subject].value_counts()
    return {level: int(counts.get(level, 0)) for level in ("met", "partial", "missing")}


ClaimFault = tuple[str, str, str]  # column, what was found there, what was expected


def check_claims(survey: Survey) -> None:
    """Raise DataError for the first row of `claims.csv` that lacks what its rule needs."""
    for number, row in enumerate(survey.claims.itertuples(), 2):
        for column, found, expected in chain(_list_word_faults(survey, row), _list_reference_faults(survey, row)):
            value = repr(found) if found else "nothing"
            raise DataError(f"data/claims.csv, row {number}, column {column}: found {value}; expected {expected}")


def _describe_rule(row: Any) -> str:
    return f"for the rule {row.rule!r}" if row.rule else "where there is no rule"


def _list_word_faults(survey: Survey, row: Any) -> Iterator[ClaimFault]:
    """Yield the faults of a row in what it says of the claim's words: rule, leader, reading, unit and offices."""
    if row.rule not in RULES:
        yield "rule", row.rule, f"one of {', '.join(filter(None, RULES))}, or nothing"
        return
    if row.rule in ORDERED and not survey.article.ordered:
        yield "rule", row.rule, f"groups that have an order: ordered = true under [groups] of {DECLARATION}"
    groups = survey.groups()
    if row.leader not in (groups if RULES[row.rule].needs_leader else ("", *groups)):
        yield "leader", row.leader, f"one of {', '.join(groups)} {_describe_rule(row)}"
    yield from _list_reading_faults(row, f"reason_{survey.language.source}")
    units = [unit for unit in list_units(survey) if unit != "none"]
    if row.unit not in ("", *units):
        yield "unit", row.unit, f"one of {', '.join(units)}, or nothing"
    if row.offices and (row.offices not in FINDINGS or survey.article.official_figures is None):
        yield "offices", row.offices, f"one of {', '.join(FINDINGS)}, with [official] in article.toml, or nothing"


def _list_reading_faults(row: Any, reason: str) -> Iterator[ClaimFault]:
    """Yield the faults of a row in our reading of the words, whose reason is in the column `reason`."""
    readings = [wording for wording in WORDING_VERDICTS if wording != "none"]
    if row.rule != READING:
        if row.reading:
            yield "reading", row.reading, f"nothing {_describe_rule(row)}, which computes it"
    elif row.reading not in readings:
        yield "reading", row.reading, f"one of {', '.join(readings)}"
    elif row.reading not in READING_REASONS and not getattr(row, reason):
        yield reason, getattr(row, reason), f"why we read it as {row.reading!r}"


def _list_reference_faults(survey: Survey, row: Any) -> Iterator[ClaimFault]:
    """Yield the faults of a row in its references, which the rule is applied to: `about`, or else `figures`."""
    rule = RULES[row.rule]
    column = "about" if row.about else "figures"
    references = getattr(row, column).split()
    for reference in row.figures.split():
        if not KNOWN.fits(survey, reference):
            yield "figures", reference, f"{KNOWN.words}{_suggest_reference(survey, reference)}"
    if not rule.min_refs <= len(references) <= rule.max_refs:
        count = (
            "at least one reference"
            if rule.max_refs > rule.min_refs
            else f"{rule.max_refs or 'no'} reference{'s' * (rule.max_refs != 1)}"
        )
        yield column, " ".join(references), f"{count} {_describe_rule(row)}, {rule.shape.words}"
    for reference in references:
        if not rule.shape.fits(survey, reference):
            nearest = _suggest_reference(survey, reference)
            yield column, reference, f"{rule.shape.words}, {_describe_rule(row)}{nearest}"
        elif row.leader and rule.shape in (GROUP_PAIR, RATIO, LEADER, SHARES):
            yield from _list_leader_faults(survey, row.leader, rule.shape, Reference.parse(reference))


def _list_leader_faults(survey: Survey, leader: str, shape: ReferenceShape, pair: Reference) -> Iterator[ClaimFault]:
    """Yield the fault of a leader that no group stands beside, or that is none of those that a reference compares."""
    compared = list_compared(survey, pair, leader)
    are_shown = len(compared) > 1 or (shape is SHARES and bool(compared))
    is_told = shape is LEADER and bool(find_leaders(survey, pair.question, pair.item, leader))
    if leader not in compared if are_shown else not is_told:
        known = compared if are_shown else list_compared(survey, pair)
        yield "leader", leader, f"one of {', '.join(known)}, whose percents {pair} compares"


def _suggest_reference(survey: Survey, reference: str) -> str:
    """Return the end of a message on a reference that names no item of the survey: the nearest that does, or ""."""
    kind, *parts = reference.split(".")
    names = parts if kind in FORMS else [kind, *parts]
    pair = ".".join(names[:2])
    known = dict.fromkeys(
        f"{split_wave(question)[0] if kind == 'change' else question}.{item}" for question, item in survey.item_keys()
    )
    return "" if kind == "sample" or len(names) < 2 or pair in known else suggest_name(pair, known)
