"""Many workers and one host: the rate limit of the host holds, and no claim is lost."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest

from claims.ports import StoredClaim
from tests.claims.sources.servers import ARTICLE, Answer, RawServer, page, raw_server
from tests.faults.conftest import Plant

TEXT = "The level of Lake Orrin has fallen to 371 metres."


class Site:
    """A server that records request times; gives its answers in order, then repeats the last."""

    def __init__(self, server: RawServer) -> None:
        self._server = server
        self.asked_at: list[float] = []

    def serve(self, *answers: Answer) -> None:
        def answer(connection: socket.socket) -> None:
            self.asked_at.append(time.monotonic())
            answers[min(len(self.asked_at), len(answers)) - 1](connection)

        self._server.answers["/page"] = answer

    def url(self, number: int) -> str:
        return self._server.url(f"/page?{number}")

    def gaps(self) -> list[float]:
        return [later - earlier for earlier, later in pairwise(sorted(self.asked_at))]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with raw_server() as server:
        monkeypatch.setenv("ASSAY_FETCH_ALLOW", f"127.0.0.1:{server.port}")
        yield Site(server)


def start_workers(plant: Plant) -> None:
    for _ in range(2):
        plant.start_worker(app="web_worker")


def read_logs(plant: Plant) -> str:
    return "".join(path.read_text() for path in plant.folder.glob("celery-*.log"))


def codes(claims: list[StoredClaim]) -> list[str]:
    verdicts = [claim.record.verdict for claim in claims]
    assert None not in verdicts
    return [failure.code for one in verdicts if one for failure in one.coverage.failed]


def test_pages_of_one_host_are_begun_an_interval_apart_by_all_workers_together(
    plant: Plant, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More claims than can wait in a worker: the others are postponed, and all are fetched."""
    monkeypatch.setenv("ASSAY_PACE_S", "1.0")
    site.serve(page(ARTICLE))
    start_workers(plant)
    claims = [plant.submit(f"{TEXT} {n}", sources=[site.url(n)]) for n in range(12)]
    assert codes(plant.finish(*claims)) == []
    assert len(site.asked_at) == 12
    # The gate's intervals are exact, but a worker needs some time from its turn to its request.
    assert min(site.gaps()) >= 0.5
    assert sum(site.gaps()) >= 11 - 0.5
    logs = read_logs(plant)
    assert '"outcome": "postponed"' in logs
    assert "attempt_failed" not in logs


def test_claims_that_share_pages_fetch_each_once_however_slowly(
    plant: Plant, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_PACE_S", "1.0")
    site.serve(page(ARTICLE))
    start_workers(plant)
    sources = [site.url(n) for n in range(8)]
    claims = [plant.submit(f"{TEXT} {n}", sources=sources) for n in range(30)]
    found = plant.finish(*claims)
    assert codes(found) == []
    assert len(site.asked_at) == 8
    assert min(site.gaps()) >= 0.5
    assert "attempt_failed" not in read_logs(plant)


def test_a_host_that_asks_to_wait_is_left_alone_and_then_read(
    plant: Plant, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_PACE_S", "0")
    site.serve(page(b"", "Retry-After: 2", status=429), page(ARTICLE))
    start_workers(plant)
    first = plant.submit(TEXT, sources=[site.url(0)])
    assert codes(plant.finish(first)) == []
    assert len(site.asked_at) == 2
    assert min(site.gaps()) >= 1.9


def test_a_host_that_is_down_costs_a_few_claims_time_and_not_all(
    plant: Plant, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_PACE_S", "0")
    site.serve(page(b"", status=502))
    start_workers(plant)
    claims = [plant.submit(f"{TEXT} {n}", sources=[site.url(n)]) for n in range(20)]
    failed = codes(plant.finish(*claims))
    # Three failures, up to three requests of the other pool processes, and a trial or two.
    assert 3 <= len(site.asked_at) <= 8
    assert failed.count("http-502") == len(site.asked_at)
    assert failed.count("host-resting") == 20 - len(site.asked_at)
