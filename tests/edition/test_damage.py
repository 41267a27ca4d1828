"""Whatever happens to an input file of an edition, a command says so in words, shows no traceback and changes nothing.

What is no data is damaged in `test_damaged_texts.py`, so that two processors share what takes longest.
"""

import os
from itertools import cycle

import pytest

from conftest import PROJECT, relative
from contre_enquete.__main__ import main
from contre_enquete.edition.new import copy_skeleton
from damaging import DAMAGES, DATA, INPUTS, check_damage, check_every_damage


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    copy_skeleton(folder := tmp_path_factory.mktemp("invented") / "edition")
    return folder


SAMPLE = list(zip(DAMAGES, cycle(relative(PROJECT / "src/contre_enquete/skeleton", *INPUTS)), strict=False))


@pytest.mark.parametrize(("damage", "path"), SAMPLE)
@pytest.mark.slow
def test_a_damaged_file_of_a_small_edition_is_told_in_one_line(damage, path, invented, capsys, monkeypatch):
    check_damage(invented, path, damage, capsys, monkeypatch)


@pytest.mark.slow
def test_code_that_closes_standard_output_is_told_in_one_line(invented, capfd, monkeypatch):
    monkeypatch.chdir(invented)
    code = invented / "article/__init__.py"
    kept = code.read_bytes()
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as output, monkeypatch.context() as patched:
        patched.setattr("sys.stdout", output)
        code.write_bytes(kept + b"\nimport sys\nsys.stdout.close()\n")
        assert main(["check"]) == 1
    code.write_bytes(kept)
    told = "contre-enquete: standard output: closed by the code in article/; expected it open\n"
    assert capfd.readouterr().err == told


def test_code_that_is_a_pipe_is_told_in_one_line(invented, capsys, monkeypatch):
    monkeypatch.chdir(invented)
    os.mkfifo(pipe := invented / "article/other.py")
    assert main(["check"]) == 1
    pipe.unlink()
    told = "contre-enquete: article/other.py: no ordinary file; expected code of the article\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize("path", DATA)
@pytest.mark.thorough
def test_every_damage_of_the_data_is_told_in_one_line(path, whole, capsys, monkeypatch):
    check_every_damage(whole, path, capsys, monkeypatch)
