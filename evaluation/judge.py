"""Measures the judge on one labelled set, with baselines: one line of the table of `make eval`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from claims.text import words
from evaluation.claim_only import cross_fitted_accuracy
from evaluation.metrics import (
    accuracy,
    area_under_curve,
    balanced_accuracy,
    calibration_error,
    macro_f1,
)
from evaluation.sets import LabelledSet

LABELS = ("SUPPORTED", "REFUTED", "NEI")
# The other label of sets that ask only whether a claim is supported.
NOT_SUPPORTED = "NOT_SUPPORTED"
_NEGATIONS = {"no", "not", "never", "none", "nobody", "nothing", "neither", "nor", "without", "t"}
# Minimum number of rows of a kind of claim for a figure of its own.
_LEAST_OF_KIND = 15

Rows = Sequence[dict[str, str]]
Scores = npt.NDArray[np.float32]
ScorePairs = Callable[[Sequence[tuple[str, str]]], Scores]


@dataclass(frozen=True, slots=True)
class SetResult:
    """Results on one set. Rates are in [0, 1]; `pairs` of the `of` rows of the set were measured.

    `corpus` is the hash of the measured rows; `right` says which answers are right, `confidence`
    has the probability of each; `area` is the area under the curve of the probability of support,
    None for sets that do not ask only whether a claim is supported. `confusion` counts (label,
    answer) pairs, `kinds` has (rows, accuracy) by kind of claim. `majority`, `lexical` and
    `claim_only` are the accuracies of the baselines.
    """

    name: str
    corpus: str
    pairs: int
    of: int
    accuracy: float
    macro_f1: float
    balanced_accuracy: float
    area: float | None
    right: tuple[bool, ...]
    confidence: tuple[float, ...]
    majority: float
    lexical: float
    claim_only: float
    confusion: dict[tuple[str, str], int]
    kinds: dict[str, tuple[int, float]]

    @property
    def ece(self) -> float:
        """Expected calibration error."""
        return calibration_error(self.right, self.confidence)


def measure_set(labelled: LabelledSet, score: ScorePairs) -> SetResult:
    """Judge the rows of one set and compare the answers with the labels and the baselines."""
    rows = labelled.rows
    scores = score([(row["evidence"], row["claim"]) for row in rows])
    labels = [row["label"] for row in rows]
    answers, confidence = answer(scores, set(labels))
    lexical, _ = answer(lexical_scores(rows), set(labels))
    return SetResult(
        name=labelled.name,
        corpus=labelled.corpus,
        pairs=len(rows),
        of=labelled.of,
        accuracy=accuracy(labels, answers),
        macro_f1=macro_f1(labels, answers),
        balanced_accuracy=balanced_accuracy(labels, answers),
        area=_area(labels, scores),
        right=tuple(t == a for t, a in zip(labels, answers, strict=True)),
        confidence=tuple(map(float, confidence)),
        majority=max(labels.count(label) for label in set(labels)) / len(labels),
        lexical=accuracy(labels, lexical),
        claim_only=cross_fitted_accuracy(
            [row["claim"] for row in rows],
            labels,
            groups=[str(row.get("group", row.get("id"))) for row in rows],
        ),
        confusion=_count(labels, answers),
        kinds=_by_kind(rows, answers),
    )


def _area(labels: Sequence[str], scores: Scores) -> float | None:
    if NOT_SUPPORTED not in labels:
        return None
    return area_under_curve([label != NOT_SUPPORTED for label in labels], scores[:, 0])


def _count(labels: Sequence[str], answers: Sequence[str]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for pair in zip(labels, answers, strict=True):
        counts[pair] += 1
    return dict(counts)


def _by_kind(rows: Rows, answers: Sequence[str]) -> dict[str, tuple[int, float]]:
    right: dict[str, list[bool]] = defaultdict(list)
    for row, given in zip(rows, answers, strict=True):
        if "kind" in row:
            right[row["kind"]].append(row["label"] == given)
    return {
        kind: (len(some), sum(some) / len(some))
        for kind, some in sorted(right.items())
        if len(some) >= _LEAST_OF_KIND
    }


def answer(scores: Scores, labels: set[str]) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Answers in the label space of a set, with the probability of each, float64 (n,).

    `scores` is float32 (n, 3). With NOT_SUPPORTED among `labels`, the answer is SUPPORTED when the
    probability of support reaches 0.5; without NEI, the answer is SUPPORTED or REFUTED.
    """
    if NOT_SUPPORTED in labels:
        table = np.stack([scores[:, 0], 1 - scores[:, 0]], axis=1)
        names: tuple[str, ...] = ("SUPPORTED", NOT_SUPPORTED)
    elif "NEI" in labels:
        table, names = scores, LABELS
    else:
        table = scores[:, :2] / np.maximum(scores[:, :2].sum(axis=1, keepdims=True), 1e-9)
        names = LABELS[:2]
    best = table.argmax(axis=1)
    return [names[row] for row in best], np.asarray(table.max(axis=1), dtype=np.float64)


def lexical_scores(rows: Rows) -> Scores:
    """Lexical baseline, float32 (n, 3): shared words support, a negation in one text refutes."""
    return np.array([_lexical(row["evidence"], row["claim"]) for row in rows], dtype=np.float32)


def _lexical(evidence: str, claim: str) -> tuple[float, float, float]:
    asked, there = set(words(claim)), set(words(evidence))
    shared = len(asked & there) / max(1, len(asked))
    negated = bool(asked & _NEGATIONS) != bool(there & _NEGATIONS)
    if shared < 0.5:
        return 0.1, 0.1, 0.8
    return (0.2, 0.6, 0.2) if negated else (shared, (1 - shared) / 2, (1 - shared) / 2)
