"""What can be tested of the workflows without GitHub: their form, their rights, and agreement with the documents."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from conftest import PROJECT

GITHUB = PROJECT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").iterdir())
OURS = re.compile(
    r"\bmake\b|\.ci/run|contre-enquete|pytest|tests/|\bpip\b"
)  # runs code of the project, or what it depends on
WITHOUT_MAKE = {"windows": "powershell", "macos": "sh"}  # job -> language of its block in docs/install.md


def workflow(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def jobs() -> list[tuple[str, dict, dict]]:
    """Each job of each workflow: its name, its workflow, itself."""
    workflows = {path: workflow(path) for path in WORKFLOWS}
    return [
        (f"{path.stem}: {name}", whole, job) for path, whole in workflows.items() for name, job in whole["jobs"].items()
    ]


JOBS = pytest.mark.parametrize(("whole", "job"), [pytest.param(*told, id=name) for name, *told in jobs()])


def commands(job: dict) -> list[str]:
    """The lines that a job runs, in order."""
    return [line for step in job["steps"] for line in step.get("run", "").splitlines()]


def actions(job: dict) -> list[dict]:
    return [step for step in job["steps"] if "uses" in step]


def writes(rights: object) -> bool:
    """Whether a `permissions` lets anything be written."""
    return rights != {} and (not isinstance(rights, dict) or "write" in rights.values())


def tool(name: str, *arguments: object) -> None:
    """Runs a program of this environment, and tells what it finds."""
    run = subprocess.run(
        [Path(sys.executable).with_name(name), *arguments], cwd=PROJECT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.slow
def test_workflows_are_of_the_form_that_github_reads():
    tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS)


@pytest.mark.slow
def test_each_job_ends_in_time():
    tool("check-jsonschema", "--builtin-schema", "custom.github-workflows-require-timeout", *WORKFLOWS)


@pytest.mark.slow
def test_dependabot_is_of_the_form_that_github_reads():
    tool("check-jsonschema", "--builtin-schema", "vendor.dependabot", GITHUB / "dependabot.yml")


@pytest.mark.slow
def test_zizmor_finds_nothing():
    """Every action and image is pinned, no right is given to all jobs, no run piles up on another of its kind."""
    tool("zizmor", "--offline", "--persona", "pedantic", "--no-progress", GITHUB)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_each_pin_says_its_version(path):
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert lines
    assert all(re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line) for line in lines)


def test_one_action_has_one_pin():
    """The same action at two commits is one that somebody forgot."""
    pins = {step["uses"] for _, _, job in jobs() for step in actions(job)}
    assert len(pins) == len({pin.split("@")[0] for pin in pins})


@JOBS
def test_a_checkout_keeps_no_credentials(whole, job):
    checkouts = [step for step in actions(job) if step["uses"].startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@JOBS
def test_what_runs_the_project_may_only_read(whole, job):
    rights = job.get("permissions", whole["permissions"])
    if any(OURS.search(line) for line in commands(job)):
        assert rights == {"contents": "read"}
        assert not re.search(r"\bsecrets\b|github\.token|GITHUB_TOKEN|GH_TOKEN", yaml.safe_dump(job))


def test_only_what_deploys_may_write():
    """And it runs nothing: it gives GitHub what another job has built."""
    assert not any(writes(whole["permissions"]) for _, whole, _ in jobs())
    ((name, _, job),) = [told for told in jobs() if writes(told[2].get("permissions", {}))]
    assert name == "publish: deploy"
    assert [step["uses"].split("@")[0] for step in job["steps"]] == ["actions/deploy-pages"]
    assert job["needs"] == "build"


@JOBS
def test_browser_tests_are_not_skipped(whole, job):
    tests = [step for step in job["steps"] if re.search('make (?:test|"[$]PART)', step.get("run", ""))]
    assert all(step["env"]["CONTRE_ENQUETE_BROWSER"] == "required" for step in tests)


def test_the_nightly_workflow_runs_all_that_make_prove_does(project):
    recipe = re.search(r"^prove: (.*)$", (project / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    matrix = workflow(GITHUB / "workflows/prove.yml")["jobs"]["prove"]["strategy"]["matrix"]
    assert matrix == {"part": recipe[1].split()}


def test_make_help_lists_every_target(project):
    makefile = (project / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    listed = re.findall(r"^# make ([a-z-]+)", makefile, re.MULTILINE)
    assert sorted(listed) == sorted(set(targets) - {"build"}), "make alone is make build"


def test_a_bare_machine_does_what_the_readme_says():
    """It has only what it installs. The committed results are questioned before `make` puts its own in their place."""
    job = workflow(GITHUB / "workflows/check.yml")["jobs"]["bare"]
    assert job["container"].startswith("debian:bookworm-slim@")
    first, *_ = job["steps"]
    assert first["run"].endswith(" git make python3-venv ca-certificates\n")
    said = [match[1] for line in commands(job) if (match := re.match(r"su reader -c '(make[^']*|git status)", line))]
    assert said == ["make rerun", "make", "git status", "make test"]


def test_every_supported_python_is_tried(project):
    matrix = workflow(GITHUB / "workflows/check.yml")["jobs"]["pythons"]["strategy"]["matrix"]
    assert matrix == {"python": ["3.11", "3.12", "3.13"]}
    assert f">={matrix['python'][0]}" in (project / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", WITHOUT_MAKE)
def test_without_make_the_job_does_what_the_document_says(project, name):
    """To the letter, but for JupyterLab, which would not end; and one question more, before a build overwrites."""
    document = (project / "docs/install.md").read_text(encoding="utf-8")
    section = document.split("## Without make\n")[1].split("\n## ")[0]
    (block,) = re.findall(rf"^```{WITHOUT_MAKE[name]}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    told = [line.split("  #")[0].strip() for line in block.splitlines()]
    assert [line.split()[-1] for line in told[-2:]] == ["build", "lab"]
    told[-1] += " --version"
    job = workflow(GITHUB / "workflows/check.yml")["jobs"][name]
    done = commands(job)
    assert [line for line in done if not line.endswith("matrix.py here")] == told
    assert [line.split()[-1] for line in done[-4:-1]] == ["rerun", "here", "build"]
    assert [step["run"].split()[-1] for step in job["steps"] if "continue-on-error" in step] == ["rerun"]


def test_conda_proves_what_the_readme_promises_of_it():
    done = commands(workflow(GITHUB / "workflows/check.yml")["jobs"]["conda"])
    assert "--file environment.yml" in done[0]
    assert {"contre-enquete check", "python proof/matrix.py here"} < set(done)
    named = re.findall(r"tests/\w+/test_\w+\.py", done[-1])
    assert named
    assert all((PROJECT / path).is_file() for path in named)
