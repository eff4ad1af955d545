"""WARC, plain or compressed: each answer that is a page is a document.

Answers that are not pages (pictures, scripts, other statuses, revisits) are skipped without an
entry, because they are most of a site's archive.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from claims.errors import SourceError
from claims.shelves.documents import Document, Entry, EntryCode, find_web_address
from claims.shelves.formats.html_pdf import to_document
from claims.sources.content import declared_kind
from claims.sources.failures import FailureCode
from claims.sources.files import MAX_FILE_BYTES, DocumentReader

_KINDS = ("response", "resource", "conversion")


def read_warc(
    file: BinaryIO, *, reader: DocumentReader, after: int = 0
) -> Iterator[Document | Entry]:
    """Documents by the number of their record; an Entry for a page that cannot be read.

    An error of the file itself ends it with an Entry: earlier records are kept.
    """
    number = 0
    try:
        for record in ArchiveIterator(file):
            number += 1
            if number > after and _is_page(record):
                yield _read_record(record, number, reader)
    except (ArchiveLoadFailed, EOFError, OSError, zlib.error, ValueError, AttributeError) as error:
        detail = f"the file is damaged or cut short after record {number} ({type(error).__name__})"
        yield Entry(number + 1, EntryCode.BAD_RECORD, detail)
        return
    if number == 0:
        raise SourceError(EntryCode.BAD_RECORD, "the file has no WARC record")


def _is_page(record: Any) -> bool:
    if record.rec_type not in _KINDS:
        return False
    head = record.http_headers
    if head is not None and head.get_statuscode() != "200":
        return False
    try:
        return declared_kind(_content_type(record)) is not None
    except SourceError:
        return False


def _content_type(record: Any) -> str:
    head = record.http_headers or record.rec_headers
    return str(head.get_header("Content-Type") or "")


def _read_record(record: Any, number: int, reader: DocumentReader) -> Document | Entry:
    url = find_web_address(record.rec_headers.get_header("WARC-Target-URI"))
    body = record.content_stream().read(MAX_FILE_BYTES + 1)
    if len(body) > MAX_FILE_BYTES:
        detail = f"more than {MAX_FILE_BYTES / 1e6:g} MB"
        return Entry(number, FailureCode.TOO_LARGE, detail)
    record.raw_stream.read()
    if getattr(record.raw_stream, "limit", 0) > 0:  # the file ends inside the record
        return Entry(number, EntryCode.BAD_RECORD, "the record is cut short")
    try:
        page = reader.read_document(body, content_type=_content_type(record), url=url or "")
    except SourceError as error:
        return Entry(number, error.code, error.detail)
    return to_document(page, number=number, url=url)
