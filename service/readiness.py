"""Asks a running service over HTTP whether all its parts are ready."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Collection

TIMEOUT_S = 5.0


def find_missing(url: str, *, token: str | None, workers: Collection[str]) -> str | None:
    """The part for which the service at `url` still waits, or None: API, store or a worker."""
    # urllib writes headers as Latin-1; a token is sent as UTF-8.
    bearer = f"Bearer {token}".encode().decode("latin-1")
    headers = {"Authorization": bearer} if token else {}
    request = urllib.request.Request(f"{url}/readyz", headers=headers)  # noqa: S310 - our own http address
    try:
        with _OPENER.open(request, timeout=TIMEOUT_S) as answer:
            consuming = json.load(answer)["workers"]
    except urllib.error.HTTPError as error:
        return f"the API answers {error.code}"
    except (OSError, ValueError, KeyError):
        return "the API does not answer"
    absent = [worker for worker in workers if worker not in consuming]
    return f"not consuming yet: {', '.join(absent)}" if absent else None


# The environment's proxies are for other hosts, not for our own child process.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
