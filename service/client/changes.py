"""The events of the service, and the webhooks and alerts that deliver them."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlencode

from standardwebhooks import Webhook as Signer
from standardwebhooks.webhooks import EmptyWebhookSecretError, WebhookVerificationError

from claims.alerts import Alert
from claims.errors import InvalidInput, StoreUnavailable
from claims.shapes import from_text
from claims.types import ArticleId, ClaimId, Event
from claims.webhooks import Delivery, Webhook
from service.client.error_answers import ServiceUnreachable
from service.client.transport import (
    PAUSE_S,
    WAIT_S_MAX,
    Transport,
    encode_segment,
)
from service.shapes import (
    AlertList,
    DeliveryList,
    DeliveryRequested,
    EventList,
    IssuedWebhook,
    WebhookList,
)

EVENTS_AT_ONCE = 200
"""Events that one request for changes asks for: the maximum that the API allows."""

RECONNECT_S = (1.0, 30.0)
"""Seconds before a request for changes is repeated while the service does not answer: first and
maximum."""


class Changes(Transport):
    """The routes of /v1/changes, /v1/webhooks and /v1/alerts."""

    def changes(
        self,
        *,
        since: str | None = None,
        type: str | Collection[str] = (),  # noqa: A002 - the name of the parameter
        label: str | Collection[str] = (),
        tag: str | Collection[str] = (),
        article: ArticleId | None = None,
        claim: ClaimId | None = None,
        follow: bool = True,
        patience_s: float = 600,
    ) -> Iterator[Event]:
        """Yield each event after `since` once, in order; with `follow`, future ones without end.

        The filters are the query parameters of GET /v1/changes; of several values one is enough.
        `since` is the id of an event, None for all events that are kept, or "now" for future events
        only. To continue later, store the `id` of the last event that was handled. While the
        service does not answer, the request is repeated for `patience_s` seconds, then
        ServiceUnreachable or StoreUnavailable is raised. Raises EventsGone when events after
        `since` are no longer kept.
        """
        chosen = {
            "type": type,
            "label": label,
            "tag": tag,
            "article": article,
            "claim": claim,
        }
        query: dict[str, object] = {name: value for name, value in chosen.items() if value}
        query["limit"] = EVENTS_AT_ONCE
        wait_s, patience = (WAIT_S_MAX if follow else 0), 0.0
        while True:
            asked_at = time.monotonic()
            place: dict[str, object] = {"since": since} if since else {}
            found = self._ask_for_changes(query | place, wait_s, patience)
            patience = patience_s  # from the first answer on: before it the address may be wrong
            yield from found.items
            if found.next == since:
                if not follow:
                    return
                time.sleep(max(0.0, PAUSE_S - (time.monotonic() - asked_at)))
            since = found.next

    def read_changes(self, *, since: str | None = None, limit: int = EVENTS_AT_ONCE) -> EventList:
        """At most `limit` events after `since`, as in `changes`, and `next` for the next call."""
        query = {"limit": limit} | ({"since": since} if since else {})
        return self._ask(EventList, "GET", f"/v1/changes?{urlencode(query)}")

    def _ask_for_changes(
        self, query: Mapping[str, object], wait_s: float, patience_s: float
    ) -> EventList:
        path = f"/v1/changes?{urlencode({**query, 'wait': wait_s}, doseq=True)}"
        deadline = time.monotonic() + patience_s
        pause_s, longest_s = RECONNECT_S
        while True:
            try:
                return self._read(EventList, self._exchange("GET", path, wait_s=wait_s))
            except (ServiceUnreachable, StoreUnavailable):
                if time.monotonic() + pause_s > deadline:
                    raise
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, longest_s)

    def create_webhook(self, url: str, events: Collection[str], **chosen: object) -> IssuedWebhook:
        """Create a webhook for these events; `chosen`: `labels`, `tags`, `article`, as in the API.

        Only this answer has the secret.
        """
        body = {"url": url, "events": list(events), **chosen}
        return self._ask(IssuedWebhook, "POST", "/v1/webhooks", body=body)

    def list_webhooks(self) -> tuple[Webhook, ...]:
        """All webhooks, oldest first, without their secrets."""
        return self._ask(WebhookList, "GET", "/v1/webhooks").items

    def get_webhook(self, webhook_id: str) -> Webhook:
        """A webhook, without its secret."""
        return self._ask(Webhook, "GET", _webhook_path(webhook_id))

    def change_webhook(self, webhook_id: str, body: Mapping[str, object]) -> Webhook:
        """Change the fields of the body of PATCH /v1/webhooks/{id}; None removes a filter."""
        return self._ask(Webhook, "PATCH", _webhook_path(webhook_id), body=body)

    def rotate_webhook(self, webhook_id: str) -> IssuedWebhook:
        """Replace the secret of a webhook; for a day the previous one signs messages as well."""
        return self._ask(IssuedWebhook, "POST", f"{_webhook_path(webhook_id)}/rotate")

    def delete_webhook(self, webhook_id: str) -> None:
        """Delete a webhook; no error when it was deleted before."""
        self._delete(_webhook_path(webhook_id))

    def ping_webhook(self, webhook_id: str) -> str:
        """Deliver a test event to a webhook; returns its id. Also raises WebhookDisabled."""
        return self._ask(DeliveryRequested, "POST", f"{_webhook_path(webhook_id)}/ping").event_id

    def list_deliveries(self, webhook_id: str) -> tuple[Delivery, ...]:
        """The waiting and the last ended deliveries of a webhook, newest attempt first."""
        return self._ask(DeliveryList, "GET", f"{_webhook_path(webhook_id)}/deliveries").items

    def redeliver(self, webhook_id: str, event_id: str) -> None:
        """Deliver an event to a webhook again. Also raises WebhookDisabled."""
        path = f"{_webhook_path(webhook_id)}/deliveries/{encode_segment(event_id)}/redeliver"
        self._ask(DeliveryRequested, "POST", path)

    def create_alert(self, kind: str, target: str, **chosen: object) -> Alert:
        """Add an alert of this kind, `mail` or `slack`, to an address or a hook.

        `chosen`: `events`, `labels`, `tags`, `article` and `when`, as in the API.
        """
        body = {"kind": kind, "target": target, **chosen}
        return self._ask(Alert, "POST", "/v1/alerts", body=body)

    def list_alerts(self) -> tuple[Alert, ...]:
        """All alerts, oldest first."""
        return self._ask(AlertList, "GET", "/v1/alerts").items

    def get_alert(self, alert_id: str) -> Alert:
        """An alert."""
        return self._ask(Alert, "GET", _alert_path(alert_id))

    def delete_alert(self, alert_id: str) -> None:
        """Delete an alert; no error when it was deleted before."""
        self._delete(_alert_path(alert_id))

    def test_alert(self, alert_id: str) -> str:
        """Send a test message to an alert; returns the event's id. Also raises WebhookDisabled."""
        return self._ask(DeliveryRequested, "POST", f"{_alert_path(alert_id)}/test").event_id

    def list_alert_deliveries(self, alert_id: str) -> tuple[Delivery, ...]:
        """The waiting and the last ended events of an alert, newest attempt first."""
        return self._ask(DeliveryList, "GET", f"{_alert_path(alert_id)}/deliveries").items


def verify_webhook(body: bytes, headers: Mapping[str, str], secret: str) -> Event:
    """The event in a message to a webhook, for its receiver: `body` and headers as they arrived.

    `secret` is the secret of the webhook. Raises InvalidInput for a message that was not signed
    with it, was changed, or whose time differs by more than five minutes. A message may arrive
    twice, with the same `webhook-id`.
    """
    try:
        Signer(secret).verify(body, dict(headers), json_parse=False)
        return from_text(Event, body)
    except WebhookVerificationError as error:
        raise InvalidInput(f"this message is not signed with this secret: {error}") from None
    except (EmptyWebhookSecretError, ValueError) as error:
        raise InvalidInput(f"this is no secret, or no message of a webhook: {error}") from None


def _webhook_path(webhook_id: str) -> str:
    return f"/v1/webhooks/{encode_segment(webhook_id)}"


def _alert_path(alert_id: str) -> str:
    return f"/v1/alerts/{encode_segment(alert_id)}"
