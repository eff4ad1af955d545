"""python -m benchmarks.judge: what one core and two give, what a long pair and a ragged batch cost.

Prints pairs per second and, beside each, the ratio to the first line of the same run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

from claims.entailment.onnx import OnnxJudge
from claims.retrieval.rank import bm25_scores

_WORDS = (
    "the port of Kelm was closed on Monday after a crane fell onto the quay and two men were hurt"
)
_PAIRS = 32


def make_pairs(tokens: int) -> list[tuple[str, str]]:
    """Pairs of about this many tokens: a passage of common words and a claim of 16."""
    words = (_WORDS + " ") * 20
    passage = " ".join(words.split()[: tokens - 20])
    return [
        (passage, f"The port of Kelm was closed for {n} days after an accident.")
        for n in range(_PAIRS)
    ]


def rate(score: Callable[[], object], count: int) -> float:
    """Things per second, the better of two runs."""
    best = 0.0
    for _ in range(2):
        started = time.perf_counter()
        score()
        best = max(best, count / (time.perf_counter() - started))
    return best


def report(rows: Sequence[tuple[str, float]]) -> None:
    """Each rate with its ratio to the first."""
    for name, value in rows:
        print(f"{name:<44} {value:>10.1f}/s   x{value / rows[0][1]:.2f}")


def main() -> None:
    """Measure and print."""
    cores = os.cpu_count() or 1
    all_cores, one_core = OnnxJudge(threads=cores), OnnxJudge(threads=1)
    short, long = make_pairs(128), make_pairs(256)
    ragged = [pair for two in zip(short, long, strict=True) for pair in two]
    report(
        [
            (f"128 tokens, {cores} threads", rate(lambda: all_cores.score(short), len(short))),
            ("128 tokens, 1 thread", rate(lambda: one_core.score(short), len(short))),
            (f"256 tokens, {cores} threads", rate(lambda: all_cores.score(long), len(long))),
            (
                f"128 and 256 mixed, {cores} threads",
                rate(lambda: all_cores.score(ragged), len(ragged)),
            ),
            (
                "BM25 over 400 windows (claims)",
                rate(lambda: bm25_scores(short[0][1], [p for p, _ in long] * 12), 1),
            ),
        ]
    )


if __name__ == "__main__":
    main()
