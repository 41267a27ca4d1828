"""What can go wrong and is the user's to mend."""

from numbers import Number


class EditionError(Exception):
    """The message says in one line what is wrong, where, and what was expected."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]  # IPython shows this and no traceback


class DataError(EditionError):
    """The data cannot be used; the message names file, row, column, value and what was expected."""


def as_found(value: object) -> str:
    """Return a value as messages show it: a number as it prints, anything else so that it is told from a number."""
    return str(value) if isinstance(value, Number) else repr(value)
