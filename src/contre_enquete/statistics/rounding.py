"""Compute in exact fractions what rounded percents allow, such as the share of the first group that nobody published.

A printed percent p stands for the true percents in its rounding box, [p - 1/2, p + 1/2), cut to [0, 100]. That of a
`Decimal` follows its decimals, as in [37.95, 38.05) of Decimal("38.0"); other numbers are taken as whole. Two groups
make up the sample, so a true total is w * first + (1 - w) * second, with w the share of the first group; a w is
possible if true percents in the three boxes satisfy this. Assumptions: each respondent is in one of the two groups,
totals are not weighted, and everybody was asked unless rho says otherwise.

Percents go from 0 to 100, shares from 0 to 1. Both may be ints, fractions, decimals or floats; a float is read as the
decimal that it prints, 40.1 as 401/10. An item is the printed percents (first, second, total), or with rho as a fourth
value. ValueError names the argument that is not a number within its limits; items that contradict each other give an
empty interval. The method is our own algebra: each function states its own bounds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product
from numbers import Rational, Real
from typing import NamedTuple

from ..errors import format_value

Numeric = int | float | Decimal | Fraction


def _exact(name: str, value: object, expected: str = "a number") -> Fraction:
    """Return a number as a fraction, a float by its decimals. Raise ValueError if it is not a finite number."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, Rational) and not isinstance(value, bool):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, (Real, Decimal)) and not isinstance(value, bool) and math.isfinite(value):
        return Fraction(str(value))
    raise ValueError(f"{name}: found {format_value(value)}; expected {expected}")


@dataclass(frozen=True, init=False)
class Interval:
    """The numbers from `lower` to `upper`, exactly; an end is one of them if it is closed.

    All empty intervals are equal.

    Attributes
    ----------
    lower : Fraction
        Lower end.
    upper : Fraction or float
        Upper end, a fraction or `math.inf`.
    lower_closed, upper_closed : bool
        Whether the end is one of the numbers.

    Examples
    --------
    >>> share = Interval(Fraction(2, 9), 0.3)
    >>> print(share, 0.25 in share, 0.3 in share)
    (2/9, 3/10) True False
    >>> print(Interval(0, math.inf, True), Interval(1, 0))
    [0, ∞) ∅
    """

    lower: Fraction
    upper: Fraction | float
    lower_closed: bool
    upper_closed: bool

    def __init__(self, lower: Numeric, upper: Numeric, lower_closed: bool = False, upper_closed: bool = False) -> None:
        least = _exact("lower", lower)
        most = math.inf if upper == math.inf else _exact("upper", upper, "a number or infinity")
        if least > most or (least == most and not (lower_closed and upper_closed)):
            least, most, lower_closed, upper_closed = Fraction(0), Fraction(0), False, False
        object.__setattr__(self, "lower", least)
        object.__setattr__(self, "upper", most)
        object.__setattr__(self, "lower_closed", bool(lower_closed))
        object.__setattr__(self, "upper_closed", bool(upper_closed) and most != math.inf)

    def __contains__(self, value: Numeric) -> bool:
        number = _exact("value", value)
        above = self.lower < number or (self.lower_closed and self.lower == number)
        return above and (number < self.upper or (self.upper_closed and self.upper == number))

    def __str__(self) -> str:
        if self.is_empty:
            return "∅"
        upper = "∞" if self.upper == math.inf else self.upper
        return f"{'[' if self.lower_closed else '('}{self.lower}, {upper}{']' if self.upper_closed else ')'}"

    @property
    def is_empty(self) -> bool:
        """Whether no number is in the interval."""
        return self.lower == self.upper and not self.lower_closed

    @property
    def midpoint(self) -> Fraction:
        """The number halfway between the ends. Raise ValueError if the interval is empty or has no upper end."""
        if self.is_empty or not isinstance(self.upper, Fraction):
            raise ValueError(f"interval: found {self}; expected one with two ends")
        return (self.lower + self.upper) / 2

    def within(self, other: Interval) -> bool | None:
        """Return True if all numbers of this interval are in the other, False if none are, None if only some are.

        >>> Interval(1, 2).within(Interval(0, 3)), Interval(1, 2).within(Interval(1.5, 3))
        (True, None)
        """
        common = self.intersection(other)
        return True if common == self else False if common.is_empty else None

    def intersection(self, other: Interval) -> Interval:
        """Return the numbers that are in both intervals. Raise ValueError if `other` is not an Interval.

        >>> print(Interval(0, 2).intersection(Interval(1, 3, True)))
        [1, 2)
        """
        other = _interval("other", other)
        lower, upper = max(self.lower, other.lower), min(self.upper, other.upper)
        return Interval(
            lower,
            upper,
            all(interval.lower_closed for interval in (self, other) if interval.lower == lower),
            all(interval.upper_closed for interval in (self, other) if interval.upper == upper),
        )


EMPTY = Interval(0, 0)
UNIT = Interval(0, 1, True, True)
POSITIVE = Interval(0, math.inf)


def rounding_box(percent: Numeric) -> Interval:
    """Return the true percents that are printed as `percent`.

    Parameters
    ----------
    percent : number
        Printed percent, from 0 to 100.

    Returns
    -------
    Interval
        [percent - 1/2, percent + 1/2), in percent, cut to [0, 100]; narrower for a `Decimal` with decimals.

    Raises
    ------
    ValueError
        The percent is not a number from 0 to 100.

    Examples
    --------
    >>> print(rounding_box(35), rounding_box(100), rounding_box(Decimal("35.0")))
    [69/2, 71/2) [199/2, 100] [699/20, 701/20)
    """
    box = _box("percent", percent)
    return Interval(box.lower, box.upper, True, box.upper_closed)


def gap_box(first: Numeric, second: Numeric) -> Interval:
    """Return the true gaps, second minus first, that two printed percents allow.

    Parameters
    ----------
    first, second : number
        Printed percents of both groups, from 0 to 100.

    Returns
    -------
    Interval
        Gaps in percentage points: (d - 1, d + 1) for a printed gap d, fewer where a box is cut at 0 or 100. The sign is
        certain if d is at least 1 or at most -1.

    Raises
    ------
    ValueError
        A percent is not a number from 0 to 100.

    Examples
    --------
    >>> print(gap_box(29, 35))
    (5, 7)
    """
    box1, box2 = _box("first", first), _box("second", second)
    return Interval(box2.lower - box1.upper, box2.upper - box1.lower, box1.upper_closed, box2.upper_closed)


def ratio_box(first: Numeric, second: Numeric) -> Interval:
    """Return the true ratios, second over first, that two printed percents allow.

    Parameters
    ----------
    first, second : number
        Printed percents of both groups, from 0 to 100.

    Returns
    -------
    Interval
        From (second - 1/2) / (first + 1/2) to (second + 1/2) / (first - 1/2), with boxes cut to [0, 100]; up to
        infinity if `first` may stand for 0.

    Raises
    ------
    ValueError
        A percent is not a number from 0 to 100.

    Examples
    --------
    >>> print(ratio_box(29, 35))
    (69/59, 71/57)
    """
    box1, box2 = _box("first", first), _box("second", second)
    return Interval(
        box2.lower / box1.upper,
        box2.upper / box1.lower if box1.lower else math.inf,
        box1.upper_closed or box2.lower == 0,
        box2.upper_closed,
    )


def feasible_share(first: Numeric, second: Numeric, total: Numeric, rho: Numeric = 1) -> Interval:
    """Return the shares of the first group in the sample that three printed percents allow.

    Parameters
    ----------
    first, second, total : number
        Printed percents of the first group, of the second and of everybody, from 0 to 100.
    rho : number
        P(asked | first) / P(asked | second), above 0, if only a part of the sample was asked: the odds of being in the
        first group are rho times as high among those asked as in the sample.

    Returns
    -------
    Interval
        Shares of the first group among all in the sample, from 0 to 1. Equal percents allow every share if the total is
        less than 1 point away. Empty if no share is possible.

    Raises
    ------
    ValueError
        A percent is not a number from 0 to 100, or rho is not above 0.

    Notes
    -----
    A share w is possible if and only if second - total - 1 < (second - first) w < second - total + 1; boxes cut at 0 or
    100 allow fewer.

    Examples
    --------
    >>> print(feasible_share(40, 49, 46))
    (2/9, 4/9)
    """
    box1, box2, all_box, ratio = _item(first, second, total, rho)
    # The mixture fills [least, most) and the total [lower, upper): they meet if least < upper and lower < most.
    # That an end at 100 is closed changes nothing, since every box starts below 100.
    asked = _below(box1.lower - box2.lower, all_box.upper - box2.lower).intersection(
        _below(box2.upper - box1.upper, box2.upper - all_box.lower)
    )
    if asked.is_empty:
        return EMPTY
    lower, upper = (share / (share + ratio * (1 - share)) for share in (asked.lower, asked.upper))
    return Interval(lower, upper, asked.lower_closed, asked.upper_closed)


def gap_at_share(first: Numeric, second: Numeric, total: Numeric, share: Numeric) -> Interval:
    """Return the true gaps, second minus first, that three printed percents allow at one share of the first group.

    Parameters
    ----------
    first, second, total : number
        Printed percents of the first group, of the second and of everybody, from 0 to 100.
    share : number
        Share of the first group in the sample, between 0 and 1.

    Returns
    -------
    Interval
        Gaps in percentage points. The interval is closed, though gaps may only come as near to its ends as one likes.
        Empty if the percents do not allow the share.

    Raises
    ------
    ValueError
        A percent is not a number from 0 to 100, or the share is not between 0 and 1.

    Notes
    -----
    Share and rounding are tied: with w the share, second - first is also (second - total) / w and
    (total - first) / (1 - w).

    Examples
    --------
    >>> print(gap_at_share(40, 49, 46, 0.25))
    [8, 28/3]
    """
    box1, box2, all_box, _ = _item(first, second, total, 1)
    w = _exact("share", share, "a share above 0 and below 1")
    if not 0 < w < 1:
        raise ValueError(f"share: found {format_value(share)}; expected a share above 0 and below 1")
    lowest = max(box2.lower - box1.upper, (box2.lower - all_box.upper) / w, (all_box.lower - box1.upper) / (1 - w))
    highest = min(box2.upper - box1.lower, (box2.upper - all_box.lower) / w, (all_box.upper - box1.lower) / (1 - w))
    return Interval(lowest, highest, True, True)


def feasible_shares(items: Iterable[Sequence[Numeric]]) -> Interval:
    """Return the shares of the first group that all items allow.

    Parameters
    ----------
    items : iterable of sequences
        Printed percents (first, second, total) of each item, from 0 to 100, or with rho as a fourth value.

    Returns
    -------
    Interval
        Shares from 0 to 1, all if there is no item. Empty if the items contradict each other.

    Raises
    ------
    ValueError
        A percent is not a number from 0 to 100, or a rho is not above 0.

    Notes
    -----
    Items have nothing in common but this share, so the result is the intersection of their `feasible_share`.

    Examples
    --------
    >>> print(feasible_shares([(40, 49, 46), (60, 70, 68)]))
    (2/9, 3/10)
    """
    common = UNIT
    for item in items:
        common = common.intersection(feasible_share(*_values(item)))
    return common


def feasible_rho(whole: Interval, part: Interval) -> Interval:
    """Return how many times as likely as the second the first group may have been asked, for two questions to agree.

    Parameters
    ----------
    whole : Interval
        Shares of the first group, from 0 to 1, that a question asked of everybody allows.
    part : Interval
        Shares of the first group, from 0 to 1, that another question allows among those who were asked it
        (`feasible_share` without rho).

    Returns
    -------
    Interval
        Every rho = odds(part) / odds(whole), above 0 and possibly up to infinity; empty if there is none.

    Raises
    ------
    ValueError
        An interval reaches outside [0, 1].

    Examples
    --------
    >>> print(feasible_rho(Interval(0.2, 0.3), Interval(0.5, 0.6)))
    (7/3, 6)
    """
    for name, share in (("whole", whole), ("part", part)):
        if _interval(name, share).within(UNIT) is not True:
            raise ValueError(f"{name}: found {share}; expected shares from 0 to 1")
    # With everybody or nobody of the first group in both, any rho will do.
    if any(end in whole and end in part for end in (0, 1)):
        return Interval(0, math.inf)
    whole, part = (share.intersection(Interval(0, 1)) for share in (whole, part))
    if whole.is_empty or part.is_empty:
        return EMPTY
    assert isinstance(whole.upper, Fraction) and isinstance(part.upper, Fraction)  # 1 at most
    return Interval(
        0 if whole.upper == 1 else _odds(part.lower) / _odds(whole.upper),
        math.inf if part.upper == 1 or whole.lower == 0 else _odds(part.upper) / _odds(whole.lower),
        part.lower_closed and whole.upper_closed,
        part.upper_closed and whole.lower_closed,
    )


def least_misprint(items: Iterable[Sequence[Numeric]], most: int = 4) -> int | None:
    """Return the smallest total misprint, in percentage points, with which the items agree.

    Parameters
    ----------
    items : iterable of sequences
        Printed percents (first, second, total) of each item, from 0 to 100, or with rho as a fourth value.
    most : int
        Largest total misprint to try, in points. Every combination is tried: keep it small.

    Returns
    -------
    int or None
        Smallest sum of changes to the printed percents, each by whole points and within 0 to 100, that leaves a
        feasible share: 0 if there is one already, None if it takes more than `most`.

    Raises
    ------
    ValueError
        A percent is not a number from 0 to 100, a rho is not above 0, or `most` is not a whole number of at least 0.

    Examples
    --------
    >>> least_misprint([(40, 49, 46)]), least_misprint([(40, 50, 52)])
    (0, 2)
    """
    if isinstance(most, bool) or not isinstance(most, int) or most < 0:
        raise ValueError(f"most: found {format_value(most)}; expected a whole number of at least 0")
    # Dynamic programming over the items: by points spent so far, the shares that the items so far allow. Different
    # misprints often allow the same shares, so sets keep what would grow with every combination small.
    reached: list[set[Interval]] = [{UNIT}, *[set()] * most]
    for item in items:
        options = _misprinted(item, most)
        reached = [
            {
                share.intersection(option)
                for spent in range(units + 1)
                for share, option in product(reached[spent], options[units - spent])
            }
            - {EMPTY}
            for units in range(most + 1)
        ]
    return next((units for units, shares in enumerate(reached) if shares), None)


def unclassified_share(items: Iterable[Sequence[Numeric]]) -> Interval:
    """Return the shares of respondents in neither group with which the items agree.

    Parameters
    ----------
    items : iterable of sequences
        Printed percents (first, second, total) of each item, from 0 to 100.

    Returns
    -------
    Interval
        Shares from 0 to 1: all if the items agree as they are; otherwise the share must exceed the lower end.

    Raises
    ------
    ValueError
        A percent is not a number from 0 to 100, or a rho is not 1.

    Notes
    -----
    If a share u is in neither group, and their percents may be any and differ by item, a total is
    (1 - u) (w * first + (1 - w) * second) + u * theirs.

    Examples
    --------
    >>> print(unclassified_share([(40, 49, 46)]), unclassified_share([(40, 50, 60)]))
    [0, 1] (2/11, 1]
    """
    # For one item, the boxes of mixture and total meet if and only if 1 / (1 - u) exceeds two lines in w: the mixture
    # must be large enough for the total even if nobody of the rest said yes, and small enough even if all of them did.
    # Each line is kept as its values at w = 0 and w = 1. The smallest u is where the highest of all lines is lowest;
    # the highest of several lines is convex in w, so that is at an end or where two of them cross.
    lines: list[tuple[Fraction, Fraction]] = []
    for first, second, total in map(_whole, items):
        lines.append((second.lower / total.upper, first.lower / total.upper))
        lines.append(((100 - second.upper) / (100 - total.lower), (100 - first.upper) / (100 - total.lower)))
    crossings = [(a - c) / (a - c + d - b) for (a, b), (c, d) in combinations(lines, 2) if (a - c) * (d - b) > 0]
    candidates = [Fraction(0), Fraction(1), *crossings]
    lowest = min(max((a + (b - a) * w for a, b in lines), default=Fraction(0)) for w in candidates)
    return UNIT if lowest < 1 else Interval(1 - 1 / lowest, 1, False, True)


def share_to_respondents(interval: Interval, n: int) -> range:
    """Return how many respondents the first group may have, for its share to be in an interval.

    Parameters
    ----------
    interval : Interval
        Shares of the first group, from 0 to 1.
    n : int
        Respondents in all, a whole number above 0.

    Returns
    -------
    range
        Numbers of people; empty if no whole number will do.

    Raises
    ------
    ValueError
        `n` is not a whole number above 0, or `interval` is no Interval.

    Examples
    --------
    >>> share_to_respondents(Interval(Fraction(2, 9), Fraction(3, 10)), 9908)
    range(2202, 2973)
    """
    total = _exact("n", n, "a whole number above 0")
    if total < 1 or total.denominator != 1:
        raise ValueError(f"n: found {n}; expected a whole number above 0")
    share = _interval("interval", interval).intersection(UNIT)
    first, last = math.ceil(share.lower * total), math.floor(share.upper * total)
    return range(first + (first / total not in share), last + (last / total in share))


def size_class_boxes(percents: Iterable[Numeric]) -> list[Interval]:
    """Return the true shares of the smallest size class, of the two smallest together, and so on.

    Parameters
    ----------
    percents : iterable of numbers
        Printed percents of the classes, from 0 to 100, smallest first. They need not add up to 100.

    Returns
    -------
    list of Interval
        Shares from 0 to 1. The sum of k percents stands for the sum of their rounding boxes, k points wide, cut to
        [0, 1].

    Raises
    ------
    ValueError
        A percent is not a number from 0 to 100.

    Examples
    --------
    >>> print(*size_class_boxes([15, 20]))
    [29/200, 31/200) [17/50, 9/25)
    """
    if not isinstance(percents, Iterable):
        raise ValueError(f"percents: found {format_value(percents)}; expected the percents of the size classes")
    boxes, lower, upper, closed = [], Fraction(0), Fraction(0), True
    for number, percent in enumerate(percents):
        box = _box(f"percents[{number}]", percent)
        lower, upper, closed = lower + box.lower / 100, upper + box.upper / 100, closed and box.upper_closed
        boxes.append(Interval(lower, upper, True, closed).intersection(UNIT))
    return boxes


def matches_size_classes(interval: Interval, percents: Iterable[Numeric]) -> list[bool]:
    """Return whether the first group can be the smallest size class, the two smallest together, and so on.

    Parameters
    ----------
    interval : Interval
        Possible shares of the first group, from 0 to 1.
    percents : iterable of numbers
        Printed percents of the classes, from 0 to 100, smallest first.

    Returns
    -------
    list of bool
        One answer for each of the `size_class_boxes`.

    Raises
    ------
    ValueError
        A percent is not a number from 0 to 100, or `interval` is no Interval.

    Examples
    --------
    >>> matches_size_classes(Interval(0.2, 0.4), [15, 20])
    [False, True]
    """
    share = _interval("interval", interval)
    return [not share.intersection(box).is_empty for box in size_class_boxes(percents)]


def _interval(name: str, value: object) -> Interval:
    if not isinstance(value, Interval):
        raise ValueError(f"{name}: found {format_value(value)}; expected an Interval")
    return value


class Box(NamedTuple):
    """The rounding box of a percent, in percent: its lower end is one of its numbers, its upper end only if closed."""

    lower: Fraction
    upper: Fraction
    upper_closed: bool


def _box(name: str, percent: Numeric) -> Box:
    printed = _exact(name, percent, "a percent from 0 to 100")
    if not 0 <= printed <= 100:
        raise ValueError(f"{name}: found {percent}; expected a percent from 0 to 100")
    decimals = max(0, -int(percent.as_tuple().exponent)) if isinstance(percent, Decimal) else 0
    half = Fraction(1, 2 * 10**decimals)
    lower, upper = printed - half, printed + half
    return Box(max(lower, Fraction(0)), min(upper, Fraction(100)), upper > 100)


def _item(first: Numeric, second: Numeric, total: Numeric, rho: Numeric = 1) -> tuple[Box, Box, Box, Fraction]:
    ratio = _exact("rho", rho, "a number above 0")
    if ratio <= 0:
        raise ValueError(f"rho: found {rho}; expected a number above 0")
    return _box("first", first), _box("second", second), _box("total", total), ratio


def _values(item: Sequence[Numeric]) -> tuple[Numeric, ...]:
    """Return the values of an item as a tuple. Raise ValueError unless they are three or four."""
    values = tuple(item) if isinstance(item, Iterable) and not isinstance(item, str) else ()
    if len(values) not in (3, 4):
        raise ValueError(
            f"items: found {format_value(item)}; expected (first, second, total) or (first, second, total, rho)"
        )
    return values


def _whole(item: Sequence[Numeric]) -> tuple[Box, Box, Box]:
    """Return the rounding boxes of an item that everybody was asked. Raise ValueError for a rho other than 1."""
    first, second, total, rho = _item(*_values(item))
    if rho != 1:
        raise ValueError(f"rho: found {rho}; expected 1, everybody asked")
    return first, second, total


def _misprinted(item: Sequence[Numeric], most: int) -> list[set[Interval]]:
    """Return the shares that an item allows if it is misprinted by 0 points in all, by 1, and so on up to `most`."""
    values = _values(item)
    _item(*values)
    printed, rho = [_exact("item", percent) for percent in values[:3]], values[3:]
    shares: list[set[Interval]] = [set() for _ in range(most + 1)]
    for change in product(range(-most, most + 1), repeat=3):
        if (units := sum(map(abs, change))) <= most:
            changed = [percent + by for percent, by in zip(printed, change, strict=True)]
            if all(0 <= percent <= 100 for percent in changed):
                shares[units].add(feasible_share(*changed, *rho))
    return shares


def _below(slope: Fraction, bound: Fraction) -> Interval:
    """Return the shares w, from 0 to 1, with slope * w < bound."""
    if max(Fraction(0), slope) < bound:
        return UNIT
    if min(Fraction(0), slope) >= bound:
        return EMPTY
    root = bound / slope
    return Interval(Fraction(0), root, True) if slope > 0 else Interval(root, Fraction(1), False, True)


def _odds(share: Fraction) -> Fraction:
    return share / (1 - share)
