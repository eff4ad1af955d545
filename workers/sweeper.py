"""Puts overdue work back into due and notifies the workers, which covers lost messages.

Beat's tick and a thread in every worker sweep, each guarded by `acquire_sweep`: with no beat, one
or two, or with a worker dead or frozen in the middle of a sweep, another process sweeps soon after.
"""

from __future__ import annotations

from dataclasses import asdict, astuple

import structlog

from claims.ports import Store
from workers.notifier import Notifier

log = structlog.get_logger(__name__)

FORGOTTEN_AT_ONCE = 100
"""Maximum checks, pages, audit entries and keys that one sweep deletes, of each kind: the server
does nothing else meanwhile."""
UNREAD_S = 300.0
"""Seconds for which a claim waits for the reader while no worker reads: longer than a restart."""
ROUNDS = 20
"""Maximum rounds in which one sweep deletes old data while memory is short."""
COMPARED_AT_ONCE = 100
"""Maximum sign-offs that one sweep compares with their claims, each with two calls."""
REPLANNED_AT_ONCE = 200
"""Maximum claims whose next check one sweep plans anew after the budget of looks has changed."""
EVENTS_FORGOTTEN_AT_ONCE = 1000
"""Maximum events deleted by one sweep; they are small."""


def sweep(
    store: Store,
    notifier: Notifier,
    *,
    every_s: float,
    keep_s: float | None = None,
    keep_events_s: float | None = None,
    keep_audit_s: float | None = None,
    keep_access_s: float | None = None,
    looks_per_day: int = 0,
) -> int:
    """Put overdue items back, notify the workers, find stale sign-offs, and delete old data, unless
    another process did so less than `every_s` ago; returns the number of ready items. Raises
    StoreUnavailable.

    Checks are kept for `keep_s` after a newer verdict replaced them, events for `keep_events_s`,
    entries of the audit log on changes for `keep_audit_s` and those on access for `keep_access_s`;
    None keeps all. `looks_per_day` is the budget of checks on schedule, 0 for none.
    """
    if not store.acquire_sweep(ttl_s=every_s * 0.8):
        return 0
    gone_back_s = store.follow_clock()
    if gone_back_s:
        log.warning("clock_went_back", seconds=round(gone_back_s))
    store.follow_zones()
    store.tag_schedules.follow()
    moved = store.follow_looks(looks_per_day, limit=REPLANNED_AT_ONCE)
    if moved:
        log.info("checks_planned_anew", checks=moved)
    reaped = store.reap()
    if reaped:
        log.warning("leases_ran_out", items=reaped)
    unread = store.end_readings(after_s=UNREAD_S, limit=FORGOTTEN_AT_ONCE)
    if unread:
        log.warning("no_worker_reads", claims=unread)
    ready = notify_of_ready(store, notifier)
    store.reviews.note_stale(limit=COMPARED_AT_ONCE)
    _make_room(store)
    forgotten = store.forget(keep_s=keep_s, limit=FORGOTTEN_AT_ONCE)
    if forgotten.checks or forgotten.pages:
        log.info("old_deleted", checks=forgotten.checks, pages=forgotten.pages)
    events = store.forget_events(keep_s=keep_events_s, limit=EVENTS_FORGOTTEN_AT_ONCE)
    if events:
        log.info("old_events_deleted", events=events)
    store.audit.forget(keep_s=keep_audit_s, keep_access_s=keep_access_s, limit=FORGOTTEN_AT_ONCE)
    return ready


def _make_room(store: Store) -> None:
    """Delete the oldest data, whatever its age, while the store's memory is short."""
    for _ in range(ROUNDS):
        deleted = store.make_room()
        if deleted is None:
            return
        if not any(astuple(deleted)):
            log.warning("memory_short")
            return
        log.warning("old_deleted_for_memory", **asdict(deleted))


def notify_of_ready(store: Store, notifier: Notifier) -> int:
    """Notify the workers of ready items; returns their number. Raises StoreUnavailable."""
    ready = store.count_ready()
    notifier.notify(ready)
    return sum(ready.values())
