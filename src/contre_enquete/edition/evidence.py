"""Tables that show the rows behind a statement: who prints what, where, and at odds with whom."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from ..charts.table import Table
from ..survey.claims import judged_claims
from ..survey.contradictions import Contradiction, contradictions
from ..survey.estimates import all_gaps
from ..survey.model import Survey
from ..text.links import LINK
from .claim_review import anchor, claim_reviews


def printed(survey: Survey, question: str, item: str = "") -> Table:
    """Every row of a question, or of one of its items: source, group, what is printed, where, how sure.

    The last column marks the rows that a contradiction found in the table puts on the lesser side.
    """
    say = survey.language.say
    rows = survey.figures[survey.figures["question"] == question]
    rows = rows[rows["item"] == item] if item else rows
    found = contradictions(survey)
    frame = pd.DataFrame(
        {
            say("Item"): [survey.item_label(row.question, row.item) for row in rows.itertuples()],
            say("Group"): [survey.segment_label(segment) for segment in rows["segment"]],
            say("Printed"): [_as_printed(row, survey) for row in rows.itertuples()],
            say("Certainty"): [say(certainty) for certainty in rows["certainty"]],
            say("At odds"): [_at_odds(row, found, survey) for row in rows.itertuples()],
        },
        index=pd.Index([survey.citation(source) for source in rows["source"]], name=say("Source")),
    )
    label = survey.item_label(question, item) if item else survey.question(question)["label"]
    return Table(frame, say("Every row on: {label}", label=label), survey.language)


def found(survey: Survey) -> Table:
    """Every contradiction between sources, found by comparing the rows."""
    say = survey.language.say
    rows = contradictions(survey)
    frame = pd.DataFrame(
        {
            say("About"): [_about(c, survey) for c in rows],
            say("Says"): [_said(c.kind, c.says, survey) for c in rows],
            say("According to"): [", ".join(map(survey.publisher, c.sources)) for c in rows],
            say("Others say"): [_said(c.kind, c.others_say, survey) for c in rows],
            say("Who they are"): [", ".join(map(survey.publisher, c.against)) for c in rows],
        },
        index=pd.Index([say(c.kind) for c in rows], name=say("Kind")),
    )
    return Table(frame, say("Contradictions between sources"), survey.language)


def who_answered(survey: Survey) -> Table:
    """What each page says of who answered, how many and in how many countries."""
    say = survey.language.say
    rows = survey.sample[survey.sample["fact"].isin(["who-answered", "respondents", "countries"])]
    facts = {"who-answered": "Who answered", "respondents": "Respondents", "countries": "Countries"}
    frame = pd.DataFrame(
        {
            say("Fact"): [say(facts[fact]) for fact in rows["fact"]],
            say("Printed"): [
                say(row.words) if pd.isna(row.number) else survey.language.number(row.number)
                for row in rows.itertuples()
            ],
        },
        index=pd.Index([survey.citation(source) for source in rows["source"]], name=say("Source")),
    )
    return Table(frame, say("Who answered, according to each page"), survey.language)


def national(survey: Survey) -> Table:
    """National figures on tools, and what each page counts."""
    say, rows = survey.language.say, survey.national
    frame = pd.DataFrame(
        {
            say("Country"): list(map(survey.language.country, rows["country"])),
            say("Tool"): [survey.item_label(survey.article.national, item) for item in rows["item"]],
            "%": list(rows["percent"]),
            say("What is counted"): [say(counts) for counts in rows["counts"]],
            say("Certainty"): [say(certainty) for certainty in rows["certainty"]],
        },
        index=pd.Index([survey.citation(source) for source in rows["source"]], name=say("Source")),
    )
    return Table(frame, say("National figures on tools, and what they count"), survey.language)


def verdicts(survey: Survey) -> Table:
    """Every claim of the article with its verdict, the sentence that gives the reason, and the rule."""
    say, claims = survey.language.say, judged_claims(survey)
    frame = pd.DataFrame(
        {
            say("Claim, in our words"): [linked(claim.text) for claim in claims],
            say("Verdict"): [say(claim.verdict) for claim in claims],
            say("Why"): [linked(claim.reason) for claim in claims],
            say("Rule"): [say(claim.rule) for claim in claims],
        },
        index=pd.Index([say("Title") if not c.paragraph else str(c.paragraph) for c in claims], name=say("Paragraph")),
    )
    cited = "\n\n".join(f"{claim.text} {claim.reason}" for claim in claims)
    return Table(
        frame,
        say("Claims of the article and their verdicts"),
        survey.language,
        anchors=tuple(map(anchor, claims)),
        cited=cited,
        graph=tuple(claim_reviews(survey)),
    )


def break_evens(survey: Survey) -> Table:
    """Each gap tested: what it would take to lose it."""
    say, language = survey.language.say, survey.language
    rows, first = all_gaps(survey), survey.segment_label(survey.article.compared[0])
    frame = pd.DataFrame(
        {
            say("Question"): [survey.question(gap.question)["label"] for gap in rows],
            say("Worth"): [say(gap.strength) for gap in rows],
            say("Fewest respondents in {group} at which it would count", group=first): [
                say("no number would do") if gap.least_n is None else language.number(gap.least_n) for gap in rows
            ],
            say("Largest design effect it survives"): [
                say("none") if gap.deff < 1 else language.number(round(gap.deff, 1)) for gap in rows
            ],
            say("Risk ratio"): [
                "–" if gap.risk_ratio is None else language.number(round(gap.risk_ratio, 2)) for gap in rows
            ],
            say("Cohen’s h"): [language.number(round(gap.cohens_h, 2)) for gap in rows],
        },
        index=pd.Index([survey.item_label(gap.question, gap.item) for gap in rows], name=say("Gap")),
    )
    return Table(frame, say("What it would take to lose each gap, in the worst rounding"), survey.language)


def disclosure(survey: Survey) -> Table:
    """The items of survey disclosure, scored for the article and for our pages."""
    say, rows = survey.language.say, survey.disclosure
    answers = {
        subject: [
            f"{say(level)}{say(': ')}{text}"
            for level, text in zip(rows[subject], survey.localised(rows, subject), strict=True)
        ]
        for subject in ("article", "edition")
    }
    frame = pd.DataFrame(
        {
            say("Asked"): list(survey.localised(rows, "asks")),
            say("The article"): answers["article"],
            say("Our pages"): answers["edition"],
        },
        index=pd.Index([survey.language.number(number) for number in rows["item"]], name=say("Item")),
    )
    return Table(frame, say("Survey disclosure, after the AAPOR code"), survey.language)


def linked(text: str) -> Markup:
    """A text whose links to figures are links of the page, everything else escaped."""
    parts, end = [], 0
    for match in LINK.finditer(text):
        parts += [Markup.escape(text[end : match.start()]), Markup('<a href="#{}">{}</a>').format(match[2], match[1])]
        end = match.end()
    return Markup("").join([*parts, Markup.escape(text[end:])])


def _as_printed(row, survey: Survey) -> str:
    if pd.isna(row.percent):
        return survey.language.say(
            "more than in the other group" if row.direction == "higher" else "the most frequent use"
        )
    number = survey.language.percent(row.percent)
    return f"{number} (“{row.words}”)" if row.words else number


def _at_odds(row, rows: tuple[Contradiction, ...], survey: Survey) -> str:
    kinds = [
        c.kind
        for c in rows
        if (c.question, c.item) == (row.question, row.item)
        and row.source in c.sources
        and c.segment in ("", row.segment)
    ]
    return ", ".join(survey.language.say(kind) for kind in kinds) or "–"


def _about(contradiction: Contradiction, survey: Survey) -> str:
    if contradiction.question == "sample":
        return survey.language.say("Who answered" if contradiction.item == "who-answered" else "Countries")
    item = survey.item_label(contradiction.question, contradiction.item)
    return f"{item}, {survey.segment_label(contradiction.segment)}" if contradiction.segment else item


def _said(kind: str, said: str, survey: Survey) -> str:
    if kind == "direction":
        return survey.language.say("more in {group}", group=survey.segment_label(said))
    return survey.language.say(said) if kind == "unit" else said
