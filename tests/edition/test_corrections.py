"""Every difference of two editions is listed, wherever they are kept, and nothing else; neither is touched."""

import csv
import json
import os
import re
import shutil
import subprocess

import pytest

from conftest import one_of_each, snapshot
from contre_enquete.__main__ import main
from contre_enquete.edition import corrections, statements
from contre_enquete.edition.new import _begin
from contre_enquete.notebooks import warm
from contre_enquete.project import PACKAGE

pytestmark = pytest.mark.slow
ROW = "B1,commute,bicycle,town,34"


by_another_process = corrections._told


@pytest.fixture
def edition(tmp_path, monkeypatch):
    """A small edition, in which the test runs; what editions say is told by a fork of a warm process."""
    _begin(folder := tmp_path / "édition")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(corrections, "_told", lambda name, project: warm.aside(told_in, project))
    return folder


def told_in(project):
    os.chdir(project)
    return statements.describe_edition(project)


@pytest.fixture
def corrected(edition):
    """The same, with another value and another day."""
    target = shutil.copytree(edition, edition.parent / "corrected", symlinks=True)
    replaced(target / "data/survey.csv", ROW, ROW.replace("34", "36"))
    replaced(target / "data/datapackage.json", '"created": "20', '"created": "2030-02-28T00:00:00Z", "_": "20')
    return target


def replaced(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def told(capsys, *arguments):
    """What the command says, which must be all that it says."""
    assert main(["corrections", *map(str, arguments)]) == 0
    said = capsys.readouterr()
    assert not said.err
    return said.out


def test_nothing_changed(edition, capsys):
    same = shutil.copytree(edition, edition.parent / "same", symlinks=True)
    before = snapshot(edition.parent)
    assert told(capsys, ".", same) == f"Nothing changed: . and {same} say the same in fr, en\n"
    assert main(["corrections", ".", str(same), "--format", "json-ld"]) == 0
    assert json.loads(capsys.readouterr().out)["@graph"] == []
    assert snapshot(edition.parent) == before


def test_a_value_its_texts_and_what_to_read_again(edition, corrected, capsys):
    text = told(capsys, ".", corrected)
    assert "Corrections of February 28, 2030: edition 1.0.0, now 1.0.0" in text
    assert "    data/survey.csv, B1, commute, bicycle, town\n      − percent: 34\n      + percent: 36\n" in text
    assert "(#commute.bicycle.town)\n      − 34%" in text and "(#gap.commute.bicycle)\n      − 22 points" in text
    french, english = text.split("\nCorrections of ")
    assert "n’est plus juste\u00a0: «\u00a034\u00a0%" in french and "no longer right: “34%" in english
    assert "#figure-commute, title" in english


def test_the_day_is_that_of_the_data_or_as_told(edition, corrected, capsys):
    assert "2030-02-28" in told(capsys, ".", corrected, "--format", "json-ld")
    assert "## Corrections of March 1, 2031: " in told(
        capsys, ".", corrected, "--format", "markdown", "--date", "2031-03-01"
    )
    with pytest.raises(SystemExit, match="2"):
        main(["corrections", ".", str(corrected), "--date", "yesterday"])
    assert "--date: found 'yesterday'; expected a date such as 2013-07-16" in capsys.readouterr().err


@pytest.mark.parametrize(
    "names", one_of_each([("v1", "corrected"), ("HEAD", "corrected/data"), ("édition", "held.zip")], type)
)
def test_an_edition_may_be_data_an_archive_or_a_revision(names, edition, corrected, capsys):
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]
    for job in (
        ["init", "-q"],
        ["add", "article", "data", "notebooks", "README.md"],
        ["commit", "-qm", "One"],
        ["tag", "v1"],
    ):
        subprocess.run([*git, *job], check=True, capture_output=True)
    expected = told(capsys, ".", corrected)
    shutil.make_archive(edition.parent / "held", "zip", corrected.parent, corrected.name)
    places = [name if name in ("v1", "HEAD") else edition.parent / name for name in names]
    assert told(capsys, *places) == expected


def test_a_sentence_before_and_after_and_none_that_only_moved(edition, capsys):
    other = shutil.copytree(edition, edition.parent / "other", symlinks=True)
    path = other / "notebooks/en/1-commute.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    texts = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    moved = texts[-1]["source"]
    texts[-1]["source"] = ["Gone to the corner."]
    notebook["cells"].append({"cell_type": "markdown", "id": "elsewhere", "metadata": {}, "source": moved})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert len(cells) == len(notebook["cells"]) - 1
    out = told(capsys, ".", other)
    assert "fran" not in out and "  Sentences (1)\n" in out
    assert out.endswith("      − –\n      + Gone to the corner.\n")
    out = told(capsys, other, ".")
    assert out.endswith("      − Gone to the corner.\n      + –\n")


def test_a_claim_in_other_words_keeps_its_verdicts(edition, capsys):
    other = shutil.copytree(edition, edition.parent / "other", symlinks=True)
    with (other / "data/claims.csv").open(encoding="utf-8", newline="") as file:
        claim = next(csv.DictReader(file))["claim_en"]
    replaced(other / "data/claims.csv", claim, "In other words")
    english = told(capsys, ".", other).split("\nCorrections of ")[1]
    assert re.findall(r"^  (\w.*) \(\d+\)$", english, re.MULTILINE) == ["Data", "Sentences"]
    assert f"      − {claim}\n      + In other words\n" in english


@pytest.mark.thorough
def test_an_edition_with_code_of_its_own_is_told_by_it(edition, monkeypatch, capsys):
    monkeypatch.setattr(corrections, "_told", by_another_process)
    other = shutil.copytree(edition, edition.parent / "other", symlinks=True)
    shutil.copytree(PACKAGE, other / "src/contre_enquete", ignore=shutil.ignore_patterns("__pycache__"))
    replaced(other / "src/contre_enquete/figures/table.py", "count(lambda survey: 95)", "count(lambda survey: 90)")
    assert "(#rule.level)\n      − 95%\n      + 90%\n" in told(capsys, ".", other)


@pytest.mark.parametrize("name", one_of_each(["nowhere", "v9", "-n", "README.md"], type))
def test_what_is_nowhere_is_reported_in_one_line(name, edition, capsys):
    assert main(["corrections", ".", "--", name]) == 1
    assert capsys.readouterr().err == f"contre-enquete: {name}: not found: not a folder, zip or git revision\n"


def test_a_folder_without_an_edition_is_reported_in_one_line(edition, capsys):
    assert main(["corrections", ".", "notebooks"]) == 1
    assert capsys.readouterr().err == "contre-enquete: notebooks: no edition in it; expected data/datapackage.json\n"


@pytest.mark.thorough
def test_a_fault_of_an_edition_is_told_in_one_line(edition, corrected, monkeypatch, capsys):
    monkeypatch.setattr(corrections, "_told", by_another_process)
    replaced(corrected / "data/survey.csv", ROW.replace("34", "36"), ROW.replace("34", "many"))
    assert main(["corrections", ".", str(corrected)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(
        f"contre-enquete: {corrected}: data/survey.csv, row 2, column percent: found 'many'; expected"
    )
    assert said.count("\n") == 1
