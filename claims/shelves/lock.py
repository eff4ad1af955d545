"""Lets only one process write a shelf: the process with the lock on a file, until it ends."""

from __future__ import annotations

import fcntl
from typing import IO

from claims.errors import ShelfBusy, ShelfDamaged
from claims.shelves.places import ShelfPlace


def lock_shelf(place: ShelfPlace) -> IO[bytes]:
    """The lock of the shelf; its file is made if it is missing. Raises ShelfBusy, ShelfDamaged."""
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
