"""Numbers in texts: finds them, reads them as French or English writes them, checks them.

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

from .registry import Figure
from .survey import Survey

LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?:[^()#\s]*)#([^()\s]+)\)")
SPACE = r"[ \u00a0\u202f]"
DIGITS = {
    "fr": rf"\d{{1,3}}(?:{SPACE}\d{{3}})+(?:,\d+)?(?!\d)|\d+(?:,\d+)?",
    "en": r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?",
}
UNITS = {
    "percent": {"fr": r"%|pour (?:cent|100)|p\. 100", "en": r"%|per ?cent"},
    "points": {"fr": r"points?(?: de pourcentage)?", "en": r"(?:percentage )?points?"},
}
FRACTIONS = {  # words, and the sign that stands for them
    "fr": {
        r"deux(?: |-)tiers": "⅔",
        r"trois(?: |-)quarts": "¾",
        r"(?:un|le|du) tiers": "⅓",
        r"(?:un|le|du) quart": "¼",
        r"(?:un|le) cinquième(?= d)": "⅕",
        r"(?:un|le) dixième(?= d)": "⅒",
        r"la moitié": "½",
    },
    "en": {
        r"two(?: |-)thirds": "⅔",
        r"three(?: |-)quarters": "¾",
        r"(?:a|one|the)(?: |-)third(?= of)|one(?: |-)third": "⅓",
        r"(?:a|one)(?: |-)quarter": "¼",
        r"(?:a|one)(?: |-)fifth(?= of)": "⅕",
        r"(?:a|one)(?: |-)tenth(?= of)": "⅒",
        r"half(?= of)|(?:a|one) half": "½",
    },
}
OUT_OF = {"fr": "sur", "en": "in|out of"}
ABOUT = {"fr": r"environ|près de|à peu près|presque|quelque", "en": r"about|nearly|almost|around|some|roughly"}
USUAL = [10, 20, 25, 100 / 3, 40, 50, 60, 200 / 3, 75, 80, 90]  # the fractions people say, in percent
MONTHS = {
    "fr": "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
}
HARMLESS = {
    "fr": rf"\d{{1,2}}(?:er)?(?: (?:{MONTHS['fr']}))?(?: (?:et|au|à)| ou)? \d{{1,2}}(?:er)? (?:{MONTHS['fr']})(?: \d{{4}})?"
    rf"|\d{{1,2}}(?:er)? (?:{MONTHS['fr']})(?: \d{{4}})?"
    r"|(?:figure|tableau|graphique|paragraphe|section|cahier|étape|ligne|colonne)s?\s\d+(?:(?:, | et | ou | à )\d+)*",
    "en": rf"(?:{MONTHS['en']}) \d{{4}}|(?:{MONTHS['en']}) \d{{1,2}}(?:, \d{{4}})?|\d{{1,2}}(?: (?:and|or|to) \d{{1,2}})? (?:{MONTHS['en']})(?: \d{{4}})?"
    rf"|\d{{1,2}} (?:{MONTHS['en']}) to \d{{1,2}} (?:{MONTHS['en']})"
    r"|(?:figure|table|chart|paragraph|section|notebook|step|row|column)s?\s\d+(?:(?:, | and | or | to )\d+)*",
}
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
            count = max(1, len(read_numbers(match[1], survey.language.code)))
            total += count
            if fault:
                problems.append(Problem(match[1], fault, shown))
            else:
                traced += count
        for number in read_numbers(LINK.sub(" … ", sentence), survey.language.code):
            total += 1
            problems.append(Problem(number.text, "no link says which figure this number is", shown))
    return problems, traced, total


def sentences(text: str) -> list[str]:
    """The sentences of a text; a heading, a list item and a row of a table count as one."""
    blocks = re.split(r"\n\s*\n|\n(?=\s*(?:[-*#|]|\d+\.) ?)", text)
    return [
        sentence for block in blocks for sentence in re.split(r"(?<=[.!?…])\s+(?=[^a-zà-ÿ])", block.strip()) if sentence
    ]


def read_numbers(text: str, language: str, *, every_one: bool = False) -> list[Number]:
    """The numbers of a text, in digits or words, without those of a harmless kind.

    The words for one and two are articles and pairs as often as measures, and are left out unless
    `every_one` is wanted.
    """
    from text_to_num import alpha2digit

    text = re.sub(HARMLESS[language], " ", text, flags=re.IGNORECASE)
    text = re.sub(
        rf"{NAMES}|\b(?:19|20)\d\d\b(?!{SPACE}?%)|\b[A-Za-z][\w.-]*\d[\w.-]*|\b\d+\w*\.[a-z]{{2,}}\b", " ", text
    )
    for words, sign in FRACTIONS[language].items():
        text = re.sub(rf"\b(?:{words})(?!\w)", sign, text, flags=re.IGNORECASE)
    digits = alpha2digit(text, language, threshold=0 if every_one else 2)
    written = re.findall(r"\d+", text)
    return [
        number
        for number in _read(digits, language)
        if every_one or number.unit != "count" or number.value not in (1, 2) or f"{number.value:.0f}" in written
    ]


def _read(text: str, language: str) -> Iterator[Number]:
    units = "|".join(f"(?P<{unit}>{pattern[language]})" for unit, pattern in UNITS.items())
    pattern = (
        rf"(?P<part>{DIGITS[language]})\s(?:\w+\s){{0,4}}(?:{OUT_OF[language]})\s(?P<whole>100?)\b"
        rf"|(?P<fraction>[{''.join(FRACTIONS[language].values())}])"
        rf"|(?P<about>\b(?:{ABOUT[language]})\s+)?(?P<number>{DIGITS[language]})(?:{SPACE}*(?:{units})(?!\w))?"
    )
    found = list(re.finditer(pattern, text, re.IGNORECASE))
    for match, following in zip_longest(found, found[1:]):
        if match["part"]:
            value = 100 * _value(match["part"], language) / int(match["whole"])
            yield Number(match[0], value, "percent", claim="fraction")
        elif match["fraction"]:
            yield Number(match[0], 100 * unicodedata.numeric(match["fraction"]), "percent", claim="fraction")
        else:
            unit = next((unit for unit in UNITS if match[unit]), "")
            if (
                not unit
                and following
                and re.fullmatch(r"\s*(?:à|to|and|et|–|-)\s*", text[match.end() : following.start()])
            ):
                unit = next((unit for unit in UNITS if following[unit]), "")  # 58 à 60 %
            value = _value(match["number"], language)
            decimals = len(re.split(r"[.,]", match["number"])[-1]) if value != int(value) else 0
            yield Number(match[0], value, unit or "count", decimals, "about" if match["about"] else "exact")


def _value(digits: str, language: str) -> float:
    digits = re.sub(SPACE, "", digits)
    return float(digits.replace(",", ".") if language == "fr" else digits.replace(",", ""))


def _fault(words: str, reference: str, sentence: str, text: str, survey: Survey, figures: dict[str, Figure]) -> str:
    """What is wrong with a linked number, or nothing."""
    if reference not in figures:
        return f"#{reference} is no figure"
    figure = figures[reference]
    language = survey.language.code
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
    if figure.unit == "lead":
        named = sorted(named, key=lambda segment: found[segment].start())[:1]
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


@cache
def _vocabulary(survey: Survey) -> tuple[dict[str, re.Pattern], dict[tuple[str, str], re.Pattern]]:
    """How the survey's language names each segment, and each item of each question."""

    def pattern(words: str) -> re.Pattern:
        return re.compile("|".join(rf"(?<!\w){re.escape(word)}" for word in words.split("|")), re.IGNORECASE)

    words = f"words_{survey.language.code}"
    segments = {row["segment"]: pattern(row[words]) for _, row in survey.segments.iterrows()}
    items = {(row["question"], row["item"]): pattern(row[words]) for _, row in survey.items.iterrows()}
    return segments, items
