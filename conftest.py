"""What `make test` does with notebooks and tests alike.

Each run of a cell by `pytest --nbval` is compared with what is committed, all that nbval leaves out
included; slow files come first, so that no processor waits for another at the end; and the last lines
say what did not run, and how to run it.
"""

import copy
import gc
import sys
from collections import Counter
from pathlib import Path

import pytest

# What is heavy is imported by what needs it: xdist's controller reads this file too, and runs no test.
PROJECT = Path(__file__).parent
collect_ignore = [
    "src/contre_enquete/skeleton",  # tests of another edition, which a copy of it runs
    "src/contre_enquete/warm_start.py",  # makes all figures as it is imported, and has no example
]
COSTLY = {"browser", "drawn", "site"}  # fixtures that open a browser, draw all charts or build the site


@pytest.fixture(scope="session")
def invented_survey():
    """Load the English survey of the invented article, which examples in docstrings ask."""
    from contre_enquete.survey.model import load_survey

    return load_survey("en", PROJECT / "src/contre_enquete/skeleton")


@pytest.fixture(scope="session")
def invented_waves(tmp_path_factory):
    """Load the English survey of the invented article, as `contre-enquete new --waves 2015,2017` makes it."""
    from contre_enquete.edition.new import copy_skeleton
    from contre_enquete.edition.outline import Outline, apply_outline
    from contre_enquete.survey.model import load_survey

    folder = tmp_path_factory.mktemp("waves") / "invented"
    copy_skeleton(folder)
    apply_outline(folder, Outline("en", waves=("2015", "2017")))
    return load_survey("en", folder)


@pytest.fixture(autouse=True)
def answers_installed(request):
    """Let the examples of `answers/` import what is installed beside the environment, where it slows no kernel."""
    if is_example_of_answers(request.node):
        monkeypatch = request.getfixturevalue("monkeypatch")
        monkeypatch.setattr(sys, "path", [*sys.path, str(PROJECT / ".cache/answers")])


def is_example_of_answers(item):
    """Return whether a test is an example in a docstring of `answers/`."""
    return isinstance(item, pytest.DoctestItem) and item.path.parent.name == "answers"


@pytest.hookimpl(tryfirst=True)  # before pytest selects by marker
def pytest_collection_modifyitems(items):
    """Mark the tests that ask for a costly fixture, and put the files with slow tests first, in order."""
    for item in items:
        for fixture in COSTLY.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(fixture)
            item.add_marker("slow")
    for item in filter(is_example_of_answers, items):
        item.add_marker(pytest.mark.filterwarnings("ignore::DeprecationWarning"))  # of what Ibis calls of DuckDB
    slow = {item.path for item in items if item.get_closest_marker("slow") or is_cell(item)}
    items.sort(key=lambda item: item.path not in slow)


def pytest_terminal_summary(terminalreporter, config):
    """Say last what did not run, by its reason, and the command that would run it."""
    skipped = Counter(
        report.longrepr[2].removeprefix("Skipped: ") for report in terminalreporter.stats.get("skipped", ())
    )
    for reason, number in skipped.items():
        terminalreporter.write_line(f"{number} skipped: {reason}")
    for mark, command in (("slow", "make test"), ("thorough", "make prove")):
        if f"not {mark}" in config.option.markexpr:
            terminalreporter.write_line(f"Left out: every test marked {mark}. To run them: {command}")


def pytest_collection_finish():
    """Leaves out of every later search for garbage what is there to the end."""
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """After nbval's own comparison, the strict one of `contre-enquete rerun`, with the outputs of the same run.

    nbval lets metadata, kinds of output and some kinds of pictures pass, and cells that were never run.
    Nor may anything in `data/` or `figures/` change while the notebook runs.
    """
    if not is_cell(item):
        return (yield)
    import nbformat

    from contre_enquete.edition.rerun import diff_outputs
    from contre_enquete.notebooks.form import strip_saved_state

    notebook = item.parent
    before = notebook.kept = getattr(notebook, "kept", None) or kept()
    given = yield
    fresh = copy.deepcopy(notebook.nb)
    fresh.cells[place(item)].outputs = nbformat.from_dict(item.test_outputs)
    if differing := diff_outputs(strip_saved_state(notebook.nb), strip_saved_state(fresh)):
        item.raise_cell_error("Not byte for byte what is committed", "\n".join(differing))
    if changed := sorted({path for path, _ in kept() ^ before}):
        item.raise_cell_error("A notebook writes nothing; changed", "\n".join(changed))
    return given


def is_cell(item) -> bool:
    """Return whether a test is a cell of a notebook, which nbval runs."""
    return item.path.suffix == ".ipynb"


def place(item) -> int:
    """Where the cell stands in its notebook, counted from 0."""
    return next(number for number, cell in enumerate(item.parent.nb.cells) if cell is item.cell)


def kept() -> set[tuple[str, tuple[bytes, int]]]:
    """Every file of `data/` and `figures/`, with its content and time of change."""
    files = (path for name in ("data", "figures") for path in (PROJECT / name).rglob("*") if path.is_file())
    return {(str(path), (path.read_bytes(), path.stat().st_mtime_ns)) for path in files}
