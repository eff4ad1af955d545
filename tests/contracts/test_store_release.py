"""Release: leases of an ended process are free at once, and its late commits are refused."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest

from claims.ports import Lease, WorkItem
from claims.store import RedisStore, keys, name_child, name_process
from claims.store.encoding import digest
from tests.claims.samples import gathered, page
from tests.contracts import steps
from tests.contracts.turns import list_ready, take_item

CLAIM = steps.claim_id(1)
URL = "https://a.example/one"


def lease_of(store: RedisStore, worker: str, number: int = 1) -> Lease:
    """Accept claim `number` and lease its first item to this worker."""
    store.submit_claim(steps.new_claim(number))
    lease = take_item(store, steps.gather_item(steps.claim_id(number)), worker=worker, ttl_s=60)
    assert lease is not None
    return lease


def due_now(store: RedisStore) -> list[WorkItem]:
    return list_ready(store)


@pytest.mark.parametrize("name", ["host/10/11", "host/10"])
def test_item_of_a_process_that_ended_is_due_at_once(store: RedisStore, name: str) -> None:
    lease = lease_of(store, "host/10/11")
    due_now(store)
    assert store.release(name, counts=True) == 1
    assert store.health().leased == 0
    assert due_now(store) == [lease.item]
    again = take_item(store, lease.item, worker="host/10/12", ttl_s=60)
    assert again is not None
    assert again.attempt == 2


@pytest.mark.parametrize("name", ["host/1", "host/10/1", "host/10/110", "host/11", "hos"])
def test_items_of_other_processes_stay_leased(store: RedisStore, name: str) -> None:
    lease = lease_of(store, "host/10/11")
    assert store.release(name, counts=True) == 0
    assert store.commit_gathering(lease, gathered())


def test_only_the_processes_below_the_name_lose_their_items(store: RedisStore) -> None:
    lost = [lease_of(store, f"host/10/{n}", n) for n in (1, 2)]
    kept = lease_of(store, "host/20/1", 3)
    assert store.release("host/10", counts=True) == 2
    assert {lease.item for lease in lost} == set(due_now(store))
    assert store.renew(kept, ttl_s=60)


def test_all_items_are_released_where_no_process_is_alive(store: RedisStore) -> None:
    for number, worker in enumerate(("host/10/1", "other/20/1")):
        lease_of(store, worker, number)
    assert store.release("", counts=True) == 2
    assert store.health().leased == 0


def test_process_that_was_not_dead_after_all_changes_nothing(store: RedisStore) -> None:
    late = lease_of(store, "host/10/11")
    store.release("host/10/11", counts=True)
    assert not store.renew(late, ttl_s=60)
    assert not store.commit_gathering(late, gathered())
    assert not store.put_back(late, delay_s=60, cause="late")
    second = take_item(store, late.item, worker="host/10/12", ttl_s=60)
    assert second is not None
    assert not store.commit_gathering(late, gathered())
    assert store.commit_gathering(second, gathered())


def test_lease_that_another_took_over_is_left_alone(store: RedisStore) -> None:
    first = lease_of(store, "host/10/11")
    steps.pass_time(store, 61)
    store.reap()
    second = take_item(store, first.item, worker="host/20/21", ttl_s=60)
    assert second is not None
    assert store.release("host/10", counts=True) == 0
    assert store.commit_gathering(second, gathered())


def test_release_repeated_after_a_lost_reply_takes_back_one_attempt_only(
    store: RedisStore,
) -> None:
    lease = lease_of(store, "host/10/11")
    assert [store.release("host/10", counts=False) for _ in range(3)] == [1, 0, 0]
    again = take_item(store, lease.item, worker="host/10/12", ttl_s=60)
    assert again is not None
    assert again.attempt == 1


def test_item_whose_process_is_lost_each_time_is_given_up(store: RedisStore) -> None:
    item = lease_of(store, "host/10/1").item
    for process in ("host/10/2", "host/10/3"):
        store.release("host/10", counts=True)
        assert take_item(store, item, worker=process, ttl_s=60)
    store.release("host/10", counts=True)
    assert take_item(store, item, worker="host/10/4", ttl_s=60) is None
    assert store.get_claim(CLAIM).record.error is not None


def begin_fetch(store: RedisStore, token: str, *, ttl_ms: int, url: str = digest(URL)) -> list[str]:
    """What begin_fetch.lua answers to a caller that has not waited yet."""
    call = {"url": url, "fresh_us": 0, "token": token, "ttl_ms": ttl_ms, "waited_for": ""}
    answer: list[str] = store.connection.run("begin_fetch", **call)
    return answer


def test_page_that_a_process_was_fetching_may_be_fetched_by_the_next_at_once(
    store: RedisStore,
) -> None:
    """Otherwise the next process waits half a minute and then reports the page as failed."""
    right = f"{name_process()}:killed"
    assert begin_fetch(store, right, ttl_ms=35_000)[0] == "fetch"
    assert begin_fetch(store, "host/1/2:other", ttl_ms=35_000)[0] == "wait"
    store.release(name_child(os.getppid()), counts=True)
    fetcher = steps.OnePage(page(URL, "Eleven people died."))
    fresh = datetime.now(UTC) + timedelta(days=1)
    assert store.get_or_fetch(URL, fresh_after=fresh, fetcher=fetcher).url == URL


def test_right_to_fetch_that_ran_out_is_forgotten(store: RedisStore) -> None:
    begin_fetch(store, "host/1/2:killed", ttl_ms=0)
    begin_fetch(store, "host/1/2:working", ttl_ms=60_000, url="other")
    store.reap()
    assert store.connection.command("HKEYS", keys.FETCHING) == ["other"]
