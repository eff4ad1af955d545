"""The score cache: earlier answers of judges by pair, three numbers a key; they expire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from claims.store.connection import StorePart
from claims.store.keys import SCORE

# Lifetime of an answer in ms: a week and a spare day, so that a weekly re-check finds the scores of
# the last one.
_LIFE_MS = 8 * 24 * 3600 * 1000


class RedisScoreCache(StorePart):
    """claims.ports.ScoreCache on the server, shared by all workers."""

    def get_scores(self, keys: Sequence[str]) -> list[tuple[float, float, float] | None]:
        """The stored answer for each key, in order; None where there is none."""
        if not keys:
            return []
        texts = self.connection.command("MGET", *(SCORE + key for key in keys))
        return [None if text is None else _parse_scores(text) for text in texts]

    def keep_scores(self, scores: Mapping[str, tuple[float, float, float]]) -> None:
        """Store the answers for eight days."""
        self.connection.read(
            *(("SET", SCORE + key, _write(row), "PX", _LIFE_MS) for key, row in scores.items())
        )


def _write(row: tuple[float, float, float]) -> str:
    """The numbers as text; nine digits restore every float32 exactly."""
    return " ".join(f"{value:.9g}" for value in row)


def _parse_scores(text: str) -> tuple[float, float, float]:
    supports, refutes, neutral = map(float, text.split())
    return supports, refutes, neutral
