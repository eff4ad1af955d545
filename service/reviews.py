"""Steps of reviews, for the API and the dashboard: who takes them, and by which setting."""

from __future__ import annotations

from claims.errors import InvalidInput
from claims.types import ClaimId, Person, ReviewEntry, ReviewRequest
from service.access.caller import current_actor, find_author
from service.context import ServiceContext

NO_REVIEWER = "this field is required without a key: say who reviews"


def add_review(
    context: ServiceContext,
    claim_id: ClaimId,
    request: ReviewRequest,
    *,
    by: str | None = None,
    check: int | None = None,
    idempotency_key: str | None = None,
) -> ReviewEntry:
    """Add a step to the review of a claim, by the person `by`, or the name of the caller's key.

    `check` is the number of the verdict that the person has seen. Raises InvalidInput, NotFound,
    NoVerdict, Corrected, ReviewRefused, VersionChanged and IdempotencyMismatch.
    """
    name, actor = find_author(by), current_actor()
    if name is None:
        raise InvalidInput(NO_REVIEWER, "/by")
    return context.store.reviews.add(
        claim_id,
        request,
        person=Person(name, actor.key_id),
        two_people=context.settings.review_two_people,
        check=check,
        idempotency_key=idempotency_key,
        actor=actor,
    )
