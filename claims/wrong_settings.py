"""Messages about wrong settings: unknown names, and values that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

PREFIX = "ASSAY_"
SHOWN_CHARACTERS = 80
NO_SETTINGS = frozenset(
    {
        f"{PREFIX}TEST_STRICT",  # a test whose service is missing fails (CONTRIBUTING.md)
        f"{PREFIX}TEST_FOLDER",  # for a worker that tests start
        f"{PREFIX}WEBHOOK_SECRET",  # for the receiver in docs/reference/api.md
    }
)
"""Names in the environment that are allowed although they are not settings."""
_KUBERNETES = "KUBERNETES_SERVICE_HOST"
_OF_KUBERNETES = re.compile(
    r"(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_[A-Z]+(_[A-Z]+)?)?)"
)
"""Variables that Kubernetes sets for a service called assay, without PREFIX."""
# Settings of earlier releases, and the settings that replace them.
_REPLACED = {"CHAT_BUDGET": "READER_TOKENS_PER_DAY"}
_BEFORE_AT = re.compile(r"(\w+://)?[^\s,]*@")


class WrongSetting(NamedTuple):
    """One variable that cannot be read. `name` is its setting, or for an unknown name the most
    similar setting; "" if no setting is similar."""

    name: str
    complaint: str


def list_unknown(
    environment: Mapping[str, str], fields: Mapping[str, FieldInfo]
) -> list[WrongSetting]:
    """The environment variables that begin with ASSAY_ and are neither settings nor NO_SETTINGS."""
    known = {name.upper() for name in fields}
    given = {name.upper() for name in environment if name.upper().startswith(PREFIX)} - NO_SETTINGS
    return [
        _name_nearest(name, known)
        for name in sorted({name.removeprefix(PREFIX) for name in given} - known)
        if _KUBERNETES not in environment or not _OF_KUBERNETES.fullmatch(name)
    ]


def _name_nearest(unknown: str, known: Collection[str]) -> WrongSetting:
    """The complaint about a name. Names are compared without their common prefix."""
    nearest = get_close_matches(unknown, known, n=1)
    name = _REPLACED.get(unknown) or (nearest[0] if nearest else "")
    advice = "docs/reference/settings.md lists all"
    if unknown in _REPLACED:
        advice = f"{PREFIX}{name} took its place"
    elif name:
        advice = f"did you mean {PREFIX}{name}?"
    return WrongSetting(name.lower(), f"{PREFIX}{unknown}: there is no such setting, {advice}")


def list_unreadable(error: ValidationError, fields: Mapping[str, FieldInfo]) -> list[WrongSetting]:
    """The variables with errors: the allowed values and, unless it is secret, the given value."""
    return [
        _describe(each, field=fields[str(each["loc"][0])])
        for each in error.errors(include_url=False)
    ]


def _describe(each: ErrorDetails, *, field: FieldInfo) -> WrongSetting:
    name, cause = str(each["loc"][0]), each.get("ctx", {}).get("error")
    given = "" if "SecretStr" in str(field.annotation) else f"{_show(each['input'])}: "
    allowed = str(cause) if cause is not None else _describe_range(field)
    return WrongSetting(name, f"{PREFIX}{name.upper()}: {given}{allowed}")


def _show(value: object) -> str:
    """The value as given, shortened, without a possible user name and password of an address."""
    text = _BEFORE_AT.sub(r"\1***@", str(value))
    return repr(text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}...")


def _describe_range(field: FieldInfo) -> str:
    if field.annotation is bool:
        return "it must be true or false"
    kind = "a whole number" if field.annotation is int else "a number"
    bounds = {type(bound).__name__: bound for bound in field.metadata}
    low, high = bounds["Ge"].ge, bounds["Le"].le
    return f"it must be {kind} from {low} to {high}"
