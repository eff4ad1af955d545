"""Reverse proxies: which requests came through one, and the clients that trusted ones name.

A proxy on the machine of the service sends its requests from loopback, often with the service's own
address as Host, so that neither shows the client. A header that only proxies send shows that there
is a proxy. The content of such headers counts only from the addresses of ASSAY_TRUSTED_PROXIES.

X-Forwarded-For and X-Forwarded-Proto are read. `Forwarded` (RFC 7239) is not: most proxies pass on
a client's `Forwarded` unchanged, beside the X-Forwarded-For that they write themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

from claims.settings import Settings, read_networks

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FORWARDING = frozenset({"HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA"})
_FORWARDING_PREFIX = "HTTP_X_FORWARDED_"
_WITH_PORT = re.compile(r"\[(?P<six>[^\]]+)\](?::\d+)?|(?P<four>[\d.]+):\d+")


def came_through_proxy(environ: Mapping[str, object]) -> bool:
    """Whether a request has a header that only proxies send, trusted or not."""
    return any(name in _FORWARDING or name.startswith(_FORWARDING_PREFIX) for name in environ)


class TrustedProxies:
    """The addresses and networks of ASSAY_TRUSTED_PROXIES."""

    def __init__(self, settings: Settings) -> None:
        self._networks = read_networks(settings.trusted_proxies)

    def __bool__(self) -> bool:
        """Whether any proxy is trusted."""
        return bool(self._networks)

    def __contains__(self, address: object) -> bool:
        """Whether this is the address of a trusted proxy, as text."""
        ip = _read_address(str(address))
        return ip is not None and any(ip in network for network in self._networks)

    def find_client(self, peer: str, forwarded_for: str) -> str:
        """The address of the client of a request that `peer` made with this X-Forwarded-For.

        Each proxy appends the address from which it got the request. Read from the end, an entry is
        valid as long as a trusted proxy wrote it; earlier entries may be forged by the client.
        """
        client = peer
        for entry in reversed(forwarded_for.split(",")):
            address = _read_address(entry) if client in self else None
            if address is None:
                break
            client = str(address)
        return client


class BelieveProxies:
    """The WSGI app, with REMOTE_ADDR and the scheme as a trusted proxy gives them."""

    def __init__(self, app: WSGIApplication, trusted: TrustedProxies) -> None:
        self._app = app
        self._trusted = trusted

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        peer = environ.get("REMOTE_ADDR", "")
        if peer in self._trusted:
            forwarded_for = environ.get("HTTP_X_FORWARDED_FOR", "")
            environ["REMOTE_ADDR"] = self._trusted.find_client(peer, forwarded_for)
            scheme = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
            if scheme in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
        return self._app(environ, start_response)


def _read_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address in the text, which may have a port; an IPv4 address in IPv6 form becomes IPv4."""
    text = text.strip()
    match = _WITH_PORT.fullmatch(text)
    try:
        ip = ip_address(text if match is None else match["six"] or match["four"])
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip
