"""Pages of other sites that may use /v1 in a browser: the origins of ASSAY_CORS_ORIGINS.

Such a page needs a key, which it sends as Bearer: neither the session of the browser nor a request
from this machine gives it access (docs/adr/0035-pages-of-other-sites.md). The protocol is that of
the Fetch standard: before a request that is not simple a browser asks for permission (preflight),
and it gives an answer to the page only if the answer names the page's origin.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from flask import Response, request

from claims.settings import Settings, split_list

PATHS = ("/v1/", "/openapi.json", "/problems/")
"""The paths that a page of another site may request: not the pages of the dashboard."""
PREFLIGHT_S = 600
"""Seconds for which a browser keeps the answer to a preflight."""
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
    """The origins whose pages may send requests; none by default."""

    origins: frozenset[str]

    @classmethod
    def read(cls, settings: Settings) -> Self:
        """The origins of ASSAY_CORS_ORIGINS, as browsers write them."""
        given = split_list(settings.cors_origins.lower())
        return cls(frozenset(_DEFAULT_PORT.sub(r"\1\2", origin) for origin in given))

    def admit(self) -> bool:
        """Whether the current request comes from a page with an allowed origin."""
        return (
            bool(self.origins)
            and request.path.startswith(PATHS)
            and request.headers.get("Origin") in self.origins
        )

    def is_preflight(self) -> bool:
        """Whether the current request is the preflight of such a page's browser."""
        asks = "Access-Control-Request-Method" in request.headers
        return request.method == "OPTIONS" and asks and self.admit()

    def answer_preflight(self) -> Response:
        """The answer to a preflight; `add_headers` adds the origin."""
        headers = {
            "Access-Control-Allow-Methods": _METHODS,
            "Access-Control-Allow-Headers": _REQUEST_HEADERS,
            "Access-Control-Max-Age": str(PREFLIGHT_S),
        }
        return Response(status=204, headers=headers)

    def add_headers(self, response: Response) -> Response:
        """Allow the browser to give the page the answer, with the headers that clients use."""
        if not self.origins or not request.path.startswith(PATHS):
            return response
        response.vary.add("Origin")
        if self.admit():
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            response.headers["Access-Control-Expose-Headers"] = _ANSWER_HEADERS
        return response
