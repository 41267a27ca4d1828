"""Every figure that a text may cite, made when it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ..errors import suggest_name
from ..reads import collect, note
from ..survey.model import Survey, remember
from .figure import Figure, UnknownFigure
from .kind import Key, Kind
from .table import FIGURE_CHAPTERS, parse_reference


class Registry(Mapping[str, Figure]):
    """The figures of a survey, by reference; each is made when it is first asked for, and kept."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._made: dict[str, tuple[Figure | None, set[str]]] = {}  # and the files that each is made from

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
        for chapter in FIGURE_CHAPTERS:
            for kind, key in chapter.list_references(self._survey):
                reference = kind.write(key)
                if reference not in self._made:
                    self._add(reference, kind, key)
                if self._make(reference):
                    yield reference

    def sort(self, references: Collection[str]) -> list[str]:
        """Return references in the order of all figures, without those of none; makes no other figure.

        >>> index_figures(getfixture("invented_survey")).sort(["gap.commute.bicycle", "commute.bicycle.town"])
        ['commute.bicycle.town', 'gap.commute.bicycle']
        """
        kinds = {reference: parse_reference(reference)[0] for reference in references if reference in self}
        places = dict[str, tuple[int, int]]()
        for place, chapter in enumerate(FIGURE_CHAPTERS):
            wanted = {reference for reference, kind in kinds.items() if any(kind is known for known in chapter.kinds)}
            if wanted:
                listed = (kind.write(key) for kind, key in chapter.list_references(self._survey))
                places |= {reference: (place, row) for row, reference in enumerate(listed) if reference in wanted}
        return sorted(kinds, key=places.__getitem__)

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
                self._add(reference, *parse_reference(reference))
            except ValueError:
                return None
        figure, read = self._made[reference]
        note(*read)
        return figure

    def _add(self, reference: str, kind: Kind, key: Key) -> None:
        with collect() as read:
            figure = kind.figure(self._survey, key)
        self._made[reference] = figure, read


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
