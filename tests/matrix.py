"""The same results on any sane machine: `make matrix` re-makes everything under other conditions and compares.

Each row of the table is a copy of the project in which nothing is fresh, built under one condition.
Notebooks, figures and pages must be those of this checkout, byte for byte. "Oldest" and "newest" install the
limits of pyproject.toml in an environment of their own, and compare texts, tables and what the charts
show: their drawing may differ by a hundredth of a point. Conditions that a machine cannot offer are named.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).resolve().parents[1]
SAME = ("figures", "notebooks", "site")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLAIN = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}


def main() -> int:
    conditions = {
        "as it is": {},
        "locale C": {"environment": {"LC_ALL": "C"}},
        "locale fr_CA.UTF-8": {"environment": {"LC_ALL": "fr_CA.UTF-8", "LANGUAGE": "fr_CA"}},
        "locale tr_TR.UTF-8": {"environment": {"LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr_TR"}},
        "time zone Pacific/Kiritimati": {"environment": {"TZ": "Pacific/Kiritimati"}},
        "time zone America/Montreal": {"environment": {"TZ": "America/Montreal"}},
        "hash seed 1": {"environment": {"PYTHONHASHSEED": "1"}},
        "hash seed 4242": {"environment": {"PYTHONHASHSEED": "4242"}},
        "from a folder below": {"start": "notebooks/fr"},
        "path with spaces and accents": {"name": "Mes cahiers à vérifier"},
        "no home directory": {"environment": {"HOME": "/nonexistent"}},
        "no network": {"before": ["unshare", "--net", "--map-root-user"]},
        "package read-only": {"read_only": True},
    }
    with TemporaryDirectory() as folder:
        wanted = results(reference(Path(folder)))
        rows = [
            (name, outcome(Path(folder), wanted, sys.executable, **condition)) for name, condition in conditions.items()
        ]
        for version in PYTHONS:
            rows.append((f"Python {version}, same lock", with_python(Path(folder), wanted, version, "locked")))
        for choice in ("lowest-direct", "highest"):
            rows.append((f"dependencies: {choice}", with_python(Path(folder), wanted, "3.11", choice)))
    for name, said in rows:
        print(f"{name:32} {said}")
    print(f"{sum(said == 'same' for _, said in rows)} of {len(rows)} the same")
    return 1 if any(said.startswith("DIFFERENT") for _, said in rows) else 0


def reference(folder: Path) -> Path:
    project = copied(folder / "reference")
    run(project, sys.executable, {}, [])
    return project


def copied(target: Path) -> Path:
    ignore = shutil.ignore_patterns(".git", ".venv", ".cache", "site", "__pycache__", ".ipynb_checkpoints")
    return Path(shutil.copytree(PROJECT, target, ignore=ignore))


def run(
    project: Path, python: str, environment: dict, before: list[str], start: str = ""
) -> subprocess.CompletedProcess:
    settings = {
        "PATH": os.environ["PATH"],
        "HOME": str(project),
        **PLAIN,
        "PYTHONPATH": str(project / "src"),
        **environment,
    }
    job = [*before, python, "-m", "contre_enquete", "build"]
    return subprocess.run(job, cwd=project / start, env=settings, capture_output=True, text=True)


def results(project: Path) -> dict[str, bytes]:
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for name in SAME
        for path in sorted((project / name).rglob("*"))
        if path.is_file()
    }


def outcome(
    folder: Path,
    wanted: dict,
    python: str,
    *,
    name: str = "copy",
    environment=None,
    before=(),
    start="",
    read_only=False,
    loose=False,
) -> str:
    """What became of a build: "same", what differs, or why the machine cannot try it."""
    if before and subprocess.run([*before, "true"], capture_output=True).returncode:
        return f"not possible here: {before[0]}"
    project = copied(folder / name)
    try:
        if read_only:
            for path in [*(project / "src").rglob("*"), *(project / "data").rglob("*")]:
                path.chmod(0o555 if path.is_dir() else 0o444)
        done = run(project, python, environment or {}, list(before), start)
        if done.returncode:
            return f"DIFFERENT: {done.stderr.strip().splitlines()[-1][:160]}"
        found = results(project)
        if loose:
            found, wanted = said(found), said(wanted)
        wrong = [path for path in sorted({*found, *wanted}) if found.get(path) != wanted.get(path)]
        return f"DIFFERENT: {len(wrong)} files, such as {wrong[0]}" if wrong else "same"
    finally:
        for path in [project, *project.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o700)
        shutil.rmtree(project)


def said(files: dict[str, bytes]) -> dict[str, object]:
    """What notebooks say, without the drawing of their pictures: texts, tables, alternative texts, sources."""
    texts = {}
    for path, content in files.items():
        if path.startswith("notebooks/"):
            cells = json.loads(content)["cells"]
            outputs = [output["data"] for cell in cells for output in cell.get("outputs", [])]
            texts[path] = [
                re.sub(r'width="\d+" height="\d+"|max-width:\d+px|base64,[^"]*', "", json.dumps(data))
                for data in outputs
            ]
    return texts


def with_python(folder: Path, wanted: dict, version: str, choice: str) -> str:
    """The same, in an environment of that Python with locked, lowest or highest dependencies, made with uv."""
    if not shutil.which("uv"):
        return "not possible here: uv"
    environment = folder / f"python-{version}-{choice}"
    if subprocess.run(
        ["uv", "venv", "--quiet", "--no-project", "--no-python-downloads", "--python", version, environment],
        capture_output=True,
    ).returncode:
        return f"not possible here: no Python {version}"
    python = str(environment / "bin/python")
    if choice == "locked":
        what = ["--require-hashes", "--requirements", "requirements.lock"]
    else:
        what = ["--resolution", choice, "--overrides", str(overrides(folder)), "--requirements", "pyproject.toml"]
    commands = [["uv", "pip", "install", "--quiet", "--python", python, *what]]
    commands += (
        [["uv", "pip", "install", "--quiet", "--python", python, "flit_core>=3.11"]] if choice != "locked" else []
    )
    commands += [
        ["uv", "pip", "install", "--quiet", "--python", python, "--no-deps", "--no-build-isolation", "--editable", "."]
    ]
    for command in commands:
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
        if done.returncode:
            return f"not possible here: {done.stderr.strip().splitlines()[-1][:160]}"
    return outcome(folder, wanted, python, loose=choice != "locked")


def overrides(folder: Path) -> Path:
    """What pyproject.toml leaves out of every environment."""
    path = folder / "overrides.txt"
    path.write_text("rfc3987-syntax ; python_version < '3'\n")
    return path


if __name__ == "__main__":
    sys.exit(main())
