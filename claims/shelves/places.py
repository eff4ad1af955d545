"""Paths of shelves: <data folder>/shelves/NAME. Only `list_shelves` reads the disk."""

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
    """The paths of one shelf. `shelves` is the folder that contains all shelves."""

    shelves: Path
    name: str

    @property
    def folder(self) -> Path:
        """The folder with everything of this shelf."""
        return self.shelves / self.name

    @property
    def catalog(self) -> Path:
        """The database with the places that were added, and their text."""
        return self.folder / "catalog.sqlite"

    @property
    def index(self) -> Path:
        """The folder of the search index."""
        return self.folder / "index"

    @property
    def lock(self) -> Path:
        """The file that the writing process locks as long as it lives."""
        return self.folder / "lock"


def shelves_folder(data_folder: Path) -> Path:
    """The folder that contains all shelves."""
    return data_folder / "shelves"


def place_of(data_folder: Path, name: str) -> ShelfPlace:
    """The paths of the shelf of this name, which need not exist. Raises InvalidInput if invalid."""
    if not _NAME.fullmatch(name) or name == NO_SHELF:
        raise InvalidInput(
            f'"{name[:60]}" cannot be the name of a shelf: use 1 to 40 of a-z, 0-9 and -'
            f' (and not "{NO_SHELF}")'
        )
    return ShelfPlace(shelves_folder(data_folder), name)


def list_shelves(data_folder: Path) -> tuple[ShelfPlace, ...]:
    """All readable shelves of a data folder, by name; none when there is no such folder."""
    folder = shelves_folder(data_folder)
    try:
        names = sorted(path.name for path in folder.iterdir())
    except OSError:
        return ()
    places = (ShelfPlace(folder, name) for name in names if _NAME.fullmatch(name))
    return tuple(place for place in places if os.access(place.catalog, os.R_OK))


def read_names(setting: str) -> tuple[str, ...] | None:
    """The names in ASSAY_SHELVES; None for all shelves. Raises InvalidInput.

    "none" means no shelf.
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
    """All shelves of these names, existing or not; for None all existing ones."""
    if names is None:
        return list_shelves(data_folder)
    return tuple(ShelfPlace(shelves_folder(data_folder), name) for name in names)
