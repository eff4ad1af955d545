"""One question to the JSON interface of a provider, over the same guarded connections as pages.

robots.txt speaks of pages that are crawled, not of an interface that its owner offers for
questions, so it is not asked. Everything else binds: vetted addresses, one deadline, a limit on
bytes, redirects hop by hop.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import requests

from claims.errors import SourceError
from claims.sources.address import host_and_port
from claims.sources.deadline import Deadline
from claims.sources.failures import FailureCode, http_failure
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

    def ask(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """The JSON object that comes back.

        Raises SourceError: the codes of a fetch, `rate-limited` and `not-json`.
        """
        url = f"{self.address}?{urlencode(parameters)}"
        with (
            Deadline(self.total_s) as deadline,
            open_session(
                allow=self._allow, deadline=deadline, user_agent=self.user_agent, ca_bundle=None
            ) as session,
        ):
            body = follow(url, lambda hop: self._visit(hop, session, deadline))
        return _read_object(body)

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
            if response.status_code == 429:
                raise _rate_limited(response.headers.get("Retry-After", ""))
            if response.status_code != 200:
                raise http_failure(response.status_code)
            return read_body(
                response, deadline=deadline, wire_bytes=MOST_BYTES, decoded_bytes=MOST_BYTES
            )


def _rate_limited(retry_after: str) -> SourceError:
    wait = f"; it asks to wait {retry_after} s" if retry_after.isdecimal() else ""
    return SourceError(FailureCode.RATE_LIMITED, f"the provider has had enough questions{wait}")


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
