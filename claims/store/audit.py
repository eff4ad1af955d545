"""The audit log on the server: streams, to which the scripts that make changes append.

There is one stream for each kind of caller, so that no caller can push out the entries of others:
changes, which need `write`; changes of keys and webhooks, which need `admin`; sessions, which every
key can open; and wrong keys, which anybody can send. They are read as one log, in order of time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import NamedTuple

from claims.access import Action, Actor, AuditEntry
from claims.ports import AuditPage, RecordKind
from claims.shapes import from_text
from claims.store.cursors import Place, SignedCursors
from claims.store.encoding import from_ms, to_duration_ms, to_ms, write
from claims.store.keys import AUDIT, AUDIT_ACCESS, AUDIT_REFUSED, AUDIT_SESSIONS
from claims.store.records import derive_claim_id
from claims.types import ArticleId

LOOKED_AT_MAX = 1_000
"""Maximum entries that one read examines; with a filter few of them may match."""
_LOGS = (AUDIT, AUDIT_ACCESS, AUDIT_SESSIONS, AUDIT_REFUSED)
"""The streams; the index of a stream here is part of the ids of its entries and of cursors."""

_Rows = Sequence[tuple[str, Mapping[str, str]]]


class _Row(NamedTuple):
    """An entry of a stream; rows are sorted by time, and by stream within the same time."""

    ms: int
    sequence: int
    log: int
    fields: Mapping[str, str]

    @property
    def id(self) -> str:
        """Unique among all streams."""
        return f"{self.ms}-{self.sequence}" + (f"-{self.log}" if self.log else "")


class RedisAuditLog(SignedCursors):
    """claims.ports.AuditLog on the server. A cursor has the place of the last entry examined: its
    id in its stream, and the number of that stream."""

    def read(
        self,
        *,
        limit: int,
        cursor: str | None = None,
        actor: str | None = None,
        action: Action | None = None,
        object: str | None = None,  # noqa: A002 - the name of the field
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> AuditPage:
        """Up to `limit` entries, newest first."""
        scope = f"audit log {write([actor, action, object, since, until])}"
        start = "+" if until is None else f"({to_ms(until)}-0"
        place = None if cursor is None else self.cursors.read(scope, cursor)
        is_filtered = any(value is not None for value in (actor, action, object))
        most = LOOKED_AT_MAX if is_filtered else limit
        end = "-" if since is None else f"{to_ms(since)}-0"
        rows = self._read_rows(start, end, place=place, most=most + 1)
        found: list[AuditEntry] = []
        looked_at = 0
        for row in rows[:most]:
            if len(found) == limit:
                break
            looked_at += 1
            found += [
                entry
                for entry in self.read_each(RecordKind.AUDIT_ENTRY, [(row.id, row)], _read_entry)
                if actor in (None, entry.actor)
                and action in (None, entry.action)
                and object in (None, entry.object, *entry.objects)
            ]
        if looked_at == len(rows):
            return AuditPage(tuple(found), None)
        last = rows[looked_at - 1]
        next_place = Place(f"{last.ms}-{last.sequence}", str(last.log))
        return AuditPage(tuple(found), self.cursors.write(scope, next_place))

    def record_refused(self, object: str, *, network: str) -> None:  # noqa: A002
        """Record that a wrong key or token was sent."""
        self.connection.run("record_refused", object=object, network=network)

    def forget(
        self, *, keep_s: float | None, keep_access_s: float | None = None, limit: int
    ) -> int:
        """Delete older entries."""
        if keep_s is None and keep_access_s is None:
            return 0
        kept, kept_access = (
            "" if s is None else to_duration_ms(s) for s in (keep_s, keep_access_s)
        )
        return int(
            self.connection.run(
                "forget_audit", kept_ms=kept, access_kept_ms=kept_access, limit=limit
            )
        )

    def _read_rows(self, start: str, end: str, *, place: Place | None, most: int) -> list[_Row]:
        """The newest entries of all streams that come after `place` in the order of the list."""
        starts = [start] * len(_LOGS)
        if place is not None:
            # Among entries with the same id, the one of the last stream counts as the newest.
            starts = [
                place.key if number < int(place.serial) else f"({place.key}"
                for number in range(len(_LOGS))
            ]
        commands = (
            ("XREVRANGE", log, first, end, "COUNT", most)
            for log, first in zip(_LOGS, starts, strict=True)
        )
        answers: Sequence[_Rows] = self.connection.read(*commands)
        streams = (_list_rows(number, answer) for number, answer in enumerate(answers))
        return list(islice(merge(*streams, key=lambda row: row[:3], reverse=True), most))


def _list_rows(log: int, answer: _Rows) -> Iterator[_Row]:
    for entry_id, fields in answer:
        ms, _, sequence = entry_id.partition("-")
        yield _Row(int(ms), int(sequence), log, fields)


def _read_entry(entry_id: str, row: _Row) -> AuditEntry:
    who, fields = from_text(Actor, row.fields["actor"]), row.fields
    return AuditEntry(
        id=entry_id,
        at=from_ms(row.ms),
        actor=who.id,
        actor_name=who.name,
        action=Action(fields["action"]),
        object=fields["object"],
        address=who.address,
        request_id=who.request_id,
        count=int(fields.get("count", 1)),
        objects=tuple(_list_objects(fields)),
    )


def _list_objects(fields: Mapping[str, str]) -> Iterator[str]:
    """The ids of several claims: as they are, or by their places in the article."""
    yield from fields.get("ids", "").split()
    for part in fields.get("places", "").split():
        first, _, last = part.partition("-")
        for place in range(int(first), int(last or first) + 1):
            yield derive_claim_id(ArticleId(fields["object"]), place)
