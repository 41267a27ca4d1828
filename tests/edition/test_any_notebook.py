"""Any notebook becomes a page: of the kinds that nbconvert and nbval test, wherever they lie, with ids or without."""

import base64
import json
import math
import os
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat import v4

from contre_enquete.__main__ import main
from contre_enquete.edition.any_notebook import render_any_notebook, render_formula
from contre_enquete.edition.pages import render_notebook_page

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>x()</script><circle r="3"/></svg>'
VIEW, STATE = "application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json"


def text(source, **options):
    return v4.new_markdown_cell(source, **options)


def shown(source="1", **data):
    bundle = {kind.replace("__", "/").replace("_", "+"): value for kind, value in data.items()}
    return v4.new_code_cell(source, outputs=[v4.new_output("display_data", data=bundle)])


def stream(written, name="stdout"):
    return v4.new_code_cell("print(1)", outputs=[v4.new_output("stream", name=name, text=written)])


def widgets(state):
    return {"widgets": {STATE: {"state": state, "version_major": 2, "version_minor": 0}}}


def widget(model):
    return v4.new_code_cell("w", outputs=[v4.new_output("display_data", data={VIEW: {"model_id": model}, "text/plain": "IntSlider(value=7)"})])  # fmt: skip


ERROR = v4.new_output(
    "error", ename="ZeroDivisionError", evalue="no", traceback=["\x1b[0;31mZeroDivisionError\x1b[0m: no"]
)
KINDS = {  # cells, metadata, what the page has, what it has not
    "empty": ([], {}, ["<h1>a</h1>"], []),
    "a title": ([text("# One & two")], {}, ["<title>One &amp; two</title>", 'id="cell-1"'], ["<h1>a</h1>"]),
    "no title": ([text("Words")], {}, ["<title>a</title>", "<h1>a</h1>", "Words"], []),
    "a title below code": ([v4.new_code_cell("x"), text("## Two"), text("# One")], {}, ["<title>One</title>"], []),
    "contents": ([text("# A"), text("## B *c*"), text("## D")], {}, ['<a href="#cell-2">B c</a>'], []),
    "code": ([v4.new_code_cell("a < b")], {}, ["<code>a &lt; b</code>"], []),
    "a result": ([shown(text__plain="<not a tag>")], {}, ["&lt;not a tag&gt;"], []),
    "a stream": ([stream("one\ntwo <b>")], {}, ["one\ntwo &lt;b&gt;"], []),
    "a stream of errors": ([stream("careful", "stderr")], {}, ['class="error">careful'], []),
    "colours": ([stream("\x1b[31mred\x1b[0m \x1b[1mbold\x1b[0m")], {}, ['class="ansi-red-fg">red', 'class="ansi-bold">bold'], ["\x1b"]),
    "a progress bar": ([stream("10%\r100%")], {}, ["100%"], []),
    "an error": ([v4.new_code_cell("1/0", outputs=[ERROR])], {}, ["ZeroDivisionError", 'class="error"'], ["\x1b"]),
    "PNG": ([shown(image__png=PNG, text__plain="<Figure size 1x1>")], {}, [f'src="data:image/png;base64,{PNG}" alt=""'], ["Figure size"]),
    "JPEG": ([shown(image__jpeg=PNG)], {}, ['src="data:image/jpeg;base64,'], []),
    "SVG": ([shown(**{"image__svg_xml": SVG})], {}, ['<img src="data:image/svg+xml;base64,'], ["<circle", "x()"]),
    "a table": ([shown(text__html='<style scoped>x</style><table border="1"><tr><td onclick="x()">1</td></tr></table>')], {}, ['role="group"', "<td>1</td>"], ["scoped", "onclick"]),
    "a plot that needs a script": ([shown(text__html="<div id='p'></div><script>x()</script>", text__plain="<Plot>")], {}, ["needs a script"], ["x()", "&lt;Plot"]),
    "a plot with a picture": ([shown(text__html="<div></div><script>x()</script>", image__png=PNG)], {}, ["data:image/png"], ["needs a script", "x()"]),
    "a script": ([shown(application__javascript="x()", text__plain="<IPython.core.display.Javascript object>")], {}, ["needs a script"], ["x()"]),
    "a formula": ([text("Then $x^2$.")], {}, ["<msup><mi>x</mi><mn>2</mn></msup>"], ["$"]),
    "a formula on its line": ([text("$$\\frac{a}{b}$$")], {}, ['display="block"', "<mfrac>"], ["$"]),
    "an environment": ([text("\\begin{align}x&=1\\\\y&=2\\end{align}")], {}, ["<mtable", "<mi>y</mi>"], ["\\begin"]),
    "a formula in brackets": ([text("\\\\(x_1\\\\)")], {}, ["<msub>"], ["\\("]),
    "a formula beside money": ([text("It costs $5, not $6.")], {}, ["$5, not $6"], ["<math"]),
    "a formula that is none": ([text("Then $\\nosuch{$.")], {}, ['<code class="formula">\\nosuch{</code>', "(LaTeX)"], ["<math"]),
    "a formula with an address": ([text("$\\href{javascript:x()}{y}$")], {}, ["<mi>y</mi>"], ["javascript"]),
    "a result in LaTeX": ([shown(text__latex="$\\displaystyle \\sqrt{2}$", text__plain="sqrt(2)")], {}, ["<msqrt>"], ["sqrt(2)"]),
    "an attachment": ([text("![dot](attachment:d.png)", attachments={"d.png": {"image/png": PNG}})], {}, [f'<img src="data:image/png;base64,{PNG}" alt="dot">'], ["attachment:"]),
    "a missing attachment": ([text("![dot](attachment:d.png)")], {}, ["<em>dot</em>"], ["<img"]),
    "a picture beside it": ([text('![dot](d.png) <img src="d.png" width="9">')], {}, [f'<img src="data:image/png;base64,{PNG}" alt="dot">', 'width="9"'], ['"d.png"']),
    "a picture that is not there": ([text("![dot](e.png)")], {}, ["<em>dot</em>"], ["<img"]),
    "a picture elsewhere": ([text("![dot](https://a.example/d.png)")], {}, ['<a href="https://a.example/d.png">dot</a>'], ["<img"]),
    "a file that is no picture": ([text("![x](../../../../etc/passwd)")], {}, ["<em>x</em>"], ["root:"]),
    "HTML in a text": ([text("<b onclick='x()'>b</b><script>x()</script><iframe src='https://a.example'></iframe>")], {}, ["<b>b</b>"], ["x()", "<iframe"]),
    "an address that runs": ([text("[a](javascript:x())")], {}, ["a"], ["javascript:"]),
    "Markdown as a result": ([shown(text__markdown="**bold** $x$")], {}, ["<strong>bold</strong>", "<math"], []),
    "JSON": ([shown(application__json={"a": [1]})], {}, ["&#34;a&#34;: ["], []),
    "raw HTML": ([v4.new_raw_cell("<b>b</b>", metadata={"raw_mimetype": "text/html"})], {}, ["<b>b</b>"], []),
    "raw LaTeX": ([v4.new_raw_cell("\\LaTeX", metadata={"raw_mimetype": "text/latex"})], {}, [], ["LaTeX"]),
    "a slider": ([widget("m")], widgets({"m": {"state": {"description": "n", "value": 7}}}), ['<p class="widget">n: 7</p>'], ["IntSlider"]),
    "a box of widgets": ([widget("b")], widgets({"b": {"state": {"children": ["IPY_MODEL_m", "IPY_MODEL_b"]}}, "m": {"state": {"_options_labels": ["x", "y"], "index": 1}}}), ['<p class="widget">y</p>'], []),
    "a widget without state": ([widget("m")], {}, ["IntSlider(value=7)"], []),
    "a hidden cell": ([v4.new_code_cell("secret", metadata={"tags": ["hide"]})], {}, [], ["secret"]),
    "hidden code": ([v4.new_code_cell("secret", metadata={"tags": ["hide-input"]}, outputs=shown(text__plain="42").outputs)], {}, ["42"], ["secret"]),
    "another language": ([text("# Titre")], {"language": "fr"}, ['<html lang="fr', "Aller au texte"], []),
    "a language without words of ours": ([text("# Título")], {"language": "es"}, ['<html lang="es"'], []),
    "another kernel": ([v4.new_code_cell("1 + 1")], {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}, ["1 + 1"], []),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_any_notebook_becomes_a_page(kind, tmp_path):
    cells, metadata, present, absent = KINDS[kind]
    (tmp_path / "d.png").write_bytes(base64.b64decode(PNG))
    notebook = nbformat.from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4})
    for cell in notebook.cells:
        cell.pop("id", None)
    page = render_any_notebook(notebook, "a", tmp_path)
    body = page.partition("</style>")[2]
    for words in present:
        assert words in page, words
    for words in absent:
        assert words not in body, words
    assert not re.search(r"<script|<link[^>]+stylesheet|<iframe|<(?:img|source)[^>]+src=\"(?!data:)", page)
    assert "default-src 'none'" in page and page.count("<meta") == page.partition("<body>")[0].count("<meta")


def write_notebook(folder, *cells, minor=5, **metadata):
    path = folder / "a.ipynb"
    notebook = v4.new_notebook(cells=list(cells), metadata=metadata)
    notebook["nbformat_minor"] = minor
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def test_figures_that_a_notebook_cites_have_a_card(tmp_path):
    (tmp_path / "cities.csv").write_text("city,share\nParis,34\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.contre-enquete]\nfigures = [{ file = "cities.csv", unit = "percent" }]\n'
    )
    path = write_notebook(tmp_path, text("# T\n\n[34%](#cities.paris), [here](#there)"))
    page = render_notebook_page(path.read_bytes(), path).decode()
    assert '<a id="t1" href="#cities.paris">34%</a>' in page
    assert '<li id="cities.paris"><strong>34%</strong> <p>Paris, share</p>' in page and 'href="#t1"' in page


@pytest.mark.slow
def test_the_command_and_nbconvert_make_the_same_page(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    path = write_notebook(tmp_path, text("Un texte"))
    assert main(["page", "a.ipynb", "--language", "fr", "--output", "b.html"]) == 0
    command = [sys.executable, "-m", "nbconvert", "--to", "contre-enquete", "--log-level", "ERROR"]
    subprocess.run([*command, "--CommandExporter.language=fr", str(path)], check=True)
    assert (tmp_path / "b.html").read_bytes() == (tmp_path / "a.html").read_bytes()
    assert capsys.readouterr().out == "Made b.html\n"


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"nbformat": 4}', "no"])
def test_what_is_no_notebook_is_told_in_one_line(content, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.ipynb").write_text(content, encoding="utf-8")
    assert main(["page", "a.ipynb"]) == 1
    assert re.fullmatch(r"contre-enquete: a\.ipynb: not a notebook .*\n", capsys.readouterr().err)
    assert not (tmp_path / "a.html").exists()


def change(*path):
    """Returns a function that gives a part of a notebook, found by keys, another value."""
    *keys, last, value = path

    def damage(notebook):
        for key in keys:
            notebook = notebook[key]
        notebook[last] = value

    return damage


HOSTILE = {
    "a source that is a number": (change("cells", 0, "source", 3), "a.ipynb, cell 1, source: not a notebook that a page can show ("),
    "tags that are none": (change("cells", 0, "metadata", "tags", "x"), "a.ipynb, cell 1, metadata, tags: not a notebook"),
    "an unknown cell": (change("cells", 0, "cell_type", "song"), "a.ipynb, cell 1: not a notebook"),
    "an attachment that is a number": (change("cells", 0, "attachments", {"a": {"image/png": 3}}), "a.ipynb, cell 1, attachments"),
    "a result that is a number": (change("cells", 1, "outputs", 0, "data", {"text/html": 3}), "a.ipynb, cell 2, outputs, 0, data"),
    "a version that is a text": (change("nbformat_minor", "5"), "a.ipynb: not a notebook"),
    "a version that is true": (change("nbformat", True), "a.ipynb: not a notebook"),
    "widgets that are none": (change("metadata", "widgets", None), "a.ipynb: not a notebook"),
    "a language that is a number": (change("metadata", "language", 3), "a.ipynb: not a notebook"),
    "half of a letter": (change("cells", 0, "source", "\ud800"), "a.ipynb: not a notebook"),
    "a size without end": (change("cells", 1, "outputs", 0, "metadata", {"image/png": {"width": math.inf}}), "a.ipynb: not a notebook"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_notebook_of_another_form_is_told_in_one_line(kind, tmp_path, monkeypatch, capsys):
    damage, told = HOSTILE[kind]
    monkeypatch.chdir(tmp_path)
    damage(notebook := v4.new_notebook(cells=[text("# T"), shown(image__png=PNG)]))
    (tmp_path / "a.ipynb").write_text(json.dumps(notebook))
    assert main(["page", "a.ipynb"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(f"contre-enquete: {told}") and said.count("\n") == 1 and "foresee" not in said
    assert not (tmp_path / "a.html").exists()


@pytest.mark.parametrize("address", ["a%00.png", "a" * 5_000 + ".png", "loop.png", ".", "pipe.png", "/etc/passwd"])
def test_a_picture_that_no_file_can_be_is_words(address, tmp_path):
    (tmp_path / "loop.png").symlink_to("loop.png")
    os.mkfifo(tmp_path / "pipe.png")
    path = write_notebook(tmp_path, text(f"![words]({address})\n\n<img src='{address}' alt='words'>"))
    assert "<em>words</em>" in render_notebook_page(path.read_bytes(), path).decode()


def test_lists_in_lists_without_end_are_told_in_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.ipynb").write_text("[" * 100_000)
    assert main(["page", "a.ipynb"]) == 1
    assert capsys.readouterr().err.startswith("contre-enquete: a.ipynb: not a notebook that a page can show (")


@pytest.mark.parametrize("latex", [r"\begin{aligned}a&=b\\c&<d\end{aligned}", r"\begin{split}a&=b\end{split}", r"\sum_{i=1}^n x_i", r"\mathbb{R}", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\text{if } x \le 1", r"\hat\beta"])  # fmt: skip
def test_usual_formulas_are_rendered(latex):
    assert render_formula(latex).startswith("<math")
