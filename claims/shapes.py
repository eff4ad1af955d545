"""The outside JSON shapes, written from and read into the types. One shape for everyone.

API, `assay check --json`, the store and the exports all use these two functions, so a field
that is added to a type appears everywhere at once.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter

from claims.types import HistoryEntry

T = TypeVar("T")


@cache
def _adapter(kind: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_json(value: Any) -> Any:
    """The JSON form of a frozen dataclass: dicts, lists, strings, numbers; spans are [start, end].

    Datetimes are ISO 8601 in UTC ("...Z"), enums their values, absent optional values null.
    """
    shape = _adapter(type(value)).dump_python(value, mode="json")
    if isinstance(value, HistoryEntry) and value.diff is None:
        del shape["diff"]
    return shape


def to_text(value: Any) -> str:
    """`to_json` as compact text, for records in the store."""
    return _adapter(type(value)).dump_json(value).decode()


def from_text(kind: type[T], text: str | bytes) -> T:
    """The value that `to_text` wrote. Raises ValueError when it is not of this kind."""
    return _adapter(kind).validate_json(text)  # type: ignore[no-any-return]
