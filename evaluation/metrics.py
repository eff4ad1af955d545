"""Measures of a classifier's answers. Pure functions on numpy arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

ECE_BINS = 10


def accuracy(truth: Sequence[str], answers: Sequence[str]) -> float:
    """Share of right answers."""
    return float(np.mean([t == a for t, a in zip(truth, answers, strict=True)]))


def balanced_accuracy(truth: Sequence[str], answers: Sequence[str]) -> float:
    """Mean recall over the labels that occur in `truth`."""
    recalls = []
    for label in sorted(set(truth)):
        rows = [a == label for t, a in zip(truth, answers, strict=True) if t == label]
        recalls.append(np.mean(rows))
    return float(np.mean(recalls))


def macro_f1(truth: Sequence[str], answers: Sequence[str]) -> float:
    """Mean F1 over the labels that occur in `truth`."""
    return float(np.mean([f1(truth, answers, positive=label) for label in sorted(set(truth))]))


def f1(truth: Sequence[object], answers: Sequence[object], *, positive: object) -> float:
    """F1 of one label; 0 when it is neither there nor given."""
    pairs = list(zip(truth, answers, strict=True))
    hits = sum(t == positive and a == positive for t, a in pairs)
    wrong = sum((t == positive) != (a == positive) for t, a in pairs)
    return 2 * hits / (2 * hits + wrong) if hits else 0.0


def average_precision(truth: Sequence[bool], scores: Sequence[float]) -> float:
    """Mean precision at each positive, ranked by score (ties in input order)."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    hits = np.asarray(truth, dtype=float)[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float((precision * hits).sum() / max(1.0, hits.sum()))


def calibration_error(right: Sequence[bool], confidence: npt.ArrayLike) -> float:
    """Expected calibration error over ECE_BINS bins of equal width (Naeini et al., AAAI 2015)."""
    sure = np.asarray(confidence, dtype=float)
    hits = np.asarray(right, dtype=float)
    bins = np.minimum((sure * ECE_BINS).astype(int), ECE_BINS - 1)
    error = 0.0
    for number in range(ECE_BINS):
        rows = bins == number
        if rows.any():
            error += rows.mean() * abs(hits[rows].mean() - sure[rows].mean())
    return float(error)
