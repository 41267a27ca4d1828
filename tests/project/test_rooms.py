"""The rooms of the house: what each may import, and that the engine knows nothing of this article by name."""

import ast
import csv
import re

import pytest

from conftest import PROJECT
from contre_enquete.article import read_article
from contre_enquete.errors import DataError
from contre_enquete.survey.model import load_survey

PACKAGE = PROJECT / "src/contre_enquete"
FLOORS = (  # from the ground up: a room imports its own floor's neighbours never, and lower floors only
    {"errors"},
    {"statistics", "text", "article"},
    {"survey", "charts", "notebooks"},
    {"edition"},
    {"notebook"},
    {"warm_start", "__main__"},
)
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "skeleton" not in path.parts)
by_name = pytest.mark.parametrize("module", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())


def floor(room):
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def room(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path):
    """The rooms of the engine that a module imports, at its top or within a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = path.relative_to(PACKAGE).parent.parts[: len(path.relative_to(PACKAGE).parts) - node.level]
            names = [node.module] if node.module else [alias.name for alias in node.names]
            for name in names:
                yield (*above, *name.split("."))[0]
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names = [node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            assert not [name for name in names if name.split(".")[0] in ("contre_enquete", "article")], path


@by_name
def test_a_room_imports_lower_floors_only(module):
    own = room(module)
    if own == "__init__":
        return
    others = set(imported(module)) - {own, "__version__"}
    assert {name for name in others if floor(name) >= floor(own)} == set()


def identifiers():
    """The groups, sources, questions and items of the data package, from its files."""
    columns = {
        "codebook/questions": ["question"],
        "codebook/items": ["item"],
        "codebook/segments": ["segment"],
        "sources": ["source"],
    }
    for name, keys in columns.items():
        with (PROJECT / f"data/{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield from (row[key] for key in keys)


@by_name
def test_the_engine_names_no_group_source_question_or_item(module):
    tree = ast.parse(module.read_text(encoding="utf-8"))
    told = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }  # docstrings
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in told
    ]
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    names += [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    names += [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg | ast.keyword) and node.arg]
    groups = {"sme", "large"}
    parts = {part for text in texts for part in re.split(r"[.#/]", text)}
    assert (parts & set(identifiers())) | (set(names) & groups) == set()


DECLARATION = (PROJECT / "article/article.toml").read_text(encoding="utf-8")
FAULTS = {
    "a group that the data lacks": ('"sme", ', '"pme", ', "groups.compared: found 'pme'; expected a group of the data"),
    "one group": ('["sme", "large"]', '["sme"]', "groups.compared: found ['sme']; expected the two groups"),
    "a source that the data lacks": (
        'method = "S17"',
        'method = "S99"',
        "sources.method: found 'S99'; expected a source",
    ),
    "no source": ('article = "S01"', "", "sources.article: found nothing; expected a text"),
    "a question that the data lacks": ('chart = ["tools"]', 'chart = ["tool"]', "families.chart: found 'tool'"),
    "no item": ('"barriers.security"', '"barriers"', "exchanged.item: found 'barriers'; expected question.item"),
    "an item that the data lacks": ('"barriers.security"', '"barriers.safety"', "found 'barriers.safety'"),
    "a threshold of none": ("much = 1.5", 'much = "3/2"', "thresholds.much: found '3/2'; expected a number above 0"),
    "a key that nothing reads": ("just = 3", "junst = 3", "thresholds.junst: found 3; expected no such key"),
    "a fact that is not declared": (
        'respondents = { words = "Respondents" }',
        "",
        "data/sample.csv, row 2, column fact: found 'respondents'; expected one of countries",
    ),
    "no TOML": ("[groups]", "[groups", "not TOML ("),
}


@pytest.mark.parametrize(("old", "new", "told"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_the_declaration_is_named(old, new, told, copy):
    assert old in DECLARATION
    (copy / "article/article.toml").write_text(DECLARATION.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError) as raised:
        load_survey("fr", copy)
    assert told in str(raised.value) and "\n" not in str(raised.value)


def test_a_project_without_a_declaration_is_told(copy):
    (copy / "article/article.toml").unlink()
    with pytest.raises(DataError, match=r"^article/article\.toml: not found"):
        read_article(copy)


def test_an_article_may_do_without_what_is_not_its_own(copy):
    """No exchanged labels, size classes, national figures or families: the rest stands."""
    least = DECLARATION.split("[families]")[0] + "[facts]" + DECLARATION.split("[facts]")[1]
    (copy / "article/article.toml").write_text(least, encoding="utf-8")
    article = load_survey("fr", copy).article
    assert (article.exchanged, article.size_classes, article.national, article.much) == (None, "", "", 1.5)
    assert article.family("tools") == ("tools",)
