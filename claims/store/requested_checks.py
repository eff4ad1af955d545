"""Checks that somebody requests, repeats after a failure, or cancels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from claims.errors import InvalidInput
from claims.ports import ArticleFilter, ClaimFilter, RequestedChecks, Retried
from claims.store import encoding
from claims.store.changing_part import ChangingPart
from claims.store.search import SearchPart
from claims.types import (
    CANCELLED,
    FAULTS_OF_SERVICE,
    ArticleId,
    ArticleStatus,
    ClaimId,
    ClaimStatus,
    ErrorRecord,
    Queue,
    ReaderChoice,
    Stage,
)

# Used instead of an article id if the claims are those of a list.
_LISTED = "*"
_CANCELLED = ErrorRecord(CANCELLED, "the check was cancelled before it came to a verdict")
_FAILED_ARTICLES = ArticleFilter(statuses=(ArticleStatus.FAILED,))
_FAILED_CLAIMS = ClaimFilter(statuses=(ClaimStatus.FAILED,))


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of check: its first stage, the queue of that stage, and who is asked to read."""

    stage: Stage = Stage.GATHER
    queue: Queue = Queue.FETCH
    reader: ReaderChoice | None = None


_READING = _Kind(Stage.JUDGE, Queue.SCORE, ReaderChoice.ALWAYS)


class RedisRequestedChecks(ChangingPart, SearchPart):
    """claims.ports.CheckRequests on the server."""

    def recheck_claim(self, claim_id: ClaimId, *, reader: ReaderChoice | None = None) -> int:
        """Request another check now; returns its number. A check under way is not duplicated."""
        (check,) = self._request([claim_id], _Kind(reader=reader))
        return check

    def recheck_article(
        self, article_id: ArticleId, *, reader: ReaderChoice | None = None
    ) -> dict[ClaimId, int]:
        """Request another check of all claims of an article now; returns their numbers."""
        kind = _Kind(reader=reader)
        ids, checks = self.act_on_claims(
            article_id, lambda ids: self._request(ids, kind, article_id=article_id)
        )
        return {claim_id: check for claim_id, check in zip(ids, checks, strict=True) if check}

    def recheck_claims(
        self,
        chosen: ClaimFilter,
        *,
        limit: int,
        cursor: str | None = None,
        reader: ReaderChoice | None = None,
    ) -> RequestedChecks:
        """Request another check of one page of a list of claims now."""
        found = self.search(chosen, limit=limit, cursor=cursor)
        return self._request_found(*found, _Kind(reader=reader))

    def read_claim(self, claim_id: ClaimId) -> int:
        """The contract of claims.ports.CheckRequests.read_claim."""
        (check,) = self._request([claim_id], _READING)
        return check

    def read_claims(
        self, chosen: ClaimFilter, *, limit: int, cursor: str | None = None
    ) -> RequestedChecks:
        """The contract of claims.ports.CheckRequests.read_claims."""
        return self._request_found(*self.search(chosen, limit=limit, cursor=cursor), _READING)

    def _request_found(
        self, ids: Sequence[str], following: str | None, kind: _Kind
    ) -> RequestedChecks:
        claims = list(map(ClaimId, ids))
        numbers = self._request(claims, kind, article_id=_LISTED) if claims else []
        pairs = zip(claims, numbers, strict=True)
        return RequestedChecks({claim: check for claim, check in pairs if check}, following)

    def _request(self, ids: Sequence[ClaimId], kind: _Kind, *, article_id: str = "") -> list[int]:
        """Request checks of this kind; returns their numbers, 0 for a claim without one."""
        self.connection.check_room()
        checks = self.connection.run(
            "recheck",
            **self.write_limits(),
            article=article_id,
            reader=kind.reader or "",
            stage=kind.stage,
            ids=ids,
        )
        self.check_outcome(checks, article_id or ids[0])
        numbers = list(map(int, checks))
        if any(numbers):
            self.connection.notify(kind.queue)
        return numbers

    def retry_failed(self, *, limit: int, cursor: str | None = None) -> Retried:
        """Retry articles, then claims, that failed for a fault of the service."""
        self.connection.check_room()
        cursor = cursor or self.write_start(_FAILED_ARTICLES)
        is_of_claims = self._is_of(_FAILED_CLAIMS, cursor)
        chosen = _FAILED_CLAIMS if is_of_claims else _FAILED_ARTICLES
        ids, following = self.search(chosen, limit=limit, cursor=cursor)
        if following is None and not is_of_claims:
            following = self.write_start(_FAILED_CLAIMS)
        stage = Stage.GATHER if is_of_claims else Stage.EXTRACT
        retried, refused = self._retry(stage, ids)
        if retried:
            self.connection.notify()
        else:
            self.check_outcome(refused)
        return Retried(
            articles=0 if is_of_claims else retried,
            claims=retried if is_of_claims else 0,
            next=cursor if refused else following,
        )

    def _retry(self, stage: Stage, ids: Sequence[str]) -> tuple[int, str | None]:
        """The number of items retried, and the answer of the script that refused the rest."""
        retried = 0
        for record_id in ids:
            outcome = self.connection.run(
                "retry",
                stage=stage,
                id=record_id,
                **self.write_limits(),
                codes=sorted(FAULTS_OF_SERVICE),
            )
            if outcome in ("full", "share"):
                return retried, outcome
            retried += outcome == "retried"
        return retried, None

    def _is_of(self, chosen: ArticleFilter, cursor: str) -> bool:
        try:
            self.read_cursor(chosen, cursor)
        except InvalidInput:
            return False
        return True

    def cancel_claim(self, claim_id: ClaimId) -> int:
        """The contract of claims.ports.CheckRequests.cancel_claim."""
        return self._cancel([claim_id])

    def cancel_article(self, article_id: ArticleId) -> int:
        """The contract of claims.ports.CheckRequests.cancel_article."""
        _, cancelled = self.act_on_claims(
            article_id, lambda ids: self._cancel(ids, article_id=article_id), extracted=False
        )
        return cancelled

    def _cancel(self, ids: Sequence[ClaimId], *, article_id: str = "") -> int:
        error = encoding.write(_CANCELLED)
        cancelled = self.connection.run("cancel", error=error, article=article_id, ids=ids)
        self.check_outcome(cancelled, article_id or ids[0])
        return int(cancelled)
