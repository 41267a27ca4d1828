"""Sentences for a class to judge: some are damaged, each as `make mutants` damages the edition's texts.

Each function takes a `Survey` and returns a `Table`.
"""

from contre_enquete import Survey, Table, make_table

QUESTION = "tools"
DAMAGES = {  # the item that each sentence is about, and what is done to it, if anything
    "team-sites": "",
    "cloud-storage": "groups",
    "external-social-networks": "unit",
    "video-conferencing": "number",
    "blogs": "",
    "instant-messaging": "item",
}
NUMBERS = [str(place) for place in range(1, len(DAMAGES) + 1)]
OTHER = "news-feeds"  # whose percentage stands in another's place
VERDICTS = {
    "": "right",
    "groups": "wrong: the groups are swapped",
    "unit": "wrong: points are told as percent",
    "number": "wrong: the larger percentage, and the lead with it, are one point too high",
    "item": "wrong: the smaller percentage is that of another tool, {item}",
}


def pose_sentences(survey: Survey) -> Table:
    """Return six sentences on the chart of tools, of which some are wrong."""
    sentences = {"Sentence": [_write_lead(survey, item, damage) for item, damage in DAMAGES.items()]}
    frame = make_table(survey.language, "Number", NUMBERS, sentences)
    return Table(frame, survey.language.say("Sentences to judge"), survey.language)


def judge_sentences(survey: Survey) -> Table:
    """Return the same sentences as the data have them, and what was wrong with each."""
    say, other = survey.language.say, survey.item_label(QUESTION, OTHER)
    columns = {
        "What is right": [_write_lead(survey, item) for item in DAMAGES],
        "The sentence to judge was": [say(VERDICTS[damage], item=other) for damage in DAMAGES.values()],
    }
    frame = make_table(survey.language, "Number", NUMBERS, columns)
    return Table(frame, say("Sentences judged"), survey.language)


def _write_lead(survey: Survey, item: str, damage: str = "") -> str:
    """Return which group leads in the use of an item, by how many points: as the data have it, or damaged."""
    language, ((ahead, high), (behind, low)) = survey.language, _rank_groups(survey, item)
    if damage == "number":
        high += 1
    if damage == "item":
        _, (_, low) = _rank_groups(survey, OTHER)
    return language.say(
        "{item}: {group} lead by {gap} ({high} against {low})",
        item=survey.item_label(QUESTION, item),
        group=survey.segment_label(behind if damage == "groups" else ahead),
        gap=language.percent(high - low) if damage == "unit" else language.points(high - low),
        high=language.percent(high),
        low=language.percent(low),
    )


def _rank_groups(survey: Survey, item: str) -> list[tuple[str, float]]:
    """Return the two groups with their percents for an item, the higher first."""
    percents = [(group, survey.percent(QUESTION, item, group)) for group in survey.article.compared]
    return sorted(percents, key=lambda pair: -pair[1])
