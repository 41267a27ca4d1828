"""Every figure that a text may cite, made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..errors import suggest_name
from ..survey.model import Survey, remember
from .figure import Figure, UnknownFigure
from .table import CHAPTERS, parse_reference


class Registry(Mapping[str, Figure]):
    """The figures of a survey, by reference; each is made when it is first asked for, and kept."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._made: dict[str, Figure | None] = {}

    def __getitem__(self, reference: str) -> Figure:
        if figure := self._make(reference):
            return figure
        raise UnknownFigure(f"figure {reference!r}: not found{suggest_name(reference, self)}")

    def __contains__(self, reference: object) -> bool:
        return isinstance(reference, str) and self._make(reference) is not None

    def get(self, reference: str, default: Figure | None = None) -> Figure | None:  # type: ignore[override]
        """Return the figure with a reference, or a default."""
        return self._make(reference) or default

    def __iter__(self) -> Iterator[str]:
        for chapter in CHAPTERS:
            for kind, key in chapter.list_references(self._survey):
                reference = kind.write(key)
                if reference not in self._made:
                    self._made[reference] = kind.figure(self._survey, key)
                if self._made[reference]:
                    yield reference

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        first, *_ = references = list(self)
        return f'{len(references)} figures, such as figures["{first}"]'

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def _make(self, reference: str) -> Figure | None:
        if reference not in self._made:
            try:
                kind, key = parse_reference(reference)
            except ValueError:
                return None
            self._made[reference] = kind.figure(self._survey, key)
        return self._made[reference]


@remember
def index_figures(survey: Survey) -> Registry:
    """Return every figure that a text may cite, by reference; each is made when it is asked for.

    Parameters
    ----------
    survey
        The survey that the figures are of.

    Raises
    ------
    UnknownFigure
        When a reference is asked for that is no figure's.
    DataError
        When a figure is made from a question or a claim that cannot be used.

    Examples
    --------
    >>> figures = index_figures(getfixture("invented_survey"))
    >>> figures["gap.commute.bicycle"].value, figures["gap.commute.bicycle"].unit
    (22.0, 'points')
    """
    return Registry(survey)
