"""One sweeper at a time notifies workers of ready items."""

from __future__ import annotations

import time

import pytest

from claims.settings import Settings
from claims.store import RedisStore
from claims.types import Queue
from tests.contracts.steps import (
    acquire,
    claim_id,
    finish_check,
    gather_item,
    new_claim,
    pass_time,
)
from tests.contracts.turns import list_ready
from tests.workers.messages import take_messages
from workers.config import spell_broker_url
from workers.context import DAY_S, WorkerContext
from workers.notifier import MESSAGES_MAX, Notifier
from workers.sweeper import sweep


def count_messages(store_url: str, queue: str = "fetch") -> int:
    return len(take_messages(store_url, queue))


def test_ready_item_makes_a_message_and_stays_ready(store: RedisStore, store_url: str) -> None:
    claim = store.submit_claim(new_claim())
    assert sweep(store, Notifier(spell_broker_url(store_url)), every_s=5.0) == 1
    assert [m["task"] for m in take_messages(store_url, "fetch")] == ["fetch.next"]
    lease = store.take(Queue.FETCH, worker="w", ttl_s=60)
    assert lease is not None
    assert lease.item == gather_item(claim)


def test_second_sweep_in_the_same_interval_does_nothing(store: RedisStore, store_url: str) -> None:
    notifier = Notifier(spell_broker_url(store_url))
    assert sweep(store, notifier, every_s=60.0) == 0
    store.submit_claim(new_claim())
    assert sweep(store, notifier, every_s=60.0) == 0
    assert count_messages(store_url) == 0


def test_item_whose_lease_ran_out_makes_a_message(store: RedisStore, store_url: str) -> None:
    item = gather_item(store.submit_claim(new_claim()))
    acquire(store, item)
    pass_time(store, 61.0)
    assert sweep(store, Notifier(spell_broker_url(store_url)), every_s=5.0) == 1
    assert store.health().leased == 0
    assert count_messages(store_url) == 1


def test_planned_item_makes_a_message_when_its_time_comes(
    store: RedisStore, store_url: str
) -> None:
    claim = store.submit_claim(new_claim(every="PT1H"))
    finish_check(store, claim)
    notifier = Notifier(spell_broker_url(store_url))
    assert sweep(store, notifier, every_s=0.0) == 0
    assert count_messages(store_url) == 0
    pass_time(store, 3700.0)
    assert sweep(store, notifier, every_s=0.0) == 1
    assert count_messages(store_url) == 1


def test_item_stays_ready_when_its_message_could_not_be_sent(store: RedisStore) -> None:
    store.submit_claim(new_claim())
    notifier = Notifier("redis://127.0.0.1:1")
    assert sweep(store, notifier, every_s=0.0) == 1
    assert list_ready(store) == [gather_item(claim_id(1))]
    assert notifier.missed == 1


def test_messages_are_few_however_much_is_ready_and_however_often_it_is_swept(
    store: RedisStore, store_url: str
) -> None:
    for number in range(MESSAGES_MAX + 5):
        store.submit_claim(new_claim(number))
    notifier = Notifier(spell_broker_url(store_url))
    for _ in range(3):
        store.connection.command("DEL", "assay:sweep")
        assert sweep(store, notifier, every_s=5.0) == MESSAGES_MAX + 5
    assert count_messages(store_url) == MESSAGES_MAX


def test_sweep_deletes_data_older_than_the_settings_allow(
    store: RedisStore, store_url: str
) -> None:
    claim, notifier = store.submit_claim(new_claim()), Notifier(spell_broker_url(store_url))
    finish_check(store, claim)
    store.recheck_claim(claim)
    finish_check(store, claim, 2)
    pass_time(store, 2 * DAY_S)
    for keep_s, kept in ((None, True), (3 * DAY_S, True), (DAY_S, False)):
        store.connection.command("DEL", "assay:sweep")
        sweep(store, notifier, every_s=5.0, keep_s=keep_s)
        numbers = store.connection.command("HKEYS", f"assay:verdicts:{claim}")
        assert ("1" in numbers) is kept
    assert store.get_check(claim, 2).check == 2


def test_sweep_deletes_events_older_than_the_setting_says(
    store: RedisStore, store_url: str
) -> None:
    claim, notifier = store.submit_claim(new_claim()), Notifier(spell_broker_url(store_url))
    finish_check(store, claim)
    time.sleep(0.01)
    for keep_events_s, kept in ((None, 1), (DAY_S, 1), (0.0, 0)):
        store.connection.command("DEL", "assay:sweep")
        sweep(store, notifier, every_s=5.0, keep_events_s=keep_events_s)
        assert store.connection.command("XLEN", "assay:events") == kept


def test_sweep_deletes_old_entries_of_the_audit_log(store: RedisStore, store_url: str) -> None:
    old = ("actor", '{"id": "local", "name": "local"}', "action", "key.created", "object", "x")
    store.connection.command("XADD", "assay:audit", "1000-0", *old)
    store.submit_claim(new_claim())
    notifier = Notifier(spell_broker_url(store_url))
    for keep_audit_s, left in ((None, 2), (DAY_S, 1)):
        store.connection.command("DEL", "assay:sweep")
        sweep(store, notifier, every_s=5.0, keep_audit_s=keep_audit_s)
        assert len(store.audit.read(limit=9).items) == left


@pytest.mark.parametrize(("days", "keep_s"), [(365, 365 * DAY_S), (0, None)])
def test_setting_of_zero_days_keeps_everything(
    store_url: str, days: int, keep_s: float | None
) -> None:
    settings = Settings(redis_url=store_url, keep_days=days, event_days=days, audit_days=days)
    context = WorkerContext.from_settings(settings)
    kept = (context.keep_s, context.keep_events_s, context.keep_audit_s)
    assert kept == (keep_s, keep_s, keep_s)
