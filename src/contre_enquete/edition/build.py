"""Turn data and notebooks into figures, executed notebooks and the site; make only what is stale."""

from __future__ import annotations

import json
import platform
import re
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..article import find_source_language, list_edition_languages, locate_opening_page
from ..charts.room import Room
from ..charts.spreadsheet import escape_formulas
from ..descriptor import edition_version, publish_descriptor
from ..errors import DataError
from ..project import (
    ARTICLE,
    CATALOGUES,
    CHANGES,
    DATA,
    DESCRIPTOR,
    DRAWN_WITH,
    OWN_TABLE,
    PACKAGE,
    RUNS,
    SKELETON,
    digest_contents,
)
from ..reads import collect
from ..text.links import find_references
from .workbench import Begin, Files, Step, Workbench

LABEL_COLUMNS = ("label", "measure_", "base_", "respondents", "publisher")  # columns whose texts stand in charts
# The part of the engine that pages alone depend on: when it changes, no notebook is run again.
PAGE_MODULES = ("html", "imprint", "log", "outputs", "pages", "site")
PAGE_CODE = (*(f"edition/{name}.py" for name in PAGE_MODULES), "templates")
NOTEBOOK_FILES = "notebooks/*/*.ipynb"
OWN_SURVEY = re.compile(rb"\bedition\.own\b|yours\b|own_survey")  # how sources name the survey of one's own
RECORDED = re.compile(f"{DATA}/.*\\.(csv|md)|{ARTICLE}/[^/]*\\.(py|md)")  # what the bench records that a step reads
LEDGERS = f"{ARTICLE}/reviewed/"  # the ledgers of `check`, which nothing shows
TRANSLATION = re.compile(rb'^msgstr.*(?:\n".*)*', re.MULTILINE)
LOCKED = re.compile(r"^([\w.-]+)==[^\s;]+ *\\?$", re.MULTILINE)  # a library of requirements.txt, of every system
DRAWINGS = ".cache/drawings"
SURVEY = "data/survey.csv"  # whose checksum is on every page


def build(
    project: Path, report: Callable[[str], None] = print, site: str = "", begin: Begin = lambda step, left, last: None
) -> int:
    """Make every stale step of the edition and return how many there were.

    `report` is given the name of each stale step once it is made, `begin` when it begins, with how many may follow, if
    there was a build before, and the seconds that it took then. `site` is the address that the pages are
    published at, by default the data package's homepage. Raises DataError, ArticleError, NotebookError,
    PageError or MissingTranslation, and then has changed no file; WriteError when the disk refuses one.
    """
    bench = Workbench(project, report, begin)
    notebooks = bench.files(NOTEBOOK_FILES)
    inputs = Inputs.read(bench)
    bench.steps([_check_step(bench, inputs)])  # alone: its faults are clearer than a notebook's
    languages = list_edition_languages(project)
    drawing: list[Step] = [
        (f"figures/{code}", inputs.list_for(code), partial(_draw_figures, project, code, inputs.make_room(code)))
        for code in languages
    ]
    bench.steps([*drawing, *_list_own_drawing(bench, inputs)])  # first: notebooks show what is drawn here
    _make_notebooks(bench, inputs, notebooks)
    if bench.changes("figures/*/*") or not bench.read(DRAWN_WITH):
        bench.made[DRAWN_WITH] = _describe_drawing()
    bench.steps([*_list_pages(bench, inputs, notebooks, site), *_list_site(bench, inputs, notebooks, site)])
    bench.finish()
    return bench.stale


def build_own_page(project: Path, report: Callable[[str], None] = print, site: str = "") -> list[Path]:
    """Make what the survey of one's own stands in, and nothing else: its notebooks, figures and pages.

    Returns the pages. What else is stale stays so, for `build`. Raises as `build` does, and then has changed no file.
    """
    bench = Workbench(project, report)
    inputs = Inputs.read(bench)
    notebooks = [path for path in bench.files(NOTEBOOK_FILES) if _shows_own(bench.content(path))]
    bench.steps([_check_step(bench, inputs)])
    bench.steps(_list_own_drawing(bench, inputs))
    _make_notebooks(bench, inputs, notebooks)
    bench.steps(_list_pages(bench, inputs, notebooks, site))
    for path in (OWN_TABLE, *bench.files("figures/*/own-*")):  # downloads
        if (content := bench.read(path)) is not None:
            bench.made |= _copy_files({path: content})
    bench.finish(keep_others=True)
    return [project / _page_path(path) for path in notebooks]


def execute_notebooks(project: Path) -> Files:
    """Return a project's notebooks by path, run again where text, data or code changed since the last build.

    Changes no file. Raises DataError, ArticleError or NotebookError.
    """
    bench = Workbench(project, lambda step: None)
    inputs = Inputs.read(bench)
    bench.steps([_check_step(bench, inputs)])
    _make_notebooks(bench, inputs, notebooks := bench.files(NOTEBOOK_FILES))
    return {path: bench.content(path) for path in notebooks}


@dataclass(frozen=True)
class Inputs:
    """Digests of what results depend on, whatever they show.

    Everything depends on the `foundation`: environment, engine, declarations, and whatever lies in data and article
    that is no table, module, document or catalogue. What is in a language depends on `words`, its catalogues; only
    pages depend on `page_code`. The bench records the tables, modules and documents that each step reads.
    """

    foundation: bytes
    words: dict[str, bytes]
    page_code: bytes

    @classmethod
    def read(cls, bench: Workbench) -> Inputs:
        """Return the inputs of a project."""
        foundation: list[bytes | None] = [describe_machine(lock := bench.read("requirements.txt")), lock]
        page_code, catalogues = list[bytes | None](), dict[str, bytes]()
        for path in bench.sources:
            content = bench.read(path) or b""
            if path.startswith(f"{CATALOGUES}/") and path.endswith(".po"):
                catalogues[path] = content
            elif not (RECORDED.fullmatch(path) or path.startswith(LEDGERS)):
                foundation += [path.encode(), content]
        for file in sorted(PACKAGE.rglob("*")):
            name = file.relative_to(PACKAGE).as_posix()
            if not file.is_file() or file.suffix == ".pyc" or name.startswith(f"{SKELETON}/"):
                continue
            if file.suffix == ".po":
                catalogues[name] = file.read_bytes()
            else:
                (page_code if name.startswith(PAGE_CODE) else foundation).extend([name.encode(), file.read_bytes()])
        languages = list_edition_languages(bench.project)
        foundation.append(repr(languages).encode())
        words = {}
        for code in languages:
            own = [
                content if Path(path).stem == code else _strip_translations(content)
                for path, content in sorted(catalogues.items())
            ]
            words[code] = digest_contents(*own).encode()
        return cls(digest_contents(*foundation).encode(), words, digest_contents(*page_code).encode())

    def list_for(self, language: str) -> list[bytes | None]:
        """Return the inputs of what is in a language."""
        return [self.foundation, self.words[language]]

    def list_all(self, bench: Workbench) -> list[bytes | None]:
        """Return the inputs of what shows all data in all languages."""
        sources = [part.encode() for source in bench.sources.items() for part in source]
        return [self.foundation, *self.words.values(), *sources]

    def list_for_pages(self, bench: Workbench, site: str) -> list[bytes | None]:
        """Return the inputs of every page: titles and names of all pages, and the data whose checksum it names."""
        paths = bench.files(NOTEBOOK_FILES)
        titles = [part for path in paths for part in (path.encode(), _extract_title(bench.content(path)))]
        documents = [path.encode() for path in bench.sources if path.endswith(".md")]
        return [self.page_code, site.encode(), bench.read(SURVEY), *titles, *documents]

    def make_room(self, language: str) -> Room:
        """Return the room where the drawings of a language are kept."""
        return Room(DRAWINGS, digest_contents(*self.list_for(language)))


def describe_machine(lock: bytes | None) -> bytes:
    """Return the versions of Python and of what is installed for it, and the processor.

    With a lock, of Python's libraries only those that it names count: no tool of a checkout changes a result.
    """
    folders = (Path(sysconfig.get_path("purelib")), Path(sysconfig.get_path("platlib")), Path(sys.prefix, "conda-meta"))
    installed = {
        path.name
        for folder in folders
        if folder.is_dir()
        for path in folder.iterdir()
        if path.suffix in (".dist-info", ".egg-info", ".json")
    }
    if lock:
        locked = set(map(_normalize_name, LOCKED.findall(lock.decode())))
        installed = {
            name for name in installed if name.endswith(".json") or _normalize_name(name.partition("-")[0]) in locked
        }
    processor = Path("/proc/cpuinfo")
    lines = processor.read_text(errors="replace").splitlines() if processor.is_file() else []
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return "\n".join([sys.version, platform.platform(), *sorted(installed), flags]).encode()


def _normalize_name(name: str) -> str:
    """Return the name of a library as the folders of installed ones write it."""
    return re.sub(r"[-._]+", "_", name).lower()


def _strip_translations(catalogue: bytes) -> bytes:
    """Return a catalogue without its translations, but with its head: which sentences there are, and its locale."""
    head, *entries = re.split(rb"\n\s*\n", catalogue)
    return b"\n".join([head, *(TRANSLATION.sub(b"", entry) for entry in entries)])


def _shows_own(notebook: bytes) -> bool:
    """Return whether a notebook shows anything of the survey of one's own, by its texts and code."""
    return bool(OWN_SURVEY.search(_extract_source(notebook)))


def _check_step(bench: Workbench, inputs: Inputs) -> Step:
    return "data", inputs.list_all(bench), partial(_check_data, bench.project)


def _make_notebooks(bench: Workbench, inputs: Inputs, notebooks: list[str]) -> None:
    """Run each notebook whose results are stale, then put results and texts together."""
    runs: list[Step] = []
    for path in notebooks:
        language = Path(path).parent.name
        given = [*inputs.list_for(language), path.encode(), _extract_code(bench.content(path))]
        make = partial(_run_notebook, bench.project, path, inputs.make_room(language))
        runs.append((_name_run(path), given, make))
    bench.steps(runs)
    texts: list[Step] = []
    for path in notebooks:
        results = bench.read(_locate_run(path)) or b""
        given = [inputs.foundation, _extract_source(bench.content(path)), results]
        texts.append((path, given, partial(_write_notebook, bench.project, path, results)))
    bench.steps(texts)


def _name_run(notebook: str) -> str:
    """Return the name of the step that runs a notebook, such as "runs/en/1-article"."""
    return f"runs/{notebook.removeprefix('notebooks/').removesuffix('.ipynb')}"


def _locate_run(notebook: str) -> str:
    """Return the path of a notebook's results."""
    return f"{RUNS}{_name_run(notebook).removeprefix('runs')}.json"


def _list_own_drawing(bench: Workbench, inputs: Inputs) -> list[Step]:
    """Return a step for each language, which draws the survey of one's own, if there is one."""
    languages = list_edition_languages(bench.project) if bench.read(OWN_TABLE) is not None else []
    return [
        (
            f"figures/{code}/own",
            inputs.list_for(code),
            partial(_draw_own_figures, bench.project, code, inputs.make_room(code)),
        )
        for code in languages
    ]


def _list_pages(bench: Workbench, inputs: Inputs, notebooks: list[str], site: str) -> list[Step]:
    """Return a step for the page of each notebook."""
    steps: list[Step] = []
    shared = inputs.list_for_pages(bench, site)
    for path in notebooks:
        given = [*shared, *inputs.list_for(Path(path).parent.name), content := bench.content(path)]
        steps.append((_page_path(path), given, partial(_render_page, bench.project, path, content, site)))
    return steps


def _list_site(bench: Workbench, inputs: Inputs, notebooks: list[str], site: str) -> list[Step]:
    """Return steps for all of the site but the pages of notebooks: for each language, and what is in no language."""
    project, shared = bench.project, inputs.list_for_pages(bench, site)
    steps: list[Step] = []
    for code in sorted({Path(path).parent.name for path in notebooks}):
        paths, given = [path for path in notebooks if Path(path).parent.name == code], [*shared, *inputs.list_for(code)]
        texts = {path: bench.content(path) for path in paths}
        runs = {path: bench.read(_locate_run(path)) for path in paths}
        steps += [
            (
                f"site/{locate_opening_page(project, code)}",
                [*given, *texts.values()],
                partial(_render_opening, project, code, texts, site),
            ),
            (
                f"site/corrections.{code}.html",
                [*given, bench.read(CHANGES), *runs.values()],
                partial(_render_survey_pages, project, code, texts, site),
            ),
        ]
        for path, content in texts.items():
            name = f"site/figures/{code}/{Path(path).stem}"
            steps.append((name, [*given, runs[path]], partial(_render_figures, project, path, content, site)))
    catalogues = [digest.encode() for path, digest in bench.sources.items() if path.endswith(".po")]
    given = [*shared, inputs.foundation, *inputs.words.values(), *catalogues]
    steps.append(("site/data/index.html", given, partial(_render_methods, project, site)))
    copies = {path: bench.content(path) for path in bench.files("data/**/*") + bench.files("figures/*/*")}
    copies[DESCRIPTOR] = publish_descriptor(project)
    given = [part for path, content in copies.items() for part in (path.encode(), content)]
    steps.append(("site/data", [inputs.foundation, *given], partial(_copy_files, copies)))
    steps.append(("site/sitemap.xml", [*shared, inputs.foundation], partial(_map_site, project, notebooks, site)))
    return steps


def _check_data(project: Path) -> Files:
    """Check the data as `check_data` does. Makes no file. Raises DataError."""
    check_data(project)
    return {}


def check_data(project: Path) -> None:
    """Compute all that texts may cite of the data, and look for names that no chart could show.

    Raises DataError.
    """
    from ..charts.fonts import find_missing_letter
    from ..figures.corrected import list_corrections
    from ..figures.registry import index_figures
    from ..survey.model import load_survey
    from ..survey.package import read_package
    from ..survey.totals import check_totals

    tables = read_package(project)
    survey = load_survey(find_source_language(project), project)
    check_totals(survey)
    list(index_figures(survey))  # makes every figure
    edition_version(project)
    list_corrections(survey)
    for table in tables.values():
        for column in table.columns[table.columns.str.startswith(LABEL_COLUMNS)]:
            for row, text in enumerate(table[column], 2):
                if letter := find_missing_letter(text):
                    raise DataError(
                        f"{table.attrs['file']}, row {row}, column {column}: found {letter!r} (U+{ord(letter):04X}); "
                        "expected letters that the charts' font has"
                    )


def _draw_figures(project: Path, language: str, room: Room | None = None) -> Files:
    """Draw the figures in a language, and the cards that social networks show; that of the edition is the first."""
    from ..notebooks import run  # isort: skip  # first, as `_run_notebook` does: imports in another order would wait for each other
    from .drawing import CARDS, draw_figures

    drawn = run.warm.run_in_worker(draw_figures, project, language, True, room)
    cards = {name: content for name, content in drawn.items() if name.startswith(CARDS)}
    files = {f"figures/{language}/{name}": content for name, content in drawn.items() if name not in cards}
    files |= {f"site/social/{language}/{name.removeprefix(CARDS)}": content for name, content in cards.items()}
    return files | {f"site/social/{language}.png": content for content in [*cards.values()][:1]}


def _draw_own_figures(project: Path, language: str, room: Room) -> Files:
    """Draw the survey of one's own in a language."""
    from ..notebooks import run  # isort: skip  # first, as `_draw_figures` does
    from .drawing import draw_own_figures

    drawn = run.warm.run_in_worker(draw_own_figures, project, language, room)
    return {f"figures/{language}/{name}": content for name, content in drawn.items()}


def _describe_drawing() -> bytes:
    from .drawing import describe_environment

    return (json.dumps(describe_environment(), indent=1) + "\n").encode()


def _run_notebook(project: Path, path: str, room: Room) -> Files:
    from ..notebooks.run import extract_results, run_notebook

    return {_locate_run(path): extract_results(run_notebook(project / path, room.to_environment()))}


def _write_notebook(project: Path, path: str, results: bytes) -> Files:
    from ..notebooks.form import VERSION_KEY
    from ..notebooks.run import encode_notebook, insert_results

    notebook = insert_results(project / path, results)
    for first in notebook.cells[:1]:
        first.metadata[VERSION_KEY] = edition_version(project)
    return {path: encode_notebook(notebook)}


def _render_page(project: Path, path: str, notebook: bytes, site: str) -> Files:
    from .pages import render_notebook_page

    return {_page_path(path): render_notebook_page(notebook, project / path, site)}


def _render_opening(project: Path, language: str, notebooks: Files, site: str) -> Files:
    from .imprint import Publication
    from .site import render_opening_page

    page = render_opening_page(Publication(project, site), language, _list_addresses(notebooks))
    return {f"site/{locate_opening_page(project, language)}": page}


def _render_survey_pages(project: Path, language: str, notebooks: Files, site: str) -> Files:
    """Return the log of corrections, its feed and the summary: side by side they would make the same figures."""
    from .imprint import Publication, locate_page
    from .log import render_feed, render_log_page
    from .site import render_summary_page

    publication = Publication(project, site)
    with collect(project):
        files = {
            publication.logs[language]: render_log_page(publication, language),
            locate_page(language, "feed", "xml"): render_feed(publication, language),
        }
        if language in publication.summaries:
            page = render_summary_page(publication, language, _list_addresses(notebooks))
            files[publication.summaries[language]] = page
    return {f"site/{address}": content for address, content in files.items()}


def _render_methods(project: Path, site: str) -> Files:
    from .imprint import Publication
    from .site import render_method_page

    publication = Publication(project, site)
    with collect(project):
        return {
            f"site/{address}": render_method_page(publication, code) for code, address in publication.methods.items()
        }


def _render_figures(project: Path, path: str, notebook: bytes, site: str) -> Files:
    from .imprint import Publication
    from .site import render_figure_pages

    (place,), language = _list_addresses({path: notebook}), Path(path).parent.name
    pages = render_figure_pages(Publication(project, site), language, place, notebook)
    return {f"site/{address}": content for address, content in pages.items()}


def _copy_files(files: Files) -> Files:
    """Return data and figures as the site hands them out."""
    return {
        f"site/{path}": escape_formulas(content, path) if path.endswith(".csv") else content
        for path, content in files.items()
    }


def _map_site(project: Path, notebooks: list[str], site: str) -> Files:
    from .imprint import Publication
    from .site import render_robots, render_sitemap

    publication, addresses = Publication(project, site), _list_addresses(dict.fromkeys(notebooks, b""))
    return {
        "site/sitemap.xml": render_sitemap(publication, addresses),
        "site/robots.txt": render_robots(publication),
    }


def _list_addresses(notebooks: Files) -> Files:
    """Return notebooks by the address of their page."""
    return {_page_path(path).removeprefix("site/"): content for path, content in notebooks.items()}


def _page_path(notebook: str) -> str:
    return f"site/{notebook.removesuffix('.ipynb')}.html"


def _extract_source(notebook: bytes) -> bytes:
    """Return the ids, types, texts and tags of a notebook's cells, on which its results depend, in one fixed layout.

    Returns the content as it is if it is not a notebook.
    """
    try:
        cells = json.loads(notebook)["cells"]
        parts = [[c.get("id"), c["cell_type"], "".join(c["source"]), c["metadata"].get("tags")] for c in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return notebook
    return json.dumps(parts).encode()


def _extract_code(notebook: bytes) -> bytes:
    """Return all of a notebook that its results depend on: code, tags, and the figures that its texts cite.

    Its register reads these (`display.register.build_register`), and nothing reads more of its texts. Returns the
    content as it is if it is not a notebook.
    """
    try:
        cells = [
            [c["cell_type"], "".join(c["source"]), c["metadata"].get("tags")] for c in json.loads(notebook)["cells"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return notebook
    code = [[source, tags] for kind, source, tags in cells if kind == "code"]
    cited = find_references("\n\n".join(source for kind, source, _ in cells if kind == "markdown"))
    return json.dumps([code, cited]).encode()


def _extract_title(notebook: bytes) -> bytes:
    """Return the first line of a notebook, its title, which the pages beside it show.

    Returns the content as it is if it is not a notebook.
    """
    try:
        return "".join(json.loads(notebook)["cells"][0]["source"]).split("\n")[0].encode()
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return notebook
