"""Sentences for a class to judge: some are damaged, each as `make mutants` damages the edition's texts.

Each function takes a `Survey` and returns a `Table`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from contre_enquete import Survey, Table

QUESTION = "tools"
DAMAGES = {  # the item that each sentence is about, and what is done to it, if anything
    "team-sites": "",
    "cloud-storage": "groups",
    "external-social-networks": "unit",
    "video-conferencing": "number",
    "blogs": "",
    "instant-messaging": "item",
}
OTHER = "news-feeds"  # whose percentage stands in another's place
FOUND = {
    "": "right",
    "groups": "wrong: the groups are swapped",
    "unit": "wrong: points are told as percent",
    "number": "wrong: the larger percentage, and the lead with it, are one point too high",
    "item": "wrong: the smaller percentage is that of another tool, {item}",
}


@dataclass(frozen=True)
class Lead:
    """What a sentence says: which group is ahead in the use of an item, by how many points, and both percentages."""

    item: str
    segment: str
    points: float
    high: float
    low: float
    as_percent: bool = False

    def told(self, survey: Survey) -> str:
        say, language = survey.language.say, survey.language
        return say(
            "{item}: {group} lead by {gap} ({high} against {low})",
            item=survey.item_label(QUESTION, self.item),
            group=survey.segment_label(self.segment),
            gap=language.percent(self.points) if self.as_percent else language.points(self.points),
            high=language.percent(self.high),
            low=language.percent(self.low),
        )


def posed(survey: Survey) -> Table:
    """Six sentences on the chart of tools, of which some are wrong."""
    say = survey.language.say
    sentences = [_damaged(_lead(item, survey), damage, survey).told(survey) for item, damage in DAMAGES.items()]
    return Table(_numbered({say("Sentence"): sentences}, survey), say("Sentences to judge"), survey.language)


def judged(survey: Survey) -> Table:
    """The same sentences as the data have them, and what was wrong with each."""
    say = survey.language.say
    other = survey.item_label(QUESTION, OTHER)
    columns = {
        say("What is right"): [_lead(item, survey).told(survey) for item in DAMAGES],
        say("The sentence to judge was"): [say(FOUND[damage], item=other) for damage in DAMAGES.values()],
    }
    return Table(_numbered(columns, survey), say("Sentences judged"), survey.language)


def _numbered(columns: dict[str, list[str]], survey: Survey) -> pd.DataFrame:
    numbers = [str(place) for place in range(1, len(DAMAGES) + 1)]
    return pd.DataFrame(columns, index=pd.Index(numbers, name=survey.language.say("Number")))


def _lead(item: str, survey: Survey) -> Lead:
    percents = {segment: survey.percent(QUESTION, item, segment) for segment in survey.article.compared}
    ahead = max(percents, key=percents.__getitem__)
    high, low = max(percents.values()), min(percents.values())
    return Lead(item, ahead, high - low, high, low)


def _damaged(lead: Lead, damage: str, survey: Survey) -> Lead:
    match damage:
        case "groups":
            (other,) = [segment for segment in survey.article.compared if segment != lead.segment]
            return replace(lead, segment=other)
        case "unit":
            return replace(lead, as_percent=True)
        case "number":
            return replace(lead, high=lead.high + 1, points=lead.points + 1)
        case "item":
            low = _lead(OTHER, survey).low
            return replace(lead, low=low, points=lead.high - low)
    return lead
