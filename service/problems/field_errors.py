"""The error messages for the fields of a request, for the API, its forms and agents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

ERRORS_MAX = 50
"""Maximum number of errors that are listed: a body may have a hundred thousand wrong fields."""
POINTER_CHARACTERS = 200

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
    "model_type": "this must be a JSON object",
    "string_pattern_mismatch": "this has characters that are not allowed here",
    "string_too_long": "this is too long: maximum {max_length:,} characters",
    "string_too_short": "this is empty",
    "string_type": "this must be text",
    "string_unicode": "this has half of a surrogate pair: send well-formed Unicode",
    "too_long": "too many items: {actual_length:,}, maximum {max_length:,}",
    "too_short": "too few items: minimum {min_length}",
}


def pointer_of(path: Sequence[int | str]) -> str:
    """The JSON pointer (RFC 6901) of a path of keys and indexes, shortened if it is very long."""
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
    return "".join(f"/{part}" for part in parts)[:POINTER_CHARACTERS]


def list_field_errors(
    error: ValidationError, locate: Callable[[Sequence[int | str]], str] = pointer_of
) -> Iterator[tuple[str, str]]:
    """The place and the message of each error, in the order of the fields."""
    for entry in error.errors(include_url=False, include_input=False)[:ERRORS_MAX]:
        yield locate(entry["loc"]), _describe(entry)


def _describe(entry: ErrorDetails) -> str:
    words = _WORDINGS.get(entry["type"])
    return str(entry["msg"]) if words is None else words.format_map(entry.get("ctx", {}))
