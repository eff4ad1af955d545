"""Submissions with the same content as an earlier one link to it; both are kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from claims.ports import NewArticle, NewClaim
from claims.store import RedisStore
from claims.store.invariant import check_invariant
from claims.types import ClaimId, Priority
from tests.contracts import steps


def claim(number: int, **changes: Any) -> NewClaim:
    return replace(steps.new_claim(number), **changes)


def article(number: int, **changes: Any) -> NewArticle:
    return replace(steps.new_article(number), **changes)


def said(number: int, **changes: Any) -> NewClaim:
    new = steps.new_claim(number)
    return replace(new, claim=replace(new.claim, **changes))


def test_a_claim_submitted_again_is_stored_and_names_the_one_before(store: RedisStore) -> None:
    ids = [store.submit_claim(claim(number)) for number in (1, 2, 3)]
    assert store.find_repeated_claims(ids) == (None, ids[0], ids[1])
    assert [store.get_claim(one).record.repeats for one in ids] == [None, ids[0], ids[1]]
    exported = {one.id: one.repeats for one in store.export_claims(limit=5).items}
    assert exported == {ids[0]: None, ids[1]: ids[0], ids[2]: ids[1]}
    assert len(store.list_claims(limit=5).items) == 3
    assert check_invariant(store) == []


@pytest.mark.parametrize(
    "again",
    [
        steps.with_options(claim(2), sources=("https://A.example/#top",)),
        said(2, text=" eleven  DIED. "),
        claim(2, tags=("City",)),
        steps.with_options(claim(2), every="P1D", priority=Priority.BULK),
    ],
)
def test_spelling_tags_and_schedule_make_no_other_content(
    store: RedisStore, again: NewClaim
) -> None:
    first = store.submit_claim(claim(1))
    assert store.find_repeated_claims([store.submit_claim(again)]) == (first,)


@pytest.mark.parametrize(
    "other",
    [
        said(2, text="Twelve died."),
        said(2, claimed_at=date(2026, 1, 4)),
        said(2, claimant="Ada"),
        claim(2, context="In the storm, eleven died."),
        steps.with_options(claim(2), as_of=date(2026, 1, 4)),
        steps.with_options(claim(2), sources=()),
        steps.with_options(claim(2), sources=("https://a.example/", "https://b.example/")),
    ],
)
def test_a_difference_on_which_a_verdict_depends_makes_another_content(
    store: RedisStore, other: NewClaim
) -> None:
    store.submit_claim(claim(1))
    assert store.find_repeated_claims([store.submit_claim(other)]) == (None,)


def test_the_order_of_sources_makes_no_other_content(store: RedisStore) -> None:
    sources = ("https://a.example/", "https://b.example/")
    first = store.submit_claim(steps.with_options(claim(1), sources=sources))
    again = store.submit_claim(steps.with_options(claim(2), sources=sources[::-1]))
    assert store.get_claim(again).record.repeats == first


def test_an_article_submitted_again_names_the_one_before(store: RedisStore) -> None:
    first = store.submit_article(article(1))
    again = store.submit_article(article(2, title="Storm"))
    other = store.submit_article(article(3, text="Twelve people died."))
    page = store.submit_article(article(4, text=None, url="https://a.example/p"))
    assert store.find_repeated_articles([first, again, other, page]) == (None, first, None, None)
    assert store.get_article(again).record.repeats == first
    steps.extract(store, again, claims=1)
    read = store.get_article(again).record
    assert (read.repeats, read.claims[0].repeats) == (first, None)
    assert check_invariant(store) == []


def test_the_answer_to_a_repeated_call_is_the_same(store: RedisStore) -> None:
    first = store.submit_claim(claim(1), idempotency_key="a")
    assert store.submit_claim(claim(2), idempotency_key="a") == first
    assert store.find_repeated_claims([first]) == (None,)


def test_after_a_deletion_the_one_before_that_is_named(store: RedisStore) -> None:
    first, second, third = (store.submit_claim(claim(number)) for number in (1, 2, 3))
    version = store.get_claim_version(third)
    store.delete_claim(second)
    assert store.get_claim(third).record.repeats == first
    assert store.get_claim_version(third) > version
    store.delete_claim(first)
    assert store.get_claim(third).record.repeats is None
    assert check_invariant(store) == []


def test_of_many_at_once_all_but_the_first_repeat_another_one(store: RedisStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda number: store.submit_claim(claim(number)), range(20)))
    earlier = store.find_repeated_claims(ids)
    assert earlier.count(None) == 1
    assert len(set(earlier)) == 20


def test_a_claim_that_a_batch_has_twice_is_named(store: RedisStore) -> None:
    ids = store.submit_claims([claim(1), claim(2), said(3, text="Twelve died.")])
    assert store.find_repeated_claims(ids) == (ids[1], None, None)


def test_a_record_without_content_repeats_nothing(store: RedisStore) -> None:
    assert store.find_repeated_claims([ClaimId("c_none")]) == (None,)
