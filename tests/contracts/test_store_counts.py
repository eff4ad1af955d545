"""How many records the lists have, and which checks on schedule come next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from claims.ports import ArticleFilter, ClaimFilter, ListCount, Order, ReviewFilter, Superseded
from claims.store import RedisStore, search
from claims.types import ArticleStatus, ClaimStatus, Decision, Person, ReviewRequest, VerdictLabel
from tests.contracts import steps

ARTICLE = steps.article_id(1)
SUPPORTED, REFUTED = VerdictLabel.SUPPORTED, VerdictLabel.REFUTED


def count(store: RedisStore, **chosen: Any) -> int:
    """The exact number of the claims that fit."""
    counted = store.count_claims(ClaimFilter(**chosen))
    assert counted.is_exact
    return counted.number


def test_counts_are_those_of_the_lists_without_superseded_claims(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    claims = steps.extract(store, ARTICLE, claims=3)
    for claim, label in zip(claims, (SUPPORTED, REFUTED, REFUTED), strict=True):
        steps.finish_check(store, claim, label=label)
    signed = ReviewRequest(decision=Decision.ACCEPT)
    for claim in claims[:2]:
        store.reviews.add(claim, signed, person=Person("Anna Berg"), two_people=True)
    store.correct_claim(claims[1], steps.new_claim(9, text="Twelve people died."))
    by_label = {label: count(store, labels=(label,)) for label in VerdictLabel}
    assert count(store) == 3
    assert (by_label[SUPPORTED], by_label[REFUTED]) == (1, 1)
    assert count(store, statuses=(ClaimStatus.JUDGED,)) == 2
    assert count(store, statuses=(ClaimStatus.QUEUED,)) == 1
    assert count(store, statuses=(ClaimStatus.QUEUED, ClaimStatus.JUDGED)) == 3
    assert count(store, review=ReviewFilter.SIGNED) == 1
    assert count(store, review=ReviewFilter.OPEN) == 2
    assert count(store, superseded=Superseded.INCLUDE) == 4
    assert count(store, superseded=Superseded.ONLY) == 1
    assert count(store, order=Order.CONFIDENCE) == 2
    done = ArticleFilter(labels=(SUPPORTED, REFUTED), statuses=(ArticleStatus.DONE,))
    assert store.count_articles(done) == ListCount(1, is_exact=True)


def test_counts_have_all_filters_together(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    claims = steps.extract(store, ARTICLE, claims=4)
    for claim, label in zip(claims, (SUPPORTED, REFUTED, REFUTED), strict=False):
        steps.finish_check(store, claim, label=label)
    store.set_claim_tags(claims[0], ["City"])
    store.set_claim_tags(claims[1], ["City", "Sport"])
    assert count(store, tags=("City",)) == 2
    assert count(store, tags=("City", "Sport")) == 2
    assert count(store, tags=("City",), labels=(REFUTED,)) == 1
    assert count(store, labels=(REFUTED,), least_confidence=0.99) == 0
    assert count(store, order=Order.CHECKED, statuses=(ClaimStatus.QUEUED,)) == 0
    recent = datetime.now(UTC) - timedelta(hours=1)
    assert (count(store, since=recent), count(store, until=recent)) == (4, 0)


def test_a_long_count_stops_and_says_so(store: RedisStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.submit_article(steps.new_article())
    for claim in steps.extract(store, ARTICLE, claims=5):
        store.set_claim_tags(claim, ["City"])
    chosen = ClaimFilter(tags=("City",), statuses=(ClaimStatus.QUEUED,))
    assert store.count_claims(chosen) == ListCount(5, is_exact=True)
    monkeypatch.setattr(search, "LOOKUPS", 6)
    counted = store.count_claims(chosen)
    assert 0 < counted.number < 5 and not counted.is_exact
    assert store.count_claims(ClaimFilter(statuses=(ClaimStatus.QUEUED,))).is_exact
    assert store.count_claims() == ListCount(5, is_exact=True)


def test_an_empty_store_has_no_records(store: RedisStore) -> None:
    none = ListCount(0, is_exact=True)
    assert (store.count_claims(), store.count_articles()) == (none, none)
    assert store.count_claims(ClaimFilter(labels=(SUPPORTED,), order=Order.CHECKED)) == none
    assert store.list_planned(limit=5) == ()


def test_titles_are_those_of_records_that_are_stored(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    claim, deleted = steps.extract(store, ARTICLE, claims=2)
    store.delete_claim(deleted)
    entry = store.list_claims(limit=1).items[0]
    (article,) = store.list_articles(limit=1).items
    found = store.find_titles([ARTICLE, claim, deleted, "tag:City", "c_none"])
    assert found == {ARTICLE: article.title, claim: entry.title}
    assert store.find_titles([]) == {}


def test_planned_checks_come_in_the_order_of_their_times(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    first, second, third = steps.extract(store, ARTICLE, claims=3)
    for claim, every in ((first, "P7D"), (second, "P1D"), (third, "P30D")):
        steps.finish_check(store, claim, label=SUPPORTED)
        store.set_schedule(claim, every=every, until=None)
    planned = store.list_planned(limit=2)
    assert [one.claim.id for one in planned] == [second, first]
    schedules = [store.get_claim(claim).record.schedule for claim in (second, first)]
    assert [one.at for one in planned] == [schedule and schedule.next_at for schedule in schedules]
    store.recheck_claim(second)
    assert [one.claim.id for one in store.list_planned(limit=2)] == [first, third]
