"""HTML and PDF: one document, read by the extraction child in the same way as a fetched page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from claims.shelves.documents import Document, find_web_address
from claims.sources.files import MAX_FILE_BYTES, DocumentReader
from claims.types import Page

HTML = "text/html"
PDF = "application/pdf"
# Maximum characters that the extraction child returns (claims/sources/main_text.py).
_CUT_AT = 200_000


def read_page(
    file: BinaryIO, *, reader: DocumentReader, content_type: str, name: str
) -> Iterator[Document]:
    """The document. Raises SourceError, as a fetch does."""
    body = file.read(MAX_FILE_BYTES)
    yield to_document(reader.read_document(body, content_type=content_type, url=name))


def to_document(page: Page, *, number: int | None = None, url: str | None = None) -> Document:
    """The document that the shelf keeps of a page; `url` is its fetched address, if known."""
    return Document(
        text=page.text,
        number=number,
        title=page.title,
        published_at=page.published_at,
        modified_at=page.modified_at,
        url=url or find_web_address(page.canonical_url),
        publisher=page.publisher,
        language=page.language,
        credits=page.credits,
        original_url=page.original_url,
        cut=len(page.text) >= _CUT_AT,
    )
