"""What the tests share: the project, and copies of it to damage."""

import csv
import shutil
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT


@pytest.fixture
def copy(tmp_path, monkeypatch) -> Path:
    """A copy of the project to damage, without its environment and site; tests run in it."""
    target = copy_project(tmp_path / "un dossier à nous")
    monkeypatch.chdir(target)
    return target


@pytest.fixture(scope="session")
def rows() -> list[dict[str, str]]:
    """The rows of `survey.csv`, read without the package."""
    with (PROJECT / "data/survey.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def labels() -> dict[tuple[str, str, str], str]:
    """Item names by question, item and language, read without the package."""
    with (PROJECT / "data/codebook/items.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["question"], row["item"], language): row[f"label_{language}"]
            for row in csv.DictReader(file)
            for language in ("fr", "en")
        }


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and time of change of every file under a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def copy_project(target: Path) -> Path:
    for name in ("data", "notebooks", "figures"):
        shutil.copytree(PROJECT / name, target / name, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(PROJECT / "requirements.lock", target)
    return target
