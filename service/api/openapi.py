"""The parts of /openapi.json (OpenAPI 3.1) except routes: schemas, answers, problems, security."""

from __future__ import annotations

from collections.abc import Mapping

from claims.access import Scope
from service.access.browser_sessions import SESSION_COOKIE
from service.access.shown_by_request import KEY_PARAMETER
from service.api.answer_schemas import TEXT_SCHEMA, write_schemas
from service.api.example_answers import EXAMPLES
from service.api.openapi_links import add_links
from service.api.openapi_schemas import (
    Schema,
    describe_defaults,
    share_schemas,
    shorten_references,
)
from service.operations.ids import (
    ALERT_ID,
    ARTICLE_ID,
    CLAIM_ID,
    EVENT_ID,
    KEY_ID,
    SHA256,
    SOURCE_NAME,
    WEBHOOK_ID,
)
from service.problems.problem_answers import MIMETYPE
from service.problems.problem_types import EXAMPLE_DETAILS, PROBLEM_TYPES, ProblemType

_HEADERS = {
    "Allow": "The methods that this path has.",
    "Content-Disposition": "The name of the file.",
    "ETag": "The version, as a strong entity tag.",
    "Link": 'The next page of the list, rel="next".',
    "Location": "The address of the accepted article or claim, or of the steps of a review.",
    "Retry-After": "Seconds to wait before the request is sent again.",
    "WWW-Authenticate": "How to send a key, and the scope that it needs.",
    "X-Request-Id": "The id of this request in the log.",
}
_HEADERS_OF_STATUS = {
    401: ("WWW-Authenticate",),
    405: ("Allow",),
    429: ("Retry-After",),
    503: ("Retry-After",),
}

_ANYWHERE = ("bad-request", "unknown-host", "rate-limited", "internal", "too-many-connections")
"""Problems that every route may answer with."""
_OTHERS = (
    *("method-not-allowed", "request-timeout", "uri-too-long", "header-too-large"),
    "request-failed",
)
"""The same, with a status that no route has an answer of its own for."""
_WITH_KEY = (
    *("unauthorized", "forbidden", "insufficient-scope", "too-many-attempts", "store-down"),
)
"""Problems of every route that needs a caller; routes of /v1 also have invalid-request."""
_WITH_BODY = ("malformed-json", "too-large", "unsupported-media")
"""Problems of every route that changes something: one that takes no body refuses any."""

_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag of the client's version; if it is current, the answer is 304.",
}

_SEGMENTS = {
    "alert_id": ALERT_ID,
    "article_id": ARTICLE_ID,
    "claim_id": CLAIM_ID,
    "event_id": EVENT_ID,
    "key_id": KEY_ID,
    "name": SOURCE_NAME,
    "sha256": SHA256,
    "webhook_id": WEBHOOK_ID,
}
"""The pattern of each path parameter, by its name; names of problems match that of sources."""

_TAGS = {
    "Articles": "Texts with many claims.",
    "Claims": "Single claims, with verdict, history and schedule.",
    "Checks": "The evidence of a verdict.",
    "Reviews": "What people decide about verdicts.",
    "Changes": "Events, for programs and feed readers.",
    "Verify": "A verdict in the same answer.",
    "Reader": "The language model that reads all the evidence of a claim beside the judge.",
    "Alerts": "Events, written to people by e-mail or in a chat.",
    "Webhooks": "Events, delivered to addresses of yours.",
    "Sources": "Registered sources.",
    "Keys": "Keys of the API, and the audit log.",
    "Service": "Liveness, readiness, problems.",
}


Responses = dict[int | str, dict[str, str | dict[str, Schema]]]


def success(
    status: int,
    kind: type[object] | None,
    description: str,
    *,
    headers: tuple[str, ...] = (),
    mimetypes: tuple[str, ...] = (),
    schema: Schema = TEXT_SCHEMA,
    example: str | None = None,
) -> Responses:
    """One successful answer, for `@doc(responses=...)`; `kind` is its shape, None if it has
    no body or is of other `mimetypes` than JSON, with this `schema`. `example` names an example
    other than that of the shape."""
    answer: Schema = {"description": description, "headers": _headers(*headers)}
    if mimetypes:
        answer["content"] = {mimetype: {"schema": schema} for mimetype in mimetypes}
    if kind is not None:
        content: Schema = {"schema": {"$ref": f"#/components/schemas/{kind.__name__}"}}
        if (name := example or kind.__name__) in EXAMPLES:
            content["example"] = EXAMPLES[name]
        answer["content"] = {"application/json": content}
    return {str(status): answer}


STORE_FAILURES = ("store-down", "store-full", "unreadable")
"""Problems that a route may answer with if it uses the store."""


QUEUE_FAILURES = ("queue-full", "share-full")
"""Problems of a route that requests work."""


MISSING = ("not-found", "gone")
"""Problems of a route for one article or claim, which may be unknown or deleted."""


def failures(*names: str) -> Responses:
    """The problem answers with these names; several of one status share an entry."""
    by_status: dict[str, list[ProblemType]] = {}
    for name in names:
        by_status.setdefault(str(PROBLEM_TYPES[name].status), []).append(PROBLEM_TYPES[name])
    return {status: _failure(kinds) for status, kinds in by_status.items()}


def complete(
    spec: Schema | str, needs: Mapping[tuple[str, str], Scope], *, is_open: bool
) -> Schema | str:
    """Add to APIFlask's description: schemas, security, links, and the problems of every route.

    `needs` has the scope that a key must have, by path and method; `is_open` says whether requests
    of this machine need no key.
    """
    if isinstance(spec, str):
        raise TypeError("complete() takes the description as a dict, not as text")
    spec["tags"] = [{"name": name, "description": words} for name, words in _TAGS.items()]
    components = spec.setdefault("components", {})
    bodies = share_schemas(components.get("schemas", {}))
    describe_defaults(bodies)
    components["schemas"] = bodies | write_schemas()
    components["examples"] = {
        name: {"value": _example_of(kind)} for name, kind in PROBLEM_TYPES.items()
    }
    components["headers"] = {
        name: {"description": words, "schema": TEXT_SCHEMA} for name, words in _HEADERS.items()
    }
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A key, or ASSAY_API_TOKEN"},
        "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
        "feed": {
            "type": "apiKey",
            "in": "query",
            "name": KEY_PARAMETER,
            "description": "A key with the scope feed and no other",
        },
    }
    spec["security"] = _write_security(is_open=is_open)
    for path, methods in spec["paths"].items():
        for method, operation in methods.items():
            if (path, method) in needs:
                scope = needs[path, method]
                operation["security"] = _write_security(scope, is_open=is_open)
                if any(one["name"] == KEY_PARAMETER for one in operation["parameters"]):
                    operation["security"].insert(2, {"feed": [str(Scope.FEED)]})
            _complete_operation(operation, method=method, is_of_v1=path.startswith("/v1/"))
    add_links(spec["paths"])
    shorten_references(spec)
    return spec


def _write_security(*scopes: Scope, is_open: bool) -> list[dict[str, list[str]]]:
    """The security requirements: since OpenAPI 3.1 a scheme of any kind may list scopes; {} means
    that no key is needed."""
    names = list(map(str, scopes))
    return [{"token": names}, {"session": names}, *([{}] if is_open else [])]


def _complete_operation(operation: Schema, *, method: str, is_of_v1: bool) -> None:
    responses = operation["responses"]
    names = {name for answer in responses.values() for name in _list_problems(answer)}
    names.update(_ANYWHERE)
    if operation.get("security") != [{}]:
        names.update(_WITH_KEY)
    if is_of_v1:
        names.add("invalid-request")
        names.update(() if method == "get" else _WITH_BODY)
    responses |= failures(*(name for name in PROBLEM_TYPES if name in names))
    others = _failure([PROBLEM_TYPES[name] for name in _OTHERS])
    responses["default"] = others | {"description": "Any other error."}
    for parameter in operation["parameters"]:
        _tidy(parameter)
    if "304" in responses:
        operation["parameters"].append(_IF_NONE_MATCH)
    for answer in responses.values():
        answer.setdefault("headers", {}).update(_headers("X-Request-Id"))
        if not answer.get("content"):
            answer.pop("content", None)
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True


def _list_problems(answer: Schema) -> list[str]:
    content: Schema = answer.get("content") or {}
    return list(content.get(MIMETYPE, {}).get("examples", ()))


def _tidy(parameter: Schema) -> None:
    """Describe a parameter as HTTP has it: it may be left out, and is never null."""
    schema = parameter["schema"]
    schema.pop("title", None)
    kinds = [kind for kind in schema.pop("anyOf", ()) if kind != {"type": "null"}]
    if kinds:
        del schema["default"]
        schema.update(kinds[0] if len(kinds) == 1 else {"anyOf": kinds})
    if "description" in schema:
        parameter["description"] = schema.pop("description")
    if parameter["in"] == "header":
        parameter["name"] = parameter["name"].title()
    if parameter["in"] == "path" and parameter["name"] in _SEGMENTS:
        schema["pattern"] = f"^{_SEGMENTS[parameter['name']]}$"


def _failure(kinds: list[ProblemType]) -> Schema:
    examples = {kind.name: {"$ref": f"#/components/examples/{kind.name}"} for kind in kinds}
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
    return {
        "description": "; ".join(kind.title for kind in kinds),
        "headers": _headers(*_HEADERS_OF_STATUS.get(kinds[0].status, ())),
        "content": {MIMETYPE: content},
    }


def _example_of(kind: ProblemType) -> Schema:
    problem: Schema = {
        "type": f"/problems/{kind.name}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.advice,
        "instance": "6f1c0f9a4f0b4c55",
    }
    problem.update(EXAMPLE_DETAILS.get(kind.name, {}))
    return problem


def _headers(*names: str) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
