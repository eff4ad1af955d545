"""Keys of the API, and the log of who changed what, as the store keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from claims.access import Action, ApiKey, AuditEntry, NewKey, StoredKey


class ApiKeys(Protocol):
    """The keys of the API. Every change is recorded in the audit log, in the same step."""

    def exist(self) -> bool:
        """Whether a key was ever created, even one that has ended since: one cheap read."""
        ...

    def get(self, key_id: str) -> StoredKey:
        """The current state of a key; every request with a key costs this read. Raises NotFound."""
        ...

    def list_keys(self) -> tuple[ApiKey, ...]:
        """All keys, newest first, including those that have ended."""
        ...

    def create(self, new: NewKey) -> ApiKey:
        """Store a key. Repeating the call is harmless.

        An actor that is a key can give only scopes that it has itself, and no later expiry than
        its own; without an expiry the new key gets that of the actor. Raises NotPermitted, and
        InvalidInput when the id is taken, the expiry is past, or there are too many keys.
        """
        ...

    def rotate(self, key_id: str, digest: str, *, grace_s: float) -> ApiKey:
        """Replace the secret of a key; the previous secret is accepted for `grace_s` seconds more.

        Older secrets are no longer accepted. Repeating the call is harmless. Raises NotFound,
        NotPermitted like `create`, and InvalidInput for a key that was revoked or has expired.
        """
        ...

    def revoke(self, key_id: str) -> None:
        """End a key at once, with the browser sessions that it started. Raises NotFound."""
        ...

    def note_use(self, key_id: str) -> None:
        """Record that the key was used now."""
        ...


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of the audit log, newest first; `next_cursor` is None at the end.

    A filtered page may have fewer entries than requested, or none, and still not be the last.
    """

    items: tuple[AuditEntry, ...]
    next_cursor: str | None


class AuditLog(Protocol):
    """Who changed what and when, and who signed in or was refused.

    The step that makes a change also appends its entry.
    """

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
        """Up to `limit` entries, newest first, from `since` on and before `until`.

        `actor`, `action` and `object`, if given, select the entries with that value; an entry about
        several claims has each of them as its object. One call examines a bounded number of
        entries. Raises InvalidInput for an invalid cursor.
        """
        ...

    def record_refused(self, object: str, *, network: str) -> None:  # noqa: A002
        """Record that the actor sent a wrong secret for the key `object`, or for "unknown".

        All such requests from one network within an hour are counted in one entry.
        """
        ...

    def forget(
        self, *, keep_s: float | None, keep_access_s: float | None = None, limit: int
    ) -> int:
        """Delete old entries and ended keys, up to `limit` of each kind; returns how many.

        Entries about changes, and keys that ended, are deleted after `keep_s` seconds, entries
        about access after `keep_access_s`; None keeps all. The last key always stays.
        """
        ...
