"""One question to the JSON interface of a provider, over the same guarded connections as pages.

robots.txt speaks of pages that are crawled, not of an interface that its owner offers for
questions, so it is not asked, and questions are not paced. Everything else binds: vetted addresses,
one deadline, a limit on bytes, redirects hop by hop. A provider that asks to be left alone or fails
several times is not asked by this process until its rest is over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import requests

from claims.errors import HostBusy, SourceError
from claims.sources.address import host_and_port
from claims.sources.deadline import Deadline
from claims.sources.failures import FailureCode
from claims.sources.gate import MemoryHostGate
from claims.sources.pacing import Pacing, refuse
from claims.sources.redirects import Redirect, follow, read_redirect
from claims.sources.transport import get, open_session, read_body
from claims.sources.vetting import AllowList, check_destination

TOTAL_S = 10.0
MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class JsonApi:
    """Asks one endpoint. `address` may be on a private network, when its owner runs it there: it
    is exempt from the rules on addresses, but what it redirects to is not."""

    address: str
    user_agent: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    total_s: float = TOTAL_S
    pacing: Pacing = field(
        default_factory=lambda: Pacing(MemoryHostGate(), every_s=0.0), compare=False, repr=False
    )

    def ask(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """The JSON object that comes back.

        Raises SourceError: the codes of a fetch, `rate-limited`, `host-resting` and `not-json`.
        """
        url = f"{self.address}?{urlencode(parameters)}"
        try:
            with self.pacing.open_visit(self.address) as visit:
                visit.take_turn()
                body = self._get(url)
        except HostBusy as busy:
            raise SourceError(FailureCode.RATE_LIMITED, busy.detail) from busy
        except SourceError as error:
            if error.code == "http-429":
                raise SourceError(FailureCode.RATE_LIMITED, error.detail) from error
            raise
        return _read_object(body)

    def _get(self, url: str) -> bytes:
        with (
            Deadline(self.total_s) as deadline,
            open_session(
                allow=self._allow, deadline=deadline, user_agent=self.user_agent, ca_bundle=None
            ) as session,
        ):
            return follow(url, lambda hop: self._visit(hop, session, deadline))

    @property
    def _allow(self) -> AllowList:
        return AllowList(frozenset({host_and_port(self.address)}))

    def _visit(self, url: str, session: requests.Session, deadline: Deadline) -> bytes | Redirect:
        host, port = host_and_port(url)
        check_destination(host, port, allow=self._allow)
        headers = {"Accept": "application/json"}
        # A key is for the provider, not for whom it redirects to.
        if host_and_port(self.address) == (host, port):
            headers |= self.headers
        with get(session, url, deadline=deadline, read_s=self.total_s, headers=headers) as response:
            redirect = read_redirect(response, url=url)
            if redirect is not None:
                return redirect
            if response.status_code != 200:
                raise refuse(response.status_code, response.headers, now=datetime.now(UTC))
            return read_body(
                response, deadline=deadline, wire_bytes=MOST_BYTES, decoded_bytes=MOST_BYTES
            )


def _read_object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise SourceError(
            FailureCode.NOT_JSON, "the provider answers with something else than JSON"
        )
    return answer


def objects(value: object) -> list[dict[str, Any]]:
    """The objects of a list, whatever else was sent in its place."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: object) -> str | None:
    """A text that says something, or None."""
    return value.strip() or None if isinstance(value, str) else None
