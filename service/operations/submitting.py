"""Articles and claims to check: claims that cannot be checked are refused, unless forced."""

from __future__ import annotations

from collections.abc import Sequence

from claims.extraction import check_checkable
from claims.ports import Store
from claims.types import ArticleId, ClaimId
from service.operations.bodies import ArticleBody, ClaimBody


def submit_article(
    store: Store, body: ArticleBody, *, idempotency_key: str | None = None
) -> ArticleId:
    """Store the article; returns the id once it is in the store.

    Raises NotCheckable, IdempotencyMismatch, QueueFull and StoreUnavailable.
    """
    check_claims(body)
    return store.submit_article(body.to_article(), idempotency_key=idempotency_key)


def check_claims(body: ArticleBody) -> None:
    """Raise NotCheckable if claims listed with an article cannot be checked, unless forced."""
    if not body.force:
        check_checkable((f"/claims/{n}", text) for n, text in enumerate(body.claims or ()))


def submit_claim(store: Store, body: ClaimBody, *, idempotency_key: str | None = None) -> ClaimId:
    """Store the claim; otherwise like `submit_article`."""
    _check_text(body)
    return store.submit_claim(body.to_claim(), idempotency_key=idempotency_key)


def submit_claims(
    store: Store, bodies: Sequence[ClaimBody], *, idempotency_key: str | None = None
) -> tuple[ClaimId, ...]:
    """Store all claims or none; otherwise like `submit_claim`."""
    check_checkable(
        (f"/claims/{n}/text", body.text) for n, body in enumerate(bodies) if not body.force
    )
    new = [body.to_claim() for body in bodies]
    return store.submit_claims(new, idempotency_key=idempotency_key)


def correct_claim(
    store: Store, claim_id: ClaimId, body: ClaimBody, *, idempotency_key: str | None = None
) -> ClaimId:
    """Store the corrected wording of a claim; fields not in the body are those of the old claim.

    Raises NotFound and Corrected; otherwise like `submit_claim`.
    """
    _check_text(body)
    new = body.to_correction(store.get_claim(claim_id))
    return store.correct_claim(claim_id, new, idempotency_key=idempotency_key)


def _check_text(body: ClaimBody) -> None:
    if not body.force:
        check_checkable([("/text", body.text)])
