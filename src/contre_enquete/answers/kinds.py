"""Guess what the values of a column are: ticks, a scale, one of a few answers, many in a cell, text of people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .hints import HINTS, fold
from .summary import ColumnSummary, read_number

MAX_OPTIONS = 60  # of one question
MAX_LABEL = 200  # characters of an answer that a questionnaire offers
MAX_SCALE = 10  # the highest number of a scale
MAX_CODE = 30  # beyond which a number is that of people, minutes or years, and not a code
MIN_NAMED = 5  # people for each answer of a list whose answers look like names
MIN_QUANTITIES = 6  # different numbers, from which great ones are no codes
MIN_CODE_GAP = 4  # numbers that nobody gave, between a scale from 0 and a code for no answer
MIN_REPEATS = 3  # people for each answer, where a column has more than a few
FEW_OPTIONS = 12
MIN_TYPED = 20  # people who answered, from which an answer of one is not taken for an option
SEPARATORS = (";", "\n", "|", ",", "/", " ")
CODE = re.compile(r"[A-Z]?(-?\d{1,9})(\.0)?$")  # LimeSurvey's begin with a letter
NAMED_NUMBER = re.compile(r"(\d{1,2})(?:\s*[-–—:.)=(]\s*\D.*)?$", re.S)
CLERICAL_VALUE = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{1,2}:\d\d|(\d{1,3}\.){3}\d{1,3}$|(uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-|R_\w{10,}$"
)
PERSONAL_VALUE = re.compile(r"\S@\S+\.\w|https?://|^(M\.|Mme|Mr\.?|Mrs\.?|Ms\.?|Dr)\s|\d{3}[- .]\d{3}[- .]\d{4}", re.I)
INITIAL = re.compile(r"[A-ZÀ-Þ]\.(-?[A-ZÀ-Þ]\.)*")
# Two to four words with capitals, as "Marie-Ève de la Roy", "ROY, M." and "O’Neil Anne".
FULL_NAME = re.compile(
    r"(?![Ss](?:ain)?te?[ .-])[A-ZÀ-Þ][\w’'.-]*,?( (?:(?:de|du|des|la|le|van|von|der|den|el|al|ben|bin|di|da|dos) )*"
    r"[A-ZÀ-Þ][\w’'.-]*,?){1,3}"
)


@dataclass(frozen=True)
class Split:
    """The answers that the cells of a column hold several of."""

    separator: str
    labels: Mapping[str, int]  # people by answer
    typed: int  # people who wrote something that nobody else did: it is never listed


def read_word(value: str) -> str:
    """Return a value as the lists of words have it; of one in two languages, "Oui / Yes", the first.

    >>> read_word("Très satisfait(e) / Very satisfied"), read_word("n/a")
    ('tres satisfait', 'n/a')
    """
    return fold(re.split(r"\s+[/|]\s+", value)[0]) or fold(value)


def is_missing(value: str) -> bool:
    """Return whether a value is one of the words for no answer."""
    return read_word(value) in HINTS.missing


def drop_missing(values: Iterable[str]) -> list[str]:
    """Return the values that are answers: neither words nor codes for no answer.

    >>> drop_missing(["1", "2", "9", "n/a"])
    ['1', '2']
    """
    known = [value for value in values if not is_missing(value)]
    codes = find_missing_codes(known)
    return [value for value in known if value not in codes]


def guess_kind(column: ColumnSummary) -> str:
    """Return what a column holds, by its values alone.

    That is "empty", "clerical", "personal", "tick", "codes" (1 and 2, of which one says yes), "constant", "scale",
    "number", "cell" (of several answers), "one" or "text".
    """
    if not column.filled:
        return "empty"
    if column.is_numeric and _counts_rows(column):
        return "clerical"
    if column.counts is None:
        return "number" if column.is_numeric else "text"
    values = column.values
    for kind, pattern in (("clerical", CLERICAL_VALUE), ("personal", PERSONAL_VALUE)):
        if sum(bool(pattern.search(value)) for value in values) * 2 > len(values) or (
            kind == "personal" and any(map(pattern.search, values))
        ):
            return kind
    known = drop_missing(values)
    if not known:
        return "empty"
    return _guess_yes_no(known) or _guess_answers(column, known)


def _counts_rows(column: ColumnSummary) -> bool:
    """Return whether the numbers of a column are all different, and follow each other as those of rows do."""
    if column.counts is None:
        return column.distinct > 0.9 * column.filled
    codes = read_codes(column.counts).values() if column.filled == column.distinct > MAX_SCALE + 1 else ()
    return len(codes) == column.distinct and max(codes) - min(codes) < 2 * column.distinct


def _guess_yes_no(known: Sequence[str]) -> str:
    folded = {read_word(value) for value in known}
    if folded <= HINTS.yes | HINTS.no:
        return "tick"
    if folded in ({"1", "2"}, {"1.0", "2.0"}, {"2"}):
        return "codes"
    return "constant" if len(known) == 1 else ""


def _guess_answers(column: ColumnSummary, known: Sequence[str]) -> str:
    if sort_scale(known):
        return "scale"
    if column.is_numeric and _are_quantities(known):
        return "number"
    if split_cells(column.counts or {}):
        return "cell"
    return "one" if has_options(column) else "text"


def _are_quantities(values: Sequence[str]) -> bool:
    """Return whether numbers are too many, too great or too exact to be codes of answers."""
    numbers = [read_number(value) for value in values]
    is_exact = any("." in value or "," in value for value in values)
    return len(values) > FEW_OPTIONS or is_exact or (len(values) >= MIN_QUANTITIES and max(numbers) > MAX_CODE)


def are_people(counts: Mapping[str, int], is_about_people: bool) -> bool:
    """Return whether most values of a column name people: by given names or, where few gave each, by their capitals.

    `is_about_people` says that the column's name speaks of people: then capitals are enough.

    >>> are_people({"Marie Roy": 9, "Roy, J.": 8}, False), are_people({"Grand Nord": 40, "Bas Canada": 35}, False)
    (True, False)
    """
    values = drop_missing(counts)
    split = None if any(map(_is_person, values)) else split_cells(counts)
    values = values if split is None else list(split.labels)
    shaped = [value for value in values if FULL_NAME.fullmatch(value)]
    named = [value for value in values if _is_person(value)]
    is_rare = len(values) > FEW_OPTIONS and sum(counts.values()) < MIN_NAMED * len(values)
    return len(values) > 1 and (
        2 * len(named) > len(values) or (10 * len(shaped) > 9 * len(values) and (is_about_people or is_rare))
    )


def _is_person(value: str) -> bool:
    """Return whether a value is a given name, or a full one that has a known given name or an initial."""
    words = [word for part in value.replace(",", " ").split() for word in (part, part.split("-")[0])]
    is_known = any(fold(word) in HINTS.given_names for word in words)
    if len(value.split()) == 1:
        return is_known
    return bool(FULL_NAME.fullmatch(value)) and (is_known or any(INITIAL.fullmatch(word) for word in words))


def has_options(column: ColumnSummary) -> bool:
    """Return whether the values of a column are answers that were offered: few, or given by several people each."""
    distinct, longest = len(column.counts or ()), max(map(len, column.counts or [""]))
    if longest > MAX_LABEL or distinct > MAX_OPTIONS:
        return False
    if distinct <= FEW_OPTIONS:
        return distinct <= max(2, column.filled / 2)
    return distinct * MIN_REPEATS <= column.filled


def list_typed(counts: Mapping[str, int]) -> list[str]:
    """Return the answers in words that one person alone gave to a question with options, if enough people answered.

    They may have been typed under "other", as text of people; an option that one person chose would be hidden anyway.
    """
    rare = [value for value, people in counts.items() if people == 1 and not CODE.match(value)]
    return rare if len(counts) - len(rare) >= 2 and sum(counts.values()) >= MIN_TYPED else []


def read_codes(values: Iterable[str]) -> dict[str, int]:
    """Return the number of each value that is a whole number, alone or before words as in "1 - Never"."""
    codes = {}
    for value in values:
        text = value.strip()
        if (match := CODE.match(text)) or (match := NAMED_NUMBER.match(text)):
            codes[value] = int(match[1])
    return codes


def find_missing_codes(values: Sequence[str]) -> list[str]:
    """Return the values that are codes for no answer, for they lie beyond a gap.

    >>> find_missing_codes(["1", "2", "3", "4", "5", "98"]), find_missing_codes(["1", "5", "8", "9", "10"])
    (['98'], [])
    """
    codes = read_codes(values)
    core = {code for code in codes.values() if str(code) not in HINTS.missing_codes}
    if len(core) < 2 or max(core) > MAX_SCALE or min(core) < 0:
        return []
    return [value for value, code in codes.items() if str(code) in HINTS.missing_codes and _is_beyond(code, core)]


def _is_beyond(code: int, core: set[int]) -> bool:
    """Return whether a code lies beyond the others, and so far that the scale cannot go on to it."""
    if code < 0:
        return True
    if code <= MAX_SCALE:  # 8 and 9: only after a scale whose numbers are all there
        gap = 2 if 0 not in core or core == {0, 1} else MIN_CODE_GAP
        return core == set(range(min(1, *core), max(core) + 1)) and code - max(core) >= gap
    return code > max(core) + 1


def sort_scale(values: Sequence[str]) -> list[str]:
    """Return the values of a scale from the lowest, without codes for no answer; an empty list if they are no scale.

    Numbers that nobody gave are put in: of 1, 3 and 5 the two highest are 4 and 5. So is the lowest or highest word, if
    all values are on one side of the middle.

    >>> sort_scale(["1", "2", "4", "5", "99"]), sort_scale(["Agree", "Disagree", "Strongly agree"])
    (['1', '2', '3', '4', '5'], ['Disagree', 'Agree', 'Strongly agree'])
    """
    known = drop_missing(values)
    if len(known) < 3:
        return []
    codes = read_codes(known)
    numbers = set(codes.values())
    if len(codes) == len(known) == len(numbers) and min(numbers) >= 0 and max(numbers) <= MAX_SCALE:
        by_number = {code: value for value, code in codes.items()}
        style = ".0" if all(value.endswith(".0") for value in known) else ""
        ordered = [by_number.get(code, f"{code}{style}") for code in range(min(1, *numbers), max(numbers) + 1)]
        return ordered[::-1] if find_direction(ordered) < 0 else ordered
    scale = find_word_scale(known)
    if not scale:
        return []
    middle = max(scale.values()) / 2
    lowest, *_, highest = scale
    ordered = sorted(known, key=lambda value: scale[read_word(value)])
    first = [lowest] if scale[read_word(ordered[0])] > middle else []
    return [*first, *ordered, *([highest] if scale[read_word(ordered[-1])] <= middle else [])]


def find_direction(values: Sequence[str]) -> int:
    """Return 1 if the words after the numbers of a scale rise with it, -1 if they fall, 0 if they do not say.

    >>> find_direction(["1 - Excellent", "2", "3", "4 - Très mauvais"]), find_direction(["1", "2", "3"])
    (-1, 0)
    """
    words = [text for value in values if (text := re.sub(r"^\d*(\.0)?[\s:.)=(–—-]*", "", value).rstrip(" )"))]
    scale = find_word_scale(words) if len(words) > 1 else {}
    if not scale:
        return 0
    return 1 if scale[read_word(words[0])] < scale[read_word(words[-1])] else -1


def count_top(values: Sequence[str]) -> int:
    """Return how many values of a sorted scale say yes: of words those above the middle, of numbers the two highest.

    >>> count_top(["Never", "Sometimes", "Often", "Always"]), count_top(["1", "2", "3", "4", "5"])
    (2, 2)
    """
    scale = find_word_scale(values)
    if not scale:
        return 2 if len(values) > 3 else 1
    return sum(scale[read_word(value)] > max(scale.values()) / 2 for value in values)


def find_word_scale(values: Sequence[str]) -> Mapping[str, int]:
    """Return the scale that all values are words of, no two of a language at one place; an empty one if none is."""
    words = {read_word(value) for value in values}
    for scale in HINTS.scales:
        if _fits(words, scale):
            return scale
    for scales in HINTS.bilingual_scales:  # of people who answered in two languages
        whole = {**scales[0], **scales[1]}
        if words <= whole.keys() and all(_fits(words & scale.keys(), scale) for scale in scales):
            return whole
    return _find_degrees(words)


def _find_degrees(words: Collection[str]) -> Mapping[str, int]:
    """Return the scale of degrees of one word, as "peu inquiet" and "très inquiet"; an empty one if there is none."""
    for degrees in HINTS.degrees:
        for before in degrees:
            word = next(iter(words)).removeprefix(f"{before} ".lstrip())
            scale = {f"{degree} {word}".lstrip(): place for degree, place in degrees.items()}
            if _fits(words, scale):
                return scale
    return {}


def _fits(words: Collection[str], scale: Mapping[str, int]) -> bool:
    """Return whether a scale has all words, each at a place of its own."""
    return set(words) <= scale.keys() and len({scale[word] for word in words}) == len(words)


def split_cells(counts: Mapping[str, int], is_list: bool = False) -> Split | None:
    """Return the answers in cells that hold several each, None if they hold one.

    A sign separates answers if the parts come in more combinations than there are parts, or if it ends each cell.
    `is_list` says that the tool writes lists, so that fewer combinations will do.

    >>> split_cells({"Wikis, blogs, Email": 3, "Email": 4, "Wikis, blogs": 2, "Chat, Email": 2, "Chat": 2}).labels
    {'Wikis, blogs': 5, 'Email': 9, 'Chat': 4}
    """
    cells = {cell: people for cell, people in counts.items() if not is_missing(cell)}
    for separator in SEPARATORS:
        parted = {cell: _split_cell(cell, separator) for cell in cells}
        if not any(len(parts) > 1 for parts in parted.values()):
            continue
        ends = all(cell.rstrip().endswith(separator) for cell in cells) and separator != " "
        parted = _join_parts(parted, cells, separator)
        split = _count_labels(parted, cells, separator)
        if split and _is_list(split, parted, is_list or ends):
            return split
    return None


def find_orders(counts: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Return cells with people by the label that comes first, if each cell has all labels in an order of its own.

    >>> find_orders({"Price;Pace;Care;": 5, "Care;Price;Pace;": 4, "Price;Care;Pace;": 4})["Care"]
    {'Care;Price;Pace;': 4}
    """
    split = split_cells(counts, is_list=True)
    cells = {cell: people for cell, people in counts.items() if not is_missing(cell)}
    if not split or len(cells) < 2 or len(split.labels) < 3 or set(split.labels.values()) != {sum(cells.values())}:
        return {}
    orders: dict[str, dict[str, int]] = {label: {} for label in split.labels}
    for cell, people in cells.items():
        orders[max(filter(cell.startswith, orders), key=len)][cell] = people
    return {label: of for label, of in orders.items() if of}


def _split_cell(cell: str, separator: str) -> list[str]:
    if separator == " ":
        return cell.split() if re.fullmatch(r"[\w.-]+( [\w.-]+)*", cell.strip()) else [cell]
    if separator == "/":
        return [part.strip() for part in cell.split(" / ") if part.strip()]
    pattern = r",(?!\d)\s+|,(?=[^\s\d])" if separator == "," else re.escape(separator)
    if separator == ";" and cell.endswith(";") and not cell.endswith(" ;"):  # Microsoft Forms sets no space after it
        pattern = r";(?! )"
    return [part.strip() for part in re.split(pattern, cell) if part.strip()]


def _join_parts(parted: Mapping[str, list[str]], cells: Mapping[str, int], separator: str) -> dict[str, list[str]]:
    """Return parts of cells, joined where a label holds the separator: within brackets, or never without each other."""
    if separator != ",":
        return dict(parted)
    joined = {cell: _join_brackets(parts) for cell, parts in parted.items()}
    while True:
        singles, pairs = Counter[str](), Counter[tuple[str, str]]()
        for cell, parts in joined.items():
            singles.update(dict.fromkeys(parts, cells[cell]))
            pairs.update(dict.fromkeys(pairwise(parts), cells[cell]))
        found = next(
            (
                pair
                for pair, people in pairs.items()
                if people == singles[pair[1]] and people == singles[pair[0]] and pair[1][:1].islower()
            ),
            None,
        )
        if not found:
            return joined
        joined = {cell: _join_pair(parts, found) for cell, parts in joined.items()}


def _join_brackets(parts: Sequence[str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and joined[-1].count("(") > joined[-1].count(")"):
            joined[-1] += f", {part}"
        else:
            joined.append(part)
    return joined


def _join_pair(parts: Sequence[str], pair: tuple[str, str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        if joined and (joined[-1], part) == pair:
            joined[-1] = ", ".join(pair)
        else:
            joined.append(part)
    return joined


def _count_labels(parted: Mapping[str, list[str]], cells: Mapping[str, int], separator: str) -> Split | None:
    """Return the labels with people, without what one person alone wrote at the end of a cell."""
    people, last = Counter[str](), Counter[str]()
    for cell, parts in parted.items():
        if len(set(parts)) < len(parts):
            return None
        people.update(dict.fromkeys(parts, cells[cell]))
        last[parts[-1] if parts else ""] += cells[cell]
    typed = {label for label, count in people.items() if count == 1 and last[label] == 1}
    labels = {label: count for label, count in people.items() if label not in typed}
    writers = sum(cells[cell] for cell, parts in parted.items() if typed & set(parts))
    return Split(separator, labels, writers)


def _is_list(split: Split, parted: Mapping[str, list[str]], is_sure: bool) -> bool:
    labels = split.labels
    if len(labels) < 2 or len(labels) > MAX_OPTIONS or max(map(len, labels)) > MAX_LABEL:
        return False
    total = sum(len(parts) for parts in parted.values())
    known = sum(label in labels for parts in parted.values() for label in parts)
    if known * 2 < total:
        return False
    several = sum(len(parts) > 1 for parts in parted.values())
    return is_sure or (len(parted) > len(labels) and several >= 2)
