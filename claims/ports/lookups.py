"""The port of stored articles and claims, and of lists of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from claims.ports.filters import (
    ALL_ARTICLES,
    ALL_CLAIMS,
    ArticleFilter,
    ClaimFilter,
)
from claims.ports.submissions import NewArticle
from claims.types import (
    ArticleId,
    ArticleRecord,
    CheckOptions,
    ClaimId,
    ClaimRecord,
    HistoryEntry,
    ReaderChoice,
    SearchOutcome,
    SignOff,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredClaim:
    """A claim with fields that its public record does not have.

    `version` rises with every change of status, verdict or schedule (the ETag).
    `check` is the number of the newest check requested, `requested_at` the time of that request,
    `fresh_after` that of Check.
    `options` are those of its submission, or of its article's; the schedule now in force is in its
    record. `article_url` is the address of the article it was read from, if any; `searched` are the
    results of the providers for this check, until it is gathered. `reader` says whether this check
    asks a second reader; `provisional_entry` is the history entry of the provisional verdict, if
    there is one. `sign_off` is the one in force.
    """

    record: ClaimRecord
    version: int
    check: int
    requested_at: datetime
    fresh_after: datetime | None = None
    options: CheckOptions
    context: str | None
    article_url: str | None
    searched: SearchOutcome | None = None
    reader: ReaderChoice = ReaderChoice.AUTO
    provisional_entry: HistoryEntry | None = None
    sign_off: SignOff | None = None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its claims; `version` also rises when one of its claims changes.

    `claims` are those of its record, in the same order.
    """

    record: ArticleRecord
    version: int
    new: NewArticle
    claims: tuple[StoredClaim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One row of a list: enough for a table, without evidence.

    `summary` counts the labels of an article's claims. `tags` of a claim include those of its
    article. The other fields are for claims: `label` and the rest of the last verdict, if there is
    one, the article the claim was read from, if any, the second reader's ReaderFacet (None where no
    reader is set up), the claim that corrects it, if it is superseded, and of its review the
    ReviewState, the assignee, and the StaleGrade that the last sweep found. `changed_at` is the
    time of the last verdict with another label than the one before.
    """

    id: str
    title: str
    status: str
    created_at: datetime
    label: str | None
    summary: dict[str, int]
    article_id: str | None = None
    article_title: str | None = None
    checked_at: datetime | None = None
    support: float | None = None
    confidence: float | None = None
    tags: tuple[str, ...] = ()
    corrected_by: str | None = None
    reader: str | None = None
    review: str = "open"
    assignee: str | None = None
    stale: str | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list in its order; `next_cursor` is None at the end.

    It may have fewer items than requested, or none, before the end: one call examines only a
    limited number of records.
    """

    items: tuple[ListEntry, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ListCount:
    """How many records of a list match a filter.

    Without `is_exact` there are `number` or more: one call examines only a limited number of
    records.
    """

    number: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """A claim and the time of its next check on schedule."""

    claim: ListEntry
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedClaim(ClaimRecord):
    """A claim in full, with the fields of its article that a list shows."""

    article_title: str | None = None
    article_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportPage:
    """One page of a list of claims in full; otherwise like ListPage."""

    items: tuple[ExportedClaim, ...]
    next_cursor: str | None


class Lookups(Protocol):
    """Articles, claims and their lists as stored."""

    def get_article(self, article_id: ArticleId) -> StoredArticle:
        """The article with all its claims."""
        ...

    def get_claim(self, claim_id: ClaimId) -> StoredClaim:
        """The claim."""
        ...

    def get_article_text(self, article_id: ArticleId) -> str:
        """The text from which the article's claims were read, empty before extraction; one read."""
        ...

    def get_article_version(self, article_id: ArticleId) -> int:
        """Only the version: one cheap read, for polling."""
        ...

    def get_claim_version(self, claim_id: ClaimId) -> int:
        """Only the version: one cheap read, for polling."""
        ...

    def list_articles(
        self, chosen: ArticleFilter = ALL_ARTICLES, *, limit: int, cursor: str | None = None
    ) -> ListPage:
        """A page of the articles that fit the filter; stable under inserts.

        A cursor is good for the filter it was given for; for any other text, raises InvalidInput.
        """
        ...

    def list_claims(
        self, chosen: ClaimFilter = ALL_CLAIMS, *, limit: int, cursor: str | None = None
    ) -> ListPage:
        """A page of the claims that fit the filter; otherwise like `list_articles`."""
        ...

    def export_claims(
        self, chosen: ClaimFilter = ALL_CLAIMS, *, limit: int, cursor: str | None = None
    ) -> ExportPage:
        """The same claims as `list_claims`, in full."""
        ...

    def find_titles(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The titles of the articles, and the texts of the claims, among `ids` that are stored, by
        id; "" for an article without a title."""
        ...

    def count_articles(self, chosen: ArticleFilter = ALL_ARTICLES) -> ListCount:
        """The number of articles that `list_articles` has for this filter."""
        ...

    def count_claims(self, chosen: ClaimFilter = ALL_CLAIMS) -> ListCount:
        """The number of claims that `list_claims` has for this filter."""
        ...

    def list_planned(self, *, limit: int) -> tuple[PlannedCheck, ...]:
        """The claims whose checks on schedule come next, the first one first.

        One call examines a limited number of planned items: there may be fewer than `limit`.
        """
        ...

    def find_articles_being_checked(self, ids: Sequence[str]) -> frozenset[str]:
        """The articles among `ids` that have a claim whose check waits or is under way."""
        ...

    def find_repeated_articles(self, ids: Sequence[ArticleId]) -> tuple[ArticleId | None, ...]:
        """For each article, the last earlier one with the same submitted content, or None."""
        ...

    def find_repeated_claims(self, ids: Sequence[ClaimId]) -> tuple[ClaimId | None, ...]:
        """For each claim, the last earlier one with the same submitted content, or None."""
        ...
