"""Fills a shelf: reads the files that the catalog has as pending, and removes those that leave.

A changed file is read as a new version; the old version is removed in the batch that ends the
reading (batches.py). A file or record that cannot be read becomes an entry and affects no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from claims.errors import SourceError
from claims.ports import Progress
from claims.shelves.batches import BatchWriter
from claims.shelves.catalog_rows import FileRow, FileState, Place, PlaceKind
from claims.shelves.documents import Document, Entry, EntryCode
from claims.shelves.formats.html_pdf import to_document
from claims.shelves.locators import decode_path, locate_record
from claims.shelves.lock import lock_shelf
from claims.shelves.places import ShelfPlace
from claims.shelves.reading import Format, OpenFile, find_format, open_file, read_documents
from claims.sources.dates import read_date
from claims.sources.extractor import has_text
from claims.sources.failures import FailureCode
from claims.types import Page

_NO_TEXT = "no text was found"


class Reader(Protocol):
    """Reads given documents and fetches web addresses, as WebFetcher does."""

    def read_document(self, body: bytes, *, content_type: str, url: str) -> Page:
        """Raises SourceError."""
        ...

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        """Raises SourceError."""
        ...


class ClosableReader(Reader, Protocol):
    """A reader that must be closed, because it has a child process."""

    def close(self) -> None:
        """End the child process."""
        ...


@dataclass(slots=True)
class Filled:
    """The results of one run, in files, documents and passages."""

    read: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: int = 0
    documents: int = 0
    passages: int = 0
    entries: int = 0
    unreachable: dict[str, str] = field(default_factory=dict)  # added place: reason


class ShelfFiller:
    """Writes a shelf, as the only process while it is open. A context manager."""

    def __init__(self, place: ShelfPlace, *, reader: Reader) -> None:
        self.place = place
        self.filled = Filled()
        self._reader = reader
        self._report: Callable[[int], None] = lambda at: None

    def __enter__(self) -> Self:
        """Raises ShelfBusy when another process writes, ShelfDamaged."""
        self._lock = lock_shelf(self.place)
        try:
            self._batches = BatchWriter(self.place)
        except BaseException:
            self._lock.close()
            raise
        self.catalog = self._batches.catalog
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._batches.close()
        finally:
            self._lock.close()

    def run(self, progress: Progress) -> Filled:
        """Do all work recorded in the catalog: remove files that leave, read pending files.

        This includes unfinished work of an earlier process. Raises ShelfDamaged, ExtractorCrashed.
        """
        for file in self.catalog.list_in_state(FileState.LEAVING):
            self._batches.begin()
            self._batches.delete_versions([file])
            self._batches.end_if_full()
        self._batches.end()
        pending = self.catalog.list_in_state(FileState.PENDING)
        total = sum(max(file.size, 0) for file in pending)
        places = {place.id: place for place in self.catalog.list_places()}
        done = 0
        for file in pending:
            self._report = partial(
                _report_megabytes, progress, self.place.name, done=done, total=total
            )
            self._report(0)
            self._batches.begin()
            self._read_file(file, places[file.place])
            self._batches.end_if_full()
            done += max(file.size, 0)
        self._batches.end()
        _report_megabytes(progress, self.place.name, 0, done=total, total=total)
        return self.filled

    # --- one file -----------------------------------------------------------------------------

    def _read_file(self, file: FileRow, place: Place) -> None:
        self._documents = self._passages = 0
        before = self.catalog.find_versions(file)
        try:
            if place.kind is PlaceKind.URL:
                self._put(file, to_document(self._reader.fetch(place.path), url=place.path))
            elif self._read_from_disk(file, place, before):
                return
        except SourceError as error:
            # If a page does not answer now, its earlier version stays.
            gone = [] if place.kind is PlaceKind.URL else before
            self._fail(file, gone, Entry(None, error.code, error.detail))
            return
        failure = self.catalog.find_failure(file.id)
        if failure is not None:
            self._fail(file, before, failure)
            return
        self.catalog.set_state(file.id, FileState.DONE)
        self._batches.delete_versions(before)
        self.filled.read += 1
        self.filled.documents += self._documents
        self.filled.passages += self._passages

    def _read_from_disk(self, file: FileRow, place: Place, before: Sequence[FileRow]) -> bool:
        """Read a file; True if its content is unchanged, so that it need not be read."""
        root = Path(decode_path(place.path))
        path = root / decode_path(file.name) if file.name else root
        with open_file(path, within=root) as opened:
            found = find_format(opened, chosen=not file.name)
            digest = opened.digest()
            last = before[0] if before and not file.forced else None
            if last and last.state is FileState.DONE and last.sha256 == digest:
                self._note_reading(last, opened, digest)
                self._batches.delete_versions([file])
                self.filled.unchanged += 1
                return True
            if file.sha256 not in (None, digest):
                # It changed after an earlier process began to read it.
                self._batches.clear(file)
                file = replace(file, read_through=0)
            self._note_reading(file, opened, digest)
            self._read_opened(file, place, opened=opened, found=found)
            if not opened.is_unchanged():
                detail = "it changed or vanished while it was read: update the shelf again"
                raise SourceError(FailureCode.UNREADABLE, detail)
        return False

    def _note_reading(self, file: FileRow, opened: OpenFile, digest: str) -> None:
        size, mtime_ns = opened.stamp.size, opened.stamp.mtime_ns
        self.catalog.note_reading(file.id, sha256=digest, size=size, mtime_ns=mtime_ns)

    def _read_opened(self, file: FileRow, place: Place, *, opened: OpenFile, found: Format) -> None:
        documents = read_documents(
            opened, found, reader=self._reader, fields=place.fields, after=file.read_through
        )
        for item in documents:
            if isinstance(item, Entry):
                self._note(file, item)
            else:
                self._put(file, item)
            self._report(opened.stream.tell())
            self._batches.end_if_full()
            self._batches.begin()

    def _fail(self, file: FileRow, before: Sequence[FileRow], failure: Entry) -> None:
        """Record a failure; remove the documents of the file and its versions in `before`."""
        self._batches.clear(file)
        self._batches.delete_versions(before)
        self.catalog.set_state(file.id, FileState.FAILED, failure)
        self.filled.failed += 1

    # --- one document -------------------------------------------------------------------------

    def _put(self, file: FileRow, document: Document) -> None:
        """Put a document on the shelf, or an entry in its place. Raises SourceError `no-text`."""
        number = document.number
        if not has_text(document.text):
            if number is None:
                raise SourceError(FailureCode.NO_TEXT, _NO_TEXT)
            self._note(file, Entry(number, FailureCode.NO_TEXT, _NO_TEXT))
            return
        if document.cut:
            detail = "only the beginning of the document was read: it is very long"
            self._note(file, Entry(number, EntryCode.TEXT_CUT, detail))
        document = replace(document, published_at=read_date(document.published_at or ""))
        whole = locate_record(file.locator, number)
        passages = self._batches.put(file, document, whole=whole)
        self.catalog.note_progress(
            file.id, read_through=number or 0, documents=1, passages=passages
        )
        self._documents += 1
        self._passages += passages

    def _note(self, file: FileRow, entry: Entry) -> None:
        self.catalog.add_entry(file.id, entry)
        self.catalog.note_progress(file.id, read_through=entry.number or 0, documents=0, passages=0)
        self.filled.entries += 1


@contextmanager
def open_filler(
    place: ShelfPlace, build_reader: Callable[[], ClosableReader]
) -> Iterator[ShelfFiller]:
    """A filler with its own reader; both are closed at the end. Raises ShelfBusy, ShelfDamaged."""
    reader = build_reader()
    try:
        with ShelfFiller(place, reader=reader) as filler:
            yield filler
    finally:
        reader.close()


def _report_megabytes(progress: Progress, name: str, at: int, *, done: int, total: int) -> None:
    """Report progress in megabytes: the total is rounded up, the finished part is rounded down."""
    megabytes = -(-total // 1_000_000)
    progress(f"{name}: megabytes read", min((done + at) // 1_000_000, megabytes), megabytes)
