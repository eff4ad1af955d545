"""claims.ports.Store on a Redis-protocol server. Each method is one script or a plain read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from secrets import token_hex

from claims.disk import DiskReserve
from claims.errors import IdempotencyMismatch, InvalidInput, NotFound, PageGone, QueueFull
from claims.ports import (
    Fetcher,
    Forgotten,
    Lease,
    ListPage,
    NewArticle,
    NewClaim,
    Retried,
    StoredArticle,
    StoredClaim,
    StoreHealth,
    WorkItem,
)
from claims.registry import RegisteredSource, Registry, SourceChange
from claims.shapes import from_text
from claims.snapshots import list_cited
from claims.store import keys, lists, records, schema
from claims.store.checks import RedisChecks
from claims.store.connection import Argument, StoreConnection
from claims.store.gate import RedisHostGate
from claims.store.pages import RedisPageCache
from claims.store.records import to_duration_ms
from claims.store.retrying import retry_failed
from claims.store.scores import RedisScoreCache
from claims.store.sessions import RedisSessions
from claims.store.sources import RedisSources
from claims.text import clean_line
from claims.types import (
    EXHAUSTED,
    ArticleId,
    CheckRecord,
    ClaimId,
    ErrorRecord,
    Extraction,
    Gathered,
    HistoryEntry,
    Page,
    Priority,
    Queue,
    SearchOutcome,
    Stage,
    Verdict,
)

MAX_ATTEMPTS = 3
IDEMPOTENCY_LIFE_MS = 24 * 3600 * 1000
# The class numbers of prelude.lua; checks on schedule have a class of their own.
_CLASSES = {Priority.NORMAL: 0, Priority.BULK: 1}
_EXHAUSTED = (EXHAUSTED, f"given up after {MAX_ATTEMPTS} attempts")


def connect(url: str, *, queue_max: int = 100_000, disk: DiskReserve | None = None) -> RedisStore:
    """Open the store at `url` (redis://, rediss:// or unix://), after a check of its settings.

    Upgrades its data to the form of this release. `disk`: see StoreConnection. Raises
    StoreMisconfigured, naming the setting to change, or for data of a later release, and
    StoreUnavailable.
    """
    store = RedisStore(StoreConnection(url, disk=disk), queue_max=queue_max)
    store.check_server()
    return store


class RedisStore:
    """The system of record; claims.ports.Store is its contract. Never decides a verdict."""

    def __init__(self, connection: StoreConnection, *, queue_max: int) -> None:
        """`queue_max` limits the waiting work items, without checks on schedule."""
        self.connection = connection
        self._queue_max = queue_max
        self.gate = RedisHostGate(connection)
        self.sessions = RedisSessions(connection)
        self._pages = RedisPageCache(connection)
        self._scores = RedisScoreCache(connection)
        self._sources = RedisSources(connection)
        self._checks = RedisChecks(connection)

    def check_server(self) -> None:
        """Check the server's settings, and upgrade its data to the form of this release.

        Raises StoreMisconfigured when the settings would lose accepted data, or when the data
        is of a later release.
        """
        self.connection.check_server()
        schema.upgrade(self.connection)

    def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        self.connection.close()

    # accepting ------------------------------------------------------------------------------
    def accept_article(
        self, article: NewArticle, *, idempotency_key: str | None = None
    ) -> ArticleId:
        """Keep the article and put (extract, id, 1) into due."""
        records.every_ms(article.options.every)
        fields = records.write_new_article(article)
        item = WorkItem(Stage.EXTRACT, article.id, 1)
        return ArticleId(self._accept(item, article, fields, idempotency_key))

    def accept_claim(self, claim: NewClaim, *, idempotency_key: str | None = None) -> ClaimId:
        """Keep the claim and put (gather, id, 1) into due."""
        fields = records.write_new_claim(claim)
        item = WorkItem(Stage.GATHER, claim.id, 1)
        return ClaimId(self._accept(item, claim, fields, idempotency_key))

    def _accept(
        self,
        item: WorkItem,
        new: NewArticle | NewClaim,
        fields: Mapping[str, str | None],
        idempotency_key: str | None,
    ) -> str:
        self.connection.check_room()
        once = ""
        if idempotency_key is not None:
            once = records.digest(f"{item.stage}:{idempotency_key}")
        answer: list[str] = self.connection.run(
            "accept",
            item.stage,
            item.id,
            keys.ARTICLES if item.stage is Stage.EXTRACT else keys.CLAIMS,
            once,
            records.fingerprint_of(new),
            IDEMPOTENCY_LIFE_MS,
            self._queue_max,
            records.every_ms(new.options.every),
            _CLASSES[new.options.priority or Priority.NORMAL],
            *records.flatten(fields),
        )
        if answer[0] == "mismatch":
            raise IdempotencyMismatch("this Idempotency-Key was used before with another body")
        if answer[0] == "full":
            raise self._queue_is_full()
        return answer[1]

    def _queue_is_full(self) -> QueueFull:
        return QueueFull(f"{self._queue_max} work items are waiting")

    # work -----------------------------------------------------------------------------------
    def reap(self) -> int:
        """Put items whose lease ran out back into due; returns the number of items."""
        return int(self.connection.run("reap"))

    def release(self, worker: str, *, counts: bool) -> int:
        """Put the items leased by a worker's process back into due; returns the number of items."""
        return int(self.connection.run("release", worker, int(counts)))

    def take(self, queue: Queue, *, worker: str, ttl_s: float) -> Lease | None:
        """Lease the next item of the queue; None when none is ready."""
        token = f"{worker}:{token_hex(16)}"
        given = self.connection.run(
            "take", queue, token, to_duration_ms(ttl_s), MAX_ATTEMPTS, *_EXHAUSTED
        )
        if given is None:
            return None
        stage, item_id, check, attempt, waited_ms = given
        return Lease(WorkItem(Stage(stage), item_id, check), token, attempt, waited_ms / 1000)

    def count_ready(self) -> dict[Queue, int]:
        """The number of items that could be taken now, for each queue."""
        return dict(zip(Queue, self.connection.run("count_ready", *Queue), strict=True))

    def renew(self, lease: Lease, *, ttl_s: float) -> bool:
        """Prolong the lease; False when it was lost."""
        return self._run_held("renew", lease, to_duration_ms(ttl_s))

    def put_back(self, lease: Lease, *, delay_s: float, cause: str) -> bool:
        """Return the item to due in `delay_s`; `cause` is reported if this was the last attempt."""
        return self._run_held("put_back", lease, to_duration_ms(delay_s), clean_line(cause))

    def postpone(self, lease: Lease, *, delay_s: float, url: str, code: str) -> bool:
        """Return the item to due until `url` may be fetched; this does not count as an attempt."""
        return self._run_held("postpone", lease, to_duration_ms(delay_s), url, code)

    def give_up(self, lease: Lease, error: ErrorRecord) -> bool:
        """Mark the claim or article failed now; the last verdict stays."""
        return self._run_held("give_up", lease, records.write(error))

    def _run_held(self, script: str, lease: Lease, *arguments: Argument) -> bool:
        return bool(self.connection.run(script, *_write_item(lease.item), lease.token, *arguments))

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
        """Store the article's text and claims, put each claim's first gathering into due."""
        _expect(lease, Stage.EXTRACT)
        article_id = ArticleId(lease.item.id)
        # A submitted article never changes, so reading it outside the script is safe.
        kept = self.connection.command("HMGET", keys.ARTICLE + article_id, *records.HANDED_IN)
        arguments = records.write_extraction(
            article_id,
            records.read_handed_in(kept),
            extraction,
            text=text,
            title=title,
            url=url,
            published_at=published_at,
        )
        return bool(self.connection.run("commit_extraction", article_id, lease.token, *arguments))

    def keep_searched(self, lease: Lease, searched: SearchOutcome) -> bool:
        """Keep what providers found until the check is gathered."""
        return self._run_held("keep_searched", lease, records.write(searched))

    def commit_gathering(self, lease: Lease, gathered: Gathered) -> bool:
        """Store what was gathered, put (judge, id, check) into due."""
        item = _expect(lease, Stage.GATHER)
        content, cited = records.write_gathered(gathered), list_cited(gathered.pages)
        done = self.connection.run(
            "commit_gathering", item.id, item.check, lease.token, content, *cited
        )
        if done < 0:
            raise PageGone("a page that was gathered is no longer kept")
        return bool(done)

    def commit_verdict(self, lease: Lease, verdict: Verdict, entry: HistoryEntry) -> bool:
        """Store the verdict, append the history entry, finish the claim, plan its next check."""
        item = _expect(lease, Stage.JUDGE)
        if not verdict.check == entry.check == item.check:
            raise ValueError(f"verdict and history entry are not of check {item.check}")
        return bool(
            self.connection.run(
                "commit_verdict",
                item.id,
                item.check,
                lease.token,
                records.write(verdict),
                verdict.label,
                records.write(entry),
                records.pack(verdict),
                *list_cited((), verdict.evidence),
            )
        )

    # reading --------------------------------------------------------------------------------
    def get_article(self, article_id: ArticleId) -> StoredArticle:
        """The article with all its claims.

        The article is read first: when a claim changes in between, the version returned is too old
        for the content, so a poller may ask once too often, but never misses a change.
        """
        fields = self._get_fields(keys.ARTICLE, article_id)
        places = range(int(fields.get("claims", 0)))
        ids = [records.derive_claim_id(article_id, place) for place in places]
        rows = self.connection.read(*(("HGETALL", keys.CLAIM + claim_id) for claim_id in ids))
        claims = [records.read_claim(*row).record for row in zip(ids, rows, strict=True)]
        return records.read_article(article_id, fields, claims)

    def get_claim(self, claim_id: ClaimId) -> StoredClaim:
        """The claim."""
        return records.read_claim(claim_id, self._get_fields(keys.CLAIM, claim_id))

    def _get_fields(self, prefix: str, record_id: str) -> dict[str, str]:
        fields: dict[str, str] = self.connection.command("HGETALL", prefix + record_id)
        if not fields:
            raise NotFound(f"no such article or claim: {record_id}")
        return fields

    def get_gathered(self, claim_id: ClaimId, check: int) -> Gathered:
        """What a check gathered, as long as it is kept."""
        return self._checks.get_gathered(claim_id, check)

    def get_check(self, claim_id: ClaimId, check: int) -> CheckRecord:
        """A check that ended in a verdict, as long as it is kept."""
        return self._checks.get_check(claim_id, check)

    def get_history(self, claim_id: ClaimId) -> tuple[HistoryEntry, ...]:
        """All checks that ended in a verdict, oldest first."""
        exists, entries = self.connection.read(
            ("EXISTS", keys.CLAIM + claim_id), ("LRANGE", keys.HISTORY + claim_id, 0, -1)
        )
        if not exists:
            raise NotFound(f"no claim {claim_id}")
        return tuple(from_text(HistoryEntry, entry) for entry in entries)

    def get_article_text(self, article_id: ArticleId) -> str:
        """The text from which the article's claims were read; empty before extraction."""
        version, text = self.connection.command(
            "HMGET", keys.ARTICLE + article_id, "version", "text"
        )
        if version is None:
            raise NotFound(f"no such article: {article_id}")
        return text or ""

    def get_article_version(self, article_id: ArticleId) -> int:
        """Only the version."""
        return self._get_version(keys.ARTICLE, article_id)

    def get_claim_version(self, claim_id: ClaimId) -> int:
        """Only the version."""
        return self._get_version(keys.CLAIM, claim_id)

    def _get_version(self, prefix: str, record_id: str) -> int:
        version = self.connection.command("HGET", prefix + record_id, "version")
        if version is None:
            raise NotFound(f"no such article or claim: {record_id}")
        return int(version)

    def list_articles(self, *, limit: int, cursor: str | None = None) -> ListPage:
        """A page of the list, newest first, stable under inserts."""
        return lists.list_articles(self.connection, limit=limit, cursor=cursor)

    def list_claims(self, *, limit: int, cursor: str | None = None) -> ListPage:
        """Newest first, stable under inserts; the claims of one article in the article's order."""
        return lists.list_claims(self.connection, limit=limit, cursor=cursor)

    # pages ----------------------------------------------------------------------------------
    def get_page(self, sha256: str) -> Page:
        """A page by the hash of its text."""
        return self._pages.get_page(sha256)

    def get_or_fetch(self, url: str, *, fresh_after: datetime, fetcher: Fetcher) -> Page:
        """The cached page if it is fresh; otherwise fetch and store it."""
        return self._pages.get_or_fetch(url, fresh_after=fresh_after, fetcher=fetcher)

    def forget(self, *, keep_s: float | None, limit: int) -> Forgotten:
        """Delete old checks, and pages that are no longer needed."""
        return self._checks.forget(keep_s=keep_s, limit=limit)

    # scores ---------------------------------------------------------------------------------
    def get_scores(self, keys: Sequence[str]) -> list[tuple[float, float, float] | None]:
        """Earlier answers of judges, one for each key; None where there is none."""
        return self._scores.get_scores(keys)

    def keep_scores(self, scores: Mapping[str, tuple[float, float, float]]) -> None:
        """Store answers of judges for some days."""
        self._scores.keep_scores(scores)

    # registered sources ---------------------------------------------------------------------
    def get_registry(self) -> Registry:
        """All registered sources."""
        return self._sources.get_registry()

    def put_source(self, source: RegisteredSource, *, by: str) -> None:
        """Store a source under its name, and who changed what."""
        self._sources.put_source(source, by=by)

    def delete_source(self, name: str, *, by: str) -> None:
        """Remove a source; its record of changes stays."""
        self._sources.delete_source(name, by=by)

    def get_source_changes(self, name: str) -> tuple[SourceChange, ...]:
        """Who changed what of a source, oldest first."""
        return self._sources.get_source_changes(name)

    # re-checks ------------------------------------------------------------------------------
    def request_check(self, claim_id: ClaimId) -> int:
        """Request another check now; returns its number. A check under way is not duplicated."""
        self.connection.check_room()
        check = self.connection.run("request_check", claim_id, self._queue_max)
        if check is None:
            raise NotFound(f"no claim {claim_id}")
        if check < 0:
            raise self._queue_is_full()
        return int(check)

    def retry_failed(self, *, limit: int, cursor: str | None = None) -> Retried:
        """Retry articles and claims that were given up for a fault of the service."""
        self.connection.check_room()
        return retry_failed(self.connection, queue_max=self._queue_max, limit=limit, cursor=cursor)

    def set_schedule(self, claim_id: ClaimId, *, every: str, until: datetime | None) -> None:
        """Check again every `every`, counted from the last check; now when that is past."""
        self.connection.check_room()
        last = "" if until is None else records.to_ms(until)
        done = self.connection.run("set_schedule", claim_id, every, records.every_ms(every), last)
        if done is None:
            raise NotFound(f"no claim {claim_id}")
        if not done:
            raise InvalidInput("the schedule ends before its first check", "/until")

    def delete_schedule(self, claim_id: ClaimId) -> None:
        """Delete the schedule; a check under way continues."""
        if self.connection.run("delete_schedule", claim_id) is None:
            raise NotFound(f"no claim {claim_id}")

    # health ---------------------------------------------------------------------------------
    def beat(self, worker: str, *, ttl_s: float) -> None:
        """Record that a worker is alive and consuming; a `ttl_s` of 0: that it no longer is."""
        self.connection.run("beat", worker, to_duration_ms(ttl_s))

    def forget_workers(self) -> None:
        """Delete all heartbeats, for a server whose earlier users have all ended."""
        self.connection.command("DEL", keys.WORKERS)

    def health(self) -> StoreHealth:
        """The data that readiness checks; `due` also counts items planned for later."""
        due, leased, waited_ms, workers = self.connection.run("count_work")
        problems, shortages = self.connection.find_problems()
        return StoreHealth(
            problems=tuple(problems),
            shortages=tuple(shortages),
            due=due,
            leased=leased,
            oldest_due_age_s=waited_ms / 1000,
            workers=tuple(sorted(workers)),
        )

    def acquire_sweep(self, *, ttl_s: float) -> bool:
        """True for one caller per `ttl_s`, which then sweeps."""
        taken = self.connection.command(
            "SET", keys.SWEEP, 1, "NX", "PX", max(1, to_duration_ms(ttl_s))
        )
        return bool(taken)


def _expect(lease: Lease, stage: Stage) -> WorkItem:
    if lease.item.stage is not stage:
        raise ValueError(f"a lease on {lease.item.stage} cannot commit {stage}")
    return lease.item


def _write_item(item: WorkItem) -> tuple[str, str, int]:
    return item.stage, item.id, item.check
