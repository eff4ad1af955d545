"""One request to the service and its answer: retries, problems as errors, and records."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import TypeVar
from urllib.parse import SplitResult, quote, urlencode, urlsplit

import requests

from claims.errors import InvalidInput, StoreFull, StoreUnavailable
from claims.settings import DEFAULT_URL
from claims.shapes import from_text
from claims.types import ArticleRecord, ClaimRecord
from service.access.local_key import find_local_key
from service.client.error_answers import ServiceUnreachable, make_error
from service.shapes import Accepted, EntryList, ExportList

WAIT_S_MAX = 20
"""Maximum seconds of a wait in one request: the longest that the API offers."""
LISTED_AT_ONCE = 200
"""Articles or claims on one page of a list: the maximum that the API allows."""
ANSWER_S = 30
"""Seconds that an answer may take in addition to its wait."""
PAUSE_S = 0.5
"""Seconds between two answers without a new version: the service may have no free wait places."""

STORE_PAUSES_S = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each repeat of a request when the store does not answer: enough for a restart."""

T = TypeVar("T")
Record = TypeVar("Record", ArticleRecord, ClaimRecord)
Listed = TypeVar("Listed", EntryList, ExportList)
OnRepeat = Callable[[str, str], None]
"""Called with the id of the submission and that of the last earlier one with the same content."""


def report_repeats(found: Iterable[Accepted], on_repeat: OnRepeat | None) -> None:
    """Call `on_repeat` for each submission that has the content of an earlier one."""
    for one in found:
        if on_repeat is not None and one.repeats is not None:
            on_repeat(one.id, one.repeats)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that is no error; `next_path` is that of the next page of a list."""

    status: int
    etag: str | None
    content: bytes
    next_path: str | None = None


class Transport:
    """The requests that the methods of all subjects use. Keeps no connection and no state."""

    def __init__(self, url: str = DEFAULT_URL, *, token: str | None = None) -> None:
        """`url` is the address of the service, `token` a key or the token of the service.

        Without a token, requests carry the local key (service/access/local_key.py) if this user
        runs the service on this machine. Raises InvalidInput when the address is no web address,
        or the token cannot be sent in a header.
        """
        parts = _split(url)
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidInput(f"{url}: not the address of a service, such as {DEFAULT_URL}")
        place = parts.netloc.rpartition("@")[2]
        self._url = f"{parts.scheme}://{place}{parts.path.rstrip('/')}"
        token = (token or "").strip()
        if not token.isprintable():
            raise InvalidInput(
                "the key has a line break or a tab in it: see ASSAY_API_KEY, ASSAY_API_TOKEN"
            )
        self._token = token

    @property
    def url(self) -> str:
        """The address of the service, without a name or password in it."""
        return self._url

    def _ask(
        self,
        kind: type[T],
        method: str,
        path: str,
        *,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        return self._read(kind, self._exchange(method, path, body=body, headers=headers))

    def _submit(
        self,
        kind: type[T],
        path: str,
        *,
        body: Mapping[str, object],
        idempotency_key: str | None,
    ) -> T:
        # Always with a key: a request without an answer is repeated, and must not be stored twice.
        headers = {"Idempotency-Key": idempotency_key or token_hex(16)}
        return self._ask(kind, "POST", path, body=body, headers=headers)

    def _delete(self, path: str) -> None:
        answer = self._exchange("DELETE", path)
        if answer.status != 204:
            raise self._explain_unknown_form(answer)

    def _iterate(
        self, kind: type[Listed], path: str, filters: Mapping[str, object]
    ) -> Iterator[Listed]:
        """Yield the pages of a list."""
        query = {"limit": LISTED_AT_ONCE, **filters}
        while True:
            page = self._ask(kind, "GET", f"{path}?{urlencode(query, doseq=True)}")
            yield page
            if page.next is None:
                return
            query["cursor"] = page.next

    def _download(self, path: str) -> Iterator[bytes]:
        """Yield the parts of a file that is no JSON."""
        following: str | None = path
        while following is not None:
            answer = self._exchange("GET", following, headers={"Accept": "*/*"})
            yield answer.content
            following = answer.next_path

    def _read(self, kind: type[T], answer: Answer) -> T:
        try:
            return from_text(kind, answer.content)
        except ValueError as error:
            raise self._explain_unknown_form(answer) from error

    def _wait(
        self,
        kind: type[Record],
        path: str,
        *,
        finished: Collection[str],
        timeout_s: float,
        on_change: Callable[[Record], None] | None,
    ) -> Record:
        deadline = time.monotonic() + timeout_s
        answer = self._exchange("GET", path)
        record = self._read(kind, answer)
        while True:
            if on_change and answer.status != 304:
                on_change(record)
            left_s = deadline - time.monotonic()
            if record.status in finished or left_s <= 0:
                return record
            answer = self._next_version(path, answer.etag, min(WAIT_S_MAX, left_s))
            if answer.status != 304:
                record = self._read(kind, answer)

    def _next_version(self, path: str, etag: str | None, wait_s: float) -> Answer:
        """The version after the one with `etag`, or after the wait that one again: status 304."""
        headers = {"If-None-Match": etag} if etag else {}
        asked_at = time.monotonic()
        answer = self._exchange("GET", f"{path}?wait={wait_s:.1f}", headers=headers, wait_s=wait_s)
        if answer.status != 304:
            return answer
        time.sleep(max(0.0, min(PAUSE_S, wait_s) - (time.monotonic() - asked_at)))
        return Answer(304, etag, b"")

    def _exchange(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        wait_s: float = 0,
    ) -> Answer:
        """One request and its answer; repeated while the store does not answer for a moment.

        An error answer is raised as the matching error.
        """
        for pause_s in STORE_PAUSES_S:
            try:
                return self._exchange_once(method, path, body=body, headers=headers, wait_s=wait_s)
            except StoreFull:
                raise
            except StoreUnavailable:
                time.sleep(pause_s)
        return self._exchange_once(method, path, body=body, headers=headers, wait_s=wait_s)

    def _exchange_once(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, object] | None,
        headers: Mapping[str, str] | None,
        wait_s: float,
    ) -> Answer:
        # Each start of the service creates a new local key.
        token = self._token or find_local_key(self._url)
        access = {"Authorization": f"Bearer {token}".encode()} if token else {}
        sent = {"Accept": "application/json"} | access | dict(headers or {})
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
        if response.status_code >= 400:
            raise make_error(
                response.status_code,
                _parse(response),
                url=self._url,
                has_token=bool(self._token),
            )
        following = response.links.get("next", {}).get("url")
        etag = response.headers.get("ETag")
        return Answer(response.status_code, etag, response.content, next_path=following)

    def _explain_unknown_form(self, answer: Answer) -> ServiceUnreachable:
        return ServiceUnreachable(
            f"the service at {self._url} answered in an unknown form (status {answer.status}): "
            "is it Assay, of this release?"
        )


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port  # reading the port checks it
    except ValueError:
        return None
    return parts


def encode_segment(name: str) -> str:
    """A name as one path segment; dots are encoded too, since "." and ".." would be removed."""
    return quote(name, safe="").replace(".", "%2E")


def write_reader_query(reader: str | None) -> str:
    """The query of a re-check that says whether the second reader is asked, "" without that."""
    return "" if reader is None else f"?{urlencode({'reader': reader})}"


def _why(error: Exception) -> str:
    """The innermost reason, without the addresses and classes around it."""
    inner = error.args[0] if error.args else None
    return str(getattr(inner, "reason", None) or error)


def _parse(response: requests.Response) -> object:
    try:
        return response.json() if response.content else None
    except ValueError:
        return None
