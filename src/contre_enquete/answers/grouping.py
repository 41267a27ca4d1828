"""Make questions of columns: those of one stem, or ticks side by side, are the answers of one question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from .bands import get_least
from .draft import DraftItem, DraftQuestion
from .evidence import OTHER, Evidence
from .hints import HINTS, fold
from .kinds import list_typed
from .lists import find_orders, split_cells
from .scales import count_top, find_direction, find_stated_direction, sort_scale
from .stems import find_label, find_shared_words
from .summary import ColumnSummary
from .values import drop_missing, find_missing_numbers, is_missing, merge_spellings, read_codes, read_word

TICKS = ("tick", "codes", "constant", "empty")
MIN_TICKED = 5  # people, of a tick whose value is neither a word for yes nor its own label
MIN_RUN = 2  # columns side by side
MIN_RANKED = 3  # answers that are put in an order
MAX_ORDERS = 120  # orders of answers that a codebook can list


@dataclass(frozen=True)
class ColumnGroup:
    """Columns of one question."""

    stem: str  # "" if the names have none in common
    kind: str
    columns: tuple[str, ...]


def group_columns(evidence: Evidence, parts: Mapping[str, str]) -> list[ColumnGroup]:
    """Return the questions of a file as groups of columns, in the order of the file.

    Columns that play another part are in none; nor is a cell whose answers have a column each too.
    """
    kinds = {name: part for name, part in parts.items() if part in (*TICKS, "scale", "cell", "one", "number")}
    kinds = {
        name: kind for name, kind in kinds.items() if kind not in ("constant", "empty") or _may_tick(evidence, name)
    }
    groups = list(_group_by_stem(evidence, kinds))
    taken = {name for group in groups for name in group.columns}
    groups += _group_neighbours(evidence, {name: kind for name, kind in kinds.items() if name not in taken})
    stems = {group.stem for group in groups if group.kind in TICKS and len(group.columns) > 1}
    groups = [group for group in groups if not (group.kind in ("cell", "one") and group.columns[0] in stems)]
    order = {name: place for place, name in enumerate(evidence.summary.columns)}
    return sorted(groups, key=lambda group: order[group.columns[0]])


def _may_tick(evidence: Evidence, name: str) -> bool:
    """Return whether a column of one value, or of none, may be a tick: some left it empty, and nobody typed it."""
    column = evidence.summary.columns[name]
    label = evidence.pairs[name].label or find_label(evidence.titles[name])
    if OTHER.match(fold(label)) or any(evidence.plays(part, name) for part in ("typed", "personal", "clerical")):
        return bool(column.counts) and evidence.is_own_label(name, column.values[0])
    return column.filled < evidence.summary.rows


def _group_by_stem(evidence: Evidence, kinds: Mapping[str, str]) -> Iterator[ColumnGroup]:
    """Yield groups of columns whose names begin alike and that hold the same kind of answer."""
    families = _list_families(evidence, kinds)
    for name, kind in kinds.items():  # the first tick of a question may be in the column that has its name
        if kind in TICKS and (evidence.titles[name], "tick") in families and not evidence.pairs[name].label:
            families[evidence.titles[name], "tick"].insert(0, name)
    for (stem, family), names in families.items():
        if family == "tick":
            for columns in _part_ticks(evidence, names):
                yield from _group_ticks(evidence, stem, columns, kinds)
        elif family == "scale" and len(names) > 1:
            for columns in _part_scales(evidence, names):
                yield ColumnGroup(stem if len(columns) > 1 else "", "scale", tuple(columns))
        elif family == "number" and len(names) > 1 and _are_together(evidence, stem, names):
            yield ColumnGroup(stem, "number", tuple(names))


def _are_together(evidence: Evidence, stem: str, names: Sequence[str]) -> bool:
    """Return whether columns of numbers are one question: one of words, and no column has codes for no answer."""
    return " " in stem and not any(_list_missing_numbers(evidence.summary.columns[name]) for name in names)


def _list_families(evidence: Evidence, kinds: Mapping[str, str]) -> dict[tuple[str, str], list[str]]:
    """Return columns whose names have two parts, by the first part and what they hold."""
    families: dict[tuple[str, str], list[str]] = {}
    scales: dict[str, list[str]] = {}
    for name, kind in kinds.items():
        if kind == "scale":
            scales.setdefault(evidence.pairs[name].stem, []).append(name)
    for name, kind in kinds.items():
        pair = evidence.pairs[name]
        if pair.label:
            family = "tick" if kind in TICKS else kind
            if kind in ("tick", "codes", "one", "constant") and _joins_scale(evidence, name, scales.get(pair.stem, ())):
                family = "scale"
            families.setdefault((pair.stem, family), []).append(name)
    return families


def _part_ticks(evidence: Evidence, names: Sequence[str]) -> list[list[str]]:
    """Return columns that say no, and apart from them those that leave it empty, where an empty cell is a no."""
    saying = [name for name in names if _says_no(evidence, name)]
    most = max((evidence.summary.columns[name].filled for name in saying), default=0)
    bare = [name for name in names if name not in saying and 10 * evidence.summary.columns[name].filled < 9 * most]
    return [[name for name in names if name not in bare], bare]


def _says_no(evidence: Evidence, name: str) -> bool:
    values = {read_word(value) for value in drop_missing(evidence.summary.columns[name].values)}
    return bool(values & (HINTS.no | {"2", "2.0"}))


def _group_ticks(
    evidence: Evidence, stem: str, names: Sequence[str], kinds: Mapping[str, str]
) -> Iterator[ColumnGroup]:
    """Yield the ticks of one stem, without columns that hold nothing, unless most others are ticked."""
    filled = [name for name in names if kinds[name] != "empty"]
    values = {read_word(value) for name in filled for value in drop_missing(evidence.summary.columns[name].values)}
    if len(filled) < MIN_RUN or len(filled) * 2 < len(names):
        return
    words = values <= HINTS.yes | HINTS.no or values <= {"1", "2", "1.0", "2.0"}
    if words or all(kinds[name] != "codes" for name in filled):
        yield ColumnGroup(stem, "codes" if "2" in values or "2.0" in values else "tick", tuple(names))


def _part_scales(evidence: Evidence, names: Sequence[str]) -> list[list[str]]:
    """Return columns in lists, each of one scale."""
    parted: list[list[str]] = []
    for name in names:
        for columns in parted:
            if _is_one_scale(evidence, [*columns, name]):
                columns.append(name)
                break
        else:
            parted.append([name])
    return parted


def _joins_scale(evidence: Evidence, name: str, scale: Sequence[str]) -> bool:
    """Return whether a column with one or two values is of the same scale as others of its stem.

    The stem must be that of a question, "How happy are you with" or Q3 of Q3_1, and not of a part of a form.
    """
    pair, values = evidence.pairs[name], drop_missing(evidence.summary.columns[name].values)
    if not scale or not (" " in pair.stem or pair.label.isdecimal()):
        return False
    if read_codes(values):
        return set(values) <= set(sort_scale(list_all_values(evidence, scale)))
    return _is_one_scale(evidence, [name, *scale])


def _is_one_scale(evidence: Evidence, names: Sequence[str]) -> bool:
    return bool(sort_scale(list_all_values(evidence, names)))


def list_all_values(evidence: Evidence, names: Sequence[str]) -> list[str]:
    """Return the values of columns together."""
    return list(dict.fromkeys(value for name in names for value in evidence.summary.columns[name].values))


def _group_neighbours(evidence: Evidence, kinds: Mapping[str, str]) -> Iterator[ColumnGroup]:
    """Yield a group for each column without a stem; ticks side by side are one, each named by its answer alone."""
    names = list(evidence.summary.columns)

    def run_key(name: str) -> tuple[object, ...]:
        kind = kinds.get(name, "")
        if not _is_bare_tick(evidence, name, kind):
            return (name,)
        repeat = re.search(r" \((\d+)\)$", name)  # as a header is read that has a name twice
        value = read_word(evidence.summary.columns[name].values[0])
        return "ticks", repeat[1] if repeat else "", value if value in HINTS.yes else "label"

    for _, run in groupby(names, run_key):
        columns = [name for name in run if name in kinds and kinds[name] != "empty"]
        if len(columns) >= MIN_RUN:
            yield ColumnGroup(find_shared_words([evidence.titles[name] for name in columns]), "tick", tuple(columns))
            continue
        for name in columns:
            kind = kinds[name]
            if kind != "constant" or _is_lone_tick(evidence, name):
                yield ColumnGroup("", "tick" if kind == "constant" else kind, (name,))


def _is_bare_tick(evidence: Evidence, name: str, kind: str) -> bool:
    """Return whether a column is ticked or empty, and its name is not that of a question with answers."""
    column = evidence.summary.columns[name]
    has_one = kind in ("tick", "constant") and column.distinct == 1 and column.filled < evidence.summary.rows
    return (
        has_one and (read_word(column.values[0]) not in HINTS.no) and (kind == "tick" or _is_lone_tick(evidence, name))
    )


def _is_lone_tick(evidence: Evidence, name: str) -> bool:
    """Return whether the only value of a column is its own name, or was given by so many that nobody typed it."""
    column = evidence.summary.columns[name]
    value = column.values[0]
    return evidence.is_own_label(name, value) or (
        column.filled >= MIN_TICKED and len(value) <= 60 and column.filled < evidence.summary.rows
    )


def draft_question(evidence: Evidence, group: ColumnGroup) -> DraftQuestion:
    """Return the question of a group of columns, with its counts."""
    draw = {"tick": _draft_ticks, "codes": _draft_ticks, "scale": _draft_scale, "number": _draft_number}
    return draw.get(group.kind, _draft_one if group.kind == "one" else _draft_cell)(evidence, group)


def _draft_ticks(evidence: Evidence, group: ColumnGroup) -> DraftQuestion:
    values = list_all_values(evidence, group.columns)
    known = drop_missing(values)
    no = [value for value in known if read_word(value) in (HINTS.no if group.kind == "tick" else {"2", "2.0"})]
    yes = [value for value in known if value not in no]
    missing = [value for value in values if value not in known]
    items = {}
    for name in group.columns:
        column, pair = evidence.summary.columns[name], evidence.pairs[name]
        label = pair.label or evidence.titles[name]
        own = drop_missing(column.values)
        if len(own) == 1 and own[0] in yes and read_word(own[0]) not in HINTS.yes and len(group.columns) > 1:
            label = own[0]
        counts = column.counts or {}
        people = sum(counts.get(value, 0) for value in yes)
        base = people + sum(counts.get(value, 0) for value in no) if no else evidence.summary.rows
        items[name] = DraftItem(re.sub(r" \(\d+\)$", "", label), name, people=people, base=base)
    label = group.stem or (evidence.titles[group.columns[0]] if len(group.columns) == 1 else _join_labels(items))
    return DraftQuestion(label, "several", items, yes=tuple(yes), no=tuple(no or [""]), missing=tuple(missing))


def _join_labels(items: Mapping[str, DraftItem]) -> str:
    """Return a name for a question of which only the answers are known."""
    labels = [item.label for item in items.values()]
    return ", ".join(labels[:2]) + (", …" if len(labels) > 2 else "")


def _draft_scale(evidence: Evidence, group: ColumnGroup) -> DraftQuestion:
    values = list_all_values(evidence, group.columns)
    scale = sort_scale(values)
    missing = tuple(value for value in values if value not in scale)
    question = DraftQuestion("", "scale", {}, values=tuple(scale), missing=missing)
    items = {
        name: DraftItem(evidence.pairs[name].label if group.stem else evidence.titles[name], name)
        for name in group.columns
    }
    label = group.stem or evidence.titles[group.columns[0]]
    question = replace(question, label=label, items=items, top=count_top(scale))
    if has_bare_numbers(question) and find_stated_direction(label) < 0:
        question = replace(question, values=tuple(reversed(scale)))
    if _are_ranks(evidence, group.columns, scale):
        label = evidence.language.say("{question}: put first", question=label)
        question = replace(question, label=label, values=tuple(reversed(scale)), top=1, is_ranking=True)
    return count_scale(evidence, question)


def _are_ranks(evidence: Evidence, names: Sequence[str], scale: Sequence[str]) -> bool:
    """Return whether columns hold the ranks of as many answers: over all columns, each rank was given as often."""
    if not MIN_RANKED <= len(names) == len(scale) or find_direction(scale):
        return False
    totals = Counter[str]()
    for name in names:
        totals.update(evidence.summary.columns[name].counts or {})
    return len({totals[value] for value in scale}) == 1 and totals[scale[0]] >= MIN_TICKED


def count_scale(evidence: Evidence, question: DraftQuestion) -> DraftQuestion:
    """Return a scale with the people who gave its highest values."""
    items = {}
    for name, item in question.items.items():
        counts = evidence.summary.columns[item.column].counts or {}
        base = sum(counts.get(value, 0) for value in question.values)
        people = sum(counts.get(value, 0) for value in question.values[-question.top :])
        items[name] = replace(item, people=people, base=base)
    return replace(question, items=items)


def _draft_number(evidence: Evidence, group: ColumnGroup) -> DraftQuestion:
    items, missing = {}, dict[str, None]()
    for name in group.columns:
        column = evidence.summary.columns[name]
        none = _list_missing_numbers(column)
        counts = {value: people for value, people in (column.counts or {}).items() if value not in none}
        base = column.filled - sum((column.counts or {})[value] for value in none)
        total = sum(column.read(value) * people for value, people in counts.items())
        label = evidence.pairs[name].label if group.stem else evidence.titles[name]
        items[name] = DraftItem(label, name, base=base, mean=total / base if counts and base else None)
        missing |= dict.fromkeys(none)
    return DraftQuestion(group.stem or evidence.titles[group.columns[0]], "number", items, missing=tuple(missing))


def _list_missing_numbers(column: ColumnSummary) -> list[str]:
    """Return the values of a column of numbers that are no answer: words, and codes far from all numbers."""
    words = [value for value in column.values if is_missing(value)]
    return words + find_missing_numbers([value for value in column.values if value not in words])


def _draft_one(evidence: Evidence, group: ColumnGroup) -> DraftQuestion:
    (name,) = group.columns
    counts = evidence.summary.columns[name].counts or {}
    values = evidence.summary.columns[name].values
    known = drop_missing(values)
    missing = tuple(value for value in values if value not in known)
    spellings = merge_spellings({value: counts[value] for value in known})
    people = {label: sum(counts[value] for value in of) for label, of in spellings.items()}
    # Never by how many gave them: the order of a table would say which of its hidden figures are the smallest.
    spellings = {label: spellings[label] for label in sorted(spellings, key=get_least)}
    typed, base = list_typed(people), sum(people.values())
    items = {
        label: DraftItem(label, values=of, people=people[label], base=base)
        for label, of in spellings.items()
        if label not in typed
    }
    if typed:
        label = evidence.language.say("another answer")
        items[label] = DraftItem(label, people=sum(people[value] for value in typed), base=base)
    return DraftQuestion(evidence.titles[name], "one", items, column=name, missing=missing)


def _draft_cell(evidence: Evidence, group: ColumnGroup) -> DraftQuestion:
    (name,) = group.columns
    column = evidence.summary.columns[name]
    split = split_cells(column.counts or {})
    if not split:
        raise AssertionError(name)
    missing = tuple(value for value in column.values if is_missing(value))
    base = column.filled - sum((column.counts or {})[value] for value in missing)
    labels = {label: split.labels[label] for label in sorted(split.labels, key=fold)}  # as of one answer
    if orders := find_orders(column.counts or {}):
        items = {
            label: DraftItem(label, values=tuple(orders[label]), people=sum(orders[label].values()), base=base)
            for label in sorted(orders, key=fold)
        }
        label = evidence.language.say("{question}: put first", question=name)
        return DraftQuestion(label, "one", items, column=name, missing=missing, is_ranking=True)
    items = {label: DraftItem(label, values=(label,), people=people, base=base) for label, people in labels.items()}
    blank = evidence.summary.rows - column.filled
    return DraftQuestion(
        name, "several", items, column=name, separator=split.separator, missing=missing,
        other="any" if split.typed else "", blank=blank,
    )  # fmt: skip


def turn_scale(evidence: Evidence, question: DraftQuestion) -> DraftQuestion:
    """Return a scale the other way round: its first value is the best."""
    return count_scale(evidence, replace(question, values=tuple(reversed(question.values))))


def make_codes(evidence: Evidence, question: DraftQuestion) -> list[DraftQuestion]:
    """Return a question of one answer for each column of a question whose numbers are mere codes of answers."""
    groups = [ColumnGroup("", "one", (column,)) for column in question.list_columns()]
    return [_draft_one(evidence, group) for group in groups]


def make_numbers(evidence: Evidence, question: DraftQuestion) -> list[DraftQuestion]:
    """Return a question of numbers for each column of a question whose numbers count something."""
    return [_draft_number(evidence, ColumnGroup("", "number", (column,))) for column in question.list_columns()]


def swap_yes(question: DraftQuestion) -> DraftQuestion:
    """Return a question whose yes and no are exchanged."""
    items = {name: replace(item, people=item.base - item.people) for name, item in question.items.items()}
    return replace(question, yes=question.no, no=question.yes, items=items)


def has_bare_numbers(question: DraftQuestion) -> bool:
    """Return whether the values of a scale are numbers of which nothing says which end is the best.

    Words may say it, or 0, which never is the best.
    """
    codes = read_codes(question.values)
    return bool(codes) and 0 not in codes.values() and not find_direction(question.values)
