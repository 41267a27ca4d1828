"""Report progress on a terminal, on standard error.

DuckDB has a bar of its own, but writes it to standard output, even into a pipe, and tells no time.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

CLEAR_LINE = "\r\x1b[K"
INTERVAL = 0.5  # seconds between two reports


LONG = 10  # seconds, from which the time that a work will take is told before it starts


@contextmanager
def report_steps(work: str, steps: int, estimate: float) -> Iterator[Callable[[], None]]:
    """Yield a function to call after each step; on a terminal, show how many are done, and the time left.

    An estimate of many seconds is told first, also where there is no terminal.
    """
    is_terminal = sys.stderr.isatty()
    if estimate >= LONG:
        print(f"  {work}: about {estimate:,.0f} s at most", file=sys.stderr, flush=True)
    begun = time.monotonic()
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if is_terminal:
            left = (time.monotonic() - begun) * (steps - done) / done
            print(f"\r  {work}: {done} of {steps}, {left:.0f} s left\x1b[K", end="", file=sys.stderr, flush=True)

    try:
        yield step
    finally:
        if is_terminal:
            print(CLEAR_LINE, end="", file=sys.stderr, flush=True)


@contextmanager
def report_progress(con: Any, rows: int) -> Iterator[None]:
    """Show on a terminal, while the block runs, how many of about so many rows DuckDB has read, and the time left.

    Elsewhere, and for other engines, show nothing.
    """
    if con.name != "duckdb" or not sys.stderr.isatty():
        yield
        return
    done = threading.Event()

    def report() -> None:
        begun = time.monotonic()
        while not done.wait(INTERVAL):
            share = con.con.query_progress() / 100
            if share > 0:
                left = (time.monotonic() - begun) * (1 - share) / share
                text = f"\r  {rows * share:,.0f} of about {rows:,} rows, {left:.0f} s left\x1b[K"
                print(text, end="", file=sys.stderr, flush=True)

    thread = threading.Thread(target=report, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        print(CLEAR_LINE, end="", file=sys.stderr, flush=True)
