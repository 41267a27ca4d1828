"""Tell what a correction changes: everything that two editions say otherwise, and every sentence to read again.

Each edition is told by its own code (`statements`), or by this one's where it has none, so that what is computed is
compared as its readers saw it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile, is_zipfile

from ..errors import EditionError
from ..project import ARTICLE, DECLARATION, DESCRIPTOR, PACKAGE, find_project
from ..text.language import Language
from ..text.links import find_references, strip_links

KINDS = {  # of statements, in order, and what a list of corrections calls them
    "data": "Data",
    "figure": "Figures",
    "interval": "Ends of intervals",
    "figure verdict": "Verdicts on figures",
    "wording verdict": "Verdicts on words",
    "title": "Titles of charts",
    "alternative": "Alternative texts",
    "caption": "Other words of charts",
    "row": "Rows of charts and tables",
    "sentence": "Sentences",
}
CITED = ("figure", "interval")  # what links lead to
NAMED = (*CITED, "data")  # what no page says in these words
TO_READ = "To be read again: a figure that they cite has changed"
ROWS = ("row", "data")  # of which one place has several, by name
WORDED = ("title", "alternative", "caption", "sentence")
ALIKE = 0.5  # of two sentences: the part that is the same, from which one is the correction of the other


class CorrectionsError(EditionError):
    """What is to be compared is no edition, or cannot be read; the message names it and says why."""


@dataclass(frozen=True)
class Statement:
    """One thing that an edition says in one of its languages.

    `kind` is one of `KINDS`, `page` the address of the page that says it, and `anchor` the place in the page; of a
    figure, its reference. `name` says what the text is about where it does not say so itself. `text` has its links to
    figures; a row has a line for each cell. `faults` are the linked numbers in it that are not their figure's.
    """

    kind: str
    page: str
    anchor: str
    text: str
    name: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def place(self) -> tuple[str, str, str]:
        """What it has in common with its correction. Charts keep their names where they move to another page."""
        return self.kind, self.page if self.kind == "sentence" else "", self.anchor

    @property
    def where(self) -> str:
        """Where it stands, in words."""
        match self.kind:
            case "data":
                return f"data/{self.anchor}, {self.name}"
            case "figure" | "interval":
                return f"{self.name} (#{self.anchor})"
            case _:
                place = f"{self.page}#{self.anchor}" if self.anchor else self.page
                return f"{place}, {self.name}" if self.name else place


@dataclass(frozen=True)
class Change:
    """What one edition says, and what the next one says in its place; None where one says nothing of it."""

    old: Statement | None
    new: Statement | None

    @property
    def statement(self) -> Statement:
        """The new statement, or the old one where there is none."""
        statement = self.new or self.old
        assert statement is not None
        return statement

    @property
    def texts(self) -> tuple[str, str]:
        """The words before and after, without links if they differ without; of rows, the cells that differ."""
        before, after = (each.text if each else "" for each in (self.old, self.new))
        if self.statement.kind in ROWS:
            lines = before.splitlines(), after.splitlines()
            return "; ".join(line for line in lines[0] if line not in lines[1]) or "–", "; ".join(
                line for line in lines[1] if line not in lines[0]
            ) or "–"
        if strip_links(before) != strip_links(after):
            before, after = strip_links(before), strip_links(after)
        return _bare(before) or "–", _bare(after) or "–"


@dataclass(frozen=True)
class Corrections:
    """What changes in one language, in the order of `KINDS`, and what must be read again.

    The latter are statements of the new edition that cite figures whose values changed, with the changes of those.
    """

    language: Language
    changes: list[Change]
    to_read: list[tuple[Statement, list[Change]]]


@dataclass(frozen=True)
class Edition:
    """What an edition says, by language, its version, the day of its data and the address of its pages."""

    version: str
    day: date
    site: str
    languages: dict[str, list[Statement]]


def compare(old: Edition, new: Edition) -> list[Corrections]:
    """Return what changes from one edition to the next, in each language of either."""
    return [
        _of_language(Language(code), old.languages.get(code, []), new.languages.get(code, []))
        for code in dict.fromkeys((*new.languages, *old.languages))
    ]


def _of_language(language: Language, old: list[Statement], new: list[Statement]) -> Corrections:
    def exact(statement: Statement) -> tuple[str, ...]:
        return *statement.place, statement.name if statement.kind in ROWS else "", statement.text

    def anywhere(statement: Statement) -> tuple[str, ...]:
        return (statement.text,) if statement.kind == "sentence" else exact(statement)

    gone, come = _without(old, new, exact), _without(new, old, exact)
    gone, come = _without(gone, come, anywhere), _without(come, gone, anywhere)  # moved, and nothing else
    changes: list[Change] = []
    for place in dict.fromkeys(each.place for each in (*come, *gone)):
        changes += _paired(*([each for each in some if each.place == place] for some in (gone, come)))
    changes.sort(key=lambda change: list(KINDS).index(change.statement.kind))
    figures = {c.statement.anchor: c for c in changes if c.statement.kind in CITED}
    cited = [(s, [figures[r] for r in find_references(s.text) if r in figures]) for s in new if s.kind in WORDED]
    return Corrections(language, changes, [(statement, of_figures) for statement, of_figures in cited if of_figures])


def _without(some: list[Statement], others: list[Statement], key: Callable[[Statement], object]) -> list[Statement]:
    """Return some statements without those that others match, one for one."""
    left = Counter(map(key, others))
    kept = []
    for each in some:
        left[key(each)] -= 1
        if left[key(each)] < 0:
            kept.append(each)
    return kept


def _paired(gone: list[Statement], come: list[Statement]) -> Iterator[Change]:
    """Pair what one place said with what it says now: rows by their names, sentences by their words."""
    left, alone = list(come), len(gone) == len(come) == 1
    for old in gone:
        likeness = {
            place: SequenceMatcher(None, old.text, new.text, autojunk=False).ratio()
            for place, new in enumerate(left)
            if alone or new.name == old.name
        }
        best = max(likeness, key=likeness.__getitem__, default=None)
        if best is None or not (alone or old.name or likeness[best] >= ALIKE):
            yield Change(old, None)
        else:
            yield Change(old, left.pop(best))
    for new in left:
        yield Change(None, new)


def _bare(text: str) -> str:
    """A sentence without the signs of a heading or of a list before it."""
    return re.sub(r"^(?:#+|[-*])\s+", "", text)


def read_editions(*names: str) -> list[Edition]:
    """Return what each of some editions says, named as `contre-enquete corrections` takes them.

    A name is the folder of an edition, or of a data package alone, which this project's article and notebooks then
    tell; the zip archive of either; or a revision of this project's repository. Raises CorrectionsError or DataError.
    """
    with ThreadPoolExecutor(len(names)) as pool:
        return list(pool.map(_read, names))


def _read(name: str) -> Edition:
    with TemporaryDirectory(ignore_cleanup_errors=True) as own:
        said = _told(name, _found(name, Path(own)))
    languages = {code: [Statement(**each) for each in statements] for code, statements in said["languages"].items()}
    return Edition(said["version"], date.fromisoformat(said["date"]), said["site"], languages)


def _told(name: str, project: Path) -> dict:
    """What the edition in a folder says, as `statements.told` returns it, by its own code or else this one's."""
    code = project / "src" / PACKAGE.name
    code = code if (code / "edition/statements.py").is_file() else PACKAGE
    run = subprocess.run(
        [sys.executable, "-B", "-P", "-m", f"{PACKAGE.name}.edition.statements"],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(code.parent), "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if run.returncode:
        raise CorrectionsError(f"{name}: {(run.stderr.strip() or 'no word why').splitlines()[-1]}")
    return json.loads(run.stdout.splitlines()[-1])


def _found(name: str, own: Path) -> Path:
    """The folder of the edition that a name stands for; what has to be unpacked or put together, in the folder `own`."""
    given = Path(name).resolve()
    if given.is_dir():
        places = [given, given / "data"]  # the second, of an archive as a library keeps it
    else:
        archive = given if is_zipfile(given) else _archived(name, own / "revision.zip")
        with ZipFile(archive) as held:
            held.extractall(own / "unpacked")
        tops = [own / "unpacked", *sorted((own / "unpacked").iterdir())]
        places = [place for top in tops for place in (top, top / "data")]
    for place in places:
        if (place / DESCRIPTOR).is_file() and (place / DECLARATION).is_file():
            return place
        for data in (place / "data", place):
            if (data / Path(DESCRIPTOR).name).is_file():
                return _put_together(data, own / "edition")
    raise CorrectionsError(f"{name}: no edition in it; expected {DESCRIPTOR}")


def _archived(name: str, archive: Path) -> Path:
    """Write a revision of this project's repository as a zip archive. Raises CorrectionsError if it is none."""
    git = ["git", "-C", str(find_project())]
    ask = [*git, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    try:
        found = subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
        subprocess.run([*git, "archive", "--format=zip", f"--output={archive}", found], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise CorrectionsError(f"{name}: not found: not a folder, zip or git revision") from None
    return archive


def _put_together(data: Path, target: Path) -> Path:
    """Lay an edition of this project's article and notebooks with other data."""
    project = find_project()
    for name, source in {"data": data, ARTICLE: project / ARTICLE, "notebooks": project / "notebooks"}.items():
        shutil.copytree(source, target / name, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    if (project / "README.md").is_file():
        shutil.copy(project / "README.md", target)
    return target


def as_text(found: Iterable[Corrections], old: Edition, new: Edition, day: date) -> str:
    """Return corrections as a text for a terminal."""
    lines = []
    for each in found:
        lines += ["", _title(each.language, old, new, day)]
        for kind, of_kind in groupby(each.changes, key=lambda change: change.statement.kind):
            changes = list(of_kind)
            lines += ["", f"  {each.language.say(KINDS[kind])} ({len(changes)})"]
            for change in changes:
                before, after = change.texts
                lines += [f"    {change.statement.where}", f"      − {before}", f"      + {after}"]
        if each.to_read:
            lines += ["", f"  {each.language.say(TO_READ)} ({len(each.to_read)})"]
        for statement, figures in each.to_read:
            lines += [f"    {statement.where}", f"      {_bare(strip_links(statement.text))}"]
            lines += [f"      {why}" for why in _why(statement, figures, each.language)]
    return "\n".join(lines[1:])


def as_markdown(found: Iterable[Corrections], old: Edition, new: Edition, day: date) -> str:
    """Return corrections as Markdown for a log: a section in each language, whose last part is a list of tasks."""
    lines = []
    for each in found:
        say, colon = each.language.say, each.language.say(": ")
        lines += ["", f"## {_title(each.language, old, new, day)}"]
        for kind, changes in groupby(each.changes, key=lambda change: change.statement.kind):
            lines += ["", f"### {say(KINDS[kind])}", ""]
            for change in changes:
                before, after = change.texts
                lines += [
                    f"- [{change.statement.where}]({_address(change.statement, new)})",
                    f"  - {say('Before')}{colon}{before}",
                    f"  - {say('After')}{colon}{after}",
                ]
        if each.to_read:
            lines += ["", f"### {say(TO_READ)}", ""]
        for statement, figures in each.to_read:
            lines.append(
                f"- [ ] [{statement.where}]({_address(statement, new)}){colon}{_bare(strip_links(statement.text))}"
            )
            lines += [f"  - {why}" for why in _why(statement, figures, each.language)]
    return "\n".join(lines[1:])


def _title(language: Language, old: Edition, new: Edition, day: date) -> str:
    told = "Corrections of {day}: edition {old}, now {new}"
    return language.say(told, day=language.date(day), old=old.version, new=new.version)


def _why(statement: Statement, figures: list[Change], language: Language) -> Iterator[str]:
    """Why a statement must be read again: what each of its figures was and is, and which numbers are wrong now."""
    for change in figures:
        yield f"{change.statement.where}{language.say(': ')}{' → '.join(change.texts)}"
    for words in statement.faults:
        yield language.say("no longer right: “{words}”", words=words)


def as_json_ld(found: Iterable[Corrections], old: Edition, new: Edition, day: date) -> str:
    """Return corrections as JSON-LD: each page of the site that is corrected, with its schema.org CorrectionComments."""
    pages: dict[str, list[dict]] = {}
    for each in found:
        say, colon = each.language.say, each.language.say(": ")
        for change in each.changes:
            before, after = change.texts
            told = change.statement.where if change.statement.kind in NAMED else change.statement.name
            lines = [told, f"{say('Before')}{colon}{before}", f"{say('After')}{colon}{after}"]
            comment = {
                "@type": "CorrectionComment",
                "text": "\n".join(filter(None, lines)),
                "datePublished": day.isoformat(),
                "inLanguage": each.language.tag,
                "url": _address(change.statement, new),
            }
            pages.setdefault(change.statement.page, []).append(comment)
    graph = [
        {
            "@type": "Dataset" if page.endswith(".json") else "Article",
            "@id": new.site + page.removesuffix("index.html"),
            "correction": comments,
        }
        for page, comments in pages.items()
        if not page.endswith(".md")
    ]
    return json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False, indent=1)


def _address(statement: Statement, edition: Edition) -> str:
    """The address of the place that says a statement: in the site, or, of a document that it does not publish, in the project."""
    if statement.page.endswith(".md"):
        return statement.page
    page = edition.site + statement.page.removesuffix("index.html")
    return page if statement.page.endswith(".json") or not statement.anchor else f"{page}#{statement.anchor}"


FORMATS = {"text": as_text, "markdown": as_markdown, "json-ld": as_json_ld}
