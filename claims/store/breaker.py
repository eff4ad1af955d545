"""Limits the time for which a request waits for the store: a deadline, and a circuit breaker.

A store that does not answer (stopped, or its disk hangs) must not hold the threads of the API. All
store calls of one request together get DEADLINE_S. A call without an answer opens the breaker:
from then on calls fail at once, except for one probe each second, which tests whether the store
answers again. Workers do not use it: they wait longer, and leases and retries cover the rest.

`pybreaker` holds its lock while a call runs, so that all calls would wait for one another, and
`circuitbreaker` lets any number of callers through to a service that may still be down.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock

from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as NoAnswer

from claims.errors import StoreUnavailable

DEADLINE_S = 3.0
# Maximum concurrent calls in one process. The server answers them one after the other, so more
# calls gain nothing, and further threads stay free for requests without the store, such as /livez.
CALLS_MAX = 8
# Maximum seconds to wait for one of these places; while no call ends, the store does not answer.
PLACE_WAIT_S = 0.5
# Seconds between the probes that test whether the store answers again.
PROBE_EVERY_S = 1.0


@dataclass(slots=True)
class _Budget:
    """Seconds left for the store calls of one request; `ends_at` is set while a call runs."""

    left_s: float
    ends_at: float = 0.0


_budget: ContextVar[_Budget | None] = ContextVar("store_time", default=None)


def start_deadline() -> None:
    """Start the deadline for the store calls of a request: DEADLINE_S for all of them together.

    Only the time inside the calls counts. Without this, and after `end_deadline`, each call has
    its own DEADLINE_S.
    """
    _budget.set(_Budget(DEADLINE_S))


def end_deadline() -> None:
    """End the deadline of a request, so that its thread can do other work."""
    _budget.set(None)


def seconds_left() -> float:
    """Seconds left for the current call; above 0, since redis-py would not wait at all with 0."""
    budget = _budget.get()
    return DEADLINE_S if budget is None else max(0.001, budget.ends_at - time.monotonic())


@contextmanager
def _within_deadline() -> Iterator[None]:
    budget = _budget.get() or _Budget(DEADLINE_S)
    if budget.left_s <= 0:
        raise StoreUnavailable(f"the store took longer than {DEADLINE_S:g} s for one request")
    budget.ends_at = time.monotonic() + budget.left_s
    token = _budget.set(budget)
    try:
        yield
    finally:
        budget.left_s = budget.ends_at - time.monotonic()
        _budget.reset(token)


class Breaker:
    """Lets calls through while the store answers. Thread-safe; one for each process.

    Two callers when the next probe is due: the first one moves `_probe_at` past its own deadline
    under the lock, so the second is refused. If a probe never reports its end (its thread was
    killed), another one follows at that time.
    """

    def __init__(self) -> None:
        self._places = BoundedSemaphore(CALLS_MAX)
        self._lock = Lock()
        self._probe_at: float | None = None  # None: the store answers

    @contextmanager
    def call(self) -> Iterator[None]:
        """Wrap one call to the store. Raises StoreUnavailable when the call is not allowed."""
        if not self._places.acquire(timeout=PLACE_WAIT_S):
            raise StoreUnavailable("the store does not answer: other calls wait for it already")
        try:
            with _within_deadline():
                self._let_through()
                yield
        except NoAnswer:
            self._set_probe(time.monotonic() + PROBE_EVERY_S)
            raise
        except (RedisError, OSError):  # an answer or a refused connection: not a missing answer
            self._set_probe(None)
            raise
        else:
            self._set_probe(None)
        finally:
            self._places.release()

    def _let_through(self) -> None:
        now = time.monotonic()
        with self._lock:
            if self._probe_at is None:
                return
            if now < self._probe_at:
                raise StoreUnavailable("the store did not answer a moment ago")
            self._probe_at = now + DEADLINE_S + PROBE_EVERY_S

    def _set_probe(self, at: float | None) -> None:
        with self._lock:
            self._probe_at = at
