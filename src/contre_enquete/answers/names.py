"""Give questions, answers and groups the short names that a codebook calls them by."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from .codebook import TOTAL
from .hints import fold

T = TypeVar("T")  # what gets a name
MAX_NAME = 40  # letters


def make_names(
    things: Iterable[T], label: Callable[[T], str], known: Callable[[T], str] = lambda thing: ""
) -> dict[str, T]:
    """Return things by a short name of each, the known one if there is one."""
    named: dict[str, T] = {}
    for thing in things:
        name = (
            known(thing) or re.sub(r"[^a-z0-9]+", "-", _spell(label(thing))).strip("-")[:MAX_NAME].rstrip("-") or "item"
        )
        while name in named or name == TOTAL:
            name += "-2"
        named[name] = thing
    return named


def _spell(text: str) -> str:
    return fold(text).encode("ascii", "ignore").decode()
