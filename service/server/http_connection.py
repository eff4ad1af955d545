"""One client connection of the web server: its state, its deadlines and the refusals it gets."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.task import WSGITask

from service.http.security import name_client
from service.problems.problem_answers import REFUSAL
from service.server.request_parser import RequestTimeout, StrictParser

if TYPE_CHECKING:
    from service.server.web_server import Server

Address = tuple[str, *tuple[int, ...]]
"""The address of a client as `accept` gives it: its IP, its port, and two more for IPv6."""

_NAMES = {
    400: "bad-request",
    408: "request-timeout",
    413: "too-large",
    414: "uri-too-long",
    431: "header-too-large",
    501: "bad-request",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Deadlines in seconds, each from the first byte of its phase; no later byte extends one."""

    header_s: float = 10.0
    """Until the header of a request is complete."""
    request_s: float = 30.0
    """Until the body is complete: the largest batch in this time is 175 kB a second."""
    answer_s: float = 120.0
    """Until the client has received an answer."""
    idle_s: float = 75.0
    """Between two requests: longer than the 60 s after which nginx, as a proxy, closes."""
    linger_s: float = 2.0
    """From the end of a last answer until the client closes; bytes sent in between are dropped."""
    stop_s: float = 30.0
    """Until running requests are given up when the server stops; the supervisor waits 35 s."""


DEADLINES = Deadlines()


class _Answer(WSGITask):
    """Runs the app for one request."""

    def set_close_on_finish(self) -> None:
        """Keep the connection after 304 and 204 too: waitress closes it when it has no length."""
        if self.has_body or self.request.connection_close:
            super().set_close_on_finish()


class _Refusal(WSGITask):
    """Lets the app itself answer a request that could not be read, then closes."""

    def execute(self) -> None:
        self.set_close_on_finish()
        super().execute()

    def get_environment(self) -> dict[str, object]:
        environ: dict[str, object] = super().get_environment()
        name = _NAMES.get(self.request.error.code, "internal")
        environ |= {REFUSAL: name, "wsgi.input": BytesIO(), "CONTENT_LENGTH": "0"}
        environ["HTTP_ACCEPT"] = self.request.find_accept()
        return environ


class Connection(HTTPChannel):
    """One client: it sends a request, gets the answer, and sends the next."""

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
        addr: Address,
        adj: Adjustments,
        map: Mapping[int, object] | None = None,  # noqa: A002 - waitress's name
    ) -> None:
        super().__init__(server, sock, addr, adj, map)
        self.client = name_client(addr[0])
        self.begun_at = self.free_at = time.monotonic()
        self.is_lingering = False

    @property
    def is_served(self) -> bool:
        """Whether the threads have a complete request: then the client waits for the server."""
        return bool(self.requests)

    @property
    def is_answering(self) -> bool:
        """Whether a request is running or its answer is not sent yet."""
        return self.is_served or self.total_outbufs_len > 0

    @property
    def waits_since(self) -> float:
        """The time, by time.monotonic(), when the server began to wait for the client."""
        if self.request is not None:
            return self.begun_at
        # A thread records the end of a request a moment after the answer is sent.
        return max(self.free_at, self.begun_at)

    def received(self, data: bytes) -> bool:
        """Record when a request begins."""
        if self.request is None:
            self.begun_at = time.monotonic()
        return bool(super().received(data))

    def service(self) -> None:
        """Run one request, in a thread, and record when it ended."""
        try:
            super().service()
        except BaseException:  # not even the refusal could be answered
            self.requests, self.will_close = [], True
            self.server.pull_trigger()
            raise
        finally:
            self.free_at = time.monotonic()

    def readable(self) -> bool:
        """Whether to read: not before the answer to the last request is sent."""
        return self.is_lingering or bool(super().readable())

    def handle_read(self) -> None:
        """Read what arrived; data after the last answer is dropped."""
        if self.is_lingering:
            with suppress(OSError):
                self.recv(self.adj.recv_bytes)  # closes at the end of the stream
        else:
            super().handle_read()

    def handle_write(self) -> None:
        """Send; after a last answer wait for the client to close.

        Closing while the client still sends would reset the connection and lose the answer. So this
        replaces the method of waitress, which closes. `close_when_flushed` is set by the thread of
        the request, also while this runs: it is only read here until everything is sent.
        """
        if not self.requests:
            self._flush_exception(self._flush_some)
        elif self.total_outbufs_len >= self.adj.send_bytes:
            self._flush_exception(self._flush_some_if_lockable)
        if self.will_close:
            self.handle_close()
        elif self.close_when_flushed and not self.total_outbufs_len:
            self._linger()

    def _linger(self) -> None:
        self.close_when_flushed = False
        self.is_lingering, self.free_at = True, time.monotonic()
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def look(self, now: float, deadlines: Deadlines) -> None:
        """End the connection, or refuse its request, when the client takes too long."""
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
        if self.is_lingering:
            may_take_s = deadlines.linger_s
        elif self.total_outbufs_len:
            may_take_s = deadlines.answer_s
        elif self.request is None:
            may_take_s = deadlines.idle_s
        else:
            is_body = self.request.headers_finished
            may_take_s = deadlines.request_s if is_body else deadlines.header_s
        return self.waits_since + may_take_s
