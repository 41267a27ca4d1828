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
    """A sentence to judge: which group is ahead in the use of an item, by how many points, and both percentages."""

    item: str
    segment: str
    points: float
    high: float
    low: float
    as_percent: bool = False

    def write(self, survey: Survey) -> str:
        """Return the sentence in the survey's language."""
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
    """Return six sentences on the chart of tools, of which some are wrong."""
    say = survey.language.say
    sentences = [_damage(_find_lead(item, survey), damage, survey).write(survey) for item, damage in DAMAGES.items()]
    return Table(_number({say("Sentence"): sentences}, survey), say("Sentences to judge"), survey.language)


def judged(survey: Survey) -> Table:
    """Return the same sentences as the data have them, and what was wrong with each."""
    say = survey.language.say
    other = survey.item_label(QUESTION, OTHER)
    columns = {
        say("What is right"): [_find_lead(item, survey).write(survey) for item in DAMAGES],
        say("The sentence to judge was"): [say(FOUND[damage], item=other) for damage in DAMAGES.values()],
    }
    return Table(_number(columns, survey), say("Sentences judged"), survey.language)


def _number(columns: dict[str, list[str]], survey: Survey) -> pd.DataFrame:
    """Return columns as a table of numbered rows."""
    numbers = [str(place) for place in range(1, len(DAMAGES) + 1)]
    return pd.DataFrame(columns, index=pd.Index(numbers, name=survey.language.say("Number")))


def _find_lead(item: str, survey: Survey) -> Lead:
    """Return which group is ahead in the use of an item, as the data have it."""
    percents = {segment: survey.percent(QUESTION, item, segment) for segment in survey.article.compared}
    ahead = max(percents, key=percents.__getitem__)
    high, low = max(percents.values()), min(percents.values())
    return Lead(item, ahead, high - low, high, low)


def _damage(lead: Lead, damage: str, survey: Survey) -> Lead:
    """Return a lead with a damage done to it, or as it is."""
    match damage:
        case "groups":
            (other,) = [segment for segment in survey.article.compared if segment != lead.segment]
            return replace(lead, segment=other)
        case "unit":
            return replace(lead, as_percent=True)
        case "number":
            return replace(lead, high=lead.high + 1, points=lead.points + 1)
        case "item":
            low = _find_lead(OTHER, survey).low
            return replace(lead, low=low, points=lead.high - low)
    return lead
