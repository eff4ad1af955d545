"""The web server of API and dashboard: `python -m service.server HOST:PORT`.

    event loop (one thread)    reads requests, writes answers, ends connections that are too slow
     +-- threads               take a complete request, and run the app

waitress does the reading and writing. This module adds protection against slow and hostile
clients: deadlines, a connection limit for each address, a graceful stop, and error answers in the
same form as all others. A client that sends or receives slowly never holds a thread.
docs/adr/0017-the-web-server.md has the reasons and the measurements.
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import signal
import socket
import sys
import time
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import structlog
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from claims.errors import AssayError
from claims.settings import CLIENT_CONNECTIONS_MAX, Settings
from service.http_connection import DEADLINES, Connection, Deadlines
from service.local_key import (
    LocalKey,
    make_local_key,
    remove_local_key,
    write_local_key,
    write_url,
)
from service.problem_types import PROBLEM_TYPES
from service.problems import MIMETYPE
from service.proxies import TrustedProxies
from service.request_parser import HEADER_BYTES_MAX, KEPT_IN_MEMORY_BYTES, WIRE_BYTES_MAX
from service.security import name_client
from service.wsgi import build

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
OPEN_FILES = 4096
"""Limit of open files: one per connection, and up to two temporary ones for a large body and a
large answer."""

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

    def accept(self) -> tuple[socket.socket, Any] | None:
        """The next connection, or None when there is none or no free place for it."""
        pair: tuple[socket.socket, Any] | None = super().accept()
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


def main() -> None:
    """Serve the app of ASSAY_... settings until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="service.server")
    parser.add_argument("address", type=_read_address, help="HOST:PORT, for IPv6 [HOST]:PORT")
    parser.add_argument("--listener", type=int, help="an inherited socket that is bound to it")
    arguments = parser.parse_args()
    host, port = arguments.address
    local_key = make_local_key()
    try:
        app = build(host, local_key=local_key)
        listener = _open_listener(host, port, arguments.listener)
    except (AssayError, OSError) as error:
        sys.exit(f"cannot serve on {host} port {port}: {error}")
    _allow_open_files()
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # warns about waiting requests
    settings = Settings()
    server = Server(
        app,
        listener,
        client_connections=settings.client_connections,
        trusted_proxies=TrustedProxies(settings),
    )

    def end(number: int, frame: FrameType | None) -> None:
        server.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    with _keep_local_key(settings.find_data_folder().absolute(), local_key, listener):
        server.run()


@contextmanager
def _keep_local_key(folder: Path, key: str, listener: socket.socket) -> Iterator[None]:
    """Keep the file with the local key while the block runs.

    If the folder cannot be written to, programs of this user need a key of their own.
    """
    host, port = listener.getsockname()[:2]
    note = LocalKey(write_url(host, port), key)
    try:
        write_local_key(folder, note)
    except OSError as error:
        _log.warning("local_key_not_written", folder=str(folder), error=error.strerror)
    try:
        yield
    finally:
        remove_local_key(folder, note)


def _read_address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no HOST:PORT with a port of 0 to 65535")
    return host.strip("[]"), int(port)


def _open_listener(host: str, port: int, inherited: int | None) -> socket.socket:
    if inherited is not None:
        return socket.socket(fileno=inherited)
    return socket.create_server(
        (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
    )


def _allow_open_files() -> None:
    """Raise the limit of open files for connections, as far as this process is allowed to."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


if __name__ == "__main__":
    main()
