"""Accepting: a submission is stored once, and its first work item is queued."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest

from claims.errors import IdempotencyMismatch, InvalidInput, QueueFull
from claims.store import RedisStore, connect
from claims.types import ArticleReading, ArticleStatus, ClaimStatus
from tests.contracts import steps
from tests.contracts.turns import list_ready

AS_OF = date(2025, 6, 1)


def test_an_accepted_article_is_queued_and_its_extraction_is_due(store: RedisStore) -> None:
    new = steps.new_article()
    assert store.submit_article(new) == new.id
    stored = store.get_article(new.id)
    assert stored.new == new
    assert stored.record.status is ArticleStatus.QUEUED
    assert stored.record.text == new.text
    assert list_ready(store) == [steps.extract_item(new.id)]


def test_an_accepted_claim_is_queued_and_its_gathering_is_due(store: RedisStore) -> None:
    new = replace(steps.new_claim(), context="It was a storm.")
    new = replace(new, claim=replace(new.claim, claimant="The mayor"))
    assert store.submit_claim(new) == new.id
    stored = store.get_claim(new.id)
    assert (stored.record.text, stored.record.claimant) == (new.claim.text, "The mayor")
    assert (stored.options, stored.context) == (new.options, new.context)
    assert stored.record.status is ClaimStatus.QUEUED
    assert stored.check == 1
    assert list_ready(store) == [steps.gather_item(new.id)]


def test_the_last_day_of_evidence_is_kept_with_a_claim_and_all_claims_of_an_article(
    store: RedisStore,
) -> None:
    claim = steps.with_options(steps.new_claim(), as_of=AS_OF)
    claim = replace(claim, claim=replace(claim.claim, claimed_at=date(2025, 9, 4)))
    store.submit_claim(claim)
    kept = store.get_claim(claim.id).record
    assert (kept.as_of, kept.claimed_at) == (AS_OF, date(2025, 9, 4))
    steps.finish_check(store, claim.id)
    assert store.recheck_claim(claim.id) == 2
    assert store.get_claim(claim.id).record.as_of == AS_OF
    article = steps.with_options(steps.new_article(), as_of=AS_OF)
    store.submit_article(article)
    assert store.get_article(article.id).new.options.as_of == AS_OF
    lease = steps.acquire(store, steps.extract_item(article.id))
    assert store.commit_extraction(
        lease, ArticleReading(text="Eleven died.", extraction=steps.extraction(2))
    )
    assert [one.as_of for one in store.get_article(article.id).record.claims] == [AS_OF, AS_OF]


def test_another_last_day_is_another_body(store: RedisStore) -> None:
    new = steps.with_options(steps.new_claim(1), as_of=AS_OF)
    store.submit_claim(new, idempotency_key="k")
    with pytest.raises(IdempotencyMismatch):
        store.submit_claim(steps.new_claim(2), idempotency_key="k")


def test_submitting_the_same_id_again_changes_nothing(store: RedisStore) -> None:
    new = steps.new_claim()
    store.submit_claim(new)
    steps.finish_check(store, new.id)
    before = store.get_claim(new.id)
    assert store.submit_claim(new) == new.id
    assert store.get_claim(new.id) == before


def test_the_same_key_and_body_give_the_id_given_first(store: RedisStore) -> None:
    first, second = steps.new_claim(1), steps.new_claim(2)
    assert store.submit_claim(first, idempotency_key="k") == first.id
    assert store.submit_claim(second, idempotency_key="k") == first.id
    assert [entry.id for entry in store.list_claims(limit=10).items] == [first.id]


def test_the_same_key_with_another_body_is_refused(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(1), idempotency_key="k")
    with pytest.raises(IdempotencyMismatch):
        store.submit_claim(steps.new_claim(2, text="Twelve died."), idempotency_key="k")
    assert len(store.list_claims(limit=10).items) == 1


def test_keys_of_articles_and_of_claims_are_apart(store: RedisStore) -> None:
    store.submit_claim(steps.new_claim(), idempotency_key="k")
    assert store.submit_article(steps.new_article(), idempotency_key="k") == steps.article_id(1)


def test_one_key_used_by_many_at_once_gives_one_claim(store: RedisStore) -> None:
    def submit(number: int) -> str:
        return store.submit_claim(steps.new_claim(number), idempotency_key="k")

    with ThreadPoolExecutor(20) as pool:
        given = set(pool.map(submit, range(20)))
    assert given == {entry.id for entry in store.list_claims(limit=50).items}
    assert len(given) == 1


def test_a_full_queue_refuses_and_keeps_nothing(store: RedisStore, store_url: str) -> None:
    small = connect(store_url, queue_max=2)
    for number in (1, 2):
        small.submit_claim(steps.new_claim(number))
    with pytest.raises(QueueFull):
        small.submit_claim(steps.new_claim(3), idempotency_key="k")
    with pytest.raises(QueueFull):
        small.submit_article(steps.new_article())
    assert len(small.list_claims(limit=10).items) == 2
    # A refused submission does not use its idempotency key: it can be submitted again.
    steps.acquire(small, steps.gather_item(steps.claim_id(1)))
    assert small.submit_claim(steps.new_claim(3), idempotency_key="k") == steps.claim_id(3)
    small.close()


def test_items_planned_for_later_do_not_fill_the_queue(store: RedisStore, store_url: str) -> None:
    small = connect(store_url, queue_max=1)
    small.submit_claim(steps.new_claim(1, every="P1D"))
    steps.finish_check(small, steps.claim_id(1))
    assert small.health().due == 1
    small.submit_claim(steps.new_claim(2))
    small.close()


@pytest.mark.parametrize("every", ["1D", "P1M", "PT10S", ""])
def test_a_wrong_period_is_refused(store: RedisStore, every: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        store.submit_claim(steps.new_claim(every=every))
    assert refused.value.pointer == "/every"
    with pytest.raises(InvalidInput):
        store.submit_article(steps.new_article(every=every))
    assert list_ready(store) == []


def test_half_a_surrogate_pair_is_refused(store: RedisStore) -> None:
    with pytest.raises(InvalidInput):
        store.submit_claim(steps.new_claim(text="Eleven \ud800 died."))
    assert list_ready(store) == []


@pytest.mark.parametrize("text", ["Ünïcode 🧪 \u202eabc", 'a\x00b "\\" \r\n', "':;|%d %s"])
def test_any_unicode_text_comes_back_as_it_was(store: RedisStore, text: str) -> None:
    store.submit_claim(steps.new_claim(text=text))
    assert store.get_claim(steps.claim_id(1)).record.text == text
