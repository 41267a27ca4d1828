"""JupyterLab starts on loopback and serves the notebooks."""

import json
import os
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

TOKEN = "contre-enquete"


@pytest.fixture(scope="module")
def lab(project, tmp_path_factory):
    """The address of a running JupyterLab, and a function that asks it for something."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path_factory.mktemp("home")
    folders = {f"JUPYTER_{name}_DIR": str(home / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    log = (home / "log").open("w+")
    options = [
        "--no-browser",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={TOKEN}",
        "--allow-root",
    ]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options], cwd=project, env=os.environ | folders, stdout=log, stderr=log
    )

    def ask(path):
        request = Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"token {TOKEN}"})
        with urlopen(request, timeout=10) as answer:
            return answer.read().decode()

    try:
        for _ in range(150):
            try:
                ask("/api/status")
                break
            except (URLError, ConnectionError):
                assert server.poll() is None, log.seek(0) or log.read()
                time.sleep(0.2)
        else:
            pytest.fail(f"JupyterLab does not answer: {log.seek(0) or log.read()}")
        yield ask
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def test_lab_serves_its_page(lab):
    assert "<title>JupyterLab</title>" in lab("/lab/tree/notebooks/fr/1-article.ipynb")


def test_lab_serves_each_notebook_with_its_results(lab, project):
    for path in sorted(project.glob("notebooks/[!.]*/*.ipynb")):
        served = json.loads(lab(f"/api/contents/{path.relative_to(project).as_posix()}"))
        assert served["type"] == "notebook"
        assert sum(bool(cell.get("outputs")) for cell in served["content"]["cells"]) > 0


def test_lab_offers_the_kernel_of_the_notebooks(lab):
    kernels = json.loads(lab("/api/kernelspecs"))["kernelspecs"]
    assert kernels["python3"]["spec"]["language"] == "python"
