"""Keys of the API, and the audit log: who may do what, and who did what. Values without I/O.

The store keeps both (claims/store/api_keys.py, claims/store/audit.py). A key is shown once, as
the text `assay_<id>_<secret>`; only the SHA-256 of its secret is kept. The secret is random and has
256 bits, so that a fast hash is enough: it cannot be found by trying.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

KEYS_MAX = 1_000
"""Maximum keys of one service that are neither revoked nor expired."""
KEY_NAME_CHARS = 100
SECRET_BYTES = 32

_KEY = re.compile(r"assay_([0-9a-f]{8})_([A-Za-z0-9_-]{43})")


class Scope(StrEnum):
    """What a key may do. No scope includes another: each is named when the key is created.

    As the only exception, a key with `read` may create one with `feed`, which allows less.
    """

    READ = "read"  # every GET, and the pages
    WRITE = "write"  # submissions, checks, schedules, tags, deletion, correction, sources, retries
    REVIEW = "review"  # reviews of verdicts by people
    ADMIN = "admin"  # keys, webhooks and the audit log
    FEED = "feed"  # the feed; only a key with no other scope may be put into its address


class KeyStatus(StrEnum):
    """Whether a key can be used at present."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Action(StrEnum):
    """What the audit log records: each requested change, each sign-in and each refusal."""

    ARTICLE_SUBMITTED = "article.submitted"
    CLAIM_SUBMITTED = "claim.submitted"
    CLAIM_CORRECTED = "claim.corrected"
    ARTICLE_DELETED = "article.deleted"
    CLAIM_DELETED = "claim.deleted"
    CHECK_REQUESTED = "check.requested"
    READING_REQUESTED = "reading.requested"
    CHECKS_CANCELLED = "checks.cancelled"
    FAILED_RETRIED = "failed.retried"
    SCHEDULE_SET = "schedule.set"
    SCHEDULE_DELETED = "schedule.deleted"
    SOURCES_ADDED = "sources.added"  # to a claim, or to all claims of an article
    SOURCES_REMOVED = "sources.removed"
    TAGS_SET = "tags.set"
    REVIEW_ADDED = "review.added"
    SOURCE_PUT = "source.put"
    SOURCE_DELETED = "source.deleted"
    KEY_CREATED = "key.created"
    KEY_REVOKED = "key.revoked"
    KEY_ROTATED = "key.rotated"
    SESSION_STARTED = "session.started"
    SESSION_ENDED = "session.ended"
    ACCESS_REFUSED = "access.refused"  # a wrong key or token
    WEBHOOK_CREATED = "webhook.created"
    WEBHOOK_CHANGED = "webhook.changed"
    WEBHOOK_ROTATED = "webhook.rotated"
    WEBHOOK_DELETED = "webhook.deleted"
    WEBHOOK_PINGED = "webhook.pinged"
    WEBHOOK_REDELIVERED = "webhook.redelivered"
    ALERT_CREATED = "alert.created"
    ALERT_DELETED = "alert.deleted"
    ALERT_PINGED = "alert.pinged"
    ALERT_UNSUBSCRIBED = "alert.unsubscribed"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for a change. `id` is that of a key, "token" (ASSAY_API_TOKEN), "local",
    "recipient" or "unknown".

    `name` is the key's name; `address` and `request_id` are those of the request, if there is one.
    """

    id: str
    name: str
    address: str | None = None
    request_id: str | None = None

    @property
    def key_id(self) -> str | None:
        """The id of the key, None for an actor without one."""
        return self.id if re.fullmatch("[0-9a-f]{8}", self.id) else None


LOCAL = Actor("local", "local")
"""A user of the service's machine without a key: a loopback request or a command."""
TOKEN = Actor("token", "token")
"""A caller with ASSAY_API_TOKEN."""
RECIPIENT = Actor("recipient", "recipient")
"""A person who opens the link of a mail that unsubscribes."""
UNKNOWN = Actor("unknown", "unknown")
"""A caller whose key or token is not valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKey:
    """A key to create; `digest` is the SHA-256 of its secret in hexadecimal."""

    id: str
    digest: str
    name: str
    scopes: tuple[Scope, ...]
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key without its secret, which is not stored. `created_by` is the name of its creator.

    `last_used_at` is exact to a minute. Until `previous_until` the secret before the last rotation
    is also accepted; null if it is not accepted any more.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    status: KeyStatus
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    previous_until: datetime | None


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key with the digests of the secrets that are accepted now."""

    key: ApiKey
    digests: tuple[str, ...]
    is_use_noted: bool
    """Whether a use within the last minute has already been recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit log. `object` is the id of the changed record, or a source's name.

    `count` is the number of claims that were changed at once (their ids are `objects`), or how
    often within an hour a session was started or ended, or access refused. `objects` is empty for a
    single object.
    """

    id: str
    at: datetime
    actor: str
    actor_name: str
    action: Action
    object: str
    address: str | None
    request_id: str | None
    count: int = 1
    objects: tuple[str, ...] = ()


def make_secret() -> str:
    """A new random secret: 43 characters of base64url."""
    return secrets.token_urlsafe(SECRET_BYTES)


def make_key_id() -> str:
    """A new random id: 8 hexadecimal digits. The store refuses one that is taken."""
    return secrets.token_hex(4)


def write_key(key_id: str, secret: str) -> str:
    """The text of a key, which is shown once."""
    return f"assay_{key_id}_{secret}"


def parse_key(text: str) -> tuple[str, str] | None:
    """The id and the secret of a key; None for any text that is not the text of a key."""
    match = _KEY.fullmatch(text)
    return (match[1], match[2]) if match else None


def digest_secret(secret: str) -> str:
    """The form in which a secret is kept."""
    return sha256(secret.encode()).hexdigest()
