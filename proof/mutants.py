"""Damages a copy of the edition in every way it knows, and counts what the checks notice.

`make mutants` tries every damage; `make mutants SAMPLE=200` two hundred of them, spread over the kinds, and
`SAMPLE=1` one of each kind, which is the least; `KINDS=page` those whose kind has this in its name.
Each mutant is one file changed, added or taken away, or the built pages with one damage, and is tried with the checks
that are concerned, the quickest first, until one fails: those of `make check` and `make rerun`, or tests of `make
test`.
Edits that mean nothing are tried too, and no check may fail.

Damage to data, notebooks and pages is tried in processes that stay warm; damage to code in forks of a
process that has imported what the package imports, but not the package, so that damaged code counts.
"""

import copy
import csv
import hashlib
import io
import json
import os
import re
import shutil
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from chart_damage import list_damages as list_chart_damages
from code_damage import damaged_code
from page_damage import damage_everywhere, damage_once, list_damages, restyle
from word_damage import damaged_paraphrases, damaged_words

PROJECT = Path(__file__).resolve().parents[1]
PATIENCE = 900  # seconds that a test may take; a mutant that hangs is noticed
HARMLESS = "harmless"


@dataclass(frozen=True)
class Mutant:
    """One damage: its kind, where it is, what a file or the files of a folder become, and which checks are concerned.

    None stands for no file.
    """

    kind: str
    name: str
    path: str
    content: str | bytes | Callable[[Path], dict[str, str] | str] | None
    checks: str

    def files(self) -> dict[str, str | bytes | None]:
        """Return what each file that is damaged becomes, by path."""
        content = self.content(Path(self.path)) if callable(self.content) else self.content
        if isinstance(content, dict):
            return {f"{self.path}/{name}": text for name, text in content.items()}
        return {self.path: content}


def data() -> Iterator[Mutant]:
    """Every percentage and number by one, every pair of groups exchanged; of companies, every size, year, place and
    certainty.
    """
    yield from offices()
    for path, column in (("sample", "number"), ("national", "percent"), ("survey", "percent")):
        path = f"data/{path}.csv"
        header, *rows = list(csv.reader(io.StringIO((PROJECT / path).read_text(encoding="utf-8"))))
        value = header.index(column)
        for number, row in enumerate(rows):
            if row[value]:
                changed = [*row]
                changed[value] = f"{float(row[value]) + 1:g}"
                content = written(header, rows, {number: changed})
                yield Mutant("percentage by one", f"{path}, row {number + 2}", path, content, "data")
    segment = header.index("segment")
    pairs = defaultdict(dict)
    for number, row in enumerate(rows):
        pairs[tuple(row[:3])][row[segment]] = number
    for key, found in pairs.items():
        if {"sme", "large"} <= set(found):
            one, other = found["sme"], found["large"]
            changed = {one: [*rows[one]], other: [*rows[other]]}
            changed[one][segment], changed[other][segment] = "large", "sme"
            if rows[one][value] != rows[other][value]:
                yield Mutant("groups exchanged", " ".join(key), path, written(header, rows, changed), "data")


def offices() -> Iterator[Mutant]:
    """Each row of the offices' table with another percent, size, year, place or certainty."""
    path = "data/official.csv"
    header, *rows = list(csv.reader(io.StringIO((PROJECT / path).read_text(encoding="utf-8"))))
    become = {
        "percent": lambda value: f"{float(value) + 1 if float(value) < 99 else 98:g}",
        "size": {"small": "large", "large": "small"}.get,
        "year": lambda value: f"{int(value) - 1}",
        "place": {"SE": "NO", "EU28": "EU27", "FR": "DE", "BR": "AR"}.get,
        "certainty": {"read": "rewrite", "rewrite": "read", "inferred": "read"}.get,
    }
    for column, change in become.items():
        place = header.index(column)
        for number, row in enumerate(rows):
            changed = [*row]
            changed[place] = change(row[place]) or row[place]
            if changed != row:
                content = written(header, rows, {number: changed})
                yield Mutant(f"companies: {column}", f"{path}, row {number + 2}", path, content, "data")


def written(header: list[str], rows: list[list[str]], changed: dict[int, list[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows([header, *(changed.get(n, row) for n, row in enumerate(rows))])
    return buffer.getvalue()


LINK = re.compile(r"\[([^\[\]]*)\]\(#([^()\s]+)\)")
GROUPS = {
    "fr": (r"PME", "PME", r"grandes? entreprises?", "grandes entreprises"),
    "en": (r"SMEs?", "SMEs", r"large compan(?:y|ies)", "large companies"),
}


def prose() -> Iterator[Mutant]:
    """Each number, group word and link target of the notebooks; headings removed."""
    for path, notebook in notebooks():
        language = path.split("/")[1]
        for cell in notebook["cells"]:
            text = "".join(cell["source"])
            if cell["cell_type"] != "markdown":
                continue
            for match in LINK.finditer(text):
                where = f"{path} {cell['id']} {match[2]}"
                for kind, words in (
                    ("number in prose", by_one(match[1])),
                    ("group word", exchanged(match[1], *GROUPS[language])),
                ):
                    if words != match[1]:
                        yield cell_mutant(
                            kind, where, path, cell, text[: match.start(1)] + words + text[match.end(1) :]
                        )
                other = ".".join(reversed(match[2].split(".")))
                yield cell_mutant(
                    "link target", where, path, cell, text[: match.start(2)] + other + text[match.end(2) :]
                )
            for kind, pattern, change in (
                ("number unlinked", r"(?<![\w#.-])\d+(?![\w-])", by_one),
                (
                    "group word unlinked",
                    "|".join(GROUPS[language][::2]),
                    lambda t, words=GROUPS[language]: exchanged(t, *words),
                ),
                ("address", r"(?<=\]\()[^#)]+", lambda address: f"{address}x"),
            ):
                linked = [match.span() for match in LINK.finditer(text)]
                for match in re.finditer(pattern, text):
                    if not any(start <= match.start() < end for start, end in linked):
                        changed = text[: match.start()] + change(match[0]) + text[match.end() :]
                        yield cell_mutant(kind, f"{path} {cell['id']} {match[0]}", path, cell, changed)
            for kind, changed in damaged_words(text, language):
                mutant = cell_mutant(f"words: {kind.split(':')[0]}", f"{path} {cell['id']} {kind}", path, cell, changed)
                yield replace(mutant, checks="words")
            if text.startswith("## "):
                yield cell_mutant("heading removed", f"{path} {cell['id']}", path, cell, text.split("\n", 1)[-1])


def paraphrases() -> Iterator[Mutant]:
    """Each claim in our words with something added, dropped or changed, and each quotation with its end cut off."""
    path = "data/claims.csv"
    header, *rows = list(csv.reader(io.StringIO((PROJECT / path).read_text(encoding="utf-8"))))
    for number, row in enumerate(rows):
        damages = [
            (f"paraphrase: {kind}", column, changed)
            for column in ("claim_fr", "claim_en")
            for kind, changed in damaged_paraphrases(row[header.index(column)], column[-2:])
        ]
        quotation = row[header.index("quotation")]
        for kind, column, changed in [*damages, ("quotation", "quotation", quotation[:-1])]:
            damaged = [*row]
            damaged[header.index(column)] = changed
            content = written(header, rows, {number: damaged})
            yield Mutant(kind, f"{row[0]}: {changed}", path, content, "paraphrase")


def by_one(text: str) -> str:
    return re.sub(r"\d+(?!.*\d)", lambda match: str(int(match[0]) + 1), text, count=1)


def exchanged(text: str, sme: str, smes: str, large: str, larges: str) -> str:
    return re.sub(sme, larges, text) if re.search(sme, text) else re.sub(large, smes, text)


def cell_mutant(kind: str, name: str, path: str, cell: dict, text: str) -> Mutant:
    return Mutant(kind, name, path, partial(edit_cell, cell["id"], {"source": text}), "prose")


def edit_cell(identity: str, changes: dict, path: Path) -> str:
    """Return a notebook whose cell of this id is changed."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = [{**cell, **changes} if cell["id"] == identity else cell for cell in notebook["cells"]]
    return json.dumps({**notebook, "cells": cells}, ensure_ascii=False)


def outputs() -> Iterator[Mutant]:
    """Each stored output changed, cleared, its picture replaced, its counts nulled."""
    for path, notebook in notebooks():
        for cell in notebook["cells"]:
            for output in cell.get("outputs", []):
                data = output["data"]
                html = "".join(data["text/html"])
                damages = {
                    "output: number": {**data, "text/html": by_one(html)},
                    "output: text": {**data, "text/plain": "".join(data["text/plain"])[::-1]},
                    "output: picture": {**data, "text/html": re.sub(r"base64,.{40}", "base64," + "A" * 40, html)},
                }
                for kind, damaged in damages.items():
                    if damaged != {**data, "text/html": html}:
                        yield output_mutant(kind, path, cell, {"outputs": [{**output, "data": damaged}]})
                yield output_mutant("output: removed", path, cell, {"outputs": [], "execution_count": None})
                yield output_mutant("output: count", path, cell, {"execution_count": 99})


def output_mutant(kind: str, path: str, cell: dict, changes: dict) -> Mutant:
    return Mutant(kind, f"{path} {cell['id']}", path, partial(edit_cell, cell["id"], changes), "output")


def code() -> Iterator[Mutant]:
    """Each comparison, number and word that stands for something in what draws charts and judges claims."""
    for pattern, checks in (
        ("article/*.py", "chart"),
        ("src/contre_enquete/charts/axes.py", "chart"),
        ("src/contre_enquete/charts/plots.py", "chart"),
        ("src/contre_enquete/survey/*.py", "rule"),
    ):
        for path in sorted(PROJECT.glob(pattern)):
            for kind, line, content in damaged_code(path.read_text(encoding="utf-8")):
                yield Mutant(kind, f"{path.name}:{line}", path.relative_to(PROJECT).as_posix(), content, checks)


def charts() -> Iterator[Mutant]:
    """Each damage to what a chart of the article draws, says and tables, made after its own code."""
    from article import FIGURES
    from contre_enquete.survey.model import load_survey

    path, survey = "article/__init__.py", load_survey("fr", PROJECT)
    source = (PROJECT / path).read_text(encoding="utf-8")
    for draw in FIGURES:
        for kind in list_chart_damages(draw(survey)):
            damage = f"FIGURES = chart_damage.damage_figures(FIGURES, {draw.__name__!r}, {kind!r})"
            content = f"{source}\nimport chart_damage\n\n{damage}\n"
            yield Mutant(kind, draw.__name__, path, content, "drawn")


def translations() -> Iterator[Mutant]:
    """Each translation removed, and each replaced by another."""
    for path in (PROJECT / "src/contre_enquete/locale/fr.po", PROJECT / "article/locale/fr.po"):
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r'msgid "(.+)"\nmsgstr "(.+)"', text):
            for kind, words in (("translation removed", ""), ("translation changed", f"Xx {match[2]}")):
                content = text[: match.start(2)] + words + text[match.end(2) :]
                yield Mutant(kind, match[1][:60], path.relative_to(PROJECT).as_posix(), content, "translation")


def notebooks() -> Iterator[tuple[str, dict]]:
    for path in sorted(PROJECT.glob("notebooks/[!.]*/*.ipynb")):
        yield path.relative_to(PROJECT).as_posix(), json.loads(path.read_text(encoding="utf-8"))


def pictures() -> Iterator[Mutant]:
    """Each picture cut short, replaced by another, taken away; one more."""
    paths = [path.relative_to(PROJECT).as_posix() for path in sorted(PROJECT.glob("figures/[!.]*/[!.]*"))]
    for path, other in zip(paths, [*paths[2:], *paths[:2]], strict=True):
        content = (PROJECT / path).read_bytes()
        for kind, damaged in (
            ("cut short", content[:-1]),
            ("replaced", (PROJECT / other).read_bytes()),
            ("missing", None),
        ):
            yield Mutant(f"picture: {kind}", path, path, damaged, "picture")
    for path in ("figures/fr/old.svg", "figures/en/new.png", "figures/old.svg"):
        yield Mutant("picture: stale", path, path, b"old", "picture")


def planted() -> Iterator[Mutant]:
    """What `test_rerun.py` knows that no notebook may hold, and what it knows to mean nothing, as files."""
    import nbformat

    sys.path.append(str(PROJECT / "tests/edition"))
    import test_rerun

    harmful = {name: edit for name, (edit, _) in (test_rerun.FLAWS | test_rerun.DIFFERENCES).items()}
    for path in ("notebooks/fr/1-article.ipynb", "notebooks/en/1-article.ipynb"):
        for kind, edits in (("planted", harmful), (HARMLESS, test_rerun.HARMLESS)):
            for name, edit in edits.items():
                notebook = nbformat.read(PROJECT / path, as_version=4)
                edit(notebook)
                yield Mutant(kind, f"{path} {name}", path, nbformat.writes(notebook), "notebook")
        told = json.loads((PROJECT / path).read_text(encoding="utf-8"))
        yield Mutant(HARMLESS, f"{path} laid out otherwise", path, json.dumps(told, sort_keys=True), "notebook")
        said = [{**cell, "source": "".join(cell["source"])} for cell in told["cells"]]
        yield Mutant(HARMLESS, f"{path} texts in one piece", path, json.dumps({**told, "cells": said}), "notebook")
        twice = [{**cell, "id": told["cells"][0]["id"]} if n == 3 else cell for n, cell in enumerate(told["cells"])]
        yield Mutant("planted", f"{path} an id twice", path, json.dumps({**told, "cells": twice}), "notebook")
        for place in ("build/1-article.ipynb", "notebooks/1-article.ipynb", "9-more.ipynb"):
            yield Mutant("planted", f"{path} as {place}", place, (PROJECT / path).read_bytes(), "picture")
        yield Mutant("planted", f"{path} taken away", path, None, "edition")
    keep = "notebooks/fr/.ipynb_checkpoints/1-article-checkpoint.ipynb"
    yield Mutant(HARMLESS, "a checkpoint of Jupyter", keep, "{}", "picture")
    path = "data/survey.csv"
    text = (PROJECT / path).read_text(encoding="utf-8")
    yield Mutant(HARMLESS, "lines that end as on Windows", path, text.replace("\n", "\r\n").encode(), "data")


def pages() -> Iterator[Mutant]:
    """Each damage to what pages say and show, in all of them at once and in one place."""
    for kind, name, make in list_damages():
        checks = {damage_everywhere: "page", damage_once: "place in a page", restyle: "style"}[make.func]
        yield Mutant(kind, name, "site", make, checks)


def every_mutant(folder: str) -> list[Mutant]:
    """Return every damage; those of pages are made to a site that is built in the folder."""
    sys.path[:0] = [str(PROJECT / name) for name in ("src", "tests", "")]
    from conftest import copy_project, make_cards, make_site

    make_cards(make_site(copy_project(Path(folder) / "undamaged")))
    return [
        *data(),
        *prose(),
        *paraphrases(),
        *outputs(),
        *pictures(),
        *planted(),
        *code(),
        *charts(),
        *translations(),
        *pages(),
    ]


def sample(mutants: list[Mutant], size: int) -> list[Mutant]:
    """Return `size` mutants, at least one of each kind, evenly spread, the same at every run; all if `size` is 0."""
    kinds = defaultdict(list)
    for mutant in mutants:
        kinds[mutant.kind].append(mutant)
    if not size:
        return mutants
    size = max(size, len(kinds))
    share = -(-size // len(kinds))
    chosen = {kind: found[:: max(1, len(found) // share)][:share] for kind, found in kinds.items()}
    turns = [
        mutant for turn in range(share) for mutant in (found[turn] for found in chosen.values() if turn < len(found))
    ]
    return turns[:size]


Check = Callable[[Path, Mutant], bool]  # whether it fails


def traced(project: Path, mutant: Mutant) -> bool:
    """A number of the notebook, or of any notebook, is not traced."""
    from contre_enquete.edition.check import check
    from contre_enquete.project import NOTEBOOKS

    paths = [project / mutant.path] if mutant.path.endswith(".ipynb") else sorted(project.glob(NOTEBOOKS))
    return any(report.problems for report in check(project, paths))


def read(project: Path, mutant: Mutant) -> bool:
    """A text of the edition is not traced, not reviewed, or no longer what was reviewed."""
    from contre_enquete.edition.check import check

    return any(report.problems for report in check(project))


def compared(project: Path, mutant: Mutant) -> bool:
    """A text that the damaged file holds is not traced, not reviewed, or no longer what was reviewed."""
    from contre_enquete.edition.check import check

    return any(report.problems for report in check(project, [project / mutant.path]))


def flawed(project: Path, mutant: Mutant) -> bool:
    """The notebook holds what none may."""
    from contre_enquete.notebooks.form import find_flaws
    from contre_enquete.notebooks.run import read_notebook

    return bool(find_flaws(read_notebook(project / mutant.path)))


def unlike(project: Path, mutant: Mutant) -> bool:
    """A fresh run of the notebook, or of one of them, gives other results."""
    from contre_enquete.edition.rerun import diff_notebook
    from contre_enquete.project import NOTEBOOKS

    paths = [project / mutant.path] if mutant.path.endswith(".ipynb") else sorted(project.glob(NOTEBOOKS))
    return any(map(diff_notebook, paths))


def astray(project: Path, mutant: Mutant) -> bool:
    """A file is where nothing makes it."""
    from contre_enquete.edition.rerun import list_orphans

    return bool(list_orphans(project))


def diff_figures(project: Path, mutant: Mutant) -> bool:
    """A figure is not what is drawn from the data: those of the mutant's language, or of both."""
    from contre_enquete.article import list_edition_languages
    from contre_enquete.edition.rerun import diff_figures

    languages = list_edition_languages(project)
    chosen = [language for language in languages if f"/{language}/" in mutant.path] or languages
    return any(diff_figures(project, language) for language in chosen)


def tests(*arguments: str) -> Check:
    """Tests of `make test` fail, run in a fork of this process."""

    def check(project: Path, mutant: Mutant) -> bool:
        if child := os.fork():
            return bool(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        code = 2
        try:
            signal.alarm(PATIENCE)
            for descriptor in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
            import pytest

            ignored = "ignore::pytest.PytestAssertRewriteWarning"
            options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:logging", "-W", ignored]
            code = pytest.main([*options, *arguments])
        finally:
            os._exit(int(code not in (0, 5)))

    return check


def tests_of_page(*arguments: str) -> Check:
    """Tests of the one page that is damaged fail, or tests of no page in particular."""

    def check(project: Path, mutant: Mutant) -> bool:
        names = [path.removeprefix("site/") for path in mutant.files()] or ["html"]  # of every page, if none is damaged
        return tests(*arguments, "-k", f"{names[0]} or not html")(project, mutant)

    return check


PAGES = ("tests/edition/test_published.py", "tests/edition/test_pages.py")
READ = "site and not browser"
DRAWN = tests("tests/article/test_charts.py", "-k", "not legible and not outside and not settings and not overlaps")
CELLS = tests("tests/article/test_editions.py", "-k", "cells or every_notebook")
WORDS = tests("tests/edition/test_tracing.py", "-k", "traced_whole")
FRESH = tests("--nbval", "notebooks")
CHECKS: dict[str, list[Check]] = {
    "data": [
        tests(
            "tests/article/test_data.py",
            "tests/survey/test_package.py",
            "tests/survey/test_official.py",
            "tests/article/test_approved.py",
            "-k",
            "figures_of or totals or typed or used or numbers_of or nothing_else or comparison or medium or copies",
        ),
        traced,
        unlike,
        diff_figures,
    ],
    "prose": [traced, CELLS],
    "words": [traced, read],
    "paraphrase": [compared],
    "output": [flawed, unlike],
    "picture": [astray, diff_figures],
    "edition": [CELLS],
    "notebook": [flawed, traced, CELLS, unlike],
    "chart": [DRAWN, FRESH],
    "drawn": [DRAWN, WORDS],
    "rule": [tests("tests/article/test_claims.py", "tests/survey"), tests("tests/article/test_estimates.py"), FRESH],
    # A fault of a template is on the first page of each kind.
    "page": [tests(*PAGES, "-m", f"{READ} and not thorough"), tests(PAGES[0], "-m", "browser and not thorough")],
    "place in a page": [
        tests_of_page(*PAGES, "-m", READ),
        tests(*PAGES, "-m", READ),
        tests_of_page(PAGES[0], "-m", "browser"),
    ],
    "style": [tests(PAGES[0], "tests/edition/test_browser.py", "-m", "browser and not thorough")],
    "translation": [
        tests("tests/article/test_approved.py"),
        WORDS,
        tests("tests/article/test_charts.py", "-k", "alternative or words or unused or data_table"),
        FRESH,
    ],
}
PACKAGE = {"chart", "drawn", "rule", "translation"}  # what these damage must not have been imported


def begin(folder: str, warm: bool) -> None:
    """Gives a process its own copy of what the checks read; if `warm`, imports the package from it."""
    project = Path(folder) / str(os.getpid())
    shutil.copytree(Path(folder) / "undamaged/site", project / "site")
    os.environ["CONTRE_ENQUETE_SITE"] = str(project / "site")
    ignore = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "*.part")
    for name in ("article", "data", "figures", "notebooks", "proof", "src", "tests", "tools"):
        shutil.copytree(PROJECT / name, project / name, ignore=ignore)
    for name in (
        "conftest.py",
        "README.md",
        "README.fr.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "CITATION.cff",
        "LICENSE",
        "pyproject.toml",
        "requirements.txt",
        "environment.yml",
    ):
        shutil.copy(PROJECT / name, project)
    os.chdir(project)
    os.environ["PYTHONPATH"] = str(project / "src")
    os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = "contre-enquete-warm"
    sys.path[:0] = [str(project / name) for name in ("src", "", "tests", "proof")]
    if warm:
        import contre_enquete.warm_start  # noqa: F401
        from contre_enquete.edition import rerun

        rerun.run_notebook, rerun.run_in_worker = once(rerun.run_notebook, project), once(rerun.run_in_worker, project)


def once(function: Callable, project: Path) -> Callable:
    """The function, run once for the same arguments, data and notebook texts: most mutants change neither."""
    results = {}

    def run(*arguments):
        read = [path.read_bytes() for path in sorted((project / "data").rglob("*")) if path.is_file()]
        for path in (path for path in arguments if isinstance(path, Path) and path.suffix == ".ipynb"):
            read += [str(cell["source"]).encode() for cell in json.loads(path.read_bytes())["cells"]]
        key = (arguments, hashlib.sha256(b"\0".join(read)).digest())
        if key not in results:
            results[key] = function(*arguments)
        return copy.deepcopy(results[key])

    return run


def noticed(mutant: Mutant) -> bool:
    """Whether a check fails on the mutant. A program that stops with an error has noticed, too."""
    project = Path.cwd()
    files = mutant.files()
    before = {path: Path(path).read_bytes() if Path(path).exists() else None for path in files}
    try:
        for path, content in files.items():
            write(project / path, content)
        return any(fails(check, project, mutant) for check in CHECKS[mutant.checks])
    finally:
        for path, content in before.items():
            write(project / path, content)


def fails(check: Check, project: Path, mutant: Mutant) -> bool:
    try:
        return check(project, mutant)
    except Exception as error:
        if type(error).__module__.startswith("contre_enquete."):  # what a user is told
            return True
        raise


def write(path: Path, content: str | bytes | None) -> None:
    if content is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def leave(site: Path) -> dict[str, str]:
    """Return no file: nothing is damaged."""
    return {}


def undamaged(mutants: list[Mutant]) -> list[Mutant]:
    """Return the first mutant of each set of checks, with no damage."""
    firsts = {mutant.checks: mutant for mutant in reversed(mutants) if mutant.content is not None}
    kept = [mutant for mutant in firsts.values() if mutant.path == "site" or (PROJECT / mutant.path).exists()]
    return [
        replace(mutant, content=leave if mutant.path == "site" else (PROJECT / mutant.path).read_bytes())
        for mutant in kept
    ]


def try_all(pool: ProcessPoolExecutor, chosen: list[Mutant], number: int, survived: Counter, total: Counter) -> None:
    """Try the chosen mutants, count them by kind, and name those that survive."""
    whole = undamaged(chosen)
    failing = [mutant.checks for mutant, fails in zip(whole, pool.map(noticed, whole), strict=True) if fails]
    if failing:
        sys.exit(f"Checks that fail without any damage, so that nothing can be said: {', '.join(failing)}")
    before, begun = total.total(), time.monotonic()
    tasks = {pool.submit(noticed, mutant): mutant for mutant in chosen}
    for task in as_completed(tasks):
        mutant = tasks[task]
        total[mutant.kind] += 1
        if task.result() == (mutant.kind == HARMLESS):
            survived[mutant.kind] += 1
            verdict = "FALSE ALARM" if mutant.kind == HARMLESS else "SURVIVED"
            print(f"\r{verdict} {mutant.kind}: {mutant.name}", flush=True)
        done = total.total()
        left = (time.monotonic() - begun) / (done - before) * (before + len(chosen) - done) / 60
        line = f"{done} of {number}, {survived.total()} survived: {left:.0f} min left of these {len(chosen)}"
        print(f"\r{line} ", end="", file=sys.stderr, flush=True)


def main(size: int, kinds: str) -> int:
    """Try so many mutants, or all if 0, of the kinds that a pattern finds; return 1 if any survives."""
    import babel.messages.pofile, fontTools.subset, frictionless, hypothesis, matplotlib.backends.backend_agg, mistune, nbclient, nbconvert, pandas, pytest, seaborn  # noqa: E401, F401, I001

    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # code damaged within one second has the time of the undamaged
    fork = get_context("fork")
    survived, total = Counter(), Counter()
    with TemporaryDirectory() as folder:
        with ProcessPoolExecutor(1, fork) as pool:
            mutants = pool.submit(every_mutant, folder).result()
        mutants = sample([mutant for mutant in mutants if re.search(kinds, mutant.kind)], size)
        for package in (False, True):
            chosen = [mutant for mutant in mutants if (mutant.checks in PACKAGE) == package]
            with ProcessPoolExecutor(os.cpu_count(), fork, initializer=begin, initargs=(folder, not package)) as pool:
                try_all(pool, chosen, len(mutants), survived, total)
    print(file=sys.stderr)
    for kind, count in total.items():
        said = "let pass" if kind == HARMLESS else "killed"
        print(f"{kind:22} {count - survived[kind]:4} of {count:4} {said}")
    print(f"{total.total() - survived.total()} of {total.total()} mutants told from the edition")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main(int(os.environ.get("SAMPLE") or 0), os.environ.get("KINDS", "")))
