"""An edition is tagged only when everything that names its version or its day agrees; its archive is whole, and the
same wherever it is written.
"""

import hashlib
import json
import os
import runpy
import shutil
import subprocess
import sys
import zipfile

import pytest

import contre_enquete
from conftest import PROJECT, commit
from contre_enquete.descriptor import edition_version
from contre_enquete.edition.corrections import _locate

pytestmark = pytest.mark.slow
NOTEBOOK = "notebooks/fr/1-article.ipynb"
FILES = ("src/contre_enquete/__init__.py", "src/contre_enquete/locale/fr.po", "article/locale/fr.po", "article/article.toml", "CITATION.cff", "CHANGELOG.md", "data/datapackage.json", NOTEBOOK)  # fmt: skip
SITE = "https://contre-enquete.ca/"
VERSION = edition_version(PROJECT)
DAY = json.loads((PROJECT / "data/datapackage.json").read_text(encoding="utf-8"))["created"][:10]
AS_DATA = "as data/datapackage.json says"
BAG = f"contre-enquete-{VERSION}"


@pytest.fixture
def ready(tmp_path):
    """A project whose edition may be released: committed, with one page."""
    folder = tmp_path / "à publier"
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, folder / name)
    (folder / ".gitignore").write_text("/dist/\n/site/\n")
    (folder / "tools").mkdir()
    (folder / "tools/run").write_text("#!/bin/sh\n")
    (folder / "tools/run").chmod(0o755)
    (folder / "site").mkdir()
    (folder / "site/index.html").write_text(f'<link rel="canonical" href="{SITE}">')
    commit(folder)
    return folder


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def release(folder, *options):
    job = [sys.executable, str(PROJECT / "tools/release"), *options, str(folder)]
    return subprocess.run(job, capture_output=True, text=True)


def test_this_edition_has_one_version_and_one_day():
    assert runpy.run_path(str(PROJECT / "tools/release"))["find_disagreements"](PROJECT) == []
    assert contre_enquete.__version__ == VERSION


def test_what_agrees_may_be_released(ready):
    done = release(ready, "--site", SITE)
    digest = hashlib.sha256((ready / f"dist/{BAG}.zip").read_bytes()).hexdigest()
    told = f"dist/{BAG}.zip: SHA-256 {digest}\nReady: git tag v{VERSION} && git push origin v{VERSION}\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, told, "")


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        ("src/contre_enquete/__init__.py", f'"{VERSION}"', '"9.0.1"', f"version 9.0.1; expected {VERSION}"),
        ("src/contre_enquete/locale/fr.po", f"-enquete {VERSION}", "-enquete 9.1.0", f"version 9.1.0; expected {VERSION}"),
        ("article/locale/fr.po", f"-enquete {VERSION}", "-enquete 9.0.0", f"version 9.0.0; expected {VERSION}"),
        ("CITATION.cff", f"version: {VERSION}", "version: 0.2.0", f"version 0.2.0; expected {VERSION}"),
        ("CITATION.cff", f"version: {VERSION}\n", "", f"version missing; expected {VERSION}"),
        ("CITATION.cff", f"date-released: {DAY}", "date-released: 2013-07-16", f"released 2013-07-16; expected {DAY}"),
        ("CHANGELOG.md", f"## {VERSION}", "## 0.0.9", f"version 0.0.9; expected {VERSION}"),
        ("CHANGELOG.md", f"({DAY})", "(unreleased)", f"released unreleased; expected {DAY}"),
        ("CHANGELOG.md", f"## {VERSION}", f"## {VERSION} (2013-07-16)\n\n## 0", f"released 2013-07-16; expected {DAY}"),
        (NOTEBOOK, f'"edition": "{VERSION}"', '"edition": "1.0"', f"edition 1.0; expected {VERSION}"),
        (NOTEBOOK, f'"edition": "{VERSION}"', "", f"edition missing; expected {VERSION}"),
    ],
)  # fmt: skip
@pytest.mark.slow
def test_each_disagreement_is_named(path, old, new, told, ready):
    change(ready / path, old, new)
    commit(ready)
    done = release(ready, "--site", SITE)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{path}: {told}, {AS_DATA}\n" in done.stderr and done.stderr.endswith("Not released.\n")
    assert not (ready / "dist").exists()


def test_the_data_package_is_what_the_others_are_held_to(ready):
    change(ready / "data/datapackage.json", f'"version": "{VERSION}"', '"version": "9.0.1"')
    change(ready / "data/datapackage.json", f'"created": "{DAY}', '"created": "2013-07-16')
    commit(ready)
    *lines, last = release(ready, "--site", SITE).stderr.splitlines()
    assert (len(lines), last) == (8, "Not released.")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: (folder / "left.txt").write_text("left"), "left.txt: not as committed; expected a commit to tag"),
        (lambda folder: (folder / "site/index.html").unlink(), "site/: no pages; make builds them"),
        (lambda folder: (folder / "site/index.html").write_text("elsewhere"), f"site/: pages for another address; make SITE={SITE} builds them"),
    ],
)  # fmt: skip
def test_what_is_not_ready_is_named(damage, told, ready):
    damage(ready)
    assert release(ready, "--site", SITE).stderr == f"{told}\nNot released.\n"


def test_the_edition_has_an_address_of_its_own(ready):
    told = "data/datapackage.json: homepage https://contre-enquete.example/; expected the address of the published edition, here or by SITE="
    assert release(ready).stderr == f"{told}\nNot released.\n"


def test_the_archive_is_a_bag_with_every_file(ready):
    release(ready, "--site", SITE)
    with zipfile.ZipFile(ready / f"dist/{BAG}.zip") as archive:
        entries = archive.infolist()
        files = {entry.filename.removeprefix(f"{BAG}/"): archive.read(entry) for entry in entries}
    expected = {*FILES, ".gitignore", "tools/run", "site/index.html"}
    payload = {name: content for name, content in files.items() if name.startswith("data/")}
    assert set(payload) == {f"data/{name}" for name in expected}
    assert all(content == (ready / name.removeprefix("data/")).read_bytes() for name, content in payload.items())
    assert files["bagit.txt"] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    tags = {name: files[name] for name in ("bag-info.txt", "bagit.txt", "manifest-sha256.txt")}
    for manifest, listed in (("manifest-sha256.txt", payload), ("tagmanifest-sha256.txt", tags)):
        lines = dict(reversed(line.split("  ")) for line in files[manifest].decode().splitlines())
        expected = {name: hashlib.sha256(content).hexdigest() for name, content in listed.items()}
        assert list(lines.items()) == sorted(expected.items())
    oxum = f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}\n"
    assert oxum in files["bag-info.txt"].decode() and f"Bagging-Date: {DAY}\n" in files["bag-info.txt"].decode()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(*map(int, DAY.split("-")), 0, 0, 0)}
    assert [entry.filename.removeprefix(f"{BAG}/data/") for entry in entries if entry.external_attr >> 16 & 0o111] == [
        "tools/run"
    ]


def test_the_archive_is_the_same_to_the_byte(ready, tmp_path):
    """In another folder, at another time, under another mask and clock."""
    release(ready, "--site", SITE)
    other = shutil.copytree(ready, tmp_path / "elsewhere")
    for path in other.rglob("*"):
        if path.is_file() and ".git" not in path.parts:
            os.utime(path, (0, 0))
    (other / "site/index.html").chmod(0o600)
    (other / f"dist/{BAG}.zip").unlink()
    job = [sys.executable, str(PROJECT / "tools/release"), "--site", SITE, str(other)]
    subprocess.run(
        job,
        check=True,
        capture_output=True,
        env=os.environ | {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7"},
    )
    made = [(folder / f"dist/{BAG}.zip").read_bytes() for folder in (ready, other)]
    assert made[0] == made[1]


def test_corrections_finds_the_edition_in_the_archive_and_in_its_folder(ready, tmp_path):
    release(ready, "--site", SITE)
    shutil.unpack_archive(ready / f"dist/{BAG}.zip", tmp_path / "kept")
    (tmp_path / "own").mkdir()
    for name in (ready / f"dist/{BAG}.zip", tmp_path / f"kept/{BAG}"):
        found = _locate(str(name), tmp_path / "own", data_only=False)
        assert json.loads((found / "data/datapackage.json").read_text(encoding="utf-8"))["version"] == VERSION
        assert (found / "article/article.toml").is_file() and (found / NOTEBOOK).is_file()
