"""Follows redirects one hop at a time, so that every hop passes the same checks."""

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
    """An answer that says that the page is at another address."""

    url: str


def read_redirect(response: requests.Response, *, url: str) -> Redirect | None:
    """The target of an answer for `url` that is a redirect, else None.

    Raises SourceError `redirect-refused` for a target that is not a well-formed web address, or
    that changes from https to http.
    """
    location = response.headers.get("Location")
    if response.status_code not in _STATUSES or location is None:
        return None
    # http.client decodes headers as Latin-1; addresses in them that are not ASCII are UTF-8.
    location = location.encode("latin-1", "replace").decode("utf-8", "replace").strip()
    try:
        target = urljoin(url, location.replace(" ", "%20").partition("#")[0])
        parse_source_url(target)
    except (InvalidInput, ValueError):
        raise SourceError(
            FailureCode.REDIRECT_REFUSED, "the server redirects to an invalid web address"
        ) from None
    if url.lower().startswith("https:") and not target.lower().startswith("https:"):
        raise SourceError(FailureCode.REDIRECT_REFUSED, "the server redirects from https to http")
    return Redirect(target)


def follow(url: str, visit: Callable[[str], T | Redirect]) -> T:
    """Call `visit` on `url` and on each redirect target; the first result that is no redirect.

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
