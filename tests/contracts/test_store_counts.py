"""How many records the lists have, and which checks on schedule come next."""

from __future__ import annotations

from claims.ports import ReviewFilter
from claims.store import RedisStore
from claims.types import ClaimStatus, Decision, Person, ReviewRequest, VerdictLabel
from tests.contracts import steps

ARTICLE = steps.article_id(1)
SUPPORTED, REFUTED = VerdictLabel.SUPPORTED, VerdictLabel.REFUTED


def test_counts_are_those_of_the_lists_without_superseded_claims(store: RedisStore) -> None:
    store.submit_article(steps.new_article())
    claims = steps.extract(store, ARTICLE, claims=3)
    for claim, label in zip(claims, (SUPPORTED, REFUTED, REFUTED), strict=True):
        steps.finish_check(store, claim, label=label)
    signed = ReviewRequest(decision=Decision.ACCEPT)
    for claim in claims[:2]:
        store.reviews.add(claim, signed, person=Person("Anna Berg"), two_people=True)
    store.correct_claim(claims[1], steps.new_claim(9, text="Twelve people died."))
    counts = store.count_claims()
    assert counts.total == 3
    assert (counts.labels[SUPPORTED], counts.labels[REFUTED]) == (1, 1)
    assert counts.statuses[ClaimStatus.JUDGED] == 2
    assert counts.statuses[ClaimStatus.QUEUED] == 1
    assert counts.reviews[ReviewFilter.SIGNED] == 1
    articles = store.count_articles()
    assert (articles.total, articles.statuses["done"], articles.labels[REFUTED]) == (1, 1, 1)


def test_an_empty_store_has_no_records(store: RedisStore) -> None:
    assert (store.count_claims().total, store.count_articles().total) == (0, 0)
    assert set(store.count_claims().labels.values()) == {0}
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
