"""The review of a claim as ClaimReview, refused before it is complete."""

from __future__ import annotations

from typing import Any

from claims.ports import StoredClaim
from claims.report.claim_review import Need, Publisher, lint_claim_review, write_claim_review
from claims.types import ClaimId
from service.context import ServiceContext
from service.problems.problem_answers import FieldError, Problem


def get_claim_review(
    context: ServiceContext, claim_id: ClaimId, *, page: str | None, may_be_draft: bool
) -> dict[str, Any]:
    """The markup; see `write_claim_review`. `page` is the address of the page with the check.

    Raises Problem(claim-review-incomplete) with what is missing, unless it may be a draft.
    """
    markup = _write(context, context.store.get_claim(claim_id), page=page)
    missing = [one for one in lint_claim_review(markup) if one.need is Need.REQUIRED]
    if missing and not may_be_draft:
        raise Problem(
            "claim-review-incomplete",
            "; ".join(f"{one.pointer}: {one.detail}" for one in missing),
            errors=[FieldError(one.detail, pointer=one.pointer) for one in missing],
        )
    return markup


def list_missing(context: ServiceContext, stored: StoredClaim) -> tuple[str, ...]:
    """What the markup of this claim lacks, beside the address of its page, the required parts
    first."""
    markup = _write(context, stored, page=None)
    return tuple(one.detail for one in lint_claim_review(markup) if one.pointer != "/url")


def _write(context: ServiceContext, stored: StoredClaim, *, page: str | None) -> dict[str, Any]:
    settings = context.settings
    return write_claim_review(
        stored.record,
        publisher=Publisher(settings.publisher, settings.publisher_url),
        page=page,
        article=stored.article_url,
    )
