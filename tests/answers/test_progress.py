"""Progress is shown on a terminal, and nowhere else."""

import io
import time
from types import SimpleNamespace

import pytest

from contre_enquete.answers.progress import report_in, report_progress, report_steps
from contre_enquete.text.language import Language

ENGINE = SimpleNamespace(name="duckdb", con=SimpleNamespace(query_progress=lambda: 25))


on_both = pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "pipe"])


def patch_stderr(monkeypatch, terminal):
    """Make standard error a stream that says whether it is a terminal."""
    stream = io.StringIO()
    stream.isatty = lambda: terminal
    monkeypatch.setattr("sys.stderr", stream)
    return stream


@on_both
def test_only_a_terminal_shows_how_far_the_engine_is(terminal, monkeypatch):
    stderr = patch_stderr(monkeypatch, terminal)
    with report_progress(ENGINE, 4_000_000):
        while terminal and not stderr.getvalue():
            time.sleep(0.01)
    assert stderr.getvalue().startswith("\r  1,000,000 of about 4,000,000 rows, ") == terminal
    assert stderr.getvalue().endswith("\r\x1b[K") == terminal


def test_another_engine_shows_nothing(monkeypatch):
    stderr = patch_stderr(monkeypatch, True)
    with report_progress(SimpleNamespace(name="pyspark"), 4_000_000):
        pass
    assert not stderr.getvalue()


@on_both
def test_only_a_terminal_shows_which_step_is_done(terminal, monkeypatch):
    stderr = patch_stderr(monkeypatch, terminal)
    with report_steps(4, 1) as step:
        step()
        assert stderr.getvalue().startswith("\r  Protecting answers: 1 of 4 steps, ") == terminal
    assert stderr.getvalue().endswith("\r\x1b[K") == terminal


def test_a_long_work_is_told_before_it_starts_even_in_a_log(monkeypatch):
    stderr = patch_stderr(monkeypatch, False)
    with report_steps(4, 90):
        assert stderr.getvalue() == "  Protecting answers: 90 s at most\n"


def test_progress_is_told_in_the_language_of_the_dialogue(monkeypatch):
    stderr = patch_stderr(monkeypatch, True)
    with report_in(Language("fr")), report_steps(4, 1_200), report_progress(ENGINE, 4_000_000):
        while "lignes" not in stderr.getvalue():
            time.sleep(0.01)
    assert stderr.getvalue().startswith(
        "  Protection des réponses\xa0: au plus 1\xa0200 s\n\r  1\xa0000\xa0000 lignes sur"
    )
