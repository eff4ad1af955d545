"""Answers of the real judge, shared by the tests and the programs of one run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

Scores = tuple[float, float, float]

# Seconds to wait for another process that writes.
PATIENCE_S = 60.0


class SharedScores:
    """claims.ports.ScoreCache in a file, for several processes at once.

    The file belongs to one run of the tests, so that every pair is judged by the real judge, with
    the weights as they are now, at least once in that run. The keys are those of RememberingJudge:
    judge, passage and claim.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._open() as table:
            table.execute("PRAGMA journal_mode = WAL")
            table.execute(
                "CREATE TABLE IF NOT EXISTS scores (key TEXT PRIMARY KEY, s REAL, r REAL, n REAL)"
            )

    def get_scores(self, keys: Sequence[str]) -> list[Scores | None]:
        """See claims.ports.ScoreCache."""
        asked = "SELECT s, r, n FROM scores WHERE key = ?"
        with self._open() as table:
            return [table.execute(asked, (key,)).fetchone() for key in keys]

    def keep_scores(self, scores: Mapping[str, Scores]) -> None:
        """See claims.ports.ScoreCache."""
        rows = [(key, *map(float, row)) for key, row in scores.items()]
        with self._open() as table:
            table.executemany("INSERT OR REPLACE INTO scores VALUES (?, ?, ?, ?)", rows)

    def list_scores(self) -> dict[str, Scores]:
        """All answers by their keys."""
        with self._open() as table:
            rows = table.execute("SELECT key, s, r, n FROM scores").fetchall()
        return {key: (s, r, n) for key, s, r, n in rows}

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=PATIENCE_S)
        try:
            with connection:
                yield connection
        finally:
            connection.close()
