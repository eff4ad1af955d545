"""Every error answer: application/problem+json (RFC 9457), made in one place.

`type` is "/problems/<name>" and stable; docs/reference/api.md and GET /problems/<name> explain
each. The `instance` is the request id, which is also in the log. Internals never appear here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, Response, g, json
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from claims.errors import (
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
    StoreFull,
    StoreMisconfigured,
    StoreUnavailable,
    WebhookDisabled,
)
from service.field_errors import ERRORS_MAX, list_field_errors

MIMETYPE = "application/problem+json"
REFUSAL = "assay.refusal"
"""Key of the WSGI environment: the name of the problem for which the server refuses a request."""

_log = structlog.get_logger("assay.service")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: the last part of its `type`, its status, its title and its advice."""

    name: str
    status: int
    title: str
    advice: str


def _kinds(*kinds: Kind) -> dict[str, Kind]:
    return {kind.name: kind for kind in kinds}


KINDS: Mapping[str, Kind] = _kinds(
    Kind("bad-request", 400, "Bad request", "The request is not well-formed HTTP."),
    Kind("malformed-json", 400, "Malformed JSON", "Send one JSON object in UTF-8."),
    Kind("invalid-cursor", 400, "Invalid cursor", "Start the list again without a cursor."),
    Kind(
        "unknown-host",
        400,
        "Unknown host",
        "Use a host name that the service knows, or add yours to ASSAY_ALLOWED_HOSTS.",
    ),
    Kind(
        "unauthorized",
        401,
        "Unauthorized",
        "Send 'Authorization: Bearer <key>' with a valid key, or sign in at /login.",
    ),
    Kind("forbidden", 403, "Forbidden", "The request comes from an origin that is not allowed."),
    Kind(
        "insufficient-scope",
        403,
        "Not allowed to this key",
        "Use a key that has the scope which `detail` names.",
    ),
    Kind("not-found", 404, "Not found", "No such resource: check the path and the id."),
    Kind("method-not-allowed", 405, "Method not allowed", "See the Allow header."),
    Kind("request-timeout", 408, "Request timeout", "The request did not arrive in time."),
    Kind(
        "not-extracted",
        409,
        "Not extracted",
        "The claims of this article are not known: wait until it is `extracted` or `done`.",
    ),
    Kind(
        "corrected",
        409,
        "Corrected",
        "This claim has a corrected wording, which is checked in its place: see `corrected_by`.",
    ),
    Kind(
        "webhook-disabled",
        409,
        "Webhook switched off",
        "Nothing is delivered to this webhook: switch it on with PATCH and `status`: `active`.",
    ),
    Kind("gone", 410, "Gone", "It was deleted; only its id is still known."),
    Kind(
        "events-gone",
        410,
        "Events no longer kept",
        "Events after this one are no longer kept (ASSAY_EVENT_DAYS), so some would be missed. "
        "Start again without `since`, from the oldest event that is kept; or read the lists for "
        "the current state, and continue with `since=now`.",
    ),
    Kind(
        "too-large",
        413,
        "Too large",
        "A body may have at most 1 MiB, a batch of claims at most 5 MiB.",
    ),
    Kind("uri-too-long", 414, "URI too long", "The request line may have at most 4,094 bytes."),
    Kind(
        "unsupported-media",
        415,
        "Unsupported media type",
        "Send the body as application/json in UTF-8, without Content-Encoding.",
    ),
    Kind("header-too-large", 431, "Header too large", "The header may have at most 16 KiB."),
    Kind("invalid-request", 422, "Invalid request", "Correct the fields that `errors` names."),
    Kind(
        "idempotency-mismatch",
        422,
        "Idempotency-Key used before",
        "The key was used before with another body; use a new key.",
    ),
    Kind(
        "too-many-attempts",
        429,
        "Too many wrong keys",
        "Wait as many seconds as Retry-After says. The right key or token is accepted at any time.",
    ),
    Kind(
        "rate-limited",
        429,
        "Too many requests",
        "Wait as many seconds as Retry-After says; the RateLimit header says how many are left.",
    ),
    Kind(
        "share-full",
        429,
        "Your share of the queue is full",
        "Nothing was accepted: wait until some of what this key submitted was checked.",
    ),
    Kind("request-failed", 400, "Request failed", "See the status."),
    Kind("internal", 500, "Internal error", "The log has the error under this request id."),
    Kind(
        "store-down",
        503,
        "Store unavailable",
        "The store does not answer at present: try again later. Repeat a submission with the same "
        "Idempotency-Key, so that it is not stored twice.",
    ),
    Kind(
        "store-unsafe",
        503,
        "Store not safe",
        "The store would lose accepted data; the operator must change its settings.",
    ),
    Kind(
        "store-full",
        503,
        "Store full",
        "The store has no space for new data: the operator must free some. Nothing that was "
        "accepted before is lost.",
    ),
    Kind(
        "not-ready",
        503,
        "Not ready",
        "Submissions are kept, but not checked, until the parts that `errors` names are ready.",
    ),
    Kind("queue-full", 503, "Queue full", "Nothing was accepted; try again later."),
    Kind(
        "not-judged",
        503,
        "Not judged",
        "No worker judged the claim in time: try again, or hand it in at /v1/claims.",
    ),
    Kind(
        "too-many-connections",
        503,
        "Too many connections",
        "Close some connections, or raise ASSAY_CLIENT_CONNECTIONS on the server.",
    ),
)

_NAME_OF_STATUS = {
    400: "bad-request",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    408: "request-timeout",
    413: "too-large",
    414: "uri-too-long",
    415: "unsupported-media",
    422: "invalid-request",
    431: "header-too-large",
    500: "internal",
}

STORE_RETRY_S = 5
QUEUE_RETRY_S = 30


@dataclass(frozen=True, slots=True)
class FieldError:
    """An error and its place: a JSON pointer into the body, or a parameter or header name."""

    detail: str
    pointer: str | None = None
    parameter: str | None = None

    def to_json(self) -> dict[str, str]:
        """The entry of `errors`."""
        if self.parameter is not None:
            return {"parameter": self.parameter, "detail": self.detail}
        return {"pointer": self.pointer or "", "detail": self.detail}


class Problem(Exception):
    """Raised by a view or a hook to answer with a problem; `name` is a key of KINDS."""

    def __init__(
        self,
        name: str,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(name, detail)
        self.kind = KINDS[name]
        self.detail = detail or self.kind.advice
        self.errors = tuple(errors)[:ERRORS_MAX]
        self.headers = dict(headers or {})
        self.status = status or self.kind.status


class Refused(Exception):
    """Raised at the start of a request whose bytes the server refused, with the problem for it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.problem = Problem(name)


def respond(problem: Problem) -> Response:
    """The only place that creates an error answer."""
    body: dict[str, Any] = {
        "type": f"/problems/{problem.kind.name}",
        "title": problem.kind.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": g.get("request_id", ""),
    }
    if problem.errors:
        body["errors"] = [error.to_json() for error in problem.errors]
    g.problem = problem.kind.name  # for the log line of the request
    response = Response(json.dumps(body), status=problem.status, mimetype=MIMETYPE)
    response.headers.update(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def missing(reason: str) -> Problem:
    """The problem for a missing resource, when there is a reason to show."""
    return Problem("not-found", f"{reason[:1].upper()}{reason[1:]}.")


def invalid_body(error: ValidationError) -> Problem:
    """The problem for a body that is JSON but does not match the route's model."""
    return invalid_request([FieldError(d, pointer=p) for p, d in list_field_errors(error)])


def invalid_parameters(error: ValidationError, *, header: bool = False) -> Problem:
    """The problem for wrong query parameters or, with `header`, wrong header fields."""

    def name_of(path: Sequence[int | str]) -> str:
        name = str(path[0]) if path else ""
        return name.replace("_", "-").title() if header else name

    errors = [FieldError(d, parameter=n) for n, d in list_field_errors(error, name_of)]
    return invalid_request(errors)


def invalid_request(errors: Sequence[FieldError]) -> Problem:
    """The problem for wrong fields or parameters; its detail is the first of them."""
    first = errors[0]
    place = first.parameter or first.pointer
    detail = f"{place}: {first.detail}" if place else first.detail
    return Problem("invalid-request", detail, errors=errors)


def _of_http_error(error: HTTPException) -> Problem:
    status = error.code or 500
    name = _NAME_OF_STATUS.get(status, "internal" if status >= 500 else "request-failed")
    kept = {"Allow", "Retry-After", "WWW-Authenticate", "Content-Range"}
    headers = {key: value for key, value in error.get_headers() if key in kept}
    detail = f"{status} {error.name}" if name == "request-failed" else None
    return Problem(name, detail, headers=headers, status=status)


def _of_invalid_input(error: InvalidInput) -> Problem:
    return invalid_request([FieldError(error.message, pointer=error.pointer)])


def _of_not_permitted(error: NotPermitted) -> Problem:
    return Problem("insufficient-scope", f"{str(error)[:1].upper()}{str(error)[1:]}.")


def _of_misconfigured(error: StoreMisconfigured) -> Problem:
    _log.error("store_unsafe", reason=str(error))
    return Problem("store-unsafe", headers={"Retry-After": str(QUEUE_RETRY_S)})


def problem_of_store(error: StoreUnavailable) -> Problem:
    """The problem for a store that does not answer, or whose disk or memory is full."""
    if not isinstance(error, StoreFull):
        return Problem("store-down", headers={"Retry-After": str(STORE_RETRY_S)})
    detail = f"{str(error)[:1].upper()}{str(error)[1:]}."
    return Problem("store-full", detail, headers={"Retry-After": str(QUEUE_RETRY_S)})


def _of_share(error: QueueShareFull) -> Problem:
    detail = f"Nothing was accepted: {error}. Wait until some of them were checked."
    return Problem("share-full", detail, headers={"Retry-After": str(QUEUE_RETRY_S)})


def _of_not_judged(error: NotJudged) -> Problem:
    return Problem("not-judged", _sentence(error), headers={"Retry-After": str(STORE_RETRY_S)})


def _sentence(error: Exception) -> str:
    return f"{str(error)[:1].upper()}{str(error)[1:]}."


def register_problems(app: Flask) -> None:
    """Answer every error of this app with a problem, its own errors and those of Werkzeug."""
    app.register_error_handler(Problem, respond)
    app.register_error_handler(HTTPException, lambda e: respond(_of_http_error(e)))
    app.register_error_handler(InvalidInput, lambda e: respond(_of_invalid_input(e)))
    app.register_error_handler(Gone, lambda e: respond(Problem("gone", _sentence(e))))
    app.register_error_handler(Corrected, lambda e: respond(Problem("corrected", _sentence(e))))
    app.register_error_handler(NotFound, lambda _: respond(Problem("not-found")))
    app.register_error_handler(NotPermitted, lambda e: respond(_of_not_permitted(e)))
    app.register_error_handler(
        IdempotencyMismatch, lambda _: respond(Problem("idempotency-mismatch"))
    )
    app.register_error_handler(EventsGone, lambda _: respond(Problem("events-gone")))
    app.register_error_handler(StoreUnavailable, lambda e: respond(problem_of_store(e)))
    app.register_error_handler(
        NotExtracted, lambda e: respond(Problem("not-extracted", _sentence(e)))
    )
    app.register_error_handler(
        WebhookDisabled, lambda e: respond(Problem("webhook-disabled", _sentence(e)))
    )
    app.register_error_handler(NotJudged, lambda e: respond(_of_not_judged(e)))
    app.register_error_handler(StoreMisconfigured, lambda e: respond(_of_misconfigured(e)))
    later = {"Retry-After": str(QUEUE_RETRY_S)}
    app.register_error_handler(QueueFull, lambda _: respond(Problem("queue-full", headers=later)))
    app.register_error_handler(QueueShareFull, lambda e: respond(_of_share(e)))
