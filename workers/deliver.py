"""Delivers events to webhooks and alerts while some are ready: lease, write, send, record."""

from __future__ import annotations

import time
from enum import StrEnum

import structlog

from claims.report.alert_messages import write_mail, write_slack
from claims.report.events import write_message
from claims.sources.mailing import CODE as MAIL_SERVER
from claims.webhooks import AlertKind, Attempt, DeliveryLease, sign
from claims.wiring import now
from workers.context import Pace, WorkerContext
from workers.sweeper import notify_of_ready

log = structlog.get_logger(__name__)

SHIFT_S = 5.0
"""Maximum seconds for which a thread begins deliveries after one message: a worker that is asked to
stop ends within this time and one attempt."""


_NO_MAILER = "this process has no mail server: ASSAY_SMTP_URL or ASSAY_MAIL_FROM is not set"


class DeliveryOutcome(StrEnum):
    """The result of one message of the queue of deliveries."""

    DELIVERED = "delivered"
    FAILED = "failed"  # tried again later, unless it was the last attempt
    LEASE_LOST = "lease-lost"  # another worker has the lease, or the delivery was given up
    NOTHING_TO_DO = "nothing-to-do"


def deliver_ready(context: WorkerContext, *, pace: Pace, worker: str) -> int:
    """Make deliveries until none is ready; returns their number.

    A message starts one thread, which continues until nothing is ready; further messages would cost
    processor time (benchmarks/webhooks.py). Raises StoreUnavailable.
    """
    ends_at, made = time.monotonic() + SHIFT_S, 0
    while deliver(context, pace=pace, worker=worker) is not DeliveryOutcome.NOTHING_TO_DO:
        made += 1
        if time.monotonic() > ends_at:
            notify_of_ready(context.store, context.notifier)
            break
    return made


def deliver(context: WorkerContext, *, pace: Pace, worker: str) -> DeliveryOutcome:
    """Make the next delivery, if one is ready, and notify other threads of the rest.

    The lease outlives the attempt, which takes a few seconds at most, so it is not renewed. Raises
    StoreUnavailable: the lease then runs out, and the event is delivered again with the same id.
    """
    lease = context.store.webhooks.take(worker=worker, ttl_s=pace.lease_ttl_s)
    if lease is None:
        return DeliveryOutcome.NOTHING_TO_DO
    with structlog.contextvars.bound_contextvars(
        webhook=lease.webhook_id, event_id=lease.event.id, attempt=lease.attempt
    ):
        notify_of_ready(context.store, context.notifier)
        attempt = _attempt(lease, context)
        if not context.store.webhooks.end(lease, attempt):
            return DeliveryOutcome.LEASE_LOST
        if attempt.is_success:
            log.info("delivered")
            return DeliveryOutcome.DELIVERED
        log.warning("delivery_failed", error=attempt.error)
        return DeliveryOutcome.FAILED


def _attempt(lease: DeliveryLease, context: WorkerContext) -> Attempt:
    try:
        return _send(lease, context)
    except Exception as error:  # a defect: only of this delivery
        log.exception("delivery_broken")
        return Attempt(status_code=None, duration_ms=0, error=f"a fault of Assay: {error!r}"[:200])


def _send(lease: DeliveryLease, context: WorkerContext) -> Attempt:
    public_url, mailer = context.public_url, context.mailer
    match lease.kind:
        case AlertKind.MAIL:
            if mailer is None:
                return Attempt(status_code=None, duration_ms=0, error=_NO_MAILER, code=MAIL_SERVER)
            mail = write_mail(lease, sender=mailer.sender, public_url=public_url, at=now())
            return mailer.send(mail, lease.url)
        case AlertKind.SLACK:
            body = write_slack(lease, public_url=public_url)
            return context.poster.post(lease.url, body, {})
        case None:
            body = write_message(lease.event)
            return context.poster.post(lease.url, body, sign(lease, body, at=now()))
