"""The article's claims and their verdicts, each computed from the table by a rule that can be read here.

A printed percentage stands for half a point on either side, so a rule answers yes, no or
undetermined; the scale is that of the edition: supported, supported if random, within rounding, contradicted, inverted,
wrong unit, not checkable, opinion.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ..errors import DataError
from ..statistics.rounding import POSITIVE, Interval, gap_box, ratio_box, rounding_box
from ..text.language import uncapitalised
from .contradictions import contradictions
from .estimates import gaps, has_share
from .model import Survey, remembered

VERDICTS = (
    "supported",
    "supported if random",
    "within rounding",
    "contradicted",
    "inverted",
    "wrong unit",
    "not checkable",
    "opinion",
)
MAJORITY = Interval(50, 100, False, True)
VERDICT_IF = {
    True: "supported",
    False: "contradicted",
    None: "within rounding",
}  # a statement is certain, excluded, or open


@dataclass(frozen=True)
class Claim:
    """A claim of the article, in our words, its verdict, and the sentence that gives the reason.

    The sentence links its numbers to their figures, as prose does.
    """

    claim: str
    paragraph: int
    text: str
    rule: str
    figures: tuple[str, ...]
    verdict: str
    reason: str


@remembered
def judged_claims(survey: Survey) -> tuple[Claim, ...]:
    """Every claim of `claims.csv`, in the article's order, with its verdict. Raises DataError as `check_claims` does."""
    check_claims(survey)
    judged = []
    for row, text in zip(survey.claims.itertuples(), survey.localised(survey.claims, "claim"), strict=True):
        references = tuple(row.figures.split())
        verdict, reason = RULES[row.rule].judge(survey, references, row.leader)
        judged.append(Claim(row.claim, int(row.paragraph), text, row.rule, references, verdict, reason))
    return tuple(judged)


Judgement = tuple[str, str]


def _gap(survey: Survey, references: tuple[str, ...], leader: str) -> Judgement:
    """The group named leads, by more than rounding can make of a tie, and the gap is robust.

    Robust: significant in every scenario, if each group had been a simple random sample (`estimates`).
    """
    (reference,) = references
    first, second = _pair(survey, reference)
    gap, (low, high) = abs(second - first), gap_ends(first, second)
    ahead = survey.article.compared[second > first]
    reason = survey.language.say(
        "{item}: {first} and {second}; before rounding, the gap lies between [{low} points](#gap-low.{reference}) and [{high} points](#gap-high.{reference}).",
        **_words(survey, reference),
        reference=reference,
        low=survey.language.number(low),
        high=survey.language.number(high),
    )
    if gap <= 1:
        return "within rounding", reason
    if ahead != leader:
        return "inverted", reason
    if not has_share(survey):
        return "not checkable", reason
    question, item = reference.split(".")
    family = gaps(survey, survey.article.family(question))
    strength = next(found.strength for found in family if (found.question, found.item) == (question, item))
    return ("supported if random" if strength == "robust" else "not checkable"), reason


def _much_more(survey: Survey, references: tuple[str, ...], leader: str) -> Judgement:
    """The leader's share is at least so many times the other's, as the article declares, whatever the rounding."""
    (reference,) = references
    first, second = _pair(survey, reference)
    much = Fraction(str(survey.article.much))
    ratio = ratio_box(first, second) if leader == survey.article.compared[1] else ratio_box(second, first)
    words = {**_words(survey, reference), "much": survey.language.number(survey.article.much)}
    if (highest := ratio_high(first, second)) is None:
        reason = survey.language.say(
            "{item}: {first} and {second}; the lower may stand for 0, so the ratio has no upper limit; a great difference takes at least [{much}](#rule.much).",
            **words,
        )
    else:
        reason = survey.language.say(
            "{item}: {first} and {second}; at most [{ratio}](#ratio-high.{reference}) times as high; a great difference takes at least [{much}](#rule.much).",
            **words,
            reference=reference,
            ratio=survey.language.number(highest),
        )
    if ratio.within(Interval(1, math.inf, True)) is False:
        return "inverted", reason
    return VERDICT_IF[ratio.within(Interval(much, math.inf, True))], reason


def _most(survey: Survey, references: tuple[str, ...], leader: str) -> Judgement:
    """Each share is above a half, whatever the rounding."""
    shares = {reference: _share(survey, reference) for reference in references}
    highest = max(shares, key=shares.get)
    reason = survey.language.say(
        "The highest share, {item}, is {share}.",
        item=uncapitalised(_item(survey, highest)),
        share=_cited(survey, highest),
    )
    majorities = {rounding_box(share).within(MAJORITY) for share in shares.values()}
    return VERDICT_IF[majorities.pop() if len(majorities) == 1 else None], reason


def _first_of_all(survey: Survey, references: tuple[str, ...], leader: str) -> Judgement:
    """No other item of the question can be as high, whatever the rounding."""
    (reference,) = references
    question, item, segment = reference.split(".")
    shown = survey.shown(question)
    rest = shown[(shown["segment"] == segment) & (shown["item"] != item) & shown["percent"].notna()]
    if rest.empty:
        told = f"data/survey.csv: no other item of {question} has a percent for {segment}; expected one to compare with"
        raise DataError(told)
    next_item = rest.loc[rest["percent"].idxmax(), "item"]
    second = f"{question}.{next_item}.{segment}"
    reason = survey.language.say(
        "{item}: {share}; next, {next_item}: {next_share}.",
        item=_item(survey, reference),
        share=_cited(survey, reference),
        next_item=uncapitalised(_item(survey, second)),
        next_share=_cited(survey, second),
    )
    ahead = gap_box(_share(survey, second), _share(survey, reference))
    return VERDICT_IF[ahead.within(POSITIVE)], reason


def _just_before(survey: Survey, references: tuple[str, ...], leader: str) -> Judgement:
    """The first item is ahead of the second, and by less points than the article declares."""
    (reference,) = references
    _, question, first, second, segment = reference.split(".")
    one, other = f"{question}.{first}.{segment}", f"{question}.{second}.{segment}"
    ahead = gap_box(_share(survey, other), _share(survey, one))
    reason = survey.language.say(
        "{first}: {one}; {second}: {other}.",
        first=_item(survey, one),
        one=_cited(survey, one),
        second=uncapitalised(_item(survey, other)),
        other=_cited(survey, other),
    )
    if ahead.within(POSITIVE) is False:
        return "inverted", reason
    return VERDICT_IF[ahead.within(Interval(0, Fraction(str(survey.article.just))))], reason


def _printed(survey: Survey, references: tuple[str, ...], leader: str) -> Judgement:
    """Every other source that prints the figure prints the article's value; those that exchange the groups are left out."""
    (reference,) = references
    question, item, segment = reference.split(".")
    exchanged = {
        s
        for c in contradictions(survey)
        if (c.kind, c.question, c.item) == ("swapped", question, item)
        for s in c.sources
    }
    rows = survey.figures[(survey.figures[["question", "item", "segment"]] == [question, item, segment]).all(axis=1)]
    rows = rows[rows["percent"].notna() & ~rows["source"].isin(exchanged)]
    others = rows[rows["source"] != survey.article.source]
    mine = f"{reference}.{survey.article.source}"
    if others.empty:
        return "not checkable", survey.language.say(
            "{item}: {share} in the article; no other source read prints it.",
            item=_item(survey, reference),
            share=_cited(survey, mine),
        )
    value = rows[rows["source"] == survey.article.source]["percent"].iloc[0]
    differ = others[others["percent"] != value]
    source = (differ if len(differ) else others)["source"].iloc[0]
    reason = survey.language.say(
        "{item}: {share} in the article, {other} according to {publishers}.",
        item=_item(survey, reference),
        share=_cited(survey, mine),
        other=_cited(survey, f"{reference}.{source}"),
        publishers=", ".join(map(survey.publisher, (differ if len(differ) else others)["source"])),
    )
    return ("contradicted" if len(differ) else "supported"), reason


def _rounded(survey: Survey, references: tuple[str, ...], leader: str) -> Judgement:
    """The article's number is the published one, rounded to as many digits as the article shows."""
    said, published = (_fact(survey, reference) for reference in references)
    digits = len(f"{said:.0f}".rstrip("0"))
    reason = survey.language.say(
        "The method page says [{published}](#{reference}); rounded, [{said}](#{article}).",
        published=survey.language.number(published),
        reference=references[1],
        said=survey.language.number(said),
        article=references[0],
    )
    return ("supported" if float(f"{published:.{digits}g}") == said else "contradicted"), reason


def _direction(survey: Survey, references: tuple[str, ...], leader: str) -> Judgement:
    """The group named leads in the figures shown; if the other leads beyond rounding, the claim is inverted."""
    (reference,) = references
    first, second = _pair(survey, reference)
    ahead = gap_box(first, second) if leader == survey.article.compared[1] else gap_box(second, first)
    reason = survey.language.say(
        "{item}: {first} and {second} in {publisher}’s own table.",
        **_words(survey, reference),
        publisher=survey.publisher(survey.question(reference.split(".")[0])["shown"]),
    )
    return {True: "supported", False: "inverted", None: "within rounding"}[ahead.within(POSITIVE)], reason


def _no_figures(survey: Survey, references: tuple[str, ...], leader: str) -> Judgement:
    """No source read prints a percentage for what is claimed."""
    questions = {reference.split(".")[0] for reference in references}
    rows = survey.figures[survey.figures["question"].isin(questions)]
    if rows["percent"].notna().any():
        return "contradicted", survey.language.say("Figures for the groups compared are printed after all.")
    return "not checkable", survey.language.say("No source read prints a figure for the groups compared.")


def _not_asked(survey: Survey, references: tuple[str, ...], leader: str) -> Judgement:
    """A trend needs two waves; the survey has one period of fieldwork."""
    starts = survey.sample[survey.sample["fact"] == "fieldwork-start"]["date"].nunique()
    if starts > 1:
        return "contradicted", survey.language.say("The survey has more than one wave.")
    return "not checkable", survey.language.say("A trend needs two surveys; this one was made once.")


def _who_answered(survey: Survey, references: tuple[str, ...], leader: str) -> Judgement:
    """The claim speaks of companies or entrepreneurs; the method page says who answered."""
    answered = survey.sample[survey.sample["fact"] == "who-answered"].set_index("source")["words"]
    if answered[survey.article.method] == "companies":
        return "supported", survey.language.say("Companies answered.")
    return "wrong unit", survey.language.say("Employees answered, not companies or entrepreneurs.")


def _opinion(survey: Survey, references: tuple[str, ...], leader: str) -> Judgement:
    """A judgement, which no figure can settle."""
    return "opinion", survey.language.say("A judgment; the survey did not ask about it.")


@dataclass(frozen=True)
class Form:
    """What a reference of a claim must be: its form in words, and whether the survey has what it names."""

    words: str
    fits: Callable[[Survey, list[str]], bool]


def _has(survey: Survey, *key: str) -> bool:
    """Say whether the edition shows a percent for (question, item, segment)."""
    try:
        survey.percent(*key)
    except DataError:
        return False
    return True


def _is_pair(survey: Survey, parts: list[str]) -> bool:
    return len(parts) == 2 and all(_has(survey, *parts, segment) for segment in survey.article.compared)


def _is_share(survey: Survey, parts: list[str]) -> bool:
    return len(parts) == 3 and _has(survey, *parts)


def _is_printed(survey: Survey, parts: list[str]) -> bool:
    rows = survey.figures[survey.figures["percent"].notna() & (survey.figures["source"] == survey.article.source)]
    return _is_share(survey, parts) and bool((rows[["question", "item", "segment"]] == parts).all(axis=1).any())


def _is_order(survey: Survey, parts: list[str]) -> bool:
    if len(parts) != 5 or parts[0] != "ahead":
        return False
    _, question, *items, segment = parts
    return all(_has(survey, question, item, segment) for item in items)


def _is_fact(survey: Survey, parts: list[str]) -> bool:
    rows = survey.sample[survey.sample["number"].notna()]
    keys = {("sample", fact) for fact in rows["fact"]} | {
        ("sample", *key) for key in zip(rows["fact"], rows["source"], strict=True)
    }
    return tuple(parts) in keys


def _is_topic(survey: Survey, parts: list[str]) -> bool:
    items = set(zip(survey.items["question"], survey.items["item"], strict=True))
    return parts[0] in set(survey.questions["question"]) if len(parts) == 1 else tuple(parts) in items


PAIR = Form("question.item, with a percent shown for each group", _is_pair)
SHARE = Form("question.item.group, with a percent shown", _is_share)
PRINTED = Form("question.item.group, with a percent that the article prints", _is_printed)
ORDER = Form("ahead.question.first item.second item.group, with a percent shown for both items", _is_order)
FACT = Form("sample.fact or sample.fact.source, with a number", _is_fact)
TOPIC = Form("a question or a question.item of the codebook", _is_topic)


@dataclass(frozen=True)
class Rule:
    """How a verdict is computed, and what a row of `claims.csv` must have for it.

    `form` is that of each reference under `figures`, of which there are at least `least` and at most
    `most`; `leads` says that the claim names a group that is ahead.
    """

    judge: Callable[[Survey, tuple[str, ...], str], Judgement]
    form: Form | None = None
    least: int = 1
    most: float = 1
    leads: bool = False


RULES = {
    "gap": Rule(_gap, PAIR, leads=True),
    "much more": Rule(_much_more, PAIR, leads=True),
    "most": Rule(_most, SHARE, most=math.inf),
    "first of all": Rule(_first_of_all, SHARE),
    "just before": Rule(_just_before, ORDER),
    "printed": Rule(_printed, PRINTED),
    "rounded": Rule(_rounded, FACT, least=2, most=2),
    "direction": Rule(_direction, PAIR, leads=True),
    "no figures": Rule(_no_figures, TOPIC, most=math.inf),
    "not asked": Rule(_not_asked, least=0, most=0),
    "who answered": Rule(_who_answered, least=0, most=0),
    "opinion": Rule(_opinion, least=0, most=0),
}


def check_claims(survey: Survey) -> None:
    """Check that each row of `claims.csv` has what its rule takes. Raises DataError with the first fault."""
    for number, row in enumerate(survey.claims.itertuples(), 2):

        def fault(column: str, found: str, expected: str, number: int = number) -> DataError:
            told = repr(found) if found else "nothing"
            return DataError(f"data/claims.csv, row {number}, column {column}: found {told}; expected {expected}")

        if row.rule not in RULES:
            raise fault("rule", row.rule, f"one of {', '.join(RULES)}")
        rule, references = RULES[row.rule], row.figures.split()
        if rule.leads and row.leader not in survey.article.compared:
            raise fault("leader", row.leader, f"one of {', '.join(survey.article.compared)} for the rule {row.rule!r}")
        if row.leader and not rule.leads:
            raise fault("leader", row.leader, f"nothing for the rule {row.rule!r}, which puts no group ahead")
        if not rule.least <= len(references) <= rule.most:
            count = (
                "at least one reference"
                if rule.most > rule.least
                else f"{rule.most or 'no'} reference{'s' * (rule.most != 1)}"
            )
            raise fault(
                "figures",
                row.figures,
                f"{count} for the rule {row.rule!r}" + (f", {rule.form.words}" if rule.form else ""),
            )
        for reference in references:
            if not rule.form.fits(survey, reference.split(".")):
                raise fault("figures", reference, f"{rule.form.words}, for the rule {row.rule!r}")


def ratio_high(first: Fraction, second: Fraction) -> float | None:
    """Return the limit of the ratios of the higher to the lower percent that rounding allows, to two decimals.

    None if there is no limit, since the lower percent may stand for 0.
    """
    limit = ratio_box(min(first, second), max(first, second)).upper
    return None if limit == math.inf else round(float(limit), 2)


def gap_ends(first: Fraction, second: Fraction) -> tuple[float, float]:
    """Return the ends of the gap between two printed percents before rounding, in points, whichever group leads."""
    box = gap_box(min(first, second), max(first, second))
    return max(0.0, float(box.lower)), float(box.upper)


def disclosure_score(survey: Survey, subject: str) -> dict[str, int]:
    """How many of the 11 items of disclosure `subject` ("article" or "edition") meets, meets in part, misses."""
    counts = survey.disclosure[subject].value_counts()
    return {level: int(counts.get(level, 0)) for level in ("met", "partial", "missing")}


def _share(survey: Survey, reference: str) -> Fraction:
    return Fraction(str(survey.percent(*reference.split(".")[:3])))


def _pair(survey: Survey, reference: str) -> tuple[Fraction, Fraction]:
    first, second = (_share(survey, f"{reference}.{segment}") for segment in survey.article.compared)
    return first, second


def _fact(survey: Survey, reference: str) -> float:
    _, fact, *source = reference.split(".")
    rows = survey.sample[survey.sample["fact"] == fact]
    return rows[rows["source"].isin(source)]["number"].iloc[0] if source else survey.fact(fact)


def _item(survey: Survey, reference: str) -> str:
    return survey.item_label(*reference.split(".")[:2])


def _cited(survey: Survey, reference: str) -> str:
    """A figure with its group, linked: "[35 % (PME)](#…)"."""
    question, item, segment, *source = reference.split(".")
    value = survey.percent(question, item, segment)
    if source:
        keys = (survey.figures[["question", "item", "segment", "source"]] == [question, item, segment, *source]).all(
            axis=1
        )
        value = survey.figures[keys]["percent"].iloc[0]
    return f"[{survey.language.percent(value)} ({survey.segment_label(segment)})](#{reference})"


def _words(survey: Survey, reference: str) -> dict[str, str]:
    first, second = (_cited(survey, f"{reference}.{segment}") for segment in survey.article.compared)
    return {"item": _item(survey, reference), "first": first, "second": second}
