"""The command `contre-enquete` describes itself, and rejects in one line what it cannot use."""

import argparse
import re
import subprocess
import sys
from pathlib import Path

import pytest

from contre_enquete.__main__ import _make_parser, main
from contre_enquete.errors import EditionError
from contre_enquete.toml_reader import read_toml

PARSER = _make_parser()
(COMMANDS,) = [action for action in PARSER._actions if isinstance(action, argparse._SubParsersAction)]


@pytest.mark.parametrize("name", COMMANDS.choices)
def test_each_command_and_each_option_is_described(name, capsys):
    summaries = {choice.dest: choice.help for choice in COMMANDS._choices_actions}
    command = COMMANDS.choices[name]
    assert summaries[name] and command.description and callable(command.get_default("run"))
    assert all(action.help for action in command._actions)
    with pytest.raises(SystemExit, match="0"):
        main([name, "--help"])
    assert command.description.split()[0] in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS.choices)
def test_each_option_names_its_default(name):
    optional = [action for action in COMMANDS.choices[name]._actions if action.option_strings and action.metavar]
    assert all("(default: " in action.help for action in optional if not action.required)


def test_without_a_command_its_usage_is_printed(capsys):
    with pytest.raises(SystemExit, match="2"):
        main([])
    assert "usage: contre-enquete" in capsys.readouterr().err


@pytest.mark.parametrize(
    "address", ["foo", "example.org", "ftp://example.org/", "https://", "https://[", "https://example.org/?a", ""]
)
def test_the_address_of_a_site_is_a_url(address, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["build", "--site", address])
    expected = f"--site: found {address!r}; expected an address such as https://example.org/\n"
    assert capsys.readouterr().err.endswith(expected)


@pytest.mark.parametrize("address", ["https://example.org", "http://localhost:8000/some/where/"])
def test_an_address_of_a_site_is_used_as_given(address):
    assert PARSER.parse_args(["build", "--site", address]).site == address


def raise_unforeseen(options):
    {}["a secret"]


def test_what_nobody_foresaw_is_one_line_without_what_the_files_hold(monkeypatch, capsys):
    monkeypatch.setattr("contre_enquete.__main__._validate", lambda options: read_toml(None, None, None))
    assert main(["validate"]) == 1
    said = capsys.readouterr().err
    assert re.match(
        r"contre-enquete: files\.py, line \d+: an error that we did not foresee \(AttributeError\); run it", said
    )
    assert said.count("\n") == 1 and "NoneType" not in said


@pytest.mark.parametrize("arguments", [["--debug", "validate"], ["validate", "--debug"]])
def test_a_traceback_is_shown_to_who_asks(arguments, monkeypatch):
    monkeypatch.setattr("contre_enquete.__main__._validate", raise_unforeseen)
    with pytest.raises(KeyError, match="a secret"):
        main(arguments)


@pytest.mark.parametrize("name", COMMANDS.choices)
def test_every_command_has_debug(name):
    assert "--debug" in COMMANDS.choices[name].format_help()


def test_a_link_to_itself_is_no_surprise(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").symlink_to("a.csv")
    assert main(["tabulate", "a.csv", "--codebook", "c.toml", "--output", "t.csv"]) == 1
    said = capsys.readouterr().err
    assert "a.csv" in said and said.count("\n") == 1 and "foresee" not in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here. To run it: make test on Linux")
@pytest.mark.parametrize("redirection", [">&-", "2>&-", "<&-", ">/dev/full", "| head -c 1"])
@pytest.mark.slow
def test_a_stream_that_is_closed_or_full_shows_no_traceback(redirection, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.contre-enquete]\nfigures = "a.csv"\npaths = ["a.md"]\n')
    (tmp_path / "a.csv").write_text("city,share\nparis,34\n")
    (tmp_path / "a.md").write_text("Of Paris, 36%.\n")
    command = f"{sys.executable} -m contre_enquete check {redirection}"
    run = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert "Traceback" not in run.stderr and "foresee" not in run.stderr and run.stderr.count("\n") <= 1


def test_a_message_is_one_line_that_no_terminal_obeys(monkeypatch, capsys):
    def refuse(options):
        raise EditionError("a\x1b[31m\nb" + "x" * 300_000)

    monkeypatch.setattr("contre_enquete.__main__._validate", refuse)
    assert main(["validate"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("contre-enquete: a\\x1b[31m bxxx") and said.count("\n") == 1 and len(said) < 2_100


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--groups", "a"], "--groups: found 'a'; expected 2 to 8 names"),
        (["--groups", "a,A"], "--groups: found 'a,A'; expected 2 to 8 names"),
        (["--groups", "all,some"], "--groups: found 'all,some'; expected 2 to 8 names"),
        (["--groups", "1 person,3"], "--groups: found '3'; expected words with the number, such as 'household of 3'"),
        (["--groups", ",".join("abcdefghi")], "expected 2 to 8 names"),
        (["--unit", "bananas"], "--unit: found 'bananas'; expected one of percent, count, points"),
        (["--language", "xx"], "--language: found 'xx'; expected a language such as 'en', 'en-GB' or 'it'"),
    ],
)
def test_an_edition_that_cannot_begin_is_refused_and_leaves_no_folder(options, message, tmp_path, capsys):
    assert main(["new", str(tmp_path / "edition"), *options]) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "edition").exists()
