"""Figures of how precise published figures are: numbers of respondents, margins of error, limits at 95 percent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import isnan
from typing import Any

from ..survey.margins import MARGIN_LEVEL
from ..survey.model import Survey, count_decimals, remember
from ..survey.precision import BASES_OF_LIMITS, MARGIN, Precision, find_precision, find_row
from ..survey.reference import Reference
from ..text.numbers import PERCENT, POINTS
from .kind import Key, ListKeys, Make


@remember
def _index_group_rows(survey: Survey) -> Mapping[Key, Any]:
    """Return the rows of `margins.csv` that are of all questions, by (group, source), and the first by (group,).

    Of several levels that a source publishes, the row at 95 percent is taken, or else the first, as `find_row` does.
    """
    rows: dict[Key, Any] = {}
    for row in survey.margins.itertuples():
        key = row.segment, row.source
        if not row.question and not row.wave and (key not in rows or row.level == MARGIN_LEVEL):
            rows[key] = row
    by_group = {(group,): row for (group, _), row in reversed(rows.items())}
    return rows | by_group


@remember
def _index_rows(survey: Survey) -> Mapping[Key, Any]:
    """Return the row of `margins.csv` that is of each value shown, by (question, item, group)."""
    found = {key: find_row(survey, *key) for key in survey.shown_values()} if len(survey.margins) else {}
    return {key: row for key, row in found.items() if row is not None}


@remember
def index_precisions(survey: Survey) -> Mapping[Key, Precision]:
    """Return how precise each value shown is, where that is published, by (question, item, group)."""
    found = {key: find_precision(survey, Reference("", key[0], key[1], segment=key[2])) for key in _index_rows(survey)}
    return {key: precision for key, precision in found.items() if precision}


def list_published(column: str, of_group: bool) -> ListKeys:
    """Return a function that lists the keys of a column of margins: of groups and sources, or of each value shown."""

    def list_keys(survey: Survey) -> Iterator[Key]:
        rows = _index_group_rows(survey) if of_group else _index_rows(survey)
        return (key for key, row in rows.items() if not isnan(getattr(row, column)))

    return list_keys


LIST_OF_GROUPS = {column: list_published(column, True) for column in ("n", MARGIN)}
LIST_OF_VALUES = {column: list_published(column, False) for column in ("n", MARGIN)}


def make_published(column: str) -> Make:
    """Return a maker of a published number of respondents or margin of error."""

    def make(survey: Survey, *key: str) -> dict[str, Any]:
        row = _index_rows(survey)[key] if len(key) == 3 else _index_group_rows(survey)[key]
        value = getattr(row, column)
        fields = {
            "value": value,
            "segment": row.segment,
            "printed_by": (row.source,),
            "places": ((row.locator, ""),),
            "certainty": row.certainty,
        }
        if column == MARGIN:
            unit = survey.unit(key[0]) if len(key) == 3 else PERCENT
            fields |= {"unit": POINTS if unit == PERCENT else unit, "decimals": count_decimals(value, row.decimals)}
        return fields | ({} if len(key) < 3 else {"question": key[0], "item": key[1]})

    return make


def make_limit(get_limit: Callable[[Precision], float]) -> Make:
    """Return a maker of one limit of a value shown."""

    def make(survey: Survey, *key: str) -> dict[str, Any]:
        precision = index_precisions(survey)[key]
        return {
            "value": round(get_limit(precision), 1),
            "unit": survey.unit(key[0]),
            "details": (BASES_OF_LIMITS[precision.basis],),
            "from_figures": (".".join(key),),
        }

    return make
