"""`assay up`: started, used, killed in several ways, and started again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from claims.errors import StartFailed, TemporaryError
from claims.settings import Settings
from claims.store.embedded import find_server
from claims.types import ClaimId, Stance, VerdictLabel
from service.client import Client
from service.processes.supervisor import Supervisor
from tests.e2e.up import (
    ASSAY,
    CLAIM,
    PAGE,
    Standing,
    Start,
    Up,
    find_processes,
    submit,
    wait_until_judged,
)
from tests.stack.workers import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def test_claim_is_judged_and_ctrl_c_leaves_nothing_behind(standing: Standing, page: str) -> None:
    up = standing.take()
    verdict = wait_until_judged(up.client, submit(up.client, page))
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
    wait_until_judged(second.client, claim_id)
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
    verdict = wait_until_judged(up.client, up.client.submit_claim({"text": CLAIM}))
    assert verdict.label is VerdictLabel.SUPPORTED
    assert verdict.evidence[0].page.url == "shelf:press/bridge.html"
    standing.leave(up)


def test_parts_that_are_killed_are_started_again(standing: Standing, page: str) -> None:
    up = standing.take()
    claim_id = submit(up.client, page)
    wait_until_judged(up.client, claim_id)
    for pid in set(up.pids()) - {up.process.pid}:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: can_get(up.client, claim_id))
    wait_until_judged(up.client, submit(up.client, page))
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
        wait_until_judged(client, submit(client, page))
        assert set(supervisor.pids) == {
            *("store", "api", "worker-fetch", "worker-score", "worker-deliver", "beat")
        }
    assert supervisor.pids == {}
    assert find_processes(data_folder) == []


def test_program_that_cannot_start_is_named_with_its_log(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.processes.program_list.TICK", "no-such-queue")
    supervisor = Supervisor(Settings(), data_folder=data_folder, port=0, workers=1)
    with pytest.raises(StartFailed, match=r"worker-fetch did not start; see .*worker-fetch.log"):
        supervisor.start()
    assert find_processes(data_folder) == []
