"""The reference pages are as the code makes them, and complete."""

import re

import pytest

from conftest import PROJECT, SKELETON_FOLDER
from contre_enquete import article
from contre_enquete.__main__ import main
from contre_enquete.edition.reference import KEYS, PAGES, RULE_WORDS
from contre_enquete.survey.rules import RULES
from contre_enquete.toml_reader import TomlTable


@pytest.mark.parametrize("page", PAGES)
def test_each_page_is_as_the_command_prints_it(page, capsys, monkeypatch):
    monkeypatch.chdir(PROJECT)
    assert main(["reference", page]) == 0
    path = PROJECT / f"docs/reference/{page}.md"
    assert capsys.readouterr().out == path.read_text(encoding="utf-8"), (
        f"run: contre-enquete reference {page} > docs/reference/{page}.md"
    )


def list_keys(table: TomlTable) -> set[str]:
    """Return the keys that reading a declaration has asked for."""
    inner = {part.path.rpartition(".")[2]: part for part in table.tables}
    keys = set()
    for name in table.known:
        keys |= {f"{name}.{key}" for key in list_keys(inner[name])} if name in inner else {name}
    return keys


def test_every_key_of_a_declaration_is_listed(monkeypatch, tmp_path):
    """Those that the engine asks for when it reads one that has every table."""
    tables = []
    monkeypatch.setattr(TomlTable, "reject_unknown_keys", lambda table: tables.append(table))
    (tmp_path / "article").mkdir()
    declared = (PROJECT / "article/article.toml").read_text(encoding="utf-8")
    extra = '\n[groups.unions]\nboth = ["sme", "large"]\n[groups.breakdowns]\nsex = ["women", "men"]\n'
    extra += '[waves]\norder = ["then"]\n[waves.labels]\nthen = "Then"\n[waves.shown]\nthen = "S01"\n'
    (tmp_path / "article/article.toml").write_text(declared + extra, encoding="utf-8")
    article.read_article(tmp_path)
    asked = {re.sub(r"^(facts|read|doors)\.[^.]+\.", r"\1.<>.", key) for key in list_keys(tables[0])}
    named = r"^(families|speaks_of|official\.findings|groups\.unions|groups\.breakdowns|waves\.labels|waves\.shown)\..+"
    asked = {re.sub(named, r"\1.<>", key) for key in asked}
    assert asked == {re.sub(r"<\w+>", "<>", key) for key in KEYS}


def test_every_rule_is_described():
    assert {*RULE_WORDS} == {*RULES}


def test_an_unknown_page_is_refused_in_a_line(capsys, monkeypatch):
    monkeypatch.chdir(SKELETON_FOLDER)
    assert main(["reference", "table"]) == 1
    expected = "contre-enquete: PAGE: found 'table'; expected article, figures, notebooks, rules, tables\n"
    assert capsys.readouterr().err == expected
