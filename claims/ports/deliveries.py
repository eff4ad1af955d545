"""Webhooks, alerts and the deliveries to them, as the store keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from claims.alerts import Alert, NewAlert
from claims.webhooks import Attempt, Delivery, DeliveryLease, NewWebhook, Webhook, WebhookStatus


class Webhooks(Protocol):
    """Webhooks, and the delivery of events to them.

    Each event that passes the filter of an enabled webhook is delivered to it at least once, in any
    order. Every change is recorded in the audit log, in the same step. Methods that take an id
    raise NotFound, and Gone for a webhook that was deleted.
    """

    def create(self, new: NewWebhook) -> Webhook:
        """Store a webhook, for the events from now on. Repeating the call is harmless.

        Raises InvalidInput when there are too many.
        """
        ...

    def get(self, webhook_id: str) -> Webhook:
        """A webhook, without its secret."""
        ...

    def list_webhooks(self) -> tuple[Webhook, ...]:
        """All webhooks, oldest first."""
        ...

    def change(
        self,
        webhook_id: str,
        fields: Mapping[str, Any],
        *,
        status: WebhookStatus | None = None,
    ) -> Webhook:
        """Change any fields of NewWebhook except id and secret, given by name, and the status.

        Switching a webhook off gives up its waiting deliveries. When it is switched on again, it
        gets the events from then on.
        """
        ...

    def rotate(self, webhook_id: str, secret: str) -> Webhook:
        """Replace the secret; for a day, messages are also signed with the previous secret.

        Repeating the call is harmless.
        """
        ...

    def delete(self, webhook_id: str) -> None:
        """Delete a webhook with its secrets and its log. Deleting it again is no error."""
        ...

    def ping(self, webhook_id: str) -> str:
        """Announce a test event, deliver it to this webhook alone, and return the event's id.

        Notifies the workers that deliver. Raises WebhookDisabled, and QueueFull when too many
        events wait for the webhook.
        """
        ...

    def redeliver(self, webhook_id: str, event_id: str) -> None:
        """Deliver a stored event again, whether or not it passes the filter.

        Raises NotFound when the event is no longer stored; otherwise like `ping`.
        """
        ...

    def list_deliveries(self, webhook_id: str) -> tuple[Delivery, ...]:
        """The waiting deliveries and the last 200 that ended; newest attempt first."""
        ...

    def find_last_deliveries(self, webhook_ids: Sequence[str]) -> Mapping[str, Delivery]:
        """The last ended delivery of each webhook that has one, by webhook id."""
        ...

    def take(self, *, worker: str, ttl_s: float) -> DeliveryLease | None:
        """Lease the next delivery; None when none is ready. A webhook has one lease at a time."""
        ...

    def end(self, lease: DeliveryLease, attempt: Attempt) -> bool:
        """Record how the attempt ended; False when the lease was lost.

        A failed attempt is repeated later, up to ten attempts in all. The webhook is switched off,
        with an event about it, when the receiver wants no more events, or when no delivery has
        succeeded for five days.
        """
        ...


class Alerts(Protocol):
    """Alerts: people who are written to about events. `Webhooks.take` and `end` deliver them.

    Each event that passes the filter of an alert is in one of its messages, at once or in the next
    digest after it. Every change is recorded in the audit log, in the same step. Methods that take
    an id raise NotFound, and Gone for an alert that was deleted.
    """

    def create(self, new: NewAlert) -> Alert:
        """Store an alert, for the events from now on. Repeating the call is harmless.

        Raises InvalidInput when there are too many webhooks and alerts.
        """
        ...

    def get(self, alert_id: str) -> Alert:
        """An alert, without its token."""
        ...

    def list_alerts(self) -> tuple[Alert, ...]:
        """All alerts, oldest first."""
        ...

    def delete(self, alert_id: str) -> None:
        """Delete an alert with its log. Deleting it again is no error."""
        ...

    def test(self, alert_id: str) -> str:
        """Announce a test event, deliver it to this alert alone at once, and return its id.

        Raises WebhookDisabled, and QueueFull when too many events wait for the alert.
        """
        ...

    def list_deliveries(self, alert_id: str) -> tuple[Delivery, ...]:
        """The waiting deliveries and the last 200 that ended; newest attempt first."""
        ...

    def unsubscribe(self, alert_id: str, token: str) -> bool:
        """Switch an alert off; False, with nothing changed, when no alert has this token.

        Repeating the call is harmless.
        """
        ...
