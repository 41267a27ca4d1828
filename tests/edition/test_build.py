"""Only what is stale is made, in one move each, and an error changes nothing."""

import errno
import itertools
import json
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import pytest

import conftest
from contre_enquete.__main__ import main
from contre_enquete.edition.build import DRAWINGS, build
from contre_enquete.edition.drawing import describe_environment
from contre_enquete.edition.workbench import Workbench
from contre_enquete.project import DRAWN_WITH, PACKAGE
from contre_enquete.survey.checked import CHECKED

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def template(begun, tmp_path_factory):
    """The edition of the invented article, in one language, built once."""
    target = tmp_path_factory.mktemp("template") / "project"
    shutil.copytree(begun, target, ignore=shutil.ignore_patterns("en"), symlinks=True)
    build(target, report=lambda step: None)
    return target


@pytest.fixture
def built(template, tmp_path, monkeypatch, drawn_once):
    """A built copy of it to work in; what is built in this process draws the same pictures once."""
    target = tmp_path / "built"
    shutil.copytree(template, target, symlinks=True)
    monkeypatch.chdir(target)
    return target


def steps(project):
    made = []
    build(project, report=made.append)
    return sorted(made)  # they are told as they finish


def change(project, value=42):
    """Another value in the data, so that all is stale."""
    survey = project / "data/survey.csv"
    text = survey.read_text(encoding="utf-8")
    survey.write_text(re.sub(r"(?<=B1,commute,bicycle,town,)\d+", str(value), text), encoding="utf-8")


NOTEBOOK, RUN = "notebooks/fr/1-commute.ipynb", "runs/fr/1-commute"
PAGE, OPENING, FIGURE = "site/notebooks/fr/1-commute.html", "site/index.html", "site/figures/fr/1-commute"
LOG, METHOD, COPIES, MAP = "site/corrections.fr.html", "site/data/index.html", "site/data", "site/sitemap.xml"
PAGES = sorted([PAGE, OPENING, FIGURE, LOG, METHOD, MAP])
ALL = sorted(["data", "figures/fr", NOTEBOOK, RUN, COPIES, *PAGES])


def test_build_from_scratch_then_nothing_to_do(built, capsys):
    """That the edition of the article is as committed is proven notebook by notebook, figure by figure."""
    shutil.rmtree("site")
    Path(".cache/build.json").unlink()
    assert main(["build"]) == 0
    *reported, last = capsys.readouterr().out.splitlines()
    assert (sorted(reported), last) == ([f"  {step}" for step in ALL], "Built: site/index.html")
    before = snapshot(built)
    assert main(["build"]) == 0
    assert capsys.readouterr().out == "Nothing to do: site/index.html\n"
    assert snapshot(built) == before


def test_how_a_notebook_is_laid_out_makes_nothing_stale_twice(built):
    path = built / NOTEBOOK
    before, told = path.read_bytes(), json.loads(path.read_text(encoding="utf-8"))
    for cell in told["cells"]:
        cell |= {"source": "".join(cell["source"]), "metadata": {**cell["metadata"], "collapsed": False}}
    path.write_text(json.dumps(told), encoding="utf-8")
    assert steps(built) == [NOTEBOOK]
    assert path.read_bytes() == before
    assert steps(built) == []


def test_only_what_is_stale_is_made(built):
    (built / PAGE).unlink()
    assert steps(built) == [PAGE]
    (built / "figures/fr/commute.svg").write_text("damaged")
    assert steps(built) == ["figures/fr"]
    change(built)
    assert steps(built) == ALL
    assert "42\u00a0%" in (built / "figures/fr/commute.svg").read_text(encoding="utf-8")
    assert steps(built) == []


def add_text(path, text, cell=3):
    told = json.loads(path.read_text(encoding="utf-8"))
    told["cells"][cell]["source"] = ["".join(told["cells"][cell]["source"]), text]
    path.write_text(json.dumps(told), encoding="utf-8")


def test_a_sentence_runs_nothing_but_one_that_cites_another_figure_does(built):
    """The register shows what a notebook cites, and nothing else of its texts."""
    add_text(built / NOTEBOOK, "\n\nEncore une phrase.")
    assert steps(built) == sorted([NOTEBOOK, PAGE, OPENING])
    assert "Encore une phrase." in (built / PAGE).read_text(encoding="utf-8")
    reference = "commute.bus.town"
    assert f'id="{reference}"' not in (built / PAGE).read_text(encoding="utf-8")
    add_text(built / NOTEBOOK, f"\n\nEt [31 % en ville](#{reference}).")
    assert steps(built) == sorted([RUN, NOTEBOOK, PAGE, OPENING, FIGURE, LOG])
    assert f'id="{reference}"' in (built / PAGE).read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [b"", b"[]", b"{", "the results of another notebook"])
def test_damaged_results_of_a_run_are_made_again(content, built):
    (results,) = (built / ".cache/runs/fr").iterdir()
    before = {path: (built / path).read_bytes() for path in (NOTEBOOK, PAGE)}
    other = results.read_bytes().replace(b"62", b"26")
    assert other != results.read_bytes()
    results.write_bytes(other if isinstance(content, str) else content)
    add_text(built / NOTEBOOK, " ")
    assert RUN in steps(built)
    (built / NOTEBOOK).write_bytes(before[NOTEBOOK])
    steps(built)
    assert {path: (built / path).read_bytes() for path in before} == before


def test_what_only_pages_are_made_with_runs_and_draws_nothing(built, tmp_path, monkeypatch):
    package = Path(shutil.copytree(PACKAGE, tmp_path / "package", ignore=shutil.ignore_patterns("__pycache__")))
    monkeypatch.setattr("contre_enquete.edition.build.PACKAGE", package)
    assert steps(built) == []
    for part, stale in {
        "templates/contre-enquete/page.css": PAGES,
        "edition/pages.py": PAGES,
        "charts/chart.py": ALL,
    }.items():
        with (package / part).open("a") as file:
            file.write("\n")
        assert steps(built) == stale


def test_steps_are_told_as_they_finish(built, monkeypatch):
    """A step that was asked for last and is done first is told first."""
    made = []
    bench = Workbench(built, made.append)
    begun = threading.Event()

    def slow():
        begun.wait(10)
        return {}

    def fast():
        return {}

    monkeypatch.setattr("os.cpu_count", lambda: 2)
    bench.report = lambda name: (made.append(name), begun.set())
    bench.steps([("slow", [b"1"], slow), ("fast", [b"2"], fast)])
    assert made == ["fast", "slow"]


def test_what_is_made_no_more_goes(built):
    (built / "notebooks/fr/9-more.ipynb").write_bytes((built / "notebooks/fr/1-commute.ipynb").read_bytes())
    steps(built)
    page, figure, ledger = (
        built / path for path in ("site/notebooks/fr/9-more.html", "figures/fr/old.svg", ".cache/build.json")
    )
    assert page.exists()
    (built / "notebooks/fr/9-more.ipynb").unlink()
    figure.write_text("old")
    record = json.loads(ledger.read_text())
    record["figures/fr"]["results"]["figures/fr/old.svg"] = "whatever it was"
    ledger.write_text(json.dumps(record))
    steps(built)
    assert not page.exists() and not figure.exists()


def test_links_of_the_site_lead_somewhere(built):
    for page in (built / "site").rglob("*.html"):
        assert "](#" not in page.read_text(encoding="utf-8")  # no link left as Markdown
        for address in re.findall(r'href="([^"#]+)', page.read_text(encoding="utf-8")):
            if not address.startswith(("http", "data:")):
                assert (page.parent / address).resolve().is_file(), f"{page.name}: {address}"


def test_a_failing_notebook_changes_nothing(built, capsys):
    notebook = built / "notebooks/fr/1-commute.ipynb"
    notebook.write_text(
        notebook.read_text(encoding="utf-8").replace('charts[\\"commute\\"]', 'charts[\\"commut\\"]'),
        encoding="utf-8",
    )
    before = snapshot(built)
    assert main(["build"]) == 1
    assert "1-commute.ipynb, cell 3: DataError" in capsys.readouterr().err
    assert snapshot(built) == before


def test_a_full_disk_leaves_no_half_written_file(built, monkeypatch, capsys):
    change(built)
    before = snapshot(built)

    def full(path, content, write=Path.write_bytes):
        if path.suffix != ".part":  # what a fixture keeps of drawings
            return write(path, content)
        path.touch()
        raise OSError(errno.ENOSPC, "No space left on device")  # as a full disk says it: of no file

    with monkeypatch.context() as disk:
        disk.setattr(Path, "write_bytes", full)
        assert main(["build"]) == 1
    told = "contre-enquete: commute.svg cannot be written (No space left on device); no file is changed"
    assert capsys.readouterr().err.startswith(told)
    assert snapshot(built) == before
    assert main(["build"]) == 0


def whole(project):
    """Asserts that no file is half of what it was and half of what it becomes."""
    ends = {".svg": b"</svg>", ".png": b"IEND\xaeB`\x82", ".html": b"</html>", ".json": b"}"}
    for path in (path for path in project.rglob("*") if path.suffix in ends):
        assert path.read_bytes().rstrip().endswith(ends[path.suffix]), path
    for path in project.rglob("notebooks/*/*.ipynb"):
        nbformat.read(path, as_version=4)


def snapshot(project):
    """Content and time of change of every file, but for what checks of the data and drawings kept for the next ones."""
    return {
        path: state for path, state in conftest.snapshot(project).items() if not path.startswith((CHECKED, DRAWINGS))
    }


def visible(project):
    return {path for path in snapshot(project) if not path.startswith(".cache")}


def mended(project, before):
    """Asserts that the next build makes what is missing, and that nothing else is left behind."""
    steps(project)
    assert visible(project) == before
    assert "42\u00a0%" in (project / "figures/fr/commute.svg").read_text(encoding="utf-8")
    assert steps(project) == []


def forked(target, *arguments):
    """A started process that has all that this one has."""
    process = multiprocessing.get_context("fork").Process(target=target, args=arguments)
    process.start()
    return process


needs_fork = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="no fork on this system. To run them: make test on Linux or macOS"
)
forks_with_threads = pytest.mark.filterwarnings("ignore:.*fork")  # and only writes files in the fork


# The third half of a file, and before the first, second, fourth … file is replaced.
KILLS = [("write_bytes", 3), *(("replace", 2**n) for n in range(4))]


@needs_fork
@forks_with_threads
def test_killed_at_any_file_the_next_run_mends(built, monkeypatch, capsys):
    """Killed while files are written beside the old ones, none has changed; while they are replaced, none is half,
    and `check` says so until the next build.
    """
    before, finish = visible(built), Workbench.finish
    change(built)
    unchanged = snapshot(built)

    def kill_at(bench, name, moment):
        operation, operations = getattr(Path, name), itertools.count(1)

        def stopping(path, content):
            if next(operations) == moment:
                if name == "write_bytes":
                    operation(path, content[: len(content) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            return operation(path, content)

        setattr(Path, name, stopping)
        finish(bench)

    def interrupted(bench):
        for name, moment in KILLS:
            process = forked(kill_at, bench, name, moment)
            process.join()
            assert process.exitcode == -signal.SIGKILL
            whole(built)
            if name == "write_bytes":
                assert snapshot(built).items() >= unchanged.items()

    with monkeypatch.context() as killer:
        killer.setattr(Workbench, "finish", interrupted)
        steps(built)
    told = "A build stopped while it replaced files: pages and figures of two builds are mixed. Run make\n"
    assert main(["check"]) == 1 and told in capsys.readouterr().out
    mended(built, before)
    main(["check"])
    assert told not in capsys.readouterr().out


@pytest.mark.parametrize("steps", [pytest.param(n, marks=[] if n == 1 else pytest.mark.thorough) for n in range(5)])
def test_killed_after_any_step_the_next_run_mends(steps, built):
    """With the kernels and all else that it has started."""
    before = visible(built)
    change(built, 41)
    command = [sys.executable, "-m", "contre_enquete", "build"]
    run = subprocess.Popen(
        command, cwd=built, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    for _ in range(steps):
        assert run.stdout.readline()
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    run.stdout.close()
    whole(built)
    change(built)
    mended(built, before)


def test_what_drew_the_pictures_is_noted_when_they_change(built):
    """And only then: another machine that draws the same leaves no trace."""
    note = built / DRAWN_WITH
    note.write_text("of another machine")
    (built / "requirements.txt").write_text("# drawn again\n")
    assert "figures/fr" in steps(built) and note.read_text() == "of another machine"
    change(built)
    steps(built)
    assert json.loads(note.read_text(encoding="utf-8")) == describe_environment()
    note.unlink()
    steps(built)
    assert json.loads(note.read_text(encoding="utf-8")) == describe_environment()


def test_what_a_killed_build_left_is_removed(built):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, ours = (built / f"site/.page.html.{process}.part" for process in (ended.pid, os.getppid()))
    for path in (left, ours):
        path.write_bytes(b"half")
    steps(built)
    assert (left.exists(), ours.exists()) == (False, True)


def test_no_process_is_asked_where_asking_ends_it(built, monkeypatch):
    """On Windows `os.kill(process, 0)` ends the process."""
    monkeypatch.setattr("contre_enquete.project.SIGNAL_ASKS", False)
    monkeypatch.setattr(os, "kill", lambda process, number: pytest.fail("a process was sent a signal"))
    left = built / "site/.page.html.1.part"
    left.write_bytes(b"half")
    steps(built)
    assert left.exists()


@needs_fork
@forks_with_threads
def test_builds_that_write_at_once_do_no_harm(built, monkeypatch):
    """Processes that replace the same files at the same moment, each time by others."""
    before, finish = visible(built), Workbench.finish

    def write(bench, meeting):
        made, kept = bench.made, {path: (built / path).read_bytes() for path in bench.made if (built / path).is_file()}
        for turn in range(10):
            bench.made = made if turn % 2 else made | kept
            meeting.wait()
            finish(bench)

    def side_by_side(bench):
        meeting = multiprocessing.get_context("fork").Barrier(3, timeout=10)
        processes = [forked(write, bench, meeting) for _ in range(3)]
        for process in processes:
            process.join()
        assert {process.exitcode for process in processes} == {0}
        whole(built)

    change(built)
    with monkeypatch.context() as race:
        race.setattr(Workbench, "finish", side_by_side)
        steps(built)
    mended(built, before)


def test_two_builds_at_once_do_no_harm(built):
    (built / PAGE).unlink()
    command = [sys.executable, "-m", "contre_enquete", "build"]
    runs = [subprocess.Popen(command, cwd=built, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    said = [run.communicate()[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    assert steps(built) == []


def test_a_broken_kernel_is_told(built, monkeypatch, capsys):
    notebook = built / "notebooks/fr/1-commute.ipynb"
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text.replace('edition.charts[\\"commute\\"]', "import os; os._exit(3)"), encoding="utf-8")
    before = snapshot(built)
    assert main(["build"]) == 1
    assert capsys.readouterr().err.startswith("contre-enquete: 1-commute.ipynb: the kernel stopped")
    assert snapshot(built) == before


def run_limited(folder, size):
    """Runs the command where no file may be larger than some bytes, as on a disk that is nearly full.

    It compiles no module: Python would keep what it could write, a part of one.
    """
    limit = f"import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    code = f"{limit}; from contre_enquete.__main__ import main; raise SystemExit(main(['build']))"
    return subprocess.run([sys.executable, "-B", "-c", code], cwd=folder, capture_output=True, text=True)


@needs_fork
@pytest.mark.thorough
def test_a_disk_that_is_full_changes_nothing_at_all(built):
    change(built)
    largest = max(path.stat().st_size for path in (built / "site").rglob("*.html"))
    before = snapshot(built)
    run = run_limited(built, largest - 1)
    assert run.returncode == 1 and run.stderr.count("\n") == 1, run.stderr
    assert "cannot be written (File too large); no file is changed, and the next run goes on" in run.stderr
    assert snapshot(built) == before


@pytest.mark.parametrize("place", ["folder", pytest.param("file", marks=pytest.mark.thorough)])
def test_what_stands_in_the_way_of_a_page_is_told_and_nothing_changed(place, built, capsys):
    change(built)
    if place == "folder":
        (built / PAGE).unlink()
        (built / PAGE).mkdir()
    else:
        shutil.rmtree((built / PAGE).parent)
        (built / PAGE).parent.write_text("a file")
    before = snapshot(built)
    assert main(["build"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "cannot be written" in said and "; no file is changed" in said
    assert snapshot(built) == before
