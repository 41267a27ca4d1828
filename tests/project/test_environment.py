"""Lock, `pyproject.toml`, `environment.yml` and the version numbers agree."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml
from flit_core.wheel import make_wheel_in
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from conftest import PROJECT, relative

EDITIONS = "src/contre_enquete/skeleton/requirements.txt"  # the lock of what editions install


def locked(project, *locks):
    """Versions that the lock names, or these locks, by package."""
    versions = {}
    lines = [(project / lock).read_text(encoding="utf-8").splitlines() for lock in locks or ["requirements.txt"]]
    for line in chain(*lines):
        if match := re.match(r"([a-z0-9._-]+)==(\S+)", line):
            versions.setdefault(match[1], set()).add(match[2])
    return versions


def direct(project):
    """What `pyproject.toml` asks for, development and build included."""
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    groups, extras = settings["dependency-groups"], settings["project"]["optional-dependencies"]
    wanted = settings["project"]["dependencies"] + extras["edition"] + extras["tests"] + groups["dev"] + groups["build"]
    return [Requirement(text) for text in wanted]


def conda(project):
    """What `environment.yml` pins, by package."""
    entries = yaml.safe_load((project / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    pins = {
        canonicalize_name(name): pin.lstrip("=")
        for name, _, pin in (e.partition("=") for e in entries if isinstance(e, str))
    }
    (pip,) = [entry["pip"] for entry in entries if isinstance(entry, dict)]
    *extra, project_itself = pip  # what conda-forge does not have at this version, then the package
    assert project_itself == "--editable ."
    return pins | {canonicalize_name(name): pin for name, _, pin in (e.partition("==") for e in extra)}


def test_lock_has_every_dependency_within_its_limits(project):
    for requirement in direct(project):
        versions = locked(project)[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version) for version in versions), requirement.name


def test_the_lock_of_editions_is_of_the_same_versions(project):
    """It has what an edition needs, and no more than the lock of this one."""
    versions, ours = locked(project, EDITIONS), locked(project)
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = settings["optional-dependencies"]
    wanted = map(Requirement, settings["dependencies"] + extras["edition"] + extras["tests"])
    assert {canonicalize_name(requirement.name) for requirement in wanted} <= versions.keys()
    assert {name: ours.get(name) for name in versions} == versions


def test_the_locks_of_the_tests_have_what_the_optional_part_asks_for(project):
    """Within its limits, and within those that a package sets for another of them."""
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    versions = locked(project, "requirements.txt", "tests/requirements-answers.txt", "tests/requirements-spark.txt")
    for requirement in map(Requirement, settings["project"]["optional-dependencies"]["answers"]):
        assert all(requirement.specifier.contains(version) for version in versions[canonicalize_name(requirement.name)])
    for file in (project / ".cache/answers").glob("*.dist-info/METADATA"):
        for text in re.findall(r"^Requires-Dist: (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE):
            requirement, given = Requirement(text), versions.get(canonicalize_name(Requirement(text).name), ())
            assert given or requirement.marker, f"{file.parent.name}: {text}"
            if not requirement.marker or any(
                requirement.marker.evaluate({"extra": it}) for it in ("duckdb", "pyspark")
            ):
                assert all(requirement.specifier.contains(version) for version in given), f"{file.parent.name}: {text}"


LOCKS = relative(PROJECT, "requirements.txt", "tests/requirements-*.txt")


@pytest.mark.parametrize("lock", [*LOCKS, EDITIONS])
def test_every_line_of_a_lock_has_hashes(project, lock):
    text = (project / lock).read_text(encoding="utf-8")
    assert text.count("\n    --hash=sha256:") >= {"requirements.txt": 500}.get(lock, 1)
    assert all("--hash=" in entry for entry in re.split(r"\n(?=\S)", text.strip()))


FIXED = {  # the first version without any hole that was known in November 2026, of what reads other people's files
    "brotli": "1.2",  # CVE-2025-6176
    "duckdb": "1.4.2",  # CVE-2025-64429
    "fonttools": "4.60.2",  # CVE-2025-66034
    "jupyter-server": "2.21",  # CVE-2026-44727, CVE-2026-86049
    "jupyterlab": "4.6.2",  # CVE-2026-73415, CVE-2026-73417, CVE-2026-73627
    "mistune": "3.3.4",  # CVE-2026-76098
    "nbconvert": "7.17.1",  # CVE-2026-39377, CVE-2026-39378
    "pillow": "12.3",  # CVE-2026-40192, CVE-2026-59204
    "pyarrow": "23.0.1",  # CVE-2026-25087
    "pytest": "9.0.3",  # CVE-2025-71176
}


@pytest.mark.parametrize("name", FIXED)
def test_no_version_with_a_known_hole_is_asked_for_or_locked(name, project):
    """Whoever installs without the locks gets the fix too."""
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    answers = map(Requirement, settings["project"]["optional-dependencies"]["answers"])
    (asked,) = {r.specifier for r in (*direct(project), *answers) if r.name == name}
    (least,) = [Version(part.version) for part in asked if part.operator == ">="]
    assert least >= Version(FIXED[name])
    assert all(Version(version) >= Version(FIXED[name]) for version in locked(project, *LOCKS)[name])


def test_dependabot_sees_every_lock(project):
    """Of `uv`, it reads the files of a folder that end in .txt or .in and list packages."""
    updates = yaml.safe_load((project / ".github/dependabot.yml").read_text(encoding="utf-8"))["updates"]
    (folders,) = [update["directories"] for update in updates if update["package-ecosystem"] == "uv"]
    assert {f"/{lock}".rpartition("/")[0] or "/" for lock in LOCKS} == set(folders)
    assert not relative(project, "*.lock", "tests/*.lock") and len(LOCKS) == 5


@pytest.mark.slow
def test_the_licence_of_every_locked_package_is_known(project):
    ask = [sys.executable, "tools/audit", "--licences"]
    listed = subprocess.run(ask, cwd=project, capture_output=True, text=True, check=True).stdout
    for name in ("bleach", "duckdb", "jupyterlab", "nh3", "statsmodels"):
        assert re.search(rf"^{name} \d\S*: .*(?:MIT|BSD|Apache)", listed, re.MULTILINE)


@pytest.mark.thorough
def test_no_locked_version_has_a_hole_that_is_known_today(project):
    if subprocess.run([sys.executable, "tools/audit"], cwd=project, capture_output=True).returncode == 2:
        pytest.skip("pypi.org does not list known holes here: make audit asks it each week on GitHub")
    audit = subprocess.run(["make", "audit"], cwd=project, capture_output=True, text=True)
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_conda_environment_has_every_dependency_at_the_locked_version(project):
    pins = conda(project)
    for requirement in direct(project):
        name = canonicalize_name(requirement.name)
        assert name in pins, f"environment.yml: {name} is missing"
        assert {pins[name]} == locked(project)[name], f"environment.yml: {name}={pins[name]} is not the locked version"


def test_conda_environment_names_nothing_else(project):
    pins = conda(project)
    assert set(pins) == {canonicalize_name(requirement.name) for requirement in direct(project)} | {
        "python",
        "make",
        "pip",
    }


def test_conda_python_is_supported(project):
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    assert Requirement(f"python{settings['project']['requires-python']}").specifier.contains(conda(project)["python"])


@pytest.mark.parametrize("package", ["scipy", "rfc3987-syntax"])
def test_lock_is_free_of_slow_passengers(project, package):
    """Each of them, merely installed, slows every import by half a second or more."""
    assert package not in locked(project)


SETTINGS = {  # of a reader, which break a build or change it
    "IPYTHONDIR": "/nowhere",
    "JUPYTER_PATH": "/nowhere",
    "MATPLOTLIBRC": "/nowhere",
    "MPLBACKEND": "none",
    "PYTHONHASHSEED": "1",
    "PYTHONHOME": "/nowhere",
    "PYTHONINSPECT": "1",
    "PYTHONOPTIMIZE": "2",
    "PYTHONPATH": "/nowhere",
    "PYTHONPLATLIBDIR": "none",
    "PYTHONSAFEPATH": "",
    "PYTHONSTARTUP": "/nowhere",
    "PYTHONWARNINGS": "error",
}
OURS = {
    "Makefile": {"IPYTHONDIR", "PYTHONHASHSEED", "PYTHONPATH", "PYTHONSAFEPATH"},
    "src/contre_enquete/skeleton/Makefile": {"PYTHONHASHSEED", "PYTHONSAFEPATH"},
}


@pytest.mark.parametrize("makefile", OURS)
def test_no_setting_of_a_reader_reaches_what_make_runs(makefile, project):
    ask = ["make", "-f", makefile, "--eval", "show: ; @env", "show"]
    environment = os.environ | SETTINGS | {"PYTHON": "python3"}
    shown = subprocess.run(ask, cwd=project, env=environment, capture_output=True, text=True, check=True).stdout
    passed_on = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
    assert set(passed_on) & set(SETTINGS) == OURS[makefile]
    assert all(passed_on[name] != SETTINGS[name] for name in OURS[makefile])
    assert passed_on["PYTHON"] == "python3"  # with which engine/install makes the environment


def test_lint_checks_the_types_of_engine_and_article(project):
    checked = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
    assert checked["files"] == ["src", "article"]
    assert checked["disallow_untyped_defs"] and checked["check_untyped_defs"]
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (project / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert "\t@$(RUN) mypy\n" in recipe[1]
    assert {"src", "article"} <= set(re.search(r"^CODE := (.*)$", recipe.string, re.MULTILINE)[1].split())


@pytest.mark.slow
def test_the_package_that_others_install_says_that_it_has_types(project, tmp_path):
    built = make_wheel_in(project / "pyproject.toml", tmp_path)
    assert "contre_enquete/py.typed" in ZipFile(built.file).namelist()


@pytest.mark.slow
def test_looking_up_the_command_loads_nothing_heavy():
    import sys

    code = "import sys, contre_enquete.__main__, contre_enquete.edition.build, contre_enquete.survey.package; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pandas", "matplotlib", "seaborn", "frictionless", "nbformat", "babel"} & set(loaded)


@pytest.mark.slow
def test_checking_a_text_loads_what_the_light_package_has(tmp_path):
    """Of other packages that is text2num alone."""
    (tmp_path / "pyproject.toml").write_text('[tool.contre-enquete]\nfigures = "a.csv"\npaths = ["*.md"]\n')
    (tmp_path / "a.csv").write_text("city,share\nParis,34\n")
    (tmp_path / "a.md").write_text("[34 in Paris](#a.paris)\n")
    code = (
        "import sys; before = {*sys.modules}; from contre_enquete.__main__ import main; assert main(['check']) == 0; "
        "print(*{name.split('.')[0] for name in {*sys.modules} - before} - sys.stdlib_module_names)"
    )
    told = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert told.splitlines()[-1].split() and set(told.splitlines()[-1].split()) == {"contre_enquete", "text_to_num"}


def test_the_light_package_asks_for_text2num_alone(project):
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [Requirement(text).name for text in settings["dependencies"]] == ["text2num"]
    assert not {"jupyterlab", "matplotlib"} & {
        Requirement(it).name for it in settings["optional-dependencies"]["answers"]
    }


@pytest.mark.slow
def test_a_checkout_on_windows_is_the_same_to_the_byte(project, tmp_path):
    """Git for Windows ends lines with CRLF unless told otherwise."""
    if not shutil.which("git") or not (project / ".git").exists():
        pytest.skip("not a checkout of git. To run them: git clone, then make test there")
    windows = ["git", "-c", "core.autocrlf=true", "-c", "core.eol=crlf"]
    subprocess.run([*windows, "checkout-index", "--all", f"--prefix={tmp_path}/"], cwd=project, check=True)
    listed = subprocess.run(["git", "ls-files", "--stage", "-z"], cwd=project, capture_output=True, check=True).stdout
    entries = dict(reversed(entry.split("\t")) for entry in listed.decode().split("\0") if entry)
    ask = ["git", "hash-object", "--no-filters", *(str(tmp_path / path) for path in entries)]
    digests = subprocess.run(ask, cwd=project, capture_output=True, text=True, check=True).stdout.split()
    wanted = [entry.split()[1] for entry in entries.values()]
    assert [path for path, one, other in zip(entries, digests, wanted, strict=True) if one != other] == []


def test_the_environment_finds_the_source_whatever_the_folder_is_called():
    """Python 3.11 and 3.12 read the file in the locale's encoding, and stop where that lacks a letter of the path."""
    (file,) = Path(sys.prefix).glob("lib/python3*/site-packages/contre_enquete.pth")
    assert file.read_text(encoding="utf-8").isascii()
