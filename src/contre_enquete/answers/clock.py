"""The time for the exact method of suppression, and then for the coarse one.

It is counted in seconds of the processor, so that other work on the machine changes no table.
"""

from __future__ import annotations

import time

TIME_LIMIT = 60.0  # seconds for the exact method, unless told
COARSE_SECONDS = 20.0  # for the coarse method, at least
PROGRAMME_SECONDS = 0.5  # for one programme of the coarse method


class Clock:
    """Which method still has time. The coarse one has as long as the exact one; then all that is left is suppressed."""

    def __init__(self, limit: float = TIME_LIMIT) -> None:
        self.limit = limit
        self.estimate = 0.0
        self.start(0)

    def start(self, estimate: float) -> None:
        """Begin, with the exact method if it is expected to take no longer than the limit, in seconds."""
        now = time.process_time()
        self.estimate = estimate
        self.is_exact = estimate < self.limit
        self.exact_end = now + self.limit
        self.end = now + max(self.limit, COARSE_SECONDS) + (self.limit if self.is_exact else 0)

    @property
    def seconds(self) -> float:
        """The time for the next programme of the solver, in seconds."""
        return max(0.01, self.exact_end - time.process_time()) if self.is_exact else PROGRAMME_SECONDS

    def share(self, components: int) -> float:
        """Return the time for each of the components that are left, in seconds."""
        return max(0.0, (self.exact_end if self.is_exact else self.end) - time.process_time()) / max(1, components)

    @property
    def most(self) -> float:
        """About the most seconds that both methods take: the estimate, or the limit where the coarse one is used."""
        return self.estimate if self.is_exact else max(self.limit, COARSE_SECONDS)

    @property
    def is_over(self) -> bool:
        """Whether the coarse method has no time left either."""
        return time.process_time() >= self.end

    def check(self) -> None:
        """Turn to the coarse method once the time of the exact one is up."""
        self.is_exact = self.is_exact and time.process_time() < self.exact_end
