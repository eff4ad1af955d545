"""The port of reviews: what people decide about the verdicts of claims."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from claims.types import ClaimId, Person, ReviewEntry, ReviewRequest


class Reviews(Protocol):
    """Reviews of claims; the review as it is now is in the record of the claim."""

    def add(
        self,
        claim_id: ClaimId,
        request: ReviewRequest,
        *,
        person: Person,
        two_people: bool,
        check: int | None = None,
        idempotency_key: str | None = None,
    ) -> ReviewEntry:
        """Add a step to the review of a claim, by the rules of claims.reviews.decide.

        `check` is the number of the verdict that the person has seen, if it matters. The step is
        announced and recorded in the audit log at once. A known idempotency key of the actor and
        claim returns the step of the first call. Raises InvalidInput, NoVerdict, Corrected,
        ReviewRefused, IdempotencyMismatch (known key, other request), and VersionChanged when the
        claim has another verdict than that of `check`.
        """
        ...

    def get_steps(self, claim_id: ClaimId) -> tuple[ReviewEntry, ...]:
        """All steps of the review of a claim, oldest first."""
        ...

    def list_steps(self, claim_ids: Sequence[ClaimId]) -> tuple[tuple[ReviewEntry, ...], ...]:
        """The steps of the reviews of these claims, oldest first, in one round trip; without those
        that are deleted, not begun or unreadable."""
        ...

    def note_stale(self, *, limit: int) -> int:
        """Compare up to `limit` sign-offs with their claims as they are now, those with a new
        verdict first; returns how many were compared.

        Lists find stale ones from then on, and another grade is announced. Each sign-off is
        compared once a day.
        """
        ...
