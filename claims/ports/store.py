"""The protocols of the system of record, part by part; each method is one atomic step."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from claims.access import LOCAL, Actor
from claims.ports.access import ApiKeys, AuditLog
from claims.ports.deliveries import Webhooks
from claims.ports.hosts import HostGate
from claims.ports.judge import ScoreCache
from claims.ports.page_sources import PageCache
from claims.ports.reader_usage import Readings
from claims.ports.sessions import Sessions
from claims.ports.stored import (
    ALL_ARTICLES,
    ALL_CLAIMS,
    ArticleFilter,
    ClaimFilter,
    EventFilter,
    EventPage,
    ExportPage,
    Forgotten,
    Lease,
    ListPage,
    NewArticle,
    NewClaim,
    RequestedChecks,
    Retried,
    StoredArticle,
    StoredClaim,
    StoreHealth,
    StoreMetrics,
    UnreadableRecord,
    VerifyAnswer,
    VerifyRequest,
    Versions,
)
from claims.registry import RegisteredSource, Registry, SourceChange
from claims.types import (
    ArticleId,
    CheckRecord,
    ClaimId,
    ErrorRecord,
    Event,
    Extraction,
    Gathered,
    HistoryEntry,
    Page,
    Queue,
    ReaderChoice,
    SearchOutcome,
    Verdict,
)


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


class WorkQueue(Protocol):
    """Leases on work items, and the commits that end a stage."""

    def reap(self) -> int:
        """Put items whose lease ran out back into due; returns the number of items."""
        ...

    def release(self, worker: str, *, counts: bool) -> int:
        """Put items leased by a process that has ended back into due; returns their number.

        `worker` is the argument of `take`, or its part before a slash; '' stands for all
        processes, and is for when none is running. A commit under such a lease is refused from
        now on, and other callers may at once fetch the pages that were being fetched.
        `counts` False: the attempt is not counted, since the item did not cause the end.
        """
        ...

    def take(self, queue: Queue, *, worker: str, ttl_s: float) -> Lease | None:
        """Lease the next item of the queue; None when none is ready.

        Normal submissions come before bulk submissions, and these before checks on schedule,
        except at every eighth turn. Within a class, submissions take turns: alternately the newest
        and the one that has waited longest for a turn; an article with its claims is one
        submission. While many items wait for the judge, FETCH gives only items of newly submitted
        work. Counts an attempt; the fourth marks the item's claim or article failed instead, and
        the next item is taken.
        """
        ...

    def count_ready(self) -> dict[Queue, int]:
        """The number of items, and of verify requests, that could be taken now, for each queue."""
        ...

    def renew(self, lease: Lease, *, ttl_s: float) -> bool:
        """Prolong the lease; False when it was lost (the work should stop)."""
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
        """Store the article's text and claims, and put each claim's (gather, id, 1) into due.

        Claim ids are derived from the article id and the claim's place, so that a repeated commit
        is harmless. False (nothing written) when the lease is not the current one.
        """
        ...

    def keep_searched(self, lease: Lease, searched: SearchOutcome) -> bool:
        """Keep what providers found until the check is gathered, so that no provider is asked
        twice for one check. False when the lease is lost."""
        ...

    def commit_gathering(self, lease: Lease, gathered: Gathered) -> bool:
        """Store what was gathered, put (judge, id, check) into due. False: the lease is lost.

        Its pages stay as long as the check is kept. Raises PageGone when one is no longer stored.
        """
        ...

    def commit_verdict(
        self, lease: Lease, verdict: Verdict, entry: HistoryEntry, *, judge_s: float = 0.0
    ) -> bool:
        """Store the verdict, append the history entry, finish the claim, put its next check in due.

        The lease is on the judging or on the reading of the check, which is kept, with what it
        gathered and cites, until `forget` deletes it by age. False when the lease is lost or this
        check already has a verdict: one verdict per check.
        """
        ...

    def commit_provisional(
        self, lease: Lease, verdict: Verdict, entry: HistoryEntry, *, judge_s: float = 0.0
    ) -> bool:
        """Keep the judge's verdict as provisional, put (read, id, check) into due.

        It becomes the verdict of the check, with this entry, when every attempt to read has been
        lost or given up. Until the check has its verdict, that of the check before stands, and
        nothing is announced. False when the lease is lost.
        """
        ...

    def end_readings(self, *, after_s: float, limit: int) -> int:
        """While no worker takes from the queue of the reader, end the checks that have waited
        there for `after_s`, up to `limit`: the judge's verdict is theirs. Returns their number.

        Once calls have found no such worker for `after_s`, a provisional verdict is the verdict of
        its check at once, until a worker takes from that queue.
        """
        ...

    def give_up(self, lease: Lease, error: ErrorRecord) -> bool:
        """Mark the claim or article failed now (a permanent error); the last verdict stays.

        A claim that is read does not fail: the judge's verdict is that of the check.
        """
        ...

    def put_back(self, lease: Lease, *, delay_s: float, cause: str) -> bool:
        """Return the item to due after a temporary error, `delay_s` from now.

        `cause` is the error in words; it is reported when the item is finally given up.
        """
        ...

    def postpone(self, lease: Lease, *, delay_s: float, url: str = "", code: str = "") -> bool:
        """Return the item to due until `url` may be fetched; this does not count as an attempt.

        `code` is the reason for the wait; the claim or article shows both while it waits. Without
        them it waits for a reader that does not answer.
        """
        ...


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

    def find_articles_being_checked(self, ids: Sequence[str]) -> frozenset[str]:
        """Those of the articles of which a claim waits for a check or is being checked."""
        ...

    def find_repeated_articles(self, ids: Sequence[ArticleId]) -> tuple[ArticleId | None, ...]:
        """For each article the last one before it that was submitted with the same content."""
        ...

    def find_repeated_claims(self, ids: Sequence[ClaimId]) -> tuple[ClaimId | None, ...]:
        """For each claim the last one before it that was submitted with the same content."""
        ...


class Checks(Protocol):
    """What checks gathered and concluded, and the pages that they refer to, as long as kept."""

    def get_gathered(self, claim_id: ClaimId, check: int) -> Gathered:
        """What a check gathered: the check being judged now, or a kept one."""
        ...

    def get_check(self, claim_id: ClaimId, check: int) -> CheckRecord:
        """A check that ended in a verdict. NotFound says why it does not exist, or no longer."""
        ...

    def get_history(self, claim_id: ClaimId) -> tuple[HistoryEntry, ...]:
        """All checks that ended in a verdict, oldest first."""
        ...

    def get_page(self, sha256: str) -> Page:
        """A page by the hash of its text, as first read; kept while a check refers to it."""
        ...

    def forget(self, *, keep_s: float | None, limit: int) -> Forgotten:
        """Delete up to `limit` checks that a newer verdict replaced `keep_s` ago or earlier,
        and up to `limit` pages to which no check refers and that the page cache does not need.

        None keeps all checks. Never deletes the latest verdict of a claim, nor the pages it cites.
        """
        ...

    def make_room(self) -> Forgotten | None:
        """While memory is short, delete some of what is old, whatever its age; else None.

        Answers of judges and unneeded pages go first, then the checks that were replaced first.
        """
        ...


class Events(Protocol):
    """The outbox: what the scripts announced in the steps that committed it, in order."""

    def list_events(self, *, since: str | None, limit: int, only: EventFilter) -> EventPage:
        """Up to `limit` events after `since` that pass `only`, oldest first.

        `since` is an id or the `next` of an earlier call, None for the oldest event kept, or "now"
        for none. Looks at a bounded number of events, so there may be more after a page without
        any: `next` goes on where this call stopped, and never leaves out an event. Raises
        EventsGone when an event after `since` was deleted, or when none is as new as `since`, as
        after the restore of an earlier backup; and InvalidInput when it is later than the clock.
        """
        ...

    def list_latest_events(self, *, before: str | None, limit: int, only: EventFilter) -> EventPage:
        """Up to `limit` events before `before` that pass `only`, newest first; None: the newest.

        Bounded as `list_events`; `next` is None when no older event is kept.
        """
        ...

    def find_events(self, event_ids: Sequence[str]) -> Mapping[str, Event]:
        """The events with these ids, by id, without those that are no longer kept."""
        ...

    def forget_events(self, *, keep_s: float | None, limit: int) -> int:
        """Delete up to `limit` events older than `keep_s`; returns their number. None keeps all."""
        ...


class SourceRegistry(Protocol):
    """The registered sources, with who changed what and when.

    `by` is a name, for the record of the source; the audit log has the `actor`.
    """

    def get_registry(self) -> Registry:
        """All registered sources, by name."""
        ...

    def put_source(self, source: RegisteredSource, *, by: str, actor: Actor = LOCAL) -> None:
        """Store a source under its name, new or changed, and record who changed what and when.

        An identical source is no change. Raises InvalidInput beyond a thousand sources, and
        beyond fifty pages that are read for every claim.
        """
        ...

    def delete_source(self, name: str, *, by: str, actor: Actor = LOCAL) -> None:
        """Remove a source; its record of changes stays."""
        ...

    def get_source_changes(self, name: str) -> tuple[SourceChange, ...]:
        """Who changed what of a source, oldest first; also for a source that was removed."""
        ...


class Monitoring(Protocol):
    """Heartbeats of workers, the data of readiness checks, and who sweeps."""

    def beat(
        self, worker: str, *, ttl_s: float, queues: Collection[Queue] = (), has_judge: bool = False
    ) -> None:
        """Record that a worker takes work from `queues`, and whether its judge is loaded; a `ttl_s`
        of 0: that it ended.
        """
        ...

    def health(self) -> StoreHealth:
        """The data that readiness checks."""
        ...

    def read_metrics(self) -> StoreMetrics:
        """What was counted since the store is in use, and what waits now. Takes bounded time.

        The step that makes a change counts it, so a call that is repeated counts once.
        """
        ...

    def list_unreadable(self) -> tuple[UnreadableRecord, ...]:
        """Up to a thousand records that could not be read in the last day, the last one first.

        Lists leave them out; a method for such a record alone raises Unreadable.
        """
        ...

    def follow_clock(self) -> float:
        """Seconds that the store's clock went back since the last call, as a rule 0.

        Then leases, delays and checks on schedule that its earlier time put far ahead come near.
        """
        ...

    def acquire_sweep(self, *, ttl_s: float) -> bool:
        """True for one caller per `ttl_s`, which then sweeps."""
        ...


class VerifyRequests(Protocol):
    """Claims to judge at once from given passages: no work items, and nothing is kept.

    A request waits in the store for a worker, and its caller for the answer. Both expire when the
    caller gives up, whatever happens to caller and worker.
    """

    def ask_verify(self, request: VerifyRequest, *, within_s: float) -> None:
        """Let the request wait for a worker, for `within_s` at most.

        Raises QueueFull when too many wait, and NotJudged when no worker judges.
        """
        ...

    def take_verify(self, *, worker: str, queue: Queue = Queue.SCORE) -> VerifyRequest | None:
        """The request that has waited longest, for this worker alone; None when none waits.

        `queue` READ: of those that were judged and handed on to a reader.
        """
        ...

    def hand_on_verify(
        self, request_id: str, judged: VerifyAnswer, *, judge_s: float = 0.0
    ) -> bool | None:
        """Keep the judge's answer, and let the request wait for a reader; False when its caller no
        longer waits, None when no worker reads."""
        ...

    def answer_verify(self, request_id: str, answer: VerifyAnswer, *, judge_s: float = 0.0) -> bool:
        """Hand the answer to the caller; False when it no longer waits."""
        ...

    def read_verify_answer(self, request_id: str, *, judged: bool = False) -> VerifyAnswer | None:
        """The answer, None while there is none; with `judged` that of the judge alone, of a request
        that was handed on to a reader."""
        ...

    def withdraw_verify(self, request_id: str) -> None:
        """Delete the request and its answer: no worker takes it any more."""
        ...


class Store(
    Submissions,
    WorkQueue,
    Lookups,
    Checks,
    Events,
    SourceRegistry,
    Monitoring,
    PageCache,
    ScoreCache,
    VerifyRequests,
    Protocol,
):
    """The system of record, of all its parts. Every method is one atomic step or a plain read.

    Invariant: an article or claim is not finished <=> its work item is in `due` or `lease`;
    a finished claim with a schedule has its next (gather, id, check + 1) in `due` with a later
    score. Time is the server's. Any method raises StoreUnavailable when the server does not
    answer; methods that take an id raise NotFound when there is no such record, Gone when it was
    deleted, and Unreadable when its form is not that of this release. Lists leave such records out.
    """

    @property
    def gate(self) -> HostGate:
        """The gate that all workers share."""
        ...

    @property
    def sessions(self) -> Sessions:
        """The sign-in sessions that all processes of the API share."""
        ...

    @property
    def api_keys(self) -> ApiKeys:
        """The keys of the API."""
        ...

    @property
    def audit(self) -> AuditLog:
        """Who changed what."""
        ...

    @property
    def readings(self) -> Readings:
        """What is kept for second readers: answers, tokens, the state of their endpoint."""
        ...

    @property
    def webhooks(self) -> Webhooks:
        """The webhooks, and the deliveries to them."""
        ...
