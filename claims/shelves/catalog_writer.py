"""The catalog of a shelf for its one writer; tables.py defines the tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from claims.shelves.catalog_rows import FileRow, FileState, Place, PlaceKind
from claims.shelves.documents import Document, Entry, Fields
from claims.shelves.tables import (
    FORMAT,
    TABLES,
    WAIT_S,
    check_format,
    pack,
    read_files,
    read_places,
    translated,
)
from claims.sources.failures import FailureCode

# Maximum entries kept per file: of a million broken lines the first ones are enough.
MOST_ENTRIES = 200


class CatalogWriter:
    """Reads and writes; only for the process that holds the shelf's lock.

    Every method works in the transaction that `begin` opened; `commit` ends it.
    """

    def __init__(self, path: Path) -> None:
        """Raises ShelfDamaged."""
        self._path = path
        with translated(path):
            self._rows = sqlite3.connect(path, isolation_level=None, timeout=WAIT_S)
            try:
                self._prepare()
            except BaseException:
                self._rows.close()
                raise

    def _prepare(self) -> None:
        self._rows.execute("PRAGMA journal_mode=WAL")
        # After a power cut, two stores agree only if each has everything that it confirmed.
        self._rows.execute("PRAGMA synchronous=FULL")
        made = self._rows.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if not made:
            script = f"BEGIN;{TABLES}INSERT INTO about VALUES ({FORMAT});COMMIT;"  # noqa: S608
            self._rows.executescript(script)
        check_format(self._rows, self._path)

    def close(self) -> None:
        """Close the catalog; an open transaction is rolled back."""
        with translated(self._path):
            self._rows.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction: all of its changes are kept, or none. Raises ShelfDamaged."""
        self.begin()
        try:
            yield
        except BaseException:
            self._rows.rollback()
            raise
        self.commit()

    def begin(self) -> None:
        """Open a transaction."""
        self._do("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make the transaction permanent."""
        self._do("COMMIT")

    # batches ----------------------------------------------------------------------------------

    def open_batch(self) -> int:
        """A new number for the passages that are added to the index from now on."""
        return self._insert("INSERT INTO batches DEFAULT VALUES")

    def close_batch(self, batch: int) -> None:
        """Record that this batch is complete in the index and in the catalog."""
        self._do("DELETE FROM batches WHERE id = ?", batch)

    def list_open_batches(self) -> list[int]:
        """The batches of a process that ended before it finished them."""
        with translated(self._path):
            return [row[0] for row in self._rows.execute("SELECT id FROM batches")]

    # places -----------------------------------------------------------------------------------

    def list_places(self) -> list[Place]:
        """The places that were added, in that order."""
        with translated(self._path):
            return read_places(self._rows)

    def add_place(self, kind: PlaceKind, path: str, *, label: str, fields: Fields) -> Place:
        """Record a place that was added."""
        number = self._insert(
            "INSERT INTO places (kind, path, label, fields) VALUES (?, ?, ?, ?)",
            *(kind, path, label, json.dumps(asdict(fields))),
        )
        return Place(number, kind, path, label, fields)

    def set_fields(self, place: Place, fields: Fields) -> None:
        """Use other fields for this place from now on: all its files are read again."""
        self._do("UPDATE places SET fields = ? WHERE id = ?", json.dumps(asdict(fields)), place.id)
        self._do("UPDATE files SET forced = 1 WHERE place = ?", place.id)

    def delete_place(self, place: Place) -> None:
        """Delete a place; its files are then leaving."""
        self._do("UPDATE files SET state = ? WHERE place = ?", FileState.LEAVING, place.id)
        self._do("DELETE FROM places WHERE id = ?", place.id)

    # files ------------------------------------------------------------------------------------

    def list_files(self, place: Place) -> list[FileRow]:
        """All versions of the files of a place that are not leaving, oldest first."""
        with translated(self._path):
            condition = "place = ? AND state != ? ORDER BY id"
            return read_files(self._rows, condition, (place.id, FileState.LEAVING))

    def list_in_state(self, state: FileState) -> list[FileRow]:
        """All files in this state, oldest first."""
        with translated(self._path):
            return read_files(self._rows, "state = ? ORDER BY id", (state,))

    def find_versions(self, file: FileRow) -> list[FileRow]:
        """The versions of the same file that were read before, the newest first."""
        with translated(self._path):
            condition = "place = ? AND name = ? AND id < ? AND state IN (?, ?) ORDER BY id DESC"
            states = (FileState.DONE, FileState.FAILED)
            return read_files(self._rows, condition, (file.place, file.name, file.id, *states))

    def add_file(
        self, place: Place, name: str, locator: str, *, size: int, mtime_ns: int, forced: bool
    ) -> int:
        """Add a version that is pending; returns its number."""
        return self._insert(
            "INSERT INTO files (place, name, locator, size, mtime_ns, state, forced)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(place.id, name, locator, size, mtime_ns, FileState.PENDING, forced),
        )

    def set_state(self, file: int, state: FileState, failure: Entry | None = None) -> None:
        """Set the state of a file; a `failure` gives the reason why it failed."""
        code, detail = (failure.code, failure.detail) if failure else (None, None)
        self._do(
            "UPDATE files SET state = ?, forced = 0, code = ?, detail = ? WHERE id = ?",
            *(state, code, detail, file),
        )

    def note_reading(self, file: int, *, sha256: str, size: int, mtime_ns: int) -> None:
        """Record which content of the file is being read."""
        self._do(
            "UPDATE files SET sha256 = ?, size = ?, mtime_ns = ? WHERE id = ?",
            *(sha256, size, mtime_ns, file),
        )

    def note_progress(self, file: int, *, read_through: int, documents: int, passages: int) -> None:
        """Record the progress of reading, up to record `read_through`."""
        self._do(
            "UPDATE files SET read_through = max(read_through, ?), documents = documents + ?,"
            " passages = passages + ? WHERE id = ?",
            *(read_through, documents, passages, file),
        )

    def clear_file(self, file: int) -> None:
        """Remove the documents of a version; its reading starts from the beginning."""
        self._do("DELETE FROM documents WHERE file = ?", file)
        self._do("DELETE FROM entries WHERE file = ?", file)
        self._do(
            "UPDATE files SET read_through = 0, documents = 0, passages = 0 WHERE id = ?", file
        )

    def find_failure(self, file: int) -> Entry | None:
        """The reason why a file that was read to its end has no document; None if it has one."""
        with translated(self._path):
            if self._rows.execute("SELECT 1 FROM documents WHERE file = ?", (file,)).fetchone():
                return None
            first = self._rows.execute(
                "SELECT code, detail FROM entries WHERE file = ? ORDER BY rowid", (file,)
            ).fetchone()
        code, detail = first or (FailureCode.NO_TEXT, "no text was found")
        return Entry(None, code, f"{detail}; this holds for the whole file" if first else detail)

    def delete_file(self, file: int) -> None:
        """Delete a version of a file, with its documents and entries."""
        self._do("DELETE FROM documents WHERE file = ?", file)
        self._do("DELETE FROM entries WHERE file = ?", file)
        self._do("DELETE FROM files WHERE id = ?", file)

    # documents --------------------------------------------------------------------------------

    def add_document(
        self, file: int, document: Document, *, locator: str, whole: str, sha256: str
    ) -> int:
        """Put a document on the shelf; returns its number."""
        return self._insert(
            "INSERT INTO documents (file, locator, whole, title, published_at, modified_at, url,"
            " publisher, language, credits, original_url, sha256, text)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(file, locator, whole, document.title, document.published_at, document.modified_at),
            *(document.url, document.publisher, document.language, json.dumps(document.credits)),
            *(document.original_url, sha256, pack(document.text)),
        )

    def add_entry(self, file: int, entry: Entry) -> None:
        """Record an entry of a file; of very many entries only the first ones."""
        self._do(
            "INSERT INTO entries SELECT ?, ?, ?, ?"
            " WHERE (SELECT count(*) FROM entries WHERE file = ?) < ?",
            *(file, entry.number, entry.code, entry.detail, file, MOST_ENTRIES),
        )

    def _do(self, statement: str, *values: object) -> None:
        with translated(self._path):
            self._rows.execute(statement, values)

    def _insert(self, statement: str, *values: object) -> int:
        with translated(self._path):
            return int(self._rows.execute(statement, values).lastrowid or 0)
