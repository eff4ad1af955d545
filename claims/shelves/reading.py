"""Reads one file of a shelf to documents: recognises its format and opens it safely."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from claims.errors import SourceError
from claims.shelves.documents import Document, Entry, Fields
from claims.shelves.formats import mail, plain
from claims.shelves.formats.html_pdf import HTML, PDF, read_page
from claims.shelves.formats.jsonl import read_jsonl
from claims.shelves.formats.mail import read_mailbox, read_message
from claims.shelves.formats.plain import read_plain
from claims.shelves.formats.table import read_table
from claims.shelves.formats.warc import read_warc
from claims.sources.failures import FailureCode
from claims.sources.files import MAX_FILE_BYTES, DocumentReader

_BLOCK_BYTES = 1 << 20
_NO_FORMAT = "not a format that a shelf reads, by its name and its beginning"


class Format(StrEnum):
    """The formats of files."""

    PLAIN = "text"
    HTML = "html"
    PDF = "pdf"
    JSONL = "jsonl"
    TABLE = "csv"
    WARC = "warc"
    MAILBOX = "mbox"
    MESSAGE = "eml"


_SUFFIXES = {
    ".txt": Format.PLAIN, ".md": Format.PLAIN, ".html": Format.HTML, ".htm": Format.HTML,
    ".xhtml": Format.HTML, ".pdf": Format.PDF, ".jsonl": Format.JSONL, ".ndjson": Format.JSONL,
    ".csv": Format.TABLE, ".tsv": Format.TABLE, ".warc": Format.WARC, ".warc.gz": Format.WARC,
    ".mbox": Format.MAILBOX, ".mbx": Format.MAILBOX, ".eml": Format.MESSAGE,
}  # fmt: skip
# Maximum bytes of formats that are read in one piece; of other formats only records have a limit.
_MOST_BYTES = {
    Format.PLAIN: plain.MOST_BYTES,
    Format.HTML: MAX_FILE_BYTES,
    Format.PDF: MAX_FILE_BYTES,
    Format.MESSAGE: mail.MOST_BYTES,
}
_BEGINNINGS = (
    (b"%PDF-", Format.PDF),
    (b"WARC/", Format.WARC),
    (b"From ", Format.MAILBOX),
    (b"<!doctype html", Format.HTML),
    (b"<html", Format.HTML),
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Shows without reading whether a file has changed."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A regular file that is being read, with its state when it was opened."""

    path: Path
    stream: BinaryIO
    stamp: Stamp

    def digest(self) -> str:
        """The sha256 of its content; afterwards the stream is at the beginning again."""
        digest = sha256()
        with _as_source_error():
            while block := self.stream.read(_BLOCK_BYTES):
                digest.update(block)
            self.stream.seek(0)
        return digest.hexdigest()

    def is_unchanged(self) -> bool:
        """Whether the file still exists and is as it was when it was opened."""
        try:
            return stamp_of(self.path) == self.stamp
        except SourceError:
            return False


def stamp_of(path: Path) -> Stamp:
    """Raises SourceError `unreadable`."""
    with _as_source_error():
        status = path.stat()
    return Stamp(status.st_size, status.st_mtime_ns)


@contextmanager
def open_file(path: Path, *, within: Path) -> Iterator[OpenFile]:
    """Open a regular file for reading; a link is followed only inside the folder `within`.

    Raises SourceError `unreadable` for anything else.
    """
    with _as_source_error():
        real = Path(os.path.realpath(path))
        if path != within and not real.is_relative_to(os.path.realpath(within)):
            raise SourceError(FailureCode.UNREADABLE, "a link that leads out of the folder")
        # Without O_NONBLOCK, opening a pipe could wait forever.
        handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as stream:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise SourceError(FailureCode.UNREADABLE, "not a regular file")
            yield OpenFile(path, stream, Stamp(status.st_size, status.st_mtime_ns))


@contextmanager
def _as_source_error() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceError(FailureCode.UNREADABLE, error.strerror or "cannot be read") from None


def find_format(file: OpenFile, *, chosen: bool) -> Format:
    """The format by name, else by the first bytes; a file `chosen` by itself may be any text.

    Raises SourceError `not-text`, and `too-large` for a format that is read in one piece.
    """
    found = _recognise(file, chosen=chosen)
    most = _MOST_BYTES.get(found)
    if most is not None and file.stamp.size > most:
        raise SourceError(FailureCode.TOO_LARGE, f"more than {most / 1e6:g} MB")
    return found


def _recognise(file: OpenFile, *, chosen: bool) -> Format:
    name = file.path.name.lower()
    for suffix, found in _SUFFIXES.items():
        if name.endswith(suffix):
            return found
    start = file.stream.read(64)
    file.stream.seek(0)
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for beginning, found in _BEGINNINGS:
        if start.startswith(beginning.lower()) and (chosen or not file.path.suffix):
            return found
    if not chosen:
        raise SourceError(FailureCode.NOT_TEXT, _NO_FORMAT)
    return Format.PLAIN


def read_documents(
    file: OpenFile,
    found: Format,
    *,
    reader: DocumentReader,
    fields: Fields,
    after: int = 0,
) -> Iterator[Document | Entry]:
    """The documents and entries of the file, in order, without its records up to number `after`.

    Raises SourceError when it cannot be read, or not to its end; earlier results are kept.
    """
    stream = file.stream
    with _as_source_error():
        match found:
            case Format.PLAIN:
                yield from read_plain(stream)
            case Format.HTML | Format.PDF:
                content_type = HTML if found is Format.HTML else PDF
                name = file.path.name
                yield from read_page(stream, reader=reader, content_type=content_type, name=name)
            case Format.JSONL:
                yield from read_jsonl(stream, fields=fields, after=after)
            case Format.TABLE:
                yield from read_table(stream, fields=fields, after=after)
            case Format.WARC:
                yield from read_warc(stream, reader=reader, after=after)
            case Format.MAILBOX:
                yield from read_mailbox(stream, reader=reader, after=after)
            case Format.MESSAGE:
                yield from read_message(stream, reader=reader)
