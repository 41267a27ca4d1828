"""The page on numbers in prose does what it says."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import PROJECT

PAGE = PROJECT / "docs/numbers-in-prose.md"


@pytest.mark.slow
def test_ten_lines_lead_from_an_empty_folder_to_a_red_test_and_a_green_one(tmp_path):
    script = re.search(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    first, rest = script.split("\n", 1)
    assert first.startswith("pip install ") and rest.count("\n") <= 12
    done = subprocess.run(
        ["bash", "-c", rest.replace("pytest", "pytest -p no:cacheprovider")],
        cwd=tmp_path,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        encoding="utf-8",
    )
    out = done.stdout
    assert done.returncode == 0, out + done.stderr
    said = [
        "[34%](#cities.paris)",
        "cities.paris is 34 percent",
        "1 failed",
        "README.md: 1 number rewritten",
        "1 passed",
    ]
    places = [out.index(words) for words in said]
    assert places == sorted(places)


def test_the_examples_in_python_run():
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert (failed, tried) == (0, 5)


def test_each_setting_is_described():
    keys = set(re.findall(r"^\| `([\w-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    code = (PROJECT / "src/contre_enquete/prose/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'table\.(?:texts|choice|named|flag)\("([\w-]+)"', code)) | {"figures"}
    read |= set(re.findall(r'of_file\.(?:text|texts)\("(\w+)"', code)) | {"decimals"}
    assert keys == read
