"""`pytest --prose` reports numbers as any test, wherever `testpaths` point."""

import json

import pytest

pytest_plugins = ["pytester"]

SETTINGS = """
[tool.pytest.ini_options]
testpaths = ["tests"]
[tool.contre-enquete]
figures = [{ file = "cities.csv", unit = "percent" }]
paths = ["*.md", "*.ipynb"]
"""
TEXT = "# Cities\n\n[34% in Paris](#cities.paris)\n\n## More\n\nNone.\n\n## Most\n\n[29% in Lyon](#cities.lyon)\n"


@pytest.fixture
def place(pytester):
    pytester.path.joinpath("pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    pytester.path.joinpath("cities.csv").write_text("city,share\nParis,34\nLyon,29\n", encoding="utf-8")
    pytester.path.joinpath("README.md").write_text(TEXT, encoding="utf-8")
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["Of all, [29%](#cities.lyon) in Lyon."]},
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": "1 / 0"},
    ]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    pytester.path.joinpath("a.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (pytester.path / "tests").mkdir()
    pytester.path.joinpath("tests/test_a.py").write_text("def test_a(): pass\n", encoding="utf-8")
    return pytester


def run(place, *arguments):
    return place.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:xdist", *arguments)


def test_texts_are_collected_beside_tests(place):
    result = run(place, "--prose", "-v")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(
        ["*README.md::line 1 PASSED*", "*README.md::line 9 PASSED*", "*a.ipynb::cell 1 PASSED*"]
    )


@pytest.mark.slow
def test_without_the_option_nothing_is_collected(place):
    run(place).assert_outcomes(passed=1)


def test_a_failure_names_file_cell_sentence_and_what_is_expected(place):
    place.path.joinpath("cities.csv").write_text("city,share\nParis,34\nLyon,30\n", encoding="utf-8")
    result = run(place, "--prose")
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(
        [
            "*README.md, line 9*",
            "line 11: “29% in Lyon”: cities.lyon is 30 percent",
            "  in: 29% in Lyon",
            "*a.ipynb, cell 1*",
            "cell 1: “29%”: cities.lyon is 30 percent",
        ]
    )


@pytest.mark.slow
def test_one_file_is_tested_when_it_is_named(place):
    run(place, "--prose", "a.ipynb").assert_outcomes(passed=1)


@pytest.mark.slow
def test_a_text_that_cannot_be_read_is_an_error(place):
    place.path.joinpath("a.ipynb").write_text("{}", encoding="utf-8")
    result = run(place, "--prose")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*a.ipynb: not a notebook of format 4*"])


@pytest.mark.slow
def test_without_settings_the_option_is_refused(pytester):
    result = run(pytester, "--prose")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--prose: found no [[]tool.contre-enquete[]] in pyproject.toml*"])
