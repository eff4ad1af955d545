"""The port of the work queue: work items, leases, and the commits that end a stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from claims.adaptive_schedules import Plan
from claims.types import (
    ArticleReading,
    ClaimId,
    ErrorRecord,
    Gathered,
    HistoryEntry,
    Queue,
    SearchOutcome,
    Stage,
    Verdict,
    VerdictLabel,
)


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One unit of work: `id` is an ArticleId for extract, a ClaimId for gather and judge.

    `check` numbers the checks of a claim from 1; it is 1 for extract.
    """

    stage: Stage
    id: str
    check: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on an item until it runs out; its `token` fences the commit.

    `waited_s` is the time since the item was first postponed, 0 if it never was. `request_id` is
    that of the request that asked for the work, None for a check on schedule.
    """

    item: WorkItem
    token: str
    attempt: int
    waited_s: float = 0.0
    request_id: str | None = None


class WorkQueue(Protocol):
    """Leases on work items, and the commits that end a stage."""

    def reap(self) -> int:
        """Put items whose lease ran out back into due; returns the number of items."""
        ...

    def release(self, worker: str, *, counts: bool) -> int:
        """Put items leased by a process that has ended back into due; returns their number.

        `worker` is the argument of `take`, or its part before a slash; '' means all processes, and
        may be used only when none is running. A commit under such a lease is refused from now on,
        and other callers may at once fetch the pages that were being fetched. With `counts` False
        the attempt is not counted, because the item did not cause the end of the process.
        """
        ...

    def take(self, queue: Queue, *, worker: str, ttl_s: float) -> Lease | None:
        """Lease the next item of the queue; None when none is ready.

        Normal submissions come before bulk submissions, and these before checks on schedule,
        except at every eighth turn. Within a class, submissions take turns: alternately the newest
        and the one that has waited longest for a turn; an article with its claims is one
        submission. While many items wait for the judge, FETCH gives only items of newly submitted
        work. Each call counts as an attempt on its item. An item with three attempts is not given
        again: its claim or article fails, and the next item is taken.
        """
        ...

    def count_ready(self) -> dict[Queue, int]:
        """The number of items and verify requests of each queue that can be taken now."""
        ...

    def renew(self, lease: Lease, *, ttl_s: float) -> bool:
        """Prolong the lease; False when it was lost (the work should stop)."""
        ...

    def commit_extraction(self, lease: Lease, read: ArticleReading) -> bool:
        """Store the article's text and claims, and put each claim's (gather, id, 1) into due.

        Claim ids are derived from the article id and the claim's position, so that a repeated
        commit is harmless. False (nothing written) when the lease is not the current one.
        """
        ...

    def link_same(
        self, lease: Lease, earlier: ClaimId, *, signed: VerdictLabel | None = None
    ) -> bool:
        """Link the claim of the lease to an earlier claim that means the same (`same_as`).

        It is announced as `claim.returned` if the earlier one is `signed` off as this label. The
        first link of a claim stays. Nothing is linked to a claim that was deleted meanwhile. False
        (nothing written) when the lease is lost.
        """
        ...

    def keep_searched(self, lease: Lease, searched: SearchOutcome) -> bool:
        """Keep the results of the providers until the check is gathered, so that no provider is
        asked twice for one check. False when the lease is lost."""
        ...

    def commit_gathering(self, lease: Lease, gathered: Gathered) -> bool:
        """Store the gathered evidence, put (judge, id, check) into due. False: the lease is lost.

        Its pages stay as long as the check is kept. Raises PageGone when one is no longer stored.
        """
        ...

    def commit_verdict(
        self,
        lease: Lease,
        verdict: Verdict,
        entry: HistoryEntry,
        *,
        judge_s: float = 0.0,
        plan: Plan | None = None,
    ) -> bool:
        """Store the verdict, append the history entry, finish the claim, put its next check in due.

        `plan` is the next check of a claim with an adaptive schedule; others ignore it.

        The lease is on the judging or the reading of the check. The check is kept, with the
        evidence it gathered and cites, until `forget` deletes it by age. False when the lease is
        lost or the check already has a verdict: one verdict per check.
        """
        ...

    def commit_provisional(
        self, lease: Lease, verdict: Verdict, entry: HistoryEntry, *, judge_s: float = 0.0
    ) -> bool:
        """Keep the judge's verdict as provisional, put (read, id, check) into due.

        It becomes the verdict of the check, with this history entry, if every attempt to read is
        lost or given up. Until then the claim shows the verdict of its previous check, and no event
        is announced. False when the lease is lost.
        """
        ...

    def end_readings(self, *, after_s: float, limit: int) -> int:
        """While no worker takes from the reader's queue, give up to `limit` checks that have waited
        there for `after_s` the judge's verdict. Returns the number of these checks.

        When calls have found no such worker for `after_s`, each further provisional verdict becomes
        the verdict of its check at once, until a worker takes from that queue.
        """
        ...

    def give_up(self, lease: Lease, error: ErrorRecord) -> bool:
        """Mark the claim or article failed now (a permanent error); the last verdict stays.

        A claim at the reading stage does not fail: its check gets the judge's verdict.
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
        `url` and `code` it waits for a second reader that does not answer.
        """
        ...
