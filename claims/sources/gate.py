"""Decides when each host may be asked, within one process: for the command line and providers.

claims/store/gate.py applies the same rules for all workers together.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from claims.ports import Rest, Turn, VisitEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRules:
    """When a host rests, and for how long its queue is kept. Tests shorten them."""

    failures: int = 3
    """Number of failures in a row after which the host rests."""
    first_rest_s: float = 30.0
    """Length of the first rest; each further rest is twice as long."""
    longest_rest_s: float = 900.0
    trial_s: float = 60.0
    """A trial counts as lost after this time, which is longer than any fetch lasts."""
    queue_s: float = 300.0
    """A place in the queue is kept only if its turn comes within this time; nobody waits longer."""
    missed_s: float = 30.0
    """A place is dropped this long after its time has passed: its owner died or gave up."""
    kept_s: float = 24 * 3600.0
    """How long a Crawl-delay holds, and how long a host is remembered that nobody asks for."""


@dataclass(slots=True)
class _Host:
    """The state of one host. Times are seconds of the gate's clock; 0 means never."""

    began_at: float = 0.0
    delay_s: float = 0.0
    delay_until: float = 0.0
    places: dict[str, float] = field(default_factory=dict)
    failures: int = 0
    rests: int = 0
    failing_since: float = 0.0
    failing_why: str = ""
    rest_until: float = 0.0
    trial_until: float = 0.0
    asked_since: float = 0.0
    asked_until: float = 0.0
    asked_why: str = ""


class MemoryHostGate:
    """claims.ports.HostGate for the threads of one process."""

    def __init__(
        self, rules: GateRules | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._rules = rules or GateRules()
        self._clock = clock
        self._lock = threading.Lock()
        self._hosts: dict[str, _Host] = {}

    def take_turn(self, host: str, url: str, *, every_s: float) -> Turn:
        """Begin a fetch of `url` now, or return when it may begin."""
        with self._lock:
            now, known = self._clock(), self._hosts.setdefault(host, _Host())
            at = _moment(now)
            rest = self._find_rest(known, now)
            if rest is not None:
                return Turn(at=at, rest=rest)
            wait_s = self._find_wait(known, url, now=now, every_s=every_s) if every_s else 0.0
            if wait_s > 0:
                return Turn(at=at, wait_s=wait_s)
            if every_s:
                known.began_at = now
            if known.failures >= self._rules.failures:
                known.trial_until = now + self._rules.trial_s
            return Turn(at=at)

    def slow_down(self, host: str, *, every_s: float) -> None:
        """For a day, keep at least `every_s` between the beginnings of fetches of this host."""
        with self._lock:
            known = self._hosts.setdefault(host, _Host())
            known.delay_s, known.delay_until = every_s, self._clock() + self._rules.kept_s

    def end_visit(self, host: str, how: VisitEnd, *, why: str = "", rest_s: float = 0.0) -> None:
        """Record how a fetch ended."""
        with self._lock:
            now, known = self._clock(), self._hosts.setdefault(host, _Host())
            if how is VisitEnd.ANSWERED:
                known.failures = known.rests = 0
                known.rest_until = known.trial_until = 0.0
            elif how is VisitEnd.ASKED_TO_WAIT:
                known.trial_until = 0.0
                is_first = now >= known.asked_until  # no answer to a fetch that began before
                if now + rest_s > known.asked_until:
                    known.asked_since, known.asked_until = now, now + rest_s
                    known.asked_why = why
                if is_first:
                    self._fail(known, now, why, until=known.asked_until)
            else:
                self._fail(known, now, why)

    def _find_rest(self, known: _Host, now: float) -> Rest | None:
        failing = max(known.rest_until, known.trial_until)
        if now >= max(failing, known.asked_until):
            return None
        if known.asked_until > failing:
            since, until, why = known.asked_since, known.asked_until, known.asked_why
        else:
            since, until, why = known.failing_since, failing, known.failing_why
        return Rest(
            since=_moment(since),
            until=_moment(until),
            why=why,
            asked=known.asked_until > failing,
        )

    def _find_wait(self, known: _Host, url: str, *, now: float, every_s: float) -> float:
        """Seconds until this URL's place in the queue, which is kept; at 0 it leaves the queue."""
        apart = max(every_s, known.delay_s if known.delay_until > now else 0.0)
        free = known.began_at + apart
        missed = now - self._rules.missed_s
        known.places = {one: at for one, at in known.places.items() if at > missed}
        place = known.places.pop(url, None)
        if place is None:
            overdue = sum(at <= now for at in known.places.values())
            latest = max(known.places.values(), default=0.0)
            place = max(now, free + overdue * apart, latest + apart if known.places else 0.0)
        wait_s = max(0.0, max(place, free) - now)
        if 0 < wait_s <= self._rules.queue_s:
            known.places[url] = place
        return wait_s

    def _fail(self, known: _Host, now: float, why: str, *, until: float = 0.0) -> None:
        """Count a failure; a rest that follows lasts at least until `until`."""
        if known.rest_until > now:
            return  # a fetch that began before the rest
        if known.failures == 0:
            known.failing_since = now
        known.failures += 1
        known.failing_why, known.trial_until = why, 0.0
        if known.failures >= self._rules.failures:
            rest_s = self._rules.first_rest_s * 2.0 ** min(known.rests, 30)
            known.rests += 1
            known.rest_until = max(until, now + min(rest_s, self._rules.longest_rest_s))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
