"""The audit log on the server: a stream, to which the scripts that change something append."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from claims.access import Action, Actor, AuditEntry
from claims.ports import AuditPage, RecordKind
from claims.shapes import from_text
from claims.store.cursors import Place, SignedCursors
from claims.store.keys import AUDIT
from claims.store.records import from_ms, to_duration_ms, to_ms, write

LOOKED_AT_MAX = 1_000
"""Maximum entries that one reading looks at: with a filter it may find few among them."""


class RedisAuditLog(SignedCursors):
    """claims.ports.AuditLog on the server. The id of an entry is that of the stream; a cursor has
    that of the last entry that was looked at."""

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
        scope = f"audit {write([actor, action, object, since, until])}"
        start = "+" if until is None else f"({to_ms(until)}-0"
        end = "-" if since is None else f"{to_ms(since)}-0"
        if cursor is not None:
            start = f"({'-'.join(self.cursors.read(scope, cursor))}"
        is_filtered = any(value is not None for value in (actor, action, object))
        most = LOOKED_AT_MAX if is_filtered else limit
        rows: Sequence[tuple[str, Mapping[str, str]]] = self.connection.command(
            "XREVRANGE", AUDIT, start, end, "COUNT", most + 1
        )
        found: list[AuditEntry] = []
        looked_at = 0
        for row in rows[:most]:
            if len(found) == limit:
                break
            looked_at += 1
            for entry in self.read_each(RecordKind.AUDIT_ENTRY, [row], _read_entry):
                pairs = ((actor, entry.actor), (action, entry.action), (object, entry.object))
                if all(wanted in (None, own) for wanted, own in pairs):
                    found.append(entry)
        if looked_at == len(rows):
            return AuditPage(tuple(found), None)
        place = Place(*rows[looked_at - 1][0].split("-"))
        return AuditPage(tuple(found), self.cursors.write(scope, place))

    def forget(self, *, keep_s: float | None, limit: int) -> int:
        """Delete what is older than `keep_s`."""
        if keep_s is None:
            return 0
        return int(self.connection.run("forget_audit", to_duration_ms(keep_s), limit))


def _read_entry(entry_id: str, fields: Mapping[str, str]) -> AuditEntry:
    who = from_text(Actor, fields["actor"])
    return AuditEntry(
        id=entry_id,
        at=from_ms(entry_id.partition("-")[0]),
        actor=who.id,
        actor_name=who.name,
        action=Action(fields["action"]),
        object=fields["object"],
        address=who.address,
        request_id=who.request_id,
    )
