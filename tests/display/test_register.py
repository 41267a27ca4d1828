"""The register reads the notebook that runs, of its survey's own project, and says when the file is older."""

import json
import sys
from types import SimpleNamespace

import pytest

from conftest import PROJECT, copy_project
from contre_enquete import DataError, load_edition
from contre_enquete.display import register
from contre_enquete.project import PACKAGE, SESSION, SKELETON

NOTEBOOK = PROJECT / "notebooks/en/1-article.ipynb"


@pytest.fixture
def edition():
    return load_edition("en", PROJECT)


@pytest.fixture
def run(monkeypatch):
    """Pretends that cells have run in a kernel whose folder is that of a notebook; `name` is what Jupyter calls it."""

    def run(path, cells, name=None):
        history = SimpleNamespace(input_hist_raw=["", *cells])
        shell = SimpleNamespace(user_ns={}, history_manager=history)
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
        monkeypatch.chdir(path.parent)
        if name is None:
            monkeypatch.delenv(SESSION, raising=False)
        else:
            monkeypatch.setenv(SESSION, name)

    return run


def code(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.parametrize("name", [None, "1-article.ipynb", str(NOTEBOOK)], ids=["unnamed", "by name", "by path"])
def test_the_notebook_that_runs_is_found(edition, run, name):
    run(NOTEBOOK, code(NOTEBOOK), name)
    (html,) = outputs(NOTEBOOK)[-1]
    assert edition.register()._repr_mimebundle_()["text/html"] == html


def outputs(path):
    """The HTML that each cell of code shows."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        ["".join(output["data"].get("text/html", "")) for output in cell["outputs"]]
        for cell in cells
        if cell["cell_type"] == "code"
    ]


def test_a_cell_that_is_not_saved_shows_that_the_file_is_older(edition, run):
    run(NOTEBOOK, [*code(NOTEBOOK)[:-1], "edition", "edition.register()"], str(NOTEBOOK))
    assert edition.register().table.caption.endswith("cited in this notebook, as it was last saved")


def test_another_project_s_notebook_is_none(run):
    small = load_edition("en", PACKAGE / SKELETON)
    for name in (None, str(NOTEBOOK), "no-such.ipynb"):
        run(NOTEBOOK, code(NOTEBOOK), name)
        with pytest.raises(DataError, match=r"^register: found .*no notebook .*; expected one that is saved in"):
            small.register()


def test_without_a_kernel_there_is_no_notebook(edition, monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    monkeypatch.delenv(SESSION, raising=False)
    with pytest.raises(DataError, match=r"^register: found no notebook that runs; expected"):
        edition.register()


def test_two_notebooks_that_begin_alike_are_not_guessed_between(run, tmp_path):
    project = copy_project(tmp_path / "project")
    copied = project / "notebooks/en/1-article.ipynb"
    (copied.parent / "9-copy.ipynb").write_bytes(copied.read_bytes())
    run(copied, code(copied))
    with pytest.raises(DataError, match="found no notebook that runs"):
        load_edition("en", project).register()
    run(copied, code(copied), "9-copy.ipynb")
    assert register.running_notebook(project)[0].name == "9-copy.ipynb"
