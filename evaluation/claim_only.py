"""Claim-only baseline: naive Bayes on the words of the claim, without evidence, cross-validated.

Where this baseline is accurate, the wording of the claims reveals the labels (Poliak et al., *SEM
2018: "Hypothesis only baselines"), and accuracy on the set overstates how well evidence is used.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from claims.text import words

FOLDS = 5
_SMOOTHING = 1.0
# Minimum number of rows in which a feature that counts is seen.
_FEWEST = 2


def cross_fitted_accuracy(
    claims: Sequence[str], labels: Sequence[str], *, groups: Sequence[str]
) -> float:
    """Cross-validated accuracy in [0, 1]: each fold is predicted from the others.

    All three sequences have one entry per row; rows of one group are in the same fold.
    """
    if not claims:
        return 0.0
    names = sorted(set(labels))
    truth = np.array([names.index(label) for label in labels])
    folds = _folds(groups)
    rows, features = _number_features(claims)
    right = 0
    for fold in range(FOLDS):
        tried = folds == fold
        learned = ~tried[rows]
        shape = (int(features.max()) + 1, len(names))
        weights, prior = _fit(features[learned], truth[rows[learned]], truth[~tried], shape)
        rest, added = rows[~learned], weights[features[~learned]]
        scores = np.array([np.bincount(rest, part, minlength=len(claims)) for part in added.T])
        right += int(((prior + scores.T).argmax(axis=1) == truth)[tried].sum())
    return right / len(claims)


def _number_features(
    claims: Sequence[str],
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(row, number of the feature), each int64 (m,), for every feature of every claim."""
    numbers: dict[str, int] = {}
    rows, features = [], []
    for row, claim in enumerate(claims):
        found = [numbers.setdefault(name, len(numbers)) for name in set(_features(claim))]
        rows.extend([row] * len(found))
        features.extend(found)
    return np.array(rows), np.array(features)


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
    features: npt.NDArray[np.int64],
    labels: npt.NDArray[np.int64],
    truth: npt.NDArray[np.int64],
    shape: tuple[int, int],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Log probability of each feature given each label, float64 of `shape` (features, labels), and
    the log prior of the labels, float64 (labels,).

    `features` and `labels` have one entry for each feature of each row, `truth` one for each row.
    Features seen only once get zeros.
    """
    seen = np.bincount(np.ravel_multi_index((features, labels), shape), minlength=math.prod(shape))
    seen = seen.reshape(shape)
    rows = np.bincount(truth, minlength=shape[1]) + 2 * _SMOOTHING
    weights = np.log((seen + _SMOOTHING) / rows)
    weights[seen.sum(axis=1) < _FEWEST] = 0.0
    return weights, np.log(rows / rows.sum())
