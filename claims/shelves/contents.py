"""Changes the contents of a shelf: adding, updating and removing.

This module only records in the catalog which files are pending and which leave; ShelfFiller.run
reads and removes them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from claims.errors import InvalidInput, SourceError
from claims.shelves.catalog_rows import FileRow, FileState, Place, PlaceKind
from claims.shelves.catalog_writer import CatalogWriter
from claims.shelves.documents import Fields
from claims.shelves.filling import Filled, ShelfFiller
from claims.shelves.locators import (
    decode_path,
    encode_path,
    label_path,
    label_url,
    locate_file,
    show_path,
)
from claims.shelves.lock import lock_shelf
from claims.shelves.places import ShelfPlace
from claims.shelves.reading import Stamp, stamp_of
from claims.shelves.walking import Walk, compare, walk_folder
from claims.sources.address import is_shelf_address, parse_source_url, split_shelf_address
from claims.sources.failures import FailureCode


def check_targets(targets: Sequence[str]) -> None:
    """Raise InvalidInput for a target that is no web address and no existing file or folder."""
    for target in targets:
        if _is_url(target):
            parse_source_url(target)
        elif not (target and os.path.lexists(target)):
            raise InvalidInput(
                f"{target[:200]!r}: no such file or folder; a web address begins with http:// or"
                " https://"
            )


def add(filler: ShelfFiller, targets: Sequence[str], *, fields: Fields | None) -> None:
    """Record which files, folders and web addresses are to be read; `fields` None: unchanged."""
    catalog = filler.catalog
    with catalog.transaction():
        for target in targets:
            if _is_url(target):
                _add_url(catalog, target)
            else:
                place = _add_path(catalog, Path(os.path.abspath(target)), fields)  # noqa: PTH100
                _plan(catalog, place, shelf=filler.place, filled=filler.filled)


def update(filler: ShelfFiller) -> None:
    """Record the changes in all places; web addresses that failed are tried again."""
    with filler.catalog.transaction():
        for place in filler.catalog.list_places():
            _plan(filler.catalog, place, shelf=filler.place, filled=filler.filled)


def remove(filler: ShelfFiller, names: Sequence[str]) -> None:
    """Record that files leave, by path, address or locator; or that a whole place leaves.

    A removed file is not read again while its folder stays, unless it is added by name. Raises
    InvalidInput for a name that is not on the shelf; then nothing leaves.
    """
    with filler.catalog.transaction():
        for name in names:
            filler.filled.removed += _remove(filler.catalog, name, filler.place.name)


def remove_shelf(place: ShelfPlace) -> None:
    """Remove a shelf with all its contents. Raises ShelfBusy, ShelfDamaged."""
    with lock_shelf(place):
        # The rename is atomic, so readers see the whole shelf or none.
        away = place.shelves / f".{place.name}.{os.getpid()}.removed"
        place.folder.rename(away)
    for left in place.shelves.glob(".*.removed"):
        shutil.rmtree(left, ignore_errors=True)


# --- adding ----------------------------------------------------------------------------------


def _is_url(target: str) -> bool:
    return target.lower().startswith(("http://", "https://"))


def _add_url(catalog: CatalogWriter, url: str) -> None:
    """Record a web address as pending; it is fetched again each time it is added."""
    places = catalog.list_places()
    place = next((one for one in places if one.path == url), None)
    if place is None:
        label = label_url(url, taken={one.label for one in places})
        place = catalog.add_place(PlaceKind.URL, url, label=label, fields=Fields())
    for row in catalog.list_files(place):
        if row.state is FileState.PENDING:
            return
    catalog.add_file(place, "", place.label, size=0, mtime_ns=0, forced=True)


def _add_path(catalog: CatalogWriter, path: Path, fields: Fields | None) -> Place:
    """The place that is or contains this path; files in it that were removed by name come back."""
    places = catalog.list_places()
    for place in places:
        if place.kind is PlaceKind.URL:
            continue
        root = Path(decode_path(place.path))
        if _was_refused(catalog, place, path=path, root=root):
            continue  # it was refused by its name; a file that is added by itself may be any text
        if path == root or (place.kind is PlaceKind.FOLDER and path.is_relative_to(root)):
            below = encode_path(path.relative_to(root)) if path != root else ""
            _bring_back(catalog, place, below)
            if path == root and fields is not None and fields != place.fields:
                catalog.set_fields(place, fields)
            return place
        if root.is_relative_to(path):
            catalog.delete_place(place)  # the new folder contains it as well
    kind = PlaceKind.FOLDER if path.is_dir() else PlaceKind.FILE
    label = label_path(str(path), taken={one.label for one in catalog.list_places()})
    return catalog.add_place(kind, encode_path(path), label=label, fields=fields or Fields())


def _was_refused(catalog: CatalogWriter, place: Place, *, path: Path, root: Path) -> bool:
    if path == root or not path.is_relative_to(root):
        return False
    name = encode_path(path.relative_to(root))
    rows = [row for row in catalog.list_files(place) if row.name == name]
    return bool(rows) and rows[-1].code == FailureCode.NOT_TEXT


def _bring_back(catalog: CatalogWriter, place: Place, below: str) -> None:
    for row in catalog.list_files(place):
        if row.state is FileState.REMOVED and _is_below(row.name, below):
            catalog.delete_file(row.id)


def _is_below(name: str, folder: str) -> bool:
    return folder in ("", name) or name.startswith(f"{folder}/")


# --- what has changed ------------------------------------------------------------------------


def _plan(catalog: CatalogWriter, place: Place, *, shelf: ShelfPlace, filled: Filled) -> None:
    if place.kind is PlaceKind.URL:
        rows = catalog.list_files(place)
        if not rows or rows[-1].state is FileState.FAILED:
            catalog.add_file(place, "", place.label, size=0, mtime_ns=0, forced=True)
        else:
            filled.unchanged += 1
        return
    try:
        walk = _look(place, shelf)
    except SourceError as error:
        # The place cannot be reached now: its documents stay on the shelf.
        filled.unreachable[show_path(place.path)] = error.detail
        return
    known = catalog.list_files(place)
    changes = compare(walk, known)
    filled.unchanged += changes.unchanged
    for row in changes.leave:
        filled.removed += row.state is not FileState.PENDING and row.name not in walk.files
        catalog.set_state(row.id, FileState.LEAVING)
    for name, stamp, forced in changes.read:
        _note(catalog, place, name=name, stamp=stamp, forced=forced)
    names = {row.name for row in known}
    for name, entry in walk.unseen.items():
        filled.failed += 1
        if name not in names:
            number = _note(catalog, place, name=name, stamp=Stamp(0, 0), forced=False)
            catalog.set_state(number, FileState.FAILED, entry)


def _note(catalog: CatalogWriter, place: Place, *, name: str, stamp: Stamp, forced: bool) -> int:
    locator = locate_file(place.label, name)
    size, mtime_ns = stamp.size, stamp.mtime_ns
    return catalog.add_file(place, name, locator, size=size, mtime_ns=mtime_ns, forced=forced)


def _look(place: Place, shelf: ShelfPlace) -> Walk:
    path = Path(decode_path(place.path))
    if place.kind is PlaceKind.FOLDER:
        return walk_folder(path, without=shelf.shelves)
    return Walk(files={"": stamp_of(path)}) if os.path.lexists(path) else Walk()


# --- removing --------------------------------------------------------------------------------


def _remove(catalog: CatalogWriter, name: str, shelf: str) -> int:
    """Remove one name; returns how many files leave. Raises InvalidInput."""
    path = encode_path(os.path.abspath(name))  # noqa: PTH100 - the path need not exist
    locator = split_shelf_address(name)[1] if is_shelf_address(name) else name
    for place in catalog.list_places():
        files = [row for row in catalog.list_files(place) if row.state is not FileState.REMOVED]
        if name == place.path or path == place.path or locator == place.label:
            catalog.delete_place(place)
            return _count_names(files)
        leaving = [row for row in files if _is_meant(row, place, path=path, locator=locator)]
        if leaving:
            _take_out(catalog, place, leaving)
            return _count_names(leaving)
    raise InvalidInput(f"{name[:200]!r} is not on the shelf {shelf}")


def _is_meant(row: FileRow, place: Place, *, path: str, locator: str) -> bool:
    of_record = locator.startswith(f"{row.locator}:")
    return row.locator == locator or of_record or f"{place.path}/{row.name}" == path


def _take_out(catalog: CatalogWriter, place: Place, rows: Sequence[FileRow]) -> None:
    for row in rows:
        catalog.set_state(row.id, FileState.LEAVING)
        if place.kind is not PlaceKind.FOLDER:
            catalog.delete_place(place)
    if place.kind is PlaceKind.FOLDER:
        for name in {row.name for row in rows}:
            number = _note(catalog, place, name=name, stamp=Stamp(0, 0), forced=False)
            catalog.set_state(number, FileState.REMOVED)


def _count_names(rows: Sequence[FileRow]) -> int:
    return len({row.name for row in rows if row.state is not FileState.PENDING})
