"""GET from a provider, over the same guarded connections as pages.

Vetted addresses, one deadline, limits on bytes, redirects hop by hop. A provider that asks for no
requests, or fails several times, is not asked by this process until its rest is over. The fields
below are what differs between an interface that is asked and a document that is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests

from claims.errors import HostBusy, SourceError
from claims.sources.address import host_and_port
from claims.sources.deadline import Deadline
from claims.sources.failures import FailureCode
from claims.sources.gate import MemoryHostGate
from claims.sources.limits import FetchLimits
from claims.sources.pacing import Pacing, refuse
from claims.sources.redirects import Redirect, follow, read_redirect
from claims.sources.robots import Robots
from claims.sources.transport import get, open_session, read_body
from claims.sources.validators import Validators, read_validators
from claims.sources.vetting import AllowList, check_destination


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer from `url`, the last redirect target; `body` None means "not modified"."""

    url: str
    body: bytes | None
    content_type: str = ""
    validators: Validators = field(default_factory=Validators)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A provider's `address` and how it is asked. Only hosts in `allow` are exempt from the rules
    on addresses, whatever hosts the address or a redirect leads to (`trust`).

    `headers` are sent only to the provider's own host. With `robots`, every hop is checked
    against robots.txt.
    """

    address: str
    user_agent: str
    accept: str
    most_bytes: int
    total_s: float
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    allow: AllowList = field(default_factory=AllowList)
    robots: Robots | None = None
    pacing: Pacing = field(default_factory=lambda: rest_alone(), compare=False, repr=False)

    def get(self, url: str, *, deadline: Deadline, known: Answer | None = None) -> Answer:
        """The answer for `url`; with `known`, the body only if it changed since.

        Raises SourceError: the codes of a fetch, `rate-limited` and `host-resting`.
        """

        def visit(hop: str) -> Answer | Redirect:
            host, port = host_and_port(hop)
            check_destination(host, port, allow=self.allow)
            with self.pacing.open_visit(hop) as at_host:
                if self.robots is not None:
                    self.robots.check(hop, deadline=deadline, visit=at_host)
                at_host.take_turn()
                return self._ask(hop, session, deadline=deadline, known=known)

        try:
            with _open(self.allow, self.user_agent, deadline) as session:
                return follow(url, visit)
        except HostBusy as busy:
            raise SourceError(FailureCode.RATE_LIMITED, busy.detail) from busy
        except SourceError as error:
            if error.code == "http-429":
                raise SourceError(FailureCode.RATE_LIMITED, error.detail) from error
            raise

    def _ask(
        self, url: str, session: requests.Session, *, deadline: Deadline, known: Answer | None
    ) -> Answer | Redirect:
        host, port = host_and_port(url)
        headers = {"Accept": self.accept}
        # A key is for the provider, not for a redirect target; the same holds for validators.
        if host_and_port(self.address) == (host, port):
            headers |= self.headers
        conditions = known.validators.ask_if_changed() if known and known.url == url else {}
        headers |= conditions
        with get(session, url, deadline=deadline, read_s=self.total_s, headers=headers) as response:
            redirect = read_redirect(response, url=url)
            return redirect or self._receive(response, url, deadline, conditional=bool(conditions))

    def _receive(
        self, response: requests.Response, url: str, deadline: Deadline, *, conditional: bool
    ) -> Answer:
        if response.status_code == 304 and conditional:
            return Answer(url, None)
        if response.status_code != 200:
            raise refuse(response.status_code, response.headers, now=datetime.now(UTC))
        body = read_body(
            response, deadline=deadline, wire_bytes=self.most_bytes, decoded_bytes=self.most_bytes
        )
        content_type = response.headers.get("Content-Type", "")
        return Answer(url, body, content_type, read_validators(response))


def rest_alone() -> Pacing:
    """Pacing without an interval, with its own memory of how long the provider rests."""
    return Pacing(MemoryHostGate(), every_s=0.0)


def ask_robots(allow: AllowList, user_agent: str) -> Robots:
    """The robots.txt rules for an endpoint with these exemptions."""
    return Robots(
        open_session=lambda deadline: _open(allow, user_agent, deadline), limits=FetchLimits()
    )


def trust(address: str) -> AllowList:
    """The exemption of an address that the operator set; it may be on a private network.

    Never use it for an address from the API, whose callers could explore that network with it.
    """
    return AllowList(frozenset({host_and_port(address)}))


def _open(allow: AllowList, user_agent: str, deadline: Deadline) -> requests.Session:
    return open_session(allow=allow, deadline=deadline, user_agent=user_agent, ca_bundle=None)
