"""What the tests share: the project, and copies of it to damage."""

import csv
import fcntl
import hashlib
import json
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest

from contre_enquete import reads
from contre_enquete.__main__ import main
from contre_enquete.article import list_edition_languages
from contre_enquete.descriptor import publish_descriptor
from contre_enquete.edition import build
from contre_enquete.edition.browser import NoBrowser, open_browser
from contre_enquete.edition.workbench import Workbench
from contre_enquete.files import read_csv_table
from contre_enquete.notebooks import warm
from contre_enquete.plugin import load_figures
from contre_enquete.project import DIFFERENCE_COLUMNS, DIFFERENCE_NUMBERS, replace_file

pytest.register_assert_rewrite("damaging")
PROJECT = Path(__file__).resolve().parents[1]
SKELETON_FOLDER = PROJECT / "src/contre_enquete/skeleton"
BESIDE = PROJECT / ".cache/answers"


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT


@pytest.fixture
def copy(tmp_path, monkeypatch) -> Path:
    """A copy of the project to damage, without its environment and site; tests run in it."""
    target = copy_project(tmp_path / "un dossier à nous")
    monkeypatch.chdir(target)
    return target


@pytest.fixture
def tables(tmp_path, monkeypatch) -> Path:
    """A copy of the project's data and declaration alone, which takes a tenth of the time; tests run in it."""
    for name in ("article", "data"):
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def waves_project(tmp_path_factory) -> Path:
    """The data and declaration of the invented article, as if its first question had been asked in 2015 and 2017."""
    folder = copy_invented(tmp_path_factory.mktemp("waves"), "article", "data")
    add_waves(folder)
    return folder


def add_waves(folder: Path) -> None:
    """Give a copy of the invented article a column of waves, and its first question other figures two years later."""
    changes = {"bicycle": 8, "bus": -4, "car": 0, "walk": 27}

    def spread(rows):
        return [
            {
                "source": row["source"],
                "wave": wave,
                **row,
                "value": str(int(row["value"]) + later * changes[row["item"]]),
            }
            if row["question"] == "commute"
            else {"source": row["source"], "wave": "", **row}
            for row in rows
            for later, wave in enumerate(("2015", "2017") if row["question"] == "commute" else ("",))
        ]

    edit_table(folder / "data/survey.csv", spread)
    edit_table(folder / "data/claims.csv", lambda rows: [rows[-1]])
    descriptor = json.dumps(json.loads(publish_descriptor(folder)))  # with the columns, which some tests damage
    (folder / "data/datapackage.json").write_text(descriptor, encoding="utf-8")
    declaration = (folder / "article/article.toml").read_text(encoding="utf-8")
    declaration = declaration.replace('["commute"]', '["commute@2017"]') + '\n[waves]\norder = ["2015", "2017"]\n'
    (folder / "article/article.toml").write_text(declaration, encoding="utf-8")


def add_margins(folder: Path, *rows: str) -> None:
    """Give a copy of the invented article a table of margins: its header, and its rows."""
    (folder / "data/margins.csv").write_text("\n".join([*rows, ""]), encoding="utf-8")
    descriptor = json.loads((folder / "data/datapackage.json").read_text(encoding="utf-8"))
    tables = [table for table in descriptor["resources"] if table["name"] != "margins"]
    descriptor["resources"] = [*tables, {"name": "margins", "path": "margins.csv"}]
    (folder / "data/datapackage.json").write_text(json.dumps(descriptor), encoding="utf-8")


def edit_table(path: Path, change: Callable[[list[dict[str, str]]], list[dict[str, str]]]) -> None:
    """Change the rows of a CSV file, whose columns become those of its first new row."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = change(list(csv.DictReader(file)))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def replace_text(path: Path, old: str, new: str, count: int = -1) -> None:
    """Replace what a file holds, everywhere or so many times; fail if it does not hold it."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path}: {old!r} is not there"
    path.write_text(text.replace(old, new, count), encoding="utf-8")


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A copy of the project that each test leaves as it was."""
    folder = copy_project(tmp_path_factory.mktemp("whole") / "project")
    shutil.copy(PROJECT / "README.fr.md", folder)
    return folder


@pytest.fixture
def small(copy) -> Path:
    """A copy of the project with one notebook in one language: it shows what eight in two would."""
    for name in ("notebooks/en", "figures/en"):
        shutil.rmtree(copy / name)
    for path in copy.glob("notebooks/fr/[2-9]*.ipynb"):
        path.unlink()
    return copy


@pytest.fixture(scope="session")
def shared(tmp_path_factory) -> Path:
    """A folder that all workers of a run share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture
def drawn_once(shared, monkeypatch) -> None:
    """Draw the pictures of the same data and language once in a run of pytest, whatever copy or worker asks first."""
    from contre_enquete.edition import rerun

    def run_in_worker(make, project, *arguments, draw=warm.run_in_worker):
        data = {path: content for path, (content, _) in snapshot(project / "data").items()}
        told = repr((make.__name__, arguments, sorted(data.items()))).encode()
        drawing = shared / f"{hashlib.sha256(told).hexdigest()}.drawing"
        if not drawing.exists():
            made = drawing.with_suffix(f".{os.getpid()}")
            with reads.collect() as read:
                drawn = draw(make, project, *arguments)
            made.write_bytes(pickle.dumps((drawn, read)))
            made.replace(drawing)
        drawn, read = pickle.loads(drawing.read_bytes())
        reads.note(*read)
        return drawn

    monkeypatch.setattr(warm, "run_in_worker", run_in_worker)
    monkeypatch.setattr(rerun, "run_in_worker", run_in_worker)


@pytest.fixture(scope="session")
def charts_in() -> Callable[[str], dict]:
    """Returns the charts of the article in a language, by the names of the functions that draw them; made once."""
    from contre_enquete.survey.model import load_survey

    @cache
    def make_charts(language):
        survey = load_survey(language, PROJECT)
        return {draw.__name__: draw(survey) for draw in load_figures(PROJECT).FIGURES}

    return make_charts


@pytest.fixture(scope="session")
def rows() -> list[dict[str, str]]:
    """The rows of `survey.csv`, read without the package."""
    with (PROJECT / "data/survey.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def labels() -> dict[tuple[str, str, str], str]:
    """Item names by question, item and language, read without the package."""
    with (PROJECT / "data/codebook/items.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["question"], row["item"], language): row[f"label_{language}"]
            for row in csv.DictReader(file)
            for language in ("fr", "en")
        }


def one_of_each(values: Iterable, kind: Callable) -> list:
    """Return values as parameters of a test, of which all but the first of each kind are marked thorough."""
    kinds, parameters = set(), []
    for value in values:
        marks = [pytest.mark.thorough] if kind(value) in kinds else []
        parameters.append(pytest.param(value, marks=marks))
        kinds.add(kind(value))
    return parameters


def slow_after(count: int, values: Iterable) -> list:
    """Return values as parameters of a test, of which all but the first few are marked slow."""
    return [
        value if number < count else pytest.param(value, marks=pytest.mark.slow) for number, value in enumerate(values)
    ]


def slow_rows_after(count: int, rows: Iterable[tuple]) -> list:
    """Return rows of several values as parameters of a test, of which all but the first few are marked slow."""
    return [row if number < count else pytest.param(*row, marks=pytest.mark.slow) for number, row in enumerate(rows)]


def read_differences(table: Path):
    """Differences of groups, as `tabulate` has written them beside a table."""
    from contre_enquete.answers.differences import name_differences

    path = name_differences(table)
    return read_csv_table(path, path.name, DIFFERENCE_COLUMNS, DIFFERENCE_NUMBERS, "differences of groups")


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and time of change of every file under a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def copy_invented(target: Path, *names: str, without: Iterable[str] = ()) -> Path:
    """Copy the edition of the invented article, or some of its folders, without what has a name; return the copy."""
    for name in names or ("",):
        ignored = shutil.ignore_patterns("__pycache__", *without)
        shutil.copytree(SKELETON_FOLDER / name, target / name, ignore=ignored, dirs_exist_ok=True)
    return target


def copy_project(target: Path) -> Path:
    for name in ("article", "data", "notebooks", "figures"):
        shutil.copytree(PROJECT / name, target / name, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    for name in ("requirements.txt", "README.md", "CITATION.cff", "CHANGELOG.md", "CONTRIBUTING.md"):
        shutil.copy(PROJECT / name, target)
    return target


@pytest.fixture(scope="session")
def site(shared) -> Path:
    """The site, made from the committed notebooks as `make` makes it from executed ones, once in a run of pytest.

    Or the one that is given, which `proof/mutants.py` has damaged.
    """
    if given := os.environ.get("CONTRE_ENQUETE_SITE"):
        return Path(given)
    made = make_once(shared / "site", lambda folder: make_cards(make_site(copy_project(folder / "project"))))
    return made / "project/site"


@pytest.fixture(scope="session")
def begun(shared) -> Path:
    """The edition of the invented article as `contre-enquete new` begins and builds it, to copy."""
    return make_once(shared / "begun", lambda folder: main(["new", str(folder / "à vélo")])) / "à vélo"


def make_once(made: Path, make: Callable[[Path], object]) -> Path:
    """Call `make` with a folder that becomes `made`, and return this; once in a run, whichever worker comes first."""
    unfinished = made.with_suffix(".unfinished")
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(unfinished, ignore_errors=True)
            make(unfinished)
            unfinished.rename(made)
    return made


def make_site(project: Path) -> Path:
    """Makes the pages of a project's notebooks, as they are, and returns the folder `site`."""
    notebooks = relative(project, "notebooks/*/*.ipynb")
    bench = Workbench(project, lambda step: None)
    inputs = build.Inputs.read(bench)
    for steps in (build._list_pages, build._list_site):
        for _, _, make in steps(bench, inputs, notebooks, ""):
            for path, content in make().items():
                replace_file(project / path, content)
    return project / "site"


def make_cards(site: Path) -> None:
    """Make the cards of a site for social networks, of figures that of the first."""
    article = load_figures(site.parent)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(article, "FIGURES", article.FIGURES[:1])
        patched.setattr("contre_enquete.plugin.load_figures", lambda project: article)
        patched.setattr(warm, "run_in_worker", lambda make, *arguments: make(*arguments))  # another process draws all
        for language in list_edition_languages(site.parent):
            for path, content in build._draw_figures(site.parent, language).items():
                replace_file(site.parent / path, content)


def commit(folder: Path, *paths: str) -> None:
    """Commit files of a folder, all unless some are named, in a repository that is made where there is none."""
    run_git(folder, "init", "--quiet")
    run_git(folder, "add", *(paths or ["."]))
    run_git(folder, "commit", "--quiet", "--message", "One")


def run_git(folder: Path, *arguments: str) -> None:
    """Run git in a folder, with an author and no settings that would ask."""
    author = ["-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)


def relative(project: Path, *patterns: str) -> list[str]:
    found = {path for pattern in patterns for path in project.glob(pattern) if path.is_file()}
    return sorted(path.relative_to(project).as_posix() for path in found)


@pytest.fixture(scope="module")  # its event loop would be in the way of other tests
def browser():
    """A Chromium that Playwright drives; without one the tests skip, unless `CONTRE_ENQUETE_BROWSER` is "required"."""
    with chromium() as started:
        yield started


@contextmanager
def chromium(**environment: str):
    """Start a browser with these variables of the environment; skip or fail without one."""
    with ExitStack() as stack:
        try:
            started = stack.enter_context(open_browser(**environment))
        except NoBrowser as missing:
            if os.environ.get("CONTRE_ENQUETE_BROWSER") == "required":
                pytest.fail(str(missing))
            pytest.skip(f"{missing}; then make test")
        yield started


@pytest.fixture(scope="module")
def engine():
    """What `pip install contre-enquete[answers]` installs; merely having it in the environment slows every kernel."""
    if not (BESIDE / "ibis").is_dir():
        pytest.fail(".cache/answers: ibis is missing; run make test, which installs it", pytrace=False)
    sys.path.append(str(BESIDE))
    yield
    sys.path.remove(str(BESIDE))


@pytest.fixture
def tabulated(engine, tmp_path, capsys):
    """Runs the command on answers and a codebook, given as a path, text or bytes; gives its exit code, what it said,
    the table.
    """

    def run(answers, codebook, *options, name="answers.csv"):
        if not isinstance(answers, Path):
            path = tmp_path / name
            path.write_bytes(answers.encode() if isinstance(answers, str) else answers)
            answers = path
        (tmp_path / "codebook.toml").write_text(codebook, encoding="utf-8")
        table = tmp_path / "table.csv"
        arguments = [
            "tabulate",
            answers,
            "--codebook",
            tmp_path / "codebook.toml",
            "--output",
            table,
            "--minimum",
            0,
            *options,
        ]
        code = main(list(map(str, arguments)))
        return code, capsys.readouterr().err, table

    return run
