"""A machine that does not reach itself, on which kernels start and never answer, is told so at once."""

import shutil
import subprocess
import sys

import pytest

from contre_enquete.errors import EditionError
from contre_enquete.notebooks import warm
from contre_enquete.notebooks.run import run_notebook

pytestmark = pytest.mark.slow

TOLD = "the loopback interface (127.0.0.1) cannot be reached, and Jupyter kernels need it; try: ip link set lo up"
APART = ["unshare", "--net", "--map-root-user"]


def test_a_machine_that_does_not_reach_itself_is_told(project, monkeypatch):
    def refuse(*_, **__):
        raise OSError("Network is unreachable")

    monkeypatch.setattr(warm.socket, "create_connection", refuse)
    with pytest.raises(EditionError) as error:
        run_notebook(project / "notebooks/en/1-article.ipynb")
    assert str(error.value) == TOLD


def test_without_loopback_no_kernel_is_waited_for(project):
    if not shutil.which("unshare") or subprocess.run([*APART, "true"], capture_output=True).returncode:
        pytest.skip("no network namespaces for this user. To run them: make test as root")
    code = "import pathlib, contre_enquete.notebooks.run as n; n.run_notebook(pathlib.Path('notebooks/en/1-article.ipynb'))"
    job = [*APART, sys.executable, "-c", code]
    done = subprocess.run(job, cwd=project, capture_output=True, text=True, timeout=60)
    assert done.stderr.splitlines()[-1] == f"contre_enquete.errors.EditionError: {TOLD}"
