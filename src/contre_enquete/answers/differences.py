"""Do the groups of a survey differ? Differences of their shares, with their covariance by design, and tests.

The variance of a difference is that of `variance`, of both shares less twice their covariance: groups share strata and
clusters. R's survey package has the same (`svycontrast` of `svyby`, and `svychisq`).
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, combinations_with_replacement
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..project import DIFFERENCE_COLUMNS
from ..statistics.comparison import Limited, move_difference
from ..statistics.inference import holm
from .codebook import Codebook
from .means import estimate_mean
from .protect import is_simple_sample
from .table import Row
from .tally import GroupPair, ItemSums, PairSums, QuantityCount, TableSums, Tally
from .variance import (
    CONFIDENCE,
    NO_SUMS,
    Estimate,
    add_strata,
    estimate,
    estimate_covariance,
    estimate_table_covariances,
    estimate_total_covariances,
)

LEAST_COMPUTED_P = 1e-15
TEST_DIGITS = 12  # of what linear algebra computes: machines differ in the last ones
P_DECIMALS = 6
LEAST_WRITTEN = 1e-99  # below which a p-value is 0: files of numbers hold none between
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GroupDifference:
    """The percent of group b less that of group a, in points, and its precision; or a test of all groups, named "".

    Of a number, it is the difference of the means, in its unit.

    A figure is None where nothing can be said: nobody answered, or there are no degrees of freedom. Where everybody is
    in the sample, the standard error is 0 and there is no p-value.
    """

    question: str
    item: str
    breakdown: str
    group_a: str
    group_b: str
    difference: float | None = None
    standard_error: float | None = None
    lower: float | None = None
    upper: float | None = None
    df: float | None = None  # degrees of freedom; of a test of all groups, those of the denominator of F
    p: float | None = None
    p_holm: float | None = None  # adjusted for all pairs of groups of the breakdown, or all its tests, of all questions
    f: float | None = None  # the statistic of a test of all groups
    df_numerator: float | None = None  # its degrees of freedom
    withheld: str = ""

    def round(self, decimals: int) -> GroupDifference:
        """Return the difference with points rounded, and p-values to six decimals."""
        places = dict.fromkeys(("difference", "standard_error", "lower", "upper"), decimals)
        places |= dict.fromkeys(("f", "df_numerator", "df", "p", "p_holm"), P_DECIMALS)
        values: dict[str, Any] = {
            name: None if getattr(self, name) is None else round(getattr(self, name), to) for name, to in places.items()
        }
        return replace(self, **values)


def compare_groups(tally: Tally, codebook: Codebook) -> list[GroupDifference]:
    """Return the differences of all pairs of groups of each breakdown, item by item, each after a test of all groups.

    After the items of a breakdown come the tests of whole questions of one answer, whose item is "", or the scale.

    Notes
    -----
    Limits and p-values are Student's. Where a share is 0 or 1, they are Newcombe's, from the limits of both groups (Zou
    and Donner, Statistics in Medicine 27, 2008). The test of all groups is Pearson's, after Rao and Scott (Annals of
    Statistics 12, 1984), as an F test; of a whole question it compares all answers. Of means it is Wald's F test.
    """
    differences = []
    for number, (breakdown, block) in enumerate(zip(codebook.breakdowns, codebook.blocks, strict=True)):
        for place, item in enumerate(codebook.items):
            if item.has_top:  # the share of the highest values is compared, and no value alone
                continue
            key = item.question, item.item, breakdown.key.split(".")[-1]
            differences.append(_test_groups(tally, place, number, block, key))
            estimates = {group: estimate(tally.sums[group][place], tally) for group in block}
            for a, b in combinations(block, 2):
                pair, names = GroupPair(place, a, b), (codebook.groups[a], codebook.groups[b])
                differences.append(_compare_pair(tally, pair, (estimates[a], estimates[b]), (*key, *names)))
        for column, items in codebook.find_tables().items():
            first = codebook.items[items[0]]
            key = first.question, first.scale, breakdown.key.split(".")[-1]
            if len(codebook.columns[column].codes) > 2:  # else it is the test of either answer
                differences.append(_test_table(tally, (column, number), items, block, key))
        for quantity, count in zip(codebook.quantities, tally.quantities, strict=True):
            key = quantity.question, quantity.item, breakdown.key.split(".")[-1]
            differences.append(_test_means(tally, (count, number), block, key))
            for a, b in combinations(block, 2):
                names = codebook.groups[a], codebook.groups[b]
                differences.append(_compare_means(tally, count, (a, b), (*key, *names)))
    return differences


def adjust_for_many(differences: Sequence[GroupDifference], codebook: Codebook) -> list[GroupDifference]:
    """Return differences with p-values adjusted after Holm: the pairs of groups of a breakdown are one family.

    So are its tests of all groups. The two answers of a question that has no others are one comparison: what one group
    says yes to less often, it says no to more often.
    """
    opposites = {
        (codebook.items[second].question, codebook.items[second].item): codebook.items[first].item
        for column, (first, second, *others) in codebook.find_tables().items()
        if not others and len(codebook.columns[column].codes) == 2
    }
    families: dict[tuple[str, bool], dict[tuple[str, ...], list[int]]] = {}
    for place, row in enumerate(differences):
        if row.p is not None:
            compared = row.question, opposites.get((row.question, row.item), row.item), row.group_a, row.group_b
            family = families.setdefault((row.breakdown, bool(row.group_a)), {})
            family.setdefault(compared, []).append(place)
    adjusted = list(differences)
    for family in families.values():
        values = [adjusted[places[0]].p or 0.0 for places in family.values()]
        for places, p in zip(family.values(), holm(values).tolist(), strict=True):
            for place in places:
                adjusted[place] = replace(adjusted[place], p_holm=p)
    return adjusted


def _compare_pair(
    tally: Tally, pair: GroupPair, estimates: tuple[Estimate, Estimate], key: tuple[str, str, str, str, str]
) -> GroupDifference:
    one, other = estimates
    groups = first, second = tally.sums[pair.first][pair.item], tally.sums[pair.second][pair.item]
    if one.share is None or other.share is None:
        return GroupDifference(*key)
    points = float(100 * (other.share - one.share))
    pairs = tally.pairs.get(pair, {})
    df = _count_clusters(groups, pairs) - len(_list_strata(groups))
    if one.standard_error is None or other.standard_error is None or not df:
        return GroupDifference(*key, points, None, -100.0, 100.0, df)
    covariance = estimate_covariance(first, second, tally, pairs)
    error = 100 * math.sqrt(max(0.0, math.fsum([one.standard_error**2, other.standard_error**2, -2 * covariance])))
    if tally.is_whole(_list_strata(groups)):
        return GroupDifference(*key, points, 0.0, points, points, df)
    if one.standard_error and other.standard_error:
        limits, p = find_student_limits(points, error, df)
    else:
        limits, p = _find_newcombe_limits(groups, tally)
    return GroupDifference(*key, points, error, *limits, df, p)


def _compare_means(
    tally: Tally, count: QuantityCount, pair: tuple[int, int], key: tuple[str, str, str, str, str]
) -> GroupDifference:
    groups = first, second = count.sums[pair[0]], count.sums[pair[1]]
    one, other = (estimate_mean(sums, tally, count.scale) for sums in groups)
    if one.mean is None or other.mean is None:
        return GroupDifference(*key)
    difference = float(other.mean - one.mean)
    pairs = count.pairs.get(pair, {})
    df = _count_clusters(groups, pairs) - len(_list_strata(groups))
    if one.standard_error is None or other.standard_error is None or not df:
        return GroupDifference(*key, difference, df=df)
    if tally.is_whole(_list_strata(groups)):
        return GroupDifference(*key, difference, 0.0, difference, difference, df)
    covariance = estimate_covariance(first, second, tally, pairs) / count.scale**2
    error = math.sqrt(max(0.0, one.standard_error**2 + other.standard_error**2 - 2 * covariance))
    limits, p = find_student_limits(difference, error, df)
    return GroupDifference(*key, difference, error, *limits, df, p)


def find_student_limits(points: float, error: float, df: int) -> tuple[tuple[float, float], float]:
    """Return the limits of a difference and its two-sided p-value, by Student's distribution."""
    from scipy.special import stdtr, stdtrit

    reach = stdtrit(df, (1 + CONFIDENCE) / 2) * error
    p = 2 * stdtr(df, -abs(points) / error) if error else float(not points)
    return (float(points - reach), float(points + reach)), _write_as_zero(float(p))


def _find_newcombe_limits(groups: tuple[ItemSums, ItemSums], tally: Tally) -> tuple[tuple[float, float], float]:
    """Return the limits of a difference, and the p-value: one less the level whose limits reach 0."""
    from scipy.optimize import brentq

    def find_limits(tail: float) -> tuple[float, float]:
        first, second = (_list_limits(estimate(sums, tally, 1 - tail)) for sums in groups)
        lower, upper = move_difference(first, second)
        return 100 * lower, 100 * upper

    limits = find_limits(1 - CONFIDENCE)
    side = 0 if sum(limits) > 0 else 1

    def find_limit(logarithm: float) -> float:
        return find_limits(math.exp(logarithm))[side]

    ends = math.log(LEAST_COMPUTED_P), -(10.0**-P_DECIMALS) / 10  # nearer to 1 limits are 0 / 0
    if find_limit(ends[0]) * find_limit(ends[1]) >= 0:  # the shares are the same, or p is below the least
        return limits, LEAST_COMPUTED_P if find_limit(ends[0]) * (1 - 2 * side) > 0 else 1.0
    return limits, math.exp(brentq(find_limit, *ends, xtol=1e-12))


def _list_limits(result: Estimate) -> Limited:
    """Return a share and its limits."""
    assert result.share is not None and result.lower is not None and result.upper is not None  # somebody answered
    return float(result.share), result.lower, result.upper


def _list_strata(groups: Sequence[ItemSums]) -> set[object]:
    """Return the strata in which somebody of some groups answered."""
    return {name for sums in groups for name, stratum in sums.strata.items() if stratum.x}


def _count_clusters(groups: Sequence[ItemSums], pairs: Mapping[Any, PairSums]) -> int:
    """Return in how many clusters somebody of either group answered; `pairs` are those of both, by stratum."""
    clusters = sum(stratum.clusters for sums in groups for stratum in sums.strata.values())
    return clusters - sum(of.clusters for of in pairs.values())


def _test_groups(tally: Tally, item: int, breakdown: int, block: range, key: tuple[str, str, str]) -> GroupDifference:
    """Return a test of whether a share is the same in all groups of a breakdown."""
    groups = [tally.sums[group][item] for group in block]
    df = _count_any_clusters(groups, tally.answered.get((item, breakdown))) - len(_list_strata(groups))
    table = np.array([(float(y), float(x - y)) for y, x in map(add_strata, groups)])
    row = GroupDifference(*key, "", "")
    if df <= 0 or not table.sum(axis=0).all() or not table.sum(axis=1).all():
        return row
    step = np.kron(np.eye(len(groups)), [[1, 0], [-1, 1]])  # from y and x to yes and no
    covariances = step @ estimate_total_covariances(groups, tally, _get_pairs(tally, item, block)) @ step.T
    statistic, numerator = find_rao_scott(table, covariances)
    return _finish_test(row, statistic, numerator, round_digits(numerator * df))


def _test_table(
    tally: Tally, place: tuple[int, int], items: Sequence[int], block: range, key: tuple[str, str, str]
) -> GroupDifference:
    """Return a test of whether all answers of a question are given alike in all groups of a breakdown.

    There is none in two stages, of which only what varies within clusters item by item is known.
    """
    row = GroupDifference(*key, "", "")
    groups = [tally.sums[group][items[0]] for group in block]
    df = _count_any_clusters(groups, tally.answered.get((items[0], place[1]))) - len(_list_strata(groups))
    tables = tally.tables.get(place) or _make_tables(tally, items, block)
    totals = np.sum([table.totals for table in tables.values()], axis=0)
    # From totals of the answers and of any answer to those of each answer, those that are no item as the last.
    step: Floats = np.eye(len(totals))
    step[-1, :-1] = -1
    counted = [place for place, of in enumerate(step @ totals) if of.any()]
    table = (step @ totals)[counted].astype(float)
    if tally.stages or df <= 0 or len(counted) < 2 or not table.sum(axis=0).all():
        return row
    to_cells = np.kron(step[counted], np.eye(len(block)))
    covariances = to_cells @ estimate_table_covariances(tables, tally) @ to_cells.T
    statistic, numerator = find_rao_scott(table, covariances)
    return _finish_test(row, statistic, numerator, round_digits(numerator * df))


def _make_tables(tally: Tally, items: Sequence[int], block: range) -> dict[Any, TableSums]:
    """Return the sums of a table in which each person is a cluster, and gave one answer in one group, by stratum."""
    tables = {}
    for name in tally.clusters:
        sums = [[tally.sums[group][item].strata.get(name, NO_SUMS) for group in block] for item in items]
        totals = np.array([*([of.y for of in row] for row in sums), [of.x for of in sums[0]]], object)
        products = np.zeros(totals.shape * 2, object)
        last = len(items)
        for group in range(len(block)):
            products[last, group, last, group] = sums[0][group].xx
            for answer, row in enumerate(sums):
                for a, b in ((answer, answer), (answer, last), (last, answer)):
                    products[a, group, b, group] = row[group].yy
        tables[name] = TableSums(totals, products)
    return tables


def _test_means(
    tally: Tally, place: tuple[QuantityCount, int], block: range, key: tuple[str, str, str]
) -> GroupDifference:
    """Return a test of whether all groups of a breakdown have the same mean."""
    count, breakdown = place
    groups = [count.sums[group] for group in block]
    means = [estimate_mean(sums, tally, count.scale).mean for sums in groups]
    row = GroupDifference(*key, "", "")
    if None in means:
        return row
    clusters = _count_any_clusters(groups, count.answered.get(breakdown))
    df = clusters - len(_list_strata(groups)) - len(block) + 1
    covariances: Floats = np.zeros((len(block), len(block)))
    for a, b in combinations_with_replacement(range(len(block)), 2):
        pairs = count.pairs.get((block[a], block[b]), {})
        covariances[a, b] = estimate_covariance(groups[a], groups[b], tally, pairs) / count.scale**2
        covariances[b, a] = covariances[a, b]
    return _finish_test(row, find_wald([float(mean or 0) for mean in means], covariances), len(block) - 1, df)


def find_wald(means: Sequence[float], covariances: Floats) -> float:
    """Return Wald's statistic F of whether some estimates are the same, given their covariances; NaN if these vanish.

    Examples
    --------
    >>> find_wald([1, 3], np.diag([0.5, 0.5]))
    4.0
    """
    steps = np.hstack([-np.ones((len(means) - 1, 1)), np.eye(len(means) - 1)])
    gaps, variance = steps @ means, steps @ covariances @ steps.T
    if np.linalg.matrix_rank(variance) < len(gaps):
        return math.nan
    return float(gaps @ np.linalg.solve(variance, gaps) / len(gaps))


def _finish_test(row: GroupDifference, statistic: float, numerator: float, df: float) -> GroupDifference:
    """Return a test with its p-value, if there is one."""
    if not numerator or df <= 0 or math.isnan(statistic):
        return row
    from scipy.special import fdtrc

    p = _write_as_zero(round_digits(float(fdtrc(numerator, df, statistic))))
    return replace(row, f=round_digits(statistic), df_numerator=numerator, df=df, p=p)


def _write_as_zero(p: float) -> float:
    """Return 0 for a p-value that no file of numbers holds."""
    return p if p >= LEAST_WRITTEN else 0.0


def round_digits(value: float) -> float:
    """Return a number of twelve digits.

    >>> round_digits(12.345678901234567)
    12.3456789012
    """
    return float(f"{value:.{TEST_DIGITS}g}")


def _count_any_clusters(groups: Sequence[ItemSums], answered: Mapping[Any, int] | None) -> int:
    """Return in how many clusters somebody of any group answered: all people, where there are no clusters to count."""
    return sum(answered.values() if answered else (of.clusters for sums in groups for of in sums.strata.values()))


def _get_pairs(tally: Tally, item: int, block: range) -> dict[tuple[int, int], Mapping[Any, PairSums]]:
    return {
        (a - block.start, b - block.start): tally.pairs.get(GroupPair(item, a, b), {})
        for a, b in combinations(block, 2)
    }


def find_rao_scott(table: Floats, covariances: Floats) -> tuple[float, float]:
    """Return Rao and Scott's statistic F of independence in a two-way table, and its degrees of freedom.

    Parameters
    ----------
    table : ndarray
        Estimated totals, of shape (rows, columns), none of whose margins is 0.
    covariances : ndarray
        Of the totals, row by row.

    Returns
    -------
    statistic, df : float
        F with df and df times the degrees of freedom of the design; both 0 where the table has no sampling error.

    Notes
    -----
    Rao and Scott 1984, with the second-order correction of Satterthwaite, as R's `svychisq`.

    Examples
    --------
    >>> table = np.array([[30.0, 20], [10, 40]])
    >>> cells = table.ravel()
    >>> statistic, df = find_rao_scott(table, np.diag(cells) - np.outer(cells, cells) / cells.sum())
    >>> round(statistic, 2), round(df, 2)
    (16.67, 1.0)
    """
    total, (rows, columns) = table.sum(), table.shape
    cells = table.ravel() / total
    linear = (np.eye(len(cells)) - cells[:, None]) / total  # from totals to shares of all
    variance = linear @ covariances @ linear.T
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)).ravel() / total**2
    pearson = ((cells - expected) ** 2 / expected).sum()
    main = np.hstack([np.kron(np.eye(rows), np.ones((columns, 1))), np.kron(np.ones((rows, 1)), np.eye(columns))])
    corners = np.kron(np.eye(rows)[:, 1:], np.eye(columns)[:, 1:])
    contrasts = corners - main @ np.linalg.lstsq(main, corners, rcond=None)[0]
    inverse = np.diag(np.where(cells > 0, 1 / np.where(cells > 0, cells, 1), 0))
    delta = np.linalg.solve(contrasts.T @ inverse @ contrasts, contrasts.T @ inverse @ variance @ inverse @ contrasts)
    trace = np.trace(delta)
    if trace <= 0:
        return 0.0, 0.0
    return float(pearson / trace), float(trace**2 / np.trace(delta @ delta))


def protect_differences(
    differences: Sequence[GroupDifference],
    rows: Sequence[Row],
    codebook: Codebook,
    uncompared: Collection[tuple[str, str | None]],
    decimals: int,
) -> list[GroupDifference]:
    """Return differences that tell no more than the rows of a protected table do.

    A difference is that of the percents as they are printed, and none where one of them is withheld. So it is with the
    standard error in a sample without strata and clusters, whose groups have no covariance. In others it is the true
    one, rounded, but for items of `uncompared`. Tests of all groups are kept where they follow from printed counts.
    """
    printed = {(str(row["question"]), str(row["item"]), str(row["segment"])): row for row in rows}
    groups = {breakdown.key.split(".")[-1]: breakdown.groups for breakdown in codebook.breakdowns}
    answers_of: dict[tuple[str, str], list[str]] = {}  # of each question of one answer, and of each scale
    for item in codebook.items:
        if not item.has_top:
            answers_of.setdefault((item.question, item.scale), []).append(item.item)
    has_design, is_simple = bool(codebook.stratum or codebook.cluster), is_simple_sample(codebook)
    protected = []
    for row in differences:
        names = (row.group_a, row.group_b) if row.group_a else groups[row.breakdown]
        answers = answers_of.get((row.question, row.item), [])
        items = [row.item] if row.item and not answers else answers
        sides = [printed[row.question, item, name] for item in items for name in names]
        if not row.group_a:
            protected.append(_print_test(row, sides) if is_simple else _withhold(row))
        elif any(_read_figure(side) is None for side in sides):
            protected.append(_withhold(row))
        else:
            is_safe = not has_design or ((row.question, row.item) not in uncompared and codebook.lonely != "average")
            error = None if row.standard_error is None else round(row.standard_error, decimals)
            protected.append(_print_difference(replace(row, standard_error=error), sides, has_design, is_safe))
    return protected


def _print_test(row: GroupDifference, sides: Sequence[Row]) -> GroupDifference:
    """Return a test of all groups of a simple sample, if it follows from printed rows."""
    is_of_means = sides[0].get("kind") == "number"
    needed = [_read_figure(side) for side in sides] + [side["standard_error"] for side in sides if is_of_means]
    if None in needed or row.df is None:
        return _withhold(row)
    if not is_of_means:
        return row  # it follows from counts
    errors = [float(side["standard_error"] or 0) for side in sides]
    statistic = find_wald([_read_figure(side) or 0.0 for side in sides], np.diag(np.square(errors)))
    return _finish_test(replace(row, f=None, df_numerator=None, p=None), statistic, len(sides) - 1, row.df)


def _read_figure(row: Row) -> float | None:
    """Return the percent or the mean of a row, None where it is withheld."""
    figure = row["mean"] if row.get("kind") == "number" else row["percent"]
    return None if figure is None else float(figure)


def _withhold(row: GroupDifference) -> GroupDifference:
    """Return a row of names alone."""
    return GroupDifference(row.question, row.item, row.breakdown, row.group_a, row.group_b, withheld="yes")


def _print_difference(row: GroupDifference, sides: Sequence[Row], has_design: bool, is_safe: bool) -> GroupDifference:
    """Return a difference that follows from two printed rows, but for its standard error where there is a design."""
    first, second = (_read_figure(side) or 0.0 for side in sides)
    points = second - first
    is_printed = all(side[name] is not None for side in sides for name in ("standard_error", "df"))
    if not is_printed or not is_safe or row.standard_error is None or row.df is None:
        return replace(_withhold(row), difference=points)
    error = row.standard_error if has_design else math.hypot(*(float(side["standard_error"] or 0) for side in sides))
    limits, p = find_student_limits(points, error, int(row.df))
    return replace(row, difference=points, standard_error=error, lower=limits[0], upper=limits[1], p=p, withheld="")


def name_differences(table: Path) -> Path:
    """Return the file of the differences of groups that belongs to a table.

    Examples
    --------
    >>> name_differences(Path("data/yours.csv")).name
    'yours-differences.csv'
    """
    return table.with_name(f"{table.stem}-differences.csv")


def render_differences(rows: Sequence[GroupDifference]) -> bytes:
    """Return differences as CSV; None is an empty cell.

    One row for each item and pair of groups. `difference` is of the percent of `group_b` less that of `group_a`, in
    points, or of their means, in the unit of the number; `standard_error` and the 95 % limits `lower` and `upper` are
    in the same, `p_holm` is `p` after Holm's correction. Both groups are "" for a test of all; `withheld` is "yes" if
    something is left out to protect answers.

    Examples
    --------
    >>> row = GroupDifference("tools", "email", "size", "small", "large", 4.5, p=0.03, p_holm=0.2)
    >>> render_differences([row]).decode().splitlines()[1]
    'tools,email,size,small,large,4.5,,,,,,,0.03,0.2,'
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, DIFFERENCE_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(vars(row) for row in rows)
    return text.getvalue().encode()
