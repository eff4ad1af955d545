"""Webhooks on the server: their filters, the events that wait for them, and past deliveries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from claims.alerts import MESSAGES_PER_DAY, is_alert, list_digest_times
from claims.errors import InvalidInput, NotFound, QueueFull, Unreadable, WebhookDisabled
from claims.ports import RecordKind
from claims.store.connection import StorePart
from claims.store.encoding import from_ms, read_now_ms, to_duration_ms
from claims.store.keys import DELIVERED, DELIVERY, DIGESTS, PENDING, WEBHOOK, WEBHOOKS
from claims.store.outbox import read_event
from claims.store.webhook_fields import FIELDS, read_webhook, write_filter
from claims.types import Queue
from claims.webhooks import (
    ATTEMPTS_MAX,
    FAILING_S_MAX,
    ROTATION_S,
    WEBHOOKS_MAX,
    AlertKind,
    Attempt,
    Delivery,
    DeliveryLease,
    DeliveryStatus,
    NewWebhook,
    Webhook,
    WebhookStatus,
    choose_rest_s,
    choose_wait_s,
    write_message_id,
)

LOOKED_AT_MAX = 500
"""Maximum events that one take examines: about 2 ms of the server's time."""
WAITING_MAX = 300
"""Maximum events that wait for one webhook: further ones stay in the stream."""
SHOWN_MAX = 20
"""Maximum events of an alert's message whose content is read; the others are counted."""
WINDOW_S = 24 * 3600.0
"""Seconds in which the messages of an alert are counted, from the first one on."""
SENT_AGAIN_MS = 30_000
"""Time for which a repeated request finds the ping that it announced: longer than redis-py repeats
a request."""

# Why end_attempt.lua switches a webhook off.
_SWITCHED_OFF = {
    "refused_code": "webhook-refused",
    "refused_why": "its receiver answered 410 and wants no more events",
    "failing_code": "webhook-failing",
    "failing_why": "no delivery has succeeded for five days",
}
_EVENT_GONE = "the event is no longer kept (ASSAY_EVENT_DAYS)"
_EVENT_UNREADABLE = "the event is stored in a form that this release cannot read"
_WORKERS_DIED = "each attempt ended with the worker that made it"


class RedisWebhooks(StorePart):
    """claims.ports.Webhooks on the server."""

    def create(self, new: NewWebhook) -> Webhook:
        """Store a webhook."""
        self.connection.check_room()
        fields = {
            "url": new.url,
            "events": new.events,
            "labels": new.labels,
            "tags": new.tags,
            "article": new.article,
        }
        words = ["secret", new.secret, *write_filter(fields)]
        done = self.connection.run(
            "create_webhook", id=new.id, most=WEBHOOKS_MAX, digest="", fields=words
        )
        if done == "full":
            raise InvalidInput(
                f"there are {WEBHOOKS_MAX} webhooks already, alerts included: delete one first"
            )
        return self.get(new.id)

    def get(self, webhook_id: str) -> Webhook:
        """The current state of a webhook, by the server's clock."""
        row, time = self.connection.read(("HMGET", WEBHOOK + webhook_id, *FIELDS), ("TIME",))
        if row[0] is None:
            raise self.explain_missing(webhook_id)
        with self.reading(RecordKind.WEBHOOK, webhook_id):
            return read_webhook(webhook_id, row, read_now_ms(time))

    def list_webhooks(self) -> tuple[Webhook, ...]:
        """All webhooks, oldest first."""
        listed = self.connection.command("ZRANGE", WEBHOOKS, 0, -1)
        ids = [each for each in listed if not is_alert(each)]
        if not ids:
            return ()
        reads = (("HMGET", WEBHOOK + webhook_id, *FIELDS) for webhook_id in ids)
        *rows, time = self.connection.read(*reads, ("TIME",))
        now_ms = read_now_ms(time)
        # A webhook may have been deleted between the two readings.
        known = ((i, row, now_ms) for i, row in zip(ids, rows, strict=True) if row[0] is not None)
        return tuple(self.read_each(RecordKind.WEBHOOK, known, read_webhook))

    def change(
        self,
        webhook_id: str,
        fields: Mapping[str, Any],
        *,
        status: WebhookStatus | None = None,
    ) -> Webhook:
        """Change the fields that are given."""
        words = write_filter(fields)
        done = self.connection.run(
            "change_webhook", id=webhook_id, status=status or "", fields=words
        )
        self._check_outcome(done, webhook_id)
        return self.get(webhook_id)

    def rotate(self, webhook_id: str, secret: str) -> Webhook:
        """Replace the secret."""
        grace_ms = to_duration_ms(ROTATION_S)
        done = self.connection.run(
            "rotate_webhook", id=webhook_id, secret=secret, grace_ms=grace_ms
        )
        self._check_outcome(done, webhook_id)
        return self.get(webhook_id)

    def delete(self, webhook_id: str) -> None:
        """Delete a webhook with its secrets and deliveries."""
        done = self.connection.run("delete_webhook", id=webhook_id)
        self._check_outcome(done, webhook_id)

    def ping(self, webhook_id: str) -> str:
        """Announce a test event for this webhook."""
        return self._request(webhook_id, "")

    def redeliver(self, webhook_id: str, event_id: str) -> None:
        """Deliver an event again."""
        self._request(webhook_id, event_id)

    def _request(self, webhook_id: str, event_id: str) -> str:
        self.connection.check_room()
        outcome, event = self.connection.run(
            "request_delivery",
            id=webhook_id,
            event=event_id,
            token=token_hex(16),
            life_ms=SENT_AGAIN_MS,
            most=WAITING_MAX,
        )
        if outcome == "gone":
            raise NotFound(f"event {event_id} is not kept")
        self._check_outcome(outcome, webhook_id)
        self.connection.notify(Queue.DELIVER)
        return str(event)

    def _check_outcome(self, outcome: str, webhook_id: str) -> None:
        """Raise the error for the answer of a script on this webhook, if the answer is an error."""
        match outcome:
            case "not-found":
                raise self.explain_missing(webhook_id)
            case "disabled":
                raise WebhookDisabled(
                    f"alert {webhook_id} is switched off: add it again"
                    if is_alert(webhook_id)
                    else f"webhook {webhook_id} is switched off: switch it on first"
                )
            case "full":
                raise QueueFull(f"{WAITING_MAX} events wait for {webhook_id} already")

    def list_deliveries(self, webhook_id: str) -> tuple[Delivery, ...]:
        """All deliveries that are kept, the newest attempt first."""
        self.get(webhook_id)
        texts, due = self.connection.read(
            ("HGETALL", DELIVERY + webhook_id),
            ("ZRANGE", PENDING + webhook_id, 0, -1, "WITHSCORES"),
        )
        next_at = dict(due)
        rows = (
            (write_message_id(webhook_id, event), webhook_id, event, text, next_at.get(event))
            for event, text in texts.items()
        )
        found = self.read_each(RecordKind.DELIVERY, rows, _read_delivery)
        return tuple(sorted(found, key=_find_time, reverse=True))

    def find_last_deliveries(self, webhook_ids: Sequence[str]) -> Mapping[str, Delivery]:
        """The contract of claims.ports.Webhooks, in two round trips for any number of webhooks."""
        last = (("ZREVRANGE", DELIVERED + webhook_id, 0, 0) for webhook_id in webhook_ids)
        pairs = [
            (webhook_id, events[0])
            for webhook_id, events in zip(webhook_ids, self.connection.read(*last), strict=True)
            if events
        ]
        texts = self.connection.read(*(("HGET", DELIVERY + w, event) for w, event in pairs))
        rows = (
            (write_message_id(webhook_id, event), webhook_id, event, text, None)
            for (webhook_id, event), text in zip(pairs, texts, strict=True)
            if text is not None  # deleted between the two readings
        )
        found = self.read_each(RecordKind.DELIVERY, rows, _read_delivery)
        names = {write_message_id(*pair): pair[0] for pair in pairs}
        return {names[delivery.message_id]: delivery for delivery in found}

    def take(self, *, worker: str, ttl_s: float) -> DeliveryLease | None:
        """Lease the next delivery; the delivery of an unreadable event is given up."""
        while True:
            try:
                return self._take(f"{worker}:{token_hex(16)}", ttl_s)
            except Unreadable:
                continue

    def _take(self, token: str, ttl_s: float) -> DeliveryLease | None:
        digests, time = self.connection.read(("HVALS", DIGESTS), ("TIME",))
        found = self.connection.run(
            "take_delivery",
            token=token,
            ttl_ms=to_duration_ms(ttl_s),
            attempts_max=ATTEMPTS_MAX,
            looked_max=LOOKED_AT_MAX,
            waiting_max=WAITING_MAX,
            shown_max=SHOWN_MAX,
            messages_max=MESSAGES_PER_DAY,
            window_ms=to_duration_ms(WINDOW_S),
            gone=_EVENT_GONE,
            died=_WORKERS_DIED,
            digests=list(list_digest_times(digests, now=from_ms(read_now_ms(time)))),
        )
        if found is None:
            return None
        webhook_id, url, secret, previous, event_id, words, attempt, failures, *rest = found
        kind, further, more = rest
        try:
            with self.reading(RecordKind.EVENT, event_id):
                event = read_event(event_id, words)
        except Unreadable:
            self.connection.run(
                "skip_delivery",
                id=webhook_id,
                event=event_id,
                token=token,
                error=_EVENT_UNREADABLE,
            )
            raise
        return DeliveryLease(
            webhook_id=webhook_id,
            url=url,
            secrets=(secret, previous) if previous else (secret,),
            event=event,
            token=token,
            attempt=attempt,
            failures=failures,
            kind=AlertKind(kind) if kind else None,
            further=tuple(self.read_each(RecordKind.EVENT, further, read_event)),
            more=more,
        )

    def end(self, lease: DeliveryLease, attempt: Attempt) -> bool:
        """Record how the attempt ended."""
        wait_s = choose_wait_s(lease.attempt, asked_s=attempt.asked_s)
        ended = self.connection.run(
            "end_attempt",
            id=lease.webhook_id,
            event=lease.event.id,
            token=lease.token,
            outcome=attempt.outcome,
            code="" if attempt.status_code is None else attempt.status_code,
            took_ms=attempt.duration_ms,
            error=attempt.error or "",
            wait_ms="" if wait_s is None else to_duration_ms(wait_s),
            attempts_max=ATTEMPTS_MAX,
            rest_ms=to_duration_ms(choose_rest_s(lease.failures, asked_s=attempt.asked_s)),
            failing_ms=to_duration_ms(FAILING_S_MAX),
            window_ms=to_duration_ms(WINDOW_S),
            **_SWITCHED_OFF,
        )
        return bool(ended == "done")


def _read_delivery(
    message_id: str, webhook_id: str, event_id: str, text: str, next_at: str | None
) -> Delivery:
    """The delivery with this state; `next_at` in ms is None when it has ended."""
    state = json.loads(text)
    at_ms = state.get("at_ms")
    return Delivery(
        event_id=event_id,
        message_id=message_id,
        type=state["type"],
        status=DeliveryStatus(state["status"]),
        attempts=state["attempts"],
        attempted_at=None if at_ms is None else from_ms(at_ms),
        next_attempt_at=None if next_at is None else from_ms(next_at),
        status_code=state.get("code"),
        duration_ms=state.get("took_ms"),
        error=state.get("error"),
    )


def _find_time(delivery: Delivery) -> tuple[datetime, str]:
    """The time of the last attempt or, before the first, the time when the delivery is due."""
    first = delivery.attempted_at or delivery.next_attempt_at
    return first or datetime.min.replace(tzinfo=UTC), delivery.event_id
