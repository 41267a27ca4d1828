"""`make serve` shows the pages, or says in one line why it cannot, before it builds anything."""

import socket
import subprocess
import sys
from urllib.request import urlopen

import pytest

from conftest import PROJECT

pytestmark = pytest.mark.slow
SERVE = [sys.executable, str(PROJECT / "tools/serve")]


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_in_use_is_told_before_a_build(listening, tmp_path):
    for command in (
        [*SERVE, "--check", str(listening)],
        ["make", "-C", str(PROJECT), "-o", ".venv/installed", "serve", f"PORT={listening}"],
    ):
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        told = (
            f"port {listening}: Address already in use; expected a free one: make serve PORT={listening % 65_535 + 1}"
        )
        assert run.returncode and told in run.stderr.splitlines() and "Traceback" not in run.stderr
        assert "notebooks/" not in run.stdout  # the name of a step


@pytest.mark.parametrize("port", ["0", "65536", "８０", "http", "8" * 400])
def test_what_is_no_port_is_told(port):
    run = subprocess.run([*SERVE, "--", port], capture_output=True, text=True)
    assert run.returncode == 2 and f"found {port!r}; expected a number from 1 to 65535" in run.stderr


def test_pages_are_served(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("hello")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen([*SERVE, str(port)], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as run:
        assert f":{port};".encode() in run.stdout.readline()
        with urlopen(f"http://127.0.0.1:{port}/") as page:
            assert page.read() == b"hello"
        run.kill()
