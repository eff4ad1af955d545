"""The port of changes of stored articles and claims: schedules, sources, tags and deletion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from claims.types import Adaptive, ArticleId, ClaimId, Hours

Versions = frozenset[int] | None
"""The allowed versions of an article or claim: it is changed only if it has one; None: any."""


@dataclass(frozen=True, slots=True)
class Adapted:
    """The bounds of an adaptive schedule, and why its period is what it is."""

    bounds: Adaptive
    reason: str


class RecordChanges(Protocol):
    """Schedules, sources, tags and deletion of articles and claims.

    Each change is recorded in the audit log, in the same step.
    """

    def set_schedule(
        self,
        claim_id: ClaimId,
        *,
        every: str,
        until: datetime | None,
        adaptive: Adapted | None = None,
        hours: Hours | None = None,
        is_paused: bool = False,
        versions: Versions = None,
    ) -> None:
        """Check again every `every` (ISO 8601 duration), counted from the last check.

        With `adaptive` each check sets the period anew. With `hours` a check takes place at their
        time of day, at the last one that the period allows, or when their quiet hours end. A
        schedule that `is_paused` is kept and checks nothing. With `versions`, raises VersionChanged
        if the claim's version is none of them. Raises InvalidInput for an unknown time zone.
        """
        ...

    def delete_schedule(self, claim_id: ClaimId, *, versions: Versions = None) -> None:
        """Delete the schedule; a check under way continues. `versions`: as in `set_schedule`."""
        ...

    def set_article_schedule(
        self,
        article_id: ArticleId,
        *,
        every: str,
        until: datetime | None,
        adaptive: Adapted | None = None,
        hours: Hours | None = None,
        is_paused: bool = False,
        versions: Versions = None,
    ) -> int:
        """`set_schedule` for all claims of an article, or for none; returns their number.

        Raises NotExtracted.
        """
        ...

    def delete_article_schedule(self, article_id: ArticleId, *, versions: Versions = None) -> None:
        """`delete_schedule` for all claims of an article. Raises NotExtracted."""
        ...

    def change_claim_sources(
        self,
        claim_id: ClaimId,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
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
    ) -> None:
        """Replace the claim's own tags. `versions`: as in `set_schedule`."""
        ...

    def delete_claim(self, claim_id: ClaimId) -> None:
        """Delete a claim and all its checks, with the pages that no other check cites.

        A commit of work under way is refused. From now on the id raises Gone; deleting the claim
        again is no error.
        """
        ...

    def delete_article(self, article_id: ArticleId) -> None:
        """Delete an article with all its claims, in any state; otherwise like delete_claim."""
        ...
