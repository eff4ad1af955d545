"""Delivers one event to one webhook: lease, sign, send, record."""

from __future__ import annotations

from enum import StrEnum

import structlog

from claims.report.events import write_message
from claims.webhooks import Attempt, DeliveryLease, sign
from claims.wiring import now
from workers.context import Pace, WorkerContext
from workers.sweeper import notify_of_ready

log = structlog.get_logger(__name__)


class DeliveryOutcome(StrEnum):
    """The result of one message of the queue of deliveries."""

    DELIVERED = "delivered"
    FAILED = "failed"  # tried again later, unless it was the last attempt
    LEASE_LOST = "lease-lost"  # somebody else delivers it again, or nobody waits for it any more
    NOTHING_TO_DO = "nothing-to-do"


def deliver(context: WorkerContext, *, pace: Pace, worker: str) -> DeliveryOutcome:
    """Make the next delivery, if one is ready, and notify other workers of the rest.

    The lease outlives the attempt, which takes a few seconds at most, so nobody renews it. Raises
    StoreUnavailable: the lease then runs out, and the event is delivered again with the same id.
    """
    lease = context.store.webhooks.take(worker=worker, ttl_s=pace.lease_ttl_s)
    if lease is None:
        return DeliveryOutcome.NOTHING_TO_DO
    structlog.contextvars.bind_contextvars(webhook=lease.webhook_id, event_id=lease.event.id)
    notify_of_ready(context.store, context.notifier)
    attempt = _attempt(lease, context)
    is_recorded = context.store.webhooks.end(lease, attempt)
    notify_of_ready(context.store, context.notifier)
    if not is_recorded:
        return DeliveryOutcome.LEASE_LOST
    if attempt.is_success:
        return DeliveryOutcome.DELIVERED
    log.warning("delivery_failed", attempt=lease.attempt, error=attempt.error)
    return DeliveryOutcome.FAILED


def _attempt(lease: DeliveryLease, context: WorkerContext) -> Attempt:
    try:
        body = write_message(lease.event)
        return context.poster.post(lease.url, body, sign(lease, body, at=now()))
    except Exception as error:  # a defect: only of this delivery
        log.exception("delivery_broken")
        return Attempt(status_code=None, duration_ms=0, error=f"a fault of Assay: {error!r}"[:200])
