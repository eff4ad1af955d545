"""The port of submissions, re-checks, schedules, tags, deletion and correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from claims.access import LOCAL, Actor
from claims.ports.filters import ClaimFilter
from claims.types import ArticleId, CheckOptions, Claim, ClaimId, ReaderChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """An article as submitted: one of text, html and url is not None."""

    id: ArticleId
    text: str | None = None
    html: str | None = None
    url: str | None = None
    title: str | None = None
    published_at: str | None = None
    claims: tuple[str, ...] = ()
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


Versions = frozenset[int] | None
"""The allowed versions of an article or claim: it is changed only if it has one; None: any."""


class Submissions(Protocol):
    """Submissions, further checks, schedules, deletion and correction.

    Each change is recorded in the audit log with its `actor`, in the same step.
    """

    def accept_article(
        self, article: NewArticle, *, idempotency_key: str | None = None, actor: Actor = LOCAL
    ) -> ArticleId:
        """Store the article and put (extract, id, 1) into due. Repeating the call is harmless.

        A known idempotency key with the same body returns the id of the first call. Raises
        IdempotencyMismatch (known key, other body) and QueueFull.
        """
        ...

    def accept_claim(
        self, claim: NewClaim, *, idempotency_key: str | None = None, actor: Actor = LOCAL
    ) -> ClaimId:
        """Store the claim and put (gather, id, 1) into due; otherwise like accept_article."""
        ...

    def accept_claims(
        self,
        claims: Sequence[NewClaim],
        *,
        idempotency_key: str | None = None,
        actor: Actor = LOCAL,
    ) -> tuple[ClaimId, ...]:
        """Store all of one or more claims, or none; otherwise like accept_claim.

        They take turns as one submission. A long list is bulk, whatever its priority.
        """
        ...

    def request_check(
        self, claim_id: ClaimId, *, reader: ReaderChoice | None = None, actor: Actor = LOCAL
    ) -> int:
        """Request another check now; returns its number. A check under way is not duplicated.

        `reader` says whether this check asks a second reader; None: the claim's own choice. Raises
        QueueFull.
        """
        ...

    def request_reading(self, claim_id: ClaimId, *, actor: Actor = LOCAL) -> int:
        """Request a check that asks a second reader about the evidence of the last verdict, without
        fetching anything; returns its number.

        A check under way also asks the reader, if its judging has not ended. Raises QueueFull, and
        NoVerdict when the claim has no verdict yet.
        """
        ...

    def request_listed_readings(
        self, chosen: ClaimFilter, *, limit: int, cursor: str | None = None, actor: Actor = LOCAL
    ) -> RequestedChecks:
        """request_reading for one page of a list of claims, or for none of them, as bulk.

        Claims without a verdict are left out; otherwise like request_listed_checks.
        """
        ...

    def request_checks(
        self,
        article_id: ArticleId,
        *,
        reader: ReaderChoice | None = None,
        actor: Actor = LOCAL,
    ) -> dict[ClaimId, int]:
        """Request another check of all claims of an article, in order, or of none; their numbers.

        Raises QueueFull, and NotExtracted.
        """
        ...

    def request_listed_checks(
        self,
        chosen: ClaimFilter,
        *,
        limit: int,
        cursor: str | None = None,
        reader: ReaderChoice | None = None,
        actor: Actor = LOCAL,
    ) -> RequestedChecks:
        """Request another check of one page of a list of claims, or of none of them.

        Examines up to `limit` claims, from `cursor` on, and leaves out corrected ones. The checks
        take turns as one submission. Repeating the call is harmless. Raises QueueFull, and
        InvalidInput for an invalid cursor.
        """
        ...

    def retry_failed(
        self, *, limit: int, cursor: str | None = None, actor: Actor = LOCAL
    ) -> Retried:
        """Retry articles or claims that failed for a fault of the service.

        Examines up to `limit` of them, from `cursor` on. An article is extracted again, a claim
        gets another check. An item that is under way again stays as it is, so repeating the call is
        harmless. If the queue fills up during the call, `next` is the cursor of the rest. Raises
        QueueFull if the queue was full before, and InvalidInput for an invalid cursor.
        """
        ...

    def set_schedule(
        self,
        claim_id: ClaimId,
        *,
        every: str,
        until: datetime | None,
        versions: Versions = None,
        actor: Actor = LOCAL,
    ) -> None:
        """Check again every `every` (ISO 8601 duration), counted from the last check.

        With `versions`, raises VersionChanged if the claim's version is none of them.
        """
        ...

    def delete_schedule(
        self, claim_id: ClaimId, *, versions: Versions = None, actor: Actor = LOCAL
    ) -> None:
        """Delete the schedule; a check under way continues. `versions`: as in `set_schedule`."""
        ...

    def set_schedules(
        self,
        article_id: ArticleId,
        *,
        every: str,
        until: datetime | None,
        versions: Versions = None,
        actor: Actor = LOCAL,
    ) -> int:
        """`set_schedule` for all claims of an article, or for none; returns their number.

        Raises NotExtracted.
        """
        ...

    def delete_schedules(
        self, article_id: ArticleId, *, versions: Versions = None, actor: Actor = LOCAL
    ) -> None:
        """`delete_schedule` for all claims of an article. Raises NotExtracted."""
        ...

    def change_claim_sources(
        self,
        claim_id: ClaimId,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        actor: Actor = LOCAL,
    ) -> tuple[str, ...]:
        """Add and remove sources of a claim, for its next check; returns all its sources.

        Addresses of one page are the same source. Removing a source that the claim does not have
        changes nothing. Raises InvalidInput for too many sources, and Corrected.
        """
        ...

    def change_article_sources(
        self,
        article_id: ArticleId,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        actor: Actor = LOCAL,
    ) -> tuple[str, ...]:
        """change_claim_sources for an article and all its claims, or for none of them.

        Returns the sources of the article. Raises NotExtracted.
        """
        ...

    def set_article_tags(
        self,
        article_id: ArticleId,
        tags: Sequence[str],
        *,
        versions: Versions = None,
        actor: Actor = LOCAL,
    ) -> None:
        """Replace the tags of the article; lists find its claims by them as well.

        `versions`: as in `set_schedule`, of the article.
        """
        ...

    def set_claim_tags(
        self,
        claim_id: ClaimId,
        tags: Sequence[str],
        *,
        versions: Versions = None,
        actor: Actor = LOCAL,
    ) -> None:
        """Replace the claim's own tags. `versions`: as in `set_schedule`."""
        ...

    def delete_claim(self, claim_id: ClaimId, *, actor: Actor = LOCAL) -> None:
        """Delete a claim and all its checks, with the pages that no other check cites.

        A commit of work under way is refused. From now on the id raises Gone; deleting the claim
        again is no error.
        """
        ...

    def delete_article(self, article_id: ArticleId, *, actor: Actor = LOCAL) -> None:
        """Delete an article with all its claims, in any state; otherwise like delete_claim."""
        ...

    def cancel_claim(self, claim_id: ClaimId, *, actor: Actor = LOCAL) -> int:
        """End the claim's check that waits or is under way; returns the number of checks ended.

        The claim keeps its last verdict; a claim without one fails with fault `cancelled`. A
        schedule continues with the next check.
        """
        ...

    def cancel_article(self, article_id: ArticleId, *, actor: Actor = LOCAL) -> int:
        """cancel_claim for all claims of an article. Before extraction the article itself fails."""
        ...

    def correct_claim(
        self,
        claim_id: ClaimId,
        new: NewClaim,
        *,
        idempotency_key: str | None = None,
        actor: Actor = LOCAL,
    ) -> ClaimId:
        """Store the corrected wording of a claim as a new claim; otherwise like accept_claim.

        The old claim keeps its verdict and is not checked again: `request_check`, `set_schedule`
        and a second correction raise Corrected. The new claim takes over its schedule, unless it
        has one of its own.
        """
        ...
