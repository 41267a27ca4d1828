"""Trace each number of a text to the figure that it is linked to, and report the numbers that cannot be traced.

A number that comes from the survey is written inside a link to its figure, as in
`[35% of SMEs](#tools.external-social-networks.sme)`. Its group, item and unit may be named in the link, right after it,
in its sentence, in its paragraph, or nowhere; only a contradiction with the figure is a fault. A rounded restatement
may follow the link, as in ", about one in five". Any other number must be a date, a year, the number of a figure or a
name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..figures.figure import UNIT_NAMES, Figure, UnknownFigure
from ..figures.table import names_group
from ..survey.model import Survey, remember
from ..survey.official import list_labels
from ..text.links import LINK, strip_links
from ..text.numbers import Number, counts_one, read_numbers, read_restatement, split_sentences

NOT_PROSE = re.compile(
    r"^```.*?^```|`[^`]*`|<!--.*?-->|<[^>]+>|!?\[([^\]]*)\]\((?!\S*#)[^)]*\)|https?://\S+|^\s*\d+\.\s|^\|[-:| ]+\|?$",
    re.MULTILINE | re.DOTALL,
)
RESTATEMENT = re.compile(r"\s*[,(]\s*([^][,;:.()!?…|]+?)\s*(?=[.;:)!?…|]|$)")  # to the end of what it stands in
OF_GROUP = r"(?:(?:of|in|among|from) (?:\w+ (?:of|in|from) )?(?:the |all )?)"  # between a number and its group
YEARS = range(2000, 2100)
COMMON_FRACTIONS = [10, 20, 25, 100 / 3, 40, 50, 60, 200 / 3, 75, 80, 90]  # the fractions people say, in percent


@dataclass(frozen=True)
class Problem:
    """A number that cannot be traced: its words, the fault, and the sentence around them."""

    words: str
    fault: str
    sentence: str

    def __str__(self) -> str:
        return f"“{self.words}”: {self.fault} — in: {self.sentence}"


def check_text(
    text: str, survey: Survey, figures: Mapping[str, Figure], context: str = ""
) -> tuple[list[Problem], int, int]:
    """Return the problems of a text's numbers, how many numbers are traced, and how many there are.

    `context` is the text around (default: the text itself). Where a sentence names no item of the figure's question,
    the context must name the figure's item if it names any.
    """
    problems, traced, total = [], 0, 0
    text = NOT_PROSE.sub(lambda match: match[1] or " ", text)
    context = context or text
    for sentence in split_sentences(text):
        shown, rest = " ".join(strip_links(sentence).split()), sentence
        for match in LINK.finditer(sentence):
            fault = _find_fault(match, sentence, context, survey, figures)
            count = max(1, len(read_numbers(match[1], survey.language)))
            total += count
            if fault:
                problems.append(Problem(match[1], fault, shown))
            else:
                traced += count
                if restatement := _find_restatement(sentence[match.end() :], figures[match[2]], survey):
                    total, traced = total + 1, traced + 1
                    rest = rest.replace(f"{match[0]}{restatement}", " … ")
        for number in read_numbers(LINK.sub(" … ", rest), survey.language):
            total += 1
            problems.append(Problem(number.text, "number is not linked to a figure", shown))
    return problems, traced, total


def _find_fault(link: re.Match, sentence: str, context: str, survey: Survey, figures: Mapping[str, Figure]) -> str:
    """Return the fault of a linked number, or ""."""
    words, reference = link.groups()
    try:
        figure = figures[reference]
    except UnknownFigure as error:
        return str(error)
    fault = (
        _find_office_fault(words, sentence, figure, survey)
        if figure.measure
        else _find_group_fault(link, sentence, figure, survey) or _find_item_fault(figure, sentence, context, survey)
    )
    if fault or figure.value is None:
        return fault
    numbers = _read_linked_numbers(words, figure, survey)
    if len(numbers) != 1:
        return f"{len(numbers) or 'no'} numbers in one link; expected one"
    number = numbers[0]
    is_bare = number.unit == "count" and number.text.strip() == words.strip()  # as in `[35](#…)`: any unit will do
    if number.unit != figure.unit and not is_bare:
        return f"unit: found {UNIT_NAMES[number.unit]}; expected {UNIT_NAMES[figure.unit]}, as {reference} has"
    if not _matches(number, figure.value):
        unit = f" {UNIT_NAMES[figure.unit]}" if figure.unit != "count" else ""
        return f"{reference} is {figure.value:g}{unit}"
    return ""


def _read_linked_numbers(words: str, figure: Figure, survey: Survey) -> list[Number]:
    """Return the numbers in the words of a link, also "one" where it is a number and no article."""
    numbers = read_numbers(words, survey.language)
    if not numbers:  # "un point", but not the article "un"
        every_number = read_numbers(words, survey.language, every_one=True)
        numbers = [number for number in every_number if number.unit != "count"]
    if not numbers and figure.unit == "count" and counts_one(words, survey.language):
        numbers = [Number(words, 1, "count")]
    return numbers


def _matches(number: Number, value: float) -> bool:
    """Return whether a text may give a value as this number.

    A fraction such as "a third" must be the nearest of the common ones; "about 30" must round the value to one, two or
    three significant digits; any other number must be the value to the decimals that it shows.
    """
    if number.claim == "fraction":
        nearest, given = (min(COMMON_FRACTIONS, key=lambda usual: abs(usual - x)) for x in (value, number.value))
        return nearest == given
    if number.claim == "about":
        return any(float(f"{value:.{digits}g}") == number.value for digits in (1, 2, 3))
    return abs(number.value - value) < 0.5 * 10**-number.decimals if number.decimals else number.value == value


def _find_restatement(after: str, figure: Figure, survey: Survey) -> str:
    """Return the rounded restatement of a figure that follows its link, such as ", about one in five", or ""."""
    match = RESTATEMENT.match(after)
    if match is None or figure.value is None:
        return ""
    number = read_restatement(match[1], survey.language)
    return match[0] if number and number.unit == figure.unit and _matches(number, figure.value) else ""


def _find_group_fault(link: re.Match, sentence: str, figure: Figure, survey: Survey) -> str:
    """Return the fault if a link, or else its sentence, contradicts the figure's group, or "".

    A figure of no group may stand beside no group or beside both.
    """
    patterns, _ = _compile_vocabulary(survey)
    words = link[1].replace("'", "’")
    places = {segment: match.start() for segment, pattern in patterns.items() if (match := pattern.search(words))}
    named = list(places)
    if not figure.segment or not names_group(figure):
        return _find_lead_fault(named, figure, survey)
    if figure.unit == "lead":  # who leads is named first, and a parenthesis names the same group again
        again = " ".join(re.findall(r"\(.*?\)", words))
        named = sorted(named, key=lambda segment: (places[segment], segment))
        named = named[:1] + [segment for segment in named[1:] if patterns[segment].search(again)]
    if named == [figure.segment]:
        return ""
    expected = f"{figure.reference} is of: {survey.segment_label(figure.segment)}"
    if named:
        return f"names: {', '.join(map(survey.segment_label, named))}; {expected}"
    around = _normalise(sentence)
    beside = [segment for segment, pattern in patterns.items() if pattern.search(around)]
    if not beside or beside == [figure.segment]:
        return "no group is named" if figure.unit == "lead" else ""
    if figure.segment in beside:
        if _find_groups_after(sentence[link.end() :], survey) == [figure.segment]:
            return ""
        return f"no group is named in the link, and {len(beside)} in the sentence; {expected}"
    return f"names: {', '.join(map(survey.segment_label, beside))}; {expected}"


def _find_groups_after(text: str, survey: Survey) -> list[str]:
    """Return the groups named right after a link, as in `[35%](#tools.email.sme) of SMEs`, up to the next link."""
    patterns, _ = _compile_vocabulary(survey)
    of_group, after = survey.language.say(OF_GROUP), LINK.split(text, 1)[0].replace("'", "’")
    named = [segment for segment, pattern in patterns.items() if pattern.search(after)]
    follows = any(
        re.match(rf"\s+(?:{of_group})(?:{patterns[segment].pattern})", after, re.IGNORECASE) for segment in named
    )
    return named if follows else []


def _find_office_fault(words: str, sentence: str, figure: Figure, survey: Survey) -> str:
    """Return the fault if a link, or else its sentence, contradicts an office's figure in size, place or year, or "".

    Where a sentence names several, the link must name its own.
    """
    sizes, places = _compile_office_vocabulary(survey)
    years = {year: _compile_words(year) for year in map(str, YEARS)}
    expected = {
        "size": (figure.size and list_labels(survey, "sizes")[figure.size], sizes),
        "place": (figure.place, places),
    }
    for kind, (label, patterns) in {**expected, "year": (figure.year, years)}.items():
        if not label:
            continue
        in_link, in_sentence = (_find_names(patterns, text) for text in (words, _normalise(sentence)))
        named = in_link or in_sentence
        if patterns[label].pattern in named:
            if in_link or len(named) == 1:
                continue
            return (
                f"no {kind} is named in the link, and {len(named)} in the sentence; {figure.reference} is of: {label}"
            )
        if named:
            return f"names: {', '.join(named.values())}; {figure.reference} is of: {label}"
    return ""


def _find_names(patterns: Mapping[str, re.Pattern], text: str) -> dict[str, str]:
    """Return the names in a text, by the pattern that finds them; of names with the same pattern, the first."""
    text = text.replace("'", "’")
    return {pattern.pattern: name for name, pattern in reversed(list(patterns.items())) if pattern.search(text)}


@remember
def _compile_office_vocabulary(survey: Survey) -> tuple[dict[str, re.Pattern], dict[str, re.Pattern]]:
    """Return the patterns that find each size of companies and each place in the survey's language, by label."""
    sizes, places = (
        dict(
            zip(
                survey.localise(table, "label"),
                map(_compile_words, survey.localise(table, "words")),
                strict=True,
            )
        )
        for table in (survey.sizes, survey.places)
    )
    return sizes, places


def _compile_words(words: str) -> re.Pattern:
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}" for word in words.split("|")), re.IGNORECASE)


def _find_lead_fault(named: list[str], figure: Figure, survey: Survey) -> str:
    """Return the fault if a link to a gap, or to a figure of no group, names one group that does not lead, or ""."""
    if len(named) != 1 or named == [figure.segment]:
        return ""
    of = f"the lead of: {survey.segment_label(figure.segment)}" if figure.segment else "not of one group"
    return f"names: {survey.segment_label(named[0])}; {figure.reference} is {of}"


def _find_item_fault(figure: Figure, sentence: str, context: str, survey: Survey) -> str:
    """Return the fault if the sentence, or else its context, names other items and not the figure's, or ""."""
    _, patterns = _compile_vocabulary(survey)
    if (figure.question, figure.item) not in patterns:
        return ""
    fault = f"{figure.reference} is about “{survey.item_label(figure.question, figure.item)}”, which is not named here"
    named = [_find_items(survey, _normalise(where)) for where in (sentence, context)]
    for keys in named:
        items = [item for question, item in keys if question == figure.question]
        if figure.item in items:
            return ""
        if items:
            return fault
    return fault if named[0] else ""


@remember
def _find_items(survey: Survey, text: str) -> list[tuple[str, str]]:
    """Return the items, as (question, item), that a text without links names."""
    _, patterns = _compile_vocabulary(survey)
    return [key for key, pattern in patterns.items() if pattern.search(text)]


def _normalise(text: str) -> str:
    return strip_links(text).replace("'", "’")


@remember
def _compile_vocabulary(survey: Survey) -> tuple[dict[str, re.Pattern], dict[tuple[str, str], re.Pattern]]:
    """Return the patterns that find each segment, and each item of each question, in the survey's language."""
    words = survey.localise(survey.segments, "words")
    segments = dict(zip(survey.segments["segment"], map(_compile_words, words), strict=True))
    keys = zip(survey.items["question"], survey.items["item"], strict=True)
    return segments, dict(zip(keys, map(_compile_words, survey.localise(survey.items, "words")), strict=True))
