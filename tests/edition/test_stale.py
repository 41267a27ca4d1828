"""Whatever is changed, a build makes what a build from nothing would: each table, catalogue, module, text in turn."""

import csv
import io
import re
import shutil
from pathlib import Path

import pytest

from conftest import relative
from contre_enquete.edition.build import build, check_data
from contre_enquete.errors import EditionError

pytestmark = pytest.mark.thorough
MADE = ("figures", "notebooks", "site")


@pytest.fixture(scope="module")
def template(begun, tmp_path_factory):
    """The edition of the invented article, built once."""
    target = tmp_path_factory.mktemp("stale") / "project"
    shutil.copytree(begun, target, symlinks=True)
    build(target, report=lambda step: None)
    return target


def change_table(project: Path, path: str) -> None:
    """Changes one cell of a table, a number by one or a text by a letter: the first that leaves data of use."""
    before = (project / path).read_text(encoding="utf-8")
    rows = list(csv.reader(io.StringIO(before)))
    for row in rows[1:]:
        for place, cell in enumerate(row):
            other = str(int(cell) - 1) if cell.isdecimal() and int(cell) else f"{cell}s" if " " in cell else ""
            if not other:
                continue
            row[place] = other
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(rows)
            (project / path).write_text(text.getvalue(), encoding="utf-8")
            try:
                check_data(project)
                return
            except EditionError:
                row[place] = cell
    (project / path).write_text(before, encoding="utf-8")
    pytest.fail(f"{path}: no cell can be changed")


def change_catalogue(project: Path, path: str) -> None:
    """Adds a sign to each translation of a catalogue."""
    text = (project / path).read_text(encoding="utf-8")
    head, *entries = text.split("\n\n")
    changed = [re.sub(r'"$', '·"', entry) if "msgstr" in entry else entry for entry in entries]
    (project / path).write_text("\n\n".join([head, *changed]).rstrip() + "\n", encoding="utf-8")


def change_module(project: Path, path: str) -> None:
    """Draws bars in place of dots."""
    source = (project / path).read_text(encoding="utf-8")
    assert ".dots(" in source, path
    (project / path).write_text(source.replace(".dots(", ".bars("), encoding="utf-8")


def change_notebook(project: Path, path: str) -> None:
    """Adds a sentence to the last text of a notebook."""
    text = (project / path).read_text(encoding="utf-8")
    place = text.rindex('"cell_type": "markdown"')
    start = text.index('"source": [', place) + len('"source": [')
    (project / path).write_text(
        f'{text[:start]}\n    "Another sentence, with [a figure](#commute.bus.town).\\n",\n    "\\n",{text[start:]}',
        encoding="utf-8",
    )


def change_document(project: Path, path: str) -> None:
    """Adds a sentence to a document."""
    text = (project / path).read_text(encoding="utf-8")
    (project / path).write_text(f"{text}\nAnother sentence.\n", encoding="utf-8")


CHANGES = {
    ".csv": change_table,
    ".po": change_catalogue,
    ".py": change_module,
    ".ipynb": change_notebook,
    ".md": change_document,
}


def list_changeable(project: Path) -> list[str]:
    """Returns tables that have rows, modules, catalogues, notebooks and documents."""
    paths = relative(
        project,
        "data/**/*.csv",
        "article/*.py",
        "article/locale/*.po",
        "notebooks/*/*.ipynb",
        "data/*.md",
        "article/*.md",
    )
    return [path for path in paths if len((project / path).read_text(encoding="utf-8").splitlines()) > 1]


def made(project: Path) -> dict[str, bytes]:
    return {path: (project / path).read_bytes() for folder in MADE for path in relative(project, f"{folder}/**/*")}


def test_every_change_is_built_as_from_nothing(template, tmp_path):
    """Also the changes before, so that each build has other caches."""
    project = shutil.copytree(template, tmp_path / "project", symlinks=True)
    unchanged = []
    for path in list_changeable(project):
        before = made(project)
        CHANGES[Path(path).suffix](project, path)
        build(project, report=lambda step: None)
        fresh = shutil.copytree(project, tmp_path / "fresh", ignore=shutil.ignore_patterns(".cache", "site"))
        (fresh / ".cache").mkdir()
        build(fresh, report=lambda step: None)
        assert made(project) == made(fresh), path
        shutil.rmtree(fresh)
        if made(project) == before:
            unchanged.append(path)
    assert unchanged == []
