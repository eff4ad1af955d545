"""The system of record, as everybody sees it: one protocol, one atomic step a method."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from claims.ports.hosts import HostGate
from claims.ports.judge import ScoreCache
from claims.ports.sessions import Sessions
from claims.ports.sources import PageCache
from claims.ports.stored import (
    Forgotten,
    Lease,
    ListPage,
    NewArticle,
    NewClaim,
    Retried,
    StoredArticle,
    StoredClaim,
    StoreHealth,
)
from claims.registry import RegisteredSource, Registry, SourceChange
from claims.types import (
    ArticleId,
    CheckRecord,
    ClaimId,
    ErrorRecord,
    Extraction,
    Gathered,
    HistoryEntry,
    Page,
    Queue,
    SearchOutcome,
    Verdict,
)


class Store(PageCache, ScoreCache, Protocol):
    """The system of record. Every method is one atomic step or a plain read.

    Invariant: an article or claim is not finished <=> its work item is in `due` or `lease`;
    a finished claim with a schedule has its next (gather, id, check + 1) in `due` with a later
    score. Time is the server's. Any method raises StoreUnavailable when the server does not
    answer; methods that name an id raise NotFound when there is no such thing.
    """

    @property
    def gate(self) -> HostGate:
        """The gate that all workers share."""
        ...

    @property
    def sessions(self) -> Sessions:
        """The sessions that all processes of the API share."""
        ...

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
    def reap(self) -> int:
        """Put items whose lease ran out back into due; how many."""
        ...

    def release(self, worker: str, *, counts: bool) -> int:
        """Put back into due what a process that has ended had leased; how many items.

        `worker` is what `take` was given, or the part of it before a slash; '' stands for all
        processes, where none is alive. A commit under such a lease is refused from now on, and
        pages that were being fetched may be fetched by others at once.
        `counts` False: the attempt is taken back, since the item was not to blame.
        """
        ...

    def take(self, queue: Queue, *, worker: str, ttl_s: float) -> Lease | None:
        """The lease on the item whose turn it is; None when none is ready.

        What people handed in or asked for comes before what was handed in as bulk, and that before
        checks on schedule, but for every eighth turn. Among these, submissions take turns: the
        newest, and the one that has waited longest for one, alternately; an article with its claims
        is one submission. While much waits for the judge, FETCH gives only what people hand in
        then. Counts an attempt; the fourth marks the item's claim or article failed instead, and
        the next item is taken.
        """
        ...

    def count_ready(self) -> dict[Queue, int]:
        """How many items of each queue could be taken now."""
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

    def keep_searched(self, lease: Lease, searched: SearchOutcome) -> bool:
        """Keep what providers found until the check is gathered: nobody is asked twice for one
        check. False when the lease is lost."""
        ...

    def commit_gathering(self, lease: Lease, gathered: Gathered) -> bool:
        """Keep what was gathered, put (judge, id, check) into due. False: the lease is lost.

        Its pages stay as long as the check is kept. Raises PageGone when one is no longer there.
        """
        ...

    def commit_verdict(self, lease: Lease, verdict: Verdict, entry: HistoryEntry) -> bool:
        """Keep the verdict, append the history entry, finish the claim, set its next check due.

        The check stays with what it gathered and cites until `forget` finds it old. False when
        the lease is lost or this check already has a verdict: one verdict per check.
        """
        ...

    def give_up(self, lease: Lease, error: ErrorRecord) -> bool:
        """Mark the claim or article failed now (a permanent error); the last verdict stays."""
        ...

    def put_back(self, lease: Lease, *, delay_s: float, cause: str) -> bool:
        """Return the item to due after a temporary error, `delay_s` from now.

        `cause` is what went wrong, in words: an item that is given up at last says it.
        """
        ...

    def postpone(self, lease: Lease, *, delay_s: float, url: str, code: str) -> bool:
        """Return the item to due until `url` may be asked for; this is no attempt.

        `code` says why it may not be now; the claim or article shows both while it waits.
        """
        ...

    # reading --------------------------------------------------------------------------------
    def get_article(self, article_id: ArticleId) -> StoredArticle:
        """The article with all its claims."""
        ...

    def get_claim(self, claim_id: ClaimId) -> StoredClaim:
        """The claim."""
        ...

    def get_gathered(self, claim_id: ClaimId, check: int) -> Gathered:
        """What a check gathered: the one judged now, or one that is kept."""
        ...

    def get_check(self, claim_id: ClaimId, check: int) -> CheckRecord:
        """A check that ended in a verdict. NotFound says why there is none, or no longer one."""
        ...

    def get_history(self, claim_id: ClaimId) -> tuple[HistoryEntry, ...]:
        """All checks that ended in a verdict, oldest first."""
        ...

    def get_page(self, sha256: str) -> Page:
        """A page by the hash of its text, as first read, kept for the checks that refer to it."""
        ...

    def get_article_text(self, article_id: ArticleId) -> str:
        """The text that the article's claims were read from, empty before that: one read."""
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

    # registered sources ---------------------------------------------------------------------
    def get_registry(self) -> Registry:
        """All registered sources, by name."""
        ...

    def put_source(self, source: RegisteredSource, *, by: str) -> None:
        """Keep a source under its name, new or changed, and record who changed what and when.

        A source that is the same already is no change. Raises InvalidInput beyond a thousand, and
        beyond fifty pages that are read for every claim.
        """
        ...

    def delete_source(self, name: str, *, by: str) -> None:
        """Remove a source; its changes stay."""
        ...

    def get_source_changes(self, name: str) -> tuple[SourceChange, ...]:
        """Who changed what of a source, oldest first, also of one that was removed."""
        ...

    # retention ------------------------------------------------------------------------------
    def forget(self, *, keep_s: float | None, limit: int) -> Forgotten:
        """Delete up to `limit` checks whose place a newer verdict took `keep_s` ago or earlier,
        and up to `limit` pages to which no check refers and that the page cache does not need.

        None keeps all checks. Never the latest verdict of a claim, nor what it cites.
        """
        ...

    # re-checks ------------------------------------------------------------------------------
    def request_check(self, claim_id: ClaimId) -> int:
        """Ask for another check now; its number. One already under way is not doubled.

        Raises QueueFull.
        """
        ...

    def retry_failed(self, *, limit: int, cursor: str | None = None) -> Retried:
        """Try again what was given up for a fault of the service: up to `limit` articles or claims
        are looked at, from `cursor` on. An article is extracted again, a claim gets another check.

        What is under way again is left alone, so calling it twice does nothing twice. When the
        queue fills up on the way, `next` leads to the rest. Raises QueueFull when it was full
        before, and InvalidInput for a cursor not of ours.
        """
        ...

    def set_schedule(self, claim_id: ClaimId, *, every: str, until: datetime | None) -> None:
        """Check again every `every` (ISO 8601 duration) from the last check on."""
        ...

    def delete_schedule(self, claim_id: ClaimId) -> None:
        """Stop checking on schedule; a check under way goes on."""
        ...

    # health ---------------------------------------------------------------------------------
    def beat(self, worker: str, *, ttl_s: float) -> None:
        """Say that a worker is alive and consuming; with a `ttl_s` of 0, that it no longer is."""
        ...

    def health(self) -> StoreHealth:
        """What readiness looks at."""
        ...

    def acquire_sweep(self, *, ttl_s: float) -> bool:
        """True for one caller per `ttl_s`: the one that sweeps now."""
        ...
