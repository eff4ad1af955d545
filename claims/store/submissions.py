"""What is asked of the service: submissions, further checks, retries and schedules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from claims.errors import IdempotencyMismatch, InvalidInput, NotExtracted, NotFound, QueueFull
from claims.limits import check_sources
from claims.ports import ArticleFilter, ClaimFilter, NewArticle, NewClaim, Retried
from claims.shapes import from_text
from claims.sources.address import list_once
from claims.store import facets, keys, records
from claims.store.connection import StoreConnection
from claims.store.search import SearchPart
from claims.types import (
    FAULTS_OF_SERVICE,
    ArticleId,
    ArticleStatus,
    CheckOptions,
    ClaimId,
    ClaimStatus,
    Priority,
    Stage,
)

IDEMPOTENCY_LIFE_MS = 24 * 3600 * 1000
# The class numbers of prelude.lua; checks on schedule have a class of their own.
_CLASSES = {Priority.NORMAL: 0, Priority.BULK: 1}
NORMAL_MAX = 10
"""Maximum claims of one submission that keep their priority; more are bulk."""
# What scripts answer when an article has other claims than the caller read.
_OTHER_CLAIMS = -2
_FAILED_ARTICLES = ArticleFilter(statuses=(ArticleStatus.FAILED,))
_FAILED_CLAIMS = ClaimFilter(statuses=(ClaimStatus.FAILED,))

T = TypeVar("T")


class RedisSubmissions(SearchPart):
    """claims.ports.Submissions on the server."""

    def __init__(self, connection: StoreConnection, *, queue_max: int) -> None:
        """`queue_max` limits the waiting work items, without checks on schedule."""
        super().__init__(connection)
        self._queue_max = queue_max

    def accept_article(
        self, article: NewArticle, *, idempotency_key: str | None = None
    ) -> ArticleId:
        """Keep the article and put (extract, id, 1) into due."""
        fields = [records.write_new_article(article)]
        (article_id,) = self._accept(Stage.EXTRACT, [article], fields, "extract", idempotency_key)
        return ArticleId(article_id)

    def accept_claim(self, claim: NewClaim, *, idempotency_key: str | None = None) -> ClaimId:
        """Keep the claim and put (gather, id, 1) into due."""
        fields = [records.write_new_claim(claim)]
        (claim_id,) = self._accept(Stage.GATHER, [claim], fields, "gather", idempotency_key)
        return ClaimId(claim_id)

    def accept_claims(
        self, claims: Sequence[NewClaim], *, idempotency_key: str | None = None
    ) -> tuple[ClaimId, ...]:
        """Keep all claims or none, and put (gather, id, 1) of each into due."""
        fields = list(map(records.write_new_claim, claims))
        ids = self._accept(Stage.GATHER, claims, fields, "batch", idempotency_key)
        return tuple(map(ClaimId, ids))

    def _accept(
        self,
        stage: Stage,
        new: Sequence[NewArticle | NewClaim],
        fields: Sequence[Mapping[str, str | None]],
        scope: str,
        idempotency_key: str | None,
    ) -> list[str]:
        """The ids; `scope` separates the idempotency keys of different routes."""
        self.connection.check_room()
        is_bulk = len(new) > NORMAL_MAX
        arguments: list[str | int] = []
        for one, own in zip(new, fields, strict=True):
            priority = Priority.BULK if is_bulk else one.options.priority or Priority.NORMAL
            words = records.flatten(own)
            every = records.every_ms(one.options.every)
            arguments += (one.id, _CLASSES[priority], every, len(words), *words)
        fingerprints = list(map(records.fingerprint_of, new))
        answer: list[str] = self.connection.run(
            "accept",
            stage,
            keys.ARTICLES if stage is Stage.EXTRACT else keys.CLAIMS,
            "" if idempotency_key is None else records.digest(f"{scope}:{idempotency_key}"),
            fingerprints[0] if len(new) == 1 else records.digest(" ".join(fingerprints)),
            IDEMPOTENCY_LIFE_MS,
            self._queue_max,
            *arguments,
        )
        if answer[0] == "mismatch":
            raise IdempotencyMismatch("this Idempotency-Key was used before with another body")
        if answer[0] == "full":
            raise self._queue_is_full()
        return answer[1].split(" ")

    def _queue_is_full(self) -> QueueFull:
        return QueueFull(f"{self._queue_max} work items are waiting")

    def request_check(self, claim_id: ClaimId) -> int:
        """Request another check now; returns its number. A check under way is not duplicated."""
        (check,) = self._request_checks("", [claim_id])
        return check

    def request_checks(self, article_id: ArticleId) -> dict[ClaimId, int]:
        """Request another check of all claims of an article now; returns their numbers."""
        ids, checks = self._act_on_claims(
            article_id, lambda ids: self._request_checks(article_id, ids)
        )
        return dict(zip(ids, checks, strict=True))

    def _request_checks(self, article_id: str, ids: Sequence[ClaimId]) -> list[int]:
        self.connection.check_room()
        checks = self.connection.run("request_check", self._queue_max, article_id, *ids)
        if checks is None:
            raise NotFound(f"no claim {ids[0]}")
        if checks == -1:
            raise self._queue_is_full()
        if checks == _OTHER_CLAIMS:
            raise _ClaimsChanged
        return list(map(int, checks))

    def _act_on_claims(
        self, article_id: ArticleId, act: Callable[[Sequence[ClaimId]], T]
    ) -> tuple[list[ClaimId], T]:
        """The ids of an article's claims and the result of `act` on all of them together.

        Reads them again when they changed in between. Raises NotExtracted and NotFound.
        """
        while True:
            key = keys.ARTICLE + article_id
            status, claims = self.connection.command("HMGET", key, "status", "claims")
            if status is None:
                raise NotFound(f"no article {article_id}")
            if claims is None:
                raise NotExtracted(f"article {article_id} is {status}: its claims are not known")
            ids = [records.derive_claim_id(article_id, place) for place in range(int(claims))]
            with suppress(_ClaimsChanged):
                return ids, act(ids)

    def retry_failed(self, *, limit: int, cursor: str | None = None) -> Retried:
        """Retry articles, then claims, that were given up for a fault of the service."""
        self.connection.check_room()
        cursor = cursor or self.write_start(_FAILED_ARTICLES)
        is_of_claims = self._is_of(_FAILED_CLAIMS, cursor)
        chosen = _FAILED_CLAIMS if is_of_claims else _FAILED_ARTICLES
        ids, following = self.search(chosen, limit=limit, cursor=cursor)
        if following is None and not is_of_claims:
            following = self.write_start(_FAILED_CLAIMS)
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
        retried = 0
        for record_id in ids:
            limit = self._queue_max
            done = self.connection.run("retry", stage, record_id, limit, *sorted(FAULTS_OF_SERVICE))
            if done < 0:
                return retried, True
            retried += done
        return retried, False

    def set_schedule(self, claim_id: ClaimId, *, every: str, until: datetime | None) -> None:
        """Check again every `every`, counted from the last check; now when that is past."""
        self._set_schedules("", [claim_id], every, until)

    def set_schedules(self, article_id: ArticleId, *, every: str, until: datetime | None) -> int:
        """Check all claims of an article again every `every`; returns their number."""
        ids, _ = self._act_on_claims(
            article_id, lambda ids: self._set_schedules(article_id, ids, every, until)
        )
        return len(ids)

    def _set_schedules(
        self, article_id: str, ids: Sequence[ClaimId], every: str, until: datetime | None
    ) -> None:
        self.connection.check_room()
        last = "" if until is None else records.to_ms(until)
        done = self.connection.run(
            "set_schedule", every, records.every_ms(every), last, article_id, *ids
        )
        if done is None:
            raise NotFound(f"no claim {ids[0]}")
        if done == _OTHER_CLAIMS:
            raise _ClaimsChanged
        if not done:
            raise InvalidInput("the schedule ends before its first check", "/until")

    def delete_schedule(self, claim_id: ClaimId) -> None:
        """Delete the schedule; a check under way continues."""
        self._delete_schedules("", [claim_id])

    def delete_schedules(self, article_id: ArticleId) -> None:
        """Delete the schedules of all claims of an article; checks under way continue."""
        self._act_on_claims(article_id, lambda ids: self._delete_schedules(article_id, ids))

    def _delete_schedules(self, article_id: str, ids: Sequence[ClaimId]) -> None:
        done = self.connection.run("delete_schedule", article_id, *ids)
        if done is None:
            raise NotFound(f"no claim {ids[0]}")
        if done == _OTHER_CLAIMS:
            raise _ClaimsChanged

    def add_sources(self, claim_id: ClaimId, sources: Sequence[str]) -> tuple[str, ...]:
        """Add sources to a claim for its next check; returns all that it has. Repeats are left out.

        Raises InvalidInput when these are more than a claim may have.
        """
        self.connection.check_room()
        while True:
            text = self.connection.command("HGET", keys.CLAIM + claim_id, "options")
            if text is None:
                raise NotFound(f"no claim {claim_id}")
            options = from_text(CheckOptions, text)
            together = list_once([*options.sources, *sources])
            check_sources(together)
            new = records.write(replace(options, sources=together))
            if self.connection.run("set_options", claim_id, text, new) != 0:
                return together

    def set_article_tags(self, article_id: ArticleId, tags: Sequence[str]) -> None:
        """Replace the tags of the article, by which its claims are found as well."""
        self._set_tags(Stage.EXTRACT, article_id, tags)

    def set_claim_tags(self, claim_id: ClaimId, tags: Sequence[str]) -> None:
        """Replace the claim's own tags."""
        self._set_tags(Stage.GATHER, claim_id, tags)

    def _set_tags(self, stage: Stage, record_id: str, tags: Sequence[str]) -> None:
        self.connection.check_room()
        content, facet = records.write(tuple(tags)), facets.write_tags(tags)
        if self.connection.run("set_tags", stage, record_id, content, facet) is None:
            raise NotFound(f"no such article or claim: {record_id}")

    def _is_of(self, chosen: ArticleFilter, cursor: str) -> bool:
        try:
            self.read_cursor(chosen, cursor)
        except InvalidInput:
            return False
        return True


class _ClaimsChanged(Exception):
    """The claims of an article are not those that were read before."""
