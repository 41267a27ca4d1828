"""The same results on any sane machine: `make matrix` re-makes everything under other conditions and compares.

Each row of the table is a copy of the project in which nothing is fresh, built under one condition.
Notebooks, figures and pages must be those of this checkout, byte for byte. "Oldest" and "newest" install the
limits of pyproject.toml in an environment of their own, and compare texts, tables and what the charts
show: their drawing may differ by a hundredth of a point. The last rows are other machines, on which HEAD must
be as committed: a minimal Debian (tools/bare) with nothing else, with fonts, with another Python, and a clock and
processors that qemu plays, for the figures. Conditions that a machine cannot offer are named, and no success.
`python proof/matrix.py here` compares texts, tables and what the charts show in this environment with what is
committed.
"""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

PROJECT = Path(__file__).resolve().parents[1]
OUTCOMES = ("same", "DIFFERENT", "not possible here")
SAME = ("figures", "notebooks", "site")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
ALONE = (  # a machine that reaches itself and no other
    "import fcntl, os, socket, struct, sys\n"
    "up = struct.pack('16sh', b'lo', 0x1)\n"
    "fcntl.ioctl(socket.socket(), 0x8914, up)\n"  # SIOCSIFFLAGS, IFF_UP
    "os.execvp(sys.argv[1], sys.argv[1:])"
)
READ_ONLY = 'mount --bind . . && cd . && mount -o remount,bind,ro . && cd "$PWD" && exec "$@"'
SETTINGS = {  # that somebody may have at home
    ".config/matplotlib/matplotlibrc": "font.size: 30\nfigure.dpi: 40\nsvg.fonttype: path\n",
    ".ipython/profile_default/startup/00-mine.py": "import pandas\npandas.set_option('display.precision', 1)\nprint('hello')\n",
    ".jupyter/jupyter_nbconvert_config.py": "c.HTMLExporter.exclude_input = True\n",
}
KEPT = (
    "PATH",
    "SYSTEMROOT",
    "TEMP",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
)  # all but one for Windows
FIGURES = """
import sys
from pathlib import Path
from contre_enquete.edition import rerun
from contre_enquete.article import list_edition_languages
rerun.run_in_worker = lambda draw, *given: draw(*given)  # here: another process would be one of the real processor
found = [f"{language}{line}" for language in list_edition_languages(Path()) for line in rerun.diff_figures(Path(), language)]
print(*found, f"{len(found)} differences" if found else "The same: every figure", sep=chr(10))
sys.exit(bool(found))
"""
DRAW = f"-c '{FIGURES}'"
PATHS = "MPLCONFIGDIR=.cache/matplotlib PYTHONPATH=src:.cache/arm64"
UNZIP = "for wheel in /arm64/wheels/*; do python3 -m zipfile --extract $wheel .cache/arm64; done"
MACHINES = {  # what tools/bare is told
    "bare Debian 12": [],
    "bare, with fonts": [
        "+fonts-croscore fonts-dejavu fonts-liberation",
        *("make rerun", "make"),
        ".venv/bin/python tools/make-font",  # must give the committed font, like every step
    ],
    "bare Debian 13, its Python": ["--suite", "trixie"],
    "figures in 2037": [
        *("+faketime", "make .venv/installed"),
        f"{PATHS} faketime '2037-06-01 12:00:00' .venv/bin/python {DRAW}",
    ],
    "figures on an Intel of 2008": [
        *("+qemu-user-static", "make .venv/installed"),
        f"{PATHS} qemu-x86_64-static -cpu Nehalem .venv/bin/python {DRAW}",
    ],
    "figures on aarch64": [
        *("--arm64", "+qemu-user-static", UNZIP),
        f"{PATHS} qemu-aarch64-static -L /arm64 /arm64/usr/bin/python3 {DRAW}",
    ],
}
PLAIN = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0"}


def main() -> int:
    conditions = {
        "as it is": {},
        "locale C": {"environment": {"LC_ALL": "C"}},
        "locale fr_CA.UTF-8": {"locale": "fr_CA"},
        "locale tr_TR.UTF-8": {"locale": "tr_TR"},
        "time zone Pacific/Kiritimati": {"environment": {"TZ": "Pacific/Kiritimati"}},
        "time zone America/Montreal": {"environment": {"TZ": "America/Montreal"}},
        "hash seed 1": {"environment": {"PYTHONHASHSEED": "1"}},
        "hash seed 4242": {"environment": {"PYTHONHASHSEED": "4242"}},
        "from a folder below": {"start": "notebooks/fr"},
        "path with spaces and accents": {"name": "Mes cahiers à vérifier"},
        "such a path, locale C": {"name": "Mes cahiers à vérifier", "environment": {"LC_ALL": "C"}},
        "no home directory": {"environment": {"HOME": "/dev/null/none"}},
        "backend of a desktop": {"environment": {"MPLBACKEND": "TkAgg"}},
        "somebody's own settings": {"home": SETTINGS},
        "no network": {"before": ["unshare", "--net", "--map-root-user", sys.executable, "-c", ALONE]},
        "read-only checkout": {
            "before": ["unshare", "--mount", "--map-root-user", "sh", "-c", READ_ONLY, "sh"],
            "command": "rerun",
        },
    }
    with TemporaryDirectory() as folder:
        wanted = results(reference(Path(folder)))
        rows = {
            name: partial(outcome, Path(folder), wanted, sys.executable, **condition)
            for name, condition in conditions.items()
        }
        for version in PYTHONS:
            rows[f"Python {version}, same lock"] = partial(with_python, Path(folder), wanted, version, "locked")
        for choice in ("lowest-direct", "highest"):
            rows[f"dependencies: {choice}"] = partial(with_python, Path(folder), wanted, PYTHONS[0], choice)
        rows["AVX-512 switched off"] = partial(without_avx512, Path(folder), wanted)
        rows |= {name: partial(on_machine, told) for name, told in MACHINES.items()}
        said = []
        for name, row in rows.items():
            said.append(row())
            print(f"{name:32} {said[-1]}", flush=True)
    same, different, impossible = (sum(line.startswith(how) for line in said) for how in OUTCOMES)
    print(f"{len(said)} rows: {same} the same, {different} different, {impossible} not possible here")
    return 1 if different else 0


def here() -> int:
    """Whether notebooks run in this environment say what the committed ones say, however it draws."""
    with TemporaryDirectory() as folder:
        told = outcome(Path(folder), results(PROJECT), sys.executable, loose=True)
    print(f"texts, tables and alternative texts: {told}")
    return 1 if told != "same" else 0


def reference(folder: Path) -> Path:
    project = copied(folder / "reference")
    run(project, sys.executable, {}, [])
    return project


def copied(target: Path) -> Path:
    ignore = shutil.ignore_patterns(".git", ".venv", ".cache", "site", "__pycache__", ".ipynb_checkpoints")
    return Path(shutil.copytree(PROJECT, target, ignore=ignore))


def run(
    project: Path, python: str, environment: dict, before: list[str], start: str = "", command: str = "build"
) -> subprocess.CompletedProcess:
    settings = {
        **{name: os.environ[name] for name in KEPT if name in os.environ},
        "HOME": str(project.parent / "home"),
        **PLAIN,
        "PYTHONPATH": str(project / "src"),
        **environment,
    }
    job = [*before, python, "-B", "-m", "contre_enquete", command]
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
    locale="",
    command="build",
    home=None,
    loose=False,
) -> str:
    """What became of a build: "same", what differs, or why the machine cannot try it."""
    if before and subprocess.run([*before, "true"], capture_output=True).returncode:
        return f"not possible here: {before[0]}"
    environment = {**(environment or {})}
    if locale:
        spoken, kept = f"{locale}.UTF-8", folder / "locales"
        kept.mkdir(exist_ok=True)
        if subprocess.run(["localedef", "-i", locale, "-f", "UTF-8", kept / spoken], capture_output=True).returncode:
            return "not possible here: localedef"
        environment |= {"LOCPATH": str(kept), "LC_ALL": spoken, "LANGUAGE": locale}
    project = copied(folder / name)
    try:
        for path, content in (home or {}).items():
            (folder / "home" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "home" / path).write_text(content)
        done = run(project, python, environment, list(before), start, command)
        if done.returncode:
            return f"DIFFERENT: {(done.stderr.strip() or done.stdout.strip()).splitlines()[-1][:160]}"
        if command == "rerun":
            return "same"
        found = results(project)
        if loose:
            found, wanted = said(found), said(wanted)
        wrong = [path for path in sorted({*found, *wanted}) if found.get(path) != wanted.get(path)]
        return f"DIFFERENT: {len(wrong)} files, such as {wrong[0]}" if wrong else "same"
    finally:
        shutil.rmtree(project)
        shutil.rmtree(folder / "home", ignore_errors=True)


def said(files: dict[str, bytes]) -> dict[str, object]:
    """What notebooks say, without the drawing of their pictures: texts, tables, alternative texts, sources."""
    texts = {}
    for path, content in files.items():
        if path.startswith("notebooks/"):
            cells = json.loads(content)["cells"]
            outputs = [output["data"] for cell in cells for output in cell.get("outputs", [])]
            texts[path] = [
                re.sub(r'width=\\"\d+\\" height=\\"\d+\\"|max-width:\d+px|base64,[^"]*', "", json.dumps(data))
                for data in outputs
            ]
    return texts


def with_python(folder: Path, wanted: dict, version: str, choice: str) -> str:
    """The same, in an environment of that Python with locked, lowest or highest dependencies, made with uv."""
    if not shutil.which("uv"):
        return "not possible here: uv"
    environment = folder / f"python-{version}-{choice}"
    kept = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    make = ["uv", "venv", "--quiet", "--no-project", "--no-python-downloads", environment, "--python"]
    if all(subprocess.run([*make, found], capture_output=True).returncode for found in (*kept[-1:], version)):
        return f"not possible here: no Python {version}"
    python = str(environment / "bin/python")
    if choice == "locked":
        what = ["--require-hashes", "--requirements", "requirements.txt"]
    else:
        what = [
            "--resolution",
            choice,
            "--overrides",
            str(overrides(folder)),
            "--requirements",
            "pyproject.toml",
            "--extra",
            "edition",
        ]
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


def without_avx512(folder: Path, wanted: dict) -> str:
    """The same, when numpy does without what this processor has of AVX-512."""
    from numpy._core import _multiarray_umath as numpy

    used = [name for name in numpy.__cpu_dispatch__ if numpy.__cpu_features__[name]]
    off = " ".join(name for name in used if name.startswith(("AVX512", "X86_V4")))
    if not off:
        return "not possible here: no AVX-512 that numpy uses"
    return outcome(folder, wanted, sys.executable, environment={"NPY_DISABLE_CPU_FEATURES": off})


def on_machine(told: list[str]) -> str:
    """The same, for what `tools/bare` says of HEAD."""
    if platform.machine() != "x86_64" and any("qemu" in step for step in told):
        return "not possible here: qemu for another processor than x86_64"
    done = subprocess.run(["python3", PROJECT / "tools/bare", *told], capture_output=True, text=True)
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("tools/bare: ")]
    if done.returncode == os.EX_UNAVAILABLE:
        return said[-1].removeprefix("tools/bare: ")
    if done.returncode:
        return f"DIFFERENT: {done.stdout.splitlines()[-1]}; {done.stderr.splitlines()[-1]}"
    uncommitted = [line for line in said if "not committed" in line]
    return "; ".join(["same", *(line.removeprefix("tools/bare: ") for line in uncommitted)])


def overrides(folder: Path) -> Path:
    """What pyproject.toml leaves out of every environment."""
    path = folder / "overrides.txt"
    path.write_text("rfc3987-syntax ; python_version < '3'\n")
    return path


if __name__ == "__main__":
    sys.exit(here() if sys.argv[1:] == ["here"] else main())
