"""A client of API v1, which the commands, the demo and scripts use instead of raw HTTP.

Shapes are those of docs/reference/api.md, as dicts. Problems are raised as the errors of
claims/errors.py.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any
from urllib.parse import SplitResult, quote, urlencode, urlsplit

import requests

from claims.errors import (
    AssayError,
    IdempotencyMismatch,
    InvalidInput,
    NotFound,
    QueueFull,
    StoreFull,
    StoreUnavailable,
    TemporaryError,
)
from claims.settings import DEFAULT_URL

WAIT_S_MAX = 20
"""Maximum seconds of a wait in one request: the longest that the API offers."""
RETRIED_AT_ONCE = 200
"""Articles or claims that one retry request looks at: the maximum that the API allows."""
ANSWER_S = 30
"""Seconds that an answer may take in addition to its wait."""
PAUSE_S = 0.5
"""Seconds between two answers without a new version: the service may have no free wait places."""

STORE_PAUSES_S = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each repeat of a request when the store does not answer: enough for a restart."""

_WITHOUT_SHAPE = (204, 304)
_NO_ENTRY = ("unauthorized", "too-many-attempts")
_PLAIN: Mapping[str, type[AssayError]] = {
    "not-found": NotFound,
    "idempotency-mismatch": IdempotencyMismatch,
    "queue-full": QueueFull,
    "store-down": StoreUnavailable,
    "store-full": StoreFull,
}

Shape = dict[str, Any]


class ServiceUnreachable(TemporaryError):
    """The service does not answer, or answers with an error of its own server."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    etag: str | None
    shape: Any


class Client:
    """Talks to one service. Keeps no connection and no state; safe to share between threads.

    Every method raises ServiceUnreachable, StoreUnavailable, InvalidInput (with the detail of the
    problem and its pointer; also for a missing or wrong token), and NotFound if it takes an
    id.
    """

    def __init__(self, url: str = DEFAULT_URL, *, token: str | None = None) -> None:
        """`url` is the address of the service.

        Raises InvalidInput when it is no web address, or the token cannot be sent in a header.
        """
        parts = _split(url)
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidInput(f"{url}: not the address of a service, such as {DEFAULT_URL}")
        place = parts.netloc.rpartition("@")[2]
        self._url = f"{parts.scheme}://{place}{parts.path.rstrip('/')}"
        token = (token or "").strip()
        if not token.isprintable():
            raise InvalidInput("the token has a line break or a tab in it: see ASSAY_API_TOKEN")
        self._headers = {"Authorization": f"Bearer {token}".encode()} if token else {}

    def submit_article(self, body: Mapping[str, Any], *, idempotency_key: str | None = None) -> str:
        """Submit the body of POST /v1/articles; returns the article's id, once the store has it.

        Also raises QueueFull and IdempotencyMismatch.
        """
        return self._submit("/v1/articles", body, idempotency_key)

    def submit_claim(self, body: Mapping[str, Any], *, idempotency_key: str | None = None) -> str:
        """Submit the body of POST /v1/claims; otherwise like `submit_article`."""
        return self._submit("/v1/claims", body, idempotency_key)

    def get_article(self, article_id: str) -> Shape:
        """The article with its claims, as it is now."""
        return self._get(f"/v1/articles/{_place(article_id)}")

    def get_claim(self, claim_id: str) -> Shape:
        """The claim with its last verdict, as it is now."""
        return self._get(f"/v1/claims/{_place(claim_id)}")

    def get_history(self, claim_id: str) -> list[Shape]:
        """All checks of a claim that ended in a verdict, oldest first."""
        items: list[Shape] = self._get(f"/v1/claims/{_place(claim_id)}/history")["items"]
        return items

    def get_check(self, claim_id: str, check: int) -> Shape:
        """One check of a claim: what it gathered, and its verdict."""
        return self._get(f"/v1/claims/{_place(claim_id)}/checks/{check}")

    def get_page(self, sha256: str) -> Shape:
        """A page as read, by the sha256 of its text."""
        return self._get(f"/v1/pages/{_place(sha256)}")

    def wait_for_article(
        self, article_id: str, *, timeout_s: float, on_change: Callable[[Shape], None] | None = None
    ) -> Shape:
        """The article once it is done or failed; `on_change` is called with each earlier version.

        After `timeout_s` seconds: the article in its current state.
        """
        return self._wait(
            f"/v1/articles/{_place(article_id)}", {"done", "failed"}, timeout_s, on_change
        )

    def wait_for_claim(
        self, claim_id: str, *, timeout_s: float, on_change: Callable[[Shape], None] | None = None
    ) -> Shape:
        """The claim once it is judged or failed; otherwise like `wait_for_article`."""
        return self._wait(
            f"/v1/claims/{_place(claim_id)}", {"judged", "failed"}, timeout_s, on_change
        )

    def recheck(self, claim_id: str) -> int:
        """Request another check now; returns its number."""
        answer = self._exchange("POST", f"/v1/claims/{_place(claim_id)}/recheck")
        return int(answer.shape["check"])

    def retry_failed(self, *, cursor: str | None = None) -> Shape:
        """Retry one page of what failed for a fault of the service: the number, and `next`.

        Also raises QueueFull.
        """
        query = {"limit": RETRIED_AT_ONCE} | ({"cursor": cursor} if cursor else {})
        shape: Shape = self._exchange("POST", f"/v1/failed/retry?{urlencode(query)}").shape
        return shape

    def set_schedule(self, claim_id: str, *, every: str, until: str | None = None) -> Shape:
        """Check again every `every` (ISO 8601 duration), up to `until` (date, time, offset)."""
        body = {"every": every, "until": until}
        answer = self._exchange("PUT", f"/v1/claims/{_place(claim_id)}/schedule", body=body)
        shape: Shape = answer.shape
        return shape

    def delete_schedule(self, claim_id: str) -> None:
        """Delete the schedule."""
        self._exchange("DELETE", f"/v1/claims/{_place(claim_id)}/schedule")

    def list_sources(self) -> list[Shape]:
        """All registered sources, by name."""
        items: list[Shape] = self._get("/v1/sources")["items"]
        return items

    def put_source(self, name: str, body: Mapping[str, Any]) -> Shape:
        """Register a source, or replace it, with the body of PUT /v1/sources/{name}."""
        shape: Shape = self._exchange("PUT", f"/v1/sources/{_place(name)}", body=body).shape
        return shape

    def delete_source(self, name: str, *, by: str) -> None:
        """Remove a registered source."""
        self._exchange("DELETE", f"/v1/sources/{_place(name)}?{urlencode({'by': by})}")

    def get_source_changes(self, name: str) -> list[Shape]:
        """Who changed what of a source, oldest first."""
        items: list[Shape] = self._get(f"/v1/sources/{_place(name)}/changes")["items"]
        return items

    def _submit(self, path: str, body: Mapping[str, Any], idempotency_key: str | None) -> str:
        # Always with a key: a request without an answer is repeated, and must not be stored twice.
        headers = {"Idempotency-Key": idempotency_key or token_hex(16)}
        return str(self._exchange("POST", path, body=body, headers=headers).shape["id"])

    def _get(self, path: str) -> Shape:
        shape: Shape = self._exchange("GET", path).shape
        return shape

    def _wait(
        self,
        path: str,
        finished: set[str],
        timeout_s: float,
        on_change: Callable[[Shape], None] | None,
    ) -> Shape:
        deadline = time.monotonic() + timeout_s
        answer = self._exchange("GET", path)
        while True:
            if on_change and answer.status != 304:
                on_change(answer.shape)
            left_s = deadline - time.monotonic()
            if answer.shape["status"] in finished or left_s <= 0:
                shape: Shape = answer.shape
                return shape
            answer = self._next_version(path, answer, min(WAIT_S_MAX, left_s))

    def _next_version(self, path: str, known: _Answer, wait_s: float) -> _Answer:
        """The next version, or the known one again (status 304) after the wait."""
        headers = {"If-None-Match": known.etag} if known.etag else {}
        asked_at = time.monotonic()
        answer = self._exchange("GET", f"{path}?wait={wait_s:.1f}", headers=headers, wait_s=wait_s)
        if answer.status != 304:
            return answer
        time.sleep(max(0.0, min(PAUSE_S, wait_s) - (time.monotonic() - asked_at)))
        return _Answer(304, known.etag, known.shape)

    def _exchange(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        wait_s: float = 0,
    ) -> _Answer:
        """One request and its answer; repeated while the store does not answer for a moment.

        An error answer is raised as the matching error.
        """
        for pause_s in STORE_PAUSES_S:
            try:
                return self._exchange_once(method, path, body, headers, wait_s)
            except StoreFull:
                raise
            except StoreUnavailable:
                time.sleep(pause_s)
        return self._exchange_once(method, path, body, headers, wait_s)

    def _exchange_once(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str] | None,
        wait_s: float,
    ) -> _Answer:
        sent = {"Accept": "application/json"} | self._headers | dict(headers or {})
        content = None
        if body is not None:
            # UTF-8 and not escapes, which would double the size of most scripts. Half a
            # surrogate pair, which is not valid UTF-8, is sent and refused by the service.
            content = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
            sent["Content-Type"] = "application/json"
        try:
            with requests.Session() as session:
                # No proxy and no .netrc of the environment; certificates by OpenSSL's settings.
                session.trust_env = False
                response = session.request(
                    method,
                    self._url + path,
                    data=content,
                    headers=sent,
                    timeout=wait_s + ANSWER_S,
                    allow_redirects=False,
                    verify=os.environ.get("SSL_CERT_FILE") or True,
                )
        except (requests.RequestException, OSError, ValueError) as error:
            message = f"no answer from {self._url}, is the service running there? {_why(error)}"
            raise ServiceUnreachable(message) from error
        status, shape = response.status_code, _parse(response)
        if status >= 400:
            raise self._error_of(status, shape)
        if status not in _WITHOUT_SHAPE and not isinstance(shape, dict):
            raise ServiceUnreachable(
                f"what answers at {self._url} is not Assay (status {status}): check the address"
            )
        return _Answer(status, response.headers.get("ETag"), shape)

    def _error_of(self, status: int, problem: Any) -> AssayError:
        """The error for a problem; the error page of another server is not a problem."""
        if not isinstance(problem, dict) or "type" not in problem:
            return ServiceUnreachable(f"the answer has status {status} and is not Assay's")
        name = str(problem["type"]).rpartition("/")[2]
        detail = str(problem.get("detail", name))
        if name in _NO_ENTRY:
            return InvalidInput(self._explain_refusal())
        if name in _PLAIN:
            return _PLAIN[name](detail)
        if status >= 500:
            return ServiceUnreachable(f"{detail} (request {problem.get('instance')})")
        errors = problem.get("errors") or [{}]
        return InvalidInput(detail, str(errors[0].get("pointer", "")))

    def _explain_refusal(self) -> str:
        if self._headers:
            return (
                f"the service at {self._url} refuses this token: set ASSAY_API_TOKEN to the one "
                "that the service was started with"
            )
        return f"the service at {self._url} asks for a token: set ASSAY_API_TOKEN to it"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # reading it is what checks it
    except ValueError:
        return None
    return parts


def _place(name: str) -> str:
    """A name as one path segment; dots are encoded too, since "." and ".." would be removed."""
    return quote(name, safe="").replace(".", "%2E")


def _why(error: Exception) -> str:
    """The innermost reason, without the addresses and classes around it."""
    inner = error.args[0] if error.args else None
    return str(getattr(inner, "reason", None) or error)


def _parse(response: requests.Response) -> Any:
    try:
        return response.json() if response.content else None
    except ValueError:
        return None
