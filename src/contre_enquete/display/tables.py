"""Make the tables of notebooks: who prints what and where, which sources disagree, how claims are judged."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from typing import Any  # a row of a table: pandas ships no types

import pandas as pd
from markupsafe import Markup

from ..charts.parts import FilterParts
from ..charts.table import Table
from ..errors import unknown_name
from ..statistics.rounding import Interval, gap_at_share, gap_box, ratio_box
from ..survey import estimates
from ..survey.bounds import bound_gap, get_pair, get_printed
from ..survey.claims import WORDING_VERDICTS, Claim, judge_claims, list_units
from ..survey.contradictions import Contradiction, find_contradictions
from ..survey.estimates import estimate_all_gaps
from ..survey.model import Survey
from ..survey.official import CERTAINTIES, KEY_COLUMNS, find_differing_copies, get_sentence, list_labels
from ..survey.reference import Reference
from ..survey.rules import list_compared
from ..survey.voices import FIGURE_VERDICTS
from ..survey.waves import split_wave
from ..text.language import capitalize, uncapitalize
from ..text.links import LINK
from .claim_review import claim_anchor, claim_reviews


@dataclass(frozen=True)
class Tables:
    """The tables that notebooks show of a survey: `edition.tables.verdicts()`, for example.

    Each method returns a `Table`, whose `frame` is a pandas DataFrame.
    """

    survey: Survey

    def __repr__(self) -> str:
        names = [name for name, method in vars(Tables).items() if callable(method) and not name.startswith("_")]
        return f"Tables, such as tables.verdicts(): {', '.join(names)}"

    def printed_rows(self, question: str, item: str = "") -> Table:
        """List every row of a question, or of one of its items: source, group, what is printed, how sure.

        The last column marks the rows on the lesser side of a contradiction.

        Parameters
        ----------
        question, item
            Identifiers of the codebook; without `item`, all items of the question.

        Raises
        ------
        DataError
            For a question or an item that the codebook does not have.

        Examples
        --------
        >>> from contre_enquete import load_edition
        >>> print(load_edition("en").tables.printed_rows("tools", "cloud-storage").caption)
        Every row on: Public FTP and cloud storage
        """
        survey = self.survey
        say = survey.language.say
        label = survey.item_label(question, item) if item else survey.question(question)["label"]
        rows = survey.figures[survey.figures["question"] == question]
        rows = rows[rows["item"] == item] if item else rows
        frame = pd.DataFrame(
            {
                say("Item"): [survey.item_label(row.question, row.item) for row in rows.itertuples()],
                say("Group"): [survey.segment_label(segment) for segment in rows["segment"]],
                say("Printed"): [_value_cell(row, survey) for row in rows.itertuples()],
                say("Certainty"): [say(certainty) for certainty in rows["certainty"]],
                say("At odds"): [_contradictions_cell(row, survey) for row in rows.itertuples()],
            },
            index=pd.Index([survey.citation(source) for source in rows["source"]], name=say("Source")),
        )
        return Table(frame, say("Every row on: {label}", label=label), survey.language)

    def contradictions(self) -> Table:
        """List every contradiction between sources that comparing their rows finds."""
        survey = self.survey
        say = survey.language.say
        rows = find_contradictions(survey)
        frame = pd.DataFrame(
            {
                say("About"): [_topic_label(c, survey) for c in rows],
                say("Says"): [_statement(c.kind, c.says, survey) for c in rows],
                say("According to"): [", ".join(map(survey.publisher, c.sources)) for c in rows],
                say("Others say"): [
                    "; ".join(
                        f"{_statement(c.kind, says, survey)} ({', '.join(dict.fromkeys(map(survey.publisher, sources)))})"
                        for says, sources in c.others
                    )
                    for c in rows
                ],
            },
            index=pd.Index([say(c.kind) for c in rows], name=say("Kind")),
        )
        return Table(frame, say("Contradictions between sources"), survey.language)

    def voices(self) -> Table:
        """List the voices: the texts that pages copy, which pages do, and why they count as one."""
        survey = self.survey
        say, sources = survey.language.say, survey.sources
        rows = survey.voices
        pages = [sources[sources["voice"] == voice] for voice in rows["voice"]]
        frame = pd.DataFrame(
            {
                say("Pages"): [
                    ", ".join(
                        row.publisher + (f" ({say('via {names}', names=row.via)})" if row.via else "")
                        for row in page.itertuples()
                    )
                    for page in pages
                ],
                say("Certainty"): [
                    ", ".join(say(certainty) for certainty in dict.fromkeys(page["voice_certainty"])) for page in pages
                ],
                say("Why one voice"): list(survey.localize(rows, "why")),
            },
            index=pd.Index(survey.localize(rows, "label"), name=say("Voice")),
        )
        return Table(frame, say("Voices: pages that copy one text are counted once"), survey.language)

    def respondents(self) -> Table:
        """List who answered, how many and in how many countries, according to each page."""
        survey = self.survey
        say = survey.language.say
        facts = {"who-answered": "Who answered", "respondents": "Respondents", "countries": "Countries"}
        rows = survey.sample.assign(wave="")
        rows[["fact", "wave"]] = list(map(split_wave, rows["fact"]))
        rows = rows[rows["fact"].isin(facts)]
        frame = pd.DataFrame(
            {
                say("Fact"): [
                    ", ".join([say(facts[row.fact]), *([survey.wave_label(row.wave)] if row.wave else [])])
                    for row in rows.itertuples()
                ],
                say("Printed"): [
                    say(row.words) if pd.isna(row.number) else survey.language.number(row.number)
                    for row in rows.itertuples()
                ],
            },
            index=pd.Index([survey.citation(source) for source in rows["source"]], name=say("Source")),
        )
        return Table(frame, say("Who answered, according to each page"), survey.language)

    def national_figures(self) -> Table:
        """List the national figures on the question that the article declares, and what each page counts."""
        survey = self.survey
        say, (caption, head) = survey.language.say, survey.article.national_words
        rows = survey.national[survey.national["question"] == survey.article.national]
        frame = pd.DataFrame(
            {
                say("Country"): list(map(survey.language.country, rows["country"])),
                say(head): [survey.item_label(survey.article.national, item) for item in rows["item"]],
                "%": list(rows["percent"]),
                say("What is counted"): [say(counts) for counts in rows["counts"]],
                say("Certainty"): [say(certainty) for certainty in rows["certainty"]],
            },
            index=pd.Index([survey.citation(source) for source in rows["source"]], name=say("Source")),
        )
        return Table(frame, say(caption), survey.language)

    def offices(self, *measures: str) -> Table:
        """List what offices print on some measures: a row for each page, place and year.

        Parameters
        ----------
        measures
            Identifiers of `data/codebook/measures.csv`.

        Raises
        ------
        DataError
            For a measure that the codebook does not have.
        """
        survey = self.survey
        say, certainties = survey.language.say, CERTAINTIES
        for measure in measures:
            if measure not in set(survey.measures["measure"]):
                raise unknown_name("measure", measure, survey.measures["measure"])
        rows = survey.official[survey.official["measure"].isin(measures)]
        sizes = {size: name for size, name in list_labels(survey, "sizes").items() if size in set(rows["size"])}
        pages = {key: list(page.itertuples()) for key, page in rows.groupby(["source", *KEY_COLUMNS[:-1]], sort=False)}
        printed = [{row.size: _value_cell(row, survey) for row in page} for page in pages.values()]
        certainties_of_page = [
            dict.fromkeys(say(certainties.get(row.certainty, row.certainty)) for row in page) for page in pages.values()
        ]
        places, names = list_labels(survey, "places"), list_labels(survey, "measures")
        uses = {measure: names[measure].partition(", ")[0] for measure in measures}
        bases = dict.fromkeys(names[measure].removeprefix(uses[measure]) for measure in measures)
        rows_of = [
            (f"{uses[measure]}, " if len(measures) > 1 else "", place, year) for _, place, year, measure in pages
        ]
        frame = pd.DataFrame(
            {
                **{capitalize(name): [page.get(size, "–") for page in printed] for size, name in sizes.items()},
                say("Certainty"): list(map(", ".join, certainties_of_page)),
                say("According to"): [_office_name(source, survey) for source, *_ in pages],
            },
            index=pd.Index(
                [capitalize(f"{of}{places[place]}, {year:g}") for of, place, year in rows_of],
                name=say("Place and year"),
            ),
        )
        same_base = len(measures) > 1 and len(bases) == 1
        title = next(iter(bases)).removeprefix(", ") if same_base else "; ".join(map(names.__getitem__, measures))
        return Table(frame, say(get_sentence(survey, "percents"), measures=title), survey.language)

    def office_contradictions(self) -> Table:
        """List every figure of offices that two pages print differently."""
        survey = self.survey
        say, rows = survey.language.say, find_differing_copies(survey)
        places, measures, sizes = (list_labels(survey, name) for name in ("places", "measures", "sizes"))
        frame = pd.DataFrame(
            {
                say("About"): [f"{capitalize(measures[row.measure])}, {sizes[row.size]}" for row in rows],
                say("Says"): [row.says for row in rows],
                say("According to"): [
                    ", ".join(_office_name(source, survey) for source in row.sources) for row in rows
                ],
                say("Others say"): [
                    f"{row.other}{say(': ')}{', '.join(_office_name(source, survey) for source in row.others)}"
                    for row in rows
                ],
            },
            index=pd.Index(
                [f"{capitalize(places[row.place])}, {row.year}" for row in rows], name=say("Place and year")
            ),
        )
        return Table(frame, say(get_sentence(survey, "differing")), survey.language)

    def verdicts(self) -> Table:
        """List every claim of the article with its judgements, who prints the figures, and the reasons, as cards.

        Pages filter the cards by judgement. A claim that offices have figures on has what they found on a second line.
        """
        survey = self.survey
        say, claims, units = survey.language.say, judge_claims(survey), list_units(survey)

        def figure(claim: Claim) -> str:
            return ". ".join(filter(None, [capitalize(say(FIGURE_VERDICTS[claim.figure])), claim.figure_reason]))

        def wording(claim: Claim) -> str:
            judged = capitalize(say(WORDING_VERDICTS[claim.wording]))
            if claim.wording == "none":
                return judged
            how = say("our reading") if claim.reading else say("rule “{rule}”", rule=say(claim.rule))
            return f"{judged} ({how}). {claim.wording_reason}"

        reasons = [(figure(claim), wording(claim)) for claim in claims]
        frame = pd.DataFrame(
            {
                say("Claim, in our words"): [render_links(claim.text) for claim in claims],
                say("Words of the article"): [_render_quote(claim, survey) for claim in claims],
                say("The figure"): [render_links(figure) for figure, _ in reasons],
                say("Speaks of"): [capitalize(say(units[claim.unit])) for claim in claims],
                say("The words"): [
                    Markup("<br>").join(map(render_links, filter(None, (wording, claim.offices))))
                    for claim, (_, wording) in zip(claims, reasons, strict=True)
                ],
            },
            index=pd.Index([f"§\u00a0{claim.paragraph}" for claim in claims], name=say("Paragraph")),
        )
        cited = "\n\n".join(
            f"{claim.text} {' '.join(texts)} {claim.offices}" for claim, texts in zip(claims, reasons, strict=True)
        )
        return Table(
            frame,
            say("Claims of the article, and how each is judged"),
            survey.language,
            anchors=tuple(map(claim_anchor, claims)),
            cited=cited,
            graph=tuple(claim_reviews(survey)),
            filters=(
                _filter_rows(say("The words"), WORDING_VERDICTS, [claim.wording for claim in claims], survey),
                _filter_rows(say("The figure"), FIGURE_VERDICTS, [claim.figure for claim in claims], survey),
                _filter_rows(say("Speaks of"), units, [claim.unit for claim in claims], survey),
            ),
        )

    def thresholds(self, ratios: tuple[float, ...] = (1.25, 1.5, 2), points: tuple[float, ...] = (5, 10)) -> Table:
        """List whether each great or plain difference of the article reaches other thresholds: yes, no, or open.

        Parameters
        ----------
        ratios
            Least ratios of the two percentages.
        points
            Least differences, in percentage points.
        """
        survey = self.survey
        say, language = survey.language.say, survey.language
        rules = ("much", "plain")
        rows = [(claim, pair) for claim in judge_claims(survey) if claim.rule in rules for pair in claim.figures]
        answers = {True: say("yes"), False: say("no"), None: say("open")}
        ends = [
            sorted(get_printed(survey, pair.of(group)) for group in list_compared(survey, pair))[-2:]
            for _, pair in rows
        ]
        boxes = [(ratio_box(next_highest, highest), gap_box(next_highest, highest)) for next_highest, highest in ends]
        frame = pd.DataFrame(
            {
                say("Question"): [survey.question(pair.question)["label"] for _, pair in rows],
                say("Item"): [survey.item_label(pair.question, pair.item) for _, pair in rows],
                **{
                    say("{ratio} times", ratio=language.number(ratio)): [
                        answers[box.within(Interval(Fraction(str(ratio)), math.inf, True))] for box, _ in boxes
                    ]
                    for ratio in ratios
                },
                **{
                    language.points(least): [
                        answers[box.within(Interval(Fraction(str(least)), math.inf, True))] for _, box in boxes
                    ]
                    for least in points
                },
            },
            index=pd.Index([_render_quote(claim, survey) for claim, _ in rows], name=say("Words of the article")),
        )
        return Table(frame, say("Whether a difference is at least so great, for other thresholds than ours"), language)

    def break_evens(self) -> Table:
        """List for each tested gap how small a sample, how large a design effect or how large a bias would lose it.

        The test is the one behind the word for the gap's worth.
        """
        survey = self.survey
        say, language = survey.language.say, survey.language
        first, second = map(survey.segment_label, survey.article.require_pair())
        rows = estimate_all_gaps(survey)
        ends = [bound_gap(*get_pair(survey, Reference("", gap.question, gap.item))) for gap in rows]
        frame = pd.DataFrame(
            {
                say("Question"): [survey.question(gap.question)["label"] for gap in rows],
                say("Worth"): [say(gap.strength) for gap in rows],
                say("Fewest respondents in {group} at which it would hold, at a design effect of 1", group=first): [
                    say("no number would do") if gap.least_n is None else language.number(gap.least_n) for gap in rows
                ],
                say("Largest design effect it survives"): [
                    say("none") if gap.deff < 1 else language.number(round(gap.deff, 1)) for gap in rows
                ],
                say("Bias up to which it stays robust (points)"): [
                    say("none") if not gap.bias else language.number(round(gap.bias, 1)) for gap in rows
                ],
                say("Bias that would make it by itself (points)"): [
                    say("{low} to {high}", low=language.number(low), high=language.number(high)) for low, high in ends
                ],
                say("Cohen’s h, {first} minus {second}", first=first, second=second): [
                    language.number(round(gap.cohens_h, 2)) for gap in rows
                ],
            },
            index=pd.Index([survey.item_label(gap.question, gap.item) for gap in rows], name=say("Gap")),
        )
        return Table(frame, say("What it would take to lose each gap, in the worst rounding"), survey.language)

    def joint_gaps(self) -> Table:
        """List the gaps that rounding leaves at the lowest, middle and highest share of the first group.

        Gaps are first minus second. Rows are the items for which a total of both groups is printed.
        """
        survey = self.survey
        say, language, share = survey.language.say, survey.language, estimates.find_common_share(survey)
        first_group, second_group = map(survey.segment_label, survey.article.require_pair())
        items = estimates.list_items_with_total(survey)
        columns = {}
        for at in (share.lower, share.midpoint, Fraction(share.upper)):
            gaps = [gap_at_share(second, first, total, 1 - at) for first, second, total in items.values()]
            columns[say("At {share}", share=language.percent(round(100 * float(at), 1)))] = [
                say("{low} to {high}", low=language.number(low), high=language.number(high))
                if low < high
                else language.number(low)
                for low, high in ((round(float(gap.lower), 1), round(float(gap.upper), 1)) for gap in gaps)
            ]
        index = pd.Index([survey.item_label(*key) for key in items], name=say("Gap"))
        return Table(
            pd.DataFrame(columns, index),
            say(
                "Gaps that rounding leaves, {first} minus {second}, in points, at three shares of {first}",
                first=first_group,
                second=second_group,
            ),
            language,
        )

    def item_order(self, question: str, item: str, next_item: str) -> Table:
        """List for each group how sure the order of two items is that the same people answered.

        The measure is McNemar's z, from weakest to strongest over all that rounding, the feasible shares and both
        values of the disputed percent allow, at a design effect of 1.

        Parameters
        ----------
        question, item, next_item
            Identifiers of the codebook.
        """
        survey = self.survey
        say, language, critical = survey.language.say, survey.language, NormalDist().inv_cdf(0.975)
        ways = [survey, *([estimates.replace_disputed_percent(survey)] if survey.article.disputed_percent else [])]
        rows = list(zip(*(estimates.compare_same_people(way, question, item, next_item) for way in ways), strict=True))
        ends = [(min(row.weakest for row in both), max(row.strongest for row in both)) for both in rows]
        frame = pd.DataFrame(
            {
                say("Lead (points)"): [
                    " / ".join(dict.fromkeys(language.number(row.lead) for row in both)) for both in rows
                ],
                say("Weakest z"): [language.number(round(weakest, 1)) for weakest, _ in ends],
                say("Strongest z"): [language.number(round(strongest, 1)) for _, strongest in ends],
                say("Beyond chance"): [
                    say(
                        "in every case"
                        if weakest > critical
                        else "in some cases"
                        if strongest > critical
                        else "in none"
                    )
                    for weakest, strongest in ends
                ],
            },
            index=pd.Index([survey.segment_label(both[0].group) for both in rows], name=say("Group")),
        )
        caption = say(
            "{item} before {next_item}, in each group, if it had been drawn at random",
            item=survey.item_label(question, item),
            next_item=uncapitalize(survey.item_label(question, next_item)),
        )
        return Table(frame, caption, language)

    def disclosure(self) -> Table:
        """List the items of survey disclosure, scored for the article and for our pages."""
        survey = self.survey
        say, rows = survey.language.say, survey.disclosure
        answers = {
            subject: [
                f"{say(level)}{say(': ')}{text}"
                for level, text in zip(rows[subject], survey.localize(rows, subject), strict=True)
            ]
            for subject in ("article", "edition")
        }
        frame = pd.DataFrame(
            {
                say("Asked"): list(survey.localize(rows, "asks")),
                say("The article"): answers["article"],
                say("Our pages"): answers["edition"],
            },
            index=pd.Index([survey.language.number(number) for number in rows["item"]], name=say("Item")),
        )
        return Table(frame, say("Survey disclosure, after the AAPOR code"), survey.language)


def _filter_rows(label: str, names: Mapping[str, str], verdicts: list[str], survey: Survey) -> FilterParts:
    """Return a filter of rows by their verdicts, in the order and words of `names`, those that no row has left out."""
    given = [verdict for verdict in names if verdict in verdicts]
    choices = [capitalize(survey.language.say(names[verdict])) for verdict in given]
    return {"label": label, "choices": choices, "rows": [given.index(verdict) for verdict in verdicts]}


def render_links(text: str) -> Markup:
    """Return a text as HTML: its links to figures lead to the rows of a register, all else is escaped."""
    parts, end = [], 0
    for match in LINK.finditer(text):
        parts += [Markup.escape(text[end : match.start()]), Markup('<a href="#{}">{}</a>').format(match[2], match[1])]
        end = match.end()
    return Markup("").join([*parts, Markup.escape(text[end:])])


def _render_quote(claim: Claim, survey: Survey) -> Markup:
    """Return the words of the article that a claim rests on as HTML, marked with its language."""
    spoken = survey.sources.set_index("source").loc[survey.article.source, "language"]
    return Markup('<q lang="{}">{}</q>').format(spoken, claim.quotation)


def _office_name(source: str, survey: Survey) -> str:
    """Return the office that asked, and who repeats it where its own page was not read."""
    via = survey.official_sources.set_index("source").loc[source, "via"]
    name = survey.publisher(source)
    return f"{name} ({survey.language.say('via {names}', names=via)})" if via else name


def _value_cell(row: Any, survey: Survey) -> str:
    """Return a printed value, with the words that stand for it, or the direction where no value is printed."""
    if pd.isna(row.percent):
        if row.direction != "higher":
            return survey.language.say("ranked first")
        is_of_two = len(survey.groups()) <= 2
        return survey.language.say("more than in the other group" if is_of_two else "more than in the other groups")
    question, decimals = getattr(row, "question", ""), getattr(row, "decimals", 0)  # an office asked shares
    number = survey.write(question, row.percent, decimals)
    return (
        survey.language.say("{number} (“{words}”)", number=number, words=survey.language.say(row.words))
        if row.words
        else number
    )


def _contradictions_cell(row: Any, survey: Survey) -> str:
    """Return the kinds of the contradictions that have this row on their lesser side."""
    kinds = [
        c.kind
        for c in find_contradictions(survey)
        if (c.question, c.item) == (row.question, row.item)
        and row.source in c.sources
        and c.segment in ("", row.segment)
    ]
    return ", ".join(survey.language.say(kind) for kind in kinds) or "–"


def _topic_label(contradiction: Contradiction, survey: Survey) -> str:
    """Return what a contradiction is about."""
    if contradiction.question == "sample":
        say = survey.language.say
        facts = {"who-answered": say("Who answered"), "n": say("Respondents"), "margin": say("Margin of error")}
        fact = facts.get(contradiction.item, say("Countries"))
        question = survey.base_label(contradiction.of) if contradiction.of else ""
        group = survey.segment_label(contradiction.segment) if contradiction.segment else ""
        return ", ".join(filter(None, [fact, question, group]))
    item = survey.item_label(contradiction.question, contradiction.item)
    return f"{item}, {survey.segment_label(contradiction.segment)}" if contradiction.segment else item


def _statement(kind: str, said: str, survey: Survey) -> str:
    """Return one side of a contradiction in words."""
    if kind == "direction":
        return survey.language.say("more in {group}", group=survey.segment_label(said))
    return survey.language.say(said) if kind == "unit" or said[:1].isalpha() else said
