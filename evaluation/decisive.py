"""Precision of each side by threshold: python -m evaluation.decisive [--rows N]

What the thresholds of claims/verdicts/aggregate.py rest on. For each development set and each
threshold it prints how many rows the calibrated judge calls supporting (S) or refuting (R) at
least that clearly, and the share of them that is right.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
import numpy.typing as npt

from claims.scoring import judge_pairs
from claims.settings import Settings
from claims.wiring import build_judge
from evaluation.sets import read_sets

THRESHOLDS = (0.5, 0.6, 0.7, 0.8)
_RIGHT = ({"SUPPORTED"}, {"REFUTED", "NOT_SUPPORTED"})


def precision(
    scores: npt.NDArray[np.float32], labels: list[str], *, column: int, threshold: float
) -> tuple[int, float]:
    """How many rows reach `threshold` in `column` (0 supports, 1 refutes), and the share right."""
    chosen = np.flatnonzero((scores.argmax(axis=1) == column) & (scores[:, column] >= threshold))
    right = sum(labels[row] in _RIGHT[column] for row in chosen)
    return len(chosen), right / max(1, len(chosen))


def main() -> None:
    """Score and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path(__file__).parents[2] / "shared")
    parser.add_argument("--rows", type=int, default=150, help="rows per set")
    options = parser.parse_args()
    judge = build_judge(Settings(judge_threads=os.cpu_count() or 1))
    for labelled in read_sets(options.shared, most=options.rows):
        rows = labelled.rows
        scores = judge_pairs([(row["evidence"], row["claim"]) for row in rows], judge)
        labels = [row["label"] for row in rows]
        print(labelled.name)
        for threshold in THRESHOLDS:
            sides = [precision(scores, labels, column=c, threshold=threshold) for c in (0, 1)]
            print(
                f"  {threshold:.1f}  S {sides[0][0]:>4} {sides[0][1]:.2f}"
                f"   R {sides[1][0]:>4} {sides[1][1]:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
