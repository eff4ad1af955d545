"""Keys of the API, and the log of who changed what, as the store keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from claims.access import Action, Actor, ApiKey, AuditEntry, NewKey, StoredKey


class ApiKeys(Protocol):
    """The keys of the API. Every change is recorded in the audit log, in the same step."""

    def exist(self) -> bool:
        """Whether there is or was any key, usable or not: one cheap read."""
        ...

    def find(self, key_id: str) -> StoredKey:
        """A key, as it is now: one read, for every request with a key. Raises NotFound."""
        ...

    def list_keys(self) -> tuple[ApiKey, ...]:
        """All keys, newest first, those that ended a while ago included."""
        ...

    def create(self, new: NewKey, *, actor: Actor) -> ApiKey:
        """Store a key. Repeating the call is harmless.

        A key as `actor` gives no scope that it does not have, and no later expiry than its own;
        without an expiry the new key gets that of the actor. Raises NotPermitted; InvalidInput
        when the id is taken, the expiry is past, or there are too many keys.
        """
        ...

    def rotate(self, key_id: str, digest: str, *, grace_s: float, actor: Actor) -> ApiKey:
        """Replace the secret of a key; the one before is accepted for `grace_s` seconds more.

        One that was replaced earlier no longer is. Repeating the call is harmless. Raises NotFound,
        NotPermitted like `create`, and InvalidInput for a key that was revoked or has expired.
        """
        ...

    def revoke(self, key_id: str, *, actor: Actor) -> None:
        """End a key at once, and with it the sessions of browsers. Raises NotFound."""
        ...

    def note_use(self, key_id: str) -> None:
        """Record that the key was used now."""
        ...


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A piece of the audit log, newest first; `next_cursor` is None at the end.

    With a filter it may have fewer entries than were asked for, or none, and still not be the last.
    """

    items: tuple[AuditEntry, ...]
    next_cursor: str | None


class AuditLog(Protocol):
    """Who changed what and when, and who asked for access. The changes themselves append to it."""

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
        """Up to `limit` entries, newest first: of this actor, this action and this object alone if
        given, from `since` on and before `until`. An entry on several claims is of each of them.

        Looks at a bounded number of entries. Raises InvalidInput for an invalid cursor.
        """
        ...

    def record_refused(self, object: str, *, network: str, actor: Actor) -> None:  # noqa: A002
        """Record that `actor` sent a wrong secret: that of the key `object`, or "unknown".

        What comes from one network within an hour is one entry, which counts it.
        """
        ...

    def forget(
        self, *, keep_s: float | None, keep_access_s: float | None = None, limit: int
    ) -> int:
        """Delete entries on changes older than `keep_s` and those on access older than
        `keep_access_s`, up to `limit` of each kind, and up to `limit` keys that ended before
        `keep_s`, but not the last key; returns the number of all. None keeps all."""
        ...
