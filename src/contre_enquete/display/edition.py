"""The edition that a notebook opens: charts, tables and figures by name, and what another value would change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

import pandas as pd

from ..charts.room import recall_pictures
from ..charts.table import Table
from ..errors import unknown_name
from ..figures.registry import Registry, index_figures
from ..plugin import list_modules, load_figures
from ..reads import note
from ..survey.contradictions import find_contradictions
from ..survey.model import Survey, load_survey
from .register import BulletList, Register, build_register, cite_figures, running_notebook, value_label
from .tables import Tables

if TYPE_CHECKING:
    from ..charts.chart import Chart
    from .own import OwnSurvey

Named = TypeVar("Named")


class Catalog(Mapping[str, Named]):
    """Entries by name, each made when it is asked for: `charts["tools"]`. Tab completes the names.

    An unknown name raises DataError, with the nearest one.
    """

    def __init__(self, kind: str, names: Callable[[], list[str]], make: Callable[[str], Named]) -> None:
        self._kind, self._names, self._make = kind, names, make

    def __getitem__(self, name: str) -> Named:
        if name not in self._names():
            raise unknown_name(self._kind, name, self._names())
        return self._make(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def _ipython_key_completions_(self) -> list[str]:
        return self._names()

    def __repr__(self) -> str:
        names = self._names()
        rest = f" and {len(names) - 20} more" if len(names) > 20 else ""
        return f'{len(names)} {self._kind}s, such as {self._kind}s["{names[0]}"]: {", ".join(names[:20])}{rest}'


@dataclass(frozen=True)
class Edition:
    """An edition in one language: what its notebooks show.

    Attributes
    ----------
    survey
        The data, with every table as a pandas DataFrame.
    charts
        The article's charts, by name.
    figures
        What texts may cite, by reference: percentages, gaps, counts of sources.
    questions
        The figures that the edition shows for a question, as a DataFrame.
    tables
        Tables of sources, contradictions and verdicts.
    own
        A survey of one's own, as `data/yours.csv` has it.

    Examples
    --------
    >>> edition = load_edition("en")
    >>> edition.cite("gap.tools.email").lines
    ('1 point, large companies: tools used for work, Email, gap in favour of the group named',)
    >>> edition.figures["tools.email.sme"].value
    93.0
    """

    survey: Survey

    @cached_property
    def article(self) -> ModuleType:
        """The module `article` of the project, for whatever it shows beside its charts."""
        module = load_figures(self.survey.project)
        note(*list_modules(module))
        return module

    @cached_property
    def charts(self) -> Catalog[Chart]:
        """The article's charts, by name, such as `charts["tools"]`."""
        module = load_figures(self.survey.project)
        functions = {draw.__name__.replace("_", "-"): draw for draw in module.FIGURES}

        def make(name: str) -> Chart:
            note(*list_modules(module, functions[name]))
            return recall_pictures(functions[name](self.survey), self.survey)

        return Catalog("chart", lambda: list(functions), make)

    @cached_property
    def figures(self) -> Registry:
        """The figures that texts may cite, by reference, such as `figures["gap.tools.email"]`."""
        return index_figures(self.survey)

    @cached_property
    def questions(self) -> Catalog[pd.DataFrame]:
        """The figures that the edition shows for each question, such as `questions["tools"]`, as DataFrames."""
        return Catalog("question", lambda: list(self.survey.questions["question"]), self.survey.shown)

    @cached_property
    def tables(self) -> Tables:
        """The tables of sources, contradictions and verdicts, such as `tables.verdicts()`."""
        return Tables(self.survey)

    @cached_property
    def own(self) -> OwnSurvey:
        """A survey of one's own: `own.questions()` has a chart for each of its questions."""
        from .own import OwnSurvey  # which loads matplotlib

        return OwnSurvey(self.survey)

    @property
    def contradictions(self) -> pd.DataFrame:
        """The contradictions between sources, one row each."""
        return pd.DataFrame([vars(row) for row in find_contradictions(self.survey)])

    def cite(self, *references: str) -> BulletList:
        """Return figures in words, by the references that texts cite them with.

        Parameters
        ----------
        references
            Such as "gap.tools.email"; `list(edition.figures)` has them all.

        Raises
        ------
        DataError
            For a reference that is no figure, with the nearest one.
        """
        return cite_figures(self.survey, *references)

    def having(self, reference: str, percent: float) -> Edition:
        """Return the edition as it would be with another value of one figure; no file changes.

        Parameters
        ----------
        reference
            Such as "commute.bicycle.town", or "commute.bicycle.town.B2" for what one source prints.
        percent
            From 0 to 100.

        Raises
        ------
        DataError
            If there is no such percentage, or the value is not one.

        Examples
        --------
        >>> edition = load_edition("en")
        >>> edition.having("tools.email.sme", 95).cite("lead.tools.email").lines
        ('SMEs: tools used for work, Email, group with the higher figure',)
        """
        return Edition(self.survey.with_figure(reference, percent))

    def difference(self, other: Edition) -> pd.DataFrame:
        """Return the figures that differ between this edition and another: reference, before and after.

        Examples
        --------
        >>> edition = load_edition("en")
        >>> changes = edition.difference(edition.having("tools.email.sme", 92))
        >>> changes.loc["gap.tools.email"].to_list()
        ['1 point, large companies', '2 points, large companies']
        """
        editions = {"before": self, "after": other}
        values = {name: _values(edition.figures) for name, edition in editions.items()}
        before, after = values.values()
        changed = [r for r in dict.fromkeys([*before, *after]) if before.get(r) != after.get(r)]
        columns = {
            name: [value_label(edition.figures[r], edition.survey) if r in values[name] else "–" for r in changed]
            for name, edition in editions.items()
        }
        return pd.DataFrame(columns, index=pd.Index(changed, name="reference"))

    def register(self, *tables: Table) -> Register:
        """Return the register of the notebook that runs: the figures that it cites, each with its sources.

        Parameters
        ----------
        tables
            Tables of the notebook whose cells cite figures too.

        Raises
        ------
        DataError
            If no notebook of this edition runs.
        """
        notebook, changed = running_notebook(self.survey.project)
        return build_register(self.survey, notebook, *tables, saved_last=changed)

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        title, *lines = self._lines()
        items = "".join(f"<li><code>{escape(line)}</code></li>" for line in lines)
        return {"text/plain": repr(self), "text/html": f"<p>{escape(title)}</p><ul>{items}</ul>"}

    def _lines(self) -> list[str]:
        """Return what the edition is, and what can be done next."""
        chart, question = next(iter(self.charts)), next(iter(self.questions))
        return [
            f"{self.survey.language.say(self.survey.article.words.name)} ({self.survey.language.code})",
            f'edition.charts["{chart}"]  one of {len(self.charts)} charts',
            f'edition.questions["{question}"]  the figures of one of {len(self.questions)} questions, a DataFrame',
            "edition.tables.printed_rows(question)  who prints what; edition.tables has more",
            "edition.cite(reference)  a figure in words; edition.having(reference, percent)  what if it were another",
            "edition.register()  the figures that this notebook cites",
        ]


def load_edition(language: str, project: Path | None = None) -> Edition:
    """Return the edition of a project in one language.

    Parameters
    ----------
    language
        Such as "fr" or "en".
    project
        The folder that holds `data/`; by default the one that the current folder is in.

    Raises
    ------
    DataError
        If the data or the article's declaration cannot be used.

    Examples
    --------
    >>> load_edition("en").questions["tools"].query("item == 'email'")["percent"].to_list()
    [93.0, 94.0]
    """
    return Edition(load_survey(language, project))


def _values(figures: Registry) -> dict[str, tuple]:
    """Return the value of each figure, rounded as texts write it, and the group that it is of."""
    return {name: (figure.value and round(figure.value, 2), figure.segment) for name, figure in figures.items()}
