"""Metrics of a classifier's answers. Pure functions.

Sequences and arrays have one entry per row; every result is in [0, 1].
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

ECE_BINS = 10
# Simulated samples; the mean ECE varies by less than 0.002 between seeds.
EXACT_DRAWS = 400


def accuracy(labels: Sequence[str], answers: Sequence[str]) -> float:
    """Share of right answers."""
    return float(np.mean([t == a for t, a in zip(labels, answers, strict=True)]))


def balanced_accuracy(labels: Sequence[str], answers: Sequence[str]) -> float:
    """Mean recall over the labels that occur in `labels`."""
    recalls = []
    for label in sorted(set(labels)):
        rows = [a == label for t, a in zip(labels, answers, strict=True) if t == label]
        recalls.append(np.mean(rows))
    return float(np.mean(recalls))


def macro_f1(labels: Sequence[str], answers: Sequence[str]) -> float:
    """Mean F1 over the labels that occur in `labels`."""
    return float(np.mean([f1(labels, answers, positive=label) for label in sorted(set(labels))]))


def f1(labels: Sequence[object], answers: Sequence[object], *, positive: object) -> float:
    """F1 of the label `positive`; 0 when there is no true positive."""
    pairs = list(zip(labels, answers, strict=True))
    right = sum(t == positive and a == positive for t, a in pairs)
    wrong = sum((t == positive) != (a == positive) for t, a in pairs)
    return 2 * right / (2 * right + wrong) if right else 0.0


def average_precision(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """Mean precision at each positive, ranked by falling score (ties in input order)."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    right = np.asarray(labels, dtype=float)[order]
    precision = np.cumsum(right) / np.arange(1, len(right) + 1)
    return float((precision * right).sum() / max(1.0, right.sum()))


def area_under_curve(labels: Sequence[bool], scores: npt.ArrayLike) -> float:
    """Share of the pairs of a positive and a negative row in which the positive scores higher.

    The area under the ROC curve; a tie counts half. 0.5 when all labels are alike.
    """
    positive = np.asarray(labels, dtype=bool)
    values = np.asarray(scores, dtype=float)
    above, below = values[positive, None], values[None, ~positive]
    if not above.size or not below.size:
        return 0.5
    return float(((above > below) + 0.5 * (above == below)).mean())


def calibration_error(right: Sequence[bool], confidence: npt.ArrayLike) -> float:
    """Expected calibration error over ECE_BINS bins of equal width (Naeini et al., AAAI 2015)."""
    sure = np.asarray(confidence, dtype=float)
    was_right = np.asarray(right, dtype=float)
    bins = np.minimum((sure * ECE_BINS).astype(int), ECE_BINS - 1)
    error = 0.0
    for number in range(ECE_BINS):
        rows = bins == number
        if rows.any():
            error += rows.mean() * abs(was_right[rows].mean() - sure[rows].mean())
    return float(error)


def exact_calibration_error(confidence: npt.ArrayLike) -> float:
    """The mean ECE of answers that are right exactly as often as their confidence says.

    Not zero, since few rows of a bin are seldom right just as often. By simulation, the same in
    every run.
    """
    sure = np.asarray(confidence, dtype=float)
    rng = np.random.default_rng(0)
    draws = rng.random((EXACT_DRAWS, len(sure))) < sure
    return float(np.mean([calibration_error(list(draw), sure) for draw in draws]))
