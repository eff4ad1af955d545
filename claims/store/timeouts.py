"""How long calls to the server wait, and how often they are repeated."""

from __future__ import annotations

from typing import Any

import redis
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff
from redis.connection import parse_url
from redis.exceptions import ConnectionError as ConnectionLost
from redis.retry import Retry
from redis.utils import SENTINEL

from claims.store.breaker import DEADLINE_S, seconds_left

COUNTER_TIMEOUT_S = 0.3
"""Maximum seconds to wait for a count of requests; then they are counted in memory for a time."""


def make_worker_options() -> dict[str, Any]:
    """Timeouts and retries of a worker's connection: longer than a restart of the server takes."""
    retry = Retry(ExponentialWithJitterBackoff(base=0.05, cap=1), 3)
    return {"socket_timeout": 5, "socket_connect_timeout": 2, "retry": retry}


def make_request_options(url: str) -> dict[str, Any]:
    """Timeouts and retries of a request's connection. One retry, only after a lost connection."""
    backoff = ExponentialWithJitterBackoff(base=0.05, cap=1)
    kind = parse_url(url).get(  # type: ignore[no-untyped-call]
        "connection_class", redis.Connection
    )
    return {
        "connection_class": type("RequestConnection", (_DeadlineReads, kind), {}),
        "socket_timeout": DEADLINE_S,
        "socket_connect_timeout": DEADLINE_S,
        "retry": Retry(backoff, 1, supported_errors=(ConnectionLost,)),
    }


class _DeadlineReads:
    """Makes a connection of redis-py wait for each answer up to the deadline of the request."""

    def read_response(
        self, disable_decoding: bool = False, *, timeout: object = SENTINEL, **more: Any
    ) -> Any:
        if timeout is SENTINEL:
            timeout = seconds_left()
        above: Any = super()
        return above.read_response(disable_decoding, timeout=timeout, **more)


def open_counter_pool(url: str) -> redis.ConnectionPool:
    """Connections for a library that counts requests on the server with its own scripts.

    They are separate from a StoreConnection, which waits up to the deadline of a request: a count
    is not worth that wait. Sends nothing yet.
    """
    return redis.ConnectionPool.from_url(
        url,
        socket_timeout=COUNTER_TIMEOUT_S,
        socket_connect_timeout=COUNTER_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=15,
    )
