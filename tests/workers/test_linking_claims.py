"""A worker links a claim to an earlier one that means the same."""

from __future__ import annotations

from claims.access import LOCAL
from claims.ports import EventFilter
from claims.store import RedisStore
from claims.types import (
    ClaimId,
    Decision,
    EventType,
    Person,
    ReviewRequest,
    ReviewState,
    SameClaim,
    VerdictLabel,
)
from tests.contracts.steps import acquire, gather_item, judge_item, new_claim
from tests.workers.items import TEXT, do
from workers.context import WorkerContext
from workers.work import Outcome

ANNA = Person("Anna", "0000000a")
REWORDED = "The bridge is 42 m long."
OTHER_WORDS = "The bridge has a length of 42 metres."


def check(store: RedisStore, context: WorkerContext, number: int, text: str) -> ClaimId:
    """The id of a claim with its first verdict."""
    claim = store.submit_claim(new_claim(number, text=text))
    assert do(gather_item(claim), context) is Outcome.COMMITTED
    assert do(judge_item(claim), context) is Outcome.COMMITTED
    return claim


def sign(store: RedisStore, claim: ClaimId) -> None:
    store.reviews.add(claim, ReviewRequest(decision=Decision.ACCEPT), person=ANNA, two_people=False)


def find_same(store: RedisStore, claim: ClaimId) -> SameClaim | None:
    return store.get_claim(claim).record.same_as


def list_returned(store: RedisStore) -> list[tuple[ClaimId | None, ClaimId | None, object]]:
    only = EventFilter(types=(EventType.CLAIM_RETURNED,))
    events = store.list_events(since=None, limit=100, only=only).items
    return [(one.claim_id, one.data.same_as, one.data.signed) for one in events]


def test_same_words_are_linked_before_anything_is_fetched(
    store: RedisStore, context: WorkerContext
) -> None:
    first = check(store, context, 1, TEXT)
    sign(store, first)
    second = store.submit_claim(new_claim(2, text=TEXT.upper()))
    context.fetcher = None  # type: ignore[assignment]  # whatever is fetched fails
    do(gather_item(second), context)
    same = find_same(store, second)
    assert same is not None
    assert (same.id, same.text, same.label) == (first, TEXT, VerdictLabel.SUPPORTED)
    assert (same.review, same.signed) == (ReviewState.SIGNED, VerdictLabel.SUPPORTED)
    assert list_returned(store) == [(second, first, VerdictLabel.SUPPORTED)]


def test_other_words_are_linked_by_the_judge_and_announced_once(
    store: RedisStore, context: WorkerContext
) -> None:
    first = check(store, context, 1, TEXT)
    sign(store, first)
    second = check(store, context, 2, OTHER_WORDS)
    same = find_same(store, second)
    assert same is not None
    assert same.id == first
    assert list_returned(store) == [(second, first, VerdictLabel.SUPPORTED)]


def test_an_earlier_claim_without_a_sign_off_is_linked_and_not_announced(
    store: RedisStore, context: WorkerContext
) -> None:
    first, second = (check(store, context, n, text) for n, text in ((1, TEXT), (2, REWORDED)))
    same = find_same(store, second)
    assert same is not None
    assert (same.id, same.review, same.signed) == (first, ReviewState.OPEN, None)
    assert list_returned(store) == []


def test_the_link_shows_the_earlier_claim_as_it_is_now(
    store: RedisStore, context: WorkerContext
) -> None:
    first, second = (check(store, context, n, text) for n, text in ((1, TEXT), (2, TEXT.upper())))
    sign(store, first)
    same = find_same(store, second)
    assert same is not None
    assert same.review is ReviewState.SIGNED


def test_another_figure_is_another_claim(store: RedisStore, context: WorkerContext) -> None:
    check(store, context, 1, TEXT)
    assert find_same(store, check(store, context, 2, "The bridge is 24 metres long.")) is None


def test_a_claim_whose_earlier_claim_was_deleted_has_no_link(
    store: RedisStore, context: WorkerContext
) -> None:
    first, second = (check(store, context, n, text) for n, text in ((1, TEXT), (2, TEXT.upper())))
    store.delete_claim(first)
    assert find_same(store, second) is None
    assert store.export_claims(limit=5).items[0].id == second


def test_the_first_link_of_a_claim_stays(store: RedisStore, context: WorkerContext) -> None:
    first = check(store, context, 1, TEXT)
    sign(store, first)
    other = check(store, context, 2, "Eleven people died in the storm.")
    third = store.submit_claim(new_claim(3, text="It is something else."))
    lease = acquire(store, gather_item(third))
    assert store.link_same(lease, first, signed=VerdictLabel.SUPPORTED)
    assert store.link_same(lease, other, signed=VerdictLabel.REFUTED)
    same = find_same(store, third)
    assert same is not None
    assert same.id == first
    assert len(list_returned(store)) == 1


def test_a_lost_lease_links_nothing(store: RedisStore, context: WorkerContext) -> None:
    first = check(store, context, 1, TEXT)
    second = store.submit_claim(new_claim(2, text="It is something else."))
    lease = acquire(store, gather_item(second))
    store.acting_as(LOCAL).delete_claim(second)
    assert not store.link_same(lease, first)
