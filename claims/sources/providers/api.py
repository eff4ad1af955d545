"""One question to the JSON interface of a provider.

robots.txt is about pages that are crawled, not about an interface that its owner offers for
questions. It is therefore not asked, and questions are not paced. All other rules of endpoint.py
apply.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from claims.errors import InvalidInput, SourceError
from claims.sources.address import parse_source_url
from claims.sources.deadline import Deadline
from claims.sources.failures import FailureCode
from claims.sources.pacing import Pacing
from claims.sources.providers.endpoint import Endpoint, rest_alone
from claims.sources.vetting import AllowList
from claims.text import clean_line

TOTAL_S = 10.0
MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class JsonApi:
    """Asks one endpoint. Only the hosts in `allow` may be on a private network."""

    address: str
    user_agent: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    total_s: float = TOTAL_S
    allow: AllowList = field(default_factory=AllowList)
    pacing: Pacing = field(default_factory=rest_alone, compare=False, repr=False)

    def ask(self, parameters: Mapping[str, str]) -> dict[str, object]:
        """The JSON object of the answer.

        Raises SourceError: the codes of a fetch, `rate-limited`, `host-resting` and `not-json`.
        """
        endpoint = Endpoint(
            address=self.address,
            user_agent=self.user_agent,
            accept="application/json",
            headers=self.headers,
            most_bytes=MOST_BYTES,
            total_s=self.total_s,
            allow=self.allow,
            pacing=self.pacing,
        )
        with Deadline(self.total_s) as deadline:
            answer = endpoint.get(f"{self.address}?{urlencode(parameters)}", deadline=deadline)
        return _read_object(answer.body or b"")


def _read_object(body: bytes) -> dict[str, object]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise SourceError(FailureCode.NOT_JSON, "the answer of the provider is not JSON")
    return answer


def objects(value: object) -> list[dict[str, object]]:
    """The objects of a list; empty when the value is something else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def address(value: object) -> str | None:
    """A well-formed web address, or None. Addresses of shelf documents come only from shelves."""
    try:
        return parse_source_url(value.strip()) if isinstance(value, str) else None
    except InvalidInput:
        return None


def text(value: object) -> str | None:
    """A non-empty text, on one line, or None."""
    return clean_line(value) or None if isinstance(value, str) else None
