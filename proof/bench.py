"""How long things take, side by side in one run: `make bench`. Medians of five; compare ratios, not seconds.

The floor is one process that imports what the notebooks import and draws what they draw, and no more. The
notebook part of `make test` and the stale build are measured as a reader would run them; others that
are not installed are left out and named. Fails where a ratio is missed.
"""

import csv
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

PROJECT = Path(__file__).resolve().parents[1]
ROUNDS = int(os.environ.get("ROUNDS", 5))
PYTHON = sys.executable
FLOOR = """
from pathlib import Path
from article import FIGURES
from contre_enquete.article import list_edition_languages
from contre_enquete.survey.model import load_survey
for language in list_edition_languages(Path.cwd()):
    survey = load_survey(language)
    for draw in FIGURES:
        draw(survey).html()
"""
TRY = """
from contre_enquete import load_edition
edition = load_edition("en")
edition.having("tools.email.sme", 90).charts["tools"].html()
"""
LIBRARIES = "import pandas, matplotlib.figure"
OLD_FLOOR = 15  # times the libraries' import: 7.2 s beside 0.48, of the version of 26 November 2026, on idle processors
GOALS = {  # at most so many times the old floor, as medians
    "floor: one process, imports and draws": 0.67,
    "ours: re-run and compare everything": 1.0,
    "ours: make, everything stale": 1.5,
    "ours: make, one value changed": 0.5,
    "ours: make, yours.csv changed": 0.4,
    "ours: make, one sentence changed": 0.16,
    "ours: make, nothing changed": 0.016,
}


def main() -> None:
    with TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        shutil.copytree(
            PROJECT, project, ignore=shutil.ignore_patterns(".git", ".venv", ".cache", "site", "__pycache__")
        )
        notebooks = sorted(path.relative_to(project).as_posix() for path in project.glob("notebooks/*/*.ipynb"))
        build = [PYTHON, "-m", "contre_enquete", "build"]
        jupyter = [PYTHON, "-m", "nbconvert", "--log-level=ERROR", "--output-dir", f"{folder}/out"]
        nbval = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", *notebooks]
        jobs = {
            LIBRARIES: [PYTHON, "-c", LIBRARIES],
            "import the package besides": [
                PYTHON,
                "-c",
                f"{LIBRARIES}; import article, contre_enquete.survey.model",
            ],
            "floor: one process, imports and draws": [PYTHON, "-c", FLOOR],
            "ours: re-run and compare everything": [PYTHON, "-m", "contre_enquete", "rerun"],
            "ours: make, everything stale": build,
            "ours: make, nothing changed": build,
            "ours: make, one sentence changed": build,
            "ours: make, yours.csv changed": build,
            "ours: make, one value changed": build,
            "ours: put back what was changed": build,
            "ours: check": [PYTHON, "-m", "contre_enquete", "check"],
            "ours: another value tried": [PYTHON, "-c", TRY],
            "pytest --nbval": nbval,
            "pytest --nbval -n 2": [*nbval, "-n", "2", "--dist", "loadfile"],
            "nbconvert --execute": [*jupyter, "--to", "html", "--execute", *notebooks],
        }
        if importlib.util.find_spec("papermill"):
            jobs["papermill, one after the other"] = [PYTHON, "-c", "import papermill, sys; [papermill.execute_notebook(p, None, cwd=p.rsplit('/', 1)[0], progress_bar=False) for p in sys.argv[1:]]", *notebooks]  # fmt: skip
        if importlib.util.find_spec("jupyter_book"):
            jobs["jupyter-book build"] = [
                PYTHON,
                "-m",
                "jupyter_book",
                "build",
                "--all",
                "notebooks",
                "--path-output",
                f"{folder}/book",
            ]
        figures: dict[str, list[tuple[float, float]]] = {name: [] for name in jobs}
        for turn in range(ROUNDS):
            for name, job in jobs.items():
                prepare(name, project)
                figures[name].append(measured(job, project))
                print(f"\rround {turn + 1} of {ROUNDS}: {name:45}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
    sys.exit(report(figures))


def report(figures: dict[str, list[tuple[float, float]]]) -> int:
    """Prints what was measured and which goals are met; returns how many are missed."""
    medians = {name: statistics.median(seconds for seconds, _ in runs) for name, runs in figures.items()}
    floor, ours = medians["floor: one process, imports and draws"], medians["ours: re-run and compare everything"]
    old_floor = OLD_FLOOR * medians[LIBRARIES]
    print(f"{'':45} seconds   × floor   peak MB")
    for name, median in medians.items():
        peak = statistics.median(megabytes for _, megabytes in figures[name])
        print(f"{name:45} {median:7.2f} {median / floor:9.2f} {peak:9.0f}")
    goals = {
        f"{name.removeprefix('ours: ')} at most {most} × the old floor: {medians[name] / old_floor:.2f}": medians[name]
        <= most * old_floor
        for name, most in GOALS.items()
    }
    for name in ("pytest --nbval", "nbconvert --execute"):
        goals[f"at least 8 × faster than {name}: {medians[name] / ours:.2f}"] = medians[name] >= 8 * ours
    imports = medians["import the package besides"] / medians[LIBRARIES]
    goals[f"imports under 1.2 × those of pandas and matplotlib: {imports:.2f}"] = imports < 1.2
    for goal, met in goals.items():
        print(f"{'met   ' if met else 'MISSED'} {goal}")
    for module in ("papermill", "jupyter_book"):
        if not importlib.util.find_spec(module):
            print(f"{module}: not installed, not measured")
    return sum(not met for met in goals.values())


def prepare(name: str, project: Path) -> None:
    """Brings about what a job is measured on."""
    if name.endswith("everything stale"):
        shutil.rmtree(project / ".cache", ignore_errors=True)
        (project / ".cache").mkdir()
    elif name.endswith("one sentence changed"):
        path = project / "notebooks/fr/1-article.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"][0]["source"].append("\n\nEncore.")
        path.write_text(json.dumps(notebook), encoding="utf-8")
    elif name.endswith("yours.csv changed"):
        change_cell(project / "data/yours.csv")
    elif name.endswith("one value changed"):
        change_cell(project / "data/survey.csv")
    elif name.endswith("put back what was changed"):
        for path in ("notebooks/fr/1-article.ipynb", "data/yours.csv", "data/survey.csv"):
            shutil.copy(PROJECT / path, project / path)


def change_cell(path: Path) -> None:
    """Makes the first percent of a table less by one."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = list(csv.reader(lines))
    place = rows[0].index("percent")
    row = next(n for n, cells in enumerate(rows) if n and cells[place] not in ("", "0"))
    rows[row][place] = f"{float(rows[row][place]) - 1:g}"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def measured(job: list[str], project: Path) -> tuple[float, float]:
    """Seconds, and peak megabytes of its largest process, that a command takes in the copy; stops if it fails."""
    environment = os.environ | {"PYTHONPATH": f"{project / 'src'}:{project}", "PYTHONHASHSEED": "0"}
    with TemporaryFile("w+") as said:
        begun = time.monotonic()
        process = subprocess.Popen(job, cwd=project, env=environment, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        if status:
            said.seek(0)
            sys.exit(f"{' '.join(job)[:200]}\n{said.read()[-4000:]}")
    return seconds, used.ru_maxrss / 1024


if __name__ == "__main__":
    main()
