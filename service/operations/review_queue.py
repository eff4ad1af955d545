"""The claims that wait for a review, in the order of what a look is worth."""

from __future__ import annotations

from dataclasses import replace

from claims.ports import ClaimFilter, ListEntry, Order, ReviewFilter, Store
from claims.reviews.queue_order import QueuedClaim, order_queue
from claims.types import ClaimStatus
from service.context import ServiceContext

CANDIDATES = 200
"""Maximum claims of each kind that are compared: those judged last, those submitted first, in
review, and stale."""
# Maximum calls for one kind: a call examines a limited number of records, and may find none.
_CALLS = 5


def list_queue(
    context: ServiceContext, chosen: ClaimFilter, *, limit: int
) -> tuple[QueuedClaim, ...]:
    """The first `limit` claims of the queue that match the filter; its `review` does not count.

    Claims without a verdict, and signed ones whose sign-off is not stale, are not in it.
    """
    judged = replace(chosen, statuses=(ClaimStatus.JUDGED,))
    kinds = (
        (ReviewFilter.STALE, Order.CHECKED),
        (ReviewFilter.IN_REVIEW, Order.CHECKED),
        (ReviewFilter.OPEN, Order.CHECKED),
        (ReviewFilter.OPEN, Order.OLDEST),
    )
    found = [
        entry
        for review, order in kinds
        for entry in collect_claims(
            context.store, replace(judged, review=review, order=order), limit=CANDIDATES
        )
    ]
    return order_queue(found, now=context.clock())[:limit]


def collect_claims(store: Store, chosen: ClaimFilter, *, limit: int) -> list[ListEntry]:
    """Up to `limit` claims of a list, by a limited number of calls."""
    found: list[ListEntry] = []
    cursor = None
    for _ in range(_CALLS):
        page = store.list_claims(chosen, limit=limit - len(found), cursor=cursor)
        found += page.items
        cursor = page.next_cursor
        if cursor is None or len(found) >= limit:
            break
    return found
