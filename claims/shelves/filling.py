"""Fills a shelf, so that catalog and index agree whenever it is killed.

What is added to the index carries the number of its batch, which the catalog notes before. At
the end of a batch first the index commits, then the catalog, which forgets the number: whoever
finds one that is still noted takes everything of it out of the index, and reads on from where
the catalog stands. A file that changed is read as a new version; the old one leaves in the batch
that ends the reading.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

from claims.errors import ShelfBusy, ShelfDamaged, SourceError
from claims.ports import Progress
from claims.shelves.catalog_writer import CatalogWriter
from claims.shelves.documents import Document, Entry, EntryCode, divide
from claims.shelves.formats.pages import to_document
from claims.shelves.index import IndexWriter
from claims.shelves.locators import decode_path, locate_part, locate_record
from claims.shelves.places import ShelfPlace
from claims.shelves.reading import Format, OpenFile, find_format, open_file, read_documents
from claims.shelves.records import FileRow, FileState, Place, PlaceKind
from claims.sources.dates import read_date
from claims.sources.extractor import has_text
from claims.sources.failures import FailureCode
from claims.text import sentence_windows
from claims.types import Page

# A batch ends with whichever comes first; what is lost by a kill is at most one.
BATCH_PASSAGES = 20_000
BATCH_CHARACTERS = 40_000_000
BATCH_S = 20.0
# A passage of the index is a paragraph rather than the two sentences that the judge is given:
# it only has to lead to its document.
PASSAGE_SENTENCES = 6
PASSAGE_CHARACTERS = 900


class Reader(Protocol):
    """What reads documents at hand and fetches web addresses; WebFetcher does."""

    def read_document(self, body: bytes, *, content_type: str, url: str) -> Page:
        """Raises SourceError."""
        ...

    def fetch(self, url: str, *, known: Page | None = None) -> Page:
        """Raises SourceError."""
        ...


class ClosableReader(Reader, Protocol):
    """A reader that holds something to let go of: a child process."""

    def close(self) -> None:
        """Let go of it."""
        ...


@dataclass(slots=True)
class Filled:
    """What one run did, in files, documents and passages."""

    read: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: int = 0
    documents: int = 0
    passages: int = 0
    entries: int = 0
    unreachable: dict[str, str] = field(default_factory=dict)  # added place: why


class ShelfFiller:
    """Writes a shelf; the only one that does, as long as it is open. A context manager."""

    def __init__(self, place: ShelfPlace, *, reader: Reader) -> None:
        self.place = place
        self.filled = Filled()
        self._reader = reader
        self._batch: int | None = None
        self._tell: Callable[[int], None] = lambda at: None

    def __enter__(self) -> Self:
        """Raises ShelfBusy when another process writes, ShelfDamaged, InvalidInput."""
        self._lock = lock_shelf(self.place)
        try:
            self.catalog = CatalogWriter(self.place.catalog)
            self._index = IndexWriter(self.place.index)
            self._recover()
        except BaseException:
            self._lock.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._index.close()
            self.catalog.close()
        finally:
            del self._index  # what it did not commit is dropped, and its own lock let go
            self._lock.close()

    def _recover(self) -> None:
        """Take out of the index what a process that was killed had not finished."""
        batches = self.catalog.list_open_batches()
        if not batches:
            return
        for batch in batches:
            self._index.delete_batch(batch)
        self._index.commit()
        with self.catalog.transaction():
            for batch in batches:
                self.catalog.close_batch(batch)

    def run(self, progress: Progress) -> Filled:
        """Do all that is noted in the catalog: take out what leaves, read what is pending.

        What a process before left undone is among it. Raises ShelfDamaged, ExtractorCrashed.
        """
        self._take_out_leaving()
        pending = self.catalog.list_in_state(FileState.PENDING)
        total = sum(max(file.size, 0) for file in pending)
        places = {place.id: place for place in self.catalog.list_places()}
        done = 0
        for file in pending:
            self._tell = partial(_tell, progress, self.place.name, done, total)
            self._tell(0)
            self._read(file, places[file.place])
            done += max(file.size, 0)
        self._end_batch()
        _tell(progress, self.place.name, total, total, 0)
        return self.filled

    def _take_out_leaving(self) -> None:
        for file in self.catalog.list_in_state(FileState.LEAVING):
            self._begin_batch()
            self._take_out(file)
            self._end_batch_if_full()
        self._end_batch()

    def _take_out(self, file: FileRow) -> None:
        if file.passages:
            self._index.delete_file(file.id)
        self.catalog.delete_file(file.id)

    # --- one file -----------------------------------------------------------------------------

    def _read(self, file: FileRow, place: Place) -> None:
        self._begin_batch()
        self._documents = self._file_passages = 0
        before = self.catalog.find_versions(file)
        try:
            if place.kind is PlaceKind.URL:
                self._put(file, to_document(self._reader.fetch(place.path), url=place.path))
            elif self._is_known(file, place, before):
                return
        except SourceError as error:
            # A page that does not answer today stays as it was.
            gone = [] if place.kind is PlaceKind.URL else before
            self._fail(file, gone, Entry(None, error.code, error.detail))
            return
        failure = self.catalog.find_failure(file.id)
        if failure is not None:
            self._fail(file, before, failure)
            return
        self.catalog.set_state(file.id, FileState.DONE)
        self.filled.read += 1
        self.filled.documents += self._documents
        self.filled.passages += self._file_passages
        for version in before:
            self._take_out(version)
        self._end_batch_if_full()

    def _is_known(self, file: FileRow, place: Place, before: Sequence[FileRow]) -> bool:
        """Read a file from disk; True when it holds what it held, and nothing was to be read."""
        root = Path(decode_path(place.path))
        path = root / decode_path(file.name) if file.name else root
        with open_file(path, within=root) as opened:
            found = find_format(opened, chosen=not file.name)
            digest = opened.digest()
            stamp = opened.stamp
            last = before[0] if before and not file.forced else None
            if last and last.state is FileState.DONE and last.sha256 == digest:
                self.catalog.note_reading(
                    last.id, sha256=digest, size=stamp.size, mtime_ns=stamp.mtime_ns
                )
                self._take_out(file)
                self.filled.unchanged += 1
                return True
            if file.sha256 not in (None, digest):
                # It changed since a process before began to read it.
                self._index.delete_file(file.id)
                self.catalog.clear_file(file.id)
                file = replace(file, read_through=0)
            self.catalog.note_reading(
                file.id, sha256=digest, size=stamp.size, mtime_ns=stamp.mtime_ns
            )
            self._read_opened(file, place, opened, found)
            if not opened.is_unchanged():
                detail = "it changed or vanished while it was read: update the shelf again"
                raise SourceError(FailureCode.UNREADABLE, detail)
        return False

    def _read_opened(self, file: FileRow, place: Place, opened: OpenFile, found: Format) -> None:
        documents = read_documents(
            opened, found, reader=self._reader, fields=place.fields, after=file.read_through
        )
        for item in documents:
            if isinstance(item, Entry):
                self.catalog.add_entry(file.id, item)
                self.catalog.note_progress(file.id, item.number or 0, 0, 0)
                self.filled.entries += 1
            else:
                self._put(file, item)
            self._tell(opened.stream.tell())
            self._end_batch_if_full()
            self._begin_batch()

    def _fail(self, file: FileRow, before: Sequence[FileRow], failure: Entry) -> None:
        """Nothing of a file that cannot be read is on the shelf."""
        self._index.delete_file(file.id)
        self.catalog.clear_file(file.id)
        self.catalog.set_state(file.id, FileState.FAILED, failure)
        self.filled.failed += 1
        for version in before:
            self._take_out(version)

    # --- one document -------------------------------------------------------------------------

    def _put(self, file: FileRow, document: Document) -> None:
        """Put a document on the shelf, or an entry in its place. Raises SourceError `no-text`."""
        if not has_text(document.text):
            if document.number is None:
                raise SourceError(FailureCode.NO_TEXT, "no text was found")
            self.catalog.add_entry(
                file.id, Entry(document.number, FailureCode.NO_TEXT, "no text was found")
            )
            self.catalog.note_progress(file.id, document.number, 0, 0)
            self.filled.entries += 1
            return
        if document.cut:
            detail = "only the beginning of the document was read: it is very long"
            self.catalog.add_entry(file.id, Entry(document.number, EntryCode.TEXT_CUT, detail))
            self.filled.entries += 1
        whole = locate_record(file.locator, document.number)
        document = replace(document, published_at=read_date(document.published_at or ""))
        passages = 0
        for part, text in enumerate(divide(document.text), start=1):
            passages += self._put_part(file, replace(document, text=text), whole, part)
        self.catalog.note_progress(file.id, document.number or 0, 1, passages)
        self._documents += 1
        self._file_passages += passages

    def _put_part(self, file: FileRow, document: Document, whole: str, part: int) -> int:
        """How many passages it has."""
        assert self._batch is not None  # noqa: S101 - begun before every document
        text = document.text
        number = self.catalog.add_document(
            file.id,
            document,
            locator=locate_part(whole, part),
            whole=whole,
            sha256=sha256(text.encode("utf-8", "replace")).hexdigest(),
        )
        spans = sentence_windows(
            text, size=PASSAGE_SENTENCES, overlap=1, max_chars=PASSAGE_CHARACTERS
        )
        # The title says what the first passage is about, and often whom.
        head = f"{document.title}\n" if document.title else ""
        for span in spans:
            passage = head + text[span.start : span.end]
            self._index.add(passage, batch=self._batch, file=file.id, document=number, span=span)
            head = ""
        self._passages += len(spans)
        self._characters += len(text)
        return len(spans)

    # --- batches ------------------------------------------------------------------------------

    def _begin_batch(self) -> None:
        if self._batch is not None:
            return
        with self.catalog.transaction():
            self._batch = self.catalog.open_batch()
        self._passages = self._characters = 0
        self._ends_at = time.monotonic() + BATCH_S
        self.catalog.begin()

    def _end_batch_if_full(self) -> None:
        if (
            self._passages >= BATCH_PASSAGES
            or self._characters >= BATCH_CHARACTERS
            or time.monotonic() >= self._ends_at
        ):
            self._end_batch()

    def _end_batch(self) -> None:
        if self._batch is None:
            return
        self._index.commit()
        self.catalog.close_batch(self._batch)
        self.catalog.commit()
        self._batch = None


@contextmanager
def open_filler(
    place: ShelfPlace, build_reader: Callable[[], ClosableReader]
) -> Iterator[ShelfFiller]:
    """A filler with a reader of its own, both closed at the end. Raises ShelfBusy, ShelfDamaged."""
    reader = build_reader()
    try:
        with ShelfFiller(place, reader=reader) as filler:
            yield filler
    finally:
        reader.close()


def _tell(progress: Progress, name: str, done: int, total: int, at: int) -> None:
    """Progress in megabytes, the beginning of one counting as one."""
    megabytes = -(-total // 1_000_000)
    progress(f"{name}: MB", min((done + at) // 1_000_000, megabytes), megabytes)


def lock_shelf(place: ShelfPlace) -> IO[bytes]:
    """The lock of the shelf, which is made if there is none. Raises ShelfBusy, ShelfDamaged."""
    try:
        place.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = place.lock.open("ab")
    except OSError as error:
        raise ShelfDamaged(f"cannot write to {place.folder}: {error.strerror}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise ShelfBusy(
            f"another process is writing the shelf {place.name}: try again when it has ended"
        ) from None
    return file
