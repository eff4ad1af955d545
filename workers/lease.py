"""Keeps a lease alive while its item is worked on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context

import structlog

from claims.errors import StoreUnavailable
from claims.ports import Lease, Store

log = structlog.get_logger(__name__)


@contextmanager
def keep_lease(store: Store, lease: Lease, *, ttl_s: float) -> Iterator[None]:
    """Renew `lease` every third of `ttl_s` from a thread, until the block ends.

    A process that is killed or frozen stops renewing, so its item becomes due again after
    `ttl_s`. A process that hangs goes on renewing: Celery's hard time limit kills it.
    """
    done = threading.Event()
    # With the fields that the log lines of the item have.
    keeper = threading.Thread(
        target=copy_context().run,
        args=(_renew_until, done, store, lease, ttl_s),
        name="lease-keeper",
        daemon=True,
    )
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join(ttl_s)


def _renew_until(done: threading.Event, store: Store, lease: Lease, ttl_s: float) -> None:
    while not done.wait(ttl_s / 3):
        try:
            if not store.renew(lease, ttl_s=ttl_s):
                # The commit will be refused, since it has the same token.
                log.info("lease_not_renewed", id=lease.item.id, check=lease.item.check)
                return
        except StoreUnavailable as error:
            log.warning("lease_renewal_missed", id=lease.item.id, error=str(error))
