"""How long things take, side by side in one run: `make bench`. Medians of five; compare ratios, not seconds.

The floor is one process that imports what the notebooks import and draws what they draw, and no more. The
notebook part of `make test` and the stale build are measured as a reader would run them; others that
are not installed are left out and named.
"""

import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

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
RERUN = """
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from contre_enquete.notebooks.run import encode_notebook, run_notebook
paths = sorted(Path("notebooks").glob("*/*.ipynb"))
with ThreadPoolExecutor(2) as pool:
    for path, fresh in zip(paths, pool.map(run_notebook, paths)):
        assert encode_notebook(fresh) == path.read_bytes(), path
"""
LIBRARIES = "import pandas, matplotlib, seaborn"


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
            "import pandas, matplotlib, seaborn": [PYTHON, "-c", LIBRARIES],
            "import the package besides": [
                PYTHON,
                "-c",
                f"{LIBRARIES}; import article, contre_enquete.survey.model",
            ],
            "floor: one process, imports and draws": [PYTHON, "-c", FLOOR],
            "ours: re-run and compare all notebooks": [PYTHON, "-c", RERUN],
            "ours: make, everything stale": build,
            "ours: make, one notebook changed": build,
            "ours: make, nothing changed": build,
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
        seconds = {name: [] for name in jobs}
        for turn in range(ROUNDS):
            for name, job in jobs.items():
                prepare(name, project)
                seconds[name].append(timed(job, project))
                print(f"\rround {turn + 1} of {ROUNDS}: {name:45}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
    medians = {name: statistics.median(found) for name, found in seconds.items()}
    floor = medians["floor: one process, imports and draws"]
    print(f"{'':45} seconds   × floor")
    for name, median in medians.items():
        print(f"{name:45} {median:7.2f} {median / floor:9.2f}")
    ours, stale = medians["ours: re-run and compare all notebooks"], medians["ours: make, nothing changed"]
    imports = medians["import the package besides"] / medians["import pandas, matplotlib, seaborn"]
    for goal, met in {
        f"re-run and compare at most 1.5 × the floor: {ours / floor:.2f}": ours <= 1.5 * floor,
        f"at least 3 × faster than pytest --nbval: {medians['pytest --nbval'] / ours:.2f}": medians["pytest --nbval"]
        >= 3 * ours,
        f"make with nothing changed under 1 s: {stale:.2f}": stale < 1,
        f"imports under 1.2 × those of pandas, matplotlib, seaborn: {imports:.2f}": imports < 1.2,
    }.items():
        print(f"{'met   ' if met else 'MISSED'} {goal}")
    for module in ("papermill", "jupyter_book"):
        if not importlib.util.find_spec(module):
            print(f"{module}: not installed, not measured")


def prepare(name: str, project: Path) -> None:
    """Brings about what a job is measured on."""
    if name.endswith("everything stale"):
        shutil.rmtree(project / ".cache", ignore_errors=True)
    elif name.endswith("one notebook changed"):
        path = project / "notebooks/fr/1-article.ipynb"
        told = json.loads(path.read_text(encoding="utf-8"))
        told["cells"][0]["source"].append("\n\nEncore.")
        path.write_text(json.dumps(told), encoding="utf-8")


def timed(job: list[str], project: Path) -> float:
    """Seconds that a command takes in the project's copy; stops the bench if it fails."""
    environment = os.environ | {"PYTHONPATH": str(project / "src"), "PYTHONHASHSEED": "0"}
    begun = time.monotonic()
    done = subprocess.run(job, cwd=project, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(job)[:200]}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.monotonic() - begun


if __name__ == "__main__":
    main()
