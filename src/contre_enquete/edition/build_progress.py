"""Tell how far a build or a rerun is: one line that changes on a terminal, a line for each step elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TextIO

MIN_SECONDS = 2  # that a step took last time, to be worth telling


class Progress:
    """Where the steps of a build stand, told to a stream as they begin, in threads of their own, and end."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream, self._terminal = stream, stream if stream and stream.isatty() else None
        self._lock = Lock()
        self._running: dict[str, float] = {}
        self._made = 0
        self._left: int | None = None

    def begin(self, step: str, left: int | None, seconds: float = 0) -> None:
        """Tell that a step begins, how many are left after it at most, if that is known, and its seconds last time."""
        with self._lock:
            self._running[step], self._left = seconds, left
            self._rewrite(self.describe())

    def end(self, step: str) -> None:
        """Tell that a step is made."""
        with self._lock:
            self._running.pop(step, None)
            self._made += 1
            self._rewrite(self.describe())
            if not self._terminal:
                print(f"  {step}", file=self._stream, flush=True)

    def clear(self) -> None:
        """Leave an empty line to whatever is written next."""
        self._rewrite("")

    def describe(self) -> str:
        """Return how many steps are made and left, which run, and how long the longest of these took last time."""
        parts = [f"{self._made} done"]
        if self._left is not None:
            parts.append(f"at most {self._left} left")
        if self._running:
            seconds = max(self._running.values())
            last = f" ({seconds:.0f} s last time)" if seconds >= MIN_SECONDS else ""
            parts.append(f"running {', '.join(self._running)}{last}")
        return "; ".join(parts)

    def _rewrite(self, line: str) -> None:
        """Write a line over the last one, no longer than the terminal is wide."""
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            text = line if len(line) <= width else f"{line[: width - 1]}…"
            self._terminal.write(f"\r{text.ljust(width)}" + ("" if text else "\r"))
            self._terminal.flush()


@contextmanager
def show_progress(stream: TextIO | None) -> Iterator[Progress]:
    """Yield a progress whose line is gone at the end of the `with` block, before an error is told too."""
    progress = Progress(stream)
    try:
        yield progress
    finally:
        progress.clear()
