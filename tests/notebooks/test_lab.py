"""JupyterLab starts on loopback, serves the notebooks, and a reader can run, follow and export them."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.parse import unquote
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from conftest import PROJECT, copy_project, relative
from contre_enquete.edition.rerun import unlike
from contre_enquete.notebooks.form import cleaned, flaws
from contre_enquete.notebooks.run import read_notebook

pytestmark = pytest.mark.slow

TOKEN = "contre-enquete"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A function that asks a running JupyterLab for something; it serves a copy, since it saves what it runs."""
    project = copy_project(tmp_path_factory.mktemp("lab") / "project")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("home")
    folders = {f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    folders["JUPYTER_CONFIG_PATH"] = str(PROJECT / "tools/jupyter")  # as the Makefile says
    notebooks = relative(project, "notebooks/[!.]*/*.ipynb")
    sign = [sys.executable, "-m", "nbformat.sign", "--log-level=ERROR", *notebooks]  # as `make lab` does
    subprocess.run(sign, cwd=project, env=os.environ | folders, check=True)
    log = (home / "log").open("w+")
    options = [
        "--no-browser",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={TOKEN}",
        "--allow-root",
    ]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options], cwd=project, env=os.environ | folders, stdout=log, stderr=log
    )

    def ask(path):
        request = Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"token {TOKEN}"})
        with urlopen(request, timeout=10) as answer:
            return answer.read().decode()

    try:
        for _ in range(150):
            try:
                ask("/api/status")
                break
            except (URLError, ConnectionError):
                assert server.poll() is None, log.seek(0) or log.read()
                time.sleep(0.2)
        else:
            pytest.fail(f"JupyterLab does not answer: {log.seek(0) or log.read()}")
        ask.address, ask.project = f"http://127.0.0.1:{port}", project
        yield ask
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


@pytest.mark.parametrize(("edition", "spoken", "first"), [("fr", "fr-FR", "Fichier"), ("en", "en", "File")])
def test_make_lab_opens_the_first_notebook_in_its_language(edition, spoken, first, workshop, browser):
    """In a new window of one edition after the other, asking nothing, with its chart; nothing is written at home."""
    home, ask = workshop / "home", ["make", "-o", ".venv/installed", "lab"]
    told = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    told |= {"HOME": str(home), "BROWSER": "true"}
    with (workshop / f"{edition}.log").open("w+") as log:
        lab = subprocess.Popen(
            [*ask, f"EDITION={edition}"], cwd=workshop, env=told, stdout=log, stderr=log, start_new_session=True
        )
        try:
            for _ in range(150):
                log.seek(0)
                if address := re.search(r"http://127\.0\.0\.1:\d+/lab\S+", said := log.read()):
                    break
                assert lab.poll() is None, said
                time.sleep(0.2)
            with browser.new_context(viewport={"width": 1300, "height": 1000}) as context:
                page = context.new_page()
                page.goto(address[0])
                page.locator(".jp-OutputArea figure img").first.wait_for(timeout=60_000)
                page.wait_for_timeout(3_000)  # it asks a moment after the page has come
                assert page.evaluate("document.documentElement.lang") == spoken
                assert page.locator(".lm-MenuBar-itemLabel").first.inner_text() == first
                assert page.locator(".Toastify__toast, .jp-Dialog").all_inner_texts() == []
                assert page.locator(".jp-NotebookPanel").count() == 1
                assert page.locator(".jp-BreadCrumbs-item").all_inner_texts() == ["notebooks", edition]
                box = page.locator(".jp-OutputArea figure img").first.bounding_box()
                assert box["width"] > 300 and box["y"] < 1000
        finally:
            os.killpg(lab.pid, signal.SIGTERM)
            lab.wait(timeout=20)
    assert list(home.iterdir()) == []


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """A copy of the project with what `make lab` needs beside the environment, and an empty home."""
    project = copy_project(tmp_path_factory.mktemp("workshop") / "un atelier")
    shutil.copy(PROJECT / "Makefile", project)
    shutil.copytree(PROJECT / "tools/jupyter", project / "tools/jupyter")
    (project / "src").symlink_to(PROJECT / "src")
    (project / ".venv").symlink_to(sys.prefix)
    (project / "home").mkdir()
    return project


def test_make_lab_names_the_editions_that_there_are(workshop):
    ask = ["make", "-o", ".venv/installed", "lab", "EDITION=de"]
    told = subprocess.run(ask, cwd=workshop, capture_output=True, text=True)
    assert told.returncode and "EDITION=de: found no notebook; expected one of en fr." in told.stderr


def test_lab_serves_its_page(lab):
    assert "<title>JupyterLab</title>" in lab("/lab/tree/notebooks/fr/1-article.ipynb")


def test_lab_serves_each_notebook_with_its_results(lab, project):
    for path in sorted(project.glob("notebooks/[!.]*/*.ipynb")):
        served = json.loads(lab(f"/api/contents/{path.relative_to(project).as_posix()}"))
        assert served["type"] == "notebook"
        assert sum(bool(cell.get("outputs")) for cell in served["content"]["cells"]) > 0


def test_lab_offers_the_kernel_of_the_notebooks(lab):
    kernels = json.loads(lab("/api/kernelspecs"))["kernelspecs"]
    assert kernels["python3"]["spec"]["language"] == "python"


@pytest.fixture(scope="module")
def window(lab, browser):
    """JupyterLab in a browser, opened at the first notebook as `make lab` opens it; it takes longer than all that follows."""
    with browser.new_context(viewport={"width": 1300, "height": 1000}) as context:
        page = context.new_page()
        page.goto(f"{lab.address}/lab/tree/notebooks/fr/1-article.ipynb?reset&token={TOKEN}")
        page.locator(".jp-Notebook .jp-MarkdownOutput h1").first.wait_for(timeout=60_000)
        page.set_default_timeout(20_000)
        close(page)
        yield page


def test_lab_asks_nothing(window):
    """Neither about Jupyter's news nor about a newer version, which it would fetch."""
    window.wait_for_timeout(3_000)  # it asks a moment after the page has come
    assert window.locator(".Toastify__toast").all_inner_texts() == []


@pytest.fixture
def show(window):
    """Opens a notebook in JupyterLab, from its file and alone."""

    def show(path):
        menu(window, re.compile("^File$"), re.compile("^Open from Path"))
        window.locator(".jp-Dialog input").fill(path)
        window.get_by_role("button", name="Open", exact=True).click()
        window.locator(".jp-Notebook .jp-MarkdownOutput h1").first.wait_for(timeout=60_000)
        window.locator(".jp-Toolbar-kernelName", has_text="Python 3").first.wait_for(timeout=60_000)
        return window

    yield show
    close(window)


def close(page):
    """Closes every notebook, and saves none."""
    page.keyboard.press("Escape")
    menu(page, re.compile("^File$"), re.compile("^Close All Tabs"))
    notebook, discard = page.locator(".jp-NotebookPanel"), page.get_by_role("button", name="Discard")
    page.locator(".jp-Launcher").or_(discard).first.wait_for()
    if discard.count():
        discard.click()
    notebook.first.wait_for(state="detached")


def menu(page, *names):
    for name in names:
        page.get_by_role("menuitem", name=name).first.click()


def run_all(page, path):
    """Runs a notebook whose results were cleared, in a new kernel, until each of its cells has its number."""
    count = sum(cell.cell_type == "code" for cell in read_notebook(PROJECT / path).cells)
    prompts = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(each => each.textContent.trim())"
    page.get_by_text("| Idle").first.wait_for(timeout=60_000)
    menu(page, re.compile("^Edit$"), "Clear Outputs of All Cells")
    page.wait_for_function(f"() => {prompts}.join() === {json.dumps(','.join(['[ ]:'] * count))}")
    for _ in range(3):  # a run asked for while the kernel still connects may be lost
        menu(page, re.compile("^Kernel$"), re.compile("^Restart Kernel and Run All Cells"))
        page.get_by_role("button", name="Confirm Kernel Restart").click()
        wanted = ",".join(f"[{number}]:" for number in range(1, count + 1))
        with contextlib.suppress(PlaywrightTimeout):
            page.wait_for_function(f"() => {prompts}.join() === {json.dumps(wanted)}", timeout=30_000)
            break
    else:
        pytest.fail(f"the cells did not all run: {page.evaluate(prompts)}")
    page.get_by_text("| Idle").first.wait_for(timeout=60_000)


@pytest.mark.parametrize("path", relative(PROJECT, "notebooks/fr/*.ipynb", "notebooks/en/1-*.ipynb"))
def test_charts_show_and_a_number_finds_its_row(path, show):
    """As the notebook is kept, or in one of the languages, whose code is the same, after all of it was run."""
    page = show(path)
    page.get_by_text("| Idle").first.wait_for(timeout=60_000)
    if path.startswith("notebooks/fr/"):
        run_all(page, path)
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    pictures = page.locator(".jp-OutputArea figure img")
    assert pictures.count() > 0 or re.search("/[67]-", path)  # exercises and their answers
    assert pictures.evaluate_all("all => all.every(each => each.complete && each.naturalWidth > 300)")
    link = page.locator(".jp-MarkdownOutput :is(p, li) a[href*='#']").first
    link.scroll_into_view_if_needed()
    anchor = unquote(link.get_attribute("href").split("#")[1])
    shown = """anchor => { const row = document.querySelector(`tr[id="${anchor}"]`), box = row && row.getBoundingClientRect();
                           return box && box.top >= 0 && box.bottom <= innerHeight }"""
    for patience in (3_000, 15_000):  # what JupyterLab shows of a control in between may push the row away
        link.click()
        with contextlib.suppress(PlaywrightTimeout):
            page.wait_for_function(shown, arg=anchor, timeout=patience)
            break
    assert page.evaluate(shown, anchor)


def test_what_jupyterlab_saves_means_nothing(lab, show):
    """Whoever opens, runs and saves a notebook has changed no result and planted no flaw."""
    path = "notebooks/fr/3-uncertainty.ipynb"
    file = lab.project / path
    file.write_bytes((PROJECT / path).read_bytes())
    page = show(path)
    run_all(page, path)
    for _ in range(60):
        menu(page, re.compile("^File$"), re.compile("^Save Notebook(?! As)"))
        page.wait_for_timeout(500)
        saved = read_notebook(file)
        counted = all(cell.execution_count for cell in saved.cells if cell.cell_type == "code")
        if counted and saved != read_notebook(PROJECT / path):
            break
    assert saved != read_notebook(PROJECT / path)  # JupyterLab has added something
    assert flaws(saved) == []
    assert unlike(cleaned(saved), read_notebook(PROJECT / path)) == []


def test_the_export_menu_gives_our_page(lab, show, site):
    path = "notebooks/fr/1-article.ipynb"
    page = show(path)
    ours = page.locator(".lm-Menu-itemLabel", has_text=re.compile("contre.enqu", re.IGNORECASE))
    for _ in range(20):  # the menu is filled once the server has listed its exporters
        menu(page, re.compile("^File$"))
        page.locator(".lm-Menu-itemLabel", has_text="Save and Export Notebook As").click()
        page.wait_for_timeout(500)
        if ours.count():
            assert ours.count() == 1
            break
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    with page.context.expect_event("request", lambda request: "/nbconvert/" in request.url) as asked:
        ours.click()
    address = asked.value.url.removeprefix(lab.address)
    assert lab(address).encode() == (site / path.replace(".ipynb", ".html")).read_bytes()
