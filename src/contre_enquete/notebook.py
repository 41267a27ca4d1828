"""The functions that notebooks of the edition import."""

from types import ModuleType

from .edition import evidence
from .edition.register import cited, listed, register
from .plugin import load_figures as _load_figures
from .project import find_project
from .survey.model import load_survey


def load_figures() -> ModuleType:
    """Return the module `article` of the project that the current folder is in: its functions draw the figures."""
    return _load_figures(find_project())


__all__ = ["cited", "evidence", "listed", "load_figures", "load_survey", "register"]
