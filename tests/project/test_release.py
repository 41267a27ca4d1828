"""An edition is tagged only when everything that names a version or a date agrees."""

import shutil
import subprocess
import sys

import pytest

from conftest import PROJECT

FILES = ("src/contre_enquete/__init__.py", "CITATION.cff", "CHANGELOG.md", "data/datapackage.json")


@pytest.fixture
def ready(tmp_path):
    """A project whose first edition may be released."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, tmp_path / name)
    change(tmp_path / "CHANGELOG.md", "(unreleased)", "(2026-11-23)\n\nWith data 1.0.0.")
    change(tmp_path / "data/datapackage.json", "https://contre-enquete.example/", "https://contre-enquete.ca/")
    return tmp_path


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def release(project):
    job = [sys.executable, str(PROJECT / "tools/release"), str(project)]
    return subprocess.run(job, capture_output=True, text=True)


def test_what_agrees_may_be_released(ready):
    done = release(ready)
    assert (done.returncode, done.stdout) == (0, "Ready: git tag v0.1.0 && git push origin v0.1.0\n")


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        ("CITATION.cff", "version: 0.1.0", "version: 0.2.0", "CITATION.cff: version 0.2.0; expected 0.1.0"),
        ("CITATION.cff", "date-released: 2026-11-23", "date-released: 2026-11-24", "CHANGELOG.md: 0.1.0 is 2026-11-23; expected 2026-11-24"),
        ("CHANGELOG.md", "## 0.1.0", "## 0.0.9", "CHANGELOG.md: the newest entry is 0.0.9; expected 0.1.0"),
        ("CHANGELOG.md", "(2026-11-23)", "(unreleased)", "CHANGELOG.md: 0.1.0 is unreleased; expected 2026-11-23"),
        ("CHANGELOG.md", "data 1.0.0", "data", "CHANGELOG.md: does not name data 1.0.0"),
        ("data/datapackage.json", '"created": "2026-11-23', '"created": "2026-01-01', "data/datapackage.json: created 2026-01-01"),
        ("data/datapackage.json", "enquete.ca/", "enquete.example/", "expected the address of the published edition"),
    ],
)  # fmt: skip
def test_each_disagreement_is_named(path, old, new, told, ready):
    change(ready / path, old, new)
    done = release(ready)
    assert done.returncode == 1
    assert told in done.stderr and done.stderr.endswith("Not released.\n")
