"""What can go wrong and is the user's to mend."""


class EditionError(Exception):
    """The message says in one line what is wrong, where, and what was expected."""

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]  # IPython shows this and no traceback
