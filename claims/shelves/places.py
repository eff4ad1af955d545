"""Where shelves lie: <data folder>/shelves/NAME. Nothing is touched but by `list_shelves`."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from claims.errors import InvalidInput
from claims.sources.address import SHELF_NAME

NO_SHELF = "none"
_NAME = re.compile(SHELF_NAME)


@dataclass(frozen=True, slots=True)
class ShelfPlace:
    """The paths of one shelf. `shelves` is the folder that holds them all."""

    shelves: Path
    name: str

    @property
    def folder(self) -> Path:
        """Everything of this shelf."""
        return self.shelves / self.name

    @property
    def catalog(self) -> Path:
        """What was added, and the text of it."""
        return self.folder / "catalog.sqlite"

    @property
    def index(self) -> Path:
        """The folder of the search index."""
        return self.folder / "index"

    @property
    def lock(self) -> Path:
        """Locked by whoever writes, for as long as it lives."""
        return self.folder / "lock"


def shelves_folder(data_folder: Path) -> Path:
    """The folder that holds all shelves."""
    return data_folder / "shelves"


def place_of(data_folder: Path, name: str) -> ShelfPlace:
    """Where the shelf of this name lies, or would. Raises InvalidInput for an impossible name."""
    if not _NAME.fullmatch(name) or name == NO_SHELF:
        raise InvalidInput(
            f'"{name[:60]}" cannot be the name of a shelf: use 1 to 40 of a-z, 0-9 and -'
            f' (and not "{NO_SHELF}")'
        )
    return ShelfPlace(shelves_folder(data_folder), name)


def list_shelves(data_folder: Path) -> tuple[ShelfPlace, ...]:
    """All shelves of a data folder that may be read, by name; none when there is no such folder."""
    folder = shelves_folder(data_folder)
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return ()
    places = (ShelfPlace(folder, name) for name in names if _NAME.fullmatch(name))
    return tuple(place for place in places if os.access(place.catalog, os.R_OK))


def read_names(setting: str) -> tuple[str, ...] | None:
    """The names in ASSAY_SHELVES; None for all there are. Raises InvalidInput.

    "none" stands for no shelf.
    """
    names = [name.strip() for name in setting.split(",") if name.strip()]
    if not names:
        return None
    if names == [NO_SHELF]:
        return ()
    for name in names:
        place_of(Path(), name)
    return tuple(dict.fromkeys(names))


def choose_shelves(data_folder: Path, names: Sequence[str] | None) -> tuple[ShelfPlace, ...]:
    """The shelves of these names, there or not; for None all there are."""
    if names is None:
        return list_shelves(data_folder)
    return tuple(ShelfPlace(shelves_folder(data_folder), name) for name in names)
