"""Query parameters: a route of /v1 accepts those that /openapi.json lists.

Each may be given once, or several times if it is a list there. Parameters of any address are UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from apiflask import APIFlask
from flask import request
from werkzeug.datastructures import ImmutableMultiDict

from service.problems import FieldError, invalid_request

PREFIX = "/v1/"
_CONVERTED = re.compile(r"<(?:\w+:)?(\w+)>")
_NAME_CHARACTERS = 200
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
"""What the error handler "surrogateescape" makes of bytes that are not UTF-8."""


def register_parameters(app: APIFlask) -> None:
    """Refuse undescribed parameters of /v1, and those of any address that are not UTF-8.

    Call this after all routes of /v1 are registered.
    """
    described = _list_described(app)

    def check_parameters() -> None:
        known = described.get(request.endpoint or "")
        # First, because Werkzeug makes other text of percent-encoded bytes and fails on bare ones.
        errors = list(_find_undecodable(request.query_string))
        if not errors and known is not None:
            errors = list(_find_wrong(known))
        if errors:
            raise invalid_request(errors)

    app.before_request(check_parameters)


class Parameters(ImmutableMultiDict[str, str]):
    """Query parameters; in their dict one that is given several times is a list."""

    def to_dict(self, flat: bool = True) -> dict[str, Any]:
        """One value or all values of each parameter; `flat` False: always all."""
        values = super().to_dict(flat=False)
        return {n: v[0] if flat and len(v) == 1 else v for n, v in values.items()}


def _list_described(app: APIFlask) -> Mapping[str, Mapping[str, bool]]:
    """For each endpoint of /v1 the query parameters in the description of its operation, each with
    whether it may be given several times."""
    spec = app.spec
    paths: Mapping[str, Any] = {} if isinstance(spec, str) else spec["paths"]
    return {
        rule.endpoint: {
            parameter["name"]: parameter["schema"].get("type") == "array"
            for method, operation in paths[_CONVERTED.sub(r"{\1}", rule.rule)].items()
            if method.upper() in (rule.methods or ())
            for parameter in operation["parameters"]
            if parameter["in"] == "query"
        }
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
    }


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


def _shorten(name: str) -> str:
    return name[:_NAME_CHARACTERS]
