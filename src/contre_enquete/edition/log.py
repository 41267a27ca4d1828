"""Tell readers what was published and what was corrected since: a page, and a feed to subscribe to."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from ..display.register import figure_label
from ..figures.corrected import list_corrections
from ..project import CHANGES, edition_version
from ..survey.model import Survey, load_survey
from .imprint import Publication, address_in, render_linked_data, render_template

RELEASE = re.compile(r"^## (\S+) \(([^)]+)\)$", re.MULTILINE)  # as CHANGELOG heads a version: number and date


@dataclass(frozen=True)
class Entry:
    """Something that was published or corrected on a day. `anchor` is its place in the log."""

    anchor: str
    day: datetime.date
    title: str
    before: str = ""
    after: str = ""
    changes: str = ""


def list_correction_entries(survey: Survey) -> list[Entry]:
    """Return the corrections of an edition as entries, the newest first; a figure is told in words. Raises DataError."""
    say, entries = survey.language.say, []
    for each in list_corrections(survey):
        where = figure_label(each.figure, survey) if each.figure else each.reference
        anchor = f"correction-{each.day}-{re.sub(r'[^a-z0-9]+', '-', each.reference.lower())}"
        title = say("Correction: {where}", where=where)
        entries.append(Entry(anchor, each.day, title, each.before, each.after, each.changes))
    return entries


def list_release_entries(publication: Publication, language: str) -> list[Entry]:
    """Return the versions of an edition that its CHANGELOG tells, the newest first; without one, the version it is.

    One that has no date yet has that of the data package.
    """
    path, say = publication.project / CHANGES, publication.language(language).say
    found = (
        RELEASE.findall(path.read_text(encoding="utf-8"))
        if path.is_file()
        else [(edition_version(publication.project), "")]
    )
    return [
        Entry(
            f"edition-{version}",
            datetime.date.fromisoformat(day) if re.fullmatch(r"\d{4}-\d\d-\d\d", day) else publication.released,
            say("Edition {edition}.", edition=version).rstrip("."),
        )
        for version, day in found
    ]


def render_log_page(publication: Publication, language: str, twins: dict[str, str]) -> bytes:
    """Return the log of corrections as a page. `twins` are its addresses by language. Raises DataError."""
    spoken = publication.language(language)
    description = spoken.say(
        "What was corrected in these pages, when, and what it changes; what was published, and when."
    )
    page = publication.describe_page(spoken, twins[language], spoken.say("Corrections"), description, twins)
    page |= {
        "linked_data": render_linked_data(
            [publication.describe_article(page, twins), publication.describe_dataset(spoken)]
        )
    }
    entries = list_correction_entries(load_survey(language, publication.project))
    return render_template(
        "log.html.j2", page=page, corrections=entries, releases=list_release_entries(publication, language)
    )


def render_feed(publication: Publication, language: str) -> bytes:
    """Return the log as an Atom feed (RFC 4287), its dates those of the data. Raises DataError."""
    spoken = publication.language(language)
    entries = [
        *list_correction_entries(load_survey(language, publication.project)),
        *list_release_entries(publication, language),
    ]
    return render_template(
        "feed.xml.j2",
        say=spoken.say,
        tag=spoken.tag,
        name=publication.words.name,
        description=spoken.say(publication.words.description),
        opening=spoken.say(publication.words.opening),
        address=publication.site + address_in(language, "feed", "xml"),
        log=publication.site + address_in(language, "corrections"),
        site=publication.site,
        home=publication.home(language),
        author=publication.author["name"],
        entries=sorted(entries, key=lambda entry: entry.day, reverse=True),
    )
