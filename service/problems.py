"""Every error answer: application/problem+json (RFC 9457), made in one place.

service/problem_types.py has the types. The `instance` is the request id, which is also in the log.
Internals never appear here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from flask import Flask, Response, g, json
from pydantic import ValidationError
from pydantic_core import ErrorDetails
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
from service.problem_types import NAME_OF_STATUS, PROBLEM_TYPES

MIMETYPE = "application/problem+json"
REFUSAL = "assay.refusal"
"""Key of the WSGI environment: the name of the problem for which the server refuses a request."""
ERRORS_MAX = 50
"""Maximum number of entries in `errors`: a body may have a hundred thousand wrong fields."""
POINTER_CHARACTERS = 200

_log = structlog.get_logger("assay.service")


# Replaces pydantic's own message where it mentions Python or gives no advice. Forms show them too.
_WORDINGS = {
    "bool_parsing": "this must be true or false",
    "enum": "this must be {expected}",
    "extra_forbidden": "there is no such field here",
    "float_parsing": "this must be a number",
    "greater_than_equal": "this must be at least {ge:g}",
    "int_parsing": "this must be a whole number",
    "invalid_key": "a name has half of a surrogate pair: send well-formed Unicode",
    "less_than_equal": "this must be at most {le:g}",
    "list_type": "this must be a list",
    "literal_error": "this must be {expected}",
    "missing": "this field is required",
    "model_type": "the body must be a JSON object",
    "string_pattern_mismatch": "this has characters that are not allowed here",
    "string_too_long": "this is too long: maximum {max_length:,} characters",
    "string_too_short": "this is empty",
    "string_type": "this must be text",
    "string_unicode": "this has half of a surrogate pair: send well-formed Unicode",
    "too_long": "too many items: {actual_length:,}, maximum {max_length:,}",
    "too_short": "too few items: minimum {min_length}",
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
    return invalid_request([FieldError(d, pointer=p) for p, d in _located(error, pointer_of)])


def invalid_parameters(error: ValidationError, *, header: bool = False) -> Problem:
    """The problem for wrong query parameters or, with `header`, wrong header fields."""

    def name_of(path: Sequence[int | str]) -> str:
        name = str(path[0]) if path else ""
        return name.replace("_", "-").title() if header else name

    return invalid_request([FieldError(d, parameter=n) for n, d in _located(error, name_of)])


def pointer_of(path: Sequence[int | str]) -> str:
    """The JSON pointer (RFC 6901) of a path of keys and indexes, shortened if it is very long."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return "".join(f"/{part}" for part in parts)[:POINTER_CHARACTERS]


def _located(error: ValidationError, locate: Any) -> Iterator[tuple[str, str]]:
    for entry in error.errors(include_url=False, include_input=False)[:ERRORS_MAX]:
        yield locate(entry["loc"]), _wording(entry)


def _wording(entry: ErrorDetails) -> str:
    words = _WORDINGS.get(entry["type"])
    return str(entry["msg"]) if words is None else words.format_map(entry.get("ctx", {}))


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
    return invalid_request([FieldError(error.message, pointer=error.pointer)])


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


def _sentence(error: Exception) -> str:
    return f"{str(error)[:1].upper()}{str(error)[1:]}."


_PROBLEM_OF: Mapping[type[Exception], Callable[[Any], Problem]] = {
    HTTPException: _of_http_error,
    InvalidInput: _of_invalid_input,
    StoreUnavailable: problem_of_store,
    StoreMisconfigured: _of_misconfigured,
    QueueShareFull: _of_share,
    QueueFull: lambda _: Problem("queue-full", headers=_retry_after(QUEUE_RETRY_S)),
    NotJudged: lambda e: Problem("not-judged", _sentence(e), headers=_retry_after(STORE_RETRY_S)),
    NotFound: lambda _: Problem("not-found"),
    EventsGone: lambda _: Problem("events-gone"),
    IdempotencyMismatch: lambda _: Problem("idempotency-mismatch"),
    Gone: lambda e: Problem("gone", _sentence(e)),
    Corrected: lambda e: Problem("corrected", _sentence(e)),
    NotExtracted: lambda e: Problem("not-extracted", _sentence(e)),
    NotPermitted: lambda e: Problem("insufficient-scope", _sentence(e)),
    WebhookDisabled: lambda e: Problem("webhook-disabled", _sentence(e)),
}


def register_problems(app: Flask) -> None:
    """Answer every error of this app with a problem, its own errors and those of Werkzeug."""
    app.register_error_handler(Problem, respond)
    for error, make in _PROBLEM_OF.items():
        app.register_error_handler(error, partial(_respond_with, make))


def _respond_with(make: Callable[[Any], Problem], error: Exception) -> Response:
    return respond(make(error))
