"""Claim-only baseline: naive Bayes on the words of the claim, without evidence, cross-validated.

Where this baseline is accurate, the wording of the claims reveals the labels (Poliak et al., *SEM
2018: "Hypothesis only baselines"), and accuracy on the set overstates how well evidence is used.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from claims.text import words

FOLDS = 5
_SMOOTHING = 1.0


def cross_fitted_accuracy(
    claims: Sequence[str], labels: Sequence[str], *, groups: Sequence[str]
) -> float:
    """Cross-validated accuracy in [0, 1]: each fold is predicted from the others.

    All three sequences have one entry per row; rows of one group are in the same fold.
    """
    names = sorted(set(labels))
    truth = np.array([names.index(label) for label in labels])
    folds = _folds(groups)
    features = [frozenset(_features(claim)) for claim in claims]
    right = 0
    for fold in range(FOLDS):
        seen = [row for row in range(len(claims)) if folds[row] != fold]
        weights, prior = _fit([features[row] for row in seen], truth[seen], len(names))
        for row in np.flatnonzero(folds == fold):
            scores = prior + sum((weights[f] for f in features[row] if f in weights), 0.0)
            right += int(np.argmax(scores)) == truth[row]
    return right / max(1, len(claims))


def _features(claim: str) -> Iterator[str]:
    """Words and word pairs, with markers for the start and the end of the claim."""
    tokens = ["<", *words(claim), ">"]
    yield from tokens
    yield from (f"{a} {b}" for a, b in itertools.pairwise(tokens))


def _folds(groups: Sequence[str]) -> npt.NDArray[np.int64]:
    """The fold of each row, int64 (n,), by the order in which its group first appears."""
    first: dict[str, int] = {}
    return np.array([first.setdefault(group, len(first)) % FOLDS for group in groups])


def _fit(
    features: Sequence[frozenset[str]], truth: npt.NDArray[np.int64], labels: int
) -> tuple[dict[str, npt.NDArray[np.float64]], npt.NDArray[np.float64]]:
    """Log probability of each feature given each label, and the log prior of the labels.

    `truth` holds label indices, int64 (n,). Features seen only once are left out.
    """
    counts: dict[str, npt.NDArray[np.float64]] = defaultdict(lambda: np.full(labels, _SMOOTHING))
    for row, label in zip(features, truth, strict=True):
        for feature in row:
            counts[feature][label] += 1
    rows = np.bincount(truth, minlength=labels) + 2 * _SMOOTHING
    weights = {
        name: np.log(count / rows) for name, count in counts.items() if count.sum() > labels + 1
    }
    return weights, np.log(rows / rows.sum())
