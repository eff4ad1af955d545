"""Pages of other sites that may use /v1 in a browser: the origins of ASSAY_CORS_ORIGINS.

Such a page is let in by a key alone, which it sends as Bearer: never by the session of the browser,
and not as a request of this machine (docs/adr/0035-pages-of-other-sites.md). The protocol is that
of the Fetch standard: a browser asks before a request that is not simple (preflight), and shows an
answer to the page when it names the page's origin.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from flask import Response, request

from claims.settings import Settings, split_list

PATHS = ("/v1/", "/openapi.json", "/problems/")
"""Where a page of another site may ask: not the pages of the dashboard."""
PREFLIGHT_S = 600
"""Seconds for which a browser keeps the answer to its question before a request."""
_DEFAULT_PORT = re.compile(r"(?<=^http:)(.*):80$|(?<=^https:)(.*):443$")
_METHODS = "GET, POST, PUT, PATCH, DELETE"
_REQUEST_HEADERS = (
    "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id"
)
_ANSWER_HEADERS = (
    "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id"
)


@dataclass(frozen=True, slots=True)
class AllowedOrigins:
    """The origins whose pages may ask; without any, every method says no."""

    origins: frozenset[str]

    @classmethod
    def read(cls, settings: Settings) -> Self:
        """Those of ASSAY_CORS_ORIGINS, as browsers write them."""
        given = split_list(settings.cors_origins.lower())
        return cls(frozenset(_DEFAULT_PORT.sub(r"\1\2", origin) for origin in given))

    def admit(self) -> bool:
        """Whether the current request is one of a page that may ask."""
        return request.path.startswith(PATHS) and request.headers.get("Origin") in self.origins

    def is_preflight(self) -> bool:
        """Whether the browser of such a page asks if a request may be sent."""
        asks = "Access-Control-Request-Method" in request.headers
        return request.method == "OPTIONS" and asks and self.admit()

    def answer_preflight(self) -> Response:
        """The answer to that question; `add_headers` adds the origin."""
        headers = {
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": _REQUEST_HEADERS,
            "Access-Control-Max-Age": str(PREFLIGHT_S),
        }
        return Response(status=204, headers=headers)

    def add_headers(self, response: Response) -> Response:
        """Let the browser show the answer to the page, with the headers that clients use."""
        if not self.origins or not request.path.startswith(PATHS):
            return response
        response.vary.add("Origin")
        if self.admit():
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            response.headers["Access-Control-Expose-Headers"] = _ANSWER_HEADERS
        return response
