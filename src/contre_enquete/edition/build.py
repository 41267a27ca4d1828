"""Turn data and notebooks into figures, executed notebooks and the site; make only what is stale."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from ..article import find_source_language, list_edition_languages
from ..errors import DataError
from ..project import (
    ARTICLE,
    CHANGES,
    DRAWN_WITH,
    OPENING_PAGE,
    PACKAGE,
    SKELETON,
    edition_version,
)
from .workbench import Files, Step, Workbench

LABEL_COLUMNS = ("label", "measure_", "base_", "respondents", "publisher")  # columns whose texts stand in charts
# The part of the engine that pages alone depend on: when it changes, no notebook is run again.
PAGE_MODULES = ("html", "imprint", "log", "outputs", "pages", "site")
PAGE_CODE = (*(f"edition/{name}.py" for name in PAGE_MODULES), "templates")
NOTEBOOK_FILES = "notebooks/*/*.ipynb"


def build(project: Path, report: Callable[[str], None] = print, site: str = "") -> int:
    """Make every stale step of the edition and return how many there were.

    `report` is given the name of each stale step once it is made. `site` is the address that the pages are
    published at, by default the data package's homepage. Raises DataError, ArticleError, NotebookError,
    PageError or MissingTranslation, and then has changed no file; WriteError when the disk refuses one.
    """
    bench = Workbench(project, report)
    notebooks = bench.files(NOTEBOOK_FILES)
    foundation, page_code = _read_foundation(bench)
    bench.steps(
        [("data", foundation, partial(_check_data, project))]
    )  # alone: its faults are clearer than a notebook's
    languages = list_edition_languages(project)
    drawing = [(f"figures/{language}", foundation, partial(_draw_figures, project, language)) for language in languages]
    bench.steps([*drawing, *_list_runs(bench, foundation)])
    if bench.changes("figures/*/*") or not bench.read(DRAWN_WITH):
        bench.made[DRAWN_WITH] = _describe_drawing()
    titles = [_extract_title(bench.content(path)) for path in notebooks]  # a page links to its neighbours
    shared = [*foundation, *page_code, site.encode(), *titles]
    for path in notebooks:
        notebook = bench.content(path)
        bench.steps([(_page_path(path), [*shared, notebook], partial(_render_page, project, path, notebook, site))])
    results = {path: bench.content(path) for path in notebooks}
    copies = {path: bench.content(path) for path in bench.files("data/**/*") + bench.files("figures/*/*")}
    inputs = [*shared, *results.values(), *copies.values(), bench.read(CHANGES)]
    bench.steps([(OPENING_PAGE, inputs, partial(_render_site, project, results, copies, site))])
    bench.finish()
    return bench.stale


def execute_notebooks(project: Path) -> Files:
    """Return a project's notebooks by path, run again where text, data or code changed since the last build.

    Changes no file. Raises DataError, ArticleError or NotebookError.
    """
    bench = Workbench(project, lambda step: None)
    foundation, _ = _read_foundation(bench)
    bench.steps([("data", foundation, partial(_check_data, project))])
    bench.steps(_list_runs(bench, foundation))
    return {path: bench.content(path) for path in bench.files(NOTEBOOK_FILES)}


def _read_foundation(bench: Workbench) -> tuple[list[bytes | None], list[bytes | None]]:
    """Return the contents that every result depends on, and apart from these the code that only pages depend on.

    The former are data, article, environment and engine.
    """
    article = [path for path in bench.files(f"{ARTICLE}/**/*") if not path.endswith(".pyc")]
    foundation = [bench.read(path) for path in [*bench.files("data/**/*"), *article, "requirements.txt"]]
    page_code: list[bytes | None] = []
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE).as_posix()
        if path.is_file() and path.suffix != ".pyc" and not name.startswith(f"{SKELETON}/"):
            (page_code if name.startswith(PAGE_CODE) else foundation).append(path.read_bytes())
    return foundation, page_code


def _list_runs(bench: Workbench, foundation: list[bytes | None]) -> list[Step]:
    """Return a step for each notebook, which runs it."""
    return [
        (path, [*foundation, _extract_source(bench.content(path))], partial(_run_notebook, bench.project, path))
        for path in bench.files(NOTEBOOK_FILES)
    ]


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

    tables = read_package(project)
    survey = load_survey(find_source_language(project), project)
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


def _draw_figures(project: Path, language: str) -> Files:
    """Draw the figures in a language, and the cards that social networks show; that of the edition is the first."""
    from ..notebooks import run  # isort: skip  # first, as `_run_notebook` does: imports in another order would wait for each other
    from .drawing import CARDS, draw_figures

    drawn = run.warm.run_in_worker(draw_figures, project, language, True)
    cards = {name: content for name, content in drawn.items() if name.startswith(CARDS)}
    files = {f"figures/{language}/{name}": content for name, content in drawn.items() if name not in cards}
    files |= {f"site/social/{language}/{name.removeprefix(CARDS)}": content for name, content in cards.items()}
    return files | {f"site/social/{language}.png": content for content in [*cards.values()][:1]}


def _describe_drawing() -> bytes:
    from .drawing import describe_environment

    return (json.dumps(describe_environment(), indent=1) + "\n").encode()


def _run_notebook(project: Path, path: str) -> Files:
    from ..notebooks.form import VERSION_KEY
    from ..notebooks.run import encode_notebook, run_notebook

    notebook = run_notebook(project / path)
    for first in notebook.cells[:1]:
        first.metadata[VERSION_KEY] = edition_version(project)
    return {path: encode_notebook(notebook)}


def _render_page(project: Path, path: str, notebook: bytes, site: str) -> Files:
    from .pages import render_notebook_page

    return {_page_path(path): render_notebook_page(notebook, project / path, site)}


def _render_site(project: Path, notebooks: Files, copies: Files, site: str) -> Files:
    from .site import render_site

    pages = {_page_path(path).removeprefix("site/"): content for path, content in notebooks.items()}
    return {f"site/{path}": content for path, content in render_site(project, pages, copies, site).items()}


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


def _extract_title(notebook: bytes) -> bytes:
    """Return the first line of a notebook, its title, which the pages beside it show.

    Returns the content as it is if it is not a notebook.
    """
    try:
        return "".join(json.loads(notebook)["cells"][0]["source"]).split("\n")[0].encode()
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return notebook
