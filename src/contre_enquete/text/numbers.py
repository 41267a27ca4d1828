"""Find the numbers in a text and read them as its language writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest
from math import log10

from .grammar import SPACE, Grammar, list_grammars, load_grammar
from .links import LINK

PERCENT, POINTS, COUNT, YEAR = "percent", "points", "count", "year"
UNIT_NAMES = {PERCENT: "percent", POINTS: "percentage points", COUNT: "number", "lead": "group"}  # in messages
CURRENCY_SIGN = r"(?:\\?[$€£])?"  # which may stand between a minus, or a word such as "about", and its number
WRITTEN_UNITS = (PERCENT, POINTS)  # the units that a number itself says
CODES = re.compile(  # what has digits and is no number: S04, 1library.net, 3.11.2, 10:30, 2021-03-12, 1990s, 3D, (1) in a list
    r"\b[A-Za-z](?:[^\W\d]|[.-]){0,100}+\d[\w.-]*+|\b\d\w*+\.[a-z]{2,}\b|\b\d++(?:\.\d++){2,}\b"
    r"|\b\d{1,2}:\d\d(?::\d\d)?\b|\b\d{4}-\d\d-\d\d\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b(?:19|20)\d0s\b"
    r"|\b(?:19|20)\d\d[-–/]\d\d\b(?!\d| ?%)|\b[1-4]D\b|(?:^|(?<=[:;,.]\s))\(\d\)(?=\s\w)"
)
YEARS = re.compile(rf"\b(?:19|20)\d\d\b(?!{SPACE}?%)")
PHRASE_GAP = r"(?:\w+ ){0,4}"  # what "…" stands for in a phrase


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
        Number of decimals that the text shows; negative for what it gives in thousands or millions.
    claim : str
        "exact", "about", "fraction", or the sign of a bound: "<", "≤", ">" or "≥".
    signed : bool
        Whether the text shows its sign.
    scale : float
        What its digits are multiplied by: a million in "1.5 million".
    under : bool
        Whether the text says that the value is not quite reached, as "nearly 30%" does.
    """

    text: str
    value: float
    unit: str
    decimals: int = 0
    claim: str = "exact"
    signed: bool = False
    scale: float = 1.0
    under: bool = False


def locate_sentences(text: str) -> list[tuple[int, int]]:
    r"""Return where each sentence of a Markdown text begins and ends; a heading, list item or row counts as one each.

    >>> locate_sentences("# Title\nOne. Two!"), locate_sentences("Am 15. März.")
    ([(0, 7), (8, 12), (13, 17)], [(0, 12)])
    """
    ends = {gap.span() for gap in re.finditer(r"\n\s*\n|\n(?=\s*(?:[-*#|]|\d+\.) ?)", text)}
    ends |= {(heading.end(), heading.end()) for heading in re.finditer(r"^[ \t]*#{1,6}[ \t].*$", text, re.MULTILINE)}
    starts = [0, *(end for _, end in sorted(ends))]
    places = []
    for start, stop in zip(starts, [*(start for start, _ in sorted(ends)), len(text)], strict=True):
        block = text[start:stop]
        start, block = start + len(block) - len(block.lstrip()), block.strip()
        links = [link.span() for link in LINK.finditer(block)]  # a stop in a link, as in U.S. Adults, ends no sentence
        cuts = [
            cut
            for cut in re.finditer(r"(?<=[.!?…])\s+(?=[^a-zà-ÿ])", block)
            if not any(first < cut.start() < last for first, last in links) and not _match_day_in(block, cut)
        ]
        firsts, lasts = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(block)]
        places += [(start + first, start + last) for first, last in zip(firsts, lasts, strict=True) if last > first]
    return places


def _match_day_in(text: str, space: re.Match[str]) -> bool:
    """Return whether a space stands between day and month of a date, as in German: "15. März"."""
    day = re.search(r"(?<!\w)\d{1,2}\.$", text[max(0, space.start() - 4) : space.start()])
    return bool(day and _compile_months_after_stops().match(text, space.end()))


@cache
def _compile_months_after_stops() -> re.Pattern[str]:
    """Return the pattern of the months of the languages that write a full stop after the day."""
    grammars = [grammar for grammar in map(load_grammar, list_grammars()) if "." in grammar.day_endings]
    months = dict.fromkeys(month for grammar in grammars for month in grammar.months)
    return re.compile(rf"(?:{'|'.join(map(re.escape, months))})\b")


def split_sentences(text: str) -> list[str]:
    r"""Return the sentences of a Markdown text; a heading, a list item and a row of a table count as one each.

    >>> split_sentences("# Title\n\nOne. Two!")
    ['# Title', 'One.', 'Two!']
    """
    return [text[start:end] for start, end in locate_sentences(text)]


def read_numbers(text: str, grammar: Grammar, *, every_one: bool = False) -> list[Number]:
    """Return the numbers of a text, in digits or words.

    It leaves out dates, years, numbered things ("figure 3") and codes ("S04"); unless `every_one`, also the words for
    one and two, which are articles and pairs as often as measures.

    >>> from contre_enquete.text.grammar import load_grammar
    >>> text = "In 2012, 35% of 2012 people"
    >>> [(number.value, number.unit) for number in read_numbers(text, load_grammar("en"))]
    [(35.0, 'percent'), (2012.0, 'count')]
    """
    patterns = _compile_patterns(grammar)
    text = grammar.rates.sub(" ", text)  # 1,000 is no number of its own in "4.2 per 1,000"
    text = patterns.numbered.sub(" ", patterns.date.sub(" ", text))
    text = patterns.rank.sub(" ", text)
    text = CODES.sub(" ", text)
    text = YEARS.sub(lambda year: year[0] if _counts_something(year, patterns) else " ", text)
    digits = patterns.rank.sub(" ", write_digits(text, grammar, threshold=0 if every_one else 2))  # the third
    in_digits = re.findall(r"\d+", text)
    return [
        number
        for number in _find_numbers(digits, grammar, patterns)
        if every_one or number.unit != COUNT or number.value not in (1, 2) or f"{number.value:.0f}" in in_digits
    ]


def read_restatement(text: str, grammar: Grammar) -> Number | None:
    """Return the number of a text that is nothing but a fraction, or "about" a number; None for any other text.

    >>> from contre_enquete.text.grammar import load_grammar
    >>> read_restatement("about one in five", load_grammar("en")).value
    20.0
    """
    numbers = read_numbers(text, grammar)
    digits = write_digits(text, grammar, threshold=2).strip()
    return numbers[0] if len(numbers) == 1 and numbers[0].claim != "exact" and numbers[0].text == digits else None


def find_last_bound(text: str, grammar: Grammar) -> str | None:
    """Return the sign of the bound that a text ends with, such as > for "more than", or None.

    >>> from contre_enquete.text.grammar import load_grammar
    >>> find_last_bound("It is more than ", load_grammar("en")), find_last_bound("p <", load_grammar("en"))
    ('>', '<')
    """
    bounds = _compile_patterns(grammar).bounds
    return next((bounds[form] for form in bounds if re.search(rf"(?:{form.pattern})$", text, re.IGNORECASE)), None)


def counts_one(text: str, grammar: Grammar) -> bool:
    """Return whether a text counts one thing in words, as "a single voice" does; `read_numbers` leaves that out.

    >>> from contre_enquete.text.grammar import load_grammar
    >>> counts_one("a single voice", load_grammar("en"))
    True
    """
    return bool(re.match(rf"(?:{grammar.match_words(grammar.single)})\b", text, re.IGNORECASE))


@dataclass(frozen=True)
class Patterns:
    """The patterns of one language: how it writes numbers, and dates and numbered things, which are no measures."""

    date: re.Pattern
    before_year: re.Pattern
    counted: re.Pattern
    numbered: re.Pattern
    rank: re.Pattern
    fractions: dict[re.Pattern, str]
    number: re.Pattern
    bounds: dict[re.Pattern, str]
    range: re.Pattern


@cache
def _compile_patterns(grammar: Grammar) -> Patterns:
    words, ignore = grammar.match_words, re.IGNORECASE
    units = {PERCENT: words(grammar.percent_words), POINTS: words(grammar.points_words)}
    unit = "|".join(f"(?P<{name}>{pattern})" for name, pattern in units.items())
    months, link = "|".join(grammar.months), rf"(?:,|–|-|{words(grammar.range)})"
    day, of = rf"\d{{1,2}}(?:{words(grammar.day_endings)})?", f"(?:{grammar.date_of} )?" if grammar.date_of else ""
    bounds = {
        rf"(?:(?<!\w)(?:{words(phrases)})\s+|{sign}\s*){CURRENCY_SIGN}": sign
        for sign, phrases in grammar.bounds.items()
    }
    return Patterns(
        date=re.compile(
            rf"\b(?:{day}(?: {link} {day})? {of})?(?:{months})\b(?: {day}(?! ?%|\w|{SPACE}\d))?(?:,? {of}\d{{4}})?"
        ),
        before_year=re.compile(rf"(?<!\w)(?:{words(grammar.before_years)})\s+$", ignore),
        counted=re.compile(rf"\s(?:{words(grammar.counted)})\b", ignore),
        numbered=re.compile(
            rf"(?:{words(grammar.numbered)})s?\s\(?\d+(?:\.\d+)*(?:(?:, | {link} )\d+(?:\.\d+)*)*", ignore
        ),
        rank=re.compile(rf"\b\d+(?:{words(grammar.ordinal_endings)})(?!\w)"),
        fractions={
            re.compile("|".join([*map(_compile_phrase, phrases), _match_digits(sign)]), ignore): sign
            for sign, phrases in grammar.fractions.items()
        },
        number=re.compile(
            rf"(?P<bound>{'|'.join(bounds)})?"
            rf"(?:(?P<part>{grammar.digits})\s(?:\w+\s){{0,4}}(?:{words(grammar.out_of)})\s(?P<whole>100?)\b"
            rf"|(?P<about>\b(?:{words(grammar.about)})\s+{CURRENCY_SIGN})?(?:(?P<fraction>[{''.join(grammar.fractions)}])"
            rf"|(?P<sign>(?<![^\s(\[*])[-+−]{CURRENCY_SIGN})?(?P<number>{grammar.digits})"
            rf"(?P<scale>{grammar.scale})?(?:{SPACE}*(?:{unit})(?!\w))?))",
            ignore,
        ),
        bounds={re.compile(pattern, ignore): sign for pattern, sign in bounds.items()},
        range=re.compile(rf"\s*(?:{words(grammar.range)}|–|-)\s*", ignore),
    )


def _compile_phrase(phrase: str) -> str:
    """Return the pattern of a phrase for a fraction; "(.)" behind one means that no word follows."""
    phrase, _, following = phrase.partition(" (")
    pattern = "[ -]".join(map(re.escape, phrase.split())).replace("[ -]…[ -]", f" {PHRASE_GAP}")
    return rf"\b{pattern}" + {"": r"(?!\w)", ".)": r"(?!\w)(?! \w)"}.get(following, rf"(?=\s{following[:-1]})")


def _match_digits(fraction: str) -> str:
    """Return the pattern of a fraction in digits, such as 2/3."""
    digits = unicodedata.normalize("NFKD", fraction).replace("⁄", "/")
    return rf"(?<![\d/]){digits}(?![\d/])"


def _counts_something(year: re.Match[str], patterns: Patterns) -> bool:
    """Return whether what looks like a year is a number of people or things, as in "2012 people answered"."""
    text, (start, end) = year.string, year.span()
    return bool(patterns.counted.match(text, end)) and not patterns.before_year.search(text, max(0, start - 30), start)


def write_digits(text: str, grammar: Grammar, threshold: int = 0) -> str:
    """Return a text with its fractions as signs and its number words, from the threshold on, as digits."""
    from text_to_num import alpha2digit

    for words, sign in _compile_patterns(grammar).fractions.items():
        text = words.sub(sign, text)
    try:
        return alpha2digit(text, grammar.code, threshold=threshold)
    except ValueError:  # a language that text2num does not know
        return text


def _find_numbers(text: str, grammar: Grammar, patterns: Patterns) -> Iterator[Number]:
    matches = list(patterns.number.finditer(text))
    for match, following in zip_longest(matches, matches[1:]):
        bound = match["bound"] and next(
            sign for form, sign in patterns.bounds.items() if form.fullmatch(match["bound"])
        )
        if match["part"]:
            value = 100 * grammar.parse(match["part"]) / int(match["whole"])
            yield Number(match[0], value, PERCENT, claim=bound or "fraction")
        elif match["fraction"]:
            value = 100 * unicodedata.numeric(match["fraction"])
            yield Number(match[0], value, PERCENT, claim=bound or "fraction", under=_is_under(match, grammar))
        else:
            unit = next((unit for unit in WRITTEN_UNITS if match[unit]), "")
            if not unit and following and patterns.range.fullmatch(text[match.end() : following.start()]):
                unit = next((unit for unit in WRITTEN_UNITS if following[unit]), "")  # 58 à 60 %
            number = _read_number(match, unit or COUNT, grammar)
            yield replace(number, claim=bound) if bound else number


def _is_under(match: re.Match[str], grammar: Grammar) -> bool:
    """Return whether a word such as "nearly" stands before a number."""
    return bool(
        re.fullmatch(grammar.match_words(grammar.nearly), (match["about"] or "").strip(" \u00a0\\$€£"), re.IGNORECASE)
    )


def _read_number(match: re.Match[str], unit: str, grammar: Grammar) -> Number:
    value, factor = grammar.parse(match["number"]), grammar.read_scale(match["scale"]) if match["scale"] else 1.0
    decimals = len(match["number"].partition(grammar.decimal)[2])
    if factor > 1:  # 1.5 million is known to its hundred thousands, as if it had -5 decimals
        value, decimals = value * factor, decimals - round(log10(factor))
    claim = "about" if match["about"] else "exact"
    sign = -1 if (match["sign"] or "").startswith(("-", "−")) else 1
    return Number(match[0], sign * value, unit, decimals, claim, bool(match["sign"]), factor, _is_under(match, grammar))
