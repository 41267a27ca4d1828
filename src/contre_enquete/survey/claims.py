"""The article's claims, each judged twice: the figures that it rests on, and the words around them.

The first judgement counts the voices that print the figures (`voices`). The second is computed by a rule
where one can, from the figures that the edition shows and all that rounding allows of them; else it is a reading of
ours, and says so. The two are never mixed: words may fit figures that the article alone prints.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ..errors import DataError
from ..statistics.inference import frechet_bounds
from ..statistics.rounding import POSITIVE, Interval, gap_box, ratio_box, rounding_box
from ..text.language import uncapitalise
from .model import Survey, remember
from .official import FOUND
from .reference import Reference
from .voices import Printing, combine_printings, find_leaders, find_printing, is_rounded

WORDING_VERDICTS = {  # how the words of a claim stand to the figures, in words
    "fits": "fits",
    "overstates": "overstates",
    "reverses": "contradicted",
    "not judged": "cannot be judged",
    "opinion": "an opinion",
    "none": "no words to judge",
}
UNITS = {  # whom a claim speaks of, in words
    "companies": "companies, where employees answered",
    "others": "people who were not asked",
    "asked": "those who answered",
    "none": "nobody in particular",
}
MAJORITY = Interval(Fraction(50), math.inf)
READING = "reading"


@dataclass(frozen=True)
class Claim:
    """A claim of the article and its two judgements.

    `text` is the claim in our words, `words` a few of the article's own. `figure` is one of `FIGURE_VERDICTS`,
    `wording` one of `WORDING_VERDICTS`, `unit` one of `UNITS`; `reading` says that the wording is a reading of ours and
    not computed. Both reasons are sentences that link their numbers to figures, as prose does. `voices` counts those that print the
    figures as the article does, its own left out; `witnesses` are the pages of other voices that print them, as it does
    or otherwise. `offices` is what was found when companies were asked, which judges
    neither; nothing where the claim is not about that.
    """

    claim: str
    paragraph: int
    text: str
    words: str
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


@dataclass(frozen=True)
class RuleInput:
    """What a row of `claims.csv` gives to its rule: references, the group said to lead, our reading and its reason."""

    about: tuple[Reference, ...]
    leader: str
    reading: str
    reason: str


Judgement = tuple[str, str]  # one of WORDING_VERDICTS, and its reason


@remember
def judge_claims(survey: Survey) -> tuple[Claim, ...]:
    """Return every claim of `claims.csv` with its judgements, in the article's order. Raises DataError as `check_claims`."""
    check_claims(survey)
    texts, reasons = (survey.localised(survey.claims, name) for name in ("claim", "reason"))
    judged = []
    for row, text, reason in zip(survey.claims.itertuples(), texts, reasons, strict=True):
        figures = tuple(map(Reference.parse, row.figures.split()))
        about = tuple(map(Reference.parse, row.about.split())) or figures
        printings = [find_printing(survey, reference, row.leader) for reference in figures]
        figure = combine_printings(printings)
        wording, why = RULES[row.rule].judge(survey, RuleInput(about, row.leader, row.reading, reason))
        if row.rule != READING and reason:
            why = f"{why.removesuffix('.')}; {uncapitalise(reason)}"
        judged.append(
            Claim(
                row.claim,
                int(row.paragraph),
                text,
                row.words,
                row.rule,
                figures,
                figure,
                _write_figure_reason(survey, row.claim, figure, printings),
                wording,
                why,
                _find_unit(survey, row.unit),
                survey.count_voices({source for each in printings for source in each.same}),
                tuple(dict.fromkeys(s for each in printings for s in (*each.same, *each.otherwise, *each.exchanged))),
                FOUND[row.offices](survey) if row.offices else "",
            )
        )
    return tuple(judged)


@remember
def judge_percents(survey: Survey) -> dict[Reference, str]:
    """Return the judgement of each percent that the article prints and a claim rests on, once each."""
    own = survey.figures[(survey.figures["source"] == survey.article.source) & survey.figures["percent"].notna()]
    printed = set(zip(own["question"], own["item"], own["segment"], strict=True))
    percents = dict.fromkeys(r for claim in judge_claims(survey) for r in claim.percents if r.key in printed)
    return {reference: find_printing(survey, reference, "").judgement for reference in percents}


def _write_figure_reason(survey: Survey, claim: str, figure: str, printings: list[Printing]) -> str:
    """Return the sentence that lists who prints the figures, and how many voices they are, or ""."""
    say, series = survey.language.say, survey.language.series

    def list_sources(name: str) -> tuple[str, ...]:
        sources = dict.fromkeys(source for printing in printings for source in getattr(printing, name))
        return tuple(source for source in survey.sources["source"] if source in sources)

    same, otherwise, exchanged = list_sources("same"), list_sources("otherwise"), list_sources("exchanged")
    sentences = []
    if figure == "none":
        return ""
    if same:
        voices = survey.count_voices(same)
        sentence = (
            "Also: {names} ([one voice](#count.claim-voices.{claim}))."
            if voices == 1
            else "Also: {names} ([{count} voices](#count.claim-voices.{claim}))."
        )
        sentences.append(
            say(sentence, names=series(_publishers(survey, same)), count=survey.language.number(voices), claim=claim)
        )
    if otherwise:
        sentences.append(say("Otherwise: {names}.", names=series(_publishers(survey, otherwise))))
    if exchanged:
        sentences.append(say("With the groups exchanged: {names}.", names=series(_publishers(survey, exchanged))))
    return " ".join(sentences)


def _publishers(survey: Survey, sources: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(map(survey.publisher, sources)))


def _judge_more(survey: Survey, row: RuleInput) -> Judgement:
    """Judge whether the group named leads for each item, before rounding or, without a percent, as pages say."""
    clauses, judged = [], set()
    for pair in row.about:
        if _has_pair(survey, pair):
            first, second = _pair(survey, pair)
            low, high = bound_gap(first, second)
            sentence = "{item}: {first} and {second}, a gap between [{low} points](#gap-low.{reference}) and [{high} points](#gap-high.{reference}) before rounding"
            words = {"low": survey.language.number(low), "high": survey.language.number(high), "reference": pair}
            clauses.append(survey.language.say(sentence, **_link_pair(survey, pair), **words))
            ahead = gap_box(first, second) if row.leader == survey.article.compared[1] else gap_box(second, first)
            judged.add({True: "fits", False: "reverses", None: "not judged"}[ahead.within(POSITIVE)])
        else:
            sentence = "{item}: no percentage, only which group leads"
            clauses.append(survey.language.say(sentence, item=survey.item_label(pair.question, pair.item)))
            leads = find_leaders(survey, pair.question, pair.item)
            others = {group for source, group in leads.items() if source != survey.article.source}
            known = "fits" if others == {row.leader} else "not judged"
            judged.add("reverses" if others and row.leader not in others else known)
    return _combine_wordings(judged), "; ".join([clauses[0], *map(uncapitalise, clauses[1:])]) + "."


def _judge_much(survey: Survey, row: RuleInput) -> Judgement:
    """Judge whether each ratio of higher to lower share reaches the declared threshold, whatever the rounding."""
    much = Fraction(str(survey.article.much))
    clauses, judged = [], set()
    for pair in row.about:
        first, second = _pair(survey, pair)
        leader = row.leader or survey.article.compared[int(second > first)]
        ratio = ratio_box(first, second) if leader == survey.article.compared[1] else ratio_box(second, first)
        ends = bound_ratio(first, second)
        if ratio.within(Interval(Fraction(1), math.inf)) is False:
            judged.add("reverses")
        else:
            judged.add(
                {True: "fits", False: "overstates", None: "not judged"}[ratio.within(Interval(much, math.inf, True))]
            )
        sentence = (
            "{item}: {first} and {second}, less than [{ratio}](#ratio-high.{reference}) times the other"
            if ends[1] is not None
            else "{item}: {first} and {second}, without upper limit, since the lower may stand for 0"
        )
        clauses.append(
            survey.language.say(
                sentence,
                **_link_pair(survey, pair),
                reference=pair,
                ratio="" if ends[1] is None else survey.language.number(ends[1]),
            )
        )
    reason = survey.language.say(
        "{items}; a great difference takes at least [{much}](#rule.much).",
        items="; ".join([clauses[0], *map(uncapitalise, clauses[1:])]),
        much=survey.language.number(survey.article.much),
    )
    return _combine_wordings(judged), reason


def _judge_first(survey: Survey, row: RuleInput) -> Judgement:
    """Judge whether in each group no other item of the question can be as high, whatever the rounding."""
    clauses, judged = [], set()
    for reference in row.about:
        rows = survey.shown(reference.question)
        rest = rows[(rows["segment"] == reference.segment) & (rows["item"] != reference.item) & rows["percent"].notna()]
        following = reference.question, rest.loc[rest["percent"].idxmax(), "item"], reference.segment
        ahead = gap_box(_share(survey, following), _share(survey, reference.key))
        judged.add({True: "fits", False: "reverses", None: "not judged"}[ahead.within(POSITIVE)])
        clauses.append(
            survey.language.say(
                "{item}: {share}; next, {next_item}: {next_share}",
                item=survey.item_label(reference.question, reference.item),
                share=_link_percent(survey, reference.of(reference.segment)),
                next_item=uncapitalise(survey.item_label(*following[:2])),
                next_share=_link_percent(survey, Reference("", *following[:2], segment=reference.segment)),
            )
        )
    return _combine_wordings(judged), "; ".join([clauses[0], *map(uncapitalise, clauses[1:])]) + "."


def _judge_before(survey: Survey, row: RuleInput) -> Judgement:
    """Judge whether in each group the first item is ahead of the second, whatever the rounding: a rank, no distance."""
    clauses, judged = [], set()
    for reference in row.about:
        one, other = (
            reference.of(reference.segment),
            Reference("", reference.question, reference.next_item, segment=reference.segment),
        )
        ahead = gap_box(_share(survey, other.key), _share(survey, one.key))
        judged.add({True: "fits", False: "reverses", None: "not judged"}[ahead.within(POSITIVE)])
        clauses.append(
            survey.language.say(
                "{first}: {one}; {second}: {other}",
                first=survey.item_label(one.question, one.item),
                one=_link_percent(survey, one),
                second=uncapitalise(survey.item_label(other.question, other.item)),
                other=_link_percent(survey, other),
            )
        )
    return _combine_wordings(judged), "; ".join([clauses[0], *map(uncapitalise, clauses[1:])]) + "."


def _judge_mostly(survey: Survey, row: RuleInput) -> Judgement:
    """Judge whether a majority of each group may have at least one item, the kindest reading of the word. Fréchet 1935."""
    judged, clauses = set(), []
    for segment in dict.fromkeys(reference.segment for reference in row.about):
        at_least_one = bound_at_least_one(
            survey, tuple(reference for reference in row.about if reference.segment == segment)
        )
        judged.add({True: "fits", False: "overstates", None: "not judged"}[at_least_one.within(MAJORITY)])
        highest = max((r for r in row.about if r.segment == segment), key=lambda r: _share(survey, r.key))
        language = survey.language
        clauses.append(
            language.say(
                "{share} for the highest, {item}, and from [{low} ({group})](#any-low.{question}.{segment}) to [{high} ({group})](#any-high.{question}.{segment}) for at least one",
                share=_link_percent(survey, highest),
                item=uncapitalise(survey.item_label(highest.question, highest.item)),
                low=language.percent(float(at_least_one.lower)),
                high=language.percent(float(at_least_one.upper)),
                group=survey.segment_label(segment),
                question=highest.question,
                segment=segment,
            )
        )
    return _combine_wordings(judged), "; ".join(clauses) + "."


def bound_at_least_one(survey: Survey, references: tuple[Reference, ...]) -> Interval:
    """Return which percents of a group may have at least one of several items, before rounding, as an interval. Fréchet 1935."""
    boxes = [rounding_box(_share(survey, reference.key)) for reference in references]
    low, _ = frechet_bounds([float(box.lower) / 100 for box in boxes])
    _, high = frechet_bounds([float(box.upper) / 100 for box in boxes])
    return Interval(Fraction(str(round(100 * float(low), 6))), Fraction(str(round(100 * float(high), 6))), True, True)


def _judge_rounded(survey: Survey, row: RuleInput) -> Judgement:
    """Judge whether the article's number is the published one, rounded to its first two digits."""
    said, published = (_fact(survey, reference) for reference in row.about)
    reason = survey.language.say(
        "The method page says [{published}](#{reference}); rounded, [{said}](#{article}).",
        published=survey.language.number(published),
        reference=row.about[1],
        said=survey.language.number(said),
        article=row.about[0],
    )
    return ("fits" if is_rounded(published, said) else "overstates"), reason


def _find_unit(survey: Survey, unit: str) -> str:
    """Return whom a claim speaks of: companies only if people answered in their place, says the method page."""
    answered = survey.sample[survey.sample["fact"] == "who-answered"]
    words = answered[answered["source"] == survey.article.method]["words"]
    people = bool(set(words) & set(survey.article.people))
    return (unit if people or unit != "companies" else "asked") or "none"


def _judge_reading(survey: Survey, row: RuleInput) -> Judgement:
    """Return a reading of ours, with its reason."""
    return row.reading, row.reason or survey.language.say(REASONS[row.reading])


def _judge_nothing(survey: Survey, row: RuleInput) -> Judgement:
    """Judge nothing: the claim is a figure, or whom it speaks of, without other words."""
    return "none", ""


REASONS = {  # of a reading that gives none of its own
    "opinion": "A judgment, which no figure can settle.",
}


def _combine_wordings(judged: set[str]) -> str:
    """Return the worst judgement of a word: reverses > overstates > not judged > fits."""
    return next(wording for wording in ("reverses", "overstates", "not judged", "fits") if wording in judged)


@dataclass(frozen=True)
class ReferenceShape:
    """What a reference of a rule must be: its shape in words, and whether the survey has what it names."""

    words: str
    fits: Callable[[Survey, Reference], bool]


def _has(survey: Survey, key: tuple[str, str, str]) -> bool:
    """Return True if the edition shows a percent for (question, item, segment)."""
    try:
        survey.percent(*key)
    except DataError:
        return False
    return True


def _has_pair(survey: Survey, reference: Reference) -> bool:
    return reference.is_pair and all(_has(survey, reference.of(group).key) for group in survey.article.compared)


def _has_leader(survey: Survey, reference: Reference) -> bool:
    return reference.is_pair and (
        _has_pair(survey, reference) or bool(find_leaders(survey, reference.question, reference.item))
    )


def _has_share(survey: Survey, reference: Reference) -> bool:
    return not reference.kind and _has(survey, reference.key)


def _has_rest(survey: Survey, reference: Reference) -> bool:
    if reference.kind != "first" or not _has(survey, reference.key):
        return False
    rows = survey.shown(reference.question)
    return int((rows[rows["segment"] == reference.segment]["percent"]).notna().sum()) > 1


def _has_order(survey: Survey, reference: Reference) -> bool:
    items = (reference.item, reference.next_item)  # of which only the kind "ahead" has two
    return all(_has(survey, (reference.question, item, reference.segment)) for item in items)


def _has_number(survey: Survey, reference: Reference) -> bool:
    rows = survey.sample[(survey.sample["fact"] == reference.item) & survey.sample["number"].notna()]
    return reference.kind == "sample" and not rows.empty and reference.source in ("", *rows["source"])


def _is_known(survey: Survey, reference: Reference) -> bool:
    """Return True if some source prints what a reference names."""
    if reference.kind == "sample":
        return reference.item in set(survey.sample["fact"])
    rows = survey.figures[survey.figures["question"] == reference.question]
    items = {reference.item, reference.next_item} - {""}
    if not items or not items <= set(rows["item"]):
        return False
    return not reference.segment or any(rows[(rows["segment"] == reference.segment)]["item"].isin(items))


PAIR = ReferenceShape("question.item, with a percent shown for each group", _has_pair)
LEADER = ReferenceShape("question.item, of which some page says which group leads", _has_leader)
SHARE = ReferenceShape("question.item.group, with a percent shown", _has_share)
FIRST = ReferenceShape("first.question.item.group, with a percent shown for it and for another item", _has_rest)
ORDER = ReferenceShape("ahead.question.first item.second item.group, with a percent shown for both items", _has_order)
NUMBER = ReferenceShape("sample.fact or sample.fact.source, with a number", _has_number)
KNOWN = ReferenceShape("a reference to what some page prints", _is_known)


@dataclass(frozen=True)
class Rule:
    """How a wording is judged, and what a row of `claims.csv` must have for it.

    `shape` is that of each reference that the rule is applied to, of which there are at least `min_refs` and at most
    `max_refs`; `needs_leader` says that the claim must name a group that is ahead.
    """

    judge: Callable[[Survey, RuleInput], Judgement]
    shape: ReferenceShape = KNOWN
    min_refs: int = 1
    max_refs: float = math.inf
    needs_leader: bool = False


RULES = {
    "more": Rule(_judge_more, LEADER, needs_leader=True),
    "plain": Rule(_judge_more, PAIR, needs_leader=True),
    "much": Rule(_judge_much, PAIR),
    "first": Rule(_judge_first, FIRST),
    "before": Rule(_judge_before, ORDER),
    "mostly": Rule(_judge_mostly, SHARE),
    "rounded": Rule(_judge_rounded, NUMBER, min_refs=2, max_refs=2),
    READING: Rule(_judge_reading, min_refs=0),
    "": Rule(_judge_nothing, min_refs=0),
}


def check_claims(survey: Survey) -> None:
    """Raise DataError for the first row of `claims.csv` that lacks what its rule needs."""
    for number, row in enumerate(survey.claims.itertuples(), 2):

        def fault(column: str, found: str, expected: str, number: int = number) -> DataError:
            value = repr(found) if found else "nothing"
            return DataError(f"data/claims.csv, row {number}, column {column}: found {value}; expected {expected}")

        if row.rule not in RULES:
            raise fault("rule", row.rule, f"one of {', '.join(filter(None, RULES))}, or nothing")
        rule, of_rule = RULES[row.rule], f"for the rule {row.rule!r}" if row.rule else "where there is no rule"
        if row.leader not in ("", *survey.article.compared) or (rule.needs_leader and not row.leader):
            raise fault("leader", row.leader, f"one of {', '.join(survey.article.compared)} {of_rule}")
        readings = [wording for wording in WORDING_VERDICTS if wording != "none"]
        if row.rule == READING and row.reading not in readings:
            raise fault("reading", row.reading, f"one of {', '.join(readings)}")
        if row.rule != READING and row.reading:
            raise fault("reading", row.reading, f"nothing {of_rule}, which computes it")
        if row.rule == READING and row.reading not in REASONS and not row.reason_en:
            raise fault("reason_en", row.reason_en, f"why we read it as {row.reading!r}")
        if row.unit not in ("", *UNITS) or row.unit == "none":
            raise fault("unit", row.unit, f"one of {', '.join(unit for unit in UNITS if unit != 'none')}, or nothing")
        if row.offices and (row.offices not in FOUND or survey.article.official is None):
            raise fault(
                "offices", row.offices, f"one of {', '.join(FOUND)}, with [official] in article.toml, or nothing"
            )
        for column, shape in (("figures", KNOWN), ("about", rule.shape)):
            for reference in getattr(row, column).split():
                if not _fits(survey, reference, shape):
                    raise fault(column, reference, f"{shape.words}, {of_rule}" if column == "about" else shape.words)
        column = "about" if row.about else "figures"
        references = getattr(row, column).split()
        if not rule.min_refs <= len(references) <= rule.max_refs:
            count = (
                "at least one reference"
                if rule.max_refs > rule.min_refs
                else f"{rule.max_refs or 'no'} reference{'s' * (rule.max_refs != 1)}"
            )
            raise fault(column, " ".join(references), f"{count} {of_rule}, {rule.shape.words}")
        for reference in references:
            if not _fits(survey, reference, rule.shape):
                raise fault(column, reference, f"{rule.shape.words}, {of_rule}")


def _fits(survey: Survey, text: str, shape: ReferenceShape) -> bool:
    try:
        return shape.fits(survey, Reference.parse(text))
    except ValueError:
        return False


def bound_ratio(first: Fraction, second: Fraction) -> tuple[float, float | None]:
    """Return the limits of the ratios of the higher to the lower percent that rounding allows.

    To two decimals, each away from the printed ratio, so that no ratio that is possible lies outside. The upper one is
    None if there is none, since the lower percent may stand for 0.
    """
    box = ratio_box(min(first, second), max(first, second))
    low = math.floor(float(box.lower) * 100) / 100
    return max(1.0, low), None if box.upper == math.inf else math.ceil(float(box.upper) * 100) / 100


def bound_gap(first: Fraction, second: Fraction) -> tuple[float, float]:
    """Return the ends of the gap between two printed percents before rounding, in points, whichever group leads."""
    box = gap_box(min(first, second), max(first, second))
    return max(0.0, float(box.lower)), float(box.upper)


def count_disclosures(survey: Survey, subject: str) -> dict[str, int]:
    """Return how many items of disclosure `subject` ("article" or "edition") meets, meets in part and misses."""
    counts = survey.disclosure[subject].value_counts()
    return {level: int(counts.get(level, 0)) for level in ("met", "partial", "missing")}


def _share(survey: Survey, key: tuple[str, str, str]) -> Fraction:
    return Fraction(str(survey.percent(*key)))


def _pair(survey: Survey, reference: Reference) -> tuple[Fraction, Fraction]:
    first, second = (_share(survey, reference.of(segment).key) for segment in survey.article.compared)
    return first, second


def _fact(survey: Survey, reference: Reference) -> float:
    rows = survey.fact_rows(reference.item)
    return float((rows[rows["source"] == reference.source] if reference.source else rows)["number"].dropna().iloc[0])


def _link_percent(survey: Survey, reference: Reference) -> str:
    """Return a percent with its group, linked: "[35 % (PME)](#…)"."""
    value = survey.percent(*reference.key)
    return f"[{survey.language.percent(value)} ({survey.segment_label(reference.segment)})](#{reference})"


def _link_pair(survey: Survey, pair: Reference) -> dict[str, str]:
    first, second = (_link_percent(survey, pair.of(segment)) for segment in survey.article.compared)
    return {"item": survey.item_label(pair.question, pair.item), "first": first, "second": second}
