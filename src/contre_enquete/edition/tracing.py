"""The figures of an edition, and the words of its codebook, as the numbers of its texts are traced by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
from babel.numbers import get_decimal_symbol, get_group_symbol

from ..article import is_date
from ..figures.figure import Figure
from ..figures.registry import index_figures
from ..figures.table import names_group, parse_reference
from ..project import CATALOGUES
from ..prose.datum import Datum
from ..prose.tracing import Trace, check_text
from ..prose.vocabulary import Term, Vocabulary
from ..survey.model import Survey, remember
from ..survey.waves import label_wave, split_wave
from ..text.numbers import PERCENT


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
    """Return a figure as texts are traced by: with the names of what it is of and lies between, by dimension."""
    parts: dict[str, str] = {}
    leader = None
    wave = split_wave(figure.item if figure.question == "sample" else figure.question)[1]
    times = [_name_times(wave) for wave in figure.waves or (wave,)]
    shared = [dimension for dimension in times[0] if dimension in times[-1]] if figure.waves else []
    between = {dimension: (times[0][dimension], times[-1][dimension]) for dimension in shared}
    if figure.waves and not between:
        between = {"wave": (figure.waves[0], figure.waves[1])}
    if len(figure.groups) == 2:
        between["group"] = (figure.groups[0], figure.groups[1])
    if figure.measure:  # of an office
        parts = {"size": figure.size, "place": figure.place, "year": figure.year}
    elif figure.segment and names_group(figure):
        parts = {"group": figure.segment, _name_items(figure.question): figure.item}
    else:
        parts, leader = {_name_items(figure.question): figure.item}, figure.segment
    known = {dimension: name for dimension, name in (parts | ({} if figure.waves else times[0])).items() if name}
    is_rounded = parse_reference(figure.reference)[0].is_rounded or (figure.waves and figure.unit == PERCENT)
    decimals = 0 if is_rounded else None  # 11.4285…, of which a text shows what it likes
    return Datum(
        figure.reference, figure.value, figure.unit, decimals, known, figure.words, leader, between, figure.decimals
    )


def _name_times(wave: str) -> dict[str, str]:
    """Return the names by which texts may call a wave, by dimension: its year, and the wave if it is more than that."""
    year = wave[:4] if is_date(wave) else ""
    names = {"year": year, "wave": wave if wave != year else ""}
    return {dimension: name for dimension, name in names.items() if name}


def _name_items(question: str) -> str:
    """Return the name of the dimension of a question's items."""
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
        **({"wave": waves} if (waves := _make_wave_terms(survey)) else {}),
        **items,
    }
    locale = survey.language.locale
    return Vocabulary(
        survey.language.code,
        terms,
        survey.article.names,
        frozenset(items),
        frozenset({"year", "wave"} if survey.article.waves.order else ()),
        headings=False,
        grammars=survey.project / CATALOGUES,
        signs=(get_decimal_symbol(locale), get_group_symbol(locale)),
    )


def _make_wave_terms(survey: Survey) -> dict[str, Term]:
    """Return the names of waves that are more than a year: declared ones, days, and every month of the waves' years."""
    waves = survey.article.waves
    names = {wave for wave in waves.order if not is_date(wave) or wave in waves.labels or len(wave) > len("YYYY-MM")}
    years = {wave[:4] for wave in waves.order if is_date(wave) and len(wave) > len("YYYY")}
    names |= {f"{year}-{month:02}" for year in years for month in range(1, 13)}
    labels = {name: label_wave(waves, name, survey.language) for name in sorted(names)}
    return {name: Term(label, (label,)) for name, label in labels.items()}


def _make_terms(survey: Survey, table: pd.DataFrame, column: str) -> dict[str, Term]:
    """Return the terms of a table of the codebook: its labels, and its words, which are stems."""
    rows = zip(table[column], survey.localize(table, "label"), survey.localize(table, "words"), strict=True)
    return {name: Term(label, (label, *(f"{word}*" for word in words.split("|")))) for name, label, words in rows}
