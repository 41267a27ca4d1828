"""Errors that the user can fix, and how their messages show a value."""

from collections.abc import Iterable
from difflib import get_close_matches
from numbers import Number

MAX_VALUE_LENGTH = 80  # characters of a value that a message shows
MAX_LISTED = 12  # that a message lists


class EditionError(Exception):
    """An error that the user can fix; its message is one line: where, what was found, what was expected."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]  # IPython shows this and no traceback


class DataError(EditionError):
    """The data cannot be used; the message names file, row, column, value and what was expected."""


def format_value(value: object) -> str:
    """Return a value as messages show it: a number as `str` writes it, anything else as `repr` does, and shortened.

    >>> format_value(35), format_value("35")
    ('35', "'35'")
    >>> format_value("a" * 300_000)
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa… (300,002 characters)"
    """
    text = str(value) if isinstance(value, Number) else repr(value)
    return text if len(text) <= MAX_VALUE_LENGTH else f"{text[:MAX_VALUE_LENGTH]}… ({len(text):,} characters)"


def suggest_name(name: object, known: Iterable[str]) -> str:
    """Return the end of a message on an unknown name: the known name that resembles it most; "" if none does.

    >>> suggest_name("emial", ["email", "blogs"]), suggest_name("hello", ["email", "blogs"])
    ("; the nearest is 'email'", '')
    >>> suggest_name("gap.email.large.sme", ["gap.email.sme.small", "gap.email.sme.large"])
    "; the nearest is 'gap.email.sme.large'"
    """
    names, parts = list(known), sorted(str(name).split("."))
    reordered = [known_name for known_name in names if "." in known_name and sorted(known_name.split(".")) == parts]
    nearest = reordered or get_close_matches(str(name), names, n=1)
    return f"; the nearest is {nearest[0]!r}" if nearest else ""


def _list_names(known: Iterable[str]) -> str:
    """Return the end of a message on a name that resembles none: all known names, if there are few."""
    names = list(known)
    return f"; expected one of {', '.join(names)}" if 0 < len(names) <= MAX_LISTED else ""


def unknown_name(kind: str, name: object, known: Iterable[str]) -> DataError:
    """Return the error for a name that the edition does not have, such as a group's, with the nearest one or all.

    >>> unknown_name("chart", "hello", ["email", "blogs"])
    DataError("chart 'hello': not found; expected one of email, blogs")
    """
    names = list(known)
    return DataError(f"{kind} {format_value(name)}: not found{suggest_name(name, names) or _list_names(names)}")
