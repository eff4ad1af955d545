"""The rows of a shelf's catalog: places that were added, their files, their documents."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from claims.shelves.documents import Fields


class PlaceKind(StrEnum):
    """The kind of target that was given to `add`."""

    FOLDER = "folder"
    FILE = "file"
    URL = "url"


class FileState(StrEnum):
    """The state of a version of a file."""

    PENDING = "pending"  # to be read, from record `read_through` on
    DONE = "done"
    FAILED = "failed"  # it could not be read; nothing of it is on the shelf
    LEAVING = "leaving"  # its documents are to be removed, and then the row
    REMOVED = "removed"  # removed by the user: not read again while it is the same place


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, file or web address that was added. `path` is encoded (locators.py) or a URL."""

    id: int
    kind: PlaceKind
    path: str
    label: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class FileRow:
    """A version of a file; `name` is its encoded path below the place, "" for the place itself."""

    id: int
    place: int
    name: str
    locator: str
    size: int
    mtime_ns: int
    sha256: str | None
    state: FileState
    forced: bool
    read_through: int
    documents: int
    passages: int
    code: str | None
    detail: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """A document on the shelf, without its text; `whole` is the locator of what it is a part of."""

    id: int
    locator: str
    whole: str
    title: str | None
    published_at: str | None
    modified_at: str | None
    url: str | None
    publisher: str | None
    language: str | None
    credits: tuple[str, ...]
    original_url: str | None
    sha256: str
