"""An edition holds its own engine, a wheel and a lock, and another wheel may take its place and be taken back."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from flit_core.wheel import make_wheel_in

from conftest import PROJECT, make_once, replace_text, snapshot
from contre_enquete.__main__ import main
from contre_enquete.edition.build import describe_machine
from contre_enquete.edition.engine import pack_engine

MAKEFILE = f"""build:
	@rm -rf .venv && '{sys.executable}' -m zipfile -e engine/*.whl .venv
	@PYTHONPATH=.venv PYTHONHASHSEED=0 '{sys.executable}' -m contre_enquete build
"""  # what installs the wheel alone, offline and in a second


def unpack(wheel, folder):
    """Do with a wheel what pip does, but for commands and compiled code."""
    with ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def pack_again(folder, output):
    """Ask a package that is installed in a folder for its wheel."""
    output.mkdir()
    command = [sys.executable, "-m", "contre_enquete", "wheel", "--output", output]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}
    subprocess.run(command, env=environment | {"PYTHONPATH": str(folder)}, check=True, capture_output=True, cwd=folder)
    (path,) = output.iterdir()
    return path


@pytest.fixture(scope="module")
def wheel(shared):
    """The engine's wheel."""
    folder = make_once(shared / "wheel", lambda made: (made.mkdir(), main(["wheel", "--output", str(made)])))
    (path,) = folder.iterdir()
    return path


def test_the_wheel_is_what_the_build_system_of_the_project_makes(wheel, tmp_path):
    """The same files; those of flit have the dates of the checkout."""
    built = make_wheel_in(PROJECT / "pyproject.toml", tmp_path)
    with ZipFile(built.file) as archive, ZipFile(wheel) as packed:
        assert Path(built.file).name == wheel.name
        names = {name for name in archive.namelist() if not name.endswith("/RECORD")}
        assert names | {f"contre_enquete-{built.builder.metadata.version}.dist-info/RECORD"} == {*packed.namelist()}
        assert [name for name in sorted(names) if archive.read(name) != packed.read(name)] == []


def test_it_is_the_same_to_the_byte_from_a_checkout_and_from_where_it_is_installed(wheel, tmp_path):
    assert pack_engine().content == wheel.read_bytes()
    assert pack_again(unpack(wheel, tmp_path / "installed"), tmp_path / "again").read_bytes() == wheel.read_bytes()


def test_a_wheel_lists_its_files_with_their_digests(wheel):
    with ZipFile(wheel) as archive:
        (record,) = [name for name in archive.namelist() if name.endswith(".dist-info/RECORD")]
        listed = dict(line.split(",", 1) for line in archive.read(record).decode().splitlines())
        assert {*listed} == {*archive.namelist()} and listed[record] == ","
        assert all(
            int(listed[info.filename].split(",")[1]) == info.file_size
            for info in archive.infolist()
            if listed[info.filename] != ","
        )


@pytest.mark.slow
def test_an_edition_begins_with_it_and_with_the_lock_of_what_it_needs(begun, wheel):
    assert (begun / "engine" / wheel.name).read_bytes() == wheel.read_bytes()
    first, *others = re.split(r"\n(?=\S)", (begun / "requirements.txt").read_text(encoding="utf-8").strip())
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert first == f"./engine/{wheel.name} \\\n    --hash=sha256:{digest}"
    assert len(others) > 100 and all("--hash=sha256:" in line for line in others)
    assert not (begun / ".venv").exists()


@pytest.fixture
def edition(begun, tmp_path, monkeypatch):
    """An edition with another Makefile, which installs no libraries."""
    folder = shutil.copytree(begun, tmp_path / "edition", symlinks=True)
    (folder / "Makefile").write_text(MAKEFILE)
    monkeypatch.chdir(folder)
    return folder


def change_engine(wheel, tmp_path, name, old, new):
    """Return the wheel of an engine with a change in one file."""
    path = unpack(wheel, tmp_path / "other") / "contre_enquete" / name
    replace_text(path, old, new)
    return pack_again(tmp_path / "other", tmp_path / "packed")


@pytest.mark.slow
def test_an_upgrade_says_what_changes_and_can_be_taken_back(edition, wheel, tmp_path, capfd):
    other = change_engine(wheel, tmp_path, "charts/palette.py", '"#0B4F8A"', '"#123456"')
    before = {name: content for name, (content, _) in snapshot(edition).items() if name.startswith(("site", "figures"))}
    makefile = (edition / "Makefile").read_text()
    (edition / "Makefile").write_text(f"{makefile}\t@echo made >>made\n")
    assert main(["upgrade", str(other)]) == 0
    assert (edition / "made").read_text() == "made\n"  # the engine before is asked for nothing
    *_, pages, pictures, notebooks, back = capfd.readouterr().out.splitlines()
    assert re.fullmatch(r"pages: \d+ of \d+ changed: .*site/notebooks/en/1-commute.html.*", pages)
    assert re.fullmatch(r"pictures: \d of \d+ changed: figures/en/commute.svg, .*figures/fr/commute.png", pictures)
    assert re.fullmatch(r"notebooks: 2 of 2 changed: .*", notebooks)
    assert (edition / "engine" / other.name).read_bytes() == other.read_bytes()
    command = back.removeprefix("To go back: contre-enquete ").split()
    assert main(command) == 0
    assert {name: (edition / name).read_bytes() for name in before} == before
    assert main(["upgrade", str(wheel)]) == 0
    assert capfd.readouterr().out.endswith(f"Nothing to do: {wheel.name} is the engine of this edition\n")


@pytest.mark.slow
def test_an_engine_that_builds_nothing_is_put_back(edition, wheel, tmp_path, capfd):
    other = change_engine(wheel, tmp_path, "edition/build.py", "def build(", "def no_build(")
    before = snapshot(edition)
    assert main(["upgrade", str(other)]) == 1
    assert capfd.readouterr().err.endswith("the engine is the one that was there before\n")
    after = snapshot(edition)
    ours = [name for name in before if not name.startswith((".venv", ".cache"))]
    assert [name for name in ours if after[name][0] != before[name][0]] == []


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"no archive", b""])
def test_what_is_no_wheel_of_the_engine_is_refused(content, edition, tmp_path, capsys):
    (tmp_path / "some.whl").write_bytes(content)
    before = snapshot(edition)
    assert main(["upgrade", str(tmp_path / "some.whl")]) == 1
    assert capsys.readouterr().err.endswith("some.whl: found no wheel of contre-enquete with a lock for editions\n")
    assert snapshot(edition) == before


def test_tools_that_no_lock_names_make_nothing_stale(tmp_path, monkeypatch):
    """The checkout that made an edition has tools that its own environment lacks; a library of the lock counts."""
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))

    def install(name, version):
        (tmp_path / f"{name}-{version}.dist-info").mkdir()
        return describe_machine(
            b"argon2-cffi==25.1.0 \\\n    --hash=sha256:0\nruff==0.17.6 ; sys_platform == 'win32'\n"
        ), describe_machine(None)

    first, tool, library = install("argon2_cffi", "25.1.0"), install("ruff", "0.17.6"), install("argon2_cffi", "26.0")
    assert first[0] == tool[0] != library[0] and first[1] != tool[1]
