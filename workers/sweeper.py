"""Rings what is due. The store is the truth; this is how the workers come to hear of it.

Beat's tick and a thread in every worker sweep, each behind `acquire_sweep`: with no beat, one or
two, with a worker dead or frozen in the middle of a sweep, another one sweeps a moment later.
"""

from __future__ import annotations

import structlog

from claims.ports import Store
from workers.doorbell import Doorbell

log = structlog.get_logger(__name__)

RINGS_AT_ONCE = 200
FORGOTTEN_AT_ONCE = 100
"""Checks, and pages, that one sweep deletes: the server does nothing else meanwhile."""


def sweep(store: Store, doorbell: Doorbell, *, every_s: float, keep_s: float | None = None) -> int:
    """Put overdue leases back, ring what is due and delete what is older than `keep_s` (None:
    keep it), unless another did so less than `every_s` ago; how many were rung. Raises
    StoreUnavailable.
    """
    if not store.acquire_sweep(ttl_s=every_s * 0.8):
        return 0
    reaped = store.reap()
    if reaped:
        log.warning("leases_ran_out", items=reaped)
    rung = ring_due(store, doorbell)
    forgotten = store.forget(keep_s=keep_s, limit=FORGOTTEN_AT_ONCE)
    if forgotten.checks or forgotten.pages:
        log.info("old_deleted", checks=forgotten.checks, pages=forgotten.pages)
    return rung


def ring_due(store: Store, doorbell: Doorbell) -> int:
    """Ring the items whose time to be rung has come; how many. Raises StoreUnavailable.

    What is rung stays due, with a later time for the next ring: a lost message is repeated.
    """
    items = store.take_due(limit=RINGS_AT_ONCE)
    doorbell.ring(items)
    return len(items)
