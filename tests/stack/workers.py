"""Celery processes for tests, each in a session of its own, by which they are found."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.stack.forks import fork_module

PATIENCE_S = 60.0


def wait_until(is_true: Callable[[], object], *, patience_s: float = PATIENCE_S) -> None:
    """Wait until `is_true` returns a true value; AssertionError after `patience_s`."""
    deadline = time.monotonic() + patience_s
    while not is_true():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)


class CeleryProcess:
    """`celery -A APP ...` with its children. Its output goes to a file in `folder`."""

    def __init__(self, app: str, *arguments: str, folder: Path, store_url: str) -> None:
        self.log = folder / f"celery-{len(list(folder.glob('celery-*')))}.log"
        with self.log.open("wb") as log:
            self._process = fork_module(
                "celery",
                ["-A", app, *arguments],
                env=os.environ | {"ASSAY_REDIS_URL": store_url, "ASSAY_TEST_FOLDER": str(folder)},
                output=log,
                own_session=True,
            )
        self.pid, self.parent_pid = self._process.pid, self._process.parent_pid

    def members(self) -> list[int]:
        """Ids of the running processes of its session."""
        return find_session(self.pid)

    def children(self) -> list[int]:
        """Ids of the pool processes."""
        return [pid for pid in self.members() if pid != self.pid]

    def is_running(self) -> bool:
        """Whether the parent process runs."""
        return self._process.poll() is None

    def signal_all(self, signal_number: int) -> None:
        """Send a signal to the parent and all its children."""
        os.killpg(self.pid, signal_number)

    def kill(self) -> None:
        """Kill only the parent, with SIGKILL."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Stop gracefully: tasks in progress are finished."""
        self._process.terminate()
        self._process.wait(PATIENCE_S)

    def end(self) -> None:
        """Kill the parent and all its children with SIGKILL, and wait for their end."""
        for pid in self.members():  # also those whose parent was killed alone
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait(PATIENCE_S)
        wait_until(lambda: not self.members(), patience_s=10)


def find_session(session: int) -> list[int]:
    """Ids of the processes of a session, without zombies."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            # pid (command) state ppid group session; the command may have spaces and brackets.
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(entry.name))
    return found
