"""The web server of API and dashboard.

    event loop (one thread)    reads requests, writes answers, ends connections that are too slow
     +-- threads               take a complete request, and run the app

waitress does the reading and writing. This module adds protection against slow and hostile
clients: deadlines, a connection limit for each address, a graceful stop, and error answers in the
same form as all others. A client that sends or receives slowly never holds a thread.
docs/adr/0017-the-web-server.md has the reasons and the measurements.
"""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Container, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

import structlog
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from claims.settings import CLIENT_CONNECTIONS_MAX
from service.http.security import name_client
from service.problems.problem_answers import MIMETYPE
from service.problems.problem_types import PROBLEM_TYPES
from service.server.http_connection import DEADLINES, Address, Connection, Deadlines
from service.server.request_parser import HEADER_BYTES_MAX, KEPT_IN_MEMORY_BYTES, WIRE_BYTES_MAX

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 32
"""Number of threads. Three in four may wait for a verdict (service/api/waiting.py); the others stay
free for other requests."""
LOOK_EVERY_S = 1.0
LOOK_WHILE_STOPPING_S = 0.1
END_THREADS_S = 1.0
LOG_EVERY_S = 60.0
"""Seconds between two log lines about refused connections."""

_log = structlog.get_logger("assay.server")


class Server(TcpWSGIServer):
    """Serves `app` on `listener`, with at most `client_connections` for each address.

    An address at its limit gets a further connection by closing its connection that has waited
    longest for a request: slow clients replace each other, and a person behind the same address
    is served. CLIENT_CONNECTIONS_MAX limits all addresses together. Connections of
    `trusted_proxies` are those of many clients: for them that is the only limit.
    """

    channel_class = Connection
    active_channels: dict[int, Connection]

    def __init__(
        self,
        app: WSGIApplication,
        listener: socket.socket,
        *,
        client_connections: int,
        trusted_proxies: Container[str] = (),
        deadlines: Deadlines = DEADLINES,
    ) -> None:
        self.client_connections = client_connections
        self.trusted_proxies = trusted_proxies
        self.deadlines = deadlines
        self._log_at = 0.0
        self._look_at = 0.0
        adjustments = Adjustments(
            sockets=[listener],
            ident=None,
            log_socket_errors=False,
            max_request_header_size=HEADER_BYTES_MAX,
            max_request_body_size=WIRE_BYTES_MAX,
            inbuf_overflow=KEPT_IN_MEMORY_BYTES,
            clear_untrusted_proxy_headers=False,  # the app looks whether there are any
        )
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(THREADS)
        sockinfo = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(
            app,
            {},
            True,
            listener,
            dispatcher,
            adjustments,
            sockinfo,
            bind_socket=False,
        )

    def readable(self) -> bool:
        """Always True: `accept` enforces the limits."""
        return True

    def run(self) -> None:
        """Serve until `stop` is called, then finish running requests."""
        while self.accepting:
            self._turn(LOOK_EVERY_S)
        wasyncore.dispatcher.close(self)  # others may have the listener: the next process serves
        give_up_at = time.monotonic() + self.deadlines.stop_s
        while self.active_channels and time.monotonic() < give_up_at:
            self._turn(LOOK_WHILE_STOPPING_S)
            for connection in list(self.active_channels.values()):
                if not connection.is_answering and not connection.is_lingering:
                    connection.handle_close()
        self.task_dispatcher.shutdown(timeout=END_THREADS_S)
        self.trigger.close()

    def stop(self) -> None:
        """End `run`. May be called from a signal handler or another thread."""
        self.accepting = False
        self.pull_trigger()

    def accept(self) -> tuple[socket.socket, Address] | None:
        """The next connection, or None when there is none or no free place for it."""
        pair: tuple[socket.socket, Address] | None = super().accept()
        if pair is None or self._make_room(name_client(pair[1][0])):
            return pair
        with suppress(OSError):
            pair[0].send(_write_full_answer())
        pair[0].close()
        return None

    def _make_room(self, client: str) -> bool:
        """Whether there is a free place, after closing the slowest connection if needed."""
        own = [c for c in self.active_channels.values() if c.client == client]
        if len(own) >= self.client_connections and client not in self.trusted_proxies:
            return self._close_slowest(own, client)
        if len(self.active_channels) >= CLIENT_CONNECTIONS_MAX:
            return self._close_slowest(self.active_channels.values(), client)
        return True

    def _close_slowest(self, connections: Iterable[Connection], client: str) -> bool:
        slowest = min(
            (c for c in connections if not c.is_served),
            key=lambda c: c.waits_since,
            default=None,
        )
        if slowest is not None:
            slowest.handle_close()
            return True
        if time.monotonic() - self._log_at > LOG_EVERY_S:
            self._log_at = time.monotonic()
            _log.warning("connections_full", client=client, setting="ASSAY_CLIENT_CONNECTIONS")
        return False

    def _turn(self, wait_s: float) -> None:
        """Wait for the next events and handle them; end connections that are too slow."""
        wasyncore.poll2(wait_s, self._map)
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_EVERY_S
        for connection in list(self.active_channels.values()):
            connection.look(now, self.deadlines)


def _write_full_answer() -> bytes:
    """The only answer not written by the app: there is no free place for a connection."""
    kind = PROBLEM_TYPES["too-many-connections"]
    problem = {"type": f"/problems/{kind.name}", "title": kind.title, "status": kind.status}
    body = json.dumps(problem | {"detail": kind.advice, "instance": ""})
    header = (
        "HTTP/1.1 503 Service Unavailable",
        f"Content-Type: {MIMETYPE}",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Retry-After: 5",
        "Connection: close",
    )
    return "\r\n".join([*header, "", body]).encode()
