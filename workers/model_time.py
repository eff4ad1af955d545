"""How long the judge of a process works, for the metrics."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from claims.ports import Judge
from claims.types import JudgeName

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Stopwatch:
    """The sum of the seconds added since the last `take_s`. For one thread."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def add_s(self, seconds: float) -> None:
        """Add seconds."""
        self._seconds += seconds

    def take_s(self) -> float:
        """Return the sum and set it to zero."""
        seconds, self._seconds = self._seconds, 0.0
        return seconds


class TimedJudge:
    """claims.ports.Judge in front of another judge: a stopwatch counts the time of its answers."""

    def __init__(self, judge: Judge, stopwatch: Stopwatch) -> None:
        self._judge = judge
        self._stopwatch = stopwatch

    @property
    def name(self) -> JudgeName:
        """The name of the other judge."""
        return self._judge.name

    def score(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """The contract of claims.ports.Judge."""
        started = perf_counter()
        try:
            return self._judge.score(pairs)
        finally:
            self._stopwatch.add_s(perf_counter() - started)
