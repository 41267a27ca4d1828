"""Every difference of two editions is listed, wherever they are kept, and nothing else; neither is touched."""

import csv
import json
import re
import shutil
import threading

import pytest

from conftest import commit, one_of_each, replace_text, run_git, snapshot
from contre_enquete.__main__ import main
from contre_enquete.edition import corrections, statements
from contre_enquete.edition.new import copy_skeleton
from contre_enquete.figures.corrected import list_corrections
from contre_enquete.project import PACKAGE
from contre_enquete.survey.model import load_survey

pytestmark = pytest.mark.slow
RUNS_CODE = ": its own code now runs, with your rights; --data-only runs this project's alone"
ROW = "B1,commute,bicycle,town,34"


describe_in_a_process = corrections._describe_edition


@pytest.fixture(scope="module")
def describe_once():
    """Describe an edition in this process, whose kernels are warm; of one name and content, once, and one at a time."""
    descriptions, lock = {}, threading.Lock()

    def describe_once(name, project):
        content = {path: content for path, (content, _) in snapshot(project).items()}
        key = project.name, repr(sorted(content.items()))
        with lock:
            if key not in descriptions:
                descriptions[key] = statements.describe_edition(project)
        return descriptions[key]

    return describe_once


@pytest.fixture
def edition(tmp_path, monkeypatch, describe_once):
    """A small edition, in which the test runs."""
    copy_skeleton(folder := tmp_path / "édition")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(corrections, "_describe_edition", describe_once)
    return folder


@pytest.fixture
def corrected(edition):
    """The same, with another value and another day."""
    target = shutil.copytree(edition, edition.parent / "corrected", symlinks=True)
    replace_text(target / "data/survey.csv", ROW, ROW.replace("34", "36"))
    replace_text(target / "data/datapackage.json", '"created": "20', '"created": "2030-02-28T00:00:00Z", "_": "20')
    return target


def run_corrections(capsys, *arguments):
    """The output of the command, which prints nothing else but that it runs the code of another edition."""
    assert main(["corrections", *map(str, arguments)]) == 0
    printed = capsys.readouterr()
    assert all(line.endswith(RUNS_CODE) for line in printed.err.splitlines())
    return printed.out


def test_nothing_changed(edition, capsys):
    same = shutil.copytree(edition, edition.parent / "same", symlinks=True)
    before = snapshot(edition.parent)
    assert run_corrections(capsys, ".", same) == f"Nothing changed: . and {same} say the same in fr, en\n"
    assert main(["corrections", ".", str(same), "--format", "csv"]) == 0
    printed = capsys.readouterr()
    assert (
        printed.err.splitlines()[-1].startswith("Nothing changed: ") and not printed.out
    )  # which is appended to a file
    assert snapshot(edition.parent) == before


def test_a_value_its_texts_and_what_to_read_again(edition, corrected, capsys):
    text = run_corrections(capsys, ".", corrected)
    assert "Corrections of February 28, 2030: edition 1.0.0, now 1.0.0" in text
    assert "    data/survey.csv, B1, commute, bicycle, town\n      − value: 34\n      + value: 36\n" in text
    assert "(#commute.bicycle.town)\n      − 34%" in text and "(#gap.commute.bicycle)\n      − 22 points" in text
    french, english = text.split("\nCorrections of ")
    assert "n’est plus juste\u00a0: «\u00a034\u00a0%" in french and "no longer right: “34%" in english
    assert "#figure-commute, title" in english


@pytest.mark.thorough
def test_the_day_is_that_of_the_data_or_as_given(edition, corrected, capsys):
    assert "2030-02-28" in run_corrections(capsys, ".", corrected, "--format", "csv")
    assert "## Corrections of March 1, 2031: " in run_corrections(
        capsys, ".", corrected, "--format", "markdown", "--date", "2031-03-01"
    )
    with pytest.raises(SystemExit, match="2"):
        main(["corrections", ".", str(corrected), "--date", "yesterday"])
    assert "--date: found 'yesterday'; expected a date such as 2012-05-14" in capsys.readouterr().err


def test_the_rows_of_figures_are_appended_to_the_log(edition, corrected, monkeypatch, capsys):
    rows = run_corrections(capsys, ".", corrected, "--format", "csv")
    references = [line.split(",")[1] for line in rows.splitlines()]
    assert "commute.bicycle.town" in references and "gap.commute.bicycle" in references
    assert len(set(references)) == len(references) and "gap-low.commute.bicycle" not in references
    monkeypatch.chdir(corrected)
    log = corrected / "data/corrections.csv"
    text = log.read_text(encoding="utf-8")
    log.write_text(text + rows, encoding="utf-8")
    assert main(["validate"]) == 1  # the consequence is for a person to write
    assert "data/corrections.csv, row 2, column changes_fr: found nothing" in capsys.readouterr().err
    log.write_text(text + re.sub(",,$", ",Rien,Nothing", rows, flags=re.MULTILINE), encoding="utf-8")
    assert main(["validate"]) == 0
    (correction,) = [c for c in list_corrections(load_survey("en", corrected)) if c.reference == "commute.bicycle.town"]
    assert str(correction.day) == "2030-02-28" and correction.changes == "Nothing"
    assert correction.before.startswith("34%") and correction.after.startswith("36%")


@pytest.mark.thorough
@pytest.mark.parametrize(
    "names", one_of_each([("v1", "corrected"), ("HEAD", "corrected/data"), ("édition", "held.zip")], type)
)
def test_an_edition_may_be_data_an_archive_or_a_revision(names, edition, corrected, capsys):
    commit(edition, "article", "data", "notebooks", "README.md")
    run_git(edition, "tag", "v1")
    expected = run_corrections(capsys, ".", corrected)
    shutil.make_archive(edition.parent / "held", "zip", corrected.parent, corrected.name)
    places = [name if name in ("v1", "HEAD") else edition.parent / name for name in names]
    assert run_corrections(capsys, *places) == expected


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
    out = run_corrections(capsys, ".", other)
    assert "fran" not in out and "  Sentences (1)\n" in out
    assert out.endswith("      − –\n      + Gone to the corner.\n")
    out = run_corrections(capsys, other, ".")
    assert out.endswith("      − Gone to the corner.\n      + –\n")


@pytest.mark.thorough
def test_a_claim_in_other_words_keeps_its_verdicts(edition, capsys):
    other = shutil.copytree(edition, edition.parent / "other", symlinks=True)
    with (other / "data/claims.csv").open(encoding="utf-8", newline="") as file:
        claim = next(csv.DictReader(file))["claim_en"]
    replace_text(other / "data/claims.csv", claim, "In other words")
    english = run_corrections(capsys, ".", other).split("\nCorrections of ")[1]
    assert re.findall(r"^  (\w.*) \(\d+\)$", english, re.MULTILINE) == ["Data", "Sentences"]
    assert f"      − {claim}\n      + In other words\n" in english


@pytest.mark.thorough
def test_an_edition_with_code_is_described_by_it(edition, monkeypatch, capsys):
    monkeypatch.setattr(corrections, "_describe_edition", describe_in_a_process)
    other = shutil.copytree(edition, edition.parent / "other", symlinks=True)
    shutil.copytree(PACKAGE, other / "src/contre_enquete", ignore=shutil.ignore_patterns("__pycache__"))
    replace_text(other / "src/contre_enquete/figures/table.py", "lambda survey: 95)", "lambda survey: 90)")
    assert "(#rule.level)\n      − 95%\n      + 90%\n" in run_corrections(capsys, ".", other)


SPY = """import json, os, pathlib
pathlib.Path("ran").touch()
print(json.dumps({"version": "1.0.0", "date": "2030-01-01", "site": " ".join(os.environ), "languages": {}}))
"""


@pytest.fixture
def spying(edition):
    """An edition whose code leaves a file behind and tells what it finds in the environment."""
    other = shutil.copytree(edition, edition.parent / "other", symlinks=True)
    (other / "src/contre_enquete/edition").mkdir(parents=True)
    for name in ("", "edition/"):
        (other / f"src/contre_enquete/{name}__init__.py").touch()
    (other / "src/contre_enquete/edition/statements.py").write_text(SPY, encoding="utf-8")
    return other


def test_whoever_runs_the_code_of_an_edition_is_told_first_and_gives_it_no_token(spying, monkeypatch):
    monkeypatch.setattr(corrections, "_describe_edition", describe_in_a_process)
    monkeypatch.setenv("SOME_TOKEN", "secret")
    monkeypatch.setenv("PYTHONSTARTUP", "secret.py")
    said = []

    def report(line):
        said.append((line, (spying / "ran").exists()))

    (described,) = corrections.read_editions(str(spying), report=report)
    assert said == [(f"{spying}{RUNS_CODE}", False)] and (spying / "ran").exists()
    assert "PATH" in described.site.split() and not {"SOME_TOKEN", "PYTHONSTARTUP"} & set(described.site.split())


def test_data_alone_is_compared_without_running_any_code_of_it(spying, capsys):
    replace_text(spying / "data/survey.csv", ROW, ROW.replace("34", "36"))
    (spying / "article/__init__.py").write_text("import pathlib\npathlib.Path('ran').touch()\n", encoding="utf-8")
    assert main(["corrections", ".", str(spying), "--data-only"]) == 0
    printed = capsys.readouterr()
    assert "36" in printed.out and printed.err == ""
    assert list(spying.rglob("ran")) == []


@pytest.mark.parametrize("name", one_of_each(["nowhere", "v9", "-n", "README.md"], type))
def test_what_is_nowhere_is_reported_in_one_line(name, edition, capsys):
    assert main(["corrections", ".", "--", name]) == 1
    found = "no zip archive" if name == "README.md" else "not found"
    assert capsys.readouterr().err == f"contre-enquete: {name}: {found}; expected {corrections.EXPECTED_NAME}\n"


def test_a_folder_without_an_edition_is_reported_in_one_line(edition, capsys):
    assert main(["corrections", ".", "notebooks"]) == 1
    assert capsys.readouterr().err == "contre-enquete: notebooks: no edition in it; expected data/datapackage.json\n"


@pytest.mark.thorough
def test_a_fault_of_an_edition_is_reported_in_one_line(edition, corrected, monkeypatch, capsys):
    monkeypatch.setattr(corrections, "_describe_edition", describe_in_a_process)
    replace_text(corrected / "data/survey.csv", ROW.replace("34", "36"), ROW.replace("34", "many"))
    assert main(["corrections", ".", str(corrected)]) == 1
    said = capsys.readouterr().err
    assert said.startswith(
        f"{corrected}{RUNS_CODE}\ncontre-enquete: {corrected}: data/survey.csv, row 2, column value: found 'many'; expected"
    )
    assert said.count("\n") == 2
