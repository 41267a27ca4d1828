"""The survey as the edition shows it: its tables, and one figure per question, item and segment."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import wraps
from math import isnan
from numbers import Real
from pathlib import Path
from textwrap import wrap
from types import MappingProxyType
from typing import Any, Concatenate, ParamSpec, TypeVar  # Any: a row of a table, as pandas ships no types

import pandas as pd

from ..article import Article, open_language, read_article
from ..descriptor import list_tables
from ..errors import DataError, suggest_name, unknown_name
from ..files import MAX_NUMBER
from ..project import CATALOGUES, DATA, DECLARATION, digest_files, find_project
from ..reads import collect, leave_out, note
from ..text.language import Language
from ..text.numbers import COUNT, PERCENT, POINTS
from ..text.units import AMOUNTS, CURRENCIES, DIRECTION, SCORE, UNITS_OF_QUESTIONS
from .checked import read_checked_package
from .margins import MARGIN_LEVEL, check_margins
from .package import add_missing_columns
from .waves import AT, label_wave, separate_waves, split_wave

MAX_RESPONDENTS = 10_000_000
KINDS_OF_NUMBERS = {  # by unit; of others, a number of at least 0
    COUNT: "a whole number",
    PERCENT: "a number from 0 to 100",
    DIRECTION: "a number from 0 to 100",
    POINTS: "a number from -100 to 100",
}
MAX_CACHED_SURVEYS = 8
WAVE_TABLES = ("survey", "sample", "questions", "items")  # which `separate_waves` makes anew
_cached_surveys: dict[tuple[Path, bytes, Language], Survey] = {}
P = ParamSpec("P")
R = TypeVar("R")


def remember(function: Callable[Concatenate[Survey, P], R]) -> Callable[Concatenate[Survey, P], R]:
    """Keep a function's results with the survey that is its first argument, so that each is computed once.

    A table that it returns is the caller's own to change. Whoever is given a result has read what it was made from.
    """

    @wraps(function)
    def once(survey: Survey, *arguments: P.args, **named: P.kwargs) -> R:
        key = (function, arguments, *sorted(named.items()))
        if key not in survey.results:
            with collect() as read:
                result = function(survey, *arguments, **named)
            survey.results[key] = result, read
        result, read = survey.results[key]
        note(*read)
        return result.copy(deep=False) if isinstance(result, (pd.DataFrame, pd.Series)) else result

    return once


class CopyOnRead:
    """A table of a survey; reading it returns a shallow copy, so that callers cannot change the survey."""

    def __set_name__(self, survey: type, name: str) -> None:
        self.name = name

    def __get__(self, survey: Survey | None, owner: type) -> pd.DataFrame:
        if survey is None:
            raise AttributeError(self.name)  # so that a dataclass sees no default
        note(*survey.files[self.name])
        return vars(survey)[self.name].copy(deep=False)

    def __set__(self, survey: Survey, table: pd.DataFrame) -> None:
        vars(survey)[self.name] = table.copy(deep=False)


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Survey:
    """The tables of the data package, with the language in which they are read and the article's declaration.

    Nothing changes a survey. To try another value, make another: `survey.with_figure("commute.bicycle.town", 90)`.
    `project` is the folder that holds its `data/`.
    """

    figures: pd.DataFrame = CopyOnRead()
    sample: pd.DataFrame = CopyOnRead()
    sources: pd.DataFrame = CopyOnRead()
    voices: pd.DataFrame = CopyOnRead()
    questions: pd.DataFrame = CopyOnRead()
    items: pd.DataFrame = CopyOnRead()
    segments: pd.DataFrame = CopyOnRead()
    chain: pd.DataFrame = CopyOnRead()
    national: pd.DataFrame = CopyOnRead()
    claims: pd.DataFrame = CopyOnRead()
    disclosure: pd.DataFrame = CopyOnRead()
    margins: pd.DataFrame = CopyOnRead()
    places: pd.DataFrame = CopyOnRead()
    measures: pd.DataFrame = CopyOnRead()
    sizes: pd.DataFrame = CopyOnRead()
    official_sources: pd.DataFrame = CopyOnRead()
    official: pd.DataFrame = CopyOnRead()
    corrections: pd.DataFrame = CopyOnRead()
    yours: pd.DataFrame = CopyOnRead()
    language: Language
    article: Article
    project: Path
    files: Mapping[str, tuple[str, ...]]  # by table, those that it was read from
    results: dict = field(default_factory=dict, init=False, repr=False)  # of functions with `remember`

    def __repr__(self) -> str:
        """Return the edition's name, its language, the number of rows of each table, and calls to go on with."""
        tables = {name: getattr(self, name) for name, table in vars(Survey).items() if isinstance(table, CopyOnRead)}
        counts = ", ".join(f"{name} {len(table)}" for name, table in tables.items() if len(table))
        row = self.figures[self.figures["percent"].notna()].iloc[0]
        calls = (
            f"survey.shown({row['question']!r})",
            f"survey.percent({row['question']!r}, {row['item']!r}, {row['segment']!r})",
            f"survey.with_figure('{row['question']}.{row['item']}.{row['segment']}', 50)",
        )
        return "\n".join(
            [
                f"Survey of {self.article.words.name!r} in {self.language.code!r}",
                *wrap(f"Rows: {counts}", 100, initial_indent="  ", subsequent_indent="    "),
                *wrap(
                    f"Questions: {', '.join(self.questions['question'])}",
                    100,
                    initial_indent="  ",
                    subsequent_indent="    ",
                ),
                *(f"  {call}" for call in calls),
            ]
        )

    def with_figure(self, reference: str, percent: float) -> Survey:
        """Return the survey with another percent, from 0 to 100, for a figure; itself if it is the same.

        `reference` is what texts cite the figure by: "question.item.segment" is the row that the edition shows,
        "official.place.year.measure.size" that of each page; with ".source" behind, it is that of one source. Words
        that stood for the number, such as "about 70", go, and no file changes. Raises DataError for what is no
        reference to a percent, or no percent.

        Examples
        --------
        >>> survey = getfixture("invented_survey")
        >>> survey.with_figure("commute.bicycle.town", 50).percent("commute", "bicycle", "town")
        50.0
        """
        unit = self.unit(reference.partition(".")[0])
        if not isinstance(percent, Real) or not abs(percent) <= MAX_NUMBER or not _is_possible(float(percent), unit):
            number = KINDS_OF_NUMBERS.get(unit, "a number of at least 0")
            expected = "a percent from 0 to 100" if unit == PERCENT else f"{number}, in {unit}"
            raise DataError(f"{reference}: found {percent!r}; expected {expected}")
        name = "official" if reference.startswith("official.") else "figures"
        table: pd.DataFrame = getattr(self, name)
        if name == "official":
            years = table["year"].map("{:g}".format)
            keys = "official." + table["place"] + "." + years + "." + table["measure"] + "." + table["size"]
            shown = table["source"]
        else:
            keys = table["question"] + "." + table["item"] + "." + table["segment"]
            questions, everybody = self.questions.set_index("question"), table["segment"] == self.article.everybody
            shown = table["question"].map(questions["shown"])
            shown = shown.mask(everybody, table["question"].map(questions["shown_total"]))
        cited = keys.where(shown == table["source"], "")
        rows = table["percent"].notna() & ((cited == reference) | (keys + "." + table["source"] == reference))
        if not rows.any():
            nearest = suggest_name(reference, cited[table["percent"].notna()])
            raise DataError(f"{reference}: found no percent with this reference{nearest}")
        changed = table.assign(percent=table["percent"].mask(rows, percent), words=table["words"].mask(rows, ""))
        return self if changed.equals(table) else self.with_table(name, changed)

    def with_table(self, name: str, table: pd.DataFrame) -> Survey:
        """Return the survey with another table, such as "figures", made from the one that it has."""
        with leave_out():  # the others are copied, not read
            return replace(self, **{name: table})

    def tables(self) -> list[pd.DataFrame]:
        """Return every table."""
        return [getattr(self, name) for name, table in vars(Survey).items() if isinstance(table, CopyOnRead)]

    @remember
    def printed_rows(self) -> Mapping[str, tuple[Any, ...]]:
        """Return the rows of `survey.csv` by question, in their order."""
        rows: dict[str, list[Any]] = {}
        for row in self.figures.itertuples():
            rows.setdefault(row.question, []).append(row)
        return MappingProxyType({question: tuple(of_question) for question, of_question in rows.items()})

    @remember
    def item_keys(self) -> tuple[tuple[str, str], ...]:
        """Return question and item of each item, in the codebook's order."""
        return tuple(zip(self.items["question"], self.items["item"], strict=True))

    def list_groups(self, question: str, item: str, group: str = "") -> tuple[str, ...]:
        """Return the groups that share out everybody and of which the edition shows a value, in the codebook's order.

        Those are the groups of the main division or, if `group` is of another breakdown, those beside it. A union of
        groups is left out where all its parts are shown; if it is the `group`, its parts are.

        Examples
        --------
        >>> getfixture("invented_survey").list_groups("commute", "bicycle")
        ('town', 'suburb', 'village')
        """
        unions, division = self.article.unions, self.article.list_siblings(group)
        shown = [
            name
            for name in self.groups()
            if (question, item, name) in self.shown_values() and self.article.list_siblings(name) == division
        ]
        left_out = {name for name in shown if name != group and name in unions and {*unions[name]} <= {*shown}}
        return tuple(name for name in shown if name not in left_out.union(unions.get(group, ())))

    @remember
    def groups(self) -> tuple[str, ...]:
        """Return the groups that are compared, or of which some value is shown, in the codebook's order."""
        shown = {group for _, _, group in self.shown_values()}.union(self.article.compared) - {self.article.everybody}
        return tuple(group for group in self.segments["segment"] if group in shown)

    def shown_source(self, question: str, segment: str) -> str:
        """Return the source whose figures the edition shows of a group. Raises DataError for an unknown question."""
        return self.question(question)["shown_total" if segment == self.article.everybody else "shown"]

    def unit(self, question: str) -> str:
        """Return the unit of a question's figures, such as "percent" or "minutes"; "percent" of no question."""
        return self._units().get(question, PERCENT)

    def base_label(self, question: str) -> str:
        """Return the name of a question, without its wave if it has waves. Raises DataError for an unknown one."""
        waves = (name for name in self.questions["question"] if split_wave(name)[0] == question)
        return str(self.question(next(waves, question))["subject"])

    @remember
    def base_units(self) -> Mapping[str, str]:
        """Return the unit of each question by its name without its wave."""
        return MappingProxyType({split_wave(question)[0]: unit for question, unit in self._units().items()})

    @remember
    def _units(self) -> Mapping[str, str]:
        return MappingProxyType(dict(zip(self.questions["question"], self.questions["unit"], strict=True)))

    def write(self, question: str, value: float, decimals: float = 0) -> str:
        """Return a value with the unit of its question, as the edition's language writes it, and as many decimals."""
        return self.language.quantity(value, self.unit(question), count_decimals(value, decimals))

    def write_shown(self, question: str, item: str, segment: str) -> str:
        """Return a value that the edition shows, with its unit and the decimals that its source prints."""
        value, decimals = self._shown_cells()[question, item, segment]
        return self.write(question, value, decimals)

    def printed(self, question: str, item: str, segment: str) -> Decimal:
        """Return a value that the edition shows, with the decimals that its source prints; raises as `percent` does.

        Examples
        --------
        >>> getfixture("invented_survey").printed("commute", "bicycle", "town")
        Decimal('34')
        """
        value = self.percent(question, item, segment)
        return read_decimal(value, self._shown_cells()[question, item, segment][1])

    @remember
    def shown_percents(self) -> Mapping[tuple[str, str, str], float]:
        """Return the values that the edition shows of questions in percent, by question, item and segment."""
        return MappingProxyType(
            {key: value for key, value in self.shown_values().items() if self.unit(key[0]) in (PERCENT, DIRECTION)}
        )

    @remember
    def shown_values(self) -> Mapping[tuple[str, str, str], float]:
        """Return the values that the edition shows, each in the unit of its question, by question, item and segment."""
        return MappingProxyType({key: value for key, (value, _) in self._shown_cells().items()})

    @remember
    def _shown_cells(self) -> Mapping[tuple[str, str, str], tuple[float, float]]:
        """Return the values that the edition shows, each with the decimals that its source prints."""
        return MappingProxyType(
            {
                (question, row.item, row.segment): (row.percent, row.decimals)
                for question, rows in self.printed_rows().items()
                for row in rows
                if row.source == self.shown_source(question, row.segment) and not isnan(row.percent)
            }
        )

    @remember
    def shown(self, question: str) -> pd.DataFrame:
        """Return the figures that the edition shows for a question.

        One row per item and segment, in the codebook's order, with `percent` (NaN if only a direction is known),
        `direction`, `source`, `certainty`, and the labels `item_label` and `segment_label`. Where sources differ, the
        codebook names the one to show: `shown` for figures of groups, `shown_total` for those of everybody. Raises
        DataError for a question that is not in the codebook, or has no figure to show.
        """
        entry = self.question(question)
        rows = self.figures[self.figures["question"] == question]
        total = rows["segment"] == self.article.everybody
        rows = rows[(~total & (rows["source"] == entry["shown"])) | (total & (rows["source"] == entry["shown_total"]))]
        if rows.empty:
            sources = " or ".join(filter(None, (entry["shown"], entry["shown_total"])))
            raise DataError(
                f"data/survey.csv: no row for the question {question} from {sources}; expected at least one"
            )
        items = self.items[self.items["question"] == question].set_index("item")
        segments = self.segments.set_index("segment")
        rank = rows["item"].map({item: n for n, item in enumerate(items.index)}) * len(segments)
        rank += rows["segment"].map({segment: n for n, segment in enumerate(segments.index)})
        return (
            rows.assign(
                item_label=rows["item"].map(self.localize(items, "label")),
                segment_label=rows["segment"].map(self.localize(segments, "label")),
            )
            .loc[rank.sort_values().index]
            .reset_index(drop=True)
        )

    def percent(self, question: str, item: str, segment: str) -> float:
        """Return the value that the edition shows, in the unit of its question. Raises DataError if there is none.

        Examples
        --------
        >>> getfixture("invented_survey").percent("commute", "bicycle", "town")
        34.0
        """
        percent = self.shown_values().get((question, item, segment))
        if percent is None:
            (
                self.shown(question),
                self.item_label(question, item),
                self.segment_label(segment),
            )  # raise for what is unknown
            source = self.shown_source(question, segment)
            raise DataError(
                f"data/survey.csv: no percent for {question}, {item}, {segment} from {source}; expected one row"
            )
        return percent

    @remember
    def printed_otherwise(self, question: str) -> pd.DataFrame:
        """Return the figures of a question that other sources print and that differ from those shown.

        One row per item, segment and value, with `percent`, its `decimals`, the labels `item_label` and
        `segment_label`, and `sources`, a tuple of source identifiers in their order. Rounded words ("about 60") and
        directions are left out.
        Raises DataError as `shown` does.
        """
        shown = self.shown(question)
        rest = self.figures[(self.figures["question"] == question) & (self.figures["words"] == "")]
        both = shown.merge(rest, on=["item", "segment"], suffixes=("", "_other"))
        differ = both[both["percent_other"].notna() & (both["percent"] != both["percent_other"])]
        keys = ["item", "item_label", "segment", "segment_label", "percent_other"]
        grouped = differ.groupby(keys, sort=False)
        others = pd.DataFrame(
            {"decimals": grouped["decimals_other"].max(), "sources": grouped["source_other"].agg(tuple)}
        )
        return others.reset_index().rename(columns={"percent_other": "percent"})

    @remember
    def question(self, question: str) -> pd.Series:
        """Return the codebook's entry of a question, with `label`, `measure` and `base` in the edition's language.

        `label` names the wave, if the question has one; `subject` is the label without it.
        Raises DataError for a question that is not in the codebook.
        """
        entry = self.questions[self.questions["question"] == question]
        if entry.empty:
            raise unknown_name("question", question, self.questions["question"])
        words = {name: self.localize(entry, name).iloc[0] for name in ("label", "measure", "base")}
        words["subject"] = words["label"]
        if wave := split_wave(question)[1]:
            words["label"] += f", {self.wave_label(wave)}"
        return pd.Series({**entry.iloc[0][["question", "unit", "exact_wording", "shown", "shown_total"]], **words})

    @remember
    def wave_label(self, wave: str) -> str:
        """Return the name of a wave in the edition's language, such as "March 2017". Raises DataError for another."""
        if wave not in self.article.waves.order:
            raise unknown_name("wave", wave, self.article.waves.order)
        return label_wave(self.article.waves, wave, self.language)

    @remember
    def segment_label(self, segment: str) -> str:
        """Return the name of a segment in the edition's language. Raises DataError for an unknown one."""
        labels = self.localize(self.segments.set_index("segment"), "label")
        if segment not in labels:
            raise unknown_name("group", segment, labels.index)
        return labels[segment]

    @remember
    def item_label(self, question: str, item: str) -> str:
        """Return the name of an item in the edition's language. Raises DataError for an unknown one."""
        self.question(question)
        items = self.items[self.items["question"] == question].set_index("item")
        if item not in items.index:
            raise unknown_name("item", f"{question}.{item}", question + "." + items.index)
        return self.localize(items, "label")[item]

    def publisher(self, source: str) -> str:
        """Return who published a source, of the survey or of an office. Raises DataError for an unknown source."""
        return self._page(source).publisher

    def address(self, source: str) -> str:
        """Return the address of a source, of the survey or of an office. Raises DataError for an unknown source."""
        return self._page(source).url

    def _page(self, source: str) -> Any:
        if source not in self._pages():
            raise unknown_name("source", source, self._pages())
        return self._pages()[source]

    @remember
    def _pages(self) -> Mapping[str, Any]:
        tables = (self.sources, self.official_sources)
        return MappingProxyType({row.source: row for table in tables for row in table.itertuples()})

    @remember
    def published(self, source: str) -> str:
        """Return when a source was published, in words, as precisely as is known: a day, a month or a year.

        Raises DataError for an unknown source.
        """
        date = self._page(source).date
        if len(date) == len("YYYY-MM"):
            return self.language.month(datetime.date.fromisoformat(f"{date}-01"))
        return self.language.date(datetime.date.fromisoformat(date)) if len(date) == len("YYYY-MM-DD") else date

    @remember
    def voice_of(self) -> Mapping[str, str]:
        """Return the voice of each source: pages that copy one text are one voice."""
        return MappingProxyType(dict(zip(self.sources["source"], self.sources["voice"], strict=True)))

    def count_voices(self, sources: Iterable[str]) -> int:
        """Return how many voices some sources are. Raises DataError for an unknown source of the survey."""
        voices = self.voice_of()
        for source in (sources := list(sources)):
            if source not in voices:
                raise unknown_name("source", source, voices)
        return len({voices[source] for source in sources})

    def citation(self, source: str) -> str:
        """Return the publisher and date of a source."""
        return f"{self.publisher(source)}, {self.published(source)}"

    def fact_rows(self, name: str) -> pd.DataFrame:
        """Return the rows of `sample.csv` that give a fact, those of the method page first, else in their order.

        Without its wave, "respondents", a fact that each wave has is that of the last one.
        """
        names = [name, *(f"{name}{AT}{wave}" for wave in reversed(self.article.waves.order))]
        rows = next((rows for name in names if len(rows := self.sample[self.sample["fact"] == name])), self.sample[:0])
        return rows.sort_values("source", key=lambda source: source != self.article.method, kind="stable")

    @remember
    def fact(self, name: str) -> float | datetime.date:
        """Return a fact about the sample, a number or a date, as the method page gives it, or else its first source.

        Raises DataError if there is none.
        """
        rows = self.fact_rows(name)
        if rows.empty:
            raise unknown_name("fact", name, self.sample["fact"])
        entry = rows.iloc[0]
        return entry["date"] if pd.isna(entry["number"]) else entry["number"]

    def number_of(self, fact: str) -> float:
        """Return a fact about the sample that is a number. Raises DataError if there is none, or it is a date."""
        value = self.fact(fact)
        if not isinstance(value, Real):
            raise self._wrong_fact(fact, "number", value)
        return float(value)

    def date_of(self, fact: str) -> datetime.date:
        """Return a fact about the sample that is a date. Raises DataError if there is none, or it is a number."""
        value = self.fact(fact)
        if not isinstance(value, datetime.date):
            raise self._wrong_fact(fact, "date", value)
        return value

    def _wrong_fact(self, fact: str, kind: str, value: object) -> DataError:
        """Return the error for a fact that is not of the kind expected, "number" or "date"."""
        row = self.fact_rows(fact).index[0] + 2
        found = f"{value:g}" if isinstance(value, Real) else str(value or "nothing")
        return DataError(
            f"data/sample.csv, row {row}, column {kind}: found {found} for the fact {fact}; expected a {kind}"
        )

    def localize(self, table: pd.DataFrame, name: str) -> pd.Series:
        """Return the column of words that a table has under `name`, such as "label", in the edition's language.

        That is the language's own column (`label_fr`) if the table has one; else the words in the language of the
        edition's own, translated by the catalogues. Raises MissingTranslation if they lack one.
        """
        column = f"{name}_{self.language.code}"
        if column in table:
            return table[column]
        return table[f"{name}_{self.language.source}"].map(lambda text: self.language.say(text) if text else "")


def read_decimal(value: float, decimals: float) -> Decimal:
    """Return a number as it is printed, with so many decimals or, if it needs more, all its own.

    >>> read_decimal(38.0, 1), read_decimal(38.25, 1)
    (Decimal('38.0'), Decimal('38.25'))
    """
    return Decimal(f"{value:.{count_decimals(value, decimals)}f}")


def count_decimals(value: float, printed: float) -> int:
    """Return with how many decimals a number is shown: as many as are printed, or all its own."""
    return max(0 if isnan(printed) else int(printed), -int(Decimal(str(value)).normalize().as_tuple().exponent))


def _check_rows(article: Article, tables: dict[str, pd.DataFrame]) -> None:
    """Raise DataError unless figures are of items of the codebook, and numbers of the sample are facts declared."""
    items = set(zip(tables["items"]["question"], tables["items"]["item"], strict=True))
    for table in (tables["survey"], tables["national"]):
        for row, named in enumerate(zip(table["question"], table["item"], strict=True), 2):
            if named not in items:
                raise DataError(
                    f"{table.attrs['file']}, row {row}, columns question, item: found {', '.join(map(repr, named))}; "
                    f"expected an item of {tables['items'].attrs['file']}"
                )
    _check_units(article, tables)
    _check_bases(article, tables["official"])
    _check_respondents(tables["sample"])
    numbers = tables["sample"][tables["sample"]["number"].notna()]
    for row, fact in numbers["fact"].items():
        if fact not in article.facts:
            raise DataError(
                f"data/sample.csv, row {row + 2}, column fact: found {fact!r}; expected one of {', '.join(article.facts)}, "
                f"as {DECLARATION} declares"
            )


def _check_declaration(article: Article, tables: dict[str, pd.DataFrame]) -> None:
    """Raise DataError unless the data has each group, source, question, item and fact that the article declares."""
    items = zip(tables["items"]["question"], tables["items"]["item"], strict=True)
    known = {
        "group": set(tables["segments"]["segment"]),
        "source": set(tables["sources"]["source"]),
        "question": set(tables["questions"]["question"]),
        "item": {f"{question}.{item}" for question, item in items},
        "fact": {split_wave(fact)[0] for fact in tables["sample"]["fact"]},
        "claim": set(tables["claims"]["claim"]),
        "measure": set(tables["measures"]["measure"]),
        "size": set(tables["sizes"]["size"]),
        "base": set(tables["official"]["base"]),
        "figure": {f"{o.place}.{o.year:g}.{o.measure}.{o.size}" for o in tables["official"].itertuples()},
    }
    if not article.compared:
        raise DataError(f"{DECLARATION}, groups.compared: found no group but {article.everybody}; expected one")
    for kind, key, name in _list_declared_names(article):
        if name not in known[kind]:
            nearest = suggest_name(name, sorted(known[kind]))
            raise DataError(f"{DECLARATION}, {key}: found {name!r}; expected a {kind} of the data package{nearest}")
    _check_families(article, tables["questions"])


def _check_units(article: Article, tables: dict[str, pd.DataFrame]) -> None:
    """Raise DataError unless each question has a known unit, and each value is one of its unit."""
    questions = tables["questions"]
    for row, unit in enumerate(questions["unit"], 2):
        if unit not in UNITS_OF_QUESTIONS:
            expected = f"one of {', '.join(UNITS_OF_QUESTIONS)}"
            raise DataError(f"{questions.attrs['file']}, row {row}, column unit: found {unit!r}; expected {expected}")
    units = dict(zip(questions["question"], questions["unit"], strict=True))
    survey = tables["survey"]
    for row, (question, value) in enumerate(zip(survey["question"], survey["percent"], strict=True), 2):
        if not isnan(value) and not _is_possible(value, unit := units[question]):
            expected = f"{KINDS_OF_NUMBERS.get(unit, 'a number of at least 0')}, since {question} is in {unit}"
            raise DataError(f"{survey.attrs['file']}, row {row}: found {value:g}; expected {expected}")
    for fact, declared in article.facts.items():
        if declared.unit not in (PERCENT, *AMOUNTS):
            expected = f"one of {', '.join((PERCENT, *AMOUNTS))}"
            raise DataError(f"{DECLARATION}, facts.{fact}.unit: found {declared.unit!r}; expected {expected}")


def _check_bases(article: Article, official: pd.DataFrame) -> None:
    """Raise DataError unless the article has words for what each percent of an office is of."""
    if article.official_figures is None:
        return
    bases = article.official_figures.bases
    for row, base in enumerate(official["base"], 2):
        if base not in bases:
            expected = f"one of {', '.join(bases)}, as {DECLARATION}, official.bases, has them"
            raise DataError(f"{official.attrs['file']}, row {row}, column base: found {base!r}; expected {expected}")


def _check_families(article: Article, questions: pd.DataFrame) -> None:
    """Raise DataError unless the questions that are tested, or that share out everybody, are in percent."""
    units = dict(zip(questions["question"], questions["unit"], strict=True))
    if article.families and not article.pair:
        found = f"{len(article.compared)} groups compared"
        expected = "none, or two groups in groups.compared: these intervals and tests are of two"
        raise DataError(f"{DECLARATION}, families: found {found}; expected {expected}")
    in_percent = {f"families.{name}": family for name, family in article.families.items()}
    in_percent |= {"size_classes.question": (article.size_classes,), "national.question": (article.national,)}
    for key, named in in_percent.items():
        for question in named:
            if question and units[question] in AMOUNTS:
                expected = "a question in percent: intervals and tests are of shares"
                raise DataError(f"{DECLARATION}, {key}: found {question!r}, in {units[question]}; expected {expected}")


def _is_possible(value: float, unit: str) -> bool:
    """Return whether a value may be one of a unit: points, scores and money may be below 0, counts are whole."""
    match unit:
        case _ if unit in (PERCENT, DIRECTION):
            return 0 <= value <= 100
        case _ if unit == POINTS:
            return -100 <= value <= 100
        case _ if unit == SCORE or unit in CURRENCIES:
            return True
    return value >= 0 and (unit != COUNT or float(value).is_integer())


def _check_respondents(sample: pd.DataFrame) -> None:
    """Raise DataError unless each number of respondents is one that a survey may have."""
    for row, number in sample[sample["fact"] == "respondents"]["number"].items():
        if number != number or not 1 <= number <= MAX_RESPONDENTS:
            raise DataError(
                f"data/sample.csv, row {row + 2}, column number: found {'nothing' if number != number else f'{number:g}'}; "
                f"expected the number of respondents, from 1 to {MAX_RESPONDENTS:,}"
            )


def _list_declared_names(article: Article) -> Iterator[tuple[str, str, str]]:
    """Yield what an article names of the data, as (kind, key in the declaration, identifier)."""
    yield from _list_named_groups(article)
    for wave, source in article.waves.shown.items():
        yield "source", f"waves.shown.{wave}", source
    yield "source", "sources.article", article.source
    yield "source", "sources.method", article.method
    for name, family in article.families.items():
        for question in family:
            yield "question", f"families.{name}", question
    if article.size_classes:
        yield "question", "size_classes.question", article.size_classes
    if article.national:
        yield "question", "national.question", article.national
    for fact in article.facts:
        yield "fact", "facts", fact
    for claim in article.summary:
        yield "claim", "summary.claims", claim
    yield from _list_optional_names(article)


def _list_named_groups(article: Article) -> Iterator[tuple[str, str, str]]:
    """Yield the groups that an article names, as `_list_declared_names` does."""
    for group in article.compared:
        yield "group", "groups.compared", group
    yield "group", "groups.everybody", article.everybody
    for name, parts in article.unions.items():
        for group in (name, *parts):
            yield "group", f"groups.unions.{name}", group
    for name, division in article.breakdowns.items():
        for group in division:
            yield "group", f"groups.breakdowns.{name}", group


def _list_optional_names(article: Article) -> Iterator[tuple[str, str, str]]:
    """Yield the names of the data in the sections that an article may do without, as `_list_declared_names` does."""
    if article.swapped_item:
        yield "source", "exchanged.source", article.swapped_item.source
        yield "item", "exchanged.item", ".".join(article.swapped_item.item)
        yield "item", "exchanged.conflict", ".".join(article.swapped_item.conflict)
        yield "item", "exchanged.control", ".".join(article.swapped_item.control)
    if article.disputed_percent:
        yield "item", "disputed.item", ".".join(article.disputed_percent.item)
        yield "group", "disputed.group", article.disputed_percent.group
    if article.official_figures:
        for measure in article.official_figures.measures:
            yield "measure", "official.measures", measure
        for part in ("smallest", "middle", "largest", "everybody"):
            yield "size", f"official.{part}", getattr(article.official_figures, part)
        yield "figure", "official.before", article.official_figures.before
        yield "figure", "official.after", article.official_figures.after
        for base in article.official_figures.unsaid:
            yield "base", "official.unsaid", base


def load_survey(language: str, project: Path | None = None) -> Survey:
    """Return the survey of a project's data package, read and checked.

    The last surveys are kept, and returned again for a project whose data has the same bytes.

    Parameters
    ----------
    language
        Code of the language of labels and sentences, such as "fr" or "en".
    project
        Folder that holds `data/` and `article/`; by default the one that the current folder is in.

    Raises
    ------
    DataError
        If the data cannot be used; the message has file, row and column.

    Examples
    --------
    >>> load_survey("fr").segment_label("sme")
    'PME'
    """
    project = (project or find_project()).resolve()
    with leave_out():  # whoever uses a table notes its file
        return _load_survey(language, project)


def _load_survey(language: str, project: Path) -> Survey:
    key = project, digest_files(project, "data", DECLARATION, CATALOGUES), open_language(language, project)
    if key not in _cached_surveys:
        tables = read_checked_package(project)
        article = read_article(project).with_groups(tables["segments"]["segment"])
        for name in list_tables().keys() - tables.keys():
            tables[name] = pd.DataFrame()
            add_missing_columns(tables[name], name, key[-1].source)
        sources = tables["sources"]  # without voices, each is one
        tables["sources"] = sources.assign(voice=sources["voice"].where(sources["voice"] != "", sources["source"]))
        _check_rows(article, tables)
        check_margins(tables, article)
        tables["margins"] = tables["margins"].assign(level=tables["margins"]["level"].fillna(MARGIN_LEVEL))
        read, tables = tables, separate_waves(tables, article)
        files = _list_files(read, tables)
        _check_declaration(article, tables)
        survey = Survey(
            figures=tables.pop("survey"), **tables, language=key[-1], article=article, project=project, files=files
        )
        while len(_cached_surveys) >= MAX_CACHED_SURVEYS:
            _cached_surveys.pop(next(iter(_cached_surveys)))
        _cached_surveys[key] = survey
    return _cached_surveys[key]


def _list_files(read: Mapping[str, pd.DataFrame], tables: Mapping[str, pd.DataFrame]) -> dict[str, tuple[str, ...]]:
    """Return the files that each table of a survey is made from, by the tables that were read.

    Those of waves are made from those of figures and questions besides their own (`separate_waves`), any other that is
    not as it was read from all. All depend on that of the groups, which the declaration is completed from.
    """
    own = {name: table.attrs.get("file", f"{DATA}/{name}.csv") for name, table in read.items()}
    of_waves = own["survey"], own["questions"], own["segments"]
    files: dict[str, tuple[str, ...]] = {}
    for name, file in own.items():
        if tables[name] is read[name]:
            files[name] = file, own["segments"]
        else:
            files[name] = (file, *of_waves) if name in WAVE_TABLES else (*own.values(),)
    return {"figures" if name == "survey" else name: paths for name, paths in files.items()}
