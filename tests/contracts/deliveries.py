"""Webhooks, events and attempts for tests of deliveries."""

from __future__ import annotations

from claims.store import RedisStore
from claims.types import EventType, VerdictLabel
from claims.webhooks import Attempt, DeliveryLease, NewWebhook, Webhook
from tests.contracts import steps

OK = Attempt(status_code=204, duration_ms=12)
BROKEN = Attempt(status_code=500, duration_ms=7, error="it answered 500")
SILENT = Attempt(
    status_code=None, duration_ms=10_000, error="timeout: not answered", code="timeout"
)
ENDED = Attempt(status_code=410, duration_ms=3, error="it answered 410")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="
VERDICTS = (EventType.VERDICT_CREATED, EventType.VERDICT_CHANGED)


def webhook_id(number: int = 1) -> str:
    return f"w_{number:032x}"


def new_webhook(
    number: int = 1,
    *,
    events: tuple[EventType, ...] = VERDICTS,
    labels: tuple[VerdictLabel, ...] = (),
    tags: tuple[str, ...] = (),
    article: str | None = None,
) -> NewWebhook:
    return NewWebhook(
        id=webhook_id(number),
        url=f"https://{number}.example.org/hook",
        events=events,
        labels=labels,
        tags=tags,
        article=article,  # type: ignore[arg-type]
        secret=SECRET,
    )


def make(store: RedisStore, number: int = 1, **given: object) -> Webhook:
    return store.webhooks.create(new_webhook(number, **given))  # type: ignore[arg-type]


def take(store: RedisStore, *, worker: str = "w1", ttl_s: float = 60.0) -> DeliveryLease:
    """Take the next delivery; fails the test when there is none."""
    lease = store.webhooks.take(worker=worker, ttl_s=ttl_s)
    assert lease is not None
    return lease


def deliver_all(store: RedisStore) -> list[tuple[str, str]]:
    """Deliver everything that is ready; returns (webhook, type of the event), in order."""
    found = []
    while lease := store.webhooks.take(worker="w1", ttl_s=60):
        found.append((lease.webhook_id, lease.event.type))
        assert store.webhooks.end(lease, OK)
    return found


def judge(
    store: RedisStore,
    number: int = 1,
    label: VerdictLabel = VerdictLabel.SUPPORTED,
    *,
    tags: tuple[str, ...] = (),
) -> str:
    """Give a new claim a verdict, which is an event; returns the claim's id."""
    claim = store.submit_claim(steps.new_claim(number))
    if tags:
        store.set_claim_tags(claim, tags)
    steps.finish_check(store, claim, 1, label)
    return claim
