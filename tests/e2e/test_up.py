"""`assay up`: started, used, killed in several ways, and started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from claims.errors import StartFailed, TemporaryError
from claims.settings import Settings
from claims.store.embedded import find_server
from claims.types import ClaimId, ClaimStatus, Stance, Verdict, VerdictLabel
from service.client import Client
from service.supervisor import Supervisor
from tests.stack.workers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

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


@pytest.fixture
def data_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a space in its name; its processes are killed after the test."""
    folder = tmp_path / "my data"
    yield folder
    for pid in find_processes(folder):
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def start(data_folder: Path) -> Iterator[Start]:
    """Starts `assay up` on the folder, with additional arguments and settings."""
    runs: list[Up] = []

    def start_one(*arguments: str, **environment: str) -> Up:
        runs.append(Up(data_folder, *arguments, **environment))
        return runs[-1]

    yield start_one
    for run in runs:
        run.process.kill()
        run.process.communicate()


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


@pytest.fixture(scope="module")
def standing(
    tmp_path_factory: pytest.TempPathFactory, make_httpserver: HTTPServer
) -> Iterator[Standing]:
    allowed = f"{make_httpserver.host}:{make_httpserver.port}"
    standing = Standing(lambda: tmp_path_factory.mktemp("up"), ASSAY_FETCH_ALLOW=allowed)
    yield standing
    standing.end()


@pytest.fixture
def page(httpserver: HTTPServer) -> str:
    """The address of a page that supports CLAIM."""
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/bridge").respond_with_data(PAGE, content_type="text/html")
    return httpserver.url_for("/bridge")


@pytest.fixture
def allowed(httpserver: HTTPServer) -> str:
    return f"{httpserver.host}:{httpserver.port}"


def submit(client: Client, page: str) -> ClaimId:
    return client.submit_claim({"text": CLAIM, "sources": [page]})


def wait_for(client: Client, claim_id: ClaimId) -> Verdict:
    """Wait for the claim and return its verdict; fails unless it was judged exactly once."""
    claim = client.wait_for_claim(claim_id, timeout_s=90)
    assert claim.status is ClaimStatus.JUDGED
    assert [entry.check for entry in client.get_history(claim_id)] == [1]
    assert claim.verdict is not None
    return claim.verdict


def test_claim_is_judged_and_ctrl_c_leaves_nothing_behind(standing: Standing, page: str) -> None:
    up = standing.take()
    verdict = wait_for(up.client, submit(up.client, page))
    assert verdict.evidence[0].stance is Stance.SUPPORTS
    assert up.end(signal.SIGINT) == 0
    assert up.pids() == []


def test_claim_of_before_a_kill_9_of_everything_is_there_after_the_next_start(
    standing: Standing, page: str
) -> None:
    first = standing.take()
    claim_id = submit(first.client, page)
    for pid in first.pids():
        os.kill(pid, signal.SIGKILL)
    first.process.communicate()
    wait_until(lambda: first.pids() == [], patience_s=10)
    second = standing.start_again(first)
    wait_for(second.client, claim_id)
    standing.leave(second)


def test_kill_9_of_the_supervisor_ends_the_rest_and_the_next_start_works(
    standing: Standing,
) -> None:
    first = standing.take()
    pids = set(first.pids())
    assert len(pids) > 5
    first.end(signal.SIGKILL)
    second = standing.start_again(first)  # while processes of the first run are still ending
    wait_until(lambda: not pids & set(second.pids()), patience_s=10)
    standing.leave(second)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_of_a_run_before_is_listed(standing: Standing, ending: signal.Signals) -> None:
    first = standing.take()
    names = list_workers(first.url)
    assert len(names) == 3
    assert first.end(ending) == (0 if ending == signal.SIGTERM else -ending)
    second = standing.start_again(first)
    found = list_workers(second.url)
    assert len(found) == 3
    assert not set(found) & set(names)
    standing.leave(second)


def list_workers(url: str) -> list[str]:
    """The workers listed by /readyz, once a judge is loaded."""
    wait_until(lambda: "judge: loading" not in ask_readyz(url).get("detail", ""))
    ready = ask_readyz(url)
    assert ready["parts"][-1]["detail"] == "loaded in 1 of 1 score workers"
    workers: list[str] = ready["workers"]
    return workers


def ask_readyz(url: str) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=10) as answer:  # noqa: S310 - our own
            shape: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:
        shape = json.load(error)
    return shape


def test_second_start_on_the_same_folder_is_refused_in_one_line(standing: Standing) -> None:
    first = standing.take()
    second = Up(first.data_folder)
    output, complaint = second.process.communicate(timeout=60)
    assert second.process.returncode == 2
    assert output == ""
    assert f"another process uses the data folder {first.data_folder}" in complaint
    assert complaint.count("\n") == 1
    standing.leave(first)


def test_a_shelf_that_is_filled_meanwhile_is_searched(standing: Standing, tmp_path: Path) -> None:
    up = standing.take()
    (tmp_path / "bridge.html").write_text(PAGE, encoding="utf-8")
    command = [ASSAY, "shelf", "add", "press", tmp_path / "bridge.html", "--data", up.data_folder]
    subprocess.run(command, check=True, capture_output=True)
    verdict = wait_for(up.client, up.client.submit_claim({"text": CLAIM}))
    assert verdict.label is VerdictLabel.SUPPORTED
    assert verdict.evidence[0].page.url == "shelf:press/bridge.html"
    standing.leave(up)


def test_parts_that_are_killed_are_started_again(standing: Standing, page: str) -> None:
    up = standing.take()
    claim_id = submit(up.client, page)
    wait_for(up.client, claim_id)
    for pid in set(up.pids()) - {up.process.pid}:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: can_get(up.client, claim_id))
    wait_for(up.client, submit(up.client, page))
    assert up.end() == 0


def can_get(client: Client, claim_id: ClaimId) -> bool:
    try:
        client.get_claim(claim_id)
    except TemporaryError:
        return False
    return True


def test_address_beyond_loopback_without_a_token_or_key_is_refused_and_the_store_stopped_again(
    start: Start, data_folder: Path
) -> None:
    up = start("--host", "0.0.0.0")
    output, complaint = up.process.communicate(timeout=60)
    assert up.process.returncode == 2
    assert output == ""
    assert "assay keys create" in complaint
    assert "ASSAY_API_TOKEN" in complaint
    assert complaint.count("\n") == 1
    assert find_server(data_folder) is None


def test_port_in_use_is_refused_and_the_store_stopped_again(
    start: Start, httpserver: HTTPServer
) -> None:
    up = start("--port", str(httpserver.port))
    output, complaint = up.process.communicate(timeout=60)
    assert up.process.returncode == 2
    assert output == ""
    assert f"port {httpserver.port}: Address already in use" in complaint
    assert complaint.count("\n") == 1


def test_service_runs_inside_a_block_of_another_program(
    data_folder: Path, page: str, allowed: str
) -> None:
    settings = Settings(fetch_allow=allowed)
    with Supervisor(settings, data_folder=data_folder, port=0, workers=1) as supervisor:
        client = Client(supervisor.url)
        wait_for(client, submit(client, page))
        assert set(supervisor.pids) == {
            *("store", "api", "worker-fetch", "worker-score", "worker-deliver", "beat")
        }
    assert supervisor.pids == {}
    assert find_processes(data_folder) == []


def test_program_that_cannot_start_is_named_with_its_log(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.supervisor.TICK", "no-such-queue")
    supervisor = Supervisor(Settings(), data_folder=data_folder, port=0, workers=1)
    with pytest.raises(StartFailed, match=r"worker-fetch did not start; see .*worker-fetch.log"):
        supervisor.start()
    assert find_processes(data_folder) == []
