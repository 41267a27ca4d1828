"""Write into a text the numbers that the data have now: digits and number words in links, and nothing else.

A link is rewritten if its words hold one number of which there is one place, and if it agrees with its figure
afterwards; any other link stays, and its problem too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

from ..files import parse_number
from ..text.grammar import SPACE, Grammar
from ..text.links import LINK, strip_links
from ..text.numbers import CURRENCY_SIGN, POINTS, YEAR, Number, find_last_bound, locate_sentences
from .datum import Datum
from .tracing import BOUNDS, Citable, Problem, TextChecker, add_header, check_text, hide_code
from .vocabulary import Vocabulary

TRIED_VALUE = re.compile(r'\bhaving\(\s*["\']([^"\']+)["\'],\s*([\d.]+)\s*\)')  # a reference, and a value for it


@dataclass(frozen=True)
class Change:
    """A number that is rewritten.

    Attributes
    ----------
    place
        Where it began and ended in the text.
    before, after
        Its digits or word.
    reference
        The figure that it is linked to.
    sentence
        The sentence around it as it is now, without links.
    doubts
        Words of the sentence that the new number may have made false, such as "more".
    """

    place: tuple[int, int]
    before: str
    after: str
    reference: str
    sentence: str
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rewriting:
    """A text with its new numbers, the changes, and the problems that are left for a person."""

    text: str
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]

    @property
    def sentences(self) -> dict[str, tuple[str, ...]]:
        """The sentences whose words must be read again, with the words in doubt."""
        doubts: dict[str, dict[str, None]] = {}
        for change in self.changes:
            doubts.setdefault(change.sentence, {}).update(dict.fromkeys(change.doubts))
        return {sentence: tuple(words) for sentence, words in doubts.items() if words}


def rewrite_text(text: str, figures: Citable, vocabulary: Vocabulary, context: str = "") -> Rewriting:
    """Return a Markdown text with the numbers that its figures have now.

    Parameters
    ----------
    text, figures, vocabulary, context
        As for `check_text`.

    Examples
    --------
    >>> from contre_enquete import Datum, Vocabulary
    >>> figures = {"use.town": Datum("use.town", 36, "percent")}
    >>> rewriting = rewrite_text("More of them: [35% of them](#use.town).", figures, Vocabulary("en"))
    >>> rewriting.text, rewriting.sentences
    ('More of them: [36% of them](#use.town).', {'More of them: 36% of them.': ('More',)})
    """
    checker = TextChecker(figures, vocabulary)
    edits = [
        edit
        for problem in check_text(text, figures, vocabulary, context).problems
        if problem.reference in figures and (edit := _find_edit(problem, text, context, checker))
    ]
    rewritten = text
    for start, end, new, _ in sorted(edits, reverse=True):
        rewritten = rewritten[:start] + new + rewritten[end:]
    changes, shift = [], 0
    sentences = locate_sentences(hide_code(rewritten))
    for start, end, new, reference in sorted(edits):
        here = next((rewritten[a:b] for a, b in sentences if a <= start + shift < b), "")
        shown = " ".join(strip_links(here).split())
        doubts = _find_doubts(text[start:end], new, shown, vocabulary.grammar)
        changes.append(Change((start, end), text[start:end], new, reference, shown, doubts))
        shift += len(new) - (end - start)
    left = check_text(rewritten, figures, vocabulary, context and context.replace(text, rewritten)).problems
    return Rewriting(rewritten, tuple(changes), left)


def rewrite_code(code: str, figures: Citable) -> Iterator[tuple[int, int, str]]:
    """Yield the changes of a cell of code that tries values: each `having("reference", value)` gets the data's."""
    for tried in TRIED_VALUE.finditer(code):
        datum = figures.get(tried[1])
        if datum and datum.value is not None and datum.value != parse_number(tried[2]):
            yield *tried.span(2), f"{datum.value:.10g}"


def _find_edit(problem: Problem, text: str, context: str, checker: TextChecker) -> tuple[int, int, str, str] | None:
    """Return the change that makes a link agree with its figure, or None."""
    datum = checker.figures[problem.reference]
    start, end = problem.place
    words = text[start:end]
    if datum.value is None or not isfinite(datum.value):
        return None
    numbers = checker.read_linked_numbers(words, datum)
    if datum.value < 0 and len(numbers) == 1 and not numbers[0].signed and not _compares(text, start, checker.grammar):
        return None  # 2% would be written for −2%
    if len(numbers) != 1 or numbers[0].claim in ("fraction", *BOUNDS):
        return None
    bound = find_last_bound(text[: start - 1], checker.grammar)
    for first, last, new in _list_candidates(words, numbers[0], datum, checker):
        changed = words[:first] + new + words[last:]
        if bound and not any(
            BOUNDS[bound](datum.value, number.value) for number in checker.read_linked_numbers(changed, datum)
        ):
            continue  # "more than 1.6" is false of 1.58
        whole = text[:start] + changed + text[end:]
        if _agrees(whole, start, context and context.replace(text, whole), checker):
            return start + first, start + last, new, problem.reference
    return None


def _compares(text: str, place: int, grammar: Grammar) -> bool:
    """Return whether the sentence at a place compares, as "it fell by 2%" does."""
    sentence = next(text[first:last] for first, last in locate_sentences(hide_code(text)) if first <= place < last)
    return bool(re.search(rf"(?<!\w)(?:{grammar.match_words(grammar.comparing)})(?!\w)", sentence, re.IGNORECASE))


def _agrees(text: str, start: int, context: str, checker: TextChecker) -> bool:
    """Return whether the link whose words begin at `start` agrees with its figure."""
    hidden = hide_code(text)
    for first, last in locate_sentences(hidden):
        sentence = hidden[first:last]
        for link in LINK.finditer(sentence):
            if first + link.start(1) == start:
                return not checker.find_fault(link, add_header(text, first, sentence, link), context or hidden)
    return False


def _list_candidates(words: str, number: Number, datum: Datum, checker: TextChecker) -> Iterator[tuple[int, int, str]]:
    """Yield the ways to write a figure's value where a link has the only number of its own."""
    grammar = checker.grammar
    shown = checker.vocabulary.hide_names(words)
    places = [
        match
        for match in re.finditer(rf"(?<![\w,])(?<!\w\.)(?:{grammar.digits})(?:(?!\w)|(?={grammar.scale}))", shown)
        if abs(grammar.parse(match[0]) * number.scale - abs(number.value)) < 1e-6 * max(1, abs(number.value))
    ]
    if len(places) == 1:
        start, end = places[0].span()
        before = re.search(rf"[-+−]{CURRENCY_SIGN}$", words[:start]) if number.signed else None
        prefix = before[0] if before else ""
        sign, currency = prefix[:1], prefix[1:]
        value = datum.value or 0.0
        written = dict.fromkeys(_write_digits(places[0][0], value / number.scale, number, datum, grammar))
        for digits in written:
            new_sign = "" if not value else sign and ("+" if value > 0 else sign if sign in "-−" else "−")
            yield start - len(prefix), *_add_points(words, end, new_sign + currency + digits, value, datum, grammar)
    elif not places:
        yield from _list_words(shown, number, datum, grammar)


def _write_digits(old: str, value: float, number: Number, datum: Datum, grammar: Grammar) -> Iterator[str]:
    """Yield a value in digits: with as many decimals as the old one, else with all of its own."""
    between = re.search(rf"[^\d{grammar.decimal}]+", old)
    group = between and between[0]
    if group is None and (grammar.parse(old) >= 1000 or datum.unit == YEAR):
        group = ""
    whole, _, fraction = old.partition(grammar.decimal)
    if number.claim == "about":
        digits = len(re.sub(r"\D", "", whole).rstrip("0") + fraction) or 1
        yield grammar.write_number(float(f"{value:.{digits}g}"), len(fraction), group)
    written = grammar.write_number(value, len(fraction), group)
    if grammar.parse(written) or not value:  # 0.0 million are no 999
        yield written if whole else written.removeprefix("0")
    yield grammar.write_number(value, len(f"{abs(value):.10g}".partition(".")[2]), group)


def _add_points(words: str, end: int, digits: str, value: float, datum: Datum, grammar: Grammar) -> tuple[int, str]:
    """Return where a change ends, and its text: a number of points takes the form of the noun with it."""
    one, many = grammar.point_forms
    noun = re.match(rf"(?P<between>{SPACE}(?:\w+{SPACE})?)(?:{one}|{many})(?!\w)", words[end:])
    if datum.unit != POINTS or not noun:
        return end, digits
    return end + noun.end(), digits + noun["between"] + (many if grammar.is_plural(abs(value)) else one)


def _list_words(words: str, number: Number, datum: Datum, grammar: Grammar) -> Iterator[tuple[int, int, str]]:
    """Yield the way to write a value in place of a number word up to ten, unless the word has several forms."""
    value = datum.value or 0.0
    if number.value not in range(len(grammar.number_words)) or value != int(value) or value < 0:
        return
    forms = grammar.number_words[int(number.value)]
    places = [*re.finditer(rf"(?<!\w)(?:{grammar.match_words(forms)})(?!\w)", words, re.IGNORECASE)]
    if len(places) != 1:
        return
    start, end = places[0].span()
    if value >= len(grammar.number_words):
        new = grammar.write_number(value)
    elif len(grammar.number_words[int(value)]) == 1:
        new = grammar.number_words[int(value)][0]
    else:
        return
    new = new.capitalize() if places[0][0][0].isupper() else new
    yield start, *_add_points(words, end, new, value, datum, grammar)


def _read_value(text: str, grammar: Grammar) -> float | None:
    """Return the value of a number in digits or of a number word, with what is around it."""
    digits = re.search(grammar.digits, text)
    words = (value for value, forms in enumerate(grammar.number_words) if text.lower() in forms)
    return grammar.parse(digits[0]) if digits else next(words, None)


def _find_doubts(before: str, after: str, sentence: str, grammar: Grammar) -> tuple[str, ...]:
    """Return the words of a sentence that a new number may have made false."""
    doubts = re.findall(rf"(?<!\w)(?:{grammar.match_words(grammar.comparing)})(?!\w)", sentence, re.IGNORECASE)
    values = [_read_value(text, grammar) for text in (before, after)]
    spelled = [word for forms in grammar.number_words[2:] for word in forms]
    doubts += re.findall(rf"(?<!\w)(?:{grammar.match_words(spelled)})(?!\w)", sentence, re.IGNORECASE)
    if (before[0] in "-−") != (after[0] in "-−"):
        doubts.append(after)  # a rise, or a fall
    if len({value is not None and grammar.is_plural(value) for value in values}) > 1 and None not in values:
        doubts.append(after)  # one of them, or several
    return tuple(dict.fromkeys(doubts))
