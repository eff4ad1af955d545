"""Times, texts and JSON in the form in which the server and its scripts have them."""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from claims.errors import InvalidInput
from claims.local_times import list_offsets
from claims.shapes import from_text, to_text
from claims.times import parse_duration

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_MICROSECOND = timedelta(microseconds=1)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970, rounded down."""
    return (moment - _EPOCH) // _MILLISECOND


def to_us(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def from_ms(milliseconds: str | int) -> datetime:
    """The time that many milliseconds after 1970."""
    return _EPOCH + int(milliseconds) * _MILLISECOND


def read_now_ms(time: Sequence[str]) -> int:
    """The answer to TIME in milliseconds since 1970."""
    seconds, microseconds = time
    return int(seconds) * 1000 + int(microseconds) // 1000


def to_duration_ms(seconds: float) -> int:
    """The duration in the form for scripts: whole milliseconds, at least zero."""
    return max(0, round(seconds * 1000))


def every_ms(every: str | None) -> int | str:
    """A period in the form for scripts: milliseconds, or "" for none. Raises InvalidInput."""
    return "" if every is None else parse_duration(every) // _MILLISECOND


def write_offsets(zone: str, *, now: datetime | None = None) -> str:
    """The offsets of a time zone as the scripts read them. Raises InvalidInput.

    They begin in the year of `now`, which is the present one if it is left out.
    """
    return write(list_offsets(zone, first_year=(now or datetime.now(UTC)).year))


def digest(text: str) -> str:
    """SHA-256 of any text, valid Unicode or not, in hexadecimal."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def write(value: object) -> str:
    """`value` as JSON text. Raises InvalidInput when it holds half a surrogate pair."""
    try:
        return to_text(value)
    except ValueError as error:
        raise InvalidInput("the text holds characters that are not Unicode text") from error


def pack(value: object) -> str:
    """`value` as compressed JSON text: about a quarter of its size. Raises InvalidInput."""
    return b64encode(zlib.compress(write(value).encode(), 9)).decode("ascii")


def unpack(kind: type[T], packed: str) -> T:
    """The value that `pack` wrote."""
    return from_text(kind, zlib.decompress(b64decode(packed)))


def flatten(fields: Mapping[str, str | None]) -> list[str]:
    """Alternating fields and values, as HSET takes them; None is left out."""
    return [word for name, value in fields.items() if value is not None for word in (name, value)]
