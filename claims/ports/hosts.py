"""Who may ask which host when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A host is left alone: it `asked` for that (Retry-After), or it failed several times in a row.

    `why` is the last answer or failure, `since` when it began.
    """

    since: datetime
    until: datetime
    why: str
    asked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Whether a host may be asked, said at `at` by the gate's clock: now, when there is no `rest`
    and nothing to wait for; otherwise whoever still wants to asks again in `wait_s`."""

    at: datetime
    wait_s: float = 0.0
    rest: Rest | None = None

    @property
    def is_now(self) -> bool:
        """Whether the fetch begins."""
        return self.rest is None and self.wait_s == 0.0


class VisitEnd(StrEnum):
    """What a fetch says of the host that it asked."""

    ANSWERED = "answered"  # it works, whatever it said
    FAILED = "failed"  # no answer, or one that says that the host does not work
    ASKED_TO_WAIT = "asked-to-wait"  # it wants to be left alone for a while: a failure, too


class HostGate(Protocol):
    """Who may ask which host when: the same for all who share the gate. Never sleeps.

    At most one fetch begins per host and interval. A host that failed several times in a row
    rests, longer each time; after a rest one fetch is let through as a trial, and how it ends
    decides. A host is any text; a place in its queue is kept by URL, so asking again costs nothing.
    """

    def take_turn(self, host: str, url: str, *, every_s: float) -> Turn:
        """Begin a fetch of `url` now, or learn when; `every_s` 0 asks about rests alone.

        Whoever gets a turn says how it ended: `end_visit`.
        """
        ...

    def slow_down(self, host: str, *, every_s: float) -> None:
        """For a day, let the fetches of a host begin at least so far apart (its Crawl-delay)."""
        ...

    def end_visit(self, host: str, how: VisitEnd, *, why: str = "", rest_s: float = 0.0) -> None:
        """How a fetch ended; `rest_s` is how long the host asked to be left alone."""
        ...
