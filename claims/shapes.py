"""Writes the types as JSON, and reads them back: one public shape for each type.

The API, `assay check --json`, the store and the exports all use these functions, so a field that
is added to a type appears everywhere.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter

from claims.types import (
    ArticleId,
    Check,
    CheckOptions,
    Claim,
    ClaimId,
    ClaimRecord,
    ClaimStatus,
    HistoryEntry,
)

T = TypeVar("T")


_ADAPTERS: dict[type[object], TypeAdapter[Any]] = {}


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    """The adapter of a type, built once because building it takes milliseconds."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def open_record(
    claim: Claim,
    *,
    claim_id: ClaimId,
    article_id: ArticleId | None,
    status: ClaimStatus,
    options: CheckOptions | None = None,
) -> ClaimRecord:
    """The record of a new claim: its submitted fields and a status, no result."""
    said = list_fields(claim) | list_fields(options or CheckOptions())
    return ClaimRecord(id=claim_id, article_id=article_id, status=status, **said)


def open_check(
    record: ClaimRecord,
    *,
    number: int,
    requested_at: datetime,
    options: CheckOptions | None = None,
    article_url: str | None = None,
) -> Check:
    """A check of a recorded claim, whose verdict is that of the check before.

    `options` are by default those of the record. Where a check is judged again, `requested_at` is
    the time of its verdict, because the time of the request is not kept with it.
    """
    return Check(
        claim=Claim(**_pick_fields(record, Claim)),
        options=options or CheckOptions(**_pick_fields(record, CheckOptions)),
        number=number,
        requested_at=requested_at,
        article_url=article_url,
        last=record.verdict,
    )


def list_fields(value: Claim | CheckOptions) -> dict[str, Any]:
    """The fields by name: records have them under the same names."""
    return _pick_fields(value, type(value))


def _pick_fields(
    value: Claim | CheckOptions | ClaimRecord, kind: type[Claim | CheckOptions]
) -> dict[str, Any]:
    """The fields that `kind` has, with the values that `value` has under the same names."""
    return {field.name: getattr(value, field.name) for field in fields(kind)}


def to_json(value: object) -> Any:
    """The JSON form of a frozen dataclass: dicts, lists, strings, numbers; spans are [start, end].

    Datetimes are ISO 8601 in UTC ("...Z"), enums their values, absent optional values null.
    """
    shape = _adapter(type(value)).dump_python(value, mode="json")
    if isinstance(value, HistoryEntry) and value.diff is None:
        del shape["diff"]
    return shape


def to_text(value: object) -> str:
    """`to_json` as compact text, for records in the store."""
    return _adapter(type(value)).dump_json(value).decode()


def from_json(kind: type[T], shape: object) -> T:
    """The value of type `kind` with this JSON form. Raises ValueError for any other form."""
    return from_text(kind, json.dumps(shape))


def from_text(kind: type[T], text: str | bytes) -> T:
    """The value of type `kind` that `to_text` wrote. Raises ValueError for any other text."""
    return _adapter(kind).validate_json(text)
