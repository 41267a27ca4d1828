"""The survey that ships: invented by a seeded script, tabulated as any other, and set beside the published figures."""

import shutil
import subprocess
import sys
import tomllib

import pytest

from conftest import BESIDE, PROJECT
from contre_enquete.__main__ import main
from contre_enquete.answers.published import PublishedNames

EXAMPLE = PROJECT / "article/example"

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what Ibis calls of DuckDB


@pytest.mark.slow
def test_the_answers_are_invented_again_byte_for_byte(tmp_path):
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    shutil.copytree(PROJECT / "tools", tmp_path / "tools")
    (tmp_path / "article").mkdir()
    subprocess.run([sys.executable, tmp_path / "tools/make-example"], check=True, capture_output=True)
    assert (tmp_path / "article/example/answers.csv").read_bytes() == (EXAMPLE / "answers.csv").read_bytes()


@pytest.mark.slow
def test_the_table_that_ships_is_that_of_the_answers_that_ship(engine, tmp_path, capsys):
    table = tmp_path / "yours.csv"
    ask = [
        "tabulate",
        EXAMPLE / "answers.csv",
        "--codebook",
        EXAMPLE / "answers.toml",
        "--output",
        table,
        "--decimals",
        1,
    ]
    assert main(list(map(str, ask))) == 0, capsys.readouterr().err
    assert table.read_bytes() == (PROJECT / "data/yours.csv").read_bytes()


def test_a_codebook_is_proposed_with_the_names_of_the_published_survey(engine, tmp_path, monkeypatch, capsys):
    """In an edition, all that it needs to be compared; elsewhere, names made of the columns'."""
    monkeypatch.chdir(PROJECT)
    path = tmp_path / "answers.toml"
    assert main(["codebook", str(EXAMPLE / "answers.csv"), "--output", str(path)]) == 0
    proposed, shipped = (tomllib.loads(p.read_text(encoding="utf-8")) for p in (path, EXAMPLE / "answers.toml"))
    shipped["file"].pop("encoding")  # as it is where nothing is said
    assert proposed == shipped | {"source": "answers"}
    assert set(proposed["segment"]["groups"]) == {"sme", "large"} and list(proposed["questions"]) == ["tools"]


@pytest.mark.parametrize(
    ("value", "group"),
    [("PME", "sme"), ("SMEs", "sme"), ("Grande", "large"), ("grandes entreprises", "large"), ("Large company", "large"),
     ("large", "large"), ("Gr", ""), ("500 +", "")],
)  # fmt: skip
def test_a_group_is_known_by_its_label_or_how_it_begins(value, group):
    assert PublishedNames.read(PROJECT).find_group(value) == group


@pytest.mark.parametrize(
    ("labels", "question", "items"),
    [
        (["Courriel", "Sites d'équipe, intranets (Wiki, SharePoint)"], "tools", ["email", "team-sites"]),
        (["Sécurité", "Bande passante"], "barriers", ["security", "bandwidth"]),
        (["Email", "Blogging platforms", "Fax"], "tools", ["email", "blogs"]),
        (["Fax"], "", []),
    ],
)
def test_questions_are_known_by_the_labels_of_items(labels, question, items):
    found, named = PublishedNames.read(PROJECT).find_question(labels, "several")
    assert (found, list(named.values())) == (question, items)


@pytest.mark.slow
def test_make_yours_proposes_then_tabulates(engine, tmp_path):
    """In a project whose path has a space, with answers that somebody keeps elsewhere under a name that has one too."""
    project, answers = tmp_path / "un dossier", tmp_path / "mes réponses.csv"
    project.mkdir()
    for name in ("data", "article"):
        shutil.copytree(PROJECT / name, project / name)
    shutil.copy(PROJECT / "Makefile", project)
    shutil.copy(EXAMPLE / "answers.csv", answers)
    (project / "src").symlink_to(PROJECT / "src")
    (project / ".venv").symlink_to(sys.prefix)
    (project / ".cache").mkdir()
    (project / ".cache/answers").symlink_to(BESIDE)
    ask = ["make", "--silent", "-o", ".venv/installed", "-o", ".cache/answers/installed", "yours"]

    def run(*more):
        return subprocess.run([*ask, *more], cwd=project, capture_output=True, text=True)

    assert "Which file? make yours ANSWERS=answers.csv\n" in run().stderr
    shipped = (project / "data/yours.csv").read_text(encoding="utf-8")
    first = run(f"ANSWERS={answers}")
    assert first.returncode == 0, first.stderr
    assert (tmp_path / "mes réponses.toml").is_file()
    assert (project / "data/yours.csv").read_text(encoding="utf-8") == shipped
    second = run(f"ANSWERS={answers}")
    assert second.returncode == 0, second.stderr
    assert (project / "data/yours.csv").read_text(encoding="utf-8") == shipped.replace("\ninvented,", "\nmes réponses,")
