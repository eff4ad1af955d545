"""The API keys on the server: their scopes, and the hashes of their secrets."""

from __future__ import annotations

from collections.abc import Sequence

from claims.access import KEYS_MAX, ApiKey, KeyStatus, NewKey, Scope, StoredKey
from claims.errors import InvalidInput, NotFound, NotPermitted
from claims.ports import RecordKind
from claims.store.connection import StorePart
from claims.store.encoding import from_ms, read_now_ms, to_duration_ms, to_ms
from claims.store.keys import API_KEY, API_KEYS

NOTED_EVERY_MS = 60_000
"""Minimum milliseconds between two records of the use of a key, so that not each use is a write."""

_FIELDS = (
    *("name", "scopes", "created_ms", "created_by", "expires_ms", "revoked_ms", "last_used_ms"),
    *("digest", "previous", "previous_ms"),
)
_NOT_PERMITTED = {
    "ended": "your key was revoked or has expired",
    "scopes": "a key cannot hand out scopes that it does not have",
    "expiry": "a key cannot hand out a key that ends later than itself",
}


class RedisApiKeys(StorePart):
    """claims.ports.ApiKeys on the server."""

    def exist(self) -> bool:
        """Whether there is any key."""
        return bool(self.connection.command("EXISTS", API_KEYS))

    def get(self, key_id: str) -> StoredKey:
        """The current state of a key, by the server's clock."""
        row, time = self.connection.read(("HMGET", API_KEY + key_id, *_FIELDS), ("TIME",))
        if row[0] is None:
            raise NotFound(f"no key {key_id}")
        with self.reading(RecordKind.KEY, key_id):
            return _read_key(key_id, row, read_now_ms(time))

    def list_keys(self) -> tuple[ApiKey, ...]:
        """All keys, newest first."""
        ids = self.connection.command("ZRANGE", API_KEYS, 0, -1)
        reads = (("HMGET", API_KEY + key_id, *_FIELDS) for key_id in ids)
        *rows, time = self.connection.read(*reads, ("TIME",))
        now_ms = read_now_ms(time)
        # A key may have been deleted between the two readings.
        known = ((i, row, now_ms) for i, row in zip(ids, rows, strict=True) if row[0])
        found = [stored.key for stored in self.read_each(RecordKind.KEY, known, _read_key)]
        return tuple(sorted(found, key=lambda key: (key.created_at, key.id), reverse=True))

    def create(self, new: NewKey) -> ApiKey:
        """Store a key that allows no more than the key of the actor."""
        self.connection.check_room()
        done = self.connection.run(
            "create_key",
            id=new.id,
            digest=new.digest,
            name=new.name,
            scopes=" ".join(new.scopes),
            expires_ms="" if new.expires_at is None else to_ms(new.expires_at),
            giver=self.connection.find_actor().key_id or "",
            most=KEYS_MAX,
        )
        _check_outcome(done, new.id)
        return self.get(new.id).key

    def rotate(self, key_id: str, digest: str, *, grace_s: float) -> ApiKey:
        """Replace the secret of a key."""
        done = self.connection.run(
            "rotate_key",
            id=key_id,
            digest=digest,
            grace_ms=to_duration_ms(grace_s),
            giver=self.connection.find_actor().key_id or "",
        )
        _check_outcome(done, key_id)
        return self.get(key_id).key

    def revoke(self, key_id: str) -> None:
        """Revoke a key at once."""
        _check_outcome(self.connection.run("revoke_key", id=key_id), key_id)

    def note_use(self, key_id: str) -> None:
        """Record that the key was used now."""
        self.connection.run("note_use", id=key_id)


def _check_outcome(outcome: str, key_id: str) -> None:
    """Raise the error for the answer of a script on this key, if the answer is an error."""
    match outcome:
        case "not-found":
            raise NotFound(f"no key {key_id}")
        case "taken":
            raise InvalidInput(f"there is a key {key_id} already")
        case "past":
            raise InvalidInput("this moment is in the past", "/expires_at")
        case "full":
            raise InvalidInput(f"there are {KEYS_MAX:,} keys already: revoke some first")
        case "over":
            raise InvalidInput(f"key {key_id} was revoked or has expired: make another one")
        case "created" | "rotated" | "revoked":
            return
        case _:
            raise NotPermitted(_NOT_PERMITTED[outcome])


def _read_key(key_id: str, row: Sequence[str | None], now_ms: int) -> StoredKey:
    """The key with these values of _FIELDS."""
    name, scopes, *times, digest, previous, _ = row
    created_by = times.pop(1)
    created_ms, expires_ms, revoked_ms, used_ms, previous_ms = (
        None if text is None else int(text) for text in (*times, row[-1])
    )
    has_previous = previous_ms is not None and previous_ms > now_ms
    status = KeyStatus.ACTIVE
    if revoked_ms is not None:
        status = KeyStatus.REVOKED
    elif expires_ms is not None and expires_ms <= now_ms:
        status = KeyStatus.EXPIRED
    key = ApiKey(
        id=key_id,
        name=name or "",
        scopes=tuple(map(Scope, (scopes or "").split())),
        status=status,
        created_at=from_ms(created_ms or 0),
        created_by=created_by or "",
        expires_at=None if expires_ms is None else from_ms(expires_ms),
        revoked_at=None if revoked_ms is None else from_ms(revoked_ms),
        last_used_at=None if used_ms is None else from_ms(used_ms),
        previous_until=from_ms(previous_ms) if has_previous and previous_ms else None,
    )
    accepted = (digest, previous if has_previous else None)
    return StoredKey(
        key,
        tuple(text for text in accepted if text is not None),
        is_use_noted=used_ms is not None and now_ms - used_ms < NOTED_EVERY_MS,
    )
