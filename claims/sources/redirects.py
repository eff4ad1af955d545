"""Redirects, followed by hand so that every hop passes the same gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urljoin

import requests

from claims.errors import InvalidInput, SourceError
from claims.sources.address import parse_source_url
from claims.sources.failures import FailureCode

MAX_REDIRECTS = 5
_STATUSES = frozenset({301, 302, 303, 307, 308})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Redirect:
    """The server says that the page is elsewhere."""

    url: str


def read_redirect(response: requests.Response, *, url: str) -> Redirect | None:
    """Where an answer for `url` points to, or None when it is no redirect.

    Raises SourceError `redirect-refused` for a target that is not a well-formed web address, or
    that leaves TLS.
    """
    location = response.headers.get("Location")
    if response.status_code not in _STATUSES or location is None:
        return None
    # http.client reads headers as Latin-1; addresses in them are UTF-8 when not ASCII.
    location = location.encode("latin-1", "replace").decode("utf-8", "replace").strip()
    try:
        target = urljoin(url, location.replace(" ", "%20").partition("#")[0])
        parse_source_url(target)
    except (InvalidInput, ValueError):
        raise SourceError(
            FailureCode.REDIRECT_REFUSED, "the server redirects to something that is no web address"
        ) from None
    if url.lower().startswith("https:") and not target.lower().startswith("https:"):
        raise SourceError(FailureCode.REDIRECT_REFUSED, "the server redirects from https to http")
    return Redirect(target)


def follow(url: str, visit: Callable[[str], T | Redirect]) -> T:
    """Call `visit` on `url` and on every address it is redirected to; the first other result.

    Raises SourceError `redirect-loop`, and `too-many-redirects` after MAX_REDIRECTS.
    """
    seen = {url}
    for _ in range(MAX_REDIRECTS + 1):
        outcome = visit(url)
        if not isinstance(outcome, Redirect):
            return outcome
        url = outcome.url
        if url in seen:
            raise SourceError(FailureCode.REDIRECT_LOOP, "the server redirects in a circle")
        seen.add(url)
    raise SourceError(
        FailureCode.TOO_MANY_REDIRECTS, f"more than {MAX_REDIRECTS} redirects in a row"
    )
