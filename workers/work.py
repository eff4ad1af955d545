"""One work item from lease to commit, and what follows from each way it can end."""

from __future__ import annotations

import random
from enum import StrEnum

import structlog

from claims.errors import AssayError, HostBusy, InvalidInput, SourceError, TemporaryError
from claims.ports import Lease
from claims.types import ErrorRecord, Queue
from workers.context import Pace, WorkerContext
from workers.lease import keep_lease
from workers.steps import STEPS
from workers.sweeper import notify_of_ready

log = structlog.get_logger(__name__)

BACKOFF_BASE_S = 4.0
BACKOFF_MAX_S = 60.0
CAUSE_CHARS = 500
"""What is kept of a cause: what an endpoint answered may be long."""
_LOG = "the log of the worker has more"
POSTPONED_LEAST_S = 1.0
"""So that an item whose host is free in a moment does not come back at once, and again."""


class Outcome(StrEnum):
    """How one message of a queue ended."""

    COMMITTED = "committed"
    NOTHING_TO_DO = "nothing-to-do"  # no item is ready: others took them
    LEASE_LOST = "lease-lost"  # somebody else has it now; our result was thrown away
    GIVEN_UP = "given-up"
    PUT_BACK = "put-back"
    POSTPONED = "postponed"  # until hosts may be asked again; no attempt


def work(queue: Queue, *, context: WorkerContext, pace: Pace, worker: str) -> Outcome:
    """Do the item of `queue` whose turn it is, if one is ready, and let others do the next.

    A permanent error of the input marks it failed with a reason; after any other error it
    becomes due again a little later, and the store ends that at three attempts. What waits for a
    host's turn becomes due when that comes, and no attempt is counted. Raises StoreUnavailable:
    the lease then runs out, with the same effect.
    """
    lease = context.store.take(queue, worker=worker, ttl_s=pace.lease_ttl_s)
    if lease is None:
        return Outcome.NOTHING_TO_DO
    item = lease.item
    structlog.contextvars.bind_contextvars(stage=item.stage, id=item.id, check=item.check)
    with keep_lease(context.store, lease, ttl_s=pace.lease_ttl_s):
        notify_of_ready(context.store, context.notifier)
        outcome = _attempt(lease, context)
    if outcome is Outcome.COMMITTED:
        notify_of_ready(context.store, context.notifier)
    return outcome


def _attempt(lease: Lease, context: WorkerContext) -> Outcome:
    try:
        committed = STEPS[lease.item.stage](context, lease)
    except (SourceError, InvalidInput) as error:
        given_up = context.store.give_up(lease, _record(error))
        return Outcome.GIVEN_UP if given_up else Outcome.LEASE_LOST
    except HostBusy as busy:
        log.info("host_busy", code=busy.code, wait_s=round(busy.wait_s, 3))
        postponed = context.store.postpone(
            lease, delay_s=max(busy.wait_s, POSTPONED_LEAST_S), url=busy.url, code=busy.code
        )
        return Outcome.POSTPONED if postponed else Outcome.LEASE_LOST
    except TemporaryError as error:
        log.warning("attempt_failed", attempt=lease.attempt, error=str(error))
        cause = str(error)
    except Exception as error:  # a defect, MemoryError or the soft time limit: of this item only
        log.exception("attempt_failed", attempt=lease.attempt)
        # Only what Assay raises on purpose is worded for readers; the rest is for the log.
        cause = str(error) if isinstance(error, AssayError) else f"{type(error).__name__} ({_LOG})"
    else:
        return Outcome.COMMITTED if committed else Outcome.LEASE_LOST
    back = context.store.put_back(
        lease, delay_s=backoff_s(lease.attempt), cause=cause[:CAUSE_CHARS]
    )
    return Outcome.PUT_BACK if back else Outcome.LEASE_LOST


def backoff_s(attempt: int) -> float:
    """Seconds until the next attempt: exponential with full jitter, so that items that failed
    together do not come back together (Brooker, "Exponential Backoff And Jitter", 2015).
    """
    return random.uniform(0, min(BACKOFF_MAX_S, BACKOFF_BASE_S * 2**attempt))  # noqa: S311 - jitter is no secret


def _record(error: SourceError | InvalidInput) -> ErrorRecord:
    if isinstance(error, SourceError):
        return ErrorRecord(error.code, error.detail)
    return ErrorRecord("invalid-input", error.message)
