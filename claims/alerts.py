"""Alerts: people who are written to when something changes, by e-mail or in a chat. Values only.

The store keeps an alert as a webhook with a kind (claims/store/alerting.py), so that its events are
leased, sent and repeated in the same way. claims/report/alert_messages.py writes the messages.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from claims.errors import InvalidInput
from claims.local_times import TIME, check_zone
from claims.types import ArticleId, EventType, VerdictLabel
from claims.webhooks import AlertKind, WebhookStatus

DEFAULT_EVENTS = (EventType.VERDICT_CHANGED, EventType.PAGE_VANISHED, EventType.REVIEW_STALE)
"""The events of an alert that names none. Another wording alone is no event."""
MESSAGES_PER_DAY = 20
"""Maximum messages of one alert in 24 hours, counted from the first; later events wait for the end
of that time, and are in one message then."""
AT_ONCE = "at once"
TARGET_MAX = 2_000
"""Maximum characters of a target."""

_PREFIX = "n_"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_DIGEST = re.compile(rf"{TIME} (\S+)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """An alert to add. Its filter works like that of a webhook.

    `target` is an address for MAIL, the address of a hook for SLACK. `when` is AT_ONCE, or the time
    of a daily digest with its zone, such as "07:30 Europe/Berlin". `token` is in the link that
    unsubscribes.
    """

    id: str
    kind: AlertKind
    target: str
    events: tuple[EventType, ...] = DEFAULT_EVENTS
    labels: tuple[VerdictLabel, ...] = ()
    tags: tuple[str, ...] = ()
    article: ArticleId | None = None
    when: str = AT_ONCE
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An alert without its token. `status`, `failing_since` and `disabled_...`: as in Webhook."""

    id: str
    kind: AlertKind
    target: str
    events: tuple[EventType, ...]
    labels: tuple[VerdictLabel, ...]
    tags: tuple[str, ...]
    article: ArticleId | None
    when: str
    status: WebhookStatus
    created_at: datetime
    created_by: str
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_why: str | None


def make_alert_id() -> str:
    """A new random id."""
    return f"{_PREFIX}{secrets.token_hex(16)}"


def is_alert(receiver_id: str) -> bool:
    """Whether the id of a webhook or alert is that of an alert."""
    return receiver_id.startswith(_PREFIX)


def make_unsubscribe_token() -> str:
    """A new random token: 43 characters of base64url."""
    return secrets.token_urlsafe(32)


def check_mail_address(text: str) -> str:
    """The address. Raises InvalidInput unless it is one plain ASCII address, without a name."""
    local, _, domain = text.rpartition("@")
    if len(local) > 64 or len(domain) > 253 or not _ADDRESS.fullmatch(text):
        raise InvalidInput("this must be an e-mail address such as desk@example.org")
    return text


def check_when(text: str) -> str:
    """The time of an alert. Raises InvalidInput unless it is AT_ONCE, or a time and a zone."""
    if text == AT_ONCE:
        return text
    if not (found := _DIGEST.fullmatch(text)):
        raise InvalidInput(f'this must be "{AT_ONCE}", or a time and a zone as 07:30 Europe/Berlin')
    check_zone(found[1])
    return text


def find_digest_times(when: str, *, now: datetime) -> tuple[datetime, datetime]:
    """The last time of this digest up to `now` and the next one, in UTC.

    A time that the zone's clock skips is an hour later on that day; one that comes twice is the
    first.
    """
    clock, _, name = when.partition(" ")
    at, zone = time.fromisoformat(clock), ZoneInfo(name)
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=n) for n in (-2, -1, 0, 1, 2))
    times = [datetime.combine(day, at, zone).astimezone(UTC) for day in days]
    return max(t for t in times if t <= now), min(t for t in times if t > now)


def list_digest_times(digests: Iterable[str], *, now: datetime) -> Iterator[str | int]:
    """Each digest, the last time of it up to `now` and the next one, in ms, in turn."""
    for when in sorted(set(digests)):
        last, following = find_digest_times(when, now=now)
        yield from (when, round(last.timestamp() * 1000), round(following.timestamp() * 1000))
