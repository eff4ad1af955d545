"""The share of the queue that one key may have: exact, and free again with each item that ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from claims.access import LOCAL, TOKEN, Actor
from claims.errors import QueueFull, QueueShareFull
from claims.store import RedisStore, connect, keys
from claims.store.invariant import check_invariant
from claims.types import ErrorRecord, Queue
from tests.contracts import steps
from tests.contracts.turns import take_item

NIGHTLY, DESK = Actor("0a1b2c3d", "nightly job"), Actor("4e5f6071", "desk")
CLAIM = steps.claim_id(1)
SHARE = 3


@pytest.fixture
def store(store_url: str) -> Iterator[RedisStore]:
    """An empty store, in whose queue a key may have three of six places."""
    store = connect(store_url, queue_max=6, queue_share=0.5)
    store.connection.command("FLUSHALL")
    yield store
    assert check_invariant(store) == []
    store.close()


def submit(store: RedisStore, *numbers: int, actor: Actor = NIGHTLY) -> None:
    store.acting_as(actor).submit_claims([steps.new_claim(number) for number in numbers])


def count(store: RedisStore, actor: Actor = NIGHTLY) -> int:
    return int(store.connection.command("HGET", keys.SHARES, actor.id) or 0)


def test_one_key_has_its_share_and_the_rest_is_for_others(store: RedisStore) -> None:
    submit(store, 1, 2, 3)
    with pytest.raises(QueueShareFull, match="3 work items of one key are waiting, of 6 in all"):
        submit(store, 4)
    submit(store, 4, actor=DESK)
    submit(store, 5, 6, actor=LOCAL)
    with pytest.raises(QueueFull) as full:
        submit(store, 7, actor=DESK)
    assert not isinstance(full.value, QueueShareFull)
    assert (count(store), count(store, DESK)) == (3, 1)


@pytest.mark.parametrize("actor", [LOCAL, TOKEN], ids=["local", "token"])
def test_without_a_key_there_is_no_share(store: RedisStore, actor: Actor) -> None:
    submit(store, 1, 2, 3, 4, 5, 6, actor=actor)
    with pytest.raises(QueueFull):
        submit(store, 7, actor=actor)
    assert store.connection.command("EXISTS", keys.SHARES) == 0


def test_a_batch_beyond_the_share_is_refused_as_a_whole(store: RedisStore) -> None:
    submit(store, 1)
    with pytest.raises(QueueShareFull):
        submit(store, 2, 3, 4)
    assert store.health().due == 1
    submit(store, 2, 3)


def lease(store: RedisStore) -> None:
    steps.acquire(store, steps.gather_item(CLAIM))


def fail(store: RedisStore) -> None:
    store.give_up(steps.acquire(store, steps.gather_item(CLAIM)), steps.ERROR)


def put_back(store: RedisStore) -> None:
    leased = steps.acquire(store, steps.gather_item(CLAIM))
    assert store.put_back(leased, delay_s=1000, cause="it may pass")


def finish(store: RedisStore) -> None:
    steps.gather(store, CLAIM)
    steps.judge(store, CLAIM)


ENDS: dict[str, Callable[[RedisStore], object]] = {
    "taken": lease,
    "failed": fail,
    "put back for later": put_back,
    "judged": finish,
    "deleted": lambda store: store.delete_claim(CLAIM),
    "cancelled": lambda store: store.cancel_claim(CLAIM),
    "corrected": lambda store: store.acting_as(DESK).correct_claim(CLAIM, steps.new_claim(9)),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_place_of_an_item_that_no_longer_waits_is_free(store: RedisStore, end: str) -> None:
    submit(store, 1, 2, 3)
    ENDS[end](store)
    assert count(store) == 2
    submit(store, 4)
    with pytest.raises(QueueShareFull):
        submit(store, 5)


def test_an_item_put_back_counts_in_the_share_again(store: RedisStore) -> None:
    submit(store, 1)
    put_back(store)
    submit(store, 2, 3)
    steps.pass_time(store, 1001)
    store.count_ready()
    assert count(store) == 3
    with pytest.raises(QueueShareFull):
        submit(store, 4)
    steps.gather(store, CLAIM)
    assert count(store) == 3  # it waits for the judge


def test_an_article_and_its_claims_are_of_the_key_that_submitted_it(store: RedisStore) -> None:
    store.acting_as(NIGHTLY).submit_article(steps.new_article())
    assert count(store) == 1
    steps.extract(store, steps.article_id(1), claims=4)
    assert count(store) == 4  # it was accepted with them
    with pytest.raises(QueueShareFull):
        submit(store, 1)
    store.delete_article(steps.article_id(1))
    assert store.connection.command("EXISTS", keys.SHARES) == 0


def test_checks_on_schedule_count_in_no_share(store: RedisStore) -> None:
    store.acting_as(NIGHTLY).submit_claim(steps.new_claim(every="PT1H"))
    finish(store)
    steps.pass_time(store, 3700)
    assert store.count_ready()[Queue.FETCH] == 1
    assert count(store) == 0
    submit(store, 2, 3, 4)


def test_a_further_check_is_of_the_key_that_asked_for_it(store: RedisStore) -> None:
    submit(store, 1)
    finish(store)
    submit(store, 2, 3, 4)
    with pytest.raises(QueueShareFull):
        store.acting_as(NIGHTLY).recheck_claim(CLAIM)
    assert store.acting_as(DESK).recheck_claim(CLAIM) == 2
    assert (count(store), count(store, DESK)) == (3, 1)
    assert store.acting_as(NIGHTLY).recheck_claim(CLAIM) == 2  # it is under way: nothing is added
    assert (count(store), count(store, DESK)) == (3, 1)


def test_all_checks_of_an_article_are_within_the_share_or_none(store: RedisStore) -> None:
    store.acting_as(DESK).submit_article(steps.new_article())
    for claim in steps.extract(store, steps.article_id(1), claims=2):
        steps.gather(store, claim)
        steps.judge(store, claim)
    submit(store, 1, 2)
    with pytest.raises(QueueShareFull):
        store.acting_as(NIGHTLY).recheck_article(steps.article_id(1))
    assert count(store) == 2
    store.acting_as(DESK).recheck_article(steps.article_id(1))
    assert count(store, DESK) == 2


def test_retries_stop_at_the_share_and_go_on_later(store: RedisStore) -> None:
    submit(store, 1, 2, 3)
    for number in (1, 2, 3):
        exhausted = ErrorRecord("attempts-exhausted", "given up")
        store.give_up(steps.acquire(store, steps.gather_item(steps.claim_id(number))), exhausted)
    articles = store.acting_as(NIGHTLY).retry_failed(limit=10)
    submit(store, 4, 5)
    retried = store.acting_as(NIGHTLY).retry_failed(limit=10, cursor=articles.next)
    assert (retried.claims, retried.next) == (1, articles.next)
    with pytest.raises(QueueShareFull):
        store.acting_as(NIGHTLY).retry_failed(limit=10, cursor=articles.next)
    rest = store.acting_as(DESK).retry_failed(limit=10, cursor=articles.next)
    assert (rest.claims, rest.next) == (2, None)


def test_a_correction_beyond_the_share_changes_nothing(store: RedisStore) -> None:
    submit(store, 9, actor=DESK)
    submit(store, 1, 2, 3)
    with pytest.raises(QueueShareFull):
        store.acting_as(NIGHTLY).correct_claim(steps.claim_id(9), steps.new_claim(4))
    assert store.get_claim(steps.claim_id(9)).record.corrected_by is None


@pytest.mark.usefixtures("run_twice")
def test_a_call_that_is_repeated_takes_its_place_once(store: RedisStore) -> None:
    submit(store, 1, 2)
    assert count(store) == 2
    store.cancel_claim(CLAIM)
    assert count(store) == 1
    assert store.acting_as(NIGHTLY).recheck_claim(CLAIM) == 2
    assert count(store) == 2


def test_calls_at_the_same_time_do_not_exceed_the_share(store: RedisStore) -> None:
    def accept(number: int) -> bool:
        try:
            submit(store, number)
        except QueueShareFull:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        accepted = list(pool.map(accept, range(1, 17)))
    assert sum(accepted) == count(store) == SHARE


def test_a_share_of_a_small_queue_is_one_place_at_least(store_url: str) -> None:
    small = connect(store_url, queue_max=1, queue_share=0.5)
    small.connection.command("FLUSHALL")
    submit(small, 1)
    with pytest.raises(QueueFull):
        submit(small, 2)
    assert take_item(small, steps.gather_item(CLAIM)) is not None
    submit(small, 2)
    small.close()


def test_items_from_before_the_upgrade_count_in_no_share(store: RedisStore) -> None:
    submit(store, 1)
    store.connection.command("HDEL", keys.CLAIM + CLAIM, "owner")
    store.connection.command("DEL", keys.SHARES)
    assert check_invariant(store) == []
    finish(store)
    assert store.connection.command("EXISTS", keys.SHARES) == 0
