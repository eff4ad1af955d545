"""Decides whether an answer is text, by the server's header and by the bytes themselves."""

from __future__ import annotations

from enum import StrEnum

from claims.errors import SourceError
from claims.sources.failures import FailureCode

_SNIFFED_BYTES = 512
# Maximum share of control characters in the first bytes of a text (measured on pages with stray
# NULs: below 1 %; on images, archives and programs: above 10 %).
_CONTROL_SHARE = 0.05
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\f\r\x1b")

# First bytes that no text has. Formats that begin with letters ("BM", "RIFF") are recognised by
# their control characters, because a text may begin with BMW.
_SIGNATURES = (
    b"\x89PNG\r\n",
    b"\xff\xd8\xff",  # JPEG
    b"PK\x03\x04",  # ZIP, and with it office documents
    b"\x1f\x8b\x08",  # gzip
    b"7z\xbc\xaf",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",  # Zstandard
    b"\x7fELF",
    b"\xd0\xcf\x11\xe0",  # older office documents
)


class TextKind(StrEnum):
    """How a document is read."""

    HTML = "text/html"
    PLAIN = "text/plain"
    PDF = "application/pdf"
    DOWNLOAD = "application/octet-stream"  # declared for any bytes; only PDFs among them are read


_KINDS = {
    "text/html": TextKind.HTML,
    "application/xhtml+xml": TextKind.HTML,
    "text/plain": TextKind.PLAIN,
    "text/markdown": TextKind.PLAIN,
    "application/pdf": TextKind.PDF,
    "application/octet-stream": TextKind.DOWNLOAD,
}
MAYBE_PDF = frozenset({TextKind.PDF, TextKind.DOWNLOAD})
"""Kinds of which a body is a PDF or is not read."""
_NOT_AS_DECLARED = {
    None: "without a type, and by its content neither text nor PDF",
    TextKind.HTML: "labelled as text, but the content is not",
    TextKind.PLAIN: "labelled as text, but the content is not",
    TextKind.PDF: "labelled as PDF, but the content is not",
    TextKind.DOWNLOAD: "the server gives no type for it, and it is no PDF",
}
# The PDF header may come after a few other bytes, which PDF readers allow.
_PDF_WITHIN = 64


def declared_kind(content_type: str) -> TextKind | None:
    """The kind that a Content-Type header declares; None when there is no header.

    Raises SourceError `not-text` for anything but HTML, plain text and PDF.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == "":
        return None
    if media_type not in _KINDS:
        raise SourceError(FailureCode.NOT_TEXT, "neither HTML nor plain text nor PDF")
    return _KINDS[media_type]


def confirmed_kind(body: bytes, *, declared: TextKind | None) -> TextKind:
    """How to read `body`, by its first bytes: header and bytes must agree.

    Raises SourceError `not-text` when the bytes are of another format.
    """
    start = body.lstrip()[:_SNIFFED_BYTES]
    if b"%PDF-" in start[:_PDF_WITHIN]:
        return TextKind.PDF
    if declared in MAYBE_PDF or start.startswith(_SIGNATURES) or is_binary(body):
        raise SourceError(FailureCode.NOT_TEXT, _NOT_AS_DECLARED[declared])
    if declared is None:
        return TextKind.HTML if start.startswith(b"<") else TextKind.PLAIN
    return declared


def is_binary(body: bytes) -> bool:
    """Whether the first bytes contain more control characters than any text does."""
    start = body[:_SNIFFED_BYTES]
    if utf16_without_mark(start) or start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return len(start.translate(None, _CONTROL)) < (1 - _CONTROL_SHARE) * len(start)


def utf16_without_mark(body: bytes) -> str | None:
    """The codec of UTF-16 text of a Latin script without a byte order mark, else None."""
    start = body[: _SNIFFED_BYTES - _SNIFFED_BYTES % 2]
    half = len(start) // 2
    first, second = start[0::2].count(0), start[1::2].count(0)
    if half < 8 or max(first, second) < 0.7 * half or min(first, second) > 0.05 * half:
        return None
    return "utf-16-be" if first > second else "utf-16-le"
