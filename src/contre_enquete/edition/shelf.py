"""Set the editions that lie in one folder beside each other: an opening page and a feed in each language.

Each edition is a folder that can be built alone; this reads its declaration, data and site, and runs no code of it. The
pages link to the sites by relative addresses, so that they open from a disk too. `shelf.toml` of the folder may give
them a title and words; its `sources.csv` holds the sources that editions share.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from ..article import open_language
from ..errors import DataError, format_value
from ..files import read_csv_rows
from ..project import DESCRIPTOR, replace_file
from ..survey.claims import WORDING_VERDICTS, judge_claims
from ..survey.model import load_survey
from ..text.language import Language
from ..toml_reader import read_toml
from .imprint import ICON, Publication, locate_page, make_policy, make_style, render_template
from .log import list_correction_entries, list_release_entries

SETTINGS, SOURCES = "shelf.toml", "sources.csv"
SITE = "site"  # where an edition is built
FACTS = ("publisher", "title", "language", "date", "url", "kind")  # that a shared source has in every edition


@dataclass(frozen=True)
class Shelf:
    """The editions of a folder, in the order of their names, and what the folder itself says of them."""

    folder: Path
    editions: tuple[Publication, ...]
    words: Mapping[tuple[str, str], str]  # by "title" or "words", and language

    @property
    def languages(self) -> list[str]:
        """The languages of the editions, in the order in which they come first."""
        return list(dict.fromkeys(code for edition in self.editions for code in edition.languages))

    def open_language(self, code: str) -> Language:
        """Return a language, with the words of the first edition that has it."""
        edition = next(edition for edition in self.editions if code in edition.languages)
        return open_language(code, edition.project)

    def write_words(self, key: str, language: Language, default: str) -> str:
        """Return words of the folder in a language, by default a sentence of the engine."""
        return self.words.get((key, language.code)) or language.say(default)


def write_shelf(folder: Path) -> list[Path]:
    """Write an opening page and a feed in each language of the editions in a folder, and return the pages.

    Raises DataError if the folder has no edition, one is not built, or sources that they share differ; no file is then
    written.
    """
    shelf = read_shelf(folder)
    check_sources(shelf)
    files = {}
    for code in shelf.languages:
        files[locate_shelf_page(shelf, code)] = render_shelf(shelf, code)
        files[locate_page(code, "feed", "xml")] = render_shelf_feed(shelf, code)
    for name, content in files.items():
        replace_file(folder / name, content)
    return [folder / locate_shelf_page(shelf, code) for code in shelf.languages]


def read_shelf(folder: Path) -> Shelf:
    """Return the editions of a folder. Raises DataError if there is none, or one is not built."""
    projects = _list_projects(folder)
    for project in projects:
        if not (project / SITE / "index.html").is_file():
            raise DataError(f"{project.name}/{SITE}/index.html: not found; expected a built edition: run make there")
    shelf = Shelf(folder, tuple(map(Publication, projects)), {})
    if not (folder / SETTINGS).is_file():
        return shelf
    settings = read_toml(folder / SETTINGS, SETTINGS, "a title and words, by language")
    tables = {key: settings.table(key) for key in ("title", "words")}
    words = {(key, code): table.text(code, "") for key, table in tables.items() for code in shelf.languages}
    settings.reject_unknown_keys()
    return replace(shelf, words=words)


def _list_projects(folder: Path) -> list[Path]:
    """Return the folders of the editions in a folder. Raises DataError if there is none."""
    projects = sorted(path.parent.parent for path in folder.glob(f"*/{DESCRIPTOR}"))
    if not projects:
        raise DataError(f"{folder}: found no edition; expected folders with {DESCRIPTOR}, as contre-enquete new makes")
    return projects


def share_sources(folder: Path) -> list[str]:
    """Write the sources of the folder's own table into the tables of its editions, and return what was written.

    A source that an edition has gets the facts of the folder's; one that only its other tables name gets a row. All
    else stays as it is. Raises DataError if a table is missing or wrong; no file is then written.
    """
    shared = {source: facts for source, (_, facts) in _read_sources(folder / SOURCES, SOURCES).items()}
    files, lines = {}, []
    for project in _list_projects(folder):
        path, name = project / "data" / SOURCES, f"{project.name}/data/{SOURCES}"
        sources = {source: facts for source, (_, facts) in _read_sources(path, name).items()}
        missing = [source for source in shared if source not in sources and source in _list_named_sources(project)]
        lines += [f"{name}: {source}: a new row" for source in missing]
        for source in sources.keys() & shared.keys():
            facts = {fact: shared[source][fact] for fact in FACTS}
            changed = [fact for fact in FACTS if sources[source][fact] != facts[fact]]
            lines += [f"{name}: {source}: {', '.join(changed)}"] * bool(changed)
            sources[source] |= facts
        table = io.StringIO()
        header = next(read_csv_rows(path, name))
        writer = csv.DictWriter(table, header, extrasaction="ignore", restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows([*sources.values(), *map(shared.__getitem__, missing)])
        files[path] = table.getvalue().encode()
    for path in files if lines else ():
        replace_file(path, files[path])
    return sorted(lines)


def _list_named_sources(project: Path) -> set[str]:
    """Return the sources that the tables of an edition name."""
    names = set[str]()
    for path in sorted((project / "data").glob("*.csv")):
        header, *rows = read_csv_rows(path, f"{project.name}/data/{path.name}")
        if "source" in header:
            names |= {row[header.index("source")] for row in rows if len(row) == len(header)}
    return names


def check_sources(shelf: Shelf) -> None:
    """Raise DataError if an edition has other facts of a source that the folder's own table shares."""
    if not (shelf.folder / SOURCES).is_file():
        return
    shared = _read_sources(shelf.folder / SOURCES, SOURCES)
    faults = [
        (
            f"{edition.project.name}/data/{SOURCES}, row {row}, column {fact}: found {format_value(facts[fact])} of the "
            f"shared source {source}; expected {format_value(shared[source][1][fact])}, as {SOURCES} has: contre-enquete shelf --write writes it"
        )
        for edition in shelf.editions
        for source, (row, facts) in _read_sources(edition.project / "data" / SOURCES, f"data/{SOURCES}").items()
        for fact in FACTS
        if source in shared and facts[fact] != shared[source][1][fact]
    ]
    if faults:
        raise DataError(faults[0] + (f" (and {len(faults) - 1} more)" if faults[1:] else ""))


def _read_sources(path: Path, name: str) -> dict[str, tuple[int, dict[str, str]]]:
    """Return the row and facts of each source of a table. Raises DataError for a column that is not there, or a row."""
    header, *rows = read_csv_rows(path, name)
    if missing := [column for column in ("source", *FACTS) if column not in header]:
        raise DataError(f"{name}, row 1: no column {missing[0]!r}; expected source, {', '.join(FACTS)}")
    sources: dict[str, tuple[int, dict[str, str]]] = {}
    for number, cells in enumerate(rows, 2):
        facts = dict(zip(header, cells, strict=False))
        if len(cells) != len(header) or facts["source"] in sources:
            raise DataError(
                f"{name}, row {number}: found {','.join(cells)}; expected a source of its own, {len(header)} cells"
            )
        sources[facts["source"]] = number, facts
    return sources


def locate_shelf_page(shelf: Shelf, code: str) -> str:
    """Return the address of the opening page in a language, "index.html" for the first."""
    return "index.html" if code == shelf.languages[0] else f"index.{code}.html"


def render_shelf(shelf: Shelf, code: str) -> bytes:
    """Return the opening page of the editions in a language."""
    language, style = shelf.open_language(code), make_style()
    return render_template(
        "shelf.html.j2",
        say=language.say,
        tag=language.tag,
        title=shelf.write_words("title", language, "Editions"),
        words=shelf.write_words("words", language, "Articles read again with their data."),
        feed=locate_page(code, "feed", "xml"),
        twins=[
            {"tag": spoken.tag, "name": spoken.name, "address": locate_shelf_page(shelf, spoken.code)}
            for spoken in map(shelf.open_language, shelf.languages)
            if spoken.code != code
        ],
        editions=[_describe_edition(edition, code) for edition in shelf.editions],
        style=Markup(style),
        policy=make_policy(style),
        icon=ICON,
    )


def _describe_edition(edition: Publication, code: str) -> dict[str, object]:
    """Return what the page says of an edition: in its first language, if it has not that of the page."""
    spoken = edition.language(code if code in edition.languages else edition.languages[0])
    claims = judge_claims(load_survey(spoken.code, edition.project))
    counts = Counter(claim.wording for claim in claims)
    return {
        "name": edition.words.name,
        "tag": spoken.tag,
        "here": spoken.code == code,
        "description": spoken.say(edition.words.description),
        "address": _locate_site(edition) + edition.locate_opening_page(spoken.code),
        "date": edition.released.isoformat(),
        "day": spoken.date(edition.released),
        "version": spoken.say("Edition {edition}.", edition=edition.package["version"]).rstrip("."),
        "claims": spoken.number(len(claims)),
        "claims_label": spoken.say("Claims"),
        "verdicts": [
            {"words": spoken.say(words), "count": spoken.number(counts[verdict])}
            for verdict, words in WORDING_VERDICTS.items()
            if counts[verdict]
        ],
        "languages": [
            {"tag": one.tag, "name": one.name, "address": _locate_site(edition) + edition.locate_opening_page(one.code)}
            for one in map(edition.language, edition.languages)
        ],
    }


def _locate_site(edition: Publication) -> str:
    """Return the address of an edition's site from the page of the folder."""
    return f"{quote(edition.project.name)}/{SITE}/"


def render_shelf_feed(shelf: Shelf, code: str) -> bytes:
    """Return what was published and corrected in the editions that have a language, newest first, as an Atom feed."""
    language, entries = shelf.open_language(code), []
    for edition in shelf.editions:
        if code in edition.languages:
            log = locate_page(code, "corrections")
            listed = [
                *list_correction_entries(load_survey(code, edition.project)),
                *list_release_entries(edition, code),
            ]
            entries += [
                {
                    "title": f"{edition.words.name}{language.say(': ')}{entry.title}",
                    "id": _make_id(f"{edition.project.name} {edition.site}{log}#{entry.anchor}"),
                    "address": f"{_locate_site(edition)}{log}#{entry.anchor}",
                    "day": entry.day,
                    "summary": entry.changes or language.say(edition.words.description),
                }
                for entry in listed
            ]
    return render_template(
        "shelf.xml.j2",
        tag=language.tag,
        title=shelf.write_words("title", language, "Editions"),
        id=_make_id(f"{code} {' '.join(edition.site for edition in shelf.editions)}"),
        feed=locate_page(code, "feed", "xml"),
        home=locate_shelf_page(shelf, code),
        authors=list(dict.fromkeys(edition.author["name"] for edition in shelf.editions)),
        entries=sorted(entries, key=lambda entry: str(entry["day"]), reverse=True),
    )


def _make_id(text: str) -> str:
    """Return an identifier that the same text always has: pages of a folder have no address of their own."""
    return uuid.uuid5(uuid.NAMESPACE_URL, text).urn
