"""The sentences that give reasons of judgements; their numbers link to figures, as those of prose do."""

from __future__ import annotations

from collections.abc import Sequence

from ..text.language import uncapitalize
from .model import Survey
from .reference import Reference
from .voices import Printing


def link_percent(survey: Survey, reference: Reference) -> str:
    """Return a value with its group, linked: "[34% (town)](#…)"."""
    return f"[{survey.write_shown(*reference.key)} ({survey.segment_label(reference.segment)})](#{reference})"


def link_pair(survey: Survey, pair: Reference) -> dict[str, str]:
    """Return the label of an item and the linked percents of both groups, by placeholder of a sentence."""
    first, second = (link_percent(survey, pair.of(segment)) for segment in survey.article.pair)
    return {"item": survey.item_label(pair.question, pair.item), "first": first, "second": second}


def list_percents(survey: Survey, pair: Reference, groups: Sequence[str]) -> str:
    """Return an item and the linked percents of several groups: "Bicycle: [34% (town)](#…), [21% (suburbs)](#…)"."""
    shares = ", ".join(link_percent(survey, pair.of(group)) for group in groups)
    return f"{survey.item_label(pair.question, pair.item)}{survey.language.say(': ')}{shares}"


def join_clauses(clauses: Sequence[str]) -> str:
    """Return clauses as one sentence without its full stop."""
    return "; ".join([clauses[0], *map(uncapitalize, clauses[1:])])


def write_printing_reason(survey: Survey, claim: str, printings: Sequence[Printing]) -> str:
    """Return the sentences that list who prints a claim's figures, and how many voices they are; "" if nobody does."""
    say, series = survey.language.say, survey.language.series

    def list_sources(name: str) -> list[str]:
        sources = {source for printing in printings for source in getattr(printing, name)}
        return [source for source in survey.sources["source"] if source in sources]

    def list_publishers(sources: Sequence[str]) -> str:
        return series(list(dict.fromkeys(map(survey.publisher, sources))))

    sentences = []
    if same := list_sources("same"):
        voices = survey.count_voices(same)
        sentence = (
            "Also: {names} ([one voice](#count.claim-voices.{claim}))."
            if voices == 1
            else "Also: {names} ([{count} voices](#count.claim-voices.{claim}))."
        )
        count = survey.language.number(voices)
        sentences.append(say(sentence, names=list_publishers(same), count=count, claim=claim))
    if otherwise := list_sources("otherwise"):
        sentences.append(say("Otherwise: {names}.", names=list_publishers(otherwise)))
    if exchanged := list_sources("exchanged"):
        sentences.append(say("With the groups exchanged: {names}.", names=list_publishers(exchanged)))
    return " ".join(sentences)
