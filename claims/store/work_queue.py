"""The work queue: leases on work items, and the commits that end a stage."""

from __future__ import annotations

from collections.abc import Sequence
from secrets import token_hex

from claims.adaptive_schedules import Plan
from claims.errors import PageGone
from claims.ports import Lease, RecordKind, WorkItem
from claims.sources.snapshots import list_cited
from claims.store import encoding, keys, records
from claims.store.connection import Argument, StorePart
from claims.store.encoding import to_duration_ms
from claims.store.outbox import write_event_data
from claims.text import clean_line
from claims.types import (
    EXHAUSTED,
    ArticleId,
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

MAX_ATTEMPTS = 3
# Whether the lease was held, by the answer of a script that needs a lease.
_HELD = {"done": True, "lost": False}
_EXHAUSTED = f"given up after {MAX_ATTEMPTS} attempts"


class RedisWorkQueue(StorePart):
    """claims.ports.WorkQueue on the server."""

    def reap(self) -> int:
        """Put items whose lease ran out back into due; returns the number of items."""
        return int(self.connection.run("reap"))

    def release(self, worker: str, *, counts: bool) -> int:
        """Put the items leased by a worker's process back into due; returns the number of items."""
        return int(self.connection.run("release", name=worker, counts=int(counts)))

    def take(self, queue: Queue, *, worker: str, ttl_s: float) -> Lease | None:
        """Lease the next item of the queue; None when none is ready."""
        token = f"{worker}:{token_hex(16)}"
        given = self.connection.run(
            "take",
            queue=queue,
            token=token,
            ttl_ms=to_duration_ms(ttl_s),
            attempts_max=MAX_ATTEMPTS,
            code=EXHAUSTED,
            detail=_EXHAUSTED,
        )
        if given is None:
            return None
        stage, item_id, check, attempt, waited_ms, request_id = given
        item = WorkItem(Stage(stage), item_id, check)
        return Lease(item, token, attempt, waited_ms / 1000, request_id or None)

    def count_ready(self) -> dict[Queue, int]:
        """The number of items of each queue that can be taken now."""
        counts = self.connection.run("count_ready", queues=list(Queue))
        return dict(zip(Queue, counts, strict=True))

    def renew(self, lease: Lease, *, ttl_s: float) -> bool:
        """Prolong the lease; False when it was lost."""
        return self._run_held("renew", lease, ttl_ms=to_duration_ms(ttl_s))

    def put_back(self, lease: Lease, *, delay_s: float, cause: str) -> bool:
        """Return the item to due in `delay_s`; `cause` is reported if this was the last attempt."""
        delay_ms = to_duration_ms(delay_s)
        return self._run_held("put_back", lease, delay_ms=delay_ms, cause=clean_line(cause))

    def postpone(self, lease: Lease, *, delay_s: float, url: str = "", code: str = "") -> bool:
        """Return the item to due until `url` may be fetched; this does not count as an attempt."""
        delay_ms = to_duration_ms(delay_s)
        return self._run_held("postpone", lease, delay_ms=delay_ms, url=url, code=code)

    def give_up(self, lease: Lease, error: ErrorRecord) -> bool:
        """Mark the claim or article failed now; the last verdict stays."""
        return self._run_held("give_up", lease, error=encoding.write(error))

    def _run_held(
        self, script: str, lease: Lease, **arguments: Argument | Sequence[Argument]
    ) -> bool:
        item = lease.item
        done = self.connection.run(
            script,
            stage=item.stage,
            id=item.id,
            check=item.check,
            token=lease.token,
            **arguments,
        )
        return _HELD[done]

    def commit_extraction(self, lease: Lease, read: ArticleReading) -> bool:
        """Store the article's text and claims, put each claim's first gathering into due."""
        _expect(lease, Stage.EXTRACT)
        article_id = ArticleId(lease.item.id)
        # A submitted article never changes, so reading it outside the script is safe.
        kept = self.connection.command("HMGET", keys.ARTICLE + article_id, *records.SUBMITTED)
        if kept[0] is None:
            return False  # deleted meanwhile
        with self.reading(RecordKind.ARTICLE, article_id):
            submitted = records.read_submitted(kept)
        arguments = records.write_extraction(article_id, submitted, read)
        done = self.connection.run(
            "commit_extraction", id=article_id, token=lease.token, **arguments
        )
        return _HELD[done]

    def link_same(
        self, lease: Lease, earlier: ClaimId, *, signed: VerdictLabel | None = None
    ) -> bool:
        """The contract of claims.ports.WorkQueue.link_same."""
        return self._run_held("link_same", lease, same_as=earlier, signed=signed or "")

    def keep_searched(self, lease: Lease, searched: SearchOutcome) -> bool:
        """Store the results of the providers until the check is gathered."""
        return self._run_held("keep_searched", lease, searched=encoding.write(searched))

    def commit_gathering(self, lease: Lease, gathered: Gathered) -> bool:
        """Store the gathered evidence, put (judge, id, check) into due."""
        item = _expect(lease, Stage.GATHER)
        content, cited = records.write_gathered(gathered), list_cited(gathered.pages)
        done = self.connection.run(
            "commit_gathering",
            id=item.id,
            check=item.check,
            token=lease.token,
            gathered=content,
            pages=list(cited),
        )
        if done == "page-gone":
            raise PageGone("a page that was gathered is no longer stored")
        return _HELD[done]

    def commit_verdict(
        self,
        lease: Lease,
        verdict: Verdict,
        entry: HistoryEntry,
        *,
        judge_s: float = 0.0,
        plan: Plan | None = None,
    ) -> bool:
        """Store the verdict, append the history entry, finish the claim, plan its next check."""
        item = _expect(lease, Stage.JUDGE, Stage.READ)
        concluded = _write_verdict(item, verdict, entry)
        return self._run_held(
            "commit_verdict",
            lease,
            judge_ms=to_duration_ms(judge_s),
            every=plan.every if plan else "",
            every_ms=to_duration_ms(plan.after.total_seconds()) if plan else "",
            reason=plan.reason if plan else "",
            verdict=concluded,
        )

    def commit_provisional(
        self, lease: Lease, verdict: Verdict, entry: HistoryEntry, *, judge_s: float = 0.0
    ) -> bool:
        """Keep the judge's verdict as provisional, put (read, id, check) into due."""
        item = _expect(lease, Stage.JUDGE)
        concluded = _write_verdict(item, verdict, entry)
        done = self.connection.run(
            "commit_provisional",
            id=item.id,
            check=item.check,
            token=lease.token,
            judge_ms=to_duration_ms(judge_s),
            verdict=concluded,
        )
        return _HELD[done]

    def end_readings(self, *, after_s: float, limit: int) -> int:
        """The contract of claims.ports.WorkQueue.end_readings."""
        after_ms = to_duration_ms(after_s)
        return int(self.connection.run("end_readings", after_ms=after_ms, limit=limit))


def _write_verdict(item: WorkItem, verdict: Verdict, entry: HistoryEntry) -> list[str | float]:
    if not verdict.check == entry.check == item.check:
        raise ValueError(f"verdict and history entry are not of check {item.check}")
    return records.write_verdict(verdict, entry, event_data=write_event_data(verdict, entry))


def _expect(lease: Lease, *stages: Stage) -> WorkItem:
    if lease.item.stage not in stages:
        raise ValueError(f"a lease on {lease.item.stage} cannot commit {' or '.join(stages)}")
    return lease.item
