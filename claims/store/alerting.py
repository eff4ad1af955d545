"""Alerts on the server: each is a webhook with a kind, and is delivered as one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from claims.alerts import AT_ONCE, Alert, NewAlert, is_alert
from claims.errors import InvalidInput
from claims.ports import RecordKind
from claims.sources.address import host_and_port
from claims.store.connection import StorePart
from claims.store.deliveries import RedisWebhooks
from claims.store.keys import WEBHOOK, WEBHOOKS
from claims.store.webhook_fields import read_webhook_row, write_filter
from claims.webhooks import WEBHOOKS_MAX, AlertKind, Delivery

_UNSUBSCRIBED = "its recipient unsubscribed"


class RedisAlerts(StorePart):
    """claims.ports.Alerts on the server."""

    def create(self, new: NewAlert) -> Alert:
        """Store an alert."""
        self.connection.check_room()
        filters = {
            "events": new.events,
            "labels": new.labels,
            "tags": new.tags,
            "article": new.article,
        }
        is_mail = new.kind is AlertKind.MAIL
        host = new.target.rpartition("@")[2] if is_mail else host_and_port(new.target)[0]
        when = "" if new.when == AT_ONCE else new.when
        words = ["secret", new.token, "kind", new.kind, "url", new.target, "host", host]
        done = self.connection.run(
            "create_webhook",
            id=new.id,
            most=WEBHOOKS_MAX,
            digest=when,
            fields=[*words, "when", when, *write_filter(filters)],
        )
        if done == "full":
            raise InvalidInput(
                f"there are {WEBHOOKS_MAX} webhooks already, alerts included: delete one first"
            )
        return self.get(new.id)

    def get(self, alert_id: str) -> Alert:
        """The current state of an alert."""
        row = self.connection.command("HMGET", WEBHOOK + alert_id, *_FIELDS)
        if row[0] is None:
            raise self.explain_missing(alert_id)
        with self.reading(RecordKind.WEBHOOK, alert_id):
            return _read_alert(alert_id, row)

    def list_alerts(self) -> tuple[Alert, ...]:
        """All alerts, oldest first."""
        listed = self.connection.command("ZRANGE", WEBHOOKS, 0, -1)
        ids = [each for each in listed if is_alert(each)]
        rows = self.connection.read(*(("HMGET", WEBHOOK + each, *_FIELDS) for each in ids))
        known = (pair for pair in zip(ids, rows, strict=True) if pair[1][0] is not None)
        return tuple(self.read_each(RecordKind.WEBHOOK, known, _read_alert))

    def delete(self, alert_id: str) -> None:
        """Delete an alert with its deliveries."""
        self._webhooks.delete(alert_id)

    def test(self, alert_id: str) -> str:
        """Announce a test event for this alert."""
        return self._webhooks.ping(alert_id)

    def list_deliveries(self, alert_id: str) -> tuple[Delivery, ...]:
        """All deliveries that are kept, the newest attempt first."""
        return self._webhooks.list_deliveries(alert_id)

    def unsubscribe(self, alert_id: str, token: str) -> bool:
        """Switch an alert off, if this is its token."""
        done = self.connection.run("unsubscribe", id=alert_id, token=token, why=_UNSUBSCRIBED)
        return bool(done == "off")

    @property
    def _webhooks(self) -> RedisWebhooks:
        return RedisWebhooks(self.connection)


_FIELDS = (
    *("kind", "url", "types", "labels", "tag", "article", "when", "created_ms", "created_by"),
    *("failing_ms", "disabled_ms", "disabled_why"),
)


def _read_alert(alert_id: str, row: Sequence[str | None]) -> Alert:
    """The alert with these values of _FIELDS."""
    fields = dict(zip(_FIELDS, row, strict=True))
    hook = read_webhook_row(alert_id, fields | {"previous_ms": None}, datetime.now(UTC))
    return Alert(
        id=alert_id,
        kind=AlertKind(fields["kind"] or ""),
        target=hook.url,
        events=hook.events,
        labels=hook.labels,
        tags=hook.tags,
        article=hook.article,
        when=fields["when"] or AT_ONCE,
        status=hook.status,
        created_at=hook.created_at,
        created_by=hook.created_by,
        failing_since=hook.failing_since,
        disabled_at=hook.disabled_at,
        disabled_why=hook.disabled_why,
    )
