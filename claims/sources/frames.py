"""Messages between the fetcher and its child process: a JSON head and bytes, length-prefixed."""

from __future__ import annotations

import json
import struct
from typing import BinaryIO

_LENGTHS = struct.Struct(">II")
_MAX_BYTES = 64 * 1024 * 1024


def write_frame(stream: BinaryIO, head: dict[str, object], body: bytes = b"") -> None:
    """Send one message. Raises OSError when the other side has closed the stream."""
    encoded = json.dumps(head).encode()
    stream.write(_LENGTHS.pack(len(encoded), len(body)))
    stream.write(encoded)
    stream.write(body)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[dict[str, object], bytes]:
    """Receive one message. Raises EOFError when the stream ended, ValueError for invalid data."""
    head_bytes, body_bytes = _LENGTHS.unpack(_read_exactly(stream, _LENGTHS.size))
    if head_bytes + body_bytes > _MAX_BYTES:
        raise ValueError("a frame larger than any message")
    head = json.loads(_read_exactly(stream, head_bytes))
    if not isinstance(head, dict):
        raise ValueError("a frame without a head")
    return head, _read_exactly(stream, body_bytes)


def _read_exactly(stream: BinaryIO, size_bytes: int) -> bytes:
    data = stream.read(size_bytes)
    if len(data) < size_bytes:
        raise EOFError
    return data
