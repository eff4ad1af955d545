"""The judge, which gives stances, and the cache of its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from claims.types import JudgeName

if TYPE_CHECKING:
    # Only annotations need numpy; commands that ask a service start faster without it.
    import numpy as np
    import numpy.typing as npt


class Judge(Protocol):
    """Gives a stance to each (passage, claim) pair. Knows nothing of pages or verdicts."""

    @property
    def name(self) -> JudgeName:
        """Name and version, as shown in every verdict."""
        ...

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Probabilities for (passage, claim) pairs.

        float32 (n, 3), columns SUPPORTS, REFUTES, NEUTRAL, rows sum to 1, input order; no pairs
        give shape (0, 3). Raises JudgeUnavailable.
        """
        ...


class ScoreCache(Protocol):
    """Earlier answers of judges. Keys are opaque; each stands for a judge, passage and claim."""

    def get_scores(self, keys: Sequence[str]) -> list[tuple[float, float, float] | None]:
        """Probabilities of SUPPORTS, REFUTES, NEUTRAL for each key, in order, or None.

        The values are exactly those that were stored (float32). Raises StoreUnavailable.
        """
        ...

    def keep_scores(self, scores: Mapping[str, tuple[float, float, float]]) -> None:
        """Store answers for some days. Raises StoreUnavailable."""
        ...
