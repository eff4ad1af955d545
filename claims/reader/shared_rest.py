"""The rest that an endpoint asks for (Retry-After), kept by all threads that ask it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from claims.sources.pacing import LONGEST_ASKED_S

# Minimum seconds of a rest: some endpoints ask for less than a second, again and again.
_LEAST_S = 1.0


class SharedRest:
    """Until when an endpoint is not to be asked, and what it said. For several threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """`clock` gives seconds."""
        self._clock = clock
        self._lock = Lock()
        self._until = clock()
        self._why = ""

    def begin(self, seconds: float, why: str) -> None:
        """Rest for so long, 1 s at least and an hour at most; a longer rest stays."""
        until = self._clock() + min(max(seconds, _LEAST_S), LONGEST_ASKED_S)
        with self._lock:
            if until > self._until:
                self._until, self._why = until, why

    def wait(self, most_s: float, *, sleep: Callable[[float], None]) -> str | None:
        """Wait for the end of the rest; at once, why not, if it takes `most_s` or more."""
        ends = self._clock() + most_s
        while True:
            with self._lock:
                now, until, why = self._clock(), self._until, self._why
            if now >= until:
                return None
            if until >= ends:
                return f"{why} and asks for {until - now:.0f} seconds of rest"
            sleep(until - now)
