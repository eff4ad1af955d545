"""Decides at the moment of connecting which addresses may be connected to.

A name is resolved once, and the connection goes to exactly the addresses that were checked. A
name server that changes its answer between the check and the connection therefore has no effect.
"""

from __future__ import annotations

import contextlib
import http.client
import queue
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from claims.errors import InvalidInput, SourceError
from claims.sources.address import normal_host
from claims.sources.deadline import Deadline
from claims.sources.failures import FailureCode

OpenSocket = Callable[[str, int], socket.socket]
SocketAddress = tuple[str, *tuple[int, ...]]

ALLOWED_PORTS = frozenset({80, 443, 8080, 8443})
CONNECT_SECONDS = 5.0

# IANA special-purpose registries (RFC 6890 and its successors), the multicast and reserved blocks,
# IPv4 addresses embedded in IPv6 (mapped ones are unwrapped first), and the address under which
# Azure serves machine metadata. They are listed here because the addresses that `ipaddress` calls
# private have changed between patch releases of Python.
_SPECIAL = [
    ip_network(block)
    for block in """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
    192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
    224.0.0.0/4 240.0.0.0/4 168.63.129.16/32
    ::/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 3fff::/20
    5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
    """.split()
]
_GLOBAL_UNICAST = ip_network("2000::/3")
_LOCAL_SUFFIXES = (".local", ".localhost", ".localdomain", ".internal", ".onion", ".home.arpa")


def is_public_address(text: str) -> bool:
    """Whether an IP address, as text, belongs to the public internet."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            if address not in _GLOBAL_UNICAST:
                return False
        else:
            address = address.ipv4_mapped
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in block for block in _SPECIAL if block.version == address.version)


def _is_public_name(host: str) -> bool:
    """Whether a host name could be on the public internet, by its spelling alone."""
    with contextlib.suppress(ValueError):
        return is_public_address(host)
    return "." in host and not host.endswith(_LOCAL_SUFFIXES)


@dataclass(frozen=True, slots=True)
class AllowList:
    """Hosts, each with one port, that are exempt from the rules on addresses and ports.

    A host is compared by its spelling in the URL: allowing 127.0.0.1:8000 does not allow a name
    that resolves to it. The limits of robots.txt, size and time still apply. `setting` is the name
    of the setting that the entries are from; refusals name it.
    """

    entries: frozenset[tuple[str, int]] = frozenset()
    setting: str = "ASSAY_FETCH_ALLOW"

    @classmethod
    def parse(cls, text: str, *, setting: str = "ASSAY_FETCH_ALLOW") -> AllowList:
        """Read "host:port,host:port"; empty text allows nothing. Raises InvalidInput."""
        entries = set()
        for entry in filter(None, (piece.strip() for piece in text.split(","))):
            host, _, port = entry.rpartition(":")
            valid = host and port.isascii() and port.isdigit() and 0 < int(port) < 65536
            if not valid or (":" in host and not host.startswith("[")) or "/" in host:
                raise InvalidInput(f"{entry!r} is not of the form host:port")
            entries.add((normal_host(host), int(port)))
        return cls(frozenset(entries), setting)

    def covers(self, host: str, port: int) -> bool:
        """Whether this host and port are exempt."""
        return (normal_host(host), port) in self.entries

    def refuse_port(self, port: int) -> SourceError:
        """The error for a port that is no port of the web."""
        return SourceError(FailureCode.PORT_BLOCKED, f"port {port} {self._advice}")

    def refuse_address(self) -> SourceError:
        """The error for an address that is not public.

        Its text is the same for every address: different ones would let an outsider map the network
        of this process.
        """
        return SourceError(FailureCode.ADDRESS_BLOCKED, f"this address {self._advice}")

    @property
    def _advice(self) -> str:
        return f"may not be connected to, unless {self.setting} names host and port"


def check_destination(host: str, port: int, *, allow: AllowList) -> None:
    """Raise SourceError `address-blocked` or `port-blocked` if that is clear without a look-up."""
    if allow.covers(host, port):
        return
    if port not in ALLOWED_PORTS:
        raise allow.refuse_port(port)
    if not _is_public_name(normal_host(host)):
        raise allow.refuse_address()


def vetted_socket(host: str, port: int, *, allow: AllowList, deadline: Deadline) -> socket.socket:
    """A connection to `host`, watched by `deadline`; one look-up, and all its addresses must pass.

    A name with one public and one private address is refused, because Assay cannot choose which
    of the two a later connection reaches. Raises SourceError `address-blocked`, `port-blocked`,
    `dns-failed`, `unreachable` or `timeout`.
    """
    check_destination(host, port, allow=allow)
    addresses = _look_up(host.strip("[]"), port, deadline=deadline)
    exempt = allow.covers(host, port)
    if not exempt and not all(is_public_address(address[1][0]) for address in addresses):
        raise allow.refuse_address()
    connection = _connect(addresses, deadline=deadline)
    if not exempt and not _is_elsewhere(connection):
        connection.close()
        raise allow.refuse_address()
    return connection


def _is_elsewhere(connection: socket.socket) -> bool:
    """Whether the other end is public and not this machine under its own public address."""
    peer, own = connection.getpeername()[0], connection.getsockname()[0]
    return is_public_address(peer) and peer != own


def _look_up(
    host: str, port: int, *, deadline: Deadline
) -> list[tuple[socket.AddressFamily, SocketAddress]]:
    """The addresses of a host, from exactly one call of getaddrinfo.

    The call runs in its own thread, because waiting for a name server that never answers cannot
    be interrupted; the thread ends with the resolver's own timeout.
    """
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, name="look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=min(CONNECT_SECONDS, deadline.remaining_s))
    except queue.Empty:
        deadline.check()
        raise SourceError(FailureCode.DNS_FAILED, "the name server does not answer") from None
    if isinstance(answer, Exception) or not answer:
        raise SourceError(FailureCode.DNS_FAILED, "no such host")
    return [(family, address) for family, _, _, _, address in answer]


def _connect(
    addresses: list[tuple[socket.AddressFamily, SocketAddress]], *, deadline: Deadline
) -> socket.socket:
    """A connection to the first address that accepts it, within CONNECT_SECONDS for all."""
    ends = time.monotonic() + min(CONNECT_SECONDS, deadline.remaining_s)
    for family, address in addresses:
        left = ends - time.monotonic()
        if left <= 0:
            break
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(left)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.connect(address)
        except OSError:
            connection.close()
        else:
            deadline.watch(connection)
            return connection
    deadline.check()
    if time.monotonic() >= ends:
        raise SourceError(FailureCode.TIMEOUT, "the server does not accept the connection in time")
    raise SourceError(FailureCode.UNREACHABLE, "the server cannot be reached")


# --- urllib3 and requests ------------------------------------------------------------------
# Both pass the errors raised above through unchanged, because they are not OSErrors.


class _FinalResponse(http.client.HTTPResponse):
    """The final answer; interim answers before it (1xx, such as 103 Early Hints) are skipped.

    http.client skips only 100 Continue. How many are skipped is limited by the deadline alone.
    """

    def begin(self) -> None:
        super().begin()
        while 100 <= self.status < 200:
            self.headers = self.msg = None  # type: ignore[assignment]  # begin() reads only where these are None
            super().begin()


class _VettedHTTPConnection(HTTPConnection):
    response_class = _FinalResponse
    open_socket: OpenSocket

    def _new_conn(self) -> socket.socket:
        return self.open_socket(self._dns_host, self.port)


class _VettedHTTPSConnection(HTTPSConnection):
    response_class = _FinalResponse
    open_socket: OpenSocket

    def _new_conn(self) -> socket.socket:
        return self.open_socket(self._dns_host, self.port)


class VettedAdapter(HTTPAdapter):
    """Sends the requests of one fetch over vetted connections; never through a proxy."""

    def __init__(self, *, allow: AllowList, deadline: Deadline) -> None:
        self._allow = allow
        self._deadline = deadline
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pool manager of requests, with pools that open vetted sockets."""
        super().init_poolmanager(*arguments, **options)
        # urllib3 calls these values to make a pool; its types ask for a class, a method works too.
        pools: dict[str, Any] = {"http": self._http_pool, "https": self._https_pool}
        self.poolmanager.pool_classes_by_scheme = pools

    def _open_socket(self, host: str, port: int) -> socket.socket:
        return vetted_socket(host, port, allow=self._allow, deadline=self._deadline)

    def _http_pool(self, host: str, port: int, **context: Any) -> HTTPConnectionPool:
        pool = HTTPConnectionPool(host, port, **context)
        pool.ConnectionCls = self._with_socket(_VettedHTTPConnection)
        return pool

    def _https_pool(self, host: str, port: int, **context: Any) -> HTTPSConnectionPool:
        pool = HTTPSConnectionPool(host, port, **context)
        pool.ConnectionCls = self._with_socket(_VettedHTTPSConnection)
        return pool

    def _with_socket(self, kind: Any) -> Any:
        def build(**options: Any) -> Any:
            connection = kind(**options)
            connection.open_socket = self._open_socket
            return connection

        return build
