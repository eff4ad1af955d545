"""The web server of API and dashboard: `python -m service.server HOST:PORT`.

    event loop (one thread)    reads requests, writes answers, ends connections that are too slow
     +-- threads               take a request once it is whole, and run the app

waitress does the reading and writing. This adds what it lacks against slow and hostile clients:
deadlines, a limit of connections for each address, a graceful stop, and error answers in the
form of all others. A client that is slow, in sending or in receiving, never holds a thread.
docs/adr/0017-the-web-server.md has the reasons and the measurements.
"""

from __future__ import annotations

import argparse
import logging
import resource
import signal
import socket
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from ipaddress import IPv6Address, ip_address
from types import FrameType
from typing import TYPE_CHECKING, Any

import structlog
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

from claims.errors import AssayError
from claims.settings import CLIENT_CONNECTIONS_MAX, Settings
from service.problems import REFUSAL
from service.request_parser import (
    HEADER_BYTES_MAX,
    KEPT_IN_MEMORY_BYTES,
    WIRE_BYTES_MAX,
    RequestTimeout,
    StrictParser,
)
from service.wsgi import build

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 32
"""Half of them may wait for a verdict (service/api/waiting.py); the others answer at once."""
LOOK_EVERY_S = 1.0
LOOK_WHILE_STOPPING_S = 0.1
END_THREADS_S = 1.0
LOG_EVERY_S = 60.0
"""Between two log lines about refused connections."""
OPEN_FILES = 4096
"""A connection has one file, and up to two temporary ones for a large body and a large answer."""

_FULL = (
    b'{"type": "/problems/too-many-connections", "title": "Too many connections", "status": 503}'
)
_FULL_ANSWER = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
    b"Content-Length: %d\r\nRetry-After: 5\r\nConnection: close\r\n\r\n%s" % (len(_FULL), _FULL)
)
_NAMES = {
    400: "bad-request",
    408: "request-timeout",
    413: "too-large",
    414: "uri-too-long",
    431: "header-too-large",
    501: "bad-request",
}

_log = structlog.get_logger("assay.server")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """In seconds, from the first byte of what they are about; none restarts with every byte."""

    header_s: float = 10.0
    """Until the header of a request is whole."""
    request_s: float = 30.0
    """Until the body is: one mebibyte in this time is 35 kB a second."""
    answer_s: float = 120.0
    """Until the client has taken an answer."""
    idle_s: float = 75.0
    """Between two requests: longer than the 60 s after which nginx, as a proxy, closes."""
    linger_s: float = 2.0
    """From the end of a last answer until the client closes; what it still sends is dropped."""
    stop_s: float = 30.0
    """Until what is under way is given up when the server stops; the supervisor waits 35 s."""


DEADLINES = Deadlines()


class _Answer(WSGITask):
    """Runs the app for one request."""

    def set_close_on_finish(self) -> None:
        """Keep the connection after 304 and 204 too: waitress closes it for want of a length."""
        if self.has_body or self.request.connection_close:
            super().set_close_on_finish()


class _Refusal(WSGITask):
    """Has the app itself say what is wrong with a request that could not be read, then closes."""

    def execute(self) -> None:
        self.set_close_on_finish()
        super().execute()

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        name = _NAMES.get(self.request.error.code, "internal")
        environ |= {REFUSAL: name, "wsgi.input": BytesIO(), "CONTENT_LENGTH": "0"}
        environ["HTTP_ACCEPT"] = self.request.find_accept()
        return environ


class Connection(HTTPChannel):
    """One client: it sends a request, is answered, and sends the next."""

    task_class = _Answer
    error_task_class = _Refusal
    parser_class = StrictParser
    server: Server
    request: StrictParser | None
    requests: list[StrictParser]
    close_when_flushed: bool

    def __init__(
        self,
        server: Server,
        sock: socket.socket,
        addr: Any,
        adj: Adjustments,
        map: Mapping[int, Any] | None = None,  # noqa: A002 - waitress's name
    ) -> None:
        super().__init__(server, sock, addr, adj, map)
        self.client = name_client(addr[0])
        self.begun_at = self.free_at = time.monotonic()
        self.is_lingering = False

    @property
    def is_served(self) -> bool:
        """Whether a whole request is with the threads: then the server waits for itself."""
        return bool(self.requests)

    @property
    def is_answering(self) -> bool:
        """Whether a request is under way or its answer is not sent yet."""
        return self.is_served or self.total_outbufs_len > 0

    def received(self, data: bytes) -> bool:
        """Note when a request begins."""
        if self.request is None:
            self.begun_at = time.monotonic()
        return bool(super().received(data))

    def service(self) -> None:
        """Run one request, in a thread, and note when it was done."""
        try:
            super().service()
        except BaseException:  # not even the refusal could be made
            self.requests, self.will_close = [], True
            self.server.pull_trigger()
            raise
        finally:
            self.free_at = time.monotonic()

    def readable(self) -> bool:
        """Whether to read: not before the answer to the last request is sent."""
        return self.is_lingering or bool(super().readable())

    def handle_read(self) -> None:
        """Take what came; what comes after the last answer is dropped."""
        if self.is_lingering:
            with suppress(OSError):
                self.recv(self.adj.recv_bytes)  # closes at the end of the stream
        else:
            super().handle_read()

    def handle_write(self) -> None:
        """Send; after a last answer wait for the client to close.

        Closing while it still sends would reset the connection, and the answer would be lost.
        """
        is_last, self.close_when_flushed = self.close_when_flushed, False
        super().handle_write()
        if is_last and self.total_outbufs_len:
            self.close_when_flushed = True
        elif is_last and self.connected:
            self.is_lingering, self.free_at = True, time.monotonic()
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)

    def look(self, now: float, deadlines: Deadlines) -> None:
        """End the connection, or refuse its request, when the client took too long."""
        if self.is_served or now < self._find_deadline(deadlines):
            return
        if self.request is None or self.is_lingering or self.total_outbufs_len:
            self.handle_close()
            return
        late, self.request = self.request, None
        late.error, late.completed = RequestTimeout(""), True
        with self.requests_lock:
            self.requests.append(late)
        self.server.add_task(self)

    def _find_deadline(self, deadlines: Deadlines) -> float:
        # A thread ends its request a moment before it notes when.
        free_at = max(self.free_at, self.begun_at)
        if self.is_lingering:
            return free_at + deadlines.linger_s
        if self.total_outbufs_len:
            return free_at + deadlines.answer_s
        if self.request is None:
            return free_at + deadlines.idle_s
        is_body = self.request.headers_finished
        return self.begun_at + (deadlines.request_s if is_body else deadlines.header_s)


class Server(TcpWSGIServer):
    """Serves `app` on `listener`, with at most `client_connections` for each address.

    An address that has them all gets a further connection in the place of the one that waits
    longest for its request: slow clients make room for each other, and a person behind the
    same address is served. CLIENT_CONNECTIONS_MAX holds for all addresses together.
    """

    channel_class = Connection
    active_channels: dict[int, Connection]

    def __init__(
        self,
        app: WSGIApplication,
        listener: socket.socket,
        *,
        client_connections: int,
        deadlines: Deadlines = DEADLINES,
    ) -> None:
        self.client_connections = client_connections
        self.deadlines = deadlines
        self._log_at = 0.0
        self._is_stopping = False
        self._look_at = 0.0
        adjustments = Adjustments(
            sockets=[listener],
            ident=None,
            log_socket_errors=False,
            max_request_header_size=HEADER_BYTES_MAX,
            max_request_body_size=WIRE_BYTES_MAX,
            inbuf_overflow=KEPT_IN_MEMORY_BYTES,
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
        """Always: `accept` sees to the limits."""
        return True

    def run(self) -> None:
        """Serve until `stop` is called, then finish what is under way."""
        while not self._is_stopping:
            self._turn(LOOK_EVERY_S)
        wasyncore.dispatcher.close(self)  # others may hold the listener: the next process serves
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
        self._is_stopping = True
        self.pull_trigger()

    def accept(self) -> tuple[socket.socket, Any] | None:
        """The next connection, or None when there is none or no place for it."""
        pair: tuple[socket.socket, Any] | None = super().accept()
        if pair is None or self._make_room(name_client(pair[1][0])):
            return pair
        with suppress(OSError):
            pair[0].send(_FULL_ANSWER)
        pair[0].close()
        return None

    def _make_room(self, client: str) -> bool:
        """Whether there is a place, after closing the connection that waits longest if need be."""
        own = [c for c in self.active_channels.values() if c.client == client]
        if len(own) >= self.client_connections:
            return self._close_slowest(own, client)
        if len(self.active_channels) >= CLIENT_CONNECTIONS_MAX:
            return self._close_slowest(self.active_channels.values(), client)
        return True

    def _close_slowest(self, connections: Iterable[Connection], client: str) -> bool:
        slowest = min(
            (c for c in connections if not c.is_served),
            key=lambda c: c.free_at if c.request is None else c.begun_at,
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
        """Wait for what happens next and deal with it; end what is too slow."""
        wasyncore.poll2(wait_s, self._map)
        now = time.monotonic()
        if now < self._look_at:
            return
        self._look_at = now + LOOK_EVERY_S
        for connection in list(self.active_channels.values()):
            connection.look(now, self.deadlines)


def name_client(address: str) -> str:
    """Whose connections are counted together: an IPv4 address, or a /64 of IPv6."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or IPv6Address(int(ip) >> 64 << 64))
    return str(ip)


def main() -> None:
    """Serve the app of ASSAY_... settings until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="service.server")
    parser.add_argument("address", help="HOST:PORT to listen on, [HOST]:PORT for IPv6")
    parser.add_argument("--listener", type=int, help="an inherited socket that is bound to it")
    arguments = parser.parse_args()
    host, _, port = arguments.address.rpartition(":")
    host = host.strip("[]")
    try:
        app = build(host)
        listener = _open_listener(host, int(port), arguments.listener)
    except (AssayError, OSError) as error:
        sys.exit(f"cannot serve on {arguments.address}: {error}")
    _allow_open_files()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it counts waiting requests
    server = Server(app, listener, client_connections=Settings().client_connections)

    def end(number: int, frame: FrameType | None) -> None:
        server.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    server.run()


def _open_listener(host: str, port: int, inherited: int | None) -> socket.socket:
    if inherited is not None:
        return socket.socket(fileno=inherited)
    return socket.create_server(
        (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
    )


def _allow_open_files() -> None:
    """Raise the limit of open files for connections, as far as this process may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main()
