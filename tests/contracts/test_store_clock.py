"""The server's clock was a day ahead and is set back: nothing waits for the day to pass."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from claims.store import RedisStore, keys
from claims.types import ClaimStatus, Queue
from tests.contracts import deliveries, steps
from tests.contracts.turns import list_ready

CLAIM = steps.claim_id(1)
DAY_S = 24 * 3600.0


def set_back(store: RedisStore) -> None:
    """What the clock of the store planned until now was planned by a clock that was a day ahead."""
    store.follow_clock()
    steps.pass_time(store, -DAY_S)
    noted = int(store.connection.command("GET", keys.CLOCK))
    store.connection.command("SET", keys.CLOCK, noted + round(DAY_S * 1000))


def test_clock_that_goes_on_changes_nothing(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(1, every="PT1H"))
    steps.finish_check(store, CLAIM)
    before = store.get_claim(CLAIM)
    assert [store.follow_clock() for _ in range(3)] == [0.0] * 3
    assert store.get_claim(CLAIM) == before


def test_check_on_schedule_comes_within_its_period(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(1, every="PT1H"))
    steps.finish_check(store, CLAIM)
    set_back(store)
    assert next_in(store) > timedelta(hours=24)
    assert store.follow_clock() == pytest.approx(DAY_S, abs=10)
    assert timedelta(0) < next_in(store) <= timedelta(hours=1)
    assert store.follow_clock() == 0.0


def next_in(store: RedisStore) -> timedelta:
    """The time until the next check of CLAIM."""
    schedule = store.get_claim(CLAIM).record.schedule
    assert schedule is not None
    return schedule.next_at - datetime.now(UTC)


def test_schedule_of_a_claim_that_is_being_checked_comes_within_its_period(
    store: RedisStore,
) -> None:
    store.submit_claim(steps.new_claim(1, every="PT1H"))
    set_back(store)
    store.follow_clock()
    steps.finish_check(store, CLAIM)
    assert timedelta(0) < next_in(store) <= timedelta(hours=1)


def test_schedule_that_is_set_afterwards_comes_within_its_period(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(1))
    steps.finish_check(store, CLAIM)
    set_back(store)
    store.follow_clock()
    store.set_schedule(CLAIM, every="PT1H", until=None)
    assert timedelta(0) < next_in(store) <= timedelta(hours=1)


def test_schedule_that_the_present_clock_made_stays(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(1, every="P7D"))
    steps.finish_check(store, CLAIM)
    before = next_in(store)
    store.connection.command("SET", keys.CLOCK, round((time.time() + DAY_S) * 1000))
    assert store.follow_clock() > 0
    assert abs(next_in(store) - before) < timedelta(seconds=10)


def test_item_of_a_worker_that_died_is_taken_again(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(1))
    lease = steps.acquire(store, steps.gather_item(CLAIM))
    set_back(store)
    assert store.reap() == 0
    store.follow_clock()
    assert store.reap() == 1
    assert not store.renew(lease, ttl_s=60)
    assert store.take(Queue.FETCH, worker="w", ttl_s=60) is not None


def test_item_that_was_put_back_is_ready(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(1))
    lease = steps.acquire(store, steps.gather_item(CLAIM))
    assert store.put_back(lease, delay_s=30, cause="out of paper")
    set_back(store)
    store.follow_clock()
    assert list_ready(store) == [steps.gather_item(CLAIM)]
    assert store.get_claim(CLAIM).record.status is not ClaimStatus.FAILED


def test_workers_that_ended_are_not_counted(store: RedisStore) -> None:
    store.beat("w", ttl_s=20, queues=[Queue.FETCH])
    set_back(store)
    store.follow_clock()
    assert store.health().workers == ()


def test_event_that_waits_for_a_webhook_is_delivered(store: RedisStore) -> None:
    store.webhooks.create(deliveries.new_webhook())
    store.submit_claim(steps.new_claim(1))
    steps.finish_check(store, CLAIM)
    lease = store.webhooks.take(worker="w", ttl_s=60)
    assert lease is not None
    set_back(store)
    store.follow_clock()
    store.reap()
    assert store.webhooks.take(worker="w", ttl_s=60) is not None


def test_somebody_sweeps(store: RedisStore) -> None:
    assert store.acquire_sweep(ttl_s=4.0)
    assert not store.acquire_sweep(ttl_s=4.0)
    store.connection.command("PEXPIRE", keys.SWEEP, round(DAY_S * 1000))
    assert store.acquire_sweep(ttl_s=4.0)


def test_host_is_asked_again(store: RedisStore) -> None:
    store.gate.take_turn("a.example", "https://a.example/1", every_s=1.0)
    tomorrow = round((time.time() + DAY_S) * 1000)
    store.connection.command("HSET", keys.HOST + "a.example", "began", tomorrow)
    store.gate.take_turn("a.example", "https://a.example/2", every_s=1.0)


def test_duration_of_a_check_is_not_negative(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(1))
    set_back(store)
    store.follow_clock()
    steps.finish_check(store, CLAIM)
    sums = [n for name, n in store.read_metrics().counters.items() if name[-1] == "sum"]
    assert sums
    assert min(sums) >= 0
