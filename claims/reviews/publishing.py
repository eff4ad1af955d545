"""What a review publishes and takes back: pure functions over its steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from claims.types import (
    ClaimRecord,
    Decision,
    Review,
    ReviewEntry,
    ReviewState,
    SignOff,
    StaleGrade,
    VerdictLabel,
)


@dataclass(frozen=True, slots=True)
class PublishedStep:
    """A step that published a label, with the number of the check that was signed."""

    label: VerdictLabel
    at: datetime
    reason: str | None
    check: int | None


def withdraws(entry: ReviewEntry, after: Review) -> bool:
    """Whether the step takes back what was published: a rejection that is not looked at again."""
    return entry.decision is Decision.REJECT and not after.second_look


def is_reviewed_again(claim: ClaimRecord) -> bool:
    """Whether the last publication of a published claim is in doubt."""
    return claim.review.state is not ReviewState.PUBLISHED or claim.review.stale is StaleGrade.RED


def list_publications(steps: Iterable[ReviewEntry]) -> tuple[tuple[PublishedStep, ...], bool]:
    """The publications in the steps of a review, oldest first, and whether the last is in force.

    A rejection with a second look that another person already took cannot be told from one that
    waits: each rejection without a request for one counts as a withdrawal.
    """
    found: list[PublishedStep] = []
    signed: SignOff | None = None
    reason: str | None = None
    is_public = False
    for step in steps:
        if step.sign_off is not None:
            signed, reason = step.sign_off, step.reason
        if step.decision is Decision.PUBLISH and signed is not None:
            publication = PublishedStep(signed.label, step.at, step.reason or reason, signed.check)
            found.append(publication)
            is_public = True
        elif step.decision is Decision.REJECT and not step.second_look:
            is_public = False
    return tuple(found), is_public
