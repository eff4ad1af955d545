"""What judges answered before, by pair: three numbers a key, forgotten after a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from claims.store.connection import StoreConnection
from claims.store.keys import SCORE

# A weekly re-check finds what the last one scored, with a day to spare.
_LIFE_MS = 8 * 24 * 3600 * 1000


class RedisScoreCache:
    """claims.ports.ScoreCache on the server, shared by all workers."""

    def __init__(self, connection: StoreConnection) -> None:
        self._connection = connection

    def get_scores(self, keys: Sequence[str]) -> list[tuple[float, float, float] | None]:
        """What is kept for each key, in order; None where nothing is."""
        if not keys:
            return []
        texts = self._connection.command("MGET", *(SCORE + key for key in keys))
        return [None if text is None else _parse_scores(text) for text in texts]

    def keep_scores(self, scores: Mapping[str, tuple[float, float, float]]) -> None:
        """Keep them for eight days."""
        self._connection.read(
            *(("SET", SCORE + key, _write(row), "PX", _LIFE_MS) for key, row in scores.items())
        )


def _write(row: tuple[float, float, float]) -> str:
    """Nine digits give back every float32 as it was."""
    return " ".join(f"{value:.9g}" for value in row)


def _parse_scores(text: str) -> tuple[float, float, float]:
    supports, refutes, neutral = map(float, text.split())
    return supports, refutes, neutral
