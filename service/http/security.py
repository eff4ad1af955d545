"""Checks of every request and headers of every answer, for any caller.

Host: only names of this service, so that a page on another site cannot reach a local service
through a name that it controls (DNS rebinding). Origin: a page on another site may not change
anything, unless ASSAY_CORS_ORIGINS names it (service/http/cors.py). Headers: nothing is loaded from
other sites, nothing may be framed.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

import structlog
from flask import Flask, Response, g, request

from claims.settings import Settings
from service.http.cors import AllowedOrigins
from service.http.proxies import BelieveProxies, TrustedProxies
from service.problems.problem_answers import MIMETYPE, REFUSAL, Problem, Refused, respond

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_HOST = re.compile(r"(?P<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:(?P<port>[0-9]{1,5}))?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_HSTS = "max-age=31536000"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with it browsers send "Origin: null" with our own forms (Fetch, "append a
    # request Origin header").
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
_ADDED = [(name.lower(), (name, value)) for name, value in _HEADERS.items()]
# Views that programs poll every few seconds.
_POLLED = frozenset(
    {
        *("health.livez", "health.readyz", "health.metrics"),
        *("changes.list_changes", "changes.get_feed"),
        *("claims.get_claim", "articles.get_article"),
    }
)

_log = structlog.get_logger("assay.service")


def is_loopback(host: str) -> bool:
    """Whether a bind address or a peer's address belongs to loopback, that is, to this machine."""
    name = host.strip("[]").lower()
    if name in LOOPBACK_NAMES:
        return True
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def name_client(address: str) -> str:
    """The name under which connections and wrong tokens count: an IPv4 address, a /64 of IPv6.

    Text that is not an address (the peer of a Unix socket has none) is returned unchanged.
    """
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or IPv6Address(int(ip) >> 64 << 64))
    return str(ip)


def known_names(host: str, settings: Settings) -> frozenset[str]:
    """The names that a Host header may have: loopback, the bound host, ASSAY_ALLOWED_HOSTS."""
    given = [name.strip() for name in settings.allowed_hosts.split(",")]
    bound = host.strip("[]").lower()
    names = {name_of(name) or name.lower() for name in given if name}
    return LOOPBACK_NAMES | names | {bound}


def register_security(app: Flask, *, host: str, settings: Settings) -> None:
    """Check Host and Origin of each request; give each answer its headers and log line."""
    names = known_names(host, settings)
    others = AllowedOrigins.read(settings)

    def open_request() -> None:
        given = request.environ.get("HTTP_X_REQUEST_ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        g.request_id, g.started = request_id, time.monotonic()
        structlog.contextvars.bind_contextvars(request_id=request_id)

    def check_request() -> Response | None:
        environ = request.environ
        if REFUSAL in environ:  # its header may not have been read
            raise Refused(Problem(environ[REFUSAL]))
        if name_of(environ.get("HTTP_HOST", "")) not in names:
            return respond(Problem("unknown-host"))  # before any page handles it
        is_of_other_site = others.admit() and not _is_own_origin(request.headers["Origin"])
        g.is_of_other_site = is_of_other_site
        method = request.method
        if method == "OPTIONS" and others.is_preflight():
            return others.answer_preflight()
        if method not in SAFE_METHODS and not is_of_other_site:
            check_origin()
        return None

    app.wsgi_app = _AddHeaders(app.wsgi_app)  # type: ignore[method-assign]
    trusted = TrustedProxies(settings)
    if trusted:
        app.wsgi_app = BelieveProxies(app.wsgi_app, trusted)  # type: ignore[method-assign]
    app.before_request(open_request)
    app.before_request(check_request)
    app.after_request(others.add_headers)
    app.after_request(_set_headers)
    app.after_request(lambda response: _log_response(response, polls=settings.log_polls))
    app.teardown_request(lambda _: structlog.contextvars.unbind_contextvars("request_id"))


class _AddHeaders:
    """The WSGI app with _HEADERS on each answer, except for headers that the answer already has.

    Outside of Flask this takes a tenth of the time, which matters for polling.
    """

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None, /
        ) -> Callable[[bytes], object]:
            own = {name.lower() for name, _ in headers}
            headers += [pair for name, pair in _ADDED if name not in own]
            return start_response(status, headers, exc_info)

        return self._app(environ, start)


def check_origin(*, required: bool = False) -> None:
    """Raises Problem(forbidden) when the request's headers name another site as its origin.

    With `required`, they must name this site, as all current browsers do.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None and site not in ("same-origin", "none"):
        raise Problem("forbidden", "The request was made by a page of another site.")
    if origin is not None and not _is_own_origin(origin):
        raise Problem("forbidden", "The request was made by a page of another site.")
    if required and site is None and origin is None:
        raise Problem("forbidden", "A request with a session needs an Origin header.")


def name_of(host: str) -> str | None:
    """The name in a Host header, without its port; None when it is malformed."""
    match = _HOST.fullmatch(host.lower())
    return match["name"].strip("[]").removesuffix(".") if match else None


def _is_own_origin(origin: str) -> bool:
    scheme, _, place = origin.lower().partition("://")
    return scheme in _DEFAULT_PORTS and _place(place, scheme) == _place(
        request.headers.get("Host", "").lower(), scheme
    )


def _place(host: str, scheme: str) -> tuple[str, str] | None:
    match = _HOST.fullmatch(host)
    return (match["name"], match["port"] or _DEFAULT_PORTS[scheme]) if match else None


def _set_headers(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = _HSTS
    return response


def _log_response(response: Response, *, polls: bool) -> Response:
    if not polls and _is_poll(response):
        return response
    _log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        problem=g.get("problem") if response.mimetype == MIMETYPE else None,
        duration_ms=round((time.monotonic() - g.started) * 1000),
    )
    return response


def _is_poll(response: Response) -> bool:
    """Whether this is the answer to a program's poll, without an error."""
    if request.method not in SAFE_METHODS:
        return False
    is_done = 200 <= response.status_code < 300
    return response.status_code == 304 or (is_done and request.endpoint in _POLLED)
