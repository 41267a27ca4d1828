"""Choose which cells of a table of answers to suppress, so that nobody learns what a few people answered.

Cell suppression, as in Hundepool et al., *Statistical Disclosure Control* (2012), chapter 4. A *small cell*, of which
fewer people than the minimum said yes, said no or were asked, is suppressed first (primary suppression); zeros too,
since 0 % and 100 % reveal what each person of a group answered. Other cells follow so that a small one cannot be
computed from sums (secondary suppression). `knowledge` lists what the reader is taken to know; each suppressed count is
proven safe by two witnesses (`witness`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from numbers import Integral

import pandas as pd

from .clock import TIME_LIMIT, Clock
from .codebook import TOTAL
from .component import Component
from .knowledge import (
    TOTAL_TABLE,
    Cell,
    Counts,
    Size,
    add_remainders,
    check_crosstab,
    group_rows,
    is_weighted,
    iterate_cells,
    read_counts,
    read_crosstab,
)
from .pattern import Pattern
from .precision import Sample, find_revealing_precision
from .progress import report_steps
from .sizes import SizeWitnesses, protect_sizes

SHARE_OF_SUPPRESSION = 0.5  # of the time of the coarse method, which then prints rows of weighted answers again
SHARE_BEFORE_PRECISION = 0.5  # of the time left, for rows that may be printed again
SUPPRESSED_COLUMNS = ["n", "weighted_n", "percent", "precision"]


def suppress(
    cells: pd.DataFrame,
    minimum: int = 10,
    *,
    single_answer: Collection[str] = (),
    decimals: int = 0,
    simple_sample: bool = False,
    crosstab: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return which figures of a table of answers must be suppressed, and why.

    Parameters
    ----------
    cells
        One row for each question, item and group: `table` (what groups people), `question`, `item`, `group`; `yes` and
        `base`, the unweighted counts of people who gave the answer and who gave any; `people`, the size of the group,
        if that is published too. The groups of a table have nobody in common. The group "total" is everybody; its rows
        are those of all tables, however often they are given. If answers are weighted, `weighted_yes` and
        `weighted_base` (ints or Fractions, in any unit).
    minimum
        The fewest people of whom a figure may tell; at least 1.
    single_answer
        The questions to which each person gives one answer.
    decimals
        Of the weighted percents that are printed. With weights, no counts of yes are printed.
    simple_sample
        Whether standard errors and limits follow from n and percent alone. If not, those of everybody and of the groups
        of other tables are suppressed where the percent of a group is, since they may give it back.
    crosstab
        One row for each question, item and set of people who are in the same group of each table: `question`, `item`,
        `yes`, `base`, `people`, weighted counts if there are any, and for each table a column with the group, None for
        people in none. Cells of nobody may be left out. Without a crosstab, each group of a table is taken to have
        people in common with each group of another.

    Returns
    -------
    DataFrame
        With the index of `cells`, a column `suppressed` ("", "primary" or "secondary") and, True if suppressed, `n`
        (base and people), `weighted_n`, `percent` and `precision` (standard error and limits). What else reveals n,
        such as missing answers or degrees of freedom, must be suppressed with it.

    Raises
    ------
    ValueError
        For counts that are impossible or contradict each other; it names the cell and no count.

    Notes
    -----
    The pattern of suppressions is found step by step, each step as Fischetti and Salazar (Management Science 47, 2001)
    find the whole: it is safe, but may be larger than the smallest one.

    Examples
    --------
    Few of the small group said yes. The other group's percent is suppressed too, or subtraction would give it back.

    >>> import pandas as pd
    >>> cells = pd.DataFrame(
    ...     [("size", "tools", "email", "small", 4, 50),
    ...      ("size", "tools", "email", "large", 40, 150),
    ...      ("", "tools", "email", "total", 44, 200)],
    ...     columns=["table", "question", "item", "group", "yes", "base"],
    ... )
    >>> suppress(cells).assign(group=cells["group"])[["group", "suppressed", "n", "percent"]]
       group suppressed      n  percent
    0  small    primary  False     True
    1  large  secondary  False     True
    2  total  secondary  False    False
    """
    rules = Rules(minimum, frozenset(single_answer), decimals, simple_sample)
    return choose_suppressions(cells, rules, crosstab).flags


@dataclass(frozen=True)
class Rules:
    """By what figures are suppressed. `suppress` describes the first four."""

    minimum: int = 10
    single_answer: Collection[str] = ()
    decimals: int = 0
    simple_sample: bool = False
    sample: Sample | None = None  # strata and clusters, where the crosstab has them
    time_limit: float = TIME_LIMIT  # for both methods, in seconds
    exclusive: Collection[str] = ()  # questions of several columns, of which nobody said yes to two
    dominance: float | None = None  # the percent of a group's weight above which its few largest weights dominate it

    def __post_init__(self) -> None:
        if isinstance(self.minimum, bool) or not isinstance(self.minimum, Integral) or self.minimum < 1:
            raise ValueError(f"minimum: found {self.minimum!r}; expected a whole number of at least 1")


@dataclass(frozen=True)
class Suppressions:
    """Which figures are suppressed, as `suppress` returns them, and by which method they were chosen."""

    flags: pd.DataFrame
    is_exact: bool
    estimate: float  # of the seconds that the exact method takes
    rules: dict[str, int]  # rows without a percent, by the rule that withholds it
    seconds: float  # that it took, as `Clock` counts them
    uncompared: set[Cell]  # of which the standard error of a difference would give answers away


def choose_suppressions(
    cells: pd.DataFrame, rules: Rules, crosstab: pd.DataFrame | None = None, seconds: float | None = None
) -> Suppressions:
    """Return which figures of a table of answers must be suppressed; `suppress` describes cells and crosstab.

    About how many seconds that takes is told if it is long, and estimated if it is not given.
    """
    rows = read_counts(cells, rules.decimals)
    weighted = is_weighted(cells)
    cross_rows = {} if crosstab is None else read_crosstab(crosstab, weighted)
    completed = add_remainders(rows | cross_rows, rules.single_answer, rules.exclusive)
    check_crosstab(completed)
    clock = Clock(rules.time_limit)
    single = {*rules.single_answer, *rules.exclusive}
    pattern = Pattern(completed, single, int(rules.minimum), weighted, clock, rules.dominance)
    imprecise, uncompared = complete_pattern(pattern, rules.sample, seconds)
    exposed = pattern.find_exposed_tables()
    flags = []
    for cell in iterate_cells(cells):
        everybody = rows[Cell(TOTAL_TABLE, cell.question, cell.item, TOTAL)]
        percents, sizes = exposed[cell.question, cell.item]
        # What is known of everybody is known of all groups of any table together: a row that has everybody's people is
        # exposed by its own table too, another row by the other tables only.
        own = set() if rows[cell].base == everybody.base else {cell.table}
        has_exposed = cell in imprecise or (not rules.simple_sample and bool(percents - own))
        flags.append(_flag(rows[cell], pattern, has_exposed, bool(sizes - own)))
    table = pd.DataFrame(flags, cells.index, ["suppressed", *SUPPRESSED_COLUMNS]).astype(
        {"suppressed": object} | dict.fromkeys(SUPPRESSED_COLUMNS, bool)
    )
    withheld = Counter(
        pattern.find_rule(rows[cell]) or "secondary"
        for cell in dict.fromkeys(iterate_cells(cells))
        if cell in pattern.cells
    )
    return Suppressions(table, clock.is_exact, clock.estimate, dict(withheld), clock.spent, uncompared)


def count_small_rows(cells: pd.DataFrame, rules: Rules, table: str) -> int:
    """Return how many rows of a table tell of too few people, so that they are withheld whatever protects them."""
    rows = read_counts(cells, rules.decimals)
    pattern = Pattern(rows, set(), int(rules.minimum), is_weighted(cells), Clock(), rules.dominance)
    return sum(pattern.is_small(row) for cell, row in rows.items() if cell.table == table)


def _flag(
    row: Counts, pattern: Pattern, has_exposed_percents: bool, has_exposed_sizes: bool
) -> tuple[str, bool, bool, bool, bool]:
    """Return the reason of a row's suppressions, and which of its figures are suppressed."""
    n, percent = pattern.is_unsized(row), row.cell in pattern.cells
    # A sum of weights, over groups whose mean weights are known, gives a suppressed size of another table back; a
    # standard error, which depends on how people are spread over strata, may give a suppressed percent back.
    weighted_n = n or (pattern.is_weighted and has_exposed_sizes)
    precision = percent or has_exposed_percents
    is_suppressed = n or weighted_n or percent or precision
    reason = "primary" if pattern.is_small(row) else "secondary" if is_suppressed else ""
    return reason, n, weighted_n, percent, precision


def complete_pattern(
    pattern: Pattern, sample: Sample | None, seconds: float | None = None
) -> tuple[set[Cell], set[Cell]]:
    """Add the primary suppressions, then secondary ones until each suppressed count is protected.

    Returns the cells whose precision would give the answers of a small stratum or cluster away, and those of which that
    of a difference would.
    """
    pattern.suppress_small()
    components = [
        Component(pattern, rows) for rows in group_rows(pattern.rows.values(), pattern.component_key).values()
    ]
    clock = pattern.clock
    clock.start(estimate_seconds(pattern, components), SHARE_OF_SUPPRESSION if pattern.is_weighted else 1.0)
    expected = clock.most if seconds is None else seconds
    witnesses: dict[Size, SizeWitnesses] = {}
    protected = -1
    # To protect an answer may take the suppression of a size, which is then to be protected in its turn.
    while len(pattern.sizes) > protected:
        protect_sizes(pattern, witnesses)
        protected = len(pattern.sizes)
        with report_steps(len(components), expected) as step:
            for left, component in sort_easy_first(components):
                component.protect(witnesses, clock.share(left, clock.next_end))
                step()
        expected = 0.0  # told once
    if not clock.is_exact and pattern.is_weighted:
        end = clock.spent + (clock.end - clock.spent) * (1 if sample is None else SHARE_BEFORE_PRECISION)
        for left, component in sort_easy_first(components):
            component.print_again(witnesses, clock.share(left, end))
    imprecise: set[Cell] = set()
    uncompared: set[Cell] = set()
    if sample is None:
        return imprecise, uncompared
    for component in components:
        cells, compared = find_revealing_precision(component, sample)
        imprecise |= cells
        uncompared |= compared
    return imprecise, uncompared


def sort_easy_first(components: Iterable[Component]) -> Iterator[tuple[int, Component]]:
    """Yield components, and how many are left, those first of which least must be protected, since they leave time."""
    ordered = sorted(components, key=Component.count_secrets)
    yield from zip(range(len(ordered), 0, -1), ordered, strict=True)


def estimate_seconds(pattern: Pattern, components: Iterable[Component]) -> float:
    """Return about how many seconds the exact method takes, measured on surveys of 300 to 30,000 people.

    With weights each of the finest counts is bounded by percents, and the solver's work grows with their square.
    """
    seconds = 0.0
    for component in components:
        finest = sum(row.cell.is_finest for row in component.rows)
        seconds += 0.02 * finest + 2e-4 * finest**2 if pattern.is_weighted else 0.01 * finest
    return seconds
