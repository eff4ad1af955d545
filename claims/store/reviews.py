"""Reviews on the server: the steps of each review, and what they have come to."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from claims.errors import (
    Corrected,
    IdempotencyMismatch,
    NotFound,
    ReviewRefused,
    Unreadable,
    VersionChanged,
)
from claims.ports import RecordKind, StoredClaim
from claims.reviews import ReviewRecord, decide, withdraws
from claims.shapes import from_text
from claims.store import encoding, facets, records
from claims.store.connection import StoreConnection, StorePart
from claims.store.keys import CLAIM, REVIEWS, SIGNED, VERDICTS
from claims.types import (
    ClaimId,
    Decision,
    Person,
    PublishedCheck,
    ReviewEntry,
    ReviewRequest,
    SignOff,
    Verdict,
)

STEPS_MAX = 1_000
"""Maximum steps of one review, each below 10 kB."""
# Time until a sign-off is compared with its claim again: it may have become too old meanwhile.
_REST_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class _Reading:
    """A claim with its fields, the number of steps of its review, and the time when it was read, by
    the server's clock."""

    steps: int
    fields: Mapping[str, str]
    stored: StoredClaim
    at: datetime


class RedisReviews(StorePart):
    """claims.ports.Reviews on the server."""

    def __init__(self, connection: StoreConnection, *, sign_off_days: int) -> None:
        """`sign_off_days`: days after which a sign-off is stale; 0: never."""
        super().__init__(connection)
        self._days_max = sign_off_days

    def add(
        self,
        claim_id: ClaimId,
        request: ReviewRequest,
        *,
        person: Person,
        two_people: bool,
        check: int | None = None,
        idempotency_key: str | None = None,
    ) -> ReviewEntry:
        """The contract of claims.ports.Reviews.add."""
        self.connection.check_room()
        entry_id = self._make_id(idempotency_key)
        while True:
            read = self._read(claim_id)
            known = self._find_step(claim_id, entry_id) if idempotency_key else None
            if known is not None:
                _check_same(known, request, person=person, check=check)
                return known
            _check_current(read.stored, check)
            after, entry = decide(
                records.read_review(read.fields),
                request,
                read.stored.record,
                entry_id=entry_id,
                person=person,
                at=read.at,
                two_people=two_people,
            )
            done = self._append(read, after, entry)
            if done == "added":
                return entry
            if done == "full":
                raise ReviewRefused(f"the review of a claim has at most {STEPS_MAX:,} steps")
            if done == "not-found":
                raise self.explain_missing(claim_id)

    def _append(self, read: _Reading, after: ReviewRecord, entry: ReviewEntry) -> str:
        """Append the step, decided on what was read, with the review after it; returns the answer
        of add_review.lua."""
        answer: str = self.connection.run(
            "add_review",
            id=read.stored.record.id,
            before=read.steps,
            check=read.fields.get("verdict_check", ""),
            review=encoding.write(after),
            entry=encoding.write(entry),
            most=STEPS_MAX,
            state=after.review.state,
            assignee=facets.write_assignee(after.review.assignee),
            assigned=after.review.assignee or "",
            signing=_compare_sign_offs(records.read_review(read.fields), after),
            published=self._write_published(read, after, entry),
            withdraws=int(withdraws(entry, after.review)),
            decision=entry.decision or "",
            label=entry.label or "",
            by=entry.by,
        )
        return answer

    def _write_published(self, read: _Reading, after: ReviewRecord, entry: ReviewEntry) -> str:
        """What the step publishes for readers, packed; "" for any other step."""
        if entry.decision is not Decision.PUBLISH or after.sign_off is None:
            return ""
        return encoding.pack(
            PublishedCheck(
                label=after.sign_off.label,
                at=entry.at,
                reason=after.review.reason,
                verdict=self._find_signed_verdict(read, after.sign_off),
            )
        )

    def _find_signed_verdict(self, read: _Reading, signed: SignOff) -> Verdict | None:
        """The verdict that was signed; None without one, and if it is no longer stored."""
        claim = read.stored.record
        if signed.check is None:
            return None
        if claim.verdict is not None and claim.verdict.check == signed.check:
            return claim.verdict
        text = self.connection.command("HGET", VERDICTS + claim.id, signed.check)
        with self.reading(RecordKind.CLAIM, claim.id):
            return None if text is None else encoding.unpack(Verdict, text)

    def get_steps(self, claim_id: ClaimId) -> tuple[ReviewEntry, ...]:
        """The contract of claims.ports.Reviews.get_steps."""
        exists, steps = self.connection.read(
            ("EXISTS", CLAIM + claim_id), ("LRANGE", REVIEWS + claim_id, 0, -1)
        )
        if not exists:
            raise self.explain_missing(claim_id)
        with self.reading(RecordKind.CLAIM, claim_id):
            return _read_steps(claim_id, steps)

    def list_steps(self, claim_ids: Sequence[ClaimId]) -> tuple[tuple[ReviewEntry, ...], ...]:
        """The contract of claims.ports.Reviews.list_steps."""
        found = self.connection.read(*(("LRANGE", REVIEWS + i, 0, -1) for i in claim_ids))
        rows = ((i, steps) for i, steps in zip(claim_ids, found, strict=True) if steps)
        return tuple(self.read_each(RecordKind.CLAIM, rows, _read_steps))

    def _make_id(self, idempotency_key: str | None) -> str:
        """The id of a step: a random one, or that of an idempotency key, which each API key has for
        itself."""
        if idempotency_key is None:
            return f"r_{secrets.token_hex(8)}"
        key_id = self.connection.find_actor().key_id
        return f"r_{encoding.digest(f'{key_id}:{idempotency_key}')[:16]}"

    def _find_step(self, claim_id: ClaimId, entry_id: str) -> ReviewEntry | None:
        return next((step for step in self.get_steps(claim_id) if step.id == entry_id), None)

    def note_stale(self, *, limit: int) -> int:
        """The contract of claims.ports.Reviews.note_stale."""
        now_ms = encoding.read_now_ms(self.connection.command("TIME"))
        due = self.connection.command(
            *("ZRANGE", SIGNED, "-inf", now_ms, "BYSCORE", "LIMIT", 0, limit)
        )
        for claim_id in map(ClaimId, due):
            try:
                read = self._read(claim_id)
            except (NotFound, Unreadable):  # deleted meanwhile; or noted, and out of the way
                self.connection.command("ZADD", SIGNED, "XX", now_ms + _REST_MS, claim_id)
                continue
            review = read.stored.record.review
            self.connection.run(
                "note_stale",
                id=claim_id,
                kept=read.fields.get("reviewed", ""),
                check=read.fields.get("verdict_check", ""),
                corrected_by=read.fields.get("corrected_by", ""),
                held=read.fields.get("held_check", ""),
                stale=review.stale or "",
                because="\n".join(review.stale_because),
                rest_ms=_REST_MS,
            )
        return len(due)

    def _read(self, claim_id: ClaimId) -> _Reading:
        """The claim as it is now. The steps are counted first: one that comes meanwhile is not
        counted, so that add_review.lua refuses what was decided without it."""
        steps, fields, time = self.connection.read(
            ("LLEN", REVIEWS + claim_id), ("HGETALL", CLAIM + claim_id), ("TIME",)
        )
        if not fields:
            raise self.explain_missing(claim_id)
        now = encoding.from_ms(encoding.read_now_ms(time))
        with self.reading(RecordKind.CLAIM, claim_id):
            stored = records.read_claim(claim_id, fields)
            stored = records.add_staleness(stored, now=now, days_max=self._days_max)
            return _Reading(steps, fields, stored, now)


def _read_steps(claim_id: ClaimId, steps: Sequence[str]) -> tuple[ReviewEntry, ...]:
    return tuple(from_text(ReviewEntry, step) for step in steps)


def _check_same(
    known: ReviewEntry, request: ReviewRequest, *, person: Person, check: int | None
) -> None:
    """Raise IdempotencyMismatch for the step of another request."""
    asked = (person.name, request.decision, request.reason, request.note, request.second_look)
    same = (known.by, known.decision, known.reason, known.note, known.second_look) == asked
    same = same and request.label in (None, known.label)
    same = same and request.assignee in (None, known.assignee or "")
    if not same or check not in (None, known.check):
        raise IdempotencyMismatch("this Idempotency-Key was used before with another body")


def _check_current(stored: StoredClaim, check: int | None) -> None:
    """Raise an error if the claim is superseded, or has another verdict than that of `check`."""
    record = stored.record
    if record.corrected_by:
        raise Corrected(
            f"claim {record.id} was corrected: its new wording is claim {record.corrected_by}"
        )
    found = record.verdict.check if record.verdict else 0
    if check is not None and check != found:
        raise VersionChanged(
            f"its last verdict is that of check {found}, not {check}: look at it, and decide again"
        )


def _compare_sign_offs(before: ReviewRecord, after: ReviewRecord) -> str:
    if before.sign_off == after.sign_off:
        return "same"
    return "new" if after.sign_off else "none"
