"""Reviews: the steps that people take about the verdict of a claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack
from urllib.parse import urlencode

from claims.reviews.queue_order import QueuedClaim
from claims.types import ClaimId, ReviewEntry
from service.client.transport import Transport, encode_segment
from service.shapes import PublicKey, ReviewList, ReviewQueue, SignedRecord


class QueueFilters(TypedDict, total=False):
    """The query parameters of GET /v1/claims/queue."""

    limit: int
    tag: str | Sequence[str]
    article: str
    assignee: str


class Reviews(Transport):
    """The routes of reviews below /v1/claims."""

    def review_claim(
        self, claim_id: ClaimId, body: Mapping[str, object], *, idempotency_key: str | None = None
    ) -> ReviewEntry:
        """Take a step in the review of a claim: the body of POST /v1/claims/{id}/review.

        Also raises Corrected, NoVerdict, ReviewRefused, IdempotencyMismatch, and VersionChanged
        when the claim has another verdict than that of the `check` given.
        """
        path = f"/v1/claims/{encode_segment(claim_id)}/review"
        return self._submit(ReviewEntry, path, body=body, idempotency_key=idempotency_key)

    def get_review_queue(self, **filters: Unpack[QueueFilters]) -> tuple[QueuedClaim, ...]:
        """The claims that are most worth a look by a person, with the reasons; the first first."""
        query = urlencode(filters, doseq=True)
        return self._ask(ReviewQueue, "GET", f"/v1/claims/queue?{query}").items

    def get_claim_review(
        self, claim_id: ClaimId, *, page: str | None = None, unreviewed: bool = False
    ) -> dict[str, Any]:
        """The signed review as ClaimReview (JSON-LD); `page` is the address of its page.

        Raises InvalidInput with what is missing, unless `unreviewed`: then it may be a draft, and
        says so.
        """
        given = {"page": page, "unreviewed": "true" if unreviewed else None}
        query = urlencode({name: value for name, value in given.items() if value})
        path = f"/v1/claims/{encode_segment(claim_id)}/claimreview?{query}"
        return self._ask(dict[str, Any], "GET", path)

    def get_record(self, claim_id: ClaimId) -> SignedRecord:
        """The signed record of a claim; `claims.signed_records.verify_record` reads it.

        Also raises NoVerdict.
        """
        return self._ask(SignedRecord, "GET", f"/v1/claims/{encode_segment(claim_id)}/record")

    def get_signing_key(self) -> PublicKey:
        """The public key that verifies the records of the service."""
        return self._ask(PublicKey, "GET", "/v1/signing-key")

    def get_reviews(self, claim_id: ClaimId) -> tuple[ReviewEntry, ...]:
        """All steps of the review of a claim, oldest first."""
        return self._ask(ReviewList, "GET", f"/v1/claims/{encode_segment(claim_id)}/reviews").items
