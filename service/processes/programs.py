"""A supervised program: started, monitored, restarted, and finally stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from claims.store import die_with_parent

BACKOFF_BASE_S = 0.5
BACKOFF_MAX_S = 30.0
STEADY_S = 60.0
"""Seconds after which a running program has recovered: its next restart is immediate again."""
WAIT_S = 0.05
KILLED_S = 2.0
"""Seconds within which killed processes are gone, if their exit status is collected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A Python module with its arguments, and the file descriptors it inherits.

    `has_leases`: its child processes lease work items.
    """

    name: str
    module: str
    arguments: tuple[str, ...]
    pass_fds: tuple[int, ...] = ()
    has_leases: bool = False

    def command(self) -> list[str]:
        """The command line, tied to the life of this process; -P excludes the current folder.

        The program gets SIGKILL when this process dies: after that no process can wait for a
        graceful end, and the leases cover running work.
        """
        launcher = (die_with_parent.__file__, str(os.getpid()), str(int(signal.SIGKILL)))
        tie = [sys.executable, "-I", "-S", *launcher]
        return [*tie, sys.executable, "-P", "-m", self.module, *self.arguments]


class Backoff:
    """When to restart a program: at once, and after a pause that doubles with each early end."""

    def __init__(self) -> None:
        self._ends = 0
        self._started_at = time.monotonic()
        self._start_at: float | None = None

    @property
    def is_pending(self) -> bool:
        """Whether an end was recorded and no start since."""
        return self._start_at is not None

    @property
    def is_over(self) -> bool:
        """Whether the pause is over."""
        return self._start_at is not None and time.monotonic() >= self._start_at

    def note_start(self) -> None:
        """Record a start now."""
        self._started_at = time.monotonic()
        self._start_at = None

    def note_end(self) -> None:
        """Record an end now that was not requested."""
        now = time.monotonic()
        self._ends = 0 if now - self._started_at > STEADY_S else self._ends + 1
        pause_s = BACKOFF_BASE_S * 2 ** (self._ends - 1) if self._ends else 0.0
        self._start_at = now + min(BACKOFF_MAX_S, pause_s)


class Child:
    """The process of one program, in its own session, so that Ctrl-C reaches only the parent.

    Call all methods from one thread: Linux ends the process when the thread that started it ends.
    """

    def __init__(
        self,
        program: Program,
        *,
        environment: Mapping[str, str],
        log_path: Path,
        on_end: Callable[[Program, int], None] = lambda program, pid: None,
    ) -> None:
        """`on_end` is called with the process id whenever the process has ended."""
        self.program = program
        self._on_end = on_end
        self.log_path = log_path
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._backoff = Backoff()

    @property
    def pid(self) -> int | None:
        """The process id, None while it does not run."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process; its output is appended to the log file."""
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                self.program.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self._environment),
                cwd=self.log_path.parent,
                pass_fds=self.program.pass_fds,
                start_new_session=True,
            )
        self._backoff.note_start()

    def look_after(self, *, say: Callable[[str], None]) -> bool:
        """Restart the process when it has ended and the pause is over; False when it just ended."""
        process = self._process
        if process is None:
            if self._backoff.is_over:
                self._start_again(say)
            return True
        status = process.poll()
        if status is None:
            return True
        self._process = None
        self._backoff.note_end()
        self._clear_up(process)
        say(f"{self.program.name} ended ({_describe(status)}), starting again; see {self.log_path}")
        return False

    def _start_again(self, say: Callable[[str], None]) -> None:
        """Start the process; a failed start, such as by a full disk, counts as an early end."""
        try:
            self.start()
        except OSError as error:
            self._backoff.note_end()
            say(f"{self.program.name} cannot be started, trying again: {error}")

    def ask_to_stop(self) -> None:
        """Request a graceful end: running work is finished, no new work is taken."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def end(self, *, seconds_left: Callable[[], float]) -> None:
        """Wait for the end until the time is over, then kill the process and its children."""
        process, self._process = self._process, None
        if process is None:
            return
        while process.poll() is None and seconds_left() > 0:
            time.sleep(WAIT_S)
        self._clear_up(process)

    def _clear_up(self, process: subprocess.Popen[bytes]) -> None:
        """Kill the process and its children if they still run, and wait until they are gone."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            until = time.monotonic() + KILLED_S
            while time.monotonic() < until:
                os.killpg(process.pid, 0)  # raises when no process of the group is left
                time.sleep(WAIT_S)
        process.wait()
        self._on_end(self.program, process.pid)


def _describe(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"
