"""The disk of the data folder fills up under load; work resumes when there is space again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from claims.settings import Settings
from claims.store.embedded import find_server
from claims.store.invariant import check_invariant
from claims.store.redis_store import RedisStore, connect
from claims.types import ClaimId, ClaimStatus
from service.processes.supervisor import Supervisor
from tests.stack.asking import Answer, Load, ask
from tests.stack.disks import SmallDisk, small_disk
from tests.stack.forks import ROOT
from tests.stack.workers import wait_until

DISK_MB = 64
RESERVE_MB = 20
PAGE = """<html lang="en"><head><title>The Kisoro bridge</title></head><body><article>
<p>The new bridge over the river at Kisoro is 42 metres long, the district engineer said.</p>
<p>Farmers in the valley had waited for it since the flood swept away the old crossing.</p>
</article></body></html>"""
CLAIM = "The new bridge at Kisoro is 42 metres long."

pytestmark = pytest.mark.small_disk


@pytest.fixture(autouse=True)
def leases_are_brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that a worker had when the store ended is due again when its lease expires."""
    monkeypatch.setattr("service.processes.program_list.APP", "tests.stack.brief_lease_worker")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", size_mb=DISK_MB) as disk:
        yield disk


@pytest.fixture
def page(httpserver: HTTPServer) -> str:
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/bridge").respond_with_data(PAGE, content_type="text/html")
    return httpserver.url_for("/bridge")


@contextmanager
def service_on(
    disk: SmallDisk, httpserver: HTTPServer, reserve_mb: int, said: list[str]
) -> Iterator[Supervisor]:
    """The whole service on a data folder of the disk; `said` gets the supervisor's messages."""
    allowed = f"{httpserver.host}:{httpserver.port}"
    settings = Settings(fetch_allow=allowed, disk_reserve_mb=reserve_mb, pace_s=0.0)
    data_folder = disk.folder / "data"
    with Supervisor(
        settings, data_folder=data_folder, port=0, workers=1, say=said.append
    ) as supervisor:
        yield supervisor


def port_of(supervisor: Supervisor) -> int:
    return int(supervisor.url.rpartition(":")[2])


def find_problem(answer: Answer) -> str:
    return str(json.loads(answer.text)["type"]).rpartition("/")[2]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_below_the_reserve_nothing_new_is_accepted_and_work_under_way_is_finished(
    disk: SmallDisk, page: str, httpserver: HTTPServer
) -> None:
    said: list[str] = []
    with service_on(disk, httpserver, RESERVE_MB, said) as supervisor:
        load = Load(port_of(supervisor), {"text": CLAIM, "sources": [page]})
        with load.run():
            wait_until(lambda: len(load.accepted) > 5)
            disk.fill(left_mb=RESERVE_MB - 8)
            wait_until(lambda: len(load.refusals) > 5)
            assert {find_problem(refusal) for refusal in load.refusals} == {"store-full"}
            assert int(load.refusals[0].headers["Retry-After"]) > 0
            assert "disk of the data folder is full" in load.refusals[0].text
            assert find_problem(ask(load, "GET", "/readyz")) == "store-full"
            assert ask(load, "GET", "/").status == 200
            store = connect(str(find_server(disk.folder / "data")))
            wait_until(lambda: are_judged(store, load.accepted), patience_s=90)
            disk.clear()
            accepted = len(load.accepted)
            wait_until(lambda: len(load.accepted) > accepted)
        wait_until(lambda: ask(load, "GET", "/readyz").status == 200)
        store.close()
    assert ["is full" in line for line in said] == [True]  # reported once, not at every check


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("reserve_mb", [RESERVE_MB, 0])
def test_full_disk_ends_nothing_for_good(
    disk: SmallDisk, page: str, httpserver: HTTPServer, reserve_mb: int
) -> None:
    """Case 14: 503, never 202 without durability; later all accepted claims are judged."""
    said: list[str] = []
    with service_on(disk, httpserver, reserve_mb, said) as supervisor:
        load = Load(port_of(supervisor), {"text": CLAIM, "sources": [page]})
        with load.run():
            wait_until(lambda: len(load.accepted) > 5)
            disk.fill()
            wait_until(lambda: find_server(disk.folder / "data") is None)
            for _ in range(10):  # the store is restarted and ends again, or waits for space
                disk.fill()
                time.sleep(0.5)
            assert ask(load, "GET", "/livez").status == 200
            assert ask(load, "POST", "/v1/claims", {"text": CLAIM}).status == 503
            if reserve_mb:  # without a reserve the store may be up until its next write
                page_of_error = ask(load, "GET", "/")
                assert page_of_error.status == 503
                assert "disk of the data folder is full" in page_of_error.text
            disk.clear()
            wait_until(lambda: ask(load, "GET", "/readyz").status == 200)
            accepted = len(load.accepted)
            wait_until(lambda: len(load.accepted) > accepted)
        assert {refusal.status for refusal in load.refusals} == {503}
        store = connect(str(find_server(disk.folder / "data")))
        wait_until(lambda: are_judged(store, load.accepted), patience_s=120)
        assert check_invariant(store) == []
        store.close()
    assert sum("disk of the data folder is full" in line for line in said) == bool(reserve_mb)


def are_judged(store: RedisStore, claims: list[ClaimId]) -> bool:
    """Whether each claim has exactly one verdict. Raises NotFound for a lost claim."""
    return all(
        store.get_claim(claim).record.status is ClaimStatus.JUDGED
        and [entry.check for entry in store.get_history(claim)] == [1]
        for claim in list(claims)
    )
