"""The answers and the tokens of second readers in one file of the data folder, without a store.

`assay check` and the library use it, so that an unchanged second check costs nothing. SQLite, for
several processes and threads at a time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock, get_ident

from claims.errors import StoreUnavailable
from claims.ports import DayOfTokens, Recalled, RequestUsage
from claims.reader.asked_elsewhere import QuestionLocks

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
CREATE TABLE IF NOT EXISTS requests (
    day TEXT PRIMARY KEY, made INTEGER NOT NULL, estimated INTEGER NOT NULL
);
"""
_KEEP = "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)"
_ADD_TOKENS = (
    "INSERT INTO tokens VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET used = used + excluded.used"
)
_ADD_REQUEST = (
    "INSERT INTO requests VALUES (?, 1, ?) ON CONFLICT (day)"
    " DO UPDATE SET made = made + 1, estimated = estimated + excluded.estimated"
)
_READ_DAY = (
    "SELECT used, coalesce(made, 0), coalesce(estimated, 0)"
    " FROM tokens LEFT JOIN requests USING (day) WHERE day = ?"
)


class AnswerFile:
    """claims.ports.ReaderRecords in the data folder `folder`.

    `tokens_per_day` is the budget of a day in UTC, 0 for no limit. The file is created when the
    first value is stored; it contains answers of models, and no question.
    """

    def __init__(self, folder: Path, *, tokens_per_day: int = 0) -> None:
        self._path = folder / FILE_NAME
        self._tokens_per_day = tokens_per_day
        # SQLite has no waiting order: with many threads, some would wait for longer than _BUSY_S.
        self._lock = Lock()
        self._asking: dict[str, int] = {}  # key of a question -> thread that asks it
        self._locks = QuestionLocks(folder)  # the same for other processes

    def recall(self, key: str) -> Recalled:
        """The contract of claims.ports.AnswerCache."""
        # Noted first: an answer that is stored in between is found.
        if self._asking.setdefault(key, get_ident()) != get_ident():
            return Recalled(is_asked=True)
        is_asked, answer = not self._locks.take(key), None
        try:
            if not is_asked:
                answer = self._find_answer(key)
        except BaseException:
            self.end(key)
            raise
        if is_asked or answer is not None:
            self.end(key)
        return Recalled(answer, is_asked=is_asked)

    def end(self, key: str) -> None:
        """The contract of claims.ports.AnswerCache."""
        if self._asking.get(key) == get_ident():
            self._locks.release(key)
            del self._asking[key]

    def allows(self) -> bool:
        """Whether the tokens of today are below the budget. Raises StoreUnavailable."""
        return self._tokens_per_day == 0 or self.read_today().tokens < self._tokens_per_day

    def spend(self, usage: RequestUsage) -> None:
        """The contract of claims.ports.TokenLedger; deletes answers unused for 30 days."""
        today = _today()
        oldest = (datetime.now(UTC) - _KEPT_FOR).date().isoformat()
        with self._open() as database:
            database.execute("DELETE FROM answers WHERE used_on < ?", (oldest,))
            for table in ("tokens", "requests"):
                database.execute(f"DELETE FROM {table} WHERE day < ?", (oldest,))  # noqa: S608
            database.execute(_ADD_TOKENS, (today, usage.tokens))
            database.execute(_ADD_REQUEST, (today, usage.estimated))
            if usage.answer is not None:
                database.execute(_KEEP, (usage.key, usage.answer, today))

    def read_today(self) -> DayOfTokens:
        """The tokens of today, of all processes. Raises StoreUnavailable."""
        today = _today()
        row = None
        if self._path.exists():
            with self._open() as database:
                row = database.execute(_READ_DAY, (today,)).fetchone()
        used, made, estimated = row or (0, 0, 0)
        return DayOfTokens(
            day=date.fromisoformat(today), tokens=used, requests=made, estimated=estimated
        )

    def _find_answer(self, key: str) -> str | None:
        if not self._path.exists():
            return None
        with self._open() as database:
            row = database.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
            if row is None:
                return None
            database.execute("UPDATE answers SET used_on = ? WHERE key = ?", (_today(), key))
            return str(row[0])

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
