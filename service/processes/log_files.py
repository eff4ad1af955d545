"""The log files of `assay up`: closed at a size and each day, and deleted by number and age.

A program writes to the end of its file through a descriptor that its children inherit, so the file
keeps its name: its content is copied to `NAME.log.1`, and the file is emptied. Lines written in the
few microseconds between the two are lost.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from claims.disk import MEGABYTE

PIECES = 5
"""Number of files for one log, including the current one."""
RETRY_S = 5.0
"""Seconds until the next try for a log that could not be copied, as on a full disk."""
DAY_S = 24 * 3600.0


class LogFiles:
    """Watches log files. Call `look` regularly, from one thread: a log exceeds its limit by what is
    written between two calls."""

    def __init__(
        self,
        paths: Sequence[Path],
        *,
        most_mb: int,
        days: int,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Each log takes `most_mb` megabytes at most, with its earlier pieces; 0: no limit.

        Pieces whose last line is older than `days` days are deleted; 0: they are kept.
        """
        self._paths = paths
        self._most_bytes = most_mb * MEGABYTE
        self._days = days
        self._now = now
        self._today: date | None = None
        self._wait_until: dict[Path, float] = {}

    def look(self) -> None:
        """Close and delete what is due. Never raises on a full disk."""
        today = self._now().date()
        for path in self._paths:
            if time.monotonic() < self._wait_until.get(path, 0.0):
                continue
            try:
                if self._is_due(path, today):
                    _close(path)
                self._delete_old(path)
            except OSError:
                self._wait_until[path] = time.monotonic() + RETRY_S
        self._today = today

    def _is_due(self, path: Path, today: date) -> bool:
        if not path.is_file() or not path.stat().st_size:
            return False
        if self._most_bytes and path.stat().st_size >= self._most_bytes // PIECES:
            return True
        # At the first call the day on which the file was begun is unknown.
        written_on = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
        return today != (self._today or written_on)

    def _delete_old(self, path: Path) -> None:
        """Delete pieces by age, and the oldest ones when all together are larger than the limit."""
        oldest = self._now().timestamp() - self._days * DAY_S
        taken = path.stat().st_size if path.exists() else 0
        for number in range(1, PIECES):
            piece = _name_piece(path, number)
            if not piece.exists():
                continue
            taken += piece.stat().st_size
            is_old = self._days and piece.stat().st_mtime < oldest
            if is_old or (self._most_bytes and number > 1 and taken > self._most_bytes):
                piece.unlink()


def _close(path: Path) -> None:
    """Move the pieces on by one number, copy the file to the first, and empty it."""
    draft = path.with_name(f"{path.name}.new")
    try:
        _move(path, draft)
    except OSError:
        with suppress(OSError):
            draft.unlink()
        raise


def _move(path: Path, draft: Path) -> None:
    written_at = path.stat().st_mtime
    with path.open("rb+") as log:
        with draft.open("wb") as copy:
            shutil.copyfileobj(log, copy)
        for number in range(PIECES - 1, 1, -1):
            with suppress(FileNotFoundError):
                _name_piece(path, number - 1).replace(_name_piece(path, number))
        with draft.open("ab") as copy:
            shutil.copyfileobj(log, copy)  # what was written meanwhile
        log.truncate(0)
    os.utime(draft, (written_at, written_at))
    draft.replace(_name_piece(path, 1))


def _name_piece(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")
