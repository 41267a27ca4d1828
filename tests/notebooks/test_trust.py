"""JupyterLab trusts what this project committed or made and nothing could run in; of the rest one line says why not."""

import asyncio
import json
import logging
import time

import nbformat
import pytest

from conftest import PROJECT, commit, relative
from contre_enquete.notebooks.lab import NotebookManager
from contre_enquete.notebooks.run import encode_notebook, read_notebook
from contre_enquete.notebooks.trust import find_active_content
from contre_enquete.project import LEDGER, NOTEBOOKS, digest_contents
from contre_enquete.text.markup import find_unsafe_html

PATH = "notebooks/en/6-exercises.ipynb"  # the smallest


def with_result(kind, data):
    return lambda n: n.cells[1].outputs.append(nbformat.v4.new_output("display_data", {kind: data}))


def with_words(text):
    return lambda n: n.cells.append(nbformat.v4.new_markdown_cell(text))


HOSTILE = {
    "a script as a result": (with_result("application/javascript", "run()"), "application/javascript"),
    "a live control": (with_result("application/vnd.jupyter.widget-view+json", {"model_id": "x"}), "widget-view"),
    "a drawing": (with_result("image/svg+xml", "<svg onload='run()'/>"), "image/svg+xml"),
    "words as a result": (with_result("text/markdown", "<script>run()</script>"), "text/markdown"),
    "a script in a result": (with_result("text/html", "<p>x</p><script>run()</script>"), "<script>"),
    "a handler in a result": (with_result("text/html", "<p>x</p><img src=x onerror=run()>"), "onerror"),
    "a handler between slashes": (with_result("text/html", '<img/src="x"/onerror=run()>'), "onerror"),
    "a drawing in a result": (with_result("text/html", "<svg><style><img src=x onerror=run()></style></svg>"), "<svg>"),
    "a frame": (with_result("text/html", '<iframe srcdoc="<script>parent.run()</script>"></iframe>'), "<iframe"),
    "an address in a result": (with_result("text/html", "<a href=' java\tscript:run()'>x</a>"), "script:run()"),
    "a page as an address": (with_result("text/html", "<a href='data:text/html,x'>x</a>"), "data:text/html"),
    "a picture from elsewhere": (with_result("text/html", "<p style='cursor:url(//a.example)'>x</p>"), "a.example"),
    "a comment": (with_result("text/html", "<!--><img src=x onerror=run()>-->"), "<!--"),
    "a page that leaves": (with_words('<meta http-equiv=refresh content="0;url=https://a.example">'), "<meta"),
    "a script among words": (with_words("Words <script>run()</script> and words"), "<script>"),
    "a handler among words": (with_words("Words <img src=x onerror=run()> and words"), "onerror"),
    "a link": (with_words("[words](javascript:run())"), "javascript:run()"),
    "a link in other letters": (with_words("[words](java&#115;cript:run())"), "javascript:run()"),
}


@pytest.mark.parametrize("sign", ["<a ", '<a href="', "<!--", "<img ", "<"])
@pytest.mark.slow
def test_tags_that_never_close_are_read_in_bearable_time(sign):
    begun = time.process_time()
    assert bool(find_unsafe_html(sign * 10_000)) == (sign != "<")
    assert time.process_time() - begun < 1


@pytest.fixture
def repository(tmp_path):
    """A repository with one committed notebook."""
    (tmp_path / PATH).parent.mkdir(parents=True)
    (tmp_path / PATH).write_bytes((PROJECT / PATH).read_bytes())
    commit(tmp_path)
    return tmp_path


@pytest.fixture
def open_notebook(repository, caplog):
    """A function that asks for the notebook as JupyterLab does: whether it is trusted, and what is said of it."""
    manager = NotebookManager(root_dir=str(repository), log=logging.getLogger("lab"))
    manager.notary.db_file = ":memory:"
    manager.notary.secret = b"secret"

    def open_notebook(path=PATH):
        caplog.clear()
        cells = asyncio.run(manager.get(path))["content"].cells
        return {cell.metadata.trusted for cell in cells if cell.cell_type == "code"}, caplog.messages

    open_notebook.manager = manager
    return open_notebook


def test_a_notebook_as_committed_is_trusted(open_notebook):
    assert open_notebook() == ({True}, [])


def change(path, edit):
    notebook = read_notebook(path)
    edit(notebook)
    path.write_bytes(encode_notebook(notebook))


def test_a_changed_notebook_is_not_trusted_until_make_has_made_it(repository, open_notebook):
    change(repository / PATH, with_words("More words"))
    trusted, said = open_notebook()
    assert trusted == {False}
    assert said == [
        f"{PATH} is not trusted, and nothing in it runs before you run it: "
        "found changes; expected it as committed on this branch, or as make has made it here"
    ]
    (repository / ".cache").mkdir()
    (repository / LEDGER).write_text("[]")
    assert open_notebook()[0] == {False}
    made = digest_contents((repository / PATH).read_bytes())
    (repository / LEDGER).write_text(json.dumps({PATH: {"inputs": "x", "results": {PATH: made}}}))
    assert open_notebook() == ({True}, [])


def test_a_notebook_that_nobody_committed_is_not_trusted(repository, open_notebook):
    (repository / "notebooks/en/9-new.ipynb").write_bytes((PROJECT / PATH).read_bytes())
    assert open_notebook("notebooks/en/9-new.ipynb")[0] == {False}


def test_without_git_no_notebook_is_as_committed(open_notebook, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert open_notebook()[0] == {False}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.slow
def test_what_could_run_is_not_trusted_though_it_is_committed(name, repository, open_notebook):
    edit, found = HOSTILE[name]
    change(repository / PATH, edit)
    commit(repository)
    trusted, (said,) = open_notebook()
    assert trusted == {False}
    assert found in said and "cell " in said and len(said) < 300


@pytest.mark.parametrize("path", relative(PROJECT, NOTEBOOKS))
@pytest.mark.slow
def test_nothing_could_run_in_the_notebooks_of_this_edition(path):
    assert list(find_active_content(read_notebook(PROJECT / path))) == []


def test_what_jupyterlab_saves_after_it_was_trusted_stays_so(repository, open_notebook):
    model = asyncio.run(open_notebook.manager.get(PATH))
    model["content"].cells[0].source += "\n\nMy own words."
    asyncio.run(open_notebook.manager.save(model, PATH))
    assert b"My own words" in (repository / PATH).read_bytes()
    assert open_notebook() == ({True}, [])
