"""Which shares of several groups explain the totals that are printed beside them.

Each total is a mean of the groups' figures, weighted by the groups' shares of the respondents. What rounding allows of
a figure and of a total makes two linear constraints on the shares; the shares that meet all of them are a polytope,
whose corners give the least and the largest share of each group.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

MAX_GROUPS = 6  # of more, the corners are too many to look at each
WEIGHT_TOLERANCE = 1e-9
Ends = tuple[float, float]


def bound_shares(
    parts: Sequence[Sequence[Ends]], totals: Sequence[Ends]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return the least and the largest share of each group, from 0 to 1, that explain the totals; None if none do.

    Parameters
    ----------
    parts
        For each item, the ends of what rounding allows of each group's figure.
    totals
        For each item, the ends of what rounding allows of its total.

    Raises
    ------
    ValueError
        For more groups than `MAX_GROUPS`.

    Examples
    --------
    >>> parts = [[(9.5, 10.5), (29.5, 30.5), (49.5, 50.5)], [(59.5, 60.5), (9.5, 10.5), (9.5, 10.5)]]
    >>> least, most = bound_shares(parts, [(29.5, 30.5), (24.5, 25.5)])
    >>> least.round(2).tolist(), most.round(2).tolist()
    ([0.28, 0.31, 0.23], [0.32, 0.49, 0.37])
    >>> bound_shares(parts, [(69.5, 70.5), (24.5, 25.5)]) is None
    True
    """
    count = len(parts[0])
    if count > MAX_GROUPS:
        raise ValueError(f"groups: found {count}; expected at most {MAX_GROUPS}")
    boxes, ends = np.array(parts), np.array(totals)
    # Of each row of A and each b, A @ shares <= b: no total below or above what the groups allow, no share below 0.
    constraints = np.vstack([boxes[:, :, 0], -boxes[:, :, 1], -np.eye(count)])
    limits = np.concatenate([ends[:, 1], -ends[:, 0], np.zeros(count)])
    chosen = np.array(list(combinations(range(len(limits)), count - 1)))
    systems = np.concatenate([constraints[chosen], np.ones((len(chosen), 1, count))], axis=1)
    values = np.concatenate([limits[chosen], np.ones((len(chosen), 1))], axis=1)
    solvable = np.abs(np.linalg.det(systems)) > WEIGHT_TOLERANCE
    corners = np.linalg.solve(systems[solvable], values[solvable][..., None])[..., 0]
    inside = corners[(corners @ constraints.T <= limits + WEIGHT_TOLERANCE * 100).all(axis=1)]
    if not len(inside):
        return None
    return np.clip(inside.min(axis=0), 0, 1), np.clip(inside.max(axis=0), 0, 1)
