"""Compute in exact fractions what rounded percents allow, such as the share of the first group that nobody published.

A printed percent p stands for the true percents in its rounding box, [p - 1/2, p + 1/2), cut to [0, 100]. Two groups
make up the sample, so a true total is w * first + (1 - w) * second, with w the share of the first group; a w is
possible if true percents in the three boxes satisfy this. Taken for granted: each respondent is in one of the two
groups, totals are not weighted, and everybody was asked unless rho says otherwise.

Percents go from 0 to 100, shares from 0 to 1. Both may be ints, fractions, decimals or floats; a float is read as the
decimal that it prints, 40.1 as 401/10. An item is the printed percents (first, second, total), or with rho as a fourth
value. An argument that is not a number within its limits raises ValueError, which names it; items that contradict each
other give an empty interval.
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

from ..errors import as_found

Numeric = int | float | Decimal | Fraction


def _exact(name: str, value: object, expected: str = "a number") -> Fraction:
    """Return a number as a fraction, a float by its decimals. Raises ValueError if it is not a finite number."""
    if isinstance(value, Fraction):
        return value
    if isinstance(value, Rational) and not isinstance(value, bool):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, (Real, Decimal)) and not isinstance(value, bool) and math.isfinite(value):
        return Fraction(str(value))
    raise ValueError(f"{name}: found {as_found(value)}; expected {expected}")


@dataclass(frozen=True, init=False)
class Interval:
    """The numbers from `lower` to `upper`, exactly; an end is one of them if it is closed.

    Ends are kept as fractions; `upper` may be `math.inf`. All empty intervals are equal. `x in interval`
    asks whether a number is in it, `str(interval)` is "(2/9, 3/10)", "[0, ∞)" or "∅".
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
        return self.lower == self.upper and not self.lower_closed

    @property
    def midpoint(self) -> Fraction:
        """The number halfway between the ends. Raises ValueError if the interval is empty or has no upper end."""
        if self.is_empty or not isinstance(self.upper, Fraction):
            raise ValueError(f"interval: found {self}; expected one with two ends")
        return (self.lower + self.upper) / 2

    def within(self, other: Interval) -> bool | None:
        """Return True if all numbers of this interval are in the other, False if none are, None if only some are."""
        common = self.intersection(other)
        return True if common == self else False if common.is_empty else None

    def intersection(self, other: Interval) -> Interval:
        """Return the numbers that are in both intervals. Raises ValueError if `other` is not an Interval."""
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
    """Return the true percents that are printed as `percent`: [percent - 1/2, percent + 1/2), cut to [0, 100].

    Raises ValueError for a percent that is not from 0 to 100.
    """
    box = _box("percent", percent)
    return Interval(box.lower, box.upper, True, box.upper_closed)


def gap_box(first: Numeric, second: Numeric) -> Interval:
    """Return the true gaps, second minus first, that two printed percents allow, in percentage points.

    For a printed gap d these are (d - 1, d + 1): the sign is certain if d is at least 1 or at most -1.
    They are fewer where a box is cut at 0 or 100. Raises ValueError for a percent that is not from 0 to 100.
    """
    box1, box2 = _box("first", first), _box("second", second)
    return Interval(box2.lower - box1.upper, box2.upper - box1.lower, box1.upper_closed, box2.upper_closed)


def ratio_box(first: Numeric, second: Numeric) -> Interval:
    """Return the true ratios, second over first, that two printed percents allow.

    They go from (second - 1/2) / (first + 1/2) to (second + 1/2) / (first - 1/2), with boxes cut to [0, 100],
    and up to infinity if `first` may stand for 0. Raises ValueError for a percent that is not from 0 to 100.
    """
    box1, box2 = _box("first", first), _box("second", second)
    return Interval(
        box2.lower / box1.upper,
        box2.upper / box1.lower if box1.lower else math.inf,
        box1.upper_closed or box2.lower == 0,
        box2.upper_closed,
    )


def feasible_share(first: Numeric, second: Numeric, total: Numeric, rho: Numeric = 1) -> Interval:
    """Return the shares of the first group in the sample, from 0 to 1, that three printed percents allow.

    The percents are those of the first group, of the second and of everybody. A share w is possible if and only if
    second - total - 1 < (second - first) w < second - total + 1; boxes cut at 0 or 100 allow fewer. Equal percents
    thus allow every w if the total is less than 1 away. The interval is empty if no w is possible.

    If only a part of the sample was asked, `rho` is P(asked | first) / P(asked | second): the odds of being in the
    first group are rho times as high among those asked as in the sample. The result is about the sample in any case.

    Raises ValueError for a percent that is not from 0 to 100 and a rho that is not above 0.
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
    """Return the true gaps, second minus first, in points, that three printed percents allow at one share of the first group.

    Share and rounding are tied: with w the share, second - first is also (second - total) / w and (total - first) / (1 - w).
    The interval is closed, though its ends need not be attained: gaps come as near to them as one likes. It is empty if the
    percents do not allow the share. Raises ValueError for a percent that is not from 0 to 100 and a share not between 0 and 1.
    """
    box1, box2, all_box, _ = _item(first, second, total, 1)
    w = _exact("share", share, "a share above 0 and below 1")
    if not 0 < w < 1:
        raise ValueError(f"share: found {as_found(share)}; expected a share above 0 and below 1")
    lowest = max(box2.lower - box1.upper, (box2.lower - all_box.upper) / w, (all_box.lower - box1.upper) / (1 - w))
    highest = min(box2.upper - box1.lower, (box2.upper - all_box.lower) / w, (all_box.upper - box1.lower) / (1 - w))
    return Interval(lowest, highest, True, True)


def feasible_shares(items: Iterable[Sequence[Numeric]]) -> Interval:
    """Return the shares of the first group that all items allow; [0, 1] if there is no item.

    Items have nothing but this share in common, so the result is the intersection of their `feasible_share`. It is
    empty if they contradict each other. Raises ValueError as `feasible_share` does.
    """
    common = UNIT
    for item in items:
        common = common.intersection(feasible_share(*_values(item)))
    return common


def possible_labellings(items: Iterable[Sequence[Numeric]]) -> dict[tuple[bool, ...], Interval]:
    """Return which items may have their two group labels exchanged, with the shares that each such labelling allows.

    A key has one value per item, True if its labels are exchanged; values are shares of the first group, never empty.
    The first item stays as printed: totals cannot tell a labelling from its mirror image, in which all labels are
    exchanged and w becomes 1 - w. With a rho other than 1 they could, so it raises ValueError; so does all that
    `feasible_share` refuses.
    """
    printed = [_values(item) for item in items]
    for item in printed:
        _whole(item)
    possible = {}
    for others in product((False, True), repeat=max(len(printed) - 1, 0)):
        exchanged = (False, *others)[: len(printed)]
        labelled = [
            (second, first, total) if swap else (first, second, total)
            for (first, second, total, *_), swap in zip(printed, exchanged, strict=True)
        ]
        share = feasible_shares(labelled)
        if not share.is_empty:
            possible[exchanged] = share
    return possible


def feasible_rho(whole: Interval, part: Interval) -> Interval:
    """Return how many times as likely as the second the first group may have been asked, for two questions to agree.

    `whole` holds the shares of the first group that a question asked of everybody allows; `part` those that another
    question allows among the people who were asked it (`feasible_share` without rho). The result holds every
    rho = odds(part) / odds(whole), above 0 and possibly up to infinity; it is empty if there is none. Raises
    ValueError for an interval that reaches outside [0, 1].
    """
    for name, share in (("whole", whole), ("part", part)):
        if _interval(name, share).within(UNIT) is not True:
            raise ValueError(f"{name}: found {share}; expected shares from 0 to 1")
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

    That is the smallest sum of changes to the printed percents, each by whole points and within 0 to 100, that leaves
    a feasible share: 0 if there is one already, None if it takes more than `most`. Every combination is tried: keep
    `most` small.
    Raises ValueError as `feasible_share` does, and for a `most` that is not a whole number of at least 0.
    """
    if isinstance(most, bool) or not isinstance(most, int) or most < 0:
        raise ValueError(f"most: found {as_found(most)}; expected a whole number of at least 0")
    reached: list[set[Interval]] = [{UNIT}, *[set()] * most]  # by units spent, the shares that the items so far allow
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
    """Return the shares of respondents in neither group, from 0 to 1, with which the items agree.

    If a share u is in neither group, and their percents may be any and differ by item, a total is
    (1 - u) (w * first + (1 - w) * second) + u * theirs. The result is [0, 1] if the items agree as they are; otherwise
    u must exceed its lower end. Raises ValueError as `feasible_share` does, and for a rho other than 1.
    """
    # The boxes of mixture and total meet if 1 / (1 - u) exceeds two lines in w, here by their values at w = 0 and 1.
    # The highest of all lines is lowest at an end or where two of them cross.
    lines: list[tuple[Fraction, Fraction]] = []
    for first, second, total in map(_whole, items):
        lines.append((second.lower / total.upper, first.lower / total.upper))
        lines.append(((100 - second.upper) / (100 - total.lower), (100 - first.upper) / (100 - total.lower)))
    crossings = [(a - c) / (a - c + d - b) for (a, b), (c, d) in combinations(lines, 2) if (a - c) * (d - b) > 0]
    tried = [Fraction(0), Fraction(1), *crossings]
    lowest = min(max((a + (b - a) * w for a, b in lines), default=Fraction(0)) for w in tried)
    return UNIT if lowest < 1 else Interval(1 - 1 / lowest, 1, False, True)


def share_to_respondents(interval: Interval, n: int) -> range:
    """Return how many of `n` respondents the first group may have, for its share to be in the interval.

    The range is empty if no whole number will do. Raises ValueError for an n that is not a whole number above 0.
    """
    total = _exact("n", n, "a whole number above 0")
    if total < 1 or total.denominator != 1:
        raise ValueError(f"n: found {n}; expected a whole number above 0")
    share = _interval("interval", interval).intersection(UNIT)
    first, last = math.ceil(share.lower * total), math.floor(share.upper * total)
    return range(first + (first / total not in share), last + (last / total in share))


def size_class_boxes(percents: Iterable[Numeric]) -> list[Interval]:
    """Return the true shares of the smallest size class, of the two smallest together, and so on, from 0 to 1.

    `percents` are the printed percents of the classes, smallest employers first. The sum of k of them stands for the
    sum of their rounding boxes, k points wide, cut to [0, 1]. That all classes add up to 100% is not assumed.
    Raises ValueError for a percent that is not from 0 to 100.
    """
    if not isinstance(percents, Iterable):
        raise ValueError(f"percents: found {as_found(percents)}; expected the percents of the size classes")
    boxes, lower, upper, closed = [], Fraction(0), Fraction(0), True
    for number, percent in enumerate(percents):
        box = _box(f"percents[{number}]", percent)
        lower, upper, closed = lower + box.lower / 100, upper + box.upper / 100, closed and box.upper_closed
        boxes.append(Interval(lower, upper, True, closed).intersection(UNIT))
    return boxes


def matches_size_classes(interval: Interval, percents: Iterable[Numeric]) -> list[bool]:
    """Return whether the first group can be the smallest size class, the two smallest together, and so on.

    `interval` holds the possible shares of the first group, which are compared with the `size_class_boxes` of
    `percents`. Raises ValueError as that function does.
    """
    share = _interval("interval", interval)
    return [not share.intersection(box).is_empty for box in size_class_boxes(percents)]


def _interval(name: str, value: object) -> Interval:
    if not isinstance(value, Interval):
        raise ValueError(f"{name}: found {as_found(value)}; expected an Interval")
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
    lower, upper = printed - Fraction(1, 2), printed + Fraction(1, 2)
    return Box(max(lower, Fraction(0)), min(upper, Fraction(100)), upper > 100)


def _item(first: Numeric, second: Numeric, total: Numeric, rho: Numeric = 1) -> tuple[Box, Box, Box, Fraction]:
    ratio = _exact("rho", rho, "a number above 0")
    if ratio <= 0:
        raise ValueError(f"rho: found {rho}; expected a number above 0")
    return _box("first", first), _box("second", second), _box("total", total), ratio


def _values(item: Sequence[Numeric]) -> tuple[Numeric, ...]:
    """Return the values of an item as a tuple. Raises ValueError unless they are three or four."""
    values = tuple(item) if isinstance(item, Iterable) and not isinstance(item, str) else ()
    if len(values) not in (3, 4):
        raise ValueError(
            f"items: found {as_found(item)}; expected (first, second, total) or (first, second, total, rho)"
        )
    return values


def _whole(item: Sequence[Numeric]) -> tuple[Box, Box, Box]:
    """Return the rounding boxes of an item that everybody was asked. Raises ValueError for a rho other than 1."""
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
