"""Pacing of hosts: which caller may ask which host, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A time in which a host is not asked: it requested a pause, or it failed several times.

    `asked` is True for a requested pause (Retry-After). `why` is the last answer or failure,
    `since` the time when the rest began.
    """

    since: datetime
    until: datetime
    why: str
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whether a host may be asked now, at the time `at` of the gate's clock.

    It may if there is no `rest` and no `wait_s`. Otherwise the caller may try again after `wait_s`
    seconds.
    """

    at: datetime
    wait_s: float = 0.0
    rest: Rest | None = None

    @property
    def is_now(self) -> bool:
        """Whether the fetch begins."""
        return self.rest is None and self.wait_s == 0.0


class VisitEnd(StrEnum):
    """The state of a host, as the end of a fetch shows it."""

    ANSWERED = "answered"  # the host works, whatever it answered
    FAILED = "failed"  # no answer, or an answer that shows that the host does not work
    ASKED_TO_WAIT = "asked-to-wait"  # the host asks for a pause; this is also a failure


class HostGate(Protocol):
    """Decides when each host may be asked, for all callers that share the gate. Never sleeps.

    At most one fetch begins per host and interval. A host that failed several times in a row
    rests, longer each time. After a rest one fetch is allowed as a trial: if it fails, the host
    rests again. A host is any text. A URL keeps its place in the queue of its host when its caller
    asks again.
    """

    def take_turn(self, host: str, url: str, *, every_s: float) -> Turn:
        """Begin a fetch of `url` now, or get the time to wait; `every_s` 0 checks only rests.

        A caller that gets a turn reports its end with `end_visit`.
        """
        ...

    def slow_down(self, host: str, *, every_s: float) -> None:
        """Set the least interval between fetches of a host, for a day (its Crawl-delay)."""
        ...

    def end_visit(self, host: str, how: VisitEnd, *, why: str = "", rest_s: float = 0.0) -> None:
        """Report how a fetch ended; `rest_s` is the pause that the host asked for."""
        ...
