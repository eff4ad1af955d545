"""Articles and claims to check: claims that cannot be checked are refused, unless forced."""

from __future__ import annotations

from collections.abc import Sequence

from claims.errors import InvalidInput
from claims.extraction import check_checkable
from claims.ports import Store
from claims.types import ArticleId, ClaimId
from service.context import ServiceContext
from service.operations.article_bodies import ArticleBody
from service.operations.bodies import ClaimBody


def submit_article(
    context: ServiceContext, body: ArticleBody, *, idempotency_key: str | None = None
) -> ArticleId:
    """Store the article; returns the id once it is in the store.

    Raises InvalidInput for more `only_claims` than an article may have, NotCheckable,
    IdempotencyMismatch, QueueFull and StoreUnavailable.
    """
    check_claims(context, body)
    return context.store.submit_article(body.to_article(), idempotency_key=idempotency_key)


def check_claims(context: ServiceContext, body: ArticleBody) -> None:
    """Raise InvalidInput for too many claims listed with an article, and NotCheckable if some of
    them cannot be checked, unless forced."""
    only, most = body.only_claims or (), context.settings.article_claims
    if len(only) > most:
        raise InvalidInput(f"too many items: {len(only):,}, maximum {most:,}", "/only_claims")
    if body.force:
        return
    check_checkable(
        [
            *((f"/claims/{n}", text) for n, text in enumerate(body.claims or ())),
            *((f"/only_claims/{n}/text", claim.text) for n, claim in enumerate(only)),
        ]
    )


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
