"""A nearly full memory: old data is deleted, then nothing new is accepted, and work continues."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from claims.errors import NotFound, StoreFull
from claims.ports import Forgotten, RequestUsage
from claims.store import RedisStore
from claims.types import Page, Queue
from tests.contracts import steps
from workers.config import spell_broker_url
from workers.notifier import Notifier
from workers.sweeper import sweep

CLAIM = steps.claim_id(1)
HOUR_S, DAY_S = 3600.0, 24 * 3600.0
# A page's text: large beside everything else in the store; two free more than a twentieth of it.
LARGE = 800_000
# Bytes of a value that makes the limits large beside the buffers of connections.
BALLAST = 16_000_000


@pytest.fixture(autouse=True)
def memory_is_read_for_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise one reading counts for a second."""
    monkeypatch.setattr("claims.store.memory._LOOK_EVERY_S", 0.0)


@contextmanager
def limit(store: RedisStore, *, used_share: float) -> Iterator[None]:
    """Inside the block the server uses this part of the memory that it may use."""
    # The server keeps a buffer as large as the last argument for a while: a page's text is counted
    # twice until the connection ends. SETRANGE makes the ballast without such an argument.
    store.close()
    store.connection.command("SETRANGE", "assay:ballast", BALLAST, "-")
    info = store.connection.command("INFO", "memory")
    used = info["used_memory"] - info["mem_not_counted_for_evict"]
    store.connection.command("CONFIG", "SET", "maxmemory", round(used / used_share))
    try:
        yield
    finally:
        store.connection.command("CONFIG", "SET", "maxmemory", "0")


def read_large(store: RedisStore, number: int) -> Page:
    """Fetch a large page; no two have the same text."""
    text = f"{number} says so. " * (LARGE // 12)
    return steps.read_page(store, text, url=f"https://a.example/{number}")


def is_kept(store: RedisStore, page: Page) -> bool:
    try:
        return store.get_page(page.sha256) == page
    except NotFound:
        return False


def check_large(store: RedisStore, check: int) -> None:
    """Gather and judge a check of CLAIM that cites a large page of its own."""
    text = f"{check} says so. " * (LARGE // 12)
    lease = steps.acquire(store, steps.gather_item(CLAIM, check))
    assert steps.commit_gathering(store, lease, text)
    steps.judge(store, CLAIM, check)


def test_the_last_tenth_is_kept_for_the_work_under_way(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(1))
    with limit(store, used_share=0.93):
        before = store.connection.command("DBSIZE")
        with pytest.raises(StoreFull, match=r"memory is full: raise ASSAY_STORE_MEMORY_MB.*MB are"):
            store.submit_claim(steps.new_claim(2))
        with pytest.raises(StoreFull):
            store.recheck_claim(CLAIM)
        assert store.connection.command("DBSIZE") <= before + 2  # the cursors of the scans
        assert any("memory is full" in shortage for shortage in store.health().shortages)
        steps.finish_check(store, CLAIM)
    store.submit_claim(steps.new_claim(2))
    assert store.health().shortages == ()


def test_below_it_everything_is_accepted(store: RedisStore) -> None:
    with limit(store, used_share=0.8):
        store.submit_claim(steps.new_claim(1))
        assert store.health().shortages == ()


def test_pages_that_nothing_needs_are_deleted_before_anything_is_refused(store: RedisStore) -> None:
    pages = [read_large(store, number) for number in range(4)]
    steps.pass_time(store, 2 * HOUR_S)
    with limit(store, used_share=0.95):
        store.submit_claim(steps.new_claim(1))
    assert [is_kept(store, page) for page in pages] == [False] * 4


def test_a_page_that_was_fetched_just_now_stays_for_the_check_that_read_it(
    store: RedisStore,
) -> None:
    page = read_large(store, 1)
    with limit(store, used_share=0.95), pytest.raises(StoreFull):
        store.submit_claim(steps.new_claim(1))
    assert is_kept(store, page)


def test_answers_of_judges_are_deleted_before_anything_is_refused(store: RedisStore) -> None:
    for start in range(0, 20_000, 1000):
        store.keep_scores({f"k{start + n}": (0.5, 0.25, 0.25) for n in range(1000)})
    with limit(store, used_share=0.91):
        store.submit_claim(steps.new_claim(1))
    assert store.get_claim(CLAIM).check == 1


def test_answers_of_readers_outlive_those_of_judges_and_no_replaced_check_goes_before_them(
    store: RedisStore,
) -> None:
    store.submit_claim(steps.new_claim())
    check_large(store, 1)
    store.recheck_claim(CLAIM)
    check_large(store, 2)
    store.keep_scores({"k": (0.5, 0.25, 0.25)})
    store.readings.spend(None, RequestUsage(tokens=1, key="k", answer="{}"))
    with limit(store, used_share=0.93):
        assert store.make_room() == Forgotten(checks=0, pages=0, scores=1)
        assert store.readings.recall("k", holder="h", most_s=1).answer == "{}"
        assert store.make_room() == Forgotten(checks=0, pages=0, answers=1)
        assert store.readings.recall("k", holder="h", most_s=1).answer is None
        assert store.make_room() == Forgotten(checks=1, pages=0)


def test_replaced_checks_are_deleted_last_and_the_latest_verdict_stays(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(1))
    for check in (1, 2, 3):
        if check > 1:
            store.recheck_claim(CLAIM)
        check_large(store, check)
    steps.pass_time(store, 2 * HOUR_S)
    with limit(store, used_share=0.93):
        store.submit_claim(steps.new_claim(2))
    with pytest.raises(NotFound, match="no longer stored"):
        store.get_check(CLAIM, 1)
    latest = store.get_check(CLAIM, 3)
    assert store.get_page(latest.gathered.pages[0].sha256).text.startswith("3 says so")
    assert [entry.check for entry in store.get_history(CLAIM)] == [1, 2, 3]


def test_a_sweep_makes_room_too(store: RedisStore, store_url: str) -> None:
    pages = [read_large(store, number) for number in range(4)]
    steps.pass_time(store, 2 * HOUR_S)
    notifier = Notifier(spell_broker_url(store_url))
    # The server frees memory of its own when the scripts of a sweep are loaded.
    sweep(store, notifier, every_s=0.001, keep_s=DAY_S)
    assert [is_kept(store, page) for page in pages] == [True] * 4
    with limit(store, used_share=0.99):
        sweep(store, notifier, every_s=0.001, keep_s=DAY_S)
    assert [is_kept(store, page) for page in pages] == [False] * 4
    assert store.make_room() is None


def test_on_a_full_memory_pages_are_fetched_items_taken_and_sweeps_made(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(1))
    with limit(store, used_share=1.5):
        assert store.acquire_sweep(ttl_s=1.0)
        assert store.take(Queue.FETCH, worker="w", ttl_s=60) is not None
        store.gate.take_turn("a.example", "https://a.example/", every_s=1.0)
        store.gate.slow_down("a.example", every_s=2.0)
        assert is_kept(store, read_large(store, 1))
