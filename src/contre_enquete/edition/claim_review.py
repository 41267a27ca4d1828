"""The verdicts as schema.org ClaimReview, for search engines and fact-checking tools.

Only claims that at least two sources allow to check: one source cannot confirm itself. The rating
is the visible verdict, in its words; the edition's scale has no numbers. What only a page knows
(its address, date and author) is added when the page is made.
"""

from __future__ import annotations

from ..survey.claims import Claim, judged_claims
from ..survey.model import Survey
from ..text.links import plain

UNDECIDED = ("not checkable", "opinion")


def claim_reviews(survey: Survey) -> list[dict]:
    """One ClaimReview per claim that has a verdict and more than one source; `url` is the anchor of its row."""
    article = survey.sources.set_index("source").loc[survey.article.source]
    author = {"@type": "Organization", "name": article["publisher"]}
    return [
        {
            "@type": "ClaimReview",
            "url": f"#{anchor(claim)}",
            "claimReviewed": plain(claim.text),
            "reviewRating": {"@type": "Rating", "alternateName": survey.language.say(claim.verdict)},
            "reviewBody": plain(claim.reason),
            "itemReviewed": {
                "@type": "Claim",
                "author": author,
                "datePublished": article["date"],
                "appearance": {"@type": "NewsArticle", "url": article["url"], "inLanguage": article["language"]},
            },
        }
        for claim in judged_claims(survey)
        if claim.verdict not in UNDECIDED and len(sources(survey, claim)) > 1
    ]


def anchor(claim: Claim) -> str:
    """The address of a claim's row within its page."""
    return f"claim-{claim.claim}"


def sources(survey: Survey, claim: Claim) -> set[str]:
    """The sources that print what a claim is judged by."""
    found: set[str] = set()
    if claim.rule == "who answered":
        found |= set(survey.sample[survey.sample["fact"] == "who-answered"]["source"])
    for reference in claim.figures:
        question, *parts = reference.removeprefix("ahead.").split(".")
        if question == "sample":
            found |= set(survey.sample[survey.sample["fact"] == parts[0]]["source"])
        else:
            rows = survey.figures[(survey.figures["question"] == question) & survey.figures["percent"].notna()]
            found |= set((rows[rows["item"] == parts[0]] if parts else rows)["source"])
    return found
