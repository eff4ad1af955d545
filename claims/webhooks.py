"""Webhooks: addresses of receivers to which events are delivered, signed. Values without I/O.

The messages follow Standard Webhooks (standardwebhooks.com). The store keeps the webhooks and the
state of each delivery (claims/store/deliveries.py); workers/deliver.py sends.
"""

from __future__ import annotations

import random
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from standardwebhooks import Webhook as Signer

from claims.types import ArticleId, Event, EventType, VerdictLabel

WEBHOOKS_MAX = 100
"""Maximum webhooks of one service."""
SECRET_BYTES = 32
ROTATION_S = 24 * 3600.0
"""Seconds after a rotation in which messages are also signed with the previous secret."""

WAITS_S = tuple(
    60.0 * minutes for minutes in (0.1, 5, 30, 2 * 60, 5 * 60, 10 * 60, 14 * 60, 16 * 60, 20 * 60)
)
"""Seconds between the attempts of a delivery: ten attempts in about three days."""
ATTEMPTS_MAX = len(WAITS_S) + 1
JITTER = 0.1
"""Maximum random addition to a wait, as a share, so that deliveries that failed together spread."""
REST_S = (5.0, 600.0)
"""Seconds for which a webhook rests after a failure, even if deliveries wait: after the first
failure, and the maximum. The rest doubles with each failure in a row."""
ASKED_S_MAX = 24 * 3600.0
"""Maximum seconds of a receiver's Retry-After; a longer one is shortened to this."""
FAILING_S_MAX = 5 * 24 * 3600.0
"""Seconds without any success after which a webhook is switched off."""

DELIVERED, REFUSED, FAULT = "delivered", "http-410", "fault"
"""Outcomes of an attempt: the receiver took the event, wants no more; Assay has a defect."""


class WebhookStatus(StrEnum):
    """Whether events are delivered to a webhook."""

    ACTIVE = "active"
    DISABLED = "disabled"


class AlertKind(StrEnum):
    """The way in which an alert reaches people (claims/alerts.py)."""

    MAIL = "mail"
    SLACK = "slack"  # a hook that takes Slack's messages, as those of Mattermost do


class DeliveryStatus(StrEnum):
    """The state of the delivery of one event to one webhook."""

    WAITING = "waiting"  # for its first or next attempt, or for the end of one under way
    DELIVERED = "delivered"  # the receiver answered 2xx
    FAILED = "failed"  # given up


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    """A webhook to create. Its filter works like the filter of /v1/changes."""

    id: str
    url: str
    events: tuple[EventType, ...]
    labels: tuple[VerdictLabel, ...] = ()
    tags: tuple[str, ...] = ()
    article: ArticleId | None = None
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A webhook without its secret. `created_by` is the name of its creator.

    Until `previous_until` messages are also signed with the secret before the last rotation.
    `failing_since` is the time of the first failure since the last success. `disabled_why` says in
    words why it is switched off.
    """

    id: str
    url: str
    events: tuple[EventType, ...]
    labels: tuple[VerdictLabel, ...]
    tags: tuple[str, ...]
    article: ArticleId | None
    status: WebhookStatus
    created_at: datetime
    created_by: str
    previous_until: datetime | None
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The delivery of one event to one webhook.

    `message_id` is the header `webhook-id`, the same at each attempt. `status_code`, `duration_ms`
    and `error` are those of the last attempt; without an answer there is no status code.
    """

    event_id: str
    message_id: str
    type: str
    status: DeliveryStatus
    attempts: int
    attempted_at: datetime | None
    next_attempt_at: datetime | None
    status_code: int | None
    duration_ms: int | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLease:
    """The right to deliver an event to a webhook now; its `token` fences the end.

    `attempt` counts from 1, `failures` are those of the webhook in a row, of any event. `kind` is
    set for an alert: its `further` events, and `more` without their content, are in one message
    with `event`, and the delivery of all of them ends together.
    """

    webhook_id: str
    url: str
    secrets: tuple[str, ...]
    event: Event
    token: str
    attempt: int
    failures: int
    kind: AlertKind | None = None
    further: tuple[Event, ...] = ()
    more: int = 0

    @property
    def message_id(self) -> str:
        """The header `webhook-id`."""
        return write_message_id(self.webhook_id, self.event.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How an attempt ended: with the status of the answer, or without one, an error and its code.

    `code` is that of a SourceError, or FAULT. `asked_s` is the pause in seconds that the receiver
    asks for (Retry-After).
    """

    status_code: int | None
    duration_ms: int
    error: str | None = None
    asked_s: float | None = None
    code: str = FAULT

    @property
    def is_success(self) -> bool:
        """Whether the receiver took the event."""
        return self.status_code is not None and 200 <= self.status_code < 300

    @property
    def is_end(self) -> bool:
        """Whether the receiver wants no more events: 410."""
        return self.status_code == 410

    @property
    def outcome(self) -> str:
        """DELIVERED, REFUSED, the class of another status as "http-5xx", or `code`."""
        if self.status_code is None:
            return self.code
        if self.is_success:
            return DELIVERED
        return REFUSED if self.is_end else f"http-{self.status_code // 100}xx"


def make_webhook_id() -> str:
    """A new random id."""
    return f"w_{secrets.token_hex(16)}"


def make_webhook_secret() -> str:
    """A new random secret, in the form of Standard Webhooks."""
    return f"whsec_{b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def write_message_id(webhook_id: str, event_id: str) -> str:
    """The `webhook-id` of an event for this webhook: the same at every attempt."""
    return f"{webhook_id}_{event_id}"


def sign(lease: DeliveryLease, body: str, *, at: datetime) -> Mapping[str, str]:
    """The headers of a message: its id, its time, and a signature with each of the secrets."""
    signatures = (Signer(secret).sign(lease.message_id, at, body) for secret in lease.secrets)
    return {
        "webhook-id": lease.message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def choose_wait_s(attempt: int, *, asked_s: float | None) -> float | None:
    """Seconds until the attempt after this one; None after the last one."""
    if attempt >= ATTEMPTS_MAX:
        return None
    wait_s = WAITS_S[attempt - 1] * (1 + random.uniform(0, JITTER))  # noqa: S311 - jitter is no secret
    return max(wait_s, min(asked_s or 0.0, ASKED_S_MAX))


def choose_rest_s(failures: int, *, asked_s: float | None) -> float:
    """Seconds for which a webhook rests after a failure; `failures` in a row came before it."""
    first_s, longest_s = REST_S
    rest_s = min(longest_s, first_s * 2.0 ** min(failures, 20))
    return max(rest_s, min(asked_s or 0.0, ASKED_S_MAX))
