"""Writes catalog and index so that they agree, whenever the process is killed.

Everything that is added to the index carries the number of its batch, which the catalog records
first. At the end of a batch the index commits first, then the catalog, which deletes the number. A
process that finds a recorded number removes everything of that batch from the index, and continues
from the state of the catalog.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from claims.english.sentences import sentence_windows
from claims.shelves.catalog_rows import FileRow
from claims.shelves.catalog_writer import CatalogWriter
from claims.shelves.documents import Document, divide
from claims.shelves.index import IndexWriter
from claims.shelves.locators import locate_part
from claims.shelves.places import ShelfPlace
from claims.types import Span

# A batch ends at the first of these limits; a kill loses at most one batch.
BATCH_PASSAGES = 20_000
BATCH_CHARACTERS = 40_000_000
BATCH_S = 20.0
# A passage of the index is a paragraph, longer than the two sentences that the judge is given,
# because it only has to lead to its document.
PASSAGE_SENTENCES = 6
PASSAGE_CHARACTERS = 900


class BatchWriter:
    """Catalog and index of a shelf, written together; only for the process with its lock."""

    def __init__(self, place: ShelfPlace) -> None:
        """Raises ShelfDamaged. Unfinished work of a killed process is removed."""
        self.catalog = CatalogWriter(place.catalog)
        self._index = IndexWriter(place.index)
        self._batch: int | None = None
        self._recover()

    def close(self) -> None:
        """Close both; the work of an unfinished batch is dropped."""
        self.catalog.close()
        self._index.close()

    def _recover(self) -> None:
        """Remove from the index the unfinished work of a killed process."""
        batches = self.catalog.list_open_batches()
        if not batches:
            return
        for batch in batches:
            self._index.delete_batch(batch)
        self._index.commit()
        with self.catalog.transaction():
            for batch in batches:
                self.catalog.close_batch(batch)

    # --- batches ------------------------------------------------------------------------------

    def begin(self) -> int:
        """The number of the open batch; a batch is opened if there is none."""
        if self._batch is None:
            with self.catalog.transaction():
                self._batch = self.catalog.open_batch()
            self._passages = self._characters = 0
            self._ends_at = time.monotonic() + BATCH_S
            self.catalog.begin()
        return self._batch

    def end_if_full(self) -> None:
        """End the batch when it is large or old enough."""
        if (
            self._passages >= BATCH_PASSAGES
            or self._characters >= BATCH_CHARACTERS
            or time.monotonic() >= self._ends_at
        ):
            self.end()

    def end(self) -> None:
        """Make the work since `begin` permanent and visible to every reader."""
        if self._batch is not None:
            self._index.commit()
            self.catalog.close_batch(self._batch)
            self.catalog.commit()
            self._batch = None

    # --- inside a batch -----------------------------------------------------------------------

    def put(self, file: FileRow, document: Document, *, whole: str) -> int:
        """Put a document on the shelf, in parts if it is long; return its number of passages."""
        parts = enumerate(divide(document.text), start=1)
        return sum(
            self._put_part(file, replace(document, text=text), whole=whole, part=part)
            for part, text in parts
        )

    def _put_part(self, file: FileRow, document: Document, *, whole: str, part: int) -> int:
        batch, text = self.begin(), document.text
        number = self.catalog.add_document(
            file.id,
            document,
            locator=locate_part(whole, part),
            whole=whole,
            sha256=sha256(text.encode("utf-8", "replace")).hexdigest(),
        )
        # The title names the subject of the first passage, and often its people.
        head = f"{document.title}\n" if document.title else ""
        spans = _passages(text)
        for span in spans:
            passage = head + text[span.start : span.end]
            self._index.add(passage, batch=batch, file=file.id, document=number, span=span)
            head = ""
        self._passages += len(spans)
        self._characters += len(text)
        return len(spans)

    def clear(self, file: FileRow) -> None:
        """Remove all documents of a file, before it is read again or because it cannot be read."""
        self._index.delete_file(file.id)
        self.catalog.clear_file(file.id)

    def delete_versions(self, files: Sequence[FileRow]) -> None:
        """Delete versions of files with all their documents and passages."""
        for file in files:
            if file.passages:
                self._index.delete_file(file.id)
            self.catalog.delete_file(file.id)


def _passages(text: str) -> Sequence[Span]:
    return sentence_windows(text, size=PASSAGE_SENTENCES, overlap=1, max_chars=PASSAGE_CHARACTERS)
