"""The editions say the same in each language, and no language shows through another."""

import ast
import csv
import functools
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po, write_po

from conftest import PROJECT, copy_invented, copy_project, one_of_each, relative
from contre_enquete.__main__ import main
from contre_enquete.notebooks.form import strip_saved_state
from contre_enquete.notebooks.run import read_notebook
from contre_enquete.survey.model import load_survey
from contre_enquete.text.language import MissingTranslation
from reading import PAGES, Page, language, list_typographic_faults, template, template_and_language

pytestmark = pytest.mark.slow

NAMES = sorted(path.name for path in PROJECT.glob("notebooks/fr/*.ipynb"))
CATALOGUES = [PROJECT / "src/contre_enquete/locale/fr.po", PROJECT / "article/locale/fr.po"]
each_name = pytest.mark.parametrize("name", NAMES)


def cells(language, name):
    return strip_saved_state(read_notebook(PROJECT / "notebooks" / language / name)).cells


def test_every_notebook_is_there_in_each_language():
    assert sorted(path.name for path in PROJECT.glob("notebooks/en/*.ipynb")) == NAMES


@each_name
def test_cells_are_the_same(name):
    french, english = cells("fr", name), cells("en", name)
    assert [(c.id, c.cell_type, c.metadata) for c in french] == [(c.id, c.cell_type, c.metadata) for c in english]
    code = [
        [ast.dump(ast.parse(cell.source)) for cell in edition if cell.cell_type == "code"]
        for edition in (french, english)
    ]
    differing = [(one, other) for one, other in zip(*code, strict=True) if one != other]
    assert len(differing) == 1  # the cell that names the edition
    assert differing[0][0].replace("'fr'", "'en'") == differing[0][1]


@each_name
def test_cells_say_the_same(name):
    """The same numbers, groups, addresses, headings, points, tables and cautions as often, cell by cell."""
    for french, english in zip(cells("fr", name), cells("en", name), strict=True):
        if french.cell_type == "markdown":
            assert shape(french.source, "fr", "À ne pas conclure") == shape(
                english.source, "en", "What not to conclude"
            ), french.id


def test_the_data_is_described_alike():
    """The same headings, points, rows, names in code, examples and numbers."""
    french, english = (
        PROJECT.joinpath("data", name).read_text(encoding="utf-8") for name in ("README.fr.md", "README.md")
    )
    for part, other in zip(french.split("\n## "), english.split("\n## "), strict=True):
        one, two = (re.findall(r"^(?:#+|- |\||```)", text, re.MULTILINE) for text in (part, other))
        assert one == two, part[:40]
        assert sorted(re.findall(r"`[^`]+`", part)) == sorted(re.findall(r"`[^`]+`", other)), part[:40]
        numbers = [sorted(re.findall(r"\d+", re.sub(r"(?<=\d)[\u00a0,](?=\d{3})", "", text))) for text in (part, other)]
        assert numbers[0] == numbers[1], part[:40]


@pytest.mark.parametrize("name", ["README.md", "README.fr.md"])
def test_the_description_of_the_data_is_what_the_data_is(name, labels, monkeypatch, capsys):
    """The rows of each table, every table; the example runs and shows Microsoft's chart."""
    text = (PROJECT / "data" / name).read_text(encoding="utf-8")
    rows = {path: int(count) for path, count in re.findall(r"^\| `([\w/-]+\.csv)` \| (\d+) \|$", text, re.MULTILINE)}
    counted = {}
    for path in relative(PROJECT, "data/**/*.csv"):
        with (PROJECT / path).open(encoding="utf-8", newline="") as file:
            counted[path.removeprefix("data/")] = sum(1 for _ in csv.DictReader(file))
    assert rows == counted
    monkeypatch.chdir(PROJECT)
    (example,) = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    exec(example, {})
    assert re.search(r"external-social-networks +29\.0 +35\.0", capsys.readouterr().out)
    items = {item for _, item, _ in labels}
    named = re.findall(
        r"^\| `([\w-]+)` \| [^|\d`]+ \|$",
        text.split("## Original labels" if name == "README.md" else "## Libellés")[1],
        re.MULTILINE,
    )
    assert len(named) == 8 and set(named) <= items


@functools.cache
def groups(language):
    """How a language names each group, from the data."""
    survey = load_survey(language, PROJECT)
    return {
        row.segment: rf"(?<!\w)(?:{words})"
        for row, words in zip(survey.segments.itertuples(), survey.localize(survey.segments, "words"), strict=True)
        if row.segment in survey.article.compared
    }


def shape(text, language, caution):
    """What a cell says that does not depend on its language."""
    number = (
        r"(?<!\w)\d+(?:[\u00a0,]\d{3})*(?:[.,]\d+)?" if language == "en" else r"(?<!\w)\d+(?:\u00a0\d{3})*(?:,\d+)?"
    )
    prose = re.sub(r"\]\([^)]*\)", "]", text)
    prose = re.sub(r"\w+ (?:and|et) \w+[- ]\w+ ?\w+ \((SMEs|PME)\)", r"\1", prose)  # one name, said twice
    return {
        "addresses": sorted(re.findall(r"\]\(([^)]*)\)", text)),
        "numbers": sorted(re.sub(r"\D", "", found) for found in re.findall(number, prose)),
        "groups": {group: len(re.findall(words, prose, re.IGNORECASE)) for group, words in groups(language).items()},
        "marks": [re.match(r"(#+|- |\||)", line)[0] for line in text.splitlines()],
        "strong": text.count("**"),
        "cautions": text.count(caution),
    }


@pytest.fixture(scope="module")
def messages():
    """English sentences and their French translations; not the patterns that read numbers."""
    pairs = {}
    for path in CATALOGUES:
        with path.open("rb") as file:
            pairs |= {message.id: message.string for message in read_po(file) if message.id}
    survey = load_survey("fr", PROJECT)
    for table in survey.tables():
        for name in (column for column in table if column.endswith("_en")):
            pairs |= dict(zip(table[name], table[f"{name.removesuffix('_en')}_fr"], strict=True))
    return {one: other for one, other in pairs.items() if "|" not in one and "(?" not in one}


def fragments(sentences, others):
    """What only one language says: the stretches of its sentences between what is filled in."""
    strange = {part for text in others for part in parts(text)}
    return {part for text in sentences for part in parts(text) if len(part) > 7 and part not in strange}


def parts(text):
    return [part.strip() for part in re.split(r"\{\w+\}|\]\([^)]*\)|\[|\]", text)]


def is_code(element):
    return element.tag in ("code", "pre") or element.get("class") == "code"


@pytest.mark.parametrize(
    "name", one_of_each([name for name in PAGES if name != "data/index.html"], template_and_language)
)
def test_no_language_shows_through_another(name, site, messages):
    page = Page((site / name).read_text(encoding="utf-8"))
    text = page.read(lambda element: is_code(element) or (element.tag in ("q", "i") and element.get("lang")))
    if name.startswith("data/"):
        text = re.sub("«.*?»", " ", text)
    said = " ".join([text, page.data, *page.values("alt", "aria-label", "content")])
    said = re.sub(r"https?://\S+", "", said.replace("\u00a0", " "))
    sides = [messages.keys(), messages.values()]
    foreign = fragments(*(sides if language(name) == "fr" else reversed(sides)))
    assert len(foreign) > 300
    found = [part for part in foreign if re.search(rf"(?<!\w){re.escape(part.replace(chr(160), ' '))}(?!\w)", said)]
    assert not found


@pytest.mark.parametrize("name", one_of_each([name for name in PAGES if language(name) == "fr"], template))
def test_typography_of_quebec_as_rendered(name, site):
    """After the OQLF: what a reader sees, charts and tables included; not code, addresses or identifiers."""
    page = Page((site / name).read_text(encoding="utf-8"))
    words = page.read(lambda element: is_code(element) or (element.tag == "a" and element.get("lang") == "en-CA"))
    texts = [words, *(value for value in page.values("aria-label", "content") if "'none'" not in value)]
    for text in texts:
        text = re.sub(r"https?:\S+|\S*\.\S*\.\S*|width=device-width\S*.*|fr-CA", " ", text)
        assert list_typographic_faults(text) == []


def test_a_missing_translation_stops_the_build_by_name(tmp_path, monkeypatch, capsys):
    """One of the article's, in a drawing, and one of the engine's, in a notebook.

    A sentence that no catalogue has is, in an edition of one language, written in that language.
    """
    project = tmp_path / "project"
    copy_invented(project, without=["en"])
    monkeypatch.chdir(project)
    catalogue = project / "article/locale/fr.po"
    text = catalogue.read_text(encoding="utf-8")
    for sentence, damaged in {
        "An invented chart": text.replace('msgstr "Un graphique inventé"', 'msgstr ""'),
        "Dot plot of ways to work. {values}.": text.replace(
            'msgstr "Graphique à points', 'msgstr ""\n# "Graphique à points'
        ),
        "Data of the chart": text + '\nmsgid "Data of the chart"\nmsgstr ""\n',
    }.items():
        assert damaged != text
        catalogue.write_text(damaged, encoding="utf-8")
        assert main(["build"]) == 1
        assert f"locale/fr.po: no translation of {sentence!r}" in capsys.readouterr().err
        assert not (project / "site").exists()


def test_words_that_the_data_lacks_are_asked_of_the_catalogue():
    survey = load_survey("fr", PROJECT)
    with pytest.raises(MissingTranslation, match=r"locale/fr\.po: no translation of 'Email'"):
        survey.localize(survey.items.drop(columns="label_fr"), "label")


def fork(folder: Path) -> Path:
    """A project with its own copy of the package, and of the lightest notebook in each language."""
    project = copy_project(folder / "fork")
    for name in ("src", "tools"):
        shutil.copytree(PROJECT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in project.glob("notebooks/*/[!4]*.ipynb"):
        path.unlink()
    return project


def command(project: Path, *arguments: str) -> subprocess.CompletedProcess:
    code = (
        "import sys; sys.path.insert(0, 'src'); from contre_enquete.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=project,
        env={"PYTHONPATH": str(project / "src"), "PATH": "/usr/bin:/bin", "HOME": str(project)},
        capture_output=True,
        text=True,
    )


def disguised(text: str) -> str:
    """The text in a language that nobody speaks, what is filled in and linked to left alone."""
    if "|" in text or "(?" in text:  # a pattern, or words by which a text names something
        return text
    parts = re.split(r"(\{\w+\}|\]\([^)]*\))", text)
    return "".join(part if n % 2 else part.translate(str.maketrans("aeiou", "āēīōū")) for n, part in enumerate(parts))


@pytest.mark.thorough
def test_a_third_language_is_a_folder_and_a_catalogue(tmp_path, messages):
    project = fork(tmp_path)
    subprocess.run([sys.executable, "tools/new-language", "de", "de_CH"], cwd=project, check=True, capture_output=True)
    shutil.rmtree(project / "notebooks/fr")  # two editions show what three would, and one notebook what eight
    for path in project.glob("notebooks/*/[!4]*.ipynb"):
        path.unlink()
    for path in (project / "src/contre_enquete/locale/de.po", project / "article/locale/de.po"):
        with path.open("rb") as file:
            catalogue = read_po(file)
        for message in catalogue:
            if message.id:
                message.string = disguised(message.id)
        with path.open("wb") as file:
            write_po(file, catalogue, width=0)
    run = command(project, "build")
    assert run.returncode == 0, run.stderr
    assert len(relative(project, "figures/de/*.svg")) == len(relative(project, "figures/en/*.svg"))
    page = Page((project / "site/notebooks/de/4-verdicts.html").read_text(encoding="utf-8"))
    assert dict(page.all("html")[0])["lang"] == "de-CH"
    charts = page.html[page.html.index("<main") :].replace("\u00a0", " ")
    shown = " ".join(re.findall(r"<figure.*?</figure>|<table><caption.*?</table>", charts, re.DOTALL))
    shown += "".join(
        path.read_text(encoding="utf-8").replace("\u00a0", " ") for path in project.glob("figures/de/*.svg")
    )
    own = [text for text in messages if len(text) > 7 and disguised(text) != text and "{" not in text]
    assert not [text for text in own if re.search(rf"(?<!\w){re.escape(text)}(?!\w)", re.sub(r"<[^>]+>", " ", shown))]
    assert disguised("Texts and data are under the licence") in charts
    assert disguised("Data and sharing") in shown and "9’908" in shown  # as the Swiss write it
    twin = Page((project / "site/notebooks/en/4-verdicts.html").read_text(encoding="utf-8"))
    assert "de-CH" in [link.get("hreflang") for link in twin.all("link")]
    assert (project / "site/index.de.html").is_file()
