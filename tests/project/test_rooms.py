"""The rooms of the house: what each may import, and that the engine knows nothing of this article by name."""

import ast
import csv
import os
import re
import shutil
import subprocess
import sys
from functools import cache

import pytest

from conftest import PROJECT, copy_invented
from contre_enquete.__main__ import main
from contre_enquete.article import read_article
from contre_enquete.edition.build import build
from contre_enquete.edition.rerun import diff_figures
from contre_enquete.errors import DataError, EditionError
from contre_enquete.project import PACKAGE, SKELETON
from contre_enquete.survey.model import load_survey

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "skeleton" not in path.parts)


PLANTED = {
    "an import of a higher floor": ("text/links.py", "from ..survey import model", "Floors"),
    "an import within a function": ("text/links.py", "def load():\n    from ..project import find_project", "Floors"),
    "an import of a neighbour": ("answers/table.py", "from ..edition import build", "Floors"),
    "a module without a floor": ("stray.py", "", "Floors"),
    "a circle within a room": ("statistics/rounding.py", "from .inference import two_sided", "No circles"),
    "an article by name": ("edition/build.py", "import article", "No article"),
}


def lint_imports(source):
    """Return how import-linter's run with the contracts of `pyproject.toml` ends, for the package in a folder."""
    command = [
        sys.executable,
        "-c",
        "import sys; from importlinter.cli import lint_imports as f; sys.exit(f(no_cache=True))",
    ]
    environment = os.environ | {"PYTHONPATH": str(source), "COLUMNS": "200"}
    return subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)


def test_every_import_keeps_the_contracts():
    run = lint_imports(PACKAGE.parent)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(("module", "code", "contract"), PLANTED.values(), ids=PLANTED)
@pytest.mark.slow
def test_a_planted_import_breaks_a_contract(module, code, contract, tmp_path):
    package = shutil.copytree(PACKAGE, tmp_path / PACKAGE.name, ignore=shutil.ignore_patterns("__pycache__", "locale"))
    with (package / module).open("a", encoding="utf-8") as file:
        file.write(f"{code}\n")
    run = lint_imports(tmp_path)
    assert run.returncode == 1 and f"{contract} BROKEN" in run.stdout, run.stdout + run.stderr


@cache
def identifiers():
    """Return the groups, sources, questions and items of the data package, from its files."""
    columns = {
        "codebook/questions": ["question"],
        "codebook/items": ["item"],
        "codebook/segments": ["segment"],
        "sources": ["source"],
    }
    names = set()
    for name, keys in columns.items():
        with (PROJECT / f"data/{name}.csv").open(encoding="utf-8", newline="") as file:
            names |= {row[key] for row in csv.DictReader(file) for key in keys}
    return names


@pytest.mark.slow
def test_the_engine_names_no_group_source_question_or_item():
    found = {}
    for module in MODULES:
        texts, names = list_words(module.read_text(encoding="utf-8"))
        parts = {part for text in texts for part in re.split(r"[.#/]", text)}
        if words := (parts & identifiers()) | (names & {"sme", "large"}):
            found[module.relative_to(PACKAGE).as_posix()] = words
    assert found == {}


def list_words(code):
    """Return the texts of some code, but for its docstrings, and its names."""
    texts, names, docstrings = [], set(), set()
    for node in ast.walk(ast.parse(code)):  # a docstring comes after what it is of
        match node:
            case ast.Module() | ast.ClassDef() | ast.FunctionDef() if isinstance(node.body[0], ast.Expr):
                docstrings.add(node.body[0].value)
            case ast.Constant(value=str(text)) if node not in docstrings:
                texts.append(text)
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.keyword(arg=name):
                names.add(name)
    return texts, names


DECLARATION = (PROJECT / "article/article.toml").read_text(encoding="utf-8")
FAULTS = {
    "a group that the data lacks": ('"sme", ', '"pme", ', "groups.compared: found 'pme'; expected a group of the data"),
    "one group": (
        '["sme", "large"]',
        '["sme"]',
        "families: found 1 groups compared; expected none, or two groups in groups.compared",
    ),
    "a source that the data lacks": (
        'method = "S17"',
        'method = "S99"',
        "sources.method: found 'S99'; expected a source",
    ),
    "no source": ('article = "S01"', "", "sources.article: found nothing; expected a text"),
    "a question that the data lacks": ('chart = ["tools"]', 'chart = ["tool"]', "families.chart: found 'tool'"),
    "no item": ('"barriers.security"', '"barriers"', "exchanged.item: found 'barriers'; expected question.item"),
    "an item that the data lacks": ('"barriers.security"', '"barriers.safety"', "found 'barriers.safety'"),
    "a group twice": (
        '"sme", "large"',
        '"sme", "sme"',
        "groups.compared: found ['sme', 'sme']; expected the groups that the article compares, each once",
    ),
    "a threshold without end": ("much = 1.5", "much = inf", "thresholds.much: found inf; expected a number above 0"),
    "a threshold of none": ("much = 1.5", 'much = "3/2"', "thresholds.much: found '3/2'; expected a number above 0"),
    "a key that nothing reads": (
        "much = 1.5",
        "mucch = 1.5",
        "thresholds.mucch: found 1.5; expected one of the keys much",
    ),
    "a fact that is not declared": (
        'respondents = { words = "Respondents" }',
        "",
        "data/sample.csv, row 2, column fact: found 'respondents'; expected one of countries",
    ),
    "no TOML": ("[groups]", "[groups", "not TOML ("),
}


@pytest.mark.parametrize(("old", "new", "told"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_declaration_is_named(old, new, told, tables):
    assert old in DECLARATION
    (tables / "article/article.toml").write_text(DECLARATION.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as raised:
        load_survey("fr", tables)
    assert told in str(raised.value) and "\n" not in str(raised.value)


def test_a_project_without_a_declaration_is_told(tables):
    (tables / "article/article.toml").unlink()
    with pytest.raises(DataError, match=r"^article/article\.toml: not found"):
        read_article(tables)


def test_an_article_may_do_without_what_is_not_its_own(tables):
    """No exchanged labels, size classes, national figures or families: the rest stands."""
    least = DECLARATION.split("[families]")[0] + "[facts]" + DECLARATION.split("[facts]")[1]
    (tables / "article/article.toml").write_text(least, encoding="utf-8")
    article = load_survey("fr", tables).article
    assert (article.swapped_item, article.size_classes, article.national, article.least_great_ratio) == (
        None,
        "",
        "",
        1.5,
    )
    assert (dict(article.families), article.official_figures, article.disputed_percent) == ({}, None, None)


@pytest.fixture
def invented(tmp_path, monkeypatch):
    """The edition of the invented article, not built; tests run in it."""
    folder = copy_invented(tmp_path / "invented")
    monkeypatch.chdir(folder)
    return folder


CODE = (PACKAGE / SKELETON / "article/__init__.py").read_text(encoding="utf-8")
LAST = f"article/__init__.py, line {CODE.rstrip().count(chr(10)) + 1}"
DEFINED = f"article/__init__.py, line {CODE[: CODE.index('def commute')].count(chr(10)) + 1}"
RETURNED = 'return Percentages(survey, "commute").dots(title, alternative, note="Everything here is invented.")'
RETURN = f"article/__init__.py, line {CODE[: CODE.index(RETURNED)].count(chr(10)) + 1}"
FROM_COMMUTE = "; expected a Chart from commute"
OF_FIGURES = "; expected a tuple of the functions that draw the figures"
WRONG_CODE = {
    "no Python": ("FIGURES = (", "FIGURES = ", f"{LAST}: SyntaxError: unmatched ')'"),
    "an import of nothing": (
        "from contre_enquete import Chart,",
        "import pandaz\nfrom contre_enquete import Chart,",
        "article/__init__.py, line 3: ModuleNotFoundError: No module named 'pandaz'; expected code that can be imported",
    ),
    "a module that is not there": ("FIGURES =", "from .printed import a\nFIGURES =", "No module named 'article.printed'"),
    "a key that is not there": (RETURNED, "return {}['city']", f"{RETURN}: KeyError: 'city'{FROM_COMMUTE}"),
    "an error without words": (RETURNED, "raise ValueError", f"{RETURN}: ValueError{FROM_COMMUTE}"),
    "an error of two lines": (RETURNED, "raise ValueError('one\\ntwo')", f"{RETURN}: ValueError: one two{FROM_COMMUTE}"),
    "an error in what the engine calls": (RETURNED, "return survey.shown()", f"{RETURN}: TypeError: "),
    "an end": (RETURNED, "raise SystemExit(0)", f"{RETURN}: SystemExit: 0{FROM_COMMUTE}"),
    "a fault that is told": (
        RETURNED,
        "return survey.question('plane')",
        "question 'plane': not found",
    ),
    "no chart": (RETURNED, "return None", f"{DEFINED}: commute gave None; expected a Chart"),
    "a picture": (RETURNED, "return {}", f"{DEFINED}: commute gave a value of type dict; expected a Chart"),
    "words that are none": (
        RETURNED,
        RETURNED.replace("return ", "import dataclasses; return dataclasses.replace(") + ", words='words')",
        f"{DEFINED}: ",
    ),
    "no figures": ("FIGURES = (commute,)", "", f"article/__init__.py, FIGURES: found nothing{OF_FIGURES}"),
    "a figure without its comma": (
        "FIGURES = (commute,)",
        "FIGURES = (commute)",
        f"article/__init__.py, FIGURES: found a value of type function{OF_FIGURES}",
    ),
    "a figure that is none": (
        "FIGURES = (commute,)",
        "FIGURES = (commute, None)",
        f"article/__init__.py, FIGURES: found None as number 2{OF_FIGURES}",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), WRONG_CODE.values(), ids=WRONG_CODE)
def test_a_fault_of_the_articles_code_is_told_in_one_line(old, new, told, invented, capsys):
    assert old in CODE
    (invented / "article/__init__.py").write_text(CODE.replace(old, new), encoding="utf-8")
    assert main(["check"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("contre-enquete: ") and told in said and said.count("\n") == 1


def test_a_fault_of_another_file_of_the_article_is_told_of_that_file(invented, capsys):
    (invented / "article/printed.py").write_text("NOTHING = 0\n1 / NOTHING\n", encoding="utf-8")
    (invented / "article/__init__.py").write_text("from . import printed\n", encoding="utf-8")
    assert main(["check"]) == 1
    told = "article/printed.py, line 2: ZeroDivisionError: division by zero; expected code that can be imported"
    assert capsys.readouterr().err == f"contre-enquete: {told}\n"


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["no Python", "a key that is not there"])
def test_a_fault_of_a_worker_is_told_as_well(fault, invented):
    """By a build, whichever of drawing and notebook trips over it first, and by what draws again."""
    old, new, told = WRONG_CODE[fault]
    (invented / "article/__init__.py").write_text(CODE.replace(old, new), encoding="utf-8")
    for make in (lambda: build(invented, lambda step: None), lambda: diff_figures(invented, "fr")):
        with pytest.raises(EditionError) as raised:
            make()
        assert str(raised.value).startswith(told) and "\n" not in str(raised.value)


@pytest.mark.slow
def test_a_fault_of_the_picture_for_a_phone_names_the_line_too(invented, capsys):
    """What is drawn for phones, no file of a figure shows."""
    shutil.rmtree(invented / "notebooks/en")
    drawing = RETURNED.removeprefix("return ")
    failing = f"""
    from dataclasses import replace

    def fail(axes):
        if axes.figure.get_figwidth() < 7:
            raise ValueError("one\\ntwo")

    return replace({drawing}, draw=fail)"""
    code = CODE.replace(f"    {RETURNED}", failing)
    assert code != CODE
    (invented / "article/__init__.py").write_text(code, encoding="utf-8")
    assert main(["build"]) == 1
    line = code[: code.index("raise ValueError")].count("\n") + 1
    told = f"article/__init__.py, line {line}: ValueError: one two; expected a Chart that can be drawn for a phone too, and saved as commute"
    assert capsys.readouterr().err == f"contre-enquete: {told}\n"
