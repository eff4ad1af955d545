"""Verify requests with real workers: judged before other work; a worker that dies means 503."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient

from claims.settings import Settings
from claims.store.invariant import check_invariant
from claims.types import Queue
from service.api import verify as route
from service.app import create_app
from tests.faults.conftest import Plant
from tests.stack.workers import wait_until
from workers.config import spell_broker_url
from workers.notifier import Notifier

PASSAGES = [{"text": "The bridge that waits and kills is 42 metres long."}]


@pytest.fixture
def client(plant: Plant) -> Iterator[FlaskClient]:
    """The API on the store of the plant, with a real notifier."""
    notifier = Notifier(spell_broker_url(plant.server.url))

    def notify(queue: Queue = Queue.FETCH) -> None:
        notifier.notify({queue: 1})

    yield create_app(
        Settings(api_token=None, allowed_hosts=""), store=plant.store, notify=notify
    ).test_client()
    notifier.close()


def verify(client: FlaskClient, claim: str) -> tuple[int, str]:
    answer = client.post("/v1/verify", json={"claim": claim, "passages": PASSAGES})
    return answer.status_code, answer.json.get("label") or answer.json["type"]


def left(plant: Plant) -> list[str]:
    found: list[str] = plant.store.connection.command("KEYS", "assay:verify*")
    return found


def test_a_request_is_judged_before_the_work_that_waits(plant: Plant, client: FlaskClient) -> None:
    plant.start_worker("--queues", "fetch,tick")
    plant.start_worker("--queues", "score", "--concurrency", "1")
    claims = [plant.submit(f"The bridge waits for the gate {number}") for number in range(8)]
    wait_until(lambda: plant.store.count_ready()[Queue.SCORE] == len(claims) - 1)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(lambda: verify(client, "The bridge is long."))
        wait_until(lambda: left(plant))
        plant.open_gate()
        assert answer.result(timeout=30) == (200, "SUPPORTED")
    plant.judge_all(*claims)
    lines = (plant.folder / "scored.txt").read_text().splitlines()
    scored = list(dict.fromkeys(line.split(" ", 1)[1] for line in lines))
    assert scored.index("The bridge is long.") == 1  # right after the claim that was under way
    assert left(plant) == []


def test_a_worker_that_is_killed_by_a_request_means_503_and_leaves_nothing(
    plant: Plant, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "VERIFY_S", 4.0)
    worker = plant.start_worker()
    text = "The bridge kills its worker"
    began = time.monotonic()
    assert verify(client, text) == (503, "/problems/not-judged")
    assert 4 <= time.monotonic() - began < 10
    assert len(plant.scorings(text)) == 1  # nobody tries it again
    assert left(plant) == []
    assert worker.is_running()
    monkeypatch.setattr(route, "VERIFY_S", 19.0)
    assert verify(client, "The bridge is long.") == (200, "SUPPORTED")
    assert check_invariant(plant.store) == []


def test_a_defect_of_the_judge_is_told_at_once(plant: Plant, client: FlaskClient) -> None:
    plant.start_worker()
    began = time.monotonic()
    assert verify(client, "The bridge eats all memory") == (503, "/problems/not-judged")
    assert time.monotonic() - began < 15
    assert left(plant) == []
