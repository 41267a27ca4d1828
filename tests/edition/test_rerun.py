"""What a fresh run does not give is named, and so is what no notebook may hold; what means nothing is let pass."""

import base64
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from ipykernel.ipkernel import IPythonKernel
from PIL import Image

from conftest import PROJECT, relative, snapshot
from contre_enquete.__main__ import main
from contre_enquete.charts.own import draw_own_questions
from contre_enquete.descriptor import edition_version
from contre_enquete.edition.build import Inputs
from contre_enquete.edition.drawing import diff_pictures, likely_cause
from contre_enquete.edition.rerun import diff_figures, diff_notebook, diff_outputs, list_orphans
from contre_enquete.edition.workbench import Workbench
from contre_enquete.notebooks.form import add_saved_state, find_flaws, strip_saved_state
from contre_enquete.notebooks.run import encode_notebook, read_notebook
from contre_enquete.plugin import load_figures
from contre_enquete.project import DRAWN_WITH, NOTEBOOKS
from contre_enquete.survey.checked import CHECKED, read_checked_package
from contre_enquete.survey.model import load_survey

pytestmark = pytest.mark.slow

PATH = PROJECT / "notebooks/fr/1-article.ipynb"
CHART = 2  # the first cell that shows a chart, counted from 0


@pytest.fixture
def notebook():
    return committed()


def committed():
    return strip_saved_state(read_notebook(PATH))


def stamped(cell):
    cell.metadata["execution"] = {
        "iopub.execute_input": "2026-11-23T10:00:00.123456Z",
        "iopub.status.busy": "2026-11-23T10:00:00.123456Z",
        "shell.execute_reply": "2026-11-23T10:00:01.123456Z",
    }


HARMLESS = {
    "times of JupyterLab": lambda n: stamped(n.cells[CHART]),
    "what is folded": lambda n: n.cells[CHART].metadata.update(
        collapsed=False, scrolled=True, jupyter={"source_hidden": True}
    ),
    "both folded": lambda n: n.cells[CHART].metadata.update(jupyter={"outputs_hidden": False, "source_hidden": False}),
    "trusted": lambda n: n.cells[CHART].metadata.update(trusted=True),
    "what JupyterLab writes of the language": lambda n: n.metadata.language_info.update(
        codemirror_mode={"name": "ipython", "version": 3}, nbconvert_exporter="python", version="3.13.2"
    ),
    "the kernel's name on another machine": lambda n: n.metadata.kernelspec.update(display_name="Python 3"),
    "the state of a control": lambda n: n.metadata.update(
        widgets={"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2, "version_minor": 0}}
    ),
    "a remark in the code": lambda n: n.cells[CHART].update(source=n.cells[CHART].source + "  # the first chart"),
    "an empty line in the prose": lambda n: n.cells[3].update(source=n.cells[3].source + "\n"),
}


@pytest.mark.parametrize("edit", HARMLESS.values(), ids=HARMLESS)
def test_what_means_nothing_is_let_pass(edit, notebook):
    before = committed()
    edit(notebook)
    assert notebook != before
    assert find_flaws(notebook) == []
    assert diff_outputs(strip_saved_state(notebook), before) == []


@pytest.mark.parametrize(
    "name",
    ["times of JupyterLab", "what is folded", "what JupyterLab writes of the language", "the state of a control"],
)
def test_what_jupyter_adds_is_cleaned_away(name, notebook):
    HARMLESS[name](notebook)
    assert encode_notebook(strip_saved_state(notebook)) == encode_notebook(committed())


@pytest.mark.parametrize("path", relative(PROJECT, NOTEBOOKS))
def test_what_jupyterlab_is_given_on_opening_is_what_its_kernel_says_and_is_taken_away_on_saving(path):
    opened = add_saved_state(read_notebook(PROJECT / path))
    assert opened.metadata.language_info == IPythonKernel.language_info
    for cell in opened.cells:
        if cell.cell_type == "code":  # run for the third time
            cell.execution_count += 40
            for output in cell.outputs:
                output.execution_count = cell.execution_count
    assert encode_notebook(strip_saved_state(opened)) == (PROJECT / path).read_bytes()


def test_a_notebook_in_another_language_is_given_as_it_is(notebook):
    notebook.metadata.kernelspec = {"name": "ir", "display_name": "R", "language": "R"}
    assert add_saved_state(notebook) == notebook


def result(n):
    return n.cells[CHART].outputs[0]


def code(line):
    return lambda n: n.cells[CHART].update(source=f"{line}\n{n.cells[CHART].source}")


FLAWS = {
    "counts out of order": (
        lambda n: n.cells[CHART].update(execution_count=7),
        "cell 3: execution count 7; expected 2",
    ),
    "a count of none": (lambda n: n.cells[CHART].update(execution_count=None, outputs=[]), "execution count None"),
    "a raw cell": (lambda n: n.cells.append(nbformat.v4.new_raw_cell("x")), "cell 34: a raw cell"),
    "an empty cell": (lambda n: n.cells.append(nbformat.v4.new_markdown_cell(" \n")), "cell 34: empty"),
    "a path in the prose": (
        lambda n: n.cells[0].update(source="# Voir /Users/moi/x.csv"),
        "cell 1: names '/Users/moi/x.csv'",
    ),
    "a path in a cell": (lambda n: n.cells[3].metadata.update(path="/home/me"), "cell 4: metadata path"),
    "a path where a time should be": (
        lambda n: n.cells[3].metadata.update(execution={"iopub.status.busy": "/home/me"}),
        "cell 4: metadata execution",
    ),
    "a version in another cell": (lambda n: n.cells[3].metadata.update(edition="1.0.0"), "cell 4: metadata edition"),
    "a version that is none": (lambda n: n.cells[0].metadata.update(edition="newest"), "cell 1: metadata edition"),
    "a path in the notebook": (lambda n: n.metadata.update(vscode={"interpreter": "/home/me"}), "metadata vscode"),
    "another kernel": (lambda n: n.metadata.kernelspec.update(name="ir", language="R"), "kernel 'ir', language 'R'"),
    "a kernel somewhere": (lambda n: n.metadata.kernelspec.update(display_name="Python 3 (/home/me)"), "kernelspec {"),
    "no kernel": (lambda n: n.metadata.pop("kernelspec"), "kernel None"),
    "another language": (lambda n: n.metadata.language_info.update(name="julia"), "language_info {"),
    "an old language": (lambda n: n.metadata.language_info.update(version="2.7.18"), "language version '2.7.18'"),
    "a language to come": (lambda n: n.metadata.language_info.update(version="4.0.0"), "language version '4.0.0'"),
    "a tag that skips": (lambda n: n.cells[CHART].metadata.update(tags=["skip-execution"]), "tags skip-execution"),
    "text folded": (lambda n: n.cells[0].metadata.update(tags=["fold"]), "cell 1: tags fold"),
    "a tag that allows errors": (lambda n: n.cells[CHART].metadata.update(tags=["raises-exception"]), "tags raises"),
    "a chart hidden": (lambda n: n.cells[CHART].metadata.update(tags=["hide"]), "cell 3: tags hide"),
    "a word to nbval": (code("# NBVAL_SKIP"), "'# NBVAL_SKIP'; expected no word to a check"),
    "a word to a linter": (code("x = 1  # noqa"), "'# noqa'"),
    "a swallowed error": (code("try:\n    1 / 0\nexcept Exception:\n    pass"), "hides or takes away"),
    "a suppressed error": (code("with suppress(Exception):\n    1 / 0"), "hides or takes away"),
    "a command of the shell": (code("!false"), "no command of the shell"),
    "a magic": (code("%%capture"), "no command of the shell and no magic"),
    "a path outside": (code('load_survey("../../elsewhere")'), "names the path '../../elsewhere'"),
    "a file opened": (code('open("x", "w")'), "uses open"),
    "data overwritten": (code("survey.figures.to_csv(out)"), "writes (to_csv)"),
    "a file written": (code('survey.path.write_text("")'), "writes (write_text)"),
    "a module that reaches out": (code("import os"), "imports os"),
    "a name from such a module": (code("from os.path import join"), "imports os"),
    "a definition": (code("def f():\n    pass"), "expected definitions in the package"),
    "a cell too long": (code("x = 1\n" * 10), "12 lines; expected at most 10"),
    "a warning": (
        lambda n: n.cells[CHART].outputs.append(nbformat.v4.new_output("stream", name="stderr", text="Warning: x")),
        "output stream 'Warning: x'",
    ),
    "an error": (
        lambda n: n.cells[CHART].outputs.append(nbformat.v4.new_output("error", ename="E", evalue="bad", traceback=[])),
        "output error 'bad'",
    ),
    "a picture pasted": (lambda n: n.cells[0].update(attachments={"a.png": {"image/png": "AAAA"}}), "attachments"),
}


@pytest.mark.parametrize(("edit", "told"), FLAWS.values(), ids=FLAWS)
def test_what_no_notebook_may_hold_is_named(edit, told, notebook):
    edit(notebook)
    (flaw,) = find_flaws(notebook)
    assert told in flaw


def test_another_version_than_that_of_the_data_is_named(copy, notebook, monkeypatch):
    monkeypatch.setattr("contre_enquete.edition.rerun.run_notebook", lambda path, environment: read_notebook(path))
    path = copy / "notebooks/fr/1-article.ipynb"
    assert diff_notebook(path) == []
    notebook.cells[0].metadata["edition"] = "0.9.0"
    path.write_bytes(encode_notebook(notebook))
    version = edition_version(copy)
    assert diff_notebook(path) == [f", cell 1: edition '0.9.0'; expected '{version}', that of data/datapackage.json"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda cells: cells[3].update(id="title"), "the id title; expected"),
        (lambda cells: cells[3].pop("id"), "the id None; expected"),
    ],
)
def test_each_cell_has_an_id_of_its_own(change, told, tmp_path):
    raw = json.loads(PATH.read_text(encoding="utf-8"))
    change(raw["cells"])
    path = tmp_path / PATH.name
    path.write_text(json.dumps(raw), encoding="utf-8")
    (difference,) = diff_notebook(path)
    assert told in difference


def replaced(pattern, by, kind="text/html"):
    def edit(n):
        text, count = re.subn(pattern, by, result(n).data[kind], count=1)
        assert count
        result(n).data[kind] = text

    return edit


def exchange_results(n):
    first, second, *_ = (cell for cell in n.cells if cell.get("outputs"))
    first.outputs, second.outputs = second.outputs, first.outputs


DIFFERENCES = {
    "a picture replaced": (replaced("base64,.{40}", "base64," + "A" * 40), "text/html '"),
    "a picture taken out": (replaced("<img [^>]*>", ""), "text/html '"),
    "a number": (replaced('<td><div align="left">35', '<td><div align="left">36'), 'left">36'),
    "an alternative text": (replaced(r"\d+", "99", "text/plain"), "text/plain '"),
    "an alternative text cut short": (replaced(r"(?s).{5}$", "", "text/plain"), "text/plain '"),
    "no alternative text": (lambda n: result(n).data.pop("text/plain"), "text/plain 'nothing'"),
    "one result more": (lambda n: n.cells[CHART].outputs.append(result(n)), "2 outputs; a fresh run gives 1"),
    "no result": (lambda n: n.cells[CHART].update(outputs=[]), "0 outputs; a fresh run gives 1"),
    "another kind": (lambda n: result(n).update(output_type="display_data"), 'output_type": "display_data"'),
    "the result of another cell": (exchange_results, "cell 3 (chart-1): application/vnd.contre-enquete.parts+json '"),
}


@pytest.mark.parametrize(("edit", "told"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_results_that_differ_are_named_with_their_cell(edit, told, notebook):
    before = committed()
    edit(notebook)
    found = diff_outputs(notebook, before)
    assert found and found[0].startswith("cell 3 (chart-1): ")
    assert told in found[0]
    was, now = found[0].split("; a fresh run gives ")
    assert not was.endswith(now)  # what is shown of them differs


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("build/9-more.ipynb", "run by nothing; expected in notebooks/fr or notebooks/en"),
        ("9-more.ipynb", "run by nothing"),
        ("notebooks/9-more.ipynb", "run by nothing"),
        ("notebooks/fr/old/9-more.ipynb", "run by nothing"),
        ("figures/old.svg", "drawn by nothing; expected pictures in figures/fr or figures/en"),
        ("figures/de/tools.svg", "drawn by nothing"),
    ],
)
def test_what_nothing_makes_is_named(path, told, copy):
    assert list_orphans(copy) == []
    (copy / path).parent.mkdir(parents=True, exist_ok=True)
    (copy / path).write_text("{}")
    assert list_orphans(copy) == [f"{path}: {told}" if ";" in told else list_orphans(copy)[0]]
    assert told in list_orphans(copy)[0]


def test_another_edition_answers_for_its_own(copy):
    stray = copy / "elsewhere/notebooks/fr/1.ipynb"
    (copy / "elsewhere/data").mkdir(parents=True)
    stray.parent.mkdir(parents=True)
    stray.write_text("{}")
    assert len(list_orphans(copy)) == 1
    (copy / "elsewhere/data/datapackage.json").write_text("{}")
    assert list_orphans(copy) == []


def test_what_jupyter_keeps_for_itself_is_let_pass(copy):
    path = copy / "notebooks/fr/.ipynb_checkpoints/1-article-checkpoint.ipynb"
    path.parent.mkdir()
    path.write_text("{}")
    (copy / "figures/fr/.DS_Store").write_text("")
    assert list_orphans(copy) == []


@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.thorough)])
def test_redrawn_figures_change_no_byte(language, project):
    """The command `rerun` draws both again, before the tests wherever these must pass (.ci/run)."""
    assert diff_figures(project, language) == []


@pytest.fixture
def invented(begun, tmp_path, monkeypatch):
    """A built copy of the invented article's edition, in which the test runs."""
    folder = shutil.copytree(begun, tmp_path / "edition", symlinks=True)
    monkeypatch.chdir(folder)
    return folder


def forge_checked_tables(project):
    """Leave tables of other values, as if they were of the last check."""
    (project / ".cache").mkdir(exist_ok=True)
    read_checked_package(project)
    body = (project / CHECKED).read_bytes().partition(b"\n")[2].replace(b"34.0", b"43.0")
    (project / CHECKED).write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    assert 34 not in [*read_checked_package(project)["survey"]["percent"]]


def forge_drawings(project):
    """Leave other pictures of each chart, which the next build would take for its own of the same data."""
    inputs = Inputs.read(Workbench(project, report=lambda step: None))
    drawings = [*(project / ".cache/drawings").rglob("*.json")]
    for path in drawings:
        content = json.loads(path.read_bytes().partition(b"\n")[2])
        content["files"] = dict.fromkeys(content["files"], base64.b64encode(b"forged").decode())
        content["pictures"] |= {"image": "<svg>forged</svg>", "wide": content["pictures"]["narrow"]}
        body = json.dumps(content).encode()
        path.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    rooms = {language: inputs.make_room(language) for language in ("en", "fr")}
    found = []
    for language, room in rooms.items():
        survey = load_survey(language, project)
        charts = [*(draw(survey) for draw in load_figures(project).FIGURES), *draw_own_questions(survey)]
        found += [room.find(survey, chart, room.make_key(survey, chart)) for chart in charts]
    assert len(found) == len(drawings) and all({*drawing.files.values()} == {b"forged"} for drawing in found)


def test_everything_is_run_and_drawn_again(invented, drawn_once, capsys):
    forge_drawings(invented)
    forge_checked_tables(invented)
    path = invented / "notebooks/fr/1-commute.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(notebook, sort_keys=True), encoding="utf-8")  # laid out otherwise
    assert main(["rerun"]) == 0
    *compared, last = capsys.readouterr().out.splitlines()
    folders = ("figures/en", "figures/fr", "notebooks/en/1-commute.ipynb", "notebooks/fr/1-commute.ipynb")
    assert sorted(compared) == [f"  {path}" for path in folders]  # as they finish
    assert last == "The same: every notebook and figure"
    notebook["cells"][CHART]["outputs"][0]["data"]["text/plain"] = "Rien."
    path.write_text(json.dumps(notebook), encoding="utf-8")
    picture = invented / "figures/fr/commute.png"
    picture.write_bytes(picture.read_bytes() + b"\n")
    (invented / "figures/en/commute.svg").unlink()
    (invented / "figures/en/old.svg").write_text("old")
    replaced = invented / "notebooks/en/1-commute.ipynb"
    text = replaced.read_text(encoding="utf-8")
    replaced.write_text(text.replace('charts[\\"commute\\"]', 'charts[\\"commut\\"]'), encoding="utf-8")
    forge_checked_tables(invented)
    before = {path: content for path, (content, _) in snapshot(invented).items()}
    assert main(["rerun"]) == 1
    said = capsys.readouterr().out
    assert "figures/fr/commute.png: not what is drawn here: other bytes, the same pixels\n" in said
    assert "figures/en/old.svg: drawn by nothing" in said
    assert "figures/en/commute.svg: missing" in said
    assert "notebooks/fr/1-commute.ipynb, cell 3 (chart-1): text/plain 'Rien.'; a fresh run gives" in said
    assert "1-commute.ipynb, cell 3: DataError" in said
    assert said.endswith("the files themselves were changed\n5 differences\n")
    after = {path: content for path, (content, _) in snapshot(invented).items()}
    assert after.pop(CHECKED, b"") != before.pop(CHECKED)
    assert [path for path in before | after if before.get(path) != after.get(path)] == []


def test_every_notebook_is_looked_at(project):
    assert sorted(project.glob(NOTEBOOKS)) == sorted(project.glob("notebooks/[a-z]*/*.ipynb")) != []


@pytest.fixture
def picture(project):
    """A committed picture, by suffix."""
    return lambda suffix: (project / f"figures/fr/productivity.{suffix}").read_bytes()


def test_pixels_that_differ_are_counted_and_placed(picture):
    drawn = picture("png")
    image = Image.open(io.BytesIO(drawn)).convert("RGB")
    width, height = image.size
    saved = io.BytesIO()
    image.save(saved, "png")
    assert diff_pictures(saved.getvalue(), drawn) == "other bytes, the same pixels"
    for place in ((30, 40), (50, 45)):
        image.putpixel(place, (255, 255, 252))
    saved = io.BytesIO()
    image.save(saved, "png")
    told = f"2 of {width * height} pixels differ, by up to 3 of 255, from (30, 40) to (50, 45)"
    assert diff_pictures(saved.getvalue(), drawn) == told
    saved = io.BytesIO()
    image.crop((0, 0, 10, 20)).save(saved, "png")
    assert diff_pictures(saved.getvalue(), drawn) == f"10 by 20 pixels, drawn here {width} by {height}"
    assert diff_pictures(drawn[:100], drawn) == "not a picture that can be read"
    assert diff_pictures(b"", drawn) == "not a picture that can be read"


def test_elements_that_differ_are_counted_and_shown(picture):
    drawn = picture("svg")
    text = drawn.decode()
    assert diff_pictures(text.replace("font/woff2;base64,", "font/woff2;base64,AAAA").encode(), drawn) == (
        "another font inside, the same elements"
    )
    moved = diff_pictures(text.replace(' y="', ' y="1', 1).encode(), drawn)
    assert re.fullmatch(r"1 of \d+ tags differ, the first '.* y=\"1([\d.]+)\".*', here '.* y=\"\1\".*'", moved), moved
    assert ", the first '', here '<text" in diff_pictures(text[: text.rindex("<text")].encode(), drawn)
    assert ", the first '', here '<svg " in diff_pictures(b"", drawn)


def test_the_likely_cause_is_named(copy):
    file = copy / DRAWN_WITH
    kept = json.loads(file.read_text(encoding="utf-8"))
    as_it_was = "what drew the pictures is as it was"
    assert likely_cause(copy).startswith(as_it_was)
    file.write_text(json.dumps(kept | {"processor": "x86_64 SSE"}), encoding="utf-8")
    assert likely_cause(copy, ["figures/fr/a.svg: not what is drawn here: 1 of 9 tags differ"]).startswith(as_it_was)
    told = likely_cause(copy, ["figures/fr/a.png: not what is drawn here: 1 of 9 pixels differ, by up to 1 of 255"])
    assert "drawn with processor x86_64 SSE, here" in told
    file.write_text(json.dumps(kept | {"FreeType": "2.6.1", "ContreEnquete-Bold.ttf": "0123"}), encoding="utf-8")
    told = likely_cause(copy)
    assert f"ContreEnquete-Bold.ttf 0123, here {kept['ContreEnquete-Bold.ttf']}; FreeType 2.6.1, here" in told
    for content in ("", "[]", '{"FreeType": "2.6.1"}'):
        file.write_text(content, encoding="utf-8")
        assert "cannot be read" in likely_cause(copy) or "unknown, here" in likely_cause(copy)
    file.unlink()
    assert "cannot be read" in likely_cause(copy)


def test_the_kept_pictures_were_drawn_with_what_the_lock_names(project):
    kept = json.loads((project / DRAWN_WITH).read_text(encoding="utf-8"))
    lock = (project / "requirements.txt").read_text(encoding="utf-8").lower()
    for library in ("matplotlib", "numpy", "Pillow", "fontTools", "Brotli"):
        assert f"\n{library}=={kept[library]} ".lower() in lock
    for name in ("ContreEnquete-Regular.ttf", "ContreEnquete-Bold.ttf"):
        font = (project / "src/contre_enquete/fonts" / name).read_bytes()
        assert hashlib.sha256(font).hexdigest().startswith(kept[name])


def clean_notebooks(*names):
    """What `tools/clean-notebooks` prints and its exit code, run where the tests are."""
    run = subprocess.run([sys.executable, PROJECT / "tools/clean-notebooks", *names], capture_output=True, text=True)
    return run.stdout, run.stderr, run.returncode


def test_what_jupyter_adds_is_cleaned_away_in_place(copy):
    path = copy / "notebooks/fr/1-article.ipynb"
    kept = path.read_bytes()
    assert clean_notebooks() == ("", "", 0)
    notebook = read_notebook(path)
    notebook.metadata["language_info"]["version"] = "3.12.1"
    notebook.cells[1].metadata["collapsed"] = True
    path.write_bytes(encode_notebook(notebook))
    told = "notebooks/fr/1-article.ipynb: cleaned of what Jupyter adds when it saves\n"
    assert clean_notebooks() == (told, "", 0)
    assert path.read_bytes() == kept
    notebook.cells[0].source += "\n"
    notebook.cells[1].metadata["tags"] = ["skip-execution"]
    path.write_bytes(encode_notebook(notebook))
    out, err, code = clean_notebooks("notebooks/fr/1-article.ipynb")
    assert (
        (out, code) == (told, 1) and err.startswith("notebooks/fr/1-article.ipynb: cell 2: ") and err.count("\n") == 1
    )
    path.write_text("{}")
    assert clean_notebooks()[1:] == ("1-article.ipynb: not a notebook (KeyError: 'cells')\n", 1)
