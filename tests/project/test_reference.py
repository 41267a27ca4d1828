"""The reference pages are as the code makes them, and complete."""

import re

import pytest

from conftest import PROJECT, SKELETON_FOLDER, copy_invented, replace_text
from contre_enquete import article
from contre_enquete.__main__ import main
from contre_enquete.edition.messages import ENGINE_SOURCE, INSTRUCTION, NOTES, find_chapter, list_messages
from contre_enquete.edition.reference import DECLARATION_KEYS, PAGES, RULE_WORDS
from contre_enquete.survey.rules import RULES
from contre_enquete.toml_reader import TomlTable


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=pytest.mark.slow) if page == "errors" else page for page in PAGES]
)
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
    named = r"^(families|speaks_of|official\.findings|official\.counts|official\.bases|groups\.unions|groups\.breakdowns|waves\.labels|waves\.shown)\..+"
    asked = {re.sub(named, r"\1.<>", key) for key in asked}
    assert asked == {re.sub(r"<\w+>", "<>", key) for key in DECLARATION_KEYS}


def test_every_rule_is_described():
    assert {*RULE_WORDS} == {*RULES}


def test_an_unknown_page_is_refused_in_a_line(capsys, monkeypatch):
    monkeypatch.chdir(SKELETON_FOLDER)
    assert main(["reference", "table"]) == 1
    expected = "contre-enquete: PAGE: found 'table'; expected article, errors, figures, notebooks, rules, tables\n"
    assert capsys.readouterr().err == expected


@pytest.fixture(scope="module")
def messages():
    return list_messages()


@pytest.mark.slow
def test_each_message_of_the_engine_says_what_to_do_or_the_page_does(messages):
    unsaid = {message.text for message in messages if not INSTRUCTION.search(message.text)}
    assert unsaid == {*NOTES}
    assert all(find_chapter(message.module) for message in messages)


RAISED = re.compile(r"raise \w*Error\(\s*f?\"([^\"{]{9,})")  # the first words of an error's text


def test_every_text_that_an_error_is_raised_with_is_on_the_page():
    """Read by another way than the page is made: from the words of the source."""
    page = (PROJECT / "docs/reference/errors.md").read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in ENGINE_SOURCE.rglob("*.py") if "skeleton" not in path.parts]
    words = [text for source in sources for text in RAISED.findall(source)]
    assert len(words) > 50
    assert [text for text in words if text.strip() not in page] == []


DAMAGES = {  # of the edition that `contre-enquete new` begins with: file, what stands there, what is written instead
    "value": ("data/survey.csv", ",34,", ",134,"),
    "unit": ("data/codebook/questions.csv", "percent", "bananas"),
    "group": ("data/survey.csv", "commute,bicycle,town", "commute,bicycle,moon"),
    "column": ("data/survey.csv", "locator", "place"),
    "rule": ("data/claims.csv", ",more,", ",bigger,"),
    "date": ("data/sources.csv", "2020-05-04", "May 2020"),
    "key": ("article/article.toml", "everybody", "everyone"),
    "source": ("article/article.toml", 'article = "B1"', 'article = "B9"'),
    "table": ("data/datapackage.json", '"sources"', '"origins"'),
    "quotation mark": ("data/claims.csv", "claim,", '"claim,'),
}


@pytest.mark.slow
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_message_that_an_author_meets_is_on_the_page(damage, messages, tmp_path, monkeypatch, capsys):
    name, before, after = DAMAGES[damage]
    edition = copy_invented(tmp_path / "edition")
    replace_text(edition / name, before, after, 1)
    monkeypatch.chdir(edition)
    assert main(["validate"]) == 1
    met = capsys.readouterr().err.removeprefix("contre-enquete: ").splitlines()
    patterns = [re.escape(message.text).replace("…", ".*") for message in messages if len(message.text) > 9]
    assert met and [line for line in met if not any(re.search(pattern, line) for pattern in patterns)] == []
