"""What the current request shows of its caller: a key, and whether it comes from this machine."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import current_app, request

from service.access.caller import find_scope_in_address
from service.http.proxies import came_through_proxy
from service.http.security import LOOPBACK_NAMES, is_loopback, name_of

KEY_PARAMETER = "key"
"""The parameter that may have the key of a feed reader."""


def find_bearer() -> bytes | None:
    """What the Authorization header of the current request has as Bearer."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    # WSGI decodes headers as Latin-1.
    return given.strip().encode("latin-1", "replace") if scheme.lower() == "bearer" else None


def find_key_in_address() -> bytes | None:
    """The key in the address of the current request, if its view accepts one there."""
    if find_scope_in_address(current_app, request.endpoint or "") is None:
        return None
    # Latin-1 decodes any bytes: a parameter that is not UTF-8 is refused later, by its name.
    query = parse_qsl(request.query_string.decode("latin-1"), encoding="latin-1")
    given = dict(query).get(KEY_PARAMETER)
    return None if given is None else given.encode("latin-1")


def is_from_this_machine() -> bool:
    """Whether the request comes directly from loopback or a Unix socket."""
    peer = request.remote_addr  # a peer without an address came through a Unix socket
    return (not peer or is_loopback(peer)) and not came_through_proxy(request.environ)


def has_loopback_name() -> bool:
    """Whether the Host of the current request is a name of loopback."""
    return name_of(request.headers.get("Host", "")) in LOOPBACK_NAMES
