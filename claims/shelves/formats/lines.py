"""The decoded lines of a text file of any length; no line may be longer than a document."""

from __future__ import annotations

import codecs
import io
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from claims.errors import SourceError
from claims.sources.charset import decode
from claims.sources.content import is_binary, utf16_without_mark
from claims.sources.failures import FailureCode

LONGEST_LINE_BYTES = 10_000_000
_FIRST_BYTES = 4096


def check_is_text(file: BinaryIO) -> None:
    """Raise SourceError `not-text` for a file whose first bytes are not text."""
    start = file.read(_FIRST_BYTES)
    file.seek(0)
    if is_binary(start):
        raise SourceError(FailureCode.NOT_TEXT, "the file is binary, whatever its name says")


def read_lines(file: BinaryIO) -> Iterator[tuple[int, str | None]]:
    """Line number from 1, and the line with its end; None in place of a line that is too long.

    Each line is decoded by itself: as UTF-8, or in a detected charset. Raises SourceError
    `not-text`.
    """
    check_is_text(file)
    start = file.read(_FIRST_BYTES)
    file.seek(0)
    wide = _wide_codec(start)
    readline = _recode(file, wide) if wide else file.readline
    number = 0
    while line := readline(LONGEST_LINE_BYTES + 1):
        number += 1
        if len(line) > LONGEST_LINE_BYTES:
            while line and not line.endswith(b"\n"):
                line = readline(LONGEST_LINE_BYTES)
            yield number, None
            continue
        if number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        yield number, decode(line, markup=False)


def _wide_codec(start: bytes) -> str | None:
    """The codec of UTF-16 text, which spreadsheets save; its bytes cannot be split into lines."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return utf16_without_mark(start)


def _recode(file: BinaryIO, encoding: str) -> Callable[[int], bytes]:
    """A function that reads lines as if the file were UTF-8."""
    reader = codecs.getreader(encoding)(file, "replace")
    text = io.BufferedReader(_Utf8(reader))
    return text.readline


class _Utf8(io.RawIOBase):
    """The text that a reader decodes, encoded in UTF-8."""

    def __init__(self, reader: codecs.StreamReader) -> None:
        self._reader = reader
        self._rest = b""

    def readable(self) -> bool:
        """Always true."""
        return True

    def readinto(self, buffer: Any) -> int:
        """See io.RawIOBase."""
        self._rest = self._rest or self._reader.read(8192).encode("utf-8", "replace")
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)
