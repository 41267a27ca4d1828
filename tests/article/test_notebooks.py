"""The notebooks read as articles, and what is committed is what a fresh run gives."""

import re
import shutil
from itertools import pairwise

import nbformat
import pytest

from conftest import PROJECT, one_of_each
from contre_enquete.charts.own import draw_own_questions
from contre_enquete.charts.parts import LEFT
from contre_enquete.edition.rerun import diff_notebook, list_orphans
from contre_enquete.notebooks.form import find_flaws
from contre_enquete.notebooks.run import NotebookError, read_notebook, run_notebook
from contre_enquete.survey.model import load_survey
from reading import Page

pytestmark = pytest.mark.slow

NOTEBOOKS = sorted(PROJECT.glob("notebooks/[!.]*/*.ipynb"))
LANGUAGES = sorted({path.parent.name for path in NOTEBOOKS})
CHARTLESS = ("6-exercises", "7-answers")


def name_notebook(path):
    return f"{path.parent.name}/{path.stem}"


each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=name_notebook)


def cells(path, kind):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


@each_notebook
def test_a_notebook_holds_nothing_that_none_may(path):
    """That a fresh run gives what is committed is compared as nbval runs it, in `conftest.py` above."""
    assert find_flaws(read_notebook(path)) == []


def test_everything_is_where_it_is_looked_for(project):
    assert list_orphans(project) == []


@each_notebook
def test_a_notebook_is_prose_above_all(path):
    words = sum(len(cell.source.split()) for cell in cells(path, "markdown"))
    assert words > 20 * sum(len(cell.source.splitlines()) for cell in cells(path, "code"))


@each_notebook
def test_anatomy(path):
    headings = [line for cell in cells(path, "markdown") for line in cell.source.splitlines() if line.startswith("#")]
    levels = [len(heading.split()[0]) for heading in headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    first, *others = cells(path, "code")
    assert first.metadata.get("tags") == ["hide"] and not first.outputs
    assert not any(cell.metadata.get("tags") for cell in others)


def test_the_notebooks_show_each_figure_once_and_in_order(project, charts_in):
    for language in LANGUAGES:
        outputs = [
            output.data.get("text/html", "")
            for path in sorted((project / "notebooks" / language).glob("*.ipynb"))
            for cell in cells(path, "code")
            for output in cell.outputs
        ]
        names = [chart.name for chart in charts_in(language).values()]
        names += [chart.name for chart in draw_own_questions(load_survey(language, project))]
        assert [name for html in outputs for name in re.findall(r'<figure id="figure-([\w-]+)"', html)] == names
        files = {f"{name}.{kind}" for name in names for kind in ("svg", "png", "csv")}
        assert {path.name for path in (project / "figures" / language).iterdir()} == files


def alternatives(path):
    """The alternative texts of a notebook's charts: what is shown where no picture can be."""
    outputs = [output.data for cell in cells(path, "code") for output in cell.outputs]
    return [data["text/plain"] for data in outputs if "<img" in data.get("text/html", "")]


@pytest.mark.parametrize("path", one_of_each(NOTEBOOKS, lambda path: path.stem in CHARTLESS), ids=name_notebook)
def test_alternative_texts_survive_plain_nbconvert(path, tmp_path, monkeypatch):
    from nbconvert.nbconvertapp import main

    monkeypatch.chdir(tmp_path)
    main(["--to", "html", "--log-level", "ERROR", "--output-dir", str(tmp_path), str(path)])
    page = Page((tmp_path / f"{path.stem}.html").read_text(encoding="utf-8"))
    texts = [image.get("alt") for image in page.all("img")]
    assert texts == alternatives(path)
    assert texts or path.stem in CHARTLESS
    assert all(len(text) > 60 for text in texts)


@each_notebook
def test_tables_read_from_the_left_where_our_style_is_not(path, site):
    """JupyterLab and others align cells to the right, texts of a paragraph too; a page has a style of its own, and no
    other.
    """
    outputs = [output.data.get("text/html", "") for cell in cells(path, "code") for output in cell.outputs]
    tables = [html for html in outputs if html.startswith('<div class="table"')]
    assert tables and not re.search(rf"<t[dh]\b[^>]*>(?!{LEFT})", "".join(outputs))
    page = (site / path.relative_to(PROJECT)).with_suffix(".html").read_text(encoding="utf-8")
    assert LEFT not in page


@each_notebook
def test_links_lead_to_their_rows_in_vs_code_too(path):
    """It takes capitals, dots and other signs out of what a link in Markdown leads to, and leaves the ids of outputs
    alone.
    """
    links = re.findall(r"\]\(#([^)]+)\)", "".join(cell.source for cell in cells(path, "markdown")))
    outputs = "".join(output.data.get("text/html", "") for cell in cells(path, "code") for output in cell.outputs)
    ids = re.findall(r' id="([^"]+)"', outputs)
    assert links and len(ids) == len(set(ids))
    assert {"".join(sign for sign in link.lower() if sign.isalnum() or sign == "-") for link in links} <= set(ids)


def test_what_somebody_has_at_home_changes_nothing(tmp_path, monkeypatch):
    """No IPython profile is read, and no place at home is written to."""
    profile = tmp_path / "ipython/profile_default/startup"
    profile.mkdir(parents=True)
    (profile / "00-mine.py").write_text("from article import printed\ndel printed.tools\n")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "file/none"))
    path = NOTEBOOKS[0]
    assert diff_notebook(path) == []


def test_a_failing_cell_is_named(copy):
    path = copy / "notebooks/fr/1-article.ipynb"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace('charts[\\"barriers\\"]', 'charts[\\"barrieres\\"]'), encoding="utf-8")
    with pytest.raises(NotebookError, match=r"1-article\.ipynb, cell 16: DataError: .*barrieres"):
        run_notebook(path)


def test_not_a_notebook_is_said(tmp_path):
    path = tmp_path / "1-broken.ipynb"
    path.write_text("{")
    with pytest.raises(NotebookError, match=r"1-broken\.ipynb, line 1, column 2: not JSON .*; expected a notebook"):
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
