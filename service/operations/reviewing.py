"""Steps of reviews: what a request holds, who takes the step, and by which setting."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from claims.errors import InvalidInput
from claims.types import ClaimId, Decision, Person, ReviewEntry, ReviewRequest, VerdictLabel
from service.access.caller import current_actor, find_author
from service.context import ServiceContext
from service.operations.bodies import Body
from service.operations.fields import Assignee, Author, ReviewText

NO_REVIEWER = "this field is required without a key: say who reviews"


class ReviewBody(Body):
    """A step of a review: a decision, or a note, an assignee or a second look without one."""

    decision: Decision | None = None
    label: Annotated[
        VerdictLabel | None, Field(description="The right label; only with the decision correct.")
    ] = None
    reason: Annotated[
        ReviewText | None, Field(description="Required with the decisions correct and reject.")
    ] = None
    note: ReviewText | None = None
    assignee: Assignee | None = None
    second_look: Annotated[
        bool,
        Field(
            strict=True,
            description="Nothing is signed before another person has decided. Default: false.",
        ),
    ] = False
    check: Annotated[
        int | None,
        Field(
            ge=1,
            le=10**9,
            strict=True,
            description="The number of the check whose verdict was seen: if the claim has another "
            "verdict meanwhile, the answer is 412 and nothing is changed.",
        ),
    ] = None
    by: Author | None = None

    def to_request(self) -> ReviewRequest:
        """The step that is asked for."""
        return ReviewRequest(
            decision=self.decision,
            label=self.label,
            reason=self.reason,
            note=self.note,
            assignee=self.assignee,
            second_look=self.second_look,
        )


def find_reviewer(body: ReviewBody) -> str | None:
    """The person who takes the step: named in the body, or by the caller's key; None for nobody."""
    return find_author(body.by)


def review_claim(
    context: ServiceContext,
    claim_id: ClaimId,
    body: ReviewBody,
    *,
    idempotency_key: str | None = None,
) -> ReviewEntry:
    """Add a step to the review of a claim, by the person that the body or the caller's key names.

    Raises InvalidInput without a name, and the errors of Reviews.add.
    """
    name = find_reviewer(body)
    if name is None:
        raise InvalidInput(NO_REVIEWER, "/by")
    return context.store.reviews.add(
        claim_id,
        body.to_request(),
        person=Person(name, current_actor().key_id),
        two_people=context.settings.review_two_people,
        check=body.check,
        idempotency_key=idempotency_key,
    )
