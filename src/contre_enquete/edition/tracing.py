"""Traces each number of a text to the figure that it is linked to, and says what is wrong with those that cannot be.

A number that comes from the survey is written with its unit and group inside a link to its figure,
such as `[35 % des PME](#tools.external-social-networks.sme)`. Any other number must be of a
harmless kind (a date, a year, the number of a figure, a name).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ..survey.citable import Figure
from ..survey.model import Survey, remembered
from ..text.links import LINK, plain
from ..text.numbers import Number, read_numbers, sentences

NOT_PROSE = re.compile(
    r"^```.*?^```|`[^`]*`|<!--.*?-->|<[^>]+>|!?\[([^\]]*)\]\((?!\S*#)[^)]*\)|https?://\S+|^\s*\d+\.\s|^\|[-:| ]+\|?$",
    re.MULTILINE | re.DOTALL,
)
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
    text: str, survey: Survey, figures: dict[str, Figure], context: str = ""
) -> tuple[list[Problem], int, int]:
    """Checks every number of a text: its problems, how many numbers are traced, and how many there are.

    A figure's item must be named in the number's sentence or, if that names none, in `context`, which
    is the text itself unless told.
    """
    problems, traced, total = [], 0, 0
    text = NOT_PROSE.sub(lambda match: match[1] or " ", text)
    context = context or text
    for sentence in sentences(text):
        shown = " ".join(plain(sentence).split())
        for match in LINK.finditer(sentence):
            fault = _fault(match[1], match[2], sentence, context, survey, figures)
            count = max(1, len(read_numbers(match[1], survey.language)))
            total += count
            if fault:
                problems.append(Problem(match[1], fault, shown))
            else:
                traced += count
        for number in read_numbers(LINK.sub(" … ", sentence), survey.language):
            total += 1
            problems.append(Problem(number.text, "no link says which figure this number is", shown))
    return problems, traced, total


def _fault(words: str, reference: str, sentence: str, text: str, survey: Survey, figures: dict[str, Figure]) -> str:
    """What is wrong with a linked number, or nothing."""
    if reference not in figures:
        return f"#{reference} is no figure"
    figure = figures[reference]
    language = survey.language
    fault = _group_fault(words, figure, survey) or _item_fault(figure, sentence, text, survey)
    if fault or figure.unit == "lead":
        return fault
    numbers = read_numbers(words, language)
    if not numbers:  # "un point", but not the article "un"
        numbers = [number for number in read_numbers(words, language, every_one=True) if number.unit != "count"]
    if len(numbers) != 1:
        return f"{len(numbers) or 'no'} numbers in one link; expected one"
    number = numbers[0]
    if number.unit != figure.unit:
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


def _group_fault(words: str, figure: Figure, survey: Survey) -> str:
    """Whether the words name the figure's group and no other; a figure of both groups names none or both."""
    patterns, _ = _vocabulary(survey)
    words = words.replace("'", "’")
    found = {segment: pattern.search(words) for segment, pattern in patterns.items()}
    named = [segment for segment in found if found[segment]]
    if not figure.segment:
        names = survey.segment_label(named[0]) if len(named) == 1 else ""
        return f"told of: {names}; {figure.reference} is not of one group" if names else ""
    if figure.unit == "lead":  # who leads is named first, and a parenthesis names the same group again
        again = " ".join(re.findall(r"\(.*?\)", words))
        named = sorted(named, key=lambda segment: (found[segment].start(), segment))
        named = named[:1] + [segment for segment in named[1:] if patterns[segment].search(again)]
    if named == [figure.segment]:
        return ""
    told = f"told of: {', '.join(map(survey.segment_label, named))}" if named else "no group is named"
    return f"{told}; {figure.reference} is told of: {survey.segment_label(figure.segment)}"


def _item_fault(figure: Figure, sentence: str, context: str, survey: Survey) -> str:
    """Whether the sentence, or else what stands around it, names the figure's item."""
    _, patterns = _vocabulary(survey)
    if (figure.question, figure.item) not in patterns:
        return ""
    for where in (sentence, context):
        where = plain(where).replace("'", "’")
        named = [item for (question, item), p in patterns.items() if question == figure.question and p.search(where)]
        if figure.item in named:
            return ""
        if named:
            break
    label = survey.item_label(figure.question, figure.item)
    return f"{figure.reference} is about “{label}”, which is not named here"


@remembered
def _vocabulary(survey: Survey) -> tuple[dict[str, re.Pattern], dict[tuple[str, str], re.Pattern]]:
    """How the survey's language names each segment, and each item of each question."""

    def pattern(words: str) -> re.Pattern:
        return re.compile("|".join(rf"(?<!\w){re.escape(word)}" for word in words.split("|")), re.IGNORECASE)

    told = survey.localised(survey.segments, "words")
    segments = dict(zip(survey.segments["segment"], map(pattern, told), strict=True))
    keys = zip(survey.items["question"], survey.items["item"], strict=True)
    return segments, dict(zip(keys, map(pattern, survey.localised(survey.items, "words")), strict=True))
