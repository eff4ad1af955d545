"""What the pipeline needs from the world, as protocols. Each docstring is the contract.

Adapters: claims/sources/fetch.py and claims/shelves/fetch.py (Fetcher), claims/sources/providers
and claims/shelves/provider.py (SourceProvider),
claims/sources/cache.py and claims/store (PageCache), claims/sources/gate.py and claims/store
(HostGate), claims/entailment/onnx.py and remembering.py (Judge), claims/store (Store, ScoreCache).
Tests bring their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from claims.registry import RegisteredSource, Registry, SourceChange
from claims.types import (
    ArticleId,
    ArticleRecord,
    Candidate,
    CheckRecord,
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
    Searched,
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
        `fetched_at`. Raises SourceError (code and detail for coverage), and HostBusy when the
        host's turn comes later than a fetch waits.
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


class TextIndex(Protocol):
    """Texts that can be asked which of them bear on a query."""

    def find(self, query: str, *, limit: int) -> tuple[int, ...]:
        """The places of the texts that share enough words with the query, the best first."""
        ...


IndexTexts = Callable[[Sequence[str]], TextIndex]


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
        the same way, except that a source was not asked (SourceNotAsked, HostBusy): the next
        caller asks. Raises SourceError and HostBusy.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A host is left alone: it `asked` for that (Retry-After), or it failed several times in a row.

    `why` is the last answer or failure, `since` when it began.
    """

    since: datetime
    until: datetime
    why: str
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whether a host may be asked, said at `at` by the gate's clock: now, when there is no `rest`
    and nothing to wait for; otherwise whoever still wants to asks again in `wait_s`."""

    at: datetime
    wait_s: float = 0.0
    rest: Rest | None = None

    @property
    def is_now(self) -> bool:
        """Whether the fetch begins."""
        return self.rest is None and self.wait_s == 0.0


class VisitEnd(StrEnum):
    """What a fetch says of the host that it asked."""

    ANSWERED = "answered"  # it works, whatever it said
    FAILED = "failed"  # no answer, or one that says that the host does not work
    ASKED_TO_WAIT = "asked-to-wait"  # it wants to be left alone for a while: a failure, too


class HostGate(Protocol):
    """Who may ask which host when: the same for all who share the gate. Never sleeps.

    At most one fetch begins per host and interval. A host that failed several times in a row
    rests, longer each time; after a rest one fetch is let through as a trial, and how it ends
    decides. A host is any text; a place in its queue is kept by URL, so asking again costs nothing.
    """

    def take_turn(self, host: str, url: str, *, every_s: float) -> Turn:
        """Begin a fetch of `url` now, or learn when; `every_s` 0 asks about rests alone.

        Whoever gets a turn says how it ended: `end_visit`.
        """
        ...

    def slow_down(self, host: str, *, every_s: float) -> None:
        """For a day, let the fetches of a host begin at least so far apart (its Crawl-delay)."""
        ...

    def end_visit(self, host: str, how: VisitEnd, *, why: str = "", rest_s: float = 0.0) -> None:
        """How a fetch ended; `rest_s` is how long the host asked to be left alone."""
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

    `version` rises with every change of status, verdict, schedule or review (the ETag).
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
    searched: Searched | None = None


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


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many checks and pages were deleted."""

    checks: int
    pages: int


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

    def keep_searched(self, lease: Lease, searched: Searched) -> bool:
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

    def put_back(self, lease: Lease, *, delay_s: float) -> bool:
        """Return the item to due after a temporary error, `delay_s` from now."""
        ...

    def postpone(self, lease: Lease, *, delay_s: float) -> bool:
        """Return the item to due until hosts may be asked again; this is no attempt."""
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

        A source that is the same already is no change. Raises InvalidInput beyond a thousand.
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
