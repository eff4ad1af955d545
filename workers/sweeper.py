"""Notifies the workers of what is ready. The store is the truth; this makes up for lost messages.

Beat's tick and a thread in every worker sweep, each behind `acquire_sweep`: with no beat, one or
two, with a worker dead or frozen in the middle of a sweep, another one sweeps a moment later.
"""

from __future__ import annotations

import structlog

from claims.ports import Store
from workers.notifier import Notifier

log = structlog.get_logger(__name__)

FORGOTTEN_AT_ONCE = 100
"""Checks, and pages, that one sweep deletes: the server does nothing else meanwhile."""


def sweep(store: Store, notifier: Notifier, *, every_s: float, keep_s: float | None = None) -> int:
    """Put overdue leases back, notify the workers and delete what is older than `keep_s` (None:
    keep it), unless another did so less than `every_s` ago; how many items are ready. Raises
    StoreUnavailable.
    """
    if not store.acquire_sweep(ttl_s=every_s * 0.8):
        return 0
    reaped = store.reap()
    if reaped:
        log.warning("leases_ran_out", items=reaped)
    ready = notify_of_ready(store, notifier)
    forgotten = store.forget(keep_s=keep_s, limit=FORGOTTEN_AT_ONCE)
    if forgotten.checks or forgotten.pages:
        log.info("old_deleted", checks=forgotten.checks, pages=forgotten.pages)
    return ready


def notify_of_ready(store: Store, notifier: Notifier) -> int:
    """Let workers take what is ready; how many items that are. Raises StoreUnavailable."""
    ready = store.count_ready()
    notifier.notify(ready)
    return sum(ready.values())
