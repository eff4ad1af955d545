"""The limits of requests of a caller in a minute, separately for reads and writes.

Requests are counted by key, or by address if no key is used; requests from this machine without a
key are not limited, unless ASSAY_LIMIT_LOCAL is set. The library limits counts in the store, for
all processes of the API together. While the store does not answer, each process counts in its own
memory.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from flask import Flask, Response, g, request
from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import SlidingWindowCounterRateLimiter

from claims.access import LOCAL
from claims.settings import Settings
from claims.store import open_counter_pool
from service.access.caller import get_caller
from service.context import get_context
from service.http.security import SAFE_METHODS, name_client
from service.problems.problem_answers import Problem, Refused

WINDOW_S = 60
READS, WRITES = "reads", "writes"
RETRY_S = 5.0
"""Seconds for which requests are counted in memory after the store has not answered."""
# Not limited, so that monitoring is never refused.
_EXEMPT = frozenset({"health.livez"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """The counter of a caller after a request: whether the request is within the limit, the number
    of requests left, and the whole seconds until there is one more."""

    is_within: bool
    left: int
    wait_s: int


class RequestCounts:
    """Counts the requests of each caller, in two windows: of this minute and of the previous one,
    so that a burst across the border of two minutes cannot exceed the limit. Thread-safe."""

    def __init__(self, storage: Storage) -> None:
        self._stored = SlidingWindowCounterRateLimiter(storage)
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._ask_at = 0.0

    def count(self, name: str, *, most: int) -> Count:
        """Count a request with the counter `name`, which allows `most` requests in a minute."""
        item = RateLimitItemPerMinute(most)
        if time.monotonic() >= self._ask_at:
            try:
                return _count(self._stored, item, name)
            except StorageError:
                self._ask_at = time.monotonic() + RETRY_S
        return _count(self._own, item, name)


def register_limits(app: Flask, settings: Settings) -> None:
    """Refuse requests beyond the limits. Call this after register_auth: it counts by caller."""
    counts = RequestCounts(_open_storage(settings))

    def count_request() -> None:
        if _is_exempt():
            return
        kind, most = _find_limit()
        if not most:
            return
        count = counts.count(f"{kind}:{_name_caller()}", most=most)
        g.rate_limit = kind, most, count
        if not count.is_within:
            raise Refused(_explain(kind, most, count))

    app.before_request(count_request)
    app.after_request(_add_headers)


def _count(
    limiter: SlidingWindowCounterRateLimiter, item: RateLimitItemPerMinute, name: str
) -> Count:
    """Raises StorageError."""
    is_within = limiter.hit(item, name)
    reset_at, left = limiter.get_window_stats(item, name)
    return Count(is_within=is_within, left=left, wait_s=max(1, math.ceil(reset_at - time.time())))


def _explain(kind: str, most: int, count: Count) -> Problem:
    return Problem(
        "rate-limited",
        f"More than {most:,} {kind} in a minute: wait {count.wait_s} seconds. Nothing was done.",
        headers={"Retry-After": str(count.wait_s)},
    )


def _open_storage(settings: Settings) -> Storage:
    if not settings.redis_url:
        return MemoryStorage()
    return RedisStorage(
        "redis://",
        connection_pool=open_counter_pool(settings.redis_url),
        key_prefix="assay:limits",
        wrap_exceptions=True,
    )


def _find_limit() -> tuple[str, int]:
    """The kind of this request, and the limit of its kind; 0 for no limit."""
    settings = get_context().settings
    if request.method in SAFE_METHODS:
        return READS, settings.reads_per_minute
    return WRITES, settings.writes_per_minute


def _name_caller() -> str:
    caller = get_caller()
    if caller is None or caller.actor.id == LOCAL.id:
        return name_client(request.remote_addr or "socket")
    return caller.actor.id


def _is_exempt() -> bool:
    """Whether this request is not counted: of this machine, of monitoring, for a file, for an
    address that does not exist."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in _EXEMPT or endpoint.rpartition(".")[2] == "static":
        return True
    caller = get_caller()
    is_local = caller is not None and caller.actor.id == LOCAL.id
    return is_local and not get_context().settings.limit_local


def _add_headers(response: Response) -> Response:
    """Add the number of requests left: the headers of draft-ietf-httpapi-ratelimit-headers."""
    counted = g.get("rate_limit")
    if counted is not None:
        kind, most, count = counted
        response.headers["RateLimit-Policy"] = f'"{kind}";q={most};w={WINDOW_S}'
        response.headers["RateLimit"] = f'"{kind}";r={count.left};t={count.wait_s}'
    return response
