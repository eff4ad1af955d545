"""Webhooks of tests, and a worker that makes one delivery."""

from __future__ import annotations

import time
from collections.abc import Callable

from claims.store import RedisStore
from claims.types import EventType
from claims.webhooks import NewWebhook, Webhook, make_webhook_id, make_webhook_secret
from tests.workers.receivers import Answer, Receiver, say
from workers.context import Pace, WorkerContext
from workers.deliver import DeliveryOutcome, deliver

PACE = Pace()
DONE = say("HTTP/1.1 204 No Content\n\n")
Serve = Callable[[Answer], Receiver]


def subscribe(
    store: RedisStore, url: str, *, secret: str | None = None, events: tuple[EventType, ...] = ()
) -> Webhook:
    """Register a webhook, for created verdicts unless `events` are given."""
    new = NewWebhook(
        id=make_webhook_id(),
        url=url,
        events=events or (EventType.VERDICT_CREATED,),
        secret=secret or make_webhook_secret(),
    )
    return store.webhooks.create(new)


def run(context: WorkerContext) -> DeliveryOutcome:
    """Let a worker make the next delivery."""
    return deliver(context, pace=PACE, worker="w@test")


def read(request: bytes) -> tuple[dict[str, str], bytes]:
    """The headers and the body of a request."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name: value for name, _, value in (line.partition(": ") for line in lines)}, body


def count(store: RedisStore, outcome: str) -> int:
    """Attempts that /metrics counts with this outcome."""
    return store.read_metrics().counters.get(("deliveries", outcome), 0)


def stall(connection: object) -> None:
    """Answer nothing for 3 s."""
    time.sleep(3)
