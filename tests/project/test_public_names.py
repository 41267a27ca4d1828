"""What other code imports from `contre_enquete`: each public name is there, and costs nothing until it is asked for."""

import ast
import doctest
import subprocess
import sys
from collections import defaultdict
from types import ModuleType

import pytest

import contre_enquete
from conftest import PROJECT
from contre_enquete.project import PACKAGE, SKELETON


@pytest.mark.parametrize("name", contre_enquete.__all__)
def test_each_public_name_is_there_and_explained(name):
    value = getattr(contre_enquete, name)
    assert value.__doc__


def test_importing_loads_neither_tables_nor_charts():
    code = "import sys, contre_enquete; print('pandas' in sys.modules, 'matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False False\n"


def test_completion_offers_the_public_names():
    assert {"load_survey", "Survey", "palette"} <= set(dir(contre_enquete))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'load_surveys'"):
        _ = contre_enquete.load_surveys


@pytest.mark.parametrize("folder", [PROJECT / "article", PACKAGE / SKELETON / "article"], ids=["article", "skeleton"])
def test_an_article_imports_public_names_only(folder):
    nodes = [node for path in folder.glob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    imports = [node for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    ours = [(node.module, alias.name) for node in imports if node.module.startswith("contre_") for alias in node.names]
    values = {name: getattr(contre_enquete, name) for name in contre_enquete.__all__}
    modules = {value.__name__ for value in values.values() if isinstance(value, ModuleType)}
    assert ours and {module for module, _ in ours} <= {"contre_enquete", *modules}
    assert {name for module, name in ours if module == "contre_enquete"} <= set(values)
    assert not [name for _, name in ours if name.startswith("_")]


@pytest.mark.slow
def test_the_reference_page_says_what_happens(monkeypatch):
    monkeypatch.chdir(PROJECT)
    failed, tried = doctest.testfile(str(PROJECT / "docs/reference/python.md"), module_relative=False)
    assert (failed, tried) == (0, 10)


@pytest.mark.slow
def test_one_name_means_one_thing():
    meanings = defaultdict(set)  # of each name of functions, classes and constants, in which modules it has which
    for path in PACKAGE.rglob("*.py"):
        if SKELETON not in path.relative_to(PACKAGE).parts:
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                match node:
                    case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                        meanings[name].add(path.relative_to(PACKAGE).as_posix())
                    case ast.Assign(targets=[ast.Name(id=name)], value=value):
                        meanings[name].add(ast.unparse(value))
    assert len(meanings) > 1000
    assert {name: found for name, found in meanings.items() if len(found) > 1 and not name.startswith("_")} == {}
