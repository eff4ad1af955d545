"""The reader's worker dies, its endpoint is dead or slow: each check still has one verdict."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from claims.settings import Settings
from claims.store.reader_usage import FAILURES_MAX
from claims.types import (
    ClaimId,
    ClaimStatus,
    NotRead,
    Queue,
    ReaderChoice,
    Reading,
    Unread,
    VerdictLabel,
)
from service.api import verify as route
from service.app import create_app
from tests.faults.conftest import Plant
from tests.stack.chat_server import Act, ChatServer, say_answer, serve_chat
from tests.stack.workers import CeleryProcess, wait_until
from workers.config import spell_broker_url
from workers.notifier import Notifier

READS = ("--queues", "read", "--pool", "threads", "--concurrency", "4")
ANSWER = say_answer("SUPPORTED", [(1, "is 42 metres long", "SUPPORTS")])
TEXT = "The bridge is 42 metres long"
TRIES_MAX = 3
"""Requests with which the client of the endpoint tries for one answer."""


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    """An endpoint that answers, and the settings of a reader that asks it."""
    with serve_chat() as server:
        server.play(ANSWER)
        monkeypatch.setenv("ASSAY_READER", "chat:scripted")
        monkeypatch.setenv("ASSAY_CHAT_URL", server.url)
        monkeypatch.setenv("ASSAY_CHAT_TIMEOUT_S", "2")
        yield server


def start_workers(plant: Plant, *, reader: str = "scripted_worker") -> CeleryProcess:
    """Start a worker for all other work, and one that reads; returns the second."""
    plant.start_worker()
    return plant.start_worker(*READS, app=reader)


def read_reader(plant: Plant, claim: ClaimId) -> Reading | NotRead | None:
    """What the reader said in the last verdict."""
    verdict = plant.store.get_claim(claim).record.verdict
    assert verdict is not None
    return verdict.reader


def test_a_claim_is_judged_and_then_read(plant: Plant, chat: ChatServer) -> None:
    start_workers(plant)
    claim = plant.submit(TEXT)
    plant.judge_all(claim)
    said = read_reader(plant, claim)
    assert isinstance(said, Reading)
    assert (said.label, said.agrees) == (VerdictLabel.SUPPORTED, True)
    assert len(chat.asked) == 1
    assert plant.store.get_claim(claim).record.tokens == plant.store.readings.spent_today() == 4020


@pytest.mark.parametrize(
    ("moment", "requests"), [("before-kept", 2), ("after-kept", 1), ("after-commit", 1)]
)
def test_an_answer_that_was_kept_is_not_paid_for_again_after_kill_9(
    plant: Plant, chat: ChatServer, moment: str, requests: int
) -> None:
    """An answer that dies with its process before it is kept has to be asked for again."""
    (plant.folder / "die").write_text(moment)
    first = start_workers(plant, reader="dying_reader")
    claim = plant.submit(TEXT)
    wait_until(lambda: not first.is_running())
    plant.start_worker(*READS)
    plant.judge_all(claim)
    assert isinstance(read_reader(plant, claim), Reading)
    assert len(plant.store.get_history(claim)) == 1
    assert len(chat.asked) == requests
    # Tokens and answer are stored in one step: a request that is known was counted once.
    assert plant.store.readings.spent_today() == 4020


def test_a_dead_endpoint_delays_no_other_claim_and_the_judges_verdict_stands(
    plant: Plant, chat: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSAY_CHAT_URL", "http://127.0.0.1:9/v1")
    start_workers(plant)
    claim = plant.submit(TEXT)
    wait_until(lambda: plant.store.get_claim(claim).record.status is ClaimStatus.READING)
    other = plant.submit(f"{TEXT} today", reader=ReaderChoice.NEVER)
    plant.judge_all(other)
    assert plant.store.get_claim(claim).record.provisional is not None
    plant.judge_all(claim)
    said = read_reader(plant, claim)
    assert isinstance(said, NotRead)
    assert said.skipped is Unread.NO_ANSWER
    assert len(chat.asked) == 0


def test_a_hanging_endpoint_delays_no_other_claim(plant: Plant, chat: ChatServer) -> None:
    chat.play(Act(hangs=True))
    start_workers(plant)
    claims = [plant.submit(f"{TEXT} {number}") for number in range(6)]
    others = [
        plant.submit(f"{TEXT} today {number}", reader=ReaderChoice.NEVER) for number in range(3)
    ]
    plant.judge_all(*others)
    assert any(
        plant.store.get_claim(claim).record.status is ClaimStatus.READING for claim in claims
    )
    plant.judge_all(*claims)
    assert {type(read_reader(plant, claim)) for claim in claims} == {NotRead}


def test_a_failing_endpoint_is_left_alone_and_read_from_again_when_it_answers(
    plant: Plant, chat: ChatServer
) -> None:
    chat.play(Act(status=500))
    start_workers(plant)
    claims = [plant.submit(f"{TEXT} {number}") for number in range(20)]
    plant.judge_all(*claims)
    # The threads that were asking when it began to rest end their requests.
    assert len(chat.asked) <= (FAILURES_MAX + 4) * TRIES_MAX
    endpoint = plant.store.readings.read_usage(1).endpoint
    assert endpoint.failures >= FAILURES_MAX
    assert endpoint.rests_until is not None


def test_a_page_of_claims_that_were_not_read_is_caught_up(
    plant: Plant, chat: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The budget of the day is spent after the first answer; then it is raised."""
    monkeypatch.setenv("ASSAY_READER_TOKENS_PER_DAY", "100")
    reader = start_workers(plant)
    first, second = plant.submit(TEXT), None
    plant.judge_all(first)
    second = plant.submit(f"{TEXT} today")
    plant.judge_all(second)
    said = read_reader(plant, second)
    assert isinstance(said, NotRead)
    assert said.skipped is Unread.BUDGET
    assert len(chat.asked) == 1
    reader.stop()
    monkeypatch.setenv("ASSAY_READER_TOKENS_PER_DAY", "0")
    plant.start_worker(*READS)
    assert plant.store.read_claim(second) == 2
    wait_until(lambda: len(plant.store.get_history(second)) == 2)
    assert isinstance(read_reader(plant, second), Reading)
    assert len(chat.asked) == 2


def test_an_unchanged_recheck_costs_nothing(plant: Plant, chat: ChatServer) -> None:
    start_workers(plant)
    claim = plant.submit(TEXT)
    plant.judge_all(claim)
    plant.store.recheck_claim(claim)
    wait_until(lambda: len(plant.store.get_history(claim)) == 2)
    assert isinstance(read_reader(plant, claim), Reading)
    assert len(chat.asked) == 1


def test_a_reading_that_is_cancelled_is_dropped_and_the_worker_goes_on(
    plant: Plant, chat: ChatServer
) -> None:
    chat.play(Act(hangs=True))
    reader = start_workers(plant)
    claim = plant.submit(TEXT)
    wait_until(lambda: chat.asked)
    assert plant.store.cancel_claim(claim) == 1
    chat.play(ANSWER)
    plant.judge_all(plant.submit(f"{TEXT} today"))
    wait_until(lambda: "lease-lost" in reader.log.read_text())
    assert plant.store.get_claim(claim).record.verdict is None
    assert reader.is_running()


# --- verify requests ----------------------------------------------------------------------------


@pytest.fixture
def client(plant: Plant) -> Iterator[FlaskClient]:
    """The API on the store of the plant, with a real notifier."""
    notifier = Notifier(spell_broker_url(plant.server.url))

    def notify(queue: Queue = Queue.FETCH) -> None:
        notifier.notify({queue: 1})

    yield create_app(Settings(), store=plant.store, notify=notify).test_client()
    notifier.close()


def verify(client: FlaskClient, **more: str) -> dict[str, Any]:
    """The verdict on a claim by one passage."""
    passages = [{"text": "The bridge is 42 metres long."}]
    answer = client.post("/v1/verify", json={"claim": TEXT, "passages": passages, **more})
    assert answer.status_code == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def test_a_verify_request_is_judged_and_read(
    plant: Plant, chat: ChatServer, client: FlaskClient
) -> None:
    start_workers(plant)
    assert verify(client)["reader"]["label"] == "SUPPORTED"
    assert len(chat.asked) == 1
    assert plant.store.readings.spent_today() == 4020
    assert verify(client, reader="never")["reader"]["skipped"] == "not-asked"
    assert len(chat.asked) == 1


def test_the_judges_verdict_answers_a_verify_request_whose_reader_is_late(
    plant: Plant, chat: ChatServer, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route, "VERIFY_S", 6.0)
    monkeypatch.setenv("ASSAY_CHAT_TIMEOUT_S", "30")
    chat.play(Act(hangs=True))
    start_workers(plant)
    began = time.monotonic()
    assert verify(client)["reader"]["skipped"] == "no-answer"
    assert 5 < time.monotonic() - began < 12
    assert plant.store.connection.command("KEYS", "assay:verify*") == []


def test_without_a_worker_that_reads_a_verify_request_is_answered_by_the_judge_at_once(
    plant: Plant, chat: ChatServer, client: FlaskClient
) -> None:
    plant.start_worker()
    assert verify(client)["reader"]["skipped"] == "no-answer"
    assert chat.asked == []
