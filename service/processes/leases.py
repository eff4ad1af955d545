"""Releases the leases of a worker program's processes after the program has ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from claims.errors import AssayError
from claims.ports import Store

PATIENCE_S = 60.0
"""Seconds for which a release is retried; by then the leases have expired by themselves."""
RETRY_S = 1.0


class LeaseReturns:
    """Releases leases from threads, since the store may be unavailable or slow at the moment.

    A late release does no harm: a restarted program has another process id. `end` ends the threads.
    """

    def __init__(self, open_store: Callable[[], Store]) -> None:
        self._open_store = open_store
        self._threads: list[threading.Thread] = []
        self._ended = threading.Event()

    def begin(self, worker: str, *, counts: bool) -> None:
        """Release the leases of a process's children; `worker`, `counts`: see Store.release."""
        thread = threading.Thread(
            target=self._return, args=(worker, counts), name=f"leases of {worker}", daemon=True
        )
        thread.start()
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]

    def end(self, timeout_s: float) -> None:
        """Wait for the releases that have begun, at most `timeout_s` seconds, and give up the rest.

        A thread that is in a call of the store then ends with that call.
        """
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._ended.set()

    def _return(self, worker: str, counts: bool) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline and not self._ended.is_set():
            try:
                self._open_store().release(worker, counts=counts)
            except AssayError:
                self._ended.wait(RETRY_S)
            else:
                return
