"""Webhooks and the deliveries to them, as the store keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from claims.access import LOCAL, Actor
from claims.webhooks import Attempt, Delivery, DeliveryLease, NewWebhook, Webhook, WebhookStatus


class Webhooks(Protocol):
    """Webhooks, and the delivery of events to them: each event that passes the filter of a webhook
    while that is switched on is delivered to it at least once, in any order.

    Changes are recorded in the audit log, in the same step. Methods with an id raise NotFound, and
    Gone for a webhook that was deleted.
    """

    def create(self, new: NewWebhook, *, actor: Actor) -> Webhook:
        """Store a webhook, for the events from now on. Repeating the call is harmless.

        Raises InvalidInput when there are too many.
        """
        ...

    def find(self, webhook_id: str) -> Webhook:
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
        actor: Actor,
    ) -> Webhook:
        """Change fields of NewWebhook but id and secret, by name, and the status.

        What waits for a webhook that is switched off is given up. One that is switched on again
        gets the events from then on.
        """
        ...

    def rotate(self, webhook_id: str, secret: str, *, actor: Actor) -> Webhook:
        """Replace the secret; the one before signs as well for a day. Repeating is harmless."""
        ...

    def delete(self, webhook_id: str, *, actor: Actor) -> None:
        """Delete a webhook with its secrets and its log. Deleting it again is no error."""
        ...

    def ping(self, webhook_id: str, *, actor: Actor = LOCAL) -> str:
        """Announce a test event, deliver it to this webhook alone, and return the event's id.

        Raises WebhookDisabled, and QueueFull when too many events wait for the webhook.
        """
        ...

    def redeliver(self, webhook_id: str, event_id: str, *, actor: Actor = LOCAL) -> None:
        """Deliver an event that is kept again, whether or not it passes the filter.

        Raises NotFound when it is no longer kept; otherwise like `ping`.
        """
        ...

    def list_deliveries(self, webhook_id: str) -> tuple[Delivery, ...]:
        """What waits, and the last 200 that have ended; the newest attempt first."""
        ...

    def find_last_deliveries(self, webhook_ids: Sequence[str]) -> Mapping[str, Delivery]:
        """The delivery of each webhook that ended last, by webhook; none of one without any."""
        ...

    def take(self, *, worker: str, ttl_s: float) -> DeliveryLease | None:
        """Lease the next delivery; None when none is ready. One at a time for each webhook."""
        ...

    def end(self, lease: DeliveryLease, attempt: Attempt) -> bool:
        """Record how the attempt ended; False when the lease was lost.

        A failed one is repeated later, up to ten in all. The webhook is switched off, and that
        announced, when the receiver wants no more events or nothing succeeded for five days.
        """
        ...
