"""`make restore` puts back notebooks and figures, loses nothing, and touches nothing else."""

import os
import shutil
import subprocess
import sys

import pytest

from conftest import PROJECT, commit

TRIED, FIGURE, DATA = "notebooks/fr/1 essai.ipynb", "figures/fr/tools.svg", "data/survey.csv"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("git"), reason="no git. To run them: install git, then make test"),
]


@pytest.fixture
def checkout(tmp_path):
    """A committed project of three files, inside another folder of its checkout."""
    project = tmp_path / "un atelier"
    for path in (TRIED, FIGURE, DATA):
        write(project, path, "committed")
    shutil.copytree(PROJECT / "tools", project / "tools")
    shutil.copy(PROJECT / "Makefile", project)
    commit(tmp_path)
    return project


def write(project, path, text):
    (project / path).parent.mkdir(parents=True, exist_ok=True)
    (project / path).write_text(text)


def read(project, path):
    return (project / path).read_text()


def restore(project, **environment):
    told = os.environ | environment
    return subprocess.run(["make", "--silent", "restore"], cwd=project, env=told, capture_output=True, text=True)


def test_what_was_tried_is_put_back_and_kept(checkout):
    write(checkout, TRIED, "tried")
    write(checkout, DATA, "meant")
    write(checkout, "notebooks/fr/mine.ipynb", "mine")
    (checkout / FIGURE).unlink()
    done = restore(checkout)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        f"Put back as git has them:\n  {FIGURE}\n  {TRIED}\n"
        "What they replace is in .cache/restored/1; to have it again: cp -R .cache/restored/1/. .\n"
        "Left alone, since git does not know them:\n  notebooks/fr/mine.ipynb\n"
    )
    assert read(checkout, TRIED) == read(checkout, FIGURE) == "committed"
    assert (read(checkout, DATA), read(checkout, "notebooks/fr/mine.ipynb")) == ("meant", "mine")
    subprocess.run("cp -R .cache/restored/1/. .", shell=True, cwd=checkout, check=True)
    assert read(checkout, TRIED) == "tried"


@pytest.mark.slow
def test_each_time_keeps_what_it_replaces_in_a_folder_of_its_own(checkout):
    for number in range(1, 12):
        write(checkout, TRIED, f"tried {number}")
        assert f"in .cache/restored/{number};" in restore(checkout).stdout
    kept = {path.parents[2].name: path.read_text() for path in checkout.glob(f".cache/restored/*/{TRIED}")}
    assert kept == {str(number): f"tried {number}" for number in range(1, 12)}


def test_nothing_to_put_back_is_said(checkout):
    assert restore(checkout).stdout == "Nothing to put back: notebooks and figures are as git has them\n"
    assert not (checkout / ".cache").exists()


def test_what_is_staged_stays_so(checkout):
    write(checkout, TRIED, "meant")
    subprocess.run(["git", "add", TRIED], cwd=checkout, check=True)
    write(checkout, TRIED, "tried")
    done = restore(checkout)
    assert done.stdout.endswith(f"Staged to be committed, and left so:\n  {TRIED}\n")
    assert read(checkout, TRIED) == "meant" and read(checkout, f".cache/restored/1/{TRIED}") == "tried"


def test_where_git_knows_nothing_that_is_said(checkout, tmp_path):
    write(checkout, TRIED, "tried")
    shutil.rmtree(tmp_path / ".git")
    done = restore(checkout, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert done.returncode and done.stderr.startswith(
        "tools/restore: nothing was put back: fatal: not a git repository"
    )
    tool = [sys.executable, str(checkout / "tools/restore")]
    done = subprocess.run(tool, cwd=checkout, env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith("tools/restore: git was not found")
    assert read(checkout, TRIED) == "tried"


@pytest.mark.parametrize(
    ("option", "code", "said"), [("--help", 0, "usage: restore"), ("mine.ipynb", 2, "unrecognized")]
)
def test_asking_what_it_does_puts_nothing_back(option, code, said, checkout):
    write(checkout, TRIED, "tried")
    tool = [sys.executable, "tools/restore", option]
    done = subprocess.run(tool, cwd=checkout, capture_output=True, text=True)
    assert done.returncode == code and said in done.stdout + done.stderr
    assert read(checkout, TRIED) == "tried"
