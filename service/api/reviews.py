"""Reviews over HTTP: the steps that people take about the verdict of a claim."""

from __future__ import annotations

from typing import Annotated

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, Field

from claims.access import Scope
from claims.limits import TAGS
from claims.ports import ClaimFilter
from claims.report.claim_review import MIMETYPE
from claims.shapes import to_json
from claims.types import ArticleId, ClaimId, ReviewEntry
from service.access.caller import needs
from service.api.answers import answer
from service.api.example_bodies import REVIEW_BODIES
from service.api.openapi import MISSING, STORE_FAILURES, failures, success
from service.api.queries import LIST_LIMIT, LIST_LIMIT_MAX, IdempotencyHeaders
from service.context import get_context
from service.operations import reviewing
from service.operations.claim_reviews import get_claim_review
from service.operations.fields import ArticleURL, Line, Repeated, Tag
from service.operations.ids import ArticleIdText
from service.operations.review_queue import list_queue
from service.operations.reviewing import ReviewBody
from service.shapes import ReviewList, ReviewQueue

blueprint = APIBlueprint("reviews", __name__, tag="Reviews", url_prefix="/v1/claims")


@blueprint.post("/<claim:claim_id>/review")
@needs(Scope.REVIEW)
@blueprint.input(ReviewBody, examples=REVIEW_BODIES, arg_name="body")
@blueprint.input(IdempotencyHeaders, location="headers", arg_name="headers")
@blueprint.doc(
    operation_id="review_claim",
    responses=success(201, ReviewEntry, "The step, with the state after it.", headers=("Location",))
    | failures(
        *("malformed-json", "too-large", "unsupported-media", "invalid-request", *MISSING),
        *("corrected", "no-verdict", "review-refused", "precondition-failed"),
        *("idempotency-mismatch", *STORE_FAILURES),
    ),
)
def review_claim(claim_id: ClaimId, body: ReviewBody, headers: IdempotencyHeaders) -> Response:
    """Decide about the verdict of a claim, which is a proposal, or take another step of its review.

    `accept` signs the label of the verdict, `correct` signs another `label` with a `reason`,
    `reject` signs none, `publish` publishes what is signed. A sign-off keeps hashes of what was
    seen; the claim's `review` says whether it is stale.
    """
    entry = reviewing.review_claim(
        get_context(), claim_id, body, idempotency_key=headers.idempotency_key
    )
    location = {"Location": f"/v1/claims/{claim_id}/reviews"}
    return answer(to_json(entry), status=201, headers=location)


class QueueQuery(BaseModel):
    """Which claims of the queue."""

    limit: int = Field(default=LIST_LIMIT, ge=1, le=LIST_LIMIT_MAX)
    tag: Annotated[list[Tag], Repeated, Field(max_length=TAGS)] = Field(
        default=[], description="One of these, in any case."
    )
    article: ArticleIdText | None = Field(
        default=None, description="The id of the article that the claim was read from."
    )
    assignee: Line | None = Field(
        default=None, description="To whom the review is assigned, in any case."
    )

    def to_filter(self) -> ClaimFilter:
        """These parameters as the store takes them."""
        return ClaimFilter(
            tags=tuple(self.tag),
            article=None if self.article is None else ArticleId(self.article),
            assignee=self.assignee,
        )


@blueprint.get("/queue")
@needs(Scope.READ)
@blueprint.input(QueueQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="get_review_queue",
    responses=success(200, ReviewQueue, "The claims most worth a look, the first one first.")
    | failures("invalid-request", *STORE_FAILURES),
)
def get_review_queue(query: QueueQuery) -> Response:
    """List the judged claims that are most worth a look by a person, with the reasons.

    First those whose sign-off does not hold any more, then those on which the judge and the second
    reader disagree, those of low confidence, and those whose verdict has changed lately; of equal
    ones those that have waited longest. The latest and the oldest few hundred claims are compared.
    """
    queue = list_queue(get_context(), query.to_filter(), limit=query.limit)
    return answer(to_json(ReviewQueue(queue, None)))


@blueprint.get("/<claim:claim_id>/reviews")
@needs(Scope.READ)
@blueprint.doc(
    operation_id="get_reviews",
    responses=success(200, ReviewList, "Oldest first.") | failures(*MISSING, *STORE_FAILURES),
)
def get_reviews(claim_id: ClaimId) -> Response:
    """List all steps of the review of a claim, oldest first, with what each signed."""
    return answer(to_json(ReviewList(get_context().store.reviews.get_steps(claim_id), None)))


class ClaimReviewQuery(BaseModel):
    """What the markup says, and whether it may be a draft."""

    page: ArticleURL | None = Field(
        default=None, description="The address of the page with the whole check."
    )
    unreviewed: bool = Field(
        default=False, description="Also before a sign-off, and with parts missing."
    )


@blueprint.get("/<claim:claim_id>/claimreview")
@needs(Scope.READ)
@blueprint.input(ClaimReviewQuery, location="query", arg_name="query")
@blueprint.doc(
    operation_id="get_claim_review",
    responses=success(
        200,
        None,
        "ClaimReview of schema.org, in JSON-LD.",
        mimetypes=(MIMETYPE,),
        schema={"type": "object", "required": ["@context", "@type", "claimReviewed"]},
    )
    | failures(*MISSING, "claim-review-incomplete", "invalid-request", *STORE_FAILURES),
)
def get_markup(claim_id: ClaimId, query: ClaimReviewQuery) -> Response:
    """Get a signed claim as ClaimReview, for the page with the check.

    Before a sign-off, or if a required part is missing, the answer is 409 with what is missing,
    unless `unreviewed` is true; the markup of a claim that nobody has signed says that it is a
    draft.
    """
    markup = get_claim_review(
        get_context(), claim_id, page=query.page, may_be_draft=query.unreviewed
    )
    response = answer(markup)
    response.mimetype = MIMETYPE
    return response
