"""JupyterLab starts on loopback, serves the notebooks, and a reader can run, follow and export them."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.parse import quote, unquote, urlsplit
from urllib.request import Request, urlopen

import nbformat
import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from conftest import PROJECT, commit, copy_project, one_of_each, relative
from contre_enquete.notebooks.run import encode_notebook, read_notebook

pytestmark = pytest.mark.slow
MAKE = ["make", "-o", ".venv/installed", "-o", ".cache/answers/installed"]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """A copy of the project with what `make lab` needs beside the environment, and an empty home."""
    project = copy_project(tmp_path_factory.mktemp("workshop") / "un atelier")
    shutil.copy(PROJECT / "Makefile", project)
    (project / "src").symlink_to(PROJECT / "src")
    (project / ".venv").symlink_to(sys.prefix)
    (project / "home").mkdir()
    commit(project, "notebooks")
    return project


@contextlib.contextmanager
def make_lab(workshop, edition):
    """Start JupyterLab with `make lab`, yield the address that it opens, and stop it. Nothing is written at home."""
    home, command = workshop / "home", [*MAKE, "lab", f"EDITION={edition}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    environment |= {"HOME": str(home), "BROWSER": "true"}
    path = workshop / f"{edition}.log"
    with path.open("w") as log:
        server = subprocess.Popen(
            command, cwd=workshop, env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        while not answers(address := re.search(r"http://127\.0\.0\.1:\d+/lab\S+", path.read_text())):
            assert server.poll() is None, path.read_text()
            time.sleep(0.1)
        yield address[0]
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)
    assert list(home.iterdir()) == []


def answers(address):
    """Whether a server is heard of at an address that was found."""
    try:
        return address and urlopen(address[0], timeout=10).close() is None
    except (URLError, ConnectionError):
        return False


@contextlib.contextmanager
def open_window(browser, address):
    """Open JupyterLab in a window; yield it when its first notebook shows a chart and has a kernel."""
    with browser.new_context(viewport={"width": 1300, "height": 1000}) as context:
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(address)
        page.locator(".jp-OutputArea figure img").first.wait_for(timeout=60_000)
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for(timeout=60_000)
        page.set_default_timeout(20_000)
        yield page


def describe(page):
    """Return what a window shows when JupyterLab has just opened, and what it has asked of the network."""
    return {
        "language": page.evaluate("document.documentElement.lang"),
        "menu": page.locator(".lm-MenuBar-itemLabel").first.inner_text(),
        "questions": page.locator(".Toastify__toast, .jp-Dialog").all_inner_texts(),
        "news": [address for address in page.asked if re.search("/lab/api/(?:news|update)", address)],
        "notebooks": page.locator(".jp-NotebookPanel").count(),
        "folders": page.locator(".jp-BreadCrumbs-item").all_inner_texts(),
        "chart": page.locator(".jp-OutputArea figure img").first.bounding_box(),
    }


def assert_opened(opening, edition, spoken, menu):
    """One edition's first notebook with its chart; neither news nor a newer version is asked for or about."""
    chart = opening.pop("chart")
    assert chart["width"] > 300 and chart["y"] < 1000
    assert opening == {
        "language": spoken,
        "menu": menu,
        "questions": [],
        "news": [],
        "notebooks": 1,
        "folders": ["notebooks", edition],
    }


@pytest.mark.thorough
def test_make_lab_opens_the_first_notebook_in_french(workshop, browser):
    with make_lab(workshop, "fr") as address, open_window(browser, address) as page:
        assert_opened(describe(page), "fr", "fr-FR", "Fichier")


def test_notebooks_of_make_lab_find_what_reads_answers(workshop):
    """Instead of JupyterLab, the shell is started."""
    quiet = "--no-print-directory"  # which it tells within another make
    said = subprocess.run(
        [*MAKE, quiet, "lab", 'RUN=echo "$$PYTHONPATH" #'], cwd=workshop, capture_output=True, text=True
    )
    assert said.stdout == f"{workshop}/src:{workshop}/.cache/answers\n"


def test_make_lab_names_the_editions_that_there_are(workshop):
    ask = [*MAKE, "lab", "EDITION=de"]
    told = subprocess.run(ask, cwd=workshop, capture_output=True, text=True)
    assert told.returncode and "EDITION=de: found no notebook; expected one of en fr." in told.stderr


@pytest.fixture(scope="module")
def lab(workshop):
    """A function that asks the running JupyterLab for something; it serves a copy, since it saves what it runs."""
    with make_lab(workshop, "en") as opened:
        address = urlsplit(opened)

        def ask(path):
            token = address.query.removeprefix("token=")
            request = Request(f"{ask.address}{path}", headers={"Authorization": f"token {token}"})
            with urlopen(request, timeout=10) as answer:
                return answer.read().decode()

        ask.opened, ask.address, ask.project = opened, f"{address.scheme}://{address.netloc}", workshop
        yield ask


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
    """JupyterLab in a browser, opened as `make lab` opens it; it takes longer than all that follows."""
    with open_window(browser, lab.opened) as page:
        page.opening = describe(page)
        close(page)
        yield page


def test_make_lab_opens_the_first_notebook(window):
    assert_opened(window.opening, "en", "en", "File")


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


NOTEBOOKS = [*relative(PROJECT, "notebooks/fr/*.ipynb"), *relative(PROJECT, "notebooks/en/1-*.ipynb")]


@pytest.mark.parametrize("path", one_of_each(NOTEBOOKS, lambda path: True))
def test_a_notebook_is_read_run_and_closed(path, lab, show):
    """Charts show and a number finds its row; no byte of the file changes, and closing it asks nothing."""
    file, committed = lab.project / path, (PROJECT / path).read_bytes()
    file.write_bytes(committed)
    page = show(path)
    page.get_by_text("| Idle").first.wait_for(timeout=60_000)
    assert not is_marked_as_changed(page)
    with record_saves(page, path) as saves:
        run_all(page, path)
        page.wait_for_function("() => !document.querySelector('.lm-DockPanel-tabBar .jp-mod-current.jp-mod-dirty')")
    assert saves
    assert_readable(page, path)
    close_without_a_question(page)
    assert file.read_bytes() == committed


def assert_readable(page, path):
    """Each chart is shown, no cell failed, and the first link to a row shows it."""
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


def is_marked_as_changed(page):
    """Whether JupyterLab marks the notebook that is shown as changed since it was saved."""
    return page.locator(".lm-DockPanel-tabBar .jp-mod-current.jp-mod-dirty").count() == 1


def close_without_a_question(page):
    page.keyboard.press("Escape")
    menu(page, re.compile("^File$"), re.compile("^Close All Tabs"))
    page.locator(".jp-Launcher").or_(page.locator(".jp-Dialog")).first.wait_for()
    assert page.locator(".jp-Dialog").count() == 0


@contextlib.contextmanager
def record_saves(page, path):
    """Yield a list to which each answer of the server to a saved notebook is added."""
    saves = []

    def record(answer):
        if answer.request.method == "PUT" and quote(path) in answer.url:
            saves.append(answer.status)

    page.on("response", record)
    yield saves
    page.remove_listener("response", record)


SCRIPT = "document.documentElement.dataset.ran = true"
SCRIPTS = {
    "application/javascript": SCRIPT,
    "text/html": f"<p>words</p><script>{SCRIPT}</script><img src=x onerror='{SCRIPT}'>",
    "image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg' onload='{SCRIPT}'><script>{SCRIPT}</script></svg>",
    "text/markdown": f"<img src=x onerror='{SCRIPT}'>",
    "text/latex": f"$\\href{{javascript:{SCRIPT}}}{{x}}$ <img src=x onerror='{SCRIPT}'>",
    "text/vnd.mermaid": f'graph TD; a["<img src=x onerror={SCRIPT!r}>"]; click a href "javascript:{SCRIPT}"',
    "application/vnd.jupyter.widget-view+json": {"model_id": "a", "version_major": 2, "version_minor": 0},
}
HTML_WIDGET = {  # an ipywidgets.HTML, as a notebook keeps it
    "model_module": "@jupyter-widgets/controls",
    "model_module_version": "2.0.0",
    "model_name": "HTMLModel",
    "state": {"value": f"<img src=x onerror='{SCRIPT}'>", "_view_name": "HTMLView"},
}
WORDS = f"""<img src=x onerror='{SCRIPT}'> words [link](javascript:{SCRIPT})
<svg onload='{SCRIPT}'></svg><iframe srcdoc="<script>parent.{SCRIPT}</script>"></iframe> ![](attachment:a.svg)
<form action="javascript:{SCRIPT}"><button autofocus onfocus='{SCRIPT}'>b</button></form>"""


def test_no_script_runs_in_a_notebook_that_is_opened(lab, show):
    """Neither in a result nor among words, though the notebook is committed; and one line says where it may be."""
    path = "notebooks/en/9-hostile.ipynb"
    notebook = read_notebook(PROJECT / "notebooks/en/6-exercises.ipynb")
    first = len(notebook.cells) + 1
    for number, (kind, script) in enumerate(SCRIPTS.items()):
        shown = nbformat.v4.new_output("display_data", {kind: script, "text/plain": "words"})
        notebook.cells.append(nbformat.v4.new_code_cell("1", id=f"code-{number}", outputs=[shown]))
    attached = {"a.svg": {"image/svg+xml": SCRIPTS["image/svg+xml"]}}
    notebook.cells.append(nbformat.v4.new_raw_cell(WORDS, id="raw", metadata={"raw_mimetype": "text/html"}))
    notebook.cells.append(nbformat.v4.new_markdown_cell(WORDS, id="words", attachments=attached))
    state = {"state": {"a": HTML_WIDGET}, "version_major": 2, "version_minor": 0}
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": state}
    (lab.project / path).write_bytes(encode_notebook(notebook))
    commit(lab.project, "notebooks")
    page = show(path)
    page.get_by_text("| Idle").first.wait_for(timeout=60_000)
    page.locator(".jp-MarkdownOutput", has_text="words").last.scroll_into_view_if_needed()
    page.wait_for_function("() => [...document.images].every(image => image.complete)")
    assert page.evaluate("document.documentElement.dataset.ran") is None
    assert re.search(f"{path} is not trusted, .*: cell {first}, result: found ", (lab.project / "en.log").read_text())


EXPORTERS_LISTED = """() => performance.getEntriesByType("resource")
  .some(({name, responseEnd}) => /api\\/nbconvert/.test(name) && responseEnd)"""


def test_the_export_menu_gives_our_page(lab, show, site):
    path = "notebooks/fr/1-article.ipynb"
    page = show(path)
    page.wait_for_function(EXPORTERS_LISTED)  # the menu is filled with them
    menu(page, re.compile("^File$"))
    page.locator(".lm-Menu-itemLabel", has_text="Save and Export Notebook As").click()
    ours = page.locator(".lm-Menu-itemLabel", has_text=re.compile("contre.enqu", re.IGNORECASE))
    ours.wait_for()
    assert ours.count() == 1
    with page.context.expect_event("request", lambda request: "/nbconvert/" in request.url) as asked:
        ours.click()
    address = asked.value.url.removeprefix(lab.address)
    assert lab(address).encode() == (site / path.replace(".ipynb", ".html")).read_bytes()
