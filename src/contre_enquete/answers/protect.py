"""Take out of the rows of a table what would give answers of few people away, and tell what that costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import compress
from typing import TYPE_CHECKING

import pandas as pd

from .clock import SHARE_OF_EXACT, TIME_LIMIT
from .codebook import DESIGN, TOTAL, Codebook
from .table import Row
from .tally import ItemSums, Tally

if TYPE_CHECKING:
    from ..text.language import Language
    from .suppression import Rules, Suppressions

MINIMUM = 10  # people of whom a figure may tell
REVEALING_COLUMNS = {  # the columns that give each figure of `suppress` away
    "n": ["n", "missing", "base", "yes", "df"],
    "weighted_n": ["weighted_base"],
    "percent": ["percent", "yes"],
    "precision": ["standard_error", "lower", "upper"],
}
SHARE_OF_COSTS = 12  # of the time limit, for trying what joining groups would save
SUMMED_COLUMNS = ["yes", "base", "people", "weighted_yes", "weighted_base", "squares_yes", "squares_base"]


@dataclass(frozen=True)
class Protection:
    """From whom answers are kept, and how long that may take."""

    minimum: int = MINIMUM  # the fewest people of whom a figure may tell; 0 protects nothing
    time_limit: float = TIME_LIMIT  # for both methods, in seconds
    dominance: tuple[int, float] | None = None  # (n, k): the n greatest weights of a group, percent of its sum


@dataclass(frozen=True)
class Counted:
    """What is counted of a file of answers."""

    tally: Tally
    profiles: pd.DataFrame | None  # where figures are protected of several breakdowns, strata or clusters
    exclusive: list[str]  # the questions of several columns of which nobody says yes to two
    largest: list[int]  # the sum of the n greatest weights of each group, and of everybody; empty without (n, k) rule
    grouped_only: list[str]  # the breakdowns, by key, whose people in no group are left out because they are few
    uncounted: int = 0  # rows of people who do not count, as the codebook says
    has_design: bool = True  # whether profiles tell strata and clusters apart; not where there are too many


@dataclass(frozen=True)
class Cost:
    """What one breakdown costs."""

    breakdown: str
    withheld: int  # rows without a percent
    rows: int
    joined: tuple[str, str] | None  # the two smallest groups, if there are more than two
    left: int | None  # rows without a percent if they were joined
    is_least: bool = False  # whether more rows may be left; those that protect others are not counted then


@dataclass(frozen=True)
class Protected:
    """How a table was protected."""

    is_exact: bool = True
    estimate: float = 0.0  # of the seconds that the exact method takes
    rules: dict[str, int] = field(default_factory=dict)  # rows withheld, by the rule that withholds them
    costs: list[Cost] = field(default_factory=list)
    uncompared: set[tuple[str, str | None]] = field(default_factory=set)  # items whose differences have no precision


def protect_rows(
    rows: list[Row], count: Counted, codebook: Codebook, protection: Protection, decimals: int
) -> Protected:
    """Empty the cells of a table that could reveal answers of fewer people than the minimum."""
    from .distribution import protect_values
    from .suppression import choose_suppressions

    is_judged = [not item.has_top for item in codebook.items for _ in count.tally.sums]
    every_row, rows = rows, list(compress(rows, is_judged))
    cells = _make_cells(rows, count, codebook)
    if codebook.weight:
        has_profiles = count.profiles is not None
        cells["decimals"] = [choose_decimals(base, decimals) if has_profiles else decimals for base in cells["base"]]
    rules = _make_rules(count, codebook, protection, decimals)
    chosen = choose_suppressions(cells, rules, count.profiles)
    withheld = "yes" if chosen.is_exact else "coarse"
    revealing = dict(REVEALING_COLUMNS)
    if codebook.stratum or codebook.cluster:
        revealing["precision"] = [*revealing["precision"], "df"]  # tells in how many strata somebody answered
    for row, flag in zip(rows, chosen.flags.itertuples(), strict=True):
        for figure, names in revealing.items():
            if getattr(flag, figure) or (figure == "precision" and not count.has_design):
                row.update(dict.fromkeys(names), withheld=withheld)
        if codebook.weight:
            row["yes"] = None  # beside the weighted percent it would reveal whose answers these are
    if codebook.weight:
        _round_percents(rows, cells)
    protect_values(every_row, count.tally, codebook, rules)
    costs = list(_iterate_costs(cells, chosen, rules, count.profiles))
    questions = {item.single_answer: item.question for item in codebook.items}
    uncompared = {(questions[cell.question], cell.item) for cell in chosen.uncompared}
    return Protected(chosen.is_exact, chosen.estimate, chosen.rules, costs, uncompared)


def choose_decimals(base: int, most: int) -> int:
    """Return the decimals of a weighted percent: so few that one person of the base changes none by more than the last.

    Finer ones would leave hardly any other data set that prints the same.
    """
    return max(0, min(most, len(str(base)) - 3))


def _round_percents(rows: Sequence[Row], cells: pd.DataFrame) -> None:
    """Round weighted percents and their limits, half up as witnesses are; without a point where they have no decimals.

    Limits with finer decimals would give those of the percent away.
    """
    columns = cells[["weighted_yes", "weighted_base", "decimals"]].itertuples(index=False)
    for row, (yes, base, decimals) in zip(rows, columns, strict=True):
        if row["percent"] is not None:
            row["percent"] = _round_half_up(100 * Fraction(yes, base), decimals)
        for name in ("lower", "upper"):
            if isinstance(limit := row[name], float):
                row[name] = _round_half_up(limit, decimals)


def _round_half_up(value: Fraction | float, decimals: int) -> float | int:
    rounded = math.floor(Fraction(value) * 10**decimals + Fraction(1, 2))
    return rounded / 10**decimals if decimals else rounded


def is_simple_sample(codebook: Codebook) -> bool:
    """Return whether all people are drawn alike, so that errors follow from counts."""
    return not any(getattr(codebook, role) for role in DESIGN)


def _make_cells(rows: Sequence[Row], count: Counted, codebook: Codebook) -> pd.DataFrame:
    """Return the counts of each row, as `suppress` takes them."""
    tables = {group: breakdown.key for breakdown in codebook.breakdowns for group in breakdown.groups}
    cells = pd.DataFrame(rows)[["question", "item", "segment", "yes", "base", "n"]]
    cells = cells.rename(columns={"segment": "group", "n": "people"})
    cells["table"] = cells["group"].map(tables).fillna("")
    places = [place for place, item in enumerate(codebook.items) if not item.has_top]
    cells["question"] = [codebook.items[place].single_answer for place in places for _ in count.tally.sums]
    if codebook.weight:
        sums = [_sum_weights(of[place]) for place in places for of in count.tally.sums]
        if count.largest:
            for place, of in enumerate(sums):
                of["largest"] = count.largest[place % len(count.tally.sums)]
        for name in sums[0]:
            cells[name] = pd.Series([of[name] for of in sums], dtype=object)
    return cells


def _make_rules(count: Counted, codebook: Codebook, protection: Protection, decimals: int) -> Rules:
    from .precision import Sample
    from .suppression import Rules

    columns = [item.column for item in codebook.items if not item.has_top]
    tally = count.tally
    return Rules(
        protection.minimum,
        {item.single_answer for item in codebook.items if columns.count(item.column) > 1},
        decimals,
        is_simple_sample(codebook),
        Sample(tally.clusters, tally.population, decimals, tally.lonely)
        if (codebook.stratum or codebook.cluster) and count.has_design
        else None,
        protection.time_limit,
        set(count.exclusive),
        protection.dominance[1] if protection.dominance else None,
    )


def _sum_weights(sums: ItemSums) -> dict[str, int]:
    """Return the sums of weights, in units, of people who gave the answer and who answered, and that of the squares."""
    return {
        "weighted_yes": sum(stratum.y for stratum in sums.strata.values()),
        "weighted_base": sum(stratum.x for stratum in sums.strata.values()),
        "squares_base": sums.squares,
    }


def empty_small_missing(rows: Sequence[Row], tally: Tally, codebook: Codebook, minimum: int) -> None:
    """Empty the number of people, and of those who did not answer, of all groups where a few of one did not answer.

    Those of other groups and of everybody would give the group's back by subtraction, and so would those of another
    item. People in no group of a breakdown are one more group. What is printed of everybody alone stays, unless so few
    of all did not answer.
    """
    items = [[of[place] for of in tally.sums] for place in range(len(codebook.items))]
    missing = [[sums.n - sums.base for sums in of] for of in [*items, *(count.sums for count in tally.quantities)]]
    in_none = [of[-1] - sum(of[group] for group in block) for of in missing for block in codebook.blocks]
    is_small = any(0 < people < minimum for people in [*in_none, *(people for of in missing for people in of[:-1])])
    is_total_small = any(0 < of[-1] < minimum for of in missing)
    for row in rows:
        if is_total_small if row["segment"] == TOTAL else is_small:
            row.update(n=None, missing=None)


def _iterate_costs(
    cells: pd.DataFrame, chosen: Suppressions, rules: Rules, profiles: pd.DataFrame | None
) -> Iterator[Cost]:
    """Yield what each breakdown costs of which rows are withheld, and what joining its two smallest groups would save.

    To join them is tried where that takes little time, judged by what the table itself took. Elsewhere only the rows
    are counted that tell of too few people.
    """
    from .suppression import choose_suppressions, count_small_rows

    left_seconds = rules.time_limit / SHARE_OF_COSTS
    for table in dict.fromkeys(cells["table"][cells["table"] != ""]):
        of_table = cells["table"] == table
        withheld = int(chosen.flags["percent"][of_table].sum())
        sizes = cells[of_table].groupby("group", sort=False)["people"].max().sort_values(kind="stable")
        if not withheld:
            continue
        pair = (str(sizes.index[0]), str(sizes.index[1])) if len(sizes) > 2 else None
        if pair is None:
            yield Cost(table, withheld, int(of_table.sum()), None, None)
            continue
        joined, crosstab = _join_groups(cells, pair), None
        plain = replace(rules, sample=None, dominance=None)
        is_tried = chosen.seconds <= left_seconds
        if is_tried:
            if profiles is not None:
                crosstab = _join_groups(profiles, pair, table)
            trial = choose_suppressions(joined, plain, crosstab, chosen.seconds)
            left_seconds -= trial.seconds
            left = int(trial.flags["percent"][joined["table"] == table].sum())
        else:
            left = count_small_rows(joined[joined["table"].isin((table, ""))], plain, table)
        yield Cost(table, withheld, int(of_table.sum()), pair, left, not is_tried)


def _join_groups(counts: pd.DataFrame, pair: tuple[str, str], column: str = "group") -> pd.DataFrame:
    """Return counts in which two groups are one."""
    joined = counts.assign(**{column: counts[column].where(~counts[column].isin(pair), pair[0])})
    sums = [name for name in SUMMED_COLUMNS if name in joined]
    keys = [name for name in joined.columns if name not in (*sums, "largest")]
    return joined.groupby(keys, sort=False, dropna=False, as_index=False)[sums].sum()


def describe_protection(count: Counted, protected: Protected, language: Language) -> Iterator[str]:
    """Yield in words, line by line, how a table was protected, and what that costs."""
    say = language.say
    if protected.rules:
        reasons = {
            "minimum": say("for fewer people than the minimum"),
            "effective size": say("for an effective size below it, by their weights"),
            "dominance": say("for dominance, by the (n, k) rule"),
            "secondary": say("to protect these"),
        }
        parts = [f"{protected.rules[rule]} {words}" for rule, words in reasons.items() if rule in protected.rules]
        yield say("Percentages hidden: {parts}", parts=", ".join(parts))
    if not protected.is_exact:
        if protected.estimate:
            limit = math.ceil(protected.estimate / SHARE_OF_EXACT) + 1
            seconds = say(
                "about {number} s, half of --time-limit {limit}",
                number=language.number(round(protected.estimate)),
                limit=limit,
            )
        else:
            seconds = say("longer; see --time-limit")
        yield say(
            "Hidden by the coarse method, more than need be: the exact one takes {seconds}",
            seconds=seconds,
        )
    for cost in protected.costs:
        pair = say("{first} and {second}", first=cost.joined[0], second=cost.joined[1]) if cost.joined else ""
        line = say(
            "{breakdown}: {withheld} of its {rows} rows hidden",
            breakdown=cost.breakdown,
            withheld=cost.withheld,
            rows=cost.rows,
        )
        if cost.joined and cost.is_least:
            line += say("; joining its groups {pair} would leave at least {left}", pair=pair, left=cost.left)
        elif cost.joined:
            line += say("; joining its groups {pair} would leave {left}", pair=pair, left=cost.left)
        yield line
    for question in count.exclusive:
        yield say(
            "{question}: nobody gives two of its answers, so they are protected as those of a single-answer question",
            question=question,
        )
