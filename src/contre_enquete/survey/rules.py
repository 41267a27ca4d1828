"""The rules by which words of a claim are judged: each takes the references that they are about, and gives a reason.

A rule judges from the figures that the edition shows and all that rounding allows of them, so that words are called
wrong only if no unrounded figures bear them out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations, pairwise

from ..statistics.rounding import POSITIVE, Interval, gap_box, rounding_box
from ..text.language import uncapitalize
from ..text.numbers import PERCENT
from ..text.units import AMOUNTS, WITHOUT_RATIO
from . import trends
from .bounds import (
    bound_at_least_one,
    bound_difference,
    bound_gap,
    bound_quotient,
    bound_ratio,
    get_pair,
    get_printed,
    grade_answer,
)
from .margins import MARGIN_LEVEL
from .model import Survey
from .precision import References, describe_bases, widen_difference, widen_quotient, widen_value
from .reasons import join_clauses, link_pair, link_percent, list_percents
from .reference import Reference
from .voices import find_leaders, is_rounded

MAJORITY = Interval(Fraction(50), math.inf)
MINORITY = Interval(Fraction(0), Fraction(50), lower_closed=True)
ORDERED = ("rises", "falls")  # rules that need groups with an order
READING = "reading"
READING_REASONS = {  # of a reading that gives none of its own
    "opinion": "A judgment, which no figure can settle.",
}
SEVERITY = ("reverses", "overstates", "not judged", "fits")  # the wordings that are computed, the worst first

CHANCE = "The verdict allows for chance at [{level}](#rule.level), from {bases}."
ROUNDING_ALONE = "The verdict allows for rounding alone; chance is not judged."

Judgement = tuple[str, str]  # one of WORDING_VERDICTS, and its reason


@dataclass(frozen=True)
class RuleInput:
    """What a row of `claims.csv` gives to its rule: references, the group said to lead, our reading and its reason."""

    about: tuple[Reference, ...]
    leader: str
    reading: str
    reason: str


Judge = Callable[[Survey, RuleInput], Judgement]
GradeGroups = Callable[[Survey, Reference, tuple[str, ...], str], Iterable[str]]  # of an item, its groups, the leader
ListFigures = Callable[[Survey, RuleInput], Iterable[References]]  # those that are judged together


@dataclass(frozen=True)
class ReferenceShape:
    """What a reference of a rule must be: its shape in words, and whether the survey has what it names."""

    words: str
    has: Callable[[Survey, Reference], bool]

    def fits(self, survey: Survey, text: str) -> bool:
        """Return True if a text is a reference of this shape, to what the survey has."""
        try:
            return self.has(survey, Reference.parse(text))
        except ValueError:
            return False


@dataclass(frozen=True)
class Rule:
    """How a wording is judged, and what a row of `claims.csv` must have for it.

    `shape` is that of each reference that the rule is applied to, of which there are at least `min_refs` and at most
    `max_refs`; `needs_leader` says that the claim must name a group that is ahead.
    """

    judge: Judge
    shape: ReferenceShape
    min_refs: int = 1
    max_refs: float = math.inf
    needs_leader: bool = False


def _combine_wordings(wordings: set[str]) -> str:
    """Return the worst judgement of a word: reverses > overstates > not judged > fits."""
    return next(wording for wording in SEVERITY if wording in wordings)


def _judge_more(survey: Survey, row: RuleInput) -> Judgement:
    """Judge whether the group named leads for each item, before rounding or, without a percent, as pages say.

    It must lead every group that is shown, or the one that the reference names beside it.
    """
    clauses, wordings = [], set()
    for pair in row.about:
        groups = list_compared(survey, pair, row.leader)
        if len(groups) > 1:
            wordings.add(_compare_with_each(survey, pair, row.leader, groups))
            is_list = _is_list(survey, pair, groups)
            clauses.append(list_percents(survey, pair, groups) if is_list else _describe_gap(survey, pair))
        else:
            sentence = "{item}: no percentage, only which group leads"
            clauses.append(survey.language.say(sentence, item=survey.item_label(pair.question, pair.item)))
            leaders = find_leaders(survey, pair.question, pair.item, row.leader)
            ahead = {group for source, group in leaders.items() if source != survey.article.source}
            known = "fits" if ahead == {row.leader} else "not judged"
            wordings.add("reverses" if ahead and row.leader not in ahead else known)
    return _combine_wordings(wordings), join_clauses(clauses) + "."


def _describe_gap(survey: Survey, pair: Reference) -> str:
    """Return the percents of the two groups compared, and the ends of their gap before rounding."""
    low, high = bound_gap(*get_pair(survey, pair))
    sentence = "{item}: {first} and {second}, a gap between [{low} points](#gap-low.{reference}) and [{high} points](#gap-high.{reference}) before rounding"
    words = {"low": survey.language.number(low), "high": survey.language.number(high), "reference": pair}
    return survey.language.say(sentence, **link_pair(survey, pair), **words)


def list_compared(survey: Survey, reference: Reference, leader: str = "") -> tuple[str, ...]:
    """Return the groups that a reference compares: the two that it names, else every group that is shown.

    Those of another breakdown are compared if the leader is one of them.
    """
    if reference.kind == "gap":
        return reference.segment, reference.next_segment
    return survey.list_groups(reference.question, reference.item, leader)


def _is_list(survey: Survey, pair: Reference, groups: tuple[str, ...]) -> bool:
    """Return whether a reason lists the values of groups, and not the percents of the pair compared and their gap."""
    return bool(pair.kind) or groups != survey.article.pair or survey.unit(pair.question) in AMOUNTS


def _compare_with_each(survey: Survey, pair: Reference, leader: str, groups: tuple[str, ...], sign: int = 1) -> str:
    """Return the judgement that a group is higher, or lower with the sign -1, than each other before rounding.

    Where the precision of both is published, chance is allowed for, too.
    """
    pairs = [(pair.of(group), pair.of(leader))[::sign] for group in groups if group != leader]
    gaps = [widen_difference(survey, bound_difference(survey, *ends), *ends) for ends in pairs]
    return _combine_wordings({grade_answer(gap.within(POSITIVE)) for gap in gaps})


def _judge_groups(grade_groups: GradeGroups) -> Judge:
    """Return a rule that lists the values of the groups that each reference compares, and grades them."""

    def judge(survey: Survey, row: RuleInput) -> Judgement:
        clauses, wordings = [], set[str]()
        for pair in row.about:
            groups = list_compared(survey, pair, row.leader)
            clauses.append(list_percents(survey, pair, groups))
            wordings.update(grade_groups(survey, pair, groups, row.leader))
        return _combine_wordings(wordings), join_clauses(clauses) + "."

    return judge


def _grade_lowest(survey: Survey, pair: Reference, groups: tuple[str, ...], leader: str) -> Iterator[str]:
    """Yield the judgement that the group named is lower than every other, whatever the rounding."""
    yield _compare_with_each(survey, pair, leader, groups, -1)


def _grade_order(sign: int) -> GradeGroups:
    """Return a function that grades whether values rise (1) or fall (-1) from each group to the next."""
    return lambda survey, pair, groups, leader: (
        _compare_with_each(survey, pair, later, (before, later), sign) for before, later in pairwise(groups)
    )


def _grade_shares(expected: Interval) -> GradeGroups:
    """Return a function that grades whether the share of every group lies in an interval, whatever the rounding."""

    def grade(survey: Survey, pair: Reference, groups: tuple[str, ...], leader: str) -> Iterator[str]:
        for figure in map(pair.of, groups):
            box = widen_value(survey, rounding_box(get_printed(survey, figure)), figure)
            yield grade_answer(box.within(expected))

    return grade


def _judge_change(grade: trends.Grade) -> Judge:
    """Return a rule: whether a word of change holds for each group that is shown, or the one that is named."""

    def judge(survey: Survey, row: RuleInput) -> Judgement:
        changes = [change for reference in row.about for change in trends.find_changes(survey, reference)]
        wordings = {grade(survey, change) if change else "not judged" for change in changes}
        clauses = [trends.write_changes(survey, reference) for reference in row.about]
        return _combine_wordings(wordings), join_clauses(clauses) + "."

    return judge


def _judge_much(survey: Survey, row: RuleInput) -> Judgement:
    """Judge whether each ratio of higher to lower share reaches the declared threshold, whatever the rounding."""
    great = Interval(Fraction(str(survey.article.least_great_ratio)), math.inf, True)
    clauses, wordings = [], set()
    for pair in row.about:
        groups = list_compared(survey, pair, row.leader)
        wordings |= _compare_ratios(survey, pair, row.leader, groups, great)
        if _is_list(survey, pair, groups):
            clauses.append(list_percents(survey, pair, groups))
            continue
        _, highest = bound_ratio(*get_pair(survey, pair))
        sentence = (
            "{item}: {first} and {second}, without upper limit, since the lower may stand for 0"
            if highest is None
            else "{item}: {first} and {second}, less than [{ratio}](#ratio-high.{reference}) times the other"
        )
        number = "" if highest is None else survey.language.number(highest)
        clauses.append(survey.language.say(sentence, **link_pair(survey, pair), reference=pair, ratio=number))
    reason = survey.language.say(
        "{items}; a great difference takes at least [{much}](#rule.much).",
        items=join_clauses(clauses),
        much=survey.language.number(survey.article.least_great_ratio),
    )
    return _combine_wordings(wordings), reason


def _compare_ratios(survey: Survey, pair: Reference, leader: str, groups: tuple[str, ...], great: Interval) -> set[str]:
    """Return how a group, by default the highest, stands to each other: whether far ahead, ahead, or behind."""
    percents = {group: get_printed(survey, pair.of(group)) for group in groups}
    leader = leader or max(percents, key=percents.__getitem__)
    wordings = set()
    for group in groups:
        if group != leader:
            ends = pair.of(group), pair.of(leader)
            ratio = widen_quotient(survey, bound_quotient(survey, *ends), *ends)
            is_behind = ratio.within(Interval(Fraction(1), math.inf)) is False
            wordings.add("reverses" if is_behind else grade_answer(ratio.within(great), refuted="overstates"))
    return wordings


def _judge_first(survey: Survey, row: RuleInput) -> Judgement:
    """Judge whether in each group no other item of the question can be as high, whatever the rounding."""
    clauses, wordings = [], set()
    for reference in row.about:
        highest = reference.of(reference.segment)
        rest = [other for other in _list_percents(survey, reference) if other != highest]
        following = max(rest, key=lambda other: survey.percent(*other.key))
        gap = gap_box(get_printed(survey, following), get_printed(survey, highest))
        wordings.add(grade_answer(gap.within(POSITIVE)))
        clauses.append(
            survey.language.say(
                "{item}: {share}; next, {next_item}: {next_share}",
                item=survey.item_label(highest.question, highest.item),
                share=link_percent(survey, highest),
                next_item=uncapitalize(survey.item_label(following.question, following.item)),
                next_share=link_percent(survey, following),
            )
        )
    return _combine_wordings(wordings), join_clauses(clauses) + "."


def _judge_before(survey: Survey, row: RuleInput) -> Judgement:
    """Judge whether in each group the first item is ahead of the second, whatever the rounding: a rank, no distance."""
    clauses, wordings = [], set()
    for reference in row.about:
        first = reference.of(reference.segment)
        second = Reference("", reference.question, reference.next_item, segment=reference.segment)
        gap = gap_box(get_printed(survey, second), get_printed(survey, first))
        wordings.add(grade_answer(gap.within(POSITIVE)))
        clauses.append(
            survey.language.say(
                "{first}: {one}; {second}: {other}",
                first=survey.item_label(first.question, first.item),
                one=link_percent(survey, first),
                second=uncapitalize(survey.item_label(second.question, second.item)),
                other=link_percent(survey, second),
            )
        )
    return _combine_wordings(wordings), join_clauses(clauses) + "."


def _judge_mostly(survey: Survey, row: RuleInput) -> Judgement:
    """Judge whether most of each group may have at least one item, the kindest reading of the word (Fréchet 1935)."""
    clauses, wordings, language = [], set(), survey.language
    for segment in dict.fromkeys(reference.segment for reference in row.about):
        references = [reference for reference in row.about if reference.segment == segment]
        at_least_one = bound_at_least_one(survey, references)
        wordings.add(grade_answer(at_least_one.within(MAJORITY), refuted="overstates"))
        answers = len(_list_percents(survey, references[0]))
        if not 1 < len(references) == answers or segment not in survey.article.compared:  # no figure has the limits
            clauses += [list_percents(survey, reference, (segment,)) for reference in references]
            continue
        highest = max(references, key=lambda reference: get_printed(survey, reference))
        clauses.append(
            language.say(
                "{share} for the highest, {item}, and from [{low} ({group})](#any-low.{question}.{segment}) to [{high} ({group})](#any-high.{question}.{segment}) for at least one",
                share=link_percent(survey, highest),
                item=uncapitalize(survey.item_label(highest.question, highest.item)),
                low=language.percent(float(at_least_one.lower)),
                high=language.percent(float(at_least_one.upper)),
                group=survey.segment_label(segment),
                question=highest.question,
                segment=segment,
            )
        )
    return _combine_wordings(wordings), "; ".join(clauses) + "."


def _judge_rounded(survey: Survey, row: RuleInput) -> Judgement:
    """Judge whether the article's number is the published one, rounded to its first two digits."""
    said, published = (_get_number(survey, reference) for reference in row.about)
    reason = survey.language.say(
        "The method page says [{published}](#{reference}); rounded, [{said}](#{article}).",
        published=survey.language.number(published),
        reference=row.about[1],
        said=survey.language.number(said),
        article=row.about[0],
    )
    return ("fits" if is_rounded(published, said) else "overstates"), reason


def _get_number(survey: Survey, reference: Reference) -> float:
    rows = survey.fact_rows(reference.item)
    return float((rows[rows["source"] == reference.source] if reference.source else rows)["number"].dropna().iloc[0])


def _add_remark(judge: Judge, list_figures: ListFigures, remark: str) -> Judge:
    """Return a rule whose reason ends with a remark on chance, where the precision of its figures is published."""

    def judge_and_remark(survey: Survey, row: RuleInput) -> Judgement:
        wording, reason = judge(survey, row)
        bases = describe_bases(survey, list_figures(survey, row))
        said = bases and survey.language.say(remark, level=survey.language.percent(MARGIN_LEVEL), bases=bases)
        return wording, f"{reason} {said}".rstrip()

    return judge_and_remark


_allow_for_chance = partial(_add_remark, remark=CHANCE)
_name_rounding_alone = partial(_add_remark, remark=ROUNDING_ALONE)


def _list_pairs(survey: Survey, row: RuleInput) -> Iterator[References]:
    for pair in row.about:
        yield from combinations(map(pair.of, list_compared(survey, pair, row.leader)), 2)


def _list_shares(survey: Survey, row: RuleInput) -> Iterator[References]:
    for pair in row.about:
        yield from ((pair.of(group),) for group in list_compared(survey, pair, row.leader))


def _list_named_figures(survey: Survey, row: RuleInput) -> Iterator[References]:
    return ((reference.of(reference.segment),) for reference in row.about)


def _list_waves(survey: Survey, row: RuleInput) -> Iterator[References]:
    changes = (change for reference in row.about for change in trends.find_changes(survey, reference))
    return ((change.earlier, change.later) for change in changes if change)


def _judge_reading(survey: Survey, row: RuleInput) -> Judgement:
    """Return a reading of ours, with its reason."""
    return row.reading, row.reason or survey.language.say(READING_REASONS[row.reading])


def _judge_nothing(survey: Survey, row: RuleInput) -> Judgement:
    """Judge nothing: the claim is a figure, or whom it speaks of, without other words."""
    return "none", ""


def _list_percents(survey: Survey, reference: Reference) -> list[Reference]:
    """Return every percent that is shown of a reference's question and group, in the codebook's order."""
    references = [
        Reference("", q, i, segment=reference.segment) for q, i in survey.item_keys() if q == reference.question
    ]
    return [percent for percent in references if _has_percent(survey, percent)]


def _has_percent(survey: Survey, reference: Reference) -> bool:
    return reference.key in survey.shown_percents()


def _has_share(survey: Survey, reference: Reference) -> bool:
    return not reference.kind and _has_percent(survey, reference)


def _has_groups(survey: Survey, reference: Reference) -> bool:
    """Return True if percents are shown of the groups that a reference compares, and these are several."""
    if reference.kind == "gap":
        groups = {reference.segment, reference.next_segment}
        return len(groups) > 1 and all(reference.of(group).key in survey.shown_values() for group in groups)
    leaders = ("", *(groups[0] for groups in survey.article.breakdowns.values()))
    return reference.is_pair and any(len(list_compared(survey, reference, leader)) > 1 for leader in leaders)


def _has_shares(survey: Survey, reference: Reference) -> bool:
    is_percent = survey.unit(reference.question) == PERCENT
    return reference.is_pair and is_percent and bool(list_compared(survey, reference))


def _has_ratio(survey: Survey, reference: Reference) -> bool:
    """Return True if values are shown of the groups that a reference compares, in a unit with ratios, none below 0."""
    if not _has_groups(survey, reference) or survey.unit(reference.question) in WITHOUT_RATIO:
        return False
    percents, key = survey.shown_values(), (reference.question, reference.item)
    return all(percents.get((*key, group), 0) >= 0 for group in list_compared(survey, reference))


def _has_leader(survey: Survey, reference: Reference) -> bool:
    has_words = bool(find_leaders(survey, reference.question, reference.item))
    return (reference.is_pair and has_words) or _has_groups(survey, reference)


def _has_rest(survey: Survey, reference: Reference) -> bool:
    is_first = reference.kind == "first" and _has_percent(survey, reference)
    return is_first and len(_list_percents(survey, reference)) > 1


def _has_order(survey: Survey, reference: Reference) -> bool:
    items = (reference.item, reference.next_item)  # of which only the kind "ahead" has two
    return all((reference.question, item, reference.segment) in survey.shown_percents() for item in items)


def _has_number(survey: Survey, reference: Reference) -> bool:
    rows = survey.sample[(survey.sample["fact"] == reference.item) & survey.sample["number"].notna()]
    return reference.kind == "sample" and not rows.empty and reference.source in ("", *rows["source"])


def _is_known(survey: Survey, reference: Reference) -> bool:
    """Return True if some source prints what a reference names, which no source does of a gap."""
    if reference.kind in ("gap", "change"):
        return False
    if reference.kind == "sample":
        return reference.item in set(survey.sample["fact"])
    rows = survey.printed_rows().get(reference.question, ())
    items = {reference.item, reference.next_item} - {""}
    if not items or not items <= {row.item for row in rows}:
        return False
    return not reference.segment or any(row.segment == reference.segment and row.item in items for row in rows)


GROUP_PAIR = ReferenceShape(
    "question.item, with a percent shown for each group (or an amount), or gap.question.item.group.group", _has_groups
)
RATIO = ReferenceShape(
    f"{GROUP_PAIR.words}, in a unit that has ratios: no points, no score, nothing below 0", _has_ratio
)
LEADER = ReferenceShape(
    "question.item, of which some page says which group leads, or gap.question.item.group.group", _has_leader
)
SHARES = ReferenceShape("question.item, with a percent shown for each group", _has_shares)
SHARE = ReferenceShape("question.item.group, with a percent shown", _has_share)
FIRST = ReferenceShape("first.question.item.group, with a percent shown for it and for another item", _has_rest)
ITEM_ORDER = ReferenceShape(
    "ahead.question.first item.second item.group, with a percent shown for both items", _has_order
)
CHANGE = ReferenceShape("change.question.item[.group].wave.wave, with a value shown in both waves", trends.is_change)
CHANGE_RATIO = ReferenceShape(f"{CHANGE.words}, of no points or score, and not below 0", trends.is_change_of_ratio)
SAMPLE_NUMBER = ReferenceShape("sample.fact or sample.fact.source, with a number", _has_number)
KNOWN = ReferenceShape("a reference to what some page prints", _is_known)

RULES = {
    "more": Rule(_allow_for_chance(_judge_more, _list_pairs), LEADER, needs_leader=True),
    "plain": Rule(_allow_for_chance(_judge_more, _list_pairs), GROUP_PAIR, needs_leader=True),
    "much": Rule(_allow_for_chance(_judge_much, _list_pairs), RATIO),
    "first": Rule(_name_rounding_alone(_judge_first, _list_named_figures), FIRST),
    "before": Rule(_name_rounding_alone(_judge_before, _list_named_figures), ITEM_ORDER),
    "mostly": Rule(_name_rounding_alone(_judge_mostly, _list_named_figures), SHARE),
    "rounded": Rule(_judge_rounded, SAMPLE_NUMBER, min_refs=2, max_refs=2),
    "lowest": Rule(_allow_for_chance(_judge_groups(_grade_lowest), _list_pairs), GROUP_PAIR, needs_leader=True),
    "majority": Rule(_allow_for_chance(_judge_groups(_grade_shares(MAJORITY)), _list_shares), SHARES),
    "minority": Rule(_allow_for_chance(_judge_groups(_grade_shares(MINORITY)), _list_shares), SHARES),
    "up": Rule(_allow_for_chance(_judge_change(trends.grade_rise), _list_waves), CHANGE),
    "down": Rule(_allow_for_chance(_judge_change(trends.grade_fall), _list_waves), CHANGE),
    "unchanged": Rule(_allow_for_chance(_judge_change(trends.grade_steadiness), _list_waves), CHANGE),
    "doubled": Rule(_name_rounding_alone(_judge_change(trends.grade_doubling), _list_waves), CHANGE_RATIO),
    "halved": Rule(_name_rounding_alone(_judge_change(trends.grade_halving), _list_waves), CHANGE_RATIO),
    "rises": Rule(_allow_for_chance(_judge_groups(_grade_order(1)), _list_pairs), GROUP_PAIR),
    "falls": Rule(_allow_for_chance(_judge_groups(_grade_order(-1)), _list_pairs), GROUP_PAIR),
    READING: Rule(_judge_reading, KNOWN, min_refs=0),
    "": Rule(_judge_nothing, KNOWN, min_refs=0),
}
