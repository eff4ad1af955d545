"""The limits of requests of a caller in a minute, separately for reads and writes.

Requests are counted by key, or by address if no key is used; requests from this machine without a
key are not limited, unless ASSAY_LIMIT_LOCAL is set. Flask-Limiter counts in the store, for all
processes of the API together. While the store does not answer, each process counts in its own
memory.
"""

from __future__ import annotations

import math
import time
from typing import Any, cast

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter, RateLimitExceeded, RequestLimit
from limits.errors import StorageError

from claims.access import LOCAL
from claims.settings import Settings
from claims.store import open_counter_pool
from service.access.caller import get_caller
from service.context import get_context
from service.http.security import SAFE_METHODS, name_client
from service.problems.problem_answers import Problem

EXTENSION = "assay.limits"
WINDOW_S = 60
READS, WRITES = "reads", "writes"
# Not limited, so that monitoring is never refused.
_EXEMPT = frozenset({"health.livez"})
# Two counters for each caller, of this window and of the previous one: a burst across the border of
# two windows cannot exceed the limit.
_STRATEGY = "sliding-window-counter"


def register_limits(app: Flask, settings: Settings) -> None:
    """Refuse requests beyond the limits. Call this after register_auth: it counts by caller."""
    limiter = Limiter(
        _name_counter,
        application_limits=[_find_limit],
        strategy=_STRATEGY,
        in_memory_fallback_enabled=True,
        **_find_storage(settings),
    )
    limiter.request_filter(_is_exempt)
    limiter.init_app(app)
    app.extensions[EXTENSION] = limiter
    app.after_request(_add_headers)


def problem_of(_: RateLimitExceeded) -> Problem:
    """The problem for a request that was refused."""
    state = _get_limiter().current_limit
    wait_s = WINDOW_S if state is None else _find_wait_s(state)
    most, kind = _find_most(), _find_kind()
    return Problem(
        "rate-limited",
        f"More than {most:,} {kind} in a minute: wait {wait_s} seconds. Nothing was done.",
        headers={"Retry-After": str(wait_s)},
    )


def _find_storage(settings: Settings) -> dict[str, Any]:
    if not settings.redis_url:
        return {"storage_uri": "memory://"}
    pool = open_counter_pool(settings.redis_url)
    options = {"connection_pool": pool, "key_prefix": "assay:limits", "wrap_exceptions": True}
    return {"storage_uri": "redis://", "storage_options": options}


def _find_kind() -> str:
    return READS if request.method in SAFE_METHODS else WRITES


def _find_most() -> int:
    settings = get_context().settings
    is_read = _find_kind() == READS
    return settings.reads_per_minute if is_read else settings.writes_per_minute


def _find_limit() -> str:
    """The limit of this request in the notation of the library limits; "" for no limit."""
    most = _find_most()
    return f"{most} per minute" if most else ""


def _name_counter() -> str:
    """The counter of this request: the kind of request, and the caller."""
    caller = get_caller()
    actor = None if caller is None else caller.actor
    if actor is None or actor.id == LOCAL.id:
        return f"{_find_kind()}:{name_client(request.remote_addr or 'socket')}"
    return f"{_find_kind()}:{actor.id}"


def _is_exempt() -> bool:
    caller = get_caller()
    is_local = caller is not None and caller.actor.id == LOCAL.id
    return request.endpoint in _EXEMPT or (is_local and not get_context().settings.limit_local)


def _get_limiter() -> Limiter:
    return cast(Limiter, current_app.extensions[EXTENSION])


def _find_wait_s(state: RequestLimit) -> int:
    try:
        return max(1, math.ceil(state.window.reset_time - time.time()))
    except StorageError:
        return WINDOW_S


def _add_headers(response: Response) -> Response:
    """Add the number of requests left: the headers of draft-ietf-httpapi-ratelimit-headers."""
    state = _get_limiter().current_limit
    if state is None:
        return response
    try:
        left = state.remaining
    except StorageError:
        return response
    name = _find_kind()
    response.headers["RateLimit-Policy"] = f'"{name}";q={state.limit.amount};w={WINDOW_S}'
    response.headers["RateLimit"] = f'"{name}";r={left};t={_find_wait_s(state)}'
    return response
