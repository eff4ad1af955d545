"""A client of API v1, which the commands, the demo and scripts use instead of raw HTTP.

Answers are records, read from the JSON of docs/reference/api.md. Problems are raised as the errors
of claims/errors.py.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any, TypedDict, TypeVar, Unpack
from urllib.parse import SplitResult, quote, urlencode, urlsplit

import requests
from standardwebhooks import Webhook as Signer
from standardwebhooks.webhooks import EmptyWebhookSecretError, WebhookVerificationError

from claims.access import Action, ApiKey
from claims.errors import (
    AssayError,
    Corrected,
    EventsGone,
    Gone,
    IdempotencyMismatch,
    InvalidInput,
    NotExtracted,
    NotFound,
    NotJudged,
    NotPermitted,
    QueueFull,
    QueueShareFull,
    RateLimited,
    StoreFull,
    StoreUnavailable,
    TemporaryError,
    WebhookDisabled,
)
from claims.ports import ListEntry, Retried
from claims.registry import RegisteredSource, SourceChange
from claims.settings import DEFAULT_URL
from claims.shapes import from_text
from claims.types import (
    ArticleId,
    ArticleRecord,
    ArticleStatus,
    CheckRecord,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    Event,
    HistoryEntry,
    Page,
    Schedule,
    Verdict,
    VerdictLabel,
)
from claims.webhooks import Delivery, Webhook
from service.shapes import (
    Accepted,
    AcceptedList,
    ArticleSchedule,
    AuditList,
    Cancelled,
    CheckAccepted,
    CheckList,
    ClaimSources,
    DeliveryList,
    DeliveryRequested,
    EntryList,
    EventList,
    HistoryList,
    IssuedKey,
    IssuedWebhook,
    KeyList,
    SourceChangeList,
    SourceList,
    TagList,
    WebhookList,
)

WAIT_S_MAX = 20
"""Maximum seconds of a wait in one request: the longest that the API offers."""
RETRIED_AT_ONCE = 200
"""Articles or claims that one retry request looks at: the maximum that the API allows."""
EVENTS_AT_ONCE = 200
"""Events that one request for changes asks for: the maximum that the API allows."""
LISTED_AT_ONCE = 200
"""Articles or claims on one page of a list: the maximum that the API allows."""
ANSWER_S = 30
"""Seconds that an answer may take in addition to its wait."""
PAUSE_S = 0.5
"""Seconds between two answers without a new version: the service may have no free wait places."""

RECONNECT_S = (1.0, 30.0)
"""Seconds before a request for changes is repeated when the service is away: first, and at most."""

STORE_PAUSES_S = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each repeat of a request when the store does not answer: enough for a restart."""

_NO_ENTRY = ("unauthorized", "too-many-attempts")
_PLAIN: Mapping[str, type[AssayError]] = {
    "events-gone": EventsGone,
    "corrected": Corrected,
    "gone": Gone,
    "not-extracted": NotExtracted,
    "not-found": NotFound,
    "not-judged": NotJudged,
    "idempotency-mismatch": IdempotencyMismatch,
    "insufficient-scope": NotPermitted,
    "queue-full": QueueFull,
    "share-full": QueueShareFull,
    "rate-limited": RateLimited,
    "store-down": StoreUnavailable,
    "store-full": StoreFull,
    "webhook-disabled": WebhookDisabled,
}


class ArticleFilters(TypedDict, total=False):
    """The query parameters of GET /v1/articles; of several values in a sequence one is enough."""

    label: str | Sequence[str]
    status: str | Sequence[str]
    tag: str | Sequence[str]
    site: str
    q: str
    since: str | datetime
    until: str | datetime
    sort: str


class ClaimFilters(ArticleFilters, total=False):
    """The query parameters of GET /v1/claims."""

    article: str
    claimant: str
    min_confidence: float


T = TypeVar("T")
Record = TypeVar("Record", ArticleRecord, ClaimRecord)


class ServiceUnreachable(TemporaryError):
    """The service does not answer, answers with an error of its own server, or in a form that this
    release cannot read."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    etag: str | None
    content: bytes


class Client:
    """Talks to one service. Keeps no connection and no state; safe to share between threads.

    A field that a record of this release does not have is left out. An answer that lacks a
    required field, or has an unknown value in one, raises ServiceUnreachable.

    Every method raises ServiceUnreachable, StoreUnavailable, InvalidInput (with the detail of the
    problem and its pointer; also for a missing or wrong key), NotPermitted when the key lacks a
    scope, and NotFound if it takes an id: Gone, which is a NotFound, if that was deleted.
    """

    def __init__(self, url: str = DEFAULT_URL, *, token: str | None = None) -> None:
        """`url` is the address of the service, `token` a key or the token of the service.

        Raises InvalidInput when it is no web address, or the token cannot be sent in a header.
        """
        parts = _split(url)
        if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidInput(f"{url}: not the address of a service, such as {DEFAULT_URL}")
        place = parts.netloc.rpartition("@")[2]
        self._url = f"{parts.scheme}://{place}{parts.path.rstrip('/')}"
        token = (token or "").strip()
        if not token.isprintable():
            raise InvalidInput(
                "a line break or a tab stands in the key: see ASSAY_API_KEY, ASSAY_API_TOKEN"
            )
        self._headers = {"Authorization": f"Bearer {token}".encode()} if token else {}

    def submit_article(
        self, body: Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> ArticleId:
        """Submit the body of POST /v1/articles; returns the article's id, once the store has it.

        Also raises QueueFull and IdempotencyMismatch.
        """
        return ArticleId(self._submit("/v1/articles", body, idempotency_key))

    def submit_claim(
        self, body: Mapping[str, Any], *, idempotency_key: str | None = None
    ) -> ClaimId:
        """Submit the body of POST /v1/claims; otherwise like `submit_article`."""
        return ClaimId(self._submit("/v1/claims", body, idempotency_key))

    def submit_claims(
        self, bodies: Sequence[Mapping[str, Any]], *, idempotency_key: str | None = None
    ) -> tuple[ClaimId, ...]:
        """Submit up to 500 claims, all or none; returns their ids in order. See `submit_claim`."""
        headers = {"Idempotency-Key": idempotency_key or token_hex(16)}
        body = {"claims": list(bodies)}
        found = self._ask(AcceptedList, "POST", "/v1/claims/batch", body=body, headers=headers)
        return tuple(ClaimId(item.id) for item in found.items)

    def get_article(self, article_id: ArticleId) -> ArticleRecord:
        """The article with its claims, as it is now."""
        return self._ask(ArticleRecord, "GET", f"/v1/articles/{_place(article_id)}")

    def get_claim(self, claim_id: ClaimId) -> ClaimRecord:
        """The claim with its last verdict, as it is now."""
        return self._ask(ClaimRecord, "GET", f"/v1/claims/{_place(claim_id)}")

    def get_history(self, claim_id: ClaimId) -> tuple[HistoryEntry, ...]:
        """All checks of a claim that ended in a verdict, oldest first."""
        return self._ask(HistoryList, "GET", f"/v1/claims/{_place(claim_id)}/history").items

    def get_check(self, claim_id: ClaimId, check: int) -> CheckRecord:
        """One check of a claim: what it gathered, and its verdict."""
        return self._ask(CheckRecord, "GET", f"/v1/claims/{_place(claim_id)}/checks/{check}")

    def get_page(self, sha256: str) -> Page:
        """A page as read, by the sha256 of its text."""
        return self._ask(Page, "GET", f"/v1/pages/{_place(sha256)}")

    def verify(self, body: Mapping[str, Any]) -> Verdict:
        """The verdict on a claim now, from passages alone: the body of POST /v1/verify.

        Also raises QueueFull and NotJudged.
        """
        return self._ask(Verdict, "POST", "/v1/verify", body=body)

    def iterate_articles(self, **filters: Unpack[ArticleFilters]) -> Iterator[ListEntry]:
        """Yield the articles that fit all filters, newest first unless `sort` says otherwise.

        Asks for the next page when the one before is used up.
        """
        return self._iterate("/v1/articles", filters)

    def iterate_claims(self, **filters: Unpack[ClaimFilters]) -> Iterator[ListEntry]:
        """Yield the claims that fit all filters; otherwise like `iterate_articles`."""
        return self._iterate("/v1/claims", filters)

    def _iterate(self, path: str, filters: Mapping[str, Any]) -> Iterator[ListEntry]:
        query = {"limit": LISTED_AT_ONCE, **filters}
        while True:
            page = self._ask(EntryList, "GET", f"{path}?{urlencode(query, doseq=True)}")
            yield from page.items
            if page.next is None:
                return
            query["cursor"] = page.next

    def set_article_tags(self, article_id: ArticleId, tags: Sequence[str]) -> tuple[str, ...]:
        """Replace the tags of an article; returns those that it has now."""
        return self._set_tags(f"/v1/articles/{_place(article_id)}/tags", tags)

    def set_claim_tags(self, claim_id: ClaimId, tags: Sequence[str]) -> tuple[str, ...]:
        """Replace a claim's own tags; returns those that it has now."""
        return self._set_tags(f"/v1/claims/{_place(claim_id)}/tags", tags)

    def _set_tags(self, path: str, tags: Sequence[str]) -> tuple[str, ...]:
        return self._ask(TagList, "PUT", path, body={"tags": list(tags)}).tags

    def wait_for_article(
        self,
        article_id: ArticleId,
        *,
        timeout_s: float,
        on_change: Callable[[ArticleRecord], None] | None = None,
    ) -> ArticleRecord:
        """The article once it is done or failed; `on_change` is called with each version seen.

        After `timeout_s` seconds: the article in its current state.
        """
        path = f"/v1/articles/{_place(article_id)}"
        finished = {ArticleStatus.DONE, ArticleStatus.FAILED}
        return self._wait(ArticleRecord, path, finished, timeout_s, on_change)

    def wait_for_claim(
        self,
        claim_id: ClaimId,
        *,
        timeout_s: float,
        on_change: Callable[[ClaimRecord], None] | None = None,
    ) -> ClaimRecord:
        """The claim once it is judged or failed; otherwise like `wait_for_article`."""
        path = f"/v1/claims/{_place(claim_id)}"
        finished = {ClaimStatus.JUDGED, ClaimStatus.FAILED}
        return self._wait(ClaimRecord, path, finished, timeout_s, on_change)

    def recheck(self, claim_id: ClaimId) -> int:
        """Request another check now; returns its number."""
        return self._ask(CheckAccepted, "POST", f"/v1/claims/{_place(claim_id)}/recheck").check

    def recheck_article(self, article_id: ArticleId) -> dict[ClaimId, int]:
        """Request another check of all claims of an article now; returns their numbers.

        Also raises QueueFull, and NotExtracted.
        """
        found = self._ask(CheckList, "POST", f"/v1/articles/{_place(article_id)}/recheck")
        return {ClaimId(item.id): item.check for item in found.items}

    def correct_claim(
        self,
        claim_id: ClaimId,
        body: Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
    ) -> ClaimId:
        """Submit the corrected wording of a claim, with the body of POST /v1/claims/{id}/correct;
        returns the new claim's id. Also raises Corrected, QueueFull and IdempotencyMismatch.
        """
        path = f"/v1/claims/{_place(claim_id)}/correct"
        return ClaimId(self._submit(path, body, idempotency_key))

    def delete_claim(self, claim_id: ClaimId) -> None:
        """Delete a claim; no error when it was deleted before."""
        self._delete(f"/v1/claims/{_place(claim_id)}")

    def delete_article(self, article_id: ArticleId) -> None:
        """Delete an article with all its claims; no error when it was deleted before."""
        self._delete(f"/v1/articles/{_place(article_id)}")

    def cancel_claim(self, claim_id: ClaimId) -> int:
        """End the claim's check that waits or is under way; returns how many were ended."""
        return self._ask(Cancelled, "POST", f"/v1/claims/{_place(claim_id)}/cancel").cancelled

    def cancel_article(self, article_id: ArticleId) -> int:
        """End the checks of all claims of an article; returns how many were ended."""
        return self._ask(Cancelled, "POST", f"/v1/articles/{_place(article_id)}/cancel").cancelled

    def add_sources(self, claim_id: ClaimId, sources: Sequence[str]) -> tuple[str, ...]:
        """Add sources to a claim, for its next check; returns all that it has."""
        path = f"/v1/claims/{_place(claim_id)}/sources"
        return self._ask(ClaimSources, "POST", path, body={"sources": list(sources)}).sources

    def retry_failed(self, *, cursor: str | None = None) -> Retried:
        """Retry one page of what failed for a fault of the service: the number, and `next`.

        Also raises QueueFull.
        """
        query = {"limit": RETRIED_AT_ONCE} | ({"cursor": cursor} if cursor else {})
        return self._ask(Retried, "POST", f"/v1/failed/retry?{urlencode(query)}")

    def set_schedule(self, claim_id: ClaimId, *, every: str, until: str | None = None) -> Schedule:
        """Check again every `every` (ISO 8601 duration), up to `until` (date, time, offset)."""
        body = {"every": every, "until": until}
        return self._ask(Schedule, "PUT", f"/v1/claims/{_place(claim_id)}/schedule", body=body)

    def delete_schedule(self, claim_id: ClaimId) -> None:
        """Delete the schedule."""
        self._delete(f"/v1/claims/{_place(claim_id)}/schedule")

    def set_article_schedule(
        self, article_id: ArticleId, *, every: str, until: str | None = None
    ) -> ArticleSchedule:
        """`set_schedule` for all claims of an article. Also raises NotExtracted."""
        body = {"every": every, "until": until}
        path = f"/v1/articles/{_place(article_id)}/schedule"
        return self._ask(ArticleSchedule, "PUT", path, body=body)

    def delete_article_schedule(self, article_id: ArticleId) -> None:
        """Delete the schedules of all claims of an article. Also raises NotExtracted."""
        self._delete(f"/v1/articles/{_place(article_id)}/schedule")

    def changes(
        self,
        *,
        since: str | None = None,
        types: Collection[str] = (),
        labels: Collection[VerdictLabel] = (),
        tags: Collection[str] = (),
        article_id: ArticleId | None = None,
        claim_id: ClaimId | None = None,
        follow: bool = True,
        patience_s: float = 600,
    ) -> Iterator[Event]:
        """Each event after `since` once, in order; with `follow` also those to come, without end.

        `since` is the id of an event, None for all that are kept, or "now" for those to come. To go
        on later, keep the `id` of the last event that was dealt with. While the service is away it
        is asked again for `patience_s` seconds, then ServiceUnreachable or StoreUnavailable is
        raised. Raises EventsGone when events after `since` are no longer kept.
        """
        chosen = {
            "type": list(types),
            "label": list(labels),
            "tag": list(tags),
            "article": article_id,
            "claim": claim_id,
        }
        query = {name: value for name, value in chosen.items() if value} | {"limit": EVENTS_AT_ONCE}
        wait_s, patience = (WAIT_S_MAX if follow else 0), 0.0
        while True:
            asked_at = time.monotonic()
            place = {"since": since} if since else {}
            found = self._ask_for_changes(query | place, wait_s, patience)
            patience = patience_s  # from the first answer on: before it the address may be wrong
            yield from found.items
            if found.next == since:
                if not follow:
                    return
                time.sleep(max(0.0, PAUSE_S - (time.monotonic() - asked_at)))
            since = found.next

    def read_changes(self, *, since: str | None = None, limit: int = EVENTS_AT_ONCE) -> EventList:
        """At most `limit` events after `since`, as in `changes`, and the `next` to go on from."""
        query = {"limit": limit} | ({"since": since} if since else {})
        return self._ask(EventList, "GET", f"/v1/changes?{urlencode(query)}")

    def _ask_for_changes(
        self, query: Mapping[str, Any], wait_s: float, patience_s: float
    ) -> EventList:
        path = f"/v1/changes?{urlencode({**query, 'wait': wait_s}, doseq=True)}"
        deadline = time.monotonic() + patience_s
        pause_s, longest_s = RECONNECT_S
        while True:
            try:
                return self._read(EventList, self._exchange("GET", path, wait_s=wait_s))
            except (ServiceUnreachable, StoreUnavailable):
                if time.monotonic() + pause_s > deadline:
                    raise
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, longest_s)

    def list_sources(self) -> tuple[RegisteredSource, ...]:
        """All registered sources, by name."""
        return self._ask(SourceList, "GET", "/v1/sources").items

    def put_source(self, name: str, body: Mapping[str, Any]) -> RegisteredSource:
        """Register a source, or replace it, with the body of PUT /v1/sources/{name}."""
        return self._ask(RegisteredSource, "PUT", f"/v1/sources/{_place(name)}", body=body)

    def delete_source(self, name: str, *, by: str | None = None) -> None:
        """Remove a registered source; `by` may be left out with a key, whose name is then kept."""
        query = f"?{urlencode({'by': by})}" if by is not None else ""
        self._delete(f"/v1/sources/{_place(name)}{query}")

    def get_source_changes(self, name: str) -> tuple[SourceChange, ...]:
        """Who changed what of a source, oldest first."""
        return self._ask(SourceChangeList, "GET", f"/v1/sources/{_place(name)}/changes").items

    def create_key(
        self, name: str, scopes: Collection[str], *, expires_at: str | None = None
    ) -> IssuedKey:
        """Make a key; its text is in the answer alone."""
        body = {"name": name, "scopes": list(scopes), "expires_at": expires_at}
        return self._ask(IssuedKey, "POST", "/v1/keys", body=body)

    def list_keys(self) -> tuple[ApiKey, ...]:
        """All keys, newest first, those that ended included."""
        return self._ask(KeyList, "GET", "/v1/keys").items

    def get_key(self, key_id: str) -> ApiKey:
        """What is known of a key."""
        return self._ask(ApiKey, "GET", f"/v1/keys/{_place(key_id)}")

    def rotate_key(self, key_id: str, *, grace: str | None = None) -> IssuedKey:
        """Give a key a new secret; the one before is accepted for `grace` (ISO 8601 duration)."""
        query = f"?{urlencode({'grace': grace})}" if grace is not None else ""
        return self._ask(IssuedKey, "POST", f"/v1/keys/{_place(key_id)}/rotate{query}")

    def revoke_key(self, key_id: str) -> None:
        """End a key, for good."""
        self._delete(f"/v1/keys/{_place(key_id)}")

    def create_webhook(self, url: str, events: Collection[str], **chosen: Any) -> IssuedWebhook:
        """Make a webhook for these events; `chosen`: `labels`, `tag`, `article`, as in the API.

        The answer has its secret, this once.
        """
        body = {"url": url, "events": list(events), **chosen}
        return self._ask(IssuedWebhook, "POST", "/v1/webhooks", body=body)

    def list_webhooks(self) -> tuple[Webhook, ...]:
        """All webhooks, oldest first, without their secrets."""
        return self._ask(WebhookList, "GET", "/v1/webhooks").items

    def get_webhook(self, webhook_id: str) -> Webhook:
        """What is known of a webhook."""
        return self._ask(Webhook, "GET", _webhook_path(webhook_id))

    def change_webhook(self, webhook_id: str, body: Mapping[str, Any]) -> Webhook:
        """Change the fields of the body of PATCH /v1/webhooks/{id}; None removes a filter."""
        return self._ask(Webhook, "PATCH", _webhook_path(webhook_id), body=body)

    def rotate_webhook(self, webhook_id: str) -> IssuedWebhook:
        """Give a webhook a new secret; the one before signs as well for a day."""
        return self._ask(IssuedWebhook, "POST", f"{_webhook_path(webhook_id)}/rotate")

    def delete_webhook(self, webhook_id: str) -> None:
        """Delete a webhook; no error when it was deleted before."""
        self._delete(_webhook_path(webhook_id))

    def ping_webhook(self, webhook_id: str) -> str:
        """Deliver a test event to a webhook; returns its id. Also raises WebhookDisabled."""
        return self._ask(DeliveryRequested, "POST", f"{_webhook_path(webhook_id)}/ping").event_id

    def list_deliveries(self, webhook_id: str) -> tuple[Delivery, ...]:
        """What waits for a webhook, and the last deliveries; the newest attempt first."""
        return self._ask(DeliveryList, "GET", f"{_webhook_path(webhook_id)}/deliveries").items

    def redeliver(self, webhook_id: str, event_id: str) -> None:
        """Deliver an event to a webhook again. Also raises WebhookDisabled."""
        path = f"{_webhook_path(webhook_id)}/deliveries/{_place(event_id)}/redeliver"
        self._ask(DeliveryRequested, "POST", path)

    def list_audit(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        actor: str | None = None,
        action: Action | None = None,
    ) -> AuditList:
        """A piece of who changed what, newest first; go on with its `next` until that is None."""
        given = {"limit": limit, "cursor": cursor, "actor": actor, "action": action}
        query = urlencode({name: value for name, value in given.items() if value is not None})
        return self._ask(AuditList, "GET", f"/v1/audit?{query}")

    def _submit(self, path: str, body: Mapping[str, Any], idempotency_key: str | None) -> str:
        # Always with a key: a request without an answer is repeated, and must not be stored twice.
        headers = {"Idempotency-Key": idempotency_key or token_hex(16)}
        return self._ask(Accepted, "POST", path, body=body, headers=headers).id

    def _ask(
        self,
        kind: type[T],
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        return self._read(kind, self._exchange(method, path, body=body, headers=headers))

    def _delete(self, path: str) -> None:
        answer = self._exchange("DELETE", path)
        if answer.status != 204:
            raise self._explain_unknown_form(answer)

    def _read(self, kind: type[T], answer: _Answer) -> T:
        try:
            return from_text(kind, answer.content)
        except ValueError as error:
            raise self._explain_unknown_form(answer) from error

    def _wait(
        self,
        kind: type[Record],
        path: str,
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

    def _next_version(self, path: str, etag: str | None, wait_s: float) -> _Answer:
        """The version after the one with `etag`, or after the wait that one again: status 304."""
        headers = {"If-None-Match": etag} if etag else {}
        asked_at = time.monotonic()
        answer = self._exchange("GET", f"{path}?wait={wait_s:.1f}", headers=headers, wait_s=wait_s)
        if answer.status != 304:
            return answer
        time.sleep(max(0.0, min(PAUSE_S, wait_s) - (time.monotonic() - asked_at)))
        return _Answer(304, etag, b"")

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
        if response.status_code >= 400:
            raise self._error_of(response.status_code, _parse(response))
        return _Answer(response.status_code, response.headers.get("ETag"), response.content)

    def _error_of(self, status: int, problem: Any) -> AssayError:
        """The error for a problem; the error page of another server is not a problem."""
        if not isinstance(problem, dict) or "type" not in problem:
            return ServiceUnreachable(f"the answer has status {status} and is not Assay's")
        name = str(problem["type"]).rpartition("/")[2]
        detail = str(problem.get("detail", name))
        if name in _NO_ENTRY:
            return InvalidInput(self._explain_refusal(detail))
        if name in _PLAIN:
            return _PLAIN[name](detail)
        if status >= 500:
            return ServiceUnreachable(f"{detail} (request {problem.get('instance')})")
        errors = problem.get("errors") or [{}]
        return InvalidInput(detail, str(errors[0].get("pointer", "")))

    def _explain_unknown_form(self, answer: _Answer) -> ServiceUnreachable:
        return ServiceUnreachable(
            f"the service at {self._url} answered in an unknown form (status {answer.status}): "
            "is it Assay, of this release?"
        )

    def _explain_refusal(self, detail: str) -> str:
        if not self._headers:
            return (
                f"the service at {self._url} asks for a key: set ASSAY_API_KEY to one that "
                "`assay keys create` made, or ASSAY_API_TOKEN to the token of the service"
            )
        return (
            f"the service at {self._url} refuses this key or token: {detail} Set ASSAY_API_KEY or "
            "ASSAY_API_TOKEN to one that it accepts."
        )


def verify_webhook(body: bytes, headers: Mapping[str, str], secret: str) -> Event:
    """The event in a message to a webhook, for its receiver: `body` and headers as they arrived.

    `secret` is the one that the webhook was made with. Raises InvalidInput for a message that was
    not signed with it, was changed, or is older or newer than five minutes. A message may come
    twice: `webhook-id` is the same then.
    """
    try:
        Signer(secret).verify(body, dict(headers), json_parse=False)
        return from_text(Event, body)
    except WebhookVerificationError as error:
        raise InvalidInput(f"this message is not signed with this secret: {error}") from None
    except (EmptyWebhookSecretError, ValueError) as error:
        raise InvalidInput(f"this is no secret, or no message of a webhook: {error}") from None


def _webhook_path(webhook_id: str) -> str:
    return f"/v1/webhooks/{_place(webhook_id)}"


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
