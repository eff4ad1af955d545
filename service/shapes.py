"""Answers of the API that are not records of claims/: routes write them, and the client reads them.

claims/shapes.py has their JSON form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from claims.access import ApiKey, AuditEntry, Scope
from claims.alerts import Alert
from claims.ports import ExportedClaim, ListEntry
from claims.registry import RegisteredSource, SourceChange
from claims.reviews.queue_order import QueuedClaim
from claims.types import (
    Adaptive,
    ArticleId,
    Event,
    EventType,
    HistoryEntry,
    NotChecked,
    ReviewEntry,
    Span,
    TagSchedule,
    VerdictLabel,
)
from claims.webhooks import Delivery, Webhook, WebhookStatus


@dataclass(frozen=True, slots=True)
class Accepted:
    """A submission that the store has accepted; `links` has its addresses.

    `repeats` is the id of the last earlier submission with the same content, or null.
    """

    id: str
    status: str
    links: dict[str, str]
    repeats: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedClaim:
    """A claim that a text has, before it is submitted; `known` is the id of the newest claim with
    the same text, or null."""

    text: str
    sentence: str
    span: Span | None
    claimant: str | None
    claimed_at: date | None
    check_worthiness: float
    needs_context: bool
    known: str | None


@dataclass(frozen=True, slots=True)
class ArticlePreview:
    """The claims of a text and its other sentences, both in the order of the text."""

    claims: tuple[PreviewedClaim, ...]
    not_checked: tuple[NotChecked, ...]


@dataclass(frozen=True, slots=True)
class CheckAccepted:
    """The number of the requested check, or of the check that is already under way."""

    id: str
    check: int


@dataclass(frozen=True, slots=True)
class AcceptedList:
    """The accepted submissions, in the order in which they were submitted."""

    items: tuple[Accepted, ...]


@dataclass(frozen=True, slots=True)
class CheckList:
    """The number of the check of each claim, in the order of the article, or of the list."""

    items: tuple[CheckAccepted, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleSchedule:
    """When each claim of an article is checked again; `claims` is their number.

    With `adaptive`, `every` is the first period; then each claim has its own. `at`, `zone`, `quiet`
    and `paused` are as in Schedule.
    """

    id: str
    every: str
    until: datetime | None
    claims: int
    adaptive: Adaptive | None = None
    at: str | None = None
    zone: str = "UTC"
    quiet: str | None = None
    paused: bool = False


@dataclass(frozen=True, slots=True)
class TagScheduleList:
    """All schedules of tags; `next` is always null."""

    items: tuple[TagSchedule, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The number of checks that were ended: 0 if none waited or was under way."""

    id: str
    cancelled: int


@dataclass(frozen=True, slots=True)
class GivenSources:
    """All sources that a claim or an article was given, each once."""

    id: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryList:
    """One page of a list; `next` is the cursor of the next page, null at the end."""

    items: tuple[ListEntry, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class ExportList:
    """One page of a list of claims in full; `next` is the cursor of the next page."""

    items: tuple[ExportedClaim, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class HistoryList:
    """All checks of a claim that ended in a verdict, oldest first."""

    items: tuple[HistoryEntry, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class ReviewList:
    """All steps of the review of a claim, oldest first."""

    items: tuple[ReviewEntry, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The key that verifies signed records; `id` is the sha256 of its bytes, `key` these bytes in
    hexadecimal."""

    id: str
    algorithm: str
    key: str


@dataclass(frozen=True, slots=True)
class RecordSignature:
    """A signature of an envelope: the id of its key, and the signature in base64."""

    keyid: str
    sig: str


@dataclass(frozen=True, slots=True)
class SignedRecord:
    """A record in a DSSE envelope: the JSON of the record in base64, with its type."""

    payloadType: str  # noqa: N815 - the name that DSSE has
    payload: str
    signatures: tuple[RecordSignature, ...]


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """The claims most worth a look, the first one first; `next` is null."""

    items: tuple[QueuedClaim, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class EventList:
    """Events, oldest first; `next`, always given, is the `since` of the next request."""

    items: tuple[Event, ...]
    next: str


@dataclass(frozen=True, slots=True)
class SourceList:
    """All registered sources, by name."""

    items: tuple[RegisteredSource, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class SourceChangeList:
    """The changes of a registered source, with their authors, oldest first."""

    items: tuple[SourceChange, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class TagList:
    """The tags of an article or claim."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key that was created or got a new secret. `key` is its text, which is shown only here."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    expires_at: datetime | None
    key: str


@dataclass(frozen=True, slots=True)
class KeyList:
    """All keys, newest first, including those that have ended."""

    items: tuple[ApiKey, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class IssuedWebhook:
    """A webhook that was created or got a new secret, which is shown only here."""

    id: str
    url: str
    events: tuple[EventType, ...]
    labels: tuple[VerdictLabel, ...]
    tags: tuple[str, ...]
    article: ArticleId | None
    status: WebhookStatus
    secret: str


@dataclass(frozen=True, slots=True)
class WebhookList:
    """All webhooks, oldest first."""

    items: tuple[Webhook, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class AlertList:
    """All alerts, oldest first."""

    items: tuple[Alert, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class DeliveryList:
    """Deliveries to a webhook or alert, newest attempt first: waiting ones, the last that ended."""

    items: tuple[Delivery, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class DeliveryRequested:
    """The event will be delivered to the webhook or alert as soon as possible."""

    id: str
    event_id: str
    links: dict[str, str]


@dataclass(frozen=True, slots=True)
class AuditList:
    """One page of the audit log, newest first; `next` is the cursor of the next page.

    With a filter, a page with a `next` may have fewer entries than `limit`, or none.
    """

    items: tuple[AuditEntry, ...]
    next: str | None
