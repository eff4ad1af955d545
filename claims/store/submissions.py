"""Submissions, further checks, schedules, deletion and correction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain
from typing import TypeVar

from claims.access import LOCAL, Actor
from claims.errors import (
    Corrected,
    Gone,
    IdempotencyMismatch,
    InvalidInput,
    NotExtracted,
    NoVerdict,
    QueueFull,
    QueueShareFull,
)
from claims.ports import (
    ArticleFilter,
    ClaimFilter,
    NewArticle,
    NewClaim,
    RecordKind,
    RequestedChecks,
    Retried,
    Versions,
)
from claims.store import facets, keys, records
from claims.store.connection import Condition, StoreConnection
from claims.store.search import SearchPart
from claims.store.source_changes import SourceChange, locate_options
from claims.types import (
    CANCELLED,
    FAULTS_OF_SERVICE,
    ArticleId,
    ArticleStatus,
    ClaimId,
    ClaimStatus,
    ErrorRecord,
    Priority,
    ReaderChoice,
    Stage,
)

IDEMPOTENCY_LIFE_MS = 24 * 3600 * 1000
# The class numbers of lua/shared/queue.lua; checks on schedule have a class of their own.
_CLASSES = {Priority.NORMAL: 0, Priority.BULK: 1}
NORMAL_MAX = 10
"""Maximum claims of one submission that keep their priority; larger submissions are bulk."""
# Used instead of an article id if the claims are those of a list.
_LISTED = "*"
_CANCELLED = ErrorRecord(CANCELLED, "the check was cancelled before it came to a verdict")
_KINDS = {Stage.EXTRACT: RecordKind.ARTICLE, Stage.GATHER: RecordKind.CLAIM}
_FAILED_ARTICLES = ArticleFilter(statuses=(ArticleStatus.FAILED,))
_FAILED_CLAIMS = ClaimFilter(statuses=(ClaimStatus.FAILED,))

T = TypeVar("T")


class RedisSubmissions(SearchPart):
    """claims.ports.Submissions on the server."""

    def __init__(self, connection: StoreConnection, *, queue_max: int, queue_share: float) -> None:
        """`queue_max` limits the waiting work items, without checks on schedule; `queue_share` is
        the share of that limit that one API key may use."""
        super().__init__(connection)
        self._limits = queue_max, max(1, int(queue_max * queue_share))

    def accept_article(
        self, article: NewArticle, *, idempotency_key: str | None = None, actor: Actor = LOCAL
    ) -> ArticleId:
        """Store the article and put (extract, id, 1) into due."""
        fields = [records.write_new_article(article)]
        (article_id,) = self._accept(
            Stage.EXTRACT, [article], fields, "extract", idempotency_key, actor
        )
        return ArticleId(article_id)

    def accept_claim(
        self, claim: NewClaim, *, idempotency_key: str | None = None, actor: Actor = LOCAL
    ) -> ClaimId:
        """Store the claim and put (gather, id, 1) into due."""
        fields = [records.write_new_claim(claim)]
        (claim_id,) = self._accept(Stage.GATHER, [claim], fields, "gather", idempotency_key, actor)
        return ClaimId(claim_id)

    def accept_claims(
        self,
        claims: Sequence[NewClaim],
        *,
        idempotency_key: str | None = None,
        actor: Actor = LOCAL,
    ) -> tuple[ClaimId, ...]:
        """Store all claims or none, and put (gather, id, 1) of each into due."""
        fields = list(map(records.write_new_claim, claims))
        ids = self._accept(Stage.GATHER, claims, fields, "batch", idempotency_key, actor)
        return tuple(map(ClaimId, ids))

    def _accept(
        self,
        stage: Stage,
        new: Sequence[NewArticle | NewClaim],
        fields: Sequence[Mapping[str, str | None]],
        scope: str,
        idempotency_key: str | None,
        actor: Actor,
    ) -> list[str]:
        """Returns the ids; `scope` separates the idempotency keys of different routes."""
        self.connection.check_room()
        is_bulk = len(new) > NORMAL_MAX
        rows: list[str | int] = []
        for one, own in zip(new, fields, strict=True):
            priority = Priority.BULK if is_bulk else one.options.priority or Priority.NORMAL
            words = records.flatten(own)
            every = records.every_ms(one.options.every)
            rows += (one.id, _CLASSES[priority], every, len(words), *words)
        fingerprints = list(map(records.fingerprint_of, new))
        answer: list[str] = self.connection.run(
            "accept",
            stage=stage,
            once=_write_once(actor, scope, idempotency_key),
            fingerprint=fingerprints[0]
            if len(new) == 1
            else records.digest(" ".join(fingerprints)),
            life_ms=IDEMPOTENCY_LIFE_MS,
            **self._write_limits(),
            records=rows,
            actor=records.write(actor),
        )
        return self._read_accepted(answer).split(" ")

    def _write_limits(self) -> dict[str, int]:
        """The arguments of a script that refuses items beyond the limits (refuse_more)."""
        most, share = self._limits
        return {"most": most, "share": share}

    def _read_accepted(self, answer: Sequence[str], record_id: str = "") -> str:
        self._check_outcome(answer[0], record_id)
        return answer[1]

    def request_check(
        self, claim_id: ClaimId, *, reader: ReaderChoice | None = None, actor: Actor = LOCAL
    ) -> int:
        """Request another check now; returns its number. A check under way is not duplicated."""
        (check,) = self._request_checks("", [claim_id], actor, reader=reader)
        return check

    def request_checks(
        self,
        article_id: ArticleId,
        *,
        reader: ReaderChoice | None = None,
        actor: Actor = LOCAL,
    ) -> dict[ClaimId, int]:
        """Request another check of all claims of an article now; returns their numbers."""
        ids, checks = self._act_on_claims(
            article_id, lambda ids: self._request_checks(article_id, ids, actor, reader=reader)
        )
        return {claim_id: check for claim_id, check in zip(ids, checks, strict=True) if check}

    def request_listed_checks(
        self,
        chosen: ClaimFilter,
        *,
        limit: int,
        cursor: str | None = None,
        reader: ReaderChoice | None = None,
        actor: Actor = LOCAL,
    ) -> RequestedChecks:
        """Request another check of one page of a list of claims now."""
        return self._request_listed(chosen, limit, cursor, actor, reader=reader)

    def request_reading(self, claim_id: ClaimId, *, actor: Actor = LOCAL) -> int:
        """The contract of claims.ports.Submissions.request_reading."""
        (check,) = self._request_checks(
            "", [claim_id], actor, reader=ReaderChoice.ALWAYS, stage=Stage.JUDGE
        )
        return check

    def request_listed_readings(
        self, chosen: ClaimFilter, *, limit: int, cursor: str | None = None, actor: Actor = LOCAL
    ) -> RequestedChecks:
        """The contract of claims.ports.Submissions.request_listed_readings."""
        return self._request_listed(
            chosen, limit, cursor, actor, reader=ReaderChoice.ALWAYS, stage=Stage.JUDGE
        )

    def _request_listed(
        self,
        chosen: ClaimFilter,
        limit: int,
        cursor: str | None,
        actor: Actor,
        *,
        reader: ReaderChoice | None = None,
        stage: Stage = Stage.GATHER,
    ) -> RequestedChecks:
        ids, following = self.search(chosen, limit=limit, cursor=cursor)
        claims = list(map(ClaimId, ids))
        numbers: list[int] = []
        if claims:
            numbers = self._request_checks(_LISTED, claims, actor, reader=reader, stage=stage)
        pairs = zip(claims, numbers, strict=True)
        return RequestedChecks({claim: check for claim, check in pairs if check}, following)

    def _request_checks(
        self,
        article_id: str,
        ids: Sequence[ClaimId],
        actor: Actor,
        *,
        reader: ReaderChoice | None = None,
        stage: Stage = Stage.GATHER,
    ) -> list[int]:
        """Request checks that begin with `stage`; returns their numbers."""
        self.connection.check_room()
        checks = self.connection.run(
            "request_check",
            **self._write_limits(),
            article=article_id,
            reader=reader or "",
            stage=stage,
            ids=ids,
            actor=records.write(actor),
        )
        self._check_outcome(checks, article_id or ids[0])
        return list(map(int, checks))

    def _check_outcome(self, outcome: object, record_id: str = "") -> None:
        """Raise the error for the answer of a script on this record, if the answer is an error."""
        most, share = self._limits
        match outcome:
            case "not-found":
                raise self.explain_missing(record_id)
            case "other-claims":
                raise _ClaimsChanged
            case "corrected":
                new = self.connection.command("HGET", keys.CLAIM + record_id, "corrected_by")
                raise Corrected(f"claim {record_id} was corrected: its new wording is claim {new}")
            case "no-verdict":
                raise NoVerdict(f"claim {record_id} has no verdict yet: nothing is kept to be read")
            case "too-short":
                raise InvalidInput("the schedule ends before its first check", "/until")
            case "mismatch":
                raise IdempotencyMismatch("this Idempotency-Key was used before with another body")
            case "full":
                raise QueueFull(f"{most} work items are waiting")
            case "share":
                raise QueueShareFull(f"{share} work items of one key are waiting, of {most} in all")

    def _act_on_claims(
        self,
        article_id: ArticleId,
        act: Callable[[Sequence[ClaimId]], T],
        *,
        extracted: bool = True,
    ) -> tuple[list[ClaimId], T]:
        """The ids of an article's claims and the result of `act` on all of them together.

        Reads the ids again when they changed meanwhile. Raises NotFound, and with `extracted` also
        NotExtracted; without it, an article has no claims before its extraction.
        """
        while True:
            key = keys.ARTICLE + article_id
            status, claims = self.connection.command("HMGET", key, "status", "claims")
            if status is None:
                raise self.explain_missing(article_id)
            if claims is None and extracted:
                raise NotExtracted(f"article {article_id} is {status}: its claims are not known")
            places = range(int(claims or 0))
            ids = [records.derive_claim_id(article_id, place) for place in places]
            with suppress(_ClaimsChanged):
                return ids, act(ids)

    def retry_failed(
        self, *, limit: int, cursor: str | None = None, actor: Actor = LOCAL
    ) -> Retried:
        """Retry articles, then claims, that failed for a fault of the service."""
        self.connection.check_room()
        cursor = cursor or self.write_start(_FAILED_ARTICLES)
        is_of_claims = self._is_of(_FAILED_CLAIMS, cursor)
        chosen = _FAILED_CLAIMS if is_of_claims else _FAILED_ARTICLES
        ids, following = self.search(chosen, limit=limit, cursor=cursor)
        if following is None and not is_of_claims:
            following = self.write_start(_FAILED_CLAIMS)
        stage = Stage.GATHER if is_of_claims else Stage.EXTRACT
        retried, refused = self._retry(stage, ids, actor)
        if not retried:
            self._check_outcome(refused)
        return Retried(
            articles=0 if is_of_claims else retried,
            claims=retried if is_of_claims else 0,
            next=cursor if refused else following,
        )

    def _retry(self, stage: Stage, ids: Sequence[str], actor: Actor) -> tuple[int, str | None]:
        """The number of items retried, and the answer of the script that refused the rest."""
        retried = 0
        for record_id in ids:
            outcome = self.connection.run(
                "retry",
                stage=stage,
                id=record_id,
                **self._write_limits(),
                codes=sorted(FAULTS_OF_SERVICE),
                actor=records.write(actor),
            )
            if outcome in ("full", "share"):
                return retried, outcome
            retried += outcome == "retried"
        return retried, None

    def set_schedule(
        self,
        claim_id: ClaimId,
        *,
        every: str,
        until: datetime | None,
        versions: Versions = None,
        actor: Actor = LOCAL,
    ) -> None:
        """Check again every `every`, counted from the last check; if that time is past, now."""
        condition = _make_condition(keys.CLAIM + claim_id, versions)
        self._set_schedules("", [claim_id], every, until, condition, actor)

    def set_schedules(
        self,
        article_id: ArticleId,
        *,
        every: str,
        until: datetime | None,
        versions: Versions = None,
        actor: Actor = LOCAL,
    ) -> int:
        """Check all claims of an article again every `every`; returns their number."""
        condition = _make_condition(keys.ARTICLE + article_id, versions)
        _, count = self._act_on_claims(
            article_id,
            lambda ids: self._set_schedules(article_id, ids, every, until, condition, actor),
        )
        return count

    def _set_schedules(
        self,
        article_id: str,
        ids: Sequence[ClaimId],
        every: str,
        until: datetime | None,
        condition: Condition | None,
        actor: Actor,
    ) -> int:
        self.connection.check_room()
        done = self.connection.run_if(
            condition,
            "set_schedule",
            every=every,
            every_ms=records.every_ms(every),
            until_ms="" if until is None else records.to_ms(until),
            article=article_id,
            ids=ids,
            actor=records.write(actor),
        )
        self._check_outcome(done, article_id or ids[0])
        return int(done)

    def delete_schedule(
        self, claim_id: ClaimId, *, versions: Versions = None, actor: Actor = LOCAL
    ) -> None:
        """Delete the schedule; a check under way continues."""
        condition = _make_condition(keys.CLAIM + claim_id, versions)
        self._delete_schedules("", [claim_id], condition, actor)

    def delete_schedules(
        self, article_id: ArticleId, *, versions: Versions = None, actor: Actor = LOCAL
    ) -> None:
        """Delete the schedules of all claims of an article; checks under way continue."""
        condition = _make_condition(keys.ARTICLE + article_id, versions)
        self._act_on_claims(
            article_id, lambda ids: self._delete_schedules(article_id, ids, condition, actor)
        )

    def _delete_schedules(
        self, article_id: str, ids: Sequence[ClaimId], condition: Condition | None, actor: Actor
    ) -> None:
        by = records.write(actor)
        done = self.connection.run_if(
            condition, "delete_schedule", article=article_id, ids=ids, actor=by
        )
        self._check_outcome(done, article_id or ids[0])

    def change_claim_sources(
        self,
        claim_id: ClaimId,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        actor: Actor = LOCAL,
    ) -> tuple[str, ...]:
        """The contract of claims.ports.Submissions.change_claim_sources."""
        return self._change_sources("", [claim_id], SourceChange(add, remove), actor)

    def change_article_sources(
        self,
        article_id: ArticleId,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        actor: Actor = LOCAL,
    ) -> tuple[str, ...]:
        """The contract of claims.ports.Submissions.change_article_sources."""
        change = SourceChange(add, remove)
        _, sources = self._act_on_claims(
            article_id, lambda ids: self._change_sources(article_id, ids, change, actor)
        )
        return sources

    def _change_sources(
        self, article_id: str, ids: Sequence[ClaimId], change: SourceChange, actor: Actor
    ) -> tuple[str, ...]:
        """Change the sources; returns all sources of the claim or article."""
        self.connection.check_room()
        places = [(Stage.EXTRACT, article_id, 0)] if article_id else []
        places += [(Stage.GATHER, claim_id, place) for place, claim_id in enumerate(ids)]
        while True:
            rows = self.connection.read(
                *(("HGET", *locate_options(stage, record_id)) for stage, record_id, _ in places)
            )
            if rows[0] is None:
                raise self.explain_missing(places[0][1])
            # A deleted claim of the article has no options.
            kept = [(*place, text) for place, text in zip(places, rows, strict=True) if text]
            changed = []
            for stage, record_id, _, text in kept:
                with self.reading(_KINDS[stage], record_id):
                    changed.append(change.apply(stage, text))
            words = (
                (stage, record_id, text, new, place)
                for (stage, record_id, place, text), (new, _) in zip(kept, changed, strict=True)
            )
            done = self.connection.run(
                "set_sources",
                article=article_id,
                claims=len(ids),
                actions=change.actions,
                records=list(chain.from_iterable(words)),
                actor=records.write(actor),
            )
            self._check_outcome(done, places[0][1])
            if done == "set":
                return changed[0][1]

    def set_article_tags(
        self,
        article_id: ArticleId,
        tags: Sequence[str],
        *,
        versions: Versions = None,
        actor: Actor = LOCAL,
    ) -> None:
        """Replace the tags of the article; lists find its claims by them as well."""
        condition = _make_condition(keys.ARTICLE + article_id, versions)
        self._set_tags(Stage.EXTRACT, article_id, tags, condition, actor)

    def set_claim_tags(
        self,
        claim_id: ClaimId,
        tags: Sequence[str],
        *,
        versions: Versions = None,
        actor: Actor = LOCAL,
    ) -> None:
        """Replace the claim's own tags."""
        condition = _make_condition(keys.CLAIM + claim_id, versions)
        self._set_tags(Stage.GATHER, claim_id, tags, condition, actor)

    def _set_tags(
        self,
        stage: Stage,
        record_id: str,
        tags: Sequence[str],
        condition: Condition | None,
        actor: Actor,
    ) -> None:
        self.connection.check_room()
        done = self.connection.run_if(
            condition,
            "set_tags",
            stage=stage,
            id=record_id,
            tags=records.write(tuple(tags)),
            facet=facets.write_tags(tags),
            actor=records.write(actor),
        )
        self._check_outcome(done, record_id)

    def _is_of(self, chosen: ArticleFilter, cursor: str) -> bool:
        try:
            self.read_cursor(chosen, cursor)
        except InvalidInput:
            return False
        return True

    def delete_claim(self, claim_id: ClaimId, *, actor: Actor = LOCAL) -> None:
        """The contract of claims.ports.Submissions.delete_claim."""
        done = self.connection.run("delete", article="", ids=[claim_id], actor=records.write(actor))
        self._check_outcome(done, claim_id)

    def delete_article(self, article_id: ArticleId, *, actor: Actor = LOCAL) -> None:
        """The contract of claims.ports.Submissions.delete_article."""

        def delete(ids: Sequence[ClaimId]) -> None:
            by = records.write(actor)
            done = self.connection.run("delete", article=article_id, ids=ids, actor=by)
            self._check_outcome(done, article_id)

        with suppress(Gone):
            self._act_on_claims(article_id, delete, extracted=False)

    def cancel_claim(self, claim_id: ClaimId, *, actor: Actor = LOCAL) -> int:
        """The contract of claims.ports.Submissions.cancel_claim."""
        return self._cancel("", [claim_id], actor)

    def cancel_article(self, article_id: ArticleId, *, actor: Actor = LOCAL) -> int:
        """The contract of claims.ports.Submissions.cancel_article."""
        _, cancelled = self._act_on_claims(
            article_id, lambda ids: self._cancel(article_id, ids, actor), extracted=False
        )
        return cancelled

    def _cancel(self, article_id: str, ids: Sequence[ClaimId], actor: Actor) -> int:
        cancelled = self.connection.run(
            "cancel",
            error=records.write(_CANCELLED),
            article=article_id,
            ids=ids,
            actor=records.write(actor),
        )
        self._check_outcome(cancelled, article_id or ids[0])
        return int(cancelled)

    def correct_claim(
        self,
        claim_id: ClaimId,
        new: NewClaim,
        *,
        idempotency_key: str | None = None,
        actor: Actor = LOCAL,
    ) -> ClaimId:
        """The contract of claims.ports.Submissions.correct_claim."""
        self.connection.check_room()
        answer = self.connection.run(
            "correct",
            old=claim_id,
            error=records.write(ErrorRecord(CANCELLED, f"corrected by claim {new.id}")),
            once=_write_once(actor, f"correct:{claim_id}", idempotency_key),
            fingerprint=records.fingerprint_of(new),
            life_ms=IDEMPOTENCY_LIFE_MS,
            **self._write_limits(),
            id=new.id,
            line_class=_CLASSES[new.options.priority or Priority.NORMAL],
            every_ms=records.every_ms(new.options.every),
            fields=records.flatten(records.write_new_claim(new)),
            actor=records.write(actor),
        )
        return ClaimId(self._read_accepted(answer, claim_id))


def _write_once(actor: Actor, scope: str, idempotency_key: str | None) -> str:
    """The name of an idempotency key in the store, '' without one; each API key and each `scope`
    has separate names."""
    if idempotency_key is None:
        return ""
    return records.digest(":".join(filter(None, (actor.key_id, scope, idempotency_key))))


def _make_condition(key: str, versions: Versions) -> Condition | None:
    return None if versions is None else Condition(key, versions)


class _ClaimsChanged(Exception):
    """The claims of an article have changed since they were read."""
