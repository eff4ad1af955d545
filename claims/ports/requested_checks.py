"""The port of checks that somebody requests, repeats after a failure, or cancels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from claims.ports.filters import ClaimFilter
from claims.types import ArticleId, ClaimId, ReaderChoice


@dataclass(frozen=True, slots=True)
class RequestedChecks:
    """The number of the requested check of each claim of a page, and the cursor of the rest."""

    checks: Mapping[ClaimId, int]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """The number of items retried, and the cursor of the rest; `next` is null at the end."""

    articles: int
    claims: int
    next: str | None


class CheckRequests(Protocol):
    """Further checks, and their end. A method that puts work into due notifies the workers.

    Each change is recorded in the audit log, in the same step.
    """

    def recheck_claim(self, claim_id: ClaimId, *, reader: ReaderChoice | None = None) -> int:
        """Request another check now; returns its number. A check under way is not duplicated.

        `reader` says whether this check asks a second reader; None: the claim's own choice. Raises
        QueueFull.
        """
        ...

    def read_claim(self, claim_id: ClaimId) -> int:
        """Request a check that asks a second reader about the evidence of the last verdict, without
        fetching anything; returns its number.

        A check under way also asks the reader, if its judging has not ended. Raises QueueFull, and
        NoVerdict when the claim has no verdict yet.
        """
        ...

    def read_claims(
        self, chosen: ClaimFilter, *, limit: int, cursor: str | None = None
    ) -> RequestedChecks:
        """read_claim for one page of a list of claims, or for none of them, as bulk.

        Claims without a verdict are left out; otherwise like recheck_claims.
        """
        ...

    def recheck_article(
        self,
        article_id: ArticleId,
        *,
        reader: ReaderChoice | None = None,
    ) -> dict[ClaimId, int]:
        """Request another check of all claims of an article, in order, or of none; their numbers.

        Raises QueueFull, and NotExtracted.
        """
        ...

    def recheck_claims(
        self,
        chosen: ClaimFilter,
        *,
        limit: int,
        cursor: str | None = None,
        reader: ReaderChoice | None = None,
    ) -> RequestedChecks:
        """Request another check of one page of a list of claims, or of none of them.

        Examines up to `limit` claims, from `cursor` on, and leaves out corrected ones. The checks
        take turns as one submission. Repeating the call is harmless. Raises QueueFull, and
        InvalidInput for an invalid cursor.
        """
        ...

    def retry_failed(self, *, limit: int, cursor: str | None = None) -> Retried:
        """Retry articles or claims that failed for a fault of the service.

        Examines up to `limit` of them, from `cursor` on. An article is extracted again, a claim
        gets another check. An item that is under way again stays as it is, so repeating the call is
        harmless. If the queue fills up during the call, `next` is the cursor of the rest. Raises
        QueueFull if the queue was full before, and InvalidInput for an invalid cursor.
        """
        ...

    def cancel_claim(self, claim_id: ClaimId) -> int:
        """End the claim's check that waits or is under way; returns the number of checks ended.

        The claim keeps its last verdict; a claim without one fails with fault `cancelled`. A
        schedule continues with the next check.
        """
        ...

    def cancel_article(self, article_id: ArticleId) -> int:
        """cancel_claim for all claims of an article. Before extraction the article itself fails."""
        ...
