"""A text file: one document, whatever its charset; text that was wrapped is joined again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from claims.errors import SourceError
from claims.shelves.documents import Document
from claims.shelves.formats.lines import check_is_text
from claims.shelves.wrapped import tidy
from claims.sources.charset import decode
from claims.sources.failures import FailureCode

MOST_BYTES = 50_000_000


def read_plain(file: BinaryIO) -> Iterator[Document]:
    """The document. Raises SourceError `not-text` and `too-large`."""
    check_is_text(file)
    body = file.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise SourceError(FailureCode.TOO_LARGE, f"more than {MOST_BYTES / 1e6:g} MB of text")
    yield Document(text=tidy(decode(body, markup=False)))
