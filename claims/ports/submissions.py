"""The port of submissions: articles and claims as they are accepted, and corrected wordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from claims.types import ArticleId, CheckOptions, Claim, ClaimId, ListedClaim


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """An article as submitted: one of text, html and url is not None.

    `claims` are checked beside those that are found in its text, `only_claims` instead of them.
    """

    id: ArticleId
    text: str | None = None
    html: str | None = None
    url: str | None = None
    title: str | None = None
    published_at: str | None = None
    claims: tuple[str, ...] = ()
    only_claims: tuple[ListedClaim, ...] | None = None
    options: CheckOptions = field(default_factory=CheckOptions)
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """A claim as submitted on its own. `context` is text around it, for pronouns."""

    id: ClaimId
    claim: Claim
    context: str | None = None
    options: CheckOptions = field(default_factory=CheckOptions)
    tags: tuple[str, ...] | None = None


class Submissions(Protocol):
    """Articles and claims to check. Each method notifies the workers of the work that it stored.

    Each change is recorded in the audit log, in the same step.
    """

    def submit_article(
        self, article: NewArticle, *, idempotency_key: str | None = None
    ) -> ArticleId:
        """Store the article and put (extract, id, 1) into due. Repeating the call is harmless.

        A known idempotency key with the same body returns the id of the first call. Raises
        IdempotencyMismatch (known key, other body) and QueueFull.
        """
        ...

    def submit_claim(self, claim: NewClaim, *, idempotency_key: str | None = None) -> ClaimId:
        """Store the claim and put (gather, id, 1) into due; otherwise like submit_article."""
        ...

    def submit_claims(
        self,
        claims: Sequence[NewClaim],
        *,
        idempotency_key: str | None = None,
    ) -> tuple[ClaimId, ...]:
        """Store all of one or more claims, or none; otherwise like submit_claim.

        They take turns as one submission. A long list is bulk, whatever its priority.
        """
        ...

    def correct_claim(
        self,
        claim_id: ClaimId,
        new: NewClaim,
        *,
        idempotency_key: str | None = None,
    ) -> ClaimId:
        """Store the corrected wording of a claim as a new claim; otherwise like submit_claim.

        The old claim keeps its verdict and is not checked again: `recheck_claim`, `set_schedule`
        and a second correction raise Corrected. The new claim takes over its schedule, unless it
        has one of its own.
        """
        ...
