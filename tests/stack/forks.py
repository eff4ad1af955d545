"""Python modules as processes, without the time of their imports.

A worker of Celery or the service spends over a second on imports before it does anything, a command
half a second. Here a server process imports these modules once, and each program is a fork of it
that runs its module as `python -m` does. Between the two is a keeper, which waits for the program
and reports its status.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
MESSAGE_BYTES = 200_000
FILES_MAX = 4

IMPORTED = (
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "celery.concurrency.thread",
    "celery.worker.consumer",
    "claims.cli.shelf",
    "claims.entailment.calibration",
    "claims.shelves.contents",
    "claims.shelves.filling",
    "claims.sources.fetch",
    "claims.wiring",
    "kombu.transport.redis",
    "service.cli",
    "service.server.wsgi",
    "tests.stack.scripted",
    "workers.app",
    "workers.second_reader",
)


class Forked:
    """A running module, with the part of subprocess.Popen that tests use."""

    def __init__(self, reports: socket.socket) -> None:
        self._reports = reports
        self._status: int | None = None
        self.pid, self.parent_pid = map(int, reports.recv(MESSAGE_BYTES).split())

    def __del__(self) -> None:
        """Close the socket of a process that nobody waited for."""
        self._reports.close()

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout_s: float | None = None) -> int:
        """Wait for its end and return the exit status; subprocess.TimeoutExpired if it runs on."""
        if self._status is None:
            self._reports.settimeout(timeout_s)
            try:
                self._status = int(self._reports.recv(MESSAGE_BYTES))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(str(self.pid), timeout_s or 0) from None
            self._reports.close()
        return self._status

    def send_signal(self, number: int) -> None:
        """Send a signal to a process that has not ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)


def fork_module(
    module: str,
    arguments: Sequence[str | socket.socket],
    *,
    env: Mapping[str, str],
    output: IO[bytes],
    own_session: bool = False,
) -> Forked:
    """Run `python -m MODULE ARGUMENTS` in the root of the repository.

    A socket among the arguments is inherited, and given as the number of its descriptor. Standard
    output and error go to `output`.
    """
    inherited = [one for one in arguments if isinstance(one, socket.socket)]
    order = {
        "module": module,
        "arguments": [None if isinstance(one, socket.socket) else one for one in arguments],
        "env": dict(env),
        "own_session": own_session,
    }
    _, server = _start_server()
    ours, keepers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with keepers:
        files = [keepers.fileno(), output.fileno(), *(one.fileno() for one in inherited)]
        socket.send_fds(server, [json.dumps(order).encode()], files)
    return Forked(ours)


@cache
def _start_server() -> tuple[subprocess.Popen[bytes], socket.socket]:
    """The server of this process, which ends with it, and the socket for orders."""
    ours, servers = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with servers:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.stack.forks", str(servers.fileno())],
            cwd=ROOT,
            pass_fds=[servers.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    return process, ours


# the server process ------------------------------------------------------------------------------


def main(orders: socket.socket) -> None:
    """Fork for each order until there are no more; in a fork, run its module."""
    for name in IMPORTED:
        importlib.import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers that end leave nothing behind
    while True:
        message, files, _, _ = socket.recv_fds(orders, MESSAGE_BYTES, FILES_MAX)
        if not message:
            return
        if os.fork() == 0:
            orders.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _keep(files)
            _run(json.loads(message), files)
            return
        for file in files:
            os.close(file)


def _keep(files: Sequence[int]) -> None:
    """Returns in a fork; the keeper itself waits for the fork, reports its status and ends."""
    if pid := os.fork():
        reports, *others = files
        for file in others:
            os.close(file)
        _, status = os.waitpid(pid, 0)
        os.write(reports, str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)


def _run(order: Mapping[str, Any], files: Sequence[int]) -> None:
    """Become the program."""
    reports, output, *inherited = files
    if order["own_session"]:
        os.setsid()
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(output)
    for file in inherited:
        os.set_inheritable(file, True)
    os.environ.clear()
    os.environ.update(order["env"])
    numbers = iter(map(str, inherited))
    arguments = [next(numbers) if one is None else one for one in order["arguments"]]
    sys.argv = [order["module"], *arguments]
    os.write(reports, f"{os.getpid()} {os.getppid()}".encode())
    os.close(reports)
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
