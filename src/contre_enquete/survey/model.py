"""The survey as the edition shows it: one figure per question, item and segment, with its words."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import pandas as pd

from ..article import CATALOGUES, DECLARATION, Article, read_article
from ..errors import DataError
from ..text.language import ENGLISH, Language
from .package import digest, find_project, read_package

OPTIONAL = {  # tables that an article may do without, and their columns
    "chain": ["before", "after", "certainty", "reason"],
    "national": ["source", "country", "item", "percent", "words", "counts", "locator", "certainty"],
    "disclosure": ["item", "asks_en", "article", "article_en", "edition", "edition_en"],
}
KEPT = 8  # surveys, the last ones loaded
_loaded: dict[tuple[bytes, Language], Survey] = {}
P = ParamSpec("P")
R = TypeVar("R")


def remembered(function: Callable[Concatenate[Survey, P], R]) -> Callable[Concatenate[Survey, P], R]:
    """Compute a function once for each survey and arguments; a table that it returns is the caller's own to change."""

    @wraps(function)
    def once(survey: Survey, *arguments: P.args, **named: P.kwargs) -> R:
        key = (function, arguments, *sorted(named.items()))
        if key not in survey.results:
            survey.results[key] = function(survey, *arguments, **named)
        result = survey.results[key]
        return result.copy(deep=False) if isinstance(result, (pd.DataFrame, pd.Series)) else result

    return once


class Held:
    """A table of a survey: whoever asks for it gets one of their own, sharing the data until one is changed."""

    def __set_name__(self, survey: type, name: str) -> None:
        self.name = name

    def __get__(self, survey: Survey | None, owner: type) -> pd.DataFrame:
        if survey is None:
            raise AttributeError(self.name)  # so that a dataclass sees no default
        return vars(survey)[self.name].copy(deep=False)

    def __set__(self, survey: Survey, table: pd.DataFrame) -> None:
        vars(survey)[self.name] = table.copy(deep=False)


@dataclass(frozen=True, eq=False, kw_only=True)
class Survey:
    """The tables of the data package, the language they are read in, and what the article makes of them; nothing changes it.

    To try another value, make another survey: `dataclasses.replace(survey, figures=changed)`.
    """

    figures: pd.DataFrame = Held()
    sample: pd.DataFrame = Held()
    sources: pd.DataFrame = Held()
    questions: pd.DataFrame = Held()
    items: pd.DataFrame = Held()
    segments: pd.DataFrame = Held()
    chain: pd.DataFrame = Held()
    national: pd.DataFrame = Held()
    claims: pd.DataFrame = Held()
    disclosure: pd.DataFrame = Held()
    language: Language
    article: Article
    results: dict = field(default_factory=dict, init=False, repr=False)  # of `remembered` functions

    def tables(self) -> list[pd.DataFrame]:
        """Every table."""
        return [getattr(self, name) for name, held in vars(Survey).items() if isinstance(held, Held)]

    @remembered
    def shown(self, question: str) -> pd.DataFrame:
        """The figures that the edition shows for a question.

        One row per item and segment, in the codebook's order, with `percent` (NaN if only a
        direction is known), `direction`, `source`, `certainty`, and the labels `item_label` and
        `segment_label`. Among sources that differ, the one shown is named in the codebook:
        `shown` for the figures by employer size, `shown_total` for the total.
        Raises DataError for a question that is not in the codebook, or has no figure to show.
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
        items = self.items.query("question == @question").set_index("item")
        segments = self.segments.set_index("segment")
        rank = rows["item"].map({item: n for n, item in enumerate(items.index)}) * len(segments)
        rank += rows["segment"].map({segment: n for n, segment in enumerate(segments.index)})
        return (
            rows.assign(
                item_label=rows["item"].map(self.localised(items, "label")),
                segment_label=rows["segment"].map(self.localised(segments, "label")),
            )
            .loc[rank.sort_values().index]
            .reset_index(drop=True)
        )

    @remembered
    def percent(self, question: str, item: str, segment: str) -> float:
        """The percentage that the edition shows, in percent. Raises DataError if there is none."""
        rows = self.shown(question)
        values = rows[(rows["item"] == item) & (rows["segment"] == segment)]["percent"].dropna()
        if values.empty:
            source = self.question(question)["shown_total" if segment == self.article.everybody else "shown"]
            raise DataError(
                f"data/survey.csv: no percent for {question}, {item}, {segment} from {source}; expected one row"
            )
        return values.iloc[0]

    @remembered
    def printed_otherwise(self, question: str) -> pd.DataFrame:
        """Figures that other sources print differently from the one shown, sources in order.

        One row per item, segment and value, with `percent`, the labels, and `sources`, a tuple of
        source identifiers. Rounded words ("about 60") and directions are not counted.
        """
        shown = self.shown(question)
        rest = self.figures[(self.figures["question"] == question) & (self.figures["words"] == "")]
        both = shown.merge(rest, on=["item", "segment"], suffixes=("", "_other"))
        differ = both[both["percent_other"].notna() & (both["percent"] != both["percent_other"])]
        keys = ["item", "item_label", "segment", "segment_label", "percent_other"]
        grouped = differ.groupby(keys, sort=False)["source_other"].agg(tuple)
        return grouped.rename("sources").reset_index().rename(columns={"percent_other": "percent"})

    @remembered
    def question(self, question: str) -> pd.Series:
        """The codebook's entry of a question, with `label`, `measure` and `base` in the edition's language."""
        entry = self.questions[self.questions["question"] == question]
        if entry.empty:
            raise DataError(
                f"question {question!r}: not in the codebook; expected one of {', '.join(self.questions['question'])}"
            )
        words = {name: self.localised(entry, name).iloc[0] for name in ("label", "measure", "base")}
        return pd.Series({**entry.iloc[0][["question", "unit", "exact_wording", "shown", "shown_total"]], **words})

    @remembered
    def segment_label(self, segment: str) -> str:
        """The name of a segment in the edition's language."""
        return self.localised(self.segments.set_index("segment"), "label")[segment]

    @remembered
    def item_label(self, question: str, item: str) -> str:
        """The name of an item in the edition's language."""
        return self.localised(self.items.set_index(["question", "item"]), "label")[(question, item)]

    @remembered
    def publisher(self, source: str) -> str:
        """Who published a source."""
        return self.sources.set_index("source").loc[source, "publisher"]

    @remembered
    def published(self, source: str) -> str:
        """When a source was published, as precisely as it is known."""
        date = self.sources.set_index("source").loc[source, "date"]
        if len(date) == len("YYYY-MM"):
            return self.language.month(datetime.date.fromisoformat(f"{date}-01"))
        return self.language.date(datetime.date.fromisoformat(date)) if len(date) == len("YYYY-MM-DD") else date

    def citation(self, source: str) -> str:
        """Publisher and date of a source."""
        return f"{self.publisher(source)}, {self.published(source)}"

    def fact(self, name: str) -> float | datetime.date:
        """A fact about the sample: a number or a date, as its first source in `sample.csv` gives it.

        Raises DataError if there is none.
        """
        rows = self.sample[self.sample["fact"] == name]
        if rows.empty:
            raise DataError(f"data/sample.csv: no row for the fact {name}; expected at least one")
        entry = rows.iloc[0]
        return entry["date"] if pd.isna(entry["number"]) else entry["number"]

    def number_of(self, fact: str) -> float:
        """Return a fact about the sample that is a number. Raises DataError if there is none, or it is a date."""
        value = self.fact(fact)
        if isinstance(value, datetime.date):
            raise DataError(f"data/sample.csv: found the date {value} for the fact {fact}; expected a number")
        return value

    def date_of(self, fact: str) -> datetime.date:
        """Return a fact about the sample that is a date. Raises DataError if there is none, or it is a number."""
        value = self.fact(fact)
        if not isinstance(value, datetime.date):
            raise DataError(f"data/sample.csv: found {value:g} for the fact {fact}; expected a date")
        return value

    def localised(self, table: pd.DataFrame, name: str) -> pd.Series:
        """The words that a table of the data package has under `name`, in the edition's language.

        Its own column (`label_fr`) if the data has one; else the English words, through the
        catalogue. Raises MissingTranslation when neither has them.
        """
        column = f"{name}_{self.language.code}"
        return table[column] if column in table else table[f"{name}_{ENGLISH}"].map(self.language.say)


def _check(article: Article, tables: dict[str, pd.DataFrame]) -> None:
    """Check that the data has each group, source, question and item that the article declares. Raises DataError."""
    items = set(zip(tables["items"]["question"], tables["items"]["item"], strict=True))
    known = {
        "group": set(tables["segments"]["segment"]),
        "source": set(tables["sources"]["source"]),
        "question": set(tables["questions"]["question"]),
        "item": {f"{question}.{item}" for question, item in items},
        "fact": set(tables["sample"]["fact"]),
    }
    for kind, key, name in _named(article):
        if name not in known[kind]:
            raise DataError(f"{DECLARATION}, {key}: found {name!r}; expected a {kind} of the data package")
    numbers = tables["sample"][tables["sample"]["number"].notna()]
    for row, fact in numbers["fact"].items():
        if fact not in article.facts:
            raise DataError(
                f"data/sample.csv, row {row + 2}, column fact: found {fact!r}; expected one of {', '.join(article.facts)}, "
                f"as {DECLARATION} declares"
            )


def _named(article: Article) -> Iterator[tuple[str, str, str]]:
    """What an article names of the data: kind, key in the declaration, identifier."""
    for group in article.compared:
        yield "group", "groups.compared", group
    yield "group", "groups.everybody", article.everybody
    yield "source", "sources.article", article.source
    yield "source", "sources.method", article.method
    for name, family in article.families.items():
        for question in family:
            yield "question", f"families.{name}", question
    if article.size_classes:
        yield "question", "size_classes.question", article.size_classes
    if article.national:
        yield "question", "national.question", article.national
    if article.exchanged:
        yield "source", "exchanged.source", article.exchanged.source
        yield "item", "exchanged.item", ".".join(article.exchanged.item)
        yield "item", "exchanged.beside", ".".join(article.exchanged.beside)
    for fact in article.facts:
        yield "fact", "facts", fact


def load_survey(language: str, project: Path | None = None) -> Survey:
    """Reads and checks the data package, for an edition in `language`, such as "fr" or "en".

    `project` is the folder that holds `data/`; unless told, it is found from the current folder. Data
    with the same bytes as before gives the same survey. Raises DataError when the data cannot be used.
    """
    project = project or find_project()
    key = digest(project), Language(language, project / CATALOGUES)
    if key not in _loaded:
        tables, article = read_package(project), read_article(project)
        for name, columns in OPTIONAL.items():
            tables.setdefault(name, pd.DataFrame(columns=columns))
        _check(article, tables)
        survey = Survey(figures=tables.pop("survey"), **tables, language=key[1], article=article)
        while len(_loaded) >= KEPT:
            _loaded.pop(next(iter(_loaded)))
        _loaded[key] = survey
    return _loaded[key]
