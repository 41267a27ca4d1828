"""README, CONTRIBUTING and docs/ are short, their links work, and they agree with notebooks, commands and codebooks."""

import re
import tomllib
from functools import cache

import nbformat
import pytest

from conftest import PROJECT
from contre_enquete.answers.codebook import read_codebook
from contre_enquete.edition.html import estimate_reading_minutes

READMES = {"en": "README.md", "fr": "README.fr.md"}
DOCUMENTS = [
    *READMES.values(),
    "CONTRIBUTING.md",
    *sorted(f"docs/{path.name}" for path in (PROJECT / "docs").glob("*.md")),
]


@cache
def text(name):
    return (PROJECT / name).read_text(encoding="utf-8")


def slugs(markdown):
    """Return the fragments by which GitHub reaches the headings of a document."""
    titles = re.findall(r"^#+ (.*)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_link_leads_to_a_file_or_a_heading(name):
    markdown = re.sub(r"^```.*?^```|`[^`\n]*`", "", text(name), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", markdown)
    for target in (first or second for first, second in targets):
        path, _, fragment = target.partition("#")
        if "://" in path:
            continue
        file = (PROJECT / name).parent / path if path else PROJECT / name
        assert file.exists(), target
        if fragment and file.suffix == ".md":
            assert fragment in slugs(file.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("name", READMES.values())
def test_a_readme_is_short_and_begins_with_make(name):
    assert len(text(name).splitlines()) <= 75
    block = re.search(r"^```sh\n(.*?)^```", text(name), re.MULTILINE | re.DOTALL)[1]
    assert [line.split("#")[0].strip() for line in block.splitlines()][:2] == ["make", "make test"]


def test_the_first_page_for_contributors_is_short():
    first_page = text("CONTRIBUTING.md").split("## The rooms")[0]
    assert len(first_page.splitlines()) <= 48


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/maintaining.md"])
def test_lines_of_prose_are_short(name):
    assert [line for line in text(name).splitlines() if len(line) > 120 and not line.startswith("|")] == []


def test_the_words_of_the_house_are_few():
    words = text("CONTRIBUTING.md").split("## Words of the house")[1].split("\n## ")[0]
    assert 0 < len(re.findall(r"^\| (?!word|---)", words, re.MULTILINE)) <= 20


@pytest.mark.parametrize("language", READMES)
def test_a_readme_lists_each_notebook_with_its_reading_time(language):
    other = next(code for code in READMES if code != language)
    rows = re.findall(
        r"^\| [^|]*\| \[.*?\]\((.*?)\) \| \[.*?\]\((.*?)\) \| .*? \| (\d+) min \|$", text(READMES[language]), re.M
    )
    paths = [
        path.relative_to(PROJECT).as_posix() for path in sorted((PROJECT / "notebooks" / language).glob("*.ipynb"))
    ]
    assert sorted(first for first, _, _ in rows) == paths
    for first, second, minutes in rows:
        assert second == first.replace(f"/{language}/", f"/{other}/")
        assert int(minutes) == estimate_reading_minutes(nbformat.read(PROJECT / first, nbformat.NO_CONVERT)), first


def test_the_worked_codebook_is_one(tmp_path):
    toml = re.search(r"^```toml\n(.*?)^```", text("docs/own-survey.md"), re.MULTILINE | re.DOTALL)[1]
    assert tomllib.loads(toml)["questions"].keys() == {"tools", "topics", "main-use", "productivity"}
    path = tmp_path / "answers.toml"
    path.write_text(toml, encoding="utf-8")
    assert read_codebook(path).groups == ("sme", "large", "east", "west")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_make_target_exists(name):
    targets = set(re.search(r"^\.PHONY: (.*)$", text("Makefile"), re.MULTILINE)[1].split())
    code = re.findall(r"`[^`\n]+`|^```.*?^```", text(name), re.MULTILINE | re.DOTALL)
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)\b", "\n".join(code), re.MULTILINE)) <= targets
