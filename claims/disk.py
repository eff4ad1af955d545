"""Free space on the disk of a folder: writing stops when only a reserve is left.

A store ends when its disk is full: valkey cannot continue after a failed write to an append-only
file that is synced always. Below the reserve nothing new is accepted, so that the results of the
work under way still fit.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

MEGABYTE = 1_000_000
# Minimum free bytes for a running store; with less, its next write may fail and end it.
FULL_BYTES = 4 * MEGABYTE
# Seconds for which a measured free space is reused; submissions may come by the hundred.
_LOOK_EVERY_S = 1.0


class DiskReserve:
    """Watches the disk of one folder of this machine; safe to share between threads.

    A reserve of 0 turns it off: then no shortage is reported.
    """

    def __init__(self, folder: Path, *, reserve_mb: int) -> None:
        """`reserve_mb` megabytes must stay free. The free space is not read yet."""
        self._folder = folder
        self._reserve_mb = reserve_mb
        self._seen_at, self._free = -_LOOK_EVERY_S, 0

    def find_shortage(self) -> str | None:
        """The free and the required space, if there is too little; None if there is enough."""
        free = self._find_free()
        if self._reserve_mb == 0 or free >= max(self._reserve_mb * MEGABYTE, FULL_BYTES):
            return None
        return f"{free // MEGABYTE} MB are left, {self._reserve_mb} MB are kept in reserve"

    def is_full(self) -> bool:
        """Whether there is no space even for the work under way."""
        return self._reserve_mb > 0 and self._find_free() < FULL_BYTES

    def _find_free(self) -> int:
        now = time.monotonic()
        if now - self._seen_at >= _LOOK_EVERY_S:
            try:
                about = os.statvfs(self._folder)
            except OSError:  # the folder is gone; writing to it will report that
                return sys.maxsize
            self._free = about.f_bavail * about.f_frsize
            self._seen_at = now
        return self._free
