"""The tables of a catalog, and their rows as records. SQLite's errors become ShelfDamaged."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from claims.errors import ShelfDamaged
from claims.shelves.catalog_rows import DocumentRow, FileRow, FileState, Place, PlaceKind
from claims.shelves.documents import Fields

FORMAT = 2
# Maximum seconds that a process waits for another one that is ending a transaction.
WAIT_S = 10.0

TABLES = """
CREATE TABLE about (format INTEGER NOT NULL);
CREATE TABLE places (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, path TEXT NOT NULL,
  label TEXT NOT NULL UNIQUE, fields TEXT NOT NULL, UNIQUE (kind, path));
CREATE TABLE files (
  id INTEGER PRIMARY KEY AUTOINCREMENT, place INTEGER NOT NULL, name TEXT NOT NULL,
  locator TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT,
  state TEXT NOT NULL, forced INTEGER NOT NULL DEFAULT 0, read_through INTEGER NOT NULL DEFAULT 0,
  documents INTEGER NOT NULL DEFAULT 0, passages INTEGER NOT NULL DEFAULT 0,
  code TEXT, detail TEXT);
CREATE INDEX files_by_name ON files (place, name);
CREATE INDEX files_by_state ON files (state);
CREATE TABLE documents (
  id INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER NOT NULL, locator TEXT NOT NULL,
  whole TEXT NOT NULL, title TEXT, published_at TEXT, modified_at TEXT, url TEXT, publisher TEXT,
  language TEXT, credits TEXT NOT NULL, original_url TEXT,
  sha256 TEXT NOT NULL, text BLOB NOT NULL);
CREATE INDEX documents_by_file ON documents (file);
CREATE INDEX documents_by_locator ON documents (locator);
CREATE TABLE entries (file INTEGER NOT NULL, number INTEGER, code TEXT NOT NULL, detail TEXT);
CREATE INDEX entries_by_file ON entries (file);
CREATE TABLE batches (id INTEGER PRIMARY KEY AUTOINCREMENT);
"""

FILE_COLUMNS = (
    "id, place, name, locator, size, mtime_ns, sha256, state, forced, read_through, documents, "
    "passages, code, detail"
)
DOCUMENT_COLUMNS = (
    "id, locator, whole, title, published_at, modified_at, url, publisher, language, credits, "
    "original_url, sha256"
)


def pack(text: str) -> bytes:
    """A text as the catalog stores it."""
    return zlib.compress(text.encode("utf-8", "replace"), 3)


def unpack(body: bytes) -> str:
    """The text from its stored form."""
    return zlib.decompress(body).decode("utf-8")


def read_places(rows: sqlite3.Connection) -> list[Place]:
    found = rows.execute("SELECT id, kind, path, label, fields FROM places ORDER BY id").fetchall()
    return [
        Place(number, PlaceKind(kind), path, label, _fields(json.loads(fields)))
        for number, kind, path, label, fields in found
    ]


def _fields(shape: dict[str, Any]) -> Fields:
    lists = {name: tuple(names) for name, names in shape.items() if isinstance(names, list)}
    return Fields(**lists, join_texts=bool(shape["join_texts"]))


def read_files(rows: sqlite3.Connection, condition: str, values: Sequence[Any]) -> list[FileRow]:
    query = f"SELECT {FILE_COLUMNS} FROM files WHERE {condition}"  # noqa: S608 - our own words
    found = rows.execute(query, values).fetchall()
    return [_file(row) for row in found]


def _file(row: Sequence[Any]) -> FileRow:
    values = dict(zip(FILE_COLUMNS.split(", "), row, strict=True))
    values |= {"state": FileState(values["state"]), "forced": bool(values["forced"])}
    return FileRow(**values)


def read_document(row: Sequence[Any]) -> DocumentRow:
    values = dict(zip(DOCUMENT_COLUMNS.split(", "), row, strict=True))
    values |= {"credits": tuple(json.loads(values["credits"]))}
    return DocumentRow(**values)


def check_format(rows: sqlite3.Connection, path: Path) -> None:
    found = rows.execute("SELECT format FROM about").fetchone()
    if not found or found[0] != FORMAT:
        raise ShelfDamaged(
            f"the shelf {path.parent.name} was made by another version: remove it and add it again"
        )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, zlib.error, UnicodeDecodeError, OSError) as error:
        name = path.parent.name
        raise ShelfDamaged(f"the catalog of the shelf {name} cannot be used: {error}") from error
