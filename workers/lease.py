"""Keeps a lease alive while its item is worked on."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context

import structlog

from claims.errors import StoreUnavailable
from claims.ports import Lease, Store

log = structlog.get_logger(__name__)


@contextmanager
def keep_lease(
    store: Store, lease: Lease, *, ttl_s: float, most_s: float | None = None
) -> Iterator[None]:
    """Renew `lease` every third of `ttl_s` from a thread, until the block ends or for `most_s`.

    A process that is killed or frozen stops renewing, so its item becomes due again after
    `ttl_s`. A process that hangs keeps renewing: Celery's hard time limit kills it. Threads of
    one process have no such limit, and therefore `most_s`.
    """
    done = threading.Event()
    # With the fields that the log lines of the item have.
    keeper = threading.Thread(
        target=copy_context().run,
        args=(_renew_until, done, store, lease, ttl_s, most_s),
        name="lease-keeper",
        daemon=True,
    )
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join(ttl_s)


def _renew_until(
    done: threading.Event, store: Store, lease: Lease, ttl_s: float, most_s: float | None
) -> None:
    ends_at = None if most_s is None else time.monotonic() + most_s
    while not done.wait(ttl_s / 3):
        if ends_at is not None and time.monotonic() > ends_at:
            log.warning("attempt_hangs", id=lease.item.id, check=lease.item.check)
            return
        try:
            if not store.renew(lease, ttl_s=ttl_s):
                # The commit will be refused, since it has the same token.
                log.info("lease_not_renewed", id=lease.item.id, check=lease.item.check)
                return
        except StoreUnavailable as error:
            log.warning("lease_renewal_missed", id=lease.item.id, error=str(error))
