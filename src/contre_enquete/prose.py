"""Numbers in texts: finds them, reads them as their language writes them, checks them.

A number that comes from the survey is written with its unit and group inside a link to its figure,
such as `[35 % des PME](#tools.external-social-networks.sme)`. Any other number must be of a
harmless kind (a date, a year, the number of a figure, a name).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from .language import Language
from .registry import Figure
from .survey import Survey, remembered

LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?:[^()#\s]*)#([^()\s]+)\)")
SPACE = r"[ \u00a0\u202f]"
# How numbers are told, in English; a catalogue translates each pattern as it does a sentence.
PERCENT, POINTS = r"%|per ?cent", r"(?:percentage )?points?"
UNITS = {"percent": PERCENT, "points": POINTS}
FRACTIONS = {  # words, and the sign that stands for them
    r"two(?: |-)thirds": "⅔",
    r"three(?: |-)quarters": "¾",
    r"(?:a|one|the)(?: |-)third(?= of)|one(?: |-)third": "⅓",
    r"(?:a|one)(?: |-)quarter": "¼",
    r"(?:a|one)(?: |-)fifth(?= of)": "⅕",
    r"(?:a|one)(?: |-)tenth(?= of)": "⅒",
    r"half(?= of)|(?:a|one) half": "½",
}
OUT_OF = r"in|out of"
ABOUT = r"about|nearly|almost|around|some|roughly"
RANGE = r"to|and|or"
NUMBERED = r"figure|table|chart|paragraph|section|notebook|step|row|column"
USUAL = [10, 20, 25, 100 / 3, 40, 50, 60, 200 / 3, 75, 80, 90]  # the fractions people say, in percent
NAMES = r"Office 365|Python \d+(?:\.\d+)+|CC BY(?:-[A-Z]+)* \d\.\d|WCAG \d\.\d|ISO \d+(?:-\d)?"
NOT_PROSE = re.compile(
    r"^```.*?^```|`[^`]*`|<!--.*?-->|<[^>]+>|!?\[([^\]]*)\]\((?!\S*#)[^)]*\)|https?://\S+|^\s*\d+\.\s|^\|[-:| ]+\|?$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Problem:
    """A number that cannot land: the words that hold it, what is wrong with them, and their sentence."""

    words: str
    fault: str
    sentence: str

    def __str__(self) -> str:
        return f"“{self.words}”: {self.fault} — in: {self.sentence}"


@dataclass(frozen=True)
class Number:
    """A number as read: its value, its unit (percent, points or count), its decimals; how exact it claims to be."""

    text: str
    value: float
    unit: str
    decimals: int = 0
    claim: str = "exact"  # or "about", or "fraction"


def plain(text: str) -> str:
    """A text without its links to figures."""
    return LINK.sub(r"\1", text)


def references(text: str) -> list[str]:
    """The references that a text links to, in order, each once."""
    return list(dict.fromkeys(match[2] for match in LINK.finditer(text)))


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


def sentences(text: str) -> list[str]:
    """The sentences of a text; a heading, a list item and a row of a table count as one."""
    blocks = re.split(r"\n\s*\n|\n(?=\s*(?:[-*#|]|\d+\.) ?)", text)
    return [
        sentence for block in blocks for sentence in re.split(r"(?<=[.!?…])\s+(?=[^a-zà-ÿ])", block.strip()) if sentence
    ]


def read_numbers(text: str, language: Language, *, every_one: bool = False) -> list[Number]:
    """The numbers of a text, in digits or words, without those of a harmless kind.

    The words for one and two are articles and pairs as often as measures, and are left out unless
    `every_one` is wanted. Number words are read in the languages that text2num knows.
    """
    patterns = _patterns(language)
    text = patterns.numbered.sub(" ", patterns.date.sub(" ", text))
    text = re.sub(
        rf"{NAMES}|\b(?:19|20)\d\d\b(?!{SPACE}?%)|\b[A-Za-z][\w.-]*\d[\w.-]*|\b\d+\w*\.[a-z]{{2,}}\b", " ", text
    )
    for words, sign in patterns.fractions.items():
        text = words.sub(sign, text)
    digits = _digits(text, language, threshold=0 if every_one else 2)
    written = re.findall(r"\d+", text)
    return [
        number
        for number in _read(digits, patterns)
        if every_one or number.unit != "count" or number.value not in (1, 2) or f"{number.value:.0f}" in written
    ]


@dataclass(frozen=True)
class Patterns:
    """How one language writes numbers, and which of them are of a harmless kind."""

    decimal: str
    date: re.Pattern
    numbered: re.Pattern
    fractions: dict[re.Pattern, str]
    number: re.Pattern
    range: re.Pattern


@cache
def _patterns(language: Language) -> Patterns:
    from babel import Locale
    from babel.numbers import get_decimal_symbol, get_group_symbol

    say, ignore = language.say, re.IGNORECASE
    decimal, group = get_decimal_symbol(language.locale), get_group_symbol(language.locale)
    between, point = SPACE if group.isspace() else re.escape(group), re.escape(decimal)
    digits = rf"\d{{1,3}}(?:{between}\d{{3}})+(?:{point}\d+)?(?!\d)|\d+(?:{point}\d+)?"
    units = "|".join(f"(?P<{unit}>{say(words)})" for unit, words in UNITS.items())
    months = "|".join(Locale.parse(language.locale).months["format"]["wide"].values())
    link = rf"(?:,|–|-|{say(RANGE)})"
    day = r"\d{1,2}(?:er|st|nd|rd|th)?"
    return Patterns(
        decimal=decimal,
        date=re.compile(
            rf"\b(?:{day}(?: {link} {day})? )?(?:{months})\b(?: {day}(?! ?%|\w|{SPACE}\d))?(?:,? \d{{4}})?"
        ),
        numbered=re.compile(rf"(?:{say(NUMBERED)})s?\s\d+(?:(?:, | {link} )\d+)*", ignore),
        fractions={re.compile(rf"\b(?:{say(words)})(?!\w)", ignore): sign for words, sign in FRACTIONS.items()},
        number=re.compile(
            rf"(?P<part>{digits})\s(?:\w+\s){{0,4}}(?:{say(OUT_OF)})\s(?P<whole>100?)\b"
            rf"|(?P<fraction>[{''.join(FRACTIONS.values())}])"
            rf"|(?P<about>\b(?:{say(ABOUT)})\s+)?(?P<number>{digits})(?:{SPACE}*(?:{units})(?!\w))?",
            ignore,
        ),
        range=re.compile(rf"\s*(?:{say(RANGE)}|–|-)\s*", ignore),
    )


def _digits(text: str, language: Language, threshold: int) -> str:
    """The text with its number words as digits."""
    from text_to_num import alpha2digit

    try:
        return alpha2digit(text, language.code, threshold=threshold)
    except ValueError:  # a language that text2num does not know
        return text


def _read(text: str, patterns: Patterns) -> Iterator[Number]:
    found = list(patterns.number.finditer(text))
    for match, following in zip_longest(found, found[1:]):
        if match["part"]:
            value = 100 * _value(match["part"], patterns) / int(match["whole"])
            yield Number(match[0], value, "percent", claim="fraction")
        elif match["fraction"]:
            yield Number(match[0], 100 * unicodedata.numeric(match["fraction"]), "percent", claim="fraction")
        else:
            unit = next((unit for unit in UNITS if match[unit]), "")
            if not unit and following and patterns.range.fullmatch(text[match.end() : following.start()]):
                unit = next((unit for unit in UNITS if following[unit]), "")  # 58 à 60 %
            value = _value(match["number"], patterns)
            decimals = len(match["number"].split(patterns.decimal)[-1]) if value != int(value) else 0
            yield Number(match[0], value, unit or "count", decimals, "about" if match["about"] else "exact")


def _value(digits: str, patterns: Patterns) -> float:
    return float(".".join(re.sub(r"\D", "", part) for part in digits.split(patterns.decimal)))


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
