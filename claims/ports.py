"""What the pipeline needs from the world, as protocols. Each docstring is the contract.

Adapters: claims/sources/fetch.py (Fetcher), claims/sources/providers (SourceProvider),
claims/sources/cache.py and claims/store (PageCache), claims/entailment/onnx.py and remembering.py
(Judge), claims/store (Store, ScoreCache). Tests bring their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

import numpy as np
import numpy.typing as npt

from claims.types import (
    ArticleId,
    ArticleRecord,
    Candidate,
    ClaimId,
    ClaimRecord,
    ErrorRecord,
    Extraction,
    Gathered,
    HistoryEntry,
    JudgeName,
    Page,
    PriorCheck,
    Purpose,
    Query,
    Stage,
    Verdict,
)

Clock = Callable[[], datetime]  # aware, UTC
Progress = Callable[[str, int, int], None]  # (what, done, of)


class Fetcher(Protocol):
    """Gets one page from its source and reduces it to its main text."""

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        """Fetch `url`; with `known`, ask conditionally and give `known` anew if unchanged.

        The result's `url` is the argument. An unchanged page keeps its sha256 and gets a new
        `fetched_at`. Raises SourceError (code and detail for coverage) and nothing else.
        """
        ...

    def read_html(self, html: str, *, url: str) -> Page:
        """Reduce HTML at hand to a page, in the same guarded way. Raises SourceError."""
        ...


class SourceProvider(Protocol):
    """Finds pages worth fetching. Knows nothing of what they say."""

    @property
    def name(self) -> str:
        """As it stands in coverage, one name per provider that is set up."""
        ...

    @property
    def purposes(self) -> frozenset[Purpose]:
        """The queries that it is good for; others are not put to it."""
        ...

    def search(self, query: Query) -> tuple[Candidate, ...]:
        """The best first; empty when it knows nothing. Raises SourceError and nothing else."""
        ...


class PriorChecks(Protocol):
    """Knows what fact-checkers have published already."""

    @property
    def name(self) -> str:
        """As it stands in coverage."""
        ...

    def look_up(self, query: Query) -> tuple[PriorCheck, ...]:
        """Reviews of claims like this; empty when there is none. Raises SourceError, no other."""
        ...


class PageCache(Protocol):
    """Pages shared by all claims, by URL; one fetch in flight per URL."""

    def get_or_fetch(self, url: str, *, fresh_after: datetime, fetcher: Fetcher) -> Page:
        """The cached page if it was fetched at `fresh_after` or later, else fetch and keep it.

        A second caller for the same URL waits for the first one's result. A failure is shared in
        the same way. Raises SourceError.
        """
        ...


class Judge(Protocol):
    """Gives a stance to each (passage, claim) pair. Knows nothing of pages or verdicts."""

    @property
    def name(self) -> JudgeName:
        """Name and version, as they stand in every verdict."""
        ...

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Probabilities for (passage, claim) pairs.

        float32 (n, 3), columns SUPPORTS, REFUTES, NEUTRAL, rows sum to 1, input order; no pairs
        give shape (0, 3). A row of NaN says that the judge has no answer to the pair: the judge
        that remembers (claims/entailment/remembering.py) makes it neutral and does not keep it.
        Raises JudgeUnavailable.
        """
        ...


class ScoreCache(Protocol):
    """What judges answered before. Keys are opaque; one stands for a judge, passage and claim."""

    def get_scores(self, keys: Sequence[str]) -> list[tuple[float, float, float] | None]:
        """Probabilities of SUPPORTS, REFUTES, NEUTRAL for each key, in order, or None.

        They come back exactly as they were kept (float32). Raises StoreUnavailable.
        """
        ...

    def keep_scores(self, scores: Mapping[str, tuple[float, float, float]]) -> None:
        """Keep them for some days. Raises StoreUnavailable."""
        ...


# --- the store -----------------------------------------------------------------------------


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
    """The right to work on an item until it runs out; `token` is the fence of its commit."""

    item: WorkItem
    token: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredClaim:
    """A claim with what the outside shape does not show.

    `version` rises with every change of status, verdict, schedule or review (the ETag).
    `check` is the number of the newest check asked for, `requested_at` when that was.
    `article_url` is the address of the article it was read from, if any.
    """

    record: ClaimRecord
    version: int
    check: int
    requested_at: datetime
    sources: tuple[str, ...]
    context: str | None
    article_url: str | None


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its claims; `version` also rises when one of its claims changes."""

    record: ArticleRecord
    version: int
    new: NewArticle


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One row of a list: enough for a table, without evidence."""

    id: str
    title: str
    status: str
    created_at: datetime
    label: str | None
    summary: dict[str, int]


@dataclass(frozen=True, slots=True)
class ListPage:
    """A piece of a list, newest first; `next_cursor` is None at the end."""

    items: tuple[ListEntry, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """What readiness looks at. `problems` is empty when the store is safe to write to."""

    problems: tuple[str, ...]
    due: int
    leased: int
    oldest_due_age_s: float
    workers: tuple[str, ...]


class Store(PageCache, ScoreCache, Protocol):
    """The system of record. Every method is one atomic step or a plain read.

    Invariant: an article or claim is not finished <=> its work item is in `due` or `lease`;
    a finished claim with a schedule has its next (gather, id, check + 1) in `due` with a later
    score. Time is the server's. Any method raises StoreUnavailable when the server does not
    answer; methods that name an id raise NotFound when there is no such thing.
    """

    # accepting ------------------------------------------------------------------------------
    def accept_article(
        self, article: NewArticle, *, idempotency_key: str | None = None
    ) -> ArticleId:
        """Keep the article and put (extract, id, 1) into due. Repeating the call is harmless.

        With a key seen before and the same body: the id given then. Raises IdempotencyMismatch
        (same key, other body) and QueueFull.
        """
        ...

    def accept_claim(self, claim: NewClaim, *, idempotency_key: str | None = None) -> ClaimId:
        """Keep the claim and put (gather, id, 1) into due; otherwise like accept_article."""
        ...

    # work -----------------------------------------------------------------------------------
    def take_due(self, *, limit: int) -> list[WorkItem]:
        """Up to `limit` items whose time has come; they stay due, later, so a lost ring repeats."""
        ...

    def reap(self) -> int:
        """Put items whose lease ran out back into due; how many."""
        ...

    def acquire(self, item: WorkItem, *, worker: str, ttl_s: float) -> Lease | None:
        """The lease, or None when there is nothing to do: done, outdated, or leased to another.

        Counts an attempt; the fourth marks the item's claim or article failed instead and gives
        None.
        """
        ...

    def renew(self, lease: Lease, *, ttl_s: float) -> bool:
        """Prolong; False when the lease was lost (the work should stop)."""
        ...

    def commit_extraction(
        self,
        lease: Lease,
        extraction: Extraction,
        *,
        text: str,
        title: str | None,
        url: str | None,
        published_at: str | None,
    ) -> bool:
        """Keep the article's text and claims, and put each claim's (gather, id, 1) into due.

        Claim ids are derived from the article id and the claim's place, so that a repeated commit
        is harmless. False (nothing written) when the lease is not the current one.
        """
        ...

    def commit_gathering(self, lease: Lease, gathered: Gathered) -> bool:
        """Keep what was gathered, put (judge, id, check) into due. False: the lease is lost."""
        ...

    def commit_verdict(self, lease: Lease, verdict: Verdict, entry: HistoryEntry) -> bool:
        """Keep the verdict, append the history entry, finish the claim, set its next check due.

        False when the lease is lost or this check already has a verdict: one verdict per check.
        """
        ...

    def give_up(self, lease: Lease, error: ErrorRecord) -> bool:
        """Mark the claim or article failed now (a permanent error); the last verdict stays."""
        ...

    def put_back(self, lease: Lease, *, delay_s: float) -> bool:
        """Return the item to due after a temporary error, `delay_s` from now."""
        ...

    # reading --------------------------------------------------------------------------------
    def get_article(self, article_id: ArticleId) -> StoredArticle:
        """The article with all its claims."""
        ...

    def get_claim(self, claim_id: ClaimId) -> StoredClaim:
        """The claim."""
        ...

    def get_gathered(self, claim_id: ClaimId, check: int) -> Gathered:
        """What a check gathered."""
        ...

    def get_history(self, claim_id: ClaimId) -> tuple[HistoryEntry, ...]:
        """All checks that ended in a verdict, oldest first."""
        ...

    def get_page(self, sha256: str) -> Page:
        """A page by the hash of its text, as kept for the verdicts that cite it."""
        ...

    def get_article_version(self, article_id: ArticleId) -> int:
        """The version alone: one cheap read, for polling."""
        ...

    def get_claim_version(self, claim_id: ClaimId) -> int:
        """The version alone: one cheap read, for polling."""
        ...

    def list_articles(self, *, limit: int, cursor: str | None = None) -> ListPage:
        """Newest first, stable under inserts. Raises InvalidInput for a cursor not of ours."""
        ...

    def list_claims(self, *, limit: int, cursor: str | None = None) -> ListPage:
        """Newest first, stable under inserts. Raises InvalidInput for a cursor not of ours."""
        ...

    # re-checks ------------------------------------------------------------------------------
    def request_check(self, claim_id: ClaimId) -> int:
        """Ask for another check now; its number. One already under way is not doubled."""
        ...

    def set_schedule(self, claim_id: ClaimId, *, every: str, until: datetime | None) -> None:
        """Check again every `every` (ISO 8601 duration) from the last check on."""
        ...

    def delete_schedule(self, claim_id: ClaimId) -> None:
        """Stop checking on schedule; a check under way goes on."""
        ...

    # health ---------------------------------------------------------------------------------
    def beat(self, worker: str, *, ttl_s: float) -> None:
        """Say that a worker is alive and consuming."""
        ...

    def health(self) -> StoreHealth:
        """What readiness looks at."""
        ...

    def acquire_sweep(self, *, ttl_s: float) -> bool:
        """True for one caller per `ttl_s`: the one that sweeps now."""
        ...
