"""The time limit of a fetch, which holds whatever the server does."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Self

from claims.errors import SourceError
from claims.sources.failures import FailureCode


class Deadline:
    """Shuts down all sockets that it watches after `seconds`.

    Timeouts of single reads do not limit a server that sends one byte now and then, so a timer
    shuts the connections down. The reader then sees a normal end of data. It must therefore call
    `check` before it trusts the data. Use as a context manager, and only once.
    """

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._seconds = seconds
        self._lock = threading.Lock()
        self._watched: list[socket.socket] = []
        self.extended_s = 0.0
        self._start_timer()

    def _start_timer(self) -> None:
        self._timer = threading.Timer(self.remaining_s, self._shut_down)
        self._timer.daemon = True
        self._timer.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for connection in self._watched:
                connection.close()
            self._watched.clear()

    @property
    def expired(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._ends

    @property
    def remaining_s(self) -> float:
        """Seconds that remain, never negative."""
        return max(0.0, self._ends - time.monotonic())

    def extend(self, seconds: float) -> None:
        """Move the end by so many seconds; `extended_s` has their sum. No socket may be watched
        meanwhile, because a time that was up has shut it down."""
        self._timer.cancel()
        self._ends += seconds
        self.extended_s += seconds
        self._start_timer()

    def check(self) -> None:
        """Raise SourceError `timeout` when the time is up."""
        if self.expired:
            raise self.failure()

    def failure(self) -> SourceError:
        """The error for a fetch that did not end in time."""
        return SourceError(
            FailureCode.TIMEOUT, f"not answered in full within {self._seconds:g} seconds"
        )

    def watch(self, connection: socket.socket) -> None:
        """Shut `connection` down when the time is up.

        Works on a duplicate of the descriptor, because TLS takes over the original, and because
        the number of a closed descriptor may already be in use for another file.
        """
        with self._lock:
            self._watched.append(connection.dup())
        if self.expired:
            self._shut_down()

    def _shut_down(self) -> None:
        with self._lock:
            for connection in self._watched:
                with contextlib.suppress(OSError):  # the server may have closed it already
                    connection.shutdown(socket.SHUT_RDWR)
