"""The parent process of a worker: handles the loss of a pool process during a task."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache

import structlog
from celery.worker.request import Request

from claims.errors import StoreUnavailable
from claims.ports import Store
from claims.store import name_child

log = structlog.get_logger(__name__)


def build_request(open_store: Callable[[], Store]) -> type[Request]:
    """The class of requests that release their leases at once when their process is lost.

    The store is opened at first use: the parent needs its own connection, since the pool forks.
    """
    store = cache(open_store)

    class LeasedRequest(Request):  # type: ignore[misc]  # celery has no types
        def on_failure(self, *args: object, **kwargs: object) -> None:
            # Tasks let no exception out, so this process was killed. The lease is released
            # first: the next step requeues the message.
            self._give_back()
            super().on_failure(*args, **kwargs)

        def on_timeout(self, soft: bool, timeout: float) -> None:
            # At the hard limit Celery kills the process right after this call.
            if not soft:
                self._give_back()
            super().on_timeout(soft, timeout)

        def _give_back(self) -> None:
            if self.worker_pid is None:
                return  # no process had started the task
            process = name_child(os.getpid(), self.worker_pid)
            try:
                items = store().release(process, counts=True)
            except StoreUnavailable as error:
                log.warning("leases_not_given_back", process=process, error=str(error))
            else:
                log.warning("process_lost", process=process, leases_given_back=items)

    return LeasedRequest
