"""Tell whoever sits at a terminal what is being done, and how far the engine is."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

CLEARED = "\r\x1b[K"  # the line of a terminal


@contextmanager
def said(what: str) -> Iterator[None]:
    """While the block runs, say on a terminal what it does."""
    if sys.stderr.isatty():
        print(f"  {what}", end="", file=sys.stderr, flush=True)
    try:
        yield
    finally:
        if sys.stderr.isatty():
            print(CLEARED, end="", file=sys.stderr, flush=True)


@contextmanager
def progress(con: Any, rows: int) -> Iterator[None]:
    """While the block runs, say on a terminal how many of about so many rows DuckDB has read, and how long it will take.

    Elsewhere, and of other engines, nothing is said.
    """
    if con.name != "duckdb" or not sys.stderr.isatty():
        yield
        return
    done = threading.Event()

    def tell() -> None:
        begun = time.monotonic()
        while not done.wait(0.5):
            share = con.con.query_progress() / 100
            if share > 0:
                left = (time.monotonic() - begun) * (1 - share) / share
                told = f"\r  {rows * share:,.0f} of about {rows:,} rows, {left:.0f} s left\x1b[K"
                print(told, end="", file=sys.stderr, flush=True)

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        print(CLEARED, end="", file=sys.stderr, flush=True)
