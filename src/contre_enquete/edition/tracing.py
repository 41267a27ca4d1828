"""The figures of an edition, and the words of its codebook, as the numbers of its texts are traced by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
from babel.numbers import get_decimal_symbol, get_group_symbol

from ..figures.figure import Figure
from ..figures.registry import index_figures
from ..figures.table import names_group
from ..project import CATALOGUES
from ..prose.datum import Datum
from ..prose.tracing import Trace, check_text
from ..prose.vocabulary import Term, Vocabulary
from ..survey.model import Survey, remember


class CitableData(Mapping[str, Datum]):
    """The figures of a survey as texts cite them, by reference; each is made when it is asked for."""

    def __init__(self, survey: Survey, figures: Mapping[str, Figure]) -> None:
        self.survey, self.figures = survey, figures

    def __getitem__(self, reference: str) -> Datum:
        return _describe_figure(self.figures[reference])

    def __contains__(self, reference: object) -> bool:
        return reference in self.figures

    def __iter__(self) -> Iterator[str]:
        return iter(self.figures)

    def __len__(self) -> int:
        return len(self.figures)


def trace_text(text: str, survey: Survey, context: str = "") -> Trace:
    """Return the problems of a text's numbers, and how many are traced to the survey; `context` is the text around."""
    return check_text(text, CitableData(survey, index_figures(survey)), make_vocabulary(survey), context)


def _describe_figure(figure: Figure) -> Datum:
    parts: dict[str, str] = {}
    leader = None
    if figure.measure:  # of an office
        parts = {"size": figure.size, "place": figure.place, "year": figure.year}
    elif figure.segment and names_group(figure):
        parts = {"group": figure.segment, _name_items(figure.question): figure.item}
    else:
        parts, leader = {_name_items(figure.question): figure.item}, figure.segment
    known = {dimension: name for dimension, name in parts.items() if name}
    return Datum(figure.reference, figure.value, figure.unit, None, known, figure.words, leader)


def _name_items(question: str) -> str:
    return f"item of {question}"


@remember
def make_vocabulary(survey: Survey) -> Vocabulary:
    """Return the words by which texts in the survey's language name its groups and items, and sizes and places."""
    items = {
        _name_items(question): _make_terms(survey, rows, "item") for question, rows in survey.items.groupby("question")
    }
    places = _make_terms(survey, survey.places, "place")
    terms = {
        "group": _make_terms(survey, survey.segments, "segment"),
        "size": _make_terms(survey, survey.sizes, "size"),
        "place": {term.label: term for term in places.values()},
        **items,
    }
    locale = survey.language.locale
    return Vocabulary(
        survey.language.code,
        terms,
        survey.article.names,
        frozenset(items),
        headings=False,
        grammars=survey.project / CATALOGUES,
        signs=(get_decimal_symbol(locale), get_group_symbol(locale)),
    )


def _make_terms(survey: Survey, table: pd.DataFrame, column: str) -> dict[str, Term]:
    """Return the terms of a table of the codebook: its labels, and its words, which are stems."""
    rows = zip(table[column], survey.localise(table, "label"), survey.localise(table, "words"), strict=True)
    return {name: Term(label, (label, *(f"{word}*" for word in words.split("|")))) for name, label, words in rows}
