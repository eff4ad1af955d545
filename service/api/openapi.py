"""The parts of /openapi.json (OpenAPI 3.1) beside routes: schemas, answers, problems, security."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from claims.access import ApiKey, Scope
from claims.ports import Retried
from claims.registry import RegisteredSource
from claims.types import ArticleRecord, CheckRecord, ClaimRecord, Page, Schedule, Verdict
from claims.webhooks import Webhook
from service import shapes
from service.api.examples import EXAMPLES
from service.auth import SESSION_COOKIE
from service.problems import KINDS, MIMETYPE, Kind

_SHAPES: tuple[type[Any], ...] = (
    ApiKey,
    ArticleRecord,
    CheckRecord,
    ClaimRecord,
    RegisteredSource,
    Page,
    Retried,
    Schedule,
    shapes.Accepted,
    shapes.AcceptedList,
    shapes.Alive,
    shapes.Cancelled,
    shapes.ArticleSchedule,
    shapes.AuditList,
    shapes.CheckAccepted,
    shapes.CheckList,
    shapes.ClaimSources,
    shapes.DeliveryList,
    shapes.DeliveryRequested,
    shapes.EntryList,
    shapes.EventList,
    shapes.HistoryList,
    shapes.IssuedKey,
    shapes.IssuedWebhook,
    shapes.KeyList,
    shapes.ProblemMeaning,
    shapes.Ready,
    shapes.SourceChangeList,
    shapes.SourceList,
    shapes.TagList,
    shapes.WebhookList,
    Verdict,
    Webhook,
)

_HEADERS = {
    "ETag": "The version, as a strong entity tag.",
    "Link": 'The next page of the list, rel="next".',
    "Location": "The address of the accepted article or claim.",
    "Retry-After": "Seconds to wait before the request is sent again.",
    "X-Request-Id": "The id of this request in the log.",
}

_ANYWHERE = (
    *("unknown-host", "unauthorized", "forbidden", "insufficient-scope", "too-many-attempts"),
    "internal",
)
"""Problems that every route may answer with; routes of /v1 may also answer invalid-request."""

_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag of the client's version; if it is current, the answer is 304.",
}

_TEXT: dict[str, Any] = {"type": "string"}

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457. `type` is stable; `errors` lists the wrong fields.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "enum": [f"/problems/{name}" for name in KINDS]},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT,
        "instance": {"type": "string", "description": "The request id."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body."},
                    "parameter": {"type": "string", "description": "Query parameter or header."},
                    "detail": _TEXT,
                },
            },
        },
    },
}

Responses = dict[int | str, dict[str, str | dict[str, dict[str, Any]]]]


def success(
    status: int,
    kind: type[Any] | None,
    description: str,
    *,
    headers: tuple[str, ...] = (),
    mimetype: str | None = None,
) -> Responses:
    """One successful answer, for `@doc(responses=...)`; `kind` is its shape, None if it has
    no body or is text of another `mimetype` than JSON."""
    answer: dict[str, Any] = {"description": description, "headers": _headers(*headers)}
    if mimetype is not None:
        answer["content"] = {mimetype: {"schema": _TEXT}}
    if kind is not None:
        content: dict[str, Any] = {"schema": {"$ref": f"#/components/schemas/{kind.__name__}"}}
        if kind.__name__ in EXAMPLES:
            content["example"] = EXAMPLES[kind.__name__]
        answer["content"] = {"application/json": content}
    return {str(status): answer}


STORE_FAILURES = ("store-down", "store-full")
"""Problems that a route may answer with if it uses the store."""


MISSING = ("not-found", "gone")
"""Problems of a route for one article or claim: there is none, or it was deleted."""


def failures(*names: str) -> Responses:
    """The problem answers with these names; several of one status share an entry."""
    by_status: dict[str, list[Kind]] = {}
    for name in names:
        by_status.setdefault(str(KINDS[name].status), []).append(KINDS[name])
    return {status: _failure(kinds) for status, kinds in by_status.items()}


def complete(
    spec: dict[Any, Any] | str, needs: Mapping[tuple[str, str], Scope]
) -> dict[Any, Any] | str:
    """Add to APIFlask's description: schemas, security, and the problems of every route.

    `needs` has the scope that a key must have, by path and method.
    """
    if isinstance(spec, str):
        raise TypeError("complete() takes the description as a dict, not as text")
    components = spec.setdefault("components", {})
    components.setdefault("schemas", {}).update(_schemas())
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A key, or ASSAY_API_TOKEN"},
        "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
    }
    spec["security"] = _write_security()
    for path, methods in spec["paths"].items():
        anywhere = (*_ANYWHERE, "invalid-request") if path.startswith("/v1/") else _ANYWHERE
        for method, operation in methods.items():
            _complete_operation(operation, failures(*anywhere))
            if (path, method) in needs:
                operation["security"] = _write_security(needs[path, method])
    return spec


def _write_security(*scopes: Scope) -> list[dict[str, list[str]]]:
    """Since OpenAPI 3.1 a scheme of any kind may list what it must permit; {}: none is needed."""
    names = list(map(str, scopes))
    return [{"token": names}, {"session": names}, {}]


def _complete_operation(operation: dict[str, Any], anywhere: Responses) -> None:
    responses = operation["responses"]
    for status, answer in anywhere.items():
        responses.setdefault(status, answer)
    if "304" in responses:
        operation["parameters"].append(_IF_NONE_MATCH)
    responses["default"] = _failure([]) | {"description": "Any other error."}
    for answer in responses.values():
        answer.setdefault("headers", {}).update(_headers("X-Request-Id"))
        if not answer.get("content"):
            answer.pop("content", None)
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True


def _failure(kinds: list[Kind]) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    if kinds:
        content["examples"] = {kind.name: {"value": _example_of(kind)} for kind in kinds}
    headers = _headers("Retry-After") if any(kind.status in (429, 503) for kind in kinds) else {}
    return {
        "description": "; ".join(kind.title for kind in kinds),
        "headers": headers,
        "content": {MIMETYPE: content},
    }


def _example_of(kind: Kind) -> dict[str, Any]:
    return {
        "type": f"/problems/{kind.name}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.advice,
        "instance": "6f1c0f9a4f0b4c55",
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in names}


def _schemas() -> Mapping[str, Any]:
    """JSON Schema of every shape, as `claims.shapes.to_json` writes them: with all their fields."""
    _, definitions = TypeAdapter.json_schemas(
        [(kind.__name__, "serialization", TypeAdapter(kind)) for kind in _SHAPES],
        ref_template="#/components/schemas/{model}",
    )
    schemas: dict[str, Any] = definitions["$defs"]
    for schema in schemas.values():
        if "properties" in schema:
            schema["required"] = list(schema["properties"])
    schemas["HistoryEntry"]["required"].remove("diff")  # the first check has none
    schemas["Problem"] = PROBLEM_SCHEMA
    return schemas
