"""What statistical offices found of what they count by size, such as firms, schools or farms.

The survey that the article tells of counts people: no figure of one is a figure of the other. `article.toml` says
which measures are compared, in which years, which sizes play a part, and in which words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any  # a row of a table: pandas ships no types

from ..errors import DataError
from ..project import DECLARATION
from .contradictions import find_differing
from .model import Survey, remember

KEY_COLUMNS = ("place", "year", "measure", "size")
CERTAINTIES = {"rewrite": "as repeated elsewhere"}  # where the word of the table is not the reader's


@dataclass(frozen=True)
class Comparison:
    """What one office prints of one measure, in one place and year, for the largest size and for others.

    `rows` are the rows of `official.csv`, by size, in the codebook's order. `against` is the size that the largest is
    compared with: the usual smallest class or, where none was found, all sizes.
    """

    place: str
    year: int
    measure: str
    source: str
    rows: Mapping[str, Any]
    largest: str
    against: str

    @property
    def ratio(self) -> float:
        """The percent of the largest size, divided by the one that it is compared with."""
        return self.rows[self.largest].percent / self.rows[self.against].percent

    @property
    def certainty(self) -> str:
        """The certainty of the less certain of the two figures."""
        certainties = {self.rows[size].certainty for size in (self.largest, self.against)}
        return next(certainty for certainty in ("inferred", "rewrite", "read") if certainty in certainties)

    @property
    def key(self) -> str:
        """Place, year and measure, as references write them."""
        return f"{self.place}.{self.year}.{self.measure}"


@dataclass(frozen=True)
class Differing:
    """A figure of which two pages print different values: what one side prints, and what the other."""

    place: str
    year: int
    measure: str
    size: str
    sources: tuple[str, ...]
    says: str
    others: tuple[str, ...]
    other: str


@remember
def list_comparisons(survey: Survey) -> tuple[Comparison, ...]:
    """Return one comparison for each place and year of which a source has the largest size and others.

    The measure is the first of those declared that a source has so. In the order of the ratios, highest first.
    """
    official = survey.article.official_figures
    comparisons: dict[tuple[str, int], Comparison] = {}
    if official is None:
        return ()
    printed: dict[tuple[str, int, str, str], dict[str, Any]] = {}
    for row in survey.official.itertuples():
        if row.measure in official.measures:
            printed.setdefault((row.place, int(row.year), row.source, row.measure), {})[row.size] = row
    for (place, year, source, measure), rows in printed.items():
        by_size = {size: rows[size] for size in survey.sizes["size"] if size in rows}
        against = next((size for size in (official.smallest, official.everybody) if size in by_size), "")
        if official.largest in by_size and against:
            comparison = Comparison(place, year, measure, source, by_size, official.largest, against)
            earlier = comparisons.get((place, year))
            if earlier is None or official.measures.index(measure) < official.measures.index(earlier.measure):
                comparisons[place, year] = comparison
    return tuple(sorted(comparisons.values(), key=lambda comparison: -comparison.ratio))


def filter_near(survey: Survey, comparisons: Iterable[Comparison]) -> tuple[Comparison, ...]:
    """Return those comparisons that are of the years that the article's survey is set beside."""
    official = survey.article.official_figures
    return tuple(c for c in comparisons if official and official.years[0] <= c.year <= official.years[1])


def list_near_comparisons(survey: Survey) -> tuple[Comparison, ...]:
    """Return the comparisons of the years that the article's survey is set beside.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> comparison, *_ = list_near_comparisons(load_survey("en"))
    >>> comparison.key, round(comparison.ratio, 2)
    ('DE.2014.social-networks', 2.32)
    """
    return filter_near(survey, list_comparisons(survey))


def list_middle_comparisons(survey: Survey) -> tuple[Comparison, ...]:
    """Return the comparisons, of any year, that have the class below the largest too, latest last."""
    official = survey.article.official_figures
    comparisons = [c for c in list_comparisons(survey) if official and official.middle in c.rows]
    return tuple(sorted(comparisons, key=lambda comparison: (comparison.year, comparison.place)))


def list_middle_behind(survey: Survey) -> tuple[Comparison, ...]:
    """Return the comparisons, of any year, in which the class below the largest is behind the largest."""
    middle = survey.article.official_figures.middle if survey.article.official_figures else ""
    return filter_ahead(list_middle_comparisons(survey), middle)


def filter_ahead(comparisons: Iterable[Comparison], size: str = "") -> tuple[Comparison, ...]:
    """Return those comparisons in which the largest size is ahead of another, by default the one compared with."""
    return tuple(c for c in comparisons if c.rows[c.largest].percent > c.rows[size or c.against].percent)


@remember
def find_differing_copies(survey: Survey) -> tuple[Differing, ...]:
    """Return every figure of an office that another page prints otherwise, found as those of the survey are."""
    publishers = dict(zip(survey.official_sources["source"], survey.official_sources["publisher"], strict=True))
    return tuple(
        Differing(place, int(year), measure, size, sources, says, others, other)
        for (place, year, measure, size), says, sources, other, others in find_differing(
            survey.official, KEY_COLUMNS, lambda sources: len({publishers[source] for source in sources})
        )
    )


def get_sentence(survey: Survey, finding: str) -> str:
    """Return a sentence or caption in which an article tells what offices found. Raises DataError if it has none."""
    findings = survey.article.official_figures.findings if survey.article.official_figures else {}
    if finding not in findings:
        raise DataError(f"{DECLARATION}, official.findings.{finding}: found nothing; expected a sentence")
    return findings[finding]


def name_base(survey: Survey, base: str) -> str:
    """Return what a percent of an office is of, in the edition's language."""
    return survey.language.say(survey.article.official_figures.bases[base]) if survey.article.official_figures else ""


def _write_size(survey: Survey) -> str:
    say, number = survey.language.say, survey.language.number
    near = list_near_comparisons(survey)
    return say(
        get_sentence(survey, "size"),
        ahead=number(len(filter_ahead(near))),
        all=number(len(near)),
        behind=number(len(list_middle_behind(survey))),
        middle=number(len(list_middle_comparisons(survey))),
    )


def _write_trend(survey: Survey) -> str:
    official = survey.article.official_figures
    if official is None:
        return ""
    before, after = (_find_row(survey, key) for key in (official.before, official.after))
    return survey.language.say(
        get_sentence(survey, "trend"),
        measure=list_labels(survey, "measures")[before.measure],
        place=list_labels(survey, "places")[before.place],
        before=survey.language.percent(before.percent),
        year=f"{before.year:g}",
        first=official.before,
        after=survey.language.percent(after.percent),
        later=f"{after.year:g}",
        last=official.after,
    )


def _write_nothing(survey: Survey) -> str:
    return survey.language.say(get_sentence(survey, "nothing"))


FINDINGS = {
    "size": _write_size,
    "trend": _write_trend,
    "nothing": _write_nothing,
}  # what `claims.csv` can ask of the offices


def _find_row(survey: Survey, key: str) -> Any:
    """Return the first row of "place.year.measure.size"."""
    return next(
        row for row in survey.official.itertuples() if f"{row.place}.{row.year:g}.{row.measure}.{row.size}" == key
    )


@remember
def list_labels(survey: Survey, table: str) -> Mapping[str, str]:
    """Return the names of "places", "measures" or "sizes", as their codebook has them, in the edition's language.

    Examples
    --------
    >>> from contre_enquete import load_survey
    >>> list_labels(load_survey("en"), "sizes")["small"]
    'small companies'
    """
    rows = getattr(survey, table)
    return dict(zip(rows[table.removesuffix("s")], survey.localize(rows, "label"), strict=True))
