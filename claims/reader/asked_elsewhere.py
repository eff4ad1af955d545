"""Which questions other processes with the same data folder are asking, by locks of the system."""

from __future__ import annotations

import fcntl
import hashlib
import os
from pathlib import Path
from threading import Lock

FILE_NAME = "readings.lock"


class QuestionLocks:
    """A lock on one byte of a file for each question that this process asks.

    The system releases the locks of a process that ends, however it ends. Callers of one process do
    not exclude each other: each question is taken by one at a time. For several threads.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._lock = Lock()
        self._file: int | None = None  # open while a question is asked
        self._asked: set[str] = set()

    def take(self, key: str) -> bool:
        """Whether no other process asks the question: then this one does until `release`.

        Also True if the file cannot be used: a question asked twice costs tokens, nothing else.
        """
        with self._lock:
            self._asked.add(key)
            try:
                if self._file is None:
                    self._path.parent.mkdir(parents=True, exist_ok=True)
                    self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _find_byte(key))
            except BlockingIOError:
                return False
            except OSError:
                return True
        return True

    def release(self, key: str) -> None:
        """This process no longer asks the question, or does not ask it."""
        with self._lock:
            self._asked.discard(key)
            if self._file is None:
                return
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _find_byte(key))
            if not self._asked:  # earlier, it would release the other questions
                os.close(self._file)
                self._file = None


def _find_byte(key: str) -> int:
    """The place of a question in the file, which has no content: below 2 ** 56."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:7])
