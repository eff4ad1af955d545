"""Reads the permissions in a site's robots.txt (RFC 9309) and keeps them per process."""

from __future__ import annotations

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin

import requests
from protego import Protego

from claims.errors import SourceError
from claims.sources.address import canonical_url
from claims.sources.deadline import Deadline
from claims.sources.failures import FailureCode
from claims.sources.limits import FetchLimits
from claims.sources.pacing import HostVisit
from claims.sources.redirects import Redirect, follow, read_redirect
from claims.sources.transport import get, read_start

ROBOT = "Assay"

_KEPT_S = 24 * 3600.0  # maximum age of a kept robots.txt: one day (RFC 9309, 2.4)
_DENIED_S = 3600.0  # time until a site that failed to answer is asked again
_MAX_SITES = 10_000

# When the site itself cannot be reached, coverage names that code and not `robots-denied`.
_OF_THE_SITE = frozenset(
    {
        FailureCode.ADDRESS_BLOCKED,
        FailureCode.PORT_BLOCKED,
        FailureCode.DNS_FAILED,
        FailureCode.UNREACHABLE,
        FailureCode.TLS_ERROR,
    }
)
# Redirects without a usable target count as "there is no robots.txt" (RFC 9309, 2.3.1.2).
_NOWHERE = frozenset(
    {
        FailureCode.REDIRECT_LOOP,
        FailureCode.TOO_MANY_REDIRECTS,
        FailureCode.REDIRECT_REFUSED,
    }
)
_USER_AGENT_LINE = re.compile(r"\s*user[- ]?agent\s*[:\s]\s*([^#]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Rules:
    """A robots.txt; `names_us`: a group of it is for Assay by name, and not for all robots."""

    parsed: Protego
    names_us: bool

    def allow(self, url: str, *, by_name: bool) -> bool:
        """Whether `url` may be fetched; with `by_name`, only rules for Assay by name count."""
        return (by_name and not self.names_us) or self.parsed.can_fetch(url, ROBOT)


@dataclass(slots=True)
class _Site:
    """The state of one site. `rules` None: no robots.txt, everything is allowed."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    expires_at: float = float("-inf")
    rules: _Rules | None = None
    failure: str | None = None


class Robots:
    """Fetches each site's robots.txt once a day. Thread safe; one request at a time per site.

    `open_session` gives a session whose connections end with the given deadline; `now` is a
    monotonic clock in seconds.
    """

    def __init__(
        self,
        *,
        open_session: Callable[[Deadline], requests.Session],
        limits: FetchLimits,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_session = open_session
        self._limits = limits
        self._now = now
        self._lock = threading.Lock()
        self._sites: OrderedDict[str, _Site] = OrderedDict()

    def check(
        self, url: str, *, deadline: Deadline, visit: HostVisit, by_name: bool = False
    ) -> None:
        """Raise SourceError `robots-denied` when `url` may not be fetched by Assay.

        A site that cannot be reached raises the same error as a fetch of it. If the site has to
        be asked, `visit` takes its turn first, and is given a Crawl-delay. With `by_name`, rules
        for all robots do not count: the operator has named the site as an interface to be asked.
        """
        address = urljoin(canonical_url(url), "/robots.txt")
        site = self._site(address)
        if not site.lock.acquire(timeout=deadline.remaining_s):
            raise deadline.failure()
        try:
            if self._now() >= site.expires_at:
                visit.take_turn()
                self._ask(site, address, deadline=deadline, visit=visit)
            if site.failure is not None:
                raise SourceError(FailureCode.ROBOTS_DENIED, site.failure)
            if site.rules is not None and not site.rules.allow(url, by_name=by_name):
                raise SourceError(
                    FailureCode.ROBOTS_DENIED, "robots.txt asks not to fetch this address"
                )
        finally:
            site.lock.release()

    def _site(self, address: str) -> _Site:
        with self._lock:
            site = self._sites.setdefault(address, _Site())
            self._sites.move_to_end(address)
            if len(self._sites) > _MAX_SITES:
                self._sites.popitem(last=False)
            return site

    def _ask(self, site: _Site, address: str, *, deadline: Deadline, visit: HostVisit) -> None:
        """Fetch robots.txt; keep its rules for a day, or the failure for an hour."""
        seconds = min(self._limits.read_s, deadline.remaining_s)
        kept_s, site.rules, site.failure = _KEPT_S, None, None
        try:
            with Deadline(seconds) as own, self._open_session(own) as session:
                site.rules = follow(address, lambda url: self._visit(session, url, own))
        except SourceError as error:
            cut_short = error.code == FailureCode.TIMEOUT and seconds < self._limits.read_s
            if error.code in _OF_THE_SITE or cut_short:
                raise  # not kept: the next fetch asks again
            if error.code not in _NOWHERE:
                kept_s = _DENIED_S
                site.failure = f"robots.txt cannot be read ({error.detail})"
                visit.note_failure(error.code)
        site.expires_at = self._now() + kept_s
        if site.rules is not None:
            visit.slow_down(site.rules.parsed.crawl_delay(ROBOT) or 0.0)

    def _visit(
        self, session: requests.Session, url: str, deadline: Deadline
    ) -> _Rules | Redirect | None:
        with get(session, url, deadline=deadline, read_s=self._limits.read_s) as response:
            redirect = read_redirect(response, url=url)
            if redirect is not None:
                return redirect
            if response.status_code >= 500:
                raise SourceError(
                    FailureCode.BAD_RESPONSE, f"the server answered {response.status_code}"
                )
            if response.status_code != 200:
                return None
            body = read_start(response, deadline=deadline, size_bytes=self._limits.robots_bytes)
        return _read_rules(body.decode("utf-8-sig", "replace"))


def _read_rules(text: str) -> _Rules:
    """The rules of robots.txt, with every user agent that cannot be Assay replaced by one name.

    The parser copies each rule once per user agent named above it, so half a megabyte of user
    agents and rules would fill the memory. Each rule stays in its group.
    """
    lines, names_us = [], False
    for line in text.splitlines():
        found = _USER_AGENT_LINE.match(line)
        name = found.group(1).strip().lower() if found else "*"
        is_ours = ROBOT.lower().startswith(name.replace("*", "") or "?")
        names_us = names_us or is_ours
        lines.append(line if is_ours or name == "*" else "User-agent: another")
    return _Rules(Protego.parse("\n".join(lines)), names_us)
