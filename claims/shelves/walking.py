"""The files under an added folder, and the changes since they were read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from claims.errors import SourceError
from claims.shelves.catalog_rows import FileRow, FileState
from claims.shelves.documents import Entry
from claims.shelves.locators import encode_path
from claims.shelves.reading import Stamp, stamp_of
from claims.sources.failures import FailureCode


@dataclass(slots=True)
class Walk:
    """The encoded names below the folder with their stamps, and the entries that cannot be read.

    A folder that cannot be entered is in `unseen` by its name with a slash at the end.
    """

    files: dict[str, Stamp] = field(default_factory=dict)
    unseen: dict[str, Entry] = field(default_factory=dict)


def walk_folder(folder: Path, *, without: Path) -> Walk:
    """All files in a folder and its subfolders except names that begin with a dot.

    Links to folders are not followed; `without` is skipped. Raises SourceError `unreadable` when
    the folder itself cannot be entered.
    """
    walk = Walk()

    def note(error: OSError) -> None:
        name = encode_path(os.path.relpath(error.filename, folder))
        detail = error.strerror or "cannot be entered"
        if name == ".":
            raise SourceError(FailureCode.UNREADABLE, detail)
        walk.unseen[f"{name}/"] = Entry(None, FailureCode.UNREADABLE, detail)

    hidden = os.path.realpath(without)
    for place, folders, names in os.walk(folder, onerror=note, followlinks=False):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and os.path.realpath(Path(place, name)) != hidden
        )
        for name in sorted(names):
            if not name.startswith("."):
                path = Path(place, name)
                walk.files[encode_path(path.relative_to(folder))] = _stamp(path)
    return walk


def _stamp(path: Path) -> Stamp:
    """The stamp of the file; a stamp that no file has if it is gone or is a broken link."""
    try:
        return stamp_of(path)
    except SourceError:
        return Stamp(-1, -1)


@dataclass(frozen=True, slots=True)
class Changes:
    """The work that is to be done for the files of one place."""

    read: tuple[tuple[str, Stamp, bool], ...]  # name, stamp, forced: a new version
    leave: tuple[FileRow, ...]
    unchanged: int


def compare(walk: Walk, known: Sequence[FileRow]) -> Changes:
    """The files that are to be read, the files that leave, and how many are unchanged. Pure."""
    versions: dict[str, list[FileRow]] = {}
    for row in known:
        versions.setdefault(row.name, []).append(row)
    read: list[tuple[str, Stamp, bool]] = []
    leave: list[FileRow] = []
    unchanged = 0
    for name, stamp in walk.files.items():
        rows = versions.pop(name, [])
        newest = rows[-1] if rows else None
        if newest is None:
            read.append((name, stamp, False))
        elif newest.state is FileState.REMOVED or _is_as_known(newest, stamp):
            unchanged += newest.state is FileState.DONE
        else:
            # Documents of a version whose reading was interrupted must be removed.
            leave += [row for row in rows if row.state is FileState.PENDING]
            read.append((name, stamp, newest.forced))
    leave += _gone(versions, walk.unseen)
    return Changes(tuple(read), tuple(leave), unchanged)


def _is_as_known(row: FileRow, stamp: Stamp) -> bool:
    """Whether nothing is to be done; a file that could not be opened is tried again each time."""
    if row.forced and row.state is not FileState.PENDING:
        return False
    if row.state is FileState.FAILED and row.code == FailureCode.UNREADABLE:
        return False
    return (row.size, row.mtime_ns) == (stamp.size, stamp.mtime_ns)


def _gone(
    versions: Mapping[str, Sequence[FileRow]], unseen: Mapping[str, Entry]
) -> Iterator[FileRow]:
    """Files that no longer exist, except those in folders that cannot be read."""
    for name, rows in versions.items():
        if not any(name.startswith(folder) for folder in unseen):
            yield from rows
