"""Runs of `assay up` as processes, and a claim with a page that supports it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from claims.types import ClaimId, ClaimStatus, Verdict
from service.client import Client

ASSAY = Path(sys.executable).with_name("assay")
READY = "Assay is ready at "
CLAIM = "The new bridge at Kisoro is 42 metres long."
PAGE = """<html lang="en"><head><title>The Kisoro bridge</title></head><body><article>
<h1>New bridge opened in Kisoro</h1>
<p>The new bridge over the river at Kisoro is 42 metres long, the district engineer said on
Monday. It was opened to traffic after two years of work and carries two lanes.</p>
<p>Farmers in the valley had waited for it since the flood swept away the old crossing.</p>
</article></body></html>"""


class Up:
    """One run of `assay up` on a data folder; `client`: of a run of Standing."""

    client: Client

    def __init__(self, data_folder: Path, *arguments: str, **environment: str) -> None:
        kept = {name: text for name, text in os.environ.items() if not name.startswith("ASSAY_")}
        self.data_folder = data_folder
        self.process = subprocess.Popen(
            [ASSAY, "up", "--data", data_folder, "--port", "0", "--workers", "1", *arguments],
            env=kept | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def wait_until_ready(self) -> Client:
        """Wait for the ready line; returns a client for its address."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith(READY), self.process.communicate()
        self.url = line.removeprefix(READY).strip()
        return Client(self.url)

    def end(self, signal_number: int = signal.SIGINT) -> int:
        """Send the signal and wait; returns the exit status."""
        self.process.send_signal(signal_number)
        self.process.communicate(timeout=60)
        return self.process.returncode

    def pids(self) -> list[int]:
        """All processes of this data folder, with `assay up` itself."""
        return find_processes(self.data_folder)


Start = Callable[..., Up]


def find_processes(data_folder: Path) -> list[int]:
    """Ids of the processes that run in the folder or have it in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            is_inside = (entry / "cwd").readlink().is_relative_to(data_folder)
            names_it = bytes(data_folder) in (entry / "cmdline").read_bytes()
        except OSError:
            continue  # the process has ended or belongs to another user
        if is_inside or names_it:
            found.append(int(entry.name))
    return found


class Standing:
    """Keeps a run of `assay up` from one test to the next, because a start takes seconds.

    A test that fails leaves no run behind: the next one starts another, on a new folder.
    """

    def __init__(self, make_folder: Callable[[], Path], **environment: str) -> None:
        self._make_folder = make_folder
        self._environment = environment
        self._runs: list[Up] = []
        self._left: Up | None = None

    def take(self) -> Up:
        """The ready run that a test has left, or a new one."""
        up, self._left = self._left, None
        if up is None:
            self.end()
            up = self._start(self._make_folder() / "my data")
        return up

    def start_again(self, ended: Up) -> Up:
        """A new run on the data folder of a run that has ended; it is ready."""
        return self._start(ended.data_folder)

    def leave(self, up: Up) -> None:
        """Leave a ready run to the next test."""
        self._left = up

    def end(self) -> None:
        """Kill all processes of all runs."""
        while self._runs:
            up = self._runs.pop()
            up.process.kill()
            up.process.communicate()
            for pid in up.pids():
                with suppress(ProcessLookupError):  # it was ending
                    os.kill(pid, signal.SIGKILL)

    def _start(self, data_folder: Path) -> Up:
        up = Up(data_folder, **self._environment)
        self._runs.append(up)
        up.client = up.wait_until_ready()
        return up


def submit(client: Client, page: str) -> ClaimId:
    """Submit CLAIM with this page as its source."""
    return client.submit_claim({"text": CLAIM, "sources": [page]})


def wait_until_judged(client: Client, claim_id: ClaimId) -> Verdict:
    """Wait for the claim and return its verdict; fails unless it was judged exactly once."""
    claim = client.wait_for_claim(claim_id, timeout_s=90)
    assert claim.status is ClaimStatus.JUDGED
    assert [entry.check for entry in client.get_history(claim_id)] == [1]
    assert claim.verdict is not None
    return claim.verdict
