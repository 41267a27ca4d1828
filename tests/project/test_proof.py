"""The harnesses of `proof/` run at night; what they need of the engine is looked for on each push."""

import re
from importlib import import_module

import pytest

from code_damage import damaged_code
from conftest import PROJECT, relative
from page_damage import DAMAGES, STYLES, damage_once, restyle

IMPORTS = [
    (module, name)
    for path in relative(PROJECT, "proof/*.py")
    for module, names in re.findall(
        r"^ *from (contre_enquete[\w.]*) import ([\w, ]+)", (PROJECT / path).read_text(encoding="utf-8"), re.MULTILINE
    )
    for name in names.split("  #")[0].split(", ")
]


@pytest.mark.parametrize(("module", "name"), sorted(set(IMPORTS)))
def test_what_a_harness_imports_is_there(module, name):
    assert hasattr(import_module(module), name) or import_module(f"{module}.{name}")


def test_code_is_damaged_at_each_comparison_number_and_word():
    source = 'if a < 2 and b == "sme":  # small\n    pass\n'
    assert [(kind, line, text.splitlines()[0]) for kind, line, text in damaged_code(source)] == [
        ("code: and, or", 1, "if (a < 2) or (b == 'sme'):  # small"),
        ("code: comparison", 1, 'if (a) >= (2) and b == "sme":  # small'),
        ("code: comparison", 1, "if a < 2 and (b) != ('sme'):  # small"),
        ("code: number", 1, 'if a < 3 and b == "sme":  # small'),
        ("code: word", 1, "if a < 2 and b == 'large':  # small"),
    ]


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize("kind", DAMAGES)
def test_each_damage_to_pages_finds_its_place(kind, site):
    for pattern, become in DAMAGES[kind]:
        (changed,) = damage_once(pattern, become, site).items()
        assert changed[1] != (site / changed[0]).read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_damaged_style_is_one_that_its_page_allows(site):
    rule = next(iter(STYLES["style: hidden"]))
    name, page = next(iter(restyle(rule, site).items()))
    assert page.count(rule) == 1 and page != (site / name).read_text(encoding="utf-8")
