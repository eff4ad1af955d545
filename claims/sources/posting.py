"""Sends an event to the receiver of a webhook, over the same guarded connections as pages.

Vetted addresses, one deadline, no redirects; of an answer only its start is read, and only when it
is a failure. Whatever the receiver does ends as an Attempt.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests

from claims.errors import SourceError
from claims.sources.address import host_and_port
from claims.sources.deadline import Deadline
from claims.sources.pacing import read_retry_after
from claims.sources.transport import DRIVER_ERRORS, open_session, post, read_start
from claims.sources.vetting import AllowList, check_destination
from claims.text import fold_spaces
from claims.webhooks import FAULT, Attempt

TOTAL_S = 10.0
"""Seconds for connection, request and answer together."""
READ_BYTES = 2_000
"""Maximum bytes of a failure's answer that are read."""
SHOWN_CHARACTERS = 200
"""Maximum characters of it that the log of deliveries keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Poster:
    """How events are sent. Only hosts in `allow` may be on loopback or a private network."""

    allow: AllowList = field(default_factory=AllowList)
    user_agent: str = "Assay"
    total_s: float = TOTAL_S

    def post(self, url: str, body: str, headers: Mapping[str, str]) -> Attempt:
        """Send `body` as JSON, and return how the attempt ended, within `total_s` seconds."""
        started = time.monotonic()
        status, error, asked_s, code = None, None, None, FAULT
        try:
            check_destination(*host_and_port(url), allow=self.allow)
            with Deadline(self.total_s) as deadline:
                status, error, asked_s = self._send(
                    url, body.encode(), headers=headers, deadline=deadline
                )
        except SourceError as failure:
            error, code = str(failure), failure.code
        took_ms = round((time.monotonic() - started) * 1000)
        return Attempt(
            status_code=status, duration_ms=took_ms, error=error, asked_s=asked_s, code=code
        )

    def _send(
        self, url: str, body: bytes, *, headers: Mapping[str, str], deadline: Deadline
    ) -> tuple[int, str | None, float | None]:
        """The status of the answer, and for a failure the reason and the pause that it asks for."""
        sent = {"Content-Type": "application/json", "Accept": "*/*", **headers}
        with (
            open_session(
                allow=self.allow, deadline=deadline, user_agent=self.user_agent, ca_bundle=None
            ) as session,
            post(
                session, url, body, deadline=deadline, read_s=self.total_s, headers=sent
            ) as response,
        ):
            status = response.status_code
            if 200 <= status < 300:
                return status, None, None
            asked_s = read_retry_after(
                response.headers.get("Retry-After", ""), now=datetime.now(UTC)
            )
            return status, _explain(response, deadline), asked_s


def _explain(response: requests.Response, deadline: Deadline) -> str:
    status = response.status_code
    if 300 <= status < 400:
        return f"it answered {status}, and redirects are not followed"
    start = b""
    with suppress(SourceError, *DRIVER_ERRORS):  # the status stands, whatever becomes of the rest
        start = read_start(response, deadline=deadline, size_bytes=READ_BYTES)
    said = fold_spaces(start.decode("utf-8", "replace"))
    if len(said) > SHOWN_CHARACTERS:
        said = f"{said[:SHOWN_CHARACTERS]}…"
    return f"it answered {status}: {said}" if said else f"it answered {status}"
