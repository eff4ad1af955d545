"""Strict reading of a JSON body: JSON that two parsers could read differently is refused."""

from __future__ import annotations

import json
import math
from typing import NoReturn

from flask import Request

from service.api.parameters import Parameters
from service.problems.problem_answers import Problem

BODY_BYTES_MAX = 3 * 1024 * 1024
"""More than twelve bytes for each character of the longest article: JSON may write an emoji as two
escapes of six bytes. So the limits of texts are those in characters."""
BATCH_PATH = "/v1/claims/batch"
BATCH_BYTES_MAX = 5 * 1024 * 1024
READ_BYTES_MAX = BODY_BYTES_MAX + 1
"""For MAX_CONTENT_LENGTH, one byte above the limit. Werkzeug cuts a chunked body there without an
error, so only the extra byte shows that the body is too large."""


def find_bytes_max(path: str) -> int:
    """Maximum bytes of a body sent to this path."""
    return BATCH_BYTES_MAX if path == BATCH_PATH else BODY_BYTES_MAX


class StrictRequest(Request):
    """A request whose JSON body is always read strictly."""

    parameter_storage_class = Parameters

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> object:
        """The body's JSON value; `force` and `silent` have no effect.

        Raises Problem: unsupported-media (415) for another Content-Type or any Content-Encoding,
        too-large (413), malformed-json (400) for everything `parse_json` refuses.
        """
        del force, silent
        known = getattr(self, "_strict_json", ...)
        if known is not ...:
            return known
        _refuse_other_media(self)
        most = find_bytes_max(self.path)
        self.max_content_length = most + 1  # as READ_BYTES_MAX
        body = self.get_data(cache=cache)
        if len(body) > most:
            raise Problem("too-large")
        value = self._strict_json = parse_json(body)
        return value


def parse_json(body: bytes) -> object:
    """The JSON value in `body` (UTF-8, RFC 8259 with unique keys and finite numbers).

    Raises Problem(malformed-json) for an empty body, null, another encoding, a byte order mark,
    duplicate keys, NaN, Infinity, numbers beyond float64 and nesting beyond the parser's stack.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem("malformed-json", "The body is not UTF-8.") from error
    if not text.strip():
        raise Problem("malformed-json", "The body is empty; send a JSON object.")
    if text.startswith("\ufeff"):
        raise Problem("malformed-json", "The body starts with a byte order mark; leave it out.")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique_keys,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except RecursionError as error:
        raise Problem("malformed-json", "The body is nested too deeply.") from error
    except ValueError as error:
        raise Problem("malformed-json", _describe(error)) from error
    if value is None:  # the frameworks take it for an absent body
        raise Problem("malformed-json", "The body is null; send a JSON object.")
    return value


def _refuse_other_media(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != "application/json" or charset not in ("utf-8", "utf8"):
        raise Problem("unsupported-media")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem("unsupported-media")


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("A key appears twice in one object.")
    return fields


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON.")


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise ValueError("A number is too large.")
    return value


def _describe(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"Not JSON at line {error.lineno}, column {error.colno}: {error.msg}."
    return str(error) if str(error).endswith(".") else "A number has too many digits."
