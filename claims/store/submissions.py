"""Submissions: articles and claims as they are accepted, and corrected wordings of claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from claims.ports import NewArticle, NewClaim
from claims.store import encoding, records
from claims.store.changing_part import ChangingPart
from claims.types import CANCELLED, ArticleId, ClaimId, ErrorRecord, Priority, Stage

IDEMPOTENCY_LIFE_MS = 24 * 3600 * 1000
# The class numbers of lua/shared/queue.lua; checks on schedule have a class of their own.
_CLASSES = {Priority.NORMAL: 0, Priority.BULK: 1}
NORMAL_MAX = 10
"""Maximum claims of one submission that keep their priority; larger submissions are bulk."""


class RedisSubmissions(ChangingPart):
    """claims.ports.Submissions on the server."""

    def submit_article(
        self, article: NewArticle, *, idempotency_key: str | None = None
    ) -> ArticleId:
        """Store the article and put (extract, id, 1) into due."""
        once = self._write_once("extract", idempotency_key)
        fields = [records.write_new_article(article)]
        (article_id,) = self._submit([article], fields, stage=Stage.EXTRACT, once=once)
        return ArticleId(article_id)

    def submit_claim(self, claim: NewClaim, *, idempotency_key: str | None = None) -> ClaimId:
        """Store the claim and put (gather, id, 1) into due."""
        (claim_id,) = self._submit_claims([claim], self._write_once("gather", idempotency_key))
        return claim_id

    def submit_claims(
        self, claims: Sequence[NewClaim], *, idempotency_key: str | None = None
    ) -> tuple[ClaimId, ...]:
        """Store all claims or none, and put (gather, id, 1) of each into due."""
        return self._submit_claims(claims, self._write_once("batch", idempotency_key))

    def correct_claim(
        self, claim_id: ClaimId, new: NewClaim, *, idempotency_key: str | None = None
    ) -> ClaimId:
        """The contract of claims.ports.Submissions.correct_claim."""
        self.connection.check_room()
        answer = self.connection.run(
            "correct",
            old=claim_id,
            error=encoding.write(ErrorRecord(CANCELLED, f"corrected by claim {new.id}")),
            once=self._write_once(f"correct:{claim_id}", idempotency_key),
            fingerprint=records.fingerprint_of(new),
            life_ms=IDEMPOTENCY_LIFE_MS,
            **self.write_limits(),
            id=new.id,
            line_class=_CLASSES[new.options.priority or Priority.NORMAL],
            every_ms=encoding.every_ms(new.options.every),
            fields=encoding.flatten(records.write_new_claim(new)),
        )
        return ClaimId(self._read_submitted(answer, claim_id))

    def _submit_claims(self, claims: Sequence[NewClaim], once: str) -> tuple[ClaimId, ...]:
        fields = list(map(records.write_new_claim, claims))
        return tuple(map(ClaimId, self._submit(claims, fields, stage=Stage.GATHER, once=once)))

    def _submit(
        self,
        new: Sequence[NewArticle | NewClaim],
        fields: Sequence[Mapping[str, str | None]],
        *,
        stage: Stage,
        once: str,
    ) -> list[str]:
        """Store the records with these fields as one submission, or none; returns their ids."""
        self.connection.check_room()
        is_bulk = len(new) > NORMAL_MAX
        rows: list[str | int] = []
        for one, own in zip(new, fields, strict=True):
            priority = Priority.BULK if is_bulk else one.options.priority or Priority.NORMAL
            words = encoding.flatten(own)
            every = encoding.every_ms(one.options.every)
            rows += (one.id, _CLASSES[priority], every, len(words), *words)
        fingerprints = list(map(records.fingerprint_of, new))
        answer: list[str] = self.connection.run(
            "submit",
            stage=stage,
            once=once,
            fingerprint=fingerprints[0]
            if len(new) == 1
            else encoding.digest(" ".join(fingerprints)),
            life_ms=IDEMPOTENCY_LIFE_MS,
            **self.write_limits(),
            records=rows,
        )
        return self._read_submitted(answer).split(" ")

    def _read_submitted(self, answer: Sequence[str], record_id: str = "") -> str:
        """The ids that a script answers when it has accepted work; notifies the workers."""
        self.check_outcome(answer[0], record_id)
        self.connection.notify()
        return answer[1]

    def _write_once(self, scope: str, idempotency_key: str | None) -> str:
        """The name of an idempotency key in the store, '' without one; each API key and each
        `scope`, such as a route, has separate names."""
        if idempotency_key is None:
            return ""
        key_id = self.connection.find_actor().key_id
        return encoding.digest(":".join(filter(None, (key_id, scope, idempotency_key))))
