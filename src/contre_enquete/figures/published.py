"""Figures as published: percents of the survey and of offices, facts about the sample, percents by country."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any

from ..survey.model import Survey, count_decimals, remember
from ..survey.official import list_labels
from ..survey.waves import split_wave
from ..text.numbers import PERCENT
from ..text.units import AMOUNTS
from .kind import Key, Make

SAME_COUNT = "as asked"  # of national figures: those that count what the question asks


@remember
def index_printed_rows(survey: Survey) -> Mapping[Key, list[Any]]:
    """Return the rows that print a percent, by (question, item, segment)."""
    rows: dict[Key, list[Any]] = {}
    for row in survey.figures.itertuples():
        # A key keeps the place of its first row, even of one that prints no percent: registers list it there.
        rows_of_key = rows.setdefault((row.question, row.item, row.segment), [])
        if not isnan(row.percent):
            rows_of_key.append(row)
    return rows


def list_published_percents(survey: Survey) -> Iterator[Key]:
    """Yield the key of each printed percent with its source and, of the one that is shown, without."""
    for key, rows in index_printed_rows(survey).items():
        for row in rows:
            yield (*key, row.source)
            if row.source == survey.shown_source(key[0], key[2]):
                yield key


def make_percent(survey: Survey, question: str, item: str, segment: str, source: str = "") -> dict[str, Any]:
    """Return the fields of a percent as one source prints it, by default the source that is shown."""
    rows = index_printed_rows(survey)[question, item, segment]
    source = source or survey.shown_source(question, segment)
    unit = survey.unit(question)
    row = next(row for row in rows if row.source == source)
    fields = _make_fields(survey, row, rows, unit) | {"decimals": count_decimals(row.percent, row.decimals)}
    return fields | ({"unit": unit} if unit in AMOUNTS else {})


def _make_fields(survey: Survey, row: Any, rows: list[Any], unit: str = PERCENT) -> dict[str, Any]:
    """Return the fields of a percent that `row` prints, from all the rows that print the figure."""
    same = [other for other in rows if other.percent == row.percent]
    say = survey.language.say
    return {
        "value": row.percent,
        "printed_by": tuple(other.source for other in same),
        "places": tuple((other.locator, other.words) for other in same),
        "otherwise": tuple(
            (other.source, say(other.words) if other.words else _write_printed(survey, other, unit))
            for other in rows
            if other.percent != row.percent
        ),
        "certainty": row.certainty,
    }


def _write_printed(survey: Survey, row: Any, unit: str) -> str:
    """Return what a row prints, with the decimals that a page of the survey gives it."""
    return survey.language.quantity(row.percent, unit, int(getattr(row, "decimals", 0)))


@remember
def _index_fact_rows(survey: Survey) -> Mapping[str, list[Any]]:
    facts = survey.sample[survey.sample["number"].notna()]["fact"].unique()
    return {fact: list(survey.fact_rows(fact).dropna(subset="number").itertuples()) for fact in facts}


def list_facts(survey: Survey) -> Iterator[Key]:
    """Yield the key of each number about the sample with its source and, of the first source, without."""
    for fact, rows in _index_fact_rows(survey).items():
        yield fact, rows[0].source
        yield (fact,)
        yield from ((fact, row.source) for row in rows[1:])


def make_fact(survey: Survey, fact: str, source: str = "") -> dict[str, Any]:
    """Return the fields of a number about the sample as one source gives it, by default the first."""
    rows = _index_fact_rows(survey)[fact]
    row = next(row for row in rows if row.source == (source or rows[0].source))
    same = [other for other in rows if other.number == row.number]
    return {
        "value": row.number,
        "unit": survey.article.facts[split_wave(fact)[0]].unit,
        "question": "sample",
        "item": fact,
        "printed_by": tuple(other.source for other in same),
        "places": tuple((other.locator, "") for other in same),
        "otherwise": tuple(
            (other.source, survey.language.number(other.number)) for other in rows if other.number != row.number
        ),
        "certainty": row.certainty,
    }


@remember
def _index_office_rows(survey: Survey) -> Mapping[Key, list[Any]]:
    rows: dict[Key, list] = {}
    for row in survey.official.itertuples() if survey.article.official_figures else ():
        rows.setdefault((row.place, f"{row.year:g}", row.measure, row.size), []).append(row)
    return rows


def list_office_percents(survey: Survey) -> Iterator[Key]:
    """Yield the key of each percent of an office with its source and, where all pages agree, without."""
    for key, rows in _index_office_rows(survey).items():
        yield (*key, rows[0].source)
        if len({row.percent for row in rows}) == 1:
            yield key
        yield from ((*key, row.source) for row in rows[1:])


def make_office_percent(
    survey: Survey, place: str, year: str, measure: str, size: str, source: str = ""
) -> dict[str, Any]:
    """Return the fields of a percent of an office as one page prints it, by default the first."""
    rows = _index_office_rows(survey)[place, year, measure, size]
    row = next(row for row in rows if row.source == (source or rows[0].source))
    return _make_fields(survey, row, rows) | {"place": list_labels(survey, "places")[place], "base": row.base}


@remember
def countries_by_item(survey: Survey) -> Mapping[Key, Any]:
    """Return the national percents that are comparable and printed as numbers, by (question, item)."""
    rows = survey.national[(survey.national["counts"] == SAME_COUNT) & (survey.national["words"] == "")]
    return {(str(key[0]), str(key[1])): table for key, table in rows.groupby(["question", "item"], sort=False)}


def list_countries(survey: Survey) -> Iterator[Key]:
    """Yield the key of each country that is comparable, for items of which some country prints a number."""
    rows = survey.national[survey.national["counts"] == SAME_COUNT]
    for row in rows.itertuples():
        if (row.question, row.item) in countries_by_item(survey):
            yield row.question, row.item, row.country


def make_country(survey: Survey, question: str, item: str, country: str) -> dict[str, Any]:
    """Return the fields of the percent of one country."""
    national, printed = survey.national, countries_by_item(survey)[question, item]
    rows = national[(national[["question", "item", "country"]] == [question, item, country]).all(axis=1)]
    row = next(row for row in reversed(list(rows.itertuples())) if row.counts == SAME_COUNT)
    sources = tuple(printed[printed["country"] == country]["source"]) or (row.source,)
    return {
        "value": row.percent,
        "place": survey.language.country(country),
        "printed_by": sources,
        "places": ((row.locator, row.words),) if sources == (row.source,) else (),
    }


def find_extreme(extreme: str) -> Make:
    """Return a maker of the lowest ("idxmin") or highest ("idxmax") percent of a country."""

    def make(survey: Survey, question: str, item: str) -> dict[str, Any]:
        rows = countries_by_item(survey)[question, item]
        row = rows.loc[getattr(rows["percent"], extreme)()]
        return {
            "value": row["percent"],
            "place": survey.language.country(row["country"]),
            "printed_by": tuple(rows[rows["percent"] == row["percent"]]["source"]),
        }

    return make
