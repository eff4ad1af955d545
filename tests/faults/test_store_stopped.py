"""The store hangs (SIGSTOP): the API answers 503 in time and stays alive; later work resumes."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from claims.errors import StoreUnavailable
from claims.store import RedisStore
from claims.store.breaker import DEADLINE_S, Breaker, end_deadline, start_deadline
from claims.store.connection import StoreConnection
from claims.types import ClaimId, ClaimStatus
from service.access.local_key import FILE_NAME
from service.client import Client
from tests.faults.conftest import Plant
from tests.service.live import Live, run_service
from tests.stack.asking import Answer, ask, ask_all, pollers
from tests.stack.workers import wait_until

FROZEN_S = 30.0
# Maximum seconds for an answer and for /livez. Without the deadline answers took 20 s and more, and
# /livez did not answer.
ANSWER_S = 10.0
ALIVE_S = 2.0
POLLERS = 40
PROBLEM, PAGE = "application/problem+json", "text/html"
BODY = {"text": "The bridge is long"}


@pytest.fixture
def service(plant: Plant) -> Iterator[Live]:
    with run_service(plant.store, plant.server.url, plant.folder) as service:
        yield service


def requests_of(claim_id: ClaimId) -> list[tuple[str, str, str]]:
    """(method, path, content type of the answer) of the requests while the store hangs."""
    return [
        ("POST", "/v1/claims", PROBLEM),
        ("GET", f"/v1/claims/{claim_id}", PROBLEM),
        ("GET", f"/v1/claims/{claim_id}?wait=20", PROBLEM),
        ("GET", "/v1/articles", PROBLEM),
        ("GET", "/readyz", PROBLEM),
        ("GET", "/", PAGE),
        ("GET", f"/claims/{claim_id}", PAGE),
    ]


@contextmanager
def frozen(plant: Plant) -> Iterator[None]:
    """Stop the store with SIGSTOP inside the block."""
    os.kill(plant.server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(plant.server.pid, signal.SIGCONT)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_stopped_store_is_answered_for_and_everything_resumes(plant: Plant, service: Live) -> None:
    """Case 12: the API answers 503, the worker resumes and finishes the queued claims."""
    plant.keep_running(plant.start_worker())
    waits = plant.submit("The bridge waits for the gate")
    queued = [plant.submit(f"The bridge is long {number}") for number in range(10)]
    wait_until(lambda: plant.scorings("The bridge waits for the gate"))
    wanted = requests_of(waits)
    with frozen(plant):
        began = time.monotonic()
        for _ in range(2):  # the first requests, and later ones with the breaker open
            answers = ask_all(service, [(method, path, BODY) for method, path, _ in wanted])
            for answer, (method, path, kind) in zip(answers, wanted, strict=True):
                assert_unavailable(answer, kind, f"{method} {path}")
        with pollers(service, POLLERS, f"/v1/claims/{waits}?wait=20"):
            alive = [ask(service, "GET", "/livez") for _ in range(20)]
        time.sleep(max(0.0, FROZEN_S - (time.monotonic() - began)))
    assert [answer.status for answer in alive] == [200] * len(alive)
    assert max(answer.seconds for answer in alive) < ALIVE_S
    wait_until(lambda: ask(service, "GET", "/readyz").status == 200, patience_s=15)
    assert ask(service, "GET", "/").status == 200
    accepted = ask(service, "POST", "/v1/claims", BODY)
    assert accepted.status == 202
    plant.open_gate()
    plant.judge_all(waits, *queued, ClaimId(json.loads(accepted.text)["id"]))


def assert_unavailable(answer: Answer, kind: str, what: str) -> None:
    assert (what, answer.status) == (what, 503)
    assert answer.seconds < ANSWER_S, what
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Content-Type"].startswith(kind)
    if kind == PROBLEM:
        problem = json.loads(answer.text)
        assert problem["type"] == "/problems/store-down"
        assert "Idempotency-Key" in problem["detail"]
    else:
        assert "Load this page again" in answer.text


def test_pollers_that_are_under_way_when_the_store_stops_leave_livez_alone(
    plant: Plant, service: Live
) -> None:
    claim = plant.submit("The bridge is long")
    with pollers(service, POLLERS, f"/v1/claims/{claim}"):
        time.sleep(1)
        with frozen(plant):
            alive = [ask(service, "GET", "/livez") for _ in range(40)]
    assert [answer.status for answer in alive] == [200] * len(alive)
    assert max(answer.seconds for answer in alive) < ALIVE_S


def test_submission_that_got_no_answer_is_kept_once_when_it_is_repeated(
    plant: Plant, service: Live
) -> None:
    # With the local key nothing is asked of the store before the claim is submitted to it.
    note = json.loads((service.data_folder / FILE_NAME).read_text(encoding="utf-8"))
    headers = {"Idempotency-Key": "the-bridge", "Authorization": f"Bearer {note['key']}"}
    assert ask(service, "POST", "/v1/claims", {"text": "Another one"}).status == 202
    with frozen(plant):
        assert ask(service, "POST", "/v1/claims", BODY, headers).status == 503
    # When it continues, the server reads the pending submission from its socket and stores it.
    wait_until(lambda: len(list_claims(plant)) == 2)
    repeated = wait_for_202(service, headers)
    assert json.loads(repeated.text)["id"] == list_claims(plant)[0]
    assert len(list_claims(plant)) == 2


def test_client_waits_until_the_store_answers_again(plant: Plant, service: Live) -> None:
    client = Client(service.url)
    client.submit_claim({"text": "Another one"})
    with frozen(plant):
        timer = threading.Timer(DEADLINE_S + 1, os.kill, (plant.server.pid, signal.SIGCONT))
        timer.start()
        claim_id = client.submit_claim(BODY)
        timer.join()
    assert list_claims(plant)[0] == claim_id
    assert len(list_claims(plant)) == 2


def list_claims(plant: Plant) -> list[str]:
    """The ids of all claims, newest first."""
    return [claim.id for claim in plant.store.list_claims(limit=10).items]


def wait_for_202(service: Live, headers: dict[str, str]) -> Answer:
    answers: list[Answer] = []

    def is_accepted() -> bool:
        answers.append(ask(service, "POST", "/v1/claims", BODY, headers))
        return answers[-1].status == 202

    wait_until(is_accepted, patience_s=15)
    return answers[-1]


def test_store_that_is_down_refuses_at_once_and_takes_the_repeated_submission_once(
    plant: Plant, service: Live
) -> None:
    """Case 1: broker and store are down at the submission."""
    headers = {"Idempotency-Key": "the-bridge"}
    assert ask(service, "GET", "/v1/claims").status == 200
    plant.kill_store()
    answer = ask(service, "POST", "/v1/claims", BODY, headers)
    assert_unavailable(answer, PROBLEM, "POST /v1/claims")
    plant.server.start()
    assert list_claims(plant) == []
    ids = {json.loads(wait_for_202(service, headers).text)["id"] for _ in range(2)}
    assert list_claims(plant) == list(ids)
    plant.start_worker()
    plant.judge_all(*map(ClaimId, ids))


# --- the deadline and the breaker alone ---------------------------------------------------------


@pytest.fixture
def hasty(plant: Plant) -> Iterator[RedisStore]:
    """The store as the API opens it, with a breaker."""
    store = RedisStore(StoreConnection(plant.server.url, breaker=Breaker()), queue_max=10)
    yield store
    store.close()


def count_seconds(call: Callable[[], object]) -> float:
    """Seconds until `call` raises StoreUnavailable."""
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        call()
    return time.monotonic() - began


def test_one_caller_finds_out_whether_the_store_answers_again(
    plant: Plant, hasty: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("claims.store.breaker.PROBE_EVERY_S", 0.0)
    with frozen(plant):
        count_seconds(hasty.get_registry)
        took: list[float] = []
        threads = [
            threading.Thread(target=lambda: took.append(count_seconds(hasty.get_registry)))
            for _ in range(5)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(seconds > DEADLINE_S / 2 for seconds in took) == 1
    hasty.get_registry()


def test_calls_of_one_request_share_its_deadline(plant: Plant) -> None:
    """A slow store: each answer comes within the deadline, but all together do not."""
    with relay_to(plant) as relay:
        store = RedisStore(StoreConnection(relay.url, breaker=Breaker()), queue_max=10)
        store.get_registry()  # opens the connection
        relay.delay_s = DEADLINE_S / 2.5
        start_deadline()
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            read_again_and_again(store)
        assert time.monotonic() - began < 2 * DEADLINE_S
        end_deadline()
        store.close()


def read_again_and_again(store: RedisStore) -> None:
    for _ in range(10):
        store.get_registry()


class Relay:
    """A relay between a client and the store that delays each answer by `delay_s`."""

    def __init__(self, listener: socket.socket, store: Path) -> None:
        self.url = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        self.delay_s = 0.0
        self._listener, self._store = listener, store

    def serve_one(self) -> None:
        client, _ = self._listener.accept()
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(str(self._store))
            while asked := client.recv(65536):
                server.sendall(asked)
                answer = server.recv(65536)
                time.sleep(self.delay_s)
                client.sendall(answer)


@contextmanager
def relay_to(plant: Plant) -> Iterator[Relay]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        relay = Relay(listener, plant.server.socket_path)
        thread = threading.Thread(target=relay.serve_one)
        thread.start()
        yield relay
        thread.join()


def test_worker_keeps_its_longer_patience(plant: Plant) -> None:
    claim = plant.submit("The bridge is long")
    with frozen(plant):
        timer = threading.Timer(DEADLINE_S + 2, os.kill, (plant.server.pid, signal.SIGCONT))
        timer.start()
        assert plant.store.get_claim(claim).record.status is ClaimStatus.QUEUED
        timer.join()
