"""The rules of fields as JSON Schema, which says no more than the validators check."""

from __future__ import annotations

import re

from pydantic import Field, WithJsonSchema

from claims.times import DURATION


def write_pattern(pattern: str) -> WithJsonSchema:
    """The schema of text that is all of the form `pattern`."""
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern})$"})


YEARS = r"^(19|2[01])[0-9]{2}-|^2200-"
"""For the schema: the years that claims/times.py allows."""


def write_date_or_moment(**rules: str) -> WithJsonSchema:
    """The schema of a date, or a date and time, with further `rules` for both."""
    kinds = [{"type": "string", "format": name, **rules} for name in ("date", "date-time")]
    return WithJsonSchema({"anyOf": kinds})


def write_duration() -> WithJsonSchema:
    """The schema of an ISO 8601 duration."""
    pattern = re.sub(r"\(\?P<\w+>", "(", DURATION)
    rules = {"format": "duration", "maxLength": 32, "pattern": f"^{pattern}$"}
    return WithJsonSchema({"type": "string", **rules})


# Only for the schema: the validators say what to do about blank text and control characters.
NOT_BLANK = Field(json_schema_extra={"minLength": 1, "pattern": r"\S"})


IN_LINE = r"[^\x00-\x1f\x7f]*"


NOT_BLANK_LINE = Field(
    json_schema_extra={
        "minLength": 1,
        "pattern": rf"^{IN_LINE}[^\s\x00-\x1f\x7f\x85]{IN_LINE}$",
    }
)
