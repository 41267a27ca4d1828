"""Take a survey that was asked several times apart: its questions and facts become those of each wave.

The question `use`, asked in 2015 and 2017, is read as two questions, `use@2015` and `use@2017`. So all that is known of
a question (its references, rules, charts, contradictions) is known of each wave; what lies between two waves is in
`changes`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any  # a row of a table: pandas ships no types

import pandas as pd

from ..article import Article, Waves
from ..errors import DataError, suggest_name
from ..project import DECLARATION
from ..text.language import Language
from .package import WAVE

AT = "@"  # between the name of a question or fact and that of a wave; no identifier of the data has it
MONTH, DAY = re.compile(r"\d{4}-\d{2}"), re.compile(r"\d{4}-\d{2}-\d{2}")
TablesByName = dict[str, pd.DataFrame]


def split_wave(name: str) -> tuple[str, str]:
    """Return the name of a question or fact without its wave, and the wave; "" if it has none.

    >>> split_wave("use@2017"), split_wave("use")
    (('use', '2017'), ('use', ''))
    """
    base, _, wave = name.partition(AT)
    return base, wave


def label_wave(waves: Waves, wave: str, language: Language) -> str:
    """Return the name of a wave in a language: the declared one, or the year, month or day that it is called by."""
    if wave in waves.labels:
        return language.say(waves.labels[wave])
    if MONTH.fullmatch(wave):
        return language.month(datetime.date.fromisoformat(f"{wave}-01"))
    return language.date(datetime.date.fromisoformat(wave)) if DAY.fullmatch(wave) else wave


def separate_waves(tables: TablesByName, article: Article) -> TablesByName:
    """Return the tables with the questions, items and facts of each wave in place of those that have waves.

    Raises DataError for a wave that is not declared, rows of one question with and without wave, or a wave of which the
    source to show is not known.
    """
    survey = _name_waves(tables["survey"], "question", article.waves)
    sample = _name_waves(tables["sample"], "fact", article.waves)
    asked = {wave for _, wave in map(split_wave, survey["question"].unique())} - {""}
    if missing := [wave for wave in article.waves.order if wave not in asked]:
        raise DataError(
            f"{DECLARATION}, waves.order: found {missing[0]!r}; "
            f"expected a wave of {survey.attrs['file']}, in its column {WAVE!r}"
        )
    if not asked:
        return tables | {"survey": survey, "sample": sample}
    questions = _separate_questions(tables["questions"], survey, article)
    items = _separate_items(tables["items"], questions, survey)
    return tables | {"survey": survey, "sample": sample, "questions": questions, "items": items}


def _name_waves(table: pd.DataFrame, column: str, waves: Waves) -> pd.DataFrame:
    """Return a table with the wave of each row in its question or fact, and without the column of waves."""
    if WAVE not in table:
        return table
    first: dict[str, str] = {}  # the wave of the first row of each question or fact
    for row, (name, wave) in enumerate(zip(table[column], table[WAVE], strict=True), 2):
        place = f"{table.attrs['file']}, row {row}, column {WAVE}: found {repr(wave) if wave else 'nothing'}"
        if wave and wave not in waves.order:
            known = ", ".join(waves.order) or "nothing"
            raise DataError(
                f"{place}; expected a wave of {DECLARATION}, waves.order: {known}{suggest_name(wave, waves.order)}"
            )
        if bool(first.setdefault(name, wave)) != bool(wave):
            expected = "nothing" if wave else "a wave"
            raise DataError(f"{place}; expected {expected}, as in the first row of {name}")
    names = [f"{name}{AT}{wave}" if wave else name for name, wave in zip(table[column], table[WAVE], strict=True)]
    return table.assign(**{column: names}).drop(columns=WAVE)


def _separate_questions(questions: pd.DataFrame, survey: pd.DataFrame, article: Article) -> pd.DataFrame:
    """Return one row for each question and wave, with the sources that are shown of the wave."""
    asked, rows = set(survey["question"]), []
    for entry in questions.to_dict("records"):
        names = [f"{entry['question']}{AT}{wave}" for wave in article.waves.order]
        rows += [entry | _choose_shown(entry, name, survey, article) for name in names if name in asked] or [entry]
    return _keep_columns(rows, questions)


def _choose_shown(entry: Mapping[str, str], name: str, survey: pd.DataFrame, article: Article) -> dict[str, str]:
    """Return the name of a question's wave and the sources to show of it, in the columns of the codebook.

    That is the one declared for the wave, else the question's own, else the only one that prints the wave.
    """
    rows, wave = survey[survey["question"] == name], split_wave(name)[1]
    everybody = rows["segment"] == article.everybody
    chosen: dict[str, str] = {"question": name}
    for column, printed in (("shown", rows[~everybody]), ("shown_total", rows[everybody])):
        sources: list[str] = printed["source"].unique().tolist()
        wanted = (article.waves.shown.get(wave, ""), entry[column])
        preferred = [source for source in wanted if source in sources]
        if entry[column] and not preferred and len(sources) > 1:
            raise DataError(
                f"{survey.attrs['file']}: found {name} printed by {', '.join(sources)}, and not by {entry[column]}, "
                f"which the codebook shows; expected one of them in {DECLARATION}, waves.shown.{wave}"
            )
        chosen[column] = (preferred or sources or [entry[column]])[0] if entry[column] else ""
    return chosen


def _separate_items(items: pd.DataFrame, questions: pd.DataFrame, survey: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each item of each question, and of a wave only those that some source prints."""
    printed = set(zip(survey["question"], survey["item"], strict=True))
    entries: dict[str, list[dict[str, Any]]] = {}
    for entry in items.to_dict("records"):
        entries.setdefault(entry["question"], []).append(entry)
    rows = [
        entry | {"question": name}
        for name in questions["question"]
        for entry in entries.get(split_wave(name)[0], [])
        if AT not in name or (name, entry["item"]) in printed
    ]
    return _keep_columns(rows, items)


def _keep_columns(rows: list[dict[str, Any]], table: pd.DataFrame) -> pd.DataFrame:
    """Return rows as a table with the columns, types and file of another."""
    changed = pd.DataFrame(rows, columns=table.columns).astype(table.dtypes)
    changed.attrs.update(table.attrs)
    return changed
