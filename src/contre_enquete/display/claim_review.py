"""The judgements as schema.org ClaimReview, for fact-checking tools.

Only claims whose figures two voices besides the article's print, the same or otherwise, and whose words could be
judged: one voice cannot confirm itself. The rating is the visible judgement of the words, in its words; the edition's
scale has no numbers. What only a page knows (its address, date and author) is added when the page is made.
"""

from __future__ import annotations

from ..survey.claims import WORDING_VERDICTS, Claim, judge_claims, list_units
from ..survey.model import Survey
from ..survey.voices import FIGURE_VERDICTS
from ..text.links import strip_links

UNRATED_WORDINGS = ("not judged", "opinion")
MIN_VOICES = 2  # voices besides the article's


def claim_reviews(survey: Survey) -> list[dict]:
    """Return one ClaimReview for each claim that two other voices print, and the article where the claims appeared.

    The `url` of a review is the anchor of its row.
    """
    article = survey.sources.set_index("source").loc[survey.article.source]
    author = {"@type": "Organization", "name": article["publisher"]}
    appearance = {
        "@type": "NewsArticle",
        "@id": article["url"],
        "url": article["url"],
        "inLanguage": article["language"],
    }
    reviews = [
        {
            "@type": "ClaimReview",
            "url": f"#{claim_anchor(claim)}",
            "claimReviewed": strip_links(claim.text),
            "reviewRating": {"@type": "Rating", "alternateName": claim_rating(survey, claim)},
            "reviewAspect": survey.language.say("The figure" if claim.wording == "none" else "The words"),
            "isBasedOn": [survey.address(source) for source in claim.witnesses],
            "reviewBody": strip_links(claim.wording_reason or claim.figure_reason),
            "itemReviewed": {
                "@type": "Claim",
                "author": author,
                "datePublished": article["date"],
                "appearance": {"@id": article["url"]},
            },
        }
        for claim in judge_claims(survey)
        if survey.count_voices(claim.witnesses) >= MIN_VOICES and claim.wording not in UNRATED_WORDINGS
    ]
    return [appearance, *reviews] if reviews else []


def claim_anchor(claim: Claim) -> str:
    """Return the id of a claim's row within its page."""
    return f"claim-{claim.claim}"


def claim_rating(survey: Survey, claim: Claim) -> str:
    """Return the judgement of a claim's words, or of its figure if the claim is a figure alone.

    It adds whom the claim speaks of, if others answered: a claim may fit the figures and be about somebody else.
    """
    say = survey.language.say
    judgement = say(FIGURE_VERDICTS[claim.figure] if claim.wording == "none" else WORDING_VERDICTS[claim.wording])
    if claim.unit in ("asked", "none"):
        return judgement
    return say("{judgment}, but of {unit}", judgment=judgement, unit=say(list_units(survey)[claim.unit]))
