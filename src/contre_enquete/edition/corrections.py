"""Compare two editions: list every statement that differs, and every sentence to read again.

The statements of each edition are read by its own code (`statements`), or by this one's if it has none, so that
computed statements are compared as readers saw them.
"""

from __future__ import annotations

import csv
import io
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
from functools import partial
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import is_zipfile

from ..article import open_language
from ..errors import DataError, EditionError, format_value
from ..files import parse_json, read_text_file
from ..project import ARTICLE, DECLARATION, DESCRIPTOR, PACKAGE, find_project
from ..text.language import ENGLISH, Language, list_languages
from ..text.links import find_references, strip_links
from .archive import unpack_archive

CORRECTED = "data/corrections.csv"
EXPECTED_NAME = "a folder or zip archive of an edition, or of its data alone, or a git revision"
NOWHERE = "not found"
ASSEMBLED = "edition"  # the folder of data that this project's code, article and notebooks are put beside
NEEDED_VARIABLES = (  # of the environment: the code of an edition gets no token, password or setting
    *("HOME", "LANG", "LC_ALL", "LC_CTYPE", "MPLCONFIGDIR", "PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR"),
    "USERPROFILE",
)
MAX_DESCRIBING_SECONDS = 1_800  # in which the code of an edition describes it
MAX_REASON = 300  # characters of what that code says last
TRACEBACK = "Traceback (most recent call last)"
STATEMENT_KINDS = {  # of statements, in order, and what a list of corrections calls them
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
CITED_KINDS = ("figure", "interval")  # links lead to them
ROW_KINDS = ("row", "data")  # one place has several, told apart by name
TEXT_KINDS = ("title", "alternative", "caption", "sentence")
TO_READ = "To be read again: a figure that they cite has changed"
MIN_LIKENESS = 0.5  # of two sentences, from which one is the correction of the other; difflib's ratio


class CorrectionsError(EditionError):
    """An edition to compare is not found or cannot be read; the message names it and gives the reason."""


@dataclass(frozen=True)
class Statement:
    """One statement of an edition, in one of its languages.

    Attributes
    ----------
    kind
        One of `STATEMENT_KINDS`.
    page
        Address of the page, from the site's own.
    anchor
        Place in the page; the reference, for a figure.
    text
        The words, with links to figures; one line for each cell of a row.
    name
        Subject of the text, if the text does not name it: the header of a row, the claim of a verdict.
    faults
        Linked numbers in the text that differ from their figures.
    """

    kind: str
    page: str
    anchor: str
    text: str
    name: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def place(self) -> tuple[str, str, str]:
        """The place that a statement shares with its correction; a chart may move to another page."""
        return self.kind, self.page if self.kind == "sentence" else "", self.anchor

    @property
    def where(self) -> str:
        """The place for readers: file and row, figure, or page and part."""
        match self.kind:
            case "data":
                return f"data/{self.anchor}, {self.name}"
            case "figure" | "interval":
                return f"{self.name} (#{self.anchor})"
            case _:
                place = f"{self.page}#{self.anchor}" if self.anchor else self.page
                return f"{place}, {self.name}" if self.name else place


@dataclass(frozen=True)
class StatementChange:
    """A statement of the old edition and the one that replaces it; None where there is no counterpart."""

    old: Statement | None
    new: Statement | None

    @property
    def statement(self) -> Statement:
        """The new statement, or the old one if it was removed."""
        statement = self.new or self.old
        assert statement is not None
        return statement

    @property
    def texts(self) -> tuple[str, str]:
        """The words before and after, for rows only the cells that differ; "–" for no words.

        Links are left out, unless nothing else differs.
        """
        before, after = (statement.text if statement else "" for statement in (self.old, self.new))
        if self.statement.kind in ROW_KINDS:
            lines, new_lines = before.splitlines(), after.splitlines()
            before = "; ".join(line for line in lines if line not in new_lines)
            after = "; ".join(line for line in new_lines if line not in lines)
        elif strip_links(before) != strip_links(after):
            before, after = strip_links(before), strip_links(after)
        return _strip_marker(before) or "–", _strip_marker(after) or "–"


@dataclass(frozen=True)
class Corrections:
    """The changes of one language, as `STATEMENT_KINDS` orders them, and the statements to read again in a new edition.

    These cite figures whose values changed; each comes with the changes of these figures.
    """

    language: Language
    changes: list[StatementChange]
    to_read: list[tuple[Statement, list[StatementChange]]]


@dataclass(frozen=True)
class EditionStatements:
    """The statements of an edition by language, its version, the day of its data and the address of its site."""

    version: str
    day: date
    site: str
    languages: dict[str, list[Statement]]


def compare(old: EditionStatements, new: EditionStatements) -> list[Corrections]:
    """Return the changes from one edition to the next, in each language of either."""
    return [
        _compare_statements(_open_language(code), old.languages.get(code, []), new.languages.get(code, []))
        for code in dict.fromkeys((*new.languages, *old.languages))
    ]


def _open_language(code: str) -> Language:
    """Return a language as the current edition has it, else as the engine has it; English for one that none knows."""
    try:
        return open_language(code, find_project())
    except DataError:
        return Language(code if code in list_languages() else ENGLISH)


def _compare_statements(language: Language, old: list[Statement], new: list[Statement]) -> Corrections:
    def same_place(statement: Statement) -> tuple[str, ...]:
        return *statement.place, statement.name if statement.kind in ROW_KINDS else "", statement.text

    def same_text(statement: Statement) -> tuple[str, ...]:
        return (statement.text,) if statement.kind == "sentence" else same_place(statement)

    removed, added = _subtract(old, new, same_place), _subtract(new, old, same_place)
    # A sentence that only moved is no change.
    removed, added = _subtract(removed, added, same_text), _subtract(added, removed, same_text)
    changes: list[StatementChange] = []
    for place in dict.fromkeys(statement.place for statement in (*added, *removed)):
        changes += _pair([s for s in removed if s.place == place], [s for s in added if s.place == place])
    changes.sort(key=lambda change: list(STATEMENT_KINDS).index(change.statement.kind))
    figures = {c.statement.anchor: c for c in changes if c.statement.kind in CITED_KINDS}
    cited = [(s, [figures[r] for r in find_references(s.text) if r in figures]) for s in new if s.kind in TEXT_KINDS]
    return Corrections(language, changes, [(statement, of_figures) for statement, of_figures in cited if of_figures])


def _subtract(
    statements: list[Statement], matches: list[Statement], key: Callable[[Statement], object]
) -> list[Statement]:
    """Return the statements that no other one matches; each match counts once."""
    counts = Counter(map(key, matches))
    remaining = []
    for statement in statements:
        counts[key(statement)] -= 1
        if counts[key(statement)] < 0:
            remaining.append(statement)
    return remaining


def _pair(removed: list[Statement], added: list[Statement]) -> Iterator[StatementChange]:
    """Pair the removed statements of one place with the added ones: rows by their names, sentences by their words."""
    candidates, is_only_one = list(added), len(removed) == len(added) == 1
    for old in removed:
        likeness = {
            place: SequenceMatcher(None, old.text, new.text, autojunk=False).ratio()
            for place, new in enumerate(candidates)
            if is_only_one or new.name == old.name
        }
        best = max(likeness, key=likeness.__getitem__, default=None)
        # A lone statement is the correction of the lone one before it, and a row of the row with its name, whatever
        # their words; of several sentences, only those alike enough.
        if best is None or not (is_only_one or old.name or likeness[best] >= MIN_LIKENESS):
            yield StatementChange(old, None)
        else:
            yield StatementChange(old, candidates.pop(best))
    for new in candidates:
        yield StatementChange(None, new)


def _strip_marker(text: str) -> str:
    """Return a sentence without the sign of a heading or list before it."""
    return re.sub(r"^(?:#+|[-*])\s+", "", text)


def read_editions(*names: str, report: Callable[[str], None], data_only: bool = False) -> list[EditionStatements]:
    """Return the statements of each edition, named as `contre-enquete corrections` takes them.

    A name is a folder or zip archive of an edition, or of a data package alone; or a revision of this project's
    repository. An edition is read by its own code, after `report` was given a line that says so. A data package alone
    is read by the code, article and notebooks of this project, and so is each edition with `data_only`. Raises
    CorrectionsError or DataError.
    """
    with ThreadPoolExecutor(len(names)) as pool:
        return list(pool.map(partial(_read_edition, report=report, data_only=data_only), names))


def _read_edition(name: str, report: Callable[[str], None], data_only: bool) -> EditionStatements:
    if not name.strip():
        raise CorrectionsError(f"an edition to compare: found nothing; expected {EXPECTED_NAME}")
    with TemporaryDirectory(ignore_cleanup_errors=True) as temporary:
        project, assembled = _locate(name, Path(temporary), data_only), Path(temporary) / ASSEMBLED
        if project != assembled and not Path.cwd().is_relative_to(project):
            report(f"{name}: its own code now runs, with your rights; --data-only runs this project's alone")
        description = _describe_edition(name, project)
    try:
        return _parse_description(description)
    except (KeyError, TypeError, ValueError, AttributeError):
        expected = "what this version of contre-enquete says of one"
        raise CorrectionsError(
            f"{name}: its own code says something else of the edition; expected {expected}"
        ) from None


def _parse_description(description: dict) -> EditionStatements:
    """Return what `statements.describe_edition` says. Raises KeyError, TypeError or others if it is something else."""
    languages = {
        code: [Statement(**fields) for fields in statements] for code, statements in description["languages"].items()
    }
    texts = [description["version"], description["site"]]
    for statement in (statement for statements in languages.values() for statement in statements):
        texts += [statement.page, statement.anchor, statement.text, statement.name, *statement.faults]
        STATEMENT_KINDS[statement.kind]
    "".join(texts)
    return EditionStatements(
        description["version"], date.fromisoformat(description["date"]), description["site"], languages
    )


def _describe_edition(name: str, project: Path) -> dict:
    """Return `statements.describe_edition` of the edition in a folder, by its own code if it has any."""
    code = project / "src" / PACKAGE.name
    code = code if (code / "edition/statements.py").is_file() else PACKAGE
    try:
        run = subprocess.run(
            [sys.executable, "-B", "-P", "-m", f"{PACKAGE.name}.edition.statements"],
            cwd=project,
            env={key: os.environ[key] for key in NEEDED_VARIABLES if key in os.environ}
            | {"PYTHONPATH": str(code.parent), "PYTHONHASHSEED": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=MAX_DESCRIBING_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise CorrectionsError(f"{name}: its code does not end within {MAX_DESCRIBING_SECONDS:,} seconds") from None
    said = run.stderr.decode(errors="replace").replace(str(project), name).strip()
    if run.returncode:
        reason = said.splitlines()[-1][:MAX_REASON] if said else "no word why"
        raise CorrectionsError(f"{name}: {f'its code stops ({reason})' if TRACEBACK in said else reason}")
    statements = run.stdout.decode(errors="replace").splitlines()[-1:]
    if not statements:
        raise CorrectionsError(f"{name}: its own code says nothing; expected the statements of the edition")
    return parse_json(statements[0], f"{name}, the statements of its code", "those of an edition")


def _locate(name: str, temporary: Path, data_only: bool) -> Path:
    """Return the folder of an edition by its name; unpack or assemble it in the folder `temporary` if needed."""
    given = Path(name).absolute()
    try:
        is_folder, is_archive, found = (
            given.is_dir(),
            is_zipfile(given),
            "no zip archive" if given.is_file() else NOWHERE,
        )
    except (OSError, ValueError):  # a name that is too long, or that no file can have
        is_folder, is_archive, found = False, False, NOWHERE
    if is_folder:
        places = [given, given / "data"]  # an archive of a library keeps the edition in `data`
    else:
        path = given if is_archive else _archive_revision(name, temporary / "revision.zip", found)
        unpack_archive(path, name, temporary / "unpacked")
        tops = [temporary / "unpacked", *sorted((temporary / "unpacked").iterdir())]
        places = [place for top in tops for place in (top, top / "data")]
    for place in places:
        if not data_only and (place / DESCRIPTOR).is_file() and (place / DECLARATION).is_file():
            return place.resolve()
        for data in (place / "data", place):
            if (data / Path(DESCRIPTOR).name).is_file():
                return _assemble(name, data, temporary / ASSEMBLED)
    raise CorrectionsError(f"{name}: no edition in it; expected {DESCRIPTOR}")


def _archive_revision(name: str, archive: Path, found: str) -> Path:
    """Write a revision of this project's repository as a zip archive, and return it.

    Raises CorrectionsError if there is no such revision; `found` says what else was found.
    """
    git = ["git", "-C", str(find_project())]
    query = [*git, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"]
    try:
        commit = subprocess.run(query, capture_output=True, text=True, check=True).stdout.strip()
        subprocess.run(
            [*git, "archive", "--format=zip", f"--output={archive}", commit], capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        raise CorrectionsError(f"{format_value(name)[1:-1]}: {found}; expected {EXPECTED_NAME}") from None
    return archive


def _assemble(name: str, data: Path, target: Path) -> Path:
    """Make an edition of other data with this project's article and notebooks, and return its folder."""
    project = find_project()
    parts = {"data": data, ARTICLE: project / ARTICLE, "notebooks": project / "notebooks"}
    try:
        for part, source in parts.items():
            shutil.copytree(source, target / part, ignore=shutil.ignore_patterns(".*", "__pycache__"))
        if (project / "README.md").is_file():
            shutil.copy(project / "README.md", target)
    except OSError:
        raise CorrectionsError(f"{name}: a file in it cannot be copied; expected files that can be read") from None
    return target


def as_text(corrections: Iterable[Corrections], old: EditionStatements, new: EditionStatements, day: date) -> str:
    """Return corrections as a text for a terminal."""
    lines = []
    for of_language in corrections:
        lines += ["", _format_title(of_language.language, old, new, day)]
        for kind, of_kind in groupby(of_language.changes, key=lambda change: change.statement.kind):
            changes = list(of_kind)
            lines += ["", f"  {of_language.language.say(STATEMENT_KINDS[kind])} ({len(changes)})"]
            for change in changes:
                before, after = change.texts
                lines += [f"    {change.statement.where}", f"      − {before}", f"      + {after}"]
        if of_language.to_read:
            lines += ["", f"  {of_language.language.say(TO_READ)} ({len(of_language.to_read)})"]
        for statement, figures in of_language.to_read:
            lines += [f"    {statement.where}", f"      {_strip_marker(strip_links(statement.text))}"]
            lines += [f"      {reason}" for reason in _list_reasons(statement, figures, of_language.language)]
    return "\n".join(lines[1:])


def as_markdown(corrections: Iterable[Corrections], old: EditionStatements, new: EditionStatements, day: date) -> str:
    """Return corrections as Markdown for a change log: a section for each language, which ends with a list of tasks."""
    lines = []
    for of_language in corrections:
        say, colon = of_language.language.say, of_language.language.say(": ")
        lines += ["", f"## {_format_title(of_language.language, old, new, day)}"]
        for kind, changes in groupby(of_language.changes, key=lambda change: change.statement.kind):
            lines += ["", f"### {say(STATEMENT_KINDS[kind])}", ""]
            for change in changes:
                before, after = change.texts
                lines += [
                    f"- [{change.statement.where}]({_address(change.statement, new)})",
                    f"  - {say('Before')}{colon}{before}",
                    f"  - {say('After')}{colon}{after}",
                ]
        if of_language.to_read:
            lines += ["", f"### {say(TO_READ)}", ""]
        for statement, figures in of_language.to_read:
            lines.append(
                f"- [ ] [{statement.where}]({_address(statement, new)}){colon}{_strip_marker(strip_links(statement.text))}"
            )
            lines += [f"  - {reason}" for reason in _list_reasons(statement, figures, of_language.language)]
    return "\n".join(lines[1:])


def _format_title(language: Language, old: EditionStatements, new: EditionStatements, day: date) -> str:
    return language.say(
        "Corrections of {day}: edition {old}, now {new}", day=language.date(day), old=old.version, new=new.version
    )


def _list_reasons(statement: Statement, figures: list[StatementChange], language: Language) -> Iterator[str]:
    """Yield why to read a statement again: each of its figures before and after, and each number that is wrong now."""
    for change in figures:
        yield f"{change.statement.where}{language.say(': ')}{' → '.join(change.texts)}"
    for words in statement.faults:
        yield language.say("no longer right: “{words}”", words=words)


def as_csv(corrections: Iterable[Corrections], old: EditionStatements, new: EditionStatements, day: date) -> str:
    """Return a row of `data/corrections.csv` for each changed figure, with the columns of this project's file.

    The consequence is left empty, for a person to write: the data package requires it, so none is forgotten.
    """
    log = read_text_file(find_project() / CORRECTED, CORRECTED, "the log of corrections")
    columns = next(csv.reader(io.StringIO(log)), [])
    rows: dict[str, dict[str, str]] = {}
    for of_language in corrections:
        code = of_language.language.code
        for change in of_language.changes:
            if change.statement.kind == "figure":
                before, after = change.texts
                row = rows.setdefault(change.statement.anchor, {"date": day.isoformat()})
                row |= {"reference": change.statement.anchor, f"before_{code}": before, f"after_{code}": after}
    output = io.StringIO()
    csv.DictWriter(output, columns, extrasaction="ignore", lineterminator="\n").writerows(rows.values())
    return output.getvalue().rstrip("\n")


def _address(statement: Statement, edition: EditionStatements) -> str:
    """Return the address of a statement in the site, or in the project if it stands in a document outside the site."""
    if statement.page.endswith(".md"):
        return statement.page
    page = edition.site + statement.page.removesuffix("index.html")
    return page if statement.page.endswith(".json") or not statement.anchor else f"{page}#{statement.anchor}"


FORMATS = {"text": as_text, "markdown": as_markdown, "csv": as_csv}
