"""Damages an input file of an edition in each way that is known, and checks what the command that reads it says.

The files are found in the folders of the project: a new one is damaged too, with no change here.
"""

import os
import random
import shutil

from conftest import PROJECT, relative
from contre_enquete.__main__ import main
from contre_enquete.edition.imprint import Publication
from contre_enquete.edition.log import list_release_entries
from contre_enquete.errors import EditionError

INPUTS = ("data/**/*", "article/**/*", "notebooks/*/*.ipynb", "README*.md", "CHANGELOG.md")
NO_INPUTS = ("article/example/", "article/__pycache__/")  # answers to tabulate, which `tests/answers` damages


def list_inputs(project):
    return [path for path in relative(project, *INPUTS) if not path.startswith(NO_INPUTS) and "/." not in path]


DATA = [path for path in list_inputs(PROJECT) if path.startswith("data/")]
OTHERS = [path for path in list_inputs(PROJECT) if path not in DATA]


def insert(middle):
    """Damage that puts bytes into the middle of a file, at the end of a line."""

    def damage(content):
        place = content.find(b"\n", len(content) // 2) + 1
        return content[:place] + middle + content[place:]

    return damage


def repeat_lines(content):
    lines = content.splitlines(keepends=True)
    return b"".join(lines + lines[1:2])


def drop_cells(content):
    return content.replace(b",", b",,", 1).replace(b'"name"', b'""', 1)


CONTENTS = {
    "empty": lambda content: b"",
    "one line end": lambda content: b"\n",
    "cut": lambda content: content[: len(content) // 2],
    "a BOM": lambda content: b"\xef\xbb\xbf" + content,
    "Latin-1": insert("café\n".encode("latin-1")),
    "UTF-16": lambda content: content.decode().encode("utf-16"),
    "NUL": insert(b"\0"),
    "Windows line ends": lambda content: content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
    "line ends twice": lambda content: content.replace(b"\n", b"\r\r\n"),
    "old line ends": lambda content: content.replace(b"\n", b"\r"),
    "a line twice": repeat_lines,
    "empty cells": drop_cells,
    "a huge cell": insert(b"x" * 300_000 + b"\n"),
    "an open quote": insert(b'a,"b\n'),
    "without end": lambda content: b"[" * 100_000,
    "tables without end": lambda content: b"a" + b".a" * 10_000 + b" = 1\n",
    "odd digits": lambda content: content.decode().translate({ord("0") + n: 0xFF10 + n for n in range(10)}).encode(),
    "endless digits": lambda content: content.replace(b"1", b"9" * 5_000, 3),
    "underscores": lambda content: content.replace(b"2", b"2_2"),
    "no number": lambda content: content.replace(b"3", b"nan").replace(b"4", b"-inf"),
    "braces": lambda content: content.replace(b"{", b"{0.__class__", 5),
    "signs of control": insert(b"\x1b[31m\x07\n"),
    "half a letter": insert(b'"\\ud800"\n'),
    "random bytes": lambda content: random.Random(1).randbytes(4_096),
}
PLACES = {
    "missing": lambda path: path.unlink(),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a link to nothing": lambda path: (path.unlink(), path.symlink_to("nowhere")),
    "a link to itself": lambda path: (path.unlink(), path.symlink_to(path.name)),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
}
DAMAGES = [*CONTENTS, *PLACES]


def damage_file(path, damage):
    if damage in CONTENTS:
        path.write_bytes(CONTENTS[damage](path.read_bytes()))
    else:
        PLACES[damage](path)


def run_reader(project, path):
    """Runs the command that reads a file of an edition; returns its exit code."""
    if path == "CHANGELOG.md":  # only a whole build reads it, to make the log
        try:
            list_release_entries(Publication(project), "en")
        except EditionError as error:
            assert str(error).startswith("CHANGELOG.md") and "\n" not in str(error)
        return 0
    if path.startswith("article/reviewed/") or path.endswith((".po", ".py", ".md")) or "notebooks/" in path:
        text = path.removeprefix("article/reviewed/").removesuffix(".txt")
        name = (
            text if (project / text).is_file() else "article/__init__.py" if path.endswith(".py") else "data/claims.csv"
        )
        return main(["check", name])
    return main(["validate"])


def check_damage(project, path, damage, capsys, monkeypatch):
    """Damages a file, runs what reads it, and puts it back."""
    file, kept = project / path, (project / path).read_bytes()
    monkeypatch.chdir(project)
    try:
        damage_file(file, damage)
        code = run_reader(project, path)
    finally:
        shutil.rmtree(file) if file.is_dir() and not file.is_symlink() else file.unlink(missing_ok=True)
        file.write_bytes(kept)
    out, err = capsys.readouterr()
    assert code in (0, 1) or (code == 2 and path == "data/datapackage.json")  # without which there is no project
    assert "foresee" not in err and "Traceback" not in out + err
    assert err.count("\n") == (1 if err else 0) and len(err) < 2_100
    assert err or out or path == "CHANGELOG.md"
    assert "\x1b" not in out + err


def check_every_damage(project, path, capsys, monkeypatch):
    """Damages a file in each way, one after the other."""
    for damage in DAMAGES:
        print(damage)
        capsys.readouterr()
        check_damage(project, path, damage, capsys, monkeypatch)
