"""Find witnesses by mixed-integer programming: two tables that both agree with all that is published.

A suppressed count is safe if two such tables exist between which it differs by more than the minimum: the reader cannot
tell them apart. The pair that needs the fewest people in newly suppressed figures is chosen. After Fischetti and
Salazar, "Solving the Cell Suppression Problem on Tabular Data with Linear Constraints", Management Science 47 (2001).
HiGHS solves the programme. To suppress more leaves earlier witnesses valid.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .clock import Clock

SOLVER_MARGIN = 1e-6  # in people: the solver stays so far within the bounds of what is published
Bounds = tuple[float, float]
INFEASIBLE = 2  # the solver's status
UNCHANGED: tuple[Bounds, Bounds] = ((0, 0), (0, 0))  # a count that is published as it is, in both witnesses


def solve_programme(clock: Clock, seconds: float, costs: Any, gap: float = 1e-4, **programme: Any) -> Any:
    """Return HiGHS's solution of a mixed-integer programme, as `scipy.optimize.milp` describes both.

    Its nodes are limited to what takes the time given, in seconds, and the clock counts them: HiGHS's own limit of time
    is by the clock on the wall, so that other work on the machine would change solutions. The solution's cost may be
    above the least by the gap, a share of it.
    """
    from scipy import optimize  # only who tabulates answers has it

    factors = programme["constraints"].A.data
    limit = clock.limit_nodes(len(factors), seconds)
    solution = optimize.milp(costs, options={"node_limit": limit, "mip_rel_gap": gap}, **programme)
    nodes = solution.mip_node_count
    if nodes is None:  # without a solution scipy does not tell the nodes; most programmes that have none need one
        nodes = 1 if solution.status == INFEASIBLE else limit
    clock.count_programme(len(factors), nodes, bool((factors != np.rint(factors)).any()))
    return solution


@dataclass(frozen=True)
class _Variable:
    """A count whose deviation from the truth each of the two witnesses chooses."""

    limits: Sequence[Bounds] | None  # of each witness; None: a number that is computed, and need not be whole
    published: Sequence[Bounds]  # of each witness: where what is published stays as it is; empty if nothing is
    cost: int  # of leaving these bounds
    big_m: int  # how far it can leave them at the fixed cost; 0: the cost counts for each person


class WitnessProblem:
    """A search for two deviations from the truth at the least cost of suppressions."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.names: dict[Hashable, int] = {}
        self.variables: list[_Variable] = []
        self.equations: list[tuple[dict[int, float], Sequence[float]]] = []

    def add_count(self, name: Hashable, limits: Sequence[Bounds], cost: int, published: Sequence[Bounds] = ()) -> None:
        """Add the deviation of a whole count. Each person by which it leaves the published bounds has the cost.

        The cost is linear, not fixed as in the article of 2001: counts then need no binary variable each, and the
        pattern found may suppress a little more than the best.
        """
        self._add(name, _Variable(limits, published, cost, 0))

    def add_percent(self, name: Hashable, published: Sequence[Bounds], cost: int, big_m: int) -> None:
        """Add the deviation of a printed percent's numerator. To leave the published bounds has a fixed cost, once."""
        self._add(name, _Variable(None, published, cost, big_m))

    def _add(self, name: Hashable, variable: _Variable) -> None:
        self.names[name] = len(self.names)
        self.variables.append(variable)

    def add_equation(self, terms: Mapping[Any, float], right: Sequence[float] = (0, 0)) -> None:
        """Demand that the sum of deviations times factors has a value in each of the witnesses."""
        self.equations.append(({self.names[name]: factor for name, factor in terms.items()}, right))

    def solve(self, target: Any = None, width: int = 0, sign: int = 1) -> list[dict[Any, int]] | None:
        """Return the deviations of the whole counts in both witnesses; None if no such pair is found.

        With a target, its deviation in the first witness, less that in the second, times the sign, is at least the
        width. When the time is up, their cost may be above the least.
        """
        from scipy import optimize, sparse  # only who tabulates answers has it

        limits = [bounds for witness in (0, 1) for bounds in self._list_limits(witness)]
        if any(low > high for low, high in limits):
            return None
        # The columns: the deviations of the first witness, those of the second, and what each leaves its bounds by.
        n = len(self.variables)
        entries: list[tuple[int, int, float]] = []
        rows: list[Bounds] = []
        for terms, bounds in (*self._list_constraints(0), *self._list_constraints(1)):
            entries.extend((len(rows), column, factor) for column, factor in terms)
            rows.append(bounds)
        if target is not None:
            place = self.names[target]
            entries += [(len(rows), place, sign), (len(rows), n + place, -sign)]
            rows.append((width, np.inf))
        row, column, factor = zip(*entries, strict=True) if entries else ((), (), ())
        low, high = zip(*rows, strict=True) if rows else ((), ())
        lows, highs = zip(*limits, strict=True)
        whole = [variable.limits is not None for variable in self.variables]
        binary = [bool(variable.big_m) for variable in self.variables]
        solution = solve_programme(
            self.clock,
            self.clock.seconds,
            [0] * 2 * n + [variable.cost for variable in self.variables],
            integrality=[*whole, *whole, *binary],
            bounds=optimize.Bounds([*lows, *[0] * n], [*highs, *(1 if is_binary else np.inf for is_binary in binary)]),
            constraints=optimize.LinearConstraint(
                sparse.csr_array((factor, (row, column)), shape=(len(rows), 3 * n)), low, high
            ),
        )
        if solution.x is None:
            return None
        witnesses = [{i: round(solution.x[witness * n + i]) for i in range(n) if whole[i]} for witness in (0, 1)]
        if not self._is_valid(witnesses):
            return None
        named = [{name: counts[i] for name, i in self.names.items() if i in counts} for counts in witnesses]
        if target is not None and sign * (named[0][target] - named[1][target]) < width:
            return None
        return named

    def _list_limits(self, witness: int) -> list[Bounds]:
        return [
            (-np.inf, np.inf) if variable.limits is None else variable.limits[witness] for variable in self.variables
        ]

    def _list_constraints(self, witness: int) -> Iterable[tuple[list[tuple[int, float]], Bounds]]:
        """Yield the constraints on one witness, each as its terms by column and the bounds of their sum."""
        n = len(self.variables)
        for terms, right in self.equations:
            yield [(witness * n + i, factor) for i, factor in terms.items()], (right[witness], right[witness])
        for i, variable in enumerate(self.variables):
            if variable.published:
                # Bounds that are published are kept by a margin, but the truth, a deviation of 0, always keeps them.
                low, high = variable.published[witness]
                low, high = min(0, low + SOLVER_MARGIN), max(0, high - SOLVER_MARGIN)
                # What goes beyond them is paid for: by each person, or, with a big M, by one binary variable.
                beyond = variable.big_m or 1
                yield [(witness * n + i, 1), (2 * n + i, -beyond)], (-np.inf, high)
                yield [(witness * n + i, 1), (2 * n + i, beyond)], (low, np.inf)

    def _is_valid(self, witnesses: Sequence[Mapping[int, int]]) -> bool:
        """Return whether rounded counts keep all limits and equations of whole counts: no tolerance counts here."""
        return all(
            sum(factor * counts[i] for i, factor in terms.items()) == right[witness]
            for witness, counts in enumerate(witnesses)
            for terms, right in self.equations
            if counts.keys() >= terms.keys()
        ) and all(
            low <= counts[i] <= high
            for witness, counts in enumerate(witnesses)
            for i, (low, high) in enumerate(self._list_limits(witness))
            if i in counts
        )
