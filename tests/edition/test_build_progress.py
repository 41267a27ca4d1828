"""How far a build is: one line on a terminal, which is gone at its end; plain lines elsewhere."""

import io
import json

import pytest

from contre_enquete.edition.build_progress import show_progress
from contre_enquete.edition.workbench import Workbench
from contre_enquete.project import LEDGER

WIDTH = 80


class Terminal(io.StringIO):
    def isatty(self):
        return True

    def list_lines(self):
        """Returns what stood on the line, one state after the other, and asserts that each covers the one before."""
        _, *states = self.getvalue().split("\r")
        assert all(len(state) in (0, WIDTH - 1) for state in states)
        return [state.rstrip() for state in states]


@pytest.fixture(autouse=True)
def width(monkeypatch):
    monkeypatch.setenv("COLUMNS", str(WIDTH))


def tell(stream):
    with show_progress(stream) as progress:
        progress.begin("figures/fr", 9, 25.2)
        progress.begin("figures/en", 8, 26.4)
        progress.end("figures/fr")
        progress.begin("a/notebook/of/a/name/that/is/longer/than/any/terminal/is/wide", 7)


def test_one_line_on_a_terminal_says_what_is_done_runs_and_is_left():
    terminal = Terminal()
    tell(terminal)
    assert terminal.list_lines() == [
        "0 done; at most 9 left; running figures/fr (25 s last time)",
        "0 done; at most 8 left; running figures/fr, figures/en (26 s last time)",
        "1 done; at most 8 left; running figures/en (26 s last time)",
        "1 done; at most 7 left; running figures/en, a/notebook/of/a/name/that/is/longe…",
        "",
        "",
    ]
    assert "\n" not in terminal.getvalue()


def test_a_line_for_each_step_elsewhere():
    file = io.StringIO()
    tell(file)
    assert file.getvalue() == "  figures/fr\n"
    tell(None)  # as where a program has no console


def test_an_error_leaves_an_empty_line():
    terminal = Terminal()
    with pytest.raises(ZeroDivisionError), show_progress(terminal) as progress:
        progress.begin("data", 3)
        raise ZeroDivisionError
    assert terminal.list_lines()[-2:] == ["", ""]


def test_a_step_is_told_with_those_that_may_follow_and_its_time_before(tmp_path):
    def make(given):
        begun = []
        bench = Workbench(tmp_path, lambda name: None, lambda *told: begun.append(told))
        bench.steps([("data", [given], lambda: {})])
        bench.steps([("figures/fr", [given], lambda: {}), ("figures/en", [b"the same"], lambda: {})])
        bench.steps([("pages", [given], lambda: {})])
        bench.finish()
        return begun

    assert make(b"1") == [(name, None, 0) for name in ("data", "figures/fr", "figures/en", "pages")]
    ledger = json.loads((tmp_path / LEDGER).read_text())
    for seconds, entry in enumerate(ledger.values(), 3):
        entry["seconds"] = seconds
    (tmp_path / LEDGER).write_text(json.dumps(ledger))
    seconds = {name: entry["seconds"] for name, entry in ledger.items()}
    assert make(b"2") == [
        ("data", 3, seconds["data"]),
        ("figures/fr", 1, seconds["figures/fr"]),
        ("pages", 0, seconds["pages"]),
    ]
