"""Refuses query parameters and bodies of /v1 that /openapi.json does not list for the route.

A parameter may be given once, or several times if it is a list there. Parameters of any address are
UTF-8. A route without a body takes an empty one, or an object without fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from apiflask import APIFlask
from flask import request
from werkzeug.datastructures import ImmutableMultiDict

from service.problems.field_errors import pointer_of
from service.problems.problem_answers import FieldError, invalid_request

PREFIX = "/v1/"
_CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")
_NAME_CHARACTERS = 200
_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
"""Methods whose body has a meaning."""
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
"""The characters to which the error handler "surrogateescape" decodes bytes that are not UTF-8."""


@dataclass(frozen=True, slots=True)
class Takes:
    """The input of an endpoint's operation: its query parameters, each with whether it may be given
    several times, whether it has a body, and whether it uses If-Match."""

    parameters: Mapping[str, bool]
    has_body: bool
    has_condition: bool


def register_parameters(app: APIFlask) -> None:
    """Refuse undescribed parameters and bodies of /v1, and parameters of any address that are not
    UTF-8.

    Call this after all routes of /v1 are registered.
    """
    described = _list_described(app)

    def check_parameters() -> None:
        if not request.query_string and request.method not in _CHANGES:
            return
        known = described.get(request.endpoint or "")
        # First, because Werkzeug replaces encoded bytes that are not UTF-8, and fails on raw ones.
        errors = list(_find_undecodable(request.query_string))
        if not errors and known is not None:
            errors = list(_find_wrong(known.parameters))
        if not errors and known is not None and request.method in _CHANGES:
            errors = list(_find_untaken(known))
        if errors:
            raise invalid_request(errors)

    app.before_request(check_parameters)


class Parameters(ImmutableMultiDict[str, str]):
    """Query parameters; in their dict one that is given several times is a list."""

    def to_dict(self, flat: bool = True) -> dict[str, Any]:
        """One value or all values of each parameter; `flat` False: always all."""
        values = super().to_dict(flat=False)
        return {n: v[0] if flat and len(v) == 1 else v for n, v in values.items()}


def _list_described(app: APIFlask) -> Mapping[str, Takes]:
    """The input of each endpoint of /v1, from the description of its operation."""
    spec = app.spec
    paths: Mapping[str, Any] = {} if isinstance(spec, str) else spec["paths"]
    return {
        rule.endpoint: _read_operation(operation)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method, operation in paths[_CONVERTED.sub(r"{\1}", rule.rule)].items()
        if method.upper() in (rule.methods or ())
    }


def _read_operation(operation: Mapping[str, Any]) -> Takes:
    parameters = {
        parameter["name"]: parameter["schema"].get("type") == "array"
        for parameter in operation["parameters"]
        if parameter["in"] == "query"
    }
    headers = {p["name"] for p in operation["parameters"] if p["in"] == "header"}
    return Takes(
        parameters, has_body="requestBody" in operation, has_condition="If-Match" in headers
    )


def _find_undecodable(query: bytes) -> Iterator[FieldError]:
    text = query.decode("utf-8", "surrogateescape")
    for pair in parse_qsl(text, keep_blank_values=True, errors="surrogateescape"):
        if any(map(_NOT_UTF8.search, pair)):
            name = pair[0].encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
            yield FieldError("this is not UTF-8: send text in UTF-8", parameter=_shorten(name))


def _find_wrong(known: Mapping[str, bool]) -> Iterator[FieldError]:
    takes = f"this route takes: {', '.join(sorted(known))}" if known else "this route takes none"
    for name, values in request.args.lists():
        if name not in known:
            detail = f"there is no such parameter; {takes}"
            yield FieldError(detail, parameter=_shorten(name))
        elif len(values) > 1 and not known[name]:
            yield FieldError(f"this is given {len(values)} times: give it once", parameter=name)


def _find_untaken(known: Takes) -> Iterator[FieldError]:
    """Errors for a condition header that this route ignores, and for the body fields of a route
    without a body."""
    if "If-Match" in request.headers and not known.has_condition:
        detail = "this route does not look at it: tags and schedules do"
        yield FieldError(detail, parameter="If-Match")
    if known.has_body or not request.get_data():
        return
    body = request.get_json()
    if not isinstance(body, dict):
        yield FieldError("this route takes no body", pointer="")
        return
    for name in body:
        detail = "there is no such field: this route takes no body"
        yield FieldError(detail, pointer=pointer_of([name]))


def _shorten(name: str) -> str:
    return name[:_NAME_CHARACTERS]
