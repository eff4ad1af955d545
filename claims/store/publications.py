"""What reviews have published, on the server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from claims.errors import NotFound
from claims.ports import PublishedPage, RecordKind
from claims.reviews import is_reviewed_again
from claims.shapes import from_text
from claims.store import encoding, records
from claims.store.connection import StoreConnection
from claims.store.cursors import Place, SignedCursors
from claims.store.keys import CLAIM, PUBLICATIONS, PUBLISHED
from claims.types import Claim, ClaimId, PublishedCheck, PublishedClaim, ReviewState, StaleGrade

_SCOPE = "published"
# The fields of a claim that a row of the list needs.
_FIELDS = ("claim", "review", "stale", "corrected_by")


class RedisPublications(SignedCursors):
    """claims.ports.Publications on the server."""

    def __init__(self, connection: StoreConnection, *, sign_off_days: int) -> None:
        """`sign_off_days`: days after which a sign-off is stale; 0: never."""
        super().__init__(connection)
        self._days_max = sign_off_days

    def list_published(self, *, limit: int, cursor: str | None = None) -> PublishedPage:
        """The contract of claims.ports.Publications.list_published."""
        start = "+inf" if cursor is None else f"({self.cursors.read(_SCOPE, cursor).serial}"
        words = ("ZRANGE", PUBLISHED, start, "-inf", "BYSCORE", "REV", "LIMIT", 0, limit + 1)
        (found,) = self.connection.read((*words, "WITHSCORES"))
        listed = {ClaimId(claim_id): int(serial) for claim_id, serial in found[:limit]}
        items = self.read_each(RecordKind.CLAIM, self._read_rows(listed), _read_row)
        following = None
        if len(found) > limit:
            serial = str(listed[ClaimId(found[limit - 1][0])])
            following = self.cursors.write(_SCOPE, Place(serial, serial))
        return PublishedPage(tuple(items), following)

    def get_published(self, claim_id: ClaimId) -> PublishedClaim:
        """The contract of claims.ports.Publications.get_published."""
        serial, fields, texts, time = self.connection.read(
            ("ZSCORE", PUBLISHED, claim_id),
            ("HGETALL", CLAIM + claim_id),
            ("LRANGE", PUBLICATIONS + claim_id, 0, -1),
            ("TIME",),
        )
        if serial is None or not fields or not texts:
            raise NotFound(f"no published claim {claim_id}")
        with self.reading(RecordKind.CLAIM, claim_id):
            now = encoding.from_ms(encoding.read_now_ms(time))
            return self._read_one(claim_id, fields, texts, now)

    def _read_one(
        self, claim_id: ClaimId, fields: Mapping[str, str], texts: Iterable[str], now: datetime
    ) -> PublishedClaim:
        stored = records.read_claim(claim_id, fields)
        stored = records.add_staleness(stored, now=now, days_max=self._days_max)
        return PublishedClaim(
            id=claim_id,
            claim=from_text(Claim, fields["claim"]),
            checks=_read_checks(texts),
            is_reviewed_again=is_reviewed_again(stored.record),
            replaced_by=stored.record.corrected_by,
        )

    def _read_rows(
        self, ids: Iterable[ClaimId]
    ) -> Iterable[tuple[ClaimId, Sequence[str | None], Sequence[str]]]:
        """The ids with the fields _FIELDS and the publications of each; without deleted ones."""
        wanted = list(ids)
        fields = self.connection.read(*(("HMGET", CLAIM + i, *_FIELDS) for i in wanted))
        texts = self.connection.read(*(("LRANGE", PUBLICATIONS + i, 0, -1) for i in wanted))
        rows = zip(wanted, fields, texts, strict=True)
        return [row for row in rows if row[1][0] is not None and row[2]]


def _read_row(
    claim_id: ClaimId, values: Sequence[str | None], texts: Iterable[str]
) -> PublishedClaim:
    claim, state, stale, corrected_by = values
    return PublishedClaim(
        id=claim_id,
        claim=from_text(Claim, claim or ""),
        checks=_read_checks(texts),
        is_reviewed_again=state != ReviewState.PUBLISHED or stale == StaleGrade.RED,
        replaced_by=None if corrected_by is None else ClaimId(corrected_by),
    )


def _read_checks(texts: Iterable[str]) -> tuple[PublishedCheck, ...]:
    return tuple(encoding.unpack(PublishedCheck, text) for text in texts)
