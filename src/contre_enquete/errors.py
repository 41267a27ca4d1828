"""Errors that the user can mend, and how their messages show a value."""

from numbers import Number


class EditionError(Exception):
    """An error that the user can mend; the message says in one line what is wrong, where, and what was expected."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]  # IPython shows this and no traceback


class DataError(EditionError):
    """The data cannot be used; the message names file, row, column, value and what was expected."""


def as_found(value: object) -> str:
    """Return a value as messages show it: a number as `str` writes it, anything else as `repr` does."""
    return str(value) if isinstance(value, Number) else repr(value)
