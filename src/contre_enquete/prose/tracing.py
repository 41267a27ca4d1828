"""Trace each number of a text to the figure that it is linked to, and report the numbers that cannot be traced.

A number that comes from data is written inside a link to its figure, as in `[34% in town](#commute.bicycle.town)`.
What it is of, and its unit, may be named in the link, right after it, in its sentence, in its paragraph, or nowhere;
only a contradiction with the figure is a fault. A rounded restatement may follow the link, as in ", about one in five".
Any other number must be a date, a year, the number of a figure or a name.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from html import unescape
from itertools import takewhile

from ..errors import suggest_name
from ..text.grammar import NO_DIGITS, SPACE, Grammar
from ..text.links import LINK, strip_links
from ..text.numbers import (
    COUNT,
    PERCENT,
    POINTS,
    UNIT_NAMES,
    YEAR,
    YEARS,
    Number,
    counts_one,
    locate_sentences,
    read_numbers,
    read_restatement,
    split_sentences,
    write_digits,
)
from .datum import Datum
from .vocabulary import Vocabulary

# Nothing that never closes is followed further than to the next sign that opens the same, or than some length: else the
# time would grow with the square of the text's.
WORDS_IN_BRACKETS = r"[^\]]{0,1000}+"
LINK_ADDRESS = r"(?:data:[^\s()]*+|[^)]{0,2000}+)"
ANY_LINK = re.compile(rf"!?\[({WORDS_IN_BRACKETS})\]\({LINK_ADDRESS}\)")
FENCED = r"^(?P<fence>`{3,}+(?=[^`\n]*$)|~{3,}+).*?(?:^(?P=fence)[`~]*[ \t]*$|\Z)"  # to the end if it never closes
COMMENT = "<!--(?:[^<-]|<(?!!--)|-(?!->))*+-->"
TAG = "</?[A-Za-z](?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+>"
FORMULAS = (
    r"\$\$.+?\$\$|\$(?!\s)[^$\n]+?(?<!\s)\$(?!\d)"
    r"|\\\\\((?:(?!\\\\[()]).)++\\\\\)|\\\\\[(?:(?!\\\\[][]).)++\\\\\]"
)
ENVIRONMENT = r"(?:[^\\]|\\(?!(?:begin|end)\{))*+"  # what is in one of LaTeX, others in it included
for _ in range(4):
    ENVIRONMENT = rf"(?:[^\\]|\\(?!(?:begin|end)\{{)|\\begin\{{\w+\*?\}}{ENVIRONMENT}\\end\{{\w+\*?\}})*+"
NOT_PROSE = re.compile(
    rf"{FENCED}|`[^`]*`|{COMMENT}|{TAG}"
    rf"|!?\[(?P<words>{WORDS_IN_BRACKETS})\]\((?![^\s)]{{0,2000}}#){LINK_ADDRESS}\)|https?://[^\s)]+"
    r"|^[ \t]*\d+[.)]\s|^\|[-:| ]+\|?$|^#+\s+(?:\d+[.)]|\d+(?:\.\d+)+[.)]?(?=\s+[A-ZÀ-Þ]))\s"
    rf"|{FORMULAS}|\\begin\{{\w+\*?\}}{ENVIRONMENT}\\end\{{\w+\*?\}}"
    rf"|\[\^[^\]]{{1,1000}}+\]|^\[[^\]]{{1,1000}}+\]:\s.*?$|(?<=\])\[{WORDS_IN_BRACKETS}\]",  # footnotes, links' addresses
    re.MULTILINE | re.DOTALL,
)
RESTATEMENT = re.compile(r"\s*[,(]\s*([^][,;:.()!?…|]+?)\s*(?=[.,;:)!?…|]|$)")  # to the end of what it stands in
COMMON_FRACTIONS = [10, 20, 25, 100 / 3, 40, 50, 60, 200 / 3, 75, 80, 90]  # the fractions people say, in percent
BOUNDS = {"<": operator.lt, "≤": operator.le, ">": operator.gt, "≥": operator.ge}
CLAUSE = re.compile(r"[;:.!?()|—]")  # what ends one; a comma does not
TIMES = ("year", "wave")  # dimensions of time
NOT_LINKED = "number is not linked to a figure"
Citable = Mapping[str, Datum]


@dataclass(frozen=True)
class Problem:
    """A number that cannot be traced.

    Attributes
    ----------
    words
        Its words, those of its link if it has one.
    fault
        What is wrong, in one line.
    sentence
        The sentence around it, without links.
    place
        Where the words begin and end in the text.
    reference
        The figure that it is linked to; "" if none.
    expected
        The value of that figure with its unit; "" if there is none.
    """

    words: str
    fault: str
    sentence: str
    place: tuple[int, int] = (0, 0)
    reference: str = ""
    expected: str = ""

    def __str__(self) -> str:
        return f"“{self.words}”: {self.fault} — in: {self.sentence}"


@dataclass(frozen=True)
class Trace:
    """The problems of a text's numbers, how many of its numbers are traced, and how many there are."""

    problems: tuple[Problem, ...]
    traced: int
    total: int


def check_text(text: str, figures: Citable, vocabulary: Vocabulary, context: str = "") -> Trace:
    """Return the problems of a Markdown text's numbers, and how many of them are traced to figures.

    Parameters
    ----------
    text
        The text, in Markdown.
    figures
        What it may cite, by reference.
    vocabulary
        The words of its language.
    context
        The text around it, which may name the item that a sentence leaves out; by default the text itself.

    Examples
    --------
    >>> figures = {"use.town": Datum("use.town", 35, "percent", parts={"group": "town"})}
    >>> trace = check_text("[36% of them](#use.town) do.", figures, Vocabulary("en"))
    >>> print(*trace.problems)
    “36% of them”: use.town is 35 percent — in: 36% of them do.
    """
    checker = TextChecker(figures, vocabulary)
    problems, traced, total = [], 0, 0
    written, text = text, hide_code(text)
    for start, end in locate_sentences(text):
        sentence = rest = text[start:end]
        shown = " ".join(ANY_LINK.sub(r"\1", strip_links(written[start:end])).split())
        for match in LINK.finditer(sentence):
            if not checker.is_citation(match):
                continue
            fault = checker.find_fault(match, add_header(written, start, sentence, match), context or text)
            count = max(1, len(checker.read_numbers(match[1])))
            total += count
            datum = figures.get(match[2])
            if fault:
                place = start + match.start(1), start + match.end(1)
                expected = datum.shown_value if datum else ""
                problems.append(Problem(match[1], fault, shown, place, match[2], expected))
            else:
                traced += count
                if datum and (restatement := checker.find_restatement(sentence[match.end() :], datum)):
                    total, traced = total + 1, traced + 1
                    rest = rest.replace(f"{match[0]}{restatement}", " … ")
        rest = LINK.sub(lambda link: " … " if checker.is_citation(link) else link[1], rest)
        for number in checker.read_numbers(rest):
            total += 1
            where = start + max(0, sentence.find(number.text.strip()))
            problems.append(Problem(number.text, NOT_LINKED, shown, (where, where + len(number.text))))
    return Trace(tuple(problems), traced, total)


def add_header(text: str, start: int, sentence: str, link: re.Match[str]) -> str:
    r"""Return a row of a table, which begins at `start`, with the header of a link's column; else the sentence.

    >>> table = "| a | 2019 |\n|---|---|\n| b | [3](#c) |"
    >>> add_header(table, 23, table[23:], LINK.search(table[23:]))
    '| b | [3](#c) | | 2019 '
    """
    before = text[: text.rfind("\n", 0, start + link.start()) + 1].splitlines()
    rows = list(takewhile(lambda line: line.lstrip().startswith("|"), reversed(before)))
    if not sentence.lstrip().startswith("|") or len(rows) < 2:  # the header itself, and the rule below it
        return sentence
    column, cells = sentence.count("|", 0, link.start()), rows[-1].split("|")
    return f"{sentence} |{cells[column]}" if column < len(cells) else sentence


def strip_code(text: str) -> str:
    """Return a text without code, comments, addresses, mathematics and numbers of lists."""
    return NOT_PROSE.sub(lambda match: match["words"] or " ", text)


def hide_code(text: str) -> str:
    """Return a text of the same length without code, comments, addresses, mathematics and numbers of lists."""

    def blank(match: re.Match[str]) -> str:
        if match["words"] is None:
            return re.sub(r"[^\n]", " ", match[0])
        before, after = match.start("words") - match.start(), match.end() - match.end("words")
        return " " * before + match["words"] + " " * after

    return NOT_PROSE.sub(blank, text)


class TextChecker:
    """Checks links against figures, by the words of a vocabulary."""

    def __init__(self, figures: Citable, vocabulary: Vocabulary) -> None:
        self.figures, self.vocabulary, self.grammar = figures, vocabulary, vocabulary.grammar

    def read_numbers(self, text: str, *, every_one: bool = False) -> list[Number]:
        """Return the numbers of a text, without names that hold digits."""
        return read_numbers(self.vocabulary.hide_names(text), self.grammar, every_one=every_one)

    def is_citation(self, link: re.Match[str]) -> bool:
        """Return whether a link with a "#" leads to a figure; if not, it leads to a heading or a notebook's cell."""
        words, reference = link.groups()
        address = link[0][len(words) + 3 :]
        if reference not in self.figures and ".ipynb#" in address and "." not in reference:
            return False  # an id of a cell has no dot
        if reference in self.figures or not self.vocabulary.headings:
            return True
        if "://" in address:
            return False
        head = reference.split(".")[0]
        return bool(self.read_numbers(words)) or any(known.split(".")[0] == head for known in self.figures)

    def find_fault(self, link: re.Match[str], sentence: str, context: str) -> str:
        """Return the fault of a linked number, or ""."""
        words, reference = link.groups()
        try:
            datum = self.figures[reference]
        except KeyError as error:
            known = str(error) if " " in str(error) else f"figure {reference!r}: not found"
            return known if "nearest" in known else known + suggest_name(reference, self.figures)
        fault = self.find_fault_of_parts(link, sentence, context, datum)
        if fault or datum.value is None:
            return fault
        numbers = self.read_linked_numbers(words, datum)
        if len(numbers) != 1:
            sign = re.search(r"\d([.,])\d", words)
            if len(numbers) == 2 and sign and sign[1] != self.grammar.decimal:
                return f"decimal sign: found {sign[1]!r}; expected {self.grammar.decimal!r}"
            return f"{len(numbers) or 'no'} numbers in one link; expected one"
        fault = self.find_unit_fault(numbers[0], link, sentence, f"{sentence} {context}", datum)
        is_printed_below_0 = datum.value < 0 and datum.most_decimals is not None and not numbers[0].signed
        lacks_minus = is_printed_below_0 and self._find_direction(link, sentence) != -1
        if not fault and (lacks_minus or not _matches(numbers[0], datum)):
            return f"{reference} is {datum.shown_value}"
        if not fault and any(dimension in TIMES for dimension in datum.between):
            return self._find_direction_fault(numbers[0], link, sentence, datum)
        return fault

    def read_linked_numbers(self, words: str, datum: Datum) -> list[Number]:
        """Return the numbers in the words of a link, also "one" where it is a number and no article."""
        if datum.unit == YEAR:
            return [Number(year, float(year), COUNT) for year in re.findall(r"(?<!\d)\d{4}(?!\d)", words)]
        numbers = self.read_numbers(words)
        if not numbers:  # "un point", but not the article "un"
            every_number = self.read_numbers(words, every_one=True)
            numbers = [number for number in every_number if number.unit != COUNT]
        if not numbers and datum.unit in (COUNT, ""):
            hidden = self.vocabulary.hide_names(words)
            numbers = [Number(year, float(year), COUNT) for year in YEARS.findall(hidden)]  # [2012 of them](#n)
        if not numbers and datum.unit == COUNT and counts_one(words, self.grammar):
            numbers = [Number(words, 1, COUNT)]
        return numbers

    def find_unit_fault(self, number: Number, link: re.Match[str], sentence: str, around: str, datum: Datum) -> str:
        """Return the fault if a link, or what follows a link that is a mere number, gives another unit, or ""."""
        words, after = _show(link[1]), _show(sentence[link.end() :]).lstrip(")")
        is_bare = number.unit == COUNT and number.text.strip() == words.strip()  # as in `[35](#…)`: any unit will do
        found = number.unit
        if number.unit == COUNT:
            clause = re.split(r"(?!(?<=\d)[.,]\d)[^\w\s%‰°$€£-]", after, maxsplit=1)[0]
            named = _read_units(words + clause if is_bare else words, self.grammar)
            if datum.unit in named or (datum.unit in (COUNT, YEAR) and PERCENT not in named):
                return ""
            found = named[0] if named else "" if is_bare or datum.unit not in (PERCENT, POINTS) else COUNT
            percent = self.grammar.match_words(self.grammar.percent_words)
            if is_bare and not found and datum.unit == PERCENT and not re.search(percent, around):
                return f"unit: found none; expected percent, as {datum.reference} has"
        if not datum.unit or not found or found == datum.unit:
            return ""
        names = [UNIT_NAMES.get(unit, unit) for unit in (found, datum.unit)]
        return f"unit: found {names[0]}; expected {names[1]}, as {datum.reference} has"

    def find_restatement(self, after: str, datum: Datum) -> str:
        """Return the rounded restatement of a figure that follows its link, such as ", about one in five", or ""."""
        match = RESTATEMENT.match(after)
        goes_on = re.compile(rf",\s+(?:{_match_between(self.grammar)})", re.IGNORECASE)  # ", in town" may be of others
        if match is None or datum.value is None or goes_on.match(after, match.end()):
            return ""
        number = read_restatement(match[1], self.grammar)
        return match[0] if number and number.unit == datum.unit and _matches(number, datum) else ""

    def find_fault_of_parts(self, link: re.Match[str], sentence: str, context: str, datum: Datum) -> str:
        """Return the fault if a link, or else what is around it, contradicts what the figure is of, or ""."""
        faults = self._find_leader_fault(link, datum)
        for dimension in (*datum.between, *datum.parts):
            if faults:
                break
            if dimension in self.vocabulary.items:
                faults = self._find_item_fault(datum, dimension, sentence, context)
            elif dimension in datum.between and dimension not in TIMES:
                faults = self._find_span_fault(link, sentence, datum, dimension)
            elif dimension in datum.between or dimension in self.vocabulary.times:
                faults = self._find_time_fault(link, sentence, context, datum, dimension)
            else:
                faults = self._find_name_fault(link, sentence, datum, dimension)
        return faults

    def _find_time_fault(self, link: re.Match[str], sentence: str, context: str, datum: Datum, dimension: str) -> str:
        """Return the fault if a sentence, or else the nearest one before it in its paragraph, names another time."""
        own = datum.between.get(dimension) or (datum.parts[dimension],)
        if self.vocabulary.find_names(sentence, dimension, own[0]):
            find_fault = self._find_span_fault if dimension in datum.between else self._find_name_fault
            return find_fault(link, sentence, datum, dimension)
        for words in _list_sentences_before(sentence, context):
            if named := list(dict.fromkeys(name for _, name in self.vocabulary.find_names(words, dimension, own[0]))):
                return "" if set(own) & set(named) else self._write_name_fault(named, datum, dimension)
        return ""

    def _write_name_fault(self, named: Iterable[str], datum: Datum, dimension: str) -> str:
        """Return the fault of a text that names others of a dimension than a figure's own."""
        label = partial(self.vocabulary.label, dimension)
        of = (
            self._write_span(datum, dimension)
            if dimension in datum.between
            else f"{datum.reference} is of: {label(datum.parts[dimension])}"
        )
        return f"names: {', '.join(map(label, named))}; {of}"

    def _write_span(self, datum: Datum, dimension: str) -> str:
        """Return between which two a difference is, in words."""
        first, second = (self.vocabulary.label(dimension, name) for name in datum.between[dimension])
        return f"{datum.reference} is " + (
            f"from {first} to {second}" if dimension in TIMES else f"of: {first}, {second}"
        )

    def _find_leader_fault(self, link: re.Match[str], datum: Datum) -> str:
        """Return the fault if a link to a difference, or a figure of no group, names one group that does not lead."""
        if datum.leader is None:
            return ""
        named = {name for _, name in self.vocabulary.find_names(link[1], "group")}
        if len(named) != 1 or named == {datum.leader}:
            return ""
        label = self.vocabulary.label
        of = f"the lead of: {label('group', datum.leader)}" if datum.leader else "not of one group"
        return f"names: {label('group', *named)}; {datum.reference} is {of}"

    def _find_name_fault(self, link: re.Match[str], sentence: str, datum: Datum, dimension: str) -> str:
        """Return the fault if a link, or else its sentence, names another than the figure's, or "".

        Where a sentence names several, the figure's own must stand in the link, right after it, alone before it, or
        beside it in a sentence that has a name for each link.
        """
        own, find = datum.parts[dimension], self.vocabulary.find_names
        mentions = find(link[1], dimension, own)
        named = list(dict.fromkeys(name for _, name in mentions))
        if datum.value is None:  # who leads is named first, and a parenthesis names the same group again
            again = {name for _, name in find(" ".join(re.findall(r"\(.*?\)", link[1])), dimension)}
            named = named[:1] + [name for name in named[1:] if name in again]
        if named == [own]:
            return ""
        if named:
            return self._write_name_fault(named, datum, dimension)
        beside = list(dict.fromkeys(name for _, name in find(sentence, dimension, own)))
        if not beside or beside == [own]:
            return f"no {dimension} is named" if datum.value is None else ""
        if own not in beside:
            return self._write_name_fault(beside, datum, dimension)
        after = self._find_names_after(sentence[link.end() :], dimension, own)
        before = [*LINK.finditer(sentence, 0, link.start())]
        clause = re.split("[;:]", sentence[before[-1].end() if before else 0 : link.start()])[-1]
        head, colon, _ = strip_links(sentence[: link.start()]).rpartition(";")[2].partition(":")  # "Town: 20%, 34%; …"
        for words in (clause, head if colon else ""):
            if not after and [*dict.fromkeys(name for _, name in find(words, dimension, own))] == [own]:
                return ""
        if after == [own]:
            return ""
        if self._is_named_in_turn(link, sentence, dimension, own):
            return ""
        of = self.vocabulary.label(dimension, own)
        return f"no {dimension} is named in the link, and {len(beside)} in the sentence; {datum.reference} is of: {of}"

    def _find_span_fault(self, link: re.Match[str], sentence: str, datum: Datum, dimension: str) -> str:
        """Return the fault if the words around a difference name others than the two that it lies between, or "".

        Where the sentence names others too, those nearest to the link count: in it, or else between it and the links
        before and after.
        """
        own = datum.between[dimension]

        def find_names(words: str) -> set[str]:
            return {name for _, name in self.vocabulary.find_names(words, dimension, own[0])}

        start, stop = _find_neighbours(link, sentence)
        since = self.grammar.match_words(self.grammar.since)

        def says_since(time: str, words: str) -> bool:
            pattern = rf"(?<!\w)(?:{since}){SPACE}{time}(?!\d)"
            return bool(since and re.search(pattern, strip_links(words), re.IGNORECASE))

        if says_since(own[1], sentence):
            return f"since {own[1]}; {self._write_span(datum, dimension)}"
        after = sentence[link.end() : stop]
        if start and says_since(own[0], after) and find_names(after) <= {*own}:  # the years before are those of a link
            return ""
        named = find_names(link[1]) or find_names(sentence)
        near = (find_names(sentence[start : link.start()]), find_names(sentence[start:stop]))
        if named <= {*own} or (named & {*own} and not find_names(link[1]) and any(n and n <= {*own} for n in near)):
            return ""
        if {*own} <= named and not any(near):
            return ""
        return self._write_name_fault(sorted(named.difference(own)), datum, dimension)

    def _find_direction_fault(self, number: Number, link: re.Match[str], sentence: str, datum: Datum) -> str:
        """Return the fault if the words around a change say that it goes the other way, or ""."""
        value: float = datum.value  # type: ignore[assignment]  # only numbers are compared
        if not self.grammar.rising:
            return ""
        direction = self._find_direction(link, sentence)
        if number.signed or direction == (value > 0) - (value < 0) or (not direction and value > 0):
            return ""
        found = {1: "a rise", -1: "a fall", 0: "no word for it"}[direction]
        actual = "a rise" if value > 0 else "a fall, as in “fell by” or with a minus" if value < 0 else "no change"
        return f"direction: found {found}; {datum.reference} is {actual}"

    def _find_direction(self, link: re.Match[str], sentence: str) -> int:
        """Return 1 if the nearest word for it says that something rose, -1 if that it fell, 0 if there is none."""
        start, stop = _find_neighbours(link, sentence)
        before, after = sentence[start : link.start()], sentence[link.end() : stop]
        directions = (self._list_directions(words) for words in (link[1], before, after, sentence[:start]))
        nearest = [found[-1 if place != 2 else 0] for place, found in enumerate(directions) if found]
        return nearest[0] if nearest else 0

    def _list_directions(self, text: str) -> list[int]:
        """Return the direction of each word of a text that says that something rose (1) or fell (-1), in order."""
        bounds = self.grammar.match_words([phrase for phrases in self.grammar.bounds.values() for phrase in phrases])
        rising, falling = map(self.grammar.match_words, (self.grammar.rising, self.grammar.falling))
        words = re.compile(rf"(?<!\w)(?:(?:{bounds})(?!\w)|(?P<up>{rising})(?!\w)|(?P<down>{falling})(?!\w))", re.I)
        text = strip_links(text).replace("'", "’")
        return [1 if match["up"] else -1 for match in words.finditer(text) if match["up"] or match["down"]]

    def _is_named_in_turn(self, link: re.Match[str], sentence: str, dimension: str, own: str) -> bool:
        """Return whether a sentence has one name for each link, in the same order, and this link the figure’s."""
        parts = [part for index, part in enumerate(LINK.split(sentence)) if index % 3 < 2]  # words of links are odd
        named = [
            (index, name)
            for index, part in enumerate(parts)
            for _, name in self.vocabulary.find_names(part, dimension, own)
        ]
        turn = len([*LINK.finditer(sentence, 0, link.start())])
        beside = all(abs(index - 2 * order - 1) < 2 for order, (index, _) in enumerate(named))
        beside = beside or {index for index, _ in named} in ({0}, {len(parts) - 1})  # "in Paris and Lyon, 34% and 29%"
        return len(named) == len(parts) // 2 and beside and named[turn][1] == own

    def _find_names_after(self, text: str, dimension: str, own: str) -> list[str]:
        """Return the names right after a link, as in `[34%](#commute.bicycle.town) in town`, in the same clause."""
        after = CLAUSE.split(LINK.split(text, maxsplit=1)[0])[0].replace("'", "’")
        mentions = self.vocabulary.find_names(after, dimension, own)
        if not mentions or not re.fullmatch(rf"\s+(?:{_match_between(self.grammar)})", after[: mentions[0][0]], re.I):
            return []
        return list(dict.fromkeys(name for _, name in mentions))

    def _find_item_fault(self, datum: Datum, dimension: str, sentence: str, context: str) -> str:
        """Return the fault if the sentence, or else its context, names other items and not the figure's, or ""."""
        own = datum.parts[dimension]
        label = self.vocabulary.label(dimension, own)
        fault = f"{datum.reference} is about “{label}”, which is not named here"
        for where in (sentence, context):
            named = {name for _, name in self.vocabulary.find_names(where, dimension, own)}
            if own in named:
                return ""
            if named:
                return fault
        return fault if any(self.vocabulary.find_names(sentence, items) for items in self.vocabulary.items) else ""


def _find_neighbours(link: re.Match[str], sentence: str) -> tuple[int, int]:
    """Return where the link before ends in a sentence, and where the next one begins."""
    start = max((before.end() for before in LINK.finditer(sentence, 0, link.start())), default=0)
    return start, next((after.start() for after in LINK.finditer(sentence, link.end())), len(sentence))


def _list_sentences_before(sentence: str, context: str) -> list[str]:
    """Return what may name the time of a sentence: those before it, the nearest first, and then its heading.

    Those are of its own paragraph, or of the one above if that ends with a colon.
    """
    before, here, _ = context.partition(sentence)
    if not here:
        return []
    *above, paragraph = re.split(r"\n\s*\n", before)
    introduction = above[-1] if above and above[-1].rstrip().endswith(":") else ""
    sentences = [*split_sentences(introduction), *split_sentences(paragraph)]
    return [*sentences[::-1], *re.findall(r"^#+ .*$", before, re.MULTILINE)[:-2:-1]]


def _matches(number: Number, datum: Datum) -> bool:
    """Return whether a text may give the value of a figure as this number.

    A bound such as "more than 30" must be true. A fraction such as "a third" must be the nearest of the common ones;
    "about 30" must round the value to one, two or three significant digits; any other number must be the value to the
    decimals that it shows. A number without a sign may be a change in either direction.
    "Nearly 30" must not be passed.
    """
    value: float = datum.value  # type: ignore[assignment]  # only numbers are compared
    value = value if number.signed else abs(value)
    if datum.most_decimals is not None and number.decimals > datum.most_decimals and number.claim == "exact":
        return False  # 38.0 says more than 38
    if number.claim in BOUNDS:
        return BOUNDS[number.claim](value, number.value)
    if number.under and value > number.value:
        return False
    if number.claim == "fraction":
        nearest, given = (min(COMMON_FRACTIONS, key=lambda usual: abs(usual - x)) for x in (value, number.value))
        return nearest == given
    if number.claim == "about":
        return any(float(f"{value:.{digits}g}") == number.value for digits in (1, 2, 3))
    if number.decimals or datum.decimals == 0:
        return abs(number.value - value) <= 0.5 * 10**-number.decimals * (1 + 1e-9)
    return number.value == value


def _show(text: str) -> str:
    """Return a text as readers see it: without the marks of emphasis, with what entities and escapes stand for.

    >>> _show("**38**&percnt;"), _show(chr(92) + "%")
    ('38%', '%')
    """
    return re.sub(r"[*\\]|(?<!\w)_|_(?!\w)", "", unescape(text)).replace("\uff05", "%")


def _read_units(text: str, grammar: Grammar) -> list[str]:
    """Return the units that stand beside a number in a text, such as "minutes".

    >>> from contre_enquete.text.grammar import load_grammar
    >>> _read_units("38 long minutes or $5", load_grammar("en")), _read_units("38 minutes", load_grammar("en"))
    (['dollars'], ['minutes'])
    """
    words = {PERCENT: grammar.percent_words, POINTS: grammar.points_words, **grammar.units}
    text = write_digits(text, grammar)
    digits = rf"(?:{grammar.digits})(?:{grammar.scale})?"
    named = []
    for unit, forms in words.items():
        pattern = grammar.match_words(forms)
        if re.search(
            rf"(?:{digits})(?:{SPACE}|-)?(?:{pattern}){NO_DIGITS}|(?<!\w)(?:{pattern})(?<!\d){SPACE}?\d", text
        ):
            named.append(unit)
    return named


def _match_between(grammar: Grammar) -> str:
    """Return the pattern of what may stand between a number and its group, as "of the" in "35% of the adults"."""

    def match(words: tuple[str, ...]) -> str:
        return "|".join(re.escape(word) + ("" if word.endswith("’") else r"\s") for word in words)

    preposition, article = match(grammar.prepositions), match(grammar.articles)
    return rf"(?:{preposition})(?:\w+\s(?:{preposition}))?(?:{article})?"


def list_citations(text: str, figures: Citable, vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the references of the figures that a text cites, in order."""
    checker = TextChecker(figures, vocabulary)
    for link in LINK.finditer(hide_code(text)):
        if checker.is_citation(link):
            yield link[2]
