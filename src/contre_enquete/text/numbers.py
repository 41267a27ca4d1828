"""Find the numbers in a text and read them as its language writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from .language import Language

SPACE = r"[ \u00a0\u202f]"
# How English writes numbers; a catalogue translates each pattern as it does a sentence.
PERCENT, POINTS = r"%|per ?cent", r"(?:percentage )?points?"
UNITS = {"percent": PERCENT, "points": POINTS}
FRACTIONS = {  # words, and the sign that stands for them
    r"two(?: |-)thirds": "⅔",
    r"three(?: |-)quarters": "¾",
    r"(?:a|one|the)(?: |-)third(?= of)|one(?: |-)third|one (?:\w+ ){0,2}(?:in|out of) three": "⅓",
    r"(?:a|one)(?: |-)quarter|one (?:\w+ ){0,2}(?:in|out of) four": "¼",
    r"(?:a|one)(?: |-)fifth(?= of)|one(?: |-)fifth|one (?:\w+ ){0,2}(?:in|out of) five": "⅕",
    r"(?:a|one)(?: |-)tenth(?= of)|one(?: |-)tenth|one (?:\w+ ){0,2}(?:in|out of) ten": "⅒",
    r"half(?= of)|(?:a|one) half": "½",
}
OUT_OF = r"in|out of"
SINGLE = r"(?:a |the )?(?:single|only one|one)"
ABOUT = r"about|nearly|almost|around|some|roughly"
RANGE = r"to|and|or"
NUMBERED = r"figure|table|chart|paragraph|section|notebook|step|row|column"
NAMES = r"Office 365|Python \d+(?:\.\d+)+|CC BY(?:-[A-Z]+)* \d\.\d|WCAG \d\.\d|ISO \d+(?:-\d)?|\d+ min\b"


@dataclass(frozen=True)
class Number:
    """A number as a text gives it.

    Attributes
    ----------
    text : str
        Its words in the text, such as "about 30%".
    value : float
        Its value: in percent from 0 to 100, in percentage points, or a count.
    unit : str
        "percent", "points" or "count".
    decimals : int
        Number of decimals that the text shows.
    claim : str
        "exact", "about" or "fraction".
    """

    text: str
    value: float
    unit: str
    decimals: int = 0
    claim: str = "exact"


def split_sentences(text: str) -> list[str]:
    r"""Return the sentences of a Markdown text; a heading, a list item and a row of a table count as one each.

    >>> split_sentences("# Title\n\nOne. Two!")
    ['# Title', 'One.', 'Two!']
    """
    blocks = re.split(r"\n\s*\n|\n(?=\s*(?:[-*#|]|\d+\.) ?)", text)
    return [
        sentence for block in blocks for sentence in re.split(r"(?<=[.!?…])\s+(?=[^a-zà-ÿ])", block.strip()) if sentence
    ]


def read_numbers(text: str, language: Language, *, every_one: bool = False) -> list[Number]:
    """Return the numbers of a text, in digits or words.

    It leaves out dates, years, numbered things ("figure 3"), names ("Office 365") and reading times ("9 min"); unless
    `every_one`, also the words for one and two, which are articles and pairs as often as measures. Number words are
    read in the languages that text2num knows.

    >>> [(number.value, number.unit) for number in read_numbers("In 2013, 35% of 9,908 people", Language("en"))]
    [(35.0, 'percent'), (9908.0, 'count')]
    """
    patterns = _compile_patterns(language)
    text = patterns.numbered.sub(" ", patterns.date.sub(" ", text))
    text = re.sub(
        rf"{NAMES}|\b(?:19|20)\d\d\b(?!{SPACE}?%)|\b[A-Za-z][\w.-]*\d[\w.-]*|\b\d+\w*\.[a-z]{{2,}}\b", " ", text
    )
    digits = _write_digits(text, language, threshold=0 if every_one else 2)
    in_digits = re.findall(r"\d+", text)
    return [
        number
        for number in _find_numbers(digits, patterns)
        if every_one or number.unit != "count" or number.value not in (1, 2) or f"{number.value:.0f}" in in_digits
    ]


def read_restatement(text: str, language: Language) -> Number | None:
    """Return the number of a text that is nothing but a fraction, or "about" a number; None for any other text.

    >>> read_restatement("about one in five", Language("en")).value
    20.0
    """
    numbers = read_numbers(text, language)
    digits = _write_digits(text, language, threshold=2).strip()
    return numbers[0] if len(numbers) == 1 and numbers[0].claim != "exact" and numbers[0].text == digits else None


def counts_one(text: str, language: Language) -> bool:
    """Return whether a text counts one thing in words, as "a single voice" does; `read_numbers` leaves that out.

    >>> counts_one("a single voice", Language("en"))
    True
    """
    return bool(re.match(rf"(?:{language.say(SINGLE)})\b", text, re.IGNORECASE))


@dataclass(frozen=True)
class Patterns:
    """The patterns of one language: how it writes numbers, and dates and numbered things, which are no measures."""

    decimal: str
    date: re.Pattern
    numbered: re.Pattern
    fractions: dict[re.Pattern, str]
    number: re.Pattern
    range: re.Pattern


@cache
def _compile_patterns(language: Language) -> Patterns:
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
            rf"|(?:\b(?:{say(ABOUT)})\s+)?(?P<fraction>[{''.join(FRACTIONS.values())}])"
            rf"|(?P<about>\b(?:{say(ABOUT)})\s+)?(?P<number>{digits})(?:{SPACE}*(?:{units})(?!\w))?",
            ignore,
        ),
        range=re.compile(rf"\s*(?:{say(RANGE)}|–|-)\s*", ignore),
    )


def _write_digits(text: str, language: Language, threshold: int) -> str:
    """Return a text with its fractions as signs and its number words, those above the threshold, as digits."""
    from text_to_num import alpha2digit

    for words, sign in _compile_patterns(language).fractions.items():
        text = words.sub(sign, text)
    try:
        return alpha2digit(text, language.code, threshold=threshold)
    except ValueError:  # a language that text2num does not know
        return text


def _find_numbers(text: str, patterns: Patterns) -> Iterator[Number]:
    matches = list(patterns.number.finditer(text))
    for match, following in zip_longest(matches, matches[1:]):
        if match["part"]:
            value = 100 * _parse_value(match["part"], patterns) / int(match["whole"])
            yield Number(match[0], value, "percent", claim="fraction")
        elif match["fraction"]:
            yield Number(match[0], 100 * unicodedata.numeric(match["fraction"]), "percent", claim="fraction")
        else:
            unit = next((unit for unit in UNITS if match[unit]), "")
            if not unit and following and patterns.range.fullmatch(text[match.end() : following.start()]):
                unit = next((unit for unit in UNITS if following[unit]), "")  # 58 à 60 %
            value = _parse_value(match["number"], patterns)
            decimals = len(match["number"].split(patterns.decimal)[-1]) if value != int(value) else 0
            yield Number(match[0], value, unit or "count", decimals, "about" if match["about"] else "exact")


def _parse_value(digits: str, patterns: Patterns) -> float:
    return float(".".join(re.sub(r"\D", "", part) for part in digits.split(patterns.decimal)))
