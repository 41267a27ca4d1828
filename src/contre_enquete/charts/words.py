"""Write the words of a chart: from the codebook, the sources and the figures that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any  # a row of a table: pandas ships no types

import pandas as pd

from ..figures.numbers import fill_numbers
from ..survey.model import Survey
from ..survey.precision import MARGIN, RESPONDENTS, find_row, write_margin
from ..survey.waves import split_wave
from ..text.language import Language, uncapitalize
from ..text.links import strip_links

SOURCE = "Source: {sources}."
NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Words:
    """The texts around a picture, and its alternative text.

    `title` gives the finding, `subtitle` the measure with unit and base, `note` remarks, `source` where the figures
    come from. Each number from the survey stands in a link to its figure, as in the prose of the notebooks; `plain`
    gives the texts as they are drawn.

    >>> Words("[34%](#commute.bicycle.town) in town", "In %", "", "", "Bars.").plain.title
    '34% in town'
    """

    title: str
    subtitle: str
    note: str
    source: str
    alternative: str

    @property
    def plain(self) -> Words:
        """The same texts without links."""
        return Words(*(strip_links(getattr(self, field.name)) for field in fields(self)))


def write_words(
    survey: Survey, title: str, subtitle: str, alternative: str, note: str = "", source: str = "", **values: object
) -> Words:
    """Return the words of a chart in the survey's language.

    Parameters
    ----------
    survey
        Where the figures and the catalogue are.
    title, subtitle, alternative, note, source
        English sentences, translated by the catalogues. Each may say {number} in a link to a figure.
    values
        What else the sentences say, by placeholder.

    Raises
    ------
    UnknownFigure
        If a link that says {number} leads to no figure.

    Examples
    --------
    >>> survey = getfixture("invented_survey")
    >>> title = "[{number} in town](#commute.bicycle.town)"
    >>> words = write_words(survey, title, "{measure}, in %", "Bars. {rows}.", measure="Ways to work", rows="None")
    >>> words.plain.title, words.subtitle, words.alternative
    ('34% in town', 'Ways to work, in %', 'Bars. None.')
    """
    sentences = (title, subtitle, note, source, alternative)
    return Words(*(sentence and fill_numbers(survey, sentence, **values) for sentence in sentences))


def write_question_words(
    survey: Survey,
    rows: pd.DataFrame,
    title: str,
    alternative: str,
    note: str = "",
    source: str = SOURCE,
    **values: object,
) -> Words:
    """Return the words of a chart of one question, in the survey's language.

    Parameters
    ----------
    survey
        Where the question and its sources are described.
    rows
        The figures that the chart shows: rows of `Survey.shown`.
    title, alternative, note, source
        English sentences, translated by the catalogues. Each may say {measure} and {base} of the question, {values}
        (every figure of `rows`, each in a link) and {sources} (publisher and date of each), and {number} in a link to
        a figure. What other sources print of the same figures follows the note.
    values
        What else the sentences say, by placeholder; or another text for one of these.

    Examples
    --------
    >>> survey = getfixture("invented_survey")
    >>> rows = survey.shown("commute").query("item == 'bicycle' and segment != 'all'")
    >>> words = write_question_words(survey, rows, "[{number}](#commute.bicycle.town) in town", "Bars. {values}.")
    >>> words.plain.title, words.plain.alternative.replace(NO_BREAK, " ")
    ('34% in town', 'Bars. town 34%, suburbs 21%, villages 12%.')
    """
    (question,) = rows["question"].unique()
    entry = survey.question(question)
    given = {
        "measure": entry["measure"],
        "base": entry["base"],
        "values": describe_figures(survey.language, rows, entry["unit"]),
        "sources": "; ".join(survey.citation(cited) for cited in rows["source"].unique()),
    } | values
    subtitle = "{measure}, in %. Base: {base}." if entry["unit"] == "percent" else "{measure}. Base: {base}."
    words = write_words(survey, title, subtitle, alternative, note, source, **given)
    notes = [words.note, write_other_printings(survey, rows), write_precision(survey, rows)]
    return replace(words, note=" ".join(filter(None, notes)))


def describe_figures(language: Language, rows: pd.DataFrame, unit: str = "percent") -> str:
    """Return the figures of a chart as a text, item by item, each in a link to itself.

    `rows` has the columns of `Survey.shown`. Items are named if there are several, and so are groups.
    """
    several_items, several_groups = rows["item"].nunique() > 1, rows["segment"].nunique() > 1
    texts = []
    for number, (_, figures) in enumerate(rows.groupby("item", sort=False)):
        named = [
            f"[{name_value(row.segment_label * several_groups, value)}](#{format_reference(row)})"
            for row in figures.itertuples()
            for value in [language.quantity(row.percent, unit, int(row.decimals))]
        ]
        item = figures["item_label"].iloc[0]
        if number or not several_groups:
            item = uncapitalize(item)
        separator = language.say(": ") if several_groups or item[-1:].isdigit() else " "
        texts.append((f"{item}{separator}" if several_items else "") + ", ".join(named))
    return "; ".join(texts)


def name_value(name: str, value: str) -> str:
    """Return a value after the name of what it is of, if there is one; a name with digits stands in brackets after it.

    >>> [name_value(name, "40%").replace(NO_BREAK, " ") for name in ("town", "18-29", "")]
    ['town 40%', '40% (18-29)', '40%']
    """
    if any(sign.isdigit() for sign in name):
        return f"{value} ({name})"
    return f"{name}{NO_BREAK}{value}" if name else value


def add_name(value: str, name: str) -> str:
    """Return a value before the name of what it is of, as a label has them; a name with digits stands in brackets.

    >>> add_name("40%", "town"), add_name("$34", "1 person")
    ('40% town', '$34 (1 person)')
    """
    return f"{value} ({name})" if any(sign.isdigit() for sign in name) else f"{value} {name}"


def join_rows(language: Language, rows: Iterable[tuple[str, str]], separator: str = "; ") -> str:
    """Return the rows of a chart as a text: the name of each, and what it shows.

    >>> join_rows(Language("en"), [("Town", "34%, 60%"), ("Villages", "12%, 81%")])
    'Town: 34%, 60%; Villages: 12%, 81%'
    """
    return separator.join(f"{name}{language.say(': ')}{text}" for name, text in rows)


def format_reference(row: Any) -> str:
    """Return the reference of a row of `Survey.shown`, such as "commute.bicycle.town"."""
    return f"{row.question}.{row.item}.{row.segment}"


def write_other_printings(survey: Survey, rows: pd.DataFrame) -> str:
    """Return what other sources print of the items and groups of `rows`, or "" if all print the same.

    Where the rows are of several waves, each value says of which.
    """
    questions = rows["question"].unique()
    values = []
    for question in questions:
        others, own = survey.printed_otherwise(question), rows[rows["question"] == question]
        several = survey.shown(question)["item"].nunique() > 1
        wave = f" ({survey.wave_label(split_wave(question)[1])})" if len(questions) > 1 else ""
        for row in others[others["segment"].isin(own["segment"]) & others["item"].isin(own["item"])].itertuples():
            item = f"{uncapitalize(row.item_label)}, " if several else ""
            address = f"#{question}.{row.item}.{row.segment}.{row.sources[0]}"
            publishers = ", ".join(map(survey.publisher, row.sources))
            value = survey.write(question, row.percent, row.decimals)
            value = name_value(row.segment_label, value)
            values.append(f"[{item}{value}{wave}]({address}) ({publishers})")
    return survey.language.say("Printed elsewhere: {values}.", values="; ".join(values)) if values else ""


def write_precision(survey: Survey, rows: pd.DataFrame) -> str:
    """Return the published margins of error and numbers of respondents of the figures that a chart shows, or "".

    Where the rows are of several waves, each says of which, unless it is of its group in all questions and waves.
    """
    several = rows["question"].nunique() > 1
    links: dict[str, dict[str, str]] = {MARGIN: {}, RESPONDENTS: {}}
    for row in rows.dropna(subset="percent").itertuples() if len(survey.margins) else ():
        if source := find_row(survey, row.question, row.item, row.segment):
            question, wave = split_wave(row.question)
            is_of_group = several and not (source.question or source.wave)
            cited = f"{row.segment}.{source.source}" if is_of_group else format_reference(row)
            item = f"{uncapitalize(row.item_label)}, " * bool(source.item)
            named = f" ({survey.wave_label(wave)})" if several and not is_of_group else ""
            for basis, text in _write_published(survey, question, source):
                words = f"{item}{name_value(row.segment_label, text)}{named}"
                links[basis].setdefault(words, f"[{words}](#{basis}.{cited})")
    say = survey.language.say
    margins, respondents = (", ".join(links[basis].values()) for basis in (MARGIN, RESPONDENTS))
    sentences = [
        margins and say("Margins of error, as published: {values}.", values=margins),
        respondents and say("Respondents, as published: {values}.", values=respondents),
    ]
    return " ".join(filter(None, sentences))


def _write_published(survey: Survey, question: str, row: Any) -> Iterator[tuple[str, str]]:
    """Yield what a row of margins says of a question: its margin of error and number of respondents, as texts."""
    if row.margin == row.margin:
        yield MARGIN, write_margin(survey, question, row.margin, row.decimals)
    if row.n == row.n:
        yield RESPONDENTS, survey.language.number(row.n)
