"""Render the log of what was published and corrected: a page, and a feed to subscribe to."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from ..descriptor import edition_version
from ..display.register import figure_label
from ..errors import DataError
from ..figures.corrected import list_corrections
from ..files import read_text_file
from ..project import CHANGES
from ..survey.model import Survey, load_survey
from .imprint import Publication, locate_page, render_linked_data, render_template

RELEASE = re.compile(r"^## (\S+) \(([^)]+)\)$", re.MULTILINE)  # as CHANGELOG heads a version: number and date

EXPECTED_CHANGES = "a line for each version, such as ## 1.0.0 (2012-05-14)"


@dataclass(frozen=True)
class LogEntry:
    """Something that was published or corrected on a day. `anchor` is its place in the log."""

    anchor: str
    day: datetime.date
    title: str
    before: str = ""
    after: str = ""
    changes: str = ""


def list_correction_entries(survey: Survey) -> list[LogEntry]:
    """Return the corrections of an edition as entries, newest first, each figure in words. Raises DataError."""
    say, entries = survey.language.say, []
    for correction in list_corrections(survey):
        where = figure_label(correction.figure, survey) if correction.figure else correction.reference
        anchor = f"correction-{correction.day}-{re.sub(r'[^a-z0-9]+', '-', correction.reference.lower())}"
        title = say("Correction: {where}", where=where)
        entries.append(LogEntry(anchor, correction.day, title, correction.before, correction.after, correction.changes))
    return entries


def list_release_entries(publication: Publication, language: str) -> list[LogEntry]:
    """Return the versions in the CHANGELOG of an edition, newest first; without a CHANGELOG, its present version.

    A version without a date has the date of the data package.
    """
    path, say = publication.project / CHANGES, publication.language(language).say
    versions = [(edition_version(publication.project), "")]
    if path.exists():
        versions = RELEASE.findall(read_text_file(path, CHANGES, EXPECTED_CHANGES))
    if not versions:
        raise DataError(f"{CHANGES}: found no version; expected {EXPECTED_CHANGES}")
    return [
        LogEntry(
            f"edition-{version}",
            _parse_day(day, version) or publication.released,
            say("Edition {edition}.", edition=version).rstrip("."),
        )
        for version, day in versions
    ]


def _parse_day(text: str, version: str) -> datetime.date | None:
    """Return the date of a version, None if it is words, as those of one that is to come. Raises DataError."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise DataError(f"{CHANGES}, version {version}: found {text!r}; expected a date such as 2012-05-14") from None


def render_log_page(publication: Publication, language: str) -> bytes:
    """Return the log of corrections as a page. Raises DataError."""
    spoken, twins = publication.language(language), publication.logs
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
    """Return the log as an Atom feed (RFC 4287), with the dates of the data. Raises DataError."""
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
        address=publication.site + locate_page(language, "feed", "xml"),
        log=publication.site + publication.logs[language],
        site=publication.site,
        home=publication.home(language),
        author=publication.author["name"],
        entries=sorted(entries, key=lambda entry: entry.day, reverse=True),
    )
