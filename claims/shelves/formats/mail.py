"""Mail: each message of a mailbox (mbox) is a document, and so is a message in its own file."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from typing import BinaryIO

from claims.errors import SourceError
from claims.shelves.documents import Document, Entry, EntryCode
from claims.shelves.wrapped import tidy
from claims.sources.charset import decode
from claims.sources.failures import FailureCode
from claims.sources.files import DocumentReader
from claims.text import clean_line

MOST_BYTES = 25_000_000
_LONGEST_LINE = 1_000_000
_SEPARATOR = b"From "


def read_mailbox(
    file: BinaryIO, *, reader: DocumentReader, after: int = 0
) -> Iterator[Document | Entry]:
    """Documents by the number of the message; an Entry for a message that cannot be read.

    Raises SourceError `bad-record` for a file that does not begin like a mailbox.
    """
    if file.read(len(_SEPARATOR)) != _SEPARATOR:
        raise SourceError(EntryCode.BAD_RECORD, 'a mailbox begins with "From ", and this does not')
    file.seek(0)
    for number, message in enumerate(_split(file), start=1):
        if number > after:
            yield _read_message(message, number, reader)


def read_message(file: BinaryIO, *, reader: DocumentReader) -> Iterator[Document | Entry]:
    """The one document of a message in its own file (.eml). Raises SourceError."""
    found = _read_message(file.read(MOST_BYTES + 1), None, reader)
    if isinstance(found, Entry):
        raise SourceError(found.code, found.detail)
    yield found


def _split(file: BinaryIO) -> Iterator[bytes]:
    """The messages, without the separating line; a message that is too long is cut, but so that
    its length is still seen to be over the limit."""
    lines: list[bytes] = []
    size, was_empty = 0, True
    while line := file.readline(_LONGEST_LINE):
        if was_empty and line.startswith(_SEPARATOR):
            if size:
                yield b"".join(lines)
            lines, size = [], 0
        elif size <= MOST_BYTES:
            lines.append(line.removeprefix(b">") if line.startswith(b">From ") else line)
            size += len(line)
        was_empty = line in (b"\n", b"\r\n")
    if size:
        yield b"".join(lines)


def _read_message(body: bytes, number: int | None, reader: DocumentReader) -> Document | Entry:
    if len(body) > MOST_BYTES:
        detail = f"a message of more than {MOST_BYTES / 1e6:g} MB"
        return Entry(number, FailureCode.TOO_LARGE, detail)
    try:
        # The older policy keeps errors in a header unchanged; the newer one raises.
        message = message_from_bytes(body, policy=policy.compat32)
        text = _find_text(message, reader)
    except SourceError as error:
        return Entry(number, error.code, error.detail)
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        detail = f"the message cannot be parsed ({type(error).__name__})"
        return Entry(number, EntryCode.BAD_RECORD, detail)
    return Document(
        text=text,
        number=number,
        title=_read_header(message, "Subject"),
        published_at=_read_header(message, "Date"),
        publisher=_read_header(message, "From"),
    )


def _find_text(message: Message, reader: DocumentReader) -> str:
    """The plain text of a message; if it has none, the text of its HTML."""
    parts = [part for part in message.walk() if not part.is_multipart() and not _is_attached(part)]
    plain = [_decode(part) for part in parts if part.get_content_type() == "text/plain"]
    text = tidy(_without_quotes("\n\n".join(plain)))
    if text:
        return text
    html = next((part for part in parts if part.get_content_type() == "text/html"), None)
    if html is None:
        return ""
    markup = _decode(html).encode("utf-8", "replace")
    return reader.read_document(markup, content_type="text/html; charset=utf-8", url="").text


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _decode(part: Message) -> str:
    """The content, decoded with its declared charset where that is possible."""
    body = part.get_payload(decode=True)
    charset = part.get_content_charset() or ""
    is_html = part.get_content_type() == "text/html"
    content_type = f"text/plain; charset={charset}" if charset else ""
    return decode(
        body if isinstance(body, bytes) else b"", content_type=content_type, markup=is_html
    )


def _without_quotes(text: str) -> str:
    """The text without quotations of an earlier message, and without the signature."""
    kept = []
    for line in text.splitlines():
        if line.rstrip("\r") in ("-- ", "--"):
            break
        if not line.startswith(">"):
            kept.append(line)
    return "\n".join(kept)


def _read_header(message: Message, name: str) -> str | None:
    value = message.get(name)
    if value is None:
        return None
    try:
        text = str(make_header(decode_header(value)))
    except (ValueError, LookupError, MessageError):  # an unknown charset, broken base64
        text = str(value)
    return clean_line(text)[:300] or None
