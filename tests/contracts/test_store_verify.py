"""Verify requests: each goes to one worker, and nothing of it stays in the store."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from claims.errors import NotJudged, QueueFull
from claims.ports import VerifyAnswer, VerifyRequest
from claims.store import RedisStore, keys
from claims.store.verify_requests import WAITING_MAX
from claims.types import Queue, VerdictLabel
from tests.claims import samples
from tests.contracts import steps

ANSWER = VerifyAnswer(verdict=samples.verdict())


def request(number: int = 1) -> VerifyRequest:
    return VerifyRequest(
        id=f"{number:032x}",
        claim="Eleven people died.",
        pages=(samples.page(),),
        claimed_at=date(2026, 1, 4),
    )


@pytest.fixture(autouse=True)
def _a_worker_judges(store: RedisStore) -> None:
    store.beat("score@test", ttl_s=60, queues=(Queue.SCORE,))


def ask(store: RedisStore, *numbers: int, within_s: float = 20) -> None:
    for number in numbers:
        store.ask_verify(request(number), within_s=within_s)


def list_keys(store: RedisStore) -> list[str]:
    found: list[str] = store.connection.command("KEYS", "assay:verify*")
    return found


def test_a_request_is_taken_as_it_was_asked_and_its_answer_is_read(store: RedisStore) -> None:
    ask(store, 1)
    assert store.read_verify_answer(request().id) is None
    assert store.take_verify(worker="w") == request()
    assert store.take_verify(worker="w") is None
    assert store.answer_verify(request().id, ANSWER)
    assert store.read_verify_answer(request().id) == ANSWER
    store.withdraw_verify(request().id)
    assert store.read_verify_answer(request().id) is None
    assert list_keys(store) == []


def test_requests_are_taken_in_order_each_by_one_worker(store: RedisStore) -> None:
    ask(store, *range(1, 9))
    first = store.take_verify(worker="w")
    assert first == request(1)
    with ThreadPoolExecutor(8) as pool:
        taken = [*pool.map(lambda n: store.take_verify(worker=f"w{n}"), range(8))]
    ids = sorted(one.id for one in taken if one is not None)
    assert ids == [request(number).id for number in range(2, 9)]


def test_asking_again_after_a_lost_reply_does_not_double_the_request(store: RedisStore) -> None:
    ask(store, 1, 1)
    assert store.take_verify(worker="w") == request()
    ask(store, 1)
    assert store.take_verify(worker="w") is None


def test_taking_again_after_a_lost_reply_gives_the_same_request(store: RedisStore) -> None:
    ask(store, 1, 2)
    call = {"token": "w:token", "life_ms": 60_000, "queue": "score"}
    first, again = (store.connection.run("take_verify", **call) for _ in range(2))
    assert first == again
    store.withdraw_verify(first[0])
    assert store.connection.run("take_verify", **call) is None
    assert store.take_verify(worker="w") == request(2)


def test_a_withdrawn_request_is_not_taken_and_an_answer_to_it_is_not_kept(
    store: RedisStore,
) -> None:
    ask(store, 1, 2)
    assert store.take_verify(worker="w") == request(1)
    for number in (1, 2):
        store.withdraw_verify(request(number).id)
    assert store.take_verify(worker="w") is None
    assert not store.answer_verify(request(1).id, ANSWER)
    assert list_keys(store) == []


def test_a_request_whose_caller_and_worker_died_expires(store: RedisStore) -> None:
    ask(store, 1, 2, within_s=0.2)
    assert store.take_verify(worker="w") is not None
    time.sleep(0.3)
    assert store.take_verify(worker="w") is None
    assert not store.answer_verify(request(1).id, ANSWER)
    assert list_keys(store) == []


def test_an_expired_request_takes_no_place(store: RedisStore) -> None:
    ask(store, *range(1, WAITING_MAX + 1), within_s=0.2)
    time.sleep(0.3)
    ask(store, WAITING_MAX + 1)
    assert store.take_verify(worker="w") == request(WAITING_MAX + 1)


def test_too_many_waiting_requests_are_refused_and_not_kept(store: RedisStore) -> None:
    ask(store, *range(1, WAITING_MAX + 1))
    with pytest.raises(QueueFull, match=str(WAITING_MAX)):
        ask(store, WAITING_MAX + 1)
    assert len(list_keys(store)) == WAITING_MAX + 1  # with the queue
    assert store.take_verify(worker="w") is not None
    ask(store, WAITING_MAX + 1)


@pytest.mark.parametrize("end", ["stops", "dies", "does not judge"])
def test_without_a_worker_that_judges_a_request_is_refused_at_once(
    store: RedisStore, end: str
) -> None:
    store.connection.command("FLUSHALL")
    store.beat("score@test", ttl_s=60, queues=(Queue.FETCH,) if end == "does not judge" else Queue)
    if end == "stops":
        store.beat("score@test", ttl_s=0, queues=(Queue.SCORE,))
    elif end == "dies":
        store.forget_workers()
    with pytest.raises(NotJudged, match="no worker that judges is running"):
        ask(store, 1)
    assert list_keys(store) == []


def test_requests_are_ready_work_of_the_judge_but_no_work_items(store: RedisStore) -> None:
    ask(store, 1, 2)
    assert store.count_ready() == {Queue.FETCH: 0, Queue.SCORE: 2, Queue.READ: 0, Queue.DELIVER: 0}
    health = store.health()
    assert (health.due, health.leased, health.oldest_due_age_s) == (0, 0, 0)
    assert store.take(Queue.SCORE, worker="w", ttl_s=60) is None
    store.take_verify(worker="w")
    assert store.release("", counts=True) == store.reap() == 0
    assert store.count_ready()[Queue.SCORE] == 1


def test_requests_do_not_fill_the_queue_of_submissions(store: RedisStore) -> None:
    ask(store, *range(1, WAITING_MAX + 1))
    store.submit_claim(steps.new_claim())
    assert store.connection.command("EXISTS", keys.VERIFY + request(1).id) == 1


# --- read by a second reader ---------------------------------------------------------------------


def hand_on(store: RedisStore) -> bool | None:
    return store.hand_on_verify(request().id, ANSWER, judge_s=0.25)


def test_a_request_that_was_judged_waits_for_a_worker_that_reads(store: RedisStore) -> None:
    store.beat("read@test", ttl_s=60, queues=(Queue.READ,))
    ask(store, 1)
    assert store.take_verify(worker="w") == request()
    assert hand_on(store)
    assert store.count_ready()[Queue.READ] == 1
    assert store.take_verify(worker="w") is None
    assert store.read_verify_answer(request().id) is None
    assert store.read_verify_answer(request().id, judged=True) == ANSWER
    assert store.take_verify(worker="r", queue=Queue.READ) == request()
    assert store.take_verify(worker="r", queue=Queue.READ) is None
    said = VerifyAnswer(verdict=samples.verdict(VerdictLabel.REFUTED))
    assert store.answer_verify(request().id, said)
    assert store.read_verify_answer(request().id) == said
    store.withdraw_verify(request().id)
    assert list_keys(store) == []


@pytest.mark.usefixtures("run_twice")
def test_a_request_is_handed_on_once_although_every_reply_is_lost(store: RedisStore) -> None:
    store.beat("read@test", ttl_s=60, queues=(Queue.READ,))
    ask(store, 1)
    store.take_verify(worker="w")
    assert hand_on(store)
    assert store.count_ready()[Queue.READ] == 1
    assert store.read_metrics().counters[("judge",)] == 250


def test_without_a_worker_that_reads_the_judges_answer_is_all_there_will_be(
    store: RedisStore,
) -> None:
    ask(store, 1)
    store.take_verify(worker="w")
    assert hand_on(store) is None
    assert store.count_ready()[Queue.READ] == 0


def test_a_request_that_is_withdrawn_is_not_handed_on_nor_read(store: RedisStore) -> None:
    store.beat("read@test", ttl_s=60, queues=(Queue.READ,))
    ask(store, 1, 2)
    store.take_verify(worker="w")
    assert hand_on(store)
    store.withdraw_verify(request().id)
    assert store.take_verify(worker="r", queue=Queue.READ) is None
    assert hand_on(store) is False
    store.withdraw_verify(request(2).id)
    assert list_keys(store) == []
