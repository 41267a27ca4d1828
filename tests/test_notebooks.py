"""The notebooks read as articles, and what is committed is what a fresh run gives."""

import ast
import base64
import re
import shutil
from html.parser import HTMLParser
from itertools import pairwise

import nbformat
import pytest

from conftest import PROJECT, snapshot
from contre_enquete.build import _figures
from contre_enquete.figures import FIGURES
from contre_enquete.language import languages
from contre_enquete.notebooks import NotebookError, notebook_bytes, run_notebook
from contre_enquete.survey import load_survey

NOTEBOOKS = sorted(PROJECT.glob("notebooks/[!.]*/*.ipynb"))
LANGUAGES = sorted({path.parent.name for path in NOTEBOOKS})
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}/{path.stem}")


def cells(path, kind):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


@each_notebook
def test_a_fresh_run_gives_what_is_committed(path):
    """Outputs, pictures, counts and metadata, all of them; how the file is indented says nothing."""
    before = snapshot(PROJECT / "data") | snapshot(PROJECT / "figures")
    fresh = nbformat.reads(notebook_bytes(run_notebook(path)).decode(), as_version=4)
    assert fresh == nbformat.read(path, as_version=4)
    assert snapshot(PROJECT / "data") | snapshot(PROJECT / "figures") == before  # a notebook writes nothing


def test_notebooks_are_where_they_are_looked_for(project):
    """One elsewhere, in a folder that tools pass over such as `build`, would be run by nothing."""
    passed_over = {".git", ".venv", ".cache", "site"}
    folders = [folder for folder in project.iterdir() if folder.is_dir() and folder.name not in passed_over]
    found = [path.relative_to(project) for folder in folders for path in folder.rglob("*.ipynb")]
    places = {("notebooks", language) for language in languages()}
    assert not [path for path in found if ".ipynb_checkpoints" not in path.parts and path.parts[:-1] not in places]


@pytest.mark.parametrize("language", LANGUAGES)
def test_redrawn_figures_change_no_byte(language, project):
    folder = project / "figures" / language
    committed = {f"figures/{language}/{path.name}": path.read_bytes() for path in folder.iterdir()}
    drawn = _figures(project, language)
    del drawn[f"site/social/{language}.png"]  # not committed
    assert drawn == committed


@each_notebook
def test_a_notebook_calls_and_defines_nothing(path):
    code = cells(path, "code")
    for cell in code:
        assert len(cell.source.splitlines()) <= 10
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda)
            assert not isinstance(node, ast.Try | ast.With | ast.Delete)  # nothing is hidden or swallowed
            assert not (isinstance(node, ast.Attribute) and node.attr.startswith("to_"))  # nothing is written
            assert not (isinstance(node, ast.Name) and node.id == "print")
            assert not (
                isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"[/\\]", node.value)
            )
    words = sum(len(cell.source.split()) for cell in cells(path, "markdown"))
    assert words > 20 * sum(len(cell.source.splitlines()) for cell in code)


@each_notebook
def test_anatomy(path):
    headings = [line for cell in cells(path, "markdown") for line in cell.source.splitlines() if line.startswith("#")]
    levels = [len(heading.split()[0]) for heading in headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    first, *others = cells(path, "code")
    assert first.metadata.get("tags") == ["hide"] and not first.outputs
    assert not any(cell.metadata.get("tags") for cell in others)


@each_notebook
def test_cells_are_clean(path):
    notebook = nbformat.read(path, as_version=4)
    assert {cell.cell_type for cell in notebook.cells} == {"markdown", "code"}
    assert all(cell.source.strip() for cell in notebook.cells)
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)
    assert not any(word in cell.source for cell in notebook.cells for word in ("%%", "nbval", "NBVAL", "PYTEST"))


@each_notebook
def test_outputs_are_clean(path):
    for number, cell in enumerate(cells(path, "code"), 1):
        assert cell.execution_count == number
        assert all(output.output_type in ("execute_result", "display_data") for output in cell.outputs), (
            "a warning or error"
        )
        assert "nbval" not in cell.source.lower()
    assert str(PROJECT) not in path.read_text(encoding="utf-8")
    assert set(nbformat.read(path, as_version=4).metadata) == {"kernelspec", "language_info"}


def test_the_notebooks_show_each_figure_once_and_in_order(project):
    for language in LANGUAGES:
        shown = []
        for path in sorted((project / "notebooks" / language).glob("*.ipynb")):
            for output in (output for cell in cells(path, "code") for output in cell.outputs):
                if image := re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', output.data["text/html"]):
                    shown.append(base64.b64decode(image[1]).decode())
        number = re.compile(r"figure-(\d+)-[a-z-]+\.svg")
        committed = sorted(
            (project / "figures" / language).glob("*.svg"), key=lambda path: int(number.fullmatch(path.name)[1])
        )
        assert [int(number.fullmatch(path.name)[1]) for path in committed] == list(range(1, 12))
        survey = load_survey(language, project)
        assert shown == [draw(survey).picture() for draw in FIGURES]
        assert len(list((project / "figures" / language).iterdir())) == 2 * len(committed)


def alternatives(path):
    """The alternative texts of a notebook's charts: what is shown where no picture can be."""
    outputs = [output.data for cell in cells(path, "code") for output in cell.outputs]
    return [data["text/plain"] for data in outputs if "<img" in data.get("text/html", "")]


class Images(HTMLParser):
    """Alternative texts of the images of a page."""

    def __init__(self, page):
        super().__init__()
        self.alternatives = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.alternatives.append(dict(attributes).get("alt"))


@each_notebook
def test_alternative_texts_survive_plain_nbconvert(path, tmp_path, monkeypatch):
    from nbconvert.nbconvertapp import main

    monkeypatch.chdir(tmp_path)
    main(["--to", "html", "--log-level", "ERROR", "--output-dir", str(tmp_path), str(path)])
    page = Images((tmp_path / f"{path.stem}.html").read_text(encoding="utf-8"))
    assert page.alternatives == alternatives(path)
    assert page.alternatives and all(len(text) > 60 for text in page.alternatives)


@pytest.mark.parametrize("path", sorted(PROJECT.glob("notebooks/fr/*.ipynb")), ids=lambda path: path.stem)
def test_typography_of_quebec(path):
    for cell in cells(path, "markdown"):
        prose = re.sub(r"`[^`]*`|\[(?=[^\]]*\]\()|\]\([^)]*\)|^\|[-|]+$", "", cell.source, flags=re.MULTILINE)
        for wrong, why in {
            r"[^\u00a0]%": "no-break space before %",
            r"[^\u00a0\d]:(?!/)": "no-break space before :",
            r"«[^\u00a0]|[^\u00a0]»": "no-break spaces inside guillemets",
            r"\s[;!?]": "no space before ; ! ?",
            r"\d \d{3}": "no-break space in thousands",
            r"\w'\w": "typographic apostrophe",
        }.items():
            found = re.search(wrong, prose)
            assert not found, f"{why}: {prose[max(0, found.start() - 20) : found.end() + 10]!r}"


def test_a_failing_cell_is_named(copy):
    path = copy / "notebooks/fr/1-article.ipynb"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("charts.barriers(survey)", "charts.barrieres(survey)"), encoding="utf-8")
    with pytest.raises(NotebookError, match=r"1-article\.ipynb, cell 11: AttributeError: .*barrieres"):
        run_notebook(path)


def test_not_a_notebook_is_said(tmp_path):
    path = tmp_path / "1-broken.ipynb"
    path.write_text("{")
    with pytest.raises(NotebookError, match=r"1-broken\.ipynb: not a notebook"):
        run_notebook(path)


def test_notebooks_follow_the_data_of_their_own_folder(copy):
    """A copy elsewhere reads its own data, whatever checkout the package was installed from."""
    survey = copy / "data/survey.csv"
    survey.write_text(
        survey.read_text(encoding="utf-8").replace("S01,productivity,agree,sme,40", "S01,productivity,agree,sme,41"),
        encoding="utf-8",
    )
    shutil.rmtree(copy / "figures")
    notebook = run_notebook(copy / "notebooks/fr/1-article.ipynb")
    assert any(
        "PME\u00a041\u00a0%" in output.data["text/plain"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
