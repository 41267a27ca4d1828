"""The time for the exact method of suppression, and then for the coarse one: half of the limit each.

It is counted, not measured: each step counts for the seconds that it takes on an ordinary, idle machine. So the same
answers give the same table on a slow or busy machine, too; only it takes longer there.
"""

from __future__ import annotations

TIME_LIMIT = 60.0  # seconds, unless told
LEAST_SECONDS = 5.0  # whatever the limit, so that the coarse method has some
SHARE_OF_EXACT = 0.5  # of the limit, after which the coarse method begins
PROGRAMME_SECONDS = 0.5  # for one programme of the coarse method, at most
# What steps take, in seconds, measured on surveys of 300 to 3,000 people:
SECONDS_PER_PROGRAMME = 0.005
SECONDS_PER_FACTOR = 1e-5  # of a programme's constraints: for its first node
SECONDS_PER_WEIGHT = 7e-5  # instead, where some factors are weights: not whole, beside a choice for each percent
SECONDS_PER_FACTOR_AND_NODE = 1e-5  # for each further node of the search
SECONDS_PER_EXCHANGE = 0.0005
SECONDS_PER_MOVES = 2.5e-4  # that local search compares at once
SECONDS_PER_MOVE_AND_SUM = 1.5e-8  # for each sum that one of them changes
SECONDS_PER_TARGET_AND_WITNESS = 1e-7  # to find out which counts are safe
MAX_NODES = 2**31 - 1  # that HiGHS takes


class Clock:
    """Which method still has time. At the limit all that is left is suppressed."""

    def __init__(self, limit: float = TIME_LIMIT) -> None:
        self.limit = limit
        self.spent = 0.0  # seconds, as they are counted
        self.start(0)

    def start(self, estimate: float, share_of_suppression: float = 1.0) -> None:
        """Begin, with the exact method if it is expected to end in its time, in seconds.

        The share is that of the time of the coarse method in which it suppresses.
        """
        self.estimate = estimate
        self.exact_end = self.spent + SHARE_OF_EXACT * self.limit
        self.end = self.spent + max(self.limit, LEAST_SECONDS)
        self.is_exact = self.spent + estimate < self.exact_end
        begin = self.exact_end if self.is_exact else self.spent
        self.suppression_end = begin + share_of_suppression * (self.end - begin)

    @property
    def seconds(self) -> float:
        """The time for the next programme of the solver, in seconds."""
        return max(0.01, self.exact_end - self.spent) if self.is_exact else PROGRAMME_SECONDS

    def share(self, components: int, end: float) -> float:
        """Return the time for the next of some components until an end, in seconds: up to twice what is left for each.

        What easy components leave goes to later ones.
        """
        return max(0.0, end - self.spent) * min(1.0, 2 / components)

    @property
    def next_end(self) -> float:
        """When the method in use is to have suppressed what it must."""
        return self.exact_end if self.is_exact else self.suppression_end

    @property
    def most(self) -> float:
        """About the most seconds that both methods take: the estimate, or the limit where the coarse one is used."""
        return self.estimate if self.is_exact else max(self.limit, LEAST_SECONDS)

    @property
    def is_over(self) -> bool:
        """Whether the coarse method has no time left either."""
        return self.spent >= self.end

    def check(self) -> None:
        """Turn to the coarse method once the time of the exact one is up."""
        self.is_exact = self.is_exact and self.spent < self.exact_end

    @staticmethod
    def limit_nodes(factors: int, seconds: float) -> int:
        """Return how many nodes the search for a programme's solution may have, to take so many seconds at most."""
        return int(min(MAX_NODES, max(1, seconds / (SECONDS_PER_FACTOR_AND_NODE * max(1, factors)))))

    def count_programme(self, factors: int, nodes: int, has_weights: bool) -> None:
        """Count a programme, by the factors of its constraints and the nodes of the search for its solution."""
        first = SECONDS_PER_WEIGHT if has_weights else SECONDS_PER_FACTOR
        more = SECONDS_PER_FACTOR_AND_NODE * max(0, nodes - 1)
        self.spent += SECONDS_PER_PROGRAMME + factors * (first + more)

    def count_exchange(self) -> None:
        """Count an exchange of answers."""
        self.spent += SECONDS_PER_EXCHANGE

    def count_moves(self, sums: int) -> None:
        """Count a comparison of moves, by the sums that each of them changes, all together."""
        self.spent += SECONDS_PER_MOVES + SECONDS_PER_MOVE_AND_SUM * sums

    def count_check(self, targets: int, witnesses: int) -> None:
        """Count finding out which counts are safe between so many witnesses."""
        self.spent += SECONDS_PER_TARGET_AND_WITNESS * targets * witnesses
