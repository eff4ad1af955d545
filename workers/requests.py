"""What a worker's parent process does when a process of its pool is lost during a task."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Any

import structlog
from celery.worker.request import Request

from claims.errors import StoreUnavailable
from claims.ports import Store
from claims.store import name_child

log = structlog.get_logger(__name__)


def build_request(open_store: Callable[[], Store]) -> type[Request]:
    """The class of requests whose leases are given back at once when their process is lost.

    The store is opened when first needed: the parent has a connection of its own, the pool forks.
    """
    store = cache(open_store)

    class LeasedRequest(Request):  # type: ignore[misc]  # celery has no types
        def on_failure(self, *args: Any, **kwargs: Any) -> None:
            # No task lets an exception out, so this is a process that was killed. The lease comes
            # first: what follows requeues the message.
            self._give_back()
            super().on_failure(*args, **kwargs)

        def on_timeout(self, soft: bool, timeout: float) -> None:
            # At the hard limit the process is killed right after this.
            if not soft:
                self._give_back()
            super().on_timeout(soft, timeout)

        def _give_back(self) -> None:
            if self.worker_pid is None:
                return  # no process had begun
            process = name_child(os.getpid(), self.worker_pid)
            try:
                items = store().release(process, counts=True)
            except StoreUnavailable as error:
                log.warning("leases_not_given_back", process=process, error=str(error))
            else:
                log.warning("process_lost", process=process, leases_given_back=items)

    return LeasedRequest
