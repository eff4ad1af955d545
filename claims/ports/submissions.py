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
    """The number of the check of each claim of a page, and the cursor of the rest."""

    checks: Mapping[ClaimId, int]
    next: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """The number of items retried, and the cursor of the rest; `next` is null at the end."""

    articles: int
    claims: int
    next: str | None


Versions = frozenset[int] | None
"""The versions of an article or claim, one of which it must have for a change; None: any."""


class Submissions(Protocol):
    """Submissions, further checks, schedules, deletion and correction.

    Each change is recorded in the audit log with its `actor`, in the same step.
    """

    def accept_article(
        self, article: NewArticle, *, idempotency_key: str | None = None, actor: Actor = LOCAL
    ) -> ArticleId:
        """Store the article and put (extract, id, 1) into due. Repeating the call is harmless.

        With a known key and the same body, returns the id of the first call. Raises
        IdempotencyMismatch (same key, other body) and QueueFull.
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

        They take turns as one submission. More than a few are bulk, whatever their priority.
        """
        ...

    def request_check(
        self, claim_id: ClaimId, *, reader: ReaderChoice | None = None, actor: Actor = LOCAL
    ) -> int:
        """Request another check now; returns its number. A check under way is not duplicated.

        `reader` says whether a second reader is asked in this check, None: as the claim says.
        Raises QueueFull.
        """
        ...

    def request_reading(self, claim_id: ClaimId, *, actor: Actor = LOCAL) -> int:
        """Request a check of what the last verdict was concluded from, in which a second reader is
        asked; returns its number.

        Nothing is fetched. Of a check under way the reader is asked if its judging has not ended.
        Raises QueueFull, and NoVerdict when nothing was judged yet.
        """
        ...

    def request_listed_readings(
        self, chosen: ClaimFilter, *, limit: int, cursor: str | None = None, actor: Actor = LOCAL
    ) -> RequestedChecks:
        """request_reading for one page of a list of claims, or for none of them, as bulk; otherwise
        like request_listed_checks. Claims without a verdict are left out."""
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

        Looks at up to `limit` claims, from `cursor` on; those that were corrected are left out.
        They take turns as one submission. Repeating the call is harmless. Raises QueueFull, and
        InvalidInput for an invalid cursor.
        """
        ...

    def retry_failed(
        self, *, limit: int, cursor: str | None = None, actor: Actor = LOCAL
    ) -> Retried:
        """Retry what was given up for a fault of the service: looks at up to `limit` articles or
        claims, from `cursor` on. An article is extracted again, a claim gets another check.

        An item that is under way again is not changed, so a repeated call is harmless. When the
        queue fills up in between, `next` is the cursor of the rest. Raises QueueFull when it was
        full before, and InvalidInput for an invalid cursor.
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

        With `versions`, raises VersionChanged when it would change a claim that has none of them.
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
        """Add and remove sources of a claim, for its next check; returns all that it has.

        Addresses of one page are the same source. Removing one that it does not have changes
        nothing. Raises InvalidInput when these are too many, and Corrected.
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
        """Replace the tags of the article, by which its claims are found as well.

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
        """Delete a claim and all its checks, with the pages that nothing else cites.

        Work under way is refused at its commit. From now on the id raises Gone; deleting it again
        is no error.
        """
        ...

    def delete_article(self, article_id: ArticleId, *, actor: Actor = LOCAL) -> None:
        """Delete an article with all its claims, in any state; otherwise like delete_claim."""
        ...

    def cancel_claim(self, claim_id: ClaimId, *, actor: Actor = LOCAL) -> int:
        """End the claim's check that waits or is under way; returns the number of checks ended.

        The claim is judged as before, or has failed as `cancelled` if it never was. A schedule goes
        on with the next check.
        """
        ...

    def cancel_article(self, article_id: ArticleId, *, actor: Actor = LOCAL) -> int:
        """cancel_claim for all claims of an article. Before they are known, the article fails."""
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

        The old claim keeps its verdict and is not checked again; `request_check` and `set_schedule`
        raise Corrected, as a second correction does. Its schedule goes to the new one, unless that
        has one.
        """
        ...
