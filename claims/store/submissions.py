"""What is asked of the service: submissions, further checks, retries and schedules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from claims.errors import IdempotencyMismatch, InvalidInput, NotFound, QueueFull
from claims.ports import NewArticle, NewClaim, Retried, WorkItem
from claims.store import keys, records
from claims.store.connection import StoreConnection, StorePart
from claims.store.lookups import read_cursor, take_ids, write_cursor
from claims.types import FAULTS_OF_SERVICE, ArticleId, ClaimId, Priority, Stage

IDEMPOTENCY_LIFE_MS = 24 * 3600 * 1000
# The class numbers of prelude.lua; checks on schedule have a class of their own.
_CLASSES = {Priority.NORMAL: 0, Priority.BULK: 1}
# Greater than every serial number: the cursor value for the start of a list.
_TOP = 10**15 - 1


class RedisSubmissions(StorePart):
    """claims.ports.Submissions on the server."""

    def __init__(self, connection: StoreConnection, *, queue_max: int) -> None:
        """`queue_max` limits the waiting work items, without checks on schedule."""
        super().__init__(connection)
        self._queue_max = queue_max

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
        """Retry articles, then claims, that were given up for a fault of the service."""
        self.connection.check_room()
        cursor = cursor or write_cursor("articles", _TOP)
        is_of_claims = _is_of("claims", cursor)
        kind, key = ("claims", keys.CLAIMS) if is_of_claims else ("articles", keys.ARTICLES)
        ids, following = take_ids(self.connection, key, kind, limit=limit, cursor=cursor)
        if following is None and not is_of_claims:
            following = write_cursor("claims", _TOP)
        stage = Stage.GATHER if is_of_claims else Stage.EXTRACT
        retried, is_full = self._retry(stage, ids)
        if is_full and not retried:
            raise self._queue_is_full()
        return Retried(
            articles=0 if is_of_claims else retried,
            claims=retried if is_of_claims else 0,
            next=cursor if is_full else following,
        )

    def _retry(self, stage: Stage, ids: Sequence[str]) -> tuple[int, bool]:
        """The number of items retried, and whether the queue was full before all were."""
        prefix = keys.ARTICLE if stage is Stage.EXTRACT else keys.CLAIM
        statuses = self.connection.read(*(("HGET", prefix + item, "status") for item in ids))
        retried = 0
        for record_id, status in zip(ids, statuses, strict=True):
            if status != "failed":
                continue
            limit = self._queue_max
            done = self.connection.run("retry", stage, record_id, limit, *sorted(FAULTS_OF_SERVICE))
            if done < 0:
                return retried, True
            retried += done
        return retried, False

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


def _is_of(kind: str, cursor: str) -> bool:
    try:
        read_cursor(kind, cursor)
    except InvalidInput:
        return False
    return True
