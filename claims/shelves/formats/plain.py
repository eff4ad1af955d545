"""A text file: one document, in any charset; wrapped lines are joined again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from claims.shelves.documents import Document
from claims.shelves.formats.lines import check_is_text
from claims.shelves.wrapped import tidy
from claims.sources.charset import decode

MOST_BYTES = 50_000_000


def read_plain(file: BinaryIO) -> Iterator[Document]:
    """The document. Raises SourceError `not-text`."""
    check_is_text(file)
    yield Document(text=tidy(decode(file.read(MOST_BYTES), markup=False)))
