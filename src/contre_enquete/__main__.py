"""The command `contre-enquete`."""

from __future__ import annotations

import argparse
import io
import signal
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from . import __version__
from .errors import EditionError

if TYPE_CHECKING:
    from .answers.propose import PublishedNames
    from .edition.check import Report


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code.

    That is 0 if all is well, 1 after a line for each thing that is wrong, 130 when interrupted; argparse exits with 2.
    """
    parser = argparse.ArgumentParser(
        prog="contre-enquete", description="The edition of a press article, read again with its data."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    make = commands.add_parser(
        "build", help="build the site: run notebooks, draw charts, write pages (only what changed)"
    )
    make.add_argument("--site", metavar="URL", default="", help="address that the pages are published at")
    commands.add_parser("validate", help="check the data against its description, and change nothing")
    check = commands.add_parser(
        "check", help="trace each number to the data, and report each claim that nobody has reviewed"
    )
    check.add_argument(
        "names",
        metavar="FILE[#CELL]",
        nargs="*",
        help="files to check, or a cell, as in notebooks/fr/1-article.ipynb#4 (default: every text)",
    )
    check.add_argument("--read", action="store_true", help="ask for each unreviewed claim, and record it as reviewed")
    check.add_argument("--yes", action="store_true", help="record them all, without asking")
    commands.add_parser(
        "rerun", help="run and draw everything again, compare it with what is there, and change nothing"
    )
    begin = commands.add_parser("new", help="begin the edition of another article in a folder")
    begin.add_argument("folder", metavar="FOLDER", type=Path, help="a folder that is empty or not there")
    compare = commands.add_parser(
        "corrections", help="compare two editions and list what changed, and the sentences to check again"
    )
    for name in ("old", "new"):
        compare.add_argument(
            name,
            metavar=name.upper(),
            help="a folder or zip archive of an edition, whose code is run, or of its data, or a revision of this repository",
        )
    compare.add_argument("--format", choices=("text", "markdown", "json-ld"), default="text", help="(default: text)")
    compare.add_argument(
        "--date",
        metavar="YYYY-MM-DD",
        type=date.fromisoformat,
        help="date of the corrections (default: that of NEW's data)",
    )
    propose = commands.add_parser("codebook", help="propose a codebook for a file of answers: what is in each column")
    propose.add_argument(
        "answers", metavar="ANSWERS", type=Path, help="CSV, also gzipped, or Parquet: one line a person"
    )
    propose.add_argument("--output", metavar="FILE", type=Path, help="a new file; ANSWERS.toml if none is named")
    tabulate = commands.add_parser("tabulate", help="make a table of a file of answers, as its codebook says")
    tabulate.add_argument("answers", metavar="ANSWERS", type=Path, help="the file, or a table of the backend")
    tabulate.add_argument("--codebook", metavar="FILE", type=Path, required=True, help="what is in each column")
    tabulate.add_argument("--output", metavar="FILE", type=Path, help="ANSWERS-table.csv if none is named")
    tabulate.add_argument(
        "--minimum",
        metavar="N",
        type=_whole,
        default=10,
        help="hide results based on fewer than N people (default: 10; 0: hide nothing)",
    )
    tabulate.add_argument(
        "--decimals",
        metavar="N",
        type=_whole,
        help="decimals to print (default: 1 if the sample has a design)",
    )
    for command in (propose, tabulate):
        command.add_argument(
            "--backend", metavar="URL", default="", help="another engine, as Ibis names it: pyspark://"
        )
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # for terminals that lack a sign, as on Windows
    try:
        match options.command:
            case "build":
                return _build(options.site)
            case "check":
                return _check(options.names, options.read, options.yes)
            case "rerun":
                return _rerun()
            case "new":
                return _new(options.folder)
            case "corrections":
                return _corrections(options.old, options.new, options.format, options.date)
            case "codebook" | "tabulate" as command:
                signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that no copy of answers is left
                return _tabulate(options) if command == "tabulate" else _codebook(options)
            case _:
                return _validate()
    except KeyboardInterrupt:
        print("contre-enquete: interrupted; the next run mends what is missing", file=sys.stderr)
        return 130
    except (EditionError, OSError) as error:
        print(f"contre-enquete: {error}", file=sys.stderr)
        return 1


def _build(site: str) -> int:
    from .edition.build import build
    from .project import OPENING_PAGE, find_project

    project = find_project()
    stale = build(project, lambda step: print(f"  {step}", flush=True), site)
    print(f"{'Built' if stale else 'Nothing to do'}: {OPENING_PAGE}")
    return 0


def _validate() -> int:
    from .edition.build import check_data
    from .project import find_project
    from .survey.package import read_package

    project = find_project()
    tables = read_package(project)
    check_data(project)
    print("Valid: " + ", ".join(f"{name} {len(table)} rows" for name, table in tables.items()))
    return 0


def _check(names: list[str], read: bool, yes: bool) -> int:
    from .edition.check import check
    from .edition.new import placeholder_lines
    from .project import find_project

    project = find_project()
    reports = check(project, names)
    if (read or yes) and not _review(reports, yes):
        return 2
    print(*reports, sep="\n")
    if not names and (places := placeholder_lines(project)):
        print(f"Still of the invented article, to be replaced: {places}")
    return 1 if any(report.problems for report in reports) else 0


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
    if claims and not yes and not sys.stdin.isatty():
        print(*(f"{place}: “{sentence}”" for place, sentence in claims), sep="\n")
        told = f"{len(claims)} unreviewed claims, and no terminal to ask on; --yes records them all"
        print(f"contre-enquete: {told}", file=sys.stderr)
        return False
    with suppress(EOFError):
        for report in reports:
            report.review(accept)
    return True


def _new(folder: Path) -> int:
    from .edition.new import new

    new(folder, lambda step: print(f"  {step}", flush=True))
    print(f"Made {folder}, the edition of an invented article; next: cd {folder} && make test, then its README.md")
    return 0


def _codebook(options: argparse.Namespace) -> int:
    from .answers.propose import propose

    answers: Path = options.answers
    output = options.output or answers.with_name(f"{_stem(answers)}.toml")
    propose(answers, output, options.backend, _published())
    print(f"Made {output}: a guess at what each column holds. Read it and mend it, then make the table")
    return 0


def _tabulate(options: argparse.Namespace) -> int:
    from .answers.tabulate import tabulate

    answers: Path = options.answers
    output = options.output or answers.with_name(f"{_stem(answers)}-table.csv")
    made = tabulate(answers, options.codebook, output, options.backend, options.minimum, options.decimals)
    withheld = sum(row["withheld"] == "yes" for row in made.rows)
    print(f"Made {output}: {len(made.rows)} rows, {withheld} of them with figures withheld")
    if withheld:
        print(f"To have fewer withheld, join small groups or rare answers in {options.codebook.name}, or group by less")
    for key in made.grouped_only:
        print(f"People in no group of {key} are left out everywhere: so few are they that the total would tell of them")
    published = _published()
    if published.items and (named := published.count_rows(made.rows)):
        print(f"{named} rows have names of the published survey, and stand beside its figures where it has some")
    elif published.items:
        print("No row has the names of data/codebook: nothing will stand beside the published figures; see the README")
    return 0


def _published() -> PublishedNames:
    """Return the names of the edition that the command is given in, none outside of any."""
    from .answers.propose import NO_NAMES, PublishedNames
    from .errors import DataError
    from .project import find_project

    try:
        return PublishedNames.read(find_project())
    except DataError:
        return NO_NAMES


def _whole(text: str) -> int:
    """Return a whole number of at least 0. Raises ArgumentTypeError for any other text."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a whole number of at least 0")
    return int(text)


def _stem(path: Path) -> str:
    """Return the name of a file without any suffix, as .csv.gz."""
    return path.name.removesuffix("".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix)


def _rerun() -> int:
    from .edition.rerun import rerun
    from .project import find_project

    project = find_project()
    differences = rerun(project, lambda compared: print(f"  {compared}", flush=True))
    if not differences:
        print("The same: every notebook and figure")
        return 0
    from .edition.drawing import likely_cause

    print(*differences, likely_cause(project, differences), f"{len(differences)} differences", sep="\n")
    return 1


def _corrections(old: str, new: str, form: str, day: date | None) -> int:
    from .edition.corrections import FORMATS, compare, read_editions

    before, after = read_editions(old, new)
    found = [each for each in compare(before, after) if each.changes]
    if not found:
        told = f"Nothing changed: {old} and {new} say the same in {', '.join(after.languages)}"
        print(told, file=sys.stderr if form == "json-ld" else sys.stdout)
    if found or form == "json-ld":
        print(FORMATS[form](found, before, after, day or after.day))
    return 0


if __name__ == "__main__":
    sys.exit(main())
