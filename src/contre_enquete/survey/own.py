"""Read a survey of one's own: its questions, its groups, and what differs beyond chance from the published figures.

The table `yours` of the data package is what `contre-enquete tabulate` makes of answers; the one shipped is invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isnan, nan
from typing import Any  # a row of a table: pandas ships no types

import pandas as pd

from ..files import read_csv_table
from ..project import DIFFERENCE_COLUMNS, DIFFERENCE_NUMBERS, OWN_DIFFERENCES
from ..reads import note
from ..statistics.comparison import Measured, find_difference_limits, find_difference_p
from ..statistics.inference import holm
from ..text.language import capitalize, uncapitalize
from .estimates import DEFFS, count_respondents, has_share, replace_disputed_percent
from .model import Survey, remember
from .precision import find_precision
from .reference import Reference

INVENTED = "invented"  # the source of a table that shows nothing observed
TOTAL = "total"  # its group of everybody
SEGMENT = "segment"  # the breakdown whose groups may be those of the published survey
QUANTILE = "quantile"  # the kind of the rows of the quartiles of a number
CERTAIN = 1e15  # people of whom a percentage has no chance
ALPHA = 0.05  # at most so often is a difference beyond chance where there is none


@dataclass(frozen=True)
class Difference:
    """An item of one's own survey beside the published figure of the same group.

    `percent` with its limits `lower` and `upper` is one's own, NaN if it is withheld, of `base` people who answered;
    `printed` the published one. `lowest` and `highest` are the limits of the difference, one's own less the published,
    in points, with a cautious share of chance for both; `p` its p-value. `verdict` is "beyond" if it is beyond chance
    among all differences together, "maybe" if it is only alone (or if nothing is known of the chance of the published
    figure, which is then taken as certain), "within" if neither, "withheld" if there is no percent.
    """

    question: str
    item: str
    segment: str
    percent: float
    lower: float
    upper: float
    base: float
    printed: float
    lowest: float
    highest: float
    p: float
    verdict: str = "withheld"

    @property
    def reference(self) -> str:
        """What texts cite the percent of one's own survey by."""
        return f"yours.{self.question}.{self.item}.{self.segment}"


@dataclass(frozen=True)
class OwnQuestion:
    """A question of one's own survey, with its words.

    `kind` is one of "several", "one", "scale" and "number"; `rows` has a row of the table `yours` for each item and
    group, with their names `item_name` and `group_name`, and the `printed` percent of the published survey, NaN where
    there is none.
    """

    question: str
    name: str
    kind: str
    rows: pd.DataFrame

    def list_breakdowns(self) -> list[str]:
        """Return the breakdowns of the question, in the order of the table, without everybody."""
        return [name for name in self.rows["breakdown"].unique() if name]


def name_own_survey(survey: Survey) -> str:
    """Return the name of one's own survey, as its table gives it, or that it is invented; "" if there is none.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> name_own_survey(load_survey("en"))
    'Invented example'
    """
    names = list(dict.fromkeys(survey.yours["source"]))
    return survey.language.say("Invented example") if is_invented(survey) else ", ".join(names)


def is_invented(survey: Survey) -> bool:
    """Return whether the survey of one's own shows nothing observed, as its source says."""
    return set(survey.yours["source"]) == {INVENTED}


def name_breakdown(name: str) -> str:
    """Return the name of a breakdown, or of anything without a label, as readers see it.

    >>> name_breakdown("work-region")
    'Work region'
    """
    return capitalize(name.replace("-", " ").replace("_", " "))


@remember
def list_own_questions(survey: Survey) -> tuple[OwnQuestion, ...]:
    """Return the questions of one's own survey, in the order of its table.

    What the published survey has too goes by its names there, in the edition's language; all else by the labels of the
    table, or else by its identifiers.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> question, = list_own_questions(load_survey("en"))
    >>> question.name, question.kind, question.rows["group_name"].iloc[0]
    ('Tools used for work', 'several', 'SMEs')
    """
    table = survey.yours.drop_duplicates(["question", "item", "segment"], keep="last")
    published = set(survey.item_keys())
    return tuple(
        _describe_question(survey, question, rows, any((question, item) in published for item in rows["item"]))
        for question, rows in table.groupby("question", sort=False)
    )


def _drop_hidden_quartiles(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a question without the quartiles that are hidden of all groups, which say nothing."""
    return rows[(rows["kind"] != QUANTILE) | rows["item"].isin(rows["item"][rows["mean"].notna()])]


def _name_statistic(survey: Survey, row: Any, has_many_numbers: bool) -> str:
    """Return the name of a mean or a quartile, after that of its number where the question has several."""
    say = survey.language.say
    if row.kind == QUANTILE:
        item, _, percent = row.item.rpartition("-")
        names = {"p25": say("First quartile"), "p50": say("Median"), "p75": say("Third quartile")}
        name = names.get(percent, row.item)
    else:
        item, name = row.item, say("Mean")
    return f"{row.item_label or name_breakdown(item)}, {uncapitalize(name)}" if has_many_numbers else name


def _describe_question(survey: Survey, question: str, rows: pd.DataFrame, published: bool) -> OwnQuestion:
    """Return a question of one's own survey; one that is `published` has the words of the published survey."""
    segments = set(survey.segments["segment"])
    label = rows["question_label"].iloc[0]
    items = {item for of, item in survey.item_keys() if of == question}
    rows = _drop_hidden_quartiles(rows)
    has_quartiles = bool((rows["kind"] == QUANTILE).any())
    has_many_numbers = rows["item"][rows["kind"] == "number"].nunique() > 1

    def name_item(row: Any) -> str:
        if has_quartiles and row.kind in ("number", QUANTILE):
            return _name_statistic(survey, row, has_many_numbers)
        if row.item in items:
            return survey.item_label(question, row.item)
        if row.item_label not in ("", label):  # the only item of a question, as "yes" is, may have its words
            return row.item_label
        if row.kind == "number" and row.item_label:
            return survey.language.say("Mean")
        if row.kind == "several" and row.item_label:
            return capitalize(survey.language.say("yes"))
        return (row.item == question and (row.counted or label)) or name_breakdown(row.item)

    def name_group(row: Any) -> str:
        if row.segment == TOTAL:
            return survey.segment_label(survey.article.everybody)
        is_named = published or not row.segment_label
        if is_named and row.segment in segments and row.breakdown in ("", SEGMENT):
            return survey.segment_label(row.segment)
        return row.segment_label or name_breakdown(row.segment)

    printed = survey.shown_percents()
    records = list(rows.itertuples())
    keys = [(question, row.item, survey.article.everybody if row.segment == TOTAL else row.segment) for row in records]
    kinds = [kind for kind in rows["kind"].unique() if kind not in ("", "value", QUANTILE)]
    return OwnQuestion(
        question,
        survey.question(question)["label"] if published else label or name_breakdown(question),
        kinds[0] if kinds else "several",
        rows.assign(
            item_name=list(map(name_item, records)),
            group_name=list(map(name_group, records)),
            printed=[
                printed.get(key, float("nan")) if row.breakdown in ("", SEGMENT) else float("nan")
                for key, row in zip(keys, records, strict=True)
            ],
        ).reset_index(drop=True),
    )


@remember
def compare_own_survey(survey: Survey) -> tuple[Difference, ...]:
    """Return a difference for each item and group of both one's own table and the published figures, by codebook.

    Notes
    -----
    The limits are those of Newcombe's method for any two intervals (Zou and Donner 2008). For the published figure:
    Wilson's, as if drawn at random, with the smallest group that the totals allow (with the disputed percent as other
    voices print it too), the largest of the design effects tried, and the rounding at its worst. Each difference has
    its limits alone, at 95%; for "beyond", the p-values of all are adjusted after Holm.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> difference, *_ = compare_own_survey(load_survey("en"))
    >>> difference.reference, difference.printed, difference.verdict
    ('yours.tools.email.sme', 93.0, 'withheld')
    """
    rows_by_key = {(row.question, row.item, row.segment): row for row in survey.yours.itertuples()}
    groups = {segment: segment for segment in survey.groups()} | {survey.article.everybody: TOTAL}
    differences = []
    shown = survey.shown_percents()
    for question, item in survey.item_keys():
        for segment, group in groups.items():
            key = question, item, segment
            if (question, item, group) in rows_by_key and key in shown:
                differences.append(_compare_percent(survey, key, rows_by_key[question, item, group], shown[key]))
    return tuple(_judge_differences(differences))


def _compare_percent(survey: Survey, key: tuple[str, str, str], row: Any, printed: float) -> Difference:
    """Return a difference that is not judged yet."""
    values = *key, row.percent, row.lower, row.upper, row.base, printed
    if isnan(row.percent) or isnan(row.lower):
        return Difference(*values, nan, nan, nan)
    published = find_precision(survey, Reference("", key[0], key[1], segment=key[2]))
    least, deff = (
        (published.n, 1.0)
        if published and not isnan(published.n)
        else (_find_min_group_size(survey, key[2]), DEFFS[-1])
    )
    measured = Measured(row.percent, row.lower, row.upper, row.df)
    limits = find_difference_limits(measured, printed, least, deff) if least else (nan, nan)
    return Difference(*values, *limits, find_difference_p(measured, printed, least or CERTAIN, deff))


def _judge_differences(differences: list[Difference]) -> Iterator[Difference]:
    """Yield differences with their verdicts: those of which the published chance is known are one family."""
    family = iter(holm([row.p for row in differences if not isnan(row.lowest)]))
    for row in differences:
        if isnan(row.p):
            yield row
            continue
        adjusted = 1.0 if isnan(row.lowest) else next(family)
        yield replace(row, verdict="beyond" if adjusted <= ALPHA else "maybe" if row.p <= ALPHA else "within")


def _find_min_group_size(survey: Survey, segment: str) -> int:
    """Return the smallest number of respondents that a group of the published survey may have; 0 if unknown."""
    everybody = int(survey.number_of("respondents"))
    if segment == survey.article.everybody:
        return everybody
    if segment not in survey.article.pair:
        return 0
    readings = [survey, *([replace_disputed_percent(survey)] if survey.article.disputed_percent else [])]
    first = [count_respondents(reading) for reading in readings if has_share(reading)]
    if not first:
        return 0
    if segment == survey.article.compared[0]:
        return min(sizes.start for sizes in first)
    return everybody - max(sizes.stop - 1 for sizes in first)


@remember
def read_own_differences(survey: Survey) -> pd.DataFrame:
    """Return the differences between groups of one's own survey that the table beside `yours` has, smallest p first.

    Columns: `question`, `item`, `breakdown`, `group_a`, `group_b`, `difference` (b less a) with its `lower` and
    `upper`, `p`, and `p_holm`, adjusted for all of them. No rows if there is no such table; what is withheld is left
    out. Raises DataError if it is no table.
    """
    return _sort_by_chance(_read_differences(survey), ["difference", "lower", "upper", "p", "p_holm"])


@remember
def read_own_tests(survey: Survey) -> pd.DataFrame:
    """Return the tests of whether all groups answered a whole question alike, or have one mean, smallest p first.

    They are Rao and Scott's of the questions with one answer, and Wald's of means, of more than two groups. Columns and
    errors are those of `read_own_differences`; none of the tests has a difference.
    """
    table = _read_differences(survey)
    means = set(survey.yours.loc[survey.yours["kind"] == "number", "item"])
    pairs = table.assign(is_pair=table["group_a"] != "").groupby(["question", "item", "breakdown"])["is_pair"]
    count = pairs.transform("sum")  # a whole question has none, as have two means whose test is that of the pair
    is_whole = (count == 0) | (table["item"].isin(means) & (count > 1))
    return _sort_by_chance(table[is_whole & (table["group_a"] == "")], ["p", "p_holm"])


def _read_differences(survey: Survey) -> pd.DataFrame:
    path = survey.project / OWN_DIFFERENCES
    note(OWN_DIFFERENCES)
    if not path.is_file():
        return pd.DataFrame(columns=DIFFERENCE_COLUMNS)
    return read_csv_table(path, OWN_DIFFERENCES, DIFFERENCE_COLUMNS, DIFFERENCE_NUMBERS, "differences of groups")


def _sort_by_chance(table: pd.DataFrame, numbers: list[str]) -> pd.DataFrame:
    return table.dropna(subset=numbers).sort_values(["p_holm", "p"], kind="stable").reset_index(drop=True)
