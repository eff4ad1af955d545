"""Processes one work item from lease to commit, and handles each outcome."""

from __future__ import annotations

import random
from enum import StrEnum

import structlog

from claims.errors import (
    AssayError,
    Gone,
    HostBusy,
    InvalidInput,
    NotFound,
    SourceError,
    TemporaryError,
    Unreadable,
)
from claims.ports import Lease, VerifyAnswer, VerifyRequest, WorkItem
from claims.types import UNREADABLE, ErrorRecord, Queue, Stage
from workers.context import Pace, WorkerContext
from workers.lease import keep_lease
from workers.second_reader import ReaderSilent
from workers.steps import STEPS, read_verified, verify
from workers.sweeper import notify_of_ready

log = structlog.get_logger(__name__)

BACKOFF_BASE_S = 4.0
BACKOFF_MAX_S = 60.0
CAUSE_CHARS = 500
"""Maximum characters kept of a cause: the answer of an endpoint may be long."""
_LOG = "see the log of the worker"
POSTPONED_LEAST_S = 1.0
"""Minimum delay in seconds, so that an item whose host is free soon is not taken repeatedly."""


class Outcome(StrEnum):
    """The result of one message of a queue."""

    COMMITTED = "committed"
    NOTHING_TO_DO = "nothing-to-do"  # no item is ready: other workers took them
    LEASE_LOST = "lease-lost"  # another worker or none has the item; this result was discarded
    GIVEN_UP = "given-up"
    PUT_BACK = "put-back"
    POSTPONED = "postponed"  # until hosts may be asked again; does not count as an attempt
    ANSWERED = "answered"  # a verify request; it is no work item
    HANDED_ON = "handed-on"  # a verify request that was judged, and is read next
    CALLER_GONE = "caller-gone"  # the caller of a verify request gave up before its answer


def work(queue: Queue, *, context: WorkerContext, pace: Pace, worker: str) -> Outcome:
    """Do the next item of `queue`, if one is ready, and notify other workers of the rest.

    In the queues of judge and reader, verify requests come before all items: their callers wait.

    A permanent error of the input marks it failed with a reason. After any other error it
    becomes due again a little later; the store fails it after three attempts. An item that waits
    for a host's turn, or for a reader that does not answer, becomes due at that time, and no
    attempt is counted. Raises StoreUnavailable: the lease then runs out, with the same effect.
    """
    if queue in (Queue.SCORE, Queue.READ):
        request = context.store.take_verify(worker=worker, queue=queue)
        if request is not None:
            notify_of_ready(context.store, context.notifier)
            return _answer(request, context, queue)
    lease = context.store.take(queue, worker=worker, ttl_s=pace.lease_ttl_s)
    if lease is None:
        return Outcome.NOTHING_TO_DO
    item = lease.item
    structlog.contextvars.bind_contextvars(
        stage=item.stage, id=item.id, check=item.check, request_id=lease.request_id
    )
    with keep_lease(context.store, lease, ttl_s=pace.lease_ttl_s, most_s=_limit(item, context)):
        notify_of_ready(context.store, context.notifier)
        outcome = _attempt(lease, context)
    if outcome is Outcome.COMMITTED:
        notify_of_ready(context.store, context.notifier)
    return outcome


def _limit(item: WorkItem, context: WorkerContext) -> float | None:
    """Seconds after which an attempt loses its lease: the only limit of a thread that reads."""
    second = context.second_reader if item.stage is Stage.READ else None
    return second.most_s if second else None


def _answer(request: VerifyRequest, context: WorkerContext, queue: Queue) -> Outcome:
    """Judge a verify request once, or have it read. An error becomes the answer, since the caller
    may ask again. A request that cannot be read gets the judge's verdict."""
    structlog.contextvars.bind_contextvars(verify=request.id, request_id=request.request_id)
    wants_reader = False
    try:
        if queue is Queue.READ:
            answer = VerifyAnswer(verdict=read_verified(context, request))
        else:
            verdict, wants_reader = verify(context, request)
            answer = VerifyAnswer(verdict=verdict)
    except Exception as error:  # a defect, MemoryError or the soft time limit: only of this one
        log.exception("verify_failed")
        answer = VerifyAnswer(error=_explain(error)[:CAUSE_CHARS])
        if queue is Queue.READ:
            answer = context.store.read_verify_answer(request.id, judged=True) or answer
    judge_s = context.stopwatch.take_s() if queue is Queue.SCORE else 0.0
    if wants_reader:
        handed_on = context.store.hand_on_verify(request.id, answer, judge_s=judge_s)
        if handed_on is not None:
            notify_of_ready(context.store, context.notifier)
            return Outcome.HANDED_ON if handed_on else Outcome.CALLER_GONE
    answered = context.store.answer_verify(request.id, answer, judge_s=judge_s)
    return Outcome.ANSWERED if answered else Outcome.CALLER_GONE


def _explain(error: Exception) -> str:
    """The message of an error that Assay raises itself; for another error, a reference to the log,
    because its message is not written for users."""
    return str(error) if isinstance(error, AssayError) else f"{type(error).__name__} ({_LOG})"


def _attempt(lease: Lease, context: WorkerContext) -> Outcome:
    try:
        committed = STEPS[lease.item.stage](context, lease)
    except (SourceError, InvalidInput, Unreadable) as error:
        given_up = context.store.give_up(lease, _record(error))
        return Outcome.GIVEN_UP if given_up else Outcome.LEASE_LOST
    except Gone:  # deleted meanwhile: no result is needed
        return Outcome.LEASE_LOST
    except HostBusy as busy:
        log.info("host_busy", code=busy.code, wait_s=round(busy.wait_s, 3))
        postponed = context.store.postpone(
            lease, delay_s=max(busy.wait_s, POSTPONED_LEAST_S), url=busy.url, code=busy.code
        )
        return Outcome.POSTPONED if postponed else Outcome.LEASE_LOST
    except ReaderSilent as silent:
        postponed = context.store.postpone(lease, delay_s=silent.wait_s)
        return Outcome.POSTPONED if postponed else Outcome.LEASE_LOST
    except NotFound as error:  # cancelled by now, and then the lease is lost; else a defect
        outcome = _put_back(lease, context, cause=str(error))
        if outcome is Outcome.PUT_BACK:
            log.error("attempt_failed", attempt=lease.attempt, error=str(error))
        return outcome
    except TemporaryError as error:
        log.warning("attempt_failed", attempt=lease.attempt, error=str(error))
        cause = str(error)
    except Exception as error:  # a defect, MemoryError or the soft time limit: only of this item
        log.exception("attempt_failed", attempt=lease.attempt)
        cause = _explain(error)
    else:
        return Outcome.COMMITTED if committed else Outcome.LEASE_LOST
    return _put_back(lease, context, cause=cause)


def _put_back(lease: Lease, context: WorkerContext, *, cause: str) -> Outcome:
    back = context.store.put_back(
        lease, delay_s=backoff_s(lease.attempt), cause=cause[:CAUSE_CHARS]
    )
    return Outcome.PUT_BACK if back else Outcome.LEASE_LOST


def backoff_s(attempt: int) -> float:
    """Seconds until the next attempt: exponential with full jitter, so that items that failed
    together do not come back together (Brooker, "Exponential Backoff And Jitter", 2015).
    """
    return random.uniform(0, min(BACKOFF_MAX_S, BACKOFF_BASE_S * 2**attempt))  # noqa: S311 - jitter is no secret


def _record(error: SourceError | InvalidInput | Unreadable) -> ErrorRecord:
    if isinstance(error, SourceError):
        return ErrorRecord(error.code, error.detail)
    if isinstance(error, Unreadable):
        return ErrorRecord(UNREADABLE, str(error))
    return ErrorRecord("invalid-input", error.message)
