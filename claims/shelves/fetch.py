"""Reads the documents of shelves and archived copies by address, and passes every other address to
the web fetcher."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

from claims.english.language_detection import find_language
from claims.errors import InvalidInput, ShelfDamaged, SourceError
from claims.shelves.catalog_rows import DocumentRow
from claims.shelves.shelf import Shelves
from claims.sources.address import (
    canonical_url,
    is_shelf_address,
    shelf_address,
    split_shelf_address,
)
from claims.sources.archived_copies import CopyReader, is_copy_address
from claims.sources.failures import FailureCode
from claims.sources.fetch import WebFetcher
from claims.types import Page


class SourceFetcher:
    """The fetcher of all sources (claims.ports.Fetcher): shelves, and web pages through `web`.

    `shelves` are the shelves that may be read. The text comes from a shelf's catalog; an address
    never leads to a file. `copies` reads the archived:... addresses; None: there is no archive.
    Thread safe.
    """

    def __init__(
        self,
        web: WebFetcher,
        *,
        shelves: Shelves,
        clock: Callable[[], datetime],
        copies: CopyReader | None = None,
    ) -> None:
        self._web = web
        self._copies = copies
        self._shelves = shelves
        self._clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        """A web page, an archived copy, or the document of a shelf. Raises SourceError."""
        if is_copy_address(url) and self._copies is not None:
            return self._copies.fetch(url)
        if not is_shelf_address(url):
            return self._web.fetch(url, known=known)
        return self._read_document(url)

    def read_html(self, html: str, *, url: str) -> Page:
        """Convert given HTML to a page. Raises SourceError."""
        return self._web.read_html(html, url=url)

    def read_document(self, body: bytes, *, content_type: str, url: str) -> Page:
        """Convert a given document to a page. Raises SourceError."""
        return self._web.read_document(body, content_type=content_type, url=url)

    def close(self) -> None:
        """End the extraction child. A later fetch starts a new one."""
        self._web.close()

    def _read_document(self, url: str) -> Page:
        try:
            name, locator = split_shelf_address(url)
        except InvalidInput as error:
            raise SourceError(FailureCode.BAD_URL, error.message) from None
        shelf = next((one for one in self._shelves.open() if one.place.name == name), None)
        try:
            found = shelf.catalog.find_document(locator) if shelf else None
        except ShelfDamaged as error:
            raise SourceError(FailureCode.SHELF_DAMAGED, str(error)[:300]) from error
        if shelf is None:
            detail = f"there is no shelf {name} here that may be read"
            raise SourceError(FailureCode.NOT_ON_SHELF, detail)
        if found is None:
            raise SourceError(FailureCode.NOT_ON_SHELF, "no such document is on the shelf now")
        return _to_page(*found, url=url, shelf=name, fetched_at=self._clock())


def _to_page(
    document: DocumentRow, text: str, *, url: str, shelf: str, fetched_at: datetime
) -> Page:
    """The page of a document: a copy of its web page if it has one; a part belongs to its whole."""
    web = canonical_url(document.url) if document.url else None
    return Page(
        url=url,
        canonical_url=web or shelf_address(shelf, document.whole),
        title=document.title,
        publisher=document.publisher,
        published_at=document.published_at,
        modified_at=document.modified_at,
        fetched_at=fetched_at,
        sha256=document.sha256,
        text=text,
        # The language of pages was detected at reading; detection costs little for English text.
        language=document.language or find_language(text, declared=None),
        credits=document.credits,
        original_url=document.original_url,
    )
