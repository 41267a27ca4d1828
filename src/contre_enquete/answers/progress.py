"""Report progress on a terminal, on standard error.

DuckDB has a bar of its own, but writes it to standard output, even into a pipe, and tells no time.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

CLEAR_LINE = "\r\x1b[K"
INTERVAL = 0.5  # seconds between two reports


@contextmanager
def status_line(text: str) -> Iterator[None]:
    """Show a line on a terminal while the block runs."""
    if sys.stderr.isatty():
        print(f"  {text}", end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        if sys.stderr.isatty():
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
