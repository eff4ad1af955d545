"""What a store is handed and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from claims.types import (
    ArticleId,
    ArticleRecord,
    ClaimId,
    ClaimRecord,
    Priority,
    SearchOutcome,
    Stage,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """An article as handed in: one of text, html and url is not None."""

    id: ArticleId
    text: str | None = None
    html: str | None = None
    url: str | None = None
    title: str | None = None
    published_at: str | None = None
    as_of: date | None = None
    sources: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    every: str | None = None
    priority: Priority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClaim:
    """A claim as handed in on its own. `context` is text around it, for pronouns."""

    id: ClaimId
    text: str
    context: str | None = None
    claimant: str | None = None
    claimed_at: date | None = None
    as_of: date | None = None
    check_worthiness: float = 1.0
    kinds: tuple[str, ...] = ()
    needs_context: bool = False
    sources: tuple[str, ...] = ()
    every: str | None = None
    priority: Priority | None = None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One thing to do: `id` is an ArticleId for extract, a ClaimId for gather and judge.

    `check` numbers the checks of a claim from 1; it is 1 for extract.
    """

    stage: Stage
    id: str
    check: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on an item until it runs out; `token` is the fence of its commit.

    `waited_s` is how long ago the item was first postponed, 0 if it never was.
    """

    item: WorkItem
    token: str
    attempt: int
    waited_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredClaim:
    """A claim with what the outside shape does not show.

    `version` rises with every change of status, verdict or schedule (the ETag).
    `check` is the number of the newest check asked for, `requested_at` when that was.
    `article_url` is the address of the article it was read from, if any; `searched` what providers
    found for this check, until it is gathered.
    """

    record: ClaimRecord
    version: int
    check: int
    requested_at: datetime
    sources: tuple[str, ...]
    context: str | None
    article_url: str | None
    searched: SearchOutcome | None = None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its claims; `version` also rises when one of its claims changes."""

    record: ArticleRecord
    version: int
    new: NewArticle


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One row of a list: enough for a table, without evidence.

    `label` is a claim's, `summary` counts the labels of an article's claims. The rest is a claim's:
    the article it was read from, if any, and its last verdict, if there is one.
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


@dataclass(frozen=True, slots=True)
class ListPage:
    """A piece of a list, newest first; `next_cursor` is None at the end."""

    items: tuple[ListEntry, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """What readiness looks at.

    `problems` is empty when the store's settings are safe, `shortages` when its disk and its
    memory have room.
    """

    problems: tuple[str, ...]
    shortages: tuple[str, ...]
    due: int
    leased: int
    oldest_due_age_s: float
    workers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Retried:
    """How many were tried again, and where to go on; `next` is null when all were looked at."""

    articles: int
    claims: int
    next: str | None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many checks and pages were deleted."""

    checks: int
    pages: int
