"""The answers and the tokens of second readers in one file of the data folder, without a store.

`assay check` and the library use it, so that an unchanged second check costs nothing. SQLite, for
several processes and threads at a time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from claims.errors import StoreUnavailable

FILE_NAME = "readings.db"
# Time for which an answer is kept after its last use, and the tokens of a day after that day.
_KEPT_FOR = timedelta(days=30)
# Maximum seconds to wait for another process that writes.
_BUSY_S = 10.0
_TABLES = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, answer TEXT NOT NULL, used_on TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS tokens (day TEXT PRIMARY KEY, used INTEGER NOT NULL);
"""


class AnswerFile:
    """claims.ports.AnswerCache and claims.ports.TokenLedger in the data folder `folder`.

    `tokens_per_day` is the budget of a day in UTC, 0 for no limit. The file is created when the
    first value is stored; it contains answers of models, and no question.
    """

    def __init__(self, folder: Path, *, tokens_per_day: int = 0) -> None:
        self._path = folder / FILE_NAME
        self._tokens_per_day = tokens_per_day
        # SQLite has no waiting order: with many threads, some would wait for longer than _BUSY_S.
        self._lock = Lock()

    def get_answer(self, key: str) -> str | None:
        """The JSON of an answer. Raises StoreUnavailable."""
        if not self._path.exists():
            return None
        with self._open() as database:
            row = database.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
            if row is None:
                return None
            database.execute("UPDATE answers SET used_on = ? WHERE key = ?", (_today(), key))
            return str(row[0])

    def keep_answer(self, key: str, answer: str) -> None:
        """Store an answer, and delete answers unused for 30 days. Raises StoreUnavailable."""
        oldest = (datetime.now(UTC) - _KEPT_FOR).date().isoformat()
        with self._open() as database:
            database.execute("DELETE FROM answers WHERE used_on < ?", (oldest,))
            database.execute("DELETE FROM tokens WHERE day < ?", (oldest,))
            database.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (key, answer, _today())
            )

    def allows(self) -> bool:
        """Whether the tokens of today are below the budget. Raises StoreUnavailable."""
        if self._tokens_per_day == 0 or not self._path.exists():
            return True
        with self._open() as database:
            row = database.execute("SELECT used FROM tokens WHERE day = ?", (_today(),)).fetchone()
        return row is None or int(row[0]) < self._tokens_per_day

    def spend(self, tokens: int) -> None:
        """Add to the tokens of today, if there is a budget. Raises StoreUnavailable."""
        if self._tokens_per_day == 0:
            return
        with self._open() as database:
            database.execute(
                "INSERT INTO tokens VALUES (?, ?)"
                " ON CONFLICT (day) DO UPDATE SET used = used + excluded.used",
                (_today(), tokens),
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction, which is committed unless an error is raised."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, closing(sqlite3.connect(self._path, timeout=_BUSY_S)) as database:
                database.executescript(_TABLES)
                with database:
                    yield database
        except (OSError, sqlite3.Error) as error:
            raise StoreUnavailable(f"{self._path} cannot be used: {error}") from error


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
