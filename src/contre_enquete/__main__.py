"""The command `contre-enquete`."""

from __future__ import annotations

import argparse
import io
import os
import re
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from . import __version__
from .errors import EditionError
from .project import CATALOGUES, DECLARATION, PACKAGE, UNFINISHED, NoProject, find_project
from .text.language import ENGLISH, Language, MissingTranslation
from .text.markup import SITE_ADDRESS, is_site_address

REPORT = (
    "run it again with --debug, and open an issue with what it prints and the file that it reads, if it may be public"
)
MAX_MESSAGE = 2_000  # characters
MAX_DIGITS = 9  # of an option
DEFAULT_SECONDS = 60  # for the exact method of protection

if TYPE_CHECKING:
    from .answers.draft import Draft
    from .answers.published import PublishedNames
    from .edition.check import Report
    from .prose.repository import RewrittenText
    from .prose.settings import Settings


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code.

    That is 0 if all is well, 1 after a line for each fault, 2 where there is no project, 130 when interrupted; argparse
    exits with 2.
    """
    options = _make_parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for terminals that lack a sign, as on Windows
    try:
        code = options.run(options)
        if sys.stdout:  # which somebody may have closed
            sys.stdout.flush()
    except KeyboardInterrupt:
        print("contre-enquete: interrupted; run it again to finish", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read the output has enough, as `head` has
        _discard_output()
        return 1
    except Exception as error:
        if options.debug:
            raise
        print(f"contre-enquete: {_format_message(_describe_error(error))}", file=sys.stderr)
        _discard_output()
        return 2 if isinstance(error, NoProject) else 1
    return code


def _discard_output() -> None:
    """Send output that cannot be written nowhere, or Python would try it once more, and complain, at its end."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except ValueError:  # it is closed
        pass
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _describe_error(error: Exception) -> str:
    """Return in words what went wrong.

    Of an error that nobody foresaw these are its type and place alone: its text may hold somebody's answer.
    """
    match error:
        case MissingTranslation():
            return _describe_untranslated() or str(error)
        case EditionError():
            return str(error)
        case OSError(strerror=str(reason)):
            return f"{error.filename}: {reason}" if error.filename else reason
        case ModuleNotFoundError(name=str(module)) if not module.startswith(__package__):
            return (
                f"{module}: not installed; expected the parts for this command: pip install 'contre-enquete[edition]'"
            )
        case RuntimeError() if str(error).startswith("Symlink loop"):  # of pathlib, before Python 3.13
            return str(error)
        case ValueError() if sys.stdout and sys.stdout.closed:
            return "standard output: closed by the code in article/; expected it open"
        case MemoryError():
            return "not enough memory"
    own = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(PACKAGE)]
    place = (
        f"{Path(own[-1].filename).relative_to(PACKAGE).as_posix()}, line {own[-1].lineno}"
        if own
        else "an unknown place"
    )
    return f"{place}: an error that we did not foresee ({type(error).__name__}); {REPORT}"


def _describe_untranslated() -> str:
    """Return every sentence that the current edition has no translation of, "" if they cannot be found."""
    from .edition.translation import describe_untranslated

    with suppress(Exception):  # the first of them is told
        project = find_project()
        return describe_untranslated(project) or describe_untranslated(project, with_survey=True)
    return ""


def _format_message(message: str) -> str:
    """Return a message as one line for a terminal: signs of control escaped, the middle left out if it is endless."""
    line = "".join(sign if sign.isprintable() else " " if sign.isspace() else ascii(sign)[1:-1] for sign in message)
    return line if len(line) <= MAX_MESSAGE else f"{line[: MAX_MESSAGE // 2]} […] {line[-MAX_MESSAGE // 2 :]}"


def _escape_controls(text: str) -> str:
    """Return a text with its signs of control, which a terminal would obey, as escapes."""
    return re.sub(r"[\0-\x1f\x7f-\x9f]", lambda sign: ascii(sign[0])[1:-1], text)


# Over 60 lines: one list of all that the command takes.
def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="contre-enquete", description="Build and check the edition of an article.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    debugging = "show where in the code an error occurs (it may quote what the files hold)"
    parser.add_argument("--debug", action="store_true", help=debugging)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], int], summary: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        command.set_defaults(run=run)
        command.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=debugging)
        return command

    command = add("build", _build, "build the site: run notebooks, draw charts, write pages (only what changed)")
    command.add_argument(
        "--site",
        metavar="URL",
        type=_parse_site,
        help="address to publish the pages at (default: the homepage in data/datapackage.json)",
    )
    add("validate", _validate, "check the data against its description; change nothing")
    command = add("check", _check, "trace each number of the texts to the data, in an edition or in any project")
    command.add_argument(
        "names",
        metavar="FILE[#CELL]",
        nargs="*",
        help="file or text to check, or a cell: notebooks/fr/1-article.ipynb#4, charts.en (default: every text)",
    )
    command.add_argument("--read", action="store_true", help="ask for each unreviewed claim, and record it as reviewed")
    command.add_argument("--yes", action="store_true", help="record every unreviewed claim as reviewed, without asking")
    command.add_argument("--write", action="store_true", help="write the numbers that the data have now into the texts")
    command.add_argument("--dry-run", action="store_true", help="show what --write would change; change nothing")
    command.add_argument(
        "--layout",
        action="store_true",
        help="check instead that charts and pages can be read, on a desk and on a phone",
    )
    command = add("page", _page, "make one page of a notebook: one HTML file without script or request")
    command.add_argument("notebook", metavar="NOTEBOOK", type=Path, help="notebook to make the page of")
    command.add_argument("--output", metavar="FILE", type=Path, help="file to write (default: NOTEBOOK.html)")
    command.add_argument(
        "--language",
        metavar="CODE",
        default="",
        help="language of the page (default: that of the notebook or of its folder)",
    )
    command = add("figures", _figures, "list the figures that texts may cite, each as a link to copy")
    command.add_argument(
        "part", metavar="PART", nargs="?", default="", help="list only references that contain PART (default: all)"
    )
    add("rerun", _rerun, "run every notebook and draw every chart again, and list what differs; change nothing")
    command = add("new", _new, "begin the edition of another article")
    command.add_argument("folder", metavar="FOLDER", type=Path, help="folder to make; it may exist if it is empty")
    command.add_argument(
        "--language",
        metavar="LANGUAGE",
        default="",
        help="its only language, perhaps with its region: en, en-GB, fr-CH, it (default: English and French)",
    )
    command.add_argument(
        "--groups",
        metavar="NAMES",
        default="",
        help="names of its groups, in order, with commas between: 18-29,30-49,50+ (default: those of the example)",
    )
    command.add_argument(
        "--waves",
        metavar="DATES",
        default="",
        help="when it was asked, if several times, with commas between: 2015,2017 or 2017-03,2017-11 (default: once)",
    )
    command.add_argument(
        "--unit",
        metavar="UNIT",
        default="percent",
        help="unit of its first question: percent, count, minutes, hours, dollars, euros and so on (default: percent)",
    )
    command = add("reference", _reference, "print a page of the reference for authors, as Markdown")
    command.add_argument("page", metavar="PAGE", help="article, figures, notebooks, rules or tables")
    command = add("upgrade", _upgrade, "build an edition with another engine, and list what changes")
    command.add_argument(
        "wheel", metavar="WHEEL", type=Path, help="wheel of the other engine, as contre-enquete wheel writes"
    )
    command = add("wheel", _wheel, "write the engine that runs as a wheel, for contre-enquete upgrade")
    command.add_argument(
        "--output", metavar="FOLDER", type=Path, default=Path(), help="folder to write it in (default: the current one)"
    )
    command = add("shelf", _shelf, "write one opening page and one feed for the editions that lie in a folder")
    command.add_argument("folder", metavar="FOLDER", type=Path, help="folder in which each edition has a folder")
    command.add_argument(
        "--write", action="store_true", help="write the sources of its sources.csv into its editions, and no page"
    )
    command = add("translate", _translate, "write what lacks a translation into the catalogue of a language")
    command.add_argument("language", metavar="LANGUAGE", help="language, perhaps with its region: it, it-CH")
    command.add_argument("--survey", action="store_true", help="also what `contre-enquete survey` says, and its pages")
    command = add("corrections", _corrections, "compare two editions: list what changed, and the sentences to re-check")
    kinds = "folder or zip archive of an edition, or of its data alone, or git revision"
    command.add_argument("old", metavar="OLD", help=f"earlier edition: {kinds}; the code in an edition is run")
    command.add_argument("new", metavar="NEW", help="later edition, in any of the same forms")
    command.add_argument(
        "--format",
        choices=("text", "markdown", "csv"),
        default="text",
        help="text, Markdown for a change log, or rows for data/corrections.csv (default: text)",
    )
    command.add_argument(
        "--date",
        metavar="YYYY-MM-DD",
        type=_parse_day,
        help="date of the corrections (default: the date of NEW's data)",
    )
    command.add_argument(
        "--data-only", action="store_true", help="compare the data alone, and run no code of OLD or NEW (default: all)"
    )
    command = add(
        "survey", _survey, "make the table and the page of your own survey, from the file that its tool exports"
    )
    command.add_argument("file", metavar="FILE", type=Path, help="file of answers, one row per person")
    command.add_argument(
        "--codebook",
        metavar="FILE",
        type=Path,
        help="codebook: used if it is there, else written (default: beside FILE, with the ending .toml)",
    )
    command.add_argument("--yes", action="store_true", help="take what is guessed for every answer, without asking")
    command.add_argument(
        "--language", metavar="CODE", help="language of the questions (default: that of the terminal, or en)"
    )
    _add_minimum(command)
    command = add("codebook", _codebook, "propose a codebook for a file of answers: what is in each column")
    command.add_argument(
        "answers",
        metavar="ANSWERS",
        type=Path,
        help="CSV, workbook, SPSS, Stata or Parquet file, also gzipped or in a zip: one row per person; - is standard input",
    )
    command.add_argument("--output", metavar="FILE", type=Path, help="new file to write (default: ANSWERS.toml)")
    _add_backend(command)
    command = add("tabulate", _tabulate, "make a table from a file of answers and its codebook")
    command.add_argument(
        "answers",
        metavar="ANSWERS",
        type=Path,
        help="file of answers (-: standard input), or name of a table of the backend",
    )
    command.add_argument(
        "--codebook", metavar="FILE", type=Path, required=True, help="codebook: what is in each column"
    )
    command.add_argument("--output", metavar="FILE", type=Path, help="file to write (default: ANSWERS-table.csv)")
    _add_minimum(command)
    command.add_argument(
        "--decimals",
        metavar="N",
        type=_parse_count,
        help="most decimals to print (default: all; 1 if the sample has a design)",
    )
    command.add_argument(
        "--time-limit",
        metavar="SECONDS",
        type=_parse_count,
        default=DEFAULT_SECONDS,
        help="longest time for hiding figures, 5 seconds at least: half of it for the exact method, then the coarse one, which hides more. Counted by the work done, as on an idle computer (default: 60)",
    )
    command.add_argument(
        "--dominance",
        metavar="N,K",
        type=_parse_dominance,
        help="hide groups in which N people have more than K %% of the weight, such as 2,85: the (n, k) rule (default: none)",
    )
    _add_backend(command)
    return parser


def _add_minimum(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--minimum",
        metavar="N",
        type=_parse_count,
        default=10,
        help="hide results based on fewer than N people (default: 10; 0: hide nothing)",
    )


def _add_backend(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--backend",
        metavar="URL",
        default="",
        help="engine that reads the answers, as Ibis names it, such as pyspark:// (default: DuckDB)",
    )


def _parse_site(text: str) -> str:
    """Return the address of a site. Raises ArgumentTypeError for any other text."""
    if not is_site_address(text):
        raise argparse.ArgumentTypeError(f"found {text!r}; expected {SITE_ADDRESS}")
    return text


def _parse_day(text: str) -> date:
    """Return a date. Raises ArgumentTypeError for any other text."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a date such as 2012-05-14") from None


def _parse_count(text: str) -> int:
    """Return a whole number of at least 0. Raises ArgumentTypeError for any other text."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS):
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a whole number of at least 0")
    return int(text)


def _parse_dominance(text: str) -> tuple[int, float]:
    """Return n and k of the (n, k) rule. Raises ArgumentTypeError unless n is at least 1 and k a percent."""
    n, _, k = text.partition(",")
    if not (n.isdecimal() and k.isdecimal() and len(n) <= MAX_DIGITS and int(n) > 0 and 0 < int(k) < 100):
        raise argparse.ArgumentTypeError(f"found {text!r}; expected n of at least 1 and k from 1 to 99, as 2,85")
    return int(n), float(k)


def _build(options: argparse.Namespace) -> int:
    from .edition.build import build
    from .edition.build_progress import show_progress
    from .project import OPENING_PAGE

    project = _name_project(find_project())
    with show_progress(sys.stdout) as progress:
        stale = build(project, progress.end, options.site or "", progress.begin)
    print(f"{'Built' if stale else 'Nothing to do'}: {OPENING_PAGE}")
    return 0


def _validate(options: argparse.Namespace) -> int:
    from .edition.build import check_data
    from .survey.package import read_package

    project = _name_project(find_project())
    tables = read_package(project)
    check_data(project)
    print("Valid:", *(f"  {name}: {len(table)} rows" for name, table in tables.items()), sep="\n")
    return 0


def _check(options: argparse.Namespace) -> int:
    place = _find_place()
    if not isinstance(place, Path):
        return _check_texts(place, options)
    from .edition.check import check, rewrite_texts
    from .edition.new import placeholder_lines

    project = _name_project(place)
    if options.layout:
        return _check_layout(project)
    if (options.write or options.dry_run) and (options.read or options.yes):
        raise EditionError("--write: found --read or --yes too; expected one of them")
    if options.write or options.dry_run:
        return _write(rewrite_texts(project, options.names), options.dry_run)
    reports = check(project, options.names)
    if (options.read or options.yes) and not _review(reports, options.yes):
        return 2
    print(*(_escape_controls(line) for report in reports for line in str(report).split("\n")), sep="\n")
    if not options.names and (places := placeholder_lines(project)):
        print(f"Still of the invented article, to be replaced: {places}")
    if unfinished := (project / UNFINISHED).exists():
        print("A build stopped while it replaced files: pages and figures of two builds are mixed. Run make")
    return 1 if unfinished or any(report.problems for report in reports) else 0


def _check_layout(project: Path) -> int:
    """Check that charts and pages can be read, the pages in a browser."""
    from .edition.layout import check_layout

    is_legible = True
    for line in check_layout(project):
        print(_escape_controls(line), flush=True)
        is_legible = False
    if is_legible:
        print("Charts and pages: nothing touches, leaves its picture, is too small or scrolls sideways")
    return 0 if is_legible else 1


def _find_place() -> Path | Settings:
    """Return the nearest edition, or the settings of the nearest project that declares figures of its own.

    Raises NoProject if there is neither.
    """
    from .prose.settings import FILE, TABLE, find_settings

    settings = find_settings()
    try:
        edition = find_project()
    except NoProject:
        if settings is None:
            raise NoProject(
                f"{Path.cwd().name or Path.cwd()}: found no edition (data/datapackage.json) and no [{TABLE}] in {FILE}, "
                "here or above; expected one of the two"
            ) from None
        return settings
    is_nearer = settings is not None and len(settings.root.parts) > len(edition.parts)
    return settings if settings is not None and (is_nearer or not (edition / DECLARATION).is_file()) else edition


def _name_project(project: Path) -> Path:
    """Return a project, after a line with its folder if that is not the current one."""
    if project != Path.cwd().resolve():
        print(f"Project: {project}")
    return project


def _check_texts(settings: Settings, options: argparse.Namespace) -> int:
    """Check the texts of a project that is no edition, or write its numbers into them."""
    from .prose.repository import bind_texts

    _name_project(settings.root)
    if options.read or options.yes:
        raise EditionError("--read: found a project without claims to review; expected an edition")
    bindings = list(bind_texts(settings, options.names))
    if options.write or options.dry_run:
        return _write([binding.rewrite() for binding in bindings], options.dry_run)
    reports = [binding.check() for binding in bindings]
    print(*reports, sep="\n")
    if not any(report.total for report in reports):
        print("No number found: nothing is checked")
    return 1 if any(report.findings for report in reports) else 0


def _write(texts: list[RewrittenText], dry_run: bool) -> int:
    """Write the numbers of the data into texts, or show what would change; list what a person must read."""
    from .project import replace_file

    changed = [text for text in texts if text.count]
    for text in changed:
        if dry_run:
            print(text.diff(), end="")
        else:
            replace_file(text.path, text.after.encode())
    did = "would be rewritten" if dry_run else "rewritten"
    for text in changed:
        print(f"{text.name}: {text.count} {'number' if text.count == 1 else 'numbers'} {did}")
    sentences = [sentence for text in texts for sentence in text.sentences]
    problems = [problem for text in texts for problem in text.problems]
    if sentences:
        print("Read these sentences again; the new numbers may make their words false:", *sentences, sep="\n  ")
    if problems:
        print("Left as they are, for you to correct:", *problems, sep="\n  ")
    if not changed:
        print("Nothing to write: no linked number differs from the data, or none can be written without a person")
    return 1 if problems else 0


def _page(options: argparse.Namespace) -> int:
    from .edition.pages import render_notebook_page
    from .files import read_bytes
    from .project import replace_file

    notebook: Path = options.notebook
    output = options.output or notebook.with_suffix(".html")
    content = read_bytes(notebook, str(notebook), "a notebook")
    replace_file(output, render_notebook_page(content, notebook.resolve(), language=options.language))
    print(f"Made {output}")
    return 0


def _figures(options: argparse.Namespace) -> int:
    place = _find_place()
    if isinstance(place, Path):
        from .edition.check import list_edition_links

        links = list_edition_links(_name_project(place))
    else:
        from .prose.repository import list_links

        _name_project(place.root)
        links = list_links(place)
    chosen = [link for link in links if options.part in link]
    print(*chosen or [f"No figure with {options.part!r} in its reference"], sep="\n")
    return 0 if chosen else 1


def _review(reports: list[Report], yes: bool) -> bool:
    """Record the unreviewed claims, each after a question unless `yes`; return False if nobody can be asked."""

    def accept(place: str, sentence: str) -> bool:
        print(f"{place}: “{sentence}”")
        if yes:
            return True
        if (answer := input("Checked against the sources? [y/n/q] ").strip().lower()[:1]) == "q":
            raise EOFError
        return answer == "y"

    claims = [(f"{report.name}{place}", sentence) for report in reports for place, sentence in report.unreviewed]
    if claims and not yes and not (sys.stdin and sys.stdin.isatty()):
        print(*(f"{place}: “{sentence}”" for place, sentence in claims), sep="\n")
        message = f"{len(claims)} unreviewed claims, and no terminal to ask on; --yes records them all"
        print(f"contre-enquete: {message}", file=sys.stderr)
        return False
    with suppress(EOFError):
        for report in reports:
            report.review(accept)
    return True


def _rerun(options: argparse.Namespace) -> int:
    from .edition.build_progress import show_progress
    from .edition.drawing import likely_cause
    from .edition.rerun import rerun

    project = _name_project(find_project())
    with show_progress(sys.stdout) as progress:
        differences = rerun(project, progress.end, progress.begin)
    if not differences:
        print("The same: every notebook and figure")
        return 0
    print(*differences, likely_cause(project, differences), f"{len(differences)} differences", sep="\n")
    return 1


def _new(options: argparse.Namespace) -> int:
    from .edition.new import create_edition
    from .edition.outline import Outline

    folder: Path = options.folder
    groups = tuple(name.strip() for name in options.groups.split(",")) if options.groups else ()
    waves = tuple(name.strip() for name in options.waves.split(",")) if options.waves else ()
    outline = Outline(options.language, groups, options.unit, waves)
    if create_edition(folder, _report, outline):
        print(f"Made {folder}, the edition of an invented article; next: cd {folder} && make test, then its README.md")
    else:
        print(f"Made {folder}; next: translate what {CATALOGUES}/{outline.code}.po lists, then cd {folder} && make")
    return 0


def _reference(options: argparse.Namespace) -> int:
    from .edition.reference import PAGES

    if options.page not in PAGES:
        raise EditionError(f"PAGE: found {options.page!r}; expected {', '.join(PAGES)}")
    print(PAGES[options.page](find_project()), end="")
    return 0


def _upgrade(options: argparse.Namespace) -> int:
    from .edition.engine import upgrade_engine

    print(*upgrade_engine(_name_project(find_project()), options.wheel), sep="\n", flush=True)
    return 0


def _wheel(options: argparse.Namespace) -> int:
    from .edition.engine import pack_engine
    from .project import replace_file

    wheel = pack_engine()
    replace_file(options.output / wheel.name, wheel.content)
    print(f"{options.output / wheel.name}: SHA-256 {wheel.digest}")
    return 0


def _shelf(options: argparse.Namespace) -> int:
    from .edition.shelf import share_sources, write_shelf

    if options.write:
        print(
            *share_sources(options.folder) or ["Nothing to write: its editions have the sources as they are"], sep="\n"
        )
        return 0
    print("Written:", *write_shelf(options.folder))
    return 0


def _translate(options: argparse.Namespace) -> int:
    from .edition.translation import prepare_translation

    print(*prepare_translation(_name_project(find_project()), options.language, with_survey=options.survey), sep="\n")
    return 0


def _corrections(options: argparse.Namespace) -> int:
    from .edition.corrections import FORMATS, compare, read_editions

    report = partial(print, file=sys.stderr, flush=True)
    old, new = read_editions(options.old, options.new, report=report, data_only=options.data_only)
    corrections = [of_language for of_language in compare(old, new) if of_language.changes]
    if not corrections:
        message = f"Nothing changed: {options.old} and {options.new} say the same in {', '.join(new.languages)}"
        print(message, file=sys.stdout if options.format == "text" else sys.stderr)
    elif text := FORMATS[options.format](corrections, old, new, options.date or new.day):
        print(text)
    return 0


def _survey(options: argparse.Namespace) -> int:
    from .answers.dialogue import choose_language
    from .answers.progress import report_in
    from .answers.source import hold_pipe

    _interrupt_on_termination()
    language = choose_language(options.language)
    if options.file == Path("-") and not options.codebook:
        raise EditionError("--codebook: found nothing; expected the codebook to use or write, for answers from a pipe")
    codebook: Path = options.codebook or options.file.with_name(f"{_strip_suffix(options.file)}.toml")
    beside = codebook if options.file == Path("-") else options.file
    with report_in(language), hold_pipe(options.file) as answers:
        if codebook.exists():
            print(language.say("Uses {codebook}, which is there already; delete it to begin again", codebook=codebook))
        elif not _agree_on_codebook(answers, codebook, language, options.yes):
            return 0
        _publish_survey(answers, codebook, beside.with_name(f"{_strip_suffix(beside)}-table.csv"), language, options)
    return 0


def _agree_on_codebook(answers: Path, codebook: Path, language: Language, takes_guesses: bool) -> bool:
    """Write the codebook that people agree on in a terminal; return whether it is written."""
    from .answers.dialogue import agree_on_draft
    from .answers.preview import render_preview
    from .answers.propose import draft_codebook, open_source, write_codebook

    published, source = _read_published_names(), open_source(answers)

    def guess(given: Mapping[str, Mapping[str, str]]) -> Draft:
        return draft_codebook(source, given, language, published)

    if takes_guesses or not (sys.stdin and sys.stdin.isatty()):
        draft = guess({})
        print(render_preview(draft, language, with_questions=True))
        if not takes_guesses:
            print(
                language.say(
                    "Nothing is written: no terminal to ask on. With --yes, what is guessed goes into {codebook}",
                    codebook=codebook,
                )
            )
            return False
    else:
        try:
            draft = agree_on_draft(guess, language)
        except EOFError:
            raise EditionError(
                "the questions: found no more answers; expected one for each; nothing is written"
            ) from None
    write_codebook(draft, codebook)
    print(language.say("Made {codebook}: what was asked, answered and guessed", codebook=codebook))
    return True


def _publish_survey(
    answers: Path, codebook: Path, output: Path, language: Language, options: argparse.Namespace
) -> None:
    """Make the table of a survey: of an edition, and then its page; elsewhere, `output`."""
    from .answers.protect import Protection
    from .answers.report import describe_table
    from .answers.tabulate import tabulate

    try:
        project = find_project()
    except NoProject:
        project = None
    output = project / "data/yours.csv" if project else output
    protection = Protection(options.minimum, DEFAULT_SECONDS)
    table = tabulate(answers, codebook, output, "", protection, 1 if project else None)
    print(*describe_table(table, codebook, output, _read_published_names(), language), sep="\n")
    if project:
        from .edition.build import build_own_page

        pages = sorted(build_own_page(project, _report), key=lambda page: page.parent.name != language.code)
        print(language.say("Look at:"), *(f"  {page.relative_to(project)}" for page in pages), sep="\n")


def _codebook(options: argparse.Namespace) -> int:
    from .answers.propose import guess_codebook, reject_existing, write_codebook
    from .answers.source import hold_pipe

    _interrupt_on_termination()
    output = _choose_output(options, ".toml")
    reject_existing(output)
    with hold_pipe(options.answers) as answers:
        draft = guess_codebook(answers, backend=options.backend, published=_read_published_names())
    write_codebook(draft, output)
    print(f"Made {output}: a guess at what is in each column. Read and correct it, then make the table")
    return 0


def _tabulate(options: argparse.Namespace) -> int:
    from .answers.protect import Protection
    from .answers.report import describe_table
    from .answers.source import hold_pipe
    from .answers.tabulate import tabulate

    _interrupt_on_termination()
    output = _choose_output(options, "-table.csv")
    with hold_pipe(options.answers) as answers:
        protection = Protection(options.minimum, options.time_limit, options.dominance)
        table = tabulate(answers, options.codebook, output, options.backend, protection, options.decimals)
    print(*describe_table(table, options.codebook, output, _read_published_names(), Language(ENGLISH)), sep="\n")
    return 0


def _interrupt_on_termination() -> None:
    """Let SIGTERM, and the end of the terminal, interrupt the command, so that no answers are left on the disk."""
    for name in ("SIGTERM", "SIGHUP"):  # Windows lacks the latter
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is signal.SIG_DFL:  # `nohup` has told it to ignore the terminal
            signal.signal(number, signal.default_int_handler)


def _choose_output(options: argparse.Namespace, ending: str) -> Path:
    """Return the file to write: as given, or beside the answers. Raises EditionError if these have no name."""
    answers: Path = options.answers
    if options.output:
        return options.output
    if answers == Path("-") or (answers.exists() and not answers.is_file() and not answers.is_dir()):
        raise EditionError("--output: found nothing; expected the file to write, for answers that come from a pipe")
    return answers.with_name(f"{_strip_suffix(answers)}{ending}")


def _read_published_names() -> PublishedNames:
    """Return the names of the edition in the current folder, or no names outside of any edition."""
    from .answers.published import NO_NAMES, PublishedNames
    from .errors import DataError

    try:
        return PublishedNames.read(_name_project(find_project()))
    except DataError:
        return NO_NAMES


def _strip_suffix(path: Path) -> str:
    """Return the name of a file without any suffix, as .csv.gz."""
    return path.name.removesuffix("".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix)


def _report(step: str) -> None:
    print(f"  {step}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
