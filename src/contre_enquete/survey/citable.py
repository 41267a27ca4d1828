"""Every figure that a text may cite, by the reference that it is cited with.

Published figures have the references `question.item.segment` (the one that the edition shows) and
`question.item.segment.source`; facts about the sample `sample.fact` and `sample.fact.source`.
Derived figures begin with what they are: `gap.question.item`, `lead.question.item`,
`count.items.question`, `count.lead.question.segment`, `count.named.question.segment`,
`count.printed.question.item.segment.value`, `count.voices.question.item.segment.value`, `count.leads.question.item.segment`,
`gap-low.question.item` and `gap-high.question.item` (the ends of the gap before rounding), `ratio-low` and
`ratio-high` likewise, `ahead.question.item.next item.segment`, `any-low.question.segment` and `any-high.…` (at least one item),
and what the edition found: `share.low`, `share.high`, `reconcile.…`, `deff.question.item`, `least-n.…`, `bias.…`, `mix.…`,
`count.gaps.strength`, `count.contradictions.kind`, `count.claims.figure.…`, `count.claims.wording.…`, `count.percents.…`,
`count.disclosure.subject.level`. What offices found of companies has the references `official.place.year.measure.size`,
where pages agree, and `official.place.year.measure.size.source`; `count.official.…` says how often the largest companies are
ahead. A survey of one's own has `yours.question.item.segment`, and `count.yours.verdict`. What follows from a disputed percent has a second reference that ends in `.other`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import pairwise
from math import isnan
from types import MappingProxyType
from typing import Any

from ..article import Exchanged
from ..errors import DataError
from ..text.language import Language
from ..text.links import LINK
from .claims import FIGURES, WORDINGS, any_of, disclosure_score, gap_ends, judged_claims, printed_percents, ratio_ends
from .contradictions import KINDS, contradictions
from .estimates import (
    STRENGTHS,
    all_gaps,
    as_others_print,
    common_share,
    disputed_percents,
    has_share,
    items_with_total,
    reconciliation,
    respondents,
    witnesses,
)
from .model import Survey, remembered
from .official import ahead, differing_copies, labels, near_the_survey, with_middle
from .own import differences
from .reference import Reference
from .voices import leaders, printing

DISCLOSURE = "items of survey disclosure"
GAP = "gap in favour of the group named"
VOICES, LEADING_VOICES = "voices that print this value", "other voices that put the group ahead"
OF_BOTH = (GAP, VOICES, LEADING_VOICES)  # what may be told without naming the group
OWN_VERDICTS = {  # of differences of one's own survey
    "beyond": "differences of your own survey that are beyond chance",
    "maybe": "differences of your own survey that may be beyond chance",
    "within": "differences of your own survey within chance",
    "withheld": "figures of your own survey withheld for too few people",
}
SAME_COUNT = "as asked"  # of national figures: those that count what the question asks


@dataclass(frozen=True)
class Figure:
    """A figure and what a reader may ask of it.

    `value` is in the unit `percent` (of respondents), `points` (percentage points) or `count`; None
    for the unit `lead`, which says which segment has the higher figure. `printed_by` are the
    sources that print the value, `places` the locator in each and the words that it prints in place of the number;
    `otherwise` what others print instead, as (source, words). `kind` says
    in English words what was computed, of what `details` name; nothing for a figure as published.
    {group} in it stands for the label of the first group compared. `place` is a country, in the edition's language.
    A figure of an office has a `measure`, a `year`, and a `size` of companies in place of question and group.
    """

    reference: str
    value: float | None
    unit: str
    question: str = ""
    item: str = ""
    segment: str = ""
    printed_by: tuple[str, ...] = ()
    otherwise: tuple[tuple[str, str], ...] = ()
    certainty: str = "computed"
    from_figures: tuple[str, ...] = ()
    kind: str = ""
    details: tuple[str, ...] = ()
    place: str = ""
    measure: str = ""
    year: str = ""
    size: str = ""
    base: str = ""
    places: tuple[tuple[str, str], ...] = ()

    def written(self, language: Language) -> str:
        """Return the value as a text, with its unit; "" for who leads."""
        if self.value is None:
            return ""
        value = round(self.value, 2)
        forms = {"percent": language.percent, "points": language.points}
        return forms.get(self.unit, language.number)(value)


@remembered
def registry(survey: Survey) -> Mapping[str, Figure]:
    """Every figure that a text may cite, by reference. Raises DataError for a question or a claim that cannot be used."""
    figures = [
        *_published(survey),
        *_sample(survey),
        *_derived(survey),
        *_found(survey),
        *_official(survey),
        *_own(survey),
    ]
    return MappingProxyType({figure.reference: figure for figure in figures})


def fill_numbers(survey: Survey, sentence: str, **values: object) -> str:
    """Return an English sentence in the survey's language, each {number} in a link replaced by the figure linked to.

    Parameters
    ----------
    survey
        Where the figures and the catalogue are.
    sentence
        English, as the catalogues have it, such as "[{number} in town](#commute.bicycle.town)".
    values
        Texts for other placeholders.

    Raises
    ------
    DataError
        If a link that says {number} leads to no figure.

    Examples
    --------
    >>> fill_numbers(getfixture("invented_survey"), "By bicycle: [{number} in town](#commute.bicycle.town)")
    'By bicycle: [34% in town](#commute.bicycle.town)'
    """

    def fill(link: re.Match[str]) -> str:
        words, reference = link.groups()
        if "{number}" not in words:
            return link[0]
        return f"[{words.replace('{number}', _written(survey, reference))}](#{reference})"

    return LINK.sub(fill, survey.language.say(sentence, number="{number}", **values))


def _written(survey: Survey, reference: str) -> str:
    """Return the value of a figure as a text, with its unit. Raises DataError for what is no reference."""
    question, *rest = reference.split(".")
    if len(rest) == 2 and question in set(survey.questions["question"]):  # as published: no need to make all figures
        return survey.language.percent(survey.percent(question, *rest))
    figures = registry(survey)
    if reference not in figures:
        raise DataError(f"found '#{reference}'; expected the reference of a figure")
    return figures[reference].written(survey.language)


def opening_numbers(survey: Survey) -> dict[str, str]:
    """Return what `[numbers]` of article.toml declares, by notebook, in the survey's language.

    Each link that says {number} says its figure. Raises DataError for a link to no figure.
    """
    sentences = {}
    for name, words in survey.article.numbers.items():
        try:
            sentences[name] = fill_numbers(survey, words)
        except DataError as error:
            raise DataError(f"article/article.toml, numbers.{name}: {error}") from None
    return sentences


def _published(survey: Survey) -> list[Figure]:
    figures = []
    printed: dict[tuple[str, str, str], list] = {}
    for row in survey.figures.itertuples():
        rows = printed.setdefault((row.question, row.item, row.segment), [])
        if not isnan(row.percent):
            rows.append(row)
    for (question, item, segment), rows in printed.items():
        shown_source = survey.question(question)["shown_total" if segment == survey.article.everybody else "shown"]
        for row in rows:
            figure = Figure(
                reference=f"{question}.{item}.{segment}.{row.source}",
                value=row.percent,
                unit="percent",
                question=question,
                item=item,
                segment=segment,
                **_printed([o for o in rows if o.percent == row.percent]),
                otherwise=tuple(
                    (o.source, survey.language.say(o.words) if o.words else survey.language.percent(o.percent))
                    for o in rows
                    if o.percent != row.percent
                ),
                certainty=row.certainty,
            )
            figures.append(figure)
            if row.source == shown_source:
                figures.append(replace(figure, reference=f"{question}.{item}.{segment}"))
    return figures


def _printed(rows: list, *, worded: bool = True) -> dict[str, Any]:
    """Who prints a figure, where and, if `worded`, in which words: rows of one value, as a figure's fields."""
    places = tuple((o.locator, o.words if worded else "") for o in rows)
    return {"printed_by": tuple(o.source for o in rows), "places": places}


def _sample(survey: Survey) -> list[Figure]:
    figures = []
    for fact in survey.sample[survey.sample["number"].notna()]["fact"].unique():
        rows = list(survey.fact_rows(fact).dropna(subset="number").itertuples())
        for position, row in enumerate(rows):
            figure = Figure(
                reference=f"sample.{fact}.{row.source}",
                value=row.number,
                unit=survey.article.facts[fact].unit,
                question="sample",
                item=fact,
                **_printed([o for o in rows if o.number == row.number], worded=False),
                otherwise=tuple((o.source, survey.language.number(o.number)) for o in rows if o.number != row.number),
                certainty=row.certainty,
            )
            figures += [figure] if position else [figure, replace(figure, reference=f"sample.{fact}")]
    return figures


def _official(survey: Survey) -> Iterator[Figure]:
    """What offices print of companies, by place, year, measure and size, and what is computed from it."""
    if survey.article.official is None:
        return
    printed: dict[tuple[str, float, str, str], list] = {}
    for row in survey.official.itertuples():
        printed.setdefault((row.place, row.year, row.measure, row.size), []).append(row)
    say, percent, places = survey.language.say, survey.language.percent, labels(survey, "places")
    for (place, year, measure, size), rows in printed.items():
        reference = f"official.{place}.{year:g}.{measure}.{size}"
        of_rows = partial(Figure, unit="percent", place=places[place], measure=measure, year=f"{year:g}", size=size)
        for row in rows:
            figure = of_rows(
                f"{reference}.{row.source}",
                row.percent,
                **_printed([o for o in rows if o.percent == row.percent]),
                otherwise=tuple(
                    (o.source, say(o.words) if o.words else percent(o.percent))
                    for o in rows
                    if o.percent != row.percent
                ),
                certainty=row.certainty,
                base=row.base,
            )
            yield figure
            if row is rows[0] and not figure.otherwise:
                yield replace(figure, reference=reference)
    yield from _of_comparisons(survey)


def _own(survey: Survey) -> Iterator[Figure]:
    """What a survey of one's own finds where the published one has a figure, and how often the two differ."""
    found = differences(survey)
    for row in found:
        if row.verdict != "withheld":
            yield Figure(
                row.reference, row.percent, "percent", row.question, row.item, row.segment, kind="in your own survey"
            )
    judged = sum(row.verdict != "withheld" for row in found)
    if found:
        yield Figure("count.yours", judged, "count", kind="differences of your own survey from the published one")
    for verdict, kind in OWN_VERDICTS.items() if found else ():
        yield Figure(f"count.yours.{verdict}", sum(row.verdict == verdict for row in found), "count", kind=kind)


def _of_comparisons(survey: Survey) -> Iterator[Figure]:
    """How often the largest companies are ahead, and how sure that is."""
    near, middle = near_the_survey(survey), with_middle(survey)
    near_middle = [found for found in near if found in middle]
    below = survey.article.official.middle if survey.article.official else ""
    counts = {
        "comparisons": (len(near), "comparisons of the largest companies with others, near the survey"),
        "ahead": (len(ahead(near)), "comparisons in which the largest companies are ahead, near the survey"),
        "places": (len({found.place for found in near}), "places compared, near the survey"),
        "middle": (len(middle), "comparisons of the largest companies with medium-sized ones"),
        "middle-behind": (
            len(ahead(middle, below)),
            "comparisons in which medium-sized companies are behind the largest",
        ),
        "middle-near": (
            len(near_middle),
            "comparisons of the largest companies with medium-sized ones, near the survey",
        ),
        "middle-near-behind": (
            len(ahead(near_middle, below)),
            "comparisons in which medium-sized companies are behind the largest, near the survey",
        ),
        "differing": (len(differing_copies(survey)), "figures of companies that two pages print differently"),
    }
    kinds = {
        "read": "comparisons read at the office itself, near the survey",
        "rewrite": "comparisons of which a figure is repeated elsewhere, near the survey",
        "inferred": "comparisons of which a figure is computed by us, near the survey",
    }
    for certainty, kind in kinds.items():
        counts[certainty] = sum(found.certainty == certainty for found in near), kind
    for size, kind in {
        "smallest": "comparisons of the largest companies with small ones, near the survey",
        "everybody": "comparisons of the largest companies with all, near the survey",
    }.items():
        counts[size] = sum(found.against == getattr(survey.article.official, size) for found in near), kind
    for name, (value, kind) in counts.items():
        yield Figure(f"count.official.{name}", value, "count", kind=kind)


def _derived(survey: Survey) -> list[Figure]:
    """What is computed from the figures of each question: gaps and their ends, who leads, counts."""
    figures, groups = [], survey.article.compared
    for question in survey.questions["question"]:
        shown = survey.shown(question)
        count = partial(Figure, unit="count", question=question)
        figures.append(count(f"count.items.{question}", shown["item"].nunique(), kind="number of items"))
        for segment in survey.segments["segment"]:
            named = int(((shown["segment"] == segment) & shown["percent"].isna()).sum())
            kind = "items ascribed to the group without a number"
            figures.append(count(f"count.named.{question}.{segment}", named, segment=segment, kind=kind))
        pairs = shown.pivot(index="item", columns="segment", values="percent")
        pairs = pairs.reindex(shown["item"].unique(), columns=list(groups)).dropna()
        for item, pair in pairs.iterrows():
            figures += _of_pair(question, item, groups, tuple(pair))
        for first, second in pairwise(pairs.index):
            for segment in groups:
                figures.append(
                    Figure(
                        f"ahead.{question}.{first}.{second}.{segment}",
                        abs(pairs.loc[first, segment] - pairs.loc[second, segment]),
                        "points",
                        question,
                        first,
                        segment,
                        from_figures=(f"{question}.{first}.{segment}", f"{question}.{second}.{segment}"),
                        kind="lead over the next item",
                    )
                )
        figures.append(count(f"count.pairs.{question}", len(pairs), kind="items with a percent for both groups"))
        if len(pairs):
            for leader, other in (groups, groups[::-1]):
                leads = int((pairs[leader] > pairs[other]).sum())
                kind = "items for which the group leads"
                figures.append(count(f"count.lead.{question}.{leader}", leads, segment=leader, kind=kind))
    for (question, item, segment, percent), rows in survey.figures[survey.figures["words"] == ""].groupby(
        ["question", "item", "segment", "percent"], sort=False
    ):
        reference = f"count.printed.{question}.{item}.{segment}.{percent:g}"
        of_value = partial(
            Figure, unit="count", question=question, item=item, segment=segment, printed_by=tuple(rows["source"])
        )
        figures.append(of_value(reference, len(rows), kind="sources that print this value"))
        reference = f"count.voices.{question}.{item}.{segment}.{percent:g}"
        voices = survey.count_voices(rows["source"])
        figures.append(of_value(reference, voices, kind=VOICES))
    return [*figures, *_of_leaders(survey), *_of_any(survey), *_of_countries(survey)]


def _of_leaders(survey: Survey) -> Iterator[Figure]:
    """For each item, how many pages other than the article and the one shown put each group ahead, and by how many voices."""
    for question, item in zip(survey.items["question"], survey.items["item"], strict=True):
        shown = survey.question(question)["shown"]
        ahead = {s: g for s, g in leaders(survey, question, item).items() if s not in (survey.article.source, shown)}
        for segment in survey.article.compared:
            sources = tuple(source for source, group in ahead.items() if group == segment)
            of_group = partial(Figure, unit="count", question=question, item=item, segment=segment, printed_by=sources)
            key = f"{question}.{item}.{segment}"
            if sources:
                yield of_group(f"count.leads.{key}", len(sources), kind="other pages that put the group ahead")
                voices = survey.count_voices(sources)
                yield of_group(f"count.leading-voices.{key}", voices, kind=LEADING_VOICES)


def _of_any(survey: Survey) -> Iterator[Figure]:
    """For each question that several answers may be given to: the share with at least one, from which to which percent."""
    for question in survey.questions["question"]:
        rows = survey.figures[survey.figures["question"] == question]
        if rows["percent"].isna().all() or not survey.question(question)["shown"]:
            continue
        shown = survey.shown(question)
        for segment in survey.article.compared:
            items = shown[(shown["segment"] == segment) & shown["percent"].notna()]["item"]
            if len(items) > 1:
                references = tuple(Reference("", question, item, segment=segment) for item in items)
                interval = any_of(survey, references)
                of_items = partial(
                    Figure,
                    unit="percent",
                    question=question,
                    segment=segment,
                    from_figures=tuple(map(str, references)),
                )
                low, high = float(interval.lower), float(interval.upper)
                yield of_items(f"any-low.{question}.{segment}", low, kind="fewest with at least one, before rounding")
                yield of_items(f"any-high.{question}.{segment}", high, kind="most with at least one, before rounding")


def _of_countries(survey: Survey) -> Iterator[Figure]:
    """For each item with a gap and national figures: the lowest and highest country, and the mix that would make the gap."""
    rows = survey.national[(survey.national["counts"] == SAME_COUNT) & (survey.national["words"] == "")]
    first, second = survey.article.compared
    for (question, item), countries in rows.groupby(["question", "item"], sort=False):
        low, high = (countries.loc[getattr(countries["percent"], end)()] for end in ("idxmin", "idxmax"))
        of_item = partial(
            Figure, unit="percent", question=question, item=item, printed_by=tuple(dict.fromkeys(countries["source"]))
        )
        for end, row in (("low", low), ("high", high)):
            kind = "lowest country" if end == "low" else "highest country"
            name = survey.language.country(row["country"])
            printed = tuple(countries[countries["percent"] == row["percent"]]["source"])
            figure = of_item(f"national-{end}.{question}.{item}", row["percent"], kind=kind, place=name)
            yield replace(figure, printed_by=printed)
        for row in survey.national[
            (survey.national[["question", "item"]] == [question, item]).all(axis=1)
        ].itertuples():
            if row.counts == SAME_COUNT:
                reference, name = f"national.{question}.{item}.{row.country}", survey.language.country(row.country)
                printed = tuple(rows[rows["country"] == row.country]["source"]) or (row.source,)
                place = ((row.locator, row.words),) if printed == (row.source,) else ()
                figure = of_item(reference, row.percent, kind="country", place=name)
                yield replace(figure, printed_by=printed, places=place)
        shown = survey.shown(question).set_index(["item", "segment"])["percent"]
        if {(item, first), (item, second)} <= set(shown.index) and high["percent"] > low["percent"]:
            gap = abs(shown[item, second] - shown[item, first])
            kind = "part of one group that, answering from the highest country and not the lowest, would make the gap"
            yield of_item(f"mix.{question}.{item}", 100 * gap / (high["percent"] - low["percent"]), kind=kind)


def _of_pair(question: str, item: str, groups: tuple[str, str], percents: tuple[float, float]) -> Iterator[Figure]:
    """What is computed from the percents of the two groups compared, for one item."""
    both = tuple(f"{question}.{item}.{segment}" for segment in groups)
    of_both = partial(Figure, question=question, item=item, from_figures=both)
    key, gap = f"{question}.{item}", percents[1] - percents[0]
    leader = groups[int(gap > 0)] if gap else ""
    exact = [Fraction(str(percent)) for percent in percents]
    low, high = gap_ends(*exact)
    yield of_both(f"gap.{key}", abs(gap), "points", segment=leader, kind=GAP)
    yield of_both(f"lead.{key}", None, "lead", segment=leader, kind="group with the higher figure")
    yield of_both(f"gap-low.{key}", low, "points", kind="smallest gap before rounding")
    yield of_both(f"gap-high.{key}", high, "points", kind="largest gap before rounding")
    lowest, highest = ratio_ends(*exact)
    yield of_both(f"ratio-low.{key}", lowest, "count", kind="smallest ratio before rounding")
    if highest is not None:
        yield of_both(f"ratio-high.{key}", highest, "count", kind="largest ratio before rounding")


def _found(survey: Survey) -> list[Figure]:
    """Counts of what the edition found: contradictions, judgements, items of disclosure; thresholds and estimates."""
    article, claims = survey.article, judged_claims(survey)
    kinds = [contradiction.kind for contradiction in contradictions(survey)]
    percents = list(printed_percents(survey).values())
    figures = [
        Figure("rule.much", article.much, "count", kind="ratio from which a difference is called great"),
        Figure(
            "rule.just",
            article.just,
            "count",
            kind="points from which an item no longer comes just before the next",
        ),
        Figure("rule.level", 95, "percent", kind="level of the intervals"),
        Figure("rule.alpha", 5, "percent", kind="level of the tests"),
        Figure("count.sources", len(survey.sources), "count", kind="sources of the edition"),
        *_counts("contradictions", kinds, dict(zip(KINDS, KINDS, strict=True)), "contradictions between sources"),
        *_counts(
            "claims.figure", [claim.figure for claim in claims], FIGURES, "claims of the article, by their figures"
        ),
        *_counts(
            "claims.wording", [claim.wording for claim in claims], WORDINGS, "claims of the article, by their words"
        ),
        *_counts("percents", percents, FIGURES, "percents that the article prints"),
        Figure("count.claims", len(claims), "count", kind="claims of the article"),
        Figure(
            "count.claims.reading",
            sum(claim.reading for claim in claims),
            "count",
            kind="claims whose words are judged by a reading of ours",
        ),
    ]
    for name, counted in article.constants.items():
        figures.append(Figure(f"read.{name}", counted.value, "count", kind=counted.words, certainty="read"))
    for subject in ("article", "edition"):
        for level, count in disclosure_score(survey, subject).items():
            reference = f"count.disclosure.{subject}.{level}"
            figures.append(Figure(reference, count, "count", kind=DISCLOSURE, details=(subject, level)))
    for certainty, count in survey.chain["certainty"].value_counts().items():
        kind = "links of the chain of pages"
        figures.append(Figure(f"count.links.{certainty}", int(count), "count", kind=kind, details=(certainty,)))
    figures.append(Figure("count.disclosure", len(survey.disclosure), "count", kind=DISCLOSURE))
    figures += _estimated(survey)
    for claim in claims:
        if claim.voices:
            reference = f"count.claim-voices.{claim.claim}"
            figures.append(Figure(reference, claim.voices, "count", kind="voices besides the article’s", details=()))
    if article.disputed:
        other = as_others_print(survey)
        names = (
            ("article", "disputed percent, as the article prints it"),
            ("other", "disputed percent, as other voices print it"),
        )
        for (name, kind), value in zip(names, disputed_percents(survey), strict=True):
            figures.append(Figure(f"disputed.{name}", value, "percent", kind=kind))
        figures += [
            replace(
                figure, reference=f"{figure.reference}.other", details=(*figure.details, "as other voices print it")
            )
            for figure in _estimated(other)
        ]
    if items_with_total(survey) and article.exchanged and has_share(survey):
        figures += _of_exchanged(survey, article.exchanged)
    return figures


def _estimated(survey: Survey) -> list[Figure]:
    """The share of the first group, and what each gap is worth."""
    estimates = all_gaps(survey) if has_share(survey) else ()
    figures = [
        *_counts(
            "gaps", [gap.strength for gap in estimates], dict(zip(STRENGTHS, STRENGTHS, strict=True)), "gaps tested"
        )
    ]
    for family, questions in survey.article.families.items():
        of_family = [gap for gap in estimates if gap.question in questions]
        strengths = [gap.strength for gap in of_family]
        figures += _counts(
            f"gaps.{family}", strengths, dict(zip(STRENGTHS, STRENGTHS, strict=True)), "gaps of one family"
        )
        alone = [
            gap
            for gap in of_family
            if gap.strength == "robust" and printing(survey, Reference("", gap.question, gap.item)).judgement == "alone"
        ]
        kind = "robust gaps of one family that the article alone prints"
        figures.append(Figure(f"count.gaps.{family}.robust.alone", len(alone), "count", kind=kind))
    if items_with_total(survey):
        figures += _of_totals(survey)
    for gap in estimates:
        key = f"{gap.question}.{gap.item}"
        both = tuple(f"{key}.{segment}" for segment in survey.article.compared)
        of_both = partial(Figure, question=gap.question, item=gap.item, from_figures=both)
        kind = "largest design effect that the gap survives"
        figures.append(of_both(f"deff.{key}", gap.deff, "count", kind=kind))
        if gap.least_n:
            kind = "smallest number of respondents in {group} at which the gap would count, at a design effect of 1"
            figures.append(of_both(f"least-n.{key}", gap.least_n, "count", kind=kind))
        if gap.bias:
            kind = "bias, more in one group than in the other, up to which the gap stays robust"
            figures.append(of_both(f"bias.{key}", gap.bias, "points", kind=kind))
    return figures


def _counts(name: str, found: list[str], possible: Mapping[str, str], kind: str) -> Iterator[Figure]:
    """How many were found in all, and of each possible sort, given with its words."""
    yield Figure(f"count.{name}", len(found), "count", kind=kind)
    for sort, words in possible.items():
        reference = f"count.{name}.{sort.replace(' ', '-')}"
        yield Figure(reference, found.count(sort), "count", kind=kind, details=(words,))


def _of_totals(survey: Survey) -> Iterator[Figure]:
    """What the totals allow to say of the share of the first group."""
    if counts := respondents(survey):
        for end, count, kind in (
            ("low", counts[0], "fewest respondents in {group} that the totals allow"),
            ("high", counts[-1], "most respondents in {group} that the totals allow"),
        ):
            yield Figure(f"share.respondents.{end}", count, "count", kind=kind)
    share = common_share(survey)
    if share.is_empty:
        return
    for end, limit, kind in (
        ("low", share.lower, "lowest share of respondents in {group} that the totals allow"),
        ("high", share.upper, "highest share of respondents in {group} that the totals allow"),
    ):
        yield Figure(f"share.{end}", 100 * float(limit), "percent", kind=kind)


def _of_exchanged(survey: Survey, exchanged: Exchanged) -> Iterator[Figure]:
    """What would reconcile an exchanged item with the totals, and what its own source says of the share."""
    units, unclassified, asked, mirrored = reconciliation(survey)
    kind = "units by which printed integers would have to be off"
    yield Figure("reconcile.units", units, "count", kind=kind)
    kind = "share of respondents that would have to be in no group"
    yield Figure("reconcile.unclassified", 100 * float(unclassified), "percent", kind=kind)
    kind = "how many times as often respondents in {group} would have to be asked"
    yield Figure("reconcile.asked", float(asked), "count", kind=kind)
    if not mirrored.is_empty:
        for end, limit in (("low", mirrored.lower), ("high", mirrored.upper)):
            kind = "share of respondents in {group} if the item beside it is exchanged as well"
            yield Figure(f"reconcile.both.{end}", 100 * float(limit), "percent", kind=kind)
    question, item = exchanged.control
    for total, share in witnesses(survey):
        for end, limit in (("low", share.lower), ("high", share.upper)):
            yield Figure(
                f"witness.{question}.{item}.{total:g}.{end}",
                100 * float(limit),
                "percent",
                question,
                item,
                kind="share of respondents in {group} that this total allows",
                details=(),
            )
