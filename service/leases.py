"""Gives back what the processes of a worker program had leased, once the program has ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from claims.errors import AssayError
from claims.ports import Store

PATIENCE_S = 60.0
"""After this time the leases have run out anyway."""
RETRY_S = 1.0


class LeaseReturns:
    """Returns leases from threads, since the store may be away at the moment or slow.

    A return that comes late does no harm: a program that is started anew has another process id.
    """

    def __init__(self, open_store: Callable[[], Store]) -> None:
        self._open_store = open_store
        self._threads: list[threading.Thread] = []

    def begin(self, worker: str, *, counts: bool) -> None:
        """Return what the children of a process had leased; `worker`, `counts`: Store.release."""
        thread = threading.Thread(
            target=self._return, args=(worker, counts), name=f"leases of {worker}", daemon=True
        )
        thread.start()
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]

    def wait(self, timeout_s: float) -> None:
        """Wait for those that have begun, at most so long."""
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _return(self, worker: str, counts: bool) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            try:
                self._open_store().release(worker, counts=counts)
            except AssayError:
                time.sleep(RETRY_S)
            else:
                return
