"""What is due is rung, by one sweeper at a time."""

from __future__ import annotations

import pytest

from claims.ports import WorkItem
from claims.settings import Settings
from claims.store import RedisStore
from claims.types import Stage
from tests.contracts.steps import (
    acquire,
    claim_id,
    finish_check,
    gather_item,
    new_claim,
    pass_time,
)
from tests.workers.messages import take_messages
from workers.bench import DAY_S, Bench
from workers.doorbell import Doorbell
from workers.sweeper import RINGS_AT_ONCE, sweep


def test_due_item_is_rung_and_stays_due(store: RedisStore, store_url: str) -> None:
    claim = store.accept_claim(new_claim())
    assert sweep(store, Doorbell(store_url), every_s=5.0) == 1
    assert [m["id"] for m in take_messages(store_url, "fetch")] == [f"gather:{claim}:1"]
    assert store.acquire(WorkItem(Stage.GATHER, claim, 1), worker="w", ttl_s=60) is not None


def test_second_sweep_in_the_same_interval_does_nothing(store: RedisStore, store_url: str) -> None:
    bell = Doorbell(store_url)
    assert sweep(store, bell, every_s=60.0) == 0
    store.accept_claim(new_claim())
    assert sweep(store, bell, every_s=60.0) == 0
    assert take_messages(store_url, "fetch") == []


def test_item_whose_lease_ran_out_is_rung_again(store: RedisStore, store_url: str) -> None:
    item = gather_item(store.accept_claim(new_claim()))
    acquire(store, item)
    pass_time(store, 61.0)
    assert sweep(store, Doorbell(store_url), every_s=5.0) == 1
    assert store.health().leased == 0


def test_item_is_due_again_when_its_ring_was_missed(store: RedisStore) -> None:
    store.accept_claim(new_claim())
    bell = Doorbell("redis://127.0.0.1:1")
    sweep(store, bell, every_s=0.0)
    pass_time(store, 31.0)
    assert [item.id for item in store.take_due(limit=10)] == [claim_id(1)]
    assert bell.missed == 1


def test_long_queue_is_rung_in_portions(store: RedisStore, store_url: str) -> None:
    for number in range(RINGS_AT_ONCE + 5):
        store.accept_claim(new_claim(number))
    bell = Doorbell(store_url)
    store.connection.command("DEL", "assay:sweep")
    assert sweep(store, bell, every_s=5.0) == RINGS_AT_ONCE
    store.connection.command("DEL", "assay:sweep")
    assert sweep(store, bell, every_s=5.0) == 5


def test_sweep_deletes_what_is_older_than_the_setting_says(
    store: RedisStore, store_url: str
) -> None:
    claim, bell = store.accept_claim(new_claim()), Doorbell(store_url)
    finish_check(store, claim)
    store.request_check(claim)
    finish_check(store, claim, 2)
    pass_time(store, 2 * DAY_S)
    for keep_s, kept in ((None, True), (3 * DAY_S, True), (DAY_S, False)):
        store.connection.command("DEL", "assay:sweep")
        sweep(store, bell, every_s=5.0, keep_s=keep_s)
        numbers = store.connection.command("HKEYS", f"assay:verdicts:{claim}")
        assert ("1" in numbers) is kept
    assert store.get_check(claim, 2).check == 2


@pytest.mark.parametrize(("days", "keep_s"), [(365, 365 * DAY_S), (0, None)])
def test_setting_of_zero_days_keeps_everything(
    store_url: str, days: int, keep_s: float | None
) -> None:
    settings = Settings(redis_url=store_url, keep_days=days)
    assert Bench.from_settings(settings).keep_s == keep_s
