"""The moment at which a fetch is over, whatever the server does."""

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
    """Ends everything that goes through the sockets it watches after `seconds`.

    Time limits of single reads do not bound a server that sends one byte now and then, so a
    timer shuts the connections down. The reader then sees an orderly end of data, which is why
    it must `check` before it believes what it read. Use as a context manager; never reused.
    """

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._seconds = seconds
        self._lock = threading.Lock()
        self._watched: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._shut_down)
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
        """Seconds that are left, never negative."""
        return max(0.0, self._ends - time.monotonic())

    def check(self) -> None:
        """Raise SourceError `timeout` when the time is up."""
        if self.expired:
            raise self.failure()

    def failure(self) -> SourceError:
        """The error of a fetch that did not end in time."""
        return SourceError(
            FailureCode.TIMEOUT, f"not answered in full within {self._seconds:g} seconds"
        )

    def watch(self, connection: socket.socket) -> None:
        """Shut `connection` down when the time is up.

        Works on a duplicate of the descriptor, because TLS takes the original over, and because
        the number of a closed descriptor may already belong to somebody else.
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
