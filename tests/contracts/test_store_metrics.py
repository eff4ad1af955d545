"""Counters of the store for metrics: each change counts once, in the step that makes it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from claims.access import Actor
from claims.errors import SourceError
from claims.ports import Lease, LineState, NewArticle, VerifyAnswer, VerifyRequest
from claims.store import RedisStore, keys
from claims.store import deliveries as module
from claims.types import ErrorRecord, Page, Queue, VerdictLabel
from claims.webhooks import ATTEMPTS_MAX, Attempt, DeliveryLease, WebhookStatus
from tests.contracts import deliveries as d
from tests.contracts import steps
from tests.contracts.turns import take_item

DAY_S = 24 * 3600.0
CLAIM = steps.claim_id(1)
ARTICLE = steps.article_id(1)
REQUEST = "request-1"
ASKS = Actor("local", "local", request_id=REQUEST)
REFUTED = VerdictLabel.REFUTED


def read(store: RedisStore, *names: str) -> dict[tuple[str, ...], int]:
    """The counters with these names and their values."""
    counters = store.read_metrics().counters
    return {field: number for field, number in counters.items() if field[0] in names}


def count(store: RedisStore, *field: str) -> int:
    return store.read_metrics().counters.get(field, 0)


def find_line(store: RedisStore, queue: Queue, priority: str) -> LineState:
    (line,) = (
        line
        for line in store.read_metrics().lines
        if (line.queue, line.priority) == (queue, priority)
    )
    return line


class FailsWith:
    """A fetcher that fails with this code."""

    def __init__(self, code: str) -> None:
        self._code = code

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        raise SourceError(self._code, "as the test says")

    def read_html(self, html: str, *, url: str) -> Page:
        raise NotImplementedError


def fetch_in_vain(store: RedisStore, url: str, code: str) -> None:
    with pytest.raises(SourceError):
        store.get_or_fetch(
            url, fresh_after=datetime.now(UTC) + timedelta(days=1), fetcher=FailsWith(code)
        )


# --- counters ----------------------------------------------------------------------------------


@pytest.mark.parametrize("is_repeated", [False, True], ids=["once", "every reply is lost"])
def test_each_change_is_counted_once_by_its_label(
    store: RedisStore, request: pytest.FixtureRequest, is_repeated: bool
) -> None:
    if is_repeated:
        request.getfixturevalue("run_twice")
    store.submit_article(steps.new_article())
    store.submit_claims([steps.new_claim(1), steps.new_claim(2)])
    steps.commit_extraction(store, steps.acquire(store, steps.extract_item(ARTICLE)), claims=1)
    steps.commit_gathering(store, steps.acquire(store, steps.gather_item(CLAIM)))
    steps.commit_verdict(store, steps.acquire(store, steps.judge_item(CLAIM)), REFUTED)
    store.give_up(steps.acquire(store, steps.gather_item(steps.claim_id(2))), steps.ERROR)
    fetch_in_vain(store, "https://a.example/away", "http-404")
    assert read(store, "accepted", "judged", "failed", "attempts", "fetches") == {
        ("accepted", "article"): 1,
        ("accepted", "claim"): 2,
        ("judged", REFUTED): 1,
        ("failed", "gather", steps.ERROR.code): 1,
        ("attempts", "extract", "committed"): 1,
        ("attempts", "gather", "committed"): 1,
        ("attempts", "judge", "committed"): 1,
        ("attempts", "gather", "given-up"): 1,
        ("fetches", "page"): 1,
        ("fetches", "http-404"): 1,
    }
    assert read(store, "events") == {
        ("events", "verdict.created"): 1,
        ("events", "claim.failed"): 1,
    }


@pytest.mark.parametrize("is_repeated", [False, True], ids=["once", "every reply is lost"])
def test_each_end_of_an_attempt_is_counted_once(
    store: RedisStore, request: pytest.FixtureRequest, is_repeated: bool
) -> None:
    if is_repeated:
        request.getfixturevalue("run_twice")
    store.submit_claims([steps.new_claim(number) for number in (1, 2, 3, 4)])
    leases = [steps.acquire(store, steps.gather_item(steps.claim_id(n))) for n in (1, 2, 3)]
    store.put_back(leases[0], delay_s=1, cause="it may pass")
    steps.postpone(store, leases[1], delay_s=1)
    store.release("w1", counts=True)
    lost = take_item(store, steps.gather_item(steps.claim_id(4)), worker="other")
    assert lost is not None
    steps.pass_time(store, 2 * steps.TTL_S)
    store.reap()
    assert read(store, "attempts") == {
        ("attempts", "gather", "put-back"): 1,
        ("attempts", "gather", "postponed"): 1,
        ("attempts", "gather", "lost"): 2,
    }


def test_a_commit_that_is_refused_is_not_counted(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    late = steps.acquire(store, steps.gather_item(CLAIM))
    steps.pass_time(store, 2 * steps.TTL_S)
    store.reap()
    assert not steps.commit_gathering(store, late)
    assert count(store, "attempts", "gather", "committed") == 0


@pytest.mark.parametrize("is_repeated", [False, True], ids=["once", "every reply is lost"])
def test_the_time_of_the_judge_is_that_of_committed_verdicts_and_answers(
    store: RedisStore, request: pytest.FixtureRequest, is_repeated: bool
) -> None:
    if is_repeated:
        request.getfixturevalue("run_twice")
    store.submit_claim(steps.new_claim())
    steps.commit_gathering(store, steps.acquire(store, steps.gather_item(CLAIM)))
    lease = steps.acquire(store, steps.judge_item(CLAIM))
    steps.commit_verdict(store, lease, judge_s=1.25)
    steps.commit_verdict(store, lease, judge_s=9.0)  # refused
    store.beat("w", ttl_s=60, queues=Queue)
    store.ask_verify(VerifyRequest(id="v", claim="It is long.", pages=()), within_s=20)
    store.answer_verify("v", VerifyAnswer(error="none"), judge_s=0.5)
    store.answer_verify("away", VerifyAnswer(error="none"), judge_s=9.0)
    assert read(store, "judge", "verified") == {("judge",): 1750, ("verified",): 1}


def test_durations_are_counted_in_buckets_with_their_sum(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    lease = steps.acquire(store, steps.gather_item(CLAIM))
    time.sleep(0.15)
    assert steps.commit_gathering(store, lease)
    found = read(store, "stage")
    total_ms = found.pop(("stage", "gather", "sum"))
    assert 150 <= total_ms < 10_000
    ((field, number),) = found.items()
    assert (field[:2], number) == (("stage", "gather"), 1)
    assert total_ms <= int(field[2])


@pytest.mark.parametrize(
    ("passed_s", "bucket"), [(50, "60000"), (3500, "3600000"), (100_000, "+Inf")]
)
def test_a_check_is_counted_from_its_request_to_its_verdict(
    store: RedisStore, passed_s: int, bucket: str
) -> None:
    store.submit_claim(steps.new_claim())
    steps.pass_time(store, passed_s)
    steps.gather(store, CLAIM)
    steps.judge(store, CLAIM)
    assert count(store, "check", "normal", bucket) == 1
    assert passed_s <= count(store, "check", "normal", "sum") / 1000 < passed_s + 9


def test_labels_that_are_not_foreseen_are_limited_in_number(store: RedisStore) -> None:
    fetch_in_vain(store, "https://a.example/1", "known")
    fields = (word for number in range(2500) for word in (f"other|{number}", 1))
    store.connection.command("HSET", keys.COUNTERS, *fields)
    fetch_in_vain(store, "https://a.example/2", "new")
    fetch_in_vain(store, "https://a.example/3", "known")
    assert read(store, "fetches") == {("fetches", "known"): 2}


# --- deliveries to webhooks --------------------------------------------------------------------


def read_deliveries(store: RedisStore) -> dict[str, int]:
    """The counters of deliveries: "outcome", or "what: reason" of what was given up."""
    names = ("deliveries", "deliveries_given_up", "webhooks_disabled")
    found = {": ".join(field): number for field, number in read(store, *names).items()}
    return {field.removeprefix("deliveries: "): number for field, number in found.items()}


def fail_next(store: RedisStore, attempt: Attempt) -> DeliveryLease:
    lease = d.take(store)
    assert store.webhooks.end(lease, attempt)
    return lease


@pytest.mark.parametrize("is_repeated", [False, True], ids=["once", "every reply is lost"])
def test_each_attempt_to_deliver_is_counted_once_by_its_outcome(
    store: RedisStore, request: pytest.FixtureRequest, is_repeated: bool
) -> None:
    if is_repeated:
        request.getfixturevalue("run_twice")
    attempts = {
        "delivered": d.OK,
        "http-3xx": replace(d.BROKEN, status_code=308),
        "http-4xx": replace(d.BROKEN, status_code=429),
        "http-5xx": d.BROKEN,
        "timeout": d.SILENT,
        "address-blocked": replace(d.SILENT, code="address-blocked"),
        "fault": Attempt(status_code=None, duration_ms=0, error="a fault of Assay"),
    }
    for number, attempt in enumerate(attempts.values(), start=1):
        d.make(store, number)
        store.webhooks.ping(d.webhook_id(number))
        lease = d.take(store)
        store.webhooks.end(lease, attempt)
        assert not store.webhooks.end(lease, d.OK)
    assert read_deliveries(store) == dict.fromkeys(attempts, 1)


def test_a_ping_and_a_webhook_that_is_switched_off_count_as_events(store: RedisStore) -> None:
    d.make(store)
    store.webhooks.ping(d.webhook_id())
    fail_next(store, d.ENDED)
    assert read(store, "events") == {
        ("events", "webhook.ping"): 1,
        ("events", "webhook.disabled"): 1,
    }


def test_a_receiver_that_answers_410_ends_the_webhook_and_its_waiting_events(
    store: RedisStore,
) -> None:
    d.make(store)
    for _ in range(3):
        store.webhooks.ping(d.webhook_id())
    fail_next(store, d.ENDED)
    assert read_deliveries(store) == {
        "http-410": 1,
        "deliveries_given_up: webhook-refused": 1,
        "deliveries_given_up: webhook-disabled": 2,
        "webhooks_disabled: webhook-refused": 1,
    }


@pytest.mark.parametrize("is_repeated", [False, True], ids=["once", "every reply is lost"])
def test_a_webhook_switched_off_by_hand_is_counted(
    store: RedisStore, request: pytest.FixtureRequest, is_repeated: bool
) -> None:
    if is_repeated:
        request.getfixturevalue("run_twice")
    d.make(store)
    store.webhooks.ping(d.webhook_id())
    off = WebhookStatus.DISABLED
    store.webhooks.change(d.webhook_id(), {}, status=off)
    assert read_deliveries(store) == {
        "deliveries_given_up: webhook-disabled": 1,
        "webhooks_disabled: by-hand": 1,
    }


def test_days_without_a_success_switch_a_webhook_off_and_are_counted(store: RedisStore) -> None:
    d.make(store)
    store.webhooks.ping(d.webhook_id())
    fail_next(store, d.SILENT)
    steps.pass_time(store, 6 * DAY_S)
    fail_next(store, d.SILENT)
    assert read_deliveries(store) == {
        "timeout": 2,
        "deliveries_given_up: webhook-disabled": 1,
        "webhooks_disabled: webhook-failing": 1,
    }


def test_events_given_up_after_all_attempts_and_events_that_are_gone_are_counted(
    store: RedisStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FAILING_S_MAX", 1000 * DAY_S)
    d.make(store)
    store.webhooks.ping(d.webhook_id())
    for _ in range(ATTEMPTS_MAX):
        fail_next(store, d.BROKEN)
        steps.pass_time(store, DAY_S)
    store.webhooks.ping(d.webhook_id())
    store.connection.command("DEL", keys.EVENTS)
    assert store.webhooks.take(worker="w", ttl_s=60) is None
    assert read_deliveries(store) == {
        "http-5xx": ATTEMPTS_MAX,
        "deliveries_given_up: attempts": 1,
        "deliveries_given_up: event-gone": 1,
    }


def test_a_delivery_whose_worker_ended_is_lost(store: RedisStore) -> None:
    d.make(store, 1)
    d.make(store, 2)
    for number in (1, 2):
        store.webhooks.ping(d.webhook_id(number))
        d.take(store, worker=f"w{number}")
    store.release("w1", counts=False)
    steps.pass_time(store, 61)
    store.reap()
    assert read_deliveries(store) == {"lost": 2}


def test_webhooks_with_an_event_wait_in_the_queue_of_deliveries(store: RedisStore) -> None:
    assert find_line(store, Queue.DELIVER, "normal") == LineState(Queue.DELIVER, "normal", 0, 0)
    d.make(store)
    d.deliver_all(store)
    assert find_line(store, Queue.DELIVER, "normal").ready == 0
    store.webhooks.ping(d.webhook_id())
    steps.pass_time(store, 100)
    line = find_line(store, Queue.DELIVER, "normal")
    assert line.ready == 1
    assert 100 <= line.oldest_s < 110


# --- what waits --------------------------------------------------------------------------------


def test_waiting_items_are_counted_by_queue_and_priority_with_the_age_of_the_oldest(
    store: RedisStore,
) -> None:
    bulk = [steps.new_claim(number) for number in range(11, 31)]
    store.submit_claims(bulk)
    steps.pass_time(store, 100)
    store.submit_claim(steps.new_claim())
    steps.pass_time(store, 10)
    line = find_line(store, Queue.FETCH, "bulk")
    assert (line.ready, round(line.oldest_s, -1)) == (20, 110)
    line = find_line(store, Queue.FETCH, "normal")
    assert (line.ready, round(line.oldest_s, -1)) == (1, 10)
    assert find_line(store, Queue.SCORE, "normal") == LineState(Queue.SCORE, "normal", 0, 0)
    steps.gather(store, CLAIM)
    assert find_line(store, Queue.FETCH, "normal") == LineState(Queue.FETCH, "normal", 0, 0)
    assert find_line(store, Queue.SCORE, "normal").ready == 1
    metrics = store.read_metrics()
    assert (metrics.articles, metrics.claims, metrics.leased, metrics.planned) == (0, 21, 0, 0)


def test_checks_on_schedule_are_planned_then_wait_in_their_own_line(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(every="PT1H"))
    steps.gather(store, CLAIM)
    steps.judge(store, CLAIM)
    assert store.read_metrics().planned == 1
    steps.pass_time(store, 3700)
    store.count_ready()
    assert store.read_metrics().planned == 0
    line = find_line(store, Queue.FETCH, "scheduled")
    assert line.ready == 1
    assert 90 < line.oldest_s < 200


def test_workers_are_those_that_take_from_a_queue_now(store: RedisStore) -> None:
    store.beat("one@test", ttl_s=60, queues=(Queue.FETCH,))
    store.beat("two@test", ttl_s=60, queues=Queue)
    store.beat("killed@test", ttl_s=0.01, queues=Queue)
    time.sleep(0.02)
    assert store.read_metrics().workers == _count(fetch=2, score=1, read=1, deliver=1)
    store.beat("two@test", ttl_s=0, queues=Queue)
    assert store.read_metrics().workers == _count(fetch=1)
    assert store.health().consumers == dict.fromkeys(Queue, ()) | {Queue.FETCH: ("one@test",)}
    store.beat("one@test", ttl_s=60, queues=(Queue.SCORE,), has_judge=True)
    assert store.health().judges == ("one@test",)
    store.beat("one@test", ttl_s=60, queues=(Queue.SCORE,))
    assert store.health().judges == ()
    store.beat("one@test", ttl_s=60, queues=(Queue.SCORE,), has_judge=True)
    store.forget_workers()
    assert store.read_metrics().workers == _count()
    assert store.health().judges == ()


def _count(**workers: int) -> dict[Queue, int]:
    return dict.fromkeys(Queue, 0) | {Queue(name): number for name, number in workers.items()}


# --- the request that asked for the work -------------------------------------------------------


def lease_next(store: RedisStore, queue: Queue = Queue.FETCH) -> Lease:
    lease = store.take(queue, worker="w1", ttl_s=60)
    assert lease is not None
    return lease


def test_work_knows_the_request_that_submitted_it(store: RedisStore) -> None:
    store.acting_as(ASKS).submit_article(steps.new_article())
    lease = lease_next(store)
    assert lease.request_id == REQUEST
    assert steps.commit_extraction(store, lease, claims=1)
    gathering = lease_next(store)
    assert gathering.request_id == REQUEST
    assert steps.commit_gathering(store, gathering)
    assert lease_next(store, Queue.SCORE).request_id == REQUEST


def test_a_requested_check_has_its_request_id_and_a_scheduled_check_has_none(
    store: RedisStore,
) -> None:
    store.acting_as(ASKS).submit_claim(steps.new_claim(every="PT1H"))
    steps.gather(store, CLAIM)
    steps.judge(store, CLAIM)
    store.acting_as(Actor("local", "local", request_id="request-2")).recheck_claim(CLAIM)
    lease = lease_next(store)
    assert lease.request_id == "request-2"
    assert steps.commit_gathering(store, lease)
    assert lease_next(store, Queue.SCORE).request_id == "request-2"
    store.release("w1", counts=False)
    steps.judge(store, CLAIM, 2)
    steps.pass_time(store, 3700)
    assert lease_next(store).request_id is None


def test_retries_and_corrections_know_their_requests(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    exhausted = ErrorRecord("attempts-exhausted", "given up")
    store.give_up(steps.acquire(store, steps.gather_item(CLAIM)), exhausted)
    first = store.acting_as(ASKS).retry_failed(limit=10)  # the articles
    assert store.acting_as(ASKS).retry_failed(limit=10, cursor=first.next).claims == 1
    assert lease_next(store).request_id == REQUEST
    store.acting_as(Actor("local", "local", request_id="request-3")).correct_claim(
        CLAIM, steps.new_claim(2)
    )
    assert lease_next(store).request_id == "request-3"


def test_a_submission_without_a_request_has_none(store: RedisStore) -> None:
    store.submit_article(NewArticle(id=ARTICLE, text="Eleven died."))
    assert lease_next(store).request_id is None
