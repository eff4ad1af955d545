"""Stopping `assay up` with signals while a claim is gathered from a slow server."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from threading import Event

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from claims.settings import Settings
from claims.store import connect, keys
from claims.store.embedded import EmbeddedServer, find_server
from service.client import Client
from service.processes.supervisor import Supervisor
from tests.e2e.up import PAGE, READY, Standing, Start, submit, wait_until_judged
from tests.stack.workers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
SLOW_S = 4.0
ALL = pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda n: n.name
)
BOTH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)


class SlowPage:
    """A page that takes SLOW_S seconds; `was_asked` is set at the first request, `times` counts.

    Each has an address of its own: a service that is running keeps the pages of earlier tests.
    """

    def __init__(self, server: HTTPServer) -> None:
        self.was_asked = Event()
        self.times = 0
        path = f"/bridge-{token_hex(4)}"
        self.url = server.url_for(path)
        server.expect_request("/robots.txt").respond_with_data("", status=404)
        server.expect_request(path).respond_with_handler(self._answer)

    def _answer(self, request: Request) -> Response:
        self.times += 1
        self.was_asked.set()
        time.sleep(SLOW_S)
        return Response(PAGE, content_type="text/html")


@pytest.fixture(autouse=True)
def nobody_ignores_hang_ups() -> Iterator[None]:
    """Restore SIGHUP: nohup makes programs ignore it, and child processes inherit that."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def slow_page(httpserver: HTTPServer) -> SlowPage:
    return SlowPage(httpserver)


@pytest.fixture
def orphans() -> Iterator[Orphans]:
    """Make this process the parent of all orphaned descendants (child subreaper)."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    yield Orphans()
    libc.prctl(PR_SET_CHILD_SUBREAPER, 0)


class Orphans:
    """The processes whose parent ended before them."""

    def __init__(self) -> None:
        self._before = _find_children()

    def find(self) -> list[str]:
        """Their command names, sorted; reaps those that have ended."""
        found = {pid: name for pid, name in _find_children().items() if pid not in self._before}
        for pid in found:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        return sorted(found.values())


def _find_children() -> dict[int, str]:
    found = {}
    for entry in Path("/proc").iterdir():
        with suppress(OSError, IndexError):
            head, _, tail = (entry / "stat").read_text().rpartition(")")
            if int(tail.split()[1]) == os.getpid():
                found[int(entry.name)] = head.partition("(")[2]
    return found


@ALL
def test_work_under_way_is_finished_before_the_end(
    number: signal.Signals, standing: Standing, slow_page: SlowPage, orphans: Orphans
) -> None:
    first = standing.take()
    claim_id = submit(first.client, slow_page.url)
    assert slow_page.was_asked.wait(60)
    assert first.end(number) == 0
    assert first.pids() == []
    assert orphans.find() == []
    second = standing.start_again(first)
    wait_until_judged(second.client, claim_id)
    assert slow_page.times == 1  # the gathered page was kept
    standing.leave(second)


@BOTH
def test_second_signal_ends_at_once_and_what_is_cut_off_is_due_again(
    number: signal.Signals, standing: Standing, slow_page: SlowPage
) -> None:
    first = standing.take()
    claim_id = submit(first.client, slow_page.url)
    assert slow_page.was_asked.wait(60)
    first.process.send_signal(number)
    time.sleep(1)  # two signals at once would count as one
    assert first.end(number) == 0
    wait_until(lambda: first.pids() == [], patience_s=10)
    with EmbeddedServer(first.data_folder) as server:
        store = connect(server.url)
        assert store.health().leased == 0
        assert store.health().due == 1
        assert store.connection.command("HGET", keys.CLAIM + claim_id, "attempts") == "0"
    second = standing.start_again(first)
    wait_until_judged(second.client, claim_id)
    standing.leave(second)


def test_idle_service_leaves_no_process_behind_that_nobody_waited_for(
    standing: Standing, orphans: Orphans
) -> None:
    assert standing.take().end(signal.SIGINT) == 0
    assert orphans.find() == []


def test_claim_of_a_worker_that_was_killed_is_due_again_at_once(
    data_folder: Path, slow_page: SlowPage, allowed: str
) -> None:
    """Without a release, its lease and its right to fetch the page would last up to a minute."""
    settings = Settings(fetch_allow=allowed)
    with Supervisor(settings, data_folder=data_folder, port=0, workers=1) as supervisor:
        client = Client(supervisor.url)
        claim_id = submit(client, slow_page.url)
        assert slow_page.was_asked.wait(60)
        os.kill(supervisor.pids["worker-fetch"], signal.SIGKILL)
        store = connect(find_server(data_folder) or "")
        wait_until(lambda: store.health().leased == 0, patience_s=20)
        assert wait_until_judged(client, claim_id).coverage.failed == ()


def test_signal_during_the_start_ends_it_and_leaves_nothing(start: Start, orphans: Orphans) -> None:
    up = start()
    wait_until(lambda: len(up.pids()) > 3)
    assert up.end(signal.SIGTERM) == 0
    assert up.pids() == []
    assert orphans.find() == []


def test_interrupt_of_a_program_that_runs_the_service_stops_it_gracefully(
    data_folder: Path, slow_page: SlowPage, allowed: str, orphans: Orphans
) -> None:
    """Before Python 3.13, after an exception in Thread.join the supervisor seemed to have ended."""
    program = f"""
from pathlib import Path
from claims.settings import Settings
from service.processes.supervisor import Supervisor
settings = Settings(fetch_allow={allowed!r})
folder = Path({str(data_folder)!r})
with Supervisor(settings, data_folder=folder, port=0, workers=1) as supervisor:
    print({READY!r} + supervisor.url, flush=True)
    supervisor.wait()
"""
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    submit(Client(process.stdout.readline().removeprefix(READY).strip()), slow_page.url)
    assert slow_page.was_asked.wait(60)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGINT
    assert orphans.find() == []
    with EmbeddedServer(data_folder) as server:
        assert connect(server.url).health().leased == 0
    assert slow_page.times == 1
