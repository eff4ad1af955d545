"""The order of the review queue."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from claims.ports import ListEntry
from claims.reviews.queue_order import order_queue
from claims.types import LookReason
from tests.claims.samples import NOON

NOW = NOON + timedelta(days=30)
REASONS: dict[LookReason, dict[str, Any]] = {
    LookReason.DOES_NOT_HOLD: {"stale": "red"},
    LookReason.DISAGREEMENT: {"reader": "disagrees"},
    LookReason.LOW_CONFIDENCE: {"confidence": 0.84},
    LookReason.FRESH_CHANGE: {"changed_at": NOW - timedelta(days=7)},
    LookReason.SOMETHING_CHANGED: {"stale": "yellow"},
}


def entry(name: str, **given_: Any) -> ListEntry:
    """A judged claim that nothing speaks for."""
    fields: dict[str, Any] = {
        "id": name,
        "title": name,
        "status": "judged",
        "created_at": NOON,
        "label": "SUPPORTED",
        "summary": {},
        "checked_at": NOON,
        "confidence": 0.85,
        "reader": "agrees",
        "changed_at": NOW - timedelta(days=7.1),
    }
    return ListEntry(**(fields | given_))


def test_each_reason_is_found_and_they_come_in_their_order() -> None:
    entries = [entry(reason.name, **fields) for reason, fields in REASONS.items()]
    queued = order_queue([entry("none"), *reversed(entries)], now=NOW)
    assert [claim.because for claim in queued] == [*((reason,) for reason in LookReason), ()]


def test_longest_wait_comes_first_among_equals() -> None:
    waits = [entry(str(days), checked_at=NOON + timedelta(days=days)) for days in (3, 1, 2)]
    assert [claim.id for claim in order_queue(waits, now=NOW)] == ["1", "2", "3"]


def test_claim_that_is_found_twice_is_queued_once() -> None:
    assert len(order_queue([entry("a"), entry("a")], now=NOW)) == 1


def test_nothing_is_ordered_as_nothing() -> None:
    assert order_queue([], now=NOW) == ()


@given(st.lists(st.sets(st.sampled_from(LookReason)), max_size=8))
def test_stronger_reason_precedes_any_number_of_weaker_ones(chosen: list[set[LookReason]]) -> None:
    entries = []
    for number, reasons in enumerate(chosen):
        fields: dict[str, Any] = {}
        for reason in reversed(LookReason):  # a claim has one grade, the stronger
            fields |= REASONS[reason] if reason in reasons else {}
        entries.append(entry(str(number), **fields))
    strength = {reason: 2**place for place, reason in enumerate(reversed(LookReason))}
    worth = [
        sum(strength[reason] for reason in claim.because) for claim in order_queue(entries, now=NOW)
    ]
    assert all(one >= other for one, other in pairwise(worth))
