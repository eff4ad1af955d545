"""Workers and store die during a delivery; each event still arrives, with the same id."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from standardwebhooks import Webhook as Verifier

from claims.sources.posting import TOTAL_S
from claims.store import name_child
from claims.types import EventType
from claims.webhooks import DeliveryStatus, NewWebhook
from service.processes.program_list import DELIVERIES
from tests.contracts.deliveries import SECRET, webhook_id
from tests.faults.conftest import Plant
from tests.stack.workers import CeleryProcess, wait_until
from tests.workers.receivers import Receiver, say, serve

HOOK = webhook_id()
DONE = say("HTTP/1.1 204 No Content\n\n")


class Gate:
    """Answers requests once it is open."""

    def __init__(self) -> None:
        self.opened = threading.Event()

    def answer(self, connection: object) -> None:
        self.opened.wait(30)
        DONE(connection)  # type: ignore[arg-type]


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.opened.set()


@pytest.fixture
def receiver(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A receiver behind the gate, which workers may call."""
    with serve(gate.answer) as receiver:
        monkeypatch.setenv("ASSAY_WEBHOOK_ALLOW", f"127.0.0.1:{receiver.port}")
        yield receiver


def start_deliverer(plant: Plant, *, threads: int = 4) -> CeleryProcess:
    return plant.start_worker(
        *("--queues", "deliver", "--pool", "threads", "--concurrency", str(threads))
    )


def subscribe(plant: Plant, receiver: Receiver, *, hook: str = HOOK) -> None:
    events = (EventType.VERDICT_CREATED,)
    new = NewWebhook(id=hook, url=receiver.url, events=events, secret=SECRET)
    plant.store.webhooks.create(new)


def ids_of(receiver: Receiver) -> list[str]:
    found = []
    for request in receiver.requests:
        head, _, body = request.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")[1:]
        headers = {name: value for name, _, value in (line.partition(": ") for line in lines)}
        Verifier(SECRET).verify(body, headers)
        found.append(headers["webhook-id"])
    return found


def is_delivered(plant: Plant) -> bool:
    deliveries = plant.store.webhooks.list_deliveries(HOOK)
    return bool(deliveries) and {d.status for d in deliveries} == {DeliveryStatus.DELIVERED}


def test_a_verdict_is_delivered_as_soon_as_it_is_committed(
    plant: Plant, receiver: Receiver, gate: Gate
) -> None:
    gate.opened.set()
    subscribe(plant, receiver)
    plant.start_worker()
    start_deliverer(plant)
    claims = [plant.submit(f"The bridge is long {number}") for number in range(3)]
    plant.judge_all(*claims)
    wait_until(lambda: len(receiver.requests) == 3)
    wait_until(lambda: is_delivered(plant))
    assert len(set(ids_of(receiver))) == 3


def test_an_event_is_delivered_again_after_kill_9_during_its_delivery(
    plant: Plant, receiver: Receiver, gate: Gate
) -> None:
    first = start_deliverer(plant)
    subscribe(plant, receiver)
    plant.store.webhooks.ping(HOOK)
    wait_until(lambda: receiver.requests)
    first.kill()
    start_deliverer(plant)
    wait_until(lambda: len(receiver.requests) == 2)
    gate.opened.set()
    wait_until(lambda: is_delivered(plant))
    assert len(set(ids_of(receiver))) == 1


def test_the_supervisor_gives_back_what_a_worker_of_threads_was_delivering(
    plant: Plant, receiver: Receiver
) -> None:
    """By the name of the process itself, as a child of the one that started it."""
    worker = start_deliverer(plant)
    subscribe(plant, receiver)
    plant.store.webhooks.ping(HOOK)
    wait_until(lambda: receiver.requests)
    worker.kill()
    assert plant.store.release(name_child(worker.parent_pid, worker.pid), counts=False) == 1
    lease = plant.store.webhooks.take(worker="test", ttl_s=60)
    assert lease is not None and lease.attempt == 1


def test_an_event_is_delivered_again_after_the_store_died_before_the_end_was_recorded(
    plant: Plant, receiver: Receiver, gate: Gate
) -> None:
    plant.keep_running(start_deliverer(plant))
    subscribe(plant, receiver)
    plant.store.webhooks.ping(HOOK)
    wait_until(lambda: receiver.requests)
    plant.kill_store()
    gate.opened.set()
    plant.server.start()
    wait_until(lambda: is_delivered(plant))
    assert len(set(ids_of(receiver))) == 1


def test_nothing_is_lost_when_the_broker_forgets_all_messages(
    plant: Plant, receiver: Receiver, gate: Gate
) -> None:
    gate.opened.set()
    subscribe(plant, receiver)
    for _ in range(5):
        plant.store.webhooks.ping(HOOK)
    plant.flush_broker()
    start_deliverer(plant)
    wait_until(lambda: is_delivered(plant))
    assert len(set(ids_of(receiver))) == 5


def test_receivers_that_hang_do_not_hold_up_one_that_answers(
    plant: Plant, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many hang: the one that answers is the last to be taken."""
    with serve(DONE) as living:
        both = f"127.0.0.1:{receiver.port},127.0.0.1:{living.port}"
        monkeypatch.setenv("ASSAY_WEBHOOK_ALLOW", both)
        for number in range(10, 40):
            subscribe(plant, receiver, hook=webhook_id(number))
            plant.store.webhooks.ping(webhook_id(number))
        subscribe(plant, living)
        plant.store.webhooks.ping(HOOK)
        start_deliverer(plant, threads=DELIVERIES)
        wait_until(lambda: len(receiver.requests) >= 16)
        wait_until(lambda: living.requests, patience_s=TOTAL_S / 2)
