"""Report progress on a terminal, on standard error.

DuckDB has a bar of its own, but writes it to standard output, even into a pipe, and tells no time.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from ..text.language import ENGLISH, Language

LANGUAGE = ContextVar[Language | None]("LANGUAGE", default=None)  # English, if it is None
CLEAR_LINE = "\r\x1b[K"
INTERVAL = 0.5  # seconds between two reports
LONG = 10  # seconds, from which the time that a work will take is told before it starts


@contextmanager
def report_in(language: Language) -> Iterator[None]:
    """Report in a language while the block runs."""
    before = LANGUAGE.set(language)
    try:
        yield
    finally:
        LANGUAGE.reset(before)


@contextmanager
def report_steps(steps: int, estimate: float) -> Iterator[Callable[[], None]]:
    """Yield a function to call after each step of protecting answers; on a terminal, show the steps done and time left.

    An estimate of many seconds is told first, also where there is no terminal.
    """
    is_terminal = sys.stderr.isatty()
    language = LANGUAGE.get() or Language(ENGLISH)
    say = language.say
    if estimate >= LONG:
        text = say("Protecting answers: {seconds} s at most", seconds=language.number(round(estimate)))
        print(f"  {text}", file=sys.stderr, flush=True)
    begun = time.monotonic()
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if is_terminal:
            seconds = language.number(round((time.monotonic() - begun) * (steps - done) / done))
            _overwrite_line(
                say(
                    "Protecting answers: {done} of {steps} steps, {seconds} s left",
                    done=done,
                    steps=steps,
                    seconds=seconds,
                )
            )

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
    done, language = threading.Event(), LANGUAGE.get() or Language(ENGLISH)

    def report() -> None:
        begun = time.monotonic()
        while not done.wait(INTERVAL):
            share = con.con.query_progress() / 100
            if share > 0:
                left = (time.monotonic() - begun) * (1 - share) / share
                read, of, seconds = (language.number(round(value)) for value in (rows * share, rows, left))
                _overwrite_line(
                    language.say("{read} of about {rows} rows, {seconds} s left", read=read, rows=of, seconds=seconds)
                )

    thread = threading.Thread(target=report, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        print(CLEAR_LINE, end="", file=sys.stderr, flush=True)


def _overwrite_line(text: str) -> None:
    print(f"\r  {text}\x1b[K", end="", file=sys.stderr, flush=True)
