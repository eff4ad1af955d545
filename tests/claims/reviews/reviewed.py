"""Claims, people and steps of reviews, with defaults for what a test does not set."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from claims.reviews import ReviewRecord, decide, find_grade, find_stale_reasons
from claims.types import (
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Person,
    ReviewRequest,
    Verdict,
    VerdictLabel,
)
from tests.claims.samples import NOON, verdict

ANNA, BEN = Person("Anna", "0000000a"), Person("Ben", "0000000b")


def claim(label: VerdictLabel | None = VerdictLabel.SUPPORTED, **fields: Any) -> ClaimRecord:
    """A judged claim with a verdict of this label, or without a verdict."""
    return replace(
        ClaimRecord(
            id=ClaimId("c_1"),
            article_id=None,
            text="Eleven people died.",
            span=None,
            sentence="Eleven people died.",
            claimant=None,
            claimed_at=None,
            check_worthiness=0.8,
            kinds=(),
            needs_context=False,
            status=ClaimStatus.JUDGED,
            verdict=None if label is None else verdict(label),
        ),
        **fields,
    )


def judged_as(of: ClaimRecord) -> Verdict:
    """The verdict of a claim that has one."""
    if of.verdict is None:
        raise ValueError("it has no verdict")
    return of.verdict


def take_step(
    kept: ReviewRecord,
    person: Person = ANNA,
    *,
    of: ClaimRecord | None = None,
    at: datetime = NOON,
    two_people: bool = True,
    **request: Any,
) -> ReviewRecord:
    """The review after this request, with what is stale about its sign-off computed as in use."""
    seen = of or claim()
    stale = find_stale_reasons(kept.sign_off, seen, now=at, days_max=180) if kept.sign_off else ()
    shown = replace(kept.review, stale=find_grade(stale), stale_because=stale)
    after, entry = decide(
        kept,
        ReviewRequest(**request),
        replace(seen, review=shown),
        entry_id="r_1",
        person=person,
        at=at,
        two_people=two_people,
    )
    assert entry.state is after.review.state
    return after
