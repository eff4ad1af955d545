"""A judge that remembers the answers of another judge."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import numpy.typing as npt

from claims.errors import StoreUnavailable
from claims.ports import Judge, ScoreCache
from claims.types import JudgeName


class RememberingJudge:
    """claims.ports.Judge in front of another judge: identical pairs are scored once.

    Pairs are always remembered within one call, and between calls and processes through `cache`.
    When one paragraph of a page changed, a re-check scores only that paragraph. Answers are equal
    to those of the other judge, to the last bit, and are cached under its name and version.
    """

    def __init__(self, judge: Judge, cache: ScoreCache | None = None) -> None:
        self._judge = judge
        self._cache = cache

    @property
    def name(self) -> JudgeName:
        """The name of the other judge."""
        return self._judge.name

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """The contract of claims.ports.Judge; also raises StoreUnavailable with a cache."""
        keys = [self._key(*pair) for pair in pairs]
        pair_by_key = dict(zip(keys, pairs, strict=True))
        known = self._recall(list(pair_by_key))
        new = [key for key in pair_by_key if key not in known]
        scores = self._judge.score([pair_by_key[key] for key in new])
        fresh = {key: _as_row(row) for key, row in zip(new, scores, strict=True)}
        if self._cache is not None and fresh:
            with suppress(StoreUnavailable):  # the scores are used even if they are not stored
                self._cache.keep_scores(fresh)
        scored = known | fresh
        rows = [scored[key] for key in keys]
        return np.asarray(rows, dtype=np.float32).reshape(-1, 3)

    def _recall(self, keys: Sequence[str]) -> dict[str, tuple[float, float, float]]:
        if self._cache is None or not keys:
            return {}
        rows = self._cache.get_scores(keys)
        return {key: row for key, row in zip(keys, rows, strict=True) if row is not None}

    def _key(self, passage: str, claim: str) -> str:
        """128 bits of a hash over judge, passage and claim; lengths separate the parts."""
        parts = (self.name.name, self.name.version, passage, claim)
        text = "".join(f"{len(part)}:{part}" for part in parts)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _as_row(row: npt.NDArray[np.float32]) -> tuple[float, float, float]:
    return float(row[0]), float(row[1]), float(row[2])
