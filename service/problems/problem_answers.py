"""Every error answer: application/problem+json (RFC 9457), made in one place.

problem_types.py has the types. The `instance` is the request id, which is also in the log.
Internals never appear here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
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
    NoReader,
    NotCheckable,
    NotExtracted,
    NotFound,
    NotJudged,
    NotPermitted,
    NoVerdict,
    QueueFull,
    QueueShareFull,
    ReviewRefused,
    StoreFull,
    StoreMisconfigured,
    StoreUnavailable,
    Unreadable,
    VersionChanged,
    WebhookDisabled,
)
from service.problems.field_errors import ERRORS_MAX, list_field_errors
from service.problems.problem_types import NAME_OF_STATUS, PROBLEM_TYPES

MIMETYPE = "application/problem+json"
REFUSAL = "assay.refusal"
"""Key of the WSGI environment: the name of the problem for which the server refuses a request."""

_log = structlog.get_logger("assay.service")


STORE_RETRY_S = 5
QUEUE_RETRY_S = 30


@dataclass(frozen=True, slots=True)
class FieldError:
    """An error and its place: a JSON pointer into the body, or a parameter or header name.

    With neither, it is about several parameters together, or about no part of the request.
    """

    detail: str
    pointer: str | None = None
    parameter: str | None = None

    def to_json(self) -> dict[str, str]:
        """The entry of `errors`."""
        place = {"parameter": self.parameter, "pointer": self.pointer}
        given = {name: value for name, value in place.items() if value is not None}
        return {**given, "detail": self.detail}


class Problem(Exception):
    """Raised by a view or a hook to answer with a problem; `name` is a key of PROBLEM_TYPES."""

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
        self.kind = PROBLEM_TYPES[name]
        self.detail = detail or self.kind.advice
        self.errors = tuple(errors)[:ERRORS_MAX]
        self.headers = dict(headers or {})
        self.status = status or self.kind.status


class Refused(Exception):
    """Raised before any view to refuse a request with this problem, or a page that says the same:
    its bytes were refused by the server, or it is beyond the limits of its caller."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


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
    """The problem for a missing resource, with the reason."""
    return Problem("not-found", f"{reason[:1].upper()}{reason[1:]}.")


def invalid_body(error: ValidationError) -> Problem:
    """The problem for a body that is JSON but does not match the route's model."""
    return invalid_request([FieldError(d, pointer=p) for p, d in list_field_errors(error)])


def invalid_parameters(error: ValidationError, *, header: bool = False) -> Problem:
    """The problem for wrong query parameters or, with `header`, wrong header fields."""

    def name_of(path: Sequence[int | str]) -> str:
        name = str(path[0]) if path else ""
        return name.replace("_", "-").title() if header else name

    errors = [FieldError(d, parameter=n or None) for n, d in list_field_errors(error, name_of)]
    return invalid_request(errors)


def invalid_request(errors: Sequence[FieldError]) -> Problem:
    """The problem for wrong fields or parameters; its detail is the first of them."""
    first = errors[0]
    place = first.parameter or first.pointer
    detail = f"{place}: {first.detail}" if place else first.detail
    return Problem("invalid-request", detail, errors=errors)


def _of_http_error(error: HTTPException) -> Problem:
    status = error.code or 500
    name = NAME_OF_STATUS.get(status, "internal" if status >= 500 else "request-failed")
    kept = {"Allow", "Retry-After", "WWW-Authenticate", "Content-Range"}
    headers = {key: value for key, value in error.get_headers() if key in kept}
    detail = f"{status} {error.name}" if name == "request-failed" else None
    return Problem(name, detail, headers=headers, status=status)


def _of_invalid_input(error: InvalidInput) -> Problem:
    return invalid_request([FieldError(what, pointer=pointer) for pointer, what in error.faults])


def _of_not_checkable(error: NotCheckable) -> Problem:
    errors = [FieldError(what, pointer=pointer) for pointer, what in error.faults]
    detail = f"{errors[0].pointer}: {errors[0].detail}; to check it anyway, use `force`"
    return Problem("not-checkable", detail, errors=errors)


def _of_misconfigured(error: StoreMisconfigured) -> Problem:
    _log.error("store_unsafe", reason=str(error))
    return Problem("store-unsafe", headers=_retry_after(QUEUE_RETRY_S))


def problem_of_store(error: StoreUnavailable) -> Problem:
    """The problem for a store that does not answer, or whose disk or memory is full."""
    if not isinstance(error, StoreFull):
        return Problem("store-down", headers=_retry_after(STORE_RETRY_S))
    return Problem("store-full", _sentence(error), headers=_retry_after(QUEUE_RETRY_S))


def _of_share(error: QueueShareFull) -> Problem:
    detail = f"Nothing was accepted: {error}. Wait until some of them were checked."
    return Problem("share-full", detail, headers=_retry_after(QUEUE_RETRY_S))


def _retry_after(seconds: int) -> dict[str, str]:
    return {"Retry-After": str(seconds)}


def _advice(name: str) -> str:
    return PROBLEM_TYPES[name].advice


def _sentence(error: Exception) -> str:
    return f"{str(error)[:1].upper()}{str(error)[1:]}."


_PROBLEM_OF: Mapping[type[Exception], Callable[[Any], Problem]] = {
    HTTPException: _of_http_error,
    InvalidInput: _of_invalid_input,
    NotCheckable: _of_not_checkable,
    StoreUnavailable: problem_of_store,
    StoreMisconfigured: _of_misconfigured,
    QueueShareFull: _of_share,
    QueueFull: lambda _: Problem("queue-full", headers=_retry_after(QUEUE_RETRY_S)),
    NotJudged: lambda e: Problem("not-judged", _sentence(e), headers=_retry_after(STORE_RETRY_S)),
    NotFound: lambda _: Problem("not-found"),
    EventsGone: lambda e: Problem("events-gone", f"{_sentence(e)} {_advice('events-gone')}"),
    IdempotencyMismatch: lambda _: Problem("idempotency-mismatch"),
    Gone: lambda e: Problem("gone", _sentence(e)),
    Corrected: lambda e: Problem("corrected", _sentence(e)),
    NoReader: lambda e: Problem("no-reader", _sentence(e)),
    NoVerdict: lambda e: Problem("no-verdict", _sentence(e)),
    ReviewRefused: lambda e: Problem("review-refused", _sentence(e)),
    VersionChanged: lambda _: Problem("precondition-failed"),
    NotExtracted: lambda e: Problem("not-extracted", _sentence(e)),
    NotPermitted: lambda e: Problem("insufficient-scope", _sentence(e)),
    Unreadable: lambda e: Problem("unreadable", _sentence(e)),
    WebhookDisabled: lambda e: Problem("webhook-disabled", _sentence(e)),
}


def register_problems(app: Flask) -> None:
    """Answer every error of this app with a problem, its own errors and those of Werkzeug."""
    app.register_error_handler(Problem, respond)
    for error, make in _PROBLEM_OF.items():
        app.register_error_handler(error, partial(_respond_with, make))


def _respond_with(make: Callable[[Any], Problem], error: Exception) -> Response:
    return respond(make(error))
