"""The catalog of a shelf for its readers: the places, files and documents with their text.

SQLite. One process writes (catalog_writer.py), any number read. A row of `files` is one version
of a file; a changed file gets a new row, and the old row is deleted when the new one is read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from claims.shelves.catalog_rows import DocumentRow, FileRow, FileState, Place
from claims.shelves.documents import Entry
from claims.shelves.tables import (
    DOCUMENT_COLUMNS,
    WAIT_S,
    check_format,
    read_document,
    read_files,
    read_places,
    translated,
    unpack,
)


class CatalogReader:
    """Look-ups in the catalog. Every call opens the file: cheap, and safe in threads and forks."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find_document(self, locator: str) -> tuple[DocumentRow, str] | None:
        """The document that is at a locator now, with its text; the newest version of it."""
        with self._reading() as rows:
            row = rows.execute(
                f"SELECT {DOCUMENT_COLUMNS}, text FROM documents WHERE locator = ?"  # noqa: S608
                " ORDER BY id DESC LIMIT 1",
                (locator,),
            ).fetchone()
        return (read_document(row[:-1]), unpack(row[-1])) if row else None

    def find_documents(self, ids: Sequence[int]) -> dict[int, DocumentRow]:
        """Those of `ids` that are on the shelf."""
        marks = ",".join("?" * len(ids))
        with self._reading() as rows:
            found = rows.execute(
                f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE id IN ({marks})",  # noqa: S608
                tuple(ids),
            ).fetchall()
        return {row[0]: read_document(row) for row in found}

    def find_texts(self, ids: Sequence[int]) -> dict[int, str]:
        """The texts of those of `ids` that are on the shelf."""
        marks = ",".join("?" * len(ids))
        with self._reading() as rows:
            found = rows.execute(
                f"SELECT id, text FROM documents WHERE id IN ({marks})",  # noqa: S608
                tuple(ids),
            ).fetchall()
        return {number: unpack(text) for number, text in found}

    def list_open_batches(self) -> list[int]:
        """Numbers of batches in the index that the catalog does not have yet: they do not count."""
        with self._reading() as rows:
            return [row[0] for row in rows.execute("SELECT id FROM batches")]

    def list_places(self) -> list[Place]:
        """The places that were added, in that order."""
        with self._reading() as rows:
            return read_places(rows)

    def list_files(self) -> list[FileRow]:
        """All versions of all files except those that are leaving, by locator."""
        with self._reading() as rows:
            return read_files(rows, "state != ? ORDER BY locator, id", (FileState.LEAVING,))

    def list_entries(self) -> list[tuple[str, Entry]]:
        """The locator of the file and the entry, for all entries in order."""
        with self._reading() as rows:
            found = rows.execute(
                "SELECT locator, number, entries.code, entries.detail FROM entries"
                " JOIN files ON files.id = file WHERE state != ? ORDER BY locator, entries.rowid",
                (FileState.LEAVING,),
            ).fetchall()
        return [(locator, Entry(*rest)) for locator, *rest in found]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with translated(self._path):
            connection = _open_to_read(self._path)
            try:
                check_format(connection, self._path)
                yield connection
            finally:
                connection.close()


def _open_to_read(path: Path) -> sqlite3.Connection:
    """A read-only connection. If its side files cannot be made, no process writes the catalog."""
    address = path.absolute().as_uri()
    connection = sqlite3.connect(f"{address}?mode=ro", uri=True, timeout=WAIT_S)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        connection.close()
        if not isinstance(error, sqlite3.OperationalError):
            raise
        connection = sqlite3.connect(f"{address}?mode=ro&immutable=1", uri=True)
    return connection
