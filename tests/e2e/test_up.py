"""`assay up` as a user runs it: started, used, killed in all ways, and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from claims.errors import TemporaryError
from service.client import Client
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
    """One run of `assay up` on a data folder."""

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
        """A client of the address that is printed."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith(READY), self.process.communicate()
        return Client(line.removeprefix(READY).strip())

    def end(self, signal_number: int = signal.SIGINT) -> int:
        """Send the signal and wait; the exit status."""
        self.process.send_signal(signal_number)
        self.process.communicate(timeout=60)
        return self.process.returncode

    def pids(self) -> list[int]:
        """All processes that work for this data folder, with `assay up` itself."""
        return find_processes(self.data_folder)


def find_processes(data_folder: Path) -> list[int]:
    """The processes that have the folder in their command line or in their settings."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                about = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue  # it has ended, or is another user's
            if bytes(data_folder) in about:
                found.append(int(entry.name))
    return found


@pytest.fixture
def data_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a space in its name; nothing that works for it outlives the test."""
    folder = tmp_path / "my data"
    yield folder
    left = find_processes(folder)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == []


@pytest.fixture
def page(httpserver: HTTPServer) -> str:
    """The address of a page that supports CLAIM."""
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/bridge").respond_with_data(PAGE, content_type="text/html")
    return httpserver.url_for("/bridge")


@pytest.fixture
def allowed(httpserver: HTTPServer) -> str:
    return f"{httpserver.host}:{httpserver.port}"


def submit(client: Client, page: str) -> str:
    return client.submit_claim({"text": CLAIM, "sources": [page]})


def wait_for(client: Client, claim_id: str) -> dict[str, Any]:
    """The claim, judged once."""
    claim = client.wait_for_claim(claim_id, timeout_s=90)
    assert claim["status"] == "judged"
    assert [entry["check"] for entry in client.get_history(claim_id)] == [1]
    return claim


def test_claim_is_judged_and_ctrl_c_leaves_nothing_behind(
    data_folder: Path, page: str, allowed: str
) -> None:
    up = Up(data_folder, ASSAY_FETCH_ALLOW=allowed)
    client = up.wait_until_ready()
    claim = wait_for(client, submit(client, page))
    assert claim["verdict"]["label"] == "SUPPORTED"
    assert up.end(signal.SIGINT) == 0
    assert up.pids() == []


def test_article_of_before_a_kill_9_of_everything_is_there_after_the_next_start(
    data_folder: Path, page: str, allowed: str
) -> None:
    first = Up(data_folder, ASSAY_FETCH_ALLOW=allowed)
    claim_id = submit(first.wait_until_ready(), page)
    for pid in first.pids():
        os.kill(pid, signal.SIGKILL)
    first.process.communicate()
    wait_until(lambda: first.pids() == [], patience_s=10)
    second = Up(data_folder, ASSAY_FETCH_ALLOW=allowed)
    wait_for(second.wait_until_ready(), claim_id)
    assert second.end(signal.SIGTERM) == 0


def test_kill_9_of_the_supervisor_ends_the_rest_and_the_next_start_works(
    data_folder: Path,
) -> None:
    first = Up(data_folder)
    first.wait_until_ready()
    assert len(first.pids()) > 5
    first.end(signal.SIGKILL)
    second = Up(data_folder)  # at once, while the rest of the first one is still ending
    second.wait_until_ready()
    assert second.end() == 0
    wait_until(lambda: first.pids() == [], patience_s=10)


def test_parts_that_are_killed_are_started_again(
    data_folder: Path, page: str, allowed: str
) -> None:
    up = Up(data_folder, ASSAY_FETCH_ALLOW=allowed)
    client = up.wait_until_ready()
    claim_ids = [submit(client, page)]
    mine = {up.process.pid}
    for pid in set(up.pids()) - mine:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: can_get(client, claim_ids[0]))
    claim_ids.append(submit(client, page))
    for claim_id in claim_ids:
        wait_for(client, claim_id)
    assert up.end() == 0


def can_get(client: Client, claim_id: str) -> bool:
    try:
        client.get_claim(claim_id)
    except TemporaryError:
        return False
    return True


def test_second_start_on_the_same_folder_is_refused_in_one_line(data_folder: Path) -> None:
    first = Up(data_folder)
    first.wait_until_ready()
    second = Up(data_folder)
    output, complaint = second.process.communicate(timeout=60)
    assert second.process.returncode == 2
    assert output == ""
    assert f"another process uses the data folder {data_folder}" in complaint
    assert first.end() == 0


def test_address_beyond_loopback_without_a_token_is_refused_before_anything_starts(
    data_folder: Path,
) -> None:
    up = Up(data_folder, "--host", "0.0.0.0")
    output, complaint = up.process.communicate(timeout=60)
    assert up.process.returncode == 2
    assert output == ""
    assert "ASSAY_API_TOKEN" in complaint
    assert not data_folder.exists()


def test_port_in_use_is_refused_and_the_store_stopped_again(
    data_folder: Path, httpserver: HTTPServer
) -> None:
    up = Up(data_folder, "--port", str(httpserver.port))
    output, complaint = up.process.communicate(timeout=60)
    assert up.process.returncode == 2
    assert output == ""
    assert f"port {httpserver.port}: Address already in use" in complaint
