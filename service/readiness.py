"""Finds out whether all parts of a starting service are ready: its API, its store, its workers."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Collection

from claims.errors import AssayError
from claims.ports import Store

TIMEOUT_S = 5.0


def find_missing(
    url: str, *, open_store: Callable[[], Store], workers: Collection[str]
) -> str | None:
    """The part for which the service at `url` still waits, or None: API, store or a worker.

    Asks the API only whether it is alive, which needs no key, and the store for the rest.
    """
    try:
        with _OPENER.open(f"{url}/livez", timeout=TIMEOUT_S):
            pass
    except urllib.error.HTTPError as error:
        return f"the API answers {error.code}"
    except OSError:
        return "the API does not answer"
    try:
        health = open_store().health()
    except AssayError as error:
        return str(error)
    wrong = "; ".join((*health.problems, *health.shortages))
    absent = [worker for worker in workers if worker not in health.workers]
    return wrong or (f"not consuming yet: {', '.join(absent)}" if absent else None)


# The environment's proxies are for other hosts, not for our own child process.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
