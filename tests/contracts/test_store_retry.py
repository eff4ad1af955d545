"""Retry of work that failed by a fault of the service: once each; other failures stay."""

from __future__ import annotations

import pytest

from claims.errors import InvalidInput, QueueFull
from claims.store import RedisStore, connect
from claims.types import ArticleStatus, ClaimStatus, ErrorRecord, Fault
from tests.contracts import steps
from tests.contracts.turns import list_ready


def fail_claim(store: RedisStore, number: int = 1, *, every: str | None = None) -> None:
    store.submit_claim(steps.new_claim(number, every=every))
    steps.exhaust(store, steps.gather_item(steps.claim_id(number)))


def fail_article(store: RedisStore, number: int = 1) -> None:
    store.submit_article(steps.new_article(number))
    steps.exhaust(store, steps.extract_item(steps.article_id(number)))


def retry_all(store: RedisStore, *, limit: int = 100) -> tuple[int, int]:
    """Retry all failed work in batches; returns the numbers of articles and claims."""
    articles = claims = 0
    cursor = None
    for _ in range(100):
        piece = store.retry_failed(limit=limit, cursor=cursor)
        articles, claims, cursor = articles + piece.articles, claims + piece.claims, piece.next
        if cursor is None:
            return articles, claims
    raise AssertionError("there is no end to it")


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("attempts-exhausted", Fault.SERVICE),
        ("host-busy", Fault.SERVICE),
        ("invalid-input", Fault.INPUT),
        ("http-404", Fault.INPUT),
        ("timeout", Fault.INPUT),
    ],
)
def test_fault_follows_from_the_code(code: str, fault: Fault) -> None:
    assert ErrorRecord(code, "what happened").fault is fault


def test_claim_that_failed_for_the_service_gets_another_check(store: RedisStore) -> None:
    fail_claim(store)
    failed = store.get_claim(steps.claim_id(1))
    assert failed.record.error is not None
    assert failed.record.error.fault is Fault.SERVICE
    assert retry_all(store) == (0, 1)
    again = store.get_claim(steps.claim_id(1))
    assert (again.record.status, again.record.error) == (ClaimStatus.QUEUED, None)
    assert again.version > failed.version
    steps.finish_check(store, steps.claim_id(1), 2)
    assert store.get_claim(steps.claim_id(1)).record.status is ClaimStatus.JUDGED


def test_article_that_failed_for_the_service_is_read_again(store: RedisStore) -> None:
    fail_article(store)
    assert retry_all(store) == (1, 0)
    article = store.get_article(steps.article_id(1)).record
    assert (article.status, article.error) == (ArticleStatus.QUEUED, None)
    (claim,) = steps.extract(store, steps.article_id(1))
    steps.finish_check(store, claim)
    assert store.get_article(steps.article_id(1)).record.status is ArticleStatus.DONE


def test_claim_of_an_article_is_counted_once_when_it_is_judged_after_all(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    one, other = steps.extract(store, steps.article_id(1), 2)
    steps.exhaust(store, steps.gather_item(one))
    steps.finish_check(store, other)
    assert retry_all(store) == (0, 1)
    steps.finish_check(store, one, 2)
    article = store.get_article(steps.article_id(1)).record
    assert article.status is ArticleStatus.DONE
    assert article.summary == {"NOT_ENOUGH_EVIDENCE": 2}


def test_twice_is_once(store: RedisStore) -> None:
    fail_claim(store)
    fail_article(store)
    assert retry_all(store) == (1, 1)
    assert retry_all(store) == (0, 0)
    assert len(list_ready(store)) == 2


def test_items_failed_for_a_fault_of_the_input_are_not_retried(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim())
    store.submit_article(steps.new_article())
    for item in (steps.gather_item(steps.claim_id(1)), steps.extract_item(steps.article_id(1))):
        assert store.give_up(steps.acquire(store, item), ErrorRecord("http-404", "not there"))
    assert retry_all(store) == (0, 0)
    assert store.get_claim(steps.claim_id(1)).record.status is ClaimStatus.FAILED


def test_waiting_and_judged_items_are_not_retried(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(1))
    store.submit_claim(steps.new_claim(2))
    steps.finish_check(store, steps.claim_id(2))
    assert retry_all(store) == (0, 0)


def test_check_that_was_planned_becomes_due_now(store: RedisStore) -> None:
    fail_claim(store, every="P1D")
    assert list_ready(store) == []
    assert retry_all(store) == (0, 1)
    assert list_ready(store) == [steps.gather_item(steps.claim_id(1), 2)]


def test_many_are_found_piece_by_piece(store: RedisStore) -> None:
    for number in range(7):
        fail_claim(store, number)
        fail_article(store, number)
    assert retry_all(store, limit=3) == (7, 7)


@pytest.mark.parametrize("is_article", [True, False])
def test_full_queue_ends_it_and_the_rest_comes_when_there_is_room(
    store: RedisStore, store_url: str, is_article: bool
) -> None:
    for number in range(3):
        (fail_article if is_article else fail_claim)(store, number)
    small = connect(store_url, queue_max=2)
    cursor = None if is_article else small.retry_failed(limit=9).next
    piece = small.retry_failed(limit=9, cursor=cursor)
    assert piece.articles + piece.claims == 2
    assert piece.next is not None
    with pytest.raises(QueueFull):
        small.retry_failed(limit=9, cursor=piece.next)
    rest = store.retry_failed(limit=9, cursor=piece.next)
    assert rest.articles + rest.claims == 1
    small.close()


def test_retried_items_wait_behind_submissions_of_people(store: RedisStore) -> None:
    for number in range(3):
        fail_claim(store, number)
    retry_all(store)
    store.submit_claim(steps.new_claim(9))
    lease = store.take(steps.gather_item(steps.claim_id(9)).stage.queue, worker="w", ttl_s=60)
    assert lease is not None
    assert lease.item == steps.gather_item(steps.claim_id(9))


def test_cursor_of_something_else_is_refused(store: RedisStore) -> None:
    with pytest.raises(InvalidInput, match="cursor"):
        store.retry_failed(limit=9, cursor="bm90aGluZw")
