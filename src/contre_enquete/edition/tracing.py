"""Traces each number of a text to the figure that it is linked to, and says what is wrong with those that cannot be.

A number that comes from the survey is written with its unit and group inside a link to its figure,
such as `[35 % des PME](#tools.external-social-networks.sme)`. Group, item and unit may stand in the link, right after it, in
its sentence or in the paragraph, or nowhere: what is refused is a contradiction with the figure. It may be told again at once
in rounder words, as in ", about one in five". Any other number must be of a harmless kind (a date, a year, the number of a
figure, a name).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..survey.citable import OF_BOTH, Figure
from ..survey.model import Survey, remembered
from ..survey.official import labels
from ..text.links import LINK, strip_links
from ..text.numbers import Number, counts_one, read_numbers, read_restatement, split_sentences

NOT_PROSE = re.compile(
    r"^```.*?^```|`[^`]*`|<!--.*?-->|<[^>]+>|!?\[([^\]]*)\]\((?!\S*#)[^)]*\)|https?://\S+|^\s*\d+\.\s|^\|[-:| ]+\|?$",
    re.MULTILINE | re.DOTALL,
)
GLOSS = re.compile(r"\s*[,(]\s*([^][,;:.()!?…|]+?)\s*(?=[.;:)!?…|]|$)")  # to the end of what it stands in
OF_GROUP = r"(?:(?:of|in|among|from) (?:\w+ (?:of|in|from) )?(?:the |all )?)"  # between a number and its group
YEARS = range(2000, 2100)
USUAL = [10, 20, 25, 100 / 3, 40, 50, 60, 200 / 3, 75, 80, 90]  # the fractions people say, in percent


@dataclass(frozen=True)
class Problem:
    """A number that cannot be traced: the quoted words, the fault, and the sentence around them."""

    words: str
    fault: str
    sentence: str

    def __str__(self) -> str:
        return f"“{self.words}”: {self.fault} — in: {self.sentence}"


def check_text(
    text: str, survey: Survey, figures: Mapping[str, Figure], context: str = ""
) -> tuple[list[Problem], int, int]:
    """Checks every number of a text: its problems, how many numbers are traced, and how many there are.

    Where the number's sentence names none of the question's items, `context` may not name others than the figure's; it is
    the text itself unless told.
    """
    problems, traced, total = [], 0, 0
    text = NOT_PROSE.sub(lambda match: match[1] or " ", text)
    context = context or text
    for sentence in split_sentences(text):
        shown, rest = " ".join(strip_links(sentence).split()), sentence
        for match in LINK.finditer(sentence):
            fault = _fault(match, sentence, context, survey, figures)
            count = max(1, len(read_numbers(match[1], survey.language)))
            total += count
            if fault:
                problems.append(Problem(match[1], fault, shown))
            else:
                traced += count
                if gloss := _gloss(sentence[match.end() :], figures[match[2]], survey):
                    total, traced = total + 1, traced + 1
                    rest = rest.replace(f"{match[0]}{gloss}", " … ")
        for number in read_numbers(LINK.sub(" … ", rest), survey.language):
            total += 1
            problems.append(Problem(number.text, "no link says which figure this number is", shown))
    return problems, traced, total


def _fault(link: re.Match, sentence: str, text: str, survey: Survey, figures: Mapping[str, Figure]) -> str:
    """What is wrong with a linked number, or nothing."""
    words, reference = link.groups()
    if reference not in figures:
        return f"#{reference} is no figure"
    figure = figures[reference]
    language = survey.language
    fault = (
        _office_fault(words, sentence, figure, survey)
        if figure.measure
        else _group_fault(link, sentence, figure, survey) or _item_fault(figure, sentence, text, survey)
    )
    if fault or figure.value is None:
        return fault
    numbers = read_numbers(words, language)
    if not numbers:  # "un point", but not the article "un"
        numbers = [number for number in read_numbers(words, language, every_one=True) if number.unit != "count"]
    if not numbers and figure.unit == "count" and counts_one(words, language):
        numbers = [Number(words, 1, "count")]
    if len(numbers) != 1:
        return f"{len(numbers) or 'no'} numbers in one link; expected one"
    number = numbers[0]
    alone = number.unit == "count" and number.text.strip() == words.strip()  # it has the unit of its figure
    if number.unit != figure.unit and not alone:
        return f"the unit is {number.unit}; {reference} is in {figure.unit}"
    if not _agrees(number, figure.value):
        return f"{reference} is {figure.value:g} {figure.unit}"
    return ""


def _agrees(number: Number, value: float) -> bool:
    if number.claim == "fraction":
        return min(USUAL, key=lambda usual: abs(usual - value)) == min(
            USUAL, key=lambda usual: abs(usual - number.value)
        )
    if number.claim == "about":
        return any(float(f"{value:.{digits}g}") == number.value for digits in (1, 2, 3))
    return abs(number.value - value) < 0.5 * 10**-number.decimals if number.decimals else number.value == value


def _gloss(after: str, figure: Figure, survey: Survey) -> str:
    """Return what tells a figure again after its link, rounded, such as ", about one in five", or nothing."""
    match = GLOSS.match(after)
    if match is None or figure.value is None:
        return ""
    number = read_restatement(match[1], survey.language)
    return match[0] if number and number.unit == figure.unit and _agrees(number, figure.value) else ""


def _group_fault(link: re.Match, sentence: str, figure: Figure, survey: Survey) -> str:
    """What in the words of a link, or else in its sentence, contradicts the figure's group; a figure of no group names none or both."""
    patterns, _ = _vocabulary(survey)
    words = link[1].replace("'", "’")
    places = {segment: match.start() for segment, pattern in patterns.items() if (match := pattern.search(words))}
    named = list(places)
    if not figure.segment or figure.kind in OF_BOTH:
        return _sign_fault(named, figure, survey)
    if figure.unit == "lead":  # who leads is named first, and a parenthesis names the same group again
        again = " ".join(re.findall(r"\(.*?\)", words))
        named = sorted(named, key=lambda segment: (places[segment], segment))
        named = named[:1] + [segment for segment in named[1:] if patterns[segment].search(again)]
    if named == [figure.segment]:
        return ""
    expected = f"{figure.reference} is told of: {survey.segment_label(figure.segment)}"
    if named:
        return f"told of: {', '.join(map(survey.segment_label, named))}; {expected}"
    around = _typeset(sentence)
    beside = [segment for segment, pattern in patterns.items() if pattern.search(around)]
    if not beside or beside == [figure.segment]:
        return "no group is named" if figure.unit == "lead" else ""
    if figure.segment in beside:
        if _named_after(sentence[link.end() :], survey) == [figure.segment]:
            return ""
        return f"no group is named in the link, and {len(beside)} in the sentence; {expected}"
    return f"told of: {', '.join(map(survey.segment_label, beside))}; {expected}"


def _named_after(text: str, survey: Survey) -> list[str]:
    """The groups named between a link and the next one, or the end of the sentence, if it says at once of whom the link tells."""
    patterns, _ = _vocabulary(survey)
    of_group, after = survey.language.say(OF_GROUP), LINK.split(text, 1)[0].replace("'", "’")
    named = [segment for segment, pattern in patterns.items() if pattern.search(after)]
    told = any(
        re.match(rf"\s+(?:{of_group})(?:{patterns[segment].pattern})", after, re.IGNORECASE) for segment in named
    )
    return named if told else []


def _office_fault(words: str, sentence: str, figure: Figure, survey: Survey) -> str:
    """What in a link to a figure of an office, or else in its sentence, contradicts its size, place or year.

    Where a sentence names several, the link names its own.
    """
    sizes, places = _office_vocabulary(survey)
    years = {year: _beginnings(year) for year in map(str, YEARS)}
    own = {"size": (figure.size and labels(survey, "sizes")[figure.size], sizes), "place": (figure.place, places)}
    for kind, (label, patterns) in {**own, "year": (figure.year, years)}.items():
        if not label:
            continue
        in_link, in_sentence = (_named(patterns, text) for text in (words, _typeset(sentence)))
        named = in_link or in_sentence
        if patterns[label].pattern in named:
            if in_link or len(named) == 1:
                continue
            return (
                f"no {kind} is named in the link, and {len(named)} in the sentence; {figure.reference} is of: {label}"
            )
        if named:
            return f"told of: {', '.join(named.values())}; {figure.reference} is of: {label}"
    return ""


def _named(patterns: Mapping[str, re.Pattern], text: str) -> dict[str, str]:
    """The names that a text has, by the pattern that finds them; of names with one pattern, the first."""
    text = text.replace("'", "’")
    return {pattern.pattern: name for name, pattern in reversed(list(patterns.items())) if pattern.search(text)}


@remembered
def _office_vocabulary(survey: Survey) -> tuple[dict[str, re.Pattern], dict[str, re.Pattern]]:
    """How the survey's language names each size of companies and each place, by label."""
    sizes, places = (
        dict(
            zip(
                survey.localised(table, "label"),
                map(_beginnings, survey.localised(table, "words")),
                strict=True,
            )
        )
        for table in (survey.sizes, survey.places)
    )
    return sizes, places


def _beginnings(words: str) -> re.Pattern:
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}" for word in words.split("|")), re.IGNORECASE)


def _sign_fault(named: list[str], figure: Figure, survey: Survey) -> str:
    """What is wrong with naming one group in a link to a figure of no group: only a gap has a group, the one that leads."""
    if len(named) != 1 or named == [figure.segment]:
        return ""
    of = f"the lead of: {survey.segment_label(figure.segment)}" if figure.segment else "not of one group"
    return f"told of: {survey.segment_label(named[0])}; {figure.reference} is {of}"


def _item_fault(figure: Figure, sentence: str, context: str, survey: Survey) -> str:
    """Whether the sentence, or else what stands around it, names other items and not the figure's."""
    _, patterns = _vocabulary(survey)
    if (figure.question, figure.item) not in patterns:
        return ""
    fault = f"{figure.reference} is about “{survey.item_label(figure.question, figure.item)}”, which is not named here"
    named = [_named_items(survey, _typeset(where)) for where in (sentence, context)]
    for keys in named:
        items = [item for question, item in keys if question == figure.question]
        if figure.item in items:
            return ""
        if items:
            return fault
    return fault if named[0] else ""


@remembered
def _named_items(survey: Survey, text: str) -> list[tuple[str, str]]:
    """The items, as (question, item), that a text without links names."""
    _, patterns = _vocabulary(survey)
    return [key for key, pattern in patterns.items() if pattern.search(text)]


def _typeset(text: str) -> str:
    return strip_links(text).replace("'", "’")


@remembered
def _vocabulary(survey: Survey) -> tuple[dict[str, re.Pattern], dict[tuple[str, str], re.Pattern]]:
    """How the survey's language names each segment, and each item of each question."""

    told = survey.localised(survey.segments, "words")
    segments = dict(zip(survey.segments["segment"], map(_beginnings, told), strict=True))
    keys = zip(survey.items["question"], survey.items["item"], strict=True)
    return segments, dict(zip(keys, map(_beginnings, survey.localised(survey.items, "words")), strict=True))
