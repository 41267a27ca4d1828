"""Show a survey of one's own: what it is, a chart for each question, and what differs beyond chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import Any  # a row of a table: pandas ships no types

import pandas as pd

from ..charts.chart import Chart
from ..charts.own import draw_own_questions, find_published_year, tabulate_breakdown
from ..charts.parts import PARTS, SeriesEntry, SeriesParts
from ..charts.room import recall_pictures
from ..charts.table import Table
from ..errors import DataError
from ..project import VALUE
from ..statistics.inference import newcombe, wilson
from ..survey.model import Survey
from ..survey.own import (
    Difference,
    OwnQuestion,
    compare_own_survey,
    is_invented,
    list_own_questions,
    name_own_survey,
    read_own_differences,
    read_own_tests,
)
from ..text.language import Language, capitalize
from .register import BulletList

VERDICT_WORDS = {"beyond": "yes", "maybe": "perhaps", "within": "no", "withheld": "hidden"}
MOST_DIFFERENCES = 25  # rows of the table of differences; its file has the others
SIGNIFICANT = 0.05  # p, adjusted, under which a difference is beyond chance
LEAST_PRINTED_P = 0.001  # that is printed
MAX_PEOPLE = 10_000_000


@dataclass(frozen=True)
class ChartSeries:
    """A chart for each question, the tables of its other breakdowns, and a list of contents.

    Attributes
    ----------
    charts
        The charts, in the order of the survey.
    tables
        For each chart, a table for each further breakdown.
    contents
        The words that head the list of contents.
    language
        The language of the words.
    """

    charts: tuple[Chart, ...]
    tables: tuple[tuple[Table, ...], ...]
    contents: str
    language: Language

    def parts(self) -> SeriesParts:
        """Return the series as data."""
        entries: list[SeriesEntry] = [
            {"chart": chart.parts(), "tables": [table.parts() for table in tables]}
            for chart, tables in zip(self.charts, self.tables, strict=True)
        ]
        return {"contents": self.contents, "entries": entries}

    def __repr__(self) -> str:
        return "\n".join(chart.words.plain.alternative for chart in self.charts)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str | dict]:
        html = [
            "".join([chart.html(), *(f"<p>{escape(table.caption)}</p>{table.html()}" for table in tables)])
            for chart, tables in zip(self.charts, self.tables, strict=True)
        ]
        return {PARTS: {"series": self.parts()}, "text/html": "".join(html), "text/plain": repr(self)}


@dataclass(frozen=True)
class OwnSurvey:
    """A survey of one's own, as `data/yours.csv` has it.

    Examples
    --------
    >>> from contre_enquete import load_edition
    >>> load_edition("en").own
    Invented example: .summary(), .questions(), .differences(), .beside(), .margin(people), .detectable(first, second)
    """

    survey: Survey

    def __repr__(self) -> str:
        calls = ".summary(), .questions(), .differences(), .beside(), .margin(people), .detectable(first, second)"
        return f"{name_own_survey(self.survey)}: {calls}"

    def summary(self) -> BulletList:
        """Return what the survey is: its name, people, questions, groups, and what is hidden."""
        say, language = self.survey.language.say, self.survey.language
        rows, questions = self.survey.yours, list_own_questions(self.survey)
        if not questions:
            return BulletList((say("There is no survey of your own yet."),))
        invented = say("nobody answered it: it was drawn at random around the published percentages.")
        lines = [
            f"{name_own_survey(self.survey)}{say(': ')}{invented}"
            if is_invented(self.survey)
            else say("Survey: {name}", name=name_own_survey(self.survey))
        ]
        people, base = rows["n"].max(), rows["base"].max()
        counts = []
        if not math.isnan(people):
            counts.append(say("People: {count}", count=language.number(people)))
        elif not math.isnan(base):  # the number of people is hidden where it would reveal how few gave no answer
            counts.append(say("Largest base, in people: {count}", count=language.number(base)))
        counts.append(say("questions: {count}", count=language.number(len(questions))))
        shown = int((rows["percent"].notna() | rows["mean"].notna()).sum())
        counts.append(say("figures: {count}", count=language.number(shown)))
        if hidden := int((rows["withheld"] != "").sum()):
            counts.append(say("hidden to protect answers: {count}", count=language.number(hidden)))
        lines.append("; ".join(counts))
        groups: dict[tuple[str, str], str] = {}
        for row in (row for question in questions for row in question.rows.itertuples()):
            groups.setdefault((row.breakdown, row.segment), row.group_name)
        for place, breakdown in enumerate(dict.fromkeys(name for name, _ in groups if name)):
            names = language.series([name for (of, _), name in groups.items() if of == breakdown])
            lines.append(say("Groups: {names}", names=names) if not place else say("Also: {names}", names=names))
        if beside := compare_own_survey(self.survey):
            year, count = find_published_year(self.survey), language.number(len(beside))
            lines.append(say("Figures that have one of {year} beside them: {count}", year=year, count=count))
        return BulletList(tuple(lines))

    def questions(self) -> ChartSeries:
        """Return a chart for each question, with the tables of its other breakdowns."""
        questions = list_own_questions(self.survey)
        tables = tuple(
            tuple(self._tabulate(question, breakdown) for breakdown in question.list_breakdowns()[1:])
            for question in questions
        )
        charts = tuple(recall_pictures(chart, self.survey) for chart in draw_own_questions(self.survey))
        return ChartSeries(charts, tables, self.survey.language.say("The questions"), self.survey.language)

    def beside(self) -> Table:
        """List each figure that a published one stands beside, and whether they differ beyond chance."""
        survey = self.survey
        language, say = survey.language, survey.language.say
        rows = compare_own_survey(survey)
        several = len({row.question for row in rows}) > 1

        def name(row: Difference) -> str:
            item = survey.item_label(row.question, row.item)
            return f"{survey.question(row.question)['label']}{say(': ')}{item}" if several else item

        def own(row: Difference) -> str:
            percent = language.percent(row.percent, 1)
            return "–" if row.verdict == "withheld" else f"{percent} ({self._limits(row.lower, row.upper)})"

        frame = pd.DataFrame(
            {
                say("Group"): [survey.segment_label(row.segment) for row in rows],
                say("Beyond chance"): [say(VERDICT_WORDS[row.verdict]) for row in rows],
                say("Your survey"): [own(row) for row in rows],
                say("People"): ["–" if math.isnan(row.base) else language.number(row.base) for row in rows],
                say("Published"): [language.percent(row.printed) for row in rows],
                say("Difference, in points"): [
                    "–" if math.isnan(row.lowest) else self._limits(row.lowest, row.highest) for row in rows
                ],
            },
            index=pd.Index([name(row) for row in rows], name=say("Item")),
        )
        caption = say(
            "{name}, beside the published figures; comparisons judged together: {count}",
            name=name_own_survey(survey), count=language.number(sum(row.verdict != "withheld" for row in rows)),
        )  # fmt: skip
        return Table(frame, caption, language)

    def differences(self) -> Table:
        """List the differences between groups of the survey, the least likely to be chance first.

        Tests of whole questions, which compare all answers of all groups, or all means, stand before them.
        """
        survey, language, say = self.survey, self.survey.language, self.survey.language.say
        rows = read_own_differences(survey)
        questions = {question.question: question for question in list_own_questions(survey)}
        tests = [row for row in read_own_tests(survey).itertuples() if row.question in questions]
        size = rows["difference"].abs()  # yes and no differ by the same points: one row is enough
        distinct = rows.assign(size=size).drop_duplicates(["question", "breakdown", "group_a", "group_b", "size", "p"])
        shown = distinct[distinct["question"].isin(questions)].head(MOST_DIFFERENCES)
        records = [*tests, *shown.itertuples()]
        least = f"< {language.number(LEAST_PRINTED_P, 3)}"
        frame = pd.DataFrame(
            {
                say("Difference"): [
                    self._describe_difference(questions[row.question].rows, row) if row.group_a else say("all groups")
                    for row in records
                ],
                say("Beyond chance"): [say("yes") if row.p_holm < SIGNIFICANT else say("no") for row in records],
                say("p, adjusted"): [
                    least if row.p_holm < LEAST_PRINTED_P else language.number(row.p_holm, 3) for row in records
                ],
            },
            index=pd.Index(
                [
                    self._name_item(questions[row.question], row.item) if row.item else questions[row.question].name
                    for row in records
                ],
                name=say("Question and answer"),
            ),
        )
        beyond = int((rows["p_holm"] < SIGNIFICANT).sum())
        caption = say(
            "Differences between groups: {beyond} of {count} are beyond chance, all judged together (Holm)",
            beyond=language.number(beyond), count=language.number(len(rows)),
        )  # fmt: skip
        if not len(rows):
            caption = say("Differences between groups: none can be shown, for the groups are too small")
        if len(distinct) > len(shown):
            caption += say("; the first {count} are shown", count=language.number(len(shown)))
        if tests:
            caption += say("; before them, tests of whole questions (Rao and Scott’s; Wald’s of means)")
        return Table(frame, caption, language)

    def margin(self, people: int, population: int = MAX_PEOPLE) -> Table:
        """Return the margin of error of a share of half, if so many people answer out of a population.

        Parameters
        ----------
        people
            How many answer, drawn simply at random.
        population
            How many there are to ask.

        Raises
        ------
        DataError
            If there are none, or more than the population has.

        Examples
        --------
        >>> from contre_enquete import load_edition
        >>> load_edition("en").own.margin(100).frame.iloc[0, 0].replace("\u00a0", " ")
        '± 9.6'
        """
        language, say = self.survey.language, self.survey.language.say
        if not 1 <= people < population:
            raise DataError(f"margin: found {people} people of {population}; expected at least 1, and fewer than all")
        lower, upper = wilson(0.5, people * (population - 1) / (population - people))
        margin = f"±\u00a0{language.number(50 * float(upper - lower), 1)}"
        frame = pd.DataFrame(
            {say("Margin of error, in points"): [margin]}, index=pd.Index([language.number(people)], name=say("People"))
        )
        return Table(frame, say("Margin of error at 95%, of a share of half"), language)

    def detectable(self, first: int, second: int) -> Table:
        """Return by how many points two groups must differ, around a half, for the difference to be beyond chance.

        Parameters
        ----------
        first, second
            How many people answer in each group, drawn simply at random.

        Raises
        ------
        DataError
            If a group has nobody.

        Examples
        --------
        >>> from contre_enquete import load_edition
        >>> load_edition("en").own.detectable(100, 100).frame.iloc[0, 0]
        '13.9'
        """
        language, say = self.survey.language, self.survey.language.say
        if min(first, second) < 1:
            raise DataError(f"detectable: found groups of {first} and {second} people; expected at least 1 in each")
        tenths = next(
            (
                tenth
                for tenth in range(1, 1000)
                if newcombe(0.5 - tenth / 2000, first, 0.5 + tenth / 2000, second)[0] > 0
            ),
            1000,
        )
        people = say("{first} and {second}", first=language.number(first), second=language.number(second))
        frame = pd.DataFrame(
            {say("Smallest difference, in points"): [language.number(tenths / 10, 1)]},
            index=pd.Index([people], name=say("People in each group")),
        )
        return Table(frame, say("Smallest difference beyond chance, at 95%, around a half"), language)

    def _name_item(self, question: OwnQuestion, item: str) -> str:
        names = dict(zip(question.rows["item"], question.rows["item_name"], strict=True))
        parts, scale = [question.name, names.get(item, item)], item.partition(VALUE)[0]
        if scale != item and question.rows.loc[question.rows["kind"] == "scale", "item"].nunique() > 1:
            parts.insert(1, names.get(scale, scale))
        return self.survey.language.say(": ").join(dict.fromkeys(parts))

    def _describe_difference(self, of: pd.DataFrame, row: Any) -> str:
        """Return a difference between two groups in words, the higher group first."""
        language, say = self.survey.language, self.survey.language.say
        groups = dict(zip(of["segment"], of["group_name"], strict=True))
        units = dict(zip(of["item"], of["unit"], strict=True))
        high, low, limits = row.group_b, row.group_a, (row.lower, row.upper)
        if row.difference < 0:
            high, low, limits = low, high, (-row.upper, -row.lower)
        return say(
            "{high} above {low}: {number} {unit} ({limits})",
            high=capitalize(groups.get(high, high)), low=groups.get(low, low), unit=units.get(row.item) or say("points"),
            number=language.number(abs(row.difference), 1), limits=self._limits(*limits),
        )  # fmt: skip

    def _limits(self, low: float, high: float) -> str:
        language = self.survey.language
        return language.say(
            "{low} to {high}",
            low=language.number(round(low, 1) + 0.0, 1),
            high=language.number(round(high, 1) + 0.0, 1),
        )

    def _tabulate(self, question: OwnQuestion, breakdown: str) -> Table:
        frame = tabulate_breakdown(self.survey, question, breakdown)
        names = question.rows.loc[question.rows["breakdown"] == breakdown, "group_name"].unique()
        return Table(frame, capitalize(self.survey.language.series(list(names))), self.survey.language)
