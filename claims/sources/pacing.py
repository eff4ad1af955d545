"""Politeness to hosts: a turn for each fetch, and a rest for hosts that fail or ask for it.

A fetch takes one turn at each host that it visits. The turn covers robots.txt, the page and the
redirects that stay on the host. The gate (claims.ports.HostGate) decides whose turn it is; this
module waits for the turn, takes it, and reports to the gate how the fetch ended.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

from claims.errors import HostBusy, SourceError, SourceNotAsked
from claims.ports import HostGate, Rest, Turn, VisitEnd
from claims.sources.address import DEFAULT_PORTS, host_and_port, write_place
from claims.sources.failures import FailureCode, http_failure
from claims.sources.vetting import AllowList

EVERY_S = 1.0
"""Minimum time between the beginnings of two fetches of one host; robots.txt may ask for more."""
LONGEST_DELAY_S = 30.0
"""Maximum Crawl-delay, in seconds; a longer one is shortened to this."""
LONGEST_ASKED_S = 3600.0
"""Maximum Retry-After, in seconds; a longer one is shortened to this."""
SHORT_WAIT_S = 3.0
"""Maximum total wait within a fetch, for workers: they do other work instead of waiting longer."""
LONG_WAIT_S = 60.0
"""Maximum total wait within a fetch on the command line, which has no other work to do."""
# Maximum wait in seconds for which a fetch is tried again later; beyond it, coverage says why the
# page is missing.
_WORTH_WAITING_S = 300.0

_HOST_FAILURES = frozenset(
    {
        FailureCode.TIMEOUT,
        FailureCode.UNREACHABLE,
        FailureCode.DNS_FAILED,
        FailureCode.BAD_RESPONSE,
    }
)
_SILENT_STATUSES = frozenset({429, 503})


class LeftAlone(SourceError):
    """The host asks for no requests for `wait_s` seconds (Retry-After)."""

    def __init__(self, code: str, detail: str, wait_s: float = 0.0) -> None:
        super().__init__(code, detail)
        self.wait_s = wait_s


class OpenGate:
    """A gate that gives a turn at once: a fetcher without pacing asks whenever it is called."""

    def take_turn(self, host: str, url: str, *, every_s: float) -> Turn:
        """The turn is always now."""
        return Turn(at=datetime.now(UTC))

    def slow_down(self, host: str, *, every_s: float) -> None:
        """Does nothing."""

    def end_visit(self, host: str, how: VisitEnd, *, why: str = "", rest_s: float = 0.0) -> None:
        """Does nothing."""


class Pacing:
    """How hosts are treated: `every_s` between fetches (0: not paced), `wait_s` spent waiting.

    Hosts that `unpaced` covers (the operator's own) are asked without a minimum interval; they
    rest too when they fail.
    """

    def __init__(
        self,
        gate: HostGate,
        *,
        every_s: float = EVERY_S,
        wait_s: float = SHORT_WAIT_S,
        unpaced: AllowList | None = None,
    ) -> None:
        self._gate = gate
        self._every_s = every_s
        self._wait_s = wait_s
        self._unpaced = unpaced or AllowList()

    def begin(self) -> Visits:
        """Start the record of host visits for one fetch."""
        return Visits(self, self._wait_s)

    def open_visit(self, url: str) -> HostVisit:
        """A visit to the host of `url` that has not begun yet."""
        host, port = host_and_port(url)
        every_s = 0.0 if self._unpaced.covers(host, port) else self._every_s
        return HostVisit(self._gate, url, every_s=every_s)


class Visits:
    """The hosts that one fetch visits, and how long the fetch has waited for them."""

    def __init__(self, pacing: Pacing, wait_s: float) -> None:
        self._pacing = pacing
        self._left_s = wait_s
        self._visits: dict[str, HostVisit] = {}

    def at(self, url: str) -> HostVisit:
        """The visit to the host of `url`; all addresses of the host share it."""
        return self._visits.setdefault(name_host(url), self._pacing.open_visit(url))

    def wait(self, busy: HostBusy) -> None:
        """Sleep until the host may be asked, or raise `busy` when the wait would be too long."""
        if busy.wait_s > self._left_s:
            raise busy
        self._left_s -= busy.wait_s
        time.sleep(busy.wait_s)


class HostVisit:
    """One fetch at one host. As a context manager it reports to the gate how the visit ended."""

    def __init__(self, gate: HostGate, url: str, *, every_s: float) -> None:
        self._gate = gate
        self._url = url
        self._host = name_host(url)
        self._every_s = every_s
        self._has_turn = False
        self._failure: str | None = None

    def take_turn(self) -> None:
        """Take the host's turn before the first request to the host; later calls do nothing.

        Raises HostBusy when its turn comes later, and SourceNotAsked when the host rests.
        """
        if self._has_turn:
            return
        turn = self._gate.take_turn(self._host, self._url, every_s=self._every_s)
        if turn.rest is not None:
            raise self._resting(turn.rest, turn.at)
        if not turn.is_now:
            raise self._busy(turn.wait_s)
        self._has_turn = True

    def slow_down(self, delay_s: float) -> None:
        """Apply a Crawl-delay, from the next fetch on."""
        if self._every_s and delay_s > self._every_s:
            self._gate.slow_down(self._host, every_s=min(delay_s, LONGEST_DELAY_S))

    def note_failure(self, code: str) -> None:
        """Note that the host did not answer, whatever the result of the fetch is."""
        self._failure = code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Errors of our own (a time limit, a lost store) say nothing about the host.
        if not self._has_turn or not (error is None or isinstance(error, SourceError)):
            return
        if isinstance(error, LeftAlone):
            wait_s = min(error.wait_s, LONGEST_ASKED_S)
            why = str(error.code)
            self._gate.end_visit(self._host, VisitEnd.ASKED_TO_WAIT, why=why, rest_s=wait_s)
            self._has_turn = False
            if wait_s <= _WORTH_WAITING_S:
                raise HostBusy(self._url, wait_s, error.code, error.detail) from error
            return
        failure = self._failure or (error.code if error and speaks_of_host(error.code) else None)
        self._failure = None
        if failure:
            self._gate.end_visit(self._host, VisitEnd.FAILED, why=failure)
        else:
            self._gate.end_visit(self._host, VisitEnd.ANSWERED)

    def _resting(self, rest: Rest, now: datetime) -> SourceError | HostBusy:
        wait_s = (rest.until - now).total_seconds()
        detail = describe_rest(rest)
        if rest.asked and wait_s <= _WORTH_WAITING_S:
            return HostBusy(self._url, wait_s, FailureCode.HOST_RESTING, detail)
        return SourceNotAsked(FailureCode.HOST_RESTING, detail)

    def _busy(self, wait_s: float) -> HostBusy:
        detail = f"its turn among the pages of {self._host} would come only in {wait_s:.0f} s"
        return HostBusy(self._url, wait_s, FailureCode.HOST_BUSY, detail)


def name_host(url: str) -> str:
    """The key of a host: its name for the ports of http and https, else host:port."""
    host, port = host_and_port(url)
    if port in DEFAULT_PORTS.values():
        return host
    return write_place(host, port)


def speaks_of_host(code: str) -> bool:
    """Whether a failure shows that the host, not one page, does not work or is asked too often."""
    return code in _HOST_FAILURES or code.startswith("http-5") or code == "http-429"


def describe_rest(rest: Rest) -> str:
    """A rest in words, for coverage."""
    since, until = _write(rest.since), _write(rest.until)
    if rest.asked:
        return f"its host asked at {since} ({rest.why}) to be left alone until {until}"
    return f"its host has failed since {since} (last: {rest.why}) and rests until {until}"


def refuse(status: int, headers: Mapping[str, str], *, now: datetime) -> SourceError:
    """The error for an answer that is no page, with the time to ask again that it gives."""
    failure = http_failure(status)
    if status not in _SILENT_STATUSES:
        return failure
    wait_s = read_retry_after(headers.get("Retry-After", ""), now=now)
    if wait_s is None:
        return failure
    until = now + timedelta(seconds=min(wait_s, LONGEST_ASKED_S))
    detail = f"{failure.detail} and asks to be left alone until {_write(until)}"
    return LeftAlone(failure.code, detail, wait_s)


def read_retry_after(text: str, *, now: datetime) -> float | None:
    """Seconds from a Retry-After header (number or date); None if it is neither, or in the past."""
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9]) or None
    with suppress(ValueError, OverflowError):
        moment = parsedate_to_datetime(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
        return seconds if seconds > 0 else None
    return None


def _write(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
