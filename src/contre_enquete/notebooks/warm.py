"""Start Jupyter kernels warm: fork each from one process that has imported what notebooks import.

`WarmProvisioner` is a Jupyter kernel provisioner, chosen with `JUPYTER_DEFAULT_PROVISIONER_NAME=contre-enquete-warm`
(`make test` sets it), so that nbclient, nbval and anything else that starts a kernel of this environment can use it.
The process that forks is the fork server of Python's multiprocessing. Each kernel is a process of its own, with the
working directory and environment that were asked for, and nothing that another notebook has done.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import pickle
import signal
import socket
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple

from jupyter_client.provisioning import LocalProvisioner

from ..errors import EditionError
from ..project import NoProject, find_project
from ..reads import collect, log_reads, note

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

    from jupyter_client.connect import KernelConnectionInfo

PROVISIONER_NAME = "contre-enquete-warm"
LAUNCHER = ["-m", "ipykernel_launcher"]
PROVISIONER_VARIABLE = "JUPYTER_DEFAULT_PROVISIONER_NAME"
READS = "CONTRE_ENQUETE_READS"  # set for a kernel that is to log what it reads of its project: the path of the log
SAFE_PATH = {"PYTHONSAFEPATH": "1"}  # no module is taken from the current folder, where a notebook may have brought one
PRELOADED_MODULES = ["contre_enquete.warm_start"]
CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()
Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


class WarmProvisioner(LocalProvisioner):
    """Start kernels of this environment by a fork; start others, and all where there is no fork server, as usual."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel whose usual command is `cmd`, and return how to connect to it.

        Raises EditionError if the machine does not reach itself.
        """
        _check_loopback()
        kwargs["env"] = (kwargs.get("env") or dict(os.environ)) | SAFE_PATH
        if not CAN_FORK or cmd[1:3] != LAUNCHER or os.path.realpath(cmd[0]) != os.path.realpath(sys.executable):
            return await super().launch_kernel(cmd, **kwargs)
        kernel = Kernel(cmd[3:], kwargs.get("cwd") or str(Path.cwd()), kwargs["env"])
        self.process = kernel  # type: ignore[assignment]  # there typed as a Popen, of which a Kernel has what is used
        self.pid = self.pgid = kernel.pid
        return self.connection_info


def _check_loopback() -> None:
    """Raise EditionError if this machine cannot connect to itself: a kernel would start, and never answer."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    except OSError:
        raise EditionError(
            "the loopback interface (127.0.0.1) cannot be reached, and Jupyter kernels need it; try: ip link set lo up"
        ) from None


def run_in_worker(make: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
    """Call `make(*arguments)` in a forked worker and return its result, so that drawing blocks no thread of a build.

    Notes what it notes. Raises what it raises, and EditionError if the worker ends without a result.
    """
    with ProcessPoolExecutor(1, mp_context=_fork_server() if CAN_FORK else None) as pool:
        try:
            result, read = pool.submit(partial(_call_picklably, make, *arguments)).result()
        except BrokenProcessPool:
            raise EditionError(
                f"{make.__name__}: its process ended without a result; "
                "expected code that does not end its process, and memory enough"
            ) from None
    note(*read)
    return result


def _call_picklably(make: Callable[[*Arguments], Result], *arguments: *Arguments) -> tuple[Result, set[str]]:
    """Return the result of `make(*arguments)` and what it notes.

    Raises a RuntimeError for an error that pickle cannot carry to another process.
    """
    try:
        with collect() as read:
            return make(*arguments), read
    except Exception as error:
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:
            raise RuntimeError(f"{type(error).__name__}: {error}") from error
        raise


def _fork_server() -> ForkServerContext:
    os.environ.update(SAFE_PATH)  # of the server, once it starts, and so of the kernels
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(PRELOADED_MODULES)
    return server


class Kernel:
    """A forked kernel, with the part of the interface of `subprocess.Popen` that its provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, arguments: list[str], folder: str, environment: dict[str, str]) -> None:
        self._process = _fork_server().Process(target=_run_kernel, args=(arguments, folder, environment), daemon=True)
        self._process.start()
        assert self._process.pid is not None  # since it has started
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Return the exit code, None while the kernel runs."""
        return self._process.exitcode

    def wait(self) -> int | None:
        """Wait for the kernel to end and return its exit code."""
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel, if it runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End the kernel at once."""
        self._process.kill()

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self._process.terminate()


def _run_kernel(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Run a Jupyter kernel in this forked child, with its own session, working directory and environment.

    Does not return until the kernel stops.
    """
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    asyncio.set_event_loop(None)
    if log := environment.get(READS):
        with suppress(NoProject):
            log_reads(find_project(), Path(log))
    IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])
