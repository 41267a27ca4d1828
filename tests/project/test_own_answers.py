"""Git keeps answers and codebooks out of commits, and nothing of the project."""

import subprocess

import pytest

from conftest import PROJECT


def ignores(*names):
    ask = ["git", "check-ignore", "--no-index", *names]
    return subprocess.run(ask, cwd=PROJECT, capture_output=True, text=True).stdout.splitlines()


@pytest.mark.parametrize(
    "name",
    ["answers.csv", "answers.toml", "Sondage 2026.xlsx", "Sondage 2026.toml", "staff.sav", "answers.csv.gz",
     "survey/answers-2026.ods", "enquête/réponses.csv", "enquête/réponses.toml"],
)  # fmt: skip
def test_git_ignores_answers_and_codebooks(name):
    assert ignores(name)


def test_git_ignores_no_file_of_the_project():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert ignores(*filter(None, listed.stdout.split("\0"))) == []
